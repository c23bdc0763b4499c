-- name: transfer_person
-- A colleague who may receive it: one who serves the session's shop.
-- in:   person_id:id shop_id:id
-- out:  name:text group_id:id? serves:bool
SELECT p.name, p.group_id, (EXISTS (SELECT 1 FROM person_shop x WHERE x.person_id = p.id AND x.shop_id = :shop_id)
  OR EXISTS (SELECT 1 FROM group_shop g WHERE g.group_id = p.group_id AND g.shop_id = :shop_id)) AS serves
FROM person p JOIN role r ON r.id = p.role_id WHERE p.id = :person_id AND p.disabled_at IS NULL AND p.left_at IS NULL
  AND r.permissions LIKE '%"CHAT"%';

-- name: transfer_group
-- in:   group_id:id shop_id:id
-- out:  name:text serves:bool
SELECT g.name, EXISTS (SELECT 1 FROM group_shop x WHERE x.group_id = g.id AND x.shop_id = :shop_id) AS serves
FROM team_group g WHERE g.id = :group_id AND g.closed_at IS NULL;

-- name: transfer_session
-- From now on it waits for who is wanted.
-- in:   session_id:id wanted_id:id? group_id:id? now:time
-- out:  shop_id:id
UPDATE session SET state = 'waiting', agent_id = NULL, assigned_at = NULL, wanted_id = :wanted_id, group_id = COALESCE(:group_id, group_id),
  queued_at = :now, priority = CASE WHEN priority < 5 THEN 5 ELSE priority END
WHERE id = :session_id AND state <> 'closed' RETURNING shop_id;

-- name: transfer_add
-- in:   id:id session_id:id at:time from_id:id? to_person_id:id? to_group_id:id? note:text
INSERT INTO transfer (id, session_id, at, from_id, to_person_id, to_group_id, note)
VALUES (:id, :session_id, :at, :from_id, :to_person_id, :to_group_id, :note);

-- name: transfer_note
-- in:   id:id session_id:id at:time person_id:id text:text
INSERT INTO session_note (id, session_id, at, person_id, text) VALUES (:id, :session_id, :at, :person_id, :text);

-- name: transfer_targets
-- in:   shop_id:id viewer:id@server
-- out:  kind:text id:id name:text state:text? open:int capacity:int
SELECT 'group' AS kind, g.id, g.name, NULL AS state,
  (SELECT COUNT(*) FROM session s JOIN person m ON m.id = s.agent_id WHERE m.group_id = g.id AND s.state = 'open') AS open,
  (SELECT CAST(COALESCE(SUM(m.capacity), 0) AS BIGINT) FROM person m WHERE m.group_id = g.id AND m.disabled_at IS NULL AND m.left_at IS NULL) AS capacity
FROM team_group g JOIN group_shop x ON x.group_id = g.id AND x.shop_id = :shop_id WHERE g.closed_at IS NULL
UNION ALL
SELECT 'person' AS kind, p.id, p.name,
  COALESCE((SELECT t.state FROM agent_state t WHERE t.person_id = p.id ORDER BY t.at DESC, t.id DESC LIMIT 1), 'offline') AS state,
  (SELECT COUNT(*) FROM session s WHERE s.agent_id = p.id AND s.state IN ('open', 'offered')) AS open, p.capacity
FROM person p JOIN role r ON r.id = p.role_id
WHERE p.disabled_at IS NULL AND p.left_at IS NULL AND p.id <> :viewer AND p.kind = 'human' AND r.permissions LIKE '%"CHAT"%'
  AND (EXISTS (SELECT 1 FROM person_shop y WHERE y.person_id = p.id AND y.shop_id = :shop_id)
    OR EXISTS (SELECT 1 FROM group_shop z WHERE z.group_id = p.group_id AND z.shop_id = :shop_id))
ORDER BY 1, 3, 2;

-- shape: transfer_in
-- in:   session_id:id person_id:id? group_id:id? note:text(1..1000)

-- shape: transfer_session_path
-- in:   session_id:id
