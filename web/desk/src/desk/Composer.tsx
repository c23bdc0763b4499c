import { FileImageOutlined, LoadingOutlined, SendOutlined, ShoppingOutlined, SmileOutlined, SnippetsOutlined, SolutionOutlined } from '@ant-design/icons';
import { Button, Popover, Progress, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import type { ClipboardEvent, DragEvent, KeyboardEvent } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Phrase, Session } from '../api/types';
import { useT } from '../i18n';
import { composing } from '../lib/keys';
import { useDebounced } from '../lib/remote';
import { draftFocus, draftSet, draftStore, useDraft } from '../live/drafts';
import { outboxAdd } from '../live/outbox';
import { liveTell } from '../live/socket';
import { uploadAdd, uploadDrop, uploadRetry, uploadStore } from '../live/uploads';
import { GrowArea } from '../ui/GrowArea';
import { CardsDialog } from './CardsDialog';
import { emoji } from './emoji';

const MAX = 4000;

function focusEnd(field: HTMLTextAreaElement | null): void {
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}

/* Phrases that fit what is being written: none while the text is long or has lines. */
function usePhrases(query: string | null, shopId: number): Phrase[] {
  const late = useDebounced(query, 140);
  const [found, setFound] = useState<Phrase[]>([]);
  useEffect(() => {
    if (late === null) return setFound([]);
    const abort = new AbortController();
    api.get<Rows<Phrase>>('/phrases', { q: late, shop_id: shopId }, abort.signal).then((p) => setFound(p.rows), () => {});
    return () => abort.abort();
  }, [late, shopId]);
  return query === null ? [] : found;
}

export function Composer({ session: s }: { session: Session }) {
  const t = useT();
  const draft = useDraft(s.id);
  const focus = draftStore.use((d) => d.focus);
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const [hidden, setHidden] = useState('');
  const [drop, setDrop] = useState(false);
  const [cards, setCards] = useState<'' | 'order' | 'product'>('');
  const lastTyping = useRef(0);
  const text = draft.text;
  const picking = text.startsWith('/') && !text.includes('\n') && text.length < 24;
  const short = text.trim().length >= 1 && text.length <= 16 && !text.includes('\n');
  const query = picking ? text.slice(1).trim() : short && !draft.phrase ? text.trim() : null;
  const all = usePhrases(hidden === text && hidden !== '' ? null : query, s.shop_id);
  const phrases = picking ? all : all.slice(0, 5).filter((p) => p.text !== text.trim());

  useEffect(() => setAt(0), [text]);
  useEffect(() => { if (focus) focusEnd(field.current); }, [focus]);

  const use = (p: Phrase | undefined) => {
    if (!p) return;
    draftSet(s.id, p.text, { id: p.id, text: p.text });
    void api.post(`/phrases/${p.id}/used`).catch(() => {});
    draftFocus();
  };
  const send = () => {
    const line = text.trim();
    if (!line || line.length > MAX) return;
    outboxAdd({ session_id: s.id, kind: 'text', text: line, data: null, phrase_id: draft.phrase && line.includes(draft.phrase.text) ? draft.phrase.id : undefined });
    draftSet(s.id, '');
  };
  const change = (value: string) => {
    draftSet(s.id, value);
    if (value && !value.startsWith('/') && Date.now() - lastTyping.current > 2500) {
      lastTyping.current = Date.now();
      liveTell('typing', { session_id: s.id });
    }
  };
  const key = (e: KeyboardEvent<HTMLTextAreaElement>) => {
    if (composing(e) || composing(e.nativeEvent)) return;
    const open = phrases.length > 0;
    const digit = e.altKey && /^Digit[1-5]$/.test(e.code) ? Number(e.code.slice(5)) - 1 : -1;
    if (digit >= 0 && open) {
      e.preventDefault();
      return use(phrases[digit]);
    }
    if (open && picking && (e.key === 'ArrowDown' || e.key === 'ArrowUp')) {
      e.preventDefault();
      return setAt((at + (e.key === 'ArrowDown' ? 1 : phrases.length - 1)) % phrases.length);
    }
    if (open && e.key === 'Tab' && !e.shiftKey) {
      e.preventDefault();
      return use(phrases[picking ? at : 0]);
    }
    if (open && e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      return setHidden(text);
    }
    if (e.key !== 'Enter' || e.shiftKey || e.altKey) return;
    e.preventDefault();
    if (picking && open) use(phrases[at]);
    else send();
  };
  const paste = (e: ClipboardEvent) => {
    const pasted = [...e.clipboardData.files];
    if (!pasted.length || e.clipboardData.types.includes('text/plain')) return;
    e.preventDefault();
    uploadAdd(s.id, pasted);
  };
  const dropped = (e: DragEvent) => {
    e.preventDefault();
    setDrop(false);
    uploadAdd(s.id, e.dataTransfer.files);
  };
  const put = (symbol: string) => {
    const area = field.current;
    const from = area?.selectionStart ?? text.length;
    draftSet(s.id, text.slice(0, from) + symbol + text.slice(area?.selectionEnd ?? from));
    draftFocus();
  };
  const tool = (label: string, icon: React.ReactNode, act: () => void) => <Tooltip title={label}><Button type="text" icon={icon} aria-label={label} onClick={act} /></Tooltip>;
  return (
    <div className={drop ? 'composer dropping' : 'composer'} onDragOver={(e) => { if (e.dataTransfer.types.includes('Files')) { e.preventDefault(); setDrop(true); } }}
      onDragLeave={(e) => { if (!e.currentTarget.contains(e.relatedTarget as Node)) setDrop(false); }} onDrop={dropped}>
      {drop && <div className="drop-cover">{t.desk.composer.drop}</div>}
      <Uploads sessionId={s.id} />
      {picking ? (
        <div className="picker" role="listbox" aria-label={t.desk.composer.phrase}>
          {phrases.map((p, i) => <Suggestion key={p.id} phrase={p} selected={i === at} use={use} />)}
          {!phrases.length && <div className="muted small" style={{ padding: 8 }}>{t.desk.composer.empty}</div>}
        </div>
      ) : phrases.length > 0 && (
        <div className="suggestions" role="listbox" aria-label={t.desk.composer.suggestions}>
          {phrases.map((p, i) => <Suggestion key={p.id} phrase={p} hint={i === 0 ? 'Tab' : `Alt ${i + 1}`} use={use} />)}
        </div>
      )}
      <GrowArea area={field} value={text} min={2} max={8} placeholder={t.desk.composer.placeholder} aria-label={t.desk.composer.label} onChange={(e) => change(e.target.value)} onKeyDown={key} onPaste={paste} />
      <div className="composer-tools">
        <Popover trigger="click" content={<div className="emoji-grid">{emoji.map((x) => <button key={x} className="bare" aria-label={x} onClick={() => put(x)}>{x}</button>)}</div>}>
          <Button type="text" icon={<SmileOutlined />} aria-label={t.desk.composer.emoji} title={t.desk.composer.emoji} />
        </Popover>
        {tool(t.desk.composer.attach, <FileImageOutlined />, () => files.current?.click())}
        {tool(t.desk.composer.phrase, <SnippetsOutlined />, () => { draftSet(s.id, '/'); draftFocus(); })}
        {tool(t.desk.composer.order, <SolutionOutlined />, () => setCards('order'))}
        {tool(t.desk.composer.product, <ShoppingOutlined />, () => setCards('product'))}
        <input ref={files} type="file" multiple hidden onChange={(e) => { uploadAdd(s.id, [...(e.target.files ?? [])]); e.target.value = ''; }} />
        <span className="push small muted num">{text.length > MAX - 200 && <span className={text.length > MAX ? 'red' : ''}>{text.length}/{MAX}</span>}</span>
        <Button type="primary" icon={<SendOutlined />} disabled={!text.trim() || picking || text.length > MAX} onClick={send}>{t.desk.composer.send}</Button>
      </div>
      <CardsDialog session={s} kind={cards} close={() => setCards('')} />
    </div>
  );
}

function Suggestion({ phrase: p, hint, selected, use }: { phrase: Phrase; hint?: string; selected?: boolean; use: (p: Phrase) => void }) {
  return (
    <button role="option" aria-selected={selected ?? false} className="bare suggestion" onMouseDown={(e) => e.preventDefault()} onClick={() => use(p)}
      ref={(el) => { if (selected) el?.scrollIntoView({ block: 'nearest' }); }}>
      {hint && <kbd className="kbd">{hint}</kbd>}{p.code && <span className="accent mono" style={{ flex: 'none' }}>{p.code}</span>}<span className="cut">{p.text}</span>
    </button>
  );
}

function Uploads({ sessionId }: { sessionId: number }) {
  const t = useT();
  const uploads = uploadStore.use((u) => u.uploads);
  return <>{uploads.filter((u) => u.session_id === sessionId).map((u) => (
    <div key={u.key} className="upload-line">
      {!u.error && <LoadingOutlined />}<span className="cut">{u.file.name}</span>
      {u.error ? <span className="red grow">{u.error}</span> : <Progress className="grow" percent={Math.round(u.part * 100)} size="small" />}
      {u.error && <Button size="small" type="link" onClick={() => uploadRetry(u.key)}>{t.common.retry}</Button>}
      <Button size="small" type="text" onClick={() => uploadDrop(u.key)}>{t.common.cancel}</Button>
    </div>
  ))}</>;
}
