/* The worked examples of product/metrics.md that need no orders, and what lies at their edges. */
#include "measure/facts_kit.h"

static void
example_1_a_round_begins_with_the_first_unanswered_line(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:10:15", A);
	customer(k, "10:15:20", A);
	agent(k, "10:18:10", A, 2);
	build(k);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 0, 1);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 475000, 1);
	assert_sums(k, "first_reply_time", A, ANY_DAY, 475000, 1);
}

static void
example_2_the_next_question_is_a_round_of_its_own(void **state)
{
	(void)state;
	struct kit *k = kit_new("taobao");
	customer(k, "10:10:15", A);
	customer(k, "10:15:20", A);
	agent(k, "10:18:10", A, 2);
	customer(k, "10:18:30", A);
	agent(k, "10:19:00", A, 2);
	build(k);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 1, 2);
	assert_sums(k, "avg_reply_time", ANYBODY, ANY_DAY, 505000, 2);
	assert_sums(k, "first_reply_time", ANYBODY, ANY_DAY, 475000, 1);
	assert_number(k, "effective_num", A, ANY_DAY, 1);
}

static void
example_3_ten_questions_without_an_answer_are_one_round(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	for (int i = 0; i < 10; i++) {
		char at[16];
		snprintf(at, sizeof at, "22:%02d:%02d", i / 4, 15 * (i % 4));
		customer(k, at, A);
	}
	build(k);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 0, 1);
	assert_number(k, "noreply_num", A, ANY_DAY, 1);
	assert_sums(k, "reply_rate", A, ANY_DAY, 0, 1);
	assert_no_value(k, "avg_reply_time", A, ANY_DAY);
	assert_no_value(k, "first_reply_time", A, ANY_DAY);
	assert_number(k, "receive_num", A, ANY_DAY, 0);
	assert_number(k, "consult_num", A, ANY_DAY, 1);
}

static void
example_4_jd_leaves_out_sessions_begun_at_night(void **state)
{
	(void)state;
	struct kit *k = kit_new("jd");
	customer(k, "08:56:00", A);
	agent(k, "09:01:00", A, 2);
	build(k);
	assert_no_value(k, "answered_within_30", A, ANY_DAY);
	customer(k, "13:00:00", A);
	agent(k, "13:00:20", A, 2);
	customer(k, "13:00:30", A);
	agent(k, "13:05:00", A, 2); /* not a first reply */
	customer(k, "23:00:00", A);
	build(k);
	assert_sums(k, "answered_within_30", A, ANY_DAY, 1, 1);
}

static void
example_5_a_robot_answers_nobody(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", NOBODY);
	kit_event(k, "10:00:02", FACT_ROBOT, NOBODY);
	kit_event(k, "10:00:03", FACT_AUTO, NOBODY);
	agent(k, "10:03:20", A, 4);
	build(k);
	assert_sums(k, "first_reply_time", A, ANY_DAY, 200000, 1);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 200000, 1);
	assert_number(k, "receive_num", A, ANY_DAY, 1); /* he wrote before */
	assert_number(k, "customer_messages", A, ANY_DAY, 0);
	assert_number(k, "customer_messages", ANYBODY, ANY_DAY, 1);
	assert_number(k, "session_num", ANYBODY, ANY_DAY, 1);
	assert_number(k, "robot_messages", ANYBODY, ANY_DAY, 1);
	assert_number(k, "auto_messages", ANYBODY, ANY_DAY, 1);
	assert_number(k, "agent_messages", ANYBODY, ANY_DAY, 1);
	assert_number(k, "session_num", NOBODY, ANY_DAY, 0);
}

static void
example_8_a_long_pause_makes_two_sessions(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:00:30", A, 2);
	customer(k, "10:25:30", A);
	agent(k, "10:25:50", A, 2);
	build(k);
	assert_number(k, "session_num", A, ANY_DAY, 2);
	assert_sums(k, "first_reply_time", A, ANY_DAY, 50000, 2);
	assert_number(k, "receive_num", A, ANY_DAY, 1);
	k->rules.session_gap_min = 25;
	build(k);
	assert_number(k, "session_num", A, ANY_DAY, 1); /* longer than, not as long as */
}

static void
example_9_the_cut_hour_makes_the_day(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	k->of.cut_hour = 3;
	customer(k, "3 02:30:00", A);
	agent(k, "3 02:31:00", A, 2);
	build(k);
	assert_number(k, "receive_num", A, kit_day("2026-03-02"), 1);
	assert_number(k, "receive_num", A, kit_day("2026-03-03"), 0);
	assert_int_equal(k->facts.pairs.all[0].hour, 2); /* hours are those of the wall */
}

static void
example_11_the_code_word_takes_a_chat_out(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	snprintf(k->rules.code_word, sizeof k->rules.code_word, "广告勿扰");
	customer(k, "10:00:00", A);
	kit_event(k, "10:00:10", FACT_AGENT, A)->code_word = 1;
	build(k);
	assert_number(k, "consult_num", ANYBODY, ANY_DAY, 0);
	assert_number(k, "receive_num", ANYBODY, ANY_DAY, 0);
	assert_no_value(k, "avg_reply_time", ANYBODY, ANY_DAY);
	assert_int_equal(filtered(k, FILTER_CODE_WORD), 1);
	k->rules.code_word_times = 2;
	build(k);
	assert_number(k, "receive_num", ANYBODY, ANY_DAY, 1);
	assert_int_equal(filtered(k, FILTER_CODE_WORD), 0);
}

static void
example_12_who_only_forwards_did_not_receive(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	k->rules.forwarded_lines = 2;
	customer(k, "10:00:00", A);
	agent(k, "10:00:10", A, 2);
	moves(k, "10:00:20", A, B);
	agent(k, "10:00:40", B, 2);
	build(k);
	assert_number(k, "receive_num", A, ANY_DAY, 0);
	assert_number(k, "receive_num", B, ANY_DAY, 1);
	assert_number(k, "in", B, ANY_DAY, 1);
	assert_int_equal(filtered(k, FILTER_FORWARDED), 1);
	k->rules.forwarded_lines = 0;
	build(k);
	assert_number(k, "receive_num", A, ANY_DAY, 1);
	assert_number(k, "out", A, ANY_DAY, 1);
	assert_sums(k, "receive_num", ANYBODY, ANY_DAY, 2, 1); /* two pairs, one customer */
	assert_number(k, "consult_num", ANYBODY, ANY_DAY, 1);
}

/* Edges ----------------------------------------------------------------------------------------------------------------- */

static void
a_receivers_clock_starts_at_the_transfer(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	moves(k, "10:02:00", A, B);
	agent(k, "10:02:30", B, 2);
	build(k);
	assert_sums(k, "avg_reply_time", B, ANY_DAY, 30000, 1);
	assert_sums(k, "first_reply_time", B, ANY_DAY, 30000, 1);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 0, 0);
	assert_sums(k, "answered_within_30", A, ANY_DAY, 0, 0);
	assert_number(k, "transfer_silent", A, ANY_DAY, 1);
	assert_sums(k, "transfer_rate", ANYBODY, ANY_DAY, 1, 2);
	assert_number(k, "session_num", ANYBODY, ANY_DAY, 1);
	assert_number(k, "noreply_num", ANYBODY, ANY_DAY, 0);
	assert_sums(k, "reply_rate", ANYBODY, ANY_DAY, 1, 1);
}

static void
a_question_after_the_transfer_has_its_own_clock(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:00:10", A, 2);
	moves(k, "10:01:00", A, B);
	customer(k, "10:02:00", B);
	agent(k, "10:02:15", B, 2);
	build(k);
	assert_sums(k, "avg_reply_time", B, ANY_DAY, 15000, 1);
	assert_sums(k, "first_reply_time", B, ANY_DAY, 0, 0); /* the session had its first reply */
	assert_sums(k, "first_reply_time", A, ANY_DAY, 10000, 1);
}

static void
an_unanswered_round_belongs_to_who_holds_it_last(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	moves(k, "10:02:00", A, B);
	build(k);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 0, 0);
	assert_sums(k, "answered_within_180", B, ANY_DAY, 0, 1);
	assert_number(k, "noreply_num", A, ANY_DAY, 0);
	assert_number(k, "noreply_num", B, ANY_DAY, 1);
	assert_sums(k, "reply_rate", ANYBODY, ANY_DAY, 0, 1);
}

static void
a_group_that_received_and_took_it_later(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	moves(k, "10:01:00", A, NOBODY);
	customer(k, "10:02:00", NOBODY);
	kit_event(k, "10:03:00", FACT_ASSIGNED, B);
	agent(k, "10:03:30", B, 2);
	build(k);
	assert_sums(k, "avg_reply_time", B, ANY_DAY, 150000, 1);
	assert_number(k, "in", B, ANY_DAY, 1);
	assert_number(k, "customer_messages", B, ANY_DAY, 1);
	assert_number(k, "customer_messages", NOBODY, ANY_DAY, 0);
}

static void
midnight_parts_the_pair_but_not_the_session(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "23:55:00", A);
	agent(k, "23:55:30", A, 2);
	customer(k, "23:59:50", A);
	agent(k, "3 00:00:20", A, 2);
	customer(k, "3 00:01:00", A);
	build(k);
	assert_number(k, "session_num", ANYBODY, ANY_DAY, 1);
	assert_number(k, "session_num", A, kit_day("2026-03-03"), 0);
	assert_sums(k, "avg_reply_time", A, kit_day("2026-03-02"), 60000, 2);
	assert_number(k, "receive_num", A, ANY_DAY, 2);
	assert_sums(k, "consult_num", A, ANY_DAY, 2, 1);
	assert_number(k, "noreply_num", A, kit_day("2026-03-02"), 0);
	assert_number(k, "noreply_num", A, kit_day("2026-03-03"), 1); /* wrote after midnight, and nobody answered that */
	k->of.profile = profile_find(STR("taobao"));
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 30000, 1);
}

static void
taobao_caps_a_round_and_forgets_zero(void **state)
{
	(void)state;
	struct kit *k = kit_new("taobao");
	customer(k, "07:59:59", A);
	agent(k, "08:15:00", A, 2);
	customer(k, "08:16:00", A);
	agent(k, "08:16:00.900", A, 2);
	customer(k, "08:17:00", A);
	agent(k, "08:17:10", A, 2);
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 610000, 2);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 2, 2); /* the first began before eight */
}

static void
two_agents_and_who_answers(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:01:00", B, 2); /* no transfer told */
	customer(k, "10:02:00", B);
	agent(k, "10:02:05", B, 2);
	build(k);
	assert_sums(k, "avg_reply_time", B, ANY_DAY, 65000, 2);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 0, 0);
	assert_number(k, "consult_num", A, ANY_DAY, 1);
	assert_number(k, "receive_num", A, ANY_DAY, 0);
	assert_number(k, "noreply_num", ANYBODY, ANY_DAY, 0);
}

static void
an_answer_without_a_question_has_no_time(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	agent(k, "10:00:00", A, 5);
	agent(k, "10:00:10", A, 5);
	build(k);
	assert_int_equal(filtered(k, FILTER_EMPTY), 1);
	assert_number(k, "agent_messages", A, ANY_DAY, 0);
	k->rules.leave_empty = false;
	build(k);
	assert_number(k, "agent_chars", A, ANY_DAY, 10);
	assert_number(k, "receive_num", A, ANY_DAY, 0);
	assert_no_value(k, "avg_reply_time", A, ANY_DAY);
	assert_no_value(k, "qa_ratio", A, ANY_DAY);
	customer(k, "10:05:00", A);
	build(k);
	assert_number(k, "receive_num", A, ANY_DAY, 1); /* whoever began */
	assert_number(k, "noreply_num", A, ANY_DAY, 1); /* and yet nobody answered */
	assert_sums(k, "effective_num", A, ANY_DAY, 0, 0);
}

static void
images_count_one_and_have_no_characters(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:00:10", A, 0);
	agent(k, "10:00:11", A, 7);
	build(k);
	assert_sums(k, "qa_ratio", A, ANY_DAY, 2, 1);
	assert_sums(k, "agent_chars", A, ANY_DAY, 7, 1);
}

static void
the_same_millisecond(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:00:00", A, 2);
	customer(k, "10:00:00", A);
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 0, 1);
	assert_sums(k, "answered_within_30", A, ANY_DAY, 1, 2);
	k->of.profile = profile_find(STR("taobao"));
	build(k);
	assert_no_value(k, "avg_reply_time", A, ANY_DAY);
}

static void
a_late_answer_still_answers(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:40:00", A, 2);
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 2400000, 1);
	assert_number(k, "noreply_num", A, ANY_DAY, 0);
	assert_number(k, "session_num", A, ANY_DAY, 2);
	customer(k, "12:00:00", A); /* asks, and later begins anew */
	customer(k, "15:00:00", A);
	agent(k, "15:00:10", A, 2);
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 2410000, 2);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 1, 3);
}

static void
a_close_ends_session_and_round(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:00:10", A, 2);
	customer(k, "10:00:20", A);
	kit_event(k, "10:01:00", FACT_CLOSED, A);
	customer(k, "10:05:00", A);
	agent(k, "10:05:10", A, 2);
	build(k);
	assert_number(k, "session_num", A, ANY_DAY, 2);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 20000, 2);
	assert_sums(k, "answered_within_30", A, ANY_DAY, 2, 3);
	assert_int_equal(k->facts.sessions.all[0].end, kit_at("10:01:00"));
	k->of.profile = profile_find(STR("jd"));
	build(k);
	assert_number(k, "session_num", A, ANY_DAY, 1); /* within ten minutes of the close: the old session */
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 300000, 2);
}

static void
nobody_took_it(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", NOBODY);
	build(k);
	assert_number(k, "noreply_num", NOBODY, ANY_DAY, 1);
	assert_number(k, "consult_num", ANYBODY, ANY_DAY, 0); /* a contact pair has an agent */
	assert_sums(k, "answered_within_180", ANYBODY, ANY_DAY, 0, 1);
	kit_event(k, "10:00:01", FACT_ROBOT, NOBODY);
	build(k);
	assert_number(k, "noreply_num", ANYBODY, ANY_DAY, 0); /* the robot's alone */
	assert_sums(k, "answered_within_180", ANYBODY, ANY_DAY, 0, 0);
	assert_number(k, "robot_messages", ANYBODY, ANY_DAY, 1);
	assert_int_equal(filtered(k, FILTER_ROBOT), 1);
}

static void
queued_for_long_and_then_taken(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	kit_event(k, "10:00:00", FACT_QUEUED, NOBODY);
	customer(k, "10:00:00", NOBODY);
	kit_event(k, "10:30:00", FACT_ASSIGNED, A);
	build(k);
	assert_sums(k, "answered_within_180", A, ANY_DAY, 0, 1);
	assert_number(k, "noreply_num", A, ANY_DAY, 1);
	agent(k, "10:31:00", A, 2);
	build(k);
	assert_number(k, "receive_num", A, ANY_DAY, 1);
	assert_sums(k, "first_reply_time", A, ANY_DAY, 1860000, 1);
}

static void
a_stale_question_is_not_answered_days_later(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "4 10:00:00", A, 2);
	build(k);
	assert_sums(k, "avg_reply_time", A, ANY_DAY, 0, 0);
	assert_sums(k, "answered_within_180", A, kit_day("2026-03-02"), 0, 1);
}

static void
filters_say_what_they_took(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	for (int i = 0; i < 5; i++)
		agent(k, "10:00:05", A, 2);
	k->rules.single_line_replies = 5;
	build(k);
	assert_int_equal(filtered(k, FILTER_SINGLE_LINE), 1);
	k->rules.single_line_replies = 6;
	k->rules.monologue_lines = 1;
	build(k);
	assert_int_equal(filtered(k, FILTER_MONOLOGUE), 1);
	k->left_out[A] = true;
	build(k);
	assert_int_equal(filtered(k, FILTER_AGENT), 1);
	k->of.kind = CUSTOMER_STAFF;
	build(k);
	assert_int_equal(filtered(k, FILTER_STAFF), 1);
	k->rules.leave_staff = k->left_out[A] = false;
	k->rules.monologue_lines = 0;
	build(k);
	assert_number(k, "receive_num", A, ANY_DAY, 1);
}

static void
slow_long_and_solved(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	customer(k, "10:00:00", A);
	agent(k, "10:03:01", A, 2);
	customer(k, "10:20:00", A);
	agent(k, "10:20:01", A, 2);
	customer(k, "15:00:00", A);
	build(k);
	assert_number(k, "slow_num", A, ANY_DAY, 1);
	assert_number(k, "long_num", A, ANY_DAY, 1);
	assert_true(k->facts.sessions.all[0].returned);
	assert_false(k->facts.sessions.all[1].returned);
	k->rules.slow_rounds = 2;
	k->rules.long_min = 21;
	k->events[0].category = k->events[1].category = k->events[2].category = k->events[3].category = 1;
	k->events[4].category = 2;
	build(k);
	assert_number(k, "slow_num", A, ANY_DAY, 0);
	assert_number(k, "long_num", A, ANY_DAY, 0);
	assert_false(k->facts.sessions.all[0].returned); /* about something else */
}

static void
ratings_stand_in_three_blocks(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	static const uint8_t scores[] = { 5, 4, 3, 1, 5 };
	static const uint8_t sources[] = { RATING_INVITED, RATING_OWN, RATING_INVITED, RATING_OWN, RATING_SYSTEM };
	customer(k, "10:00:00", A);
	agent(k, "10:00:10", A, 2);
	kit_event(k, "10:02:00", FACT_INVITE, A)->source = RATING_INVITE;
	for (size_t i = 0; i < sizeof scores; i++) {
		struct fact_event *e = kit_event(k, "10:03:00", FACT_RATING, A);
		e->score = scores[i];
		e->source = sources[i];
	}
	build(k);
	assert_sums(k, "csat", A, ANY_DAY, 3, 5);
	assert_sums(k, "csat_invited", A, ANY_DAY, 1, 2);
	assert_sums(k, "csat_own", A, ANY_DAY, 1, 2);
	assert_sums(k, "csat_system", A, ANY_DAY, 1, 1);
	assert_sums(k, "csat_send_rate", A, ANY_DAY, 1, 1);
	assert_sums(k, "csat_return_rate", A, ANY_DAY, 2, 1);
	assert_int_equal(k->facts.ratings.all[0].session, 0);
}

static void
a_filter_never_raises_a_count(void **state)
{
	(void)state;
	struct kit *k = kit_new("plain");
	uint64_t x = 88172645463325252ULL;
	for (int run = 0; run < 200; run++) {
		k->n = 0;
		for (int i = 0; i < 60; i++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			char at[32];
			int minute = i * 9 + (int)(x >> 20 & 7);
			snprintf(at, sizeof at, "%02d:%02d:%02d", minute / 60, minute % 60, (int)(x >> 30 & 31));
			int kind = (int)(x >> 8 & 7), who = (int)(x >> 12 & 1);
			if (kind == 0)
				moves(k, at, who, 1 - who);
			else
				kit_event(k, at, kind < 4 ? FACT_CUSTOMER : kind < 7 ? FACT_AGENT : FACT_ROBOT, kind == 7 ? NOBODY : who)
				    ->code_word = (x >> 40 & 7) == 0;
		}
		measure_rules_default(&k->rules);
		k->rules.leave_empty = false;
		build(k);
		struct cell before = cell_of(k, ANYBODY, ANY_DAY);
		k->rules.leave_empty = true;
		k->rules.forwarded_lines = 1 + run % 3;
		k->rules.monologue_lines = run % 3;
		snprintf(k->rules.code_word, sizeof k->rules.code_word, "x");
		build(k);
		struct cell after = cell_of(k, ANYBODY, ANY_DAY);
		for (int t = 1; t < TALLY_COUNT; t++)
			assert_true(after.t[t] <= before.t[t]);
		assert_true(before.t[TALLY_DIRECT] + before.t[TALLY_IN] == before.t[TALLY_RECEIVED]);
		assert_true(before.t[TALLY_WROTE_DAYS] - before.t[TALLY_NOREPLY] == before.t[TALLY_ANSWERED_DAYS]);
	}
}

static void
the_catalogue_is_whole(void **state)
{
	(void)state;
	struct measure_rules r;
	struct buf b;
	measure_rules_default(&r);
	buf_init(&b, 4096);
	for (size_t i = 0; i < metrics_count; i++) {
		const struct metric *m = &metrics[i];
		const char *texts[] = { m->key, m->name_zh, m->name_en, m->definition_zh, m->definition_en };
		for (size_t k = 0; k < 5; k++) {
			buf_clear(&b);
			metric_text(m, texts[k], &r, &b);
			assert_int_equal(buf_err(&b), OK);
			assert_true(b.n > 0 && str_find_char(buf_str(&b), '{') < 0 && str_find(buf_str(&b), STR("  ")) < 0);
			if (k == 0)
				assert_ptr_equal(metric_find(buf_str(&b), &r), m);
		}
	}
	assert_non_null(metric_find(STR("answered_within_30"), &r));
	r.within_s[0] = 20;
	assert_null(metric_find(STR("answered_within_30"), &r));
	assert_non_null(metric_find(STR("answered_within_20"), &r));
	buf_free(&b);
}

static void
rules_are_set_by_name_within_their_range(void **state)
{
	(void)state;
	struct measure_rules r;
	char why[200] = "";
	measure_rules_default(&r);
	assert_int_equal(r.within_s[0], 30);
	assert_int_equal(r.within_s[1], 180);
	assert_true(r.leave_empty);
	assert_int_equal(measure_rules_set(&r, STR("session_gap_min"), STR("15"), why), OK);
	assert_int_equal(r.session_gap_min, 15);
	assert_int_equal(measure_rules_set(&r, STR("filter_empty"), STR("off"), why), OK);
	assert_false(r.leave_empty);
	assert_int_equal(measure_rules_set(&r, STR("code_word"), STR("勿扰"), why), OK);
	assert_string_equal(r.code_word, "勿扰");
	assert_int_equal(measure_rules_set(&r, STR("session_gap_min"), STR("0"), why), ERR_BAD_FIELD);
	assert_non_null(strstr(why, "session_gap_min"));
	assert_int_equal(measure_rules_set(&r, STR("login_days"), STR("3"), why), ERR_NOT_FOUND);
	assert_int_equal(r.session_gap_min, 15);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_1_a_round_begins_with_the_first_unanswered_line),
		cmocka_unit_test(example_2_the_next_question_is_a_round_of_its_own),
		cmocka_unit_test(example_3_ten_questions_without_an_answer_are_one_round),
		cmocka_unit_test(example_4_jd_leaves_out_sessions_begun_at_night),
		cmocka_unit_test(example_5_a_robot_answers_nobody),
		cmocka_unit_test(example_8_a_long_pause_makes_two_sessions),
		cmocka_unit_test(example_9_the_cut_hour_makes_the_day),
		cmocka_unit_test(example_11_the_code_word_takes_a_chat_out),
		cmocka_unit_test(example_12_who_only_forwards_did_not_receive),
		cmocka_unit_test(a_receivers_clock_starts_at_the_transfer),
		cmocka_unit_test(a_question_after_the_transfer_has_its_own_clock),
		cmocka_unit_test(an_unanswered_round_belongs_to_who_holds_it_last),
		cmocka_unit_test(a_group_that_received_and_took_it_later),
		cmocka_unit_test(midnight_parts_the_pair_but_not_the_session),
		cmocka_unit_test(taobao_caps_a_round_and_forgets_zero),
		cmocka_unit_test(two_agents_and_who_answers),
		cmocka_unit_test(an_answer_without_a_question_has_no_time),
		cmocka_unit_test(images_count_one_and_have_no_characters),
		cmocka_unit_test(the_same_millisecond),
		cmocka_unit_test(a_late_answer_still_answers),
		cmocka_unit_test(a_close_ends_session_and_round),
		cmocka_unit_test(nobody_took_it),
		cmocka_unit_test(queued_for_long_and_then_taken),
		cmocka_unit_test(a_stale_question_is_not_answered_days_later),
		cmocka_unit_test(filters_say_what_they_took),
		cmocka_unit_test(slow_long_and_solved),
		cmocka_unit_test(ratings_stand_in_three_blocks),
		cmocka_unit_test(a_filter_never_raises_a_count),
		cmocka_unit_test(the_catalogue_is_whole),
		cmocka_unit_test(rules_are_set_by_name_within_their_range),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
