#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/rand.h"
#include "team/hours.h"
#include "base/banned.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define HM(h, m) ((h) * 60 + (m))

static const struct zone *
zone(const char *name)
{
	const struct zone *z = NULL;
	assert_int_equal(zone_open(str_of(name), &z), OK);
	return z;
}

static int64_t
at(const char *rfc3339)
{
	int64_t ms = 0;
	assert_true(time_parse_rfc3339(str_of(rfc3339), &ms));
	return ms;
}

/* Monday to Friday 09:00-12:00 and 13:00-18:00. */
static const struct hours_span office[] = {
	{ 1, HM(9, 0), HM(12, 0) }, { 1, HM(13, 0), HM(18, 0) }, { 2, HM(9, 0), HM(12, 0) }, { 2, HM(13, 0), HM(18, 0) },
	{ 3, HM(9, 0), HM(12, 0) }, { 3, HM(13, 0), HM(18, 0) }, { 4, HM(9, 0), HM(12, 0) }, { 4, HM(13, 0), HM(18, 0) },
	{ 5, HM(9, 0), HM(12, 0) }, { 5, HM(13, 0), HM(18, 0) },
};

static void
a_shop_without_spans_never_closes(void **state)
{
	(void)state;
	struct hours h = { 0 };
	assert_int_equal(hours_check(&h), OK);
	assert_true(hours_open(&h, zone("Asia/Shanghai"), at("2026-11-23T03:00:00+08:00")));
	assert_int_equal(hours_next_open(&h, zone("Asia/Shanghai"), 12345), 12345);
	/* but it may keep a holiday, from midnight to midnight of its own clock */
	struct hours_day days[] = { { days_from_date(2026, 10, 1), HOURS_CLOSED, 0, NULL, 0 } };
	h = (struct hours){ .days = days, .day_count = 1 };
	assert_true(hours_open(&h, zone("Asia/Shanghai"), at("2026-09-30T23:59:59+08:00")));
	assert_false(hours_open(&h, zone("Asia/Shanghai"), at("2026-10-01T00:00:00+08:00")));
	assert_int_equal(hours_next_open(&h, zone("Asia/Shanghai"), at("2026-10-01T08:00:00+08:00")), at("2026-10-02T00:00:00+08:00"));
}

static void
the_lunch_break_is_closed_and_says_when_it_ends(void **state)
{
	(void)state;
	struct hours h = { office, COUNT(office), NULL, 0 };
	const struct zone *z = zone("Asia/Shanghai");
	assert_int_equal(hours_check(&h), OK);
	assert_true(hours_open(&h, z, at("2026-11-23T09:00:00+08:00")));
	assert_true(hours_open(&h, z, at("2026-11-23T11:59:59.999+08:00")));
	assert_false(hours_open(&h, z, at("2026-11-23T12:00:00+08:00")));
	assert_int_equal(hours_next_open(&h, z, at("2026-11-23T12:00:00+08:00")), at("2026-11-23T13:00:00+08:00"));
	/* Friday evening: Monday morning */
	assert_int_equal(hours_next_open(&h, z, at("2026-11-27T18:00:00+08:00")), at("2026-11-30T09:00:00+08:00"));
}

static void
a_night_shift_runs_past_midnight(void **state)
{
	(void)state;
	const struct hours_span night[] = { { 6, HM(20, 0), HM(26, 0) } };
	struct hours h = { night, 1, NULL, 0 };
	const struct zone *z = zone("Asia/Shanghai");
	assert_int_equal(hours_check(&h), OK);
	assert_true(hours_open(&h, z, at("2026-11-28T23:59:00+08:00")));
	assert_true(hours_open(&h, z, at("2026-11-29T01:59:59+08:00")));
	assert_false(hours_open(&h, z, at("2026-11-29T02:00:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-11-28T01:00:00+08:00")));
	assert_int_equal(hours_next_open(&h, z, at("2026-11-29T02:00:00+08:00")), at("2026-12-05T20:00:00+08:00"));
}

static void
a_holiday_is_closed_and_its_make_up_day_works_like_a_monday(void **state)
{
	(void)state;
	/* National Day 1 to 7 October 2026, made up for on Saturday the 10th. */
	struct hours_day days[8];
	for (int i = 0; i < 7; i++)
		days[i] = (struct hours_day){ days_from_date(2026, 10, 1 + i), HOURS_CLOSED, 0, NULL, 0 };
	days[7] = (struct hours_day){ days_from_date(2026, 10, 10), HOURS_AS_WEEKDAY, 1, NULL, 0 };
	struct hours h = { office, COUNT(office), days, COUNT(days) };
	const struct zone *z = zone("Asia/Shanghai");
	assert_int_equal(hours_check(&h), OK);
	assert_false(hours_open(&h, z, at("2026-10-05T10:00:00+08:00")));
	assert_int_equal(hours_next_open(&h, z, at("2026-09-30T18:00:00+08:00")), at("2026-10-08T09:00:00+08:00"));
	assert_true(hours_open(&h, z, at("2026-10-10T10:00:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-10-10T12:30:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-10-17T10:00:00+08:00")));
}

static void
a_day_may_have_spans_of_its_own(void **state)
{
	(void)state;
	const struct hours_span sale[] = { { 0, HM(0, 0), HM(2, 0) }, { 0, HM(8, 0), HM(24, 0) } };
	struct hours_day days[] = { { days_from_date(2026, 11, 11), HOURS_OWN_SPANS, 0, sale, 2 } };
	struct hours h = { office, COUNT(office), days, 1 };
	const struct zone *z = zone("Asia/Shanghai");
	assert_int_equal(hours_check(&h), OK);
	assert_true(hours_open(&h, z, at("2026-11-11T00:30:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-11-11T02:30:00+08:00")));
	assert_true(hours_open(&h, z, at("2026-11-11T23:59:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-11-12T00:00:00+08:00")));
}

static void
the_night_before_a_holiday_is_worked_to_its_end_and_the_holiday_night_is_not(void **state)
{
	(void)state;
	struct hours_span nights[7];
	for (int i = 0; i < 7; i++)
		nights[i] = (struct hours_span){ i, HM(22, 0), HM(30, 0) };
	struct hours_day days[] = { { days_from_date(2026, 10, 1), HOURS_CLOSED, 0, NULL, 0 } };
	struct hours h = { nights, 7, days, 1 };
	const struct zone *z = zone("Asia/Shanghai");
	assert_true(hours_open(&h, z, at("2026-10-01T05:00:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-10-01T22:30:00+08:00")));
	assert_false(hours_open(&h, z, at("2026-10-02T05:00:00+08:00")));
}

static void
hours_follow_the_wall_clock_when_clocks_change(void **state)
{
	(void)state;
	const struct hours_span sunday[] = { { 0, HM(2, 30), HM(4, 0) } };
	struct hours h = { sunday, 1, NULL, 0 };
	const struct zone *z = zone("Europe/Berlin");
	/* 02:30 does not come on 29 March 2026: the clock jumps from 02:00 to 03:00. */
	assert_int_equal(hours_next_open(&h, z, at("2026-03-29T00:00:00Z")), at("2026-03-29T01:00:00Z"));
	assert_false(hours_open(&h, z, at("2026-03-29T02:00:00Z")));
	const struct hours_span gone[] = { { 0, HM(2, 0), HM(3, 0) } };
	h = (struct hours){ gone, 1, NULL, 0 };
	assert_int_equal(hours_next_open(&h, z, at("2026-03-29T00:00:00Z")), at("2026-04-05T00:00:00Z"));
}

static void
a_shop_that_does_not_open_within_sixty_days_says_never(void **state)
{
	(void)state;
	struct hours_day days[62];
	int64_t first = days_from_date(2026, 1, 1);
	for (int i = 0; i < 62; i++)
		days[i] = (struct hours_day){ first + i, HOURS_CLOSED, 0, NULL, 0 };
	struct hours h = { NULL, 0, days, 62 };
	const struct zone *z = zone("UTC");
	assert_true(hours_next_open(&h, z, at("2026-01-02T12:00:00Z")) == HOURS_NEVER);
	assert_int_equal(hours_next_open(&h, z, at("2026-01-03T12:00:00Z")), at("2026-03-04T00:00:00Z"));
}

static void
wrong_hours_are_refused(void **state)
{
	(void)state;
	const struct hours_span wrong[] = { { 7, 0, 60 }, { -1, 0, 60 }, { 1, -1, 60 }, { 1, 1440, 1500 }, { 1, 60, 60 }, { 1, 60, 30 },
		{ 1, 60, 1501 } };
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(hours_check(&(struct hours){ &wrong[i], 1, NULL, 0 }), ERR_BAD_FIELD);
	const struct hours_day twice[] = { { 5, HOURS_CLOSED, 0, NULL, 0 }, { 5, HOURS_AS_WEEKDAY, 1, NULL, 0 } };
	assert_int_equal(hours_check(&(struct hours){ NULL, 0, twice, 2 }), ERR_BAD_FIELD);
	const struct hours_day as[] = { { 5, HOURS_AS_WEEKDAY, 9, NULL, 0 } };
	assert_int_equal(hours_check(&(struct hours){ NULL, 0, as, 1 }), ERR_BAD_FIELD);
	const struct hours_day own[] = { { 5, HOURS_OWN_SPANS, 0, &wrong[4], 1 } };
	assert_int_equal(hours_check(&(struct hours){ NULL, 0, own, 1 }), ERR_BAD_FIELD);
}

/* Minute by minute, written as plainly as can be. */
static bool
open_by_the_book(const struct hours *h, const struct zone *z, int64_t now)
{
	int64_t day = 0;
	int minute = 0;
	zone_local(z, now, &day, &minute);
	for (int back = 0; back < 2; back++) {
		int weekday = weekday_of_days(day - back);
		bool closed = false;
		for (size_t i = 0; i < h->day_count; i++)
			if (h->days[i].day == day - back) {
				closed = h->days[i].kind == HOURS_CLOSED;
				weekday = closed ? weekday : h->days[i].weekday;
			}
		for (size_t i = 0; i < h->span_count && !closed; i++)
			if (h->spans[i].weekday == weekday && minute + back * 1440 >= h->spans[i].from_minute &&
			    minute + back * 1440 < h->spans[i].to_minute)
				return true;
	}
	return false;
}

static void
random_hours_agree_with_the_book(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 11);
	const struct zone *z = zone("Asia/Shanghai");
	int64_t start = at("2026-02-01T00:00:00+08:00");
	for (int round = 0; round < 300; round++) {
		struct hours_span spans[6];
		struct hours_day days[3];
		size_t n = (size_t)rng_range(&r, 1, 6);
		for (size_t i = 0; i < n; i++) {
			int from = (int)rng_range(&r, 0, 1439);
			spans[i] = (struct hours_span){ (int)rng_range(&r, 0, 6), from, from + (int)rng_range(&r, 1, 1440) };
		}
		for (int i = 0; i < 3; i++)
			days[i] = (struct hours_day){ days_from_date(2026, 2, 1 + 4 * i) + rng_range(&r, 0, 3),
				rng_chance(&r, 0.5) ? HOURS_CLOSED : HOURS_AS_WEEKDAY, (int)rng_range(&r, 0, 6), NULL, 0 };
		struct hours h = { spans, n, days, 3 };
		assert_int_equal(hours_check(&h), OK);
		for (int i = 0; i < 200; i++) {
			int64_t t = start + rng_range(&r, 0, 14 * 1440) * 60000;
			assert_int_equal(hours_open(&h, z, t), open_by_the_book(&h, z, t));
			int64_t next = hours_next_open(&h, z, t);
			assert_true(next != HOURS_NEVER && next >= t && open_by_the_book(&h, z, next));
			assert_true(next == t || (!open_by_the_book(&h, z, t) && !open_by_the_book(&h, z, next - 60000)));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shop_without_spans_never_closes),
		cmocka_unit_test(the_lunch_break_is_closed_and_says_when_it_ends),
		cmocka_unit_test(a_night_shift_runs_past_midnight),
		cmocka_unit_test(a_holiday_is_closed_and_its_make_up_day_works_like_a_monday),
		cmocka_unit_test(a_day_may_have_spans_of_its_own),
		cmocka_unit_test(the_night_before_a_holiday_is_worked_to_its_end_and_the_holiday_night_is_not),
		cmocka_unit_test(hours_follow_the_wall_clock_when_clocks_change),
		cmocka_unit_test(a_shop_that_does_not_open_within_sixty_days_says_never),
		cmocka_unit_test(wrong_hours_are_refused),
		cmocka_unit_test(random_hours_agree_with_the_book),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
