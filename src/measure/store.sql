-- name: store_span_query
-- in:   shop_id:id
-- out:  low:int? high:int?
SELECT MIN(x.low) AS low, MAX(x.high) AS high FROM (
  SELECT MIN(s.started_at) AS low, MAX(s.started_at) AS high FROM session s WHERE s.shop_id = :shop_id
  UNION ALL SELECT MIN(r.at), MAX(r.at) FROM rating r WHERE r.shop_id = :shop_id
  UNION ALL SELECT MIN(i.at), MAX(i.at) FROM invite i WHERE i.shop_id = :shop_id
) x;

-- name: store_shops
-- out:  id:id timezone:text cut_hour:int profile:text
SELECT h.id, h.timezone, h.cut_hour, h.profile FROM shop h ORDER BY h.id;

-- name: store_session
-- With the time of its message seq, when there is one.
-- in:   session_id:id seq:int
-- out:  shop_id:id customer_id:id started_at:time last_at:time message_at:time?
SELECT s.shop_id, s.customer_id, s.started_at, s.last_at, (SELECT m.at FROM message m WHERE m.session_id = s.id AND m.seq = :seq) AS message_at
FROM session s WHERE s.id = :session_id;

-- name: store_messages
-- As report_messages, of one customer.
-- in:   customer_id:id low:int high:int code_word:text
-- out:  session_id:id customer_id:id category_id:id? channel:int seq:int at:time what:int person_id:id? chars:int code_word:bool
SELECT m.session_id, s.customer_id, s.category_id,
  CASE s.channel WHEN 'web' THEN 1 WHEN 'mail' THEN 2 WHEN 'voice' THEN 3 WHEN 'import' THEN 4 ELSE 0 END AS channel, m.seq, m.at,
  CASE m.sender WHEN 'customer' THEN 0 WHEN 'agent' THEN 1 WHEN 'robot' THEN 2 WHEN 'auto' THEN 3
    ELSE CASE WHEN m.data LIKE '{"event":"closed"%' THEN 4 WHEN m.data LIKE '{"event":"assigned"%' THEN 5 ELSE 6 END END AS what,
  m.person_id, CASE WHEN m.sender = 'agent' AND m.kind = 'text' THEN LENGTH(m.text) ELSE 0 END AS chars,
  (m.sender = 'agent' AND REPLACE(m.text, :code_word, '') <> m.text) AS code_word
FROM session s JOIN message m ON m.session_id = s.id
WHERE s.customer_id = :customer_id AND s.started_at < :high AND (s.state <> 'closed' OR s.closed_at >= :low OR s.started_at >= :low)
  AND m.at >= :low AND m.at < :high
  AND (m.sender <> 'system' OR m.data LIKE '{"event":"closed"%' OR m.data LIKE '{"event":"assigned"%' OR m.data LIKE '{"event":"queued"%');

-- name: store_transfers
-- in:   customer_id:id low:int high:int
-- out:  session_id:id customer_id:id at:time from_id:id? to_id:id?
SELECT t.session_id, s.customer_id, t.at, t.from_id, t.to_person_id AS to_id
FROM session s JOIN transfer t ON t.session_id = s.id
WHERE s.customer_id = :customer_id AND t.at >= :low AND t.at < :high;

-- name: store_ratings
-- in:   shop_id:id customer_id:id low:int high:int
-- out:  session_id:id? customer_id:id at:time person_id:id? score:int source:int
SELECT r.session_id, r.customer_id, r.at, r.person_id, r.score,
  CASE r.source WHEN 'invited' THEN 0 WHEN 'own' THEN 1 ELSE 2 END AS source
FROM rating r WHERE r.shop_id = :shop_id AND r.customer_id = :customer_id AND r.at >= :low AND r.at < :high
UNION ALL
SELECT i.session_id, i.customer_id, i.at, i.person_id, 0, 3
FROM invite i WHERE i.shop_id = :shop_id AND i.customer_id = :customer_id AND i.at >= :low AND i.at < :high;

-- shape: facts_out
-- out:  ready:bool shops:int days:int days_built:int pairs:int customers:int bytes:int bytes_max:int answered:int sum:text?
