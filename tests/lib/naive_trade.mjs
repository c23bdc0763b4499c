// Sales, calls, working time and robots once more, slowly and plainly, for naive_report.mjs: written from product/metrics.md and the notes in
// src/measure/trade.h and workload.c; shares no code and no data structure with the program.

const MIN = 60000, HOUR = 3600000, QUARTER = 900000;

export const tradeDefaults = {
  attribution: 1, candidate_by_rounds: 'off', inquiry_days: 2, after_sales_days: 15, payment_days: 2, nudge_min: 5, filter_order_flags: '', after_sales_agents: '',
  effective_inquiry: 'on', sales_refunds: 0, sales_postage: 'on', call_within_s: 20, call_short_s: 5, call_abandoned: 0,
};
const rules = ['created', 'created-first', 'paid'];
const words = (text) => String(text).split(',').map((w) => w.trim()).filter(Boolean);
const time = (v) => (typeof v === 'number' ? v : Date.parse(v));
const total = (list, of) => list.reduce((n, x) => n + of(x), 0);

/** Adds orders, inquiries, calls, robot sessions to the facts of naive_report. */
export function tradeFacts(lines, out, s, shops) {
  out.orders = [];
  out.calls = [];
  out.robots = [];
  const orders = lines.filter((l) => l.type === 'order');
  for (const shop of shops) {
    for (const o of orders.filter((x) => x.shop === shop.key)) out.orders.push(orderFact(o, lines, out.customers.get(shop.key + '\n' + o.customer), s, shop));
    for (const c of lines.filter((l) => l.type === 'call' && l.shop === shop.key)) {
      const at = time(c.at);
      out.calls.push({ shop: shop.key, customer: c.customer, agent: shop.human(c.agent), day: shop.dayOf(at), hour: shop.hourOf(at), session: null, end: c.end, queued: c.queued_ms,
        ms: c.end === 'answered' ? time(c.ended_at) - time(c.answered_at) + (c.wrapup_ms ?? 0) : 0, channel: 'voice' });
    }
  }
  for (const c of out.customers.values()) {
    inquiries(c, out.orders.filter((o) => o.shop === c.shop && o.customer === c.customer && !o.left), s);
    for (const session of c.sessions) {
      const held = c.stretches.filter((x) => x.session === session), robot = held.some((x) => x.lines.some((l) => l.kind === 'robot'));
      const filter = held.length && c.pairOf(held[0].agent, held[0].day).filter;
      if (!robot || !session.asked || filter === 'own_staff' || filter === 'platform') continue;
      const back = c.sessions.slice(c.sessions.indexOf(session) + 1).some((y) => y.begin - session.end <= s.fcr_hours * HOUR && y.asked && (!y.category || !session.category || y.category === session.category));
      out.robots.push({ shop: c.shop, customer: c.customer, agent: null, session, day: c.dayOf(session.begin), hour: c.hourOf(session.begin), handed: held.some((x) => x.agent), back, end: session.end + s.fcr_hours * HOUR });
    }
  }
}

function orderFact(o, lines, c, s, shop) {
  const fact = { key: o.key, shop: o.shop, customer: o.customer, created: time(o.at), items: total(o.items, (i) => i.quantity), postage: o.postage ?? 0, paid: null, received: 0 };
  for (const p of lines.filter((l) => l.type === 'payment' && l.order === o.key).sort((a, b) => time(a.at) - time(b.at))) {
    if (fact.paid === null || !fact.whole) fact.paid = time(p.at);
    fact.received += p.amount;
    fact.whole ||= fact.received >= o.amount;
  }
  fact.refunds = lines.filter((l) => l.type === 'refund' && l.order === o.key).map((r) => ({
    kind: r.kind, done: r.state === 'completed', amount: r.amount, day: shop.dayOf(time(r.at)), hour: shop.hourOf(time(r.at)),
    items: r.items ? total(r.items, (i) => i.quantity) : r.amount > 0 && r.amount >= fact.received - fact.postage ? fact.items : 0,
  }));
  const odd = shop.kinds.get(o.customer);
  fact.left = (s.filter_staff === 'on' && odd) || words(s.filter_order_flags).includes(o.flag);
  Object.assign(fact, { createdDay: shop.dayOf(fact.created), createdHour: shop.hourOf(fact.created) });
  if (fact.paid !== null) Object.assign(fact, { paidDay: shop.dayOf(fact.paid), paidHour: shop.hourOf(fact.paid) });

  const late = words(s.after_sales_agents), near = (contact, event) => event - contact < s.inquiry_days;
  const said = [];
  for (const x of c?.stretches ?? [])
    for (const l of x.lines)
      if (l.kind === 'agent' && l.named && !late.includes(x.agent)) said.push({ at: l.at, agent: x.agent, session: x.session, day: shop.dayOf(l.at), pair: c.pairOf(x.agent, x.day) });
  said.sort((a, b) => a.at - b.at);
  const none = { agent: null, session: null };
  const best = (list, at, day) => {
    if (!list.length) return none;
    if (s.candidate_by_rounds !== 'on') return list.at(-1);
    const rounds = (agent) => c.rounds.filter((r) => r.agent === agent && r.ms !== null && r.begin + r.ms <= at && near(r.day, day) && !r.pair.filter).length;
    const most = Math.max(...list.map((t) => rounds(t.agent)));
    return list.filter((t) => rounds(t.agent) === most).at(-1);
  };
  const before = said.filter((t) => t.at <= fact.created && !t.pair.filter && t.pair.wrote);
  fact.creator = best(before.filter((t) => near(t.day, fact.createdDay)), fact.created, fact.createdDay);
  const silent = fact.creator.agent === null;
  const after = said.filter((t) => t.at > fact.created && (!t.pair.filter || t.pair.filter === 'empty'));
  const firstWord = (t) => said.find((x) => x.at > fact.created && x.agent === t.agent && x.session === t.session).at;
  const good = (t) => !silent || firstWord(t) - fact.created >= s.nudge_min * MIN;
  Object.assign(fact, { first: none, payer: none, follower: none, helpers: [] });
  if (fact.paid === null) return fact;
  const between = after.filter((t) => t.at <= fact.paid && good(t));
  const candidates = [...before, ...between].filter((t) => near(t.day, fact.paidDay));
  fact.payer = best(candidates, fact.paid, fact.paidDay);
  fact.first = silent ? (between.at(-1) ?? none) : fact.creator;
  const followers = after.filter((t) => t.at > fact.paid && near(t.day, fact.paidDay));
  if (fact.first.agent === null && fact.payer.agent === null) fact.follower = followers[0] ?? none;
  const help = (kind, list, not) => { for (const agent of new Set(list.map((t) => t.agent))) if (!not.includes(agent)) fact.helpers.push({ kind, ...list.filter((t) => t.agent === agent).at(-1) }); };
  help('order', before.filter((t) => near(t.day, fact.createdDay)), [fact.creator.agent]);
  help('payment', between.filter((t) => near(t.day, fact.paidDay)), [fact.payer.agent]);
  help('follow', followers, [fact.first.agent, fact.follower.agent]);
  return fact;
}

function inquiries(c, orders, s) {
  const late = words(s.after_sales_agents);
  for (const q of c.pairs) {
    if (!q.agent || q.filter || !q.wrote || !q.says || late.includes(q.agent) || !q.stretches.length) continue;
    const last = q.stretches.at(-1), next = c.stretches[c.stretches.indexOf(last) + 1];
    if (q.out && next && next.session === last.session && next.agent && late.includes(next.agent)) continue;
    const begin = q.stretches[0].begin;
    const had = orders.some((o) => o.created < begin && q.day - o.createdDay < s.after_sales_days);
    const made = orders.filter((o) => o.created >= begin && o.createdDay - q.day < s.inquiry_days);
    if (had && !made.length) continue;
    q.inquiry = {
      ordered: made.length > 0, same: made.some((o) => o.paid !== null && o.createdDay === q.day && o.paidDay === q.day), next: made.some((o) => o.paid !== null && o.paidDay <= q.day + 1),
      final: made.some((o) => o.paid !== null && o.paidDay - o.createdDay < s.payment_days),
    };
  }
  for (const q of c.pairs.filter((x) => x.inquiry))
    q.inquiry.goesOn = c.stretches.some((x) => x.session === q.stretches[0].session && x.agent === q.agent && x.day === q.day - 1 && c.pairOf(x.agent, x.day).inquiry);
}

/** Figures of the orders, calls and robots that pass `fits`; shopFits: the same whoever it was. */
export function tradeFigures(f, s, fits, shopFits, now, put) {
  const share = (key, sum, count) => put(key, { sum, count }, count ? sum / count + 0 : null); // + 0: no -0
  const plain = (key, sum, count) => put(key, { sum, count }, sum);
  const persons = (list) => new Set(list.map((q) => q.shop + '\n' + q.customer)).size;

  const inquiry = f.pairs.filter((q) => q.inquiry && !q.filter && fits(q));
  const today = (q) => f.shops.get(q.shop).dayOf(now);
  const rate = (key, hit, over) => {
    const n = inquiry.filter((q) => q.inquiry[hit]).length;
    put(key, { sum: n, count: inquiry.length }, inquiry.some((q) => today(q) < over(q)) ? 'pending' : inquiry.length ? n / inquiry.length : null);
  };
  plain('inquiry_num', inquiry.length, persons(inquiry));
  rate('paid_same_day', 'same', (q) => q.day + 1);
  rate('paid_next_day', 'next', (q) => q.day + 2);
  rate('paid_final', 'final', (q) => q.day + s.inquiry_days + s.payment_days - 1);
  const stage = (key, hit, over) => {
    const list = inquiry.filter((q) => q.inquiry[hit]);
    put(key, { sum: list.length, count: persons(list) }, inquiry.some((q) => today(q) < over(q)) ? 'pending' : list.length);
  };
  stage('ordered_num', 'ordered', (q) => q.day + s.inquiry_days);
  stage('paid_num', 'final', (q) => q.day + s.inquiry_days + s.payment_days - 1);
  const chats = inquiry.filter((q) => !q.inquiry.goesOn), gone = chats.filter((q) => !q.inquiry.ordered && today(q) >= q.day + s.inquiry_days);
  put('lost_num', { sum: gone.length, count: persons(gone) }, chats.some((q) => today(q) < q.day + s.inquiry_days) ? 'pending' : gone.length);

  const paid = f.orders.filter((o) => !o.left && o.paid !== null);
  const gross = (o) => (s.sales_postage === 'on' ? o.received : Math.max(0, o.received - o.postage));
  const money = (o) => o.refunds.filter((r) => r.done && r.kind !== 'exchange');
  const rule = rules[s.attribution];
  const owner = (o) => (rule === 'created' ? o.creator : rule === 'paid' ? o.payer : o.first);
  const at = (o, who, day, hour) => ({ ...o, order: o, agent: who.agent, session: who.session, day, hour });
  const own = paid.map((o) => (rule === 'created' ? at(o, owner(o), o.createdDay, o.createdHour) : at(o, owner(o), o.paidDay, o.paidHour)));
  const value = (o) => gross(o) - (s.sales_refunds === 2 ? total(money(o), (r) => r.amount) : 0);
  const back = s.sales_refunds === 1 ? paid.flatMap((o) => money(o).map((r) => ({ ...at(o, owner(o), r.day, r.hour), refund: r }))) : [];
  const mine = own.filter((o) => o.agent && fits(o));
  const less = (list) => total(list, (x) => x.refund.amount);
  const sales = total(mine, value) - less(back.filter((x) => x.agent && fits(x))), items = total(mine, (o) => o.items), buyers = persons(mine);
  const silent = total(own.filter((o) => !o.agent && fits(o)), value) - less(back.filter((x) => !x.agent && fits(x)));
  const all = total(own.filter(shopFits), value) - less(back.filter(shopFits));
  plain('sales', sales, mine.length);
  plain('orders', mine.length, mine.length);
  plain('items', items, mine.length);
  put('buyers', { sum: mine.length, count: buyers }, buyers);
  share('aov', sales, buyers);
  share('items_per_buyer', items, buyers);
  share('price_per_item', sales, items);
  share('share', sales, all);
  share('silent_share', silent, all);
  const pieces = (o, kinds) => Math.min(o.items, total(o.refunds.filter((r) => r.done && kinds.includes(r.kind)), (r) => r.items));
  share('refund_rate', total(mine, (o) => pieces(o, ['return', 'refund_only'])), items);
  share('return_rate', total(mine, (o) => pieces(o, ['return'])), items);
  plain('refund_amount', total(mine, (o) => total(money(o), (r) => r.amount)), total(mine, (o) => money(o).length));

  const cells = { own_own: [], own_other: [], other_own: [], silent_own: [], silent_follow: [] };
  for (const o of paid) {
    const add = (cell, who) => { const x = at(o, who, o.paidDay, o.paidHour); if (fits(x)) cells[cell].push(x); };
    if (o.creator.agent && (!o.payer.agent || o.payer.agent === o.creator.agent)) add('own_own', o.creator);
    else if (o.creator.agent) { add('own_other', o.creator); add('other_own', o.payer); }
    else if (o.payer.agent) add('silent_own', o.payer);
    else if (o.follower.agent) add('silent_follow', o.follower);
  }
  for (const [cell, list] of Object.entries(cells)) {
    put(`cell_${cell}_persons`, { sum: list.length, count: persons(list) }, persons(list));
    plain(`cell_${cell}_items`, total(list, (o) => o.items), list.length);
    plain(`cell_${cell}_orders`, list.length, persons(list) && list.length);
    plain(`cell_${cell}_amount`, total(list, gross), list.length);
  }
  for (const kind of ['order', 'payment', 'follow']) {
    const n = paid.flatMap((o) => o.helpers.filter((h) => h.kind === kind && fits(at(o, h, o.paidDay, o.paidHour)))).length;
    plain('assist_' + kind, n, n);
  }

  const calls = f.calls.filter(fits), n = calls.length, ended = (end) => calls.filter((c) => c.end === end);
  const short = ended('abandoned').filter((c) => c.queued <= s.call_short_s * 1000), long = ended('abandoned').length - short.length, answered = ended('answered');
  plain('calls_offered', n, n);
  plain('calls_answered', answered.length, n);
  plain('calls_abandoned', long, n);
  plain('calls_short', short.length, n);
  plain('calls_missed', ended('busy').length + ended('failed').length, n);
  share('answer_rate', answered.length, n);
  share('abandon_rate', long, n - short.length);
  share('aht', total(answered, (c) => c.ms), answered.length);
  const within = s.call_within_s * 1000;
  const level = [n, n - ended('abandoned').length, n - ended('abandoned').filter((c) => c.queued <= within).length][s.call_abandoned];
  share('service_level', answered.filter((c) => c.queued <= within).length, level);

  const robots = f.robots.filter(fits), alone = robots.filter((x) => !x.handed), known = alone.filter((x) => x.back || now >= x.end);
  plain('robot_sessions', robots.length, robots.length);
  share('robot_handed_rate', robots.length - alone.length, robots.length);
  put('robot_solved', { sum: known.filter((x) => !x.back).length, count: known.length }, known.length < alone.length ? 'pending' : known.length ? known.filter((x) => !x.back).length / known.length : null);
}

/** Working time, ms by kind, of whoever `fits` shows at that time; by the clock of these shops. */
export function workTime(lines, f, shops, fits, now) {
  const clock = f.shops.get(shops[0]), one = shops.every((k) => f.shops.get(k).zone === clock.zone && f.shops.get(k).cut === clock.cut);
  const own = one ? clock : f.clockOf(clock.zone, 0), ms = { online: 0, paused: 0, wrapup: 0, serving: 0 };
  const add = (agent, kinds, from, to) => {
    for (let t = from; t < to; ) {
      const end = Math.min(to, t + QUARTER - (t % QUARTER));
      if (fits({ agent, day: own.dayOf(t), hour: own.hourOf(t) })) for (const k of kinds) ms[k] += end - t;
      t = end;
    }
  };
  const log = new Map();
  for (const l of lines.filter((x) => x.type === 'state')) log.set(l.agent, [...(log.get(l.agent) ?? []), { at: time(l.at), state: l.state }]);
  for (const [agent, states] of log) {
    states.sort((a, b) => a.at - b.at);
    states.forEach((x, i) => {
      if (x.state === 'offline') return;
      let end = states[i + 1]?.at;
      if (end === undefined) for (end = x.at; end < now && own.dayOf(end) === own.dayOf(x.at); end = Math.min(now, end + QUARTER - (end % QUARTER)));
      add(agent, ['online', ...(x.state === 'paused' || x.state === 'wrapup' ? [x.state] : [])], x.at, end);
    });
  }
  for (const agent of new Set(f.parts.map((x) => x.agent).filter(Boolean))) {
    const spans = f.parts.filter((x) => x.agent === agent && !x.filter && x.session.said > 0 && shops.includes(x.shop)).sort((a, b) => a.begin - b.begin);
    let from = 0, to = 0;
    for (const x of spans) {
      if (x.begin > to) { add(agent, ['serving'], from, to); from = x.begin; to = x.end; }
      to = Math.max(to, x.end);
    }
    add(agent, ['serving'], from, to);
  }
  return ms;
}
