// What arrives is hostile: heads that two parsers would read differently, bodies without end, frames that are none, scripts in every field. The
// server refuses or keeps them as text, and goes on serving everybody else.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import net from 'node:net';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Centre } from '../lib/centre.mjs';
import { Client, sleep } from '../lib/client.mjs';

let centre, server, agent, visitor, host;

before(async () => {
  centre = await Centre.start();
  server = centre.server;
  host = new URL(server.url).host;
  const shop = await centre.shop('a', { origins: 'https://shop.example' });
  agent = await centre.person('agent1', { group_id: await centre.group('ga', [shop]), capacity: 20 });
  visitor = await centre.visitor('a');
  await visitor.open();
  await agent.post(`sessions/${visitor.session.id}/take`);
  dawdle();
});
after(() => {
  clearInterval(drip);
  dawdlers.forEach((s) => s.destroy());
  return centre.remove();
});

const crlf = (...lines) => lines.join('\r\n') + '\r\n\r\n';

/** Sends bytes as they are, waits until the server closes or is silent; gives everything that came back. */
function raw(bytes, { quiet = 300, most = 15000 } = {}) {
  return new Promise((done) => {
    const socket = net.connect(server.port, '127.0.0.1');
    let got = Buffer.alloc(0), silent, closed = false;
    const end = () => { clearTimeout(silent); clearTimeout(late); socket.destroy(); done({ text: got.toString('latin1'), bytes: got, closed, status: Number(/^HTTP\/1\.1 (\d+)/.exec(got.toString('latin1'))?.[1] ?? 0) }); };
    const late = setTimeout(end, most);
    socket.on('data', (d) => { got = Buffer.concat([got, d]); clearTimeout(silent); silent = setTimeout(end, quiet); });
    socket.on('close', () => { closed = true; end(); });
    socket.on('error', () => {});
    socket.write(bytes);
  });
}

async function alive() {
  const began = Date.now();
  assert.equal((await new Client(server).ask('GET', 'health')).status, 200);
  assert.ok(Date.now() - began < 2000, 'others wait');
}

// ---- heads ----

const get = (...more) => crlf('GET /api/v1/health HTTP/1.1', `Host: x`, ...more);
const post = (...more) => crlf('POST /api/v1/login HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...more);
const heads = {
  'a body in chunks': [501, () => post('Transfer-Encoding: chunked') + '0\r\n\r\n'],
  'chunks and a length': [501, () => post('Content-Length: 6', 'Transfer-Encoding: chunked') + '0\r\n\r\nX'],
  'a length and chunks under a strange name': [400, () => post('Content-Length: 6', 'Transfer-Encoding : chunked') + '0\r\n\r\nX'],
  'two lengths': [400, () => post('Content-Length: 2', 'Content-Length: 3') + '{}x'],
  'the same length twice': [400, () => post('Content-Length: 2', 'Content-Length: 2') + '{}'],
  'a list of lengths': [400, () => post('Content-Length: 5, 6') + '{}   x'],
  'a signed length': [400, () => post('Content-Length: +2') + '{}'],
  'a negative length': [400, () => post('Content-Length: -2')],
  'a hexadecimal length': [400, () => post('Content-Length: 0x2') + '{}'],
  'a length beyond all numbers': [400, () => post('Content-Length: 99999999999999999999')],
  'no length': [411, () => post()],
  'a line end without its return': [400, () => 'GET /api/v1/health HTTP/1.1\nHost: x\n\n'],
  'a folded line': [400, () => get('X-A: b', ' c')],
  'a space before the colon': [400, () => get('X-A : b')],
  'a name with a return in it': [400, () => get('X-\rA: b')],
  'a zero byte in a value': [400, () => get('X-A: b\0c')],
  'a head line without a colon': [400, () => get('nonsense')],
  'no host': [400, () => crlf('GET /api/v1/health HTTP/1.1', 'X-A: b')],
  'two hosts': [400, () => get('Host: y')],
  'a host with a slash': [400, () => crlf('GET /api/v1/health HTTP/1.1', 'Host: x/../y')],
  'a whole address as the target': [400, () => crlf('GET http://evil/api/v1/health HTTP/1.1', 'Host: x')],
  'a target with raw bytes': [400, () => crlf('GET /api/v1/h\xe9alth HTTP/1.1', 'Host: x')],
  'a target with a space': [400, () => crlf('GET /api/v1/health x HTTP/1.1', 'Host: x')],
  'a method in small letters': [400, () => crlf('get /api/v1/health HTTP/1.1', 'Host: x')],
  'HTTP of the next century': [505, () => crlf('GET /api/v1/health HTTP/2.0', 'Host: x')],
  'HTTP of the last one': [400, () => 'GET /api/v1/health\r\n\r\n'],
  'TLS where none is spoken': [400, () => Buffer.concat([Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), randomBytes(500), Buffer.from('\n')])],
  'a head of 16 KB': [431, () => get('X-A: ' + 'x'.repeat(16384))],
  'two hundred head lines': [431, () => get(...Array.from({ length: 200 }, (_, i) => `X-${i}: y`))],
  'an expectation we cannot meet': [417, () => post('Expect: miracles', 'Content-Length: 2') + '{}'],
};

for (const [name, [status, bytes]] of Object.entries(heads))
  test(`${name}: refused, and the line closed`, async () => {
    const reply = await raw(typeof bytes() === 'string' ? Buffer.from(bytes(), 'latin1') : bytes(), { quiet: 2500 });
    assert.equal(reply.status, status, reply.text.slice(0, 300));
    assert.equal([...reply.text.matchAll(/HTTP\/1\.1 \d/g)].length, 1, 'one answer only');
    assert.ok(reply.closed, 'the line stays open');
    await alive();
  });

test('a request inside a body is no request', async () => {
  const inner = crlf('GET /api/v1/setup HTTP/1.1', 'Host: x');
  const reply = await raw(post(`Content-Length: ${inner.length}`) + inner + get('Connection: close'));
  const statuses = [...reply.text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => m[1]);
  assert.deepEqual(statuses, ['400', '200']);
  assert.ok(!reply.text.includes('needed'));
});

test('requests in one packet are answered one by one, in their order', async () => {
  const reply = await raw(get() + crlf('GET /api/v1/setup HTTP/1.1', 'Host: x') + crlf('GET /api/v1/nothing HTTP/1.1', 'Host: x') + get('Connection: close'));
  assert.deepEqual([...reply.text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((m) => m[1]), ['200', '200', '404', '200']);
  assert.ok(reply.text.indexOf('"ok"') < reply.text.indexOf('"needed"'));
});

test('other methods are refused, HEAD has no body', async () => {
  for (const method of ['TRACE', 'CONNECT', 'PROPFIND', 'OPTIONS'])
    assert.ok([404, 405, 411].includes((await raw(crlf(`${method} /api/v1/me HTTP/1.1`, 'Host: x', 'Connection: close'))).status), method);
  const head = await raw(crlf('HEAD /api/v1/health HTTP/1.1', 'Host: x', 'Connection: close'));
  assert.equal(head.status, 200);
  assert.ok(head.text.endsWith('\r\n\r\n'));
});

test('a path leads to routes and pages, never to files', async () => {
  const secret = readFileSync('/etc/hostname', 'utf8').trim();
  for (const path of ['/../../etc/hostname', '/..%2f..%2fetc/hostname', '/%2e%2e/%2e%2e/etc/hostname', '//etc/hostname', '/desk/../../centre.db', '/centre.db', '/secret', '/files/x', '/api/v1/files/..%2f..%2fsecret',
    '/api/v1/files/1%00.png', '/api/v1/../v1/people', '/api/v1//people', '/api/v1/people/', '/API/V1/PEOPLE', '/api/v1/people%20', '/api/v1/people;a=b', '/.git/config']) {
    const reply = await raw(crlf(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close'));
    assert.ok([200, 400, 401, 404, 422].includes(reply.status), `${path}: ${reply.status}`);
    assert.ok(!reply.text.includes('SQLite format') && !(secret && reply.text.split('\r\n\r\n')[1] === secret), path);
    if (reply.status === 200) assert.match(reply.text, /<!doctype html>/i, path);
  }
});

// ---- bodies ----

test('what is too large is refused before it is read', async () => {
  const big = await raw(post('Content-Length: 1000000000'), { quiet: 2500 });
  assert.equal(big.status, 413);
  assert.ok(big.closed);
  const c = new Client(server);
  const reply = await c.ask('POST', 'login', { account: 'x', password: 'y'.repeat(70000) }).catch((e) => e);
  assert.ok(reply instanceof TypeError || reply.status === 413);
  // Who may send no file at all is told so before its bytes.
  const file = await raw(crlf('PUT /api/v1/files?session_id=1&name=x HTTP/1.1', 'Host: x', 'Content-Length: 10000000'), { quiet: 2500 });
  assert.ok([401, 413].includes(file.status), file.text);
  assert.ok(file.closed);
  await alive();
});

test('JSON that is none, or two things at once, is refused with a word', async () => {
  const bodies = ['', '{', '[]', '"x"', 'null', '{"account":"a","password":"b"} x', '{"account":"a","account":"b","password":"c"}', '{"account":NaN,"password":"b"}', "{'account':'a'}",
    '{"account":"a\\u0000","password":"b"}', '{"account":"\\ud800","password":"b"}', '[' .repeat(5000), '{"a":'.repeat(5000), '{"account":1e999,"password":"b"}', '{"account":12345678901234567890,"password":"b"}',
    '{"account":["a"],"password":{"b":1}}', '\ufeff{"account":"a","password":"b"}'];
  const c = new Client(server);
  for (const body of bodies) {
    const reply = await c.ask('POST', 'login', Buffer.from(body), { 'content-type': 'application/json' });
    assert.ok([400, 413, 415, 422].includes(reply.status), `${body.slice(0, 60)}: ${reply.status} ${reply.text}`);
    assert.match(reply.headers.get('content-type'), /^application\/problem\+json/);
    assert.ok(reply.body.code && reply.body.title);
  }
  const bad = await c.ask('POST', 'login', Buffer.concat([Buffer.from('{"account":"'), Buffer.from([0xff, 0xfe, 0xc0, 0x80]), Buffer.from('","password":"b"}')]), { 'content-type': 'application/json' });
  assert.ok([400, 422].includes(bad.status), bad.text);
});

test('numbers and cursors of the wrong kind are refused, not obeyed', async () => {
  const id = visitor.session.id;
  const paths = ['sessions/abc', 'sessions/-1', 'sessions/0', 'sessions/1.5', 'sessions/9007199254740993', 'sessions/99999999999999999999', "sessions/1'", 'sessions/1%20OR%201=1', 'inbox?limit=0', 'inbox?limit=1e9', 'inbox?limit=-1',
    'inbox?box=all', 'inbox?shop_id=x', "inbox?box=closed&cursor='", 'inbox?box=closed&cursor=999999999999999999999.1', `sessions/${id}/messages?after_seq=-1`, `sessions/${id}/messages?limit=201`, `sessions/${id}/messages?after_seq=x`,
    'search?q=', `search?q=${'长'.repeat(400)}`, "search?q=%22%20OR%20*&cursor=x'", 'search?q=%00', 'search?q=%ff', 'search?q=%', 'inbox?box=mine&box=group', 'inbox?nothing=1'];
  for (const path of paths) {
    const reply = await agent.ask('GET', path);
    assert.ok([200, 400, 404, 422].includes(reply.status), `${path}: ${reply.status} ${reply.text}`);
    if (!path.startsWith('search') && !path.includes('&box=')) assert.notEqual(reply.status, 200, path);
  }
  for (const q of ['"', '*', 'NEAR(a b)', 'a AND', '-x', '(', "'; DROP TABLE message; --", '%', '_', '\\', 'x:y', '^a', '{a}', 'a"b']) {
    const reply = await agent.ask('GET', 'search?q=' + encodeURIComponent(q));
    assert.ok([200, 422].includes(reply.status), `${q}: ${reply.status} ${reply.text}`);
    assert.equal((await agent.ask('GET', 'inbox?box=mine&q=' + encodeURIComponent(q))).status, 200, q);
    assert.equal((await agent.ask('GET', 'phrases?q=' + encodeURIComponent(q))).status, 200, q);
  }
});

// ---- slow ones ----

/** They begin with the first test and dawdle through all of them. */
const dawdlers = [];
let drip;

function dawdle() {
  for (let i = 0; i < 150; i++) {
    const s = net.connect(server.port, '127.0.0.1');
    s.on('error', () => {});
    s.ended = new Promise((done) => s.on('close', done));
    s.write(i % 3 === 0 ? '' : i % 3 === 1 ? 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-A: ' : post('Content-Length: 5000') + '{"account":"');
    dawdlers.push(s);
  }
  drip = setInterval(() => dawdlers.forEach((s) => s.writable && s.write('x')), 1000);
}

// ---- frames ----

/** A frame as a client sends it: masked, unless it misbehaves. */
function frame(opcode, payload, { fin = true, masked = true, rsv = 0, claim } = {}) {
  const body = Buffer.from(payload), n = claim ?? body.length;
  const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
  if (n < 126) head.push((masked ? 0x80 : 0) | n);
  else if (n < 65536) head.push((masked ? 0x80 : 0) | 126, n >> 8, n & 255);
  else head.push((masked ? 0x80 : 0) | 127, 0, 0, 0, 0, (n / 16777216) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255);
  const mask = randomBytes(4);
  return Buffer.concat([Buffer.from(head), ...(masked ? [mask, Buffer.from(body.map((b, i) => b ^ mask[i & 3]))] : [body])]);
}

async function rawSocket(bytes) {
  const { ticket } = await agent.post('socket-tickets');
  const opening = crlf(`GET /api/v1/socket?ticket=${ticket} HTTP/1.1`, `Host: ${host}`, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    'Sec-WebSocket-Protocol: antball.v1');
  const reply = await raw(Buffer.concat([Buffer.from(opening), ...[].concat(bytes)]), { quiet: 6000 });
  assert.equal(reply.status, 101, reply.text);
  let at = reply.bytes.indexOf('\r\n\r\n') + 4, close = null;
  while (at + 2 <= reply.bytes.length) { // our own frames are short and unmasked
    let n = reply.bytes[at + 1] & 127, skip = 2;
    if (n === 126) { n = reply.bytes.readUInt16BE(at + 2); skip = 4; }
    if ((reply.bytes[at] & 15) === 8) close = reply.bytes.readUInt16BE(at + skip);
    at += skip + n;
  }
  return { close, closed: reply.closed, text: reply.text };
}

const frames = {
  'a frame without a mask': [1002, () => frame(1, '{}', { masked: false })],
  'a reserved bit': [1002, () => frame(1, '{}', { rsv: 4 })],
  'an unknown kind of frame': [1002, () => frame(3, '{}')],
  'a ping in pieces': [1002, () => frame(9, 'x', { fin: false })],
  'a ping of 126 bytes': [1002, () => frame(9, 'x'.repeat(126))],
  'a piece of nothing': [1002, () => frame(0, 'x')],
  'a new message inside another': [1002, () => [frame(1, '{', { fin: false }), frame(1, '}')]],
  'a close of one byte': [1002, () => frame(8, 'x')],
  'text that is none': [1007, () => frame(1, Buffer.from([0xff, 0xfe]))],
  'a message of 100 KB': [1009, () => frame(1, Buffer.alloc(100000, 0x20))],
  'a message that claims a gigabyte': [1009, () => frame(1, '{}', { claim: 2 ** 30 })],
};

for (const [name, [code, bytes]] of Object.entries(frames))
  test(`socket: ${name} ends it with ${code}`, async () => {
    const end = await rawSocket(bytes());
    assert.deepEqual([end.close, end.closed], [code, true]);
    await alive();
  });

test('socket: what is no command is answered as an error, or not at all', async () => {
  const live = await agent.socket();
  for (const text of ['', '{', '[]', 'null', '{"n":1}', '{"n":"x","do":"message_send"}', '{"n":1,"do":5,"in":7}', '{"n":1,"do":"message_send","in":[]}', '{"do":"nothing","n":9,"in":{}}', '{"n":1,"n":2,"do":"typing"}', '{"n":2,"do":"login","in":{}}',
    '{"n":3,"do":"message_send","in":null}', '[' .repeat(3000)]) live.ws.send(text);
  const answers = await new Promise((done) => { const all = []; live.heard = (f) => all.push(f); setTimeout(() => done(all), 400); });
  for (const a of answers) if (a.re !== undefined) assert.ok(a.error?.code, JSON.stringify(a));
  assert.equal(live.ws.readyState, live.ws.OPEN);
  await live.close();
});

// ---- scripts ----

const scripts = ['<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "';alert(1)//", 'javascript:alert(1)', '{{7*7}}${7*7}', '<svg/onload=alert(1)>', '\u202etxt.exe', '=HYPERLINK("http://evil","x")', '&lt;b&gt;'];

test('scripts are kept as the text that they are', async () => {
  const id = visitor.session.id;
  for (const [i, text] of scripts.entries()) {
    await visitor.say(text);
    await agent.post(`sessions/${id}/notes`, { text });
    await agent.patch(`customers/${visitor.hello.customer_id}`, { name: text.slice(0, 60), note: text });
    const s = await agent.ask('GET', `sessions/${id}`);
    assert.equal(s.body.last_text, text);
    assert.equal(s.body.customer_name, text.slice(0, 60));
    assert.match(s.headers.get('content-type'), /^application\/json/);
    assert.equal(s.headers.get('x-content-type-options'), 'nosniff');
    assert.match(s.headers.get('cache-control'), /no-store/);
    assert.equal((await agent.get(`sessions/${id}/notes`)).rows.at(-1).text, text);
    await centre.admin.patch(`shops/${centre.shops.a}`, { name: text.slice(0, 20), greeting: text });
    const hello = await new Client(server).post('visitor/hello', { shop: 'a' });
    assert.deepEqual([hello.shop.name, hello.shop.greeting], [text.slice(0, 20), text]);
    await agent.post('phrases', { code: 's' + i, text, folder: text.slice(0, 20) });
  }
  assert.deepEqual((await agent.get('phrases?limit=200')).rows.map((p) => p.text).sort(), [...scripts].sort());
});

test('a file\'s name goes into no head line but as a name', async () => {
  const id = visitor.session.id;
  for (const name of [...scripts, 'a\r\nSet-Cookie: x=1', 'a"; filename="b.html', '../../etc/passwd', 'C:\\x\\y.txt', 'x'.repeat(200), '名'.repeat(80), 'a.html', '.htaccess']) {
    const put = await visitor.ask('PUT', `files?session_id=${id}&name=${encodeURIComponent(name)}`, 'only text');
    if (put.status !== 200) { assert.ok([415, 422, 429].includes(put.status), `${name}: ${put.text}`); continue; }
    const file = await agent.ask('GET', `files/${put.body.file_id}`);
    assert.equal(file.status, 200);
    assert.equal(file.text, 'only text');
    assert.match(file.headers.get('content-disposition'), /^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w%.~-]+$/, name);
    assert.equal(file.headers.get('set-cookie'), null);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');
    assert.match(file.headers.get('content-security-policy'), /sandbox/);
    assert.ok(!/html|javascript|svg/.test(file.headers.get('content-type')));
  }
});

test('pages run no script but their own', async () => {
  const c = new Client(server);
  const nonces = new Set();
  for (const page of ['/', '/desk', '/live', '/reset', '/shop', '/wall', '/anything/else']) {
    const reply = await c.ask('GET', page);
    if (reply.status === 404) continue; // built without the web front ends
    const csp = reply.headers.get('content-security-policy');
    assert.match(csp, /default-src 'self'/, page);
    assert.match(csp, /script-src 'self'(?:;|$)/, page);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.match(csp, /object-src 'none'/);
    assert.match(csp, /base-uri 'none'/);
    assert.ok(!/unsafe-inline|unsafe-eval|\*/.test(csp), csp);
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff');
    assert.ok(reply.headers.get('referrer-policy'));
    assert.ok(!/<script(?![^>]*\bsrc=)[^>]*>\s*\S/.test(reply.text), `${page} holds a script of its own`);
    const nonce = /'nonce-([^']+)'/.exec(csp)?.[1];
    assert.ok(!nonces.has(nonce), 'a nonce twice');
    nonces.add(nonce);
  }
});

// ---- other sites ----

test('other sites may read what the widget asks, and nothing else', async () => {
  const origin = 'https://shop.example';
  const c = new Client(server);
  const hello = await c.ask('POST', 'visitor/hello', { shop: 'a' }, { origin });
  assert.equal(hello.status, 200);
  assert.equal(hello.headers.get('access-control-allow-origin'), origin);
  assert.match(hello.headers.get('vary') ?? '', /origin/i);
  assert.equal(hello.headers.get('access-control-allow-credentials'), null);
  for (const path of ['me', 'inbox', 'people', 'shops', `sessions/${visitor.session.id}`, 'health', 'setup']) {
    const reply = await agent.ask('GET', path, undefined, { origin: 'https://evil.example' });
    assert.equal(reply.headers.get('access-control-allow-origin'), null, path);
    assert.equal(reply.headers.get('access-control-allow-credentials'), null, path);
    const ask = await raw(crlf(`OPTIONS /api/v1/${path} HTTP/1.1`, `Host: ${host}`, 'Origin: https://evil.example', 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: x-csrf', 'Connection: close'));
    assert.ok(!/access-control-allow-origin/i.test(ask.text), `${path}: ${ask.text}`);
  }
  const preflight = await raw(crlf('OPTIONS /api/v1/visitor/hello HTTP/1.1', `Host: ${host}`, `Origin: ${origin}`, 'Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: content-type', 'Connection: close'));
  assert.match(preflight.text, /access-control-allow-origin: https:\/\/shop\.example/i);
  assert.ok(!/allow-credentials/i.test(preflight.text));
});

test('a name of ours that was rebound to us is no name of ours', async () => {
  // The page of an attacker whose name points here: its origin fits its host, but no login of ours lives under that name.
  const reply = await raw(crlf('POST /api/v1/me/state HTTP/1.1', 'Host: evil.example', 'Origin: http://evil.example', 'Content-Type: application/json', 'Content-Length: 18', 'Connection: close') + '{"state":"online"}');
  assert.equal(reply.status, 401);
});

test('who dawdles is cut off, and nobody else has waited', { timeout: 60000 }, async () => {
  for (let i = 0; i < 5; i++) {
    const began = Date.now();
    await visitor.say('有人排队吗');
    assert.ok(Date.now() - began < 2000);
    await alive();
  }
  const ended = (kind, ms) => Promise.race([Promise.all(dawdlers.filter((_, i) => i % 3 === kind).map((s) => s.ended)), sleep(ms).then(() => null)]);
  assert.ok(await ended(1, 20000), 'a head that never ends keeps its line');
  assert.ok(await ended(2, 45000), 'a body that never ends keeps its line');
  await alive();
});
