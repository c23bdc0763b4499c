import { DownloadOutlined, PlusOutlined, UploadOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Modal, Segmented, Select, Tag } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Phrase, PhraseImport } from '../api/types';
import { useT } from '../i18n';
import { useDebounced, useRemote } from '../lib/remote';
import { useMay, useMe } from '../live/me';
import { liveOn } from '../live/socket';
import { DataTable, saveText } from '../ui/DataTable';
import { askOnce, sayDone, sayFailed } from '../ui/say';

interface Values { code: string; text: string; folder: string; shop_id?: number | null; base: boolean }
type Show = 'all' | 'base' | 'own';
const MOST = 500;

export default function PhrasesPage() {
  const t = useT();
  const me = useMe();
  const base = useMay('PHRASE_BASE');
  const chat = useMay('CHAT');
  const [q, setQ] = useState('');
  const late = useDebounced(q.trim(), 200);
  const list = useRemote(`phrases ${late}`, (signal) => everyRow<Phrase>('/phrases', { q: late, limit: MOST }, signal));
  useEffect(() => liveOn('phrase', list.reload), [list.reload]);
  const [show, setShow] = useState<Show>('all');
  const [edit, setEdit] = useState<Phrase | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const rows = useMemo(() => list.data?.filter((p) => show === 'all' || (p.person_id === null) === (show === 'base')), [list.data, show]);
  const can = (p: Phrase): boolean => (p.person_id === null ? base : p.person_id === me.person_id);
  const remove = (p: Phrase) => askOnce(t.phr.removeAsk, p.text, t.common.remove, () => api.remove(`/phrases/${p.id}`).then(() => { sayDone(t.phr.removed); setEdit(null); list.reload(); }));
  const shop = (id: number | null): string => (id === null ? t.top.allShops : me.shops.find((s) => s.id === id)?.name ?? '');
  const download = () => void api.text('/phrases/export').then((text) => saveText('phrases.csv', text), sayFailed);
  return (
    <div className="page">
      <div className="page-head"><h1>{t.nav.phrases}</h1><span className="muted small">{t.phr.help}</span></div>
      <DataTable id="phrases" rows={rows} error={list.error} retry={list.reload} loading={list.loading} rowKey={(p) => p.id} sort="folder" onRow={setEdit} empty={[t.desk.phrasesTab.none, t.phr.emptyHelp]}
        tools={<>
          <Input allowClear value={q} onChange={(e) => setQ(e.target.value)} placeholder={t.desk.phrasesTab.search} aria-label={t.desk.phrasesTab.search} style={{ width: 200 }} />
          <Segmented value={show} onChange={(v) => setShow(v as Show)} options={[{ value: 'all', label: t.common.all }, { value: 'base', label: t.desk.phrasesTab.base }, { value: 'own', label: t.desk.phrasesTab.own }]} />
          {(chat || base) && <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{t.common.add}</Button>}
          {(chat || base) && <Button icon={<UploadOutlined />} onClick={() => setImporting(true)}>{t.phr.import}</Button>}
          <Button icon={<DownloadOutlined />} onClick={download}>{t.phr.export}</Button>
        </>}
        columns={[
          { key: 'folder', title: t.phr.folder, value: (p) => p.folder, filter: true },
          { key: 'code', title: t.phr.code, value: (p) => p.code, render: (p) => <span className="mono accent">{p.code}</span> },
          { key: 'text', title: t.phr.text, value: (p) => p.text, render: (p) => <span className="pre" style={{ display: 'inline-block', maxWidth: 640, minWidth: 240 }}>{p.text}</span> },
          { key: 'kind', title: t.phr.kind, value: (p) => (p.person_id === null ? t.desk.phrasesTab.base : t.desk.phrasesTab.own), render: (p) => (p.person_id === null ? t.desk.phrasesTab.base : <Tag>{t.desk.phrasesTab.own}</Tag>) },
          { key: 'shop', title: t.desk.customer.shop, value: (p) => shop(p.shop_id), filter: true },
          { key: 'used', title: t.phr.used, align: 'right', value: (p) => p.used },
        ]} />
      {list.data?.length === MOST && <p className="muted small">{t.phr.first(MOST)}</p>}
      <PhraseDialog phrase={edit} can={edit === 'new' || (edit !== null && can(edit))} base={base} close={() => setEdit(null)} saved={list.reload} remove={remove} folders={[...new Set((list.data ?? []).map((p) => p.folder).filter(Boolean))]} />
      <Modal open={importing} onCancel={() => setImporting(false)} footer={null} title={t.phr.import} destroyOnHidden><ImportPhrases base={base} done={list.reload} close={() => setImporting(false)} /></Modal>
    </div>
  );
}

function PhraseDialog({ phrase, can, base, close, saved, remove, folders }: { phrase: Phrase | 'new' | null; can: boolean; base: boolean; close: () => void; saved: () => void; remove: (p: Phrase) => void; folders: string[] }) {
  const t = useT();
  const me = useMe();
  const [form] = Form.useForm<Values>();
  const old = phrase !== 'new' ? phrase : null;
  useEffect(() => {
    if (phrase) form.setFieldsValue(old ? { code: old.code, text: old.text, folder: old.folder, shop_id: old.shop_id ?? 0, base: old.person_id === null } : { code: '', text: '', folder: '', shop_id: 0, base: false });
  }, [phrase, old, form]);
  const send = ({ base: shared, ...v }: Values) => {
    const body = { ...v, shop_id: v.shop_id || null };
    const call = old ? api.patch(`/phrases/${old.id}`, { text: v.text, code: v.code, folder: v.folder }) : api.post('/phrases', { ...body, base: shared });
    call.then(() => { sayDone(t.common.saved); close(); saved(); }, sayFailed);
  };
  return (
    <Modal open={phrase !== null} onCancel={close} title={old ? t.phr.one : t.phr.add} forceRender
      footer={can ? <div className="row">{old && <Button danger onClick={() => remove(old)}>{t.common.remove}</Button>}<span className="grow" /><Button onClick={close}>{t.common.cancel}</Button><Button type="primary" onClick={form.submit}>{t.common.save}</Button></div> : <Button onClick={close}>{t.common.close}</Button>}>
      <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={send} disabled={!can}>
        <Form.Item name="text" label={t.phr.text} rules={[{ required: true, whitespace: true, message: t.common.required }]}><Input.TextArea rows={4} maxLength={2000} showCount /></Form.Item>
        <Form.Item name="code" label={t.phr.code} extra={t.phr.codeHelp}><Input maxLength={40} className="mono" /></Form.Item>
        <Form.Item name="folder" label={t.phr.folder}><Input maxLength={60} list="phrase-folders" /></Form.Item>
        <datalist id="phrase-folders">{folders.map((f) => <option key={f} value={f} />)}</datalist>
        <Form.Item name="shop_id" label={t.desk.customer.shop}><Select disabled={Boolean(old) || !can} options={[{ value: 0, label: t.top.allShops }, ...me.shops.map((s) => ({ value: s.id, label: s.name }))]} /></Form.Item>
        <Form.Item name="base" label={t.phr.kind} hidden={Boolean(old) || !base}><Select options={[{ value: false, label: t.phr.ownLong }, { value: true, label: t.phr.baseLong }]} /></Form.Item>
      </Form>
    </Modal>
  );
}

/* The marketplace's own file: 快捷短语编码, 快捷短语, 快捷短语分组; GB18030 or UTF-8, sent as it is. */
function ImportPhrases({ base, done, close }: { base: boolean; done: () => void; close: () => void }) {
  const t = useT();
  const me = useMe();
  const picker = useRef<HTMLInputElement>(null);
  const [shared, setShared] = useState(base);
  const [shopId, setShopId] = useState(0);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<PhraseImport | null>(null);
  const send = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    try {
      setResult(await api.raw<PhraseImport>('/phrases/import', file, 'text/csv', { shop_id: shopId || undefined, base: shared }));
      done();
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  if (result)
    return (
      <div className="col">
        <Alert type={result.rejected.length ? 'warning' : 'success'} showIcon title={t.phr.imported(result.created, result.updated, result.unchanged, result.rejected.length)} />
        {result.rejected.map((r) => <p key={r.line} className="small">{t.team.line} {r.line}{t.common.colon}{r.reason}</p>)}
        <Button type="primary" onClick={close}>{t.common.done}</Button>
      </div>
    );
  return (
    <div className="col">
      <p className="muted">{t.phr.importHelp}</p>
      <code className="code-line mono">快捷短语编码,快捷短语,快捷短语分组</code>
      {base && <Select value={shared} onChange={setShared} aria-label={t.phr.kind} options={[{ value: true, label: t.phr.baseLong }, { value: false, label: t.phr.ownLong }]} />}
      <Select value={shopId} onChange={setShopId} aria-label={t.desk.customer.shop} options={[{ value: 0, label: t.top.allShops }, ...me.shops.map((s) => ({ value: s.id, label: s.name }))]} />
      <input ref={picker} type="file" accept=".csv,text/csv" hidden onChange={(e) => { void send(e.target.files?.[0]); e.target.value = ''; }} />
      <Button type="primary" icon={<UploadOutlined />} loading={busy} onClick={() => picker.current?.click()}>{t.team.chooseFile}</Button>
    </div>
  );
}
