// What keeps it running: health and readiness, figures for Prometheus, log lines with the request's id and nothing that was said, a stop that
// lets everybody finish, a restart after which everybody is back.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import https from 'node:https';
import net from 'node:net';
import { Centre, isMessage, say } from '../lib/centre.mjs';
import { Client, until } from '../lib/client.mjs';
import { figure, readMetrics } from '../lib/metrics.mjs';
import { kind, startServer } from '../lib/server.mjs';

const secret = '悄悄话Zq9', places = ['/healthz', '/readyz', '/api/v1/health'];
let centre, server, agent, visitor;

before(async () => {
  centre = await Centre.start({ args: ['--log', 'debug'] });
  server = centre.server;
  const shop = await centre.shop('a');
  agent = await centre.person('agent1', { group_id: await centre.group('ga', [shop]), capacity: 20 });
  visitor = await centre.visitor('a');
  await visitor.open();
});
after(() => centre.remove());

const page = async (s = server, headers = {}) => (await new Client(s).ask('GET', '/metrics', undefined, headers)).text;
const figures = async (s) => readMetrics(await page(s));
const lines = (s) => s.log.split('\n').slice(0, -1).map((l) => JSON.parse(l));

// ---- health ----

test('alive and ready, for anybody', async () => {
  const c = new Client(server);
  for (const path of places) {
    const reply = await c.ask('GET', path);
    assert.deepEqual([reply.status, reply.body], [200, { ok: true }], path);
    assert.match(reply.headers.get('cache-control'), /no-store/);
  }
});

test('not ready while the database is gone, and ready again by itself', { skip: kind === 'sqlite' && 'an embedded database does not go away' }, async () => {
  const name = new URL(server.db).pathname.slice(1);
  const psql = (sql) => execFileSync('psql', ['-X', '-q', '-c', sql, process.env.ANTBALL_TEST_PG], { stdio: 'ignore' });
  const c = new Client(server);
  psql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  try {
    psql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    const reply = await until(async () => { const r = await c.ask('GET', '/readyz'); return r.status === 503 && r; }, 30000, 'not being ready');
    assert.deepEqual([reply.body.code, reply.body.status], ['BUSY', 503]);
    assert.match(reply.headers.get('content-type'), /problem\+json/);
    assert.equal((await c.ask('GET', '/healthz')).status, 200, 'the process lives');
    assert.equal(figure(await figures(), 'antball_database_up'), 0);
  } finally {
    psql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  }
  await until(async () => (await c.ask('GET', '/readyz')).status === 200, 30000, 'being ready again');
  assert.equal(figure(await figures(), 'antball_database_up'), 1);
});

// ---- figures ----

test('the page is what Prometheus reads, and holds no name, text or address of anybody', async () => {
  await visitor.say('一句' + secret);
  const reply = await new Client(server).ask('GET', '/metrics');
  assert.match(reply.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
  const families = readMetrics(reply.text);
  for (const name of ['antball_build_info', 'antball_connections', 'antball_websockets', 'antball_requests_total', 'antball_request_duration_seconds', 'antball_lane_queue_depth', 'antball_write_batch_size',
    'antball_commit_duration_seconds', 'antball_outbox_lag_events', 'antball_outbox_lag_seconds', 'antball_sessions', 'antball_database_up', 'antball_disk_low', 'process_resident_memory_bytes', 'process_open_fds', 'process_max_fds',
    'process_cpu_seconds_total', 'process_start_time_seconds']) assert.ok(families.get(name)?.samples.length, name);
  for (const word of [secret, 'agent1', '127.0.0.1', '店a', String(visitor.session.id)]) assert.ok(!reply.text.includes(word), word);
});

test('the figures are those of what happens', async () => {
  const before = await figures();
  const of = (f, route, status) => figure(f, 'antball_requests_total', { route, status });
  for (let i = 0; i < 5; i++) await agent.get('shops');
  await agent.ask('GET', 'sessions/1');
  await new Client(server).ask('GET', '/api/v1/nothing');
  await visitor.say('数数');
  const other = await centre.visitor('a');
  await other.open();
  const now = await figures();
  assert.equal(of(now, '/api/v1/shops', '2xx') - of(before, '/api/v1/shops', '2xx'), 5);
  assert.equal(of(now, '/api/v1/sessions/{session_id}', '4xx') - of(before, '/api/v1/sessions/{session_id}', '4xx'), 1);
  assert.equal(of(now, '', '4xx') - of(before, '', '4xx'), 1);
  assert.equal(of(now, 'message_send', '2xx') - of(before, 'message_send', '2xx'), 1);
  assert.equal(figure(now, 'antball_websockets') - figure(before, 'antball_websockets'), 1);
  assert.ok(figure(now, 'antball_commit_duration_seconds_count') > figure(before, 'antball_commit_duration_seconds_count'));
  assert.equal(figure(now, 'antball_write_batch_size_count'), figure(now, 'antball_commit_duration_seconds_count'));
  assert.ok(figure(now, 'process_resident_memory_bytes') > 1e6 && figure(now, 'process_open_fds') > 5);
  await until(async () => figure(await figures(), 'antball_sessions', { state: 'waiting' }) === 2, 20000, 'two that wait');
  await agent.post(`sessions/${other.session.id}/take`);
  await until(async () => { const f = await figures(); return figure(f, 'antball_sessions', { state: 'open' }) === 1 && figure(f, 'antball_outbox_lag_events') === 0; }, 20000, 'one that is open, and nothing behind');
  await other.live.close();
});

test('the page is for this machine alone', async () => {
  const { port } = server;
  for (const headers of [{ 'x-forwarded-for': '203.0.113.9' }, { forwarded: 'for=203.0.113.9' }, { 'x-real-ip': '203.0.113.9' }]) {
    const reply = await new Client(server).ask('GET', '/metrics', undefined, headers);
    assert.deepEqual([reply.status, reply.body.code], [404, 'NOT_FOUND'], JSON.stringify(headers));
  }
  for (const [host, status] of [['service.example.com', 404], [`service.example.com:${port}`, 404], ['203.0.113.9', 404], ['127.0.0.1.evil.example', 404], [`localhost:${port}`, 200], ['127.0.0.1', 200], [`[::1]:${port}`, 200]]) {
    const got = await new Promise((done) => {
      const s = net.connect(port, '127.0.0.1', () => s.write(`GET /metrics HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`));
      let text = '';
      s.on('data', (d) => (text += d)).on('close', () => done(text));
    });
    assert.match(got, new RegExp(`^HTTP/1\\.1 ${status} `), host);
  }
});

test('nor is it told to another machine that reaches the server directly', async (t) => {
  const open = await startServer({ args: ['--listen', '0.0.0.0'] });
  try {
    const ask = (host) => new Promise((done, fail) => https.get({ host, port: open.port, path: '/metrics', rejectUnauthorized: false, agent: false }, (r) => { r.resume(); done(r.statusCode); }).on('error', fail));
    assert.equal(await ask('127.0.0.1'), 200);
    const { hostname } = new URL(open.url);
    if (hostname === '127.0.0.1') t.diagnostic('this machine has no other address');
    else assert.equal(await ask(hostname), 404);
  } finally {
    await open.remove();
  }
});

// ---- the log ----

test('every line is JSON, and a request is found by the id that its answer carries', async () => {
  const c = new Client(server), asked = [];
  for (const [who, method, path, body] of [[agent, 'GET', 'shops'], [agent, 'GET', 'sessions/1'], [c, 'GET', 'people'], [c, 'POST', 'login', { account: 'nobody', password: secret }], [agent, 'POST', `sessions/${visitor.session.id}/notes`, { text: secret }],
    [c, 'GET', '/healthz'], [c, 'GET', '/api/v1/nothing']]) {
    const reply = await who.ask(method, path, body);
    const id = reply.headers.get('x-request-id');
    assert.match(id, /^[0-9a-f]{16}$/, path);
    if (reply.status >= 400) assert.equal(reply.body.request_id, id, path);
    asked.push({ id, status: reply.status });
  }
  const problem = await agent.live.do('message_send', { session_id: 1, client_id: 'x', kind: 'text', text: secret }).catch((e) => e);
  assert.match(problem.request_id, /^[0-9a-f]{16}$/);
  asked.push({ id: problem.request_id, status: problem.status });
  assert.equal(new Set(asked.map((a) => a.id)).size, asked.length);
  await until(() => asked.every((a) => server.log.includes(a.id)), 10000, 'the lines');
  for (const line of lines(server)) {
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.ok(['debug', 'info', 'warn', 'error'].includes(line.level) && line.event, JSON.stringify(line));
  }
  for (const a of asked) {
    const found = lines(server).filter((l) => l.id === a.id);
    assert.deepEqual([found.length, found[0].status], [1, a.status]);
    assert.ok('route' in found[0] && 'method' in found[0] && 'ms' in found[0]);
  }
  assert.ok(!server.log.includes(secret), 'what was said or typed stands in the log');
});

test('a head that is refused before there is a route has an id too', async () => {
  const text = await new Promise((done) => {
    const s = net.connect(server.port, '127.0.0.1', () => s.write('GET /api/v1/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'));
    let all = '';
    s.on('data', (d) => (all += d)).on('close', () => done(all));
  });
  const id = /^x-request-id: ([0-9a-f]{16})\r$/im.exec(text)?.[1];
  assert.equal(JSON.parse(text.split('\r\n\r\n')[1]).request_id, id);
  assert.ok(id);
});

// ---- stop and restart ----

test('told to stop it says so, goes on serving for a while, then sends everybody off and ends well', async () => {
  const c = await Centre.start({ args: ['--drain_s', '600'] });
  try {
    const shop = await c.shop('a');
    const a = await c.person('agent1', { group_id: await c.group('ga', [shop]) });
    const v = await c.visitor('a');
    await v.open();
    await a.post(`sessions/${v.session.id}/take`);
    c.server.child.kill('SIGTERM');
    const asks = new Client(c.server);
    await until(async () => (await asks.ask('GET', '/readyz')).status === 503, 10000, 'not being ready');
    assert.equal((await asks.ask('GET', '/healthz')).status, 200);
    assert.equal(figure(await figures(c.server), 'antball_stopping'), 1);
    // Whoever is here works on, and even a newcomer is served.
    await v.say('还在吗');
    await a.live.event(isMessage('还在吗'));
    await say(a, v.session.id, '在的');
    await (await c.visitor('a')).live.close();
    c.server.child.kill('SIGTERM'); // now
    assert.equal((await v.live.closed).code, 1012);
    assert.equal((await a.live.closed).code, 1012);
    assert.deepEqual(await c.server.exited, { code: 0, signal: null });
    c.server.child = null;
    assert.deepEqual(lines(c.server).filter((l) => /^stop/.test(l.event)).map((l) => l.event), ['stopping', 'stopping', 'stopped']);
  } finally {
    await c.remove();
  }
});

test('a request that is under way when the server is told to stop is answered', async () => {
  const s = await startServer();
  try {
    const body = JSON.stringify({ token: s.setupToken, account: 'admin', name: '管', password: 'correct horse battery' });
    const line = net.connect(s.port, '127.0.0.1');
    let got = '';
    const ended = new Promise((done) => line.on('close', done));
    line.on('data', (d) => (got += d));
    line.write(`POST /api/v1/setup HTTP/1.1\r\nHost: 127.0.0.1:${s.port}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`);
    await until(() => got.includes('100 Continue'), 10000, 'the server waiting for the body');
    s.child.kill('SIGTERM');
    await until(() => new Promise((done) => net.connect(s.port, '127.0.0.1').on('error', () => done(true)).on('connect', function () { this.destroy(); done(false); })), 10000, 'nobody new being let in');
    line.write(body);
    await ended;
    assert.match(got, /HTTP\/1\.1 200 OK\r\n[^]*connection: close/i);
    assert.deepEqual(await s.exited, { code: 0, signal: null });
    s.child = null;
    await s.start();
    await new Client(s).login('admin', 'correct horse battery'); // what was answered is kept
  } finally {
    await s.remove();
  }
});

test('a clock that was set back makes no id a second time, and none that sorts before what is stored', async () => {
  const c = await Centre.start();
  try {
    await c.shop('a');
    const before = await c.visitor('a');
    await before.open();
    await c.server.stop();
    // As it is when the clock went an hour ahead, and was put right while the server was down.
    const ahead = (BigInt(before.session.id) + (3600000n << 12n)).toString();
    const sql = `INSERT INTO audit (id, at, person_id, action, subject_kind, subject_id, detail, address) VALUES (${ahead}, 1, NULL, 'login', '', NULL, '', '')`;
    if (kind === 'sqlite') execFileSync('sqlite3', [c.server.db, sql]);
    else execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', sql, c.server.db], { stdio: 'ignore' });
    await c.server.start();
    const now = await c.visitor('a');
    await now.open();
    await now.say('还在吗');
    assert.ok(now.session.id > Number(ahead), `${now.session.id} after ${ahead}`);
    const lines = ['x', 'y'].map((key) => JSON.stringify({ type: 'agent', key, name: key }));
    const up = await c.admin.call('PUT', 'imports?name=people.jsonl', Buffer.from(lines.join('\n') + '\n'));
    await c.admin.post(`imports/${up.id}/run`);
    await until(async () => (await c.admin.get(`imports/${up.id}`)).state === 'done', 20000, 'the import');
    const people = (await c.admin.get('people?limit=200')).rows.filter((p) => ['x', 'y'].includes(p.name));
    assert.deepEqual(people.map((p) => p.id > Number(ahead)), [true, true]);
  } finally {
    await c.remove();
  }
});
