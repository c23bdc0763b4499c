import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Modal, Select, Switch } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Delivery, DeliveryJob, DeliveryWays, Schedule, Way } from '../api/types';
import { useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { useRemote } from '../lib/remote';
import { useQuery } from '../lib/router';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Drawer } from '../ui/Drawer';
import { Loaded, Nothing, When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { useDesigns } from './Designs';
import { useChoices } from './Filters';

const ways: Way[] = ['dingtalk', 'feishu', 'wecom', 'mail'];
const RELOAD_MS = 3000;

/* Weekdays of a schedule: 1 Monday .. 7 Sunday; those of the catalogue begin with Sunday. */
const weekdayName = (d: number | undefined, t: Catalogue): string => t.set.weekdays[(d ?? 1) % 7] ?? '';
function scheduleText(s: Schedule, t: Catalogue): string {
  const day = s.every === 'weekly' ? weekdayName(s.weekday, t) : s.every === 'monthly' ? t.sends.dayOf(s.day ?? 1) : '';
  return [t.sends.every[s.every], day, s.at].filter(Boolean).join(' ');
}

/* What is sent by itself: where, what, when, and what became of it. ?design=ID opens a new one for that saved report. */
export function Deliveries() {
  const t = useT();
  const s = t.sends;
  const list = useRemote('deliveries', (signal) => api.get<Rows<Delivery>>('/deliveries', undefined, signal));
  const set = useRemote('delivery ways', (signal) => api.get<DeliveryWays>('/deliveries/ways', undefined, signal));
  const [query, setQuery] = useQuery();
  const [edit, setEdit] = useState<Delivery | 'new' | null>(query.design ? 'new' : null);
  const [log, setLog] = useState<Delivery | null>(null);
  const { reload } = list;
  const close = () => { setEdit(null); if (query.design) setQuery({ design: undefined }); };
  const done = () => { sayDone(t.common.saved); close(); reload(); };
  const pause = (d: Delivery) => api.patch(`/deliveries/${d.id}`, { paused: !d.paused }).then(reload, sayFailed);
  const tryIt = (d: Delivery) => api.post(`/deliveries/${d.id}/test`).then(() => { sayDone(s.tested); setLog(d); }, sayFailed);
  const remove = (d: Delivery) => askOnce(s.removeAsk(d.name), s.removeHelp, t.common.remove, () => api.remove(`/deliveries/${d.id}`).then(reload));
  const fresh = <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{s.add}</Button>;
  const others = (list.data?.rows ?? []).some((d) => !d.mine);
  const contentOf = (d: Delivery): string => (d.kind === 'digest' ? s.digest : d.design_name ?? '');
  const columns: Column<Delivery>[] = [
    { key: 'name', title: t.common.name, value: (d) => d.name, fixed: true, render: (d) => <b className="cut" style={{ display: 'block', maxWidth: 200 }} title={d.name}>{d.name}</b> },
    { key: 'what', title: s.content, value: contentOf, render: (d) => <div className="cut" style={{ maxWidth: 180 }} title={contentOf(d)}>{contentOf(d)}</div> },
    { key: 'channel', title: s.channel, value: (d) => s.channels[d.channel], render: (d) => <span className="nowrap" title={d.target || s.hidden}>{s.channels[d.channel]}</span> },
    { key: 'schedule', title: s.schedule, value: (d) => scheduleText(d.schedule, t), render: (d) => <span className="nowrap" title={d.timezone}>{scheduleText(d.schedule, t)}</span> },
    { key: 'next', title: s.next, value: (d) => (d.paused ? null : d.next_at), render: (d) => (d.paused ? <span className="amber">{s.paused}</span> : <When at={d.next_at} />) },
    { key: 'last', title: s.last, value: (d) => d.last_at, render: (d) => <Outcome state={d.last_state} error={d.last_error} at={d.last_at} /> },
    ...(others ? [{ key: 'owner', title: t.rep.design.owner, value: (d: Delivery) => d.owner_name }] : []),
    { key: 'acts', title: t.common.actions, plain: true, value: () => '', render: (d) => (
      <span className="row gap4">
        {d.mine && <Button size="small" type="text" onClick={() => void tryIt(d)}>{s.test}</Button>}
        <Button size="small" type="text" onClick={() => setLog(d)}>{s.log}</Button>
        {d.mine && <Button size="small" type="text" onClick={() => setEdit(d)}>{t.common.edit}</Button>}
        {d.mine && <Button size="small" type="text" onClick={() => void pause(d)}>{d.paused ? s.resume : s.pause}</Button>}
        <Button size="small" type="text" danger onClick={() => remove(d)}>{t.common.remove}</Button>
      </span>) },
  ];
  return (
    <>
      <p className="muted">{s.help}</p>
      {set.data && !set.data.robot_hosts.trim() && <Alert type="warning" showIcon message={s.noRobot} description={s.noRobotHelp} />}
      {set.data && !set.data.mail && <Alert type="info" showIcon message={s.noMail} description={s.noMailHelp} />}
      <DataTable id="deliveries" columns={columns} rows={list.data?.rows} error={list.error} retry={reload} rowKey={(d) => d.id} tools={fresh} empty={[s.none, s.noneHelp]} />
      {edit && set.data && <Editor delivery={edit} ways={set.data} design={Number(query.design) || undefined} close={close} done={done} />}
      <Drawer open={log !== null} onClose={() => { setLog(null); reload(); }} size={560} title={log ? `${log.name} · ${s.log}` : ''} destroyOnHidden>{log && <Log delivery={log} />}</Drawer>
    </>
  );
}

function Outcome({ state, error, at }: { state: string; error: string; at: number | null }) {
  const t = useT();
  if (!state) return <span className="muted">{t.sends.never}</span>;
  const tone = state === 'sent' || state === 'joined' ? 'green' : state === 'failed' || state === 'stopped' ? 'red' : 'muted';
  return <span className="col" style={{ gap: 0 }}><span><span className={tone}>{t.sends.states[state] ?? state}</span>{at !== null && <> <span className="muted small"><When at={at} /></span></>}</span>{error && <span className="small red" style={{ maxWidth: 320 }}>{error}</span>}</span>;
}

/* The newest messages; read again while one of them is under way. */
function Log({ delivery }: { delivery: Delivery }) {
  const t = useT();
  const s = t.sends;
  const list = useRemote(`delivery log ${delivery.id}`, (signal) => api.get<Rows<DeliveryJob>>(`/deliveries/${delivery.id}/log`, undefined, signal));
  const going = list.data?.rows.some((j) => j.state === 'waiting' || j.state === 'sending');
  const { reload } = list;
  useEffect(() => {
    if (!going) return;
    const timer = setInterval(reload, RELOAD_MS);
    return () => clearInterval(timer);
  }, [going, reload]);
  return (
    <Loaded from={list} rows={4}>{({ rows }) => (rows.length ? (
      <div className="col">{rows.map((j) => (
        <div key={j.id} className="alert-row row top"><span className="nowrap" style={{ minWidth: 56 }}>{s.kinds[j.kind]}</span><span className="grow"><Outcome state={j.state} error={j.error} at={j.finished_at} /></span><span className="muted small num">{s.due} <When at={j.due_at} />{j.tries > 1 && ` · ${s.attempts} ${j.tries}`}</span></div>
      ))}</div>
    ) : <Nothing title={s.noLog} />)}</Loaded>
  );
}

interface Fields { name: string; content: number; channel: Way; target: string; secret?: string; every: Schedule['every']; weekday: number; day: number; at: string; shop: string; attach: boolean }

function Editor({ delivery, ways: set, design, close, done }: { delivery: Delivery | 'new'; ways: DeliveryWays; design: number | undefined; close: () => void; done: () => void }) {
  const t = useT();
  const s = t.sends;
  const designs = useDesigns();
  const { shops } = useChoices();
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const fresh = delivery === 'new';
  const channel = Form.useWatch('channel', form) ?? (fresh ? 'dingtalk' : delivery.channel);
  const every = Form.useWatch('every', form) ?? (fresh ? 'daily' : delivery.schedule.every);
  const mail = channel === 'mail';
  const first: Fields = fresh
    ? { name: designs.data?.rows.find((d) => d.id === design)?.name ?? '', content: design ?? 0, channel: 'dingtalk', target: '', every: 'daily', weekday: 1, day: 1, at: '09:00', shop: '', attach: false }
    : { name: delivery.name, content: delivery.design_id ?? 0, channel: delivery.channel, target: delivery.target, every: delivery.schedule.every, weekday: delivery.schedule.weekday ?? 1, day: delivery.schedule.day ?? 1, at: delivery.schedule.at, shop: '', attach: delivery.attach };
  const send = async (v: Fields) => {
    const schedule: Schedule = { every: v.every, at: v.at, ...(v.every === 'weekly' ? { weekday: v.weekday } : v.every === 'monthly' ? { day: v.day } : {}) };
    const body = { name: v.name, target: v.target, schedule, ...(v.secret ? { secret: v.secret } : {}), ...(mail ? { attach: v.attach } : {}) };
    setBusy(true);
    try {
      if (fresh) await api.post('/deliveries', { ...body, channel: v.channel, ...(v.content ? { design_id: v.content } : {}), ...(v.shop ? { shop_id: Number(v.shop) } : {}) });
      else await api.patch(`/deliveries/${delivery.id}`, body);
      done();
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const need = [{ required: true, whitespace: true, message: t.common.required }];
  if (designs.data === undefined && !designs.error) return null;
  return (
    <Modal open onCancel={close} onOk={form.submit} confirmLoading={busy} okText={t.common.save} cancelText={t.common.cancel} title={fresh ? s.add : delivery.name}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={first} onFinish={(v) => void send(v)}>
        <Form.Item name="name" label={t.common.name} rules={need}><Input maxLength={60} /></Form.Item>
        {fresh && <div className="row top wrap">
          <Form.Item name="content" label={s.content} style={{ flex: '1 1 130px' }}><Select showSearch optionFilterProp="label" options={[{ value: 0, label: s.digest }, ...(designs.data?.rows ?? []).map((d) => ({ value: d.id, label: d.name }))]} /></Form.Item>
          <Form.Item name="channel" label={s.channel} style={{ flex: '1 1 130px' }}><Select options={ways.map((w) => ({ value: w, label: s.channels[w], disabled: w === 'mail' ? !set.mail : !set.robot_hosts.trim() }))} /></Form.Item>
          {shops.length > 2 && <Form.Item name="shop" label={s.shop} style={{ flex: '1 1 130px' }}><Select options={shops} /></Form.Item>}
        </div>}
        {fresh && !set.mail && <p className="muted small" style={{ marginTop: -12, marginBottom: 12 }}>{s.noMail}{t.common.colon}{s.noMailHelp}</p>}
        <Form.Item name="target" label={mail ? s.mailTarget : s.hook} extra={mail ? s.mailHelp : <>{s.hooks[channel]}<br />{s.hostsHelp(set.robot_hosts.replaceAll(',', t.common.comma))}</>} rules={need}><Input maxLength={1000} spellCheck={false} placeholder={mail ? 'boss@example.com' : 'https://'} /></Form.Item>
        {!mail && channel !== 'wecom' && <Form.Item name="secret" label={s.secret} extra={!fresh && delivery.has_secret ? s.secretKept : s.secretHelp}><Input.Password maxLength={200} autoComplete="new-password" placeholder={!fresh && delivery.has_secret ? '••••••••' : undefined} /></Form.Item>}
        <div className="row top">
          <Form.Item name="every" label={s.schedule} style={{ flex: 1 }}><Select options={(['daily', 'weekly', 'monthly'] as const).map((e) => ({ value: e, label: s.every[e] }))} /></Form.Item>
          {every === 'weekly' && <Form.Item name="weekday" label={t.rep.by.weekday} style={{ flex: 1 }}><Select options={[1, 2, 3, 4, 5, 6, 7].map((d) => ({ value: d, label: weekdayName(d, t) }))} /></Form.Item>}
          {every === 'monthly' && <Form.Item name="day" label={t.rep.by.day} style={{ flex: 1 }} extra={s.shortMonth}><Select options={Array.from({ length: 31 }, (_, i) => ({ value: i + 1, label: s.dayOf(i + 1) }))} /></Form.Item>}
          <Form.Item name="at" label={s.at} style={{ flex: 1 }} rules={need}><Input type="time" /></Form.Item>
        </div>
        {mail && <Form.Item name="attach" label={s.attach} valuePropName="checked"><Switch /></Form.Item>}
        {!fresh && <p className="muted small">{s.channelFixed}</p>}
      </Form>
    </Modal>
  );
}
