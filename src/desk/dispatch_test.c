#include "desk/dispatch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

enum { SHOP = 1, GROUP = 2, ANN = 10, BEA = 11, SESSION = 100 };
#define NOW 1800000000000LL

static struct router *
centre(bool offer)
{
	static const int64_t shops[] = { SHOP }, groups[] = { GROUP };
	struct routing_settings settings = ROUTING_SETTINGS_DEFAULT;
	struct routing_rules rules = routing_rules_default;
	struct router *r = routing_new(&settings);
	rules.offer = offer;
	assert_int_equal(routing_rules_set(r, 0, 0, &rules), OK);
	for (int64_t id = ANN; id <= BEA; id++) {
		struct routing_agent a = { .id = id, .state = ROUTING_ONLINE, .since = NOW - id, .capacity = { [ROUTING_WEB] = 1 },
			                   .groups = groups,
			                   .group_count = 1, .shops = shops, .shop_count = 1 };
		assert_int_equal(routing_agent_set(r, &a, NOW), OK);
	}
	return r;
}

static struct dispatch_row
row(const char *state, int64_t agent, int64_t wanted)
{
	return (struct dispatch_row){ .id = SESSION, .shop_id = SHOP, .group_id = GROUP, .wanted_id = wanted, .agent_id = agent,
		                      .queued_at = NOW,
		                      .assigned_at = NOW, .state = str_of(state) };
}

static const struct routing_contact *
follow(struct router *r, struct dispatch_row s, int64_t now)
{
	struct routing_contact fresh = dispatch_contact(&s, 20000, 60000);
	assert_int_equal(dispatch_follow(r, &s, &fresh, now), OK);
	const struct routing_contact *c = routing_contact_get(r, SESSION);
	assert_true(dispatch_same(c, &s));
	return c;
}

static struct routing_decision
decided(struct router *r, int64_t now)
{
	struct routing_decision d[4];
	assert_int_equal(routing_decide(r, now, d, 4), 1);
	assert_int_equal(routing_commit(r, &d[0]), OK);
	return d[0];
}

static int
used(struct router *r, int64_t agent)
{
	struct routing_load load;
	assert_int_equal(routing_agent_load(r, agent, &load), OK);
	return load.used[ROUTING_WEB];
}

static void
what_the_router_did_itself_is_no_news(void **state)
{
	(void)state;
	struct router *r = centre(false);
	assert_int_equal(follow(r, row("waiting", 0, 0), NOW)->state, ROUTING_WAITING);
	struct routing_decision d = decided(r, NOW);
	assert_int_equal(d.kind, ROUTING_ASSIGN);
	assert_int_equal(follow(r, row("open", d.agent, 0), NOW)->agent, d.agent);
	assert_int_equal(used(r, ANN) + used(r, BEA), 1);
	routing_free(r);
}

static void
a_declined_offer_goes_to_another(void **state)
{
	(void)state;
	struct router *r = centre(true);
	follow(r, row("waiting", 0, 0), NOW);
	int64_t first = decided(r, NOW).agent;
	follow(r, row("offered", first, 0), NOW);
	assert_int_equal(follow(r, row("waiting", 0, 0), NOW + 1)->tried_count, 1);
	assert_int_equal(decided(r, NOW + 1).agent, first == ANN ? BEA : ANN);
	routing_free(r);
}

static void
an_accepted_offer_and_one_that_another_took(void **state)
{
	(void)state;
	struct router *r = centre(true);
	follow(r, row("waiting", 0, 0), NOW);
	int64_t first = decided(r, NOW).agent, other = first == ANN ? BEA : ANN;
	assert_int_equal(follow(r, row("open", first, 0), NOW + 1)->state, ROUTING_OPEN);
	assert_int_equal(used(r, first), 1);
	/* The record says that the other one has it, whatever the router believes. */
	follow(r, row("open", other, 0), NOW + 2);
	assert_int_equal(used(r, first), 0);
	assert_int_equal(used(r, other), 1);
	routing_free(r);
}

static void
a_hand_over_waits_for_the_person_and_not_for_who_gave_it(void **state)
{
	(void)state;
	struct router *r = centre(false);
	follow(r, row("open", ANN, 0), NOW);
	const struct routing_contact *c = follow(r, row("waiting", 0, BEA), NOW + 1);
	assert_int_equal(c->target_agent, BEA);
	assert_int_equal(used(r, ANN), 0);
	assert_int_equal(decided(r, NOW + 1).agent, BEA);
	routing_free(r);
}

static void
rows_of_the_database_become_contacts(void **state)
{
	(void)state;
	struct dispatch_row s = row("offered", ANN, 0);
	s.priority = 1000;
	struct routing_contact c = dispatch_contact(&s, 20000, 60000);
	assert_int_equal(c.state, ROUTING_OFFERED);
	assert_int_equal(c.until, NOW + 20000);
	assert_int_equal(c.priority, ROUTING_PRIORITY_MAX);
	s = row("waiting", 0, BEA);
	c = dispatch_contact(&s, 20000, 60000);
	assert_int_equal(c.agent, 0);
	assert_int_equal(c.target_until, NOW + 60000);
	assert_false(dispatch_same(NULL, &s));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_router_did_itself_is_no_news),
		cmocka_unit_test(a_declined_offer_goes_to_another),
		cmocka_unit_test(an_accepted_offer_and_one_that_another_took),
		cmocka_unit_test(a_hand_over_waits_for_the_person_and_not_for_who_gave_it),
		cmocka_unit_test(rows_of_the_database_become_contacts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
