/*
 * Business hours of a shop: spans of the week, and dated exceptions (a holiday; a make-up working day, 调休, that follows
 * another weekday or has spans of its own). All on the wall clock of the shop's zone, also when clocks change.
 *
 * A span belongs to the day on which it begins: a night span that began before a holiday runs to its end, and one that would
 * begin on the holiday does not. Without any weekly span the shop never closes, except on the dated exceptions.
 */
#ifndef TEAM_HOURS_H
#define TEAM_HOURS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/zone.h"

/* Open in [from, to). from 0..1439; to up to 24 h later, above 1440 it runs past midnight (22:00 to 02:00 is 1320, 1560). */
struct hours_span {
	int weekday; /* 0 Sunday .. 6 Saturday; not read in a day's own spans */
	int from_minute, to_minute;
};

enum hours_day_kind { HOURS_CLOSED, HOURS_AS_WEEKDAY, HOURS_OWN_SPANS };

struct hours_day {
	int64_t day; /* days since 1970-01-01, local */
	enum hours_day_kind kind;
	int weekday;                    /* HOURS_AS_WEEKDAY: work as on this one */
	const struct hours_span *spans; /* HOURS_OWN_SPANS */
	size_t span_count;
};

/* Plain data of the caller; spans and days in any order, spans may touch or overlap. */
struct hours {
	const struct hours_span *spans;
	size_t span_count;
	const struct hours_day *days;
	size_t day_count;
};

enum { HOURS_HORIZON_DAYS = 60 };
#define HOURS_NEVER INT64_MAX

/* ERR_BAD_FIELD for a weekday or minute out of range, an empty span or one above 24 h, or two exceptions for one date. */
enum err hours_check(const struct hours *h) MUST_CHECK;
/* The two below expect hours that hours_check took. */
bool hours_open(const struct hours *h, const struct zone *zone, int64_t now);
/* `now` when open; else the instant of the next opening, or HOURS_NEVER when none begins within HOURS_HORIZON_DAYS days. */
int64_t hours_next_open(const struct hours *h, const struct zone *zone, int64_t now);

#endif
