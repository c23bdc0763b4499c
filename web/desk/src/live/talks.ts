import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Message } from '../api/types';
import { createStore } from '../lib/store';
import { outboxArrived } from './outbox';
import type { Outgoing } from './outbox';
import { liveCall, liveOn } from './socket';

/*
 * The lines of the sessions that are open here: for each a gapless run [first seq .. last seq]. A pushed line that would leave a gap makes the
 * gap be read first.
 */
export interface Talk { messages: Message[]; atStart: boolean; loading: boolean; older: boolean; error: Error | null; typingUntil: number }

const PAGE = 60;
const blank: Talk = { messages: [], atStart: false, loading: true, older: false, error: null, typingUntil: 0 };
export const talkStore = createStore<{ talks: Record<number, Talk> }>({ talks: {} });
const filling = new Set<number>();

const talkOf = (id: number): Talk | undefined => talkStore.get().talks[id];
function change(id: number, patch: Partial<Talk>): void {
  talkStore.set((s) => ({ talks: { ...s.talks, [id]: { ...(s.talks[id] ?? blank), ...patch } } }));
}

function known(rows: Message[]): void {
  outboxArrived(new Set(rows.flatMap((m) => (m.client_id ? [m.client_id] : []))));
}

const lastSeq = (talk: Talk | undefined): number => talk?.messages.at(-1)?.seq ?? 0;

/* Reads the newest page, or with around the page that holds that line. */
export async function talkOpen(id: number, around?: number): Promise<void> {
  const have = talkOf(id);
  if (have && !have.error && (around === undefined || have.messages.some((m) => m.seq === around))) {
    if (!have.loading) void fill(id);
    return;
  }
  change(id, { ...blank });
  try {
    const params = around === undefined ? { limit: PAGE, before_seq: 2 ** 31 - 1 } : { after_seq: Math.max(0, around - 30), limit: 200 };
    const { rows } = await api.get<Rows<Message>>(`/sessions/${id}/messages`, params);
    known(rows);
    change(id, { messages: rows, atStart: (rows[0]?.seq ?? 1) <= 1, loading: false });
    if (around !== undefined) await fill(id);
  } catch (e) {
    change(id, { loading: false, error: e as Error });
  }
}

export const talkClose = (id: number): void => talkStore.set((s) => {
  const { [id]: _, ...talks } = s.talks;
  return { talks };
});

export async function talkOlder(id: number): Promise<void> {
  const talk = talkOf(id);
  const first = talk?.messages[0]?.seq;
  if (!talk || talk.older || talk.atStart || first === undefined) return;
  change(id, { older: true });
  try {
    const { rows } = await api.get<Rows<Message>>(`/sessions/${id}/messages`, { before_seq: first, limit: PAGE });
    const now = talkOf(id);
    if (!now) return;
    const fresh = rows.filter((m) => m.seq < (now.messages[0]?.seq ?? 0));
    change(id, { messages: [...fresh, ...now.messages], atStart: rows.length === 0 || rows[0]!.seq <= 1, older: false });
  } catch {
    change(id, { older: false });
  }
}

/* Everything after the last line held here, until nothing is missing. */
async function fill(id: number): Promise<void> {
  if (filling.has(id) || !talkOf(id)) return;
  filling.add(id);
  try {
    for (;;) {
      const after = lastSeq(talkOf(id));
      const { rows } = await liveCall<Rows<Message>>('message_list', { session_id: id, after_seq: after }).catch(() =>
        api.get<Rows<Message>>(`/sessions/${id}/messages`, { after_seq: after, limit: 200 }));
      if (!rows.length) return;
      append(id, rows);
      if (lastSeq(talkOf(id)) === after) return;
    }
  } catch {
    /* The next event or reconnect asks again. */
  } finally {
    filling.delete(id);
  }
}

function append(id: number, rows: Message[]): void {
  const talk = talkOf(id);
  if (!talk) return;
  known(rows);
  const last = lastSeq(talk);
  const fresh = rows.filter((m) => m.seq > last);
  if (fresh.length) change(id, { messages: [...talk.messages, ...fresh], typingUntil: fresh.some((m) => m.sender === 'customer') ? 0 : talk.typingUntil });
}

/* A line of our own was stored: shown at once, before its event comes. */
export function talkAccepted(line: Outgoing, seq: number, at: number, person: { id: number; name: string }): void {
  const talk = talkOf(line.session_id);
  if (!talk || talk.loading) return;
  if (seq !== lastSeq(talk) + 1) return void fill(line.session_id);
  append(line.session_id, [{
    session_id: line.session_id, seq, at, sender: 'agent', person_id: person.id, person_name: person.name, kind: line.kind, text: line.text,
    data: line.data, client_id: line.client_id,
  }]);
}

liveOn('message', (push) => {
  const id = push.subject ?? 0;
  const talk = talkOf(id);
  if (!talk || talk.loading) return;
  const message = push.data as Message | undefined;
  const last = lastSeq(talk);
  const seq = push.ref ?? message?.seq ?? 0;
  if (seq && seq <= last) return;
  if (message && message.seq === last + 1) append(id, [{ ...message, session_id: id }]);
  else void fill(id);
});

liveOn('typing', (push) => {
  const id = push.subject ?? 0;
  const by = (push.data as { by?: string } | undefined)?.by;
  if (talkOf(id) && by !== 'agent') change(id, { typingUntil: Date.now() + 5000 });
});

const refillAll = (): void => {
  for (const id of Object.keys(talkStore.get().talks)) void fill(Number(id));
};
liveOn('ready', refillAll);
liveOn('resync', refillAll);
