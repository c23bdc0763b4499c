import { Select } from 'antd';
import { useState } from 'react';
import type { ReportLine, Value } from '../api/types';
import { useLang, useT } from '../i18n';
import { count, percent } from '../lib/format';
import { dimsOf, funnelStages, lineName, partOf } from './asked';
import { usePlot } from './echart';
import type { Around } from './ReportBody';
import { Unsettled } from './Unsettled';

const shades = ['ff', 'e6', 'd0', 'b8']; /* of one colour, down the funnel; paler yet what is not settled */
interface Stage { key: string; value: Value | undefined; n: number }

/* Received, inquiry, ordered, paid, as far as the report has them: of all, or of one row. What is not settled yet shows how far it has come, and says so. */
export default function Funnel({ report, metrics, asked, open }: Around) {
  const t = useT();
  const lang = useLang();
  const dims = dimsOf(asked.by);
  const names = report.rows.map((r) => lineName(r, dims, t));
  const [of, setOf] = useState('');
  const line = report.rows[names.indexOf(of)];
  const from: Omit<ReportLine, 'by'> = line ?? report.total;
  const all: Stage[] = funnelStages.filter((key) => metrics.some((m) => m.key === key)).map((key) => ({ key, value: from.values[key], n: from.counts[key]?.sum ?? 0 }));
  const inquiry = all.findIndex((s) => s.key === 'inquiry_num');
  const show = (s: Stage) => {
    const m = metrics.find((x) => x.key === s.key);
    if (m && s.n && open) open(m, s.value, line ? partOf(line, asked) : {}, line ? of : '');
  };
  const label = (s: Stage): string => t.sal.funnel.stages[s.key] ?? s.key;
  const text = (s: Stage): string => (s.value === 'pending' ? `${t.rep.pending} · ${t.sal.funnel.soFar(count(s.n))}` : count(s.n));
  const box = usePlot((ink) => ({
    tooltip: { trigger: 'item', renderMode: 'richText', confine: true, formatter: (p: { dataIndex: number }) => { const s = all[p.dataIndex]; return s ? `${label(s)} ${text(s)}` : ''; } },
    series: [{
      type: 'funnel', sort: 'none', left: 8, right: 8, top: 8, bottom: 8, gap: 3, minSize: '4%', label: { position: 'inside', color: '#fff', textBorderColor: 'rgba(0,0,0,.45)', textBorderWidth: 2, fontSize: 13, formatter: (p: { dataIndex: number }) => { const s = all[p.dataIndex]; return s ? `${label(s)}  ${count(s.n)}` : ''; } },
      data: all.map((s, i) => ({ name: label(s), value: s.n, itemStyle: { color: `${ink.colours[0]}${s.value === 'pending' ? '40' : shades[i]}`, borderWidth: 0 }, ...(s.value === 'pending' ? { label: { color: ink.text, textBorderWidth: 0 } } : {}) })),
    }],
  }), [report, of, lang], (p) => { const s = all[p.dataIndex ?? -1]; if (s) show(s); });
  return (
    <section className="section" aria-label={t.sal.funnel.title}>
      {report.rows.length > 1 && <div className="row no-print"><Select size="small" showSearch value={of} onChange={setOf} aria-label={t.sal.funnel.of} popupMatchSelectWidth={false} options={[{ value: '', label: t.rep.total }, ...names.map((n) => ({ value: n, label: n }))]} /></div>}
      <div className="funnel">
        <div ref={box} className="chart" role="img" aria-label={all.map((s) => `${label(s)} ${text(s)}`).join(t.common.comma)} />
        <table className="plain-table">
          <thead><tr><th scope="col">{t.sal.funnel.stage}</th><th scope="col">{t.sal.funnel.persons}</th><th scope="col">{t.sal.funnel.ofPrevious}</th><th scope="col">{t.sal.funnel.ofFirst}</th></tr></thead>
          <tbody>{all.map((s, i) => {
            const part = (over: Stage | undefined) => (!over?.n || s.value === 'pending' ? '-' : percent(s.n / over.n));
            return (
              <tr key={s.key}><th scope="row">{label(s)}</th>
                <td>{s.n && open ? <button className="bare cell-link" onClick={() => show(s)}>{s.value === 'pending' ? <span className="pending">{text(s)}</span> : text(s)}</button> : text(s)}</td>
                <td>{i === 0 ? '-' : part(all[i - 1])}</td><td>{i <= inquiry ? '-' : part(all[inquiry])}</td></tr>
            );
          })}</tbody>
        </table>
      </div>
      {all.some((s) => s.value === 'pending') && <Unsettled asked={asked} windows={report.header.windows} />}
    </section>
  );
}
