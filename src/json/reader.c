#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "json/json.h"

#include "base/banned.h"

#define INT_LIMIT 9007199254740991LL

enum { DEPTH_MAX = 64, FEW = 16, ROOM_MIN = 256, SMALL = 2048 };

/* Values hang together by `next`; `index` is there where walking them would take long. */
struct json {
	enum json_kind kind;
	uint32_t count;  /* of items or members */
	struct str name; /* of a member; ends in NUL */
	struct json *next;
	union {
		struct str text; /* ends in NUL */
		int64_t integer;
		double real;
		bool truth;
		struct {
			struct json *first, **index; /* of an array: its items; of an object: its members by name */
		} inner;
	} is;
};

/* A text being read. Everything lies in a few pieces of one arena, each twice as large as the one before. */
struct reader {
	const char *at, *end, *start;
	struct arena *values;
	char *room;
	size_t room_left, room_next;
	const char *why; /* NULL after a failure: no memory */
	int depth;
};

/* Values --------------------------------------------------------------------------------------------------------------- */

enum json_kind
json_kind(const struct json *v)
{
	return v ? v->kind : JSON_NONE;
}

static int
name_cmp(struct str a, struct str b)
{
	return a.n != b.n ? (a.n < b.n ? -1 : 1) : memcmp(a.p, b.p, a.n);
}

static const struct json *
member_search(const struct json *object, struct str name)
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

const struct json *
json_get(const struct json *object, const char *member)
{
	if (json_kind(object) != JSON_OBJECT)
		return NULL;
	struct str name = str_of(member);
	if (object->is.inner.index)
		return member_search(object, name);
	const struct json *v = object->is.inner.first;
	while (v && !str_eq(v->name, name))
		v = v->next;
	return v;
}

size_t
json_count(const struct json *v)
{
	return json_kind(v) == JSON_ARRAY || json_kind(v) == JSON_OBJECT ? v->count : 0;
}

const struct json *
json_at(const struct json *array, size_t i)
{
	if (json_kind(array) != JSON_ARRAY || i >= array->count)
		return NULL;
	if (array->is.inner.index)
		return array->is.inner.index[i];
	const struct json *v = array->is.inner.first;
	while (i-- > 0)
		v = v->next;
	return v;
}

struct str
json_text(const struct json *v)
{
	return json_kind(v) == JSON_TEXT ? v->is.text : STR_NONE;
}

int64_t
json_int(const struct json *v, int64_t otherwise)
{
	return json_kind(v) == JSON_INT ? v->is.integer : otherwise;
}

double
json_number(const struct json *v, double otherwise)
{
	enum json_kind k = json_kind(v);
	return k == JSON_INT ? (double)v->is.integer : k == JSON_REAL ? v->is.real : otherwise;
}

bool
json_bool(const struct json *v, bool otherwise)
{
	return json_kind(v) == JSON_BOOL ? v->is.truth : otherwise;
}

bool
json_next(const struct json *object, void **iter, struct str *ret_member, const struct json **ret_value)
{
	if (json_kind(object) != JSON_OBJECT)
		return false;
	struct json *v = *iter ? ((struct json *)*iter)->next : object->is.inner.first;
	if (!v)
		return false;
	*iter = v;
	*ret_member = v->name;
	*ret_value = v;
	return true;
}

/* Reading -------------------------------------------------------------------------------------------------------------- */

static bool
refuse(struct reader *r, const char *why)
{
	r->why = why;
	return false;
}

static void *
room_take(struct reader *r, size_t bytes)
{
	bytes = (bytes + 7) & ~(size_t)7;
	if (bytes > r->room_left) {
		size_t size = bytes > r->room_next ? bytes : r->room_next;
		char *room = arena_alloc(r->values, size);
		if (!room) {
			r->why = NULL;
			return NULL;
		}
		r->room = room;
		r->room_left = size;
		r->room_next *= 2;
	}
	void *p = r->room;
	r->room += bytes;
	r->room_left -= bytes;
	return p;
}

static void
space_skip(struct reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool
char_take(struct reader *r, char c)
{
	space_skip(r);
	if (r->at == r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* The four digits after \u. */
static bool
hex_take(struct reader *r, uint32_t *ret)
{
	uint32_t c = 0;
	for (int i = 0; i < 4; i++, r->at++) {
		char d = r->at < r->end ? *r->at : 0;
		if (d >= '0' && d <= '9')
			c = c << 4 | (uint32_t)(d - '0');
		else if ((d | 32) >= 'a' && (d | 32) <= 'f')
			c = c << 4 | (uint32_t)((d | 32) - 'a' + 10);
		else
			return refuse(r, "\\u needs four digits");
	}
	*ret = c;
	return true;
}

/* After \u: one character, which beyond U+FFFF comes as two halves. */
static bool
escape_char(struct reader *r, uint32_t *ret)
{
	uint32_t high, low;
	if (!hex_take(r, &high))
		return false;
	if (!high)
		return refuse(r, "U+0000 in a text");
	*ret = high;
	if (high < 0xd800 || high > 0xdfff)
		return true;
	if (high > 0xdbff || r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u')
		return refuse(r, "half a character");
	r->at += 2;
	if (!hex_take(r, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return refuse(r, "half a character");
	*ret = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* One escape, of which the backslash is read, to *out, which is moved on. */
static bool
escape_take(struct reader *r, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = r->at < r->end ? *r->at++ : 0;
	const char *known = c ? strchr(from, c) : NULL;
	uint32_t wide;
	if (known) {
		*(*out)++ = to[known - from];
		return true;
	}
	if (c != 'u')
		return refuse(r, "an escape that JSON does not know");
	if (!escape_char(r, &wide))
		return false;
	*out += utf8_put(wide, *out);
	return true;
}

/* The end of the text that begins here: its quotation mark; NULL when there is none. */
static const char *
text_end(struct reader *r, bool *ret_escaped, bool *ret_wide)
{
	static const bool halts[256] = { [0 ... 0x1f] = true, ['"'] = true, ['\\'] = true };
	unsigned char all = 0;
	*ret_escaped = false;
	for (const char *p = r->at; p < r->end; p++) {
		unsigned char c = (unsigned char)*p;
		all |= c;
		if (!halts[c])
			continue;
		if (c == '"') {
			*ret_wide = all & 0x80;
			return p;
		}
		if (c != '\\') {
			r->at = p;
			refuse(r, c ? "a control character in a text" : "a zero byte in the text");
			return NULL;
		}
		*ret_escaped = true;
		p += p + 1 < r->end;
	}
	refuse(r, "a text does not end");
	return NULL;
}

/* The quotation mark before it is read. An escape never makes a text longer. */
static bool
text_take(struct reader *r, struct str *ret)
{
	bool escaped, wide;
	const char *end = text_end(r, &escaped, &wide);
	if (!end)
		return false;
	size_t n = (size_t)(end - r->at);
	if (wide && !utf8_valid((struct str){ r->at, n }))
		return refuse(r, "bytes that are not UTF-8");
	char *copy = room_take(r, n + 1), *out = copy;
	if (!copy)
		return false;
	while (escaped && r->at < end) {
		if (*r->at != '\\')
			*out++ = *r->at++;
		else if (r->at++, !escape_take(r, &out))
			return false;
	}
	if (!escaped) {
		memcpy(copy, r->at, n);
		out += n;
	}
	*out = 0;
	r->at = end + 1;
	*ret = (struct str){ copy, (size_t)(out - copy) };
	return true;
}

static const char *
digits_skip(const char *p, const char *end)
{
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p;
}

/* The end of the number that begins at p, NULL when it is none; *ret_real: it has a fraction or an exponent. */
static const char *
number_end(const char *p, const char *end, bool *ret_real)
{
	const char *digits = p += p < end && *p == '-';
	p = digits_skip(p, end);
	if (p == digits || (*digits == '0' && p > digits + 1))
		return NULL;
	const char *whole = p;
	if (p < end && *p == '.') {
		digits = ++p;
		p = digits_skip(p, end);
		if (p == digits)
			return NULL;
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		digits = p;
		p = digits_skip(p, end);
		if (p == digits)
			return NULL;
	}
	*ret_real = p != whole;
	return p;
}

static bool
number_take(struct reader *r, struct json *v)
{
	bool real = false;
	const char *end = number_end(r->at, r->end, &real);
	if (!end)
		return refuse(r, "no value where one should stand");
	struct str digits = { r->at, (size_t)(end - r->at) };
	r->at = end;
	if (!real) {
		v->kind = JSON_INT;
		if (!str_int(digits, &v->is.integer) || v->is.integer > INT_LIMIT || v->is.integer < -INT_LIMIT)
			return refuse(r, "an integer is beyond 2^53 - 1");
		return true;
	}
	char *copy = room_take(r, digits.n + 1);
	if (!copy)
		return false;
	memcpy(copy, digits.p, digits.n);
	copy[digits.n] = 0;
	v->kind = JSON_REAL;
	v->is.real = strtod(copy, NULL);
	return v->is.real - v->is.real == 0 ? true : refuse(r, "a number is too large");
}

static bool
word_take(struct reader *r, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0)
		return refuse(r, "no value where one should stand");
	r->at += n;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	return name_cmp((*(struct json *const *)a)->name, (*(struct json *const *)b)->name);
}

static bool
names_differ(struct reader *r, const struct json *v)
{
	if (v->is.inner.index) {
		qsort(v->is.inner.index, v->count, sizeof *v->is.inner.index, by_name);
		for (uint32_t i = 1; i < v->count; i++)
			if (by_name(&v->is.inner.index[i - 1], &v->is.inner.index[i]) == 0)
				return refuse(r, "a member stands there twice");
		return true;
	}
	for (const struct json *a = v->is.inner.first; a; a = a->next)
		for (const struct json *b = a->next; b; b = b->next)
			if (a->name.n == b->name.n && memcmp(a->name.p, b->name.p, a->name.n) == 0)
				return refuse(r, "a member stands there twice");
	return true;
}

/* All items or members are read. */
static bool
inner_close(struct reader *r, struct json *v)
{
	if (v->count > FEW) {
		struct json **index = room_take(r, v->count * sizeof *index), *item = v->is.inner.first;
		if (!index)
			return false;
		for (uint32_t i = 0; i < v->count; i++, item = item->next)
			index[i] = item;
		v->is.inner.index = index;
	}
	return v->kind == JSON_ARRAY || names_differ(r, v);
}

static bool value_take(struct reader *r, struct json *v);

/* Items or members up to the closing bracket; the opening one is read. */
static bool
inner_take(struct reader *r, struct json *v, char close)
{
	struct json **link = &v->is.inner.first;
	v->kind = close == ']' ? JSON_ARRAY : JSON_OBJECT;
	if (++r->depth > DEPTH_MAX)
		return refuse(r, "nested deeper than 64 levels");
	bool more = !char_take(r, close);
	while (more) {
		struct json *item = room_take(r, sizeof *item);
		if (!item)
			return false;
		*item = (struct json){ 0 };
		if (close == '}' && !char_take(r, '"'))
			return refuse(r, "a member has no name");
		if (close == '}' && !text_take(r, &item->name))
			return false;
		if (close == '}' && !char_take(r, ':'))
			return refuse(r, "a member has no value");
		if (!value_take(r, item))
			return false;
		*link = item;
		link = &item->next;
		v->count++;
		more = char_take(r, ',');
		if (!more && !char_take(r, close))
			return refuse(r, close == ']' ? "a list does not end" : "an object does not end");
	}
	r->depth--;
	return inner_close(r, v);
}

static bool
value_take(struct reader *r, struct json *v)
{
	space_skip(r);
	switch (r->at < r->end ? *r->at : ' ') {
	case '{':
	case '[':
		return inner_take(r, v, *r->at++ == '{' ? '}' : ']');
	case '"':
		r->at++;
		v->kind = JSON_TEXT;
		return text_take(r, &v->is.text);
	case 't':
	case 'f':
		v->kind = JSON_BOOL;
		v->is.truth = *r->at == 't';
		return word_take(r, v->is.truth ? "true" : "false");
	case 'n':
		v->kind = JSON_NULL;
		return word_take(r, "null");
	case 0:
		return refuse(r, "a zero byte in the text");
	default:
		return number_take(r, v);
	}
}

static bool
text_read(struct reader *r, struct json *v)
{
	if (!v || !value_take(r, v))
		return false;
	space_skip(r);
	return r->at == r->end ? true : refuse(r, "something stands after the value");
}

static enum err
failed(struct arena *a, const struct reader *r, struct str *ret_why)
{
	int line = 1;
	if (!r->why)
		return ERR_NO_MEMORY;
	for (const char *p = r->start; p < r->at; p++)
		line += *p == '\n';
	if (ret_why)
		*ret_why = arena_printf(a, "line %d: %s", line, r->why);
	return ERR_BAD_JSON;
}

static void
values_release(void *values)
{
	arena_free(values);
}

static enum err
text_parse(struct arena *a, struct arena *values, struct str text, const struct json **ret_value, struct str *ret_why)
{
	const char *p = text.p ? text.p : "";
	struct reader r = { .at = p, .end = p + text.n, .start = p, .values = values, .room_next = 3 * text.n + ROOM_MIN };
	struct json *v = room_take(&r, sizeof *v);
	if (!text_read(&r, v))
		return failed(a, &r, ret_why);
	*ret_value = v;
	return OK;
}

enum err
json_parse(struct arena *a, struct str text, const struct json **ret_value, struct str *ret_why)
{
	if (ret_why)
		*ret_why = STR_NONE;
	if (text.n <= SMALL)
		return text_parse(a, a, text, ret_value, ret_why);
	/* An arena of its own: the caller's limit is meant for what the caller makes. */
	struct arena *values = arena_new(SIZE_MAX / 4);
	if (!values)
		return ERR_NO_MEMORY;
	const struct json *v = NULL;
	enum err e = text_parse(a, values, text, &v, ret_why);
	if (!e && !arena_cleanup(a, values_release, values))
		e = ERR_NO_MEMORY;
	if (e)
		arena_free(values);
	else
		*ret_value = v;
	return e;
}
