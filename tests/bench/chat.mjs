// Durable chat against the baseline relay, one after the other on the same machine, the same load: 1,000 visitors' connections.
//   node chat.mjs [--visitors N] [--rate N] [--seconds N]
// CPU a message is that of the server process alone (user + system, /proc/PID/stat), over the sending time.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { sleep, until } from '../lib/client.mjs';
import { root } from '../lib/server.mjs';

const args = Object.fromEntries(process.argv.slice(2).join(' ').split('--').filter(Boolean).map((w) => w.trim().split(' ')));
const visitors = Number(args.visitors ?? 1000), rate = Number(args.rate ?? 1000), seconds = Number(args.seconds ?? 20), agents = Math.ceil(visitors / 50);
const build = path.join(root, 'build/bench');
const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-'));
const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

function compile() {
  mkdirSync(build, { recursive: true });
  for (const name of ['relay', 'load'])
    execFileSync('gcc', ['-O2', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', path.join(root, `tests/bench/${name}.c`), '-o', path.join(build, name)], { stdio: 'inherit' });
}

/** Seconds of processor and bytes resident. */
function usage(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return { cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, rss: Number(fields[21]) * 4096 };
}

async function load(port, lines, pid) {
  const child = spawn(path.join(build, 'load'), [String(port), String(rate), String(seconds)], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(lines.join('\n') + '\n');
  let out = '';
  child.stdout.on('data', (d) => (out += d));
  const ended = new Promise((done) => child.on('exit', done));
  await sleep(1500);
  const before = usage(pid);
  const code = await ended;
  const after = usage(pid);
  const result = JSON.parse(out);
  return { ...result, lost: code !== 0, cpu_us: ((after.cpu - before.cpu) * 1e6) / result.acked, rss_mb: after.rss / 1048576 };
}

async function ours() {
  const c = await Centre.start();
  try {
    await c.shop('bench');
    await c.group('bench', [c.shops.bench]);
    const staff = [];
    for (let i = 0; i < agents; i++) staff.push(await c.person('agent' + i, { group_id: c.groups.bench, shops: [c.shops.bench], capacity: 50, online: true }));
    const open = [];
    for (let i = 0; i < visitors; i += 50)
      open.push(...await Promise.all(Array.from({ length: Math.min(50, visitors - i) }, async () => { const v = await c.visitor('bench'); await v.open(); return v; })));
    await until(async () => (await c.admin.get('inbox?box=waiting')).counts.waiting === 0, 60000, 'everybody assigned');
    await Promise.all(open.map((v) => v.live.close()));
    const lines = [];
    for (const a of staff) lines.push(`agent ${(await a.post('socket-tickets')).ticket} 0`);
    for (const v of open) lines.push(`visitor ${(await v.post('visitor/hello', { shop: 'bench', token: v.token })).ticket} ${v.session.id}`);
    await Promise.all(staff.map((a) => a.live.close()));
    return await load(c.server.port, lines, c.server.child.pid);
  } finally {
    await c.remove();
  }
}

async function baseline() {
  const port = 20000 + Math.floor(Math.random() * 20000);
  const child = spawn(path.join(build, 'relay'), [String(port), path.join(dir, 'log'), String(agents)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  const lines = [...Array.from({ length: agents }, () => 'agent x 0'), ...Array.from({ length: visitors }, (_, i) => `visitor x ${i + 1}`)];
  try {
    return await load(port, lines, child.pid);
  } finally {
    child.kill();
  }
}

compile();
const show = (name, r) => console.log(`${name.padEnd(10)} ${r.acked} acknowledged, ${r.heard} heard by agents${r.lost ? ', SOME LOST' : ''}; CPU ${r.cpu_us.toFixed(1)} us a message; acknowledgement p50 ${(r.p50_us / 1000).toFixed(2)} ms, p99 ${(r.p99_us / 1000).toFixed(2)} ms, p99.9 ${(r.p999_us / 1000).toFixed(2)} ms; ${r.rss_mb.toFixed(0)} MB resident`);
console.log(`durable chat: ${visitors} visitors' connections, ${agents} agents, ${rate} messages a second for ${seconds} s`);
const b = await baseline();
show('baseline', b);
const a = await ours();
show('antball', a);
console.log(`ratio      CPU baseline / ours ${(b.cpu_us / a.cpu_us).toFixed(2)}; p99 ours / baseline ${(a.p99_us / b.p99_us).toFixed(2)}`);
rmSync(dir, { recursive: true, force: true });
process.exit(a.lost || b.lost ? 1 : 0);
