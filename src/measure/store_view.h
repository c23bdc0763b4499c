/* A report being made of segments. */
#ifndef MEASURE_STORE_VIEW_H
#define MEASURE_STORE_VIEW_H

#include "measure/store_impl.h"

enum { NO_ROW = 0 /* the total's own: hidden */ };

/* A row's figures: columns, then distinct customers by flag, and their days. */
enum { FIGURE_PERSONS = STORE_COLUMNS, FIGURE_WROTE = FIGURE_PERSONS + PERSON_FLAGS, FIGURE_ANSWERED, STORE_FIGURES };

/* One segment as this report sees it. */
struct view {
	struct segment *seg;
	uint32_t shop;
	int32_t day;
	bool counted; /* else only for sessions that were open past its day, or before */
	size_t key;   /* of a row, what shop and day have in it */
};

/* What is counted in persons of one row, by flag: four at a time. */
typedef uint32_t four __attribute__((vector_size(16), aligned(4)));
enum { PERSON_FOURS = (PERSON_FLAGS + 3) / 4 };
struct persons {
	four n[PERSON_FOURS];
	uint32_t seen, seen_flags;                        /* customer counted last, + 1, and what of him */
	uint32_t wrote, answered, shared, view, customer; /* view, customer: who wrote and was counted last */
};

/* A customer of a row; what: row << PERSON_FLAGS | flags. */
struct person_mark {
	uint32_t customer, what;
};

/* All that is shown of many customers, those of a part side by side. */
struct person_parts {
	struct person_mark *all;
	size_t *from, *at; /* by part: where it begins, and ends so far */
	size_t n;
};

struct shared {
	int64_t begin;
	uint32_t customer, row;
};

/* Durations side by side that belong to one row. */
struct run {
	const uint32_t *ms;
	uint32_t row, n;
};
struct runs {
	FACT_TABLE(struct run) all;
};

struct viewing {
	struct store *s;
	struct report *r;
	struct view *views;
	size_t n;
	uint32_t *agents, *categories;  /* the store's numbers to the report's */
	size_t *agent_keys, *category_keys, *channel_keys, *hour_keys; /* what each has in a row's key, by what a place says; HIDDEN */
	uint32_t need;                  /* LEVEL_...: what rows and filters look at */
	uint32_t *rows;                 /* of the segment at hand, by cell */
	size_t rows_cap;
	int64_t (*sums)[STORE_FIGURES]; /* by row; the first: what was left out, until the total is made */
	struct persons *persons;        /* by row */
	size_t row_cap;
	uint32_t customers;
	struct person_parts parts;
	struct counting *counting;      /* of store_persons.c */
	FACT_TABLE(struct shared) late, shared; /* late: sessions of a day before; shared: may be met in several segments */
	struct runs first, reply;
	bool percentiles;
	struct thread *reply_thread; /* NULL: none */
	enum err reply_err;
};

/* store_persons.c: room for what the views hold; then view after view; then into the rows. */
enum err persons_start(struct viewing *v) MUST_CHECK;
enum err persons_take(struct viewing *v, size_t view) MUST_CHECK;
enum err persons_finish(struct viewing *v) MUST_CHECK;
void persons_free(struct viewing *v);

/* store_times.c */
enum err runs_add(struct runs *t, uint32_t row, const uint32_t *ms, uint32_t n) MUST_CHECK;
/* When all rows and runs are there. All percentiles of all rows; or the durations, when those are asked for. Who starts it has to finish it. */
void times_start(struct viewing *v);
enum err times_finish(struct viewing *v) MUST_CHECK;

#endif
