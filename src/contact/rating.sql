-- name: rating_session
-- in:   session_id:id visitor:id@server
-- out:  shop_id:id agent_id:id? invited:bool rated:bool
SELECT s.shop_id, s.agent_id, EXISTS (SELECT 1 FROM invite i WHERE i.session_id = s.id) AS invited,
  EXISTS (SELECT 1 FROM rating r WHERE r.session_id = s.id) AS rated
FROM session s WHERE s.id = :session_id AND s.customer_id = :visitor;

-- name: rating_add
-- in:   id:id session_id:id shop_id:id customer_id:id person_id:id? at:time score:int source:text comment:text
INSERT INTO rating (id, session_id, shop_id, customer_id, person_id, at, score, source, comment)
VALUES (:id, :session_id, :shop_id, :customer_id, :person_id, :at, :score, :source, :comment);

-- name: rating_of_session
-- in:   session_id:id
-- out:  at:time score:int source:text comment:text person_name:text?
SELECT r.at, r.score, r.source, r.comment, p.name AS person_name FROM rating r LEFT JOIN person p ON p.id = r.person_id
WHERE r.session_id = :session_id ORDER BY r.at;

-- shape: rating_in
-- in:   session_id:id score:int(1..5) comment:text(0..1000)?
