-- name: customer_view
-- in:   customer_id:id
-- out:  id:id shop_id:id shop_name:text key:text name:text phone:text? email:text? segment:text? age_band:text? lang:text note:text
--       flag:text blocked_at:time? created_at:time sessions:int orders:int spent:money
SELECT c.id, c.shop_id, h.name AS shop_name, c.key, c.name, c.phone, c.email, c.segment, c.age_band, c.lang, c.note, c.flag, c.blocked_at,
  c.created_at, (SELECT COUNT(*) FROM session s WHERE s.customer_id = c.id) AS sessions,
  (SELECT COUNT(*) FROM purchase o WHERE o.customer_id = c.id) AS orders,
  CAST((SELECT COALESCE(SUM(y.amount), 0) FROM purchase o JOIN payment y ON y.purchase_id = o.id WHERE o.customer_id = c.id)
    - (SELECT COALESCE(SUM(r.amount), 0) FROM purchase o JOIN refund r ON r.purchase_id = o.id
       WHERE o.customer_id = c.id AND r.state = 'completed') AS BIGINT) AS spent
FROM customer c JOIN shop h ON h.id = c.shop_id WHERE c.id = :customer_id;

-- name: customer_edit
-- in:   customer_id:id name:text(0..80)? phone:text(0..40)? email:text(0..254)? note:text(0..2000)?
--       flag:text(0..10)?
UPDATE customer SET name = COALESCE(:name, name), phone = COALESCE(:phone, phone), email = COALESCE(:email, email), note = COALESCE(:note, note),
  flag = COALESCE(:flag, flag)
WHERE id = :customer_id;

-- name: customer_orders
-- status - what happened last counts.
-- in:   customer_id:id limit:int(1..200)?
-- out:  id:id key:text at:time amount:money postage:money currency:text items:json flag:text note:text status:text paid_at:time?
--       paid_amount:money refunds:json
-- sqlite:
SELECT o.id, o.key, o.at, o.amount, o.postage, h.currency, o.items, o.flag, o.note,
  CASE WHEN o.closed_at IS NOT NULL THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = o.id AND r.state = 'requested') THEN 'refunding'
    WHEN EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = o.id AND r.state = 'completed' AND r.kind <> 'exchange') THEN 'refunded'
    WHEN EXISTS (SELECT 1 FROM payment y WHERE y.purchase_id = o.id) THEN 'paid' ELSE 'created' END AS status,
  (SELECT MIN(y.at) FROM payment y WHERE y.purchase_id = o.id) AS paid_at,
  (SELECT COALESCE(SUM(y.amount), 0) FROM payment y WHERE y.purchase_id = o.id) AS paid_amount,
  (SELECT json_group_array(json_object('key', z.key, 'at', z.at, 'amount', z.amount, 'kind', z.kind, 'state', z.state, 'reason', z.reason))
   FROM (SELECT r.key, r.at, r.amount, r.kind, r.state, r.reason FROM refund r WHERE r.purchase_id = o.id ORDER BY r.at) z) AS refunds
FROM purchase o JOIN shop h ON h.id = o.shop_id
WHERE o.customer_id = :customer_id ORDER BY o.at DESC, o.id DESC LIMIT COALESCE(:limit, 50);
-- postgres:
SELECT o.id, o.key, o.at, o.amount, o.postage, h.currency, o.items, o.flag, o.note,
  CASE WHEN o.closed_at IS NOT NULL THEN 'closed'
    WHEN EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = o.id AND r.state = 'requested') THEN 'refunding'
    WHEN EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = o.id AND r.state = 'completed' AND r.kind <> 'exchange') THEN 'refunded'
    WHEN EXISTS (SELECT 1 FROM payment y WHERE y.purchase_id = o.id) THEN 'paid' ELSE 'created' END AS status,
  (SELECT MIN(y.at) FROM payment y WHERE y.purchase_id = o.id) AS paid_at,
  (SELECT COALESCE(SUM(y.amount), 0)::bigint FROM payment y WHERE y.purchase_id = o.id) AS paid_amount,
  (SELECT COALESCE(json_agg(json_build_object('key', z.key, 'at', z.at, 'amount', z.amount, 'kind', z.kind, 'state', z.state, 'reason', z.reason)
     ORDER BY z.at), '[]'::json)::text
   FROM refund z WHERE z.purchase_id = o.id) AS refunds
FROM purchase o JOIN shop h ON h.id = o.shop_id
WHERE o.customer_id = :customer_id ORDER BY o.at DESC, o.id DESC LIMIT COALESCE(:limit, 50);

