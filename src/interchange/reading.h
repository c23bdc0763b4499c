/*
 * Chat logs and tables on their way into interchange lines: what the sections "chat" and "table" of a mapping's source say (docs/interchange.md),
 * and what was found on the way, for people to look at before they trust it.
 */
#ifndef INTERCHANGE_READING_H
#define INTERCHANGE_READING_H

#include "interchange/cell.h"
#include "interchange/import.h"
#include "interchange/mapping_impl.h"

enum { COLUMNS_MAX = 200, HEADER_WITHIN = 10 };

enum name_role { ROLE_UNKNOWN, ROLE_AGENT, ROLE_CUSTOMER, ROLE_ROBOT, ROLE_SYSTEM, ROLE_IGNORE };
extern const char *const name_role_words[]; /* "", "agent", ... */
enum name_role name_role_of(struct str word);

/* A name of the source: what it was taken for. */
struct found_name {
	enum name_role role;
	bool said;         /* by mapping or binding, not by "others" */
	struct str person; /* key, of an agent */
	int64_t lines;
	struct str sample;
};

struct findings {
	struct arena *arena;
	struct names names;
	struct found_name *found; /* by the names' index */
	size_t found_cap;
	struct date_look dates;
	struct str date_sample;
	int64_t lines, stray, tail, slow, messages, conversations;
	int64_t header;           /* row of the column names, from 1; 0: none found */
	struct { struct str name, sample; const char *member; } columns[COLUMNS_MAX];
	size_t column_count;
	struct buf marks, samples, rejects; /* JSON values, comma separated */
	int mark_count, sample_count, reject_count;
	int64_t types[32];        /* by enum import_type */
	int64_t first_at, last_at;
	bool refund_time_taken;   /* refunds of an order list carry the time of payment */
};
enum err findings_init(struct findings *f) MUST_CHECK;
void findings_free(struct findings *f);
/* As members of an object already begun. */
void findings_write(struct findings *f, struct json_writer *w);
enum err findings_name(struct findings *f, struct str name, struct found_name **ret) MUST_CHECK;
void findings_reject(struct findings *f, int64_t line, const char *what);

struct reading {
	struct arena *arena;         /* of the line at hand */
	struct arena *keep;          /* of the file */
	const struct json *section;  /* "chat" or "table" */
	const struct zone *zone;
	struct str shop, file;
	bool serial;                 /* a workbook: bare numbers may be times */
	int64_t most;                /* lines to read; 0: all */
	enum date_order dates;
	struct findings *f;
	const struct mapping_options *o;
	struct mapping_fault *fault;
	struct buf *lines;           /* interchange lines of the record at hand */
	struct json_writer w;
	/* Takes what is in `lines`. */
	enum err (*emit)(void *ctx, int64_t number, size_t count);
	enum err (*refuse)(void *ctx, int64_t number, const char *what);
	void *ctx;
	size_t line_count;
};

/* A line of this type: begin, write members through r->w, end. reading_flush hands over what was written for the record. */
void line_begin(struct reading *r, enum import_type t, const char *type);
enum err line_end(struct reading *r) MUST_CHECK;
enum err reading_flush(struct reading *r, int64_t number) MUST_CHECK;
enum err reading_refuse(struct reading *r, int64_t number, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* What this name is; said by the mapping, by a binding, or by "others" of the mapping. */
enum err reading_name(struct reading *r, struct str name, struct str sample, struct found_name **ret) MUST_CHECK;
/* The agent of this name, for tables: ERR_BAD_FIELD, refused already, when nobody is bound. An empty name gives an empty key. */
enum err reading_agent(struct reading *r, int64_t number, struct str name, struct str *ret_key) MUST_CHECK;
/* ERR_BAD_FIELD when it was refused already. */
enum err reading_time(struct reading *r, int64_t number, const char *what, struct str text, int64_t *ret_ms) MUST_CHECK;
struct str section_text(const struct reading *r, const char *member);

/* reading_file.c: a whole file through its section. */
enum err reading_file(struct reading *r, const struct json *source, const char *path, char why[200]) MUST_CHECK;

/* talk.c: lines of conversations, whoever read them. */
struct talk;
enum err talk_new(struct reading *r, struct talk **ret_talk) MUST_CHECK; /* in r->keep */
/* A conversation begins; customer: no value: whoever speaks as one. */
enum err talk_begin(struct talk *t, struct str customer) MUST_CHECK;
struct talk_line {
	int64_t number, at;
	struct str speaker, text, customer; /* customer may have no value */
	struct str agent;                   /* whom a customer addresses: a name; may have no value */
	enum name_role role;                /* ROLE_UNKNOWN: by the name */
};
enum err talk_say(struct talk *t, const struct talk_line *line) MUST_CHECK;
enum err talk_end(struct talk *t) MUST_CHECK;

/* chat_read.c, html_text.c */
enum err chat_read(struct reading *r, struct str text, char why[200]) MUST_CHECK;
enum err html_text(struct arena *a, struct str html, struct str *ret_text) MUST_CHECK;
enum err chat_check(const struct json *section, struct mapping_fault *f) MUST_CHECK;

/* table_read.c: one row after another; the header is found among the first ten. */
struct table;
enum err table_new(struct reading *r, struct table **ret_table, char why[200]) MUST_CHECK;
enum err table_row(void *table, const struct str *cells, size_t n, int64_t number) MUST_CHECK;
enum err table_end(struct table *t, char why[200]) MUST_CHECK;
enum err table_check(const struct json *section, struct mapping_fault *f) MUST_CHECK;
/* The kind whose columns these are, best first; NULL: none. names: of one row. */
const char *table_kind_of(struct arena *a, const struct str *cells, size_t n);

/* table_columns.c: what the columns of each kind are called. */
struct column_def {
	const char *member, *aliases; /* "a|b|c", as cell_name gives them */
	bool needed;
};
struct table_kind {
	const char *name;
	const struct column_def *columns; /* ends with a NULL member */
};
extern const struct table_kind table_kinds[]; /* ends with a NULL name */
const struct table_kind *table_kind_find(struct str name);
struct metric_alias {
	const char *key, *aliases;
	enum { FIGURE_COUNT, FIGURE_MS, FIGURE_RATE, FIGURE_MONEY, FIGURE_NUMBER } unit;
};
extern const struct metric_alias metric_aliases[];
/* By column name, or by key. percent: the name says that bare numbers are hundredths. */
const struct metric_alias *metric_alias_find(struct arena *a, struct str column, bool *ret_percent);
const struct metric_alias *metric_alias_key(struct str key);
bool alias_has(const char *aliases, struct str name);

/* table_kinds.c: one row of a kind into lines. values: by the kind's columns. */
struct row_values {
	int64_t number;
	const struct str *values;
};
struct kind_state;
enum err kind_new(struct reading *r, const struct table_kind *kind, struct kind_state **ret_state) MUST_CHECK;
enum err kind_row(struct kind_state *s, const struct row_values *row) MUST_CHECK;
enum err kind_end(struct kind_state *s) MUST_CHECK;
/* figures: the metric columns of a row. */
struct figure_cell {
	const struct metric_alias *metric;
	struct str value;
	bool percent;
};
enum err figures_row(struct reading *r, const struct row_values *row, const struct figure_cell *cells, size_t n) MUST_CHECK;

#endif
