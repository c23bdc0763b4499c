import { Alert, Button, Form, Input, Radio, Steps } from 'antd';
import { useState } from 'react';
import { api, everyRow } from '../api/http';
import type { Me, Shop } from '../api/types';
import { langSet, useLang, useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { navigate } from '../lib/router';
import { meRead, meSet, meStore, stateSet } from '../live/me';
import { HoursEditor } from '../settings/HoursEditor';
import { ShopForm } from '../settings/ShopForm';
import { WidgetBox, testPage } from '../settings/WidgetBox';
import { ImportPeople } from '../team/ImportPeople';
import { Loaded } from '../ui/parts';
import { SignBox } from './Sign';

interface Values { token: string; account: string; name: string; password: string; again: string; lang: 'zh' | 'en' }

/* The first quarter of an hour: administrator, shop, people, hours, widget line, test chat. */
export default function Setup() {
  const standing = meStore.use((s) => s.standing);
  return standing === 'setup' ? <Admin /> : <Guide />;
}

function Admin() {
  const t = useT();
  const lang = useLang();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');
  const send = async ({ again: _, ...v }: Values) => {
    setBusy(true);
    setError('');
    try {
      const reply = await api.post<{ person?: Me }>('/setup', { ...v, token: v.token.trim() });
      navigate('/setup', true);
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

function Guide() {
  const t = useT();
  const [step, setStep] = useState(0);
  const shops = useRemote('shops', (signal) => everyRow<Shop>('/shops', undefined, signal));
  const shop = shops.data?.at(-1);
  const next = () => setStep(step + 1);
  const leave = (online: boolean) => {
    const go = () => void meRead().finally(() => navigate(online ? '/desk' : '/'));
    if (online) void stateSet('online').catch(() => {}).finally(go);
    else go();
  };
  const s = t.setup;
  return (
    <SignBox title={s.title} help={s.hello} wide>
      <Steps size="small" current={step} responsive={false} className="setup-steps" items={[s.shop, s.people, s.hours, s.widget, s.test].map((title) => ({ title }))} style={{ marginBottom: 20 }} />
      <Loaded from={shops}>{() => (
        <>
          {step === 0 && (shop ? <div className="col"><Alert type="success" showIcon title={shop.name} /><div><Button type="primary" onClick={next}>{t.common.next}</Button></div></div>
            : <><p className="muted" style={{ marginBottom: 12 }}>{s.shopHelp}</p><ShopForm saved={() => { shops.reload(); next(); }} /></>)}
          {step === 1 && <ImportPeople done={next} skip={next} />}
          {step === 2 && shop && <><p className="muted" style={{ marginBottom: 12 }}>{s.hoursHelp}</p><HoursEditor shopId={shop.id} saved={next} /></>}
          {step === 3 && shop && <><WidgetBox shop={shop} short /><Button type="primary" onClick={next} style={{ marginTop: 12 }}>{t.common.next}</Button></>}
          {step === 4 && shop && (
            <div className="col"><p>{s.testHelp}</p>
              <div className="row wrap"><Button href={testPage(shop.key)} target="_blank" rel="noopener">{s.openTest}</Button><Button type="primary" onClick={() => leave(true)}>{s.goOnline}</Button></div></div>
          )}
          <div className="row" style={{ marginTop: 16 }}>
            {step > 0 && <Button type="text" onClick={() => setStep(step - 1)}>{t.common.back}</Button>}
            <span className="push">{step === 2 && shop && <Button type="text" onClick={next}>{t.common.skip}</Button>}<Button type="text" onClick={() => leave(false)}>{s.openDesk}</Button></span>
          </div>
        </>
      )}</Loaded>
    </SignBox>
  );
}
