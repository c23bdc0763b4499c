-- name: visitor_shop
-- in:   shop_key:text
-- out:  id:id name:text colour:text currency:text greeting:text greeting_en:text away_text:text away_text_en:text
--       origins:text visitor_key:text
SELECT id, name, colour, currency, greeting, greeting_en, away_text, away_text_en, origins, visitor_key
FROM shop WHERE key = :shop_key AND closed_at IS NULL;

-- name: visitor_customer
-- in:   customer_id:id shop_id:id
-- out:  id:id key:text blocked_at:time?
SELECT id, key, blocked_at FROM customer WHERE id = :customer_id AND shop_id = :shop_id;

-- name: visitor_customer_named
-- in:   shop_id:id key:text
-- out:  = visitor_customer
SELECT id, key, blocked_at FROM customer WHERE shop_id = :shop_id AND key = :key;

-- name: visitor_customer_add
-- Two tabs may greet at once: the first makes the customer, the second finds it.
-- in:   id:id shop_id:id key:text name:text phone:text? email:text? lang:text now:time
INSERT INTO customer (id, shop_id, key, name, phone, email, lang, created_at)
VALUES (:id, :shop_id, :key, :name, :phone, :email, :lang, :now) ON CONFLICT (shop_id, key) DO NOTHING;

-- name: visitor_customer_know
-- What the shop says of its customer; what it leaves out stays.
-- in:   customer_id:id key:text name:text phone:text? email:text?
UPDATE customer SET key = :key, name = CASE WHEN :name = '' THEN name ELSE :name END, phone = COALESCE(:phone, phone), email = COALESCE(:email, email)
WHERE id = :customer_id;

-- name: visitor_sessions_move
-- in:   from_id:id to_id:id
-- out:  session_id:id
UPDATE session SET customer_id = :to_id WHERE customer_id = :from_id AND state <> 'closed' RETURNING id AS session_id;


-- shape: visitor_hello_in
-- in:   shop:text(1..64) token:text(0..300)? customer:json(2..4000)? page:text(0..2000)? lang:enum(zh,en)?

-- shape: visitor_hello_out
-- out:  token:text ticket:text customer_id:id shop:json session:json? limits:json
