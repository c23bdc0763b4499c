-- name: person_list
-- in:   q:text(1..60)? group_id:id? shop_id:id? left:bool? cursor:id? limit:int(1..2000)?
--       viewer:id@server viewer_scope:text@server viewer_group:id@server
-- out:  id:id key:text account:text? name:text pinyin:text kind:text role_id:id? role_key:text? role_name:text? role_name_en:text? group_id:id? group_name:text?
--       lang:text capacity:int shops:json skills:json has_password:bool disabled_at:time? left_at:time? created_at:time
--       state:text? state_reason:text? state_at:time?
SELECT p.id, p.key, p.account, p.name, p.pinyin, p.kind, p.role_id, r.key AS role_key, r.name AS role_name, r.name_en AS role_name_en, p.group_id,
  g.name AS group_name, p.lang, p.capacity,
  '[' || COALESCE((SELECT string_agg(CAST(x.shop_id AS TEXT), ',' ORDER BY x.shop_id) FROM person_shop x WHERE x.person_id = p.id), '') || ']' AS shops,
  '[' || COALESCE((SELECT string_agg('{"id":' || CAST(k.skill_id AS TEXT) || ',"level":' || CAST(k.level AS TEXT) || '}', ',' ORDER BY k.skill_id)
    FROM person_skill k WHERE k.person_id = p.id), '') || ']' AS skills,
  p.password IS NOT NULL AS has_password, p.disabled_at, p.left_at, p.created_at, s.state, s.reason AS state_reason, s.at AS state_at
FROM person p
LEFT JOIN role r ON r.id = p.role_id
LEFT JOIN team_group g ON g.id = p.group_id
LEFT JOIN agent_state s ON s.id = (SELECT a.id FROM agent_state a WHERE a.person_id = p.id ORDER BY a.at DESC, a.id DESC LIMIT 1)
WHERE p.id > COALESCE(:cursor, 0)
  AND (p.left_at IS NULL OR COALESCE(:left, FALSE))
  AND (:group_id IS NULL OR p.group_id = :group_id)
  AND (:shop_id IS NULL OR EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = p.id AND x.shop_id = :shop_id))
  AND (:q IS NULL OR LOWER(p.key) = LOWER(:q) OR LOWER(p.name || ' ' || COALESCE(p.account, '') || ' ' || p.pinyin)
    LIKE '%' || REPLACE(REPLACE(REPLACE(LOWER(:q), '\', '\\'), '%', '\%'), '_', '\_') || '%' ESCAPE '\')
  AND (:viewer_scope = 'all' OR p.id = :viewer
    OR (:viewer_scope = 'group' AND p.group_id = :viewer_group)
    OR (:viewer_scope = 'shop' AND EXISTS (SELECT 1 FROM person_reach x JOIN person_reach y ON y.shop_id = x.shop_id
      WHERE x.person_id = p.id AND y.person_id = :viewer)))
ORDER BY p.id
LIMIT COALESCE(:limit, 1000) + 1;

-- name: person_get
-- What the rules need to know of one person.
-- in:   id:id
-- out:  id:id account:text? name:text kind:text role_id:id? role_key:text? role_scope:text? role_permissions:json? group_id:id? password:text?
--       disabled_at:time? left_at:time?
SELECT p.id, p.account, p.name, p.kind, p.role_id, r.key AS role_key, r.scope AS role_scope, r.permissions AS role_permissions, p.group_id, p.password,
  p.disabled_at, p.left_at
FROM person p LEFT JOIN role r ON r.id = p.role_id
WHERE p.id = :id;

-- name: person_by_account
-- in:   account:text
-- out:  id:id
SELECT id FROM person WHERE account = :account;

-- name: person_shops
-- in:   person_id:id
-- out:  shop_id:id
SELECT shop_id FROM person_reach WHERE person_id = :person_id ORDER BY shop_id;

-- shape: person_create
-- in:   account:text(1..64) name:text(1..64) key:text(1..64)? role_id:id group_id:id? shops:json(2..20000)? skills:json(2..20000)? capacity:int(0..100)?
--       lang:enum(zh,en)? password:text(1..512)?

-- shape: person_created
-- out:  id:id password:text?

-- name: person_add
-- in:   id:id key:text account:text? name:text pinyin:text role_id:id? group_id:id? lang:text capacity:int password:text? must_change:bool now:time
INSERT INTO person (id, key, account, name, pinyin, role_id, group_id, lang, capacity, password, password_at, must_change, joined_at, created_at)
VALUES (:id, :key, :account, :name, :pinyin, :role_id, :group_id, :lang, :capacity, :password, :now, :must_change, :now, :now);

-- shape: person_patch
-- group_id 0: none.
-- in:   person_id:id account:text(1..64)? name:text(1..64)? role_id:id? group_id:int(0..)? shops:json(2..20000)? skills:json(2..20000)?
--       capacity:int(0..100)? lang:enum(zh,en)? left:bool?

-- name: person_change
-- in:   person_id:id account:text? name:text? pinyin:text? role_id:id? group_id:int? capacity:int? lang:text? left:bool? now:time@server
UPDATE person SET account = COALESCE(:account, account), name = COALESCE(:name, name), pinyin = COALESCE(:pinyin, pinyin),
  role_id = COALESCE(:role_id, role_id), capacity = COALESCE(:capacity, capacity), lang = COALESCE(:lang, lang),
  group_id = CASE WHEN :group_id IS NULL THEN group_id WHEN :group_id = 0 THEN NULL ELSE :group_id END,
  left_at = CASE WHEN :left IS NULL THEN left_at WHEN :left THEN COALESCE(left_at, :now) ELSE NULL END
WHERE id = :person_id;

-- name: person_disable
-- in:   person_id:id now:time
UPDATE person SET disabled_at = COALESCE(disabled_at, :now) WHERE id = :person_id;

-- name: person_enable
-- in:   person_id:id
UPDATE person SET disabled_at = NULL WHERE id = :person_id;

-- name: person_password_set
-- in:   person_id:id password:text now:time must_change:bool
UPDATE person SET password = :password, password_at = :now, must_change = :must_change WHERE id = :person_id;

-- name: person_shops_clear
-- in:   person_id:id
DELETE FROM person_shop WHERE person_id = :person_id;

-- name: person_shop_add
-- in:   person_id:id shop_id:id
INSERT INTO person_shop (person_id, shop_id) VALUES (:person_id, :shop_id) ON CONFLICT DO NOTHING;

-- name: person_skills_clear
-- in:   person_id:id
DELETE FROM person_skill WHERE person_id = :person_id;

-- name: person_skill_add
-- in:   person_id:id skill_id:id level:int
INSERT INTO person_skill (person_id, skill_id, level) VALUES (:person_id, :skill_id, :level) ON CONFLICT DO NOTHING;

-- shape: person_path
-- in:   person_id:id

-- shape: person_login_path
-- in:   person_id:id login_id:id

-- shape: person_reset_reply
-- out:  link:text expires_at:time

-- name: skill_list
-- out:  id:id name:text people:int
SELECT k.id, k.name, (SELECT COUNT(*) FROM person_skill x WHERE x.skill_id = k.id) AS people FROM skill k ORDER BY k.name;

-- name: skill_add
-- in:   new_id:id@server name:text(1..40)
-- out:  id:id
INSERT INTO skill (id, name) VALUES (:new_id, :name) RETURNING id;

-- name: person_own_shops
-- in:   person_id:id
-- out:  shop_id:id
SELECT shop_id FROM person_shop WHERE person_id = :person_id ORDER BY shop_id;
