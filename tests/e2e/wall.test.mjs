// The wall board in a real browser: it asks for a sign-in, follows what happens, and keeps its last news over a lost server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newPage, onDuty, openBrowser, startCentre, visitorSays } from './harness.mjs';

let centre, duty, browser;

before(async () => {
  centre = await startCentre();
  duty = await onDuty(centre);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await duty?.socket.close().catch(() => undefined);
  await centre?.server.remove();
});

test('not signed in it says so; signed in it shows now, today and people, live, and says how old its news is', async () => {
  const page = await newPage(browser, centre.server.url + '/wall', { width: 1920, height: 1080 });
  await page.getByText('大屏尚未登录').waitFor();
  const [name, value] = centre.admin.cookie.split('=');
  await page.context().addCookies([{ name, value, url: centre.server.url, secure: true, httpOnly: true }]).catch(() => undefined);
  if (!(await page.context().cookies()).length)
    await page.evaluate((password) => fetch('/api/v1/login', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ account: 'admin', password }) }), centre.admin.password);
  await page.reload();
  await page.locator('.now .big b').first().waitFor();
  assert.equal(await page.locator('.today .figure b').first().textContent(), '0');
  await page.locator('.people li', { hasText: '林晓' }).waitFor();
  const come = await visitorSays(centre, '在吗');
  await page.locator('.today .figure b', { hasText: /^1$/ }).first().waitFor();
  const session = await duty.hold();
  await duty.say(session, '在的');
  await page.locator('.people li', { hasText: '1/50' }).waitFor();
  const smallest = await page.evaluate(() => Math.min(...[...document.querySelectorAll('main *, header *')].filter((e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => parseFloat(getComputedStyle(e).fontSize))));
  assert.ok(smallest >= 28, `${smallest} px cannot be read from six metres`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth), true);
  await come.socket.close();
  await centre.server.stop();
  await page.getByText(/^截至 \d\d:\d\d$/).waitFor();
  assert.equal(await page.locator('.today .figure b').first().textContent(), '1', 'the last figures stay');
  await centre.server.start();
  await page.waitForFunction(() => !document.body.classList.contains('stale'), null, { timeout: 40_000 });
  assert.deepEqual(page.errors, []);
});

test('English for who reads English', async () => {
  const page = await newPage(browser, centre.server.url + '/wall?lang=en', { width: 1920, height: 1080 });
  await page.getByText('The wall is not signed in').waitFor();
  assert.deepEqual(page.errors, []);
});
