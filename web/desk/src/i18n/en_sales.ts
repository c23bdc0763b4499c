import type { zhSales } from './zh_sales';

export const enSales: typeof zhSales = {
  sal: {
    attribution: 'Attribution', rules: { '': 'Default attribution', created: 'By order', 'created-first': 'Order first', paid: 'By payment' }, candidates: { time: 'of several the last in contact', rounds: 'of several who had most rounds' },
    windows: { inquiry_days: 'Inquiry window', payment_days: 'Payment window', after_sales_days: 'After-sales window', nudge_min: 'Nudges void within' }, salesAre: 'Sales', refundsAre: { none: 'refunds not taken off', refund_day: 'refunds taken off on their day', order_day: 'refunds taken off the day of the order' },
    withPostage: 'with postage', withoutPostage: 'without postage', ordersOut: 'Orders left out', leftOut: { flag: 'flagged', own_staff: 'own staff' },
    created: 'ordered', paid: 'paid', pieces: (n) => (n === '1' ? '1 piece' : `${n} pieces`), silent: 'silent order', refunded: 'refunded', notDone: 'not completed', allRules: 'Under all rules:', nobody: 'nobody (silent)', another: 'another agent', noOrders: 'No orders', toSession: 'Open the chat',
    kinds: { refund_only: 'Refund only', return: 'Return', exchange: 'Exchange', compensation: 'Compensation' },
    cells: { own_own: 'Own order, own payment', own_other: 'Own order, other\'s payment', other_own: 'Other\'s order, own payment', silent_own: 'Silent order, own payment', silent_follow: 'Fully silent, own follow-up' }, assists: { order: 'Assisted order', payment: 'Assisted payment', follow: 'Assisted follow-up' },
    cellHelp: {
      own_own: 'Won the order and was last in contact before the payment', own_other: 'Won the order; another was last in contact before the payment', other_own: 'Another won the order; last in contact before the payment', silent_own: 'The customer ordered alone; an agent was in contact before the payment (a nudge)', silent_follow: 'The customer ordered and paid alone; an agent was first to follow up',
    },
    measures: { persons: 'Persons', items: 'Items', orders: 'Orders', amount: 'Amount' }, cell: 'Payment', allAgents: 'All agents', measure: 'Measure',
    funnel: {
      title: 'Funnel', of: 'Funnel of', stage: 'Stage', persons: 'Persons', ofPrevious: 'Of the stage before', ofFirst: 'Of inquiries', soFar: (n) => `${n} so far`, stages: { receive_num: 'Received', inquiry_num: 'Inquiry', ordered_num: 'Ordered', paid_num: 'Paid' },
      open: (days, day) => `Orders and payments may still come for ${days} days after an inquiry: what is after ${day} is not settled yet and shows as pending.`, settled: 'Only settled days',
    },
    calls: { end: 'How it ended', all: 'All ends', ends: { answered: 'Answered', abandoned: 'Abandoned', busy: 'Busy', failed: 'Failed' }, queued: 'queued', talk: 'talk', hold: 'hold', wrapup: 'wrap-up', none: 'No calls' },
    side: { title: 'Three rules side by side', help: 'The same orders, and whose they are under each rule. By order counts on the day of the order, the others on that of the payment.', orders: 'orders', sales: 'sales', now: ' (in force)' },
    reasons: { title: 'Refunds by reason', none: 'No completed refunds', noneHelp: 'A refund counts at the owner and the day of the order, never at who handled it after the sale.', reason: 'Reason', unknown: '(none given)', orders: 'Orders', refunds: 'Refunds', items: 'Pieces refunded', returned: 'Pieces returned', amount: 'Refunded', refundRate: 'Refund rate', returnRate: 'Return rate', rateHelp: 'Over all pieces sold: the reasons add up to the refund rate' },
    spread: {
      title: 'How response times are spread', of: 'Of', first_reply: 'First replies', reply: 'Every round', count: 'Replies', within: 'Within', step: (a, b) => `${a}–${b} s`, last: (a) => `≥ ${a} s`, none: 'No human replies in this time', tip: (range, n, part) => `${range}\n${n} replies\n${part} within`, byAgent: 'Median, 90th and 99th percentile of each agent',
      tipAgent: (name, a, b, c, n) => `${name}\nmedian ${a}\n90th percentile ${b}\n99th percentile ${c}\n${n} replies`, percentile: (p) => (p === 50 ? 'Median' : `${p}th percentile`),
    },
    worth: {
      title: 'What the service brought', print: 'Print', made: (when) => `Made ${when}`, sold: 'What the service sold', saved: 'What the service saved', served: 'How customers were served', best: 'Who brought most', daily: 'Sales a day: service and silent', service: 'Service sales', silentSales: 'Silent sales', shop: 'Shop sales', share: 'of the shop', than: (d) => `vs ${d}`, before: 'before', now: 'now', gap: ' ', ofService: 'of service', csat: 'Satisfied',
      nudged: 'Won by nudges', nudgedHelp: 'Ordered alone and unpaid; paid after an agent asked', followed: 'Taken over to payment', followedHelp: 'Another won the order; the agent brought it to payment', lost: 'Inquiries lost', lostHelp: 'Asked, and did not order within the window', refunded: 'Refunded', persons: (n) => (n === '1' ? '1 customer' : `${n} customers`), orders: (n) => (n === '1' ? '1 order' : `${n} orders`), agent: 'Agent', rate: 'Conversion',
      sentence: (sales, share, orders) => `Agents sold ${sales}, ${share} of the shop, in ${orders} orders.`, sentenceNoShare: (sales, orders) => `Agents sold ${sales} in ${orders} orders.`,
      saving: (persons, amount) => `Nudges brought ${persons} customers who had ordered alone to pay ${amount}.`, converting: (rate) => `${rate} of inquiries bought.`, happy: (rate, n) => `${n} ratings came in, ${rate} satisfied.`, none: 'No orders in this time', noneHelp: 'Import orders, and this page says what the service sold and saved.',
    },
  },
};
