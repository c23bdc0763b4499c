#include "contact/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf8.h"
#include "base/banned.h"

static void
a_preview_is_one_short_line(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	assert_string_equal(message_preview(a, STR("  有货吗\n什么颜色 ")).p, "有货吗 什么颜色");
	char text[1000];
	memset(text, 'x', sizeof text);
	assert_int_equal(message_preview(a, (struct str){ text, sizeof text }).n, MESSAGE_PREVIEW_MAX);
	for (int i = 0; i < 300; i++)
		memcpy(text + 3 * i, "货", 3);
	struct str p = message_preview(a, (struct str){ text, 900 });
	assert_int_equal(utf8_count(p), MESSAGE_PREVIEW_MAX);
	assert_true(utf8_valid(p));
	arena_free(a);
}

static void
a_blank_text_is_no_message(void **state)
{
	(void)state;
	assert_true(message_text_ok(STR("好")));
	assert_false(message_text_ok(STR("")));
	assert_false(message_text_ok(STR(" \n\t ")));
}

static void
expect_card(const char *json, const char *field)
{
	struct arena *a = arena_new(1 << 16);
	const struct json *card;
	const char *bad;
	assert_int_equal(json_parse(a, str_of(json), &card, NULL), OK);
	bool ok = message_card_ok(card, &bad);
	assert_int_equal(ok, field == NULL);
	if (field)
		assert_string_equal(bad, field);
	arena_free(a);
}

static void
cards_show_a_product_or_an_order(void **state)
{
	(void)state;
	expect_card("{\"card\":\"product\",\"sku\":\"A1\",\"title\":\"连衣裙\",\"price\":19900,\"image\":\"https://a.example/1.jpg\"}",
	    NULL);
	expect_card("{\"card\":\"order\",\"key\":\"O1\",\"title\":\"订单 O1\",\"amount\":1,\"url\":null}", NULL);
	expect_card("{\"card\":\"order\",\"key\":\"O1\"}", NULL);
	expect_card("{\"card\":\"order\"}", "title");
	expect_card("{\"card\":\"page\",\"title\":\"x\"}", "card");
	expect_card("[]", "card");
	expect_card("{\"card\":\"product\",\"title\":\" \"}", "title");
	expect_card("{\"card\":\"product\",\"title\":\"x\",\"price\":1.5}", "price");
	expect_card("{\"card\":\"product\",\"title\":\"x\",\"price\":-1}", "price");
	expect_card("{\"card\":\"product\",\"title\":\"x\",\"url\":\"javascript:alert(1)\"}", "url");
	expect_card("{\"card\":\"product\",\"title\":\"x\",\"image\":\"data:image/svg+xml,x\"}", "image");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preview_is_one_short_line),
		cmocka_unit_test(a_blank_text_is_no_message),
		cmocka_unit_test(cards_show_a_product_or_an_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
