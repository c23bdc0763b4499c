-- name: report_settings
-- out:  name:text value:text
SELECT name, value FROM setting;

-- name: report_shops
-- in:   shop_id:id? viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  id:id key:text name:text colour:text timezone:text cut_hour:int profile:text
SELECT h.id, h.key, h.name, h.colour, h.timezone, h.cut_hour, h.profile FROM shop h
WHERE (:shop_id IS NULL OR h.id = :shop_id)
  AND (:viewer_scope = 'all'
    OR (:viewer_scope IN ('own', 'group') AND EXISTS (SELECT 1 FROM session s WHERE s.shop_id = h.id AND s.agent_id IN (SELECT p.id FROM person p
      WHERE p.id = :viewer OR (:viewer_scope = 'group' AND p.group_id = :viewer_group))))
    OR h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = :viewer
      UNION SELECT g.shop_id FROM group_shop g WHERE g.group_id = :viewer_group))
ORDER BY h.id;

-- name: report_people
-- out:  id:id key:text name:text kind:text group_id:id?
SELECT p.id, p.key, p.name, p.kind, p.group_id FROM person p ORDER BY p.id;

-- name: report_groups
-- out:  id:id key:text name:text
SELECT g.id, g.key, g.name FROM team_group g ORDER BY g.id;

-- name: report_categories
-- out:  id:id key:text name:text name_en:text
SELECT c.id, c.key, c.name, c.name_en FROM category c ORDER BY c.id;

-- name: report_odd_customers
-- Customers who are no customers: own staff, robots and service accounts of the platform.
-- in:   shop_id:id
-- out:  id:id kind:text
SELECT c.id, p.kind FROM person p JOIN customer c ON c.shop_id = :shop_id AND c.key = p.key
UNION SELECT c.id, p.kind FROM person p JOIN customer c ON c.shop_id = :shop_id AND c.key = p.account;

-- name: report_messages
-- Lines and events of the conversations that overlap [low, high), with what as 0 customer, 1 agent, 2 robot, 3 auto, 4 closed, 5 assigned, 6 queued.
-- Who sees only own or the group's figures gets the customers that these people had to do with, whole: figures depend on what was
-- before and after. channel: as in enum fact_channel.
-- in:   shop_id:id low:int high:int code_word:text viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  session_id:id customer_id:id category_id:id? channel:int seq:int at:time what:int person_id:id? chars:int code_word:bool base_phrase:bool
WITH s AS (
  SELECT a.id, a.customer_id, a.category_id, a.channel FROM session a WHERE a.shop_id = :shop_id AND a.started_at >= :low AND a.started_at < :high
  UNION ALL
  SELECT b.id, b.customer_id, b.category_id, b.channel FROM session b WHERE b.state <> 'closed' AND b.shop_id = :shop_id AND b.started_at < :low
  UNION ALL
  SELECT c.id, c.customer_id, c.category_id, c.channel FROM session c
  WHERE c.state = 'closed' AND c.closed_at >= :low AND c.shop_id = :shop_id AND c.started_at < :low
)
SELECT m.session_id, s.customer_id, s.category_id,
  CASE s.channel WHEN 'web' THEN 1 WHEN 'mail' THEN 2 WHEN 'voice' THEN 3 WHEN 'import' THEN 4 ELSE 0 END AS channel, m.seq, m.at,
  CASE m.sender WHEN 'customer' THEN 0 WHEN 'agent' THEN 1 WHEN 'robot' THEN 2 WHEN 'auto' THEN 3
    ELSE CASE WHEN m.data LIKE '{"event":"closed"%' THEN 4 WHEN m.data LIKE '{"event":"assigned"%' THEN 5 ELSE 6 END END AS what,
  m.person_id, CASE WHEN m.sender = 'agent' AND m.kind = 'text' THEN LENGTH(m.text) ELSE 0 END AS chars,
  (m.sender = 'agent' AND REPLACE(m.text, :code_word, '') <> m.text) AS code_word,
  (m.phrase_id IS NOT NULL AND EXISTS (SELECT 1 FROM phrase h WHERE h.id = m.phrase_id AND h.person_id IS NULL)) AS base_phrase
FROM s JOIN message m ON m.session_id = s.id
WHERE m.at >= :low AND m.at < :high
  AND (m.sender <> 'system' OR m.data LIKE '{"event":"closed"%' OR m.data LIKE '{"event":"assigned"%' OR m.data LIKE '{"event":"queued"%')
  AND (:viewer_scope IN ('all', 'shop')
    OR s.customer_id IN (SELECT x.customer_id FROM session x JOIN message y ON y.session_id = x.id LEFT JOIN person p ON p.id = y.person_id
      WHERE x.shop_id = :shop_id AND x.started_at < :high AND x.last_at >= :low AND y.at >= :low AND y.at < :high
        AND (y.person_id = :viewer OR (:viewer_scope = 'group' AND p.group_id = :viewer_group)))
    OR s.customer_id IN (SELECT x.customer_id FROM transfer t JOIN session x ON x.id = t.session_id
      LEFT JOIN person f ON f.id = t.from_id LEFT JOIN person p ON p.id = t.to_person_id
      WHERE x.shop_id = :shop_id AND t.at >= :low AND t.at < :high
        AND (t.from_id = :viewer OR t.to_person_id = :viewer
          OR (:viewer_scope = 'group' AND (f.group_id = :viewer_group OR p.group_id = :viewer_group)))));

-- name: report_transfers
-- in:   shop_id:id low:int high:int
-- out:  session_id:id customer_id:id at:time from_id:id? to_id:id?
SELECT t.session_id, s.customer_id, t.at, t.from_id, t.to_person_id AS to_id
FROM transfer t JOIN session s ON s.id = t.session_id
WHERE t.at >= :low AND t.at < :high AND s.shop_id = :shop_id;

-- name: report_ratings
-- As source 0 invited, 1 own, 2 system, 3 an invitation.
-- in:   shop_id:id low:int high:int viewer:id@server viewer_scope:text@server viewer_group:id?@server
-- out:  session_id:id? customer_id:id at:time person_id:id? score:int source:int
SELECT r.session_id, r.customer_id, r.at, r.person_id, r.score,
  CASE r.source WHEN 'invited' THEN 0 WHEN 'own' THEN 1 ELSE 2 END AS source
FROM rating r LEFT JOIN person p ON p.id = r.person_id
WHERE r.shop_id = :shop_id AND r.at >= :low AND r.at < :high
  AND (:viewer_scope IN ('all', 'shop') OR r.person_id = :viewer OR (:viewer_scope = 'group' AND p.group_id = :viewer_group))
UNION ALL
SELECT i.session_id, i.customer_id, i.at, i.person_id, 0, 3
FROM invite i LEFT JOIN person p ON p.id = i.person_id
WHERE i.shop_id = :shop_id AND i.at >= :low AND i.at < :high
  AND (:viewer_scope IN ('all', 'shop') OR i.person_id = :viewer OR (:viewer_scope = 'group' AND p.group_id = :viewer_group));

-- name: report_session
-- in:   session_id:id
-- out:  id:id channel:text state:text customer_name:text customer_flag:text last_text:text last_at:time closed_at:time?
SELECT s.id, s.channel, s.state, c.name AS customer_name, c.flag AS customer_flag, s.last_text, s.last_at, s.closed_at
FROM session s JOIN customer c ON c.id = s.customer_id WHERE s.id = :session_id;

-- shape: report_in
-- shop_id, group_id, category_id, weekday 0: all; agent_id 0: what nobody held. by: up to three of agent, group, shop, channel, category, day, week,
-- month, hour, weekday, separated by commas. weekday: 1 Monday .. 7 Sunday. order: a metric's key, - before it: the largest first. cursor: so many of the
-- first rows in that order are left out.
-- in:   from:text(10..10) to:text(10..10)? by:text(0..100)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)?
--       channel:enum(other,web,mail,voice,import)? category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)?
--       attribution:text(0..20)? metrics:text(0..2000)? order:text(0..61)? limit:int(1..100000)? cursor:int(0..)?

-- shape: report_out
-- next says where the rows go on, if they do: a cursor.
-- out:  header:json columns:json rows:json total:json next:text?

-- shape: report_spread_in
-- Which durations: of the first reply of sessions, or of every round that counts in the average reply.
-- in:   of:enum(first_reply,reply) from:text(10..10) to:text(10..10)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)?
--       channel:enum(other,web,mail,voice,import)? category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)?

-- shape: report_spread_row
-- So many were at least from_ms and below below_ms (none: the last, without an end). within: the part of all that was below below_ms.
-- out:  from_ms:int below_ms:int? count:int within:real?

-- shape: report_sessions_in
-- least_ms, below_ms: only sessions with a duration of the figure in [least_ms, below_ms).
-- in:   metric:text(1..60) from:text(10..10) to:text(10..10)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)?
--       channel:enum(other,web,mail,voice,import)? category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)? day:text(10..10)?
--       attribution:text(0..20)? least_ms:int(0..)? below_ms:int(1..)?
--       hour:int(0..23)? cursor:int(0..)? limit:int(1..200)?

-- shape: report_session_row
-- out:  id:id shop_id:id shop_name:text shop_colour:text customer_id:id customer_name:text customer_flag:text channel:text state:text
--       agent_id:id? agent_name:text? started_at:time ended_at:time? last_at:time last_text:text closed_at:time? day:text
--       value:json sum:int count:int

-- shape: metrics_in
-- The days of a report whose columns are to be named; left out: as they are today.
-- in:   from:text(10..10)? to:text(10..10)?

-- shape: metric_row
-- out:  key:text name_zh:text name_en:text definition_zh:text definition_en:text unit:enum(count,ms,ratio,money,chars)
--       direction:enum(up,down,none) brief:bool group:enum(service,sales,satisfaction,workload,calls,robot)

-- name: report_shop_by_key
-- in:   key:text
-- out:  id:id
SELECT id FROM shop WHERE key = :key;
