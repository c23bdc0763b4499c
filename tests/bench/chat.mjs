// Durable chat against the baseline relay, in turn (A B A B) on the same machine, the same load: 1,000 visitors' connections. CPU is the median of the pairs;
// acknowledgement is that of all messages of all rounds together: the disk's slow moments come in bursts, and short rounds in turn share them fairly.
//   node chat.mjs [--visitors N] [--rate N] [--seconds N] [--rounds N] [--relay N]
// CPU a message is that of the server process alone (user + system, /proc/PID/stat), over the sending time.
// --relay: seconds of the relay, when not as long as ours.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { build, compile, crowd, load, median, options, tickets, verdict } from './lib.mjs';

const args = options(), visitors = Number(args.visitors ?? 1000), rate = Number(args.rate ?? 1000), seconds = Number(args.seconds ?? 3);
const relaySeconds = Number(args.relay ?? seconds), rounds = Number(args.rounds ?? 15), agents = Math.ceil(visitors / 50);
const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-'));

async function baseline() {
  const port = 20000 + Math.floor(Math.random() * 12000);
  const child = spawn(path.join(build, 'relay'), [String(port), path.join(dir, 'log'), String(agents)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise((done) => child.stdout.once('data', done));
  const lines = [...Array.from({ length: agents }, () => 'agent x 0'), ...Array.from({ length: visitors }, (_, i) => `visitor x ${i + 1}`)];
  try {
    return await load(port, rate, relaySeconds, lines, child.pid);
  } finally {
    child.kill();
  }
}

compile('relay', 'load');
const show = (name, r) => console.log(`${name.padEnd(10)} ${r.acked} acknowledged, ${r.heard} heard by agents${r.lost ? ', SOME LOST' : ''}; CPU ${r.cpu_us.toFixed(1)} us a message; acknowledgement p50 ${(r.p50_us / 1000).toFixed(2)} ms, p99 ${(r.p99_us / 1000).toFixed(2)} ms, p99.9 ${(r.p999_us / 1000).toFixed(2)} ms; ${r.rss_mb.toFixed(0)} MB resident`);
console.log(`durable chat: ${visitors} visitors' connections, ${agents} agents, ${rate} messages a second for ${seconds} s, ${rounds} times in turn`);
/** Of the spreads of some rounds together, in ms. */
function within(rounds, share) {
  const counts = new Map();
  for (const [tens, n] of rounds.flatMap((r) => r.spread)) counts.set(tens, (counts.get(tens) ?? 0) + n);
  let left = share * [...counts.values()].reduce((a, b) => a + b, 0);
  for (const [tens, n] of [...counts].sort((a, b) => a[0] - b[0])) if ((left -= n) <= 0) return tens / 100;
}
const ours = [], relays = [], c = await Centre.start();
try {
  const all = await crowd(c, 'bench', visitors);
  for (let i = 0; i < rounds; i++) {
    const b = await baseline();
    show('baseline', b);
    const a = await load(c.server.port, rate, seconds, await tickets('bench', all), c.server.child.pid);
    show('antball', a);
    ours.push(a);
    relays.push(b);
  }
} finally {
  await c.remove();
  rmSync(dir, { recursive: true, force: true });
}
for (const [name, of] of [['baseline', relays], ['antball', ours]])
  console.log(`${name.padEnd(10)} all rounds: acknowledgement p50 ${within(of, 0.5).toFixed(2)} ms, p99 ${within(of, 0.99).toFixed(2)} ms, p99.9 ${within(of, 0.999).toFixed(2)} ms`);
const ok = [verdict('durable chat, CPU a message: bare relay / ours', { floor: 0.25, aim: 0.35, measured: median(ours.map((a, i) => relays[i].cpu_us / a.cpu_us)), low: false }),
  verdict('p99 of acknowledgement: ours / bare relay', { floor: 2, aim: 1.3, measured: within(ours, 0.99) / within(relays, 0.99), unit: 'x' }), ![...ours, ...relays].some((r) => r.lost)];
process.exit(ok.every(Boolean) ? 0 : 1);
