import { Tooltip } from 'antd';
import { useT } from '../i18n';
import type { Around } from './ReportBody';
import { valueText } from './asked';

export const cellKinds = ['own_own', 'own_other', 'other_own', 'silent_own', 'silent_follow'];
const measures = ['persons', 'items', 'orders', 'amount'];
export const cellMetrics = [...measures.flatMap((m) => cellKinds.map((c) => `cell_${c}_${m}`)), 'assist_order', 'assist_payment', 'assist_follow'].join(',');

/* The five cells of what was paid by four measures, for everybody together. */
export function Cells({ report, metrics, open }: Around) {
  const t = useT();
  return (
    <section className="section matrix-box" aria-label={t.sal.cell}>
      <table className="plain-table">
        <thead><tr><th scope="col">{t.sal.cell}</th>{measures.map((m) => <th key={m} scope="col">{t.sal.measures[m]}</th>)}</tr></thead>
        <tbody>{cellKinds.map((c) => (
          <tr key={c}>
            <th scope="row"><Tooltip title={t.sal.cellHelp[c]}><span className="help-title">{t.sal.cells[c]}</span></Tooltip></th>
            {measures.map((by) => {
              const m = metrics.find((x) => x.key === `cell_${c}_${by}`), value = m && report.total.values[m.key];
              return <td key={by}>{m && value && open ? <button className="bare cell-link" onClick={() => open(m, value, {}, '')}>{valueText(value, m.unit)}</button> : m ? valueText(value, m.unit) : '-'}</td>;
            })}
          </tr>
        ))}</tbody>
      </table>
    </section>
  );
}
