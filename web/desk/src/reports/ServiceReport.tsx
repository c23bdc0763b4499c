import dayjs from 'dayjs';
import { Suspense, lazy, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { dayText, today } from '../lib/day';
import { prefRead, prefWrite } from '../lib/prefs';
import { useQuery } from '../lib/router';
import { useShopId } from '../live/filter';
import { api } from '../api/http';
import type { Report, SpanKind } from '../api/types';
import { Bones } from '../ui/parts';
import { spanDays } from './asked';
import type { Asked } from './asked';
import type { ChartKind } from './Chart';
import { Cells, cellMetrics } from './Cells';
import { Filters } from './Filters';
import { Reasons } from './Reasons';
import { ReportBody } from './ReportBody';
import type { Form } from './ReportBody';
import { RulesSide } from './RulesSide';

const Funnel = lazy(() => import('./Funnel'));
const Spread = lazy(() => import('./Spread'));

/* A report page: what it may go by (the first unless the address says), which figures, and how they are drawn. */
export interface View {
  key: string; bys: string[]; metrics?: string | ((by: string) => string); chart?: ChartKind | ((by: string) => ChartKind | 'none'); days?: number; span?: SpanKind; /* span: when it is no number of days up to today */
  sales?: boolean; /* by a rule of attribution */ narrow?: boolean; strip?: string[]; above?: Form['above']; below?: Form['below']; hidden?: Form['hidden']; short?: Form['short'];
}

const response = ['first_reply_time', 'first_reply_time_p50', 'first_reply_time_p90', 'first_reply_time_p95', 'first_reply_time_p99', 'avg_reply_time', 'reply_time_p50', 'reply_time_p90', 'reply_time_p95', 'reply_time_p99', 'slow_num', 'slow_share'].join(',');
const satisfaction = ['csat', 'csat_invited', 'csat_own', 'csat_system', 'csat_send_rate', 'csat_return_rate'].join(',');
const calls = 'calls_offered,calls_answered,calls_abandoned,calls_short,calls_missed,answer_rate,abandon_rate,aht,service_level';
const funnel = 'receive_num,inquiry_num,ordered_num,paid_num,paid_final,paid_same_day,paid_next_day,lost_num';
/* The silent part is nobody's: only what is not by person has it. */
const sales = (by: string) => 'sales,orders,buyers,items,aov,items_per_buyer,price_per_item,share,refund_amount,refund_rate' + (/agent|group/.test(by) ? '' : ',silent_share');
const late = (drawn: ReactNode) => <Suspense fallback={<div className="section chart"><Bones rows={3} /></div>}>{drawn}</Suspense>;
export const views = {
  service: { key: 'service', sales: true, bys: ['agent', 'agent_day', 'day', 'hour', 'group', 'shop', 'channel', 'category'], chart: (by) => (by === 'day' || by === 'hour' ? 'bar' : 'none') },
  trend: { key: 'trend', sales: true, bys: ['day', 'week', 'month', 'day,shop', 'day,group', 'day,channel'], chart: 'line', days: 30 },
  response: { key: 'response', bys: ['agent', 'hour', 'day', 'group', 'shop', 'channel'], metrics: response, above: (p) => late(<Spread {...p} />), chart: 'bar' },
  heat: { key: 'heat', sales: true, bys: ['weekday,hour'], chart: 'heat', days: 28 },
  satisfaction: { key: 'satisfaction', bys: ['agent', 'day', 'group', 'shop', 'category'], metrics: satisfaction, chart: 'bar' },
  funnel: { key: 'funnel', bys: ['agent', 'group', 'shop', 'day', 'week', 'month'], metrics: funnel, days: 30, sales: true, strip: ['inquiry_num', 'ordered_num', 'paid_num', 'paid_final', 'paid_same_day', 'lost_num'], above: (p) => late(<Funnel {...p} />) },
  sales: { key: 'sales', bys: ['agent', 'agent_day', 'day', 'group', 'shop', 'month', 'category'], metrics: sales, days: 30, sales: true, strip: ['sales', 'share', 'orders', 'buyers', 'aov', 'refund_rate'], chart: (by) => (['day', 'month'].includes(by) ? 'bar' : 'none'), below: (p) => <RulesSide {...p} /> },
  payment: { key: 'payment', bys: ['agent', 'group', 'shop', 'day', 'month'], metrics: cellMetrics, days: 30, sales: true, strip: ['cell_own_own_amount', 'cell_own_other_amount', 'cell_other_own_amount', 'cell_silent_own_amount', 'cell_silent_follow_amount', 'assist_order'], above: (p) => <Cells {...p} />, hidden: (key) => /_(persons|items)$/.test(key), short: (name) => name.replace(/^落实付款·/, '') },
  refunds: { key: 'refunds', bys: ['agent', 'group', 'shop', 'day', 'month', 'category'], metrics: 'refund_amount,refund_rate,return_rate,items,orders,sales', days: 30, sales: true, strip: ['refund_amount', 'refund_rate', 'return_rate'], chart: 'bar', below: (p) => <Reasons {...p} /> },
  workload: { key: 'workload', bys: ['agent', 'agent_day', 'group', 'day', 'hour', 'weekday,hour'], metrics: 'online,paused,wrapup,serving,occupancy,max_concurrent,session_num,receive_num', strip: ['online', 'paused', 'serving', 'occupancy', 'max_concurrent', 'session_num'], chart: (by) => (by === 'weekday,hour' ? 'heat' : 'bar'), narrow: true },
  calls: { key: 'calls', bys: ['agent', 'agent_day', 'hour', 'day', 'group', 'shop', 'weekday,hour'], metrics: calls, strip: ['calls_offered', 'calls_answered', 'answer_rate', 'abandon_rate', 'aht', 'service_level'], chart: (by) => (by === 'weekday,hour' ? 'heat' : 'bar'), narrow: true },
  robot: { key: 'robot', bys: ['day', 'hour', 'shop', 'agent'], metrics: 'robot_messages,auto_messages', chart: 'bar' },
} satisfies Record<string, View>;

const LOOK_BACK = 400; /* days */

/* The address says what is asked; what it leaves out comes from the last time. */
/* A span that nobody asked for, in which nothing happened, gives way to the last days in which something did: filled is told how many rows there were. */
export function useAsked(view: View): [asked: Asked, ask: (patch: Partial<Asked>) => void, filled: (rows: number) => void] {
  const [query, setQuery] = useQuery();
  const [moved, setMoved] = useState<[key: string, from: string, to: string] | null>(null);
  const looked = useRef('');
  const shopId = useShopId();
  const last = prefRead<Partial<Asked>>(`report.${view.key}`, {});
  const by = query.by ?? last.by;
  const now = today(Number(query.shop_id ?? shopId)), [first, end] = view.span ? spanDays(view.span, Number(query.shop_id ?? shopId)) : [now.subtract((view.days ?? 7) - 1, 'day'), now];
  const going = by && view.bys.includes(by) ? by : view.bys[0] ?? 'agent';
  const asked: Asked = {
    from: query.from ?? (moved?.[0] === view.key ? moved[1] : dayText(first)), to: query.to ?? (moved?.[0] === view.key ? moved[2] : dayText(end)), by: going,
    shop_id: query.shop_id ?? (shopId ? String(shopId) : undefined), group_id: query.group_id ?? last.group_id, channel: query.channel ?? last.channel, category_id: query.category_id ?? last.category_id,
    profile: query.profile ?? last.profile, attribution: view.sales ? query.attribution ?? last.attribution : undefined, metrics: typeof view.metrics === 'function' ? view.metrics(going) : view.metrics,
  };
  const kept = JSON.stringify({ by: asked.by, group_id: asked.group_id, channel: asked.channel, category_id: asked.category_id, profile: asked.profile, attribution: asked.attribution });
  useEffect(() => void prefWrite(`report.${view.key}`, JSON.parse(kept)), [view.key, kept]);
  const ask = (patch: Partial<Asked>) => {
    prefWrite(`report.${view.key}`, { ...JSON.parse(kept), ...patch, from: undefined, to: undefined, shop_id: undefined });
    setQuery(patch as Record<string, string | undefined>);
  };
  const filled = (rows: number) => {
    if (rows || query.from || looked.current === view.key) return;
    looked.current = view.key;
    const { shop_id, group_id, channel, category_id } = asked, whole = { from: dayText(now.subtract(LOOK_BACK - 1, 'day')), to: dayText(now), by: 'day', metrics: 'receive_num', shop_id, group_id, channel, category_id };
    void api.get<Report>('/reports/service', whole).then((r) => {
      const days = r.rows.flatMap((l) => (typeof l.by.day === 'string' ? [l.by.day] : [])).sort(), last = days.at(-1);
      if (!last || !days[0]) return;
      const had = dayjs(last).diff(dayjs(days[0]), 'day') + 1, n = view.span ? (had > 14 ? 30 : 14) : view.days ?? 7;
      setMoved([view.key, dayText(dayjs(last).subtract(n - 1, 'day')), last]);
    }, () => { looked.current = ''; });
  };
  return [asked, ask, filled];
}

export function ServiceReport({ view }: { view: View }) {
  const [asked, ask, filled] = useAsked(view);
  const chart = typeof view.chart === 'function' ? view.chart(asked.by) : view.chart;
  return (
    <>
      <Filters asked={asked} ask={ask} bys={view.bys} sales={view.sales} narrow={view.narrow} />
      <ReportBody asked={asked} form={{ id: view.key, filled, chart, strip: view.strip, above: view.above, below: view.below, hidden: view.hidden, short: view.short }} />
    </>
  );
}
