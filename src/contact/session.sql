-- name: session_view
-- in:   session_id:id
-- out:  id:id shop_id:id shop_name:text shop_colour:text customer_id:id customer_name:text customer_flag:text channel:text state:text
--       agent_id:id? agent_name:text? group_id:id? group_name:text? skill_name:text? priority:int seq:int started_at:time queued_at:time
--       assigned_at:time? first_reply_at:time? unanswered_since:time? last_at:time last_sender:text last_text:text unread:int
--       agent_read_seq:int customer_read_seq:int category_id:id? tags:json page:text closed_at:time? close_note:text
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.id = :session_id;

-- name: session_of_customer
-- in:   customer_id:id limit:int(1..200)?
-- out:  = session_view
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.customer_id = :customer_id
ORDER BY s.started_at DESC, s.id DESC LIMIT COALESCE(:limit, 50);

-- name: session_visitor_view
-- What the visitor sees of the own chat. position: 1 is next, 0 is being served or closed. The plus keeps it to the index of live sessions:
-- by its shop's it would walk all that the shop ever had.
-- in:   session_id:id
-- out:  id:id state:text seq:int position:int agent_name:text? started_at:time closed_at:time? agent_read_seq:int customer_read_seq:int
--       rated:bool
SELECT s.id, s.state, s.seq, CASE WHEN s.state IN ('waiting', 'offered') THEN 1 + (
    SELECT COUNT(*) FROM session q WHERE q.state <> 'closed' AND q.state IN ('waiting', 'offered') AND +q.shop_id = s.shop_id
      AND (q.priority > s.priority OR (q.priority = s.priority AND (q.queued_at < s.queued_at OR (q.queued_at = s.queued_at AND q.id < s.id)))))
  ELSE 0 END AS position,
  CASE WHEN s.state IN ('open', 'closed') THEN a.name END AS agent_name, s.started_at, s.closed_at, s.agent_read_seq, s.customer_read_seq,
  EXISTS (SELECT 1 FROM rating r WHERE r.session_id = s.id) AS rated
FROM session s LEFT JOIN person a ON a.id = s.agent_id
WHERE s.id = :session_id;

-- name: session_visitor_history
-- in:   visitor:id@server
-- out:  = session_visitor_view
SELECT s.id, s.state, s.seq, 0 AS position, a.name AS agent_name, s.started_at, s.closed_at, s.agent_read_seq, s.customer_read_seq,
  EXISTS (SELECT 1 FROM rating r WHERE r.session_id = s.id) AS rated
FROM session s LEFT JOIN person a ON a.id = s.agent_id
WHERE s.customer_id = :visitor AND s.state = 'closed' AND s.channel = 'web'
ORDER BY s.started_at DESC, s.id DESC LIMIT 20;

-- name: session_latest
-- The visitor's live chat, or the one that closed a moment ago.
-- in:   customer_id:id closed_after:time
-- out:  id:id state:text
SELECT s.id, s.state FROM session s
WHERE s.customer_id = :customer_id AND (s.state <> 'closed' OR (s.closed_at > :closed_after AND s.channel = 'web'))
ORDER BY CASE WHEN s.state = 'closed' THEN 1 ELSE 0 END, s.started_at DESC, s.id DESC LIMIT 1;

-- name: session_customer_lock
-- One chat at a time: whoever opens one for this customer waits here for the other (PostgreSQL locks the row).
-- in:   customer_id:id
-- out:  shop_id:id name:text lang:text blocked_at:time?
UPDATE customer SET created_at = created_at WHERE id = :customer_id RETURNING shop_id, name, lang, blocked_at;

-- name: session_shop
-- in:   shop_id:id
-- out:  name:text greeting:text greeting_en:text away_text:text away_text_en:text groups:int group_id:id?
SELECT h.name, h.greeting, h.greeting_en, h.away_text, h.away_text_en,
  (SELECT COUNT(*) FROM group_shop x JOIN team_group g ON g.id = x.group_id WHERE x.shop_id = h.id AND g.closed_at IS NULL) AS groups,
  (SELECT MIN(x.group_id) FROM group_shop x JOIN team_group g ON g.id = x.group_id WHERE x.shop_id = h.id AND g.closed_at IS NULL) AS group_id
FROM shop h WHERE h.id = :shop_id AND h.closed_at IS NULL;

-- name: session_add
-- A skill that nobody knows asks for nothing.
-- in:   id:id shop_id:id customer_id:id group_id:id? skill:text? priority:int now:time page:text
INSERT INTO session (id, shop_id, customer_id, channel, state, group_id, skill_id, priority, started_at, queued_at, last_at, page)
VALUES (:id, :shop_id, :customer_id, 'web', 'waiting', :group_id, (SELECT k.id FROM skill k WHERE k.name = :skill), :priority, :now, :now, :now, :page);

-- name: session_end
-- in:   session_id:id closed_by:id? close_note:text category_id:id? now:time
-- out:  agent_id:id?
UPDATE session SET state = 'closed', closed_at = :now, closed_by = :closed_by, close_note = :close_note,
  category_id = COALESCE(:category_id, category_id), agent_id = CASE WHEN state = 'open' THEN agent_id END, wanted_id = NULL
WHERE id = :session_id AND state <> 'closed'
RETURNING agent_id;

-- name: session_again
-- Back to the queue as the same conversation. It waits from now on.
-- in:   session_id:id closed_after:time now:time
-- out:  shop_id:id
UPDATE session SET state = 'waiting', agent_id = NULL, wanted_id = NULL, queued_at = :now, assigned_at = NULL, closed_at = NULL,
  closed_by = NULL
WHERE id = :session_id AND state = 'closed' AND closed_at > :closed_after AND channel = 'web'
  AND NOT EXISTS (SELECT 1 FROM session o WHERE o.customer_id = session.customer_id AND o.state <> 'closed')
RETURNING shop_id;

-- name: session_groups_of_shop
-- in:   shop_id:id
-- out:  group_id:id
SELECT x.group_id FROM group_shop x JOIN team_group g ON g.id = x.group_id WHERE x.shop_id = :shop_id AND g.closed_at IS NULL
ORDER BY x.group_id LIMIT 50;

-- name: session_log_add
-- in:   id:id session_id:id at:time what:text person_id:id? reason:text
INSERT INTO routing_log (id, session_id, at, what, person_id, reason) VALUES (:id, :session_id, :at, :what, :person_id, :reason);

-- name: session_invite_add
-- in:   id:id session_id:id now:time
INSERT INTO invite (id, session_id, shop_id, customer_id, person_id, at)
SELECT :id, s.id, s.shop_id, s.customer_id, s.agent_id, :now FROM session s WHERE s.id = :session_id
ON CONFLICT DO NOTHING;

-- shape: session_path
-- in:   session_id:id

-- shape: session_open_in
-- The skill is a name that the agent must have; an unknown one is ignored.
-- in:   page:text(0..2000)? skill:text(0..100)?

-- shape: session_ok
-- out:  ok:bool
