#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define NOW (ID_EPOCH_MS + 1000000)

static void
grows_whatever_the_clock_says(void **state)
{
	(void)state;
	struct id_maker m;
	id_maker_init(&m, 3);
	int64_t first = id_next(&m, NOW), last = first;
	assert_int_equal(id_time(first), NOW);
	assert_int_equal(first >> 8 & 15, 3);
	for (int i = 0; i < 1000; i++) {
		int64_t id = id_next(&m, i % 2 ? NOW : NOW - 500000);
		assert_true(id > last);
		last = id;
	}
	assert_int_equal(id_time(last), NOW + 1000 / 256);
}

static void
comes_after_what_is_stored(void **state)
{
	(void)state;
	struct id_maker m, other;
	id_maker_init(&other, 15);
	int64_t stored = id_next(&other, NOW + 3600000);
	id_maker_init(&m, 0);
	id_maker_seed(&m, stored);
	int64_t id = id_next(&m, NOW);
	assert_true(id > stored);
	assert_int_equal(id_time(id), NOW + 3600001);
	/* Nothing stored, or older than what was made already: nothing changes. */
	id_maker_seed(&m, 0);
	id_maker_seed(&m, stored);
	assert_true(id_next(&m, NOW) == id + 1);
	/* Once the clock is past it, it leads again. */
	assert_int_equal(id_time(id_next(&m, NOW + 7200000)), NOW + 7200000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_whatever_the_clock_says),
		cmocka_unit_test(comes_after_what_is_stored),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
