/*
 * Sums and counts of the facts, never averages. A cell is a row of a report (or its total): what it is made of adds up, and the catalogue says
 * which sum over which count is a figure.
 */
#ifndef MEASURE_TALLY_H
#define MEASURE_TALLY_H

#include "measure/facts.h"

/* A figure counted in persons is kept as contact pairs, followed by the distinct customers among them. */
#define TALLY_PERSONS(T) T(CONSULT) T(RECEIVED) T(DIRECT) T(IN) T(OUT) T(EFFECTIVE) T(NOREPLY) T(SLOW) T(LONG)
#define TALLY_NUMBERS(T)                                                                                                                     \
	T(WROTE_DAYS) T(ANSWERED_DAYS) T(FIRST_MS) T(FIRST) T(REPLY_MS) T(REPLY) T(ASKED_1) T(ASKED_2) T(WITHIN_1) T(WITHIN_2)                     \
	T(CUSTOMER_LINES) T(CUSTOMER_LINES_HUMAN) T(AGENT_LINES) T(AGENT_TEXTS) T(AGENT_CHARS) T(ROBOT_LINES) T(AUTO_LINES) T(SESSIONS) T(SESSIONS_HELD)                   \
	T(SESSIONS_OUT) T(SESSIONS_OUT_SILENT) T(FCR) T(FCR_SESSIONS) T(FCR_OPEN) T(RATED) T(RATED_OWN) T(RATED_SYSTEM)                            \
	T(SATISFIED) T(SATISFIED_OWN) T(SATISFIED_SYSTEM) T(RATED_ALL) T(SATISFIED_ALL) T(INVITES) T(CONCURRENT) T(CONCURRENT_DAYS)
enum tally {
	TALLY_NONE,
#define T(name) TALLY_##name, TALLY_##name##_CUSTOMERS,
	TALLY_PERSONS(T)
#undef T
#define T(name) TALLY_##name,
	TALLY_NUMBERS(T)
#undef T
	TALLY_COUNT
};

struct cell {
	int64_t t[TALLY_COUNT];
	uint32_t seen[TALLY_LONG_CUSTOMERS + 1]; /* by persons' tally: customer counted last, + 1 */
	uint32_t session, customer;        /* counted last, + 1 */
	int32_t day;
};

/* Facts come customer by customer, so that the customer counted last is enough to count each once. Each adds one fact to a cell. */
void tally_pair(struct cell *c, const struct fact_pair *q, const struct measure_rules *r);
void tally_round(struct cell *c, const struct fact_round *round, const struct fact_session *s, const struct profile *p,
    const struct measure_rules *r,
                 int64_t now);
void tally_lines(struct cell *c, const struct fact_lines *l, enum filter filter); /* filter: of its pair */
void tally_part(struct cell *c, const struct facts *f, size_t part);
/* The session that ends with this part (the caller looked). */
void tally_solved(struct cell *c, const struct fact_session *s, const struct measure_rules *r, int64_t now);
void tally_rating(struct cell *c, const struct fact_rating *rating);
/* Whether a round is in the average reply, and what it counts there, ms. */
bool tally_reply_ms(const struct fact_round *round, const struct profile *p, uint32_t *ret_ms);

#endif
