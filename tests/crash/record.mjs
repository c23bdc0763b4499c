// Reading the record without the program: SQLite's own shell on a copy of the files, or psql.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const big = { encoding: 'utf8', maxBuffer: 1 << 30 };

function rowsOfSqlite(file, sql) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-record-'));
  try {
    // A copy, so that looking does not do the server's recovery for it.
    for (const end of ['', '-wal']) if (existsSync(file + end)) copyFileSync(file + end, path.join(dir, 'copy.db' + end));
    const out = execFileSync('sqlite3', ['-json', path.join(dir, 'copy.db'), sql], big);
    return out.trim() ? JSON.parse(out) : [];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function rowsOfPostgres(url, sql) {
  const out = execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', `SELECT coalesce(json_agg(r), '[]') FROM (${sql}) r`, url], big);
  return JSON.parse(out);
}

export const rowsOf = (db, sql) => (db.startsWith('postgresql:') ? rowsOfPostgres(db, sql) : rowsOfSqlite(db, sql));

/** Of a database whose server has ended. */
export function readSessions(db) {
  const rows = rowsOf(db, 'SELECT id, state, agent_id, seq, queued_at FROM session');
  return new Map(rows.map((r) => [r.id, r]));
}

export function readRecord(db) {
  const rows = rowsOf(db, 'SELECT session_id, seq, at, sender, person_id, client_id, text FROM message ORDER BY session_id, seq');
  const messages = rows.map((r) => ({ session: r.session_id, seq: r.seq, at: r.at, sender: r.sender, person: r.sender === 'agent' ? r.person_id : null, client_id: r.client_id, text: r.text }));
  return { sessions: readSessions(db), messages };
}

/** The transactions of a server that was killed may still be on their way: waits until nobody is connected. */
export async function settled(db, ms = 10000) {
  if (!db.startsWith('postgresql:')) return;
  const end = Date.now() + ms;
  const sql = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
  while (rowsOfPostgres(db, sql)[0].n > 0) {
    if (Date.now() > end) throw new Error('connections of the killed server stay');
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The same through the API, as one who may see every session. */
export async function readByApi(client, sessions) {
  const messages = [];
  for (const id of sessions)
    for (let after = 0; ;) {
      const { rows } = await client.get(`sessions/${id}/messages?after_seq=${after}&limit=200`);
      for (const m of rows) messages.push({ session: id, seq: m.seq, at: m.at, sender: m.sender, person: m.sender === 'agent' ? m.person_id : null, client_id: m.client_id ?? null, text: m.text });
      if (rows.length < 200) break;
      after = rows.at(-1).seq;
    }
  return messages;
}
