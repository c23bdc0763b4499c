// Every allocation and every database step of the main routes fails once, one after another, until the route goes through with nothing left to
// fail: each time there is a clear error and nothing is stored, or all is stored and the answer says so.
//   ANTBALL_FAULT_ALL   every single one; otherwise in ever larger steps
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre, say } from '../lib/centre.mjs';
import { Client, Problem, until } from '../lib/client.mjs';
import { kind as database, run } from '../lib/server.mjs';
import { sqlite } from '../lib/sqlite.mjs';
import { Fault } from './fault.mjs';
import { rowsOf } from './record.mjs';

const all = Boolean(process.env.ANTBALL_FAULT_ALL);
const clear = { memory: ['NO_MEMORY'], step: ['DISK_FULL'] };
const tables = ['session', 'message', 'transfer', 'rating', 'login', 'customer', 'routing_log', 'audit', 'outbox', 'invite', 'tag', 'file'];
const looks = `${tables.map((t) => `(SELECT count(*) FROM ${t}) AS n_${t}`).join(', ')}, (SELECT coalesce(sum(seq), 0) FROM session) AS seqs,
  (SELECT count(*) FROM session WHERE state = 'closed') AS closed, (SELECT count(*) FROM session WHERE state = 'open') AS open, (SELECT count(*) FROM session WHERE agent_id IS NOT NULL) AS held`;

let centre, fault, agent, other, shifts = 0;

/** Two people who hold nothing yet. */
async function shift() {
  shifts++;
  [agent, other] = await Promise.all(['agent', 'other'].map((name) => centre.person(name + shifts, { group_id: centre.groups.g, capacity: 100 })));
}

before(async () => {
  fault = new Fault();
  centre = await Centre.start({ env: fault.env, args: ['--log', 'error'] });
  await fault.open();
  for (const [name, value] of Object.entries({ visitor_messages_per_min: 1000, visitor_hellos_per_min: 10000, disconnect_grace_s: 300, wrapup_s: 0, idle_close_min: 0 }))
    await centre.admin.patch('settings', { name, value: String(value) });
  centre.groups.g ??= await centre.group('g', [await centre.shop('a')]);
  await shift();
});
after(async () => {
  fault?.remove();
  await centre?.remove(); // ends with 0, under a sanitizer too: nothing leaked
});

/** What the record holds, in numbers. */
function look() {
  const { db } = centre.server;
  return database === 'sqlite' ? sqlite(db, `SELECT ${looks};`)[0].map(Number) : Object.values(rowsOf(db, `SELECT ${looks}`)[0]).map(Number);
}

const differs = (a, b) => b.map((v, i) => v - a[i]);

/** A request that lost its line may still be at work: until the record stands still. */
async function looked(settle) {
  let last = look();
  if (settle) await until(() => { const now = look(); const same = String(now) === String(last); last = now; return same; }, 10000, 'the record standing still');
  return last;
}

/** How it ended: ok, refused (a Problem), or the line was dropped. */
async function attempt(act) {
  let late;
  try {
    await Promise.race([act(), new Promise((_, no) => { late = setTimeout(() => no(new Error('never answered')), 20000); })]);
    return { how: 'ok' };
  } catch (e) {
    if (e.message === 'never answered') throw e;
    return e instanceof Problem ? { how: 'refused', e } : { how: 'dropped', e };
  } finally {
    clearTimeout(late);
  }
}

const next = (n) => (all ? n + 1 : Math.ceil(n * 1.45));
/** SQLite can do without some of its memory, and others work meanwhile: so many in a row that change nothing are the end. */
const QUIET = all ? 60 : 4;
/** No memory was left for the words either: then the status alone says it. */
const isClear = (kind, e, also) => clear[kind].includes(e.code) || e.code === also || (kind === 'memory' && e.status === 500 && !e.code);

/** route: {prepare() -> what act takes, act(prepared)}; a prepared one is used again until it has succeeded. also: another code that is clear enough. */
async function walk(t, kind, { prepare, act, once, also }) {
  const fresh = async () => { const p = await prepare(); return { p, was: await looked(true) }; };
  const first = await fresh();
  await act(first.p);
  const wanted = differs(first.was, await looked(true));
  const ends = { ok: 0, refused: 0, dropped: 0 };
  let now = await fresh(), quiet = 0;
  for (let n = 1, happened = true; happened && quiet < QUIET; n = next(n)) {
    assert.ok(n < 100000, 'it never goes through');
    await fault.arm(kind, n, 'disk_full');
    const { how, e } = await attempt(() => act(now.p));
    happened = await fault.disarm(kind);
    ends[how]++;
    quiet = how === 'ok' ? quiet + 1 : 0;
    let got = differs(now.was, await looked(how === 'dropped'));
    // What follows from a success may be tried again a moment later.
    if (how === 'ok' && String(got) !== String(wanted)) await until(() => String(got = differs(now.was, look())) === String(wanted), 15000, `${kind} ${n}: all of it`).catch(() => {});
    const nothing = got.every((v) => v === 0), whole = String(got) === String(wanted);
    const where = `${kind} ${n}: ${how}${e ? ' ' + e.message : ''}, ${got} of ${wanted}`;
    if (how === 'refused') assert.ok(isClear(kind, e, also) && nothing, where);
    else assert.ok(how === 'ok' ? whole : nothing || whole, where);
    if (!happened) assert.equal(how, 'ok', where);
    if (how !== 'refused' || once) now = await fresh();
  }
  t.diagnostic(`${kind}: ${JSON.stringify(ends)}`);
  assert.ok(ends.refused + ends.dropped > 0, 'nothing ever failed');
}

const visitors = { made: 0, held: 0 };
async function visitor() {
  const v = await centre.visitor('a');
  await v.open();
  visitors.made++;
  return v;
}

/** A chat that `agent` holds; who held many goes home before the next. */
async function held() {
  if (visitors.held++ % 90 === 89) await shift();
  const v = await visitor();
  await v.say('在吗');
  await agent.post(`sessions/${v.session.id}/take`);
  return v;
}

async function line(client) {
  if (client.live?.ws.readyState !== client.live?.ws.OPEN) client.live = await client.socket();
}

let listed;
const sought = async () => (await centre.admin.get('search?q=' + encodeURIComponent('在吗'))).rows.length > 0;
const today = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
const routes = {
  'sign in': {
    once: true,
    prepare: async () => { await new Client(centre.server).login(other.me.account, 'correct horse battery staple'); return new Client(centre.server); }, // a failure too many is forgotten by it
    act: (c) => c.login(other.me.account, 'correct horse battery staple').catch(async (e) => {
      if (e.code !== 'BAD_PASSWORD') throw e;
      assert.fail('the right password was called wrong');
    }),
  },
  'greet a visitor': { prepare: async () => new Client(centre.server), act: (c) => c.post('visitor/hello', { shop: 'a' }) },
  'open a session': { once: true, prepare: () => centre.visitor('a'), act: (v) => v.open() },
  'a visitor says something': { once: true, prepare: async () => { const v = await visitor(); v.n = visitors.made; return v; }, act: (v) => v.say('您好', `f${v.n}`) },
  'an agent says something': {
    once: true,
    prepare: async () => { const v = await held(); await line(agent); return { v, id: `g${visitors.made}` }; },
    act: ({ v, id }) => say(agent, v.session.id, '在的', { client_id: id }),
  },
  'upload a file': {
    prepare: () => held(),
    act: (v) => agent.call('PUT', `files?session_id=${v.session.id}&name=${encodeURIComponent('尺码表.txt')}`, Buffer.from('胸围 96\n'.repeat(3000))),
  },
  'list the inbox': { prepare: async () => (listed ??= await held()), act: async (v) => { assert.ok((await agent.get('inbox?box=mine&limit=200')).rows.some((r) => r.id === v.session.id)); } },
  'make a tag': { prepare: async () => `标签${++visitors.made}`, act: (name) => centre.admin.post('tags', { name }) },
  'transfer': { prepare: () => held(), act: (v) => agent.post(`sessions/${v.session.id}/transfer`, { person_id: other.id, note: '请接手' }) },
  'close': { prepare: () => held(), act: (v) => agent.post(`sessions/${v.session.id}/close`, {}) },
  'rate': {
    once: true,
    prepare: async () => { const v = await held(); await agent.post(`sessions/${v.session.id}/close`, {}); return v; },
    act: (v) => v.live.do('rate', { session_id: v.session.id, score: 5, comment: '很好' }),
  },
  // FTS5 calls a query that it finds no memory for a syntax error.
  'search': { also: 'DB', prepare: async () => { listed ??= await held(); await until(sought, 10000, 'the index'); }, act: async () => { assert.ok(await sought()); } },
  'report': { prepare: async () => null, act: async () => { assert.ok((await centre.admin.get(`reports/service?from=${today}&by=agent`)).total); } },
};

for (const [name, route] of Object.entries(routes))
  test(`${name}: every allocation and every database step fails once`, { timeout: 600000 }, async (t) => {
    try {
      await walk(t, 'step', route);
      await walk(t, 'memory', route);
    } catch (e) {
      e.message += `\nserver log:\n${centre.server.log.slice(-3000)}`;
      throw e;
    }
  });

test('import: a database step fails once; it ends as failed or done, and the same file again makes it whole', { timeout: 600000 }, async (t) => {
  const ended = async (id) => until(async () => { const i = await centre.admin.get(`imports/${id}`); return ['done', 'failed'].includes(i.state) && i; }, 60000, 'the import\'s end');
  const imported = () => { const sql = "SELECT count(*) FROM message WHERE client_id LIKE 'imp-%'"; return database === 'sqlite' ? Number(sqlite(centre.server.db, sql)[0][0]) : Number(rowsOf(centre.server.db, sql)[0].count); };
  const ends = { done: 0, failed: 0, refused: 0 };
  let wanted = 0, happened = true;
  for (let n = 1; happened && n < 5000; n = next(n)) {
    const lines = Array.from({ length: 20 }, (_, i) => ({ type: 'message', key: `imp-${n}-${i}`, shop: 'a', customer: `c${n}`, at: `2026-03-01T10:00:${String(i + 10)}+08:00`, sender: 'customer', text: `第 ${i} 句` }));
    const bytes = Buffer.from(lines.map((l) => JSON.stringify(l) + '\n').join(''));
    const bring = async () => {
      const up = await centre.admin.call('PUT', `imports?name=lines-${n}.jsonl`, bytes);
      await centre.admin.post(`imports/${up.id}/run`);
      return (await ended(up.id)).state;
    };
    await fault.arm('step', n, 'disk_full');
    const state = await bring().catch((e) => { if (!(e instanceof Problem && isClear('step', e))) throw e; return 'refused'; });
    happened = await fault.disarm('step');
    ends[state]++;
    if (!happened) assert.equal(state, 'done');
    if (state !== 'done') assert.equal(await until(bring, 20000, 'being let in again'), 'done');
    assert.equal(imported(), wanted += lines.length, `step ${n}: ${state}`);
  }
  t.diagnostic(JSON.stringify(ends));
  assert.ok(ends.failed + ends.refused > 0);
});

test('after all of it the record is sound and the server serves', async () => {
  const { out, err, code } = await run(['doctor', '--data', centre.server.dir, '--db', centre.server.db]);
  assert.equal(code, 0, out + err);
  const v = await visitor();
  assert.ok((await v.say('还好吗')).seq > 0);
});
