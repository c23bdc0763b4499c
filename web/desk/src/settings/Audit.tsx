import { Button, DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Rows } from '../api/http';
import type { AuditRow, Person } from '../api/types';
import { useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { exactTime } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link, useQuery } from '../lib/router';
import { DataTable } from '../ui/DataTable';
import { SearchPeople } from '../ui/PersonSelect';
import { sayFailed } from '../ui/say';

function detailText(detail: unknown): string {
  if (detail === null || detail === undefined || detail === '' || detail === '{}') return '';
  const value = typeof detail === 'string' ? safe(detail) : detail;
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([k, v]) => `${k}: ${typeof v === 'object' ? JSON.stringify(v) : String(v)}`).join('  ');
}

function safe(text: string): unknown {
  try { return JSON.parse(text); } catch { return text; }
}

/* Rows from before the method stood in front of the path have the path alone. */
function actText(t: Catalogue, action: string): string {
  const known = ['', 'POST ', 'PATCH ', 'PUT ', 'DELETE '].map((method) => t.acts[method + action]).find(Boolean);
  return known ?? (/\.(csv|xlsx|json)$/.test(action) ? t.set.exported : action === 'system' ? t.set.theSystem : action);
}

/* Who changed what, newest first; read page by page from the server. */
export function Audit() {
  const t = useT();
  const [query, setQuery] = useQuery();
  const params = {
    person_id: query.person_id, subject_kind: query.kind, from: query.from ? dayjs(query.from).startOf('day').valueOf() : undefined,
    to: query.to ? dayjs(query.to).endOf('day').valueOf() : undefined, limit: 100,
  };
  const list = useRemote(JSON.stringify(params), (signal) => api.get<Rows<AuditRow>>('/audit', params, signal));
  const people = useRemote('people', (signal) => everyRow<Person>('/people', { left: true }, signal).catch(() => []));
  const [busy, setBusy] = useState(false);
  const more = async () => {
    if (!list.data?.next) return;
    setBusy(true);
    try {
      const page = await api.get<Rows<AuditRow>>('/audit', { ...params, cursor: list.data.next });
      list.set({ rows: [...list.data.rows, ...page.rows], next: page.next });
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const kinds = Object.entries(t.set.subjects);
  return (
    <>
      <DataTable id="audit" rows={list.data?.rows} error={list.error} retry={list.reload} loading={list.loading} rowKey={(r) => r.id} exportName="audit" empty={[t.set.noAudit]}
        tools={<>
          <SearchPeople people={people.data ?? []} value={query.person_id ? Number(query.person_id) : undefined} onChange={(id) => setQuery({ person_id: id ? String(id) : undefined })} placeholder={t.set.anyone} />
          <Select value={query.kind ?? ''} onChange={(kind) => setQuery({ kind })} aria-label={t.set.subject} popupMatchSelectWidth={false} options={[{ value: '', label: t.set.anySubject }, ...kinds.map(([value, label]) => ({ value, label }))]} />
          <DatePicker.RangePicker allowEmpty={[true, true]} value={[query.from ? dayjs(query.from) : null, query.to ? dayjs(query.to) : null]} onChange={(v) => setQuery({ from: v?.[0]?.format('YYYY-MM-DD'), to: v?.[1]?.format('YYYY-MM-DD') })} />
        </>}
        columns={[
          { key: 'at', title: t.common.time, value: (r) => r.at, render: (r) => <span className="num">{exactTime(r.at)}</span> },
          { key: 'person', title: t.set.who, value: (r) => r.person_name ?? t.set.theSystem },
          { key: 'action', title: t.set.action, value: (r) => actText(t, r.action), render: (r) => <span title={r.action}>{actText(t, r.action)}</span> },
          { key: 'subject', title: t.set.subject, value: (r) => `${t.set.subjects[r.subject_kind] ?? r.subject_kind} ${r.subject_name ?? r.subject_id ?? ''}`, render: (r) => <span>{t.set.subjects[r.subject_kind] ?? r.subject_kind} {r.subject_kind === 'session' && r.subject_id ? <Link to={`/desk/s/${r.subject_id}`} className="mono">{r.subject_id}</Link> : r.subject_name ?? <span className="muted mono">{r.subject_id}</span>}</span> },
          { key: 'detail', title: t.set.detail, value: (r) => detailText(r.detail), render: (r) => <span className="mono" style={{ display: 'inline-block', maxWidth: 420, whiteSpace: 'normal', overflowWrap: 'anywhere' }}>{detailText(r.detail)}</span> },
          { key: 'address', title: t.set.address, value: (r) => r.address, render: (r) => <span className="mono">{r.address}</span> },
        ]} />
      {list.data?.next && <Button loading={busy} onClick={() => void more()} style={{ alignSelf: 'center' }}>{t.common.more}</Button>}
    </>
  );
}
