// Sales figures, calls and working time: the generator's planted answers, the orders behind a figure, the three treatments of abandoned calls.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { dropDatabase, newDatabase, run, startServer } from '../lib/server.mjs';
import { Client, Problem, until } from '../lib/client.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-trade-'));
const databases = [];
let server, admin, db, answers, shopIds, people;
after(async () => {
  await server?.stop();
  for (const one of databases) dropDatabase(one);
  rmSync(dir, { recursive: true, force: true });
});

let serial = 0;
async function centre(lines) {
  const where = mkdtempSync(path.join(dir, 'c')), made = newDatabase(where), file = path.join(where, `in-${serial++}.jsonl`);
  databases.push(made);
  writeFileSync(file, typeof lines === 'string' ? lines : lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
  const { code, out, err } = await run(['import', '--db', made, file]);
  assert.equal(code, 0, out + err);
  return { db: made, where };
}
async function report(of, name, args) {
  const { code, out, err } = await run(['report', '--db', of, name, '--format', 'json', ...args]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}
const query = (o) => new URLSearchParams(Object.entries(o).filter(([, v]) => v !== undefined)).toString();
const orders = async (o) => {
  const rows = [];
  let cursor;
  do {
    const page = await admin.get('reports/service/orders?' + query({ from: answers.from, to: answers.until, limit: 100, cursor, ...o }));
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor);
  return rows;
};

before(async () => {
  const jsonl = path.join(dir, 'g.jsonl'), file = path.join(dir, 'a.json');
  const made = await run(['generate', '--seed', '23', '--days', '10', '--agents', '12', '--shops', '3', '--until', '2026-11-12', jsonl, '--answers', file]);
  assert.equal(made.code, 0, made.err);
  answers = JSON.parse(readFileSync(file, 'utf8'));
  const centreMade = await centre(readFileSync(jsonl, 'utf8'));
  db = centreMade.db;
  server = await startServer({ dir: centreMade.where, db });
  admin = new Client(server);
  await admin.setup();
  const by = (rows) => Object.fromEntries(rows.rows.map((r) => [r.key, r.id]));
  [shopIds, people] = [by(await admin.get('shops')), by(await admin.get('people'))];
});

test('planted attribution cases have the owners the generator says, under each rule', async () => {
  const found = new Map();
  for (const metric of ['sales', 'silent_share', 'cell_silent_follow_orders']) for (const row of await orders({ metric, attribution: 'paid' })) found.set(row.key, row);
  const kinds = new Set();
  for (const c of answers.attribution) {
    const row = found.get(c.order), id = (key) => (key ? people[key] : 0);
    assert.ok(row, c.case + ' ' + c.order);
    assert.deepEqual([row.owner_created, row.owner_created_first, row.owner_paid], [id(c.created), id(c.created_first), id(c.paid)], `${c.case} ${c.order}`);
    kinds.add(c.case);
  }
  assert.ok(kinds.size >= 5, [...kinds].join());
});

test('the orders behind a figure add up to it, under each rule', async () => {
  for (const attribution of ['created', 'created-first', 'paid']) {
    const got = await admin.get('reports/service?' + query({ from: answers.from, to: answers.until, by: 'agent', attribution, metrics: 'sales,orders,cell_own_own_orders,assist_order,share' }));
    assert.equal(got.header.attribution, attribution);
    const rows = await orders({ attribution });
    assert.equal(rows.length, got.total.counts.orders.sum);
    assert.equal(rows.reduce((n, r) => n + r.amount, 0), got.total.values.sales);
    for (const agent of got.rows.filter((r) => r.by.agent_id)) {
      const own = await orders({ attribution, agent_id: agent.by.agent_id });
      assert.equal(own.reduce((n, r) => n + r.amount, 0), agent.values.sales);
      assert.ok(own.every((r) => r.agent_id === agent.by.agent_id && r.session_id));
      assert.equal(agent.counts.share.count, got.total.counts.share.count, 'each is measured against the whole shop');
    }
    assert.equal((await orders({ attribution, metric: 'cell_own_own_orders' })).length, got.total.counts.cell_own_own_orders.sum);
  }
  for (const [o, field] of [[{ metric: 'consult_num' }, 'metric'], [{ attribution: 'last' }, 'attribution'], [{ day: '2026-02-30' }, 'day']])
    await assert.rejects(orders(o), (e) => e instanceof Problem && e.field === field);
});

test('refunds by reason add up to the report, and open the orders they came from', async () => {
  const span = { from: answers.from, to: answers.until };
  for (const attribution of ['created', 'paid']) {
    const { values, counts } = (await admin.get('reports/service?' + query({ ...span, by: 'shop', attribution, metrics: 'refund_amount,refund_rate,return_rate' }))).total;
    const { rows } = await admin.get('reports/service/refund-reasons?' + query({ ...span, attribution }));
    const sum = (key) => rows.reduce((n, r) => n + r[key], 0);
    assert.ok(rows.length > 3);
    assert.deepEqual([sum('amount'), sum('refunds'), sum('items'), sum('returned')], [values.refund_amount, counts.refund_amount.count, counts.refund_rate.sum, counts.return_rate.sum]);
    assert.ok(Math.abs(sum('refund_rate') - values.refund_rate) < 1e-9 && Math.abs(sum('return_rate') - values.return_rate) < 1e-9);
    assert.deepEqual(rows.map((r) => r.amount), rows.map((r) => r.amount).sort((a, b) => b - a));
    for (const one of rows.slice(0, 3)) {
      const behind = await orders({ attribution, metric: 'refund_amount', reason: one.reason });
      assert.equal(behind.length, one.orders);
      assert.equal(behind.flatMap((o) => o.refunds).filter((r) => r.completed && r.kind !== 'exchange' && r.reason === one.reason).reduce((n, r) => n + r.amount, 0), one.amount);
    }
  }
  assert.deepEqual(await orders({ metric: 'refund_amount', reason: '没有这个原因' }), []);
});

test('the spread of the response times is that of the percentiles, and each step opens its sessions', async () => {
  const span = { from: answers.from, to: answers.until };
  const { values, counts } = (await admin.get('reports/service?' + query({ ...span, by: 'shop', metrics: 'first_reply_time_p50,first_reply_time_p90,reply_time_p50,reply_time_p99' }))).total;
  for (const [of, keys] of [['first_reply', ['first_reply_time_p50', 'first_reply_time_p90']], ['reply', ['reply_time_p50', 'reply_time_p99']]]) {
    const { rows } = await admin.get('reports/service/spread?' + query({ ...span, of }));
    assert.equal(rows.reduce((n, r) => n + r.count, 0), counts[keys[0]].count);
    assert.deepEqual(rows.slice(1).map((r) => r.from_ms), rows.slice(0, -1).map((r) => r.below_ms), 'no gaps');
    assert.deepEqual([rows.at(-1).below_ms, rows.at(-1).within], [null, 1]);
    for (const key of keys) {
      const step = rows.find((r) => r.below_ms === null || r.below_ms > values[key]), part = Number(/\d+$/.exec(key)[0]) / 100, before = rows[rows.indexOf(step) - 1];
      assert.ok(step.within >= part && (!before || before.within < part), `${key} ${values[key]}`);
    }
    const tail = rows.filter((r) => r.count && r.count < 150).at(-1);
    const { rows: behind } = await admin.get('reports/service/sessions?' + query({ ...span, metric: keys[0], least_ms: tail.from_ms, below_ms: tail.below_ms ?? undefined, limit: 200 }));
    assert.ok(behind.length >= 1 && behind.length <= tail.count, `${behind.length} of ${tail.count}`);
    if (of === 'first_reply') assert.ok(behind.every((s) => s.value >= tail.from_ms && (tail.below_ms === null || s.value < tail.below_ms)));
  }
  await assert.rejects(admin.get('reports/service/sessions?' + query({ ...span, metric: 'receive_num', least_ms: 5 })), (e) => e instanceof Problem && e.field === 'least_ms');
});

test('the log of states adds up to the generator\'s answers', async () => {
  const got = await report(db, 'workload', ['--from', answers.from, '--to', answers.until, '--by', 'agent,day', '--shop', 'shop-1']);
  assert.equal(got.header.cut_hour, 0);
  let compared = 0;
  for (const s of answers.states.filter((x) => x.day >= answers.from && x.day <= answers.until)) {
    const row = got.rows.find((r) => r.by.agent === s.agent && r.by.day === s.day);
    assert.deepEqual([row.values.online, row.values.paused, row.values.wrapup], [s.online_ms + s.paused_ms + s.wrapup_ms, s.paused_ms, s.wrapup_ms], `${s.agent} ${s.day}`);
    compared++;
  }
  assert.ok(compared > 50, String(compared));
});

test('calls of each day are the generator\'s', async () => {
  for (const shop of answers.shops) {
    const got = await report(db, 'calls', ['--from', answers.from, '--to', answers.until, '--by', 'day', '--shop', shop.shop, '--set', 'call_short_s=0']);
    for (const d of answers.days.filter((x) => x.shop === shop.shop && x.day >= answers.from)) {
      const v = got.rows.find((r) => r.by.day === d.day)?.values ?? { calls_offered: 0, calls_answered: 0, calls_abandoned: 0 };
      assert.deepEqual([v.calls_offered, v.calls_answered, v.calls_abandoned], [d.calls, d.calls_answered, d.calls_abandoned], `${shop.shop} ${d.day}`);
    }
  }
});

const calls = async (o, who = admin) => {
  const rows = [];
  let cursor;
  do {
    const page = await who.get('reports/service/calls?' + query({ from: answers.from, to: answers.until, limit: 20, cursor, ...o }));
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor);
  return rows;
};

test('the calls behind a figure add up to it: by agent, by hour, by how they ended, and as a file that is audited', async () => {
  const counted = ['calls_offered', 'calls_answered', 'calls_abandoned', 'calls_short', 'calls_missed'], rates = ['answer_rate', 'abandon_rate', 'aht', 'service_level'];
  const asked = { from: answers.from, to: answers.until, metrics: [...counted, ...rates].join() };
  const got = await admin.get('reports/service?' + query({ ...asked, by: 'agent' })), { counts } = got.total;
  const all = await calls({});
  assert.ok(all.length > 50 && counts.calls_offered.sum === all.length);
  assert.deepEqual(all.map((c) => c.at), all.map((c) => c.at).sort((a, b) => b - a), 'newest first');
  assert.equal(new Set(all.map((c) => c.id)).size, all.length, 'no page twice');
  for (const metric of counted) assert.equal((await calls({ metric })).length, counts[metric].sum, metric);
  for (const metric of rates) assert.equal((await calls({ metric })).length, counts[metric].count, metric);
  const handled = await calls({ metric: 'aht' });
  assert.equal(handled.reduce((n, c) => n + c.talk_ms + c.wrapup_ms, 0), counts.aht.sum);
  assert.ok(handled.every((c) => c.end === 'answered' && c.answered_at >= c.at && c.ended_at - c.answered_at === c.talk_ms && c.agent_name));
  for (const end of ['answered', 'abandoned', 'busy', 'failed'])
    assert.deepEqual((await calls({ end })).map((c) => c.id), all.filter((c) => c.end === end).map((c) => c.id), end);
  for (const agent of got.rows) {
    const own = await calls({ agent_id: agent.by.agent_id ?? 0 });
    assert.equal(own.length, agent.counts.calls_offered.sum);
    assert.ok(own.every((c) => c.agent_id === (agent.by.agent_id || null)));
  }
  for (const line of (await admin.get('reports/service?' + query({ ...asked, by: 'day,hour', metrics: 'calls_offered' }))).rows)
    assert.equal((await calls({ day: line.by.day, hour: line.by.hour })).length, line.counts.calls_offered.sum, `${line.by.day} ${line.by.hour}`);
  for (const [key, shop_id] of Object.entries(shopIds)) assert.equal((await calls({ shop_id })).length, all.filter((c) => c.shop_id === shop_id).length, key);
  for (const [o, field] of [[{ metric: 'sales' }, 'metric'], [{ from: 'soon' }, 'from'], [{ end: 'well' }, 'end'], [{ day: 'today' }, 'day'], [{ profile: 'moon' }, 'profile']]) {
    await assert.rejects(calls(o), (e) => e instanceof Problem && e.field === field, field);
    await assert.rejects(admin.get('reports/service/calls.csv?' + query({ from: answers.from, ...o })), (e) => e instanceof Problem && e.field === field, field);
  }

  const csv = await admin.ask('GET', 'reports/service/calls.csv?' + query({ from: answers.from, to: answers.until, end: 'abandoned' }));
  assert.equal(csv.status, 200);
  const lines = csv.text.replace(/^\uFEFF/, '').trimEnd().split('\r\n'), gone = all.filter((c) => c.end === 'abandoned');
  assert.match(lines[0], /^来电时间,店铺,客户,客服,结果,/);
  assert.deepEqual(lines.slice(1, gone.length + 1).map((l) => l.split(',').at(-1)), gone.map((c) => c.key));
  assert.ok(lines.slice(1, gone.length + 1).every((l, i) => l.includes(`,放弃,${(gone[i].queued_ms / 1000).toFixed(1)},`)));
  assert.match(lines.at(-1), /^导出人：.+ \d{4}-\d\d-\d\d \d\d:\d\d$/);
  assert.equal(lines.length, gone.length + 3);
  const entry = await until(async () => (await admin.get('audit?limit=20')).rows.find((r) => r.subject_kind === 'report_export'), 20000, 'the audit row');
  assert.ok(entry.action.endsWith('/reports/service/calls.csv') && JSON.stringify(entry).includes('abandoned'));
});

test('who sees only the own figures sees only the own calls, and no file without the right to take it out', async () => {
  const { id } = await admin.post('roles', { key: 'caller', name: 'caller', name_en: 'caller', scope: 'own', permissions: ['REPORT', 'CHAT', 'CHAT_SEE'] });
  const all = await calls({}), key = Object.keys(people).find((k) => all.some((c) => c.agent_id === people[k]));
  await admin.patch('people/' + people[key], { role_id: id, account: 'caller1' });
  const { link } = await admin.post(`people/${people[key]}/password`), me = new Client(server);
  await me.post('reset', { token: /#(.+)$/.exec(link)[1], password: 'correct horse battery' });
  await me.login('caller1', 'correct horse battery');
  assert.deepEqual((await calls({}, me)).map((c) => c.id), all.filter((c) => c.agent_id === people[key]).map((c) => c.id));
  assert.deepEqual(await calls({ agent_id: Object.values(people).find((p) => p !== people[key] && all.some((c) => c.agent_id === p)) }, me), []);
  assert.equal((await me.ask('GET', 'reports/service/calls.csv?' + query({ from: answers.from }))).status, 403);
});

test('a day of 2,375 calls: three treatments of who gave up give three service levels, and the report names the one it used', async () => {
  let x = 20261n;
  const draw = (n) => Number((x = (x * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn) >> 33n) % n;
  const lines = [{ type: 'shop', key: 's', name: '店', timezone: 'Asia/Shanghai' }, { type: 'agent', key: 'a', name: '客服', shops: ['s'] }];
  const calls = [];
  for (let i = 0; i < 2375; i++) {
    const at = Date.UTC(2026, 10, 2, 1) + draw(36000) * 1000, queued_ms = draw(4) ? draw(240000) : draw(20000), end = draw(100) < 30 ? 'abandoned' : 'answered';
    calls.push({ type: 'call', key: 'c' + i, shop: 's', customer: 'k' + draw(900), at, queued_ms, ended_at: at + queued_ms + 60000, end, ...(end === 'answered' ? { agent: 'a', answered_at: at + queued_ms } : {}) });
  }
  const made = await centre([...lines, ...calls]);
  const n = { all: calls.length, in20: calls.filter((c) => c.end === 'answered' && c.queued_ms <= 20000).length, gone: calls.filter((c) => c.end === 'abandoned') };
  const wanted = [n.in20 / n.all, n.in20 / (n.all - n.gone.length), n.in20 / (n.all - n.gone.filter((c) => c.queued_ms <= 20000).length)];
  const seen = [];
  for (const [how, name] of [[0, 'against'], [1, 'ignored'], [2, 'after_n']]) {
    const got = await report(made.db, 'calls', ['--from', '2026-11-02', '--to', '2026-11-02', '--set', `call_abandoned=${how}`, '--set', 'call_short_s=3']);
    assert.equal(got.total.values.service_level, wanted[how]);
    assert.equal(got.header.calls.abandoned, name);
    // Two rules for "abandoned" never mix: raw counts are the same whichever is in force.
    assert.equal(got.total.values.calls_offered, 2375);
    assert.equal(got.total.values.calls_abandoned + got.total.values.calls_short, n.gone.length);
    seen.push(got.total.values.service_level);
  }
  assert.ok(seen[0] < seen[2] && seen[2] < seen[1], seen.join());
});

test('a closed month never changes; a late refund is a restatement row of its own', async () => {
  const shop_id = shopIds['shop-1'];
  await assert.rejects(admin.post('month-close', { shop_id, month: '2999-01' }), (e) => e.code === 'WRONG_STATE' && e.field === 'month');
  await assert.rejects(admin.post('month-close', { shop_id, month: '2026-13' }), (e) => e.field === 'month');
  await assert.rejects(admin.post('month-close', { shop_id: 77, month: '2026-10' }), (e) => e.field === 'shop_id');
  // The centre's own month may still be going on: one that is over, in a centre of its own.
  const t = (d, h) => Date.UTC(2026, 2, d, h);
  const lines = [{ type: 'shop', key: 's', name: '店', timezone: 'Asia/Shanghai' }, { type: 'agent', key: 'a', name: '甲', shops: ['s'] },
    { type: 'message', key: 'm1', shop: 's', customer: 'k', agent: 'a', at: t(3, 2), sender: 'customer', text: '有货吗' },
    { type: 'message', key: 'm2', shop: 's', customer: 'k', agent: 'a', at: t(3, 2) + 9000, sender: 'agent', text: '有的' },
    { type: 'order', key: 'o', shop: 's', customer: 'k', at: t(3, 3), items: [{ sku: 'x', quantity: 2, price: 5000 }], amount: 10000 },
    { type: 'payment', order: 'o', at: t(3, 3) + 60000, amount: 10000 }];
  const own = await centre(lines), place = await startServer({ dir: own.where, db: own.db });
  try {
    const boss = new Client(place);
    await boss.setup();
    const id = (await boss.get('shops')).rows.find((r) => r.key === 's').id;
    const march = { from: '2026-03-01', to: '2026-03-31', shop_id: id };
    assert.equal((await boss.get('reports/service?' + query(march))).header.months, 'open');
    const closed = await boss.post('month-close', { shop_id: id, month: '2026-03', note: '三月工资' });
    await assert.rejects(boss.post('month-close', { shop_id: id, month: '2026-03' }), (e) => e.code === 'EXISTS');
    const first = await boss.get('month-close/' + closed.id);
    const agent = first.rows.find((r) => r.agent_name === '甲');
    assert.deepEqual([agent.values.sales, agent.values.refund_rate, agent.counts.orders.sum], [10000, 0, 1]);
    assert.deepEqual([first.restatements, first.open, first.rules.inquiry_days], [[], [], 2]);
    assert.equal((await boss.get('reports/service?' + query(march))).header.months, 'closed');

    // A change of the rules touches nothing that is closed; a refund does not either, but it is told.
    await boss.patch('settings', { name: 'sales_postage', value: 'false' });
    await boss.patch('settings', { name: 'attribution', value: '2' });
    assert.deepEqual((await boss.get('month-close/' + closed.id)).open, []);
    const late = path.join(own.where, 'late.jsonl');
    writeFileSync(late, JSON.stringify({ type: 'refund', key: 'r', order: 'o', at: t(28, 3) + 86400000 * 9, amount: 5000, items: [{ sku: 'x', quantity: 1 }], kind: 'return', state: 'completed' }) + '\n');
    assert.equal((await run(['import', '--db', own.db, late])).code, 0);
    const seen = await boss.get('month-close/' + closed.id);
    assert.deepEqual(seen.rows, first.rows);
    const rate = (list) => list.find((r) => r.metric === 'return_rate' && r.agent_name === '甲');
    assert.deepEqual([rate(seen.open).before, rate(seen.open).after], [{ value: 0, sum: 0, count: 2 }, { value: 0.5, sum: 1, count: 2 }]);
    const { found } = await boss.post(`month-close/${closed.id}/restate`, {});
    assert.equal(found, seen.open.length);
    const after = await boss.get('month-close/' + closed.id);
    assert.deepEqual(after.rows, first.rows);
    assert.deepEqual(after.open, []);
    assert.ok(rate(after.restatements).at >= after.closed_at);
    assert.equal((await boss.post(`month-close/${closed.id}/restate`, {})).found, 0);
    assert.deepEqual((await boss.get('month-close')).rows.map((r) => [r.month, r.restated]), [['2026-03', found]]);
  } finally {
    await place.stop();
  }
});
