import { Checkbox, DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useMemo, useState } from 'react';
import { everyRow } from '../api/http';
import { useLang, useT } from '../i18n';
import { count, money, percent } from '../lib/format';
import { dayText, today } from '../lib/day';
import { useRemote } from '../lib/remote';
import { useQuery } from '../lib/router';
import { wholeReport } from '../reports/paged';
import { DataTable } from '../ui/DataTable';

interface Theirs { agent_id: number; agent_name: string; day: string; metric: string; source: string; value: string; number: number | null }
interface MetricRow { key: string; name?: string; name_zh?: string; name_en?: string; unit: string }
interface Line extends Theirs { ours: number | null; has: boolean; unit: string; name: string; same: boolean }

const METRICS_MOST = 2000; /* characters that a question may name metrics with */

/* Their figures beside ours, by agent and day. Ours come from the same report as on the page of reports. */
export default function FiguresPage() {
  const t = useT();
  const lang = useLang();
  const [query, setQuery] = useQuery();
  const [only, setOnly] = useState(false);
  const [source, setSource] = useState<string | undefined>();
  const to = query.to ?? dayText(today()), from = query.from ?? dayText(dayjs(to).subtract(13, 'day'));
  const theirs = useRemote(`figures ${from} ${to}`, (signal) => everyRow<Theirs>('/external-figures', { from, to } as never, signal));
  const wanted = [...new Set((theirs.data ?? []).map((x) => x.metric))].join(',');
  const ours = useRemote(wanted ? `ours ${from} ${to} ${wanted}` : null, (signal) => wholeReport({ from, to, by: 'agent_day', metrics: wanted.length > METRICS_MOST ? undefined : wanted }, signal));
  const metrics = useRemote('metrics-catalogue', (signal) => everyRow<MetricRow>('/metrics-catalogue', undefined, signal));
  const lines = useMemo(() => {
    if (!theirs.data || (wanted && !ours.data)) return undefined;
    const mine = new Map((ours.data?.rows ?? []).map((r) => [`${r.by.agent_id} ${r.by.day}`, r.values]));
    const known = new Map((metrics.data ?? []).map((m) => [m.key, m]));
    return theirs.data.filter((x) => !source || x.source === source).map((x): Line => {
      const v = mine.get(`${x.agent_id} ${x.day}`)?.[x.metric];
      const m = known.get(x.metric);
      const mineNow = typeof v === 'number' ? v : null;
      const unit = m?.unit ?? 'count';
      return { ...x, ours: mineNow, has: Boolean(ours.data?.columns.includes(x.metric)), unit, name: (lang === 'zh' ? m?.name_zh : m?.name_en) ?? m?.name ?? x.metric,
        same: x.number !== null && mineNow !== null && Math.abs(x.number - mineNow) <= tolerance(unit, x.value) };
    }).filter((x) => x.has && (!only || !x.same));
  }, [theirs.data, ours.data, wanted, metrics.data, source, only, lang]);
  const show = (n: number | null, unit: string): string => (n === null ? '-' : unit === 'ratio' ? percent(n) : unit === 'ms' ? `${(n / 1000).toFixed(1)} s` : unit === 'money' ? money(n) : count(n));
  const sources = [...new Set((theirs.data ?? []).map((x) => x.source))];
  return (
    <div className="page">
      <div className="page-head"><h1>{t.imp.figures}</h1></div>
      <div className="section col">
        <span className="muted">{t.imp.figuresHelp}</span>
        <DataTable<Line> id="figures" rows={lines} error={theirs.error ?? ours.error} retry={() => { theirs.reload(); ours.reload(); }} loading={theirs.loading || ours.loading} rowKey={(r) => `${r.agent_id} ${r.day} ${r.metric} ${r.source}`} search exportName="figures" empty={[t.imp.noFigures, t.imp.noFiguresHelp]}
          tools={<>
            <DatePicker.RangePicker allowClear={false} value={[dayjs(from), dayjs(to)]} onChange={(v) => v?.[0] && v[1] && setQuery({ from: v[0].format('YYYY-MM-DD'), to: v[1].format('YYYY-MM-DD') })} />
            {sources.length > 1 && <Select allowClear value={source} onChange={setSource} placeholder={t.imp.source} aria-label={t.imp.source} options={sources.map((s) => ({ value: s, label: s }))} style={{ minWidth: 120 }} />}
            <Checkbox checked={only} onChange={(e) => setOnly(e.target.checked)}>{t.imp.onlyDiffering}</Checkbox>
            {lines && <span className="muted small">{t.imp.figuresSum(lines.length, lines.filter((l) => l.same).length)}</span>}
          </>}
          columns={[
            { key: 'day', title: t.imp.day, value: (r) => r.day }, { key: 'agent', title: t.imp.members.agent!, value: (r) => r.agent_name, filter: true }, { key: 'metric', title: t.imp.metric, value: (r) => r.name, filter: true },
            { key: 'theirs', title: t.imp.theirs, align: 'right', value: (r) => r.number, render: (r) => <span className="num" title={r.value}>{r.number === null ? r.value : show(r.number, r.unit)}</span> },
            { key: 'ours', title: t.imp.ours, align: 'right', value: (r) => r.ours, render: (r) => <span className="num">{show(r.ours, r.unit)}</span> },
            { key: 'difference', title: t.imp.difference, align: 'right', value: (r) => (r.number === null || r.ours === null ? null : r.ours - r.number),
              render: (r) => (r.number === null || r.ours === null ? <span className="muted">{t.imp.noValue}</span> : r.same ? <span className="muted">{t.imp.same}</span> : <b className="num">{r.ours > r.number ? '+' : '−'}{show(Math.abs(r.ours - r.number), r.unit)}</b>) },
            { key: 'source', title: t.imp.source, value: (r) => r.source, filter: true, hidden: true },
          ]} />
      </div>
    </div>
  );
}

/* A figure as it was written has so many digits: what they cannot tell apart is the same. */
function tolerance(unit: string, value: string): number {
  const decimals = /\.(\d+)/.exec(value)?.[1]?.length ?? 0;
  const step = 10 ** -decimals;
  return unit === 'count' || unit === 'chars' ? 0 : unit === 'ms' ? (500 * step) : unit === 'ratio' ? (/[%％]/.test(value) ? step / 200 : step / 2) : 0.5;
}
