#include "interchange/import_job.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/id.h"
#include "base/mem.h"
#include "interchange/import_record_sql.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { JOB_NODE = 14, REJECTS_MAX = 20000, REJECTS_A_TIME = 500 };

struct reject {
	struct str place, reason;
};

struct rejects {
	struct arena *arena;
	struct reject *all;
	size_t n, cap;
	const struct mapping_result *mapped;
	char *const *files;
	const struct import_job *job;
};

enum err
job_bind(void *db, struct arena *a, struct str shop, struct str name, struct mapping_binding *ret)
{
	struct import_name_find_out row;
	enum err e = query_one(db, &import_name_find, &(struct import_name_find_in){ shop, name }, a, &row);
	if (!e)
		*ret = (struct mapping_binding){ row.role, row.person_key };
	return e;
}

static void
reject_add(struct rejects *r, const char *place, const char *reason)
{
	if (r->n >= REJECTS_MAX)
		return;
	if (r->n == r->cap) {
		size_t cap = r->cap ? 2 * r->cap : 256;
		struct reject *p = mem_grow(r->all, cap * sizeof *p);
		if (!p)
			return;
		r->all = p;
		r->cap = cap;
	}
	struct reject one = { arena_str(r->arena, str_of(place)), arena_str(r->arena, str_of(reason)) };
	if (one.place.p && one.reason.p)
		r->all[r->n++] = one;
}

static void
record_rejected(void *ctx, const char *file, int64_t record, const char *what)
{
	char place[40];
	(void)file;
	snprintf(place, sizeof place, "%lld", (long long)record);
	reject_add(ctx, place, what);
}

/* A line of the mapped file is told by the record it came from. */
static void
line_rejected(void *ctx, const char *file, int64_t line, const char *what)
{
	struct rejects *r = ctx;
	char place[40];
	(void)file;
	if (!line)
		return;
	if (r->mapped && line <= r->mapped->lines)
		line = r->mapped->origins[line - 1].record;
	snprintf(place, sizeof place, "%lld", (long long)line);
	reject_add(r, place, what);
}

static enum err
rejects_store(struct db *db, const struct import_job *j, const struct rejects *r)
{
	enum err e = db_begin(db);
	if (!e)
		e = query_run(db, &import_reject_clear, &(struct import_reject_clear_in){ j->id }, NULL);
	for (size_t i = 0; !e && i < r->n; i++) {
		e = query_run(db, &import_reject_add, &(struct import_reject_add_in){ j->id, (int64_t)i + 1, r->all[i].place, r->all[i].reason }, NULL);
		if (!e && i % REJECTS_A_TIME == REJECTS_A_TIME - 1) {
			e = db_commit(db);
			if (!e)
				e = db_begin(db);
		}
	}
	if (!e)
		e = db_commit(db);
	if (e)
		db_rollback(db);
	return e;
}

static struct mapping_options
options_of(struct db *db, const struct import_job *j, struct findings *f)
{
	return (struct mapping_options){ .mapping_path = "", .mapping_text = j->mapping, .shop = j->shop, .bind = job_bind, .bind_ctx = db, .now = j->now, .findings = f };
}

enum err
job_look(struct db *db, const struct import_job *j, int64_t most, struct buf *findings, char why[200])
{
	struct findings f;
	struct mapping_result mapped = { 0 };
	struct json_writer w;
	char *files[] = { (char *)(uintptr_t)j->path };
	enum err e = findings_init(&f), written;
	struct mapping_options o = options_of(db, j, &f);
	o.most = most;
	if (!e)
		e = mapping_apply(&o, files, 1, j->lines_path, &mapped, why);
	unlink(j->lines_path);
	jw_init(&w, findings);
	jw_object(&w);
	findings_write(&f, &w);
	jw_member_int(&w, "unmapped", mapped.rejected);
	jw_member_text(&w, "why", str_of(e ? why : ""));
	jw_end(&w);
	written = jw_finish(&w);
	mapping_result_free(&mapped);
	findings_free(&f);
	return e ? e : written;
}

static enum err
job_map(struct db *db, const struct import_job *j, struct rejects *r, struct mapping_result *mapped, struct import_report *report, char why[200])
{
	struct findings f;
	char *files[] = { (char *)(uintptr_t)j->path };
	struct mapping_options o = options_of(db, j, &f);
	enum err e = findings_init(&f);
	o.tell = record_rejected;
	o.ctx = r;
	if (!e && j->between)
		e = j->between(j->ctx, "read", 0, 0);
	if (!e)
		e = mapping_apply(&o, files, 1, j->lines_path, mapped, why);
	report->records = mapped->records;
	report->unmapped = mapped->rejected;
	report->tail = f.tail;
	report->stray = f.stray;
	findings_free(&f);
	return e;
}

enum err
job_run(struct db *db, const struct import_job *j, struct import_report *ret_report, char why[200])
{
	struct rejects r = { .arena = arena_new(64 << 20), .job = j };
	struct mapping_result mapped = { 0 };
	char *files[] = { (char *)(uintptr_t)(j->mapping.p ? j->lines_path : j->path) };
	struct import_options o = { .now = j->now, .import_id = j->id, .no_event = j->no_event, .rules = j->rules, .commit_every = j->commit_every, .between = j->between,
		                    .tell = line_rejected, .ctx = j->ctx };
	*ret_report = (struct import_report){ 0 };
	why[0] = 0;
	enum err e = r.arena ? OK : ERR_NO_MEMORY;
	if (!e && j->mapping.p)
		e = job_map(db, j, &r, &mapped, ret_report, why);
	r.mapped = j->mapping.p ? &mapped : NULL;
	o.tell_ctx = &r;
	if (!e)
		e = import_run(db, &o, files, 1, ret_report, why);
	if (j->mapping.p)
		unlink(j->lines_path);
	enum err kept = r.arena ? rejects_store(db, j, &r) : OK;
	if (!e && kept) {
		snprintf(why, 200, "imported, but the list of rejected lines is not complete: %.100s", db_error(db));
		e = kept;
	}
	if (e && !why[0])
		snprintf(why, 200, "%s", err_text(e, "en"));
	mapping_result_free(&mapped);
	mem_free(r.all);
	arena_free(r.arena);
	return e;
}

enum err
job_open(struct db *db, int64_t now, const char *file_name, const char *kind, int64_t *ret_id)
{
	struct id_maker ids;
	struct stat st = { 0 };
	const char *slash = strrchr(file_name, '/');
	(void)!stat(file_name, &st); /* the import itself says what is wrong with the file */
	enum err e = ids_start(db, JOB_NODE, &ids);
	if (e)
		return e;
	struct import_record_add_in row = { .id = id_next(&ids, now), .file_name = str_of(slash ? slash + 1 : file_name), .stored_name = STR(""), .size = st.st_size,
		                            .format = STR(""), .kind = str_of(kind), .mapping = STR("{}"), .state = STR("running"), .now = now };
	e = query_run(db, &import_record_add, &row, NULL);
	if (!e)
		e = query_run(db, &import_record_state, &(struct import_record_state_in){ row.id, STR("running"), now }, NULL);
	if (!e)
		*ret_id = row.id;
	return e;
}

enum err
job_close(struct db *db, int64_t id, int64_t now, const struct import_report *r, enum err result, const char *why)
{
	struct buf counts;
	buf_init(&counts, 1 << 16);
	enum err e = import_report_print(r, STR("json"), &counts);
	struct import_record_finish_in in = { id, str_of(result ? "failed" : "done"), str_trim(buf_str(&counts)), str_of(result ? why : ""), r->first_at, r->last_at, now };
	if (!e)
		e = query_run(db, &import_record_finish, &in, NULL);
	buf_free(&counts);
	return e;
}

enum err
job_mapping_named(struct db *db, struct arena *a, const char *name, struct str *ret_body)
{
	struct import_mapping_named_out row;
	enum err e = query_one(db, &import_mapping_named, &(struct import_mapping_named_in){ str_of(name) }, a, &row);
	if (!e)
		*ret_body = row.body;
	return e;
}
