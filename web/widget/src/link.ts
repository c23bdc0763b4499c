import { Hello, Problem } from './types';
import { RESTART, pauseBefore } from '../../lib/pause';

export type LinkState = 'idle' | 'connecting' | 'up' | 'refused';

interface Frame {
  re?: number;
  out?: unknown;
  error?: { code: string; status: number; title?: string; detail?: string };
  event?: string;
  subject?: number;
  ref?: number;
  data?: unknown;
}

interface Hooks {
  hello(): Promise<Hello>;
  came(hello: Hello): void;
  event(frame: Frame): void;
  changed(): void;
}

const ANSWER_MS = 10_000;
const PATIENCE_MS = 700;

/** One WebSocket that keeps coming back: after errors with growing jittered pauses, after a restart of the centre within 2 s. */
export class Link {
  state: LinkState = 'idle';
  private socket: WebSocket | null = null;
  private asked = new Map<number, { resolve(v: never): void; reject(e: Problem): void; timer: number }>();
  private count = 0;
  failures = 0;
  private restart = false;
  private retry = 0;
  private round = 0; // an older attempt that ends late is not listened to
  heard = 0;
  private since = 0; // when it was last up, or was first asked for
  why = ''; // the centre refused us

  constructor(private origin: string, private hooks: Hooks) {
    addEventListener('online', () => this.wanted() && this.again(0));
    addEventListener('offline', () => this.socket && this.again(1000));
    addEventListener('pageshow', (e) => e.persisted && this.wanted() && this.again(0));
  }

  get up(): boolean {
    return this.state === 'up';
  }

  /** Down for longer than a wink. */
  get away(): boolean {
    return !this.up && Date.now() - this.since > PATIENCE_MS;
  }

  private wanted(): boolean {
    return this.state === 'connecting' || this.up;
  }

  start(): void {
    if (!this.wanted())
      this.again(0);
  }

  stop(): void {
    this.drop('idle');
  }

  /** Leave what is there and connect after a pause. */
  again(pause: number): void {
    this.drop('connecting');
    this.retry = window.setTimeout(() => void this.connect(this.round), pause);
  }

  private drop(state: LinkState): void {
    this.round++;
    clearTimeout(this.retry);
    if (this.socket)
      this.socket.close();
    this.socket = null;
    for (const a of this.asked.values()) {
      clearTimeout(a.timer);
      a.reject(new Problem('OFFLINE'));
    }
    this.asked.clear();
    if (this.state !== 'connecting') {
      this.since = Date.now();
      setTimeout(this.hooks.changed, PATIENCE_MS + 50);
    }
    this.state = state;
    this.hooks.changed();
  }

  private refuse(e: Problem): void {
    this.why = e.message;
    this.drop('refused');
  }

  private later(): void {
    this.again(pauseBefore(this.failures++, this.restart, 30_000));
  }

  private async connect(round: number): Promise<void> {
    let hello: Hello;
    try {
      hello = await this.hooks.hello();
    } catch (e) {
      if (round !== this.round)
        return;
      const status = e instanceof Problem ? e.status : 0;
      if (status >= 400 && status < 500 && status !== 429 && status !== 408)
        this.refuse(e as Problem);
      else
        this.later();
      return;
    }
    if (round !== this.round)
      return;
    const socket = new WebSocket(`${this.origin.replace(/^http/, 'ws')}/api/v1/socket?ticket=${encodeURIComponent(hello.ticket)}`, 'antball.v1');
    this.socket = socket;
    this.retry = window.setTimeout(() => this.later(), ANSWER_MS);
    socket.onopen = () => {
      clearTimeout(this.retry);
      this.failures = 0;
      this.restart = false;
      this.why = '';
      this.heard = Date.now();
      this.state = 'up';
      this.hooks.came(hello);
      this.hooks.changed();
    };
    socket.onmessage = (m) => this.hear(m.data as string);
    socket.onclose = (e) => {
      if (round !== this.round)
        return;
      this.restart ||= e.code === RESTART;
      if ((e.code === 1013 || e.code === 4001) && !this.failures++)
        this.again(200 + Math.random() * 800);
      else
        this.later();
    };
  }

  private hear(text: string): void {
    this.heard = Date.now();
    const frame = JSON.parse(text) as Frame;
    if (frame.event) {
      this.hooks.event(frame);
      return;
    }
    const asked = this.asked.get(frame.re!);
    if (!asked)
      return;
    this.asked.delete(frame.re!);
    clearTimeout(asked.timer);
    if (frame.error)
      asked.reject(new Problem(frame.error.code, frame.error.status, frame.error.detail || frame.error.title));
    else
      asked.resolve(frame.out as never);
  }

  /** Ask the centre. No answer in time means a dead line: it is dropped and made anew. */
  call<T>(command: string, input: object, patience = ANSWER_MS): Promise<T> {
    const socket = this.socket;
    if (!this.up || !socket)
      return Promise.reject(new Problem('OFFLINE'));
    const n = ++this.count;
    return new Promise<T>((resolve, reject) => {
      const timer = window.setTimeout(() => socket === this.socket && this.again(0), patience);
      this.asked.set(n, { resolve, reject, timer });
      socket.send(JSON.stringify({ n, do: command, in: input }));
    });
  }
}
