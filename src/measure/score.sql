-- Score templates are the organisation's, like categories: whoever reads reports sees all of them.

-- name: score_list
-- in:   viewer:id@server
-- out:  id:id name:text items:json prizes:json builtin:bool mine:bool owner_name:text? updated_at:time
SELECT t.id, t.name, t.items, t.prizes, t.builtin, COALESCE(t.owner_id = :viewer, FALSE) AS mine, p.name AS owner_name, t.updated_at
FROM score_template t LEFT JOIN person p ON p.id = t.owner_id ORDER BY t.builtin DESC, t.name, t.id;

-- name: score_get
-- in:   template_id:id
-- out:  id:id name:text owner_id:id? items:text prizes:text builtin:bool
SELECT id, name, owner_id, items, prizes, builtin FROM score_template WHERE id = :template_id;

-- name: score_shipped
-- out:  = score_get
SELECT id, name, owner_id, items, prizes, builtin FROM score_template WHERE builtin ORDER BY id LIMIT 1;

-- name: score_count
-- out:  n:int builtin:int
SELECT COUNT(*) AS n, CAST(COALESCE(SUM(CASE WHEN builtin THEN 1 ELSE 0 END), 0) AS BIGINT) AS builtin FROM score_template;

-- name: score_add
-- in:   new_id:id@server now:time@server viewer:id@server name:text(1..60) items:json(2..8000) prizes:json(2..8000)?
-- out:  id:id
INSERT INTO score_template (id, owner_id, name, items, prizes, updated_at)
VALUES (:new_id, :viewer, :name, :items, COALESCE(:prizes, '[]'), :now) RETURNING id;

-- name: score_seed
-- in:   id:id name:text items:text now:time
INSERT INTO score_template (id, name, items, prizes, builtin, updated_at) VALUES (:id, :name, :items, '[]', TRUE, :now);

-- name: score_change
-- in:   template_id:id now:time@server name:text(1..60)? items:json(2..8000)? prizes:json(2..8000)?
UPDATE score_template SET name = COALESCE(:name, name), items = COALESCE(:items, items), prizes = COALESCE(:prizes, prizes), updated_at = :now
WHERE id = :template_id AND NOT builtin;

-- name: score_delete
-- in:   template_id:id
DELETE FROM score_template WHERE id = :template_id AND NOT builtin;

-- shape: score_in
-- in:   template_id:int(0..)? from:text(10..10) to:text(10..10)? shop_id:int(0..)? group_id:int(0..)? profile:text(0..20)?

-- shape: score_out
-- out:  template:json rows:json header:json
