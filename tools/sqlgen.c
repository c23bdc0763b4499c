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
 *   -- plan: values                                  PostgreSQL plans each run for its values; else it may settle on one plan for all
 *   SELECT ... :shop_id ...;
 * Types: id int bool time money real text enum(...) json. ? is optional, @server never comes from a body, @unbound is read by C
 * only. A record that is no query has no statement and begins with "-- shape: NAME". Where the databases differ the body has lines
 * "-- sqlite:" and "-- postgres:", each followed by its own text. A field whose name is a word of C has an underscore behind it in the struct.
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
#define QUERIES_MAX 1000
#define TEXT_MAX ((size_t)16 << 20)
#define NUMBER_MAX 9007199254740991LL /* 2^53 - 1, the largest exact JSON integer */

enum { SQLITE, POSTGRES, BOTH };
enum { TYPE_TEXT = 6, TYPE_ENUM = 7, TYPE_COUNT = 9 };

static const struct {
	const char *name, *constant, *c_type;
	bool has_range;
} types[TYPE_COUNT] = {
	{ "id", "FIELD_ID", "int64_t ", false },        { "int", "FIELD_INT", "int64_t ", true },
	{ "bool", "FIELD_BOOL", "bool ", false },       { "time", "FIELD_TIME", "int64_t ", true },
	{ "money", "FIELD_MONEY", "int64_t ", true },   { "real", "FIELD_REAL", "double ", false },
	{ "text", "FIELD_TEXT", "struct str ", true },  { "enum", "FIELD_ENUM", "struct str ", false },
	{ "json", "FIELD_JSON", "struct str ", true },
};

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
	bool shape; /* no statement */
	bool by_values;
	struct list in, out;
	struct str body[2]; /* p == NULL: none for this database */
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
static const char *at_path = "sqlgen"; /* where the reader is, for messages */
static int at_line;

static _Noreturn void __attribute__((format(printf, 1, 2)))
die(const char *format, ...)
{
	va_list args;
	va_start(args, format);
	fprintf(stderr, at_line ? "%s:%d: " : "%s: ", at_path, at_line);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	exit(1);
}

static void *
must_alloc(size_t bytes)
{
	void *p = arena_alloc(arena, bytes);
	if (!p)
		die("out of memory");
	return p;
}

static struct str
buf_keep(struct buf *b)
{
	struct str text = arena_str(arena, b->n ? buf_str(b) : STR(""));
	if (buf_err(b) || !text.p)
		die("too large");
	buf_free(b);
	return text;
}

static FILE *
file_open(const char *path, const char *mode)
{
	at_path = path;
	at_line = 0;
	FILE *f = fopen(path, mode);
	if (!f)
		die("cannot open it");
	return f;
}

static void
file_close(FILE *f, const char *path)
{
	bool bad = ferror(f) != 0;
	at_path = path;
	if (fclose(f) != 0 || bad)
		die("cannot write it");
}

static struct str
file_read(const char *path)
{
	FILE *f = file_open(path, "rb");
	long n = fseek(f, 0, SEEK_END) == 0 ? ftell(f) : -1;
	char *p = must_alloc(n > 0 ? (size_t)n : 1);
	rewind(f);
	if (n < 0 || fread(p, 1, (size_t)n, f) != (size_t)n)
		die("cannot read it");
	file_close(f, path);
	return (struct str){ p, (size_t)n };
}

/* ---- names ---- */

static struct str
after(struct str s, size_t n)
{
	return str_sub(s, n, s.n);
}

static struct str
name_take(struct str *rest)
{
	size_t n = 0;
	while (n < rest->n && ((rest->p[n] >= 'a' && rest->p[n] <= 'z') || (rest->p[n] >= '0' && rest->p[n] <= '9') || rest->p[n] == '_'))
		n++;
	struct str name = str_sub(*rest, 0, n);
	*rest = after(*rest, n);
	return name;
}

static bool
c_word(struct str name)
{
	static const char *const c_words[] = { "auto", "bool", "break", "case", "char", "const", "continue", "default", "do", "double",
		"else", "enum", "extern", "false", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return",
		"short", "signed", "sizeof", "static", "struct", "switch", "true", "typedef", "union", "unsigned", "void", "volatile",
		"while" };
	for (size_t i = 0; i < sizeof c_words / sizeof *c_words; i++)
		if (str_eqz(name, c_words[i]))
			return true;
	return false;
}

static bool
name_ok(struct str name)
{
	return name.n > 0 && name.n <= 60 && !(name.p[0] >= '0' && name.p[0] <= '9');
}

/* ---- lists of fields ---- */

static void
words_parse(struct field_def *f, struct str inside)
{
	struct str piece;
	while (str_split(&inside, ',', &piece)) {
		struct str rest = str_trim(piece), word = name_take(&rest);
		if (word.n == 0 || rest.n || f->word_count == WORDS_MAX)
			die("%.*s: bad word \"%.*s\"", STR_ARG(f->name), STR_ARG(piece));
		f->words[f->word_count++] = word;
	}
}

/* "1..200", "..8192", "0.." */
static void
range_parse(struct field_def *f, struct str inside)
{
	ptrdiff_t dots = str_find(inside, STR(".."));
	if (dots < 0)
		die("%.*s: write the range as min..max", STR_ARG(f->name));
	struct str low = str_sub(inside, 0, (size_t)dots), high = after(inside, (size_t)dots + 2);
	f->min = f->type >= TYPE_TEXT ? 0 : -NUMBER_MAX;
	f->max = NUMBER_MAX;
	if ((low.n && !str_int(low, &f->min)) || (high.n && !str_int(high, &f->max)) || f->min > f->max || f->min < -NUMBER_MAX ||
	    f->max > NUMBER_MAX || (f->min == 0 && f->max == 0))
		die("%.*s: the range is not valid", STR_ARG(f->name));
}

static void
marks_parse(struct field_def *f, struct str *rest)
{
	while (rest->n && rest->p[0] != ' ' && rest->p[0] != '\t') {
		bool *mark = rest->p[0] == '?' ? &f->optional : str_starts(*rest, STR("@server")) ? &f->server : &f->unbound;
		size_t n = mark == &f->optional ? 1 : mark == &f->server ? 7 : 8;
		if (mark == &f->unbound && !str_starts(*rest, STR("@unbound")))
			die("%.*s: expected ?, @server, @unbound or a blank at \"%.*s\"", STR_ARG(f->name), STR_ARG(*rest));
		*mark = true;
		*rest = after(*rest, n);
	}
}

static struct field_def *
field_parse(struct str *rest)
{
	struct field_def *f = must_alloc(sizeof *f);
	struct str whole = *rest;
	f->name = name_take(rest);
	if (!name_ok(f->name) || rest->n == 0 || rest->p[0] != ':')
		die("expected name:type at \"%.*s\" (a name is a-z 0-9 _)", STR_ARG(whole));
	*rest = after(*rest, 1);
	struct str type = name_take(rest);
	while (f->type < TYPE_COUNT && !str_eqz(type, types[f->type].name))
		f->type++;
	if (f->type == TYPE_COUNT)
		die("%.*s: there is no type \"%.*s\"", STR_ARG(f->name), STR_ARG(type));
	if (rest->n && rest->p[0] == '(') {
		ptrdiff_t close = str_find_char(*rest, ')');
		struct str inside = str_trim(str_sub(*rest, 1, close > 0 ? (size_t)close : 1));
		if (close < 0 || (f->type != TYPE_ENUM && !types[f->type].has_range))
			die("%.*s: %s", STR_ARG(f->name), close < 0 ? ") is missing" : "this type has no range");
		*rest = after(*rest, (size_t)close + 1);
		if (f->type == TYPE_ENUM)
			words_parse(f, inside);
		else
			range_parse(f, inside);
	} else if (f->type == TYPE_ENUM) {
		die("%.*s: write enum(word,word)", STR_ARG(f->name));
	}
	marks_parse(f, rest);
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
list_parse(struct list *list, struct str rest)
{
	rest = str_trim(rest);
	if (rest.n && rest.p[0] == '=') {
		list->same_as = str_trim(after(rest, 1));
		return;
	}
	for (; rest.n; rest = str_trim(rest)) {
		struct field_def *f = field_parse(&rest);
		if (list_find(list, f->name))
			die("%.*s is listed twice", STR_ARG(f->name));
		if (list->n == FIELDS_MAX)
			die("more than %d fields", FIELDS_MAX);
		list->fields[list->n++] = f;
	}
}

/* The list itself, or the one that "= other" means. */
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
	die("%.*s: this file has no query %.*s with such fields of its own", STR_ARG(q->name), STR_ARG(list->same_as));
}

/* ---- statements ---- */

/* The length of the quoted text or comment at the front of s, 0 if there is none. *ret_drop: it is a comment. */
static size_t
quoted_length(struct str s, bool *ret_drop)
{
	bool line = str_starts(s, STR("--")), block = str_starts(s, STR("/*"));
	*ret_drop = line || block;
	if (!line && !block && s.p[0] != '\'' && s.p[0] != '"')
		return 0;
	ptrdiff_t end = block ? str_find(s, STR("*/")) : str_find_char(after(s, 1), line ? '\n' : s.p[0]);
	if (end < 0)
		return s.n;
	return (size_t)end + (line ? 1 : 2);
}

static size_t
param_number(struct query_def *q, struct list *in, struct field_def *f)
{
	uint8_t at = 0;
	while (in->fields[at] != f)
		at++;
	for (size_t i = 0; i < q->order_count; i++)
		if (q->order[i] == at)
			return i + 1;
	q->order[q->order_count++] = at;
	return q->order_count;
}

/* s begins with ":name". Returns its length. */
static size_t
param_rewrite(struct query_def *q, struct list *in, struct str s, int dialect, struct buf *out)
{
	struct str rest = after(s, 1), name = name_take(&rest);
	struct field_def *f = list_find(in, name);
	if (!f || f->unbound)
		die("%.*s uses :%.*s, which its in: line does not %s", STR_ARG(q->name), STR_ARG(name), f ? "bind" : "have");
	f->used = true;
	if (dialect == POSTGRES)
		buf_printf(out, "$%zu", param_number(q, in, f));
	else
		buf_add(out, str_sub(s, 0, name.n + 1));
	return name.n + 1;
}

/* Drops comments, numbers the parameters for PostgreSQL, refuses a second statement. */
static struct str
body_rewrite(struct query_def *q, struct list *in, struct str s, int dialect)
{
	struct buf out;
	buf_init(&out, TEXT_MAX);
	while (s.n) {
		bool drop;
		size_t n = quoted_length(s, &drop);
		if (n == 0 && s.p[0] == ':' && s.n > 1 && s.p[1] >= 'a' && s.p[1] <= 'z') {
			n = param_rewrite(q, in, s, dialect, &out);
			drop = true;
		}
		if (n == 0 && s.p[0] == ';')
			break;
		if (n == 0)
			n = str_starts(s, STR("::")) ? 2 : 1;
		if (!drop)
			buf_add(&out, str_sub(s, 0, n));
		s = after(s, n);
	}
	if (str_trim(after(s, 1)).n)
		die("%.*s holds more than one statement", STR_ARG(q->name));
	struct str text = str_trim(buf_keep(&out));
	if (text.n == 0)
		die("%.*s has no statement", STR_ARG(q->name));
	return text;
}

static void
query_finish(struct file *file, struct query_def *q)
{
	at_line = q->line;
	struct list *in = list_resolve(file, q, false), *out = list_resolve(file, q, true);
	bool bare = !q->body[SQLITE].p && !q->body[POSTGRES].p;
	if ((q->shape && !bare) || (bare && in->n + out->n == 0))
		die("%.*s: a query has a statement, a shape has none but fields", STR_ARG(q->name));
	for (size_t i = 0; i < in->n; i++)
		in->fields[i]->used = bare || in->fields[i]->unbound || q->in.same_as.p;
	for (int d = SQLITE; d <= POSTGRES; d++)
		if (q->body[d].p)
			q->body[d] = body_rewrite(q, in, q->body[d], d);
	for (size_t i = 0; i < in->n; i++)
		if (!in->fields[i]->used)
			die("%.*s does not use :%.*s (mark it @unbound if only C reads it)", STR_ARG(q->name),
			    STR_ARG(in->fields[i]->name));
}

/* ---- one .sql file ---- */

static struct query_def *
query_start(struct file *file, struct str name)
{
	struct str rest = name;
	if (!name_ok(name_take(&rest)) || c_word(name) || rest.n)
		die("bad query name \"%.*s\"", STR_ARG(name));
	for (size_t i = 0; i < file->n; i++)
		if (str_eq(file->queries[i]->name, name))
			die("%.*s is there already", STR_ARG(name));
	if (file->n == QUERIES_MAX)
		die("more than %d queries", QUERIES_MAX);
	struct query_def *q = file->queries[file->n++] = must_alloc(sizeof *q);
	q->name = name;
	q->line = at_line;
	return q;
}

/* A comment between the name and the statement, without its dashes. open: the list that two blanks go on with. */
static struct list *
header_line(struct query_def *q, struct list *open, struct str comment)
{
	if (!str_starts(comment, STR("  "))) {
		struct str rest = str_trim(comment), key = name_take(&rest);
		if (key.n == 0 || !str_starts(rest, STR(":")))
			return NULL;
		comment = after(rest, 1);
		if (str_eqz(key, "plan") && str_eqz(str_trim(comment), "values")) {
			q->by_values = true;
			return NULL;
		}
		open = str_eqz(key, "in") ? &q->in : str_eqz(key, "out") ? &q->out : NULL;
		if (!open)
			die("unknown key \"%.*s:\" (name, in, out, plan: values, sqlite, postgres)", STR_ARG(key));
	}
	if (open)
		list_parse(open, comment);
	return open;
}

static void
body_end(struct query_def *q, const char *from, const char *end, int section)
{
	struct str text = str_trim((struct str){ from, from ? (size_t)(end - from) : 0 });
	for (int d = SQLITE; from && d <= POSTGRES; d++) {
		if (section != d && section != BOTH)
			continue;
		if (q->body[d].p)
			die("%.*s has two texts for one database", STR_ARG(q->name));
		q->body[d] = text;
	}
}

static struct file *
file_parse(const char *path)
{
	struct file *file = must_alloc(sizeof *file);
	file->path = path;
	file->base = str_starts(str_of(path), STR("src/")) ? str_of(path + 4) : str_of(path);
	file->base.n -= str_ends(file->base, STR(".sql")) ? 4 : 0;
	struct str text = file_read(path), line = STR("");
	struct query_def *q = NULL;
	struct list *open = NULL;
	const char *from = NULL; /* of the statement's text */
	int section = BOTH;
	while (str_split(&text, '\n', &line)) {
		at_line++;
		struct str t = str_trim(line);
		int mark = str_eqz(t, "-- sqlite:") ? SQLITE : str_eqz(t, "-- postgres:") ? POSTGRES : BOTH;
		bool shape = str_starts(t, STR("-- shape:")), starts = shape || str_starts(t, STR("-- name:"));
		if (q && (starts || mark != BOTH))
			body_end(q, from, line.p, section);
		if (starts) {
			q = query_start(file, str_trim(after(t, shape ? 9 : 8)));
			q->shape = shape;
			open = NULL;
			from = NULL;
		} else if (q && mark != BOTH) {
			from = line.p + line.n;
			section = mark;
		} else if (q && !from && str_starts(t, STR("--"))) {
			open = header_line(q, open, after(t, 2));
		} else if (!from && t.n && !str_starts(t, STR("--"))) {
			if (!q)
				die("a statement before the first -- name:");
			from = line.p;
			section = BOTH;
		}
	}
	if (q)
		body_end(q, from, line.p + line.n, section);
	for (size_t i = 0; i < file->n; i++)
		query_finish(file, file->queries[i]);
	return file;
}

/* ---- printing ---- */

static void
c_string(FILE *f, struct str text)
{
	struct str line;
	while (str_split(&text, '\n', &line)) {
		fputs("\n\t\t\"", f);
		for (size_t i = 0; i < line.n; i++) {
			unsigned char c = (unsigned char)line.p[i];
			if (c < ' ')
				fprintf(f, "\\%03o", c);
			else
				fprintf(f, c == '"' || c == '\\' ? "\\%c" : "%c", c);
		}
		fputs(text.p ? "\\n\"" : "\"", f);
	}
}

/* "growth_exam" */
static struct str
name_of_path(struct str base)
{
	char *name = must_alloc(base.n);
	for (size_t i = 0; i < base.n; i++)
		name[i] = (char)((base.p[i] | 32) >= 'a' && (base.p[i] | 32) <= 'z' ? base.p[i] : '_');
	return (struct str){ name, base.n };
}

static bool
has_set(const struct field_def *d)
{
	return d->optional && d->type < TYPE_TEXT;
}

static void
struct_print(FILE *f, struct str query, const char *suffix, const struct list *list)
{
	if (list->n == 0)
		return;
	fprintf(f, "\nstruct %.*s_%s {\n", STR_ARG(query), suffix);
	for (size_t i = 0; i < list->n; i++) {
		const struct field_def *d = list->fields[i];
		if (has_set(d))
			fprintf(f, "\tbool %.*s_set;\n", STR_ARG(d->name));
		fprintf(f, "\t%s%.*s%s;\n", types[d->type].c_type, STR_ARG(d->name), c_word(d->name) ? "_" : "");
	}
	fputs("};\n", f);
}

static void
fields_print(FILE *f, struct str query, const char *suffix, const struct list *list)
{
	if (list->n == 0)
		return;
	fprintf(f, "\nstatic const struct field %.*s_%s_fields[] = {\n", STR_ARG(query), suffix);
	for (size_t i = 0; i < list->n; i++) {
		const struct field_def *d = list->fields[i];
		fprintf(f, "\t{ .name = \"%.*s\", .type = %s, .flags = %d,\n\t  .offset = offsetof(struct %.*s_%s, %.*s%s)", STR_ARG(d->name),
		        types[d->type].constant, (d->optional ? 1 : 0) | (d->server ? 2 : 0), STR_ARG(query), suffix, STR_ARG(d->name),
		        c_word(d->name) ? "_" : "");
		if (has_set(d))
			fprintf(f, ", .set_offset = offsetof(struct %.*s_%s, %.*s_set)", STR_ARG(query), suffix, STR_ARG(d->name));
		if (d->min || d->max)
			fprintf(f, ", .min = %lld, .max = %lld", (long long)d->min, (long long)d->max);
		fputs(d->word_count ? ",\n\t  .words = (const char *const[]){ " : "", f);
		for (size_t w = 0; w < d->word_count; w++)
			fprintf(f, "\"%.*s\", %s", STR_ARG(d->words[w]), w + 1 == d->word_count ? "NULL }" : "");
		fputs(" },\n", f);
	}
	fputs("};\n", f);
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
		if (!q->body[d].p)
			continue;
		fprintf(f, "\t.sql[%s] =", d == SQLITE ? "DB_SQLITE" : "DB_POSTGRES");
		c_string(f, q->body[d]);
		fputs(",\n", f);
	}
	for (int out = 0; out <= 1; out++) {
		const char *suffix = out ? "out" : "in";
		struct list *own = out ? &q->out : &q->in, *list = list_resolve(file, q, out);
		struct str owner = own->same_as.p ? own->same_as : q->name;
		if (list->n)
			fprintf(f, "\t.%s = %.*s_%s_fields, .%s_count = %zu, .%s_size = sizeof(struct %.*s_%s),\n", suffix, STR_ARG(owner),
			        suffix, suffix, list->n, suffix, STR_ARG(owner), suffix);
	}
	if (q->order_count)
		fprintf(f, "\t.pg_order = %.*s_order, .pg_count = %zu,\n", STR_ARG(q->name), q->order_count);
	if (q->by_values)
		fputs("\t.pg_by_values = true,\n", f);
	fputs("};\n", f);
}

static void
file_print(const char *in, const char *out_h, const char *out_c)
{
	struct file *file = file_parse(in);
	FILE *h = file_open(out_h, "wb"), *c = file_open(out_c, "wb");
	struct str name = name_of_path(file->base);
	fprintf(h, "/* Printed by tools/sqlgen from %s: change that. */\n#ifndef %.*s_sql_h\n#define %.*s_sql_h\n", in, STR_ARG(name),
	        STR_ARG(name));
	fputs("\n#include \"db/db.h\"\n", h);
	fprintf(c, "/* Printed by tools/sqlgen from %s: change that. */\n#include \"%.*s_sql.h\"\n", in, STR_ARG(file->base));
	for (size_t i = 0; i < file->n; i++) {
		struct query_def *q = file->queries[i];
		struct_print(h, q->name, "in", &q->in);
		struct_print(h, q->name, "out", &q->out);
		fprintf(h, "%sextern const struct query %.*s;\n", q->in.n || q->out.n ? "" : "\n", STR_ARG(q->name));
		fields_print(c, q->name, "in", &q->in);
		fields_print(c, q->name, "out", &q->out);
	}
	fputs("\n/* Every query of the file, NULL-ended. */", h);
	fprintf(h, "\nextern const struct query *const %.*s_queries[];\n\n#endif\n", STR_ARG(name));
	for (size_t i = 0; i < file->n; i++)
		query_print(c, file, file->queries[i]);
	fprintf(c, "\nconst struct query *const %.*s_queries[] = {\n", STR_ARG(name));
	for (size_t i = 0; i < file->n; i++)
		fprintf(c, "\t&%.*s,\n", STR_ARG(file->queries[i]->name));
	fputs("\tNULL\n};\n", c);
	file_close(h, out_h);
	file_close(c, out_c);
}

static void
registry_print(const char *out, char **paths, int n)
{
	struct file all = { .n = 0 }; /* of all files: no name twice */
	for (int i = 0; i < n; i++) {
		struct file *file = file_parse(paths[i]);
		for (size_t k = 0; k < file->n; k++) {
			at_line = file->queries[k]->line;
			query_start(&all, file->queries[k]->name);
		}
	}
	FILE *f = file_open(out, "wb");
	fputs("/* Printed by tools/sqlgen. */\n#include \"db/db.h\"\n\n", f);
	for (size_t k = 0; k < all.n; k++)
		fprintf(f, "extern const struct query %.*s;\n", STR_ARG(all.queries[k]->name));
	fputs("\nconst struct query *const all_queries[] = {\n", f);
	for (size_t k = 0; k < all.n; k++)
		fprintf(f, "\t&%.*s,\n", STR_ARG(all.queries[k]->name));
	fputs("\tNULL\n};\n", f);
	file_close(f, out);
}

/* "sql/migrations/0001_start.sql": version 1, name "start". */
static int64_t
migration_version(const char *path, struct str *ret_name)
{
	const char *slash = strrchr(path, '/');
	struct str name = str_of(slash ? slash + 1 : path);
	ptrdiff_t under = str_find_char(name, '_');
	int64_t version;
	at_path = path;
	if (under < 1 || !str_ends(name, STR(".sql")) || !str_int(str_sub(name, 0, (size_t)under), &version) || version < 1 ||
	    version > 99999)
		die("a migration is called 0001_name.sql");
	*ret_name = str_sub(name, (size_t)under + 1, name.n - 4);
	return version;
}

static void
migrations_print(const char *out, char **paths, int n)
{
	int64_t last = 0;
	struct buf rows;
	buf_init(&rows, TEXT_MAX);
	FILE *f = file_open(out, "wb");
	fputs("/* Printed by tools/sqlgen. */\n#include \"db/db.h\"\n", f);
	for (int i = 0; i < n; i++) {
		struct str name;
		int64_t version = migration_version(paths[i], &name);
		if (version <= last)
			die("version %lld does not come after %lld", (long long)version, (long long)last);
		last = version;
		fprintf(f, "\nstatic const char text_%d[] =", i);
		c_string(f, file_read(paths[i]));
		fputs(";\n", f);
		buf_printf(&rows, "\t{ %lld, \"%.*s\", { text_%d, sizeof text_%d - 1 } },\n", (long long)version, STR_ARG(name), i, i);
	}
	struct str list = buf_keep(&rows);
	fprintf(f, "\nconst struct migration all_migrations[] = {\n%.*s\t{ 0, NULL, { NULL, 0 } }\n};\n", STR_ARG(list));
	fprintf(f, "const size_t all_migrations_count = %d;\n", n);
	file_close(f, out);
}

int
main(int argc, char **argv)
{
	arena = arena_new((size_t)512 << 20);
	struct str mode = argc >= 3 ? str_of(argv[1]) : STR("");
	if (str_eqz(mode, "--migrations"))
		migrations_print(argv[2], argv + 3, argc - 3);
	else if (str_eqz(mode, "--registry"))
		registry_print(argv[2], argv + 3, argc - 3);
	else if (argc == 4)
		file_print(argv[1], argv[2], argv[3]);
	else
		die("sqlgen IN.sql OUT.h OUT.c | --registry OUT.c IN.sql... | --migrations OUT.c FILE.sql...");
	arena_free(arena);
	return 0;
}
