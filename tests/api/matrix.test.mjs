// Every role against every route: who lacks the permission is refused before anything is read, who has it is not. The roles' rights stand
// here a second time, on purpose: who changes one must look at this table too.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { binary, startServer } from '../lib/server.mjs';
import { Client } from '../lib/client.mjs';

const agent = ['CHAT', 'CHAT_SEE', 'SEARCH', 'CUSTOMER_EDIT'];
const lead = [...agent, 'CHAT_MANAGE', 'BOARD', 'REPORT', 'TEAM_SEE', 'PASSWORD_RESET'];
const rights = {
  agent: ['own', agent],
  lead: ['group', lead],
  supervisor: ['shop', [...lead, 'PHRASE_BASE', 'EXPORT', 'TEAM_EDIT']],
  inspector: ['shop', ['CHAT_SEE', 'SEARCH', 'REPORT', 'QUALITY', 'BOARD']],
  trainer: ['shop', ['CHAT_SEE', 'SEARCH', 'REPORT', 'TRAINING', 'PHRASE_BASE']],
  manager: ['all', ['CHAT_SEE', 'SEARCH', 'REPORT', 'EXPORT', 'BOARD', 'TEAM_SEE', 'AUDIT_SEE']],
  staff: ['own', []],
  client: ['shop', ['CHAT_SEE', 'REPORT']],
};
const openapi = JSON.parse(execFileSync(binary, ['describe', '--openapi'], { encoding: 'utf8', maxBuffer: 64 << 20 }));
const routes = Object.entries(openapi.paths).flatMap(([template, operations]) =>
  Object.entries(operations).filter(([, o]) => o['x-permission']).map(([method, o]) => ({ method: method.toUpperCase(), template, permission: o['x-permission'] })))
  // Ends the very login that asks.
  .filter((r) => r.template !== '/api/v1/logout');
const good = 'correct horse battery';
let server, admin, shop, group;
const people = {};

before(async () => {
  server = await startServer();
  admin = new Client(server);
  await admin.setup();
  shop = (await admin.post('shops', { name: '店' })).id;
  group = (await admin.post('groups', { name: '组', shops: [shop] })).id;
  const roles = (await admin.get('roles')).rows;
  for (const role of roles.filter((r) => r.key !== 'administrator')) {
    await admin.post('people', { account: role.key, name: role.name, role_id: role.id, group_id: group, shops: [shop], password: good });
    const c = new Client(server);
    await c.login(role.key, good);
    await c.post('me/password', { old: good, new: good + '!' });
    people[role.key] = c;
  }
});
after(() => server.remove());

/** An id that is nobody's, and a body that no route takes: what is allowed ends as 404 or 422 or a list, without a trace. */
function asked(client, route) {
  const path = route.template.replace(/\{[^}]+\}/g, '1');
  return client.ask(route.method, path, route.method === 'GET' || route.method === 'DELETE' ? undefined : { no_such_member: 1 });
}
/** A refusal of the permission has no word of its own; one of a handler (scope, state) says why. */
const shutOut = (reply) => reply.status === 403 && !reply.body.detail;

test('the built-in roles hold what is written here', async () => {
  const rows = (await admin.get('roles')).rows;
  for (const [key, [scope, permissions]] of Object.entries(rights)) {
    const row = rows.find((r) => r.key === key);
    assert.deepEqual([row.scope, [...row.permissions].sort()], [scope, [...permissions].sort()], key);
  }
  const all = (await admin.get('permissions')).rows.map((r) => r.name).sort();
  const administrator = rows.find((r) => r.key === 'administrator');
  assert.deepEqual([administrator.scope, [...administrator.permissions].sort()], ['all', all]);
  assert.deepEqual(rows.filter((r) => r.builtin).map((r) => r.key).sort(), [...Object.keys(rights), 'administrator'].sort());
});

test('every route has a permission, and only the doors are public', () => {
  assert.ok(routes.length > 40);
  const open = routes.filter((r) => r.permission === 'PUBLIC').map((r) => r.template);
  for (const path of open) assert.match(path, /^\/(healthz|readyz|metrics|api\/v1\/(setup|login|reset|health|visitor\/.*))$/);
});

test('nobody and a visitor are let into nothing else', async () => {
  const nobody = new Client(server), forger = new Client(server);
  forger.token = 'v1.' + 'A'.repeat(75);
  for (const route of routes.filter((r) => r.permission !== 'PUBLIC'))
    for (const c of [nobody, forger]) {
      const reply = await asked(c, route);
      assert.equal(reply.status, 401, `${route.method} ${route.template}`);
    }
});

for (const key of Object.keys(rights))
  test(`${key}: shut out of what it lacks, let into what it has`, async () => {
    const held = new Set([...rights[key][1], 'SIGNED_IN', 'PUBLIC']);
    const wrong = [];
    for (const route of routes) {
      const reply = await asked(people[key], route);
      const should = !held.has(route.permission);
      if (shutOut(reply) !== should) wrong.push(`${route.method} ${route.template} (${route.permission}): ${reply.status} ${JSON.stringify(reply.body)}`);
      if (reply.status >= 500) wrong.push(`${route.method} ${route.template}: ${reply.status} ${reply.text}`);
    }
    assert.deepEqual(wrong, []);
  });

test('without the csrf nothing changes, for anybody', async () => {
  const c = new Client(server);
  c.cookie = admin.cookie;
  for (const route of routes.filter((r) => r.method !== 'GET' && !['PUBLIC', 'VISITOR'].includes(r.permission))) {
    const reply = await asked(c, route);
    assert.deepEqual([reply.status, reply.body.code], [403, 'BAD_CSRF'], `${route.method} ${route.template}`);
  }
});

test('from a strange origin nothing changes', async () => {
  for (const route of routes.filter((r) => r.method !== 'GET' && !r.template.startsWith('/api/v1/visitor/'))) {
    const path = route.template.replace(/\{[^}]+\}/g, '1');
    const reply = await admin.ask(route.method, path, route.method === 'DELETE' ? undefined : {}, { origin: 'https://evil.example' });
    assert.deepEqual([reply.status, reply.body.code], [403, 'BAD_ORIGIN'], `${route.method} ${route.template}`);
  }
});

test('a person without a password of the own yet reaches only what sets one', async () => {
  const { password } = await admin.post('people', { account: 'fresh1', name: '新', role_id: (await admin.get('roles')).rows.find((r) => r.key === 'manager').id });
  const c = new Client(server);
  await c.login('fresh1', password);
  const reached = [];
  for (const route of routes.filter((r) => r.permission !== 'PUBLIC'))
    if (!shutOut(await asked(c, route))) reached.push(`${route.method} ${route.template}`);
  assert.deepEqual(reached.sort(), ['GET /api/v1/me', 'PATCH /api/v1/me', 'POST /api/v1/me/password']);
});
