import { Button, Input } from 'antd';
import { useState } from 'react';
import { api } from '../../api/http';
import type { Rows } from '../../api/http';
import type { Knowledge, Product, Session } from '../../api/types';
import { useT } from '../../i18n';
import { money } from '../../lib/format';
import { useDebounced, useRemote } from '../../lib/remote';
import { draftInsert } from '../../live/drafts';
import { useMe } from '../../live/me';
import { Loaded, Nothing } from '../../ui/parts';
import { sendProduct } from '../CardsDialog';

type Facts = [string, string][];

/* A body or detail is an object of label -> text or list; it may come as its JSON text. */
function factsOf(body: unknown): Facts {
  let value = body;
  if (typeof value === 'string') {
    try { value = JSON.parse(value); } catch { return value ? [['', String(value)]] : []; }
  }
  if (typeof value !== 'object' || value === null) return [];
  const text = (v: unknown): string => (Array.isArray(v) ? v.map(text).join('、') : typeof v === 'object' && v !== null ? Object.entries(v).map(([k, x]) => `${k} ${text(x)}`).join('；') : String(v ?? ''));
  return Object.entries(value).map(([label, v]) => [label, text(v)] as [string, string]).filter(([, v]) => v !== '');
}

const LIMIT = 5;

export function KnowledgeTab({ session: s }: { session: Session }) {
  const t = useT();
  const me = useMe();
  const n = t.desk.knowledge;
  const [q, setQ] = useState('');
  const late = useDebounced(q.trim(), 200);
  const held = s.state === 'open' && s.agent_id === me.person_id;
  const found = useRemote(`knowledge ${s.shop_id} ${late}`, async (signal) => {
    const ask = { shop_id: s.shop_id, q: late };
    const [products, entries] = await Promise.all([api.get<Rows<Product>>('/products', ask, signal), api.get<Rows<Knowledge>>('/knowledge', ask, signal)]);
    return { products: products.rows, entries: entries.rows };
  });
  return (
    <div className="side-pad">
      <Input size="small" allowClear placeholder={n.search} aria-label={n.search} value={q} onChange={(e) => setQ(e.target.value)} />
      <Loaded from={found} rows={6}>{({ products, entries }) => (
        <>
          {!products.length && !entries.length && <Nothing title={n.none} help={late ? undefined : n.noneHelp} />}
          {products.length > 0 && <div className="small muted">{n.products}</div>}
          {products.map((p) => (
            <div key={'p' + p.id} className="side-card">
              <div className="row top"><b className="grow">{p.title}</b><span className="num accent">{money(p.price, p.currency)}</span></div>
              <FactList facts={factsOf(p.detail)} />
              {held && <div className="tools"><Button size="small" onClick={() => sendProduct(s, p)}>{n.send}</Button></div>}
            </div>
          ))}
          {entries.length > 0 && <div className="small muted">{n.entries}</div>}
          {entries.map((k) => (
            <div key={'k' + k.id} className="side-card"><div className="row"><b className="grow">{k.title}</b><span className="small muted">{k.kind}</span></div>
              <FactList facts={factsOf(k.body)} put={held ? (text) => draftInsert(s.id, text) : undefined} /></div>
          ))}
        </>
      )}</Loaded>
    </div>
  );
}

function FactList({ facts, put }: { facts: Facts; put?: (text: string) => void }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const shown = all ? facts : facts.slice(0, LIMIT);
  if (!facts.length) return null;
  return (
    <>
      <dl className="facts small" style={{ gap: '2px 8px' }}>{shown.map(([label, text], i) => [
        <dt key={'t' + i}>{label}</dt>,
        <dd key={'d' + i}>{put ? <button className="bare" title={t.desk.knowledge.copy} onClick={() => put(text)}>{text}</button> : text}</dd>,
      ])}</dl>
      {facts.length > LIMIT && <button className="bare small accent" onClick={() => setAll(!all)}>{all ? t.common.close : `${t.desk.more} (${facts.length - LIMIT})`}</button>}
    </>
  );
}
