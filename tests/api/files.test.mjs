// Files of a chat: what they are is found from their content, they are kept under random names, and only who may see the chat gets them.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Centre } from '../lib/centre.mjs';
import { Client } from '../lib/client.mjs';

let centre, agent, stranger, visitor, session;
const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array(500).keys()].map((x) => x & 255));
const put = (who, name, bytes, to = session) => who.call('PUT', `files?session_id=${to}&name=${encodeURIComponent(name)}`, bytes);

before(async () => {
  centre = await Centre.start();
  const a = await centre.shop('a'), b = await centre.shop('b');
  agent = await centre.person('agent1', { group_id: await centre.group('ga', [a]) });
  stranger = await centre.person('agent2', { group_id: await centre.group('gb', [b]) });
  visitor = await centre.visitor('a');
  await visitor.open();
  session = visitor.session.id;
  await agent.post(`sessions/${session}/take`);
});
after(() => centre.remove());

async function refused(promise, code, field) {
  await assert.rejects(promise, (e) => {
    assert.equal(e.code, code, e.message);
    if (field) assert.equal(e.field, field, e.message);
    return true;
  });
}

function stored() {
  const root = path.join(centre.server.dir, 'files');
  return readdirSync(root, { recursive: true }).map((f) => path.join(root, f)).filter((f) => statSync(f).isFile());
}

test('a picture goes from the visitor to the agent', async () => {
  const f = await put(visitor, '截图.png', png);
  assert.deepEqual([f.name, f.type, f.size], ['截图.png', 'image/png', png.length]);
  await visitor.live.do('message_send', { session_id: session, client_id: 'p1', kind: 'image', file_id: f.file_id });
  const heard = await agent.live.event((e) => e.event === 'message' && e.data.kind === 'image');
  assert.equal(heard.data.data.file_id, f.file_id);
  assert.equal((await agent.get(`sessions/${session}`)).last_text, '[图片]');
  for (const who of [agent, visitor, centre.admin]) {
    const r = await who.ask('GET', `files/${f.file_id}`);
    assert.equal(r.status, 200);
    assert.equal(createHash('sha256').update(r.bytes).digest('hex'), createHash('sha256').update(png).digest('hex'));
    assert.equal(r.headers.get('content-type'), 'image/png');
    assert.match(r.headers.get('content-disposition'), /^inline; filename="file\.png"; filename\*=UTF-8''%E6%88%AA%E5%9B%BE\.png$/);
    assert.equal(r.headers.get('x-content-type-options'), 'nosniff');
    assert.match(r.headers.get('content-security-policy'), /sandbox/);
  }
});

test('kept under a random name, with the rights of the owner alone', async () => {
  const names = stored();
  assert.ok(names.length > 0);
  for (const f of names) {
    assert.match(path.basename(f), /^[0-9a-f]{32}$/);
    assert.equal(path.basename(path.dirname(f)), path.basename(f).slice(0, 2));
    assert.equal(statSync(f).mode & 0o077, 0);
  }
});

test('others do not get it, nor learn that it is there', async () => {
  const { file_id } = await put(agent, 'a.txt', new TextEncoder().encode('合同'));
  const other = await centre.visitor('a');
  await other.open();
  await refused(stranger.get(`files/${file_id}`), 'NOT_FOUND');
  await refused(other.get(`files/${file_id}`), 'NOT_FOUND');
  await refused(new Client(centre.server).get(`files/${file_id}`), 'SIGN_IN');
  await refused(put(other, 'x.png', png), 'NOT_FOUND');
  await refused(put(stranger, 'x.png', png), 'NOT_FOUND');
  await refused(other.live.do('message_send', { session_id: other.session.id, client_id: 'q', kind: 'file', file_id }), 'REFERENCED', 'file_id');
});

test('documents are downloads, whatever they are called', async () => {
  const f = await put(agent, 'evil.html', new TextEncoder().encode('%PDF-1.7 ...'));
  assert.deepEqual([f.name, f.type], ['evil.html.pdf', 'application/pdf']);
  const r = await visitor.ask('GET', `files/${f.file_id}`);
  assert.match(r.headers.get('content-disposition'), /^attachment/);
});

test('what a browser might run is refused, and nothing of it stays', async () => {
  const before = stored().length;
  for (const [name, body] of [['a.png', '<svg xmlns="http://www.w3.org/2000/svg"/>'], ['a.txt', '<script>alert(1)</script>'], ['a.exe', 'MZ\u0090\u0000'], ['a.txt', 'x\u0000y']])
    await refused(put(visitor, name, new TextEncoder().encode(body)), 'BAD_TYPE');
  await refused(put(visitor, 'empty.txt', new Uint8Array(0)), 'BAD_FIELD');
  assert.equal(stored().length, before);
  const spool = readdirSync(centre.server.dir, { recursive: true }).filter((f) => /spool|upload|tmp/.test(f) && statSync(path.join(centre.server.dir, f)).isFile());
  assert.deepEqual(spool, []);
});

test('too large is refused', async () => {
  await centre.admin.patch('settings', { name: 'upload_max_mb', value: '1' });
  const big = new Uint8Array(1.2 * 1024 * 1024).fill(65);
  await refused(put(visitor, 'big.txt', big), 'TOO_LARGE');
  await centre.admin.patch('settings', { name: 'upload_max_mb', value: '20' });
  const f = await put(visitor, 'big.txt', big);
  assert.equal(f.size, big.length);
  assert.equal((await agent.ask('GET', `files/${f.file_id}`)).bytes.length, big.length);
});

test('an ended conversation takes no more files', async () => {
  await centre.admin.patch('settings', { name: 'return_window_min', value: '0' });
  await agent.post(`sessions/${session}/close`, {});
  await new Promise((done) => setTimeout(done, 5));
  await refused(put(visitor, 'late.png', png), 'WRONG_STATE', 'session_id');
});

test('a flood of files is stopped', async () => {
  await centre.admin.patch('settings', { name: 'visitor_files_per_hour', value: '2' });
  const v = await centre.visitor('a');
  await v.open();
  const results = [];
  for (let i = 0; i < 6; i++) results.push(await put(v, 'a.png', png, v.session.id).then(() => 'OK', (e) => e.code));
  assert.ok(results.includes('TOO_MANY'), String(results));
});
