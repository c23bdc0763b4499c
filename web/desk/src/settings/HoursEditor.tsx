import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, Button, DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import { api } from '../api/http';
import type { Hours, Span, SpecialDay } from '../api/types';
import { useT } from '../i18n';
import { useRemote } from '../lib/remote';
import { Loaded } from '../ui/parts';
import { sayDone, sayFailed } from '../ui/say';

const order = [1, 2, 3, 4, 5, 6, 0];
const two = (n: number): string => String(n).padStart(2, '0');
const toText = (min: number): string => `${two(Math.floor(min / 60) % 24)}:${two(min % 60)}`;
const toMin = (text: string): number | null => {
  const m = /^(\d{1,2}):(\d{2})$/.exec(text);
  return m && Number(m[1]) <= 24 && Number(m[2]) < 60 ? Number(m[1]) * 60 + Number(m[2]) : null;
};

/* Weekly spans, which may run past midnight, and dated exceptions: closed, or like another weekday (调休). */
export function HoursEditor({ shopId, saved }: { shopId: number; saved?: () => void }) {
  const hours = useRemote(`hours ${shopId}`, (signal) => api.get<Hours>(`/shops/${shopId}/hours`, undefined, signal));
  return <Loaded from={hours} rows={7}>{(h) => <Editor key={shopId} shopId={shopId} first={h} saved={saved} />}</Loaded>;
}

function Editor({ shopId, first, saved }: { shopId: number; first: Hours; saved?: () => void }) {
  const t = useT();
  const [spans, setSpans] = useState<Span[]>(first.spans);
  const [days, setDays] = useState<SpecialDay[]>(first.days);
  const [busy, setBusy] = useState(false);
  const bad = spans.some((s) => s.to_min <= s.from_min);
  const set = (old: Span, patch: Partial<Span>) => setSpans(spans.map((s) => (s === old ? { ...s, ...patch } : s)));
  const setDay = (i: number, patch: Partial<SpecialDay>) => setDays(days.map((d, k) => (k === i ? { ...d, ...patch } : d)));
  const fill = (weekdays: number[]) => setSpans(weekdays.map((weekday) => ({ weekday, from_min: 540, to_min: 1260 })));
  const copyAll = (from: number) => setSpans(order.flatMap((weekday) => spans.filter((s) => s.weekday === from).map((s) => ({ ...s, weekday }))));
  const save = async () => {
    setBusy(true);
    try {
      await api.put(`/shops/${shopId}/hours`, { spans, days: days.filter((d) => d.day) });
      sayDone(t.common.saved);
      saved?.();
    } catch (e) {
      sayFailed(e);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="col">
      {!spans.length && <Alert type="info" title={t.set.noHours} action={<span className="row gap4"><Button size="small" onClick={() => fill(order)}>{t.setup.everyDay} 9–21</Button><Button size="small" onClick={() => fill([1, 2, 3, 4, 5])}>{t.setup.weekdays} 9–21</Button></span>} />}
      {order.map((weekday) => {
        const own = spans.filter((s) => s.weekday === weekday);
        return (
          <div key={weekday} className="week">
            <span style={{ lineHeight: '32px' }}>{t.set.weekdays[weekday]}</span>
            <div className="row wrap">
              {!own.length && <span className="muted">{t.set.dayClosed}</span>}
              {own.map((s, i) => <SpanField key={i} span={s} set={(patch) => set(s, patch)} remove={() => setSpans(spans.filter((x) => x !== s))} />)}
              <Button type="text" size="small" icon={<PlusOutlined />} aria-label={`${t.set.addSpan} ${t.set.weekdays[weekday]}`} title={t.set.addSpan} onClick={() => setSpans([...spans, own.length ? { weekday, from_min: Math.min(1380, own.at(-1)!.to_min % 1440 + 60), to_min: Math.min(1440, own.at(-1)!.to_min % 1440 + 120) } : { weekday, from_min: 540, to_min: 1260 }])} />
              {own.length > 0 && weekday === 1 && <Button type="link" size="small" onClick={() => copyAll(1)}>{t.set.copyToAll}</Button>}
            </div>
          </div>
        );
      })}
      <h2 style={{ marginTop: 12 }}>{t.set.specialDays}</h2>
      <p className="muted small">{t.set.specialHelp}</p>
      {days.map((d, i) => (
        <div key={i} className="row wrap">
          <DatePicker value={d.day ? dayjs(d.day) : null} allowClear={false} onChange={(v) => setDay(i, { day: v?.format('YYYY-MM-DD') ?? '' })} />
          <Select value={d.like_weekday ?? -1} onChange={(v) => setDay(i, { like_weekday: v < 0 ? null : v })} aria-label={t.set.worksAs} style={{ minWidth: 150 }}
            options={[{ value: -1, label: t.set.closedAllDay }, ...order.map((w) => ({ value: w, label: t.set.like(t.set.weekdays[w]!) }))]} />
          <Input style={{ width: 160 }} value={d.note} placeholder={t.desk.note} aria-label={t.desk.note} maxLength={60} onChange={(e) => setDay(i, { note: e.target.value })} />
          <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t.common.remove} onClick={() => setDays(days.filter((_, k) => k !== i))} />
        </div>
      ))}
      <div><Button size="small" icon={<PlusOutlined />} onClick={() => setDays([...days, { day: '', like_weekday: null, note: '' }])}>{t.set.addDay}</Button></div>
      {bad && <Alert type="warning" title={t.set.spanOrder} />}
      <div><Button type="primary" loading={busy} disabled={bad} onClick={() => void save()}>{t.common.save}</Button></div>
    </div>
  );
}

function SpanField({ span, set, remove }: { span: Span; set: (patch: Partial<Span>) => void; remove: () => void }) {
  const t = useT();
  const over = span.to_min > 1440;
  return (
    <span className="row gap4">
      <TimeField min={span.from_min} label={t.set.from} set={(from_min) => set({ from_min, to_min: over && span.to_min - 1440 >= from_min ? span.to_min - 1440 : span.to_min })} />–
      <TimeField min={span.to_min} label={t.set.to} set={(m) => set({ to_min: m <= span.from_min ? m + 1440 : m })} />
      {over && <span className="small muted">{t.set.nextDay}</span>}
      <Button type="text" size="small" icon={<CloseOutlined />} aria-label={t.common.remove} onClick={remove} />
    </span>
  );
}

function TimeField({ min, label, set }: { min: number; label: string; set: (min: number) => void }) {
  const shown = min === 1440 ? '24:00' : toText(min);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const value = toMin(text.replace('：', ':'));
  return <Input value={text} aria-label={label} status={value === null ? 'error' : undefined} style={{ width: 68 }} maxLength={5} onChange={(e) => setText(e.target.value)} onBlur={() => { if (value !== null) set(value); else setText(shown); }} />;
}
