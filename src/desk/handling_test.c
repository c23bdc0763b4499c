#include "desk/handling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

static void
expect_tags(const char *given, const char *clean)
{
	struct arena *a = arena_new(1 << 20);
	struct str out = STR("untouched");
	enum err e = handling_tags_clean(a, str_of(given), &out);
	assert_int_equal(e, clean ? OK : ERR_BAD_FIELD);
	assert_string_equal(out.p, clean ? clean : "untouched");
	arena_free(a);
}

static void
tags_are_short_and_once(void **state)
{
	(void)state;
	expect_tags("[]", "[]");
	expect_tags("[\" 退款 \",\"VIP\",\"退款\",\"  \"]", "[\"退款\",\"VIP\"]");
	expect_tags("{}", NULL);
	expect_tags("[1]", NULL);
	expect_tags("[null]", NULL);
	expect_tags("[\"一二三四五六七八九十一二三四五六七八九十\"]", "[\"一二三四五六七八九十一二三四五六七八九十\"]");
	expect_tags("[\"一二三四五六七八九十一二三四五六七八九十一\"]", NULL);
	expect_tags("[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\",\"11\",\"12\",\"13\",\"14\",\"15\",\"16\",\"17\",\"18\",\"19\",\"20\",\"21\"]",
	            NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tags_are_short_and_once) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
