-- name: group_list
-- in:   viewer:id@server viewer_scope:text@server viewer_group:id@server
-- out:  id:id key:text name:text shops:json people:int closed_at:time?
SELECT g.id, g.key, g.name,
  '[' || COALESCE((SELECT string_agg(CAST(x.shop_id AS TEXT), ',' ORDER BY x.shop_id) FROM group_shop x WHERE x.group_id = g.id), '') || ']' AS shops,
  (SELECT COUNT(*) FROM person p WHERE p.group_id = g.id AND p.left_at IS NULL) AS people, g.closed_at
FROM team_group g
WHERE :viewer_scope = 'all' OR g.id = :viewer_group
  OR (:viewer_scope = 'shop' AND EXISTS (SELECT 1 FROM group_shop x JOIN person_reach y ON y.shop_id = x.shop_id
    WHERE x.group_id = g.id AND y.person_id = :viewer))
ORDER BY g.closed_at IS NOT NULL, g.id;

-- name: group_get
-- in:   id:id
-- out:  id:id name:text closed_at:time?
SELECT id, name, closed_at FROM team_group WHERE id = :id;

-- name: group_find
-- in:   text:text
-- out:  id:id
SELECT id FROM team_group WHERE key = :text OR name = :text ORDER BY closed_at IS NOT NULL, CASE WHEN key = :text THEN 0 ELSE 1 END, id LIMIT 1;

-- shape: group_create
-- in:   name:text(1..40) key:text(1..40)? shops:json(2..20000)?

-- name: group_add
-- in:   id:id key:text name:text now:time
INSERT INTO team_group (id, key, name, created_at) VALUES (:id, :key, :name, :now);

-- shape: group_patch
-- in:   group_id:id name:text(1..40)? shops:json(2..20000)? closed:bool?

-- name: group_change
-- in:   group_id:id name:text? closed:bool? now:time
UPDATE team_group SET name = COALESCE(:name, name),
  closed_at = CASE WHEN :closed IS NULL THEN closed_at WHEN :closed THEN COALESCE(closed_at, :now) ELSE NULL END
WHERE id = :group_id;

-- name: group_shops
-- in:   group_id:id
-- out:  shop_id:id
SELECT shop_id FROM group_shop WHERE group_id = :group_id ORDER BY shop_id;

-- name: group_shops_clear
-- in:   group_id:id
DELETE FROM group_shop WHERE group_id = :group_id;

-- name: group_shop_add
-- in:   group_id:id shop_id:id
INSERT INTO group_shop (group_id, shop_id) VALUES (:group_id, :shop_id) ON CONFLICT DO NOTHING;

-- shape: team_created
-- out:  id:id
