/* For tests with a database: a centre in a folder of its own, with what the test says is in it. */
#ifndef MEASURE_PLACE_KIT_H
#define MEASURE_PLACE_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "db/db.h"

static char place_folder[64];

/* The database's file, or one beside it: end "", "-wal", ... */
static inline const char *
place_path(const char *end)
{
	static char path[96];
	snprintf(path, sizeof path, "%s/c.db%s", place_folder, end);
	return path;
}

static inline struct db *
place(const char *sql)
{
	struct db *db;
	char why[200];
	int applied;
	snprintf(place_folder, sizeof place_folder, "/tmp/antball-measure.XXXXXX");
	assert_non_null(mkdtemp(place_folder));
	assert_int_equal(db_open(place_path(""), &(struct db_options){ .create = true }, &db, why), OK);
	assert_int_equal(db_migrate(db, all_migrations, all_migrations_count, 1, &applied, why), OK);
	assert_int_equal(db_script(db, str_of(sql)), OK);
	return db;
}

static inline void
place_remove(struct db *db)
{
	db_close(db);
	for (const char *const *end = (const char *const[]){ "", "-wal", "-shm", "-lock", NULL }; *end; end++)
		unlink(place_path(*end));
	rmdir(place_folder);
}

#endif
