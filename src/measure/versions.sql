-- name: dated_settings
-- out:  name:text from_day:int value:text
SELECT name, from_day, value FROM rule_version WHERE shop_id IS NULL ORDER BY from_day, name;

-- name: dated_profiles
-- out:  shop_id:id from_day:int value:text
SELECT COALESCE(shop_id, 0) AS shop_id, from_day, value FROM rule_version WHERE shop_id IS NOT NULL ORDER BY shop_id, from_day;

-- name: rules_calendar
-- Whose day it is for the whole centre.
-- out:  timezone:text cut_hour:int
SELECT timezone, cut_hour FROM shop WHERE closed_at IS NULL ORDER BY id LIMIT 1;

-- name: code_words
-- Lines of agents in [low, high) with the word in them.
-- in:   shop_id:id low:int high:int code_word:text
-- out:  session_id:id seq:int
SELECT m.session_id, m.seq FROM message m JOIN session s ON s.id = m.session_id
WHERE m.at >= :low AND m.at < :high AND s.shop_id = :shop_id AND m.sender = 'agent' AND REPLACE(m.text, :code_word, '') <> m.text;

-- name: code_words_of
-- The same, of the customers from one id to another.
-- in:   low_id:int high_id:int low:int high:int code_word:text
-- out:  session_id:id seq:int
SELECT m.session_id, m.seq FROM session s JOIN message m ON m.session_id = s.id
WHERE s.customer_id >= :low_id AND s.customer_id <= :high_id AND m.at >= :low AND m.at < :high AND m.sender = 'agent'
  AND REPLACE(m.text, :code_word, '') <> m.text;
