-- name: import_row_get
-- in:   type:text key:text
-- out:  row_id:id hash:text
SELECT row_id, hash FROM import_row WHERE type = :type AND key = :key;

-- name: import_row_put
-- in:   type:text key:text row_id:id hash:text
INSERT INTO import_row (type, key, row_id, hash) VALUES (:type, :key, :row_id, :hash)
ON CONFLICT (type, key) DO UPDATE SET row_id = excluded.row_id, hash = excluded.hash;

-- name: import_row_claim
-- Changes nothing when it stands there.
-- in:   type:text key:text row_id:id hash:text
INSERT INTO import_row (type, key, row_id, hash) VALUES (:type, :key, :row_id, :hash) ON CONFLICT (type, key) DO NOTHING;

-- name: import_shop_by_key
-- in:   key:text
-- out:  id:id
SELECT id FROM shop WHERE key = :key;

-- name: import_person_by_key
-- in:   key:text
-- out:  id:id
SELECT id FROM person WHERE key = :key;

-- name: import_shop_calendar
-- By what the days of a shop that has closed months are cut.
-- in:   key:text
-- out:  timezone:text cut_hour:int month:text
SELECT h.timezone, h.cut_hour, m.month FROM shop h JOIN month_close m ON m.shop_id = h.id WHERE h.key = :key ORDER BY m.month DESC LIMIT 1;

-- name: import_shop_put
-- in:   id:id key:text name:text timezone:text cut_hour:int profile:text currency:text colour:text greeting:text greeting_en:text visitor_key:text
--       extra:text now:time
-- out:  id:id
INSERT INTO shop (id, key, name, timezone, cut_hour, profile, currency, colour, greeting, greeting_en, visitor_key, extra, created_at)
VALUES (:id, :key, :name, :timezone, :cut_hour, :profile, :currency, :colour, :greeting, :greeting_en, :visitor_key, :extra, :now)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, timezone = excluded.timezone, cut_hour = excluded.cut_hour,
  -- Figures of a closed month were paid by: a shop that has one keeps its profile, which is changed by date.
  profile = CASE WHEN EXISTS (SELECT 1 FROM month_close m WHERE m.shop_id = shop.id) THEN shop.profile ELSE excluded.profile END, extra = excluded.extra
RETURNING id;

-- name: import_group_put
-- in:   id:id name:text now:time
-- out:  id:id
INSERT INTO team_group (id, key, name, created_at) VALUES (:id, :name, :name, :now)
ON CONFLICT (key) DO UPDATE SET name = excluded.name RETURNING id;

-- name: import_person_put
-- in:   id:id key:text name:text pinyin:text kind:text group_id:id? joined_at:time? left_at:time? extra:text now:time
-- out:  id:id
INSERT INTO person (id, key, name, pinyin, kind, role_id, group_id, joined_at, left_at, extra, created_at)
VALUES (:id, :key, :name, :pinyin, :kind, CASE WHEN :kind = 'human' THEN (SELECT r.id FROM role r WHERE r.key = 'agent') END,
  :group_id, :joined_at, :left_at, :extra, :now)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, pinyin = excluded.pinyin, kind = excluded.kind,
  group_id = COALESCE(excluded.group_id, person.group_id), joined_at = excluded.joined_at, left_at = excluded.left_at, extra = excluded.extra
RETURNING id;

-- name: import_person_shop
-- in:   person_id:id shop_id:id
INSERT INTO person_shop (person_id, shop_id) VALUES (:person_id, :shop_id) ON CONFLICT (person_id, shop_id) DO NOTHING;

-- name: import_group_shop
-- in:   group_id:id shop_id:id
INSERT INTO group_shop (group_id, shop_id) VALUES (:group_id, :shop_id) ON CONFLICT (group_id, shop_id) DO NOTHING;

-- name: import_card_put
-- in:   key:text name:text phone:text? email:text? segment:text? age_band:text? extra:text
INSERT INTO customer_card (key, name, phone, email, segment, age_band, extra) VALUES (:key, :name, :phone, :email, :segment, :age_band, :extra)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, phone = excluded.phone, email = excluded.email, segment = excluded.segment,
  age_band = excluded.age_band, extra = excluded.extra;

-- name: import_customers_from_card
-- in:   key:text
UPDATE customer SET name = (SELECT d.name FROM customer_card d WHERE d.key = :key), phone = (SELECT d.phone FROM customer_card d WHERE d.key = :key),
  email = (SELECT d.email FROM customer_card d WHERE d.key = :key), segment = (SELECT d.segment FROM customer_card d WHERE d.key = :key),
  age_band = (SELECT d.age_band FROM customer_card d WHERE d.key = :key), extra = (SELECT d.extra FROM customer_card d WHERE d.key = :key)
WHERE shop_id IN (SELECT s.id FROM shop s) AND key = :key;

-- name: import_customer_get
-- in:   shop_id:id key:text
-- out:  id:id
SELECT id FROM customer WHERE shop_id = :shop_id AND key = :key;

-- name: import_customer_from_card
-- in:   id:id shop_id:id key:text now:time
INSERT INTO customer (id, shop_id, key, name, phone, email, segment, age_band, extra, created_at)
SELECT :id, :shop_id, :key, COALESCE(d.name, ''), d.phone, d.email, d.segment, d.age_band, COALESCE(d.extra, '{}'), :now
FROM (SELECT 1 AS one) x LEFT JOIN customer_card d ON d.key = :key;

-- name: import_phrase_put
-- in:   id:id person_id:id? shop_id:id? code:text text:text folder:text pinyin:text now:time
INSERT INTO phrase (id, person_id, shop_id, code, text, folder, pinyin, updated_at)
VALUES (:id, :person_id, :shop_id, :code, :text, :folder, :pinyin, :now)
ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, shop_id = excluded.shop_id, code = excluded.code, text = excluded.text,
  folder = excluded.folder, pinyin = excluded.pinyin, updated_at = excluded.updated_at;

-- name: import_product_put
-- in:   id:id shop_id:id sku:text title:text price:money detail:text
INSERT INTO product (id, shop_id, sku, title, price, detail) VALUES (:id, :shop_id, :sku, :title, :price, :detail)
ON CONFLICT (shop_id, sku) DO UPDATE SET title = excluded.title, price = excluded.price, detail = excluded.detail;

-- name: import_knowledge_put
-- in:   id:id shop_id:id key:text kind:text title:text body:text pinyin:text
INSERT INTO knowledge (id, shop_id, key, kind, title, body, pinyin) VALUES (:id, :shop_id, :key, :kind, :title, :body, :pinyin)
ON CONFLICT (shop_id, kind, key) DO UPDATE SET title = excluded.title, body = excluded.body, pinyin = excluded.pinyin;

-- name: import_purchase_put
-- in:   id:id shop_id:id key:text customer_id:id at:time items:text amount:money postage:money flag:text note:text extra:text
INSERT INTO purchase (id, shop_id, key, customer_id, at, items, amount, postage, flag, note, extra)
VALUES (:id, :shop_id, :key, :customer_id, :at, :items, :amount, :postage, :flag, :note, :extra)
ON CONFLICT (id) DO UPDATE SET shop_id = excluded.shop_id, customer_id = excluded.customer_id, at = excluded.at, items = excluded.items,
  amount = excluded.amount, postage = excluded.postage, flag = excluded.flag, note = excluded.note, extra = excluded.extra;

-- name: import_purchase_customer
-- in:   id:id
-- out:  customer_id:id
SELECT customer_id FROM purchase WHERE id = :id;

-- name: import_purchase_close
-- in:   id:id at:time reason:text
UPDATE purchase SET closed_at = :at, close_reason = :reason WHERE id = :id;

-- name: import_payment_put
-- in:   id:id purchase_id:id at:time amount:money extra:text
INSERT INTO payment (id, purchase_id, at, amount, extra) VALUES (:id, :purchase_id, :at, :amount, :extra)
ON CONFLICT (id) DO UPDATE SET purchase_id = excluded.purchase_id, at = excluded.at, amount = excluded.amount, extra = excluded.extra;

-- name: import_refund_put
-- in:   id:id key:text purchase_id:id at:time amount:money items:text? kind:text reason:text state:text person_id:id? extra:text
INSERT INTO refund (id, key, purchase_id, at, amount, items, kind, reason, state, person_id, extra)
VALUES (:id, :key, :purchase_id, :at, :amount, :items, :kind, :reason, :state, :person_id, :extra)
ON CONFLICT (id) DO UPDATE SET purchase_id = excluded.purchase_id, at = excluded.at, amount = excluded.amount, items = excluded.items,
  kind = excluded.kind, reason = excluded.reason, state = excluded.state, person_id = excluded.person_id, extra = excluded.extra;

-- name: import_call_put
-- in:   id:id key:text shop_id:id customer_id:id person_id:id? at:time queued_ms:int answered_at:time? ended_at:time end_state:text hold_ms:int wrapup_ms:int
--       extra:text
INSERT INTO call (id, key, shop_id, customer_id, person_id, at, queued_ms, answered_at, ended_at, end_state, hold_ms, wrapup_ms, extra)
VALUES (:id, :key, :shop_id, :customer_id, :person_id, :at, :queued_ms, :answered_at, :ended_at, :end_state, :hold_ms, :wrapup_ms, :extra)
ON CONFLICT (id) DO UPDATE SET shop_id = excluded.shop_id, customer_id = excluded.customer_id, person_id = excluded.person_id, at = excluded.at,
  queued_ms = excluded.queued_ms, answered_at = excluded.answered_at, ended_at = excluded.ended_at, end_state = excluded.end_state,
  hold_ms = excluded.hold_ms, wrapup_ms = excluded.wrapup_ms, extra = excluded.extra;

-- name: import_state_put
-- in:   id:id person_id:id at:time state:text reason:text extra:text
INSERT INTO agent_state (id, person_id, at, state, reason, extra) VALUES (:id, :person_id, :at, :state, :reason, :extra)
ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, extra = excluded.extra;

-- name: import_session_at
-- in:   customer_id:id at:time
-- out:  id:id
SELECT s.id FROM session s WHERE s.customer_id = :customer_id AND s.started_at <= :at ORDER BY s.started_at DESC, s.id DESC LIMIT 1;

-- name: import_transfer_put
-- in:   id:id session_id:id at:time from_id:id? to_person_id:id? to_group_id:id? note:text extra:text
INSERT INTO transfer (id, session_id, at, from_id, to_person_id, to_group_id, note, extra)
VALUES (:id, :session_id, :at, :from_id, :to_person_id, :to_group_id, :note, :extra)
ON CONFLICT (id) DO UPDATE SET note = excluded.note, extra = excluded.extra;

-- name: import_category_find
-- in:   name:text
-- out:  id:id
SELECT MIN(id) AS id FROM category WHERE key = :name OR name = :name HAVING COUNT(*) > 0;

-- name: import_category_put
-- in:   id:id name:text
-- out:  id:id
INSERT INTO category (id, key, name, sort) VALUES (:id, :name, :name, 1000) RETURNING id;

-- name: import_contact_category_put
-- in:   id:id shop_id:id customer_id:id at:time category_id:id extra:text
INSERT INTO contact_category (id, shop_id, customer_id, at, category_id, extra) VALUES (:id, :shop_id, :customer_id, :at, :category_id, :extra)
ON CONFLICT (id) DO UPDATE SET category_id = excluded.category_id, extra = excluded.extra;

-- name: import_session_category
-- in:   customer_id:id at:time category_id:id
UPDATE session SET category_id = :category_id WHERE id = (
  SELECT s.id FROM session s WHERE s.customer_id = :customer_id AND s.started_at <= :at ORDER BY s.started_at DESC, s.id DESC LIMIT 1);

-- name: import_invite_put
-- in:   id:id session_id:id? shop_id:id customer_id:id person_id:id? at:time extra:text
INSERT INTO invite (id, session_id, shop_id, customer_id, person_id, at, extra) VALUES (:id, :session_id, :shop_id, :customer_id, :person_id, :at, :extra)
ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, extra = excluded.extra;

-- name: import_rating_put
-- in:   id:id session_id:id? shop_id:id customer_id:id person_id:id? at:time score:int source:text comment:text extra:text
INSERT INTO rating (id, session_id, shop_id, customer_id, person_id, at, score, source, comment, extra)
VALUES (:id, :session_id, :shop_id, :customer_id, :person_id, :at, :score, :source, :comment, :extra)
ON CONFLICT (id) DO UPDATE SET comment = excluded.comment, extra = excluded.extra;

-- name: import_agent_role
-- out:  id:id
SELECT id FROM role WHERE key = 'agent';

-- name: import_event
-- in:   at:time subject:int ref:int
INSERT INTO outbox (at, kind, topic, subject, ref) VALUES (:at, 'imported', 't0', :subject, :ref);
