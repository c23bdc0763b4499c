// A centre with made-up weeks of work in it: generated, imported, served.
import { mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newDatabase, run, startServer } from './server.mjs';
import { Centre } from './centre.mjs';

/** Files of the generator: {lines, answers}. */
export async function generated(dir, options = {}) {
  const lines = path.join(dir, 'lines.jsonl'), answers = path.join(dir, 'answers.json');
  const args = Object.entries({ seed: 1, days: 14, agents: 12, until: '2026-03-31', ...options }).flatMap(([k, v]) => ['--' + k, String(v)]);
  const made = await run(['generate', ...args, lines, '--answers', answers]);
  if (made.code !== 0) throw new Error(made.err);
  return { lines, answers: JSON.parse(readFileSync(answers, 'utf8')) };
}

/** The same imported and served; ends with centre.remove(). ids: {shops, people} by key. */
export async function seeded(options = {}, args = []) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-'));
  const db = newDatabase(dir);
  const { lines, answers } = await generated(dir, options);
  const read = await run(['import', '--db', db, lines]);
  if (read.code !== 0) throw new Error(read.err);
  const centre = new Centre(await startServer({ dir, db, args }));
  await centre.admin.setup();
  const byKey = (rows) => Object.fromEntries(rows.map((r) => [r.key, r.id]));
  centre.answers = answers;
  centre.ids = { shops: byKey((await centre.admin.get('shops')).rows), people: byKey((await centre.admin.get('people?limit=200')).rows) };
  return centre;
}

export const query = (o) => new URLSearchParams(Object.entries(o).filter(([, v]) => v !== undefined).map(([k, v]) => [k, String(v)])).toString();
