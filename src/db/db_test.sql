-- Queries of the tests; not in all_queries.

-- name: test_pot_add
-- in:   id:id name:text(1..40) kind:enum(clay,glass)? shop_id:id? price:money? weight:real? is_open:bool? is_sold:bool tags:json(..8192)?
--       made_at:time(0..) maker:id@server? colour:text?@unbound
INSERT INTO pot (id, name, kind, shop_id, price, weight, is_open, is_sold, tags, made_at, maker)
VALUES (:id, :name, :kind, :shop_id, :price, :weight, :is_open, :is_sold, :tags, :made_at, :maker);

-- name: test_pot_get
-- in:   id:id
-- out:  made_at:time id:id name:text kind:enum(clay,glass)? shop_id:id? price:money? weight:real? is_open:bool? is_sold:bool tags:json?
--       maker:id?
SELECT id, name, kind, shop_id, price, weight, is_open, is_sold, tags, made_at, maker FROM pot WHERE id = :id;

-- name: test_pot_list
-- in:   kind:text? below:id? name:text?
-- out:  = test_pot_get
SELECT id, name, kind, shop_id, price, weight, is_open, is_sold, tags, made_at, maker
FROM pot -- a comment with :colons and 'quotes
WHERE (:kind IS NULL OR kind = :kind) AND (:below IS NULL OR id < :below) /* ; */ AND (:name IS NULL OR name <> :name)
  AND name <> 'it''s; :not a "parameter"'
ORDER BY id;

-- name: test_pot_sell
-- in:   = test_pot_get
UPDATE pot SET is_sold = TRUE WHERE id >= :id;

-- name: test_pot_sell_one
-- in:   id:id
-- out:  id:id is_sold:bool
UPDATE pot SET is_sold = TRUE WHERE id = :id RETURNING is_sold, id;

-- name: test_pot_count
-- out:  n:int price:money weight:real
SELECT count(*) AS n, CAST(COALESCE(SUM(price), 0) AS BIGINT) AS price, CAST(COALESCE(SUM(weight), 0) AS DOUBLE PRECISION) AS weight FROM pot;

-- name: test_pot_remove
-- in:   id:id
DELETE FROM pot WHERE id = :id;

-- name: test_pot_add_quietly
-- in:   id:id name:text
INSERT INTO pot (id, name, is_sold, made_at) VALUES (:id, :name, FALSE, 1) ON CONFLICT DO NOTHING;

-- name: test_shop_add
-- in:   id:id name:text
INSERT INTO pot_shop (id, name) VALUES (:id, :name);

-- name: test_shop_remove
-- in:   id:id
DELETE FROM pot_shop WHERE id = :id;

-- name: test_numbers
-- in:   n:int
-- out:  n:int
WITH RECURSIVE number(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM number WHERE n < :n) SELECT n FROM number;

-- name: test_wrong_missing
-- out:  id:id colour:text
SELECT id FROM pot;

-- name: test_wrong_extra
-- out:  id:id
SELECT id, name FROM pot;

-- name: test_wrong_null
-- in:   id:id
-- out:  id:id price:money
SELECT id, price FROM pot WHERE id = :id;

-- name: test_wrong_kind
-- out:  name:int
SELECT name FROM pot;

-- name: test_wrong_table
-- out:  id:id
SELECT id FROM no_such_table;

-- name: test_scan
-- in:   name:text
-- out:  id:id
SELECT p.id FROM pot AS p WHERE p.price = 3 AND p.made_at > 5 AND p.tags = :name;

-- name: test_which
-- out:  which:text
-- sqlite:
SELECT 'sqlite' AS which;
-- postgres:
SELECT 'postgres'::text AS which;

-- name: test_sqlite_only
-- out:  n:int
-- sqlite:
SELECT 1 AS n;

-- shape: test_record
-- in:   login:text(1..80) remember:bool?

-- name: test_wrong_sum
-- out:  n:int?
SELECT SUM(made_at) AS n FROM pot;

-- name: test_settings
-- out:  journal:text sync:int foreign_keys:bool
-- sqlite:
SELECT (SELECT journal_mode FROM pragma_journal_mode) AS journal, (SELECT synchronous FROM pragma_synchronous) AS sync,
       (SELECT foreign_keys FROM pragma_foreign_keys) AS foreign_keys;
