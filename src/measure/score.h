/*
 * The composite score: weighted metrics, each turned into 0..1 on a straight line from the value that deserves nothing (worst) to the one that
 * deserves everything (best), clipped at both ends. A metric without a value, or still pending, drops out: the others' weights are raised
 * so that they sum to the same. Score: 0..100. Who has no item with a value has no score, no rank, and no prize.
 * Ranks as in sport: equals share the better place, and the next place is left out (1, 1, 3). Equal means equal as shown, to two decimals.
 */
#ifndef MEASURE_SCORE_H
#define MEASURE_SCORE_H

#include "base/arena.h"
#include "base/err.h"
#include "measure/rules.h"

enum { SCORE_ITEMS_MAX = 20, SCORE_PRIZES_MAX = 50 };

struct score_item {
	struct str metric;
	double weight, worst, best; /* in the metric's own unit: ms, ratio, count */
};

struct score_template {
	struct score_item items[SCORE_ITEMS_MAX];
	size_t item_count;
	struct str prizes[SCORE_PRIZES_MAX];
	size_t prize_count;
};

struct score_fault {
	const char *field, *en, *zh;
};

/* JSON [{metric, weight, worst, best}] and [text] -> template, texts in the arena. r NULL: the metrics are not looked up. ERR_BAD_FIELD. */
enum err score_read(struct arena *a, struct str items, struct str prizes, const struct measure_rules *r, struct score_template *ret,
                    struct score_fault *ret_fault) MUST_CHECK;

struct score_value {
	bool set;
	double v;
};
/* 0..1 */
double score_part(const struct score_item *item, double v);
/* values: one an item. weights: what each counted for in the end, of 100 (0: dropped out). False: no item had a value. */
bool score_of(const struct score_template *t, const struct score_value *values, double *ret_weights, double *ret_score);

struct score_row {
	size_t who;    /* the caller's number */
	bool set;
	double score;
	size_t rank;   /* from 1; 0: none */
};
/* Best first, those without a score last, else by `who`; fills the ranks. */
void score_rank(struct score_row *rows, size_t n);

/* What is shipped. */
extern const char score_shipped_items[];

#endif
