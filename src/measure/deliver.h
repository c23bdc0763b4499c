/*
 * What is sent by itself: when, and in which words. Pure; the queue is deliver_queue.c, the lines to the outside deliver_send.c.
 *
 * A schedule is {"every": "daily" | "weekly" | "monthly", "at": "HH:MM", "weekday": 1..7 (Monday 1), "day": 1..31}; a month that is shorter than `day`
 * sends on its last day. Times are of the wall in the delivery's zone.
 */
#ifndef MEASURE_DELIVER_H
#define MEASURE_DELIVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/zone.h"
#include "measure/catalogue.h"

enum { DELIVER_TRIES = 6, ALERT_APART_MS = 60000, ALERT_GATHER_MS = 2000, ADDRESSES_MAX = 20 };

enum deliver_every { EVERY_DAY, EVERY_WEEK, EVERY_MONTH };
struct schedule {
	enum deliver_every every;
	int minute;  /* of the day */
	int weekday; /* 1..7 */
	int day;     /* 1..31 */
};
struct deliver_fault {
	const char *field, *en, *zh;
};
enum err schedule_read(struct arena *a, struct str json, struct schedule *ret, struct deliver_fault *ret_fault) MUST_CHECK;
/* The first moment after `after` that the schedule names. */
int64_t schedule_next(const struct schedule *s, const struct zone *z, int64_t after);
/* How long to wait after the n-th try (1..) went wrong, ms. */
int64_t deliver_backoff(int64_t tries);

/* "a@b.cn, c@d.cn": 1 to 20 plain addresses, each once taken into ret (room for ADDRESSES_MAX). */
bool addresses_read(struct str text, struct str ret[ADDRESSES_MAX], size_t *ret_n);

/* A figure for eyes: 38.2 s, 97.1 %, 1,204; "-" without a value. */
void figure_text(struct buf *out, enum unit unit, struct value v, bool zh);

struct digest_figure {
	struct str name;
	enum unit unit;
	enum direction direction;
	struct value value, before;
};
struct digest_place {
	int64_t rank;
	struct str name, prize;
	double score;
};
struct digest {
	bool zh;
	struct str title, day, before; /* what, which day, what it is compared with */
	const struct digest_figure *figures;
	size_t figure_count;
	const struct str *anomalies;   /* sentences, the worst first */
	size_t anomaly_count;
	const struct digest_place *top;
	size_t top_count;
};
/* Lines of plain text; no markup, so that every channel shows the same. */
void digest_text(const struct digest *d, struct buf *out);

#endif
