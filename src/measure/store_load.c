/* From the record to one customer's business day. */
#include <stdlib.h>
#include <string.h>

#include "measure/report_sql.h"
#include "measure/store_impl.h"
#include "measure/store_sql.h"
#include "base/banned.h"

enum { ARENA_MAX = 64 << 20 };

/* Numbers ----------------------------------------------------------------------------------------------------------------- */

static size_t
slot_of(const struct store *s, int64_t id)
{
	size_t i = (size_t)(((uint64_t)id * 0x9E3779B97F4A7C15ULL >> 32) * s->slot_count >> 32);
	while (s->slots[i] && s->w.customers[s->slots[i] - 1] != id)
		i = i + 1 < s->slot_count ? i + 1 : 0;
	return i;
}

static enum err
customers_grow(struct store *s)
{
	size_t cap = s->customer_cap ? s->customer_cap + s->customer_cap / 4 : 1024, slot_count = cap + cap / 4;
	int64_t *ids = mem_grow(s->w.customers, cap * sizeof *ids);
	if (ids)
		s->w.customers = ids;
	uint8_t *kinds = mem_grow(s->kinds, cap);
	if (kinds)
		s->kinds = kinds;
	uint32_t *slots = mem_new(slot_count, sizeof *slots);
	if (!ids || !kinds || !slots) {
		mem_free(slots);
		return ERR_NO_MEMORY;
	}
	mem_free(s->slots);
	s->slots = slots;
	s->slot_count = slot_count;
	s->customer_cap = cap;
	for (uint32_t i = 0; i < s->w.customer_count; i++)
		s->slots[slot_of(s, ids[i])] = i + 1;
	return OK;
}

enum err
store_customer(struct store *s, int64_t id, uint32_t *ret_number)
{
	if (s->w.customer_count == s->customer_cap) {
		enum err e = customers_grow(s);
		if (e)
			return e;
	}
	size_t slot = slot_of(s, id);
	if (!s->slots[slot]) {
		s->w.customers[s->w.customer_count] = id;
		s->kinds[s->w.customer_count] = CUSTOMER_REAL;
		s->slots[slot] = ++s->w.customer_count;
	}
	*ret_number = s->slots[slot] - 1;
	return OK;
}

/* People keep the number they got first; there are few enough to look through. */
static uint32_t
person_find(const struct store *s, int64_t id)
{
	for (size_t i = 0; i < s->people.n; i++)
		if (s->people.all[i].id == id)
			return (uint32_t)i;
	return FACT_NONE;
}

static uint32_t
human(const struct store *s, bool set, int64_t id)
{
	uint32_t n = set ? person_find(s, id) : FACT_NONE;
	return n != FACT_NONE && s->people.all[n].kind == CUSTOMER_STAFF ? n : FACT_NONE;
}

static uint32_t
category_find(const struct store *s, int64_t id)
{
	for (size_t i = 0; i < s->categories.n; i++)
		if (s->categories.all[i].id == id)
			return (uint32_t)i + 1;
	return 0;
}

/* The world --------------------------------------------------------------------------------------------------------------- */

struct world {
	struct store *s;
	uint64_t stamp; /* of what all shops depend on */
	uint64_t odd;
};

static enum err
person_take(void *ctx, const void *row)
{
	struct world *w = ctx;
	const struct report_people_out *p = row;
	uint32_t n = person_find(w->s, p->id);
	struct report_person *known = n == FACT_NONE ? fact_new(w->s->people) : &w->s->people.all[n];
	if (!known)
		return ERR_NO_MEMORY;
	known->id = p->id;
	known->shown = true;
	known->kind = str_eqz(p->kind, "robot") ? CUSTOMER_ROBOT : str_eqz(p->kind, "platform") ? CUSTOMER_PLATFORM : CUSTOMER_STAFF;
	known->key = arena_str(w->s->arena, p->key); /* until the flags are made */
	if (!known->key.p)
		return ERR_NO_MEMORY;
	if (known->kind != CUSTOMER_STAFF)
		w->stamp = stamp_mix(stamp_mix(w->stamp, &p->id, sizeof p->id), &known->kind, sizeof known->kind);
	return OK;
}

static enum err
category_take(void *ctx, const void *row)
{
	struct world *w = ctx;
	const struct report_categories_out *c = row;
	if (category_find(w->s, c->id))
		return OK;
	struct report_category *own = fact_new(w->s->categories);
	if (!own)
		return ERR_NO_MEMORY;
	own->id = c->id;
	return OK;
}

static enum err
odd_take(void *ctx, const void *row)
{
	struct world *w = ctx;
	const struct report_odd_customers_out *o = row;
	uint32_t n;
	enum err e = store_customer(w->s, o->id, &n);
	if (e)
		return e;
	w->s->kinds[n] = str_eqz(o->kind, "robot") ? CUSTOMER_ROBOT : str_eqz(o->kind, "platform") ? CUSTOMER_PLATFORM : CUSTOMER_STAFF;
	w->odd += stamp_mix(stamp_mix(1, &o->id, sizeof o->id), &w->s->kinds[n], 1); /* in whatever order */
	return OK;
}

static enum err
shop_take(void *ctx, const void *row)
{
	struct world *w = ctx;
	const struct store_shops_out *h = row;
	struct store_shop *shop = NULL;
	for (size_t i = 0; i < w->s->shops.n; i++)
		shop = w->s->shops.all[i].id == h->id ? &w->s->shops.all[i] : shop;
	if (!shop)
		shop = fact_new(w->s->shops);
	if (!shop)
		return ERR_NO_MEMORY;
	shop->id = h->id;
	shop->cut_hour = (int)h->cut_hour;
	shop->gone = false;
	shop->profile = profile_find(h->profile);
	shop->profile = shop->profile ? shop->profile : profiles;
	enum err e = zone_open(h->timezone, &shop->zone);
	return e == ERR_NOT_FOUND ? zone_open(STR("Asia/Shanghai"), &shop->zone) : e;
}

static enum err
stamps_take(struct store *s, struct db *db, struct world *w)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		w->odd = 0;
		e = query_each(db, &report_odd_customers, &(struct report_odd_customers_in){ shop->id }, odd_take, w);
		struct str zone = zone_name(shop->zone);
		uint64_t stamp = stamp_mix(stamp_mix(stamp_mix(w->stamp, &w->odd, sizeof w->odd), zone.p, zone.n), &shop->cut_hour, sizeof shop->cut_hour);
		if (!e && stamp != shop->stamp) {
			shop_forget(s, shop);
			shop->stamp = stamp;
		}
	}
	return e;
}

/* What report_count works in: the store's own people and categories, one day, a row for every place. */
static enum err
room_make(struct store *s)
{
	struct report *w = &s->w;
	w->people = s->people.all;
	w->people_count = s->people.n;
	w->categories = s->categories.all;
	w->category_count = s->categories.n;
	w->dates = &s->date;
	w->nobody_shown = true;
	if (w->row_of && s->people_sized == s->people.n && s->categories_sized == s->categories.n)
		return OK;
	mem_free(w->row_of);
	w->row_of = NULL;
	w->row_count = 0;
	s->people_sized = s->people.n;
	s->categories_sized = s->categories.n;
	return report_rows_start(w);
}

/* One version's people who are not counted, and what tells it apart. */
static enum err
version_finish(struct store *s, struct rule_version *v)
{
	bool *left_out = arena_alloc(s->arena, s->people.n + 1);
	struct str rest = str_of(v->rules->left_out), key;
	if (!left_out)
		return ERR_NO_MEMORY;
	while (str_split(&rest, ',', &key))
		for (size_t i = 0; i < s->people.n; i++)
			left_out[i] = left_out[i] || str_eq(str_trim(key), s->people.all[i].key);
	v->left_out = left_out;
	v->stamp = stamp_mix(stamp_mix(0xCBF29CE484222325ULL, v->rules, sizeof *v->rules), v->profile->key, strlen(v->profile->key));
	for (size_t i = 0; i < s->people.n; i++)
		if (left_out[i])
			v->stamp = stamp_mix(v->stamp, &s->people.all[i].id, sizeof s->people.all[i].id);
	return OK;
}

static enum err
versions_take(struct store *s, struct db *db)
{
	struct profile_changes changes = { 0 };
	enum err e = profile_changes_read(db, s->arena, &changes);
	for (size_t i = 0; !e && i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		e = rule_versions_of(s->arena, &s->w.ask.history, &changes, shop->id, shop->profile, NULL, &shop->versions);
		for (size_t k = 0; !e && k < shop->versions.n; k++)
			e = version_finish(s, &shop->versions.all[k]);
		if (!e)
			shop_versions_check(s, shop);
	}
	return e;
}

enum err
store_world(struct store *s, struct db *db)
{
	arena_free(s->arena);
	s->arena = arena_new(ARENA_MAX);
	for (size_t i = 0; i < s->people.n; i++)
		s->people.all[i].key = STR_NONE;
	for (size_t i = 0; i < s->shops.n; i++)
		s->shops.all[i].versions = (struct rule_versions){ 0 };
	s->w.ask = (struct report_ask){ .by = BY_AGENT | BY_CHANNEL | BY_CATEGORY | BY_HOUR, .channel = REPORT_ANY, .day = REPORT_NO_DAY,
		                        .hour = REPORT_NO_HOUR, .scope = STR("all") };
	enum err e = s->arena ? rules_history_read(db, s->arena, &s->w.ask.history) : ERR_NO_MEMORY;
	if (e)
		return e;
	struct world w = { .s = s, .stamp = 0xCBF29CE484222325ULL };
	for (size_t i = 0; i < s->shops.n; i++)
		s->shops.all[i].gone = true;
	if (s->w.customer_count)
		memset(s->kinds, CUSTOMER_REAL, s->w.customer_count);
	e = query_each(db, &report_people, NULL, person_take, &w);
	if (!e)
		e = query_each(db, &report_categories, NULL, category_take, &w);
	if (!e)
		e = query_each(db, &store_shops, NULL, shop_take, &w);
	if (!e)
		e = stamps_take(s, db, &w);
	if (!e)
		e = versions_take(s, db);
	if (!e)
		e = ledger_world(&s->ledger, db);
	return e ? e : room_make(s);
}

enum err
store_span(struct store *s, struct db *db, struct store_shop *shop, int64_t now)
{
	struct store_span_query_out row;
	struct arena *a = arena_new(8192);
	enum err e = a ? query_one(db, &store_span_query, &(struct store_span_query_in){ shop->id }, a, &row) : ERR_NO_MEMORY;
	arena_free(a);
	if (e)
		return e;
	int64_t today = zone_business_day(shop->zone, now, shop->cut_hour);
	int64_t first = row.low_set ? zone_business_day(shop->zone, row.low, shop->cut_hour) : today;
	int64_t last = row.high_set ? zone_business_day(shop->zone, row.high, shop->cut_hour) + 2 : today;
	last = last > today ? last : today;
	first = first < today ? first : today;
	shop->day_n = (size_t)(last - first + 1);
	shop->days = mem_new(shop->day_n, sizeof *shop->days);
	shop->first_day = (int32_t)first;
	shop->known = shop->days != NULL;
	(void)s;
	return shop->days ? OK : ERR_NO_MEMORY;
}

/* Events ------------------------------------------------------------------------------------------------------------------ */

static uint8_t
kind_of(const struct store *s, int64_t what, bool set, int64_t person_id)
{
	static const uint8_t kinds[] = { FACT_CUSTOMER, FACT_AGENT, FACT_ROBOT, FACT_AUTO, FACT_CLOSED, FACT_ASSIGNED, FACT_QUEUED };
	uint8_t kind = kinds[what];
	uint32_t who = kind == FACT_AGENT && set ? person_find(s, person_id) : FACT_NONE;
	if (who == FACT_NONE || s->people.all[who].kind == CUSTOMER_STAFF)
		return kind;
	return s->people.all[who].kind == CUSTOMER_ROBOT ? FACT_ROBOT : FACT_AUTO;
}

/* The rows of a shop and of a customer have the same members. */
#define MESSAGE_TAKE(name, type)                                                                                                            \
	static enum err name(void *ctx, const void *row)                                                                                    \
	{                                                                                                                                   \
		struct store *s = ctx;                                                                                                      \
		const struct type *m = row;                                                                                                 \
		struct fact_event *e = fact_new(s->events);                                                                                 \
		if (!e)                                                                                                                     \
			return ERR_NO_MEMORY;                                                                                               \
		*e = (struct fact_event){ .at = m->at, .record_id = m->session_id, .agent = human(s, m->person_id_set, m->person_id),       \
			                  .to = FACT_NONE, .chars = (uint32_t)m->chars, .order = (uint32_t)m->seq,                          \
			                  .category = m->category_id_set ? category_find(s, m->category_id) : 0,                            \
			                  .channel = (uint8_t)m->channel, .kind = kind_of(s, m->what, m->person_id_set, m->person_id),      \
			                  .code_word = m->code_word };                                                                      \
		return store_customer(s, m->customer_id, &e->customer);                                                                     \
	}
#define TRANSFER_TAKE(name, type)                                                                                                           \
	static enum err name(void *ctx, const void *row)                                                                                    \
	{                                                                                                                                   \
		struct store *s = ctx;                                                                                                      \
		const struct type *t = row;                                                                                                 \
		struct fact_event *e = fact_new(s->events);                                                                                 \
		if (!e)                                                                                                                     \
			return ERR_NO_MEMORY;                                                                                               \
		*e = (struct fact_event){ .at = t->at, .record_id = t->session_id, .agent = human(s, t->from_id_set, t->from_id),           \
			                  .to = human(s, t->to_id_set, t->to_id), .kind = FACT_TRANSFER };                                  \
		return store_customer(s, t->customer_id, &e->customer);                                                                     \
	}
#define RATING_TAKE(name, type)                                                                                                             \
	static enum err name(void *ctx, const void *row)                                                                                    \
	{                                                                                                                                   \
		struct store *s = ctx;                                                                                                      \
		const struct type *g = row;                                                                                                 \
		struct fact_event *e = fact_new(s->events);                                                                                 \
		if (!e)                                                                                                                     \
			return ERR_NO_MEMORY;                                                                                               \
		*e = (struct fact_event){ .at = g->at, .record_id = g->session_id_set ? g->session_id : 0,                                  \
			                  .agent = human(s, g->person_id_set, g->person_id), .to = FACT_NONE,                               \
			                  .kind = g->source == RATING_INVITE ? FACT_INVITE : FACT_RATING, .score = (uint8_t)g->score,       \
			                  .source = (uint8_t)g->source };                                                                   \
		return store_customer(s, g->customer_id, &e->customer);                                                                     \
	}
MESSAGE_TAKE(message_take, report_messages_out)
MESSAGE_TAKE(own_message_take, store_messages_out)
TRANSFER_TAKE(transfer_take, report_transfers_out)
TRANSFER_TAKE(own_transfer_take, store_transfers_out)
RATING_TAKE(rating_take, report_ratings_out)
RATING_TAKE(own_rating_take, store_ratings_out)

enum err
store_events(struct store *s, struct db *db, const struct store_shop *shop, int64_t customer_id, int64_t low, int64_t high)
{
	struct str word = code_word_of(&shop->versions), all = STR("all");
	enum err e;
	s->events.n = 0;
	if (customer_id) {
		e = query_each(db, &store_messages, &(struct store_messages_in){ customer_id, low, high, word }, own_message_take, s);
		if (!e)
			e = query_each(db, &store_transfers, &(struct store_transfers_in){ customer_id, low, high }, own_transfer_take, s);
		if (!e)
			e = query_each(db, &store_ratings, &(struct store_ratings_in){ shop->id, customer_id, low, high }, own_rating_take, s);
	} else {
		e = query_each(db, &report_messages, &(struct report_messages_in){ .shop_id = shop->id, .low = low, .high = high, .code_word = word, .viewer_scope = all },
		               message_take, s);
		if (!e)
			e = query_each(db, &report_transfers, &(struct report_transfers_in){ shop->id, low, high }, transfer_take, s);
		if (!e)
			e = query_each(db, &report_ratings, &(struct report_ratings_in){ .shop_id = shop->id, .low = low, .high = high, .viewer_scope = all }, rating_take, s);
	}
	if (!e)
		e = code_words_mark(db, shop->id, NULL, shop->zone, shop->cut_hour, &shop->versions, s->events.all, s->events.n);
	if (!e && s->events.n > 1)
		qsort(s->events.all, s->events.n, sizeof *s->events.all, fact_event_order);
	return e;
}

/* A customer's day -------------------------------------------------------------------------------------------------------- */

static uint64_t
place_of(const struct store *s, uint32_t agent, uint32_t session, int hour, int ghost)
{
	struct report_place p = report_place_of(&s->w, (struct report_place){ .session = session });
	return PLACE(agent, p.category, p.channel, hour, ghost);
}

bool
store_knows(enum tally t)
{
	for (int i = 0; i < PERSON_FLAGS; i++)
		if (t == store_persons[i] || t == store_persons[i] + 1)
			return true;
	return t == TALLY_NONE || (t >= TALLY_WROTE_DAYS && t <= TALLY_CONCURRENT_DAYS);
}

static enum err
times_add(struct gather *g, bool first, uint32_t cell, const struct duration *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct gather_time *t = first ? fact_new(g->first) : fact_new(g->reply);
		if (!t)
			return ERR_NO_MEMORY;
		*t = (struct gather_time){ cell, all[i].ms, 0 };
	}
	return OK;
}

static enum err
row_add(struct store *s, const struct report_row *row, uint32_t customer)
{
	struct gather *g = &s->gather;
	const struct cell *c = &s->w.cells[row - s->w.rows];
	uint32_t cell, flags = 0;
	enum err e = gather_cell(g, PLACE(row->agent, row->category, row->channel, row->hour, GHOST_NONE), &cell);
	if (e)
		return e;
	for (int i = 0; i < STORE_COLUMNS; i++)
		if (store_columns[i] < TALLY_COUNT && store_columns[i] != TALLY_SESSIONS) /* part_add counts those */
			g->cells.cells.all[cell].t[i] += c->t[store_columns[i]];
	for (uint32_t i = 0; i < PERSON_FLAGS; i++)
		flags |= c->t[store_persons[i]] ? 1U << i : 0;
	flags |= (c->t[TALLY_WROTE_DAYS] ? MARK_WROTE : 0) | (c->t[TALLY_ANSWERED_DAYS] ? MARK_ANSWERED : 0);
	struct store_mark *m = flags ? fact_new(g->marks) : NULL;
	if (m)
		*m = (struct store_mark){ customer, cell << STORE_FLAG_BITS | flags };
	if (flags && !m)
		return ERR_NO_MEMORY;
	e = times_add(g, true, cell, s->w.first.all + row->first_from, row->first_n);
	return e ? e : times_add(g, false, cell, s->w.reply.all + row->reply_from, row->reply_n);
}

static enum err
filtered_add(struct store *s, int32_t day)
{
	const struct facts *f = &s->w.facts;
	for (size_t i = 0; i < f->pairs.n; i++) {
		const struct fact_pair *q = &f->pairs.all[i];
		uint32_t part = q->noreply ? q->last_part : q->first_part, cell;
		if (q->day != day || !q->filter)
			continue;
		enum err e = gather_cell(&s->gather, place_of(s, q->agent, part == FACT_NONE ? FACT_NONE : f->parts.all[part].session, q->hour, GHOST_FILTERED), &cell);
		if (e)
			return e;
		s->gather.cells.cells.all[cell].t[store_column((uint32_t)TALLY_COUNT + q->filter)]++;
	}
	return OK;
}

static bool
part_counts(const struct facts *f, size_t i)
{
	return !f->pairs.all[f->parts.all[i].pair].filter && f->sessions.all[f->parts.all[i].session].lines;
}

/* Robots' sessions of the day. */
static enum err
robots_add(struct store *s)
{
	struct report *w = &s->w;
	report_rows_again(w);
	enum err e = trade_count_robots(w);
	for (size_t i = 1; !e && i < w->row_count; i++) {
		const struct report_row *row = &w->rows[i];
		uint32_t cell;
		e = gather_cell(&s->gather, PLACE(FACT_NONE, row->category, row->channel, row->hour, GHOST_ROBOT), &cell);
		for (int t = TALLY_ROBOT_SESSIONS; !e && t <= TALLY_ROBOT_OPEN; t++)
			s->gather.cells.cells.all[cell].t[store_column((uint32_t)t)] += w->cells[i].t[t];
	}
	return e;
}

/* Does this part too begin the session with somebody, or does it on another day, whose window and rules may see it otherwise? */
static bool
part_shares(const struct facts *f, size_t part, size_t other)
{
	const struct fact_part *p = &f->parts.all[other];
	return p->day != f->parts.all[part].day || (p->first && part_counts(f, other));
}

/* Whether the session began in other cells too, or may have done so for another day. Its parts lie side by side. */
static bool
session_shared(const struct gather *g, const struct facts *f, size_t part)
{
	uint32_t session = f->parts.all[part].session;
	bool shared = g->rules_end || f->sessions.all[session].begin < g->start;
	for (size_t i = part; !shared && i-- > 0 && f->parts.all[i].session == session;)
		shared = part_shares(f, part, i);
	for (size_t i = part + 1; !shared && i < f->parts.n && f->parts.all[i].session == session; i++)
		shared = part_shares(f, part, i);
	return shared;
}

static enum err
part_add(struct store *s, size_t i, uint32_t customer)
{
	const struct facts *f = &s->w.facts;
	const struct fact_part *p = &f->parts.all[i];
	struct gather *g = &s->gather;
	uint32_t cell;
	enum err e = gather_cell(g, place_of(s, p->agent, p->session, p->hour, GHOST_NONE), &cell);
	if (e)
		return e;
	if (p->first && !session_shared(g, f, i)) {
		g->cells.cells.all[cell].t[store_column(TALLY_SESSIONS)]++;
	} else if (p->first) {
		struct store_multi *m = fact_new(g->multis);
		if (!m)
			return ERR_NO_MEMORY;
		*m = (struct store_multi){ (int32_t)(f->sessions.all[p->session].begin - g->start), customer, cell };
	}
	if (p->agent == FACT_NONE)
		return OK;
	struct gather_time *span = fact_new(g->spans);
	if (!span)
		return ERR_NO_MEMORY;
	*span = (struct gather_time){ cell, (uint32_t)(p->begin - g->start), (uint32_t)(p->end > p->begin ? p->end - p->begin : 0) };
	return OK;
}

static void
moment(struct gather *g, int64_t at, int64_t now)
{
	if (now < at)
		g->valid_until = at < g->valid_until ? at : g->valid_until;
	else
		g->valid_from = at > g->valid_from ? at : g->valid_from;
}

/* Questions without an answer, and windows still open, count otherwise later. */
static void
moments_note(struct store *s, const struct measure_rules *r, int32_t day, int64_t now)
{
	const struct facts *f = &s->w.facts;
	for (size_t i = 0; i < f->rounds.n; i++)
		for (int k = 0; k < WITHIN_COUNT; k++)
			if (f->rounds.all[i].day == day && f->rounds.all[i].ms == FACT_UNANSWERED)
				moment(&s->gather, f->rounds.all[i].begin + r->within_s[k] * 1000, now);
	for (size_t i = 0; i < f->parts.n; i++) {
		const struct fact_session *c = &f->sessions.all[f->parts.all[i].session];
		if (f->parts.all[i].day == day && !c->returned)
			moment(&s->gather, c->end + r->fcr_hours * 3600000, now);
	}
}

enum err
store_customer_day(struct store *s, const struct store_shop *shop, const struct fact_event *events, size_t n, int32_t day, int64_t now)
{
	struct report *w = &s->w;
	uint32_t customer = events[0].customer;
	struct report_shop as = { .id = shop->id, .zone = shop->zone, .cut_hour = shop->cut_hour, .versions = shop->versions };
	const struct rule_version *by = rule_version_at(&shop->versions, day);
	struct facts_of of = { .zone = shop->zone, .cut_hour = shop->cut_hour, .customer = customer, .kind = (enum customer_kind)s->kinds[customer] };
	facts_by(&of, by);
	s->gather.rules_end = shop_rules_end(shop, day);
	w->shops = &as;
	w->shop_count = 1;
	w->ask.from = w->ask.to = day;
	w->ask.now = now;
	facts_empty(&w->facts);
	report_rows_again(w);
	enum err e = facts_day(&w->facts, &of, events, n, day, 0);
	if (!e)
		e = report_count(w);
	for (size_t i = 1; !e && i < w->row_count; i++)
		e = row_add(s, &w->rows[i], customer);
	if (!e)
		e = filtered_add(s, day);
	for (size_t i = 0; !e && i < w->facts.parts.n; i++)
		if (w->facts.parts.all[i].day == day && part_counts(&w->facts, i))
			e = part_add(s, i, customer);
	if (!e)
		e = robots_add(s);
	if (!e)
		moments_note(s, by->rules, day, now);
	return e;
}
