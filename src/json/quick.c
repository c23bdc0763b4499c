/*
 * Many small texts, fast: yajl takes them apart. It is more lenient than json.h says, so whatever it could be lenient about is not read here but by
 * jansson, as is all that it refuses: jansson has the last word.
 */
#include <math.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/utf8.h"
#include "json/value.h"

#include "base/banned.h"

#define INT_LIMIT 9007199254740991LL

enum { FEW = 16, HEAD = 16 };

struct reader {
	struct arena *arena;
	struct quick *root, *open[DEPTH_MAX], **link[DEPTH_MAX]; /* link: where the next item goes */
	struct str name; /* of the member that comes next */
	int depth;
	jmp_buf no_room; /* yajl does not ask whether it was given memory */
};

/* Values --------------------------------------------------------------------------------------------------------------- */

static int
name_cmp(struct str a, struct str b)
{
	return a.n != b.n ? (a.n < b.n ? -1 : 1) : memcmp(a.p, b.p, a.n);
}

static const struct quick *
member_search(const struct quick *object, struct str name)
{
	size_t low = 0, high = object->count;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = name_cmp(name, object->is.inner.index[mid]->name);
		if (c == 0)
			return object->is.inner.index[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct quick *
quick_get(const struct quick *object, struct str name)
{
	if (object->is.inner.index)
		return member_search(object, name);
	const struct quick *v = object->is.inner.first;
	while (v && !str_eq(v->name, name))
		v = v->next;
	return v;
}

const struct quick *
quick_at(const struct quick *array, size_t i)
{
	if (i >= array->count)
		return NULL;
	if (array->is.inner.index)
		return array->is.inner.index[i];
	const struct quick *v = array->is.inner.first;
	while (i-- > 0)
		v = v->next;
	return v;
}

/* Building ------------------------------------------------------------------------------------------------------------- */

static void *
room(struct reader *r, size_t bytes)
{
	void *p = arena_alloc(r->arena, bytes);
	if (!p)
		longjmp(r->no_room, 1);
	return p;
}

static struct str
text_keep(struct reader *r, const unsigned char *p, size_t n)
{
	char *copy = room(r, n + 1);
	if (n)
		memcpy(copy, p, n);
	return (struct str){ copy, n };
}

static struct quick *
value_add(struct reader *r, enum json_kind kind)
{
	struct quick *v = room(r, sizeof *v);
	v->kind = QUICK + (int)kind;
	v->name = r->name;
	r->name = STR_NONE;
	if (r->depth == 0) {
		r->root = v;
		return v;
	}
	*r->link[r->depth - 1] = v;
	r->link[r->depth - 1] = &v->next;
	r->open[r->depth - 1]->count++;
	return v;
}

static int
null_add(void *ctx)
{
	value_add(ctx, JSON_NULL);
	return true;
}

static int
bool_add(void *ctx, int truth)
{
	value_add(ctx, JSON_BOOL)->is.truth = truth != 0;
	return true;
}

static int
number_add(void *ctx, const char *text, size_t n)
{
	struct reader *r = ctx;
	int64_t whole;
	if (str_int((struct str){ text, n }, &whole)) {
		value_add(r, JSON_INT)->is.integer = whole;
		return whole <= INT_LIMIT && whole >= -INT_LIMIT;
	}
	const char *copy = text_keep(r, (const unsigned char *)text, n).p;
	double real = strtod(copy, NULL);
	value_add(r, JSON_REAL)->is.real = real;
	return isfinite(real) && strpbrk(copy, ".eE"); /* else an integer beyond 64 bits */
}

static int
text_add(void *ctx, const unsigned char *p, size_t n)
{
	struct reader *r = ctx;
	struct str text = text_keep(r, p, n);
	value_add(r, JSON_TEXT)->is.text = text;
	return true;
}

static int
name_keep(void *ctx, const unsigned char *p, size_t n)
{
	struct reader *r = ctx;
	r->name = text_keep(r, p, n);
	return true;
}

static int
inner_open(struct reader *r, enum json_kind kind)
{
	struct quick *v = value_add(r, kind);
	if (r->depth == DEPTH_MAX)
		return false;
	r->open[r->depth] = v;
	r->link[r->depth++] = &v->is.inner.first;
	return true;
}

static int
object_open(void *ctx)
{
	return inner_open(ctx, JSON_OBJECT);
}

static int
array_open(void *ctx)
{
	return inner_open(ctx, JSON_ARRAY);
}

static int
by_name(const void *a, const void *b)
{
	return name_cmp((*(struct quick *const *)a)->name, (*(struct quick *const *)b)->name);
}

static void
index_make(struct reader *r, struct quick *v)
{
	if (v->count <= FEW)
		return;
	struct quick **index = room(r, v->count * sizeof *index), *item = v->is.inner.first;
	for (uint32_t i = 0; i < v->count; i++, item = item->next)
		index[i] = item;
	v->is.inner.index = index;
}

static bool
names_differ(const struct quick *v)
{
	if (v->is.inner.index) {
		qsort(v->is.inner.index, v->count, sizeof *v->is.inner.index, by_name);
		for (uint32_t i = 1; i < v->count; i++)
			if (by_name(&v->is.inner.index[i - 1], &v->is.inner.index[i]) == 0)
				return false;
		return true;
	}
	for (const struct quick *a = v->is.inner.first; a; a = a->next)
		for (const struct quick *b = a->next; b; b = b->next)
			if (str_eq(a->name, b->name))
				return false;
	return true;
}

static int
inner_close(void *ctx)
{
	struct reader *r = ctx;
	struct quick *v = r->open[--r->depth];
	index_make(r, v);
	return v->kind == QUICK + JSON_ARRAY || names_differ(v);
}

/* Memory of yajl's own: from the arena, never given back; its size stands before it. */
static void *
heap_take(void *ctx, size_t n)
{
	char *p = room(ctx, n + HEAD);
	memcpy(p, &n, sizeof n);
	return p + HEAD;
}

static void *
heap_more(void *ctx, void *old, size_t n)
{
	char *p = heap_take(ctx, n);
	size_t had = 0;
	if (old)
		memcpy(&had, (char *)old - HEAD, sizeof had);
	if (old)
		memcpy(p, old, had < n ? had : n);
	return p;
}

static void
heap_give(void *ctx, void *p)
{
	(void)ctx, (void)p;
}

static bool
hex_take(struct str *rest, uint32_t *ret)
{
	uint32_t c = 0;
	for (size_t i = 2; i < 6; i++) {
		char d = i < rest->n ? rest->p[i] : 0;
		if (d >= '0' && d <= '9')
			c = c << 4 | (uint32_t)(d - '0');
		else if ((d | 32) >= 'a' && (d | 32) <= 'f')
			c = c << 4 | (uint32_t)((d | 32) - 'a' + 10);
		else
			return false;
	}
	*ret = c;
	*rest = str_sub(*rest, 6, rest->n);
	return true;
}

/* Bytes of the escape that the text begins with, of two halves that make a character together; 0: it is for jansson. */
static size_t
escape_length(struct str text)
{
	struct str rest = text;
	uint32_t high, low;
	if (text.n < 2 || text.p[1] != 'u')
		return text.n < 2 ? 0 : 2;
	if (!hex_take(&rest, &high) || !high || (high >= 0xdc00 && high <= 0xdfff))
		return 0;
	if (high < 0xd800 || high > 0xdbff)
		return text.n - rest.n;
	if (!str_starts(rest, STR("\\u")) || !hex_take(&rest, &low) || low < 0xdc00 || low > 0xdfff)
		return 0;
	return text.n - rest.n;
}

/* Nothing here that yajl takes and json.h does not: white space that is none, halves of characters, U+0000 as an escape, bytes that are not UTF-8. */
static bool
is_usual(struct str text)
{
	struct str rest = text;
	for (ptrdiff_t at; (at = str_find_char(rest, '\\')) >= 0;) {
		size_t n = escape_length(str_sub(rest, (size_t)at, rest.n));
		if (!n)
			return false;
		rest = str_sub(rest, (size_t)at + n, rest.n);
	}
	return str_find_char(text, '\v') < 0 && str_find_char(text, '\f') < 0 && utf8_valid(text);
}

static bool
is_blank(struct str s)
{
	while (s.n && strchr(" \t\n\r", s.p[0]) && s.p[0])
		s = str_sub(s, 1, s.n);
	return !s.n;
}

static bool
text_read(struct reader *r, struct str text)
{
	static const yajl_callbacks callbacks = { .yajl_null = null_add, .yajl_boolean = bool_add, .yajl_number = number_add, .yajl_string = text_add,
		                                  .yajl_start_map = object_open, .yajl_map_key = name_keep, .yajl_end_map = inner_close,
		                                  .yajl_start_array = array_open, .yajl_end_array = inner_close };
	yajl_alloc_funcs heap = { heap_take, heap_more, heap_give, r };
	if (setjmp(r->no_room))
		return false;
	yajl_handle h = yajl_alloc(&callbacks, &heap, r);
	yajl_config(h, yajl_dont_validate_strings, 1); /* is_usual has */
	yajl_config(h, yajl_allow_trailing_garbage, 1); /* or it takes a quotation mark at the end for nothing; it stops there instead */
	if (yajl_parse(h, (const unsigned char *)text.p, text.n) != yajl_status_ok)
		return false;
	bool ended = r->root && r->depth == 0 && r->root->kind >= QUICK + JSON_ARRAY; /* a number alone does not tell where it ends: rare */
	return ended && is_blank(str_sub(text, yajl_get_bytes_consumed(h), text.n));
}

enum err
json_parse_many(struct arena *a, struct str text, const struct json **ret_value, struct str *ret_why)
{
	struct reader r = { .arena = a };
	if (!text.n || !is_usual(text) || too_deep(text) || !text_read(&r, text))
		return json_parse(a, text, ret_value, ret_why);
	if (ret_why)
		*ret_why = STR_NONE;
	*ret_value = (const struct json *)r.root;
	return OK;
}
