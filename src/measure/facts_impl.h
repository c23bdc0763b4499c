/* The pass over one customer's events, between its two halves: facts.c (sessions, parts, rounds) and facts_pairs.c (what follows from them). */
#ifndef MEASURE_FACTS_IMPL_H
#define MEASURE_FACTS_IMPL_H

#include "base/mem.h"
#include "measure/facts.h"

enum { ROUND_WINDOW_MS = 24 * 3600 * 1000 };

/* The question that waits for an answer. */
struct open_round {
	bool open, first, frozen; /* frozen: its business day is over, so its holder is settled */
	int64_t begin;
	uint32_t session, holder;
	int32_t day;
	uint8_t hour;
};

struct pass {
	struct facts *f;
	const struct facts_of *of;
	size_t first_session, first_part, first_round, first_pair;
	uint32_t session, part;   /* going on, or FACT_NONE */
	uint32_t holder, lines;   /* lines: index of the present fact_lines */
	int64_t record_id, last_at, closed_at; /* closed_at 0: not closed */
	bool moved;               /* the next part is a transfer's receiver */
	struct open_round round;
	/* of the event at hand */
	int64_t day_from, day_until;
	int32_t day, asked_day;
	uint8_t hour;
	uint16_t minute;
};

/* Room for one more record at the end of a table of struct facts, zeroed; NULL when memory is out. */
#define fact_new(table) (__typeof__((table).all))fact_room((void **)&(table).all, &(table).n, &(table).cap, sizeof *(table).all)
void *fact_room(void **all, size_t *n, size_t *cap, size_t size);

/* Pairs from the parts of this customer, and what rounds and sessions mean to them. */
enum err pairs_make(struct pass *p) MUST_CHECK;

#endif
