import { Button } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Inbox, Session } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { Link, navigate } from '../lib/router';
import { boxStore, oldestFirst, sessionRead } from '../live/boxes';
import { useMay, useMe } from '../live/me';
import { TransferDialog } from '../desk/Dialogs';
import { Transcript } from '../desk/Transcript';
import { Drawer } from '../ui/Drawer';
import { FlagMark, Loaded, Nothing, Waiting, When } from '../ui/parts';
import { sayFailed } from '../ui/say';

/* The open sessions of one agent. */
export function AgentSessions({ agentId }: { agentId: number }) {
  const t = useT();
  const me = useMe();
  const list = useRemote(`agent ${agentId}`, async (signal) => {
    const box = agentId === me.person_id ? 'mine' : 'group';
    const page = await api.get<Inbox>('/inbox', { box, limit: 200 }, signal);
    return page.rows.filter((s) => s.agent_id === agentId).sort(oldestFirst);
  });
  return (
    <Loaded from={list} rows={5}>{(rows) => (
      <div className="col">
        {!rows.length && <Nothing title={t.live.noSessions} />}
        {rows.map((s) => (
          <Link key={s.id} to={`/live/s/${s.id}`} className="side-card" style={{ color: 'inherit' }}>
            <span className="row"><span className="swatch" style={{ background: s.shop_colour }} /><b className="cut">{s.customer_name || t.desk.anonymous}</b><FlagMark flag={s.customer_flag} />
              <span className="push">{s.unanswered_since !== null ? <Waiting since={s.unanswered_since} /> : <span className="muted"><When at={s.last_at} short /></span>}</span></span>
            <span className="cut muted">{s.last_text}</span>
          </Link>
        ))}
      </div>
    )}</Loaded>
  );
}

/* The transcript beside the board, live and read only; a supervisor may take it over or hand it on. */
export function Watch({ id, close }: { id: number; close: () => void }) {
  const t = useT();
  const me = useMe();
  const manage = useMay('CHAT_MANAGE');
  const chat = useMay('CHAT');
  const [transfer, setTransfer] = useState(false);
  const known = boxStore.use((s) => s.sessions[id]);
  const read = useRemote(id && !known ? `watch ${id}` : null, () => sessionRead(id));
  const s: Session | undefined = known ?? read.data;
  const take = async () => {
    if (!s) return;
    try {
      if (s.state === 'waiting') await api.post(`/sessions/${s.id}/take`);
      else await api.post(`/sessions/${s.id}/transfer`, { person_id: me.person_id, note: t.live.takeNote });
      navigate(`/desk/s/${s.id}`);
    } catch (e) {
      sayFailed(e);
    }
  };
  const open = s && s.state !== 'closed' && s.agent_id !== me.person_id;
  return (
    <Drawer open={id > 0} onClose={close} size={620} styles={{ body: { padding: 0 } }} destroyOnHidden
      title={s ? <span className="row"><span className="swatch" style={{ background: s.shop_colour }} /><span className="cut">{s.customer_name || t.desk.anonymous}</span><span className="muted small cut">{s.agent_name ? t.desk.takenBy(s.agent_name) : ''}</span></span> : ''}
      extra={<span className="row gap4">
        {open && chat && (manage || s.state === 'waiting') && <Button size="small" type="primary" onClick={() => void take()}>{s.state === 'waiting' ? t.desk.take : t.live.takeOver}</Button>}
        {open && manage && <Button size="small" onClick={() => setTransfer(true)}>{t.desk.transfer}</Button>}
        <Button size="small" onClick={() => navigate(`/desk/s/${id}`)}>{t.live.inDesk}</Button>
      </span>}>
      {id > 0 && <Transcript id={id} />}
      {s && <TransferDialog session={s} open={transfer} close={() => setTransfer(false)} />}
    </Drawer>
  );
}
