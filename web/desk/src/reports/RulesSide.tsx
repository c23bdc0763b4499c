import { Table } from 'antd';
import type { ReportLine } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Loaded } from '../ui/parts';
import { attributions, dimsOf, nameOf, partOf, raw, valueText } from './asked';
import { wholeReport } from './paged';
import type { Around } from './ReportBody';

const figures = ['sales', 'orders'] as const;
interface Line { by: ReportLine; of: (ReportLine | undefined)[] }

/* Whose the same orders are under each of the three rules; each cell opens its own. */
export function RulesSide({ report, metrics, asked, open }: Around) {
  const t = useT();
  const dims = dimsOf(asked.by);
  const params = { ...asked, metrics: figures.join(',') };
  const three = useRemote(JSON.stringify(params), (signal) => Promise.all(attributions.map((attribution) => wholeReport({ ...params, attribution }, signal))));
  const id = (l: ReportLine): string => dims.map((d) => l.by[`${d}_id`] ?? l.by[d] ?? '').join('|');
  const now = report.header.attribution;
  const cell = (line: Omit<ReportLine, 'by'> | undefined, rule: string, key: string, part: ReportLine | undefined) => {
    const m = metrics.find((x) => x.key === key), value = line?.values[key];
    if (!m || !value) return <span className="muted">-</span>;
    return open ? <button className="bare cell-link" onClick={() => open(m, value, { ...(part ? partOf(part, asked) : {}), attribution: rule }, `${part ? dims.map((d) => nameOf(part, d, t)).join(' · ') + ' · ' : ''}${t.sal.rules[rule] ?? rule}`)}>{valueText(value, m.unit)}</button> : valueText(value, m.unit);
  };
  return (
    <section className="col" aria-label={t.sal.side.title}>
      <div><h2>{t.sal.side.title}</h2><p className="muted small">{t.sal.side.help}</p></div>
      <Loaded from={three} rows={6}>{(reports) => {
        const lines = new Map<string, Line>();
        reports.forEach((r, i) => r.rows.forEach((l) => {
          const line = lines.get(id(l)) ?? { by: l, of: [] };
          line.of[i] = l;
          lines.set(id(l), line);
        }));
        const columns: Column<Line>[] = [
          ...dims.map((d, i): Column<Line> => ({ key: d, title: t.rep.by[d] ?? d, fixed: i === 0, value: (l) => nameOf(l.by, d, t), render: (l) => (i === 0 ? <b className="nowrap">{nameOf(l.by, d, t)}</b> : <span className="num">{nameOf(l.by, d, t)}</span>) })),
          ...attributions.flatMap((rule, i) => figures.map((key): Column<Line> => ({
            key: `${rule}.${key}`, title: `${t.sal.rules[rule]} ${t.sal.side[key]}${rule === now && key === 'sales' ? t.sal.side.now : ''}`, align: 'right', value: (l) => raw(l.of[i]?.values[key]), render: (l) => cell(l.of[i], rule, key, l.by),
          }))),
        ];
        return <DataTable id={`rules.${asked.by}`} columns={columns} rows={[...lines.values()].filter((l) => l.of.some((x) => x?.values.orders))} rowKey={(l) => id(l.by)} empty={[t.rep.empty, t.rep.emptyHelp]}
          total={(cols) => <Table.Summary.Row className="total-row">{cols.map((c, i) => {
            const [rule, key] = c.key.split('.');
            return <Table.Summary.Cell key={c.key} index={i} align={key ? 'right' : undefined}>{key && rule ? cell(reports[attributions.indexOf(rule as typeof attributions[number])]?.total, rule, key, undefined) : i === 0 ? t.rep.total : ''}</Table.Summary.Cell>;
          })}</Table.Summary.Row>} />;
      }}</Loaded>
    </section>
  );
}
