// Measure: facts of a month beside DuckDB's SQL with equal sums; a month's report, and any report over ten million contact pairs, from the resident facts.
//   node measure.mjs [--messages N] [--pairs N] [--days N] [--rounds N]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../lib/server.mjs';
import { build, median, options, quantile, verdict } from './lib.mjs';

const AGENTS = 200, DAYS = 30, THREADS = 2, CATEGORISED = 50;
const LIBS = 'libuv jansson yajl libsodium libpq icu-i18n icu-uc zlib openssl libzip expat xlsxwriter libcurl libpcre2-8'.split(' ');
const o = options(), messages = Number(o.messages ?? 5000000), pairs = Number(o.pairs ?? 10000000), days = Number(o.days ?? 365), rounds = Number(o.rounds ?? 3), monthly = 500000;
const sizes = messages === 5000000 && pairs === 10000000 ? '' : `, ${messages} messages, ${pairs} pairs`;

function compile(name, ...more) {
  const flags = execFileSync('pkg-config', ['--cflags', '--libs', ...LIBS], { encoding: 'utf8' }).trim().split(/\s+/);
  mkdirSync(build, { recursive: true });
  execFileSync('gcc', ['-std=gnu17', '-O2', '-fno-strict-aliasing', '-D_GNU_SOURCE', '-Wall', '-Wextra', '-Werror', '-Isrc', '-Ibuild/gen', '-Ibuild/deps', ...more,
    `tests/bench/${name}.c`, 'build/libantball.a', ...flags, '-lpthread', '-lm', '-ldl', '-o', path.join(build, name)], { cwd: root, stdio: 'inherit' });
}
const run = (program, ...args) => JSON.parse(execFileSync(program, args.map(String), { encoding: 'utf8', maxBuffer: 1 << 26, stdio: ['ignore', 'pipe', 'inherit'] }));

/** DuckDB comes by npm, for this measurement alone. False: it cannot be had here. */
function duckdb(dir) {
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] });
    return true;
  } catch (e) {
    console.log(`facts: SKIPPED, @duckdb/node-api cannot be installed here: ${String(e.stderr ?? e.message).trim().split('\n')[0]}`);
    return false;
  }
}

function facts(dir) {
  const engine = path.join(root, 'tests/bench/duckdb');
  if (!duckdb(engine)) return true;
  const ours = run(path.join(build, 'measure_facts'), messages, AGENTS, DAYS, THREADS, dir);
  const theirs = run(process.execPath, path.join(engine, 'facts.mjs'), dir, DAYS, THREADS);
  const names = Object.keys(ours.sums), other = names.filter((k) => String(ours.sums[k]) !== String(theirs.sums[k]));
  console.log(`${ours.events} events of ${ours.customers} customers, ${ours.orders} orders: ours ${ours.ms.toFixed(0)} ms, DuckDB ${theirs.ms.toFixed(0)} ms; ` +
    `${names.length - other.length} of ${names.length} figures have equal sums${other.map((k) => `; ${k}: ${ours.sums[k]} and ${theirs.sums[k]}`).join('')}`);
  return verdict(`facts by agent and day, all rules: DuckDB / ours${sizes}`, { floor: 5, aim: 10, measured: theirs.ms / ours.ms, unit: 'x', low: false }) && other.length === 0;
}

function month() {
  const m = run(path.join(build, 'measure_store'), monthly, DAYS, rounds, CATEGORISED), agent = m.reports.find((r) => r.name === 'agent');
  console.log(`a month of ${m.pairs} contact pairs, by agent: ${agent.ms.map((ms) => ms.toFixed(1)).join(', ')} ms, of processor ${agent.cpu.map((ms) => ms.toFixed(1)).join(', ')} ms`);
  return verdict("a month's report for 200 agents, 500,000 contact pairs, median", { floor: 20, aim: 10, measured: median(agent.ms), unit: ' ms', digits: 1 });
}

/** The same month when no chat has a category: cells are shared by more pairs. */
function plain() {
  const m = run(path.join(build, 'measure_store'), monthly, DAYS, 1, 0);
  console.log(`a month of ${m.pairs} contact pairs without categories: ${m.bytes_a_pair} bytes a pair, ${(m.bytes_a_pair - m.parts.live / m.pairs).toFixed(1)} without the days that are kept by customer`);
}

function year() {
  const m = run(path.join(build, 'measure_store'), pairs, days, rounds, CATEGORISED), all = m.reports.flatMap((r) => r.ms), cpu = m.reports.flatMap((r) => r.cpu);
  const plain = m.reports.filter((r) => !r.name.includes('percentiles')).flatMap((r) => r.ms);
  console.log(`${m.pairs} contact pairs of ${m.customers} customers over ${days} days, built in ${(m.build_ms / 1000).toFixed(0)} s; ${m.resident_a_pair} bytes a pair of the process; ` +
    `reports p50 ${median(all).toFixed(0)} ms, of processor p50 ${median(cpu).toFixed(0)} ms, p95 ${quantile(cpu, 0.95).toFixed(0)} ms; without percentiles p50 ${median(plain).toFixed(0)} ms, p95 ${quantile(plain, 0.95).toFixed(0)} ms`);
  console.log(`bytes a pair: ${Object.entries(m.parts).map(([what, bytes]) => `${what} ${(bytes / m.pairs).toFixed(1)}`).join(', ')}; ${(m.cells / m.pairs).toFixed(2)} cells a pair`);
  for (const r of m.reports) console.log(`  ${r.name.padEnd(38)} ${String(r.rows).padStart(6)} rows ${median(r.ms).toFixed(0).padStart(7)} ms, ${median(r.cpu).toFixed(0).padStart(7)} ms of processor`);
  return [verdict(`any report over 10 M contact pairs, p95${sizes}`, { floor: 300, aim: 100, measured: quantile(all, 0.95), unit: ' ms', digits: 0 }),
    verdict(`resident facts, bytes a contact pair${sizes}`, { floor: 64, aim: 64, measured: m.bytes_a_pair, digits: 1 })].every(Boolean);
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-'));
try {
  compile('measure_facts');
  compile('measure_store', '-Wl,--wrap=store_events,--wrap=store_span');
  const ok = [facts(dir), month()];
  plain();
  process.exitCode = [...ok, year()].every(Boolean) ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
