// Deliveries, against a robot's server and a mail server on loopback: sent once, again after a failure, not before the hour, over a crash, and
// with the owner's rights as they are.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { Problem, until } from '../lib/client.mjs';
import { mailbox, openMail, robot } from '../lib/outside.mjs';
import { kind } from '../lib/server.mjs';
import { sqlite } from '../lib/sqlite.mjs';
import { seeded } from '../lib/seeded.mjs';
import { openXlsx } from '../lib/xlsx_open.mjs';

let centre, admin, hook, post;
const LONG = 60000;

before(async () => {
  hook = await robot();
  post = await mailbox();
  centre = await seeded({ days: 3, agents: 6, until: new Date(Date.now() - 86400000 + 8 * 3600000).toISOString().slice(0, 10) },
    ['--robot_hosts', 'oapi.dingtalk.com,127.0.0.1', '--smtp_url', post.url, '--smtp_from', 'antball@centre.example', '--smtp_tls', 'off']);
  admin = centre.admin;
});
after(async () => {
  await centre.remove();
  await hook.stop();
  await post.stop();
});

const refused = (asked, code, field) => assert.rejects(asked, (e) => e instanceof Problem && e.code === code && (!field || e.field === field), `${code} ${field}`);
const daily = { every: 'daily', at: '00:00' };
let serial = 0;
const make = async (more = {}, who = admin) => {
  const path = `/robot?n=${++serial}`;
  const { id } = await who.post('deliveries', { name: '日报', channel: 'dingtalk', target: hook.url(path), schedule: daily, ...more });
  return { id, path, heard: () => hook.heard.filter((h) => h.url.startsWith(path)) };
};
const log = async (id, who = admin) => (await who.get(`deliveries/${id}/log`)).rows;
const row = async (id, who = admin) => (await who.get('deliveries')).rows.find((d) => d.id === id);
const ended = (id, state) => until(async () => (await log(id)).find((j) => j.state === state), LONG, `a job that is ${state}`);

/** A hand into the database: makes a delivery due. */
function due(id, at = Date.now() - 1000) {
  const sql = `UPDATE delivery SET next_at = ${at} WHERE id = ${id};`;
  if (kind === 'sqlite') sqlite(centre.server.db, sql);
  else execFileSync('psql', ['-X', '-q', '-c', sql, centre.server.db]);
}

test('what goes where is checked when it is entered', async () => {
  const tries = [
    [{ target: 'https://evil.example/x' }, 'target'], [{ target: 'http://oapi.dingtalk.com/x' }, 'target'], [{ target: 'file:///etc/passwd' }, 'target'], [{ target: 'http://127.0.0.1@evil.example/' }, 'target'],
    [{ channel: 'mail', target: 'nobody' }, 'target'], [{ channel: 'mail', target: 'a@b.cn\nBcc: x@y.cn' }, 'target'], [{ channel: 'pigeon' }, 'channel'],
    [{ schedule: { every: 'hourly', at: '09:00' } }, 'schedule'], [{ schedule: { every: 'daily', at: '25:00' } }, 'schedule'], [{ design_id: 77 }, 'design_id'], [{ shop_id: 77 }, 'shop_id'], [{ name: ' ' }, 'name'],
  ];
  for (const [more, field] of tries) await refused(make(more), field === 'design_id' || field === 'shop_id' ? 'NOT_FOUND' : 'BAD_FIELD', field);
  assert.deepEqual((await admin.get('deliveries')).rows, []);
});

test('the page is told what the operator has set up', async () => {
  assert.deepEqual(await admin.get('deliveries/ways'), { mail: true, robot_hosts: 'oapi.dingtalk.com,127.0.0.1' });
});

test('a test goes at once, signed, and its secret is told to nobody', async () => {
  const d = await make({ secret: 'this is secret', schedule: { every: 'monthly', at: '09:00', day: 31 } });
  await admin.post(`deliveries/${d.id}/test`);
  const sent = await ended(d.id, 'sent');
  assert.deepEqual([sent.kind, sent.tries, sent.error], ['test', 1, '']);
  assert.equal(d.heard().length, 1);
  const [{ url, body, type }] = d.heard();
  const q = new URL(url, 'http://x').searchParams;
  assert.equal(q.get('sign'), createHmac('sha256', 'this is secret').update(`${q.get('timestamp')}\nthis is secret`).digest('base64'));
  assert.ok(Math.abs(Number(q.get('timestamp')) - Date.now()) < 3600000);
  assert.match(type, /json/);
  assert.deepEqual([body.msgtype, body.text.content.split('\n')], ['text', ['日报', '这是一条测试消息：推送已配置好。']]);
  const [shown] = (await admin.get('deliveries')).rows;
  assert.deepEqual([shown.has_secret, shown.last_state, shown.kind], [true, 'sent', 'digest']);
  assert.ok(!JSON.stringify(shown).includes('this is secret'));
  const f = await make({ channel: 'feishu', secret: 's2' });
  await admin.post(`deliveries/${f.id}/test`);
  await ended(f.id, 'sent');
  const said = f.heard()[0].body;
  assert.equal(said.sign, createHmac('sha256', `${said.timestamp}\ns2`).update('').digest('base64'));
});

test('the digest goes at its time, once, not before; the figures are yesterday\'s', async () => {
  const d = await make({ channel: 'wecom' });
  assert.ok((await row(d.id)).next_at > Date.now());
  const [other] = [await make()];
  due(other.id);
  await ended(other.id, 'sent'); // the queue went round: what is not due yet did not go
  assert.equal(d.heard().length, 0);
  due(d.id);
  const sent = await ended(d.id, 'sent');
  assert.equal(sent.kind, 'scheduled');
  assert.equal(d.heard().length, 1);
  assert.ok((await row(d.id)).next_at > Date.now(), 'the next slot lies ahead');
  const text = d.heard()[0].body.text?.content ?? d.heard()[0].body.markdown.content;
  const day = new Date(Date.now() - 86400000 + 8 * 3600000).toISOString().slice(0, 10);
  assert.ok(text.startsWith(`日报 ${day}\n`), text);
  const report = await admin.get(`reports/service?from=${day}&by=agent`);
  assert.ok(text.includes(`接待人数：${report.total.values.receive_num}`), text);
  const best = (await admin.get(`reports/score?from=${day}`)).rows[0];
  assert.ok(text.includes(`1. ${best.agent_name} ${best.score.toFixed(2)} 分`), text);
  const agents = new Set((await admin.get('people?limit=200')).rows.map((p) => p.name));
  const served = (await admin.get(`reports/service/sessions?metric=receive_num&from=${day}&limit=200`)).rows;
  assert.ok(served.length > 5);
  for (const c of served) if (c.customer_name && !agents.has(c.customer_name)) assert.ok(!text.includes(c.customer_name), 'no customer in it');
  assert.ok(!/1[3-9]\d{9}/.test(text), 'no phone in it');
});

test('a failure is tried again and again, a refusal is not', async () => {
  const d = await make();
  hook.answers.push([500, 'broken'], [200, '{"errcode":130101,"errmsg":"send too fast"}']);
  await admin.post(`deliveries/${d.id}/test`);
  const sent = await ended(d.id, 'sent');
  assert.equal(sent.tries, 3);
  assert.equal(d.heard().length, 3);
  assert.ok(d.heard()[1].at - d.heard()[0].at >= 1900, 'after a while');
  const r = await make({ channel: 'wecom' });
  hook.answers.push([200, '{"errcode":93000,"errmsg":"invalid webhook url"}']);
  await admin.post(`deliveries/${r.id}/test`);
  const failed = await ended(r.id, 'failed');
  assert.deepEqual([failed.tries, failed.error], [1, '93000 invalid webhook url']);
  assert.deepEqual([(await row(r.id)).last_state, (await row(r.id)).last_error], ['failed', '93000 invalid webhook url']);
  hook.answers.push([302, '']);
  await admin.post(`deliveries/${r.id}/test`);
  await until(async () => (await log(r.id)).filter((j) => j.state === 'failed').length === 2, LONG, 'a redirect is not followed');
  assert.ok(!hook.heard.some((h) => h.url.startsWith('/elsewhere')));
});

test('mail: a saved report with its spreadsheet, to all who are named', async () => {
  const day = new Date(Date.now() - 86400000 + 8 * 3600000).toISOString().slice(0, 10);
  const { id: design_id } = await admin.post('report-designs', { name: '客服日报', spec: { metrics: ['receive_num', 'avg_reply_time'], by: ['agent'], order: '-receive_num', span: { kind: 'yesterday' } } });
  const run = await admin.get(`report-designs/${design_id}/run`);
  assert.deepEqual([run.from, run.to, run.before, run.columns], [day, day, null, ['receive_num', 'avg_reply_time']]);
  const { id } = await admin.post('deliveries', { name: '老板日报', channel: 'mail', target: 'boss@x.example, second@x.example', design_id, schedule: { every: 'weekly', at: '08:00', weekday: 1 }, attach: true });
  post.replies.push('451 later');
  due(id);
  const sent = await ended(id, 'sent');
  assert.equal(sent.tries, 2);
  assert.equal(post.mails.length, 1);
  assert.deepEqual(post.mails[0].to, ['boss@x.example', 'second@x.example']);
  const mail = openMail(post.mails[0].text);
  assert.deepEqual([mail.subject, mail.from, mail.to], ['老板日报', 'antball@centre.example', 'boss@x.example, second@x.example']);
  const text = mail.parts[0].bytes.toString('utf8'), best = run.rows[0];
  assert.ok(text.startsWith(`老板日报 ${day} – ${day}`), text);
  assert.ok(text.includes(`${best.by.agent_name}：接待人数 ${best.values.receive_num}，平均响应 ${(best.values.avg_reply_time / 1000).toFixed(1)} 秒`), text);
  assert.equal(mail.parts[1].name, `report-${day}.xlsx`);
  assert.equal(openXlsx(mail.parts[1].bytes).sheets[0].cells.B2.value, best.values.receive_num);
  await refused(admin.delete(`report-designs/${design_id}`), 'REFERENCED');
  await admin.delete(`deliveries/${id}`);
  await admin.delete(`report-designs/${design_id}`);
});

test('it runs with the owner\'s rights of the moment, and stops when they are gone', async () => {
  const [shop] = Object.values(centre.ids.shops);
  const empty = (await admin.post('shops', { key: 'empty', name: '空店' })).id;
  const boss = await centre.person('zhuguan', { role: 'supervisor', shops: [empty], socket: false });
  await refused(make({ shop_id: shop }, boss), 'NOT_FOUND', 'shop_id');
  const d = await make({}, boss);
  due(d.id);
  await ended(d.id, 'sent');
  assert.ok(d.heard()[0].body.text.content.includes('接待人数：0'), 'only what the owner sees');
  assert.equal(await row(d.id, boss).then((r) => r.mine), true);
  const seen = (await admin.get('deliveries')).rows.find((r) => r.id === d.id);
  assert.deepEqual([seen.mine, seen.target], [false, ''], 'who sees all sees no address of a robot');
  await refused(admin.patch(`deliveries/${d.id}`, { paused: true }), 'FORBIDDEN');
  await admin.patch(`people/${boss.id}`, { role_id: await centre.roleId('lead') });
  due(d.id);
  const stopped = await ended(d.id, 'stopped');
  assert.match(stopped.error, /创建者已没有报表或导出权限/);
  const r = await row(d.id);
  assert.deepEqual([r.paused, r.last_state], [true, 'stopped']);
  assert.equal(d.heard().length, 1);
});

test('pause, change, delete', async () => {
  const d = await make();
  await admin.patch(`deliveries/${d.id}`, { paused: true, name: '停用的', schedule: { every: 'weekly', at: '10:00', weekday: 5 } });
  const shown = await row(d.id);
  assert.deepEqual([shown.paused, shown.name, shown.schedule.weekday], [true, '停用的', 5]);
  assert.equal(new Date(shown.next_at + 8 * 3600000).getUTCDay(), 5);
  await refused(admin.patch(`deliveries/${d.id}`, { target: 'https://evil.example' }), 'BAD_FIELD', 'target');
  await admin.delete(`deliveries/${d.id}`);
  await refused(admin.get(`deliveries/${d.id}/log`), 'NOT_FOUND');
});

test('a server that is killed in between sends it after all', async () => {
  const d = await make();
  hook.answers.push([500, '']);
  await admin.post(`deliveries/${d.id}/test`);
  due(d.id);
  await until(() => d.heard().length >= 1, LONG, 'the first try');
  await centre.server.kill();
  await centre.server.start();
  await until(async () => (await log(d.id)).filter((j) => j.state === 'sent').length === 2, LONG, 'both to be sent');
  const states = (await log(d.id)).map((j) => j.state);
  assert.deepEqual(states, ['sent', 'sent']);
  assert.ok(d.heard().length >= 3);
  const before = hook.heard.length;
  const other = await make();
  await admin.post(`deliveries/${other.id}/test`);
  await ended(other.id, 'sent');
  assert.deepEqual(hook.heard.slice(before).map((h) => h.url.split('&')[0]), [other.path], 'nothing goes twice once it is known to be sent');
});
