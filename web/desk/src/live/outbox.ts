import { Refusal } from '../api/http';
import type { Card, FileData, MessageKind } from '../api/types';
import { serverNow } from '../lib/clock';
import { prefRead, prefWrite } from '../lib/prefs';
import { createStore } from '../lib/store';
import { liveCall, liveOn } from './socket';

/*
 * Lines on their way. Each is kept in the browser until the server says it is stored, and sent again with the same client_id after a broken line:
 * none lost, none twice. Within a session one at a time, so their order holds.
 */
export interface Outgoing {
  client_id: string; session_id: number; at: number; kind: MessageKind; text: string; data: FileData | Card | null; phrase_id?: number;
  state: 'waiting' | 'failed'; error?: string;
}

export const outboxStore = createStore<{ lines: Outgoing[] }>({ lines: [] });
const sending = new Set<number>();
let owner = 0;
let retryTimer = 0;
let accepted: (line: Outgoing, seq: number, at: number) => void = () => {};

const keep = (lines: Outgoing[]): void => {
  outboxStore.set({ lines });
  prefWrite(`out.${owner}`, lines.length ? lines : null);
};

export function outboxOpen(personId: number, onAccepted: typeof accepted): void {
  owner = personId;
  accepted = onAccepted;
  outboxStore.set({ lines: prefRead<Outgoing[]>(`out.${owner}`, []) });
}

const newClientId = (): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
};

export function outboxAdd(line: Pick<Outgoing, 'session_id' | 'kind' | 'text' | 'data' | 'phrase_id'>): void {
  keep([...outboxStore.get().lines, { ...line, client_id: newClientId(), at: serverNow(), state: 'waiting' }]);
  void pump(line.session_id);
}

/* The stored line came by another way (pushed, or read after a reconnect). */
export function outboxArrived(clientIds: Set<string>): void {
  const { lines } = outboxStore.get();
  if (lines.some((l) => clientIds.has(l.client_id))) keep(lines.filter((l) => !clientIds.has(l.client_id)));
}

export function outboxRetry(clientId: string): void {
  const line = outboxStore.get().lines.find((l) => l.client_id === clientId);
  if (!line) return;
  keep(outboxStore.get().lines.map((l) => (l.client_id === clientId ? { ...l, state: 'waiting', error: undefined } : l)));
  void pump(line.session_id);
}

export const outboxDrop = (clientId: string): void => keep(outboxStore.get().lines.filter((l) => l.client_id !== clientId));

function command(line: Outgoing): object {
  const base = { session_id: line.session_id, client_id: line.client_id, kind: line.kind, phrase_id: line.phrase_id };
  if (line.kind === 'card') return { ...base, card: line.data };
  if (line.kind === 'text') return { ...base, text: line.text };
  return { ...base, text: line.text || undefined, file_id: (line.data as FileData).file_id };
}

const passing = (e: Refusal): boolean => e.status === 0 || e.status >= 500 || e.status === 429;

async function pump(sessionId: number): Promise<void> {
  if (sending.has(sessionId)) return;
  sending.add(sessionId);
  try {
    for (;;) {
      const line = outboxStore.get().lines.find((l) => l.session_id === sessionId && l.state === 'waiting');
      if (!line) return;
      if (!(await sendOne(line))) return;
    }
  } finally {
    sending.delete(sessionId);
  }
}

/* False: not now, the rest of this session waits too. */
async function sendOne(line: Outgoing): Promise<boolean> {
  try {
    const out = await liveCall<{ seq: number; at: number }>('message_send', command(line));
    accepted(line, out.seq, out.at);
    outboxDrop(line.client_id);
    return true;
  } catch (e) {
    const refusal = e as Refusal;
    if (passing(refusal)) {
      if (refusal.code !== 'OFFLINE') {
        clearTimeout(retryTimer);
        retryTimer = window.setTimeout(outboxFlush, 3000);
      }
      return false;
    }
    keep(outboxStore.get().lines.map((l) => (l.client_id === line.client_id ? { ...l, state: 'failed', error: refusal.message } : l)));
    return true;
  }
}

export function outboxFlush(): void {
  for (const id of new Set(outboxStore.get().lines.map((l) => l.session_id))) void pump(id);
}
liveOn('ready', outboxFlush);
