// A look into an embedded database from outside the program (build/sqlrun: Debian's sqlite3 is older than the file).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { binary, root } from './server.mjs';

/** Runs SQL; the rows as lists of texts. */
export function sqlite(db, sql) {
  const out = execFileSync(path.join(path.dirname(binary), 'sqlrun'), [db], { input: sql, encoding: 'utf8', maxBuffer: 64 << 20 });
  return out.trimEnd() === '' ? [] : out.trimEnd().split('\n').map((line) => line.split('\t'));
}

// base/str.c's str_hash.
const checksum = (bytes) => {
  let hash = 1469598103934665603n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  return hash.toString(16).padStart(16, '0');
};

/** What a migration says to one kind of database ("sqlite", "postgres"): its own sections and those for both. */
function sectionsFor(kind, text) {
  let mine = true;
  const lines = text.split('\n').filter((line) => {
    const mark = /^-- (both|sqlite|postgres):$/.exec(line.trim())?.[1];
    if (mark) mine = mark === 'both' || mark === kind;
    return mine;
  });
  const own = lines.join('\n');
  return kind === 'postgres' ? own.replaceAll(/\bINTEGER\b/g, 'BIGINT') : own;
}

/** A database as the program left it when these were all the migrations there were, with the rows of a fixture. */
export function oldScript(kind, names, rows) {
  let sql = 'BEGIN;\nCREATE TABLE schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL, checksum TEXT NOT NULL);\n';
  for (const name of names) {
    const raw = readFileSync(path.join(root, 'sql/migrations', name + '.sql'));
    sql += `${sectionsFor(kind, raw.toString('utf8'))}\nINSERT INTO schema_version VALUES (${Number(name.slice(0, 4))}, '${name.slice(5)}', 1770000000000, '${checksum(raw)}');\n`;
  }
  return sql + (rows ? readFileSync(path.join(root, 'tests/fixtures', rows), 'utf8') : '') + '\nCOMMIT;\n';
}

export const oldDatabase = (file, names, rows) => sqlite(file, 'PRAGMA journal_mode=WAL;\n' + oldScript('sqlite', names, rows));
