#include "contact/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

static void
a_limit_holds_within_its_window_only(void **state)
{
	(void)state;
	struct visit_rates *r = visit_rates_new();
	int64_t now = 1800000000000LL;
	for (int i = 0; i < 12; i++)
		assert_true(visit_rates_take(r, RATE_SESSION, 7, now + i, 12));
	assert_false(visit_rates_take(r, RATE_SESSION, 7, now + 20, 12));
	assert_false(visit_rates_take(r, RATE_SESSION, 7, now + 3599 * 1000, 12));
	assert_true(visit_rates_take(r, RATE_SESSION, 7, now + 3600 * 1000, 12));
	visit_rates_free(r);
}

static void
one_who_asks_too_much_does_not_stop_others(void **state)
{
	(void)state;
	struct visit_rates *r = visit_rates_new();
	int64_t now = 1800000000000LL;
	while (visit_rates_take(r, RATE_HELLO, 1, now, 60))
		;
	assert_false(visit_rates_take(r, RATE_HELLO, 1, now, 60));
	for (uint64_t key = 2; key < 100; key++)
		assert_true(visit_rates_take(r, RATE_HELLO, key, now, 60));
	assert_true(visit_rates_take(r, RATE_MESSAGE, 1, now, 60));
	visit_rates_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_holds_within_its_window_only),
		cmocka_unit_test(one_who_asks_too_much_does_not_stop_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
