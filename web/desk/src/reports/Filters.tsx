import { DatePicker, Select } from 'antd';
import dayjs from 'dayjs';
import { api, everyRow } from '../api/http';
import type { Rows } from '../api/http';
import type { Category, Group } from '../api/types';
import { useLang, useT } from '../i18n';
import { dayText, today } from '../lib/day';
import { useRemote } from '../lib/remote';
import { may, useMe } from '../live/me';
import { attributions, channels, dimsOf, profiles, spanDays, spanKinds } from './asked';
import type { Asked } from './asked';

type Choice = { value: string; label: string };

/* Shops, groups and categories to choose from; the first choice is all of them. */
export function useChoices(): { shops: Choice[]; groups: Choice[]; categories: Choice[] } {
  const t = useT();
  const lang = useLang();
  const me = useMe();
  const groups = useRemote(may('TEAM_SEE') ? 'groups' : null, (signal) => everyRow<Group>('/groups', undefined, signal).catch(() => []));
  const categories = useRemote('categories', (signal) => api.get<Rows<Category>>('/categories', undefined, signal).catch(() => ({ rows: [] })));
  return {
    shops: [{ value: '', label: t.top.allShops }, ...me.shops.map((s) => ({ value: String(s.id), label: s.name }))],
    groups: [{ value: '', label: t.live.allGroups }, ...(groups.data ?? []).map((g) => ({ value: String(g.id), label: g.name }))],
    categories: [{ value: '', label: t.rep.allCategories }, ...(categories.data?.rows ?? []).map((c) => ({ value: String(c.id), label: lang === 'zh' ? c.name : c.name_en || c.name }))],
  };
}

export function Days({ asked, ask }: { asked: Pick<Asked, 'from' | 'to' | 'shop_id'>; ask: (patch: Partial<Asked>) => void }) {
  const t = useT();
  return <DatePicker.RangePicker value={[dayjs(asked.from), dayjs(asked.to)]} allowClear={false} disabledDate={(d) => d.isAfter(today(Number(asked.shop_id ?? 0)), 'day')}
    presets={spanKinds.filter((k) => k !== 'fixed').map((k) => ({ label: t.rep.spans[k], value: spanDays(k, Number(asked.shop_id ?? 0)) }))} onChange={(v) => { if (v?.[0] && v[1]) ask({ from: dayText(v[0]), to: dayText(v[1]) }); }} />;
}

/* One line above every report. bys: the groupings to choose from; none when the page's form is fixed. sales: the rule of attribution too. */
export function Filters({ asked, ask, bys, narrow, sales }: { asked: Asked; ask: (patch: Partial<Asked>) => void; bys: string[]; narrow?: boolean; sales?: boolean }) {
  const t = useT();
  const { shops, groups, categories } = useChoices();
  const pick = (name: keyof Asked, label: string, options: Choice[], empty = '') => options.length > 2 &&
    <Select value={asked[name] ?? ''} onChange={(v) => ask({ [name]: v || empty })} aria-label={label} popupMatchSelectWidth={false} options={options} />;
  return (
    <div className="bar-row no-print">
      <Days asked={asked} ask={ask} />
      {bys.length > 1 && <Select value={asked.by} onChange={(by) => ask({ by })} aria-label={t.rep.grouping} popupMatchSelectWidth={false} options={bys.map((b) => ({ value: b, label: dimsOf(b).map((d) => t.rep.by[d] ?? d).join(' × ') }))} />}
      {pick('shop_id', t.top.allShops, shops, '0')}
      {pick('group_id', t.live.allGroups, groups)}
      {!narrow && pick('channel', t.rep.allChannels, [{ value: '', label: t.rep.allChannels }, ...channels.map((c) => ({ value: c, label: t.rep.channels[c] ?? c }))])}
      {!narrow && pick('category_id', t.rep.allCategories, categories)}
      {sales && pick('attribution', t.sal.attribution, [{ value: '', label: t.sal.rules[''] ?? '' }, ...attributions.map((a) => ({ value: a, label: t.sal.rules[a] ?? a }))])}
      {pick('profile', t.rep.profile, profiles.map((p) => ({ value: p, label: t.rep.profiles[p] ?? p })))}
    </div>
  );
}
