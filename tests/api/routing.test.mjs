// Who gets which customer: assignment, offers, capacity, hand-over, lost lines, business as usual after a crash.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre, say, isMessage } from '../lib/centre.mjs';
import { sleep, until } from '../lib/client.mjs';

let centre;

before(async () => {
  centre = await Centre.start();
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '0' });
});
after(() => centre.remove());

async function refused(promise, code, field) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.code, code, e.message);
    if (field) assert.equal(e.field, field, e.message);
    return true;
  });
}

let names = 0;
/** A shop with a group of its own, so that tests do not disturb each other. */
async function place(more = {}) {
  const key = 'p' + ++names;
  const shop = await centre.shop(key, more);
  const group = await centre.group(key, [shop]);
  const hire = (extra = {}) => centre.person(`${key}-${++names}`, { group_id: group, capacity: 3, online: true, ...extra });
  const arrive = async () => { const v = await centre.visitor(key); await v.open(); return v; };
  return { key, shop, group, hire, arrive };
}

const session = (v) => centre.admin.get(`sessions/${v.session.id}`);
const served = (v, by) => until(async () => { const s = await session(v); return s.state === 'open' && (!by || s.agent_id === by.id) && s; }, 5000, 'assignment');
const waits = (v) => until(async () => (await session(v)).state === 'waiting', 5000, 'waiting');
const log = async (v) => (await centre.admin.get(`sessions/${v.session.id}/log`)).rows.map((r) => r.what);

test('a conversation falls silent (what becomes of it is seen below)', async () => {
  const p = await place();
  const a = await p.hire();
  const v = await p.arrive(), w = await p.arrive();
  await served(v, a);
  await served(w, a);
  await say(a, v.session.id, '还有什么可以帮您？');
  await w.say('在吗');
  await centre.admin.patch('settings', { name: 'idle_close_min', value: '1' });
  centre.quiet = [v, w, a];
});

test('a customer goes to whoever is online and free', async () => {
  const p = await place();
  const v = await p.arrive();
  assert.equal((await session(v)).state, 'waiting');
  const a = await p.hire();
  const s = await served(v, a);
  assert.equal(s.agent_name, a.me.name);
  await v.live.event((e) => e.event === 'session' && e.data.state === 'open');
  await v.live.event((e) => e.event === 'message' && e.data.data?.event === 'assigned');
  await a.live.event((e) => e.event === 'session' && e.subject === v.session.id && e.data?.state === 'open');
  assert.deepEqual(await log(v), ['queued', 'assigned']);
});

test('nobody holds more than his capacity; who closes one gets the next in order', async () => {
  const p = await place();
  const a = await p.hire({ capacity: 2 });
  const vs = [];
  for (let i = 0; i < 4; i++) vs.push(await p.arrive());
  await served(vs[0], a);
  await served(vs[1], a);
  await sleep(300);
  assert.deepEqual(await Promise.all(vs.map(async (v) => (await session(v)).state)), ['open', 'open', 'waiting', 'waiting']);
  const told = await until(() => vs[3].live.events.findLast((e) => e.event === 'session')?.data?.position === 2, 8000);
  assert.ok(told);
  await a.post(`sessions/${vs[1].session.id}/close`, {});
  await served(vs[2], a);
  assert.equal((await session(vs[3])).state, 'waiting');
  await until(() => vs[3].live.events.findLast((e) => e.event === 'session')?.data?.position === 1, 8000, 'a better place');
  await refused(a.post(`sessions/${vs[3].session.id}/take`), 'BUSY');
});

test('two free agents share the load', async () => {
  const p = await place();
  const a = await p.hire(), b = await p.hire();
  const vs = [];
  for (let i = 0; i < 4; i++) { vs.push(await p.arrive()); await served(vs.at(-1)); }
  const who = await Promise.all(vs.map(async (v) => (await session(v)).agent_id));
  assert.equal(who.filter((x) => x === a.id).length, 2);
  assert.equal(who.filter((x) => x === b.id).length, 2);
});

test('a pause stops new customers and keeps the present ones', async () => {
  const p = await place();
  const a = await p.hire();
  const v = await p.arrive();
  await served(v, a);
  await a.post('me/state', { state: 'paused', reason: '小休' });
  const w = await p.arrive();
  await sleep(300);
  assert.equal((await session(w)).state, 'waiting');
  assert.equal((await session(v)).agent_id, a.id);
  await a.post('me/state', { state: 'online' });
  await served(w, a);
});

test('an offer must be accepted; declined it goes to another', async () => {
  const p = await place({ routing_mode: 'offer' });
  const a = await p.hire({ capacity: 1 });
  const v = await p.arrive();
  const offer = await a.live.event((e) => e.event === 'offer' && e.subject === v.session.id);
  assert.ok(offer.data.until > Date.now());
  assert.equal((await session(v)).state, 'offered');
  const b = await p.hire({ capacity: 1 });
  await refused(b.post(`sessions/${v.session.id}/accept`), 'WRONG_STATE');
  await a.post(`sessions/${v.session.id}/decline`);
  await b.live.event((e) => e.event === 'offer' && e.subject === v.session.id);
  await refused(a.post(`sessions/${v.session.id}/accept`), 'WRONG_STATE');
  assert.equal((await b.post(`sessions/${v.session.id}/accept`)).state, 'open');
  assert.deepEqual(await log(v), ['queued', 'offered', 'declined', 'offered', 'assigned']);
});

test('an offer that nobody answers comes back', async () => {
  await centre.admin.patch('settings', { name: 'offer_timeout_s', value: '5' });
  const p = await place({ routing_mode: 'offer' });
  const a = await p.hire();
  const v = await p.arrive();
  await a.live.event((e) => e.event === 'offer' && e.subject === v.session.id);
  const b = await p.hire();
  await b.live.event((e) => e.event === 'offer' && e.subject === v.session.id, 12000);
  assert.ok((await log(v)).includes('expired'));
  await centre.admin.patch('settings', { name: 'offer_timeout_s', value: '20' });
});

test('a hand-over needs a note, waits for the person, and says where it went', async () => {
  const p = await place();
  const a = await p.hire(), b = await p.hire({ online: false });
  await b.post('me/state', { state: 'paused', reason: '小休' }); // a person who is paused is waited for
  const v = await p.arrive();
  await served(v, a);
  const path = `sessions/${v.session.id}`;
  await refused(a.post(`${path}/transfer`, { person_id: b.id, note: '  ' }), 'BAD_FIELD', 'note');
  await refused(a.post(`${path}/transfer`, { note: 'x' }), 'BAD_FIELD', 'person_id');
  await refused(a.post(`${path}/transfer`, { person_id: a.id, note: 'x' }), 'WRONG_STATE');
  await refused(a.post(`${path}/transfer`, { person_id: centre.admin.me.person_id, note: 'x' }), 'REFERENCED', 'person_id');
  const { rows } = await a.get(`${path}/targets`);
  assert.ok(rows.some((t) => t.kind === 'person' && t.id === b.id && t.state === 'paused'));
  assert.ok(rows.some((t) => t.kind === 'group' && t.id === p.group));
  await a.post(`${path}/transfer`, { person_id: b.id, note: '客户要退货，已核对订单' });
  await waits(v);
  await a.live.event((e) => e.event === 'session' && e.subject === v.session.id && e.data?.state === 'waiting');
  await refused(say(a, v.session.id, '还是我'), 'NOT_FOUND');
  await b.post('me/state', { state: 'online' });
  await served(v, b);
  assert.equal((await b.get(`${path}/notes`)).rows.at(-1).text, '客户要退货，已核对订单');
  const events = (await v.heard()).filter((m) => m.kind === 'event').map((m) => m.data.event);
  assert.deepEqual(events, ['assigned', 'transferred', 'assigned']);
  assert.ok(!JSON.stringify(await v.heard()).includes('退货'));
});

test('a hand-over to another group is served there', async () => {
  const p = await place();
  const other = await centre.group(p.key + 'after', [p.shop]);
  const a = await p.hire(), b = await p.hire({ group_id: other });
  const v = await p.arrive();
  const s = await served(v);
  const [from, to, group] = s.agent_id === a.id ? [a, b, other] : [b, a, p.group];
  await from.post(`sessions/${v.session.id}/transfer`, { group_id: group, note: '售后' });
  assert.equal((await served(v, to)).group_id, group);
});

test('a customer comes back to the agent of last time', async () => {
  const p = await place({ return_days: 3 });
  const a = await p.hire(), b = await p.hire();
  for (let i = 0; i < 4; i++) {
    const v = await p.arrive();
    const first = await served(v);
    const mine = first.agent_id === a.id ? a : b; // the other one is idle for longer, and would be next
    await mine.post(`sessions/${v.session.id}/close`, {});
    const before = v.session.id;
    await centre.admin.patch('settings', { name: 'return_window_min', value: '0' });
    await v.open();
    assert.notEqual(v.session.id, before);
    await served(v, mine);
    await centre.admin.patch('settings', { name: 'return_window_min', value: '10' });
    await mine.post(`sessions/${v.session.id}/close`, {});
  }
});

test('who writes again a moment after the close has the same agent again', async () => {
  const p = await place({ return_days: 0 });
  const a = await p.hire(), b = await p.hire();
  const v = await p.arrive();
  const first = await served(v);
  const mine = first.agent_id === a.id ? a : b;
  await mine.post(`sessions/${v.session.id}/close`, {});
  await v.say('对了，还有一件事');
  await served(v, mine);
  assert.deepEqual(await log(v), ['queued', 'assigned', 'closed', 'reopened', 'assigned']);
});

test('an agent takes up again what he closed', async () => {
  const p = await place();
  const a = await p.hire();
  const v = await p.arrive();
  await served(v, a);
  await centre.admin.patch('settings', { name: 'rating_invite', value: 'off' });
  await a.post(`sessions/${v.session.id}/close`, { note: '已解决' });
  await centre.admin.patch('settings', { name: 'rating_invite', value: 'on' });
  await refused(a.post(`sessions/${v.session.id}/close`, {}), 'WRONG_STATE');
  const again = await a.post(`sessions/${v.session.id}/reopen`);
  assert.deepEqual([again.state, again.agent_id, again.closed_at], ['open', a.id, null]);
  await refused(a.post(`sessions/${v.session.id}/reopen`), 'WRONG_STATE');
  const { rows } = await centre.admin.get('categories');
  if (rows.length) await a.post(`sessions/${v.session.id}/category`, { category_id: rows[0].id });
  await refused(a.post(`sessions/${v.session.id}/category`, { category_id: 1 }), 'REFERENCED', 'category_id');
  await a.post(`sessions/${v.session.id}/tags`, { tags: ['VIP', ' VIP ', '退款'] });
  assert.deepEqual((await session(v)).tags, ['VIP', '退款']);
  await refused(a.post(`sessions/${v.session.id}/tags`, { tags: [1] }), 'BAD_FIELD', 'tags');
  await a.post(`sessions/${v.session.id}/invite`);
  await refused(a.post(`sessions/${v.session.id}/invite`), 'EXISTS');
});

test('a lost line is forgiven for a while, then the customers are queued again', async () => {
  await centre.admin.patch('settings', { name: 'disconnect_grace_s', value: '5' });
  const p = await place();
  const a = await p.hire();
  const v = await p.arrive();
  await served(v, a);
  await a.live.drop();
  await sleep(1500);
  a.live = await a.socket(); // back in time
  await sleep(4500);
  assert.equal((await session(v)).agent_id, a.id);
  const b = await p.hire({ online: false });
  await b.post('me/state', { state: 'online' });
  await a.live.drop();
  await until(async () => (await session(v)).agent_id === b.id, 12000, 'queued again and assigned to the other');
  assert.ok((await log(v)).includes('requeued'));
  const people = (await centre.admin.get('people')).rows;
  assert.equal(people.find((x) => x.id === a.id).state, 'offline');
  await centre.admin.patch('settings', { name: 'disconnect_grace_s', value: '60' });
});

test('wrap-up keeps the slot for a moment', async () => {
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '2' });
  const p = await place();
  const a = await p.hire({ capacity: 1 });
  const v = await p.arrive(), w = await p.arrive();
  await served(v, a);
  await a.post(`sessions/${v.session.id}/close`, {});
  const closed = Date.now();
  await sleep(700);
  assert.equal((await session(w)).state, 'waiting');
  await served(w, a);
  assert.ok(Date.now() - closed >= 1900);
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '0' });
});

test('who needs a skill is given to those who have it, the best first; what a person can do counts at once', async () => {
  const p = await place();
  const name = '售后' + p.key;
  const { id: skill } = await centre.admin.post('skills', { name });
  const ask = async (what) => { const v = await centre.visitor(p.key); v.session = await v.live.do('chat_open', { page: '', skill: what }); return v; };
  const plain = await p.hire({ capacity: 2 });
  const some = await p.hire({ capacity: 1, skills: [{ id: skill, level: 1 }] });
  const best = await p.hire({ capacity: 1, skills: [{ id: skill, level: 5 }] });
  const v = await ask(name), w = await ask(` ${name} `);
  assert.equal((await served(v, best)).skill_name, name);
  await served(w, some);
  const x = await ask(name);
  await sleep(400);
  assert.equal((await session(x)).state, 'waiting');
  const row = (await centre.admin.get(`inbox?box=waiting&shop_id=${p.shop}`)).rows.find((r) => r.id === x.session.id);
  assert.equal(row.skill_name, name);
  // Nobody knows this one: it asks for nothing, and goes past the one who waits.
  const y = await ask('没有这项技能');
  assert.equal((await served(y, plain)).skill_name, null);
  await centre.admin.patch(`people/${plain.id}`, { skills: [{ id: skill, level: 2 }] });
  await served(x, plain);
  // Handed over to the group it still needs the skill; a person who is named may take it without.
  await plain.post(`sessions/${y.session.id}/close`, {});
  const other = await p.hire({ capacity: 3 });
  await some.post(`sessions/${w.session.id}/transfer`, { group_id: p.group, note: '换人' });
  const again = await served(w, plain);
  assert.equal(again.skill_name, name);
  await plain.post(`sessions/${w.session.id}/transfer`, { person_id: other.id, note: '请接手' });
  await served(w, other);
});

test('wrap-up is in the log of states: after the last open chat, and never against the agent', async () => {
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '2' });
  const p = await place();
  const a = await p.hire({ capacity: 2 });
  const state = async () => (await a.get('me')).state;
  const states = () => a.live.events.filter((e) => e.event === 'agent_state' && e.subject === a.id).map((e) => e.data.state);
  const close = (v) => a.post(`sessions/${v.session.id}/close`, {});
  const v = await p.arrive(), w = await p.arrive();
  await served(v, a);
  await served(w, a);
  await close(v);
  await sleep(400);
  assert.equal(await state(), 'online', 'one is open still');
  await close(w);
  await until(async () => (await state()) === 'wrapup', 3000, 'wrap-up');
  await until(async () => (await state()) === 'online', 6000, 'back to work');
  await until(() => states().slice(-2).join() === 'wrapup,online', 3000, 'both told');
  // The other slot is free: a new customer ends the wrap-up.
  const x = await p.arrive();
  await served(x, a);
  await close(x);
  await until(async () => (await state()) === 'wrapup', 3000, 'wrap-up');
  const y = await p.arrive();
  const given = Date.now();
  await served(y, a);
  await until(async () => (await state()) === 'online', 3000, 'at work with the next one');
  assert.ok(Date.now() - given < 1500, 'it did not wait for the slot');
  // What the agent says holds.
  await sleep(2300);
  await close(y);
  await until(async () => (await state()) === 'wrapup', 3000, 'wrap-up');
  await a.post('me/state', { state: 'paused', reason: '小休' });
  await sleep(2800);
  assert.equal(await state(), 'paused');
  await a.post('me/state', { state: 'online' });
  await sleep(400);
  assert.equal(await state(), 'online');
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '0' });
});

test('waiting customers are told when the queue moves, at most every five seconds', async () => {
  const p = await place(), q = await place();
  const vs = [];
  for (let i = 0; i < 6; i++) vs.push(await p.arrive());
  const apart = await q.arrive();
  const last = vs[5];
  assert.equal(last.session.position, 6);
  await sleep(1500);
  const before = last.live.events.length, elsewhere = apart.live.events.length;
  const places = () => last.live.events.slice(before).filter((e) => e.event === 'session').map((e) => e.data.position);
  await vs[0].live.do('chat_close', { session_id: vs[0].session.id });
  await until(() => places().length === 1, 3000, 'told at once');
  const first = Date.now();
  for (const v of vs.slice(1, 4)) { await v.live.do('chat_close', { session_id: v.session.id }); await sleep(300); }
  await sleep(1500);
  assert.deepEqual(places(), [5]);
  await until(() => places().at(-1) === 2, 6000, 'the place after all of these');
  assert.ok(Date.now() - first > 3000);
  assert.deepEqual(places(), [5, 2]);
  assert.equal(apart.live.events.slice(elsewhere).filter((e) => e.event === 'session').length, 0, 'another shop hears nothing');
});

test('fifty customers at once: each is somebody\'s, nobody is two people\'s', async () => {
  const p = await place();
  const agents = [];
  for (let i = 0; i < 5; i++) agents.push(await p.hire({ capacity: 6 }));
  const vs = await Promise.all(Array.from({ length: 50 }, () => p.arrive()));
  await until(async () => (await centre.admin.get(`inbox?box=waiting&shop_id=${p.shop}&limit=200`)).rows.length === 20, 10000, 'thirty assigned');
  const rows = (await centre.admin.get(`inbox?box=group&shop_id=${p.shop}&limit=200`)).rows;
  assert.equal(rows.length, 30);
  for (const a of agents) assert.equal(rows.filter((r) => r.agent_id === a.id).length, 6);
  // In the order of their coming.
  const first = vs.map((v) => v.session.id).sort((x, y) => x - y);
  await Promise.all(rows.map((r) => agents.find((a) => a.id === r.agent_id).post(`sessions/${r.id}/close`, {})));
  await until(async () => (await centre.admin.get(`inbox?box=waiting&shop_id=${p.shop}`)).rows.length === 0, 10000, 'all assigned');
  const assigned = await Promise.all(first.map(async (id) => (await centre.admin.get(`sessions/${id}/log`)).rows.filter((r) => r.what === 'assigned').length));
  assert.deepEqual(assigned, first.map(() => 1));
});

test('queue and agents are as before after a power cut', async () => {
  const p = await place();
  const a = await p.hire({ capacity: 1 });
  const v = await p.arrive(), w = await p.arrive();
  await served(v, a);
  await centre.server.kill();
  await centre.server.start();
  await sleep(300);
  assert.equal((await session(v)).agent_id, a.id);
  assert.equal((await session(w)).state, 'waiting');
  a.live = await a.socket(); // within the grace
  assert.equal((await a.get('me')).state, 'online');
  await a.post(`sessions/${v.session.id}/close`, {});
  await served(w, a);
});

test('silence closes a conversation, but never an unanswered one', { timeout: 120000 }, async () => {
  const [v, w] = centre.quiet;
  await until(async () => (await session(v)).state === 'closed', 100000, 'closed for silence');
  assert.equal((await session(w)).state, 'open');
  assert.equal((await centre.admin.get(`sessions/${v.session.id}/log`)).rows.at(-1).reason, 'silent');
});

test('a wrap-up left over by a power cut ends with the agent\'s return, or with the grace', async () => {
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '60' });
  await centre.admin.patch('settings', { name: 'disconnect_grace_s', value: '5' });
  const p = await place();
  const a = await p.hire(), b = await p.hire();
  const state = async (who) => (await who.get('me')).state;
  for (const who of [a, b]) {
    const v = await p.arrive();
    await served(v);
    const s = await session(v);
    await (s.agent_id === a.id ? a : b).post(`sessions/${v.session.id}/close`, {});
    assert.ok(who);
  }
  await until(async () => (await state(a)) === 'wrapup' && (await state(b)) === 'wrapup', 5000, 'both wrap up');
  await centre.server.kill();
  await centre.server.start();
  a.live = await a.socket();
  await until(async () => (await state(a)) === 'online', 4000, 'who is back goes on');
  assert.equal(await state(b), 'wrapup');
  await until(async () => (await state(b)) === 'offline', 12000, 'who is not is offline');
  assert.equal(await state(a), 'online');
  await centre.admin.patch('settings', { name: 'disconnect_grace_s', value: '60' });
  await centre.admin.patch('settings', { name: 'wrapup_s', value: '0' });
});
