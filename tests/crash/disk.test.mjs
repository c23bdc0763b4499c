// What a disk can do to a server: lose power, lie, fail, fill up. The database is SQLite's: PostgreSQL's files are PostgreSQL's own promise.
//   ANTBALL_CUT_ROUNDS   how often the power goes (8)
import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { sleep, until } from '../lib/client.mjs';
import { kind } from '../lib/server.mjs';
import { audit, counts } from './audit.mjs';
import { assertClean, fill, startCentre } from './crowd.mjs';
import { Disk } from './disk.mjs';
import { buildFault } from './fault.mjs';
import { Load, random } from './load.mjs';
import { readRecord, rowsOf } from './record.mjs';

const skip = kind === 'sqlite' ? (process.env.ANTBALL_BIN ?? '').includes('san') && 'a sanitizer comes first in the process' : 'the files are PostgreSQL\u2019s';
const rounds = Number(process.env.ANTBALL_CUT_ROUNDS ?? 8);
const seed = 20260401;

/** A centre on a disk of its own, with people who talk. */
async function talkingOn(disk, more, env = {}) {
  const centre = await startCentre({ env: { ...disk.env, ...env } });
  const load = new Load(centre.server, seed);
  await fill(load, centre, { people: 3, guests: 16, ...more });
  return { centre, load, end: async () => {
    await load.end();
    await centre.remove().catch(() => {});
    disk.remove();
  } };
}

async function cutPower(disk, centre, load, chance) {
  await sleep(300 + 700 * chance());
  await centre.server.kill();
  await until(() => load.speakers.every((s) => !s.ready), 5000, 'everybody losing the line');
  return disk.cut(centre.server.dir, chance);
}

/** The older shell of the system does not know this kind of table, so what FTS5 keeps of it is asked: a row for each message that is in. */
const unfound = "SELECT COUNT(*) AS n FROM message WHERE kind <> 'event' AND id NOT IN (SELECT id FROM message_search_docsize)";

async function finish(centre, load) {
  await load.drain();
  await load.end();
  await centre.server.stop();
  return audit(load.ledger, readRecord(centre.server.db));
}

test(`power cut ${rounds} times, what was not synced is gone: nothing acknowledged lost, nothing twice, nothing out of order`, { skip, timeout: 300000 }, async (t) => {
  const disk = new Disk(), chance = random(seed);
  const { centre, load, end } = await talkingOn(disk);
  let lost = 0;
  try {
    for (let i = 0; i < rounds; i++) {
      lost += await cutPower(disk, centre, load, chance);
      await centre.server.start();
      await load.ready();
    }
    await sleep(300);
    const faults = await finish(centre, load);
    t.diagnostic(`${rounds} power cuts, ${lost} unsynced writes lost, ${load.acknowledged} acknowledged, ${JSON.stringify(counts(faults))}`);
    assertClean(faults, 'after power cuts');
    assert.ok(load.acknowledged > rounds * 20, `only ${load.acknowledged} acknowledged: hardly a load`);
    await centre.server.start();
    // What follows from the record does not wait for the disk: the power took some of it, and it is made again.
    await until(() => rowsOf(centre.server.db, unfound)[0].n === 0, 10000, 'every message in the search index');
  } finally {
    await end();
  }
});

test('negative control: a disk that says "synced" and did nothing is found out', { skip, timeout: 120000 }, async (t) => {
  const disk = new Disk();
  const { centre, load, end } = await talkingOn(disk);
  try {
    disk.mode('l');
    const before = load.acknowledged;
    await until(() => load.acknowledged > before + 100, 15000, 'acknowledgements');
    await centre.server.kill();
    const lost = disk.cut(centre.server.dir, () => 0);
    await load.end();
    disk.mode('n');
    await centre.server.start();
    await centre.server.stop();
    const faults = audit(load.ledger, readRecord(centre.server.db));
    t.diagnostic(`${lost} writes lost, ${JSON.stringify(counts(faults))}`);
    assert.ok(faults.lost.length > 0, 'the audit let a lying disk pass: ' + JSON.stringify(counts(faults)));
    await centre.server.start();
  } finally {
    await end();
  }
});

test('negative control: with PRAGMA synchronous=OFF the same power cut is found out', { skip, timeout: 120000 }, async (t) => {
  const disk = new Disk();
  const { centre, load, end } = await talkingOn(disk, {}, { LD_PRELOAD: `${disk.env.LD_PRELOAD}:${buildFault(disk.dir)}`, ANTBALL_SYNC_OFF: '1' });
  try {
    const before = load.acknowledged;
    await until(() => load.acknowledged > before + 100, 15000, 'acknowledgements');
    await centre.server.kill();
    const lost = disk.cut(centre.server.dir, () => 0);
    await load.end();
    t.diagnostic(`${lost} writes lost`);
    assert.ok(lost > 0, 'everything was synced: nothing is proved');
    assert.ok(load.acknowledged > 100);
    // Nothing was ever synced, so what stands there may not even hold the tables.
    let faults;
    try {
      faults = counts(audit(load.ledger, readRecord(centre.server.db)));
    } catch (e) {
      assert.match(e.message, /no such table|malformed|not a database|disk I\/O/);
      t.diagnostic(`no record at all: ${e.message.slice(0, 100)}`);
      return;
    }
    t.diagnostic(JSON.stringify(faults));
    assert.ok(faults.lost > 0, 'the audit let synchronous=OFF pass');
  } finally {
    await end();
  }
});

test('a sync that fails ends the server with 70; after the next start everything acknowledged is there', { skip, timeout: 120000 }, async () => {
  const disk = new Disk(), chance = random(seed + 1);
  const { centre, load, end } = await talkingOn(disk);
  try {
    for (let i = 0; i < 3; i++) {
      await sleep(200 + 300 * chance());
      disk.mode('e');
      const { code } = await centre.server.exited;
      assert.equal(code, 70);
      disk.cut(centre.server.dir, chance);
      // A disk that still fails lets nobody believe it: the start's own checkpoint must succeed before it listens.
      if (i === 1) await assert.rejects(centre.server.start(), /server ended \(/);
      disk.mode('n');
      await centre.server.start();
      await load.ready();
    }
    const faults = await finish(centre, load);
    assertClean(faults, 'after failed syncs');
    await centre.server.start();
  } finally {
    await end();
  }
});

/** What may be done while nothing can be stored, whatever it was that filled the disk. */
async function refusesClearly(centre, visitor, again) {
  const refused = await visitor.live.do('message_send', { session_id: visitor.session.id, client_id: 'kept', kind: 'text', text: '磁盘满了' }).then(() => null, (e) => e);
  assert.equal(refused?.code, 'DISK_FULL');
  const problem = await centre.admin.post('tags', { name: '新标签' + again }).then(() => null, (e) => e);
  assert.deepEqual([problem?.status, problem?.code], [507, 'DISK_FULL']);
  const { rows } = await centre.admin.get(`sessions/${visitor.session.id}/messages?limit=50`);
  assert.ok(rows.some((m) => m.text === '还有地方'), 'reading goes on');
  await centre.quitter.post('logout');
  await assert.rejects(centre.quitter.get('me'), (e) => e.status === 401);
}

/** As the record has them; a copy taken while the server writes may be torn, and says nothing. */
function logins(centre) {
  try {
    return rowsOf(centre.server.db, `SELECT count(*) AS n FROM login WHERE person_id = ${centre.quitter.id}`)[0].n;
  } catch {
    return -1;
  }
}

async function recovers(centre, visitor) {
  const ack = await until(() => visitor.live.do('message_send', { session_id: visitor.session.id, client_id: 'kept', kind: 'text', text: '磁盘满了' }).catch(() => null), 10000, 'storing again');
  const again = await visitor.live.do('message_send', { session_id: visitor.session.id, client_id: 'kept', kind: 'text', text: '磁盘满了' });
  assert.deepEqual(again, ack);
  const { rows } = await centre.admin.get(`sessions/${visitor.session.id}/messages?limit=50`);
  assert.equal(rows.filter((m) => m.text === '磁盘满了').length, 1);
  // Who signed out meanwhile is signed out in the record, too.
  await until(() => logins(centre) === centre.quitter.logins - 1, 15000, 'the sign-out being stored');
}

async function someoneTalks(centre) {
  await centre.shop('s');
  const visitor = await centre.visitor('s');
  await visitor.open();
  await visitor.say('还有地方', 'room');
  centre.quitter = await centre.person('quitter', { socket: false });
  centre.quitter.logins = await until(() => Math.max(logins(centre), 0), 5000, 'logins');
  return visitor;
}

test('a full disk: writes are refused by name, reading and signing out go on, and it stores again when there is room', { skip, timeout: 120000 }, async () => {
  const disk = new Disk();
  const centre = await startCentre({ env: disk.env });
  try {
    const visitor = await someoneTalks(centre);
    disk.mode('f');
    await refusesClearly(centre, visitor, 1);
    disk.mode('n');
    await recovers(centre, visitor);
  } finally {
    await centre.remove();
    disk.remove();
  }
});

function smallPlace(megabytes) {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'antball-small-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'antball', dir], { stdio: 'ignore' });
    return dir;
  } catch {
    rmSync(dir, { recursive: true, force: true });
    return null;
  }
}

test('the same on a small file system that is really full', { skip, timeout: 120000 }, async (t) => {
  const dir = smallPlace(24);
  if (!dir) return t.skip('only root can mount a small file system');
  let centre;
  try {
    centre = await startCentre({ dir, args: ['--log', 'warn', '--reserve_mb', '0'] });
    const visitor = await someoneTalks(centre);
    const ballast = path.join(dir, 'ballast');
    for (const size of [1 << 20, 1 << 16, 4096])
      try { for (;;) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' }); } catch (e) { assert.equal(e.code, 'ENOSPC'); }
    // Room that the log has already stays usable: it is filled, too.
    await until(() => visitor.live.do('message_send', { session_id: visitor.session.id, client_id: 'fill' + Math.random(), kind: 'text', text: '满'.repeat(1500) }).then(() => false, (e) => e.code === 'DISK_FULL'), 30000, 'the disk being full');
    await refusesClearly(centre, visitor, 2);
    unlinkSync(ballast);
    await recovers(centre, visitor);
  } finally {
    await centre?.server.stop().catch(() => {});
    execFileSync('umount', ['-l', dir]);
    rmSync(dir, { recursive: true, force: true });
  }
});
