-- name: hours_zone
-- in:   shop_id:id
-- out:  timezone:text closed_at:time?
SELECT timezone, closed_at FROM shop WHERE id = :shop_id;

-- name: hours_spans
-- in:   shop_id:id
-- out:  weekday:int from_min:int to_min:int
SELECT weekday, from_min, to_min FROM shop_hours WHERE shop_id = :shop_id ORDER BY weekday, from_min, to_min;

-- name: hours_days
-- in:   shop_id:id
-- out:  day:int like_weekday:int? note:text
SELECT day, like_weekday, note FROM shop_day WHERE shop_id = :shop_id ORDER BY day;

-- shape: hours_shape
-- in:   shop_id:id spans:json(2..20000) days:json(2..60000)?
-- out:  spans:json days:json open_now:bool next_open_at:time?

-- name: hours_spans_clear
-- in:   shop_id:id
DELETE FROM shop_hours WHERE shop_id = :shop_id;

-- name: hours_days_clear
-- in:   shop_id:id
DELETE FROM shop_day WHERE shop_id = :shop_id;

-- name: hours_span_add
-- in:   id:id shop_id:id weekday:int from_min:int to_min:int
INSERT INTO shop_hours (id, shop_id, weekday, from_min, to_min) VALUES (:id, :shop_id, :weekday, :from_min, :to_min);

-- name: hours_day_add
-- in:   id:id shop_id:id day:int like_weekday:int? note:text
INSERT INTO shop_day (id, shop_id, day, like_weekday, note) VALUES (:id, :shop_id, :day, :like_weekday, :note);
