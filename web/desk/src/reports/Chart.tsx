import { Select } from 'antd';
import type { Metric, Report, ReportLine } from '../api/types';
import { useLang, useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { count } from '../lib/format';
import { usePref } from '../lib/prefs';
import { dimsOf, lineName, nameOf, raw, valueText } from './asked';
import { usePlot } from './echart';
import type { EChartsCoreOption, Ink } from './echart';

export type ChartKind = 'bar' | 'line' | 'stack' | 'heat';
const WEEKDAYS = 7, HOURS = 24, LABELLED = 14, SHOWN = 60;

interface Drawn { report: Report; metric: Metric; kind: ChartKind; by: string; name: string; ink: Ink; t: Catalogue }

const sample = (line: ReportLine, m: Metric, t: Catalogue): string => { const n = line.counts[m.key]?.count; return n === undefined ? '' : `\nn = ${count(n)} ${t.rep.samples}`; };

/* Weekday by hour; one cell a row. Cells without rows stay empty. */
function heat({ report, metric, ink, t }: Drawn): EChartsCoreOption {
  const cells = report.rows.map((r, i) => ({ value: [Number(r.by.hour), (Number(r.by.weekday) + WEEKDAYS - 1) % WEEKDAYS, raw(r.values[metric.key]) ?? '-'], at: i }));
  const most = Math.max(...report.rows.map((r) => raw(r.values[metric.key]) ?? 0), metric.unit === 'ratio' ? 0.01 : 1);
  return {
    grid: { left: 8, right: 12, top: 8, bottom: 44, containLabel: true },
    xAxis: { type: 'category', data: Array.from({ length: HOURS }, (_, h) => String(h)), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: ink.text } },
    yAxis: { type: 'category', inverse: true, data: [1, 2, 3, 4, 5, 6, 0].map((d) => t.set.weekdays[d] ?? ''), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: ink.text } },
    visualMap: { min: 0, max: most, calculable: false, orient: 'horizontal', left: 'center', bottom: 0, itemHeight: 120, itemWidth: 12, inRange: { color: [ink.line, ink.colours[0]] }, textStyle: { color: ink.text }, formatter: (v: number) => valueText(v, metric.unit), text: [valueText(most, metric.unit), '0'] },
    series: [{ type: 'heatmap', data: cells, itemStyle: { borderRadius: 2 } }],
  };
}

/* Bars and lines over the first thing the report goes by; a second one makes a series each. */
function plain({ report, metric, kind, by, name, ink, t }: Drawn): EChartsCoreOption {
  const dims = dimsOf(by);
  const timed = ['day', 'week', 'month', 'hour', 'weekday'];
  const axis = dims.find((d) => timed.includes(d)) ?? dims[0] ?? 'day';
  const rest = dims.filter((d) => d !== axis);
  const short = (text: string) => (['day', 'week'].includes(axis) ? text.replace(/^\d{4}-/, '') : text);
  const places = [...new Set(report.rows.map((r) => nameOf(r, axis, t)))].slice(0, SHOWN);
  const series = [...new Set(report.rows.map((r) => lineName(r, rest, t)))].slice(0, ink.colours.length);
  const few = places.length <= LABELLED && series.length === 1;
  const label = (v: unknown) => valueText(typeof v === 'number' ? v : null, metric.unit);
  return {
    grid: { left: 8, right: kind === 'line' && rest.length ? 96 : 16, top: 24, bottom: 4, containLabel: true },
    xAxis: { type: 'category', data: places.map(short), axisTick: { show: false }, axisLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, hideOverlap: true } },
    yAxis: { type: 'value', min: 0, minInterval: metric.unit === 'count' ? 1 : undefined, splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, formatter: (v: number) => valueText(v, metric.unit) } },
    series: series.map((s, i) => ({
      type: kind === 'line' ? 'line' : 'bar', name: s || name, stack: kind === 'stack' ? 'all' : undefined, barMaxWidth: 36, symbolSize: 6, color: ink.colours[i], itemStyle: kind === 'line' ? undefined : { borderRadius: kind === 'stack' ? 0 : [3, 3, 0, 0] },
      label: { show: few, position: 'top', color: ink.text, fontSize: 11, formatter: (p: { value: unknown }) => label(p.value) }, labelLayout: { hideOverlap: true },
      endLabel: { show: kind === 'line' && rest.length > 0, color: ink.colours[i], formatter: s }, connectNulls: false,
      data: places.map((place) => {
        const at = report.rows.findIndex((r) => nameOf(r, axis, t) === place && lineName(r, rest, t) === s);
        return { value: at < 0 ? null : raw(report.rows[at]?.values[metric.key]), at };
      }),
    })),
  };
}

/* One figure of a report, drawn. Tooltips are drawn on the canvas, for the page allows no style in markup; a click opens what a point was counted from. */
export default function Chart({ id, report, metrics, first, kind, by, open }: { id: string; report: Report; metrics: Metric[]; first?: string; kind: ChartKind; by: string; open?: (metric: Metric, line: ReportLine) => void }) {
  const t = useT();
  const lang = useLang();
  const [key, setKey] = usePref(`report.chart.${id}`, first ?? metrics[0]?.key ?? '');
  const metric = metrics.find((m) => m.key === key) ?? metrics[0];
  const name = (m: Metric): string => (lang === 'zh' ? m.name_zh : m.name_en);
  const lineAt = (p: { data?: unknown }): ReportLine | undefined => report.rows[(p.data as { at?: number } | undefined)?.at ?? -1];
  const box = usePlot((ink) => {
    if (!metric) return null;
    const drawn: Drawn = { report, metric, kind, by, name: name(metric), ink, t };
    return {
      tooltip: {
        trigger: 'item', renderMode: 'richText', confine: true,
        formatter: (p: { data?: unknown }) => { const line = lineAt(p); return line ? `${lineName(line, dimsOf(by), t)}\n${name(metric)} ${line.values[metric.key] === 'pending' ? t.rep.pending : valueText(line.values[metric.key], metric.unit)}${sample(line, metric, t)}` : ''; },
      }, ...(kind === 'heat' ? heat(drawn) : plain(drawn)),
    };
  }, [report, metric, kind, by, lang], (p) => { const line = lineAt(p); if (metric && line && raw(line.values[metric.key])) open?.(metric, line); });
  if (!metric) return null;
  const over = dimsOf(by).map((d) => t.rep.by[d] ?? d).join(' × ');
  return (
    <section className="section">
      <div className="row"><Select size="small" value={metric.key} onChange={setKey} aria-label={t.rep.chartOf} popupMatchSelectWidth={false} options={metrics.map((m) => ({ value: m.key, label: name(m) }))} /><span className="muted small">{over}</span></div>
      <div ref={box} className={kind === 'heat' ? 'chart heat' : 'chart'} role="img" aria-label={`${name(metric)}, ${over}`} />
    </section>
  );
}
