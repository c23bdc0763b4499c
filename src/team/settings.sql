-- name: setting_values
-- out:  name:text value:text
SELECT name, value FROM setting ORDER BY name;

-- name: setting_put
-- in:   name:text(1..60) value:text(..4000) now:time@server
INSERT INTO setting (name, value, updated_at) VALUES (:name, :value, :now)
ON CONFLICT (name) DO UPDATE SET value = :value, updated_at = :now;

-- shape: setting_shape
-- out:  name:text value:text default:text type:enum(int,bool,text) min:int max:int help_zh:text help_en:text

-- shape: setting_desk
-- out:  queue_amber_s:int queue_red_s:int reply_amber_s:int reply_red_s:int category_needed:bool upload_max_mb:int
