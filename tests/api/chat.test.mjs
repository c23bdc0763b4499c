// A visitor and an agent talk: nothing lost, nothing twice, everything in order, and each sees only what is theirs to see.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { Centre, say, isMessage } from '../lib/centre.mjs';
import { Client, Socket, sleep, until } from '../lib/client.mjs';

let centre, server, agent;

before(async () => {
  centre = await Centre.start();
  server = centre.server;
  const shop = await centre.shop('a', { greeting_en: 'Welcome' });
  const group = await centre.group('ga', [shop]);
  agent = await centre.person('xiaowang', { name: '小王', group_id: group, capacity: 20 });
});
after(() => centre.remove());

async function refused(promise, code, field) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.code, code, e.message);
    if (field) assert.equal(e.field, field, e.message);
    return true;
  });
}

test('hello, open, ask, take, answer', async () => {
  const v = await centre.visitor('a');
  assert.equal(v.hello.session, null);
  assert.equal(v.hello.shop.open, true);
  assert.equal(v.hello.shop.greeting, '您好，很高兴为您服务');
  await v.open('https://shop.example/p/1');
  assert.equal(v.session.state, 'waiting');
  assert.equal(v.session.position, 1);
  const first = await v.say('有货吗');
  assert.equal(first.seq, 2); // the greeting was the first

  const { rows, counts } = await agent.get('inbox?box=waiting');
  assert.equal(counts.waiting, 1);
  assert.equal(rows[0].id, v.session.id);
  assert.equal(rows[0].last_text, '有货吗');
  assert.equal(rows[0].unread, 1);
  assert.equal(rows[0].first_reply_at, null);
  assert.equal(rows[0].page, 'https://shop.example/p/1');

  const taken = await agent.post(`sessions/${v.session.id}/take`);
  assert.equal(taken.state, 'open');
  assert.equal(taken.agent_name, '小王');
  await v.live.event((e) => e.event === 'session' && e.data.state === 'open' && e.data.agent_name === '小王');

  const answer = await say(agent, v.session.id, '有的');
  await v.live.event(isMessage('有的'));
  const mine = (await agent.get('inbox?box=mine')).rows[0];
  assert.equal(mine.first_reply_at, answer.at);
  assert.equal(mine.unanswered_since, null);
  assert.equal(mine.unread, 0);

  await v.say('好的');
  const heard = await agent.live.event(isMessage('好的'));
  assert.equal(heard.data.sender, 'customer');
  assert.deepEqual((await v.heard()).map((m) => [m.seq, m.sender, m.kind]),
    [[1, 'auto', 'text'], [2, 'customer', 'text'], [3, 'system', 'event'], [4, 'agent', 'text'], [5, 'customer', 'text']]);
  const after = (await agent.get(`sessions/${v.session.id}`));
  assert.equal(after.unread, 1);
  assert.ok(after.unanswered_since);
});

test('a resend is the same message, whoever sends it and how often', async () => {
  const v = await centre.visitor('a');
  await v.open();
  const first = await v.say('一', 'same');
  assert.deepEqual(await v.say('一', 'same'), first);
  // The line may have been lost over its commit, and nobody told of it: who listens is told that it is there, to be fetched if it is not.
  await until(() => v.live.events.some((e) => e.event === 'message' && e.ref === first.seq && !e.data), 3000, 'told again');
  const both = await Promise.all([v.say('二', 'race'), v.say('二', 'race'), v.say('二', 'race')]);
  assert.deepEqual(both[1], both[0]);
  assert.deepEqual(both[2], both[0]);
  await agent.post(`sessions/${v.session.id}/take`);
  const a1 = await say(agent, v.session.id, '答', { client_id: 'same' }); // the customer's id is no id of ours
  assert.deepEqual(await say(agent, v.session.id, '答', { client_id: 'same' }), a1);
  const seqs = (await v.heard()).map((m) => m.seq);
  assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
  assert.equal((await v.heard()).filter((m) => m.kind === 'text' && m.sender === 'customer').length, 2);
});

test('a long talk is numbered without gaps, and pages both ways', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await agent.post(`sessions/${v.session.id}/take`);
  for (let i = 0; i < 40; i++) await v.say('行 ' + i);
  const all = (await agent.get(`sessions/${v.session.id}/messages?after_seq=0&limit=200`)).rows;
  assert.equal(all.length, 42);
  assert.deepEqual(all.map((m) => m.seq), all.map((_, i) => i + 1));
  const last = (await agent.get(`sessions/${v.session.id}/messages?limit=10`)).rows;
  assert.deepEqual(last.map((m) => m.seq), [33, 34, 35, 36, 37, 38, 39, 40, 41, 42]);
  const before = (await agent.get(`sessions/${v.session.id}/messages?before_seq=33&limit=10`)).rows;
  assert.deepEqual(before.map((m) => m.seq), [23, 24, 25, 26, 27, 28, 29, 30, 31, 32]);
  const page = (await v.live.do('message_list', { session_id: v.session.id, before_seq: 5, limit: 2 })).rows;
  assert.deepEqual(page.map((m) => m.seq), [3, 4]);
});

test('what a visitor is told holds nothing internal', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await agent.post(`sessions/${v.session.id}/take`);
  await say(agent, v.session.id, '您好');
  await v.live.event(isMessage('您好'));
  for (const e of v.live.events.filter((e) => e.event === 'message'))
    assert.ok(!('person_id' in e.data) && !('id' in e.data) && !('phrase_id' in e.data), JSON.stringify(e));
  for (const m of await v.heard()) assert.ok(!('person_id' in m), JSON.stringify(m));
  await agent.post(`sessions/${v.session.id}/notes`, { text: '难缠的客户' });
  const told = JSON.stringify(v.live.events) + JSON.stringify(await v.heard());
  assert.ok(!told.includes('难缠'));
});

test('read marks and typing reach the other side', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await agent.post(`sessions/${v.session.id}/take`);
  const { seq } = await v.say('在吗');
  await agent.live.do('read_mark', { session_id: v.session.id, seq });
  const read = await v.live.event((e) => e.event === 'read');
  assert.deepEqual([read.ref, read.data.by], [seq, 'agent']);
  assert.equal((await agent.get(`sessions/${v.session.id}`)).unread, 0);
  await agent.live.do('read_mark', { session_id: v.session.id, seq: seq - 1 }); // never backwards
  assert.equal((await agent.get(`sessions/${v.session.id}`)).agent_read_seq, seq);
  await v.live.do('read_mark', { session_id: v.session.id, seq: 999 });
  assert.equal((await agent.get(`sessions/${v.session.id}`)).customer_read_seq, seq);
  await agent.live.do('typing', { session_id: v.session.id });
  await v.live.event((e) => e.event === 'typing' && e.data.by === 'agent');
  await v.live.do('typing', { session_id: v.session.id });
  await agent.live.event((e) => e.event === 'typing' && e.subject === v.session.id);
});

test('a visitor comes back to the same chat, in a second tab and after losing the line', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await v.say('第一句');
  v.live.drop();
  const again = await v.post('visitor/hello', { shop: 'a', token: v.token });
  assert.equal(again.customer_id, v.hello.customer_id);
  assert.equal(again.session.id, v.session.id);
  const tab1 = await v.socket(again.ticket);
  const tab2 = await v.socket((await v.post('visitor/hello', { shop: 'a', token: v.token })).ticket);
  assert.equal((await tab2.do('chat_open')).id, v.session.id);
  await tab1.do('message_send', { session_id: v.session.id, client_id: 'x1', kind: 'text', text: '第二句' });
  await tab2.event(isMessage('第二句'));
  await refused(new Socket(server, again.ticket).opened(), undefined); // a ticket works once
});

test('two tabs that open at once share one chat', async () => {
  const v = await centre.visitor('a');
  const other = await v.socket((await v.post('visitor/hello', { shop: 'a', token: v.token })).ticket);
  const [a, b] = await Promise.all([v.live.do('chat_open'), other.do('chat_open')]);
  assert.equal(a.id, b.id);
});

test('a message a moment after the close goes on; much later a new chat begins', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await agent.post(`sessions/${v.session.id}/take`);
  await say(agent, v.session.id, '再见');
  await agent.post(`sessions/${v.session.id}/close`, { note: '咨询库存' });
  const closed = await v.live.event((e) => e.event === 'session' && e.data.state === 'closed');
  assert.ok(closed.data.closed_at);
  const sent = await v.say('等等', 'late');
  assert.ok(sent.seq > 1);
  assert.equal((await agent.get(`sessions/${v.session.id}`)).state, 'waiting');
  assert.deepEqual(await v.say('等等', 'late'), sent);

  await centre.admin.patch('settings', { name: 'return_window_min', value: '0' });
  await v.live.do('chat_close', { session_id: v.session.id });
  await sleep(5);
  await refused(v.say('还有问题', 'new1'), 'WRONG_STATE', 'session_id');
  const old = v.session.id;
  await v.open();
  assert.notEqual(v.session.id, old);
  await v.say('还有问题', 'new1');
  const history = await v.live.do('chat_history');
  assert.deepEqual(history.rows.map((s) => s.id), [old]);
  await centre.admin.patch('settings', { name: 'return_window_min', value: '10' });
});

test('a rating is given once', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await agent.post(`sessions/${v.session.id}/take`);
  await agent.post(`sessions/${v.session.id}/close`, {});
  const closed = await v.live.event((e) => e.event === 'message' && e.data.data?.event === 'closed');
  assert.ok(closed.data.data.invite);
  await refused(v.live.do('rate', { session_id: v.session.id, score: 6 }), 'BAD_FIELD', 'score');
  await v.live.do('rate', { session_id: v.session.id, score: 5, comment: '很好' });
  await refused(v.live.do('rate', { session_id: v.session.id, score: 1 }), 'EXISTS');
  const [r] = (await agent.get(`sessions/${v.session.id}/ratings`)).rows;
  assert.deepEqual([r.score, r.source, r.comment, r.person_name], [5, 'invited', '很好', '小王']);
  assert.equal((await v.post('visitor/hello', { shop: 'a', token: v.token })).session.rated, true);
});

test('outside business hours there is a form, not a queue', async () => {
  await centre.shop('night', { away_text: '九点见', away_text_en: 'Back at nine' });
  await centre.admin.put(`shops/${centre.shops.night}/hours`, { spans: [], days: [0, 1, 2].map((i) => ({ day: new Date(Date.now() + (i - 1) * 86400000 + 8 * 3600000).toISOString().slice(0, 10), like_weekday: null, note: '休' })) });
  const v = await centre.visitor('night', { lang: 'en' });
  assert.equal(v.hello.shop.open, false);
  assert.equal(v.hello.shop.away_text, 'Back at nine');
  await refused(v.open(), 'WRONG_STATE', 'shop');
  await refused(v.live.do('away_form', { contact: '   ', text: 'size?' }), 'BAD_FIELD', 'contact');
  await v.live.do('away_form', { contact: '138 0013 8000', text: '有 L 码吗' });
  await v.live.do('away_form', { contact: '138 0013 8000', text: '有 L 码吗' }); // its acknowledgement was lost
  const { rows } = await centre.admin.get('away-forms');
  assert.equal(rows[0].text, '有 L 码吗');
  await centre.admin.post(`away-forms/${rows[0].id}/done`);
  assert.equal((await centre.admin.get('away-forms?done=false')).rows.length, 0);
  assert.equal((await centre.admin.get('away-forms?done=true')).rows[0].done_by_name, '管理员');
  assert.equal((await agent.get('away-forms?done=true')).rows.length, 0); // not this agent's shop
  await refused(agent.post(`away-forms/${rows[0].id}/done`), 'NOT_FOUND');
});

test('a shop vouches for its logged-in customers', async () => {
  const { visitor_key } = await centre.admin.get(`shops/${centre.shops.a}/widget`);
  const sign = (key, name, at) => createHmac('sha256', visitor_key).update(`${key}\n${name}\n${at}`).digest('hex');
  const at = Date.now();
  const v = await centre.visitor('a');
  await v.open();
  await v.say('我是谁');
  const customer = { key: 'u1', name: '李娜', phone: '13800138000', at, sign: sign('u1', '李娜', at) };
  const named = await v.post('visitor/hello', { shop: 'a', token: v.token, customer });
  assert.equal(named.session.id, v.session.id);
  assert.equal((await agent.get(`sessions/${v.session.id}`)).customer_name, '李娜');

  // On another device, first anonymous, then signed in: the talk moves under the known name.
  const w = await centre.visitor('a');
  await v.live.do('chat_close', { session_id: v.session.id });
  await w.open();
  await w.say('换了手机');
  assert.notEqual(w.hello.customer_id, named.customer_id);
  const moved = await w.post('visitor/hello', { shop: 'a', token: w.token, customer });
  assert.equal(moved.customer_id, named.customer_id);
  assert.equal(moved.session.id, w.session.id);

  await refused(v.post('visitor/hello', { shop: 'a', customer: { ...customer, name: '李明' } }), 'FORBIDDEN', 'customer');
  await refused(v.post('visitor/hello', { shop: 'a', customer: { ...customer, at: at - 700000, sign: sign('u1', '李娜', at - 700000) } }), 'GONE', 'customer');
  await refused(v.post('visitor/hello', { shop: 'a', customer: { key: 'u1', name: '李娜' } }), 'GONE', 'customer');
});

test('pages of other sites may not carry the widget unless the shop says so', async () => {
  await centre.shop('listed', { origins: 'https://shop.example' });
  const v = new Client(server);
  const ask = (shop, origin) => v.ask('POST', 'visitor/hello', { shop }, { origin }).then((r) => r.body.code ?? 'OK');
  assert.equal(await ask('listed', 'https://shop.example'), 'OK');
  assert.equal(await ask('listed', 'https://evil.example'), 'BAD_ORIGIN');
  assert.equal(await ask('a', 'https://shop.example'), 'BAD_ORIGIN');
  assert.equal(await ask('a', server.url), 'OK');
  await refused(v.post('visitor/hello', { shop: 'nowhere' }), 'NOT_FOUND', 'shop');
});

test('nobody reads, writes or closes the chat of another', async () => {
  const v = await centre.visitor('a'), thief = await centre.visitor('a');
  await v.open();
  await v.say('我的秘密');
  await thief.open();
  const id = v.session.id;
  await refused(thief.live.do('message_list', { session_id: id, after_seq: 0 }), 'NOT_FOUND');
  await refused(thief.live.do('message_send', { session_id: id, client_id: 'q', kind: 'text', text: 'x' }), 'NOT_FOUND');
  await refused(thief.live.do('chat_close', { session_id: id }), 'NOT_FOUND');
  await refused(thief.live.do('rate', { session_id: id, score: 1 }), 'NOT_FOUND');
  await refused(thief.live.do('read_mark', { session_id: id, seq: 1 }), 'NOT_FOUND');
  await refused(thief.get(`sessions/${id}`), 'FORBIDDEN');
  const forged = new Client(server);
  forged.token = v.token.slice(0, -2) + 'AA';
  await refused(forged.ask('GET', 'files/1').then((r) => { if (r.status >= 400) throw r.body; }), 'SIGN_IN');
});

test('bad messages are refused with the field at fault', async () => {
  const v = await centre.visitor('a');
  await v.open();
  const send = (m) => v.live.do('message_send', { session_id: v.session.id, client_id: 'b' + Math.random(), ...m });
  await refused(send({ kind: 'text', text: '  ' }), 'BAD_FIELD', 'text');
  await refused(send({ kind: 'text', text: 'x'.repeat(4001) }), 'BAD_FIELD', 'text');
  await refused(send({ kind: 'event', text: 'x' }), 'BAD_FIELD', 'kind');
  await refused(send({ kind: 'card', card: { card: 'product', title: 'x', url: 'javascript:1' } }), 'BAD_FIELD', 'url');
  await refused(send({ kind: 'image', file_id: 1 }), 'REFERENCED', 'file_id');
  await refused(send({ kind: 'text', text: 'x', phrase_id: 1 }), 'BAD_FIELD', 'phrase_id');
  await send({ kind: 'card', card: { card: 'product', sku: 'A1', title: '连衣裙', price: 19900 } });
  assert.equal((await v.heard()).at(-1).data.title, '连衣裙');
  assert.equal((await agent.get(`sessions/${v.session.id}`)).last_text, '连衣裙');
});

test('a flood of one visitor is stopped', async () => {
  const v = await centre.visitor('a');
  await v.open();
  await centre.admin.patch('settings', { name: 'visitor_messages_per_min', value: '5' });
  const results = [];
  for (let i = 0; i < 12; i++) results.push(await v.say('刷屏').then(() => 'OK', (e) => e.code));
  assert.ok(results.filter((r) => r === 'OK').length <= 10, String(results)); // a minute may end in between
  assert.ok(results.includes('TOO_MANY'), String(results));
  await centre.admin.patch('settings', { name: 'visitor_messages_per_min', value: '1000' });
});

test('the customer panel shows and keeps what we know', async () => {
  const v = await centre.visitor('a');
  await v.open();
  const id = v.hello.customer_id;
  await agent.post(`sessions/${v.session.id}/take`);
  assert.equal((await agent.get(`customers/${id}`)).sessions, 1);
  await refused(agent.patch(`customers/${id}`, { phone: 'abc' }), 'BAD_FIELD', 'phone');
  await refused(agent.patch(`customers/${id}`, { flag: 'pink' }), 'BAD_FIELD', 'flag');
  const after = await agent.patch(`customers/${id}`, { name: '王先生', phone: '13800138000', flag: 'red', note: '老客户' });
  assert.deepEqual([after.name, after.flag, after.note], ['王先生', 'red', '老客户']);
  assert.equal((await agent.patch(`customers/${id}`, { flag: '' })).flag, '');
  assert.deepEqual((await agent.get(`customers/${id}/orders`)).rows, []);
  assert.equal((await agent.get(`customers/${id}/sessions`)).rows[0].id, v.session.id);
});

test('what was acknowledged is there after a power cut', async () => {
  const v = await centre.visitor('a');
  await v.open();
  const acked = [];
  const sending = (async () => {
    for (let i = 0; i < 500; i++) acked.push((await v.say('断电 ' + i, 'p' + i)).seq);
  })().catch(() => {});
  await until(() => acked.length > 30);
  const gone = v.live.closed;
  await server.kill();
  await Promise.all([gone, sending]);
  await server.start();
  const again = await v.post('visitor/hello', { shop: 'a', token: v.token });
  v.live = await v.socket(again.ticket);
  const kept = [];
  for (let after = 0; ;) {
    const { rows } = await v.live.do('message_list', { session_id: v.session.id, after_seq: after, limit: 200 });
    kept.push(...rows);
    if (rows.length < 200) break;
    after = rows.at(-1).seq;
  }
  assert.deepEqual(kept.map((m) => m.seq), kept.map((_, i) => i + 1));
  for (const [i, seq] of acked.entries()) assert.equal(kept.find((m) => m.seq === seq)?.text, '断电 ' + i);
  const next = acked.length;
  const resent = await v.say('断电 ' + next, 'p' + next); // perhaps stored, surely not acknowledged
  assert.deepEqual(await v.say('断电 ' + next, 'p' + next), resent);
});
