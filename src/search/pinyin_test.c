#include "search/pinyin.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"

#include "base/banned.h"

static void
expect_keys(struct arena *a, const char *text, const char *keys)
{
	struct str got = STR_NONE;
	assert_int_equal(pinyin_keys(a, str_of(text), &got), OK);
	if (!str_eqz(got, keys))
		fail_msg("%s: %.*s, expected %s", text, STR_ARG(got), keys);
}

static void
full_pinyin_and_initials(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	expect_keys(a, "李娜", "lina|ln");
	expect_keys(a, "王 小明", "wangxiaoming|wxm");
	expect_keys(a, "李娜 VIP2", "linavip2|lnvip2");
	expect_keys(a, "ＶＩＰ客户，您好！", "vipkehuninhao|vipkhnh");
	expect_keys(a, "Anna", "anna|anna");
	expect_keys(a, "", "");
	expect_keys(a, "！？😀", "");
	arena_free(a);
}

static void
second_readings_are_found_too(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	expect_keys(a, "曾", "ceng|c|zeng|z");
	expect_keys(a, "单丽", "danli|dl|shanli|sl");
	expect_keys(a, "银行", "yinxing|yx|yinhang|yh");
	expect_keys(a, "吕", "lv|l|lu|l");
	arena_free(a);
}

static void
long_text_is_cut(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct buf b;
	struct str got;
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 2000; i++)
		buf_addz(&b, "爽");
	assert_int_equal(pinyin_keys(a, buf_str(&b), &got), OK);
	assert_int_equal(got.n, 512 * 6 + 1 + 512);
	buf_free(&b);
	arena_free(a);
}

static void
memory_runs_out_cleanly(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str got = STR("kept");
	for (long n = 1; n <= 2; n++) {
		mem_fail_after(n);
		assert_int_equal(pinyin_keys(a, STR("李娜"), &got), ERR_NO_MEMORY);
		assert_true(str_eqz(got, "kept"));
	}
	mem_fail_after(0);
	arena_free(a);
}

static void
typed_text_becomes_a_query(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 12);
	struct str got;
	assert_int_equal(pinyin_query(a, STR("Li Na'2"), &got), OK);
	assert_true(str_eqz(got, "lina2"));
	assert_int_equal(pinyin_query(a, STR("li娜"), &got), OK);
	assert_int_equal(got.n, 0);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_pinyin_and_initials),
		cmocka_unit_test(second_readings_are_found_too),
		cmocka_unit_test(long_text_is_cut),
		cmocka_unit_test(memory_runs_out_cleanly),
		cmocka_unit_test(typed_text_becomes_a_query),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
