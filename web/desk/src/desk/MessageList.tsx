import { ArrowDownOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Message, Note, Session } from '../api/types';
import { useT } from '../i18n';
import { useNow } from '../lib/clock';
import { clockTime, dateText, whenText } from '../lib/format';
import { boxStore, sessionPatch } from '../live/boxes';
import { outboxStore } from '../live/outbox';
import { liveCall } from '../live/socket';
import { talkOlder, talkOpen, talkStore } from '../live/talks';
import { Bones, Trouble, When } from '../ui/parts';
import { Bubble, OutgoingBubble, SystemLine } from './Bubble';

type Item = { key: string; day?: number; system?: Message; note?: Note; group?: Message[]; unread?: boolean };

const sameGroup = (a: Message, b: Message): boolean =>
  a.sender === b.sender && a.person_id === b.person_id && Math.floor(a.at / 60000) === Math.floor(b.at / 60000);

/* Lines by sender and minute, with days, notes and the start of what is unread in their places. */
function arrange(messages: Message[], notes: Note[], unreadAfter: number): Item[] {
  const items: Item[] = [];
  const rest = [...notes].sort((a, b) => a.at - b.at);
  const first = messages[0]?.at ?? 0;
  while (rest[0] && rest[0].at < first) rest.shift();
  let day = '';
  let told = false;
  for (const m of messages) {
    while (rest[0] && rest[0].at <= m.at) items.push({ key: 'n' + rest[0].id, note: rest.shift() });
    if (dateText(m.at) !== day) {
      day = dateText(m.at);
      items.push({ key: 'd' + m.seq, day: m.at });
    }
    if (!told && unreadAfter > 0 && m.seq > unreadAfter && m.sender === 'customer') {
      told = true;
      items.push({ key: 'unread', unread: true });
    }
    if (m.kind === 'event' || m.sender === 'system') {
      if ((m.data as { event?: string } | null)?.event !== 'note') items.push({ key: 's' + m.seq, system: m });
      continue;
    }
    const last = items.at(-1)?.group;
    if (last && sameGroup(last.at(-1)!, m)) last.push(m);
    else items.push({ key: 'g' + m.seq, group: [m] });
  }
  for (const note of rest) items.push({ key: 'n' + note.id, note });
  return items;
}

export function MessageList({ session: s, mine, notes, target, quiet }: { session: Session; mine: boolean; notes: Note[]; target?: number; quiet?: boolean }) {
  const t = useT();
  const talk = talkStore.use((st) => st.talks[s.id]);
  const allOutgoing = outboxStore.use((o) => o.lines);
  const outgoing = useMemo(() => allOutgoing.filter((l) => l.session_id === s.id), [allOutgoing, s.id]);
  const [unreadAfter] = useState(() => (s.unread > 0 ? s.agent_read_seq : 0));
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const firstSeq = useRef(0);
  const height = useRef(0);
  const seen = useRef(0);
  const [below, setBelow] = useState(0);
  const messages = talk?.messages ?? [];
  const last = messages.at(-1)?.seq ?? 0;
  const items = useMemo(() => arrange(messages, notes, unreadAfter), [messages, notes, unreadAfter]);

  const toEnd = useCallback(() => {
    const el = box.current;
    if (el) el.scrollTop = el.scrollHeight;
    atEnd.current = true;
    setBelow(0);
  }, []);

  useLayoutEffect(() => {
    const el = box.current;
    if (!el || !messages.length) return;
    const first = messages[0]!.seq;
    if (firstSeq.current === 0) {
      const aim = target !== undefined ? el.querySelector('.bubble.target') : null;
      if (aim) {
        aim.scrollIntoView({ block: 'center' });
        atEnd.current = false;
      } else {
        toEnd();
      }
    } else if (first < firstSeq.current) {
      el.scrollTop += el.scrollHeight - height.current;
    } else if (atEnd.current) {
      toEnd();
    } else if (last > seen.current) {
      const fresh = messages.filter((m) => m.seq > seen.current && m.sender !== 'agent').length;
      if (fresh) setBelow((n) => n + fresh);
    }
    firstSeq.current = first;
    height.current = el.scrollHeight;
    seen.current = Math.max(seen.current, last);
  }, [messages, last, items, target, toEnd]);
  useLayoutEffect(() => { if (outgoing.length) toEnd(); }, [outgoing.length, toEnd]);
  useEffect(() => {
    const el = box.current;
    if (!el) return;
    const watch = new ResizeObserver(() => { if (atEnd.current) el.scrollTop = el.scrollHeight; });
    watch.observe(el);
    if (el.firstElementChild) watch.observe(el.firstElementChild);
    return () => watch.disconnect();
  }, [talk?.loading]);

  useReadMark(s, mine && !quiet, last, atEnd, below);

  const scrolled = () => {
    const el = box.current;
    if (!el) return;
    atEnd.current = el.scrollHeight - el.scrollTop - el.clientHeight < 40;
    if (atEnd.current && below) setBelow(0);
    if (el.scrollTop < 120) void talkOlder(s.id);
  };
  if (talk?.error) return <div className="talk-middle"><Trouble fill error={talk.error} retry={() => void talkOpen(s.id, target)} /></div>;
  if (!talk || talk.loading) return <div className="talk-middle"><Bones rows={8} /></div>;
  return (
    <div className="talk-middle">
      <div className="talk-scroll" ref={box} onScroll={scrolled} tabIndex={0} role="log" aria-label={s.customer_name || t.desk.anonymous}>
        <div>
          {talk.atStart ? <div className="msg-day">{t.desk.start}</div> : <Button type="link" size="small" block loading={talk.older} onClick={() => void talkOlder(s.id)}>{t.desk.older}</Button>}
          {items.map((item) => <Line key={item.key} item={item} session={s} target={target} />)}
          {outgoing.map((line) => <OutgoingBubble key={line.client_id} line={line} />)}
        </div>
      </div>
      <Typing until={talk.typingUntil} name={s.customer_name || t.desk.anonymous} />
      {below > 0 && <Button className="below-pill" type="primary" shape="round" size="small" icon={<ArrowDownOutlined />} onClick={toEnd}>{t.desk.newBelow(below)}</Button>}
    </div>
  );
}

/* Told to the server once the newest line was really in view: page visible, window in front, scrolled to the end. */
function useReadMark(s: Session, on: boolean, last: number, atEnd: { current: boolean }, below: number) {
  const [front, setFront] = useState(document.hasFocus());
  useEffect(() => {
    const look = () => setFront(document.hasFocus() && document.visibilityState === 'visible');
    const events = ['focus', 'blur'] as const;
    for (const e of events) window.addEventListener(e, look);
    document.addEventListener('visibilitychange', look);
    return () => {
      for (const e of events) window.removeEventListener(e, look);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  useEffect(() => {
    const now = boxStore.get().sessions[s.id];
    if (!on || !front || !atEnd.current || below || !last || !now || (now.agent_read_seq >= last && !now.unread)) return;
    const timer = setTimeout(() => {
      void liveCall('read_mark', { session_id: s.id, seq: last }).then(() => {
        const unread = boxStore.get().sessions[s.id]?.unread ?? 0;
        sessionPatch(s.id, { agent_read_seq: last, unread: 0 });
        boxStore.set((b) => ({ counts: { ...b.counts, unread: Math.max(0, b.counts.unread - unread) } }));
      }, () => {});
    }, 300);
    return () => clearTimeout(timer);
  }, [on, front, last, below, s.id, s.unread, atEnd]);
}

function Typing({ until, name }: { until: number; name: string }) {
  const t = useT();
  useNow();
  return <div className="typing-line" aria-live="off">{until > Date.now() ? `${name} ${t.desk.typing}` : ''}</div>;
}

function Line({ item, session, target }: { item: Item; session: Session; target?: number }) {
  const t = useT();
  if (item.day !== undefined) return <div className="msg-day">{whenText(item.day).replace(/ ?\d+:\d+$/, '') || t.time.today}</div>;
  if (item.unread) return <div className="msg-unread">{t.desk.unreadHere}</div>;
  if (item.system) return <SystemLine message={item.system} />;
  if (item.note) return <div className="msg-note"><div className="small">{t.desk.note} · {item.note.person_name} · <When at={item.note.at} /></div><div className="pre">{item.note.text}</div></div>;
  const group = item.group!;
  const m = group[0]!;
  const own = m.sender !== 'customer';
  const name = m.sender === 'customer' ? session.customer_name || t.desk.anonymous : m.sender === 'agent' ? m.person_name ?? t.sender.agent : t.sender[m.sender];
  const end = group.at(-1)!;
  const read = end.seq <= session.customer_read_seq;
  return (
    <div className={`group${own ? ' own' : ''}${m.sender === 'auto' || m.sender === 'robot' ? ' auto' : ''}`}>
      <div className="group-head">{m.sender === 'agent' && <span className={read ? 'mark-read' : ''}>{read ? t.desk.mark.read : t.desk.mark.sent}</span>}<span>{name}</span><time className="num" title={whenText(m.at)}>{clockTime(m.at)}</time></div>
      {group.map((x) => <Bubble key={x.seq} message={x} target={x.seq === target} />)}
    </div>
  );
}
