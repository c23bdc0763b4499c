-- name: message_hold
-- Before looking for a resend: a transaction under way on the same session, of a connection or a server that was lost a moment ago, ends first,
-- and then its message is seen. SQLite has one writer, and none that outlives its process.
-- in:   session_id:id
-- out:  held:int
-- sqlite:
SELECT 1 AS held WHERE :session_id > 0;
-- postgres:
SELECT 1::bigint AS held FROM session WHERE id = :session_id FOR UPDATE;

-- name: message_sent
-- A resend: the message that this sender sent under this id, among the newest two hundred.
-- in:   session_id:id client_id:text sender:text
-- out:  seq:int at:time customer_id:id agent_id:id?
SELECT m.seq, m.at, s.customer_id, s.agent_id FROM session s JOIN message m ON m.session_id = s.id
WHERE s.id = :session_id AND m.seq > s.seq - 200
  AND m.client_id = :client_id AND m.sender = :sender
ORDER BY m.seq LIMIT 1;

-- name: message_step_customer
-- in:   session_id:id customer_id:id now:time preview:text
-- out:  seq:int shop_id:id agent_id:id? group_id:id? state:text
UPDATE session SET seq = seq + 1, last_at = :now, last_sender = 'customer', last_text = :preview, unread = unread + 1,
  unanswered_since = COALESCE(unanswered_since, :now)
WHERE id = :session_id AND customer_id = :customer_id AND state <> 'closed'
RETURNING seq, shop_id, agent_id, group_id, state;

-- name: message_step_agent
-- Who speaks has read what was said before.
-- in:   session_id:id person_id:id now:time preview:text
-- out:  seq:int shop_id:id customer_id:id person_name:text
UPDATE session SET seq = seq + 1, last_at = :now, last_sender = 'agent', last_text = :preview, unread = 0, agent_read_seq = seq + 1,
  unanswered_since = NULL, first_reply_at = COALESCE(first_reply_at, :now), first_reply_ms = COALESCE(first_reply_ms, :now - unanswered_since),
  rounds = rounds + CASE WHEN unanswered_since IS NULL THEN 0 ELSE 1 END,
  rounds_ms = rounds_ms + COALESCE(:now - unanswered_since, 0),
  rounds_30s = rounds_30s + CASE WHEN :now - unanswered_since <= 30000 THEN 1 ELSE 0 END,
  rounds_180s = rounds_180s + CASE WHEN :now - unanswered_since <= 180000 THEN 1 ELSE 0 END
WHERE id = :session_id AND agent_id = :person_id AND state = 'open'
RETURNING seq, shop_id, customer_id, (SELECT p.name FROM person p WHERE p.id = :person_id) AS person_name;

-- name: message_step_quiet
-- Greetings, events: they answer nobody and stop no clock.
-- in:   session_id:id
-- out:  seq:int shop_id:id customer_id:id agent_id:id? group_id:id? state:text
UPDATE session SET seq = seq + 1 WHERE id = :session_id RETURNING seq, shop_id, customer_id, agent_id, group_id, state;

-- name: message_add
-- in:   id:id session_id:id seq:int at:time sender:text person_id:id? kind:text text:text data:json? client_id:text? phrase_id:id?
INSERT INTO message (id, session_id, seq, at, sender, person_id, kind, text, data, client_id, phrase_id)
VALUES (:id, :session_id, :seq, :at, :sender, :person_id, :kind, :text, :data, :client_id, :phrase_id);

-- name: message_after
-- in:   session_id:id after_seq:int limit:int
-- out:  id:id session_id:id seq:int at:time sender:text person_id:id? person_name:text? kind:text text:text data:json? client_id:text?
SELECT m.id, m.session_id, m.seq, m.at, m.sender, m.person_id, p.name AS person_name, m.kind, m.text, m.data, m.client_id
FROM message m LEFT JOIN person p ON p.id = m.person_id AND m.sender <> 'customer'
WHERE m.session_id = :session_id AND m.seq > :after_seq ORDER BY m.seq LIMIT :limit;

-- name: message_before
-- in:   session_id:id before_seq:int limit:int
-- out:  = message_after
SELECT m.id, m.session_id, m.seq, m.at, m.sender, m.person_id, p.name AS person_name, m.kind, m.text, m.data, m.client_id
FROM message m LEFT JOIN person p ON p.id = m.person_id AND m.sender <> 'customer'
WHERE m.session_id = :session_id AND m.seq < :before_seq AND m.seq >= COALESCE((
  SELECT MIN(w.seq) FROM (SELECT x.seq FROM message x WHERE x.session_id = :session_id AND x.seq < :before_seq ORDER BY x.seq DESC LIMIT :limit) w), 0)
ORDER BY m.seq;

-- name: message_after_visitor
-- What the customer may know: no ids of people, no phrase, the client_id of the own messages only.
-- in:   session_id:id after_seq:int limit:int
-- out:  session_id:id seq:int at:time sender:text person_name:text? kind:text text:text data:json? client_id:text?
SELECT m.session_id, m.seq, m.at, m.sender, p.name AS person_name, m.kind, m.text, m.data,
  CASE WHEN m.sender = 'customer' THEN m.client_id END AS client_id
FROM message m LEFT JOIN person p ON p.id = m.person_id AND m.sender = 'agent'
WHERE m.session_id = :session_id AND m.seq > :after_seq ORDER BY m.seq LIMIT :limit;

-- name: message_before_visitor
-- in:   session_id:id before_seq:int limit:int
-- out:  = message_after_visitor
SELECT m.session_id, m.seq, m.at, m.sender, p.name AS person_name, m.kind, m.text, m.data,
  CASE WHEN m.sender = 'customer' THEN m.client_id END AS client_id
FROM message m LEFT JOIN person p ON p.id = m.person_id AND m.sender = 'agent'
WHERE m.session_id = :session_id AND m.seq < :before_seq AND m.seq >= COALESCE((
  SELECT MIN(w.seq) FROM (SELECT x.seq FROM message x WHERE x.session_id = :session_id AND x.seq < :before_seq ORDER BY x.seq DESC LIMIT :limit) w), 0)
ORDER BY m.seq;

-- name: message_read_agent
-- unread - customer messages after what was read.
-- in:   session_id:id person_id:id seq:int
-- out:  customer_id:id agent_read_seq:int unread:int
UPDATE session SET agent_read_seq = CASE WHEN :seq > seq THEN seq ELSE :seq END,
  unread = (SELECT COUNT(*) FROM message m WHERE m.session_id = :session_id AND m.seq > :seq AND m.sender = 'customer')
WHERE id = :session_id AND agent_id = :person_id AND state IN ('open', 'closed') AND agent_read_seq < :seq
RETURNING customer_id, agent_read_seq, unread;

-- name: message_read_customer
-- in:   session_id:id customer_id:id seq:int
-- out:  agent_id:id? customer_read_seq:int
UPDATE session SET customer_read_seq = CASE WHEN :seq > seq THEN seq ELSE :seq END
WHERE id = :session_id AND customer_id = :customer_id AND customer_read_seq < :seq
RETURNING agent_id, customer_read_seq;

-- name: message_file
-- in:   file_id:id session_id:id
-- out:  name:text type:text size:int
SELECT f.name, f.type, f.size FROM file f WHERE f.id = :file_id AND f.session_id = :session_id;

-- shape: message_send_in
-- in:   session_id:id client_id:text(1..64) kind:enum(text,image,file,card)? text:text(0..4000)? file_id:id? card:json(2..8000)?

-- shape: message_send_agent_in
-- in:   session_id:id client_id:text(1..64) kind:enum(text,image,file,card)? text:text(0..4000)? file_id:id? card:json(2..8000)? phrase_id:id?

-- shape: message_send_out
-- out:  seq:int at:time

-- shape: message_list_in
-- in:   session_id:id after_seq:int(0..)? before_seq:int(1..)? limit:int(1..200)?

-- shape: message_list_out
-- out:  id:id session_id:id seq:int at:time sender:text person_id:id? person_name:text? kind:text text:text data:json? client_id:text?

-- shape: message_list_visitor_out
-- out:  session_id:id seq:int at:time sender:text person_name:text? kind:text text:text data:json? client_id:text?

-- shape: message_read_in
-- in:   session_id:id seq:int(1..)

-- shape: message_session_in
-- in:   session_id:id
