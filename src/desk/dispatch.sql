-- name: dispatch_session
-- in:   session_id:id
-- out:  shop_id:id group_id:id? skill_id:id? wanted_id:id? agent_id:id? state:text channel:text priority:int queued_at:time assigned_at:time?
SELECT shop_id, group_id, skill_id, wanted_id, agent_id, state, channel, priority, queued_at, assigned_at FROM session WHERE id = :session_id;

-- name: dispatch_live
-- in:   after_id:id
-- out:  id:id
SELECT s.id FROM session s WHERE s.state <> 'closed' AND s.channel = 'web' AND s.id > :after_id ORDER BY s.id LIMIT 1000;

-- name: dispatch_preferred
-- Whom the customer knows: who had this conversation before it was opened again, else who had the last one in this shop.
-- in:   session_id:id
-- out:  agent_id:id at:time return_days:int again:bool
SELECT CASE WHEN z.again THEN z.same_agent ELSE z.last_agent END AS agent_id, COALESCE(z.last_at, 0) AS at, z.return_days, z.again FROM (
  SELECT h.return_days,
    COALESCE((SELECT l.what FROM routing_log l WHERE l.session_id = s.id ORDER BY l.id DESC LIMIT 1), '') = 'reopened' AS again,
    COALESCE((SELECT l.person_id FROM routing_log l WHERE l.session_id = s.id AND l.what = 'assigned' ORDER BY l.id DESC LIMIT 1), 0) AS same_agent,
    COALESCE((SELECT o.agent_id FROM session o WHERE o.customer_id = s.customer_id AND o.shop_id = s.shop_id AND o.state = 'closed'
      AND o.agent_id IS NOT NULL ORDER BY o.started_at DESC, o.id DESC LIMIT 1), 0) AS last_agent,
    (SELECT o.closed_at FROM session o WHERE o.customer_id = s.customer_id AND o.shop_id = s.shop_id AND o.state = 'closed'
      AND o.agent_id IS NOT NULL ORDER BY o.started_at DESC, o.id DESC LIMIT 1) AS last_at
  FROM session s JOIN shop h ON h.id = s.shop_id WHERE s.id = :session_id) z;

-- name: dispatch_agents
-- in:   person_id:id?
-- out:  id:id capacity:int group_id:id? state:text at:time
SELECT p.id, p.capacity, p.group_id,
  CASE WHEN p.disabled_at IS NOT NULL OR p.left_at IS NOT NULL OR r.permissions NOT LIKE '%"CHAT"%' THEN 'offline' ELSE
    COALESCE((SELECT t.state FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), 'offline') END AS state,
  COALESCE((SELECT t.at FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), p.created_at) AS at
FROM person p JOIN role r ON r.id = p.role_id
WHERE (:person_id IS NULL OR p.id = :person_id) AND p.kind = 'human' ORDER BY p.id;

-- name: dispatch_agent_shops
-- in:   person_id:id?
-- out:  person_id:id shop_id:id
SELECT z.person_id, z.shop_id FROM (
  SELECT x.person_id, x.shop_id FROM person_shop x
  UNION SELECT p.id AS person_id, g.shop_id FROM person p JOIN group_shop g ON g.group_id = p.group_id) z
WHERE (:person_id IS NULL OR z.person_id = :person_id) ORDER BY z.person_id, z.shop_id;

-- name: dispatch_agent_skills
-- in:   person_id:id?
-- out:  person_id:id skill_id:id level:int
SELECT k.person_id, k.skill_id, k.level FROM person_skill k WHERE (:person_id IS NULL OR k.person_id = :person_id)
ORDER BY k.person_id, k.skill_id;

-- name: dispatch_shops
-- out:  id:id routing_mode:text
SELECT id, routing_mode FROM shop WHERE closed_at IS NULL ORDER BY id;

-- name: dispatch_offer
-- in:   session_id:id agent_id:id now:time
-- out:  shop_id:id
UPDATE session SET state = 'offered', agent_id = :agent_id, assigned_at = :now WHERE id = :session_id AND state = 'waiting' RETURNING shop_id;

-- name: dispatch_back
-- From an agent who did not answer or has left.
-- in:   session_id:id agent_id:id priority:int
-- out:  shop_id:id
UPDATE session SET state = 'waiting', agent_id = NULL, assigned_at = NULL, priority = CASE WHEN :priority > priority THEN :priority ELSE priority END
WHERE id = :session_id AND agent_id = :agent_id AND state IN ('open', 'offered') RETURNING shop_id;

-- name: dispatch_unwanted
-- in:   session_id:id group_id:id?
-- out:  shop_id:id
UPDATE session SET wanted_id = NULL, group_id = :group_id WHERE id = :session_id AND state = 'waiting' RETURNING shop_id;

-- name: dispatch_idle
-- Answered, and silent since.
-- in:   before:time
-- out:  id:id
SELECT s.id FROM session s WHERE s.state <> 'closed' AND s.state = 'open' AND s.unanswered_since IS NULL AND s.last_at < :before AND s.channel = 'web'
ORDER BY s.last_at LIMIT 100;

-- name: dispatch_queue
-- in:   shop_id:id limit:int
-- out:  id:id customer_id:id
SELECT s.id, s.customer_id FROM session s WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND s.shop_id = :shop_id
ORDER BY s.queued_at LIMIT :limit;
