import { CopyOutlined, MessageOutlined, RightOutlined, SearchOutlined, ThunderboltOutlined } from '@ant-design/icons';
import { Input, Modal } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Phrase, Session } from '../api/types';
import { langSet, useLang, useT } from '../i18n';
import { composing } from '../lib/keys';
import { useDebounced } from '../lib/remote';
import { navigate, queryText } from '../lib/router';
import { boxFind, boxStore } from '../live/boxes';
import { may, signOut, stateSet, useMe } from '../live/me';
import { copyText, sayDone, sayFailed } from '../ui/say';
import { lookSet } from '../ui/theme';
import { pageOpenTo, pages } from './pages';

interface Item { key: string; group: string; icon: ReactNode; text: string; hint?: string; act: () => void }

export function Palette({ open, close }: { open: boolean; close: () => void }) {
  const t = useT();
  return (
    <Modal open={open} onCancel={close} footer={null} closable={false} title={<span className="only-reader">{t.top.palette}</span>} width={600} style={{ top: 72 }} destroyOnHidden
      styles={{ header: { display: 'none' } }}>
      <Choices close={close} />
    </Modal>
  );
}

function useFound(q: string): { sessions: Session[]; phrases: Phrase[] } {
  const late = useDebounced(q.trim(), 180);
  const [found, setFound] = useState<{ sessions: Session[]; phrases: Phrase[] }>({ sessions: [], phrases: [] });
  useEffect(() => {
    if (!late) return setFound({ sessions: [], phrases: [] });
    const abort = new AbortController();
    const local = Object.values(boxStore.get().sessions).filter((s) => s.customer_name.includes(late));
    const boxes = may('CHAT') || may('CHAT_SEE') ? (['mine', 'group', 'closed'] as const) : [];
    void Promise.all([
      Promise.all(boxes.map((box) => boxFind(box, late, 5, abort.signal).catch(() => []))),
      may('CHAT') ? api.get<Rows<Phrase>>('/phrases', { q: late }, abort.signal).then((p) => p.rows, () => []) : [],
    ]).then(([lists, phrases]) => {
      if (abort.signal.aborted) return;
      const all = new Map([...local, ...lists.flat()].map((s) => [s.id, s]));
      setFound({ sessions: [...all.values()].slice(0, 6), phrases: phrases.slice(0, 5) });
    });
    return () => abort.abort();
  }, [late]);
  return found;
}

function Choices({ close }: { close: () => void }) {
  const t = useT();
  const me = useMe();
  const lang = useLang();
  const [q, setQ] = useState('');
  const [at, setAt] = useState(0);
  const found = useFound(q);
  const list = useRef<HTMLDivElement>(null);

  const items = useMemo(() => {
    const fits = (text: string): boolean => text.toLowerCase().includes(q.trim().toLowerCase());
    const go = (path: string) => () => navigate(path);
    const set = (state: 'online' | 'paused' | 'offline', reason?: string) => () =>
      void stateSet(state, reason).then(() => sayDone(t.state.changed(t.state[state])), sayFailed);
    const result: Item[] = pages.filter((p) => pageOpenTo(p, me)).map((p) => ({ key: p.key, group: t.palette.pages, icon: p.icon, text: t.nav[p.key], act: go(p.path) }));
    const commands: Item[] = may('CHAT', me) ? [
      { key: 'online', group: t.palette.commands, icon: <ThunderboltOutlined />, text: t.state.goOnline, act: set('online') },
      ...t.state.reasons.map((r) => ({ key: 'p' + r, group: t.palette.commands, icon: <ThunderboltOutlined />, text: `${t.state.paused}${t.common.colon}${t.state.reasonNames[r] ?? r}`, act: set('paused', r) })),
      { key: 'offline', group: t.palette.commands, icon: <ThunderboltOutlined />, text: t.state.goOffline, act: set('offline') },
    ] : [];
    const other = lang === 'zh' ? 'en' : 'zh';
    commands.push(
      { key: 'lang', group: t.palette.commands, icon: <RightOutlined />, text: t.top.language, act: () => { langSet(other); void api.patch('/me', { lang: other }).catch(() => {}); } },
      { key: 'light', group: t.palette.commands, icon: <RightOutlined />, text: t.top.light, act: () => lookSet('light') },
      { key: 'dark', group: t.palette.commands, icon: <RightOutlined />, text: t.top.dark, act: () => lookSet('dark') },
      { key: 'out', group: t.palette.commands, icon: <RightOutlined />, text: t.top.signOut, act: () => void signOut() },
    );
    const shown = [...result, ...commands].filter((i) => fits(i.text));
    const text = q.trim();
    const search: Item[] = text && may('SEARCH', me)
      ? [{ key: 'search', group: '', icon: <SearchOutlined />, text: t.palette.searchAll(text), act: go('/search' + queryText({ q: text })) }] : [];
    return [
      ...found.sessions.map((s) => ({ key: 's' + s.id, group: t.palette.sessions, icon: <MessageOutlined />, text: s.customer_name || t.desk.anonymous, hint: `${s.shop_name} · ${s.last_text}`, act: go(`/desk/s/${s.id}`) })),
      ...shown.filter((i) => text || !i.key.startsWith('p') || i.key === 'phrases'),
      ...found.phrases.map((p) => ({ key: 'h' + p.id, group: t.palette.phrases, icon: <CopyOutlined />, text: p.text, hint: p.code, act: () => void copyText(p.text) })),
      ...search,
    ];
  }, [q, found, t, me, lang]);

  useEffect(() => setAt(0), [q]);
  useEffect(() => { void list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); }, [at]);
  const choose = (item: Item | undefined) => {
    if (!item) return;
    close();
    item.act();
  };
  const key = (e: KeyboardEvent) => {
    if (composing(e)) return;
    if (e.key === 'ArrowDown' || e.key === 'ArrowUp') {
      e.preventDefault();
      setAt((at + (e.key === 'ArrowDown' ? 1 : items.length - 1)) % Math.max(1, items.length));
    } else if (e.key === 'Enter') {
      e.preventDefault();
      choose(items[at]);
    }
  };
  return (
    <>
      <Input autoFocus size="large" prefix={<SearchOutlined />} placeholder={t.palette.placeholder} value={q} onChange={(e) => setQ(e.target.value)} onKeyDown={key}
        role="combobox" aria-expanded aria-controls="palette-list" aria-activedescendant={`palette-${at}`} aria-label={t.top.palette} />
      <div className="palette-list" id="palette-list" role="listbox" ref={list} aria-label={t.top.palette}>
        {items.map((item, i) => (
          <div key={item.key}>
            {item.group && item.group !== items[i - 1]?.group && <div className="palette-head">{item.group}</div>}
            <div id={`palette-${i}`} role="option" aria-selected={i === at} className="palette-item" onMouseMove={() => setAt(i)} onClick={() => choose(item)}>
              {item.icon}<span className="cut" style={{ flex: '0 1 auto' }}>{item.text}</span>{item.hint && <span className="cut muted small">{item.hint}</span>}
            </div>
          </div>
        ))}
        {!items.length && <div className="palette-head">{t.palette.nothing}</div>}
      </div>
      <p className="muted small" style={{ marginTop: 8 }}>{t.palette.hint}</p>
    </>
  );
}
