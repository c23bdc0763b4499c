#include "contact/visitor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

#define NOW 1800000000000LL

static void
a_shop_vouches_for_its_customer(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct visitor_identity who = { .key = STR("u1001"), .name = STR("李娜"), .at = 1800000000000LL };
	/* printf 'u1001\n李娜\n1800000000000' | openssl dgst -sha256 -hmac shop-secret */
	who.sign = STR("44119ef53d763cd77b433ec902a194d68c9f74ea4ea94c0bee91ca8301cd0e81");
	struct str key = STR("shop-secret");
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), OK);
	assert_int_equal(visitor_identity_check(a, &who, key, NOW + VISITOR_SIGN_MS), OK);
	assert_int_equal(visitor_identity_check(a, &who, key, NOW + VISITOR_SIGN_MS + 1), ERR_GONE);
	assert_int_equal(visitor_identity_check(a, &who, key, NOW - VISITOR_SIGN_MS - 1), ERR_GONE);
	assert_int_equal(visitor_identity_check(a, &who, STR("other-secret"), NOW), ERR_FORBIDDEN);
	who.name = STR("李明");
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), ERR_FORBIDDEN);
	who.sign = STR("");
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), ERR_FORBIDDEN);
	arena_free(a);
}

static void
nobody_signs_in_as_one_of_our_anonymous_visitors(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str key = STR("shop-secret");
	struct visitor_identity who = { .key = STR("~123"), .name = STR(""), .at = NOW };
	who.sign = visitor_sign(a, key, who.key, who.name, who.at);
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), ERR_BAD_FIELD);
	who.key = STR("");
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), ERR_BAD_FIELD);
	/* "a\nb" signed as key would be "a" with another name */
	who.key = STR("a\nb");
	assert_int_equal(visitor_identity_check(a, &who, key, NOW), ERR_BAD_FIELD);
	arena_free(a);
}

static void
only_the_shops_pages_carry_the_widget(void **state)
{
	(void)state;
	struct str allowed = STR("https://shop.example\r\n https://www.shop.example/ \n\nhttp://localhost:3000");
	assert_true(visitor_origin_ok(STR("https://shop.example"), allowed));
	assert_true(visitor_origin_ok(STR("https://WWW.shop.example"), allowed));
	assert_true(visitor_origin_ok(STR("http://localhost:3000"), allowed));
	assert_true(visitor_origin_ok(STR_NONE, allowed));
	assert_false(visitor_origin_ok(STR("http://shop.example"), allowed));
	assert_false(visitor_origin_ok(STR("https://shop.example.evil"), allowed));
	assert_false(visitor_origin_ok(STR("https://shop.example:444"), allowed));
	assert_false(visitor_origin_ok(STR("null"), allowed));
	assert_false(visitor_origin_ok(STR("https://shop.example"), STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_shop_vouches_for_its_customer),
		cmocka_unit_test(nobody_signs_in_as_one_of_our_anonymous_visitors),
		cmocka_unit_test(only_the_shops_pages_carry_the_widget),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
