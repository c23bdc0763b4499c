#include "json/json.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rand.h"

#include "base/banned.h"

static void
print(const struct json *v, struct buf *b)
{
	struct json_writer w;
	buf_init(b, 1 << 20);
	jw_init(&w, b);
	jw_value(&w, v);
	assert_int_equal(jw_finish(&w), OK);
}

/* The fast reader says the same as the other. */
static void
same_by_many(struct str text, enum err e, const struct json *v)
{
	struct arena *a = arena_new(1 << 22);
	const struct json *many = NULL;
	struct str why = STR_NONE;
	struct buf one, other;
	assert_int_equal(json_parse_many(a, text, &many, &why), e);
	assert_true((why.n > 0) == (e != OK));
	if (!e) {
		print(v, &one);
		print(many, &other);
		assert_int_equal(json_kind(v), json_kind(many));
		assert_true(str_eq(buf_str(&one), buf_str(&other)));
		buf_free(&one);
		buf_free(&other);
	}
	arena_free(a);
}

static enum err
parse(struct arena *a, const char *text, const struct json **v)
{
	struct str why = STR_NONE;
	enum err e = json_parse(a, str_of(text), v, &why);
	if (e == ERR_BAD_JSON)
		assert_true(why.n > 0);
	same_by_many(str_of(text), e, *v);
	return e;
}

static void
many_are_read_as_one_is(void **state)
{
	static const char *const odd[] = {
		"\v1", "1\f", "[1,\v2]", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud83d\\u0041\"", "\"\\ud83dx\"", "\"\\u0000\"",
		"\"\\u00e9\\ud83d\\ude00\"", "\"\\\\u0000\"", "\"\\\\\\u0041\"", "\"\\u00\"", "\"\\", "\"\xc0\x80\"", "\"\xed\xa0\x80\"",
		"\"\xf5\x80\x80\x80\"", "\"\xe5\x95\"", "-0", "-0.0", "1e5", "1E400", "-1e-400", "9007199254740992",
		"99999999999999999999", "1.", ".5", "01", "-", "+1", "0x1", "NaN", "", " ", "{}", "[]", "[,]", "[1,]", "{\"a\":1,}",
		"{\"a\":1,\"\\u0061\":2}", "{\"\":1,\"\":2}", "{\"\":{\"\":[]}}", "/* */1", "//\n1", "1 2", "tru", "truex", "null",
		"\"\x7f\"", "\"\t\"", ("\xef\xbb\xbf" "1"), "{1:2}", "{\"a\" 1}", "\"a\"\"b\"", "{\"a\":1}}", "[[1]", "{}\"", "{}\"}", "[] \"a", "{} -", "[]t", "{}1", "{}\\", "{}/", " [1]\r\n\t ", "{},",
	};
	static const char whole[] = "{\"type\":\"order\",\"key\":\"A\\u0041\\\"9\",\"at\":1767225600000,\"r\":[-1.5e3,0,true,false,null],\"items\":[{\"sku\":\"羊毛\",\"quantity\":1}]}";
	char text[sizeof whole];
	uint64_t seed = 7;
	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd + 20000; i++) {
		struct arena *a = arena_new(1 << 20);
		const struct json *v = NULL;
		struct str one = str_of(i < sizeof odd / sizeof *odd ? odd[i] : text);
		if (one.p == text) {
			memcpy(text, whole, sizeof text);
			for (int k = 0; k < 3; k++, seed = seed * 6364136223846793005ULL + 1442695040888963407ULL)
				text[(seed >> 33) % (sizeof text - 1)] = (seed >> 20) % 3 ? whole[(seed >> 40) % (sizeof text - 1)] : (char)(seed >> 50);
			one.n = sizeof text - 1 - (seed >> 60 == 3);
		}
		enum err e = json_parse(a, one, &v, NULL);
		same_by_many(one, e, v);
		arena_free(a);
	}
}

static void
many_members_and_items_are_found(void **state)
{
	struct arena *a = arena_new(1 << 20);
	struct buf b;
	const struct json *v = NULL;
	(void)state;
	buf_init(&b, 1 << 16);
	buf_addz(&b, "{\"list\":[0");
	for (int i = 1; i < 40; i++)
		buf_printf(&b, ",%d", i);
	buf_char(&b, ']');
	for (int i = 0; i < 40; i++)
		buf_printf(&b, ",\"m%d\":%d", i * 7 % 40, i * 7 % 40);
	buf_char(&b, '}');
	assert_int_equal(json_parse_many(a, buf_str(&b), &v, NULL), OK);
	assert_int_equal(json_count(v), 41);
	for (int i = 0; i < 40; i++) {
		char name[8];
		snprintf(name, sizeof name, "m%d", i);
		assert_int_equal(json_int(json_get(v, name), -1), i);
		assert_int_equal(json_int(json_at(json_get(v, "list"), (size_t)i), -1), i);
	}
	assert_null(json_get(v, "m40"));
	assert_null(json_at(json_get(v, "list"), 40));
	assert_null(json_at(v, 0));
	buf_clear(&b);
	buf_addz(&b, "{\"m39\":0");
	for (int i = 0; i < 40; i++)
		buf_printf(&b, ",\"m%d\":%d", i, i);
	buf_char(&b, '}');
	assert_int_equal(json_parse_many(a, buf_str(&b), &v, NULL), ERR_BAD_JSON);
	buf_free(&b);
	arena_free(a);
}

static void
reads_every_kind(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	const struct json *v = NULL, *list;
	assert_int_equal(parse(a, "{\"n\":-9007199254740991,\"t\":\"退款\\u0041\\ud83d\\ude00\",\"r\":1.5,\"b\":true,\"z\":null,\"l\":[1,[],{}]}", &v), OK);
	assert_int_equal(json_kind(v), JSON_OBJECT);
	assert_int_equal(json_count(v), 6);
	assert_true(json_int(json_get(v, "n"), 0) == -9007199254740991LL);
	assert_true(str_eqz(json_text(json_get(v, "t")), "退款A😀"));
	assert_true(json_number(json_get(v, "r"), 0) == 1.5);
	assert_true(json_number(json_get(v, "n"), 0) == -9007199254740991.0);
	assert_true(json_bool(json_get(v, "b"), false));
	assert_int_equal(json_kind(json_get(v, "z")), JSON_NULL);
	list = json_get(v, "l");
	assert_int_equal(json_kind(list), JSON_ARRAY);
	assert_int_equal(json_count(list), 3);
	assert_int_equal(json_int(json_at(list, 0), 0), 1);
	assert_null(json_at(list, 3));
	arena_free(a);
}

static void
forgives_missing_and_wrong_kinds(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	const struct json *v = NULL;
	assert_int_equal(parse(a, "{\"n\":\"7\",\"r\":2.0}", &v), OK);
	assert_int_equal(json_int(json_get(v, "n"), 5), 5);
	assert_int_equal(json_int(json_get(v, "r"), 5), 5);
	assert_int_equal(json_int(json_get(v, "none"), 5), 5);
	assert_null(json_text(json_get(v, "r")).p);
	assert_null(json_text(NULL).p);
	assert_null(json_get(json_get(v, "n"), "x"));
	assert_null(json_at(v, 0));
	assert_true(json_bool(NULL, true));
	assert_int_equal(json_count(NULL), 0);
	assert_int_equal(json_kind(NULL), JSON_NONE);
	arena_free(a);
}

static void
walks_in_source_order(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	const struct json *v = NULL, *value;
	struct str member;
	void *iter = NULL;
	char seen[16] = "";
	size_t n = 0;
	assert_int_equal(parse(a, "{\"z\":1,\"a\":2,\"m\":3,\"\":4}", &v), OK);
	while (json_next(v, &iter, &member, &value))
		seen[n++] = member.n ? member.p[0] : '-';
	assert_string_equal(seen, "zam-");
	arena_free(a);
}

static void
refuses_what_is_not_strict(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", " ", "{", "{}x", "{} {}", "[1,]", "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"b\":1}}", "\"\\u0000\"", "{\"a\\u0000b\":1}",
		"9007199254740992", "-9007199254740992", "[[9223372036854775807]]", "{\"a\":99999999999999999999}", "1e999", "nul", "'a'", "\"\xff\"",
		"\"\xed\xa0\x80\"", "\"\\ud800\"", "\"\xc0\xaf\"", "01", "+1", "NaN", "\"a\nb\"", "\xef\xbb\xbf{}", "[1 2]", "{a:1}", "\"",
	};
	struct arena *a = arena_new(1 << 16);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct json *v = NULL;
		if (parse(a, bad[i], &v) != ERR_BAD_JSON)
			fail_msg("accepted: %s", bad[i]);
		assert_null(v);
	}
	const struct json *v;
	assert_int_equal(json_parse(a, (struct str){ "1\0", 2 }, &v, NULL), ERR_BAD_JSON);
	assert_int_equal(json_parse(a, STR_NONE, &v, NULL), ERR_BAD_JSON);
	struct str why;
	assert_int_equal(json_parse(a, STR("{\n\"a\":\n}"), &v, &why), ERR_BAD_JSON);
	assert_true(str_starts(why, STR("line 3:")));
	arena_free(a);
}

/* So many members that they are looked up by name, and items that are looked up by number. */
static void
reads_many_members(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct buf b;
	char name[16];
	const struct json *v = NULL;
	for (int twice = 0; twice <= 1; twice++) {
		buf_init(&b, 1 << 16);
		for (int i = 0; i < 500; i++)
			buf_printf(&b, "%s\"m%d\":[%d,%d]", i ? "," : "{", i * 7 % 500, i, i + 1);
		buf_addz(&b, twice ? ",\"m77\":0}" : ",\"m500\":0}");
		assert_int_equal(json_parse(a, buf_str(&b), &v, NULL), twice ? ERR_BAD_JSON : OK);
		buf_free(&b);
	}
	assert_int_equal(json_count(v), 501);
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof name, "m%d", i * 7 % 500);
		assert_int_equal(json_int(json_at(json_get(v, name), 1), 0), i + 1);
	}
	assert_null(json_get(v, "m501"));
	assert_null(json_get(v, ""));
	buf_init(&b, 1 << 16);
	for (int i = 0; i < 500; i++)
		buf_printf(&b, "%s%d", i ? "," : "[", i);
	buf_char(&b, ']');
	assert_int_equal(json_parse(a, buf_str(&b), &v, NULL), OK);
	for (int i = 0; i < 500; i++)
		assert_int_equal(json_int(json_at(v, (size_t)i), -1), i);
	buf_free(&b);
	arena_free(a);
}

static void
allows_64_levels(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	char text[160];
	const struct json *v = NULL;
	for (int depth = 64; depth <= 65; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		assert_int_equal(json_parse(a, (struct str){ text, (size_t)depth * 2 }, &v, NULL), depth == 64 ? OK : ERR_BAD_JSON);
	}
	memset(text, '[', sizeof text);
	text[0] = text[sizeof text - 1] = '"';
	assert_int_equal(json_parse(a, (struct str){ text, sizeof text }, &v, NULL), OK);
	arena_free(a);
}

static void
survives_every_failed_allocation(void **state)
{
	(void)state;
	int failed = 0;
	struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 4000; i++)
		buf_addz(&text, i ? ",{\"a\":[1,2.5,\"x\",{\"b\":null}],\"c\":\"一二三\"}" : "[0");
	buf_char(&text, ']');
	assert_int_equal(buf_err(&text), OK);
	for (long n = 1; n < 60; n++) {
		struct arena *a = arena_new(1 << 16);
		const struct json *v = NULL;
		assert_non_null(a);
		mem_fail_after(n);
		enum err e = json_parse(a, buf_str(&text), &v, NULL);
		mem_fail_after(0);
		assert_true(e == OK || e == ERR_NO_MEMORY || e == ERR_BAD_JSON);
		assert_int_equal(e == OK, v != NULL);
		failed += e != OK;
		arena_free(a);
	}
	buf_free(&text);
	assert_in_range(failed, 5, 58);
}

static void
writes_and_reads_back(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 16);
	struct buf b;
	struct json_writer w;
	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_object(&w);
	jw_member_text(&w, "t", STR("a\"b\\c\n\r\t\x01/\x7f中😀"));
	jw_member_text(&w, "none", STR_NONE);
	jw_member_int(&w, "i", -9007199254740991LL);
	jw_member_bool(&w, "yes", true);
	jw_key(&w, "list");
	jw_array(&w);
	jw_real(&w, 0.1);
	jw_real(&w, 1);
	jw_real(&w, 1e300 * 1e300);
	jw_raw(&w, STR("{\"raw\":1}"));
	jw_raw(&w, STR_NONE);
	jw_array(&w);
	jw_end(&w);
	jw_end(&w);
	jw_end(&w);
	assert_int_equal(jw_finish(&w), OK);
	assert_true(str_eqz(buf_str(&b), "{\"t\":\"a\\\"b\\\\c\\n\\r\\t\\u0001/\x7f中😀\",\"none\":null,\"i\":-9007199254740991,\"yes\":true,"
					 "\"list\":[0.1,1.0,null,{\"raw\":1},null,[]]}"));
	const struct json *v = NULL;
	assert_int_equal(json_parse(a, buf_str(&b), &v, NULL), OK);
	struct buf again;
	buf_init(&again, 4096);
	jw_init(&w, &again);
	jw_value(&w, v);
	assert_int_equal(jw_finish(&w), OK);
	assert_true(str_eq(buf_str(&b), buf_str(&again)));
	buf_free(&b);
	buf_free(&again);
	arena_free(a);
}

static void
mends_bad_text(void **state)
{
	(void)state;
	struct buf b;
	struct json_writer w;
	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_text(&w, (struct str){ "a\xff\xe4\xb8z\0!", 7 });
	assert_int_equal(jw_finish(&w), OK);
	assert_true(str_eqz(buf_str(&b), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd!\""));
	buf_free(&b);
}

static void
reals_read_back_the_same(void **state)
{
	(void)state;
	struct arena *a = arena_new(1 << 20);
	struct rng r;
	rng_seed(&r, 1);
	for (int i = 0; i < 2000; i++) {
		uint64_t bits = rng_u64(&r);
		double d, back;
		memcpy(&d, &bits, sizeof d);
		if (i % 2)
			d = (double)rng_range(&r, -(1LL << 60), 1LL << 60) / (i % 4 == 1 ? 1 : 100);
		struct buf b;
		struct json_writer w;
		const struct json *v = NULL;
		buf_init(&b, 64);
		jw_init(&w, &b);
		jw_real(&w, d);
		assert_int_equal(jw_finish(&w), OK);
		assert_int_equal(json_parse(a, buf_str(&b), &v, NULL), OK);
		back = json_number(v, 0);
		if (json_kind(v) == JSON_REAL)
			assert_memory_equal(&back, &d, sizeof d);
		else
			assert_int_equal(json_kind(v), JSON_NULL);
		buf_free(&b);
		arena_reset(a);
	}
	arena_free(a);
}

/* The fewest of 15 to 17 digits, as the library would print them. */
static void
reals_are_printed_short(void **state)
{
	(void)state;
	static const double tens[] = { 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 1e4, 1e9, 1e14, 1e15, 1e16 };
	struct rng r;
	struct buf b;
	rng_seed(&r, 7);
	buf_init(&b, 64);
	for (int i = 0; i < 200000; i++) {
		double ten = tens[i % (int)(sizeof tens / sizeof *tens)], d = (double)rng_range(&r, 1, 1000000) / (double)rng_range(&r, 1, 1000000) * ten;
		d = i % 11 == 0 ? nextafter(ten, i % 2 ? 0 : HUGE_VAL) : i % 13 == 0 ? ten : i % 17 == 0 ? ldexp(1, i % 60 - 30) : i % 19 == 0 ? (double)(i % 1000) / 8 : d;
		char text[40];
		for (int digits = 15; digits <= 17; digits++) {
			snprintf(text, sizeof text, "%.*g", digits, d);
			if (strtod(text, NULL) == d)
				break;
		}
		if (strspn(text, "0123456789") == strlen(text))
			memcpy(text + strlen(text), ".0", 3);
		struct json_writer w;
		buf_clear(&b);
		jw_init(&w, &b);
		jw_real(&w, i % 2 ? -d : d);
		assert_int_equal(jw_finish(&w), OK);
		assert_true(str_eq(str_sub(buf_str(&b), i % 2, b.n), str_of(text)));
		assert_true(i % 2 == 0 || b.p[0] == '-');
	}
	buf_free(&b);
}

#define EXPECT_MISUSE(...)                                   \
	do {                                                  \
		struct buf b;                                 \
		struct json_writer w_, *w = &w_;              \
		buf_init(&b, 4096);                           \
		jw_init(w, &b);                               \
		__VA_ARGS__;                                  \
		assert_int_equal(jw_finish(w), ERR_INTERNAL); \
		buf_free(&b);                                 \
	} while (0)

static void
misuse_is_an_error(void **state)
{
	(void)state;
	EXPECT_MISUSE((void)0);
	EXPECT_MISUSE(jw_object(w));
	EXPECT_MISUSE(jw_end(w));
	EXPECT_MISUSE(jw_object(w), jw_int(w, 1), jw_end(w));
	EXPECT_MISUSE(jw_object(w), jw_key(w, "a"), jw_end(w));
	EXPECT_MISUSE(jw_object(w), jw_key(w, "a"), jw_key(w, "b"), jw_int(w, 1), jw_end(w));
	EXPECT_MISUSE(jw_object(w), jw_key(w, NULL), jw_int(w, 1), jw_end(w));
	EXPECT_MISUSE(jw_array(w), jw_key(w, "a"), jw_end(w));
	EXPECT_MISUSE(jw_key(w, "a"));
	EXPECT_MISUSE(jw_int(w, 1), jw_int(w, 2));
	EXPECT_MISUSE(jw_array(w), jw_end(w), jw_end(w));
	EXPECT_MISUSE(jw_int(w, 9007199254740992LL));
	EXPECT_MISUSE(for (int i = 0; i < 65; i++) jw_array(w); for (int i = 0; i < 65; i++) jw_end(w));
	struct buf b;
	struct json_writer w;
	buf_init(&b, 8);
	jw_init(&w, &b);
	jw_text(&w, STR("longer than eight"));
	assert_int_equal(jw_finish(&w), ERR_TOO_LARGE);
	buf_free(&b);
}

static void
says_when_memory_is_out(void **state)
{
	(void)state;
	struct buf b;
	bool whole = false;
	buf_init(&b, 1 << 20);
	buf_char(&b, '[');
	for (int i = 0; i < 400; i++)
		buf_printf(&b, "%s{\"name%d\":\"一段比较长的话，%0200d\",\"list\":[%d,{}]}", i ? "," : "", i, i, i);
	buf_char(&b, ']');
	for (long n = 1; n < 400 && !whole; n++) {
		struct arena *a = arena_new(1 << 20);
		const struct json *v = NULL;
		struct str why = STR("kept");
		mem_fail_after(n);
		enum err e = json_parse(a, buf_str(&b), &v, &why);
		whole = mem_fail_left() > 0;
		mem_fail_after(0);
		assert_int_equal(e, whole ? OK : ERR_NO_MEMORY);
		assert_int_equal(why.n, 0);
		assert_int_equal(json_count(v), whole ? 400 : 0);
		arena_free(a);
	}
	assert_true(whole);
	buf_free(&b);
}

static void
many_survive_failed_allocations(void **state)
{
	struct buf b;
	bool whole = false;
	(void)state;
	buf_init(&b, 1 << 20);
	buf_addz(&b, "{\"t\":\"");
	for (int i = 0; i < 3000; i++)
		buf_addz(&b, "\\n\\u9000");
	buf_addz(&b, "\",\"l\":[0");
	for (int i = 1; i < 2000; i++)
		buf_printf(&b, ",%d", i);
	buf_addz(&b, "]}");
	for (long n = 1; !whole; n++) {
		struct arena *a = arena_new(1 << 22);
		const struct json *v = NULL;
		assert_non_null(a);
		mem_fail_after(n);
		enum err e = json_parse_many(a, buf_str(&b), &v, NULL);
		whole = mem_fail_left() > 0;
		mem_fail_after(0);
		assert_true(e == OK || e == ERR_NO_MEMORY);
		assert_int_equal(json_count(json_get(v, "l")), e ? 0 : 2000);
		assert_int_equal(json_text(json_get(v, "t")).n, e ? 0 : 12000);
		arena_free(a);
	}
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_are_read_as_one_is),
		cmocka_unit_test(many_members_and_items_are_found),
		cmocka_unit_test(reads_every_kind),
		cmocka_unit_test(forgives_missing_and_wrong_kinds),
		cmocka_unit_test(walks_in_source_order),
		cmocka_unit_test(refuses_what_is_not_strict),
		cmocka_unit_test(reads_many_members),
		cmocka_unit_test(allows_64_levels),
		cmocka_unit_test(survives_every_failed_allocation),
		cmocka_unit_test(many_survive_failed_allocations),
		cmocka_unit_test(writes_and_reads_back),
		cmocka_unit_test(mends_bad_text),
		cmocka_unit_test(reals_read_back_the_same),
		cmocka_unit_test(reals_are_printed_short),
		cmocka_unit_test(misuse_is_an_error),
		cmocka_unit_test(says_when_memory_is_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
