export interface Queue {
  id: number;
  name: string;
  waiting: number;
  oldest_ms: number | null;
  open: number;
}

/** What GET /api/v1/board and the board event tell. Durations in ms, as of `at`; null: nothing to measure. */
export interface Board {
  at: number;
  shops: (Queue & { colour: string })[];
  groups: Queue[];
  agents: Agent[];
  alerts: { kind: string; text_zh: string; text_en: string }[];
  today: {
    received: number; answered: number; waiting: number; unanswered: number;
    first_reply_ms: number | null; avg_reply_ms: number | null; within_30s: number | null; within_180s: number | null;
  };
}

/** A figure of today so far, and what it was at this time of day a week ago; null: nothing to measure. */
export interface PaceRow {
  key: string; name_zh: string; name_en: string; unit: string; direction: string; now: number | null; last_week: number | null;
}

/** A threshold that was crossed and is still. text: as the event said it, else none. */
export interface Alarm {
  id: number; metric: string; op: string; value: number; shop_id: number | null; group_id: number | null; in_page: boolean; firing_since: number | null; text_zh?: string; text_en?: string;
}

export interface Agent {
  id: number;
  name: string;
  group_name: string | null;
  state: string;
  reason: string | null;
  since: number | null;
  open: number;
  capacity: number;
  oldest_unanswered_ms: number | null;
  today_received: number;
  today_first_reply_ms: number | null;
  today_avg_reply_ms: number | null;
}

export type Status = 'connecting' | 'live' | 'lost' | 'signed-out' | 'forbidden';

interface Hooks {
  board(b: Board): void;
  pace(rows: PaceRow[]): void;
  alarms(firing: Alarm[]): void;
  status(s: Status, lang: string): void;
}

const API = '/api/v1';

class Refused extends Error {
  constructor(readonly status: number) {
    super(String(status));
  }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const r = await fetch(API + path, { cache: 'no-store', signal: AbortSignal.timeout(15_000), ...init });
  if (!r.ok)
    throw new Refused(r.status);
  return (await r.json()) as T;
}

/**
 * Keeps the board coming for days: a socket while there is one, else a new attempt every 2 to 30 s for ever; each begins with a whole board. When
 * the server was upgraded meanwhile, the page loads itself anew.
 */
export function follow(hooks: Hooks): void {
  let failures = 0;
  let lang = 'zh';
  let page = '';
  let heard = 0;
  let socket: WebSocket | null = null;

  // Beside the board: the figures of today and last week at most every 3 s, the alarms when one turns and once a minute.
  let paced = 0;
  const pace = () => {
    if (Date.now() - paced < 3000)
      return;
    paced = Date.now();
    ask<{ rows: PaceRow[] }>('/board/pace').then((p) => hooks.pace(p.rows), () => undefined);
  };
  const said = new Map<number, Alarm>();
  const alarms = () => void ask<{ rows: Alarm[] }>('/alerts').then(({ rows }) =>
    hooks.alarms(rows.filter((a) => a.in_page && a.firing_since !== null).map((a) => ({ ...a, ...said.get(a.id) }))), () => undefined);
  const show = (b: Board) => {
    hooks.board(b);
    pace();
  };

  const again = (status: Status) => {
    socket = null;
    hooks.status(status, lang);
    const pause = status === 'lost' ? Math.min(30_000, 2000 * 2 ** Math.min(6, failures++)) : 30_000;
    setTimeout(() => void connect(), pause * (0.6 + Math.random() * 0.4));
  };

  const upgraded = async () => {
    const now = await (await fetch(location.pathname, { cache: 'no-store', signal: AbortSignal.timeout(15_000) })).text();
    const scripts = (now.match(/assets\/[\w-]+\.(?:js|css)/g) ?? []).join();
    if (page && scripts && scripts !== page)
      location.reload();
    page = scripts || page;
  };

  const connect = async () => {
    try {
      const me = await ask<{ lang: string; csrf: string }>('/me');
      lang = me.lang;
      show(await ask<Board>('/board'));
      alarms();
      await upgraded();
      const { ticket } = await ask<{ ticket: string }>('/socket-tickets', { method: 'POST', headers: { 'X-CSRF': me.csrf } });
      open(ticket);
    } catch (e) {
      const status = e instanceof Refused ? e.status : 0;
      again(status === 401 ? 'signed-out' : status === 403 ? 'forbidden' : 'lost');
    }
  };

  const open = (ticket: string) => {
    const s = new WebSocket(`${location.origin.replace(/^http/, 'ws')}${API}/socket?ticket=${encodeURIComponent(ticket)}`, 'antball.v1');
    socket = s;
    heard = Date.now();
    s.onopen = () => s.send(JSON.stringify({ n: 1, do: 'board_watch', in: {} }));
    s.onmessage = (m) => {
      const frame = JSON.parse(m.data as string) as { event?: string; data?: unknown; re?: number; error?: { status: number } };
      heard = Date.now();
      if (frame.re === 1 && frame.error) {
        s.close();
        return;
      }
      if (frame.re === 1) {
        failures = 0;
        hooks.status('live', lang);
      }
      if (frame.event === 'board' && frame.data)
        show(frame.data as Board);
      if (frame.event === 'alert' && frame.data) {
        const { alert_id, text_zh, text_en } = frame.data as { alert_id: number; text_zh: string; text_en: string };
        said.set(alert_id, { text_zh, text_en } as Alarm);
        alarms();
      }
      if (frame.event === 'resync')
        s.close();
    };
    s.onclose = () => s === socket && again('lost');
  };

  // A quiet centre sends nothing: ask once a minute, which also finds a line that died without a word.
  setInterval(() => {
    const s = socket;
    if (!s || Date.now() - heard < 60_000)
      return;
    ask<Board>('/board').then((b) => {
      heard = Date.now();
      show(b);
    }, () => s.close());
  }, 20_000);
  setInterval(() => socket && alarms(), 60_000);
  addEventListener('online', () => socket?.close());
  hooks.status('connecting', lang);
  void connect();
}
