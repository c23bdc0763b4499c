// The ledger against the record. The ledger is kept by the senders: every message in the order of first sending, with every acknowledgement
// that came for it. The record is what the database holds. Pure: data in, faults out.
import { createHash } from 'node:crypto';

export const digest = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16);

const keyOf = (m) => `${m.session} ${m.sender} ${m.client_id}`;

/** One acknowledged message against the rows stored under its name. */
function checkEntry(faults, entry, rows) {
  if (rows.length > 1) faults.twice.push({ entry, rows });
  if (!entry.acks.length) {
    if (entry.refused && rows.length) faults.refused.push({ entry, rows });
    if (!entry.refused) faults.unanswered.push({ entry });
    return;
  }
  if (!rows.length) {
    faults.lost.push({ entry });
    return;
  }
  const same = entry.acks.every((a) => a.seq === rows[0].seq && a.at === rows[0].at);
  if (!same || digest(rows[0].text) !== entry.digest || rows[0].person !== entry.person) faults.changed.push({ entry, row: rows[0] });
}

function checkOrder(faults, ledger, byKey) {
  const last = new Map();
  for (const entry of ledger) {
    const row = byKey.get(keyOf(entry))?.[0];
    if (!row) continue;
    const line = `${entry.session} ${entry.sender} ${entry.person}`;
    const before = last.get(line);
    if (before && before.seq >= row.seq) faults.order.push({ entry, before: before.client_id, seqs: [before.seq, row.seq] });
    last.set(line, { seq: row.seq, client_id: entry.client_id });
  }
}

/** Every session's messages are numbered 1..n, and the session knows n. */
function checkNumbers(faults, record) {
  const numbers = new Map([...record.sessions.keys()].map((id) => [id, []]));
  for (const m of record.messages) {
    if (!numbers.has(m.session)) numbers.set(m.session, []);
    numbers.get(m.session).push(m.seq);
  }
  for (const [id, seqs] of numbers) {
    seqs.sort((a, b) => a - b);
    const hole = seqs.findIndex((seq, i) => seq !== i + 1);
    if (hole >= 0) faults.holes.push({ session: id, expected: hole + 1, found: seqs[hole] });
    else if (record.sessions.get(id)?.seq !== seqs.length) faults.holes.push({ session: id, counted: seqs.length, said: record.sessions.get(id)?.seq });
  }
}

/**
 * ledger: [{session, sender, person, client_id, digest, acks: [{seq, at}], refused}]; record: {sessions: Map id -> {seq, ...}, messages: [{session, seq,
 * at, sender, person, client_id, text}]}; person of a customer's message: null. Returns lists of faults, all empty when nothing is wrong.
 */
export function audit(ledger, record) {
  const faults = { lost: [], twice: [], order: [], changed: [], holes: [], refused: [], unanswered: [], foreign: [] };
  const byKey = new Map();
  const known = new Set(ledger.map(keyOf));
  for (const m of record.messages) {
    if (m.sender !== 'customer' && m.sender !== 'agent') continue;
    const key = keyOf(m);
    if (!known.has(key)) faults.foreign.push(m);
    if (!byKey.has(key)) byKey.set(key, []);
    byKey.get(key).push(m);
  }
  for (const entry of ledger) checkEntry(faults, entry, byKey.get(keyOf(entry)) ?? []);
  checkOrder(faults, ledger, byKey);
  checkNumbers(faults, record);
  return faults;
}

export const counts = (faults) => Object.fromEntries(Object.entries(faults).map(([name, list]) => [name, list.length]));
export const clean = (faults) => Object.values(faults).every((list) => list.length === 0);
