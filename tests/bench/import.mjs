// Import of interchange lines to the record against a bare insertion: sqlite3 puts the very same rows of all tables into equal tables with their
// indices, one statement a table, in order of their keys. In turn (A B A B), medians of the pairs. SQLite only. Then the messages alone, into a centre
// that has the shops and agents. Wall time, and the processor's: the import is one thread.
//   node import.mjs [--messages N] [--rounds N]
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { run } from '../lib/server.mjs';
import { median, options, verdict } from './lib.mjs';

const o = options(), messages = Number(o.messages ?? 100000), rounds = Number(o.rounds ?? 3), days = Math.max(2, Math.ceil(messages / 8130));
const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-bench-')), file = path.join(dir, 'lines.jsonl');

async function must(args) {
  const r = await run(args);
  if (r.code) throw new Error(`antball ${args[0]}: ${r.err}`);
  return r.out;
}
const sqlite = (db, sql) => execFileSync('sqlite3', ['-bail', db], { input: sql, encoding: 'utf8', maxBuffer: 1 << 26 });
const removeDb = (db) => ['', '-wal', '-shm'].forEach((end) => rmSync(db + end, { force: true }));

async function ours(db, file) {
  const r = JSON.parse(await must(['import', '--db', db, '--format', 'json', file]));
  const lines = r.types.reduce((n, t) => n + t.read, 0), ms = r.total_ms - r.index_ms, rejected = r.types.reduce((n, t) => n + t.rejected, 0);
  if (rejected) throw new Error(`${rejected} lines were rejected`);
  const messages = r.types.find((t) => t.type === 'message')?.read ?? 0;
  return { lines, messages, ms, cpu: r.record_cpu_ms, index: r.index_ms, lines_per_s: (lines * 1000) / ms, messages_per_s: (messages * 1000) / ms };
}

/** Tables of the record that hold rows, search index left out. */
function tablesOf(db) {
  const names = sqlite(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'message_search%' ORDER BY name;");
  return names.trim().split('\n').filter((t) => sqlite(db, `SELECT EXISTS (SELECT 1 FROM "${t}");`).trim() === '1');
}

function bare(from, to, tables) {
  removeDb(to);
  const quoted = tables.map((t) => `'${t}'`).join(',');
  sqlite(to, sqlite(from, `SELECT sql || ';' FROM sqlite_master WHERE tbl_name IN (${quoted}) AND sql IS NOT NULL ORDER BY type = 'index', rowid;`));
  const began = performance.now();
  sqlite(to, `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; ATTACH '${from}' AS f; BEGIN;\n` +
    tables.map((t) => `INSERT INTO main."${t}" SELECT * FROM f."${t}";`).join('\n') + '\nCOMMIT;');
  return performance.now() - began;
}

/** Shops and agents into one file, messages into another. */
async function parted(file) {
  const out = { people: createWriteStream(file + '.people'), messages: createWriteStream(file + '.messages') };
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const type = JSON.parse(line).type, to = type === 'message' ? out.messages : type === 'shop' || type === 'agent' ? out.people : null;
    if (to && !to.write(line + '\n')) await once(to, 'drain');
  }
  for (const o of Object.values(out)) await new Promise((done) => o.end(done));
}

const s = (ms) => (ms / 1000).toFixed(1) + ' s', per = (n, ms) => ((n * 1000) / ms).toFixed(0);
const told = (a) => `${a.lines} lines, ${a.messages} of them messages: the record ${s(a.ms)} (${a.lines_per_s.toFixed(0)} lines, ${a.messages_per_s.toFixed(0)} messages a second; ` +
  `of processor ${s(a.cpu)}: ${per(a.lines, a.cpu)} and ${per(a.messages, a.cpu)}), the search index ${s(a.index)}`;

let ok = true;
try {
  await must(['generate', '--days', String(days), '--shops', '6', '--size', '3', '--agents', '60', file]);
  const db = path.join(dir, 'ours.db'), pairs = [];
  for (let i = 0; i < rounds; i++) {
    removeDb(db);
    const a = await ours(db, file), ms = bare(db, path.join(dir, 'bare.db'), tablesOf(db));
    console.log(`${told(a)}; the bare rows ${s(ms)}`);
    pairs.push({ ...a, share: ms / a.ms });
  }
  console.log(`of the record's time the bare insertion of its rows is ${(100 * median(pairs.map((p) => p.share))).toFixed(0)} %; the index takes ${(median(pairs.map((p) => p.index)) / 1000).toFixed(1)} s`);
  await parted(file);
  const alone = [];
  for (let i = 0; i < rounds; i++) {
    removeDb(db);
    await ours(db, file + '.people');
    alone.push(await ours(db, file + '.messages'));
    console.log(`messages alone: ${told(alone[i])}`);
  }
  const judge = (name, measured) => (ok = verdict(name, { floor: 60000, aim: 60000, measured, low: false, digits: 0 }) && ok);
  judge('import, lines to the record, per second (index apart)', median(pairs.map((p) => p.lines_per_s)));
  judge('import, messages of such a file', median(pairs.map((p) => p.messages_per_s)));
  judge('import, messages alone', median(alone.map((p) => p.messages_per_s)));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
process.exit(ok ? 0 : 1);
