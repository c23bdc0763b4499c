/* What may follow a value: default, word map, conversion. And the check of a whole mapping value. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "interchange/mapping_impl.h"
#include "base/banned.h"

static struct mapping_value
text_value(struct str s)
{
	return (struct mapping_value){ .kind = VALUE_TEXT, .text = s };
}

static struct mapping_value
int_value(int64_t n)
{
	return (struct mapping_value){ .kind = VALUE_INT, .n = n };
}

static const struct json *
map_of(const struct json *root, const struct json *map)
{
	return json_kind(map) == JSON_TEXT ? json_get(json_get(root, "maps"), json_text(map).p) : map;
}

static enum err
map_word(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *v)
{
	const struct json *map = map_of(s->root, json_get(rule, "map"));
	struct str word = str_trim(mapping_text(s, v)), z = arena_str(s->arena, word);
	const struct json *to = z.p ? json_get(map, z.p) : NULL;
	if (!to && json_get(rule, "default"))
		return mapping_eval(s, name, json_get(rule, "default"), v);
	if (!to)
		return mapping_fault(s->fault, "the word \"%.60s\" is not in its map", z.p ? z.p : "");
	*v = json_kind(to) == JSON_NULL ? (struct mapping_value){ 0 } : (struct mapping_value){ .kind = VALUE_JSON, .json = to };
	return OK;
}

/* "1,234.5" with `digits` decimals -> minor units. Never by way of floating point. */
static bool
decimal(struct str s, int digits, int64_t *ret)
{
	int64_t n = 0;
	int after = -1, seen = 0;
	bool minus = false, up = false;
	s = str_trim(s);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (i == 0 && (c == '-' || c == '+')) {
			minus = c == '-';
		} else if (c == '.' && after < 0) {
			after = 0;
		} else if (c == ',' && after < 0) {
			continue;
		} else if (c >= '0' && c <= '9') {
			seen++;
			if (after == digits)
				up = c >= '5';
			if (after < digits) {
				if (n > 9007199254740991LL / 10)
					return false;
				n = 10 * n + (c - '0');
			}
			after += after >= 0;
		} else {
			return false;
		}
	}
	for (int i = after < 0 ? 0 : after; i < digits; i++) {
		if (n > 9007199254740991LL / 10)
			return false;
		n *= 10;
	}
	n += up;
	*ret = minus ? -n : n;
	return seen > 0;
}

static struct str
without_currency(struct str s)
{
	static const char *const marks[] = { "¥", "￥", "CNY", "RMB", "元", "$", "€" };
	s = str_trim(s);
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct str m = str_of(marks[i]);
		if (str_starts(s, m))
			s = str_trim(str_sub(s, m.n, s.n));
		if (str_ends(s, m))
			s = str_trim(str_sub(s, 0, s.n - m.n));
	}
	return s;
}

static bool
number_take(struct str *s, size_t most, int64_t *ret)
{
	size_t n = 0;
	while (n < most && n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
		n++;
	bool ok = n && str_int(str_sub(*s, 0, n), ret);
	*s = str_sub(*s, n, s->n);
	return ok;
}

/* A fraction of a second of so many digits. */
static int64_t
to_ms(int64_t fraction, size_t digits)
{
	for (; digits < 3; digits++)
		fraction *= 10;
	for (; digits > 3; digits--)
		fraction /= 10;
	return fraction;
}

/* %Y %m %d %H %M %S, %f a fraction of a second, %s seconds since 1970; other letters stand for themselves. */
static bool
time_formatted(struct str s, struct str format, const struct zone *zone, int64_t *ret)
{
	int64_t part[128] = { ['Y'] = 1970, ['m'] = 1, ['d'] = 1 };
	bool epoch = false;
	s = str_trim(s);
	for (size_t i = 0; i < format.n; i++) {
		unsigned char c = (unsigned char)format.p[i];
		if (c != '%' || i + 1 == format.n) {
			if (!s.n || (unsigned char)s.p[0] != c)
				return false;
			s = str_sub(s, 1, s.n);
			continue;
		}
		c = (unsigned char)format.p[++i];
		size_t before = s.n;
		if (c >= 128 || !strchr("YmdHMSfs", c) || !number_take(&s, c == 'Y' ? 4 : c == 's' ? 11 : c == 'f' ? 9 : 2, &part[c]))
			return false;
		epoch |= c == 's';
		if (c == 'f')
			part['f'] = to_ms(part['f'], before - s.n);
	}
	if (s.n || part['m'] < 1 || part['m'] > 12 || part['d'] < 1 || part['d'] > 31 || part['H'] > 24 || part['M'] > 59 || part['S'] > 60)
		return false;
	int64_t day = days_from_date((int)part['Y'], (int)part['m'], (int)part['d']);
	*ret = epoch ? part['s'] * 1000 + part['f'] : zone_instant(zone, day, (int)(part['H'] * 60 + part['M'])) + part['S'] * 1000 + part['f'];
	return true;
}

/* A spreadsheet's day number: days since 1899-12-30, local. */
static bool
time_serial(struct str s, const struct zone *zone, int64_t *ret)
{
	int64_t n;
	if (!decimal(s, 9, &n) || n < 0)
		return false;
	int64_t day = n / 1000000000, fraction = n % 1000000000;
	int64_t second = (fraction * 86400 + 500000000) / 1000000000;
	*ret = zone_instant(zone, day - 25569, (int)(second / 60)) + second % 60 * 1000;
	return true;
}

static enum err
to_time(struct mapping_scope *s, const struct json *rule, struct mapping_value *v)
{
	struct str text = mapping_text(s, v), format = json_text(json_get(rule, "format"));
	const struct zone *zone = s->zone;
	int64_t at;
	if (json_get(rule, "timezone") && zone_open(json_text(json_get(rule, "timezone")), &zone))
		return mapping_fault(s->fault, "its timezone is not known");
	bool ok = !format.p                     ? str_int(str_trim(text), &at) || time_parse_rfc3339(str_trim(text), &at)
	          : str_eqz(format, "spreadsheet") ? time_serial(text, zone, &at)
	                                        : time_formatted(text, format, zone, &at);
	if (!ok)
		return mapping_fault(s->fault, "\"%.*s\" is no time%s%.*s", (int)(text.n > 40 ? 40 : text.n), text.p ? text.p : "", format.p ? " like " : "",
		                     STR_ARG(format));
	*v = int_value(at);
	return OK;
}

/* Members as a person reads them: numbers as text, what is empty left out. */
static enum err
to_texts(struct mapping_scope *s, const struct json *rule, struct mapping_value *v)
{
	struct buf b;
	struct json_writer w;
	struct str member;
	const struct json *from = v->kind == VALUE_JSON ? v->json : NULL, *inner, *made, *without = json_get(rule, "without");
	void *iter = NULL;
	if (json_kind(from) != JSON_OBJECT)
		return mapping_fault(s->fault, "is no object, so it has no texts");
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_object(&w);
	while (json_next(from, &iter, &member, &inner)) {
		struct mapping_value text = { .kind = VALUE_JSON, .json = inner };
		bool skip = json_kind(inner) == JSON_NULL || (json_kind(inner) == JSON_TEXT && !json_text(inner).n) ||
		            (json_kind(inner) == JSON_ARRAY && !json_count(inner));
		for (size_t i = 0; i < json_count(without); i++)
			skip |= str_eq(member, json_text(json_at(without, i)));
		if (skip)
			continue;
		jw_key_str(&w, member);
		if (json_kind(inner) == JSON_ARRAY || json_kind(inner) == JSON_OBJECT)
			jw_value(&w, inner);
		else
			jw_text(&w, mapping_text(s, &text));
	}
	jw_end(&w);
	enum err e = jw_finish(&w);
	if (!e)
		e = json_parse(s->arena, buf_str(&b), &made, NULL);
	buf_free(&b);
	if (!e)
		v->json = made;
	return e;
}

static enum err
convert_as(struct mapping_scope *s, struct str as, const struct json *rule, struct mapping_value *v)
{
	struct str text = mapping_text(s, v);
	int64_t n;
	if (str_eqz(as, "time"))
		return to_time(s, rule, v);
	if (str_eqz(as, "texts"))
		return to_texts(s, rule, v);
	if (str_eqz(as, "text")) {
		*v = text_value(text);
		return OK;
	}
	bool money = str_eqz(as, "money");
	bool ok = money ? decimal(without_currency(text), (int)json_int(json_get(rule, "digits"), 2), &n) : decimal(text, 3, &n) && n % 1000 == 0;
	if (!ok)
		return mapping_fault(s->fault, "\"%.*s\" is no %s", (int)(text.n > 40 ? 40 : text.n), text.p ? text.p : "",
		                     money ? "amount of money" : "whole number");
	*v = int_value(money ? n : n / 1000);
	return OK;
}

enum err
mapping_convert(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *v)
{
	struct str as = json_text(json_get(rule, "as"));
	bool empty = v->kind == VALUE_NONE || !mapping_text(s, v).n;
	enum err e = OK;
	if (empty && json_get(rule, "default"))
		return mapping_eval(s, name, json_get(rule, "default"), v);
	if (empty)
		return OK;
	if (json_get(rule, "map"))
		e = map_word(s, name, rule, v);
	if (!e && as.p && v->kind != VALUE_NONE)
		e = convert_as(s, as, rule, v);
	return e;
}

/* Looking a mapping through ------------------------------------------------------------------------------------------- */

static bool
one_of(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_eqz(word, *words))
			return true;
	return false;
}

static enum err
rule_check(const struct json *root, struct str name, const struct json *rule, struct mapping_fault *f)
{
	static const char *const sources[] = { "path", "value", "text", "pick", "object", "first", "time", NULL };
	static const char *const others[] = { "map", "default", "as", "without", "format", "timezone", "digits", "by", "member", NULL };
	static const char *const kinds[] = { "text", "int", "money", "time", "texts", NULL };
	struct str member;
	const struct json *v;
	const struct zone *zone;
	void *iter = NULL;
	int from = 0;
	enum err e = OK;
	while (!e && json_next(rule, &iter, &member, &v)) {
		bool is_source = one_of(member, sources);
		from += is_source;
		if (!is_source && !one_of(member, others))
			return mapping_fault(f, "%.*s: \"%.*s\" is not known", STR_ARG(name), STR_ARG(member));
		if (str_eqz(member, "default") || str_eqz(member, "by") || str_eqz(member, "time") || str_eqz(member, "first"))
			e = mapping_check(root, name, v, f);
		else if (str_eqz(member, "map") && json_kind(map_of(root, v)) != JSON_OBJECT)
			return mapping_fault(f, "%.*s: maps has no \"%.*s\"", STR_ARG(name), STR_ARG(json_text(v)));
		else if (str_eqz(member, "as") && !one_of(json_text(v), kinds))
			return mapping_fault(f, "%.*s: as may be text, int, money, time, texts", STR_ARG(name));
		else if (str_eqz(member, "timezone") && zone_open(json_text(v), &zone))
			return mapping_fault(f, "%.*s: its timezone is not known", STR_ARG(name));
		else if (str_eqz(member, "pick") && (!json_text(v).p || !json_count(json_get(json_get(root, "lists"), json_text(v).p))))
			return mapping_fault(f, "%.*s: lists has no \"%.*s\", or it is empty", STR_ARG(name), STR_ARG(json_text(v)));
	}
	iter = NULL;
	while (!e && json_next(json_get(rule, "object"), &iter, &member, &v))
		e = mapping_check(root, member, v, f);
	if (!e && from != 1)
		e = mapping_fault(f, "%.*s: an object here needs one of path, value, text, pick, object, first, time", STR_ARG(name));
	return e;
}

enum err
mapping_check(const struct json *root, struct str name, const struct json *value, struct mapping_fault *f)
{
	enum err e = OK;
	if (json_kind(value) == JSON_OBJECT)
		return rule_check(root, name, value, f);
	for (size_t i = 0; !e && i < json_count(value); i++)
		e = mapping_check(root, name, json_at(value, i), f);
	return e;
}
