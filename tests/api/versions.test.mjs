// What figures are counted with, by date: every day by the version that held on it, whichever way it is counted; a closed month is out of reach.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../lib/client.mjs';
import { run } from '../lib/server.mjs';
import { query, seeded } from '../lib/seeded.mjs';

const refused = (promise, code, field) => assert.rejects(promise, (e) => e.code === code && e.field === field);
let centre, admin, db, shops, days;

before(async () => {
  centre = await seeded({ seed: 31, days: 9, agents: 8, shops: 2, until: '2026-10-20' });
  admin = centre.admin;
  db = centre.server.db;
  shops = (await admin.get('shops')).rows;
  days = [];
  for (let at = Date.parse(centre.answers.from); at <= Date.parse(centre.answers.until); at += 86400000) days.push(new Date(at).toISOString().slice(0, 10));
});
after(() => centre?.remove());

const setting = async (name) => (await admin.get('settings')).rows.find((r) => r.name === name);
const change = (name, value, from) => admin.patch('settings', { name, value: String(value), from });
/** A day's report with these settings on every day, counted from the record. */
async function plainly(day, set, profile, shop) {
  const words = Object.entries(set).flatMap(([k, v]) => ['--set', `${k}=${v}`]);
  const { code, out, err } = await run(['report', '--db', db, 'service', '--from', day, '--to', day, '--by', 'agent', '--shop', shop.key, '--profile', profile, '--format', 'json', ...words]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}
const nameless = (rows) => rows.map((r) => [r.by.agent, r.counts]).sort((a, b) => (a[0] < b[0] ? -1 : 1));

test('a change holds from its day on: every day reads as if its own version had always held', async () => {
  const [second, third] = [days[3], days[6]];
  // Sales are dated by creation here, so that a day's orders are all of the day's own version.
  await change('attribution', 0, '1970-01-01');
  const first = { attribution: 0, session_gap_min: 20, filter_monologue: 0, sales_postage: true, inquiry_days: 2, fcr_hours: 24 };
  const of = { [days[0]]: first, [second]: { ...first, session_gap_min: 3, filter_monologue: 1 } };
  of[third] = { ...of[second], sales_postage: false, inquiry_days: 4, fcr_hours: 2 };
  for (const [name, value] of Object.entries({ session_gap_min: 3, filter_monologue: 1 })) await change(name, value, second);
  for (const [name, value] of Object.entries({ sales_postage: false, inquiry_days: 4, fcr_hours: 2 })) await change(name, value, third);
  const [shop] = shops;
  const was = shop.profile, will = was === 'jd' ? 'taobao' : 'jd';
  await admin.post(`shops/${shop.id}/profile-versions`, { profile: will, from: days[5] });
  const differ = new Set();
  for (const day of days) {
    const version = Object.keys(of).filter((d) => d <= day).at(-1);
    const wanted = await plainly(day, of[version], day < days[5] ? was : will, shop);
    const got = await admin.get('reports/service?' + query({ from: day, to: day, by: 'agent', shop_id: shop.id }));
    assert.deepEqual(nameless(got.rows), nameless(wanted.rows), day);
    assert.deepEqual(got.total.counts, wanted.total.counts, day);
    const other = await plainly(day, of[days[0]], was, shop);
    if (JSON.stringify(other.total.counts) !== JSON.stringify(wanted.total.counts)) differ.add(day);
  }
  // The changes do make a difference, and not before they were to.
  assert.deepEqual([...differ].filter((d) => d < second), []);
  assert.ok(differ.size > 3, [...differ].join(' '));
});

test('a line is a code word by the version of its own day', async () => {
  await change('code_word', '好的', days[3]);
  await change('code_word', '您好', days[6]);
  const [shop] = shops, took = [];
  const service = 'consult_num,receive_num,session_num,direct,in,out,agent_messages,customer_messages,noreply_num';
  for (const [day, word] of [[days[2], ''], [days[4], '好的'], [days[7], '您好']]) {
    const ask = { from: day, to: day, by: 'agent', shop_id: shop.id, metrics: service };
    const got = await admin.get('reports/service?' + query(ask));
    const words = (w) => run(['report', '--db', db, 'service', '--from', day, '--to', day, '--by', 'agent', '--shop', shop.key, '--metrics', service, '--format', 'json', '--set', `code_word=${w}`]);
    const wanted = JSON.parse((await words(word)).out);
    assert.deepEqual([nameless(got.rows), got.header.filtered], [nameless(wanted.rows), wanted.header.filtered], day);
    // Over a span of all three words the day is the same.
    const wide = await admin.get('reports/service?' + query({ ...ask, from: days[0], to: days[8], by: 'agent,day' }));
    assert.deepEqual(nameless(wide.rows.filter((r) => r.by.day === day)), nameless(got.rows), day);
    took.push(got.header.filtered.code_word ?? 0);
  }
  assert.equal(took[0], 0);
  assert.ok(took[1] > 0 && took[2] > 0, took.join(' '));
});

test('the n of an answer rate holds from its day on: the days before keep theirs, and the name says that there were two', async () => {
  const [shop] = shops, day = days[4];
  const ask = (from, to, more = {}) => admin.get('reports/service?' + query({ from, to, by: 'day', shop_id: shop.id, ...more }));
  const rate = (r, n) => r.total.counts[`answered_within_${n}`];
  const was = await ask(days[2], days[3]), other = await ask(day, days[5]);
  await change('answered_within_1_s', 12, day);
  const before = await ask(days[2], days[3]), after = await ask(day, days[5]), both = await ask(days[2], days[5]);
  assert.deepEqual([before.rows, before.columns], [was.rows, was.columns], 'the days before');
  assert.equal(rate(after, 30), undefined);
  assert.equal(rate(after, 12).count, rate(other, 30).count);
  assert.ok(rate(after, 12).sum < rate(other, 30).sum);
  for (const part of ['sum', 'count']) assert.equal(rate(both, 12)[part], rate(before, 30)[part] + rate(after, 12)[part], part);
  const named = async (from, to, n) => (await admin.get('metrics-catalogue?' + query({ from, to }))).rows.find((m) => m.key === `answered_within_${n}`);
  assert.equal((await named(days[2], days[3], 30)).name_zh, '30 秒应答率');
  assert.equal((await named(day, days[5], 12)).name_zh, '12 秒应答率');
  const two = await named(days[2], days[5], 12);
  assert.deepEqual([two.name_zh, two.name_en], ['12（此前 30） 秒应答率', 'Answered within 12 (earlier 30) s']);
  assert.match(two.definition_zh, /^12（此前 30） 秒内应答/);
  assert.deepEqual((await named(undefined, undefined, 12)).name_zh, '12 秒应答率');
  await refused(admin.get('metrics-catalogue?from=2026-02-30'), 'BAD_FIELD', 'from');
  assert.deepEqual(both.header.versions.filter((v) => v.settings).map((v) => [v.from, v.settings.answered_within_1_s]), [[days[2], 30], [days[3], 30], [day, 12]]);
  const words = ['report', '--db', db, 'service', '--from', day, '--to', days[5], '--by', 'day', '--shop', shop.key, '--format', 'json'];
  const record = JSON.parse((await run(words)).out);
  assert.deepEqual([record.total.counts, record.rows.map((r) => r.counts)], [after.total.counts, after.rows.map((r) => r.counts)]);
  // Asked for by its old name it is no figure of that time.
  assert.equal((await ask(day, days[5], { metrics: 'answered_within_30,receive_num' })).columns.length, 1);
});

test('resident facts and the record agree over spans of several versions', async () => {
  const service = 'consult_num,receive_num,session_num,first_reply_time,avg_reply_time,answered_within_12,answered_within_180,slow_num,fcr,agent_messages,reply_time_p90,in,out';
  for (const [from, to] of [[days[0], days[8]], [days[2], days[4]], [days[4], days[7]], [days[6], days[8]]]) {
    // While they are made anew after a change, the record answers.
    const resident = await until(async () => {
      const before = (await admin.get('facts')).answered;
      const report = await admin.get('reports/service?' + query({ from, to, by: 'agent,day', metrics: service }));
      return (await admin.get('facts')).answered === before + 1 && report;
    }, 60_000, 'the resident facts were not asked');
    const r = await run(['report', '--db', db, 'service', '--from', from, '--to', to, '--by', 'agent,day', '--metrics', service, '--format', 'json']);
    const record = JSON.parse(r.out);
    const told = ({ rows, total, header }) => [rows.map((x) => [x.by.agent, x.by.day, x.values, x.counts]), total, header.versions];
    assert.deepEqual(told(resident), told(record), `${from} to ${to}`);
  }
  await change('answered_within_1_s', 30, days[4]); // as it was
});

test('a report over several versions says which held when; over one it says nothing', async () => {
  const header = async (from, to) => (await admin.get('reports/service?' + query({ from, to, by: 'shop' }))).header;
  assert.deepEqual((await header(days[0], days[2])).versions, []);
  const two = await header(days[1], days[4]);
  assert.deepEqual(two.versions, [
    { from: days[1], to: days[2], settings: { session_gap_min: 20, code_word: '', filter_monologue: 0 } },
    { from: days[3], to: days[4], settings: { session_gap_min: 3, code_word: '好的', filter_monologue: 1 } },
  ]);
  assert.equal(two.session_gap_min, 3);
  const [shop] = shops;
  const all = await header(days[0], days[8]);
  assert.deepEqual(all.versions.filter((v) => v.shop_id), [
    { from: days[0], to: days[4], shop_id: shop.id, shop_name: shop.name, profile: shop.profile },
    { from: days[5], to: days[8], shop_id: shop.id, shop_name: shop.name, profile: shop.profile === 'jd' ? 'taobao' : 'jd' },
  ]);
  assert.equal(all.profile, 'mixed');
  assert.deepEqual(all.versions.filter((v) => !v.shop_id).map((v) => [v.from, v.to, v.settings.code_word]), [[days[0], days[2], ''], [days[3], days[5], '好的'], [days[6], days[8], '您好']]);
  assert.ok('monologue' in all.filtered && 'code_word' in all.filtered);
});

test('every order is counted once, whatever rule held on its days', async () => {
  const span = { from: days[0], to: days[8], by: 'shop', metrics: 'orders,sales' };
  const sold = (t) => [t.counts.orders.sum, t.counts.sales.sum];
  const orders = async () => {
    const { total } = await admin.get('reports/service?' + query(span));
    const seen = new Set();
    for (const metric of ['sales', 'silent_share'])
      for (let cursor; ;) {
        const page = await admin.get('reports/service/orders?' + query({ from: days[0], to: days[8], metric, limit: 200, ...(cursor ? { cursor } : {}) }));
        for (const o of page.rows) assert.ok(!seen.has(metric + o.id), `order ${o.id} twice in ${metric}`) ?? seen.add(metric + o.id);
        cursor = page.next;
        if (!cursor) break;
      }
    return [sold(total), [...seen].filter((x) => x.startsWith('sales')).length];
  };
  await change('attribution', 2, days[4]);
  const [[n], listed] = await orders();
  assert.ok(n > 20, String(n));
  assert.ok(listed >= n, `${listed} listed, ${n} counted`);
  await change('attribution', 0, days[4]);
});

test('the list of versions: who changed what, from when; a future one is taken back, one in force is not', async () => {
  await change('slow_s', 90, '2031-01-01');
  await change('slow_s', 100, '2031-02-01');
  let rows = (await admin.get('settings/versions')).rows;
  const [late, early] = rows;
  assert.deepEqual([late.name, late.from, late.value, late.before, late.state], ['slow_s', '2031-02-01', '100', '90', 'future']);
  assert.deepEqual([early.from, early.before, early.set_by_name], ['2031-01-01', '180', late.set_by_name]);
  assert.deepEqual(rows.filter((r) => r.name === 'code_word').map((r) => [r.from, r.value, r.before, r.state]), [[days[6], '您好', '好的', 'present'], [days[3], '好的', '', 'past']]);
  const now = await setting('slow_s');
  assert.deepEqual([now.value, now.dated, now.from, now.next_value, now.next_from], ['180', true, null, '90', '2031-01-01']);
  const word = await setting('code_word');
  assert.deepEqual([word.value, word.from, word.next_from], ['您好', days[6], null]);
  await admin.delete(`settings/versions/${early.id}`);
  await refused(admin.delete(`settings/versions/${early.id}`), 'NOT_FOUND', undefined);
  rows = (await admin.get('settings/versions')).rows;
  assert.deepEqual(rows.filter((r) => r.name === 'slow_s').map((r) => [r.from, r.before]), [['2031-02-01', '180']]);
  await refused(admin.delete(`settings/versions/${rows.find((r) => r.name === 'code_word').id}`), 'WRONG_STATE', 'version_id');
  // The same day again is the same version anew; the same value is none.
  await change('slow_s', 110, '2031-02-01');
  await change('slow_s', 110, '2031-03-01');
  assert.deepEqual((await admin.get('settings/versions')).rows.filter((r) => r.name === 'slow_s').map((r) => [r.from, r.value]), [['2031-02-01', '110']]);
  await admin.delete(`settings/versions/${rows[0].id}`);
  const told = (await admin.get('audit?subject_kind=setting')).rows;
  assert.deepEqual([told[0].detail.name, told[0].detail.value, told[0].detail.from], ['slow_s', '110', '2031-02-01']);
  assert.ok(told.some((r) => r.action !== told[0].action));

  const [, shop] = shops;
  await admin.post(`shops/${shop.id}/profile-versions`, { profile: 'pdd', from: '2031-01-01' });
  const [version] = (await admin.get(`shops/${shop.id}/profile-versions`)).rows;
  assert.deepEqual([version.value, version.before, version.state], ['pdd', shop.profile, 'future']);
  assert.equal((await admin.get('shops')).rows.find((r) => r.id === shop.id).profile, shop.profile);
  await refused(admin.delete(`shops/${shops[0].id}/profile-versions/${version.id}`), 'NOT_FOUND', undefined);
  await admin.delete(`shops/${shop.id}/profile-versions/${version.id}`);
  assert.deepEqual((await admin.get(`shops/${shop.id}/profile-versions`)).rows, []);
});

test('without a day a change holds from today; the days before keep what they had', async () => {
  const span = { from: days[0], to: days[2], by: 'shop', metrics: 'session_num,receive_num' };
  const was = await admin.get('reports/service?' + query(span));
  await change('session_gap_min', 60);
  await admin.patch(`shops/${shops[1].id}`, { profile: 'callcentre', greeting: '您好' });
  assert.deepEqual(await admin.get('reports/service?' + query(span)), was);
  assert.equal((await setting('session_gap_min')).value, '60');
  assert.equal((await admin.get('shops')).rows.find((r) => r.id === shops[1].id).profile, 'callcentre');
  const [version] = (await admin.get(`shops/${shops[1].id}/profile-versions`)).rows;
  assert.deepEqual([version.value, version.before, version.state], ['callcentre', shops[1].profile, 'present']);
  // The form sends all it shows: what is so already is no change.
  await admin.patch(`shops/${shops[1].id}`, { profile: 'callcentre', greeting: '您好！' });
  assert.equal((await admin.get(`shops/${shops[1].id}/profile-versions`)).rows.length, 1);
});

test('what is no day, and what is not dated, is refused by its field', async () => {
  await refused(change('slow_s', 90, '2026-02-30'), 'BAD_FIELD', 'from');
  await refused(change('wrapup_s', 9, '2031-01-01'), 'BAD_FIELD', 'from');
  await refused(admin.post(`shops/${shops[0].id}/profile-versions`, { profile: 'ebay' }), 'BAD_FIELD', 'profile');
  await refused(admin.post('shops/77/profile-versions', { profile: 'jd' }), 'NOT_FOUND', undefined);
});

test('by what the days of a closed month are cut stays', async () => {
  const centre = await seeded({ seed: 7, days: 4, agents: 3, shops: 2, until: '2026-10-20' });
  try {
    const { admin } = centre, [shop, other] = (await admin.get('shops')).rows, patch = (body, id = shop.id) => admin.patch(`shops/${id}`, body);
    await patch({ cut_hour: 5 });
    await patch({ cut_hour: shop.cut_hour });
    const { id } = await admin.post('month-close', { shop_id: shop.id, month: '2026-10' });
    const read = () => admin.get('reports/service?' + query({ from: '2026-10-01', to: '2026-10-31', by: 'day', shop_id: shop.id }));
    const was = await read();
    await refused(patch({ cut_hour: 5 }), 'WRONG_STATE', 'cut_hour');
    await refused(patch({ timezone: 'Asia/Tokyo' }), 'WRONG_STATE', 'timezone');
    await assert.rejects(patch({ cut_hour: 5 }), /2026-10/);
    await patch({ timezone: shop.timezone, cut_hour: shop.cut_hour, greeting: '您好' });
    const lines = path.join(centre.server.dir, 'shop.jsonl');
    const line = { type: 'shop', key: shop.key, name: shop.name, timezone: shop.timezone, profile: shop.profile };
    writeFileSync(lines, [{ ...line, cut_hour: 5 }, { ...line, timezone: 'Asia/Tokyo', cut_hour: shop.cut_hour }].map((l) => JSON.stringify(l)).join('\n') + '\n');
    const read2 = await run(['import', '--db', centre.server.db, '--format', 'json', lines]);
    assert.equal(JSON.parse(read2.out).types[0].rejected, 2, read2.err);
    assert.match(read2.err, /:1: cut_hour: 2026-10 is closed/);
    assert.match(read2.err, /:2: timezone: 2026-10 is closed/);
    assert.deepEqual((await read()).rows, was.rows);
    assert.deepEqual((await admin.get('month-close/' + id)).open, []);
    await patch({ cut_hour: 5, timezone: 'Asia/Tokyo' }, other.id);
  } finally {
    await centre.remove();
  }
});

test('a closed month keeps its versions: no change reaches into it, and counted again it reads the same', async () => {
  const [shop, other] = shops;
  const { id } = await admin.post('month-close', { shop_id: shop.id, month: '2026-10' });
  const closed = await admin.get('month-close/' + id);
  assert.ok(closed.rows.length > 3);
  assert.deepEqual(closed.open, []);
  assert.deepEqual(closed.header.header.versions.filter((v) => v.settings).map((v) => v.from), ['2026-10-01', days[3], days[6]]);
  for (const from of ['2026-10-31', '2026-09-01', '1970-01-01']) {
    await refused(change('slow_s', 77, from), 'WRONG_STATE', 'from');
    await refused(admin.post(`shops/${shop.id}/profile-versions`, { profile: 'pdd', from }), 'WRONG_STATE', 'from');
  }
  await assert.rejects(change('slow_s', 77, '2026-10-31'), (e) => e.message.includes('2026-11-01') && e.message.includes(shop.name));
  // Another shop's profile is its own affair; the settings are everybody's.
  await admin.post(`shops/${other.id}/profile-versions`, { profile: 'pdd', from: '2026-10-15' });
  await change('slow_s', 77, '2026-11-01');
  await change('inquiry_days', 9, '2026-11-01');
  await change('filter_order_flags', '红旗', '2026-11-01');
  assert.deepEqual((await admin.get('month-close/' + id)).open, []);
  assert.equal((await admin.post(`month-close/${id}/restate`, {})).found, 0);
  const again = await admin.get('reports/service?' + query({ from: '2026-10-01', to: '2026-10-31', by: 'agent', shop_id: shop.id }));
  for (const [key, value] of Object.entries(closed.rows.find((r) => r.agent_id === -1).values)) assert.deepEqual(again.total.values[key], value, key);
});
