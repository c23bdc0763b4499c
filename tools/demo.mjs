// The demo centre: ./run demo [--fresh] [--quiet] [--port N] [--listen ADDRESS]. Makes its database at the first start, keeps it after that,
// serves it, and lets made-up visitors and agents talk (--quiet: nobody). Ctrl-C stops all of it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { simulate } from './demo/simulate.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const binary = path.join(root, 'build/antball');
const dir = path.join(root, 'demo-data');
const db = path.join(dir, 'centre.db');
const ready = path.join(dir, 'accounts.json');

const options = { fresh: false, quiet: false, port: '8080', listen: '127.0.0.1' };
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, '');
  if (name === 'fresh' || name === 'quiet') options[name] = true;
  else if ((name === 'port' || name === 'listen') && process.argv[i + 1]) options[name] = process.argv[++i];
  else {
    console.error(`demo: what is "${process.argv[i]}"? ./run demo [--fresh] [--quiet] [--port N] [--listen ADDRESS]`);
    process.exit(2);
  }
}

function step(what, args) {
  process.stdout.write(`  ${what} ...`);
  const started = Date.now();
  const done = spawnSync(binary, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (done.status !== 0) {
    console.error(`\ndemo: antball ${args[0]} failed:\n${done.stderr || done.error}`);
    process.exit(1);
  }
  console.log(` ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return done.stdout;
}

// One account a role; the agent is a real one of the shop, with her own two weeks behind her.
const people = [
  ['admin', '管理员', 'administrator', { name: '管理员', shops: 'all' }],
  ['boss', '经理', 'manager', { name: '沈总', shops: 'all' }],
  ['supervisor', '主管', 'supervisor', { name: '何主管', shops: 'all' }],
  ['lead', '班长', 'lead', { name: '苏班长', group: '售前一组' }],
  ['lina', '客服', 'agent', { key: 'agent-001' }],
  ['inspector', '质检', 'inspector', { name: '方质检', shops: 'all' }],
  ['trainer', '培训师', 'trainer', { name: '许老师', shops: 'all' }],
  ['staff', '其他部门', 'staff', { name: '仓库小陈' }],
  ['client', '委托方', 'client', { name: '委托方代表', shops: 'shop-1' }],
];
const simulated = ['agent-002', 'agent-003', 'agent-004', 'agent-005', 'agent-006', 'agent-007', 'agent-008', 'agent-009', 'agent-010', 'agent-011'];

function account(name, role, wish) {
  const args = ['user', '--db', db, 'add', name, '--role', role];
  for (const [k, v] of Object.entries(wish)) args.push('--' + k, v);
  const done = spawnSync(binary, args, { encoding: 'utf8' });
  if (done.status !== 0) {
    console.error(`\ndemo: antball user failed:\n${done.stderr}`);
    process.exit(1);
  }
  return done.stdout.trim().split(' ')[1];
}

function make() {
  console.log('Making the demo centre (once; --fresh makes it anew):');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const lines = path.join(dir, 'shop-a.jsonl');
  step('two weeks of a clothes shop', ['generate', '--seed', '20261', '--days', '14', '--agents', '24', lines]);
  // Nobody is at a desk before the doors open.
  const closed = path.join(dir, 'closed.jsonl'), now = Date.now();
  writeFileSync(closed, Array.from({ length: 24 }, (_, i) => JSON.stringify({ type: 'state', agent: `agent-${String(i + 1).padStart(3, '0')}`, at: now, state: 'offline' })).join('\n') + '\n');
  step('into the record', ['import', '--db', db, lines, path.join(root, 'tools/demo/extras.jsonl'), closed]);
  const crosswoz = path.join(process.env.ANTBALL_SHARED ?? path.join(root, '../shared'), 'data/crosswoz');
  const files = ['val.json.zip', 'test.json.zip', 'attraction_db.json', 'restaurant_db.json', 'hotel_db.json'].map((f) => path.join(crosswoz, f));
  if (files.every(existsSync))
    step('1,000 real dialogues (CrossWOZ) as a second shop', ['import', '--db', db, '--mapping', path.join(root, 'docs/mappings/crosswoz.json'), ...files]);
  else
    console.log('  CrossWOZ is not beside the project: the second shop is left out (README tells how to load it)');
  process.stdout.write('  accounts ...');
  const accounts = people.map(([name, title, role, wish]) => ({ account: name, title, password: account(name, role, wish) }));
  const sim = simulated.map((key, i) => ({ account: `sim${String(i + 1).padStart(2, '0')}`, password: account(`sim${String(i + 1).padStart(2, '0')}`, 'agent', { key }) }));
  writeFileSync(ready + '.new', JSON.stringify({ accounts, simulated: sim }, null, 1), { mode: 0o600 });
  renameSync(ready + '.new', ready);
  console.log(' done');
}

function told(url, { accounts }) {
  console.log(`
  Antball · 蚁球 — the demo centre is open

    shop page with the widget   ${url}/shop/shop-1
    desk 工作台                  ${url}/
    wall 大屏                    ${url}/wall

    account      password               role`);
  for (const a of accounts) console.log(`    ${a.account.padEnd(12)} ${a.password.padEnd(22)} ${a.title}`);
  console.log(`
  ${options.quiet ? 'Nobody is simulated (--quiet).' : 'Made-up visitors keep arriving; made-up colleagues answer most of them.'}
  Ctrl-C stops it. The demo can be deleted whole: rm -r demo-data
`);
}

if (options.fresh || (existsSync(dir) && !existsSync(ready))) rmSync(dir, { recursive: true, force: true });
if (!existsSync(ready)) make();
const kept = JSON.parse(readFileSync(ready, 'utf8'));

const server = spawn(binary, ['serve', '--data', dir, '--db', db, '--port', options.port, '--listen', options.listen, '--log', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] });
let stopping = false, running = null;
const stop = () => {
  if (stopping) return;
  stopping = true;
  running?.stop();
  server.kill('SIGTERM');
};
process.on('SIGINT', stop);
process.on('SIGTERM', stop);
server.on('exit', (code) => {
  running?.stop();
  if (stopping) console.log('\nStopped.');
  process.exit(stopping ? 0 : code ?? 1);
});
let out = '';
server.stdout.on('data', (d) => {
  out += d;
  const url = /Antball serves (\S+)\n/.exec(out)?.[1];
  if (!url || running) return;
  told(url, kept);
  running = options.quiet ? { stop() {} } : simulate(url, kept.simulated, kept.accounts[0], { binary, dir });
});
