#include <setjmp.h>
#include <string.h>

/* jansson's kinds have the names of ours. */
#define JSON_OBJECT JANSSON_OBJECT
#define JSON_ARRAY  JANSSON_ARRAY
#define JSON_REAL   JANSSON_REAL
#define JSON_NULL   JANSSON_NULL
#include <jansson.h>
#undef JSON_OBJECT
#undef JSON_ARRAY
#undef JSON_REAL
#undef JSON_NULL

#include "json/value.h"

#include "base/mem.h"

#include "base/banned.h"

#define INT_LIMIT 9007199254740991LL

/* What jansson asks for while it reads: many small pieces, which all end together. They are never given back one by one. */
static _Thread_local struct arena *reading;

/* Without memory in the middle of a word jansson calls the text wrong, or trips over its own assertion: it is left at once. */
static _Thread_local jmp_buf no_room;

static void *
heap_take(size_t bytes)
{
	void *p = reading ? arena_alloc(reading, bytes) : mem_new(1, bytes);
	if (reading && !p)
		longjmp(no_room, 1);
	return p;
}

static void
heap_give(void *p)
{
	if (!reading)
		mem_free(p);
}

__attribute__((constructor)) static void
heap_set(void)
{
	json_set_alloc_funcs(heap_take, heap_give);
}

static const json_t *
inner(const struct json *v)
{
	return (const json_t *)v;
}

static const struct json *
outer(const json_t *v)
{
	return (const struct json *)v;
}

enum json_kind
json_kind(const struct json *v)
{
	if (!v)
		return JSON_NONE;
	if (quick_of(v))
		return (enum json_kind)(quick_of(v)->kind - QUICK);
	switch (json_typeof(inner(v))) {
	case JANSSON_OBJECT:
		return JSON_OBJECT;
	case JANSSON_ARRAY:
		return JSON_ARRAY;
	case JSON_STRING:
		return JSON_TEXT;
	case JSON_INTEGER:
		return JSON_INT;
	case JANSSON_REAL:
		return JSON_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_BOOL;
	case JANSSON_NULL:
		return JSON_NULL;
	}
	return JSON_NONE;
}

const struct json *
json_get(const struct json *object, const char *member)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	const struct quick *q = quick_of(object);
	return q ? (const struct json *)quick_get(q, str_of(member)) : outer(json_object_get(inner(object), member));
}

size_t
json_count(const struct json *v)
{
	enum json_kind k = json_kind(v);
	if (k != JSON_ARRAY && k != JSON_OBJECT)
		return 0;
	if (quick_of(v))
		return quick_of(v)->count;
	return k == JSON_ARRAY ? json_array_size(inner(v)) : json_object_size(inner(v));
}

const struct json *
json_at(const struct json *array, size_t i)
{
	if (json_kind(array) != JSON_ARRAY)
		return NULL;
	const struct quick *q = quick_of(array);
	return q ? (const struct json *)quick_at(q, i) : outer(json_array_get(inner(array), i));
}

struct str
json_text(const struct json *v)
{
	if (json_kind(v) != JSON_TEXT)
		return STR_NONE;
	if (quick_of(v))
		return quick_of(v)->is.text;
	return (struct str){ json_string_value(inner(v)), json_string_length(inner(v)) };
}

int64_t
json_int(const struct json *v, int64_t otherwise)
{
	if (json_kind(v) != JSON_INT)
		return otherwise;
	return quick_of(v) ? quick_of(v)->is.integer : json_integer_value(inner(v));
}

double
json_number(const struct json *v, double otherwise)
{
	enum json_kind k = json_kind(v);
	if (k != JSON_INT && k != JSON_REAL)
		return otherwise;
	if (quick_of(v))
		return k == JSON_INT ? (double)quick_of(v)->is.integer : quick_of(v)->is.real;
	return json_number_value(inner(v));
}

bool
json_bool(const struct json *v, bool otherwise)
{
	if (json_kind(v) != JSON_BOOL)
		return otherwise;
	return quick_of(v) ? quick_of(v)->is.truth : json_typeof(inner(v)) == JSON_TRUE;
}

bool
json_next(const struct json *object, void **iter, struct str *ret_member, const struct json **ret_value)
{
	if (json_kind(object) != JSON_OBJECT)
		return false;
	if (quick_of(object)) {
		struct quick *q = *iter ? ((struct quick *)*iter)->next : quick_of(object)->is.inner.first;
		if (!q)
			return false;
		*iter = q;
		*ret_member = q->name;
		*ret_value = (const struct json *)q;
		return true;
	}
	json_t *o = (json_t *)object;
	void *at = *iter ? json_object_iter_next(o, *iter) : json_object_iter(o);
	if (!at)
		return false;
	*iter = at;
	*ret_member = (struct str){ json_object_iter_key(at), json_object_iter_key_len(at) };
	*ret_value = outer(json_object_iter_value(at));
	return true;
}

/* How many there are, counted no further than matters. */
static int
brackets(struct str text, char c)
{
	int n = 0;
	for (ptrdiff_t at; n <= DEPTH_MAX && (at = str_find_char(text, c)) >= 0; n++)
		text = str_sub(text, (size_t)at + 1, text.n);
	return n;
}

/* Before parsing: jansson recurses 2048 deep. */
int
too_deep(struct str text)
{
	if (brackets(text, '{') + brackets(text, '[') <= DEPTH_MAX)
		return 0;
	int depth = 0, line = 1;
	bool in_text = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '\n')
			line++;
		else if (in_text && c == '\\')
			i++;
		else if (c == '"')
			in_text = !in_text;
		else if (!in_text && (c == '[' || c == '{') && ++depth > DEPTH_MAX)
			return line;
		else if (!in_text && (c == ']' || c == '}'))
			depth--;
	}
	return 0;
}

/* True if an integer in v (at any depth) lies beyond what a JSON number keeps exactly. */
static bool
too_big(const struct json *v)
{
	void *iter = NULL;
	struct str member;
	const struct json *value;
	int64_t n = json_int(v, 0);
	if (n > INT_LIMIT || n < -INT_LIMIT)
		return true;
	if (json_kind(v) == JSON_ARRAY)
		for (size_t i = 0; i < json_count(v); i++)
			if (too_big(json_at(v, i)))
				return true;
	while (json_next(v, &iter, &member, &value))
		if (too_big(value))
			return true;
	return false;
}

static void
values_release(void *values)
{
	arena_free(values);
}

static enum err
refuse(struct str *ret_why, struct str why)
{
	if (ret_why)
		*ret_why = why;
	return ERR_BAD_JSON;
}

/* Whether there was room for all of it; *ret_value: NULL when the text is wrong. Of its own: no local here outlives the jump. */
static bool
text_load(struct arena *values, struct str text, json_t **ret_value, json_error_t *error)
{
	if (setjmp(no_room)) {
		reading = NULL;
		return false;
	}
	reading = values;
	*ret_value = json_loadb(text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
	reading = NULL;
	return true;
}

static enum err
value_read(struct arena *a, struct arena *values, struct str text, const struct json **ret_value, struct str *ret_why)
{
	json_error_t error;
	json_t *v;
	if (!text_load(values, text, &v, &error))
		return ERR_NO_MEMORY;
	if (!v)
		return refuse(ret_why, arena_printf(a, "line %d: %s", error.line, error.text));
	if (too_big(outer(v)))
		return refuse(ret_why, STR("an integer is beyond 2^53 - 1"));
	*ret_value = outer(v);
	return OK;
}

enum err
json_parse(struct arena *a, struct str text, const struct json **ret_value, struct str *ret_why)
{
	if (ret_why)
		*ret_why = STR_NONE;
	if (text.n && memchr(text.p, 0, text.n)) /* jansson takes one after the value for white space */
		return refuse(ret_why, STR("a zero byte in the text"));
	int deep = too_deep(text);
	if (deep)
		return refuse(ret_why, arena_printf(a, "line %d: nested deeper than %d levels", deep, DEPTH_MAX));
	/* Of its own: the caller's limit is meant for what the caller makes. */
	struct arena *values = arena_new(SIZE_MAX / 4);
	const struct json *v = NULL;
	enum err e = values ? value_read(a, values, text, &v, ret_why) : ERR_NO_MEMORY;
	if (!e && !arena_cleanup(a, values_release, values))
		e = ERR_NO_MEMORY;
	if (e)
		arena_free(values);
	else
		*ret_value = v;
	return e;
}
