// Scripts in every text that anybody can store, then every page of desk, widget and wall over them: none runs, none is even tried (no policy
// is broken), and each is shown as the text that it is.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Centre, say } from '../lib/centre.mjs';
import { until } from '../lib/client.mjs';
import { newPage, openBrowser } from './harness.mjs';

const evils = [
  '<script>window.ran=1</script>', '<img src=x onerror="window.ran=1">', '"><svg/onload=window.ran=1>', "'-window.ran=1-'", '{{constructor.constructor("window.ran=1")()}}', '<a href="javascript:window.ran=1">x</a>',
];
const evil = evils[1]; // where one must do: it runs wherever markup is parsed, late insertions included
const word = 'correct horse battery';
let centre, browser, agent, visitor, session;

before(async () => {
  centre = await Centre.start();
  const { admin } = centre;
  const shop = await centre.shop('evil', { name: evil, greeting: evil, away_text: evil });
  const group = (await admin.post('groups', { key: 'g-evil', name: evil, shops: [shop] })).id;
  agent = await centre.person('lina', { name: evil, group_id: group, capacity: 20, online: true });
  visitor = await centre.visitor('evil', { page: 'https://shop.example/?' + evil });
  await visitor.open('https://shop.example/?' + evil);
  session = visitor.session.id;
  await visitor.say('您好');
  await agent.post(`sessions/${session}/take`).catch(() => undefined);
  for (const text of evils) {
    await visitor.say(text);
    await say(agent, session, text);
    await agent.post(`sessions/${session}/notes`, { text });
    await agent.post('phrases', { code: 'e' + evils.indexOf(text), text, folder: text.slice(0, 20) });
  }
  await visitor.live.do('message_send', { session_id: session, client_id: 'card', kind: 'card', card: { card: 'product', sku: evil.slice(0, 40), title: evil, price: 100, url: 'javascript:window.ran=1', image: 'javascript:window.ran=1' } }).catch(() => undefined);
  const file = await visitor.call('PUT', `files?session_id=${session}&name=${encodeURIComponent(evil + '.txt')}`, 'text');
  await visitor.live.do('message_send', { session_id: session, client_id: 'file', kind: 'file', file_id: file.file_id });
  await agent.patch(`customers/${visitor.hello.customer_id}`, { name: evil, note: evil });
  await admin.post('tags', { name: evil.slice(0, 30) }).catch(() => undefined);
  await admin.post('categories', { name: evil.slice(0, 30) }).catch(() => undefined);
  await admin.post('skills', { name: evil.slice(0, 30) }).catch(() => undefined);
  await admin.post('roles', { key: 'evil', name: evil, name_en: evil, scope: 'own', permissions: [] }).catch(() => undefined);
  await until(async () => (await admin.get('search?q=' + encodeURIComponent('window.ran'))).rows.length >= 5, 15000, 'the search index');
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await centre?.remove();
});

/** A page that remembers what ran and which policies were broken, on every document from its first line on. */
async function watched(url, options = {}) {
  const context = await browser.newContext({ locale: options.lang ?? 'zh-CN', viewport: { width: options.width ?? 1366, height: options.height ?? 900 } });
  await context.addInitScript(() => {
    window.broken = [];
    document.addEventListener('securitypolicyviolation', (e) => window.broken.push(`${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
    for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.ran = name; };
  });
  const page = await newPage(browser, url, { context });
  page.on('console', (m) => { if (/Content Security Policy/.test(m.text())) page.errors.push(m.text()); });
  page.on('dialog', (d) => { page.errors.push('a dialog: ' + d.message()); d.dismiss(); });
  return page;
}

async function assertQuiet(page, where) {
  const { ran, broken, made } = await page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].map((e) => e.shadowRoot).filter(Boolean)];
    const made = roots.flatMap((r) => [...r.querySelectorAll('[onerror],[onload],a[href^="javascript:"],img[src="x"],script:not([src])')].map((e) => e.outerHTML.slice(0, 200)));
    return { ran: window.ran ?? null, broken: window.broken, made: made.filter((html) => !/type="application\/json"/.test(html)) };
  });
  assert.deepEqual({ where, ran, broken, made, errors: page.errors }, { where, ran: null, broken: [], made: [], errors: [] });
}

/** Some element's own text holds the payload as it was written. */
const shown = (page, text = 'window.ran=1') => page.waitForFunction((t) => {
  const all = (root) => [...root.querySelectorAll('*')].some((e) => (e.shadowRoot && all(e.shadowRoot)) || [...e.childNodes].some((n) => n.nodeType === 3 && n.data.includes(t)) || (e.value && String(e.value).includes(t)));
  return all(document);
}, text, { timeout: 20000 });

async function signedIn(account, path = '/') {
  const page = await watched(centre.server.url + path);
  await page.fill('#account', account);
  await page.fill('#password', account === 'admin' ? word : word + ' staple');
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame');
  return page;
}

test('the stored scripts are there, as they were written', async () => {
  const rows = (await agent.get(`sessions/${session}/messages?limit=200`)).rows.map((m) => m.text);
  for (const text of evils) assert.ok(rows.filter((t) => t === text).length >= 2, text);
});

test('desk, as an agent: list, talk, notes, customer, phrases, drafts', { timeout: 180000 }, async () => {
  const page = await signedIn('lina', '/desk');
  await shown(page);
  await page.locator('.chat-row').first().click();
  await page.waitForFunction((n) => document.querySelectorAll('.talk-scroll .bubble').length >= n, evils.length * 2, { timeout: 20000 });
  const bubbles = await page.$$eval('.talk-scroll .bubble', (all) => all.map((b) => b.textContent));
  for (const text of evils) assert.ok(bubbles.filter((b) => b.includes(text)).length >= 2, text);
  await page.fill('textarea[aria-label="消息"]', evil);
  await assertQuiet(page, 'the talk');
  for (const tab of await page.$$('.side [role=tab], .side .ant-tabs-tab, .side .ant-segmented-item')) {
    await tab.click().catch(() => undefined);
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined);
    await assertQuiet(page, 'a tab of the side');
  }
  await page.context().close();
});

test('desk, as the administrator: every page', { timeout: 600000 }, async () => {
  const page = await signedIn('admin');
  const seen = new Set(['/', '/desk', '/live', '/search?q=window', '/phrases', '/team/people', '/team/groups', '/team/roles', '/team/skills', '/reports', '/reports/service', '/settings/shops', '/settings/categories', '/settings/tags', '/settings/audit', '/settings/system', '/away',
    `/desk/${session}`]);
  let where = 0;
  for (const path of seen) {
    await page.goto(centre.server.url + path);
    await page.waitForSelector('.frame');
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined); // what is asked again and again never ends
    if (await page.evaluate(() => document.body.innerText.includes('window.ran=1'))) where++;
    await assertQuiet(page, path);
  }
  assert.ok(where >= 5, `only ${where} pages of ${seen.size} showed any of it`);
  await page.context().close();
});

test('the widget: what the agent, the shop and the visitor wrote', { timeout: 120000 }, async () => {
  const page = await watched(`${centre.server.url}/shop/evil`);
  await page.click('.fab');
  await page.waitForSelector('.comp textarea:visible');
  await shown(page); // the shop's name and its greeting
  await page.fill('.comp textarea', evil);
  await page.press('.comp textarea', 'Enter');
  await page.waitForFunction((t) => [...document.querySelector('antball-chat').shadowRoot.querySelectorAll('.row.mine .bub')].some((b) => b.textContent === t), evil, { timeout: 20000 });
  const mine = await until(async () => (await agent.get('inbox?box=mine&limit=200')).rows.find((r) => r.last_text === evil && r.id !== session), 20000, 'the chat in the agent\'s hands');
  for (const text of evils) await say(agent, mine.id, text);
  await page.waitForFunction((list) => {
    const shown = [...document.querySelector('antball-chat').shadowRoot.querySelectorAll('.row:not(.mine) .bub')].map((b) => b.textContent);
    return list.every((t) => shown.includes(t));
  }, evils, { timeout: 20000 });
  await assertQuiet(page, 'the widget');
  await page.context().close();
});

test('the wall: names of shops, groups and people', { timeout: 120000 }, async () => {
  const page = await watched(centre.server.url + '/wall', { width: 1920, height: 1080 });
  await page.evaluate((password) => fetch('/api/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: 'admin', password }) }), word);
  await page.reload();
  await page.locator('.now .big b').first().waitFor();
  await shown(page);
  await assertQuiet(page, 'the wall');
  await page.context().close();
});
