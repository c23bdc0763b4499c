import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { api } from '../api/http';
import type { Me } from '../api/types';
import { langSet, useLang, useT } from '../i18n';
import { navigate, useHash } from '../lib/router';
import { meRead, meSet, meStore, signOut } from '../live/me';
import { Brand, Nothing } from '../ui/parts';
import { PasswordForm } from './PasswordForm';

export function SignBox({ title, help, wide, children }: { title: string; help?: string; wide?: boolean; children: ReactNode }) {
  const t = useT();
  const lang = useLang();
  const house = meStore.use((s) => s.house);
  return (
    <main className="sign">
      <div className={wide ? 'sign-box wide' : 'sign-box'}>
        <div className="sign-brand"><Brand /><div className="grow"><h1>{title}</h1><p>{help ?? (house || t.sign.slogan)}</p></div></div>
        {children}
        <div className="row" style={{ justifyContent: 'center', marginTop: 16 }}>
          <Button type="text" size="small" onClick={() => langSet(lang === 'zh' ? 'en' : 'zh')}>{t.top.language}</Button>
        </div>
      </div>
    </main>
  );
}

export function SignIn() {
  const t = useT();
  const lang = useLang();
  const ended = meStore.use((s) => s.ended);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const send = async (v: { account: string; password: string }) => {
    setBusy(true);
    setError('');
    try {
      const { person } = await api.post<{ person: Me }>('/login', { account: v.account.trim(), password: v.password });
      meSet(person);
      if (person.lang !== lang && !person.must_change) langSet(person.lang);
    } catch (e) {
      setError((e as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SignBox title={t.sign.title}>
      {ended && <Alert type="info" title={t.sign.ended} style={{ marginBottom: 12 }} />}
      {error && <Alert type="error" title={error} showIcon style={{ marginBottom: 12 }} />}
      <Form layout="vertical" requiredMark={false} onFinish={(v) => void send(v)}>
        <Form.Item name="account" label={t.sign.account} rules={[{ required: true, message: t.common.required }]}><Input size="large" autoComplete="username" autoFocus /></Form.Item>
        <Form.Item name="password" label={t.sign.password} rules={[{ required: true, message: t.common.required }]}><Input.Password size="large" autoComplete="current-password" /></Form.Item>
        <Button type="primary" size="large" htmlType="submit" loading={busy} block>{t.sign.signIn}</Button>
      </Form>
      <p className="muted small" style={{ marginTop: 12 }}>{t.sign.forgot}</p>
    </SignBox>
  );
}

export function MustChange() {
  const t = useT();
  return (
    <SignBox title={t.sign.changeTitle} help={t.sign.changeHelp}>
      <PasswordForm done={() => void meRead()} />
      <Button type="link" block onClick={() => void signOut()} style={{ marginTop: 8 }}>{t.top.signOut}</Button>
    </SignBox>
  );
}

/* /reset#token: the link that a lead handed over. */
export function Reset() {
  const t = useT();
  const token = useHash().slice(1);
  const [done, setDone] = useState(false);
  const leave = () => {
    navigate('/', true);
    void meRead();
  };
  return (
    <SignBox title={t.sign.resetTitle}>
      {done && <div className="col"><Alert type="success" title={t.sign.resetDone} showIcon /><Button type="primary" onClick={leave}>{t.sign.signIn}</Button></div>}
      {!done && (token ? <PasswordForm token={token} done={() => setDone(true)} /> : <Alert type="error" title={t.sign.resetBad} showIcon />)}
    </SignBox>
  );
}

export function NoServer() {
  const t = useT();
  return <main className="sign"><Nothing title={t.sign.noServer} help={t.sign.noServerHelp}><Button type="primary" onClick={() => void meRead()}>{t.common.retry}</Button></Nothing></main>;
}
