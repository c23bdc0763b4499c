#include "desk/inbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

static void
a_cursor_goes_on_after_one_row(void **state)
{
	(void)state;
	int64_t at = 0, id = 0;
	assert_true(inbox_cursor_read(STR("1800000000000.42"), &at, &id));
	assert_int_equal(at, 1800000000000LL);
	assert_int_equal(id, 42);
	assert_false(inbox_cursor_read(STR("42"), &at, &id));
	assert_false(inbox_cursor_read(STR("1.2.3"), &at, &id));
	assert_false(inbox_cursor_read(STR(""), &at, &id));
}

static void
what_is_typed_is_searched_as_it_is(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	assert_string_equal(inbox_pattern(a, STR(" 李 ")).p, "%李%");
	assert_string_equal(inbox_pattern(a, STR("100%_\\")).p, "%100\\%\\_\\\\%");
	assert_null(inbox_pattern(a, STR("  ")).p);
	assert_null(inbox_pattern(a, STR_NONE).p);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_cursor_goes_on_after_one_row),
	    cmocka_unit_test(what_is_typed_is_searched_as_it_is) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
