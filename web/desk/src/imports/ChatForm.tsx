import { Alert, Checkbox, Input, Select } from 'antd';
import type { ReactNode } from 'react';
import { useT } from '../i18n';
import type { Findings, Mark, Section } from './model';

/* The patterns of a chat log, and what they make of its first lines. */
export function ChatForm({ section, change, found }: { section: Section; change: (s: Section) => void; found: Findings | undefined }) {
  const t = useT();
  const pattern = (member: 'speaker' | 'time' | 'text' | 'conversation' | 'skip', help: string) => (
    <div key={member}><label htmlFor={`imp-${member}`}>{t.imp[member]}</label>
      <Input id={`imp-${member}`} className="mono" spellCheck={false} maxLength={500} value={String(section[member] ?? '')} onChange={(e) => change({ [member]: e.target.value })} /><div className="muted small">{help}</div></div>
  );
  return (
    <div className="import-form">
      {pattern('speaker', t.imp.speakerHelp)}
      {pattern('time', t.imp.timeHelp)}
      {pattern('text', t.imp.textHelp)}
      {pattern('conversation', t.imp.conversationHelp)}
      {pattern('skip', t.imp.skipHelp)}
      <Checkbox checked={section.time_above === true} onChange={(e) => change({ time_above: e.target.checked })}>{t.imp.timeAbove}</Checkbox>
      <DateOrder section={section} change={change} found={found} />
      <Others section={section} change={change} />
    </div>
  );
}

export function DateOrder({ section, change, found }: { section: Section; change: (s: Section) => void; found: Findings | undefined }) {
  const t = useT();
  const now = String(section.date_order ?? '');
  return (
    <div><label>{t.imp.dateOrder}</label>
      <Select value={now} aria-label={t.imp.dateOrder} style={{ width: '100%' }} onChange={(v) => change({ date_order: v })} options={['', 'YMD', 'DMY', 'MDY'].map((v) => ({ value: v, label: t.imp.dateOrders[v] }))} />
      {found?.date_open && !now && <Alert type="warning" showIcon style={{ marginTop: 6 }} title={t.imp.dateAsk(found.date_sample)} description={found.date_suggest ? t.imp.dateHint(t.imp.dateOrders[found.date_suggest] ?? '') : undefined} />}
    </div>
  );
}

export function Others({ section, change }: { section: Section; change: (s: Section) => void }) {
  const t = useT();
  return <div><label>{t.imp.others}</label><Select value={String(section.others ?? '')} aria-label={t.imp.others} style={{ width: '100%' }} onChange={(v) => change({ others: v })} options={['customer', ''].map((v) => ({ value: v, label: t.imp.othersIs[v] }))} /></div>;
}

function Line({ mark: m }: { mark: Mark }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [what, from, to] of [...m.spans].sort((a, b) => a[1] - b[1])) {
    if (from < at || to <= from) continue;
    parts.push(m.text.slice(at, from), <mark key={from} className={what}>{m.text.slice(from, to)}</mark>);
    at = to;
  }
  parts.push(m.text.slice(at));
  return <span className="line">{parts}</span>;
}

export function ChatMarks({ found }: { found: Findings }) {
  const t = useT();
  return (
    <>
      <div className="import-lines" role="region" aria-label={t.imp.preview} tabIndex={0}>
        {found.marks.map((m) => <div key={m.line} className={m.what}><span className="no num">{m.line}</span><span className="what">{t.imp.marks[m.what] ?? m.what}</span><Line mark={m} /></div>)}
      </div>
      {found.stray > 0 && <span className="muted small">{t.imp.stray(found.stray)}</span>}
    </>
  );
}
