-- name: outbox_add
-- in:   at:time kind:text topic:text subject:id ref:int
-- out:  pos:int
INSERT INTO outbox (at, kind, topic, subject, ref) VALUES (:at, :kind, :topic, :subject, :ref) RETURNING pos;

-- name: outbox_top
-- out:  pos:int
SELECT COALESCE(MAX(pos), 0) AS pos FROM outbox;

-- name: outbox_after
-- in:   pos:int xid:int limit:int
-- out:  pos:int xid:int kind:text topic:text subject:id ref:int
-- sqlite:
SELECT pos, 0 AS xid, kind, topic, subject, ref FROM outbox WHERE pos > :pos AND :xid = :xid ORDER BY pos LIMIT :limit;
-- postgres:
SELECT pos, xid, kind, topic, subject, ref FROM outbox
WHERE (xid, pos) > (:xid, :pos) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
ORDER BY xid, pos LIMIT :limit;

-- name: outbox_missed
-- in:   pos:int limit:int
-- out:  pos:int kind:text topic:text subject:id ref:int
SELECT pos, kind, topic, subject, ref FROM outbox WHERE pos > :pos ORDER BY pos LIMIT :limit;

-- name: outbox_bottom
-- out:  pos:int
SELECT COALESCE(MIN(pos), 0) AS pos FROM outbox;

-- name: outbox_prune
-- in:   keep_below:int
DELETE FROM outbox WHERE pos < :keep_below
  AND pos < (SELECT COALESCE(MIN(pos), 0) FROM outbox_cursor);

-- name: metrics_sessions
-- out:  state:text n:int oldest:time?
SELECT state, COUNT(*) AS n, MIN(queued_at) AS oldest FROM session WHERE state <> 'closed' GROUP BY state;

-- name: metrics_behind
-- in:   pos:int xid:int
-- out:  n:int oldest:time?
-- sqlite:
SELECT COUNT(*) AS n, MIN(at) AS oldest FROM outbox WHERE pos > :pos AND :xid = :xid;
-- postgres:
SELECT COUNT(*) AS n, MIN(at) AS oldest FROM outbox WHERE (xid, pos) > (:xid, :pos);

-- name: cursor_get
-- in:   consumer:text
-- out:  pos:int xid:int
SELECT pos, xid FROM outbox_cursor WHERE consumer = :consumer;

-- name: cursor_set
-- in:   consumer:text pos:int xid:int moved_at:time
INSERT INTO outbox_cursor (consumer, pos, xid, moved_at) VALUES (:consumer, :pos, :xid, :moved_at)
ON CONFLICT (consumer) DO UPDATE SET pos = excluded.pos, xid = excluded.xid, moved_at = excluded.moved_at;

-- name: audit_add
-- in:   id:id at:time person_id:id? action:text subject_kind:text subject_id:id? detail:text address:text
INSERT INTO audit (id, at, person_id, action, subject_kind, subject_id, detail, address)
VALUES (:id, :at, :person_id, :action, :subject_kind, :subject_id, :detail, :address);

-- name: auth_login_end
-- in:   login_id:id
DELETE FROM login WHERE id = :login_id;

-- name: auth_logins
-- in:   now:time
-- out:  login_id:id token_hash:text csrf:text person_id:id group_id:id? scope:text permissions:text lang:text must_change:bool expires_at:time
SELECT l.id AS login_id, l.token_hash, l.csrf, p.id AS person_id, p.group_id, r.scope, r.permissions, p.lang, p.must_change, l.expires_at
FROM login l JOIN person p ON p.id = l.person_id JOIN role r ON r.id = p.role_id
WHERE l.expires_at > :now AND p.disabled_at IS NULL
ORDER BY l.token_hash;

-- name: auth_shops
-- in:   now:time
-- out:  person_id:id shop_id:id
SELECT DISTINCT x.person_id, x.shop_id FROM (
  SELECT ps.person_id, ps.shop_id FROM person_shop ps
  UNION SELECT p.id AS person_id, gs.shop_id FROM person p JOIN group_shop gs ON gs.group_id = p.group_id
) x WHERE EXISTS (SELECT 1 FROM login l WHERE l.person_id = x.person_id AND l.expires_at > :now)
ORDER BY x.person_id, x.shop_id;

-- name: centre_lock
-- out:  held:bool
-- sqlite:
SELECT 1 AS held;
-- postgres:
SELECT pg_try_advisory_lock(4702394921427289929) AS held;

-- name: login_seen
-- in:   login_id:id now:time
UPDATE login SET seen_at = :now WHERE id = :login_id;

-- name: administrators_count
-- out:  n:int
SELECT COUNT(*) AS n FROM person p JOIN role r ON r.id = p.role_id WHERE r.key = 'administrator' AND p.disabled_at IS NULL AND p.password IS NOT NULL;

-- shape: resume_in
-- in:   pos:int

-- shape: ok_out
-- out:  ok:bool

-- shape: resume_out
-- out:  pos:int resync:bool

-- shape: ticket_out
-- out:  ticket:text

-- name: ids_newest
-- out:  id:int
SELECT COALESCE(MAX(id), 0) AS id FROM (
  SELECT MAX(id) AS id FROM shop
  UNION ALL SELECT MAX(id) FROM shop_hours
  UNION ALL SELECT MAX(id) FROM shop_day
  UNION ALL SELECT MAX(id) FROM team_group
  UNION ALL SELECT MAX(id) FROM role
  UNION ALL SELECT MAX(id) FROM person
  UNION ALL SELECT MAX(id) FROM skill
  UNION ALL SELECT MAX(id) FROM login
  UNION ALL SELECT MAX(id) FROM audit
  UNION ALL SELECT MAX(id) FROM agent_state
  UNION ALL SELECT MAX(id) FROM customer
  UNION ALL SELECT MAX(id) FROM category
  UNION ALL SELECT MAX(id) FROM session
  UNION ALL SELECT MAX(id) FROM message
  UNION ALL SELECT MAX(id) FROM session_note
  UNION ALL SELECT MAX(id) FROM transfer
  UNION ALL SELECT MAX(id) FROM routing_log
  UNION ALL SELECT MAX(id) FROM file
  UNION ALL SELECT MAX(id) FROM tag
  UNION ALL SELECT MAX(id) FROM away_form
  UNION ALL SELECT MAX(id) FROM phrase
  UNION ALL SELECT MAX(id) FROM knowledge
  UNION ALL SELECT MAX(id) FROM product
  UNION ALL SELECT MAX(id) FROM purchase
  UNION ALL SELECT MAX(id) FROM payment
  UNION ALL SELECT MAX(id) FROM refund
  UNION ALL SELECT MAX(id) FROM call
  UNION ALL SELECT MAX(id) FROM rating
  UNION ALL SELECT MAX(id) FROM invite
  UNION ALL SELECT MAX(id) FROM contact_category
  UNION ALL SELECT MAX(id) FROM data_import
  UNION ALL SELECT MAX(id) FROM import_mapping
  UNION ALL SELECT MAX(id) FROM import_name
  UNION ALL SELECT MAX(id) FROM external_figure
  UNION ALL SELECT MAX(id) FROM month_close
  UNION ALL SELECT MAX(id) FROM month_restatement
  UNION ALL SELECT MAX(id) FROM report_design
  UNION ALL SELECT MAX(id) FROM score_template
  UNION ALL SELECT MAX(id) FROM delivery
  UNION ALL SELECT MAX(id) FROM delivery_job
  UNION ALL SELECT MAX(id) FROM anomaly
  UNION ALL SELECT MAX(id) FROM alert_rule
  UNION ALL SELECT MAX(id) FROM alert_log
) newest;
