import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../../api/http';
import type { Customer, Session } from '../../api/types';
import { useT } from '../../i18n';
import { composing } from '../../lib/keys';
import { count, money } from '../../lib/format';
import { useRemote } from '../../lib/remote';
import { sessionPatch } from '../../live/boxes';
import { useMay } from '../../live/me';
import { FlagMark, Loaded, When } from '../../ui/parts';
import { GrowArea } from '../../ui/GrowArea';
import { sayDone, sayFailed } from '../../ui/say';

export const flags = ['', 'red', 'amber', 'green', 'blue', 'purple'];

export function CustomerTab({ session: s }: { session: Session }) {
  const t = useT();
  const edit = useMay('CUSTOMER_EDIT');
  const customer = useRemote(`customer ${s.customer_id}`, (signal) => api.get<Customer>(`/customers/${s.customer_id}`, undefined, signal));
  const n = t.desk.customer;
  const save = (patch: Partial<Customer>) => {
    const before = customer.data;
    if (!before) return;
    customer.set({ ...before, ...patch });
    api.patch(`/customers/${s.customer_id}`, patch).then(() => {
      sayDone(n.saved);
      sessionPatch(s.id, { ...(patch.name !== undefined ? { customer_name: patch.name } : {}), ...(patch.flag !== undefined ? { customer_flag: patch.flag } : {}) });
    }, (e) => { sayFailed(e); customer.set(before); });
  };
  return (
    <Loaded from={customer} rows={6}>{(c) => (
      <div className="side-pad">
        <dl className="facts">
          <dt>{n.name}</dt><dd><InPlace value={c.name} label={n.name} can={edit} save={(name) => save({ name })} /></dd>
          <dt>{n.flag}</dt><dd>{edit ? <Select size="small" variant="borderless" value={c.flag} onChange={(flag) => save({ flag })} aria-label={n.flag} style={{ marginLeft: -8 }} popupMatchSelectWidth={false}
            options={flags.map((f) => ({ value: f, label: <span className="row gap4"><FlagMark flag={f} />{t.flag[f]}</span> }))} /> : t.flag[c.flag]}</dd>
          <dt>{n.phone}</dt><dd><InPlace value={c.phone ?? ''} label={n.phone} can={edit} save={(phone) => save({ phone })} /></dd>
          <dt>{n.email}</dt><dd><InPlace value={c.email ?? ''} label={n.email} can={edit} save={(email) => save({ email })} /></dd>
          <Fact name={n.shop}><span className="row gap4"><span className="swatch" style={{ background: s.shop_colour }} />{c.shop_name || s.shop_name}</span></Fact>
          <Fact name={n.sessions}><span className="num">{count(c.sessions)}</span></Fact>
          <Fact name={n.orders}><span className="num">{count(c.orders)}</span></Fact>
          <Fact name={n.spent}><span className="num">{money(c.spent)}</span></Fact>
          {c.segment && <Fact name={n.segment}>{c.segment}</Fact>}
          {c.age_band && <Fact name={n.age}>{c.age_band}</Fact>}
          <Fact name={n.since}><When at={c.created_at} /></Fact>
          {s.page && <Fact name={n.page}><PageLink page={s.page} /></Fact>}
          <Fact name={n.key}><span className="mono">{c.key}</span></Fact>
          {c.blocked_at && <Fact name={n.blocked}><span className="red"><When at={c.blocked_at} /></span></Fact>}
        </dl>
        <div><div className="muted">{n.note}</div><NoteField value={c.note} can={edit} save={(note) => save({ note })} /></div>
      </div>
    )}</Loaded>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return <><dt>{name}</dt><dd>{children}</dd></>;
}

function PageLink({ page }: { page: string }) {
  return /^https?:\/\//.test(page) ? <a href={page} target="_blank" rel="noopener noreferrer">{page.replace(/^https?:\/\//, '')}</a> : <>{page}</>;
}

/* A value that becomes a field when clicked; Enter or leaving saves, Escape keeps the old one. */
function InPlace({ value, label, can, save }: { value: string; label: string; can: boolean; save: (value: string) => void }) {
  const t = useT();
  const [text, setText] = useState<string | null>(null);
  if (!can) return <>{value || t.desk.customer.noFacts}</>;
  if (text === null) return <button className="bare inline-edit" onClick={() => setText(value)} aria-label={`${t.common.edit} ${label}`}>{value || <span className="muted">{t.desk.customer.noFacts}</span>}</button>;
  const end = (keep: boolean) => {
    setText(null);
    if (keep && text.trim() !== value) save(text.trim());
  };
  return <Input size="small" autoFocus value={text} aria-label={label} maxLength={120} onChange={(e) => setText(e.target.value)} onBlur={() => end(true)}
    onKeyDown={(e) => { if (composing(e)) return; if (e.key === 'Enter') end(true); if (e.key === 'Escape') { e.stopPropagation(); end(false); } }} />;
}

function NoteField({ value, can, save }: { value: string; can: boolean; save: (value: string) => void }) {
  const t = useT();
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  if (!can) return <p className="pre">{value || t.desk.customer.noFacts}</p>;
  return <GrowArea value={text} min={2} max={8} maxLength={2000} aria-label={t.desk.customer.note} onChange={(e) => setText(e.target.value)} onBlur={() => { if (text !== value) save(text); }} />;
}
