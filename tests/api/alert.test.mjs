// Alerts on live figures: after their time, once, in the page and into the robot, and over when it is over.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre } from '../lib/centre.mjs';
import { Problem, until } from '../lib/client.mjs';
import { robot } from '../lib/outside.mjs';

let centre, admin, hook, shop, group;
const LONG = 60000;
before(async () => {
  hook = await robot();
  centre = await Centre.start({ args: ['--robot_hosts', '127.0.0.1'] });
  admin = centre.admin;
  shop = await centre.shop('a');
  group = await centre.group('g', [shop]);
});
after(async () => {
  await centre.remove();
  await hook.stop();
});

const refused = (asked, code, field) => assert.rejects(asked, (e) => e instanceof Problem && e.code === code && (!field || e.field === field), `${code} ${field}`);

test('a queue fires once, tells the page and the robot in one message, and ends', async () => {
  const { id: delivery_id } = await admin.post('deliveries', { name: '预警群', channel: 'feishu', target: hook.url(), schedule: { every: 'daily', at: '09:00' }, paused: true });
  const boss = await centre.person('boss', { role: 'manager' });
  await boss.live.do('board_watch');
  const { id } = await admin.post('alerts', { metric: 'waiting', op: 'above', value: 1, hold_s: 1, shop_id: shop, delivery_id });
  await admin.post('alerts', { metric: 'longest_wait_s', op: 'above', value: 0, hold_s: 0, delivery_id, in_page: false });
  const visitors = [];
  for (let i = 0; i < 2; i++) {
    const v = await centre.visitor('a');
    await v.open();
    await v.say('在吗 13800138000');
    visitors.push(v);
  }
  const { data } = await boss.live.event((e) => e.event === 'alert' && e.data.alert_id === id, LONG);
  assert.deepEqual([data.metric, data.firing, data.value, data.threshold], ['waiting', true, 2, 1]);
  assert.match(data.text_zh, /^预警：店a 排队人数 2，阈值高于 1$/);
  const rows = (await admin.get('alerts')).rows;
  assert.ok(rows.find((r) => r.id === id).firing_since > 0);
  const all = () => hook.heard.map((h) => h.body.content.text).join('\n');
  await until(() => all().includes('排队人数') && all().includes('最长等待'), 150000, 'both alerts at the robot');
  assert.ok(hook.heard.length <= 2, 'what comes within a minute is one message');
  assert.ok(!all().includes('13800138000'));
  const agent = await centre.person('xiaoli', { group_id: group, capacity: 20, online: true });
  await until(async () => (await admin.get(`sessions/${visitors[1].session.id}`)).state === 'open', LONG, 'the agent to have them');
  const over = await boss.live.event((e) => e.event === 'alert' && e.data.alert_id === id && !e.data.firing, LONG);
  assert.match(over.data.text_zh, /^恢复：/);
  const log = (await admin.get('alerts/log')).rows.filter((l) => l.alert_id === id);
  assert.equal(log.length, 1);
  assert.ok(log[0].until >= log[0].since && log[0].worst >= 2);
  assert.ok(agent.id);
  await refused(admin.delete(`deliveries/${delivery_id}`), 'REFERENCED');
  await admin.delete(`alerts/${id}`);
  assert.equal((await admin.get('alerts')).rows.length, 1);
});

test('every field that an alert is made with can be changed; what fired for the figure before is over, and stays in the log', async () => {
  const { id: delivery_id } = await admin.post('deliveries', { name: '预警群二', channel: 'feishu', target: hook.url(), schedule: { every: 'daily', at: '09:00' }, paused: true });
  const boss = await centre.person('boss2', { role: 'manager' });
  await boss.live.do('board_watch');
  const other = await centre.shop('b');
  const { id } = await admin.post('alerts', { metric: 'waiting', op: 'above', value: 0, hold_s: 0, shop_id: other });
  const v = await centre.visitor('b');
  await v.open();
  await v.say('在吗');
  await boss.live.event((e) => e.event === 'alert' && e.data.alert_id === id && e.data.firing, LONG);
  await admin.patch(`alerts/${id}`, { metric: 'open_per_agent', op: 'above', value: 40, hold_s: 7, shop_id: 0, group_id: group, delivery_id, in_page: true });
  const row = async () => (await admin.get('alerts')).rows.find((r) => r.id === id);
  const { metric, op, value, hold_s, shop_id, group_id, delivery_id: through, in_page } = await row();
  assert.deepEqual({ metric, op, value, hold_s, shop_id, group_id, through, in_page }, { metric: 'open_per_agent', op: 'above', value: 40, hold_s: 7, shop_id: null, group_id: group, through: delivery_id, in_page: true });
  await boss.live.event((e) => e.event === 'alert' && e.data.alert_id === id && !e.data.firing, LONG);
  await until(async () => (await row()).firing_since === null, LONG, 'the alert to be over');
  const [log, ...more] = (await admin.get('alerts/log')).rows.filter((l) => l.alert_id === id);
  assert.deepEqual([log.metric, more.length], ['waiting', 0]);
  assert.ok(log.until >= log.since);
  // What is left out stays; 0 is none.
  await admin.patch(`alerts/${id}`, { delivery_id: 0 });
  assert.deepEqual([(await row()).delivery_id, (await row()).group_id], [null, group]);
  await refused(admin.patch(`alerts/${id}`, { shop_id: 77 }), 'REFERENCED', 'shop_id');
  await refused(admin.patch(`alerts/${id}`, { delivery_id: 77 }), 'NOT_FOUND', 'delivery_id');
  await refused(admin.patch(`alerts/${id}`, { metric: 'moon' }), 'BAD_FIELD', 'metric');
  // Nobody's place but the own, nobody's delivery but the own.
  const lead = await centre.person('lead2', { role: 'lead', group_id: group, socket: false });
  const { id: own } = await lead.post('alerts', { metric: 'waiting', op: 'above', value: 3, group_id: group });
  await refused(lead.patch(`alerts/${own}`, { group_id: 0 }), 'BAD_FIELD', 'group_id');
  await refused(lead.patch(`alerts/${own}`, { shop_id: other }), 'NOT_FOUND', 'shop_id');
  await refused(lead.patch(`alerts/${own}`, { delivery_id }), 'NOT_FOUND', 'delivery_id');
  await lead.delete(`alerts/${own}`);
  await admin.delete(`alerts/${id}`);
  await admin.delete(`deliveries/${delivery_id}`);
});

test('who may not see everything alerts on the own group or shop', async () => {
  const lead = await centre.person('lead', { role: 'lead', group_id: group, socket: false });
  await refused(lead.post('alerts', { metric: 'waiting', op: 'above', value: 3 }), 'BAD_FIELD', 'group_id');
  await refused(lead.post('alerts', { metric: 'waiting', op: 'above', value: 3, shop_id: shop }), 'NOT_FOUND', 'shop_id');
  await refused(lead.post('alerts', { metric: 'waiting', op: 'above', value: 3, group_id: 77 }), 'NOT_FOUND', 'group_id');
  const { id } = await lead.post('alerts', { metric: 'answered_within', op: 'below', value: 80, group_id: group });
  await lead.patch(`alerts/${id}`, { value: 70, hold_s: 30 });
  assert.deepEqual((await lead.get('alerts')).rows.map((r) => [r.id, r.value, r.hold_s, r.mine, r.firing_since]), [[id, 70, 30, true, null]]);
  const other = await centre.person('other', { role: 'lead', socket: false });
  await refused(other.patch(`alerts/${id}`, { value: 1 }), 'NOT_FOUND');
  await refused(other.post('alerts', { metric: 'moon', op: 'above', value: 1 }), 'BAD_FIELD', 'metric');
  assert.deepEqual((await other.get('alerts/log')).rows, []);
  await lead.delete(`alerts/${id}`);
});
