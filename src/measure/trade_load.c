/* Orders, payments, refunds and calls of a shop from the record, and the conversations around the orders. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/facts_impl.h"
#include "measure/ledger_sql.h"
#include "measure/report_load.h"
#include "measure/trade_sql.h"
#include "base/banned.h"

/* The longest window of the versions that a report has to do with. */
#define most_of(shop, ask, member) rule_versions_most(&(shop)->versions, offsetof(struct measure_rules, member), (int32_t)((ask)->to + 1))

enum { SCRATCH_MAX = 4 << 20, REASONS_MAX = 1000, DAY_MS = 86400000 };

struct reading {
	struct loading *l;
	int64_t base_low, base_high; /* what report_messages read */
	bool *based;                 /* by customer: read there; NULL: everybody was */
	size_t based_count;
	size_t at;                   /* the order that payments and refunds came to */
};

/* A table that doubles. */
static void *
room(void *all, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return all;
	size_t more = *cap ? 2 * *cap : 256;
	void *p = mem_grow(all, more * size);
	if (p)
		*cap = more;
	return p;
}

void
trade_load_free(struct trade_load *t)
{
	mem_free(t->orders);
	mem_free(t->refunds);
	mem_free(t->refund_of);
	arena_free(t->scratch);
}

/* Pieces in a list of items; what cannot be read has none. */
static enum err
pieces(struct trade_load *t, struct str items, uint32_t *ret)
{
	const struct json *list;
	int64_t n = 0;
	struct arena_mark mark = arena_mark(t->scratch);
	enum err e = json_parse(t->scratch, items, &list, NULL);
	for (size_t i = 0; !e && i < json_count(list); i++)
		n += json_int(json_get(json_at(list, i), "quantity"), 0);
	arena_rewind(t->scratch, mark);
	*ret = e || n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
	return e == ERR_NO_MEMORY ? e : OK;
}

static bool
flag_left_out(const struct measure_rules *rules, struct str flag)
{
	struct str rest = str_of(rules->order_flags), one;
	while (flag.n && str_split(&rest, ',', &one))
		if (str_eq(str_trim(one), flag))
			return true;
	return false;
}

static enum err
order_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct trade_orders_out *o = row;
	struct trade_load *t = &g->l->trade;
	struct trade_order *all = room(t->orders, t->order_count, &t->order_cap, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	t->orders = all;
	struct trade_order *n = &all[t->order_count];
	*n = (struct trade_order){ .record_id = o->id, .created = o->at, .due = o->amount, .postage = o->postage, .flag = STR("") };
	if (o->flag.n)
		n->flag = arena_str(t->texts ? t->texts : g->l->r->arena, o->flag);
	enum err e = n->flag.p ? pieces(t, o->items, &n->items) : ERR_NO_MEMORY;
	if (!e)
		e = load_customer(&g->l->map, o->customer_id, &n->customer);
	t->order_count += !e;
	return e;
}

/* Both come in the order of the orders. */
static struct trade_order *
order_at(struct reading *g, int64_t id)
{
	struct trade_load *t = &g->l->trade;
	while (g->at < t->order_count && t->orders[g->at].record_id < id)
		g->at++;
	return g->at < t->order_count && t->orders[g->at].record_id == id ? &t->orders[g->at] : NULL;
}

static enum err
payment_take(void *ctx, const void *row)
{
	const struct trade_payments_out *y = row;
	struct trade_order *o = order_at(ctx, y->purchase_id);
	if (o)
		trade_pay(o, y->at, y->amount);
	return OK;
}

/* Reasons beyond so many different ones are one. */
static enum err
reason_number(struct report *r, struct str reason, uint32_t *ret)
{
	for (size_t i = 0; i < r->reason_count; i++)
		if (str_eq(r->reasons[i], reason)) {
			*ret = (uint32_t)i;
			return OK;
		}
	if (!r->reasons)
		r->reasons = arena_alloc(r->arena, REASONS_MAX * sizeof *r->reasons);
	if (!r->reasons)
		return ERR_NO_MEMORY;
	if (r->reason_count + 1 >= REASONS_MAX)
		reason = STR("…");
	struct str kept = arena_str(r->arena, reason);
	if (!kept.p)
		return ERR_NO_MEMORY;
	if (r->reason_count < REASONS_MAX)
		r->reasons[r->reason_count++] = kept;
	*ret = (uint32_t)(r->reason_count - 1);
	return OK;
}

/* Without a list: the whole order when it covers what was paid for the goods, else no piece of it. */
static enum err
refund_items(struct trade_load *t, const struct trade_order *o, const struct trade_refunds_out *f, uint32_t *ret)
{
	if (f->items.p && f->items.n)
		return pieces(t, f->items, ret);
	*ret = f->amount > 0 && f->amount >= o->amount - o->postage ? o->items : 0;
	return OK;
}

static enum err
refund_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct trade_refunds_out *f = row;
	struct trade_load *t = &g->l->trade;
	const struct trade_order *o = order_at(g, f->purchase_id);
	if (!o)
		return OK;
	if (t->refund_count == t->refund_cap) {
		size_t cap = t->refund_cap ? 2 * t->refund_cap : 256;
		struct fact_refund *refunds = mem_grow(t->refunds, cap * sizeof *refunds);
		t->refunds = refunds ? refunds : t->refunds;
		int64_t *of = mem_grow(t->refund_of, cap * sizeof *of);
		t->refund_of = of ? of : t->refund_of;
		if (!refunds || !of)
			return ERR_NO_MEMORY;
		t->refund_cap = cap;
	}
	struct fact_refund *n = &t->refunds[t->refund_count];
	*n = (struct fact_refund){ .at = f->at, .amount = f->amount, .kind = (uint8_t)f->kind, .done = f->done };
	enum err e = refund_items(t, o, f, &n->items);
	if (!e)
		e = reason_number(g->l->r, f->reason, &n->reason);
	t->refund_of[t->refund_count] = f->purchase_id;
	t->refund_count += !e;
	return e;
}

static enum err
trade_start(struct trade_load *t)
{
	t->order_count = t->refund_count = t->next = 0;
	t->scratch = t->scratch ? t->scratch : arena_new(SCRATCH_MAX);
	return t->scratch ? OK : ERR_NO_MEMORY;
}

/* Refunds to their orders, and these in order. */
static void
orders_finish(struct trade_load *t)
{
	size_t k = 0;
	for (size_t i = 0; i < t->order_count; i++) {
		struct trade_order *o = &t->orders[i];
		while (k < t->refund_count && t->refund_of[k] < o->record_id)
			k++;
		o->refunds = &t->refunds[k];
		while (k < t->refund_count && t->refund_of[k] == o->record_id) {
			k++;
			o->refund_count++;
		}
	}
	if (t->order_count > 1)
		qsort(t->orders, t->order_count, sizeof *t->orders, trade_order_order);
}

/* Around the orders ----------------------------------------------------------------------------------------------------- */

static bool
read_before(const struct reading *g, int64_t at, uint32_t customer)
{
	return at >= g->base_low && at < g->base_high && (!g->based || (customer < g->based_count && g->based[customer]));
}

/* Rows of different queries with the same members. */
#define MESSAGE_OF(w)                                                                                                                          \
	&(struct report_messages_out)                                                                                                          \
	{                                                                                                                                      \
		.session_id = (w)->session_id, .customer_id = (w)->customer_id, .category_id_set = (w)->category_id_set,                       \
		.category_id = (w)->category_id, .channel = (w)->channel, .seq = (w)->seq, .at = (w)->at, .what = (w)->what,                   \
		.person_id_set = (w)->person_id_set, .person_id = (w)->person_id, .chars = (w)->chars, .code_word = (w)->code_word,            \
		.base_phrase = (w)->base_phrase                                                                                                \
	}
#define TRANSFER_OF(w)                                                                                                                         \
	&(struct report_transfers_out)                                                                                                         \
	{                                                                                                                                      \
		.session_id = (w)->session_id, .customer_id = (w)->customer_id, .at = (w)->at, .from_id_set = (w)->from_id_set,                \
		.from_id = (w)->from_id, .to_id_set = (w)->to_id_set, .to_id = (w)->to_id                                                      \
	}

static enum err
message_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct trade_messages_out *w = row;
	uint32_t customer;
	enum err e = load_customer(&g->l->map, w->customer_id, &customer);
	return e || read_before(g, w->at, customer) ? e : load_message(g->l, MESSAGE_OF(w));
}

static enum err
transfer_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct trade_transfers_out *w = row;
	return w->at >= g->base_low && w->at < g->base_high ? OK : load_transfer(g->l, TRANSFER_OF(w));
}

/* Who sees less than a shop was given only the customers that he had to do with. */
static enum err
based_mark(struct reading *g)
{
	const struct loading *l = g->l;
	if (str_eqz(l->r->ask.scope, "all") || str_eqz(l->r->ask.scope, "shop"))
		return OK;
	g->based_count = l->r->customer_count;
	g->based = mem_new(g->based_count + 1, sizeof *g->based);
	if (!g->based)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < l->n; i++)
		if (l->events[i].kind >= FACT_CUSTOMER && l->events[i].kind <= FACT_AUTO)
			g->based[l->events[i].customer] = true;
	return OK;
}

static enum err
around_read(struct db *db, struct reading *g, const struct report_shop *shop, int64_t low, int64_t high)
{
	int64_t window = (most_of(shop, &g->l->r->ask, inquiry_days) + LOAD_DAYS_BEFORE) * DAY_MS;
	struct trade_messages_in messages = { shop->id, low, high, window, window + DAY_MS, code_word_of(&shop->versions) };
	struct trade_transfers_in transfers = { shop->id, low, high, window, window + DAY_MS };
	enum err e = based_mark(g);
	if (!e)
		e = query_each(db, &trade_messages, &messages, message_take, g);
	if (!e)
		e = query_each(db, &trade_transfers, &transfers, transfer_take, g);
	mem_free(g->based);
	return e;
}

/* Calls ----------------------------------------------------------------------------------------------------------------- */

struct ringing {
	struct loading *l;
	const struct report_shop *shop;
};

static enum err
call_take(void *ctx, const void *row)
{
	struct ringing *g = ctx;
	const struct trade_calls_out *c = row;
	struct report *r = g->l->r;
	struct fact_call *n = fact_new(r->facts.calls);
	int64_t day;
	int minute;
	if (!n)
		return ERR_NO_MEMORY;
	zone_local(g->shop->zone, c->at, &day, &minute);
	*n = (struct fact_call){ .record_id = c->id, .at = c->at, .queued_ms = c->queued_ms, .wrapup_ms = c->wrapup_ms, .shop = (uint32_t)(g->shop - r->shops),
		                 .agent = load_human(g->l, c->person_id_set, c->person_id), .hour = (uint8_t)(minute / 60), .end = (uint8_t)c->end_state,
		                 .talk_ms = c->answered_at_set && c->ended_at > c->answered_at ? c->ended_at - c->answered_at : 0,
		                 .day = (int32_t)zone_business_day(g->shop->zone, c->at, g->shop->cut_hour) };
	return load_customer(&g->l->map, c->customer_id, &n->customer);
}

static enum err
calls_read(struct db *db, struct loading *l, const struct report_shop *shop)
{
	const struct report_ask *a = &l->r->ask;
	int cut = shop->cut_hour * 60;
	struct trade_calls_in in = { shop->id, zone_instant(shop->zone, a->from, cut), zone_instant(shop->zone, a->to + 1, cut) };
	return query_each(db, &trade_calls, &in, call_take, &(struct ringing){ l, shop });
}

enum err
trade_calls_count(struct db *db, struct report *r)
{
	struct loading l = { .r = r, .map = { .r = r }, .person_id = -1, .person = FACT_NONE };
	enum err e = OK;
	for (size_t i = 0; !e && i < r->shop_count; i++)
		e = calls_read(db, &l, &r->shops[i]);
	mem_free(l.map.slots);
	mem_free(l.map.kinds);
	return e ? e : trade_count_calls(r);
}

enum err
trade_read(struct db *db, struct loading *l, const struct report_shop *shop)
{
	const struct report_ask *a = &l->r->ask;
	const struct zone *z = shop->zone;
	int cut = shop->cut_hour * 60;
	int64_t low = zone_instant(z, a->from, cut), high = zone_instant(z, a->to + 1, cut);
	int64_t order_low = zone_instant(z, a->from - most_of(shop, a, after_sales_days), cut);
	int64_t order_high = zone_instant(z, a->to + 1 + most_of(shop, a, inquiry_days), cut);
	struct reading g = { .l = l, .base_low = zone_instant(z, a->from - LOAD_DAYS_BEFORE, cut), .base_high = zone_instant(z, a->to + 1 + LOAD_DAYS_AFTER, cut) };
	struct trade_load *t = &l->trade;
	enum err e = trade_start(t);
	if (!e && l->r->calls)
		e = calls_read(db, l, shop);
	if (e || !l->r->trade)
		return e;
	e = query_each(db, &trade_orders, &(struct trade_orders_in){ shop->id, order_low, order_high, low, high }, order_take, &g);
	if (!e)
		e = query_each(db, &trade_payments, &(struct trade_payments_in){ shop->id, order_low, order_high, low, high }, payment_take, &g);
	g.at = 0;
	if (!e)
		e = query_each(db, &trade_refunds, &(struct trade_refunds_in){ shop->id, order_low, order_high, low, high }, refund_take, &g);
	if (!e)
		e = around_read(db, &g, shop, low, high);
	if (!e)
		orders_finish(t);
	return e;
}

/* Of whole customers ---------------------------------------------------------------------------------------------------- */

static enum err
whole_message_take(void *ctx, const void *row)
{
	const struct ledger_messages_out *w = row;
	return load_message(ctx, MESSAGE_OF(w));
}

static enum err
whole_transfer_take(void *ctx, const void *row)
{
	const struct ledger_transfers_out *w = row;
	return load_transfer(ctx, TRANSFER_OF(w));
}

static enum err
whole_order_take(void *ctx, const void *row)
{
	const struct ledger_orders_out *o = row;
	return order_take(ctx, &(struct trade_orders_out){ o->id, o->customer_id, o->at, o->amount, o->postage, o->flag, o->items });
}

static enum err
whole_payment_take(void *ctx, const void *row)
{
	const struct ledger_payments_out *y = row;
	return payment_take(ctx, &(struct trade_payments_out){ y->purchase_id, y->at, y->amount });
}

static enum err
whole_refund_take(void *ctx, const void *row)
{
	const struct ledger_refunds_out *f = row;
	return refund_take(ctx, &(struct trade_refunds_out){ .purchase_id = f->purchase_id, .at = f->at, .amount = f->amount, .items = f->items, .kind = f->kind,
	    .done = f->done, .reason = f->reason });
}

enum err
trade_read_whole(struct db *db, struct loading *l, const struct report_shop *shop, int64_t low_id, int64_t high_id)
{
	struct reading g = { .l = l };
	enum err e = trade_start(&l->trade);
	l->n = 0;
	if (!e)
		e = query_each(db, &ledger_messages, &(struct ledger_messages_in){ shop->id, low_id, high_id, code_word_of(&shop->versions) }, whole_message_take, l);
	if (!e)
		e = query_each(db, &ledger_transfers, &(struct ledger_transfers_in){ shop->id, low_id, high_id }, whole_transfer_take, l);
	if (!e)
		e = query_each(db, &ledger_orders, &(struct ledger_orders_in){ shop->id, low_id, high_id }, whole_order_take, &g);
	if (!e)
		e = query_each(db, &ledger_payments, &(struct ledger_payments_in){ shop->id, low_id, high_id }, whole_payment_take, &g);
	g.at = 0;
	if (!e)
		e = query_each(db, &ledger_refunds, &(struct ledger_refunds_in){ shop->id, low_id, high_id }, whole_refund_take, &g);
	if (!e)
		e = code_words_mark(db, shop->id, (const int64_t[2]){ low_id, high_id }, shop->zone, shop->cut_hour, &shop->versions, l->events, l->n);
	if (e)
		return e;
	orders_finish(&l->trade);
	if (l->n > 1)
		qsort(l->events, l->n, sizeof *l->events, fact_event_order);
	return OK;
}

/* Whether it was made, paid or refunded on one of the days asked for. */
static bool
order_belongs(const struct loading *l, const struct facts_of *of, const struct trade_order *o)
{
	const struct report_ask *a = &l->r->ask;
	int64_t low = a->from <= INT32_MIN ? INT64_MIN : zone_instant(of->zone, a->from, of->cut_hour * 60);
	int64_t high = a->to >= INT32_MAX ? INT64_MAX : zone_instant(of->zone, a->to + 1, of->cut_hour * 60);
	bool belongs = (o->created >= low && o->created < high) || (o->paid && o->paid >= low && o->paid < high);
	for (size_t i = 0; !belongs && i < o->refund_count; i++)
		belongs = o->refunds[i].at >= low && o->refunds[i].at < high;
	return belongs;
}

void
trade_flag(const struct measure_rules *rules, struct trade_order *orders, size_t n)
{
	for (size_t i = 0; i < n; i++)
		orders[i].flagged = flag_left_out(rules, orders[i].flag);
}

size_t
trade_next(struct trade_load *t, uint32_t customer, struct trade_order **ret_orders)
{
	size_t from;
	while (t->next < t->order_count && t->orders[t->next].customer < customer)
		t->next++;
	for (from = t->next; t->next < t->order_count && t->orders[t->next].customer == customer;)
		t->next++;
	*ret_orders = t->orders + from;
	return t->next - from;
}

enum err
trade_facts(struct loading *l, const struct facts_of *of, const struct fact_event *events, size_t n, struct trade_order *orders, size_t order_count)
{
	struct facts_of by = *of;
	size_t first_session = l->r->facts.sessions.n;
	enum err e = OK;
	for (size_t i = 0; !e && i < order_count; i++) {
		if (!order_belongs(l, of, &orders[i]))
			continue;
		facts_by(&by, report_version(l->r, of->shop, (int32_t)zone_business_day(of->zone, orders[i].created, of->cut_hour)));
		trade_flag(by.rules, &orders[i], 1);
		e = trade_orders_add(&l->r->facts, &by, events, n, &orders[i], 1, first_session);
	}
	return e;
}
