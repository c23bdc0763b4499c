/* Inside db/ only: what db.c asks of a database, and what a database tells db.c. */
#ifndef DB_BACKEND_H
#define DB_BACKEND_H

#include "db/db.h"

enum command {
	COMMAND_BEGIN,
	COMMAND_BEGIN_LAZY,
	COMMAND_COMMIT,
	COMMAND_ROLLBACK,
	COMMAND_SAVEPOINT,
	COMMAND_RELEASE,
	COMMAND_SAVEPOINT_ROLLBACK,
	COMMAND_COUNT
};

/* Called for each row; its error ends the query and comes back unchanged. */
struct row_sink {
	enum err (*row)(void *ctx, const void *row);
	void *ctx;
	bool stream; /* rows may be many: do not hold them all */
};

/* Errors are told with db_fail or db_mismatch before they are returned. */
struct backend {
	void (*close)(struct db *db);
	enum err (*command)(struct db *db, enum command c);
	enum err (*run)(struct db *db, const struct query *q, const void *in, const struct row_sink *sink, int64_t *ret_changed);
	enum err (*script)(struct db *db, struct str sql);
	enum err (*check_query)(struct db *db, const struct query *q, const char *const *big_tables, char why[400]);
};

/* The head of struct sqlite and struct postgres. */
struct db {
	enum db_kind kind;
	const struct backend *backend;
	struct db_options options;
	int64_t began_us; /* of the transaction, on the monotonic clock; before its snapshot */
	int depth;    /* 0: no transaction, 1: in one, 2...: in a savepoint */
	bool failed;  /* the innermost savepoint must be rolled back */
	bool broken;  /* the transaction must */
	bool running; /* inside query_each */
	char error[300];
};

enum err sqlite_open(const char *path, const struct db_options *options, struct db **ret_db, char why[200]) MUST_CHECK;
enum err postgres_open(const char *url, const struct db_options *options, struct db **ret_db, char why[200]) MUST_CHECK;
bool postgres_owns(const char *url);
/* db_settle's: the write-ahead log is on the disk as far as it goes. */
enum err sqlite_settle(struct db *db) MUST_CHECK;

/* The database reported this: keeps the text, marks savepoint or transaction, returns e. */
enum err db_fail(struct db *db, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The database is sound, the statement is not what its header says: ERR_INTERNAL, the innermost savepoint must be rolled back. */
enum err db_mismatch(struct db *db, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Refused before the database was asked: only keeps the text. */
enum err db_refuse(struct db *db, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Copy the last error. Returns e. */
enum err db_why(const struct db *db, enum err e, char *why, size_t size);

/* Has the count-down come to this step? OK, or the error it asked for, told already. */
enum err db_fault(struct db *db, const char *where) MUST_CHECK;

/* Statements by query record: open addressing, grown at half full. Values are never removed one by one. */
struct query_map {
	struct query_slot {
		const struct query *query;
		void *value;
	} *slots;
	size_t cap, n;
};
void *query_map_get(const struct query_map *m, const struct query *q);
bool query_map_put(struct query_map *m, const struct query *q, void *value);
void query_map_clear(struct query_map *m, void (*drop)(void *value));

/* Where a column's value goes: members of the generated structs. */
void field_store_int(const struct field *f, void *row, int64_t v);
void field_store_real(const struct field *f, void *row, double v);
void field_store_text(const struct field *f, void *row, struct str v);
bool field_is_text(const struct field *f);
/* Texts are valid UTF-8 without U+0000 in both databases: ERR_BAD_FIELD, told with db_refuse. */
enum err field_text_check(struct db *db, const struct query *q, const struct field *f, struct str text) MUST_CHECK;
/* Is there a value? Members that are not optional always have one, except a text with p == NULL. */
bool field_present(const struct field *f, const void *in);
int64_t field_int(const struct field *f, const void *in); /* bools as 0 and 1 */
double field_real(const struct field *f, const void *in);
struct str field_text(const struct field *f, const void *in);

/* Match result columns to the header by name: fills columns[i] for field i. False with the sentence in why. */
bool columns_match(const struct query *q, int count, const char *(*name)(const void *ctx, int column), const void *ctx, int *columns,
                   char why[200]);

#endif
