import { FieldTimeOutlined, SearchOutlined } from '@ant-design/icons';
import { Badge, Button, Input, Tooltip } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import type { AwayForm, Box, Session } from '../api/types';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import { useT } from '../i18n';
import { dateText } from '../lib/format';
import { useDebounced, useRemote } from '../lib/remote';
import { Link } from '../lib/router';
import { boxesOf, boxFilter, boxOrder, boxRead, boxStore, useCounts } from '../live/boxes';
import { draftFocus, draftStore } from '../live/drafts';
import { may, stateSet, useMay, useMe } from '../live/me';
import { liveOn } from '../live/socket';
import { Bones, FlagMark, Nothing, Trouble, Waiting, When } from '../ui/parts';
import { sayFailed } from '../ui/say';

export function ChatList({ box, setBox, selected, oldest }: { box: Box; setBox: (box: Box) => void; selected: number; oldest: () => void }) {
  const t = useT();
  const { scope, state: mine } = useMe();
  const counts = useCounts();
  const state = boxStore.use((s) => s.state[box]);
  const members = boxStore.use((s) => s.members[box]);
  const sessions = boxStore.use((s) => s.sessions);
  const [q, setQ] = useState(boxStore.get().q);
  const late = useDebounced(q, 250);
  useEffect(() => { void boxRead(box); }, [box]);
  useEffect(() => boxFilter(boxStore.get().shopId, late.trim()), [late]);
  const rows = useMemo(() => members.flatMap((id) => sessions[id] ?? []).sort(boxOrder(box)), [members, sessions, box]);
  const number = (b: Box): number => (b === 'mine' ? counts.mine : b === 'waiting' ? counts.waiting : b === 'group' ? counts.group : 0);
  const [title, help] = t.desk.empty[box]!;
  return (
    <aside className="desk-list" aria-label={t.desk.boxes[box]}>
      <div className="box-tabs" role="tablist">
        {boxesOf(may('CHAT')).map((b) => (
          <button key={b} role="tab" aria-selected={b === box} className="bare box-tab" onClick={() => setBox(b)}>
            {b === 'group' && (scope === 'all' || scope === 'shop') ? t.desk.openBox : t.desk.boxes[b]}{number(b) > 0 && <span className={b === 'waiting' ? 'box-count hot' : 'box-count'}>{number(b)}</span>}
          </button>
        ))}
      </div>
      <div className="list-tools">
        <Input size="small" allowClear prefix={<SearchOutlined />} placeholder={t.desk.searchList} value={q} onChange={(e) => setQ(e.target.value)} aria-label={t.desk.searchList} />
        <Tooltip title={t.desk.oldestHelp}><Button size="small" icon={<FieldTimeOutlined />} onClick={oldest} aria-label={t.desk.oldestHelp}>{t.desk.oldest}</Button></Tooltip>
      </div>
      <div className="chat-rows" role="tabpanel" onScroll={(e) => { const el = e.currentTarget; if (state.next && !state.loading && el.scrollHeight - el.scrollTop - el.clientHeight < 400) void boxRead(box, true); }}>
        {state.error && !rows.length && <Trouble error={state.error} retry={() => void boxRead(box)} />}
        {!state.loaded && !state.error && !rows.length && <Bones rows={6} />}
        {state.loaded && !rows.length && !(state.loading && state.next) && <Nothing title={late ? t.desk.noMatch : title} help={late ? undefined : help}>
          {!late && box === 'mine' && (mine === 'offline' || mine === 'paused') && <Button type="primary" onClick={() => void stateSet('online').catch(sayFailed)}>{t.state.goOnline}</Button>}
        </Nothing>}
        {rows.map((s) => <ChatRow key={s.id} session={s} selected={s.id === selected} />)}
        {state.next && state.loading && !!state.lookedTo && <div className="small muted looking" role="status">{t.desk.lookingBack(dateText(state.lookedTo))}</div>}
        {state.next && <Button type="link" block loading={state.loading} onClick={() => void boxRead(box, true)}>{t.common.more}</Button>}
      </div>
      <AwayLink />
    </aside>
  );
}

function ChatRow({ session: s, selected }: { session: Session; selected: boolean }) {
  const t = useT();
  const draft = draftStore.use((d) => d.drafts[s.id]?.text);
  const name = s.customer_name || t.desk.anonymous;
  const waiting = s.state === 'waiting' || s.state === 'offered' ? s.queued_at : s.state === 'open' ? s.unanswered_since : null;
  return (
    <Link to={`/desk/s/${s.id}`} className="chat-row" aria-current={selected ? 'true' : undefined} onClick={() => { if (window.innerWidth > 760) draftFocus(); }}>
      <span className="shopbar" style={{ background: s.shop_colour }} title={s.shop_name} />
      <div className="chat-main">
        <div className="row gap4">
          <span className="cut chat-name">{name}</span><FlagMark flag={s.customer_flag} />
          <span className="push">{waiting !== null ? <Waiting since={waiting} kind={s.state === 'open' ? 'reply' : 'queue'} /> : <span className="muted small"><When at={s.last_at} short /></span>}</span>
        </div>
        <div className="row gap4">
          {draft && !selected ? <span className="cut small red grow">[{t.desk.composer.draft}] <span className="muted">{draft}</span></span>
            : <span className="cut small muted grow">{s.last_sender === 'agent' ? '↩ ' : ''}{s.last_text || '…'}</span>}
          {s.state === 'offered' && <span className="pill">{t.desk.accept}?</span>}
          {s.unread > 0 && <Badge count={s.unread} size="small" overflowCount={99} title={t.desk.unread(s.unread)} />}
        </div>
      </div>
    </Link>
  );
}

function AwayLink() {
  const t = useT();
  const see = useMay('CHAT_SEE');
  const forms = useRemote(see ? 'away' : null, (signal) => api.get<Rows<AwayForm>>('/away-forms', { done: false, limit: 200 }, signal));
  useEffect(() => liveOn('away_form', forms.reload), [forms.reload]);
  const n = forms.data?.rows.length ?? 0;
  if (!n) return null;
  return <Link to="/away" className="away-link">{t.desk.away(n)}</Link>;
}
