/* The composite score: lines, clips, items that drop out, ranks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "measure/score.h"

#define NEAR(a, b) assert_true(fabs((a) - (b)) < 1e-9)

static struct arena *arena;

static struct score_template
shipped(void)
{
	struct score_template t;
	struct score_fault f;
	struct measure_rules r;
	measure_rules_default(&r);
	assert_int_equal(score_read(arena, str_of(score_shipped_items), STR("[\"金\",\"银\"]"), &r, &t, &f), OK);
	return t;
}

static void
the_shipped_template(void **state)
{
	(void)state;
	const struct {
		const char *key;
		double weight, worst, best;
	} wanted[] = { { "reply_rate", 25, 0.9, 1 },        { "answered_within_180", 25, 0.95, 1 }, { "avg_reply_time", 20, 30000, 5000 },
		       { "first_reply_time", 10, 40000, 8000 }, { "slow_share", 10, 0.1, 0 },           { "effective_share", 10, 0.4, 0.85 } };
	struct score_template t = shipped();
	assert_int_equal(t.item_count, 6);
	assert_int_equal(t.prize_count, 2);
	for (size_t i = 0; i < 6; i++) {
		assert_true(str_eqz(t.items[i].metric, wanted[i].key));
		NEAR(t.items[i].weight, wanted[i].weight);
		NEAR(t.items[i].worst, wanted[i].worst);
		NEAR(t.items[i].best, wanted[i].best);
	}
}

static void
a_straight_line_clipped_at_both_ends(void **state)
{
	(void)state;
	struct score_item up = { STR("x"), 1, 0.9, 1 }, down = { STR("x"), 1, 30000, 5000 };
	NEAR(score_part(&up, 0.9), 0);
	NEAR(score_part(&up, 0.95), 0.5);
	NEAR(score_part(&up, 1), 1);
	NEAR(score_part(&up, 0.2), 0);
	NEAR(score_part(&up, 1.7), 1);
	NEAR(score_part(&down, 30000), 0);
	NEAR(score_part(&down, 17500), 0.5);
	NEAR(score_part(&down, 4000), 1);
	NEAR(score_part(&down, 99000), 0);
}

static void
the_whole_score(void **state)
{
	(void)state;
	struct score_template t = shipped();
	double weights[SCORE_ITEMS_MAX], score;
	struct score_value best[] = { { 1, 1 }, { 1, 1 }, { 1, 5000 }, { 1, 8000 }, { 1, 0 }, { 1, 0.85 } };
	struct score_value half[] = { { 1, 0.95 }, { 1, 0.975 }, { 1, 17500 }, { 1, 24000 }, { 1, 0.05 }, { 1, 0.625 } };
	assert_true(score_of(&t, best, weights, &score));
	NEAR(score, 100);
	NEAR(weights[0], 25);
	assert_true(score_of(&t, half, weights, &score));
	NEAR(score, 50);
}

static void
what_has_no_value_drops_out(void **state)
{
	(void)state;
	struct score_template t = shipped();
	double weights[SCORE_ITEMS_MAX], score;
	struct score_value v[] = { { 1, 1 }, { 0, 0 }, { 1, 30000 }, { 0, 0 }, { 0, 0 }, { 0, 0 } };
	assert_true(score_of(&t, v, weights, &score));
	NEAR(weights[0], 100.0 * 25 / 45);
	NEAR(weights[1], 0);
	NEAR(weights[2], 100.0 * 20 / 45);
	NEAR(score, 100.0 * 25 / 45);
	struct score_value none[6] = { { 0, 0 } };
	assert_false(score_of(&t, none, weights, &score));
	NEAR(score, 0);
}

static void
equals_share_the_better_place(void **state)
{
	(void)state;
	struct score_row rows[] = { { 0, true, 80, 0 }, { 1, true, 90, 0 }, { 2, false, 0, 0 }, { 3, true, 80.001, 0 }, { 4, true, 70, 0 },
		                    { 5, true, 0, 0 } };
	score_rank(rows, 6);
	const size_t who[] = { 1, 0, 3, 4, 5, 2 }, rank[] = { 1, 2, 2, 4, 5, 0 };
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(rows[i].who, who[i]);
		assert_int_equal(rows[i].rank, rank[i]);
	}
	score_rank(rows, 0);
}

static void
bad_templates_are_told_what_is_wrong(void **state)
{
	(void)state;
	const struct {
		const char *items, *prizes, *field;
	} tries[] = {
		{ "{}", "[]", "items" },
		{ "[]", "[]", "items" },
		{ "[", "[]", "items" },
		{ "[{\"metric\":\"nothing\",\"weight\":1,\"worst\":0,\"best\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":0,\"worst\":0,\"best\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":-1,\"worst\":0,\"best\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":1,\"best\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":\"1\",\"worst\":0,\"best\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0,\"best\":1,\"x\":1}]", "[]", "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0,\"best\":1},{\"metric\":\"reply_rate\",\"weight\":2,\"worst\":0,\"best\":1}]",
		  "[]",
		  "items" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0,\"best\":1}]", "[1]", "prizes" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0,\"best\":1}]", "{}", "prizes" },
		{ "[{\"metric\":\"reply_rate\",\"weight\":1,\"worst\":0,\"best\":1}]", "nonsense", "prizes" },
	};
	struct measure_rules r;
	measure_rules_default(&r);
	for (size_t i = 0; i < sizeof tries / sizeof *tries; i++) {
		struct score_template t;
		struct score_fault f;
		assert_int_equal(score_read(arena, str_of(tries[i].items), str_of(tries[i].prizes), &r, &t, &f), ERR_BAD_FIELD);
		assert_string_equal(f.field, tries[i].field);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shipped_template),          cmocka_unit_test(a_straight_line_clipped_at_both_ends),
		cmocka_unit_test(the_whole_score),               cmocka_unit_test(what_has_no_value_drops_out),
		cmocka_unit_test(equals_share_the_better_place), cmocka_unit_test(bad_templates_are_told_what_is_wrong),
	};
	arena = arena_new(1 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
