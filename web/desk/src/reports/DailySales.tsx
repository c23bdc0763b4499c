import { useLang, useT } from '../i18n';
import { money } from '../lib/format';
import { nameOf, partOf, raw } from './asked';
import { usePlot } from './echart';
import type { Around } from './ReportBody';

/* Sales a day, of agents and silent, one on the other; a bar opens its orders. */
export default function DailySales({ report, metrics, asked, open }: Around) {
  const t = useT();
  const lang = useLang();
  const w = t.sal.worth;
  const days = report.rows, sales = days.map((d) => raw(d.values.sales) ?? 0), silent = days.map((d) => d.counts.silent_share?.sum ?? 0);
  const box = usePlot((ink) => ({
    grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
    tooltip: { trigger: 'item', renderMode: 'richText', confine: true, formatter: (p: { dataIndex: number }) => { const d = days[p.dataIndex]; return d ? `${nameOf(d, 'day', t)}\n${w.service} ${money(sales[p.dataIndex] ?? 0)}\n${w.silentSales} ${money(silent[p.dataIndex] ?? 0)}` : ''; } },
    xAxis: { type: 'category', data: days.map((d) => nameOf(d, 'day', t).slice(5)), axisTick: { show: false }, axisLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, hideOverlap: true } },
    yAxis: { type: 'value', splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.text, formatter: (v: number) => `¥${Math.round(v / 100).toLocaleString('en')}` } },
    series: [
      { type: 'bar', stack: 'all', name: w.service, color: ink.colours[0], barMaxWidth: 28, data: sales },
      { type: 'bar', stack: 'all', name: w.silentSales, color: `${ink.colours[4]}55`, data: silent },
    ],
  }), [report, lang], (p) => {
    const day = days[p.dataIndex ?? -1], m = metrics.find((x) => x.key === 'sales'), own = p.seriesName === w.service;
    if (day && m) open?.(m, own ? day.values.sales : day.counts.silent_share?.sum, { ...partOf(day, { ...asked, by: 'day' }), ...(own ? {} : { agent_id: 0 }) }, `${nameOf(day, 'day', t)} · ${own ? w.service : w.silentSales}`);
  });
  return <div ref={box} className="chart" role="img" aria-label={w.daily} />;
}
