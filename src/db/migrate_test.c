#include "db/place_test.h"

#include "base/banned.h"

static const struct migration two[] = {
	{ 1, "pots", STR("CREATE TABLE a (id INTEGER PRIMARY KEY, integers TEXT DEFAULT 'INTEGER');\n"
	                 "-- sqlite:\nCREATE TABLE lite (id INTEGER);\n"
	                 "-- postgres:\nCREATE TABLE big (id INTEGER);\n-- both:\nINSERT INTO a (id) VALUES (9007199254740991);") },
	{ 2, "more", STR("CREATE TABLE b (id INTEGER PRIMARY KEY, a_id BIGINT NOT NULL REFERENCES a(id));\n"
	                 "INSERT INTO b VALUES (1, 9007199254740991);") },
};

static int
bare_sqlite(void **state)
{
	return place_begin(state, DB_SQLITE, false);
}

static int
bare_postgres(void **state)
{
	return place_begin(state, DB_POSTGRES, false);
}

static enum err
migrate(struct place *p, const struct migration *list, size_t n, int wanted, char why[200])
{
	int applied = 0;
	why[0] = 0;
	enum err e = db_migrate(p->db, list, n, 77, &applied, why);
	assert_int_equal(applied, wanted);
	return e;
}

TEST(each_runs_once)
{
	char why[200];
	assert_ok(migrate(p, two, 1, 1, why));
	assert_ok(migrate(p, two, 2, 1, why));
	assert_ok(migrate(p, two, 2, 0, why));
	assert_ok(db_script(p->db, p->kind == DB_SQLITE ? STR("INSERT INTO lite VALUES (9007199254740991)") :
	                                                  STR("INSERT INTO big VALUES (9007199254740991)")));
	assert_err(db_script(p->db, p->kind == DB_SQLITE ? STR("INSERT INTO big VALUES (1)") : STR("INSERT INTO lite VALUES (1)")), ERR_DB);
	assert_err(db_script(p->db, STR("INSERT INTO b VALUES (2, 2)")), ERR_REFERENCED); /* foreign keys are on again */
	assert_ok(db_script(p->db, STR("INSERT INTO a (id, integers) SELECT 3, integers FROM a WHERE integers = 'INTEGER'")));
	assert_ok(db_script(p->db, STR("INSERT INTO b VALUES (3, 3)")));
}

TEST(a_newer_database_is_refused)
{
	char why[200];
	assert_ok(migrate(p, two, 2, 2, why));
	assert_err(migrate(p, two, 1, 0, why), ERR_CONFLICT);
	assert_non_null(strstr(why, "newer"));
}

TEST(a_changed_migration_is_refused)
{
	char why[200];
	struct migration changed[] = { two[0], two[1] };
	assert_ok(migrate(p, two, 2, 2, why));
	changed[0].sql = STR("CREATE TABLE a (id BIGINT)");
	assert_err(migrate(p, changed, 2, 0, why), ERR_CONFLICT);
	assert_non_null(strstr(why, "migration 1 (pots)"));
}

TEST(a_failing_one_leaves_nothing)
{
	char why[200];
	struct migration bad[] = { two[0], { 2, "bad", STR("CREATE TABLE c (id BIGINT);\nINSERT INTO c VALUES (1, 2, 3);") } };
	assert_err(migrate(p, bad, 2, 0, why), ERR_DB);
	assert_non_null(strstr(why, "bad"));
	assert_err(db_script(p->db, STR("INSERT INTO c VALUES (1)")), ERR_DB);
	assert_ok(migrate(p, two, 2, 1, why));
}

TEST(rows_that_point_to_nothing_are_refused)
{
	char why[200];
	struct migration bad[] = { two[0], two[1], { 3, "drop", STR("DELETE FROM a") } };
	assert_err(migrate(p, bad, 3, 0, why), ERR_REFERENCED);
	assert_ok(migrate(p, two, 2, 0, why));
}

TEST(tables_may_be_built_anew)
{
	char why[200];
	struct migration list[] = { two[0], two[1], { 3, "anew",
		STR("-- sqlite:\nCREATE TABLE a2 (id INTEGER PRIMARY KEY, n TEXT);\n"
		    "INSERT INTO a2 SELECT id, integers FROM a;\nDROP TABLE a;\n"
		    "ALTER TABLE a2 RENAME TO a;\n-- postgres:\nALTER TABLE a RENAME COLUMN integers TO n;\n") } };
	assert_ok(migrate(p, list, 2, 2, why));
	assert_ok(migrate(p, list, 3, 1, why));
	assert_ok(db_script(p->db, STR("INSERT INTO a (id, n) VALUES (2, 'x')")));
	assert_ok(db_script(p->db, STR("INSERT INTO b VALUES (2, 2)")));
}

TEST(the_program_s_own_apply)
{
	char why[200];
	enum err e = migrate(p, all_migrations, all_migrations_count, (int)all_migrations_count, why);
	assert_string_equal(why, "");
	assert_ok(e);
	for (size_t i = 0; all_queries[i]; i++) {
		char text[400] = "";
		e = db_check_query(p->db, all_queries[i], NULL, text);
		if (e && e != ERR_NOT_SUPPORTED)
			fail_msg("%s", text);
	}
}

int
main(void)
{
#define BARE(test) { #test " (SQLite)", test, bare_sqlite, place_teardown, NULL }, \
		   { #test " (PostgreSQL)", test, bare_postgres, place_teardown, NULL }
	const struct CMUnitTest tests[] = {
		BARE(each_runs_once),
		BARE(a_newer_database_is_refused),
		BARE(a_changed_migration_is_refused),
		BARE(a_failing_one_leaves_nothing),
		BARE(rows_that_point_to_nothing_are_refused),
		BARE(tables_may_be_built_anew),
		BARE(the_program_s_own_apply),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
