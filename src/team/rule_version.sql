-- name: rule_calendar
-- Whose business day it is: a shop's, or the centre's, which has that of its first shop.
-- in:   shop_id:id?
-- out:  timezone:text cut_hour:int profile:text
SELECT timezone, cut_hour, profile FROM shop WHERE (:shop_id IS NULL AND closed_at IS NULL) OR id = :shop_id ORDER BY id LIMIT 1;

-- name: rule_closed_last
-- The last closed month, of a shop or of all.
-- in:   shop_id:id?
-- out:  month:text shop_name:text
SELECT m.month, h.name AS shop_name FROM month_close m JOIN shop h ON h.id = m.shop_id WHERE :shop_id IS NULL OR m.shop_id = :shop_id
ORDER BY m.month DESC, h.id LIMIT 1;

-- name: rule_versions
-- in:   shop_id:id?
-- out:  id:id name:text from_day:int value:text set_at:time set_by_name:text?
SELECT v.id, v.name, v.from_day, v.value, v.set_at, p.name AS set_by_name FROM rule_version v LEFT JOIN person p ON p.id = v.set_by
WHERE (:shop_id IS NULL AND v.shop_id IS NULL) OR v.shop_id = :shop_id ORDER BY v.from_day, v.name;

-- name: rule_put_centre
-- in:   id:id name:text from_day:int value:text set_at:time set_by:id?
INSERT INTO rule_version (id, name, from_day, value, set_at, set_by) VALUES (:id, :name, :from_day, :value, :set_at, :set_by)
ON CONFLICT (name, from_day) WHERE shop_id IS NULL DO UPDATE SET value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: rule_put_shop
-- in:   id:id shop_id:id name:text from_day:int value:text set_at:time set_by:id?
INSERT INTO rule_version (id, shop_id, name, from_day, value, set_at, set_by) VALUES (:id, :shop_id, :name, :from_day, :value, :set_at, :set_by)
ON CONFLICT (shop_id, from_day) WHERE shop_id IS NOT NULL DO UPDATE SET value = excluded.value, set_at = excluded.set_at, set_by = excluded.set_by;

-- name: rule_remove
-- in:   version_id:id
DELETE FROM rule_version WHERE id = :version_id;

-- shape: rule_version_row
-- A business day is meant by from. before: what it was until then. state: of a future one nothing is counted yet, so it can be taken back.
-- There is no set_by_name where an import brought it and named nobody.
-- out:  id:id name:text from:text value:text before:text state:enum(past,present,future) set_at:time set_by_name:text?

-- shape: setting_version_in
-- in:   version_id:id

-- shape: profile_versions_in
-- in:   shop_id:id

-- shape: profile_change
-- The business day from which the shop's figures are to be counted so is from; today when left out.
-- in:   shop_id:id profile:enum(plain,taobao,jd,douyin,pdd,callcentre) from:text(10..10)?

-- shape: profile_version_in
-- in:   shop_id:id version_id:id

-- shape: rule_taken_back
-- in:   name:text value:text from:text
