#include "team/settings.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/banned.h"

static void
every_default_is_allowed(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 14);
	for (int i = 0; i < SETTING_COUNT; i++) {
		struct str value;
		assert_int_equal(setting_clean(a, (enum setting)i, str_of(setting_table[i].fallback), &value), OK);
		assert_true(str_eqz(value, setting_table[i].fallback));
		assert_int_equal(setting_find(str_of(setting_table[i].name)), i);
		assert_true(setting_table[i].help_en[0] && setting_table[i].help_zh[0]);
	}
	assert_int_equal(setting_find(STR("no_such")), SETTING_COUNT);
	arena_free(a);
}

static void
bounds_hold(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 14);
	struct str v = STR("kept");
	assert_int_equal(setting_clean(a, SETTING_WRAPUP_S, STR("601"), &v), ERR_BAD_FIELD);
	assert_int_equal(setting_clean(a, SETTING_WRAPUP_S, STR("-1"), &v), ERR_BAD_FIELD);
	assert_int_equal(setting_clean(a, SETTING_WRAPUP_S, STR("1.5"), &v), ERR_BAD_FIELD);
	assert_int_equal(setting_clean(a, SETTING_WRAPUP_S, STR_NONE, &v), ERR_BAD_FIELD);
	assert_int_equal(setting_clean(a, SETTING_RATING_INVITE, STR("maybe"), &v), ERR_BAD_FIELD);
	assert_int_equal(setting_clean(a, SETTING_BUSINESS_NAME, STR("a\nb"), &v), ERR_BAD_FIELD);
	assert_true(str_eqz(v, "kept"));
	assert_int_equal(setting_clean(a, SETTING_WRAPUP_S, STR(" 060 "), &v), OK);
	assert_true(str_eqz(v, "60"));
	assert_int_equal(setting_clean(a, SETTING_RATING_INVITE, STR("off"), &v), OK);
	assert_true(str_eqz(v, "false"));
	assert_int_equal(setting_clean(a, SETTING_BUSINESS_NAME, STR(" 蚁球 "), &v), OK);
	assert_true(str_eqz(v, "蚁球"));
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_default_is_allowed),
		cmocka_unit_test(bounds_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
