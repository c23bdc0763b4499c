import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { api, apiUrl, everyRow } from '../api/http';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import { When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import type { SavedMapping } from './model';

export const useMappings = () => useRemote('import-mappings', (signal) => everyRow<SavedMapping>('/import-mappings', undefined, signal));

/* Named mappings: renamed, deleted, taken along as the file that the command line reads. */
export function Mappings() {
  const t = useT();
  const list = useMappings();
  const [edit, setEdit] = useState<SavedMapping | null>(null);
  const [name, setName] = useState('');
  const rename = () => edit && api.patch(`/import-mappings/${edit.id}`, { name }).then(() => { sayDone(t.common.saved); setEdit(null); list.reload(); }, sayFailed);
  return (
    <>
      <DataTable id="import-mappings" rows={list.data} error={list.error} retry={list.reload} rowKey={(m) => m.id} empty={[t.imp.noMappings, t.imp.mappingsHelp]} tools={<span className="muted small">{t.imp.mappingsHelp}</span>}
        columns={[
          { key: 'name', title: t.common.name, value: (m) => m.name, render: (m) => <b>{m.name}</b> }, { key: 'kind', title: t.imp.kind, value: (m) => t.imp.kinds[m.kind] ?? m.kind, filter: true },
          { key: 'by', title: t.imp.by, value: (m) => m.person_name }, { key: 'at', title: t.imp.at, value: (m) => m.updated_at, render: (m) => <When at={m.updated_at} /> },
          { key: 'do', title: '', plain: true, value: () => '', render: (m) => (
            <span className="row"><Button size="small" onClick={() => { setEdit(m); setName(m.name); }}>{t.imp.rename}</Button><Button size="small" href={apiUrl(`/import-mappings/${m.id}/file`)} download>{t.imp.exportFile}</Button>
              <Button size="small" danger type="text" onClick={() => askOnce(t.imp.deleteAsk(m.name), t.imp.deleteHelp, t.common.remove, () => api.remove(`/import-mappings/${m.id}`).then(list.reload))}>{t.common.remove}</Button></span>) },
        ]} />
      <Modal open={edit !== null} title={t.imp.rename} onCancel={() => setEdit(null)} onOk={() => void rename()} okText={t.common.save} cancelText={t.common.cancel} okButtonProps={{ disabled: !name.trim() }}>
        <Input value={name} maxLength={60} aria-label={t.imp.saveName} onChange={(e) => setName(e.target.value)} />
      </Modal>
    </>
  );
}
