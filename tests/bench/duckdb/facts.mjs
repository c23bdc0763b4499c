// The same result by agent and day in DuckDB's SQL: node facts.mjs DIR DAYS THREADS. Prints one JSON object as measure_facts does.
import { DuckDBInstance } from '@duckdb/node-api';

const [dir, days, threads] = process.argv.slice(2), FIRST = 20514;
const db = await (await DuckDBInstance.create(':memory:', { threads })).connect();
await db.run(`CREATE TABLE message (customer INTEGER, ts BIGINT, kind TINYINT, agent SMALLINT, to_agent SMALLINT, chars INTEGER);
  COPY message FROM '${dir}/messages.csv' (HEADER false);
  CREATE TABLE orders (id BIGINT, customer INTEGER, created BIGINT, paid BIGINT, amount BIGINT, postage BIGINT, items INTEGER);
  COPY orders FROM '${dir}/orders.csv' (HEADER false);
  CREATE MACRO day_of(t) AS ((t + 28800000) // 86400000)::INTEGER;
  CREATE MACRO hour_of(t) AS ((t + 28800000) % 86400000 // 3600000)::INTEGER;`);

// kind: 0 transfer, 3 closed, 4 customer, 5 agent (enum fact_kind).
const sql = `
CREATE OR REPLACE TEMP TABLE e AS
WITH gaps AS (
  SELECT *, CASE WHEN ts - lag(ts) OVER w > 1200000 OR lag(ts) OVER w IS NULL OR lag(kind) OVER w = 3 THEN 1 ELSE 0 END AS fresh FROM message
  WINDOW w AS (PARTITION BY customer ORDER BY ts)),
numbered AS (SELECT *, sum(fresh) OVER (PARTITION BY customer ORDER BY ts ROWS UNBOUNDED PRECEDING)::INTEGER AS sess FROM gaps)
SELECT *, day_of(ts) AS day,
  lag(kind) OVER s AS before,
  min(CASE WHEN kind = 5 THEN ts END) OVER (PARTITION BY customer, sess ORDER BY ts ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS answer_at,
  row_number() OVER s AS nth
FROM numbered WINDOW s AS (PARTITION BY customer, sess ORDER BY ts);

CREATE OR REPLACE TEMP TABLE session AS
SELECT *, lead(begins) OVER (PARTITION BY customer ORDER BY sess) AS next FROM (
  SELECT customer, sess, min(ts) AS begins, max(ts) AS ends, arg_max(CASE WHEN kind = 0 THEN to_agent ELSE agent END, ts) FILTER (kind <> 3) AS last_agent,
    arg_max(day, ts) FILTER (kind <> 3) AS last_day, count(*) FILTER (kind = 5) AS said FROM e GROUP BY customer, sess);

CREATE OR REPLACE TEMP TABLE round AS
SELECT e.customer, e.sess, e.ts AS begins, e.day, hour_of(e.ts) AS hour, e.answer_at - e.ts AS ms, e.nth = 1 AS first,
  CASE WHEN e.answer_at IS NULL THEN s.last_agent ELSE a.agent END AS agent, day_of(e.answer_at) = e.day AS same_day
FROM e LEFT JOIN e a ON a.customer = e.customer AND a.ts = e.answer_at JOIN session s ON s.customer = e.customer AND s.sess = e.sess
WHERE e.kind = 4 AND (e.before IS NULL OR e.before IN (0, 5));

CREATE OR REPLACE TEMP TABLE held AS
SELECT h.*, EXISTS (SELECT 1 FROM round r WHERE r.customer = h.customer AND r.sess = h.sess AND r.agent = h.agent AND r.ms > 180000) AS slow,
  s.ends - s.begins > 1200000 AS long, s.said = 0 AND s.last_agent = h.agent AS noreply, s.last_agent = h.agent AS last,
  s.next IS NULL OR s.next - s.ends > 86400000 AS solved
FROM (
  SELECT customer, sess, agent, min(ts) AS begins, min(day) AS day, bool_or(came) AS came, bool_or(went) AS went, sum(asks) AS asks, sum(says) AS says, sum(chars) AS chars,
    coalesce(max(CASE WHEN asks = 1 THEN ts END) > min(CASE WHEN says = 1 THEN ts END), false) AS further
  FROM (
    SELECT customer, sess, agent, ts, day, false AS came, kind = 0 AS went, (kind = 4)::INTEGER AS asks, (kind = 5)::INTEGER AS says, chars FROM e WHERE kind <> 3
    UNION ALL SELECT customer, sess, to_agent, ts, day, true, false, 0, 0, 0 FROM e WHERE kind = 0)
  GROUP BY customer, sess, agent) h
JOIN session s ON s.customer = h.customer AND s.sess = h.sess;

CREATE OR REPLACE TEMP TABLE inquiry AS
WITH near AS (
  SELECT h.customer, h.sess, h.agent, h.day,
    coalesce(bool_or(o.created < h.begins AND h.day - day_of(o.created) < 15), false) AS had,
    coalesce(bool_or(o.created >= h.begins AND day_of(o.created) - h.day < 2), false) AS ordered,
    coalesce(bool_or(o.created >= h.begins AND day_of(o.created) - h.day < 2 AND o.paid > 0 AND day_of(o.paid) = h.day AND day_of(o.created) = h.day), false) AS paid_same,
    coalesce(bool_or(o.created >= h.begins AND day_of(o.created) - h.day < 2 AND o.paid > 0 AND day_of(o.paid) <= h.day + 1), false) AS paid_next,
    coalesce(bool_or(o.created >= h.begins AND day_of(o.created) - h.day < 2 AND o.paid > 0 AND day_of(o.paid) - day_of(o.created) < 2), false) AS paid_final
  FROM held h LEFT JOIN orders o ON o.customer = h.customer WHERE h.says > 0 GROUP BY ALL)
SELECT * FROM near WHERE ordered OR NOT had;

CREATE OR REPLACE TEMP TABLE touch AS
SELECT customer, sess, ts, agent, day, min(ts) OVER (PARTITION BY customer, sess, agent) AS first_word FROM e WHERE kind = 5;

CREATE OR REPLACE TEMP TABLE owned AS
WITH c AS (SELECT o.*, CASE WHEN day_of(o.created) - t.day < 2 THEN t.agent END AS creator FROM orders o ASOF LEFT JOIN touch t ON t.customer = o.customer AND o.created >= t.ts WHERE o.paid > 0),
p AS (SELECT c.*, t.ts AS last_at,
    CASE WHEN t.ts > c.created AND creator IS NULL AND t.first_word > c.created AND t.first_word - c.created < 300000 THEN NULL WHEN day_of(c.paid) - t.day < 2 THEN t.agent END AS payer,
    CASE WHEN t.ts > c.created AND NOT (t.first_word > c.created AND t.first_word - c.created < 300000) THEN t.agent END AS between_agent
  FROM c ASOF LEFT JOIN touch t ON t.customer = c.customer AND c.paid >= t.ts)
SELECT *, coalesce(creator, between_agent) AS first_owner, amount AS worth FROM p;

CREATE OR REPLACE TEMP TABLE result AS
SELECT agent, day, sum(consult) AS consult, sum(received) AS received, sum(came_in) AS came_in, sum(went_out) AS went_out, sum(effective) AS effective,
  sum(noreply) AS noreply, sum(slow) AS slow, sum(long) AS long, sum(first) AS first, sum(first_ms) AS first_ms, sum(reply) AS reply, sum(reply_ms) AS reply_ms,
  sum(asked) AS asked, sum(within) AS within, sum(customer_lines) AS customer_lines, sum(agent_lines) AS agent_lines, sum(chars) AS chars, sum(sessions) AS sessions,
  sum(sessions_out) AS sessions_out, sum(fcr) AS fcr, sum(fcr_sessions) AS fcr_sessions, sum(inquiry) AS inquiry, sum(paid_same) AS paid_same, sum(paid_next) AS paid_next,
  sum(paid_final) AS paid_final, sum(orders) AS orders, sum(items) AS items, sum(sales) AS sales, sum(sales_0) AS sales_0, sum(sales) AS sales_1, sum(sales_2) AS sales_2
FROM (
  SELECT h.agent, h.day, count(*) AS consult, count(*) FILTER (says > 0) AS received, count(*) FILTER (says > 0 AND came) AS came_in, count(*) FILTER (went) AS went_out,
    count(*) FILTER (says > 0 AND (further OR i.customer IS NOT NULL)) AS effective, count(*) FILTER (noreply) AS noreply, count(*) FILTER (slow) AS slow, count(*) FILTER (long) AS long,
    sum(asks) AS customer_lines, sum(says) AS agent_lines, sum(chars) AS chars, count(*) AS sessions, count(*) FILTER (went) AS sessions_out,
    count(*) FILTER (last AND solved) AS fcr, count(*) FILTER (last) AS fcr_sessions, count(i.customer) AS inquiry, count(*) FILTER (i.paid_same) AS paid_same,
    count(*) FILTER (i.paid_next) AS paid_next, count(*) FILTER (i.paid_final) AS paid_final
  FROM held h LEFT JOIN inquiry i ON i.customer = h.customer AND i.sess = h.sess AND i.agent = h.agent GROUP BY h.agent, h.day
  UNION ALL BY NAME
  SELECT agent, day, count(*) FILTER (first AND ms IS NOT NULL) AS first, sum(ms) FILTER (first) AS first_ms, count(*) FILTER (ms >= 1000 AND same_day) AS reply,
    sum(least(ms, 600000)) FILTER (ms >= 1000 AND same_day) AS reply_ms, count(*) FILTER (hour >= 8 AND hour < 23) AS asked,
    count(*) FILTER (hour >= 8 AND hour < 23 AND ms <= 180000) AS within FROM round GROUP BY agent, day
  UNION ALL BY NAME
  SELECT first_owner AS agent, day_of(paid) AS day, count(*) AS orders, sum(items) AS items, sum(worth) AS sales FROM owned WHERE first_owner IS NOT NULL GROUP BY ALL
  UNION ALL BY NAME SELECT creator AS agent, day_of(created) AS day, sum(worth) AS sales_0 FROM owned WHERE creator IS NOT NULL GROUP BY ALL
  UNION ALL BY NAME SELECT payer AS agent, day_of(paid) AS day, sum(worth) AS sales_2 FROM owned WHERE payer IS NOT NULL GROUP BY ALL)
WHERE day >= ${FIRST} AND day < ${FIRST + Number(days)}
GROUP BY agent, day;`;

let ms = Infinity;
for (let round = 0; round < 3; round++) {
  const from = performance.now();
  await db.run(sql);
  ms = Math.min(ms, performance.now() - from);
}
const reader = await db.runAndReadAll('SELECT * FROM result LIMIT 0');
const names = reader.columnNames().filter((n) => n !== 'agent' && n !== 'day');
const list = names.map((n) => `coalesce(sum(${n}), 0)::VARCHAR AS ${n}, coalesce(sum(${n} * (agent + 1) * (day - ${FIRST} + 1)), 0)::VARCHAR AS ${n}_check`).join(', ');
const row = (await db.runAndReadAll(`SELECT ${list} FROM result`)).getRowObjects()[0];
console.log(JSON.stringify({ ms, sums: Object.fromEntries(names.map((n) => [n, [Number(row[n]), Number(row[n + '_check'])]])) }));
process.exit(0);
