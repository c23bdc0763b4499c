import { Tag } from 'antd';
import { useState } from 'react';
import { api } from '../../api/http';
import type { Rows } from '../../api/http';
import type { Session } from '../../api/types';
import { useLang, useT } from '../../i18n';
import { useRemote } from '../../lib/remote';
import { Drawer } from '../../ui/Drawer';
import { Loaded, Nothing, When } from '../../ui/parts';
import { useCategories } from '../TagsLine';
import { Transcript } from '../Transcript';

export function EarlierTab({ session: s }: { session: Session }) {
  const t = useT();
  const lang = useLang();
  const categories = useCategories();
  const [open, setOpen] = useState<Session | null>(null);
  const earlier = useRemote(`earlier ${s.customer_id}`, (signal) => api.get<Rows<Session>>(`/customers/${s.customer_id}/sessions`, { limit: 50 }, signal));
  const category = (id: number | null): string => {
    const c = categories.find((x) => x.id === id);
    return c ? (lang === 'en' && c.name_en ? c.name_en : c.name) : '';
  };
  return (
    <Loaded from={earlier} rows={6}>{(page) => {
      const rows = page.rows.filter((r) => r.id !== s.id);
      return (
        <div className="side-pad">
          {!rows.length && <Nothing title={t.desk.earlier.none} />}
          {rows.map((r) => (
            <button key={r.id} className="bare side-card" onClick={() => setOpen(r)}>
              <span className="row"><When at={r.started_at} /><span className="muted small">{r.agent_name}</span><span className="push small muted">{t.desk.earlier.messages(r.seq)}</span></span>
              <span className="cut">{r.last_text}</span>
              {(r.category_id || r.tags?.length > 0) && <span className="row wrap gap4">{r.category_id && <Tag>{category(r.category_id)}</Tag>}{r.tags?.map((x) => <Tag key={x}>{x}</Tag>)}</span>}
            </button>
          ))}
          <Drawer open={open !== null} onClose={() => setOpen(null)} size={560} title={open ? <When at={open.started_at} /> : ''} styles={{ body: { padding: 0 } }} destroyOnHidden>{open && <Transcript id={open.id} />}</Drawer>
        </div>
      );
    }}</Loaded>
  );
}
