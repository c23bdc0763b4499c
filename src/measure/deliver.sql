-- Deliveries and their queue. A delivery is its owner's; who changes settings sees all of them, without the robots' addresses.

-- name: delivery_list
-- in:   viewer:id@server everybody:bool
-- out:  id:id name:text kind:enum(digest,design) design_id:id? design_name:text? owner_id:id owner_name:text mine:bool channel:enum(mail,dingtalk,feishu,wecom)
--       target:text has_secret:bool schedule:json timezone:text shop_id:id? lang:text attach:bool next_at:time last_at:time? last_state:text last_error:text
--       paused:bool
SELECT d.id, d.name, CASE WHEN d.design_id IS NULL THEN 'digest' ELSE 'design' END AS kind, d.design_id, r.name AS design_name, d.owner_id,
  p.name AS owner_name, d.owner_id = :viewer AS mine, d.channel, CASE WHEN d.owner_id = :viewer OR d.channel = 'mail' THEN d.target ELSE '' END AS target,
  d.secret <> '' AS has_secret, d.schedule, d.timezone, d.shop_id, d.lang, d.attach, d.next_at, d.last_at, d.last_state, d.last_error, d.paused
FROM delivery d JOIN person p ON p.id = d.owner_id LEFT JOIN report_design r ON r.id = d.design_id
WHERE d.owner_id = :viewer OR :everybody ORDER BY d.name, d.id;

-- name: delivery_get
-- in:   delivery_id:id
-- out:  id:id owner_id:id name:text design_id:id? channel:text target:text schedule:text timezone:text shop_id:id? paused:bool
SELECT id, owner_id, name, design_id, channel, target, schedule, timezone, shop_id, paused FROM delivery WHERE id = :delivery_id;

-- name: delivery_count
-- in:   viewer:id@server
-- out:  n:int
SELECT COUNT(*) AS n FROM delivery WHERE owner_id = :viewer;

-- shape: delivery_in
-- in:   name:text(1..60) design_id:id? channel:enum(mail,dingtalk,feishu,wecom) target:text(1..1000) secret:text(0..200)? schedule:json(2..500)
--       shop_id:id? attach:bool? paused:bool?

-- name: delivery_add
-- in:   id:id owner_id:id name:text design_id:id? channel:text target:text secret:text schedule:text timezone:text shop_id:id? lang:text attach:bool
--       next_at:time paused:bool now:time
INSERT INTO delivery (id, owner_id, name, design_id, channel, target, secret, schedule, timezone, shop_id, lang, attach, next_at, paused, created_at)
VALUES (:id, :owner_id, :name, :design_id, :channel, :target, :secret, :schedule, :timezone, :shop_id, :lang, :attach, :next_at, :paused, :now);

-- shape: delivery_patch
-- in:   delivery_id:id name:text(1..60)? target:text(1..1000)? secret:text(0..200)? schedule:json(2..500)? attach:bool? paused:bool?

-- name: delivery_change
-- in:   delivery_id:id name:text? target:text? secret:text? schedule:text? attach:bool? paused:bool? next_at:time
UPDATE delivery SET name = COALESCE(:name, name), target = COALESCE(:target, target), secret = COALESCE(:secret, secret),
  schedule = COALESCE(:schedule, schedule), attach = COALESCE(:attach, attach), paused = COALESCE(:paused, paused), next_at = :next_at,
  last_state = CASE WHEN last_state = 'stopped' THEN '' ELSE last_state END
WHERE id = :delivery_id;

-- shape: delivery_path
-- in:   delivery_id:id

-- name: delivery_delete
-- in:   delivery_id:id
DELETE FROM delivery WHERE id = :delivery_id;

-- name: delivery_jobs
-- in:   delivery_id:id
-- out:  id:id kind:enum(scheduled,test,alert) state:enum(waiting,sending,sent,joined,failed,stopped) tries:int error:text created_at:time due_at:time
--       finished_at:time?
SELECT id, kind, state, tries, error, created_at, due_at, finished_at FROM delivery_job WHERE delivery_id = :delivery_id ORDER BY id DESC LIMIT 100;

-- shape: delivery_ways
-- out:  mail:bool robot_hosts:text

-- shape: delivery_job_out
-- out:  job_id:id

-- name: delivery_zone
-- in:   shop_id:id?
-- out:  timezone:text
SELECT timezone FROM shop WHERE closed_at IS NULL AND (:shop_id IS NULL OR id = :shop_id) ORDER BY id LIMIT 1;

-- name: deliver_due
-- Is there anything to do?
-- in:   now:time
-- out:  due:bool
SELECT EXISTS (SELECT 1 FROM delivery WHERE NOT paused AND next_at <= :now)
  OR EXISTS (SELECT 1 FROM delivery_job WHERE state IN ('waiting', 'sending') AND due_at <= :now) AS due;

-- name: deliver_slots
-- in:   now:time
-- out:  id:id schedule:text timezone:text next_at:time
SELECT id, schedule, timezone, next_at FROM delivery WHERE NOT paused AND next_at <= :now ORDER BY next_at, id LIMIT 100;

-- name: deliver_next_set
-- in:   delivery_id:id next_at:time
UPDATE delivery SET next_at = :next_at WHERE id = :delivery_id;

-- name: deliver_job_add
-- in:   id:id delivery_id:id kind:text slot:text text:text due_at:time now:time
INSERT INTO delivery_job (id, delivery_id, kind, slot, text, due_at, created_at) VALUES (:id, :delivery_id, :kind, :slot, :text, :due_at, :now)
ON CONFLICT (delivery_id, slot) DO NOTHING;

-- name: deliver_job_next
-- in:   now:time
-- out:  id:id delivery_id:id kind:text text:text tries:int channel:text target:text
SELECT j.id, j.delivery_id, j.kind, j.text, j.tries, d.channel, d.target FROM delivery_job j JOIN delivery d ON d.id = j.delivery_id
WHERE j.state = 'waiting' AND j.due_at <= :now ORDER BY j.due_at, j.id LIMIT 1;

-- name: deliver_target_last
-- What went to the same address of late: how many, the earliest of them, and when the last alert went.
-- in:   target:text since:time
-- out:  n:int first_at:time? alert_at:time?
SELECT COUNT(*) AS n, MIN(j.finished_at) AS first_at, MAX(CASE WHEN j.kind = 'alert' THEN j.finished_at END) AS alert_at
FROM delivery_job j JOIN delivery d ON d.id = j.delivery_id WHERE d.target = :target AND j.state = 'sent' AND j.finished_at > :since;

-- name: deliver_postpone
-- in:   job_id:id due_at:time
UPDATE delivery_job SET due_at = :due_at WHERE id = :job_id;

-- name: deliver_alerts_waiting
-- in:   delivery_id:id job_id:id
-- out:  id:id text:text
SELECT id, text FROM delivery_job WHERE delivery_id = :delivery_id AND state = 'waiting' AND kind = 'alert' AND id <> :job_id AND tries = 0 ORDER BY id
LIMIT 100;

-- name: deliver_joined
-- in:   delivery_id:id job_id:id upto:id now:time
UPDATE delivery_job SET state = 'joined', finished_at = :now
WHERE delivery_id = :delivery_id AND state = 'waiting' AND kind = 'alert' AND id <> :job_id AND tries = 0 AND id <= :upto;

-- name: deliver_claim_set
-- in:   job_id:id text:text due_at:time
UPDATE delivery_job SET state = 'sending', tries = tries + 1, text = :text, due_at = :due_at WHERE id = :job_id;

-- name: deliver_unstick
-- in:   before:time
UPDATE delivery_job SET state = 'waiting' WHERE state = 'sending' AND due_at <= :before;

-- name: deliver_job_load
-- in:   job_id:id
-- out:  id:id kind:text text:text created_at:time delivery_id:id name:text design_id:id? spec:text? channel:text target:text secret:text timezone:text
--       shop_id:id? lang:text attach:bool owner_id:id owner_group:id? owner_name:text permissions:text scope:text gone:bool design_hidden:bool
SELECT j.id, j.kind, j.text, j.created_at, d.id AS delivery_id, d.name, d.design_id, g.spec, d.channel, d.target, d.secret, d.timezone, d.shop_id, d.lang,
  d.attach, d.owner_id, p.group_id AS owner_group, p.name AS owner_name, r.permissions, r.scope,
  (p.disabled_at IS NOT NULL OR p.left_at IS NOT NULL) AS gone,
  COALESCE(NOT (g.owner_id = d.owner_id OR g.shared = 'all' OR (g.shared = 'group' AND COALESCE(x.group_id, 0) = COALESCE(p.group_id, -1))), FALSE)
    AS design_hidden
FROM delivery_job j JOIN delivery d ON d.id = j.delivery_id JOIN person p ON p.id = d.owner_id JOIN role r ON r.id = p.role_id
LEFT JOIN report_design g ON g.id = d.design_id LEFT JOIN person x ON x.id = g.owner_id
WHERE j.id = :job_id;

-- name: deliver_job_finish
-- in:   job_id:id state:text error:text due_at:time finished_at:time?
UPDATE delivery_job SET state = :state, error = :error, due_at = :due_at, finished_at = :finished_at WHERE id = :job_id;

-- name: deliver_tries
-- in:   job_id:id
-- out:  tries:int delivery_id:id
SELECT tries, delivery_id FROM delivery_job WHERE id = :job_id;

-- name: deliver_result
-- A delivery whose owner lost the right stops until somebody looks at it.
-- in:   delivery_id:id at:time state:text error:text stop:bool
UPDATE delivery SET last_at = :at, last_state = :state, last_error = :error, paused = CASE WHEN :stop THEN TRUE ELSE paused END WHERE id = :delivery_id;

-- shape: created_id
-- out:  id:id
