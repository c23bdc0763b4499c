import { useMemo } from 'react';
import { api, Refusal } from '../api/http';
import type { Box, Counts, Inbox, Session } from '../api/types';
import { createStore } from '../lib/store';
import { meStore } from './me';
import { liveOn } from './socket';

/* The lists of the desk: sessions by id, and for each box which ids the server named, kept right by the pushed summaries in between. */
interface BoxState { loaded: boolean; loading: boolean; error: Error | null; next?: string | null; lookedTo?: number | null }
interface Boxes { sessions: Record<number, Session>; members: Record<Box, number[]>; state: Record<Box, BoxState>; counts: Counts; shopId: number; q: string }

export const boxNames: Box[] = ['mine', 'waiting', 'group', 'closed'];
/* Who does not answer customers has no own and no waiting ones. */
export const boxesOf = (answers: boolean): Box[] => (answers ? boxNames : ['group', 'closed']);
const idle: BoxState = { loaded: false, loading: false, error: null };
export const boxStore = createStore<Boxes>({
  sessions: {}, members: { mine: [], waiting: [], group: [], closed: [] }, state: { mine: idle, waiting: idle, group: idle, closed: idle },
  counts: { mine: 0, waiting: 0, group: 0, unread: 0 }, shopId: 0, q: '',
});

const stateSet = (box: Box, patch: Partial<BoxState>): void =>
  boxStore.set((s) => ({ state: { ...s.state, [box]: { ...s.state[box], ...patch } } }));

/* Whole summaries that came while the server was asked something else: an answer made before them must not undo them. */
const pushes = new Map<number, { n: number; session: Session | null }>();
let pushCount = 0;
let asking = 0;

function pushNoted(id: number, session: Session | null): void {
  if (asking) pushes.set(id, { n: ++pushCount, session });
}

async function asked<T>(ask: () => Promise<T>, use: (reply: T, since: number) => void): Promise<T> {
  const since = pushCount;
  asking++;
  try {
    const reply = await ask();
    use(reply, since);
    return reply;
  } finally {
    if (--asking === 0) pushes.clear();
  }
}

const turn: Record<Box, number> = { mine: 0, waiting: 0, group: 0, closed: 0 };

function boxFill(box: Box, page: Inbox, more: boolean, since: number): void {
  boxStore.set((s) => {
    const sessions = { ...s.sessions };
    for (const row of page.rows) sessions[row.id] = row;
    const ids = page.rows.map((r) => r.id);
    const kept = more ? s.members[box].filter((id) => !ids.includes(id)) : [];
    return { sessions, members: { ...s.members, [box]: [...kept, ...ids] }, counts: page.counts ?? s.counts };
  });
  for (const [id, { n, session }] of [...pushes]) {
    if (n <= since) continue;
    if (session) sessionShow(session);
    else sessionHide(id);
  }
}

export async function boxRead(box: Box, more = false): Promise<void> {
  const { shopId, q, state } = boxStore.get();
  let cursor = more ? state[box].next : undefined;
  if (more && !cursor) return;
  const mine = ++turn[box];
  stateSet(box, { loading: true, error: null });
  try {
    const limit = box === 'closed' ? 50 : 200;
    /* One answer looks back over a stretch of the closed ones only, in which few may fit: on to older ones until the page is full. */
    for (let found = 0, first = !more; found < limit; first = false) {
      const page: Inbox = await asked(() => api.get<Inbox>('/inbox', { box, shop_id: shopId || undefined, q, cursor, limit }), (reply, since) => {
        if (turn[box] === mine) boxFill(box, reply, !first, since);
      });
      if (turn[box] !== mine) return;
      found += page.rows.length;
      cursor = page.next;
      stateSet(box, { loaded: true, next: cursor, lookedTo: page.looked_to });
      if (!cursor) break;
    }
    stateSet(box, { loading: false });
  } catch (e) {
    if (turn[box] === mine) stateSet(box, { loading: false, error: e as Error });
  }
}

/* The first few that hold these words, older and older ones until there are enough. */
export async function boxFind(box: Box, q: string, enough: number, signal: AbortSignal): Promise<Session[]> {
  const rows: Session[] = [];
  let cursor: string | null | undefined;
  do {
    const page: Inbox = await api.get<Inbox>('/inbox', { box, q, cursor, limit: enough }, signal);
    rows.push(...page.rows);
    cursor = page.next;
  } while (cursor && rows.length < enough);
  return rows.slice(0, enough);
}

export function boxFilter(shopId: number, q: string): void {
  const s = boxStore.get();
  if (s.shopId === shopId && s.q === q) return;
  boxStore.set({ shopId, q });
  for (const box of Object.keys(s.state) as Box[]) if (s.state[box].loaded || s.state[box].loading) void boxRead(box);
}

/* undefined: only the server knows (whose colleague holds it), the list stays as it is. */
function belongs(box: Box, s: Session): boolean | undefined {
  const { me } = meStore.get();
  if (!me) return false;
  const { shopId } = boxStore.get();
  if (shopId && s.shop_id !== shopId) return false;
  if (box === 'mine') return s.state !== 'closed' && s.state !== 'waiting' && s.agent_id === me.person_id;
  if (box === 'waiting') return s.state === 'waiting' || (s.state === 'offered' && s.agent_id !== me.person_id);
  if (box === 'group') {
    if (s.state !== 'open' || s.agent_id === me.person_id) return false;
    return me.scope === 'all' || me.scope === 'shop' || (me.scope === 'group' && s.group_id === me.group_id) ? true : undefined;
  }
  return s.state === 'closed';
}

/* A newer summary of one session. */
export function sessionPut(session: Session): void {
  pushNoted(session.id, session);
  sessionShow(session);
}

function sessionShow(session: Session): void {
  boxStore.set((s) => {
    const members = { ...s.members };
    for (const box of ['mine', 'waiting', 'group'] as const) {
      const has = members[box].includes(session.id);
      const should = belongs(box, session);
      if (has && should === false) members[box] = members[box].filter((id) => id !== session.id);
      if (!has && should && s.q === '') members[box] = [...members[box], session.id];
    }
    if (session.state !== 'closed') members.closed = members.closed.filter((id) => id !== session.id);
    return { sessions: { ...s.sessions, [session.id]: session }, members };
  });
}

/* Out of sight: in somebody else's hands. */
function sessionGone(id: number): void {
  pushNoted(id, null);
  sessionHide(id);
}

function sessionHide(id: number): void {
  boxStore.set((s) => {
    const { [id]: _, ...sessions } = s.sessions;
    const members = { ...s.members };
    for (const box of boxNames) members[box] = members[box].filter((x) => x !== id);
    return { sessions, members };
  });
}

export function sessionRead(id: number): Promise<Session> {
  return asked(() => api.get<Session>(`/sessions/${id}`), (session, since) => {
    if (!((pushes.get(id)?.n ?? 0) > since)) sessionPut(session);
  });
}

export function sessionPatch(id: number, patch: Partial<Session>): void {
  const session = boxStore.get().sessions[id];
  if (session) sessionShow({ ...session, ...patch });
}

/* Counts and the lists on show, read again once a burst of changes is over. */
let later = 0;
export function boxesStale(ms = 5000): void {
  if (later) return;
  later = window.setTimeout(() => {
    later = 0;
    boxesRefresh();
  }, ms);
}

export function boxesRefresh(): void {
  const { state } = boxStore.get();
  const shown = (Object.keys(state) as Box[]).filter((box) => state[box].loaded && box !== 'closed');
  for (const box of shown.length ? shown : (['mine'] as Box[])) void boxRead(box);
}

const isSummary = (data: unknown): data is Session => typeof data === 'object' && data !== null && 'shop_name' in data && 'state' in data && 'seq' in data;

liveOn('session', (push) => {
  const id = push.subject ?? 0;
  if (isSummary(push.data)) return sessionPut({ ...push.data, id });
  const known = boxStore.get().sessions[id];
  const { me } = meStore.get();
  /* Told without its summary: it left the queue for somebody whose chats I do not see. */
  if (known && me?.scope === 'own' && known.agent_id !== me.person_id && !location.pathname.endsWith(`/${id}`)) sessionGone(id);
  else if (known) sessionRead(id).catch((e) => { if (e instanceof Refusal && e.status >= 400 && e.status < 500) sessionGone(id); });
  else boxesStale();
});
liveOn('read', (push) => {
  const data = push.data as { by?: string; seq?: number } | undefined;
  const seq = push.ref ?? data?.seq ?? 0;
  const session = boxStore.get().sessions[push.subject ?? 0];
  if (!session) return;
  if (!data) return void sessionRead(session.id).catch(() => {});
  if (data.by === 'customer') sessionPatch(session.id, { customer_read_seq: Math.max(session.customer_read_seq, seq) });
  else if (data.by) sessionPatch(session.id, { agent_read_seq: Math.max(session.agent_read_seq, seq), unread: seq >= session.seq ? 0 : session.unread });
});
liveOn('ready', () => boxesRefresh());
liveOn('resync', () => boxesRefresh());

/* Oldest unanswered first; what needs no answer after it, newest first. */
export function oldestFirst(a: Session, b: Session): number {
  if (a.unanswered_since !== null && b.unanswered_since !== null) return a.unanswered_since - b.unanswered_since;
  if (a.unanswered_since !== null) return -1;
  if (b.unanswered_since !== null) return 1;
  return b.last_at - a.last_at;
}

export function boxOrder(box: Box): (a: Session, b: Session) => number {
  if (box === 'waiting') return (a, b) => b.priority - a.priority || a.queued_at - b.queued_at;
  if (box === 'closed') return (a, b) => (b.closed_at ?? b.last_at) - (a.closed_at ?? a.last_at);
  return oldestFirst;
}

/* How many there are: counted here where the whole list is here, else as the server last said. */
export function useCounts(): Counts {
  const members = boxStore.use((s) => s.members);
  const state = boxStore.use((s) => s.state);
  const told = boxStore.use((s) => s.counts);
  const sessions = boxStore.use((s) => s.sessions);
  const q = boxStore.use((s) => s.q);
  return useMemo(() => {
    const whole = (box: Box): boolean => state[box].loaded && !state[box].next && q === '';
    return {
      mine: whole('mine') ? members.mine.length : told.mine, waiting: whole('waiting') ? members.waiting.length : told.waiting, group: whole('group') ? members.group.length : told.group,
      unread: whole('mine') ? members.mine.reduce((sum, id) => sum + (sessions[id]?.unread ?? 0), 0) : told.unread,
    };
  }, [members, state, told, sessions, q]);
}
