// The live board: who waits, who serves, how fast; each viewer sees the own scope, and those who watch get it pushed.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { Centre, say } from '../lib/centre.mjs';
import { sleep, until } from '../lib/client.mjs';

let centre, a, lead, boss, served, waiting;

before(async () => {
  centre = await Centre.start();
  const s1 = await centre.shop('a'), s2 = await centre.shop('b');
  const g1 = await centre.group('ga', [s1]), g2 = await centre.group('gb', [s2]);
  a = await centre.person('ann', { name: '安安', group_id: g1, capacity: 1, online: true });
  await centre.person('bea', { name: '贝贝', group_id: g2 });
  lead = await centre.person('lead', { role: 'lead', group_id: g1 });
  boss = await centre.person('boss', { role: 'manager' });
  served = await centre.visitor('a');
  await served.open();
  await served.say('有货吗');
  await until(async () => (await centre.admin.get(`sessions/${served.session.id}`)).state === 'open');
  await sleep(120);
  await say(a, served.session.id, '有');
  waiting = await centre.visitor('a');
  await waiting.open();
  await waiting.say('在吗');
});
after(() => centre.remove());

const row = (rows, name) => rows.find((r) => r.name === name);

test('numbers of shops, groups, agents and the day', async () => {
  const board = await centre.admin.get('board');
  assert.deepEqual([row(board.shops, '店a').waiting, row(board.shops, '店a').open], [1, 1]);
  assert.ok(row(board.shops, '店a').oldest_ms >= 0);
  assert.deepEqual([row(board.shops, '店b').waiting, row(board.shops, '店b').oldest_ms], [0, null]);
  assert.deepEqual([row(board.groups, '组ga').waiting, row(board.groups, '组ga').open, row(board.groups, '组ga').online], [1, 1, 1]);
  const ann = row(board.agents, '安安');
  assert.deepEqual([ann.state, ann.open, ann.capacity, ann.today_received], ['online', 1, 1, 1]);
  assert.ok(ann.today_first_reply_ms >= 100 && ann.today_first_reply_ms < 5000, String(ann.today_first_reply_ms));
  assert.equal(ann.today_avg_reply_ms, ann.today_first_reply_ms);
  assert.equal(ann.oldest_unanswered_ms, null);
  assert.equal(row(board.agents, '贝贝').state, 'offline');
  assert.deepEqual([board.today.received, board.today.answered, board.today.waiting, board.today.unanswered], [2, 1, 1, 1]);
  assert.equal(board.today.within_30s, 1);
});

test('a lead sees the own group, a manager everything, an agent no board', async () => {
  const board = await lead.get('board');
  assert.deepEqual(board.groups.map((g) => g.name), ['组ga']);
  assert.ok(row(board.agents, '安安') && !row(board.agents, '贝贝'));
  assert.equal(board.today.received, 2);
  const whole = await boss.get('board');
  assert.ok(row(whole.agents, '贝贝'));
  await assert.rejects(a.get('board'), { code: 'FORBIDDEN' });
  await assert.rejects(a.live.do('board_watch'), { code: 'FORBIDDEN' });
});

test('those who watch get it pushed, once a second at most, and only their own', async () => {
  await lead.live.do('board_watch');
  await boss.live.do('board_watch');
  const first = await lead.live.event('board', 6000);
  assert.deepEqual(first.data.groups.map((g) => g.name), ['组ga']);
  assert.ok(row((await boss.live.event('board', 6000)).data.agents, '贝贝'));
  const seen = lead.live.events.length;
  for (let i = 0; i < 30; i++) { await waiting.say('催 ' + i); await sleep(50); }
  await sleep(1200);
  const pushed = lead.live.events.slice(seen).filter((e) => e.event === 'board');
  assert.ok(pushed.length >= 1 && pushed.length <= 4, String(pushed.length));
  for (const e of pushed) assert.ok(!row(e.data.agents, '贝贝'));
  await lead.live.do('board_unwatch');
  await sleep(1200);
  const after = lead.live.events.length;
  await waiting.say('还在吗');
  await sleep(2500);
  assert.equal(lead.live.events.slice(after).filter((e) => e.event === 'board').length, 0);
});

test('alerts name the customer who waits too long and the shop that nobody serves', async () => {
  await centre.admin.patch('settings', { name: 'queue_red_s', value: '1' });
  await centre.admin.patch('settings', { name: 'reply_red_s', value: '1' });
  await served.say('还有别的颜色吗');
  const alone = await centre.visitor('b');
  await alone.open();
  await sleep(1100);
  const { alerts } = await centre.admin.get('board');
  const kinds = alerts.map((x) => x.kind);
  assert.ok(kinds.includes('queue') && kinds.includes('unanswered') && kinds.includes('unserved'), JSON.stringify(alerts));
  const late = alerts.find((x) => x.kind === 'unanswered');
  assert.equal(late.session_id, served.session.id);
  assert.equal(late.agent_id, a.id);
  assert.match(late.text_zh, /安安/);
  assert.match(alerts.find((x) => x.kind === 'unserved').text_zh, /店b/);
});
