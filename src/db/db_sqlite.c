#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "db/sqlite.h"

#include "base/banned.h"

#define PROGRESS_STEPS 4000 /* virtual machine steps between two looks at the clock, some 0.1 ms */
#define CHECKPOINT_PAGES 32000 /* 125 MB of log: who does not do it by himself (lanes.c) */

struct statement {
	sqlite3_stmt *handle;
	void *row;
	int *columns; /* of out field i */
	int *params;  /* of in field i; 0: not bound */
};

/* ---- errors ---- */

static enum err
constraint_err(int rc)
{
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return ERR_EXISTS;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return ERR_REFERENCED;
	default:
		return ERR_BAD_FIELD;
	}
}

enum err
sqlite_err_of(int rc)
{
	if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
		return ERR_FSYNC;
	if (rc == SQLITE_IOERR_NOMEM)
		return ERR_NO_MEMORY;
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_err(rc);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return ERR_BUSY;
	case SQLITE_INTERRUPT:
		return ERR_TIMEOUT;
	case SQLITE_FULL:
		return ERR_DISK_FULL;
	case SQLITE_NOMEM:
		return ERR_NO_MEMORY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return ERR_FSYNC;
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return ERR_IO;
	case SQLITE_TOOBIG:
		return ERR_TOO_LARGE;
	default:
		return ERR_DB;
	}
}

enum err
sqlite_fail(struct sqlite *s, int rc, const char *where)
{
	enum err e = db_fail(&s->db, sqlite_err_of(rc), "%s: %s", where, sqlite3_errmsg(s->handle));
	if (s->db.depth > 0 && sqlite3_get_autocommit(s->handle))
		s->db.broken = true; /* SQLite has rolled it all back by itself */
	return e;
}

/* ---- statements ---- */

static void
statement_free(void *value)
{
	struct statement *st = value;
	sqlite3_finalize(st->handle);
	mem_free(st->row);
	mem_free(st->columns);
	mem_free(st->params);
	mem_free(st);
}

static const char *
column_name(const void *ctx, int column)
{
	const char *name = sqlite3_column_name((sqlite3_stmt *)ctx, column);
	return name ? name : "";
}

static int
param_of(sqlite3_stmt *handle, const char *field)
{
	char name[80];
	snprintf(name, sizeof name, ":%s", field);
	return sqlite3_bind_parameter_index(handle, name);
}

static enum err
statement_new(struct sqlite *s, const struct query *q, struct statement **ret_statement)
{
	struct statement *st = mem_new(1, sizeof *st);
	if (!st)
		return db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	st->row = mem_new(1, q->out_size);
	st->columns = mem_new(q->out_count, sizeof *st->columns);
	st->params = mem_new(q->in_count, sizeof *st->params);
	enum err e = OK;
	char why[200];
	if (!st->row || !st->columns || !st->params)
		e = db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	int rc = e ? SQLITE_OK : sqlite3_prepare_v3(s->handle, q->sql[DB_SQLITE], -1, SQLITE_PREPARE_PERSISTENT, &st->handle, NULL);
	if (rc)
		e = sqlite_fail(s, rc, q->name);
	else if (!e && !columns_match(q, sqlite3_column_count(st->handle), column_name, st->handle, st->columns, why))
		e = db_mismatch(&s->db, "%s", why);
	for (int i = 0; !e && i < q->in_count; i++)
		st->params[i] = param_of(st->handle, q->in[i].name);
	if (e)
		statement_free(st);
	else
		*ret_statement = st;
	return e;
}

static enum err
statement_get(struct sqlite *s, const struct query *q, struct statement **ret_statement)
{
	*ret_statement = query_map_get(&s->statements, q);
	if (*ret_statement)
		return OK;
	struct statement *st;
	enum err e = statement_new(s, q, &st);
	if (e)
		return e;
	if (!query_map_put(&s->statements, q, st)) {
		statement_free(st);
		return db_fail(&s->db, ERR_NO_MEMORY, "%s: no memory", q->name);
	}
	*ret_statement = st;
	return OK;
}

/* ---- binding and reading ---- */

static int
bind_one(sqlite3_stmt *h, int at, const struct field *f, const void *in)
{
	if (!field_present(f, in))
		return sqlite3_bind_null(h, at);
	if (f->type == FIELD_REAL)
		return sqlite3_bind_double(h, at, field_real(f, in));
	if (!field_is_text(f))
		return sqlite3_bind_int64(h, at, field_int(f, in));
	struct str s = field_text(f, in);
	return sqlite3_bind_text64(h, at, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
}

static enum err
bind_all(struct sqlite *s, const struct query *q, struct statement *st, const void *in)
{
	for (int i = 0; i < q->in_count; i++) {
		const struct field *f = &q->in[i];
		if (!st->params[i])
			continue;
		enum err e = field_is_text(f) ? field_text_check(&s->db, q, f, field_text(f, in)) : OK;
		if (e)
			return e;
		int rc = bind_one(st->handle, st->params[i], f, in);
		if (rc)
			return sqlite_fail(s, rc, q->name);
	}
	return OK;
}

static bool
read_one(sqlite3_stmt *h, int column, const struct field *f, void *row)
{
	int type = sqlite3_column_type(h, column);
	if (type == SQLITE_NULL)
		return f->flags & FIELD_OPTIONAL;
	if (field_is_text(f)) {
		if (type != SQLITE_TEXT)
			return false;
		struct str s = { (const char *)sqlite3_column_text(h, column), 0 };
		s.n = (size_t)sqlite3_column_bytes(h, column);
		field_store_text(f, row, s);
		return s.p != NULL;
	}
	if (f->type == FIELD_REAL) {
		field_store_real(f, row, sqlite3_column_double(h, column));
		return type == SQLITE_FLOAT || type == SQLITE_INTEGER;
	}
	field_store_int(f, row, sqlite3_column_int64(h, column));
	return type == SQLITE_INTEGER;
}

static enum err
read_row(struct sqlite *s, const struct query *q, struct statement *st)
{
	static const char *const kinds[] = { "", "an integer", "a real", "a text", "a blob", "NULL" };
	enum err e = db_fault(&s->db, q->name);
	if (e)
		return e;
	if (q->out_size)
		memset(st->row, 0, q->out_size);
	for (int i = 0; i < q->out_count; i++)
		if (!read_one(st->handle, st->columns[i], &q->out[i], st->row))
			return db_mismatch(&s->db, "%s: column %s is %s", q->name, q->out[i].name,
			                   kinds[sqlite3_column_type(st->handle, st->columns[i])]);
	return OK;
}

static enum err
step_all(struct sqlite *s, const struct query *q, struct statement *st, const struct row_sink *sink)
{
	int rc;
	while ((rc = sqlite3_step(st->handle)) == SQLITE_ROW) {
		enum err e = read_row(s, q, st);
		if (!e)
			e = sink->row(sink->ctx, st->row);
		if (e)
			return e;
	}
	return rc == SQLITE_DONE ? OK : sqlite_fail(s, rc, q->name);
}

/* A transaction that SQLite has ended by itself would let what follows commit piece by piece. */
static enum err
still_open(struct sqlite *s, const char *where)
{
	return s->db.depth > 0 && sqlite3_get_autocommit(s->handle) ? db_fail(&s->db, ERR_DB, "%s: the transaction is gone", where) : OK;
}

static enum err
sqlite_run(struct db *db, const struct query *q, const void *in, const struct row_sink *sink, int64_t *ret_changed)
{
	struct sqlite *s = sqlite_of(db);
	struct statement *st;
	enum err e = still_open(s, q->name);
	if (!e)
		e = statement_get(s, q, &st);
	if (!e)
		e = bind_all(s, q, st, in);
	if (e)
		return e;
	s->deadline = db->options.statement_ms ? clock_monotonic() + db->options.statement_ms : 0;
	e = step_all(s, q, st, sink);
	*ret_changed = e || sqlite3_stmt_readonly(st->handle) ? 0 : sqlite3_changes64(s->handle);
	int rc = sqlite3_reset(st->handle);
	s->deadline = 0;
	if (!e && rc)
		e = sqlite_fail(s, rc, q->name);
	return e;
}

/* ---- transactions and scripts ---- */

enum err
sqlite_lazy(struct sqlite *s, bool lazy)
{
	if (s->lazy == lazy)
		return OK;
	int rc = sqlite3_exec(s->handle, lazy ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL", NULL, NULL, NULL);
	if (!rc)
		s->lazy = lazy;
	return rc ? sqlite_fail(s, rc, "synchronous") : OK;
}

static enum err
sqlite_command(struct db *db, enum command c)
{
	static const char *const texts[COMMAND_COUNT] = { "BEGIN IMMEDIATE", "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK", "SAVEPOINT s", "RELEASE s", "ROLLBACK TO s" };
	struct sqlite *s = sqlite_of(db);
	if (c == COMMAND_ROLLBACK && sqlite3_get_autocommit(s->handle))
		return OK;
	const char *text = c == COMMAND_BEGIN && db->options.read_only ? "BEGIN" : texts[c];
	enum err e = still_open(s, text);
	if (!e && (c == COMMAND_BEGIN || c == COMMAND_BEGIN_LAZY))
		e = sqlite_lazy(s, c == COMMAND_BEGIN_LAZY);
	if (e)
		return e;
	int rc = s->commands[c] ? SQLITE_OK : sqlite3_prepare_v3(s->handle, text, -1, SQLITE_PREPARE_PERSISTENT, &s->commands[c], NULL);
	if (rc)
		return sqlite_fail(s, rc, text);
	rc = sqlite3_step(s->commands[c]);
	e = rc == SQLITE_DONE ? OK : sqlite_fail(s, rc, text);
	sqlite3_reset(s->commands[c]);
	return !e && c == COMMAND_SAVEPOINT_ROLLBACK ? sqlite_command(db, COMMAND_RELEASE) : e;
}

static enum err
sqlite_script(struct db *db, struct str sql)
{
	struct sqlite *s = sqlite_of(db);
	char *text = mem_dup(sql.p, sql.n);
	if (!text)
		return db_fail(db, ERR_NO_MEMORY, "script: no memory");
	int rc = sqlite3_exec(s->handle, text, NULL, NULL, NULL);
	mem_free(text);
	return rc ? sqlite_fail(s, rc, "script") : OK;
}

/* ---- check-sql ---- */

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static struct str
word_take(struct str *rest)
{
	size_t n = 0;
	*rest = str_trim(*rest);
	while (n < rest->n && is_word(rest->p[n]))
		n++;
	struct str word = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n ? n : 1, rest->n);
	return word;
}

/* Does the plan's name mean this table: itself, or its alias in "table [AS] alias"? */
static bool
name_means(struct str name, const char *table, const char *sql)
{
	if (str_eq_nocase(name, str_of(table)))
		return true;
	struct str rest = str_of(sql);
	while (rest.n) {
		if (!str_eq_nocase(word_take(&rest), str_of(table)))
			continue;
		struct str after = rest, alias = word_take(&after);
		if (str_eq_nocase(alias, STR("as")))
			alias = word_take(&after);
		if (str_eq_nocase(alias, name))
			return true;
	}
	return false;
}

/* A line of the plan such as "SCAN m" or "SCAN m USING INDEX ...". */
static bool
plan_scans(struct str detail, const char *const *big_tables, const char *sql)
{
	if (!str_starts(detail, STR("SCAN ")) || str_find(detail, STR(" USING ")) >= 0)
		return false;
	struct str rest = str_sub(detail, 5, detail.n), name = word_take(&rest);
	for (; *big_tables; big_tables++)
		if (name_means(name, *big_tables, sql))
			return true;
	return false;
}

static enum err
scan_check(struct sqlite *s, const struct query *q, const char *const *big_tables, char why[400])
{
	sqlite3_stmt *plan = NULL;
	char *sql = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", q->sql[DB_SQLITE]);
	int rc = sql ? sqlite3_prepare_v2(s->handle, sql, -1, &plan, NULL) : SQLITE_NOMEM;
	sqlite3_free(sql);
	enum err e = OK;
	while (!rc && !e && (rc = sqlite3_step(plan)) == SQLITE_ROW) {
		rc = SQLITE_OK;
		const char *detail = (const char *)sqlite3_column_text(plan, 3);
		if (!detail || !plan_scans(str_of(detail), big_tables, q->sql[DB_SQLITE]))
			continue;
		snprintf(why, 400, "%s: %s", q->name, detail);
		e = ERR_CONFLICT;
	}
	if (rc && rc != SQLITE_DONE)
		e = db_why(&s->db, sqlite_fail(s, rc, q->name), why, 400);
	sqlite3_finalize(plan);
	return e;
}

static enum err
sqlite_check_query(struct db *db, const struct query *q, const char *const *big_tables, char why[400])
{
	struct sqlite *s = sqlite_of(db);
	struct statement *st;
	enum err e = statement_new(s, q, &st);
	if (e)
		return db_why(db, e == ERR_INTERNAL ? ERR_DB : e, why, 400);
	statement_free(st);
	return big_tables ? scan_check(s, q, big_tables, why) : OK;
}

/* ---- opening ---- */

static void *
heap_new(int bytes)
{
	return mem_grow(NULL, (size_t)bytes);
}

static void *
heap_grow(void *p, int bytes)
{
	return mem_grow(p, (size_t)bytes);
}

static int
heap_size(void *p)
{
	return (int)malloc_usable_size(p);
}

static int
heap_roundup(int bytes)
{
	return (bytes + 7) & ~7;
}

static int
heap_init(void *unused)
{
	(void)unused;
	return SQLITE_OK;
}

static void
heap_end(void *unused)
{
	(void)unused;
}

static void
start_once(void)
{
	static const sqlite3_mem_methods heap = { heap_new, mem_free, heap_grow, heap_size, heap_roundup, heap_init, heap_end, NULL };
	sqlite3_config(SQLITE_CONFIG_MALLOC, &heap);
	sqlite3_initialize();
}

void
sqlite_start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, start_once);
}

static int
progress(void *ctx)
{
	const struct sqlite *s = ctx;
	return s->deadline && clock_monotonic() > s->deadline;
}

static void
sqlite_close(struct db *db)
{
	struct sqlite *s = sqlite_of(db);
	query_map_clear(&s->statements, statement_free);
	for (int c = 0; c < COMMAND_COUNT; c++)
		sqlite3_finalize(s->commands[c]);
	sqlite3_close(s->handle);
	mem_free(s->path);
	mem_free(s);
}

static const struct backend sqlite_backend = { sqlite_close, sqlite_command, sqlite_run, sqlite_script, sqlite_check_query };

static int
journal_is_wal(void *ctx, int n, char **values, char **names)
{
	(void)names;
	*(bool *)ctx = n == 1 && values[0] && strcmp(values[0], "wal") == 0;
	return 0;
}

/* After each commit. The log's file keeps its size when the log begins anew, so its pages are what counts. */
static int
log_heard(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct sqlite *s = ctx;
	(void)handle;
	(void)name;
	if (pages < s->log_pages)
		s->log_tried = 0;
	s->log_pages = pages;
	if (pages - s->log_tried >= CHECKPOINT_PAGES) {
		enum err e = db_checkpoint(&s->db, false); /* not now, then later */
		(void)e;
	}
	return SQLITE_OK;
}

/* The settings of a connection. Returns an SQLite code. */
static int
configure(struct sqlite *s, const char **ret_why)
{
	static const char *const writer = "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0;"
	                                  "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=134217728;" SQLITE_CACHE_USUAL;
	static const char *const reader = "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY;"
	                                  "PRAGMA cache_size=-4096; PRAGMA query_only=ON;";
	bool read_only = s->db.options.read_only, wal = read_only;
	sqlite3_extended_result_codes(s->handle, 1);
	sqlite3_busy_timeout(s->handle, s->db.options.busy_ms);
	sqlite3_db_config(s->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(s->handle, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL); /* a plan does not change with the values bound */
	if (s->db.options.statement_ms)
		sqlite3_progress_handler(s->handle, PROGRESS_STEPS, progress, s);
	int rc = read_only ? SQLITE_OK : sqlite3_exec(s->handle, "PRAGMA journal_mode=WAL", journal_is_wal, &wal, NULL);
	if (!rc)
		rc = sqlite3_exec(s->handle, read_only ? reader : writer, NULL, NULL, NULL);
	if (!rc)
		rc = sqlite3_exec(s->handle, "SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL); /* is it a database at all? */
	sqlite3_wal_hook(s->handle, log_heard, s);
	if (!rc && !wal)
		*ret_why = "this file system cannot hold a write-ahead log: put the database on a local disk";
	return rc;
}

static enum err
open_failed(struct sqlite *s, enum err e, const char *text, char why[200])
{
	snprintf(why, 200, "%s: %s", s->path ? s->path : "database", text);
	sqlite_close(&s->db);
	return e;
}

enum err
sqlite_open(const char *path, const struct db_options *options, struct db **ret_db, char why[200])
{
	sqlite_start();
	struct sqlite *s = mem_new(1, sizeof *s);
	if (!s) {
		snprintf(why, 200, "out of memory");
		return ERR_NO_MEMORY;
	}
	s->db = (struct db){ .kind = DB_SQLITE, .backend = &sqlite_backend, .options = *options };
	s->path = mem_dup(path, strlen(path));
	if (!s->path)
		return open_failed(s, ERR_NO_MEMORY, "out of memory", why);
	struct stat st;
	if (!options->create && stat(path, &st) != 0)
		return open_failed(s, ERR_NOT_FOUND, "there is no database", why);
	int flags = SQLITE_OPEN_READWRITE | (options->create ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_EXRESCODE;
	const char *text = NULL;
	int rc = sqlite3_open_v2(path, &s->handle, flags, NULL);
	if (!rc)
		rc = configure(s, &text);
	if (rc)
		return open_failed(s, sqlite_err_of(rc), s->handle ? sqlite3_errmsg(s->handle) : sqlite3_errstr(rc), why);
	if (text)
		return open_failed(s, ERR_NOT_SUPPORTED, text, why);
	*ret_db = &s->db;
	return OK;
}
