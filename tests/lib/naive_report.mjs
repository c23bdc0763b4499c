// The service report once more, slowly and plainly, from interchange lines alone: what the program says must agree with this. Written from
// product/metrics.md and the notes in src/measure/facts.h; shares no code and no data structure with the program.

import { tradeDefaults, tradeFacts, tradeFigures } from './naive_trade.mjs';

const MIN = 60000, HOUR = 3600000, DAY = 86400000;

export const profiles = {
  plain: { hours: [0, 24] },
  taobao: { cap: 10 * MIN, noZero: true, sameDay: true, hours: [8, 23] },
  jd: { firstOnly: true, hours: [9, 23] },
  douyin: { sameDay: true, hours: [8, 23] },
  pdd: { sameDay: true, hours: [8, 23] },
  callcentre: { firstOnly: true, hours: [0, 24] },
};

export const defaults = {
  session_gap_min: 20, answered_within_1_s: 30, answered_within_2_s: 180, slow_s: 180, slow_rounds: 1, long_min: 20, effective_replies: 1,
  effective_lines: 1, fcr_hours: 24, filter_staff: 'on', filter_empty: 'on', code_word: '', code_word_times: 1, filter_single_line: 0,
  filter_monologue: 0, filter_forwarded: 0, filter_agents: '', ...tradeDefaults,
};

const formats = new Map(), offsets = new Map();
/** Wall clock as if it were UTC, ms. Clocks change at quarters of an hour. */
function wall(zone, at) {
  const quarter = at - (((at % 900000) + 900000) % 900000), key = zone + quarter;
  if (!offsets.has(key)) offsets.set(key, wallSlow(zone, quarter) - quarter);
  return at + offsets.get(key);
}
function wallSlow(zone, at) {
  if (!formats.has(zone)) formats.set(zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }));
  const p = Object.fromEntries(formats.get(zone).formatToParts(at).map((x) => [x.type, Number(x.value)]));
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second);
}
const days = new Map();
function dayText(n) {
  if (!days.has(n)) days.set(n, new Date(n * DAY).toISOString().slice(0, 10));
  return days.get(n);
}
const time = (v) => (typeof v === 'number' ? v : Date.parse(v));

/** Everything that can be counted, as plain lists. */
export function factsOf(lines, { profile, set = {} }) {
  const s = { ...defaults, ...set };
  const kinds = new Map(lines.filter((l) => l.type === 'agent').map((a) => [a.key, a.kind ?? 'human']));
  const human = (key) => (key && (kinds.get(key) ?? 'human') === 'human' ? key : null);
  const out = { pairs: [], rounds: [], lines: [], parts: [], solved: [], ratings: [], customers: new Map(), shops: new Map() };
  out.clockOf = (zone, cut) => ({ zone, cut, dayOf: (at) => Math.floor((wall(zone, at) - cut * HOUR) / DAY), hourOf: (at) => Math.floor((wall(zone, at) % DAY) / HOUR) });
  for (const shop of lines.filter((l) => l.type === 'shop')) {
    const clock = { cut: shop.cut_hour ?? 0, zone: shop.timezone };
    const rules = { ...s, ...profiles[profile ?? shop.profile ?? 'plain'], kinds, human, clock, shop: shop.key };
    out.shops.set(shop.key, { key: shop.key, kinds, human, ...out.clockOf(clock.zone, clock.cut) });
    const mine = new Map();
    for (const l of lines)
      if (l.shop === shop.key && ['message', 'transfer', 'rating', 'invite', 'category'].includes(l.type)) {
        if (!mine.has(l.customer)) mine.set(l.customer, []);
        mine.get(l.customer).push({ ...l, at: time(l.at) });
      }
    for (const [customer, events] of mine) customerFacts(out, rules, customer, events.sort((a, b) => a.at - b.at || rank(a) - rank(b)));
  }
  tradeFacts(lines, out, s, [...out.shops.values()]);
  return out;
}
const rank = (e) => ['transfer', 'category', 'message', 'rating', 'invite'].indexOf(e.type);

function customerFacts(out, r, customer, events) {
  const gap = r.session_gap_min * MIN;
  const dayOf = (at) => Math.floor((wall(r.clock.zone, at) - r.clock.cut * HOUR) / DAY);
  const hourOf = (at) => Math.floor((wall(r.clock.zone, at) % DAY) / HOUR);
  const base = { shop: r.shop, customer };

  // The record's own sessions: cut where nobody at all spoke for 20 minutes.
  const records = [];
  for (const m of events.filter((e) => e.type === 'message')) {
    if (!records.length || m.at - records.at(-1).to > 20 * MIN) records.push({ from: m.at, to: m.at });
    records.at(-1).to = m.at;
  }
  const recordOf = (at) => records.findLastIndex((x) => x.from <= at);
  const categories = events.filter((e) => e.type === 'category');
  const categoryOf = (record) => categories.filter((c) => c.at >= records[record].from && (!records[record + 1] || c.at < records[record + 1].from)).at(-1)?.category ?? null;

  const what = (m) => {
    const kind = r.kinds.get(m.agent) ?? 'human';
    if (m.sender === 'agent' && kind !== 'human') return kind === 'robot' ? 'robot' : 'auto';
    return m.sender;
  };

  // Sessions, stretches held by one agent on one day, rounds.
  const sessions = [], stretches = [], rounds = [];
  let session = null, holder = null, stretch = null, record = -1, moved = false, open = null, askedDay = null;
  const spent = [];
  const near = (at) => session && at - session.last <= gap;
  const wasThere = (agent) => stretches.some((x) => x.session === session && x.agent === agent);
  const finish = (ms, agent, sameDay) => { rounds.push({ ...base, begin: open.begin, day: open.day, hour: open.hour, ms, agent, sameDay, first: open.first, session: open.session }); open = null; };
  const leave = () => { if (open) finish(null, open.holder, false); };
  const begin = (e, asks) => {
    if (asks) leave();
    const same = recordOf(e.at) === record;
    session = { ...base, record: recordOf(e.at), begin: e.at, end: e.at, last: e.at, asked: 0, said: 0, category: categoryOf(recordOf(e.at)), minute: Math.floor((wall(r.clock.zone, e.at) % DAY) / MIN) };
    sessions.push(session);
    stretch = null;
    if (!same) { holder = null; moved = false; }
  };
  const heldBy = (agent) => { if (open && open.session === session && !open.settled) open.holder = agent; };
  const hold = (agent, at) => {
    const day = dayOf(at);
    holder = agent;
    heldBy(agent);
    if (stretch && stretch.day === day && stretch.agent === agent) return;
    const robots = stretch && stretch.day === day && stretch.agent === null && stretch.lines.some((l) => l.kind === 'robot');
    if (stretch && stretch.day === day && stretch.agent === null && !robots) {
      stretch.first = !wasThere(agent);
      stretch.agent = agent;
      return;
    }
    if (stretch && stretch.agent === agent) stretch.end = at;
    const first = !wasThere(agent);
    stretch = { ...base, session, agent, day, hour: hourOf(at), begin: at, end: at, first, in: moved, out: false, carried: moved || robots ? session.asked : 0, lines: [], replies: 0, further: 0 };
    stretches.push(stretch);
    moved = false;
  };
  const say = (kind, e) => stretch.lines.push({ kind, at: e.at, named: !!e.agent, hour: hourOf(e.at), chars: kind === 'agent' && (e.kind ?? 'text') === 'text' ? [...(e.text ?? '')].length : 0, word: kind === 'agent' && r.code_word !== '' && (e.text ?? '').includes(r.code_word) });

  for (const e of events) {
    const day = dayOf(e.at);
    if (open && day > open.day) open.settled = true;
    if (e.type === 'message') {
      const kind = what(e);
      if (kind === 'system') continue;
      const asks = kind === 'customer';
      if (!near(e.at)) begin(e, asks);
      else if (!asks && kind !== 'agent') { hold(holder, e.at); say(kind, e); continue; }
      if (kind !== 'customer' && kind !== 'agent') { record = recordOf(e.at); hold(holder, e.at); say(kind, e); continue; }
      record = recordOf(e.at);
      const agent = r.human(e.agent) ?? holder;
      if (asks) {
        if (open && open.session !== session) leave();
        if (!open) open = { begin: e.at, day, hour: hourOf(e.at), session, holder, first: session.asked === 0, settled: false };
      } else if (open) {
        if (e.at - open.begin > DAY) leave();
        else finish(e.at - open.begin, agent, day === open.day);
      }
      hold(agent, e.at);
      say(kind, e);
      session.last = session.end = stretch.end = e.at;
      session.said++;
      if (asks) {
        session.asked++;
        askedDay = day;
        if (stretch.replies) stretch.further++;
      } else if (askedDay === day) {
        stretch.replies++;
      }
    } else if (e.type === 'transfer') {
      const from = r.human(e.from), to = r.human(e.to);
      const on = near(e.at), live = on || (session && recordOf(e.at) === record);
      if (live && from) hold(from, e.at);
      if (stretch && (stretch.agent === from || !from)) { stretch.out = true; if (on) stretch.end = e.at; }
      if (open && e.at > open.begin && e.at - open.begin <= DAY) Object.assign(open, { begin: e.at, day, hour: hourOf(e.at), settled: false });
      stretch = null;
      moved = true;
      holder = to;
      heldBy(to);
      record = recordOf(e.at);
      if (live && to) hold(to, e.at);
    } else if (e.type === 'rating' || e.type === 'invite') {
      out.ratings.push({ ...base, session, agent: r.human(e.agent), day, hour: hourOf(e.at), score: e.score, source: e.type === 'invite' ? 'invite' : e.source });
    }
  }
  leave();

  // Pairs: what an agent had with the customer on one day.
  const pairs = new Map();
  const pairOf = (agent, day) => pairs.get(agent + '\n' + day);
  for (const x of stretches) {
    const key = x.agent + '\n' + x.day;
    if (!pairs.has(key)) pairs.set(key, { ...base, agent: x.agent, day: x.day, hour: x.hour, stretches: [] });
    pairs.get(key).stretches.push(x);
  }
  for (const q of rounds) {
    q.pair = pairOf(q.agent, q.day) ?? pairOf(q.agent, q.day + 1);
    if (!q.pair) {
      q.pair = { ...base, agent: q.agent, day: q.day, hour: q.hour, stretches: [] };
      pairs.set(q.agent + '\n' + q.day, q.pair);
    }
    (q.pair.rounds ??= []).push(q);
  }
  const all = [...pairs.values()];
  for (const q of all) {
    const count = (kind) => q.stretches.flatMap((x) => x.lines).filter((l) => l.kind === kind).length;
    Object.assign(q, { asks: count('customer'), says: count('agent'), robots: count('robot'), carried: q.stretches.reduce((n, x) => n + x.carried, 0) });
    q.words = q.stretches.flatMap((x) => x.lines).filter((l) => l.word).length;
    q.in = q.stretches[0]?.in ?? false;
    q.out = q.stretches.at(-1)?.out ?? false;
    q.replies = q.stretches.reduce((n, x) => n + x.replies, 0);
    let replied = false;
    q.further = 0;
    for (const x of q.stretches) {
      q.further += replied ? x.lines.filter((l) => l.kind === 'customer').length : x.further;
      replied ||= x.replies > 0;
    }
    q.slow = (q.rounds ?? []).filter((x) => x.ms !== null && x.ms > r.slow_s * 1000).length;
    q.long = q.stretches.some((x) => x.first && x.session.end - x.session.begin > r.long_min * MIN);
    q.wrote = q.asks > 0 || q.carried > 0 || (q.rounds ?? []).some((x) => x.ms === null);
  }
  for (const day of new Set(stretches.map((x) => x.day))) {
    const that = stretches.filter((x) => x.day === day);
    const asked = that.some((x) => x.lines.some((l) => l.kind === 'customer')), answered = that.some((x) => x.replies > 0);
    if (!asked || answered) continue;
    for (const x of that) pairOf(x.agent, day).unansweredDay = true;
    const last = that.filter((x) => x.session.said > 0).at(-1);
    if (last) Object.assign(pairOf(last.agent, day), { noreply: true, wrote: true });
  }
  for (const q of all) q.session = (q.noreply ? q.stretches.at(-1) : q.stretches[0])?.session ?? null;
  const odd = r.kinds.get(customer);
  for (const q of all) {
    q.filter = r.filter_staff === 'on' && odd ? (odd === 'human' ? 'own_staff' : 'platform')
      : q.agent === null && q.robots && !q.says ? 'robot'
      : q.agent && String(r.filter_agents).split(',').map((k) => k.trim()).includes(q.agent) ? 'agents'
      : r.filter_empty === 'on' && !q.wrote ? 'empty'
      : r.code_word && q.words >= r.code_word_times ? 'code_word'
      : r.filter_single_line && q.asks === 1 && !q.carried && q.says >= r.filter_single_line ? 'single_line'
      : r.filter_monologue && q.asks + q.carried <= r.filter_monologue ? 'monologue'
      : r.filter_forwarded && q.out && q.says <= r.filter_forwarded ? 'forwarded' : null;
  }

  out.pairs.push(...all);
  out.customers.set(r.shop + '\n' + customer, { shop: r.shop, customer, sessions, stretches, rounds, pairs: all, pairOf, dayOf, hourOf });
  for (const q of rounds) out.rounds.push({ ...q, profile: r });
  for (const x of stretches) {
    const pair = pairOf(x.agent, x.day);
    for (const l of x.lines) out.lines.push({ ...base, ...l, session: x.session, agent: x.agent, day: x.day, filter: pair.filter });
    const before = stretches.slice(0, stretches.indexOf(x)).some((y) => y.session === x.session && y.agent === x.agent && y.out);
    out.parts.push({ ...x, filter: pair.filter, outAgain: before, zone: r.clock, hourOf, dayOf });
    const lastOne = stretches.filter((y) => y.session === x.session).at(-1) === x;
    if (lastOne && x.agent && x.session.asked && x.session.said) {
      const next = sessions.slice(sessions.indexOf(x.session) + 1).some((y) => y.begin - x.session.end <= r.fcr_hours * HOUR && y.asked && (!y.category || !x.session.category || y.category === x.session.category));
      out.solved.push({ ...base, session: x.session, agent: x.agent, day: x.day, hour: x.hour, filter: pair.filter, returned: next, end: x.session.end + r.fcr_hours * HOUR });
    }
  }
}

/** The figures of all facts that pass `fits`: {key: {sum, count, value}}. */
export function figures(f, set, fits, now, shopFits = fits) {
  const s = { ...defaults, ...set };
  const pairs = f.pairs.filter((q) => !q.filter && fits(q));
  const rounds = f.rounds.filter((q) => !q.pair.filter && fits(q));
  const lines = f.lines.filter(fits), counted = lines.filter((l) => !l.filter);
  const parts = f.parts.filter((x) => !x.filter && x.session.said > 0 && fits(x));
  const held = parts.filter((x) => x.agent && x.session.asked > 0);
  const solved = f.solved.filter((x) => !x.filter && fits(x));
  const ratings = f.ratings.filter(fits);
  const add = (list, of) => list.reduce((n, x) => n + of(x), 0);
  const sum = (list, of = () => 1) => ({ sum: add(list, of), count: list.length });
  const result = {};
  const put = (key, n, value) => (result[key] = { ...n, value });
  const plain = (key, n) => put(key, n, n.sum);
  const share = (key, n) => put(key, n, n.count ? n.sum / n.count : null);
  const persons = (key, list) => put(key, { sum: list.length, count: new Set(list.map((q) => q.shop + '\n' + q.customer)).size }, list.length);

  const consult = pairs.filter((q) => q.agent && q.wrote), received = consult.filter((q) => q.says > 0);
  persons('consult_num', consult).value = result.consult_num.count;
  persons('receive_num', received);
  persons('direct', received.filter((q) => !q.in));
  persons('in', received.filter((q) => q.in));
  persons('out', pairs.filter((q) => q.agent && q.out));
  persons('effective_num', received.filter((q) => (s.effective_inquiry === 'on' && q.inquiry) || (q.replies >= s.effective_replies && q.further >= s.effective_lines)));
  persons('slow_num', pairs.filter((q) => q.slow >= s.slow_rounds));
  share('slow_share', { sum: result.slow_num.sum, count: received.length });
  share('effective_share', { sum: result.effective_num.sum, count: received.length });
  persons('long_num', pairs.filter((q) => q.long));
  persons('noreply_num', pairs.filter((q) => q.noreply));
  const answered = new Map(pairs.filter((q) => q.wrote).map((q) => [q.shop + '\n' + q.customer + '\n' + q.day, !q.unansweredDay]));
  share('reply_rate', { sum: [...answered.values()].filter(Boolean).length, count: answered.size });

  const first = rounds.filter((q) => q.first && q.ms !== null).map((q) => q.ms);
  share('first_reply_time', sum(first, (ms) => ms));
  const reply = rounds.filter((q) => q.ms !== null && !(q.profile.noZero && q.ms < 1000) && !(q.profile.sameDay && !q.sameDay)).map((q) => Math.min(q.ms, q.profile.cap ?? Infinity));
  share('avg_reply_time', sum(reply, (ms) => ms));
  for (const n of [s.answered_within_1_s, s.answered_within_2_s]) {
    const asked = rounds.filter((q) => {
      const hour = q.profile.firstOnly ? Math.floor(q.session.minute / 60) : q.hour;
      return (q.first || !q.profile.firstOnly) && hour >= q.profile.hours[0] && hour < q.profile.hours[1] && (q.ms !== null || now >= q.begin + n * 1000);
    });
    share('answered_within_' + n, sum(asked, (q) => Number(q.ms !== null && q.ms <= n * 1000)));
  }
  for (const [key, list] of [['first_reply_time', first], ['reply_time', reply]])
    for (const p of [50, 90, 95, 99]) {
      const sorted = [...list].sort((a, b) => a - b);
      put(`${key}_p${p}`, sum(list, (ms) => ms), sorted.length ? sorted[Math.ceil((sorted.length * p) / 100) - 1] : null);
    }

  const count = (list, kind) => list.filter((l) => l.kind === kind).length;
  const messages = (key, n) => put(key, { sum: n, count: n }, n);
  messages('customer_messages', count(lines.filter((l) => !l.filter || l.filter === 'robot'), 'customer'));
  messages('agent_messages', count(counted, 'agent'));
  messages('robot_messages', count(lines, 'robot'));
  messages('auto_messages', count(lines, 'auto'));
  share('qa_ratio', { sum: count(counted, 'agent'), count: count(counted, 'customer') });
  plain('agent_chars', { sum: add(counted, (l) => l.chars), count: counted.filter((l) => l.chars > 0).length });

  const n = new Set(parts.filter((x) => x.first).map((x) => x.session)).size;
  messages('session_num', n);
  const gone = held.filter((x) => x.out && !x.outAgain);
  share('transfer_rate', { sum: gone.length, count: held.filter((x) => x.first).length });
  plain('transfer_silent', { sum: gone.filter((x) => !x.lines.some((l) => l.kind === 'agent')).length, count: gone.length });
  const known = solved.filter((x) => x.returned || now >= x.end);
  put('fcr', { sum: known.filter((x) => !x.returned).length, count: known.length }, known.length < solved.length ? 'pending' : known.length ? known.filter((x) => !x.returned).length / known.length : null);

  const of = (source) => ratings.filter((x) => x.source === source), rated = ratings.filter((x) => x.source !== 'invite');
  const happy = (list) => sum(list, (x) => Number(x.score >= 4));
  share('csat', happy(rated));
  share('csat_invited', happy(of('invited')));
  share('csat_own', happy(of('own')));
  share('csat_system', happy(of('system')));
  share('csat_send_rate', { sum: of('invite').length, count: received.length });
  share('csat_return_rate', { sum: of('invited').length, count: of('invite').length });
  share('base_phrase_use', { sum: 0, count: count(counted, 'agent') }); // an import names no phrases
  tradeFigures(f, s, fits, shopFits, now, put);
  return result;
}

/** Largest overlap of one agent's sessions at any moment that `fits` shows; `apart(x)`: sessions of different ones do not meet; `among`: those that there are. */
export function mostAtOnce(f, fits, apart = () => '', among = () => true) {
  const spans = f.parts.filter((x) => !x.filter && x.agent && x.session.said > 0 && among(x)).map((x) => ({ x, from: x.begin, to: Math.max(x.end, x.begin + 1) }));
  let most = 0;
  for (const agent of new Set(spans.map((s) => s.x.agent))) {
    const own = spans.filter((s) => s.x.agent === agent);
    const moments = own.flatMap((s) => {
      const list = [s.from];
      for (let t = s.from + HOUR - (s.from % HOUR); t < s.to; t += HOUR) list.push(t);
      return list;
    });
    for (const t of moments) {
      const open = own.filter((s) => s.from <= t && t < s.to).map((s) => s.x);
      for (const x of open)
        if (fits({ ...x, day: x.dayOf(t), hour: x.hourOf(t) })) most = Math.max(most, open.filter((y) => apart(y) === apart(x)).length);
    }
  }
  return most;
}

/** How many pairs each filter took. */
export function filteredOut(f, fits) {
  const out = {};
  for (const q of f.pairs.filter((x) => x.filter && fits(x))) out[q.filter] = (out[q.filter] ?? 0) + 1;
  return out;
}

export { dayText };
