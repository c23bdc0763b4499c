-- name: call_row_get
-- in:   id:id
-- out:  key:text customer_name:text customer_flag:text answered_at:time? ended_at:time end:enum(answered,abandoned,busy,failed) hold_ms:int
SELECT x.key, c.name AS customer_name, c.flag AS customer_flag, x.answered_at, x.ended_at, x.end_state AS "end", x.hold_ms
FROM call x JOIN customer c ON c.id = x.customer_id WHERE x.id = :id;

-- shape: calls_in
-- Which calls: those that a figure of calls of these days is made from (metric, the default calls_offered). end: only those that ended so.
-- in:   from:text(10..10) to:text(10..10)? metric:text(1..60)? shop_id:int(0..)? group_id:int(0..)? agent_id:int(0..)?
--       channel:enum(other,web,mail,voice,import)? category_id:int(0..)? weekday:int(0..7)? profile:text(0..20)? day:text(10..10)?
--       hour:int(0..23)? end:enum(answered,abandoned,busy,failed)? cursor:int(0..)? limit:int(1..200)?

-- shape: call_row
-- What was said (talk_ms) is from the answer to the end, on hold too; agent: whose call it was, none when nobody had it.
-- out:  id:id key:text shop_id:id shop_name:text shop_colour:text customer_id:id customer_name:text customer_flag:text at:time answered_at:time?
--       ended_at:time end:enum(answered,abandoned,busy,failed) day:text queued_ms:int talk_ms:int hold_ms:int wrapup_ms:int agent_id:id? agent_name:text?
