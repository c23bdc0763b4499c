-- Whole customers of a shop, from one id to another: all that was said to them and sold to them. (+x: by the customer's index, not by the shop's.)

-- name: ledger_customers
-- in:   shop_id:id after:int
-- out:  id:id
SELECT c.id FROM customer c WHERE c.id > :after AND +c.shop_id = :shop_id ORDER BY c.id LIMIT 400;

-- name: ledger_messages
-- Columns as in report_messages.
-- in:   shop_id:id low_id:int high_id:int code_word:text
-- out:  session_id:id customer_id:id category_id:id? channel:int seq:int at:time what:int person_id:id? chars:int code_word:bool base_phrase:bool
SELECT m.session_id, s.customer_id, s.category_id,
  CASE s.channel WHEN 'web' THEN 1 WHEN 'mail' THEN 2 WHEN 'voice' THEN 3 WHEN 'import' THEN 4 ELSE 0 END AS channel, m.seq, m.at,
  CASE m.sender WHEN 'customer' THEN 0 WHEN 'agent' THEN 1 WHEN 'robot' THEN 2 WHEN 'auto' THEN 3
    ELSE CASE WHEN m.data LIKE '{"event":"closed"%' THEN 4 WHEN m.data LIKE '{"event":"assigned"%' THEN 5 ELSE 6 END END AS what,
  m.person_id, CASE WHEN m.sender = 'agent' AND m.kind = 'text' THEN LENGTH(m.text) ELSE 0 END AS chars,
  (m.sender = 'agent' AND REPLACE(m.text, :code_word, '') <> m.text) AS code_word,
  (m.phrase_id IS NOT NULL AND EXISTS (SELECT 1 FROM phrase h WHERE h.id = m.phrase_id AND h.person_id IS NULL)) AS base_phrase
FROM session s JOIN message m ON m.session_id = s.id
WHERE s.customer_id >= :low_id AND s.customer_id <= :high_id AND +s.shop_id = :shop_id
  AND (m.sender <> 'system' OR m.data LIKE '{"event":"closed"%' OR m.data LIKE '{"event":"assigned"%' OR m.data LIKE '{"event":"queued"%');

-- name: ledger_transfers
-- in:   shop_id:id low_id:int high_id:int
-- out:  session_id:id customer_id:id at:time from_id:id? to_id:id?
SELECT t.session_id, s.customer_id, t.at, t.from_id, t.to_person_id AS to_id
FROM session s JOIN transfer t ON t.session_id = s.id
WHERE s.customer_id >= :low_id AND s.customer_id <= :high_id AND +s.shop_id = :shop_id;

-- name: ledger_orders
-- in:   shop_id:id low_id:int high_id:int
-- out:  id:id customer_id:id at:time amount:int postage:int flag:text items:text
SELECT p.id, p.customer_id, p.at, p.amount, p.postage, p.flag, p.items FROM purchase p
WHERE p.customer_id >= :low_id AND p.customer_id <= :high_id AND +p.shop_id = :shop_id ORDER BY p.id;

-- name: ledger_payments
-- in:   shop_id:id low_id:int high_id:int
-- out:  purchase_id:id at:time amount:int
SELECT x.purchase_id, x.at, x.amount FROM purchase p JOIN payment x ON x.purchase_id = p.id
WHERE p.customer_id >= :low_id AND p.customer_id <= :high_id AND +p.shop_id = :shop_id ORDER BY x.purchase_id, x.at, x.id;

-- name: ledger_refunds
-- The kind as in enum refund_kind.
-- in:   shop_id:id low_id:int high_id:int
-- out:  purchase_id:id at:time amount:int items:text? kind:int done:bool reason:text
SELECT x.purchase_id, x.at, x.amount, x.items,
  CASE x.kind WHEN 'refund_only' THEN 0 WHEN 'return' THEN 1 WHEN 'exchange' THEN 2 ELSE 3 END AS kind, (x.state = 'completed') AS done, x.reason
FROM purchase p JOIN refund x ON x.purchase_id = p.id
WHERE p.customer_id >= :low_id AND p.customer_id <= :high_id AND +p.shop_id = :shop_id ORDER BY x.purchase_id, x.at, x.id;

-- name: ledger_touched
-- Who had something to do with a shop in [low, high].
-- in:   shop_id:id low:int high:int
-- out:  customer_id:id
SELECT s.customer_id FROM session s WHERE s.shop_id = :shop_id AND s.started_at <= :high AND s.last_at >= :low
UNION SELECT p.customer_id FROM purchase p WHERE p.shop_id = :shop_id AND p.at >= :low AND p.at <= :high
UNION SELECT q.customer_id FROM payment y JOIN purchase q ON q.id = y.purchase_id WHERE y.at >= :low AND y.at <= :high AND q.shop_id = :shop_id
UNION SELECT r.customer_id FROM refund f JOIN purchase r ON r.id = f.purchase_id WHERE f.at >= :low AND f.at <= :high AND r.shop_id = :shop_id;
