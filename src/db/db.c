#include "db/db.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "db/backend.h"

#include "base/clock.h"
#include "base/banned.h"

enum err
db_open(const char *url, const struct db_options *options, struct db **ret_db, char why[200])
{
	struct db_options o = options ? *options : (struct db_options){ 0 };
	if (o.busy_ms == 0)
		o.busy_ms = 5000;
	return postgres_owns(url) ? postgres_open(url, &o, ret_db, why) : sqlite_open(url, &o, ret_db, why);
}

void
db_close(struct db *db)
{
	if (db)
		db->backend->close(db);
}

enum db_kind
db_kind(const struct db *db)
{
	return db->kind;
}

const char *
db_error(const struct db *db)
{
	return db->error;
}

bool
db_broken(const struct db *db)
{
	return db->broken || (db->failed && db->depth == 1);
}

/* ---- errors ---- */

static void __attribute__((format(printf, 2, 0)))
error_keep(struct db *db, const char *format, va_list args)
{
	vsnprintf(db->error, sizeof db->error, format, args);
}

enum err
db_fail(struct db *db, enum err e, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	error_keep(db, format, args);
	va_end(args);
	if (db->depth == 0)
		return e;
	if (e == ERR_EXISTS || e == ERR_REFERENCED || e == ERR_BAD_FIELD)
		db->failed = true;
	else
		db->broken = true;
	return e;
}

enum err
db_mismatch(struct db *db, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	error_keep(db, format, args);
	va_end(args);
	if (db->depth > 0)
		db->failed = true;
	return ERR_INTERNAL;
}

enum err
db_refuse(struct db *db, enum err e, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	error_keep(db, format, args);
	va_end(args);
	return e;
}

enum err
db_why(const struct db *db, enum err e, char *why, size_t size)
{
	snprintf(why, size, "%s", db->error);
	return e;
}

/* May a statement run now? */
static enum err
usable(struct db *db, const char *what)
{
	db->error[0] = 0;
	if (db->running)
		return db_refuse(db, ERR_INTERNAL, "%s: called inside query_each", what);
	if (db->broken)
		return db_refuse(db, ERR_DB, "%s: the transaction is lost, roll it back", what);
	if (db->failed)
		return db_refuse(db, ERR_DB, "%s: after an error the savepoint must be rolled back", what);
	return db_fault(db, what);
}

enum err
db_analyze(struct db *db)
{
	return db->kind == DB_SQLITE ? OK : db_script(db, STR("ANALYZE"));
}

/* ---- transactions ---- */

static enum err
command(struct db *db, enum command c, const char *what, bool in_transaction)
{
	enum err e = usable(db, what);
	if (!e && (db->depth > 0) != in_transaction)
		e = db_refuse(db, ERR_INTERNAL, in_transaction ? "%s: no transaction" : "%s: there is a transaction already", what);
	return e ? e : db->backend->command(db, c);
}

static enum err
begin(struct db *db, enum command c)
{
	int64_t now = clock_us();
	enum err e = command(db, c, "begin", false);
	if (!e) {
		db->depth = 1;
		db->began_us = now;
	}
	return e;
}

enum err
db_begin(struct db *db)
{
	return begin(db, COMMAND_BEGIN);
}

enum err
db_begin_lazy(struct db *db)
{
	return begin(db, COMMAND_BEGIN_LAZY);
}

enum err
db_settle(struct db *db)
{
	if (db->depth)
		return db_refuse(db, ERR_INTERNAL, "settle: there is a transaction");
	return db->kind == DB_SQLITE ? sqlite_settle(db) : db_script(db, STR("SELECT pg_current_xact_id()")); /* a commit with something to keep */
}

int64_t
db_began_us(const struct db *db)
{
	return db->depth ? db->began_us : 0;
}

enum err
db_commit(struct db *db)
{
	if (db->depth > 1 && !db->broken && !db->failed)
		return db_refuse(db, ERR_INTERNAL, "commit: a savepoint is open");
	enum err e = command(db, COMMAND_COMMIT, "commit", true);
	if (!e)
		db->depth = 0;
	return e;
}

void
db_rollback(struct db *db)
{
	bool open = db->depth > 0;
	db->depth = 0;
	if (open) {
		enum err left = db->backend->command(db, COMMAND_ROLLBACK); /* what is left of it is met by the next begin */
		(void)left;
	}
	db->broken = db->failed = false;
}

enum err
db_savepoint(struct db *db)
{
	enum err e = command(db, COMMAND_SAVEPOINT, "savepoint", true);
	if (!e)
		db->depth++;
	return e;
}

static enum err
savepoint_end(struct db *db, enum command c, const char *what)
{
	if (db->depth < 2)
		return db_refuse(db, ERR_INTERNAL, "%s: no savepoint", what);
	enum err e = command(db, c, what, true);
	if (!e)
		db->depth--;
	return e;
}

enum err
db_savepoint_release(struct db *db)
{
	return savepoint_end(db, COMMAND_RELEASE, "savepoint release");
}

enum err
db_savepoint_rollback(struct db *db)
{
	bool failed = db->failed;
	db->failed = false;
	enum err e = savepoint_end(db, COMMAND_SAVEPOINT_ROLLBACK, "savepoint rollback");
	if (e)
		db->failed = failed;
	return e;
}

/* ---- queries ---- */

static enum err
query_go(struct db *db, const struct query *q, const void *in, const struct row_sink *sink, int64_t *ret_changed)
{
	enum err e = usable(db, q->name);
	if (e)
		return e;
	if (!q->sql[db->kind])
		return db_refuse(db, ERR_NOT_SUPPORTED, "%s has no text for this database", q->name);
	db->running = true;
	e = db->backend->run(db, q, in, sink, ret_changed);
	db->running = false;
	return e;
}

static enum err
row_drop(void *ctx, const void *row)
{
	(void)ctx, (void)row;
	return OK;
}

enum err
query_run(struct db *db, const struct query *q, const void *in, int64_t *ret_changed)
{
	int64_t changed = 0;
	enum err e = query_go(db, q, in, &(struct row_sink){ .row = row_drop }, &changed);
	if (!e && ret_changed)
		*ret_changed = changed;
	return e;
}

struct one {
	struct db *db;
	const struct query *q;
	struct arena *arena;
	void *copy;
};

static enum err
row_keep(void *ctx, const void *row)
{
	struct one *one = ctx;
	if (one->copy)
		return db_mismatch(one->db, "%s gave a second row", one->q->name);
	char *copy = arena_alloc(one->arena, one->q->out_size ? one->q->out_size : 1);
	if (!copy)
		return db_refuse(one->db, ERR_NO_MEMORY, "%s: no memory for the row", one->q->name);
	if (one->q->out_size)
		memcpy(copy, row, one->q->out_size);
	for (int i = 0; i < one->q->out_count; i++) {
		const struct field *f = &one->q->out[i];
		struct str s = field_is_text(f) ? field_text(f, row) : STR_NONE;
		if (!s.p)
			continue;
		struct str kept = arena_str(one->arena, s);
		if (!kept.p)
			return db_refuse(one->db, ERR_NO_MEMORY, "%s: no memory for the row", one->q->name);
		field_store_text(f, copy, kept);
	}
	one->copy = copy;
	return OK;
}

enum err
query_one(struct db *db, const struct query *q, const void *in, struct arena *a, void *ret_row)
{
	struct one one = { .db = db, .q = q, .arena = a };
	int64_t changed;
	enum err e = query_go(db, q, in, &(struct row_sink){ .row = row_keep, .ctx = &one }, &changed);
	if (e)
		return e;
	if (!one.copy)
		return db_refuse(db, ERR_NOT_FOUND, "%s: no row", q->name);
	if (q->out_size)
		memcpy(ret_row, one.copy, q->out_size);
	return OK;
}

enum err
query_each(struct db *db, const struct query *q, const void *in, enum err (*each)(void *ctx, const void *row), void *ctx)
{
	int64_t changed;
	return query_go(db, q, in, &(struct row_sink){ .row = each, .ctx = ctx, .stream = true }, &changed);
}

enum err
db_script(struct db *db, struct str sql)
{
	enum err e = usable(db, "script");
	return e ? e : db->backend->script(db, sql);
}

enum err
db_check_query(struct db *db, const struct query *q, const char *const *big_tables, char why[400])
{
	if (!q->sql[db->kind]) {
		snprintf(why, 400, "%s has no text for this database", q->name);
		return ERR_NOT_SUPPORTED;
	}
	enum err e = usable(db, q->name);
	return e ? db_why(db, e, why, 400) : db->backend->check_query(db, q, big_tables, why);
}
