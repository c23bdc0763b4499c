// The report pages' set-up: generated weeks, a browser, somebody signed in.
import { after, afterEach, before } from 'node:test';
import { seeded } from '../lib/seeded.mjs';
import { openBrowser, signedInPage } from './harness.mjs';

const word = 'correct horse battery';

/** Starts and ends with the test file; its members are there once the tests run. */
export function reportCentre(options) {
  const here = {
    /** A page of the administrator; errors and broken policies are kept in page.errors. */
    signedIn: (path, more = {}) => signedInPage(here.browser, here.centre.server.url + path, 'admin', word, { timeout: 120_000, ...more }),
    go: (page, path) => page.goto(here.centre.server.url + path),
  };
  before(async () => {
    here.centre = await seeded(options);
    here.browser = await openBrowser();
  });
  after(async () => {
    await here.browser?.close();
    await here.centre?.remove();
  });
  afterEach(async () => {
    for (const context of here.browser?.contexts() ?? []) await context.close();
  });
  return here;
}

/** A report page that shows what it was asked for. */
export const settled = (page) => page.waitForFunction(() => !document.querySelector('.ant-skeleton') && document.querySelector('.report-head, .section, .table-box'));

export const choose = async (page, label, option) => {
  await page.locator(`.ant-select:has([aria-label="${label}"])`).first().click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: option }).first().click();
};

/** Fits a phone, and no Chinese where the page speaks English. */
export async function fitsInEnglish(page, assert, name) {
  await settled(page);
  const wide = await page.evaluate(() => document.querySelector('.content').scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
  const chinese = await page.evaluate(() => [...document.querySelectorAll('h1, h2, button, label, thead th, .subnav, .report-head > span:first-child')].map((e) => e.textContent).filter((x) => /[\u4e00-\u9fff]/.test(x)));
  assert.deepEqual(chinese.filter((x) => x !== '管理员'), [], name);
}
