import { LockOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Metric, MonthClosed, MonthChange, MonthOne, MonthRow, MonthSide, Report } from '../api/types';
import { useLang, useT } from '../i18n';
import { today } from '../lib/day';
import { useRemote } from '../lib/remote';
import { Link, navigate, usePath } from '../lib/router';
import { may, useMay, useMe } from '../live/me';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Loaded, When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { raw, valueText } from './asked';
import { HeaderLine, useCatalogue } from './ReportBody';

const NOBODY = 0, SHOP = -1, MONTHS_BACK = 24;

/* /reports/months: the closed months; /reports/months/ID: one of them. */
export function Months() {
  const id = Number(/^\/reports\/months\/(\d+)$/.exec(usePath())?.[1] ?? 0);
  return id ? <One key={id} id={id} /> : <List />;
}

function List() {
  const t = useT();
  const m = t.months;
  const me = useMe();
  const can = useMay('SETTING_EDIT');
  const whole = me.scope === 'all' || me.scope === 'shop';
  const [closing, setClosing] = useState(false);
  const list = useRemote('months', (signal) => api.get<Rows<MonthClosed>>('/month-close', undefined, signal));
  const fresh = can && whole ? <Button type="primary" icon={<LockOutlined />} onClick={() => setClosing(true)}>{m.close}</Button> : undefined;
  const columns: Column<MonthClosed>[] = [
    { key: 'month', title: m.month, value: (r) => r.month, fixed: true, render: (r) => <Link to={`/reports/months/${r.id}`} className="num">{r.month}</Link> },
    { key: 'shop', title: t.rep.by.shop ?? '', value: (r) => r.shop_name }, { key: 'at', title: m.closedAt, value: (r) => r.closed_at, render: (r) => <When at={r.closed_at} /> },
    { key: 'by', title: m.by, value: (r) => r.closed_by_name }, { key: 'profile', title: t.rep.profile, value: (r) => t.rep.profiles[r.profile] ?? r.profile },
    { key: 'attribution', title: m.attribution, value: (r) => m.attributions[r.attribution] ?? r.attribution }, { key: 'note', title: m.note, value: (r) => r.note },
    { key: 'restated', title: m.restated, align: 'right', value: (r) => r.restated, render: (r) => <span className={r.restated ? 'amber' : 'muted'}>{m.restatedN(r.restated)}</span> },
  ];
  return (
    <>
      <p className="muted">{m.help} {!whole ? m.shopsOnly : !can ? m.onlyAll : ''}</p>
      <DataTable id="months" columns={columns} rows={list.data?.rows} error={list.error} retry={list.reload} rowKey={(r) => r.id} tools={fresh} onRow={(r) => navigate(`/reports/months/${r.id}`)} exportName={may('EXPORT') ? 'months' : undefined} empty={[m.none, m.noneHelp]} />
      {closing && <Closing closed={list.data?.rows ?? []} close={() => setClosing(false)} done={(id) => navigate(`/reports/months/${id}`)} />}
    </>
  );
}

/* Chooses shop and month, then asks once more, naming both. */
function Closing({ closed, close, done }: { closed: MonthClosed[]; close: () => void; done: (id: number) => void }) {
  const t = useT();
  const m = t.months;
  const me = useMe();
  const [form] = Form.useForm<{ shop_id: number; month: string; note?: string }>();
  const shopId = Form.useWatch('shop_id', form) ?? me.shops[0]?.id;
  const months = Array.from({ length: MONTHS_BACK }, (_, i) => today(shopId).subtract(i + 1, 'month').format('YYYY-MM'));
  const is = (month: string) => closed.some((c) => c.shop_id === shopId && c.month === month);
  const send = (v: { shop_id: number; month: string; note?: string }) => {
    const shop = me.shops.find((s) => s.id === v.shop_id)?.name ?? '';
    askOnce(m.ask(shop, v.month), m.askHelp, m.close, async () => {
      const made = await api.post<{ id: number; figures: number }>('/month-close', { ...v, note: v.note || undefined });
      sayDone(m.closed(made.figures));
      done(made.id);
    });
  };
  return (
    <Modal open onCancel={close} onOk={form.submit} okText={t.common.next} cancelText={t.common.cancel} title={m.close}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ shop_id: shopId, month: months.find((x) => !is(x)) }} onFinish={send}>
        <Form.Item name="shop_id" label={t.rep.by.shop} rules={[{ required: true, message: t.common.required }]}><Select showSearch optionFilterProp="label" options={me.shops.map((s) => ({ value: s.id, label: s.name }))} /></Form.Item>
        <Form.Item name="month" label={m.month} rules={[{ required: true, message: t.common.required }]}><Select options={months.map((x) => ({ value: x, label: x, disabled: is(x) }))} /></Form.Item>
        <Form.Item name="note" label={m.note} extra={m.askHelp}><Input maxLength={200} placeholder={m.notePlace} /></Form.Item>
      </Form>
    </Modal>
  );
}

/* One closed month: the rules and figures as they were, what changed since, and the restatements. */
function One({ id }: { id: number }) {
  const t = useT();
  const m = t.months;
  const can = useMay('SETTING_EDIT');
  const one = useRemote(`month ${id}`, (signal) => api.get<MonthOne>(`/month-close/${id}`, undefined, signal));
  const days = one.data && { from: `${one.data.month}-01`, to: dayjs(`${one.data.month}-01`).endOf('month').format('YYYY-MM-DD') };
  const catalogue = useCatalogue(days ?? null);
  const [busy, setBusy] = useState(false);
  const restate = (n: number) => askOnce(m.restateAsk(n), m.restateHelp, m.restate, async () => {
    setBusy(true);
    await api.post<{ found: number }>(`/month-close/${id}/restate`, {}).then(({ found }) => { sayDone(m.restateDone(found)); one.reload(); }, sayFailed).finally(() => setBusy(false));
  });
  return (
    <Loaded from={one} rows={8}>{(o) => <Loaded from={catalogue}>{(c) => {
      const shown = c.rows;
      const header = (o.header.header ?? o.header) as Report['header'];
      return (
        <>
          <div className="row wrap"><Link to="/reports/months" className="no-print">{t.common.back}</Link><h2>{o.shop_name} <span className="num">{o.month}</span></h2><span className="muted small">{m.closedAt} <When at={o.closed_at} /> · {o.closed_by_name}{o.note && ` · ${o.note}`}</span></div>
          <HeaderLine report={{ header }} asked={days ?? { from: o.month, to: o.month }} />
          <Rules rules={o.rules} attribution={o.attribution} />
          <section className="section" aria-label={m.openTitle}>
            <div className="row wrap"><h2>{m.openTitle}</h2>{can && o.open.length > 0 && <Button className="push no-print" loading={busy} onClick={() => restate(o.open.length)}>{m.restate}</Button>}</div>
            <p className="muted small">{o.open.length ? m.openHelp : m.openNone}</p>
          </section>
          {o.open.length > 0 && <Changes id="months.open" rows={o.open} metrics={shown} name={`${o.month}-open`} />}
          <Figures month={o} metrics={shown} />
          {o.restatements.length > 0 ? <Changes id="months.restatements" rows={o.restatements} metrics={shown} name={`${o.month}-restatements`} title={m.restatements} /> : <div className="section"><h2>{m.restatements}</h2><p className="muted small">{m.noRestatements}</p></div>}
        </>
      );
    }}</Loaded>}</Loaded>
  );
}

function Rules({ rules, attribution }: { rules: Record<string, unknown>; attribution: string }) {
  const t = useT();
  const m = t.months;
  const all = Object.entries(rules).filter(([, v]) => v !== '' && v !== null);
  return (
    <details className="section">
      <summary>{m.rules}{t.common.colon}{m.attribution} {m.attributions[attribution] ?? attribution} · {m.rulesShow} ({all.length})</summary>
      <dl className="rules-frozen">{all.map(([k, v]) => <div key={k}><dt className="mono muted">{k}</dt><dd className="num">{Array.isArray(v) ? v.join(' / ') : typeof v === 'boolean' ? (v ? t.common.yes : t.common.no) : String(v)}</dd></div>)}</dl>
    </details>
  );
}

const agentText = (row: { agent_id: number; agent_name: string | null }, m: { wholeShop: string; nobody: string }): string => (row.agent_id === SHOP ? m.wholeShop : row.agent_id === NOBODY ? m.nobody : row.agent_name ?? '');

function Figures({ month, metrics }: { month: MonthOne; metrics: Metric[] }) {
  const t = useT();
  const m = t.months;
  const lang = useLang();
  const kept = metrics.filter((x) => month.rows.some((r) => r.values[x.key] !== undefined && r.values[x.key] !== null));
  const columns: Column<MonthRow>[] = [
    { key: 'who', title: m.who, value: (r) => agentText(r, m), fixed: true, render: (r) => <b className="nowrap">{agentText(r, m)}</b> },
    ...kept.map((x): Column<MonthRow> => ({
      key: x.key, title: lang === 'zh' ? x.name_zh : x.name_en, help: lang === 'zh' ? x.definition_zh : x.definition_en, align: 'right', hidden: x.brief === false, value: (r) => raw(r.values[x.key]),
      render: (r) => (r.values[x.key] === 'pending' ? <span className="pending">{t.rep.pending}</span> : valueText(r.values[x.key], x.unit)),
    })),
  ];
  const rows = [...month.rows].sort((a, b) => Number(b.agent_id === SHOP) - Number(a.agent_id === SHOP));
  return <DataTable id="months.figures" columns={columns} rows={rows} rowKey={(r) => r.agent_id} search tools={<h2>{m.figures}</h2>} exportName={may('EXPORT') ? `${month.month}-${month.shop_name}` : undefined} empty={[t.rep.empty]} />;
}

function Changes({ id, rows, metrics, name, title }: { id: string; rows: MonthChange[]; metrics: Metric[]; name: string; title?: string }) {
  const t = useT();
  const m = t.months;
  const lang = useLang();
  const of = (r: MonthChange) => metrics.find((x) => x.key === r.metric);
  const text = (r: MonthChange, s: MonthSide) => (s.value === 'pending' ? t.rep.pending : valueText(s.value, of(r)?.unit ?? 'count'));
  const found = rows.some((r) => r.at !== undefined);
  const columns: Column<MonthChange>[] = [
    { key: 'who', title: m.who, value: (r) => agentText(r, m), fixed: true, render: (r) => <b className="nowrap">{agentText(r, m)}</b> },
    { key: 'metric', title: t.rep.metric, value: (r) => { const x = of(r); return x ? (lang === 'zh' ? x.name_zh : x.name_en) : r.metric; } },
    { key: 'was', title: m.was, align: 'right', value: (r) => raw(r.before.value), render: (r) => text(r, r.before) },
    { key: 'is', title: m.is, align: 'right', value: (r) => raw(r.after.value), render: (r) => <b>{text(r, r.after)}</b> },
    ...(found ? [
      { key: 'at', title: m.foundAt, value: (r: MonthChange) => r.at, render: (r: MonthChange) => (r.at ? <When at={r.at} /> : null) },
      { key: 'by', title: m.foundBy, value: (r: MonthChange) => r.found_by_name },
    ] : []),
  ];
  return <DataTable id={id} columns={columns} rows={rows} rowKey={(r) => r.id ?? `${r.agent_id}.${r.metric}`} search tools={title ? <h2>{title}</h2> : undefined} exportName={may('EXPORT') ? name : undefined} empty={[m.openNone]} />;
}
