#include "interchange/import.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/mem.h"
#include "interchange/import_impl.h"
#include "interchange/import_sql.h"
#include "base/banned.h"

enum { LINE_MAX_BYTES = 1 << 20, COMMIT_EVERY = PIECE_LINES, TELL_EVERY = 20000, IMPORT_NODE = 15 };
#define DAY_MS 86400000LL

enum err
line_refuse(struct import *im, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(im->why, sizeof im->why, format, ap);
	va_end(ap);
	return ERR_BAD_FIELD;
}

int64_t
import_id(struct import *im)
{
	return id_next(&im->ids, im->o->now);
}

enum err
import_step(struct import *im)
{
	return import_steps(im, 1);
}

static int
commit_every(const struct import *im)
{
	int n = im->o->commit_every ? im->o->commit_every : COMMIT_EVERY;
	return n < PIECE_LINES ? n : PIECE_LINES;
}

/* What is pending is safe from what comes. */
static enum err
import_commit(struct import *im)
{
	im->pending = 0;
	enum err e = db_commit(im->db);
	if (!e && im->o->between)
		e = im->o->between(im->o->ctx, im->phase, im->steps, im->step_total);
	if (!e)
		e = db_begin_lazy(im->db);
	im->clean = !e;
	return e;
}

enum err
import_steps(struct import *im, int n)
{
	im->steps += n;
	im->pending += n;
	return im->pending < commit_every(im) || im->o->strict ? OK : import_commit(im);
}

/* Reading ------------------------------------------------------------------------------------------------------------- */

static enum err
source_open(struct source *s, const char *path, char why[200])
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st)) {
		snprintf(why, 200, "%.150s: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return ERR_IO;
	}
	*s = (struct source){ path, NULL, (size_t)st.st_size };
	if (s->size) {
		void *p = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, fd, 0);
		s->text = p == MAP_FAILED ? NULL : p;
	}
	close(fd);
	if (s->size && !s->text) {
		snprintf(why, 200, "%.150s: %s", path, strerror(errno));
		return ERR_IO;
	}
	return OK;
}

struct str
line_text(const struct import *im, const struct line_ref *l)
{
	return (struct str){ im->sources[l->file].text + l->offset, l->length };
}

const struct json *
line_parse(struct import *im, const struct line_ref *l, struct str *ret_why)
{
	const struct json *o;
	if (l->length > LINE_MAX_BYTES) {
		*ret_why = STR("the line is longer than 1 MB");
		return NULL;
	}
	if (json_parse_many(im->arena, line_text(im, l), &o, ret_why))
		return NULL;
	if (json_kind(o) == JSON_OBJECT)
		return o;
	*ret_why = STR("the line is not a JSON object");
	return NULL;
}

static enum import_type
type_named(struct str name)
{
	for (int t = 0; t < IMPORT_UNKNOWN; t++)
		if (str_eqz(name, import_type_name((enum import_type)t)))
			return (enum import_type)t;
	return IMPORT_UNKNOWN;
}

static enum err
list_add(struct line_list *l, const struct line_ref *line)
{
	if (l->n == l->cap) {
		size_t cap = l->cap ? 2 * l->cap : 1024;
		void *p = mem_grow(l->all, cap * sizeof *l->all);
		if (!p)
			return ERR_NO_MEMORY;
		l->all = p;
		l->cap = cap;
	}
	l->all[l->n++] = *line;
	return OK;
}

static void
rejected(struct import *im, enum import_type t, const struct line_ref *line, const char *why)
{
	im->report->types[t].rejected++;
	if (im->o->tell)
		im->o->tell(im->o->tell_ctx, im->sources[line->file].path, line->number, why);
}

static int64_t
line_time(const struct json *o)
{
	const struct json *v = json_get(o, "at");
	int64_t at = json_int(v, 0), day;
	if (json_kind(v) == JSON_TEXT && !time_parse_rfc3339(json_text(v), &at))
		at = 0;
	if (!at && date_parse(json_text(json_get(o, "day")), &day))
		at = day * DAY_MS;
	return at;
}

static void
time_note(struct import_count *c, int64_t at)
{
	if (!at)
		return;
	if (!c->first_at || at < c->first_at)
		c->first_at = at;
	if (at > c->last_at)
		c->last_at = at;
}

static enum err
line_read(struct import *im, const struct line_ref *line)
{
	struct str why = STR_NONE;
	char text[200];
	const struct json *o = line_parse(im, line, &why);
	enum import_type t = o ? type_named(json_text(json_get(o, "type"))) : IMPORT_UNKNOWN;
	struct import_count *c = &im->report->types[t];
	c->read++;
	if (!o && !why.n)
		return ERR_NO_MEMORY;
	if (!o) {
		snprintf(text, sizeof text, "%.*s", STR_ARG(why));
		rejected(im, t, line, text);
		return OK;
	}
	time_note(c, line_time(o));
	if (t != IMPORT_UNKNOWN) {
		enum err e = list_add(&im->lines[t], line);
		return e || t != IMPORT_MESSAGE ? e : message_note(im, o);
	}
	snprintf(text, sizeof text, "unknown type \"%.60s\"", json_text(json_get(o, "type")).p ? json_text(json_get(o, "type")).p : "");
	rejected(im, t, line, text);
	return OK;
}

/* The type of a line that begins with it, as programs write them: it need not be read to be sorted. A message is read all the same. */
static enum import_type
type_first(struct str text)
{
	struct str rest = str_trim(text), name;
	if (!str_starts(rest, STR("{\"type\":")))
		return IMPORT_UNKNOWN;
	rest = str_trim(str_sub(rest, sizeof "{\"type\":" - 1, rest.n));
	if (!str_starts(rest, STR("\"")))
		return IMPORT_UNKNOWN;
	rest = str_sub(rest, 1, rest.n);
	if (!str_split(&rest, '"', &name) || !rest.p)
		return IMPORT_UNKNOWN;
	enum import_type t = type_named(name);
	return t == IMPORT_MESSAGE ? IMPORT_UNKNOWN : t;
}

static enum err
line_sort(struct import *im, const struct line_ref *line)
{
	enum import_type first = type_first(line_text(im, line));
	if (first == IMPORT_UNKNOWN)
		return line_read(im, line);
	struct line_ref unread = *line;
	unread.unread = true;
	im->report->types[first].read++;
	return list_add(&im->lines[first], &unread);
}

static enum err
source_read(struct import *im, uint32_t file)
{
	const struct source *s = &im->sources[file];
	struct str rest = { s->text, s->size };
	struct line_ref line = { .file = file };
	if (str_starts(rest, STR("\xef\xbb\xbf")))
		rest = str_sub(rest, 3, rest.n);
	enum err e = OK;
	struct str text;
	while (!e && rest.n && str_split(&rest, '\n', &text)) {
		line.number++;
		line.offset = (uint64_t)(text.p - s->text);
		line.length = (uint32_t)(text.n > LINE_MAX_BYTES ? LINE_MAX_BYTES + 1 : text.n);
		if (!str_trim(text).n)
			continue;
		e = line_sort(im, &line);
		arena_reset(im->arena);
	}
	return e;
}

/* Lines into the record ----------------------------------------------------------------------------------------------- */

static enum err
line_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret)
{
	switch (t) {
	case IMPORT_SHOP: case IMPORT_AGENT: case IMPORT_CUSTOMER: case IMPORT_PHRASE: case IMPORT_PRODUCT: case IMPORT_KNOWLEDGE:
		return entity_import(im, t, o, ret);
	case IMPORT_ORDER: case IMPORT_PAYMENT: case IMPORT_REFUND: case IMPORT_CLOSE: case IMPORT_CALL:
		return trade_import(im, t, o, ret);
	case IMPORT_FIGURE:
		return figure_import(im, o, ret);
	case IMPORT_RULE:
		return rule_import(im, o, ret);
	default:
		return around_import(im, t, o, ret);
	}
}

void
span_note(struct import *im, int64_t at)
{
	struct import_report *r = im->report;
	if (at <= 0)
		return;
	if (!r->first_at || at < r->first_at)
		r->first_at = at;
	if (at > r->last_at)
		r->last_at = at;
}

static void
verdict_count(struct import_count *c, enum verdict v)
{
	c->created += v == CREATED;
	c->updated += v == UPDATED;
	c->unchanged += v == UNCHANGED;
}

static bool
refusal(enum err e)
{
	return e == ERR_BAD_FIELD || e == ERR_EXISTS || e == ERR_REFERENCED;
}

/* OK, or why this line does not go in. */
static enum err
line_store(struct import *im, enum import_type t, const struct line_ref *line)
{
	struct str why = STR_NONE;
	enum verdict v = CREATED;
	bool done = false;
	im->line = line;
	im->line_at = 0;
	im->line_bad = false;
	im->why[0] = 0;
	enum err e = t == IMPORT_MESSAGE ? message_take_head(im, line, &done) : OK;
	if (e || done)
		return e;
	const struct json *o = line_parse(im, line, &why);
	if (!o && why.n && line->unread) {
		im->line_bad = true;
		return line_refuse(im, "%.*s", STR_ARG(why));
	}
	if (!o)
		return why.n ? ERR_BAD_JSON : ERR_NO_MEMORY;
	int64_t at = line_time(o);
	if (line->unread)
		time_note(&im->report->types[t], im->line_at = at);
	e = t == IMPORT_MESSAGE ? message_take(im, o, line) : line_import(im, t, o, &v);
	if (e || t == IMPORT_MESSAGE)
		return e;
	verdict_count(&im->report->types[t], v);
	if (v != UNCHANGED && t != IMPORT_AGENT && t != IMPORT_SHOP && t != IMPORT_RULE)
		span_note(im, at);
	return OK;
}

/* What these lines did here is undone; in the database it is the caller's. */
static void
lines_back(struct import *im, const struct import_report *report, size_t messages)
{
	*im->report = *report;
	im->message_count = messages;
	while (im->fresh_count)
		im->customers.all[im->fresh[--im->fresh_count]].id = 0;
}

static enum err
lines_store(struct import *im, enum import_type t, const struct line_ref *lines, size_t n)
{
	enum err e = OK;
	im->fresh_count = 0;
	for (size_t i = 0; !e && i < n; i++) {
		e = line_store(im, t, &lines[i]);
		arena_reset(im->arena);
	}
	return e;
}

static void
line_reject(struct import *im, enum import_type t, const struct line_ref *line, enum err e)
{
	struct import_count *types = im->report->types;
	if (im->line_bad) {
		types[t].read--;
		types[IMPORT_UNKNOWN].read++;
		t = IMPORT_UNKNOWN;
	}
	time_note(&types[t], im->line_at);
	rejected(im, t, line, im->why[0] ? im->why : err_text(e, "en"));
}

/* At most BLOCK_LINES under one savepoint. When one of them is refused, all are taken back and go in one by one. */
static enum err
block_store(struct import *im, enum import_type t, const struct line_ref *lines, size_t n)
{
	struct import_report before = *im->report;
	size_t messages = im->message_count;
	enum err e = db_savepoint(im->db);
	if (!e)
		e = lines_store(im, t, lines, n);
	if (!e)
		e = db_savepoint_release(im->db);
	if (!refusal(e))
		return e ? e : import_steps(im, (int)n);
	im->careful = true;
	lines_back(im, &before, messages);
	enum err back = db_savepoint_rollback(im->db);
	if (!back && n == 1) {
		line_reject(im, t, lines, e);
		back = import_step(im);
	}
	for (size_t i = 0; !back && n > 1 && i < n; i++)
		back = block_store(im, t, &lines[i], 1);
	return back;
}

static enum err
blocks_store(struct import *im, enum import_type t, const struct line_ref *lines, size_t n)
{
	enum err e = OK;
	for (size_t i = 0, few; !e && i < n; i += few) {
		few = n - i < BLOCK_LINES ? n - i : BLOCK_LINES;
		e = block_store(im, t, &lines[i], few);
	}
	return e;
}

/* The lines of one transaction, of which mostly none is refused: without savepoints, for which every page that changes would be kept as it was. When
 * one is refused all of them are taken back, and go in by blocks. */
static enum err
piece_store(struct import *im, enum import_type t, const struct line_ref *lines, size_t n)
{
	struct import_report before = *im->report;
	size_t messages = im->message_count;
	bool careful = im->careful || im->o->strict;
	enum err e = im->clean || careful ? OK : import_commit(im);
	if (e)
		return e;
	im->careful = im->clean = false;
	if (careful)
		return blocks_store(im, t, lines, n);
	e = lines_store(im, t, lines, n);
	if (!refusal(e))
		return e ? e : import_steps(im, (int)n);
	lines_back(im, &before, messages);
	db_rollback(im->db);
	e = db_begin_lazy(im->db);
	return e ? e : blocks_store(im, t, lines, n);
}

static enum err
type_store(struct import *im, enum import_type t)
{
	enum err e = OK;
	for (size_t i = 0, n, most = (size_t)commit_every(im); !e && i < im->lines[t].n; i += n) {
		n = im->lines[t].n - i < most ? im->lines[t].n - i : most;
		e = piece_store(im, t, &im->lines[t].all[i], n);
		if (im->o->tell && i / TELL_EVERY != (i + n) / TELL_EVERY)
			im->o->tell(im->o->tell_ctx, import_type_name(t), 0, "...");
	}
	im->clean = false;
	if (!e)
		e = people_journal(im);
	if (!e && t == IMPORT_MESSAGE) {
		mem_free(im->heads);
		im->heads = NULL;
		e = chat_import(im);
	}
	return e;
}

static int64_t
rejected_total(const struct import_report *r)
{
	int64_t n = 0;
	for (int t = 0; t < IMPORT_UNKNOWN; t++)
		n += r->types[t].rejected;
	return n;
}

static enum err
all_store(struct import *im)
{
	enum err e = db_begin_lazy(im->db);
	im->clean = !e;
	for (int t = 0; t < IMPORT_UNKNOWN; t++)
		im->step_total += (int64_t)im->lines[t].n * (t == IMPORT_MESSAGE ? 2 : 1);
	for (int t = 0; !e && t < IMPORT_UNKNOWN; t++)
		e = type_store(im, (enum import_type)t);
	if (!e && im->o->strict && rejected_total(im->report))
		e = ERR_BAD_FIELD;
	if (!e)
		e = orders_link(im);
	if (!e && im->report->first_at && !im->o->no_event)
		e = query_run(im->db, &import_event, &(struct import_event_in){ im->o->now, im->report->first_at, im->report->last_at }, NULL);
	return e ? e : db_commit(im->db);
}

void
import_close(struct import *im)
{
	for (size_t i = 0; i < im->source_count; i++)
		if (im->sources[i].text)
			munmap((void *)(uintptr_t)im->sources[i].text, im->sources[i].size);
	for (int t = 0; t < IMPORT_TYPES; t++)
		mem_free(im->lines[t].all);
	mem_free(im->sources);
	mem_free(im->heads);
	mem_free(im->fresh);
	mem_free(im->messages);
	mem_free(im->written);
	names_free(&im->shops);
	names_free(&im->people);
	names_free(&im->customers);
	names_free(&im->pairs);
	arena_free(im->arena);
}

enum err
import_open(struct import *im, char *const *files, size_t n, char why[200])
{
	im->arena = arena_new(256 << 20);
	im->sources = mem_new(n + 1, sizeof *im->sources);
	im->fresh = mem_new(PIECE_LINES, sizeof *im->fresh);
	if (!im->arena || !im->sources || !im->fresh || names_init(&im->shops, 16 << 20) || names_init(&im->people, 64 << 20) ||
	    names_init(&im->customers, (size_t)2 << 30) || names_init(&im->pairs, (size_t)2 << 30))
		return ERR_NO_MEMORY;
	enum err e = ids_start(im->db, IMPORT_NODE, &im->ids);
	if (e)
		return e;
	for (size_t i = 0; i < n; i++) {
		e = source_open(&im->sources[i], files[i], why);
		if (e)
			return e;
		im->source_count++;
	}
	return OK;
}

/* What went in before an import broke off is told all the same. */
static void
broken_off(struct import *im)
{
	const struct import_report *r = im->report;
	if (im->o->strict || !r->first_at || im->o->no_event)
		return;
	/* The import has failed already; that this fails too changes nothing: facts are built anew from the record when asked. */
	(void)!query_run(im->db, &import_event, &(struct import_event_in){ im->o->now, r->first_at, r->last_at }, NULL);
}

enum err
import_settle(struct db *db)
{
	enum err e = db_settle(db), narrow = db_wide(db, false);
	return e ? e : narrow;
}

enum err
import_run(struct db *db, const struct import_options *o, char *const *files, size_t n, struct import_report *ret_report, char why[200])
{
	struct import im = { .db = db, .o = o, .report = ret_report, .phase = "store" };
	int64_t started = clock_monotonic(), cpu = clock_cpu_us();
	*ret_report = (struct import_report){ .records = ret_report->records, .unmapped = ret_report->unmapped, .tail = ret_report->tail, .stray = ret_report->stray };
	why[0] = 0;
	enum err e = import_open(&im, files, n, why);
	if (!e)
		e = db_wide(db, true);
	for (uint32_t i = 0; !e && i < n; i++)
		e = source_read(&im, i);
	if (!e)
		e = all_store(&im);
	if (e) {
		db_rollback(db);
		broken_off(&im);
		if (!why[0])
			snprintf(why, 200, "%.190s", e == ERR_BAD_FIELD ? "nothing was imported: some lines were rejected" : e == ERR_GONE ? "stopped" : db_error(db));
	}
	ret_report->record_cpu_ms = (clock_cpu_us() - cpu) / 1000;
	if (!e && !o->no_index)
		e = import_index(&im, why);
	enum err ended = import_settle(db);
	if (!e && ended) {
		snprintf(why, 200, "%.190s", db_error(db));
		e = ended;
	}
	ret_report->total_ms = clock_monotonic() - started;
	import_close(&im);
	return e;
}

/* The table -------------------------------------------------------------------------------------------------------------- */

static void
time_text(int64_t ms, char out[25])
{
	if (ms)
		time_print_rfc3339(ms, out);
	else
		snprintf(out, 25, "-");
}

/* Lines read a second, without the time of the search index. */
static int64_t
lines_per_s(const struct import_report *r)
{
	int64_t n = 0, ms = r->total_ms - r->index_ms;
	for (int t = 0; t < IMPORT_TYPES; t++)
		n += r->types[t].read;
	return n * 1000 / (ms > 0 ? ms : 1);
}

static void
report_json(const struct import_report *r, struct buf *out)
{
	struct json_writer w;
	jw_init(&w, out);
	jw_object(&w);
	jw_key(&w, "types");
	jw_array(&w);
	for (int t = 0; t < IMPORT_TYPES; t++) {
		const struct import_count *c = &r->types[t];
		if (!c->read)
			continue;
		jw_object(&w);
		jw_member_text(&w, "type", str_of(import_type_name((enum import_type)t)));
		jw_member_int(&w, "read", c->read);
		jw_member_int(&w, "new", c->created);
		jw_member_int(&w, "updated", c->updated);
		jw_member_int(&w, "unchanged", c->unchanged);
		jw_member_int(&w, "rejected", c->rejected);
		jw_member_int(&w, "first_at", c->first_at);
		jw_member_int(&w, "last_at", c->last_at);
		jw_end(&w);
	}
	jw_end(&w);
	jw_member_int(&w, "sessions", r->sessions);
	jw_member_int(&w, "orders_linked", r->orders_linked);
	jw_member_int(&w, "records", r->records);
	jw_member_int(&w, "unmapped", r->unmapped);
	jw_member_int(&w, "tail", r->tail);
	jw_member_int(&w, "stray", r->stray);
	jw_member_int(&w, "total_ms", r->total_ms);
	jw_member_int(&w, "index_ms", r->index_ms);
	jw_member_int(&w, "record_cpu_ms", r->record_cpu_ms);
	jw_member_int(&w, "lines_per_s", lines_per_s(r));
	jw_end(&w);
	if (jw_finish(&w) == OK)
		buf_char(out, '\n');
}

enum err
import_report_print(const struct import_report *r, struct str format, struct buf *out)
{
	bool csv = str_eqz(format, "csv");
	char first[25], last[25];
	if (str_eqz(format, "json")) {
		report_json(r, out);
		return buf_err(out);
	}
	buf_addz(out, csv ? "type,read,new,updated,unchanged,rejected,first,last\n"
	                  : "type            read       new   updated unchanged  rejected  first                     last\n");
	for (int t = 0; t < IMPORT_TYPES; t++) {
		const struct import_count *c = &r->types[t];
		if (!c->read)
			continue;
		time_text(c->first_at, first);
		time_text(c->last_at, last);
		buf_printf(out, csv ? "%s,%lld,%lld,%lld,%lld,%lld,%s,%s\n" : "%-10s %9lld %9lld %9lld %9lld %9lld  %-24s  %s\n", import_type_name((enum import_type)t),
		           (long long)c->read, (long long)c->created, (long long)c->updated, (long long)c->unchanged, (long long)c->rejected, first, last);
	}
	if (!csv)
		buf_printf(out, "%lld sessions; %.1f s, of which the search index %.1f s; %lld lines a second to the record\n", (long long)r->sessions,
		           (double)r->total_ms / 1000, (double)r->index_ms / 1000, (long long)lines_per_s(r));
	return buf_err(out);
}
