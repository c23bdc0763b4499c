// The widget on a shop's page, in a real browser against the real server.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { Client, sleep, until } from '../lib/client.mjs';
import { messages, newPage, onDuty, openBrowser, password, startCentre, startSite } from './harness.mjs';

let centre, duty, browser, site;
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgqLiDB41Kj0BpAGySyHrT0BGCAAAAAElFTkSuQmCC', 'base64');

before(async () => {
  site = await startSite('');
  centre = await startCentre({ origins: site.url });
  duty = await onDuty(centre);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await duty?.socket.close();
  await site?.close();
  await centre?.server.remove();
});

// One test's conversation is not the next one's.
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close();
  for (const box of ['mine', 'waiting'])
    for (const s of (await centre.agent.get(`inbox?box=${box}`)).rows) {
      if (box === 'waiting') await centre.agent.post(`sessions/${s.id}/take`);
      await centre.agent.post(`sessions/${s.id}/close`, {});
    }
});

const shopUrl = () => centre.server.url + '/shop/shop-1';
const visit = (options) => newPage(browser, shopUrl(), options);
const write = async (page, text) => {
  await page.fill('.comp textarea', text);
  await page.press('.comp textarea', 'Enter');
};
const open = async (page) => {
  await page.click('.fab');
  await page.waitForSelector('.comp textarea:visible');
};
const said = (page) => page.$$eval('.row .bub', (all) => all.map((b) => b.textContent));
const settled = (page, n) => page.waitForFunction((count) => {
  const root = document.querySelector('antball-chat').shadowRoot;
  return root.querySelectorAll('.row.mine').length >= count && ![...root.querySelectorAll('.row.mine .st')].some((s) => /等待|发送中|上传|Waiting|Sending|失败/.test(s.textContent));
}, n, { timeout: 30_000 });
const texts = async (session) => (await messages(centre.agent, session)).filter((m) => m.sender === 'customer').map((m) => m.text);
const finish = (page) => assert.deepEqual(page.errors, []);

test('the script stays below 20,000 bytes, and nothing but it is fetched before the visitor opens it', async () => {
  const reply = await fetch(centre.server.url + '/widget.js', { headers: { 'accept-encoding': 'gzip' } });
  assert.equal(reply.headers.get('content-encoding'), 'gzip');
  assert.ok(Number(reply.headers.get('content-length')) < 20_000, `${reply.headers.get('content-length')} bytes`);
  const page = await browser.newPage();
  const asked = [];
  page.on('request', (r) => asked.push(new URL(r.url()).pathname));
  await page.goto(shopUrl());
  await page.waitForSelector('.fab');
  await sleep(300);
  assert.deepEqual(asked.filter((p) => p.startsWith('/api')), []);
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.close();
});

test('a conversation: greeting, queue, the agent by name, typing and read marks both ways, unread badge', async () => {
  const page = await visit();
  await open(page);
  await page.getByText('您好，欢迎光临青禾服饰！').waitFor();
  await write(page, '请问有 L 码吗？');
  await page.getByText('已发送').waitFor();
  const session = await duty.hold();
  await page.getByText('客服 林晓 为您服务').waitFor();
  await duty.say(session, '有的，<b onclick=alert(1)>今天</b>发货。');
  await page.getByText('有的，<b onclick=alert(1)>今天</b>发货。').waitFor();
  assert.equal(await page.locator('.log').getAttribute('aria-live'), 'polite');
  const read = await until(async () => (await centre.agent.get(`sessions/${session}`)).customer_read_seq, 5000, 'the visitor has read');
  assert.ok(read >= 3);
  await duty.socket.do('typing', { session_id: session });
  await page.getByText('对方正在输入…').waitFor();
  await page.type('.comp textarea', '那就');
  await duty.socket.event((e) => e.event === 'typing' && e.subject === session && e.data?.by === 'customer');
  await duty.socket.do('read_mark', { session_id: session, seq: (await centre.agent.get(`sessions/${session}`)).seq });
  await page.getByText('已读').waitFor();
  await page.keyboard.press('Escape');
  await duty.say(session, '还需要别的吗？');
  await duty.say(session, null, { kind: 'card', text: undefined, card: { card: 'order', key: 'A1', title: '亚麻衬衫', amount: 19900, status: 'paid', items: [{ title: '亚麻衬衫', quantity: 1 }] } });
  await page.getByRole('button', { name: '联系客服 · 2 条未读消息' }).click();
  await page.getByText('¥199.00').waitFor();
  assert.equal(await page.locator('.comp textarea').inputValue(), '那就', 'what was typed is still there');
  await until(async () => await page.locator('.badge').isHidden(), 2000);
  finish(page);
});

test('none lost, none twice, order kept: over reloads, lost network and a server killed under load', async () => {
  const page = await visit();
  await open(page);
  const sent = [];
  const more = async (n) => {
    for (let i = 0; i < n; i++) {
      sent.push(`第 ${sent.length + 1} 句`);
      await write(page, sent.at(-1));
    }
  };
  await more(5);
  const session = await duty.hold();
  await settled(page, 5);
  await page.context().setOffline(true);
  await page.getByText('网络已断开，恢复后自动发送').waitFor();
  await more(4);
  await page.getByText('等待发送').nth(3).waitFor();
  await page.context().setOffline(false);
  await more(3);
  await page.reload();
  await page.waitForSelector('.comp textarea:visible');
  await more(4);
  await centre.server.kill();
  await more(4);
  await page.reload().catch(() => undefined);
  await centre.server.start();
  duty = await onDuty(centre);
  // The browser's own error page may still be on its way, and would end the first try.
  await until(() => page.goto(shopUrl()).then(() => true, () => false), 20_000, 'the shop page is back');
  await page.waitForSelector('.comp textarea:visible');
  await more(2);
  await centre.server.stop();
  await more(2);
  await centre.server.start();
  duty = await onDuty(centre);
  await more(2);
  await settled(page, sent.length);
  assert.deepEqual(await texts(session), sent);
  assert.deepEqual((await said(page)).filter((t) => t.startsWith('第')), sent);
  finish(page);
});

test('over a planned restart the visitor and the desk come back by themselves, with all that was written meanwhile', async (t) => {
  const page = await visit();
  await open(page);
  await write(page, '第 1 句');
  await settled(page, 1);
  const session = await duty.hold();
  const desk = await newPage(browser, centre.server.url);
  await desk.fill('#account', 'linxiao');
  await desk.fill('#password', password + ' too');
  await desk.click('button[type=submit]');
  await desk.click('.chat-row:has-text("第 1 句")');
  for (let i = 2; i < 5; i++) {
    await centre.server.stop();
    await write(page, `第 ${i} 句`);
    await centre.server.start();
    const up = Date.now();
    await settled(page, i);
    const visitor = Date.now() - up;
    await desk.getByText(`第 ${i} 句`).last().waitFor();
    t.diagnostic(`after the start the visitor's line was stored at ${visitor} ms, the desk showed it at ${Date.now() - up} ms`);
  }
  duty = await onDuty(centre);
  assert.deepEqual(await texts(session), ['第 1 句', '第 2 句', '第 3 句', '第 4 句']);
  finish(page);
  finish(desk);
});

test('a machine that slept comes back with what was said meanwhile', async () => {
  const context = await browser.newContext({ locale: 'zh-CN' });
  const page = await context.newPage();
  page.errors = [];
  let lines = 0;
  page.on('websocket', () => lines++);
  await page.clock.install();
  await page.goto(shopUrl());
  await open(page);
  await write(page, '我先合上电脑');
  await settled(page, 1);
  const session = await duty.hold();
  assert.equal(lines, 1);
  await page.clock.fastForward(120_000);
  await until(() => lines > 1, 10_000, 'a new line');
  await duty.say(session, '欢迎回来');
  await page.getByText('欢迎回来').waitFor();
  finish(page);
});

test('two tabs are one conversation', async () => {
  const one = await visit();
  await open(one);
  await write(one, '从第一页说');
  const two = await newPage(browser, shopUrl(), { context: one.context() });
  await two.waitForSelector('.fab');
  if (!(await two.locator('.panel').isVisible())) await open(two);
  await two.getByText('从第一页说').waitFor();
  const session = await duty.hold();
  await write(two, '从第二页说');
  await one.getByText('从第二页说').waitFor();
  await duty.say(session, '两页都看得到');
  await one.getByText('两页都看得到').waitFor();
  await two.getByText('两页都看得到').waitFor();
  await one.context().setOffline(true);
  await write(one, '断网一');
  await write(two, '断网二');
  await write(one, '断网三');
  await one.context().setOffline(false);
  await Promise.all([settled(one, 5), settled(two, 5)]);
  assert.deepEqual(await texts(session), ['从第一页说', '从第二页说', '断网一', '断网二', '断网三']);
  assert.deepEqual(await said(one), await said(two));
  // A tab that is closed while its words wait leaves them to the other.
  await one.context().setOffline(true);
  await write(one, '关页之前');
  await one.close();
  await two.context().setOffline(false);
  await settled(two, 6);
  assert.equal((await texts(session)).at(-1), '关页之前');
  finish(two);
});

test('pictures and files: chosen, pasted, refused with the reason, failed and tried again', async () => {
  const page = await visit();
  await open(page);
  await write(page, '看图');
  const session = await duty.hold();
  await page.setInputFiles('input[type=file]', [{ name: '领口.png', mimeType: 'image/png', buffer: PNG }, { name: '尺码.txt', mimeType: 'text/plain', buffer: Buffer.from('S M L') }]);
  await settled(page, 3);
  const rows = (await messages(centre.agent, session)).filter((m) => m.sender === 'customer');
  assert.deepEqual(rows.map((m) => m.kind), ['text', 'image', 'file']);
  assert.equal(rows[1].data.name, '领口.png');
  await page.evaluate((base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], 'paste.png', { type: 'image/png' }));
    const box = document.querySelector('antball-chat').shadowRoot.querySelector('.comp textarea');
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, PNG.toString('base64'));
  await settled(page, 4);
  await page.setInputFiles('input[type=file]', { name: 'tool.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff') });
  await page.getByText('发送失败 · 仅支持图片').waitFor();
  await page.getByRole('button', { name: '删除' }).click();
  await page.route('**/api/v1/files?*', (r) => r.fulfill({ status: 403, json: { code: 'FORBIDDEN', status: 403, detail: '不行' } }));
  await page.setInputFiles('input[type=file]', { name: '再来.png', mimeType: 'image/png', buffer: PNG });
  await page.getByText('发送失败 · 不行').waitFor();
  await page.reload();
  await page.getByText('发送失败 · 不行').waitFor();
  await page.unroute('**/api/v1/files?*');
  await page.getByRole('button', { name: '重试' }).click();
  await settled(page, 5);
  await page.getByRole('button', { name: '查看图片：再来.png' }).click();
  await page.getByRole('dialog', { name: '再来.png' }).waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.view').count(), 0);
  assert.ok(await page.locator('.panel').isVisible(), 'Esc closed the picture alone');
  await page.waitForFunction(() => [...document.querySelector('antball-chat').shadowRoot.querySelectorAll('.pic img')].filter((i) => i.naturalWidth === 10).length === 3);
  assert.equal((await messages(centre.agent, session)).filter((m) => m.kind === 'image').length, 3);
  finish(page);
});

test('a picture that waits for the network survives a reload', async () => {
  const page = await visit();
  await open(page);
  await write(page, '稍后有图');
  const session = await duty.hold();
  await settled(page, 1);
  await page.route('**/api/v1/**', (r) => r.abort());
  await page.context().setOffline(true);
  await page.setInputFiles('input[type=file]', { name: '等待.png', mimeType: 'image/png', buffer: PNG });
  await page.getByText('等待发送').waitFor();
  await page.context().setOffline(false);
  await page.reload();
  await page.getByText('等待发送').waitFor();
  await page.unroute('**/api/v1/**');
  await settled(page, 2);
  assert.deepEqual((await messages(centre.agent, session)).filter((m) => m.sender === 'customer').map((m) => m.kind), ['text', 'image']);
  finish(page);
});

test('a product of the page is offered and sent as a card', async () => {
  const page = await visit();
  await page.locator('.card .ask').nth(1).click();
  await page.getByRole('button', { name: '发送商品' }).click();
  await settled(page, 1);
  const session = await duty.hold();
  const [card] = (await messages(centre.agent, session)).filter((m) => m.kind === 'card');
  assert.equal(card.data.sku, 'QH-1002');
  assert.equal(card.data.price, 8900);
  finish(page);
});

test('the end of a chat: rating once, going on within the window, a new chat, earlier ones on request', async () => {
  const page = await visit();
  await open(page);
  await write(page, '第一次来');
  const first = await duty.hold();
  await duty.say(first, '欢迎');
  await page.getByText('欢迎', { exact: true }).waitFor();
  await centre.agent.post(`sessions/${first}/close`, {});
  await page.getByText('请为本次服务打分').waitFor();
  assert.ok(await page.getByRole('button', { name: '提交' }).isDisabled());
  await page.getByRole('radio', { name: '4 星，满意' }).check();
  await page.getByLabel('想说的话（选填）').fill('挺好');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('感谢您的评价').waitFor();
  await page.getByText('请为本次服务打分').waitFor({ state: 'detached' });
  const { rows } = await centre.agent.get(`sessions/${first}/ratings`);
  assert.deepEqual(rows.map((r) => [r.score, r.comment]), [[4, '挺好']]);
  await write(page, '对了还有一句');
  await until(async () => (await centre.agent.get(`sessions/${first}`)).state !== 'closed', 5000, 'the same session goes on');
  assert.equal(await duty.hold(), first);
  await page.getByRole('button', { name: '结束', exact: true }).click();
  await page.getByRole('button', { name: '结束会话' }).click();
  await page.getByRole('button', { name: '开始新会话' }).click();
  await write(page, '第二次来');
  const second = await duty.hold();
  assert.notEqual(second, first);
  await until(async () => (await texts(second)).length > 0, 10_000, 'the first words, which follow the opening');
  assert.deepEqual(await texts(second), ['第二次来']);
  assert.deepEqual(await texts(first), ['第一次来', '对了还有一句']);
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await open(page);
  await page.getByText('第二次来').waitFor();
  await page.getByRole('button', { name: '查看更早的消息' }).click();
  await page.getByText('第一次来').waitFor();
  assert.deepEqual((await said(page)).filter((t) => t.endsWith('次来')), ['第一次来', '第二次来']);
  finish(page);
});

test('older messages come page by page, in order', async () => {
  const page = await visit();
  await open(page);
  await write(page, '开始');
  const session = await duty.hold();
  for (let i = 1; i <= 80; i++) await duty.say(session, `编号${i}`);
  await page.getByText('编号80', { exact: true }).waitFor();
  await page.reload();
  await page.getByText('编号80', { exact: true }).waitFor();
  await until(async () => {
    await page.locator('.log').evaluate((log) => { log.scrollTop = 0; });
    return (await page.getByText('开始', { exact: true }).count()) > 0;
  }, 10_000, 'the first line');
  const shown = (await said(page)).filter((t) => t.startsWith('编号'));
  assert.deepEqual(shown, Array.from({ length: 80 }, (_, i) => `编号${i + 1}`));
  finish(page);
});

test('outside business hours there is a form, which keeps its words until the centre has them', async () => {
  const { admin, shop, agent } = centre;
  const day = (ms) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(Date.now() + ms);
  await admin.put(`shops/${shop.id}/hours`, { spans: [0, 1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, from_min: 540, to_min: 1320 })),
    days: [{ day: day(0), like_weekday: null, note: '' }, { day: day(-86400000), like_weekday: null, note: '' }] });
  const page = await visit();
  await page.click('.fab');
  await page.getByText('我们九点上班，请留言。').waitFor();
  await page.getByText('恢复服务').waitFor();
  assert.ok(await page.locator('.comp').isHidden());
  await page.getByRole('button', { name: '提交留言' }).click();
  await page.getByText('请填写此项').waitFor();
  await page.getByLabel('手机号或邮箱').fill('13800000000');
  await page.getByLabel('留言内容').fill('周末发货吗？');
  await page.context().setOffline(true);
  await page.getByRole('button', { name: '提交留言' }).click();
  await page.getByText('连接恢复后自动提交').waitFor();
  await page.context().setOffline(false);
  await page.getByText('留言已收到').waitFor();
  const { rows } = await agent.get('away-forms');
  assert.deepEqual(rows.map((r) => [r.contact, r.text]), [['13800000000', '周末发货吗？']]);
  await admin.put(`shops/${shop.id}/hours`, { spans: [], days: [] });
  finish(page);
});

test('by keyboard alone; Enter never sends what is still being composed; Esc gives the focus back', async () => {
  const page = await visit();
  await page.waitForSelector('.fab');
  const focused = () => page.evaluate(() => {
    const el = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;
    return el.getAttribute('aria-label') ?? el.textContent;
  });
  await page.evaluate(() => document.querySelector('footer').scrollIntoView());
  for (let i = 0; i < 120 && (await focused()) !== '联系客服'; i++) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.comp textarea:visible');
  await until(async () => ['消息', '收起'].includes(await focused()));
  for (let i = 0; i < 20 && (await focused()) !== '消息'; i++) await page.keyboard.press('Tab');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Process', code: 'Enter', windowsVirtualKeyCode: 229 });
  await sleep(100);
  assert.deepEqual((await said(page)).filter((t) => t.includes('nihao')), []);
  await cdp.send('Input.insertText', { text: '你好' });
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('x');
  await page.keyboard.press('Enter');
  await settled(page, 1);
  const session = await duty.hold();
  assert.deepEqual(await texts(session), ['你好\nx']);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  assert.equal(await focused(), '表情');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await focused(), '消息');
  assert.ok((await page.locator('.comp textarea').inputValue()).length > 0);
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('.panel').isHidden());
  assert.equal(await focused(), '联系客服');
  finish(page);
});

test('on a phone it fills the screen and keeps the focus inside', async () => {
  const page = await visit({ width: 390, height: 844, isMobile: true, hasTouch: true });
  await page.tap('.fab');
  await page.waitForSelector('.comp textarea:visible');
  await sleep(300);
  const box = await page.locator('.panel').boundingBox();
  assert.deepEqual([box.x, box.y, box.width, box.height].map(Math.round), [0, 0, 390, 844]);
  assert.equal(await page.locator('.panel').getAttribute('aria-modal'), 'true');
  for (let i = 0; i < 25; i++) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'ANTBALL-CHAT');
  }
  await page.getByRole('button', { name: '收起' }).first().click();
  assert.equal(await page.evaluate(() => document.documentElement.style.overflow), '');
  finish(page);
});

test('English and Chinese: by the tag, by the page, switched while open', async () => {
  const page = await visit({ lang: 'en-US' });
  await open(page);
  await page.getByText('Welcome to Qinghe!').waitFor();
  await page.getByPlaceholder('Type your question').waitFor();
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByPlaceholder('请输入您的问题').waitFor();
  const words = await page.evaluate(() => document.querySelector('antball-chat').shadowRoot.querySelector('.root').lang);
  assert.equal(words, 'zh-CN');
  finish(page);
});

test("another site's page under a strict policy; a customer whom the shop signed for", async () => {
  const { admin, agent, server, shop } = centre;
  const { visitor_key } = await admin.get(`shops/${shop.id}/widget`);
  const at = Date.now();
  const sign = createHmac('sha256', visitor_key).update(`c-7\n王女士\n${at}`).digest('hex');
  const customer = JSON.stringify({ key: 'c-7', name: '王女士', at, sign }).replaceAll('"', '&quot;');
  const policy = `default-src 'none'; script-src ${server.url}; connect-src ${server.url} ${server.url.replace('http', 'ws')}; img-src blob:`;
  const html = (tag) => `<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>x</title></head><body><p>x</p><script src="${server.url}/widget.js" data-shop="shop-1" async ${tag}></script></body></html>`;
  site.set(html('data-lang="zh"'), policy);
  const page = await newPage(browser, site.url);
  await open(page);
  await write(page, '匿名提问');
  await settled(page, 1);
  const session = await duty.hold();
  assert.equal(await page.locator('.fab').evaluate((b) => getComputedStyle(b).position), 'fixed', 'it is dressed');
  site.set(html(`data-lang="zh" data-customer="${customer}"`), policy);
  await page.reload();
  await page.getByText('匿名提问').waitFor();
  await until(async () => (await agent.get(`sessions/${session}`)).customer_name === '王女士', 5000, 'the customer has a name');
  await write(page, '登录之后');
  await settled(page, 2);
  assert.deepEqual(await texts(session), ['匿名提问', '登录之后']);
  site.set(html('data-lang="zh"'), policy);
  await page.reload();
  await page.waitForSelector('.fab');
  if (!(await page.locator('.panel').isVisible())) await open(page);
  await page.getByText('您好，欢迎光临青禾服饰！').waitFor();
  assert.equal(await page.getByText('登录之后').count(), 0, 'who comes after the sign-out sees nothing of it');
  finish(page);
});

test('a site that the shop does not know is refused in words', async () => {
  const stranger = await startSite(`<!doctype html><html lang="zh"><body><script src="${centre.server.url}/widget.js" data-shop="shop-1" async></script></body></html>`);
  const page = await newPage(browser, stranger.url);
  await page.click('.fab');
  await page.locator('.strip').getByRole('button', { name: '重试' }).waitFor({ timeout: 8000 });
  finish(page);
  await stranger.close();
});

test('a visitor whom nobody blocks out sees only the own conversation', async () => {
  const page = await visit();
  await open(page);
  await write(page, '我的话');
  const session = await duty.hold();
  const token = await page.evaluate(() => JSON.parse(localStorage.getItem('antball:shop-1')).token);
  assert.ok(token);
  const other = new Client(centre.server);
  const hello = await other.post('visitor/hello', { shop: 'shop-1', page: '', lang: 'zh' });
  const socket = await other.socket(hello.ticket);
  await assert.rejects(socket.do('message_list', { session_id: session, after_seq: 0, limit: 10 }), { code: 'NOT_FOUND' });
  await socket.close();
  finish(page);
});
