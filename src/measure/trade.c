#include "measure/trade.h"

#include <string.h>

#include "base/mem.h"
#include "measure/facts_impl.h"
#include "base/banned.h"

/* A human line. */
struct touch {
	int64_t at;
	uint32_t agent, part;
	int32_t day;
	bool before, after; /* counts before, after an order */
};

/* The events [from, to) at hand, and the facts that they made. */
struct dealing {
	struct facts *f;
	const struct facts_of *of;
	struct facts_mark first, end;
	size_t from, to;
	bool own;                   /* of one window alone: they belong to no day in the end */
	struct touch *touches;
	size_t n;
	int64_t day_from, day_until;
	int32_t day;
};

static const struct fact_owner nobody = { FACT_NONE, FACT_NONE };

void
trade_pay(struct trade_order *o, int64_t at, int64_t amount)
{
	if (!o->settled)
		o->paid = at;
	o->amount += amount;
	o->settled = o->settled || o->amount >= o->due;
}

int
trade_order_order(const void *a, const void *b)
{
	const struct trade_order *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->created != y->created)
		return x->created < y->created ? -1 : 1;
	return x->record_id < y->record_id ? -1 : x->record_id > y->record_id;
}

static int32_t
day_of(struct dealing *d, int64_t at)
{
	const struct zone *z = d->of->zone;
	if (at >= d->day_from && at < d->day_until)
		return d->day;
	d->day = (int32_t)zone_business_day(z, at, d->of->cut_hour);
	d->day_from = zone_instant(z, d->day, d->of->cut_hour * 60);
	d->day_until = zone_instant(z, d->day + 1, d->of->cut_hour * 60);
	return d->day;
}

static uint8_t
hour_of(const struct dealing *d, int64_t at)
{
	int64_t day;
	int minute;
	zone_local(d->of->zone, at, &day, &minute);
	return (uint8_t)(minute / 60);
}

/* Contacts -------------------------------------------------------------------------------------------------------------- */

/* The part in which an agent spoke at this time: parts follow each other, so the last that had begun. */
static uint32_t
part_at(const struct dealing *d, uint32_t agent, int64_t at)
{
	for (size_t i = d->end.parts; i-- > d->first.parts;)
		if (d->f->parts.all[i].agent == agent && d->f->parts.all[i].begin <= at)
			return (uint32_t)i;
	return FACT_NONE;
}

static bool
sells(const struct dealing *d, uint32_t agent)
{
	return !d->of->after_sales || !d->of->after_sales[agent];
}

static enum err
touches_read(struct dealing *d, const struct fact_event *events)
{
	mem_free(d->touches);
	d->touches = mem_new(d->to - d->from + 1, sizeof *d->touches);
	d->n = 0;
	if (!d->touches)
		return ERR_NO_MEMORY;
	for (size_t i = d->from; i < d->to; i++) {
		const struct fact_event *e = &events[i];
		uint32_t part = e->kind == FACT_AGENT && e->agent != FACT_NONE && sells(d, e->agent) ? part_at(d, e->agent, e->at) : FACT_NONE;
		if (part == FACT_NONE)
			continue;
		const struct fact_pair *q = &d->f->pairs.all[d->f->parts.all[part].pair];
		bool plain = q->filter == FILTER_NONE;
		d->touches[d->n++] = (struct touch){ .at = e->at, .agent = e->agent, .part = part, .day = day_of(d, e->at), .before = plain && q->wrote,
			                             .after = plain || q->filter == FILTER_EMPTY };
	}
	return OK;
}

static struct fact_owner
owner_of(const struct dealing *d, const struct touch *t)
{
	return t ? (struct fact_owner){ t->agent, d->f->parts.all[t->part].session } : nobody;
}

static bool
in_window(const struct dealing *d, int32_t contact, int32_t event)
{
	return event - contact < d->of->rules->inquiry_days;
}

/* Void: this session's first word of the agent after the silent creation came too soon. */
static bool
is_void(const struct dealing *d, const struct touch *t, int64_t created)
{
	uint32_t session = d->f->parts.all[t->part].session;
	for (const struct touch *x = d->touches; x <= t; x++)
		if (x->agent == t->agent && x->at > created && d->f->parts.all[x->part].session == session)
			return x->at - created < d->of->rules->nudge_min * 60000;
	return false;
}

/* Whether a contact counts for what happened at `at` to an order made at `created`. */
static bool
counts_for(const struct dealing *d, const struct touch *t, const struct fact_order *o, int64_t at, int32_t day)
{
	bool silent = at > o->created && o->owner[ATTRIBUTION_CREATED].agent == FACT_NONE;
	if (t->at > at || !in_window(d, t->day, day))
		return false;
	if (t->at <= o->created)
		return t->before;
	return t->after && !(silent && is_void(d, t, o->created));
}

/* Rounds that this agent had answered inside the window by then. */
static size_t
rounds_of(const struct dealing *d, uint32_t agent, int64_t at, int32_t day)
{
	size_t n = 0;
	for (size_t i = d->first.rounds; i < d->end.rounds; i++) {
		const struct fact_round *r = &d->f->rounds.all[i];
		n += r->agent == agent && r->ms != FACT_UNANSWERED && r->begin + r->ms <= at && in_window(d, r->day, day) &&
		     d->f->pairs.all[r->pair].filter == FILTER_NONE;
	}
	return n;
}

/* Who has the order as of a time: last in contact, or with most rounds (the same: who was last). */
static struct fact_owner
winner(const struct dealing *d, const struct fact_order *o, int64_t at, int32_t day)
{
	const struct touch *best = NULL;
	size_t most = 0;
	for (const struct touch *t = d->touches + d->n; t-- > d->touches;) {
		if (!counts_for(d, t, o, at, day))
			continue;
		if (!d->of->rules->by_rounds)
			return owner_of(d, t);
		size_t n = rounds_of(d, t->agent, at, day);
		if (!best || n > most) {
			best = t;
			most = n;
		}
	}
	return owner_of(d, best);
}

static struct fact_owner
last_between(const struct dealing *d, const struct fact_order *o)
{
	for (const struct touch *t = d->touches + d->n; t-- > d->touches;)
		if (t->at > o->created && t->at <= o->paid && t->after && !is_void(d, t, o->created))
			return owner_of(d, t);
	return nobody;
}

/* Inside the window after the payment. */
static bool
follows(const struct dealing *d, const struct touch *t, const struct fact_order *o)
{
	return t->at > o->paid && t->after && t->day - o->paid_day < d->of->rules->inquiry_days;
}

/* Owners and helpers ---------------------------------------------------------------------------------------------------- */

static bool
assisted(const struct dealing *d, const struct fact_order *o, uint32_t agent, enum assist kind)
{
	for (size_t i = o->first_assist; i < d->f->assists.n; i++)
		if (d->f->assists.all[i].who.agent == agent && d->f->assists.all[i].kind == kind)
			return true;
	return false;
}

static enum err
assist_add(struct dealing *d, const struct fact_order *o, const struct touch *t, enum assist kind)
{
	if (assisted(d, o, t->agent, kind))
		return OK;
	struct fact_assist *a = fact_new(d->f->assists);
	if (!a)
		return ERR_NO_MEMORY;
	*a = (struct fact_assist){ owner_of(d, t), (uint8_t)kind };
	return OK;
}

/* The last contact of each helper stands for his help, as for an owner. */
static enum err
assists_find(struct dealing *d, struct fact_order *o)
{
	uint32_t creator = o->owner[ATTRIBUTION_CREATED].agent, payer = o->owner[ATTRIBUTION_PAID].agent;
	uint32_t owner = o->owner[ATTRIBUTION_CREATED_FIRST].agent;
	enum err e = OK;
	o->first_assist = (uint32_t)d->f->assists.n;
	for (const struct touch *t = d->touches + d->n; !e && t-- > d->touches;) {
		bool before = t->at <= o->created, between = !before && t->at <= o->paid;
		if (before && t->agent != creator && counts_for(d, t, o, o->created, o->created_day))
			e = assist_add(d, o, t, ASSIST_ORDER);
		else if (between && t->agent != payer && counts_for(d, t, o, o->paid, o->paid_day))
			e = assist_add(d, o, t, ASSIST_PAYMENT);
		else if (t->agent != owner && t->agent != o->follower.agent && follows(d, t, o))
			e = assist_add(d, o, t, ASSIST_FOLLOW);
	}
	o->assists = (uint32_t)d->f->assists.n - o->first_assist;
	return e;
}

static void
owners_find(const struct dealing *d, struct fact_order *o)
{
	o->owner[0] = o->owner[1] = o->owner[2] = o->follower = nobody;
	o->owner[ATTRIBUTION_CREATED] = winner(d, o, o->created, o->created_day);
	if (!o->paid)
		return;
	o->owner[ATTRIBUTION_PAID] = winner(d, o, o->paid, o->paid_day);
	bool silent = o->owner[ATTRIBUTION_CREATED].agent == FACT_NONE;
	o->owner[ATTRIBUTION_CREATED_FIRST] = silent ? last_between(d, o) : o->owner[ATTRIBUTION_CREATED];
	if (o->owner[ATTRIBUTION_CREATED_FIRST].agent != FACT_NONE || o->owner[ATTRIBUTION_PAID].agent != FACT_NONE)
		return;
	for (size_t i = 0; i < d->n; i++)
		if (follows(d, &d->touches[i], o)) {
			o->follower = owner_of(d, &d->touches[i]);
			return;
		}
}

static enum err
refunds_add(struct dealing *d, struct fact_order *o, const struct trade_order *t)
{
	o->first_refund = (uint32_t)d->f->refunds.n;
	for (size_t i = 0; i < t->refund_count; i++) {
		struct fact_refund *r = fact_new(d->f->refunds);
		if (!r)
			return ERR_NO_MEMORY;
		*r = t->refunds[i];
		r->day = day_of(d, r->at);
		r->hour = hour_of(d, r->at);
	}
	o->refunds = (uint32_t)t->refund_count;
	return OK;
}

static uint8_t
order_filter(const struct facts_of *of, const struct trade_order *t)
{
	return of->kind && of->rules->leave_staff ? ORDER_STAFF : t->flagged ? ORDER_FLAGGED : ORDER_COUNTS;
}

static enum err
order_add(struct dealing *d, const struct trade_order *t)
{
	struct fact_order *o = fact_new(d->f->orders);
	if (!o)
		return ERR_NO_MEMORY;
	*o = (struct fact_order){ .record_id = t->record_id, .created = t->created, .paid = t->paid, .amount = t->amount, .postage = t->postage,
		                  .customer = d->of->customer, .shop = d->of->shop, .items = t->items, .created_day = day_of(d, t->created),
		                  .created_hour = hour_of(d, t->created) };
	o->filter = order_filter(d->of, t);
	if (o->paid) {
		o->paid_day = day_of(d, o->paid);
		o->paid_hour = hour_of(d, o->paid);
	}
	owners_find(d, o);
	enum err e = o->paid ? assists_find(d, o) : OK;
	return e ? e : refunds_add(d, o, t);
}

/* Inquiries ------------------------------------------------------------------------------------------------------------- */

int32_t
inquiry_settled(int32_t day, const struct measure_rules *r)
{
	return (int32_t)(day + r->inquiry_days + r->payment_days - 1);
}

int32_t
inquiry_lost(int32_t day, const struct measure_rules *r)
{
	return (int32_t)(day + r->inquiry_days);
}

/* Who received the last transfer of a pair, of the same session. */
static bool
handed_to_after_sales(const struct dealing *d, const struct fact_pair *q)
{
	const struct fact_part *parts = d->f->parts.all;
	uint32_t next = q->last_part + 1;
	if (!q->out || next >= d->end.parts || parts[next].session != parts[q->last_part].session || parts[next].agent == FACT_NONE)
		return false;
	return !sells(d, parts[next].agent);
}

static uint8_t
order_means(struct dealing *d, const struct fact_pair *q, const struct trade_order *o, int32_t created_day)
{
	const struct measure_rules *r = d->of->rules;
	uint8_t bits = PAIR_ORDERED;
	if (!o->paid)
		return bits;
	int32_t paid_day = day_of(d, o->paid);
	bits |= paid_day == q->day && created_day == q->day ? PAIR_PAID_SAME : 0;
	bits |= paid_day <= q->day + 1 ? PAIR_PAID_NEXT : 0;
	bits |= paid_day - created_day < r->payment_days ? PAIR_PAID_FINAL : 0;
	return bits;
}

static void
inquiry_mark(struct dealing *d, struct fact_pair *q, const struct trade_order *orders, size_t order_count)
{
	const struct measure_rules *r = d->of->rules;
	bool held = q->agent != FACT_NONE && q->filter == FILTER_NONE && q->wrote && q->agent_lines && q->first_part != FACT_NONE;
	bool had = false;
	uint8_t bits = 0;
	if (!held || !sells(d, q->agent) || handed_to_after_sales(d, q))
		return;
	int64_t begin = d->f->parts.all[q->first_part].begin;
	for (size_t i = 0; i < order_count; i++) {
		const struct trade_order *o = &orders[i];
		if (order_filter(d->of, o))
			continue;
		int32_t created_day = day_of(d, o->created);
		if (o->created < begin)
			had = had || q->day - created_day < r->after_sales_days;
		else if (created_day - q->day < r->inquiry_days)
			bits |= order_means(d, q, o, created_day);
	}
	q->trade = bits || !had ? bits | PAIR_INQUIRY : 0;
}

/* An inquiry of the day before that this one only continues past midnight. */
static bool
continues(const struct dealing *d, const struct fact_pair *q)
{
	uint32_t session = d->f->parts.all[q->first_part].session;
	for (size_t i = d->first.parts; i < q->first_part; i++) {
		const struct fact_part *p = &d->f->parts.all[i];
		if (p->session == session && p->agent == q->agent && p->day == q->day - 1 && d->f->pairs.all[p->pair].trade & PAIR_INQUIRY)
			return true;
	}
	return false;
}

static void
inquiries_mark(struct dealing *d, const struct trade_order *orders, size_t order_count)
{
	for (size_t i = d->first.pairs; i < d->end.pairs; i++)
		inquiry_mark(d, &d->f->pairs.all[i], orders, order_count);
	for (size_t i = d->first.pairs; i < d->end.pairs; i++) {
		struct fact_pair *q = &d->f->pairs.all[i];
		q->trade |= q->trade & PAIR_INQUIRY && continues(d, q) ? PAIR_GOES_ON : 0;
	}
}

void
trade_inquiries(struct facts *f, const struct facts_of *of, const struct facts_mark *first, const struct trade_order *orders, size_t order_count)
{
	struct dealing d = { .f = f, .of = of, .first = *first, .end = facts_mark(f), .day_from = INT64_MAX };
	inquiries_mark(&d, orders, order_count);
}

/* Windows ----------------------------------------------------------------------------------------------------------------- */

static void
window_close(struct dealing *d)
{
	if (d->own)
		facts_keep(d->f, &d->first, FACT_NO_DAY);
	d->own = false;
}

/* The facts of the order's window, unless they are at hand. */
static enum err
window_open(struct dealing *d, const struct fact_event *events, size_t n, const struct trade_order *o, size_t first_session)
{
	int32_t days = (int32_t)d->of->rules->inquiry_days, low = day_of(d, o->created) - days;
	int32_t high = day_of(d, o->paid > o->created ? o->paid : o->created) + days - 1 + FACTS_DAYS_AFTER;
	int64_t low_at = zone_instant(d->of->zone, low, d->of->cut_hour * 60), high_at = zone_instant(d->of->zone, high + 1, d->of->cut_hour * 60);
	size_t from = 0, to = n;
	while (from < to && events[from].at < low_at)
		from++;
	while (to > from && events[to - 1].at >= high_at)
		to--;
	if (d->touches && from == d->from && to == d->to)
		return OK;
	window_close(d);
	d->from = from;
	d->to = to;
	enum err e = facts_window(d->f, d->of, events, n, low, high, first_session, &d->first);
	if (e)
		return e;
	d->own = true;
	d->end = facts_mark(d->f);
	return touches_read(d, events);
}

static enum err
orders_deal(struct dealing *d, const struct fact_event *events, size_t n, const struct trade_order *orders, size_t order_count, size_t first_session)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < order_count; i++) {
		e = window_open(d, events, n, &orders[i], first_session);
		if (!e)
			e = order_add(d, &orders[i]);
	}
	window_close(d);
	return e;
}

enum err
trade_orders_add(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, const struct trade_order *orders, size_t order_count,
    size_t first_session)
{
	struct dealing d = { .f = f, .of = of, .day_from = INT64_MAX };
	enum err e = orders_deal(&d, events, n, orders, order_count, first_session);
	mem_free(d.touches);
	return e;
}

/* What an order means in figures ---------------------------------------------------------------------------------------- */

struct order_cells
order_cells(const struct fact_order *o)
{
	struct order_cells c = { 0 };
	struct fact_owner creator = o->owner[ATTRIBUTION_CREATED], payer = o->owner[ATTRIBUTION_PAID];
	if (!o->paid || o->filter)
		return c;
	if (creator.agent != FACT_NONE && (payer.agent == FACT_NONE || payer.agent == creator.agent))
		c = (struct order_cells){ 1, { CELL_OWN_OWN }, { creator } };
	else if (creator.agent != FACT_NONE)
		c = (struct order_cells){ 2, { CELL_OWN_OTHER, CELL_OTHER_OWN }, { creator, payer } };
	else if (payer.agent != FACT_NONE)
		c = (struct order_cells){ 1, { CELL_SILENT }, { payer } };
	else if (o->follower.agent != FACT_NONE)
		c = (struct order_cells){ 1, { CELL_FOLLOW }, { o->follower } };
	return c;
}

int64_t
order_value(const struct fact_order *o, const struct measure_rules *r)
{
	return r->sales_postage ? o->amount : o->amount > o->postage ? o->amount - o->postage : 0;
}

bool
refund_counts(const struct fact_refund *f)
{
	return f->done && f->kind != REFUND_EXCHANGE;
}

uint32_t
order_refunded(const struct facts *f, const struct fact_order *o, bool returned_only)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *r = &f->refunds.all[o->first_refund + i];
		if (r->done && (r->kind == REFUND_RETURN || (r->kind == REFUND_ONLY && !returned_only)))
			n += r->items;
	}
	return n < o->items ? n : o->items;
}

bool
order_dated(const struct fact_order *o, enum attribution rule, int32_t *ret_day, int *ret_hour)
{
	if (!o->paid || o->filter)
		return false;
	*ret_day = rule == ATTRIBUTION_CREATED ? o->created_day : o->paid_day;
	*ret_hour = rule == ATTRIBUTION_CREATED ? o->created_hour : o->paid_hour;
	return true;
}
