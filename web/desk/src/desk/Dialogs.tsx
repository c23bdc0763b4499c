import { Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { RoutingLine, Session, Target } from '../api/types';
import { useLang, useT } from '../i18n';
import { composing } from '../lib/keys';
import { useRemote } from '../lib/remote';
import { navigate } from '../lib/router';
import { boxesStale, boxOrder, boxStore, sessionRead } from '../live/boxes';
import { draftFocus, draftSet } from '../live/drafts';
import { limitStore } from '../live/limits';
import { meStore } from '../live/me';
import { Loaded, StateDot, When } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';
import { useCategories } from './TagsLine';

interface Props { session: Session; open: boolean; close: () => void }

/* After a chat leaves my hands: the next one that waits, else the list. */
function onward(left: number): void {
  void sessionRead(left).catch(() => {});
  boxesStale(200);
  if (!location.pathname.startsWith('/desk')) return;
  const s = boxStore.get();
  const next = s.members.mine.filter((id) => id !== left).flatMap((id) => s.sessions[id] ?? []).sort(boxOrder('mine'))[0];
  if (next && next.agent_id === meStore.get().me?.person_id && window.innerWidth > 760) {
    navigate(`/desk/s/${next.id}`);
    draftFocus();
  } else {
    navigate('/desk');
  }
}

export function TransferDialog({ session: s, open, close }: Props) {
  const t = useT();
  return <Modal open={open} onCancel={close} footer={null} title={t.desk.transferTitle} destroyOnHidden><TransferForm session={s} close={close} /></Modal>;
}

function TransferForm({ session: s, close }: { session: Session; close: () => void }) {
  const t = useT();
  const targets = useRemote(`targets ${s.id}`, (signal) => api.get<Rows<Target>>(`/sessions/${s.id}/targets`, undefined, signal));
  const [busy, setBusy] = useState(false);
  const send = async ({ to, note }: { to: string; note: string }) => {
    const [kind, id] = to.split(' ');
    setBusy(true);
    try {
      await api.post(`/sessions/${s.id}/transfer`, { [kind === 'person' ? 'person_id' : 'group_id']: Number(id), note: note.trim() });
      sayDone(t.desk.transferDone(targets.data?.rows.find((r) => r.kind === kind && r.id === Number(id))?.name ?? ''));
      draftSet(s.id, '');
      close();
      onward(s.id);
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Loaded from={targets} rows={4}>{({ rows }) => {
      const label = (r: Target) => (
        <span className="row">{r.kind === 'person' && <StateDot state={r.state ?? 'offline'} />}<span className="grow cut">{r.name}</span>
          <span className="muted small num">{r.kind === 'person' ? t.desk.load(r.open, r.capacity) : ''}</span></span>
      );
      const group = (kind: Target['kind'], name: string) => {
        const options = rows.filter((r) => r.kind === kind).map((r) => ({ value: `${r.kind} ${r.id}`, label: label(r), search: r.name }));
        return options.length ? [{ label: name, title: name, options }] : [];
      };
      return (
        <Form layout="vertical" requiredMark={false} onFinish={(v: { to: string; note: string }) => void send(v)}>
          <Form.Item name="to" label={t.desk.transferTo} rules={[{ required: true, message: t.common.required }]}>
            <Select autoFocus showSearch={{ optionFilterProp: 'search' }} placeholder={t.desk.searchTarget} notFoundContent={t.desk.noTargets} options={[...group('person', t.desk.persons), ...group('group', t.desk.groups)]} />
          </Form.Item>
          <Form.Item name="note" label={t.desk.transferNote} rules={[{ required: true, whitespace: true, message: t.desk.transferNoteHelp }]}><Input.TextArea rows={3} maxLength={500} showCount placeholder={t.desk.transferNoteHelp} /></Form.Item>
          <div className="row"><span className="grow" /><Button onClick={close}>{t.common.cancel}</Button><Button type="primary" htmlType="submit" loading={busy}>{t.desk.transfer}</Button></div>
        </Form>
      );
    }}</Loaded>
  );
}

export function CloseDialog({ session: s, open, close }: Props) {
  const t = useT();
  return <Modal open={open} onCancel={close} footer={null} title={t.desk.closeAsk(s.customer_name || t.desk.anonymous)} destroyOnHidden><CloseForm session={s} close={close} /></Modal>;
}

function CloseForm({ session: s, close }: { session: Session; close: () => void }) {
  const t = useT();
  const lang = useLang();
  const categories = useCategories();
  const [category, setCategory] = useState<number | null>(s.category_id);
  const [note, setNote] = useState(s.close_note ?? '');
  const needed = limitStore.use((l) => l.category_needed);
  const [busy, setBusy] = useState(false);
  const send = async () => {
    if (needed && !category) return;
    setBusy(true);
    try {
      await api.post(`/sessions/${s.id}/close`, { ...(category ? { category_id: category } : {}), ...(note.trim() ? { note: note.trim() } : {}) });
      sayDone(t.desk.closeDone);
      close();
      onward(s.id);
    } catch (e) {
      sayFailed(e);
      setBusy(false);
    }
  };
  return (
    <div className="col" onKeyDown={(e) => { if (e.key === 'Enter' && !e.shiftKey && !composing(e) && !(e.target instanceof HTMLTextAreaElement) && !(e.target instanceof HTMLButtonElement)) { e.preventDefault(); void send(); } }}>
      <label className="muted">{t.desk.closeCategory}</label>
      <Radio.Group value={category} onChange={(e) => setCategory(e.target.value as number)} className="chips" size="small">
        {categories.filter((c) => !c.closed_at).map((c) => <Radio.Button key={c.id} value={c.id}>{lang === 'en' && c.name_en ? c.name_en : c.name}</Radio.Button>)}
        {!needed && <Radio.Button value={null}>{t.desk.noCategory}</Radio.Button>}
      </Radio.Group>
      <label className="muted" htmlFor="close-note">{t.desk.closeNote}</label>
      <Input.TextArea id="close-note" rows={2} maxLength={500} value={note} placeholder={t.desk.closeNoteHelp} onChange={(e) => setNote(e.target.value)} />
      <div className="row" style={{ marginTop: 8 }}><span className="grow" /><Button onClick={close}>{t.common.cancel}</Button><Button type="primary" loading={busy} disabled={needed && !category} onClick={() => void send()}>{t.desk.closeTitle}</Button></div>
    </div>
  );
}

export function NoteDialog({ session: s, open, close, saved }: Props & { saved: () => void }) {
  const t = useT();
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  useEffect(() => { if (open) setText(''); }, [open]);
  const send = () => {
    if (!text.trim()) return;
    setBusy(true);
    void api.post(`/sessions/${s.id}/notes`, { text: text.trim() }).then(() => { sayDone(t.desk.noteSaved); saved(); close(); }, sayFailed).finally(() => setBusy(false));
  };
  return (
    <Modal open={open} onCancel={close} title={t.desk.addNote} okText={t.common.save} cancelText={t.common.cancel} onOk={send} confirmLoading={busy} okButtonProps={{ disabled: !text.trim() }} destroyOnHidden>
      <Input.TextArea autoFocus rows={4} maxLength={2000} value={text} placeholder={t.desk.notePlaceholder} aria-label={t.desk.note} onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey) && !composing(e)) send(); }} />
    </Modal>
  );
}

export function LogDialog({ session: s, open, close }: Props) {
  const t = useT();
  const log = useRemote(open ? `log ${s.id} ${s.seq}` : null, (signal) => api.get<Rows<RoutingLine>>(`/sessions/${s.id}/log`, undefined, signal));
  return (
    <Modal open={open} onCancel={close} footer={null} title={t.desk.log} destroyOnHidden>
      <Loaded from={log} rows={3}>{({ rows }) => (
        <div className="col gap4">
          {!rows.length && <p className="muted">{t.desk.noLog}</p>}
          {rows.map((r, i) => <div key={i} className="row"><span className="muted num" style={{ minWidth: 96 }}><When at={r.at} /></span><span>{t.desk.logWhat[r.what] ?? r.what}</span><span>{r.person_name}</span><span className="muted cut">{r.reason}</span></div>)}
        </div>
      )}</Loaded>
    </Modal>
  );
}
