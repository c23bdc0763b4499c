// Saved designs and composite scores.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Problem } from '../lib/client.mjs';
import { query, seeded } from '../lib/seeded.mjs';

let centre, admin, lead, peer, other, client;
const span = { from: '2026-03-28', to: '2026-03-31' };

before(async () => {
  centre = await seeded({ days: 4, agents: 8, shops: 2 });
  admin = centre.admin;
  const groups = (await admin.get('groups')).rows;
  const shops = Object.values(centre.ids.shops);
  lead = await centre.person('lead', { role: 'lead', name: '李班', group_id: groups[0].id, socket: false });
  peer = await centre.person('peer', { role: 'lead', name: '王班', group_id: groups[0].id, socket: false });
  other = await centre.person('other', { role: 'lead', name: '赵班', group_id: groups[1].id, socket: false });
  client = await centre.person('client', { role: 'client', name: '委托', shops: [shops[0]], socket: false });
});
after(() => centre.remove());

const refused = async (asked, code, field) => assert.rejects(asked, (e) => e instanceof Problem && e.code === code && (!field || e.field === field), `${code} ${field}`);
const spec = (more = {}) => ({ metrics: ['receive_num', 'avg_reply_time'], by: ['agent'], span: { kind: 'last7' }, ...more });

// ---- designs ----

test('a design is saved, shared, pinned by who sees it, changed by its owner, deleted', async () => {
  const { id } = await lead.post('report-designs', { name: ' 每日接待 ', spec: spec({ order: '-receive_num', limit: 10, chart: 'bar', compare: 'last_week', filters: { profile: 'taobao' } }) });
  const [mine] = (await lead.get('report-designs')).rows;
  assert.deepEqual([mine.id, mine.name, mine.owner_name, mine.shared, mine.pinned, mine.mine], [id, '每日接待', '李班', 'none', false, true]);
  assert.deepEqual(mine.spec.filters, { profile: 'taobao' });
  assert.deepEqual((await peer.get('report-designs')).rows, []);
  await refused(peer.patch(`report-designs/${id}`, { pinned: true }), 'NOT_FOUND');
  await lead.patch(`report-designs/${id}`, { shared: 'group' });
  assert.equal((await peer.get('report-designs')).rows[0].mine, false);
  assert.deepEqual((await other.get('report-designs')).rows, []);
  await peer.patch(`report-designs/${id}`, { pinned: true });
  assert.deepEqual([(await peer.get('report-designs')).rows[0].pinned, (await lead.get('report-designs')).rows[0].pinned], [true, false]);
  await refused(peer.patch(`report-designs/${id}`, { name: '我的' }), 'FORBIDDEN');
  await refused(peer.delete(`report-designs/${id}`), 'FORBIDDEN');
  await lead.patch(`report-designs/${id}`, { shared: 'all', name: '大家的', spec: spec({ by: ['agent', 'day'] }) });
  assert.deepEqual([(await other.get('report-designs')).rows[0].name, (await other.get('report-designs')).rows[0].spec.by], ['大家的', ['agent', 'day']]);
  await peer.patch(`report-designs/${id}`, { pinned: false });
  assert.equal((await peer.get('report-designs')).rows[0].pinned, false);
  await lead.delete(`report-designs/${id}`);
  assert.deepEqual((await other.get('report-designs')).rows, []);
});

test('a spec that the catalogue does not know is not saved', async () => {
  const tries = [
    [{ metrics: [] }, 'spec.metrics'], [{ metrics: ['receive_num', 'receive_num'] }, 'spec.metrics'], [{ metrics: ['nothing'] }, 'spec.metrics'], [{ metrics: 'receive_num' }, 'spec.metrics'],
    [{ by: ['moon'] }, 'spec.by'], [{ by: ['day', 'day'] }, 'spec.by'], [{ by: ['agent', 'day', 'hour', 'shop'] }, 'spec.by'], [{ by: 'agent' }, 'spec.by'],
    [{ filters: { colour: 1 } }, 'spec.filters'], [{ filters: { shop_id: 'x' } }, 'spec.filters'], [{ filters: { profile: 'ebay' } }, 'spec.filters'], [{ filters: [] }, 'spec.filters'],
    [{ span: { kind: 'ever' } }, 'spec.span'], [{ span: {} }, 'spec.span'], [{ span: { kind: 'fixed', from: '2026-01-02', to: '2026-01-01' } }, 'spec.span'],
    [{ span: { kind: 'fixed', from: '2026-02-30', to: '2026-03-01' } }, 'spec.span'], [{ span: { kind: 'today', hour: 3 } }, 'spec.span'],
    [{ order: '-fcr' }, 'spec.order'], [{ order: 5 }, 'spec.order'], [{ limit: 0 }, 'spec.limit'], [{ limit: 1001 }, 'spec.limit'], [{ chart: 'pie' }, 'spec.chart'], [{ compare: 'tomorrow' }, 'spec.compare'],
    [{ secret: 1 }, 'spec'],
  ];
  for (const [more, field] of tries) await refused(lead.post('report-designs', { name: 'x', spec: spec(more) }), 'BAD_FIELD', field);
  await refused(lead.post('report-designs', { name: 'x', spec: [] }), 'BAD_FIELD', 'spec');
  await refused(lead.post('report-designs', { name: '  ', spec: spec() }), 'BAD_FIELD', 'name');
  assert.deepEqual((await lead.get('report-designs')).rows, []);
});

// ---- scores ----

/** Independent of the server: the definition, word by word. */
function scoreOf(items, values) {
  const there = items.filter((i) => typeof values[i.metric] === 'number');
  const weight = there.reduce((n, i) => n + i.weight, 0);
  if (!weight) return null;
  return there.reduce((n, i) => n + ((100 * i.weight) / weight) * Math.min(1, Math.max(0, (values[i.metric] - i.worst) / (i.best - i.worst))), 0);
}

test('the shipped template, and scores that follow from the report\'s own figures', async () => {
  const [shipped] = (await admin.get('score-templates')).rows;
  assert.equal(shipped.builtin, true);
  assert.deepEqual(shipped.items.map((i) => [i.metric, i.weight, i.worst, i.best]), [['reply_rate', 25, 0.9, 1], ['answered_within_180', 25, 0.95, 1], ['avg_reply_time', 20, 30000, 5000],
    ['first_reply_time', 10, 40000, 8000], ['slow_share', 10, 0.1, 0], ['effective_share', 10, 0.4, 0.85]]);
  const report = await admin.get('reports/service?' + query({ ...span, by: 'agent' }));
  const got = await admin.get('reports/score?' + query({ ...span, template_id: shipped.id }));
  assert.deepEqual(got, await admin.get('reports/score?' + query(span)), 'the shipped one is the default');
  assert.equal(got.header.profile, report.header.profile);
  const people = report.rows.filter((r) => r.by.agent_id);
  assert.equal(got.rows.length, people.length);
  assert.ok(got.rows.length >= 4);
  for (const row of got.rows) {
    const values = people.find((r) => r.by.agent_id === row.agent_id).values;
    const wanted = scoreOf(shipped.items, values);
    assert.ok(wanted === null ? row.score === null : Math.abs(row.score - wanted) < 1e-6, row.agent_name);
    for (const item of row.items) assert.deepEqual(item.value, values[item.metric]);
    if (wanted !== null) assert.ok(Math.abs(row.items.reduce((n, i) => n + (i.points ?? 0), 0) - row.score) < 1e-6);
  }
  got.rows.forEach((row, i) => {
    if (!i || row.score === null) return;
    const before = got.rows[i - 1];
    assert.ok(before.score >= row.score - 0.005);
    assert.equal(row.rank, row.score.toFixed(2) === before.score.toFixed(2) ? before.rank : i + 1);
  });
});

test('own templates with prizes; the shipped one stays as it is', async () => {
  const items = [{ metric: 'session_num', weight: 1, worst: 1e6, best: 1e7 }];
  const { id } = await lead.post('score-templates', { name: '会话王', items, prizes: ['奖金 500', '奖金 300'] });
  const { rows } = await admin.get('reports/score?' + query({ ...span, template_id: id }));
  assert.ok(rows.length > 2 && rows.every((r) => r.rank === 1 && r.prize === '奖金 500' && r.score === 0), 'all equal: all first');
  await refused(peer.patch(`score-templates/${id}`, { name: 'x' }), 'FORBIDDEN');
  await refused(peer.delete(`score-templates/${id}`), 'FORBIDDEN');
  await lead.patch(`score-templates/${id}`, { items: [{ metric: 'session_num', weight: 1, worst: 0, best: 500 }] });
  const ranked = (await admin.get('reports/score?' + query({ ...span, template_id: id }))).rows;
  assert.deepEqual(ranked.map((r) => r.score), ranked.map((r) => r.score).sort((a, b) => b - a));
  await refused(lead.patch(`score-templates/${id}`, { items: [{ metric: 'moon', weight: 1, worst: 0, best: 1 }] }), 'BAD_FIELD', 'items');
  await refused(lead.patch(`score-templates/${id}`, { prizes: [7] }), 'BAD_FIELD', 'prizes');
  await refused(lead.post('score-templates', { name: 'x', items: [] }), 'BAD_FIELD', 'items');
  const shipped = (await admin.get('score-templates')).rows.find((t) => t.builtin);
  await refused(admin.patch(`score-templates/${shipped.id}`, { name: 'x' }), 'WRONG_STATE');
  await refused(admin.delete(`score-templates/${shipped.id}`), 'WRONG_STATE');
  await admin.patch(`score-templates/${id}`, { name: '改名' });
  await admin.delete(`score-templates/${id}`);
  await refused(admin.get('reports/score?' + query({ ...span, template_id: id })), 'NOT_FOUND', 'template_id');
});

test('scores stay within the own scope', async () => {
  const [mine, theirs] = Object.values(centre.ids.shops);
  await refused(client.get('reports/score?' + query({ ...span, shop_id: theirs })), 'NOT_FOUND', 'shop_id');
  const all = await admin.get('reports/score?' + query({ ...span, shop_id: mine }));
  const own = await client.get('reports/score?' + query(span));
  assert.deepEqual(own.rows, all.rows);
  const group = await lead.get('reports/score?' + query(span));
  const people = (await admin.get('people?limit=200')).rows;
  for (const row of group.rows) assert.equal(people.find((p) => p.id === row.agent_id).group_id, lead.me.group_id ?? people.find((p) => p.account === 'lead').group_id);
  assert.ok(group.rows.length > 0);
});
