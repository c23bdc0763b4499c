-- name: trade_orders
-- Orders made in [order_low, order_high), or paid or refunded in [low, high) whenever they were made.
-- in:   shop_id:id order_low:int order_high:int low:int high:int
-- out:  id:id customer_id:id at:time amount:int postage:int flag:text items:text
WITH o AS (
  SELECT a.id FROM purchase a WHERE a.shop_id = :shop_id AND a.at >= :order_low AND a.at < :order_high
  UNION SELECT y.purchase_id FROM payment y JOIN purchase b ON b.id = y.purchase_id WHERE y.at >= :low AND y.at < :high AND b.shop_id = :shop_id
  UNION SELECT f.purchase_id FROM refund f JOIN purchase c ON c.id = f.purchase_id WHERE f.at >= :low AND f.at < :high AND c.shop_id = :shop_id
)
SELECT p.id, p.customer_id, p.at, p.amount, p.postage, p.flag, p.items FROM o JOIN purchase p ON p.id = o.id ORDER BY p.id;

-- name: trade_payments
-- in:   shop_id:id order_low:int order_high:int low:int high:int
-- out:  purchase_id:id at:time amount:int
WITH o AS (
  SELECT a.id FROM purchase a WHERE a.shop_id = :shop_id AND a.at >= :order_low AND a.at < :order_high
  UNION SELECT y.purchase_id FROM payment y JOIN purchase b ON b.id = y.purchase_id WHERE y.at >= :low AND y.at < :high AND b.shop_id = :shop_id
  UNION SELECT f.purchase_id FROM refund f JOIN purchase c ON c.id = f.purchase_id WHERE f.at >= :low AND f.at < :high AND c.shop_id = :shop_id
)
SELECT x.purchase_id, x.at, x.amount FROM o JOIN payment x ON x.purchase_id = o.id ORDER BY x.purchase_id, x.at, x.id;

-- name: trade_refunds
-- The kind as in enum refund_kind.
-- in:   shop_id:id order_low:int order_high:int low:int high:int
-- out:  purchase_id:id at:time amount:int items:text? kind:int done:bool reason:text
WITH o AS (
  SELECT a.id FROM purchase a WHERE a.shop_id = :shop_id AND a.at >= :order_low AND a.at < :order_high
  UNION SELECT y.purchase_id FROM payment y JOIN purchase b ON b.id = y.purchase_id WHERE y.at >= :low AND y.at < :high AND b.shop_id = :shop_id
  UNION SELECT f.purchase_id FROM refund f JOIN purchase c ON c.id = f.purchase_id WHERE f.at >= :low AND f.at < :high AND c.shop_id = :shop_id
)
SELECT x.purchase_id, x.at, x.amount, x.items,
  CASE x.kind WHEN 'refund_only' THEN 0 WHEN 'return' THEN 1 WHEN 'exchange' THEN 2 ELSE 3 END AS kind, (x.state = 'completed') AS done, x.reason
FROM o JOIN refund x ON x.purchase_id = o.id ORDER BY x.purchase_id, x.at, x.id;

-- name: trade_messages
-- Lines and events of customers with an order that belongs to the days [low, high), so far around it as its owner may depend on:
-- from `before` ms before the first of these orders to `after` ms after the last payment. Columns as in report_messages.
-- in:   shop_id:id low:int high:int before:int after:int code_word:text
-- out:  session_id:id customer_id:id category_id:id? channel:int seq:int at:time what:int person_id:id? chars:int code_word:bool base_phrase:bool
WITH o AS (
  SELECT a.id FROM purchase a WHERE a.shop_id = :shop_id AND a.at >= :low AND a.at < :high
  UNION SELECT y.purchase_id FROM payment y JOIN purchase b ON b.id = y.purchase_id WHERE y.at >= :low AND y.at < :high AND b.shop_id = :shop_id
  UNION SELECT f.purchase_id FROM refund f JOIN purchase c ON c.id = f.purchase_id WHERE f.at >= :low AND f.at < :high AND c.shop_id = :shop_id
), w AS (
  SELECT p.customer_id, MIN(p.at) - :before AS low, MAX(COALESCE(x.at, p.at)) + :after AS high
  FROM o JOIN purchase p ON p.id = o.id LEFT JOIN payment x ON x.purchase_id = o.id GROUP BY p.customer_id
)
SELECT m.session_id, s.customer_id, s.category_id,
  CASE s.channel WHEN 'web' THEN 1 WHEN 'mail' THEN 2 WHEN 'voice' THEN 3 WHEN 'import' THEN 4 ELSE 0 END AS channel, m.seq, m.at,
  CASE m.sender WHEN 'customer' THEN 0 WHEN 'agent' THEN 1 WHEN 'robot' THEN 2 WHEN 'auto' THEN 3
    ELSE CASE WHEN m.data LIKE '{"event":"closed"%' THEN 4 WHEN m.data LIKE '{"event":"assigned"%' THEN 5 ELSE 6 END END AS what,
  m.person_id, CASE WHEN m.sender = 'agent' AND m.kind = 'text' THEN LENGTH(m.text) ELSE 0 END AS chars,
  (m.sender = 'agent' AND REPLACE(m.text, :code_word, '') <> m.text) AS code_word,
  (m.phrase_id IS NOT NULL AND EXISTS (SELECT 1 FROM phrase h WHERE h.id = m.phrase_id AND h.person_id IS NULL)) AS base_phrase
FROM w JOIN session s ON s.customer_id = w.customer_id JOIN message m ON m.session_id = s.id
WHERE s.started_at < w.high AND s.last_at >= w.low AND m.at >= w.low AND m.at < w.high
  AND (m.sender <> 'system' OR m.data LIKE '{"event":"closed"%' OR m.data LIKE '{"event":"assigned"%' OR m.data LIKE '{"event":"queued"%');

-- name: trade_transfers
-- in:   shop_id:id low:int high:int before:int after:int
-- out:  session_id:id customer_id:id at:time from_id:id? to_id:id?
WITH o AS (
  SELECT a.id FROM purchase a WHERE a.shop_id = :shop_id AND a.at >= :low AND a.at < :high
  UNION SELECT y.purchase_id FROM payment y JOIN purchase b ON b.id = y.purchase_id WHERE y.at >= :low AND y.at < :high AND b.shop_id = :shop_id
  UNION SELECT f.purchase_id FROM refund f JOIN purchase c ON c.id = f.purchase_id WHERE f.at >= :low AND f.at < :high AND c.shop_id = :shop_id
), w AS (
  SELECT p.customer_id, MIN(p.at) - :before AS low, MAX(COALESCE(x.at, p.at)) + :after AS high
  FROM o JOIN purchase p ON p.id = o.id LEFT JOIN payment x ON x.purchase_id = o.id GROUP BY p.customer_id
)
SELECT t.session_id, s.customer_id, t.at, t.from_id, t.to_person_id AS to_id
FROM w JOIN session s ON s.customer_id = w.customer_id JOIN transfer t ON t.session_id = s.id
WHERE s.started_at < w.high AND s.last_at >= w.low AND t.at >= w.low AND t.at < w.high;

-- name: trade_calls
-- The end as in enum call_end.
-- in:   shop_id:id low:int high:int
-- out:  id:id customer_id:id person_id:id? at:time queued_ms:int answered_at:time? ended_at:time end_state:int wrapup_ms:int
SELECT c.id, c.customer_id, c.person_id, c.at, c.queued_ms, c.answered_at, c.ended_at,
  CASE c.end_state WHEN 'answered' THEN 0 WHEN 'abandoned' THEN 1 WHEN 'busy' THEN 2 ELSE 3 END AS end_state, c.wrapup_ms
FROM call c WHERE c.shop_id = :shop_id AND c.at >= :low AND c.at < :high;

-- name: trade_states
-- The log of everybody's states over [low, high), with the state that was on before and the first change after. state: 0 online, 1 paused, 2 wrapup, 3 offline.
-- in:   low:int high:int
-- out:  person_id:id at:time state:int
SELECT x.person_id, x.at, CASE x.state WHEN 'online' THEN 0 WHEN 'paused' THEN 1 WHEN 'wrapup' THEN 2 ELSE 3 END AS state
FROM person p JOIN agent_state x ON x.person_id = p.id
WHERE x.at >= COALESCE((SELECT MAX(b.at) FROM agent_state b WHERE b.person_id = p.id AND b.at < :low), :low)
  AND x.at <= COALESCE((SELECT MIN(c.at) FROM agent_state c WHERE c.person_id = p.id AND c.at >= :high), :high)
ORDER BY x.person_id, x.at, x.id;

-- name: trade_order_row
-- in:   id:id
-- out:  key:text customer_name:text customer_flag:text note:text flag:text closed_at:time?
SELECT p.key, c.name AS customer_name, c.flag AS customer_flag, p.note, p.flag, p.closed_at
FROM purchase p JOIN customer c ON c.id = p.customer_id WHERE p.id = :id;

-- shape: orders_in
-- Which orders: those behind a sales figure of these days (metric, the default sales), under the rule asked for. reason: only those with a completed
-- refund for it.
-- in:   from:text(10..10) to:text(10..10)? metric:text(1..60)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)?
--       channel:enum(other,web,mail,voice,import)? category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)?
--       attribution:text(0..20)? day:text(10..10)? hour:int(0..23)? reason:text(0..2000)? cursor:int(0..)? limit:int(1..200)?

-- shape: reasons_in
-- in:   from:text(10..10) to:text(10..10)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)? channel:enum(other,web,mail,voice,import)?
--       category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)? attribution:text(0..20)?

-- shape: reason_row
-- Completed refunds of the orders that agents own, by what was given as reason. items: pieces refunded; returned: those that came back. The rates are
-- over all pieces sold, so that the reasons add up to the rates of the report.
-- out:  reason:text orders:int refunds:int items:int returned:int amount:int refund_rate:real? return_rate:real?

-- shape: order_row
-- The owners under each rule; 0 nobody. session_id: of the record, where the owner under the rule asked for won it. cells, assists, refunds: lists.
-- out:  id:id key:text shop_id:id shop_name:text shop_colour:text customer_id:id customer_name:text customer_flag:text created_at:time
--       paid_at:time? closed_at:time? day:text amount:int postage:int items:int refunded:int flag:text note:text agent_id:id? agent_name:text?
--       session_id:id? owner_created:int owner_created_first:int owner_paid:int silent:bool cells:json assists:json refunds:json
