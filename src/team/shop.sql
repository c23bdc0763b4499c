-- name: shop_list
-- in:   viewer:id@server viewer_scope:text@server
-- out:  id:id key:text name:text timezone:text cut_hour:int profile:text currency:text colour:text greeting:text greeting_en:text away_text:text
--       away_text_en:text origins:text routing_mode:text return_days:int created_at:time closed_at:time? open_now:bool
SELECT id, key, name, timezone, cut_hour, profile, currency, colour, greeting, greeting_en, away_text, away_text_en, origins, routing_mode, return_days,
  created_at, closed_at, FALSE AS open_now -- found from the hours, in C
FROM shop
WHERE :viewer_scope = 'all' OR EXISTS (SELECT 1 FROM person_reach x WHERE x.person_id = :viewer AND x.shop_id = shop.id)
ORDER BY closed_at IS NOT NULL, id;

-- name: shop_find
-- in:   text:text
-- out:  id:id
SELECT id FROM shop WHERE key = :text OR name = :text ORDER BY closed_at IS NOT NULL, CASE WHEN key = :text THEN 0 ELSE 1 END, id LIMIT 1;

-- name: shop_key_get
-- in:   shop_id:id
-- out:  key:text visitor_key:text timezone:text
SELECT key, visitor_key, timezone FROM shop WHERE id = :shop_id;

-- name: shop_add
-- in:   new_id:id@server now:time@server key:text(1..40)? name:text(1..60) timezone:text(1..60)? cut_hour:int(0..23)?
--       profile:enum(plain,taobao,jd,douyin,pdd,callcentre)? currency:text(3..3)? colour:text(7..7)? greeting:text(..500)? greeting_en:text(..500)?
--       away_text:text(..500)? away_text_en:text(..500)? origins:text(..2000)? routing_mode:enum(assign,offer)? return_days:int(0..365)?
--       visitor_key:text@server
-- out:  id:id key:text
INSERT INTO shop (id, key, name, timezone, cut_hour, profile, currency, colour, greeting, greeting_en, away_text, away_text_en, origins, visitor_key,
  routing_mode, return_days, created_at)
VALUES (:new_id, :key, :name, COALESCE(:timezone, 'Asia/Shanghai'), COALESCE(:cut_hour, 0), COALESCE(:profile, 'plain'), COALESCE(:currency, 'CNY'),
  COALESCE(:colour, '#0F766E'), COALESCE(:greeting, ''), COALESCE(:greeting_en, ''), COALESCE(:away_text, ''), COALESCE(:away_text_en, ''),
  COALESCE(:origins, ''), :visitor_key, COALESCE(:routing_mode, 'assign'), COALESCE(:return_days, 3), :now)
RETURNING id, key;

-- name: shop_change
-- in:   shop_id:id now:time@server name:text(1..60)? timezone:text(1..60)? cut_hour:int(0..23)?
--       profile:enum(plain,taobao,jd,douyin,pdd,callcentre)? currency:text(3..3)? colour:text(7..7)? greeting:text(..500)? greeting_en:text(..500)?
--       away_text:text(..500)? away_text_en:text(..500)? origins:text(..2000)? routing_mode:enum(assign,offer)? return_days:int(0..365)? closed:bool?
UPDATE shop SET name = COALESCE(:name, name), timezone = COALESCE(:timezone, timezone), cut_hour = COALESCE(:cut_hour, cut_hour),
  profile = COALESCE(:profile, profile), currency = COALESCE(:currency, currency), colour = COALESCE(:colour, colour),
  greeting = COALESCE(:greeting, greeting), greeting_en = COALESCE(:greeting_en, greeting_en), away_text = COALESCE(:away_text, away_text),
  away_text_en = COALESCE(:away_text_en, away_text_en), origins = COALESCE(:origins, origins), routing_mode = COALESCE(:routing_mode, routing_mode),
  return_days = COALESCE(:return_days, return_days),
  closed_at = CASE WHEN :closed IS NULL THEN closed_at WHEN :closed THEN COALESCE(closed_at, :now) ELSE NULL END
WHERE id = :shop_id;

-- name: shop_visitor_key_set
-- in:   shop_id:id visitor_key:text
UPDATE shop SET visitor_key = :visitor_key WHERE id = :shop_id;

-- shape: shop_path
-- in:   shop_id:id

-- shape: shop_widget
-- in:   shop_id:id base:text(1..200)?
-- out:  script:text visitor_key:text
