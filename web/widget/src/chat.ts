import { fileUrl, isImage, postHello, putFile } from './api';
import { blobDrop, blobGet, blobPut } from './blobs';
import { Link } from './link';
import { alone, randomId, Store } from './store';
import { Card, Customer, Hello, Item, Message, Problem, Session } from './types';
import { language, say } from './words';

/** One session's messages as far as they are here: all from `first` to `synced`. */
export interface Block {
  session: Session;
  rows: Map<number, Message>;
  first: number;
  synced: number;
  invited: number; // the last line that asked for a rating
  returned: number; // the last line with which it went on after a close
}

const PAGE = 30;
const TRIES = 5;

/** The conversation of one shop in this tab: what is known, what waits, and how it gets to the centre. Draws nothing. */
export class Chat {
  shop: Hello['shop'] | null = null;
  limits: Hello['limits'] = { file_max: 10 << 20, text_max: 4000 };
  blocks: Block[] = [];
  progress = new Map<string, number>();
  typingUntil = 0;
  older: 'more' | 'loading' | 'end' = 'more';
  readonly store: Store;
  readonly link: Link;
  private nameless: Store;
  private told = false; // the centre knows who the page says the customer is
  private history: Session[] | null = null;
  private tries = new Map<string, number>();
  private sending = false;
  private syncing = false;
  private typedAt = 0;
  private ticked = Date.now();
  private asked = 0;

  constructor(readonly origin: string, private key: string, readonly colour: string, private customer: Customer | null, private skill: string | undefined, private changed: () => void) {
    this.store = new Store(`antball:${key}${customer ? '@' + customer.key : ''}`, () => this.changed());
    this.nameless = new Store(`antball:${key}`, () => undefined);
    this.link = new Link(origin, {
      hello: () => this.hello(),
      came: (h) => this.came(h),
      event: (f) => this.event(f),
      changed,
    });
    setInterval(() => this.tick(), 5000);
    document.addEventListener('visibilitychange', () => this.wake());
  }

  get block(): Block | null {
    return this.blocks[this.blocks.length - 1] || null;
  }

  get session(): Session | null {
    return this.block && this.block.session;
  }

  get live(): boolean {
    return !!this.session && this.session.state !== 'closed';
  }

  /** Whether something waits for this browser, so that it connects before anyone opens the panel. */
  get due(): boolean {
    return !!this.store.state().live || this.store.away().wanted || this.store.items().some((i) => !i.failed);
  }

  get unread(): number {
    const b = this.block;
    let n = 0;
    b?.rows.forEach((m) => (n += m.seq > b.session.customer_read_seq && (m.sender === 'agent' || m.sender === 'robot') ? 1 : 0));
    return n;
  }

  /** What the visitor sent and the centre has not confirmed. */
  pending(): Item[] {
    const known = new Set<string>();
    for (const b of this.blocks)
      b.rows.forEach((m) => m.client_id && known.add(m.client_id));
    return this.store.items().filter((i) => !known.has(i.cid));
  }

  // Coming and going -----------------------------------------------------------------------------------------------------

  private async hello(): Promise<Hello> {
    const before = this.customer && !this.store.state().token ? this.nameless : null;
    const token = this.store.state().token || (before ? before.state().token : undefined);
    if (!token)
      this.older = 'end';
    const input = { shop: this.key, token, page: (location.origin + location.pathname + location.search).slice(0, 500), lang: language() };
    try {
      const h = await postHello(this.origin, { ...input, customer: (!this.told && this.customer) || undefined });
      this.told = true;
      if (before)
        this.adopt(before);
      return h;
    } catch (e) {
      if (!(e instanceof Problem) || !token || ![400, 401, 403, 410, 422].includes(e.status))
        throw e;
      return this.helloAgain(e, input);
    }
  }

  /** Who was nameless here now has a name: what waits goes under it, and nothing is left for who comes after the sign-out. */
  private adopt(before: Store): void {
    for (const item of before.items()) {
      this.store.put(item);
      before.drop(item.cid);
    }
    before.patch({ token: undefined, live: false, draft: undefined, away: undefined });
  }

  /** The page's signature may be old, or the token: try with the other alone. */
  private async helloAgain(e: Problem, input: { shop: string; page: string; lang: string; token?: string }): Promise<Hello> {
    if (this.customer && !this.told) {
      const h = await postHello(this.origin, input);
      this.told = true;
      return h;
    }
    if (e.status !== 401)
      throw e;
    const h = await postHello(this.origin, { ...input, token: undefined, customer: this.customer || undefined });
    for (const item of this.store.items())
      this.store.put({ ...item, sid: undefined });
    return h;
  }

  private came(h: Hello): void {
    this.shop = h.shop;
    this.limits = h.limits;
    this.store.patch({ token: h.token, name: h.shop.name, colour: h.shop.colour });
    this.learn(h.session);
    void this.sync();
    void this.flush();
    void this.sendAway();
  }

  /** A session as the centre sees it now; null: none that could go on. */
  private learn(s: Session | null): void {
    const b = s && this.blocks.find((x) => x.session.id === s.id);
    if (!s) {
      if (this.session)
        this.session.state = 'closed';
    } else if (b) {
      const { agent_read_seq, customer_read_seq, seq } = b.session;
      b.session = { ...s, seq: Math.max(seq, s.seq), agent_read_seq: Math.max(agent_read_seq, s.agent_read_seq), customer_read_seq: Math.max(customer_read_seq, s.customer_read_seq) };
    } else if (!this.session || s.started_at >= this.session.started_at) {
      const from = Math.max(0, s.seq - PAGE);
      this.blocks.push({ session: s, rows: new Map(), first: from + 1, synced: from, invited: 0, returned: 0 });
    }
    this.store.patch({ live: this.live });
    this.changed();
  }

  private wake(): void {
    if (!document.hidden && this.link.up && Date.now() - this.link.heard > 10_000)
      void this.sync(4000);
  }

  /** A long gap between ticks means that the machine slept: the old line is not worth a look. */
  private tick(): void {
    const now = Date.now();
    const gap = now - this.ticked;
    this.ticked = now;
    if (gap > (!document.hidden ? 20_000 : 150_000) && this.link.up)
      this.link.again(0);
    if (!this.link.up)
      return;
    if (now - this.link.heard > 45_000)
      void this.sync();
    if (this.store.items().some((i) => !i.failed && now - i.at > 5000))
      void this.flush();
    const s = this.session;
    if (s && this.live && s.state !== 'open' && now - this.asked > 15_000 && !document.hidden) {
      this.asked = now; // the centre tells when the queue moves, unless that got lost
      this.link.call<Session>('chat_open', {}).then((x) => this.learn(x), () => undefined);
    }
    if (this.typingUntil && now > this.typingUntil)
      this.changed();
  }

  // Hearing --------------------------------------------------------------------------------------------------------------

  private event(f: { event?: string; subject?: number; ref?: number; data?: unknown }): void {
    const b = this.blocks.find((x) => x.session.id === f.subject);
    const ref = f.ref || 0;
    const { by = '' } = (f.data || {}) as { by?: string };
    if (f.event === 'session' && f.data) {
      this.learn(f.data as Session);
      void this.sync();
    } else if (f.event === 'message' && b) {
      this.hear(b, ref, f.data as Message | undefined);
    } else if (f.event === 'read' && b) {
      const mark = by === 'customer' ? 'customer_read_seq' : 'agent_read_seq';
      b.session[mark] = Math.max(b.session[mark], ref);
      this.changed();
    } else if (f.event === 'typing' && b && by !== 'customer') {
      this.typingUntil = Date.now() + 5000;
      setTimeout(this.changed, 5100);
      this.changed();
    } else if (f.event === 'resync' || f.event === 'session' || f.event === 'message') {
      this.link.again(0);
    }
  }

  private hear(b: Block, seq: number, m: Message | undefined): void {
    if (!m || seq !== b.synced + 1) {
      if (seq > b.synced)
        void this.sync();
      if (!m)
        return;
    } else {
      b.synced = seq;
    }
    if (m.sender !== 'customer')
      this.typingUntil = 0;
    this.add(b, { ...m, session_id: b.session.id, seq });
    this.changed();
  }

  private add(b: Block, m: Message): void {
    b.rows.set(m.seq, m);
    b.session.seq = Math.max(b.session.seq, m.seq);
    if (m.sender === 'agent') // who answers has read
      b.session.agent_read_seq = Math.max(b.session.agent_read_seq, m.seq);
    if (m.data && m.data.invite)
      b.invited = Math.max(b.invited, m.seq);
    if (m.data && m.data.event === 'returned')
      b.returned = Math.max(b.returned, m.seq);
    if (m.client_id && m.sender === 'customer' && this.store.has(m.client_id))
      this.settle(m.client_id);
  }

  private settle(cid: string): void {
    this.store.drop(cid);
    this.progress.delete(cid);
    this.tries.delete(cid);
    void blobDrop(cid);
  }

  /** Fetch everything after what is here. */
  private async sync(patience?: number): Promise<void> {
    const b = this.block;
    if (!b || this.syncing)
      return;
    this.syncing = true;
    try {
      for (let full = true; full; ) {
        const { rows } = await this.link.call<{ rows: Message[] }>('message_list', { session_id: b.session.id, after_seq: b.synced, limit: 100 }, patience);
        for (const m of rows) {
          this.add(b, { ...m, session_id: b.session.id });
          b.synced = Math.max(b.synced, m.seq);
        }
        full = rows.length === 100;
      }
      this.changed();
    } catch { /* the next connection begins with it */ } finally {
      this.syncing = false;
    }
    if (this.block !== b)
      void this.sync();
  }

  /** One page of earlier messages: of the first session shown, then of the ones before it. */
  async loadOlder(): Promise<void> {
    if (this.older !== 'more' || !this.link.up)
      return;
    this.older = 'loading';
    this.changed();
    try {
      const b = this.blocks[0];
      if (b && b.first > 1)
        await this.loadBefore(b);
      else
        await this.loadSession();
      if (this.older === 'loading')
        this.older = 'more';
    } catch {
      this.older = 'more';
    }
    this.changed();
  }

  private async loadBefore(b: Block): Promise<void> {
    const { rows } = await this.link.call<{ rows: Message[] }>('message_list', { session_id: b.session.id, before_seq: b.first, limit: PAGE });
    for (const m of rows)
      this.add(b, { ...m, session_id: b.session.id });
    b.first = rows.length < PAGE ? 1 : Math.min(...rows.map((m) => m.seq));
  }

  private async loadSession(): Promise<void> {
    if (!this.history)
      this.history = (await this.link.call<{ rows: Session[] }>('chat_history', {})).rows.sort((x, y) => x.started_at - y.started_at);
    const here = new Set(this.blocks.map((b) => b.session.id));
    let s = this.history.pop();
    while (s && (here.has(s.id) || !s.seq))
      s = this.history.pop();
    if (!s) {
      this.older = 'end';
      return;
    }
    const b: Block = { session: s, rows: new Map(), first: s.seq + 1, synced: s.seq, invited: 0, returned: 0 };
    await this.loadBefore(b);
    this.blocks.unshift(b);
  }

  // Saying ---------------------------------------------------------------------------------------------------------------

  private queue(item: Partial<Item> & Pick<Item, 'kind'>, cid = randomId()): void {
    this.store.put({ cid, n: this.store.next(), at: Date.now(), ...item });
    this.changed();
    this.link.start();
    void this.flush();
  }

  sendText(text: string): void {
    for (let rest = text; rest; rest = rest.slice(this.limits.text_max))
      this.queue({ kind: 'text', text: rest.slice(0, this.limits.text_max) });
  }

  sendCard(card: Card): void {
    this.queue({ kind: 'card', card });
  }

  async sendFile(file: File): Promise<void> {
    const cid = randomId();
    const kind = isImage(file.type) ? 'image' : 'file';
    const kept = blobPut(cid, file);
    this.queue({ kind, name: file.name || 'image.png', size: file.size }, cid);
    await kept;
  }

  retry(cid: string): void {
    const item = this.store.items().find((i) => i.cid === cid);
    if (item) {
      this.tries.delete(cid);
      this.store.put({ ...item, failed: undefined });
    }
    this.changed();
    this.link.start();
    void this.flush();
  }

  /** Texts that could not be sent become the away form's. */
  takeFailed(): string {
    const texts = this.store.items().filter((i) => i.failed && i.text);
    texts.forEach((i) => this.settle(i.cid));
    return texts.map((i) => i.text).join('\n');
  }

  discard(cid: string): void {
    this.settle(cid);
    this.changed();
  }

  /** Send what waits, oldest first, each only after the one before was acknowledged: so the order holds, whichever tab does it. */
  private async flush(): Promise<void> {
    if (this.sending || !this.link.up || !this.store.items().some((i) => !i.failed))
      return;
    this.sending = true;
    try {
      await alone(this.store.key, async () => {
        for (let item = this.first(); item && this.link.up; item = this.first())
          if (!(await this.sendOne(item)))
            return;
      });
    } finally {
      this.sending = false;
    }
    if (this.link.up && this.first() && !this.tries.size)
      void this.flush();
  }

  private first(): Item | undefined {
    return this.pending().find((i) => !i.failed);
  }

  /** False: stop here; something else starts the rest again. */
  private async sendOne(item: Item): Promise<boolean> {
    try {
      const sid = item.sid || (await this.target());
      this.store.put(Object.assign(item, { sid }));
      if (!item.file && (item.kind === 'image' || item.kind === 'file'))
        await this.upload(item, sid);
      const input = { session_id: sid, client_id: item.cid, kind: item.kind, text: item.text, file_id: item.file && item.file.file_id, card: item.card };
      const { seq, at } = await this.link.call<{ seq: number; at: number }>('message_send', input);
      this.sent(item, sid, seq, at);
      return true;
    } catch (e) {
      return this.judge(item, e instanceof Problem ? e : new Problem('INTERNAL'));
    } finally {
      this.changed();
    }
  }

  private async target(): Promise<number> {
    const s = this.session;
    if (s && this.store.state().fresh !== s.id)
      return s.id;
    const opened = await this.link.call<Session>('chat_open', { page: location.href.slice(0, 500), skill: this.skill?.slice(0, 100) });
    this.learn(opened);
    return opened.id;
  }

  private async upload(item: Item, sid: number): Promise<void> {
    const blob = await blobGet(item.cid);
    if (!blob)
      throw new Problem('LOST', 410, say('lostFile'));
    item.file = await putFile(this.origin, this.store.state().token || '', sid, item.name || 'file', blob, (part) => {
      this.progress.set(item.cid, part);
      this.changed();
    });
    item.kind = isImage(item.file.type) ? 'image' : 'file';
    this.store.put(item);
  }

  private sent(item: Item, sid: number, seq: number, at: number): void {
    const b = this.blocks.find((x) => x.session.id === sid);
    if (b && !b.rows.has(seq)) {
      this.add(b, { session_id: sid, seq, at, sender: 'customer', kind: item.kind, text: item.text, data: item.file || item.card, client_id: item.cid });
      if (seq === b.synced + 1)
        b.synced = seq;
      else if (seq > b.synced)
        void this.sync();
    }
    this.settle(item.cid);
  }

  private judge(item: Item, e: Problem): boolean {
    if (e.code === 'OFFLINE')
      return false;
    const tries = (this.tries.get(item.cid) || 0) + 1;
    this.tries.set(item.cid, tries);
    const moved = (e.code === 'WRONG_STATE' || e.code === 'NOT_FOUND' || e.code === 'REFERENCED') && item.sid !== undefined && tries <= 2;
    if (moved) {
      this.store.patch({ fresh: item.sid });
      this.store.put({ ...item, sid: undefined, file: undefined }); // a file belongs to one session: it goes up again
      return true;
    }
    const passing = e.status === 0 || e.status >= 500 || e.status === 429 || e.status === 408;
    if (e.code === 'WRONG_STATE' && this.shop) // a new chat was refused: the shop has closed meanwhile
      this.shop.open = false;
    if (passing && (tries < TRIES || e.status === 429)) {
      setTimeout(() => void this.flush(), Math.min(15_000, 500 * 2 ** tries) * (0.7 + Math.random() * 0.6));
      return false;
    }
    this.tries.delete(item.cid);
    this.progress.delete(item.cid);
    this.store.put({ ...item, failed: e.message });
    return true;
  }

  // The rest -------------------------------------------------------------------------------------------------------------

  markRead(): void {
    const b = this.block;
    if (!b || !this.link.up || !b.synced || b.session.customer_read_seq >= b.synced)
      return;
    b.session.customer_read_seq = b.synced;
    this.link.call('read_mark', { session_id: b.session.id, seq: b.synced }).catch(() => undefined);
    this.changed();
  }

  typing(): void {
    const now = Date.now();
    const s = this.session;
    if (!s || s.state !== 'open' || now - this.typedAt < 3000 || !this.link.up)
      return;
    this.typedAt = now;
    this.link.call('typing', { session_id: s.id }).catch(() => undefined);
  }

  async rate(session: Session, score: number, comment: string): Promise<void> {
    await this.link.call('rate', { session_id: session.id, score, comment: comment || undefined });
    session.rated = true;
    const b = this.blocks.find((x) => x.session.id === session.id);
    if (b)
      b.session.rated = true;
    this.changed();
  }

  async end(): Promise<void> {
    if (!this.session)
      return;
    await this.link.call('chat_close', { session_id: this.session.id });
    this.session.state = 'closed';
    this.store.patch({ live: false });
    this.changed();
  }

  /** The next message begins a new session. */
  startFresh(): void {
    this.store.patch({ fresh: this.session ? this.session.id : undefined });
    this.changed();
  }

  get fresh(): boolean {
    return !!this.session && this.store.state().fresh === this.session.id;
  }

  /** Leave the away form's words with the centre, now or as soon as it is reached. True: they are there. */
  async sendAway(): Promise<void> {
    const away = this.store.away();
    if (!away.wanted)
      return;
    await alone(this.store.key + '|away', async () => {
      const now = this.store.away();
      if (!now.wanted)
        return;
      await this.link.call('away_form', { contact: now.contact, text: now.text });
      this.store.patch({ away: { contact: now.contact, text: '' } });
      this.awaySent = true;
    }).catch((e) => {
      if (e instanceof Problem && e.status >= 400 && e.status < 500)
        this.store.patch({ away: { ...away, wanted: false } });
    });
    this.changed();
  }
  awaySent = false;

  fileUrl(id: number): Promise<string> {
    return fileUrl(this.origin, this.store.state().token || '', id);
  }
}
