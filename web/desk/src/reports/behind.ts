import { useState } from 'react';
import type { Rows } from '../api/http';
import { useRemote } from '../lib/remote';
import { sayFailed } from '../ui/say';
import type { Figure } from './SessionsDrawer';

/* A session to read on top of what it was opened from. */
export interface Read { id: number; customer_name: string; started_at?: number }

type Page<T> = (params: Record<string, string | number | undefined>, signal?: AbortSignal) => Promise<Rows<T>>;

/* What a figure was made from, page by page; narrow: what the list itself leaves out. */
export function useBehind<T>(figure: Figure, read: Page<T>, narrow: Record<string, string | undefined> = {}) {
  const { metric, value: _, label: __, ...rest } = figure;
  const params = { metric: metric.group === 'workload' && metric.key !== 'max_concurrent' ? 'session_num' : metric.key, ...rest, ...narrow, from: figure.day ?? figure.from, to: figure.day ?? figure.to, limit: 100 };
  const list = useRemote(JSON.stringify(params), (signal) => read(params, signal));
  const [busy, setBusy] = useState(false);
  const more = async () => {
    if (!list.data?.next) return;
    setBusy(true);
    try {
      const page = await read({ ...params, cursor: list.data.next });
      list.set({ rows: [...list.data.rows, ...page.rows], next: page.next });
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  return { list, busy, more: () => void more(), params };
}
