-- name: handling_open
-- in:   session_id:id person_id:id now:time
-- out:  customer_id:id
UPDATE session SET state = 'open', agent_id = :person_id, assigned_at = :now, wanted_id = NULL
WHERE id = :session_id AND (state = 'waiting' OR (state = 'offered' AND agent_id = :person_id))
RETURNING customer_id;

-- name: handling_person
-- What a person can still carry; offers to him count.
-- in:   person_id:id session_id:id
-- out:  name:text capacity:int held:int
SELECT p.name, p.capacity, (SELECT COUNT(*) FROM session s WHERE s.agent_id = p.id AND s.state IN ('open', 'offered') AND s.id <> :session_id) AS held
FROM person p WHERE p.id = :person_id;

-- name: handling_back
-- in:   session_id:id viewer:id@server
-- out:  shop_id:id
UPDATE session SET state = 'waiting', agent_id = NULL, assigned_at = NULL
WHERE id = :session_id AND state = 'offered' AND agent_id = :viewer RETURNING shop_id;

-- name: handling_category
-- in:   session_id:id category_id:id
UPDATE session SET category_id = :category_id WHERE id = :session_id;

-- name: handling_category_known
-- in:   category_id:id
-- out:  id:id
SELECT id FROM category WHERE id = :category_id AND closed_at IS NULL;

-- name: handling_tags
-- in:   session_id:id tags:json(2..4000)
UPDATE session SET tags = :tags WHERE id = :session_id;

-- name: handling_invited
-- in:   session_id:id since:time
-- out:  asked:bool rated:bool
SELECT EXISTS (SELECT 1 FROM invite i WHERE i.session_id = :session_id AND i.at > :since) AS asked,
  EXISTS (SELECT 1 FROM rating r WHERE r.session_id = :session_id) AS rated;

-- name: handling_invite
-- in:   id:id session_id:id now:time
INSERT INTO invite (id, session_id, shop_id, customer_id, person_id, at)
SELECT :id, s.id, s.shop_id, s.customer_id, s.agent_id, :now FROM session s WHERE s.id = :session_id
ON CONFLICT DO NOTHING;

-- shape: handling_in
-- in:   session_id:id

-- shape: handling_close_in
-- in:   session_id:id category_id:id? note:text(0..1000)?
