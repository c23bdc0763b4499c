import { useT } from '../i18n';
import { may } from '../live/me';
import { SubNav } from '../ui/SubNav';
import { Anomalies } from './Anomalies';
import { Board } from './Board';
import { Contribution } from './Contribution';
import { Deliveries } from './Deliveries';
import { Designs } from './Designs';
import { Months } from './Months';
import { Score } from './Score';
import { ServiceReport, views } from './ServiceReport';

export default function ReportsPage() {
  const t = useT();
  return <SubNav base="/reports" title={t.nav.reports} tabs={[
    ...Object.values(views).map((view) => ({ key: view.key, title: t.rep.views[view.key] ?? view.key, view: <ServiceReport key={view.key} view={view} /> })),
    { key: 'contribution', title: t.rep.views.contribution ?? '', view: <Contribution /> }, { key: 'anomalies', title: t.rep.odd.title, view: <Anomalies /> }, { key: 'score', title: t.rep.score.title, view: <Score /> }, { key: 'designs', title: t.rep.design.title, view: <Designs /> }, { key: 'board', title: t.rep.board, view: <Board /> },
    { key: 'deliveries', title: t.sends.title, needs: may('EXPORT'), view: <Deliveries /> }, { key: 'months', title: t.months.title, view: <Months /> },
  ]} />;
}
