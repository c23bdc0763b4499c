// The service report against a slow implementation of the same definitions, and what its routes promise.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dropDatabase, newDatabase, run, startServer } from '../lib/server.mjs';
import { Client, Problem } from '../lib/client.mjs';
import { Centre, say } from '../lib/centre.mjs';
import { workTime } from '../lib/naive_trade.mjs';
import { dayText, factsOf, figures, filteredOut, mostAtOnce, profiles } from '../lib/naive_report.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-report-'));
const databases = [];
let server;
after(async () => {
  await server?.stop();
  for (const db of databases) dropDatabase(db);
  rmSync(dir, { recursive: true, force: true });
});

let serial = 0;
/** A database with these interchange lines in it. */
async function centre(lines) {
  const where = mkdtempSync(path.join(dir, 'c'));
  const db = newDatabase(where), file = path.join(where, `in-${serial++}.jsonl`);
  databases.push(db);
  writeFileSync(file, lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
  const { code, out, err } = await run(['import', '--db', db, file]);
  assert.equal(code, 0, out + err);
  assert.equal(err, '');
  return { db, where };
}

async function report(db, { from, to, by = 'agent', shop, profile, attribution, set = {}, more = [] }) {
  const args = ['report', '--db', db, 'service', '--from', from, '--to', to, '--by', by, '--format', 'json', ...more];
  if (shop) args.push('--shop', shop);
  if (profile) args.push('--profile', profile);
  if (attribution) args.push('--attribution', attribution);
  for (const [k, v] of Object.entries(set)) args.push('--set', `${k}=${v}`);
  const { code, out, err } = await run(args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

// Messy conversations: nothing a shop's people would not do sooner or later ---------------------------------------------

function messy(seed) {
  let x = BigInt(seed) * 2654435761n + 88172645463325252n;
  const draw = (n) => {
    x ^= (x << 13n) & 0xffffffffffffffffn;
    x ^= x >> 7n;
    x ^= (x << 17n) & 0xffffffffffffffffn;
    return Number((x >> 11n) % BigInt(n));
  };
  const pick = (list) => list[draw(list.length)];
  const shops = [
    { type: 'shop', key: 's1', name: '甲店', timezone: 'Asia/Shanghai', profile: 'taobao' },
    { type: 'shop', key: 's2', name: '乙店', timezone: 'Asia/Shanghai', cut_hour: 3, profile: 'jd' },
    { type: 'shop', key: 's3', name: 'New York', timezone: 'America/New_York', cut_hour: 5, profile: 'plain' },
  ];
  const humans = ['a1', 'a2', 'a3', 'a4', 'a5'];
  const lines = [...shops, ...humans.map((key, i) => ({ type: 'agent', key, name: '客服' + key, shops: ['s1', 's2', 's3'], group: i < 2 ? 'g1' : 'g2' })),
    { type: 'agent', key: 'bot', name: '机器人', kind: 'robot' }, { type: 'agent', key: 'desk', name: '平台客服', kind: 'platform' }];
  let n = 0;
  for (let c = 0; c < 90; c++) {
    const shop = pick(shops).key, customer = c === 0 ? 'a5' : c === 1 ? 'desk' : 'c' + c;
    let at = Date.UTC(2026, 9, 30, 4) + draw(4 * 86400) * 1000, agent = pick(humans), spoken = false;
    for (let i = 0; i < 8 + draw(50); i++) {
      const pause = draw(20);
      const last = at;
      at += 1 + (pause < 13 ? draw(90000) : pause < 17 ? draw(400000) : pause < 19 ? 600000 + draw(1500000) : draw(30000000));
      if (pause === 5) at = Math.max(last + 1, at - (at % 60000)); // now and then on the minute
      const kind = draw(24);
      const message = (sender, who, text) => {
        lines.push({ type: 'message', key: `m${n++}`, shop, customer, ...(who ? { agent: who } : {}), at, sender, ...(draw(12) ? { text } : { kind: 'image' }) });
        spoken = true;
      };
      if (kind < 11) message('customer', draw(4) ? agent : pick([null, 'bot', pick(humans)]), '在吗😊');
      else if (kind < 18) message('agent', draw(9) ? agent : (agent = pick(humans)), draw(9) ? '您好，有货' : '暗号');
      else if (kind === 18) message('robot', draw(2) ? 'bot' : null, '机器人答');
      else if (kind === 19) message('auto', draw(2) ? agent : null, '稍等');
      else if (kind === 20) message('system', null, '提示');
      else if (kind === 21 && draw(3) === 0) message('agent', pick(['bot', 'desk']), '代答');
      else if (kind === 22 && spoken) {
        const to = pick(humans.filter((h) => h !== agent));
        lines.push({ type: 'transfer', shop, customer, from: draw(6) ? agent : pick(humans.filter((h) => h !== to)), to, at, note: '交接' });
        agent = to;
      } else if (kind === 23 && spoken) {
        if (draw(2)) lines.push({ type: 'invite', shop, customer, agent, at });
        else lines.push({ type: 'rating', shop, customer, agent, at, score: 1 + draw(5), source: pick(['invited', 'own', 'system']) });
      }
    }
    if (draw(3) === 0) lines.push({ type: 'category', shop, customer, at, category: pick(['尺码', '物流']) });
    trade(lines.filter((l) => l.type === 'message' && l.shop === shop && l.customer === customer), shop, customer);
  }
  for (const agent of humans) {
    let at = Date.UTC(2026, 9, 29, 20) + draw(36000) * 1000;
    for (let i = 0; i < 40; i++, at += 1 + draw(9000000)) lines.push({ type: 'state', agent, at, state: pick(['online', 'online', 'paused', 'wrapup', 'offline']) });
  }
  return lines;

  // Orders near what was said, paid soon, late, in parts or never, partly sent back; and calls.
  function trade(said, shop, customer) {
    for (let i = draw(4); i > 0; i--) {
      const at = said.length ? said[draw(said.length)].at + 1 + draw(draw(3) ? 400000 : 200000000) : Date.UTC(2026, 9, 31), key = `o${shop}${customer}-${i}`, price = 1000 + draw(90000), quantity = 1 + draw(3);
      const amount = price * quantity + 800, items = [{ sku: 'k1', title: '货', quantity, price }];
      lines.push({ type: 'order', key, shop, customer, at, items, amount, postage: 800, ...(draw(5) ? {} : { flag: pick(['red', 'blue']) }) });
      const parts = pick([0, 1, 1, 1, 2]), soon = () => 1 + draw(draw(2) ? 900000 : 150000000);
      for (let k = 0, t = at + soon(); k < parts; k++, t += soon()) lines.push({ type: 'payment', order: key, at: t, amount: parts === 2 ? (k ? amount - 500 : 500) : draw(4) ? amount : amount - 100 });
      if (parts && draw(3) === 0)
        lines.push({ type: 'refund', key: 'r' + key, order: key, at: at + draw(300000000), amount: draw(2) ? amount : 500, ...(draw(2) ? { items: [{ sku: 'k1', quantity: 1 }] } : {}), kind: pick(['return', 'refund_only', 'exchange', 'compensation']), reason: pick(['尺码', '']), state: pick(['completed', 'completed', 'requested', 'refused']) });
    }
    if (draw(2)) {
      const at = Date.UTC(2026, 9, 31) + draw(3 * 86400000), queued_ms = draw(60000), end = pick(['answered', 'answered', 'abandoned', 'abandoned', 'busy', 'failed']);
      const queued = draw(4) ? queued_ms : draw(6000);
      lines.push({ type: 'call', key: `p${shop}${customer}`, shop, customer, at, queued_ms: queued, ended_at: at + queued + draw(400000), end, ...(end === 'answered' ? { agent: pick(humans), answered_at: at + queued, hold_ms: draw(9000), wrapup_ms: draw(60000) } : {}) });
    }
  }
}

const byOf = {
  agent: (q) => ({ agent: q.agent }), shop: (q) => ({ shop: q.shop }), day: (q) => ({ day: dayText(q.day) }), hour: (q) => ({ hour: q.hour }),
  group: (q) => ({ group: q.agent === null ? null : ['a1', 'a2'].includes(q.agent) ? 'g1' : 'g2' }), 
  week: (q) => ({ week: dayText(q.day - ((q.day + 3) % 7)) }), month: (q) => ({ month: dayText(q.day).slice(0, 7) }),
  weekday: (q) => ({ weekday: ((q.day + 3) % 7) + 1 }), category: (q) => ({ category: q.session?.category ?? null }), channel: (q) => ({ channel: q.channel ?? (q.session ? 'import' : null) }),
};
const fitsBy = (by) => (q) => Object.assign({}, ...by.replace('agent_day', 'agent,day').split(',').map((one) => byOf[one](q)));
const groupings = [...Object.keys(byOf), 'agent_day', 'agent,shop,day', 'category,weekday', 'hour,group,month', 'week,channel,category'];
const same = (a, b) => Object.keys(b).every((k) => (a[k] ?? null) === b[k]);

const timed = ['online', 'paused', 'wrapup', 'serving', 'occupancy'];
/** Working time: by agent, group and date; nobody's shop, channel or subject. */
function compareTime(row, lines, facts, { shop, by, only, now }, fits, where) {
  const apart = [...by.split(','), ...Object.keys(only)].some((one) => ['shop', 'channel', 'category'].includes(one));
  const shops = shop ? [shop] : [...facts.shops.keys()];
  const ms = apart ? { online: 0, paused: 0, wrapup: 0, serving: 0 } : workTime(lines, facts, shops, fits, now);
  for (const key of timed.slice(0, 4)) assert.deepEqual(row.counts[key], { sum: ms[key], count: ms.online }, `${where} ${key}`);
  assert.deepEqual(row.counts.occupancy, { sum: ms.serving, count: ms.online - ms.paused }, `${where} occupancy`);
}

function compare(got, facts, { from, to, by, shop, set = {}, now, only = {}, lines }) {
  const wanting = (q) => (!shop || q.shop === shop) && Object.entries(only).every(([k, v]) => byOf[k](q)[k] === v);
  const inside = (q) => dayText(q.day) >= from && dayText(q.day) <= to && wanting(q);
  const rowBy = fitsBy(by), kept = by.split(',').filter((one) => ['shop', 'category', 'channel'].includes(one));
  const apart = kept.length ? (q) => JSON.stringify(kept.map((one) => byOf[one](q)[one])) : undefined;
  const among = (q) => (!shop || q.shop === shop) && (only.category === undefined || byOf.category(q).category === only.category);
  const dated = (q) => dayText(q.day) >= from && dayText(q.day) <= to && Object.entries(only).every(([k, v]) => byOf[k](q)[k] === v);
  const check = (row, fits, where, shopFits = fits, timeFits = dated) => {
    const wanted = figures(facts, set, fits, now, shopFits);
    compareTime(row, lines, facts, { shop, by, only, now }, timeFits, where);
    for (const key of got.columns) {
      if (timed.includes(key)) continue;
      if (key === 'max_concurrent') {
        assert.equal(row.values[key], mostAtOnce(facts, fits, where === 'total' ? undefined : apart, among), `${where} ${key}`);
        continue;
      }
      assert.deepEqual(row.counts[key], { sum: wanted[key].sum, count: wanted[key].count }, `${where} ${key}`);
      assert.equal(row.values[key], wanted[key].value, `${where} ${key}`);
    }
  };
  check(got.total, inside, 'total');
  for (const row of got.rows) {
    const rest = ({ agent: _a, group: _g, ...others }) => others;
    check(row, (q) => inside(q) && same(row.by, rowBy(q)), JSON.stringify(row.by), (q) => inside(q) && same(row.by, rest(rowBy(q))), (q) => dated(q) && same(row.by, rowBy(q)));
  }
  assert.ok(got.total.counts.consult_num.count > 2 && got.total.counts.avg_reply_time.count > 2, 'there is something to compare');
  // Nobody is left out: every fact that counts has a row.
  for (const q of [...facts.pairs.filter((x) => !x.filter), ...facts.rounds.filter((x) => !x.pair.filter), ...facts.ratings].filter(inside))
    assert.ok(got.rows.some((row) => same(row.by, rowBy(q))), `no row for ${JSON.stringify(rowBy(q))}`);
  const wanted = filteredOut(facts, inside);
  for (const [name, n] of Object.entries(got.header.filtered)) assert.equal(n, wanted[name] ?? 0, `filter ${name}`);
}

test('the report agrees with a naive one: every metric, profile and grouping, over messy conversations', async () => {
  for (const seed of [1, 2]) {
    const lines = messy(seed);
    const { db } = await centre(lines);
    const span = { from: '2026-10-31', to: '2026-11-03', now: Date.now() };
    for (const profile of [undefined, ...Object.keys(profiles)]) {
      const facts = factsOf(lines, { profile });
      span.lines = lines;
      for (const by of profile === undefined ? groupings : ['agent_day'])
        compare(await report(db, { ...span, by, profile }), facts, { ...span, by });
    }
  }
});

test('... with settings that are not the usual ones, one shop, one day', async () => {
  const lines = messy(3);
  const { db } = await centre(lines);
  const sets = [
    { session_gap_min: 7, answered_within_1_s: 20, answered_within_2_s: 60, slow_s: 45, slow_rounds: 2, long_min: 5 },
    { filter_empty: 'off', filter_staff: 'off', effective_replies: 2, effective_lines: 3 },
    { code_word: '暗号', code_word_times: 2, filter_agents: 'a3, a4' },
    { code_word: '暗号', filter_single_line: 1, filter_monologue: 1, filter_forwarded: 2 },
    { session_gap_min: 60, fcr_hours: 3 },
    { attribution: 0, sales_refunds: 2, sales_postage: 'off', inquiry_days: 4, payment_days: 5, call_abandoned: 1, effective_inquiry: 'off' },
    { attribution: 2, sales_refunds: 1, candidate_by_rounds: 'on', nudge_min: 60, after_sales_days: 3, call_abandoned: 2, call_short_s: 20 },
    { attribution: 1, candidate_by_rounds: 'on', filter_order_flags: 'red', after_sales_agents: 'a1, a4', filter_empty: 'off', nudge_min: 30, inquiry_days: 15 },
  ];
  for (const set of sets) {
    const span = { from: '2026-11-01', to: '2026-11-02', by: 'agent_day', set, lines, now: Date.now() };
    const facts = factsOf(lines, { set });
    compare(await report(db, span), facts, span);
    const one = { ...span, from: '2026-11-01', to: '2026-11-01', by: 'hour', shop: 's2' };
    compare(await report(db, one), facts, one);
  }
});

test('what is asked for does not change what is found: days alone give the days of the whole', async () => {
  const { db } = await centre(messy(4));
  const whole = await report(db, { from: '2026-10-30', to: '2026-11-04', by: 'day' });
  for (const row of whole.rows) {
    const alone = await report(db, { from: row.by.day, to: row.by.day, by: 'day' });
    assert.deepEqual(alone.total.counts, row.counts);
    assert.deepEqual(alone.rows, [row]);
  }
});

test('the generator\'s own answers are met exactly', async () => {
  const where = mkdtempSync(path.join(dir, 'g')), jsonl = path.join(where, 'g.jsonl'), file = path.join(where, 'a.json');
  const made = await run(['generate', '--seed', '11', '--days', '4', '--agents', '12', '--shops', '2', '--until', '2026-11-06', jsonl, '--answers', file]);
  assert.equal(made.code, 0, made.err);
  const answers = JSON.parse(readFileSync(file, 'utf8'));
  const lines = readFileSync(jsonl, 'utf8').trim().split('\n').map((l) => JSON.parse(l));
  const { db } = await centre(lines);
  // Who took over from a robot or a colleague and was never written to again: the generator counts lines addressed to her, the report the
  // customer whom she received.
  const silent = factsOf(lines, { profile: 'plain', set: { filter_empty: 'off' } }).pairs.filter((q) => q.agent && !q.asks && q.wrote && !q.filter);
  const more = { consult: () => true, received: (q) => q.says > 0, direct: (q) => q.says > 0 && !q.in, moved_in: (q) => q.says > 0 && q.in };
  const fields = {
    customer_messages: (c) => c.customer_messages.sum, agent_messages: (c) => c.agent_messages.sum, auto_messages: (c) => c.auto_messages.sum,
    agent_chars: (c) => c.agent_chars.sum, sessions: (c) => c.session_num.count, consult: (c) => c.consult_num.sum, received: (c) => c.receive_num.sum,
    direct: (c) => c.direct.sum, moved_in: (c) => c.in.sum, moved_out: (c) => c.transfer_rate.sum, moved_out_silent: (c) => c.transfer_silent.sum,
    first_reply_ms: (c) => c.first_reply_time.sum, first_replies: (c) => c.first_reply_time.count, rounds: (c) => c.avg_reply_time.count,
    round_ms: (c) => c.avg_reply_time.sum, rounds_within_30s: (c) => c.answered_within_30.sum, rounds_within_180s: (c) => c.answered_within_180.sum,
    rounds_unanswered: (c) => c.answered_within_180.count - c.avg_reply_time.count, unanswered: (c) => c.noreply_num.sum,
  };
  const ofShop = {
    ...fields, consult: (c) => c.consult_num.count, received: (c) => c.receive_num.count, robot_messages: (c) => c.robot_messages.sum, ratings: (c) => c.csat.count,
    invites: (c) => c.csat_return_rate.count, sessions: (c, t) => c.session_num.count + t.robot_only,
  };
  let compared = 0, exact = 0;
  const check = (row, wanted, by, where) => {
    for (const [name, get] of Object.entries(by)) {
      const found = row ? get(row.counts, wanted) : 0, own = silent.filter((q) => q.shop === wanted.shop && dayText(q.day) === wanted.day && (!wanted.agent || q.agent === wanted.agent) && more[name]?.(q));
      const extra = wanted.agent || name === 'direct' || name === 'moved_in' ? own.length : 0;
      const unsure = wanted.agent ? 0 : own.length - extra; // a shop's customers: somebody else may have received them too
      assert.ok(found >= wanted[name] + extra && found <= wanted[name] + extra + unsure, `${where} ${name}: ${found}, answers ${wanted[name]} + ${extra}`);
      compared++;
      exact += extra + unsure === 0;
    }
  };
  for (const { shop } of answers.shops) {
    const ask = { from: answers.from, to: answers.until, shop, profile: 'plain', set: { filter_empty: 'off' } };
    const agents = await report(db, { ...ask, by: 'agent_day' }), days = await report(db, { ...ask, by: 'day' });
    for (const t of answers.agents.filter((a) => a.shop === shop && a.day >= answers.from))
      check(agents.rows.find((r) => r.by.agent === t.agent && r.by.day === t.day), t, fields, `${shop} ${t.agent} ${t.day}`);
    for (const t of answers.days.filter((d) => d.shop === shop && d.day >= answers.from))
      check(days.rows.find((r) => r.by.day === t.day), t, ofShop, `${shop} ${t.day}`);
  }
  assert.ok(compared > 1000 && exact > 0.97 * compared, `${exact} of ${compared} exactly`);
});

test('the command tells wrong usage from failure', async () => {
  const { db } = await centre(messy(5).slice(0, 40));
  const span = ['--from', '2026-11-01', '--to', '2026-11-02'];
  for (const [args, code, what] of [
    [['report', '--db', db, 'sales', ...span, '--attribution', 'last'], 2, /--attribution/],
    [['report', '--db', db, 'serivce', ...span], 2, /no report "serivce"/],
    [['report', '--db', db, 'service', '--from', '2026-11-02', '--to', '2026-11-01'], 2, /--to/],
    [['report', '--db', db, 'service', '--from', '2026-02-30', '--to', '2026-11-01'], 2, /dates/],
    [['report', '--db', db, 'service', ...span, '--by', 'moon'], 2, /--by/],
    [['report', '--db', db, 'service', ...span, '--profile', 'ebay'], 2, /--profile/],
    [['report', '--db', db, 'service', ...span, '--set', 'slow_s=0'], 2, /slow_s/],
    [['report', '--db', db, 'service', ...span, '--set', 'nothing=1'], 2, /no figure depends/],
    [['report', '--db', db, 'service', ...span, '--metrics', 'consult_num,magic'], 2, /no metric "magic"/],
    [['report', '--db', db, 'service', ...span, '--shop', 'nowhere'], 1, /no shop "nowhere"/],
    [['report', '--db', '/nowhere/x.db', 'service', ...span], 1, /./],
  ]) {
    const got = await run(args);
    assert.equal(got.code, code, args.join(' '));
    assert.match(got.err, what);
    assert.equal(got.out, '');
  }
  const list = await run(['report', '--list']);
  assert.match(list.out, /answered_within_180/);
  assert.match(list.out, /filter_forwarded/);
  const csv = await run(['report', '--db', db, 'service', ...span, '--format', 'csv', '--metrics', 'consult_num,fcr']);
  assert.match(csv.out, /^agent,consult_num,fcr\r\n(.+\r\n)*total,\d+,[\d.]*\r\n$/);
  const table = await run(['report', '--db', db, 'service', ...span, '--by', 'day']);
  assert.match(table.out, /^service, 2026-11-01 to 2026-11-02, profile \w+, session gap 20 min\nfiltered: own_staff \d+/);
});

// Over HTTP ---------------------------------------------------------------------------------------------------------------

const good = 'correct horse battery';
let admin, db, ids, lines;

before(async () => {
  lines = [...messy(6), { type: 'agent', key: 'evil', name: '=HYPERLINK("http://x")', group: 'g1', shops: ['s1'] },
    { type: 'message', key: 'e1', shop: 's1', customer: 'c9', agent: 'evil', at: '2026-11-02T10:00:00+08:00', sender: 'customer', text: '?' },
    { type: 'message', key: 'e2', shop: 's1', customer: 'c9', agent: 'evil', at: '2026-11-02T10:00:09+08:00', sender: 'agent', text: '!' }];
  const made = await centre(lines);
  db = made.db;
  server = await startServer({ dir: path.join(made.where), db });
  admin = new Client(server);
  await admin.setup();
  const [people, shops, groups] = await Promise.all(['people', 'shops', 'groups'].map((p) => admin.get(p)));
  const by = (rows) => Object.fromEntries(rows.rows.map((r) => [r.key, r.id]));
  ids = { people: by(people), shops: by(shops), groups: by(groups) };
});

/** Somebody of this role, signed in. */
async function hire(account, role, more = {}) {
  const { rows } = await admin.get('roles');
  await admin.post('people', { account, name: account, role_id: rows.find((r) => r.key === role).id, password: good, ...more });
  const c = new Client(server);
  await c.login(account, good);
  await c.post('me/password', { old: good, new: good + ' staple' });
  await c.login(account, good + ' staple');
  return c;
}
const query = (o) => new URLSearchParams(Object.entries(o).filter(([, v]) => v !== undefined)).toString();
const span = { from: '2026-10-31', to: '2026-11-03' };

test('the catalogue explains every column, with the settings in force', async () => {
  const { rows } = await admin.get('metrics-catalogue');
  const got = await admin.get('reports/service?' + query(span));
  assert.deepEqual(got.columns, rows.map((r) => r.key));
  for (const r of rows) {
    assert.ok(r.name_zh && r.name_en && r.definition_zh && r.definition_en && r.unit && r.direction);
    assert.doesNotMatch(JSON.stringify(r), /[{]\w+[}]/);
  }
  await admin.patch('settings', { name: 'answered_within_1_s', value: '45', from: '1970-01-01' });
  const after = (await admin.get('metrics-catalogue')).rows;
  assert.ok(after.some((r) => r.key === 'answered_within_45' && r.name_zh === '45 秒应答率' && r.definition_en.includes('45 s')));
  assert.ok((await admin.get('reports/service?' + query(span))).columns.includes('answered_within_45'));
  await admin.patch('settings', { name: 'answered_within_1_s', value: '30', from: '1970-01-01' });
});

test('the route and the command say the same', async () => {
  for (const by of groupings) {
    const got = await admin.get('reports/service?' + query({ ...span, by, profile: 'taobao' }));
    const { rows, total, header } = await report(db, { ...span, by, profile: 'taobao' });
    const named = (row) => ({ ...row, by: { ...row.by, agent_name: undefined, group_name: undefined, category_name: undefined } });
    assert.deepEqual(got.rows.map(named), rows.map(named));
    assert.deepEqual(got.total, total);
    assert.deepEqual(got.header, header);
  }
  const some = await admin.get('reports/service?' + query({ ...span, metrics: 'consult_num,fcr' }));
  assert.deepEqual(some.columns, ['consult_num', 'fcr']);
  assert.deepEqual(Object.keys(some.rows[0].values), ['consult_num', 'fcr']);
});

test('filters narrow, and a total is not a sum of rows', async () => {
  const all = await admin.get('reports/service?' + query({ ...span, by: 'agent' }));
  const a1 = all.rows.find((r) => r.by.agent === 'a1');
  const one = await admin.get('reports/service?' + query({ ...span, by: 'agent', agent_id: ids.people.a1 }));
  assert.deepEqual(one.rows, [a1]);
  assert.deepEqual(one.total.counts, a1.counts);
  const group = await admin.get('reports/service?' + query({ ...span, by: 'agent', group_id: ids.groups.g1 }));
  assert.deepEqual(group.rows.map((r) => r.by.agent).sort(), ['a1', 'a2', 'evil']);
  const nobody = await admin.get('reports/service?' + query({ ...span, by: 'agent', agent_id: 0 }));
  assert.ok(nobody.rows.every((r) => r.by.agent === null));
  const sum = all.rows.reduce((n, r) => n + r.values.consult_num, 0);
  assert.ok(all.total.values.consult_num < sum, 'customers of two agents count once');
  const shop = await admin.get('reports/service?' + query({ ...span, by: 'shop', shop_id: ids.shops.s2 }));
  assert.deepEqual(shop.rows.map((r) => r.by.shop), ['s2']);
  assert.equal(shop.header.profile, 'jd');
  assert.equal(shop.header.cut_hour, 3);
  assert.equal(all.header.profile, 'mixed');
});

test('weekday, category and channel narrow as a naive count does; rows come in the order asked for', async () => {
  const { rows: labels } = await admin.get('categories');
  const size = labels.find((r) => r.name === '尺码').id;
  const facts = factsOf(lines, {});
  for (const [more, only] of [[{ weekday: 1 }, { weekday: 1 }], [{ category_id: size }, { category: '尺码' }], [{ channel: 'import' }, { channel: 'import' }],
    [{ category_id: size, channel: 'import' }, { category: '尺码', channel: 'import' }]]) {
    const by = 'shop,day';
    compare(await admin.get('reports/service?' + query({ ...span, by, ...more })), facts, { ...span, by, only, lines, now: Date.now() });
  }
  assert.deepEqual((await admin.get('reports/service?' + query({ ...span, channel: 'web' }))).rows, []);
  const sorted = await admin.get('reports/service?' + query({ ...span, by: 'agent,day', order: '-agent_messages', metrics: 'agent_messages,csat' }));
  const values = sorted.rows.map((r) => r.values.agent_messages);
  assert.deepEqual(values, [...values].sort((a, b) => b - a));
  const up = await admin.get('reports/service?' + query({ ...span, by: 'agent,day', order: 'csat', limit: 5, metrics: 'csat' }));
  assert.equal(up.rows.length, 5);
  assert.equal(up.header.rows, sorted.rows.length);
  assert.ok(up.rows.every((r, i) => i === 0 || r.values.csat === null || r.values.csat >= up.rows[i - 1].values.csat));
  assert.deepEqual(up.total, (await admin.get('reports/service?' + query({ ...span, metrics: 'csat' }))).total);
  assert.deepEqual([up.header.by, up.header.asked], [['agent', 'day'], {}]);
});

test('rows come in pages: what is on them together is the whole, in one order; the total is of all', async () => {
  for (const order of [undefined, '-agent_messages', 'first_reply_time']) {
    const asked = { ...span, by: 'agent,day', order, metrics: 'agent_messages,first_reply_time,reply_time_p90' };
    const whole = await admin.get('reports/service?' + query(asked)), rows = [];
    assert.equal(whole.next, undefined);
    assert.ok(whole.rows.length > 7);
    for (let cursor = '0'; cursor !== undefined;) {
      const page = await admin.get('reports/service?' + query({ ...asked, limit: 3, cursor }));
      assert.deepEqual([page.header, page.total], [whole.header, whole.total]);
      rows.push(...page.rows);
      assert.equal(page.next, rows.length < whole.rows.length ? String(rows.length) : undefined);
      cursor = page.next;
    }
    assert.deepEqual(rows, whole.rows);
  }
  const beyond = await admin.get('reports/service?' + query({ ...span, by: 'day', cursor: 9999 }));
  assert.deepEqual([beyond.rows, beyond.next], [[], undefined]);
  const lines = async (more) => (await admin.ask('GET', 'reports/export.csv?' + query({ ...span, by: 'agent,day', ...more }))).text.split('\r\n').filter((l) => /2026-1[01]-\d\d/.test(l) && !l.startsWith('导出人'));
  const every = await lines({});
  assert.ok(every.length > 7);
  assert.deepEqual(await lines({ limit: 2, cursor: 4 }), every.slice(4, 6));
});

test('the facts in memory answer the reports, and are the same however they came to be', async () => {
  const settled = async () => {
    for (let tries = 0; ; tries++) {
      const facts = await admin.get('facts');
      if (facts.ready) return facts;
      assert.ok(tries < 600, 'the facts are built');
      await new Promise((done) => setTimeout(done, 100));
    }
  };
  const before = await settled();
  assert.ok(before.pairs > 50 && before.shops === 3 && before.bytes > 0);
  // From memory, and what the command line counts from the record: the same to the last byte, whatever the span and whatever it goes by.
  const kept = 'receive_num,consult_num,avg_reply_time,first_reply_time,answered_within_180,noreply_num,csat,fcr,max_concurrent,reply_time_p90';
  const day = (n) => new Date(Date.parse(span.from) + n * 86400000).toISOString().slice(0, 10);
  const days = Math.round((Date.parse(span.to) - Date.parse(span.from)) / 86400000) + 1;
  let asked = 0;
  for (const many of [1, 7, 31])
    for (let at = 0; at < days; at += Math.max(many, 3))
      for (const by of ['agent', 'agent,day', 'shop,hour', 'group,channel', 'category,week', 'month,weekday']) {
        const on = { from: day(at), to: day(at + many - 1), by };
        const own = await admin.get('reports/service?' + query({ ...on, metrics: kept }));
        const record = await report(db, { ...on, more: ['--metrics', kept] });
        const words = (r) => JSON.stringify([r.rows.map((row) => [{ ...row.by, agent_name: 0, group_name: 0, category_name: 0 }, row.values, row.counts]), r.total, r.header]);
        assert.equal(words(own), words(record), JSON.stringify(on));
        asked++;
      }
  assert.ok(asked > 20 && (await settled()).answered > before.answered, 'no look at the record');
  await admin.post('facts/rebuild');
  const after = await settled();
  assert.equal(after.sum, before.sum);
});

test('every figure opens its sessions, and they add up to it', async () => {
  const { rows } = await admin.get('reports/service?' + query({ ...span, by: 'agent_day' }));
  const line = rows.filter((r) => r.by.agent).sort((a, b) => b.values.receive_num - a.values.receive_num)[0];
  const where = { ...span, agent_id: line.by.agent_id, day: line.by.day };
  const everything = async (metric) => {
    const found = [];
    for (let cursor; ;) {
      const page = await admin.get('reports/service/sessions?' + query({ metric, ...where, limit: 3, cursor }));
      found.push(...page.rows);
      if (!page.next) return found;
      cursor = page.next;
    }
  };
  for (const metric of ['receive_num', 'consult_num', 'avg_reply_time', 'first_reply_time', 'answered_within_180', 'noreply_num', 'qa_ratio', 'transfer_rate', 'csat', 'fcr', 'reply_time_p90']) {
    const sessions = await everything(metric);
    const sum = sessions.reduce((n, s) => n + s.sum, 0);
    assert.equal(sum, line.counts[metric].sum, metric);
    if (!['receive_num', 'consult_num', 'noreply_num'].includes(metric)) assert.equal(sessions.reduce((n, s) => n + s.count, 0), line.counts[metric].count, metric);
    for (const s of sessions) {
      assert.equal(s.agent_id, line.by.agent_id);
      assert.equal((await admin.get('sessions/' + s.id)).id, s.id);
    }
  }
  const slow = await everything('avg_reply_time');
  assert.ok(slow.length > 1 && slow.every((s, i) => i === 0 || s.value <= slow[i - 1].value), 'the slowest first');
  const most = await everything('max_concurrent');
  assert.ok(most.length >= 1 && most.every((s) => s.value === line.values.max_concurrent));
  assert.deepEqual((await admin.get('reports/service/sessions?' + query({ metric: 'receive_num', ...where, hour: 3, agent_id: ids.people.evil }))).rows, []);
});

test('the file for spreadsheets carries no formula', async () => {
  const reply = await admin.ask('GET', 'reports/service.csv?' + query({ ...span, by: 'agent' }));
  assert.equal(reply.status, 200);
  assert.deepEqual([...reply.bytes.slice(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.match(reply.headers.get('content-type'), /text\/csv/);
  assert.match(reply.headers.get('content-disposition'), /attachment; filename="service-2026-10-31.csv"/);
  const text = new TextDecoder().decode(reply.bytes);
  assert.match(text, /^客服,咨询人数,接待人数,首次响应（毫秒）/);
  assert.ok(text.includes(`"'=HYPERLINK(""http://x"")"`));
  assert.match(text, /\r\n合计,\d+/);
});

test('wrong questions are told what is wrong', async () => {
  const refused = async (path, code, field) => {
    await assert.rejects(admin.get(path), (e) => e instanceof Problem && e.code === code && (!field || e.field === field), path);
  };
  await refused('reports/service?from=2026-11-01&to=2026-13-01', 'BAD_FIELD', 'to');
  await refused('reports/service?from=2026-11-31&to=2026-12-01', 'BAD_FIELD', 'from');
  await refused('reports/service?from=2026-11-02&to=2026-11-01', 'BAD_FIELD', 'to');
  await refused('reports/service?from=2025-10-01&to=2026-11-05', 'BAD_FIELD', 'to');
  await refused('reports/service?from=2026-11-01&by=moon', 'BAD_FIELD', 'by');
  await refused('reports/service?from=2026-11-01&by=agent,day,hour,shop', 'BAD_FIELD', 'by');
  await refused('reports/service?from=2026-11-01&order=-magic', 'BAD_FIELD', 'order');
  await refused('reports/service?from=2026-11-01&channel=smoke', 'BAD_FIELD', 'channel');
  await refused('reports/service?from=2026-11-01&weekday=8', 'BAD_FIELD', 'weekday');
  await refused('reports/service?from=2026-11-01&profile=ebay', 'BAD_FIELD', 'profile');
  await refused('reports/service?from=2026-11-01&shop_id=77', 'NOT_FOUND', 'shop_id');
  await refused('reports/service/sessions?from=2026-11-01&metric=magic', 'BAD_FIELD', 'metric');
  await refused('reports/service?to=2026-11-01', 'BAD_FIELD', 'from');
});

test('everybody sees as far as the own scope', async () => {
  const all = await admin.get('reports/service?' + query({ ...span, by: 'agent' }));
  const byShop = await admin.get('reports/service?' + query({ ...span, by: 'shop' }));
  const seen = async (c, more = {}) => c.get('reports/service?' + query({ ...span, by: 'agent', ...more }));
  const { rows: roles } = await admin.get('roles');
  const client = await hire('weituo', 'client', { shops: [ids.shops.s1] });
  const theirs = await seen(client, { by: 'shop' });
  assert.deepEqual(theirs.rows, byShop.rows.filter((r) => r.by.shop === 's1'));
  await assert.rejects(seen(client, { shop_id: ids.shops.s2 }), (e) => e.code === 'NOT_FOUND');
  for (const [scope, wanted] of [['group', ['a1', 'a2', 'evil']], ['own', ['a1']], ['all', all.rows.map((r) => r.by.agent)]]) {
    const { id } = await admin.post('roles', { key: 'r_' + scope, name: scope, name_en: scope, scope, permissions: ['REPORT', 'CHAT', 'CHAT_SEE'] });
    assert.ok(id && roles.length);
    await admin.patch('people/' + ids.people.a1, { role_id: id, account: 'a1' });
    const { password } = await admin.post(`people/${ids.people.a1}/password`).catch(() => ({}));
    void password;
    const c = await signIn('a1');
    const got = await seen(c);
    assert.deepEqual(got.rows.map((r) => r.by.agent).sort(), [...wanted].sort(), scope);
    // What the whole shop sells is not told to who sees less than the shop.
    const narrow = (counts) => (scope === 'all' ? counts : { ...counts, share: { sum: counts.share.sum, count: 0 }, silent_share: { sum: counts.silent_share.sum, count: 0 } });
    for (const row of got.rows) assert.deepEqual(row.counts, narrow(all.rows.find((r) => r.by.agent === row.by.agent).counts), scope);
    if (scope !== 'all') {
      const other = await c.get('reports/service/sessions?' + query({ metric: 'receive_num', ...span, agent_id: ids.people.a3 }));
      assert.deepEqual(other.rows, []);
    }
  }
});

/** A person without a password gets one by a reset link. */
async function signIn(account) {
  const { link } = await admin.post(`people/${ids.people[account]}/password`);
  const c = new Client(server);
  await c.post('reset', { token: /#(.+)$/.exec(link)[1], password: good + ' ' + account });
  await c.login(account, good + ' ' + account);
  return c;
}

test('what is said now is in the report at once: taken, handed over, closed, come back', async () => {
  const c = await Centre.start();
  try {
    const shop = await c.shop('a');
    const group = await c.group('g', [shop]);
    const first = await c.person('xiaowang', { name: '小王', group_id: group, capacity: 20 }), second = await c.person('xiaoli', { name: '小李', group_id: group, capacity: 20 });
    const lead = await c.person('banzhang', { name: '班长', group_id: group, role: 'lead', socket: false });
    const days = [Date.now() - 86400000, Date.now() + 86400000].map((t) => new Date(t).toISOString().slice(0, 10));
    const figuresOf = async (who = lead, by = 'agent') => {
      const got = await who.get(`reports/service?from=${days[0]}&to=${days[1]}&by=${by}`);
      return Object.fromEntries([...got.rows.map((r) => [r.by.agent_id, r.counts]), ['total', got.total.counts]]);
    };
    const v = await c.visitor('a');
    await v.open();
    await v.say('有货吗');
    await first.post(`sessions/${v.session.id}/take`);
    await say(first, v.session.id, '有的');
    await v.say('要红色');
    await first.post(`sessions/${v.session.id}/transfer`, { person_id: second.id, note: '红色归你' });
    await second.post(`sessions/${v.session.id}/take`).catch(() => second.post(`sessions/${v.session.id}/accept`));
    await say(second, v.session.id, '红色也有');
    let f = await figuresOf();
    assert.equal(f[first.id].receive_num.sum, 1);
    assert.equal(f[first.id].out.sum, 1);
    assert.equal(f[first.id].avg_reply_time.count, 1);
    assert.equal(f[second.id].receive_num.sum, 1);
    assert.equal(f[second.id].in.sum, 1);
    assert.equal(f[second.id].avg_reply_time.count, 1);
    assert.equal(f[second.id].first_reply_time.count, 0);
    assert.deepEqual(f.total.consult_num, { sum: 2, count: 1 });
    assert.equal(f.total.session_num.count, 1);
    assert.equal(f.total.auto_messages.sum, 1);
    assert.equal(f.total.customer_messages.sum, 2);
    await second.post(`sessions/${v.session.id}/close`, { note: '买了' });
    await v.say('还有件事'); // within the return window: the record goes on, the figures count a new session
    const manager = await c.person('wenyuan', { role: 'manager', socket: false });
    f = await figuresOf(manager);
    assert.equal(f.total.session_num.count, 2);
    assert.equal(f.total.customer_messages.sum, 3);
    assert.equal(f[0].session_num.count, 1); // nobody has taken it yet: that is no figure of the lead's group
    assert.equal((await figuresOf()).total.session_num.count, 1);
    const opened = await manager.get(`reports/service/sessions?metric=session_num&from=${days[0]}&to=${days[1]}`);
    assert.deepEqual(opened.rows.map((r) => r.id), [v.session.id, v.session.id]);
    assert.ok(opened.rows[0].ended_at <= opened.rows[1].started_at);
  } finally {
    await c.remove();
  }
});
