import { Button, Input, Modal, Switch } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Anomaly, Metric } from '../api/types';
import { useLang, useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { useQuery } from '../lib/router';
import { may } from '../live/me';
import { Loaded, Nothing } from '../ui/parts';
import { sayFailed } from '../ui/say';
import { Filters } from './Filters';
import { useCatalogue } from './ReportBody';
import { useAsked } from './ServiceReport';
import { SessionsDrawer } from './SessionsDrawer';
import type { Figure } from './SessionsDrawer';

const view = { key: 'anomalies', bys: ['agent'], days: 30 };
const MOST = 100;

/* What stands out of an agent's own history and of the others', the strongest first, in words; each opens its sessions, or is put aside with a note. */
export function Anomalies() {
  const t = useT();
  const [asked, ask] = useAsked(view);
  const [query, setQuery] = useQuery();
  const [figure, setFigure] = useState<Figure | null>(null);
  const [put, setPut] = useState<Anomaly | null>(null);
  const catalogue = useCatalogue();
  const dismissed = query.dismissed === 'true';
  const params = { from: asked.from, to: asked.to, shop_id: asked.shop_id, group_id: asked.group_id, dismissed: dismissed || undefined, limit: MOST };
  const list = useRemote(JSON.stringify(params), (signal) => api.get<Rows<Anomaly>>('/anomalies', params, signal));
  const open = (a: Anomaly, metric: Metric) => setFigure({ metric, value: a.value, from: a.day, to: a.day, day: a.day, hour: a.hour ?? undefined, agent_id: a.agent_id, shop_id: String(a.shop_id), label: [a.agent_name, a.day, a.hour === null ? '' : `${String(a.hour).padStart(2, '0')}:00`].filter(Boolean).join(' · ') });
  return (
    <>
      <Filters asked={asked} ask={ask} bys={[]} narrow />
      <label className="row"><Switch size="small" checked={dismissed} onChange={(on) => setQuery({ dismissed: on ? 'true' : undefined })} aria-label={t.rep.odd.dismissed} /><span className="small">{t.rep.odd.dismissed}</span></label>
      <Loaded from={catalogue}>{(c) => <Loaded from={list} rows={6}>{({ rows }) => (
        <section className="section" aria-label={t.rep.odd.title}>
          {!rows.length && <Nothing title={t.rep.odd.none} help={t.rep.odd.noneHelp} />}
          {rows.map((a) => <Line key={a.id} anomaly={a} metric={c.rows.find((m) => m.key === a.metric)} open={open} put={setPut} />)}
        </section>
      )}</Loaded>}</Loaded>
      <SessionsDrawer figure={figure} close={() => setFigure(null)} />
      {put && <Dismiss anomaly={put} close={() => setPut(null)} done={() => { setPut(null); list.reload(); }} />}
    </>
  );
}

function Line({ anomaly: a, metric, open, put }: { anomaly: Anomaly; metric: Metric | undefined; open: (a: Anomaly, m: Metric) => void; put: (a: Anomaly) => void }) {
  const t = useT();
  const lang = useLang();
  return (
    <div className="odd">
      <span className="odd-text"><span>{lang === 'zh' ? a.sentence_zh : a.sentence_en}</span><span className="muted small">{a.day} · {a.shop_name} · <span title={t.rep.odd.scoreHelp}>{t.rep.odd.score(a.score.toFixed(1), a.q < 0.001 ? '< 0.001' : a.q.toFixed(3))}</span></span>
        {a.note && <span className="muted small">{t.rep.odd.note}{t.common.colon}{a.note}</span>}</span>
      <span className="row gap4 no-print">
        {metric && a.sessions > 0 && may('CHAT_SEE') && <Button size="small" onClick={() => open(a, metric)}>{t.rep.odd.sessions}</Button>}
        {a.dismissed_at === null && <Button size="small" type="text" onClick={() => put(a)}>{t.rep.odd.dismiss}</Button>}
      </span>
    </div>
  );
}

function Dismiss({ anomaly, close, done }: { anomaly: Anomaly; close: () => void; done: () => void }) {
  const t = useT();
  const lang = useLang();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const save = () => {
    setBusy(true);
    void api.post(`/anomalies/${anomaly.id}/dismiss`, { note }).then(done, sayFailed).finally(() => setBusy(false));
  };
  return (
    <Modal open onCancel={close} title={t.rep.odd.dismiss} okText={t.rep.odd.dismiss} cancelText={t.common.cancel} okButtonProps={{ disabled: !note.trim() }} confirmLoading={busy} onOk={save}>
      <div className="col"><p>{lang === 'zh' ? anomaly.sentence_zh : anomaly.sentence_en}</p><Input value={note} onChange={(e) => setNote(e.target.value)} aria-label={t.rep.odd.note} placeholder={t.rep.odd.notePlace} maxLength={200} /></div>
    </Modal>
  );
}
