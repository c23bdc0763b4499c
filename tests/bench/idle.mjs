// Memory of an idle visitor's connection: resident size of the server with 19,000 of them, above that with 1,000.
//   node idle.mjs [--count N]
import { Centre } from '../lib/centre.mjs';
import { sleep } from '../lib/client.mjs';
import { compile, options, usage, verdict } from './lib.mjs';
import { Crowd } from './crowd.mjs';

const count = Number(options().count ?? 19000), few = 1000;

async function measure(tls) {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = tls ? '0' : '1'; // its own certificate, on loopback
  const c = await Centre.start({ args: ['--connections', '25000', ...(tls ? ['--tls', 'on'] : [])] });
  try {
    await c.shop('idle');
    const pid = c.server.child.pid, first = new Crowd(c.server.port, few, 'idle', tls), rest = new Crowd(c.server.port, count - few, 'idle', tls);
    let failed = (await first.do('connect', 200)).failed;
    await sleep(1500);
    const before = usage(pid);
    failed += (await rest.do('connect', 200)).failed;
    await sleep(3000); // idle: buffers are given back
    const after = usage(pid);
    await Promise.all([first.end(), rest.end()]);
    if (failed) throw new Error(`${failed} of ${count} could not connect`);
    console.log(`idle ${tls ? 'TLS' : 'clear'}: ${before.rss.toFixed(1)} MB with ${few}, ${after.rss.toFixed(1)} MB with ${count}`);
    return (after.rss - before.rss) * 1024 / (count - few);
  } finally {
    await c.remove();
  }
}

compile('crowd');
const ok = [verdict(`idle visitor connection, resident, of ${count}, clear`, { floor: 16, aim: 8, measured: await measure(false), unit: ' KB', digits: 1 }),
  verdict(`idle visitor connection, resident, of ${count}, TLS`, { floor: 48, aim: 32, measured: await measure(true), unit: ' KB', digits: 1 })];
process.exit(ok.every(Boolean) ? 0 : 1);
