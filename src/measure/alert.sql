-- Thresholds on live figures.

-- name: alert_list
-- in:   viewer:id@server everybody:bool
-- out:  id:id metric:enum(waiting,longest_wait_s,open_per_agent,answered_within) op:enum(above,below) value:int hold_s:int shop_id:id? group_id:id?
--       delivery_id:id? in_page:bool owner_id:id owner_name:text mine:bool firing_since:time?
SELECT a.id, a.metric, a.op, a.value, a.hold_s, a.shop_id, a.group_id, a.delivery_id, a.in_page, a.owner_id, p.name AS owner_name, a.owner_id = :viewer AS mine,
  (SELECT MAX(l.since) FROM alert_log l WHERE l.rule_id = a.id AND l.until IS NULL) AS firing_since
FROM alert_rule a JOIN person p ON p.id = a.owner_id WHERE a.owner_id = :viewer OR :everybody ORDER BY a.id;

-- name: alert_get
-- in:   alert_id:id
-- out:  id:id owner_id:id shop_id:id? group_id:id?
SELECT id, owner_id, shop_id, group_id FROM alert_rule WHERE id = :alert_id;

-- name: alert_count
-- out:  n:int
SELECT COUNT(*) AS n FROM alert_rule;

-- name: alert_add
-- What answered_within counts is the per cent of today's answered rounds that took at most 30 s.
-- in:   new_id:id@server now:time@server viewer:id@server metric:enum(waiting,longest_wait_s,open_per_agent,answered_within) op:enum(above,below)
--       value:int(0..1000000) hold_s:int(0..3600)? shop_id:id? group_id:id? delivery_id:id? in_page:bool?
-- out:  id:id
INSERT INTO alert_rule (id, owner_id, metric, op, value, hold_s, shop_id, group_id, delivery_id, in_page, created_at)
VALUES (:new_id, :viewer, :metric, :op, :value, COALESCE(:hold_s, 10), :shop_id, :group_id, :delivery_id, COALESCE(:in_page, TRUE), :now) RETURNING id;

-- name: alert_change
-- Of shop, group and delivery 0 means none from now on; what is left out stays.
-- in:   alert_id:id metric:enum(waiting,longest_wait_s,open_per_agent,answered_within)? op:enum(above,below)? value:int(0..1000000)? hold_s:int(0..3600)?
--       in_page:bool? shop_id:int(0..)? group_id:int(0..)? delivery_id:int(0..)?
UPDATE alert_rule SET metric = COALESCE(:metric, metric), op = COALESCE(:op, op), value = COALESCE(:value, value), hold_s = COALESCE(:hold_s, hold_s),
  in_page = COALESCE(:in_page, in_page),
  shop_id = CASE WHEN :shop_id IS NULL THEN shop_id WHEN :shop_id = 0 THEN NULL ELSE :shop_id END,
  group_id = CASE WHEN :group_id IS NULL THEN group_id WHEN :group_id = 0 THEN NULL ELSE :group_id END,
  delivery_id = CASE WHEN :delivery_id IS NULL THEN delivery_id WHEN :delivery_id = 0 THEN NULL ELSE :delivery_id END
WHERE id = :alert_id;

-- shape: alert_path
-- in:   alert_id:id

-- name: alert_delete
-- in:   alert_id:id
DELETE FROM alert_rule WHERE id = :alert_id;

-- name: alert_history
-- in:   viewer:id@server everybody:bool
-- out:  id:id alert_id:id metric:text since:time until:time? value:int worst:int
SELECT l.id, l.rule_id AS alert_id, l.metric, l.since, l.until, l.value, l.worst FROM alert_log l JOIN alert_rule a ON a.id = l.rule_id
WHERE a.owner_id = :viewer OR :everybody ORDER BY l.since DESC, l.id DESC LIMIT 200;

-- name: alert_figures
-- Every rule with its figure now. An owner who is gone has no alerts.
-- in:   now:time today:time
-- out:  id:id owner_id:id metric:text op:text threshold:int hold_s:int shop_id:id? group_id:id? delivery_id:id? in_page:bool shop_name:text? group_name:text?
--       open_id:id? open_worst:int? waiting:int oldest_at:time? open:int online:int rounds:int within:int
SELECT a.id, a.owner_id, a.metric, a.op, a.value AS threshold, a.hold_s, a.shop_id, a.group_id, a.delivery_id, a.in_page, h.name AS shop_name, g.name AS group_name,
  (SELECT MAX(l.id) FROM alert_log l WHERE l.rule_id = a.id AND l.until IS NULL) AS open_id,
  (SELECT MAX(l.worst) FROM alert_log l WHERE l.rule_id = a.id AND l.until IS NULL) AS open_worst,
  (SELECT COUNT(*) FROM session s WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND (a.shop_id IS NULL OR s.shop_id = a.shop_id)
    AND (a.group_id IS NULL OR s.group_id = a.group_id)) AS waiting,
  (SELECT MIN(s.queued_at) FROM session s WHERE s.state <> 'closed' AND s.state IN ('waiting', 'offered') AND (a.shop_id IS NULL OR s.shop_id = a.shop_id)
    AND (a.group_id IS NULL OR s.group_id = a.group_id)) AS oldest_at,
  (SELECT COUNT(*) FROM session s JOIN person v ON v.id = s.agent_id WHERE s.state <> 'closed' AND s.state = 'open' AND (a.shop_id IS NULL OR s.shop_id = a.shop_id)
    AND (a.group_id IS NULL OR v.group_id = a.group_id)) AS open,
  (SELECT COUNT(*) FROM person v WHERE v.kind = 'human' AND v.disabled_at IS NULL AND v.left_at IS NULL AND (a.group_id IS NULL OR v.group_id = a.group_id)
    AND (a.shop_id IS NULL OR EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = v.id AND x.shop_id = a.shop_id))
    AND (SELECT t.state FROM agent_state t WHERE t.person_id = v.id ORDER BY t.at DESC, t.id DESC LIMIT 1) IN ('online', 'wrapup')) AS online,
  CAST(COALESCE((SELECT SUM(s.rounds) FROM shop k CROSS JOIN session s LEFT JOIN person v ON v.id = s.agent_id WHERE s.shop_id = k.id AND s.started_at >= :today
    AND (a.shop_id IS NULL OR k.id = a.shop_id) AND (a.group_id IS NULL OR v.group_id = a.group_id)), 0) AS BIGINT) AS rounds,
  CAST(COALESCE((SELECT SUM(s.rounds_30s) FROM shop k CROSS JOIN session s LEFT JOIN person v ON v.id = s.agent_id WHERE s.shop_id = k.id AND s.started_at >= :today
    AND (a.shop_id IS NULL OR k.id = a.shop_id) AND (a.group_id IS NULL OR v.group_id = a.group_id)), 0) AS BIGINT) AS within
FROM alert_rule a JOIN person p ON p.id = a.owner_id LEFT JOIN shop h ON h.id = a.shop_id LEFT JOIN team_group g ON g.id = a.group_id
WHERE p.disabled_at IS NULL AND p.left_at IS NULL AND :now > 0 ORDER BY a.id;

-- name: alert_open
-- in:   id:id rule_id:id metric:text since:time value:int
INSERT INTO alert_log (id, rule_id, metric, since, value, worst) SELECT :id, a.id, :metric, :since, :value, :value FROM alert_rule a WHERE a.id = :rule_id
  AND NOT EXISTS (SELECT 1 FROM alert_log l WHERE l.rule_id = :rule_id AND l.until IS NULL);

-- name: alert_close
-- in:   rule_id:id until:time worst:int
UPDATE alert_log SET until = :until, worst = :worst WHERE rule_id = :rule_id AND until IS NULL;
