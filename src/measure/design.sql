-- Saved report designs. One sees the own ones, those that somebody of the own group shares with it, and those shared with all.

-- name: design_list
-- in:   viewer:id@server viewer_group:id?@server
-- out:  id:id name:text owner_id:id owner_name:text shared:enum(none,group,all) pinned:bool mine:bool spec:json updated_at:time
SELECT d.id, d.name, d.owner_id, p.name AS owner_name, d.shared,
  EXISTS (SELECT 1 FROM report_pin x WHERE x.person_id = :viewer AND x.design_id = d.id) AS pinned, d.owner_id = :viewer AS mine, d.spec, d.updated_at
FROM report_design d JOIN person p ON p.id = d.owner_id
WHERE d.owner_id = :viewer OR d.shared = 'all' OR (d.shared = 'group' AND p.group_id = :viewer_group)
ORDER BY d.name, d.id;

-- name: design_get
-- in:   design_id:id viewer:id@server viewer_group:id?@server
-- out:  id:id name:text owner_id:id shared:text spec:json
SELECT d.id, d.name, d.owner_id, d.shared, d.spec FROM report_design d JOIN person p ON p.id = d.owner_id
WHERE d.id = :design_id AND (d.owner_id = :viewer OR d.shared = 'all' OR (d.shared = 'group' AND p.group_id = :viewer_group));

-- name: design_count
-- in:   viewer:id@server
-- out:  n:int
SELECT COUNT(*) AS n FROM report_design WHERE owner_id = :viewer;

-- name: design_add
-- in:   new_id:id@server now:time@server viewer:id@server name:text(1..60) spec:json(2..8000) shared:enum(none,group,all)?
-- out:  id:id
INSERT INTO report_design (id, owner_id, name, shared, spec, created_at, updated_at)
VALUES (:new_id, :viewer, :name, COALESCE(:shared, 'none'), :spec, :now, :now) RETURNING id;

-- name: design_change
-- in:   design_id:id now:time@server name:text(1..60)? spec:json(2..8000)? shared:enum(none,group,all)?
UPDATE report_design SET name = COALESCE(:name, name), spec = COALESCE(:spec, spec), shared = COALESCE(:shared, shared), updated_at = :now
WHERE id = :design_id;

-- shape: design_patch
-- in:   design_id:id name:text(1..60)? spec:json(2..8000)? shared:enum(none,group,all)? pinned:bool?

-- name: design_pin
-- in:   design_id:id viewer:id@server
INSERT INTO report_pin (person_id, design_id) VALUES (:viewer, :design_id) ON CONFLICT DO NOTHING;

-- name: design_unpin
-- in:   design_id:id viewer:id@server
DELETE FROM report_pin WHERE person_id = :viewer AND design_id = :design_id;

-- name: design_delete
-- in:   design_id:id viewer:id@server
DELETE FROM report_design WHERE id = :design_id AND owner_id = :viewer;

-- shape: design_path
-- in:   design_id:id

-- shape: design_run_in
-- in:   design_id:id cursor:int(0..)? limit:int(1..100000)?

-- shape: design_result
-- next says where the rows go on, if they do: a cursor.
-- out:  name:text spec:json from:text to:text header:json columns:json rows:json total:json next:text? before:json

-- name: design_days
-- The day of the first shop's wall is the day of a report over several.
-- in:   shop_id:id?
-- out:  timezone:text cut_hour:int
SELECT timezone, cut_hour FROM shop WHERE closed_at IS NULL AND (:shop_id IS NULL OR id = :shop_id) ORDER BY id LIMIT 1;
