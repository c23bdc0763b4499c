// Imports through the desk's routes: chat logs by patterns, tables by their columns, names bound to people, and the way back.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { Problem, until } from '../lib/client.mjs';
import { dropDatabase, newDatabase, run } from '../lib/server.mjs';
import { xlsx } from '../lib/xlsx.mjs';

let centre, admin, shop, other, linxiao;
const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-import-'));

before(async () => {
  centre = await Centre.start();
  admin = centre.admin;
  shop = await centre.shop('qinghe');
  other = await centre.shop('beta');
  linxiao = await centre.person('linxiao', { name: '林晓', socket: false, shops: [shop] });
});
after(async () => {
  await centre?.remove();
  rmSync(dir, { recursive: true, force: true });
});

const upload = (who, name, bytes, shop_id) => who.call('PUT', `imports?name=${encodeURIComponent(name)}${shop_id ? `&shop_id=${shop_id}` : ''}`, Buffer.from(bytes));
const settled = (id, who = admin) => until(async () => {
  const one = await who.get(`imports/${id}`);
  return ['checking', 'running', 'undoing'].includes(one.state) ? null : one;
}, 60_000, `import ${id}`);
const refused = (status, code, field) => (e) => e instanceof Problem && e.status === status && (!code || e.code === code) && (!field || e.field === field) || assert.fail(String(e));
const section = (name, body, format) => ({ sources: [{ files: ['*'], ...(format ? { format } : {}), [name]: body }] });
const typesOf = (one) => Object.fromEntries(one.counts.types.map((t) => [t.type, [t.read, t.new, t.updated, t.unchanged, t.rejected]]));
const every = (type) => Object.fromEntries(['read', 'new', 'updated', 'unchanged', 'rejected'].map((k, i) => [k, type?.[i] ?? 0]));

/** Uploads, sets the mapping, and runs to the end. */
async function bring(name, bytes, mapping, shop_id = shop) {
  const up = await upload(admin, name, bytes, shop_id);
  if (mapping) await admin.patch(`imports/${up.id}`, { shop_id, mapping });
  await admin.post(`imports/${up.id}/run`);
  return settled(up.id);
}
async function takeBack(id) {
  await admin.post(`imports/${id}/undo`);
  return settled(id);
}
const chats = async (q) => (await admin.get(`search?q=${encodeURIComponent(q)}`)).rows;

const log = `=========== 与 tb小鱼 的聊天记录 ===========
tb小鱼 2026-01-02 10:11:12
在吗？
想问下长裙
青禾服饰:小美 2026-01-02 10:11:30
亲，在的
tb小鱼 2026-01-02 10:11:30
订单号 1234567890123456789 什么时候发货
青禾服饰:小美 2026-01-02 10:12:01
今天就发
店小蜜 2026-01-02 10:12:05
感谢光临
`;
const nameTime = { speaker: '^(.+?)\\s+\\d{4}-\\d\\d-\\d\\d \\d', time: '(\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d)$', conversation: '与 (?<customer>\\S+) 的聊天记录', others: 'customer' };

test('a chat log: found, looked at, names bound, taken in, found again, taken back', async () => {
  const up = await upload(admin, '聊天记录.txt', log, shop);
  assert.deepEqual([up.state, up.format, up.kind, up.file_name], ['uploaded', 'txt', 'chats', '聊天记录.txt']);
  assert.ok(up.mapping.sources[0].chat.speaker, 'a template that fits is suggested');
  const mapping = section('chat', nameTime, 'txt');
  const { findings } = await admin.post(`imports/${up.id}/look`, { shop_id: shop, mapping });
  assert.deepEqual(findings.marks.slice(0, 4).map((m) => m.what), ['conversation', 'head', 'text', 'text']);
  assert.deepEqual(findings.marks[1].spans, [['speaker', 0, 4], ['time', 5, 24]]);
  assert.deepEqual([findings.messages, findings.conversations, findings.rejected], [5, 1, 0]);
  const seller = findings.names.find((n) => n.name === '青禾服饰:小美');
  assert.deepEqual([seller.role, seller.said, seller.suggest, seller.lines], ['customer', false, 'agent', 2]);
  assert.equal(findings.names.find((n) => n.name === '店小蜜').suggest, 'robot');
  await admin.patch(`imports/${up.id}`, { shop_id: shop, mapping });

  const people = (await admin.get(`import-people?shop_id=${shop}`)).rows;
  assert.ok(people.some((p) => p.id === linxiao.id));
  await assert.rejects(admin.put('import-names', { shop_id: shop, names: [{ name: 'x', role: 'agent' }] }), refused(422, 'BAD_FIELD', 'names[0]'));
  await assert.rejects(admin.put('import-names', { shop_id: shop, names: [{ name: 'x', role: 'chief' }] }), refused(422, 'BAD_FIELD', 'names[0]'));
  await admin.put('import-names', { shop_id: shop, names: [{ name: '青禾服饰:小美', role: 'agent', person_id: linxiao.id }, { name: '店小蜜', role: 'robot' }] });
  await admin.post(`imports/${up.id}/check`);
  const checked = await settled(up.id);
  assert.equal(checked.state, 'checked');
  assert.deepEqual(checked.findings.names.filter((n) => n.said).map((n) => [n.name, n.role]).sort(), [['店小蜜', 'robot'], ['青禾服饰:小美', 'agent']]);
  await admin.post(`imports/${up.id}/run`);
  const done = await settled(up.id);
  assert.deepEqual([done.state, typesOf(done).message, done.counts.sessions], ['done', [5, 5, 0, 0, 0], 1]);
  assert.deepEqual([done.first_at, done.last_at], [Date.UTC(2026, 0, 2, 2, 11, 12), Date.UTC(2026, 0, 2, 2, 12, 5)]);
  const hits = await chats('今天就发');
  assert.equal(hits.length, 1);
  const messages = (await admin.get(`sessions/${hits[0].session_id}/messages`)).rows;
  assert.deepEqual(messages.map((m) => [m.sender, m.text]), [['customer', '在吗？\n想问下长裙'], ['agent', '亲，在的'], ['customer', '订单号 1234567890123456789 什么时候发货'],
    ['agent', '今天就发'], ['robot', '感谢光临']]);
  assert.equal(messages[1].person_id, linxiao.id);

  const again = await bring('again.txt', log, mapping);
  assert.deepEqual(typesOf(again).message, [5, 0, 0, 5, 0], 'the same file twice changes nothing');
  const more = await bring('more.txt', log + 'tb小鱼 2026-01-02 10:13:00\n收到谢谢\n', mapping);
  assert.deepEqual(typesOf(more).message, [6, 1, 0, 5, 0]);
  const seen = await admin.get(`imports/${more.id}/undo`);
  assert.deepEqual([seen.possible, seen.customers, seen.blocks], [true, 1, []]);
  assert.equal((await takeBack(more.id)).state, 'undone');
  assert.equal((await chats('收到谢谢')).length, 0);
  assert.equal((await admin.get(`sessions/${hits[0].session_id}/messages`)).rows.length, 5, 'what was there before stays, under its id');
  assert.equal((await takeBack(up.id)).state, 'undone');
  assert.equal((await chats('今天就发')).length, 0);
  await assert.rejects(admin.get(`sessions/${hits[0].session_id}/messages`), refused(404));
  await assert.rejects(admin.post(`imports/${up.id}/undo`), refused(409, 'WRONG_STATE'));
  const rows = (await admin.get('imports?limit=2')).rows;
  assert.equal(rows.length, 2);
  assert.ok((await admin.get('imports')).rows.some((r) => r.id === up.id && r.state === 'undone' && r.person_name === '管理员' && r.file_name === '聊天记录.txt'));
});

test('a conversation that a person has worked on since is not taken back', async () => {
  const one = await bring('note.txt', log.replaceAll('tb小鱼', 'tb有备注'), section('chat', nameTime));
  assert.equal(one.state, 'done');
  const [hit] = (await chats('今天就发')).filter((h) => h.customer_name === 'tb有备注' || true);
  await admin.post(`sessions/${hit.session_id}/notes`, { text: '客户很急' });
  const seen = await admin.get(`imports/${one.id}/undo`);
  assert.deepEqual([seen.possible, seen.blocks.map((b) => [b.type, b.key, b.reason])], [false, [['message', 'tb有备注', 'note']]]);
  await assert.rejects(admin.post(`imports/${one.id}/undo`), refused(409, 'WRONG_STATE'));
  assert.equal((await chats('今天就发')).length, 1);
});

test('what could be two days is asked, never guessed; a name nobody knows is not taken in', async () => {
  const text = 'amy 03/04/2026 10:11 PM\nhello there\nbob 05/04/2026 10:12 PM\nhi\n';
  const chat = { speaker: '^(\\w+) \\d', time: '(\\d\\d/\\d\\d/\\d{4} .*)$' };
  const up = await upload(admin, 'us.txt', text, shop);
  const look = async (more) => (await admin.post(`imports/${up.id}/look`, { shop_id: shop, mapping: section('chat', { ...chat, ...more }) })).findings;
  const open = await look({ others: 'customer' });
  assert.deepEqual([open.messages, open.date_open, open.date_suggest, open.rejected], [0, true, '', 2]);
  assert.match(open.rejects[0].reason, /which is the day/);
  const said = await look({ others: 'customer', date_order: 'MDY' });
  assert.deepEqual([said.messages, said.samples[0].record.at], [2, Date.UTC(2026, 2, 4, 14, 11)]);
  const unknown = await look({ date_order: 'MDY' });
  assert.deepEqual([unknown.messages, unknown.names.map((n) => n.role)], [0, ['', '']]);
  const wrong = await look({ speaker: '(', others: 'customer' });
  assert.match(wrong.why, /chat\.speaker/);
  await assert.rejects(admin.patch(`imports/${up.id}`, { shop_id: shop, mapping: section('chat', { ...chat, time: '[' }) }), refused(422, 'BAD_FIELD', 'mapping'));
  await assert.rejects(admin.patch(`imports/${up.id}`, { shop_id: shop, mapping: section('chat', { ...chat, speeker: 'x' }) }), refused(422, 'BAD_FIELD', 'mapping'));
  const dmy = await upload(admin, 'eu.txt', text.replace('05/04', '25/04'), shop);
  const { findings } = await admin.post(`imports/${dmy.id}/look`, { shop_id: shop, mapping: section('chat', { ...chat, others: 'customer' }) });
  assert.equal(findings.date_suggest, 'DMY');
  for (const { id } of [up, dmy]) await admin.delete(`imports/${id}`);
  await assert.rejects(admin.get(`imports/${up.id}`), refused(404));
});

test('a pattern that takes for ever is given up, and the server goes on', async () => {
  const up = await upload(admin, 'evil.txt', ('a'.repeat(60) + '! 2026-01-02 10:11:12\n').repeat(50), shop);
  const { findings } = await admin.post(`imports/${up.id}/look`, { shop_id: shop, mapping: section('chat', { speaker: '^(a+)+$', time: '(\\d{4}-\\d\\d-\\d\\d \\S+)', others: 'customer' }) });
  assert.match(findings.why, /takes too long/);
  await admin.delete(`imports/${up.id}`);
});

test('HTML and tables of chats, in GB18030, with roles in a column', async () => {
  await admin.put('import-names', { shop_id: shop, names: [{ name: '小美', role: 'agent', person_id: linxiao.id }] });
  const html = '<html><head><title>x</title><style>p{}</style></head><body><div>tb甲 2026-02-03 09:00:00</div><p>你好&amp;在吗<br>第二行</p><div>小美 2026-02-03 09:00:09</div><p>在的&#65281;</p></body></html>';
  const page = await bring('log.html', html);
  assert.deepEqual(typesOf(page).message, [2, 2, 0, 0, 0], JSON.stringify(page));
  assert.deepEqual((await admin.get(`sessions/${(await chats('你好')).find((h) => h.at === Date.UTC(2026, 1, 3, 1)).session_id}/messages`)).rows.map((m) => m.text), ['你好&在吗\n第二行', '在的！']);
  const csv = '会话编号,角色,发送人,发送时间,消息内容\n1,买家,tb乙,2026/2/3 9:00:00,有货吗\n1,客服,小美,2026/2/3 9:00:05,"有的,\n亲"\n2,买家,tb丙,2026/2/3 9:01,退货\n';
  const file = path.join(dir, 'chats.csv');
  writeFileSync(file, csv);
  const table = await bring('chats.csv', execFileSync('iconv', ['-f', 'utf8', '-t', 'gb18030', file]));
  assert.deepEqual([table.kind, typesOf(table).message], ['chats', [3, 3, 0, 0, 0]]);
  const book = await bring('chats.xlsx', xlsx([['导出'], ['发送人', '时间', '内容', '买家'], ['tb丁', { n: '46056.375' }, '今天的', 'tb丁'], ['小美', { n: '46056.3751' }, '好', 'tb丁']]));
  assert.deepEqual([book.format, typesOf(book).message, book.first_at], ['xlsx', [2, 2, 0, 0, 0], Date.UTC(2026, 1, 3, 1)], JSON.stringify(book));
});

const oldOrders = `﻿订单报表,,,
订单编号,买家会员名,买家应付货款,买家应付邮费,买家实际支付金额,订单状态,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝种类,宝贝总数量,退款金额,订单备注
="2234567890123456781",tb小鱼,１２.00元,0.00,￥12.00,交易成功,2026-03-01 09:00:00,2026-03-01 09:05:00,长裙（夏）,1,2,3.50,'加急
'2234567890123456782,tb猫,"1,100.50",10,"1,110.50",交易关闭,2026-03-01 10:00:00,,帽子,1,1,-,
1.23456789012346E+18,tb狗,1,0,1,交易成功,2026-03-01 10:00:00,,帽子,1,1,0,
,,5,,,,,,,,,,
合计,,,,1122.5,,,,,,,,
`;

test('orders, old headers: every oddity of a spreadsheet, and refunds with them', async () => {
  const one = await bring('订单.csv', oldOrders);
  assert.equal(one.kind, 'orders');
  const t = typesOf(one);
  assert.deepEqual([t.order, t.payment, t.close, t.refund], [[2, 2, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [1, 1, 0, 0, 0]], JSON.stringify(one));
  assert.deepEqual([one.counts.unmapped, one.counts.tail], [2, 1]);
  const rejects = (await admin.get(`imports/${one.id}/rejects`)).rows;
  assert.deepEqual(rejects.map((r) => r.place), ['5', '6']);
  assert.match(rejects[0].reason, /lost digits/);
  const csv = await admin.ask('GET', `imports/${one.id}/table`);
  assert.match(csv.text, /order"?,2,2,0,0,0/);
  assert.match(csv.text, /lost digits/);
  const look = (await admin.post(`imports/${(await upload(admin, 'o.csv', oldOrders, shop)).id}/look`, { shop_id: shop, mapping: section('table', { kind: 'orders' }) })).findings;
  assert.deepEqual([look.header, look.columns.find((c) => c.name === '宝贝种类').member, look.columns[1].member, look.refund_time_taken], [2, null, 'buyer', true]);
  assert.equal(look.samples[0].record.key, '2234567890123456781');
  assert.deepEqual(look.samples[0].record.items, [{ sku: '长裙（夏）', title: '长裙（夏）', quantity: 2, price: 600 }]);
  assert.equal(look.samples[0].record.note, '加急');
  const paid = oldOrders.replace('交易关闭,2026-03-01 10:00:00,,', '交易成功,2026-03-01 10:00:00,2026-03-02 08:00:00,');
  const second = await bring('订单2.csv', paid);
  assert.deepEqual([typesOf(second).order, typesOf(second).payment], [[2, 0, 1, 1, 0], [2, 1, 0, 1, 0]]);
  const blocked = await admin.get(`imports/${one.id}/undo`);
  assert.equal(blocked.possible, false);
  assert.ok(blocked.blocks.some((b) => b.reason === 'updated' && b.key === '2234567890123456782' && b.other_id === second.id), JSON.stringify(blocked));
  assert.equal((await takeBack(second.id)).state, 'undone');
  assert.equal((await admin.get(`imports/${one.id}/undo`)).possible, true);
  assert.equal((await takeBack(one.id)).state, 'undone');
  assert.deepEqual(typesOf(await bring('订单3.csv', oldOrders)).order, [2, 2, 0, 0, 0], 'all of it was gone');
});

test('orders, new headers, no buyer: the number in a conversation tells whose it is, whichever came first', async () => {
  await admin.put('import-names', { shop_id: shop, names: [{ name: '青禾服饰:小美', role: 'agent', person_id: linxiao.id }, { name: '店小蜜', role: 'robot' }] });
  const rows = [['订单编号', '子订单编号', '买家实付金额', '商品标题', '退款金额', '商家备注', '备注标签', '订单状态', '订单创建时间', '订单付款时间'],
    [{ n: '3234567890123456789' }, '3234567890123456790', '10.00', '长裙', '0', '', '红', '已发货', '2026-01-05 10:00:00', '2026-01-05 10:01:00'],
    [{ n: '3234567890123456789' }, '3234567890123456791', '5.00', '帽子', '0', '', '红', '已发货', '2026-01-05 10:00:00', '2026-01-05 10:01:00'],
    ['3234567890123450000', '', '7', '袜子', '', '', '', '已发货', '2026-01-05 11:00:00', '2026-01-05 11:01:00']];
  const orders = await bring('new.xlsx', xlsx(rows));
  assert.deepEqual([typesOf(orders).order, typesOf(orders).payment, orders.counts.orders_linked], [[2, 2, 0, 0, 0], [2, 2, 0, 0, 0], 0], JSON.stringify(orders));
  const chat = await bring('late.txt', log.replaceAll('tb小鱼', 'tb后来').replace('1234567890123456789', '3234567890123456789'), section('chat', nameTime));
  assert.equal(chat.counts.orders_linked, 1);
  const [hit] = (await chats('3234567890123456789'));
  const session = await admin.get(`sessions/${hit.session_id}`);
  const bought = (await admin.get(`customers/${session.customer_id}/orders`)).rows;
  assert.deepEqual(bought.map((o) => [o.key, o.amount, o.items.map((i) => i.price)]), [['3234567890123456789', 1500, [1000, 500]]]);
  assert.deepEqual(typesOf(await bring('new2.xlsx', xlsx(rows))).order, [2, 0, 0, 2, 0]);
  const early = rows.map((r, i) => (i === 3 ? ['1234567890123456789', ...r.slice(1)] : r));
  await bring('first.txt', log.replaceAll('tb小鱼', 'tb先来'), section('chat', nameTime));
  assert.equal((await bring('new3.xlsx', xlsx([early[0], early[3]]))).counts.orders_linked, 1);
});

test('refunds, ratings and calls', async () => {
  await bring('订单.csv', oldOrders);
  const refunds = await bring('退款.csv', '退款编号,订单编号,退款申请时间,买家退款金额,售后类型,退款状态,买家退款原因,处理客服\n9001,2234567890123456781,2026-03-02 10:00:00,12.00元,退货退款,退款成功,尺码不合适,小美\n9002,999,2026-03-02 10:00:00,1,仅退款,退款成功,,\n');
  assert.deepEqual(typesOf(refunds).refund, [2, 1, 0, 0, 1], JSON.stringify(refunds));
  assert.match((await admin.get(`imports/${refunds.id}/rejects`)).rows[0].reason, /order "999" is not known/);
  const ratings = await bring('评价.csv', '评价人,客服,评价时间,满意度,评价内容\ntb小鱼,小美,2026-03-02 10:00:00,非常满意,好\ntb猫,,2026-03-02 11:00:00,2,慢\ntb狗,谁,2026-03-02 11:00:00,5,\ntb鸟,,2026-03-02 11:00:00,还行吧,\n均值,,,4.1,\n');
  assert.deepEqual([typesOf(ratings).rating, ratings.counts.unmapped, ratings.counts.tail], [[2, 2, 0, 0, 0], 2, 1]);
  const calls = await bring('通话.csv', '通话编号,主叫号码,坐席,呼入时间,排队时长,通话时长,呼叫结果\n1,13800000000,小美,2026-03-02 10:00:00,00:00:12,1分20秒,已接听\n2,13800000001,,2026-03-02 10:05:00,25,0,放弃\n');
  assert.deepEqual(typesOf(calls).call, [2, 2, 0, 0, 0], JSON.stringify(calls));
});

test('an agent sheet stands beside our own figures', async () => {
  const sheet = '客服绩效表,,,,,,\n客服,日期,咨询人数,平均响应时间（秒）,回复率,3分钟应答率,询单→最终付款成功率,备注\n小美,2026-01-02,１２,38.5,99.71%,0.9971,延迟统计,好\n没人,2026-01-02,1,1,1,1,-,\n汇总,,13,,,,,\n';
  const mapping = section('table', { kind: 'figures', source: '生意参谋' });
  const one = await bring('kpi.csv', sheet, mapping);
  assert.deepEqual([typesOf(one).figure, one.counts.unmapped, one.counts.tail], [[5, 5, 0, 0, 0], 1, 1], JSON.stringify(one));
  const rows = (await admin.get('external-figures?from=2026-01-01&to=2026-01-31')).rows;
  assert.deepEqual(Object.fromEntries(rows.map((r) => [r.metric, [r.value, r.number]])), { consult_num: ['１２', 12], avg_reply_time: ['38.5', 38500], reply_rate: ['99.71%', 0.9971],
    answered_within_180: ['0.9971', 0.9971], paid_final: ['延迟统计', null] });
  assert.deepEqual([rows[0].agent_id, rows[0].day, rows[0].source], [linxiao.id, '2026-01-02', '生意参谋']);
  assert.deepEqual(typesOf(await bring('kpi2.csv', sheet.replace('１２', '14'), mapping)).figure, [5, 0, 1, 4, 0]);
  await assert.rejects(admin.get('external-figures?from=2026-01-01&to=2027-01-31'), refused(422, 'BAD_FIELD', 'to'));
  const own = await linxiao.ask('GET', 'external-figures?from=2026-01-01&to=2026-01-31');
  assert.equal(own.status, 403);
  const dayless = (await admin.post(`imports/${(await upload(admin, 'k.csv', '客服,咨询人数\n小美,3\n', shop)).id}/look`, { shop_id: shop, mapping: section('table', { kind: 'figures' }) })).findings;
  assert.match(dayless.rejects[0].reason, /no day is named/);
});

test('mappings and names are kept, renamed, exported and deleted', async () => {
  const body = section('chat', { ...nameTime, shop: 'qinghe' }, 'txt');
  const { id } = await admin.post('import-mappings', { name: '旺旺导出', body });
  await assert.rejects(admin.post('import-mappings', { name: '旺旺导出', body }), refused(409, 'EXISTS', 'name'));
  await assert.rejects(admin.post('import-mappings', { name: '坏的', body: { sources: [] } }), refused(422, 'BAD_FIELD', 'mapping'));
  await admin.patch(`import-mappings/${id}`, { name: '旺旺' });
  const kept = (await admin.get('import-mappings')).rows.find((m) => m.id === id);
  assert.deepEqual([kept.name, kept.kind, kept.body], ['旺旺', 'chats', body]);
  const file = await admin.ask('GET', `import-mappings/${id}/file`);
  assert.deepEqual(JSON.parse(file.text), body);
  assert.ok((await admin.get('import-templates')).rows.length >= 4);
  for (const t of (await admin.get('import-templates')).rows) {
    const up = await upload(admin, 't.txt', t.example, shop);
    assert.deepEqual(up.mapping, t.mapping, t.key);
    const { findings } = await admin.post(`imports/${up.id}/look`, { shop_id: shop, mapping: t.mapping });
    assert.equal(findings.messages, 2, t.key);
    await admin.delete(`imports/${up.id}`);
  }

  // The same mapping on the command line, by name and by file.
  const place = mkdtempSync(path.join(dir, 'cli-')), db = newDatabase(place), chat = path.join(place, 'a.txt'), map = path.join(place, 'map.json');
  try {
    writeFileSync(chat, log);
    writeFileSync(map, JSON.stringify({ lines: [{ type: 'shop', key: 'qinghe', name: '青禾' }, { type: 'agent', key: 'a1', name: '小美', shops: ['qinghe'] }],
      ...section('chat', { ...nameTime, shop: 'qinghe', agents: { '青禾服饰:小美': 'a1' }, robots: ['店小蜜'] }, 'txt') }));
    const preview = await run(['import', '--mapping', map, '--preview', chat]);
    assert.equal(preview.code, 0, preview.err);
    assert.deepEqual([JSON.parse(preview.out).messages, JSON.parse(preview.out).names.length], [5, 3]);
    const done = await run(['import', '--db', db, '--mapping', map, '--format', 'json', chat]);
    assert.equal(done.code, 0, done.err);
    assert.equal(JSON.parse(done.out).types.find((t) => t.type === 'message').new, 5);
    const missing = await run(['import', '--db', db, '--mapping', '没有这个', chat]);
    assert.deepEqual([missing.code, /neither a file nor a mapping/.test(missing.err)], [1, true]);
  } finally {
    dropDatabase(db);
  }
  await admin.delete(`import-mappings/${id}`);
  await assert.rejects(admin.delete(`import-mappings/${id}`), refused(404));
  const names = (await admin.get(`import-names?shop_id=${shop}`)).rows;
  const made = await admin.put('import-names', { shop_id: shop, names: [{ name: '青禾服饰:新来的', role: 'agent', make: true }] });
  assert.equal(made.made, 1);
  const after = (await admin.get(`import-names?shop_id=${shop}`)).rows;
  assert.equal(after.length, names.length + 1);
  assert.equal(after.find((n) => n.name === '青禾服饰:新来的').person_name, '新来的');
  await admin.delete(`import-names/${after[0].id}`);
  assert.equal((await admin.get(`import-names?shop_id=${shop}`)).rows.length, names.length);
});

test('interchange lines come up too; an agent in use is not taken back', async () => {
  const lines = [{ type: 'shop', key: 'gamma', name: '丙店' }, { type: 'agent', key: 'g1', name: '丙客服', shops: ['gamma'] },
    { type: 'message', key: 'g-1', shop: 'gamma', customer: 'gc', agent: 'g1', at: '2026-02-01T10:00:00+08:00', sender: 'customer', text: '丙店在吗' },
    { type: 'message', key: 'g-2', shop: 'gamma', customer: 'gc', agent: 'g1', at: '2026-02-01T10:00:05+08:00', sender: 'agent', text: '在' }, { type: 'nonsense' }];
  const text = (l) => l.map((x) => JSON.stringify(x)).join('\n') + '\n';
  const up = await upload(admin, 'x.jsonl', text(lines));
  assert.deepEqual([up.format, up.kind], ['jsonl', 'lines']);
  await admin.post(`imports/${up.id}/run`);
  const one = await settled(up.id);
  assert.deepEqual([one.state, every(typesOf(one).message).new, every(typesOf(one).shop).new, every(typesOf(one).unknown).rejected], ['done', 2, 1, 1]);
  const up2 = await upload(admin, 'y.jsonl', text([{ ...lines[2], key: 'g-3', customer: 'gd' }]));
  await admin.post(`imports/${up2.id}/run`);
  await settled(up2.id);
  const seen = await admin.get(`imports/${one.id}/undo`);
  assert.deepEqual([seen.possible, seen.blocks.map((b) => [b.type, b.key, b.reason])], [false, [['agent', 'g1', 'named']]]);
  assert.equal((await takeBack(up2.id)).state, 'undone');
  const back = await takeBack(one.id);
  assert.deepEqual([back.state, back.why], ['undone', '']);
  assert.ok(!(await admin.get('shops')).rows.some((s) => s.key === 'gamma'));
});

test('rules by date come up and go back for who may change settings, for nobody else', async () => {
  const lines = [{ type: 'rule', name: 'slow_s', from: '2026-02-01', value: '77' }, { type: 'rule', shop: 'qinghe', name: 'profile', from: '2026-02-01', value: 'pdd' }];
  const text = lines.map((x) => JSON.stringify(x)).join('\n') + '\n';
  await admin.post('roles', { key: 'carrier', name: '搬运', scope: 'all', permissions: ['IMPORT'] });
  centre.roles = undefined;
  const carrier = await centre.person('carrier', { role: 'carrier', socket: false });
  const by = async (who) => {
    const up = await upload(who, 'rules.jsonl', text);
    await who.post(`imports/${up.id}/run`);
    return settled(up.id, who);
  };
  const none = await by(carrier);
  assert.deepEqual(every(typesOf(none).rule), every([2, 0, 0, 0, 2]));
  assert.match((await carrier.get(`imports/${none.id}/rejects`)).rows[0].reason, /who may change settings/);
  const one = await by(admin);
  assert.deepEqual(every(typesOf(one).rule), every([2, 2, 0, 0, 0]));
  const versions = async () => [(await admin.get('settings/versions')).rows, (await admin.get(`shops/${shop}/profile-versions`)).rows].flat().map((v) => [v.name, v.from, v.value, v.set_by_name]);
  const there = [['slow_s', '2026-02-01', '77', null], ['profile', '2026-02-01', 'pdd', null]];
  assert.deepEqual(await versions(), there);
  await carrier.post(`imports/${one.id}/undo`);
  const kept = await settled(one.id);
  assert.equal(kept.state, 'kept', kept.why);
  assert.deepEqual(await versions(), there);
  assert.equal((await takeBack(one.id)).state, 'undone');
  assert.deepEqual(await versions(), []);
});

test('nobody reaches beyond the own shops, and a bad file is refused with a word', async () => {
  const role = await admin.post('roles', { name: '导入员', scope: 'shop', permissions: ['IMPORT'] });
  const { id } = await admin.post('people', { account: 'importer', name: '导入员', role_id: role.id ?? (await admin.get('roles')).rows.find((r) => r.name === '导入员').id, password: 'correct horse battery', shops: [other] });
  assert.ok(id);
  const { Client } = await import('../lib/client.mjs');
  const who = new Client(centre.server);
  await who.login('importer', 'correct horse battery');
  await who.post('me/password', { old: 'correct horse battery', new: 'correct horse battery staple' });
  await who.login('importer', 'correct horse battery staple');
  await assert.rejects(upload(who, 'a.txt', log, shop), refused(409, 'REFERENCED', 'shop_id'));
  await assert.rejects(upload(who, 'a.txt', log), refused(422, 'BAD_FIELD', 'shop_id'));
  await assert.rejects(upload(who, 'a.jsonl', '{"type":"shop","key":"z","name":"z"}\n', other), refused(403, 'FORBIDDEN'));
  const mine = await upload(who, 'a.txt', log, other);
  const theirs = (await admin.get('imports')).rows.find((r) => r.shop_id === shop);
  for (const [method, what] of [['GET', ''], ['GET', '/undo'], ['GET', '/rejects'], ['GET', '/table'], ['POST', '/run'], ['POST', '/check'], ['POST', '/undo'], ['DELETE', '']])
    assert.equal((await who.ask(method, `imports/${theirs.id}${what}`)).status, 404, method + what);
  assert.deepEqual((await who.get('imports')).rows.map((r) => r.id), [mine.id]);
  await assert.rejects(who.get(`import-names?shop_id=${shop}`), refused(409));
  await assert.rejects(who.put('import-names', { shop_id: shop, names: [] }), refused(409));
  await assert.rejects(upload(admin, 'a.txt', '', shop), refused(422));
  await assert.rejects(upload(admin, 'a.bin', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 255, 254, 0, 1]), shop), refused(415));
  await assert.rejects(upload(admin, 'a.txt', Buffer.from([0xff, 0xfe, 0, 0xd8, 0, 0]), shop), refused(415));
  const none = await upload(admin, 'a.csv', '甲,乙\n1,2\n', shop);
  assert.equal(none.kind, '', 'an unknown layout is not guessed');
  await admin.post(`imports/${none.id}/run`);
  const failed = await settled(none.id);
  assert.equal(failed.state, 'failed');
  assert.match(failed.why, /no row of the first 10/);
});
