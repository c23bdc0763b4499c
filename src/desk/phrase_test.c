#include "desk/phrase.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/banned.h"

static void
the_marketplaces_file_is_read(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct phrase_reader r;
	struct phrase p;
	enum err e;
	/* GB18030: 快捷短语编码,快捷短语,快捷短语分组 / hy,欢迎光临,迎客 */
	static const char gb[] = "\xbf\xec\xbd\xdd\xb6\xcc\xd3\xef\xb1\xe0\xc2\xeb,\xbf\xec\xbd\xdd\xb6\xcc\xd3\xef,\xbf\xec\xbd\xdd\xb6\xcc\xd3\xef\xb7\xd6\xd7\xe9\r\n"
				 "hy,\xbb\xb6\xd3\xad\xb9\xe2\xc1\xd9,\xd3\xad\xbf\xcd\r\n";
	struct str text;
	assert_int_equal(text_decode(a, (struct str){ gb, sizeof gb - 1 }, &text), OK);
	assert_int_equal(phrase_reader_start(&r, a, text), OK);
	assert_true(phrase_reader_next(&r, &p, &e));
	assert_true(str_eqz(p.code, "hy"));
	assert_true(str_eqz(p.text, "欢迎光临"));
	assert_true(str_eqz(p.folder, "迎客"));
	assert_false(phrase_reader_next(&r, &p, &e));
	assert_int_equal(e, OK);
	arena_free(a);
}

static void
columns_may_come_in_any_order_and_blank_lines_are_nothing(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct phrase_reader r;
	struct phrase p;
	enum err e;
	assert_int_equal(phrase_reader_start(&r, a, STR("快捷短语,其他,快捷短语编码\n你好,x,nh\n,,\n\n\"他说\"\"好\"\"\n再见\",,\n")), OK);
	assert_true(phrase_reader_next(&r, &p, &e));
	assert_true(str_eqz(p.code, "nh"));
	assert_true(str_eqz(p.folder, ""));
	assert_true(phrase_reader_next(&r, &p, &e));
	assert_true(str_eqz(p.text, "他说\"好\"\n再见"));
	assert_false(phrase_reader_next(&r, &p, &e));
	assert_int_equal(phrase_reader_start(&r, a, STR("a,b\n1,2\n")), ERR_BAD_FIELD);
	assert_int_equal(phrase_reader_start(&r, a, STR("")), ERR_BAD_FIELD);
	assert_int_equal(phrase_reader_start(&r, a, STR("快捷短语\n\"no end")), OK);
	assert_false(phrase_reader_next(&r, &p, &e));
	assert_int_equal(e, ERR_BAD_FIELD);
	arena_free(a);
}

static void
what_is_written_is_read_back(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	const struct phrase list[] = { { STR("a1"), STR("亲，\"有货\"的\n放心拍"), STR("售前,常用") }, { STR(""), STR("好的"), STR("") } };
	struct buf b;
	struct str text;
	struct phrase_reader r;
	struct phrase p;
	enum err e;
	buf_init(&b, 4096);
	phrase_file_start(&b);
	for (int i = 0; i < 2; i++)
		phrase_file_line(&b, &list[i]);
	assert_true(str_starts(buf_str(&b), STR("\xef\xbb\xbf")));
	assert_int_equal(text_decode(a, buf_str(&b), &text), OK);
	assert_int_equal(phrase_reader_start(&r, a, text), OK);
	for (int i = 0; i < 2; i++) {
		assert_true(phrase_reader_next(&r, &p, &e));
		assert_int_equal(phrase_content(&p), phrase_content(&list[i]));
		assert_true(str_eq(p.text, list[i].text));
	}
	buf_free(&b);
	arena_free(a);
}

static void
phrases_have_limits_and_an_identity(void **state)
{
	(void)state;
	struct phrase p = { STR(" hy "), STR(" 欢迎 "), STR_NONE };
	assert_null(phrase_clean(&p));
	assert_true(str_eqz(p.code, "hy") && str_eqz(p.text, "欢迎") && p.folder.p);
	struct phrase same_code = { STR("hy"), STR("您好"), STR("x") }, no_code = { STR(""), STR("hy"), STR("") };
	assert_int_equal(phrase_identity(&p), phrase_identity(&same_code));
	assert_int_not_equal(phrase_identity(&p), phrase_identity(&no_code));
	struct phrase blank = { STR("a"), STR("  "), STR("") };
	assert_string_equal(phrase_clean(&blank), "text");
	char many[PHRASE_CODE_MAX + 1];
	memset(many, 'x', sizeof many);
	struct phrase long_code = { { many, sizeof many }, STR("t"), STR("") };
	assert_string_equal(phrase_clean(&long_code), "code");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_marketplaces_file_is_read),
		cmocka_unit_test(columns_may_come_in_any_order_and_blank_lines_are_nothing),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(phrases_have_limits_and_an_identity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
