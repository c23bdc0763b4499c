import { Button } from 'antd';
import { api } from '../api/http';
import type { SoldOrder } from '../api/types';
import { useT } from '../i18n';
import type { Catalogue } from '../i18n';
import { count, money } from '../lib/format';
import { Loaded, Nothing, When } from '../ui/parts';
import { useBehind } from './behind';
import type { Read } from './behind';
import type { Figure } from './SessionsDrawer';

/* Whom an order belongs to, in one line when the rules agree. */
function ownersText(o: SoldOrder, t: Catalogue): string {
  const rules = [['created', o.owner_created], ['created-first', o.owner_created_first], ['paid', o.owner_paid]] as const;
  const names = new Map([...o.cells, ...o.assists].map((x) => [x.agent_id, x.agent_name]));
  if (o.agent_id !== null && o.agent_name) names.set(o.agent_id, o.agent_name);
  const name = (id: number): string => (id ? names.get(id) ?? t.sal.another : t.sal.nobody);
  if (rules.every(([, id]) => id === o.owner_created)) return `${t.sal.allRules} ${name(o.owner_created)}`;
  return rules.map(([rule, id]) => `${t.sal.rules[rule]} ${name(id)}`).join(' · ');
}

/* The orders that made a figure, with whose they are under every rule, and from each the session it was won in. */
export function OrdersList({ figure, open }: { figure: Figure; open: (s: Read) => void }) {
  const t = useT();
  const { list, busy, more } = useBehind<SoldOrder>(figure, (params, signal) => api.get('/reports/service/orders', params, signal));
  return (
    <Loaded from={list} rows={5}>{({ rows, next }) => (
      <div className="col gap4">
        {!rows.length && <Nothing title={t.sal.noOrders} />}
        {rows.map((o, i) => <OrderCard key={`${o.id}.${i}`} order={o} open={open} />)}
        {next && <Button type="link" loading={busy} onClick={more}>{t.common.more}</Button>}
      </div>
    )}</Loaded>
  );
}

function OrderCard({ order: o, open }: { order: SoldOrder; open: (s: Read) => void }) {
  const t = useT();
  const parts = [...o.cells.map((c) => `${t.sal.cells[c.cell] ?? c.cell} ${c.agent_name}`), ...o.assists.map((a) => `${t.sal.assists[a.kind] ?? a.kind} ${a.agent_name}`)];
  return (
    <div className="side-card order-card">
      <span className="row"><span className="swatch" style={{ background: o.shop_colour }} /><b className="cut">{o.customer_name || t.desk.anonymous}</b><span className="muted small mono cut">{o.key}</span><b className="push num">{money(o.amount)}</b></span>
      <span className="row wrap gap4 muted small"><span>{t.sal.created} <When at={o.created_at} /></span>{o.paid_at !== null && <span>· {t.sal.paid} <When at={o.paid_at} /></span>}<span>· {t.sal.pieces(count(o.items))}</span>{o.silent && <span className="tag-line">{t.sal.silent}</span>}{o.refunded > 0 && <span className="red">{t.sal.refunded} {money(o.refunded)}</span>}</span>
      <span className="small">{ownersText(o, t)}</span>
      {parts.length > 0 && <span className="muted small">{parts.join(' · ')}</span>}
      {o.refunds.map((r, i) => <span key={i} className="muted small">{t.sal.kinds[r.kind] ?? r.kind} {money(r.amount)}{r.reason && ` · ${r.reason}`}{!r.completed && ` · ${t.sal.notDone}`}</span>)}
      {o.session_id !== null && <span><Button size="small" onClick={() => open({ id: o.session_id ?? 0, customer_name: o.customer_name })}>{t.sal.toSession}</Button></span>}
    </div>
  );
}
