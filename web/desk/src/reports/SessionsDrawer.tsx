import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Metric, Session, Value } from '../api/types';
import { useLang, useT } from '../i18n';
import { Link } from '../lib/router';
import { Transcript } from '../desk/Transcript';
import { Drawer } from '../ui/Drawer';
import { Loaded, Nothing, When } from '../ui/parts';
import { behindOf, valueText } from './asked';
import { useBehind } from './behind';
import type { Read } from './behind';
import { CallsList } from './CallsList';
import { OrdersList } from './OrdersList';

export interface Figure {
  metric: Metric; value: Value | undefined; from: string; to: string; agent_id?: number | string; shop_id?: string; group_id?: string; channel?: string; category_id?: string; weekday?: string; day?: string; hour?: number; profile?: string; attribution?: string; reason?: string; least_ms?: number; below_ms?: number;
  label: string;
}

/* The sessions, the orders or the calls that made a figure, and from each the words said. */
export function SessionsDrawer({ figure, close }: { figure: Figure | null; close: () => void }) {
  const t = useT();
  const lang = useLang();
  const [open, setOpen] = useState<Read | null>(null);
  const m = figure?.metric, behind = m && behindOf(m);
  return (
    <>
      <Drawer open={figure !== null} onClose={close} size={560} destroyOnHidden
        title={figure && m ? <span className="row wrap gap4"><span>{lang === 'zh' ? m.name_zh : m.name_en}</span><b>{valueText(figure.value, m.unit)}</b><span className="muted small">{figure.label || `${figure.from} – ${figure.to}`}</span></span> : ''}>
        {figure && m && <p className="muted small" style={{ marginBottom: 12 }}>{lang === 'zh' ? m.definition_zh : m.definition_en}</p>}
        {figure && (behind === 'calls' ? <CallsList figure={figure} /> : behind === 'orders' ? <OrdersList figure={figure} open={setOpen} /> : <List figure={figure} open={setOpen} />)}
      </Drawer>
      <Drawer open={open !== null} onClose={() => setOpen(null)} size={560} destroyOnHidden styles={{ body: { padding: 0 } }} title={open ? <span>{open.customer_name || t.desk.anonymous} {open.started_at !== undefined && <span className="muted small"><When at={open.started_at} /></span>}</span> : ''}
        extra={open && <Link to={`/desk/s/${open.id}`}>{t.live.inDesk}</Link>}>{open && <Transcript id={open.id} />}</Drawer>
    </>
  );
}

function List({ figure, open }: { figure: Figure; open: (s: Session) => void }) {
  const t = useT();
  const { list, busy, more } = useBehind<Session>(figure, (params, signal) => api.get('/reports/service/sessions', params, signal));
  return (
    <Loaded from={list} rows={5}>{({ rows, next }) => (
      <div className="col gap4">
        {!rows.length && <Nothing title={t.rep.noSessions} />}
        {rows.map((s, i) => (
          <button key={`${s.id}.${i}`} className="bare side-card" onClick={() => open(s)}>
            <span className="row"><span className="swatch" style={{ background: s.shop_colour }} /><b className="cut">{s.customer_name || t.desk.anonymous}</b><span className="muted small">{s.agent_name}</span><span className="push muted small"><When at={s.started_at} /></span></span>
            {s.last_text && <span className="cut muted small">{s.last_text}</span>}
          </button>
        ))}
        {next && <Button type="link" loading={busy} onClick={more}>{t.common.more}</Button>}
      </div>
    )}</Loaded>
  );
}
