#include "team/hours.h"

#include "base/clock.h"
#include "base/banned.h"

enum { DAY_MINUTES = 1440 };

static const struct hours_span all_day = { 0, 0, DAY_MINUTES };

static bool
span_valid(const struct hours_span *s, bool weekly)
{
	if (weekly && (s->weekday < 0 || s->weekday > 6))
		return false;
	return s->from_minute >= 0 && s->from_minute < DAY_MINUTES && s->to_minute > s->from_minute &&
	       s->to_minute <= s->from_minute + DAY_MINUTES;
}

static bool
day_valid(const struct hours_day *d)
{
	switch (d->kind) {
	case HOURS_CLOSED:
		return true;
	case HOURS_AS_WEEKDAY:
		return d->weekday >= 0 && d->weekday <= 6;
	case HOURS_OWN_SPANS:
		for (size_t i = 0; i < d->span_count; i++)
			if (!span_valid(&d->spans[i], false))
				return false;
		return true;
	}
	return false;
}

enum err
hours_check(const struct hours *h)
{
	for (size_t i = 0; i < h->span_count; i++)
		if (!span_valid(&h->spans[i], true))
			return ERR_BAD_FIELD;
	for (size_t i = 0; i < h->day_count; i++) {
		if (!day_valid(&h->days[i]))
			return ERR_BAD_FIELD;
		for (size_t j = 0; j < i; j++)
			if (h->days[j].day == h->days[i].day)
				return ERR_BAD_FIELD;
	}
	return OK;
}

/* Walks the spans that begin on one local day. */
struct walk {
	const struct hours_span *spans;
	size_t count, at;
	int weekday; /* -1: every span counts */
};

static struct walk
walk_day(const struct hours *h, int64_t day)
{
	int weekday = weekday_of_days(day);
	for (size_t i = 0; i < h->day_count; i++) {
		const struct hours_day *d = &h->days[i];
		if (d->day != day)
			continue;
		if (d->kind == HOURS_CLOSED)
			return (struct walk){ NULL, 0, 0, -1 };
		if (d->kind == HOURS_OWN_SPANS)
			return (struct walk){ d->spans, d->span_count, 0, -1 };
		weekday = d->weekday;
	}
	if (!h->span_count)
		return (struct walk){ &all_day, 1, 0, -1 };
	return (struct walk){ h->spans, h->span_count, 0, weekday };
}

static const struct hours_span *
walk_next(struct walk *w)
{
	while (w->at < w->count) {
		const struct hours_span *s = &w->spans[w->at++];
		if (w->weekday < 0 || s->weekday == w->weekday) /* NOLINT(clang-analyzer-core.NullDereference): count is 0 then */
			return s;
	}
	return NULL;
}

/* The earliest instant at or after `now` that lies in a span which begins on this day, or HOURS_NEVER. */
static int64_t
day_next_open(const struct hours *h, const struct zone *zone, int64_t day, int64_t now)
{
	int64_t best = HOURS_NEVER;
	struct walk w = walk_day(h, day);
	for (const struct hours_span *s; (s = walk_next(&w));) {
		int64_t from = zone_instant(zone, day, s->from_minute), to = zone_instant(zone, day, s->to_minute);
		int64_t first = from > now ? from : now;
		if (first < to && first < best)
			best = first;
	}
	return best;
}

int64_t
hours_next_open(const struct hours *h, const struct zone *zone, int64_t now)
{
	int64_t today = 0, best = HOURS_NEVER;
	int minute = 0;
	zone_local(zone, now, &today, &minute);
	/* A span of the day before may still run; one that began two days ago cannot. */
	for (int64_t day = today - 1; day <= today + HOURS_HORIZON_DAYS; day++) {
		int64_t at = day_next_open(h, zone, day, now);
		if (at < best)
			best = at;
		if (best != HOURS_NEVER && day >= today)
			break;
	}
	return best;
}

bool
hours_open(const struct hours *h, const struct zone *zone, int64_t now)
{
	int64_t today = 0;
	int minute = 0;
	zone_local(zone, now, &today, &minute);
	return day_next_open(h, zone, today - 1, now) == now || day_next_open(h, zone, today, now) == now;
}
