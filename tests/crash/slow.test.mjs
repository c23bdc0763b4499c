// Clients that take and give a byte at a time, or nothing, beside people who talk: the talk goes on, acknowledged and in order; the slow ones are
// cut by the server's limits; memory stays where it was; connections and descriptors come back.
import test from 'node:test';
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { say } from '../lib/centre.mjs';
import { sleep, until } from '../lib/client.mjs';
import { figure, readMetrics } from '../lib/metrics.mjs';
import { assertClean, startCentre } from './crowd.mjs';
import { audit, digest } from './audit.mjs';
import { readRecord } from './record.mjs';

const crlf = (...lines) => lines.join('\r\n') + '\r\n\r\n';
const sanitized = (process.env.ANTBALL_BIN ?? '').includes('san');
const GROWTH = 96 << 20; // 30 sockets of 256 KB, 10 replies, and what a heap keeps

class Slow {
  constructor(server) { Object.assign(this, { server, lines: [] }); }

  /** Begins a line with these bytes; drip goes on with one more each second. */
  line(kind, bytes, { drip = null, half = false, deaf = false } = {}) {
    const s = net.connect({ port: this.server.port, host: '127.0.0.1', allowHalfOpen: half });
    s.on('error', () => {});
    s.ended = new Promise((done) => s.on('close', done));
    s.opened = new Promise((done) => s.on('connect', done));
    s.write(bytes);
    if (deaf) s.pause(); else s.resume();
    if (half) s.end();
    this.lines.push({ kind, s, drip });
    return s;
  }

  start() { this.timer = setInterval(() => this.lines.forEach(({ s, drip }) => drip && s.writable && s.write(drip)), 1000); }

  of(kind) { return this.lines.filter((l) => l.kind === kind).map((l) => l.s); }

  end() {
    clearInterval(this.timer);
    for (const { s } of this.lines) s.destroy();
  }
}

const host = (server) => `127.0.0.1:${server.port}`;

/** A socket of the desk that is opened and then never read; what it was sent before is waited for. */
async function deafSocket(slow, agent) {
  const { ticket } = await agent.post('socket-tickets');
  const s = slow.line('socket', crlf(`GET /api/v1/socket?ticket=${ticket} HTTP/1.1`, `Host: ${host(slow.server)}`, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`, 'Sec-WebSocket-Protocol: antball.v1'));
  let got = '';
  await new Promise((done) => s.on('data', (d) => { got += d.toString('latin1'); if (got.includes('\r\n\r\n')) done(); }));
  assert.match(got, /^HTTP\/1\.1 101 /);
  s.pause();
}

async function deafDownload(slow, agent, file) {
  const s = slow.line('download', crlf(`GET /api/v1/files/${file} HTTP/1.1`, `Host: ${host(slow.server)}`, `Cookie: ${agent.cookie}`), { deaf: true });
  await s.opened;
}

/** Two who talk, a line each in turn, until they are told to stop; what each acknowledged goes into the ledger. */
async function talk(visitor, agent, state) {
  while (!state.over) {
    for (const [sender, who] of [['customer', visitor], ['agent', agent]]) {
      const n = state.ledger.length, text = `第${n}句`, began = Date.now();
      const out = await (sender === 'customer' ? visitor.say(text, `t${n}`) : say(agent, visitor.session.id, text, { client_id: `t${n}` }));
      state.longest = Math.max(state.longest, Date.now() - began);
      state.ledger.push({ session: visitor.session.id, sender, person: sender === 'agent' ? who.id : null, client_id: `t${n}`, digest: digest(text), text, acks: [out], refused: null });
    }
    await sleep(100); // a visitor's socket takes 15 commands a second
  }
}

test('slow and half-open clients hurt nobody, and are cut', { timeout: 240000 }, async (t) => {
  const centre = await startCentre();
  const { server } = centre, slow = new Slow(server);
  const look = async () => readMetrics((await centre.admin.ask('GET', '/metrics')).text);
  try {
    const shop = await centre.shop('a');
    const agent = await centre.person('agent1', { group_id: await centre.group('g', [shop]), capacity: 20 });
    const loud = await centre.visitor('a'), visitor = await centre.visitor('a');
    for (const v of [visitor, loud]) {
      await v.open();
      await agent.post(`sessions/${v.session.id}/take`);
    }
    const big = Buffer.alloc(16 << 20, 'x');
    const { file_id: file } = await visitor.call('PUT', `files?session_id=${visitor.session.id}&name=big.txt`, big);
    const before = await look();
    const state = { ledger: [], over: false, longest: 0 }, talking = talk(visitor, agent, state);

    for (let i = 0; i < 40; i++) {
      slow.line('head', 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-A: ', { drip: 'x' });
      slow.line('body', `POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"account":"`, { drip: 'x' });
      slow.line('silent', i % 2 ? '' : 'G');
      slow.line('half', i % 2 ? 'GET /api/v1/he' : 'POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{', { half: true });
    }
    for (let i = 0; i < 30; i++) await deafSocket(slow, agent);
    for (let i = 0; i < 10; i++) await deafDownload(slow, agent, file);
    slow.start();

    // What nobody reads fills the kernel's buffers, then the server's queue; then the line is given up.
    let peak = 0, sent = 0;
    const overflowed = async () => figure(await look(), 'antball_websockets_overflowed_total') - figure(before, 'antball_websockets_overflowed_total');
    const text = '长'.repeat(2000);
    for (let cut = 0; cut < 30; cut = await overflowed()) {
      assert.ok(sent < 20000, `${sent} long messages, and only ${cut} of 30 deaf sockets are cut`);
      await Promise.all(Array.from({ length: 50 }, () => say(agent, loud.session.id, text)));
      sent += 50;
      peak = Math.max(peak, figure(await look(), 'process_resident_memory_bytes'));
      agent.live.events.length = loud.live.events.length = 0; // the listeners themselves keep up
    }
    for (const kind of ['head', 'body', 'silent', 'half'])
      await Promise.race([Promise.all(slow.of(kind).map((s) => s.ended)), sleep(90000).then(() => assert.fail(`${kind}: not all were cut`))]);
    // Whoever does not read hears of no end either: the server's own count says it.
    const base = figure(before, 'antball_connections');
    await until(async () => figure(await look(), 'antball_connections') <= base + 1, 90000, 'the downloads that nobody reads being cut');
    peak = Math.max(peak, figure(await look(), 'process_resident_memory_bytes'));

    const then = state.ledger.length;
    await until(() => state.ledger.length > then + 20, 20000, 'the talk going on');
    state.over = true;
    await talking;
    const after = await look();
    t.diagnostic(`200 slow clients; ${state.ledger.length} messages beside them, the slowest acknowledged after ${state.longest} ms; ${sent} long ones until 30 deaf sockets were cut; `
      + `resident ${Math.round(figure(before, 'process_resident_memory_bytes') / 1048576)} MB before, ${Math.round(peak / 1048576)} MB at most`);
    assert.ok(figure(after, 'process_open_fds') <= figure(before, 'process_open_fds') + 4, 'descriptors are kept');
    if (!sanitized) assert.ok(peak - figure(before, 'process_resident_memory_bytes') < GROWTH, 'memory grew with the slow ones');
    const want = state.ledger.map((m) => m.text);
    const heard = () => visitor.live.events.filter((e) => e.event === 'message' && e.data?.sender === 'agent' && e.data.text.startsWith('第')).map((e) => e.data.text);
    const answers = state.ledger.filter((m) => m.sender === 'agent').map((m) => m.text);
    await until(() => heard().length >= answers.length, 10000, 'the visitor hearing every answer');
    assert.deepEqual(heard(), answers);
    const rows = [];
    for (let page; !page || page.length === 200; rows.push(...page))
      page = (await visitor.live.do('message_list', { session_id: visitor.session.id, after_seq: rows.at(-1)?.seq ?? 0, limit: 200 })).rows;
    assert.deepEqual(rows.filter((m) => /^第\d+句$/.test(m.text)).map((m) => m.text), want);
    slow.end();
    await server.stop();
    const record = readRecord(server.db), { id } = visitor.session;
    assertClean(audit(state.ledger, { sessions: new Map([[id, record.sessions.get(id)]]), messages: record.messages.filter((m) => m.session === id) }), 'beside slow clients');
    await server.start();
  } finally {
    slow.end();
    await centre.remove();
  }
});
