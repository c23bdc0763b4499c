-- name: scope_session
-- in:   session_id:id viewer:id@server
-- out:  shop_id:id customer_id:id agent_id:id agent_group_id:id group_id:id wanted_id:id seq:int closed_at:time state:text
--       viewer_serves:bool
SELECT s.shop_id, s.customer_id, COALESCE(s.agent_id, 0) AS agent_id, COALESCE(p.group_id, 0) AS agent_group_id,
  COALESCE(s.group_id, 0) AS group_id, COALESCE(s.wanted_id, 0) AS wanted_id, s.seq, COALESCE(s.closed_at, 0) AS closed_at, s.state,
  EXISTS (SELECT 1 FROM session o WHERE o.customer_id = s.customer_id AND o.agent_id = :viewer AND o.state IN ('open', 'offered')) AS viewer_serves
FROM session s LEFT JOIN person p ON p.id = s.agent_id
WHERE s.id = :session_id;

-- name: scope_customer
-- in:   customer_id:id viewer:id@server viewer_group:id?@server viewer_scope:text@server
-- out:  shop_id:id served:bool
SELECT c.shop_id, EXISTS (
    SELECT 1 FROM session s LEFT JOIN person p ON p.id = s.agent_id
    WHERE s.customer_id = c.id AND (s.agent_id = :viewer
      OR (:viewer_scope = 'group' AND (s.group_id = :viewer_group OR p.group_id = :viewer_group))
      OR (s.state IN ('waiting', 'offered') AND (s.group_id = :viewer_group OR (s.group_id IS NULL AND s.shop_id IN (
        SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))))) AS served
FROM customer c WHERE c.id = :customer_id;
