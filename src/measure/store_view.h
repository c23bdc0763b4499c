/* A report being made of segments. */
#ifndef MEASURE_STORE_VIEW_H
#define MEASURE_STORE_VIEW_H

#include "measure/store_impl.h"

enum { NO_ROW = 0 /* the total's own: hidden */ };

/* A row's figures: columns, then distinct customers by flag, and their days. */
enum { FIGURE_PERSONS = STORE_COLUMNS, FIGURE_WROTE = FIGURE_PERSONS + PERSON_FLAGS, FIGURE_ANSWERED, STORE_FIGURES };

/* One segment as this report sees it. Views lie by day, then by shop. */
struct view {
	struct segment *seg;
	uint32_t shop;
	int32_t day;
	bool counted;               /* else only for sessions that were open past its day, or before */
	size_t key;                 /* of a row, what shop and day have in it */
	uint32_t row_low, row_high; /* its rows are among these */
};

/* What is counted in persons of one row, by flag: four at a time. */
typedef uint32_t four __attribute__((vector_size(16), aligned(4)));
enum { PERSON_FOURS = (PERSON_FLAGS + 3) / 4 };
struct persons {
	four n[PERSON_FOURS];
	uint32_t seen, seen_flags; /* customer counted last, + 1, and what of him */
	uint64_t day, days;        /* the customer's day counted last, and how many in all */
	uint32_t shared;
};

struct shared {
	int64_t begin;
	uint32_t customer, row;
};

/*
 * What one thread counts, of its own views. All rows are there before any thread begins, and no thread makes one. Rows by day belong to one slice each, as
 * a day does; those of other reports each slice sums up for itself.
 */
enum { SLICES_MAX = 2 };
struct viewing;
struct slice {
	struct viewing *v;
	size_t number, from, to;        /* views */
	uint32_t *rows;                 /* of the segment at hand, by cell */
	size_t rows_cap;
	int64_t (*sums)[STORE_FIGURES]; /* by row */
	struct persons *persons;        /* by row */
	struct persons total;
	int64_t left_out[STORE_COLUMNS];
	size_t *at;                     /* by part of the customers: where the next mark is put */
	uint32_t *of, *sorted;          /* of the part at hand: where a customer's marks are, and those */
	FACT_TABLE(struct shared) shared;
	enum err (*work)(struct slice *);
	enum err err;
};

/* All that is shown of many customers, those of a part side by side. */
struct person_parts {
	uint32_t *all; /* row, flags, and the customer within the part */
	size_t *from;  /* by part and slice */
	size_t n;
	uint32_t bits; /* those of a customer within a part */
};

struct viewing {
	struct store *s;
	struct report *r;
	struct view *views;
	size_t n;
	uint32_t *agents, *categories;  /* the store's numbers to the report's */
	size_t *agent_keys, *category_keys, *channel_keys, *hour_keys; /* what each has in a row's key, by what a place says; HIDDEN */
	uint32_t need;                  /* LEVEL_...: what rows and filters look at */
	struct slice slices[SLICES_MAX];
	size_t slice_n;
	int64_t (*sums)[STORE_FIGURES]; /* by row: those of the first slice, in the end of all */
	struct persons *persons;
	bool one_day;                   /* all that is counted is of one */
	uint32_t customers;
	struct person_parts parts;
	struct counting *counting;      /* of store_persons.c */
	FACT_TABLE(struct shared) late; /* sessions of a day before: may be met in several segments */
	bool percentiles;
	struct times *times;            /* of store_times.c */
};

/* store_slice.c: bounds of the slices; then, when all rows are there, room for what they count. */
void slices_part(struct viewing *v);
enum err slices_room(struct viewing *v) MUST_CHECK;
void slices_free(struct viewing *v);
/* Each slice by a thread of its own, the first by the caller's; where there is no thread to be had, one after the other. */
enum err slices_run(struct viewing *v, enum err (*work)(struct slice *)) MUST_CHECK;
/* store_report.c: a view's rows, by cell, into h->rows. */
enum err rows_find(struct slice *h, const struct view *view) MUST_CHECK;

/* store_persons.c: room for what the views hold; then view after view of each slice; then into the rows. */
enum err persons_start(struct viewing *v) MUST_CHECK;
enum err persons_take(struct slice *h, size_t view) MUST_CHECK;
enum err persons_finish(struct viewing *v) MUST_CHECK;
void persons_free(struct viewing *v);

/* store_times.c: all percentiles of all rows; or the durations, when those are asked for. */
enum err times_make(struct viewing *v) MUST_CHECK;

#endif
