-- The log of agents' states; a row is open until the agent's next one.

-- name: state_add
-- in:   id:id person_id:id at:time state:text reason:text
INSERT INTO agent_state (id, person_id, at, state, reason) VALUES (:id, :person_id, :at, :state, :reason);

-- name: state_lock
-- Two changes of one person's state come one after the other (PostgreSQL locks the row).
-- in:   person_id:id
-- out:  id:id
UPDATE person SET created_at = created_at WHERE id = :person_id RETURNING id;

-- name: state_last
-- in:   person_id:id
-- out:  state:text reason:text group_id:id?
SELECT COALESCE(s.state, 'offline') AS state, COALESCE(s.reason, '') AS reason, p.group_id
FROM person p
LEFT JOIN agent_state s ON s.id = (SELECT a.id FROM agent_state a WHERE a.person_id = p.id ORDER BY a.at DESC, a.id DESC LIMIT 1)
WHERE p.id = :person_id;

-- shape: state_set
-- in:   state:enum(online,paused,offline) reason:text(..40)?
