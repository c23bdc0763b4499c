import { Alert, Button, Form, Input, Radio } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Me } from '../api/types';
import { langSet, useLang, useT } from '../i18n';
import { meRead, meSet } from '../live/me';
import { SignBox } from './Sign';

interface Values { token: string; account: string; name: string; password: string; again: string; lang: 'zh' | 'en' }

export function SetupAdmin() {
  const t = useT();
  const lang = useLang();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const send = async ({ again: _, ...v }: Values) => {
    setBusy(true);
    setError('');
    try {
      const reply = await api.post<{ person?: Me }>('/setup', { ...v, token: v.token.trim() });
      if (reply?.person) meSet(reply.person);
      else await meRead();
    } catch (e) {
      setError((e as Error).message);
      setBusy(false);
    }
  };
  const need = { required: true, message: t.common.required };
  return (
    <SignBox title={t.setup.title} help={t.setup.hello}>
      {error && <Alert type="error" title={error} showIcon style={{ marginBottom: 12 }} />}
      <Form<Values> layout="vertical" requiredMark={false} initialValues={{ lang, token: location.hash.slice(1) }} onFinish={(v) => void send(v)}>
        <Form.Item name="token" label={t.setup.token} extra={t.setup.tokenHelp} rules={[need]}><Input className="mono" autoFocus autoComplete="off" /></Form.Item>
        <Form.Item name="name" label={t.setup.yourName} rules={[need]}><Input autoComplete="name" maxLength={60} /></Form.Item>
        <Form.Item name="account" label={t.sign.account} rules={[need]}><Input autoComplete="username" maxLength={60} /></Form.Item>
        <Form.Item name="password" label={t.sign.password} extra={t.sign.passwordRule} rules={[need, { min: 10, message: t.sign.passwordRule }]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="again" label={t.sign.repeat} dependencies={['password']} rules={[need, (form) => ({ validator: (_, v) => (!v || v === form.getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t.sign.differ))) })]}><Input.Password autoComplete="new-password" /></Form.Item>
        <Form.Item name="lang" label={t.setup.language}><Radio.Group onChange={(e) => langSet(e.target.value as 'zh' | 'en')} options={[{ value: 'zh', label: '中文' }, { value: 'en', label: 'English' }]} /></Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>{t.setup.create}</Button>
      </Form>
    </SignBox>
  );
}

export default SetupAdmin;
