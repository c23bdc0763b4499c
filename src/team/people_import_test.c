#include "team/people_import.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "base/banned.h"

static struct arena *arena;

static int
setup(void **state)
{
	(void)state;
	arena = arena_new(1 << 18);
	return arena ? 0 : 1;
}

static int
teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static enum err
open_text(const char *text, struct people_list *list)
{
	const char *en, *zh;
	return people_list_open(arena, str_of(text), list, &en, &zh);
}

static void
expect_line(struct people_list *list, int line, const char *account, const char *name, const char *role, const char *group, size_t shops)
{
	struct people_line l;
	enum err e = OK;
	assert_true(people_list_next(arena, list, &l, &e));
	assert_int_equal(l.line, line);
	assert_true(str_eqz(l.account, account));
	assert_true(str_eqz(l.name, name));
	assert_true(str_eqz(l.role, role));
	assert_true(str_eqz(l.group, group));
	assert_int_equal(l.shop_count, shops);
	assert_null(l.fault_en);
}

static void
expect_end(struct people_list *list)
{
	struct people_line l;
	enum err e = OK;
	assert_false(people_list_next(arena, list, &l, &e));
	assert_int_equal(e, OK);
}

static void
reads_a_chinese_header_in_any_order(void **state)
{
	(void)state;
	struct people_list list;
	assert_int_equal(open_text("\r\n姓名,账号,备注,店铺,组\r\n李娜,LiNa,新人,旗舰店；同城/三店,售前\r\n\r\n\"王, 强\",wq,,,\r\n", &list), OK);
	expect_line(&list, 3, "lina", "李娜", "", "售前", 3);
	expect_line(&list, 5, "wq", "王, 强", "", "", 0);
	expect_end(&list);
}

static void
reads_what_a_spreadsheet_pastes(void **state)
{
	(void)state;
	struct people_list list;
	assert_int_equal(open_text("Account\tName\tRole\tGroup\tShops\nlina\tLi Na\tlead\tA\tone; two\n", &list), OK);
	expect_line(&list, 2, "lina", "Li Na", "lead", "A", 2);
	expect_end(&list);
}

static void
reads_without_a_header(void **state)
{
	(void)state;
	struct people_list list;
	assert_int_equal(open_text("lina,李娜,客服,售前,旗舰店、同城\nwq,王强", &list), OK);
	expect_line(&list, 1, "lina", "李娜", "客服", "售前", 2);
	expect_line(&list, 2, "wq", "王强", "", "", 0);
	expect_end(&list);
	assert_int_equal(open_text("lina;李娜;;;\n", &list), OK);
	expect_line(&list, 1, "lina", "李娜", "", "", 0);
}

static void
says_what_is_wrong(void **state)
{
	(void)state;
	struct people_list list;
	struct people_line l;
	enum err e = OK;
	assert_int_equal(open_text("", &list), ERR_BAD_FIELD);
	assert_int_equal(open_text(" \r\n,,\n", &list), ERR_BAD_FIELD);
	assert_int_equal(open_text("姓名,组\n李娜,A\n", &list), ERR_BAD_FIELD);
	assert_int_equal(open_text("账号,\"姓名\nx", &list), ERR_BAD_FIELD);
	assert_int_equal(open_text("账号,姓名\na b,李娜\nlina,\n,王\nx1,ok\nx2,\"never", &list), OK);
	for (int line = 2; line <= 4; line++) {
		assert_true(people_list_next(arena, &list, &l, &e));
		assert_int_equal(l.line, line);
		assert_non_null(l.fault_en);
		assert_non_null(l.fault_zh);
	}
	assert_true(people_list_next(arena, &list, &l, &e));
	assert_null(l.fault_en);
	assert_false(people_list_next(arena, &list, &l, &e));
	assert_int_equal(e, ERR_BAD_FIELD);
}

static void
too_many_shops_are_a_fault(void **state)
{
	(void)state;
	struct people_list list;
	struct people_line l;
	enum err e = OK;
	struct str text = STR("lina,李娜,,,");
	for (int i = 0; i < 51; i++)
		text = arena_printf(arena, "%.*ss%d;", STR_ARG(text), i);
	assert_int_equal(open_text(text.p, &list), OK);
	assert_true(people_list_next(arena, &list, &l, &e));
	assert_non_null(l.fault_en);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_a_chinese_header_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_what_a_spreadsheet_pastes, setup, teardown),
		cmocka_unit_test_setup_teardown(reads_without_a_header, setup, teardown),
		cmocka_unit_test_setup_teardown(says_what_is_wrong, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_shops_are_a_fault, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
