#include "desk/board.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

static void
a_span_is_said_in_two_units_at_most(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	assert_string_equal(board_span(a, 999, true).p, "0 秒");
	assert_string_equal(board_span(a, 59999, true).p, "59 秒");
	assert_string_equal(board_span(a, 200000, true).p, "3 分 20 秒");
	assert_string_equal(board_span(a, 200000, false).p, "3 min 20 s");
	assert_string_equal(board_span(a, 2 * 3600 * 1000 + 61 * 1000, false).p, "2 h 1 min");
	assert_string_equal(board_span(a, -5, false).p, "0 s");
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_span_is_said_in_two_units_at_most) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
