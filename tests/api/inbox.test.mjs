// A long past: the box of closed chats, where a page looks back over a stretch of it, says where to go on, and misses none on the way; and the search.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre } from '../lib/centre.mjs';
import { until } from '../lib/client.mjs';

const count = 3300, from = Date.UTC(2026, 0, 5), odd = [3, 900, 2100];
let centre, admin, me;

before(async () => {
  centre = await Centre.start();
  admin = centre.admin;
  await centre.shop('long');
  me = await centre.person('holder', { socket: false, key: 'holder', shops: [centre.shops.long] });
  const lines = Array.from({ length: count }, (_, i) => ({ type: 'message', key: `m${i}`, shop: 'long', customer: `c${i}`, at: from + i * 60000,
    sender: 'customer', text: odd.includes(i) ? `第 ${i} 位：大衣发霉了` : `第 ${i} 位：在吗`, ...(i < 1200 ? { agent: 'holder' } : {}) }));
  const up = await admin.call('PUT', 'imports?name=long.jsonl', Buffer.from(lines.map((l) => JSON.stringify(l)).join('\n') + '\n'));
  await admin.post(`imports/${up.id}/run`);
  const done = await until(async () => {
    const one = await admin.get(`imports/${up.id}`);
    return ['checking', 'running'].includes(one.state) ? null : one;
  }, 120_000, 'the import');
  assert.equal(done.state, 'done');
});
after(() => centre?.remove());

/** Every page to the end. */
async function walk(who, query) {
  const pages = [];
  let cursor = '';
  do {
    const page = await who.get('inbox?box=closed' + query + (cursor && '&cursor=' + encodeURIComponent(cursor)));
    assert.ok(!page.next === !page.looked_to, 'where it goes on, and how far it got, go together');
    pages.push(page);
    cursor = page.next;
    assert.ok(pages.length <= count, 'it comes to an end');
  } while (cursor);
  return pages;
}
const places = (pages) => pages.flatMap((p) => p.rows).map((s) => Number(/第 (\d+) 位/.exec(s.last_text)[1]));

test('rare words are found in all of the past, newest first, each once, though most pages hold none', async () => {
  const pages = await walk(admin, '&q=' + encodeURIComponent('发霉'));
  assert.deepEqual(places(pages), [...odd].reverse());
  assert.ok(pages.length > 1, 'one answer does not look through everything');
  const looked = pages.slice(0, -1).map((p) => p.looked_to);
  assert.deepEqual(looked, [...looked].sort((a, b) => b - a));
});

test('words that nobody said end with nothing and no next page', async () => {
  const pages = await walk(admin, '&q=' + encodeURIComponent('龘龘'));
  assert.deepEqual(places(pages), []);
  assert.equal(pages.at(-1).next, undefined);
});

test('common words page without gaps or repetitions over the ends of what one answer looks at', async () => {
  const pages = await walk(admin, '&limit=150&q=' + encodeURIComponent('在吗'));
  assert.deepEqual(places(pages), Array.from({ length: count }, (_, i) => count - 1 - i).filter((i) => !odd.includes(i)));
  assert.ok(pages.every((p) => p.rows.length <= 150));
});

test('without words, all of them', async () => {
  assert.deepEqual(places(await walk(admin, '&limit=200')), Array.from({ length: count }, (_, i) => count - 1 - i));
});

test('who sees the own ones only looks through those', async () => {
  const pages = await walk(me, '&q=' + encodeURIComponent('发霉'));
  assert.deepEqual(places(pages), [900, 3]);
  assert.deepEqual(places(await walk(me, '&limit=200')), Array.from({ length: 1200 }, (_, i) => 1199 - i));
});

/** Every page of a search to the end: the numbers found. */
async function found(who, query) {
  const all = [];
  let cursor = '';
  do {
    const page = await who.get('search?' + query + (cursor && '&cursor=' + cursor));
    all.push(...page.rows.map((m) => Number(/第 (\d+) 位/.exec(m.text)[1])));
    cursor = page.next;
    assert.ok(all.length <= count, 'it comes to an end');
  } while (cursor);
  return all;
}

test('the search finds what is rare behind thousands of others, and pages through what is common', async () => {
  const q = (text) => 'q=' + encodeURIComponent(text);
  assert.deepEqual(await found(admin, q('发霉')), [...odd].reverse());
  assert.deepEqual(await found(admin, q('发霉') + '&limit=1'), [...odd].reverse());
  assert.deepEqual(await found(admin, q('发霉') + `&to=${from + 1000 * 60000}`), [900, 3]);
  assert.deepEqual(await found(admin, q('发霉') + `&from=${from + 100 * 60000}`), [2100, 900]);
  assert.deepEqual(await found(me, q('发霉')), [900, 3]);
  assert.deepEqual(await found(admin, q('龘龘')), []);
  assert.deepEqual(await found(admin, q('在吗') + '&limit=100'), Array.from({ length: count }, (_, i) => count - 1 - i).filter((i) => !odd.includes(i)));
});
