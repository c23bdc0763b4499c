-- name: chat_session_add
-- in:   id:id shop_id:id customer_id:id channel:text agent_id:id? seq:int started_at:time assigned_at:time? first_reply_at:time? last_at:time
--       last_sender:text last_text:text
INSERT INTO session (id, shop_id, customer_id, channel, state, agent_id, group_id, seq, started_at, queued_at, assigned_at, first_reply_at,
  last_at, last_sender, last_text, agent_read_seq, customer_read_seq, closed_at, imported)
VALUES (:id, :shop_id, :customer_id, :channel, 'closed', :agent_id, (SELECT p.group_id FROM person p WHERE p.id = :agent_id), :seq, :started_at,
  :started_at, :assigned_at, :first_reply_at, :last_at, :last_sender, :last_text, :seq, :seq, :last_at, TRUE)
ON CONFLICT (id) DO UPDATE SET agent_id = excluded.agent_id, group_id = excluded.group_id, seq = excluded.seq, started_at = excluded.started_at,
  queued_at = excluded.queued_at, assigned_at = excluded.assigned_at, first_reply_at = excluded.first_reply_at, last_at = excluded.last_at,
  last_sender = excluded.last_sender, last_text = excluded.last_text, agent_read_seq = excluded.agent_read_seq,
  customer_read_seq = excluded.customer_read_seq, closed_at = excluded.closed_at;

-- name: chat_message_add
-- in:   id:id session_id:id seq:int at:time sender:text person_id:id? kind:text text:text data:text? client_id:text
INSERT INTO message (id, session_id, seq, at, sender, person_id, kind, text, data, client_id)
VALUES (:id, :session_id, :seq, :at, :sender, :person_id, :kind, :text, :data, :client_id);

-- name: chat_existing
-- in:   customer_id:id
-- out:  id:id session_id:id at:time sender:text person_id:id? kind:text text:text data:text? key:text
SELECT m.id, m.session_id, m.at, m.sender, m.person_id, m.kind, m.text, m.data, COALESCE(m.client_id, '') AS key
FROM session s JOIN message m ON m.session_id = s.id
WHERE s.customer_id = :customer_id AND s.imported ORDER BY m.at, m.session_id, m.seq;

-- name: chat_any
-- out:  some:bool
SELECT EXISTS (SELECT 1 FROM session WHERE imported) AS some;

-- name: chat_existing_ids
-- in:   low:int high:int
-- out:  id:id
SELECT id FROM message WHERE id >= :low AND id < :high ORDER BY id;

-- name: chat_session_ids
-- in:   low:int high:int
-- out:  id:id
SELECT id FROM session WHERE id >= :low AND id < :high ORDER BY id;

-- name: chat_messages_drop
-- in:   customer_id:id
DELETE FROM message WHERE session_id IN (SELECT s.id FROM session s WHERE s.customer_id = :customer_id AND s.imported);

-- name: chat_loose_ratings
-- in:   id:id
UPDATE rating SET session_id = NULL WHERE session_id = :id;

-- name: chat_loose_invites
-- in:   id:id
UPDATE invite SET session_id = NULL WHERE session_id = :id;

-- name: chat_session_drop
-- in:   id:id
DELETE FROM session WHERE id = :id;

-- name: chat_move_notes
-- in:   from_id:id to_id:id
UPDATE session_note SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_move_transfers
-- in:   from_id:id to_id:id
UPDATE transfer SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_move_routing
-- in:   from_id:id to_id:id
UPDATE routing_log SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_move_files
-- in:   from_id:id to_id:id
UPDATE file SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_move_ratings
-- in:   from_id:id to_id:id
UPDATE rating SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_move_invites
-- in:   from_id:id to_id:id
UPDATE invite SET session_id = :to_id WHERE session_id = :from_id;

-- name: chat_retie_ratings
-- Whatever was tied to a conversation by its time is tied again after the conversations were cut anew.
-- in:   customer_id:id
UPDATE rating SET session_id = (SELECT s.id FROM session s WHERE s.customer_id = rating.customer_id AND s.started_at <= rating.at
  ORDER BY s.started_at DESC, s.id DESC LIMIT 1)
WHERE customer_id = :customer_id AND shop_id = (SELECT c.shop_id FROM customer c WHERE c.id = :customer_id);

-- name: chat_retie_invites
-- in:   customer_id:id
UPDATE invite SET session_id = (SELECT s.id FROM session s WHERE s.customer_id = invite.customer_id AND s.started_at <= invite.at
  ORDER BY s.started_at DESC, s.id DESC LIMIT 1)
WHERE customer_id = :customer_id AND shop_id = (SELECT c.shop_id FROM customer c WHERE c.id = :customer_id);

-- name: chat_retie_transfers
-- in:   customer_id:id
UPDATE transfer SET session_id = COALESCE((SELECT s.id FROM session s WHERE s.customer_id = :customer_id AND s.started_at <= transfer.at
  ORDER BY s.started_at DESC, s.id DESC LIMIT 1), session_id)
WHERE session_id IN (SELECT s.id FROM session s WHERE s.customer_id = :customer_id AND s.imported);

-- name: chat_retie_categories
-- in:   customer_id:id
UPDATE session SET category_id = COALESCE((SELECT k.category_id FROM contact_category k WHERE k.customer_id = :customer_id AND k.at >= session.started_at
  AND k.at < COALESCE((SELECT MIN(n.started_at) FROM session n WHERE n.customer_id = :customer_id AND n.started_at > session.started_at), 9007199254740991)
  ORDER BY k.at DESC, k.id DESC LIMIT 1), category_id)
WHERE customer_id = :customer_id AND imported;
