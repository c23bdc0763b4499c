#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/thread.h"
#include "base/zone.h"

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

static void
a_name_nobody_knows_is_an_error_and_never_quietly_utc(void **state)
{
	(void)state;
	const struct zone *z = NULL;
	const char *wrong[] = { "", "Asia/Shangai", "asia/shanghai ", "Mars/Olympus", "GMT+99", "Etc/Unknown", "亚洲/上海" };
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(zone_open(str_of(wrong[i]), &z), ERR_NOT_FOUND);
	assert_int_equal(zone_open(STR_NONE, &z), ERR_NOT_FOUND);
	assert_null(z);
}

static void
a_zone_is_read_once(void **state)
{
	(void)state;
	assert_ptr_equal(zone("Asia/Shanghai"), zone("Asia/Shanghai"));
	assert_ptr_not_equal(zone("Asia/Shanghai"), zone("UTC"));
	assert_true(str_eqz(zone_name(zone("Asia/Shanghai")), "Asia/Shanghai"));
}

static void
offsets_follow_the_zone_through_its_history(void **state)
{
	(void)state;
	const int64_t hour = 3600000;
	assert_int_equal(zone_offset_ms(zone("UTC"), at("2026-07-01T00:00:00Z")), 0);
	assert_int_equal(zone_offset_ms(zone("Asia/Shanghai"), at("2026-07-01T00:00:00Z")), 8 * hour);
	assert_int_equal(zone_offset_ms(zone("Asia/Shanghai"), at("1988-07-01T00:00:00Z")), 9 * hour);
	assert_int_equal(zone_offset_ms(zone("Europe/Berlin"), at("2026-01-15T12:00:00Z")), 1 * hour);
	assert_int_equal(zone_offset_ms(zone("Europe/Berlin"), at("2026-07-15T12:00:00Z")), 2 * hour);
	assert_int_equal(zone_offset_ms(zone("Asia/Kathmandu"), at("2026-07-15T12:00:00Z")), 5 * hour + 45 * 60000);
	assert_int_equal(zone_offset_ms(zone("Asia/Shanghai"), at("2150-07-01T00:00:00Z")), 8 * hour);
}

static void
the_wall_shows_day_and_minute(void **state)
{
	(void)state;
	int64_t day = 0;
	int minute = 0;
	zone_local(zone("Asia/Shanghai"), at("2026-11-23T16:00:59.999Z"), &day, &minute);
	assert_int_equal(day, days_from_date(2026, 11, 24));
	assert_int_equal(minute, 0);
	zone_local(zone("America/New_York"), at("1969-12-31T23:59:00Z"), &day, &minute);
	assert_int_equal(day, -1);
	assert_int_equal(minute, 18 * 60 + 59);
}

static void
a_time_that_comes_twice_is_its_first_coming_and_one_that_never_comes_is_the_change(void **state)
{
	(void)state;
	const struct zone *z = zone("Europe/Berlin");
	int64_t spring = days_from_date(2026, 3, 29), autumn = days_from_date(2026, 10, 25);
	assert_int_equal(zone_instant(z, spring, 119), at("2026-03-29T00:59:00Z"));
	assert_int_equal(zone_instant(z, spring, 120), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, spring, 150), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, spring, 180), at("2026-03-29T01:00:00Z"));
	assert_int_equal(zone_instant(z, spring, 181), at("2026-03-29T01:01:00Z"));
	assert_int_equal(zone_instant(z, autumn, 150), at("2026-10-25T00:30:00Z"));
	assert_int_equal(zone_instant(z, autumn, 180), at("2026-10-25T02:00:00Z"));
	/* Samoa left out a whole day. */
	assert_int_equal(zone_instant(zone("Pacific/Apia"), days_from_date(2011, 12, 30), 720), at("2011-12-30T10:00:00Z"));
	assert_int_equal(zone_instant(z, spring, -1), zone_instant(z, spring - 1, 1439));
	assert_int_equal(zone_instant(z, spring, 1440 + 60), zone_instant(z, spring + 1, 60));
}

static void
a_chat_at_half_past_two_with_cut_hour_three_is_yesterdays(void **state)
{
	(void)state;
	const struct zone *z = zone("Asia/Shanghai");
	int64_t day = days_from_date(2026, 11, 24);
	assert_int_equal(zone_business_day(z, at("2026-11-24T02:30:00+08:00"), 3), day - 1);
	assert_int_equal(zone_business_day(z, at("2026-11-24T03:00:00+08:00"), 3), day);
	assert_int_equal(zone_business_day(z, at("2026-11-24T00:00:00+08:00"), 0), day);
	/* On the day the clocks change too, the day begins when the wall shows the cut hour. */
	const struct zone *berlin = zone("Europe/Berlin");
	assert_int_equal(zone_business_day(berlin, at("2026-03-29T00:59:59Z"), 3), days_from_date(2026, 3, 28));
	assert_int_equal(zone_business_day(berlin, at("2026-03-29T01:00:00Z"), 3), days_from_date(2026, 3, 29));
}

static void
there_and_back_again_in_many_zones(void **state)
{
	(void)state;
	const char *names[] = { "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
		"Africa/Casablanca", "America/Sao_Paulo", "Asia/Tehran", "America/St_Johns", "Antarctica/Troll" };
	struct rng rng;
	rng_seed(&rng, 7);
	for (int i = 0; i < 100000; i++) {
		const struct zone *z = zone(names[i % 10]);
		int64_t t = rng_range(&rng, 0, 4102444800000), day = 0, day2 = 0;
		int minute = 0, minute2 = 0, cut = (int)rng_range(&rng, 0, 23);
		zone_local(z, t, &day, &minute);
		int64_t back = zone_instant(z, day, minute);
		zone_local(z, back, &day2, &minute2);
		assert_true(day == day2 && minute == minute2 && back <= t);
		assert_true(zone_instant(z, day, minute + 1) >= back);
		int64_t business = zone_business_day(z, t, cut);
		assert_true(zone_instant(z, business, cut * 60) <= t && t < zone_instant(z, business + 1, cut * 60));
	}
}

static void
open_and_look(void *arg)
{
	static const char *names[] = { "Asia/Tokyo", "Europe/Paris", "America/Chicago", "Asia/Kolkata" };
	int64_t *sum = arg;
	for (int i = 0; i < 2000; i++) {
		const struct zone *z = NULL;
		if (zone_open(str_of(names[i % 4]), &z) == OK)
			*sum += zone_offset_ms(z, i * 86400000LL);
	}
}

static void
many_threads_may_ask_at_once(void **state)
{
	(void)state;
	struct thread *threads[4];
	int64_t sums[4] = { 0 };
	for (int i = 0; i < 4; i++)
		assert_int_equal(thread_start("zone", open_and_look, &sums[i], &threads[i]), OK);
	for (int i = 0; i < 4; i++)
		thread_join(threads[i]);
	for (int i = 1; i < 4; i++)
		assert_int_equal(sums[i], sums[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_nobody_knows_is_an_error_and_never_quietly_utc),
		cmocka_unit_test(a_zone_is_read_once),
		cmocka_unit_test(offsets_follow_the_zone_through_its_history),
		cmocka_unit_test(the_wall_shows_day_and_minute),
		cmocka_unit_test(a_time_that_comes_twice_is_its_first_coming_and_one_that_never_comes_is_the_change),
		cmocka_unit_test(a_chat_at_half_past_two_with_cut_hour_three_is_yesterdays),
		cmocka_unit_test(there_and_back_again_in_many_zones),
		cmocka_unit_test(many_threads_may_ask_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
