#include "base/thread.h"
#include "db/place_test.h"

#include "base/banned.h"

/* ---- values ---- */

TEST(values_come_back)
{
	assert_ok(query_run(p->db, &test_shop_add, &(struct test_shop_add_in){ 7, STR("a") }, NULL));
	struct test_pot_add_in in = { .id = 9007199254740991, .name = STR("陶罐 'x' \"y\" \\ 🏺"),
		.kind = STR("clay"), .shop_id_set = true, .shop_id = 7,
		.price_set = true, .price = INT64_MAX, .weight_set = true, .weight = 0.1, .is_open_set = true, .is_open = true,
		.is_sold = true, .tags = STR("{\"a\":[1,2]}"), .made_at = 1767225600123, .maker_set = true, .maker = INT64_MIN };
	int64_t changed = -1;
	assert_ok(query_run(p->db, &test_pot_add, &in, &changed));
	assert_int_equal(changed, 1);
	struct test_pot_get_out row;
	assert_ok(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ in.id }, p->arena, &row));
	assert_int_equal(row.id, in.id);
	assert_true(str_eq(row.name, in.name));
	assert_int_equal(row.name.p[row.name.n], 0);
	assert_true(str_eqz(row.kind, "clay"));
	assert_true(row.shop_id_set && row.shop_id == 7);
	assert_true(row.price_set && row.price == INT64_MAX);
	assert_true(row.weight_set && row.weight == 0.1);
	assert_true(row.is_open_set && row.is_open);
	assert_true(row.is_sold);
	assert_true(str_eq(row.tags, in.tags));
	assert_int_equal(row.made_at, in.made_at);
	assert_true(row.maker_set && row.maker == INT64_MIN);
}

TEST(no_value_comes_back_as_none)
{
	struct test_pot_add_in in = pot(1, "");
	in.shop_id = 99, in.price = -5, in.is_open = true; /* not set: not looked at */
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	struct test_pot_get_out row;
	memset(&row, 0x55, sizeof row);
	assert_ok(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ 1 }, p->arena, &row));
	assert_true(row.name.p && row.name.n == 0);
	assert_null(row.kind.p);
	assert_null(row.tags.p);
	assert_false(row.shop_id_set || row.price_set || row.weight_set || row.is_open_set || row.maker_set || row.is_sold);
}

TEST(bad_text_is_refused)
{
	struct test_pot_add_in in = pot(1, "x");
	in.name = STR("a\0b");
	assert_ok(db_begin(p->db));
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_BAD_FIELD);
	assert_non_null(strstr(db_error(p->db), "name"));
	in.name = STR("a\xff");
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_BAD_FIELD);
	in.name = STR("ab");
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 1);
}

/* ---- rows ---- */

static void
pots_add(struct place *p, int from, int to)
{
	for (int i = from; i <= to; i++) {
		char name[20];
		snprintf(name, sizeof name, "pot %d", i);
		struct test_pot_add_in in = pot(i, name);
		in.kind = i % 2 ? STR("clay") : STR("glass");
		in.price_set = true, in.price = i;
		assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	}
}

TEST(one_row_or_none_or_too_many)
{
	struct test_pot_get_out row = { .id = 42 };
	assert_err(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ 1 }, p->arena, &row), ERR_NOT_FOUND);
	assert_int_equal(row.id, 42);
	pots_add(p, 1, 3);
	assert_err(query_one(p->db, &test_pot_list, &(struct test_pot_list_in){ 0 }, p->arena, &row), ERR_INTERNAL);
	assert_int_equal(row.id, 42);
	assert_ok(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ 3 }, p->arena, &row));
	assert_int_equal(row.id, 3);
}

struct seen {
	struct place *p;
	int64_t n, sum;
	int64_t stop_at;
	enum err inner;
};

static enum err
see_pot(void *ctx, const void *row)
{
	struct seen *s = ctx;
	const struct test_pot_get_out *r = row;
	s->n++;
	s->sum += r->id;
	return r->id == s->stop_at ? ERR_WRONG_STATE : OK;
}

TEST(optional_filters)
{
	pots_add(p, 1, 10);
	static const struct {
		struct test_pot_list_in in;
		int64_t n, sum;
	} cases[] = {
		{ { .kind = STR_NONE }, 10, 55 },
		{ { .kind = STR("clay") }, 5, 25 },
		{ { .below_set = true, .below = 4 }, 3, 6 },
		{ { .kind = STR("glass"), .below_set = true, .below = 5 }, 2, 6 },
		{ { .kind = STR("nothing") }, 0, 0 },
		{ { .name = STR("pot 10") }, 9, 45 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct seen seen = { 0 };
		assert_ok(query_each(p->db, &test_pot_list, &cases[i].in, see_pot, &seen));
		assert_int_equal(seen.n, cases[i].n);
		assert_int_equal(seen.sum, cases[i].sum);
	}
}

TEST(each_may_end_it)
{
	pots_add(p, 1, 10);
	struct seen seen = { .stop_at = 4 };
	assert_ok(db_begin(p->db));
	assert_err(query_each(p->db, &test_pot_list, &(struct test_pot_list_in){ 0 }, see_pot, &seen), ERR_WRONG_STATE);
	assert_int_equal(seen.n, 4);
	assert_false(db_broken(p->db));
	pots_add(p, 11, 11);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 11);
}

static enum err
see_inside(void *ctx, const void *row)
{
	struct seen *s = ctx;
	(void)row;
	struct test_pot_count_out n;
	s->inner = query_one(s->p->db, &test_pot_count, NULL, s->p->arena, &n);
	return OK;
}

TEST(each_may_not_use_the_connection)
{
	pots_add(p, 1, 1);
	struct seen seen = { .p = p };
	assert_ok(query_each(p->db, &test_pot_list, &(struct test_pot_list_in){ 0 }, see_inside, &seen));
	assert_int_equal(seen.inner, ERR_INTERNAL);
	assert_int_equal(pot_count(p), 1);
}

TEST(changed_rows_are_counted)
{
	pots_add(p, 1, 10);
	int64_t changed = -1;
	assert_ok(query_run(p->db, &test_pot_sell, &(struct test_pot_get_in){ 4 }, &changed));
	assert_int_equal(changed, 7);
	assert_ok(query_run(p->db, &test_pot_remove, &(struct test_pot_remove_in){ 99 }, &changed));
	assert_int_equal(changed, 0);
	assert_ok(query_run(p->db, &test_pot_add_quietly, &(struct test_pot_add_quietly_in){ 1, STR("again") }, &changed));
	assert_int_equal(changed, 0);
	assert_ok(query_run(p->db, &test_pot_list, &(struct test_pot_list_in){ 0 }, &changed));
	struct test_pot_sell_one_out sold;
	assert_ok(query_one(p->db, &test_pot_sell_one, &(struct test_pot_sell_one_in){ 2 }, p->arena, &sold));
	assert_true(sold.is_sold && sold.id == 2);
}

static enum err
see_number(void *ctx, const void *row)
{
	struct seen *s = ctx;
	s->n++;
	s->sum += ((const struct test_numbers_out *)row)->n;
	return OK;
}

TEST(many_rows)
{
	struct seen seen = { 0 };
	assert_ok(query_each(p->db, &test_numbers, &(struct test_numbers_in){ 100000 }, see_number, &seen));
	assert_int_equal(seen.n, 100000);
	assert_int_equal(seen.sum, 100000LL * 100001 / 2);
}

TEST(each_database_has_its_text)
{
	struct test_which_out row;
	assert_ok(query_one(p->db, &test_which, NULL, p->arena, &row));
	assert_true(str_eqz(row.which, p->kind == DB_SQLITE ? "sqlite" : "postgres"));
	struct test_sqlite_only_out n;
	assert_err(query_one(p->db, &test_sqlite_only, NULL, p->arena, &n), p->kind == DB_SQLITE ? OK : ERR_NOT_SUPPORTED);
	assert_err(query_run(p->db, &test_record, &(struct test_record_in){ 0 }, NULL), ERR_NOT_SUPPORTED);
	assert_int_equal(test_record.in_count, 2);
}

TEST(full_arena_is_an_error)
{
	struct test_pot_add_in in = pot(1, "x");
	char *big = mem_new(100001, 1);
	memset(big, 'a', 100000);
	in.tags = (struct str){ big, 100000 };
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	struct arena *small = arena_new(8192);
	struct test_pot_get_out row = { .id = 42 };
	assert_ok(db_begin(p->db));
	assert_err(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ 1 }, small, &row), ERR_NO_MEMORY);
	assert_int_equal(row.id, 42);
	assert_false(db_broken(p->db));
	assert_ok(query_one(p->db, &test_pot_get, &(struct test_pot_get_in){ 1 }, p->arena, &row));
	assert_int_equal(row.tags.n, 100000);
	assert_ok(db_commit(p->db));
	arena_free(small);
	mem_free(big);
}

/* ---- constraints and transactions ---- */

TEST(constraints_have_their_errors)
{
	pots_add(p, 1, 1);
	struct test_pot_add_in in = pot(1, "other");
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_EXISTS);
	in = pot(2, "pot 1");
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_EXISTS);
	in = pot(2, "b"), in.shop_id_set = true, in.shop_id = 5;
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_REFERENCED);
	in = pot(2, "b"), in.price_set = true, in.price = -1;
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_BAD_FIELD);
	in = pot(2, "b"), in.name = STR_NONE;
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_BAD_FIELD);
	assert_ok(query_run(p->db, &test_shop_add, &(struct test_shop_add_in){ 5, STR("five") }, NULL));
	in = pot(2, "b"), in.shop_id_set = true, in.shop_id = 5;
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	assert_err(query_run(p->db, &test_shop_remove, &(struct test_shop_remove_in){ 5 }, NULL), ERR_REFERENCED);
	assert_int_equal(pot_count(p), 2);
}

TEST(commit_keeps_and_rollback_drops)
{
	assert_ok(db_begin(p->db));
	pots_add(p, 1, 3);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 3);
	assert_ok(db_begin(p->db));
	pots_add(p, 4, 6);
	db_rollback(p->db);
	assert_int_equal(pot_count(p), 3);
	db_rollback(p->db);
}

TEST(one_savepoint_fails_the_others_stay)
{
	assert_ok(db_begin(p->db));
	for (int i = 1; i <= 5; i++) {
		struct test_pot_add_in in = pot(i == 4 ? 2 : i, i == 4 ? "twice" : "a");
		char name[8];
		snprintf(name, sizeof name, "%d", i);
		in.name = str_of(name);
		assert_ok(db_savepoint(p->db));
		enum err e = query_run(p->db, &test_pot_add, &in, NULL);
		assert_int_equal(e, i == 4 ? ERR_EXISTS : OK);
		assert_false(db_broken(p->db));
		if (e)
			assert_ok(db_savepoint_rollback(p->db));
		else
			assert_ok(db_savepoint_release(p->db));
	}
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 4);
}

TEST(savepoints_nest)
{
	assert_ok(db_begin(p->db));
	pots_add(p, 1, 1);
	assert_ok(db_savepoint(p->db));
	pots_add(p, 2, 2);
	assert_ok(db_savepoint(p->db));
	pots_add(p, 3, 3);
	assert_ok(db_savepoint_rollback(p->db));
	assert_int_equal(pot_count(p), 2);
	assert_ok(db_savepoint(p->db));
	pots_add(p, 4, 4);
	assert_ok(db_savepoint_release(p->db));
	assert_err(db_commit(p->db), ERR_INTERNAL);
	assert_ok(db_savepoint_release(p->db));
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 3);
}

/* What PostgreSQL cannot do, SQLite must not allow either: else a test on one tells nothing about the other. */
TEST(a_failed_savepoint_must_be_rolled_back)
{
	assert_ok(db_begin(p->db));
	pots_add(p, 1, 1);
	assert_ok(db_savepoint(p->db));
	struct test_pot_add_in in = pot(1, "again");
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_EXISTS);
	struct test_pot_count_out n;
	assert_err(query_one(p->db, &test_pot_count, NULL, p->arena, &n), ERR_DB);
	assert_err(db_savepoint_release(p->db), ERR_DB);
	assert_err(db_savepoint(p->db), ERR_DB);
	assert_ok(db_savepoint_rollback(p->db));
	assert_int_equal(pot_count(p), 1);
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_EXISTS);
	assert_true(db_broken(p->db)); /* no savepoint is left */
	assert_err(db_commit(p->db), ERR_DB);
	db_rollback(p->db);
	assert_false(db_broken(p->db));
	assert_int_equal(pot_count(p), 0);
}

TEST(a_lazy_transaction_is_one_like_the_others)
{
	assert_ok(db_begin_lazy(p->db));
	assert_err(db_begin_lazy(p->db), ERR_INTERNAL);
	pots_add(p, 1, 2);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 2);
	assert_ok(db_begin_lazy(p->db));
	pots_add(p, 3, 3);
	db_rollback(p->db);
	assert_ok(db_begin(p->db));
	pots_add(p, 4, 4);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 3);
}

TEST(other_errors_lose_the_transaction)
{
	assert_ok(db_begin(p->db));
	pots_add(p, 1, 1);
	assert_ok(db_savepoint(p->db));
	assert_err(query_run(p->db, &test_wrong_table, NULL, NULL), ERR_DB);
	assert_true(db_broken(p->db));
	assert_err(db_savepoint_rollback(p->db), ERR_DB);
	assert_err(query_run(p->db, &test_pot_sell, &(struct test_pot_get_in){ 4 }, NULL), ERR_DB);
	db_rollback(p->db);
	assert_int_equal(pot_count(p), 0);
}

/* What ends it behind our back must not let the rest go in piece by piece. */
TEST(a_transaction_that_is_gone_is_noticed)
{
	assert_ok(db_begin(p->db));
	pots_add(p, 1, 1);
	assert_ok(db_script(p->db, STR("ROLLBACK")));
	struct test_pot_add_in in = pot(2, "b");
	assert_err(query_run(p->db, &test_pot_add, &in, NULL), ERR_DB);
	assert_true(db_broken(p->db));
	db_rollback(p->db);
	assert_ok(db_begin(p->db));
	assert_ok(db_script(p->db, STR("ROLLBACK")));
	assert_err(db_savepoint(p->db), ERR_DB);
	db_rollback(p->db);
	assert_ok(db_begin(p->db));
	assert_ok(db_script(p->db, STR("ROLLBACK")));
	assert_err(db_commit(p->db), ERR_DB);
	db_rollback(p->db);
	assert_int_equal(pot_count(p), 0);
}

/* ---- threads ---- */

struct worker {
	struct place *p;
	struct db *db;
	int from, rounds;
	enum err err;
};

static void
worker_write(void *arg)
{
	struct worker *w = arg;
	for (int i = 0; !w->err && i < w->rounds; i++) {
		char name[20];
		snprintf(name, sizeof name, "pot %d", w->from + i);
		struct test_pot_add_in in = pot(w->from + i, name);
		w->err = db_begin(w->db);
		if (!w->err)
			w->err = query_run(w->db, &test_pot_add, &in, NULL);
		if (!w->err)
			w->err = db_commit(w->db);
	}
}

static void
worker_read(void *arg)
{
	struct worker *w = arg;
	int64_t last = 0;
	for (int i = 0; !w->err && i < w->rounds; i++) {
		struct seen seen = { 0 };
		w->err = query_each(w->db, &test_pot_list, &(struct test_pot_list_in){ .kind = STR_NONE }, see_pot, &seen);
		if (!w->err && seen.n < last)
			w->err = ERR_CONFLICT;
		last = seen.n;
	}
}

TEST(connections_work_side_by_side)
{
	struct worker w[] = { { p, NULL, 1, 100, OK }, { p, NULL, 1001, 100, OK }, { p, NULL, 0, 200, OK }, { p, NULL, 0, 200, OK } };
	struct thread *threads[4];
	for (int i = 0; i < 4; i++) {
		w[i].db = place_open(p, (struct db_options){ .read_only = i >= 2 });
		assert_int_equal(thread_start("worker", i < 2 ? worker_write : worker_read, &w[i], &threads[i]), OK);
	}
	for (int i = 0; i < 4; i++) {
		thread_join(threads[i]);
		assert_int_equal(w[i].err, OK);
		db_close(w[i].db);
	}
	assert_int_equal(pot_count(p), 200);
}

TEST(calls_out_of_place_are_refused)
{
	assert_err(db_commit(p->db), ERR_INTERNAL);
	assert_err(db_savepoint(p->db), ERR_INTERNAL);
	assert_err(db_savepoint_release(p->db), ERR_INTERNAL);
	assert_err(db_savepoint_rollback(p->db), ERR_INTERNAL);
	assert_ok(db_begin(p->db));
	assert_err(db_begin(p->db), ERR_INTERNAL);
	pots_add(p, 1, 1);
	assert_ok(db_commit(p->db));
	assert_int_equal(pot_count(p), 1);
}

/* ---- headers, limits ---- */

TEST(headers_are_compared)
{
	char why[400] = "";
	struct test_pot_get_out row;
	assert_err(query_run(p->db, &test_wrong_missing, NULL, NULL), ERR_INTERNAL);
	assert_non_null(strstr(db_error(p->db), "colour"));
	assert_err(query_run(p->db, &test_wrong_extra, NULL, NULL), ERR_INTERNAL);
	pots_add(p, 1, 1);
	struct test_pot_add_in in = pot(2, "no price");
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	assert_ok(query_one(p->db, &test_wrong_null, &(struct test_wrong_null_in){ 1 }, p->arena, &row));
	assert_err(query_one(p->db, &test_wrong_null, &(struct test_wrong_null_in){ 2 }, p->arena, &row), ERR_INTERNAL);
	assert_string_equal(db_error(p->db), "test_wrong_null: column price is NULL");
	assert_err(query_run(p->db, &test_wrong_kind, NULL, NULL), ERR_INTERNAL);
	assert_non_null(strstr(db_error(p->db), "test_wrong_kind: column name is "));

	assert_err(db_check_query(p->db, &test_wrong_missing, NULL, why), ERR_DB);
	assert_non_null(strstr(why, "colour"));
	assert_err(db_check_query(p->db, &test_wrong_extra, NULL, why), ERR_DB);
	assert_err(db_check_query(p->db, &test_wrong_table, NULL, why), ERR_DB);
	assert_non_null(strstr(why, "no_such_table"));
	assert_err(db_check_query(p->db, &test_record, NULL, why), ERR_NOT_SUPPORTED);
	assert_ok(db_check_query(p->db, &test_pot_get, NULL, why));
	for (const struct query *const *q = db_migrate_queries; *q; q++)
		assert_int_equal(db_check_query(p->db, *q, NULL, why), (*q)->sql[p->kind] ? OK : ERR_NOT_SUPPORTED);
}

TEST(long_statements_end)
{
	struct db *db = place_open(p, (struct db_options){ .statement_ms = 50 });
	struct seen seen = { 0 };
	enum err e = query_each(db, &test_numbers, &(struct test_numbers_in){ INT64_MAX }, see_number, &seen);
	assert_int_equal(e, ERR_TIMEOUT);
	assert_int_equal(db_begin(db), OK);
	assert_int_equal(query_each(db, &test_numbers, &(struct test_numbers_in){ INT64_MAX }, see_number, &seen), ERR_TIMEOUT);
	assert_true(db_broken(db));
	db_rollback(db);
	assert_int_equal(query_each(db, &test_numbers, &(struct test_numbers_in){ 10 }, see_number, &seen), OK);
	db_close(db);
}

TEST(readers_do_not_write_and_see_one_snapshot)
{
	struct db *reader = place_open(p, (struct db_options){ .read_only = true });
	struct test_pot_count_out n;
	assert_int_equal(query_run(reader, &test_shop_add, &(struct test_shop_add_in){ 5, STR("x") }, NULL), ERR_DB);
	assert_int_equal(db_begin(reader), OK);
	assert_int_equal(query_one(reader, &test_pot_count, NULL, p->arena, &n), OK);
	pots_add(p, 1, 3);
	assert_int_equal(query_one(reader, &test_pot_count, NULL, p->arena, &n), OK);
	assert_int_equal(n.n, 0);
	assert_int_equal(db_commit(reader), OK);
	assert_int_equal(query_one(reader, &test_pot_count, NULL, p->arena, &n), OK);
	assert_int_equal(n.n, 3);
	db_close(reader);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH(values_come_back),
		ON_BOTH(no_value_comes_back_as_none),
		ON_BOTH(bad_text_is_refused),
		ON_BOTH(one_row_or_none_or_too_many),
		ON_BOTH(optional_filters),
		ON_BOTH(each_may_end_it),
		ON_BOTH(each_may_not_use_the_connection),
		ON_BOTH(changed_rows_are_counted),
		ON_BOTH(many_rows),
		ON_BOTH(each_database_has_its_text),
		ON_BOTH(full_arena_is_an_error),
		ON_BOTH(constraints_have_their_errors),
		ON_BOTH(commit_keeps_and_rollback_drops),
		ON_BOTH(one_savepoint_fails_the_others_stay),
		ON_BOTH(savepoints_nest),
		ON_BOTH(a_failed_savepoint_must_be_rolled_back),
		ON_BOTH(a_lazy_transaction_is_one_like_the_others),
		ON_BOTH(other_errors_lose_the_transaction),
		ON_BOTH(calls_out_of_place_are_refused),
		ON_BOTH(a_transaction_that_is_gone_is_noticed),
		ON_BOTH(connections_work_side_by_side),
		ON_BOTH(headers_are_compared),
		ON_BOTH(long_statements_end),
		ON_BOTH(readers_do_not_write_and_see_one_snapshot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
