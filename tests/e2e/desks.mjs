// The set-up of those who work at the desk: a shop, its group, two agents and their lead, and a browser.
import { after, afterEach, before } from 'node:test';
import { Centre } from '../lib/centre.mjs';
import { Client } from '../lib/client.mjs';
import { openBrowser, signedInPage } from './harness.mjs';

const word = 'correct horse battery', agents = { lina: '李娜', weimin: '魏敏' };
export const passwordOf = (account) => (account === 'admin' ? word : word + ' staple');

/**
 * Starts and ends with the test file; ready: is told when its members are there. phrase: a base phrase that is there. offline: nobody's state is the
 * next test's; conversations never are.
 */
export function deskCentre({ greeting, phrase, offline = false, ready }) {
  const here = {
    /** Somebody's own client. */
    async person(account) {
      const c = new Client(here.centre.server);
      await c.login(account, passwordOf(account));
      return c;
    },
    /** Somebody's page. */
    signedIn: (account, path = '/', options = {}) => signedInPage(here.browser, here.centre.server.url + path, account, passwordOf(account), options),
  };
  before(async () => {
    const centre = here.centre = await Centre.start();
    here.shop = await centre.shop('main', { name: '青禾服饰', ...(greeting ? { greeting } : {}) });
    here.group = await centre.group('g1', [here.shop]);
    for (const [account, name] of Object.entries(agents)) here[account] = await centre.person(account, { name, group_id: here.group, socket: false });
    await centre.person('lead', { role: 'lead', name: '苏班长', group_id: here.group, socket: false });
    await centre.admin.post('phrases', { ...phrase, base: true });
    here.browser = await openBrowser();
    ready(here);
  });
  after(async () => {
    await here.browser?.close();
    await here.centre?.remove();
  });
  afterEach(async () => {
    for (const context of here.browser?.contexts() ?? []) await context.close();
    const { admin } = here.centre, boxes = await Promise.all(['mine', 'waiting', 'group'].map((box) => admin.get(`inbox?box=${box}`)));
    for (const s of boxes.flatMap((b) => b.rows)) await admin.post(`sessions/${s.id}/close`, {}).catch(() => undefined);
    if (offline) for (const account of Object.keys(agents)) await (await here.person(account)).post('me/state', { state: 'offline' });
  });
  return here;
}
