import { DownloadOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { CallEnd, PhoneCall } from '../api/types';
import { useT } from '../i18n';
import { lengthText } from '../lib/format';
import { may } from '../live/me';
import { saveBlob } from '../ui/DataTable';
import { Loaded, Nothing, When } from '../ui/parts';
import { sayFailed } from '../ui/say';
import { useBehind } from './behind';
import type { Figure } from './SessionsDrawer';

const ends: CallEnd[] = ['answered', 'abandoned', 'busy', 'failed'];

/* The calls that made a figure, all or those that ended in one way; as a file too. */
export function CallsList({ figure }: { figure: Figure }) {
  const t = useT();
  const [end, setEnd] = useState<CallEnd | ''>('');
  const [busy, setBusy] = useState(false);
  /* No rule of attribution has to do with calls. */
  const { list, busy: reading, more, params } = useBehind<PhoneCall>({ ...figure, attribution: undefined }, (p, signal) => api.get('/reports/service/calls', p, signal), { end: end || undefined });
  const download = () => {
    const { limit: _, ...asked } = params;
    setBusy(true);
    void api.blob('/reports/service/calls.csv', asked).then((blob) => saveBlob(`calls-${asked.from}-${asked.to}.csv`, blob), sayFailed).finally(() => setBusy(false));
  };
  return (
    <div className="col gap4">
      <div className="bar-row">
        <Select value={end} onChange={setEnd} aria-label={t.sal.calls.end} popupMatchSelectWidth={false} options={[{ value: '', label: t.sal.calls.all }, ...ends.map((e) => ({ value: e, label: t.sal.calls.ends[e] }))]} />
        {may('EXPORT') && <Button icon={<DownloadOutlined />} loading={busy} onClick={download}>{t.common.exportCsv}</Button>}
      </div>
      <Loaded from={list} rows={5}>{({ rows, next }) => (
        <div className="col gap4">
          {!rows.length && <Nothing title={t.sal.calls.none} />}
          {rows.map((c) => <CallCard key={c.id} call={c} />)}
          {next && <Button type="link" loading={reading} onClick={more}>{t.common.more}</Button>}
        </div>
      )}</Loaded>
    </div>
  );
}

function CallCard({ call: c }: { call: PhoneCall }) {
  const t = useT();
  const spans: [string, number][] = [[t.sal.calls.queued, c.queued_ms], [t.sal.calls.talk, c.talk_ms], [t.sal.calls.hold, c.hold_ms], [t.sal.calls.wrapup, c.wrapup_ms]];
  return (
    <div className="side-card order-card">
      <span className="row"><span className="swatch" style={{ background: c.shop_colour }} /><b className="cut">{c.customer_name || t.desk.anonymous}</b><span className="muted small cut">{c.agent_name}</span><span className={`push tag-line small ${c.end === 'answered' ? '' : 'red'}`}>{t.sal.calls.ends[c.end]}</span></span>
      <span className="row wrap gap4 muted small"><When at={c.at} /><span className="mono cut">{c.key}</span></span>
      <span className="row wrap gap4 small">{spans.filter(([, ms], i) => i === 0 || ms > 0).map(([name, ms]) => <span key={name}>{name} <b className="num">{lengthText(ms)}</b></span>)}</span>
    </div>
  );
}
