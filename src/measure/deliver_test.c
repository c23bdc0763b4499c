/* Deliveries: when they go, whom to, in which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "measure/deliver.h"

static struct arena *arena;

static int64_t
at(const char *text)
{
	int64_t ms;
	assert_true(time_parse_rfc3339(str_of(text), &ms));
	return ms;
}

static void
next_is(const char *schedule, const char *zone, const char *after, const char *wanted)
{
	struct schedule s;
	struct deliver_fault f;
	const struct zone *z;
	char text[25];
	assert_int_equal(schedule_read(arena, str_of(schedule), &s, &f), OK);
	assert_int_equal(zone_open(str_of(zone), &z), OK);
	int64_t got = schedule_next(&s, z, at(after));
	time_print_rfc3339(got, text);
	if (got != at(wanted))
		fail_msg("%s after %s gives %s", schedule, after, text);
}

static void
when_it_goes(void **state)
{
	(void)state;
	const char *shanghai = "Asia/Shanghai";
	next_is("{\"every\":\"daily\",\"at\":\"09:30\"}", shanghai, "2026-03-31T09:29:59+08:00", "2026-03-31T09:30:00+08:00");
	next_is("{\"every\":\"daily\",\"at\":\"09:30\"}", shanghai, "2026-03-31T09:30:00+08:00", "2026-04-01T09:30:00+08:00");
	next_is("{\"every\":\"daily\",\"at\":\"00:00\"}", shanghai, "2026-12-31T23:59:00+08:00", "2027-01-01T00:00:00+08:00");
	next_is("{\"every\":\"weekly\",\"at\":\"08:00\",\"weekday\":1}", shanghai, "2026-03-31T10:00:00+08:00", "2026-04-06T08:00:00+08:00");
	next_is("{\"every\":\"weekly\",\"at\":\"08:00\",\"weekday\":7}", shanghai, "2026-03-31T10:00:00+08:00", "2026-04-05T08:00:00+08:00");
	next_is("{\"every\":\"monthly\",\"at\":\"08:00\",\"day\":1}", shanghai, "2026-03-31T10:00:00+08:00", "2026-04-01T08:00:00+08:00");
	next_is("{\"every\":\"monthly\",\"at\":\"08:00\",\"day\":31}", shanghai, "2026-03-31T10:00:00+08:00", "2026-04-30T08:00:00+08:00");
	next_is("{\"every\":\"monthly\",\"at\":\"08:00\",\"day\":30}", shanghai, "2026-02-01T10:00:00+08:00", "2026-02-28T08:00:00+08:00");
	next_is("{\"every\":\"monthly\",\"at\":\"08:00\",\"day\":29}", shanghai, "2028-02-01T10:00:00+08:00", "2028-02-29T08:00:00+08:00");
	next_is("{\"every\":\"daily\",\"at\":\"02:30\"}", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"); /* a time that never comes */
	next_is("{\"every\":\"daily\",\"at\":\"02:30\"}", "Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-30T00:30:00Z");
}

static void
bad_schedules(void **state)
{
	(void)state;
	static const char *const all[] = { "[]", "{", "{\"every\":\"hourly\",\"at\":\"09:00\"}", "{\"every\":\"daily\"}", "{\"every\":\"daily\",\"at\":\"9:00\"}",
		"{\"every\":\"daily\",\"at\":\"24:00\"}", "{\"every\":\"daily\",\"at\":\"09:60\"}", "{\"every\":\"weekly\",\"at\":\"09:00\",\"weekday\":0}",
		"{\"every\":\"weekly\",\"at\":\"09:00\",\"weekday\":8}", "{\"every\":\"monthly\",\"at\":\"09:00\",\"day\":32}", "{\"at\":\"09:00\"}" };
	struct schedule s;
	struct deliver_fault f;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(schedule_read(arena, str_of(all[i]), &s, &f), ERR_BAD_FIELD);
		assert_string_equal(f.field, "schedule");
	}
}

static void
longer_and_longer(void **state)
{
	(void)state;
	assert_int_equal(deliver_backoff(1), 2000);
	assert_int_equal(deliver_backoff(2), 10000);
	for (int64_t i = 1; i < 20; i++)
		assert_true(deliver_backoff(i + 1) >= deliver_backoff(i) && deliver_backoff(i) <= 2000LL * 78125);
}

static void
addresses(void **state)
{
	(void)state;
	struct str list[ADDRESSES_MAX];
	size_t n;
	assert_true(addresses_read(STR("a@b.cn, boss+x@sub.example.com"), list, &n));
	assert_int_equal(n, 2);
	assert_true(str_eqz(list[1], "boss+x@sub.example.com"));
	static const char *const bad[] = { "", "a", "a@b", "@b.cn", "a@", "a@b@c.cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "<a@b.cn>", "a@.cn", "a@b.", "a@b.cn,", "a@b.cn;c@d.cn" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(addresses_read(str_of(bad[i]), list, &n));
}

static struct value
is(double v)
{
	return (struct value){ .set = true, .v = v };
}

static void
figures(void **state)
{
	(void)state;
	const struct {
		enum unit unit;
		struct value v;
		const char *zh, *en;
	} all[] = {
		{ UNIT_MS, is(38240), "38.2 秒", "38.2 s" },
		{ UNIT_RATIO, is(0.9714), "97.1 %", "97.1 %" },
		{ UNIT_COUNT, is(1234567), "1,234,567", "1,234,567" },
		{ UNIT_COUNT, is(999), "999", "999" },
		{ UNIT_MONEY, is(123456), "1234.56", "1234.56" },
		{ UNIT_COUNT, { 0 }, "-", "-" },
		{ UNIT_RATIO, { .pending = true }, "延迟统计", "pending" },
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		for (int zh = 0; zh < 2; zh++) {
			struct buf b;
			buf_init(&b, 100);
			figure_text(&b, all[i].unit, all[i].v, zh);
			assert_true(str_eqz(buf_str(&b), zh ? all[i].zh : all[i].en));
			buf_free(&b);
		}
}

static void
the_digest(void **state)
{
	(void)state;
	const struct digest_figure figures[] = {
		{ STR("平均响应"), UNIT_MS, DIRECTION_DOWN, is(30000), is(20000) },
		{ STR("回复率"), UNIT_RATIO, DIRECTION_UP, is(0.99), is(0.98) },
		{ STR("接待人数"), UNIT_COUNT, DIRECTION_NONE, is(1200), is(0) },
		{ STR("一次解决率"), UNIT_RATIO, DIRECTION_UP, { .pending = true }, is(1) },
	};
	const struct str odd[] = { STR("李娜 14:00-15:00 平均响应 212 秒") };
	const struct digest_place top[] = { { 1, STR("王芳"), STR("奖金 500"), 97.5 }, { 2, STR("李娜"), STR(""), 90 } };
	struct digest d = { true, STR("日报"), STR("2026-03-30"), STR("2026-03-23"), figures, 4, odd, 1, top, 2 };
	struct buf b;
	buf_init(&b, 10000);
	digest_text(&d, &b);
	assert_true(str_eqz(buf_str(&b), "日报 2026-03-30\n对比 2026-03-23\n平均响应：30.0 秒（↑50 %，变差）\n回复率：99.0 %（↑1.0 个百分点，变好）\n"
	                                 "接待人数：1,200\n一次解决率：延迟统计\n\n异常\n· 李娜 14:00-15:00 平均响应 212 秒\n\n"
	                                 "综合评分前列\n1. 王芳 97.50 分（奖金 500）\n2. 李娜 90.00 分\n"));
	buf_clear(&b);
	d = (struct digest){ .zh = false, .title = STR("Daily"), .day = STR("x"), .before = STR("y"), .figures = figures, .figure_count = 1 };
	digest_text(&d, &b);
	assert_true(str_eqz(buf_str(&b), "Daily x\nCompared with y\n平均响应: 30.0 s (↑50 %, worse)\n\nUnusual\nNothing unusual was found\n"));
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_it_goes), cmocka_unit_test(bad_schedules), cmocka_unit_test(longer_and_longer),
		cmocka_unit_test(addresses),    cmocka_unit_test(figures),       cmocka_unit_test(the_digest),
	};
	arena = arena_new(1 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
