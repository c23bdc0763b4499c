// Alerts, deliveries and closed months in a real browser: a threshold is set and its notice comes and goes, a report goes into a robot, a month is closed.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { until } from '../lib/client.mjs';
import { run } from '../lib/server.mjs';
import { robot } from '../lib/outside.mjs';
import { newPage, onDuty, openBrowser, startCentre, visitorSays } from './harness.mjs';

let centre, duty, browser, hook;

before(async () => {
  hook = await robot();
  centre = await startCentre({ args: ['--robot_hosts', '127.0.0.1'] });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await duty?.socket.close().catch(() => undefined);
  await centre?.server.remove();
  await hook?.stop();
});

afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
});

async function signedIn(path, options = {}) {
  const page = await newPage(browser, centre.server.url + path, options);
  page.setDefaultTimeout(120_000);
  await page.fill('#account', 'admin');
  await page.fill('#password', centre.admin.password);
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame');
  return page;
}

/** Lines into the running centre's record. */
async function brought(lines) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-late-')), file = path.join(dir, 'lines.jsonl');
  writeFileSync(file, lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
  const { code, out, err } = await run(['import', '--db', centre.server.db, file]);
  rmSync(dir, { recursive: true });
  assert.deepEqual([code, err], [0, '']);
}
const choose = async (page, field, option) => {
  await page.locator(`.ant-modal .ant-form-item:has(label:text-is("${field}")) .ant-select`).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click();
};

test('a threshold is set; a visitor waits, and the notice is on the Live page and the wall; it goes when it is over', async () => {
  const page = await signedIn('/live/alerts');
  await page.getByRole('button', { name: '新建预警' }).first().click();
  await choose(page, '范围', '青禾服饰');
  await page.locator('.ant-modal').getByLabel('阈值').fill('0');
  await page.locator('.ant-modal').getByLabel('持续时间').fill('1');
  await page.locator('.ant-modal').getByRole('button', { name: '保存' }).click();
  await page.locator('.ant-table-row', { hasText: '排队人数高于 0' }).waitFor();
  const [rule] = (await centre.admin.get('alerts')).rows;
  assert.deepEqual([rule.metric, rule.op, rule.value, rule.hold_s, rule.shop_id, rule.in_page], ['waiting', 'above', 0, 1, centre.shop.id, true]);
  await page.goto(centre.server.url + '/live');
  await page.locator('.figure', { hasText: '会话数' }).waitFor();
  assert.equal(await page.locator('.firing').count(), 0);
  const wall = await page.context().newPage();
  wall.setDefaultTimeout(120_000);
  await wall.setViewportSize({ width: 1920, height: 1080 });
  await wall.goto(centre.server.url + '/wall');
  await wall.locator('.today .figure', { hasText: '上周' }).first().waitFor();
  const come = await visitorSays(centre, '在吗');
  await page.locator('.firing', { hasText: '预警：青禾服饰 排队人数 1，阈值高于 0' }).waitFor();
  await wall.locator('.alerts p', { hasText: '预警：青禾服饰 排队人数 1，阈值高于 0' }).waitFor();
  duty = await onDuty(centre);
  await duty.hold();
  await page.locator('.firing').waitFor({ state: 'detached' });
  await wall.locator('.alerts p', { hasText: '预警' }).waitFor({ state: 'detached' });
  await page.goto(centre.server.url + '/live/alerts');
  await page.locator('.ant-table-row', { hasText: '正常' }).waitFor();
  await until(async () => (await centre.admin.get('alerts/log')).rows[0]?.until, 20_000, 'the end to be logged');
  await page.locator('.ant-table-row').first().getByRole('button', { name: '编辑' }).click();
  await page.locator('.ant-modal').getByLabel('阈值').fill('7');
  await page.locator('.ant-modal').getByRole('button', { name: '保存' }).click();
  await page.locator('.ant-table-row', { hasText: '排队人数高于 7' }).waitFor();
  await page.locator('.ant-table-row', { hasText: '排队人数高于 7' }).getByRole('button', { name: '删除' }).click();
  await page.locator('.ant-modal-confirm').getByRole('button', { name: '删除' }).click();
  await page.getByText('还没有预警').waitFor();
  assert.deepEqual((await centre.admin.get('alerts')).rows, []);
  assert.deepEqual(page.errors, []);
  await come.socket.close();
});

test('today stands beside the same hours of last week', async () => {
  const page = await signedIn('/live');
  const told = await centre.admin.get('board/pace');
  for (const row of told.rows) await page.locator('.figure', { hasText: row.name_zh }).filter({ hasText: '上周' }).waitFor();
  await page.getByText(`与上周同一天（${told.last_day}）`).waitFor();
  assert.deepEqual(page.errors, []);
});

test('a saved report is scheduled into a robot, tested, paused and deleted; its secret is shown to nobody', async () => {
  const spec = { metrics: ['receive_num'], by: ['agent'], span: { kind: 'last7' }, chart: 'none' };
  const { id } = await centre.admin.post('report-designs', { name: '每周接待', spec, shared: 'none' });
  const page = await signedIn(`/reports/designs/${id}`);
  await page.getByRole('button', { name: '定时推送' }).click();
  await page.getByText('尚未配置邮件服务器').first().waitFor();
  const dialog = page.locator('.ant-modal');
  await dialog.getByLabel('名称').waitFor();
  assert.equal(await dialog.getByLabel('名称').inputValue(), '每周接待');
  await dialog.getByLabel('机器人 Webhook 地址').fill('https://evil.example/x');
  await dialog.getByLabel('签名密钥').fill('this is secret');
  await choose(page, '时间', '每月');
  await dialog.getByRole('button', { name: '保存' }).click();
  await page.getByText('该主机不在允许的机器人地址之列').waitFor();
  await dialog.getByLabel('机器人 Webhook 地址').fill(hook.url());
  await dialog.getByRole('button', { name: '保存' }).click();
  const row = page.locator('.ant-table-row', { hasText: '每周接待' });
  await row.getByText('每月 1 日 09:00').waitFor();
  const [made] = (await centre.admin.get('deliveries')).rows;
  assert.deepEqual([made.design_id, made.channel, made.has_secret, made.schedule.every], [id, 'dingtalk', true, 'monthly']);
  hook.answers.push([200, '{"errcode":310000,"errmsg":"sign not match"}']);
  await row.getByRole('button', { name: '发送测试' }).click();
  await page.locator('.ant-drawer').getByText('310000 sign not match').waitFor();
  await page.keyboard.press('Escape');
  await row.getByText('310000 sign not match').waitFor();
  await row.getByRole('button', { name: '暂停' }).click();
  await row.getByText('已暂停').waitFor();
  await row.getByRole('button', { name: '编辑' }).click();
  assert.equal(await dialog.getByLabel('签名密钥').inputValue(), '');
  assert.ok(!(await page.content()).includes('this is secret'));
  await dialog.getByLabel('名称').fill('接待月报');
  await dialog.getByRole('button', { name: '保存' }).click();
  const renamed = page.locator('.ant-table-row', { hasText: '接待月报' });
  await renamed.getByRole('button', { name: '恢复' }).click();
  await renamed.getByRole('button', { name: '发送测试' }).click();
  await page.locator('.ant-drawer').getByText('已发出').waitFor();
  await page.keyboard.press('Escape');
  assert.ok(hook.heard.some((h) => h.body.text?.content.startsWith('接待月报')));
  await renamed.getByRole('button', { name: '删除' }).click();
  await page.locator('.ant-modal-confirm').getByRole('button', { name: '删除' }).click();
  await page.getByText('还没有推送').waitFor();
  assert.deepEqual(page.errors, []);
});

test('a month is closed after asking once; a late refund shows, is restated, and the closed figures stay', async () => {
  const month = new Date(Date.now() - 40 * 86400000).toISOString().slice(0, 7), day = `${month}-05T10:`;
  const agent = (await centre.admin.get('people')).rows.find((p) => p.account === 'linxiao').key;
  const lines = [{ type: 'customer', key: 'k', shop: 'shop-1', name: '客户' },
    { type: 'message', key: 'm1', shop: 'shop-1', customer: 'k', agent, at: `${day}00:00+08:00`, sender: 'customer', text: '有货吗' },
    { type: 'message', key: 'm2', shop: 'shop-1', customer: 'k', agent, at: `${day}00:20+08:00`, sender: 'agent', text: '有的' },
    { type: 'order', key: 'o', shop: 'shop-1', customer: 'k', at: `${day}05:00+08:00`, items: [{ sku: 'x', quantity: 2, price: 5000 }], amount: 10000 },
    { type: 'payment', order: 'o', at: `${day}06:00+08:00`, amount: 10000 }];
  await brought(lines);
  const page = await signedIn('/reports/months');
  await page.getByRole('button', { name: '月结一个月' }).click();
  await choose(page, '月份', month);
  await page.locator('.ant-modal').getByLabel('备注').fill('工资');
  await page.locator('.ant-modal').getByRole('button', { name: '下一步' }).click();
  await page.locator('.ant-modal-confirm', { hasText: `对“青禾服饰”月结 ${month}？` }).getByRole('button', { name: '月结一个月' }).click();
  await page.waitForURL(/\/reports\/months\/\d+$/);
  await page.getByText('月结后没有变化。').waitFor();
  await page.locator('.report-head', { hasText: /口径：.{2,}会话间隔：/ }).waitFor();
  const id = /(\d+)$/.exec(page.url())[1], closed = await centre.admin.get(`month-close/${id}`);
  const shop = closed.rows.find((r) => r.agent_id === -1);
  await page.locator('.ant-table-row', { hasText: '全店' }).getByText('¥100.00').first().waitFor();
  await page.locator('.ant-table-row', { hasText: '林晓' }).first().waitFor();
  assert.equal(shop.values.sales, 10000);
  await brought([{ type: 'refund', key: 'r', order: 'o', at: `${month}-20T10:00:00+08:00`, amount: 5000, items: [{ sku: 'x', quantity: 1 }], kind: 'return', state: 'completed' }]);
  await page.reload();
  await page.getByRole('button', { name: '记为重述' }).click();
  await page.locator('.ant-modal-confirm').getByRole('button', { name: '记为重述' }).click();
  await page.getByText('月结后没有变化。').waitFor();
  const after = await centre.admin.get(`month-close/${id}`);
  assert.deepEqual(after.rows, closed.rows);
  assert.ok(after.restatements.some((r) => r.metric === 'return_rate' && r.after.value === 0.5));
  await page.getByRole('heading', { name: '重述' }).waitFor();
  await page.goto(centre.server.url + '/reports/months');
  await page.locator('.ant-table-row', { hasText: month }).getByText(`${after.restatements.length} 项`).waitFor();
  assert.deepEqual(page.errors, []);
});

test('these pages fit a phone and are English in English', async () => {
  await centre.admin.patch('me', { lang: 'en' });
  const page = await signedIn('/live', { width: 390, height: 844 });
  for (const path of ['/live', '/live/alerts', '/reports/deliveries', '/reports/months']) {
    await page.goto(centre.server.url + path);
    await page.waitForFunction(() => !document.querySelector('.ant-skeleton') && document.querySelector('.section, .table-box'));
    const wide = await page.evaluate(() => document.querySelector('.content').scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
    const chinese = await page.evaluate(() => [...document.querySelectorAll('h1, h2, button, label, thead th, .page > p')].map((e) => e.textContent).filter((x) => /[\u4e00-\u9fff]/.test(x)));
    assert.deepEqual(chinese.filter((x) => x !== '管理员'), [], path);
  }
  assert.deepEqual(page.errors, []);
});
