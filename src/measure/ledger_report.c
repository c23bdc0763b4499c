/* A report's sales out of the ledger: chunk by chunk, its orders go through the same counting as those of the record. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/facts_impl.h"
#include "measure/ledger.h"
#include "base/banned.h"

/* The ledger's numbers to the report's. */
struct names {
	uint32_t *agents, *categories, *shops; /* categories: + 1 on both sides */
	uint32_t category_n;                   /* of the report, with none */
};

static bool
version_same(const struct rule_version *a, const struct rule_version *b)
{
	struct measure_rules x = *a->rules, y = *b->rules;
	x.attribution = y.attribution = 0;
	return a->from == b->from && a->profile == b->profile && measure_rules_same(&x, &y);
}

/* Whether the report counts by the same rules, whichever it shows: those of the days its orders were made on, too, which may be any. */
static bool
shop_same(const struct ledger *g, const struct report_shop *asked)
{
	const struct report_shop *own = NULL;
	for (size_t i = 0; i < g->w.shop_count; i++)
		own = g->w.shops[i].id == asked->id ? &g->w.shops[i] : own;
	bool same = own && own->zone == asked->zone && own->cut_hour == asked->cut_hour && own->versions.n == asked->versions.n;
	for (size_t i = 0; same && i < own->versions.n; i++)
		same = version_same(&own->versions.all[i], &asked->versions.all[i]);
	return same;
}

enum err
ledger_ready(struct ledger *g, struct db *db, const struct report *r, int64_t until, bool *ret_ready)
{
	enum err e = ledger_update(g, db);
	bool same = !e;
	for (size_t i = 0; same && i < r->shop_count; i++)
		same = shop_same(g, &r->shops[i]);
	for (bool more = same; !e && more && !ledger_has(g, r) && clock_monotonic() < until;)
		e = ledger_build_some(g, db, &more);
	if (!e)
		*ret_ready = same && ledger_has(g, r);
	return e;
}

/* Numbers ----------------------------------------------------------------------------------------------------------------- */

static uint32_t *
map_new(size_t n)
{
	uint32_t *map = mem_new(n + 1, sizeof *map);
	for (size_t i = 0; map && i <= n; i++)
		map[i] = FACT_NONE;
	return map;
}

static void
names_free(struct names *m)
{
	mem_free(m->agents);
	mem_free(m->categories);
	mem_free(m->shops);
}

static int
id_order(const void *key, const void *element)
{
	int64_t a = *(const int64_t *)key, b = ((const struct report_person *)element)->id;
	return a < b ? -1 : a > b;
}

static enum err
names_make(const struct ledger *g, const struct report *r, struct names *m)
{
	*m = (struct names){ map_new(g->agents.n), map_new(g->categories.n + 1), map_new(g->shops.n), (uint32_t)r->category_count + 1 };
	if (!m->agents || !m->categories || !m->shops)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < g->agents.n && r->people_count; i++) {
		const struct report_person *p = bsearch(&g->agents.all[i], r->people, r->people_count, sizeof *p, id_order);
		m->agents[i] = p ? (uint32_t)(p - r->people) : FACT_NONE;
	}
	m->categories[0] = 0;
	for (size_t i = 0; i < g->categories.n; i++)
		for (uint32_t k = 0; k < r->category_count; k++)
			if (r->categories[k].id == g->categories.all[i])
				m->categories[i + 1] = k + 1;
	for (size_t i = 0; i < g->shops.n; i++)
		for (uint32_t k = 0; k < r->shop_count; k++)
			if (r->shops[k].id == g->shops.all[i].id)
				m->shops[i] = k;
	return OK;
}

/* A session for each channel and category: all that a report shows of an owner's. */
static enum err
sessions_make(struct report *r, uint32_t category_n)
{
	for (uint32_t i = 0; i < CHANNEL_COUNT * category_n; i++) {
		struct fact_session *s = fact_new(r->facts.sessions);
		if (!s)
			return ERR_NO_MEMORY;
		*s = (struct fact_session){ .channel = (uint8_t)(i / category_n), .category = i % category_n, .same = i };
	}
	return OK;
}

static uint32_t
session_of(const struct names *m, uint32_t channel, uint32_t category)
{
	uint32_t own = m->categories[category];
	return channel * m->category_n + (own == FACT_NONE ? 0 : own);
}

static struct fact_owner
owner_of(const struct names *m, struct fact_owner who)
{
	return (struct fact_owner){ who.agent == FACT_NONE ? FACT_NONE : m->agents[who.agent],
		                    who.session == FACT_NONE ? FACT_NONE : session_of(m, LEDGER_CHANNEL(who.session), LEDGER_CATEGORY(who.session)) };
}

/* Counting ---------------------------------------------------------------------------------------------------------------- */

static bool
day_asked(const struct report *r, int32_t day)
{
	return day >= r->ask.from && day <= r->ask.to;
}

static bool
order_asked(const struct report *r, const struct ledger_chunk *c, const struct fact_order *o)
{
	bool asked = day_asked(r, o->created_day) || (o->paid && day_asked(r, o->paid_day));
	for (uint32_t i = 0; !asked && i < o->refunds; i++)
		asked = day_asked(r, c->refunds.all[o->first_refund + i].day);
	return asked;
}

static enum err
order_give(struct report *r, const struct names *m, const struct ledger_chunk *c, const struct fact_order *from)
{
	struct facts *f = &r->facts;
	struct fact_order *o = fact_new(f->orders);
	if (!o)
		return ERR_NO_MEMORY;
	*o = *from;
	o->shop = m->shops[from->shop];
	o->first_assist = (uint32_t)f->assists.n;
	o->first_refund = (uint32_t)f->refunds.n;
	o->follower = owner_of(m, from->follower);
	for (int rule = 0; rule < ATTRIBUTION_COUNT; rule++)
		o->owner[rule] = owner_of(m, from->owner[rule]);
	for (uint32_t i = 0; i < from->assists; i++) {
		const struct fact_assist *own = &c->assists.all[from->first_assist + i];
		struct fact_assist *a = fact_new(f->assists);
		if (!a)
			return ERR_NO_MEMORY;
		*a = (struct fact_assist){ owner_of(m, own->who), own->kind };
	}
	for (uint32_t i = 0; i < from->refunds; i++) {
		struct fact_refund *refund = fact_new(f->refunds);
		if (!refund)
			return ERR_NO_MEMORY;
		*refund = c->refunds.all[from->first_refund + i];
	}
	return OK;
}

static enum err
orders_count(struct report *r, const struct names *m, const struct ledger_chunk *c)
{
	enum err e = OK;
	r->facts.orders.n = r->facts.assists.n = r->facts.refunds.n = 0;
	for (size_t i = 0; !e && i < c->orders.n; i++) {
		const struct fact_order *o = &c->orders.all[i];
		if (m->shops[o->shop] != FACT_NONE && order_asked(r, c, o))
			e = order_give(r, m, c, o);
	}
	return e ? e : trade_count_orders(r);
}

static enum err
inquiries_count(struct report *r, const struct names *m, const struct ledger_chunk *c)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < c->inquiries.n; i++) {
		const struct inquiry *q = &c->inquiries.all[i];
		uint32_t row;
		if (!day_asked(r, q->day) || m->shops[q->shop] == FACT_NONE)
			continue;
		struct fact_pair pair = { .customer = q->customer, .shop = m->shops[q->shop], .day = q->day, .trade = q->trade };
		struct report_place p = report_place_of(r, (struct report_place){ .shop = pair.shop, .agent = q->agent ? m->agents[q->agent - 1] : FACT_NONE,
		    .session = session_of(m, q->place >> 5, q->category), .rating = FACT_NONE, .day = q->day, .hour = q->place & 31 });
		if (!report_shows(r, &p))
			continue;
		e = report_row_of(r, &p, &row);
		if (!e)
			trade_count_pair(r, &pair, row);
	}
	return e;
}

enum err
ledger_count(const struct ledger *g, struct report *r)
{
	struct names m;
	enum err e = names_make(g, r, &m);
	if (!e)
		e = sessions_make(r, m.category_n);
	for (size_t i = 0; !e && i < g->chunks.n; i++) {
		const struct ledger_chunk *c = &g->chunks.all[i];
		if (c->first_day > r->ask.to || c->last_day < r->ask.from)
			continue;
		e = orders_count(r, &m, c);
		if (!e && r->inquiries)
			e = inquiries_count(r, &m, c);
	}
	names_free(&m);
	r->facts.sessions.n = r->facts.orders.n = r->facts.assists.n = r->facts.refunds.n = 0;
	return e;
}

/* Words ------------------------------------------------------------------------------------------------------------------- */

static void
owner_print(const struct ledger *g, struct fact_owner who, struct buf *out)
{
	uint32_t category = who.session == FACT_NONE ? 0 : LEDGER_CATEGORY(who.session);
	buf_printf(out, " %lld/%d/%lld", who.agent == FACT_NONE ? 0LL : (long long)g->agents.all[who.agent],
	           who.session == FACT_NONE ? -1 : (int)LEDGER_CHANNEL(who.session), category ? (long long)g->categories.all[category - 1] : 0LL);
}

static void
order_print(const struct ledger *g, const struct ledger_chunk *c, const struct fact_order *o, struct buf *out)
{
	buf_printf(out, "order %lld of %lld: %lld %lld, %lld %lld %u, %d %d %d %d, %d:", (long long)o->record_id, (long long)g->w.customers[o->customer],
	           (long long)o->created, (long long)o->paid, (long long)o->amount, (long long)o->postage, o->items, o->created_day, o->created_hour, o->paid_day,
	           o->paid_hour, o->filter);
	for (int rule = 0; rule < ATTRIBUTION_COUNT; rule++)
		owner_print(g, o->owner[rule], out);
	owner_print(g, o->follower, out);
	for (uint32_t i = 0; i < o->assists; i++) {
		buf_printf(out, " help %d", c->assists.all[o->first_assist + i].kind);
		owner_print(g, c->assists.all[o->first_assist + i].who, out);
	}
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *r = &c->refunds.all[o->first_refund + i];
		buf_printf(out, " back %lld %lld %u %d %d %d %d", (long long)r->at, (long long)r->amount, r->items, r->day, r->hour, r->kind, r->done);
	}
	buf_char(out, '\n');
}

static void
customer_print(const struct ledger *g, uint32_t customer, struct buf *out)
{
	const struct ledger_chunk *c = &g->chunks.all[customer / LEDGER_CHUNK];
	for (size_t i = 0; i < c->orders.n; i++)
		if (c->orders.all[i].customer == customer)
			order_print(g, c, &c->orders.all[i], out);
	for (size_t i = 0; i < c->inquiries.n; i++) {
		const struct inquiry *q = &c->inquiries.all[i];
		if (q->customer == customer)
			buf_printf(out, "inquiry of %lld: %d, %lld %lld %lld, %d %d\n", (long long)g->w.customers[customer], q->day, (long long)g->shops.all[q->shop].id,
			           q->agent ? (long long)g->agents.all[q->agent - 1] : 0LL, q->category ? (long long)g->categories.all[q->category - 1] : 0LL, q->place,
			           q->trade);
	}
}

static int
customer_order(const void *a, const void *b, void *ctx)
{
	const int64_t *ids = ctx;
	int64_t x = ids[*(const uint32_t *)a], y = ids[*(const uint32_t *)b];
	return x < y ? -1 : x > y;
}

enum err
ledger_dump(struct ledger *g, struct db *db, struct buf *out)
{
	bool more = true;
	enum err e = OK;
	while (!e && more)
		e = ledger_build_some(g, db, &more);
	size_t n = g->chunks.n * LEDGER_CHUNK < g->w.customer_count ? g->chunks.n * LEDGER_CHUNK : g->w.customer_count;
	uint32_t *order = e ? NULL : mem_new(n + 1, sizeof *order);
	if (!order)
		return e ? e : ERR_NO_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 1)
		qsort_r(order, n, sizeof *order, customer_order, g->w.customers);
	for (size_t i = 0; i < n; i++)
		customer_print(g, order[i], out);
	mem_free(order);
	return buf_err(out);
}
