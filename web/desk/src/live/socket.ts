import { api, Refusal } from '../api/http';
import type { Problem } from '../api/http';
import { clockSet } from '../lib/clock';
import { createStore } from '../lib/store';
import { RESTART, pauseBefore } from '../../../lib/pause';

/*
 * One WebSocket for everything live. It reconnects by itself with jitter, asks for what was missed (resume), and tells its listeners whether they
 * may trust the pushed events ('ready' with resumed true) or must read everything again ('resync').
 */
export interface Push { event: string; pos?: number; subject?: number; ref?: number; data?: unknown }
type Listener = (push: Push) => void;

export const lineStore = createStore<{ line: 'off' | 'connecting' | 'open' | 'waiting'; retryAt: number }>({ line: 'off', retryAt: 0 });

interface Pending { done: (out: unknown) => void; failed: (e: Error) => void; timer: number }

const listeners = new Map<string, Set<Listener>>();
const pending = new Map<number, Pending>();
let socket: WebSocket | null = null;
let wanted = false;
let position = 0;
let nextNumber = 1;
let attempts = 0;
let restart = false;
let retryTimer = 0;
let heartbeat = 0;
let onRightsChanged: () => void = () => {};

export function liveOn(event: string, listener: Listener): () => void {
  const set = listeners.get(event) ?? new Set();
  listeners.set(event, set.add(listener));
  return () => void set.delete(listener);
}

function tell(push: Push): void {
  for (const listener of [...(listeners.get(push.event) ?? [])]) listener(push);
}

const lost = (): Refusal => new Refusal({ title: 'offline', status: 0, code: 'OFFLINE' });

function dropPending(): void {
  for (const p of pending.values()) {
    clearTimeout(p.timer);
    p.failed(lost());
  }
  pending.clear();
}

/* Rejects with a Refusal: code OFFLINE when the line broke before the answer (the command may or may not have been done). */
export function liveCall<T = unknown>(name: string, input: unknown, timeoutMs = 15_000): Promise<T> {
  return new Promise((done, failed) => {
    if (!socket || socket.readyState !== WebSocket.OPEN) return failed(lost());
    const n = nextNumber++;
    const timer = window.setTimeout(() => {
      pending.delete(n);
      failed(lost());
    }, timeoutMs);
    pending.set(n, { done: done as (out: unknown) => void, failed, timer });
    socket.send(JSON.stringify({ n, do: name, in: input }));
  });
}

/* Fire and forget: typing. */
export function liveTell(name: string, input: unknown): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ do: name, in: input }));
}

interface Frame extends Partial<Push> { re?: number; out?: unknown; error?: Problem }

function received(text: string): void {
  const frame = JSON.parse(text) as Frame;
  if (frame.re !== undefined) {
    const p = pending.get(frame.re);
    if (!p) return;
    pending.delete(frame.re);
    clearTimeout(p.timer);
    if (frame.error) p.failed(new Refusal(frame.error));
    else p.done(frame.out);
    return;
  }
  if (frame.event === 'hello') return greeted(frame as Push);
  if (frame.event === 'resync') {
    if (frame.pos) position = frame.pos;
    tell({ event: 'resync' });
    return;
  }
  if (frame.pos && frame.pos > position) position = frame.pos;
  if (frame.event) tell(frame as Push);
}

function greeted(hello: Push): void {
  const now = (hello.data as { now?: number } | undefined)?.now;
  if (now) clockSet(now);
  attempts = 0;
  restart = false;
  const resumed = position > 0;
  lineStore.set({ line: 'open' });
  if (resumed) void catchUp().catch(() => {});
  else position = hello.pos ?? 0;
  tell({ event: 'ready', data: { resumed } });
}

function retry(): void {
  clearTimeout(retryTimer);
  if (!wanted) return;
  const wait = pauseBefore(attempts++, restart, 15_000);
  lineStore.set({ line: 'waiting', retryAt: Date.now() + wait });
  retryTimer = window.setTimeout(() => void connect(), wait);
}

function ended(code: number): void {
  socket = null;
  clearInterval(heartbeat);
  dropPending();
  if (code === RESTART) restart = true;
  if (code === 4001) onRightsChanged();
  retry();
}

/* Asks for what was missed: the events come again without their data, or one 'resync' says that they were too many. */
async function catchUp(): Promise<void> {
  const out = await liveCall<{ pos?: number }>('resume', { pos: position }, 10_000);
  if (out?.pos) position = out.pos;
}

/* A line can be dead without saying so (sleep, a changed network): an answer, even a refusal, proves it lives. */
async function beat(ws: WebSocket): Promise<void> {
  try {
    await catchUp();
  } catch (e) {
    if (e instanceof Refusal && e.code === 'OFFLINE' && socket === ws) {
      ws.onclose = null;
      ws.close();
      ended(0);
    }
  }
}

async function connect(): Promise<void> {
  if (!wanted || socket) return;
  lineStore.set({ line: 'connecting' });
  let ticket: string;
  try {
    ticket = (await api.post<{ ticket: string }>('/socket-tickets')).ticket;
  } catch (e) {
    if (e instanceof Refusal && e.status === 401) return;
    return retry();
  }
  if (!wanted || socket) return;
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const ws = new WebSocket(`${scheme}://${location.host}/api/v1/socket?ticket=${encodeURIComponent(ticket)}`, 'antball.v1');
  socket = ws;
  ws.onmessage = (e) => received(String(e.data));
  ws.onclose = (e) => { if (socket === ws) ended(e.code); };
  heartbeat = window.setInterval(() => void beat(ws), 25_000);
}

function wake(): void {
  if (!wanted || document.visibilityState === 'hidden') return;
  if (!socket) {
    clearTimeout(retryTimer);
    attempts = 0;
    void connect();
  } else if (socket.readyState === WebSocket.OPEN) {
    void beat(socket);
  }
}
window.addEventListener('online', wake);
document.addEventListener('visibilitychange', wake);

export function liveStart(rightsChanged: () => void): void {
  onRightsChanged = rightsChanged;
  if (wanted) return;
  wanted = true;
  void connect();
}

export function liveStop(): void {
  wanted = false;
  clearTimeout(retryTimer);
  clearInterval(heartbeat);
  position = 0;
  const ws = socket;
  socket = null;
  ws?.close();
  dropPending();
  lineStore.set({ line: 'off' });
}
