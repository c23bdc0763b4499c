#include "measure/anomaly.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

#define WIDEN 1.4826 /* a normal distribution's standard deviation over its median absolute deviation */
enum { HOURS = 25, WEEKDAYS = 8, TAIL_DEGREES = 10 };

struct judging {
	struct arena *arena;
	const struct anomaly_watch *watch;
	const struct anomaly_cell *cells;
	size_t n;
	int32_t day;
	double *x, *rest, *own, *scratch; /* by cell, but own: by who */
	size_t *own_n;
	size_t people;
	double hours[HOURS], weekdays[WEEKDAYS];
};

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

double
anomaly_median(double *values, size_t n)
{
	if (!n)
		return 0;
	qsort(values, n, sizeof *values, by_size);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The closed form for an even number of degrees (Abramowitz and Stegun 26.7.4). */
double
anomaly_tail(double t)
{
	double theta = atan(fabs(t) / sqrt(TAIL_DEGREES)), c = cos(theta), term = 1, sum = 1;
	for (int k = 1; k <= (TAIL_DEGREES - 2) / 2; k++) {
		term *= (2.0 * k - 1) / (2.0 * k) * c * c;
		sum += term;
	}
	double upper = (1 - sin(theta) * sum) / 2;
	upper = upper < 1e-15 ? 1e-15 : upper;
	return t >= 0 ? upper : 1 - upper;
}

static double
figure_of(enum anomaly_shape shape, const struct anomaly_cell *c)
{
	if (shape == ANOMALY_COUNT)
		return (double)c->count;
	return c->count ? (double)c->sum / (double)c->count : 0;
}

static double
to_scale(enum anomaly_shape shape, const struct anomaly_cell *c)
{
	double v = figure_of(shape, c);
	if (shape == ANOMALY_TIME)
		return log(v < 1000 ? 1000 : v);
	if (shape == ANOMALY_COUNT)
		return 2 * sqrt(v + 0.375);
	return asin(sqrt(((double)c->sum + 0.375) / ((double)c->count + 0.75)));
}

static double
from_scale(enum anomaly_shape shape, double x)
{
	if (shape == ANOMALY_TIME)
		return exp(x);
	if (shape == ANOMALY_COUNT)
		return x > 1.3 ? x * x / 4 - 0.375 : 0;
	double s = sin(x < 0 ? 0 : x > M_PI / 2 ? M_PI / 2 : x);
	return s * s;
}

/* What chance alone does on that scale, and a floor for what agents differ by from day to day. */
static double
spread_of(enum anomaly_shape shape, int64_t count)
{
	double n = (double)(count < 1 ? 1 : count);
	if (shape == ANOMALY_TIME)
		return sqrt(0.15 * 0.15 + 0.8 * 0.8 / n);
	if (shape == ANOMALY_COUNT)
		return sqrt(1 + 0.5 * 0.5);
	return sqrt(0.03 * 0.03 + 0.25 / (n + 0.5));
}

static bool
counts(const struct judging *j, size_t i)
{
	return j->cells[i].count >= j->watch->least || j->watch->shape == ANOMALY_COUNT;
}

static bool
is_history(const struct judging *j, size_t i)
{
	return j->cells[i].day < j->day && counts(j, i);
}

static void
own_medians(struct judging *j)
{
	for (uint32_t who = 0; who < j->people; who++) {
		size_t n = 0;
		for (size_t i = 0; i < j->n; i++)
			if (j->cells[i].who == who && is_history(j, i))
				j->scratch[n++] = j->x[i] - j->hours[j->cells[i].hour + 1] - j->weekdays[j->cells[i].weekday];
		j->own[who] = anomaly_median(j->scratch, n);
		j->own_n[who] = n;
	}
}

/* What all have in common at an hour, or on a weekday. */
static void
season(struct judging *j, bool hourly, double *table, int size)
{
	for (int slot = 0; slot < size; slot++) {
		size_t n = 0;
		for (size_t i = 0; i < j->n; i++) {
			const struct anomaly_cell *c = &j->cells[i];
			if ((hourly ? c->hour + 1 : c->weekday) != slot || !is_history(j, i) || j->own_n[c->who] < ANOMALY_OWN_LEAST)
				continue;
			j->scratch[n++] = j->x[i] - j->own[c->who] - (hourly ? j->weekdays[c->weekday] : j->hours[c->hour + 1]);
		}
		table[slot] = n >= 2 * ANOMALY_PEERS_LEAST ? anomaly_median(j->scratch, n) : 0;
	}
}

static double
everybody(struct judging *j)
{
	size_t n = 0;
	for (uint32_t who = 0; who < j->people; who++)
		if (j->own_n[who] >= ANOMALY_OWN_LEAST)
			j->scratch[n++] = j->own[who];
	return anomaly_median(j->scratch, n);
}

/* What the others were off by at the same moment. */
static double
moment(struct judging *j, size_t at)
{
	size_t n = 0;
	for (size_t i = 0; i < j->n; i++) {
		const struct anomaly_cell *c = &j->cells[i];
		if (c->day == j->cells[at].day && c->hour == j->cells[at].hour && c->who != j->cells[at].who && counts(j, i))
			j->scratch[n++] = j->rest[i];
	}
	return n >= ANOMALY_PEERS_LEAST ? anomaly_median(j->scratch, n) : 0;
}

/* How much wider than chance the history is: of one person, or of all (who beyond the last). */
static double
widening(struct judging *j, uint32_t who)
{
	size_t n = 0;
	for (size_t i = 0; i < j->n; i++)
		if ((j->cells[i].who == who || who >= j->people) && is_history(j, i))
			j->scratch[n++] = fabs(j->rest[i]) / spread_of(j->watch->shape, j->cells[i].count);
	double k = WIDEN * anomaly_median(j->scratch, n);
	return k < 1 ? 1 : k;
}

static bool
large_enough(const struct judging *j, double value, double usual)
{
	switch (j->watch->shape) {
	case ANOMALY_TIME:
		return fabs(value - usual) >= 10000 && (value >= 1.5 * usual || value <= usual / 1.5);
	case ANOMALY_SHARE:
		return fabs(value - usual) >= 0.1;
	default:
		return fabs(value - usual) >= 5 && (value >= 1.5 * usual || value <= usual / 1.5);
	}
}

static void
cell_judge(struct judging *j, size_t i, double wide_all, struct anomaly_found *ret)
{
	const struct anomaly_cell *c = &j->cells[i];
	double off = moment(j, i), wide = widening(j, c->who);
	wide = j->own_n[c->who] >= ANOMALY_OWN_LEAST && wide > wide_all ? wide : wide_all;
	double z = (j->rest[i] - off) / (spread_of(j->watch->shape, c->count) * wide);
	double p = j->watch->side > 0 ? anomaly_tail(z) : j->watch->side < 0 ? anomaly_tail(-z) : 2 * anomaly_tail(fabs(z));
	*ret = (struct anomaly_found){ .cell = i, .value = figure_of(j->watch->shape, c), .usual = from_scale(j->watch->shape, j->x[i] - j->rest[i] + off),
		                       .score = z, .p = p > 1 ? 1 : p };
	ret->matters = large_enough(j, ret->value, ret->usual);
}

static void
rests_find(struct judging *j)
{
	own_medians(j);
	season(j, true, j->hours, HOURS);
	own_medians(j);
	season(j, false, j->weekdays, WEEKDAYS);
	own_medians(j);
	double all = everybody(j);
	for (size_t i = 0; i < j->n; i++) {
		const struct anomaly_cell *c = &j->cells[i];
		double own = j->own_n[c->who] >= ANOMALY_OWN_LEAST ? j->own[c->who] : all;
		j->rest[i] = j->x[i] - own - j->hours[c->hour + 1] - j->weekdays[c->weekday];
	}
}

static enum err
judging_start(struct judging *j)
{
	for (size_t i = 0; i < j->n; i++)
		if (j->cells[i].who + (size_t)1 > j->people)
			j->people = j->cells[i].who + (size_t)1;
	j->x = arena_alloc(j->arena, (j->n + 1) * sizeof *j->x);
	j->rest = arena_alloc(j->arena, (j->n + 1) * sizeof *j->rest);
	j->scratch = arena_alloc(j->arena, (j->n + j->people + 1) * sizeof *j->scratch);
	j->own = arena_alloc(j->arena, (j->people + 1) * sizeof *j->own);
	j->own_n = arena_alloc(j->arena, (j->people + 1) * sizeof *j->own_n);
	if (!j->x || !j->rest || !j->scratch || !j->own || !j->own_n)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < j->n; i++)
		j->x[i] = to_scale(j->watch->shape, &j->cells[i]);
	return OK;
}

enum err
anomaly_judge(struct arena *a, const struct anomaly_watch *watch, const struct anomaly_cell *cells, size_t n, int32_t day,
              struct anomaly_found *ret, size_t *ret_n)
{
	struct judging j = { .arena = a, .watch = watch, .cells = cells, .n = n, .day = day };
	enum err e = judging_start(&j);
	size_t history = 0, found = 0;
	if (e)
		return e;
	rests_find(&j);
	for (size_t i = 0; i < n; i++)
		history += is_history(&j, i);
	double wide_all = widening(&j, UINT32_MAX);
	for (size_t i = 0; i < n && history >= 2 * ANOMALY_OWN_LEAST; i++)
		if (cells[i].day == day && counts(&j, i))
			cell_judge(&j, i, wide_all, &ret[found++]);
	*ret_n = found;
	return OK;
}

static int
by_probability(const void *a, const void *b)
{
	const struct anomaly_found *x = *(struct anomaly_found *const *)a, *y = *(struct anomaly_found *const *)b;
	return x->p < y->p ? -1 : x->p > y->p;
}

enum err
anomaly_fdr(struct arena *a, struct anomaly_found *all, size_t n)
{
	struct anomaly_found **order = arena_alloc(a, (n + 1) * sizeof *order);
	double least = 1;
	if (!order)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		order[i] = &all[i];
	if (n > 1)
		qsort(order, n, sizeof *order, by_probability);
	for (size_t i = n; i-- > 0;) {
		double q = order[i]->p * (double)n / (double)(i + 1);
		least = q < least ? q : least;
		order[i]->q = least;
	}
	return OK;
}
