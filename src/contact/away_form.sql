-- name: away_form_add
-- A form whose acknowledgement was lost is sent again: the same words of the same visitor within a day are one form.
-- in:   id:id shop_id:id customer_id:id at:time contact:text text:text since:time
INSERT INTO away_form (id, shop_id, customer_id, at, contact, text)
SELECT :id, :shop_id, c.id, :at, :contact, :text FROM customer c
WHERE c.id = :customer_id AND NOT EXISTS (SELECT 1 FROM away_form f
  WHERE f.customer_id = c.id AND f.at >= :since AND f.contact = :contact AND f.text = :text);

-- name: away_form_list
-- Open ones first to be done; of an own shop.
-- in:   done:bool? shop_id:id? limit:int(1..200)? viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id shop_id:id shop_name:text customer_id:id customer_name:text at:time contact:text text:text done_at:time? done_by:id?
--       done_by_name:text?
SELECT f.id, f.shop_id, h.name AS shop_name, f.customer_id, c.name AS customer_name, f.at, f.contact, f.text, f.done_at, f.done_by,
  p.name AS done_by_name
FROM away_form f JOIN shop h ON h.id = f.shop_id JOIN customer c ON c.id = f.customer_id LEFT JOIN person p ON p.id = f.done_by
WHERE (f.done_at IS NOT NULL) = COALESCE(:done, FALSE) AND (:shop_id IS NULL OR f.shop_id = :shop_id)
  AND (:viewer_scope = 'all' OR f.shop_id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
    UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group))
ORDER BY f.id DESC LIMIT COALESCE(:limit, 100);

-- name: away_form_shop
-- in:   form_id:id
-- out:  shop_id:id
SELECT shop_id FROM away_form WHERE id = :form_id;

-- name: away_form_done
-- in:   form_id:id viewer:id@server now:time@server
-- out:  done_at:time
UPDATE away_form SET done_at = COALESCE(done_at, :now), done_by = COALESCE(done_by, :viewer) WHERE id = :form_id RETURNING done_at;

-- shape: away_form_in
-- in:   contact:text(3..120) text:text(1..4000)
