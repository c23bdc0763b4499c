/*
 * One connection to the record, on SQLite or PostgreSQL. A connection belongs to one thread at a time. Queries are the const
 * records that tools/sqlgen prints from the .sql files; values are always bound, columns always read by name order of the
 * header. A result ends only with "done": anything else is an error, never a shorter list.
 */
#ifndef DB_DB_H
#define DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

enum db_kind { DB_SQLITE, DB_POSTGRES };

/* C type of a member in the generated structs: bool for FIELD_BOOL, double for FIELD_REAL, struct str for TEXT, ENUM and JSON,
 * int64_t for all others. Optional numbers and bools have a bool member `<name>_set` before use; an optional text without value has
 * p == NULL. */
enum field_type { FIELD_ID, FIELD_INT, FIELD_BOOL, FIELD_TIME, FIELD_MONEY, FIELD_REAL, FIELD_TEXT, FIELD_ENUM, FIELD_JSON };

enum field_flag { FIELD_OPTIONAL = 1, FIELD_SERVER = 2 /* never from a body */ };

struct field {
	const char *name;
	enum field_type type;
	unsigned flags;
	uint16_t offset, set_offset;
	int64_t min, max;        /* INT, MONEY, TIME: the value's range; TEXT: characters; JSON: bytes; else 0, 0 */
	const char *const *words; /* ENUM: NULL-ended */
};

struct query {
	const char *name;
	const char *sql[2]; /* by enum db_kind, NULL: not there; parameters as :name in SQLite, as $n in PostgreSQL */
	const struct field *in, *out;
	uint16_t in_count, out_count;
	uint32_t in_size, out_size; /* of the structs */
	const uint8_t *pg_order;    /* PostgreSQL: field index for $1, $2, ... */
	uint8_t pg_count;
	bool pg_by_values;          /* planned anew each time, for the values given */
};

struct db;

struct db_options {
	bool read_only;    /* SQLite: query_only; PostgreSQL: default_transaction_read_only */
	int busy_ms;       /* 0: 5000 */
	int statement_ms;  /* 0: no limit; else a longer statement ends with ERR_TIMEOUT */
	bool create;       /* SQLite: make the file when it is absent */
};

/* url: a file path, or postgresql://... . On failure why says what to do. */
enum err db_open(const char *url, const struct db_options *options, struct db **ret_db, char why[200]) MUST_CHECK;
void db_close(struct db *db);
enum db_kind db_kind(const struct db *db);
/* Text of the last error of this connection; valid until its next call. */
const char *db_error(const struct db *db);

/* Transactions; both databases behave alike, so a test on one tells about the other. After a constraint (ERR_EXISTS,
 * ERR_REFERENCED, ERR_BAD_FIELD) or a result that does not match its header, the innermost savepoint must be rolled back before
 * anything else (until then every call gives ERR_DB): to go on after a duplicate write ON CONFLICT DO NOTHING. Without a
 * savepoint, and after any other error of the database, the transaction is lost: db_broken is true until db_rollback.
 * ERR_NOT_FOUND, a text with U+0000 or bad UTF-8 (ERR_BAD_FIELD before the statement ran), a full arena and an error of `each` change
 * nothing. Success exists only when db_commit said OK. A query outside a transaction is one by itself; ERR_BUSY there may mean
 * that the connection to the server was lost: the next call opens a new one. A transaction of a read_only connection sees one
 * snapshot. */
enum err db_begin(struct db *db) MUST_CHECK;
/* One whose commit does not wait for the disk: a loss of power may take it back, whole, with the lazy ones after it, and nothing else.
 * For what is derived from the record and will be derived again. */
enum err db_begin_lazy(struct db *db) MUST_CHECK;
/* What lazy transactions have committed is safe on the disk when this says OK, and commits wait for it again. Not in a transaction. */
enum err db_settle(struct db *db) MUST_CHECK;
/* When it began, us of the monotonic clock: what was committed by then it sees. 0: there is none, every query sees what is newest. */
int64_t db_began_us(const struct db *db);
enum err db_commit(struct db *db) MUST_CHECK;
void db_rollback(struct db *db);
bool db_broken(const struct db *db);
enum err db_savepoint(struct db *db) MUST_CHECK;
enum err db_savepoint_release(struct db *db) MUST_CHECK;
enum err db_savepoint_rollback(struct db *db) MUST_CHECK;

/* No result wanted. *ret_changed (may be NULL): rows changed. */
enum err query_run(struct db *db, const struct query *q, const void *in, int64_t *ret_changed) MUST_CHECK;
/* The first row into *ret_row (q->out_size bytes, texts copied to the arena), or ERR_NOT_FOUND. ERR_INTERNAL if there is a second row. */
enum err query_one(struct db *db, const struct query *q, const void *in, struct arena *a, void *ret_row) MUST_CHECK;
/* each(ctx, row) for every row, as they come from the database; its texts are valid during the call only. An error of `each`
 * ends it and is returned. `each` must not use this connection (ERR_INTERNAL). */
enum err query_each(struct db *db, const struct query *q, const void *in, enum err (*each)(void *ctx, const void *row),
                    void *ctx) MUST_CHECK;

/* Every query of the program's .sql files, NULL-ended (printed by tools/sqlgen; without the *_test.sql). */
extern const struct query *const all_queries[];

/* Several statements without parameters or results (migrations, maintenance). */
enum err db_script(struct db *db, struct str sql) MUST_CHECK;

/* Migrations: numbered scripts, each in one transaction, recorded in schema_version with a checksum: a released one is never
 * edited. Lines "-- sqlite:", "-- postgres:" and "-- both:" begin sections. The word INTEGER is read as BIGINT by PostgreSQL (so
 * INTEGER PRIMARY KEY is a rowid here and 64 bits there), outside quotes. In SQLite foreign keys are off while one runs and
 * checked before it commits, so tables can be rebuilt. */
struct migration {
	int version;
	const char *name;
	struct str sql;
};
extern const struct migration all_migrations[]; /* of sql/migrations, ascending */
extern const size_t all_migrations_count;
/* Bring the database to the last one. ERR_CONFLICT with why when it is newer than this program or holds another text under the same number.
 * *ret_applied: how many were run. */
enum err db_migrate(struct db *db, const struct migration *list, size_t n, int64_t now, int *ret_applied, char why[200]) MUST_CHECK;

/* The highest migration that the database has (0: it has tables of none). Changes nothing. ERR_DB when it was never one of ours. */
enum err db_version(struct db *db, int64_t *ret_version) MUST_CHECK;

/* SQLite only, otherwise ERR_NOT_SUPPORTED: online consistent copy to a new file; integrity check (why: first finding). */
enum err db_backup(struct db *db, const char *to_path, char why[200]) MUST_CHECK;
enum err db_check(struct db *db, char why[200]) MUST_CHECK;
/* Checkpoint the write-ahead log; truncate: wait for readers and cut it to nothing. PostgreSQL: nothing to do, OK. */
enum err db_checkpoint(struct db *db, bool truncate) MUST_CHECK;
/* After much was put into the tables: PostgreSQL looks at what they hold, so that it plans well. SQLite plans without, OK. Not inside query_each. */
enum err db_analyze(struct db *db) MUST_CHECK;
/* SQLite: this connection keeps eight times as much of the database in memory (64 MB), until told otherwise: rows that go in by the million fall into
 * trees larger than what it usually keeps. PostgreSQL has its own, OK. */
enum err db_wide(struct db *db, bool wide) MUST_CHECK;
/* Bytes that the log had at this connection's last commit beyond those that it had checked in, or tried to (0 in PostgreSQL). */
int64_t db_wal_fresh(const struct db *db);
/* Bytes of the write-ahead log's file, which keeps them when the log begins anew (0 in PostgreSQL). */
int64_t db_wal_bytes(const struct db *db);

/* Prepare a query without running it, and compare its columns with the header (check-sql). ERR_DB with why. A full scan without
 * an index of one of big_tables (NULL-ended; may be NULL) is ERR_CONFLICT with why (SQLite only). ERR_NOT_SUPPORTED: the query
 * is not for this database. */
enum err db_check_query(struct db *db, const struct query *q, const char *const *big_tables, char why[400]) MUST_CHECK;

/* Tests: let the n-th database step from now (a statement, a row, a begin, commit, savepoint) fail with this error, in any
 * thread (0 turns it off). */
void db_fail_after(long n, enum err e);
long db_fail_left(void); /* > 0: it has not come to that step yet */

#endif
