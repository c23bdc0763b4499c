-- Signing in, and everything one does with the own account.

-- name: setup_needed
-- out:  needed:bool
SELECT NOT EXISTS (SELECT 1 FROM person p JOIN role r ON r.id = p.role_id
  WHERE r.key = 'administrator' AND p.password IS NOT NULL AND p.disabled_at IS NULL AND p.left_at IS NULL) AS needed;

-- shape: setup_reply
-- out:  needed:bool business_name:text

-- shape: setup_do
-- in:   token:text(1..200) account:text(1..64) name:text(1..64) password:text(1..512) lang:enum(zh,en)?

-- shape: login_do
-- in:   account:text(1..200) password:text(1..512)

-- shape: login_reply
-- out:  person:json

-- name: login_by_account
-- in:   typed:text lower:text
-- out:  id:id password:text? disabled_at:time? left_at:time? kind:text
SELECT id, password, disabled_at, left_at, kind FROM person WHERE account = :typed OR account = :lower
ORDER BY CASE WHEN account = :typed THEN 0 ELSE 1 END LIMIT 1;

-- name: login_address_known
-- Has this account come in from this address before? Read from the audit trail, which outlives the logins (and is older than the method before a path).
-- in:   account:text address:text
-- out:  known:bool
SELECT EXISTS (SELECT 1 FROM person p JOIN audit a ON a.subject_kind = 'person' AND a.subject_id = p.id
  WHERE p.account = :account AND a.action IN ('POST /api/v1/login', '/api/v1/login') AND a.address = :address) AS known;

-- name: login_add
-- in:   id:id person_id:id token_hash:text csrf:text address:text browser:text now:time expires_at:time
INSERT INTO login (id, person_id, token_hash, csrf, address, browser, created_at, seen_at, expires_at)
VALUES (:id, :person_id, :token_hash, :csrf, :address, :browser, :now, :now, :expires_at);

-- name: login_prune
-- in:   person_id:id now:time
DELETE FROM login WHERE person_id = :person_id AND expires_at <= :now;

-- name: login_end
-- in:   person_id:id login_id:id
DELETE FROM login WHERE id = :login_id AND person_id = :person_id;

-- name: login_end_others
-- All of a person but one (0: all).
-- in:   person_id:id except:id
DELETE FROM login WHERE person_id = :person_id AND id <> :except;

-- name: login_list
-- in:   person_id:id current:id now:time
-- out:  id:id address:text browser:text created_at:time seen_at:time expires_at:time current:bool
SELECT id, address, browser, created_at, seen_at, expires_at, id = :current AS current FROM login
WHERE person_id = :person_id AND expires_at > :now ORDER BY seen_at DESC, id DESC;

-- shape: login_path
-- in:   login_id:id

-- name: me_get
-- in:   person_id:id
-- out:  account:text? name:text lang:text capacity:int must_change:bool role_key:text? role_name:text? role_name_en:text? role_scope:text?
--       role_permissions:json? group_id:id? group_name:text? state:text? state_reason:text? state_at:time?
SELECT p.account, p.name, p.lang, p.capacity, p.must_change, r.key AS role_key, r.name AS role_name, r.name_en AS role_name_en, r.scope AS role_scope,
  r.permissions AS role_permissions, p.group_id, g.name AS group_name, s.state, s.reason AS state_reason, s.at AS state_at
FROM person p
LEFT JOIN role r ON r.id = p.role_id
LEFT JOIN team_group g ON g.id = p.group_id
LEFT JOIN agent_state s ON s.id = (SELECT a.id FROM agent_state a WHERE a.person_id = p.id ORDER BY a.at DESC, a.id DESC LIMIT 1)
WHERE p.id = :person_id;

-- name: me_shops
-- in:   person_id:id scope:text
-- out:  id:id key:text name:text colour:text timezone:text cut_hour:int
SELECT id, key, name, colour, timezone, cut_hour FROM shop
WHERE closed_at IS NULL AND (:scope = 'all' OR EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = :person_id AND x.shop_id = shop.id))
ORDER BY id;

-- shape: me_reply
-- out:  person_id:id account:text? name:text lang:text role_key:text? role_name:text? role_name_en:text? scope:text permissions:json group_id:id? group_name:text?
--       shops:json csrf:text must_change:bool capacity:int state:text state_reason:text state_at:time?

-- name: me_change
-- in:   viewer:id@server lang:enum(zh,en)? name:text(1..64)? pinyin:text?@server
UPDATE person SET lang = COALESCE(:lang, lang), name = COALESCE(:name, name), pinyin = COALESCE(:pinyin, pinyin) WHERE id = :viewer;

-- shape: me_password
-- in:   old:text(1..512) new:text(1..512)

-- shape: reset_do
-- in:   token:text(1..200) password:text(1..512)

-- shape: reset_reply
-- out:  account:text
