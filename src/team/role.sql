-- Roles are data; the built-in ones are put in at the start when they are absent.

-- name: role_list
-- out:  id:id key:text name:text name_en:text scope:text permissions:json builtin:bool people:int
SELECT r.id, r.key, r.name, r.name_en, r.scope, r.permissions, r.builtin,
  (SELECT COUNT(*) FROM person p WHERE p.role_id = r.id AND p.left_at IS NULL) AS people
FROM role r
ORDER BY r.builtin DESC, r.id;

-- name: role_get
-- in:   id:id
-- out:  id:id key:text name:text name_en:text scope:text permissions:json builtin:bool
SELECT id, key, name, name_en, scope, permissions, builtin FROM role WHERE id = :id;

-- name: role_find
-- in:   text:text lower:text
-- out:  id:id key:text scope:text permissions:json
SELECT id, key, scope, permissions FROM role
WHERE key = :lower OR name = :text OR LOWER(name_en) = :lower
ORDER BY CASE WHEN key = :lower THEN 0 ELSE 1 END, id LIMIT 1;

-- name: role_add
-- in:   new_id:id@server key:text(1..40)? name:text(1..40) name_en:text(..60)? scope:enum(own,group,shop,all) permissions:json(2..4096)
-- out:  id:id
INSERT INTO role (id, key, name, name_en, scope, permissions, builtin)
VALUES (:new_id, :key, :name, COALESCE(:name_en, :name), :scope, :permissions, FALSE)
RETURNING id;

-- name: role_change
-- in:   role_id:id name:text(1..40)? name_en:text(1..60)? scope:enum(own,group,shop,all)? permissions:json(2..4096)?
UPDATE role SET name = COALESCE(:name, name), name_en = COALESCE(:name_en, name_en), scope = COALESCE(:scope, scope),
  permissions = COALESCE(:permissions, permissions)
WHERE id = :role_id;

-- name: role_seed
-- in:   id:id key:text name:text name_en:text scope:text permissions:text
INSERT INTO role (id, key, name, name_en, scope, permissions, builtin)
VALUES (:id, :key, :name, :name_en, :scope, :permissions, TRUE)
ON CONFLICT (key) DO NOTHING;

-- name: role_administrator_refresh
-- The administrator may do everything, also what a later version adds.
-- in:   permissions:text
UPDATE role SET permissions = :permissions, scope = 'all', builtin = TRUE
WHERE key = 'administrator' AND (permissions <> :permissions OR scope <> 'all' OR builtin = FALSE);

-- name: role_administrator_lock
-- Taken before a change that might leave nobody in charge: two such changes come one after the other.
UPDATE role SET builtin = TRUE WHERE key = 'administrator';

-- name: role_administrators
-- in:   except:id
-- out:  others:int
SELECT COUNT(*) AS others FROM person p JOIN role r ON r.id = p.role_id
WHERE r.key = 'administrator' AND p.id <> :except AND p.disabled_at IS NULL AND p.left_at IS NULL AND p.account IS NOT NULL
  AND p.password IS NOT NULL;

-- shape: permission_shape
-- out:  name:text zh:text en:text
