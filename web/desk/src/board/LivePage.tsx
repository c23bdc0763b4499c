import { BellOutlined, CheckCircleOutlined, EyeOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Segmented, Select } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../api/http';
import type { Board, BoardAgent, BoardGroup, BoardShop } from '../api/types';
import { useLang, useT } from '../i18n';
import { useNow } from '../lib/clock';
import { clockTime, lengthText, ticking } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link, navigate, usePath } from '../lib/router';
import { useShopId } from '../live/filter';
import { waitTone } from '../live/limits';
import type { WaitKind } from '../live/limits';
import { may, useMay } from '../live/me';
import { liveCall, liveOn, lineStore } from '../live/socket';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Drawer } from '../ui/Drawer';
import { Loaded, StateDot } from '../ui/parts';
import { AlertsPage, Firing } from './Alerts';
import { Today } from './Pace';
import { AgentSessions, Watch } from './Watch';

function useBoard() {
  const board = useRemote('board', (signal) => api.get<Board>('/board', undefined, signal));
  const open = lineStore.use((s) => s.line === 'open');
  const { reload, set } = board;
  useEffect(() => {
    const watch = () => void liveCall('board_watch', {}).catch(() => {});
    watch();
    const offs = [liveOn('ready', watch), liveOn('board', (push) => { if (push.data) set(push.data as Board); else reload(); })];
    return () => {
      for (const off of offs) off();
      void liveCall('board_unwatch', {}).catch(() => {});
    };
  }, [set, reload]);
  useEffect(() => {
    const timer = setInterval(reload, open ? 60_000 : 10_000);
    return () => clearInterval(timer);
  }, [open, reload]);
  return board;
}

/* Milliseconds that were true at `at` and have run on since. */
function Running({ ms, at, kind }: { ms: number | null; at: number; kind: WaitKind }) {
  const now = useNow();
  if (ms === null || ms === undefined) return <span className="muted">-</span>;
  const grown = ms + Math.max(0, now - at);
  return <span className={`wait ${waitTone(grown, kind)}`}>{ticking(grown)}</span>;
}

export default function LivePage() {
  return usePath().startsWith('/live/alerts') ? <AlertsPage /> : <LiveBoard />;
}

function LiveBoard() {
  const t = useT();
  const board = useBoard();
  const path = usePath();
  const watched = Number(/^\/live\/s\/(\d+)/.exec(path)?.[1] ?? 0);
  const agentId = Number(/^\/live\/a\/(\d+)/.exec(path)?.[1] ?? 0);
  const back = () => navigate('/live');
  return (
    <div className="page">
      <div className="page-head"><h1>{t.nav.live}</h1>{board.data && <span className="muted small num">{t.live.asOf(clockTime(board.data.at))}</span>}<Button className="push no-print" icon={<BellOutlined />} onClick={() => navigate('/live/alerts')}>{t.watch.title}</Button></div>
      <Firing />
      <Loaded from={board} rows={10}>{(b) => <Sections board={b} />}</Loaded>
      <Drawer open={agentId > 0} onClose={back} size={520} title={board.data?.agents.find((a) => a.id === agentId)?.name ?? ''} destroyOnHidden>{agentId > 0 && <AgentSessions agentId={agentId} />}</Drawer>
      <Watch id={watched} close={back} />
    </div>
  );
}

function Sections({ board }: { board: Board }) {
  const t = useT();
  const lang = useLang();
  const shopId = useShopId();
  const chats = may('CHAT_SEE');
  return (
    <>
      <section className="section" aria-label={t.live.wrong}>
        <h2>{t.live.wrong}</h2>
        {!board.alerts.length && <p className="row"><CheckCircleOutlined className="green" />{t.live.fine}</p>}
        <div className="alert-rows">{board.alerts.map((a, i) => (
          <div key={i} className="row alert-row"><WarningOutlined className="red" /><span className="grow">{lang === 'zh' ? a.text_zh : a.text_en}</span>
            {a.session_id && chats ? <Link to={`/live/s/${a.session_id}`}>{t.live.watch}</Link> : a.agent_id ? <Link to={`/live/a/${a.agent_id}`}>{t.live.openAgent}</Link> : null}</div>
        ))}</div>
      </section>
      <Today board={board} />
      <div className="queues">
        <Queues title={t.live.shops} rows={board.shops.filter((s) => !shopId || s.id === shopId)} at={board.at} />
        <Queues title={t.live.groups} rows={board.groups} at={board.at} />
      </div>
      <Agents board={board} />
    </>
  );
}

type Queue = BoardShop | BoardGroup;

function Queues({ title, rows, at }: { title: string; rows: Queue[]; at: number }) {
  const t = useT();
  const sorted = [...rows].sort((a, b) => (b.oldest_ms ?? -1) - (a.oldest_ms ?? -1));
  return (
    <section className="section">
      <table className="plain-table">
        <thead><tr><th scope="col">{title}</th><th scope="col">{t.live.waiting}</th><th scope="col">{t.live.oldest}</th><th scope="col">{t.live.open}</th>{rows.some((r) => 'online' in r) && <th scope="col">{t.state.online}</th>}</tr></thead>
        <tbody>{sorted.map((r) => (
          <tr key={r.id}><th scope="row"><span className="row">{'colour' in r && <span className="swatch" style={{ background: r.colour }} />}<span className="cut">{r.name}</span></span></th>
            <td className={r.waiting ? 'amber' : 'muted'}>{r.waiting}</td><td><Running ms={r.oldest_ms} at={at} kind="queue" /></td><td>{r.open}</td>{'online' in r && <td className={r.online ? '' : 'red'}>{r.online}</td>}</tr>
        ))}</tbody>
      </table>
    </section>
  );
}

function Agents({ board }: { board: Board }) {
  const t = useT();
  const see = useMay('CHAT_SEE');
  const [state, setState] = useState<string>('here');
  const [group, setGroup] = useState<number>(0);
  const rows = useMemo(() => board.agents.filter((a) => (state === 'all' || (state === 'here' ? a.state !== 'offline' : a.state === state)) && (!group || a.group_id === group)), [board, state, group]);
  const at = board.at;
  const columns: Column<BoardAgent>[] = [
    { key: 'name', title: t.live.agent, value: (a) => a.name, fixed: true, render: (a) => <b>{a.name}</b> },
    { key: 'group', title: t.live.group, value: (a) => a.group_name },
    { key: 'state', title: t.common.state, value: (a) => a.state, render: (a) => <span className="row gap4"><StateDot state={a.state} />{t.state[a.state]}{a.reason && <span className="muted small">{t.state.reasonNames[a.reason] ?? a.reason}</span>}</span> },
    { key: 'since', title: t.live.inState, align: 'right', value: (a) => at - a.since, render: (a) => <span className="num muted">{ticking(at - a.since)}</span> },
    { key: 'open', title: t.live.open, align: 'right', value: (a) => a.open, render: (a) => <span className={`num ${a.open >= a.capacity ? 'amber' : ''}`}>{a.open}/{a.capacity}</span> },
    { key: 'oldest', title: t.live.oldestUnanswered, align: 'right', value: (a) => a.oldest_unanswered_ms, render: (a) => <Running ms={a.oldest_unanswered_ms} at={at} kind="reply" /> },
    { key: 'received', title: t.live.todayReceived, align: 'right', value: (a) => a.today_received },
    { key: 'first', title: t.live.firstReply, align: 'right', value: (a) => a.today_first_reply_ms, render: (a) => (a.today_first_reply_ms === null ? '-' : lengthText(a.today_first_reply_ms)) },
    { key: 'avg', title: t.live.avgReply, align: 'right', value: (a) => a.today_avg_reply_ms, render: (a) => (a.today_avg_reply_ms === null ? '-' : lengthText(a.today_avg_reply_ms)) },
    ...(see ? [{ key: 'watch', title: '', plain: true, value: () => '', render: (a: BoardAgent) => <Button size="small" type="text" icon={<EyeOutlined />} aria-label={`${t.live.watch} ${a.name}`} onClick={(e) => { e.stopPropagation(); navigate(`/live/a/${a.id}`); }} /> }] : []),
  ];
  return (
    <DataTable id="live" columns={columns} rows={rows} rowKey={(a) => a.id} sort="oldest" down onRow={see ? (a) => navigate(`/live/a/${a.id}`) : undefined} empty={[t.live.noAgents]}
      tools={<>
        <h2>{t.live.agents}</h2>
        <Segmented size="small" value={state} onChange={setState} options={[{ value: 'here', label: t.live.here }, { value: 'online', label: t.state.online }, { value: 'paused', label: t.state.paused }, { value: 'all', label: t.common.all }]} />
        <Select size="small" value={group} onChange={setGroup} aria-label={t.live.group} popupMatchSelectWidth={false} options={[{ value: 0, label: t.live.allGroups }, ...board.groups.map((g) => ({ value: g.id, label: g.name }))]} />
      </>} />
  );
}
