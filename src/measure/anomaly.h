/*
 * What was unusual about an agent's hour or day: pure statistics over sums and counts.
 *
 * A figure is brought to a scale on which its noise is even (times: logarithm; shares: arc sine of the root; counts: twice the root). What is usual for it
 * is the median of the agent's own history, plus what all agents have in common at that hour and weekday, plus what the peers had at that very
 * moment (a slow hour of everybody is nobody's anomaly). The rest is divided by its expected spread, which falls with the number of events, is never
 * below a floor, and is widened to what the median absolute deviation of the history shows. Its probability is that of Student's t with 10
 * degrees of freedom, whose tails forgive an outlier. anomaly_fdr turns the probabilities of all that was looked at together into q: reporting all with
 * q <= 0.05 reports at most 5 % false ones in the long run (Benjamini and Hochberg 1995).
 */
#ifndef MEASURE_ANOMALY_H
#define MEASURE_ANOMALY_H

#include "base/arena.h"
#include "base/err.h"

enum anomaly_shape { ANOMALY_TIME /* ms */, ANOMALY_SHARE, ANOMALY_COUNT /* count is the figure */ };
enum { ANOMALY_DAY = -1 /* as an hour */, ANOMALY_OWN_LEAST = 6 /* own cells that make a history */, ANOMALY_PEERS_LEAST = 3 };

struct anomaly_cell {
	uint32_t who;
	int32_t day;
	int hour, weekday; /* weekday 1..7 */
	int64_t sum, count;
};

struct anomaly_watch {
	enum anomaly_shape shape;
	int side;          /* 1: only more than usual counts, -1: only less, 0: both */
	int64_t least;     /* events below this say nothing */
};

struct anomaly_found {
	size_t cell;
	double value, usual, score, p, q;
	bool matters;      /* large enough for people, whatever its probability */
};

/* The cells of `day`, each judged by those of earlier days. ret: room for one a cell. */
enum err anomaly_judge(struct arena *a, const struct anomaly_watch *watch, const struct anomaly_cell *cells, size_t n, int32_t day,
                       struct anomaly_found *ret, size_t *ret_n) MUST_CHECK;
/* Fills q of all that was looked at together. */
enum err anomaly_fdr(struct arena *a, struct anomaly_found *all, size_t n) MUST_CHECK;
/* Probability that Student's t with 10 degrees of freedom exceeds t. */
double anomaly_tail(double t);
double anomaly_median(double *values, size_t n); /* sorts them; 0 when there are none */

#endif
