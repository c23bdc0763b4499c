/*
 * Closed months. A month of a shop that was paid out keeps its figures, of each agent and of the shop, and the rules they were computed with: they are
 * written once and never changed. What comes late (a refund, an import) shows when the month is computed again with those rules: each figure that
 * reads otherwise than it was last known becomes a restatement, a row of its own with when it was found.
 */
#ifndef MEASURE_MONTH_H
#define MEASURE_MONTH_H

#include "measure/report.h"

enum { MONTH_NOBODY = 0, MONTH_SHOP = -1 };

/* One figure: value is its JSON (a number, null, "pending"). */
struct month_figure {
	int64_t person_id; /* or MONTH_NOBODY, MONTH_SHOP */
	struct str metric, value;
	int64_t sum, count;
};
struct month_figures {
	struct month_figure *all; /* by person, then metric */
	size_t n;
};
struct month_change {
	struct month_figure before, after;
};

/* The days of a month like 2026-03. False: there is no such month. */
bool month_days(struct str month, int64_t *ret_from, int64_t *ret_to);
/* The figures of a report by agent, in its arena; those without anything are left out. */
enum err month_figures_of(struct report *r, struct month_figures *ret) MUST_CHECK;
/* What `now` says otherwise than `known` (both ordered); what one of them lacks is nothing. ret_changes: in the arena. */
enum err month_compare(struct arena *a, const struct month_figures *known, const struct month_figures *now, struct month_change **ret_changes, size_t *ret_n) MUST_CHECK;
/* For qsort, and the order of figures. */
int month_figure_order(const void *a, const void *b);

#endif
