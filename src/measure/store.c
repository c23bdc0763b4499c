/* The resident facts: what is there, what was touched, and bringing it up to date. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "measure/store_impl.h"
#include "measure/store_sql.h"
#include "base/banned.h"

/* A slice reads three days around its own, so that many at once are cheaper; its events are in memory together, and the lock is held meanwhile. */
enum { TOUCHED_MAX = 100000, SLICE_DAYS_FIRST = 4, SLICE_DAYS_MAX = 32, SLICE_EVENTS = 40000, REFRESH_MAX = 200, LARGE = 250000 };
/* A report of the last two months needs all orders, and no older day: those are made after the orders. */
enum { DAYS_BEFORE_ORDERS = 62 };

enum err
store_new(size_t bytes_max, struct store **ret_store)
{
	struct store *s = mem_new(1, sizeof *s);
	if (!s)
		return ERR_NO_MEMORY;
	pthread_mutex_init(&s->lock, NULL);
	pthread_mutex_init(&s->touching, NULL);
	s->bytes_max = bytes_max;
	s->large = LARGE;
	s->world_touched = true;
	s->slice_days = SLICE_DAYS_FIRST;
	*ret_store = s;
	return OK;
}

static size_t
piece_bytes(const struct piece *p)
{
	return sizeof *p + p->bytes;
}

static void
pieces_free(struct store *s, struct day_slot *slot)
{
	for (size_t i = 0; i < slot->piece_n; i++) {
		s->bytes -= piece_bytes(&slot->pieces[i]);
		piece_drop(&slot->pieces[i]);
	}
	mem_free(slot->pieces);
	slot->pieces = NULL;
	slot->piece_n = slot->piece_cap = 0;
}

static void
slot_forget(struct store *s, struct day_slot *slot)
{
	if (!slot)
		return;
	s->bytes -= slot->seg ? slot->seg->bytes : 0;
	segment_drop(slot->seg);
	pieces_free(s, slot);
	*slot = (struct day_slot){ 0 };
}

void
shop_forget(struct store *s, struct store_shop *shop)
{
	for (size_t d = 0; d < shop->day_n; d++)
		slot_forget(s, &shop->days[d]);
	mem_free(shop->days);
	shop->days = NULL;
	shop->day_n = 0;
	shop->known = false;
}

bool
shop_rules_end(const struct store_shop *shop, int32_t day)
{
	return rule_version_at(&shop->versions, day)->stamp != rule_version_at(&shop->versions, day + 1)->stamp;
}

static uint64_t
day_stamp(const struct store_shop *shop, int32_t day)
{
	return rule_version_at(&shop->versions, day)->stamp + shop_rules_end(shop, day);
}

void
shop_versions_check(struct store *s, struct store_shop *shop)
{
	for (size_t d = 0; d < shop->day_n; d++) {
		struct day_slot *slot = &shop->days[d];
		if (slot->built && slot->stamp != day_stamp(shop, shop->first_day + (int32_t)d))
			slot_forget(s, slot);
	}
}

void
store_free(struct store *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->shops.n; i++)
		shop_forget(s, &s->shops.all[i]);
	ledger_free(&s->ledger);
	gather_free(&s->gather);
	facts_free(&s->w.facts);
	mem_free(s->w.customers);
	mem_free(s->w.rows);
	mem_free(s->w.cells);
	mem_free(s->w.row_of);
	mem_free(s->w.first.all);
	mem_free(s->w.reply.all);
	mem_free(s->touched.all);
	mem_free(s->spans.all);
	mem_free(s->shops.all);
	mem_free(s->people.all);
	mem_free(s->categories.all);
	mem_free(s->events.all);
	mem_free(s->slots);
	mem_free(s->kinds);
	arena_free(s->arena);
	pthread_mutex_destroy(&s->lock);
	pthread_mutex_destroy(&s->touching);
	mem_free(s);
}

/* Touching ---------------------------------------------------------------------------------------------------------------- */

/* With s->touching held. */
static void
all_touch(struct store *s, int64_t when)
{
	s->all_touched = true;
	s->all_when = when > s->all_when ? when : s->all_when;
}

static void
session_touch(struct store *s, struct touched what)
{
	pthread_mutex_lock(&s->touching);
	struct touched *last = s->touched.n ? &s->touched.all[s->touched.n - 1] : NULL;
	bool again = last && last->session_id == what.session_id && last->seq == what.seq;
	struct touched *t = again ? last : s->touched.n >= TOUCHED_MAX ? NULL : fact_new(s->touched);
	if (t)
		*t = what;
	else
		all_touch(s, what.when);
	pthread_mutex_unlock(&s->touching);
}

static void
span_touch(struct store *s, struct touched_span what)
{
	pthread_mutex_lock(&s->touching);
	struct touched_span *t = fact_new(s->spans);
	if (t)
		*t = what;
	else
		all_touch(s, what.when);
	pthread_mutex_unlock(&s->touching);
}

static void
flags_touch(struct store *s, bool all, int64_t when)
{
	pthread_mutex_lock(&s->touching);
	if (all)
		all_touch(s, when);
	s->world_touched = true;
	s->world_when = when > s->world_when ? when : s->world_when;
	pthread_mutex_unlock(&s->touching);
}

void
store_touch_session(struct store *s, int64_t session_id, int64_t seq)
{
	session_touch(s, (struct touched){ session_id, seq, clock_us() });
}

void
store_touch_span(struct store *s, int64_t from, int64_t to)
{
	span_touch(s, (struct touched_span){ from, to, clock_us() });
}

void
store_touch_world(struct store *s)
{
	flags_touch(s, false, clock_us());
}

void
store_touch_all(struct store *s)
{
	flags_touch(s, true, clock_us());
}

/* Days -------------------------------------------------------------------------------------------------------------------- */

int64_t
shop_day_start(const struct store_shop *shop, int64_t day)
{
	return zone_instant(shop->zone, day, shop->cut_hour * 60);
}

/* The day's slot, made when it lies after the known ones. NULL: before them, where there is nothing, or no memory. */
static struct day_slot *
slot_at(struct store_shop *shop, int64_t day)
{
	if (!shop->known || day < shop->first_day)
		return NULL;
	size_t i = (size_t)(day - shop->first_day);
	if (i >= shop->day_n) {
		struct day_slot *days = mem_grow(shop->days, (i + 1) * sizeof *days);
		if (!days)
			return NULL;
		memset(days + shop->day_n, 0, (i + 1 - shop->day_n) * sizeof *days);
		shop->days = days;
		shop->day_n = i + 1;
	}
	return &shop->days[i];
}

static size_t
piece_place(const struct day_slot *slot, uint32_t customer)
{
	size_t low = 0, high = slot->piece_n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (slot->pieces[mid].customer < customer)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The gathered is this customer's day from now on; nothing gathered: he has none. */
static enum err
piece_take(struct store *s, struct day_slot *slot, uint32_t customer)
{
	size_t at = piece_place(slot, customer);
	bool there = at < slot->piece_n && slot->pieces[at].customer == customer, some = s->gather.cells.cells.n > 0;
	struct piece fresh = { 0 };
	if (some && !there && slot->piece_n == slot->piece_cap) {
		size_t cap = slot->piece_cap + slot->piece_cap / 4 + 16;
		struct piece *p = mem_grow(slot->pieces, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		slot->pieces = p;
		slot->piece_cap = cap;
	}
	enum err e = some ? gather_pack(&s->gather, customer, &fresh) : OK;
	if (e)
		return e;
	slot->stale = slot->stale || there || some;
	if (there) {
		s->bytes -= piece_bytes(&slot->pieces[at]);
		piece_drop(&slot->pieces[at]);
		memmove(slot->pieces + at, slot->pieces + at + 1, (--slot->piece_n - at) * sizeof *slot->pieces);
	}
	if (!some)
		return OK;
	memmove(slot->pieces + at + 1, slot->pieces + at, (slot->piece_n++ - at) * sizeof *slot->pieces);
	slot->pieces[at] = fresh;
	s->bytes += piece_bytes(&fresh);
	return OK;
}

static bool
is_live(const struct store_shop *shop, int64_t day, int64_t now)
{
	return day >= zone_business_day(shop->zone, now, shop->cut_hour) - STORE_LIVE_DAYS;
}

/* One day out of the events at hand. */
static enum err
day_make(struct store *s, struct store_shop *shop, int64_t day, int64_t now)
{
	struct day_slot fresh = { .built = true, .live = is_live(shop, day, now) }, *slot = slot_at(shop, day);
	fresh.stamp = day_stamp(shop, (int32_t)day);
	int64_t low = shop_day_start(shop, day), high = shop_day_start(shop, day + 1);
	enum err e = slot ? OK : ERR_NO_MEMORY;
	gather_start(&s->gather, low);
	for (size_t from = 0, to; !e && from < s->events.n; from = to) {
		const struct fact_event *all = s->events.all;
		bool there = false;
		for (to = from; to < s->events.n && all[to].customer == all[from].customer; to++)
			there = there || (all[to].at >= low && all[to].at < high);
		if (!there)
			continue;
		if (fresh.live)
			gather_start(&s->gather, low);
		uint32_t customer = all[from].customer;
		e = store_customer_day(s, shop, all + from, to - from, (int32_t)day, now);
		if (!e && fresh.live)
			e = piece_take(s, &fresh, customer);
	}
	if (!e && !fresh.live && s->gather.cells.cells.n)
		e = gather_finish(&s->gather, &fresh.seg);
	if (e) {
		slot_forget(s, &fresh);
		return e;
	}
	s->bytes += fresh.seg ? fresh.seg->bytes : 0;
	slot_forget(s, slot);
	*slot = fresh;
	return OK;
}

static enum err
days_make(struct store *s, struct db *db, struct store_shop *shop, int64_t low, int64_t high, int64_t now)
{
	enum err e = store_events(s, db, shop, 0, shop_day_start(shop, low - FACTS_DAYS_BEFORE), shop_day_start(shop, high + 1 + FACTS_DAYS_AFTER));
	for (int64_t d = low; !e && d <= high; d++)
		e = day_make(s, shop, d, now);
	return e;
}

static enum err
pieces_merge(struct store *s, const struct store_shop *shop, int64_t day, struct day_slot *slot)
{
	enum err e = OK;
	struct segment *seg = NULL;
	gather_start(&s->gather, shop_day_start(shop, day));
	for (size_t i = 0; !e && i < slot->piece_n; i++)
		e = gather_piece(&s->gather, &slot->pieces[i]);
	if (!e && slot->piece_n)
		e = gather_finish(&s->gather, &seg);
	if (e)
		return e;
	s->bytes += (seg ? seg->bytes : 0) - (slot->seg ? slot->seg->bytes : 0);
	segment_drop(slot->seg);
	slot->seg = seg;
	slot->stale = false;
	return OK;
}

/* A day that is no longer live keeps its segment only. */
static enum err
seal(struct store *s, const struct store_shop *shop, int64_t day, struct day_slot *slot)
{
	enum err e = slot->stale ? pieces_merge(s, shop, day, slot) : OK;
	if (e)
		return e;
	pieces_free(s, slot);
	slot->live = false;
	return OK;
}

/* One customer's days anew. Sealed days are made as a whole when they are asked for. */
static enum err
customer_renew(struct store *s, struct db *db, struct store_shop *shop, int64_t customer_id, int64_t low, int64_t high, int64_t now)
{
	uint32_t customer;
	enum err e = store_customer(s, customer_id, &customer);
	low = low < shop->first_day ? shop->first_day : low;
	if (!e && low <= high)
		e = store_events(s, db, shop, customer_id, shop_day_start(shop, low - FACTS_DAYS_BEFORE), shop_day_start(shop, high + 1 + FACTS_DAYS_AFTER));
	for (int64_t d = low; !e && d <= high; d++) {
		struct day_slot *slot = slot_at(shop, d);
		if (!slot)
			return ERR_NO_MEMORY;
		if (!slot->built)
			continue;
		if (!slot->live) {
			slot_forget(s, slot);
			continue;
		}
		gather_start(&s->gather, shop_day_start(shop, d));
		bool there = false;
		for (size_t i = 0; i < s->events.n; i++)
			there = there || (s->events.all[i].at >= s->gather.start && s->events.all[i].at < shop_day_start(shop, d + 1));
		if (there)
			e = store_customer_day(s, shop, s->events.all, s->events.n, (int32_t)d, now);
		if (!e)
			e = piece_take(s, slot, customer);
	}
	return e;
}

/* Bringing up to date ----------------------------------------------------------------------------------------------------- */

static struct store_shop *
shop_find(struct store *s, int64_t id)
{
	for (size_t i = 0; i < s->shops.n; i++)
		if (s->shops.all[i].id == id && !s->shops.all[i].gone)
			return &s->shops.all[i];
	return NULL;
}

/* Events before the first known day make the shop known anew. */
static void
early(struct store *s, struct store_shop *shop, int64_t day)
{
	if (shop->known && day < shop->first_day)
		shop_forget(s, shop);
}

static enum err
session_renew(struct store *s, struct db *db, const struct touched *t, int64_t now)
{
	struct store_session_out row;
	struct arena *a = arena_new(8192);
	enum err e = a ? query_one(db, &store_session, &(struct store_session_in){ t->session_id, t->seq }, a, &row) : ERR_NO_MEMORY;
	arena_free(a);
	if (!e)
		e = ledger_touch(&s->ledger, row.shop_id, row.customer_id);
	struct store_shop *shop = e ? NULL : shop_find(s, row.shop_id);
	if (!shop || !shop->known)
		return e == ERR_NOT_FOUND ? OK : e;
	int64_t from = t->seq && row.message_at_set ? row.message_at : row.started_at;
	int64_t to = t->seq && row.message_at_set ? row.message_at : row.last_at > now ? row.last_at : now;
	int64_t low = zone_business_day(shop->zone, from, shop->cut_hour), high = zone_business_day(shop->zone, to, shop->cut_hour);
	early(s, shop, low);
	return shop->known ? customer_renew(s, db, shop, row.customer_id, low - 2, high + 1, now) : OK;
}

static enum err
span_forget(struct store *s, struct db *db, const struct touched_span *t)
{
	for (size_t i = 0; i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		if (!shop->known)
			continue;
		int64_t low = zone_business_day(shop->zone, t->from, shop->cut_hour) - 2, high = zone_business_day(shop->zone, t->to, shop->cut_hour) + 1;
		early(s, shop, low + 2);
		if (!shop->known || (high >= shop->first_day && !slot_at(shop, high))) {
			shop_forget(s, shop);
			continue;
		}
		for (int64_t d = low < shop->first_day ? shop->first_day : low; d <= high; d++)
			slot_forget(s, &shop->days[d - shop->first_day]);
	}
	return ledger_touch_span(&s->ledger, db, t->from, t->to);
}

struct taken {
	struct touched *touched;
	struct touched_span *spans;
	size_t touched_n, span_n;
	bool world, all;
	int64_t world_when, all_when;
};

static struct taken
touched_take(struct store *s)
{
	pthread_mutex_lock(&s->touching);
	struct taken t = { s->touched.all, s->spans.all, s->touched.n, s->spans.n, s->world_touched, s->all_touched,
		           s->world_when, s->all_when };
	s->touched.all = NULL;
	s->spans.all = NULL;
	s->touched.n = s->touched.cap = s->spans.n = s->spans.cap = 0;
	s->world_touched = s->all_touched = false;
	s->world_when = s->all_when = 0;
	pthread_mutex_unlock(&s->touching);
	return t;
}

/* What this transaction's snapshot may be too old for is taken in again by the next one. */
static void
touched_keep(struct store *s, const struct taken *t, int64_t began)
{
	for (size_t i = 0; began && i < t->touched_n; i++)
		if (t->touched[i].when >= began)
			session_touch(s, t->touched[i]);
	for (size_t i = 0; began && i < t->span_n; i++)
		if (t->spans[i].when >= began)
			span_touch(s, t->spans[i]);
	if (began && t->all && t->all_when >= began)
		flags_touch(s, true, t->all_when);
	else if (began && t->world && t->world_when >= began)
		flags_touch(s, false, t->world_when);
}

static enum err
days_roll(struct store *s, int64_t now)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		for (size_t d = shop->day_n; !e && d-- > 0;) {
			if (shop->days[d].live && !is_live(shop, shop->first_day + (int64_t)d, now))
				e = seal(s, shop, shop->first_day + (int64_t)d, &shop->days[d]);
		}
	}
	return e;
}

/* What could not be taken in is not forgotten: everything is made anew. */
enum err
store_update(struct store *s, struct db *db, int64_t now)
{
	struct taken t = touched_take(s);
	if (t.all)
		ledger_forget(&s->ledger);
	enum err e = t.world || t.all ? store_world(s, db) : OK;
	for (size_t i = 0; i < s->shops.n; i++)
		if (t.all || s->shops.all[i].gone)
			shop_forget(s, &s->shops.all[i]);
	for (size_t i = 0; !e && i < s->shops.n; i++)
		if (!s->shops.all[i].known && !s->shops.all[i].gone)
			e = store_span(s, db, &s->shops.all[i], now);
	for (size_t i = 0; !e && i < t.span_n; i++)
		e = span_forget(s, db, &t.spans[i]);
	for (size_t i = 0; !e && i < t.touched_n; i++)
		e = session_renew(s, db, &t.touched[i], now);
	for (size_t i = 0; !e && i < s->shops.n; i++)
		if (!s->shops.all[i].known && !s->shops.all[i].gone)
			e = store_span(s, db, &s->shops.all[i], now);
	if (!e)
		e = days_roll(s, now);
	touched_keep(s, &t, db_began_us(db));
	mem_free(t.touched);
	mem_free(t.spans);
	if (e)
		store_touch_all(s);
	return e;
}

/* Customers whose questions or windows came of age since. */
static enum err
pieces_refresh(struct store *s, struct db *db, struct store_shop *shop, int64_t day, struct day_slot *slot, int64_t now)
{
	enum err e = OK;
	int64_t start = shop_day_start(shop, day);
	size_t old = 0;
	for (size_t i = 0; i < slot->piece_n; i++)
		old += piece_old(&slot->pieces[i], start, now);
	if (old > REFRESH_MAX)
		return days_make(s, db, shop, day, day, now);
	for (size_t i = slot->piece_n; !e && i-- > 0;)
		if (piece_old(&slot->pieces[i], start, now))
			e = customer_renew(s, db, shop, s->w.customers[slot->pieces[i].customer], day, day, now);
	return e;
}

/* A day that is no longer live, with a window that was open when it was made. */
static bool
expired(const struct day_slot *slot, int64_t now)
{
	return slot->built && !slot->live && slot->seg && (now < slot->seg->valid_from || now >= slot->seg->valid_until);
}

enum err
store_day(struct store *s, struct db *db, struct store_shop *shop, int64_t day, int64_t now, int *budget, struct segment **ret, bool *ret_ok)
{
	*ret = NULL;
	*ret_ok = true;
	if (day < shop->first_day)
		return OK;
	struct day_slot *slot = slot_at(shop, day);
	enum err e = slot ? OK : ERR_NO_MEMORY;
	if (!e && (!slot->built || expired(slot, now))) {
		if (--*budget < 0) {
			*ret_ok = false;
			return OK;
		}
		e = days_make(s, db, shop, day, day, now);
	}
	if (!e && slot->live && (slot->stale || !slot->seg || now < slot->seg->valid_from || now >= slot->seg->valid_until))
		e = pieces_refresh(s, db, shop, day, slot, now);
	if (!e && slot->live && slot->stale)
		e = pieces_merge(s, shop, day, slot);
	if (e || !slot->seg)
		return e;
	*ret_ok = now >= slot->seg->valid_from && now < slot->seg->valid_until;
	if (*ret_ok)
		atomic_fetch_add(&slot->seg->refs, 1);
	*ret = *ret_ok ? slot->seg : NULL;
	return OK;
}

/* The newest missing day of a shop, up to high. False: there is none. */
static bool
day_missing(const struct store_shop *shop, int64_t high, int64_t now, int64_t *ret_day)
{
	int64_t last = shop->first_day + (int64_t)shop->day_n - 1, day = high < last ? high : last;
	while (day >= shop->first_day && shop->days[day - shop->first_day].built && !expired(&shop->days[day - shop->first_day], now))
		day--;
	*ret_day = day;
	return shop->day_n && day >= shop->first_day;
}

static bool
missing(const struct store *s, int64_t now, struct store_shop **ret_shop, int64_t *ret_day)
{
	int64_t best = INT64_MIN, day;
	for (size_t i = 0; i < s->shops.n; i++)
		if (day_missing(&s->shops.all[i], INT64_MAX, now, &day) && day > best) {
			best = day;
			*ret_shop = &s->shops.all[i];
		}
	*ret_day = best;
	return best != INT64_MIN;
}

/* A missing day, and those before it that are missing too. */
static enum err
slice_make(struct store *s, struct db *db, struct store_shop *shop, int64_t day, int64_t now)
{
	int64_t low = day, before;
	while (day - low + 1 < s->slice_days && day_missing(shop, low - 1, now, &before) && before == low - 1)
		low--;
	enum err e = days_make(s, db, shop, low, day, now);
	if (s->events.n > 2 * SLICE_EVENTS && s->slice_days > 1)
		s->slice_days /= 2;
	else if (s->events.n < SLICE_EVENTS && s->slice_days < SLICE_DAYS_MAX)
		s->slice_days *= 2;
	return e;
}

enum err
store_days(struct store *s, struct db *db, struct store_shop *shop, int64_t low, int64_t high, int64_t now, int64_t until)
{
	int64_t day;
	enum err e = OK;
	while (!e && clock_monotonic() < until && day_missing(shop, high, now, &day) && day >= low)
		e = slice_make(s, db, shop, day, now);
	return e;
}

enum err
store_catch_up(struct store *s, struct db *db, int64_t now)
{
	pthread_mutex_lock(&s->lock);
	enum err e = store_update(s, db, now);
	pthread_mutex_unlock(&s->lock);
	return e;
}

enum err
store_build_some(struct store *s, struct db *db, int64_t now, bool *ret_more)
{
	struct store_shop *shop = NULL;
	int64_t day;
	pthread_mutex_lock(&s->lock);
	enum err e = store_update(s, db, now);
	*ret_more = false;
	s->full = s->bytes + s->ledger.bytes > s->bytes_max;
	bool days = !e && !s->full && missing(s, now, &shop, &day);
	bool recent = days && day > zone_business_day(shop->zone, now, shop->cut_hour) - DAYS_BEFORE_ORDERS;
	if (days && (recent || ledger_built(&s->ledger)))
		e = slice_make(s, db, shop, day, now);
	else if (!e && !s->full)
		e = ledger_build_some(&s->ledger, db, ret_more);
	*ret_more = !e && (*ret_more || days);
	pthread_mutex_unlock(&s->lock);
	return e;
}

void
store_stats(struct store *s, struct store_stats *ret)
{
	*ret = (struct store_stats){ .bytes_max = (int64_t)s->bytes_max };
	pthread_mutex_lock(&s->lock);
	ret->answered = s->answered;
	ret->customers = s->w.customer_count;
	ret->bytes = (int64_t)(s->bytes + s->ledger.bytes + s->customer_cap * (sizeof(int64_t) + 1) + s->slot_count * sizeof(uint32_t));
	for (size_t i = 0; i < s->shops.n; i++) {
		const struct store_shop *shop = &s->shops.all[i];
		ret->shops += shop->known;
		ret->days += (int64_t)shop->day_n;
		for (size_t d = 0; d < shop->day_n; d++) {
			ret->days_built += shop->days[d].built;
			ret->pairs += shop->days[d].seg ? shop->days[d].seg->pair_n : 0;
		}
	}
	ret->ready = s->shops.n && ret->days == ret->days_built && ledger_built(&s->ledger);
	pthread_mutex_unlock(&s->lock);
}
