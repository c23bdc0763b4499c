#include "app/visitor_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/banned.h"

#define NOW 1800000000000LL
#define DAY_MS (24 * 3600 * 1000LL)

static const unsigned char key[32] = { 1, 2, 3 }, other_key[32] = { 1, 2, 4 };

static void
a_token_names_its_customer_and_shop(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str t = visitor_token_make(a, key, (1LL << 53) - 1, 7, NOW);
	int64_t customer = 0, shop = 0;
	assert_true(visitor_token_verify(key, t, NOW + 1, &customer, &shop));
	assert_int_equal(customer, (1LL << 53) - 1);
	assert_int_equal(shop, 7);
	assert_true(str_starts(t, STR("v1.")));
	arena_free(a);
}

static void
it_ends_after_400_days_and_never_starts_early(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str t = visitor_token_make(a, key, 5, 7, NOW);
	int64_t customer = -1, shop = -1;
	assert_true(visitor_token_verify(key, t, NOW + 400 * DAY_MS, &customer, &shop));
	customer = -1;
	assert_false(visitor_token_verify(key, t, NOW + 400 * DAY_MS + 1, &customer, &shop));
	assert_false(visitor_token_verify(key, t, NOW - 61 * 1000, &customer, &shop));
	assert_int_equal(customer, -1);
	arena_free(a);
}

static void
any_changed_character_is_refused(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct str t = visitor_token_make(a, key, 5, 7, NOW);
	int64_t customer, shop;
	assert_false(visitor_token_verify(other_key, t, NOW, &customer, &shop));
	for (size_t i = 0; i < t.n; i++) {
		char *copy = arena_alloc(a, t.n + 1);
		memcpy(copy, t.p, t.n);
		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		assert_false(visitor_token_verify(key, (struct str){ copy, t.n }, NOW, &customer, &shop));
	}
	for (size_t n = 0; n < t.n; n++)
		assert_false(visitor_token_verify(key, str_sub(t, 0, n), NOW, &customer, &shop));
	assert_false(visitor_token_verify(key, STR_NONE, NOW, &customer, &shop));
	assert_false(visitor_token_verify(key, arena_printf(a, "%.*sAAAA", STR_ARG(t)), NOW, &customer, &shop));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_names_its_customer_and_shop),
		cmocka_unit_test(it_ends_after_400_days_and_never_starts_early),
		cmocka_unit_test(any_changed_character_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
