import { BellFilled, PlusOutlined } from '@ant-design/icons';
import { Button, Form, InputNumber, Modal, Select, Switch } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { AlertMetric, AlertPast, AlertRule, AlertTurn, Delivery } from '../api/types';
import { useLang, useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { count, lengthText } from '../lib/format';
import { useRemote } from '../lib/remote';
import { Link } from '../lib/router';
import { may, useMe } from '../live/me';
import { liveOn } from '../live/socket';
import { useChoices } from '../reports/Filters';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Waiting, When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';

const metrics: AlertMetric[] = ['waiting', 'longest_wait_s', 'open_per_agent', 'answered_within'];
const usual: Record<AlertMetric, { op: 'above' | 'below'; value: number }> = { waiting: { op: 'above', value: 5 }, longest_wait_s: { op: 'above', value: 60 }, open_per_agent: { op: 'above', value: 8 }, answered_within: { op: 'below', value: 80 } };

const valueOf = (metric: AlertMetric, value: number): string => (metric === 'longest_wait_s' ? lengthText(value * 1000) : metric === 'answered_within' ? `${value}%` : count(value));

/* Rules, and what the server told about them since the page was opened. */
function useAlerts() {
  const list = useRemote('alert rules', (signal) => api.get<Rows<AlertRule>>('/alerts', undefined, signal));
  const [told, setTold] = useState<Record<number, AlertTurn>>({});
  const { reload } = list;
  useEffect(() => {
    const offs = [liveOn('ready', reload), liveOn('alert', (push) => {
      const turn = push.data as AlertTurn | undefined;
      if (turn) setTold((all) => ({ ...all, [turn.alert_id]: turn }));
      reload();
    })];
    return () => { for (const off of offs) off(); };
  }, [reload]);
  return { list, told };
}

function usePlaces() {
  const t = useT();
  const { shops, groups } = useChoices();
  const nameOf = (kind: 'shop' | 'group', id: number) => (kind === 'shop' ? shops : groups).find((x) => x.value === String(id))?.label ?? `#${id}`;
  const of = (a: Pick<AlertRule, 'shop_id' | 'group_id'>): string => [a.shop_id ? nameOf('shop', a.shop_id) : '', a.group_id ? nameOf('group', a.group_id) : ''].filter(Boolean).join(' · ') || t.watch.everywhere;
  return { of, shops: shops.slice(1), groups: groups.slice(1) };
}

const ruleText = (a: AlertRule, t: Catalogue): string => t.watch.rule(t.watch.metrics[a.metric], t.watch.ops[a.op], valueOf(a.metric, a.value));

/* What fires now, above everything else on the board. */
export function Firing() {
  const t = useT();
  const lang = useLang();
  const { list, told } = useAlerts();
  const places = usePlaces();
  const now = (list.data?.rows ?? []).filter((a) => a.firing_since !== null && a.in_page);
  if (!now.length) return null;
  return (
    <section className="section firing" role="alert" aria-label={t.watch.firing}>
      {now.map((a) => {
        const turn = told[a.id];
        const text = turn?.firing ? (lang === 'zh' ? turn.text_zh : turn.text_en) : `${places.of(a)} ${ruleText(a, t)}`;
        return <div key={a.id} className="row alert-row"><BellFilled className="red" aria-hidden /><span className="grow">{text}</span><Waiting since={a.firing_since!} label={t.watch.lasting} kind="queue" /><Link to="/live/alerts">{t.watch.title}</Link></div>;
      })}
    </section>
  );
}

/* /live/alerts: the thresholds, and what fired. */
export function AlertsPage() {
  const t = useT();
  const w = t.watch;
  const me = useMe();
  const { list } = useAlerts();
  const places = usePlaces();
  const past = useRemote(`alert log ${(list.data?.rows ?? []).map((a) => a.firing_since ?? 0).join()}`, (signal) => api.get<Rows<AlertPast>>('/alerts/log', undefined, signal));
  const deliveries = useRemote(may('EXPORT') ? 'deliveries' : null, (signal) => api.get<Rows<Delivery>>('/deliveries', undefined, signal));
  const [edit, setEdit] = useState<AlertRule | 'new' | null>(null);
  const fresh = <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdit('new')}>{w.add}</Button>;
  const robot = (a: AlertRule): string => (a.delivery_id ? deliveries.data?.rows.find((d) => d.id === a.delivery_id)?.name ?? w.someDelivery : '');
  const remove = (a: AlertRule) => askOnce(w.removeAsk(`${places.of(a)} ${ruleText(a, t)}`), w.removeHelp, t.common.remove, () => api.remove(`/alerts/${a.id}`).then(() => { list.reload(); past.reload(); }));
  const columns: Column<AlertRule>[] = [
    { key: 'rule', title: w.when, value: (a) => ruleText(a, t), fixed: true, render: (a) => <b>{ruleText(a, t)}</b> },
    { key: 'place', title: w.place, value: places.of },
    { key: 'hold', title: w.hold, align: 'right', value: (a) => a.hold_s, render: (a) => (a.hold_s ? lengthText(a.hold_s * 1000) : w.atOnce) },
    { key: 'tells', title: w.tells, value: (a) => [a.in_page ? w.inPage : '', robot(a)].filter(Boolean).join(t.common.comma) || t.common.none },
    ...((list.data?.rows ?? []).some((a) => a.owner_id !== me.person_id) ? [{ key: 'owner', title: t.rep.design.owner, value: (a: AlertRule) => a.owner_name }] : []),
    { key: 'now', title: t.common.state, value: (a) => a.firing_since, render: (a) => (a.firing_since ? <span className="red"><BellFilled /> <Waiting since={a.firing_since} label={w.lasting} kind="queue" /></span> : <span className="muted">{w.quiet}</span>) },
    { key: 'acts', title: t.common.actions, plain: true, value: () => '', render: (a) => <span className="row gap4"><Button size="small" type="text" onClick={() => setEdit(a)}>{t.common.edit}</Button><Button size="small" type="text" danger onClick={() => remove(a)}>{t.common.remove}</Button></span> },
  ];
  const log: Column<AlertPast>[] = [
    { key: 'since', title: w.began, value: (l) => l.since, render: (l) => <When at={l.since} /> },
    { key: 'what', title: w.metric, value: (l) => w.metrics[l.metric] },
    { key: 'value', title: w.then, align: 'right', value: (l) => l.value, render: (l) => valueOf(l.metric, l.value) },
    { key: 'worst', title: w.worst, align: 'right', value: (l) => l.worst, render: (l) => valueOf(l.metric, l.worst) },
    { key: 'until', title: w.lasted, align: 'right', value: (l) => (l.until === null ? null : l.until - l.since), render: (l) => (l.until === null ? <span className="red">{w.still}</span> : lengthText(l.until - l.since)) },
  ];
  return (
    <div className="page">
      <div className="page-head"><Link to="/live">{t.common.back}</Link><h1>{w.title}</h1></div>
      <p className="muted">{w.help}</p>
      <DataTable id="alerts" columns={columns} rows={list.data?.rows} error={list.error} retry={list.reload} rowKey={(a) => a.id} tools={fresh} empty={[w.none, w.noneHelp]} />
      <DataTable id="alerts.log" columns={log} rows={past.data?.rows} error={past.error} retry={past.reload} rowKey={(l) => l.id} tools={<h2>{w.log}</h2>} exportName={may('EXPORT') ? 'alerts' : undefined} empty={[w.noLog]} />
      {edit && <Editor alert={edit} places={places} deliveries={(deliveries.data?.rows ?? []).filter((d) => d.mine)} close={() => setEdit(null)} done={() => { sayDone(t.common.saved); setEdit(null); list.reload(); }} />}
    </div>
  );
}

/* A place by shop and group together, as only a program makes it, stays as it is. */
const BOTH = 'both';

interface Fields { metric: AlertMetric; op: 'above' | 'below'; value: number; hold_s: number; place?: string; in_page: boolean; delivery_id?: number }

function Editor({ alert, places, deliveries, close, done }: { alert: AlertRule | 'new'; places: ReturnType<typeof usePlaces>; deliveries: Delivery[]; close: () => void; done: () => void }) {
  const t = useT();
  const w = t.watch;
  const me = useMe();
  const [form] = Form.useForm<Fields>();
  const [busy, setBusy] = useState(false);
  const fresh = alert === 'new';
  const metric = Form.useWatch('metric', form) ?? (fresh ? 'waiting' : alert.metric);
  const narrow = me.scope !== 'all';
  const options = [
    ...(narrow ? [] : [{ value: '', label: w.everywhere }]),
    ...(!fresh && alert.shop_id && alert.group_id ? [{ value: BOTH, label: places.of(alert) }] : []),
    ...(me.scope === 'all' || me.scope === 'shop' ? places.shops.map((s) => ({ value: `shop ${s.value}`, label: s.label })) : []), ...places.groups.map((g) => ({ value: `group ${g.value}`, label: `${t.live.group}${t.common.colon}${g.label}` })),
  ];
  const first: Fields = fresh ? { metric: 'waiting', ...usual.waiting, hold_s: 10, place: options[0]?.value ?? '', in_page: true }
    : { ...alert, place: alert.shop_id && alert.group_id ? BOTH : alert.shop_id ? `shop ${alert.shop_id}` : alert.group_id ? `group ${alert.group_id}` : '', delivery_id: alert.delivery_id ?? undefined };
  const own = fresh || alert.owner_id === me.person_id; /* it tells through a delivery of who owns it */
  const send = async (v: Fields) => {
    const [kind, id] = (v.place ?? '').split(' ');
    setBusy(true);
    try {
      if (fresh) await api.post('/alerts', { metric: v.metric, op: v.op, value: v.value, hold_s: v.hold_s, in_page: v.in_page, delivery_id: v.delivery_id, ...(kind ? { [`${kind}_id`]: Number(id) } : {}) });
      else await api.patch(`/alerts/${alert.id}`, { metric: v.metric, op: v.op, value: v.value, hold_s: v.hold_s, in_page: v.in_page, ...(own && may('EXPORT') ? { delivery_id: v.delivery_id ?? 0 } : {}),
        ...(v.place === BOTH ? {} : { shop_id: kind === 'shop' ? Number(id) : 0, group_id: kind === 'group' ? Number(id) : 0 }) });
      done();
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const units: Record<AlertMetric, string> = { waiting: w.persons, longest_wait_s: t.time.s, open_per_agent: w.chats, answered_within: '%' };
  return (
    <Modal open onCancel={close} onOk={form.submit} confirmLoading={busy} okText={t.common.save} cancelText={t.common.cancel} title={fresh ? w.add : w.change}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={first} onFinish={(v) => void send(v)} onValuesChange={(c: Partial<Fields>) => { if (c.metric) form.setFieldsValue(usual[c.metric]); }}>
        <Form.Item name="metric" label={w.metric}><Select options={metrics.map((m) => ({ value: m, label: w.metrics[m] }))} /></Form.Item>
        <Form.Item name="place" label={w.place} extra={narrow ? w.placeHelp : undefined} rules={[{ required: narrow, message: t.common.required }]}><Select options={options} showSearch optionFilterProp="label" /></Form.Item>
        <div className="row top">
          <Form.Item name="op" label={w.op} style={{ flex: 1 }}><Select options={(['above', 'below'] as const).map((o) => ({ value: o, label: w.ops[o] }))} /></Form.Item>
          <Form.Item name="value" label={w.value} style={{ flex: 1 }} rules={[{ required: true, message: t.common.required }]}><InputNumber min={0} max={metric === 'answered_within' ? 100 : 1_000_000} precision={0} suffix={units[metric]} style={{ width: '100%' }} /></Form.Item>
          <Form.Item name="hold_s" label={w.hold} style={{ flex: 1 }} rules={[{ required: true, message: t.common.required }]}><InputNumber min={0} max={3600} precision={0} suffix={t.time.s} style={{ width: '100%' }} /></Form.Item>
        </div>
        <p className="muted small" style={{ marginTop: -12, marginBottom: 12 }}>{w.holdHelp}</p>
        <Form.Item name="in_page" label={w.inPageLong} valuePropName="checked"><Switch /></Form.Item>
        {own && may('EXPORT') && <Form.Item name="delivery_id" label={w.robot} extra={deliveries.length ? w.robotHelp : <>{w.robotNone} <Link to="/reports/deliveries">{t.sends.title}</Link></>}><Select allowClear disabled={!deliveries.length} options={deliveries.map((d) => ({ value: d.id, label: d.name }))} placeholder={t.common.none} /></Form.Item>}
      </Form>
    </Modal>
  );
}
