import { BarChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { Select } from 'antd';
import { useEffect, useRef } from 'react';
import type { Metric, Report, ReportLine } from '../api/types';
import { useLang, useT } from '../i18n';
import { usePref } from '../lib/prefs';
import { lookStore } from '../ui/theme';
import { valueText } from './ServiceReport';

echarts.use([BarChart, GridComponent, TooltipComponent, CanvasRenderer]);

/* One figure over days or hours: bars from zero. Tooltips are drawn on the canvas, for the page allows no style in markup. */
export default function Chart({ report, metrics, by, nameOf }: { report: Report; metrics: Metric[]; by: 'day' | 'hour'; nameOf: (line: ReportLine) => string }) {
  const t = useT();
  const lang = useLang();
  const dark = lookStore.use((s) => s.dark);
  const [key, setKey] = usePref('report.chart', metrics[0]?.key ?? '');
  const metric = metrics.find((m) => m.key === key) ?? metrics[0];
  const box = useRef<HTMLDivElement>(null);
  const name = (m: Metric): string => (lang === 'zh' ? m.name_zh : m.name_en);
  useEffect(() => {
    if (!box.current || !metric) return;
    const chart = echarts.init(box.current, undefined, { renderer: 'canvas' });
    const ink = dark ? '#93a5a1' : '#5a6a67';
    const line = dark ? '#2b3835' : '#e1e7e5';
    chart.setOption({
      animation: false, grid: { left: 8, right: 12, top: 16, bottom: 4, containLabel: true },
      tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' }, valueFormatter: (v: unknown) => (typeof v === 'number' ? valueText(v, metric.unit) : '-') },
      xAxis: { type: 'category', data: report.rows.map((r) => nameOf(r).replace(/^\d{4}-/, '')), axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { color: ink } },
      yAxis: { type: 'value', min: 0, splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink, formatter: (v: number) => valueText(v, metric.unit) } },
      series: [{ type: 'bar', name: name(metric), barMaxWidth: 36, itemStyle: { color: dark ? '#2fa89b' : '#0f766e', borderRadius: [3, 3, 0, 0] }, data: report.rows.map((r) => { const v = r.values[metric.key]; return typeof v === 'number' ? v : null; }) }],
    });
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(box.current);
    return () => { resize.disconnect(); chart.dispose(); };
  }, [report, metric, dark, lang]);
  if (!metric) return null;
  return (
    <section className="section">
      <div className="row"><Select size="small" value={metric.key} onChange={setKey} aria-label={t.rep.chartOf} popupMatchSelectWidth={false} options={metrics.map((m) => ({ value: m.key, label: name(m) }))} /><span className="muted small">{t.rep.by[by]}</span></div>
      <div ref={box} className="chart" role="img" aria-label={`${name(metric)}, ${t.rep.by[by]}`} />
    </section>
  );
}
