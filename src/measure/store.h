/*
 * The resident facts: what report_count makes of every customer's business day, kept small, so that a report adds up what is there instead of
 * reading the record anew.
 *
 *   segment   one shop's business day, never changed once made; readers hold a reference and no lock.
 *   live      the last days stay cut by customer, so that a committed message makes one customer's day anew; older ones are one segment.
 *   window    a day's facts come from the events of the day before it to two days after it, whichever way they are made (facts_day): so what grew
 *             event by event, what was built from the record, and what a report reads there itself are the same, over any span.
 * Orders and inquiries lie beside them by customer, not by day (ledger.h): a report of sales takes its rows and service figures from the segments.
 * What changed is told by store_touch_*; it is read from the record when the next report, or the background, asks.
 */
#ifndef MEASURE_STORE_H
#define MEASURE_STORE_H

#include "measure/report.h"

struct store;

struct store_stats {
	int64_t shops, days, days_built, pairs, customers, bytes, bytes_max, answered; /* answered: reports that needed no look at the record */
	bool ready; /* all days and orders of the record are there, and no report has to build any */
};

/* bytes_max: building stops there; older days are read from the record. ERR_NO_MEMORY. */
enum err store_new(size_t bytes_max, struct store **ret_store) MUST_CHECK;
void store_free(struct store *s);

/* What changed (any thread). seq 0: anything about the session. */
void store_touch_session(struct store *s, int64_t session_id, int64_t seq);
void store_touch_span(struct store *s, int64_t from, int64_t to); /* of all shops, ms */
void store_touch_world(struct store *s);                           /* settings, people, shops */
void store_touch_all(struct store *s);                             /* forget everything */

/* What was touched is taken in, so that the numbers are of now; nothing is built. */
enum err store_catch_up(struct store *s, struct db *db, int64_t now) MUST_CHECK;
/* Builds some of what is missing, the newest first. */
enum err store_build_some(struct store *s, struct db *db, int64_t now, bool *ret_more) MUST_CHECK;
/* Counts into r (its world is read, its rows are started). ret_done false: the store does not have it, nothing was counted. */
enum err store_report(struct store *s, struct db *db, struct report *r, bool *ret_done) MUST_CHECK;
/* All built days in words that do not depend on how they came to be. */
enum err store_dump(struct store *s, struct db *db, int64_t now, struct buf *out) MUST_CHECK;
/* FNV-1a of that: two builds are alike when it is. */
enum err store_sum(struct store *s, struct db *db, int64_t now, uint64_t *ret_sum) MUST_CHECK;
/* Whether reports take this figure from here. */
bool store_metric(const struct metric *m, const struct measure_rules *rules);
void store_stats(struct store *s, struct store_stats *ret);

#endif
