// Anomalies: what the generator planted is found, told in words, opens its sessions, and can be put aside.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Problem, until } from '../lib/client.mjs';
import { query, seeded } from '../lib/seeded.mjs';

const seeds = [1, 2, 3], span = { from: '2026-03-20', to: '2026-03-31' };
let centre, admin, rows;
const open = [];
after(async () => { for (const c of open) await c.remove(); });

/** All anomalies of the span, once every day was looked at. */
async function found(c) {
  const { days } = await c.admin.post('anomalies/rebuild', span);
  assert.equal(days, 12);
  const { from, to } = span;
  await until(async () => (await c.admin.get('anomalies/progress?' + query({ from, to }))).pending === 0, 120000, 'the look at the days');
  return (await c.admin.get('anomalies?' + query({ ...span, limit: 500 }))).rows;
}

const shanghai = (t) => new Date(Date.parse(t) + 8 * 3600000).toISOString();

test('planted faults are found: recall of the planted hours and precision of the hours that are reported', async () => {
  let planted = 0, hit = 0, right = 0, reported = 0;
  for (const seed of seeds) {
    const c = await seeded({ seed, days: 30, agents: 12 });
    open.push(c);
    const all = await found(c);
    if (seed === seeds[0]) [centre, admin, rows] = [c, c.admin, all];
    const name = Object.fromEntries(Object.entries(c.ids.people).map(([k, id]) => [id, k]));
    const inside = c.answers.faults.filter((f) => shanghai(f.at).slice(0, 10) >= span.from && ['agent_hour', 'slow_reply'].includes(f.kind));
    const key = (agent, day, hour) => `${agent} ${day} ${hour}`;
    const bad = new Set(inside.map((f) => key(f.agent, shanghai(f.at).slice(0, 10), Number(shanghai(f.at).slice(11, 13)))));
    // A slow reply counts at the start of its round, which may lie in the hour before.
    for (const f of inside.filter((x) => x.kind === 'slow_reply')) {
      const before = shanghai(new Date(Date.parse(f.at) - 1800000).toISOString());
      bad.add(key(f.agent, before.slice(0, 10), Number(before.slice(11, 13))));
    }
    const hours = new Set(all.filter((r) => r.kind === 'hour').map((r) => key(name[r.agent_id], r.day, r.hour)));
    for (const f of inside.filter((x) => x.kind === 'agent_hour')) {
      planted++;
      hit += hours.has(key(f.agent, shanghai(f.at).slice(0, 10), Number(shanghai(f.at).slice(11, 13))));
    }
    reported += hours.size;
    right += [...hours].filter((h) => bad.has(h)).length;
  }
  console.log(`planted hours ${planted}, found ${hit}; hours reported ${reported}, of these with planted faults ${right}`);
  assert.equal(planted, seeds.length);
  assert.ok(hit / planted >= 0.99, `recall ${hit}/${planted}`);
  assert.ok(reported >= planted && right / reported >= 0.8, `precision ${right}/${reported}`);
});

test('each says who, when, what and how much, in both languages, the least probable first', async () => {
  assert.ok(rows.length >= 1);
  rows.forEach((r, i) => assert.ok(i === 0 || r.p >= rows[i - 1].p));
  for (const r of rows) {
    assert.ok(r.q <= 0.05 && r.p <= r.q);
    assert.ok(r.sentence_zh.startsWith(`${r.agent_name} ${r.day} `) && r.sentence_en.startsWith(`${r.agent_name} ${r.day} `));
  }
  const hour = rows.find((r) => r.kind === 'hour' && r.metric === 'avg_reply_time');
  assert.match(hour.sentence_zh, /^\S+ 2026-03-\d\d 20:00-21:00 平均响应 \d+\.\d 秒，平时 \d+\.\d 秒：\d+ 个会话/);
  assert.match(hour.sentence_en, / 20:00-21:00 Average reply \d+\.\d s, usual \d+\.\d s: \d+ sessions/);
  assert.ok(hour.value > 3 * hour.usual);
});

test('it opens its sessions, and their figure is the one that was judged', async () => {
  const r = rows.find((x) => x.kind === 'hour' && x.metric === 'avg_reply_time');
  const where = { from: r.day, to: r.day, agent_id: r.agent_id, shop_id: r.shop_id, hour: r.hour, day: r.day };
  const behind = (await admin.get('reports/service/sessions?' + query({ metric: r.metric, ...where, limit: 200 }))).rows;
  const sum = behind.reduce((n, s) => n + s.sum, 0), count = behind.reduce((n, s) => n + s.count, 0);
  assert.equal(count, r.events);
  assert.ok(Math.abs(sum / count - r.value) < 1e-6);
});

test('everybody sees those of the own scope', async () => {
  const people = (await admin.get('people?limit=200')).rows, groups = (await admin.get('groups')).rows;
  const who = people.find((p) => p.id === rows[0].agent_id);
  for (const [i, g] of groups.entries()) {
    const lead = await centre.person(`lead-${i}`, { role: 'lead', group_id: g.id, socket: false });
    const seen = (await lead.get('anomalies?' + query({ ...span, limit: 500 }))).rows;
    assert.deepEqual(seen.map((r) => r.id).sort(), rows.filter((r) => people.find((p) => p.id === r.agent_id).group_id === g.id).map((r) => r.id).sort());
    if (g.id !== who.group_id) await assert.rejects(lead.post(`anomalies/${rows[0].id}/dismiss`, { note: 'x' }), (e) => e.code === 'NOT_FOUND');
  }
  const other = (await admin.post('shops', { key: 'other', name: '别家' })).id;
  const client = await centre.person('weituo', { role: 'client', shops: [other], socket: false });
  assert.deepEqual((await client.get('anomalies?' + query(span))).rows, []);
});

test('what was explained is put aside with a note, and stays so when its day is looked at again', async () => {
  const [first] = rows;
  await assert.rejects(admin.post(`anomalies/${first.id}/dismiss`, { note: '  ' }), (e) => e instanceof Problem && e.field === 'note');
  await admin.post(`anomalies/${first.id}/dismiss`, { note: '系统升级，已说明' });
  const without = (list) => list.filter((r) => r.id === first.id || (r.agent_id === first.agent_id && r.day === first.day && r.hour === first.hour && r.metric === first.metric));
  assert.deepEqual(without((await admin.get('anomalies?' + query({ ...span, limit: 500 }))).rows), []);
  assert.deepEqual(without(await found(centre)), []);
  const [kept] = without((await admin.get('anomalies?' + query({ ...span, dismissed: true, limit: 500 }))).rows);
  assert.equal(kept.note, '系统升级，已说明');
  assert.ok(kept.dismissed_at > 0);
});

test('wrong questions are told what is wrong', async () => {
  const refused = (asked, field) => assert.rejects(asked, (e) => e.code === 'BAD_FIELD' && e.field === field);
  await refused(admin.get('anomalies?from=yesterday'), 'from');
  await refused(admin.get('anomalies?from=2026-03-02&to=2026-03-01'), 'to');
  await refused(admin.post('anomalies/rebuild', { from: '2026-01-01', to: '2026-06-01' }), 'to');
});
