#include "contact/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

enum { ME = 1, MATE = 2, STRANGER = 3, MY_GROUP = 10, OTHER_GROUP = 11, MY_SHOP = 20, OTHER_SHOP = 21, CUSTOMER = 30 };

static const int64_t my_shops[] = { MY_SHOP };

static struct caller
person(enum scope scope)
{
	return (struct caller){ .kind = CALLER_PERSON, .person_id = ME, .group_id = MY_GROUP, .scope = scope, .shops = my_shops,
		                .shop_count = 1,
		                .permissions = PERM_BIT(PERM_CHAT) | PERM_BIT(PERM_CHAT_SEE) };
}

static struct session_face
held(int64_t agent, int64_t agent_group, int64_t shop)
{
	return (struct session_face){ .id = 1, .shop_id = shop, .customer_id = CUSTOMER, .agent_id = agent, .agent_group_id = agent_group,
		                      .state = STR("open") };
}

static struct session_face
waiting(int64_t group, int64_t shop)
{
	return (struct session_face){ .id = 1, .shop_id = shop, .customer_id = CUSTOMER, .group_id = group, .state = STR("waiting") };
}

/* Whether own, group, shop, all see it: a letter each, or a dot. */
static void
expect(struct session_face s, const char *who)
{
	for (int i = 0; i < 4; i++) {
		struct caller c = person((enum scope)i);
		assert_int_equal(session_visible(&c, &s), who[i] != '.');
	}
}

static void
each_scope_sees_its_own(void **state)
{
	(void)state;
	expect(held(ME, MY_GROUP, MY_SHOP), "ogsa");
	expect(held(ME, MY_GROUP, OTHER_SHOP), "ogsa");
	expect(held(MATE, MY_GROUP, MY_SHOP), ".gsa");
	expect(held(MATE, MY_GROUP, OTHER_SHOP), ".g.a");
	expect(held(STRANGER, OTHER_GROUP, MY_SHOP), "..sa");
	expect(held(STRANGER, OTHER_GROUP, OTHER_SHOP), "...a");
}

static void
waiting_ones_are_the_queue_of_their_group_or_shop(void **state)
{
	(void)state;
	expect(waiting(MY_GROUP, MY_SHOP), "ogsa");
	expect(waiting(OTHER_GROUP, MY_SHOP), "..sa");
	expect(waiting(0, MY_SHOP), "ogsa");
	expect(waiting(0, OTHER_SHOP), "...a");
	struct session_face closed = waiting(MY_GROUP, MY_SHOP);
	closed.state = STR("closed");
	expect(closed, ".gsa");
}

static void
one_that_waits_for_a_person_is_that_persons(void **state)
{
	(void)state;
	struct session_face s = waiting(MY_GROUP, MY_SHOP);
	s.wanted_id = MATE;
	expect(s, ".gsa");
	s.wanted_id = ME;
	expect(s, "ogsa");
}

static void
who_serves_a_customer_may_read_what_was_said_before_but_not_act(void **state)
{
	(void)state;
	struct session_face s = held(STRANGER, OTHER_GROUP, OTHER_SHOP);
	s.viewer_serves = true;
	expect(s, "ogsa");
	struct caller lead = person(SCOPE_GROUP);
	lead.permissions |= PERM_BIT(PERM_CHAT_MANAGE);
	assert_false(session_managed(&lead, &s));
	s = held(MATE, MY_GROUP, MY_SHOP);
	assert_true(session_managed(&lead, &s));
	struct caller agent = person(SCOPE_ALL);
	assert_false(session_managed(&agent, &s));
	s = held(ME, MY_GROUP, MY_SHOP);
	assert_true(session_managed(&agent, &s));
}

static void
a_visitor_sees_the_own_sessions_only(void **state)
{
	(void)state;
	struct session_face s = held(MATE, MY_GROUP, MY_SHOP);
	struct caller mine = { .kind = CALLER_VISITOR, .customer_id = CUSTOMER, .shop_id = MY_SHOP };
	struct caller other = { .kind = CALLER_VISITOR, .customer_id = CUSTOMER + 1, .shop_id = MY_SHOP };
	struct caller nobody = { .kind = CALLER_NOBODY };
	assert_true(session_visible(&mine, &s));
	assert_false(session_visible(&other, &s));
	assert_false(session_visible(&nobody, &s));
	assert_false(session_managed(&mine, &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scope_sees_its_own),
		cmocka_unit_test(waiting_ones_are_the_queue_of_their_group_or_shop),
		cmocka_unit_test(one_that_waits_for_a_person_is_that_persons),
		cmocka_unit_test(who_serves_a_customer_may_read_what_was_said_before_but_not_act),
		cmocka_unit_test(a_visitor_sees_the_own_sessions_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
