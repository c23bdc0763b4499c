// Visitors and agents who talk without end, keep what was not acknowledged, and send it again, under the same client_id and in the same
// order, whenever they are connected again. Everything goes into one ledger.
import { Client, Socket, sleep } from '../lib/client.mjs';
import { digest } from './audit.mjs';

/** mulberry32: the same seed, the same moments. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), a | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const passing = (e) => e.status === undefined || e.status >= 500 || e.status === 429;

class Speaker {
  /** window: how many messages of one session may be on their way at once. */
  constructor(load, name, sender, window) {
    Object.assign(this, { load, name, sender, window, person: null, boxes: new Map(), live: null, count: 0 });
  }

  get connected() { return this.live !== null; }
  get pending() { return [...this.boxes.values()].reduce((n, b) => n + b.queue.length, 0); }

  box(session) {
    if (!this.boxes.has(session)) this.boxes.set(session, { session, queue: [], sent: 0, late: false });
    return this.boxes.get(session);
  }

  say(session) {
    const n = ++this.count;
    const text = `${this.name} 第${n}句 ${'话'.repeat(n % 30)}`;
    const entry = { session, sender: this.sender, person: this.person, client_id: `${this.name}-${n}`, digest: digest(text), acks: [], refused: null };
    Object.defineProperty(entry, 'text', { value: text });
    this.load.ledger.push(entry);
    const box = this.box(session);
    box.queue.push(entry);
    this.pump(box);
  }

  pump(box) {
    while (this.live && !box.late && box.sent < box.queue.length && box.sent < this.window) this.send(box, box.queue[box.sent++]);
  }

  send(box, entry) {
    const live = this.live;
    entry.tries = (entry.tries ?? 0) + 1;
    live.do('message_send', { session_id: entry.session, client_id: entry.client_id, kind: 'text', text: entry.text })
      .then((out) => {
        entry.acks.push({ seq: out.seq, at: out.at });
        this.settle(box, entry, live);
      }, (e) => {
        if (live !== this.live || live.ws.readyState !== live.ws.OPEN) return; // sent again when connected again
        if (passing(e)) this.again(box, live, e);
        else {
          entry.refused = e.code;
          this.settle(box, entry, live);
        }
      });
  }

  settle(box, entry, live) {
    const at = box.queue.indexOf(entry);
    if (at < 0) return;
    box.queue.splice(at, 1);
    if (live === this.live && at < box.sent) box.sent--;
    this.pump(box);
  }

  /** Not now, said the server: the whole rest once more, in order, after a moment. */
  again(box, live, e) {
    this.load.putOff.set(e.code, (this.load.putOff.get(e.code) ?? 0) + 1);
    if (box.late) return;
    box.late = true;
    setTimeout(() => {
      box.late = false;
      if (live === this.live) { box.sent = 0; this.pump(box); }
    }, 100);
  }

  /** Connects, and connects again whenever the line is lost, until the load ends. */
  async run() {
    while (!this.load.ended) {
      if (this.load.gate) await this.load.gate;
      try {
        const live = await this.connect();
        this.live = live;
        await this.arrived(live);
        for (const box of this.boxes.values()) { box.sent = 0; box.late = false; this.pump(box); }
        this.ready = true;
        const talking = this.talk(live);
        await live.closed;
        this.ready = false;
        this.live = null;
        await talking;
      } catch (e) {
        this.ready = false;
        this.live?.drop();
        this.live = null;
        if (e.status && e.status < 500 && e.status !== 429) this.load.broken.push(new Error(`${this.name} could not come back: ${e.message}`));
        await sleep(30);
      }
    }
  }

  async talk(live) {
    while (this.live === live && live.ws.readyState === live.ws.OPEN) {
      await sleep(this.pause());
      const session = this.load.talking && this.live === live ? this.topic() : null;
      if (session && this.box(session).queue.length < 8) this.say(session);
    }
  }

  socket(ticket) { return new Socket(this.load.door ?? this.client.server, ticket).opened(); }
}

export class Visitor extends Speaker {
  constructor(load, name, shop, window) {
    super(load, name, 'customer', window);
    this.shop = shop;
    this.client = new Client(load.server);
    this.heard = new Map(); // seq -> text: what the customer saw, live or fetched after the highest seen
    this.session = null;
  }

  async connect() {
    const hello = await this.client.post('visitor/hello', { shop: this.shop, ...(this.client.token ? { token: this.client.token } : {}) });
    this.client.token = hello.token;
    const live = await this.socket(hello.ticket);
    live.events.push = (e) => { // nothing is kept but what is said
      if (e.event === 'message' && e.data) this.heard.set(e.data.seq, e.data.text);
      else if (e.event === 'message' && !this.heard.has(e.ref)) this.catchUp(live).catch(() => {}); // told without its words: it is fetched
      return 0;
    };
    return live;
  }

  async arrived(live) {
    if (!this.session) this.session = (await live.do('chat_open', {})).id;
    await this.catchUp(live);
  }

  async catchUp(live) {
    let after = 0;
    while (this.heard.has(after + 1)) after++;
    for (;;) {
      const { rows } = await live.do('message_list', { session_id: this.session, after_seq: after, limit: 200 });
      for (const m of rows) this.heard.set(m.seq, m.text);
      if (rows.length < 200) return;
      after = rows.at(-1).seq;
    }
  }

  topic() { return this.session; }
  pause() { return 70 + 110 * this.load.chance(); }
}

export class Agent extends Speaker {
  constructor(load, name, client, window) {
    super(load, name, 'agent', window);
    this.client = client;
    this.person = client.id;
    this.mine = new Set();
  }

  async connect() {
    const { ticket } = await this.client.post('socket-tickets');
    const live = await this.socket(ticket);
    live.events.push = (e) => {
      if (e.event === 'session' && e.data) e.data.state === 'open' && e.data.agent_id === this.person ? this.mine.add(e.subject) : this.mine.delete(e.subject);
      return 0;
    };
    return live;
  }

  async arrived() {
    const { rows } = await this.client.get('inbox?box=mine&limit=200');
    this.mine = new Set(rows.filter((s) => s.state === 'open').map((s) => s.id));
  }

  topic() {
    const list = [...this.mine];
    return list.length ? list[Math.floor(list.length * this.load.chance())] : null;
  }
  pause() { return 40 + 60 * this.load.chance(); }
}

export class Load {
  constructor(server, seed) {
    Object.assign(this, { server, chance: random(seed), ledger: [], speakers: [], broken: [], putOff: new Map(), talking: true, ended: false, gate: null, door: null });
  }

  add(speaker) {
    this.speakers.push(speaker);
    speaker.running = speaker.run();
    return speaker;
  }

  /** While shut, nobody connects. */
  shut() { this.gate = new Promise((open) => (this.open = () => { this.gate = null; open(); })); }

  get acknowledged() { return this.ledger.reduce((n, e) => n + (e.acks.length > 0), 0); }

  get resent() { return this.ledger.reduce((n, e) => n + (e.tries > 1), 0); }

  async ready(ms = 15000) {
    const end = Date.now() + ms;
    while (!this.speakers.every((s) => s.ready)) {
      if (this.broken.length) throw this.broken[0];
      if (Date.now() > end) throw new Error('not all came back: ' + this.speakers.filter((s) => !s.ready).map((s) => s.name).join(' '));
      await sleep(10);
    }
  }

  /** Nobody begins anything new; waits until everything has its answer. */
  async drain(ms = 30000) {
    this.talking = false;
    const end = Date.now() + ms;
    while (this.speakers.some((s) => s.pending)) {
      if (this.broken.length) throw this.broken[0];
      if (Date.now() > end) throw new Error('never answered: ' + this.speakers.filter((s) => s.pending).map((s) => `${s.name} ${s.pending}`).join(', '));
      await sleep(20);
    }
  }

  async end() {
    this.ended = true;
    this.open?.();
    for (const s of this.speakers) s.live?.drop();
    await Promise.all(this.speakers.map((s) => s.running));
  }
}
