// Made-up visitors and colleagues, through the same doors as everybody: the visitor's API and the desk's. What they say comes from
// `antball generate` with another seed, at a livelier pace.
import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../tests/package.json', import.meta.url));
const WebSocket = require('ws');
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const between = (a, b) => a + Math.random() * (b - a);
const pick = (list) => list[Math.floor(Math.random() * list.length)];

/** Conversations as [{customer: bool, text}], from two generated days. */
function scripts({ binary, dir }) {
  const file = path.join(dir, 'simulate.jsonl');
  spawnSync(binary, ['generate', '--seed', '777', '--days', '4', '--agents', '24', file]);
  const talks = new Map();
  for (const text of readFileSync(file, 'utf8').split('\n')) {
    if (!text.startsWith('{"type":"message"')) continue;
    const m = JSON.parse(text);
    if ((m.sender !== 'customer' && m.sender !== 'agent') || m.kind !== 'text') continue;
    const key = m.key.split('-').slice(0, 3).join('-');
    if (!talks.has(key)) talks.set(key, []);
    talks.get(key).push({ customer: m.sender === 'customer', text: m.text });
  }
  return [...talks.values()].filter((t) => t.length > 3 && t[0].customer);
}

/** Customers of the made-up shop, who come back signed by it, with their orders and earlier chats behind them. */
function regulars({ dir }) {
  return readFileSync(path.join(dir, 'shop-a.jsonl'), 'utf8').split('\n').filter((l) => l.startsWith('{"type":"customer"')).map((l) => JSON.parse(l)).filter((c) => c.name);
}

function signed(customer, visitorKey) {
  const at = Date.now();
  return { key: customer.key, name: customer.name, at, sign: createHmac('sha256', visitorKey).update(`${customer.key}\n${customer.name}\n${at}`).digest('hex') };
}

class Line {
  constructor(url, ticket, heard) {
    this.n = 0;
    this.waiting = new Map();
    this.ws = new WebSocket(url.replace(/^http/, 'ws') + '/api/v1/socket?ticket=' + ticket, 'antball.v1', { origin: url, rejectUnauthorized: false });
    this.open = new Promise((done, fail) => { this.ws.on('open', done); this.ws.on('error', fail); });
    this.closed = new Promise((done) => this.ws.on('close', done));
    this.closed.then(() => { for (const w of this.waiting.values()) w(null); this.waiting.clear(); });
    this.ws.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.re === undefined) return heard?.(frame);
      this.waiting.get(frame.re)?.(frame.error ? null : frame.out ?? {});
      this.waiting.delete(frame.re);
    });
  }
  do(name, body) {
    if (this.ws.readyState !== WebSocket.OPEN) return Promise.resolve(null);
    const n = ++this.n;
    return new Promise((done) => { this.waiting.set(n, done); this.ws.send(JSON.stringify({ n, do: name, in: body })); });
  }
}

/** What the two sides know of a running talk: the agent's side reads the script by session. */
const onStage = new Map();
const forReal = '您好，这里是蚁球演示，我是模拟的同事。用 lina 的账号登录工作台并上线，新的会话就会转给您亲自接待。';
/** The made-up agents, by person id. */
const colleagues = new Set();

async function visitor(url, script, alive, customer) {
  const hello = await fetch(url + '/api/v1/visitor/hello', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ shop: 'shop-1', page: '/shop/shop-1', lang: 'zh', ...(customer ? { customer } : {}) }) });
  if (!hello.ok) return;
  const { ticket } = await hello.json();
  let answered = 0;
  const line = new Line(url, ticket, (e) => { if (e.event === 'message' && e.data?.sender === 'agent') answered++; });
  await line.open;
  const chat = await line.do('chat_open', { page: '/shop/shop-1' });
  if (chat?.id) {
    onStage.set(chat.id, script);
    let told = 0;
    for (const said of script) {
      if (!alive()) break;
      if (!said.customer) { told++; for (let i = 0; i < 240 && answered < told && alive(); i++) await pause(500); if (answered < told) break; continue; }
      await pause(between(2500, 9000));
      await line.do('typing', { session_id: chat.id });
      await pause(between(800, 2500));
      await line.do('message_send', { session_id: chat.id, client_id: 'sim' + Math.random().toString(36).slice(2), kind: 'text', text: said.text });
    }
    await pause(between(4000, 12000));
    if (Math.random() < 0.5) await line.do('rate', { session_id: chat.id, score: pick([5, 5, 5, 4, 4, 3, 2]) });
    onStage.delete(chat.id);
  }
  line.ws.close();
}

class Colleague {
  constructor(url, account, alive) { Object.assign(this, { url, account, alive, busy: new Set(), pace: between(0.7, 2.2) }); }

  async call(method, where, body) {
    const reply = await fetch(this.url + '/api/v1/' + where, {
      method, headers: { 'content-type': 'application/json', ...(this.cookie ? { cookie: this.cookie, 'x-csrf': this.csrf ?? '' } : {}) },
      body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
    });
    const cookie = reply.headers.get('set-cookie');
    if (cookie) this.cookie = cookie.split(';')[0];
    if (!reply.ok) throw new Error(where + ' ' + reply.status);
    return reply.status === 204 ? {} : reply.json();
  }

  async work() {
    const { person } = await this.call('POST', 'login', this.account);
    this.csrf = person.csrf;
    this.me = person.person_id;
    colleagues.add(this.me);
    while (this.alive()) {
      try {
        await this.onDuty();
      } catch (e) {
        if (!this.alive()) return;
      }
      await pause(3000);
    }
  }

  async onDuty() {
    const { ticket } = await this.call('POST', 'socket-tickets');
    this.line = new Line(this.url, ticket, (e) => { if (e.event === 'session' || e.event === 'message') this.look(e.data?.session_id ?? e.data?.id ?? e.subject); });
    await this.line.open;
    await this.call('POST', 'me/state', { state: 'online' });
    const breaks = setInterval(() => this.rest().catch(() => {}), between(120000, 300000));
    for (const row of (await this.call('GET', 'inbox?box=mine')).rows) this.look(row.id);
    await this.line.closed;
    clearInterval(breaks);
  }

  async rest() {
    await this.call('POST', 'me/state', { state: 'paused', reason: pick(['小休', '用餐', '会议', '培训']) });
    await pause(between(20000, 60000));
    if (this.alive()) await this.call('POST', 'me/state', { state: 'online' });
  }

  look(id) {
    if (!id || this.busy.has(id)) return;
    this.busy.add(id);
    this.talk(id).catch(() => {}).finally(() => this.busy.delete(id));
  }

  /** A visitor who is not made up is for whoever sits at the desk: the one agent who is online and not made up. */
  async handToPerson(id) {
    const { rows } = await this.call('GET', `sessions/${id}/targets`);
    const person = rows.find((r) => r.kind === 'person' && r.state === 'online' && r.open < r.capacity && !colleagues.has(r.id));
    if (!person) return false;
    await this.call('POST', `sessions/${id}/transfer`, { person_id: person.id, note: '演示：真人访客，转给在线的真人客服' });
    return true;
  }

  async talk(id) {
    let session = await this.call('GET', 'sessions/' + id);
    if (session.agent_id !== this.me) return;
    if (!onStage.has(id) && await this.handToPerson(id)) return;
    const script = onStage.get(id) ?? [];
    const real = !script.length;
    const answers = script.filter((l) => !l.customer).map((l) => l.text);
    let said = 0, silent = Date.now();
    while (this.alive() && session.state === 'open') {
      if (session.unanswered_since) {
        silent = Date.now();
        await pause(between(1500, 9000) * this.pace);
        await this.line.do('read_mark', { session_id: id, seq: session.seq });
        await this.line.do('typing', { session_id: id });
        await pause(between(1000, 4000));
        const sent = await this.line.do('message_send', { session_id: id, client_id: 'sim' + Math.random().toString(36).slice(2), kind: 'text', text: answers[said] ?? (real && !said ? forReal : null) ?? pick(['好的亲，我帮您看一下', '亲，已经帮您登记了，请放心', '嗯嗯，是的哦']) });
        said++;
        if (!sent) return;
      } else if (Date.now() - silent > (real ? 600000 : onStage.has(id) ? 90000 : 20000)) {
        await this.call('POST', `sessions/${id}/close`, {});
        return;
      }
      await pause(2500);
      session = await this.call('GET', 'sessions/' + id);
    }
  }
}

/** The shop's signing key, as its own web site would have it. */
async function visitorKeyOf(url, admin, alive) {
  const desk = new Colleague(url, admin, alive);
  desk.csrf = (await desk.call('POST', 'login', { account: admin.account, password: admin.password })).person.csrf;
  const shop = (await desk.call('GET', 'shops')).rows.find((s) => s.key === 'shop-1');
  const { visitor_key } = await desk.call('GET', `shops/${shop.id}/widget`);
  await desk.call('POST', 'logout');
  return visitor_key;
}

export function simulate(url, accounts, admin, where) {
  let on = true;
  const alive = () => on;
  const all = scripts(where);
  const report = (e) => { if (on && process.env.ANTBALL_SIMULATE_DEBUG) console.error('simulate:', e.message); };
  for (const account of accounts) new Colleague(url, account, alive).work().catch(report);
  (async () => {
    const key = await visitorKeyOf(url, admin, alive).catch(report), known = regulars(where);
    await pause(4000);
    while (on && all.length) {
      visitor(url, pick(all), alive, key && Math.random() < 0.8 ? signed(pick(known), key) : null).catch(report);
      await new Promise((done) => setTimeout(done, between(4000, 16000)));
    }
  })();
  return { stop() { on = false; } };
}
