#include "app/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "base/banned.h"

static int
hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
url_decode(struct arena *a, struct str s, struct str *ret)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;
	if (!p)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '%') {
			int hi = i + 2 < s.n ? hex(s.p[i + 1]) : -1;
			int lo = hi < 0 ? -1 : hex(s.p[i + 2]);
			if (lo < 0 || (hi == 0 && lo == 0))
				return false;
			c = (char)(hi << 4 | lo);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		p[n++] = c;
	}
	*ret = (struct str){ p, n };
	return utf8_valid(*ret);
}

static const struct field *
field_named(const struct query *q, struct str name)
{
	for (size_t i = 0; i < q->in_count; i++)
		if (str_eqz(name, q->in[i].name))
			return &q->in[i];
	return NULL;
}

static enum err
field_bad(struct request *rq, const struct field *f, const char *en, const char *zh)
{
	return fail_text(rq, ERR_BAD_FIELD, f->name, en, zh);
}

static bool
is_text(const struct field *f)
{
	return f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_JSON;
}

static enum err
text_put(struct request *rq, const struct field *f, struct str s, void *in)
{
	if (!utf8_valid(s) || memchr(s.p ? s.p : "", 0, s.n))
		return field_bad(rq, f, "is not valid text", "不是有效的文本");
	if (f->type == FIELD_ENUM) {
		const char *const *w = f->words;
		while (*w && !str_eqz(s, *w))
			w++;
		if (!*w)
			return field_bad(rq, f, "is not one of the known words", "不在可选范围内");
	}
	int64_t n = (int64_t)(f->type == FIELD_JSON ? s.n : utf8_count(s));
	if ((f->max || f->min) && (n < f->min || n > f->max)) {
		struct str en = arena_printf(rq->arena, "must have %lld to %lld %s", (long long)f->min, (long long)f->max,
		                             f->type == FIELD_JSON ? "bytes" : "characters");
		struct str zh = arena_printf(rq->arena, "长度须为 %lld 到 %lld", (long long)f->min, (long long)f->max);
		return field_bad(rq, f, en.p, zh.p);
	}
	*(struct str *)(void *)((char *)in + f->offset) = s.p ? s : STR("");
	return OK;
}

static enum err
int_put(struct request *rq, const struct field *f, int64_t v, void *in)
{
	if ((f->min || f->max) && (v < f->min || v > f->max)) {
		struct str en = arena_printf(rq->arena, "must be from %lld to %lld", (long long)f->min, (long long)f->max);
		struct str zh = arena_printf(rq->arena, "须在 %lld 到 %lld 之间", (long long)f->min, (long long)f->max);
		return field_bad(rq, f, en.p, zh.p);
	}
	if (f->type == FIELD_ID && v <= 0)
		return field_bad(rq, f, "is not an id", "不是有效的编号");
	*(int64_t *)(void *)((char *)in + f->offset) = v;
	if (f->flags & FIELD_OPTIONAL)
		*((bool *)in + f->set_offset) = true;
	return OK;
}

static enum err
json_put(struct request *rq, const struct field *f, const struct json *v, void *in)
{
	enum json_kind k = json_kind(v);
	char *at = (char *)in + f->offset;
	if (k == JSON_NULL) {
		if (!(f->flags & FIELD_OPTIONAL))
			return field_bad(rq, f, "may not be null", "不能为空");
		return OK;
	}
	if (f->type == FIELD_JSON) {
		struct json_text t;
		json_text_start(rq, &t);
		jw_value(&t.w, v);
		struct str s = json_text_end(&t);
		return s.p ? text_put(rq, f, s, in) : ERR_TOO_LARGE;
	}
	if (is_text(f))
		return k == JSON_TEXT ? text_put(rq, f, json_text(v), in) : field_bad(rq, f, "must be text", "应为文本");
	if (f->type == FIELD_BOOL) {
		if (k != JSON_BOOL)
			return field_bad(rq, f, "must be true or false", "应为是或否");
		*(bool *)at = json_bool(v, false);
	} else if (f->type == FIELD_REAL) {
		if (k != JSON_REAL && k != JSON_INT)
			return field_bad(rq, f, "must be a number", "应为数字");
		*(double *)(void *)at = json_number(v, 0);
	} else {
		return k == JSON_INT ? int_put(rq, f, json_int(v, 0), in) : field_bad(rq, f, "must be a whole number", "应为整数");
	}
	if (f->flags & FIELD_OPTIONAL)
		*((bool *)in + f->set_offset) = true;
	return OK;
}

static enum err
text_value_put(struct request *rq, const struct field *f, struct str s, void *in)
{
	int64_t v;
	if (is_text(f))
		return text_put(rq, f, s, in);
	if (f->type == FIELD_BOOL) {
		bool yes = str_eqz(s, "true") || str_eqz(s, "1");
		if (!yes && !str_eqz(s, "false") && !str_eqz(s, "0"))
			return field_bad(rq, f, "must be true or false", "应为是或否");
		*((bool *)in + f->offset) = yes;
		if (f->flags & FIELD_OPTIONAL)
			*((bool *)in + f->set_offset) = true;
		return OK;
	}
	if (f->type == FIELD_REAL || !str_int(s, &v) || v > 9007199254740991 || v < -9007199254740991)
		return field_bad(rq, f, "must be a whole number", "应为整数");
	return int_put(rq, f, v, in);
}

enum { FIELDS_MAX = 64 };

static enum err
not_known(struct request *rq, struct str name)
{
	rq->field = arena_str(rq->arena, str_sub(name, 0, 60));
	rq->detail = str_of(rq->who.lang[0] == 'z' ? "没有这个字段" : "is not a member here");
	return ERR_BAD_FIELD;
}

static enum err
object_read(struct request *rq, const struct query *q, const struct json *object, void *in, uint64_t *seen)
{
	void *iter = NULL;
	struct str name;
	const struct json *v;
	if (json_kind(object) != JSON_OBJECT)
		return fail_text(rq, ERR_BAD_REQUEST, NULL, "the body must be a JSON object", "请求内容应为 JSON 对象");
	while (json_next(object, &iter, &name, &v)) {
		const struct field *f = field_named(q, name);
		if (!f || (f->flags & FIELD_SERVER))
			return not_known(rq, name);
		enum err e = json_put(rq, f, v, in);
		if (e)
			return e;
		*seen |= 1ULL << (f - q->in);
	}
	return OK;
}

static enum err
required_check(struct request *rq, const struct query *q, uint64_t seen)
{
	for (size_t i = 0; i < q->in_count; i++)
		if (!(q->in[i].flags & (FIELD_OPTIONAL | FIELD_SERVER)) && !(seen >> i & 1))
			return field_bad(rq, &q->in[i], "is missing", "缺失");
	return OK;
}

enum err
input_from_json(struct request *rq, const struct query *q, const struct json *object, void *ret_in)
{
	uint64_t seen = 0;
	memset(ret_in, 0, q->in_size);
	enum err e = object_read(rq, q, object, ret_in, &seen);
	if (!e)
		e = required_check(rq, q, seen);
	if (!e)
		input_server_fields(rq, q, ret_in);
	return e;
}

static void
server_put(const struct field *f, void *in, int64_t number, struct str text)
{
	if (is_text(f)) {
		*(struct str *)(void *)((char *)in + f->offset) = text;
		return;
	}
	*(int64_t *)(void *)((char *)in + f->offset) = number;
	if (f->flags & FIELD_OPTIONAL)
		*((bool *)in + f->set_offset) = number != 0;
}

void
input_server_fields(struct request *rq, const struct query *q, void *in)
{
	static const char *const scopes[] = { "own", "group", "shop", "all" };
	for (size_t i = 0; i < q->in_count; i++) {
		const struct field *f = &q->in[i];
		struct str name = str_of(f->name);
		if (!(f->flags & FIELD_SERVER))
			continue;
		if (str_eqz(name, "now"))
			server_put(f, in, rq->now, STR_NONE);
		else if (str_eqz(name, "new_id"))
			server_put(f, in, new_id(rq), STR_NONE);
		else if (str_eqz(name, "viewer"))
			server_put(f, in, rq->who.person_id, STR_NONE);
		else if (str_eqz(name, "viewer_group"))
			server_put(f, in, rq->who.group_id, STR_NONE);
		else if (str_eqz(name, "viewer_scope"))
			server_put(f, in, 0, str_of(scopes[rq->who.kind == CALLER_SYSTEM ? SCOPE_ALL : rq->who.scope]));
		else if (str_eqz(name, "visitor"))
			server_put(f, in, rq->who.customer_id, STR_NONE);
		else if (str_eqz(name, "visitor_shop"))
			server_put(f, in, rq->who.shop_id, STR_NONE);
		else if (str_eqz(name, "address"))
			server_put(f, in, 0, rq->address.p ? rq->address : STR(""));
		else if (str_eqz(name, "lang"))
			server_put(f, in, 0, str_of(rq->who.lang));
	}
}

static enum err
query_string_read(struct command *c, const struct query *q, uint64_t *seen)
{
	struct str rest = c->query, pair, name, value;
	while (rest.n && str_split(&rest, '&', &pair)) {
		ptrdiff_t eq = str_find_char(pair, '=');
		struct str raw = eq < 0 ? STR("") : str_sub(pair, (size_t)eq + 1, pair.n);
		if (!url_decode(c->rq.arena, eq < 0 ? pair : str_sub(pair, 0, (size_t)eq), &name) || !url_decode(c->rq.arena, raw, &value))
			return fail(&c->rq, ERR_BAD_REQUEST, NULL, "the query string is malformed");
		const struct field *f = field_named(q, name);
		if (!f || (f->flags & FIELD_SERVER))
			return not_known(&c->rq, name);
		if (!value.n && (f->flags & FIELD_OPTIONAL))
			continue;
		enum err e = text_value_put(&c->rq, f, value, c->in);
		if (e)
			return e;
		*seen |= 1ULL << (f - q->in);
	}
	return OK;
}

static enum err
body_read(struct command *c, const struct query *q, uint64_t *seen)
{
	struct str why;
	struct request *rq = &c->rq;
	if (c->from == FROM_HTTP && (rq->route->raw_body || !rq->body.n))
		return OK;
	if (c->from == FROM_HTTP) {
		enum err e = json_parse(rq->arena, rq->body, &c->json, &why);
		if (e)
			return fail(rq, e, NULL, why.p);
	}
	return c->json ? object_read(rq, q, c->json, c->in, seen) : OK;
}

enum err
input_build(struct command *c)
{
	static const struct query none;
	const struct query *q = route_in(c->rq.route);
	uint64_t seen = 0;
	if (!q)
		q = &none;
	c->in = arena_alloc(c->rq.arena, q->in_size + 1);
	if (!c->in)
		return ERR_NO_MEMORY;
	enum err e = body_read(c, q, &seen);
	if (!e)
		e = query_string_read(c, q, &seen);
	for (int i = 0; !e && i < c->path_count; i++) {
		const struct field *f = field_named(q, c->path_names[i]);
		struct str value;
		if (!f || !url_decode(c->rq.arena, c->path_values[i], &value))
			return ERR_NOT_FOUND;
		e = text_value_put(&c->rq, f, value, c->in);
		seen |= 1ULL << (f - q->in);
	}
	if (!e)
		e = required_check(&c->rq, q, seen);
	if (!e)
		input_server_fields(&c->rq, q, c->in);
	return e;
}
