import { Button, Tag } from 'antd';
import { api } from '../../api/http';
import type { Rows } from '../../api/http';
import type { Order, Session } from '../../api/types';
import { useT } from '../../i18n';
import { money } from '../../lib/format';
import { useRemote } from '../../lib/remote';
import { useMe } from '../../live/me';
import { FlagMark, Loaded, Nothing, When } from '../../ui/parts';
import { copyText } from '../../ui/say';
import { sendOrder } from '../CardsDialog';

const colours: Record<Order['status'], string> = { created: 'orange', paid: 'green', refunding: 'red', refunded: 'default', closed: 'default' };

export function OrdersTab({ session: s }: { session: Session }) {
  const t = useT();
  const me = useMe();
  const n = t.desk.orders;
  const held = s.state === 'open' && s.agent_id === me.person_id;
  const orders = useRemote(`orders ${s.customer_id}`, (signal) => api.get<Rows<Order>>(`/customers/${s.customer_id}/orders`, undefined, signal));
  return (
    <Loaded from={orders} rows={6}>{({ rows }) => (
      <div className="side-pad">
        {!rows.length && <Nothing title={n.none} help={n.noneHelp} />}
        {rows.map((o) => (
          <div key={o.id} className="side-card">
            <div className="row"><button className="bare mono accent" onClick={() => void copyText(o.key)} title={t.common.copy}>{o.key}</button><FlagMark flag={o.flag} /><Tag className="push" color={colours[o.status]} style={{ marginInlineEnd: 0 }}>{n.status[o.status] ?? o.status}</Tag></div>
            {o.items.map((i, k) => <div key={k} className="row top"><span className="grow">{i.title} <span className="muted small">{i.sku}</span></span><span className="num muted">×{i.quantity}</span><span className="num">{money(i.price, o.currency)}</span></div>)}
            <div className="row small muted"><When at={o.at} />{o.postage > 0 && <span>{n.postage} {money(o.postage, o.currency)}</span>}<span className="push num" style={{ color: 'var(--ink)' }}>{o.paid_amount ? n.paid + ' ' : ''}<b>{money(o.paid_amount || o.amount, o.currency)}</b></span></div>
            {o.refunds.map((r) => <div key={r.key} className="small red">{n.kinds[r.kind] ?? n.refund} {money(r.amount, o.currency)} · {n.refundStates[r.state] ?? r.state}{r.reason ? ` · ${r.reason}` : ''} · <When at={r.at} /></div>)}
            {o.note && <div className="small muted pre">{o.note}</div>}
            {held && <div className="tools"><Button size="small" onClick={() => sendOrder(s, o)}>{n.send}</Button></div>}
          </div>
        ))}
      </div>
    )}</Loaded>
  );
}
