// Who sees which conversations: the lists and the single session say the same, for every scope.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre } from '../lib/centre.mjs';
import { until } from '../lib/client.mjs';

let centre;
const sessions = {}, people = {};

before(async () => {
  centre = await Centre.start();
  const a = await centre.shop('a'), b = await centre.shop('b');
  const g1 = await centre.group('g1', [a]), g2 = await centre.group('g2', [a, b]);
  const role = async (key, scope) => (await centre.admin.post('roles', { key, name: key, name_en: key, scope, permissions: ['CHAT', 'CHAT_SEE', 'CHAT_MANAGE'] })).id;
  for (const scope of ['own', 'group', 'shop', 'all']) {
    await role('r' + scope, scope);
    centre.roles = null;
    people[scope] = await centre.person('p' + scope, { role: 'r' + scope, group_id: g1, shops: [a], capacity: 50 });
  }
  const mate = await centre.person('mate', { group_id: g1, shops: [a], capacity: 50 });
  const other = await centre.person('other', { group_id: g2, capacity: 50 });
  const make = async (name, shop, taker, close) => {
    const v = await centre.visitor(shop);
    await v.open();
    await v.say(name);
    if (taker) await taker.post(`sessions/${v.session.id}/take`);
    if (close) await taker.post(`sessions/${v.session.id}/close`, {});
    sessions[name] = { id: v.session.id, customer: v.hello.customer_id };
  };
  await make('waiting a', 'a');
  await make('waiting b', 'b');
  for (const scope of Object.keys(people)) await make('mine ' + scope, 'a', people[scope]);
  await make('mate a', 'a', mate);
  await make('other a', 'a', other);
  await make('other b', 'b', other);
  await make('closed mate a', 'a', mate, true);
  await make('closed other a', 'a', other, true);
  await make('closed other b', 'b', other, true);
});
after(() => centre.remove());

const expected = {
  own: ['waiting a', 'mine own'],
  group: ['waiting a', 'mine own', 'mine group', 'mine shop', 'mine all', 'mate a', 'closed mate a'],
  shop: ['waiting a', 'mine own', 'mine group', 'mine shop', 'mine all', 'mate a', 'other a', 'closed mate a', 'closed other a'],
};

for (const scope of ['own', 'group', 'shop', 'all']) {
  test(`scope ${scope}: lists and single sessions agree`, async () => {
    const me = people[scope];
    const listed = new Set();
    for (const box of ['mine', 'waiting', 'group', 'closed'])
      for (const s of (await me.get(`inbox?box=${box}&limit=200`)).rows) listed.add(s.id);
    for (const [name, { id, customer }] of Object.entries(sessions)) {
      const should = scope === 'all' || expected[scope].includes(name);
      assert.equal(listed.has(id), should, `${scope} lists ${name}`);
      for (const path of [`sessions/${id}`, `sessions/${id}/messages`, `sessions/${id}/notes`, `sessions/${id}/log`, `sessions/${id}/targets`, `sessions/${id}/ratings`,
        `customers/${customer}`, `customers/${customer}/orders`, `customers/${customer}/sessions`]) {
        const r = await me.ask('GET', path);
        assert.equal(r.status, should ? 200 : 404, `${scope} ${path} of ${name}`);
      }
      if (should) continue;
      for (const act of ['take', 'accept', 'close', 'reopen', 'invite'])
        assert.ok([404, 409].includes((await me.ask('POST', `sessions/${id}/${act}`, {})).status), `${scope} ${act} ${name}`);
      assert.equal((await me.ask('POST', `sessions/${id}/notes`, { text: 'x' })).status, 404);
      assert.equal((await me.ask('POST', `sessions/${id}/transfer`, { group_id: centre.groups.g1, note: 'x' })).status, 404);
      assert.equal((await me.ask('POST', `sessions/${id}/tags`, { tags: [] })).status, 404);
      await assert.rejects(me.live.do('watch', { session_id: id }), { code: 'NOT_FOUND' });
      await assert.rejects(me.live.do('message_list', { session_id: id, after_seq: 0 }), { code: 'NOT_FOUND' });
    }
    const { counts } = await me.get('inbox');
    assert.equal(counts.mine, 1);
    const of = (names) => names.filter((n) => scope === 'all' || expected[scope].includes(n)).length;
    assert.equal(counts.waiting, of(['waiting a', 'waiting b']));
    assert.equal(counts.group, of(['mine own', 'mine group', 'mine shop', 'mine all', 'mate a', 'other a', 'other b'].filter((n) => n !== 'mine ' + scope)));
  });
}

test('closed ones page without gaps or repetitions, and are found by what was said', async () => {
  const { all } = people;
  const first = await all.get('inbox?box=closed&limit=2');
  assert.equal(first.rows.length, 2);
  const second = await all.get(`inbox?box=closed&limit=2&cursor=${first.next}`);
  assert.equal(second.next, undefined);
  const ids = [...first.rows, ...second.rows].map((s) => s.id);
  assert.deepEqual(new Set(ids), new Set(['closed mate a', 'closed other a', 'closed other b'].map((n) => sessions[n].id)));
  assert.deepEqual((await all.get('inbox?box=closed&q=other%20b')).rows.map((s) => s.id), [sessions['closed other b'].id]);
  assert.deepEqual((await all.get(`inbox?box=closed&shop_id=${centre.shops.b}`)).rows.map((s) => s.id), [sessions['closed other b'].id]);
});

test('who watches hears; who no longer watches does not', async () => {
  const { all } = people;
  const id = sessions['mate a'].id;
  await all.live.do('watch', { session_id: id });
  await centre.admin.post(`sessions/${id}/notes`, { text: '看看' });
  await all.live.event((e) => e.event === 'note' && e.subject === id);
  await all.live.do('unwatch', { session_id: id });
});

test('the search follows a session from hand to hand: who holds it finds all of it, who held it nothing', async () => {
  const role = (await centre.admin.post('roles', { key: 'finder', name: 'finder', name_en: 'finder', scope: 'own', permissions: ['CHAT', 'CHAT_SEE', 'CHAT_MANAGE', 'SEARCH'] })).id;
  centre.roles = null;
  assert.ok(role);
  const [one, two] = await Promise.all(['one', 'two'].map((name) => centre.person('finder' + name, { role: 'finder', group_id: centre.groups.g1, shops: [centre.shops.a], capacity: 50 })));
  const found = async (who) => (await who.get('search?q=' + encodeURIComponent('貂皮手套'))).rows.length;
  const finds = (who, n, what) => until(async () => (await found(who)) === n, 20000, what);
  const v = await centre.visitor('a');
  await v.open();
  await v.say('貂皮手套有吗');
  await v.say('要貂皮手套两副');
  await until(async () => (await centre.admin.get('search?q=' + encodeURIComponent('貂皮手套'))).rows.length === 2, 20000, 'both are in the index');
  assert.equal(await found(one), 0); // nobody's yet
  await one.post(`sessions/${v.session.id}/take`);
  await finds(one, 2, 'what was said before it was taken');
  await v.say('貂皮手套多少钱');
  await finds(one, 3, 'what is said while it is held');
  await one.post(`sessions/${v.session.id}/transfer`, { person_id: two.id, note: '请接' });
  await two.post(`sessions/${v.session.id}/take`);
  await finds(two, 3, 'after the transfer');
  assert.equal(await found(one), 0);
  await two.post(`sessions/${v.session.id}/close`, {});
  await v.say('貂皮手套还要一副'); // within the time of return: opened again, waiting for anybody
  await until(async () => (await centre.admin.get('search?q=' + encodeURIComponent('貂皮手套'))).rows.length === 4, 20000, 'the fourth');
  const back = await two.get(`sessions/${v.session.id}`);
  if (back.state !== 'open') await one.post(`sessions/${v.session.id}/take`);
  await finds(back.state === 'open' ? two : one, 4, 'after it was opened again');
});
