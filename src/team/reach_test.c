#include "team/reach.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/banned.h"

static const int64_t shops_12[] = { 1, 2 }, shops_2[] = { 2 }, shops_3[] = { 3 }, shops_23[] = { 2, 3 };

static void
nobody_gives_more_than_the_own(void **state)
{
	(void)state;
	struct rights lead = { PERM_BIT(PERM_CHAT) | PERM_BIT(PERM_BOARD), SCOPE_GROUP };
	assert_true(rights_within((struct rights){ PERM_BIT(PERM_CHAT), SCOPE_OWN }, lead));
	assert_true(rights_within(lead, lead));
	assert_true(rights_within((struct rights){ 0, SCOPE_GROUP }, lead));
	assert_false(rights_within((struct rights){ PERM_BIT(PERM_CHAT), SCOPE_SHOP }, lead));
	assert_false(rights_within((struct rights){ PERM_BIT(PERM_EXPORT), SCOPE_OWN }, lead));
	assert_false(rights_within((struct rights){ RIGHTS_ALL, SCOPE_ALL }, lead));
}

static void
rights_of_a_caller_hold_no_public_ones(void **state)
{
	(void)state;
	struct caller c = { .permissions = ~0ULL, .scope = SCOPE_ALL };
	assert_true(rights_of(&c).permissions == RIGHTS_ALL);
	assert_false(RIGHTS_ALL & PERM_BIT(PERM_SIGNED_IN));
	assert_true(RIGHTS_ALL & PERM_BIT(PERM_TRAINING));
}

static void
scope_decides_who_is_reached(void **state)
{
	(void)state;
	struct caller c = { .person_id = 7, .group_id = 5, .shops = shops_12, .shop_count = 2 };
	struct place self = { 7, 0, NULL, 0 }, mate = { 8, 5, shops_3, 1 }, neighbour = { 9, 6, shops_23, 2 },
		     stranger = { 10, 0, NULL, 0 };
	c.scope = SCOPE_OWN;
	assert_true(reach_person(&c, &self));
	assert_false(reach_person(&c, &mate));
	assert_false(reach_group(&c, 5));
	c.scope = SCOPE_GROUP;
	assert_true(reach_person(&c, &self));
	assert_true(reach_person(&c, &mate));
	assert_false(reach_person(&c, &neighbour));
	assert_true(reach_group(&c, 5));
	assert_false(reach_group(&c, 6));
	assert_false(reach_shops(&c, shops_2, 1));
	c.scope = SCOPE_SHOP;
	assert_false(reach_person(&c, &mate));
	assert_true(reach_person(&c, &neighbour));
	assert_false(reach_person(&c, &stranger));
	assert_true(reach_shops(&c, shops_2, 1));
	assert_false(reach_shops(&c, shops_23, 2));
	assert_true(reach_shops(&c, NULL, 0));
	c.scope = SCOPE_ALL;
	assert_true(reach_person(&c, &stranger));
	assert_true(reach_group(&c, 6));
	assert_true(reach_shops(&c, shops_23, 2));
	c.scope = SCOPE_GROUP;
	c.group_id = 0;
	assert_false(reach_person(&c, &stranger));
	assert_false(reach_group(&c, 0));
}

static void
permissions_read_and_print(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	uint64_t set = 77;
	struct str json;
	assert_int_equal(permissions_parse(a, STR("[\"SEARCH\",\"CHAT\",\"CHAT\"]"), &set), OK);
	assert_true(set == (PERM_BIT(PERM_CHAT) | PERM_BIT(PERM_SEARCH)));
	assert_int_equal(permissions_print(a, set, &json), OK);
	assert_true(str_eqz(json, "[\"CHAT\",\"SEARCH\"]"));
	assert_int_equal(permissions_print(a, 0, &json), OK);
	assert_true(str_eqz(json, "[]"));
	set = 77;
	assert_int_equal(permissions_parse(a, STR("[\"PUBLIC\"]"), &set), ERR_BAD_FIELD);
	assert_int_equal(permissions_parse(a, STR("[\"FLY\"]"), &set), ERR_BAD_FIELD);
	assert_int_equal(permissions_parse(a, STR("[3]"), &set), ERR_BAD_FIELD);
	assert_int_equal(permissions_parse(a, STR("{}"), &set), ERR_BAD_FIELD);
	assert_int_equal(permissions_parse(a, STR("["), &set), ERR_BAD_FIELD);
	assert_true(set == 77);
	arena_free(a);
}

static void
scopes_have_names(void **state)
{
	(void)state;
	enum scope s = SCOPE_OWN;
	for (int i = SCOPE_OWN; i <= SCOPE_ALL; i++) {
		assert_true(scope_parse(str_of(scope_name((enum scope)i)), &s));
		assert_int_equal(s, i);
	}
	assert_false(scope_parse(STR("ALL"), &s));
	assert_false(scope_parse(STR_NONE, &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_gives_more_than_the_own),
		cmocka_unit_test(rights_of_a_caller_hold_no_public_ones),
		cmocka_unit_test(scope_decides_who_is_reached),
		cmocka_unit_test(permissions_read_and_print),
		cmocka_unit_test(scopes_have_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
