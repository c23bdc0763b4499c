#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "search/bigram.h"

static void
expect(void (*print)(struct buf *, struct str), const char *text, const char *terms)
{
	struct buf b;
	buf_init(&b, 4096);
	print(&b, str_of(text));
	buf_char(&b, 0);
	assert_string_equal(b.p, terms);
	buf_free(&b);
}

static void
expect_query(bool (*print)(struct buf *, struct str), const char *text, const char *query)
{
	struct buf b;
	buf_init(&b, 4096);
	assert_int_equal(print(&b, str_of(text)), query[0] != 0);
	buf_char(&b, 0);
	assert_string_equal(b.p, query);
	buf_free(&b);
}

static void
a_text_becomes_pairs(void **state)
{
	(void)state;
	expect(bigram_terms, "七天无理由", "七天 天无 无理 理由 由");
	expect(bigram_terms, "好", "好");
	expect(bigram_terms, "XL码,有吗？", "xl 码 有吗 吗");
	expect(bigram_terms, "ＡＢＣ１２", "abc12");
	expect(bigram_terms, "订单 100200300 😀", "订单 单 100200300");
	expect(bigram_terms, "", "");
	expect(bigram_tsvector, "退货吗", "'退货':1 '货吗':2 '吗':3 ");
}

static void
a_query_becomes_phrases(void **state)
{
	(void)state;
	expect_query(bigram_fts5, "退货", "body : \"退货\"");
	expect_query(bigram_fts5, "七天无理由", "body : \"七天 天无 无理 理由\"");
	expect_query(bigram_fts5, "退", "body : \"退\" *");
	expect_query(bigram_fts5, "退货 运费", "body : \"退货\" AND body : \"运费\"");
	expect_query(bigram_fts5, "XL 码数", "body : \"xl\" * AND body : \"码数\"");
	expect_query(bigram_tsquery, "七天无 10", "'七天' <-> '天无' & '10':*");
	expect_query(bigram_tsquery, "退货 退", "'退货' & '退':*");
}

static void
a_query_cannot_break_out(void **state)
{
	(void)state;
	expect_query(bigram_fts5, "\" OR tags : s1 *", "body : \"or\" * AND body : \"tags\" * AND body : \"s1\" *");
	expect_query(bigram_tsquery, "'a' | !b", "'a':* & 'b':*");
	expect_query(bigram_fts5, "？！😀", "");
	expect_query(bigram_fts5, "", "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_becomes_pairs),
		cmocka_unit_test(a_query_becomes_phrases),
		cmocka_unit_test(a_query_cannot_break_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
