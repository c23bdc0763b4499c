// Funnel, sales, payment, refunds, working time, the spread of response times and the contribution page, over generated weeks up to today: what the
// pages say is what the interface says, and a click opens the rows behind it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { query } from '../lib/seeded.mjs';
import { choose, fitsInEnglish, reportCentre } from './reports.mjs';

const day = (ago) => new Date(Date.now() + 8 * 3600000 - ago * 86400000).toISOString().slice(0, 10);
const here = reportCentre({ days: 14, agents: 4, shops: 1, until: day(0) });
const span = { from: day(7), to: day(0) }, old = { from: day(12), to: day(5) }; // old: every window of it is over
const money = (v) => new Intl.NumberFormat('zh-CN', { style: 'currency', currency: 'CNY', currencyDisplay: 'narrowSymbol' }).format(v / 100);
const count = (v) => new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 1 }).format(v);
const percent = (v) => `${(v * 100).toFixed(v === 0 || v === 1 ? 0 : 1)}%`;
const report = async (o) => here.centre.admin.get('reports/service?' + query({ by: 'shop', ...o }));
const texts = (locator) => locator.allTextContents();
const cards = (page) => page.locator('.ant-drawer .side-card');

async function opened(page, link, rows) {
  await link.click();
  await cards(page).first().waitFor();
  assert.equal(await cards(page).count(), Math.min(rows, 100));
}

test('the funnel says what is not settled, goes to the days that are, and opens the chats of a stage', async () => {
  const keys = ['receive_num', 'inquiry_num', 'ordered_num', 'paid_num'];
  const page = await here.signedIn(`/reports/funnel?${query(span)}`);
  const box = page.getByRole('region', { name: '转化漏斗' });
  const shown = () => texts(box.locator('tbody td:nth-child(2)'));
  const told = (await report({ ...span, metrics: keys.join(',') })).total;
  await box.locator('canvas').waitFor();
  assert.deepEqual(await shown(), keys.map((k) => (told.values[k] === 'pending' ? `延迟统计 · 目前 ${count(told.counts[k].sum)}` : count(told.values[k]))));
  assert.equal(told.values.paid_num, 'pending');
  assert.equal(await page.locator('.total-row').getByText('延迟统计').count(), Object.values((await report({ ...span, metrics: 'ordered_num,paid_num,paid_final,paid_same_day,paid_next_day,lost_num' })).total.values).filter((v) => v === 'pending').length);
  await page.getByRole('button', { name: '只看已定案的日期' }).click();
  await page.getByRole('button', { name: '只看已定案的日期' }).waitFor({ state: 'detached' });
  const asked = Object.fromEntries(new URL(page.url()).searchParams), settledTotal = (await report({ from: asked.from, to: asked.to, metrics: keys.join(',') })).total.values;
  assert.ok(keys.every((k) => typeof settledTotal[k] === 'number') && settledTotal.paid_num <= settledTotal.ordered_num && settledTotal.ordered_num <= settledTotal.inquiry_num);
  await page.waitForFunction((want) => document.querySelectorAll('.funnel tbody td:nth-child(2)')[3]?.textContent === want, count(settledTotal.paid_num));
  assert.deepEqual(await shown(), keys.map((k) => count(settledTotal[k])));
  await choose(page, '漏斗范围', (await report({ ...asked, by: 'agent', metrics: 'paid_num', order: '-paid_num', limit: 1 })).rows[0].by.agent_name);
  await box.locator('tbody tr').last().getByRole('button').click();
  await cards(page).first().click();
  await page.locator('.ant-drawer .bubble').first().waitFor();
  assert.deepEqual(page.errors, []);
});

test('sales by the rule asked for, the three rules side by side, the orders behind each and their chats', async () => {
  const page = await here.signedIn(`/reports/sales?${query(old)}`);
  const rules = ['created-first', 'created', 'paid'], told = {};
  for (const attribution of rules) told[attribution] = (await report({ ...old, by: 'agent', attribution, metrics: 'sales,orders' })).total.values;
  const total = page.locator('.table-box').first().locator('.total-row'), side = page.getByRole('region', { name: '三种归属规则对照' });
  await total.waitFor();
  assert.ok((await total.textContent()).includes(money(told['created-first'].sales)));
  await side.locator('.total-row').waitFor();
  assert.deepEqual((await texts(side.locator('.total-row td'))).slice(1), rules.flatMap((r) => [money(told[r].sales), count(told[r].orders)]));
  assert.notEqual(told.created.orders, told.paid.orders, 'or the rules cannot be told apart');
  await opened(page, side.locator('.total-row td').nth(4).getByRole('button'), told.created.orders);
  await cards(page).getByRole('button', { name: '查看会话' }).first().click();
  await page.locator('.ant-drawer .bubble').first().waitFor();
  await page.goto(page.url());
  await total.waitFor();
  await choose(page, '归属规则', '付款判定');
  await page.locator('.report-head', { hasText: '归属规则：付款判定' }).waitFor();
  assert.match(page.url(), /attribution=paid/);
  assert.match(await page.locator('.report-head').textContent(), /询单时效：\d+ 天.*付款时效：\d+ 天.*催付无效时限：\d+ 分钟.*未计订单：内部人员 \d+.*已过滤：/);
  await opened(page, page.locator('button.figure').first(), told.paid.orders);
  assert.deepEqual(page.errors, []);
});

test('a report of one\'s own is drawn as a funnel, by the rule that it names', async () => {
  const { id } = await here.centre.admin.post('report-designs', { name: '成交', spec: { metrics: ['receive_num', 'inquiry_num', 'paid_num', 'orders'], by: ['agent'], span: { kind: 'fixed', ...old }, chart: 'funnel', filters: { attribution: 'paid' } } });
  const page = await here.signedIn(`/reports/designs/${id}`);
  const told = (await report({ ...old, by: 'agent', metrics: 'receive_num,inquiry_num,paid_num,orders', attribution: 'paid' })).total.values;
  const box = page.getByRole('region', { name: '转化漏斗' });
  await box.locator('canvas').waitFor();
  assert.deepEqual(await texts(box.locator('tbody td:nth-child(2)')), ['receive_num', 'inquiry_num', 'paid_num'].map((k) => count(told[k])));
  await page.locator('.report-head', { hasText: '归属规则：付款判定' }).waitFor();
  assert.ok((await page.locator('.total-row').textContent()).includes(count(told.orders)));
  await choose(page, '归属规则', '下单判定');
  await page.locator('.report-head', { hasText: '归属规则：下单判定' }).waitFor();
  assert.deepEqual(page.errors, []);
});

test('five cells by four measures, refunds by reason, time worked: as the interface says, each with its rows', async () => {
  const kinds = ['own_own', 'own_other', 'other_own', 'silent_own', 'silent_follow'], measures = ['persons', 'items', 'orders', 'amount'];
  const page = await here.signedIn(`/reports/payment?${query(old)}`);
  const told = (await report({ ...old, metrics: kinds.flatMap((k) => measures.map((m) => `cell_${k}_${m}`)).join(',') })).total.values;
  const cells = page.getByRole('region', { name: '落实付款' });
  await cells.waitFor();
  assert.deepEqual(await texts(cells.locator('td')), kinds.flatMap((k) => measures.map((m) => (m === 'amount' ? money : count)(told[`cell_${k}_${m}`]))));
  await opened(page, cells.locator('tbody tr').first().getByRole('button').nth(2), told.cell_own_own_orders);
  await here.go(page, `/reports/refunds?${query(old)}`);
  const { rows } = await here.centre.admin.get('reports/service/refund-reasons?' + query(old));
  const reasons = page.getByRole('region', { name: '退款原因' });
  await reasons.locator('.ant-table-row').first().waitFor();
  assert.deepEqual(await texts(reasons.locator('.ant-table-row td:nth-child(2)')), rows.slice(0, 50).map((r) => money(r.amount)));
  await opened(page, reasons.locator('.ant-table-row').first().getByRole('button').first(), rows[0].orders);
  await here.go(page, `/reports/workload?${query(old)}`);
  const work = (await report({ ...old, by: 'agent', metrics: 'online,serving,occupancy' })).total.values;
  await page.locator('.total-row').waitFor();
  const hours = (ms) => `${Math.floor(Math.round(ms / 1000) / 3600)} 小时 ${String(Math.floor((Math.round(ms / 1000) % 3600) / 60)).padStart(2, '0')} 分`;
  const line = await page.locator('.total-row').textContent();
  for (const text of [hours(work.online), hours(work.serving), percent(work.occupancy)]) assert.ok(line.includes(text), `${text} in ${line}`);
  await page.locator('.ant-table-row .cell-link').first().click();
  await cards(page).first().waitFor();
  assert.deepEqual(page.errors, []);
});

test('the spread of response times: its percentiles, and a bar opens its chats', async () => {
  const page = await here.signedIn(`/reports/response?${query(old)}`);
  const box = page.getByRole('region', { name: '响应时长分布' });
  await box.locator('canvas').nth(1).waitFor();
  const { rows } = await here.centre.admin.get('reports/service/spread?' + query({ ...old, of: 'first_reply' }));
  const most = rows.reduce((a, b) => (b.count > a.count ? b : a));
  assert.match(await box.locator('.spread-chart').getAttribute('aria-label'), new RegExp(`${most.from_ms / 1000}–${most.below_ms / 1000} 秒 ${count(most.count)}`));
  // The bar is somewhere in its sixteenth of the drawing, its foot above the axis.
  const at = await box.locator('.spread-chart').boundingBox(), left = 45, width = at.width - left - 50, i = rows.indexOf(most);
  await page.mouse.click(at.x + left + (width * (i + 0.5)) / rows.length, at.y + at.height - 34);
  await cards(page).first().waitFor();
  assert.match(await page.locator('.ant-drawer-title').first().textContent(), /\d+–\d+ 秒/);
  assert.deepEqual(page.errors, []);
});

test('the contribution page says what the interface says, and prints on one sheet of A4', async () => {
  const page = await here.signedIn(`/reports/contribution?${query(old)}`);
  const told = (await report({ ...old, by: 'day', metrics: 'sales,share,orders,paid_final,cell_silent_own_amount,cell_silent_own_persons,csat,refund_rate' })).total.values;
  await page.locator('.worth canvas').waitFor();
  assert.deepEqual(await texts(page.locator('.figure-value')), [money(told.sales), percent(told.share), percent(told.paid_final), money(told.cell_silent_own_amount), percent(told.csat), percent(told.refund_rate)]);
  const words = await page.locator('.worth-lead').textContent();
  for (const text of [money(told.sales), percent(told.share), `${count(told.orders)} 单`, percent(told.csat)]) assert.ok(words.includes(text), `${text} in ${words}`);
  const saved = page.getByRole('region', { name: '客服挽回了多少' }).locator('tbody tr').first();
  assert.deepEqual((await texts(saved.locator('td'))).slice(0, 2), [count(told.cell_silent_own_persons), money(told.cell_silent_own_amount)]);
  await page.locator('.worth-two td').first().waitFor();
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, 'one page');
  assert.match(pdf, /\/MediaBox\s*\[0 0 59[45][\d.]* 84[12]/);
  await opened(page, page.locator('button.figure').first(), told.orders);
  assert.deepEqual(page.errors, []);
});

const calls = async (o) => (await here.centre.admin.get('reports/service/calls?' + query({ ...old, limit: 200, ...o }))).rows;
const ended = (page, rows) => page.waitForFunction((n) => document.querySelectorAll('.ant-drawer .side-card').length === n, rows);

test('the calls behind each figure of calls: all of them, those that ended in one way, and as a file', async () => {
  const page = await here.signedIn(`/reports/calls?${query(old)}`);
  const told = (await report({ ...old, by: 'agent', metrics: 'calls_offered,calls_answered,answer_rate,aht' })).total;
  const total = page.locator('.total-row'), all = await calls({}), gone = all.filter((c) => c.end === 'abandoned');
  await total.waitFor();
  for (const text of [count(told.values.calls_offered), percent(told.values.answer_rate)]) assert.ok((await total.textContent()).includes(text), text);
  assert.ok(gone.length && gone.length < all.length && all.length <= 100, `${gone.length} of ${all.length}, or the list cannot be told from its parts`);
  await opened(page, total.getByRole('button').first(), told.values.calls_offered);
  assert.deepEqual(await texts(cards(page).locator('.mono')), all.map((c) => c.key));
  await choose(page, '通话结果', '放弃');
  await ended(page, gone.length);
  assert.deepEqual(await texts(cards(page).locator('.mono')), gone.map((c) => c.key));
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.ant-drawer').getByRole('button', { name: '导出 CSV' }).click()]);
  const lines = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n');
  assert.deepEqual(lines.slice(1, gone.length + 1).map((l) => l.split(',').at(-1)), gone.map((c) => c.key));
  await page.keyboard.press('Escape');
  await cards(page).first().waitFor({ state: 'hidden' });
  const line = page.locator('.ant-table-row').filter({ hasText: all.find((c) => c.agent_name).agent_name });
  await opened(page, line.getByRole('button').first(), (await calls({ agent_id: all.find((c) => c.agent_name).agent_id })).length);
  assert.deepEqual(page.errors, []);
});

test('Escape closes the drawer whatever has the focus: a list that fades, a file on its way; an open list first', async () => {
  const page = await here.signedIn(`/reports/calls?${query(old)}`);
  const link = page.locator('.total-row').getByRole('button').first(), gone = () => cards(page).first().waitFor({ state: 'hidden' });
  await link.click();
  await cards(page).first().waitFor();
  await choose(page, '通话结果', '放弃');
  await page.keyboard.press('Escape'); // while the list fades
  await gone();
  let go;
  const held = new Promise((done) => { go = done; });
  await page.route('**/calls.csv?*', async (route) => { await held; await route.continue(); });
  await link.click();
  await cards(page).first().waitFor();
  await Promise.all([page.waitForRequest('**/calls.csv?*'), page.locator('.ant-drawer').getByRole('button', { name: '导出 CSV' }).click()]);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('Escape');
  await gone();
  go();
  await link.click();
  await cards(page).first().waitFor();
  await page.locator('.ant-select:has([aria-label="通话结果"])').first().click();
  const list = page.locator('.ant-select-dropdown:visible');
  await list.locator('.ant-select-item-option').first().waitFor();
  await page.keyboard.press('Escape');
  await list.waitFor({ state: 'hidden' });
  assert.ok(await cards(page).first().isVisible(), 'the list closed, not the drawer');
  await page.keyboard.press('Escape');
  await gone();
  assert.deepEqual(page.errors, []);
});

test('the calls behind a figure fit a phone, in English', async () => {
  await here.centre.admin.patch('me', { lang: 'en' });
  const page = await here.signedIn(`/reports/calls?${query(old)}`, { width: 390, height: 844 });
  await page.locator('button.figure').first().click();
  await cards(page).first().waitFor();
  // The chats may be there before the drawer has come in whole.
  await page.waitForFunction(() => { const b = document.querySelector('.ant-drawer-body').getBoundingClientRect(); return b.left >= 0 && b.right <= innerWidth; });
  assert.ok(await page.evaluate(() => { const b = document.querySelector('.ant-drawer-body'); return b.scrollWidth <= b.clientWidth; }), 'nothing in it is wider');
  assert.deepEqual((await texts(page.locator('.ant-drawer :is(button, .tag-line, .side-card > span:last-child)'))).filter((x) => /[\u4e00-\u9fff]/.test(x)), []);
  assert.deepEqual(page.errors, []);
  await here.centre.admin.patch('me', { lang: 'zh' });
});

test('these pages fit a phone and are English in English', async () => {
  await here.centre.admin.patch('me', { lang: 'en' });
  const page = await here.signedIn('/reports/funnel', { width: 390, height: 844 });
  for (const name of ['funnel', 'sales', 'payment', 'refunds', 'workload', 'calls', 'response', 'contribution']) {
    await here.go(page, `/reports/${name}?${query(old)}`);
    await page.locator('.report-head').waitFor();
    await fitsInEnglish(page, assert, name);
  }
  assert.deepEqual(page.errors, []);
  await here.centre.admin.patch('me', { lang: 'zh' });
});
