// An import from beginning to end in the browser: a chat log whose layout nobody knows, its patterns, its names, and the way back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPage, openBrowser, startCentre } from './harness.mjs';

let centre, browser;

before(async () => {
  centre = await startCentre();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await centre?.server.remove();
});

/** The desk's import page, signed in as the administrator. */
async function importPage(options = {}) {
  const page = await newPage(browser, centre.server.url + '/login', options);
  await page.evaluate((password) => fetch('/api/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: 'admin', password }) }), centre.admin.password);
  await page.goto(centre.server.url + '/settings/import');
  await page.getByRole('button', { name: options.lang === 'en-US' ? 'Choose a file' : '选择文件' }).waitFor();
  return page;
}
const bring = (page, name, text) => page.getByTestId('import-file').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });

/** One line a message, in a layout that no template knows. */
const log = ['##买家:tb小鱼', '>>tb小鱼|2026-01-02 10:11:12|在吗，想问长裙', '>>青禾小美|2026-01-02 10:11:30|亲，在的哦', '>>tb小鱼|2026-01-02 10:11:50|什么时候发货', '>>青禾小美|2026-01-02 10:12:01|今天就能发出', ''].join('\n');

test('a chat log of an unknown layout: patterns are pointed out, a nickname bound, the chat is there, and gone again', async () => {
  const page = await importPage();
  await page.getByText('还没有导入过').waitFor();
  await bring(page, '聊天.txt', log);
  await page.getByLabel('发言人', { exact: true }).fill('^>>([^|]+)\\|');
  await page.getByLabel('时间', { exact: true }).fill('\\|([^|]+)\\|');
  // The text is still missing, so the first lines are shown as heads without one.
  await page.locator('.import-lines .head mark.speaker', { hasText: '青禾小美' }).first().waitFor();
  await page.getByLabel('正文', { exact: true }).fill('\\|[^|]+\\|(.*)$');
  await page.locator('.import-lines mark.text', { hasText: '今天就能发出' }).waitFor();
  await page.getByLabel('会话开头', { exact: true }).fill('^##买家:(?<customer>.+)$');
  await page.locator('.import-lines .conversation mark.speaker', { hasText: 'tb小鱼' }).waitFor();
  const names = page.getByRole('region', { name: '名字绑定' });
  await names.getByRole('combobox', { name: '是谁 青禾小美' }).click();
  await page.locator('.ant-select-item-option', { hasText: '林晓' }).click();
  await page.getByRole('button', { name: '检查整个文件' }).click();
  await page.getByText('检查完成，可以导入。').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: '保存映射' }).click();
  await page.getByLabel('映射名称').fill('竖线格式');
  await page.getByRole('dialog').getByRole('button', { name: /^保\s*存$/ }).click();
  await page.getByText('映射已保存').waitFor();
  await page.getByRole('button', { name: '导入 4 条' }).click();
  const table = page.getByRole('region', { name: '对账表' });
  await table.waitFor({ timeout: 30_000 });
  assert.deepEqual(await table.locator('tbody tr').first().locator('td.num.right').allTextContents(), ['4', '4', '0', '0', '0']);

  const [hit] = (await centre.admin.get(`search?q=${encodeURIComponent('今天就能')}`)).rows;
  assert.equal(hit.person_name, '林晓');
  await page.goto(`${centre.server.url}/search?q=${encodeURIComponent('今天就能')}`);
  await page.getByText('今天就能发出').first().waitFor();

  await page.goto(centre.server.url + '/settings/import');
  await page.getByRole('row', { name: /聊天\.txt/ }).click();
  await page.getByRole('button', { name: '撤销导入' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 位客户的聊天记录').waitFor();
  await dialog.getByRole('button', { name: '撤销导入' }).click();
  await page.getByText('已撤销').first().waitFor({ timeout: 30_000 });
  assert.deepEqual((await centre.admin.get(`search?q=${encodeURIComponent('今天就能')}`)).rows, []);

  // The mapping and the nickname are remembered: the next file of this kind needs neither.
  await page.goto(centre.server.url + '/settings/import');
  await bring(page, '第二天.txt', log.replaceAll('2026-01-02', '2026-01-03'));
  await page.getByRole('combobox', { name: '选用已保存的映射或常见格式' }).click();
  // Both groups are there: no option moves under the pointer any more.
  await page.locator('.ant-select-item-option', { hasText: '[时间] 昵称: 正文' }).waitFor();
  await page.locator('.ant-select-item-option', { hasText: '竖线格式' }).click();
  await page.waitForFunction(() => document.getElementById('imp-speaker').value === '^>>([^|]+)\\|');
  await page.locator('.import-lines mark.text', { hasText: '今天就能发出' }).waitFor();
  await page.getByRole('button', { name: '检查整个文件' }).click();
  await page.getByText('检查完成，可以导入。').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: '导入 4 条' }).click();
  await page.getByRole('region', { name: '对账表' }).waitFor({ timeout: 30_000 });
  assert.deepEqual(page.errors, []);
});

test('a table: unmapped columns are shown, one is assigned by hand; figures stand beside ours', async () => {
  const page = await importPage();
  await bring(page, '订单.csv', '订单编号,买家会员名,实际到手,订单状态,订单创建时间,订单付款时间,宝贝标题,宝贝总数量\n="5234567890123456781",tb小鱼,￥12.00,交易成功,2026-03-01 09:00:00,2026-03-01 09:05:00,长裙,1\n合计,,12,,,,,1\n');
  const columns = page.getByRole('region', { name: '列' });
  await columns.getByText('实际到手').waitFor();
  await columns.getByRole('combobox', { name: '对应 实际到手' }).click();
  await page.locator('.ant-select-item-option', { hasText: '实付金额' }).click();
  await page.getByRole('region', { name: '导入后的样子' }).getByText(/金额 ¥12\.00/).first().waitFor();
  await page.getByRole('button', { name: '检查整个文件' }).click();
  await page.getByText('检查完成，可以导入。').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: '导入 2 条' }).click();
  await page.getByRole('region', { name: '对账表' }).getByText('1 行汇总、均值已略过').waitFor({ timeout: 30_000 });

  await centre.admin.put('import-names', { shop_id: centre.shop.id, names: [{ name: '青禾小美', role: 'agent', person_id: (await centre.admin.get('people')).rows.find((p) => p.name === '林晓').id }] });
  await page.goto(centre.server.url + '/settings/import');
  await bring(page, 'kpi.csv', '客服,日期,接待人数,回复率\n青禾小美,2026-01-03,2,100%\n');
  await page.getByRole('button', { name: '检查整个文件' }).click();
  await page.getByText('检查完成，可以导入。').waitFor({ timeout: 30_000 });
  await page.getByRole('button', { name: '导入 2 条' }).click();
  await page.getByRole('link', { name: '与本系统的数据对照' }).click();
  const row = page.getByRole('row', { name: /林晓 接待人数/ });
  await row.waitFor({ timeout: 30_000 });
  // The chats of the test before: one customer received on that day, where they say two.
  assert.match((await row.innerText()).replace(/\s+/g, ' '), /2026-01-03 林晓 接待人数 2 1 −1/);
  assert.match((await page.getByRole('row', { name: /林晓 回复率/ }).innerText()).replace(/\s+/g, ' '), /100% 100% 一致/);
  assert.deepEqual(page.errors, []);
});

test('English, on a phone: nothing runs over the edge', async () => {
  await centre.admin.patch('me', { lang: 'en' });
  const page = await importPage({ lang: 'en-US', width: 390, height: 800 }).catch(async (e) => { await centre.admin.patch('me', { lang: 'zh' }); throw e; });
  await page.getByText('Past imports').waitFor();
  await bring(page, 'chat.txt', 'amy 2026-01-02 10:11:12\nhello\nshop:bob 2026-01-02 10:11:30\nhi\n');
  await page.locator('.import-lines .head').first().waitFor();
  await page.getByText('1 name looks like an agent').waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await centre.admin.patch('me', { lang: 'zh' });
  assert.deepEqual(page.errors, []);
});
