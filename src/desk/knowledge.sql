-- name: knowledge_list
-- in:   shop_id:id? pattern:text? keys:text? limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id shop_id:id kind:text title:text body:json
SELECT k.id, k.shop_id, k.kind, k.title, k.body FROM knowledge k
WHERE (:shop_id IS NULL OR k.shop_id = :shop_id)
  AND (:viewer_scope = 'all' OR k.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
  AND (:pattern IS NULL OR k.title LIKE :pattern ESCAPE '\' OR k.body LIKE :pattern ESCAPE '\' OR (:keys IS NOT NULL AND k.pinyin LIKE :keys))
ORDER BY CASE WHEN :pattern IS NOT NULL AND k.title LIKE :pattern ESCAPE '\' THEN 0 ELSE 1 END, k.kind, k.title, k.id LIMIT :limit;

-- name: product_list
-- in:   shop_id:id? pattern:text? limit:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id shop_id:id sku:text title:text price:money currency:text detail:json
SELECT p.id, p.shop_id, p.sku, p.title, p.price, h.currency, p.detail FROM product p JOIN shop h ON h.id = p.shop_id
WHERE (:shop_id IS NULL OR p.shop_id = :shop_id)
  AND (:viewer_scope = 'all' OR p.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT y.shop_id FROM group_shop y WHERE y.group_id = :viewer_group))
  AND (:pattern IS NULL OR p.title LIKE :pattern ESCAPE '\' OR p.sku LIKE :pattern ESCAPE '\')
ORDER BY p.title, p.id LIMIT :limit;

-- shape: knowledge_in
-- in:   shop_id:id? q:text(0..60)? limit:int(1..200)?
