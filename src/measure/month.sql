-- name: month_closed_in
-- Closed months of the shops from a month to another, like 2026-03.
-- in:   from_month:text to_month:text
-- out:  shop_id:id month:text closed_at:time
SELECT m.shop_id, m.month, m.closed_at FROM shop h JOIN month_close m ON m.shop_id = h.id
WHERE m.month >= :from_month AND m.month <= :to_month ORDER BY m.month, m.shop_id;

-- name: month_list
-- in:   viewer:id@server viewer_scope:text@server viewer_group:id?@server shop_id:int(0..)?
-- out:  id:id shop_id:id shop_name:text month:text closed_at:time closed_by:id closed_by_name:text profile:text attribution:text note:text restated:int
SELECT m.id, m.shop_id, h.name AS shop_name, m.month, m.closed_at, m.closed_by, p.name AS closed_by_name, m.profile, m.attribution, m.note,
  (SELECT COUNT(*) FROM month_restatement r WHERE r.close_id = m.id) AS restated
FROM month_close m JOIN shop h ON h.id = m.shop_id JOIN person p ON p.id = m.closed_by
WHERE (:shop_id IS NULL OR :shop_id = 0 OR m.shop_id = :shop_id)
  AND (:viewer_scope = 'all' OR (:viewer_scope = 'shop' AND h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))
ORDER BY m.month DESC, h.name, m.id;

-- name: month_get
-- in:   close_id:id viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id shop_id:id shop_name:text month:text closed_at:time closed_by:id closed_by_name:text profile:text attribution:text rules:text header:text note:text
SELECT m.id, m.shop_id, h.name AS shop_name, m.month, m.closed_at, m.closed_by, p.name AS closed_by_name, m.profile, m.attribution, m.rules, m.header, m.note
FROM month_close m JOIN shop h ON h.id = m.shop_id JOIN person p ON p.id = m.closed_by
WHERE m.id = :close_id
  AND (:viewer_scope = 'all' OR (:viewer_scope = 'shop' AND h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)));

-- name: month_figures
-- in:   close_id:id
-- out:  person_id:int metric:text value:text sum:int count:int
SELECT f.person_id, f.metric, f.value, f.sum, f.count FROM month_figure f WHERE f.close_id = :close_id ORDER BY f.person_id, f.metric;

-- name: month_restatements
-- in:   close_id:id
-- out:  id:id at:time found_by_name:text person_id:int metric:text old_value:text old_sum:int old_count:int value:text sum:int count:int
SELECT r.id, r.at, p.name AS found_by_name, r.person_id, r.metric, r.old_value, r.old_sum, r.old_count, r.value, r.sum, r.count
FROM month_restatement r JOIN person p ON p.id = r.found_by WHERE r.close_id = :close_id ORDER BY r.id;

-- name: month_add
-- in:   id:id shop_id:id month:text now:time viewer:id profile:text attribution:text rules:text header:text note:text
INSERT INTO month_close (id, shop_id, month, closed_at, closed_by, profile, attribution, rules, header, note)
VALUES (:id, :shop_id, :month, :now, :viewer, :profile, :attribution, :rules, :header, :note);

-- name: month_figure_add
-- in:   close_id:id person_id:int metric:text value:text sum:int count:int
INSERT INTO month_figure (close_id, person_id, metric, value, sum, count) VALUES (:close_id, :person_id, :metric, :value, :sum, :count);

-- name: month_restatement_add
-- in:   id:id close_id:id now:time viewer:id person_id:int metric:text old_value:text old_sum:int old_count:int value:text sum:int count:int
INSERT INTO month_restatement (id, close_id, at, found_by, person_id, metric, old_value, old_sum, old_count, value, sum, count)
VALUES (:id, :close_id, :now, :viewer, :person_id, :metric, :old_value, :old_sum, :old_count, :value, :sum, :count);

-- shape: month_close_in
-- in:   shop_id:id month:text(7..7) note:text(0..400)?

-- shape: month_close_out
-- out:  id:id figures:int

-- shape: month_one_in
-- in:   close_id:id

-- shape: month_restate_out
-- out:  found:int

-- shape: month_one_out
-- The rows are as they were closed; agent_id 0 nobody, -1 the shop. restatements: what was found changed since, and when; open: what has changed since the last of these.
-- out:  id:id shop_id:id shop_name:text month:text closed_at:time closed_by:id closed_by_name:text profile:text attribution:text note:text rules:json header:json
--       rows:json restatements:json open:json
