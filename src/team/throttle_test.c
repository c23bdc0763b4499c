#include "team/throttle.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/mem.h"

#include "base/banned.h"

static const struct throttle_rule rule = { .free_failures = 5, .first_wait_ms = 2000, .longest_wait_ms = 900000, .forget_ms = 3600000 };
#define LI STR("li")

static void
five_are_free_then_it_doubles(void **state)
{
	(void)state;
	struct throttle *t = throttle_new(&rule, 64);
	int64_t now = 1000, wait = 2000;
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_begin(t, LI, now), 0);
	for (int i = 0; i < 12; i++) {
		assert_int_equal(throttle_begin(t, LI, now), wait);
		assert_int_equal(throttle_begin(t, LI, now + wait - 1), 1);
		now += wait;
		assert_int_equal(throttle_begin(t, LI, now), 0);
		wait = wait * 2 > 900000 ? 900000 : wait * 2;
	}
	assert_int_equal(throttle_begin(t, STR("wang"), now), 0);
	throttle_free(t);
}

static void
success_clears_and_time_forgets(void **state)
{
	(void)state;
	struct throttle *t = throttle_new(&rule, 64);
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_begin(t, LI, 1), 0);
	assert_true(throttle_begin(t, LI, 1) > 0);
	throttle_clear(t, LI);
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_begin(t, LI, 2), 0);
	assert_true(throttle_begin(t, LI, 2) > 0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_begin(t, LI, 3600002), 0);
	assert_true(throttle_begin(t, LI, 3600002) > 0);
	throttle_free(t);
}

static void
a_success_takes_back_only_itself(void **state)
{
	(void)state;
	struct throttle *t = throttle_new(&rule, 64);
	for (int i = 0; i < 4; i++)
		assert_int_equal(throttle_begin(t, LI, 1), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(throttle_begin(t, LI, 1), 0);
		throttle_take_back(t, LI);
	}
	assert_int_equal(throttle_begin(t, LI, 1), 0);
	assert_true(throttle_begin(t, LI, 1) > 0);
	throttle_clear(t, STR("nobody"));
	throttle_take_back(t, STR("nobody"));
	throttle_free(t);
}

static void
a_flood_of_names_forgets_the_least_guilty(void **state)
{
	(void)state;
	struct throttle *t = throttle_new(&rule, 8);
	for (int i = 0; i < 5; i++)
		assert_int_equal(throttle_begin(t, LI, i), 0);
	for (int i = 0; i < 1000; i++) {
		char name[16];
		int n = snprintf(name, sizeof name, "x%d", i);
		assert_int_equal(throttle_begin(t, (struct str){ name, (size_t)n }, 10 + i), 0);
	}
	assert_true(throttle_begin(t, LI, 1200) > 0);
	throttle_free(t);
}

static void
no_memory_is_null(void **state)
{
	(void)state;
	mem_fail_after(1);
	assert_null(throttle_new(&rule, 8));
	throttle_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(five_are_free_then_it_doubles),
		cmocka_unit_test(success_clears_and_time_forgets),
		cmocka_unit_test(a_success_takes_back_only_itself),
		cmocka_unit_test(a_flood_of_names_forgets_the_least_guilty),
		cmocka_unit_test(no_memory_is_null),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
