import { Alert, Button, Select } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Shop } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import { When } from '../ui/parts';
import { sayFailed } from '../ui/say';
import type { Findings, FoundName, ImportPerson } from './model';

export const useImportPeople = (shop: number | undefined) => useRemote(shop ? `import-people ${shop}` : null, (signal) => everyRow<ImportPerson>('/import-people', { shop_id: shop } as never, signal));

/* 'p123': that person; 'make': a new agent; else a role. */
export type Choice = string;
export const choiceBody = (name: string, choice: Choice): Record<string, unknown> =>
  choice === 'make' ? { name, role: 'agent', make: true } : /^p\d+$/.test(choice) ? { name, role: 'agent', person_id: Number(choice.slice(1)) } : { name, role: choice };

/* Whom a name means when it is written just like a person's: offered, never taken without a click. */
export function suggestion(n: FoundName, people: ImportPerson[]): Choice | undefined {
  if (n.said) return undefined;
  const bare = n.name.split(/[:：]/).pop()!.trim();
  const person = people.find((p) => p.kind === 'human' && (p.name === n.name || p.key === n.name || (n.suggest === 'agent' && p.name === bare)));
  return person ? `p${person.id}` : n.suggest === 'robot' || n.suggest === 'system' ? n.suggest : undefined;
}

export function NamesBind({ found, people, choices, choose, table }: { found: Findings; people: ImportPerson[]; choices: Record<string, Choice>; choose: (name: string, choice: Choice | undefined) => void; table: boolean }) {
  const t = useT();
  const agentOf = (n: FoundName): Choice | undefined => { const p = people.find((x) => x.key === n.person_key); return p ? `p${p.id}` : undefined; };
  const now = (n: FoundName): Choice | undefined => choices[n.name] ?? (n.said ? (n.role === 'agent' ? agentOf(n) : n.role) : undefined);
  const unknown = found.names.filter((n) => n.role === '' && !choices[n.name]).length;
  const like = found.names.filter((n) => !n.said && n.suggest === 'agent' && n.role === 'customer' && !choices[n.name]).length;
  const options = [
    { label: t.imp.roleGroup, options: [...(table ? [] : [{ value: 'customer', label: t.imp.roles.customer }]), { value: 'robot', label: t.imp.roles.robot }, ...(table ? [] : [{ value: 'system', label: t.imp.roles.system }]), { value: 'ignore', label: t.imp.roles.ignore }, { value: 'make', label: t.imp.newAgent }] },
    { label: t.imp.peopleGroup, options: people.filter((p) => p.kind === 'human').map((p) => ({ value: `p${p.id}`, label: p.account ? `${p.name} (${p.account})` : p.name })) },
  ];
  if (!found.names.length) return null;
  return (
    <section className="col" aria-label={t.imp.names}>
      <div className="row"><b>{t.imp.names}</b><span className="muted small">{t.imp.namesHelp}</span></div>
      {unknown > 0 && <Alert type="warning" showIcon title={t.imp.unknownNames(unknown)} />}
      {like > 0 && <Alert type="warning" showIcon title={t.imp.likeAgents(like)} />}
      <div className="import-scroll">
        <table className="import-table">
          <thead><tr><th scope="col">{t.imp.name}</th><th scope="col" className="right">{t.imp.lines}</th><th scope="col" className="wide-only">{t.imp.sample}</th><th scope="col">{t.imp.who}</th></tr></thead>
          <tbody>{found.names.slice(0, 100).map((n) => (
            <tr key={n.name}>
              <td><span className="cut" style={{ display: 'inline-block', maxWidth: 180 }} title={n.name}>{n.name}</span></td><td className="right num">{n.lines}</td><td className="muted wide-only"><span className="cut" style={{ display: 'inline-block', maxWidth: 260 }}>{n.sample}</span></td>
              <td><Select size="small" showSearch={{ optionFilterProp: 'label' }} allowClear={!n.said} value={now(n)} placeholder={n.role ? t.imp.roles[n.role] : '—'} aria-label={`${t.imp.who} ${n.name}`} options={options} popupMatchSelectWidth={false} style={{ width: 170 }}
                status={!n.role && !choices[n.name] ? 'warning' : undefined} onChange={(v?: Choice) => choose(n.name, v)} /></td>
            </tr>))}</tbody>
        </table>
      </div>
      {found.name_count > Math.min(found.names.length, 100) && <span className="muted small">{t.imp.moreNames(found.name_count)}</span>}
    </section>
  );
}

interface Bound { id: number; name: string; role: string; person_id: number | null; person_name: string | null; updated_at: number }

/* What was bound before, by shop. */
export function BoundNames({ shops }: { shops: Shop[] }) {
  const t = useT();
  const [shop, setShop] = useState<number | undefined>();
  const at = shop ?? shops[0]?.id;
  const list = useRemote(at ? `import-names ${at}` : null, (signal) => everyRow<Bound>('/import-names', { shop_id: at } as never, signal));
  return (
    <DataTable id="import-names" rows={list.data} error={list.error} retry={list.reload} rowKey={(n) => n.id} search empty={[t.imp.noNames, t.imp.namesHelp]}
      tools={<Select value={at} onChange={setShop} aria-label={t.imp.shop} style={{ minWidth: 140 }} options={shops.map((s) => ({ value: s.id, label: s.name }))} />}
      columns={[
        { key: 'name', title: t.imp.name, value: (n) => n.name }, { key: 'who', title: t.imp.who, value: (n) => (n.role === 'agent' ? n.person_name : t.imp.roles[n.role]), filter: true },
        { key: 'at', title: t.imp.at, value: (n) => n.updated_at, render: (n) => <When at={n.updated_at} /> },
        { key: 'do', title: '', plain: true, value: () => '', render: (n) => <Button size="small" type="text" onClick={() => void api.remove(`/import-names/${n.id}`).then(list.reload, sayFailed)}>{t.imp.forget}</Button> },
      ]} />
  );
}
