#include "team/hours_load.h"

#include <string.h>

#include "team/hours_sql.h"
#include "base/banned.h"

enum { SPANS_MAX = 200, DAYS_MAX = 1000, FIRST = 16 };

/* Read with every greeting: no more room than the shop's few rows need. */
struct loading {
	struct arena *arena;
	struct hours_span *spans;
	struct hours_day *days;
	size_t span_count, day_count;
};

/* Room for one more after `n`: NULL when there is none. */
static void *
list_room(struct arena *a, void *list, size_t n, size_t size)
{
	if (n && (n < FIRST || (n & (n - 1))))
		return list;
	void *more = arena_alloc(a, (n ? 2 * n : FIRST) * size);
	if (more && n)
		memcpy(more, list, n * size);
	return more;
}

static enum err
span_take(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct hours_spans_out *r = row;
	if (l->span_count == SPANS_MAX)
		return ERR_TOO_LARGE;
	struct hours_span *spans = list_room(l->arena, l->spans, l->span_count, sizeof *spans);
	if (!spans)
		return ERR_NO_MEMORY;
	l->spans = spans;
	spans[l->span_count++] = (struct hours_span){ .weekday = (int)r->weekday, .from_minute = (int)r->from_min, .to_minute = (int)r->to_min };
	return OK;
}

static enum err
day_take(void *ctx, const void *row)
{
	struct loading *l = ctx;
	const struct hours_days_out *r = row;
	if (l->day_count == DAYS_MAX)
		return ERR_TOO_LARGE;
	struct hours_day *days = list_room(l->arena, l->days, l->day_count, sizeof *days);
	if (!days)
		return ERR_NO_MEMORY;
	l->days = days;
	days[l->day_count++] = (struct hours_day){ .day = r->day, .kind = r->like_weekday_set ? HOURS_AS_WEEKDAY : HOURS_CLOSED, .weekday = (int)r->like_weekday };
	return OK;
}

enum err
hours_load(struct db *db, struct arena *a, int64_t shop_id, struct shop_hours *ret_hours)
{
	struct hours_zone_out shop = { 0 };
	struct loading l = { .arena = a };
	struct shop_hours h = { 0 };
	enum err e = query_one(db, &hours_zone, &(struct hours_zone_in){ .shop_id = shop_id }, a, &shop);
	if (!e)
		e = zone_open(shop.timezone, &h.zone);
	if (!e)
		e = query_each(db, &hours_spans, &(struct hours_spans_in){ .shop_id = shop_id }, span_take, &l);
	if (!e)
		e = query_each(db, &hours_days, &(struct hours_days_in){ .shop_id = shop_id }, day_take, &l);
	h.hours = (struct hours){ .spans = l.spans, .span_count = l.span_count, .days = l.days, .day_count = l.day_count };
	if (!e)
		e = hours_check(&h.hours);
	h.closed = shop.closed_at_set;
	if (!e)
		*ret_hours = h;
	return e;
}

bool
shop_hours_open(const struct shop_hours *h, int64_t now)
{
	return !h->closed && hours_open(&h->hours, h->zone, now);
}

int64_t
shop_hours_next(const struct shop_hours *h, int64_t now)
{
	return h->closed ? HOURS_NEVER : hours_next_open(&h->hours, h->zone, now);
}
