/* Every step and every allocation fails once: a small transaction is whole or not there, and the connection goes on. */
#include "db/place_test.h"

#include "base/banned.h"

#define POTS 3

static enum err
count_row(void *ctx, const void *row)
{
	(void)row;
	++*(int *)ctx;
	return OK;
}

static enum err
pot_in_savepoint(struct db *db, int i)
{
	char name[20];
	snprintf(name, sizeof name, "pot %d", i);
	struct test_pot_add_in in = pot(i, name);
	enum err e = db_savepoint(db);
	if (!e)
		e = query_run(db, &test_pot_add, &in, NULL);
	if (!e)
		e = db_savepoint_release(db);
	return e;
}

static enum err
transaction(struct db *db, struct arena *arena)
{
	struct test_pot_get_out row;
	int seen = 0;
	enum err e = db_begin(db);
	for (int i = 1; !e && i <= POTS; i++)
		e = pot_in_savepoint(db, i);
	if (!e)
		e = query_one(db, &test_pot_get, &(struct test_pot_get_in){ 2 }, arena, &row);
	if (!e)
		e = query_each(db, &test_pot_list, &(struct test_pot_list_in){ .kind = STR_NONE }, count_row, &seen);
	if (!e)
		assert_int_equal(seen, POTS);
	return e ? e : db_commit(db);
}

static void
pots_remove(struct place *p)
{
	for (int i = 1; i <= POTS; i++)
		assert_ok(query_run(p->db, &test_pot_remove, &(struct test_pot_remove_in){ i }, NULL));
}

static void
walk_steps(struct place *p, enum err wanted)
{
	long n = 1;
	for (;; n++) {
		db_fail_after(n, wanted);
		enum err e = transaction(p->db, p->arena);
		db_fail_after(0, OK);
		if (!e)
			break;
		assert_err(e, wanted);
		assert_non_null(strstr(db_error(p->db), "made to fail"));
		db_rollback(p->db);
		assert_false(db_broken(p->db));
		assert_int_equal(pot_count(p), 0);
	}
	assert_true(n > 3 * POTS + 2 + 2 + POTS);
	assert_int_equal(pot_count(p), POTS);
	pots_remove(p);
}

TEST(every_step_fails_once)
{
	static const enum err errors[] = { ERR_DISK_FULL, ERR_BUSY, ERR_EXISTS, ERR_NO_MEMORY, ERR_FSYNC };
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
		walk_steps(p, errors[i]);
}

/* A connection of its own lives through the transaction while allocation n fails. */
static enum err
walk_allocation(struct place *p, long n)
{
	struct db *db = NULL;
	char why[200] = "";
	mem_fail_after(n);
	enum err e = db_open(p->url, &(struct db_options){ 0 }, &db, why);
	if (e)
		assert_true(why[0] != 0);
	else
		e = transaction(db, p->arena);
	mem_fail_after(0);
	if (e && db) {
		db_rollback(db);
		assert_false(db_broken(db));
	}
	db_close(db);
	return e;
}

/* SQLite can do without some of its allocations: the end is where many in a row change nothing. */
TEST(every_allocation_fails_once)
{
	int failed = 0, quiet = 0;
	for (long n = 1; quiet < 100; n++) {
		enum err e = walk_allocation(p, n);
		if (e)
			assert_int_equal(e, ERR_NO_MEMORY);
		assert_int_equal(pot_count(p), e ? 0 : POTS);
		if (!e)
			pots_remove(p);
		failed += e != OK;
		quiet = e ? 0 : quiet + 1;
	}
	print_message("%d allocations failed\n", failed);
	assert_true(failed > (p->kind == DB_SQLITE ? 100 : 10));
}

TEST(a_rolled_back_connection_goes_on)
{
	db_fail_after(4, ERR_IO);
	assert_err(transaction(p->db, p->arena), ERR_IO);
	assert_true(db_broken(p->db));
	assert_err(db_begin(p->db), ERR_DB);
	db_rollback(p->db);
	assert_ok(transaction(p->db, p->arena));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(every_step_fails_once),
		ON_BOTH(every_allocation_fails_once),
		ON_BOTH(a_rolled_back_connection_goes_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
