/*
 * JSON. The reader is strict (jansson behind it): one value, no duplicate members, valid UTF-8, no U+0000, depth <= 64,
 * integers within +-(2^53 - 1). The writer streams into a buf and cannot emit invalid JSON: misuse (a value without its key,
 * a key in an array, an end too many, a second value, an integer beyond 2^53 - 1) sets its error, ERR_INTERNAL.
 */
#ifndef JSON_JSON_H
#define JSON_JSON_H

#include "base/arena.h"
#include "base/buf.h"

enum json_kind { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_INT, JSON_REAL, JSON_TEXT, JSON_ARRAY, JSON_OBJECT };

struct json; /* a value; lives as long as the arena it was parsed into */

/* ERR_BAD_JSON (with *ret_why a static or arena text and the line, when ret_why is not NULL) or ERR_NO_MEMORY (then *ret_why has no value). */
enum err json_parse(struct arena *a, struct str text, const struct json **ret_value, struct str *ret_why) MUST_CHECK;

/* The same, four times as fast for small texts that come by the million: what the value holds lies in `a`, under its limit. */
enum err json_parse_many(struct arena *a, struct str text, const struct json **ret_value, struct str *ret_why) MUST_CHECK;

/* All readers accept NULL and the wrong kind: they give JSON_NONE, NULL, no value, the default. */
enum json_kind json_kind(const struct json *v);
const struct json *json_get(const struct json *object, const char *member);
size_t json_count(const struct json *array_or_object);
const struct json *json_at(const struct json *array, size_t i);
struct str json_text(const struct json *v);
int64_t json_int(const struct json *v, int64_t otherwise);
double json_number(const struct json *v, double otherwise); /* of JSON_INT and JSON_REAL; jansson owns the symbol json_real */
bool json_bool(const struct json *v, bool otherwise);
/* Walk an object in source order: start with *iter = NULL; false at the end. */
bool json_next(const struct json *object, void **iter, struct str *ret_member, const struct json **ret_value);

struct json_writer {
	struct buf *out;
	enum err err;
	int depth;
	uint64_t is_object, has_item; /* a bit a level; at most 64 levels */
	bool after_key, done;
};

void jw_init(struct json_writer *w, struct buf *out);
void jw_object(struct json_writer *w);
void jw_array(struct json_writer *w);
void jw_end(struct json_writer *w); /* closes the innermost object or array */
void jw_key(struct json_writer *w, const char *member);
void jw_key_str(struct json_writer *w, struct str member);
void jw_text(struct json_writer *w, struct str s); /* no value -> null; bad UTF-8 and U+0000 -> U+FFFD */
void jw_int(struct json_writer *w, int64_t v);
void jw_real(struct json_writer *w, double v); /* not finite -> null; shortest text that reads back the same */
void jw_bool(struct json_writer *w, bool v);
void jw_null(struct json_writer *w);
/* Text that is JSON already (from a json column, from another writer); empty -> null. The caller vouches for it. */
void jw_raw(struct json_writer *w, struct str json);
void jw_value(struct json_writer *w, const struct json *v); /* a parsed value, whole */
/* OK only when exactly one complete value was written and the buffer holds it all. */
enum err jw_finish(struct json_writer *w) MUST_CHECK;

/* key + value in one line */
void jw_member_text(struct json_writer *w, const char *member, struct str s);
void jw_member_int(struct json_writer *w, const char *member, int64_t v);
void jw_member_bool(struct json_writer *w, const char *member, bool v);

#endif
