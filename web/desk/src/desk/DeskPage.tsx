import { CommentOutlined } from '@ant-design/icons';
import { useEffect, useState } from 'react';
import type { Box, Session } from '../api/types';
import { useT } from '../i18n';
import { useKeys } from '../lib/keys';
import { usePref } from '../lib/prefs';
import { navigate, usePath, useQuery } from '../lib/router';
import { boxesOf, boxOrder, boxStore, oldestFirst, sessionRead } from '../live/boxes';
import { draftFocus } from '../live/drafts';
import { useMay, useMe } from '../live/me';
import { Bones, Nothing } from '../ui/parts';
import { sayDone } from '../ui/say';
import { ChatList } from './ChatList';
import { Side } from './Side';
import { Talk } from './Talk';
import { deskAct } from './acts';

export default function DeskPage() {
  const t = useT();
  const me = useMe();
  const path = usePath();
  const [query] = useQuery();
  const boxes = boxesOf(useMay('CHAT'));
  const [chosen, setBox] = usePref<Box>('desk.box', 'mine');
  const box = boxes.includes(chosen) ? chosen : boxes[0]!;
  const [side, setSide] = useState(false);
  const id = Number(/^\/desk\/s\/(\d+)/.exec(path)?.[1] ?? 0);
  const session = boxStore.use((s) => s.sessions[id]);
  const [missing, setMissing] = useState(false);

  useEffect(() => {
    setMissing(false);
    setSide(false);
    if (id) sessionRead(id).catch(() => setMissing(!boxStore.get().sessions[id]));
  }, [id]);

  const held = session?.agent_id === me.person_id && session.state === 'open';
  useEffect(() => { if (held && box === 'waiting') setBox('mine'); }, [held]);

  const listed = (): Session[] => {
    const s = boxStore.get();
    return s.members[box].flatMap((x) => s.sessions[x] ?? []).sort(boxOrder(box));
  };
  const go = (to: Session | undefined) => {
    if (!to) return;
    navigate(`/desk/s/${to.id}`);
    draftFocus();
  };
  const step = (by: number) => {
    const rows = listed();
    go(rows[(rows.findIndex((s) => s.id === id) + by + rows.length) % Math.max(1, rows.length)]);
  };
  const oldest = () => {
    const s = boxStore.get();
    const mine = s.members.mine.flatMap((x) => s.sessions[x] ?? []).filter((x) => x.unanswered_since !== null).sort(oldestFirst)[0];
    const queued = s.members.waiting.flatMap((x) => s.sessions[x] ?? []).sort(boxOrder('waiting'))[0];
    const to = mine ?? queued;
    if (!to) return sayDone(t.desk.noneWaiting);
    setBox(mine ? 'mine' : 'waiting');
    go(to);
  };
  useKeys({
    'alt+j': oldest, 'alt+arrowdown': () => step(1), 'alt+arrowup': () => step(-1), 'alt+c': draftFocus,
    'alt+b': () => setBox(boxes[(boxes.indexOf(box) + 1) % boxes.length]!),
    'alt+t': () => deskAct('transfer'), 'alt+w': () => deskAct('close'), 'alt+n': () => deskAct('note'), 'alt+a': () => deskAct('take'),
    escape: () => {
      if (side) setSide(false);
      else if (id && window.innerWidth <= 760) navigate('/desk');
    },
  });
  return (
    <div className={`desk${id ? ' with-talk' : ''}${side ? ' with-side' : ''}`}>
      <ChatList box={box} setBox={setBox} selected={id} oldest={oldest} />
      <section className="desk-talk" aria-label={t.desk.title}>
        {!id && <Nothing fill icon={<CommentOutlined />} title={t.desk.emptyTalk} help={t.desk.emptyTalkHelp} />}
        {id > 0 && !session && (missing ? <Nothing fill title={t.desk.sessionGone} help={t.desk.sessionGoneHelp} /> : <Bones rows={8} />)}
        {id > 0 && session && <Talk key={id} session={session} around={query.at ? Number(query.at) : undefined} openSide={() => setSide(!side)} mine={session.agent_id === me.person_id} />}
      </section>
      {session && <Side session={session} close={() => setSide(false)} />}
    </div>
  );
}
