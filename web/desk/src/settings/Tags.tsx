import { Button, Input, Tag } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { TagRow } from '../api/types';
import { useT } from '../i18n';
import { composing } from '../lib/keys';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import { sayDone, sayFailed } from '../ui/say';

export function Tags() {
  const t = useT();
  const list = useRemote('tags', (signal) => everyRow<TagRow>('/tags', undefined, signal));
  const [name, setName] = useState('');
  const add = () => {
    if (name.trim()) api.post('/tags', { name: name.trim() }).then(() => { sayDone(t.common.saved); setName(''); list.reload(); }, sayFailed);
  };
  return (
    <DataTable id="tags" rows={list.data} error={list.error} retry={list.reload} rowKey={(x) => x.id} sort="name" empty={[t.set.noTags, t.set.noTagsHelp]} columns={[{ key: 'name', title: t.common.name, value: (x) => x.name, render: (x) => <Tag>{x.name}</Tag> }]}
      tools={<><Input value={name} onChange={(e) => setName(e.target.value)} placeholder={t.set.newTag} aria-label={t.set.newTag} style={{ width: 200 }} maxLength={40} onKeyDown={(e) => { if (e.key === 'Enter' && !composing(e)) add(); }} />
        <Button type="primary" disabled={!name.trim()} onClick={add}>{t.common.add}</Button></>} />
  );
}
