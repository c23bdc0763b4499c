#include "json/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define INT_LIMIT 9007199254740991LL
#define DEPTH_MAX 64
enum { MANTISSA_BITS = 53, DIGITS_MIN = 15, DIGITS_MAX = 17, REAL_MAX = 40 };

void
jw_init(struct json_writer *w, struct buf *out)
{
	*w = (struct json_writer){ .out = out };
}

static uint64_t
level_bit(const struct json_writer *w)
{
	return 1ULL << (w->depth - 1);
}

static bool
misuse(struct json_writer *w)
{
	if (!w->err)
		w->err = ERR_INTERNAL;
	return false;
}

/* Every value begins here: the comma before it, and whether one may stand here at all. */
static bool
value_begin(struct json_writer *w)
{
	if (w->err)
		return false;
	if (w->depth == 0)
		return w->done ? misuse(w) : true;
	if (w->is_object & level_bit(w)) {
		if (!w->after_key)
			return misuse(w);
		w->after_key = false;
		return true;
	}
	if (w->has_item & level_bit(w))
		buf_char(w->out, ',');
	w->has_item |= level_bit(w);
	return true;
}

static void
value_done(struct json_writer *w)
{
	if (w->depth == 0)
		w->done = true;
}

static void
container_begin(struct json_writer *w, bool object)
{
	if (!value_begin(w))
		return;
	if (w->depth == DEPTH_MAX) {
		misuse(w);
		return;
	}
	w->depth++;
	w->has_item &= ~level_bit(w);
	w->is_object = object ? w->is_object | level_bit(w) : w->is_object & ~level_bit(w);
	buf_char(w->out, object ? '{' : '[');
}

void
jw_object(struct json_writer *w)
{
	container_begin(w, true);
}

void
jw_array(struct json_writer *w)
{
	container_begin(w, false);
}

void
jw_end(struct json_writer *w)
{
	if (w->err)
		return;
	if (w->depth == 0 || w->after_key) {
		misuse(w);
		return;
	}
	buf_char(w->out, w->is_object & level_bit(w) ? '}' : ']');
	w->depth--;
	value_done(w);
}

static void
escape_put(struct buf *out, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";
	const char *named = c == '"' ? "\\\"" : c == '\\' ? "\\\\" : c == '\n' ? "\\n" : c == '\r' ? "\\r" : c == '\t' ? "\\t" : NULL;
	if (named)
		buf_add(out, (struct str){ named, 2 });
	else if (c == 0)
		buf_add(out, STR("\xef\xbf\xbd"));
	else
		buf_add(out, (struct str){ (char[]){ '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] }, 6 });
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

static void
quoted_put(struct buf *out, struct str s)
{
	buf_char(out, '"');
	const char *from = s.p;
	uint32_t c;
	while (s.n) {
		unsigned char b = (unsigned char)*s.p;
		if (is_plain(b)) {
			s.p++;
			s.n--;
			continue;
		}
		if (b >= 0x80 && utf8_next(&s, &c))
			continue;
		buf_add(out, (struct str){ from, (size_t)(s.p - from) });
		if (b < 0x80)
			escape_put(out, b);
		else
			buf_add(out, STR("\xef\xbf\xbd"));
		s.p++;
		s.n--;
		from = s.p;
	}
	buf_add(out, (struct str){ from, (size_t)(s.p - from) });
	buf_char(out, '"');
}

void
jw_key_str(struct json_writer *w, struct str member)
{
	if (w->err)
		return;
	if (w->depth == 0 || !(w->is_object & level_bit(w)) || w->after_key || !member.p) {
		misuse(w);
		return;
	}
	if (w->has_item & level_bit(w))
		buf_char(w->out, ',');
	w->has_item |= level_bit(w);
	quoted_put(w->out, member);
	buf_char(w->out, ':');
	w->after_key = true;
}

void
jw_key(struct json_writer *w, const char *member)
{
	jw_key_str(w, str_of(member));
}

static void
plain_put(struct json_writer *w, struct str s)
{
	if (!value_begin(w))
		return;
	buf_add(w->out, s);
	value_done(w);
}

void
jw_text(struct json_writer *w, struct str s)
{
	if (!s.p) {
		jw_null(w);
		return;
	}
	if (!value_begin(w))
		return;
	quoted_put(w->out, s);
	value_done(w);
}

void
jw_int(struct json_writer *w, int64_t v)
{
	if (w->err)
		return;
	if (v > INT_LIMIT || v < -INT_LIMIT) {
		misuse(w);
		return;
	}
	if (!value_begin(w))
		return;
	buf_int(w->out, v);
	value_done(w);
}

/* v as digits / 10^exponent, the fewest of 15 to 17 digits that read back the same: exact, in whole numbers. False: not found this way. */
static bool
digits_of(double v, uint64_t *ret_digits, int *ret_exponent)
{
	static const double tens[] = { 1e-4, 1e-3, 1e-2, 1e-1, 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15 };
	enum { TENS = sizeof tens / sizeof *tens, LEAST = -4 };
	int two, ten = 0;
	if (!(v >= tens[0] && v < tens[TENS - 1]))
		return false;
	while (v >= tens[ten + 1])
		ten++;
	ten += LEAST;
	uint64_t mantissa = (uint64_t)ldexp(frexp(v, &two), MANTISSA_BITS), five = 1;
	two -= MANTISSA_BITS;
	if (mantissa == 1ULL << (MANTISSA_BITS - 1)) /* its neighbours are not equally far */
		return false;
	for (int i = DIGITS_MIN - 1 - ten; i > 0; i--)
		five *= 5;
	for (int n = DIGITS_MIN, by = n - 1 - ten; n <= DIGITS_MAX; n++, by++, five *= 5) {
		/* v * 10^by = exact / 2^half / 2 */
		unsigned __int128 exact = (unsigned __int128)mantissa * five;
		int half = -two - by - 1;
		if (half < 0)
			return false;
		uint64_t digits = (uint64_t)(((exact >> half) + 1) >> 1);
		unsigned __int128 near = (unsigned __int128)digits << half << 1, off = near > exact ? near - exact : exact - near;
		if (near - exact == (unsigned __int128)1 << half) /* in the middle of two */
			return false;
		if (2 * off >= five)
			continue;
		for (; by > 0 && digits % 10 == 0; by--)
			digits /= 10;
		*ret_digits = digits;
		*ret_exponent = by;
		return true;
	}
	return false;
}

/* digits / 10^exponent, as a real. Returns how many characters. */
static size_t
decimal_put(char text[REAL_MAX], bool minus, uint64_t digits, int exponent)
{
	char turned[REAL_MAX];
	size_t n = 0, at = 0;
	for (; digits || exponent >= 0; exponent--, digits /= 10) {
		if (exponent == 0 && n)
			turned[n++] = '.';
		turned[n++] = (char)('0' + digits % 10);
	}
	if (minus)
		text[at++] = '-';
	while (n)
		text[at++] = turned[--n];
	return at;
}

void
jw_real(struct json_writer *w, double v)
{
	char text[REAL_MAX];
	uint64_t decimal;
	int exponent;
	if (!isfinite(v)) {
		jw_null(w);
		return;
	}
	if (digits_of(fabs(v), &decimal, &exponent) && exponent > 0) {
		plain_put(w, (struct str){ text, decimal_put(text, v < 0, decimal, exponent) });
		return;
	}
	for (int digits = DIGITS_MIN; digits <= DIGITS_MAX; digits++) {
		snprintf(text, sizeof text, "%.*g", digits, v);
		if (strtod(text, NULL) == v)
			break;
	}
	size_t n = strlen(text), plain = strspn(text, "-0123456789");
	if (plain == n) { /* keep it a real when it is read back */
		memcpy(text + n, ".0", 3);
		n += 2;
	} else if (text[plain] != 'e') {
		text[plain] = '.'; /* whatever the locale's decimal point is */
	}
	plain_put(w, (struct str){ text, n });
}

void
jw_bool(struct json_writer *w, bool v)
{
	plain_put(w, v ? STR("true") : STR("false"));
}

void
jw_null(struct json_writer *w)
{
	plain_put(w, STR("null"));
}

void
jw_raw(struct json_writer *w, struct str json)
{
	plain_put(w, json.n ? json : STR("null"));
}

void
jw_value(struct json_writer *w, const struct json *v)
{
	void *iter = NULL;
	struct str member;
	const struct json *value;
	switch (json_kind(v)) {
	case JSON_OBJECT:
		jw_object(w);
		while (json_next(v, &iter, &member, &value)) {
			jw_key_str(w, member);
			jw_value(w, value);
		}
		jw_end(w);
		break;
	case JSON_ARRAY:
		jw_array(w);
		for (size_t i = 0; i < json_count(v); i++)
			jw_value(w, json_at(v, i));
		jw_end(w);
		break;
	case JSON_TEXT:
		jw_text(w, json_text(v));
		break;
	case JSON_INT:
		jw_int(w, json_int(v, 0));
		break;
	case JSON_REAL:
		jw_real(w, json_number(v, 0));
		break;
	case JSON_BOOL:
		jw_bool(w, json_bool(v, false));
		break;
	case JSON_NULL:
	case JSON_NONE:
		jw_null(w);
		break;
	}
}

enum err
jw_finish(struct json_writer *w)
{
	enum err e = buf_err(w->out);
	if (e)
		return e;
	if (!w->err && (w->depth || !w->done))
		misuse(w);
	return w->err;
}

void
jw_member_text(struct json_writer *w, const char *member, struct str s)
{
	jw_key(w, member);
	jw_text(w, s);
}

void
jw_member_int(struct json_writer *w, const char *member, int64_t v)
{
	jw_key(w, member);
	jw_int(w, v);
}

void
jw_member_bool(struct json_writer *w, const char *member, bool v)
{
	jw_key(w, member);
	jw_bool(w, v);
}
