#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "interchange/cell.h"
#include "interchange/pattern.h"
#include "interchange/reading.h"

static struct arena *arena;
static const struct zone *zone;

static int
begin(void **state)
{
	(void)state;
	arena = arena_new(64 << 20);
	return arena && zone_open(STR("Asia/Shanghai"), &zone) == OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static void
assert_text(struct str s, const char *wanted)
{
	char text[400];
	assert_true(s.n < sizeof text);
	memcpy(text, s.n ? s.p : "", s.n);
	text[s.n] = 0;
	assert_string_equal(text, wanted);
}

static void
formula_quote_apostrophe_and_blanks(void **state)
{
	(void)state;
	assert_text(cell_clean(arena, STR("=\"1234567890123456789\"")), "1234567890123456789");
	assert_text(cell_clean(arena, STR("'13800000000")), "13800000000");
	assert_text(cell_clean(arena, STR("\t 12345\t")), "12345");
	assert_text(cell_clean(arena, STR("\xe3\x80\x80 甲　乙\xc2\xa0")), "甲　乙");
	assert_text(cell_clean(arena, STR("=\"a\"\"b\"")), "a\"b");
	assert_text(cell_clean(arena, STR("'")), "'");
	assert_text(cell_clean(arena, STR("")), "");
}

static void
full_width_digits_and_brackets(void **state)
{
	(void)state;
	assert_text(cell_half(arena, STR("１２．５（元）　％")), "12.5(元) %");
	assert_text(cell_name(arena, STR(" 平均响应时间（秒） ")), "平均响应时间(秒)");
	assert_text(cell_name(arena, STR("订单付款时间 ")), "订单付款时间");
	assert_text(cell_name(arena, STR("Order ID")), "orderid");
}

static void
nothing_was_counted(void **state)
{
	static const char *const none[] = { "", "-", "--", "延迟统计", " 延迟统计 ", "N/A", "无", "/", NULL };
	(void)state;
	for (int i = 0; none[i]; i++)
		assert_true(cell_empty(str_of(none[i])));
	assert_false(cell_empty(STR("0")));
	assert_false(cell_empty(STR("-1")));
}

static void
tail_rows(void **state)
{
	static const char *const tails[] = { "汇总", "均值", "合计", "总计", "小计", "平均值", "合计：", "Total", "AVERAGE", NULL };
	(void)state;
	for (int i = 0; tails[i]; i++)
		assert_true(cell_tail(str_of(tails[i])));
	assert_false(cell_tail(STR("合计店铺")));
	assert_false(cell_tail(STR("小美")));
}

static void
money(void **state)
{
	static const struct {
		const char *text;
		int64_t cents;
	} rows[] = { { "12.00元", 1200 }, { "￥1,234.5", 123450 }, { "¥12", 1200 }, { "１２．３４", 1234 }, { "1.2万", 1200000 }, { "0.005", 1 }, { "-3.5", -350 },
		     { "'12.30", 1230 }, { "=\"7.10\"", 710 }, { "12.00 元", 1200 } };
	static const char *const bad[] = { "", "元", "12.3.4", "abc", "1e5", "12元3", NULL };
	int64_t n;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(cell_money(arena, str_of(rows[i].text), &n));
		assert_int_equal(n, rows[i].cents);
	}
	for (int i = 0; bad[i]; i++)
		assert_false(cell_money(arena, str_of(bad[i]), &n));
}

static void
counts_and_rates(void **state)
{
	int64_t n;
	(void)state;
	assert_true(cell_count(arena, STR("1,234人"), &n) && n == 1234);
	assert_true(cell_count(arena, STR("12.0"), &n) && n == 12);
	assert_false(cell_count(arena, STR("12.5"), &n));
	assert_true(cell_rate(arena, STR("0.9971"), false, &n) && n == 997100);
	assert_true(cell_rate(arena, STR("99.71%"), false, &n) && n == 997100);
	assert_true(cell_rate(arena, STR("９９.７１％"), false, &n) && n == 997100);
	assert_true(cell_rate(arena, STR("99.71"), true, &n) && n == 997100);
	assert_false(cell_rate(arena, STR("高"), false, &n));
}

static void
durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = { { "38.5", 38500 }, { "38.5秒", 38500 }, { "1分20秒", 80000 }, { "00:01:23", 83000 }, { "01:23", 83000 }, { "1小时2分", 3720000 },
		     { "850ms", 850 }, { "1m20s", 80000 } };
	int64_t n;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_true(cell_duration(arena, str_of(rows[i].text), &n));
		assert_int_equal(n, rows[i].ms);
	}
	assert_false(cell_duration(arena, STR("1:99:00"), &n));
	assert_false(cell_duration(arena, STR("很久"), &n));
	assert_false(cell_duration(arena, STR("-5"), &n));
}

static void
nineteen_digits(void **state)
{
	struct str s;
	(void)state;
	assert_int_equal(cell_number(arena, STR("1234567890123456789"), &s), OK);
	assert_text(s, "1234567890123456789");
	assert_int_equal(cell_number(arena, STR("=\"1234567890123456781\""), &s), OK);
	assert_text(s, "1234567890123456781");
	assert_int_equal(cell_number(arena, STR("1234567890123456789.0"), &s), OK);
	assert_text(s, "1234567890123456789");
	assert_int_equal(cell_number(arena, STR("240101-123456789012345"), &s), OK);
	assert_int_equal(cell_number(arena, STR("1.23456789012346E+18"), &s), ERR_TOO_LARGE);
	assert_int_equal(cell_number(arena, STR("1.5"), &s), ERR_BAD_FIELD);
	assert_int_equal(cell_number(arena, STR(""), &s), ERR_BAD_FIELD);
	assert_int_equal(cell_number(arena, STR("合计"), &s), ERR_BAD_FIELD);
}

/* Shanghai is eight hours ahead. */
static void
times(void **state)
{
	static const struct {
		const char *text;
		enum date_order order;
		int64_t ms;
	} rows[] = {
		{ "2026-01-02 10:11:12", DATE_UNKNOWN, 1767319872000 },   { "2026/1/2 10:11:12", DATE_UNKNOWN, 1767319872000 },
		{ "2026年1月2日 上午10:11:12", DATE_UNKNOWN, 1767319872000 }, { "2026.01.02 10时11分12秒", DATE_UNKNOWN, 1767319872000 },
		{ "20260102101112", DATE_UNKNOWN, 1767319872000 },        { "2026-01-02T10:11:12+08:00", DATE_UNKNOWN, 1767319872000 },
		{ "2026-01-02 10:11:12.345", DATE_UNKNOWN, 1767319872345 }, { "２０２６－０１－０２　１０：１１：１２", DATE_UNKNOWN, 1767319872000 },
		{ "01/02/2026 10:11:12 AM", DATE_MDY, 1767319872000 },    { "02/01/2026 10:11:12", DATE_DMY, 1767319872000 },
		{ "26-01-02 10:11:12", DATE_YMD, 1767319872000 },         { "1/2/2026 12:00 am", DATE_MDY, 1767283200000 },
		{ "2026-01-02", DATE_UNKNOWN, 1767283200000 },            { "2026年1月2日 星期五 下午3:04", DATE_UNKNOWN, 1767337440000 },
	};
	static const char *const bad[] = { "", "昨天", "2026-13-01", "2026-02-30", "2026-01-02 25:00", "2026-01-02 10:61", "1", "2026-01", "hello 2026-01-02", NULL };
	int64_t ms;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(cell_time(arena, str_of(rows[i].text), rows[i].order, false, zone, NULL, &ms), OK);
		assert_int_equal(ms, rows[i].ms);
	}
	for (int i = 0; bad[i]; i++)
		assert_int_equal(cell_time(arena, str_of(bad[i]), DATE_YMD, false, zone, NULL, &ms), ERR_BAD_FIELD);
}

static void
two_days_are_never_guessed(void **state)
{
	struct date_look look = { 0 };
	int64_t ms = 7;
	(void)state;
	assert_int_equal(cell_time(arena, STR("03/04/2026 10:00"), DATE_UNKNOWN, false, zone, &look, &ms), ERR_CONFLICT);
	assert_int_equal(ms, 7);
	assert_int_equal(look.open, 1);
	assert_int_equal(cell_time(arena, STR("25/04/2026 10:00"), DATE_UNKNOWN, false, zone, &look, &ms), ERR_CONFLICT);
	assert_int_equal(look.first_over_12, 1);
	assert_int_equal(cell_time(arena, STR("25/04/2026 10:00"), DATE_MDY, false, zone, &look, &ms), ERR_BAD_FIELD);
}

static void
day_numbers_of_a_workbook(void **state)
{
	int64_t ms;
	(void)state;
	assert_int_equal(cell_time(arena, STR("46024.42444444445"), DATE_UNKNOWN, true, zone, NULL, &ms), OK);
	assert_int_equal(ms, 1767319872000);
	assert_int_equal(cell_time(arena, STR("46024.42444444445"), DATE_UNKNOWN, false, zone, NULL, &ms), ERR_BAD_FIELD);
}

static void
patterns(void **state)
{
	struct pattern *p;
	struct pattern_hit hit;
	char why[120], many[64];
	(void)state;
	assert_int_equal(pattern_new(arena, STR("^(\\S+) \\d"), &p, why), OK);
	assert_int_equal(pattern_find(p, STR("小鱼 2026"), "speaker", &hit), OK);
	assert_int_equal(hit.part_to, 6);
	assert_int_equal(hit.to, 8);
	assert_int_equal(pattern_find(p, STR("小鱼"), "speaker", &hit), ERR_NOT_FOUND);
	assert_int_equal(pattern_new(arena, STR("与(?<customer>.+)的"), &p, why), OK);
	assert_int_equal(pattern_find(p, STR("与甲的"), "customer", &hit), OK);
	assert_int_equal(hit.part_from, 3);
	assert_int_equal(hit.part_to, 6);
	assert_int_equal(pattern_new(arena, STR("("), &p, why), ERR_BAD_FIELD);
	assert_true(strlen(why) > 0);
	assert_int_equal(pattern_new(arena, STR(""), &p, why), ERR_BAD_FIELD);
	memset(many, 'a', sizeof many - 1);
	many[sizeof many - 2] = '!';
	many[sizeof many - 1] = 0;
	assert_int_equal(pattern_new(arena, STR("^(a+)+$"), &p, why), OK);
	assert_int_equal(pattern_find(p, str_of(many), NULL, &hit), ERR_TIMEOUT);
}

static void
html(void **state)
{
	struct str s;
	(void)state;
	assert_int_equal(html_text(arena, STR("<style>p{x}</style><p>a&amp;b&#20320;&#x597d;<br/>c</p><script>if(1<2){}</script><div>d <b>e</b></div>"), &s), OK);
	assert_text(s, "a&b你好\nc\nd e\n");
	assert_int_equal(html_text(arena, STR("1 < 2 &unknown; <img src=x><table><tr><td>x</td><td>y</td></tr></table><!-- n"), &s), OK);
	assert_text(s, "1 < 2 &unknown;[图片]\nx\ty\t\n");
	assert_int_equal(html_text(arena, STR("<"), &s), OK);
	assert_text(s, "<");
	assert_int_equal(html_text(arena, STR(""), &s), OK);
	assert_text(s, "");
}

static void
columns(void **state)
{
	static const struct {
		const char *kind, *cells[12];
	} rows[] = {
		{ "orders", { "订单编号", "买家会员名", "买家应付货款", "买家应付邮费", "买家实际支付金额", "订单状态", "订单创建时间", "订单付款时间 ", "宝贝标题 " } },
		{ "orders", { "订单编号", "子订单编号", "买家实付金额", "商品标题", "退款金额", "商家备注", "备注标签", "订单创建时间" } },
		{ "refunds", { "退款编号", "订单编号", "退款申请时间", "买家退款金额" } },
		{ "figures", { "客服昵称", "日期", "咨询人数", "平均响应时间（秒）", "回复率(%)" } },
		{ "chats", { "发送人", "时间", "消息内容" } },
		{ NULL, { "甲", "乙", "丙" } },
	};
	bool percent;
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct str cells[12];
		size_t n = 0;
		for (; n < 12 && rows[i].cells[n]; n++)
			cells[n] = str_of(rows[i].cells[n]);
		const char *kind = table_kind_of(arena, cells, n);
		if (rows[i].kind)
			assert_string_equal(kind, rows[i].kind);
		else
			assert_null(kind);
	}
	assert_string_equal(metric_alias_find(arena, STR("平均响应时间（秒）"), &percent)->key, "avg_reply_time");
	assert_false(percent);
	assert_string_equal(metric_alias_find(arena, STR("回复率(%)"), &percent)->key, "reply_rate");
	assert_true(percent);
	assert_null(metric_alias_find(arena, STR("备注"), &percent));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formula_quote_apostrophe_and_blanks), cmocka_unit_test(full_width_digits_and_brackets), cmocka_unit_test(nothing_was_counted),
		cmocka_unit_test(tail_rows), cmocka_unit_test(money), cmocka_unit_test(counts_and_rates), cmocka_unit_test(durations),
		cmocka_unit_test(nineteen_digits), cmocka_unit_test(times), cmocka_unit_test(two_days_are_never_guessed),
		cmocka_unit_test(day_numbers_of_a_workbook), cmocka_unit_test(patterns), cmocka_unit_test(html), cmocka_unit_test(columns),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
