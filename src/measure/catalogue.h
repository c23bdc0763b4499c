/*
 * The metric catalogue: one record a metric, the only place that says what a figure is called, what it means and how it is computed. Reports,
 * exports and pages read only this. Keys are stable API names (product/metrics.md).
 */
#ifndef MEASURE_CATALOGUE_H
#define MEASURE_CATALOGUE_H

#include "base/buf.h"
#include "measure/tally.h"

enum unit { UNIT_COUNT, UNIT_MS, UNIT_RATIO, UNIT_MONEY, UNIT_CHARS };
enum direction { DIRECTION_NONE, DIRECTION_UP, DIRECTION_DOWN }; /* which way is good */
enum metric_how {
	METRIC_SUM,        /* sum */
	METRIC_DISTINCT,   /* count: distinct persons or sessions; the sum over rows can exceed it */
	METRIC_QUOTIENT,   /* sum / count; no value when count is 0 */
	METRIC_MAX,        /* the largest; never added */
	/* Exact, nearest rank: the smallest duration that at least `percent` % do not exceed. */
	METRIC_FIRST_PERCENTILE, METRIC_REPLY_PERCENTILE,
};

enum metric_group { GROUP_SERVICE, GROUP_SALES, GROUP_SATISFACTION, GROUP_WORKLOAD, GROUP_CALLS, GROUP_ROBOT };

/* Texts hold {n} ({n_zh}, {n_en}: with what it was on other days of the report), {gap}, {slow}, {rounds}, {long}, {replies}, {lines}, {hours}, {inquiry}, {payment}, {after}, {seconds}, {short}, {treated}, {treated_zh},
 * {rule}, {rule_zh}: the settings in force. */
struct metric {
	const char *key, *name_zh, *name_en, *definition_zh, *definition_en;
	enum unit unit;
	enum direction direction;
	enum metric_how how;
	enum tally sum, count;
	enum tally open;   /* pending while any of these is open; TALLY_NONE: never */
	int percent;
	int within;        /* which of the answer rates' n, 1.. */
	bool brief;        /* among the columns of a table for people */
	enum metric_group group;
};

extern const struct metric metrics[];
extern const size_t metrics_count;

/* NULL when there is none. The key may hold {n}: compare with the text, not with metric->key. */
const struct metric *metric_find(struct str key, const struct measure_rules *r);
/* One of a metric's texts with the settings in it. */
void metric_text(const struct metric *m, const char *text, const struct measure_rules *r, struct buf *out);

/* What it is counted from: conversations alone, orders (or what a conversation was for buying), calls, states, robots' sessions. */
enum metric_source { SOURCE_CHAT, SOURCE_ORDERS, SOURCE_CALLS, SOURCE_STATES, SOURCE_ROBOTS };
enum metric_source metric_source(const struct metric *m, const struct measure_rules *r);
/* Whether inquiries are in it. */
bool metric_inquires(const struct metric *m);

struct value {
	bool set, pending;
	double v;
	int64_t sum, count;
};
/* Of all but the percentiles' durations, which the caller has. */
struct value metric_value(const struct metric *m, const struct cell *c);
struct value metric_value_of(const struct metric *m, int64_t sum, int64_t count, int64_t open); /* of m->sum, m->count, m->open */
const char *unit_name(enum unit u);
const char *direction_name(enum direction d);
const char *group_name(enum metric_group g);

#endif
