-- name: account_role
-- in:   key:text
-- out:  id:id
SELECT id FROM role WHERE key = :key;

-- name: account_group
-- in:   name:text
-- out:  id:id
SELECT MIN(id) AS id FROM team_group WHERE key = :name OR name = :name HAVING COUNT(*) > 0;

-- name: account_owner
-- in:   account:text
-- out:  id:id key:text
SELECT id, key FROM person WHERE account = :account;

-- name: account_put
-- in:   id:id key:text account:text name:text? pinyin:text? role_id:id group_id:id? password:text now:time
-- out:  id:id name:text
INSERT INTO person (id, key, account, name, pinyin, role_id, group_id, password, password_at, created_at)
VALUES (:id, :key, :account, COALESCE(:name, :account), COALESCE(:pinyin, ''), :role_id, :group_id, :password, :now, :now)
ON CONFLICT (key) DO UPDATE SET account = excluded.account, name = COALESCE(:name, person.name), pinyin = COALESCE(:pinyin, person.pinyin),
  role_id = excluded.role_id, group_id = COALESCE(excluded.group_id, person.group_id), password = excluded.password,
  password_at = excluded.password_at, must_change = FALSE, disabled_at = NULL
RETURNING id, name;

-- name: account_password
-- in:   account:text password:text must_change:bool now:time
-- out:  id:id
UPDATE person SET password = :password, password_at = :now, must_change = :must_change WHERE account = :account RETURNING id;

-- name: account_logins_end
-- in:   person_id:id
DELETE FROM login WHERE person_id = :person_id;

-- name: account_all_shops
-- in:   person_id:id
INSERT INTO person_shop (person_id, shop_id) SELECT :person_id, s.id FROM shop s WHERE s.id > 0 ON CONFLICT (person_id, shop_id) DO NOTHING;

-- name: account_shop_find
-- in:   key:text
-- out:  id:id
SELECT id FROM shop WHERE key = :key;

-- name: account_shop
-- in:   person_id:id shop_id:id
INSERT INTO person_shop (person_id, shop_id) VALUES (:person_id, :shop_id) ON CONFLICT (person_id, shop_id) DO NOTHING;

-- name: account_list
-- out:  account:text name:text role:text? group_name:text? disabled:bool
SELECT p.account, p.name, r.key AS role, g.name AS group_name, p.disabled_at IS NOT NULL AS disabled
FROM person p LEFT JOIN role r ON r.id = p.role_id LEFT JOIN team_group g ON g.id = p.group_id
WHERE p.account IS NOT NULL ORDER BY p.account;
