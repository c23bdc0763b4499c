import { Input, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../../api/http';
import type { Rows } from '../../api/http';
import type { Phrase, Session } from '../../api/types';
import { useT } from '../../i18n';
import { useDebounced, useRemote } from '../../lib/remote';
import { Link } from '../../lib/router';
import { draftInsert } from '../../live/drafts';
import { useMe } from '../../live/me';
import { liveOn } from '../../live/socket';
import { Loaded, Nothing } from '../../ui/parts';
import { copyText } from '../../ui/say';

export function PhrasesTab({ session: s }: { session: Session }) {
  const t = useT();
  const me = useMe();
  const [q, setQ] = useState('');
  const late = useDebounced(q.trim(), 180);
  const found = useRemote(`phrases ${s.shop_id} ${late}`, (signal) => api.get<Rows<Phrase>>('/phrases', { q: late, shop_id: s.shop_id }, signal));
  useEffect(() => liveOn('phrase', found.reload), [found.reload]);
  const n = t.desk.phrasesTab;
  const held = s.state === 'open' && s.agent_id === me.person_id;
  const use = (p: Phrase) => {
    if (!held) return void copyText(p.text);
    draftInsert(s.id, p.text, p.id);
    void api.post(`/phrases/${p.id}/used`).catch(() => {});
  };
  return (
    <div className="side-pad">
      <Input size="small" allowClear placeholder={n.search} aria-label={n.search} value={q} onChange={(e) => setQ(e.target.value)} />
      <Loaded from={found} rows={6}>{({ rows }) => (
        <>
          {!rows.length && <Nothing title={n.none} help={late ? undefined : n.noneHelp} />}
          {rows.map((p, i) => (
            <div key={p.id}>
              {p.folder && p.folder !== rows[i - 1]?.folder && <div className="small muted">{p.folder}</div>}
              <button className="bare side-card" style={{ width: '100%' }} onClick={() => use(p)} title={held ? n.insert : t.common.copy}>
                <span className="row gap4">{p.code && <span className="mono accent">{p.code}</span>}{p.person_id !== null && <Tag style={{ marginInlineEnd: 0 }}>{n.own}</Tag>}</span>
                <span className="pre">{p.text}</span>
              </button>
            </div>
          ))}
        </>
      )}</Loaded>
      <Link to="/phrases" className="small">{n.manage}</Link>
    </div>
  );
}
