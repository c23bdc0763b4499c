import type { Item } from './types';

interface State {
  token?: string;
  name?: string;
  colour?: string;
  live?: boolean; // a session is not closed
  fresh?: number; // the next message shall not go into this session any more
  draft?: string;
  away?: { contact: string; text: string; wanted?: boolean };
}

/**
 * What the browser keeps for one shop and one identity, seen by all its tabs. Every unsent message has a key of its own, so that two tabs
 * never overwrite each other's. Where the browser refuses (blocked, full), memory takes over.
 */
export class Store {
  private memory = new Map<string, string>();
  private last = 0;

  constructor(readonly key: string, changed: () => void) {
    addEventListener('storage', (e) => {
      if (e.key === null || e.key.startsWith(key))
        changed();
    });
  }

  private get(key: string): string | null {
    try {
      return this.memory.get(key) ?? localStorage.getItem(key);
    } catch {
      return this.memory.get(key) ?? null;
    }
  }

  private set(key: string, value: string | null): void {
    this.memory.delete(key);
    try {
      if (value === null)
        localStorage.removeItem(key);
      else
        localStorage.setItem(key, value);
    } catch {
      if (value !== null)
        this.memory.set(key, value);
    }
  }

  state(): State {
    return parse<State>(this.get(this.key)) || {};
  }

  away(): NonNullable<State['away']> {
    return this.state().away || { contact: '', text: '' };
  }

  patch(change: State): void {
    this.set(this.key, JSON.stringify({ ...this.state(), ...change }));
  }

  items(): Item[] {
    const keys = new Set(this.memory.keys());
    try {
      for (let i = 0; i < localStorage.length; i++)
        keys.add(localStorage.key(i)!);
    } catch { /* memory alone */ }
    const found: Item[] = [];
    for (const key of keys) {
      const item = key.startsWith(this.key + '|out|') && parse<Item>(this.get(key));
      if (item)
        found.push(item);
    }
    return found.sort((a, b) => a.n - b.n || (a.cid < b.cid ? -1 : 1));
  }

  has(cid: string): boolean {
    return this.get(`${this.key}|out|${cid}`) !== null;
  }

  put(item: Item): void {
    this.set(`${this.key}|out|${item.cid}`, JSON.stringify(item));
  }

  drop(cid: string): void {
    this.set(`${this.key}|out|${cid}`, null);
  }

  /** Later than everything that waits, even when the clock went back. */
  next(): number {
    const waiting = this.items();
    this.last = Math.max(Date.now(), this.last + 1, ...waiting.map((i) => i.n + 1));
    return this.last;
  }
}

function parse<T>(text: string | null): T | null {
  try {
    return text ? (JSON.parse(text) as T) : null;
  } catch {
    return null;
  }
}

export function randomId(): string {
  const raw = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(raw, (b) => (b < 16 ? '0' : '') + b.toString(16)).join('');
}

/** Runs work while no other tab does the same; after 3 s without, e.g. because that tab is frozen, it runs nevertheless. */
export async function alone(name: string, work: () => Promise<void>): Promise<void> {
  if (!navigator.locks)
    return work();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), 3000);
  let began = false;
  try {
    await navigator.locks.request(name, { signal: patience.signal }, () => {
      clearTimeout(timer);
      began = true;
      return work();
    });
  } catch (e) {
    if (began)
      throw e;
    await work();
  }
}
