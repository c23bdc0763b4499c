#include "interchange/reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "base/banned.h"

enum { NAMES_SHOWN = 300, SAMPLES_MAX = 40, REJECTS_MAX = 60, SAMPLE_CHARS = 60 };

const char *const name_role_words[] = { "", "agent", "customer", "robot", "system", "ignore", NULL };

enum name_role
name_role_of(struct str word)
{
	for (int i = 1; name_role_words[i]; i++)
		if (str_eqz(word, name_role_words[i]))
			return (enum name_role)i;
	return ROLE_UNKNOWN;
}

/* Findings ------------------------------------------------------------------------------------------------------------------- */

enum err
findings_init(struct findings *f)
{
	*f = (struct findings){ .arena = arena_new(64 << 20) };
	buf_init(&f->marks, 1 << 20);
	buf_init(&f->samples, 1 << 20);
	buf_init(&f->rejects, 1 << 20);
	return f->arena ? names_init(&f->names, 64 << 20) : ERR_NO_MEMORY;
}

void
findings_free(struct findings *f)
{
	names_free(&f->names);
	mem_free(f->found);
	buf_free(&f->marks);
	buf_free(&f->samples);
	buf_free(&f->rejects);
	arena_free(f->arena);
	*f = (struct findings){ 0 };
}

enum err
findings_name(struct findings *f, struct str name, struct found_name **ret)
{
	uint32_t i = 0;
	enum err e = names_put(&f->names, name, &i);
	if (e)
		return e;
	if (i >= f->found_cap) {
		size_t cap = f->found_cap ? 2 * f->found_cap : 256;
		struct found_name *p = mem_grow(f->found, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		memset(p + f->found_cap, 0, (cap - f->found_cap) * sizeof *p);
		f->found = p;
		f->found_cap = cap;
	}
	*ret = &f->found[i];
	return OK;
}

void
findings_reject(struct findings *f, int64_t line, const char *what)
{
	struct json_writer w;
	if (f->reject_count++ >= REJECTS_MAX)
		return;
	if (f->rejects.n)
		buf_char(&f->rejects, ',');
	jw_init(&w, &f->rejects);
	jw_object(&w);
	jw_member_int(&w, "line", line);
	jw_member_text(&w, "reason", str_of(what));
	jw_end(&w);
}

/* Names that look like those of a shop's people; only a suggestion. */
static const char *
name_suggest(struct str name)
{
	static const char *const robots[] = { "机器人", "小蜜", "店小蜜", "智能助手", "robot", "bot", NULL };
	static const char *const systems[] = { "系统", "系统消息", "系统提示", "system", NULL };
	for (int i = 0; robots[i]; i++)
		if (str_find(name, str_of(robots[i])) >= 0)
			return "robot";
	for (int i = 0; systems[i]; i++)
		if (str_eq_nocase(name, str_of(systems[i])))
			return "system";
	if (str_find_char(name, ':') > 0 || str_find(name, STR("：")) > 0 || str_find(name, STR("客服")) >= 0)
		return "agent";
	return "";
}

static void
name_write(struct json_writer *w, struct str name, const struct found_name *n)
{
	jw_object(w);
	jw_member_text(w, "name", name);
	jw_member_text(w, "role", str_of(name_role_words[n->role]));
	jw_member_bool(w, "said", n->said);
	jw_member_text(w, "person_key", n->person.p ? n->person : STR(""));
	jw_member_text(w, "suggest", str_of(n->said ? "" : name_suggest(name)));
	jw_member_int(w, "lines", n->lines);
	jw_member_text(w, "sample", n->sample.p ? n->sample : STR(""));
	jw_end(w);
}

/* Those to decide on first: unknown ones, ones that look like people of the shop, then by how much they said. */
static int
name_weight(const struct findings *f, size_t i)
{
	const struct found_name *n = &f->found[i];
	return (n->role == ROLE_UNKNOWN) * 4 + (!n->said && name_suggest(f->names.all[i].text)[0]) * 2 + (n->said && n->role != ROLE_CUSTOMER);
}

static void
names_write(struct findings *f, struct json_writer *w)
{
	int shown = 0;
	jw_key(w, "names");
	jw_array(w);
	for (int weight = 7; weight >= 0; weight--)
		for (size_t i = 0; i < f->names.count && shown < NAMES_SHOWN; i++)
			if (f->found[i].lines && name_weight(f, i) == weight) {
				name_write(w, f->names.all[i].text, &f->found[i]);
				shown++;
			}
	jw_end(w);
	jw_member_int(w, "name_count", (int64_t)f->names.count);
}

static void
list_write(struct json_writer *w, const char *name, const struct buf *b)
{
	struct str text = b->n ? buf_str(b) : STR("");
	jw_key(w, name);
	char open = '[';
	struct buf whole;
	buf_init(&whole, b->n + 16);
	buf_char(&whole, open);
	buf_add(&whole, text);
	buf_char(&whole, ']');
	jw_raw(w, whole.err ? STR("[]") : buf_str(&whole));
	buf_free(&whole);
}

static void
columns_write(struct findings *f, struct json_writer *w)
{
	jw_key(w, "columns");
	jw_array(w);
	for (size_t i = 0; i < f->column_count; i++) {
		jw_object(w);
		jw_member_text(w, "name", f->columns[i].name);
		jw_member_text(w, "member", str_of(f->columns[i].member));
		jw_member_text(w, "sample", f->columns[i].sample.p ? f->columns[i].sample : STR(""));
		jw_end(w);
	}
	jw_end(w);
}

void
findings_write(struct findings *f, struct json_writer *w)
{
	const struct date_look *d = &f->dates;
	bool open = d->open || d->first_over_12 || d->second_over_12;
	const char *suggest = d->first_over_12 && !d->second_over_12 ? "DMY" : d->second_over_12 && !d->first_over_12 ? "MDY" : "";
	jw_member_int(w, "lines", f->lines);
	jw_member_int(w, "messages", f->messages);
	jw_member_int(w, "conversations", f->conversations);
	jw_member_int(w, "stray", f->stray);
	jw_member_int(w, "tail", f->tail);
	jw_member_int(w, "rejected", f->reject_count);
	jw_member_int(w, "header", f->header);
	jw_member_int(w, "first_at", f->first_at);
	jw_member_int(w, "last_at", f->last_at);
	jw_member_bool(w, "date_open", open);
	jw_member_text(w, "date_suggest", str_of(suggest));
	jw_member_text(w, "date_sample", f->date_sample.p ? f->date_sample : STR(""));
	jw_member_bool(w, "refund_time_taken", f->refund_time_taken);
	jw_key(w, "types");
	jw_object(w);
	for (int t = 0; t < IMPORT_UNKNOWN; t++)
		if (f->types[t])
			jw_member_int(w, import_type_name((enum import_type)t), f->types[t]);
	jw_end(w);
	columns_write(f, w);
	names_write(f, w);
	list_write(w, "marks", &f->marks);
	list_write(w, "samples", &f->samples);
	list_write(w, "rejects", &f->rejects);
}

/* Lines ------------------------------------------------------------------------------------------------------------------------ */

struct str
section_text(const struct reading *r, const char *member)
{
	return json_text(json_get(r->section, member));
}

void
line_begin(struct reading *r, enum import_type t, const char *type)
{
	jw_init(&r->w, r->lines);
	jw_object(&r->w);
	jw_member_text(&r->w, "type", str_of(type));
	r->f->types[t]++;
}

enum err
line_end(struct reading *r)
{
	jw_end(&r->w);
	enum err e = jw_finish(&r->w);
	buf_char(r->lines, '\n');
	r->line_count++;
	return e ? e : buf_err(r->lines);
}

enum err
reading_flush(struct reading *r, int64_t number)
{
	struct findings *f = r->f;
	if (f->sample_count < SAMPLES_MAX) {
		struct str rest = buf_str(r->lines), line;
		while (rest.n && f->sample_count < SAMPLES_MAX && str_split(&rest, '\n', &line)) {
			if (!line.n)
				continue;
			if (f->samples.n)
				buf_char(&f->samples, ',');
			buf_printf(&f->samples, "{\"line\":%lld,\"record\":", (long long)number);
			buf_add(&f->samples, line);
			buf_char(&f->samples, '}');
			f->sample_count++;
		}
	}
	size_t count = r->line_count;
	r->line_count = 0;
	return r->emit(r->ctx, number, count);
}

enum err
reading_refuse(struct reading *r, int64_t number, const char *format, ...)
{
	char text[200];
	va_list ap;
	va_start(ap, format);
	vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	/* Never half a character at the end. */
	struct str whole = { text, strlen(text) };
	while (whole.n && !utf8_valid(whole))
		whole.n--;
	text[whole.n] = 0;
	findings_reject(r->f, number, text);
	enum err e = r->refuse(r->ctx, number, text);
	return e ? e : ERR_BAD_FIELD;
}

static bool
listed(const struct reading *r, const char *list, struct str name)
{
	const struct json *names = json_get(r->section, list);
	for (size_t i = 0; i < json_count(names); i++)
		if (str_eq(json_text(json_at(names, i)), name))
			return true;
	return false;
}

static enum err
name_decide(struct reading *r, struct str name, struct found_name *n)
{
	static const struct {
		const char *list;
		enum name_role role;
	} lists[] = { { "customers", ROLE_CUSTOMER }, { "robots", ROLE_ROBOT }, { "systems", ROLE_SYSTEM }, { "ignored", ROLE_IGNORE } };
	struct str z = arena_str(r->arena, name);
	const struct json *agent = z.p ? json_get(json_get(r->section, "agents"), z.p) : NULL;
	n->said = true;
	if (agent) {
		n->role = ROLE_AGENT;
		n->person = arena_str(r->f->arena, json_text(agent));
		return OK;
	}
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (listed(r, lists[i].list, name)) {
			n->role = lists[i].role;
			return OK;
		}
	struct mapping_binding b = { 0 };
	enum err e = r->o->bind ? r->o->bind(r->o->bind_ctx, r->arena, r->shop, name, &b) : ERR_NOT_FOUND;
	if (e && e != ERR_NOT_FOUND)
		return e;
	n->role = e ? ROLE_UNKNOWN : name_role_of(b.role);
	if (!e && b.person_key.n)
		n->person = arena_str(r->f->arena, b.person_key);
	n->said = n->role != ROLE_UNKNOWN;
	if (!n->said && str_eqz(section_text(r, "others"), "customer"))
		n->role = ROLE_CUSTOMER;
	return OK;
}

enum err
reading_name(struct reading *r, struct str name, struct str sample, struct found_name **ret)
{
	struct found_name *n = NULL;
	enum err e = findings_name(r->f, name, &n);
	if (!e && !n->lines)
		e = name_decide(r, name, n);
	if (e)
		return e;
	if (!n->lines++ || !n->sample.n)
		n->sample = arena_str(r->f->arena, utf8_head(sample, SAMPLE_CHARS));
	*ret = n;
	return OK;
}

enum err
reading_agent(struct reading *r, int64_t number, struct str name, struct str *ret_key)
{
	struct found_name *n = NULL;
	*ret_key = STR_NONE;
	name = cell_clean(r->arena, name);
	if (cell_empty(name))
		return OK;
	enum err e = reading_name(r, name, STR(""), &n);
	if (e)
		return e;
	/* In a column of agents nobody is a customer by default. */
	if (!n->said)
		n->role = ROLE_UNKNOWN;
	if (n->role == ROLE_ROBOT || n->role == ROLE_IGNORE || n->role == ROLE_SYSTEM)
		return OK;
	if (n->role != ROLE_AGENT || !n->person.n)
		return reading_refuse(r, number, "\"%.*s\" is bound to nobody here", (int)(name.n > 60 ? 60 : name.n), name.p);
	*ret_key = n->person;
	return OK;
}

enum err
reading_time(struct reading *r, int64_t number, const char *what, struct str text, int64_t *ret_ms)
{
	enum err e = cell_time(r->arena, text, r->dates, r->serial, r->zone, &r->f->dates, ret_ms);
	if (e == ERR_CONFLICT && !r->f->date_sample.p)
		r->f->date_sample = arena_str(r->f->arena, utf8_head(text, 40));
	if (e == ERR_CONFLICT)
		return reading_refuse(r, number, "%s \"%.*s\": which is the day and which the month must be said (date_order)", what, (int)(text.n > 40 ? 40 : text.n), text.p);
	if (e)
		return reading_refuse(r, number, "%s \"%.*s\" is no time", what, (int)(text.n > 40 ? 40 : text.n), text.p ? text.p : "");
	struct findings *f = r->f;
	if (!f->first_at || *ret_ms < f->first_at)
		f->first_at = *ret_ms;
	if (*ret_ms > f->last_at)
		f->last_at = *ret_ms;
	return OK;
}
