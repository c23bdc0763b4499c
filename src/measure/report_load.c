/* The record of the days asked for, customer by customer, to facts. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/report_load.h"
#include "base/banned.h"

enum { MAP_START = 4096 };

static size_t
slot_of(const struct customer_map *m, int64_t id)
{
	size_t i = (size_t)((uint64_t)id * 0x9E3779B97F4A7C15ULL >> 20) & (m->slot_count - 1);
	while (m->slots[i] && m->r->customers[m->slots[i] - 1] != id)
		i = (i + 1) & (m->slot_count - 1);
	return i;
}

static enum err
map_grow(struct customer_map *m)
{
	size_t cap = m->cap ? 2 * m->cap : MAP_START;
	int64_t *ids = mem_grow(m->r->customers, cap * sizeof *ids);
	if (ids)
		m->r->customers = ids;
	uint8_t *kinds = mem_grow(m->kinds, cap);
	if (kinds)
		m->kinds = kinds;
	uint32_t *slots = mem_new(2 * cap, sizeof *slots);
	if (!ids || !kinds || !slots) {
		mem_free(slots);
		return ERR_NO_MEMORY;
	}
	mem_free(m->slots);
	m->slots = slots;
	m->slot_count = 2 * cap;
	m->cap = cap;
	for (uint32_t i = 0; i < m->r->customer_count; i++)
		m->slots[slot_of(m, ids[i])] = i + 1;
	return OK;
}

enum err
load_customer(struct customer_map *m, int64_t id, uint32_t *ret)
{
	if (m->r->customer_count == m->cap) {
		enum err e = map_grow(m);
		if (e)
			return e;
	}
	size_t slot = slot_of(m, id);
	if (!m->slots[slot]) {
		m->r->customers[m->r->customer_count] = id;
		m->kinds[m->r->customer_count] = CUSTOMER_REAL;
		m->slots[slot] = ++m->r->customer_count;
	}
	*ret = m->slots[slot] - 1;
	return OK;
}

static int
person_order(const void *key, const void *element)
{
	int64_t a = *(const int64_t *)key, b = ((const struct report_person *)element)->id;
	return a < b ? -1 : a > b;
}

static uint32_t
person_number(struct loading *l, int64_t id)
{
	if (id == l->person_id)
		return l->person;
	const struct report *r = l->r;
	const struct report_person *p = r->people_count ? bsearch(&id, r->people, r->people_count, sizeof *p, person_order) : NULL;
	l->person_id = id;
	l->person = p ? (uint32_t)(p - r->people) : FACT_NONE;
	return l->person;
}

/* Robots and service accounts hold nothing. */
uint32_t
load_human(struct loading *l, bool set, int64_t id)
{
	uint32_t n = set ? person_number(l, id) : FACT_NONE;
	return n != FACT_NONE && l->r->people[n].kind == CUSTOMER_STAFF ? n : FACT_NONE;
}

static struct fact_event *
event_new(struct loading *l)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 4096;
		struct fact_event *p = mem_grow(l->events, cap * sizeof *p);
		if (!p)
			return NULL;
		l->events = p;
		l->cap = cap;
	}
	return &l->events[l->n++];
}

static uint8_t
kind_of(struct loading *l, const struct report_messages_out *m)
{
	static const uint8_t kinds[] = { FACT_CUSTOMER, FACT_AGENT, FACT_ROBOT, FACT_AUTO, FACT_CLOSED, FACT_ASSIGNED, FACT_QUEUED };
	uint8_t kind = kinds[m->what];
	uint32_t who = kind == FACT_AGENT && m->person_id_set ? person_number(l, m->person_id) : FACT_NONE;
	if (who == FACT_NONE || l->r->people[who].kind == CUSTOMER_STAFF)
		return kind;
	return l->r->people[who].kind == CUSTOMER_ROBOT ? FACT_ROBOT : FACT_AUTO;
}

static int
category_order(const void *key, const void *element)
{
	int64_t a = *(const int64_t *)key, b = ((const struct report_category *)element)->id;
	return a < b ? -1 : a > b;
}

static uint32_t
category_number(const struct report *r, int64_t id)
{
	const struct report_category *c = r->category_count ? bsearch(&id, r->categories, r->category_count, sizeof *c, category_order) : NULL;
	return c ? (uint32_t)(c - r->categories) + 1 : 0;
}

enum err
load_message(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct report_messages_out *m = row;
	struct fact_event *e = event_new(l);
	if (!e)
		return ERR_NO_MEMORY;
	*e = (struct fact_event){ .at = m->at, .record_id = m->session_id, .agent = load_human(l, m->person_id_set, m->person_id), .to = FACT_NONE,
		                  .chars = (uint32_t)m->chars, .order = (uint32_t)m->seq,
		                  .category = m->category_id_set ? category_number(l->r, m->category_id) : 0, .channel = (uint8_t)m->channel,
		                  .kind = kind_of(l, m), .code_word = m->code_word, .base_phrase = m->base_phrase };
	l->r->messages += m->what <= 3;
	return load_customer(&l->map, m->customer_id, &e->customer);
}

enum err
load_transfer(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct report_transfers_out *t = row;
	struct fact_event *e = event_new(l);
	if (!e)
		return ERR_NO_MEMORY;
	*e = (struct fact_event){ .at = t->at, .record_id = t->session_id, .agent = load_human(l, t->from_id_set, t->from_id),
		                  .to = load_human(l, t->to_id_set, t->to_id), .kind = FACT_TRANSFER };
	return load_customer(&l->map, t->customer_id, &e->customer);
}

static enum err
rating_take(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct report_ratings_out *g = row;
	struct fact_event *e = event_new(l);
	if (!e)
		return ERR_NO_MEMORY;
	*e = (struct fact_event){ .at = g->at, .record_id = g->session_id_set ? g->session_id : 0, .agent = load_human(l, g->person_id_set, g->person_id),
		                  .to = FACT_NONE, .kind = g->source == RATING_INVITE ? FACT_INVITE : FACT_RATING,
		                  .score = (uint8_t)g->score,
		                  .source = (uint8_t)g->source };
	return load_customer(&l->map, g->customer_id, &e->customer);
}

static enum err
odd_take(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct report_odd_customers_out *o = row;
	uint32_t n;
	enum err e = load_customer(&l->map, o->id, &n);
	if (!e)
		l->map.kinds[n] = str_eqz(o->kind, "robot") ? CUSTOMER_ROBOT : str_eqz(o->kind,
		    "platform") ? CUSTOMER_PLATFORM : CUSTOMER_STAFF;
	return e;
}

enum err
load_odd_customers(struct db *db, struct loading *l, int64_t shop_id)
{
	return query_each(db, &report_odd_customers, &(struct report_odd_customers_in){ shop_id }, odd_take, l);
}

static enum err
shop_read(struct db *db, struct loading *l, const struct report_shop *shop)
{
	const struct report_ask *a = &l->r->ask;
	int64_t low = zone_instant(shop->zone, a->from - LOAD_DAYS_BEFORE, shop->cut_hour * 60);
	int64_t high = zone_instant(shop->zone, a->to + 1 + LOAD_DAYS_AFTER, shop->cut_hour * 60);
	bool group = a->viewer_group != 0;
	if (a->until && a->until < high)
		high = a->until;
	enum err e = query_each(db, &report_messages,
	                        &(struct report_messages_in){ shop->id, low, high, code_word_of(&shop->versions), a->viewer, a->scope, group,
	                        a->viewer_group },
	                        load_message, l);
	if (!e)
		e = query_each(db, &report_transfers, &(struct report_transfers_in){ shop->id, low, high }, load_transfer, l);
	if (!e)
		e = query_each(db, &report_ratings, &(struct report_ratings_in){ shop->id, low, high, a->viewer, a->scope, group,
		    a->viewer_group }, rating_take, l);
	if (!e)
		e = load_odd_customers(db, l, shop->id);
	if (!e)
		e = trade_read(db, l, shop);
	return e ? e : code_words_mark(db, shop->id, NULL, shop->zone, shop->cut_hour, &shop->versions, l->events, l->n);
}

/* By customer (counted), then by time where the record did not give it so already. */
static enum err
events_sort(struct loading *l, uint32_t first, size_t *starts)
{
	size_t n = l->r->customer_count - first;
	mem_free(l->sorted);
	l->sorted = mem_new(l->n ? l->n : 1, sizeof *l->sorted);
	if (!l->sorted)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < l->n; i++)
		starts[l->events[i].customer - first + 1]++;
	for (size_t c = 0; c < n; c++)
		starts[c + 1] += starts[c];
	for (size_t i = 0; i < l->n; i++)
		l->sorted[starts[l->events[i].customer - first]++] = l->events[i];
	for (size_t c = n; c > 0; c--)
		starts[c] = starts[c - 1];
	starts[0] = 0;
	for (size_t c = 0; c < n; c++) {
		bool ordered = true;
		for (size_t i = starts[c] + 1; ordered && i < starts[c + 1]; i++)
			ordered = fact_event_order(&l->sorted[i - 1], &l->sorted[i]) <= 0;
		if (!ordered)
			qsort(l->sorted + starts[c], starts[c + 1] - starts[c], sizeof *l->sorted, fact_event_order);
	}
	return OK;
}

/* A day's facts, and what its pairs were for. */
static enum err
day_facts(struct loading *l, const struct facts_of *of, const struct fact_event *events, size_t n, int32_t day, size_t first_session,
    struct trade_order *orders, size_t order_count)
{
	struct facts *f = &l->r->facts;
	struct facts_mark from;
	if (!l->r->trade)
		return facts_day(f, of, events, n, day, first_session);
	enum err e = facts_window(f, of, events, n, day - FACTS_DAYS_BEFORE, day + FACTS_DAYS_AFTER, first_session, &from);
	if (e)
		return e;
	trade_flag(of->rules, orders, order_count);
	trade_inquiries(f, of, &from, orders, order_count);
	facts_keep(f, &from, day);
	return OK;
}

/* The days asked for, and their neighbours: what was open then. */
enum err
load_facts(struct loading *l, const struct facts_of *whole, const struct fact_event *events, size_t n)
{
	struct facts_of by = *whole, *of = &by;
	const struct report_ask *a = &l->r->ask;
	int64_t until = INT64_MIN;
	size_t first_session = l->r->facts.sessions.n;
	struct trade_order *orders = NULL;
	size_t order_count = l->r->trade ? trade_next(&l->trade, whole->customer, &orders) : 0;
	enum err e = order_count ? trade_facts(l, whole, events, n, orders, order_count) : OK;
	for (size_t i = 0; !e && i < n; i++) {
		if (events[i].at < until)
			continue;
		int64_t day = zone_business_day(of->zone, events[i].at, of->cut_hour);
		until = zone_instant(of->zone, day + 1, of->cut_hour * 60);
		facts_by(of, report_version(l->r, of->shop, (int32_t)day));
		if (day >= a->from - 1 && day <= a->to + 1)
			e = day_facts(l, of, events, n, (int32_t)day, first_session, orders, order_count);
	}
	return e;
}

static enum err
shop_facts(struct db *db, struct loading *l, uint32_t shop)
{
	struct report *r = l->r;
	const struct report_shop *s = &r->shops[shop];
	uint32_t first = r->customer_count;
	struct facts_of of = { .zone = s->zone, .cut_hour = s->cut_hour, .shop = shop };
	l->n = 0;
	enum err e = shop_read(db, l, s);
	size_t *starts = e ? NULL : mem_new(r->customer_count - first + 2, sizeof *starts);
	if (!e)
		e = starts ? events_sort(l, first, starts) : ERR_NO_MEMORY;
	for (uint32_t c = first; !e && c < r->customer_count; c++) {
		of.customer = c;
		of.kind = (enum customer_kind)l->map.kinds[c];
		e = load_facts(l, &of, l->sorted + starts[c - first], starts[c - first + 1] - starts[c - first]);
	}
	mem_free(starts);
	return e;
}

/* A setting's list of keys, as flags by person. */
static enum err
people_flags(struct report *r, const char *keys, const bool **ret)
{
	bool *flags = arena_alloc(r->arena, r->people_count + 1);
	struct str rest = str_of(keys), key;
	if (!flags)
		return ERR_NO_MEMORY;
	while (str_split(&rest, ',', &key))
		for (size_t i = 0; i < r->people_count; i++)
			flags[i] = flags[i] || str_eq(str_trim(key), r->people[i].key);
	*ret = flags;
	return OK;
}

enum err
load_versions(struct report *r, struct rule_versions *v)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < v->n; i++) {
		e = people_flags(r, v->all[i].rules->left_out, &v->all[i].left_out);
		if (!e)
			e = people_flags(r, v->all[i].rules->after_sales, &v->all[i].after_sales);
	}
	return e;
}

enum err
report_load(struct db *db, struct report *r)
{
	struct loading l = { .r = r, .map = { .r = r }, .person_id = -1, .person = FACT_NONE };
	enum err e = OK;
	for (uint32_t s = 0; !e && s < r->shop_count; s++) {
		e = load_versions(r, &r->shops[s].versions);
		if (!e)
			e = shop_facts(db, &l, s);
	}
	trade_load_free(&l.trade);
	mem_free(l.events);
	mem_free(l.sorted);
	mem_free(l.map.slots);
	mem_free(l.map.kinds);
	return e;
}
