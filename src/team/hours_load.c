#include "team/hours_load.h"

#include "team/hours_sql.h"

#include "base/banned.h"

enum { SPANS_MAX = 200, DAYS_MAX = 1000 };

static enum err
span_take(void *ctx, const void *row)
{
	struct hours *h = ctx;
	const struct hours_spans_out *r = row;
	if (h->span_count == SPANS_MAX)
		return ERR_TOO_LARGE;
	((struct hours_span *)h->spans)[h->span_count++] =
	    (struct hours_span){ .weekday = (int)r->weekday, .from_minute = (int)r->from_min, .to_minute = (int)r->to_min };
	return OK;
}

static enum err
day_take(void *ctx, const void *row)
{
	struct hours *h = ctx;
	const struct hours_days_out *r = row;
	if (h->day_count == DAYS_MAX)
		return ERR_TOO_LARGE;
	((struct hours_day *)h->days)[h->day_count++] = (struct hours_day){ .day = r->day,
		.kind = r->like_weekday_set ? HOURS_AS_WEEKDAY : HOURS_CLOSED, .weekday = (int)r->like_weekday };
	return OK;
}

enum err
hours_load(struct db *db, struct arena *a, int64_t shop_id, struct shop_hours *ret_hours)
{
	struct hours_zone_out shop = { 0 };
	struct shop_hours h = { .hours = { .spans = arena_alloc(a, SPANS_MAX * sizeof(struct hours_span)),
		                           .days = arena_alloc(a, DAYS_MAX * sizeof(struct hours_day)) } };
	if (!h.hours.spans || !h.hours.days)
		return ERR_NO_MEMORY;
	enum err e = query_one(db, &hours_zone, &(struct hours_zone_in){ .shop_id = shop_id }, a, &shop);
	if (!e)
		e = zone_open(shop.timezone, &h.zone);
	if (!e)
		e = query_each(db, &hours_spans, &(struct hours_spans_in){ .shop_id = shop_id }, span_take, &h.hours);
	if (!e)
		e = query_each(db, &hours_days, &(struct hours_days_in){ .shop_id = shop_id }, day_take, &h.hours);
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
