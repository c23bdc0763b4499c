import { Alert, Input, Select } from 'antd';
import { useT } from '../i18n';
import { DateOrder, Others } from './ChatForm';
import { tableMembers } from './model';
import type { Findings, Section } from './model';

/* What a table is about, and which of its columns is what. */
export function TableForm({ kind, section, change, found }: { kind: string; section: Section; change: (s: Section) => void; found: Findings | undefined }) {
  const t = useT();
  const text = (member: 'day' | 'source', help: string) => <div><label htmlFor={`imp-${member}`}>{t.imp[member]}</label><Input id={`imp-${member}`} value={String(section[member] ?? '')} maxLength={60} placeholder={member === 'day' ? '2026-03-31' : ''} onChange={(e) => change({ [member]: e.target.value })} /><div className="muted small">{help}</div></div>;
  const noDay = !found?.columns.some((c) => c.member === 'day');
  return (
    <div className="import-form wide">
      <DateOrder section={section} change={change} found={found} />
      {kind === 'chats' && <Others section={section} change={change} />}
      {kind === 'figures' && noDay && text('day', t.imp.dayHelp)}
      {kind === 'figures' && text('source', t.imp.sourceHelp)}
      {kind === 'orders' && found && found.header > 0 && !found.columns.some((c) => c.member === 'buyer') && <Alert type="info" showIcon title={t.imp.noBuyer} />}
      {found?.refund_time_taken && <Alert type="info" showIcon title={t.imp.refundTime} />}
    </div>
  );
}

export function TableColumns({ found, kind, section, change }: { found: Findings; kind: string; section: Section; change: (s: Section) => void }) {
  const t = useT();
  const members = tableMembers[kind] ?? [];
  const said = (section.columns ?? {}) as Record<string, string | string[]>;
  const assign = (column: string, member: string | undefined) => {
    /* Every member that a column has now is said, so that the mapping does not change its mind with the next file. */
    const next: Record<string, string | string[]> = { ...Object.fromEntries(found.columns.flatMap((c) => (c.member && members.includes(c.member) ? [[c.member, c.name]] : []))), ...said };
    for (const [m, c] of Object.entries(next)) if (c === column) next[m] = [];
    if (member) next[member] = column;
    change({ columns: next });
  };
  const free = found.columns.filter((c) => !c.member).length;
  return (
    <section className="col" aria-label={t.imp.columns}>
      <div className="row muted small"><span>{found.header ? t.imp.headerAt(found.header) : t.imp.noHeader}</span><span>{t.imp.records(found.lines)}</span>{found.tail > 0 && <span>{t.imp.tail(found.tail)}</span>}{free > 0 && <span>{t.imp.unmapped} {free}</span>}</div>
      <div className="import-scroll" style={{ border: '1px solid var(--line)', borderRadius: 6 }}>
        <table className="import-table">
          <thead><tr><th scope="col">{t.imp.column}</th><th scope="col" className="wide-only">{t.imp.sample}</th><th scope="col">{t.imp.meaning}</th></tr></thead>
          <tbody>{found.columns.map((c, i) => (
            <tr key={i}><td>{c.name}</td><td className="muted wide-only"><span className="cut" style={{ display: 'inline-block', maxWidth: 180 }}>{c.sample}</span></td>
              <td>{c.member && !members.includes(c.member) ? <code>{c.member}</code>
                : <Select size="small" allowClear showSearch={{ optionFilterProp: 'label' }} value={c.member ?? undefined} placeholder={t.imp.unmapped} aria-label={`${t.imp.meaning} ${c.name}`} style={{ width: 150 }} onChange={(m?: string) => assign(c.name, m)} options={members.map((m) => ({ value: m, label: t.imp.members[m] ?? m }))} />}</td></tr>))}</tbody>
        </table>
      </div>
    </section>
  );
}
