import { MenuFoldOutlined, MenuOutlined, MenuUnfoldOutlined } from '@ant-design/icons';
import { Suspense, useEffect, useState } from 'react';
import { useT } from '../i18n';
import { useCounts } from '../live/boxes';
import { engineStart } from '../live/engine';
import { useMe } from '../live/me';
import { titleSet } from '../live/notice';
import { lineStore } from '../live/socket';
import { useKeys } from '../lib/keys';
import { usePref } from '../lib/prefs';
import { Link, navigate, usePath } from '../lib/router';
import { useNow } from '../lib/clock';
import { Drawer } from '../ui/Drawer';
import { Guard } from '../ui/Guard';
import { Bones, Brand, Nothing } from '../ui/parts';
import { KeyMap } from './KeyMap';
import { Palette } from './Palette';
import { TopBar } from './TopBar';
import { pageAt, pageOpenTo, railOf } from './pages';
import type { Page } from './pages';

export function Frame() {
  const t = useT();
  const me = useMe();
  const path = usePath();
  const [folded, setFolded] = usePref('rail.folded', false);
  const [menu, setMenu] = useState(false);
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const rail = railOf(me);
  const page = pageAt(path);
  const { unread } = useCounts();
  const landing = rail[0]?.path ?? '/';

  useEffect(() => engineStart(), [me.person_id]);
  useEffect(() => { if (path === '/' || path === '/index.html') navigate(landing, true); }, [path, landing]);
  useEffect(() => titleSet(`${unread ? `(${unread}) ` : ''}${page ? t.nav[page.key] : t.common.app} · ${t.common.app}`), [page, t, unread]);
  useKeys({ 'ctrl+k': () => setPalette(true), '?': () => setKeys(true) });

  const entry = (p: Page) => (
    <Link key={p.key} to={p.path} className="entry" aria-current={page === p ? 'page' : undefined} title={folded ? t.nav[p.key] : undefined} onClick={() => setMenu(false)}>
      {p.icon}<span className="word">{t.nav[p.key]}</span>
      {p.key === 'desk' && unread > 0 && <span className="badge" aria-label={t.desk.unread(unread)}>{unread > 99 ? '99+' : unread}</span>}
    </Link>
  );
  const talkOpen = path.startsWith('/desk/s/');
  return (
    <div className={talkOpen ? 'frame talk-open' : 'frame'}>
      <a className="skip-link" href="#content">{t.nav.skip}</a>
      <nav className={folded ? 'rail folded' : 'rail'} aria-label={t.nav.menu}>
        <Link to={landing} className="brand" aria-label={t.common.app}><Brand /><span className="word">{t.common.app}</span></Link>
        {rail.map(entry)}
        <div className="spacer" />
        <button className="bare entry" onClick={() => setFolded(!folded)} aria-label={folded ? t.nav.expand : t.nav.collapse} title={folded ? t.nav.expand : t.nav.collapse}>
          {folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}<span className="word muted small">{t.nav.collapse}</span>
        </button>
      </nav>
      <TopBar openPalette={() => setPalette(true)} openKeys={() => setKeys(true)} />
      <main className="content" id="content" tabIndex={-1}>
        <LineStrip />
        <div className="body"><Guard where={path}><Suspense fallback={<Bones rows={6} />}><Body page={page} /></Suspense></Guard></div>
      </main>
      <nav className="tabbar" aria-label={t.nav.menu}>
        {rail.slice(0, 4).map((p) => (
          <Link key={p.key} to={p.path} aria-current={page === p ? 'page' : undefined}>
            {p.icon}<span>{t.nav[p.key]}</span>
            {p.key === 'desk' && unread > 0 && <span className="badge">{unread > 99 ? '99+' : unread}</span>}
          </Link>
        ))}
        {rail.length > 4 && <a href="#menu" role="button" onClick={(e) => { e.preventDefault(); setMenu(true); }}><MenuOutlined /><span>{t.nav.menu}</span></a>}
      </nav>
      <Drawer open={menu} onClose={() => setMenu(false)} placement="bottom" title={t.nav.menu} styles={{ wrapper: { height: 'auto' } }}>
        <div className="rail-drawer">{rail.map((p) => (
          <p key={p.key}><Link to={p.path} className="row" style={{ padding: '10px 4px', fontSize: 16 }} onClick={() => setMenu(false)}>{p.icon}{t.nav[p.key]}</Link></p>
        ))}</div>
      </Drawer>
      <Palette open={palette} close={() => setPalette(false)} />
      <KeyMap open={keys} close={() => setKeys(false)} />
    </div>
  );
}

function Body({ page }: { page: Page | undefined }) {
  const t = useT();
  const me = useMe();
  const path = usePath();
  if (path === '/') return railOf(me).length ? null : <Nothing fill title={t.common.noPages} help={t.common.noRightHelp} />;
  if (!page) return <Nothing fill title={t.common.notFound}><Link to="/">{t.common.goHome}</Link></Nothing>;
  if (!pageOpenTo(page, me)) return <Nothing fill title={t.common.noRight} help={t.common.noRightHelp}><Link to="/">{t.common.goHome}</Link></Nothing>;
  return <page.view />;
}

/* Only while the line is broken: says so, and that nothing is lost. */
function LineStrip() {
  const line = lineStore.use((s) => s.line);
  const [shown, setShown] = useState(false);
  const broken = line === 'waiting' || line === 'connecting';
  useEffect(() => {
    if (!broken) return setShown(false);
    const timer = setTimeout(() => setShown(true), 1500);
    return () => clearTimeout(timer);
  }, [broken]);
  return shown ? <StripText /> : null;
}

function StripText() {
  const t = useT();
  const { line, retryAt } = { line: lineStore.use((s) => s.line), retryAt: lineStore.use((s) => s.retryAt) };
  useNow();
  const left = Math.ceil((retryAt - Date.now()) / 1000);
  return <div className="line-strip" role="status">{line === 'waiting' && left > 0 ? t.top.reconnecting(left) : t.top.line.connecting}　{t.top.lineHelp}</div>;
}
