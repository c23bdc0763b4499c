// What must hold of every report, whatever the data: how the lines came in is not to be seen in it, and a filter takes out and never adds.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '../lib/client.mjs';
import { dropDatabase, newDatabase, run, startServer } from '../lib/server.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-properties-'));
const span = { from: '2026-01-27', to: '2026-01-31' };
let lines, whole;
const databases = [];
const file = (name) => path.join(dir, name);

async function brought(name, ...parts) {
  const place = mkdtempSync(path.join(dir, 'c'));
  const db = newDatabase(place);
  databases.push(db);
  for (const [i, part] of parts.entries()) {
    writeFileSync(file(`${name}-${i}.jsonl`), part.join('\n') + '\n');
    const r = await run(['import', '--db', db, file(`${name}-${i}.jsonl`)]);
    assert.equal(r.code, 0, r.out + r.err);
  }
  return { db, place };
}

async function report(db, by, ...more) {
  const r = await run(['report', '--db', db, 'service', '--from', span.from, '--to', span.to, '--by', by, '--format', 'json', ...more]);
  assert.equal(r.code, 0, r.err);
  return JSON.parse(r.out);
}

/** Ids are each centre's own: rows by their names, in the order of these. */
function nameless({ rows, total }) {
  const strip = (by) => Object.fromEntries(Object.entries(by).filter(([k]) => !/_id$/.test(k)));
  return { total, rows: rows.map((r) => ({ ...r, by: strip(r.by) })).sort((a, b) => (JSON.stringify(a.by) < JSON.stringify(b.by) ? -1 : 1)) };
}

/** The same every time. */
function shuffled(all) {
  const out = [...all];
  let x = 88172645463325252n;
  for (let i = out.length - 1; i > 0; i--) {
    x ^= (x << 13n) & 0xffffffffffffffffn;
    x ^= x >> 7n;
    x ^= (x << 17n) & 0xffffffffffffffffn;
    const k = Number((x >> 11n) % BigInt(i + 1));
    [out[i], out[k]] = [out[k], out[i]];
  }
  return out;
}

before(async () => {
  const made = await run(['generate', '--seed', '11', '--days', '5', '--agents', '8', '--shops', '2', '--until', span.to, file('made.jsonl')]);
  assert.equal(made.code, 0, made.err);
  lines = readFileSync(file('made.jsonl'), 'utf8').trim().split('\n');
  whole = await brought('whole', lines);
});
after(() => {
  for (const db of databases) dropDatabase(db);
  rmSync(dir, { recursive: true, force: true });
});

const groupings = ['agent', 'shop,day', 'hour', 'group,channel'];

test('lines in any order give the same reports', async () => {
  const other = await brought('shuffled', shuffled(lines));
  for (const by of groupings) assert.deepEqual(nameless(await report(other.db, by)), nameless(await report(whole.db, by)), by);
});

test('an import cut in two, at any line, gives the same reports', async () => {
  const world = lines.filter((l) => /"type":"(shop|agent|customer)"/.test(l)), rest = lines.filter((l) => !/"type":"(shop|agent|customer)"/.test(l));
  for (const share of [0.31, 0.77]) {
    const at = Math.floor(rest.length * share);
    const other = await brought(`cut-${share}`, [...world, ...rest.slice(0, at)], rest.slice(at));
    for (const by of groupings) assert.deepEqual(nameless(await report(other.db, by)), nameless(await report(whole.db, by)), `${by}, cut at ${share}`);
  }
});

test('a filter of the settings takes chats out: no count rises', async () => {
  const counted = ['consult_num', 'receive_num', 'direct', 'in', 'out', 'effective_num', 'slow_num', 'long_num', 'agent_messages', 'customer_messages'];
  const was = await report(whole.db, 'agent', '--set', 'filter_empty=false', '--set', 'filter_staff=false');
  let took = 0;
  const of = (r) => new Map(r.rows.map((row) => [row.by.agent_id, row.values]));
  for (const set of ['filter_empty=true', 'filter_staff=true', 'filter_monologue=2', 'filter_single_line=2', 'filter_forwarded=2', 'code_word=111']) {
    const now = await report(whole.db, 'agent', '--set', 'filter_empty=false', '--set', 'filter_staff=false', '--set', set);
    const before = of(was);
    for (const row of now.rows)
      for (const key of counted)
        assert.ok((row.values[key] ?? 0) <= (before.get(row.by.agent_id)?.[key] ?? 0), `${set}: ${key} of ${row.by.agent_name}: ${row.values[key]}, without it ${before.get(row.by.agent_id)?.[key]}`);
    for (const key of counted) assert.ok((now.total.values[key] ?? 0) <= (was.total.values[key] ?? 0), `${set}: ${key}`);
    took += was.total.values.receive_num - now.total.values.receive_num;
  }
  assert.ok(took > 0, 'they took nothing out');
});

test('a part is never more than the whole: every count under every filter of every dimension', async () => {
  const server = await startServer({ dir: whole.place, db: whole.db });
  try {
    const admin = new Client(server);
    await admin.setup();
    const ask = (more = '') => admin.get(`reports/service?from=${span.from}&to=${span.to}${more}`);
    const all = await ask('&by=agent');
    const keys = Object.keys(all.total.counts);
    assert.ok(keys.length > 30, String(keys.length));
    const shops = await ask('&by=shop'), groups = await ask('&by=group'), channels = await ask('&by=channel');
    const filters = [
      ...shops.rows.map((r) => `&shop_id=${r.by.shop_id}`), ...groups.rows.filter((r) => r.by.group_id).map((r) => `&group_id=${r.by.group_id}`),
      ...channels.rows.filter((r) => r.by.channel).map((r) => `&channel=${r.by.channel}`), ...all.rows.slice(0, 4).map((r) => `&agent_id=${r.by.agent_id}`), '&weekday=1', '&weekday=5',
    ];
    let compared = 0;
    for (const filter of filters) {
      const part = await ask('&by=agent' + filter);
      const wholeOf = new Map(all.rows.map((r) => [r.by.agent_id, r.counts]));
      for (const [counts, limit, who] of [[part.total.counts, all.total.counts, 'all'], ...part.rows.map((r) => [r.counts, wholeOf.get(r.by.agent_id), r.by.agent_name])])
        for (const key of keys)
          for (const what of ['sum', 'count']) {
            const mine = counts?.[key]?.[what] ?? 0, most = limit?.[key]?.[what] ?? 0;
            assert.ok(mine <= most, `${filter}: ${what} of ${key} of ${who}: ${mine} of ${most}`);
            compared += mine > 0;
          }
    }
    assert.ok(compared > 500, String(compared));
  } finally {
    await server.stop();
  }
});
