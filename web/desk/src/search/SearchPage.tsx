import { SearchOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Rows } from '../api/http';
import type { Hit, Person } from '../api/types';
import { useT } from '../i18n';
import { composing } from '../lib/keys';
import { useRemote } from '../lib/remote';
import { Link, useQuery } from '../lib/router';
import { may, useMe } from '../live/me';
import { Transcript } from '../desk/Transcript';
import { Drawer } from '../ui/Drawer';
import { Bones, Nothing, Trouble, When } from '../ui/parts';
import { SearchPeople } from '../ui/PersonSelect';

/* The words of the query, marked where they stand. */
function Marked({ text, q }: { text: string; q: string }) {
  const words = q.trim().split(/\s+/).filter(Boolean).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  if (!words.length) return <>{text}</>;
  const parts = text.split(new RegExp(`(${words.join('|')})`, 'gi'));
  return <>{parts.map((part, i) => (i % 2 ? <mark key={i}>{part}</mark> : part))}</>;
}

const endOfDay = (day: string): number => dayjs(day).endOf('day').valueOf();

export default function SearchPage() {
  const t = useT();
  const me = useMe();
  const [query, setQuery] = useQuery();
  const [q, setQ] = useState(query.q ?? '');
  useEffect(() => setQ(query.q ?? ''), [query.q]);
  const asked = Boolean(query.q);
  const key = JSON.stringify([query.q, query.sender, query.agent_id, query.shop_id, query.from, query.to]);
  const params = {
    q: query.q, sender: query.sender, agent_id: query.agent_id, shop_id: query.shop_id, limit: 50,
    from: query.from ? dayjs(query.from).startOf('day').valueOf() : undefined, to: query.to ? endOfDay(query.to) : undefined,
  };
  const first = useRemote(asked ? key : null, (signal) => api.get<Rows<Hit>>('/search', params, signal));
  const [more, setMore] = useState<{ key: string; rows: Hit[]; next?: string | null; busy: boolean }>({ key: '', rows: [], busy: false });
  const extended = more.key === key;
  const rows = [...(first.data?.rows ?? []), ...(extended ? more.rows : [])];
  const next = extended ? more.next : first.data?.next;
  const people = useRemote(may('TEAM_SEE') ? 'people' : null, (signal) => everyRow<Person>('/people', undefined, signal).catch(() => []));
  const goOn = async () => {
    setMore((m) => ({ ...m, key, rows: extended ? m.rows : [], busy: true, next }));
    try {
      const page = await api.get<Rows<Hit>>('/search', { ...params, cursor: next });
      setMore((m) => ({ key, rows: [...(m.key === key ? m.rows : []), ...page.rows], next: page.next, busy: false }));
    } catch {
      setMore((m) => ({ ...m, busy: false }));
    }
  };
  const [openId, openSeq] = (query.open ?? '').split('.').map(Number);
  return (
    <div className="page">
      <div className="page-head"><h1>{t.nav.search}</h1></div>
      <div className="bar-row">
        <Input style={{ width: 'min(420px, 100%)' }} size="large" autoFocus allowClear prefix={<SearchOutlined />} placeholder={t.find.placeholder} aria-label={t.find.placeholder} value={q} onChange={(e) => { setQ(e.target.value); if (!e.target.value) setQuery({ q: undefined }); }}
          onKeyDown={(e) => { if (e.key === 'Enter' && !composing(e)) setQuery({ q: q.trim(), open: undefined }); }} />
        <Button size="large" type="primary" onClick={() => setQuery({ q: q.trim(), open: undefined })}>{t.common.search}</Button>
      </div>
      <div className="bar-row">
        <Select value={query.sender ?? ''} onChange={(sender) => setQuery({ sender })} aria-label={t.find.sender} popupMatchSelectWidth={false}
          options={[{ value: '', label: t.find.anySender }, ...(['customer', 'agent', 'robot', 'auto'] as const).map((s) => ({ value: s, label: t.sender[s]! }))]} />
        {people.data && people.data.length > 0 && <SearchPeople people={people.data} value={query.agent_id ? Number(query.agent_id) : undefined} onChange={(id) => setQuery({ agent_id: id ? String(id) : undefined })} placeholder={t.find.anyAgent} />}
        {me.shops.length > 1 && <Select value={query.shop_id ?? ''} onChange={(shop_id) => setQuery({ shop_id })} aria-label={t.top.allShops} popupMatchSelectWidth={false} options={[{ value: '', label: t.top.allShops }, ...me.shops.map((s) => ({ value: String(s.id), label: s.name }))]} />}
        <DatePicker.RangePicker allowEmpty={[true, true]} value={[query.from ? dayjs(query.from) : null, query.to ? dayjs(query.to) : null]}
          onChange={(v) => setQuery({ from: v?.[0]?.format('YYYY-MM-DD'), to: v?.[1]?.format('YYYY-MM-DD') })} />
      </div>
      <div className="table-box">
        {!asked && <Nothing icon={<SearchOutlined />} title={t.find.start} help={t.find.startHelp} />}
        {asked && first.loading && <Bones rows={6} />}
        {asked && first.error && <Trouble error={first.error} retry={first.reload} />}
        {asked && !first.loading && first.data && !rows.length && <Nothing title={t.find.none} help={t.find.noneHelp} />}
        {asked && !first.loading && rows.map((h) => (
          <Link key={`${h.session_id}.${h.seq}`} to={location.pathname + withOpen(h)} className="hit" aria-current={openId === h.session_id && openSeq === h.seq ? 'true' : undefined}>
            <span className="shopbar" style={{ background: h.shop_colour }} title={h.shop_name} />
            <span className="grow"><span className="row small muted"><b style={{ color: 'var(--ink)' }}>{h.sender === 'customer' ? h.customer_name || t.desk.anonymous : h.person_name ?? t.sender[h.sender]}</b>
              {h.sender !== 'customer' && <span>→ {h.customer_name || t.desk.anonymous}</span>}<span>{h.shop_name}</span><span className="push"><When at={h.at} /></span></span>
              <span className="pre"><Marked text={h.text} q={query.q ?? ''} /></span></span>
          </Link>
        ))}
        {asked && next && !first.loading && <Button type="link" block loading={extended && more.busy} onClick={() => void goOn()}>{t.common.more}</Button>}
      </div>
      <Drawer open={Boolean(openId)} onClose={() => setQuery({ open: undefined })} size={620} styles={{ body: { padding: 0 } }} destroyOnHidden title={t.find.transcript}
        extra={<Link to={`/desk/s/${openId}${openSeq ? `?at=${openSeq}` : ''}`}>{t.live.inDesk}</Link>}>
        {openId ? <Transcript key={query.open} id={openId} target={openSeq} /> : null}
      </Drawer>
    </div>
  );
}

function withOpen(h: Hit): string {
  const search = new URLSearchParams(location.search);
  search.set('open', `${h.session_id}.${h.seq}`);
  return '?' + search.toString();
}
