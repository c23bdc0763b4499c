-- name: setting_values
-- out:  name:text value:text
SELECT name, value FROM setting ORDER BY name;

-- name: setting_put
-- in:   name:text(1..60) value:text(..4000) now:time@server
INSERT INTO setting (name, value, updated_at) VALUES (:name, :value, :now)
ON CONFLICT (name) DO UPDATE SET value = :value, updated_at = :now;

-- shape: setting_change
-- The business day from which a dated setting is to be this is from; today when left out. Other settings hold at once.
-- in:   name:text(1..60) value:text(..4000) from:text(10..10)?

-- shape: setting_shape
-- What is dated is changed from a business day on. value: what it is today, since `from` (none: from the beginning); next_value from next_from on, when a change is to come.
-- out:  name:text value:text default:text type:enum(int,bool,text) min:int max:int help_zh:text help_en:text dated:bool from:text? next_value:text?
--       next_from:text?

-- shape: setting_desk
-- out:  queue_amber_s:int queue_red_s:int reply_amber_s:int reply_red_s:int category_needed:bool upload_max_mb:int
