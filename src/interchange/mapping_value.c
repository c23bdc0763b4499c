/* What a member of the mapping says: paths, templates, picks, objects, times. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "interchange/mapping_impl.h"
#include "base/banned.h"

enum { TEXT_MAX_BYTES = 1 << 20 };

enum err
mapping_fault(struct mapping_fault *f, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(f->text, sizeof f->text, format, ap);
	va_end(ap);
	return ERR_BAD_FIELD;
}

static struct mapping_value
of_json(const struct json *v)
{
	enum json_kind k = json_kind(v);
	if (k == JSON_NONE || k == JSON_NULL)
		return (struct mapping_value){ 0 };
	return (struct mapping_value){ .kind = VALUE_JSON, .json = v };
}

static struct mapping_value
of_text(struct str s)
{
	return (struct mapping_value){ .kind = VALUE_TEXT, .text = s };
}

static struct mapping_value
of_int(int64_t n)
{
	return (struct mapping_value){ .kind = VALUE_INT, .n = n };
}

void
mapping_write(struct json_writer *w, const struct mapping_value *v)
{
	switch (v->kind) {
	case VALUE_NONE:
		jw_null(w);
		return;
	case VALUE_JSON:
		jw_value(w, v->json);
		return;
	case VALUE_TEXT:
		jw_text(w, v->text);
		return;
	case VALUE_INT:
		jw_int(w, v->n);
		return;
	}
}

struct str
mapping_text(struct mapping_scope *s, const struct mapping_value *v)
{
	struct buf b;
	struct json_writer w;
	if (v->kind == VALUE_NONE)
		return STR("");
	if (v->kind == VALUE_TEXT)
		return v->text;
	if (v->kind == VALUE_JSON && json_kind(v->json) == JSON_TEXT)
		return json_text(v->json);
	buf_init(&b, TEXT_MAX_BYTES);
	jw_init(&w, &b);
	mapping_write(&w, v);
	struct str text = jw_finish(&w) == OK ? arena_str(s->arena, buf_str(&b)) : STR("");
	buf_free(&b);
	return text;
}

/* Paths --------------------------------------------------------------------------------------------------------------- */

static const struct json *
step(struct mapping_scope *s, const struct json *v, struct str name)
{
	int64_t i;
	if (json_kind(v) == JSON_ARRAY)
		return str_int(name, &i) && i >= 0 ? json_at(v, (size_t)i) : NULL;
	struct str z = arena_str(s->arena, name);
	return z.p ? json_get(v, z.p) : NULL;
}

static struct mapping_value
walk(struct mapping_scope *s, const struct json *v, struct str rest)
{
	struct str name;
	while (rest.n && str_split(&rest, '.', &name))
		v = step(s, v, name);
	return of_json(v);
}

static bool
let_find(struct mapping_scope *s, struct str name, struct mapping_value *ret)
{
	for (size_t i = 0; i < s->let_count; i++)
		if (str_eq(s->let_names[i], name)) {
			*ret = s->lets[i];
			return true;
		}
	return false;
}

/* A path that begins with @ or $. */
static enum err
special(struct mapping_scope *s, struct str path, struct mapping_value *ret)
{
	ptrdiff_t dot = str_find_char(path, '.');
	struct str head = dot < 0 ? path : str_sub(path, 0, (size_t)dot), rest = dot < 0 ? STR_NONE : str_sub(path, (size_t)dot + 1, path.n);
	if (head.p[0] == '$') {
		if (!let_find(s, str_sub(head, 1, head.n), ret))
			return mapping_fault(s->fault, "let has no \"%.*s\"", STR_ARG(head));
		if (rest.n)
			*ret = walk(s, ret->kind == VALUE_JSON ? ret->json : NULL, rest);
	} else if (str_eqz(head, "@key"))
		*ret = s->key.p ? of_text(s->key) : (struct mapping_value){ 0 };
	else if (str_eqz(head, "@number"))
		*ret = of_int(s->number);
	else if (str_eqz(head, "@item_key"))
		*ret = s->item_key.p ? of_text(s->item_key) : (struct mapping_value){ 0 };
	else if (str_eqz(head, "@item_number"))
		*ret = of_int(s->item_number);
	else if (str_eqz(head, "@file"))
		*ret = of_text(s->file);
	else if (str_eqz(head, "@record"))
		*ret = walk(s, s->record, rest);
	else if (str_eqz(head, "@lists"))
		*ret = walk(s, json_get(s->root, "lists"), rest);
	else
		return mapping_fault(s->fault, "the path \"%.*s\" is not known", STR_ARG(path));
	return OK;
}

static enum err
path_eval(struct mapping_scope *s, const struct json *path, struct mapping_value *ret)
{
	struct str text = json_text(path);
	const struct json *v = s->item ? s->item : s->record;
	if (json_kind(path) == JSON_ARRAY) {
		for (size_t i = 0; i < json_count(path); i++)
			v = step(s, v, json_text(json_at(path, i)));
		*ret = of_json(v);
		return OK;
	}
	if (text.n && (text.p[0] == '@' || text.p[0] == '$'))
		return special(s, text, ret);
	*ret = walk(s, v, text);
	return OK;
}

const struct json *
mapping_find(struct mapping_scope *s, struct str path)
{
	struct mapping_value v = { 0 };
	if (path.n && (path.p[0] == '@' || path.p[0] == '$')) {
		if (special(s, path, &v))
			return NULL;
	} else {
		v = walk(s, s->item ? s->item : s->record, path);
	}
	return v.kind == VALUE_JSON ? v.json : NULL;
}

/* Values -------------------------------------------------------------------------------------------------------------- */

/* "text {path} text"; {{ and }} are braces. */
static enum err
template_eval(struct mapping_scope *s, struct str text, struct mapping_value *ret)
{
	struct buf b;
	enum err e = OK;
	if (str_find_char(text, '{') < 0 && str_find_char(text, '}') < 0) {
		*ret = of_text(text);
		return OK;
	}
	buf_init(&b, TEXT_MAX_BYTES);
	for (size_t i = 0; !e && i < text.n; i++) {
		char c = text.p[i];
		if ((c == '{' || c == '}') && i + 1 < text.n && text.p[i + 1] == c) {
			buf_char(&b, c);
			i++;
		} else if (c == '{') {
			struct mapping_value v = { 0 };
			ptrdiff_t end = str_find_char(str_sub(text, i, text.n), '}');
			struct str path = end < 0 ? STR_NONE : str_sub(text, i + 1, i + (size_t)end);
			const char first = path.n ? path.p[0] : 0;
			if (first == '@' || first == '$')
				e = special(s, path, &v);
			else
				v = walk(s, s->item ? s->item : s->record, path);
			buf_add(&b, mapping_text(s, &v));
			i += end < 0 ? text.n : (size_t)end;
		} else {
			buf_char(&b, c);
		}
	}
	if (!e)
		e = buf_err(&b);
	if (!e)
		*ret = of_text(arena_str(s->arena, buf_str(&b)));
	buf_free(&b);
	return e;
}

/* A value made of values: written as JSON and read again. */
static enum err
compose(struct mapping_scope *s, struct str name, const struct json *from, struct mapping_value *ret)
{
	struct buf b;
	struct json_writer w;
	struct str member;
	const struct json *v, *made;
	void *iter = NULL;
	bool is_list = json_kind(from) == JSON_ARRAY;
	enum err e = OK;
	buf_init(&b, TEXT_MAX_BYTES);
	jw_init(&w, &b);
	is_list ? jw_array(&w) : jw_object(&w);
	for (size_t i = 0; !e && i < json_count(from); i++) {
		struct mapping_value inner = { 0 };
		if (is_list)
			v = json_at(from, i);
		else if (!json_next(from, &iter, &member, &v))
			break;
		e = mapping_eval(s, is_list ? name : member, v, &inner);
		if (e || inner.kind == VALUE_NONE)
			continue;
		if (!is_list)
			jw_key_str(&w, member);
		mapping_write(&w, &inner);
	}
	jw_end(&w);
	if (!e)
		e = jw_finish(&w);
	if (!e)
		e = json_parse(s->arena, buf_str(&b), &made, NULL);
	if (!e)
		*ret = of_json(made);
	buf_free(&b);
	return e;
}

static enum err
pick_eval(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *ret)
{
	struct mapping_value by = { 0 };
	const struct json *list = json_get(json_get(s->root, "lists"), json_text(json_get(rule, "pick")).p);
	uint64_t n = (uint64_t)s->number - 1;
	enum err e = OK;
	if (json_get(rule, "by")) {
		e = mapping_eval(s, name, json_get(rule, "by"), &by);
		/* FNV's low bits follow the last letters: mix them. */
		n = str_hash(mapping_text(s, &by));
		n = (n ^ n >> 29) * 0xbf58476d1ce4e5b9ULL;
		n ^= n >> 32;
	}
	const struct json *chosen = json_at(list, (size_t)(n % json_count(list)));
	struct str member = json_text(json_get(rule, "member"));
	*ret = member.n ? walk(s, chosen, member) : of_json(chosen);
	return e;
}

static enum err
time_eval(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *ret)
{
	struct mapping_value gap = { 0 };
	int64_t at;
	enum err e = mapping_eval(s, name, json_get(rule, "time"), &gap);
	if (e)
		return e;
	if (str_eqz(mapping_text(s, &gap), "same")) {
		if (!s->clock->started)
			return mapping_fault(s->fault, "no time was given yet, so there is no same one");
		*ret = of_int(s->clock->last);
		return OK;
	}
	e = mapping_time_next(s->times, s->clock, mapping_text(s, &gap), &at, s->fault);
	*ret = of_int(at);
	return e;
}

static bool
is_empty(const struct mapping_value *v)
{
	return v->kind == VALUE_NONE || (v->kind == VALUE_TEXT && !v->text.n) ||
	       (v->kind == VALUE_JSON && json_kind(v->json) == JSON_TEXT && !json_text(v->json).n);
}

static enum err
first_eval(struct mapping_scope *s, struct str name, const struct json *list, struct mapping_value *ret)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < json_count(list); i++) {
		e = mapping_eval(s, name, json_at(list, i), ret);
		if (!e && !is_empty(ret))
			return OK;
	}
	*ret = (struct mapping_value){ 0 };
	return e;
}

static enum err
rule_eval(struct mapping_scope *s, struct str name, const struct json *rule, struct mapping_value *ret)
{
	const struct json *v;
	enum err e = OK;
	if ((v = json_get(rule, "path")))
		e = path_eval(s, v, ret);
	else if ((v = json_get(rule, "value")))
		*ret = of_json(v);
	else if ((v = json_get(rule, "text")))
		e = template_eval(s, json_text(v), ret);
	else if (json_get(rule, "pick"))
		e = pick_eval(s, name, rule, ret);
	else if ((v = json_get(rule, "object")))
		e = compose(s, name, v, ret);
	else if ((v = json_get(rule, "first")))
		e = first_eval(s, name, v, ret);
	else
		e = time_eval(s, name, rule, ret);
	return e ? e : mapping_convert(s, name, rule, ret);
}

enum err
mapping_eval(struct mapping_scope *s, struct str name, const struct json *value, struct mapping_value *ret)
{
	*ret = (struct mapping_value){ 0 };
	switch (json_kind(value)) {
	case JSON_TEXT:
		return template_eval(s, json_text(value), ret);
	case JSON_ARRAY:
		return compose(s, name, value, ret);
	case JSON_OBJECT:
		return rule_eval(s, name, value, ret);
	default:
		*ret = of_json(value);
		return OK;
	}
}

enum err
mapping_when(struct mapping_scope *s, const struct json *when, bool *ret_true)
{
	struct mapping_value v = { 0 };
	const struct json *is = json_get(when, "is"), *isnt = json_get(when, "isnt"), *words = is ? is : isnt;
	*ret_true = true;
	if (!when)
		return OK;
	enum err e = path_eval(s, json_get(when, "path"), &v);
	struct str text = mapping_text(s, &v);
	if (!words) {
		*ret_true = !is_empty(&v);
		return e;
	}
	bool found = str_eq(text, json_text(words));
	for (size_t i = 0; i < json_count(words); i++)
		found |= str_eq(text, json_text(json_at(words, i)));
	*ret_true = is ? found : !found;
	return e;
}
