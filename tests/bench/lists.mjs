// A million stored messages: the lists of the desk and the search, server time (Server-Timing of the answers) p99; memory with 1,000 visitors
// connected; start to first answer.
//   node lists.mjs [--messages N] [--rounds N] [--keep FILE]     on PostgreSQL when ANTBALL_TEST_PG holds the URL of a throw-away cluster
// --keep FILE: a filled SQLite file nobody signed in to yet; it is copied. On PostgreSQL --keep NAME and ANTBALL_TEST_PG_TEMPLATE=NAME.
import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client } from '../lib/client.mjs';
import { kind } from '../lib/server.mjs';
import { compile, measured, must, options, quantile, timed, usage, verdict } from './lib.mjs';
import { Crowd } from './crowd.mjs';

const o = options(), messages = Number(o.messages ?? 1000000), rounds = Number(o.rounds ?? 200), pg = kind !== 'sqlite';
const on = pg ? 'PostgreSQL' : 'SQLite', password = 'correct horse battery';
let ok = true;
const judge = (name, what) => (ok = verdict(name, what) && ok);

async function fill(db, dir) {
  if (o.keep) {
    if (!pg) copyFileSync(o.keep, db);
    return;
  }
  const file = path.join(dir, 'lines.jsonl'), days = Math.max(2, Math.ceil(messages / 8130));
  await must(['generate', '--days', String(days), '--shops', '6', '--size', '3', '--agents', '60', file]);
  const report = JSON.parse(await must(['import', '--db', db, '--format', 'json', file]));
  const lines = report.types.reduce((n, t) => n + t.read, 0), record = report.total_ms - report.index_ms;
  console.log(`import on ${on}: ${lines} lines, ${report.types.find((t) => t.type === 'message').read} of them messages; the record ${(record / 1000).toFixed(1)} s, the search index ${(report.index_ms / 1000).toFixed(1)} s`);
  rmSync(file);
}

async function someSessions(admin) {
  const seen = [];
  let cursor = '';
  for (let i = 0; i < 5; i++) {
    const page = await admin.get('inbox?box=closed&limit=100' + (cursor && '&cursor=' + encodeURIComponent(cursor)));
    seen.push(...page.rows);
    cursor = page.next;
    if (!cursor) break;
  }
  return { seen, cursor };
}

async function lists(admin, agent) {
  const { seen, cursor } = await someSessions(admin), one = (i) => seen[(i * 37) % seen.length];
  const people = (await admin.get('people')).rows, rare = people[people.length - 1].id, shop = seen[0].shop_id, at = seen[0].started_at;
  const q = (text, more = '') => 'search?q=' + encodeURIComponent(text) + more;
  const routes = {
    'inbox mine': () => 'inbox?box=mine', 'inbox waiting': () => 'inbox?box=waiting', 'inbox group': () => 'inbox?box=group',
    'inbox closed': () => 'inbox?box=closed', 'inbox closed, of a shop': () => `inbox?box=closed&shop_id=${shop}`,
    'inbox closed, next page': () => 'inbox?box=closed&cursor=' + encodeURIComponent(cursor),
    'inbox closed, with words': () => 'inbox?box=closed&q=' + encodeURIComponent('尺码'),
    'customer': (i) => `customers/${one(i).customer_id}`, 'sessions of a customer': (i) => `customers/${one(i).customer_id}/sessions`,
    'orders of a customer': (i) => `customers/${one(i).customer_id}/orders`, 'session': (i) => `sessions/${one(i).id}`,
    'transcript': (i) => `sessions/${one(i).id}/messages`, 'log of a session': (i) => `sessions/${one(i).id}/log`,
    'notes of a session': (i) => `sessions/${one(i).id}/notes`, 'phrases': () => 'phrases', 'knowledge': () => 'knowledge?q=' + encodeURIComponent('退'),
    'board': () => 'board', 'away forms': () => 'away-forms',
    'search, common word': () => q('您好'), 'search, two characters': () => q('退款'), 'search, rare word': () => q('羊毛大衣 发霉'),
    'search, common word and rare agent': () => q('您好', `&agent_id=${rare}`), 'search, common word of a shop': () => q('您好', `&shop_id=${shop}`),
    'search, by sender': () => q('发货', '&sender=customer'),
    'search, dates long ago': () => q('您好', `&from=${at - 60 * 864e5}&to=${at - 50 * 864e5}`),
    'search, dates, agent and sender': () => q('您好', `&from=${at - 30 * 864e5}&to=${at - 20 * 864e5}&agent_id=${rare}&sender=customer`),
    'search, nothing found': () => q('龘龘'),
  };
  const worst = [];
  for (const [name, route] of Object.entries(routes))
    for (const [who, client] of [['all', admin], ['own', agent]]) {
      const ms = [];
      if (who === 'own' && !/^inbox|^search|^phrases/.test(name)) continue;
      for (let i = 0; i < rounds; i++) ms.push((await timed(client, route(i))).ms);
      const p99 = quantile(ms, 0.99);
      worst.push({ name, who, p99 });
      console.log(`  ${name.padEnd(36)} seen by ${who}: p50 ${quantile(ms, 0.5).toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
    }
  const limits = pg ? { floor: 50, aim: 20 } : { floor: 20, aim: 5 };
  for (const [name, of] of [['desk lists', (w) => !w.name.startsWith('search')], ['search', (w) => w.name.startsWith('search')]]) {
    const top = worst.filter(of).sort((a, b) => b.p99 - a.p99)[0];
    judge(`${name}, ${on}, p99 of the slowest (${top.name})`, { ...limits, measured: top.p99, unit: ' ms' });
  }
}

async function startTimes(server) {
  const times = [];
  for (let i = 0; i < 5; i++) {
    await server.stop();
    const from = performance.now();
    await server.start();
    if ((await fetch(server.url + '/api/v1/health')).status !== 200) throw new Error('not healthy');
    times.push((performance.now() - from) / 1000);
  }
  return quantile(times, 0.5);
}

compile('crowd');
await measured(['--connections', '25000'], fill, async (server) => {
  const admin = new Client(server);
  if (server.setupToken) await admin.setup();
  else throw new Error('the database has an administrator already');
  await admin.post('people', { account: 'bencher', name: 'bencher', role_id: (await admin.get('roles')).rows.find((r) => r.key === 'agent').id, password });
  const agent = new Client(server);
  await agent.login('bencher', password);
  if (agent.me.must_change) {
    await agent.post('me/password', { old: password, new: password + ' staple' });
    await agent.login('bencher', password + ' staple');
  }
  await lists(admin, agent);
  const shop = (await admin.get('shops')).rows[0].key, crowd = new Crowd(server.port, 1000, shop);
  for (const step of ['connect', 'open', 'say', 'list']) if ((await crowd.do(step, 100)).failed) throw new Error(step + ' failed');
  judge(`resident, 1 M messages and 1,000 visitors, ${on}`, { floor: 256, aim: 128, measured: usage(server.child.pid).rss, unit: ' MB', digits: 1 });
  await crowd.end();
  judge(`start to first answer, 1 M messages, ${on}`, { floor: 1, aim: 0.3, measured: await startTimes(server), unit: ' s' });
  return ok;
});
