import { Button, Modal, Tag } from 'antd';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Login } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { PasswordForm } from '../sign/PasswordForm';
import { Loaded, When } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';

export function browserName(agent: string): string {
  const name = /Edg\//.test(agent) ? 'Edge' : /Firefox\//.test(agent) ? 'Firefox' : /Chrome\//.test(agent) ? 'Chrome' : /Safari\//.test(agent) ? 'Safari' : agent.slice(0, 40) || '?';
  const system = /Windows/.test(agent) ? 'Windows' : /Android/.test(agent) ? 'Android' : /iPhone|iPad/.test(agent) ? 'iOS' : /Mac OS/.test(agent) ? 'macOS' : /Linux/.test(agent) ? 'Linux' : '';
  return system ? `${name} · ${system}` : name;
}

/* path: whose logins ("/me" or "/people/7"). */
export function LoginsList({ path }: { path: '/me' | `/people/${number}` }) {
  const t = useT();
  const logins = useRemote(path, (signal) => api.get<Rows<Login>>(`${path}/logins`, undefined, signal));
  const end = (id: number) => void api.remove(`${path}/logins/${id}`).then(() => { sayDone(t.top.loginEnded); logins.reload(); }, sayFailed);
  return (
    <Loaded from={logins} rows={3}>{({ rows }) => (
      <div className="col">
        <p className="muted small">{t.top.loginsHelp}</p>
        {rows.map((l) => (
          <div key={l.id} className="row">
            <div className="grow"><div title={l.browser}>{browserName(l.browser)}</div><div className="muted small">{l.address} · <When at={l.seen_at} /></div></div>
            {l.current ? <Tag color="green">{t.top.thisLogin}</Tag> : <Button size="small" danger onClick={() => end(l.id)}>{t.top.endLogin}</Button>}
          </div>
        ))}
        {!rows.length && <p className="muted">{t.common.none}</p>}
      </div>
    )}</Loaded>
  );
}

export function LoginsDialog({ open, close }: { open: boolean; close: () => void }) {
  const t = useT();
  return <Modal open={open} onCancel={close} footer={null} title={t.top.logins} destroyOnHidden><LoginsList path="/me" /></Modal>;
}

export function PasswordDialog({ open, close }: { open: boolean; close: () => void }) {
  const t = useT();
  return (
    <Modal open={open} onCancel={close} footer={null} title={t.top.password} width={400} destroyOnHidden>
      <PasswordForm done={() => { sayDone(t.sign.changed); close(); }} />
    </Modal>
  );
}
