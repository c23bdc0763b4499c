#include "team/person.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/banned.h"

static void
accounts_are_cleaned(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 14);
	struct str got = STR("kept");
	static const char *const bad[] = { "", "a", " a ", "a b", "a\tb", "a　b", "\xff\xff", ("a\x7f" "b") };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(account_clean(a, str_of(bad[i]), &got), ERR_BAD_FIELD);
	assert_int_equal(account_clean(a, STR_NONE, &got), ERR_BAD_FIELD);
	assert_true(str_eqz(got, "kept"));
	assert_int_equal(account_clean(a, STR(" Li.Na "), &got), OK);
	assert_true(str_eqz(got, "li.na"));
	assert_int_equal(account_clean(a, STR("旗舰店:小美"), &got), OK);
	assert_true(str_eqz(got, "旗舰店:小美"));
	arena_free(a);
}

static void
a_reset_token_works_once(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 14);
	unsigned char key[32] = { 1, 2, 3 }, other[32] = { 1, 2, 4 };
	int64_t id = 0;
	struct str token = reset_token_make(a, key, 77, 5000, STR("hash one"));
	assert_int_equal(token.n, 64);
	assert_int_equal(reset_token_read(token, 4999, &id), OK);
	assert_int_equal(id, 77);
	assert_int_equal(reset_token_read(token, 5000, &id), ERR_GONE);
	assert_true(reset_token_proven(key, token, STR("hash one")));
	assert_false(reset_token_proven(key, token, STR("hash two")));
	assert_false(reset_token_proven(key, token, STR_NONE));
	assert_false(reset_token_proven(other, token, STR("hash one")));
	assert_true(reset_token_proven(key, reset_token_make(a, key, 77, 5000, STR_NONE), STR_NONE));
	arena_free(a);
}

static void
a_changed_token_is_nobody(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	unsigned char key[32] = { 9 };
	int64_t id = 5;
	struct str token = reset_token_make(a, key, 77, 5000, STR("h"));
	for (size_t i = 0; i < token.n; i++) {
		char changed[64];
		memcpy(changed, token.p, 64);
		changed[i] = changed[i] == 'A' ? 'B' : 'A';
		assert_false(reset_token_proven(key, (struct str){ changed, 64 }, STR("h")));
	}
	assert_int_equal(reset_token_read(str_sub(token, 0, 63), 1, &id), ERR_GONE);
	assert_int_equal(reset_token_read(STR("!"), 1, &id), ERR_GONE);
	assert_int_equal(reset_token_read(STR_NONE, 1, &id), ERR_GONE);
	assert_false(reset_token_proven(key, STR_NONE, STR("h")));
	assert_int_equal(id, 5);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accounts_are_cleaned),
		cmocka_unit_test(a_reset_token_works_once),
		cmocka_unit_test(a_changed_token_is_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
