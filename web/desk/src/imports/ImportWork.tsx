import { ArrowLeftOutlined } from '@ant-design/icons';
import { Alert, Button, Input, Modal, Progress, Select, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { api, everyRow } from '../api/http';
import { useT } from '../i18n';
import { exactTime, money } from '../lib/format';
import { useDebounced, useRemote } from '../lib/remote';
import { Link, navigate } from '../lib/router';
import { useShops } from '../team/lists';
import { Loaded, When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { ChatForm, ChatMarks } from './ChatForm';
import { useMappings } from './Mappings';
import { NamesBind, choiceBody, suggestion, useImportPeople } from './NamesBind';
import type { Choice } from './NamesBind';
import { Result } from './Result';
import { TableColumns, TableForm } from './TableForm';
import { busy, isChat, kindOf, open, sectionOf, stateColour, tableMembers, withFormat, withSection } from './model';
import type { Findings, ImportOne, ImportPerson, Mapping, Section, Template } from './model';

/* One import from its file to its end: how it is read, who its names are, a check of all of it, and then in. */
export function ImportWork({ id }: { id: number }) {
  const t = useT();
  const one = useRemote(`import ${id}`, (signal) => api.get<ImportOne>(`/imports/${id}`, undefined, signal));
  const state = one.data?.state;
  useEffect(() => {
    if (!state || !busy(state)) return;
    const timer = setTimeout(one.reload, 700);
    return () => clearTimeout(timer);
  }, [state, one.data, one.reload]);
  return (
    <div className="section col">
      <div><Link to="/settings/import"><ArrowLeftOutlined /> {t.imp.back}</Link></div>
      <Loaded from={one} rows={6}>{(row) => (
        <>
          <Head row={row} />
          {busy(row.state) && <Working row={row} />}
          {open(row.state) && (row.kind === 'lines' ? <Lines row={row} set={one.set} /> : <Prepare key={row.id} row={row} set={one.set} />)}
          {!busy(row.state) && (!open(row.state) || row.state === 'failed') && <Result row={row} set={one.set} />}
        </>
      )}</Loaded>
    </div>
  );
}

function Head({ row }: { row: ImportOne }) {
  const t = useT();
  return (
    <div className="row" style={{ flexWrap: 'wrap' }}>
      <b style={{ overflowWrap: 'anywhere' }}>{row.file_name}</b><Tag color={stateColour[row.state]}>{t.imp.states[row.state] ?? row.state}</Tag>
      <span className="muted small">{t.imp.kinds[row.kind] ?? row.kind}{row.shop_name ? ` · ${row.shop_name}` : ''} · {row.person_name ?? t.imp.cli} · <When at={row.created_at} /></span>
    </div>
  );
}

function Working({ row }: { row: ImportOne }) {
  const t = useT();
  return <div role="status"><Progress percent={row.total ? Math.min(99, Math.floor((100 * row.done) / row.total)) : 0} status="active" /><span className="muted">{t.imp.phases[row.phase] ?? t.imp.states[row.state]}</span></div>;
}

const drop = (t: ReturnType<typeof useT>, row: ImportOne) => askOnce(t.imp.dropAsk(row.file_name), t.imp.dropHelp, t.imp.dropFile, () => api.remove(`/imports/${row.id}`).then(() => navigate('/settings/import')));

function Lines({ row, set }: { row: ImportOne; set: (row: ImportOne) => void }) {
  const t = useT();
  return (
    <div className="import-bar"><span className="muted grow">{t.imp.linesHelp}</span>{row.state !== 'failed' && <Button onClick={() => drop(t, row)}>{t.imp.dropFile}</Button>}
      <Button type="primary" onClick={() => void api.post<ImportOne>(`/imports/${row.id}/run`).then(set, sayFailed)}>{t.imp.runLines}</Button></div>
  );
}

function Prepare({ row, set }: { row: ImportOne; set: (row: ImportOne) => void }) {
  const t = useT();
  const shops = useShops();
  const [mapping, setMapping] = useState<Mapping>(row.mapping);
  const [shop, setShop] = useState<number | undefined>(row.shop_id ?? undefined);
  const [choices, setChoices] = useState<Record<string, Choice>>({});
  const [sending, setSending] = useState(false);
  const people = useImportPeople(shop);
  const late = useDebounced(mapping, 350);
  const look = useRemote(shop ? JSON.stringify([shop, late]) : null, () => api.post<{ findings: Findings }>(`/imports/${row.id}/look`, { shop_id: shop, mapping: late }).then((r) => r.findings));
  const same = shop === row.shop_id && JSON.stringify(mapping) === JSON.stringify(row.mapping);
  const checked = row.state === 'checked' && same && row.findings.names ? (row.findings as Findings) : undefined;
  const found = checked ?? look.data;
  const chat = isChat(mapping);
  const kind = kindOf(mapping);
  useEffect(() => {
    if (!found || !people.data) return;
    setChoices((old) => ({ ...Object.fromEntries(found.names.flatMap((n) => { const s = suggestion(n, people.data ?? []); return s ? [[n.name, s]] : []; })), ...old }));
  }, [found, people.data]);
  const change = (section: Section) => setMapping((m) => withSection(m, section));
  const unsaved = Object.entries(choices).filter(([name]) => found?.names.some((n) => n.name === name && !n.said) || choices[name] !== undefined);
  const check = async () => {
    setSending(true);
    try {
      if (unsaved.length) {
        await api.put('/import-names', { shop_id: shop, names: unsaved.map(([name, choice]) => choiceBody(name, choice)) });
        setChoices({});
        people.reload();
      }
      if (!same) await api.patch(`/imports/${row.id}`, { shop_id: shop, mapping });
      set(await api.post<ImportOne>(`/imports/${row.id}/check`));
    } catch (e) {
      sayFailed(e);
    } finally {
      setSending(false);
    }
  };
  const run = () => api.post<ImportOne>(`/imports/${row.id}/run`).then(set, sayFailed);
  const good = found ? found.messages || Object.values(found.types).reduce((a, b) => a + b, 0) : 0;
  return (
    <>
      <div className="row" style={{ flexWrap: 'wrap' }}>
        <Select value={shop} onChange={setShop} placeholder={t.imp.pickShop} aria-label={t.imp.shop} style={{ minWidth: 150 }} options={shops.data?.map((s) => ({ value: s.id, label: s.name }))} />
        {!chat && <Select value={kind in tableMembers ? kind : undefined} placeholder={t.imp.kind} aria-label={t.imp.kind} style={{ minWidth: 130 }} options={Object.keys(tableMembers).map((k) => ({ value: k, label: t.imp.kinds[k] }))}
          onChange={(k) => setMapping((m) => ({ ...m, sources: [{ files: ['*'], format: row.format, table: { kind: k, ...(k === 'chats' ? { others: 'customer' } : {}) } }] }))} />}
        <Pick chat={chat} format={row.format} kind={kind} pick={setMapping} />
        <SaveAs mapping={mapping} />
      </div>
      {row.why && row.state !== 'failed' && <Alert type="error" showIcon title={t.imp.say(row.why)} />}
      {!shop && <Alert type="info" showIcon title={t.imp.pickShop} />}
      <div className={chat ? 'import-grid' : 'col'}>
        <div>{chat ? <ChatForm section={sectionOf(mapping)} change={change} found={found} /> : <TableForm kind={kind} section={sectionOf(mapping)} change={change} found={found} />}</div>
        <div className="col">
          <div className="row"><b>{t.imp.preview}</b><span className="muted small">{t.imp.previewHelp}</span></div>
          {look.error && <Alert type="error" showIcon title={look.error.message} />}
          {look.data?.why && <Alert type="warning" showIcon title={t.imp.say(look.data.why)} />}
          {look.data && (chat ? <ChatMarks found={look.data} /> : <TableColumns found={look.data} kind={kind} section={sectionOf(mapping)} change={change} />)}
          {look.data && <Samples found={look.data} people={people.data ?? []} />}
        </div>
      </div>
      {found && shop && <NamesBind found={found} people={people.data ?? []} choices={choices} table={!chat && kind !== 'chats'}
        choose={(name, c) => setChoices((old) => { const { [name]: _, ...rest } = old; return c ? { ...rest, [name]: c } : rest; })} />}
      {found && <Rejects found={found} />}
      <div className="import-bar">
        <span className="grow muted" role="status">{checked ? (unsaved.length ? t.imp.checkFirst : <>{t.imp.checkedOk} {Sum(t, checked)}</>) : t.imp.checkFirst}</span>
        {row.state !== 'failed' && <Button onClick={() => drop(t, row)}>{t.imp.dropFile}</Button>}
        <Button type={checked && !unsaved.length ? 'default' : 'primary'} disabled={!shop || !look.data || look.data.why !== ''} loading={sending} onClick={() => void check()}>{checked && unsaved.length ? t.imp.checkAgain : t.imp.check}</Button>
        <Button type="primary" disabled={!checked || unsaved.length > 0 || !good} onClick={() => void run()}>{checked && good ? t.imp.runN(good) : t.imp.run}</Button>
      </div>
    </>
  );
}

const Sum = (t: ReturnType<typeof useT>, f: Findings): string =>
  [f.messages ? t.imp.found(f.messages, f.conversations) : Object.entries(f.types).map(([k, n]) => `${t.imp.types[k] ?? k} ${n}`).join('，'), f.tail ? t.imp.tail(f.tail) : '', f.stray ? t.imp.stray(f.stray) : '', f.rejected ? t.imp.rejected(f.rejected) : ''].filter(Boolean).join(' · ');

/* A mapping that was kept, or a layout that is common. */
function Pick({ chat, format, kind, pick }: { chat: boolean; format: string; kind: string; pick: (m: Mapping) => void }) {
  const t = useT();
  const saved = useMappings();
  const templates = useRemote('import-templates', (signal) => everyRow<Template>('/import-templates', undefined, signal));
  const fits = (saved.data ?? []).filter((m) => (chat ? m.body.sources?.[0]?.chat !== undefined : m.body.sources?.[0]?.chat === undefined && (m.kind === kind || !(kind in tableMembers))));
  const options = [
    { label: t.imp.saved, options: fits.map((m) => ({ value: `s${m.id}`, label: m.name })) },
    { label: t.imp.templates, options: chat ? (templates.data ?? []).map((m) => ({ value: `t${m.key}`, label: m.name })) : [] },
  ].filter((g) => g.options.length);
  const take = (v: string) => {
    const body = v[0] === 's' ? fits.find((m) => `s${m.id}` === v)?.body : templates.data?.find((m) => `t${m.key}` === v)?.mapping;
    if (body) pick(withFormat(body, format));
  };
  if (!options.length) return null;
  return <Select value={null} onChange={(v: string | null) => v && take(v)} placeholder={t.imp.pickSaved} aria-label={t.imp.pickSaved} options={options} popupMatchSelectWidth={false} style={{ minWidth: 200 }} />;
}

function SaveAs({ mapping }: { mapping: Mapping }) {
  const t = useT();
  const [name, setName] = useState<string | null>(null);
  const save = () => api.post('/import-mappings', { name: name ?? '', body: mapping }).then(() => { sayDone(t.imp.savedDone); setName(null); }, sayFailed);
  return (
    <>
      <Button onClick={() => setName('')}>{t.imp.saveAs}</Button>
      <Modal open={name !== null} title={t.imp.saveAs} onCancel={() => setName(null)} onOk={() => void save()} okText={t.common.save} cancelText={t.common.cancel} okButtonProps={{ disabled: !name?.trim() }}>
        <Input value={name ?? ''} maxLength={60} placeholder={t.imp.saveName} aria-label={t.imp.saveName} onChange={(e) => setName(e.target.value)} />
      </Modal>
    </>
  );
}

function Samples({ found, people }: { found: Findings; people: ImportPerson[] }) {
  const t = useT();
  const rows = found.samples.slice(0, 8);
  if (!rows.length) return null;
  const named = new Map(people.map((p) => [p.key, p.name]));
  const value = (k: string, v: unknown): string =>
    k === 'items' ? (v as { title: string; quantity: number }[]).map((i) => `${i.title} ×${i.quantity}`).join('、') : ['amount', 'postage'].includes(k) ? money(Number(v)) : /_at$/.test(k) ? exactTime(Number(v)) : /_ms$/.test(k) ? `${Number(v) / 1000} s`
      : ['agent', 'by'].includes(k) ? named.get(String(v)) ?? String(v) : typeof v === 'object' ? JSON.stringify(v) : String(v);
  const label = (k: string): string => t.imp.members[k === 'by' ? 'agent' : k.replace(/_ms$/, '')] ?? k;
  const hidden = ['type', 'key', 'shop', 'sender', 'at', 'nickname', 'day', 'number', 'time_of'];
  const say = (r: Record<string, unknown>): string => Object.entries(r).filter(([k]) => !hidden.includes(k)).map(([k, v]) => (k === 'text' ? String(v) : `${label(k)} ${value(k, v)}`)).join(' · ');
  return (
    <section aria-label={t.imp.samples}>
      <b>{t.imp.samples}</b> <span className="muted small">{Sum(t, found)}</span>
      <div className="import-scroll" style={{ maxHeight: 240 }}>
        <table className="import-table"><tbody>{rows.map((s, i) => (
          <tr key={i}><td className="num muted" style={{ whiteSpace: 'nowrap' }}>{typeof s.record.at === 'number' ? <When at={s.record.at} /> : String(s.record.day ?? '')}</td>
            <td style={{ whiteSpace: 'nowrap' }}>{s.record.sender ? t.imp.roles[String(s.record.sender)] ?? String(s.record.sender) : t.imp.types[String(s.record.type)]}</td><td style={{ overflowWrap: 'anywhere' }}>{say(s.record).slice(0, 200)}</td></tr>))}</tbody></table>
      </div>
    </section>
  );
}

function Rejects({ found }: { found: Findings }) {
  const t = useT();
  if (!found.rejects.length) return null;
  return (
    <section className="col" aria-label={t.imp.firstRejects}>
      <div className="row"><b>{t.imp.firstRejects}</b><span className="muted small">{t.imp.rejected(found.rejected)}</span></div>
      <div className="import-scroll" style={{ maxHeight: 200 }}><table className="import-table"><tbody>{found.rejects.slice(0, 30).map((r, i) => <tr key={i}><td className="num muted" style={{ width: 60 }}>{r.line}</td><td>{t.imp.say(r.reason)}</td></tr>)}</tbody></table></div>
    </section>
  );
}
