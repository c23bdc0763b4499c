// A centre with one shop and one agent, and a browser to look at it.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';
import { Client } from '../lib/client.mjs';
import { startServer } from '../lib/server.mjs';

export const password = 'kingfisher over the pond';

/** {server, admin, agent, socket, shop}: the shop is always open, the agent is online. */
export async function startCentre({ origins = '', ...options } = {}) {
  const server = await startServer(options);
  const admin = new Client(server);
  await admin.setup();
  const shop = await admin.post('shops', { key: 'shop-1', name: '青禾服饰', colour: '#0f766e', origins, greeting: '您好，欢迎光临青禾服饰！', greeting_en: 'Welcome to Qinghe!',
    away_text: '我们九点上班，请留言。', away_text_en: 'We open at nine. Leave a message.' });
  const roles = (await admin.get('roles')).rows;
  await admin.post('people', { account: 'linxiao', name: '林晓', role_id: roles.find((r) => r.key === 'agent').id, password, shops: [shop.id], capacity: 50 });
  const agent = new Client(server);
  await agent.login('linxiao', password);
  await agent.post('me/password', { old: password, new: password + ' too' });
  return { server, admin, agent, shop };
}

/** The agent's socket, and what agents do with it. */
export async function onDuty(centre) {
  const { agent } = centre;
  const socket = await agent.socket();
  await agent.post('me/state', { state: 'online' });
  const say = (session_id, text, more = {}) => socket.do('message_send', { session_id, client_id: randomUUID(), kind: 'text', text, ...more });
  const hold = async () => {
    for (let i = 0; i < 100; i++) {
      const mine = (await agent.get('inbox?box=mine')).rows;
      if (mine.length) return mine[0].id;
      const waiting = (await agent.get('inbox?box=waiting')).rows;
      if (waiting.length) await agent.post(`sessions/${waiting[0].id}/take`).catch(() => undefined);
      else await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error('no conversation came');
  };
  return { socket, say, hold };
}

/** A visitor who comes, opens a chat and says something. */
export async function visitorSays(centre, text) {
  const client = new Client(centre.server);
  const hello = await client.post('visitor/hello', { shop: 'shop-1', page: '', lang: 'zh' });
  const socket = await client.socket(hello.ticket);
  const session = await socket.do('chat_open', {});
  await socket.do('message_send', { session_id: session.id, client_id: randomUUID(), kind: 'text', text });
  return { socket, session };
}

/** All that the record holds of a session, oldest first. */
export async function messages(client, session) {
  const all = [];
  for (;;) {
    const { rows } = await client.get(`sessions/${session}/messages?limit=200&after_seq=${all.at(-1)?.seq ?? 0}`);
    all.push(...rows);
    if (rows.length < 200) return all;
  }
}

// The browser speaks to our server only.
const quiet = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage', ...quiet] });
}

/** A page whose errors end the test that asks for them. */
export async function newPage(browser, url, { lang = 'zh-CN', width = 1366, height = 768, context, ...more } = {}) {
  context ??= await browser.newContext({ locale: lang, viewport: { width, height }, ...more });
  const page = await context.newPage();
  page.errors = [];
  page.on('pageerror', (e) => page.errors.push(String(e)));
  await page.goto(url);
  return page;
}

/** A page of somebody signed in; errors and refused styles are kept in page.errors. */
export async function signedInPage(browser, url, account, word, { timeout, ...options } = {}) {
  const page = await newPage(browser, url, options);
  page.on('console', (m) => { if (m.type() === 'error' && /Content Security Policy|Uncaught/.test(m.text())) page.errors.push(m.text()); });
  if (timeout) page.setDefaultTimeout(timeout);
  await page.fill('#account', account);
  await page.fill('#password', word);
  await page.click('button[type=submit]');
  await page.waitForSelector('.frame');
  return page;
}

/** Somebody else's web site: serves `html` at every path, under its own strict policy if one is given. */
export async function startSite(html, policy) {
  const site = createServer((_, reply) => {
    reply.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (policy) reply.setHeader('Content-Security-Policy', policy);
    reply.end(html);
  });
  await new Promise((done) => site.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${site.address().port}`, set: (h, p) => { html = h; policy = p; }, close: () => new Promise((done) => site.close(done)) };
}
