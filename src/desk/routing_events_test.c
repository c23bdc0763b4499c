/* What happens to contacts afterwards, what the board sees, and what it costs. */
#include "desk/routing_kit.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/banned.h"

/* Lost connections ----------------------------------------------------------------------------------------------------- */

static void
a_disconnect_of_forty_seconds_keeps_the_chats(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 3);
	customer_writes(&c, 1);
	customer_writes(&c, 2);
	expect(&c, "1>101 2>101");
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), OK);
	customer_writes(&c, 3);
	wait_for(&c, 40 * SECOND);
	expect(&c, "");
	assert_int_equal(routing_agent_reconnect(c.r, ANN, c.now), OK);
	expect(&c, "3>101");
	wait_for(&c, 10 * MINUTE);
	expect(&c, "");
	assert_int_equal(routing_contact_get(c.r, 1)->agent, ANN);
	centre_close(&c);
}

static void
one_of_seventy_seconds_requeues_them_first_in_line(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 2);
	customer_writes(&c, 3);
	customer_writes(&c, 4);
	expect(&c, "3>101 4>101");
	c.now += MINUTE;
	customer_writes(&c, 1);
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), OK);
	wait_for(&c, 70 * SECOND);
	expect(&c, "3<101 4<101 0!101");
	assert_int_equal(routing_contact_get(c.r, 3)->waiting_since, T0);
	assert_int_equal(routing_contact_get(c.r, 3)->priority, 10);
	struct routing_load load;
	assert_int_equal(routing_agent_load(c.r, ANN, &load), OK);
	assert_int_equal(load.state, ROUTING_OFFLINE);
	assert_int_equal(load.used[ROUTING_WEB], 0);
	agent_comes(&c, BO, 5);
	expect(&c, "3>102 4>102 1>102");
	centre_close(&c);
}

static void
who_comes_back_late_gets_own_customers_again_if_they_still_wait(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), OK);
	wait_for(&c, 2 * MINUTE);
	expect(&c, "1<101 0!101");
	agent_comes(&c, BO, 1);
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_ONLINE, c.now), OK);
	assert_int_equal(routing_agent_reconnect(c.r, ANN, c.now), OK);
	expect(&c, "1>101");
	centre_close(&c);
}

static void
where_open_chats_stay_with_their_agent_only_offers_go_back(void **state)
{
	(void)state;
	struct centre c = centre_open();
	struct routing_rules rules = routing_rules_default;
	rules.offer = true;
	rules.requeue_open = false;
	rules.offer_timeout_ms = 10 * MINUTE;
	assert_int_equal(routing_rules_set(c.r, 0, 0, &rules), OK);
	agent_comes(&c, ANN, 2);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	assert_int_equal(routing_accept(c.r, 1, ANN, c.now), OK);
	customer_writes(&c, 2);
	expect(&c, "2?101");
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), OK);
	wait_for(&c, MINUTE);
	expect(&c, "2<101 0!101");
	assert_int_equal(routing_contact_get(c.r, 1)->state, ROUTING_OPEN);
	centre_close(&c);
}

/* Transfers ------------------------------------------------------------------------------------------------------------ */

static void
a_transfer_to_a_group_goes_to_that_group_and_not_back(void **state)
{
	(void)state;
	struct centre c = centre_open();
	static const int64_t both[] = { PRESALE, AFTERSALE }, after[] = { AFTERSALE };
	struct routing_agent ann = agent_like(ANN, 5), bo = agent_like(BO, 1);
	ann.groups = both;
	ann.group_count = 2;
	bo.groups = after;
	assert_int_equal(routing_agent_set(c.r, &ann, T0), OK);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	assert_int_equal(routing_agent_set(c.r, &bo, T0), OK);
	c.now += 5 * MINUTE;
	assert_int_equal(routing_transfer(c.r, 1, 0, AFTERSALE, c.now), OK);
	assert_int_equal(routing_contact_get(c.r, 1)->group, AFTERSALE);
	assert_int_equal(routing_contact_get(c.r, 1)->waiting_since, c.now);
	assert_int_equal(routing_contact_get(c.r, 1)->priority, 5);
	expect(&c, "1>102");
	centre_close(&c);
}

static void
a_transfer_to_a_person_waits_for_that_person_a_minute_then_goes_to_the_persons_group(void **state)
{
	(void)state;
	struct centre c = centre_open();
	static const int64_t after[] = { AFTERSALE };
	struct routing_agent bo = agent_like(BO, 1), cai = agent_like(CAI, 5);
	bo.groups = cai.groups = after;
	agent_comes(&c, ANN, 5);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	assert_int_equal(routing_agent_set(c.r, &bo, T0), OK);
	customer_writes(&c, 2);
	assert_int_equal(routing_take(c.r, 2, BO, c.now), OK);
	assert_int_equal(routing_agent_set(c.r, &cai, T0), OK);
	assert_int_equal(routing_transfer(c.r, 1, BO, 0, c.now), OK);
	wait_for(&c, 59 * SECOND);
	expect(&c, "");
	wait_for(&c, SECOND);
	expect(&c, "1g12 1>103");
	/* and a person who gets free in time gets it, whatever the group */
	assert_int_equal(routing_transfer(c.r, 1, BO, 0, c.now), OK);
	assert_int_equal(routing_close(c.r, 2, 0, c.now), OK);
	expect(&c, "1>102");
	centre_close(&c);
}

static void
a_transfer_to_a_person_who_leaves_or_declines_falls_back_at_once(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 5);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	assert_int_equal(routing_accept(c.r, 1, ANN, c.now), OK);
	agent_comes(&c, BO, 1);
	agent_comes(&c, CAI, 1);
	assert_int_equal(routing_transfer(c.r, 1, BO, 0, c.now), OK);
	expect(&c, "1?102");
	assert_int_equal(routing_decline(c.r, 1, BO, c.now), OK);
	expect(&c, "1g11 1?103");
	assert_int_equal(routing_accept(c.r, 1, CAI, c.now), OK);
	assert_int_equal(routing_agent_state(c.r, BO, ROUTING_PAUSED, c.now), OK);
	assert_int_equal(routing_transfer(c.r, 1, BO, 0, c.now), OK);
	expect(&c, "");
	assert_int_equal(routing_agent_state(c.r, BO, ROUTING_OFFLINE, c.now), OK);
	expect(&c, "1g11 1?101");
	assert_int_equal(routing_transfer(c.r, 1, BO, AFTERSALE, c.now), ERR_BAD_FIELD);
	assert_int_equal(routing_transfer(c.r, 1, 77, 0, c.now), ERR_NOT_FOUND);
	centre_close(&c);
}

/* Wrap-up, proposals, views -------------------------------------------------------------------------------------------- */

static void
a_wrap_up_keeps_the_slot_until_it_ends_or_is_done(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	customer_writes(&c, 2);
	customer_writes(&c, 3);
	expect(&c, "1>101");
	assert_int_equal(routing_close(c.r, 1, 30 * SECOND, c.now), OK);
	wait_for(&c, 30 * SECOND - 1);
	expect(&c, "");
	wait_for(&c, 1);
	expect(&c, "2>101");
	assert_null(routing_contact_get(c.r, 1));
	assert_int_equal(routing_close(c.r, 2, 10 * MINUTE, c.now), OK);
	assert_int_equal(routing_wrapup_done(c.r, 2, c.now), OK);
	expect(&c, "3>101");
	/* A customer who writes again during the wrap-up is a contact again. */
	assert_int_equal(routing_close(c.r, 3, 10 * MINUTE, c.now), OK);
	customer_writes(&c, 3);
	expect(&c, "3>101");
	centre_close(&c);
}

static void
what_the_database_refused_is_as_if_it_had_not_been_decided(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	customer_writes(&c, 2);
	struct routing_decision d[4], again[4];
	assert_int_equal(routing_decide(c.r, c.now, d, 4), 1);
	assert_int_equal(routing_decide(c.r, c.now, again, 4), 0);
	routing_abandon(c.r, &d[0]);
	routing_abandon(c.r, &d[0]);
	assert_int_equal(routing_commit(c.r, &d[0]), ERR_GONE);
	assert_int_equal(routing_decide(c.r, c.now, again, 4), 1);
	assert_int_equal(again[0].session, 1);
	/* The customer leaves while the database writes. */
	assert_int_equal(routing_contact_remove(c.r, 1, c.now), OK);
	assert_int_equal(routing_commit(c.r, &again[0]), ERR_GONE);
	expect(&c, "2>101");
	centre_close(&c);
}

static void
every_kind_of_decision_can_be_refused_and_comes_again(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 5);
	agent_comes(&c, BO, 5);
	customer_writes(&c, 1);
	customer_writes(&c, 2);
	expect(&c, "1?101 2?102");
	assert_int_equal(routing_accept(c.r, 2, BO, c.now), OK);
	assert_int_equal(routing_transfer(c.r, 2, ANN, 0, c.now), OK);
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_PAUSED, c.now), OK);
	customer_writes(&c, 3);
	expect(&c, "3?102");
	assert_int_equal(routing_accept(c.r, 3, BO, c.now), OK);
	assert_int_equal(routing_agent_disconnect(c.r, BO, c.now), OK);
	c.now += 60 * SECOND;
	struct routing_decision d[8];
	for (int round = 0; round < 3; round++) {
		assert_int_equal(routing_decide(c.r, c.now, d, 8), 4);
		bool seen[6] = { false };
		for (int i = 0; i < 4; i++) {
			seen[d[i].kind] = true;
			routing_abandon(c.r, &d[i]);
		}
		assert_true(seen[ROUTING_OFFER_EXPIRED] && seen[ROUTING_REQUEUE_TO_GROUP] && seen[ROUTING_RETURN_TO_QUEUE] &&
			    seen[ROUTING_AGENT_LOST]);
	}
	expect(&c, "1x101 2g11 3<102 0!102");
	centre_close(&c);
}

static void
a_small_answer_buffer_only_means_asking_more_often(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 9);
	for (int i = 1; i <= 5; i++)
		customer_writes(&c, i);
	expect(&c, "1>101 2>101 3>101 4>101 5>101");
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), OK);
	c.now += MINUTE;
	struct routing_decision d;
	for (int i = 0; routing_decide(c.r, c.now, &d, 1) == 1; i++) {
		say(&c, &d);
		assert_int_equal(routing_commit(c.r, &d), OK);
		assert_true(i < 10);
	}
	expect(&c, "1<101 2<101 3<101 4<101 5<101 0!101");
	centre_close(&c);
}

static void
a_customer_sees_the_place_in_line_and_a_rough_wait(void **state)
{
	(void)state;
	struct centre c = centre_open();
	struct routing_place place;
	agent_comes(&c, ANN, 1);
	int64_t serving = 0;
	for (int i = 1; i <= 30; i++)
		customer_writes(&c, i);
	for (int i = 1; i <= 10; i++) {
		decide(&c);
		serving = i;
		c.now += 2 * MINUTE;
		assert_int_equal(routing_close(c.r, serving, 0, c.now), OK);
	}
	/* ten taken in twenty minutes */
	assert_int_equal(routing_position(c.r, 15, c.now, &place), OK);
	assert_int_equal(place.place, 5);
	assert_int_equal(place.of, 20);
	assert_int_equal(place.expected_wait_ms, 10 * MINUTE);
	assert_int_equal(routing_position(c.r, 3, c.now, &place), ERR_NOT_FOUND);
	struct routing_contact p = contact_like(&c, 40);
	p.group = AFTERSALE;
	add(&c, p);
	assert_int_equal(routing_position(c.r, 40, c.now, &place), OK);
	assert_int_equal(place.place, 1);
	assert_int_equal(place.expected_wait_ms, -1);
	centre_close(&c);
}

static void
the_board_shows_queues_and_loads(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, BO, 1);
	agent_comes(&c, ANN, 2);
	assert_int_equal(routing_agent_state(c.r, BO, ROUTING_PAUSED, c.now), OK);
	for (int i = 1; i <= 4; i++) {
		customer_writes(&c, i);
		c.now += SECOND;
	}
	struct routing_contact vip = contact_like(&c, 5);
	vip.priority = 50;
	vip.group = AFTERSALE;
	add(&c, vip);
	expect(&c, "1>101 2>101");
	struct routing_queue sum = routing_queue_sum(c.r, SHOP, ROUTING_ANY, ROUTING_ANY), list[2];
	assert_int_equal(sum.waiting, 3);
	assert_int_equal(sum.open, 2);
	assert_int_equal(sum.oldest_session, 3);
	assert_int_equal(sum.oldest_since, T0 + 2 * SECOND);
	assert_int_equal(routing_queue_sum(c.r, ROUTING_ANY, AFTERSALE, ROUTING_ANY).waiting, 1);
	assert_int_equal(routing_queue_sum(c.r, OTHER_SHOP, ROUTING_ANY, ROUTING_ANY).waiting, 0);
	assert_int_equal(routing_queue_sum(c.r, ROUTING_ANY, ROUTING_ANY, ROUTING_VOICE).waiting, 0);
	assert_int_equal(routing_queue_list(c.r, list, 2), 2);
	assert_true(list[0].group == 0 && list[0].waiting == 2 && list[1].group == AFTERSALE && list[1].oldest_session == 5);
	struct routing_load loads[3];
	assert_int_equal(routing_agent_list(c.r, loads, 3), 2);
	assert_true(loads[0].id == ANN && loads[0].open == 2 && loads[0].used[ROUTING_WEB] == 2 && loads[0].connected);
	assert_true(loads[1].id == BO && loads[1].state == ROUTING_PAUSED && loads[1].since == T0 && loads[1].open == 0);
	centre_close(&c);
}

static void
wrong_input_is_refused_and_changes_nothing(void **state)
{
	(void)state;
	struct centre c = centre_open();
	struct routing_contact p = contact_like(&c, 1);
	struct routing_contact bad[] = { p, p, p, p, p, p };
	bad[0].session = 0;
	bad[1].shop = 0;
	bad[2].skill_count = ROUTING_SKILLS_MAX + 1;
	bad[3].tried_count = -1;
	bad[4].state = ROUTING_OPEN;
	bad[5].channel = ROUTING_CHANNELS;
	for (int i = 0; i < 6; i++)
		assert_int_equal(routing_contact_add(c.r, &bad[i], c.now), ERR_BAD_FIELD);
	add(&c, p);
	assert_int_equal(routing_contact_add(c.r, &p, c.now), ERR_EXISTS);
	assert_int_equal(routing_close(c.r, 2, 0, c.now), ERR_NOT_FOUND);
	assert_int_equal(routing_transfer(c.r, 2, 0, 0, c.now), ERR_NOT_FOUND);
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_ONLINE, c.now), ERR_NOT_FOUND);
	assert_int_equal(routing_agent_disconnect(c.r, ANN, c.now), ERR_NOT_FOUND);
	struct routing_agent nobody = agent_like(0, 1);
	assert_int_equal(routing_agent_set(c.r, &nobody, c.now), ERR_BAD_FIELD);
	centre_close(&c);
}

/* A flood -------------------------------------------------------------------------------------------------------------- */

static void
a_flood_that_nobody_can_take_costs_a_round_next_to_nothing(void **state)
{
	(void)state;
	struct centre c = centre_open();
	/* 500 agents, half full, half free but without the skill; 5,000 customers in 200 classes. */
	for (int i = 1; i <= 500; i++)
		agent_comes(&c, i, i % 2 ? 5 : 0);
	for (int i = 1; i <= 5000; i++) {
		struct routing_contact p = contact_like(&c, i);
		p.skills[0] = (struct routing_skill){ 1 + i % 200, 1 };
		p.skill_count = 1;
		add(&c, p);
		c.now++;
	}
	struct routing_decision d[64];
	int64_t started = clock_monotonic();
	enum { ROUNDS = 20 };
	for (int i = 0; i < ROUNDS; i++)
		assert_int_equal(routing_decide(c.r, c.now, d, 64), 0);
	int64_t took = clock_monotonic() - started;
	print_message("a round: %.2f ms\n", (double)took / ROUNDS);
	/* well under 5 ms a round in a plain build; the bound leaves room for sanitizers and a busy machine */
	assert_true(took < ROUNDS * 50);
	struct routing_place place;
	assert_int_equal(routing_position(c.r, 2500, c.now, &place), OK);
	assert_true(place.place == 2500 && place.of == 5000);
	centre_close(&c);
}

/* Memory --------------------------------------------------------------------------------------------------------------- */

/* One of everything; whatever fails for want of memory changes nothing and works when asked again. */
static void
story(long fail_at)
{
	struct centre c = { NULL, T0, "" };
	struct routing_agent ann = agent_like(ANN, 2), bo = agent_like(BO, 2);
	struct routing_rules rules = routing_rules_default;
	rules.offer = true;
	mem_fail_after(fail_at);
#define INSIST(call)                                                                                                                       \
	do {                                                                                                                               \
		enum err e_ = (call);                                                                                                      \
		if (e_ == ERR_NO_MEMORY)                                                                                                   \
			e_ = (call);                                                                                                       \
		assert_int_equal(e_, OK);                                                                                                  \
	} while (0)
	c.r = routing_new(&ROUTING_SETTINGS_DEFAULT);
	if (!c.r)
		c.r = routing_new(&ROUTING_SETTINGS_DEFAULT);
	INSIST(routing_rules_set(c.r, SHOP, AFTERSALE, &rules));
	INSIST(routing_agent_set(c.r, &ann, T0));
	INSIST(routing_agent_set(c.r, &bo, T0));
	for (int i = 1; i <= 20; i++) {
		struct routing_contact p = i % 3 ? contact_like(&c, i) : returning(&c, i, ANN, c.now);
		p.group = i % 2 ? AFTERSALE : 0;
		INSIST(routing_contact_add(c.r, &p, c.now));
	}
	struct routing_decision d[4];
	for (int i = 0; i < 60; i++) {
		size_t n = routing_decide(c.r, c.now, d, 4);
		for (size_t k = 0; k < n; k++)
			INSIST(routing_commit(c.r, &d[k]));
		c.now += 5 * SECOND;
		if (i == 10)
			INSIST(routing_transfer(c.r, 2, 0, AFTERSALE, c.now));
		if (i == 20)
			INSIST(routing_agent_disconnect(c.r, ANN, c.now));
		if (i == 40)
			INSIST(routing_agent_reconnect(c.r, ANN, c.now));
		if (i == 40)
			INSIST(routing_agent_state(c.r, ANN, ROUTING_ONLINE, c.now));
	}
	mem_fail_after(0);
	size_t left = 0;
	for (int i = 1; i <= 20; i++)
		left += routing_contact_get(c.r, i) != NULL;
	assert_int_equal(left, 20);
	centre_close(&c);
}

static void
want_of_memory_anywhere_loses_nothing(void **state)
{
	(void)state;
	for (long n = 1; n < 220; n++)
		story(n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disconnect_of_forty_seconds_keeps_the_chats),
		cmocka_unit_test(one_of_seventy_seconds_requeues_them_first_in_line),
		cmocka_unit_test(who_comes_back_late_gets_own_customers_again_if_they_still_wait),
		cmocka_unit_test(where_open_chats_stay_with_their_agent_only_offers_go_back),
		cmocka_unit_test(a_transfer_to_a_group_goes_to_that_group_and_not_back),
		cmocka_unit_test(a_transfer_to_a_person_waits_for_that_person_a_minute_then_goes_to_the_persons_group),
		cmocka_unit_test(a_transfer_to_a_person_who_leaves_or_declines_falls_back_at_once),
		cmocka_unit_test(a_wrap_up_keeps_the_slot_until_it_ends_or_is_done),
		cmocka_unit_test(what_the_database_refused_is_as_if_it_had_not_been_decided),
		cmocka_unit_test(every_kind_of_decision_can_be_refused_and_comes_again),
		cmocka_unit_test(a_small_answer_buffer_only_means_asking_more_often),
		cmocka_unit_test(a_customer_sees_the_place_in_line_and_a_rough_wait),
		cmocka_unit_test(the_board_shows_queues_and_loads),
		cmocka_unit_test(wrong_input_is_refused_and_changes_nothing),
		cmocka_unit_test(a_flood_that_nobody_can_take_costs_a_round_next_to_nothing),
		cmocka_unit_test(want_of_memory_anywhere_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
