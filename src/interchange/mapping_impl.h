/* The mapping's own insides. */
#ifndef INTERCHANGE_MAPPING_IMPL_H
#define INTERCHANGE_MAPPING_IMPL_H

#include "base/rand.h"
#include "base/zone.h"
#include "interchange/mapping.h"
#include "interchange/names.h"
#include "json/json.h"

enum { MAPPING_GAPS = 8, MAPPING_LETS = 16 };

/* The first thing that went wrong, with the path to it. */
struct mapping_fault {
	char text[200];
};
enum err mapping_fault(struct mapping_fault *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* mapping_times.c: times for sources that have none. */
struct mapping_gap {
	struct str name;
	double median_s, spread, min_s, max_s;
};

struct mapping_busy { /* a conversation of someone on a day */
	int64_t from, to;
	uint32_t next;
};

struct mapping_times {
	bool on;
	uint64_t seed;
	const struct zone *zone;
	int64_t first_day, day_count, until;
	bool moving; /* the window ends now */
	double hours[24], weekdays[7];
	struct mapping_gap gaps[MAPPING_GAPS];
	size_t gap_count;
	const struct json *parallel_by;
	int64_t parallel_most;
	struct names busy_days; /* "who\x1fday"; id: 1 + index of the first of busy */
	struct mapping_busy *busy;
	size_t busy_count, busy_cap;
};

/* The clock of one record. */
struct mapping_clock {
	struct rng rng;
	int64_t at, last;
	bool started;
};
/* zone: of the mapping. */
enum err mapping_times_read(struct mapping_times *t, const struct json *section, const struct zone *zone, int64_t now, struct mapping_fault *f) MUST_CHECK;
void mapping_times_free(struct mapping_times *t);
/* The next instant of a record: the first one is its start, the others lie a gap of this name later. */
enum err mapping_time_next(const struct mapping_times *t, struct mapping_clock *c, struct str gap, int64_t *ret_at, struct mapping_fault *f) MUST_CHECK;
/* A start for a conversation of this length, where `who` (may be empty) has room; it is taken. */
enum err mapping_time_start(struct mapping_times *t, struct rng *rng, struct str who, int64_t length_ms, int64_t *ret_at) MUST_CHECK;

/* mapping_value.c: what a member of the mapping says, for a record. */
enum mapping_kind { VALUE_NONE, VALUE_JSON, VALUE_TEXT, VALUE_INT };
struct mapping_value {
	enum mapping_kind kind;
	const struct json *json;
	struct str text;
	int64_t n;
};

struct mapping_scope {
	struct arena *arena; /* of the record */
	const struct json *root, *record, *item;
	struct str file, key, item_key;
	int64_t number, item_number; /* from 1 */
	const struct zone *zone;
	struct mapping_times *times;
	struct mapping_clock *clock;
	struct str let_names[MAPPING_LETS];
	struct mapping_value lets[MAPPING_LETS];
	size_t let_count;
	struct mapping_fault *fault;
};
/* name: of the member that is computed, for the fault. */
enum err mapping_eval(struct mapping_scope *s, struct str name, const struct json *value, struct mapping_value *ret) MUST_CHECK;
/* The path as a JSON value; NULL when nothing is there or it is no JSON (a number of ours, a text of ours). */
const struct json *mapping_find(struct mapping_scope *s, struct str path);
enum err mapping_when(struct mapping_scope *s, const struct json *when, bool *ret_true) MUST_CHECK;
struct str mapping_text(struct mapping_scope *s, const struct mapping_value *v);
void mapping_write(struct json_writer *w, const struct mapping_value *v);
/* Looks through a value of the mapping for what nobody understands. */
enum err mapping_check(const struct json *root, struct str name, const struct json *value, struct mapping_fault *f) MUST_CHECK;

/* mapping_convert.c */
enum err mapping_convert(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *v) MUST_CHECK;

/* mapping_source.c: the records of a file. */
struct mapping_record {
	const struct json *value;
	struct str key;   /* its member name, or its number from 1 */
	int64_t number;
	struct str fault; /* set instead of value: this record cannot be read */
};
typedef enum err mapping_each(void *ctx, const struct mapping_record *r);
/* The arena is reset before every record. why: of the file. An error of `each` is returned. */
enum err mapping_source_each(const char *path, const struct json *source, struct arena *arena, mapping_each *each, void *ctx, char why[200]) MUST_CHECK;

/* Rows of cells as records: the first row names them, unless header does. */
struct mapping_rows {
	const struct json *header;
	struct str names[200];
	size_t name_count;
	struct arena *names_arena, *arena;
	int64_t number;
	mapping_each *each;
	/* Instead of each: the cells as they are, with the row's number in the file. */
	enum err (*cells)(void *ctx, const struct str *cells, size_t n, int64_t row);
	int64_t row;
	void *ctx;
};
enum err mapping_csv_each(struct mapping_rows *rows, struct str text, char separator, const char *file, char why[200]) MUST_CHECK;
/* A file's bytes; of a .zip those of the only file in it. Free with mem_free. */
struct mapping_file {
	char *bytes;
	size_t size;
	char name[200];
};
/* most: bytes of a text to read, up to a line's end; 0: all. */
enum err mapping_file_open(const char *path, size_t most, struct mapping_file *ret_file, char why[200]) MUST_CHECK;
enum err mapping_row(struct mapping_rows *r, const struct str *cells, size_t n) MUST_CHECK;
/* mapping_xlsx.c: the workbook's sheet (from 1). bytes: the file. */
enum err mapping_xlsx_each(struct str bytes, int64_t sheet, struct mapping_rows *rows, char why[200]) MUST_CHECK;
/* A member of a zip file into the heap (mem_free); name NULL: the only file in it. ERR_NOT_FOUND. */
enum err mapping_unzip(struct str bytes, const char *name, char **ret_bytes, size_t *ret_size, char ret_name[200], char why[200]) MUST_CHECK;

#endif
