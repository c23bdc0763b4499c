// Sales reports over some 100,000 orders of a month: by agent, by day, funnel, contribution and more; server time (Server-Timing), p95, from the resident
// records, and with --record 1 from the record too, as they are where the records are not there (what asks for another profile than the shops' reads the record).
//   node trade.mjs [--days N] [--size N] [--rounds N] [--record 1] [--keep FILE --until DATE]
// --keep FILE: a filled SQLite file nobody signed in to yet; it is copied. DATE: its last day.
import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Client, until } from '../lib/client.mjs';
import { measured, must, options, quantile, timed, verdict } from './lib.mjs';

const o = options(), days = Number(o.days ?? 31), size = Number(o.size ?? 11), rounds = Number(o.rounds ?? 10), last = o.until ?? '2026-03-31';
const first = new Date(Date.parse(last) - (days - 1) * 864e5).toISOString().slice(0, 10);

async function fill(db, dir) {
  if (o.keep) return copyFileSync(o.keep, db);
  const file = path.join(dir, 'lines.jsonl');
  await must(['generate', '--days', String(days), '--shops', '6', '--size', String(size), '--agents', '60', '--until', last, file]);
  await must(['import', '--db', db, '--format', 'json', file]);
  return rmSync(file);
}

const sales = 'sales,orders,items,buyers,aov,share,refund_rate,refund_amount', funnel = 'receive_num,inquiry_num,ordered_num,paid_num,paid_same_day,paid_next_day,paid_final,lost_num';
const cells = ['own_own', 'own_other', 'other_own', 'silent_own', 'silent_follow'].map((k) => `cell_${k}_orders,cell_${k}_amount`).join(',');
const kinds = {
  'by agent': `by=agent&metrics=${sales}`, 'by day': `by=day&metrics=${sales}`, 'by agent and day': `by=agent,day&metrics=${sales}`, 'by shop and hour': `by=shop,hour&metrics=${sales}`,
  'funnel': `by=agent&metrics=${funnel}`, 'funnel by day': `by=day&metrics=${funnel}`, 'cells and assists': `by=agent&metrics=${cells},assist_order,assist_payment,assist_follow`,
  'contribution': `by=shop&metrics=${sales},silent_share,${cells},${funnel}`, 'paid rule': `by=agent&attribution=paid&metrics=${sales}`,
  'calls and hours too': `by=agent&metrics=${sales},calls_offered,answer_rate,aht,online,serving,occupancy`, 'robots too': `by=day&metrics=${sales},robot_sessions,robot_handed_rate,robot_solved`,
};

const ready = (admin) => until(async () => ((f) => f.ready && f)(await admin.get('facts')), 900000, 'the facts are there');

/** What somebody waits for who asks at once after a start, and how long until all is there. */
async function early(admin) {
  const from = performance.now(), route = `reports/service?from=${first}&to=${last}&${kinds['by agent']}`, ms = [];
  for (let i = 0; i < 3; i++) ms.push((await timed(admin, route)).ms);
  await ready(admin);
  console.log(`at once after a start: ${ms.map((x) => (x / 1000).toFixed(2)).join(', ')} s for the first sales reports; all there after ${((performance.now() - from) / 1000).toFixed(1)} s`);
}

async function reports(admin) {
  const facts = await ready(admin), all = [];
  const total = await admin.get(`reports/service?from=${first}&to=${last}&by=shop&metrics=orders,share,inquiry_num`);
  console.log(`${total.total.counts.orders.sum} orders of agents, ${facts.pairs} contact pairs, ${days} days; ${(facts.bytes / 1048576).toFixed(0)} MB resident`);
  for (const [name, asks] of Object.entries(kinds)) {
    const route = `reports/service?from=${first}&to=${last}&${asks}`, ms = [];
    const record = o.record ? (await timed(admin, route + '&profile=jd')).ms : NaN;
    for (let i = 0; i < rounds; i++) ms.push((await timed(admin, route)).ms);
    all.push(...ms);
    if (o.each) console.log('    ' + ms.map((x) => x.toFixed(0)).join(' '));
    console.log(`  ${name.padEnd(20)} p50 ${quantile(ms, 0.5).toFixed(1)} ms, p95 ${quantile(ms, 0.95).toFixed(1)} ms${o.record ? `, from the record ${record.toFixed(0)} ms` : ''}`);
  }
  return quantile(all, 0.95);
}

await measured([], fill, async (server) => {
  const admin = new Client(server);
  await admin.setup();
  await ready(admin);
  await server.stop(); // what the server was told of the import by then is not told again
  await server.start();
  const from = performance.now();
  await ready(admin);
  console.log(`facts and orders there ${((performance.now() - from) / 1000).toFixed(1)} s after a start`);
  await server.stop();
  await server.start();
  await early(admin);
  return verdict(`sales reports over ${days} days, p95 of ${Object.keys(kinds).length} kinds`, { floor: 300, aim: 100, measured: await reports(admin), unit: ' ms' });
});
