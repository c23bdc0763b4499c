// Phrases: the team's and one's own, found as people type, brought in and out as the marketplaces' file. Knowledge and products beside them.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre } from '../lib/centre.mjs';

let centre, admin, agent, mate, lead;
const texts = (r) => r.rows.map((p) => p.text);

before(async () => {
  centre = await Centre.start();
  admin = centre.admin;
  const a = await centre.shop('a');
  await centre.shop('b');
  const group = await centre.group('ga', [a]);
  agent = await centre.person('agent1', { group_id: group, socket: false });
  mate = await centre.person('agent2', { group_id: group, socket: false });
  lead = await centre.person('lead1', { role: 'supervisor', group_id: group, shops: [a], socket: false });
});
after(() => centre.remove());

async function refused(promise, code, field) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.code, code, e.message);
    if (field) assert.equal(e.field, field, e.message);
    return true;
  });
}

test('an own phrase is mine alone; a base phrase is everybody\'s, by permission', async () => {
  const own = await agent.post('phrases', { text: '稍等，我看一下库存', code: 'kc', folder: '售前' });
  assert.equal(own.person_id, agent.id);
  assert.deepEqual(texts(await agent.get('phrases?q=kc')), ['稍等，我看一下库存']);
  assert.deepEqual(texts(await mate.get('phrases?q=kc')), []);
  await refused(mate.patch(`phrases/${own.id}`, { text: 'x' }), 'NOT_FOUND');
  await refused(mate.delete(`phrases/${own.id}`), 'NOT_FOUND');
  await refused(agent.post('phrases', { text: '您好', base: true }), 'FORBIDDEN');
  const base = await admin.post('phrases', { text: '您好，欢迎光临', code: 'HY', base: true });
  assert.equal(base.person_id, null);
  assert.deepEqual(texts(await mate.get('phrases?q=hy')), ['您好，欢迎光临']);
  await refused(agent.patch(`phrases/${base.id}`, { text: '改了' }), 'FORBIDDEN');
  assert.equal((await agent.patch(`phrases/${own.id}`, { text: '稍等，马上看库存' })).code, 'kc');
});

test('a supervisor keeps the phrases of his shops only', async () => {
  await refused(lead.post('phrases', { text: '全店通用', base: true }), 'BAD_FIELD', 'shop_id');
  await refused(lead.post('phrases', { text: 'b', base: true, shop_id: centre.shops.b }), 'REFERENCED', 'shop_id');
  await lead.post('phrases', { text: '本店满百包邮', base: true, shop_id: centre.shops.a, code: 'by' });
  assert.deepEqual(texts(await agent.get(`phrases?q=by&shop_id=${centre.shops.a}`)), ['本店满百包邮']);
  assert.deepEqual(texts(await agent.get(`phrases?q=by&shop_id=${centre.shops.b}`)), []);
  await admin.post('phrases', { text: '二店的话', base: true, shop_id: centre.shops.b });
  assert.deepEqual(texts(await agent.get('phrases?q=' + encodeURIComponent('二店'))), []);
});

test('found by code, words, pinyin and initials', async () => {
  await admin.post('phrases', { text: '七天无理由退换货', code: 'th7', base: true });
  for (const q of ['th', 'TH7', '无理由', 'qitian', 'qtwly', 'Wu Li You'])
    assert.ok(texts(await agent.get('phrases?q=' + encodeURIComponent(q))).includes('七天无理由退换货'), q);
  for (const q of ['退款', 'xyz', '%', '_'])
    assert.ok(!texts(await agent.get('phrases?q=' + encodeURIComponent(q))).includes('七天无理由退换货'), q);
});

test('what is used more comes first', async () => {
  const a = await agent.post('phrases', { text: '亲，在的', folder: 'x' });
  const b = await agent.post('phrases', { text: '亲，您说', folder: 'x' });
  await agent.post(`phrases/${b.id}/used`);
  await agent.post(`phrases/${b.id}/used`);
  await agent.post(`phrases/${a.id}/used`);
  assert.deepEqual(texts(await agent.get('phrases?folder=x')), ['亲，您说', '亲，在的']);
  await agent.delete(`phrases/${a.id}`);
  await refused(agent.delete(`phrases/${a.id}`), 'NOT_FOUND');
});

const file = '快捷短语编码,快捷短语,快捷短语分组\r\nfh,48小时内发货,物流\r\ncm,"尺码表在详情页,可参考",尺码\r\n,,\r\nbad,,尺码\r\n';

test('the marketplace\'s file comes in, again changes nothing, and goes out the same', async () => {
  const bom = new TextEncoder().encode('\ufeff' + file);
  const first = await admin.call('POST', `phrases/import?base=true&shop_id=${centre.shops.a}`, bom);
  assert.deepEqual([first.created, first.updated, first.unchanged], [2, 0, 0]);
  assert.deepEqual(first.rejected.map((r) => r.line), [5]);
  const again = await admin.call('POST', `phrases/import?base=true&shop_id=${centre.shops.a}`, bom);
  assert.deepEqual([again.created, again.updated, again.unchanged], [0, 0, 2]);
  const changed = await admin.call('POST', `phrases/import?base=true&shop_id=${centre.shops.a}`, new TextEncoder().encode(file.replace('48', '24')));
  assert.deepEqual([changed.created, changed.updated, changed.unchanged], [0, 1, 1]);
  const out = await admin.ask('GET', `phrases/export?base=true&shop_id=${centre.shops.a}`);
  assert.deepEqual([...out.bytes.slice(0, 3)], [0xef, 0xbb, 0xbf]);
  assert.ok(out.text.includes('fh,24小时内发货,物流\r\n'));
  assert.ok(out.text.includes('cm,"尺码表在详情页,可参考",尺码\r\n'));
  const back = await admin.call('POST', `phrases/import?base=true&shop_id=${centre.shops.a}`, out.bytes);
  assert.equal(back.created + back.updated, 0);
});

test('also in GB18030, as spreadsheets save it', async () => {
  const gb = Uint8Array.from(Buffer.from('bfecbdddb6ccd3efb1e0c2eb2cbfecbdddb6ccd3ef2cbfecbdddb6ccd3efb7d6d7e90d0a68792cbbb6d3adb9e2c1d92cd3adbfcd0d0a', 'hex'));
  const r = await agent.call('POST', 'phrases/import', gb);
  assert.equal(r.created, 1);
  const [p] = (await agent.get('phrases?folder=' + encodeURIComponent('迎客'))).rows;
  assert.deepEqual([p.code, p.text, p.person_id], ['hy', '欢迎光临', agent.id]);
});

test('what is no such file is refused with a word', async () => {
  await refused(agent.call('POST', 'phrases/import', new TextEncoder().encode('a,b,c\n1,2,3\n')), 'BAD_FIELD');
  await refused(agent.call('POST', 'phrases/import', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0])), 'BAD_TYPE');
  await refused(agent.call('POST', 'phrases/import?base=true', new TextEncoder().encode(file)), 'FORBIDDEN');
  await refused(agent.call('POST', `phrases/import?shop_id=${centre.shops.b}`, new TextEncoder().encode(file)), 'REFERENCED', 'shop_id');
});

test('knowledge and products answer, each shop its own', async () => {
  assert.deepEqual((await agent.get('knowledge?q=abc')).rows, []);
  assert.deepEqual((await agent.get(`products?shop_id=${centre.shops.a}&q=A1`)).rows, []);
});
