// Data in and out: the interchange format, its repeatability, the mapping of other layouts, and the way back.
import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre, say } from '../lib/centre.mjs';
import { sleep } from '../lib/client.mjs';
import { dropDatabase, newDatabase, root, run, shared, startServer } from '../lib/server.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-interchange-'));
const databases = [];
const file = (name) => path.join(dir, name);

function database() {
  const place = mkdtempSync(path.join(dir, 'db-'));
  databases.push(newDatabase(place));
  return databases.at(-1);
}

after(() => {
  for (const db of databases) dropDatabase(db);
  rmSync(dir, { recursive: true, force: true });
});

function put(name, lines) {
  writeFileSync(file(name), lines.map((l) => (typeof l === 'string' ? l : JSON.stringify(l)) + '\n').join(''));
  return file(name);
}

const linesOf = (name) => readFileSync(file(name), 'utf8').split('\n').filter(Boolean).map((l) => JSON.parse(l));

/** Imports and gives the reconciliation table by type, with what was told. */
async function bring(db, files, ...options) {
  const r = await run(['import', '--db', db, '--format', 'json', ...options, ...[files].flat()]);
  const table = r.out ? JSON.parse(r.out) : { types: [] };
  return { ...r, sessions: table.sessions, types: Object.fromEntries(table.types.map((t) => [t.type, t])) };
}

async function take(db, name, from = '2000-01-01', to = '2090-01-01') {
  const r = await run(['export', '--db', db, '--from', from, '--to', to, '--format', 'json', file(name)]);
  assert.equal(r.code, 0, r.err);
  return Object.fromEntries(JSON.parse(r.out).types.map((t) => [t.type, t.rows]));
}

/** Ids are made anew by every import; keys and names are not. */
const withoutIds = (v) => Array.isArray(v) ? v.map(withoutIds) : v && typeof v === 'object'
  ? Object.fromEntries(Object.entries(v).filter(([k]) => k !== 'id' && !/_id$/.test(k)).map(([k, x]) => [k, withoutIds(x)])) : v;

const small = [
  { type: 'message', key: '2', shop: 's', customer: 'c', agent: 'a', at: '2026-03-01T10:00:20+08:00', sender: 'agent', text: '您好' },
  { type: 'shop', key: 's', name: '小店', timezone: 'Asia/Shanghai', cut_hour: 2, profile: 'taobao', slogan: '好物', nested: { a: [1, null] } },
  { type: 'agent', key: 'a', name: '小王', shops: ['s'], group: '一组', nickname: '王' },
  { type: 'agent', key: 'b', name: '小李', shops: ['s'], kind: 'robot' },
  { type: 'customer', key: 'c', name: '客户一', phone: '13800000000', level: 3 },
  { type: 'message', key: '1', shop: 's', customer: 'c', agent: 'a', at: '2026-03-01T10:00:00+08:00', sender: 'customer', text: '在吗', tone: 'plain' },
  { type: 'message', key: '3', shop: 's', customer: 'c', agent: 'b', at: 1772331630000, sender: 'robot', kind: 'card', text: '', card: 'product', extra: { type: 'image/png' } },
  { type: 'message', key: '4', shop: 's', customer: 'd', at: '2026-03-02T01:59:00+08:00', sender: 'customer', text: '夜里好', channel: 'web' },
  { type: 'message', key: '5', shop: 's', customer: 'd', at: '2026-03-02T02:01:00+08:00', sender: 'system', kind: 'event', event: 'note', text: '提示', channel: 'web' },
  { type: 'transfer', shop: 's', customer: 'c', from: 'b', to: 'a', at: '2026-03-01T10:00:10+08:00', note: '转人工' },
  { type: 'transfer', shop: 's', customer: 'c', to_group: '一组', at: '2026-03-01T10:00:12+08:00' },
  { type: 'order', key: 'o1', shop: 's', customer: 'c', at: '2026-03-01T10:05:00+08:00', items: [{ sku: 'k', title: '裙', quantity: 2, price: 5000 }], amount: 10000, postage: 800, flag: 'red', note: '急' },
  { type: 'payment', order: 'o1', at: '2026-03-01T10:06:00+08:00', amount: 10800 },
  { type: 'refund', key: 'r1', order: 'o1', at: '2026-03-03T10:06:00+08:00', amount: 5000, items: [{ sku: 'k', quantity: 1 }], kind: 'return', reason: '偏小', state: 'completed', by: 'a' },
  { type: 'order', key: 'o2', shop: 's', customer: 'd', at: '2026-03-01T11:00:00+08:00', items: [], amount: 0 },
  { type: 'close', order: 'o2', at: '2026-03-05T11:00:00+08:00', reason: '未付款' },
  { type: 'call', key: 'k1', shop: 's', customer: 'd', at: '2026-03-01T12:00:00+08:00', agent: 'a', queued_ms: 3000, answered_at: '2026-03-01T12:00:03+08:00', ended_at: '2026-03-01T12:02:00+08:00', end: 'answered', hold_ms: 0, wrapup_ms: 9000, line: '2' },
  { type: 'category', shop: 's', customer: 'c', at: '2026-03-01T10:00:00+08:00', category: '议价' },
  { type: 'invite', shop: 's', customer: 'c', agent: 'a', at: '2026-03-01T10:02:00+08:00' },
  { type: 'rating', shop: 's', customer: 'c', agent: 'a', at: '2026-03-01T10:03:00+08:00', score: 5, source: 'invited', comment: '好' },
  { type: 'state', agent: 'a', at: '2026-03-01T09:00:00+08:00', state: 'online' },
  { type: 'state', agent: 'a', at: '2026-03-01T18:00:00+08:00', state: 'offline', reason: '下班' },
  { type: 'phrase', key: 'p1', shop: 's', agent: 'a', code: 'nh', text: '您好呀', folder: '问候' },
  { type: 'phrase', code: 'zj', text: '再见' },
  { type: 'product', shop: 's', sku: 'k', title: '裙', price: 5000, detail: { 面料: '棉' } },
  { type: 'knowledge', shop: 's', key: 'n1', kind: '尺码', title: '裙的尺码', body: { S: '155', 提示: ['偏小', '拍大'] } },
];

test('every type goes in, and comes out with all its members', async () => {
  const db = database();
  const r = await bring(db, put('small.jsonl', small));
  assert.equal(r.code, 0, r.err);
  for (const t of Object.values(r.types)) assert.equal(t.new, t.read, t.type);
  assert.equal(r.types.message.first_at, Date.parse('2026-03-01T10:00:00+08:00'));
  const counts = await take(db, 'small.out');
  for (const t of Object.values(r.types)) assert.ok(counts[t.type] >= t.read, `${t.type}: ${counts[t.type]} of ${t.read}`);
  assert.equal(counts.customer, 2, 'a customer whom only messages name has a line');

  const out = linesOf('small.out');
  const identity = (l) => [l.type, l.key, l.order, l.sku, l.agent, l.at && Date.parse(l.at) || l.at, l.score, l.to, l.to_group].join('|');
  const times = (l) => Object.fromEntries(Object.entries(l).map(([k, v]) => [k, typeof v === 'string' && /^\d{4}-\d\d-\d\dT/.test(v) ? Date.parse(v) : v]));
  for (const line of small) {
    const given = times(line);
    const found = out.map(times).find((o) => line.type === 'phrase' && !line.key ? o.text === line.text : identity(o) === identity(given));
    assert.ok(found, 'missing: ' + JSON.stringify(line));
    for (const [name, value] of Object.entries(given)) {
      if (value === '' || (name === 'event' && line.kind === 'event')) continue;
      assert.deepEqual(found[name], value, `${line.type} ${line.key ?? ''}: ${name}`);
    }
  }
  const event = out.find((l) => l.key === '5');
  assert.deepEqual(event.extra, { event: 'note' });
  assert.equal(event.sender, 'system');
});

test('importing twice changes nothing, in any order and any split; a change is an update', async () => {
  const db = database();
  await bring(db, put('small.jsonl', small));
  await take(db, 'before.out');
  const again = await bring(db, [put('back.jsonl', [...small].reverse()), file('small.jsonl')]);
  assert.equal(again.code, 0, again.err);
  for (const t of Object.values(again.types)) assert.equal(t.unchanged, t.read, `${t.type} ${JSON.stringify(t)}`);
  await take(db, 'after.out');
  assert.deepEqual(readFileSync(file('after.out')), readFileSync(file('before.out')));
  const changed = await bring(db, put('change.jsonl', small.map((l) => (l.key === '2' ? { ...l, text: '您好，在的' } : l))));
  assert.equal(changed.types.message.updated, 1);
  assert.equal(changed.types.message.unchanged, 4);
  await take(db, 'changed.out');
  const [a, b] = ['before.out', 'changed.out'].map((n) => readFileSync(file(n), 'utf8').split('\n'));
  assert.deepEqual(b.filter((l) => !a.includes(l)).map((l) => JSON.parse(l).text), ['您好，在的']);
});

test('lines of one second, brought bit by bit in any order, are the same as brought at once', async () => {
  const people = small.filter((l) => ['shop', 'agent', 'customer'].includes(l.type));
  const lines = Array.from({ length: 24 }, (_, i) => ({ type: 'message', key: `k${i * 7919 % 97}`, shop: 's', customer: 'c', agent: 'a', at: '2026-03-05T10:00:00+08:00',
    sender: i % 2 ? 'agent' : 'customer', text: `第 ${i} 句` }));
  const whole = database(), bits = database();
  assert.equal((await bring(whole, put('second.jsonl', [...people, ...lines]))).code, 0);
  assert.equal((await bring(bits, put('second-0.jsonl', [...people, lines[0]]))).code, 0);
  for (let i = 1; i < lines.length; i += 3) {
    const r = await bring(bits, put(`second-${i}.jsonl`, lines.slice(i, i + 3).reverse()));
    assert.equal(r.code, 0, r.err);
    assert.equal(r.types.message.new, Math.min(3, lines.length - i));
  }
  await take(whole, 'second-whole.jsonl');
  await take(bits, 'second-bits.jsonl');
  assert.deepEqual(linesOf('second-bits.jsonl'), linesOf('second-whole.jsonl'));
});

test('bad lines are told with number and reason, the rest goes in; --strict takes nothing', async () => {
  const lines = [small[1], '{"type":"shop"', small[2], { type: 'weather', at: 5 }, { ...small[0], agent: 'nobody' }, { ...small[0], at: 'yesterday' },
    '', small[0], { ...small[5], sender: 'ghost' }, '[1]'];
  const bad = put('bad.jsonl', lines);
  const strict = database();
  const none = await bring(strict, bad, '--strict');
  assert.equal(none.code, 1);
  assert.match(none.err, /nothing was imported/);
  assert.equal((await take(strict, 'none.out')).shop, undefined);

  const db = database();
  const r = await bring(db, bad);
  assert.equal(r.code, 0, r.err);
  const told = Object.fromEntries(r.err.split('\n').filter(Boolean).map((l) => /:(\d+): (.*)$/.exec(l).slice(1)));
  assert.match(told[2], /line 1/);
  assert.match(told[4], /unknown type "weather"/);
  assert.match(told[5], /nobody/);
  assert.match(told[6], /at is no time/);
  assert.match(told[9], /ghost/);
  assert.match(told[10], /not a JSON object/);
  assert.deepEqual([r.types.message.read, r.types.message.new, r.types.message.rejected], [4, 1, 3]);
  assert.deepEqual([r.types.unknown.read, r.types.unknown.rejected], [3, 3]);
  assert.equal(r.types.shop.new, 1);
});

const rules = [
  { type: 'rule', name: 'slow_s', from: '2026-03-02', value: '60', by: 'a', at: '2026-03-01T20:00:00+08:00' },
  { type: 'rule', name: 'slow_s', from: '2026-03-01', value: '10', at: '2026-02-28T20:00:00+08:00' },
  { type: 'rule', name: 'session_gap_min', value: '5', at: '2026-02-28T20:00:00+08:00' },
  { type: 'rule', name: 'code_word', from: '2026-03-02', value: '提示', at: '2026-02-28T20:00:00+08:00' },
  { type: 'rule', name: 'code_word', from: '2026-03-05', at: '2026-02-28T20:00:00+08:00' },
  { type: 'rule', shop: 's', name: 'profile', from: '2026-03-02', value: 'jd', by: 'b', at: '2026-03-01T20:00:00+08:00' },
  { type: 'rule', shop: 's', name: 'profile', from: '2026-03-04', value: 'plain', at: '2026-03-01T20:00:00+08:00' },
];

test('what figures are counted with travels by date: every version with its day, and the reports are the same', async () => {
  const first = database(), second = database(), plain = database();
  const report = async (db, day) => {
    const r = await run(['report', '--db', db, 'service', '--from', day, '--to', day, '--by', 'agent', '--format', 'json']);
    assert.equal(r.code, 0, r.err);
    return withoutIds(JSON.parse(r.out));
  };
  const given = await bring(first, put('rules.jsonl', [...rules, ...small]), '--strict');
  assert.deepEqual([given.code, given.types.rule.new], [0, rules.length], given.err);
  assert.equal((await take(first, 'rules.out')).rule, rules.length);
  const exported = linesOf('rules.out').filter((l) => l.type === 'rule').map((l) => ({ ...l, at: Date.parse(l.at) }));
  const wanted = rules.map((l) => ({ from: '1970-01-01', ...l, at: Date.parse(l.at) }));
  const order = (l) => [l.shop ?? '', l.name, l.from].join(' ');
  assert.deepEqual(exported, wanted.sort((a, b) => (order(a) < order(b) ? -1 : 1)));
  assert.equal((await bring(second, file('rules.out'), '--strict')).code, 0);
  await take(second, 'rules2.out');
  assert.ok(readFileSync(file('rules.out')).equals(readFileSync(file('rules2.out'))), 'the bytes differ');
  await bring(plain, put('small.jsonl', small));
  const differs = new Set();
  for (const day of ['2026-03-01', '2026-03-02', '2026-03-04']) {
    const [a, b, old] = await Promise.all([first, second, plain].map((db) => report(db, day)));
    assert.deepEqual(b, a, day);
    if (JSON.stringify(old.total) !== JSON.stringify(a.total) || old.header.profile !== a.header.profile) differs.add(day);
  }
  assert.ok(differs.size > 1, 'without them the figures are others: ' + [...differs]);
  const again = await bring(second, [file('rules.jsonl'), file('rules.out')]);
  assert.deepEqual([again.types.rule.unchanged, again.types.rule.read], [2 * rules.length, 2 * rules.length]);
  const other = await bring(second, put('rule.jsonl', [{ ...rules[0], value: '70' }]));
  assert.deepEqual([other.types.rule.updated, other.types.rule.new], [1, 0]);
  await take(second, 'rules3.out');
  assert.deepEqual(linesOf('rules3.out').filter((l) => l.name === 'slow_s').map((l) => [l.from, l.value]), [['2026-03-01', '10'], ['2026-03-02', '70']]);
});

test('a rule that is none is rejected in words, and none reaches into a closed month', async () => {
  const db = database();
  await bring(db, put('small.jsonl', small));
  const bad = await bring(db, put('bad-rules.jsonl', [{ type: 'rule', name: 'wrapup_s', value: '9' }, { type: 'rule', name: 'slow_s', value: 'much' }, { type: 'rule', name: 'slow_s', from: '2026-02-30', value: '9' },
    { type: 'rule', shop: 's', name: 'profile', value: 'ebay' }, { type: 'rule', shop: 'x', name: 'profile', value: 'jd' }, { type: 'rule', name: 'slow_s', value: '9', by: 'nobody' }]));
  assert.equal(bad.types.rule.rejected, 6);
  for (const words of [/:1: no figure depends on a setting "wrapup_s"/, /:2: value "much" does not fit slow_s/, /:3: from "2026-02-30" is no date/, /:4: of a shop a profile is expected/, /:5: shop "x" is not known/, /:6: by "nobody" is not known/])
    assert.match(bad.err, words);
  const centre = new Centre(await startServer({ db }));
  try {
    await centre.admin.setup();
    const [shop] = (await centre.admin.get('shops')).rows;
    await centre.admin.post('month-close', { shop_id: shop.id, month: '2026-03' });
    const late = await bring(db, put('late-rules.jsonl', [{ type: 'rule', name: 'slow_s', from: '2026-03-31', value: '9' }, { type: 'rule', name: 'slow_s', value: '180' }, { type: 'rule', shop: 's', name: 'profile', from: '2026-02-01', value: 'jd' },
      { type: 'rule', name: 'slow_s', from: '2026-04-01', value: '9' }]));
    assert.deepEqual([late.types.rule.rejected, late.types.rule.new], [2, 2], late.err);
    assert.match(late.err, /:1: from: 2026-03 of 小店 is closed: 2026-04-01 at the earliest/);
    assert.match(late.err, /:3: from: 2026-03 of 小店 is closed/);
    assert.deepEqual((await centre.admin.get('settings/versions')).rows.map((r) => [r.name, r.from, r.value, r.set_by_name]), [['slow_s', '2026-04-01', '9', null]]);
    const { id } = (await centre.admin.get('month-close')).rows[0];
    assert.deepEqual((await centre.admin.get('month-close/' + id)).open, []);
  } finally {
    await centre.server.stop();
  }
});

test('a generated centre: out, in and out again gives the same bytes', async () => {
  const made = await run(['generate', '--seed', '11', '--days', '5', '--agents', '6', '--shops', '2', '--until', '2026-02-20', file('made.jsonl')]);
  assert.equal(made.code, 0, made.err);
  const first = database(), second = database();
  const given = await bring(first, file('made.jsonl'));
  assert.equal(given.code, 0, given.err);
  const counts = await take(first, 'first.out');
  for (const t of Object.values(given.types)) assert.equal(counts[t.type], t.read - t.rejected - (t.type === 'customer' ? t.unchanged : 0), t.type);
  const back = await bring(second, file('first.out'), '--strict');
  assert.equal(back.code, 0, back.err);
  assert.equal(back.sessions, given.sessions);
  for (const t of Object.values(back.types)) assert.equal(t.new, t.read, t.type);
  await take(second, 'second.out');
  assert.ok(readFileSync(file('first.out')).equals(readFileSync(file('second.out'))), 'the bytes differ');
  const reports = await Promise.all([first, second].map((db) => run(['report', '--db', db, 'service', '--from', '2026-02-14', '--to', '2026-02-20', '--by', 'agent', '--format', 'json'])));
  if (!/no command "report"/.test(reports[0].err)) {
    const [a, b] = reports.map((r) => { assert.equal(r.code, 0, r.err); return withoutIds(JSON.parse(r.out)); });
    assert.deepEqual(b, a);
  }
  for (const t of Object.values((await bring(first, file('first.out'))).types)) assert.equal(t.new, 0, `${t.type}: nothing is new to its own centre`);
});

test('days are the shop\'s own, cut at its hour, and conversations stay whole', async () => {
  const db = database();
  await bring(db, put('small.jsonl', small));
  const keys = async (from, to) => {
    await take(db, 'days.out', from, to);
    return linesOf('days.out').filter((l) => ['message', 'order', 'refund', 'close', 'state', 'call'].includes(l.type)).map((l) => l.key ?? `${l.type}:${l.order ?? l.state}`).sort();
  };
  // 01:59 on the 2nd is still the 1st; that conversation goes on after 02:00 and is whole on both days.
  assert.deepEqual(await keys('2026-03-01', '2026-03-01'), ['1', '2', '3', '4', '5', 'k1', 'o1', 'o2', 'state:offline', 'state:online']);
  assert.deepEqual(await keys('2026-03-02', '2026-03-02'), ['4', '5', 'state:offline']);
  assert.deepEqual(await keys('2026-03-03', '2026-03-03'), ['o1', 'r1', 'state:offline']);
  assert.deepEqual(await keys('2026-03-05', '2026-03-06'), ['close:o2', 'o2', 'state:offline']);
  const other = database();
  assert.equal((await bring(other, file('days.out'), '--strict')).code, 0, 'what is in the file can be read');
});

test('export: "-" is standard output, a file is complete or absent, usage is told', async () => {
  const db = database();
  await bring(db, put('small.jsonl', small));
  const counts = await take(db, 'whole.out');
  assert.equal(statSync(file('whole.out')).mode & 0o777, 0o600);
  const out = await run(['export', '--db', db, '--from', '2000-01-01', '--to', '2090-01-01', '-']);
  assert.equal(out.out, readFileSync(file('whole.out'), 'utf8'));
  assert.match(out.err, new RegExp(`message +${counts.message}\n`));
  const failed = await run(['export', '--db', db, '--from', '2000-01-01', '--to', '2090-01-01', file('no/such/dir')]);
  assert.equal(failed.code, 1);
  assert.ok(!readdirSync(dir).some((n) => n.startsWith('whole.out.')));
  for (const args of [['--from', '2026-01-02', '--to', '2026-01-01', 'x'], ['--from', 'today', '--to', '2026-01-01', 'x'], ['--from', '2026-01-01', 'x'], []])
    assert.equal((await run(['export', '--db', db, ...args])).code, 2);
  assert.equal((await run(['export', '--help'])).code, 0);
});

test('what was said in the centre itself comes out like what was imported', async () => {
  const centre = await Centre.start();
  try {
    const shop = await centre.shop('live', { greeting: '您好' });
    const group = await centre.group('gl', [shop]);
    const agent = await centre.person('xiaozhao', { name: '小赵', group_id: group, capacity: 5 });
    const v = await centre.visitor('live');
    await v.open();
    await v.say('有货吗');
    await agent.post(`sessions/${v.session.id}/take`);
    await say(agent, v.session.id, '有的');
    await sleep(5);
    const { id: category } = (await centre.admin.post('categories', { name: '发货' }));
    await agent.post(`sessions/${v.session.id}/close`, { category_id: category });
    await take(centre.server.db, 'live.out');
    const lines = linesOf('live.out');
    const messages = lines.filter((l) => l.type === 'message');
    assert.deepEqual(messages.map((m) => m.sender).slice(0, 2), ['auto', 'customer']);
    assert.ok(messages.every((m) => /^m\d+$/.test(m.key) && m.shop === 'live' && m.channel === 'web'));
    const answer = messages.find((m) => m.text === '有的');
    assert.equal(lines.find((l) => l.type === 'agent' && l.key === answer.agent).name, '小赵');
    assert.ok(messages.some((m) => m.sender === 'system' && m.kind === 'event' && m.extra.event));
    assert.equal(lines.find((l) => l.type === 'category').category, '发货');
    assert.ok(!JSON.stringify(lines).includes('visitor_key') && !lines.some((l) => 'password' in l || 'visitor_key' in l));

    const db = database();
    const r = await bring(db, file('live.out'), '--strict');
    assert.equal(r.code, 0, r.err);
    await take(db, 'live2.out');
    assert.deepEqual(linesOf('live2.out'), lines);
  } finally {
    await centre.remove();
  }
});

// Other layouts ---------------------------------------------------------------------------------------------------------

// The example of docs/interchange.md, as it stands there.
const tableMapping = JSON.parse(/```json\n([\s\S]*?)```/.exec(readFileSync(path.join(root, 'docs/interchange.md'), 'utf8'))[1]);
// 编号,时间,买家,客服,谁,内容 and three lines, as a spreadsheet saves them: GB18030
const table = Buffer.from('b1e0bac52ccab1bce42cc2f2bcd22cbfcdb7fe2ccbad2cc4dac8dd0a312c323032362f332f3120393a30353a30302cd0a1d1d72cb0a2c3b72cc2f2bcd22cd4dac2f00a' +
  '322c323032362f332f3120393a30353a31302cd0a1d1d72cb0a2c3b72cbfcdb7fe2cd4dab5c40a332c323032362f332f3120393a30363a30302cd0a1d1d72cb0a2c3b72cc2b7c8cb2cbfb4bfb40a', 'hex');

test('a small table in GB18030 through a mapping; what cannot be mapped is told with its record', async () => {
  const db = database();
  put('table.json', [tableMapping]);
  writeFileSync(file('log.csv'), table);
  const r = await bring(db, file('log.csv'), '--mapping', file('table.json'));
  assert.equal(r.code, 0, r.err);
  assert.match(r.err, /log\.csv record 3: sender: the word "路人" is not in its map/);
  assert.deepEqual([r.types.shop.new, r.types.agent.new, r.types.message.new], [1, 1, 2]);
  await take(db, 'table.out');
  const [ask, answer] = linesOf('table.out').filter((l) => l.type === 'message');
  assert.deepEqual([ask.sender, ask.customer, ask.agent, ask.text, ask.at], ['customer', '小炎', '阿梅', '在吗', '2026-03-01T01:05:00.000Z']);
  assert.equal(answer.text, '在的');
  const again = await bring(db, file('log.csv'), '--mapping', file('table.json'));
  assert.equal(again.types.message.unchanged, 2);

  const strict = await bring(database(), file('log.csv'), '--mapping', file('table.json'), '--strict');
  assert.equal(strict.code, 1);
  const lines = await run(['import', '--mapping', file('table.json'), '--lines', file('lines.jsonl'), file('log.csv')]);
  assert.equal(lines.code, 0, lines.err);
  assert.equal(linesOf('lines.jsonl').length, 4);

  // A line that the import itself refuses is told by where it came from.
  put('wrong.json', [{ ...tableMapping, lines: [] }]);
  const wrong = await bring(database(), file('log.csv'), '--mapping', file('wrong.json'));
  assert.match(wrong.err, /log\.csv record 1: shops: "s" is not known/);
});

const crosswoz = path.join(shared, 'data/crosswoz');

test('CrossWOZ: a thousand dialogues with 16,934 messages, and three knowledge bases', { skip: existsSync(crosswoz) ? false : 'CrossWOZ is not here: ' + crosswoz }, async () => {
  const db = database();
  const names = ['val.json.zip', 'test.json.zip', 'attraction_db.json', 'restaurant_db.json', 'hotel_db.json'];
  const began = Date.now();
  const r = await bring(db, names.map((n) => path.join(crosswoz, n)), '--mapping', path.join(root, 'docs/mappings/crosswoz.json'), '--strict');
  assert.equal(r.code, 0, r.err);
  assert.deepEqual([r.types.message.new, r.types.customer.new, r.types.knowledge.new, r.types.agent.new], [16934, 1000, 465 + 951 + 1133, 8]);
  assert.equal(r.sessions, 1000);
  assert.ok(r.types.message.last_at <= Date.now() && r.types.message.first_at > began - 15 * 86400000);
  await take(db, 'woz.out');
  const lines = linesOf('woz.out');
  const messages = lines.filter((l) => l.type === 'message');
  assert.equal(messages.filter((m) => m.sender === 'agent').length, 8467);
  const share = {};
  for (const m of messages) if (m.key.endsWith('-1')) share[m.agent] = (share[m.agent] ?? 0) + 1;
  assert.equal(Object.keys(share).length, 8);
  for (const [agent, n] of Object.entries(share)) assert.ok(n > 80, `${agent} has ${n}`);
  const palace = lines.find((l) => l.type === 'knowledge' && l.title === '故宫');
  assert.deepEqual([palace.kind, palace.body.门票, palace.body.周边景点[0]], ['景点', '60', '天安门广场']);
});
