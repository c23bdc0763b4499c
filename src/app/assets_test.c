#include "app/assets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "base/banned.h"

/* Stronger than the stand-in of assets.c, as the generated table is. */
const struct asset asset_table[] = {
	{ .path = { "desk/assets/main-ABCDEFGH.js", 28 }, .immutable = true },
	{ .path = { "desk/index.html", 15 } },
	{ .path = { "widget.js", 9 } },
};
const size_t asset_count = 3;

static void
test_finds_each(void **state)
{
	(void)state;
	for (size_t i = 0; i < asset_count; i++)
		assert_ptr_equal(asset_find(asset_table[i].path), &asset_table[i]);
}

static void
test_finds_nothing_else(void **state)
{
	(void)state;
	assert_null(asset_find(STR("")));
	assert_null(asset_find(STR("desk")));
	assert_null(asset_find(STR("desk/index.htm")));
	assert_null(asset_find(STR("desk/index.html5")));
	assert_null(asset_find(STR("zzz")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_finds_each), cmocka_unit_test(test_finds_nothing_else) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
