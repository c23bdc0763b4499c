/* Group robots: the platforms' own signature vectors, limits, answers, and where a message may go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "json/json.h"
#include "measure/robot.h"

static struct arena *arena;

static void
signatures(void **state)
{
	(void)state;
	struct str s;
	assert_int_equal(robot_sign_dingtalk(arena, STR("this is secret"), 1577262236757, &s), OK);
	assert_true(str_eqz(s, "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="));
	assert_int_equal(robot_sign_feishu(arena, STR("this is secret"), 1599360473, &s), OK);
	assert_true(str_eqz(s, "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw="));
}

static void
where_the_signature_goes(void **state)
{
	(void)state;
	struct str s;
	const struct json *v;
	assert_int_equal(robot_url(arena, ROBOT_DINGTALK, STR("https://oapi.dingtalk.com/robot/send?access_token=x"), STR("this is secret"), 1577262236757, &s), OK);
	assert_true(str_eqz(s, "https://oapi.dingtalk.com/robot/send?access_token=x&timestamp=1577262236757&sign="
	                       "hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D"));
	assert_int_equal(robot_url(arena, ROBOT_WECOM, STR("https://q/x?key=1"), STR("s"), 1, &s), OK);
	assert_true(str_eqz(s, "https://q/x?key=1"));
	assert_int_equal(robot_body(arena, ROBOT_FEISHU, STR("this is secret"), STR("你好"), 1599360473000, &s), OK);
	assert_int_equal(json_parse(arena, s, &v, NULL), OK);
	assert_true(str_eqz(json_text(json_get(v, "timestamp")), "1599360473"));
	assert_true(str_eqz(json_text(json_get(v, "sign")), "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw="));
	assert_true(str_eqz(json_text(json_get(json_get(v, "content"), "text")), "你好"));
	assert_int_equal(robot_body(arena, ROBOT_DINGTALK, STR("x"), STR("a\"b"), 1, &s), OK);
	assert_true(str_eqz(s, "{\"msgtype\":\"text\",\"text\":{\"content\":\"a\\\"b\"}}"));
}

static struct str
long_text(size_t characters)
{
	char *p = arena_alloc(arena, 3 * characters);
	for (size_t i = 0; i < characters; i++)
		memcpy(p + 3 * i, "蚁", 3);
	return (struct str){ p, 3 * characters };
}

static void
limits(void **state)
{
	(void)state;
	const struct json *v;
	struct str s, content;
	for (size_t n = 680; n < 690; n++) {
		struct str text = long_text(n), cut = robot_cut(arena, text, WECOM_TEXT_MAX);
		assert_true(cut.n <= WECOM_TEXT_MAX && utf8_valid(cut));
		assert_true(n <= 682 ? str_eq(cut, text) : str_ends(cut, STR("…")) && cut.n > WECOM_TEXT_MAX - 3);
	}
	assert_int_equal(robot_body(arena, ROBOT_WECOM, STR(""), long_text(682), 1, &s), OK);
	assert_int_equal(json_parse(arena, s, &v, NULL), OK);
	assert_true(str_eqz(json_text(json_get(v, "msgtype")), "text"));
	assert_int_equal(robot_body(arena, ROBOT_WECOM, STR(""), long_text(5000), 1, &s), OK);
	assert_int_equal(json_parse(arena, s, &v, NULL), OK);
	assert_true(str_eqz(json_text(json_get(v, "msgtype")), "markdown"));
	content = json_text(json_get(json_get(v, "markdown"), "content"));
	assert_true(content.n <= WECOM_MARKDOWN_MAX && content.n > WECOM_MARKDOWN_MAX - 3 && utf8_valid(content));
	assert_true(str_eqz(robot_cut(arena, STR("ab"), 2), "ab"));
	assert_true(str_eqz(robot_cut(arena, STR("abcd"), 3), "…"));
}

static void
answers(void **state)
{
	(void)state;
	const struct {
		enum robot kind;
		long status;
		const char *body;
		enum robot_outcome outcome;
	} all[] = {
		{ ROBOT_DINGTALK, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", ROBOT_SENT },
		{ ROBOT_DINGTALK, 200, "{\"errcode\":310000,\"errmsg\":\"sign not match\"}", ROBOT_REFUSED },
		{ ROBOT_DINGTALK, 200, "{\"errcode\":130101,\"errmsg\":\"send too fast\"}", ROBOT_AGAIN },
		{ ROBOT_FEISHU, 200, "{\"code\":0,\"msg\":\"success\"}", ROBOT_SENT },
		{ ROBOT_FEISHU, 200, "{\"StatusCode\":0,\"StatusMessage\":\"success\"}", ROBOT_SENT },
		{ ROBOT_FEISHU, 200, "{\"code\":19021,\"msg\":\"sign match fail\"}", ROBOT_REFUSED },
		{ ROBOT_FEISHU, 200, "{\"code\":11232,\"msg\":\"frequency limited\"}", ROBOT_AGAIN },
		{ ROBOT_WECOM, 200, "{\"errcode\":0,\"errmsg\":\"ok\"}", ROBOT_SENT },
		{ ROBOT_WECOM, 200, "{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}", ROBOT_AGAIN },
		{ ROBOT_WECOM, 200, "{\"errcode\":93000,\"errmsg\":\"invalid webhook url\"}", ROBOT_REFUSED },
		{ ROBOT_WECOM, 200, "{\"code\":0}", ROBOT_REFUSED },
		{ ROBOT_WECOM, 200, "<html>", ROBOT_REFUSED },
		{ ROBOT_WECOM, 200, "[0]", ROBOT_REFUSED },
		{ ROBOT_WECOM, 500, "", ROBOT_AGAIN },
		{ ROBOT_WECOM, 429, "", ROBOT_AGAIN },
		{ ROBOT_WECOM, 302, "", ROBOT_REFUSED },
		{ ROBOT_WECOM, 404, "", ROBOT_REFUSED },
	};
	char why[200];
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(robot_answer(arena, all[i].kind, all[i].status, str_of(all[i].body), why), all[i].outcome);
		assert_true((why[0] == 0) == (all[i].outcome == ROBOT_SENT));
	}
}

static void
where_it_may_go(void **state)
{
	(void)state;
	const struct {
		const char *url;
		bool good;
	} all[] = {
		{ "https://oapi.dingtalk.com/robot/send?access_token=1", true }, { "https://OAPI.dingtalk.com:443/x", true },
		{ "http://oapi.dingtalk.com/x", false },         { "http://127.0.0.1:8080/x", true },
		{ "http://127.0.0.1.evil.cn/x", false },         { "https://oapi.dingtalk.com.evil.cn/x", false },
		{ "https://oapi.dingtalk.com@evil.cn/x", false }, { "https://evil.cn/oapi.dingtalk.com", false },
		{ "https://10.0.0.1/x", false },                 { "ftp://oapi.dingtalk.com/x", false },
		{ "file:///etc/passwd", false },                 { "", false },
		{ "https://", false },                           { "https://oapi.dingtalk.com/a b", false },
		{ "https://evil.cn\\oapi.dingtalk.com/", false }, { "http://localhost/x", false },
	};
	const char *en, *zh;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		assert_int_equal(robot_target_good(str_of(all[i].url), STR("oapi.dingtalk.com, 127.0.0.1"), &en, &zh), all[i].good);
	assert_false(robot_target_good(STR("https://oapi.dingtalk.com/x"), STR(""), &en, &zh));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signatures), cmocka_unit_test(where_the_signature_goes), cmocka_unit_test(limits),
		cmocka_unit_test(answers),    cmocka_unit_test(where_it_may_go),
	};
	arena = arena_new(4 << 20);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(arena);
	return failed;
}
