// Saved designs and composite scores.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Problem, until } from '../lib/client.mjs';
import { openXlsx } from '../lib/xlsx_open.mjs';
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
    [{ by: ['moon'] }, 'spec.by'], [{ by: [] }, 'spec.by'], [{ by: ['day', 'day'] }, 'spec.by'], [{ by: ['agent', 'day', 'hour', 'shop'] }, 'spec.by'], [{ by: 'agent' }, 'spec.by'],
    [{ filters: { colour: 1 } }, 'spec.filters'], [{ filters: { shop_id: 'x' } }, 'spec.filters'], [{ filters: { profile: 'ebay' } }, 'spec.filters'], [{ filters: [] }, 'spec.filters'], [{ filters: { attribution: 'created_first' } }, 'spec.filters'],
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

test('a saved report comes in pages, as any other does, and has no more rows than it says', async () => {
  const rowsOf = async (more, limit, member = (r) => r) => {
    const { id } = await lead.post('report-designs', { name: '分页', spec: { metrics: ['receive_num', 'orders'], by: ['agent', 'day'], span: { kind: 'fixed', ...span }, order: '-receive_num', ...more } });
    const rows = [];
    let pages = 0;
    for (let cursor; ; pages++) {
      const page = member(await lead.get(`report-designs/${id}/run?` + query({ limit, cursor })));
      rows.push(...page.rows);
      assert.ok(page.rows.length <= limit);
      if ((cursor = page.next) === undefined) break;
    }
    assert.deepEqual((await lead.get(`report-designs/${id}/run?` + query({ cursor: 99999 }))).rows, []);
    await refused(lead.get(`report-designs/${id}/run?limit=0`), 'BAD_FIELD', 'limit');
    await lead.delete(`report-designs/${id}`);
    return { rows, pages: pages + 1 };
  };
  const all = (await lead.get('reports/service?' + query({ ...span, by: 'agent,day', metrics: 'receive_num,orders', order: '-receive_num' }))).rows;
  assert.ok(all.length > 9);
  assert.deepEqual(await rowsOf({}, 4), { rows: all, pages: Math.ceil(all.length / 4) });
  assert.deepEqual(await rowsOf({ limit: 7 }, 4), { rows: all.slice(0, 7), pages: 2 });
  assert.deepEqual(await rowsOf({ limit: 4 }, 4), { rows: all.slice(0, 4), pages: 1 });
  const before = await rowsOf({ span: { kind: 'fixed', from: span.to, to: span.to }, compare: 'previous' }, 2, (r) => r.before);
  const day = new Date(Date.parse(span.to) - 864e5).toISOString().slice(0, 10);
  assert.deepEqual(before.rows, (await lead.get('reports/service?' + query({ from: day, to: day, by: 'agent,day', metrics: 'receive_num,orders', order: '-receive_num' }))).rows);
});

test('a design counts by the rule that it names', async () => {
  const totals = {};
  for (const attribution of ['created', 'created-first', 'paid']) {
    const { id } = await lead.post('report-designs', { name: attribution, spec: { metrics: ['orders', 'sales'], by: ['shop'], span: { kind: 'fixed', ...span }, filters: { attribution } } });
    const ran = await lead.get(`report-designs/${id}/run`), asked = await lead.get('reports/service?' + query({ ...span, by: 'shop', metrics: 'orders,sales', attribution }));
    assert.deepEqual(ran.total, asked.total);
    assert.equal(ran.header.attribution, attribution);
    totals[attribution] = asked.total.values.orders;
    await lead.delete(`report-designs/${id}`);
  }
  assert.notEqual(totals.created, totals.paid, 'or the rules cannot be told apart');
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

// ---- export ----

const columnName = (i) => String.fromCharCode(65 + i);

test('a spreadsheet holds the report\'s figures, formatted, with their definitions and who took it out', async () => {
  const people = (await admin.get('people?limit=200')).rows;
  const someone = people.find((p) => p.key === 'agent-3' || p.key === 'a3') ?? people.find((p) => p.kind === 'human' && p.account === null);
  await admin.patch(`people/${someone.id}`, { name: '=1+2' });
  const metrics = ['receive_num', 'avg_reply_time', 'reply_rate', 'fcr'];
  const asked = { ...span, by: 'agent,day', metrics: metrics.join(',') };
  const report = await admin.get('reports/service?' + query(asked));
  const reply = await admin.ask('GET', 'reports/export.xlsx?' + query(asked));
  assert.equal(reply.status, 200, reply.text);
  assert.match(reply.headers.get('content-disposition'), /attachment; filename="report-2026-03-28-2026-03-31.xlsx"/);
  const { sheets } = openXlsx(reply.bytes);
  assert.deepEqual(sheets.map((s) => s.name), ['报表', '说明']);
  const [sheet, words] = sheets;
  assert.deepEqual([sheet.frozen, sheet.formulas, sheet.filter], [true, false, `A1:F${report.rows.length + 1}`]);
  assert.deepEqual(['A1', 'B1', 'C1', 'D1', 'E1'].map((k) => sheet.cells[k].value), ['客服', '日期', '接待人数', '平均响应（秒）', '回复率']);
  report.rows.forEach((row, i) => {
    const n = i + 2;
    const name = row.by.agent_name.startsWith('=') ? "'" + row.by.agent_name : row.by.agent_name;
    assert.equal(sheet.cells['A' + n].value, name);
    assert.equal(sheet.cells['B' + n].format, 'yyyy-mm-dd');
    assert.equal(new Date(Date.UTC(1899, 11, 30) + sheet.cells['B' + n].value * 86400000).toISOString().slice(0, 10), row.by.day);
    metrics.forEach((key, k) => {
      const cell = sheet.cells[columnName(k + 2) + n], value = row.values[key];
      if (typeof value !== 'number') return assert.equal(cell.value, value === 'pending' ? '延迟统计' : '–');
      assert.ok(Math.abs(cell.value - (key === 'avg_reply_time' ? value / 1000 : value)) < 1e-9, `${key} ${n}`);
      assert.equal(cell.format, { receive_num: '#,##0', avg_reply_time: '#,##0.0' }[key] ?? '0.00%');
    });
  });
  assert.ok(Object.values(sheet.cells).some((c) => c.value === "'=1+2"), 'a name that looks like a formula is text');
  const total = report.rows.length + 2;
  assert.deepEqual([sheet.cells['A' + total].value, sheet.cells['C' + total].value], ['合计', report.total.values.receive_num]);
  const text = Object.values(words.cells).map((c) => c.value);
  for (const wanted of ['导出人', '管理员', '2026-03-28 – 2026-03-31', '平均响应（秒）', '定义']) assert.ok(text.includes(wanted), wanted);
  assert.ok(text.some((t) => String(t).includes('各轮次')), 'the definition in full');
  const entry = await until(async () => (await admin.get('audit?limit=20')).rows.find((r) => r.subject_kind === 'report_export'), 20000, 'the audit row');
  assert.equal(entry.person_id, people.find((p) => p.account === 'admin').id);
  await admin.patch(`people/${someone.id}`, { name: '小三' });
});

test('in English for who reads English; CSV and JSON carry the same figures and the mark', async () => {
  const asked = { ...span, by: 'shop', metrics: 'receive_num,avg_reply_time' };
  await admin.patch('me', { lang: 'en' });
  const book = openXlsx((await admin.ask('GET', 'reports/export.xlsx?' + query(asked))).bytes);
  assert.deepEqual(book.sheets.map((s) => s.name), ['Report', 'Definitions']);
  assert.deepEqual(['A1', 'B1', 'C1'].map((k) => book.sheets[0].cells[k].value), ['Shop', 'Received', 'Average reply (s)']);
  await admin.patch('me', { lang: 'zh' });
  const report = await admin.get('reports/service?' + query(asked));
  const csv = await admin.ask('GET', 'reports/export.csv?' + query(asked));
  assert.match(csv.text, /^\ufeff?店铺,接待人数,平均响应（毫秒）\r\n/);
  assert.match(csv.text, /\r\n导出人：管理员 \d{4}-\d\d-\d\d \d\d:\d\d\r\n$/);
  for (const row of report.rows) assert.ok(csv.text.includes(`${row.by.shop_name},${row.values.receive_num},`));
  const json = JSON.parse((await admin.ask('GET', 'reports/export.json?' + query(asked))).text);
  assert.deepEqual([json.rows, json.total, json.exported.by], [report.rows, report.total, '管理员']);
});

test('only who may export does, within the own scope', async () => {
  await refused(lead.get('reports/export.xlsx?' + query(span)), 'FORBIDDEN');
  await refused(admin.get('reports/export.csv?' + query({ ...span, by: 'moon' })), 'BAD_FIELD', 'by');
  await refused(admin.get('reports/export.xlsx?' + query({ ...span, metrics: 'nothing' })), 'BAD_FIELD', 'metrics');
  const [mine, theirs] = Object.values(centre.ids.shops);
  const boss = await centre.person('zhuguan', { role: 'supervisor', shops: [mine], socket: false });
  await refused(boss.get('reports/export.json?' + query({ ...span, shop_id: theirs })), 'NOT_FOUND', 'shop_id');
  const json = JSON.parse((await boss.ask('GET', 'reports/export.json?' + query({ ...span, by: 'shop' }))).text);
  assert.deepEqual(json.rows.map((r) => r.by.shop_id), [mine]);
});
