import { Button, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { RuleVersion, Setting } from '../api/types';
import { useLang, useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { useRemote } from '../lib/remote';
import { Loaded } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';
import { FromDay, fromText, todayText } from './FromDay';
import { Versions } from './Versions';

/* Numbers that stand for a choice, by name. */
function choicesOf(name: string, t: Catalogue): string[] | undefined {
  if (name === 'attribution') return ['created', 'created-first', 'paid'].map((k) => t.sal.rules[k] ?? k);
  if (name === 'sales_refunds') return ['none', 'refund_day', 'order_day'].map((k) => t.sal.refundsAre[k] ?? k);
  return name === 'call_abandoned' ? [...t.rules.abandoned] : undefined;
}

/* /settings/rules: what figures are counted with; each change from a business day on, and the changes there were. */
export function Rules() {
  const t = useT();
  const lang = useLang();
  const list = useRemote('settings', (signal) => everyRow<Setting>('/settings', undefined, signal));
  const versions = useRemote('rule versions', (signal) => everyRow<RuleVersion>('/settings/versions', undefined, signal));
  const [q, setQ] = useState('');
  const rules = (list.data ?? []).filter((s) => s.dated);
  const fits = (s: Setting): boolean => !q.trim() || [s.name, s.help_zh, s.help_en].some((x) => x.toLowerCase().includes(q.trim().toLowerCase()));
  const meaning = (name: string): string => { const s = rules.find((x) => x.name === name); return s ? (lang === 'zh' ? s.help_zh : s.help_en) : name; };
  const text = (name: string, value: string): string => (rules.find((x) => x.name === name)?.type === 'bool' ? (value === 'true' ? t.common.yes : t.common.no) : choicesOf(name, t)?.[Number(value)] ?? (value || t.rules.none));
  const save = (s: Setting, value: string, from: string) => api.patch('/settings', { name: s.name, value, from }).then(() => {
    sayDone(t.common.saved);
    list.reload();
    versions.reload();
  });
  return (
    <>
      <div className="section col">
        <p className="muted">{t.rules.help}</p>
        <Input allowClear value={q} onChange={(e) => setQ(e.target.value)} placeholder={t.common.search} aria-label={t.common.search} style={{ width: 260 }} />
        <Loaded from={list} rows={8}>{() => <div className="settings-list">{rules.filter(fits).map((s) => <Row key={`${s.name} ${s.value}`} setting={s} shown={(v) => text(s.name, v)} save={(v, from) => save(s, v, from)} />)}</div>}</Loaded>
      </div>
      <Versions id="rule-versions" from={versions} what={(v) => meaning(v.name)} text={(v, value) => text(v.name, value)} path={(v) => `/settings/versions/${v.id}`} changed={list.reload} />
    </>
  );
}

function Row({ setting: s, shown, save }: { setting: Setting; shown: (value: string) => string; save: (value: string, from: string) => Promise<void> }) {
  const t = useT();
  const lang = useLang();
  const [value, setValue] = useState(s.value);
  const [from, setFrom] = useState(todayText);
  const [busy, setBusy] = useState(false);
  const help = lang === 'zh' ? s.help_zh : s.help_en, choices = choicesOf(s.name, t);
  const send = () => {
    setBusy(true);
    void save(value, from).catch(sayFailed).finally(() => setBusy(false));
  };
  return (
    <div className="settings-row" data-rule={s.name}>
      <div>
        <div>{help}</div>
        <div className="muted small"><span className="mono">{s.name}{s.type === 'int' && !choices ? `  ${s.min}–${s.max}` : ''}</span>{s.from && <> · {t.rules.since(fromText(s.from, t.rules.ever))}</>}{s.next_from && s.next_value !== null && s.next_value !== undefined && <> · <b>{t.rules.next(s.next_from, shown(s.next_value))}</b></>}</div>
      </div>
      {s.type === 'bool' ? <div><Switch checked={value === 'true'} onChange={(on) => setValue(on ? 'true' : 'false')} aria-label={help} /></div>
        : choices ? <Select value={value} options={choices.map((label, i) => ({ value: String(i), label }))} aria-label={help} popupMatchSelectWidth={false} onChange={setValue} />
          : s.type === 'int' ? <InputNumber value={value === '' ? null : Number(value)} min={s.min ?? undefined} max={s.max ?? undefined} precision={0} style={{ width: '100%' }} aria-label={help} onChange={(v) => setValue(v === null ? '' : String(v))} />
            : <Input value={value} aria-label={help} maxLength={s.max ?? undefined} onChange={(e) => setValue(e.target.value)} />}
      {value !== s.default ? <Button size="small" type="link" title={shown(s.default)} onClick={() => setValue(s.default)}>{t.rules.reset}</Button> : <span className="muted small">{t.set.isDefault}</span>}
      {value !== s.value && (
        <div className="rule-when">
          <span>{t.rules.from}</span><FromDay value={from} onChange={setFrom} />
          <Button onClick={() => setValue(s.value)}>{t.common.cancel}</Button><Button type="primary" loading={busy} disabled={s.type === 'int' && value === ''} onClick={send}>{t.common.save}</Button>
        </div>
      )}
    </div>
  );
}
