import { PrinterOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Suspense, lazy, useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../api/http';
import type { Metric, Report, ReportLine } from '../api/types';
import { useLang, useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { count, exactTime, money, percent } from '../lib/format';
import { serverNow } from '../lib/clock';
import { useRemote } from '../lib/remote';
import { may, useMe } from '../live/me';
import { Bones, Loaded, Nothing } from '../ui/parts';
import { columnsOf, earlierOf, idOf, nameOf, partOf, raw, valueText } from './asked';
import { Filters } from './Filters';
import { HeaderLine, Strip, useCatalogue } from './ReportBody';
import type { Around, Opener } from './ReportBody';
import { useAsked } from './ServiceReport';
import type { View } from './ServiceReport';
import { SessionsDrawer } from './SessionsDrawer';
import type { Figure } from './SessionsDrawer';
import { Unsettled } from './Unsettled';

const DailySales = lazy(() => import('./DailySales'));
const view: View = { key: 'contribution', bys: ['day'], span: 'last_month', sales: true };
const heads = ['sales', 'share', 'paid_final', 'cell_silent_own_amount', 'csat', 'refund_rate'];
const served = ['receive_num', 'reply_rate', 'first_reply_time', 'avg_reply_time', 'csat'];
const saved = ['cell_silent_own', 'cell_other_own'] as const;
const rest = ['orders', 'buyers', 'aov', 'silent_share', 'inquiry_num', 'lost_num', 'refund_amount', ...saved.flatMap((c) => [`${c}_persons`, `${c}_orders`, `${c}_amount`])];
const BEST = 5;

/* What the service sold and saved, on one page for who pays for it; every figure opens what it was counted from. */
export function Contribution() {
  const t = useT();
  const [asked, ask, filled] = useAsked(view);
  const [figure, setFigure] = useState<Figure | null>(null);
  const catalogue = useCatalogue(asked);
  const { by: _, metrics: __, ...filters } = asked;
  const params = { ...filters, by: 'day', metrics: [...new Set([...heads, ...served, ...rest])].join(',') };
  const [from, to] = earlierOf({ ...params }, 'previous') ?? [asked.from, asked.to];
  const agents = { ...filters, by: 'agent', metrics: 'sales,orders,paid_final,csat', order: '-sales', limit: BEST + 1 };
  const now = useRemote(JSON.stringify(params), (signal) => api.get<Report>('/reports/service', params, signal));
  const rows = now.data?.rows.length;
  useEffect(() => { if (rows !== undefined) filled(rows); });
  const before = useRemote(JSON.stringify({ ...params, from, to }), (signal) => api.get<Report>('/reports/service', { ...params, from, to }, signal));
  const best = useRemote(JSON.stringify(agents), (signal) => api.get<Report>('/reports/service', agents, signal));
  const open: Opener = (metric, value, extra, label) => setFigure({ ...filters, metric, value, label, ...extra });
  return (
    <>
      <div className="row wrap no-print"><Filters asked={asked} ask={ask} bys={[]} narrow sales /><Button className="push" icon={<PrinterOutlined />} onClick={() => window.print()}>{t.sal.worth.print}</Button></div>
      <Loaded from={catalogue}>{(c) => <Loaded from={now} rows={10}>{(report) => (
        <Paper around={{ report, metrics: columnsOf(report, c.rows), asked, open: may('CHAT_SEE') ? open : undefined }} before={before.data} than={`${from} – ${to}`} best={best.data} loading={now.loading} />
      )}</Loaded>}</Loaded>
      <SessionsDrawer figure={figure} close={() => setFigure(null)} />
    </>
  );
}

/* What is to be said first, in words. */
function leadOf(r: Omit<ReportLine, 'by'>, t: Catalogue): string {
  const w = t.sal.worth, v = r.values, sales = raw(v.sales) ?? 0, share = raw(v.share), orders = count(raw(v.orders) ?? 0), rate = raw(v.paid_final), csat = raw(v.csat), nudged = raw(v.cell_silent_own_amount);
  return [
    share === null ? w.sentenceNoShare(money(sales), orders) : w.sentence(money(sales), percent(share), orders), nudged ? w.saving(count(raw(v.cell_silent_own_persons) ?? 0), money(nudged)) : '',
    rate === null ? '' : w.converting(percent(rate)), csat === null ? '' : w.happy(percent(csat), count(r.counts.csat?.count ?? 0)),
  ].filter(Boolean).join(t.sal.worth.gap);
}

function Paper({ around, before, than, best, loading }: { around: Around; before: Report | undefined; than: string; best: Report | undefined; loading: boolean }) {
  const t = useT();
  const me = useMe();
  const w = t.sal.worth;
  const { report, metrics, asked, open } = around;
  const shops = me.shops.filter((s) => !Number(asked.shop_id) || String(s.id) === asked.shop_id).map((s) => s.name).join(t.common.comma);
  const total = report.total;
  if (!raw(total.values.orders) && !raw(total.values.receive_num)) return loading ? <Bones rows={10} /> : <div className="section"><Nothing title={w.none} help={w.noneHelp} /></div>;
  const opener: Opener = (m, value, extra, label) => open?.(m, value, extra, label);
  const metric = (key: string) => metrics.find((m) => m.key === key);
  const sales = raw(total.values.sales), silent = total.counts.silent_share?.sum ?? 0, whole = total.counts.silent_share?.count ?? 0;
  return (
    <article className="worth col">
      <header className="worth-head"><h2>{w.title}</h2><span>{shops}</span><span className="num">{asked.from} – {asked.to}</span><span className="muted small">{w.than(than)} · {w.made(exactTime(serverNow()))}</span></header>
      <p className="worth-lead">{leadOf(total, t)}</p>
      <Strip report={report} metrics={heads.flatMap((k) => metric(k) ?? [])} before={before} asked={asked} compare="previous" open={opener} names={{ cell_silent_own_amount: w.nudged, paid_final: w.rate }} />
      {total.values.paid_final === 'pending' && <Unsettled asked={asked} windows={report.header.windows} />}
      <section className="section" aria-label={w.sold}>
        <h2>{w.sold}</h2>
        {whole > 0 && sales !== null && <div className="share-bar" role="img" aria-label={`${w.service} ${percent(sales / whole)}`}><span className="own" style={{ flexGrow: Math.max(sales, 0) }}>{w.service} {money(sales)} · {percent(sales / whole)}</span><span style={{ flexGrow: Math.max(silent, 0) }}>{w.silentSales} {money(silent)} · {percent(silent / whole)}</span></div>}
        <Suspense fallback={<div className="chart"><Bones rows={3} /></div>}><DailySales {...around} /></Suspense>
      </section>
      <div className="worth-two">
        <section className="section" aria-label={w.saved}><h2>{w.saved}</h2><Saved around={around} before={before} /></section>
        <section className="section" aria-label={w.served}><h2>{w.served}</h2><Lines around={around} before={before} keys={served} /></section>
      </div>
      {best && <Best report={best} around={around} />}
      <HeaderLine report={report} asked={asked} sales />
    </article>
  );
}

function Cell({ around, metricKey, line }: { around: Around; metricKey: string; line?: ReportLine }) {
  const t = useT();
  const m = around.metrics.find((x) => x.key === metricKey);
  const value = (line ?? around.report.total).values[metricKey];
  if (!m) return <>-</>;
  if (value === 'pending') return <span className="pending" title={t.rep.pendingHelp}>{t.rep.pending}</span>;
  const { open } = around;
  return value && open ? <button className="bare cell-link" onClick={() => open(m, value, line ? partOf(line, { ...around.asked, by: 'agent' }) : {}, line ? nameOf(line, 'agent', t) : '')}>{valueText(value, m.unit)}</button> : <>{valueText(value, m.unit)}</>;
}

const earlier = (before: Report | undefined, m: Metric | undefined, t: Catalogue): string => { const v = m && before?.total.values[m.key]; return v === 'pending' ? t.rep.pending : m ? valueText(v, m.unit) : '-'; };

function Row({ label, help, cells, was }: { label: string; help?: string; cells: ReactNode[]; was: string }) {
  return <tr><th scope="row">{label}{help && <span className="muted small worth-help">{help}</span>}</th>{cells.map((c, i) => <td key={i}>{c}</td>)}<td className="muted">{was}</td></tr>;
}

function Saved({ around, before }: { around: Around; before: Report | undefined }) {
  const t = useT();
  const w = t.sal.worth;
  const metric = (key: string) => around.metrics.find((m) => m.key === key);
  const names = { cell_silent_own: [w.nudged, w.nudgedHelp], cell_other_own: [w.followed, w.followedHelp] } as const;
  return (
    <table className="plain-table">
      <thead><tr><th scope="col" /><th scope="col">{t.sal.measures.persons}</th><th scope="col">{t.sal.measures.amount}</th><th scope="col">{w.before}</th></tr></thead>
      <tbody>
        {saved.map((c) => <Row key={c} label={names[c][0]} help={names[c][1]} cells={[<Cell around={around} metricKey={`${c}_persons`} />, <Cell around={around} metricKey={`${c}_amount`} />]} was={earlier(before, metric(`${c}_amount`), t)} />)}
        <Row label={w.lost} help={w.lostHelp} cells={[<Cell around={around} metricKey="lost_num" />, '']} was={earlier(before, metric('lost_num'), t)} />
        <Row label={w.refunded} cells={['', <Cell around={around} metricKey="refund_amount" />]} was={earlier(before, metric('refund_amount'), t)} />
      </tbody>
    </table>
  );
}

function Lines({ around, before, keys }: { around: Around; before: Report | undefined; keys: string[] }) {
  const t = useT();
  const lang = useLang();
  return (
    <table className="plain-table">
      <thead><tr><th scope="col" /><th scope="col">{t.sal.worth.now}</th><th scope="col">{t.sal.worth.before}</th></tr></thead>
      <tbody>{keys.map((k) => { const m = around.metrics.find((x) => x.key === k); return m && <Row key={k} label={lang === 'zh' ? m.name_zh : m.name_en} cells={[<Cell around={around} metricKey={k} />]} was={earlier(before, m, t)} />; })}</tbody>
    </table>
  );
}

function Best({ report, around }: { report: Report; around: Around }) {
  const t = useT();
  const w = t.sal.worth;
  const rows = report.rows.filter((r) => idOf(r, 'agent') && raw(r.values.sales)).slice(0, BEST);
  const whole = raw(around.report.total.values.sales) ?? 0;
  if (!rows.length) return null;
  return (
    <section className="section" aria-label={w.best}>
      <h2>{w.best}</h2>
      <table className="plain-table">
        <thead><tr><th scope="col">{w.agent}</th><th scope="col">{w.service}</th><th scope="col">{w.ofService}</th><th scope="col">{t.sal.measures.orders}</th><th scope="col">{w.rate}</th><th scope="col">{w.csat}</th></tr></thead>
        <tbody>{rows.map((r) => <tr key={idOf(r, 'agent')}><th scope="row">{nameOf(r, 'agent', t)}</th><td><Cell around={around} metricKey="sales" line={r} /></td><td>{whole ? percent((raw(r.values.sales) ?? 0) / whole) : '-'}</td><td><Cell around={around} metricKey="orders" line={r} /></td><td><Cell around={around} metricKey="paid_final" line={r} /></td><td><Cell around={around} metricKey="csat" line={r} /></td></tr>)}</tbody>
      </table>
    </section>
  );
}
