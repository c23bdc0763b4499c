/* The records of a file: JSON cut into its records before it is parsed, lines of JSON, rows of a table. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "interchange/mapping_impl.h"
#include "base/banned.h"

enum { CELLS_MAX = 200, FILE_MAX = 1 << 30, NAMES_MAX = 1 << 20 };


static enum err
refuse(char why[200], const char *file, const char *what, const char *more)
{
	snprintf(why, 200, "%.80s: %s%s%.80s", file, what, more[0] ? " " : "", more);
	return ERR_BAD_TYPE;
}

static enum err
file_read(const char *path, size_t most, struct mapping_file *f, char why[200])
{
	struct stat st;
	size_t at = 0;
	ssize_t got = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok = fd >= 0 && fstat(fd, &st) == 0;
	if (ok && st.st_size > FILE_MAX) {
		close(fd);
		refuse(why, path, "is larger than 1 GB", "");
		return ERR_TOO_LARGE;
	}
	f->size = ok ? (size_t)st.st_size : 0;
	if (most && f->size > most)
		f->size = most;
	f->bytes = ok ? mem_new(1, f->size + 1) : NULL;
	while (f->bytes && at < f->size && (got = read(fd, f->bytes + at, f->size - at)) > 0)
		at += (size_t)got;
	ok = f->bytes && got >= 0;
	f->size = at;
	if (!ok)
		snprintf(why, 200, "%.150s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ok ? OK : ERR_IO;
}

/* JSON, cut ------------------------------------------------------------------------------------------------------------- */

struct cutter {
	struct str rest;
	const char *start;
	struct arena *arena;
	mapping_each *each;
	void *ctx;
	char *why;
	const char *file;
	int64_t number;
};

static enum err
cut_refuse(struct cutter *c, const char *what)
{
	size_t line = 1;
	for (const char *p = c->start; p < c->rest.p; p++)
		line += *p == '\n';
	snprintf(c->why, 200, "%.80s: line %zu: %s", c->file, line, what);
	return ERR_BAD_TYPE;
}

static void
blanks(struct str *s)
{
	while (s->n && strchr(" \t\r\n", s->p[0]))
		*s = str_sub(*s, 1, s->n);
}

static bool
taken(struct cutter *c, char expected)
{
	blanks(&c->rest);
	if (!c->rest.n || c->rest.p[0] != expected)
		return false;
	c->rest = str_sub(c->rest, 1, c->rest.n);
	return true;
}

/* One whole value off the front, unparsed; what lies in it is for json_parse to judge. */
static bool
value_cut(struct cutter *c, struct str *ret)
{
	blanks(&c->rest);
	struct str s = c->rest;
	size_t i = 0, depth = 0;
	bool in_text = false;
	for (; i < s.n; i++) {
		char ch = s.p[i];
		if (in_text) {
			i += ch == '\\';
			in_text = ch != '"';
		} else if (ch == '"') {
			in_text = true;
		} else if (ch == '{' || ch == '[') {
			depth++;
		} else if (ch == '}' || ch == ']') {
			if (!depth)
				break;
			depth--;
		} else if (ch == ',' && !depth) {
			break;
		} else if (ch == ':' && !depth) {
			break;
		}
	}
	if (i > s.n || in_text || depth)
		return false;
	*ret = str_trim(str_sub(s, 0, i));
	c->rest = str_sub(s, i, s.n);
	return ret->n > 0;
}

static enum err
record_give(struct cutter *c, struct str key, struct str text)
{
	struct mapping_record r = { .number = ++c->number, .key = key };
	struct str why = STR_NONE;
	enum err e = json_parse(c->arena, text, &r.value, &why);
	if (e == ERR_NO_MEMORY)
		return e;
	if (e)
		r.fault = why.p ? why : STR("is not valid JSON");
	if (!r.key.p)
		r.key = arena_printf(c->arena, "%lld", (long long)r.number);
	return c->each(c->ctx, &r);
}

static enum err
key_cut(struct cutter *c, struct str *ret_key)
{
	struct str text;
	const struct json *v;
	if (!value_cut(c, &text) || json_parse(c->arena, text, &v, NULL) || json_kind(v) != JSON_TEXT || !taken(c, ':'))
		return cut_refuse(c, "a member's name and a colon are expected");
	*ret_key = json_text(v);
	return OK;
}

static enum err
records_cut(struct cutter *c)
{
	bool object = taken(c, '{');
	char end = object ? '}' : ']';
	enum err e = OK;
	if (!object && !taken(c, '['))
		return cut_refuse(c, "a list or an object of records is expected");
	if (taken(c, end))
		return OK;
	do {
		struct str key = STR_NONE, text;
		arena_reset(c->arena);
		e = object ? key_cut(c, &key) : OK;
		if (!e && !value_cut(c, &text))
			e = cut_refuse(c, "a record is expected");
		if (!e)
			e = record_give(c, key, text);
	} while (!e && taken(c, ','));
	if (!e && !taken(c, end))
		e = cut_refuse(c, "a comma or the end of the records is expected");
	return e;
}

/* Down to the member `name` of the object that begins here. */
static enum err
cut_into(struct cutter *c, struct str name)
{
	struct str key, text;
	enum err e = OK;
	if (!taken(c, '{'))
		return cut_refuse(c, "an object is expected on the way to the records");
	do {
		arena_reset(c->arena);
		e = key_cut(c, &key);
		if (!e && str_eq(key, name))
			return OK;
		if (!e && !value_cut(c, &text))
			e = cut_refuse(c, "a value is expected");
	} while (!e && taken(c, ','));
	return e ? e : cut_refuse(c, "the path to the records leads nowhere");
}

static enum err
json_each(struct cutter *c, struct str records)
{
	struct str name;
	enum err e = OK;
	bool whole = !records.n;
	while (!e && records.n && str_split(&records, '.', &name))
		e = cut_into(c, name);
	if (!e)
		e = records_cut(c);
	blanks(&c->rest);
	if (!e && whole && c->rest.n)
		e = cut_refuse(c, "something stands after the records");
	return e;
}

static enum err
lines_each(struct cutter *c)
{
	struct str line;
	enum err e = OK;
	while (!e && c->rest.n && str_split(&c->rest, '\n', &line)) {
		arena_reset(c->arena);
		if (str_trim(line).n)
			e = record_give(c, STR_NONE, line);
	}
	return e;
}

/* Tables ---------------------------------------------------------------------------------------------------------------- */

static enum err
names_take(struct mapping_rows *r, const struct str *cells, size_t n)
{
	for (size_t i = 0; i < n && i < CELLS_MAX; i++) {
		struct str name = str_trim(cells[i]);
		r->names[i] = name.n ? arena_str(r->names_arena, name) : arena_printf(r->names_arena, "%zu", i + 1);
		for (size_t k = 0; k < i; k++)
			if (str_eq(r->names[k], r->names[i]))
				r->names[i] = arena_printf(r->names_arena, "%.*s#%zu", STR_ARG(name), i + 1);
		if (!r->names[i].p)
			return ERR_NO_MEMORY;
	}
	r->name_count = n > CELLS_MAX ? CELLS_MAX : n;
	return OK;
}

enum err
mapping_row(struct mapping_rows *r, const struct str *cells, size_t n)
{
	struct mapping_record record = { 0 };
	struct buf b;
	struct json_writer w;
	bool any = false;
	if (r->cells)
		return r->cells(r->ctx, cells, n, r->row);
	for (size_t i = 0; i < n; i++)
		any |= str_trim(cells[i]).n > 0;
	if (!any)
		return OK;
	if (!r->name_count)
		return names_take(r, cells, n);
	record.number = ++r->number;
	record.key = arena_printf(r->arena, "%lld", (long long)record.number);
	if (n > r->name_count)
		record.fault = arena_printf(r->arena, "has %zu cells, but there are %zu columns", n, r->name_count);
	buf_init(&b, 16 << 20);
	jw_init(&w, &b);
	jw_object(&w);
	for (size_t i = 0; i < n && i < r->name_count; i++) {
		if (!cells[i].n)
			continue;
		jw_key_str(&w, r->names[i]);
		jw_text(&w, cells[i]);
	}
	jw_end(&w);
	enum err e = jw_finish(&w);
	if (!e)
		e = json_parse(r->arena, buf_str(&b), &record.value, NULL);
	buf_free(&b);
	return e ? e : r->each(r->ctx, &record);
}

static enum err
header_take(struct mapping_rows *r)
{
	struct str names[CELLS_MAX];
	size_t n = json_count(r->header);
	for (size_t i = 0; i < n && i < CELLS_MAX; i++)
		names[i] = json_text(json_at(r->header, i));
	return n ? names_take(r, names, n > CELLS_MAX ? CELLS_MAX : n) : OK;
}

enum err
mapping_csv_each(struct mapping_rows *rows, struct str text, char separator, const char *file, char why[200])
{
	struct str cells[CELLS_MAX];
	size_t n;
	int line = 0;
	enum err e = OK, quote = OK;
	while (!e) {
		arena_reset(rows->arena);
		if (!csv_next(rows->arena, &text, separator, cells, CELLS_MAX, &n, &line, &quote))
			break;
		if (n > CELLS_MAX) {
			snprintf(why, 200, "%.80s: line %d has more than %d cells", file, line, CELLS_MAX);
			return ERR_BAD_TYPE;
		}
		rows->row = line;
		e = mapping_row(rows, cells, n);
	}
	if (!e && quote) {
		snprintf(why, 200, "%.80s: line %d: %s", file, line, quote == ERR_BAD_FIELD ? "a quote never ends" : err_text(quote, "en"));
		return ERR_BAD_TYPE;
	}
	return e;
}

/* A file ---------------------------------------------------------------------------------------------------------------- */

static const char *
format_of(struct str name, const struct json *source)
{
	static const char *const all[] = { "json", "jsonl", "csv", "tsv", "xlsx" };
	struct str given = json_text(json_get(source, "format"));
	ptrdiff_t dot = -1;
	for (size_t i = 0; i < name.n; i++)
		dot = name.p[i] == '.' ? (ptrdiff_t)i : dot;
	struct str end = given.p ? given : dot < 0 ? STR("") : str_sub(name, (size_t)dot + 1, name.n);
	if (str_eqz(end, "ndjson"))
		return "jsonl";
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (str_eq_nocase(end, str_of(all[i])))
			return all[i];
	return NULL;
}

static enum err
text_each(const struct mapping_file *f, const struct json *source, struct arena *arena, const char *format, mapping_each *each, void *ctx, char why[200])
{
	struct arena *texts = arena_new((size_t)3 * FILE_MAX);
	struct str text, delimiter = json_text(json_get(source, "delimiter"));
	enum err e = texts ? text_decode(texts, (struct str){ f->bytes, f->size }, &text) : ERR_NO_MEMORY;
	if (e == ERR_BAD_TYPE)
		refuse(why, f->name, "is neither UTF-8 nor UTF-16 nor GB18030 text", "");
	struct cutter c = { .arena = arena, .each = each, .ctx = ctx, .why = why, .file = f->name };
	if (!e) {
		c.rest = text;
		c.start = text.p;
	}
	if (!e && !strcmp(format, "json")) {
		e = json_each(&c, json_text(json_get(source, "records")));
	} else if (!e && !strcmp(format, "jsonl")) {
		e = lines_each(&c);
	} else if (!e) {
		struct mapping_rows rows = { .header = json_get(source, "header"), .names_arena = texts, .arena = arena, .each = each, .ctx = ctx };
		e = header_take(&rows);
		char separator = delimiter.n ? delimiter.p[0] : !strcmp(format, "tsv") ? '\t' : ',';
		if (!e)
			e = mapping_csv_each(&rows, text, separator, f->name, why);
	}
	arena_free(texts);
	return e;
}

static enum err
table_each(const struct mapping_file *f, const struct json *source, struct arena *arena, mapping_each *each, void *ctx, char why[200])
{
	struct arena *names = arena_new(NAMES_MAX);
	struct mapping_rows rows = { .header = json_get(source, "header"), .names_arena = names, .arena = arena, .each = each, .ctx = ctx };
	char inner[160] = "";
	enum err e = names ? header_take(&rows) : ERR_NO_MEMORY;
	if (!e)
		e = mapping_xlsx_each((struct str){ f->bytes, f->size }, json_int(json_get(source, "sheet"), 1), &rows, why);
	if (e && why[0]) {
		snprintf(inner, sizeof inner, "%.150s", why);
		refuse(why, f->name, inner, "");
	}
	arena_free(names);
	return e;
}

enum err
mapping_file_open(const char *path, size_t most, struct mapping_file *ret_file, char why[200])
{
	struct mapping_file f = { 0 }, packed;
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	snprintf(f.name, sizeof f.name, "%.190s", base);
	why[0] = 0;
	bool packed_file = str_ends(str_of(base), STR(".zip")) || str_ends(str_of(base), STR(".xlsx"));
	enum err e = file_read(path, packed_file ? 0 : most, &f, why);
	/* A piece ends with a whole line. */
	while (!e && !packed_file && most && f.size == most && f.bytes[f.size - 1] != '\n' && f.size > 1)
		f.size--;
	if (!e && str_ends(str_of(base), STR(".zip"))) {
		char inner[160];
		packed = f;
		f = (struct mapping_file){ 0 };
		e = mapping_unzip((struct str){ packed.bytes, packed.size }, NULL, &f.bytes, &f.size, f.name, why);
		mem_free(packed.bytes);
		snprintf(inner, sizeof inner, "%.150s", why);
		if (e)
			refuse(why, base, inner, "");
	}
	if (e)
		mem_free(f.bytes);
	else
		*ret_file = f;
	return e;
}

enum err
mapping_source_each(const char *path, const struct json *source, struct arena *arena, mapping_each *each, void *ctx, char why[200])
{
	struct mapping_file f = { 0 };
	const char *format = NULL;
	enum err e = mapping_file_open(path, 0, &f, why);
	if (!e && !(format = format_of(str_of(f.name), source)))
		e = refuse(why, f.name, "is neither .json, .jsonl, .csv, .tsv nor .xlsx: state the format", "");
	if (!e && !strcmp(format, "xlsx"))
		e = table_each(&f, source, arena, each, ctx, why);
	else if (!e)
		e = text_each(&f, source, arena, format, each, ctx, why);
	mem_free(f.bytes);
	return e;
}
