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
	const char *sql[2]; /* by enum db_kind; parameters as :name in SQLite, $n with casts in PostgreSQL */
	const struct field *in, *out;
	uint16_t in_count, out_count;
	uint32_t in_size, out_size; /* of the structs */
	const uint8_t *pg_order;    /* PostgreSQL: field index for $1, $2, ... */
	uint8_t pg_count;
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

/* Transactions. After any error other than a constraint (ERR_EXISTS, ERR_REFERENCED, ERR_BAD_FIELD) or ERR_NOT_FOUND the transaction is lost:
 * db_broken is true until db_rollback. Success exists only when db_commit said OK. */
enum err db_begin(struct db *db) MUST_CHECK;
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
/* each(ctx, row) for every row; its texts are valid during the call only. An error of `each` ends it and is returned. */
enum err query_each(struct db *db, const struct query *q, const void *in, enum err (*each)(void *ctx, const void *row), void *ctx) MUST_CHECK;

/* Several statements without parameters or results (migrations, maintenance). */
enum err db_script(struct db *db, struct str sql) MUST_CHECK;

/* Migrations: numbered scripts, each in one transaction, recorded in schema_version. */
struct migration {
	int version;
	const char *name;
	struct str sql; /* may hold sections "-- sqlite:" / "-- postgres:" / "-- both:" */
};
/* Bring the database to the last one. ERR_CONFLICT with why when it is newer than this program. *ret_applied: how many were run. */
enum err db_migrate(struct db *db, const struct migration *list, size_t n, int64_t now, int *ret_applied, char why[200]) MUST_CHECK;

/* SQLite only, otherwise ERR_NOT_SUPPORTED: online consistent copy to a new file; integrity check (why: first finding). */
enum err db_backup(struct db *db, const char *to_path, char why[200]) MUST_CHECK;
enum err db_check(struct db *db, char why[200]) MUST_CHECK;
/* Checkpoint the write-ahead log; truncate: wait for readers and cut it to nothing. PostgreSQL: nothing to do, OK. */
enum err db_checkpoint(struct db *db, bool truncate) MUST_CHECK;
/* Bytes of the write-ahead log (0 in PostgreSQL). */
int64_t db_wal_bytes(const struct db *db);

/* Prepare a query without running it, and compare its columns with the header (check-sql). ERR_DB with why. Lists full scans of tables in
 * big_tables (NULL-ended) as ERR_CONFLICT (SQLite only). */
enum err db_check_query(struct db *db, const struct query *q, const char *const *big_tables, char why[400]) MUST_CHECK;

/* Tests: let the n-th database step from now fail with this error (0 turns it off). */
void db_fail_after(long n, enum err e);

#endif
