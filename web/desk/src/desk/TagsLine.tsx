import { PlusOutlined } from '@ant-design/icons';
import { Select, Tag } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import { everyRow } from '../api/http';
import type { Category, Session, TagRow } from '../api/types';
import { useLang, useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { boxStore, sessionPatch } from '../live/boxes';
import { sayFailed } from '../ui/say';

const orEmpty = <T,>(read: Promise<T[]>): Promise<T[]> => read.catch(() => []);
export const useCategories = () => useRemote('categories', (signal) => orEmpty(everyRow<Category>('/categories', undefined, signal))).data ?? [];

/* Tags and the wrap-up category of the session, in one thin line; hidden while there is nothing and nothing may be set. */
export function TagsLine({ session: s, can }: { session: Session; can: boolean }) {
  const t = useT();
  const lang = useLang();
  const [edit, setEdit] = useState(false);
  const known = useRemote(edit ? 'tags' : null, (signal) => orEmpty(everyRow<TagRow>('/tags', undefined, signal)));
  const categories = useCategories();
  const save = (tags: string[]) => {
    const before = boxStore.get().sessions[s.id]?.tags ?? [];
    sessionPatch(s.id, { tags });
    api.post(`/sessions/${s.id}/tags`, { tags }).catch((e) => { sayFailed(e); sessionPatch(s.id, { tags: before }); });
  };
  const setCategory = (category_id: number) =>
    void api.post(`/sessions/${s.id}/category`, { category_id }).then(() => sessionPatch(s.id, { category_id }), sayFailed);
  const tags = s.tags ?? [];
  if (!can && !tags.length && !s.category_id) return null;
  const name = (c: Category): string => (lang === 'en' && c.name_en ? c.name_en : c.name);
  return (
    <div className="row wrap gap4" style={{ padding: '4px 12px', background: 'var(--paper)', borderBottom: '1px solid var(--line-2)' }}>
      <Select size="small" variant="borderless" value={s.category_id ?? undefined} placeholder={t.desk.category} disabled={!can} onChange={setCategory} aria-label={t.desk.category} popupMatchSelectWidth={false}
        options={categories.filter((c) => !c.closed_at || c.id === s.category_id).map((c) => ({ value: c.id, label: name(c) }))} style={{ minWidth: 84 }} />
      {!edit && tags.map((tag) => <Tag key={tag} closable={can} onClose={(e) => { e.preventDefault(); save(tags.filter((x) => x !== tag)); }}>{tag}</Tag>)}
      {can && !edit && <button className="bare small muted" onClick={() => setEdit(true)}><PlusOutlined /> {t.desk.tags}</button>}
      {edit && <Select size="small" mode="tags" autoFocus defaultOpen value={tags} onChange={save} onBlur={() => setEdit(false)} style={{ minWidth: 220 }} placeholder={t.desk.tagsHelp} aria-label={t.desk.tags}
        options={(known.data ?? []).map((k) => ({ value: k.name, label: k.name }))} />}
    </div>
  );
}
