// 5,000 visitors in open chats lose their connections at once and come back at once: greeted, socket, the chat read again, every acknowledged
// message there once. First the connections only are cut; then the server is killed and started again (the time is counted from when it serves).
//   node reconnect.mjs [--count N]
import { Centre } from '../lib/centre.mjs';
import { until } from '../lib/client.mjs';
import { compile, median, options, verdict } from './lib.mjs';
import { Crowd } from './crowd.mjs';

const count = Number(options().count ?? 5000), capacity = 100;
compile('crowd');
const c = await Centre.start({ args: ['--connections', '25000'] });
let ok = true;

async function must(crowd, name, n) {
  const r = await crowd.do(name, n);
  if (r.failed) throw new Error(`${name}: ${r.failed} of ${count} failed`);
  console.log(`  ${name} ${r.ms} ms`);
  return r.ms;
}

try {
  await c.shop('back');
  await c.group('back', [c.shops.back]);
  for (let i = 0; i < count / capacity; i += 10)
    await Promise.all(Array.from({ length: 10 }, (_, k) => c.person('back' + (i + k), { group_id: c.groups.back, shops: [c.shops.back], capacity, online: true })));
  const crowd = new Crowd(c.server.port, count, 'back');
  await must(crowd, 'connect', 200);
  await must(crowd, 'open', 100);
  await must(crowd, 'say', 500);
  await until(async () => (await c.admin.get('inbox?box=waiting')).counts.waiting === 0, 60000, 'everybody assigned');
  const again = [], killed = [];
  for (let i = 0; i < 3; i++) {
    await must(crowd, 'drop');
    again.push(await must(crowd, 'resume', 0));
    await must(crowd, 'say', 500);
    await must(crowd, 'list', 500);
  }
  for (let i = 0; i < 2; i++) {
    await c.server.kill();
    await must(crowd, 'drop');
    await c.server.start();
    killed.push(await must(crowd, 'resume', 0));
    await must(crowd, 'say', 500);
    await must(crowd, 'list', 500);
  }
  await crowd.end();
  console.log(`reconnect: ${count} visitors, each with all messages; after a cut ${again.join(', ')} ms; after kill -9 and a start ${killed.join(', ')} ms; nothing lost, nothing twice`);
  ok = verdict(`${count} visitors reconnect at once, all resumed, none lost`, { floor: 3, aim: 1, measured: median(again) / 1000, unit: ' s' });
  ok = verdict(`the same after kill -9 and a start`, { floor: 3, aim: 1, measured: median(killed) / 1000, unit: ' s' }) && ok;
} finally {
  await c.remove();
}
process.exit(ok ? 0 : 1);
