import { Segmented } from 'antd';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { SpreadStep } from '../api/types';
import { useLang, useT } from '../i18n';
import { count, lengthText, percent } from '../lib/format';
import { usePref } from '../lib/prefs';
import { useRemote } from '../lib/remote';
import { Loaded, Nothing } from '../ui/parts';
import { dimsOf, lineName, partOf, raw, valueText } from './asked';
import { usePlot } from './echart';
import type { Around } from './ReportBody';

const kinds = ['first_reply', 'reply'] as const;
type Kind = (typeof kinds)[number];
const percentiles = [50, 90, 95, 99], MOST = 40;
const keyOf = (kind: Kind, p: number): string => `${kind === 'first_reply' ? 'first_reply_time' : 'reply_time'}_p${p}`;

/* The response times by their length: how many in each step, how many within, the percentiles, and those of each agent; a step opens its sessions. */
export default function Spread({ report, metrics, asked, open }: Around) {
  const t = useT();
  const s = t.sal.spread;
  const [kind, setKind] = usePref<Kind>('report.spread', 'first_reply');
  const { by: _, metrics: __, order: ___, limit: ____, weekday: _____, attribution: ______, ...filters } = asked;
  const params = { of: kind, ...filters };
  const spread = useRemote(JSON.stringify(params), (signal) => api.get<Rows<SpreadStep>>('/reports/service/spread', params, signal));
  return (
    <section className="section col" aria-label={s.title}>
      <div className="row wrap"><h2>{s.title}</h2><Segmented size="small" className="no-print" value={kind} onChange={setKind} aria-label={s.of} options={kinds.map((k) => ({ value: k, label: s[k] }))} /></div>
      <Loaded from={spread} rows={5}>{({ rows }) => (rows.some((r) => r.count) ? (
        <>
          <div className="row wrap gap16 small">{percentiles.map((p) => {
            const m = metrics.find((x) => x.key === keyOf(kind, p)), value = m && report.total.values[m.key];
            return m && <span key={p}><span className="muted">{s.percentile(p)}</span> {value && open ? <button className="bare cell-link" onClick={() => open(m, value, {}, '')}><b>{valueText(value, m.unit)}</b></button> : <b>{valueText(value, m.unit)}</b>}</span>;
          })}</div>
          <Steps rows={rows} open={open && ((step) => { const m = metrics.find((x) => x.key === keyOf(kind, 50)); if (m) open(m, report.total.values[m.key], { least_ms: step.from_ms, below_ms: step.below_ms ?? undefined }, stepName(step, s)); })} />
        </>
      ) : <Nothing title={s.none} />)}</Loaded>
      {dimsOf(asked.by)[0] === 'agent' && report.rows.length > 1 && <Whiskers kind={kind} around={{ report, metrics, asked, open }} />}
    </section>
  );
}

const stepName = (r: SpreadStep, s: ReturnType<typeof useT>['sal']['spread']): string => (r.below_ms === null ? s.last(String(r.from_ms / 1000)) : s.step(String(r.from_ms / 1000), String(r.below_ms / 1000)));

function Steps({ rows, open }: { rows: SpreadStep[]; open: ((step: SpreadStep) => void) | undefined }) {
  const t = useT();
  const s = t.sal.spread;
  const lang = useLang();
  const box = usePlot((ink) => {
    const axis = { axisTick: { show: false }, axisLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, hideOverlap: true } };
    return {
      grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
      tooltip: { trigger: 'item', renderMode: 'richText', confine: true, formatter: (p: { dataIndex: number }) => { const r = rows[p.dataIndex]; return r ? s.tip(stepName(r, s), count(r.count), percent(r.within ?? 0)) : ''; } },
      xAxis: { type: 'category', data: rows.map((r) => (r.below_ms === null ? `≥${r.from_ms / 1000}` : `${r.from_ms / 1000}–${r.below_ms / 1000}`)), ...axis },
      yAxis: [{ type: 'value', name: s.count, nameTextStyle: { color: ink.text }, splitLine: { lineStyle: { color: ink.line } }, ...axis }, { type: 'value', name: s.within, nameTextStyle: { color: ink.text }, min: 0, max: 1, splitLine: { show: false }, axisLabel: { color: ink.text, formatter: (v: number) => `${Math.round(v * 100)}%` } }],
      series: [
        { type: 'bar', name: s.count, color: ink.colours[0], barCategoryGap: '8%', itemStyle: { borderRadius: [3, 3, 0, 0] }, data: rows.map((r) => r.count) },
        { type: 'line', name: s.within, yAxisIndex: 1, color: ink.colours[1], symbolSize: 5, data: rows.map((r) => r.within) },
      ],
    };
  }, [rows, lang], (p) => { const r = rows[p.dataIndex ?? -1]; if (r?.count) open?.(r); });
  return <div ref={box} className="chart spread-chart" role="img" aria-label={rows.filter((r) => r.count).map((r) => `${stepName(r, s)} ${count(r.count)}`).join(t.common.comma)} />;
}

interface Draw { value: (dim: number) => number; coord: (point: [number, number]) => [number, number] }

/* A thin line from the median to the 99th percentile, thick to the 90th; the slowest median on top. */
function Whiskers({ kind, around: { report, metrics, asked, open } }: { kind: Kind; around: Around }) {
  const t = useT();
  const lang = useLang();
  const dims = dimsOf(asked.by);
  const at = (p: number) => (i: number): number => raw(report.rows[i]?.values[keyOf(kind, p)]) ?? 0;
  const order = report.rows.map((_, i) => i).filter((i) => raw(report.rows[i]?.values[keyOf(kind, 50)]) !== null).sort((a, b) => at(50)(b) - at(50)(a)).slice(0, MOST);
  const name = (i: number): string => { const line = report.rows[i]; return line ? lineName(line, dims, t) : ''; };
  const box = usePlot((ink) => ({
    grid: { left: 8, right: 24, top: 4, bottom: 4, containLabel: true },
    tooltip: {
      trigger: 'item', renderMode: 'richText', confine: true,
      formatter: (p: { dataIndex: number }) => { const i = order[p.dataIndex] ?? 0; return t.sal.spread.tipAgent(name(i), lengthText(at(50)(i)), lengthText(at(90)(i)), lengthText(at(99)(i)), count(report.rows[i]?.counts[keyOf(kind, 50)]?.count ?? 0)); },
    },
    xAxis: { type: 'value', min: 0, splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, hideOverlap: true, formatter: (v: number) => lengthText(v) } },
    yAxis: { type: 'category', inverse: true, data: order.map(name), axisTick: { show: false }, axisLine: { show: false }, axisLabel: { color: ink.text } },
    series: [{
      type: 'custom', encode: { x: [1, 2, 3], y: 0 }, data: order.map((i, y) => [y, at(50)(i), at(90)(i), at(99)(i)]),
      renderItem: (_: unknown, d: Draw) => {
        const y = d.value(0), [x50, py] = d.coord([d.value(1), y]), [x90] = d.coord([d.value(2), y]), [x99] = d.coord([d.value(3), y]), colour = ink.colours[0];
        const bar = (a: number, b: number, h: number, opacity: number) => ({ type: 'rect', shape: { x: a, y: py - h / 2, width: Math.max(b - a, 1), height: h }, style: { fill: colour, opacity } });
        return { type: 'group', children: [bar(x50, x99, 2, 0.6), bar(x50, x90, 8, 0.45), bar(x99 - 1, x99 + 1, 8, 0.6), { type: 'circle', shape: { cx: x50, cy: py, r: 5 }, style: { fill: colour } }] };
      },
    }],
  }), [report, kind, lang], (p) => {
    const line = report.rows[order[p.dataIndex ?? -1] ?? -1], m = metrics.find((x) => x.key === keyOf(kind, 50));
    if (line && m) open?.(m, line.values[m.key], partOf(line, asked), lineName(line, dims, t));
  });
  return <><h3 className="small muted">{t.sal.spread.byAgent}</h3><div ref={box} className="chart" style={{ height: 20 * order.length + 40 }} role="img" aria-label={t.sal.spread.byAgent} /></>;
}
