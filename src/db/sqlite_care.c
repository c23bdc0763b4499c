/* Care of an SQLite file: copy, check, the write-ahead log. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "db/sqlite.h"

#include "base/banned.h"

enum { LOG_PAGE_BYTES = 4096 + 24 };

static enum err
file_sync(const char *path, int flags)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
	if (fd < 0)
		return ERR_IO;
	int bad = fsync(fd);
	close(fd);
	return bad ? ERR_FSYNC : OK;
}

static enum err
folder_sync(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_dup(path, slash == path ? 1 : (size_t)(slash - path)) : mem_dup(".", 1);
	if (!folder)
		return ERR_NO_MEMORY;
	enum err e = file_sync(folder, O_DIRECTORY);
	mem_free(folder);
	return e;
}

/* One step copies all pages of one snapshot; writers go on meanwhile. */
static int
pages_copy(struct sqlite *s, const char *part)
{
	sqlite3 *to = NULL;
	int rc = sqlite3_open_v2(part, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, NULL);
	sqlite3_backup *b = rc ? NULL : sqlite3_backup_init(to, "main", s->handle, "main");
	if (!rc && !b)
		rc = sqlite3_extended_errcode(to);
	if (b) {
		rc = sqlite3_backup_step(b, -1);
		int end = sqlite3_backup_finish(b);
		rc = rc == SQLITE_DONE ? end : rc;
	}
	int closed = sqlite3_close(to);
	return rc ? rc : closed;
}

/* The copy under its final name, which must not exist yet. */
static enum err
part_publish(const char *part, const char *to_path, char why[200])
{
	enum err e = file_sync(part, 0);
	if (e)
		snprintf(why, 200, "%s: cannot be made safe on disk", part);
	else if (link(part, to_path) != 0 && errno != EPERM && errno != EOPNOTSUPP)
		e = errno == EEXIST ? ERR_EXISTS : ERR_IO;
	else if (access(to_path, F_OK) != 0 && rename(part, to_path) != 0) /* a file system without links */
		e = ERR_IO;
	if (e && e != ERR_FSYNC)
		snprintf(why, 200, "%s: %s", to_path, e == ERR_EXISTS ? "exists already" : "cannot be written");
	unlink(part);
	return e ? e : folder_sync(to_path);
}

static enum err
backup_to(struct sqlite *s, const char *part, const char *to_path, char why[200])
{
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		snprintf(why, 200, "%s: %s", part, errno == EEXIST ? "is left from a broken copy, remove it" : "cannot be written");
		return errno == EEXIST ? ERR_EXISTS : ERR_IO;
	}
	close(fd);
	int rc = pages_copy(s, part);
	if (rc) {
		unlink(part);
		snprintf(why, 200, "%s: %s", to_path, sqlite3_errstr(rc));
		return sqlite_err_of(rc);
	}
	return part_publish(part, to_path, why);
}

enum err
db_backup(struct db *db, const char *to_path, char why[200])
{
	if (db->kind != DB_SQLITE) {
		snprintf(why, 200, "PostgreSQL is copied with pg_dump or pg_basebackup");
		return ERR_NOT_SUPPORTED;
	}
	if (access(to_path, F_OK) == 0) {
		snprintf(why, 200, "%s: exists already", to_path);
		return ERR_EXISTS;
	}
	size_t n = strlen(to_path);
	char *part = mem_new(n + 6, 1);
	if (!part) {
		snprintf(why, 200, "out of memory");
		return ERR_NO_MEMORY;
	}
	snprintf(part, n + 6, "%s.part", to_path);
	enum err e = backup_to(sqlite_of(db), part, to_path, why);
	mem_free(part);
	return e;
}

/* Runs a PRAGMA whose rows are findings, except a single "ok". */
static enum err
findings(struct sqlite *s, const char *sql, char why[200])
{
	sqlite3_stmt *h = NULL;
	int rc = sqlite3_prepare_v2(s->handle, sql, -1, &h, NULL);
	enum err e = OK;
	while (!rc && (rc = sqlite3_step(h)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(h, 0);
		rc = SQLITE_OK;
		if (!text || strcmp(text, "ok") == 0)
			continue;
		if (sqlite3_column_count(h) > 1)
			snprintf(why, 200, "%s: row %lld points to nothing in %s", text, (long long)sqlite3_column_int64(h, 1),
			         (const char *)sqlite3_column_text(h, 2));
		else
			snprintf(why, 200, "%s", text);
		e = ERR_DB;
		break;
	}
	if (!e && rc != SQLITE_DONE) {
		e = sqlite_err_of(rc);
		snprintf(why, 200, "%s", sqlite3_errmsg(s->handle));
	}
	sqlite3_finalize(h);
	return e;
}

enum err
db_check(struct db *db, char why[200])
{
	if (db->kind != DB_SQLITE) {
		snprintf(why, 200, "PostgreSQL checks itself (pg_amcheck)");
		return ERR_NOT_SUPPORTED;
	}
	enum err e = findings(sqlite_of(db), "PRAGMA integrity_check(1)", why);
	return e ? e : findings(sqlite_of(db), "PRAGMA foreign_key_check", why);
}

enum err
db_checkpoint(struct db *db, bool truncate)
{
	if (db->kind != DB_SQLITE)
		return OK;
	struct sqlite *s = sqlite_of(db);
	s->log_tried = s->log_pages;
	int rc = sqlite3_wal_checkpoint_v2(s->handle, NULL, truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return rc ? db_refuse(db, sqlite_err_of(rc), "checkpoint: %s", sqlite3_errmsg(s->handle)) : OK;
}

enum err
sqlite_settle(struct db *db)
{
	const char *path = sqlite3_filename_wal(sqlite3_db_filename(sqlite_of(db)->handle, "main"));
	enum err e = sqlite_lazy(sqlite_of(db), false);
	if (!e)
		e = file_sync(path, 0);
	return e ? db_fail(db, e, "%s: cannot be made safe on disk", path) : OK;
}

enum err
db_wide(struct db *db, bool wide)
{
	if (db->kind != DB_SQLITE)
		return OK;
	int rc = sqlite3_exec(sqlite_of(db)->handle, wide ? SQLITE_CACHE_WIDE : SQLITE_CACHE_USUAL "PRAGMA shrink_memory;", NULL, NULL, NULL);
	return rc ? db_refuse(db, sqlite_err_of(rc), "cache: %s", sqlite3_errmsg(sqlite_of(db)->handle)) : OK;
}

int64_t
db_wal_fresh(const struct db *db)
{
	const struct sqlite *s = (const struct sqlite *)db;
	return db->kind == DB_SQLITE ? (int64_t)(s->log_pages - s->log_tried) * LOG_PAGE_BYTES : 0;
}

int64_t
db_wal_bytes(const struct db *db)
{
	if (db->kind != DB_SQLITE)
		return 0;
	const char *path = sqlite3_filename_wal(sqlite3_db_filename(((const struct sqlite *)db)->handle, "main"));
	struct stat st;
	return path && stat(path, &st) == 0 ? st.st_size : 0;
}
