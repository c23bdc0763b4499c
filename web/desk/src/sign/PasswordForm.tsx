import { Alert, Button, Form, Input } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import { useT } from '../i18n';

interface Values { old: string; fresh: string; again: string }

/* Own password: with token set it comes from a reset link and no old one is asked. */
export function PasswordForm({ done, token }: { done: () => void; token?: string }) {
  const t = useT();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const send = async (v: Values) => {
    setBusy(true);
    setError('');
    try {
      if (token) await api.post('/reset', { token, password: v.fresh });
      else await api.post('/me/password', { old: v.old, new: v.fresh });
      done();
    } catch (e) {
      setError((e as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form<Values> layout="vertical" requiredMark={false} onFinish={(v) => void send(v)}>
      {error && <Alert type="error" title={error} showIcon style={{ marginBottom: 12 }} />}
      {!token && <Form.Item name="old" label={t.sign.oldPassword} rules={[{ required: true, message: t.common.required }]}><Input.Password autoComplete="current-password" autoFocus /></Form.Item>}
      <Form.Item name="fresh" label={t.sign.newPassword} extra={t.sign.passwordRule} rules={[{ required: true, message: t.common.required }, { min: 10, message: t.sign.passwordRule }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="again" label={t.sign.repeat} dependencies={['fresh']} rules={[
        { required: true, message: t.common.required },
        (form) => ({ validator: (_, value) => (!value || value === form.getFieldValue('fresh') ? Promise.resolve() : Promise.reject(new Error(t.sign.differ))) }),
      ]}><Input.Password autoComplete="new-password" /></Form.Item>
      <Button type="primary" htmlType="submit" loading={busy} block>{t.sign.change}</Button>
    </Form>
  );
}
