/* Anomalies: what is planted is found, noise is not, and what all had in common is nobody's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "base/rand.h"
#include "measure/anomaly.h"

enum { PEOPLE = 8, DAYS = 22, HOUR_FROM = 9, HOUR_TO = 21, CELLS = PEOPLE * DAYS * (HOUR_TO - HOUR_FROM) };

static struct arena *arena;
static struct anomaly_cell cells[CELLS];
static struct anomaly_found found[CELLS];
static const struct anomaly_watch times = { ANOMALY_TIME, 1, 5 };

static double
normal(struct rng *r)
{
	double s = 0;
	for (int i = 0; i < 12; i++)
		s += rng_unit(r);
	return s - 6;
}

/* Agents of different speed, slow evenings, log-normal noise that falls with the number of rounds. */
static size_t
week(struct rng *r)
{
	size_t n = 0;
	for (int day = 0; day < DAYS; day++)
		for (int hour = HOUR_FROM; hour < HOUR_TO; hour++)
			for (uint32_t who = 0; who < PEOPLE; who++) {
				int64_t rounds = rng_range(r, 3, 30);
				double mean = log(20000.0 + 3000.0 * who) + (hour >= 19 ? 0.5 : 0) + (day % 7 == 5 ? 0.3 : 0);
				double ms = exp(mean + 0.1 * normal(r) + 0.7 * normal(r) / sqrt((double)rounds));
				cells[n++] = (struct anomaly_cell){ who, day, hour, day % 7 + 1, (int64_t)(ms * (double)rounds), rounds };
			}
	return n;
}

static size_t
reported(size_t n)
{
	size_t k = 0, count;
	assert_int_equal(anomaly_judge(arena, &times, cells, n, DAYS - 1, found, &count), OK);
	assert_int_equal(anomaly_fdr(arena, found, count), OK);
	for (size_t i = 0; i < count; i++)
		if (found[i].q <= 0.05 && found[i].matters)
			found[k++] = found[i];
	return k;
}

static struct anomaly_cell *
cell_at(size_t n, uint32_t who, int hour)
{
	for (size_t i = 0; i < n; i++)
		if (cells[i].who == who && cells[i].day == DAYS - 1 && cells[i].hour == hour)
			return &cells[i];
	return NULL;
}

static void
noise_is_not_reported(void **state)
{
	(void)state;
	size_t wrong = 0;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct rng r;
		rng_seed(&r, seed);
		wrong += reported(week(&r));
	}
	assert_true(wrong <= 1); /* of 1920 cells */
}

static void
a_planted_hour_is_found(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 10; seed++) {
		struct rng r;
		rng_seed(&r, seed);
		size_t n = week(&r);
		struct anomaly_cell *c = cell_at(n, 3, 14);
		c->count = 12;
		c->sum = 12 * 200000;
		assert_true(reported(n) >= 1);
		assert_true(&cells[found[0].cell] == c);
		assert_true(found[0].value == 200000 && found[0].usual > 20000 && found[0].usual < 45000 && found[0].score > 4);
	}
}

static void
what_all_had_is_nobodys(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 5);
	size_t n = week(&r);
	for (size_t i = 0; i < n; i++)
		if (cells[i].day == DAYS - 1 && cells[i].hour == 15)
			cells[i].sum *= 5;
	assert_int_equal(reported(n), 0);
}

static void
few_events_say_nothing(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 6);
	size_t n = week(&r);
	struct anomaly_cell *c = cell_at(n, 2, 11);
	c->count = 4;
	c->sum = 4 * 900000;
	assert_int_equal(reported(n), 0);
	n = 0;
	cells[n++] = (struct anomaly_cell){ 0, DAYS - 1, 10, 1, 9000000, 10 };
	assert_int_equal(reported(n), 0); /* no history, no judgement */
}

static void
only_the_side_that_is_watched(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 7);
	size_t n = week(&r), count;
	struct anomaly_cell *c = cell_at(n, 2, 11);
	c->count = 40;
	c->sum = 40 * 1500; /* very fast */
	assert_int_equal(reported(n), 0);
	const struct anomaly_watch both = { ANOMALY_TIME, 0, 5 };
	assert_int_equal(anomaly_judge(arena, &both, cells, n, DAYS - 1, found, &count), OK);
	assert_int_equal(anomaly_fdr(arena, found, count), OK);
	size_t k = 0;
	for (size_t i = 0; i < count; i++)
		k += found[i].q <= 0.05 && found[i].matters && &cells[found[i].cell] == c && found[i].score < 0;
	assert_int_equal(k, 1);
}

static void
shares_and_counts(void **state)
{
	(void)state;
	const struct anomaly_watch share = { ANOMALY_SHARE, -1, 10 }, number = { ANOMALY_COUNT, 0, 0 };
	struct rng r;
	size_t n = 0, count;
	rng_seed(&r, 8);
	for (int day = 0; day < DAYS; day++)
		for (uint32_t who = 0; who < PEOPLE; who++) {
			int64_t asked = rng_range(&r, 35, 45), good = 0;
			for (int64_t i = 0; i < asked; i++)
				good += rng_chance(&r, 0.95);
			cells[n++] = (struct anomaly_cell){ who, day, ANOMALY_DAY, day % 7 + 1, good, asked };
		}
	struct anomaly_cell *c = &cells[n - 3];
	c->sum = c->count / 2;
	assert_int_equal(anomaly_judge(arena, &share, cells, n, DAYS - 1, found, &count), OK);
	assert_int_equal(anomaly_fdr(arena, found, count), OK);
	for (size_t i = 0; i < count; i++)
		assert_true((found[i].q <= 0.05 && found[i].matters) == (&cells[found[i].cell] == c));
	c->count = 5;
	assert_int_equal(anomaly_judge(arena, &number, cells, n, DAYS - 1, found, &count), OK);
	assert_int_equal(anomaly_fdr(arena, found, count), OK);
	for (size_t i = 0; i < count; i++)
		assert_true((found[i].q <= 0.05 && found[i].matters) == (&cells[found[i].cell] == c));
}

static void
tails_and_q(void **state)
{
	(void)state;
	assert_true(fabs(anomaly_tail(0) - 0.5) < 1e-12);
	assert_true(fabs(anomaly_tail(1.812461) - 0.05) < 1e-6); /* tables of t, 10 degrees */
	assert_true(fabs(anomaly_tail(2.763769) - 0.01) < 1e-6);
	assert_true(fabs(anomaly_tail(4.143700) - 0.001) < 1e-6);
	assert_true(fabs(anomaly_tail(-1.812461) - 0.95) < 1e-6);
	/* Benjamini and Hochberg's own example: four of fifteen at 0.05. */
	const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1 };
	struct anomaly_found all[15] = { { 0 } };
	size_t n = 0;
	for (size_t i = 0; i < 15; i++)
		all[14 - i].p = p[i];
	assert_int_equal(anomaly_fdr(arena, all, 15), OK);
	for (size_t i = 0; i < 15; i++)
		n += all[i].q <= 0.05;
	assert_int_equal(n, 4);
	assert_true(fabs(all[14].q - 0.0015) < 1e-12);
	double m[] = { 3, 1, 2, 4 };
	assert_true(anomaly_median(m, 4) == 2.5 && anomaly_median(m, 3) == 2 && anomaly_median(m, 0) == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_not_reported),  cmocka_unit_test(a_planted_hour_is_found),       cmocka_unit_test(what_all_had_is_nobodys),
		cmocka_unit_test(few_events_say_nothing), cmocka_unit_test(only_the_side_that_is_watched), cmocka_unit_test(shares_and_counts),
		cmocka_unit_test(tails_and_q),
	};
	arena = arena_new(256 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
