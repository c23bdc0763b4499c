// The report pages in a real browser, over generated weeks: from a figure to its sessions and the words said, own reports, the board, scores, files.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import { until } from '../lib/client.mjs';
import { choose, fitsInEnglish, reportCentre, settled } from './reports.mjs';

const span = 'from=2026-03-20&to=2026-03-31';
const here = reportCentre({ days: 30, agents: 12 });
const { signedIn } = here;

test('a figure opens its sessions, a session its transcript, whatever the report goes by', async () => {
  const page = await signedIn('/reports/service');
  for (const by of ['agent', 'channel']) {
    await page.goto(`${here.centre.server.url}/reports/service?${span}&by=${by}`);
    await page.locator('.ant-table-row .cell-link').first().click();
    await page.locator('.ant-drawer .side-card').first().click();
    await page.locator('.ant-drawer .bubble').first().waitFor();
  }
  await page.goto(`${here.centre.server.url}/reports/service?${span}`);
  await page.locator('button.figure').first().click();
  await page.locator('.ant-drawer .side-card').first().waitFor();
  assert.deepEqual(page.errors, []);
});

test('a report of many rows comes page by page: more of them on demand, in the order of all', async () => {
  const page = await signedIn('/reports/service');
  const { rows: [best], header } = await here.centre.admin.get(`reports/service?${span}&by=agent_day&order=-receive_num&limit=1`);
  assert.ok(header.rows > 100);
  await page.route('**/api/v1/reports/service?*', (route) => {
    const url = new URL(route.request().url());
    if (url.searchParams.get('by') === 'agent_day') url.searchParams.set('limit', '40');
    return route.continue({ url: url.href });
  });
  await page.goto(`${here.centre.server.url}/reports/service?${span}&by=agent_day`);
  await page.getByText(`已加载 40 / ${header.rows} 行`).waitFor();
  await page.getByRole('button', { name: '加载更多' }).click();
  await page.getByText(`已加载 80 / ${header.rows} 行`).waitFor();
  for (const order of ['receive_num', '-receive_num']) {
    const asked = page.waitForResponse((r) => new URL(r.url()).searchParams.get('order') === order);
    await page.locator('th').filter({ hasText: '接待人数' }).first().click();
    await asked;
  }
  const first = page.locator('.ant-table-row').first();
  await until(async () => { const text = await first.textContent(); return text.includes(best.by.agent_name) && text.includes(best.by.day); }, 30000);
  await page.getByText(`已加载 40 / ${header.rows} 行`).waitFor();
  assert.deepEqual(page.errors, []);
});

test('trend, response, heat map, satisfaction and robot each draw and list what the report says', async () => {
  const page = await signedIn('/reports/trend');
  for (const name of ['trend', 'response', 'heat', 'satisfaction', 'robot']) {
    await page.goto(`${here.centre.server.url}/reports/${name}?${span}`);
    await page.locator('.chart canvas').first().waitFor();
    await page.locator('.total-row').first().waitFor();
  }
  const told = await here.centre.admin.get('reports/service?from=2026-03-20&to=2026-03-31&by=weekday,hour');
  await page.goto(`${here.centre.server.url}/reports/heat?${span}`);
  await page.getByText(`共 ${told.rows.length} 条`).waitFor();
  assert.deepEqual(page.errors, []);
});

test('a report is designed, saved, shared, pinned, and stands on the board', async () => {
  const page = await signedIn('/reports/designs');
  await page.getByRole('button', { name: '新建报表' }).click();
  await page.getByLabel('名称').fill('每周接待');
  await choose(page, '日期', '固定日期');
  await choose(page, '图表', '柱形');
  await choose(page, '共享', '所有人');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.waitForURL(/\/reports\/designs\/\d+$/);
  await page.getByRole('button', { name: '固定到看板' }).click();
  await page.getByRole('button', { name: '取消固定' }).waitFor();
  const saved = (await here.centre.admin.get('report-designs')).rows.find((d) => d.name === '每周接待');
  assert.deepEqual([saved.shared, saved.pinned, saved.spec.chart, saved.spec.span.kind], ['all', true, 'bar', 'fixed']);
  await here.centre.admin.patch(`report-designs/${saved.id}`, { spec: { ...saved.spec, span: { kind: 'fixed', from: '2026-03-20', to: '2026-03-31' } } });
  await page.goto(`${here.centre.server.url}/reports/board`);
  await page.locator('.board-part canvas').first().waitFor();
  assert.equal(await page.locator('.board-part h2').textContent(), '每周接待');
  await page.locator('.board-part button.figure').first().click();
  await page.locator('.ant-drawer .side-card').first().waitFor();
  assert.deepEqual(page.errors, []);
  await here.centre.admin.delete(`report-designs/${saved.id}`); // its name is no English
});

test('agents are ranked as the server ranks them, and a copy of the template weighs differently', async () => {
  const page = await signedIn(`/reports/score?${span}`);
  const told = await here.centre.admin.get('reports/score?from=2026-03-20&to=2026-03-31');
  const best = told.rows.find((r) => r.rank === 1);
  const row = page.locator('.ant-table-row').filter({ hasText: best.agent_name });
  await row.first().waitFor();
  assert.match(await row.first().textContent(), new RegExp(best.score.toFixed(1).replace('.', '\\.')));
  await page.getByRole('button', { name: '另存副本' }).click();
  await page.getByLabel('名称').fill('只看速度');
  for (let i = told.template.items.length; i > 1; i--) await page.locator('.ant-modal button', { hasText: '删除' }).last().click();
  await page.locator('.ant-modal').getByRole('button', { name: '保存', exact: true }).click();
  await page.waitForURL(/template_id=\d+/);
  await page.locator('.ant-modal').waitFor({ state: 'hidden' });
  const made = (await here.centre.admin.get('score-templates')).rows.find((x) => x.name === '只看速度');
  assert.equal(made.items.length, 1);
  assert.deepEqual(page.errors, []);
});

test('an anomaly opens its sessions and is put aside with a note', async () => {
  await here.centre.admin.post('anomalies/rebuild', { from: '2026-03-20', to: '2026-03-31' });
  await until(async () => (await here.centre.admin.get('anomalies/progress?from=2026-03-20&to=2026-03-31')).pending === 0, 120000, 'the look at the days');
  const { rows } = await here.centre.admin.get('anomalies?from=2026-03-20&to=2026-03-31&limit=100');
  const page = await signedIn(`/reports/anomalies?${span}`);
  assert.ok(rows.length >= 1);
  await page.locator('.odd').filter({ hasText: rows[0].sentence_zh }).first().getByRole('button', { name: '查看会话' }).click();
  await page.locator('.ant-drawer .side-card').first().waitFor();
  await page.goto(`${here.centre.server.url}/reports/anomalies?${span}`);
  await page.locator('.odd').first().getByRole('button', { name: '搁置' }).click();
  await page.getByLabel('说明').fill('当天培训');
  await page.locator('.ant-modal').getByRole('button', { name: '搁置' }).click();
  await page.waitForFunction((n) => document.querySelectorAll('.odd').length === n - 1, rows.length);
  assert.equal((await here.centre.admin.get('anomalies?from=2026-03-20&to=2026-03-31&limit=100&dismissed=true')).rows.filter((a) => a.note === '当天培训').length, 1);
  assert.deepEqual(page.errors, []);
});

test('a report leaves as a spreadsheet and as CSV', async () => {
  const page = await signedIn(`/reports/service?${span}`);
  const files = [];
  for (const name of ['导出 Excel', '导出 CSV']) {
    const coming = page.waitForEvent('download');
    await page.getByRole('button', { name }).click();
    const file = await coming;
    files.push([file.suggestedFilename(), readFileSync(await file.path())]);
  }
  assert.deepEqual(files.map(([name]) => name), ['service-agent-2026-03-20-2026-03-31.xlsx', 'service-agent-2026-03-20-2026-03-31.csv']);
  assert.equal(files[0][1].subarray(0, 2).toString(), 'PK');
  assert.match(files[1][1].toString('utf8'), /合计|咨询人数/);
});

test('the tabs of the reports stand in one row at 1366 pixels, in Chinese and in English', async () => {
  for (const lang of ['zh', 'en']) {
    await here.centre.admin.patch('me', { lang });
    const page = await signedIn('/reports/service');
    await settled(page);
    const tops = await page.locator('.subnav a').evaluateAll((all) => all.map((a) => Math.round(a.getBoundingClientRect().top)));
    assert.ok(tops.length > 15, String(tops.length));
    assert.deepEqual([...new Set(tops)].length, 1, `${lang}: ${tops}`);
    assert.ok(await page.evaluate(() => { const bar = document.querySelector('.subnav'); return bar.scrollWidth <= bar.clientWidth; }), `${lang}: nothing is cut off`);
  }
  await here.centre.admin.patch('me', { lang: 'zh' });
});

test('every report page fits a phone and is English in English', async () => {
  await here.centre.admin.patch('me', { lang: 'en' });
  const page = await signedIn('/reports/service', { width: 390, height: 844 });
  for (const name of ['service', 'trend', 'response', 'heat', 'satisfaction', 'robot', 'anomalies', 'score', 'designs', 'designs/new', 'board']) {
    await page.goto(`${here.centre.server.url}/reports/${name}?${span}`);
    await fitsInEnglish(page, assert, name);
  }
  assert.deepEqual(page.errors, []);
  await here.centre.admin.patch('me', { lang: 'zh' });
});
