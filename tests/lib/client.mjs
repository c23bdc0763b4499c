// A member of staff or a visitor, speaking to a server. Every reply is checked against the shape that its route declares, and every route
// that was hit is noted (ANTBALL_TEST_HITS), so that the run can tell which never was.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import WebSocket from 'ws';
import { binary } from './server.mjs';

export const openapi = JSON.parse(execFileSync(binary, ['describe', '--openapi'], { encoding: 'utf8', maxBuffer: 64 << 20 }));
const patterns = Object.entries(openapi.paths).map(([template, operations]) => ({
  template, operations, regex: new RegExp('^' + template.replace(/\{[^}]+\}/g, '[^/]+') + '$'), literal: !template.includes('{'),
})).sort((a, b) => Number(b.literal) - Number(a.literal));

function operationOf(method, pathname) {
  for (const p of patterns)
    if (p.regex.test(pathname) && p.operations[method.toLowerCase()]) return { template: p.template, operation: p.operations[method.toLowerCase()] };
  return null;
}

export function noteHit(name) {
  if (process.env.ANTBALL_TEST_HITS) appendFileSync(process.env.ANTBALL_TEST_HITS, name + '\n');
}

function checkShape(schema, value, where) {
  if (!schema || !schema.type) return;
  if (value === null) return;
  const type = Array.isArray(value) ? 'array' : Number.isInteger(value) && schema.type === 'integer' ? 'integer' : typeof value;
  assert.equal(type, schema.type, `${where}: declared ${schema.type}, got ${JSON.stringify(value).slice(0, 200)}`);
  if (schema.enum) assert.ok(schema.enum.includes(value), `${where}: ${value} is none of ${schema.enum}`);
  if (schema.type === 'array') value.forEach((v, i) => checkShape(schema.items, v, `${where}[${i}]`));
  if (schema.type !== 'object') return;
  for (const name of schema.required ?? []) assert.ok(name in value, `${where}.${name} is missing in ${JSON.stringify(value).slice(0, 300)}`);
  for (const [name, v] of Object.entries(value)) {
    assert.ok(schema.properties?.[name], `${where}.${name} is not declared`);
    checkShape(schema.properties[name], v, `${where}.${name}`);
  }
}

export class Problem extends Error {
  constructor(where, body) {
    super(`${where}: ${body?.status} ${body?.code} ${body?.detail ?? body?.title ?? ''} ${body?.field ?? ''}`);
    Object.assign(this, body);
  }
}

export class Client {
  constructor(server, { lang = 'zh' } = {}) {
    Object.assign(this, { server, lang, cookie: null, csrf: null, token: null });
  }

  /** The raw exchange: {status, headers, body, text}. */
  async ask(method, path, body, headers = {}) {
    const url = this.server.url + (path.startsWith('/') ? path : '/api/v1/' + path);
    const raw = body instanceof Uint8Array || typeof body === 'string';
    const response = await fetch(url, {
      method, redirect: 'manual',
      headers: {
        'accept-language': this.lang,
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...(this.csrf && method !== 'GET' ? { 'x-csrf': this.csrf } : {}),
        ...(this.token ? { authorization: 'Bearer ' + this.token } : {}),
        ...(body === undefined ? {} : { 'content-type': raw ? 'application/octet-stream' : 'application/json' }),
        ...headers,
      },
      body: body === undefined ? (method === 'GET' || method === 'DELETE' ? undefined : '') : raw ? body : JSON.stringify(body),
    });
    for (const cookie of response.headers.getSetCookie?.() ?? [response.headers.get('set-cookie')].filter(Boolean))
      if (cookie.startsWith('__Host-antball=')) this.cookie = /Max-Age=0/.test(cookie) ? null : cookie.split(';')[0];
    const bytes = new Uint8Array(await response.arrayBuffer());
    const text = new TextDecoder().decode(bytes);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const reply = { status: response.status, headers: response.headers, bytes, text, body: isJson && text ? JSON.parse(text) : undefined };
    this.server.heard?.(`${method} ${path}`, text);
    const found = operationOf(method, new URL(url).pathname);
    if (found) {
      noteHit(`${method} ${found.template}`);
      const declared = found.operation.responses['200']?.content?.['application/json']?.schema;
      if (reply.status === 200 && declared) checkShape(declared, reply.body, `${method} ${found.template}`);
      if (reply.status === 204) assert.ok(found.operation.responses['204'], `${method} ${found.template} gave 204, not declared`);
    }
    return reply;
  }

  /** The body of a success, or a thrown Problem. */
  async call(method, path, body, headers) {
    const reply = await this.ask(method, path, body, headers);
    if (reply.status >= 400) throw new Problem(`${method} ${path}`, reply.body ?? { status: reply.status, title: reply.text });
    return reply.body;
  }
  get(path) { return this.call('GET', path); }
  post(path, body) { return this.call('POST', path, body ?? {}); }
  put(path, body) { return this.call('PUT', path, body); }
  patch(path, body) { return this.call('PATCH', path, body); }
  delete(path) { return this.call('DELETE', path); }

  async login(account, password) {
    const { person } = await this.post('login', { account, password });
    this.csrf = person.csrf;
    this.me = person;
    return person;
  }

  /** The first administrator of an empty centre. */
  async setup({ account = 'admin', name = '管理员', password = 'correct horse battery', lang = 'zh' } = {}) {
    const { person } = await this.post('setup', { token: this.server.setupToken, account, name, password, lang });
    this.csrf = person.csrf;
    this.me = person;
    this.password = password;
    return person;
  }

  async socket(ticket) {
    ticket ??= (await this.post('socket-tickets')).ticket;
    return new Socket(this.server, ticket).opened();
  }
}

export class Socket {
  constructor(server, ticket, options = {}) {
    this.events = [];
    this.waiting = new Map();
    this.watchers = [];
    this.n = 0;
    this.ws = new WebSocket(server.url.replace(/^http/, 'ws') + '/api/v1/socket?ticket=' + encodeURIComponent(ticket), 'antball.v1', { origin: server.url, rejectUnauthorized: false, ...options });
    this.closed = new Promise((done) => this.ws.on('close', (code, reason) => {
      for (const { fail } of this.waiting.values()) fail(new Error('socket closed ' + code));
      this.waiting.clear();
      done({ code, reason: String(reason) });
    }));
    this.ws.on('message', (data) => {
      server.heard?.('SOCKET', String(data));
      this.heard(JSON.parse(String(data)));
    });
  }

  opened() {
    return new Promise((done, fail) => { this.ws.on('open', () => done(this)); this.ws.on('error', fail); });
  }

  heard(frame) {
    if (frame.re !== undefined) {
      const w = this.waiting.get(frame.re);
      this.waiting.delete(frame.re);
      if (!w) return;
      if (frame.error) w.fail(new Problem(w.name, frame.error));
      else w.done(frame.out);
      return;
    }
    this.events.push(frame);
    this.watchers = this.watchers.filter((w) => !w(frame));
  }

  do(name, body = {}) {
    const n = ++this.n;
    noteHit('SOCKET ' + name);
    return new Promise((done, fail) => {
      this.waiting.set(n, { name, done, fail });
      this.ws.send(JSON.stringify({ n, do: name, in: body }));
    });
  }

  /** The first event, past or to come, that fits. */
  event(fits, ms = 5000) {
    const test = typeof fits === 'string' ? (e) => e.event === fits : fits;
    const past = this.events.find(test);
    if (past) return Promise.resolve(past);
    return new Promise((done, fail) => {
      const late = setTimeout(() => fail(new Error('no such event; heard: ' + this.events.map((e) => e.event).join(' '))), ms);
      this.watchers.push((e) => { if (!test(e)) return false; clearTimeout(late); done(e); return true; });
    });
  }

  close() { this.ws.close(); return this.closed; }
  drop() { this.ws.terminate(); return this.closed; }
}

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Asks again until `probe` gives something true. */
export async function until(probe, ms = 5000, what = 'condition') {
  const end = Date.now() + ms;
  for (;;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`${what} did not come about within ${ms} ms`);
    await sleep(20);
  }
}
