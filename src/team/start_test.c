/* A fresh record gets what is built in, once, whatever fails on the way; and a shop's hours come out of it as they went in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/start.h"
#include "base/clock.h"
#include "base/mem.h"
#include "team/features.h"
#include "team/hours_load.h"
#include "team/hours_sql.h"
#include "team/label_sql.h"
#include "team/role_sql.h"
#include "team/settings.h"
#include "team/settings_sql.h"
#include "team/shop_sql.h"

/* After app.h: it has a macro of the name fail. */
#include <cmocka.h>

#include "base/banned.h"

const struct feature *const all_features[] = { &team_settings_feature, &team_role_feature, &team_label_feature, &team_login_feature };
const size_t all_features_count = sizeof all_features / sizeof *all_features;

static char folder[64], file[100];
static struct db *db;

static int
setup(void **state)
{
	(void)state;
	char why[200] = "";
	snprintf(folder, sizeof folder, "/tmp/antball-team-XXXXXX");
	if (!mkdtemp(folder))
		return 1;
	snprintf(file, sizeof file, "%s/centre.db", folder);
	return app_open_db(file, true, &db, why) ? 1 : 0;
}

static int
teardown(void **state)
{
	(void)state;
	char path[120];
	static const char *const ends[] = { "", "-wal", "-shm" };
	db_fail_after(0, OK);
	mem_fail_after(0);
	db_close(db);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s%s", file, ends[i]);
		unlink(path);
	}
	return rmdir(folder);
}

static enum err
count_row(void *ctx, const void *row)
{
	(void)row;
	++*(int *)ctx;
	return OK;
}

static int
count(const struct query *q)
{
	int n = 0;
	assert_int_equal(query_each(db, q, NULL, count_row, &n), OK);
	return n;
}

static void
what_is_built_in_comes_once(void **state)
{
	(void)state;
	char why[200] = "";
	for (int i = 0; i < 2; i++) {
		assert_int_equal(app_seed(db, why), OK);
		assert_int_equal(count(&role_list), 9);
		assert_int_equal(count(&category_list), 11);
	}
}

static void
every_failing_step_is_told_and_mended_by_the_next_start(void **state)
{
	(void)state;
	char why[200] = "";
	long n = 1;
	for (;; n++) {
		db_fail_after(n, ERR_DISK_FULL);
		enum err e = app_seed(db, why);
		db_fail_after(0, OK);
		if (!e)
			break;
		assert_int_equal(e, ERR_DISK_FULL);
		assert_true(n < 500);
	}
	assert_true(n > 10);
	assert_int_equal(count(&role_list), 9);
	assert_int_equal(count(&category_list), 11);
}

static void
every_failing_allocation_is_told(void **state)
{
	(void)state;
	char why[200] = "";
	long n = 1;
	assert_int_equal(app_seed(db, why), OK);
	for (;; n++) {
		mem_fail_after(n);
		enum err e = app_seed(db, why);
		mem_fail_after(0);
		if (!e)
			break;
		assert_int_equal(e, ERR_NO_MEMORY);
		assert_true(n < 500);
	}
	assert_true(n > 5);
}

static void
a_stored_setting_that_is_not_allowed_reads_as_its_default(void **state)
{
	(void)state;
	char why[200] = "";
	struct setting_put_in bad = { .name = STR("wrapup_s"), .value = STR("a lot"), .now = 1 }, gone = { .name = STR("of_old"), .value = STR("1"), .now = 1 };
	assert_int_equal(query_run(db, &setting_put, &bad, NULL), OK);
	assert_int_equal(query_run(db, &setting_put, &gone, NULL), OK);
	assert_int_equal(app_seed(db, why), OK);
	assert_int_equal(setting_int(NULL, SETTING_WRAPUP_S), 15);
	assert_true(setting_on(NULL, SETTING_RATING_INVITE));
	assert_int_equal(setting_text(NULL, SETTING_BUSINESS_NAME).n, 0);
}

static int64_t
at(const char *text)
{
	int64_t ms = 0;
	assert_true(time_parse_rfc3339(str_of(text), &ms));
	return ms;
}

static void
hours_come_back_as_stored(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 18);
	struct shop_hours h;
	struct shop_add_in shop = { .new_id = 7, .now = 1, .key = STR("a"), .name = STR("A"), .visitor_key = STR("k") };
	int64_t holiday = days_from_date(2026, 10, 1), makeup = days_from_date(2026, 10, 10);
	assert_int_equal(hours_load(db, a, 7, &h), ERR_NOT_FOUND);
	assert_int_equal(query_one(db, &shop_add, &shop, a, &(struct shop_add_out){ 0 }), OK);
	assert_int_equal(hours_load(db, a, 7, &h), OK);
	assert_true(shop_hours_open(&h, at("2026-10-05T03:00:00+08:00")));

	for (int day = 1; day <= 5; day++)
		assert_int_equal(query_run(db, &hours_span_add, &(struct hours_span_add_in){ day, 7, day, 540, 1080 }, NULL), OK);
	struct hours_day_add_in off = { .id = 1, .shop_id = 7, .day = holiday, .note = STR("国庆") };
	struct hours_day_add_in on = { .id = 2, .shop_id = 7, .day = makeup, .like_weekday_set = true, .like_weekday = 1, .note = STR("调休") };
	assert_int_equal(query_run(db, &hours_day_add, &off, NULL), OK);
	assert_int_equal(query_run(db, &hours_day_add, &on, NULL), OK);
	assert_int_equal(hours_load(db, a, 7, &h), OK);
	assert_true(shop_hours_open(&h, at("2026-09-30T10:00:00+08:00")));
	assert_false(shop_hours_open(&h, at("2026-10-01T10:00:00+08:00")));
	assert_true(shop_hours_open(&h, at("2026-10-10T10:00:00+08:00")));
	assert_false(shop_hours_open(&h, at("2026-10-11T10:00:00+08:00")));
	assert_true(shop_hours_next(&h, at("2026-10-01T10:00:00+08:00")) == at("2026-10-02T09:00:00+08:00"));

	struct shop_change_in closed = { .shop_id = 7, .now = 5, .closed_set = true, .closed = true };
	assert_int_equal(query_run(db, &shop_change, &closed, NULL), OK);
	assert_int_equal(hours_load(db, a, 7, &h), OK);
	assert_false(shop_hours_open(&h, at("2026-09-30T10:00:00+08:00")));
	assert_true(shop_hours_next(&h, at("2026-09-30T10:00:00+08:00")) == HOURS_NEVER);
	arena_free(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_is_built_in_comes_once, setup, teardown),
		cmocka_unit_test_setup_teardown(every_failing_step_is_told_and_mended_by_the_next_start, setup, teardown),
		cmocka_unit_test_setup_teardown(every_failing_allocation_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(a_stored_setting_that_is_not_allowed_reads_as_its_default, setup, teardown),
		cmocka_unit_test_setup_teardown(hours_come_back_as_stored, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
