// Alerts, deliveries and closed months in a real browser: a threshold is set and its notice comes and goes, a report goes into a robot, a month is closed.
import { randomUUID } from 'node:crypto';
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { Client, until } from '../lib/client.mjs';
import { robot } from '../lib/outside.mjs';
import { newPage, onDuty, openBrowser, startCentre } from './harness.mjs';

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
  page.setDefaultTimeout(60_000);
  await page.fill('#account', 'admin');
  await page.fill('#password', centre.admin.password);
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame');
  return page;
}

async function visitor(text) {
  const client = new Client(centre.server);
  const hello = await client.post('visitor/hello', { shop: 'shop-1', page: '', lang: 'zh' });
  const socket = await client.socket(hello.ticket);
  const session = await socket.do('chat_open', {});
  await socket.do('message_send', { session_id: session.id, client_id: randomUUID(), kind: 'text', text });
  return { socket, session };
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
  await wall.setViewportSize({ width: 1920, height: 1080 });
  await wall.goto(centre.server.url + '/wall');
  await wall.locator('.today .figure', { hasText: '上周' }).first().waitFor();
  const come = await visitor('在吗');
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
