import { ClockCircleOutlined, PlusOutlined, PushpinFilled, PushpinOutlined } from '@ant-design/icons';
import { Button, DatePicker, Input, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import { Suspense, lazy, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Design, Metric, Sharing, Spec, SpanKind } from '../api/types';
import { useLang, useT } from '../i18n';
import { dayText } from '../lib/day';
import { useRemote } from '../lib/remote';
import { Link, navigate, usePath } from '../lib/router';
import { may } from '../live/me';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Bones, Loaded, Nothing, When } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { attributions, channels, dimensions, funnelStages, profiles, spanDays, spanKinds } from './asked';
import type { Asked } from './asked';
import { useChoices } from './Filters';
import { ReportBody, useCatalogue } from './ReportBody';
import type { Form } from './ReportBody';

const Funnel = lazy(() => import('./Funnel'));

export const useDesigns = () => useRemote('designs', (signal) => api.get<Rows<Design>>('/report-designs', undefined, signal));

/* A saved report as a question of today, of the days for which the server would run and send it: the last ones are whole, without today. */
export function askedOf(spec: Spec): Asked {
  const named = spanDays(spec.span.kind, Number(spec.filters?.shop_id ?? 0));
  const [from, to] = spec.span.kind === 'fixed' ? [dayjs(spec.span.from), dayjs(spec.span.to)] : spec.span.kind.startsWith('last') && spec.span.kind !== 'last_month' ? named.map((d) => d.subtract(1, 'day')) as typeof named : named;
  const f = Object.fromEntries(Object.entries(spec.filters ?? {}).map(([k, v]) => [k, String(v)]));
  return { from: dayText(from), to: dayText(to), by: spec.by.join(','), metrics: spec.metrics.join(','), order: spec.order, limit: spec.limit ? String(spec.limit) : undefined, ...f };
}

export function formOf(id: string, spec: Spec): Form {
  const heat = spec.by.includes('weekday') && spec.by.includes('hour');
  const chart = spec.chart === 'heat' ? (heat ? 'heat' : 'bar') : spec.chart === 'line' || spec.chart === 'bar' || spec.chart === 'stack' ? spec.chart : 'none';
  return { id, chart, compare: spec.compare ?? 'none', above: spec.chart === 'funnel' ? (p) => <Suspense fallback={<div className="section chart"><Bones rows={3} /></div>}><Funnel {...p} /></Suspense> : undefined };
}

export async function pinSet(design: Design, pinned: boolean, then: () => void): Promise<void> {
  await api.patch(`/report-designs/${design.id}`, { pinned }).then(then, sayFailed);
}

/* /reports/designs: the list; /reports/designs/new, /reports/designs/ID: one of them. */
export function Designs() {
  const at = /^\/reports\/designs\/(new|\d+)$/.exec(usePath())?.[1];
  const designs = useDesigns();
  return <Loaded from={designs} rows={6}>{({ rows }) => {
    const design = rows.find((d) => String(d.id) === at);
    return at === 'new' || design ? <Designer key={at} design={design} saved={designs.reload} /> : <List rows={rows} reload={designs.reload} />;
  }}</Loaded>;
}

function List({ rows, reload }: { rows: Design[]; reload: () => void }) {
  const t = useT();
  const d = t.rep.design;
  const fresh = <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate('/reports/designs/new')}>{d.add}</Button>;
  const columns: Column<Design>[] = [
    { key: 'name', title: t.common.name, value: (x) => x.name, fixed: true, render: (x) => <Link to={`/reports/designs/${x.id}`}>{x.name}</Link> },
    { key: 'owner', title: d.owner, value: (x) => x.owner_name }, { key: 'shared', title: d.shared, value: (x) => d.sharings[x.shared] },
    { key: 'updated', title: d.updated, value: (x) => x.updated_at, render: (x) => <When at={x.updated_at} /> },
    { key: 'acts', title: t.common.actions, plain: true, value: () => '', render: (x) => (
      <span className="row gap4">
        <Button size="small" type="text" icon={x.pinned ? <PushpinFilled /> : <PushpinOutlined />} onClick={() => void pinSet(x, !x.pinned, reload)}>{x.pinned ? d.unpin : d.pin}</Button>
        {may('EXPORT') && <Button size="small" type="text" icon={<ClockCircleOutlined />} onClick={() => navigate(`/reports/deliveries?design=${x.id}`)}>{t.sends.ofDesign}</Button>}
        {x.mine && <Button size="small" type="text" danger onClick={() => askOnce(d.removeAsk(x.name), d.removeHelp, t.common.remove, () => api.remove(`/report-designs/${x.id}`).then(reload))}>{t.common.remove}</Button>}
      </span>) },
  ];
  if (!rows.length) return <div className="section"><Nothing title={d.none} help={d.noneHelp}>{fresh}</Nothing></div>;
  return <DataTable id="designs" columns={columns} rows={rows} rowKey={(x) => x.id} search tools={fresh} />;
}

const blank: Spec = { metrics: ['receive_num', 'reply_rate', 'first_reply_time', 'avg_reply_time'], by: ['agent'], span: { kind: 'last7' }, chart: 'none', compare: 'previous' };
const BY_MOST = 3;

function Designer({ design, saved }: { design: Design | undefined; saved: () => void }) {
  const t = useT();
  const d = t.rep.design;
  const [name, setName] = useState(design?.name ?? '');
  const [shared, setShared] = useState<Sharing>(design?.shared ?? 'none');
  const [spec, setSpec] = useState<Spec>(design?.spec ?? blank);
  const [busy, setBusy] = useState(false);
  const catalogue = useCatalogue();
  const put = (patch: Partial<Spec>) => setSpec({ ...spec, ...patch });
  const own = design?.mine ?? true;
  const save = async (copy: boolean) => {
    setBusy(true);
    try {
      if (design && !copy) await api.patch(`/report-designs/${design.id}`, { name, spec, shared });
      const id = design && !copy ? design.id : (await api.post<{ id: number }>('/report-designs', { name: copy && design && name === design.name ? t.rep.score.copyOf(name) : name, spec, shared: copy && !own ? 'none' : shared })).id;
      sayDone(t.common.saved);
      saved();
      navigate(`/reports/designs/${id}`);
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const complete = spec.metrics.length > 0 && spec.by.length > 0;
  return (
    <>
      <div className="section col no-print">
        <div className="row wrap">
          <Link to="/reports/designs">{t.common.back}</Link>
          <Input value={name} onChange={(e) => setName(e.target.value)} placeholder={d.namePlace} aria-label={t.common.name} maxLength={60} style={{ flex: '1 1 200px', maxWidth: 420 }} />
          {own && <Select value={shared} onChange={setShared} aria-label={d.shared} popupMatchSelectWidth={false} options={(['none', 'group', 'all'] as const).map((s) => ({ value: s, label: d.sharings[s] }))} />}
          {own && <Button type="primary" loading={busy} disabled={!name.trim() || !complete} onClick={() => void save(false)}>{t.common.save}</Button>}
          {design && <Button disabled={!name.trim() || !complete} onClick={() => void save(true)}>{t.rep.score.saveCopy}</Button>}
          {design && <Button icon={design.pinned ? <PushpinFilled /> : <PushpinOutlined />} onClick={() => void pinSet(design, !design.pinned, saved)}>{design.pinned ? d.unpin : d.pin}</Button>}
          {design && may('EXPORT') && <Button icon={<ClockCircleOutlined />} onClick={() => navigate(`/reports/deliveries?design=${design.id}`)}>{t.sends.ofDesign}</Button>}
        </div>
        <Loaded from={catalogue}>{(c) => <SpecForm spec={spec} put={put} catalogue={c.rows} />}</Loaded>
      </div>
      {complete ? <ReportBody asked={askedOf(spec)} form={formOf('design', spec)} /> : <div className="section"><Nothing title={d.choose} /></div>}
    </>
  );
}

function SpecForm({ spec, put, catalogue }: { spec: Spec; put: (patch: Partial<Spec>) => void; catalogue: Metric[] }) {
  const t = useT();
  const d = t.rep.design;
  const lang = useLang();
  const { shops, groups, categories } = useChoices();
  const name = (key: string): string => { const m = catalogue.find((x) => x.key === key); return m ? (lang === 'zh' ? m.name_zh : m.name_en) : key; };
  const filter = (key: 'shop_id' | 'group_id' | 'category_id' | 'channel' | 'profile' | 'attribution', label: string, options: { value: string; label: string }[], number = false) => options.length > 1 && (
    <Select value={String(spec.filters?.[key] ?? '')} aria-label={label} popupMatchSelectWidth={false} options={options}
      onChange={(v) => put({ filters: Object.fromEntries(Object.entries({ ...spec.filters, [key]: v ? (number ? Number(v) : v) : undefined }).filter(([, x]) => x !== undefined)) })} />);
  const span = (kind: SpanKind) => put({ span: kind === 'fixed' ? { kind, from: askedOf(spec).from, to: askedOf(spec).to } : { kind } });
  const sales = spec.metrics.some((k) => catalogue.find((m) => m.key === k)?.group === 'sales');
  const metrics = (keys: string[]) => put({ metrics: keys, order: spec.order && keys.includes(spec.order.replace('-', '')) ? spec.order : undefined });
  return (
    <div className="design-form">
      <label htmlFor="design-metrics">{d.metrics}</label>
      <Select id="design-metrics" mode="multiple" value={spec.metrics} onChange={metrics} optionFilterProp="label" options={catalogue.map((m) => ({ value: m.key, label: name(m.key), title: lang === 'zh' ? m.definition_zh : m.definition_en }))} />
      <label htmlFor="design-by">{t.rep.grouping}</label>
      <Select id="design-by" mode="multiple" maxCount={BY_MOST} value={spec.by} onChange={(by) => put({ by })} options={dimensions.map((b) => ({ value: b, label: t.rep.by[b] ?? b }))} />
      <span>{d.span}</span>
      <div className="row wrap">
        <Select value={spec.span.kind} onChange={span} aria-label={d.span} popupMatchSelectWidth={false} options={spanKinds.map((k) => ({ value: k, label: t.rep.spans[k] }))} />
        {spec.span.kind === 'fixed' && <DatePicker.RangePicker allowClear={false} value={[dayjs(spec.span.from), dayjs(spec.span.to)]} onChange={(v) => { if (v?.[0] && v[1]) put({ span: { kind: 'fixed', from: dayText(v[0]), to: dayText(v[1]) } }); }} />}
        <Select value={spec.compare ?? 'none'} onChange={(compare) => put({ compare })} aria-label={d.compare} popupMatchSelectWidth={false} options={(['none', 'previous', 'last_week', 'last_year'] as const).map((k) => ({ value: k, label: t.rep.compares[k] }))} />
      </div>
      <span>{d.filters}</span>
      <div className="row wrap">
        {filter('shop_id', t.top.allShops, shops, true)}{filter('group_id', t.live.allGroups, groups, true)}{filter('channel', t.rep.allChannels, [{ value: '', label: t.rep.allChannels }, ...channels.map((x) => ({ value: x, label: t.rep.channels[x] ?? x }))])}
        {filter('category_id', t.rep.allCategories, categories, true)}{filter('profile', t.rep.profile, profiles.map((p) => ({ value: p, label: t.rep.profiles[p] ?? p })))}
        {sales && filter('attribution', t.sal.attribution, [{ value: '', label: t.sal.rules[''] ?? '' }, ...attributions.map((a) => ({ value: a, label: t.sal.rules[a] ?? a }))])}
      </div>
      <span>{d.shape}</span>
      <div className="row wrap">
        <Select value={spec.chart ?? 'none'} onChange={(chart) => put({ chart })} aria-label={d.chart} popupMatchSelectWidth={false} options={(['none', 'line', 'bar', 'stack', ...(spec.by.includes('weekday') && spec.by.includes('hour') ? ['heat' as const] : []), ...(funnelStages.filter((k) => spec.metrics.includes(k)).length > 1 ? ['funnel' as const] : [])] as const).map((k) => ({ value: k, label: d.charts[k] ?? k }))} />
        <Select value={spec.order ?? ''} onChange={(order) => put({ order: order || undefined })} aria-label={d.order} popupMatchSelectWidth={false} options={[{ value: '', label: d.byName }, ...spec.metrics.flatMap((k) => [{ value: '-' + k, label: `${name(k)} ↓` }, { value: k, label: `${name(k)} ↑` }])]} />
        <InputNumber value={spec.limit ?? null} min={1} max={1000} precision={0} placeholder={d.limit} aria-label={d.limit} onChange={(limit) => put({ limit: limit ?? undefined })} style={{ width: 130 }} />
      </div>
    </div>
  );
}
