#include "db/place_test.h"

#include "base/banned.h"

/* A connection that the server knows by name, so that another can end it. */
static struct db *
victim_open(struct place *p)
{
	struct place v = *p;
	assert_true(snprintf(v.url, sizeof v.url, "%s&application_name=antball_victim", p->url) < (int)sizeof v.url);
	return place_open(&v, (struct db_options){ 0 });
}

static void
victim_end(struct place *p)
{
	assert_ok(db_script(p->db, STR("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
	                               " WHERE application_name = 'antball_victim'")));
	usleep(200000);
}

TEST(a_lost_connection_is_opened_again)
{
	struct db *victim = victim_open(p);
	struct test_shop_add_in row = { 1, STR("a") };
	assert_int_equal(query_run(victim, &test_shop_add, &row, NULL), OK);
	victim_end(p);
	row.id = 2;
	assert_int_equal(query_run(victim, &test_shop_add, &row, NULL), ERR_BUSY); /* not known whether it ran */
	assert_int_equal(query_run(victim, &test_shop_add, &row, NULL), OK);
	victim_end(p);
	assert_int_equal(db_begin(victim), OK);
	row.id = 3;
	assert_int_equal(query_run(victim, &test_shop_add, &row, NULL), OK);
	assert_int_equal(db_commit(victim), OK);
	db_close(victim);
}

TEST(a_connection_lost_in_a_transaction_loses_it)
{
	struct db *victim = victim_open(p);
	struct test_pot_add_in in = pot(1, "a");
	assert_int_equal(db_begin(victim), OK);
	assert_int_equal(db_savepoint(victim), OK);
	assert_int_equal(query_run(victim, &test_pot_add, &in, NULL), OK);
	victim_end(p);
	assert_int_equal(db_savepoint_release(victim), ERR_BUSY);
	assert_true(db_broken(victim));
	assert_int_equal(query_run(victim, &test_pot_add, &in, NULL), ERR_DB);
	assert_int_equal(db_commit(victim), ERR_DB);
	db_rollback(victim);
	assert_int_equal(pot_count(p), 0);
	assert_int_equal(db_begin(victim), OK);
	assert_int_equal(query_run(victim, &test_pot_add, &in, NULL), OK);
	assert_int_equal(db_commit(victim), OK);
	assert_int_equal(pot_count(p), 1);
	db_close(victim);
}

TEST(an_unreachable_server_says_so)
{
	struct db *db = p->db;
	char why[200] = "";
	assert_int_equal(db_open("postgresql://antball@127.0.0.1:1/antball", NULL, &db, why), ERR_BUSY);
	assert_non_null(strstr(why, "PostgreSQL: "));
}

TEST(a_locked_row_is_busy)
{
	struct db *other = place_open(p, (struct db_options){ .busy_ms = 50 });
	struct test_pot_add_in in = pot(1, "a");
	assert_ok(query_run(p->db, &test_pot_add, &in, NULL));
	assert_ok(db_begin(p->db));
	assert_ok(query_run(p->db, &test_pot_sell, &(struct test_pot_get_in){ 1 }, NULL));
	assert_int_equal(db_begin(other), OK);
	assert_int_equal(query_run(other, &test_pot_sell, &(struct test_pot_get_in){ 1 }, NULL), ERR_BUSY);
	assert_true(db_broken(other));
	db_rollback(other);
	assert_ok(db_commit(p->db));
	db_close(other);
}

TEST(check_sql_knows_the_types)
{
	char why[400] = "";
	assert_err(db_check_query(p->db, &test_wrong_kind, NULL, why), ERR_DB);
	assert_err(db_check_query(p->db, &test_wrong_sum, NULL, why), ERR_DB);
	assert_string_equal(why, "test_wrong_sum: column n is of another type (pg_type 1700)");
	for (int i = 0; i < 3; i++) /* checking leaves nothing behind */
		assert_ok(db_check_query(p->db, &test_pot_get, NULL, why));
}

TEST(a_mismatch_can_be_tried_again)
{
	assert_err(query_run(p->db, &test_wrong_sum, NULL, NULL), ERR_INTERNAL);
	assert_err(query_run(p->db, &test_wrong_sum, NULL, NULL), ERR_INTERNAL);
	assert_int_equal(pot_count(p), 0);
}

TEST(care_of_files_is_not_ours)
{
	char why[200] = "";
	assert_err(db_backup(p->db, "/tmp/never", why), ERR_NOT_SUPPORTED);
	assert_err(db_check(p->db, why), ERR_NOT_SUPPORTED);
	assert_ok(db_checkpoint(p->db, true));
	assert_ok(db_analyze(p->db));
	assert_int_equal(db_wal_bytes(p->db), 0);
}

static enum err
stop_at_once(void *ctx, const void *row)
{
	(void)ctx, (void)row;
	return ERR_CONFLICT;
}

/* Without a transaction the server is told to stop: this would take minutes otherwise. */
TEST(rows_nobody_wants_are_cancelled)
{
	assert_err(query_each(p->db, &test_numbers, &(struct test_numbers_in){ 300000000 }, stop_at_once, NULL), ERR_CONFLICT);
	assert_int_equal(pot_count(p), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_POSTGRES(a_lost_connection_is_opened_again),
		ON_POSTGRES(a_connection_lost_in_a_transaction_loses_it),
		ON_POSTGRES(an_unreachable_server_says_so),
		ON_POSTGRES(a_locked_row_is_busy),
		ON_POSTGRES(check_sql_knows_the_types),
		ON_POSTGRES(a_mismatch_can_be_tried_again),
		ON_POSTGRES(care_of_files_is_not_ours),
		ON_POSTGRES(rows_nobody_wants_are_cancelled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
