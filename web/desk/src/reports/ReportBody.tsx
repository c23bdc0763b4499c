import { FileExcelOutlined, DownloadOutlined } from '@ant-design/icons';
import { Button, Table, Tooltip } from 'antd';
import dayjs from 'dayjs';
import { Suspense, lazy, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Metric, Report, ReportLine, RuleSpan, Value } from '../api/types';
import { useLang, useT } from '../i18n';
import { count, lengthText, percent } from '../lib/format';
import { useRemote } from '../lib/remote';
import { may } from '../live/me';
import { DataTable, saveBlob } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Bones, Loaded } from '../ui/parts';
import { sayFailed } from '../ui/say';
import { columnsOf, dimsOf, earlierOf, lineName, nameOf, partOf, raw, valueText } from './asked';
import type { Asked, Compare } from './asked';
import type { ChartKind } from './Chart';
import { usePaged } from './paged';
import type { Paged } from './paged';
import { SessionsDrawer } from './SessionsDrawer';
import type { Figure } from './SessionsDrawer';

const Chart = lazy(() => import('./Chart'));
const STRIP = 6;

/* The figures as a report of these days names them, or as they are today; null: the days are not known yet. */
export const useCatalogue = (days?: { from: string; to: string } | null) => useRemote(days === null ? null : `metrics ${days?.from ?? ''} ${days?.to ?? ''}`, (signal) => api.get<Rows<Metric>>('/metrics-catalogue', days ? { from: days.from, to: days.to } : undefined, signal));

/* What a page draws of its own above or below the rows. */
export interface Around { report: Report; metrics: Metric[]; asked: Asked; open: Opener | undefined }
export interface Form {
  id: string; chart?: ChartKind | 'none'; compare?: Compare; table?: boolean; head?: boolean; above?: (p: Around) => ReactNode; below?: (p: Around) => ReactNode;
  filled?: (rows: number) => void; /* told how many rows there are */
  strip?: string[];  /* the figures on top, the first of them in the chart; else the first columns */
  hidden?: (key: string) => boolean; /* columns that one must ask for */
  short?: (name: string) => string;  /* a column's name where the page says the rest */
}

/* A whole report: what it was computed with, a strip of figures with what they were before, a chart, the rows, and behind each figure its sessions. */
export function ReportBody({ asked, form }: { asked: Asked; form: Form }) {
  const t = useT();
  const lang = useLang();
  const [figure, setFigure] = useState<Figure | null>(null);
  const catalogue = useCatalogue(asked);
  const paged = usePaged(asked);
  const { report } = paged;
  const rows = report.data?.rows.length;
  const { filled } = form;
  useEffect(() => { if (rows !== undefined) filled?.(rows); }, [rows, filled]);
  const compare = form.compare ?? 'previous';
  const days = earlierOf(asked, compare);
  const earlier = days && { ...asked, by: 'day', from: days[0], to: days[1], order: undefined, limit: '1' }; /* the total alone is looked at */
  const before = useRemote(earlier ? JSON.stringify(earlier) : null, (signal) => api.get<Report>('/reports/service', { ...earlier, from: days?.[0] ?? '' }, signal));
  const dims = dimsOf(asked.by);
  const { metrics: _, order: __, limit: ___, by: ____, ...filters } = asked;
  return (
    <>
      <Loaded from={catalogue}>{(c) => <Loaded from={report} rows={8}>{(r) => {
        const metrics = columnsOf(r, c.rows);
        const open: Opener = (metric, value, extra, label) => setFigure({ ...filters, metric, value, label, ...extra });
        const around = { report: r, metrics, asked, open: may('CHAT_SEE') ? open : undefined };
        const strip = form.strip ? form.strip.flatMap((k) => metrics.find((m) => m.key === k) ?? []) : asked.metrics ? metrics : metrics.filter((m) => m.brief !== false);
        return (
          <>
            {form.head !== false && <HeaderLine report={r} asked={asked} sales={metrics.some((m) => m.group === 'sales' && (asked.metrics || m.brief !== false))} />}
            <Strip report={r} names={form.short && Object.fromEntries(strip.map((m) => [m.key, form.short?.(lang === 'zh' ? m.name_zh : m.name_en) ?? '']))} metrics={strip} before={before.data} asked={asked} compare={compare} open={open} />
            {form.above?.(around)}
            {form.chart && form.chart !== 'none' && r.rows.length > 1 && <Suspense fallback={<div className="section chart"><Bones rows={3} /></div>}>
              {paged.partial && <p className="muted small">{t.rep.drawnOf(r.rows.length, paged.all)}</p>}
              <Chart id={form.id} report={r} metrics={metrics} first={form.strip?.[0]} kind={form.chart} by={asked.by} open={may('CHAT_SEE') ? (m, line) => open(m, line.values[m.key], partOf(line, asked), lineName(line, dims, t)) : undefined} />
            </Suspense>}
            {form.table !== false && <Lines report={r} paged={paged} asked={asked} metrics={metrics} form={form} open={open} />}
            {form.below?.(around)}
          </>
        );
      }}</Loaded>}</Loaded>
      <SessionsDrawer figure={figure} close={() => setFigure(null)} />
    </>
  );
}

export type Opener = (metric: Metric, value: Value | undefined, extra: Partial<Figure>, label: string) => void;

export function Strip({ report, metrics, before, asked, compare, open, names }: { names?: Record<string, string>; report: Report; metrics: Metric[]; before: Report | undefined; asked: Asked; compare: Compare; open: Opener }) {
  const t = useT();
  const lang = useLang();
  const days = dayjs(asked.to).diff(dayjs(asked.from), 'day') + 1;
  const than = compare === 'previous' ? t.rep.before(days) : compare === 'none' ? '' : t.rep.compares[compare];
  return (
    <div className="figures">{metrics.slice(0, STRIP).map((m) => {
      const value = report.total.values[m.key];
      const inside = (
        <>
          <span className="muted small">{names?.[m.key] ?? (lang === 'zh' ? m.name_zh : m.name_en)}</span>
          <span className="figure-value">{value === 'pending' ? <span className="pending" title={t.rep.pendingHelp}>{t.rep.pending}</span> : valueText(value, m.unit)}</span>
          {than && <Change metric={m} now={value} then={before?.total.values[m.key]} than={than} />}
        </>
      );
      return <Tooltip key={m.key} title={lang === 'zh' ? m.definition_zh : m.definition_en}>{may('CHAT_SEE') && value ? <button className="bare figure" onClick={() => open(m, value, {}, '')}>{inside}</button> : <span className="figure">{inside}</span>}</Tooltip>;
    })}</div>
  );
}

function Change({ metric, now, then, than }: { metric: Metric; now: Value | undefined; then: Value | undefined; than: string }) {
  const t = useT();
  const a = raw(now);
  const b = raw(then);
  if (a === null || b === null || b === 0) return <span className="change">{t.rep.noBefore}</span>;
  const part = (a - b) / b;
  const good = metric.direction === 'none' || Math.abs(part) < 0.005 ? '' : (part > 0) === (metric.direction === 'up') ? 'green' : 'red';
  return <span className="change" title={`${than}: ${valueText(b, metric.unit)}`}><span className={good}>{part > 0 ? '▲' : part < 0 ? '▼' : ''} {percent(Math.abs(part))}</span> {than}</span>;
}

/* Profile, windows, and what the filters took out: a figure means nothing without them. */
export function HeaderLine({ report, asked, sales }: { report: Pick<Report, 'header'>; asked: Pick<Asked, 'from' | 'to'>; sales?: boolean }) {
  const t = useT();
  const { profile, filtered, from: _, to: __, hours_from, hours_to, shops, versions, version_settings, ...windows } = report.header;
  const plain = Object.entries(windows).filter(([k, v]) => t.rep.windows[k] && (typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean'));
  const out = Object.entries(filtered ?? {});
  const text = (k: string, v: unknown): string => (/_ms$/.test(k) ? lengthText(Number(v)) : /_s$/.test(k) ? lengthText(Number(v) * 1000) : v === true ? t.common.yes : v === false ? t.common.no : k === 'cut_hour' ? `${v}:00` : /_min$/.test(k) ? `${v} ${t.common.minutes}` : String(v));
  return (
    <div className="report-head">
      <span>{t.rep.profile}{t.common.colon}<b>{t.rep.profiles[profile] ?? profile}</b></span><span className="num">{asked.from} – {asked.to}</span>
      {profile === 'mixed' && shops?.map((s) => <span key={s.shop_id}>{s.shop_name}{t.common.colon}{versions?.some((v) => v.shop_id === s.shop_id) ? t.rules.several : t.rep.profiles[s.profile] ?? s.profile}</span>)}
      {hours_from !== undefined && hours_to !== undefined && <span>{t.rep.hours}{t.common.colon}{hours_from}:00–{hours_to}:00</span>}
      {plain.map(([k, v]) => <span key={k}>{t.rep.windows[k]}{t.common.colon}{text(k, v)}</span>)}
      {sales && <SalesLine header={report.header} />}
      <span>{t.rep.filtered}{t.common.colon}{out.length ? out.map(([k, n]) => `${t.rep.filters[k] ?? k} ${count(n)}`).join(t.common.comma) : t.common.none}</span>
      {versions && versions.length > 0 && <Versions spans={versions} meanings={version_settings ?? {}} />}
    </div>
  );
}

/* What differed between the days, and from when to when it was what. */
function Versions({ spans, meanings }: { spans: RuleSpan[]; meanings: Record<string, string> }) {
  const t = useT();
  const text = (v: string | number | boolean): string => (typeof v === 'boolean' ? (v ? t.common.yes : t.common.no) : v === '' ? t.rules.none : String(v));
  return (
    <div className="report-versions" role="note">
      <b>{t.rules.mixed}</b>
      <ul>{spans.map((s) => (
        <li key={`${s.shop_id ?? 0} ${s.from}`}><span className="num">{t.rules.span(s.from, s.to)}</span>{t.common.colon}{s.profile ? `${s.shop_name ?? ''} ${t.rep.profile} ${t.rep.profiles[s.profile] ?? s.profile}`
          : Object.entries(s.settings ?? {}).map(([k, v]) => `${meanings[k] ?? k}${t.common.colon}${text(v)}`).join(t.common.semicolon)}</li>
      ))}</ul>
    </div>
  );
}

/* By which rule and over which windows sales were counted, and which orders were left out of them. */
function SalesLine({ header }: { header: Report['header'] }) {
  const t = useT();
  const { attribution, windows, sales } = header;
  if (!attribution || !windows || !sales) return null;
  const out = Object.entries(sales.orders_left_out);
  return (
    <>
      <span>{t.sal.attribution}{t.common.colon}<b>{t.sal.rules[attribution] ?? attribution}</b>{t.common.comma}{t.sal.candidates[sales.candidates] ?? sales.candidates}</span>
      {Object.entries(windows).map(([k, v]) => <span key={k}>{t.sal.windows[k] ?? k}{t.common.colon}{k === 'nudge_min' ? `${v} ${t.common.minutes}` : `${v} ${t.common.day}`}</span>)}
      <span>{t.sal.salesAre}{t.common.colon}{t.sal.refundsAre[sales.refunds] ?? sales.refunds}{t.common.comma}{sales.postage ? t.sal.withPostage : t.sal.withoutPostage}</span>
      {out.length > 0 && <span>{t.sal.ordersOut}{t.common.colon}{out.map(([k, n]) => `${t.sal.leftOut[k] ?? k} ${count(n)}`).join(t.common.comma)}</span>}
    </>
  );
}

function Lines({ report, paged, asked, metrics, form, open }: { report: Report; paged: Paged; asked: Asked; metrics: Metric[]; form: Form; open: Opener }) {
  const t = useT();
  const lang = useLang();
  const dims = dimsOf(asked.by);
  const [busy, setBusy] = useState('');
  const download = (kind: 'xlsx' | 'csv') => {
    setBusy(kind);
    void api.blob(`/reports/export.${kind}`, { ...asked }).then((blob) => saveBlob(`${form.id}-${asked.by.replaceAll(',', '-')}-${asked.from}-${asked.to}.${kind}`, blob), sayFailed).finally(() => setBusy(''));
  };
  const shown = (values: Record<string, Value>, m: Metric, line?: ReportLine) => {
    const value = values[m.key];
    if (value === 'pending') return <span className="pending" title={t.rep.pendingHelp}>{t.rep.pending}</span>;
    const text = valueText(value, m.unit);
    if (!value || !may('CHAT_SEE')) return <span className={text === '-' ? 'muted' : ''}>{text}</span>;
    return <button className="bare cell-link" onClick={() => open(m, value, line ? partOf(line, asked) : {}, line ? lineName(line, dims, t) : '')}>{text}</button>;
  };
  const columns: Column<ReportLine>[] = [
    ...dims.map((d, i): Column<ReportLine> => ({
      key: d, title: t.rep.by[d] ?? d, plain: paged.partial, value: (l) => (d === 'hour' || d === 'weekday' ? Number(l.by[d]) : nameOf(l, d, t)), fixed: i === 0, render: (l) => (i === 0 ? <b className="nowrap">{nameOf(l, d, t)}</b> : <span className="num">{nameOf(l, d, t)}</span>),
    })),
    ...metrics.map((m): Column<ReportLine> => ({
      key: m.key, title: (form.short ?? String)(lang === 'zh' ? m.name_zh : m.name_en), help: lang === 'zh' ? m.definition_zh : m.definition_en, align: 'right', hidden: form.hidden?.(m.key) ?? (!asked.metrics && m.brief === false), value: (l) => raw(l.values[m.key]), render: (l) => shown(l.values, m, l),
    })),
  ];
  const table = (
    <DataTable key={asked.by + (asked.metrics ?? '')} id={`${form.id}.${asked.by}`} columns={columns} rows={report.rows} loading={paged.report.loading} rowKey={(l) => dims.map((d) => l.by[`${d}_id`] ?? l.by[d] ?? '').join('|')} search={dims.includes('agent') && !paged.partial} arrange={paged.partial ? (key, down) => paged.arrange(metrics.some((m) => m.key === key) ? (down ? '-' : '') + key : undefined) : undefined}
      tools={may('EXPORT') && <span className="row gap4 no-print"><Button icon={<FileExcelOutlined />} loading={busy === 'xlsx'} onClick={() => download('xlsx')}>{t.rep.exportXlsx}</Button><Button icon={<DownloadOutlined />} loading={busy === 'csv'} onClick={() => download('csv')}>{t.common.exportCsv}</Button></span>}
      empty={[t.rep.empty, t.rep.emptyHelp]}
      total={(cols) => (
        <Table.Summary.Row className="total-row">{cols.map((c, i) => {
          const m = metrics.find((x) => x.key === c.key);
          return <Table.Summary.Cell key={c.key} index={i} align={m ? 'right' : undefined}>{m ? shown(report.total.values, m) : i === 0 ? t.rep.total : ''}</Table.Summary.Cell>;
        })}</Table.Summary.Row>
      )} />
  );
  return (
    <>
      {table}
      {paged.partial && <div className="row no-print" role="status"><span className="muted small num">{t.rep.loadedOf(report.rows.length, paged.all)}</span><Button size="small" loading={paged.busy} onClick={paged.more}>{t.common.more}</Button></div>}
    </>
  );
}
