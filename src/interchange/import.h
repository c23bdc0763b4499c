/*
 * Reads the interchange format (docs/interchange.md) into the record. Lines come in any order; the same file twice changes nothing.
 * An import never sends anything to anyone: its rows are told to the inside only, as one "imported" event.
 */
#ifndef INTERCHANGE_IMPORT_H
#define INTERCHANGE_IMPORT_H

#include "base/buf.h"
#include "db/db.h"

enum import_type {
	IMPORT_SHOP, IMPORT_AGENT, IMPORT_CUSTOMER, IMPORT_ORDER, IMPORT_PAYMENT, IMPORT_REFUND, IMPORT_CLOSE, IMPORT_CALL, IMPORT_STATE,
	IMPORT_MESSAGE, IMPORT_TRANSFER, IMPORT_CATEGORY, IMPORT_INVITE, IMPORT_RATING,
	IMPORT_PHRASE, IMPORT_PRODUCT, IMPORT_KNOWLEDGE, /* ours: what a shop's people look up */
	IMPORT_FIGURE, /* of another system, to stand beside ours */
	IMPORT_RULE,   /* what figures are counted with, from a day on */
	IMPORT_UNKNOWN, IMPORT_TYPES
};

/* One row of the reconciliation table. read = created + updated + unchanged + rejected. Times are 0 when no line had one. */
struct import_count {
	int64_t read, created, updated, unchanged, rejected, first_at, last_at;
};

struct import_report {
	struct import_count types[IMPORT_TYPES];
	int64_t sessions;          /* conversations touched */
	int64_t records, unmapped; /* of a mapping: read, and rejected before they were lines of any type */
	int64_t tail, stray;       /* summing rows and lines outside any message, left out */
	int64_t orders_linked;     /* orders without a buyer that a conversation named */
	int64_t first_at, last_at; /* the span of what was added or changed; 0: nothing was */
	int64_t index_ms, total_ms; /* wall time */
	int64_t record_cpu_ms;      /* processor time, without the index */
};

struct import_options {
	bool strict;        /* one bad line: nothing goes in */
	bool no_event;      /* the caller tells the span himself (EVENT_IMPORTED) */
	bool no_index;      /* leave the search index alone */
	bool rules;         /* lines that change what figures are counted with are taken, and taken back */
	int64_t now;
	int64_t gap_ms;     /* silence that ends a session; 0: 20 min */
	int64_t import_id;  /* of data_import: what is added is kept under it, so that it can be undone; 0: is not */
	int commit_every;   /* rows; 0: 10,000 */
	/* Between two transactions, now and then: how far it is (phases: store, index), and a chance to let others at the database. The connection may
	 * be used. May be NULL. An error ends the import; what was stored stays. */
	enum err (*between)(void *ctx, const char *phase, int64_t done, int64_t total);
	/* Called for every rejected line, and now and then with line 0 and a word of progress. May be NULL. */
	void (*tell)(void *ctx, const char *file, int64_t line, const char *what);
	void *tell_ctx;
	void *ctx; /* of between */
};

const char *import_type_name(enum import_type t);
/* ERR_BAD_FIELD: strict, and lines were rejected. why: what stopped it. The report is filled as far as it got; records, unmapped, tail and stray are
 * the caller's and stay. */
enum err import_run(struct db *db, const struct import_options *o, char *const *files, size_t n, struct import_report *ret_report,
                    char why[200]) MUST_CHECK;
/* The table for people, or "json", or "csv". */
enum err import_report_print(const struct import_report *r, struct str format, struct buf *out) MUST_CHECK;

#endif
