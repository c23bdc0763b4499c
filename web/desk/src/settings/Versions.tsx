import { Button, Tag } from 'antd';
import { api } from '../api/http';
import type { RuleVersion } from '../api/types';
import { useT } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { When } from '../ui/parts';
import { askOnce, sayDone } from '../ui/say';
import { fromText } from './FromDay';

const tones: Record<RuleVersion['state'], string | undefined> = { past: undefined, present: 'green', future: 'blue' };

/* What was changed, from when; what is still to come can be taken back. what, text: how this rule and its values read. */
export function Versions({ id, from, what, text, path, changed }: {
  id: string; from: { data: RuleVersion[] | undefined; error: Error | undefined; reload: () => void }; what: (v: RuleVersion) => string; text: (v: RuleVersion, value: string) => string;
  path: (v: RuleVersion) => `/settings/versions/${number}` | `/shops/${number}/profile-versions/${number}`; changed: () => void;
}) {
  const t = useT();
  const r = t.rules;
  const back = (v: RuleVersion) => askOnce(r.backAsk(what(v), v.from), r.backHelp, r.back, () => api.remove(path(v)).then(() => { sayDone(r.backDone); from.reload(); changed(); }));
  return (
    <DataTable id={id} rows={from.data} error={from.error} retry={from.reload} rowKey={(v) => v.id} tools={<h2>{id === 'rule-versions' ? r.changes : r.profileChanges}</h2>} empty={[r.noChanges, r.noChangesHelp]}
      columns={[
        { key: 'from', title: r.from, value: (v) => v.from, fixed: true, render: (v) => <b className="num nowrap">{fromText(v.from, r.everLong)}</b> },
        ...(id === 'rule-versions' ? [{ key: 'what', title: r.what, value: what }] : []),
        { key: 'before', title: r.before, value: (v) => text(v, v.before), render: (v) => <span className="muted">{text(v, v.before)}</span> },
        { key: 'after', title: r.after, value: (v) => text(v, v.value), render: (v) => <b>{text(v, v.value)}</b> },
        { key: 'state', title: t.common.state, value: (v) => r.states[v.state], render: (v) => <Tag color={tones[v.state]}>{r.states[v.state]}</Tag> },
        { key: 'by', title: r.by, value: (v) => v.set_by_name ?? r.imported },
        { key: 'at', title: r.at, value: (v) => v.set_at, render: (v) => <When at={v.set_at} /> },
        { key: 'acts', title: t.common.actions, plain: true, value: () => '', render: (v) => v.state === 'future' && <Button size="small" type="text" danger onClick={() => back(v)}>{r.back}</Button> },
      ]} />
  );
}
