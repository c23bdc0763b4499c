import { Button } from 'antd';
import { useT } from '../i18n';
import { Link, navigate } from '../lib/router';
import { Loaded, Nothing } from '../ui/parts';
import { askedOf, formOf, pinSet, useDesigns } from './Designs';
import { ReportBody } from './ReportBody';

/* Saved reports that one has pinned, one below the other. */
export function Board() {
  const t = useT();
  const designs = useDesigns();
  return <Loaded from={designs} rows={8}>{({ rows }) => {
    const pinned = rows.filter((d) => d.pinned);
    if (!pinned.length) return <div className="section"><Nothing title={t.rep.design.noPins} help={t.rep.design.noPinsHelp}><Button type="primary" onClick={() => navigate('/reports/designs')}>{t.rep.design.title}</Button></Nothing></div>;
    return <>{pinned.map((d) => (
      <section key={d.id} className="col board-part" aria-label={d.name}>
        <div className="row"><h2 className="cut"><Link to={`/reports/designs/${d.id}`}>{d.name}</Link></h2><span className="muted small cut">{d.owner_name}</span><Button size="small" type="text" className="push no-print" onClick={() => void pinSet(d, false, designs.reload)}>{t.rep.design.unpin}</Button></div>
        <ReportBody asked={askedOf(d.spec)} form={{ ...formOf(`board.${d.id}`, d.spec), table: !d.spec.chart || d.spec.chart === 'none' }} />
      </section>
    ))}</>;
  }}</Loaded>;
}
