/* Shared by the two files of the SQLite side; nobody else includes it. */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include "db/backend.h"
#include "sqlite3.h"

/* What a writing connection keeps of the database, in KB. */
#define SQLITE_CACHE_USUAL "PRAGMA cache_size=-8192;"
#define SQLITE_CACHE_WIDE  "PRAGMA cache_size=-65536;"

struct sqlite {
	struct db db;
	sqlite3 *handle;
	struct query_map statements;
	sqlite3_stmt *commands[COMMAND_COUNT];
	bool lazy; /* commits do not wait for the disk */
	int64_t deadline; /* monotonic ms, 0: none */
	int log_pages, log_tried; /* of the write-ahead log: at the last commit, and when it was last checked in or tried to be */
	char *path;
};

static inline struct sqlite *
sqlite_of(struct db *db)
{
	return (struct sqlite *)db;
}

/* The connection's last error as ours, told to db_fail. */
enum err sqlite_fail(struct sqlite *s, int rc, const char *where);
enum err sqlite_err_of(int rc);
/* Whether commits wait for the disk. */
enum err sqlite_lazy(struct sqlite *s, bool lazy) MUST_CHECK;
/* Bytes of heap that SQLite takes come through base/mem. Once, before the first connection. */
void sqlite_start(void);

#endif
