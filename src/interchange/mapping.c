#include "interchange/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "interchange/mapping_impl.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { MAPPING_MAX = 4 << 20, RECORD_ARENA = 512 << 20, RECORD_OUT = 256 << 20, ONCE_ARENA = 1 << 30 };

struct mapping {
	const struct mapping_options *o;
	struct mapping_result *result;
	char *why;
	struct arena *arena, *record_arena;
	const struct json *root, *source;
	const struct zone *zone;
	struct mapping_times times;
	struct mapping_fault fault;
	struct names once;
	const char *path, *base;
	uint32_t file;
	FILE *out;
	struct buf lines; /* of the record at hand */
	size_t line_count;
	bool rehearsal; /* a first run over a record, to learn how long it takes */
};

/* Looking it through ---------------------------------------------------------------------------------------------------- */

static bool
among(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_eqz(word, *words))
			return true;
	return false;
}

static enum err
members_check(struct mapping *m, const char *where, const struct json *o, const char *const *known)
{
	struct str name;
	const struct json *v;
	void *iter = NULL;
	if (json_kind(o) != JSON_OBJECT)
		return mapping_fault(&m->fault, "%s must be an object", where);
	while (json_next(o, &iter, &name, &v))
		if (!among(name, known))
			return mapping_fault(&m->fault, "%s: \"%.*s\" is not known", where, STR_ARG(name));
	return OK;
}

static enum err
lines_check(struct mapping *m, const char *where, const struct json *lines)
{
	static const char *const when_known[] = { "path", "is", "isnt", NULL };
	struct str name;
	const struct json *v;
	enum err e = OK;
	if (json_kind(lines) != JSON_ARRAY)
		return mapping_fault(&m->fault, "%s: lines must be a list", where);
	for (size_t i = 0; !e && i < json_count(lines); i++) {
		void *iter = NULL;
		const struct json *line = json_at(lines, i), *when = json_get(line, "when");
		char place[80];
		snprintf(place, sizeof place, "%s: lines.%zu", where, i);
		if (!json_text(json_get(line, "type")).n)
			return mapping_fault(&m->fault, "%s has no type", place);
		if (when)
			e = members_check(m, place, when, when_known);
		while (!e && json_next(line, &iter, &name, &v))
			if (!str_eqz(name, "when") && !str_eqz(name, "each"))
				e = mapping_check(m->root, name, v, &m->fault);
	}
	return e;
}

static enum err
let_check(struct mapping *m, const char *where, const struct json *let)
{
	struct str name;
	const struct json *v;
	void *iter = NULL;
	enum err e = OK;
	if (json_count(let) > MAPPING_LETS)
		return mapping_fault(&m->fault, "%s: let has more than %d names", where, MAPPING_LETS);
	while (!e && json_next(let, &iter, &name, &v))
		e = mapping_check(m->root, name, v, &m->fault);
	return e;
}

static enum err
sources_check(struct mapping *m)
{
	static const char *const known[] = { "files", "format", "records", "delimiter", "header", "sheet", "let", "lines", "note", "chat", "table", NULL };
	const struct json *sources = json_get(m->root, "sources");
	enum err e = OK;
	if (!json_count(sources))
		return mapping_fault(&m->fault, "sources is missing");
	for (size_t i = 0; !e && i < json_count(sources); i++) {
		const struct json *s = json_at(sources, i);
		char place[40];
		snprintf(place, sizeof place, "sources.%zu", i);
		e = members_check(m, place, s, known);
		if (!e && !json_count(json_get(s, "files")))
			e = mapping_fault(&m->fault, "%s: files must be a list of names", place);
		if (!e)
			e = let_check(m, place, json_get(s, "let"));
		if (!e && json_get(s, "chat"))
			e = chat_check(json_get(s, "chat"), &m->fault);
		else if (!e && json_get(s, "table"))
			e = table_check(json_get(s, "table"), &m->fault);
		else if (!e)
			e = lines_check(m, place, json_get(s, "lines"));
	}
	return e;
}

static enum err
mapping_look(struct mapping *m)
{
	static const char *const known[] = { "name", "source", "note", "timezone", "lists", "maps", "lines", "sources", "times", NULL };
	struct str zone = json_text(json_get(m->root, "timezone"));
	enum err e = members_check(m, "the mapping", m->root, known);
	if (!e && zone_open(zone.p ? zone : STR("Asia/Shanghai"), &m->zone))
		e = mapping_fault(&m->fault, "timezone is not known");
	if (!e && json_get(m->root, "lines"))
		e = lines_check(m, "the mapping", json_get(m->root, "lines"));
	if (!e)
		e = sources_check(m);
	if (!e)
		e = mapping_times_read(&m->times, json_get(m->root, "times"), m->zone, m->o->now, &m->fault);
	if (!e && m->times.parallel_by)
		e = mapping_check(m->root, STR("times.parallel.by"), m->times.parallel_by, &m->fault);
	return e;
}

/* A mapping that is in hand already. */
static enum err
text_load(struct mapping *m, struct str text)
{
	struct str why = STR_NONE;
	enum err e = text.n > MAPPING_MAX ? ERR_TOO_LARGE : json_parse(m->arena, text, &m->root, &why);
	if (!e)
		e = mapping_look(m);
	if (e && (why.n || m->fault.text[0]))
		snprintf(m->why, 200, "%.*s%.180s", (int)(why.n > 180 ? 180 : why.n), why.p ? why.p : "", m->fault.text);
	return e;
}

static enum err
mapping_load(struct mapping *m)
{
	struct stat st;
	struct str why = STR_NONE;
	if (m->o->mapping_text.p)
		return text_load(m, m->o->mapping_text);
	FILE *f = fopen(m->o->mapping_path, "rbe");
	enum err e = f && fstat(fileno(f), &st) == 0 && st.st_size <= MAPPING_MAX ? OK : ERR_IO;
	char *bytes = e ? NULL : mem_new(1, (size_t)st.st_size + 1);
	size_t n = bytes && f ? fread(bytes, 1, (size_t)st.st_size, f) : 0;
	if (e)
		snprintf(m->why, 200, "%.100s: %s", m->o->mapping_path, f ? "a mapping is at most 4 MB" : strerror(errno));
	else
		e = bytes ? json_parse(m->arena, (struct str){ bytes, n }, &m->root, &why) : ERR_NO_MEMORY;
	if (f)
		fclose(f);
	mem_free(bytes);
	if (e && why.p)
		snprintf(m->why, 200, "%.100s: %.*s", m->o->mapping_path, (int)(why.n > 90 ? 90 : why.n), why.p);
	if (e)
		return e;
	e = mapping_look(m);
	if (e && m->fault.text[0])
		snprintf(m->why, 200, "%.80s: %.115s", m->o->mapping_path, m->fault.text);
	return e;
}

/* Records to lines ------------------------------------------------------------------------------------------------------ */

static enum err
line_write(struct mapping *m, struct mapping_scope *s, const struct json *line)
{
	struct json_writer w;
	struct str name, path = STR_NONE;
	const struct json *v;
	void *iter = NULL;
	bool wanted = true;
	size_t begin = m->lines.n;
	uint32_t index;
	enum err e = mapping_when(s, json_get(line, "when"), &wanted);
	if (e || !wanted)
		return e;
	jw_init(&w, &m->lines);
	jw_object(&w);
	while (!e && json_next(line, &iter, &name, &v)) {
		struct mapping_value value;
		if (str_eqz(name, "when") || str_eqz(name, "each") || str_eqz(name, "once"))
			continue;
		path = name;
		e = mapping_eval(s, name, v, &value);
		if (e || value.kind == VALUE_NONE)
			continue;
		jw_key_str(&w, name);
		mapping_write(&w, &value);
	}
	jw_end(&w);
	if (e) {
		struct mapping_fault inner = m->fault;
		return mapping_fault(&m->fault, "%.*s%s%.*s: %.120s", STR_ARG(s->item_key), s->item_key.n ? "." : "", STR_ARG(path), inner.text);
	}
	e = jw_finish(&w);
	if (!e && json_bool(json_get(line, "once"), false)) {
		struct str text = str_sub(buf_str(&m->lines), begin, m->lines.n);
		if (names_find(&m->once, text)) {
			m->lines.n = begin;
			return OK;
		}
		e = m->rehearsal ? OK : names_put(&m->once, text, &index);
	}
	buf_char(&m->lines, '\n');
	m->line_count++;
	return e;
}

static enum err
each_write(struct mapping *m, struct mapping_scope *s, const struct json *line, struct str path)
{
	const struct json *items = mapping_find(s, path), *v;
	struct str name = STR_NONE;
	void *iter = NULL;
	bool list = json_kind(items) == JSON_ARRAY;
	enum err e = OK;
	if (items && !list && json_kind(items) != JSON_OBJECT)
		return mapping_fault(&m->fault, "%.*s: is neither a list nor an object", STR_ARG(path));
	for (size_t i = 0; !e && i < json_count(items); i++) {
		if (list)
			v = json_at(items, i);
		else if (!json_next(items, &iter, &name, &v))
			break;
		s->item = v;
		s->item_number = (int64_t)i + 1;
		s->item_key = list ? arena_printf(s->arena, "%.*s.%zu", STR_ARG(path), i) : name;
		e = line_write(m, s, line);
	}
	s->item = NULL;
	s->item_number = 0;
	s->item_key = STR_NONE;
	return e;
}

static enum err
lines_write(struct mapping *m, struct mapping_scope *s, const struct json *lines)
{
	enum err e = OK;
	buf_clear(&m->lines);
	m->line_count = 0;
	for (size_t i = 0; !e && i < json_count(lines); i++) {
		const struct json *line = json_at(lines, i), *each = json_get(line, "each");
		e = each ? each_write(m, s, line, json_text(each)) : line_write(m, s, line);
	}
	return e ? e : buf_err(&m->lines);
}

static enum err
lets_eval(struct mapping *m, struct mapping_scope *s)
{
	struct str name;
	const struct json *v;
	void *iter = NULL;
	enum err e = OK;
	while (!e && json_next(json_get(m->source, "let"), &iter, &name, &v)) {
		struct mapping_value value;
		e = mapping_eval(s, name, v, &value);
		if (e) {
			struct mapping_fault inner = m->fault;
			return mapping_fault(&m->fault, "let.%.*s: %.150s", STR_ARG(name), inner.text);
		}
		s->let_names[s->let_count] = name;
		s->lets[s->let_count++] = value;
	}
	return e;
}

/* Twice when times are made up: the first run tells how long it takes, and then a place for it is looked for. */
static enum err
record_times(struct mapping *m, struct mapping_scope *s, const struct json *lines)
{
	struct mapping_value who = { 0 };
	struct rng rng;
	rng_seed(&rng, m->times.seed ^ str_hash(s->file) ^ str_hash(s->key) * 0x9e3779b97f4a7c15ULL);
	*s->clock = (struct mapping_clock){ .rng = rng };
	m->rehearsal = true;
	enum err e = lines_write(m, s, lines);
	m->rehearsal = false;
	int64_t length = s->clock->at;
	bool used = s->clock->started;
	if (!e && used && m->times.parallel_by)
		e = mapping_eval(s, STR("times.parallel.by"), m->times.parallel_by, &who);
	if (e || !used)
		return e;
	*s->clock = (struct mapping_clock){ .rng = rng };
	struct rng place;
	rng_seed(&place, rng_u64(&rng));
	return mapping_time_start(&m->times, &place, mapping_text(s, &who), length, &s->clock->at);
}

static enum err
origins_add(struct mapping *m, uint32_t record)
{
	struct mapping_result *r = m->result;
	while (r->origin_cap < (size_t)r->lines + m->line_count) {
		size_t cap = r->origin_cap ? 2 * r->origin_cap : 4096;
		void *p = mem_grow(r->origins, cap * sizeof *r->origins);
		if (!p)
			return ERR_NO_MEMORY;
		r->origins = p;
		r->origin_cap = cap;
	}
	for (size_t i = 0; i < m->line_count; i++)
		r->origins[r->lines++] = (struct mapping_origin){ m->file, record };
	return OK;
}

static enum err
lines_out(struct mapping *m, uint32_t record)
{
	if (m->lines.n && fwrite(m->lines.p, 1, m->lines.n, m->out) != m->lines.n) {
		snprintf(m->why, 200, "writing: %s", strerror(errno));
		return ERR_IO;
	}
	return origins_add(m, record);
}

static enum err
record_refuse(struct mapping *m, const struct mapping_record *r, struct str what)
{
	m->result->rejected++;
	if (m->o->tell)
		m->o->tell(m->o->ctx, m->path, r->number, what.p);
	if (!m->o->strict)
		return OK;
	snprintf(m->why, 200, "%.60s record %lld: %.110s", m->base, (long long)r->number, what.p);
	return ERR_BAD_FIELD;
}

static enum err
record_map(void *ctx, const struct mapping_record *r)
{
	struct mapping *m = ctx;
	struct mapping_clock clock = { 0 };
	struct mapping_scope s = { .arena = m->record_arena, .root = m->root, .record = r->value, .file = str_of(m->base), .key = r->key, .number = r->number,
		                   .zone = m->zone, .times = &m->times, .clock = &clock, .fault = &m->fault };
	const struct json *lines = json_get(m->source, "lines");
	m->result->records++;
	if (r->fault.p)
		return record_refuse(m, r, r->fault);
	enum err e = lets_eval(m, &s);
	if (!e && m->times.on)
		e = record_times(m, &s, lines);
	if (!e)
		e = lines_write(m, &s, lines);
	if (e == ERR_BAD_FIELD)
		return record_refuse(m, r, str_of(m->fault.text));
	return e ? e : lines_out(m, (uint32_t)r->number);
}

/* Files ----------------------------------------------------------------------------------------------------------------- */

static const struct json *
source_for(const struct mapping *m)
{
	const struct json *sources = json_get(m->root, "sources");
	for (size_t i = 0; i < json_count(sources); i++) {
		const struct json *files = json_get(json_at(sources, i), "files");
		for (size_t k = 0; k < json_count(files); k++) {
			struct str pattern = json_text(json_at(files, k));
			if (pattern.p && !fnmatch(pattern.p, m->base, 0))
				return json_at(sources, i);
		}
	}
	return NULL;
}

static enum err
own_lines(struct mapping *m)
{
	struct mapping_clock clock = { 0 };
	struct mapping_scope s = { .arena = m->record_arena, .root = m->root, .zone = m->zone, .times = &m->times, .clock = &clock, .number = 1, .fault = &m->fault };
	m->base = m->o->mapping_path ? m->o->mapping_path : "";
	enum err e = lines_write(m, &s, json_get(m->root, "lines"));
	if (e && m->fault.text[0])
		snprintf(m->why, 200, "%.80s: %.115s", m->o->mapping_path, m->fault.text);
	return e ? e : lines_out(m, 0);
}

static enum err
reading_emit(void *ctx, int64_t number, size_t count)
{
	struct mapping *m = ctx;
	m->line_count = count;
	enum err e = lines_out(m, (uint32_t)number);
	buf_clear(&m->lines);
	return e;
}

static enum err
reading_refused(void *ctx, int64_t number, const char *what)
{
	struct mapping *m = ctx;
	enum err e = record_refuse(m, &(struct mapping_record){ .number = number }, str_of(what));
	buf_clear(&m->lines);
	return e;
}

/* A chat log or a table, which have readers of their own. */
static enum err
section_map(struct mapping *m, const char *path)
{
	struct findings own = { 0 };
	struct findings *f = m->o->findings;
	enum err e = f ? OK : findings_init(&own);
	struct reading r = { .arena = m->record_arena, .section = json_get(m->source, json_get(m->source, "chat") ? "chat" : "table"), .zone = m->zone,
		             .file = str_of(m->base), .most = m->o->most, .f = f ? f : &own, .o = m->o, .fault = &m->fault, .lines = &m->lines,
		             .emit = reading_emit, .refuse = reading_refused, .ctx = m };
	r.shop = m->o->shop ? str_of(m->o->shop) : section_text(&r, "shop");
	r.dates = date_order_of(section_text(&r, "date_order"));
	buf_clear(&m->lines);
	if (!e && !r.shop.n && !str_eqz(section_text(&r, "kind"), "figures"))
		e = mapping_fault(&m->fault, "the shop is not said");
	if (!e)
		e = reading_file(&r, m->source, path, m->why);
	m->result->records += r.f->lines;
	if (!f)
		findings_free(&own);
	if (e && !m->why[0] && m->fault.text[0])
		snprintf(m->why, 200, "%.190s", m->fault.text);
	return e;
}

static enum err
file_map(struct mapping *m, const char *path, uint32_t index)
{
	const char *slash = strrchr(path, '/');
	m->path = path;
	m->base = slash ? slash + 1 : path;
	m->file = index;
	m->source = source_for(m);
	if (json_get(m->source, "chat") || json_get(m->source, "table"))
		return section_map(m, path);
	if (m->source)
		return mapping_source_each(path, m->source, m->record_arena, record_map, m, m->why);
	snprintf(m->why, 200, "no source of the mapping is for a file named %.100s", m->base);
	return ERR_BAD_FIELD;
}

static enum err
mapping_prepare(struct mapping *m, const char *out_path)
{
	m->arena = arena_new(MAPPING_MAX);
	m->record_arena = arena_new(RECORD_ARENA);
	buf_init(&m->lines, RECORD_OUT);
	enum err e = m->arena && m->record_arena ? names_init(&m->once, ONCE_ARENA) : ERR_NO_MEMORY;
	if (!e)
		e = mapping_load(m);
	if (e)
		return e;
	m->out = fopen(out_path, "wbe");
	if (m->out)
		return OK;
	snprintf(m->why, 200, "%.150s: %s", out_path, strerror(errno));
	return ERR_IO;
}

enum err
mapping_apply(const struct mapping_options *o, char *const *files, size_t n, const char *out_path, struct mapping_result *ret_result, char why[200])
{
	struct mapping m = { .o = o, .result = ret_result, .why = why };
	*ret_result = (struct mapping_result){ 0 };
	why[0] = 0;
	enum err e = mapping_prepare(&m, out_path);
	if (!e && json_get(m.root, "lines"))
		e = own_lines(&m);
	for (uint32_t i = 0; !e && i < n; i++)
		e = file_map(&m, files[i], i);
	if (m.out && fclose(m.out) && !e) {
		snprintf(why, 200, "%.150s: %s", out_path, strerror(errno));
		e = ERR_IO;
	}
	if (e && !why[0])
		snprintf(why, 200, "%s", err_text(e, "en"));
	mapping_times_free(&m.times);
	names_free(&m.once);
	buf_free(&m.lines);
	arena_free(m.record_arena);
	arena_free(m.arena);
	return e;
}

enum err
mapping_valid(struct str text, char why[200])
{
	struct mapping_options o = { .mapping_path = "" };
	struct mapping m = { .o = &o, .why = why, .arena = arena_new(MAPPING_MAX) };
	why[0] = 0;
	enum err e = m.arena ? text_load(&m, text) : ERR_NO_MEMORY;
	mapping_times_free(&m.times);
	arena_free(m.arena);
	return e;
}

void
mapping_where(const struct mapping_result *r, char *const *files, int64_t line, char out[160])
{
	if (line < 1 || line > r->lines) {
		snprintf(out, 160, "line %lld", (long long)line);
		return;
	}
	struct mapping_origin from = r->origins[line - 1];
	const char *slash = from.record ? strrchr(files[from.file], '/') : NULL;
	if (from.record)
		snprintf(out, 160, "%.100s record %u", slash ? slash + 1 : files[from.file], from.record);
	else
		snprintf(out, 160, "the mapping's own lines");
}

void
mapping_result_free(struct mapping_result *r)
{
	mem_free(r->origins);
	*r = (struct mapping_result){ 0 };
}
