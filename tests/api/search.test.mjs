// Finding what was said: whole, newest first, page by page, wherever in a long record the words lie.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { dropDatabase, newDatabase, run, startServer } from '../lib/server.mjs';

const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-search-')), db = newDatabase(dir);
const many = 9000, from = Date.parse('2026-03-01T00:00:00+08:00'), minute = 60000;
let centre, lines;

/** Which of the words the message holds that is `age` messages old. */
function words(age) {
  const said = ['常见'];
  if (age % 150 === 7) said.push('适中');
  if (age < 3000 ? age % 100 === 3 : age % 2000 === 3) said.push('渐稀');
  if (age > many - 20) said.push('远古');
  return said.join('，');
}

before(async () => {
  lines = Array.from({ length: many }, (_, i) => ({ type: 'message', key: String(i), shop: 's', customer: 'c' + (i % 40), agent: i % 900 ? 'busy' : 'rare', at: from + i * minute,
    sender: i % 3 ? 'agent' : 'customer', text: `${words(many - 1 - i)} ${i}` }));
  const people = ['busy', 'rare'].map((key) => ({ type: 'agent', key, name: key, shops: ['s'] }));
  const file = path.join(dir, 'said.jsonl');
  writeFileSync(file, [{ type: 'shop', key: 's', name: '店', timezone: 'Asia/Shanghai' }, ...people, ...lines].map((l) => JSON.stringify(l) + '\n').join(''));
  const done = await run(['import', '--db', db, file]);
  assert.equal(done.code, 0, done.err);
  centre = new Centre(await startServer({ db }));
  await centre.admin.setup();
});

after(async () => {
  await centre.server.stop();
  dropDatabase(db);
  rmSync(dir, { recursive: true, force: true });
});

/** All pages of a search: the texts, in their order. */
async function found(q, more = {}, client = centre.admin) {
  const texts = [];
  for (let cursor; ;) {
    const page = await client.get('search?' + new URLSearchParams({ q, ...more, ...(cursor && { cursor }) }));
    texts.push(...page.rows.map((r) => r.text));
    assert.ok(page.rows.length <= Number(more.limit ?? 30));
    cursor = page.next;
    if (!cursor) return texts;
  }
}

const expected = (q, fits = () => true) => lines.filter((l) => l.text.includes(q) && fits(l)).map((l) => l.text).reverse();

for (const q of ['适中', '渐稀', '远古', '没人说过'])
  test(`every page of ${q}, newest first`, async () => {
    for (const limit of ['30', '7', '100']) assert.deepEqual(await found(q, { limit }), expected(q));
  });

test('a word in every message, as many pages as there are', async () => {
  assert.deepEqual(await found('常见', { limit: '100' }), expected('常见'));
});

test('narrowed by who said it, by whom it is, and by time', async () => {
  const { rows } = await centre.admin.get('people'), rare = rows.find((p) => p.name === 'rare').id, busy = rows.find((p) => p.name === 'busy').id;
  assert.deepEqual(await found('适中', { sender: 'customer' }), expected('适中', (l) => l.sender === 'customer'));
  assert.deepEqual(await found('常见', { sender: 'agent', agent_id: rare }), expected('常见', (l) => l.sender === 'agent' && l.agent === 'rare'));
  for (const [a, b] of [[100, 4000], [5990, 6010], [8990, 9000]]) {
    const span = { from: String(from + a * minute), to: String(from + b * minute) };
    assert.deepEqual(await found('渐稀', span), expected('渐稀', (l) => l.at >= from + a * minute && l.at < from + b * minute));
  }
  assert.deepEqual(await found('适中', { agent_id: busy, limit: '100' }), expected('适中')); // whoever spoke, the sessions are hers
});

test('who held no session finds none of it', async () => {
  assert.deepEqual(await found('常见', {}, await centre.person('nobody')), []);
});
