// A day at the centre, seen by everyone in it: the visitor in the shop page's widget, agents and the lead at the desk, the administrator in the settings.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, until } from '../lib/client.mjs';
import { startServer } from '../lib/server.mjs';
import { deskCentre } from './desks.mjs';
import { newPage } from './harness.mjs';

let centre, browser;
const here = deskCentre({ greeting: '您好，欢迎光临青禾服饰！', phrase: { code: 'fh', text: '亲，您的订单今天 18:00 前发出，请放心。', folder: '物流' }, offline: true, ready: (h) => { ({ centre, browser } = h); } });
const { person } = here;
const word = 'correct horse battery staple';
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGNgqLiDB41Kj0BpAGySyHrT0BGCAAAAAElFTkSuQmCC', 'base64');
const composer = 'textarea[aria-label="消息"]';

/** A desk with somebody signed in to it. */
const desk = (account, path = '/desk', options = {}) => here.signedIn(account, path, options);

async function goOnline(page) {
  await page.click('.state-button');
  await page.click('.ant-dropdown-menu-item:has-text("上线")');
  await page.waitForSelector('.state-button:has-text("在线")');
}

/** A visitor with the real widget on the shop's page. */
async function visitor(text) {
  const page = await newPage(browser, centre.server.url + '/shop/main');
  page.write = async (line) => {
    await page.fill('.comp textarea', line);
    await page.press('.comp textarea', 'Enter');
  };
  await page.click('.fab');
  await page.waitForSelector('.comp textarea:visible');
  if (text) {
    await page.write(text);
    await page.waitForSelector(`.row .bub:has-text("${text}")`);
  }
  return page;
}

const fine = (...pages) => pages.forEach((p) => assert.deepEqual(p.errors, []));

test('an agent comes online, a visitor writes in the widget, and they talk', async () => {
  const agent = await desk('lina');
  await goOnline(agent);
  const guest = await visitor('我的订单什么时候发货？');
  // It is routed to the only agent online and appears without a reload, with its badge.
  await agent.click('.chat-row:has-text("什么时候发货")');
  await agent.waitForSelector('.bubble:has-text("什么时候发货")');
  await guest.waitForSelector('text=李娜');
  // A phrase by its abbreviation.
  await agent.locator(composer).pressSequentially('fh');
  await agent.waitForSelector('.suggestion:has-text("18:00 前发出")');
  await agent.press(composer, 'Tab');
  await agent.press(composer, 'Enter');
  await guest.waitForSelector('.row .bub:has-text("18:00 前发出")');
  // A picture.
  await agent.setInputFiles('.composer input[type=file]', { name: '面单.png', mimeType: 'image/png', buffer: PNG });
  await guest.waitForSelector('.bub.pic img');
  await until(() => guest.evaluate(() => [...document.querySelector('antball-chat').shadowRoot.querySelectorAll('.bub.pic img')].some((i) => i.naturalWidth > 0)), 5000, 'the picture');
  await guest.write('收到，谢谢');
  await agent.waitForSelector('.bubble:has-text("收到，谢谢")');
  await agent.waitForSelector('.mark-read:has-text("已读")');
  fine(agent, guest);
});

test('a chat that comes while the list is on its way is not lost from it', async () => {
  const lina = await person('lina');
  await lina.post('me/state', { state: 'online' });
  const page = await desk('lina');
  await page.waitForSelector('.desk-list');
  await page.waitForLoadState('networkidle'); // the first list is there
  // The server's answer is from before the visitor wrote, and arrives after the news of it.
  let held, release;
  const written = new Promise((done) => (release = done));
  const caught = new Promise((done) => (held = done));
  await page.route('**/api/v1/inbox*', async (route) => {
    const response = await route.fetch();
    held();
    await written;
    await route.fulfill({ response });
  });
  await page.click('.box-tab:has-text("已结束")');
  await page.click('.box-tab:has-text("我的")');
  await caught;
  const guest = await visitor('赶在列表之前');
  await page.waitForSelector('.chat-row:has-text("赶在列表之前")');
  release();
  await sleep(500);
  await page.unroute('**/api/v1/inbox*');
  assert.equal(await page.locator('.chat-row:has-text("赶在列表之前")').count(), 1);
  fine(page, guest);
});

test('nothing happens while an input method composes; what it commits is sent by the next Enter', async () => {
  const agent = await desk('lina');
  await goOnline(agent);
  const guest = await visitor('在吗');
  await agent.click('.chat-row:has-text("在吗")');
  await agent.click(composer);
  // The browser's own composition, as an input method drives it.
  const cdp = await agent.context().newCDPSession(agent);
  await cdp.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
  for (const key of ['Enter', 'Escape', 'Tab'])
    for (const type of ['rawKeyDown', 'keyUp']) await cdp.send('Input.dispatchKeyEvent', { type, key, code: key, windowsVirtualKeyCode: 229 });
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'k', code: 'KeyK', modifiers: 2, windowsVirtualKeyCode: 229 });
  await sleep(300);
  assert.equal(await agent.locator('.palette-list').count(), 0, 'no shortcut fires');
  await cdp.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 });
  await cdp.send('Input.insertText', { text: '你好' });
  assert.equal(await agent.inputValue(composer), '你好');
  assert.equal(await agent.locator('.msg-mark').count(), 0, 'nothing was sent');
  await agent.press(composer, 'Enter');
  await guest.waitForSelector('.row .bub:has-text("你好")');
  const lines = await guest.evaluate(() => [...document.querySelector('antball-chat').shadowRoot.querySelectorAll('.row .bub')].map((b) => b.textContent));
  assert.deepEqual(lines.filter((l) => /你好$|ni hao/.test(l)), ['你好']);
  fine(agent, guest);
});

test('a chat is handed to a colleague with its note, who sees both at once', async () => {
  const [lina, min] = [await desk('lina'), await desk('weimin')];
  await goOnline(lina);
  const guest = await visitor('我要投诉快递');
  await lina.click('.chat-row:has-text("投诉快递")');
  await lina.waitForSelector('.bubble:has-text("投诉快递")');
  await goOnline(min);
  await lina.fill(composer, '我请同事帮您处理');
  await lina.press(composer, 'Enter');
  await lina.keyboard.press('Alt+t');
  await lina.click('.ant-modal .ant-select');
  await lina.click('.ant-select-item-option:has-text("魏敏")');
  await lina.fill('.ant-modal textarea', '快递破损，客户有照片');
  await lina.click('.ant-modal button[type=submit]');
  await min.click('.chat-row:has-text("我请同事帮您处理")');
  await min.waitForSelector('text=快递破损，客户有照片');
  await min.waitForSelector('.bubble:has-text("投诉快递")');
  await min.fill(composer, '您好，我是魏敏');
  await min.press(composer, 'Enter');
  await guest.waitForSelector('.row .bub:has-text("我是魏敏")');
  assert.equal(await guest.locator('text=快递破损').count(), 0, 'the note is for colleagues');
  fine(lina, min, guest);
});

test('the live board shows the agent at work and the visitor who waits', async () => {
  const lina = await person('lina');
  await lina.post('me/state', { state: 'online' });
  await lina.socket();
  const lead = await desk('lead', '/live');
  await lead.waitForSelector('.ant-table-row:has-text("李娜"):has-text("在线")');
  const first = await visitor('第一位客户');
  await lead.waitForSelector('.ant-table-row:has-text("李娜"):has-text("1/5")');
  await lina.post('me/state', { state: 'paused', reason: '用餐' });
  await lead.waitForSelector('.ant-table-row:has-text("李娜"):has-text("用餐")');
  const second = await visitor('有人吗');
  await lead.waitForSelector('.plain-table tr:has-text("青禾服饰") td.amber:has-text("1")');
  await lead.waitForSelector('.figure:has-text("排队") .amber, .figure .figure-value.amber');
  await lina.post('me/state', { state: 'online' });
  await lead.waitForSelector('.ant-table-row:has-text("李娜"):has-text("2/5")');
  fine(lead, first, second);
});

test('a new person gets a one-use password, and a link when it is forgotten', async () => {
  const admin = await desk('admin', '/team/people');
  await admin.click('button:has-text("新增人员")');
  await admin.fill('.ant-modal #name', '赵新人');
  await admin.fill('.ant-modal #account', 'zhao');
  await admin.click('.ant-modal .ant-btn-primary:has-text("保存")');
  await admin.waitForSelector('.code-line');
  const given = (await admin.textContent('.code-line')).trim();
  await admin.click('.ant-modal button:has-text("完成")');
  await admin.waitForSelector('.ant-table-row:has-text("赵新人")');

  const zhao = await newPage(browser, centre.server.url + '/');
  await zhao.fill('#account', 'zhao');
  await zhao.fill('#password', given);
  await zhao.click('button[type=submit]');
  await zhao.waitForSelector('text=请先修改密码');
  await zhao.fill('#old', given);
  await zhao.fill('#fresh', 'a tortoise on the roof');
  await zhao.fill('#again', 'a tortoise on the roof');
  await zhao.click('button[type=submit]');
  await zhao.waitForSelector('.frame');

  await admin.click('.ant-table-row:has-text("赵新人") button');
  await admin.click('.ant-dropdown-menu-item:has-text("重置密码")');
  await admin.click('.ant-modal .ant-btn-primary:has-text("重置密码")');
  await admin.waitForSelector('.code-line:has-text("/reset#")');
  const link = (await admin.textContent('.code-line')).trim();
  const fresh = await newPage(browser, link);
  await fresh.fill('#fresh', 'a heron in the garden');
  await fresh.fill('#again', 'a heron in the garden');
  await fresh.click('button[type=submit]');
  await fresh.waitForSelector('text=密码已更新');
  await zhao.waitForSelector('text=登录已结束');
  await fresh.click('button:has-text("登录")');
  await fresh.fill('#account', 'zhao');
  await fresh.fill('#password', 'a heron in the garden');
  await fresh.click('button[type=submit]');
  await fresh.waitForSelector('.frame');
  const again = await newPage(browser, link);
  await again.fill('#fresh', 'a third one, for the thief');
  await again.fill('#again', 'a third one, for the thief');
  await again.click('button[type=submit]');
  await again.waitForSelector('.ant-alert-error');
  fine(admin, zhao, fresh, again);
});

test('the language changes at once, stays after a reload, and goes with the person', async () => {
  const page = await desk('lina');
  await page.waitForSelector('.rail >> text=工作台');
  await page.click('.topbar button[aria-label="English"]');
  await page.waitForSelector('.rail >> text=Desk');
  await page.reload();
  await page.waitForSelector('.rail >> text=Desk');
  assert.equal(await page.getAttribute('html', 'lang'), 'en');
  // Another browser, set to Chinese: hers is English.
  const other = await desk('lina');
  await other.waitForSelector('.rail >> text=Desk');
  await other.click('.topbar button[aria-label="中文"]');
  await other.waitForSelector('.rail >> text=工作台');
  fine(page, other);
});

test('on a phone one column at a time, with a way back', async () => {
  const page = await desk('lina', '/desk', { width: 390, height: 844, hasTouch: true, isMobile: true });
  await (await person('lina')).post('me/state', { state: 'online' });
  const guest = await visitor('手机上也能回吗');
  await page.click('.chat-row:has-text("手机上也能回吗")');
  await page.waitForSelector('.bubble:has-text("手机上也能回吗")');
  assert.ok(!(await page.isVisible('.desk-list')), 'the list makes room');
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than the phone');
  const box = await page.locator(composer).boundingBox();
  assert.ok(box.y + box.height <= 844, 'the composer is on the screen');
  await page.fill(composer, '当然可以');
  await page.click('.composer button:has-text("发送")');
  await guest.waitForSelector('.row .bub:has-text("当然可以")');
  await page.click('.side-button');
  await page.click('.side-back');
  await page.click('.side-button');
  await page.waitForSelector('.with-side .desk-side');
  await page.keyboard.press('Escape');
  await page.waitForSelector('.desk:not(.with-side) .desk-talk:visible');
  await page.click('.back-button');
  await page.waitForSelector('.desk-list:visible');
  assert.ok(!(await page.isVisible('.desk-talk')), 'one column');
  fine(page, guest);
});

test('the second PC on the desk signs in over the self-signed certificate', async () => {
  const server = await startServer({ args: ['--listen', '0.0.0.0'] });
  try {
    const page = await newPage(browser, `${server.url}/setup#${server.setupToken}`, { ignoreHTTPSErrors: true });
    await page.fill('#name', '林总');
    await page.fill('#account', 'boss');
    await page.fill('#password', word);
    await page.fill('#again', word);
    await page.click('button[type=submit]');
    await page.waitForSelector('.setup-steps');
    const second = await newPage(browser, server.url + '/', { ignoreHTTPSErrors: true });
    await second.fill('#account', 'boss');
    await second.fill('#password', word);
    const socket = second.waitForEvent('websocket');
    await second.click('button[type=submit]');
    assert.match((await socket).url(), /^wss:/);
    await (await socket).waitForEvent('framereceived');
    await second.reload();
    await second.waitForSelector('.frame');
    const [cookie] = await second.context().cookies();
    assert.deepEqual([cookie.name, cookie.secure, cookie.httpOnly], ['__Host-antball', true, true]);
    fine(page, second);
  } finally {
    await server.remove();
  }
});
