#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void
expect_text(struct arena *a, struct str bytes, const char *text)
{
	struct str got = STR_NONE;
	assert_int_equal(text_decode(a, bytes, &got), OK);
	assert_true(str_eqz(got, text));
}

static void
finds_the_encoding(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	expect_text(a, STR("账号,a"), "账号,a");
	expect_text(a, STR("\xEF\xBB\xBF账号"), "账号");
	expect_text(a, STR("\xD5\xCB\xBA\xC5,a\r\n"), "账号,a\r\n");
	expect_text(a, STR("\xFF\xFE\x26\x8D\x2C\x00"), "账,");
	expect_text(a, STR("\x95\x32\x82\x36"), "𠀀");
	expect_text(a, STR(""), "");
	arena_free(a);
}

static void
refuses_what_is_no_text(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str got = STR("kept");
	assert_int_equal(text_decode(a, STR("\xD5\xCB\xBA"), &got), ERR_BAD_TYPE);
	assert_int_equal(text_decode(a, STR("a\0b"), &got), ERR_BAD_TYPE);
	assert_int_equal(text_decode(a, STR("\x89PNG\xff\xff"), &got), ERR_BAD_TYPE);
	assert_int_equal(text_decode(a, STR("\xEF\xBB\xBF\xff"), &got), ERR_BAD_TYPE);
	assert_true(str_eqz(got, "kept"));
	arena_free(a);
}

static void
splits_records(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str rest = STR("a,\"b,\"\"x\"\"\nc\",d\r\n\r\n1,2\n,"), f[3];
	size_t n;
	int line = 0;
	enum err e;
	assert_true(csv_next(a, &rest, ',', f, 3, &n, &line, &e));
	assert_int_equal(n, 3);
	assert_int_equal(line, 2);
	assert_true(str_eqz(f[1], "b,\"x\"\nc"));
	assert_true(str_eqz(f[2], "d"));
	assert_true(csv_next(a, &rest, ',', f, 3, &n, &line, &e));
	assert_int_equal(n, 1);
	assert_int_equal(f[0].n, 0);
	assert_true(csv_next(a, &rest, ',', f, 1, &n, &line, &e));
	assert_int_equal(n, 2);
	assert_int_equal(line, 4);
	assert_true(csv_next(a, &rest, ',', f, 3, &n, &line, &e));
	assert_int_equal(n, 2);
	assert_false(csv_next(a, &rest, ',', f, 3, &n, &line, &e));
	assert_int_equal(e, OK);
	rest = STR("\"never ends\nx");
	assert_false(csv_next(a, &rest, ',', f, 3, &n, &line, &e));
	assert_int_equal(e, ERR_BAD_FIELD);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_encoding),
		cmocka_unit_test(refuses_what_is_no_text),
		cmocka_unit_test(splits_records),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
