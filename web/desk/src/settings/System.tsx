import { Button, Input, InputNumber, Switch } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Setting } from '../api/types';
import { useLang, useT } from '../i18n';
import { composing } from '../lib/keys';
import { useRemote } from '../lib/remote';
import { Loaded } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';

/* Every setting of the centre but those that figures are counted with (Rules.tsx): what it means, what it is, what it was at first. Saved one by one. */
export function System() {
  const t = useT();
  const list = useRemote('settings', (signal) => everyRow<Setting>('/settings', undefined, signal));
  const [q, setQ] = useState('');
  const fits = (s: Setting): boolean => !q.trim() || [s.name, s.help_zh, s.help_en].some((x) => x.toLowerCase().includes(q.trim().toLowerCase()));
  const save = (s: Setting, value: string) => api.patch('/settings', { name: s.name, value }).then(() => {
    sayDone(t.common.saved);
    list.set((list.data ?? []).map((x) => (x.name === s.name ? { ...x, value } : x)));
  }, (e) => { sayFailed(e); list.reload(); });
  return (
    <div className="section">
      <Input allowClear value={q} onChange={(e) => setQ(e.target.value)} placeholder={t.common.search} aria-label={t.common.search} style={{ width: 260 }} />
      <Loaded from={list} rows={8}>{(rows) => <div className="settings-list">{rows.filter((s) => !s.dated && fits(s)).map((s) => <Row key={s.name + s.value} setting={s} save={(v) => void save(s, v)} />)}</div>}</Loaded>
    </div>
  );
}

function Row({ setting: s, save }: { setting: Setting; save: (value: string) => void }) {
  const t = useT();
  const lang = useLang();
  const [text, setText] = useState(s.value);
  const number = s.type === 'int';
  const bool = s.type === 'bool';
  const put = (value: string) => { if (value !== s.value) save(value); };
  return (
    <div className="settings-row">
      <div><div>{lang === 'zh' ? s.help_zh : s.help_en}</div><div className="mono muted">{s.name}{number && s.min !== null && s.min !== undefined ? `  ${s.min}–${s.max}` : ''}</div></div>
      {bool ? <div><Switch checked={s.value === 'true' || s.value === '1'} onChange={(on) => save(on ? 'true' : 'false')} aria-label={s.name} /></div>
        : number ? <InputNumber value={Number(text)} min={s.min ?? undefined} max={s.max ?? undefined} precision={0} style={{ width: '100%' }} aria-label={s.name} onChange={(v) => setText(String(v ?? ''))} onBlur={() => put(text)} onPressEnter={() => put(text)} />
          : <Input value={text} aria-label={s.name} onChange={(e) => setText(e.target.value)} onBlur={() => put(text)} onKeyDown={(e) => { if (e.key === 'Enter' && !composing(e)) put(text); }} />}
      {s.value !== s.default ? <Button size="small" type="link" title={s.default} onClick={() => save(s.default)}>{t.common.resetColumns}</Button> : <span className="muted small">{t.set.isDefault}</span>}
    </div>
  );
}
