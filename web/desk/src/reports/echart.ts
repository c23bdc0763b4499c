import { BarChart, CustomChart, FunnelChart, HeatmapChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef } from 'react';
import type { DependencyList, RefObject } from 'react';
import { lookStore } from '../ui/theme';

echarts.use([BarChart, CustomChart, FunnelChart, HeatmapChart, LineChart, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

export type { EChartsCoreOption };
export interface Ink { text: string; line: string; colours: string[] }
export interface Point { data?: unknown; dataIndex?: number; seriesName?: string; name?: string }

/* One palette for all charts; the first is ours. */
const palette = { light: ['#0f766e', '#b86a00', '#1d5fa8', '#7a3ea8', '#5a6a67', '#a33d5e'], dark: ['#2fa89b', '#f0b45a', '#7db4f0', '#c39aea', '#93a5a1', '#f093b0'] };

/* A chart in the box that is returned, drawn anew when deps or the theme change. option: null draws nothing. Tooltips must be richText: the page allows no style in markup. */
export function usePlot(option: (ink: Ink) => EChartsCoreOption | null, deps: DependencyList, click?: (p: Point) => void): RefObject<HTMLDivElement | null> {
  const dark = lookStore.use((s) => s.dark);
  const box = useRef<HTMLDivElement>(null);
  const clicked = useRef(click);
  clicked.current = click;
  useEffect(() => {
    const drawn = option({ text: dark ? '#93a5a1' : '#5a6a67', line: dark ? '#2b3835' : '#e1e7e5', colours: dark ? palette.dark : palette.light });
    if (!box.current || !drawn) return;
    const chart = echarts.init(box.current, undefined, { renderer: 'canvas' });
    chart.setOption({ animation: false, ...drawn });
    chart.on('click', (p) => clicked.current?.(p as Point));
    const resize = new ResizeObserver(() => chart.resize());
    resize.observe(box.current);
    return () => { resize.disconnect(); chart.dispose(); };
  }, [...deps, dark]);
  return box;
}
