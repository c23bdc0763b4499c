import dayjs from 'dayjs';
import { useEffect } from 'react';
import { prefRead, prefWrite } from '../lib/prefs';
import { useQuery } from '../lib/router';
import { useShopId } from '../live/filter';
import { dayText } from './asked';
import type { Asked } from './asked';
import type { ChartKind } from './Chart';
import { Filters } from './Filters';
import { ReportBody } from './ReportBody';

/* A report page: what it may go by (the first unless the address says), which figures, and how they are drawn. */
export interface View { key: string; bys: string[]; metrics?: string; chart?: ChartKind | ((by: string) => ChartKind | 'none'); days?: number }

const response = ['first_reply_time', 'first_reply_time_p50', 'first_reply_time_p90', 'first_reply_time_p95', 'first_reply_time_p99', 'avg_reply_time', 'reply_time_p50', 'reply_time_p90', 'reply_time_p95', 'reply_time_p99', 'slow_num', 'slow_share'].join(',');
const satisfaction = ['csat', 'csat_invited', 'csat_own', 'csat_system', 'csat_send_rate', 'csat_return_rate'].join(',');
export const views = {
  service: { key: 'service', bys: ['agent', 'agent_day', 'day', 'hour', 'group', 'shop', 'channel', 'category'], chart: (by) => (by === 'day' || by === 'hour' ? 'bar' : 'none') },
  trend: { key: 'trend', bys: ['day', 'week', 'month', 'day,shop', 'day,group', 'day,channel'], chart: 'line', days: 30 },
  response: { key: 'response', bys: ['agent', 'hour', 'day', 'group', 'shop', 'channel'], metrics: response, chart: 'bar' },
  heat: { key: 'heat', bys: ['weekday,hour'], chart: 'heat', days: 28 },
  satisfaction: { key: 'satisfaction', bys: ['agent', 'day', 'group', 'shop', 'category'], metrics: satisfaction, chart: 'bar' },
  robot: { key: 'robot', bys: ['day', 'hour', 'shop', 'agent'], metrics: 'robot_messages,auto_messages', chart: 'bar' },
} satisfies Record<string, View>;

/* The address says what is asked; what it leaves out comes from the last time. */
export function useAsked(view: View): [Asked, (patch: Partial<Asked>) => void] {
  const [query, setQuery] = useQuery();
  const shopId = useShopId();
  const last = prefRead<Partial<Asked>>(`report.${view.key}`, {});
  const by = query.by ?? last.by;
  const asked: Asked = {
    from: query.from ?? dayText(dayjs().subtract((view.days ?? 7) - 1, 'day')), to: query.to ?? dayText(dayjs()), by: by && view.bys.includes(by) ? by : view.bys[0] ?? 'agent',
    shop_id: query.shop_id ?? (shopId ? String(shopId) : undefined), group_id: query.group_id ?? last.group_id, channel: query.channel ?? last.channel, category_id: query.category_id ?? last.category_id,
    profile: query.profile ?? last.profile, metrics: view.metrics,
  };
  const kept = JSON.stringify({ by: asked.by, group_id: asked.group_id, channel: asked.channel, category_id: asked.category_id, profile: asked.profile });
  useEffect(() => void prefWrite(`report.${view.key}`, JSON.parse(kept)), [view.key, kept]);
  const ask = (patch: Partial<Asked>) => {
    prefWrite(`report.${view.key}`, { ...JSON.parse(kept), ...patch, from: undefined, to: undefined, shop_id: undefined });
    setQuery(patch as Record<string, string | undefined>);
  };
  return [asked, ask];
}

export function ServiceReport({ view }: { view: View }) {
  const [asked, ask] = useAsked(view);
  const chart = typeof view.chart === 'function' ? view.chart(asked.by) : view.chart;
  return (
    <>
      <Filters asked={asked} ask={ask} bys={view.bys} />
      <ReportBody asked={asked} form={{ id: view.key, chart }} />
    </>
  );
}
