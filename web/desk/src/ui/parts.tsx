import { InboxOutlined, WarningOutlined } from '@ant-design/icons';
import { Button, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { Refusal } from '../api/http';
import { useNow } from '../lib/clock';
import { exactTime, ticking, whenShort, whenText } from '../lib/format';
import { useLang, useT } from '../i18n';
import { waitTone } from '../live/limits';
import type { WaitKind } from '../live/limits';

export function Nothing({ title, help, icon, children, fill }: { title: string; help?: string; icon?: ReactNode; children?: ReactNode; fill?: boolean }) {
  return (
    <div className={fill ? 'state fill' : 'state'}>
      <span className="state-icon" aria-hidden>{icon ?? <InboxOutlined />}</span>
      <h2>{title}</h2>
      {help && <p>{help}</p>}
      {children}
    </div>
  );
}

export function Trouble({ error, retry, fill }: { error: Error; retry?: () => void; fill?: boolean }) {
  const t = useT();
  const id = error instanceof Refusal ? error.problem.request_id : undefined;
  return (
    <div className={fill ? 'state fill' : 'state'} role="alert">
      <span className="state-icon amber" aria-hidden><WarningOutlined /></span>
      <h2>{t.common.errorTitle}</h2>
      <p>{error.message}</p>
      {id && <p className="small mono">{id}</p>}
      {retry && <Button onClick={retry}>{t.common.retry}</Button>}
    </div>
  );
}

export function Bones({ rows = 4 }: { rows?: number }) {
  const t = useT();
  return <div role="status" aria-label={t.common.loading} style={{ padding: 16 }}><Skeleton active title={false} paragraph={{ rows }} /></div>;
}

/* Shows what a remote value is: bones, trouble, or its children. Old data stays while a reload runs or fails. */
export function Loaded<T>({ from, rows, children }: {
  from: { data: T | undefined; error: Error | undefined; reload: () => void }; rows?: number; children: (data: T) => ReactNode;
}) {
  if (from.data !== undefined) return <>{children(from.data)}</>;
  if (from.error) return <Trouble error={from.error} retry={from.reload} />;
  return <Bones rows={rows} />;
}

export function When({ at, short }: { at: number; short?: boolean }) {
  useLang();
  return <time dateTime={new Date(at).toISOString()} title={exactTime(at)} className="num">{short ? whenShort(at) : whenText(at)}</time>;
}

/* A wait that runs; what the organisation set makes it amber and red. */
export function Waiting({ since, label, kind = 'reply' }: { since: number; label?: (text: string) => string; kind?: WaitKind }) {
  const ms = useNow() - since;
  const text = ticking(ms);
  return <span className={`wait ${waitTone(ms, kind)}`} title={exactTime(since)}>{label ? label(text) : text}</span>;
}

export function StateDot({ state }: { state: string }) {
  return <span className={`dot ${state}`} aria-hidden />;
}

export function FlagMark({ flag }: { flag: string }) {
  const t = useT();
  if (!flag) return null;
  return <span className={`flagmark ${flag}`} role="img" aria-label={t.flag[flag] ?? flag} title={t.flag[flag] ?? flag}>⚑</span>;
}

export function Brand() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden>
      <circle cx="16" cy="16" r="15" fill="#0f766e" />
      <g fill="#fff"><circle cx="16" cy="8.6" r="3.4" /><circle cx="9.2" cy="14.2" r="3.4" /><circle cx="22.8" cy="14.2" r="3.4" /><circle cx="11.6" cy="22" r="3.4" /><circle cx="20.4" cy="22" r="3.4" /></g>
    </svg>
  );
}
