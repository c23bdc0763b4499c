// ./run soak [minutes]: 500 messages a second into 600 open chats, and beside them visitors who come, ask, are closed and go, and lists that are
// read; memory and descriptors must be flat. Exit 1 when they are not, when the rate
// was not reached, or when an acknowledgement is missing.
//   node soak.mjs [MINUTES]      30 by default
// Flat: the last fifth's median is at most a tenth and 4 MB above the second fifth's (the first warms caches up); descriptors at most 8 above.
import { Centre } from '../lib/centre.mjs';
import { sleep } from '../lib/client.mjs';
import { compile, crowd, load, median, tickets, usage } from './lib.mjs';

const minutes = Number(process.argv[2] ?? 30), rate = 500, count = 600;
if (!(minutes > 0)) {
  console.error('soak: minutes, please');
  process.exit(2);
}
const seen = [];
let over = false, chats = 0;

async function guests(c) {
  await c.shop('guests');
  await c.group('guests', [c.shops.guests]);
  const agent = await c.person('guests', { group_id: c.groups.guests, shops: [c.shops.guests], capacity: 50, online: true });
  while (!over) {
    const v = await c.visitor('guests');
    await v.open();
    await v.say('您好，请问尺码怎么选');
    await agent.live.event((e) => e.event === 'message' && e.data?.session_id === v.session.id, 60000);
    await agent.live.do('message_send', { session_id: v.session.id, client_id: 's' + v.session.id, kind: 'text', text: '您好，平时穿什么码呢' });
    await agent.get('inbox?box=mine');
    await c.admin.get('search?q=' + encodeURIComponent('尺码'));
    await agent.post(`sessions/${v.session.id}/close`, {});
    await v.live.close();
    agent.live.events.length = 0;
    chats++;
    await sleep(500);
  }
  await agent.live.close();
}

async function watch(pid) {
  const start = Date.now();
  for (let i = 0; !over; i++) {
    const u = usage(pid);
    seen.push(u);
    if (i % 60 === 0) console.log(`${((Date.now() - start) / 60000).toFixed(1).padStart(5)} min  ${u.rss.toFixed(1)} MB  ${u.fds} descriptors  ${u.cpu.toFixed(1)} s of CPU`);
    await sleep(1000);
  }
}

function fifth(i, of) {
  const n = seen.length / 5;
  return median(seen.slice(Math.floor(i * n), Math.max(Math.floor(i * n) + 1, Math.floor((i + 1) * n))).map(of));
}

compile('load');
const c = await Centre.start();
const pid = c.server.child.pid;
try {
  const lines = await tickets('soak', await crowd(c, 'soak', count));
  const side = Promise.all([guests(c), watch(pid)]);
  side.catch(() => (over = true));
  const r = await load(c.server.port, rate, Math.round(minutes * 60), lines, pid);
  over = true;
  await side;
  const rss = [fifth(1, (u) => u.rss), fifth(4, (u) => u.rss)], fds = [fifth(1, (u) => u.fds), fifth(4, (u) => u.fds)];
  const flat = rss[1] <= rss[0] * 1.1 + 4 && fds[1] <= fds[0] + 8;
  console.log(`soak: ${minutes} min, ${r.acked} of ${r.sent} acknowledged (${r.skipped} not sent: the one before was still under way), ${r.heard} heard by agents, ${chats} chats came and went`);
  console.log(`acknowledgement p50 ${(r.p50_us / 1000).toFixed(2)} ms, p99 ${(r.p99_us / 1000).toFixed(2)} ms, p99.9 ${(r.p999_us / 1000).toFixed(2)} ms; CPU ${r.cpu_us.toFixed(0)} us a message`);
  const full = r.acked >= rate * minutes * 60 * 0.97;
  console.log(`memory ${rss[0].toFixed(1)} -> ${rss[1].toFixed(1)} MB, descriptors ${fds[0]} -> ${fds[1]}: ${flat ? 'flat' : 'NOT FLAT'}${full ? '' : `; ONLY ${(r.acked / minutes / 60).toFixed(0)} A SECOND WERE REACHED`}${r.lost ? '; SOME LOST' : ''}`);
  process.exitCode = flat && full && !r.lost ? 0 : 1;
} finally {
  over = true;
  await c.remove();
}
