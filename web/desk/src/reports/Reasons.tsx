import { api } from '../api/http';
import type { Rows } from '../api/http';
import type { ReasonLine } from '../api/types';
import { useT } from '../i18n';
import { count, money, percent } from '../lib/format';
import { useRemote } from '../lib/remote';
import { DataTable } from '../ui/DataTable';
import type { Column } from '../ui/DataTable';
import { Loaded } from '../ui/parts';
import type { Around } from './ReportBody';

/* Why money went back, the most first; a reason opens its orders. */
export function Reasons({ metrics, asked, open }: Around) {
  const t = useT();
  const { by: _, metrics: __, order: ___, limit: ____, ...params } = asked;
  const list = useRemote(JSON.stringify(params), (signal) => api.get<Rows<ReasonLine>>('/reports/service/refund-reasons', params, signal));
  const r = t.sal.reasons;
  const amount = metrics.find((m) => m.key === 'refund_amount');
  const name = (x: ReasonLine): string => x.reason || r.unknown;
  const link = (x: ReasonLine, text: string) => (amount && open ? <button className="bare cell-link" onClick={() => open(amount, x.amount, { reason: x.reason }, name(x))}>{text}</button> : text);
  const rate = (v: number | null): string => (v === null ? '-' : percent(v));
  const columns: Column<ReasonLine>[] = [
    { key: 'reason', title: r.reason, value: name, fixed: true, render: (x) => <b>{name(x)}</b> },
    { key: 'amount', title: r.amount, value: (x) => x.amount, align: 'right', render: (x) => link(x, money(x.amount)) }, { key: 'orders', title: r.orders, value: (x) => x.orders, align: 'right', render: (x) => link(x, count(x.orders)) },
    { key: 'refunds', title: r.refunds, value: (x) => x.refunds, align: 'right', render: (x) => count(x.refunds) }, { key: 'items', title: r.items, value: (x) => x.items, align: 'right', render: (x) => count(x.items) },
    { key: 'returned', title: r.returned, value: (x) => x.returned, align: 'right', render: (x) => count(x.returned) }, { key: 'refund_rate', title: r.refundRate, help: r.rateHelp, value: (x) => x.refund_rate, align: 'right', render: (x) => rate(x.refund_rate) },
    { key: 'return_rate', title: r.returnRate, help: r.rateHelp, value: (x) => x.return_rate, align: 'right', render: (x) => rate(x.return_rate) },
  ];
  return (
    <section className="col" aria-label={r.title}>
      <h2>{r.title}</h2>
      <Loaded from={list} rows={4}>{({ rows }) => <DataTable id="refund-reasons" columns={columns} rows={rows} rowKey={(x) => x.reason} empty={[r.none, r.noneHelp]} exportName={`refund-reasons-${asked.from}-${asked.to}`} />}</Loaded>
    </section>
  );
}
