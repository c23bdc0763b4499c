// What the measurements share: the C programs compiled, a process watched, a crowd of visitors with their agents, and the line of a verdict.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep, until } from '../lib/client.mjs';
import { Server, dropDatabase, newDatabase, root, run } from '../lib/server.mjs';

export const build = path.join(root, 'build/bench');
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

export const options = () => Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((w) => w.trim().split(' ')));

export function compile(...names) {
  mkdirSync(build, { recursive: true });
  for (const name of names)
    execFileSync('gcc', ['-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', path.join(root, `tests/bench/${name}.c`), '-o', path.join(build, name), ...(name === 'crowd' ? ['-lssl', '-lcrypto'] : [])], { stdio: 'inherit' });
}

/** Seconds of processor, megabytes resident, open descriptors. */
export function usage(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rss: Number(fields[21]) * 4096 / 1048576, fds: readdirSync(`/proc/${pid}/fd`).length };
}

/** A command of the binary that goes well; what it printed. */
export async function must(args) {
  const r = await run(args);
  if (r.code) throw new Error(`antball ${args[0]}: ${r.err}`);
  return r.out;
}

/** One answer, and the server's time for it in ms. */
export async function timed(client, route) {
  const reply = await client.ask('GET', route);
  if (reply.status !== 200) throw new Error(`${route}: ${reply.status} ${reply.text.slice(0, 200)}`);
  return { ms: Number(/dur=([\d.]+)/.exec(reply.headers.get('server-timing'))[1]), body: reply.body };
}

/** A server over a database that `fill(db, dir)` fills, for `measure(server)`, which says whether all was reached; then the process ends. */
export async function measured(args, fill, measure) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-')), db = newDatabase(dir);
  let ok = false;
  try {
    await fill(db, dir);
    const server = await new Server(dir, db, args, {}).start();
    try {
      ok = await measure(server);
    } finally {
      await server.stop();
    }
  } finally {
    dropDatabase(db);
    rmSync(dir, { recursive: true, force: true });
  }
  process.exit(ok ? 0 : 1);
}

/** One line of the table. `low`: the smaller the better. */
export function verdict(name, { floor, aim, measured, unit = '', low = true, digits = 2 }) {
  const good = (limit) => (low ? measured <= limit : measured >= limit);
  const word = good(aim) ? 'aim' : good(floor) ? 'floor' : 'MISSED';
  console.log(`RESULT | ${name.padEnd(62)} | ${`${floor}${unit}`.padStart(9)} | ${`${aim}${unit}`.padStart(9)} | ${`${measured.toFixed(digits)}${unit}`.padStart(10)} | ${word}`);
  return word !== 'MISSED';
}

/** Runs `load`; returns what it printed and what the process `pid` used meanwhile. */
export async function load(port, rate, seconds, lines, pid) {
  const child = spawn(path.join(build, 'load'), [String(port), String(rate), String(seconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(lines.join('\n') + '\n');
  let out = '';
  child.stdout.on('data', (d) => (out += d));
  const ended = new Promise((done) => child.on('exit', done));
  await sleep(1500);
  const before = usage(pid), code = await ended, after = usage(pid);
  const result = JSON.parse(out);
  return { ...result, lost: code !== 0, cpu_us: ((after.cpu - before.cpu) * 1e6) / result.acked, rss_mb: after.rss };
}

/** A shop with `count` visitors in open chats with their agents, nobody connected. Gives [{token, session}] and the agents. */
export async function crowd(c, shop, count, perAgent = 50) {
  await c.admin.patch('settings', { name: 'visitor_messages_per_min', value: '1000' });
  await c.shop(shop);
  await c.group(shop, [c.shops[shop]]);
  const agents = [], visitors = [];
  for (let i = 0; i < Math.ceil(count / perAgent); i++)
    agents.push(await c.person(shop + i, { group_id: c.groups[shop], shops: [c.shops[shop]], capacity: perAgent, online: true }));
  for (let i = 0; i < count; i += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - i) }, async () => {
      const v = await c.visitor(shop);
      await v.open();
      await v.live.close();
      visitors.push(v);
    }));
  await until(async () => (await c.admin.get('inbox?box=waiting')).counts.waiting === 0, 120000, 'everybody assigned');
  return { agents, visitors };
}

/** The lines that `load` wants: a fresh ticket for each. */
export async function tickets(shop, { agents, visitors }) {
  const lines = [];
  for (const a of agents) lines.push(`agent ${(await a.post('socket-tickets')).ticket} 0`);
  for (const v of visitors) lines.push(`visitor ${(await v.post('visitor/hello', { shop, token: v.token })).ticket} ${v.session.id}`);
  await Promise.all(agents.map((a) => a.live?.close()));
  return lines;
}

export function median(list) {
  const l = [...list].sort((a, b) => a - b), m = l.length >> 1;
  return l.length % 2 ? l[m] : (l[m - 1] + l[m]) / 2;
}
export const quantile = (list, q) => [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))];
