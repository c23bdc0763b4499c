// The desk in a real browser against the real server: what an agent, a lead and an administrator do all day.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, sleep, until } from '../lib/client.mjs';
import { deskCentre } from './desks.mjs';
import { newPage } from './harness.mjs';
import { startServer } from '../lib/server.mjs';

let centre, browser, lina;
const { signedIn } = deskCentre({ phrase: { code: 'cm', text: '亲，麻烦告诉我您的身高体重，我帮您推荐尺码。', folder: '尺码' }, ready: (h) => { ({ centre, browser, lina } = h); } });
const word = 'correct horse battery';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgqLiDB41Kj0BpAGySyHrT0BGCAAAAAElFTkSuQmCC', 'base64');

/** A visitor who has said something and whose chat lina holds. */
async function served(text = '你好') {
  const v = await centre.visitor('main');
  await v.open();
  await v.say(text);
  await lina.post(`sessions/${v.session.id}/take`).catch(() => undefined);
  return v;
}

const composer = 'textarea[aria-label="消息"], textarea[aria-label="Message"]';
const bubbles = (page) => page.$$eval('.talk-scroll .bubble', (all) => all.map((b) => b.textContent));
const answers = async (v) => (await v.heard()).filter((m) => m.sender === 'agent').map((m) => m.text);

test('the first start leads from the token to a line in a test chat', async () => {
  const server = await startServer();
  try {
    const page = await newPage(browser, `${server.url}/setup#${server.setupToken}`);
    await page.fill('#name', '林总');
    await page.fill('#account', 'boss');
    await page.fill('#password', word);
    await page.fill('#again', word);
    await page.click('button[type=submit]');
    await page.waitForSelector('.setup-steps');
    await page.fill('#name', '青禾服饰');
    await page.fill('#key', 'main');
    await page.click('button[type=submit]');
    await page.fill('textarea[aria-label="批量导入"]', '账号\t姓名\t角色\t组\t店铺\nwang.min\t王敏\t客服\t售前组\t青禾服饰');
    await page.click('button:has-text("导入 1 人")');
    await page.click('button:has-text("完成")');
    await page.click('button:has-text("每天")');
    await page.click('button:has-text("保存")');
    const line = await page.textContent('.code-line');
    assert.match(line, /<script async src="http:\/\/127\.0\.0\.1:\d+\/widget\.js" data-shop="main"><\/script>/);
    await page.click('button.ant-btn-primary:has-text("下一步")');
    await page.click('button:has-text("上线接待")');
    await page.waitForSelector('.desk-list');
    // What was set in words is nine to nine every day; the test chat is to go on at night too.
    const boss = new Client(server);
    await boss.login('boss', word);
    const shop = (await boss.get('shops')).rows[0].id;
    assert.deepEqual((await boss.get(`shops/${shop}/hours`)).spans.map((s) => [s.from_min, s.to_min]), Array(7).fill([540, 1260]));
    await boss.put(`shops/${shop}/hours`, { spans: [], days: [] });
    const visitor = new Client(server);
    const hello = await visitor.post('visitor/hello', { shop: 'main' });
    visitor.token = hello.token;
    const live = await visitor.socket(hello.ticket);
    const { id } = await live.do('chat_open', {});
    await live.do('message_send', { session_id: id, client_id: 'a', kind: 'text', text: '在吗' });
    await page.waitForSelector('.chat-row:has-text("在吗"), .box-count.hot');
    assert.deepEqual(page.errors, []);
    await live.close();
  } finally {
    await server.remove();
  }
});

test('a wrong password is told, each role lands on its own page, and a forbidden page says so', async () => {
  const page = await newPage(browser, centre.server.url + '/');
  await page.fill('#account', 'lina');
  await page.fill('#password', 'not the password');
  await page.click('button[type=submit]');
  await page.waitForSelector('.ant-alert:has-text("账号或密码不正确")');
  assert.match((await signedIn('lina')).url(), /\/desk$/);
  const lead = await signedIn('lead');
  assert.match(lead.url(), /\/live$/);
  await lead.goto(centre.server.url + '/settings/system');
  await lead.waitForSelector('text=您没有查看此页的权限');
});

test('a line comes in, is answered with Enter, and both sides see it read', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served('这件 M 码适合多高的？');
  await page.click('.chat-row:has-text("M 码适合")');
  await page.waitForSelector('.bubble:has-text("M 码适合")');
  await until(async () => (await v.live.do('chat_open', {})).agent_read_seq > 0);
  await page.fill(composer, '您好，建议 160–165');
  await page.press(composer, 'Enter');
  await until(async () => (await answers(v)).includes('您好，建议 160–165'));
  const last = (await v.heard()).at(-1).seq;
  await v.live.do('read_mark', { session_id: v.session.id, seq: last });
  await page.waitForSelector('.mark-read:has-text("已读")');
  await v.say('好的谢谢');
  await page.waitForSelector('.bubble:has-text("好的谢谢")');
  assert.deepEqual(page.errors, []);
});

test('Enter sends nothing while an input method composes, Shift+Enter breaks the line', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served();
  await page.goto(`${centre.server.url}/desk/s/${v.session.id}`);
  await page.fill(composer, 'nihao');
  await page.$eval(composer, (el) => {
    el.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, bubbles: true, cancelable: true }));
    el.dispatchEvent(new KeyboardEvent('keydown', { key: 'Process', keyCode: 229, bubbles: true, cancelable: true }));
  });
  await page.press(composer, 'Shift+Enter');
  await sleep(300);
  assert.deepEqual(await answers(v), []);
  assert.equal(await page.inputValue(composer), 'nihao\n');
});

test('a draft survives a reload and is shown in the list', async () => {
  const page = await signedIn('lina', '/desk');
  const a = await served('第一位');
  const b = await served('第二位');
  await page.goto(`${centre.server.url}/desk/s/${a.session.id}`);
  await page.fill(composer, '写到一半的话');
  await page.reload();
  await page.waitForSelector(composer);
  assert.equal(await page.inputValue(composer), '写到一半的话');
  await page.goto(`${centre.server.url}/desk/s/${b.session.id}`);
  await page.waitForSelector('.chat-row:has-text("[草稿] 写到一半的话")');
});

test('what is written while the server is gone arrives once and in order when it is back', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served();
  await page.goto(`${centre.server.url}/desk/s/${v.session.id}`);
  await page.waitForSelector(composer);
  await page.waitForSelector('.bubble');
  await centre.server.kill();
  const lines = ['一', '二', '三'].map((x) => `断线时的第${x}句`);
  for (const line of lines) {
    await page.fill(composer, line);
    await page.press(composer, 'Enter');
  }
  await page.waitForSelector('.msg-mark:has-text("发送中")');
  await page.waitForSelector('.line-strip');
  await centre.server.start();
  await page.waitForFunction(() => !document.querySelector('.msg-mark'), undefined, { timeout: 30_000 });
  const session = await lina.get(`sessions/${v.session.id}/messages?limit=200`);
  assert.deepEqual(session.rows.filter((m) => m.sender === 'agent').map((m) => m.text), lines);
  assert.deepEqual((await bubbles(page)).slice(-3), lines);
});

test('phrases come by code with Tab and by slash with Enter, and the record knows it', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served();
  await page.goto(`${centre.server.url}/desk/s/${v.session.id}`);
  await page.fill(composer, 'cm');
  await page.waitForSelector('.suggestion:has-text("身高体重")');
  await page.press(composer, 'Tab');
  assert.match(await page.inputValue(composer), /身高体重/);
  await page.fill(composer, '');
  await page.type(composer, '/cm');
  await page.waitForSelector('.picker .suggestion');
  await page.press(composer, 'Enter');
  await page.press(composer, 'Enter');
  await until(async () => (await answers(v)).some((x) => /身高体重/.test(x)));
});

test('a picture goes up and is shown', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served();
  await page.goto(`${centre.server.url}/desk/s/${v.session.id}`);
  await page.waitForSelector(composer);
  await page.setInputFiles('.composer input[type=file]', { name: '实物.png', mimeType: 'image/png', buffer: PNG });
  await page.waitForSelector('.bubble img[alt="实物.png"]');
  await until(async () => (await v.heard()).some((m) => m.kind === 'image'));
});

test('a transfer needs its note; a close takes its category', async () => {
  const page = await signedIn('lina', '/desk');
  const a = await served('转接我');
  await page.goto(`${centre.server.url}/desk/s/${a.session.id}`);
  await page.waitForSelector(composer);
  await page.keyboard.press('Alt+t');
  await page.click('.ant-modal .ant-select');
  await page.click('.ant-select-item-option:has-text("组g1")');
  await page.click('.ant-modal button[type=submit]');
  await page.waitForSelector('.ant-form-item-explain-error');
  await page.fill('.ant-modal textarea', '客户要退款，已核实');
  await page.click('.ant-modal button[type=submit]');
  await page.waitForFunction(() => !document.querySelector('.ant-modal textarea'));
  assert.match(JSON.stringify((await centre.admin.get(`sessions/${a.session.id}/notes`)).rows), /已核实/);
  const b = await served('结束我');
  await page.goto(`${centre.server.url}/desk/s/${b.session.id}`);
  await page.waitForSelector(composer);
  await page.keyboard.press('Alt+w');
  const category = (await centre.admin.get('categories')).rows[0];
  await page.click(`.chips >> text="${category.name}"`);
  await page.click('.ant-modal button:has-text("结束会话")');
  await until(async () => (await centre.admin.get(`sessions/${b.session.id}`)).state === 'closed');
  assert.equal((await centre.admin.get(`sessions/${b.session.id}`)).category_id, category.id);
});

test('the lead sees who is at work and watches a chat as it goes on', async () => {
  const v = await served('班长请看');
  const page = await signedIn('lead', '/live');
  await page.click('text=全部 >> nth=0');
  await page.click('.ant-table-row:has-text("李娜")');
  await page.click('.side-card:has-text("班长请看")');
  await page.waitForSelector('.bubble:has-text("班长请看")');
  await v.say('还在吗');
  await page.waitForSelector('.bubble:has-text("还在吗")');
  assert.deepEqual(page.errors, []);
});

test('a search hit opens the transcript at its line', async () => {
  const v = await served('请问雾霾蓝的围巾还有货吗');
  for (let i = 0; i < 40; i++) await v.say(`闲话 ${i}`);
  await until(async () => (await centre.admin.get('search?q=' + encodeURIComponent('围巾'))).rows.length > 0);
  const page = await signedIn('lead', '/search?q=' + encodeURIComponent('围巾'));
  await page.waitForSelector('mark:has-text("围巾")');
  await page.click('.hit');
  await page.waitForSelector('.bubble.target:has-text("雾霾蓝")');
  assert.ok(await page.$eval('.bubble.target', (el) => { const r = el.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight; }));
});

/** The business day of the first shop now, and a browser's zone in which it is another date. */
async function dayElsewhere() {
  const { timezone, cut_hour } = (await centre.admin.get('me')).shops[0];
  const dateIn = (zone, ms) => new Date(ms).toLocaleDateString('en-CA', { timeZone: zone }), now = Date.now(), day = dateIn(timezone, now - cut_hour * 3600000);
  return { day, zone: ['Pacific/Pago_Pago', 'Pacific/Kiritimati'].find((zone) => [now, now + 1800000].every((ms) => dateIn(zone, ms) !== dateIn(timezone, ms - cut_hour * 3600000))) };
}

test('whoever sits elsewhere has the days of the shop', async () => {
  const { day, zone } = await dayElsewhere();
  const page = await signedIn('admin', '/reports/service', { timezoneId: zone });
  const days = page.locator('.ant-picker-range input');
  const last = await days.nth(1).inputValue();
  assert.ok([day, (await dayElsewhere()).day].includes(last), `${last} in ${zone}, and in the shop ${day}`);
  assert.equal(await days.nth(0).inputValue(), new Date(Date.parse(last) - 6 * 864e5).toISOString().slice(0, 10));
  await days.nth(1).click();
  await page.locator('.ant-picker-dropdown:visible .ant-picker-preset, .ant-picker-dropdown:visible .ant-picker-presets li').filter({ hasText: '昨天' }).first().click();
  const yesterday = new Date(Date.parse(last) - 864e5).toISOString().slice(0, 10);
  await page.waitForURL((u) => u.searchParams.get('from') === yesterday && u.searchParams.get('to') === yesterday);
  await days.nth(1).click();
  await page.waitForSelector(`.ant-picker-dropdown:visible .ant-picker-cell-today[title="${last}"]`);
  assert.deepEqual(page.errors, []);
});

test('every figure of the report opens its sessions, and each its transcript', async () => {
  const v = await served('这件会起球吗');
  await lina.post('me/state', { state: 'online' });
  const live = await lina.socket();
  await live.do('message_send', { session_id: v.session.id, client_id: 'r1', kind: 'text', text: '不会的，放心' });
  await live.close();
  const page = await signedIn('admin', '/reports/service?by=agent', { timezoneId: (await dayElsewhere()).zone });
  await page.waitForSelector('.ant-table-row:has-text("李娜")');
  await page.waitForSelector('.report-head');
  await page.click('.ant-table-row:has-text("李娜") .cell-link >> nth=0');
  await page.click('.side-card >> nth=0');
  await page.waitForSelector('.ant-drawer .bubble');
  const saved = page.waitForEvent('download');
  await page.goto(centre.server.url + '/reports/service?by=day');
  await page.waitForSelector('.total-row');
  await page.click('button:has-text("导出 CSV")');
  assert.match((await saved).suggestedFilename(), /^service-day-.*\.csv$/);
  assert.deepEqual(page.errors, []);
});

test('Ctrl+K finds pages and changes the state, ? shows the keys', async () => {
  const page = await signedIn('lina', '/desk');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('会议');
  await page.waitForSelector('.palette-item:has-text("会议")');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.state-button:has-text("会议")');
  assert.equal((await lina.get('me')).state, 'paused');
  await page.waitForSelector('.palette-list', { state: 'hidden' });
  await page.keyboard.press('?');
  await page.waitForSelector('.keymap');
});

const everyPage = ['/desk', '/away', '/live', '/reports/service', '/search?q=ok', '/phrases', '/team/people', '/team/groups', '/team/skills', '/team/roles', '/settings/shops', '/settings/categories',
  '/settings/tags', '/settings/system', '/settings/audit'];

test('every page fits a phone, breaks no policy, and is English in English', async () => {
  await centre.admin.patch('me', { lang: 'en' });
  const page = await signedIn('admin', '/', { width: 390, height: 844 });
  for (const path of everyPage) {
    await page.goto(centre.server.url + path);
    await page.waitForSelector('h1, .box-tabs');
    await page.waitForFunction(() => !document.querySelector('.ant-skeleton'));
    const wide = await page.evaluate(() => document.querySelector('.content').scrollWidth - innerWidth);
    assert.ok(wide <= 0, `${path} is ${wide} px too wide`);
    const chinese = await page.evaluate(() => [...document.querySelectorAll('h1, h2, button, label, th, .subnav, .tabbar, .ant-segmented, .ant-empty')].map((e) => e.textContent).filter((x) => /[\u4e00-\u9fff]/.test(x)));
    assert.deepEqual(chinese.filter((x) => !/管理员|李娜|青禾|组g1|魏敏|苏班长/.test(x)), [], path);
    const nameless = await page.evaluate(() => [...document.querySelectorAll('button, a, input, select, textarea')].filter((e) => e.offsetParent && getComputedStyle(e).visibility !== 'hidden' && !e.textContent.trim() && !e.querySelector('[aria-label]') && !e.getAttribute('aria-label') && !e.title && !e.placeholder && !e.labels?.length && e.type !== 'file' && e.getAttribute('aria-hidden') !== 'true').map((e) => e.outerHTML.slice(0, 160)));
    assert.deepEqual(nameless, [], path);
  }
  assert.deepEqual(page.errors, []);
  await centre.admin.patch('me', { lang: 'zh' });
});

test('a login that is ended elsewhere ends here, and what was written stays', async () => {
  const page = await signedIn('lina', '/desk');
  const v = await served();
  await page.goto(`${centre.server.url}/desk/s/${v.session.id}`);
  await page.fill(composer, '还没发');
  const here = (await lina.get('me/logins')).rows.filter((l) => !l.current);
  for (const l of here) await lina.delete(`me/logins/${l.id}`);
  await page.waitForSelector('#account');
  await page.waitForSelector('text=登录已结束');
  await page.fill('#account', 'lina');
  await page.fill('#password', word + ' staple');
  await page.click('button[type=submit]');
  await page.waitForSelector(composer);
  assert.equal(await page.inputValue(composer), '还没发');
});
