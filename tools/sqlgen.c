/*
 * Prints C from the .sql files; the database stays the only SQL parser.
 *
 *   sqlgen IN.sql OUT.h OUT.c                structs and const struct query records of one file
 *   sqlgen --registry OUT.c IN.sql...        all_queries[]: every query of the program
 *   sqlgen --migrations OUT.c FILE.sql...    all_migrations[]: numbered scripts (0001_name.sql)
 *
 * A query:
 *   -- name: ticket_list
 *   -- in:   shop_id:id status:enum(open,waiting)? limit:int(1..200) viewer:id@server
 *   --       text:text(1..4000)                      two or more blanks after -- continue the list
 *   -- out:  id:id title:text note:text?             or "= other" for the fields of another query of the file
 *   SELECT ... :shop_id ...;
 * Types: id int bool time money real text enum(...) json. ? is optional, @server never comes from a body, @unbound is read by
 * C only. A record that is no query is written "-- shape: NAME" and has no statement: only its structs. Where the databases differ the body has lines "-- sqlite:" and "-- postgres:", each followed by its own text.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

#include "base/banned.h"

#define FIELDS_MAX 120
#define WORDS_MAX 64
#define QUERIES_MAX 400
#define TEXT_MAX ((size_t)16 << 20)
#define NUMBER_MAX 9007199254740991LL /* 2^53 - 1, the largest exact JSON integer */

enum { SQLITE, POSTGRES };

static const struct {
	const char *name, *constant, *c_type;
	bool has_range;
} types[] = {
	{ "id", "FIELD_ID", "int64_t ", false },     { "int", "FIELD_INT", "int64_t ", true },
	{ "bool", "FIELD_BOOL", "bool ", false },    { "time", "FIELD_TIME", "int64_t ", true },
	{ "money", "FIELD_MONEY", "int64_t ", true }, { "real", "FIELD_REAL", "double ", false },
	{ "text", "FIELD_TEXT", "struct str ", true }, { "enum", "FIELD_ENUM", "struct str ", false },
	{ "json", "FIELD_JSON", "struct str ", true },
};
#define TYPE_TEXT 6
#define TYPE_ENUM 7
#define TYPE_COUNT (sizeof types / sizeof *types)

struct field_def {
	struct str name;
	size_t type;
	bool optional, server, unbound, used;
	int64_t min, max;
	struct str words[WORDS_MAX];
	size_t word_count;
};

struct list {
	struct field_def *fields[FIELDS_MAX];
	size_t n;
	struct str same_as; /* "= other" */
};

struct query_def {
	struct str name;
	int line;
	struct list in, out;
	struct str body[2];
	bool has_body[2];
	uint8_t order[FIELDS_MAX];
	size_t order_count;
};

struct file {
	const char *path;
	struct str base; /* "growth/exam" of "src/growth/exam.sql" */
	struct query_def *queries[QUERIES_MAX];
	size_t n;
};

static struct arena *arena;

static _Noreturn void __attribute__((format(printf, 3, 4)))
die(const char *path, int line, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (line)
		fprintf(stderr, "%s:%d: ", path, line);
	else
		fprintf(stderr, "%s: ", path);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void *
must_alloc(size_t bytes)
{
	void *p = arena_alloc(arena, bytes);
	if (!p)
		die("sqlgen", 0, "out of memory");
	return p;
}

static struct str
file_read(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		die(path, 0, "cannot open it");
	struct buf b;
	buf_init(&b, TEXT_MAX);
	for (;;) {
		char *room = buf_room(&b, 65536);
		if (!room)
			die(path, 0, "too large");
		size_t n = fread(room, 1, 65536, f);
		b.n += n;
		if (n == 0)
			break;
	}
	if (ferror(f))
		die(path, 0, "cannot read it");
	fclose(f);
	struct str text = arena_str(arena, b.n ? buf_str(&b) : STR(""));
	buf_free(&b);
	if (!text.p)
		die("sqlgen", 0, "out of memory");
	return text;
}

static FILE *
output_open(const char *path)
{
	FILE *f = fopen(path, "wb");
	if (!f)
		die(path, 0, "cannot write it");
	return f;
}

static void
output_close(FILE *f, const char *path)
{
	bool bad = ferror(f) != 0;
	if (fclose(f) != 0 || bad)
		die(path, 0, "cannot write it");
}

static bool
is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

static struct str
name_take(struct str *rest)
{
	size_t n = 0;
	while (n < rest->n && is_name_char(rest->p[n]))
		n++;
	struct str name = { rest->p, n };
	*rest = str_sub(*rest, n, rest->n);
	return name;
}

static bool
name_ok(struct str name)
{
	static const char *const c_words[] = { "auto", "bool", "break", "case", "char", "const", "continue", "default", "do", "double",
		"else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return",
		"short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile",
		"while", "true", "false", "errno", "stdin", "stdout", "stderr" };
	for (size_t i = 0; i < sizeof c_words / sizeof *c_words; i++)
		if (str_eqz(name, c_words[i]))
			return false;
	return name.n > 0 && name.n <= 60 && !(name.p[0] >= '0' && name.p[0] <= '9');
}

/* ---- header lines ---- */

static void
words_parse(struct field_def *f, struct str inside, const char *path, int line)
{
	struct str piece;
	while (str_split(&inside, ',', &piece)) {
		struct str rest = str_trim(piece), word = name_take(&rest);
		if (word.n == 0 || rest.n || f->word_count == WORDS_MAX)
			die(path, line, "bad word \"%.*s\" in enum of %.*s", STR_ARG(piece), STR_ARG(f->name));
		f->words[f->word_count++] = word;
	}
}

/* "1..200", "..8192", "0.." */
static void
range_parse(struct field_def *f, struct str inside, const char *path, int line)
{
	ptrdiff_t dots = str_find(inside, STR(".."));
	if (dots < 0)
		die(path, line, "range of %.*s: write min..max", STR_ARG(f->name));
	struct str low = str_sub(inside, 0, (size_t)dots), high = str_sub(inside, (size_t)dots + 2, inside.n);
	f->min = f->type >= TYPE_TEXT ? 0 : -NUMBER_MAX;
	f->max = NUMBER_MAX;
	if ((low.n && !str_int(low, &f->min)) || (high.n && !str_int(high, &f->max)) || f->min > f->max || f->min < -NUMBER_MAX ||
	    f->max > NUMBER_MAX || (f->min == 0 && f->max == 0))
		die(path, line, "range of %.*s is not valid", STR_ARG(f->name));
}

static void
marks_parse(struct field_def *f, struct str *rest, const char *path, int line)
{
	while (rest->n && rest->p[0] != ' ') {
		if (rest->p[0] == '?') {
			f->optional = true;
			*rest = str_sub(*rest, 1, rest->n);
		} else if (str_starts(*rest, STR("@server"))) {
			f->server = true;
			*rest = str_sub(*rest, 7, rest->n);
		} else if (str_starts(*rest, STR("@unbound"))) {
			f->unbound = true;
			*rest = str_sub(*rest, 8, rest->n);
		} else {
			die(path, line, "%.*s: expected ?, @server, @unbound or a blank at \"%.*s\"", STR_ARG(f->name), STR_ARG(*rest));
		}
	}
}

static struct field_def *
field_parse(struct str *rest, const char *path, int line)
{
	struct field_def *f = must_alloc(sizeof *f);
	struct str whole = *rest;
	f->name = name_take(rest);
	if (!name_ok(f->name) || rest->n == 0 || rest->p[0] != ':')
		die(path, line, "expected name:type at \"%.*s\" (a name is a-z 0-9 _ and no word of C)", STR_ARG(whole));
	*rest = str_sub(*rest, 1, rest->n);
	struct str type = name_take(rest);
	while (f->type < TYPE_COUNT && !str_eqz(type, types[f->type].name))
		f->type++;
	if (f->type == TYPE_COUNT)
		die(path, line, "%.*s: there is no type \"%.*s\"", STR_ARG(f->name), STR_ARG(type));
	bool open = rest->n && rest->p[0] == '(';
	if (open) {
		ptrdiff_t close = str_find_char(*rest, ')');
		if (close < 0)
			die(path, line, "%.*s: ) is missing", STR_ARG(f->name));
		struct str inside = str_trim(str_sub(*rest, 1, (size_t)close));
		*rest = str_sub(*rest, (size_t)close + 1, rest->n);
		if (f->type == TYPE_ENUM)
			words_parse(f, inside, path, line);
		else if (types[f->type].has_range)
			range_parse(f, inside, path, line);
		else
			die(path, line, "%.*s: %s has no range", STR_ARG(f->name), types[f->type].name);
	} else if (f->type == TYPE_ENUM) {
		die(path, line, "%.*s: write enum(word,word)", STR_ARG(f->name));
	}
	marks_parse(f, rest, path, line);
	return f;
}

static struct field_def *
list_find(struct list *list, struct str name)
{
	for (size_t i = 0; i < list->n; i++)
		if (str_eq(list->fields[i]->name, name))
			return list->fields[i];
	return NULL;
}

static void
list_parse(struct list *list, struct str rest, const char *path, int line)
{
	rest = str_trim(rest);
	if (rest.n && rest.p[0] == '=') {
		list->same_as = str_trim(str_sub(rest, 1, rest.n));
		return;
	}
	while (rest.n) {
		struct field_def *f = field_parse(&rest, path, line);
		if (list_find(list, f->name))
			die(path, line, "%.*s is listed twice", STR_ARG(f->name));
		if (list->n == FIELDS_MAX)
			die(path, line, "more than %d fields", FIELDS_MAX);
		list->fields[list->n++] = f;
		rest = str_trim(rest);
	}
}

/* ---- bodies ---- */

/* The length of the quoted text or comment at the front of s, 0 if there is none. *ret_drop: it is a comment. */
static size_t
quoted_length(struct str s, bool *ret_drop)
{
	*ret_drop = str_starts(s, STR("--")) || str_starts(s, STR("/*"));
	if (str_starts(s, STR("--"))) {
		ptrdiff_t end = str_find_char(s, '\n');
		return end < 0 ? s.n : (size_t)end;
	}
	if (*ret_drop) {
		ptrdiff_t end = str_find(s, STR("*/"));
		return end < 0 ? s.n : (size_t)end + 2;
	}
	if (s.p[0] != '\'' && s.p[0] != '"')
		return 0;
	ptrdiff_t end = str_find_char(str_sub(s, 1, s.n), s.p[0]);
	return end < 0 ? s.n : (size_t)end + 2;
}

static size_t
param_number(struct query_def *q, struct field_def *f)
{
	uint8_t at = 0;
	while (q->in.fields[at] != f)
		at++;
	for (size_t i = 0; i < q->order_count; i++)
		if (q->order[i] == at)
			return i + 1;
	q->order[q->order_count++] = at;
	return q->order_count;
}

static size_t
param_rewrite(struct query_def *q, struct str s, int dialect, struct buf *out, const char *path)
{
	struct str rest = str_sub(s, 1, s.n), name = name_take(&rest);
	struct field_def *f = list_find(&q->in, name);
	if (!f || f->unbound)
		die(path, q->line, "%.*s uses :%.*s, which its in: line does not %s", STR_ARG(q->name), STR_ARG(name), f ? "bind" : "have");
	f->used = true;
	if (dialect == POSTGRES)
		buf_printf(out, "$%zu", param_number(q, f));
	else
		buf_add(out, str_sub(s, 0, name.n + 1));
	return name.n + 1;
}

/* Drops comments, numbers the parameters for PostgreSQL, refuses a second statement. */
static struct str
body_rewrite(struct query_def *q, struct str s, int dialect, const char *path)
{
	struct buf out;
	buf_init(&out, TEXT_MAX);
	s = str_trim(s);
	while (s.n) {
		bool drop;
		size_t n = quoted_length(s, &drop);
		if (n == 0 && str_starts(s, STR("::")))
			n = 2;
		if (n == 0 && s.p[0] == ':' && s.n > 1 && s.p[1] >= 'a' && s.p[1] <= 'z') {
			n = param_rewrite(q, s, dialect, &out, path);
			drop = true;
		}
		if (n == 0 && s.p[0] == ';') {
			if (str_trim(str_sub(s, 1, s.n)).n)
				die(path, q->line, "%.*s holds more than one statement", STR_ARG(q->name));
			break;
		}
		n = n ? n : 1;
		if (!drop)
			buf_add(&out, str_sub(s, 0, n));
		s = str_sub(s, n, s.n);
	}
	if (buf_err(&out) || out.n == 0)
		die(path, q->line, "%.*s has no statement", STR_ARG(q->name));
	struct str text = arena_str(arena, str_trim(buf_str(&out)));
	buf_free(&out);
	return text;
}

static struct list *
list_resolve(struct file *file, struct query_def *q, bool out)
{
	struct list *list = out ? &q->out : &q->in;
	if (!list->same_as.p)
		return list;
	for (size_t i = 0; i < file->n; i++) {
		struct list *other = out ? &file->queries[i]->out : &file->queries[i]->in;
		if (str_eq(file->queries[i]->name, list->same_as) && other->n && !other->same_as.p)
			return other;
	}
	die(file->path, q->line, "%.*s: no query %.*s with such fields of its own in this file", STR_ARG(q->name), STR_ARG(list->same_as));
}

static void
query_finish(struct file *file, struct query_def *q)
{
	bool record = !q->has_body[SQLITE] && !q->has_body[POSTGRES];
	struct list *in = list_resolve(file, q, false);
	struct str same_as = q->in.same_as;
	q->in = *in;
	q->in.same_as = same_as;
	for (size_t i = 0; i < q->in.n; i++)
		q->in.fields[i]->used = false;
	for (int d = SQLITE; d <= POSTGRES; d++)
		if (q->has_body[d])
			q->body[d] = body_rewrite(q, q->body[d], d, file->path);
	for (size_t i = 0; !record && i < q->in.n; i++)
		if (!q->in.fields[i]->used && !q->in.fields[i]->unbound && !q->in.same_as.p)
			die(file->path, q->line, "%.*s does not use :%.*s (mark it @unbound if only C reads it)", STR_ARG(q->name),
			    STR_ARG(q->in.fields[i]->name));
	if (list_resolve(file, q, true)->n == 0 && q->in.n == 0 && record)
		die(file->path, q->line, "%.*s has no statement and no fields", STR_ARG(q->name));
}

/* ---- one .sql file ---- */

struct reader {
	struct file *file;
	struct query_def *q;
	struct list *open; /* the list that a continuation line goes on with */
	struct buf text[2];
	bool in_body, split;
	int section, line;
};

static void
reader_flush(struct reader *r)
{
	if (!r->q)
		return;
	for (int d = SQLITE; d <= POSTGRES; d++) {
		if (r->text[d].n) {
			r->q->has_body[d] = true;
			r->q->body[d] = arena_str(arena, buf_str(&r->text[d]));
		}
		buf_clear(&r->text[d]);
	}
	r->q = NULL;
}

static void
query_start(struct reader *r, struct str name)
{
	reader_flush(r);
	struct str rest = name;
	if (!name_ok(name_take(&rest)) || rest.n)
		die(r->file->path, r->line, "bad query name \"%.*s\"", STR_ARG(name));
	if (r->file->n == QUERIES_MAX)
		die(r->file->path, r->line, "more than %d queries", QUERIES_MAX);
	for (size_t i = 0; i < r->file->n; i++)
		if (str_eq(r->file->queries[i]->name, name))
			die(r->file->path, r->line, "%.*s is there already", STR_ARG(name));
	r->q = must_alloc(sizeof *r->q);
	r->q->name = name;
	r->q->line = r->line;
	r->file->queries[r->file->n++] = r->q;
	r->in_body = r->split = false;
	r->open = NULL;
}

static void
section_start(struct reader *r, int dialect)
{
	if (!r->split && r->text[SQLITE].n)
		die(r->file->path, r->line, "text stands before the first section");
	if (r->text[dialect].n)
		die(r->file->path, r->line, "this section is there already");
	r->in_body = r->split = true;
	r->section = dialect;
}

static void
body_add(struct reader *r, struct str line)
{
	if (str_trim(line).n == 0 && !r->in_body)
		return;
	r->in_body = true;
	for (int d = SQLITE; d <= POSTGRES; d++) {
		if (r->split && r->section != d)
			continue;
		buf_add(&r->text[d], line);
		buf_char(&r->text[d], '\n');
	}
}

/* A comment line between the name and the statement. */
static void
header_line(struct reader *r, struct str comment)
{
	if (str_starts(comment, STR("  "))) {
		if (r->open)
			list_parse(r->open, comment, r->file->path, r->line);
		return;
	}
	struct str rest = str_trim(comment), key = name_take(&rest);
	r->open = NULL;
	if (key.n == 0 || rest.n == 0 || rest.p[0] != ':')
		return;
	rest = str_sub(rest, 1, rest.n);
	if (str_eqz(key, "in"))
		r->open = &r->q->in;
	else if (str_eqz(key, "out"))
		r->open = &r->q->out;
	else
		die(r->file->path, r->line, "unknown key \"%.*s:\" (name, in, out, sqlite, postgres)", STR_ARG(key));
	list_parse(r->open, rest, r->file->path, r->line);
}

static void
line_read(struct reader *r, struct str line)
{
	struct str trimmed = str_trim(line);
	if (str_starts(trimmed, STR("-- name:")) || str_starts(trimmed, STR("-- shape:"))) {
		query_start(r, str_trim(str_sub(trimmed, (size_t)str_find_char(trimmed, ':') + 1, trimmed.n)));
		return;
	}
	if (!r->q) {
		if (trimmed.n && !str_starts(trimmed, STR("--")))
			die(r->file->path, r->line, "a statement before the first -- name:");
		return;
	}
	if (str_eqz(trimmed, "-- sqlite:"))
		section_start(r, SQLITE);
	else if (str_eqz(trimmed, "-- postgres:"))
		section_start(r, POSTGRES);
	else if (!r->in_body && str_starts(trimmed, STR("--")))
		header_line(r, str_sub(trimmed, 2, trimmed.n));
	else
		body_add(r, line);
}

static struct file *
file_parse(const char *path)
{
	struct file *file = must_alloc(sizeof *file);
	file->path = path;
	file->base = str_of(path);
	if (str_starts(file->base, STR("src/")))
		file->base = str_sub(file->base, 4, file->base.n);
	if (!str_ends(file->base, STR(".sql")))
		die(path, 0, "not a .sql file");
	file->base.n -= 4;
	struct reader r = { .file = file };
	buf_init(&r.text[SQLITE], TEXT_MAX);
	buf_init(&r.text[POSTGRES], TEXT_MAX);
	struct str text = file_read(path), line;
	while (str_split(&text, '\n', &line)) {
		r.line++;
		line_read(&r, line);
	}
	reader_flush(&r);
	buf_free(&r.text[SQLITE]);
	buf_free(&r.text[POSTGRES]);
	for (size_t i = 0; i < file->n; i++)
		query_finish(file, file->queries[i]);
	return file;
}

/* ---- printing ---- */

static void
c_string(FILE *f, struct str text)
{
	struct str line;
	do {
		if (!str_split(&text, '\n', &line))
			break;
		fputs("\n\t\t\"", f);
		for (size_t i = 0; i < line.n; i++) {
			unsigned char c = (unsigned char)line.p[i];
			if (c == '"' || c == '\\')
				fprintf(f, "\\%c", c);
			else if (c == '\t')
				fputs("\\t", f);
			else if (c >= ' ')
				fputc(c, f);
			else
				fprintf(f, "\\%03o", c);
		}
		fputs(text.p ? "\\n\"" : "\"", f);
	} while (text.p);
}

static void
name_print(FILE *f, struct str base, bool upper)
{
	for (size_t i = 0; i < base.n; i++) {
		char c = base.p[i];
		bool lower = c >= 'a' && c <= 'z', keep = lower || (c >= '0' && c <= '9');
		fputc(!keep ? '_' : lower && upper ? c - 32 : c, f);
	}
}

static void
struct_print(FILE *f, struct str query, const char *suffix, const struct list *list)
{
	if (list->n == 0 || list->same_as.p)
		return;
	fprintf(f, "\nstruct %.*s_%s {\n", STR_ARG(query), suffix);
	for (size_t i = 0; i < list->n; i++) {
		const struct field_def *d = list->fields[i];
		if (d->optional && d->type < TYPE_TEXT)
			fprintf(f, "\tbool %.*s_set;\n", STR_ARG(d->name));
		fprintf(f, "\t%s%.*s;\n", types[d->type].c_type, STR_ARG(d->name));
	}
	fputs("};\n", f);
}

static void
fields_print(FILE *f, struct str query, const char *suffix, const struct list *list)
{
	if (list->n == 0 || list->same_as.p)
		return;
	for (size_t i = 0; i < list->n; i++) {
		const struct field_def *d = list->fields[i];
		if (d->type != TYPE_ENUM)
			continue;
		fprintf(f, "\nstatic const char *const %.*s_%s_%.*s_words[] = {", STR_ARG(query), suffix, STR_ARG(d->name));
		for (size_t w = 0; w < d->word_count; w++)
			fprintf(f, " \"%.*s\",", STR_ARG(d->words[w]));
		fputs(" NULL };", f);
	}
	fprintf(f, "\nstatic const struct field %.*s_%s_fields[] = {\n", STR_ARG(query), suffix);
	for (size_t i = 0; i < list->n; i++) {
		const struct field_def *d = list->fields[i];
		fprintf(f, "\t{ .name = \"%.*s\", .type = %s, .flags = %d, .offset = offsetof(struct %.*s_%s, %.*s)", STR_ARG(d->name),
		        types[d->type].constant, (d->optional ? 1 : 0) | (d->server ? 2 : 0), STR_ARG(query), suffix, STR_ARG(d->name));
		if (d->optional && d->type < TYPE_TEXT)
			fprintf(f, ",\n\t  .set_offset = offsetof(struct %.*s_%s, %.*s_set)", STR_ARG(query), suffix, STR_ARG(d->name));
		if (d->min || d->max)
			fprintf(f, ", .min = %lld, .max = %lld", (long long)d->min, (long long)d->max);
		if (d->type == TYPE_ENUM)
			fprintf(f, ",\n\t  .words = %.*s_%s_%.*s_words", STR_ARG(query), suffix, STR_ARG(d->name));
		fputs(" },\n", f);
	}
	fputs("};\n", f);
}

static void
list_print(FILE *f, const struct query_def *q, const char *suffix, const struct list *list, size_t n)
{
	struct str owner = list->same_as.p ? list->same_as : q->name;
	if (n)
		fprintf(f, "\t.%s = %.*s_%s_fields, .%s_count = %zu, .%s_size = sizeof(struct %.*s_%s),\n", suffix, STR_ARG(owner), suffix,
		        suffix, n, suffix, STR_ARG(owner), suffix);
}

static void
query_print(FILE *f, struct file *file, struct query_def *q)
{
	if (q->order_count) {
		fprintf(f, "\nstatic const uint8_t %.*s_order[] = {", STR_ARG(q->name));
		for (size_t i = 0; i < q->order_count; i++)
			fprintf(f, " %d,", q->order[i]);
		fputs(" };", f);
	}
	fprintf(f, "\nconst struct query %.*s = {\n\t.name = \"%.*s\",\n", STR_ARG(q->name), STR_ARG(q->name));
	for (int d = SQLITE; d <= POSTGRES; d++) {
		if (!q->has_body[d])
			continue;
		fprintf(f, "\t.sql[%s] =", d == SQLITE ? "DB_SQLITE" : "DB_POSTGRES");
		c_string(f, q->body[d]);
		fputs(",\n", f);
	}
	list_print(f, q, "in", &q->in, q->in.n);
	list_print(f, q, "out", &q->out, list_resolve(file, q, true)->n);
	if (q->order_count)
		fprintf(f, "\t.pg_order = %.*s_order, .pg_count = %zu,\n", STR_ARG(q->name), q->order_count);
	fputs("};\n", f);
}

static void
file_print(const char *in, const char *out_h, const char *out_c)
{
	struct file *file = file_parse(in);
	FILE *h = output_open(out_h), *c = output_open(out_c);
	fprintf(h, "/* Printed by tools/sqlgen from %s: change that. */\n#ifndef ", in);
	name_print(h, file->base, true);
	fputs("_SQL_H\n#define ", h);
	name_print(h, file->base, true);
	fputs("_SQL_H\n\n#include \"db/db.h\"\n", h);
	fprintf(c, "/* Printed by tools/sqlgen from %s: change that. */\n#include \"%.*s_sql.h\"\n", in, STR_ARG(file->base));
	for (size_t i = 0; i < file->n; i++) {
		struct query_def *q = file->queries[i];
		struct_print(h, q->name, "in", &q->in);
		struct_print(h, q->name, "out", &q->out);
		fprintf(h, "%sextern const struct query %.*s;\n", q->in.n || q->out.n ? "" : "\n", STR_ARG(q->name));
		fields_print(c, q->name, "in", &q->in);
		fields_print(c, q->name, "out", &q->out);
	}
	for (size_t i = 0; i < file->n; i++)
		query_print(c, file, file->queries[i]);
	fputs("\n/* Every query of the file, NULL-ended. */\nextern const struct query *const ", h);
	name_print(h, file->base, false);
	fputs("_queries[];\n\n#endif\n", h);
	fputs("\nconst struct query *const ", c);
	name_print(c, file->base, false);
	fputs("_queries[] = {\n", c);
	for (size_t i = 0; i < file->n; i++)
		fprintf(c, "\t&%.*s,\n", STR_ARG(file->queries[i]->name));
	fputs("\tNULL\n};\n", c);
	output_close(h, out_h);
	output_close(c, out_c);
}

static void
registry_print(const char *out, char **paths, int n)
{
	struct file **files = must_alloc((size_t)(n + 1) * sizeof *files);
	for (int i = 0; i < n; i++)
		files[i] = file_parse(paths[i]);
	FILE *f = output_open(out);
	fputs("/* Printed by tools/sqlgen. */\n#include \"db/db.h\"\n\n", f);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < files[i]->n; k++)
			fprintf(f, "extern const struct query %.*s;\n", STR_ARG(files[i]->queries[k]->name));
	fputs("\nconst struct query *const all_queries[] = {\n", f);
	for (int i = 0; i < n; i++)
		for (size_t k = 0; k < files[i]->n; k++)
			fprintf(f, "\t&%.*s,\n", STR_ARG(files[i]->queries[k]->name));
	fputs("\tNULL\n};\n", f);
	output_close(f, out);
}

/* "sql/migrations/0001_start.sql": version 1, name "start". */
static int64_t
migration_version(const char *path, struct str *ret_name)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);
	ptrdiff_t under = str_find_char(name, '_');
	int64_t version;
	if (under < 1 || !str_ends(name, STR(".sql")) || !str_int(str_sub(name, 0, (size_t)under), &version) || version < 1 || version > 99999)
		die(path, 0, "a migration is called 0001_name.sql");
	*ret_name = str_sub(name, (size_t)under + 1, name.n - 4);
	return version;
}

static void
migrations_print(const char *out, char **paths, int n)
{
	int64_t last = 0, version;
	struct str name;
	for (int i = 0; i < n; i++, last = version) {
		version = migration_version(paths[i], &name);
		if (version <= last)
			die(paths[i], 0, "version %lld does not come after %lld", (long long)version, (long long)last);
	}
	FILE *f = output_open(out);
	fputs("/* Printed by tools/sqlgen. */\n#include \"db/db.h\"\n", f);
	for (int i = 0; i < n; i++) {
		fprintf(f, "\nstatic const char text_%d[] =", i);
		c_string(f, file_read(paths[i]));
		fputs(";\n", f);
	}
	fputs("\nconst struct migration all_migrations[] = {\n", f);
	for (int i = 0; i < n; i++) {
		version = migration_version(paths[i], &name);
		fprintf(f, "\t{ %lld, \"%.*s\", { text_%d, sizeof text_%d - 1 } },\n", (long long)version, STR_ARG(name), i, i);
	}
	fprintf(f, "\t{ 0, NULL, { NULL, 0 } }\n};\nconst size_t all_migrations_count = %d;\n", n);
	output_close(f, out);
}

int
main(int argc, char **argv)
{
	arena = arena_new(256 << 20);
	if (!arena)
		die("sqlgen", 0, "out of memory");
	if (argc >= 3 && str_eqz(str_of(argv[1]), "--migrations"))
		migrations_print(argv[2], argv + 3, argc - 3);
	else if (argc >= 3 && str_eqz(str_of(argv[1]), "--registry"))
		registry_print(argv[2], argv + 3, argc - 3);
	else if (argc == 4)
		file_print(argv[1], argv[2], argv[3]);
	else
		die("usage", 0, "sqlgen IN.sql OUT.h OUT.c | --registry OUT.c IN.sql... | --migrations OUT.c FILE.sql...");
	arena_free(arena);
	return 0;
}
