import { DownloadOutlined } from '@ant-design/icons';
import { Button, DatePicker, Segmented, Select, Table, Tooltip } from 'antd';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';
import { Suspense, lazy, useEffect, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Rows } from '../api/http';
import type { Group, Metric, Report, ReportLine, Value } from '../api/types';
import { useLang, useT } from '../i18n';
import { count, lengthText, money, percent } from '../lib/format';
import { prefRead, prefWrite } from '../lib/prefs';
import { useRemote } from '../lib/remote';
import { useQuery } from '../lib/router';
import { useShopId } from '../live/filter';
import { may, useMe } from '../live/me';
import { DataTable, saveText } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Loaded } from '../ui/parts';
import { sayFailed } from '../ui/say';
import { SessionsDrawer } from './SessionsDrawer';
import type { Figure } from './SessionsDrawer';

const Chart = lazy(() => import('./Chart'));
const day = (d: Dayjs): string => d.format('YYYY-MM-DD');
export const byKeys = ['agent', 'agent_day', 'day', 'hour', 'group', 'shop'] as const;
export type By = (typeof byKeys)[number];
const profiles = ['', 'taobao', 'jd', 'douyin', 'pdd', 'callcentre', 'plain'];

export function valueText(value: Value | undefined, unit: Metric['unit']): string {
  if (value === null || value === undefined) return '-';
  if (value === 'pending') return '';
  if (unit === 'ms') return lengthText(value);
  if (unit === 'ratio') return percent(value);
  return unit === 'money' ? money(value) : count(value);
}

const raw = (value: Value | undefined): number | null => (typeof value === 'number' ? value : null);

/* What the row is about: the name the server gave, else its number. */
function nameOf(line: ReportLine, key: string): string {
  const v = line.by[`${key}_name`] ?? line.by[key] ?? line.by.name ?? line.by[`${key}_id`];
  return key === 'hour' && v !== null && v !== undefined ? `${String(v).padStart(2, '0')}:00` : String(v ?? '-');
}

const idOf = (line: ReportLine, key: string): number | undefined => {
  const v = line.by[`${key}_id`];
  return typeof v === 'number' ? v : undefined;
};

interface Asked { from: string; to: string; by: By; shop_id?: string; group_id?: string; profile?: string }

/* The address says what is asked; what it leaves out comes from the last time. */
function useAsked(): [Asked, (patch: Partial<Asked>) => void] {
  const [query, setQuery] = useQuery();
  const shopId = useShopId();
  const last = prefRead<Partial<Asked>>('report.service', {});
  const asked: Asked = {
    from: query.from ?? day(dayjs().subtract(6, 'day')), to: query.to ?? day(dayjs()), by: byKeys.find((b) => b === (query.by ?? last.by)) ?? 'agent',
    shop_id: query.shop_id ?? (shopId ? String(shopId) : undefined), group_id: query.group_id ?? last.group_id, profile: query.profile ?? last.profile,
  };
  useEffect(() => void prefWrite('report.service', { by: asked.by, group_id: asked.group_id, profile: asked.profile }), [asked.by, asked.group_id, asked.profile]);
  return [asked, setQuery];
}

export function ServiceReport() {
  const t = useT();
  const lang = useLang();
  const me = useMe();
  const [asked, ask] = useAsked();
  const [figure, setFigure] = useState<Figure | null>(null);
  const key = JSON.stringify(asked);
  const catalogue = useRemote('metrics', (signal) => api.get<Rows<Metric>>('/metrics-catalogue', undefined, signal));
  const report = useRemote(key, (signal) => api.get<Report>('/reports/service', { ...asked }, signal));
  const days = dayjs(asked.to).diff(dayjs(asked.from), 'day') + 1;
  const earlier = { ...asked, by: 'day', from: day(dayjs(asked.from).subtract(days, 'day')), to: day(dayjs(asked.from).subtract(1, 'day')) };
  const before = useRemote(JSON.stringify(earlier), (signal) => api.get<Report>('/reports/service', earlier, signal));
  const groups = useRemote(may('TEAM_SEE') ? 'groups' : null, (signal) => everyRow<Group>('/groups', undefined, signal).catch(() => []));
  const name = (m: Metric): string => (lang === 'zh' ? m.name_zh : m.name_en);
  const ranges: [string, Dayjs, Dayjs][] = [
    [t.rep.today, dayjs(), dayjs()], [t.rep.yesterday, dayjs().subtract(1, 'day'), dayjs().subtract(1, 'day')], [t.rep.last7, dayjs().subtract(6, 'day'), dayjs()],
    [t.rep.last14, dayjs().subtract(13, 'day'), dayjs()], [t.rep.month, dayjs().startOf('month'), dayjs()], [t.rep.lastMonth, dayjs().subtract(1, 'month').startOf('month'), dayjs().subtract(1, 'month').endOf('month')],
  ];
  return (
    <>
      <div className="bar-row">
        <DatePicker.RangePicker value={[dayjs(asked.from), dayjs(asked.to)]} allowClear={false} presets={ranges.map(([label, a, b]) => ({ label, value: [a, b] }))} disabledDate={(d) => d.isAfter(dayjs(), 'day')}
          onChange={(v) => { if (v?.[0] && v[1]) ask({ from: day(v[0]), to: day(v[1]) }); }} />
        <Segmented className="wide-only" value={asked.by} onChange={(by) => ask({ by })} options={byKeys.map((b) => ({ value: b, label: t.rep.by[b] }))} />
        <Select value={asked.by} className="narrow-only" onChange={(by) => ask({ by })} aria-label={t.rep.grouping} options={byKeys.map((b) => ({ value: b, label: t.rep.by[b] }))} />
        {me.shops.length > 1 && <Select value={asked.shop_id ?? ''} onChange={(shop_id) => ask({ shop_id: shop_id || '0' })} aria-label={t.top.allShops} popupMatchSelectWidth={false}
          options={[{ value: '', label: t.top.allShops }, ...me.shops.map((s) => ({ value: String(s.id), label: s.name }))]} />}
        {groups.data && groups.data.length > 1 && <Select value={asked.group_id ?? ''} onChange={(group_id) => ask({ group_id })} aria-label={t.live.allGroups} popupMatchSelectWidth={false}
          options={[{ value: '', label: t.live.allGroups }, ...groups.data.map((g) => ({ value: String(g.id), label: g.name }))]} />}
        <Select value={asked.profile ?? ''} onChange={(profile) => ask({ profile })} aria-label={t.rep.profile} popupMatchSelectWidth={false} options={profiles.map((p) => ({ value: p, label: t.rep.profiles[p] ?? p }))} />
      </div>
      <Loaded from={catalogue}>{(c) => <Loaded from={report} rows={8}>{(r) => {
        const metrics = r.columns.flatMap((k) => c.rows.find((m) => m.key === k) ?? []);
        const open = (metric: Metric, value: Value | undefined, extra: Partial<Figure>, label: string) => setFigure({ metric, value, from: asked.from, to: asked.to, shop_id: asked.shop_id, group_id: asked.group_id, profile: asked.profile, label, ...extra });
        return (
          <>
            <HeaderLine report={r} asked={asked} />
            <div className="figures">{metrics.filter((m) => m.brief !== false).slice(0, 6).map((m) => (
              <Tooltip key={m.key} title={lang === 'zh' ? m.definition_zh : m.definition_en}>
                <button className="bare figure" onClick={() => open(m, r.total.values[m.key], {}, '')}>
                  <span className="muted small">{name(m)}</span><span className="figure-value">{r.total.values[m.key] === 'pending' ? <span className="pending">{t.rep.pending}</span> : valueText(r.total.values[m.key], m.unit)}</span>
                  <Change metric={m} now={r.total.values[m.key]} then={before.data?.total.values[m.key]} days={days} />
                </button>
              </Tooltip>
            ))}</div>
            {(asked.by === 'day' || asked.by === 'hour') && r.rows.length > 1 && <Suspense fallback={<div className="section chart" />}><Chart report={r} metrics={metrics} by={asked.by} nameOf={(line) => nameOf(line, asked.by)} /></Suspense>}
            <Lines report={r} asked={asked} metrics={metrics} loading={report.loading} open={open} />
          </>
        );
      }}</Loaded>}</Loaded>
      <SessionsDrawer figure={figure} close={() => setFigure(null)} />
    </>
  );
}

function Change({ metric, now, then, days }: { metric: Metric; now: Value | undefined; then: Value | undefined; days: number }) {
  const t = useT();
  const a = raw(now);
  const b = raw(then);
  if (a === null || b === null || b === 0) return <span className="change">{t.rep.noBefore}</span>;
  const part = (a - b) / b;
  const good = metric.direction === 'none' || Math.abs(part) < 0.005 ? '' : (part > 0) === (metric.direction === 'up') ? 'green' : 'red';
  return <span className="change" title={`${t.rep.before(days)}: ${valueText(b, metric.unit)}`}><span className={good}>{part > 0 ? '▲' : part < 0 ? '▼' : ''} {percent(Math.abs(part))}</span> {t.rep.before(days)}</span>;
}

/* Profile, windows, and what the filters took out: a figure means nothing without them. */
function HeaderLine({ report, asked }: { report: Report; asked: Asked }) {
  const t = useT();
  const { profile, filtered, from: _, to: __, hours_from, hours_to, shops, ...windows } = report.header;
  const plain = Object.entries(windows).filter(([, v]) => typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean');
  const out = Object.entries(filtered ?? {});
  const text = (k: string, v: unknown): string => (/_ms$/.test(k) ? lengthText(Number(v)) : /_s$/.test(k) ? lengthText(Number(v) * 1000) : v === true ? t.common.yes : v === false ? t.common.no : k === 'cut_hour' ? `${v}:00` : /_min$/.test(k) ? `${v} ${t.common.minutes}` : String(v));
  return (
    <div className="report-head">
      <span>{t.rep.profile}{t.common.colon}<b>{t.rep.profiles[profile] ?? profile}</b></span><span className="num">{asked.from} – {asked.to}</span>
      {profile === 'mixed' && shops?.map((s) => <span key={s.shop_id}>{s.shop_name}{t.common.colon}{t.rep.profiles[s.profile] ?? s.profile}</span>)}
      {hours_from !== undefined && hours_to !== undefined && <span>{t.rep.hours}{t.common.colon}{hours_from}:00–{hours_to}:00</span>}
      {plain.map(([k, v]) => <span key={k}>{t.rep.windows[k] ?? k}{t.common.colon}{text(k, v)}</span>)}
      <span>{t.rep.filtered}{t.common.colon}{out.length ? out.map(([k, n]) => `${t.rep.filters[k] ?? k} ${count(n)}`).join(t.common.comma) : t.common.none}</span>
    </div>
  );
}

interface LinesProps { report: Report; asked: Asked; metrics: Metric[]; loading: boolean; open: (metric: Metric, value: Value | undefined, extra: Partial<Figure>, label: string) => void }

function Lines({ report, asked, metrics, loading, open }: LinesProps) {
  const t = useT();
  const lang = useLang();
  const download = () => void api.text('/reports/service.csv', { ...asked }).then((text) => saveText(`service-${asked.by}-${asked.from}-${asked.to}.csv`, text.startsWith('\ufeff') ? text : '\ufeff' + text), sayFailed);
  const dims = asked.by === 'agent_day' ? ['agent', 'day'] : [asked.by];
  const dimTitle = (d: string): string => (t.rep.by as Record<string, string>)[d] ?? d;
  const shown = (line: Pick<ReportLine, 'values'> & { by?: ReportLine['by'] }, m: Metric) => {
    const value = line.values[m.key];
    if (value === 'pending') return <span className="pending" title={t.rep.pendingHelp}>{t.rep.pending}</span>;
    const text = valueText(value, m.unit);
    if (!value || !may('CHAT_SEE')) return <span className={text === '-' ? 'muted' : ''}>{text}</span>;
    const by = line.by;
    const full = by ? ({ ...line, by } as ReportLine) : null;
    const extra: Partial<Figure> = full ? { agent_id: idOf(full, 'agent'), day: by?.day ? String(by.day) : undefined, hour: typeof by?.hour === 'number' ? by.hour : undefined, ...(idOf(full, 'shop') ? { shop_id: String(idOf(full, 'shop')) } : {}), ...(idOf(full, 'group') ? { group_id: String(idOf(full, 'group')) } : {}) } : {};
    return <button className="bare cell-link" onClick={() => open(m, value, extra, full ? dims.map((d) => nameOf(full, d)).join(' · ') : '')}>{text}</button>;
  };
  const columns: Column<ReportLine>[] = [
    ...dims.map((d, i): Column<ReportLine> => ({ key: d, title: dimTitle(d), value: (l) => nameOf(l, d), fixed: i === 0, render: (l) => (i === 0 ? <b className="nowrap">{nameOf(l, d)}</b> : <span className="num">{nameOf(l, d)}</span>) })),
    ...metrics.map((m): Column<ReportLine> => ({
      key: m.key, title: lang === 'zh' ? m.name_zh : m.name_en, help: lang === 'zh' ? m.definition_zh : m.definition_en, align: 'right', hidden: m.brief === false, value: (l) => raw(l.values[m.key]), render: (l) => shown(l, m),
    })),
  ];
  return (
    <DataTable id={`report.${asked.by}`} columns={columns} rows={report.rows} loading={loading} rowKey={(l) => dims.map((d) => `${idOf(l, d) ?? ''}${nameOf(l, d)}`).join('|')} search={asked.by.startsWith('agent')}
      tools={may('EXPORT') && <Button icon={<DownloadOutlined />} onClick={download}>{t.common.exportCsv}</Button>} empty={[t.rep.empty, t.rep.emptyHelp]}
      total={(cols) => (
        <Table.Summary.Row className="total-row">{cols.map((c, i) => {
          const m = metrics.find((x) => x.key === c.key);
          return <Table.Summary.Cell key={c.key} index={i} align={m ? 'right' : undefined}>{m ? shown(report.total, m) : i === 0 ? t.rep.total : ''}</Table.Summary.Cell>;
        })}</Table.Summary.Row>
      )} />
  );
}
