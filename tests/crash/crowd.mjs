// The people of the crash tests: a centre with two shops, a group of agents, and more visitors than they can hold.
import assert from 'node:assert/strict';
import { Centre } from '../lib/centre.mjs';
import { kind } from '../lib/server.mjs';
import { clean, counts } from './audit.mjs';
import { Agent, Visitor } from './load.mjs';

export const visitors = 40, agents = 6, capacity = 5;

export async function startCentre(options = {}) {
  const centre = await Centre.start({ args: ['--log', 'warn'], ...options });
  for (const [name, value] of Object.entries({ visitor_messages_per_min: 1000, visitor_hellos_per_min: 10000, disconnect_grace_s: 300, wrapup_s: 0, idle_close_min: 0 }))
    await centre.admin.patch('settings', { name, value: String(value) });
  return centre;
}

/** Half of the speakers send as the widget and the desk do, one message of a chat at a time; the others four, where the database cannot say "later". */
export async function fill(load, centre, { people = agents, guests = visitors } = {}) {
  const shops = [await centre.shop('a'), await centre.shop('b')];
  const group = await centre.group('g', shops);
  const window = (i) => (kind === 'sqlite' && i % 2 ? 4 : 1);
  for (let i = 0; i < people; i++) {
    const client = await centre.person(`agent${i}`, { group_id: group, capacity, socket: false, online: true });
    load.add(new Agent(load, `agent${i}`, client, window(i)));
  }
  await load.ready();
  for (let i = 0; i < guests; i++) load.add(new Visitor(load, `guest${i}`, i % 2 ? 'a' : 'b', window(i >> 1)));
  await load.ready();
}

const near = (list) => list.slice(0, 3).map((f) => JSON.stringify(f)).join('\n');
export function assertClean(faults, what) {
  assert.ok(clean(faults), `${what}: ${JSON.stringify(counts(faults))}\n` + Object.values(faults).filter((l) => l.length).map(near).join('\n'));
}
