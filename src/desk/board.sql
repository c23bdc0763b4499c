-- The live board. What a viewer sees of it follows his scope: see contact/scope.h.

-- name: board_day
-- The day of the first shop's wall is the day of the board.
-- out:  timezone:text cut_hour:int
SELECT timezone, cut_hour FROM shop WHERE closed_at IS NULL ORDER BY id LIMIT 1;

-- name: board_shops
-- "+ 0": the few that are open are gathered, instead of walking every shop's whole past in order.
-- in:   now:time viewer:id viewer_scope:text viewer_group:id?
-- out:  id:id name:text colour:text waiting:int oldest_ms:int? open:int
SELECT h.id, h.name, h.colour, COALESCE(l.waiting, 0) AS waiting, :now - l.oldest AS oldest_ms, COALESCE(l.open, 0) AS open
FROM shop h LEFT JOIN (
  SELECT s.shop_id + 0 AS shop_id, CAST(SUM(CASE WHEN s.state = 'open' THEN 0 ELSE 1 END) AS BIGINT) AS waiting,
    MIN(CASE WHEN s.state = 'open' THEN NULL ELSE s.queued_at END) AS oldest, CAST(SUM(CASE WHEN s.state = 'open' THEN 1 ELSE 0 END) AS BIGINT) AS open
  FROM session s LEFT JOIN person a ON a.id = s.agent_id WHERE s.state <> 'closed'
    AND (:viewer_scope = 'all' OR s.agent_id = :viewer OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group
      OR (s.group_id IS NULL AND s.agent_id IS NULL AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))))
  GROUP BY s.shop_id + 0) l ON l.shop_id = h.id
WHERE h.closed_at IS NULL AND (:viewer_scope = 'all' OR h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
ORDER BY h.name, h.id;

-- name: board_groups
-- in:   now:time viewer:id viewer_scope:text viewer_group:id?
-- out:  id:id name:text waiting:int oldest_ms:int? open:int online:int
SELECT g.id, g.name, (SELECT COUNT(*) FROM session s WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND s.group_id = g.id) AS waiting,
  :now - (SELECT MIN(s.queued_at) FROM session s WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND s.group_id = g.id) AS oldest_ms,
  (SELECT COUNT(*) FROM person p JOIN session s ON s.agent_id = p.id AND s.state = 'open' WHERE p.group_id = g.id) AS open,
  (SELECT COUNT(*) FROM person p WHERE p.group_id = g.id AND p.disabled_at IS NULL AND p.left_at IS NULL
    AND (SELECT t.state FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1) IN ('online', 'wrapup')) AS online
FROM team_group g
WHERE g.closed_at IS NULL AND (:viewer_scope = 'all' OR g.id = :viewer_group
  OR (:viewer_scope = 'shop' AND EXISTS (SELECT 1 FROM group_shop z WHERE z.group_id = g.id AND z.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))))
ORDER BY g.name, g.id;

-- name: board_agents
-- in:   now:time today:time viewer:id viewer_scope:text viewer_group:id?
-- out:  id:id name:text group_id:id? group_name:text? state:text reason:text since:time open:int capacity:int oldest_unanswered_ms:int?
--       today_received:int today_first_reply_ms:int? today_avg_reply_ms:int?
SELECT z.id, z.name, z.group_id, z.group_name, z.state, z.reason, z.since, z.open, z.capacity, :now - z.oldest AS oldest_unanswered_ms,
  COALESCE(d.received, 0) AS today_received, d.first_ms AS today_first_reply_ms, d.avg_ms AS today_avg_reply_ms
FROM (
  SELECT p.id, p.name, p.group_id, g.name AS group_name, p.capacity,
    COALESCE((SELECT t.state FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), 'offline') AS state,
    COALESCE((SELECT t.reason FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), '') AS reason,
    COALESCE((SELECT t.at FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), p.created_at) AS since,
    (SELECT COUNT(*) FROM session s WHERE s.agent_id = p.id AND s.state = 'open') AS open,
    (SELECT MIN(s.unanswered_since) FROM session s WHERE s.agent_id = p.id AND s.state = 'open') AS oldest
  FROM person p JOIN role r ON r.id = p.role_id LEFT JOIN team_group g ON g.id = p.group_id
  WHERE p.kind = 'human' AND p.disabled_at IS NULL AND p.left_at IS NULL AND r.permissions LIKE '%"CHAT"%'
    AND (:viewer_scope = 'all' OR p.id = :viewer OR (:viewer_scope IN ('group', 'shop') AND p.group_id = :viewer_group)
    OR (:viewer_scope = 'shop' AND (EXISTS (SELECT 1 FROM person_shop m WHERE m.person_id = p.id AND m.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
      OR EXISTS (SELECT 1 FROM group_shop n WHERE n.group_id = p.group_id AND n.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))))) z
LEFT JOIN (
  SELECT s.agent_id, COUNT(*) AS received,
    CAST(SUM(COALESCE(s.first_reply_ms, s.first_reply_at - s.started_at)) / NULLIF(SUM(CASE WHEN s.first_reply_at IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS first_ms,
    CAST(SUM(s.rounds_ms) / NULLIF(SUM(s.rounds), 0) AS BIGINT) AS avg_ms
  FROM shop h CROSS JOIN session s WHERE s.shop_id = h.id AND s.started_at >= :today AND s.agent_id IS NOT NULL GROUP BY s.agent_id) d ON d.agent_id = z.id
ORDER BY CASE z.state WHEN 'online' THEN 0 WHEN 'wrapup' THEN 1 WHEN 'paused' THEN 2 ELSE 3 END, z.name, z.id;

-- name: board_today
-- in:   today:time viewer:id viewer_scope:text viewer_group:id?
-- out:  received:int answered:int waiting:int unanswered:int first_reply_ms:int? avg_reply_ms:int? within_30s:real? within_180s:real?
SELECT COUNT(*) AS received, CAST(COALESCE(SUM(CASE WHEN s.first_reply_at IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS answered,
  CAST(COALESCE(SUM(CASE WHEN s.state IN ('waiting', 'offered') THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
  CAST(COALESCE(SUM(CASE WHEN s.unanswered_since IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT) AS unanswered,
  CAST(SUM(COALESCE(s.first_reply_ms, s.first_reply_at - s.started_at)) / NULLIF(SUM(CASE WHEN s.first_reply_at IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT)
    AS first_reply_ms,
  CAST(SUM(s.rounds_ms) / NULLIF(SUM(s.rounds), 0) AS BIGINT) AS avg_reply_ms,
  CAST(SUM(s.rounds_30s) AS DOUBLE PRECISION) / NULLIF(SUM(s.rounds), 0) AS within_30s,
  CAST(SUM(s.rounds_180s) AS DOUBLE PRECISION) / NULLIF(SUM(s.rounds), 0) AS within_180s
FROM shop h CROSS JOIN session s LEFT JOIN person a ON a.id = s.agent_id
WHERE s.shop_id = h.id AND s.started_at >= :today AND (:viewer_scope = 'all' OR s.agent_id = :viewer OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group
      OR (s.group_id IS NULL AND s.agent_id IS NULL AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))));

-- name: board_late
-- Customers who have waited for an answer, or for an agent, for too long.
-- in:   now:time unanswered_before:time queued_before:time viewer:id viewer_scope:text viewer_group:id?
-- out:  session_id:id waits:bool agent_id:id? agent_name:text? shop_name:text customer_name:text since_ms:int
SELECT s.id AS session_id, s.state <> 'open' AS waits, CASE WHEN s.state = 'open' THEN s.agent_id END AS agent_id,
  CASE WHEN s.state = 'open' THEN a.name END AS agent_name, h.name AS shop_name, c.name AS customer_name,
  :now - CASE WHEN s.state = 'open' THEN s.unanswered_since ELSE s.queued_at END AS since_ms
FROM session s JOIN shop h ON h.id = s.shop_id JOIN customer c ON c.id = s.customer_id LEFT JOIN person a ON a.id = s.agent_id
WHERE s.state <> 'closed' AND ((s.state = 'open' AND s.unanswered_since < :unanswered_before) OR (s.state <> 'open' AND s.queued_at < :queued_before))
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group
      OR (s.group_id IS NULL AND s.agent_id IS NULL AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))))
ORDER BY 7 DESC LIMIT 20;

-- name: board_unserved
-- Shops whose customers wait while nobody who serves them is online.
-- in:   viewer:id viewer_scope:text viewer_group:id?
-- out:  shop_name:text waiting:int
SELECT h.name AS shop_name, COUNT(*) AS waiting FROM session s JOIN shop h ON h.id = s.shop_id LEFT JOIN person a ON a.id = s.agent_id
WHERE s.state <> 'closed' AND s.state = 'waiting'
  AND (:viewer_scope = 'all' OR s.agent_id = :viewer OR (:viewer_scope = 'shop' AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
    OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR a.group_id = :viewer_group
      OR (s.group_id IS NULL AND s.agent_id IS NULL AND s.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))))
  AND NOT EXISTS (SELECT 1 FROM person p JOIN role r ON r.id = p.role_id WHERE p.disabled_at IS NULL AND p.left_at IS NULL AND r.permissions LIKE '%"CHAT"%'
    AND (EXISTS (SELECT 1 FROM person_shop v WHERE v.person_id = p.id AND v.shop_id = h.id)
      OR EXISTS (SELECT 1 FROM group_shop w WHERE w.group_id = p.group_id AND w.shop_id = h.id))
    AND (SELECT t.state FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1) IN ('online', 'wrapup'))
GROUP BY h.id, h.name ORDER BY h.name LIMIT 20;

-- shape: board_out
-- out:  at:time shops:json groups:json agents:json alerts:json today:json
