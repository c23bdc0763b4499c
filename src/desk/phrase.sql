-- name: phrase_list
-- The own ones and the team's; first those whose code begins as typed, then what is used most. pattern: anywhere in the text; keys: in the pinyin.
-- in:   shop_id:id? folder:text? head:text? pattern:text? keys:text? limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id person_id:id? shop_id:id? code:text text:text folder:text used:int
SELECT p.id, p.person_id, p.shop_id, p.code, p.text, p.folder, p.used FROM phrase p
WHERE (p.person_id IS NULL OR p.person_id = :viewer)
  AND (p.shop_id IS NULL OR (:shop_id IS NULL OR p.shop_id = :shop_id))
  AND (p.shop_id IS NULL OR :viewer_scope = 'all' OR p.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
  AND (:folder IS NULL OR p.folder = :folder)
  AND (:pattern IS NULL OR LOWER(p.code) LIKE :head ESCAPE '\' OR p.text LIKE :pattern ESCAPE '\' OR (:keys IS NOT NULL AND p.pinyin LIKE :keys))
ORDER BY CASE WHEN :head IS NOT NULL AND LOWER(p.code) LIKE :head ESCAPE '\' THEN 0 ELSE 1 END, p.used DESC,
  CASE WHEN p.person_id IS NULL THEN 1 ELSE 0 END, p.folder, p.code, p.id
LIMIT :limit;

-- name: phrase_add
-- in:   id:id person_id:id? shop_id:id? code:text text:text folder:text pinyin:text now:time
INSERT INTO phrase (id, person_id, shop_id, code, text, folder, pinyin, updated_at)
VALUES (:id, :person_id, :shop_id, :code, :text, :folder, :pinyin, :now);

-- name: phrase_by_id
-- in:   phrase_id:id
-- out:  id:id person_id:id? shop_id:id? code:text text:text folder:text used:int
SELECT id, person_id, shop_id, code, text, folder, used FROM phrase WHERE id = :phrase_id;

-- name: phrase_set
-- in:   id:id code:text text:text folder:text pinyin:text now:time
UPDATE phrase SET code = :code, text = :text, folder = :folder, pinyin = :pinyin, updated_at = :now WHERE id = :id;

-- name: phrase_delete
-- in:   phrase_id:id
DELETE FROM phrase WHERE id = :phrase_id;

-- name: phrase_used
-- in:   phrase_id:id viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id
UPDATE phrase SET used = used + 1 WHERE id = :phrase_id AND (person_id IS NULL OR person_id = :viewer)
  AND (shop_id IS NULL OR :viewer_scope = 'all' OR shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
RETURNING id;

-- name: phrase_owned
-- All of one owner and shop, for import and export. person_id 0: base; shop_id 0: every shop.
-- in:   person_id:id shop_id:id
-- out:  id:id code:text text:text folder:text
SELECT id, code, text, folder FROM phrase WHERE COALESCE(person_id, 0) = :person_id AND COALESCE(shop_id, 0) = :shop_id ORDER BY folder, code, id;

-- shape: phrase_list_in
-- in:   q:text(0..60)? shop_id:id? folder:text(0..60)? limit:int(1..500)?

-- shape: phrase_post_in
-- in:   text:text(1..2000) code:text(0..40)? folder:text(0..60)? shop_id:id? base:bool?

-- shape: phrase_patch_in
-- in:   phrase_id:id text:text(1..2000)? code:text(0..40)? folder:text(0..60)?

-- shape: phrase_path
-- in:   phrase_id:id

-- shape: phrase_file_in
-- in:   shop_id:id? base:bool?

-- shape: phrase_import_out
-- out:  created:int updated:int unchanged:int rejected:json
