import { Button, Segmented } from 'antd';
import { useEffect, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { AwayForm } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { useMe } from '../live/me';
import { liveOn } from '../live/socket';
import { DataTable } from '../ui/DataTable';
import { When } from '../ui/parts';
import { copyText, sayDone, sayFailed } from '../ui/say';

/* What visitors left outside the hours (留言): to be answered, then ticked off. */
export default function AwayPage() {
  const t = useT();
  const me = useMe();
  const [done, setDone] = useState(false);
  const list = useRemote(`away ${done}`, (signal) => everyRow<AwayForm>('/away-forms', { done, limit: 200 }, signal));
  useEffect(() => liveOn('away_form', list.reload), [list.reload]);
  const finish = (f: AwayForm) => api.post(`/away-forms/${f.id}/done`).then(() => { sayDone(t.away.marked); list.reload(); }, sayFailed);
  const shop = (f: AwayForm): string => f.shop_name ?? me.shops.find((s) => s.id === f.shop_id)?.name ?? '';
  return (
    <div className="page">
      <div className="page-head"><h1>{t.nav.away}</h1><span className="muted small">{t.away.help}</span></div>
      <DataTable id="away" rows={list.data} error={list.error} retry={list.reload} loading={list.loading} rowKey={(f) => f.id} search sort="at" empty={[done ? t.away.noneDone : t.away.none, t.away.help]}
        tools={<Segmented value={done ? 'done' : 'open'} onChange={(v) => setDone(v === 'done')} options={[{ value: 'open', label: t.away.open }, { value: 'done', label: t.away.done }]} />}
        columns={[
          { key: 'at', title: t.common.time, value: (f) => f.at, render: (f) => <When at={f.at} /> },
          { key: 'shop', title: t.desk.customer.shop, value: shop, filter: true },
          { key: 'customer', title: t.desk.side.customer, value: (f) => f.customer_name || t.desk.anonymous },
          { key: 'contact', title: t.away.contact, value: (f) => f.contact, render: (f) => <button className="bare accent" onClick={() => void copyText(f.contact)} title={t.common.copy}>{f.contact}</button> },
          { key: 'text', title: t.away.text, value: (f) => f.text, render: (f) => <span className="pre" style={{ display: 'inline-block', maxWidth: 520, minWidth: 200 }}>{f.text}</span> },
          { key: 'done', title: t.common.state, value: (f) => f.done_at, render: (f) => (f.done_at ? <span className="muted small">{f.done_by_name} <When at={f.done_at} /></span> : <Button size="small" onClick={() => void finish(f)}>{t.away.mark}</Button>) },
        ]} />
    </div>
  );
}
