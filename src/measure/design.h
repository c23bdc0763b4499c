/*
 * A saved report: which figures of whom, over which days, in which order and picture. The spec is JSON
 *
 *   {"metrics": [key], "by": [word of report_by], "filters": {...}, "span": {"kind": ..., "from", "to"}, "order": "-key", "limit": n,
 *    "chart": ..., "compare": ...}
 *
 * checked against the catalogue when it is saved and again when it is run: settings may have changed a key in between.
 */
#ifndef MEASURE_DESIGN_H
#define MEASURE_DESIGN_H

#include "json/json.h"
#include "measure/report.h"

enum { DESIGN_METRICS_MAX = 40, DESIGN_BY_MAX = BY_MAX, DESIGN_LIMIT_MAX = 1000, DESIGNS_MAX = 200 };

enum design_span { SPAN_TODAY, SPAN_YESTERDAY, SPAN_LAST7, SPAN_LAST14, SPAN_LAST30, SPAN_MONTH, SPAN_LAST_MONTH, SPAN_FIXED, SPAN_COUNT };
extern const char *const design_span_names[SPAN_COUNT];

enum design_compare { COMPARE_NONE, COMPARE_PREVIOUS, COMPARE_LAST_WEEK, COMPARE_LAST_YEAR, COMPARE_COUNT };
extern const char *const design_compare_names[COMPARE_COUNT];

/* Texts live in the arena of design_read. */
struct design {
	struct str metrics;             /* keys, separated by commas */
	struct str by;                  /* words, separated by commas */
	int64_t shop_id, group_id, category_id, agent_id;
	bool one_agent;
	struct str channel, profile, attribution, order, chart;
	int64_t limit;
	enum design_span span;
	int64_t from, to;               /* SPAN_FIXED */
	enum design_compare compare;
};

/* What is wrong: the member at fault ("spec.metrics") and a text in both languages; static or of the arena. */
struct design_fault {
	const char *field, *en, *zh;
};

/* ERR_BAD_FIELD with the fault, ERR_NO_MEMORY. */
enum err design_read(struct arena *a, struct str spec, const struct measure_rules *r, struct design *ret, struct design_fault *ret_fault) MUST_CHECK;
/* The business days of a span, seen from this one (days since 1970), both included. */
void design_days_of(const struct design *d, int64_t today, int64_t *ret_from, int64_t *ret_to);
/* The days to compare with. False: none. */
bool design_days_before(const struct design *d, int64_t from, int64_t to, int64_t *ret_from, int64_t *ret_to);

#endif
