-- The lists of the desk. Which sessions a viewer sees is said once more in contact/scope.h.

-- name: inbox_mine
-- Oldest unanswered first; what needs no answer after it, newest first.
-- in:   shop_id:id? pattern:text? limit:int viewer:id@server
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
WHERE s.agent_id = :viewer AND s.state IN ('open', 'offered') AND (:shop_id IS NULL OR s.shop_id = :shop_id)
  AND (:pattern IS NULL OR c.name LIKE :pattern ESCAPE '\' OR s.last_text LIKE :pattern ESCAPE '\' OR s.tags LIKE :pattern ESCAPE '\')
ORDER BY CASE WHEN s.unanswered_since IS NULL THEN 1 ELSE 0 END, s.unanswered_since, s.last_at DESC, s.id LIMIT :limit;

-- name: inbox_waiting
-- in:   shop_id:id? pattern:text? limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  = inbox_mine
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND (:shop_id IS NULL OR s.shop_id = :shop_id)
  AND (:pattern IS NULL OR c.name LIKE :pattern ESCAPE '\' OR s.last_text LIKE :pattern ESCAPE '\' OR s.tags LIKE :pattern ESCAPE '\')
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope IN ('own', 'group') AND s.state IN ('waiting', 'offered') AND CASE WHEN s.wanted_id IS NOT NULL THEN s.wanted_id = :viewer
      WHEN s.group_id IS NOT NULL THEN s.group_id = :viewer_group ELSE s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group) END))
ORDER BY s.priority DESC, s.queued_at, s.id LIMIT :limit;

-- name: inbox_group
-- Open ones of others.
-- in:   shop_id:id? pattern:text? limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  = inbox_mine
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.state <> 'closed' AND s.state = 'open' AND s.agent_id <> :viewer AND (:shop_id IS NULL OR s.shop_id = :shop_id)
  AND (:pattern IS NULL OR c.name LIKE :pattern ESCAPE '\' OR s.last_text LIKE :pattern ESCAPE '\' OR s.tags LIKE :pattern ESCAPE '\')
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope IN ('own', 'group') AND s.state IN ('waiting', 'offered') AND CASE WHEN s.wanted_id IS NOT NULL THEN s.wanted_id = :viewer
      WHEN s.group_id IS NOT NULL THEN s.group_id = :viewer_group ELSE s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group) END))
ORDER BY CASE WHEN s.unanswered_since IS NULL THEN 1 ELSE 0 END, s.unanswered_since, s.last_at DESC, s.id LIMIT :limit;

-- name: inbox_closed_window
-- How far back one page looks, so that its time does not grow with the record: the last of the sessions that are looked at. Nothing: to the first one.
-- in:   before_at:time before_id:id skip:int
-- out:  id:id at:time
SELECT s.id, s.closed_at AS at FROM session s
WHERE s.state = 'closed' AND s.closed_at <= :before_at AND (s.closed_at < :before_at OR s.id < :before_id)
ORDER BY s.closed_at DESC, s.id DESC LIMIT 1 OFFSET :skip;

-- name: inbox_closed_mine_window
-- in:   before_at:time before_id:id skip:int viewer:id@server
-- out:  = inbox_closed_window
SELECT s.id, s.closed_at AS at FROM session s
WHERE s.agent_id = :viewer AND s.state = 'closed' AND s.closed_at <= :before_at AND (s.closed_at < :before_at OR s.id < :before_id)
ORDER BY s.closed_at DESC, s.id DESC LIMIT 1 OFFSET :skip;

-- name: inbox_closed
-- in:   shop_id:id? pattern:text? before_at:time before_id:id from_at:time from_id:id limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  = inbox_mine
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.state = 'closed' AND s.closed_at <= :before_at AND (s.closed_at < :before_at OR s.id < :before_id)
  AND s.closed_at >= :from_at AND (s.closed_at > :from_at OR s.id >= :from_id) AND (:shop_id IS NULL OR s.shop_id = :shop_id)
  AND (:pattern IS NULL OR c.name LIKE :pattern ESCAPE '\' OR s.last_text LIKE :pattern ESCAPE '\' OR s.tags LIKE :pattern ESCAPE '\')
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope IN ('own', 'group') AND s.state IN ('waiting', 'offered') AND CASE WHEN s.wanted_id IS NOT NULL THEN s.wanted_id = :viewer
      WHEN s.group_id IS NOT NULL THEN s.group_id = :viewer_group ELSE s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group) END))
ORDER BY s.closed_at DESC, s.id DESC LIMIT :limit;

-- name: inbox_closed_mine
-- The same for who sees the own ones only: by the agent's index.
-- in:   shop_id:id? pattern:text? before_at:time before_id:id from_at:time from_id:id limit:int viewer:id@server
-- out:  = inbox_mine
SELECT s.id, s.shop_id, h.name AS shop_name, h.colour AS shop_colour, s.customer_id, c.name AS customer_name, c.flag AS customer_flag,
  s.channel, s.state, s.agent_id, a.name AS agent_name, s.group_id, g.name AS group_name, k.name AS skill_name, s.priority, s.seq, s.started_at, s.queued_at,
  s.assigned_at, s.first_reply_at, s.unanswered_since, s.last_at, s.last_sender, s.last_text, s.unread, s.agent_read_seq,
  s.customer_read_seq, s.category_id, s.tags, s.page, s.closed_at, s.close_note
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id
LEFT JOIN person a ON a.id = s.agent_id LEFT JOIN team_group g ON g.id = s.group_id LEFT JOIN skill k ON k.id = s.skill_id
WHERE s.agent_id = :viewer AND s.state = 'closed' AND s.closed_at <= :before_at AND (s.closed_at < :before_at OR s.id < :before_id)
  AND s.closed_at >= :from_at AND (s.closed_at > :from_at OR s.id >= :from_id) AND (:shop_id IS NULL OR s.shop_id = :shop_id)
  AND (:pattern IS NULL OR c.name LIKE :pattern ESCAPE '\' OR s.last_text LIKE :pattern ESCAPE '\' OR s.tags LIKE :pattern ESCAPE '\')
ORDER BY s.closed_at DESC, s.id DESC LIMIT :limit;

-- name: inbox_counts
-- in:   viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  mine:int waiting:int group_open:int unread:int
SELECT (SELECT COUNT(*) FROM session m WHERE m.agent_id = :viewer AND m.state IN ('open', 'offered')) AS mine,
  (SELECT COUNT(*) FROM session s LEFT JOIN person a ON a.id = s.agent_id WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered')
    AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope IN ('own', 'group') AND s.state IN ('waiting', 'offered') AND CASE WHEN s.wanted_id IS NOT NULL THEN s.wanted_id = :viewer
      WHEN s.group_id IS NOT NULL THEN s.group_id = :viewer_group ELSE s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group) END))) AS waiting,
  (SELECT COUNT(*) FROM session s LEFT JOIN person a ON a.id = s.agent_id WHERE s.state <> 'closed' AND s.state = 'open' AND s.agent_id <> :viewer
    AND (:viewer_scope = 'all' OR s.agent_id = :viewer
    OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group))
    OR (:viewer_scope IN ('own', 'group') AND s.state IN ('waiting', 'offered') AND CASE WHEN s.wanted_id IS NOT NULL THEN s.wanted_id = :viewer
      WHEN s.group_id IS NOT NULL THEN s.group_id = :viewer_group ELSE s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group) END))) AS group_open,
  (SELECT CAST(COALESCE(SUM(m.unread), 0) AS BIGINT) FROM session m WHERE m.agent_id = :viewer AND m.state = 'open') AS unread;

-- name: inbox_log
-- in:   session_id:id
-- out:  at:time what:text person_name:text? reason:text
SELECT l.at, l.what, p.name AS person_name, l.reason FROM routing_log l LEFT JOIN person p ON p.id = l.person_id
WHERE l.session_id = :session_id ORDER BY l.id;

-- shape: inbox_in
-- in:   box:enum(mine,waiting,group,closed)? shop_id:id? q:text(0..60)? cursor:text(0..60)? limit:int(1..200)?

-- shape: inbox_out
-- With next there are older ones. A page of closed ones looks back over a few thousand sessions at most, of which any number may fit, none too;
-- looked_to tells how far that was.
-- out:  rows:json next:text? looked_to:time? counts:json

-- shape: inbox_session_in
-- in:   session_id:id
