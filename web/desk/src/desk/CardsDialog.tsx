import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { Order, OrderCard, Product, Session } from '../api/types';
import { useT } from '../i18n';
import { useDebounced, useRemote } from '../lib/remote';
import { money } from '../lib/format';
import { outboxAdd } from '../live/outbox';
import { Loaded, When } from '../ui/parts';

export const orderCard = (o: Order): OrderCard => ({
  card: 'order', key: o.key, amount: o.amount, currency: o.currency, status: o.status, at: o.at, title: o.items[0]?.title ?? '', quantity: o.items.reduce((n, i) => n + i.quantity, 0),
});
export const sendOrder = (s: Session, o: Order): void => outboxAdd({ session_id: s.id, kind: 'card', text: o.items[0]?.title ?? o.key, data: orderCard(o) });
export const sendProduct = (s: Session, p: Product): void => outboxAdd({ session_id: s.id, kind: 'card', text: p.title, data: { card: 'product', sku: p.sku, title: p.title, price: p.price, currency: p.currency } });

export function CardsDialog({ session, kind, close }: { session: Session; kind: '' | 'order' | 'product'; close: () => void }) {
  const t = useT();
  return (
    <Modal open={kind !== ''} onCancel={close} footer={null} title={kind === 'order' ? t.desk.composer.order : t.desk.composer.product} destroyOnHidden>
      {kind === 'order' ? <Orders session={session} close={close} /> : <Products session={session} close={close} />}
    </Modal>
  );
}

function Orders({ session, close }: { session: Session; close: () => void }) {
  const t = useT();
  const orders = useRemote(`orders ${session.customer_id}`, (signal) => api.get<Rows<Order>>(`/customers/${session.customer_id}/orders`, undefined, signal));
  return (
    <Loaded from={orders} rows={3}>{({ rows }) => (
      <div className="col" style={{ maxHeight: 420, overflow: 'auto' }}>
        {!rows.length && <p className="muted">{t.desk.composer.noOrders}</p>}
        {rows.map((o) => (
          <div key={o.id} className="side-card">
            <div className="row"><span className="mono">{o.key}</span><span className="small muted push"><When at={o.at} /></span></div>
            <div className="row"><span className="cut grow">{o.items.map((i) => i.title).join('、')}</span><span className="num">{money(o.amount, o.currency)}</span>
              <Button size="small" type="primary" onClick={() => { sendOrder(session, o); close(); }}>{t.desk.composer.send}</Button></div>
          </div>
        ))}
      </div>
    )}</Loaded>
  );
}

function Products({ session, close }: { session: Session; close: () => void }) {
  const t = useT();
  const [q, setQ] = useState('');
  const late = useDebounced(q.trim(), 200);
  const found = useRemote(`products ${session.shop_id} ${late}`, (signal) => api.get<Rows<Product>>('/products', { shop_id: session.shop_id, q: late }, signal));
  return (
    <div className="col">
      <Input autoFocus allowClear placeholder={t.desk.composer.searchProducts} aria-label={t.desk.composer.searchProducts} value={q} onChange={(e) => setQ(e.target.value)} />
      <Loaded from={found} rows={3}>{({ rows }) => (
        <div className="col" style={{ maxHeight: 420, overflow: 'auto' }}>
          {!rows.length && <p className="muted">{t.desk.composer.noProducts}</p>}
          {rows.map((p) => (
            <div key={p.id} className="side-card row"><span className="grow"><b>{p.title}</b><br /><span className="small muted">{p.sku}</span></span><span className="num">{money(p.price, p.currency)}</span>
              <Button size="small" type="primary" onClick={() => { sendProduct(session, p); close(); }}>{t.desk.composer.send}</Button></div>
          ))}
        </div>
      )}</Loaded>
    </div>
  );
}
