import { Button, ColorPicker, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useState } from 'react';
import { api, Refusal } from '../api/http';
import type { Shop } from '../api/types';
import { useT } from '../i18n';
import { sayDone, sayFailed } from '../ui/say';

export const shopColours = ['#C2410C', '#B45309', '#4D7C0F', '#0F766E', '#0369A1', '#1D4ED8', '#6D28D9', '#A21CAF', '#BE123C', '#475569'];
const zones = ['Asia/Shanghai', 'Asia/Hong_Kong', 'Asia/Taipei', 'Asia/Singapore', 'Asia/Tokyo', 'Asia/Seoul', 'Europe/London', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'Australia/Sydney', 'UTC'];
const currencies = ['CNY', 'HKD', 'TWD', 'SGD', 'USD', 'EUR', 'GBP', 'JPY', 'KRW', 'AUD'];
type Values = Omit<Shop, 'id' | 'open_now' | 'closed_at'> & { open: boolean };

/* One shop; without shop a new one. */
export function ShopForm({ shop, saved }: { shop?: Shop; saved: (id?: number) => void }) {
  const t = useT();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const send = async ({ open, ...v }: Values) => {
    setBusy(true);
    try {
      if (shop) {
        const { key: _, profile: __, ...rest } = v; /* the profile has dates: ProfileVersions.tsx */
        await api.patch(`/shops/${shop.id}`, { ...rest, ...(open === (shop.closed_at !== null) ? { closed: !open } : {}) });
        sayDone(t.common.saved);
        saved(shop.id);
      } else {
        const made = await api.post<{ id: number }>('/shops', v);
        saved(made?.id);
      }
    } catch (e) {
      if (e instanceof Refusal && e.field && form.getFieldInstance(e.field)) form.setFields([{ name: e.field as keyof Values, errors: [e.message] }]);
      else sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const need = { required: true, message: t.common.required };
  const first = shop ? { ...shop, open: shop.closed_at === null } : { colour: shopColours[3], timezone: 'Asia/Shanghai', currency: 'CNY', profile: 'plain', routing_mode: 'assign', return_days: 3, cut_hour: 0, greeting: t.setup.greetingDefault };
  return (
    <Form<Values> form={form} layout="vertical" requiredMark={false} initialValues={first} onFinish={(v) => void send(v)}>
      <div className="row top gap16">
        <Form.Item className="grow" name="name" label={t.setup.shopName} rules={[need]}><Input maxLength={60} /></Form.Item>
        <Form.Item name="colour" label={t.setup.colour} getValueFromEvent={(c: { toHexString: () => string }) => c.toHexString()}><ColorPicker disabledAlpha presets={[{ label: t.setup.colour, colors: shopColours }]} /></Form.Item>
      </div>
      {!shop && <Form.Item name="key" label={t.setup.shopKey} extra={t.setup.shopKeyHelp} rules={[need, { pattern: /^[a-z0-9-]{1,40}$/, message: t.setup.shopKeyHelp }]}><Input className="mono" maxLength={40} /></Form.Item>}
      <Form.Item name="greeting" label={t.setup.greeting}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
      {shop && <>
        <Form.Item name="greeting_en" label={t.set.greetingEn}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
        <Form.Item name="away_text" label={t.set.awayText}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
        <Form.Item name="away_text_en" label={t.set.awayTextEn}><Input.TextArea rows={2} maxLength={500} /></Form.Item>
        <Form.Item name="origins" label={t.set.origins} extra={t.set.originsHelp}><Input.TextArea rows={2} className="mono" placeholder="https://shop.example.com" spellCheck={false} /></Form.Item>
      </>}
      <div className="row top gap16">
        <Form.Item className="grow" name="timezone" label={t.set.timezone}><Select showSearch options={zones.map((z) => ({ value: z, label: z }))} /></Form.Item>
        <Form.Item className="grow" name="currency" label={t.set.currency}><Select options={currencies.map((c) => ({ value: c, label: c }))} /></Form.Item>
      </div>
      {shop && <>
        <div className="row top gap16">
          <Form.Item className="grow" name="cut_hour" label={t.set.cutHour} extra={t.set.cutHourHelp}><InputNumber min={0} max={23} precision={0} /></Form.Item>
        </div>
        <div className="row top gap16">
          <Form.Item className="grow" name="routing_mode" label={t.set.routing}><Select options={Object.entries(t.set.routings).map(([value, label]) => ({ value, label }))} /></Form.Item>
          <Form.Item className="grow" name="return_days" label={t.set.returnDays} extra={t.set.returnDaysHelp}><InputNumber min={0} max={90} precision={0} suffix={t.common.day} /></Form.Item>
        </div>
        <Form.Item name="open" label={t.set.serving} valuePropName="checked" extra={t.set.servingHelp}><Switch /></Form.Item>
      </>}
      <Button type="primary" htmlType="submit" loading={busy}>{shop ? t.common.save : t.set.createShop}</Button>
    </Form>
  );
}
