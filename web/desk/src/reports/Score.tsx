import { CopyOutlined, EditOutlined, PlusOutlined, TrophyOutlined } from '@ant-design/icons';
import { Button, Input, InputNumber, Modal, Select, Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Metric, ScoreItem, ScoreLine, Scores, ScoreTemplate } from '../api/types';
import { useLang, useT } from '../i18n';
import { count } from '../lib/format';
import { useRemote } from '../lib/remote';
import { useQuery } from '../lib/router';
import { may, useMay } from '../live/me';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { GrowArea } from '../ui/GrowArea';
import { Loaded } from '../ui/parts';
import { askOnce, sayDone, sayFailed } from '../ui/say';
import { raw, valueText } from './asked';
import { Filters } from './Filters';
import { HeaderLine, useCatalogue } from './ReportBody';
import { useAsked } from './ServiceReport';
import { SessionsDrawer } from './SessionsDrawer';
import type { Figure } from './SessionsDrawer';

const view = { key: 'score', bys: ['agent'] };

/* Agents by one figure of several weighed ones; each part opens the sessions it came from. */
export function Score() {
  const t = useT();
  const [asked, ask, filled] = useAsked(view);
  const [query, setQuery] = useQuery();
  const [edited, setEdited] = useState<Draft | null>(null);
  const settings = useMay('SETTING_EDIT');
  const [figure, setFigure] = useState<Figure | null>(null);
  const catalogue = useCatalogue(asked), today = useCatalogue();
  const templates = useRemote('score-templates', (signal) => api.get<Rows<ScoreTemplate>>('/score-templates', undefined, signal));
  const params = { template_id: query.template_id, from: asked.from, to: asked.to, shop_id: asked.shop_id, group_id: asked.group_id, profile: asked.profile };
  const scores = useRemote(JSON.stringify(params), (signal) => api.get<Scores>('/reports/score', params, signal));
  const rows = scores.data?.rows.length;
  useEffect(() => { if (rows !== undefined) filled(rows); });
  const now = templates.data?.rows.find((x) => x.id === scores.data?.template.id);
  const nameOf = (x: { name: string; builtin?: boolean }) => (x.builtin ? t.rep.score.shipped : x.name);
  const remove = (x: ScoreTemplate) => askOnce(t.rep.score.removeAsk(x.name), t.rep.score.removeHelp, t.common.remove, async () => {
    await api.remove(`/score-templates/${x.id}`);
    setQuery({ template_id: undefined });
    templates.reload();
  });
  const done = (id: number) => { setEdited(null); templates.reload(); if (String(id) === query.template_id) scores.reload(); else setQuery({ template_id: String(id) }); };
  return (
    <>
      <Filters asked={asked} ask={ask} bys={[]} narrow />
      <Loaded from={catalogue}>{(c) => <Loaded from={scores} rows={8}>{(s) => (
        <>
          <HeaderLine report={s} asked={asked} />
          {now?.builtin && !s.template.prizes.length && <p className="muted small no-print">{t.watch.scoreCopy}</p>}
          <Ranking scores={s} catalogue={c.rows} open={(metric, line, value) => setFigure({ metric, value, from: asked.from, to: asked.to, shop_id: asked.shop_id, group_id: asked.group_id, profile: asked.profile, agent_id: line.agent_id, label: line.agent_name })}
            tools={<>
              <Select value={s.template.id} onChange={(id) => setQuery({ template_id: String(id) })} aria-label={t.rep.score.template} popupMatchSelectWidth={false} options={(templates.data?.rows ?? [s.template]).map((x) => ({ value: x.id, label: nameOf(x) }))} />
              {now && !now.builtin && (now.mine || settings) && <Button icon={<EditOutlined />} onClick={() => setEdited({ ...now, copy: false })}>{t.common.edit}</Button>}
              <Button icon={<CopyOutlined />} onClick={() => setEdited({ id: s.template.id, name: t.rep.score.copyOf(nameOf(now ?? s.template)), items: s.template.items, prizes: s.template.prizes, copy: true })}>{t.rep.score.saveCopy}</Button>
              {now && !now.builtin && (now.mine || settings) && <Button type="text" danger onClick={() => remove(now)}>{t.common.remove}</Button>}
            </>} />
          {edited && today.data && <Editor draft={edited} catalogue={today.data.rows} close={() => setEdited(null)} done={done} />}
        </>
      )}</Loaded>}</Loaded>
      <SessionsDrawer figure={figure} close={() => setFigure(null)} />
    </>
  );
}

function Ranking({ scores, catalogue, open, tools }: { scores: Scores; catalogue: Metric[]; open: (m: Metric, line: ScoreLine, value: number) => void; tools: React.ReactNode }) {
  const t = useT();
  const lang = useLang();
  const whole = scores.template.items.reduce((sum, i) => sum + i.weight, 0);
  const columns: Column<ScoreLine>[] = [
    { key: 'rank', title: t.rep.score.rank, value: (l) => l.rank || null, render: (l) => (l.rank ? <b className="num">{l.rank}</b> : <span className="muted">-</span>) },
    { key: 'agent', title: t.rep.by.agent ?? '', value: (l) => l.agent_name, fixed: true, render: (l) => <b className="nowrap">{l.agent_name}</b> },
    { key: 'score', title: t.rep.score.score, align: 'right', value: (l) => l.score, render: (l) => (l.score === null ? <span className="muted">-</span> : <b className="num accent">{l.score.toFixed(1)}</b>) },
    ...(scores.template.prizes.length ? [{ key: 'prize', title: t.rep.score.prize, value: (l: ScoreLine) => l.prize, render: (l: ScoreLine) => (l.prize ? <span className="amber nowrap"><TrophyOutlined aria-hidden /> {l.prize}</span> : <span className="muted">-</span>) }] : []),
    ...scores.template.items.map((item, i): Column<ScoreLine> => {
      const m = catalogue.find((x) => x.key === item.metric);
      const unit = m?.unit ?? 'count';
      const scale = t.rep.score.scale(valueText(item.worst, unit), valueText(item.best, unit));
      return {
        key: item.metric, title: `${m ? (lang === 'zh' ? m.name_zh : m.name_en) : item.metric} ${count((100 * item.weight) / whole)}%`, help: <>{m && (lang === 'zh' ? m.definition_zh : m.definition_en)}<br />{scale}</>, align: 'right', value: (l) => raw(l.items[i]?.value),
        render: (l) => {
          const part = l.items[i];
          if (part?.value === 'pending') return <span className="pending">{t.rep.pending}</span>;
          const text = valueText(part?.value, unit);
          return <span className="num">{part?.value && m && may('CHAT_SEE') ? <button className="bare cell-link" onClick={() => open(m, l, Number(part.value))}>{text}</button> : text}{part?.points !== null && part?.points !== undefined && <span className="muted small"> {t.rep.score.points(part.points.toFixed(1))}</span>}</span>;
        },
      };
    }),
  ];
  return <DataTable id={`score.${scores.template.id}`} columns={columns} rows={scores.rows} rowKey={(l) => l.agent_id} search tools={tools} exportName={may('EXPORT') ? 'score' : undefined} empty={[t.rep.empty, t.rep.emptyHelp]} />;
}

interface Draft { id: number; name: string; items: ScoreItem[]; prizes: string[]; copy: boolean }

/* Seconds and per cent as people write them. */
const shownBy = (m: Metric | undefined): number => (m?.unit === 'ms' ? 0.001 : m?.unit === 'ratio' ? 100 : m?.unit === 'money' ? 0.01 : 1);

function Editor({ draft, catalogue, close, done }: { draft: Draft; catalogue: Metric[]; close: () => void; done: (id: number) => void }) {
  const t = useT();
  const lang = useLang();
  const [name, setName] = useState(draft.name);
  const [items, setItems] = useState(draft.items);
  const [prizes, setPrizes] = useState(draft.prizes.join('\n'));
  const [busy, setBusy] = useState(false);
  const put = (at: number, patch: Partial<ScoreItem>) => setItems(items.map((x, i) => (i === at ? { ...x, ...patch } : x)));
  const save = async () => {
    setBusy(true);
    const body = { name, items, prizes: prizes.split('\n').map((p) => p.trim()).filter(Boolean) };
    try {
      let id = draft.id;
      if (draft.copy) id = (await api.post<{ id: number }>('/score-templates', body)).id;
      else await api.patch(`/score-templates/${id}`, body);
      sayDone(t.common.saved);
      done(id);
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  const units: Record<string, string> = { ms: t.time.s, ratio: '%' };
  return (
    <Modal open onCancel={close} title={t.rep.score.template} width={720} okText={t.common.save} cancelText={t.common.cancel} onOk={() => void save()} confirmLoading={busy} okButtonProps={{ disabled: !name.trim() || !items.length }}>
      <div className="col">
        <Input value={name} onChange={(e) => setName(e.target.value)} aria-label={t.common.name} maxLength={60} />
        <p className="muted small">{t.rep.score.help}</p>
        {items.map((item, i) => {
          const m = catalogue.find((x) => x.key === item.metric);
          const by = shownBy(m);
          const field = (label: string, value: number, set: (v: number) => void, scale: number, unit?: string) => <Tooltip title={label}><InputNumber value={Number((value * scale).toFixed(4))} onChange={(v) => set(Number(v ?? 0) / scale)} aria-label={`${label} ${i + 1}`} suffix={unit} style={{ width: 96 }} /></Tooltip>;
          return (
            <div key={i} className="row wrap gap4">
              <Select value={item.metric} onChange={(metric) => put(i, { metric })} showSearch optionFilterProp="label" aria-label={`${t.rep.metric} ${i + 1}`} style={{ width: 200 }} options={catalogue.filter((x) => x.key === item.metric || !items.some((y) => y.metric === x.key)).map((x) => ({ value: x.key, label: lang === 'zh' ? x.name_zh : x.name_en }))} />
              {field(t.rep.score.weight, item.weight, (weight) => put(i, { weight }), 1)}{field(t.rep.score.worst, item.worst, (worst) => put(i, { worst }), by, units[m?.unit ?? ''])}{field(t.rep.score.best, item.best, (best) => put(i, { best }), by, units[m?.unit ?? ''])}
              <Button type="text" onClick={() => setItems(items.filter((_, k) => k !== i))}>{t.common.remove}</Button>
            </div>
          );
        })}
        <Button icon={<PlusOutlined />} onClick={() => { const free = catalogue.find((x) => !items.some((y) => y.metric === x.key)); if (free) setItems([...items, { metric: free.key, weight: 10, worst: 0, best: 1 / shownBy(free) }]); }}>{t.rep.score.addItem}</Button>
        <label className="col gap4"><span className="muted small">{t.rep.score.prizes}</span><GrowArea value={prizes} min={2} max={6} onChange={(e) => setPrizes(e.target.value)} /></label>
      </div>
    </Modal>
  );
}
