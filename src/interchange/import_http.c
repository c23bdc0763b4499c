/* Imports over HTTP: a file comes up, is looked at, read through a mapping, taken in, and taken back. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/rand.h"
#include "contact/file.h"
#include "interchange/import_detect.h"
#include "interchange/import_feature.h"
#include "interchange/import_http_sql.h"
#include "interchange/import_job.h"
#include "interchange/import_record_sql.h"
#include "interchange/import_undo.h"
#include "interchange/mapping.h"
#include "json/json.h"
#include "team/shop_sql.h"
#include "team/team.h"
#include "base/banned.h"

#define UPLOAD_MAX ((size_t)512 << 20)
enum { LOOK_RECORDS = 2000, DETECT_ARENA = 512 << 20, KEEP_UPLOAD_MS = 24 * 3600 * 1000, BLOCKS_SHOWN = 60 };

struct str
import_path(struct app *app, struct arena *a, struct str stored_name)
{
	return arena_printf(a, "%s/imports/%.*s", app_data_dir(app), STR_ARG(stored_name));
}

/* Bringing a file ---------------------------------------------------------------------------------------------------------------- */

struct brought {
	struct str stored_name, name, path;
	struct detected d;
	int64_t size;
};

static enum err
shop_allowed(struct request *rq, bool set, int64_t shop_id)
{
	if (!set && rq->who.scope != SCOPE_ALL)
		return fail_text(rq, ERR_BAD_FIELD, "shop_id", "Name the shop that it is for", "请选择店铺");
	if (set && !caller_sees_shop(&rq->who, shop_id))
		return fail_text(rq, ERR_REFERENCED, "shop_id", "There is no such shop", "没有这家店铺");
	return OK;
}

static enum err
place_take(struct request *rq, struct brought *b)
{
	unsigned char random[16];
	char hex[2 * sizeof random + 1];
	struct str folder = arena_printf(rq->arena, "%s/imports", app_data_dir(rq->app));
	rand_secret(random, sizeof random);
	sodium_bin2hex(hex, sizeof hex, random, sizeof random);
	b->stored_name = arena_printf(rq->arena, "%s.%s", hex, b->d.format);
	b->path = import_path(rq->app, rq->arena, b->stored_name);
	if (!folder.p || !b->path.p)
		return ERR_NO_MEMORY;
	if (mkdir(folder.p, 0700) != 0 && errno != EEXIST)
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	return rename(rq->body_file.p, b->path.p) == 0 ? OK : errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
}

static enum err
upload_look(struct request *rq, const void *in)
{
	const struct import_put_in_in *p = in;
	struct brought *b = arena_alloc(rq->arena, sizeof *b);
	struct stat st;
	char why[200] = "";
	if (!b)
		return ERR_NO_MEMORY;
	enum err e = shop_allowed(rq, p->shop_id_set, p->shop_id);
	if (e)
		return e;
	if (!rq->body_file.n)
		return ERR_NO_LENGTH;
	if (stat(rq->body_file.p, &st) != 0)
		return ERR_IO;
	if (!st.st_size)
		return fail_text(rq, ERR_BAD_FIELD, NULL, "The file is empty", "文件为空");
	struct arena *a = arena_new(DETECT_ARENA);
	e = a ? import_detect(a, rq->body_file.p, p->name, &b->d, why) : ERR_NO_MEMORY;
	if (!e)
		b->d.mapping = arena_str(rq->arena, b->d.mapping);
	arena_free(a);
	if (e == ERR_BAD_TYPE)
		return fail_text(rq, e, NULL, "Chat logs (txt, html), tables (csv, tsv, xlsx) and interchange lines (jsonl) in UTF-8, UTF-16 or GB18030 can be read",
		                 "可读取聊天记录（txt、html）、表格（csv、tsv、xlsx）和交换格式（jsonl），编码为 UTF-8、UTF-16 或 GB18030（GBK）");
	if (!e)
		e = place_take(rq, b);
	b->size = st.st_size;
	struct file_kind kind = { "application/octet-stream", b->d.format, false };
	b->name = e ? STR_NONE : file_name_clean(rq->arena, p->name, &kind);
	rq->prepared = b;
	return e ? e : b->name.p && b->d.mapping.p ? OK : ERR_NO_MEMORY;
}

struct old {
	struct request *rq;
	int64_t ids[50];
	size_t n;
};

static enum err
old_take(void *ctx, const void *row)
{
	struct old *o = ctx;
	const struct import_old_uploads_out *r = row;
	struct str path = import_path(o->rq->app, o->rq->arena, r->stored_name);
	if (path.p)
		unlink(path.p);
	if (o->n < sizeof o->ids / sizeof *o->ids)
		o->ids[o->n++] = r->id;
	return OK;
}

/* Files that nobody took in do not pile up. */
static enum err
old_clear(struct request *rq)
{
	struct old o = { .rq = rq };
	enum err e = db_each(rq, &import_old_uploads, &(struct import_old_uploads_in){ rq->now - KEEP_UPLOAD_MS }, old_take, &o);
	for (size_t i = 0; !e && i < o.n; i++)
		e = db_run(rq, &import_stored_gone, &(struct import_stored_gone_in){ o.ids[i] }, NULL);
	return e;
}

static enum err
one_reply(struct request *rq, int64_t id)
{
	struct import_one_in q = { .import_id = id };
	input_server_fields(rq, &import_one, &q);
	return db_row(rq, &import_one, &q);
}

static enum err
upload_put(struct request *rq, const void *in)
{
	const struct import_put_in_in *p = in;
	struct brought *b = rq->prepared;
	if (!b)
		return ERR_INTERNAL;
	struct import_record_add_in row = { .id = new_id(rq), .person_id_set = true, .person_id = rq->who.person_id, .shop_id_set = p->shop_id_set, .shop_id = p->shop_id,
		                            .file_name = b->name, .stored_name = b->stored_name, .size = b->size, .format = str_of(b->d.format),
		                            .kind = str_of(b->d.kind), .mapping = b->d.mapping, .state = STR("uploaded"), .now = rq->now };
	enum err e = old_clear(rq);
	if (!e && str_eqz(row.kind, "lines") && rq->who.scope != SCOPE_ALL)
		e = fail_text(rq, ERR_FORBIDDEN, NULL, "Interchange lines name their shops themselves: who brings them must see all shops",
		              "交换格式文件自带店铺，只有可见全部店铺的人员才能导入");
	if (!e)
		e = db_run(rq, &import_record_add, &row, NULL);
	if (!e)
		e = one_reply(rq, row.id);
	if (!e)
		e = audit_detail(rq, row.id, STR_NONE);
	if (e && e != ERR_BUSY)
		unlink(b->path.p);
	return e;
}

/* Looking ---------------------------------------------------------------------------------------------------------------------------- */

static enum err
imports_get(struct request *rq, const void *in)
{
	const struct import_list_in *q = in;
	return page_write(rq, &import_list, q, q->limit_set ? q->limit : 50, offsetof(struct import_list_out, id));
}

/* The import, when it is within the caller's reach. */
static enum err
record_seen(struct request *rq, int64_t id, struct import_record_get_out *ret)
{
	struct import_one_in q = { .import_id = id };
	struct import_one_out seen;
	input_server_fields(rq, &import_one, &q);
	enum err e = db_one(rq, &import_one, &q, &seen);
	return e ? e : db_one(rq, &import_record_get, &(struct import_record_get_in){ id }, ret);
}

static bool
state_in(const struct import_record_get_out *r, const char *const *states)
{
	for (; *states; states++)
		if (str_eqz(r->state, *states))
			return true;
	return false;
}

static const char *const loose_states[] = { "uploaded", "checked", "failed", NULL };
static const char *const done_states[] = { "done", "failed", "kept", NULL };

static enum err
state_refused(struct request *rq)
{
	return fail_text(rq, ERR_WRONG_STATE, NULL, "Not possible for this import now", "这次导入目前不能这样做");
}

enum err
mapping_refused(struct request *rq, const char *why)
{
	struct str zh = arena_printf(rq->arena, "映射有误：%s", why);
	return fail_text(rq, ERR_BAD_FIELD, "mapping", why, zh.p);
}

static enum err
mapping_checked(struct request *rq, struct str mapping)
{
	char why[200];
	enum err e = mapping_valid(mapping, why);
	return e == ERR_BAD_FIELD || e == ERR_BAD_JSON || e == ERR_TOO_LARGE ? mapping_refused(rq, why) : e;
}

/* What a mapping does to the first lines: nothing is stored. */
static enum err
look_post(struct request *rq, const void *in)
{
	const struct import_look_in_in *b = in;
	struct import_record_get_out r;
	struct import_job j = { .now = rq->now };
	struct shop_key_get_out shop = { 0 };
	struct buf findings;
	unsigned char random[8];
	char hex[17], why[200] = "";
	enum err e = record_seen(rq, b->import_id, &r);
	if (!e)
		e = shop_allowed(rq, b->shop_id_set, b->shop_id);
	if (!e && (!r.stored_name.n || str_eqz(r.kind, "lines")))
		e = state_refused(rq);
	if (!e && b->shop_id_set)
		e = db_one(rq, &shop_key_get, &(struct shop_key_get_in){ b->shop_id }, &shop);
	if (e)
		return e;
	rand_secret(random, sizeof random);
	sodium_bin2hex(hex, sizeof hex, random, sizeof random);
	j.path = import_path(rq->app, rq->arena, r.stored_name).p;
	j.lines_path = arena_printf(rq->arena, "%s.%s.look", j.path ? j.path : "", hex).p;
	j.mapping = b->mapping;
	j.shop = shop.key.n ? shop.key.p : NULL;
	if (!j.path || !j.lines_path)
		return ERR_NO_MEMORY;
	buf_init(&findings, 3 << 20);
	e = job_look(rq->db, &j, LOOK_RECORDS, &findings, why);
	/* A pattern that is not whole yet is the usual case while it is being written: its fault is part of what is found. */
	if (e == ERR_BAD_FIELD || e == ERR_BAD_JSON || e == ERR_BAD_TYPE || e == ERR_TIMEOUT)
		e = OK;
	if (!e) {
		jw_object(&rq->w);
		jw_key(&rq->w, "findings");
		jw_raw(&rq->w, buf_str(&findings));
		jw_end(&rq->w);
	}
	buf_free(&findings);
	return e;
}

/* Changing --------------------------------------------------------------------------------------------------------------------------- */

/* "chats", "orders"... of a mapping: what its first source is about. */
static struct str
kind_of(struct request *rq, struct str mapping)
{
	const struct json *root;
	if (json_parse(rq->arena, mapping, &root, NULL))
		return STR("mapping");
	const struct json *source = json_at(json_get(root, "sources"), 0);
	struct str kind = json_text(json_get(json_get(source, "table"), "kind"));
	return json_get(source, "chat") ? STR("chats") : kind.n ? arena_str(rq->arena, kind) : STR("mapping");
}

static enum err
import_patch(struct request *rq, const void *in)
{
	const struct import_change_in_in *b = in;
	struct import_record_get_out r;
	enum err e = record_seen(rq, b->import_id, &r);
	if (!e && (!state_in(&r, loose_states) || str_eqz(r.kind, "lines")))
		e = state_refused(rq);
	if (!e)
		e = shop_allowed(rq, b->shop_id_set, b->shop_id);
	if (!e)
		e = mapping_checked(rq, b->mapping);
	struct import_change_in q = { b->import_id, b->shop_id_set, b->shop_id, b->mapping, e ? STR("") : kind_of(rq, b->mapping), STR("uploaded") };
	if (!e)
		e = db_run(rq, &import_change, &q, NULL);
	return e ? e : one_reply(rq, b->import_id);
}

static enum err
work_begin(struct request *rq, int64_t id, const char *state, enum work_what what)
{
	enum err e = db_run(rq, &import_record_state, &(struct import_record_state_in){ id, str_of(state), rq->now }, NULL);
	if (!e)
		e = work_after_commit(rq, what, id);
	if (!e)
		e = audit_detail(rq, id, STR_NONE);
	return e ? e : one_reply(rq, id);
}

static enum err
check_post(struct request *rq, const void *in)
{
	int64_t id = ((const struct import_id_in_in *)in)->import_id;
	struct import_record_get_out r;
	enum err e = record_seen(rq, id, &r);
	if (!e && (!state_in(&r, loose_states) || !r.stored_name.n || str_eqz(r.kind, "lines")))
		e = state_refused(rq);
	if (!e)
		e = mapping_checked(rq, r.mapping);
	return e ? e : work_begin(rq, id, "checking", WORK_CHECK);
}

static enum err
run_post(struct request *rq, const void *in)
{
	int64_t id = ((const struct import_id_in_in *)in)->import_id;
	struct import_record_get_out r;
	enum err e = record_seen(rq, id, &r);
	if (!e && (!state_in(&r, loose_states) || !r.stored_name.n))
		e = state_refused(rq);
	if (!e && !str_eqz(r.kind, "lines"))
		e = mapping_checked(rq, r.mapping);
	if (!e && !str_eqz(r.kind, "lines") && !r.shop_id_set)
		e = fail_text(rq, ERR_BAD_FIELD, "shop_id", "Name the shop that it is for", "请选择店铺");
	return e ? e : work_begin(rq, id, "running", WORK_RUN);
}

static enum err
import_delete(struct request *rq, const void *in)
{
	int64_t id = ((const struct import_id_in_in *)in)->import_id, gone = 0;
	struct import_record_get_out r;
	enum err e = record_seen(rq, id, &r);
	if (!e)
		e = db_run(rq, &import_drop, &(struct import_drop_in){ id }, &gone);
	if (e)
		return e;
	if (!gone)
		return state_refused(rq);
	struct str path = import_path(rq->app, rq->arena, r.stored_name);
	if (r.stored_name.n && path.p)
		unlink(path.p);
	return audit_detail(rq, id, STR_NONE);
}

/* What was rejected ---------------------------------------------------------------------------------------------------------------- */

static enum err
rejects_get(struct request *rq, const void *in)
{
	const struct import_rejects_in_in *b = in;
	struct import_record_get_out r;
	struct import_reject_list_in q = { b->import_id, b->cursor_set, b->cursor, b->limit_set, b->limit };
	enum err e = record_seen(rq, b->import_id, &r);
	return e ? e : page_write(rq, &import_reject_list, &q, q.limit_set ? q.limit : 200, offsetof(struct import_reject_list_out, seq));
}

static void
csv_cell(struct buf *b, struct str s)
{
	/* A cell that a spreadsheet would take for a formula is quoted. */
	bool formula = s.n && strchr("=+-@\t\r", s.p[0]);
	buf_addz(b, formula ? "\"'" : "\"");
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(b, '"');
		buf_char(b, s.p[i]);
	}
	buf_char(b, '"');
}

static enum err
reject_line(void *ctx, const void *row)
{
	struct buf *b = ctx;
	const struct import_reject_list_out *r = row;
	csv_cell(b, r->place);
	buf_char(b, ',');
	csv_cell(b, r->reason);
	buf_addz(b, "\r\n");
	return buf_err(b);
}

/* The reconciliation table and the rejected lines, as a table for spreadsheets. */
static enum err
table_get(struct request *rq, const void *in)
{
	static const char *const columns[] = { "type", "read", "new", "updated", "unchanged", "rejected", NULL };
	int64_t id = ((const struct import_id_in_in *)in)->import_id;
	struct import_one_in q = { .import_id = id };
	struct import_one_out one;
	const struct json *counts, *types;
	bool zh = rq->who.lang[0] == 'z';
	input_server_fields(rq, &import_one, &q);
	enum err e = db_one(rq, &import_one, &q, &one);
	if (!e)
		e = json_parse(rq->arena, one.counts, &counts, NULL);
	if (e)
		return e;
	rq->type = STR("text/csv; charset=utf-8");
	reply_header(rq, "Content-Disposition", file_disposition(rq->arena, STR("import.csv"), NULL));
	buf_addz(rq->out, "\xef\xbb\xbf");
	buf_addz(rq->out, zh ? "类型,读取,新增,更新,未变,拒绝\r\n" : "type,read,new,updated,unchanged,rejected\r\n");
	types = json_get(counts, "types");
	for (size_t i = 0; i < json_count(types); i++) {
		csv_cell(rq->out, json_text(json_get(json_at(types, i), columns[0])));
		for (int k = 1; columns[k]; k++)
			buf_printf(rq->out, ",%lld", (long long)json_int(json_get(json_at(types, i), columns[k]), 0));
		buf_addz(rq->out, "\r\n");
	}
	buf_printf(rq->out, zh ? "未能转换的行,,,,,%lld\r\n\r\n行,原因\r\n" : "lines that gave nothing,,,,,%lld\r\n\r\nline,reason\r\n",
	           (long long)json_int(json_get(counts, "unmapped"), 0));
	struct import_reject_list_in all = { .import_id = id, .limit_set = true, .limit = 30000 };
	e = db_each(rq, &import_reject_list, &all, reject_line, rq->out);
	return e ? e : buf_err(rq->out);
}

/* Taking back ------------------------------------------------------------------------------------------------------------------------ */

struct blocks {
	struct request *rq;
	struct json_writer *w;
	int n;
};

static enum err
block_write(void *ctx, struct str type, struct str key, const char *reason, int64_t other_id)
{
	struct blocks *b = ctx;
	if (b->n++ >= BLOCKS_SHOWN)
		return OK;
	jw_object(b->w);
	jw_member_text(b->w, "type", type);
	jw_member_text(b->w, "key", key);
	jw_member_text(b->w, "reason", str_of(reason));
	if (other_id)
		jw_member_int(b->w, "other_id", other_id);
	jw_end(b->w);
	return OK;
}

static enum err
undo_get(struct request *rq, const void *in)
{
	int64_t id = ((const struct import_id_in_in *)in)->import_id;
	struct import_record_get_out r;
	struct import_undo_chats_out chats;
	struct blocks b = { .rq = rq, .w = &rq->w };
	enum err e = record_seen(rq, id, &r);
	if (!e)
		e = db_one(rq, &import_undo_chats, &(struct import_undo_chats_in){ id }, &chats);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_int(&rq->w, "customers", chats.customers);
	jw_key(&rq->w, "added");
	e = db_rows(rq, &import_undo_counts, &(struct import_undo_counts_in){ id });
	jw_key(&rq->w, "blocks");
	jw_array(&rq->w);
	if (!e)
		e = undo_check(rq->db, id, block_write, &b);
	jw_end(&rq->w);
	jw_member_bool(&rq->w, "possible", !b.n && state_in(&r, done_states));
	jw_end(&rq->w);
	return e;
}

static enum err
block_count(void *ctx, struct str type, struct str key, const char *reason, int64_t other_id)
{
	(void)type, (void)key, (void)reason, (void)other_id;
	++*(int *)ctx;
	return OK;
}

static enum err
undo_post(struct request *rq, const void *in)
{
	int64_t id = ((const struct import_id_in_in *)in)->import_id;
	struct import_record_get_out r;
	int blocks = 0;
	enum err e = record_seen(rq, id, &r);
	if (!e && !state_in(&r, done_states))
		e = state_refused(rq);
	if (!e)
		e = undo_check(rq->db, id, block_count, &blocks);
	if (!e && blocks)
		e = fail_text(rq, ERR_WRONG_STATE, NULL, "Something newer depends on what it added: see what stands against it", "已有更新的数据依赖这次导入的内容，请查看具体原因");
	return e ? e : work_begin(rq, id, "undoing", WORK_UNDO);
}

#define BASE "/api/v1/imports"
static const struct route routes[] = {
	{ PUT, BASE, PERM_IMPORT, LANE_WRITE, .in = &import_put_in, .out = &import_one, .prepare = upload_look, .handler = upload_put, .raw_body = true,
	  .body_max = UPLOAD_MAX, .audit = "import", .help = "Bring a file to import: the raw bytes; what it looks like is a suggestion only" },
	{ GET, BASE, PERM_IMPORT, LANE_READ, .query = &import_list, .list = true, .handler = imports_get,
	  .help = "Imports, newest first: who, when, what came of it; cursor: next of the page before" },
	{ GET, BASE "/{import_id}", PERM_IMPORT, LANE_READ, .query = &import_one, .help = "One import with its mapping, findings and counts" },
	{ PATCH, BASE "/{import_id}", PERM_IMPORT, LANE_WRITE, .in = &import_change_in, .out = &import_one, .handler = import_patch, .body_max = 256 * 1024,
	  .audit = "import", .help = "Set the shop and the mapping of an import that has not run" },
	{ DELETE, BASE "/{import_id}", PERM_IMPORT, LANE_WRITE, .in = &import_id_in, .handler = import_delete, .audit = "import",
	  .help = "Drop a file that was not imported" },
	{ POST, BASE "/{import_id}/look", PERM_IMPORT, LANE_JOB, .in = &import_look_in, .out = &import_look_out, .handler = look_post, .body_max = 256 * 1024,
	  .help = "What a mapping makes of the first 2,000 lines; nothing is stored" },
	{ POST, BASE "/{import_id}/check", PERM_IMPORT, LANE_WRITE, .in = &import_id_in, .out = &import_one, .handler = check_post, .audit = "import",
	  .help = "Read the whole file through its mapping, and store nothing: names, columns and rejected lines are found" },
	{ POST, BASE "/{import_id}/run", PERM_IMPORT, LANE_WRITE, .in = &import_id_in, .out = &import_one, .handler = run_post, .audit = "import",
	  .help = "Take the file in; state, phase, done and total tell how far it is" },
	{ GET, BASE "/{import_id}/rejects", PERM_IMPORT, LANE_READ, .in = &import_rejects_in, .out = &import_reject_list, .list = true, .handler = rejects_get,
	  .help = "Lines that were rejected, and why; cursor: next of the page before" },
	{ GET, BASE "/{import_id}/table", PERM_IMPORT, LANE_READ, .in = &import_id_in, .raw_out = true, .handler = table_get,
	  .help = "The reconciliation table with the rejected lines, as CSV" },
	{ GET, BASE "/{import_id}/undo", PERM_IMPORT, LANE_READ, .in = &import_id_in, .out = &import_undo_out, .handler = undo_get,
	  .help = "What taking it back would remove, and what stands against it" },
	{ POST, BASE "/{import_id}/undo", PERM_IMPORT, LANE_WRITE, .in = &import_id_in, .out = &import_one, .handler = undo_post, .audit = "import",
	  .help = "Take the import back: what it added goes" },
};

const struct feature interchange_import_feature = {
	.name = "import", ROUTES(routes), .start = worker_start, .tick = worker_tick, .stop = worker_stop,
};
