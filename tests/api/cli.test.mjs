// The program as an operator meets it: its commands, its first start, its certificate, its end.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { binary, dropDatabase, kind, newDatabase, root, run, startServer } from '../lib/server.mjs';
import { Client, Socket, sleep, until } from '../lib/client.mjs';
import { Centre, say } from '../lib/centre.mjs';
import { rowsOf } from '../crash/record.mjs';
import { oldDatabase, oldScript, sqlite } from '../lib/sqlite.mjs';

const embedded = kind === 'sqlite';
const onlySqlite = { skip: embedded ? false : 'of the embedded database' };
let place;
before(() => { place = mkdtempSync(path.join(os.tmpdir(), 'antball-cli-')); });
after(() => rmSync(place, { recursive: true, force: true }));

let places = 0;
const newPlace = (name = 'p') => path.join(place, `${name}${++places}`);
const sha = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** A command that must do its work. */
async function done(...args) {
  const r = await run(args);
  assert.equal(r.code, 0, `antball ${args.join(' ')}: ${r.code}\n${r.out}${r.err}`);
  return r.out;
}

/** A command that must refuse, with words that help. */
async function refuses(code, words, ...args) {
  const r = await run(args);
  assert.equal(r.code, code, `antball ${args.join(' ')}: ${r.code}\n${r.out}${r.err}`);
  assert.match(r.out + r.err, words);
  return r;
}

/** A serve that is expected to refuse; ended if it does not. */
async function serveRefuses(words, ...args) {
  const child = spawn(binary, ['serve', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (d) => (said += d));
  child.stderr.on('data', (d) => (said += d));
  const late = setTimeout(() => child.kill('SIGKILL'), 15000);
  const code = await new Promise((ended) => child.on('close', ended));
  clearTimeout(late);
  assert.equal(code, 1, said);
  assert.match(said, words);
  assert.doesNotMatch(said, /Antball serves/);
}

/** One request with node's own client, which tells everything: {status, headers, body}. */
function ask(url, { method = 'GET', headers = {}, body, ...options } = {}) {
  return new Promise((give, fail) => {
    const rq = (url.startsWith('https') ? https : http).request(url, { method, headers, ...options }, (reply) => {
      let text = '';
      reply.on('data', (d) => (text += d));
      reply.on('end', () => give({ status: reply.statusCode, headers: reply.headers, text, body: /json/.test(reply.headers['content-type'] ?? '') && text ? JSON.parse(text) : null }));
    });
    rq.on('error', fail);
    rq.end(body);
  });
}

/** A port that was free a moment ago. */
async function freePort() {
  const probe = http.createServer();
  await new Promise((open) => probe.listen(0, '0.0.0.0', open));
  const { port } = probe.address();
  await new Promise((shut) => probe.close(shut));
  return port;
}

/** What the program says it can do. */
async function commandNames() {
  return [...(await done('--help')).matchAll(/^ {2}([a-z][a-z-]+) {2,}\S/gm)].map((m) => m[1]);
}

test('every command explains itself', async () => {
  const names = await commandNames();
  for (const known of ['serve', 'migrate', 'backup', 'restore', 'doctor', 'user', 'import', 'generate', 'describe', 'check-sql', 'rebuild-facts']) assert.ok(names.includes(known), known);
  for (const name of names) {
    const text = await done(name, '--help');
    assert.ok(text.startsWith(`antball ${name} `), `${name} shows its usage first`);
    assert.ok(text.length > 200, `${name} --help is too short to help`);
    for (const line of text.split('\n')) assert.ok(line.length <= 160, `${name} --help has a line of ${line.length}`);
  }
  assert.match(await done('--version'), /^antball \d+\.\d+\.\d+\n$/);
});

test('wrong usage says what is wrong, shows the usage, and exits 2', async () => {
  await refuses(2, /antball COMMAND/);
  await refuses(2, /no command "sevre"[\s\S]*antball COMMAND/, 'sevre');
  for (const name of await commandNames())
    await refuses(2, new RegExp(`antball ${name}: .+\n\nantball ${name} `), name, '--nonsense', 'x');
  await refuses(2, /a value is missing/, 'migrate', '--db');
  await refuses(2, /port must be a number from 0 to 65535/, 'serve', '--port', '99999');
  await refuses(2, /no setting "prot"/, 'serve', '--prot', '1');
  await refuses(2, /TO are needed/, 'backup', '--db', 'x');
});

test('a mistake in the configuration file is told with its name and line', async () => {
  const conf = path.join(place, 'antball.conf');
  writeFileSync(conf, '# a comment\n\nport = 8080\nlisten 0.0.0.0\n');
  await refuses(1, new RegExp(`${conf} line 4: not "name = value"`), 'serve', '--config', conf);
  writeFileSync(conf, 'port = many\n');
  await refuses(1, /line 1: port must be a number/, 'serve', '--config', conf);
  writeFileSync(conf, '\ncolour = red\n');
  await refuses(1, /line 2: there is no setting "colour"/, 'doctor', '--config', conf);
  writeFileSync(conf, `data = ${'x'.repeat(2000)}\n`);
  await refuses(1, /line 1: longer than/, 'serve', '--config', conf);
  await refuses(1, /missing.conf: No such file/, 'serve', '--config', path.join(place, 'missing.conf'));
  const sample = await done('serve', '--sample');
  writeFileSync(conf, sample.replace('#port = 8080', 'port = 0').replace(/^#data = .*/m, `data = ${newPlace()}`));
  for (const name of ['data', 'db', 'listen', 'port', 'tls', 'cert', 'key', 'proxy', 'public_url', 'log']) assert.match(sample, new RegExp(`^#${name} = `, 'm'));
  const server = spawn(binary, ['serve', '--config', conf], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [first] = await new Promise((heard) => server.stdout.once('data', (d) => heard([String(d)])));
  assert.match(first, /Antball serves http:\/\/127\.0\.0\.1:\d+\n/);
  server.kill('SIGTERM');
  assert.equal(await new Promise((ended) => server.on('exit', ended)), 0);
});

test('an empty place is opened with a one-use token, which is gone once there is an administrator', async () => {
  const server = await startServer();
  try {
    const first = server.setupToken;
    assert.ok(first?.length >= 16);
    await server.stop();
    await server.start();
    assert.ok(server.setupToken && server.setupToken !== first, 'a start without administrator makes a new one');
    const admin = new Client(server);
    await assert.rejects(admin.post('setup', { token: first, account: 'a', name: 'A', password: 'correct horse battery' }), { code: 'FORBIDDEN' });
    await admin.setup();
    await assert.rejects(new Client(server).setup({ account: 'second' }), { code: 'WRONG_STATE' });
    await server.stop();
    await server.start();
    assert.equal(server.setupToken, null);
    assert.equal((await new Client(server).get('setup')).needed, false);
    await new Client(server).login('admin', 'correct horse battery');
  } finally {
    await server.remove();
  }
});

test('a second server on the same data directory, or on the same database, is refused', async () => {
  const server = await startServer();
  try {
    await serveRefuses(/another server already serves this data directory .*lock.*stop it first/, '--data', server.dir, '--db', server.db);
    await serveRefuses(/another server already serves this database.*stop it first/, '--data', newPlace(), '--db', server.db);
    assert.equal((await new Client(server).get('setup')).needed, true);
    await server.kill();
    await server.start();
  } finally {
    await server.remove();
  }
});

test('a port that is taken, an address that is none, a folder that cannot be made', async () => {
  const server = await startServer();
  try {
    await serveRefuses(/cannot listen on 127\.0\.0\.1 port \d+: Address already in use/, '--data', newPlace(), '--port', String(server.port));
    await serveRefuses(/numeric address/, '--data', newPlace(), '--listen', 'localhost');
    await serveRefuses(/numeric address from which the proxy connects/, '--data', newPlace(), '--proxy', 'nginx.local');
    await serveRefuses(/data directory .*No such file/, '--data', path.join(place, 'not', 'there'));
  } finally {
    await server.remove();
  }
});

test('people from the command line', async () => {
  const dir = newPlace();
  mkdirSync(dir);
  const db = newDatabase(dir);
  try {
    const given = (await done('user', '--db', db, 'add', 'boss', '--role', 'administrator', '--name', '老板', '--shops', 'all')).trim();
    const [account, password] = given.split(' ');
    assert.equal(account, 'boss');
    await refuses(1, /exists|taken/i, 'user', '--db', db, 'add', 'boss', '--role', 'agent');
    await refuses(1, /role/, 'user', '--db', db, 'add', 'other', '--role', 'king');
    await refuses(1, /shop "nowhere" is not known/, 'user', '--db', db, 'add', 'other', '--role', 'agent', '--shops', 'nowhere');
    await refuses(1, /no such account/, 'user', '--db', db, 'password', 'nobody');
    await refuses(2, /add ACCOUNT --role/, 'user', '--db', db, 'add', 'other');
    assert.match(await done('user', '--db', db, 'list'), /^boss +administrator +.*老板$/m);
    const server = await startServer({ dir, db });
    try {
      assert.equal(server.setupToken, null, 'there is an administrator already');
      await new Client(server).login('boss', password);
      const next = (await done('user', '--db', db, 'password', 'boss')).trim().split(' ')[1];
      assert.notEqual(next, password);
      await assert.rejects(new Client(server).login('boss', password), { code: 'BAD_PASSWORD' });
      const me = await new Client(server).login('boss', next);
      assert.ok(me.must_change, 'a password that somebody else saw is changed at once');
    } finally {
      await server.stop();
    }
  } finally {
    dropDatabase(db);
  }
});

// ---- backup, restore, upgrade ----

/** A centre in which visitors and an agent talk without pause until stop(). */
async function busyCentre() {
  const centre = await Centre.start();
  const shop = await centre.shop('one');
  await centre.group('one', [shop]);
  const agent = await centre.person('agent', { shops: [shop], group_id: centre.groups.one, capacity: 50, online: true });
  let going = true, sent = 0;
  const ledger = []; // [session, seq, text] of every acknowledgement, in their order
  const talk = async (name) => {
    const v = await centre.visitor('one');
    await v.open('/' + name);
    while (going) {
      const text = `你好 ${name} ${sent}`;
      const out = await v.say(text).catch((e) => e.code === 'TOO_MANY' ? sleep(100) : Promise.reject(e));
      if (out) ledger.push([v.session.id, out.seq, text]);
      if (sent++ % 8 === 0) await say(agent, v.session.id, '在的，亲').catch(() => undefined);
    }
  };
  const talks = Promise.allSettled(Array.from({ length: 12 }, (_, i) => talk(`p${i}`)));
  const stop = async () => {
    going = false;
    for (const one of await talks) assert.equal(one.status, 'fulfilled', String(one.reason));
  };
  try {
    await until(() => sent > 100, 20000, 'load');
  } catch (e) {
    going = false;
    await centre.remove();
    throw e;
  }
  return { centre, agent, ledger, count: () => sent, stop };
}

/** Every session of a database file has the messages 1..seq, each once. */
function assertWhole(file) {
  assert.deepEqual(sqlite(file, 'PRAGMA integrity_check;'), [['ok']]);
  assert.deepEqual(sqlite(file, 'PRAGMA foreign_key_check;'), []);
  const sessions = sqlite(file, 'SELECT s.id, s.seq, COUNT(m.id), COALESCE(MIN(m.seq), 0), COALESCE(MAX(m.seq), 0), COUNT(DISTINCT m.seq) FROM session s LEFT JOIN message m ON m.session_id = s.id GROUP BY s.id;');
  let messages = 0;
  for (const [id, seq, n, first, last, distinct] of sessions.map((row) => row.map(Number))) {
    assert.deepEqual({ id, n, first, last, distinct }, { id, n: seq, first: seq ? 1 : 0, last: seq, distinct: seq });
    messages += n;
  }
  return { sessions: sessions.length, messages };
}

test('a backup under load is whole, and a new place starts from it', onlySqlite, async () => {
  const busy = await busyCentre();
  const { centre } = busy;
  const file = path.join(place, 'copy.db'), folder = path.join(place, 'copy');
  try {
    const v = await centre.visitor('one');
    await v.open('/file');
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    const sent = await v.put(`files?session_id=${v.session.id}&name=a.png`, png);
    await v.live.do('message_send', { session_id: v.session.id, client_id: 'pic', kind: 'image', file_id: sent.file_id });
    let copies = 0;
    for (const before = busy.count(); copies < 3; copies++) {
      const to = `${file}.${copies}`;
      assert.match(await done('backup', '--db', centre.server.db, to), /consistent copy/);
      assert.equal(statSync(to).mode & 0o777, 0o600);
      const { messages } = assertWhole(to);
      assert.ok(messages > 0 && before > 0);
    }
    const before = busy.count(), acknowledged = busy.ledger.slice();
    assert.match(await done('backup', '--data', centre.server.dir, '--db', centre.server.db, folder), /1 uploaded files/);
    assert.deepEqual(readdirSync(folder).sort(), ['centre.db', 'files', 'secret']);
    assert.ok(assertWhole(path.join(folder, 'centre.db')).messages >= before, 'all that was acknowledged before is in it');
    const stored = new Map();
    for (const [session, seq, text] of sqlite(path.join(folder, 'centre.db'), "SELECT session_id, seq, text FROM message WHERE sender = 'customer' AND kind = 'text' ORDER BY session_id, seq;")) {
      assert.ok(!stored.has(text), `${text} is there twice`);
      stored.set(text, [Number(session), Number(seq)]);
    }
    assert.ok(acknowledged.length > 50);
    for (const [session, seq, text] of acknowledged) assert.deepEqual(stored.get(text), [session, seq], `${text}, acknowledged before the backup began, in its place`);
    const kept = sha(`${file}.0`);
    await refuses(1, /exists already/, 'backup', '--db', centre.server.db, `${file}.0`);
    await refuses(1, /exists already/, 'backup', '--data', centre.server.dir, folder);
    assert.equal(sha(`${file}.0`), kept);
    await refuses(1, /there is no database/, 'backup', '--db', path.join(place, 'no.db'), path.join(place, 'new.db'));
    assert.ok(!existsSync(path.join(place, 'new.db')));

    // The same people, the same talk, the same picture and the same visitors, elsewhere.
    const dir = newPlace('restored');
    await done('restore', '--data', dir, folder);
    await refuses(1, /exists already/, 'restore', '--data', dir, folder);
    assert.match(await done('doctor', '--data', dir, '--reserve_mb', '1'), /ok +uploaded files +1, all there/);
    renameSync(path.join(dir, 'files'), path.join(dir, 'files.away'));
    await refuses(1, /PROBLEM +uploaded files +1 of 1 are missing/, 'doctor', '--data', dir);
    renameSync(path.join(dir, 'files.away'), path.join(dir, 'files'));
    const there = await startServer({ dir, db: path.join(dir, 'centre.db') });
    try {
      const admin = new Client(there);
      await admin.login('admin', 'correct horse battery');
      const old = await v.get(`files/${sent.file_id}`).catch((e) => e);
      assert.ok(!old?.code, 'the visitor may see the own picture here');
      const again = new Client(there);
      again.token = v.token;
      const reply = await again.ask('GET', `files/${sent.file_id}`);
      assert.equal(reply.status, 200);
      assert.deepEqual(Buffer.from(reply.bytes), png);
      const hello = await again.post('visitor/hello', { shop: 'one', token: v.token });
      assert.equal(hello.customer_id, v.hello.customer_id, 'a visitor is known again');
      const { rows } = await admin.get(`sessions/${v.session.id}/messages?after_seq=0`);
      assert.ok(rows.some((m) => m.kind === 'image'));
    } finally {
      await there.stop();
    }
  } finally {
    await busy.stop().finally(() => centre.remove());
  }
});

test('on PostgreSQL pg_dump under load, and pg_restore into an empty database elsewhere, keep all that was acknowledged before', { skip: embedded && 'of PostgreSQL' }, async () => {
  const busy = await busyCentre();
  const { centre } = busy;
  const dump = path.join(place, 'centre.dump'), dir = newPlace('pg');
  const elsewhere = newDatabase(place, { empty: true });
  try {
    const v = await centre.visitor('one');
    await v.open('/dump');
    const sent = await v.put(`files?session_id=${v.session.id}&name=a.txt`, Buffer.from('尺码表'));
    await v.live.do('message_send', { session_id: v.session.id, client_id: 'note', kind: 'file', file_id: sent.file_id });
    const acknowledged = busy.ledger.slice();
    await promisify(execFile)('pg_dump', ['-Fc', '-f', dump, centre.server.db]);
    mkdirSync(dir);
    for (const part of ['files', 'secret']) cpSync(path.join(centre.server.dir, part), path.join(dir, part), { recursive: true });
    assert.ok(acknowledged.length > 50 && busy.ledger.length > acknowledged.length, 'they went on talking');
    execFileSync('pg_restore', ['--no-owner', '--exit-on-error', '-d', elsewhere, dump]);
    const stored = new Map();
    for (const m of rowsOf(elsewhere, "SELECT session_id, seq, text FROM message WHERE sender = 'customer' AND kind = 'text' ORDER BY session_id, seq")) {
      assert.ok(!stored.has(m.text), `${m.text} is there twice`);
      stored.set(m.text, [m.session_id, m.seq]);
    }
    for (const [session, seq, text] of acknowledged) assert.deepEqual(stored.get(text), [session, seq], text);
    for (const s of rowsOf(elsewhere, 'SELECT s.seq, count(m.id) AS n, coalesce(max(m.seq), 0) AS last FROM session s LEFT JOIN message m ON m.session_id = s.id GROUP BY s.id, s.seq'))
      assert.deepEqual([s.n, s.last], [s.seq, s.seq]);
    const there = await startServer({ dir, db: elsewhere });
    try {
      await new Client(there).login('admin', 'correct horse battery');
      const again = new Client(there);
      const hello = await again.post('visitor/hello', { shop: 'one', token: v.token });
      assert.equal(hello.customer_id, v.hello.customer_id, 'a visitor is known again');
      again.token = v.token;
      assert.equal((await again.ask('GET', `files/${sent.file_id}`)).status, 200);
    } finally {
      await there.stop();
    }
  } finally {
    await busy.stop().finally(() => centre.remove());
    dropDatabase(elsewhere);
  }
});

test('restore looks before it takes anybody\'s place', onlySqlite, async () => {
  const dir = newPlace();
  mkdirSync(dir);
  const db = path.join(dir, 'centre.db'), copy = path.join(dir, 'copy.db'), target = path.join(dir, 'new.db');
  await done('user', '--db', db, 'add', 'boss', '--role', 'administrator');
  await done('backup', '--db', db, copy);
  await refuses(1, /is there already: move it away first/, 'restore', '--db', db, copy);
  writeFileSync(target + '-wal', 'an old log');
  await refuses(1, /new\.db-wal is there already/, 'restore', '--db', target, copy);
  rmSync(target + '-wal');
  const bad = path.join(dir, 'bad.db');
  copyFileSync(copy, bad);
  const fd = openSync(bad, 'r+');
  for (let at = 8192; at < statSync(bad).size; at += 4096) writeSync(fd, Buffer.alloc(1024, 0x5a), 0, 1024, at);
  closeSync(fd);
  await refuses(1, /./, 'restore', '--db', target, bad);
  writeFileSync(bad, 'this is no database at all, only a text that somebody saved under its name');
  await refuses(1, /not a database/, 'restore', '--db', target, bad);
  copyFileSync(copy, bad);
  sqlite(bad, "INSERT INTO schema_version VALUES (9999, 'later', 1, 'x');");
  await refuses(1, /newer \(version 9999\)/, 'restore', '--db', target, bad);
  assert.deepEqual(readdirSync(dir).filter((f) => f.startsWith('new.db')), [], 'nothing is left of what was refused');
  await done('restore', '--db', target, copy);
  assert.match(await done('user', '--db', target, 'list'), /boss/);
});

test('a database of an earlier version opens after an upgrade, with all that was in it', onlySqlite, async () => {
  const names = readdirSync(path.join(root, 'sql/migrations')).filter((f) => f.endsWith('.sql')).sort().map((f) => f.slice(0, -4));
  const last = Number(names.at(-1).slice(0, 4));
  const dir = newPlace();
  mkdirSync(dir);
  const db = path.join(dir, 'centre.db');
  oldDatabase(db, names.slice(0, 1), 'centre-0001.sql');
  assert.match(await done('migrate', '--db', db), /up to date/);
  assert.deepEqual(sqlite(db, 'SELECT MAX(version), COUNT(*) FROM schema_version;'), [[String(last), String(names.length)]]);
  assertWhole(db);
  const server = await startServer({ dir, db });
  try {
    const admin = new Client(server);
    await admin.setup();
    const { rows } = await admin.get('sessions/61/messages?after_seq=0');
    assert.deepEqual(rows.map((m) => m.text), ['在吗', '在的']);
    assert.equal((await admin.get('shops')).rows[0].name, '老店');
    assert.ok((await admin.get('roles')).rows.some((r) => r.key === 'night'), 'a role that was added stays');
  } finally {
    await server.stop();
  }
  // Twice changes nothing; a file that has no version yet gets all of them.
  assert.match(await done('migrate', '--db', db), /up to date/);
  const none = path.join(dir, 'none.db');
  oldDatabase(none, []);
  await done('migrate', '--db', none);
  assert.deepEqual(sqlite(none, 'SELECT MAX(version) FROM schema_version;'), [[String(last)]]);
  await refuses(1, /there is no database/, 'migrate', '--db', path.join(dir, 'typo.db'));
  assert.ok(!existsSync(path.join(dir, 'typo.db')), 'a slip of the finger makes no database');
});

test('... and one of PostgreSQL, through every migration since', { skip: embedded && 'of PostgreSQL' }, async () => {
  const names = readdirSync(path.join(root, 'sql/migrations')).filter((f) => f.endsWith('.sql')).sort().map((f) => f.slice(0, -4));
  const dir = newPlace();
  mkdirSync(dir);
  const db = newDatabase(dir, { empty: true });
  const psql = (sql) => execFileSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', db], { input: sql, encoding: 'utf8' }).trim();
  try {
    psql(oldScript('postgres', names.slice(0, 1), 'centre-0001.sql'));
    assert.match(await done('migrate', '--db', db), /up to date/);
    assert.equal(psql('SELECT MAX(version), COUNT(*) FROM schema_version'), `${Number(names.at(-1).slice(0, 4))}|${names.length}`);
    assert.equal(psql('SELECT s.seq, COUNT(m.id), MIN(m.seq), MAX(m.seq) FROM session s JOIN message m ON m.session_id = s.id GROUP BY s.id'), '2|2|1|2');
    const server = await startServer({ dir, db });
    try {
      const admin = new Client(server);
      await admin.setup();
      assert.deepEqual((await admin.get('sessions/61/messages?after_seq=0')).rows.map((m) => m.text), ['在吗', '在的']);
      assert.equal((await admin.get('shops')).rows[0].name, '老店');
      assert.ok((await admin.get('roles')).rows.some((r) => r.key === 'night'), 'a role that was added stays');
    } finally {
      await server.stop();
    }
    assert.match(await done('migrate', '--db', db), /up to date/);
  } finally {
    dropDatabase(db);
  }
});

test('a newer PostgreSQL database is refused too', { skip: embedded && 'of PostgreSQL' }, async () => {
  const dir = newPlace();
  mkdirSync(dir);
  const db = newDatabase(dir, { empty: true });
  try {
    await done('migrate', '--db', db);
    execFileSync('psql', ['-X', '-q', '-c', "INSERT INTO schema_version VALUES (9999, 'later', 1, 'x')", db]);
    await refuses(1, /newer \(version 9999\)/, 'migrate', '--db', db);
    await serveRefuses(/newer \(version 9999\)/, '--data', dir, '--db', db);
    await refuses(1, /pg_dump/, 'backup', '--db', db, path.join(dir, 'copy'));
    await refuses(1, /pg_restore/, 'restore', '--db', db, path.join(dir, 'copy'));
  } finally {
    dropDatabase(db);
  }
});

test('a newer database is refused and left as it is', onlySqlite, async () => {
  const dir = newPlace();
  mkdirSync(dir);
  const db = path.join(dir, 'centre.db');
  await done('user', '--db', db, 'add', 'boss', '--role', 'administrator');
  sqlite(db, "INSERT INTO schema_version VALUES (9999, 'later', 1, 'x'); PRAGMA wal_checkpoint(TRUNCATE);");
  const was = sha(db);
  const words = /the database is newer \(version 9999\) than this program \(\d+\): use the newer program/;
  await refuses(1, words, 'migrate', '--db', db);
  await refuses(1, words, 'user', '--db', db, 'list');
  await serveRefuses(words, '--data', dir);
  await refuses(1, /PROBLEM +schema +version 9999, this program's is \d+: use the newer program/, 'doctor', '--data', dir);
  assert.equal(sha(db), was);
});

// ---- doctor ----

test('doctor: all is well, beside a serving centre too', async () => {
  const server = await startServer();
  try {
    const out = await done('doctor', '--data', server.dir, '--db', server.db, '--reserve_mb', '1');
    assert.match(out, /^ok +data directory .*a server is running on it$/m);
    assert.match(out, /^ok +integrity/m);
    assert.match(out, /^ok +schema +version \d+/m);
    assert.match(out, /^ok +uploaded files +0, all there/m);
    assert.match(out, /^all is well$/m);
  } finally {
    await server.remove();
  }
});

test('doctor: what is not there, and what is half there', async () => {
  const missing = newPlace('missing');
  const r = await refuses(1, /PROBLEM +data directory .*missing\d+: No such file/, 'doctor', '--data', missing);
  assert.match(r.out, /^1 problem$/m);
  assert.ok(!existsSync(missing), 'a look makes nothing');
  const empty = newPlace();
  mkdirSync(empty, { mode: 0o700 });
  await refuses(1, /PROBLEM +database .*there is no database/, 'doctor', '--data', empty);
  writeFileSync(path.join(empty, 'secret'), 'short');
  await refuses(1, /PROBLEM +secret +is damaged/, 'doctor', '--data', empty);
  await refuses(1, /PROBLEM +TLS +cert and key belong together: key is missing/, 'doctor', '--data', empty, '--cert', '/etc/hostname');
  await refuses(1, /PROBLEM +TLS +cert and key belong together: cert is missing/, 'doctor', '--data', empty, '--key', '/etc/hostname');
  await refuses(1, /PROBLEM +TLS .*holds no certificate in PEM form/, 'doctor', '--data', empty, '--cert', '/etc/hostname', '--key', '/etc/hostname');
  await refuses(1, /PROBLEM +TLS .*0\.0\.0\.0 needs TLS/, 'doctor', '--data', empty, '--listen', '0.0.0.0', '--tls', 'off');
  await refuses(1, /PROBLEM +disk .*writes are refused below/, 'doctor', '--data', empty, '--reserve_mb', '100000');
  await refuses(1, /PROBLEM +password_mb +less than OWASP's least/, 'doctor', '--data', empty, '--password_mb', '18');
  chmodSync(empty, 0o755);
  await refuses(1, /PROBLEM +data directory .*chmod 700/, 'doctor', '--data', empty);
  await serveRefuses(/key is missing/, '--data', newPlace(), '--cert', '/etc/hostname');
});

test('doctor: a damaged database', onlySqlite, async () => {
  const dir = newPlace();
  mkdirSync(dir, { mode: 0o700 });
  const db = path.join(dir, 'centre.db');
  await done('user', '--db', db, 'add', 'boss', '--role', 'administrator');
  assert.match(await done('doctor', '--data', dir, '--reserve_mb', '1'), /ok +integrity +whole/);
  sqlite(db, 'PRAGMA foreign_keys=OFF; INSERT INTO person_shop VALUES (999, 999);');
  await refuses(1, /PROBLEM +integrity +person_shop: row \d+ points to nothing/, 'doctor', '--data', dir);
  const fd = openSync(db, 'r+');
  for (let at = 8192; at < statSync(db).size; at += 4096) writeSync(fd, Buffer.alloc(2048, 0x5a), 0, 2048, at);
  closeSync(fd);
  await refuses(1, /PROBLEM +(integrity|database) .*malformed/, 'doctor', '--data', dir);
  writeFileSync(db, 'no database at all, but long enough to look like a file that somebody cared about');
  await refuses(1, /PROBLEM +database .*not a database/, 'doctor', '--data', dir);
});

// ---- addresses ----

test('another loopback address is served in clear', async () => {
  for (const listen of ['127.0.0.2', '::1']) {
    const server = await startServer({ args: ['--listen', listen] });
    try {
      assert.equal(new URL(server.url).protocol, 'http:');
      assert.equal(new URL(server.url).hostname, listen === '::1' ? '[::1]' : listen);
      await new Client(server).setup();
    } finally {
      await server.remove();
    }
  }
});

test('any other address is served with TLS, with a certificate of its own from the first start', async () => {
  await serveRefuses(/0\.0\.0\.0 needs TLS/, '--data', newPlace(), '--listen', '0.0.0.0', '--tls', 'off');
  const server = await startServer({ args: ['--listen', '0.0.0.0'] });
  try {
    assert.match(server.url, /^https:\/\/(?!0\.0\.0\.0)/, 'an address that can be typed');
    const crt = path.join(server.dir, 'tls.crt'), key = path.join(server.dir, 'tls.key');
    assert.equal(statSync(key).mode & 0o777, 0o600);
    const ca = readFileSync(crt), here = `https://127.0.0.1:${server.port}`;
    // Fully checked against the certificate, under each of its names.
    const reply = await ask(here + '/api/v1/setup', { ca });
    assert.equal(reply.body.needed, true);
    assert.equal((await ask(`https://localhost:${server.port}/api/v1/setup`, { ca, family: 4 })).status, 200);
    assert.equal((await ask(server.url + '/api/v1/setup', { ca })).status, 200, 'also under the address that was printed');
    await assert.rejects(ask(`http://127.0.0.1:${server.port}/api/v1/setup`), 'clear text is not answered');
    const body = JSON.stringify({ token: server.setupToken, account: 'admin', name: 'A', password: 'correct horse battery' });
    const setup = await ask(here + '/api/v1/setup', { ca, method: 'POST', body, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } });
    assert.equal(setup.status, 200, setup.text);
    const cookie = setup.headers['set-cookie'][0].split(';')[0], csrf = setup.body.person.csrf;
    const { body: ticket } = await ask(here + '/api/v1/socket-tickets', { ca, method: 'POST', headers: { cookie, 'x-csrf': csrf, 'content-length': 0 } });
    const socket = await new Socket({ url: here }, ticket.ticket, { ca, rejectUnauthorized: true }).opened();
    await socket.event('hello');
    await socket.close();
    const made = sha(crt);
    await server.stop();
    await server.start();
    assert.equal(sha(crt), made, 'people have trusted it by now');
    assert.match(await done('doctor', '--data', server.dir, '--db', server.db, '--listen', '0.0.0.0', '--reserve_mb', '1'), /ok +TLS .*tls\.crt, good for 36\d\d days/);
    chmodSync(key, 0o644);
    await refuses(1, /PROBLEM +TLS .*chmod 600/, 'doctor', '--data', server.dir, '--db', server.db, '--listen', '0.0.0.0');
    // Given to another server by name.
    const second = await startServer({ args: ['--cert', crt, '--key', key] });
    try {
      assert.match(second.url, /^https:/);
      assert.equal((await ask(second.url + '/api/v1/setup', { ca })).status, 200);
    } finally {
      await second.remove();
    }
  } finally {
    await server.remove();
  }
});

test('behind a proxy: its word about the address is believed, and nobody else\'s', async () => {
  const port = await freePort();
  const server = await startServer({ args: ['--listen', '0.0.0.0', '--port', String(port), '--proxy', '127.0.0.2', '--public_url', 'https://service.example.com'] });
  try {
    assert.equal(server.url, 'https://service.example.com');
    const here = `http://127.0.0.1:${port}/api/v1/`;
    const body = JSON.stringify({ token: server.setupToken, account: 'admin', name: 'A', password: 'correct horse battery' });
    const type = { 'content-type': 'application/json' };
    // As a browser's request reaches us: through the proxy, from the public address.
    const setup = await ask(here + 'setup', { method: 'POST', body, localAddress: '127.0.0.2', headers: { ...type, 'content-length': Buffer.byteLength(body), origin: 'https://service.example.com', 'x-forwarded-for': '203.0.113.9, 198.51.100.7' } });
    assert.equal(setup.status, 200, setup.text);
    const cookie = setup.headers['set-cookie'][0].split(';')[0];
    const login = JSON.stringify({ account: 'admin', password: 'correct horse battery' });
    const lie = await ask(here + 'login', { method: 'POST', body: login, headers: { ...type, 'content-length': Buffer.byteLength(login), 'x-forwarded-for': '8.8.8.8' } });
    assert.equal(lie.status, 200, lie.text);
    const logins = await ask(here + 'me/logins', { headers: { cookie } });
    const addresses = logins.body.rows.map((r) => r.address);
    assert.ok(addresses.includes('198.51.100.7'), `the last hop that the proxy saw: ${addresses}`);
    assert.ok(addresses.includes('127.0.0.1') && !addresses.includes('8.8.8.8'), `who is not the proxy speaks for nobody: ${addresses}`);
    const foreign = await ask(here + 'login', { method: 'POST', body: login, localAddress: '127.0.0.2', headers: { ...type, 'content-length': Buffer.byteLength(login), origin: 'https://evil.example' } });
    assert.equal(foreign.body.code, 'BAD_ORIGIN');
    // From the network in clear, past the proxy.
    const own = Object.values(os.networkInterfaces()).flat().find((i) => !i.internal && i.family === 'IPv4')?.address;
    if (own) {
      const past = await ask(`http://${own}:${port}/api/v1/setup`, { localAddress: own });
      assert.equal(past.body.code, 'NOT_SECURE');
      assert.equal((await ask(`http://${own}:${port}/`, { localAddress: own })).status, 403);
    }
  } finally {
    await server.remove();
  }
});

// ---- facts ----

test('facts made anew beside the centre are what grew there message by message, and what the record says', async () => {
  const centre = await Centre.start();
  try {
    const { db } = centre.server, facts = () => centre.admin.get('facts');
    const file = path.join(newPlace('f'), 'week.jsonl');
    mkdirSync(path.dirname(file));
    await done('generate', '--days', '5', '--shops', '2', '--agents', '6', file);
    await done('import', '--db', db, file);
    await centre.admin.post('facts/rebuild');
    await until(async () => { const f = await facts(); return f.ready && f.shops === 2 && f.pairs > 0; }, 60000, 'the facts');
    const agent = await centre.person('agent', { shops: [await centre.shop('one')], capacity: 50, online: true });
    for (const text of ['在吗', '什么时候发货', '谢谢']) {
      const v = await centre.visitor('one');
      await v.open();
      await v.say(text);
      await until(() => say(agent, v.session.id, '在的').catch(() => null), 20000, 'the agent has the chat');
    }
    const json = async (...more) => JSON.parse(await done('rebuild-facts', '--db', db, '--format', 'json', ...more));
    let made;
    await until(async () => (made = await json()).sum === (await facts()).sum, 60000, 'the same sum');
    const grown = await facts();
    assert.deepEqual([made.shops, made.pairs, made.customers, made.differences, made.days_left], [3, grown.pairs, grown.customers, 0, 0]);
    assert.ok(made.pairs > 100 && made.days_checked >= 5 && made.rows > 30 && made.figures > 20, JSON.stringify(made));
    assert.match(await done('rebuild-facts', '--db', db, '--sum', grown.sum), new RegExp(`^\\d+ of \\d+ business days of 3 shops: ${grown.pairs} contact pairs.*\\nsum ${grown.sum}\\n.* 0 differences`, 's'));
    await refuses(1, /the sum is [0-9a-f]{16}, not 0123456789abcdef/, 'rebuild-facts', '--db', db, '--sum', '0123456789abcdef');
    await refuses(2, /--db is missing/, 'rebuild-facts');
    await refuses(2, /--format is table or json/, 'rebuild-facts', '--db', db, '--format', 'csv');
    await refuses(2, /--memory is from 16/, 'rebuild-facts', '--db', db, '--memory', 'much');
    await refuses(2, /only options/, 'rebuild-facts', '--db', db, 'all');
    if (embedded) await refuses(1, /there is no database/, 'rebuild-facts', '--db', path.join(place, 'nowhere.db'));
  } finally {
    await centre.remove();
  }
});

/** SQL behind the server's back. */
function behind(db, sql) {
  if (embedded) return sqlite(db, sql);
  execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, db]);
}

test('facts that are not what the record says are told by agent, shop, day and figure; facts of a record changed behind the server are made anew', async () => {
  const centre = await Centre.start();
  try {
    const { db } = centre.server, facts = () => centre.admin.get('facts'), rebuild = (...more) => run(['rebuild-facts', '--db', db, ...more]);
    const file = path.join(newPlace('f'), 'weeks.jsonl');
    mkdirSync(path.dirname(file));
    await done('generate', '--days', '12', '--agents', '6', '--until', '2026-03-31', file);
    await done('import', '--db', db, file);
    await done('rebuild-facts', '--db', db);
    // A session that went on a week after it was over, and kept the end that it had: who reads all the days finds its last two lines, who reads that day does not.
    const week = 7 * 86400000;
    const [m] = rowsOf(db, `SELECT m.id, m.seq, m.at, s.id AS session, p.name AS agent, h.name AS shop, h.cut_hour FROM session s JOIN message m ON m.session_id = s.id
      JOIN message c ON c.session_id = s.id AND c.seq = m.seq - 1 AND c.sender = 'customer'
      JOIN person p ON p.id = m.person_id JOIN shop h ON h.id = s.shop_id WHERE m.seq = s.seq AND m.seq > 4 AND m.sender = 'agent' AND s.state = 'closed' AND s.started_at < (SELECT MIN(started_at) FROM session) + 2 * 86400000
      AND EXISTS (SELECT 1 FROM message x WHERE x.person_id = m.person_id AND x.sender = 'agent' AND x.at > m.at + ${week - 1800000} AND x.at < m.at + ${week + 1800000}) ORDER BY m.id LIMIT 1`);
    const day = new Date(m.at + week + (8 - m.cut_hour) * 3600000).toISOString().slice(0, 10);
    behind(db, `UPDATE message SET at = at + ${week} WHERE session_id = ${m.session} AND seq >= ${m.seq - 1}`);
    const bad = await rebuild();
    assert.equal(bad.code, 1, bad.out + bad.err);
    const told = bad.err.split('\n').filter((l) => l.startsWith('differs: '));
    const [figure] = told.map((l) => /^differs: (.+): agent_messages: facts \d+ \((\d+)\/\d+\), record \d+ \((\d+)\/\d+\)$/.exec(l)).filter(Boolean);
    assert.ok(figure, bad.err);
    assert.deepEqual([figure[1].split(', ').sort(), Number(figure[3]) - Number(figure[2])], [[m.agent, m.shop, day].sort(), 1]);
    assert.deepEqual(told.filter((l) => !l.includes(day)), [], 'that day alone');
    assert.match(bad.out, new RegExp(`, ${told.length} differences`));
    assert.match(bad.err, /the facts are not what the record says/);
    assert.equal(JSON.parse((await rebuild('--format', 'json')).out).differences, told.length);
    behind(db, `UPDATE session SET closed_at = closed_at + ${week}, last_at = last_at + ${week} WHERE id = ${m.session}`);
    await done('rebuild-facts', '--db', db);

    // The serving centre heard of none of that: its sum is another until it makes its facts anew.
    const ready = () => until(async () => { const f = await facts(); return f.ready && f.pairs > 0 && f; }, 60000, 'the facts');
    await centre.admin.post('facts/rebuild');
    const was = await ready();
    await done('rebuild-facts', '--db', db, '--sum', was.sum);
    behind(db, `UPDATE message SET text = text || '亲亲亲' WHERE id = ${m.id}`);
    assert.equal((await facts()).sum, was.sum);
    const other = await rebuild('--sum', was.sum);
    assert.deepEqual([other.code, / 0 differences/.test(other.out)], [1, true], other.err);
    assert.match(other.err, new RegExp(`the sum is [0-9a-f]{16}, not ${was.sum}`));
    await centre.admin.post('facts/rebuild');
    await until(async () => { const f = await ready(); return f.sum !== was.sum && f; }, 60000, 'other facts');
    await until(async () => (await rebuild('--sum', (await ready()).sum)).code === 0, 60000, 'the same sum');
  } finally {
    await centre.remove();
  }
});

// ---- the end ----

test('a stop is clean: sockets hear of it, what was taken in is kept, the log is folded in', async () => {
  for (const signal of ['SIGTERM', 'SIGINT']) {
    const centre = await Centre.start();
    try {
      await centre.shop('one');
      const v = await centre.visitor('one');
      await v.open();
      await v.say('最后一句');
      const live = await centre.admin.socket();
      const { server } = centre, { dir, db } = server;
      const began = Date.now();
      server.child.kill(signal);
      const [mine, theirs, end] = await Promise.all([live.closed, v.live.closed, server.exited]);
      server.child = null;
      assert.equal(mine.code, 1012);
      assert.equal(theirs.code, 1012);
      assert.deepEqual(end, { code: 0, signal: null }, server.log);
      assert.ok(Date.now() - began < 4000, 'at once');
      if (embedded) {
        assert.ok(!existsSync(db + '-wal') || statSync(db + '-wal').size === 0, 'no log is left');
        assert.ok(sqlite(db, "SELECT 1 FROM message WHERE text = '最后一句';").length);
      }
      assert.equal(statSync(dir).mode & 0o077, 0);
      await server.start();
      assert.deepEqual((await centre.admin.get(`sessions/${v.session.id}/messages?after_seq=0`)).rows.filter((m) => m.sender === 'customer').map((m) => m.text), ['最后一句']);
    } finally {
      await centre.remove();
    }
  }
});
