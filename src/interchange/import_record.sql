-- name: import_added_put
-- The same line twice in one file: what it was the first time counts.
-- in:   type:text key:text import_id:id row_id:id changed:bool
INSERT INTO import_added (type, key, import_id, row_id, changed) VALUES (:type, :key, :import_id, :row_id, :changed)
ON CONFLICT (import_id, type, key) DO NOTHING;

-- name: import_chat_put
-- in:   import_id:id customer_id:id part:int fresh:bool messages:text
INSERT INTO import_chat (import_id, customer_id, part, fresh, messages) VALUES (:import_id, :customer_id, :part, :fresh, :messages)
ON CONFLICT (import_id, customer_id, part) DO UPDATE SET messages = import_chat.messages || ',' || excluded.messages;

-- name: import_named_put
-- in:   import_id:id person_id:id
INSERT INTO import_named (import_id, person_id) VALUES (:import_id, :person_id) ON CONFLICT (import_id, person_id) DO NOTHING;

-- name: import_record_add
-- in:   id:id person_id:id? shop_id:id? file_name:text stored_name:text size:int format:text kind:text mapping:text state:text now:time
INSERT INTO data_import (id, person_id, shop_id, file_name, stored_name, size, format, kind, mapping, state, created_at)
VALUES (:id, :person_id, :shop_id, :file_name, :stored_name, :size, :format, :kind, :mapping, :state, :now);

-- name: import_record_get
-- in:   id:id
-- out:  id:id person_id:id? shop_id:id? shop_key:text? file_name:text stored_name:text size:int format:text kind:text mapping:text state:text
--       findings:text first_at:int last_at:int started_at:time?
SELECT d.id, d.person_id, d.shop_id, s.key AS shop_key, d.file_name, d.stored_name, d.size, d.format, d.kind, d.mapping, d.state, d.findings,
  d.first_at, d.last_at, d.started_at
FROM data_import d LEFT JOIN shop s ON s.id = d.shop_id WHERE d.id = :id;

-- name: import_record_state
-- in:   id:id state:text now:time
UPDATE data_import SET state = :state, phase = '', done = 0, total = 0, why = '', started_at = :now, finished_at = NULL WHERE id = :id;

-- name: import_record_progress
-- in:   id:id phase:text done:int total:int
UPDATE data_import SET phase = :phase, done = :done, total = :total WHERE id = :id;

-- name: import_record_checked
-- in:   id:id state:text findings:text why:text now:time
UPDATE data_import SET state = :state, findings = :findings, why = :why, finished_at = :now, phase = '' WHERE id = :id;

-- name: import_record_finish
-- in:   id:id state:text counts:text why:text first_at:int last_at:int now:time
UPDATE data_import SET state = :state, counts = :counts, why = :why, finished_at = :now, phase = '',
  first_at = CASE WHEN first_at = 0 OR (:first_at <> 0 AND :first_at < first_at) THEN :first_at ELSE first_at END,
  last_at = CASE WHEN :last_at > last_at THEN :last_at ELSE last_at END
WHERE id = :id;

-- name: import_record_undone
-- in:   id:id state:text why:text now:time
UPDATE data_import SET state = :state, why = :why, finished_at = :now, undone_at = :now, phase = '' WHERE id = :id;

-- name: import_record_broken
-- The server stopped in the middle: what was stored is there, and the same file again changes nothing of it.
-- in:   now:time
UPDATE data_import SET state = CASE state WHEN 'checking' THEN 'uploaded' WHEN 'undoing' THEN 'kept' ELSE 'failed' END,
  why = CASE WHEN state = 'checking' THEN '' ELSE 'stopped' END, finished_at = :now, phase = ''
WHERE state IN ('checking', 'running', 'undoing') AND person_id IS NOT NULL;

-- name: import_reject_add
-- in:   import_id:id seq:int place:text reason:text
INSERT INTO import_reject (import_id, seq, place, reason) VALUES (:import_id, :seq, :place, :reason)
ON CONFLICT (import_id, seq) DO UPDATE SET place = excluded.place, reason = excluded.reason;

-- name: import_reject_clear
-- in:   import_id:id
DELETE FROM import_reject WHERE import_id = :import_id;

-- name: import_name_find
-- in:   shop_key:text name:text
-- out:  role:text person_key:text?
SELECT n.role, p.key AS person_key FROM shop s JOIN import_name n ON n.shop_id = s.id LEFT JOIN person p ON p.id = n.person_id
WHERE s.key = :shop_key AND n.name = :name;

-- name: import_mapping_named
-- in:   name:text
-- out:  body:text
SELECT body FROM import_mapping WHERE name = :name;


-- name: undo_updated_later
-- What later imports touched comes first, each looked for in this one.
-- in:   import_id:id
-- out:  type:text key:text other_id:id
SELECT a.type, a.key, MAX(b.import_id) AS other_id
FROM import_added b CROSS JOIN import_added a
WHERE b.import_id > :import_id AND a.import_id = :import_id AND a.type = b.type AND a.key = b.key
  AND NOT a.changed AND a.type <> 'shop' AND a.type <> 'agent'
GROUP BY a.type, a.key ORDER BY a.type, a.key LIMIT 50;

-- name: undo_notes
-- in:   import_id:id
-- out:  key:text other_id:id
SELECT c.key, MAX(n.person_id) AS other_id
FROM import_chat i JOIN session s ON s.customer_id = i.customer_id AND s.imported JOIN session_note n ON n.session_id = s.id
  JOIN customer c ON c.id = i.customer_id
WHERE i.import_id = :import_id AND i.part = 1 GROUP BY c.key ORDER BY c.key LIMIT 50;

-- name: undo_trade_later
-- in:   import_id:id
-- out:  key:text
SELECT a.key FROM import_added a
WHERE a.import_id = :import_id AND a.type = 'order' AND NOT a.changed
  AND (EXISTS (SELECT 1 FROM payment p WHERE p.purchase_id = a.row_id AND NOT EXISTS (
      SELECT 1 FROM import_added b WHERE b.import_id = :import_id AND b.type = 'payment' AND b.row_id = p.id))
    OR EXISTS (SELECT 1 FROM refund r WHERE r.purchase_id = a.row_id AND NOT EXISTS (
      SELECT 1 FROM import_added b WHERE b.import_id = :import_id AND b.type = 'refund' AND b.row_id = r.id)))
ORDER BY a.key LIMIT 50;

-- name: undo_people
-- in:   import_id:id
-- out:  key:text has_account:bool
SELECT a.key, p.account IS NOT NULL AS has_account FROM import_added a JOIN person p ON p.id = a.row_id
WHERE a.import_id = :import_id AND a.type = 'agent' AND NOT a.changed
  AND (p.account IS NOT NULL OR EXISTS (SELECT 1 FROM import_named n WHERE n.person_id = p.id AND n.import_id <> :import_id)
    OR EXISTS (SELECT 1 FROM import_name b WHERE b.person_id = p.id))
ORDER BY a.key LIMIT 50;

-- name: undo_rows
-- in:   import_id:id type:text after:text limit:int
-- out:  key:text row_id:id changed:bool
SELECT key, row_id, changed FROM import_added WHERE import_id = :import_id AND type = :type AND key > :after ORDER BY key LIMIT :limit;

-- name: undo_row_done
-- in:   import_id:id type:text key:text
DELETE FROM import_added WHERE import_id = :import_id AND type = :type AND key = :key;

-- name: undo_row_forget
-- in:   type:text key:text row_id:id
DELETE FROM import_row WHERE type = :type AND key = :key AND row_id = :row_id;

-- name: undo_total
-- in:   import_id:id
-- out:  n:int
SELECT (SELECT COUNT(*) FROM import_added WHERE import_id = :import_id) + (SELECT COUNT(*) FROM import_chat WHERE import_id = :import_id) AS n;

-- name: undo_customers
-- in:   import_id:id after:id limit:int
-- out:  customer_id:id shop_id:id
SELECT DISTINCT i.customer_id, c.shop_id FROM import_chat i JOIN customer c ON c.id = i.customer_id
WHERE i.import_id = :import_id AND i.customer_id > :after ORDER BY i.customer_id LIMIT :limit;

-- name: undo_messages
-- in:   import_id:id customer_id:id
-- out:  messages:text
SELECT messages FROM import_chat WHERE import_id = :import_id AND customer_id = :customer_id AND part > 0 ORDER BY part;

-- name: undo_others_messages
-- in:   import_id:id customer_id:id
-- out:  messages:text
SELECT messages FROM import_chat WHERE customer_id = :customer_id AND import_id > :import_id AND part > 0;

-- name: undo_chat_done
-- in:   import_id:id customer_id:id
DELETE FROM import_chat WHERE import_id = :import_id AND customer_id = :customer_id AND part > 0;

-- name: undo_customer_done
-- in:   import_id:id customer_id:id
DELETE FROM import_chat WHERE import_id = :import_id AND customer_id = :customer_id;

-- name: undo_customer_is_fresh
-- in:   import_id:id customer_id:id
-- out:  fresh:bool
SELECT EXISTS (SELECT 1 FROM import_chat WHERE import_id = :import_id AND customer_id = :customer_id AND fresh) AS fresh;

-- name: undo_customer_drop
-- A customer of this import whom nobody else knows by now.
-- in:   customer_id:id
DELETE FROM customer WHERE id = :customer_id AND note = '' AND flag = '' AND blocked_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM session x WHERE x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM purchase x WHERE x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM call x WHERE x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM rating x WHERE x.shop_id = customer.shop_id AND x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM invite x WHERE x.shop_id = customer.shop_id AND x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM contact_category x WHERE x.customer_id = customer.id)
  AND NOT EXISTS (SELECT 1 FROM away_form x WHERE x.customer_id = customer.id);

-- name: undo_rating
-- in:   id:id
DELETE FROM rating WHERE id = :id;

-- name: undo_invite
-- in:   id:id
DELETE FROM invite WHERE id = :id;

-- name: undo_category
-- in:   id:id
DELETE FROM contact_category WHERE id = :id;

-- name: undo_transfer
-- in:   id:id
DELETE FROM transfer WHERE id = :id;

-- name: undo_state
-- in:   id:id
DELETE FROM agent_state WHERE id = :id;

-- name: undo_call
-- in:   id:id
DELETE FROM call WHERE id = :id;

-- name: undo_close
-- in:   id:id
UPDATE purchase SET closed_at = NULL, close_reason = '' WHERE id = :id;

-- name: undo_refund
-- in:   id:id
DELETE FROM refund WHERE id = :id;

-- name: undo_payment
-- in:   id:id
DELETE FROM payment WHERE id = :id;

-- name: undo_order_link
-- in:   id:id
DELETE FROM purchase_unlinked WHERE purchase_id = :id;

-- name: undo_order
-- in:   id:id
DELETE FROM purchase WHERE id = :id;

-- name: undo_knowledge
-- in:   id:id
DELETE FROM knowledge WHERE id = :id;

-- name: undo_product
-- in:   id:id
DELETE FROM product WHERE id = :id;

-- name: undo_phrase
-- in:   id:id
DELETE FROM phrase WHERE id = :id;

-- name: undo_figure
-- in:   id:id
DELETE FROM external_figure WHERE id = :id;

-- name: undo_rule_found
-- in:   id:id
-- out:  shop_id:id? from_day:int
SELECT shop_id, from_day FROM rule_version WHERE id = :id;

-- name: undo_card
-- in:   key:text
DELETE FROM customer_card WHERE key = :key;

-- name: undo_person_shops
-- in:   id:id
DELETE FROM person_shop WHERE person_id = :id;

-- name: undo_person_named
-- in:   id:id import_id:id
DELETE FROM import_named WHERE person_id = :id AND import_id = :import_id;

-- name: undo_person
-- in:   id:id
DELETE FROM person WHERE id = :id AND account IS NULL;

-- name: undo_named_done
-- in:   import_id:id
DELETE FROM import_named WHERE import_id = :import_id;

-- name: undo_shop_people
-- in:   id:id
DELETE FROM person_shop WHERE shop_id = :id;

-- name: undo_shop_groups
-- in:   id:id
DELETE FROM group_shop WHERE shop_id = :id;

-- name: undo_shop
-- in:   id:id
DELETE FROM shop WHERE id = :id;

-- name: undo_time_row
-- When a row of these types lay, for the days that its going touches.
-- in:   type:text id:id
-- out:  at:int
SELECT COALESCE(CASE :type
  WHEN 'order' THEN (SELECT x.at FROM purchase x WHERE x.id = :id)
  WHEN 'close' THEN (SELECT x.closed_at FROM purchase x WHERE x.id = :id)
  WHEN 'payment' THEN (SELECT x.at FROM payment x WHERE x.id = :id)
  WHEN 'refund' THEN (SELECT x.at FROM refund x WHERE x.id = :id)
  WHEN 'call' THEN (SELECT x.at FROM call x WHERE x.id = :id)
  WHEN 'rating' THEN (SELECT x.at FROM rating x WHERE x.id = :id)
  WHEN 'invite' THEN (SELECT x.at FROM invite x WHERE x.id = :id)
  WHEN 'state' THEN (SELECT x.at FROM agent_state x WHERE x.id = :id)
  WHEN 'transfer' THEN (SELECT x.at FROM transfer x WHERE x.id = :id)
  WHEN 'category' THEN (SELECT x.at FROM contact_category x WHERE x.id = :id)
  WHEN 'rule' THEN (SELECT x.set_at FROM rule_version x WHERE x.id = :id) END, 0) AS at;


-- name: figure_find
-- in:   person_id:id day:int metric:text source:text
-- out:  id:id
SELECT id FROM external_figure WHERE person_id = :person_id AND day = :day AND metric = :metric AND source = :source;

-- name: rule_there
-- The version of this day, and what held on it so far.
-- in:   shop_id:id? name:text from_day:int
-- out:  id:id? value:text?
SELECT (SELECT v.id FROM rule_version v WHERE v.name = :name AND v.from_day = :from_day
    AND ((:shop_id IS NULL AND v.shop_id IS NULL) OR v.shop_id = :shop_id)) AS id,
  COALESCE((SELECT v.value FROM rule_version v WHERE v.name = :name AND v.from_day <= :from_day
      AND ((:shop_id IS NULL AND v.shop_id IS NULL) OR v.shop_id = :shop_id) ORDER BY v.from_day DESC LIMIT 1),
    (SELECT h.profile FROM shop h WHERE h.id = :shop_id), (SELECT s.value FROM setting s WHERE :shop_id IS NULL AND s.name = :name)) AS value;

-- name: figure_put
-- in:   id:id person_id:id day:int metric:text source:text value:text number:real?
INSERT INTO external_figure (id, person_id, day, metric, source, value, number) VALUES (:id, :person_id, :day, :metric, :source, :value, :number)
ON CONFLICT (person_id, day, metric, source) DO UPDATE SET value = excluded.value, number = excluded.number;


-- name: link_unlinked_add
-- in:   purchase_id:id
INSERT INTO purchase_unlinked (purchase_id) VALUES (:purchase_id) ON CONFLICT (purchase_id) DO NOTHING;

-- name: link_unlinked
-- in:   after:id limit:int
-- out:  purchase_id:id shop_id:id key:text at:time customer_id:id
SELECT u.purchase_id, p.shop_id, p.key, p.at, p.customer_id FROM purchase_unlinked u JOIN purchase p ON p.id = u.purchase_id
WHERE u.purchase_id > :after ORDER BY u.purchase_id LIMIT :limit;

-- name: link_messages
-- Messages that may hold an order's number, by id, which is time.
-- in:   low:int high:int limit:int
-- out:  id:id shop_id:id customer_id:id at:time text:text data:text?
SELECT m.id, s.shop_id, s.customer_id, m.at, m.text, m.data FROM message m JOIN session s ON s.id = m.session_id
WHERE m.id > :low AND m.id < :high ORDER BY m.id LIMIT :limit;

-- name: link_order
-- in:   purchase_id:id customer_id:id
UPDATE purchase SET customer_id = :customer_id WHERE id = :purchase_id;

-- name: link_done
-- in:   purchase_id:id
DELETE FROM purchase_unlinked WHERE purchase_id = :purchase_id;
