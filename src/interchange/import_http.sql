-- shape: import_put_in
-- in:   name:text(1..200) shop_id:id?

-- shape: import_id_in
-- in:   import_id:id

-- name: import_list
-- in:   cursor:id? limit:int(1..200)? viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id person_id:id? person_name:text? shop_id:id? shop_name:text? file_name:text size:int format:text kind:text state:text phase:text done:int
--       total:int counts:json why:text first_at:int last_at:int created_at:time started_at:time? finished_at:time? undone_at:time?
SELECT d.id, d.person_id, p.name AS person_name, d.shop_id, s.name AS shop_name, d.file_name, d.size, d.format, d.kind, d.state, d.phase, d.done,
  d.total, d.counts, d.why, d.first_at, d.last_at, d.created_at, d.started_at, d.finished_at, d.undone_at
FROM data_import d LEFT JOIN person p ON p.id = d.person_id LEFT JOIN shop s ON s.id = d.shop_id
WHERE (:cursor IS NULL OR d.id < :cursor)
  AND (:viewer_scope = 'all' OR d.person_id = :viewer
    OR (:viewer_scope = 'shop' AND d.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)))
ORDER BY d.id DESC LIMIT COALESCE(:limit, 50) + 1;

-- name: import_one
-- in:   import_id:id viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id person_id:id? person_name:text? shop_id:id? shop_name:text? file_name:text size:int format:text kind:text mapping:json state:text phase:text
--       done:int total:int findings:json counts:json why:text first_at:int last_at:int created_at:time started_at:time? finished_at:time? undone_at:time?
SELECT d.id, d.person_id, p.name AS person_name, d.shop_id, s.name AS shop_name, d.file_name, d.size, d.format, d.kind, d.mapping, d.state, d.phase,
  d.done, d.total, d.findings, d.counts, d.why, d.first_at, d.last_at, d.created_at, d.started_at, d.finished_at, d.undone_at
FROM data_import d LEFT JOIN person p ON p.id = d.person_id LEFT JOIN shop s ON s.id = d.shop_id
WHERE d.id = :import_id
  AND (:viewer_scope = 'all' OR d.person_id = :viewer
    OR (:viewer_scope = 'shop' AND d.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
        UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group)));

-- name: import_change
-- in:   import_id:id shop_id:id? mapping:text kind:text state:text
UPDATE data_import SET shop_id = :shop_id, mapping = :mapping, kind = :kind, state = :state WHERE id = :import_id;

-- shape: import_change_in
-- in:   import_id:id shop_id:id? mapping:json(2..200000)

-- shape: import_look_in
-- in:   import_id:id shop_id:id? mapping:json(2..200000)

-- shape: import_look_out
-- out:  findings:json

-- name: import_stored_gone
-- in:   import_id:id
UPDATE data_import SET stored_name = '' WHERE id = :import_id;

-- name: import_drop
-- in:   import_id:id
DELETE FROM data_import WHERE id = :import_id AND state IN ('uploaded', 'checked');

-- name: import_old_uploads
-- Files that nobody imported within a day.
-- in:   before:time
-- out:  id:id stored_name:text
SELECT id, stored_name FROM data_import WHERE stored_name <> '' AND created_at < :before AND state IN ('uploaded', 'checked', 'failed') ORDER BY id LIMIT 50;

-- name: import_reject_list
-- in:   import_id:id cursor:int? limit:int(1..1000)?
-- out:  seq:int place:text reason:text
SELECT seq, place, reason FROM import_reject WHERE import_id = :import_id AND (:cursor IS NULL OR seq > :cursor) ORDER BY seq LIMIT COALESCE(:limit, 200) + 1;

-- shape: import_rejects_in
-- in:   import_id:id cursor:int? limit:int(1..1000)?

-- name: import_undo_counts
-- in:   import_id:id
-- out:  type:text n:int changed:int
SELECT type, SUM(CASE WHEN changed THEN 0 ELSE 1 END) AS n, SUM(CASE WHEN changed THEN 1 ELSE 0 END) AS changed
FROM import_added WHERE import_id = :import_id GROUP BY type ORDER BY type;

-- name: import_undo_chats
-- in:   import_id:id
-- out:  customers:int
SELECT COUNT(DISTINCT customer_id) AS customers FROM import_chat WHERE import_id = :import_id AND part > 0;

-- shape: import_undo_out
-- out:  possible:bool customers:int added:json blocks:json

-- name: import_person_name
-- in:   person_id:id
-- out:  name:text
SELECT name FROM person WHERE id = :person_id;

-- name: import_file_name
-- in:   import_id:id
-- out:  file_name:text
SELECT file_name FROM data_import WHERE id = :import_id;

-- name: mapping_list
-- in:   kind:text(1..20)?
-- out:  id:id name:text kind:text body:json person_name:text? updated_at:time
SELECT m.id, m.name, m.kind, m.body, p.name AS person_name, m.updated_at FROM import_mapping m LEFT JOIN person p ON p.id = m.person_id
WHERE (:kind IS NULL OR m.kind = :kind) ORDER BY m.name;

-- name: mapping_count
-- out:  n:int
SELECT COUNT(*) AS n FROM import_mapping;

-- name: mapping_add
-- in:   id:id name:text kind:text body:text person_id:id now:time
-- out:  id:id
INSERT INTO import_mapping (id, name, kind, body, person_id, created_at, updated_at) VALUES (:id, :name, :kind, :body, :person_id, :now, :now)
RETURNING id;

-- shape: mapping_add_in
-- in:   name:text(1..60) body:json(2..200000)

-- name: mapping_change
-- in:   mapping_id:id name:text? body:text? kind:text? now:time
-- out:  id:id
UPDATE import_mapping SET name = COALESCE(:name, name), body = COALESCE(:body, body), kind = COALESCE(:kind, kind), updated_at = :now
WHERE id = :mapping_id RETURNING id;

-- shape: mapping_change_in
-- in:   mapping_id:id name:text(1..60)? body:json(2..200000)?

-- name: mapping_drop
-- in:   mapping_id:id
-- out:  id:id
DELETE FROM import_mapping WHERE id = :mapping_id RETURNING id;

-- name: mapping_body
-- in:   mapping_id:id
-- out:  name:text body:text
SELECT name, body FROM import_mapping WHERE id = :mapping_id;

-- shape: mapping_id_in
-- in:   mapping_id:id

-- shape: template_list
-- out:  key:text name:text kind:text example:text mapping:json

-- name: name_list
-- in:   shop_id:id
-- out:  id:id name:text role:text person_id:id? person_name:text? updated_at:time
SELECT n.id, n.name, n.role, n.person_id, p.name AS person_name, n.updated_at FROM import_name n LEFT JOIN person p ON p.id = n.person_id
WHERE n.shop_id = :shop_id ORDER BY n.name LIMIT 2000;

-- name: name_put
-- in:   id:id shop_id:id name:text role:text person_id:id? now:time
INSERT INTO import_name (id, shop_id, name, role, person_id, updated_at) VALUES (:id, :shop_id, :name, :role, :person_id, :now)
ON CONFLICT (shop_id, name) DO UPDATE SET role = excluded.role, person_id = excluded.person_id, updated_at = excluded.updated_at;

-- name: name_drop
-- in:   name_id:id
DELETE FROM import_name WHERE id = :name_id;

-- name: name_shop
-- in:   name_id:id
-- out:  shop_id:id
SELECT shop_id FROM import_name WHERE id = :name_id;

-- shape: name_id_in
-- in:   name_id:id

-- shape: names_put_in
-- in:   shop_id:id names:json(2..200000)

-- shape: names_put_out
-- out:  stored:int made:int

-- name: import_people
-- Who may be meant by a nickname: people of the shop, and whoever works for no shop in particular.
-- in:   shop_id:id
-- out:  id:id key:text name:text account:text? kind:text
SELECT p.id, p.key, p.name, p.account, p.kind FROM person p
WHERE p.left_at IS NULL AND (EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = p.id AND x.shop_id = :shop_id)
  OR NOT EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = p.id))
ORDER BY p.name LIMIT 2000;

-- shape: import_people_in
-- in:   shop_id:id

-- name: figure_list
-- Figures of other systems, of people within the viewer's scope.
-- in:   from:int to:int source:text(1..60)? viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  person_id:id person_name:text day:int metric:text source:text value:text number:real?
SELECT f.person_id, p.name AS person_name, f.day, f.metric, f.source, f.value, f.number
FROM external_figure f JOIN person p ON p.id = f.person_id
WHERE f.day >= :from AND f.day <= :to AND (:source IS NULL OR f.source = :source)
  AND (:viewer_scope = 'all' OR f.person_id = :viewer
    OR (:viewer_scope = 'group' AND p.group_id = :viewer_group)
    OR (:viewer_scope = 'shop' AND EXISTS (SELECT 1 FROM person_reach x JOIN person_reach y ON y.shop_id = x.shop_id
      WHERE x.person_id = p.id AND y.person_id = :viewer)))
ORDER BY f.day, p.name, f.person_id, f.metric, f.source LIMIT 20001;

-- shape: figures_in
-- in:   from:text(10..10) to:text(10..10) source:text(1..60)?

-- shape: figures_out
-- out:  agent_id:id agent_name:text day:text metric:text source:text value:text number:real?
