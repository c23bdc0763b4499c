import { Alert } from 'antd';
import { useEffect } from 'react';
import { useT } from '../i18n';
import { navigate, usePath } from '../lib/router';
import { ServiceReport } from './ServiceReport';

export default function ReportsPage() {
  const t = useT();
  const path = usePath();
  useEffect(() => { if (path !== '/reports/service') navigate('/reports/service' + location.search, true); }, [path]);
  return (
    <div className="page">
      <div className="page-head"><h1>{t.rep.service}</h1></div>
      <ServiceReport />
      <Alert type="info" title={t.rep.notYet} />
    </div>
  );
}
