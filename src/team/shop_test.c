#include "team/shop.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/banned.h"

static void
colours_and_currencies(void **state)
{
	(void)state;
	assert_true(shop_colour_valid(STR("#0F766e")));
	assert_false(shop_colour_valid(STR("#0F766")));
	assert_false(shop_colour_valid(STR("0F766ee")));
	assert_false(shop_colour_valid(STR("#0G766e")));
	assert_false(shop_colour_valid(STR_NONE));
	assert_true(shop_currency_valid(STR("CNY")));
	assert_false(shop_currency_valid(STR("cny")));
	assert_false(shop_currency_valid(STR("CN")));
}

static void
expect_origins(const char *text, const char *clean)
{
	struct arena *a = arena_new(1 << 16);
	struct str got = STR_NONE, wrong = STR_NONE;
	enum err e = shop_origins_clean(a, str_of(text), &got, &wrong);
	assert_int_equal(e, clean ? OK : ERR_BAD_FIELD);
	assert_true(clean ? str_eqz(got, clean) : wrong.n > 0 && !got.p);
	arena_free(a);
}

static void
origins_are_cleaned(void **state)
{
	(void)state;
	expect_origins("", "");
	expect_origins(" \r\n ", "");
	expect_origins("https://Shop.Example.com/\r\nhttp://127.0.0.1:8080, https://b.example",
	    "https://shop.example.com\nhttp://127.0.0.1:8080\nhttps://b.example");
	expect_origins("shop.example.com", NULL);
	expect_origins("https://shop.example.com/page", NULL);
	expect_origins("https://user@shop.example.com", NULL);
	expect_origins("https://shop.example.com:99999", NULL);
	expect_origins("https://shop.example.com:-1", NULL);
	expect_origins("ftp://shop.example.com", NULL);
	expect_origins("https://*", NULL);
	expect_origins("https://", NULL);
	expect_origins("https://店.example", NULL);
	expect_origins("https://a https://a https://a https://a https://a https://a https://a https://a https://a https://a https://a "
		       "https://a https://a "
		       "https://a https://a https://a https://a https://a https://a https://a https://a",
	    NULL);
}

static void
the_tag_is_one_line(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 12);
	assert_true(str_eqz(shop_widget_tag(a, STR("https://c.example"), STR("shop-a")),
	                    "<script async src=\"https://c.example/widget.js\" data-shop=\"shop-a\"></script>"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colours_and_currencies),
		cmocka_unit_test(origins_are_cleaned),
		cmocka_unit_test(the_tag_is_one_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
