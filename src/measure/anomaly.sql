-- Anomalies. A viewer sees those of the own scope: own hours, the group's people, the shops.

-- name: anomaly_find
-- in:   from_day:int to_day:int shop_id:int? group_id:int? dismissed:bool limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id kind:text shop_id:id shop_name:text agent_id:id agent_name:text day:int hour:int metric:text value:real usual:real score:real p:real q:real
--       events:int sessions:int slow:int most_open:int dismissed_at:time? note:text
SELECT a.id, a.kind, a.shop_id, h.name AS shop_name, a.person_id AS agent_id, p.name AS agent_name, a.day, a.hour, a.metric, a.value, a.usual, a.score, a.p, a.q,
  a.events, a.sessions, a.slow, a.most_open, a.dismissed_at, a.note
FROM anomaly a JOIN shop h ON h.id = a.shop_id JOIN person p ON p.id = a.person_id
WHERE a.day >= :from_day AND a.day <= :to_day AND (COALESCE(:shop_id, 0) = 0 OR a.shop_id = :shop_id) AND (COALESCE(:group_id, 0) = 0 OR p.group_id = :group_id)
  AND (:dismissed OR a.dismissed_at IS NULL)
  AND (:viewer_scope = 'all' OR (:viewer_scope = 'own' AND a.person_id = :viewer) OR (:viewer_scope = 'group' AND p.group_id = :viewer_group)
    OR (:viewer_scope = 'shop' AND a.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
      UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)))
ORDER BY a.p, ABS(a.score) DESC, a.id LIMIT :limit;

-- shape: anomaly_in
-- in:   from:text(10..10) to:text(10..10)? shop_id:int(0..)? group_id:int(0..)? dismissed:bool? limit:int(1..500)?

-- shape: anomaly_row
-- out:  id:id kind:enum(day,hour) shop_id:id shop_name:text agent_id:id agent_name:text day:text hour:int? metric:text value:real usual:real score:real
--       p:real q:real events:int sessions:int sentence_zh:text sentence_en:text dismissed_at:time? note:text

-- shape: anomaly_dismissal
-- in:   anomaly_id:id note:text(1..300)

-- name: anomaly_dismiss
-- in:   anomaly_id:id note:text now:time viewer:id@server viewer_scope:text@server viewer_group:id?@server
UPDATE anomaly SET dismissed_at = :now, dismissed_by = :viewer, note = :note
WHERE id = :anomaly_id AND (:viewer_scope = 'all' OR (:viewer_scope = 'own' AND person_id = :viewer)
    OR (:viewer_scope = 'group' AND person_id IN (SELECT p.id FROM person p WHERE p.group_id = :viewer_group))
    OR (:viewer_scope = 'shop' AND shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
      UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group)));

-- shape: anomaly_span
-- in:   from:text(10..10) to:text(10..10)?

-- shape: anomaly_count
-- out:  days:int

-- name: anomaly_again
-- Days to be looked at anew.
-- in:   day:int now:time
INSERT INTO anomaly_day (shop_id, day, hours, at) SELECT h.id, :day, -1, :now FROM shop h WHERE h.closed_at IS NULL
ON CONFLICT (shop_id, day) DO UPDATE SET hours = -1, at = :now;

-- name: anomaly_again_since
-- in:   day:int
UPDATE anomaly_day SET hours = -1 WHERE day >= :day;

-- name: anomaly_shops
-- out:  id:id timezone:text cut_hour:int
SELECT id, timezone, cut_hour FROM shop WHERE closed_at IS NULL ORDER BY id;

-- name: anomaly_days
-- in:   shop_id:id from_day:int
-- out:  day:int hours:int
SELECT day, hours FROM anomaly_day WHERE shop_id = :shop_id AND (day >= :from_day OR hours < 0) ORDER BY day;

-- name: anomaly_clear
-- in:   shop_id:id day:int
DELETE FROM anomaly WHERE shop_id = :shop_id AND day = :day AND dismissed_at IS NULL;

-- name: anomaly_put
-- What somebody has dismissed stays dismissed.
-- in:   id:id kind:text shop_id:id person_id:id day:int hour:int metric:text value:real usual:real score:real p:real q:real events:int sessions:int slow:int
--       most_open:int
INSERT INTO anomaly (id, kind, shop_id, person_id, day, hour, metric, value, usual, score, p, q, events, sessions, slow, most_open)
VALUES (:id, :kind, :shop_id, :person_id, :day, :hour, :metric, :value, :usual, :score, :p, :q, :events, :sessions, :slow, :most_open)
ON CONFLICT (shop_id, day, person_id, hour, metric) DO NOTHING;

-- name: anomaly_done
-- in:   shop_id:id day:int hours:int now:time
INSERT INTO anomaly_day (shop_id, day, hours, at) VALUES (:shop_id, :day, :hours, :now)
ON CONFLICT (shop_id, day) DO UPDATE SET hours = :hours, at = :now;

-- name: anomaly_pending
-- in:   from_day:int to_day:int
-- out:  pending:int
SELECT COUNT(*) AS pending FROM anomaly_day WHERE day >= :from_day AND day <= :to_day AND hours < 0;

-- shape: anomaly_progress
-- out:  pending:int
