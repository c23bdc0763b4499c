/* The ledger: whole customers from the record to their records, and keeping these up to date. */
#include "measure/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/facts_impl.h"
#include "measure/ledger_sql.h"
#include "measure/store_impl.h"
#include "base/banned.h"

enum { ARENA_MAX = 64 << 20, TEXTS_MAX = 16 << 20, TOUCHED_MAX = 20000, RENEW_SOME = 200, DAY_MS = 86400000 };

/* Chunks ------------------------------------------------------------------------------------------------------------------ */

static size_t
chunk_bytes(const struct ledger_chunk *c)
{
	return sizeof *c + c->orders.cap * sizeof *c->orders.all + c->assists.cap * sizeof *c->assists.all + c->refunds.cap * sizeof *c->refunds.all +
	       c->inquiries.cap * sizeof *c->inquiries.all;
}

static void
chunk_free(struct ledger_chunk *c)
{
	mem_free(c->orders.all);
	mem_free(c->assists.all);
	mem_free(c->refunds.all);
	mem_free(c->inquiries.all);
}

/* NULL: no memory. */
static struct ledger_chunk *
chunk_at(struct ledger *g, uint32_t customer)
{
	while (g->chunks.n <= customer / LEDGER_CHUNK) {
		struct ledger_chunk *c = fact_new(g->chunks);
		if (!c)
			return NULL;
		*c = (struct ledger_chunk){ .first_day = INT32_MAX, .last_day = INT32_MIN };
		g->bytes += chunk_bytes(c);
	}
	return &g->chunks.all[customer / LEDGER_CHUNK];
}

static uint64_t *
there(struct ledger_chunk *c, uint32_t customer)
{
	return &c->there[customer % LEDGER_CHUNK / 64];
}

static uint64_t
there_bit(uint32_t customer)
{
	return 1ULL << customer % 64;
}

static void
order_move(struct ledger_chunk *c, const struct fact_order *o)
{
	struct fact_order *to = &c->orders.all[c->orders.n++];
	uint32_t assist = o->first_assist, refund = o->first_refund;
	*to = *o;
	to->first_assist = (uint32_t)c->assists.n;
	to->first_refund = (uint32_t)c->refunds.n;
	for (uint32_t i = 0; i < to->assists; i++)
		c->assists.all[c->assists.n++] = c->assists.all[assist + i];
	for (uint32_t i = 0; i < to->refunds; i++)
		c->refunds.all[c->refunds.n++] = c->refunds.all[refund + i];
}

/* Without this customer; what belongs to others moves up. */
static void
chunk_drop(struct ledger_chunk *c, uint32_t customer)
{
	size_t orders = c->orders.n, inquiries = c->inquiries.n;
	if (!(*there(c, customer) & there_bit(customer)))
		return;
	*there(c, customer) &= ~there_bit(customer);
	c->orders.n = c->assists.n = c->refunds.n = c->inquiries.n = 0;
	for (size_t i = 0; i < orders; i++)
		if (c->orders.all[i].customer != customer)
			order_move(c, &c->orders.all[i]);
	for (size_t i = 0; i < inquiries; i++)
		if (c->inquiries.all[i].customer != customer)
			c->inquiries.all[c->inquiries.n++] = c->inquiries.all[i];
}

static void
days_note(struct ledger_chunk *c, int32_t day)
{
	c->first_day = day < c->first_day ? day : c->first_day;
	c->last_day = day > c->last_day ? day : c->last_day;
}

/* Records ----------------------------------------------------------------------------------------------------------------- */

static uint32_t
place_of(const struct ledger *g, uint32_t session)
{
	const struct fact_session *s = session == FACT_NONE ? NULL : &g->w.facts.sessions.all[session];
	return s ? LEDGER_PLACE(s->channel, s->category ? g->category_of[s->category - 1] + 1 : 0) : FACT_NONE;
}

static struct fact_owner
owner_of(const struct ledger *g, struct fact_owner who)
{
	return (struct fact_owner){ who.agent == FACT_NONE ? FACT_NONE : g->agent_of[who.agent], place_of(g, who.session) };
}

static enum err
order_keep(struct ledger *g, struct ledger_chunk *c, const struct fact_order *o)
{
	struct fact_order *to = fact_new(c->orders);
	if (!to)
		return ERR_NO_MEMORY;
	*to = *o;
	to->shop = g->shop_of[o->shop];
	to->first_assist = (uint32_t)c->assists.n;
	to->first_refund = (uint32_t)c->refunds.n;
	to->follower = owner_of(g, o->follower);
	for (int rule = 0; rule < ATTRIBUTION_COUNT; rule++)
		to->owner[rule] = owner_of(g, o->owner[rule]);
	days_note(c, o->created_day);
	if (o->paid)
		days_note(c, o->paid_day);
	for (uint32_t i = 0; i < o->assists; i++) {
		struct fact_assist *a = fact_new(c->assists);
		if (!a)
			return ERR_NO_MEMORY;
		*a = g->w.facts.assists.all[o->first_assist + i];
		a->who = owner_of(g, a->who);
	}
	for (uint32_t i = 0; i < o->refunds; i++) {
		struct fact_refund *r = fact_new(c->refunds);
		if (!r)
			return ERR_NO_MEMORY;
		*r = g->w.facts.refunds.all[o->first_refund + i];
		days_note(c, r->day);
	}
	return OK;
}

static enum err
inquiry_keep(struct ledger *g, struct ledger_chunk *c, const struct fact_pair *q)
{
	uint32_t part = q->noreply ? q->last_part : q->first_part;
	uint32_t place = place_of(g, g->w.facts.parts.all[part].session);
	struct inquiry *to = fact_new(c->inquiries);
	if (!to)
		return ERR_NO_MEMORY;
	*to = (struct inquiry){ .customer = q->customer, .day = q->day, .shop = (uint16_t)g->shop_of[q->shop], .agent = (uint16_t)(g->agent_of[q->agent] + 1),
		                .category = (uint16_t)LEDGER_CATEGORY(place), .place = (uint8_t)(LEDGER_CHANNEL(place) << 5 | q->hour), .trade = q->trade };
	days_note(c, q->day);
	return OK;
}

/* Out of all his events; his orders are the loader's next. shop: the world's number. */
static enum err
customer_take(struct ledger *g, uint32_t shop, uint32_t customer, const struct fact_event *events, size_t n)
{
	const struct report_shop *h = &g->w.shops[shop];
	struct facts_of of = { .zone = h->zone, .cut_hour = h->cut_hour, .shop = shop, .customer = customer, .kind = (enum customer_kind)g->load.map.kinds[customer] };
	struct facts *f = &g->w.facts;
	facts_empty(f);
	enum err e = load_facts(&g->load, &of, events, n);
	struct ledger_chunk *c = e ? NULL : chunk_at(g, customer);
	if (!c)
		return e ? e : ERR_NO_MEMORY;
	g->bytes -= chunk_bytes(c);
	chunk_drop(c, customer);
	for (size_t i = 0; !e && i < f->pairs.n; i++)
		e = f->pairs.all[i].day != FACT_NO_DAY && f->pairs.all[i].trade & PAIR_INQUIRY ? inquiry_keep(g, c, &f->pairs.all[i]) : OK;
	for (size_t i = 0; !e && i < f->orders.n; i++)
		e = order_keep(g, c, &f->orders.all[i]);
	g->bytes += chunk_bytes(c);
	*there(c, customer) |= there_bit(customer);
	return e;
}

static int
number_order(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* What was read of some customers; the events and orders are in order of their numbers. */
static enum err
customers_take(struct ledger *g, uint32_t shop, uint32_t *numbers, size_t n)
{
	const struct fact_event *events = g->load.events;
	size_t at = 0;
	enum err e = OK;
	if (n > 1)
		qsort(numbers, n, sizeof *numbers, number_order);
	for (size_t i = 0; !e && i < n; i++) {
		size_t from, to;
		while (at < g->load.n && events[at].customer < numbers[i])
			at++;
		for (from = to = at; to < g->load.n && events[to].customer == numbers[i]; to++)
			;
		e = customer_take(g, shop, numbers[i], events + from, to - from);
	}
	return e;
}

struct slice {
	struct ledger *g;
	uint32_t *numbers;
	size_t n, cap;
	int64_t low, high;
};

static enum err
slice_add(void *ctx, const void *row)
{
	struct slice *s = ctx;
	int64_t id = ((const struct ledger_customers_out *)row)->id;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 512;
		uint32_t *p = mem_grow(s->numbers, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		s->numbers = p;
		s->cap = cap;
	}
	s->low = s->n ? s->low : id;
	s->high = id;
	enum err e = load_customer(&s->g->load.map, id, &s->numbers[s->n]);
	s->n += !e;
	return e;
}

static enum err
customers_read(struct ledger *g, struct db *db, uint32_t shop, struct slice *s)
{
	if (g->texts)
		arena_reset(g->texts);
	enum err e = trade_read_whole(db, &g->load, &g->w.shops[shop], s->low, s->high);
	return e ? e : customers_take(g, shop, s->numbers, s->n);
}

/* The world's number of a shop of the ledger. */
static uint32_t
shop_world(const struct ledger *g, uint32_t shop)
{
	for (uint32_t i = 0; i < g->w.shop_count; i++)
		if (g->shop_of[i] == shop)
			return i;
	return FACT_NONE;
}

static enum err
shop_slice(struct ledger *g, struct db *db, uint32_t shop)
{
	struct ledger_shop *own = &g->shops.all[shop];
	struct slice s = { .g = g };
	enum err e = query_each(db, &ledger_customers, &(struct ledger_customers_in){ own->id, own->cursor }, slice_add, &s);
	if (!e && s.n)
		e = customers_read(g, db, shop_world(g, shop), &s);
	if (!e && s.n)
		own->cursor = s.high;
	own->built = !e && !s.n;
	mem_free(s.numbers);
	return e;
}

/* Touched ----------------------------------------------------------------------------------------------------------------- */

static uint32_t
shop_find(const struct ledger *g, int64_t id)
{
	for (uint32_t i = 0; i < g->shops.n; i++)
		if (g->shops.all[i].id == id && !g->shops.all[i].gone)
			return i;
	return FACT_NONE;
}

enum err
ledger_touch(struct ledger *g, int64_t shop_id, int64_t customer_id)
{
	uint32_t shop = shop_find(g, shop_id);
	if (shop == FACT_NONE || (!g->shops.all[shop].built && customer_id > g->shops.all[shop].cursor))
		return OK;
	const struct ledger_dirty *last = g->dirty.n ? &g->dirty.all[g->dirty.n - 1] : NULL;
	if (last && last->customer_id == customer_id)
		return OK;
	struct ledger_dirty *d = fact_new(g->dirty);
	if (!d)
		return ERR_NO_MEMORY;
	*d = (struct ledger_dirty){ customer_id, shop };
	return OK;
}

struct touching {
	struct ledger *g;
	int64_t shop_id;
};

static enum err
touched_take(void *ctx, const void *row)
{
	const struct touching *t = ctx;
	return ledger_touch(t->g, t->shop_id, ((const struct ledger_touched_out *)row)->customer_id);
}

/* Whose records have to do with these days: they may be gone from the record. */
static enum err
chunk_touch(struct ledger *g, const struct ledger_chunk *c, int32_t low, int32_t high)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < c->inquiries.n; i++) {
		const struct inquiry *q = &c->inquiries.all[i];
		if (q->day >= low && q->day <= high)
			e = ledger_touch(g, g->shops.all[q->shop].id, g->w.customers[q->customer]);
	}
	for (size_t i = 0; !e && i < c->orders.n; i++) {
		const struct fact_order *o = &c->orders.all[i];
		bool near = (o->created_day >= low && o->created_day <= high) || (o->paid && o->paid_day >= low && o->paid_day <= high);
		for (uint32_t k = 0; !near && k < o->refunds; k++) {
			const struct fact_refund *r = &c->refunds.all[o->first_refund + k];
			near = r->day >= low && r->day <= high;
		}
		if (near)
			e = ledger_touch(g, g->shops.all[o->shop].id, g->w.customers[o->customer]);
	}
	return e;
}

enum err
ledger_touch_span(struct ledger *g, struct db *db, int64_t from, int64_t to)
{
	int32_t low = (int32_t)(from / DAY_MS - 2), high = (int32_t)(to / DAY_MS + 2);
	enum err e = OK;
	for (size_t i = 0; !e && i < g->shops.n && g->dirty.n <= TOUCHED_MAX; i++) {
		struct ledger_shop *shop = &g->shops.all[i];
		if (!shop->gone && (shop->built || shop->cursor))
			e = query_each(db, &ledger_touched, &(struct ledger_touched_in){ shop->id, from - DAY_MS, to + DAY_MS }, touched_take,
			               &(struct touching){ g, shop->id });
	}
	for (size_t i = 0; !e && i < g->chunks.n && g->dirty.n <= TOUCHED_MAX; i++)
		if (g->chunks.all[i].first_day <= high && g->chunks.all[i].last_day >= low)
			e = chunk_touch(g, &g->chunks.all[i], low, high);
	if (!e && g->dirty.n > TOUCHED_MAX)
		ledger_forget(g);
	return e;
}

static int
dirty_order(const void *a, const void *b)
{
	const struct ledger_dirty *x = a, *y = b;
	return x->customer_id < y->customer_id ? -1 : x->customer_id > y->customer_id;
}

/* Each once, at most so many of them. */
static enum err
dirty_renew(struct ledger *g, struct db *db, size_t most)
{
	enum err e = OK;
	if (g->dirty.n > 1)
		qsort(g->dirty.all, g->dirty.n, sizeof *g->dirty.all, dirty_order);
	while (!e && g->dirty.n && most--) {
		struct ledger_dirty d = g->dirty.all[g->dirty.n - 1];
		uint32_t number, shop = shop_world(g, d.shop);
		if (shop != FACT_NONE)
			e = load_customer(&g->load.map, d.customer_id, &number);
		if (!e && shop != FACT_NONE)
			e = customers_read(g, db, shop, &(struct slice){ .numbers = &number, .n = 1, .low = d.customer_id, .high = d.customer_id });
		while (!e && g->dirty.n && g->dirty.all[g->dirty.n - 1].customer_id == d.customer_id)
			g->dirty.n--;
	}
	return e;
}

static struct ledger_shop *
shop_missing(struct ledger *g)
{
	for (size_t i = 0; i < g->shops.n; i++)
		if (!g->shops.all[i].gone && !g->shops.all[i].built)
			return &g->shops.all[i];
	return NULL;
}

bool
ledger_built(const struct ledger *g)
{
	bool built = g->known;
	for (size_t i = 0; built && i < g->shops.n; i++)
		built = g->shops.all[i].gone || g->shops.all[i].built;
	return built;
}

bool
ledger_has(const struct ledger *g, const struct report *r)
{
	bool has = g->known;
	for (size_t i = 0; has && i < r->shop_count; i++) {
		uint32_t shop = shop_find(g, r->shops[i].id);
		has = shop != FACT_NONE && g->shops.all[shop].built;
	}
	return has;
}

/* Who was taken by half stays touched, or in a slice that is still missing: nothing is counted before he was taken whole. */
enum err
ledger_update(struct ledger *g, struct db *db)
{
	enum err e = g->known ? OK : ledger_world(g, db);
	return e ? e : dirty_renew(g, db, SIZE_MAX);
}

enum err
ledger_build_some(struct ledger *g, struct db *db, bool *ret_more)
{
	enum err e = g->known ? OK : ledger_world(g, db);
	struct ledger_shop *shop = e ? NULL : shop_missing(g);
	if (!e && g->dirty.n)
		e = dirty_renew(g, db, RENEW_SOME);
	else if (shop)
		e = shop_slice(g, db, (uint32_t)(shop - g->shops.all));
	*ret_more = !e && (g->dirty.n || shop_missing(g));
	return e;
}

/* The world --------------------------------------------------------------------------------------------------------------- */

static void
chunks_free(struct ledger *g)
{
	for (size_t i = 0; i < g->chunks.n; i++)
		chunk_free(&g->chunks.all[i]);
	mem_free(g->chunks.all);
	g->chunks.all = NULL;
	g->chunks.n = g->chunks.cap = 0;
	g->bytes = 0;
}

void
ledger_forget(struct ledger *g)
{
	chunks_free(g);
	for (size_t i = 0; i < g->shops.n; i++) {
		g->shops.all[i].cursor = 0;
		g->shops.all[i].built = false;
	}
	g->dirty.n = 0;
	g->known = false;
}

void
ledger_free(struct ledger *g)
{
	chunks_free(g);
	trade_load_free(&g->load.trade);
	mem_free(g->load.events);
	mem_free(g->load.sorted);
	mem_free(g->load.map.slots);
	mem_free(g->load.map.kinds);
	mem_free(g->agents.all);
	mem_free(g->categories.all);
	mem_free(g->shops.all);
	mem_free(g->dirty.all);
	arena_free(g->texts);
	report_free(&g->w);
}

static enum err
id_number(struct ledger_ids *ids, int64_t id, uint32_t *ret)
{
	size_t i = 0;
	while (i < ids->n && ids->all[i] != id)
		i++;
	int64_t *more = i == ids->n ? fact_new(*ids) : &ids->all[i];
	if (!more)
		return ERR_NO_MEMORY;
	*more = id;
	*ret = (uint32_t)i;
	return OK;
}

static enum err
shop_number(struct ledger *g, int64_t id, uint32_t *ret)
{
	uint32_t i = 0;
	while (i < g->shops.n && g->shops.all[i].id != id)
		i++;
	struct ledger_shop *own = i == g->shops.n ? fact_new(g->shops) : &g->shops.all[i];
	if (!own)
		return ERR_NO_MEMORY;
	own->id = id;
	own->gone = false;
	*ret = i;
	return OK;
}

static enum err
numbers_find(struct ledger *g)
{
	struct report *w = &g->w;
	enum err e = OK;
	g->agent_of = arena_alloc(w->arena, (w->people_count + 1) * sizeof *g->agent_of);
	g->category_of = arena_alloc(w->arena, (w->category_count + 1) * sizeof *g->category_of);
	g->shop_of = arena_alloc(w->arena, (w->shop_count + 1) * sizeof *g->shop_of);
	if (!g->agent_of || !g->category_of || !g->shop_of)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < g->shops.n; i++)
		g->shops.all[i].gone = true;
	for (size_t i = 0; !e && i < w->people_count; i++)
		e = id_number(&g->agents, w->people[i].id, &g->agent_of[i]);
	for (size_t i = 0; !e && i < w->category_count; i++)
		e = id_number(&g->categories, w->categories[i].id, &g->category_of[i]);
	for (size_t i = 0; !e && i < w->shop_count; i++)
		e = shop_number(g, w->shops[i].id, &g->shop_of[i]);
	return e;
}

static uint64_t
flags_stamp(const struct report *w, uint64_t stamp, const bool *flags)
{
	for (size_t i = 0; i < w->people_count; i++)
		if (flags[i])
			stamp = stamp_mix(stamp, &w->people[i].id, sizeof w->people[i].id);
	return stamp_mix(stamp, "", 1);
}

/* What a report decides by itself is not in it. */
static uint64_t
versions_stamp(const struct report *w, const struct rule_versions *v, uint64_t stamp)
{
	for (size_t i = 0; i < v->n; i++) {
		struct measure_rules rules = *v->all[i].rules;
		rules.attribution = rules.sales_refunds = 0;
		rules.sales_postage = rules.effective_inquiry = false;
		stamp = stamp_mix(stamp_mix(stamp, &v->all[i].from, sizeof v->all[i].from), &rules, sizeof rules);
		stamp = stamp_mix(stamp, v->all[i].profile->key, strlen(v->all[i].profile->key));
		stamp = flags_stamp(w, flags_stamp(w, stamp, v->all[i].left_out), v->all[i].after_sales);
	}
	return stamp;
}

/* Customers who are no customers, in whatever order. */
static uint64_t
odd_stamp(const struct ledger *g)
{
	uint64_t sum = 0;
	for (uint32_t c = 0; c < g->w.customer_count; c++)
		if (g->load.map.kinds[c] != CUSTOMER_REAL)
			sum += stamp_mix(stamp_mix(1, &g->w.customers[c], sizeof g->w.customers[c]), &g->load.map.kinds[c], 1);
	return sum;
}

static uint64_t
shop_stamp(const struct ledger *g, const struct report_shop *shop, uint64_t odd)
{
	struct str zone = zone_name(shop->zone);
	uint64_t stamp = stamp_mix(stamp_mix(0xCBF29CE484222325ULL, zone.p, zone.n), &shop->cut_hour, sizeof shop->cut_hour);
	for (size_t i = 0; i < g->w.people_count; i++)
		if (g->w.people[i].kind != CUSTOMER_STAFF)
			stamp = stamp_mix(stamp_mix(stamp, &g->w.people[i].id, sizeof g->w.people[i].id), &g->w.people[i].kind, sizeof g->w.people[i].kind);
	return versions_stamp(&g->w, &shop->versions, stamp + odd);
}

/* Shops that are new change nothing for the others. */
static enum err
stamps_check(struct ledger *g, struct db *db)
{
	bool changed = false;
	enum err e = OK;
	if (g->w.customer_count)
		memset(g->load.map.kinds, CUSTOMER_REAL, g->w.customer_count);
	for (size_t i = 0; !e && i < g->w.shop_count; i++)
		e = load_odd_customers(db, &g->load, g->w.shops[i].id);
	uint64_t odd = e ? 0 : odd_stamp(g);
	for (size_t i = 0; !e && i < g->w.shop_count; i++) {
		struct ledger_shop *own = &g->shops.all[g->shop_of[i]];
		uint64_t stamp = shop_stamp(g, &g->w.shops[i], odd);
		changed = changed || (own->stamp != stamp && (own->built || own->cursor));
		own->stamp = stamp;
	}
	for (size_t i = 0; i < g->shops.n; i++)
		changed = changed || (g->shops.all[i].gone && (g->shops.all[i].built || g->shops.all[i].cursor));
	if (!e && changed)
		ledger_forget(g);
	return e;
}

static enum err
world_make(struct ledger *g, struct db *db)
{
	struct report fresh = { .ask = { .by = BY_AGENT, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR, .scope = STR("all"), .lang = "en" },
		                .arena = arena_new(ARENA_MAX), .trade = true };
	enum err e = fresh.arena ? report_history(db, fresh.arena, &fresh.ask) : ERR_NO_MEMORY;
	if (!e)
		e = report_world(db, &fresh);
	for (size_t i = 0; !e && i < fresh.shop_count; i++)
		e = load_versions(&fresh, &fresh.shops[i].versions);
	if (e) {
		report_free(&fresh);
		return e;
	}
	fresh.ask.from = INT32_MIN; /* every day there is */
	fresh.ask.to = INT32_MAX;
	fresh.customers = g->w.customers;
	fresh.customer_count = g->w.customer_count;
	fresh.facts = g->w.facts;
	g->w.customers = NULL;
	g->w.facts = (struct facts){ 0 };
	report_free(&g->w);
	g->w = fresh;
	return OK;
}

enum err
ledger_world(struct ledger *g, struct db *db)
{
	enum err e = world_make(g, db);
	g->load.r = g->load.map.r = &g->w;
	g->load.person_id = -1;
	g->load.person = FACT_NONE;
	g->texts = g->texts ? g->texts : arena_new(TEXTS_MAX);
	g->load.trade.texts = g->texts;
	if (!e && !g->texts)
		e = ERR_NO_MEMORY;
	if (!e)
		e = numbers_find(g);
	if (!e)
		e = stamps_check(g, db);
	g->known = !e;
	return e;
}
