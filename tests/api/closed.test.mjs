// Closed by default, tried on every route that the program declares: nobody reaches another shop's things by any of them, no member that is
// the server's own can be sent, sockets end with the rights that opened them, tickets open once, and secrets are told nowhere.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Centre, isMessage, say } from '../lib/centre.mjs';
import { Client, Problem, Socket, openapi, sleep, until } from '../lib/client.mjs';
import { columns, commands, fitting, routes, serverMembers } from '../lib/routes.mjs';
import { kind, run } from '../lib/server.mjs';

const mark = '机密乙7Q', good = 'correct horse battery';
let centre, server, early;
const A = {}, B = {};    // the two shops, and all that is in them
const near = {};         // people of shop A, by role
const told = [];         // every reply and every frame
const hear = (from, text) => told.push([from, text]);

before(async () => {
  centre = await Centre.start({ args: ['--log', 'debug'] });
  server = centre.server;
  server.heard = hear;
  A.shop_id = await centre.shop('a');
  B.shop_id = await centre.shop('b', { name: '店' + mark, greeting: '您好' + mark, away_text: mark, return_days: 0 });
  A.group_id = await centre.group('ga', [A.shop_id]);
  B.group_id = (await centre.admin.post('groups', { key: 'gb', name: '组' + mark, shops: [B.shop_id] })).id;
  for (const role of ['agent', 'lead', 'supervisor', 'inspector', 'trainer', 'client', 'staff'])
    near[role] = await centre.person('a-' + role, { role, group_id: A.group_id, shops: [A.shop_id], capacity: 20 });
  // Opened before anything happens in the other shop, so that whatever goes astray would be heard.
  B.agent = await centre.person('b-agent', { name: '乙员' + mark, group_id: B.group_id, shops: [B.shop_id], capacity: 20 });
  await fillB();
  early = (await centre.admin.post('socket-tickets')).ticket;
  early = { ticket: early, at: Date.now() };
});
after(() => centre.remove());

async function fillB() {
  const v = await centre.visitor('b', { page: 'https://b.example/' + mark });
  B.visitor = v;
  await v.open('https://b.example/' + mark);
  B.session_id = v.session.id;
  B.customer_id = v.hello.customer_id;
  await v.say('我的秘密是' + mark);
  await B.agent.post(`sessions/${B.session_id}/take`);
  await say(B.agent, B.session_id, '收到' + mark);
  await v.live.do('typing', { session_id: B.session_id });
  await B.agent.live.do('read_mark', { session_id: B.session_id, seq: 2 });
  await B.agent.post(`sessions/${B.session_id}/notes`, { text: '备注' + mark });
  await B.agent.patch(`customers/${B.customer_id}`, { name: '客' + mark, note: mark });
  B.file_id = (await B.agent.call('PUT', `files?session_id=${B.session_id}&name=${encodeURIComponent(mark + '.txt')}`, '内容' + mark)).file_id;
  await B.agent.live.do('message_send', { session_id: B.session_id, client_id: 'f', kind: 'file', file_id: B.file_id });
  B.phrase_id = (await B.agent.post('phrases', { text: '短语' + mark, code: 'b1' })).id;
  B.base_phrase_id = (await centre.admin.post('phrases', { text: '公共' + mark, code: 'b2', shop_id: B.shop_id, base: true })).id;
  await v.live.do('away_form', { contact: mark, text: mark }).catch((e) => assert.equal(e.code, 'WRONG_STATE'));
  const w = await centre.visitor('b'); // one that waits
  await w.open();
  await w.say('等待中' + mark);
  B.waiting_id = w.session.id;
  B.person_id = B.agent.id;
  B.login_id = (await centre.admin.get(`people/${B.person_id}/logins`)).rows[0].id;
  await until(async () => (await centre.admin.get('search?q=' + encodeURIComponent(mark))).rows.length >= 3, 10000, 'the search index');
}

/** All of shop B as the administrator sees it. */
async function pictureOfB() {
  const paths = [`sessions/${B.session_id}`, `sessions/${B.waiting_id}`, `sessions/${B.session_id}/messages`, `sessions/${B.session_id}/notes`, `sessions/${B.session_id}/log`,
    `customers/${B.customer_id}`, `shops/${B.shop_id}/hours`, `shops/${B.shop_id}/widget`, 'shops', 'groups', `people?shop_id=${B.shop_id}`,
    `people/${B.person_id}/logins`, 'phrases?limit=200', 'away-forms'];
  const all = [];
  for (const path of paths) all.push([path, JSON.parse((await centre.admin.ask('GET', path)).text, (k, v) => (['seen_at', 'next_open_at'].includes(k) ? 0 : v))]);
  all.push(['own phrases', (await B.agent.get('phrases?limit=200')).rows]);
  return all;
}

const idsOfB = () => [B.session_id, B.waiting_id, B.customer_id, B.file_id, B.phrase_id, B.base_phrase_id, B.person_id, B.group_id];
// A report repeats what it was asked for; that is no answer.
const betrays = (text) => text.includes(mark) || idsOfB().some((id) => text.replaceAll(/"asked":\{[^{}]*\}/g, '').includes(String(id)));
const inPath = (route) => route.parameters.filter((p) => p.in === 'path');
const pathOf = (route, known) => route.template.replace(/\{(\w+)\}/g, (_, name) => known[name] ?? 1);

// ---- reading ----

/** Every way to ask a GET route for what belongs to B: without anything, and with each parameter pointing there. */
function* questions(route) {
  const query = route.parameters.filter((p) => p.in === 'query');
  const day = new Date().toISOString().slice(0, 10);
  const pointing = { q: mark, agent_id: B.person_id, from: day, to: day, metric: 'receive_num', by: 'agent', limit: 50, ...B };
  const needed = query.filter((p) => p.required).map((p) => [p.name, fitting(p.name, p.schema, pointing)]);
  const write = (pairs) => pathOf(route, B) + (pairs.length ? '?' + new URLSearchParams(pairs.map(([k, v]) => [k, String(v)])) : '');
  yield write(needed);
  for (const p of query.filter((x) => !x.required))
    for (const value of p.schema.enum ?? [fitting(p.name, p.schema, pointing)]) yield write([...needed, [p.name, value]]);
  if (query.some((p) => p.name === 'q') && query.some((p) => p.name === 'shop_id')) yield write([...needed, ['q', mark], ['shop_id', B.shop_id]]);
}

for (const role of ['agent', 'lead', 'supervisor', 'inspector', 'trainer', 'client', 'staff'])
  test(`${role} of another shop reads nothing of this one, by any route`, async () => {
    const wrong = [];
    for (const route of routes.filter((r) => r.method === 'GET'))
      for (const path of questions(route)) {
        const reply = await near[role].ask('GET', path);
        if (reply.status >= 500) wrong.push(`${path}: ${reply.status}`);
        if (reply.status < 300 && inPath(route).length) wrong.push(`${path}: ${reply.status}`);
        if (betrays(reply.text)) wrong.push(`${path}: ${reply.text.slice(0, 400)}`);
      }
    assert.deepEqual(wrong, []);
  });

test('what was asked is there: the people of the shop itself do read it', async () => {
  for (const path of [`sessions/${B.session_id}`, `sessions/${B.session_id}/messages`, `sessions/${B.session_id}/notes`, `customers/${B.customer_id}`, `files/${B.file_id}`, `search?q=${encodeURIComponent(mark)}`, 'phrases', 'inbox?box=waiting', 'shops'])
    assert.ok(betrays((await B.agent.ask('GET', path)).text), path);
});

// ---- writing ----

const bodies = () => ({
  shops: [B.shop_id], skills: [], tags: [], spans: [], days: [], permissions: [], colour: '#112233', timezone: 'Asia/Shanghai', currency: 'CNY', origins: '', profile: 'plain',
  password: good + '?', old: 'x', new: 'x', phone: '13800138000', email: 'a@b.cn', flag: '', closed: true, left: true, note: '交接', state: 'online', reason: '',
  role_id: centre.roles.find((r) => r.key === 'agent').id, kind: 'text', text: '越权', client_id: 'x1', seq: 1, score: 5, ...B,
  person_id: B.person_id, category_id: B.category_id,
});

function bodyOf(route, known) {
  if (route.raw) return '快捷短语编码,快捷短语,快捷短语分组\nx,y,z\n';
  if (!route.body) return undefined;
  const path = new Set(inPath(route).map((p) => p.name));
  const take = (name) => !path.has(name) && (route.body.required.includes(name) || name in known) && !(name === 'group_id' && route.template.endsWith('/transfer'));
  return Object.fromEntries(Object.entries(route.body.properties).filter(([name]) => take(name)).map(([name, schema]) => [name, fitting(name, schema, known)]));
}

const writing = routes.filter((r) => r.method !== 'GET' && !['PUBLIC', 'VISITOR'].includes(r.permission));
const pointsAtB = (route) => inPath(route).length > 0 || route.parameters.some((p) => ['session_id', 'shop_id'].includes(p.name) && p.in === 'query');

test('nobody of another shop changes anything of this one, by any route', async () => {
  B.category_id = (await centre.admin.get('categories')).rows[0].id;
  const before = await pictureOfB();
  const wrong = [];
  for (const route of writing.filter((r) => pointsAtB(r) && !/categor|roles/.test(r.template)))
    for (const role of ['agent', 'lead', 'supervisor', 'inspector', 'trainer', 'client', 'staff'])
      for (const target of [B, { ...B, session_id: B.waiting_id, phrase_id: B.base_phrase_id }]) {
        const query = route.parameters.filter((p) => p.in === 'query').map((p) => [p.name, String(fitting(p.name, p.schema, { ...target, name: 'x.txt', base: 'true' }))]);
        const path = pathOf(route, target) + (query.length ? '?' + new URLSearchParams(query) : '');
        const reply = await near[role].ask(route.method, path, route.method === 'DELETE' ? undefined : bodyOf(route, { ...bodies(), ...target }) ?? {});
        if (![401, 403, 404, 409].includes(reply.status)) wrong.push(`${role} ${route.method} ${path}: ${reply.status} ${reply.text.slice(0, 200)}`);
      }
  assert.deepEqual(wrong, []);
  assert.deepEqual(await pictureOfB(), before);
});

test('nor does a body that names the other shop', async () => {
  const s = near.supervisor, before = await pictureOfB();
  const role_id = centre.roles.find((r) => r.key === 'agent').id;
  const tries = [
    ['POST', 'people', { account: 'sneak1', name: 'x', role_id, shops: [B.shop_id] }],
    ['POST', 'people', { account: 'sneak2', name: 'x', role_id, group_id: B.group_id }],
    ['PATCH', `people/${near.agent.id}`, { shops: [B.shop_id] }],
    ['PATCH', `people/${near.agent.id}`, { group_id: B.group_id }],
    ['PATCH', `groups/${A.group_id}`, { shops: [A.shop_id, B.shop_id] }],
    ['POST', 'groups', { name: 'x', shops: [B.shop_id] }],
    ['POST', 'phrases', { text: 'x', shop_id: B.shop_id, base: true }],
    ['POST', 'phrases', { text: 'x', shop_id: B.shop_id }],
  ];
  for (const [method, path, body] of tries) {
    const reply = await s.ask(method, path, body);
    assert.ok([403, 404, 409, 422].includes(reply.status), `${method} ${path} ${JSON.stringify(body)}: ${reply.status} ${reply.text}`);
  }
  assert.deepEqual(await pictureOfB(), before);
});

test('the same bodies are good for those who may: they were no mere malformed requests', async () => {
  const wrong = [];
  const target = { ...B, session_id: B.waiting_id };
  for (const route of writing.filter((r) => inPath(r).some((p) => ['session_id', 'customer_id', 'shop_id', 'phrase_id', 'person_id'].includes(p.name)) && r.method !== 'DELETE')) {
    if (/disable|password|visitor-key|people/.test(route.template)) continue; // tried in team.test.mjs
    const reply = await centre.admin.ask(route.method, pathOf(route, { ...target, phrase_id: B.base_phrase_id }), bodyOf(route, { ...bodies(), closed: false, left: false }) ?? {});
    if ([400, 401, 403, 404, 422].includes(reply.status)) wrong.push(`${route.method} ${route.template}: ${reply.status} ${reply.text}`);
  }
  assert.deepEqual(wrong, []);
});

test('a visitor\'s token opens the visitor\'s own doors, and no others', async () => {
  const visitor = await centre.visitor('a');
  const c = new Client(server);
  c.token = visitor.token;
  const wrong = [];
  for (const route of routes.filter((r) => r.permission !== 'PUBLIC')) {
    const reply = await c.ask(route.method, pathOf(route, B), route.method === 'GET' || route.method === 'DELETE' ? undefined : {});
    const own = route.template.startsWith('/api/v1/files'); // of the own chat; these are another's
    if (!(own ? [400, 403, 404, 422] : [401, 403]).includes(reply.status)) wrong.push(`${route.method} ${route.template}: ${reply.status} ${reply.text.slice(0, 100)}`);
    if (betrays(reply.text)) wrong.push(`${route.method} ${route.template} betrays`);
  }
  assert.deepEqual(wrong, []);
});

// ---- members that are the server's own ----

const dangerous = ['id', 'person_id', 'role_id', 'role_key', 'scope', 'permissions', 'builtin', 'must_change', 'account', 'agent_id', 'customer_id', 'seq', 'unread', 'queued_at', 'created_at', 'closed_at',
  'disabled_at', 'left_at', 'token_hash', 'csrf', 'visitor_key', 'extra', 'imported', 'sender', 'at', 'stored_name', 'priority', 'blocked_at', 'password_at', '__proto__', 'constructor'];

/** Runs work over all of list, some at a time. */
async function manyAtOnce(list, work, most = 8) {
  const rest = list[Symbol.iterator]();
  await Promise.all(Array.from({ length: most }, async () => { for (const one of rest) await work(one); }));
}

test('no route takes a member that is the server\'s own, or any column of the record that it does not declare', { timeout: 900000 }, async () => {
  assert.ok(serverMembers.includes('viewer_scope') && columns.includes('token_hash') && columns.length > 100, 'the lists are read from the sources');
  const wrong = [], names = new Set([...serverMembers, ...dangerous, ...columns]), tries = [];
  for (const route of writing.concat(routes.filter((r) => r.permission === 'PUBLIC' && r.method !== 'GET'))) {
    if (route.raw || route.template.endsWith('/logout')) continue;
    const declared = new Set([...Object.keys(route.body?.properties ?? {}), ...inPath(route).map((p) => p.name)]);
    for (const name of names) if (!declared.has(name)) tries.push([route, name]);
  }
  assert.ok(tries.length > 5000);
  server.heard = null; // refusals by the thousand, each the same
  await manyAtOnce(tries, async ([route, name]) => {
    const body = JSON.stringify({ ...(bodyOf(route, bodies()) ?? {}) }).replace(/^\{/, `{${JSON.stringify(name)}:1,`).replace(',}', '}');
    const reply = await centre.admin.ask(route.method, pathOf(route, { ...B, person_id: 1, shop_id: 1, session_id: 1, customer_id: 1, phrase_id: 1 }), body, { 'content-type': 'application/json' });
    if (reply.status !== 422 || reply.body.field !== name) wrong.push(`${route.method} ${route.template} ${name}: ${reply.status} ${reply.text.slice(0, 120)}`);
  });
  server.heard = hear;
  assert.deepEqual(wrong.slice(0, 20), []);
});

test('nor does the query string, or a socket command', async () => {
  const wrong = [];
  for (const route of routes.filter((r) => r.method === 'GET' && r.permission !== 'PUBLIC'))
    for (const name of ['viewer', 'viewer_scope', 'viewer_group', 'now']) {
      const reply = await near.agent.ask('GET', `${pathOf(route, B)}?${name}=all`);
      if (reply.status < 400) wrong.push(`GET ${route.template} ${name}: ${reply.status}`);
    }
  for (const c of commands.filter((x) => x.name !== 'resume'))
    for (const name of ['viewer', 'viewer_scope', 'viewer_group', 'now', 'new_id', 'visitor', 'visitor_shop', 'person_id', 'sender', 'at', 'seq']) {
      if (c.takes.includes(name)) continue;
      centre.admin.live ??= await centre.admin.socket();
      const who = c.permission === 'VISITOR' ? B.visitor : centre.admin;
      const body = Object.fromEntries([[name, 1], ...c.takes.map((n) => [n, n === 'session_id' ? B.session_id : n === 'kind' ? 'text' : n === 'card' ? {} : 1])]);
      const answer = await who.live.do(c.name, body).then((out) => ({ out }), (e) => e);
      if (answer.code !== 'BAD_FIELD' && answer.code !== 'TOO_MANY') wrong.push(`${c.name} (${c.permission}) ${name}: ${JSON.stringify(answer)}`);
      if (c.permission === 'VISITOR') await sleep(70); // within the rate of a visitor's socket
    }
  assert.deepEqual(wrong, []);
});

// ---- sockets ----

test('each socket command answers only those whose permission it names', async () => {
  assert.ok(commands.length >= 12);
  const forStaff = commands.filter((c) => c.permission !== 'VISITOR'), forVisitors = commands.filter((c) => c.permission === 'VISITOR');
  const input = (c) => Object.fromEntries(c.takes.map((n) => [n, n === 'session_id' ? B.session_id : n === 'kind' ? 'text' : n.endsWith('text') || n.endsWith('id') || n === 'page' || n === 'contact' ? 'x' : 1]));
  for (const [role, c] of Object.entries(near)) {
    const held = new Set([...c.me.permissions, 'SIGNED_IN']);
    for (const command of forStaff.filter((x) => x.name !== 'resume')) {
      const e = await c.live.do(command.name, input(command)).then(() => ({}), (x) => x);
      if (!held.has(command.permission)) assert.ok(['FORBIDDEN', 'NOT_FOUND'].includes(e.code), `${role} ${command.name}: ${e.message ?? 'done'}`);
      else if (command.takes.includes('session_id') && command.name !== 'unwatch') assert.ok(e instanceof Problem, `${role} ${command.name} on another shop's session was done`);
    }
    const alone = forVisitors.filter((v) => !forStaff.some((s) => s.name === v.name));
    for (const command of alone) await assert.rejects(c.live.do(command.name, input(command)), (e) => ['NOT_FOUND', 'FORBIDDEN'].includes(e.code), `${role} ${command.name}`);
  }
  const visitor = await centre.visitor('a');
  for (const command of forStaff.filter((s) => !forVisitors.some((v) => v.name === s.name)))
    await assert.rejects(visitor.live.do(command.name, input(command)), (e) => ['NOT_FOUND', 'FORBIDDEN'].includes(e.code), `visitor ${command.name}`);
  for (const command of forVisitors.filter((x) => x.takes.includes('session_id')))
    await assert.rejects(visitor.live.do(command.name, { ...input(command), client_id: 'c1' }), Problem, `visitor ${command.name} on another's session`);
});

/** "Something of this kind changed: look again" is told to all staff, by number alone. */
const hint = (e) => ['team', 'customer', 'phrase', 'away_form'].includes(e.event) && Object.keys(e.data ?? {}).every((k) => ['id', 'kind'].includes(k));
const strays = (events) => events.filter((e) => !hint(e) && betrays(JSON.stringify(e)));

test('no event of this shop reaches the sockets of another', async () => {
  await B.visitor.say('又一句' + mark);
  await say(B.agent, B.session_id, '再答' + mark);
  await B.agent.post('me/state', { state: 'online' });
  await centre.admin.patch(`shops/${B.shop_id}`, { greeting: '新' + mark });
  await B.agent.live.event(isMessage('又一句' + mark));
  await sleep(300);
  const visitor = await centre.visitor('a');
  await sleep(100);
  for (const [role, c] of Object.entries({ ...near, visitor })) {
    assert.deepEqual(strays(c.live.events), [], role);
    assert.ok(!JSON.stringify(c.live.events).includes(mark), role);
  }
});

test('a missed event is not told to those whom it did not concern', async () => {
  for (const role of ['agent', 'supervisor', 'client']) {
    const live = await near[role].socket();
    const out = await live.do('resume', { pos: 0 }).catch((e) => e);
    await sleep(200);
    assert.ok(!(out instanceof Error), String(out));
    assert.deepEqual(strays(live.events), [], role);
    await live.close();
  }
});

const opens = (ticket, options = {}) => new Socket(server, ticket, options).opened().then((s) => s.close().then(() => true), () => false);

test('a ticket opens once, from our own pages only, and never without', async () => {
  const ticket = async () => (await near.agent.post('socket-tickets')).ticket;
  const once = await ticket();
  assert.equal(await opens(once), true);
  assert.equal(await opens(once), false);
  assert.equal(await opens(await ticket(), { origin: 'https://evil.example' }), false);
  assert.equal(await opens(await ticket(), { origin: 'null' }), false);
  assert.equal(await opens(''), false);
  assert.equal(await opens(once.slice(0, -1)), false);
  const last = await ticket();
  await near.agent.post('logout');
  assert.equal(await opens(last), false, 'the login of the ticket has ended');
  await near.agent.login('a-agent', near.agent.password ?? good + ' staple').catch(() => near.agent.login('a-agent', good));
  near.agent.live = await near.agent.socket();
});

const closesWith4001 = async (live) => {
  const end = await Promise.race([live.closed, sleep(5000).then(() => null)]);
  assert.equal(end?.code, 4001, 'the socket stays open');
};

test('sockets end with what opened them', async () => {
  const person = async (account) => centre.person(account, { role: 'lead', group_id: A.group_id, shops: [A.shop_id] });
  const login = async (account) => { const c = new Client(server); await c.login(account, good).catch(() => c.login(account, good + ' staple')); c.live = await c.socket(); return c; };

  const p = await person('x-logout'), other = await login('x-logout');
  await p.post('logout');
  await closesWith4001(p.live);
  assert.equal((await p.ask('GET', 'me')).status, 401);
  assert.equal((await other.ask('GET', 'me')).status, 200);
  const mine = await login('x-logout');
  const ended = (await mine.get('me/logins')).rows.find((l) => !l.current);
  await mine.delete(`me/logins/${ended.id}`);
  await closesWith4001(other.live);
  await sleep(100);
  assert.equal(mine.live.ws.readyState, mine.live.ws.OPEN);

  const disabled = await person('x-disabled');
  await centre.admin.post(`people/${disabled.id}/disable`);
  await closesWith4001(disabled.live);
  assert.equal((await disabled.ask('GET', 'me')).status, 401);

  const moved = await person('x-role');
  await centre.admin.patch(`people/${moved.id}`, { role_id: await centre.roleId('agent') });
  await closesWith4001(moved.live);
  assert.equal((await moved.ask('GET', 'people')).status, 403, 'the new rights hold at once');

  const roleOf = (await centre.admin.post('roles', { key: 'special', name: '特', scope: 'shop', permissions: ['CHAT_SEE', 'SEARCH'] })).id;
  centre.roles = null;
  const special = await centre.person('x-special', { role: 'special', group_id: A.group_id, shops: [A.shop_id] });
  await centre.admin.patch(`roles/${roleOf}`, { permissions: ['CHAT_SEE'] });
  await closesWith4001(special.live);

  const shopless = await person('x-shop');
  await centre.admin.patch(`people/${shopless.id}`, { shops: [], group_id: B.group_id });
  await closesWith4001(shopless.live);

  const changed = await person('x-password'), second = await login('x-password');
  await changed.post('me/password', { old: good + ' staple', new: good + ' 2' });
  await closesWith4001(second.live);
  assert.equal((await changed.ask('GET', 'me')).status, 200);
});

test('a ticket is good for half a minute', { timeout: 60000 }, async () => {
  await sleep(Math.max(0, early.at + 30500 - Date.now()));
  assert.equal(await opens(early.ticket), false);
});

// ---- secrets ----

function secretsStored() {
  const sql = 'SELECT token_hash AS s FROM login UNION ALL SELECT password FROM person WHERE password IS NOT NULL';
  const out = kind === 'sqlite' ? execFileSync('sqlite3', [server.db, sql], { encoding: 'utf8' }) : execFileSync('psql', ['-X', '-At', '-c', sql, server.db], { encoding: 'utf8' });
  return out.trim().split('\n');
}

const tokensIn = (text) => [...text.matchAll(/"(?:csrf|token|ticket|link|visitor_key)":"([^"]{12,})"/g)].map((m) => m[1]);

test('secrets are told nowhere: not in a reply, an error, an export, the log, and the log knows no message', async () => {
  // A customer whom the shop has signed, rightly and wrongly: neither the signature nor the key may stay anywhere.
  const keys = await Promise.all([A.shop_id, B.shop_id].map(async (id) => (await centre.admin.get(`shops/${id}/widget`)).visitor_key));
  const at = Date.now(), sign = createHmac('sha256', keys[0]).update(`c-signed\n王\n${at}`).digest('hex'), forged = createHmac('sha256', 'x').update('y').digest('hex');
  const signed = await new Client(server).post('visitor/hello', { shop: 'a', customer: { key: 'c-signed', name: '王', at, sign } });
  const refused = [await new Client(server).ask('POST', 'visitor/hello', { shop: 'a', customer: { key: 'c-signed', name: '王', at, sign: forged } }), await new Client(server).ask('POST', 'login', { account: 'admin', password: good + 'typo' }),
    await new Client(server).ask('POST', 'login', { account: 'admin', password: [good + 'typo'] }), await new Client(server).ask('POST', 'setup', { token: server.setupToken, account: 'x1', name: 'x', password: good }),
    await near.agent.ask('POST', 'me/password', { old: good + 'typo', new: 'short' })];
  for (const r of refused) assert.ok(r.status >= 400, r.text);
  const typed = [good, good + 'typo', forged, sign, server.setupToken], hidden = [...secretsStored(), '$argon2', ...typed];
  assert.ok(hidden.length > 10);
  for (const [from, text] of told) {
    for (const s of hidden) assert.ok(!text.includes(s), `${from} told a secret: ${text.slice(0, 300)}`);
    if (!/widget|visitor-key/.test(from)) for (const k of keys) assert.ok(!text.includes(k), `${from} told a shop's key`);
  }
  const cookies = [centre.admin, ...Object.values(near)].filter((c) => c.cookie).map((c) => c.cookie.split('=')[1]);
  const passing = [...told.flatMap(([, text]) => tokensIn(text)), signed.token, signed.ticket, ...cookies, ...keys];
  assert.ok(passing.length > 20 && cookies.length > 5);
  const errors = told.filter(([, text]) => text.includes('"request_id"')).map(([, text]) => text).join('\n');
  assert.ok(errors.length > 1000);
  const file = path.join(server.dir, 'all.jsonl');
  const out = await run(['export', '--db', server.db, '--from', '2000-01-01', '--to', '2099-12-31', file]);
  assert.equal(out.code, 0, out.err);
  const exported = readFileSync(file, 'utf8');
  assert.ok(exported.includes(mark), 'the export is that of this centre');
  const report = (await centre.admin.ask('GET', `reports/service?from=2020-01-01&format=csv`)).text;
  const places = { 'an error': errors, 'the export': exported, 'what the command says': out.out + out.err, 'a report': report, 'the log': server.log };
  for (const [place, text] of Object.entries(places))
    for (const s of [...hidden, ...passing]) assert.ok(!text.includes(s), `${place} holds ${s}`);
  for (const s of [mark, '越权', '王']) assert.ok(!server.log.includes(s), 'the log holds ' + s);
});
