import { ArrowLeftOutlined, CloseCircleOutlined, EllipsisOutlined, IdcardOutlined, StarOutlined, SwapOutlined } from '@ant-design/icons';
import { Button, Dropdown, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Note, Session } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { navigate } from '../lib/router';
import { boxesStale, sessionRead } from '../live/boxes';
import { draftFocus } from '../live/drafts';
import { may, useMay, useMe } from '../live/me';
import { liveCall, liveOn } from '../live/socket';
import { talkClose, talkOpen } from '../live/talks';
import { FlagMark, Waiting, When } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';
import { Composer } from './Composer';
import { CloseDialog, LogDialog, NoteDialog, TransferDialog } from './Dialogs';
import { MessageList } from './MessageList';
import { TagsLine } from './TagsLine';
import { deskActs } from './acts';

type Step = 'take' | 'accept' | 'decline' | 'reopen' | 'invite';
type Dialog = '' | 'transfer' | 'close' | 'note' | 'log';

export function Talk({ session: s, mine, around, openSide }: { session: Session; mine: boolean; around?: number; openSide: () => void }) {
  const t = useT();
  const [dialog, setDialog] = useState<Dialog>('');
  const manage = useMay('CHAT_MANAGE');
  const notes = useRemote(`notes ${s.id}`, (signal) => api.get<Rows<Note>>(`/sessions/${s.id}/notes`, undefined, signal));
  const held = mine && s.state === 'open';
  const act = held || (manage && s.state !== 'closed');
  const canTake = s.state === 'waiting' && may('CHAT');

  useEffect(() => {
    void talkOpen(s.id, around);
    return () => talkClose(s.id);
  }, [s.id, around]);
  useEffect(() => {
    if (mine) return;
    const watch = () => void liveCall('watch', { session_id: s.id }).catch(() => {});
    watch();
    const off = liveOn('ready', watch);
    return () => { off(); void liveCall('unwatch', { session_id: s.id }).catch(() => {}); };
  }, [mine, s.id]);
  useEffect(() => liveOn('note', (push) => { if (push.subject === s.id) notes.reload(); }), [s.id, notes.reload]);

  const send = (path: Step, done?: string) => api.post(`/sessions/${s.id}/${path}`).then(() => {
    if (done) sayDone(done);
    boxesStale();
    return sessionRead(s.id);
  }).catch((e) => { sayFailed(e); void sessionRead(s.id).catch(() => {}); });
  const take = () => void send('take').then(draftFocus);

  useEffect(() => {
    deskActs({ transfer: act ? () => setDialog('transfer') : undefined, close: act ? () => setDialog('close') : undefined, note: () => setDialog('note'), take: canTake ? take : undefined });
    return () => deskActs({});
  });
  const more = [
    { key: 'note', label: t.desk.addNote, onClick: () => setDialog('note') },
    { key: 'log', label: t.desk.log, onClick: () => setDialog('log') },
    ...(held ? [{ key: 'invite', icon: <StarOutlined />, label: t.desk.invite, onClick: () => void send('invite', t.desk.invited) }] : []),
  ];
  return (
    <div className="talk">
      <header className="talk-head">
        <Button className="back-button" type="text" icon={<ArrowLeftOutlined />} aria-label={t.desk.backToList} onClick={() => navigate('/desk')} />
        <span className="swatch" style={{ background: s.shop_colour, height: 28 }} title={s.shop_name} />
        <div className="who grow">
          <div className="row gap4"><span className="title cut">{s.customer_name || t.desk.anonymous}</span><FlagMark flag={s.customer_flag} />
            {s.state === 'open' && s.unanswered_since !== null && <Waiting since={s.unanswered_since} label={t.desk.waitingFor} />}
            {s.state === 'waiting' && <Waiting kind="queue" since={s.queued_at} label={t.desk.queuedFor} />}
          </div>
          <div className="small muted cut">{s.shop_name} · {t.channel[s.channel] ?? s.channel}{s.skill_name ? ` · ${s.skill_name}` : ''}{s.agent_name && !mine ? ` · ${t.desk.takenBy(s.agent_name)}` : ''}
            {s.state === 'closed' && s.closed_at ? <> · {t.desk.closedAt('')}<When at={s.closed_at} /></> : null}</div>
        </div>
        {act && <Tooltip title="Alt+T"><Button icon={<SwapOutlined />} onClick={() => setDialog('transfer')} aria-label={t.desk.transfer}><span className="words">{t.desk.transfer}</span></Button></Tooltip>}
        {act && <Tooltip title="Alt+W"><Button icon={<CloseCircleOutlined />} onClick={() => setDialog('close')} aria-label={t.desk.close}><span className="words">{t.desk.close}</span></Button></Tooltip>}
        <Dropdown menu={{ items: more }} trigger={['click']}><Button type="text" icon={<EllipsisOutlined />} aria-label={t.desk.more} /></Dropdown>
        <Button className="side-button" type="text" icon={<IdcardOutlined />} onClick={openSide} aria-label={t.desk.info} />
      </header>
      <TagsLine session={s} can={held || manage} />
      {!mine && s.state === 'open' && <div className="talk-tip">{t.desk.watching}</div>}
      <MessageList session={s} mine={held} notes={notes.data?.rows ?? []} target={around} />
      {held ? <Composer session={s} /> : <Instead session={s} mine={mine} canTake={canTake} take={take} send={send} />}
      <TransferDialog session={s} open={dialog === 'transfer'} close={() => setDialog('')} />
      <CloseDialog session={s} open={dialog === 'close'} close={() => setDialog('')} />
      <NoteDialog session={s} open={dialog === 'note'} close={() => setDialog('')} saved={notes.reload} />
      <LogDialog session={s} open={dialog === 'log'} close={() => setDialog('')} />
    </div>
  );
}

/* What stands in the composer's place while one cannot write. */
function Instead({ session: s, mine, canTake, take, send }: { session: Session; mine: boolean; canTake: boolean; take: () => void; send: (path: Step, done?: string) => Promise<unknown> }) {
  const t = useT();
  const me = useMe();
  if (s.state === 'offered' && (mine || s.agent_id === me.person_id))
    return (
      <div className="talk-bar" role="alert"><b className="grow">{t.desk.offered}</b>
        <Button onClick={() => void send('decline')}>{t.desk.decline}</Button><Button type="primary" onClick={() => void send('accept').then(draftFocus)}>{t.desk.accept}</Button></div>
    );
  if (canTake) return <div className="talk-bar"><span className="muted grow">{t.desk.waitingHint}</span><Button type="primary" onClick={take}>{t.desk.take}<kbd className="kbd wide-only">Alt A</kbd></Button></div>;
  if (s.state === 'closed')
    return <div className="talk-bar"><span className="muted grow">{s.close_note || <>{t.desk.boxes.closed}</>}</span>{may('CHAT') && <Button onClick={() => void send('reopen', t.desk.reopened)}>{t.desk.reopen}</Button>}</div>;
  return <div className="talk-bar muted">{t.desk.notMine}</div>;
}
