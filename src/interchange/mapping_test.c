#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/clock.h"
#include "base/mem.h"
#include "interchange/mapping.h"
#include "json/json.h"

#define NOW 1795407000000LL /* 2026-11-23T04:10:00Z */

static char dir[64], why[200], told[400], output[1 << 20];
static struct mapping_result result;

static int
begin(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "/tmp/antball-mapping-XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int
end(void **state)
{
	char command[100];
	(void)state;
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	return system(command);
}

static const char *
path_of(const char *name)
{
	static char paths[8][128];
	static int turn;
	char *p = paths[turn++ % 8];
	snprintf(p, 128, "%s/%s", dir, name);
	return p;
}

static void
put(const char *name, const void *bytes, size_t n)
{
	FILE *f = fopen(path_of(name), "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
}

static void
put_text(const char *name, const char *text)
{
	put(name, text, strlen(text));
}

static void
tell(void *ctx, const char *file, int64_t record, const char *what)
{
	const char *slash = strrchr(file, '/');
	(void)ctx;
	snprintf(told + strlen(told), sizeof told - strlen(told), "%s %lld: %s\n", slash ? slash + 1 : file, (long long)record, what);
}

static enum err
apply_at(int64_t now, bool strict, const char *file)
{
	char *files[] = { (char *)(uintptr_t)path_of(file) };
	struct mapping_options o = { .mapping_path = path_of("map.json"), .now = now, .strict = strict, .tell = tell };
	told[0] = 0;
	mapping_result_free(&result);
	enum err e = mapping_apply(&o, files, 1, path_of("out.jsonl"), &result, why);
	FILE *f = fopen(path_of("out.jsonl"), "rb");
	size_t n = f ? fread(output, 1, sizeof output - 1, f) : 0;
	output[n] = 0;
	if (f)
		fclose(f);
	return e;
}

static void
maps_to(const char *file, const char *expected)
{
	enum err e = apply_at(NOW, true, file);
	if (e)
		print_error("%s\n", why);
	assert_int_equal(e, OK);
	assert_string_equal(output, expected);
}

static void
fails_with(enum err expected, const char *file, const char *text)
{
	assert_int_equal(apply_at(NOW, true, file), expected);
	if (!strstr(why, text))
		print_error("said: %s\n", why);
	assert_non_null(strstr(why, text));
}

/* A mapping with one source for every file, and these lines. */
static void
put_lines(const char *lines)
{
	char text[4000];
	snprintf(text, sizeof text,
	         "{\"lists\":{\"who\":[{\"key\":\"a1\"},{\"key\":\"a2\"}]},\"maps\":{\"role\":{\"usr\":\"customer\",\"sys\":\"agent\"}},"
	         "\"sources\":[{\"files\":[\"*\"],\"lines\":[%s]}]}",
	         lines);
	put_text("map.json", text);
}

static void
nested_records(void **state)
{
	(void)state;
	put_text("map.json",
	         "{\"maps\":{\"role\":{\"usr\":\"customer\",\"sys\":\"agent\"}},\"lists\":{\"who\":[{\"key\":\"a1\"},{\"key\":\"a2\"}]},"
	         "\"lines\":[{\"type\":\"agent\",\"each\":\"@lists.who\",\"key\":\"{key}\",\"shops\":[\"s\"]}],"
	         "\"sources\":[{\"files\":[\"*.json\"],\"records\":\"data.all\",\"let\":{\"agent\":{\"pick\":\"who\",\"member\":\"key\"}},\"lines\":["
	         "{\"type\":\"customer\",\"key\":\"c{@key}\",\"name\":{\"first\":[{\"path\":\"nick\"},\"nobody\"]}},"
	         "{\"type\":\"message\",\"each\":\"messages\",\"key\":\"{@key}-{@item_number}\",\"sender\":{\"path\":\"role\",\"map\":\"role\"},"
	         "\"agent\":\"{$agent}\",\"text\":\"{content}\",\"n\":{\"path\":\"@record.more.0\"}}]}]}");
	put_text("d.json",
	         "{ \"x\" : [1,{\"}\":\"]\\\"\"}], \"data\" :{\"n\":3,\"all\": {\"7\" :{\"messages\":[{\"role\":\"usr\",\"content\":\"a \\\"{b}\\\" \\u4f60\"},"
	         "{\"role\":\"sys\",\"content\":\"c\"}],\"more\":[9]} ,\n \"8\":{\"nick\":\"N\",\"messages\":[]}}} }");
	maps_to("d.json", "{\"type\":\"agent\",\"key\":\"a1\",\"shops\":[\"s\"]}\n{\"type\":\"agent\",\"key\":\"a2\",\"shops\":[\"s\"]}\n"
	                  "{\"type\":\"customer\",\"key\":\"c7\",\"name\":\"nobody\"}\n"
	                  "{\"type\":\"message\",\"key\":\"7-1\",\"sender\":\"customer\",\"agent\":\"a1\",\"text\":\"a \\\"{b}\\\" 你\",\"n\":9}\n"
	                  "{\"type\":\"message\",\"key\":\"7-2\",\"sender\":\"agent\",\"agent\":\"a1\",\"text\":\"c\",\"n\":9}\n"
	                  "{\"type\":\"customer\",\"key\":\"c8\",\"name\":\"N\"}\n");
	char place[160];
	char *files[] = { (char *)(uintptr_t) "/somewhere/d.json" };
	mapping_where(&result, files, 6, place);
	assert_string_equal(place, "d.json record 2");
	mapping_where(&result, files, 1, place);
	assert_string_equal(place, "the mapping's own lines");
	assert_int_equal(result.records, 2);
	assert_int_equal(result.lines, 6);
}

static void
picks(void **state)
{
	(void)state;
	put_lines("{\"type\":\"t\",\"turn\":{\"pick\":\"who\",\"member\":\"key\"},\"hash\":{\"pick\":\"who\",\"by\":\"{0}\",\"member\":\"key\"}}");
	put_text("d.json", "[[\"x\"],[\"y\"],[\"x\"]]");
	assert_int_equal(apply_at(NOW, true, "d.json"), OK);
	char first[4][100];
	assert_int_equal(sscanf(output, "%99s\n%99s\n%99s\n", first[0], first[1], first[2]), 3);
	assert_non_null(strstr(first[0], "\"turn\":\"a1\""));
	assert_non_null(strstr(first[1], "\"turn\":\"a2\""));
	assert_string_equal(first[0], first[2]);
}

static void
tables(void **state)
{
	/* 编号,时间,昵称,金额 / 1,2026/1/5 9:03,小王,"¥1,234.5" / 2,2026/1/5 9:04,小王,  in GB18030 */
	static const char bytes[] = "\xb1\xe0\xba\xc5,\xca\xb1\xbc\xe4,\xea\xc7\xb3\xc6,\xbd\xf0\xb6\xee\r\n1,2026/1/5 9:03,\xd0\xa1\xcd\xf5,\"\xa3\xa4"
	                            "1,234.5\"\r\n2,2026/1/5 9:04,\xd0\xa1\xcd\xf5,\r\n\r\n";
	(void)state;
	put_lines("{\"type\":\"customer\",\"key\":\"{昵称}\",\"once\":true},"
	          "{\"type\":\"order\",\"key\":\"o{编号}\",\"at\":{\"path\":\"时间\",\"as\":\"time\",\"format\":\"%Y/%m/%d %H:%M\"},"
	          "\"amount\":{\"path\":\"金额\",\"as\":\"money\",\"default\":0}},"
	          "{\"type\":\"paid\",\"when\":{\"path\":\"金额\"},\"n\":{\"path\":\"编号\",\"as\":\"int\"}},"
	          "{\"type\":\"second\",\"when\":{\"path\":\"编号\",\"is\":[\"2\",\"3\"]},\"line\":{\"path\":\"@number\"},\"f\":\"{@file}\"}");
	put("d.csv", bytes, sizeof bytes - 1);
	maps_to("d.csv", "{\"type\":\"customer\",\"key\":\"小王\"}\n{\"type\":\"order\",\"key\":\"o1\",\"at\":1767574980000,\"amount\":123450}\n"
	                 "{\"type\":\"paid\",\"n\":1}\n{\"type\":\"order\",\"key\":\"o2\",\"at\":1767575040000,\"amount\":0}\n"
	                 "{\"type\":\"second\",\"line\":2,\"f\":\"d.csv\"}\n");
	put_lines("{\"type\":\"t\",\"a\":\"{a}\",\"b\":\"{b}\",\"3\":\"{3}\"}");
	put_text("d.tsv", "\xef\xbb\xbf" "a\tb\t\nx, y\t\"q\"\"r\"\tz\n");
	maps_to("d.tsv", "{\"type\":\"t\",\"a\":\"x, y\",\"b\":\"q\\\"r\",\"3\":\"z\"}\n");
	put_text("d.csv", "a,b\n1,2,3\n\"x,1");
	assert_int_equal(apply_at(NOW, false, "d.csv"), ERR_BAD_TYPE);
	assert_string_equal(told, "d.csv 1: has 3 cells, but there are 2 columns\n");
	assert_non_null(strstr(why, "a quote never ends"));
	put_lines("{\"type\":\"t\",\"a\":\"{a}\"}");
	put_text("d.jsonl", "{\"a\":1}\n\nnot json\n{\"a\":\"2\"}\n");
	assert_int_equal(apply_at(NOW, false, "d.jsonl"), OK);
	assert_string_equal(output, "{\"type\":\"t\",\"a\":\"1\"}\n{\"type\":\"t\",\"a\":\"2\"}\n");
	assert_int_equal(result.rejected, 1);
}

static void
conversions(void **state)
{
	(void)state;
	put_lines("{\"type\":\"t\",\"m\":{\"path\":\"m\",\"as\":\"money\"},\"y\":{\"path\":\"m\",\"as\":\"money\",\"digits\":0}}");
	put_text("d.json", "[{\"m\":12.5},{\"m\":\"-0.005\"},{\"m\":\"12,000元\"},{\"m\":\"0.994\"},{}]");
	maps_to("d.json", "{\"type\":\"t\",\"m\":1250,\"y\":13}\n{\"type\":\"t\",\"m\":-1,\"y\":0}\n{\"type\":\"t\",\"m\":1200000,\"y\":12000}\n"
	                  "{\"type\":\"t\",\"m\":99,\"y\":1}\n{\"type\":\"t\"}\n");
	put_lines("{\"type\":\"t\",\"a\":{\"path\":\"a\",\"as\":\"time\"},\"b\":{\"path\":\"b\",\"as\":\"time\",\"format\":\"%s\"},"
	          "\"c\":{\"path\":\"c\",\"as\":\"time\",\"format\":\"%d.%m.%Y %H:%M:%S.%f\",\"timezone\":\"Europe/Berlin\"},"
	          "\"d\":{\"path\":\"d\",\"as\":\"time\",\"format\":\"spreadsheet\"}}");
	put_text("d.json", "[{\"a\":\"2026-01-05T09:03:00+08:00\",\"b\":1767574980,\"c\":\"05.01.2026 02:03:00.12\",\"d\":46027.377083333}]");
	maps_to("d.json", "{\"type\":\"t\",\"a\":1767574980000,\"b\":1767574980000,\"c\":1767574980120,\"d\":1767574980000}\n");
	put_lines("{\"type\":\"t\",\"body\":{\"path\":\"o\",\"as\":\"texts\",\"without\":[\"x\"]},\"o\":{\"object\":{\"k\":\"{o.n}\",\"gone\":{\"path\":\"no\"}}},"
	          "\"v\":{\"value\":{\"path\":1}}}");
	put_text("d.json", "[{\"o\":{\"n\":4.5,\"x\":1,\"e\":\"\",\"l\":[],\"z\":null,\"t\":[\"a\"]}}]");
	maps_to("d.json", "{\"type\":\"t\",\"body\":{\"n\":\"4.5\",\"t\":[\"a\"]},\"o\":{\"k\":\"4.5\"},\"v\":{\"path\":1}}\n");
}

static void
refusals_name_the_place(void **state)
{
	(void)state;
	put_lines("{\"type\":\"m\",\"each\":\"messages\",\"sender\":{\"path\":\"role\",\"map\":\"role\"}}");
	put_text("d.json", "[{\"messages\":[{\"role\":\"usr\"}]},{\"messages\":[{\"role\":\"usr\"},{\"role\":\"bot\"}]},{\"messages\":[{\"role\":\"sys\"}]}]");
	fails_with(ERR_BAD_FIELD, "d.json", "d.json record 2: messages.1.sender: the word \"bot\" is not in its map");
	assert_int_equal(apply_at(NOW, false, "d.json"), OK);
	assert_string_equal(output, "{\"type\":\"m\",\"sender\":\"customer\"}\n{\"type\":\"m\",\"sender\":\"agent\"}\n");
	assert_int_equal(result.rejected, 1);
	put_lines("{\"type\":\"m\",\"at\":{\"path\":\"at\",\"as\":\"time\",\"format\":\"%Y-%m-%d\"}}");
	put_text("d.json", "[{\"at\":\"5 May\"}]");
	fails_with(ERR_BAD_FIELD, "d.json", "at: \"5 May\" is no time like %Y-%m-%d");
	put_lines("{\"type\":\"m\",\"n\":{\"path\":\"n\",\"as\":\"int\"}}");
	put_text("d.json", "[{\"n\":\"1.5\"}]");
	fails_with(ERR_BAD_FIELD, "d.json", "\"1.5\" is no whole number");
}

static void
wrong_mappings(void **state)
{
	static const struct { const char *lines, *text; } rows[] = {
		{ "{\"key\":\"x\"}", "lines.0 has no type" },
		{ "{\"type\":\"m\",\"at\":{\"pth\":\"x\"}}", "\"pth\" is not known" },
		{ "{\"type\":\"m\",\"at\":{\"as\":\"int\"}}", "needs one of path" },
		{ "{\"type\":\"m\",\"at\":{\"path\":\"x\",\"as\":\"date\"}}", "as may be" },
		{ "{\"type\":\"m\",\"at\":{\"path\":\"x\",\"map\":\"no\"}}", "maps has no \"no\"" },
		{ "{\"type\":\"m\",\"at\":{\"pick\":\"no\"}}", "lists has no \"no\"" },
		{ "{\"type\":\"m\",\"at\":{\"path\":\"x\",\"timezone\":\"Mars\"}}", "timezone is not known" },
		{ "{\"type\":\"m\",\"when\":{\"paht\":\"x\"}}", "\"paht\" is not known" },
		{ "{\"type\":\"m\",\"at\":{\"time\":\"agent\"}}", "needs the section times" },
		{ "{\"type\":\"m\",\"at\":\"{$no}\"}", "let has no \"$no\"" },
		{ "{\"type\":\"m\",\"at\":\"{@no}\"}", "\"@no\" is not known" },
	};
	(void)state;
	put_text("d.json", "[{\"x\":\"1\"}]");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put_lines(rows[i].lines);
		fails_with(ERR_BAD_FIELD, "d.json", rows[i].text);
	}
	put_text("map.json", "{\"sources\":[{\"files\":[\"*.csv\"],\"lines\":[]}]}");
	fails_with(ERR_BAD_FIELD, "d.json", "no source of the mapping is for a file named d.json");
	put_text("map.json", "{\n\"sources\":[}");
	fails_with(ERR_BAD_JSON, "d.json", "line 2");
	put_text("map.json", "{\"sources\":[{\"files\":[\"*\"],\"lines\":[]}],\"soruces\":1}");
	fails_with(ERR_BAD_FIELD, "d.json", "\"soruces\" is not known");
	put_text("map.json", "{\"times\":{\"days\":2,\"hours\":[1,2],\"gap_s\":{\"a\":{\"median\":3}}},\"sources\":[{\"files\":[\"*\"],\"lines\":[]}]}");
	fails_with(ERR_BAD_FIELD, "d.json", "times.hours must be 24 weights");
}

static void
wrong_files(void **state)
{
	static const struct { const char *text, *what; } rows[] = {
		{ "", "a list or an object of records is expected" },   { "[1,2", "a comma or the end" },   { "[{\"a\":1}", "a comma or the end" },
		{ "[1] x", "something stands after" },  { "{\"a\" 1}", "a member's name and a colon" }, { "[1,]", "a record is expected" },
		{ "{\"a\":\"x", "a record is expected" },
	};
	(void)state;
	put_lines("{\"type\":\"t\"}");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put_text("d.json", rows[i].text);
		fails_with(ERR_BAD_TYPE, "d.json", rows[i].what);
	}
	put_text("d.json", "[{\"a\":01}]");
	fails_with(ERR_BAD_FIELD, "d.json", "d.json record 1: line 1");
	fails_with(ERR_IO, "absent.json", "absent.json");
	put_text("d.txt", "x");
	fails_with(ERR_BAD_TYPE, "d.txt", "state the format");
	put_text("d.zip", "PK nothing");
	fails_with(ERR_BAD_TYPE, "d.zip", "is no zip file");
	put("d.csv", "a\n\xff\xff\xff", 5);
	fails_with(ERR_BAD_TYPE, "d.csv", "neither UTF-8");
	put_text("map.json", "{\"sources\":[{\"files\":[\"*\"],\"records\":\"a.b\",\"lines\":[{\"type\":\"t\"}]}]}");
	put_text("d.json", "{\"a\":{\"c\":[]}}");
	fails_with(ERR_BAD_TYPE, "d.json", "leads nowhere");
}

static void
put_zip(const char *file, const char *const *names_and_texts)
{
	int error;
	zip_t *z = zip_open(path_of(file), ZIP_CREATE | ZIP_TRUNCATE, &error);
	assert_non_null(z);
	for (; *names_and_texts; names_and_texts += 2)
		assert_true(zip_file_add(z, names_and_texts[0], zip_source_buffer(z, names_and_texts[1], strlen(names_and_texts[1]), 0), 0) >= 0);
	assert_int_equal(zip_close(z), 0);
}

static void
packed(void **state)
{
	(void)state;
	put_lines("{\"type\":\"t\",\"a\":\"{a}\"}");
	put_zip("d.json.zip", (const char *const[]){ "d.json", "[{\"a\":\"1\"}]", "__MACOSX/d.json", "junk", NULL });
	maps_to("d.json.zip", "{\"type\":\"t\",\"a\":\"1\"}\n");
	put_zip("d.json.zip", (const char *const[]){ "d.json", "[]", "e.json", "[]", NULL });
	fails_with(ERR_BAD_TYPE, "d.json.zip", "more than one file");
	put_lines("{\"type\":\"t\",\"n\":\"{名称}\",\"b\":\"{b}\",\"c\":\"{c}\"}");
	put_zip("d.xlsx", (const char *const[]){
		"xl/sharedStrings.xml",
		"<sst><si><t>名称</t></si><si><r><t>一</t></r><r><t xml:space='preserve'> &amp; 二</t></r><rPh><t>yi</t></rPh></si></sst>",
		"xl/worksheets/sheet1.xml",
		"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='inlineStr'><is><t>b</t></is></c><c r='C1' t='str'><v>c</v></c></row>"
		"<row r='2'><c r='A2' t='s'><v>1</v></c><c r='C2'><f>1+1</f><v>2.5</v></c></row><row r='3'/></sheetData></worksheet>",
		NULL });
	maps_to("d.xlsx", "{\"type\":\"t\",\"n\":\"一 & 二\",\"b\":\"\",\"c\":\"2.5\"}\n");
	put_zip("d.xlsx", (const char *const[]){ "xl/worksheets/sheet1.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>", NULL });
	assert_int_equal(apply_at(NOW, true, "d.xlsx"), ERR_BAD_TYPE);
	put_zip("d.xlsx", (const char *const[]){ "xl/worksheets/sheet1.xml", "<worksheet><row>", NULL });
	fails_with(ERR_BAD_TYPE, "d.xlsx", "not valid XML");
	put_zip("d.xlsx", (const char *const[]){ "other", "x", NULL });
	fails_with(ERR_BAD_TYPE, "d.xlsx", "has no sheet 1");
}

/* Times made up --------------------------------------------------------------------------------------------------------- */

static void
put_times(const char *span, int most)
{
	char text[2000], records[4000] = "{";
	snprintf(text, sizeof text,
	         "{\"sources\":[{\"files\":[\"*\"],\"lines\":[{\"type\":\"m\",\"each\":\"m\",\"key\":\"{@key}\",\"at\":{\"time\":\"{@record.g}\"}}]}],"
	         "\"times\":{\"seed\":7,%s,\"hours\":[0,0,0,0,0,0,0,0,0,1,2,0,0,0,0,0,0,0,0,0,0,0,0,0],\"gap_s\":{\"g\":{\"median\":20,\"min\":5,\"max\":60}},"
	         "\"parallel\":{\"by\":\"one\",\"most\":%d}}}",
	         span, most);
	put_text("map.json", text);
	for (int i = 0; i < 60; i++)
		snprintf(records + strlen(records), sizeof records - strlen(records), "%s\"k%d\":{\"g\":\"g\",\"m\":[1,2,3,4,5,6,7,8]}", i ? "," : "", i);
	put_text("d.json", strcat(records, "}"));
}

struct span {
	int64_t from, to;
};

static int
spans_read(struct span *spans)
{
	int n = 0;
	int64_t last = 0;
	char *at = output, key[10], previous[10] = "";
	for (char *line; (line = strsep(&at, "\n")) && *line;) {
		long long t;
		assert_int_equal(sscanf(line, "{\"type\":\"m\",\"key\":\"%9[^\"]\",\"at\":%lld}", key, &t), 2);
		if (strcmp(key, previous) != 0)
			spans[n++] = (struct span){ t, t };
		else
			assert_in_range(t - last, 5000, 60000);
		last = spans[n - 1].to = t;
		snprintf(previous, sizeof previous, "%.9s", key);
	}
	return n;
}

static int
most_at_once(const struct span *s, int n)
{
	int most = 0;
	for (int i = 0; i < n; i++) {
		int count = 0;
		for (int k = 0; k < n; k++)
			count += s[k].from <= s[i].from && s[i].from < s[k].to;
		most = count > most ? count : most;
	}
	return most;
}

static void
times_are_made(void **state)
{
	static char first[sizeof output];
	struct span spans[60];
	(void)state;
	put_times("\"from\":\"2026-11-02\",\"to\":\"2026-11-03\"", 2);
	assert_int_equal(apply_at(NOW, true, "d.json"), OK);
	memcpy(first, output, sizeof first);
	assert_int_equal(apply_at(NOW + 86400000, true, "d.json"), OK);
	assert_string_equal(first, output); /* nothing of the clock is in it */
	assert_int_equal(spans_read(spans), 60);
	assert_in_range(most_at_once(spans, 60), 1, 2);
	for (int i = 0; i < 60; i++) { /* 09:00 to 11:00 in Shanghai */
		assert_in_range(spans[i].from, 1793581200000LL, 1793674800000LL);
		assert_in_range((spans[i].from / 3600000 + 8) % 24, 9, 10);
	}
	put_times("\"days\":3", 3);
	assert_int_equal(apply_at(NOW, true, "d.json"), OK);
	assert_int_equal(spans_read(spans), 60);
	bool today = false, earlier = false;
	for (int i = 0; i < 60; i++) {
		assert_in_range(spans[i].from, NOW - 3 * 86400000LL - 3 * 3600000LL, NOW);
		assert_true(spans[i].to <= NOW);
		today |= spans[i].from > NOW - 12 * 3600000LL;
		earlier |= spans[i].from < NOW - 40 * 3600000LL;
	}
	assert_true(today && earlier);
}

static void
memory_may_run_out(void **state)
{
	enum err e = ERR_NO_MEMORY;
	(void)state;
	put_lines("{\"type\":\"t\",\"once\":true,\"a\":{\"pick\":\"who\",\"by\":\"{a}\",\"member\":\"key\"},\"b\":{\"object\":{\"x\":\"{a}\"}}}");
	put_zip("d.json.zip", (const char *const[]){ "d.json", "[{\"a\":\"1\"},{\"a\":\"2\"}]", NULL });
	for (long n = 1; e && n < 3000; n++) {
		mem_fail_after(n);
		e = apply_at(NOW, true, "d.json.zip");
		mem_fail_after(0);
		assert_true(!e || e == ERR_NO_MEMORY || why[0]);
	}
	assert_int_equal(e, OK);
	mapping_result_free(&result);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nested_records), cmocka_unit_test(picks),          cmocka_unit_test(tables),
		cmocka_unit_test(conversions),    cmocka_unit_test(refusals_name_the_place), cmocka_unit_test(wrong_mappings),
		cmocka_unit_test(wrong_files),    cmocka_unit_test(packed),         cmocka_unit_test(times_are_made),
		cmocka_unit_test(memory_may_run_out),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
