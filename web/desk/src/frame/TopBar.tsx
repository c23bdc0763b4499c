import { BellOutlined, CheckCircleOutlined, DownOutlined, GlobalOutlined, SearchOutlined, UserOutlined } from '@ant-design/icons';
import { Badge, Button, Dropdown, Popover, Select, Tooltip } from 'antd';
import type { MenuProps } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { AgentState, Board } from '../api/types';
import { langSet, useLang, useT } from '../i18n';
import { useNow } from '../lib/clock';
import { ticking } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link } from '../lib/router';
import { boxStore } from '../live/boxes';
import { shopChoose, useShopId } from '../live/filter';
import { waitTone } from '../live/limits';
import { signOut, stateSet, useMay, useMe } from '../live/me';
import { desktopAsk, noticeStore, soundSet } from '../live/notice';
import { StateDot, Waiting } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';
import { lookSet, lookStore } from '../ui/theme';
import type { Look } from '../ui/theme';
import { LoginsDialog, PasswordDialog } from './MeDialogs';

export function TopBar({ openPalette, openKeys }: { openPalette: () => void; openKeys: () => void }) {
  const t = useT();
  const lang = useLang();
  const me = useMe();
  const shopId = useShopId();
  const chats = useMay('CHAT');
  const change = () => {
    const next = lang === 'zh' ? 'en' : 'zh';
    langSet(next);
    void api.patch('/me', { lang: next }).catch(() => {});
  };
  return (
    <header className="topbar">
      {chats && <StateButton />}
      {me.shops.length > 1 && (
        <Select className="wide-only" variant="borderless" value={shopId} onChange={shopChoose} aria-label={t.top.allShops} popupMatchSelectWidth={false} style={{ maxWidth: 180 }}
          options={[{ value: 0, label: t.top.allShops }, ...me.shops.map((s) => ({ value: s.id, label: <span className="row"><span className="swatch" style={{ background: s.colour }} />{s.name}</span> }))]} />
      )}
      <span className="grow" />
      <button className="bare search-box" onClick={openPalette} aria-label={t.top.palette}>
        <SearchOutlined /><span className="word cut">{t.top.palette}</span><kbd className="kbd">Ctrl K</kbd>
      </button>
      <Alerts />
      <Tooltip title={t.top.language}><Button className="wide-only" type="text" icon={<GlobalOutlined />} onClick={change} aria-label={t.top.language} /></Tooltip>
      <MeMenu openKeys={openKeys} changeLanguage={change} />
    </header>
  );
}

function StateButton() {
  const t = useT();
  const me = useMe();
  const now = useNow();
  const set = (state: AgentState, reason = '') => void stateSet(state, reason).then(() => sayDone(t.state.changed(t.state[state])), sayFailed);
  const items: MenuProps['items'] = [
    { key: 'online', icon: <StateDot state="online" />, label: t.state.goOnline, onClick: () => set('online') },
    { type: 'group', key: 'pause', label: t.state.pauseFor, children: t.state.reasons.map((r) => ({ key: r, icon: <StateDot state="paused" />, label: t.state.reasonNames[r] ?? r, onClick: () => set('paused', r) })) },
    { key: 'offline', icon: <StateDot state="offline" />, label: t.state.goOffline, onClick: () => set('offline') },
  ];
  const reason = me.state === 'paused' && me.state_reason ? ` · ${t.state.reasonNames[me.state_reason] ?? me.state_reason}` : '';
  return (
    <Dropdown menu={{ items }} trigger={['click']}>
      <button className="bare state-button" aria-label={`${t.state.change}: ${t.state[me.state]}${reason}`}>
        <StateDot state={me.state} /><span>{t.state[me.state]}{reason}</span>
        {me.state_at !== null && me.state_at > 0 && <span className="muted num wide-only">{ticking(now - me.state_at)}</span>}<DownOutlined style={{ fontSize: 10 }} />
      </button>
    </Dropdown>
  );
}

/* My own customers who wait too long, and for leads what the board says. */
function Alerts() {
  const t = useT();
  const lang = useLang();
  const board = useMay('BOARD');
  const now = useNow();
  const turn = Math.floor(now / 60_000);
  const fromBoard = useRemote(board ? `alerts ${turn}` : null, (signal) => api.get<Board>('/board', undefined, signal));
  const sessions = boxStore.use((s) => s.sessions);
  const members = boxStore.use((s) => s.members);
  const late = members.mine.flatMap((id) => {
    const s = sessions[id];
    return s?.unanswered_since && waitTone(now - s.unanswered_since, 'reply') === 'red' ? [s] : [];
  });
  const alerts = (fromBoard.data?.alerts ?? []).filter((a) => !late.some((s) => s.id === a.session_id));
  const [open, setOpen] = useState(false);
  const body = (
    <div className="alert-list">
      {late.map((s) => (
        <Link key={s.id} to={`/desk/s/${s.id}`} onClick={() => setOpen(false)} className="row">
          <span className="swatch" style={{ background: s.shop_colour }} /><span className="cut grow">{s.customer_name || t.desk.anonymous}</span><Waiting since={s.unanswered_since!} />
        </Link>
      ))}
      {alerts.slice(0, 30).map((a, i) => (
        <Link key={i} to={a.session_id ? `/live/s/${a.session_id}` : '/live'} onClick={() => setOpen(false)}>{lang === 'zh' ? a.text_zh : a.text_en}</Link>
      ))}
      {!late.length && !alerts.length && <span className="row muted"><CheckCircleOutlined className="green" />{t.top.noAlerts}</span>}
    </div>
  );
  return (
    <Popover content={body} trigger="click" placement="bottomRight" title={t.top.alerts} open={open} onOpenChange={setOpen}>
      <Badge count={late.length + alerts.length} size="small" offset={[-6, 6]}><Button type="text" icon={<BellOutlined />} aria-label={t.top.alerts} /></Badge>
    </Popover>
  );
}

function MeMenu({ openKeys, changeLanguage }: { openKeys: () => void; changeLanguage: () => void }) {
  const t = useT();
  const me = useMe();
  const lang = useLang();
  const look = lookStore.use((s) => s.look);
  const sound = noticeStore.use((s) => s.sound);
  const desktop = noticeStore.use((s) => s.desktop);
  const [dialog, setDialog] = useState<'' | 'logins' | 'password'>('');
  const items: MenuProps['items'] = [
    { key: 'who', disabled: true, label: <span><b>{me.name}</b><br /><span className="small">{[lang === 'en' ? me.role_name_en : me.role_name, me.group_name].filter(Boolean).join(' · ')}</span></span> },
    { type: 'divider' },
    { key: 'sound', label: `${t.top.sound}${t.common.colon}${sound ? t.common.yes : t.common.no}`, onClick: () => soundSet(!sound) },
    { key: 'desktop', disabled: desktop !== 'default', label: desktop === 'granted' ? t.top.desktopOn : desktop === 'denied' ? t.top.desktopDenied : t.top.desktopAsk, onClick: () => void desktopAsk() },
    { key: 'theme', label: t.top.theme, children: (['light', 'dark', 'system'] as Look[]).map((l) => ({ key: l, label: `${look === l ? '✓ ' : ''}${t.top[l]}`, onClick: () => lookSet(l) })) },
    { key: 'lang', label: t.top.language, onClick: changeLanguage },
    { key: 'keys', label: <span className="row">{t.top.keys}<kbd className="kbd push">?</kbd></span>, onClick: openKeys },
    { type: 'divider' },
    { key: 'logins', label: t.top.logins, onClick: () => setDialog('logins') },
    { key: 'password', label: t.top.password, onClick: () => setDialog('password') },
    { key: 'out', label: t.top.signOut, onClick: () => void signOut() },
  ];
  return (
    <>
      <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
        <Button type="text" icon={<UserOutlined />} aria-label={`${t.top.me}: ${me.name}`}><span className="wide-only">{me.name}</span></Button>
      </Dropdown>
      <LoginsDialog open={dialog === 'logins'} close={() => setDialog('')} />
      <PasswordDialog open={dialog === 'password'} close={() => setDialog('')} />
    </>
  );
}
