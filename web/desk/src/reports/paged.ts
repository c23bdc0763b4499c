import { useRef, useState } from 'react';
import { api } from '../api/http';
import type { Report } from '../api/types';
import { useRemote } from '../lib/remote';
import type { Remote } from '../lib/remote';
import { sayFailed } from '../ui/say';
import type { Asked } from './asked';

const MOST = 20000; /* rows that a page works with at once */

export interface Paged {
  report: Remote<Report>; partial: boolean; /* rows are still to come */ all: number; busy: boolean; more: () => void;
  arrange: (order: string | undefined) => void; /* by a figure, over all rows, those to come too */
}

/* A report of many rows comes page by page, and its order is the server's as long as some are to come. */
export function usePaged(asked: Asked): Paged {
  const kept = JSON.stringify(asked);
  const [arranged, setArranged] = useState<{ of: string; order: string | undefined }>();
  const [busy, setBusy] = useState(false);
  const order = arranged?.of === kept ? arranged.order : undefined;
  const params: Asked = order ? { ...asked, order } : asked;
  const key = JSON.stringify(params);
  const latest = useRef(key);
  latest.current = key;
  const report = useRemote(key, (signal) => api.get<Report>('/reports/service', { ...params }, signal));
  const had = report.data?.rows.length ?? 0, total = Number(report.data?.header.rows ?? 0), all = asked.limit ? Math.min(Number(asked.limit), total) : total;
  const partial = Boolean(report.data?.next) && had < all;
  const more = async () => {
    const r = report.data;
    if (!r?.next) return;
    setBusy(true);
    try {
      const page = await api.get<Report>('/reports/service', { ...params, cursor: r.next, limit: asked.limit && all - had });
      if (latest.current === key) report.set({ ...r, rows: [...r.rows, ...page.rows], next: page.next });
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  return { report, partial, all, busy, more: () => void more(), arrange: (by) => { if (!asked.limit && by !== order) setArranged({ of: kept, order: by }); } };
}

/* All rows of it, for what is worked out here. */
export async function wholeReport(params: Asked, signal: AbortSignal): Promise<Report> {
  const report = await api.get<Report>('/reports/service', { ...params, limit: MOST }, signal);
  while (report.next && report.rows.length < MOST) {
    const page = await api.get<Report>('/reports/service', { ...params, limit: MOST, cursor: report.next }, signal);
    report.rows.push(...page.rows);
    report.next = page.next;
  }
  return report;
}
