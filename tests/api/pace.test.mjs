// Today so far beside the same hours a week ago: what came after that time of day last week is not there yet, today's words are there at once.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { newDatabase, run, startServer } from '../lib/server.mjs';
import { until } from '../lib/client.mjs';

const MINUTE = 60000, WEEK = 7 * 86400000;
const now = Date.now(), then = now - WEEK;
// A zone in which it is neither early nor late: all that is said below falls on two business days.
const timezone = new Date(now).getUTCHours() < 13 ? 'Asia/Shanghai' : 'America/Phoenix';
let centre, shop;

before(async () => {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-pace-')), db = newDatabase(dir), file = path.join(dir, 'in.jsonl');
  let n = 0;
  const said = (customer, sender, at) => ({ type: 'message', key: `m${++n}`, shop: 's', customer, agent: 'a', at, sender, text: sender === 'agent' ? '有的' : '有货吗' });
  const lines = [{ type: 'shop', key: 's', name: '甲店', timezone, profile: 'plain' }, { type: 'agent', key: 'a', name: '安安' }, ...['c1', 'c2', 'c3'].map((key) => ({ type: 'customer', key, shop: 's', name: key })),
    said('c1', 'customer', then - 30 * MINUTE), said('c1', 'agent', then - 30 * MINUTE + 10000),
    said('c2', 'customer', then - 5 * MINUTE), said('c2', 'agent', then + 50 * MINUTE),
    said('c3', 'customer', then + 55 * MINUTE), said('c3', 'agent', then + 56 * MINUTE),
    said('c1', 'customer', now - 20 * MINUTE), said('c1', 'agent', now - 20 * MINUTE + 40000), said('c1', 'agent', now - 20 * MINUTE + 50000)];
  writeFileSync(file, lines.map((l) => JSON.stringify(l)).join('\n') + '\n');
  const { code, out, err } = await run(['import', '--db', db, file]);
  assert.equal(code, 0, out + err);
  assert.equal(err, '');
  centre = new Centre(await startServer({ dir, db }));
  await centre.admin.setup();
  shop = (await centre.admin.get('shops')).rows.find((s) => s.key === 's');
});
after(() => centre?.remove());

const figures = (pace, side) => Object.fromEntries(pace.rows.map((r) => [r.key, r[side]]));

test('last week as it stood at this time of day, and today', async () => {
  const pace = await centre.admin.get('board/pace');
  assert.deepEqual(figures(pace, 'last_week'),
    { first_reply_time: 10000, avg_reply_time: 10000, answered_within_30: 0.5, answered_within_180: 0.5, noreply_num: 1, session_num: 2, agent_messages: 1 });
  assert.deepEqual(figures(pace, 'now'),
    { first_reply_time: 40000, avg_reply_time: 40000, answered_within_30: 0, answered_within_180: 1, noreply_num: 0, session_num: 1, agent_messages: 2 });
  assert.ok(pace.at - pace.last_until >= WEEK && pace.at - pace.last_until < WEEK + MINUTE);
  assert.equal(Date.parse(pace.day) - Date.parse(pace.last_day), WEEK);
  const day = await centre.admin.get(`reports/service?from=${pace.last_day}&by=shop&metrics=session_num,agent_messages`);
  assert.deepEqual(day.total.values, { session_num: 4, agent_messages: 3 }, 'the whole of that day was more');
  const told = (await centre.admin.get('metrics-catalogue')).rows;
  for (const r of pace.rows) {
    const m = told.find((x) => x.key === r.key);
    assert.deepEqual([r.name_zh, r.name_en, r.definition_zh, r.unit, r.direction], [m.name_zh, m.name_en, m.definition_zh, m.unit, m.direction]);
  }
});

test('a new chat is in today\'s figures, and in nobody\'s last week', async () => {
  const visitor = await centre.visitor('s');
  await visitor.open();
  await visitor.say('在吗');
  const pace = await until(async () => { const p = await centre.admin.get('board/pace'); return figures(p, 'now').session_num === 2 && p; }, 20000, 'today to have it');
  assert.equal(figures(pace, 'now').noreply_num, 1);
  assert.equal(figures(pace, 'last_week').session_num, 2);
});

test('each sees the own scope; without the board there is none', async () => {
  const group = await centre.group('g', []);
  const lead = await centre.person('lead', { role: 'lead', group_id: group, socket: false });
  assert.deepEqual([figures(await lead.get('board/pace'), 'now').session_num, figures(await lead.get('board/pace'), 'last_week').session_num], [0, 0]);
  const boss = await centre.person('boss', { role: 'supervisor', shops: [shop.id], socket: false });
  assert.equal(figures(await boss.get('board/pace'), 'last_week').session_num, 2);
  const agent = await centre.person('ann', { socket: false });
  await assert.rejects(agent.get('board/pace'), { code: 'FORBIDDEN' });
});
