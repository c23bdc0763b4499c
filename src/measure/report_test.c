/* The report when memory or the database gives out: an error, never a shorter report, and nothing left behind. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/place_kit.h"
#include "measure/report.h"

#define CENTRE \
    "INSERT INTO shop (id, key, name, visitor_key, created_at) VALUES (1, 's', 'S', 'k', 0);" \
    "INSERT INTO team_group (id, key, name, created_at) VALUES (5, 'g', 'G', 0);" \
    "INSERT INTO person (id, key, name, group_id, created_at) VALUES (2, 'a', 'A', 5, 0), (3, 'b', 'B', NULL, 0);" \
    "INSERT INTO customer (id, shop_id, key, created_at) VALUES (7, 1, 'c', 0), (8, 1, 'd', 0), (9, 1, 'b', 0);" \
    "INSERT INTO session (id, shop_id, customer_id, state, agent_id, seq, started_at, queued_at, last_at, closed_at)" \
    " SELECT id + 10, 1, id, 'closed', 2, 3, 1772416800000, 0, 1772416860000, 1772416860000 FROM customer;" \
    "INSERT INTO message (id, session_id, seq, at, sender, person_id, kind, text)" \
    " SELECT id * 10 + 1, id, 1, 1772416800000, 'customer', 2, 'text', 'hello' FROM session" \
    " UNION ALL SELECT id * 10 + 2, id, 2, 1772416830000, 'agent', 2, 'text', '你好' FROM session" \
    " UNION ALL SELECT id * 10 + 3, id, 3, 1772416860000, 'customer', 3, 'text', 'thanks' FROM session;" \
    "INSERT INTO transfer (id, session_id, at, from_id, to_person_id) SELECT id + 100, id, 1772416850000, 2, 3 FROM session;" \
    "INSERT INTO rating (id, session_id, shop_id, customer_id, person_id, at, score, source) VALUES (1, 17, 1, 7, 2, 1772416870000, 5, 'own');"

static struct report_ask
ask(uint32_t by)
{
	struct report_ask a = { .by = by, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR, .now = 4102444800000, .scope = STR("all"),
	    .lang = "en" };
	assert_true(date_parse(STR("2026-03-02"), &a.from));
	a.to = a.from;
	measure_rules_default(&a.rules);
	return a;
}

/* Everything once: rules, report, JSON and CSV. */
static enum err
whole(struct db *db, uint32_t by, struct buf *out)
{
	struct report_ask a = ask(by);
	struct report r = { 0 };
	struct json_writer w;
	enum err e = report_rules(db, a.now, &a.rules);
	if (!e)
		e = report_make(db, &a, &r);
	jw_init(&w, out);
	jw_object(&w);
	if (!e && by != BY_SESSION)
		e = report_json(&r, STR_NONE, &w);
	jw_end(&w);
	if (!e)
		e = jw_finish(&w);
	if (!e && by != BY_SESSION)
		e = report_csv(&r, STR_NONE, true, out);
	report_free(&r);
	return e;
}

static void
walk(void (*fail_after)(long n), enum err wanted)
{
	struct db *db = place(CENTRE);
	static const uint32_t asks[] = { BY_AGENT, BY_SHOP | BY_CHANNEL | BY_HOUR, BY_GROUP | BY_CATEGORY | BY_WEEKDAY, BY_DAY | BY_WEEK | BY_MONTH, BY_SESSION };
	for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
		uint32_t by = asks[i];
		struct buf good, out;
		long n = 1;
		buf_init(&good, 1 << 20);
		buf_init(&out, 1 << 20);
		assert_int_equal(whole(db, by, &good), OK);
		for (;; n++) {
			buf_clear(&out);
			fail_after(n);
			enum err e = whole(db, by, &out);
			fail_after(0);
			if (!e)
				break;
			assert_int_equal(e, wanted);
			if (db_broken(db))
				db_rollback(db);
		}
		assert_true(n > 5);
		assert_true(str_eq(buf_str(&good), buf_str(&out)));
		buf_free(&good);
		buf_free(&out);
	}
	place_remove(db);
}

static void
memory_fails(long n)
{
	mem_fail_after(n);
}

static void
database_fails(long n)
{
	db_fail_after(n, ERR_DB);
}

static void
memory_running_out_is_an_error(void **state)
{
	(void)state;
	walk(memory_fails, ERR_NO_MEMORY);
}

static void
a_database_giving_out_is_an_error(void **state)
{
	(void)state;
	walk(database_fails, ERR_DB);
}

static void
what_it_says(void **state)
{
	(void)state;
	struct db *db = place(CENTRE);
	struct report_ask a = ask(BY_AGENT);
	struct report r;
	assert_int_equal(report_make(db, &a, &r), OK);
	assert_int_equal(r.messages, 9);
	assert_int_equal(r.filtered[FILTER_STAFF], 2); /* customer b is a colleague: his pairs with A and B */
	const struct metric *m = metric_find(STR("receive_num"), &a.rules);
	assert_int_equal(report_value(&r, &r.rows[0], m).sum, 2);
	m = metric_find(STR("avg_reply_time"), &a.rules);
	assert_int_equal(report_value(&r, &r.rows[0], m).v, 30000);
	m = metric_find(STR("reply_time_p90"), &a.rules);
	assert_int_equal(report_value(&r, &r.rows[0], m).v, 30000);
	m = metric_find(STR("max_concurrent"), &a.rules);
	assert_int_equal(report_value(&r, &r.rows[0], m).v, 2);
	assert_int_equal(r.row_count, 3);
	report_free(&r);
	place_remove(db);
}

/* So many of the first rows left out, at most so many: as JSON, how many rows are in it, and what comes next (0: nothing). */
static void
page(struct db *db, size_t skip, size_t limit, size_t bytes, size_t rows, int64_t next)
{
	struct report_ask a = ask(BY_AGENT);
	struct report r;
	struct json_writer w;
	struct buf out;
	const struct json *v;
	struct arena *arena = arena_new(1 << 20);
	a.skip = skip;
	a.limit = limit;
	a.order = metric_find(STR("consult_num"), &a.rules);
	a.descending = true;
	buf_init(&out, 1 << 20);
	jw_init(&w, &out);
	assert_int_equal(report_make(db, &a, &r), OK);
	jw_object(&w);
	assert_int_equal(report_json_page(&r, STR("consult_num"), bytes, &w), OK);
	jw_end(&w);
	assert_int_equal(jw_finish(&w), OK);
	assert_int_equal(json_parse(arena, buf_str(&out), &v, NULL), OK);
	assert_int_equal(json_count(json_get(v, "rows")), rows);
	assert_int_equal(json_int(json_get(json_get(v, "header"), "rows"), 0), 2);
	assert_non_null(json_get(v, "total"));
	struct str text = json_text(json_get(v, "next"));
	int64_t n = 0;
	assert_true(next ? str_int(text, &n) && n == next : !text.n);
	report_free(&r);
	buf_free(&out);
	arena_free(arena);
}

static void
rows_come_in_pages(void **state)
{
	(void)state;
	struct db *db = place(CENTRE);
	page(db, 0, 0, SIZE_MAX, 2, 0);
	page(db, 0, 1, SIZE_MAX, 1, 1);
	page(db, 0, 2, 1, 1, 1);
	page(db, 1, 0, 1, 1, 0);
	page(db, 2, 0, SIZE_MAX, 0, 0);
	page(db, SIZE_MAX, 5, SIZE_MAX, 0, 0);
	place_remove(db);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_says),
		cmocka_unit_test(rows_come_in_pages),
		cmocka_unit_test(memory_running_out_is_an_error),
		cmocka_unit_test(a_database_giving_out_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
