/* Who gets a contact, and in which order. */
#include "desk/routing_kit.h"
#include "base/banned.h"

/* Who gets it ---------------------------------------------------------------------------------------------------------- */

static void
a_customer_gets_a_free_agent_at_once(void **state)
{
	(void)state;
	struct centre c = centre_open();
	customer_writes(&c, 1);
	expect(&c, "");
	agent_comes(&c, ANN, 1);
	expect(&c, "1>101");
	assert_int_equal(routing_contact_get(c.r, 1)->state, ROUTING_OPEN);
	assert_int_equal(routing_contact_get(c.r, 1)->agent, ANN);
	centre_close(&c);
}

static void
nobody_holds_more_chats_than_their_capacity(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 2);
	for (int i = 1; i <= 3; i++)
		customer_writes(&c, i);
	expect(&c, "1>101 2>101");
	assert_int_equal(routing_close(c.r, 1, 0, c.now), OK);
	expect(&c, "3>101");
	centre_close(&c);
}

static void
each_channel_has_its_own_room(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	struct routing_contact call = contact_like(&c, 2), second = contact_like(&c, 3);
	call.channel = second.channel = ROUTING_VOICE;
	add(&c, call);
	add(&c, second);
	expect(&c, "1>101 2>101");
	centre_close(&c);
}

static void
an_agent_who_is_paused_gets_nothing(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 5);
	enum routing_agent_state away[] = { ROUTING_PAUSED, ROUTING_WRAPUP, ROUTING_OFFLINE };
	for (int i = 0; i < 3; i++) {
		assert_int_equal(routing_agent_state(c.r, ANN, away[i], c.now), OK);
		customer_writes(&c, 1 + i);
		expect(&c, "");
	}
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_ONLINE, c.now), OK);
	expect(&c, "1>101 2>101 3>101");
	centre_close(&c);
}

static void
the_least_loaded_then_the_longest_idle_then_the_lowest_id(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, BO, 4);
	agent_comes(&c, ANN, 4);
	agent_comes(&c, CAI, 2);
	c.now += SECOND;
	customer_writes(&c, 1);
	expect(&c, "1>101");
	c.now += SECOND;
	customer_writes(&c, 2);
	expect(&c, "2>102");
	c.now += SECOND;
	customer_writes(&c, 3);
	expect(&c, "3>103");
	/* now 1/4, 1/4, 1/2: Ann and Bo are less loaded, Ann was given hers longer ago */
	c.now += SECOND;
	customer_writes(&c, 4);
	expect(&c, "4>101");
	assert_int_equal(routing_close(c.r, 2, 0, c.now), OK);
	assert_int_equal(routing_close(c.r, 3, 0, c.now), OK);
	c.now += SECOND;
	customer_writes(&c, 5);
	expect(&c, "5>102");
	centre_close(&c);
}

static void
the_best_at_a_skill_goes_first_and_who_lacks_it_never(void **state)
{
	(void)state;
	struct centre c = centre_open();
	struct routing_skill good[] = { { 7, 3 } }, better[] = { { 5, 1 }, { 7, 4 } };
	struct routing_agent ann = agent_like(ANN, 1), bo = agent_like(BO, 1), cai = agent_like(CAI, 1);
	ann.skills = good;
	ann.skill_count = 1;
	bo.skills = better;
	bo.skill_count = 2;
	assert_int_equal(routing_agent_set(c.r, &ann, T0), OK);
	assert_int_equal(routing_agent_set(c.r, &bo, T0), OK);
	assert_int_equal(routing_agent_set(c.r, &cai, T0), OK);
	for (int i = 1; i <= 3; i++) {
		struct routing_contact p = contact_like(&c, i);
		p.skills[0] = (struct routing_skill){ 7, 2 };
		p.skill_count = 1;
		add(&c, p);
	}
	struct routing_contact hard = contact_like(&c, 4);
	hard.skills[0] = (struct routing_skill){ 7, 5 };
	hard.skill_count = 1;
	add(&c, hard);
	expect(&c, "1>102 2>101");
	centre_close(&c);
}

static void
shops_groups_and_languages_are_respected(void **state)
{
	(void)state;
	struct centre c = centre_open();
	static const uint32_t none_but_english[] = { 'e' << 8 | 'n' };
	assert_int_equal(routing_language(STR("en-US")), none_but_english[0]);
	assert_int_equal(routing_language(STR("ZH")), routing_language(STR("zh-Hans")));
	struct routing_agent ann = agent_like(ANN, 9);
	ann.languages = none_but_english;
	ann.language_count = 1;
	assert_int_equal(routing_agent_set(c.r, &ann, T0), OK);
	struct routing_contact p = contact_like(&c, 1);
	p.shop = OTHER_SHOP;
	add(&c, p);
	p = contact_like(&c, 2);
	p.group = AFTERSALE;
	add(&c, p);
	p = contact_like(&c, 3);
	p.language = routing_language(STR("zh"));
	add(&c, p);
	p = contact_like(&c, 4);
	p.language = routing_language(STR("en"));
	p.group = PRESALE;
	add(&c, p);
	expect(&c, "4>101");
	/* Bo speaks everything, and that is enough for 3. */
	agent_comes(&c, BO, 9);
	expect(&c, "3>102");
	centre_close(&c);
}

static bool
certified(void *ctx, int64_t agent, const struct routing_contact *contact)
{
	return agent != *(int64_t *)ctx || contact->kind != 99;
}

static void
who_is_not_certified_for_it_does_not_get_it(void **state)
{
	(void)state;
	int64_t uncertified = ANN;
	struct routing_settings settings = ROUTING_SETTINGS_DEFAULT;
	settings.eligible = certified;
	settings.eligible_ctx = &uncertified;
	struct centre c = { routing_new(&settings), T0, "" };
	agent_comes(&c, ANN, 5);
	agent_comes(&c, BO, 1);
	for (int i = 1; i <= 2; i++) {
		struct routing_contact p = contact_like(&c, i);
		p.kind = 99;
		add(&c, p);
	}
	customer_writes(&c, 3);
	expect(&c, "1>102 3>101");
	assert_int_equal(routing_transfer(c.r, 1, ANN, 0, c.now), ERR_FORBIDDEN);
	assert_int_equal(routing_take(c.r, 2, ANN, c.now), ERR_FORBIDDEN);
	uncertified = 0;
	expect(&c, "2>101");
	centre_close(&c);
}

/* Order ---------------------------------------------------------------------------------------------------------------- */

static void
who_waits_longest_is_served_first_and_priority_is_worth_waiting_time(void **state)
{
	(void)state;
	struct centre c = centre_open();
	customer_writes(&c, 1);
	c.now += 90 * SECOND;
	customer_writes(&c, 2);
	struct routing_contact vip = contact_like(&c, 3);
	vip.priority = 2; /* two minutes ahead */
	add(&c, vip);
	c.now += 31 * SECOND;
	vip = contact_like(&c, 4);
	vip.priority = 2; /* 120 s ahead of now, and 1 has waited 121 */
	add(&c, vip);
	agent_comes(&c, ANN, 9);
	expect(&c, "3>101 1>101 4>101 2>101");
	centre_close(&c);
}

static void
nobody_starves_under_a_stream_of_important_customers(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	customer_writes(&c, 2);
	int64_t since = c.now;
	/* One of highest priority a minute, a minute for each: 2 waits its bound and is then the next. */
	int64_t serving = 1;
	for (int i = 3; routing_contact_get(c.r, 2)->state == ROUTING_WAITING; i++) {
		struct routing_contact vip = contact_like(&c, i);
		vip.priority = 1000;
		add(&c, vip);
		assert_int_equal(routing_contact_get(c.r, i)->priority, ROUTING_PRIORITY_MAX);
		c.now += MINUTE;
		assert_int_equal(routing_close(c.r, serving, 0, c.now), OK);
		decide(&c);
		serving = routing_contact_get(c.r, 2)->state == ROUTING_OPEN ? 2 : i;
		c.said[0] = 0;
	}
	assert_true(c.now - since <= (ROUTING_PRIORITY_MAX + 1) * MINUTE);
	assert_true(c.now - since >= (ROUTING_PRIORITY_MAX - 1) * MINUTE);
	centre_close(&c);
}

static void
a_customer_whom_nobody_can_serve_does_not_block_the_others(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	struct routing_contact p = contact_like(&c, 1);
	p.skills[0] = (struct routing_skill){ 3, 1 };
	p.skill_count = 1;
	add(&c, p);
	customer_writes(&c, 2);
	expect(&c, "2>101");
	centre_close(&c);
}

/* The same agent again ------------------------------------------------------------------------------------------------- */

static void
a_returning_customer_goes_to_the_same_agent_within_three_days(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 5);
	agent_comes(&c, BO, 5);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	/* Bo has less to do, but it was Ann. */
	add(&c, returning(&c, 2, ANN, c.now - 3 * DAY + 1));
	expect(&c, "2>101");
	add(&c, returning(&c, 3, ANN, c.now - 3 * DAY));
	expect(&c, "3>102");
	centre_close(&c);
}

static void
a_returning_customer_waits_half_a_minute_for_a_busy_agent_and_no_longer(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	expect(&c, "1>101");
	agent_comes(&c, BO, 5);
	add(&c, returning(&c, 2, ANN, c.now - DAY));
	add(&c, returning(&c, 3, ANN, c.now - DAY));
	wait_for(&c, 20 * SECOND);
	expect(&c, "");
	assert_int_equal(routing_close(c.r, 1, 0, c.now), OK);
	expect(&c, "2>101");
	wait_for(&c, 9999);
	expect(&c, "");
	wait_for(&c, 1);
	expect(&c, "3>102");
	centre_close(&c);
}

static void
a_returning_customer_does_not_wait_for_an_agent_who_is_not_there(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	agent_comes(&c, BO, 9);
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_PAUSED, c.now), OK);
	add(&c, returning(&c, 1, ANN, c.now - DAY));
	add(&c, returning(&c, 2, 999, c.now - DAY));
	expect(&c, "1>102 2>102");
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_ONLINE, c.now), OK);
	customer_writes(&c, 3);
	expect(&c, "3>101");
	add(&c, returning(&c, 4, ANN, c.now - DAY));
	expect(&c, "");
	/* She goes for lunch: nothing keeps 4 any more. */
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_PAUSED, c.now), OK);
	expect(&c, "4>102");
	centre_close(&c);
}

/* Offers --------------------------------------------------------------------------------------------------------------- */

static void
an_offer_not_taken_in_twenty_seconds_goes_to_the_next(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 1);
	agent_comes(&c, BO, 1);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	wait_for(&c, 20 * SECOND - 1);
	expect(&c, "");
	wait_for(&c, 1);
	expect(&c, "1x101 1?102");
	assert_int_equal(routing_accept(c.r, 1, ANN, c.now), ERR_GONE);
	assert_int_equal(routing_accept(c.r, 1, BO, c.now), OK);
	assert_int_equal(routing_contact_get(c.r, 1)->agent, BO);
	assert_int_equal(routing_contact_get(c.r, 1)->waiting_since, T0);
	centre_close(&c);
}

static void
an_offer_taken_too_late_is_gone_even_before_it_is_cleared_away(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 1);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	assert_int_equal(routing_accept(c.r, 1, ANN, c.now + 20 * SECOND), ERR_GONE);
	assert_int_equal(routing_accept(c.r, 1, ANN, c.now + 20 * SECOND - 1), OK);
	centre_close(&c);
}

static void
who_declined_is_not_asked_again_for_a_minute_while_somebody_else_is_on_duty(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 2);
	agent_comes(&c, BO, 1);
	customer_writes(&c, 1);
	customer_writes(&c, 2);
	expect(&c, "1?101 2?102");
	assert_int_equal(routing_accept(c.r, 2, BO, c.now), OK);
	assert_int_equal(routing_decline(c.r, 1, ANN, c.now), OK);
	/* Bo is busy, but on duty: the customer is not pushed on Ann again at once. Another one is offered to her. */
	expect(&c, "");
	customer_writes(&c, 3);
	expect(&c, "3?101");
	assert_int_equal(routing_accept(c.r, 3, ANN, c.now), OK);
	wait_for(&c, 59 * SECOND);
	expect(&c, "");
	wait_for(&c, 1 * SECOND);
	expect(&c, "1?101");
	centre_close(&c);
}

static void
if_nobody_else_is_there_who_declined_is_asked_again(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 2);
	agent_comes(&c, BO, 2);
	assert_int_equal(routing_agent_state(c.r, BO, ROUTING_PAUSED, c.now), OK);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	assert_int_equal(routing_decline(c.r, 1, ANN, c.now), OK);
	expect(&c, "1?101");
	centre_close(&c);
}

static void
an_offer_to_someone_who_signs_out_goes_on_at_once(void **state)
{
	(void)state;
	struct centre c = centre_open();
	offers_are_asked(&c);
	agent_comes(&c, ANN, 1);
	agent_comes(&c, BO, 1);
	customer_writes(&c, 1);
	expect(&c, "1?101");
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_OFFLINE, c.now), OK);
	expect(&c, "1x101 1?102");
	centre_close(&c);
}

static void
an_agent_may_pick_a_waiting_customer_himself(void **state)
{
	(void)state;
	struct centre c = centre_open();
	agent_comes(&c, ANN, 1);
	assert_int_equal(routing_agent_state(c.r, ANN, ROUTING_PAUSED, c.now), OK);
	customer_writes(&c, 1);
	struct routing_contact p = contact_like(&c, 2);
	p.group = AFTERSALE;
	add(&c, p);
	p = contact_like(&c, 3);
	p.shop = OTHER_SHOP;
	add(&c, p);
	assert_int_equal(routing_take(c.r, 3, ANN, c.now), ERR_FORBIDDEN);
	assert_int_equal(routing_take(c.r, 2, ANN, c.now), OK);
	assert_int_equal(routing_take(c.r, 1, ANN, c.now), ERR_BUSY);
	assert_int_equal(routing_take(c.r, 2, ANN, c.now), ERR_WRONG_STATE);
	assert_int_equal(routing_take(c.r, 9, ANN, c.now), ERR_NOT_FOUND);
	assert_int_equal(routing_contact_get(c.r, 2)->state, ROUTING_OPEN);
	centre_close(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_customer_gets_a_free_agent_at_once),
		cmocka_unit_test(nobody_holds_more_chats_than_their_capacity),
		cmocka_unit_test(each_channel_has_its_own_room),
		cmocka_unit_test(an_agent_who_is_paused_gets_nothing),
		cmocka_unit_test(the_least_loaded_then_the_longest_idle_then_the_lowest_id),
		cmocka_unit_test(the_best_at_a_skill_goes_first_and_who_lacks_it_never),
		cmocka_unit_test(shops_groups_and_languages_are_respected),
		cmocka_unit_test(who_is_not_certified_for_it_does_not_get_it),
		cmocka_unit_test(who_waits_longest_is_served_first_and_priority_is_worth_waiting_time),
		cmocka_unit_test(nobody_starves_under_a_stream_of_important_customers),
		cmocka_unit_test(a_customer_whom_nobody_can_serve_does_not_block_the_others),
		cmocka_unit_test(a_returning_customer_goes_to_the_same_agent_within_three_days),
		cmocka_unit_test(a_returning_customer_waits_half_a_minute_for_a_busy_agent_and_no_longer),
		cmocka_unit_test(a_returning_customer_does_not_wait_for_an_agent_who_is_not_there),
		cmocka_unit_test(an_offer_not_taken_in_twenty_seconds_goes_to_the_next),
		cmocka_unit_test(an_offer_taken_too_late_is_gone_even_before_it_is_cleared_away),
		cmocka_unit_test(who_declined_is_not_asked_again_for_a_minute_while_somebody_else_is_on_duty),
		cmocka_unit_test(if_nobody_else_is_there_who_declined_is_asked_again),
		cmocka_unit_test(an_offer_to_someone_who_signs_out_goes_on_at_once),
		cmocka_unit_test(an_agent_may_pick_a_waiting_customer_himself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
