#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/backend.h"
#include "db/migrate_sql.h"

#include "base/banned.h"

#define SCRIPT_MAX ((size_t)16 << 20)

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Bytes up to the end of a quoted text or line comment that starts here, or of a word; at least 1. */
static size_t
token_length(struct str s)
{
	size_t n = 1;
	if (str_starts(s, STR("--"))) {
		ptrdiff_t end = str_find_char(s, '\n');
		return end < 0 ? s.n : (size_t)end;
	}
	if (s.p[0] == '\'' || s.p[0] == '"') {
		ptrdiff_t end = str_find_char(str_sub(s, 1, s.n), s.p[0]);
		return end < 0 ? s.n : (size_t)end + 2;
	}
	while (is_word(s.p[0]) && n < s.n && is_word(s.p[n]))
		n++;
	return n;
}

static void
integers_widen(struct str s, struct buf *out)
{
	while (s.n) {
		size_t n = token_length(s);
		struct str token = str_sub(s, 0, n);
		buf_add(out, str_eq_nocase(token, STR("INTEGER")) ? STR("BIGINT") : token);
		s = str_sub(s, n, s.n);
	}
}

/* The part of a script that is for this database. */
static void
script_select(enum db_kind kind, struct str sql, struct buf *out)
{
	enum { BOTH, MINE, OTHERS } section = BOTH;
	struct buf mine;
	buf_init(&mine, SCRIPT_MAX);
	struct str line;
	while (str_split(&sql, '\n', &line)) {
		struct str mark = str_trim(line);
		if (str_eqz(mark, "-- both:"))
			section = BOTH;
		else if (str_eqz(mark, "-- sqlite:"))
			section = kind == DB_SQLITE ? MINE : OTHERS;
		else if (str_eqz(mark, "-- postgres:"))
			section = kind == DB_POSTGRES ? MINE : OTHERS;
		else if (section != OTHERS) {
			buf_add(&mine, line);
			buf_char(&mine, '\n');
		}
	}
	if (buf_err(&mine))
		out->err = mine.err;
	else if (kind == DB_POSTGRES)
		integers_widen(buf_str(&mine), out);
	else
		buf_add(out, buf_str(&mine));
	buf_free(&mine);
}

static void
checksum_print(struct str sql, char out[17])
{
	snprintf(out, 17, "%016llx", (unsigned long long)str_hash(sql));
}

/* What the database has, against what the program has. */
struct applied {
	const struct migration *list;
	size_t n;
	bool *done; /* by index of list */
	char *why;
};

static enum err
applied_row(void *ctx, const void *row)
{
	struct applied *a = ctx;
	const struct schema_version_list_out *v = row;
	char checksum[17];
	for (size_t i = 0; i < a->n; i++) {
		if (a->list[i].version != v->version)
			continue;
		a->done[i] = true;
		checksum_print(a->list[i].sql, checksum);
		if (str_eqz(v->checksum, checksum))
			return OK;
		snprintf(a->why, 200, "migration %d (%s) was changed after it ran here: bring its old text back and write a new one",
		         a->list[i].version, a->list[i].name);
		return ERR_CONFLICT;
	}
	bool newer = a->n == 0 || v->version > a->list[a->n - 1].version;
	snprintf(a->why, 200, newer ? "the database is newer (version %lld) than this program (%d): use the newer program" :
	                              "the database has version %lld, which this program does not know (it ends at %d)",
	         (long long)v->version, a->n ? a->list[a->n - 1].version : 0);
	return ERR_CONFLICT;
}

static enum err
failed(struct db *db, enum err e, const char *what, char why[200])
{
	snprintf(why, 200, "%s: %s", what, db_error(db));
	return e;
}

/* In a transaction that excludes other runners: what is applied already? */
static enum err
applied_read(struct db *db, struct applied *a)
{
	a->why[0] = 0;
	memset(a->done, 0, a->n);
	enum err e = query_each(db, &schema_version_list, NULL, applied_row, a);
	return e && !a->why[0] ? failed(db, e, "schema_version", a->why) : e;
}

static enum err
keys_check(struct db *db, const struct migration *m, struct arena *arena, char why[200])
{
	struct migration_foreign_keys_out bad;
	if (db_kind(db) != DB_SQLITE)
		return OK;
	enum err e = query_one(db, &migration_foreign_keys, NULL, arena, &bad);
	if (e == ERR_NOT_FOUND)
		return OK;
	if (e)
		return failed(db, e, m->name, why);
	snprintf(why, 200, "migration %d (%s) leaves rows of %.*s that point to nothing", m->version, m->name, STR_ARG(bad.name));
	return ERR_REFERENCED;
}

static enum err
migration_run(struct db *db, const struct migration *m, int64_t now, struct arena *arena, char why[200])
{
	char checksum[17];
	checksum_print(m->sql, checksum);
	struct buf text;
	buf_init(&text, SCRIPT_MAX);
	script_select(db_kind(db), m->sql, &text);
	enum err e = buf_err(&text);
	if (e)
		snprintf(why, 200, "migration %d (%s): %s", m->version, m->name, err_text(e, "en"));
	else if ((e = db_script(db, buf_str(&text))))
		failed(db, e, m->name, why);
	buf_free(&text);
	if (!e)
		e = keys_check(db, m, arena, why);
	if (e)
		return e;
	struct schema_version_add_in row = { m->version, str_of(m->name), now, str_of(checksum) };
	e = query_run(db, &schema_version_add, &row, NULL);
	return e ? failed(db, e, m->name, why) : OK;
}

/* One transaction: look again what is applied, run the first one that is not. *ret_ran: there was one. */
static enum err
migrate_step(struct db *db, struct applied *a, int64_t now, struct arena *arena, bool *ret_ran)
{
	static const char lock[] = "SELECT pg_advisory_xact_lock(4702394921427289928)";
	bool ran = false;
	enum err e = db_begin(db);
	if (!e && db_kind(db) == DB_POSTGRES)
		e = db_script(db, (struct str){ lock, sizeof lock - 1 });
	if (e)
		failed(db, e, "schema_version", a->why);
	else
		e = applied_read(db, a);
	for (size_t i = 0; !e && !ran && i < a->n; i++) {
		if (a->done[i])
			continue;
		e = migration_run(db, &a->list[i], now, arena, a->why);
		ran = true;
	}
	if (!e && (e = db_commit(db)))
		failed(db, e, "commit", a->why);
	if (e)
		db_rollback(db);
	else
		*ret_ran = ran;
	return e;
}

static enum err
sqlite_keys(struct db *db, bool on)
{
	return db_kind(db) != DB_SQLITE ? OK : db_script(db, on ? STR("PRAGMA foreign_keys=ON") : STR("PRAGMA foreign_keys=OFF"));
}

enum err
db_migrate(struct db *db, const struct migration *list, size_t n, int64_t now, int *ret_applied, char why[200])
{
	static const char table[] = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL,"
	                            " applied_at BIGINT NOT NULL, checksum TEXT NOT NULL)";
	struct arena *arena = arena_new((size_t)1 << 20);
	struct applied a = { .list = list, .n = n, .why = why };
	a.done = arena ? arena_alloc(arena, n + 1) : NULL;
	int applied = 0;
	bool ran = true;
	enum err e = a.done ? OK : ERR_NO_MEMORY;
	if (e)
		snprintf(why, 200, "out of memory");
	else if ((e = db_script(db, (struct str){ table, sizeof table - 1 })) || (e = sqlite_keys(db, false)))
		failed(db, e, "schema_version", why);
	while (!e && ran) {
		e = migrate_step(db, &a, now, arena, &ran);
		applied += !e && ran;
	}
	enum err keys = a.done ? sqlite_keys(db, true) : OK;
	if (!e && keys)
		e = failed(db, keys, "foreign keys", why);
	arena_free(arena);
	if (!e)
		*ret_applied = applied;
	return e;
}

static enum err
version_row(void *ctx, const void *row)
{
	const struct schema_version_list_out *v = row;
	int64_t *highest = ctx;
	if (v->version > *highest)
		*highest = v->version;
	return OK;
}

enum err
db_version(struct db *db, int64_t *ret_version)
{
	int64_t highest = 0;
	enum err e = query_each(db, &schema_version_list, NULL, version_row, &highest);
	if (!e)
		*ret_version = highest;
	return e;
}
