import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import type { Metric, Report, ReportLine, SpanKind, Value } from '../api/types';
import type { Catalogue } from '../i18n';
import { dayText, today } from '../lib/day';
import { count, lengthText, money, percent } from '../lib/format';
import type { Figure } from './SessionsDrawer';

/* What a report is asked for; the same members as the routes take. by: up to three words, joined by commas. */
export interface Asked {
  from: string; to: string; by: string; shop_id?: string; group_id?: string; agent_id?: string; channel?: string; category_id?: string; weekday?: string; profile?: string; attribution?: string;
  metrics?: string; order?: string; limit?: string;
}
export const dimensions = ['agent', 'group', 'shop', 'channel', 'category', 'day', 'week', 'month', 'hour', 'weekday'] as const;
export const channels = ['web', 'mail', 'voice', 'import', 'other'];
export const profiles = ['', 'taobao', 'jd', 'douyin', 'pdd', 'callcentre', 'plain'];
export const attributions = ['created-first', 'created', 'paid'] as const;
export const funnelStages = ['receive_num', 'inquiry_num', 'ordered_num', 'paid_num'];
export const spanKinds: SpanKind[] = ['today', 'yesterday', 'last7', 'last14', 'last30', 'month', 'last_month', 'fixed'];

export const dimsOf = (by: string): string[] => (by === 'agent_day' ? ['agent', 'day'] : by.split(','));
export const raw = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

export function valueText(value: Value | undefined, unit: Metric['unit']): string {
  if (value === null || value === undefined) return '-';
  if (value === 'pending') return '';
  if (unit === 'ms') return lengthText(value);
  if (unit === 'ratio') return percent(value);
  return unit === 'money' ? money(value) : count(value);
}

/* What the row is about: the name the server gave, else its number. */
export function nameOf(line: ReportLine, dim: string, t: Catalogue): string {
  const v = line.by[`${dim}_name`] ?? line.by[dim] ?? line.by.name ?? line.by[`${dim}_id`];
  if (v === null || v === undefined || v === '') return '-';
  if (dim === 'hour') return `${String(v).padStart(2, '0')}:00`;
  if (dim === 'weekday') return t.set.weekdays[Number(v) % 7] ?? String(v);
  if (dim === 'month') return String(v).slice(0, 7);
  return dim === 'channel' ? t.rep.channels[String(v)] ?? String(v) : String(v);
}

export const idOf = (line: ReportLine, dim: string): number | undefined => {
  const v = line.by[`${dim}_id`];
  return typeof v === 'number' ? v : undefined;
};

export const lineName = (line: ReportLine, dims: string[], t: Catalogue): string => dims.map((d) => nameOf(line, d, t)).join(' · ');

/* The part of the asked figure that a row stands for. Weeks and months end with the report's own span. */
export function partOf(line: ReportLine, asked: Asked): Partial<Figure> {
  const text = (k: string) => (typeof line.by[k] === 'string' ? String(line.by[k]) : undefined);
  const begun = text('week') ?? text('month');
  const end = begun && (text('week') ? dayjs(begun).add(6, 'day') : dayjs(begun).endOf('month'));
  const id = (d: string) => { const n = idOf(line, d); return n === undefined ? undefined : String(n); };
  const part: Partial<Figure> = {
    agent_id: idOf(line, 'agent'), day: text('day'), hour: typeof line.by.hour === 'number' ? line.by.hour : undefined, shop_id: id('shop'), group_id: id('group'), category_id: id('category'),
    channel: text('channel'), weekday: typeof line.by.weekday === 'number' ? String(line.by.weekday) : undefined,
    ...(begun && end ? { from: begun > asked.from ? begun : asked.from, to: dayText(end) < asked.to ? dayText(end) : asked.to } : {}),
  };
  return Object.fromEntries(Object.entries(part).filter(([, v]) => v !== undefined));
}

/* Dates of a named span, as of the shop's today. */
export function spanDays(kind: SpanKind, shopId = 0): [Dayjs, Dayjs] {
  const now = today(shopId);
  const back = (n: number): [Dayjs, Dayjs] => [now.subtract(n - 1, 'day'), now];
  switch (kind) {
    case 'yesterday': return [now.subtract(1, 'day'), now.subtract(1, 'day')];
    case 'last7': return back(7);
    case 'last14': return back(14);
    case 'last30': return back(30);
    case 'month': return [now.startOf('month'), now];
    case 'last_month': return [now.subtract(1, 'month').startOf('month'), now.subtract(1, 'month').endOf('month')];
    default: return back(1);
  }
}

export type Compare = 'none' | 'previous' | 'last_week' | 'last_year';

/* The days to compare with, as the server has them: the same weekdays; the same dates. */
export function earlierOf(asked: Asked, compare: Compare): [string, string] | null {
  if (compare === 'none') return null;
  const from = dayjs(asked.from), to = dayjs(asked.to), days = to.diff(from, 'day') + 1;
  const begun = compare === 'last_week' ? from.subtract(Math.ceil(days / 7) * 7, 'day') : compare === 'last_year' ? from.subtract(1, 'year') : from.subtract(days, 'day');
  return [dayText(begun), dayText(begun.add(days - 1, 'day'))];
}

export const columnsOf = (report: Report, catalogue: Metric[]): Metric[] => report.columns.flatMap((k) => catalogue.find((m) => m.key === k) ?? []);

/* What stands behind a figure: an inquiry is a chat; what was sold, the orders; time worked, the chats served in it. */
const inquiries = ['inquiry_num', 'ordered_num', 'paid_num', 'paid_same_day', 'paid_next_day', 'paid_final', 'lost_num'];
export function behindOf(metric: Metric): 'orders' | 'sessions' | 'calls' {
  if (metric.group === 'calls') return 'calls';
  return metric.group === 'sales' && !inquiries.includes(metric.key) ? 'orders' : 'sessions';
}
