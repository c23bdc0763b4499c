/* For the tests of db/: an empty database of either kind with the schema of place_schema, made for one test and thrown away. */
#ifndef DB_PLACE_TEST_H
#define DB_PLACE_TEST_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/mem.h"
#include "db/db.h"
#include "db/db_test_sql.h"
#include "db/migrate_sql.h"

struct place {
	enum db_kind kind;
	char folder[64];
	char url[600];
	struct db *db; /* NULL: this kind cannot be tried here */
	struct arena *arena;
};

static const struct migration place_schema[] = {
	{ 1, "pots",
	  STR("CREATE TABLE pot_shop (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
	      "CREATE TABLE pot (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT, shop_id BIGINT REFERENCES pot_shop(id),\n"
	      "  price INTEGER CHECK (price >= 0), weight DOUBLE PRECISION, is_open BOOLEAN, is_sold BOOLEAN NOT NULL DEFAULT FALSE,\n"
	      "  tags TEXT, made_at BIGINT NOT NULL, maker BIGINT);\n") },
};

#define place_schema_count (sizeof place_schema / sizeof *place_schema)

static inline struct db *
place_open(const struct place *p, struct db_options o)
{
	struct db *db = NULL;
	char why[200] = "";
	enum err e = db_open(p->url, &o, &db, why);
	if (e)
		print_error("open: %s: %s\n", err_name(e), why);
	assert_int_equal(e, OK);
	return db;
}

/* The schema's name stands in the URL, so that every connection of the test is in it. */
static inline bool
place_postgres(struct place *p)
{
	static bool told;
	const char *url = getenv("ANTBALL_TEST_PG");
	if (!url || !*url) {
		if (!told)
			print_message("ANTBALL_TEST_PG holds no URL (tools/pg_temp.sh makes one): nothing is tried on PostgreSQL\n");
		told = true;
		return false;
	}
	snprintf(p->url, sizeof p->url, "%s", url);
	struct db *db = place_open(p, (struct db_options){ 0 });
	assert_int_equal(db_script(db, STR("DROP SCHEMA IF EXISTS antball_db_test CASCADE; CREATE SCHEMA antball_db_test")), OK);
	db_close(db);
	snprintf(p->url, sizeof p->url, "%s%coptions=-csearch_path%%3Dantball_db_test", url, strchr(url, '?') ? '&' : '?');
	return true;
}

static inline int
place_begin(void **state, enum db_kind kind, bool schema)
{
	struct place *p = mem_new(1, sizeof *p);
	*state = p;
	p->kind = kind;
	p->arena = arena_new(1 << 20);
	snprintf(p->folder, sizeof p->folder, "/tmp/antball_db_XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	snprintf(p->url, sizeof p->url, "%s/centre.db", p->folder);
	if (kind == DB_POSTGRES && !place_postgres(p))
		return 0;
	p->db = place_open(p, (struct db_options){ .create = true });
	int applied = 0;
	char why[200] = "";
	if (schema && db_migrate(p->db, place_schema, place_schema_count, 1000, &applied, why))
		print_error("migrate: %s\n", why);
	assert_int_equal(applied, schema ? (int)place_schema_count : 0);
	return 0;
}

static inline int
place_sqlite_setup(void **state)
{
	return place_begin(state, DB_SQLITE, true);
}

static inline int
place_postgres_setup(void **state)
{
	return place_begin(state, DB_POSTGRES, true);
}

static inline int
place_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static inline int
place_teardown(void **state)
{
	struct place *p = *state;
	db_fail_after(0, OK);
	mem_fail_after(0);
	db_close(p->db);
	arena_free(p->arena);
	nftw(p->folder, place_remove, 8, FTW_DEPTH | FTW_PHYS);
	mem_free(p);
	return 0;
}

/* TEST(name) { ... p ... } and ON_BOTH(name) in the list. */
#define TEST(test)                                                                          \
	static void test##_body(struct place *p);                                           \
	static void test(void **state)                                                      \
	{                                                                                   \
		struct place *p = *state;                                                   \
		if (!p->db)                                                                 \
			skip();                                                             \
		test##_body(p);                                                             \
	}                                                                                   \
	static void test##_body(struct place *p)
#define ON_SQLITE(test) { #test " (SQLite)", test, place_sqlite_setup, place_teardown, NULL }
#define ON_POSTGRES(test) { #test " (PostgreSQL)", test, place_postgres_setup, place_teardown, NULL }
#define ON_BOTH(test) ON_SQLITE(test), ON_POSTGRES(test)

#define assert_ok(e) assert_err(e, OK)
#define assert_err(e, wanted)                                                                            \
	do {                                                                                             \
		enum err got_ = (e);                                                                     \
		if (got_ != (wanted))                                                                    \
			print_error("%s: %s: %s\n", #e, err_name(got_), p->db ? db_error(p->db) : "");   \
		assert_int_equal(got_, (wanted));                                                        \
	} while (0)

static inline struct test_pot_add_in
pot(int64_t id, const char *name)
{
	return (struct test_pot_add_in){ .id = id, .name = str_of(name), .made_at = 5 };
}

static inline int64_t
pot_count(struct place *p)
{
	struct test_pot_count_out n = { 0 };
	assert_ok(query_one(p->db, &test_pot_count, NULL, p->arena, &n));
	return n.n;
}

#endif
