-- Every query gives the lines of one type: the columns are the line's members, in order. "extra" is spread over the line again. All that
-- belongs to customers is walked customer by customer, so that nothing large is ever sorted.

-- name: export_shops
-- out:  id:id timezone:text cut_hour:int
SELECT id, timezone, cut_hour FROM shop ORDER BY key;

-- name: export_shop
-- out:  key:text name:text timezone:text cut_hour:int profile:text currency:text colour:text greeting:text greeting_en:text extra:json
SELECT key, name, timezone, cut_hour, profile, currency, colour, greeting, greeting_en, extra FROM shop ORDER BY key;

-- name: export_agent
-- Who has no shops of his own serves those of his group.
-- out:  key:text name:text shops:json group:text? kind:text joined:time? left:time? extra:json
-- sqlite:
SELECT p.key, p.name,
  (SELECT json_group_array(k.key) FROM (SELECT h.key FROM shop h WHERE h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = p.id)
    OR (NOT EXISTS (SELECT 1 FROM person_shop x WHERE x.person_id = p.id) AND h.id IN (SELECT x.shop_id FROM group_shop x WHERE x.group_id = p.group_id))
    ORDER BY h.key) k) AS shops,
  g.name AS "group", p.kind, p.joined_at AS joined, p.left_at AS "left", p.extra
FROM person p LEFT JOIN team_group g ON g.id = p.group_id ORDER BY p.key;
-- postgres:
SELECT p.key, p.name,
  (SELECT COALESCE(json_agg(h.key ORDER BY h.key), '[]')::text FROM shop h WHERE h.id IN (SELECT x.shop_id FROM person_shop x WHERE x.person_id = p.id)
    OR (NOT EXISTS (SELECT 1 FROM person_shop x WHERE x.person_id = p.id) AND h.id IN (SELECT x.shop_id FROM group_shop x WHERE x.group_id = p.group_id))
  ) AS shops,
  g.name AS "group", p.kind, p.joined_at AS joined, p.left_at AS "left", p.extra
FROM person p LEFT JOIN team_group g ON g.id = p.group_id ORDER BY p.key;

-- name: export_rule
-- What figures are counted with: a setting before its first change stands as from the beginning, a shop's profile before it with the shop.
-- out:  shop:text? name:text from:text value:text at:time by:text?
-- sqlite:
SELECT h.key AS shop, v.name, date(v.from_day * 86400, 'unixepoch') AS "from", v.value, v.set_at AS at, p.key AS "by"
FROM rule_version v LEFT JOIN shop h ON h.id = v.shop_id LEFT JOIN person p ON p.id = v.set_by
UNION ALL
SELECT NULL, s.name, '1970-01-01', s.value, s.updated_at, NULL FROM setting s
WHERE NOT EXISTS (SELECT 1 FROM rule_version v WHERE v.shop_id IS NULL AND v.name = s.name AND v.from_day <= 0)
ORDER BY 1 NULLS FIRST, 2, 3;
-- postgres:
SELECT h.key AS shop, v.name, to_char(DATE '1970-01-01' + v.from_day::int, 'YYYY-MM-DD') AS "from", v.value, v.set_at AS at, p.key AS "by"
FROM rule_version v LEFT JOIN shop h ON h.id = v.shop_id LEFT JOIN person p ON p.id = v.set_by
UNION ALL
SELECT NULL, s.name, '1970-01-01', s.value, s.updated_at, NULL FROM setting s
WHERE NOT EXISTS (SELECT 1 FROM rule_version v WHERE v.shop_id IS NULL AND v.name = s.name AND v.from_day <= 0)
ORDER BY 1 NULLS FIRST, 2, 3;

-- name: export_customer
-- A customer has one line, whichever shops know him: what the first of them knows, or else what an import said.
-- out:  key:text name:text? phone:text? email:text? segment:text? age_band:text? note:text? flag:text? lang:text? extra:json?
SELECT k.key, CASE WHEN c.id IS NULL THEN d.name ELSE c.name END AS name, CASE WHEN c.id IS NULL THEN d.phone ELSE c.phone END AS phone,
  CASE WHEN c.id IS NULL THEN d.email ELSE c.email END AS email, CASE WHEN c.id IS NULL THEN d.segment ELSE c.segment END AS segment,
  CASE WHEN c.id IS NULL THEN d.age_band ELSE c.age_band END AS age_band, c.note, c.flag, NULLIF(c.lang, 'zh') AS lang,
  CASE WHEN c.id IS NULL THEN d.extra ELSE c.extra END AS extra
FROM (SELECT key FROM customer_card UNION SELECT key FROM customer) k
LEFT JOIN customer_card d ON d.key = k.key
LEFT JOIN customer c ON c.id = (SELECT MIN(x.id) FROM customer x WHERE x.shop_id IN (SELECT h.id FROM shop h) AND x.key = k.key)
ORDER BY k.key;

-- name: export_phrase
-- out:  key:text shop:text? agent:text? code:text text:text folder:text
SELECT COALESCE(r.key, 'p' || CAST(p.id AS TEXT)) AS key, h.key AS shop, a.key AS agent, p.code, p.text, p.folder
FROM phrase p LEFT JOIN shop h ON h.id = p.shop_id LEFT JOIN person a ON a.id = p.person_id
LEFT JOIN import_row r ON r.type = 'phrase' AND r.row_id = p.id ORDER BY 1;

-- name: export_product
-- out:  shop:text sku:text title:text price:money detail:json
SELECT h.key AS shop, p.sku, p.title, p.price, p.detail FROM shop h JOIN product p ON p.shop_id = h.id ORDER BY h.key, p.sku;

-- name: export_knowledge
-- out:  shop:text key:text kind:text title:text body:json
SELECT h.key AS shop, k.key, k.kind, k.title, k.body FROM shop h JOIN knowledge k ON k.shop_id = h.id ORDER BY h.key, k.kind, k.key;

-- name: export_order
-- Those created in time, and those to which something happened then.
-- in:   shop_id:id from_at:time to_at:time
-- out:  key:text shop:text customer:text at:time items:json amount:money postage:money flag:text note:text extra:json
SELECT p.key, h.key AS shop, c.key AS customer, p.at, p.items, p.amount, p.postage, p.flag, p.note, p.extra
FROM shop h CROSS JOIN customer c CROSS JOIN purchase p
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND p.customer_id = c.id AND ((p.at >= :from_at AND p.at < :to_at)
  OR (p.closed_at >= :from_at AND p.closed_at < :to_at)
  OR EXISTS (SELECT 1 FROM payment y WHERE y.purchase_id = p.id AND y.at >= :from_at AND y.at < :to_at)
  OR EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = p.id AND r.at >= :from_at AND r.at < :to_at))
ORDER BY c.key, p.at, p.key;

-- name: export_payment
-- in:   shop_id:id from_at:time to_at:time
-- out:  order:text at:time amount:money extra:json
SELECT p.key AS "order", y.at, y.amount, y.extra
FROM customer c CROSS JOIN purchase p CROSS JOIN payment y
WHERE c.shop_id = :shop_id AND p.customer_id = c.id AND y.purchase_id = p.id AND y.at >= :from_at AND y.at < :to_at
ORDER BY c.key, p.at, p.key, y.at, y.amount;

-- name: export_refund
-- in:   shop_id:id from_at:time to_at:time
-- out:  key:text order:text at:time amount:money items:json? kind:text reason:text state:text by:text? extra:json
SELECT r.key, p.key AS "order", r.at, r.amount, r.items, r.kind, r.reason, r.state, a.key AS "by", r.extra
FROM customer c CROSS JOIN purchase p CROSS JOIN refund r LEFT JOIN person a ON a.id = r.person_id
WHERE c.shop_id = :shop_id AND p.customer_id = c.id AND r.purchase_id = p.id AND r.at >= :from_at AND r.at < :to_at
ORDER BY c.key, p.at, p.key, r.at, r.key;

-- name: export_close
-- in:   shop_id:id from_at:time to_at:time
-- out:  order:text at:time reason:text
SELECT p.key AS "order", p.closed_at AS at, p.close_reason AS reason
FROM customer c CROSS JOIN purchase p
WHERE c.shop_id = :shop_id AND p.customer_id = c.id AND p.closed_at >= :from_at AND p.closed_at < :to_at
ORDER BY c.key, p.at, p.key;

-- name: export_call
-- in:   shop_id:id from_at:time to_at:time
-- out:  key:text shop:text customer:text at:time agent:text? queued_ms:int answered_at:time? ended_at:time end:text hold_ms:int wrapup_ms:int extra:json
SELECT k.key, h.key AS shop, c.key AS customer, k.at, a.key AS agent, k.queued_ms, k.answered_at, k.ended_at, k.end_state AS "end", k.hold_ms, k.wrapup_ms,
  k.extra
FROM shop h CROSS JOIN call k JOIN customer c ON c.id = k.customer_id LEFT JOIN person a ON a.id = k.person_id
WHERE h.id = :shop_id AND k.shop_id = :shop_id AND k.at >= :from_at AND k.at < :to_at
ORDER BY k.key;

-- name: export_state
-- With each agent's last state before, which holds on into the time.
-- in:   from_at:time to_at:time
-- out:  agent:text at:time state:text reason:text extra:json
SELECT p.key AS agent, s.at, s.state, s.reason, s.extra
FROM person p CROSS JOIN agent_state s
WHERE s.person_id = p.id AND s.at < :to_at
  AND s.at >= COALESCE((SELECT MAX(x.at) FROM agent_state x WHERE x.person_id = p.id AND x.at < :from_at), :from_at)
ORDER BY p.key, s.at, s.id;

-- name: export_message
-- Whole conversations: those that reach into the time. An imported message has its source's key, one made here a key made of its id.
-- in:   shop_id:id from_at:time to_at:time
-- out:  key:text shop:text customer:text agent:text? at:time sender:text kind:text? text:text channel:text? extra:json? kept_extra:json?
SELECT CASE WHEN s.imported THEN COALESCE(m.client_id, 'm' || CAST(m.id AS TEXT)) ELSE 'm' || CAST(m.id AS TEXT) END AS key,
  h.key AS shop, c.key AS customer, a.key AS agent, m.at, m.sender, NULLIF(m.kind, 'text') AS kind, m.text, NULLIF(s.channel, 'import') AS channel,
  CASE WHEN m.kind = 'event' THEN NULL ELSE m.data END AS extra, CASE WHEN m.kind = 'event' THEN m.data END AS kept_extra
FROM shop h CROSS JOIN customer c CROSS JOIN session s CROSS JOIN message m LEFT JOIN person a ON a.id = m.person_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND s.customer_id = c.id AND s.started_at < :to_at AND s.last_at >= :from_at AND m.session_id = s.id
ORDER BY c.key, m.at, 1;

-- name: export_transfer
-- in:   shop_id:id from_at:time to_at:time
-- out:  shop:text customer:text from:text? to:text? to_group:text? at:time note:text extra:json
SELECT h.key AS shop, c.key AS customer, a.key AS "from", b.key AS "to", CASE WHEN b.id IS NULL THEN g.name END AS to_group, t.at, t.note, t.extra
FROM shop h CROSS JOIN customer c CROSS JOIN session s CROSS JOIN transfer t LEFT JOIN person a ON a.id = t.from_id
LEFT JOIN person b ON b.id = t.to_person_id LEFT JOIN team_group g ON g.id = t.to_group_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND s.customer_id = c.id AND t.session_id = s.id
  AND ((t.at >= :from_at AND t.at < :to_at) OR (s.started_at < :to_at AND s.last_at >= :from_at))
ORDER BY c.key, t.at, t.id;

-- name: export_category
-- What an import said of a time, and what the desk or the visitor set for a conversation.
-- in:   shop_id:id from_at:time to_at:time
-- out:  shop:text customer:text at:time category:text extra:json
SELECT h.key AS shop, c.key AS customer, k.at, g.name AS category, k.extra
FROM shop h CROSS JOIN customer c CROSS JOIN contact_category k JOIN category g ON g.id = k.category_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND k.customer_id = c.id AND k.at >= :from_at AND k.at < :to_at
UNION ALL
SELECT h.key, c.key, s.last_at, g.name, '{}'
FROM shop h CROSS JOIN customer c CROSS JOIN session s JOIN category g ON g.id = s.category_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND s.customer_id = c.id AND s.seq > 0 AND s.started_at < :to_at AND s.last_at >= :from_at
  AND NOT EXISTS (SELECT 1 FROM contact_category x WHERE x.customer_id = c.id AND x.category_id = s.category_id AND x.at >= s.started_at)
ORDER BY customer, at, category;

-- name: export_invite
-- in:   shop_id:id from_at:time to_at:time
-- out:  shop:text customer:text agent:text? at:time extra:json
SELECT h.key AS shop, c.key AS customer, a.key AS agent, i.at, i.extra
FROM shop h CROSS JOIN customer c CROSS JOIN invite i LEFT JOIN person a ON a.id = i.person_id LEFT JOIN session s ON s.id = i.session_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND i.shop_id = :shop_id AND i.customer_id = c.id
  AND ((i.at >= :from_at AND i.at < :to_at) OR (s.started_at < :to_at AND s.last_at >= :from_at))
ORDER BY c.key, i.at;

-- name: export_rating
-- in:   shop_id:id from_at:time to_at:time
-- out:  shop:text customer:text agent:text? at:time score:int source:text comment:text extra:json
SELECT h.key AS shop, c.key AS customer, a.key AS agent, r.at, r.score, r.source, r.comment, r.extra
FROM shop h CROSS JOIN customer c CROSS JOIN rating r LEFT JOIN person a ON a.id = r.person_id LEFT JOIN session s ON s.id = r.session_id
WHERE h.id = :shop_id AND c.shop_id = :shop_id AND r.shop_id = :shop_id AND r.customer_id = c.id
  AND ((r.at >= :from_at AND r.at < :to_at) OR (s.started_at < :to_at AND s.last_at >= :from_at))
ORDER BY c.key, r.at, r.score, r.source;
