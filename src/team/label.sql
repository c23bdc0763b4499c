-- Wrap-up categories and tags: what an agent sticks on a session.

-- name: category_list
-- out:  id:id key:text name:text name_en:text sort:int closed_at:time?
SELECT id, key, name, name_en, sort, closed_at FROM category ORDER BY closed_at IS NOT NULL, sort, id;

-- name: category_add
-- in:   new_id:id@server key:text(1..40)? name:text(1..40) name_en:text(..60)? sort:int(0..10000)?
-- out:  id:id
INSERT INTO category (id, key, name, name_en, sort)
VALUES (:new_id, :key, :name, COALESCE(:name_en, ''), COALESCE(:sort, (SELECT COALESCE(MAX(sort), 0) + 10 FROM category)))
RETURNING id;

-- name: category_change
-- in:   category_id:id now:time@server name:text(1..40)? name_en:text(..60)? sort:int(0..10000)? closed:bool?
UPDATE category SET name = COALESCE(:name, name), name_en = COALESCE(:name_en, name_en), sort = COALESCE(:sort, sort),
  closed_at = CASE WHEN :closed IS NULL THEN closed_at WHEN :closed THEN COALESCE(closed_at, :now) ELSE NULL END
WHERE id = :category_id;

-- name: category_count
-- out:  n:int
SELECT COUNT(*) AS n FROM category;

-- name: category_seed
-- in:   id:id key:text name:text name_en:text sort:int
INSERT INTO category (id, key, name, name_en, sort) VALUES (:id, :key, :name, :name_en, :sort) ON CONFLICT (key) DO NOTHING;

-- name: tag_list
-- out:  id:id name:text colour:text
SELECT id, name, colour FROM tag ORDER BY name;

-- name: tag_add
-- in:   new_id:id@server name:text(1..20) colour:text(..20)?
-- out:  id:id
INSERT INTO tag (id, name, colour) VALUES (:new_id, :name, COALESCE(:colour, ''))
ON CONFLICT (name) DO UPDATE SET colour = COALESCE(:colour, tag.colour)
RETURNING id;
