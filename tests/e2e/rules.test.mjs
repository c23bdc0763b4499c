// The rules by date, as a supervisor changes them: from a day on, seen in the list and in the report's header, and taken back while nothing is counted by them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, fitsInEnglish, reportCentre, settled } from './reports.mjs';

const here = reportCentre({ days: 14, agents: 8 });
const { signedIn } = here;
const dayFrom = (n) => new Date(Date.now() + n * 86400000).toLocaleDateString('sv-SE');

async function typeDay(box, day) {
  const field = box.locator('.ant-picker input');
  await field.click();
  await field.fill(day);
  await field.press('Enter');
}

test('a rule is changed from a day on; the report over both sides says so', async () => {
  const page = await signedIn('/settings/rules');
  const row = page.locator('[data-rule="session_gap_min"]');
  await row.locator('input').first().fill('5');
  await typeDay(row, '2026-03-25');
  await row.getByText('将重新统计').waitFor();
  await row.getByRole('button', { name: /保\s?存/ }).click();
  await row.getByText('自 2026-03-25 起').waitFor();
  const line = page.locator('.ant-table-row').filter({ hasText: '会话' });
  await line.getByText('生效中').waitFor();
  assert.equal(await line.getByRole('button', { name: '撤回' }).count(), 0);
  await here.go(page, '/reports/service?from=2026-03-20&to=2026-03-31');
  await settled(page);
  const told = await page.locator('.report-versions').innerText();
  assert.match(told, /2026-03-20 至 2026-03-24：统计中停顿多少分钟算新会话：20/);
  assert.match(told, /2026-03-25 至 2026-03-31：统计中停顿多少分钟算新会话：5/);
  await here.go(page, '/reports/service?from=2026-03-26&to=2026-03-31');
  await settled(page);
  await page.getByText('会话间隔：5 分钟').waitFor();
  assert.equal(await page.locator('.report-versions').count(), 0);
  assert.deepEqual(page.errors, []);
});

test('a change to come stands in the list and is taken back', async () => {
  const page = await signedIn('/settings/rules'), day = dayFrom(40);
  await choose(page, '报表中订单归谁：0 下单判定，1 下单优先判定，2 付款判定', '付款判定');
  const row = page.locator('[data-rule="attribution"]');
  await typeDay(row, day);
  await row.getByRole('button', { name: /保\s?存/ }).click();
  await row.getByText(`${day} 起改为 付款判定`).waitFor();
  const line = page.locator('.ant-table-row').filter({ hasText: day });
  await line.getByRole('button', { name: '撤回' }).click();
  await page.locator('.ant-modal-confirm').getByRole('button', { name: /撤\s?回/ }).click();
  await page.getByText('已撤回').waitFor();
  await line.waitFor({ state: 'detached' });
  await row.getByText(`${day} 起改为`).waitFor({ state: 'detached' });
  assert.deepEqual((await here.centre.admin.get('settings/versions')).rows.filter((v) => v.name === 'attribution'), []);
  assert.deepEqual(page.errors, []);
});

test("a shop's profile has its days too, and a closed month is out of reach", async () => {
  const [shop] = (await here.centre.admin.get('shops')).rows;
  await here.centre.admin.post('month-close', { shop_id: shop.id, month: '2026-03' });
  const page = await signedIn('/settings/shops');
  await page.locator('.ant-table-row').filter({ hasText: shop.name }).first().click();
  await page.getByRole('tab', { name: '口径' }).click();
  const form = page.locator('.ant-drawer');
  await choose(page, '口径', '拼多多');
  await typeDay(form, '2026-03-15');
  await form.getByRole('button', { name: /保\s?存/ }).click();
  await page.getByText('最早从 2026-04-01 起').waitFor();
  await typeDay(form, '2026-04-02');
  await form.getByRole('button', { name: /保\s?存/ }).click();
  await form.locator('.ant-table-row').filter({ hasText: '2026-04-02' }).getByText('拼多多').waitFor();
  assert.equal((await here.centre.admin.get('shops')).rows[0].profile, 'pdd');
  assert.deepEqual(page.errors, []);
});

test('the rules fit a phone and speak English', async () => {
  await here.centre.admin.patch('me', { lang: 'en' });
  const page = await signedIn('/settings/rules', { width: 390, height: 844 });
  await page.locator('[data-rule="slow_s"] input').first().fill('90');
  await page.locator('[data-rule="slow_s"] .rule-when').waitFor();
  await fitsInEnglish(page, assert, 'rules');
});
