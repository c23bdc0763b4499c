// The team: who may come in, who may do what to whom, and what the centre is set up with.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { startServer } from '../lib/server.mjs';
import { Client, until } from '../lib/client.mjs';

let server, admin;
const good = 'correct horse battery';
const names = (rows) => rows.map((r) => r.name);

before(async () => {
  server = await startServer();
  admin = new Client(server);
});
after(() => server.remove());

async function refused(promise, code, field) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.code, code, e.message);
    if (field) assert.equal(e.field, field, e.message);
    return true;
  });
}

async function roleId(key) {
  return (await admin.get('roles')).rows.find((r) => r.key === key).id;
}

/** Adds a person and signs in with a password of its own. */
async function hire(account, role, more = {}) {
  const { id } = await admin.post('people', { account, name: more.name ?? account, role_id: await roleId(role), password: good, ...more });
  const c = new Client(server);
  await c.login(account, good);
  await c.post('me/password', { old: good, new: good + ' staple' });
  await c.login(account, good + ' staple');
  c.id = id;
  return c;
}

test('the first run needs the token, and happens once', async () => {
  assert.deepEqual(await admin.get('setup'), { needed: true, business_name: '' });
  assert.ok(server.setupToken.length >= 16);
  await refused(admin.post('setup', { token: 'guess', account: 'admin', name: 'A', password: good }), 'FORBIDDEN', 'token');
  await refused(admin.setup({ password: 'woaini1314' }), 'BAD_FIELD', 'password');
  await refused(admin.setup({ account: 'a b' }), 'BAD_FIELD', 'account');
  const me = await admin.setup({ account: 'Admin', name: '王管理' });
  assert.equal(me.account, 'admin');
  assert.equal(me.role_key, 'administrator');
  assert.equal(me.scope, 'all');
  assert.ok(me.permissions.includes('ROLE_EDIT') && !me.permissions.includes('PUBLIC'));
  assert.equal((await admin.get('setup')).needed, false);
  await refused(new Client(server).setup({ account: 'second' }), 'WRONG_STATE');
});

test('the cookie is out of reach for scripts, and the csrf guards changes', async () => {
  const c = new Client(server);
  const reply = await c.ask('POST', 'login', { account: 'ADMIN', password: good });
  assert.match(reply.headers.get('set-cookie'), /^__Host-antball=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=\d+$/);
  assert.ok(!reply.text.includes(good));
  await refused(c.patch('me', { lang: 'en' }), 'BAD_CSRF');
  c.csrf = (await c.get('me')).csrf;
  assert.equal((await c.patch('me', { lang: 'en' })).lang, 'en');
  assert.equal((await c.patch('me', { lang: 'zh' })).lang, 'zh');
  await c.post('logout');
  assert.equal(c.cookie, null);
  await refused(c.get('me'), 'SIGN_IN');
});

test('nobody signed in sees nothing', async () => {
  for (const path of ['me', 'people', 'roles', 'groups', 'shops', 'settings', 'audit', 'categories', 'tags', 'skills', 'permissions', 'me/logins'])
    await refused(new Client(server).get(path), 'SIGN_IN');
});

test('shops, groups and their keys', async () => {
  const a = await admin.post('shops', { key: 'shop-a', name: '旗舰店', colour: '#123abc', origins: 'https://A.example/ http://127.0.0.1:9000' });
  const b = await admin.post('shops', { name: '同城生活', timezone: 'Asia/Shanghai', cut_hour: 3, routing_mode: 'offer' });
  assert.match(b.key, /^shop-[0-9a-z]+$/);
  await refused(admin.post('shops', { key: 'shop-a', name: 'again' }), 'EXISTS');
  await refused(admin.post('shops', { name: 'x', timezone: 'Mars/Base' }), 'BAD_FIELD', 'timezone');
  await refused(admin.post('shops', { name: 'x', currency: 'cny' }), 'BAD_FIELD', 'currency');
  await refused(admin.post('shops', { name: 'x', colour: 'red-ish' }), 'BAD_FIELD', 'colour');
  await refused(admin.post('shops', { name: 'x', origins: 'example' }), 'BAD_FIELD', 'origins');
  await refused(admin.post('shops', { name: 'x', visitor_key: 'mine' }), 'BAD_FIELD', 'visitor_key');
  const rows = (await admin.get('shops')).rows;
  assert.deepEqual(names(rows), ['旗舰店', '同城生活']);
  assert.equal(rows[0].origins, 'https://a.example\nhttp://127.0.0.1:9000');
  assert.ok(!('visitor_key' in rows[0]));
  assert.equal(rows[0].open_now, true);
  await admin.patch(`shops/${a.id}`, { greeting: '您好', return_days: 7 });
  assert.equal((await admin.get('shops')).rows[0].greeting, '您好');
  await refused(admin.patch('shops/999', { name: 'x' }), 'NOT_FOUND');

  const widget = await admin.get(`shops/${a.id}/widget?base=https://centre.example`);
  assert.equal(widget.script, '<script async src="https://centre.example/widget.js" data-shop="shop-a"></script>');
  assert.match(widget.visitor_key, /^[0-9a-f]{64}$/);
  const renewed = await admin.post(`shops/${a.id}/visitor-key`);
  assert.notEqual(renewed.visitor_key, widget.visitor_key);
  assert.equal((await admin.get(`shops/${a.id}/widget`)).visitor_key, renewed.visitor_key);

  const g = await admin.post('groups', { name: '售前一组', shops: [a.id] });
  await refused(admin.post('groups', { name: 'x', shops: [12345] }), 'REFERENCED', 'shops');
  await refused(admin.post('groups', { name: 'x', shops: ['1'] }), 'BAD_FIELD', 'shops');
  await admin.patch(`groups/${g.id}`, { name: '售前组', shops: [a.id, b.id, a.id] });
  assert.deepEqual((await admin.get('groups')).rows.map((r) => [r.name, r.shops]), [['售前组', [a.id, b.id].sort((x, y) => x - y)]]);
  await admin.patch(`groups/${g.id}`, { shops: [a.id] });
  Object.assign(server, { a: a.id, b: b.id, g: g.id });
});

test('hours: weekly spans, a holiday, a working day in its place', async () => {
  const path = `shops/${server.a}/hours`;
  assert.equal((await admin.get(path)).open_now, true);
  const set = { spans: [{ weekday: 1, from_min: 540, to_min: 1320 }, { weekday: 2, from_min: 1320, to_min: 1560 }],
    days: [{ day: '2026-10-01', like_weekday: null, note: '国庆' }, { day: '2026-10-10', like_weekday: 1, note: '调休' }] };
  const got = await admin.put(path, set);
  assert.deepEqual(got.spans, set.spans);
  assert.deepEqual(got.days, set.days);
  assert.equal(typeof got.next_open_at, 'number');
  assert.deepEqual((await admin.put(path, { spans: [] })).days, set.days);
  await refused(admin.put(path, { spans: [{ weekday: 7, from_min: 0, to_min: 60 }] }), 'BAD_FIELD', 'spans');
  await refused(admin.put(path, { spans: [{ weekday: 1, from_min: 60, to_min: 60 }] }), 'BAD_FIELD', 'spans');
  await refused(admin.put(path, { spans: [], days: [{ day: '2026-02-30' }] }), 'BAD_FIELD', 'days');
  await refused(admin.put(path, { spans: [], days: [{ day: '2026-02-01' }, { day: '2026-02-01' }] }), 'BAD_FIELD', 'days');
  await admin.put(path, { spans: [], days: [] });
});

test('people are added, found by pinyin, changed', async () => {
  const agent = await roleId('agent');
  const made = await admin.post('people', { account: 'LiNa', name: '李娜', role_id: agent, group_id: server.g, shops: [server.b] });
  assert.match(made.password, /^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
  await refused(admin.post('people', { account: 'lina', name: 'x', role_id: agent }), 'EXISTS', 'account');
  await refused(admin.post('people', { account: 'x1', name: 'x', role_id: 5 }), 'BAD_FIELD', 'role_id');
  await refused(admin.post('people', { account: 'x1', name: 'x', role_id: agent, group_id: 5 }), 'BAD_FIELD', 'group_id');
  await refused(admin.post('people', { account: 'x1', name: 'x', role_id: agent, shops: [5] }), 'REFERENCED', 'shops');
  await refused(admin.post('people', { account: 'x1', name: 'x', role_id: agent, password: 'a123456789' }), 'BAD_FIELD', 'password');
  for (const q of ['李', 'lina', 'LN', 'LiNa'])
    assert.deepEqual(names((await admin.get('people?q=' + encodeURIComponent(q))).rows), ['李娜'], q);
  const { key } = (await admin.get('people?q=lina')).rows[0];
  assert.deepEqual(names((await admin.get('people?q=' + key.toUpperCase())).rows), ['李娜']);
  assert.deepEqual((await admin.get('people?q=%25')).rows, []);
  const skill = await admin.post('skills', { name: '英语' });
  await admin.patch(`people/${made.id}`, { name: '李 娜', capacity: 8, skills: [{ id: skill.id, level: 2 }] });
  const row = (await admin.get(`people?group_id=${server.g}`)).rows[0];
  assert.deepEqual([row.name, row.capacity, row.skills, row.shops, row.role_key, row.group_name, row.state],
    ['李 娜', 8, [{ id: skill.id, level: 2 }], [server.b], 'agent', '售前组', null]);
  assert.deepEqual((await admin.get('skills')).rows, [{ id: skill.id, name: '英语', people: 1 }]);
  await refused(admin.patch(`people/${made.id}`, { password: 'x' }), 'BAD_FIELD', 'password');
  await refused(admin.patch(`people/${made.id}`, { skills: [{ id: 3 }] }), 'REFERENCED', 'skills');
  await admin.patch(`people/${made.id}`, { group_id: 0 });
  assert.equal((await admin.get('people?q=lina')).rows[0].group_id, null);
  await admin.patch(`people/${made.id}`, { group_id: server.g });

  const first = await admin.get('people?limit=1');
  assert.equal(first.rows.length, 1);
  const second = await admin.get('people?limit=1&cursor=' + first.next);
  assert.ok(second.rows[0].id > first.rows[0].id);
  assert.equal(second.next, undefined);
  server.lina = { id: made.id, password: made.password };
});

test('a password that somebody else made is changed before anything else', async () => {
  const c = new Client(server);
  const me = await c.login('lina', server.lina.password);
  assert.equal(me.must_change, true);
  await refused(c.get('shops'), 'FORBIDDEN');
  await refused(c.post('me/password', { old: 'wrong', new: good }), 'BAD_FIELD', 'old');
  await refused(c.post('me/password', { old: server.lina.password, new: 'short' }), 'BAD_FIELD', 'new');
  await refused(c.post('me/password', { old: server.lina.password, new: 'lina lina lina' }), 'BAD_FIELD', 'new');
  await refused(c.post('me/password', { old: server.lina.password, new: server.lina.password }), 'BAD_FIELD', 'new');
  await c.post('me/password', { old: server.lina.password, new: good });
  assert.equal((await c.get('me')).must_change, false);
  assert.deepEqual(names((await c.get('shops')).rows), ['旗舰店', '同城生活']);
  await refused(c.get('people'), 'FORBIDDEN');
  await refused(c.get('settings'), 'FORBIDDEN');
});

test('state: online, paused with a reason, heard by the board', async () => {
  const c = new Client(server);
  await c.login('lina', good);
  const socket = await c.socket();
  await c.post('me/state', { state: 'paused', reason: '小休' });
  const heard = await socket.event('agent_state');
  assert.deepEqual([heard.data.state, heard.data.reason, heard.data.person_id], ['paused', '小休', server.lina.id]);
  const me = await c.get('me');
  assert.deepEqual([me.state, me.state_reason], ['paused', '小休']);
  await c.post('me/state', { state: 'online', reason: 'ignored' });
  assert.equal((await c.get('me')).state_reason, '');
  await refused(c.post('me/state', { state: 'asleep' }), 'BAD_FIELD', 'state');
  await socket.close();
});

test('logins are listed and ended, and ending one closes its sockets', async () => {
  const phone = new Client(server), desk = new Client(server);
  await phone.login('lina', good);
  await desk.login('lina', good);
  const socket = await phone.socket();
  const rows = (await desk.get('me/logins')).rows;
  assert.equal(rows.filter((r) => r.current).length, 1);
  const other = rows.filter((r) => !r.current);
  await refused(admin.delete(`me/logins/${other[0].id}`), 'NOT_FOUND');
  for (const r of other) await desk.delete(`me/logins/${r.id}`);
  assert.equal((await socket.closed).code, 4001);
  await refused(phone.get('me'), 'SIGN_IN');
  assert.equal((await desk.get('me/logins')).rows.length, 1);
  const [theirs] = (await admin.get(`people/${server.lina.id}/logins`)).rows;
  assert.equal(theirs.current, false);
  await admin.delete(`people/${server.lina.id}/logins/${theirs.id}`);
  await refused(desk.get('me'), 'SIGN_IN');
});

test('nobody reaches beyond the own scope, or gives more than the own rights', async () => {
  const lead = await hire('lead1', 'lead', { group_id: server.g });
  const supervisor = await hire('super1', 'supervisor', { shops: [server.a] });
  const stranger = await hire('far1', 'agent', { shops: [server.b] });
  const agent = await roleId('agent'), administrator = await roleId('administrator'), leadRole = await roleId('lead');

  assert.deepEqual(names((await lead.get('people')).rows).sort(), ['lead1', '李 娜']);
  assert.deepEqual(names((await supervisor.get('people')).rows).sort(), ['lead1', 'super1', '李 娜']);
  assert.deepEqual(names((await lead.get('groups')).rows), ['售前组']);
  assert.deepEqual(names((await supervisor.get('shops')).rows), ['旗舰店']);
  await refused(lead.post('people', { account: 'x2', name: 'x', role_id: agent }), 'FORBIDDEN');

  await refused(supervisor.post('people', { account: 'x2', name: 'x', role_id: administrator, shops: [server.a] }), 'FORBIDDEN', 'role_id');
  await refused(supervisor.post('people', { account: 'x2', name: 'x', role_id: agent, shops: [server.b] }), 'FORBIDDEN', 'shops');
  await refused(supervisor.post('people', { account: 'x2', name: 'x', role_id: agent }), 'FORBIDDEN', 'shops');
  const { id } = await supervisor.post('people', { account: 'x2', name: 'x2', role_id: agent, shops: [server.a] });
  await supervisor.patch(`people/${id}`, { role_id: leadRole });
  await refused(supervisor.patch(`people/${id}`, { role_id: administrator }), 'FORBIDDEN', 'role_id');
  await refused(supervisor.patch(`people/${id}`, { shops: [server.a, server.b] }), 'FORBIDDEN', 'shops');
  await refused(supervisor.patch(`people/${stranger.id}`, { name: 'y' }), 'NOT_FOUND');
  await refused(supervisor.patch(`people/${supervisor.id}`, { role_id: administrator }), 'FORBIDDEN');
  await refused(supervisor.patch(`people/${supervisor.id}`, { shops: [server.a] }), 'FORBIDDEN');
  await refused(supervisor.post('groups', { name: 'x', shops: [server.b] }), 'FORBIDDEN', 'shops');
  const own = await supervisor.post('groups', { name: '小组', shops: [server.a] });
  await supervisor.patch(`groups/${own.id}`, { closed: true });
  await refused(supervisor.patch(`groups/${own.id}`, { shops: [server.b] }), 'FORBIDDEN', 'shops');
  await refused(supervisor.post('shops', { name: 'mine' }), 'FORBIDDEN');
  await refused(supervisor.get(`shops/${server.b}/hours`), 'NOT_FOUND');

  await refused(lead.post(`people/${supervisor.id}/password`), 'NOT_FOUND');
  await refused(lead.post(`people/${lead.id}/password`), 'WRONG_STATE');
  await admin.patch(`people/${supervisor.id}`, { group_id: server.g });
  await refused(lead.post(`people/${supervisor.id}/password`), 'FORBIDDEN');
  await refused(supervisor.post(`people/${admin.me.person_id}/disable`), 'NOT_FOUND');
  server.lead = lead;
});

test('a lead resets a password without ever seeing one', async () => {
  const c = new Client(server), visitor = new Client(server);
  await c.login('lina', good);
  const { link, expires_at: expires } = await server.lead.post(`people/${server.lina.id}/password`);
  assert.match(link, /^\/reset#[\w-]{64}$/);
  assert.ok(expires > Date.now() + 23 * 3600e3 && expires < Date.now() + 25 * 3600e3);
  const token = link.split('#')[1];
  await refused(visitor.post('reset', { token: token.replace(/^./, 'x'), password: good + '!' }), 'GONE', 'token');
  await refused(visitor.post('reset', { token, password: '1234567890' }), 'BAD_FIELD', 'password');
  assert.deepEqual(await visitor.post('reset', { token, password: good + ' again' }), { account: 'lina' });
  await refused(visitor.post('reset', { token, password: good + ' thrice' }), 'GONE', 'token');
  await refused(c.get('me'), 'SIGN_IN');
  await refused(new Client(server).login('lina', good), 'BAD_PASSWORD');
  await new Client(server).login('lina', good + ' again');
});

test('disabling ends everything at once; the last administrator stays', async () => {
  const c = new Client(server);
  await c.login('lina', good + ' again');
  const socket = await c.socket();
  await admin.post(`people/${server.lina.id}/disable`);
  assert.equal((await socket.closed).code, 4001);
  await refused(c.get('me'), 'SIGN_IN');
  await refused(c.login('lina', good + ' again'), 'BAD_PASSWORD');
  await refused(admin.post(`people/${server.lina.id}/password`), 'WRONG_STATE');
  await admin.post(`people/${server.lina.id}/enable`);
  await c.login('lina', good + ' again');

  const agent = await roleId('agent'), administrator = await roleId('administrator');
  await refused(admin.post(`people/${admin.me.person_id}/disable`), 'WRONG_STATE');
  await refused(admin.patch(`people/${admin.me.person_id}`, { role_id: agent }), 'WRONG_STATE');
  await refused(admin.patch(`people/${admin.me.person_id}`, { left: true }), 'WRONG_STATE');
  await refused(admin.patch(`roles/${administrator}`, { permissions: [] }), 'WRONG_STATE');
  await admin.patch(`people/${server.lina.id}`, { left: true });
  await refused(c.get('me'), 'SIGN_IN');
  assert.deepEqual((await admin.get('people?q=lina')).rows, []);
  assert.equal((await admin.get('people?q=lina&left=true')).rows.length, 1);
  await admin.patch(`people/${server.lina.id}`, { left: false });
});

test('roles are data: a new one, changed, takes hold at once', async () => {
  const all = (await admin.get('permissions')).rows;
  assert.ok(all.some((p) => p.name === 'CHAT' && p.zh === '接待会话') && !all.some((p) => p.name === 'PUBLIC'));
  assert.equal((await admin.get('roles')).rows.filter((r) => r.builtin).length, 9);
  const role = await admin.post('roles', { name: '观察员', name_en: 'Observer', scope: 'group', permissions: ['SEARCH'] });
  await refused(admin.post('roles', { name: 'x', scope: 'all', permissions: ['FLY'] }), 'BAD_FIELD', 'permissions');
  await refused(admin.post('roles', { name: 'x', scope: 'moon', permissions: [] }), 'BAD_FIELD', 'scope');
  const { id } = await admin.post('people', { account: 'watcher', name: 'W', role_id: role.id, password: good });
  const c = new Client(server);
  await c.login('watcher', good);
  await c.post('me/password', { old: good, new: good + ' 2' });
  await refused(c.get('people'), 'FORBIDDEN');
  await admin.patch(`roles/${role.id}`, { permissions: ['SEARCH', 'TEAM_SEE', 'ROLE_EDIT'], scope: 'own' });
  assert.deepEqual((await c.get('people')).rows.map((r) => r.id), [id]);
  const wide = (await admin.get('roles')).rows.find((r) => r.key === 'agent');
  await refused(c.patch(`roles/${role.id}`, { permissions: ['TEAM_EDIT'] }), 'FORBIDDEN', 'permissions');
  await refused(c.patch(`roles/${role.id}`, { scope: 'all' }), 'FORBIDDEN', 'permissions');
  await refused(c.patch(`roles/${wide.id}`, { name: 'mine' }), 'FORBIDDEN', 'permissions');
  await refused(c.post('roles', { name: 'x', scope: 'own', permissions: ['EXPORT'] }), 'FORBIDDEN', 'permissions');
});

test('a list of people comes in, with a look before', async () => {
  const send = (who, text, dry = false) => who.call('POST', `people/import?dry=${dry}`, Buffer.from(text));
  const list = '\ufeff姓名,账号,角色,组,店铺\r\n陈晨,ChenChen,客服,售后组,旗舰店;同城生活\r\n李娜,lina,,,\r\n无名,a b,,,\r\n重复,chenchen,,,\r\n赵四,zhaosi,飞行员,,\r\n孙五,sunwu,,,火星店\r\n';
  const look = await send(admin, list, true);
  assert.deepEqual(look.rows.map((r) => [r.line, r.account, r.result]), [[2, 'chenchen', 'new'], [3, 'lina', 'updated'], [4, 'a b', 'rejected'],
    [5, 'chenchen', 'rejected'], [6, 'zhaosi', 'rejected'], [7, 'sunwu', 'rejected']]);
  assert.equal(look.rows[0].reason, '新建组：售后组');
  assert.ok(look.rows.slice(2).every((r) => r.reason));
  assert.deepEqual([look.created, look.updated, look.rejected, look.rows[0].link], [1, 1, 4, null]);
  assert.deepEqual((await admin.get('people?q=chenchen')).rows, []);

  const done = await send(admin, list);
  assert.deepEqual([done.created, done.updated, done.rejected], [1, 1, 4]);
  const row = (await admin.get('people?q=cc')).rows[0];
  assert.deepEqual([row.name, row.group_name, row.shops.length, row.has_password], ['陈晨', '售后组', 2, false]);
  await refused(new Client(server).login('chenchen', good), 'BAD_PASSWORD');
  const token = done.rows[0].link.split('#')[1];
  await new Client(server).post('reset', { token, password: good + ' new' });
  await new Client(server).login('chenchen', good + ' new');
  assert.equal((await send(admin, list)).updated, 2);

  const gb = await send(admin, Buffer.concat([Buffer.from('account\tname\n'), Buffer.from('zhou1\t'), Buffer.from([0xd6, 0xdc, 0xd2, 0xbb])]));
  assert.equal(gb.rows[0].name, '周一');
  await refused(send(admin, Buffer.from([0x89, 0x50, 0xff, 0x00])), 'BAD_TYPE');
  await refused(send(admin, '姓名\n李娜'), 'BAD_FIELD');

  const supervisor = new Client(server);
  await supervisor.login('super1', good + ' staple');
  const mine = await send(supervisor, 'a1,一,客服,,旗舰店\na2,二,管理员,,旗舰店\na3,三,客服,,同城生活\na4,四\nadmin,五\na6,六,客服,新的组,旗舰店\nsuper1,七');
  assert.deepEqual(mine.rows.map((r) => r.result), ['new', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected']);
  const big = Array.from({ length: 2000 }, (_, i) => `p${i},员工${i},客服,售后组,旗舰店`).join('\n');
  assert.equal((await send(admin, big, true)).created, 2000);
  await refused(send(admin, big + '\nlast,一', true), 'TOO_LARGE');
});

test('categories and tags', async () => {
  const rows = (await admin.get('categories')).rows;
  assert.ok(rows.length >= 10 && rows.some((r) => r.key === 'refund'));
  const { id } = await admin.post('categories', { name: '催发货', name_en: 'Chasing' });
  await admin.patch(`categories/${id}`, { closed: true, sort: 1 });
  assert.ok((await admin.get('categories')).rows.at(-1).closed_at > 0);
  const tag = await admin.post('tags', { name: '急', colour: 'red' });
  assert.deepEqual(await admin.post('tags', { name: '急', colour: 'blue' }), tag);
  assert.deepEqual((await admin.get('tags')).rows, [{ id: tag.id, name: '急', colour: 'blue' }]);
});

test('settings have a range, and take hold at once', async () => {
  const find = async (name) => (await admin.get('settings')).rows.find((r) => r.name === name);
  assert.deepEqual([(await find('wrapup_s')).value, (await find('rating_invite')).value, (await find('business_name')).value], ['15', 'true', '']);
  await admin.patch('settings', { name: 'wrapup_s', value: '30' });
  await admin.patch('settings', { name: 'rating_invite', value: 'false' });
  await admin.patch('settings', { name: 'category_needed', value: 'true' });
  assert.deepEqual(await admin.get('settings/desk'), { queue_amber_s: 30, queue_red_s: 100, reply_amber_s: 30, reply_red_s: 180, category_needed: true, upload_max_mb: 20 });
  await admin.patch('settings', { name: 'category_needed', value: 'false' });
  await admin.patch('settings', { name: 'business_name', value: ' 蚁球客服 ' });
  assert.deepEqual([(await find('wrapup_s')).value, (await find('rating_invite')).value, (await find('business_name')).value], ['30', 'false', '蚁球客服']);
  assert.equal((await new Client(server).get('setup')).business_name, '蚁球客服');
  await refused(admin.patch('settings', { name: 'wrapup_s', value: '601' }), 'BAD_FIELD', 'value');
  await refused(admin.patch('settings', { name: 'nonsense', value: '1' }), 'NOT_FOUND', 'name');
});

test('the audit trail says who did what, without secrets', async () => {
  const { rows, next } = await admin.get('audit?limit=5');
  assert.equal(rows.length, 5);
  assert.ok((await admin.get('audit?limit=5&cursor=' + next)).rows[0].id < rows[4].id);
  const settings = (await admin.get('audit?subject_kind=setting')).rows;
  assert.deepEqual([settings[0].person_name, settings[0].detail.name, settings[0].detail.value], ['王管理', 'business_name', '蚁球客服']);
  const renamed = (await admin.get(`audit?subject_kind=person&subject_id=${server.lina.id}`)).rows.find((r) => r.detail.name === '李 娜');
  assert.ok((await admin.get('audit?subject_kind=person&limit=500')).rows.filter((r) => r.action === 'POST /api/v1/login').every((r) => r.person_id === r.subject_id));
  assert.deepEqual([renamed.action, renamed.subject_name], ['PATCH /api/v1/people/{person_id}', (await admin.get('people')).rows.find((p) => p.id === server.lina.id).name]);
  assert.deepEqual(Object.keys(renamed.detail).sort(), ['capacity', 'name', 'person_id', 'skills']);
  assert.ok((await admin.get(`audit?person_id=${admin.me.person_id}`)).rows.every((r) => r.person_id === admin.me.person_id));
  const everything = JSON.stringify((await admin.get('audit?limit=500')).rows) + server.log;
  for (const secret of [good, 'argon2', server.setupToken, (await admin.get(`shops/${server.a}/widget`)).visitor_key])
    assert.ok(!everything.includes(secret), secret);
});

test('guessing gets slower, for one account only, and takes as long for nobody', async () => {
  const c = new Client(server);
  const time = async (account) => {
    const began = performance.now();
    await refused(c.login(account, 'wrong password'), 'BAD_PASSWORD');
    return performance.now() - began;
  };
  const known = [], unknown = [];
  for (let i = 0; i < 4; i++) {
    known.push(await time('far1'));
    unknown.push(await time('nobody-' + i));
  }
  // A busy machine makes single ones several times slower; without the hash an unknown account would be answered dozens of times faster.
  assert.ok(Math.min(...unknown) > Math.min(...known) / 10 && Math.min(...known) > Math.min(...unknown) / 10, `${known} / ${unknown}`);
  await time('far1');
  const reply = await c.ask('POST', 'login', { account: 'FAR1', password: good + ' staple' });
  assert.equal(reply.status, 429);
  assert.ok(Number(reply.headers.get('retry-after')) >= 1);
  await c.login('lead1', good + ' staple');
});

test('who guesses from elsewhere locks nobody out of the usual desk', async () => {
  const behind = await startServer({ args: ['--proxy', '127.0.0.1'] });
  try {
    const boss = new Client(behind);
    await boss.setup();
    const login = async (from, password) => (await new Client(behind).ask('POST', 'login', { account: 'admin', password }, { 'x-forwarded-for': from })).status;
    assert.equal(await login('10.0.0.1', good), 200);
    for (let i = 0; i < 5; i++) assert.equal(await login('10.9.9.9', 'wrong password'), 401);
    assert.equal(await login('10.9.9.9', good), 429);
    assert.equal(await login('10.9.9.8', good), 429);
    assert.equal(await login('10.0.0.1', good), 200);
    for (let i = 0; i < 5; i++) assert.equal(await login('10.0.0.1', 'wrong password'), 401);
    assert.equal(await login('10.0.0.1', good), 429);
  } finally {
    await behind.remove();
  }
});

test('all of it stands after a restart', async () => {
  const name = (await admin.get('me')).name;
  await server.stop();
  await server.start();
  assert.equal(server.setupToken, null);
  assert.equal((await admin.get('me')).name, name);
  assert.equal((await admin.get('settings')).rows.find((r) => r.name === 'business_name').value, '蚁球客服');
  assert.equal((await admin.get('categories')).rows.filter((r) => r.key === 'refund').length, 1);
  await until(async () => (await admin.get('roles')).rows.length >= 9);
});
