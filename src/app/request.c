#include "app/internal.h"

#include <stdio.h>
#include <string.h>

#include "app/app_sql.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/banned.h"

const char *const method_names[] = { "GET", "POST", "PUT", "PATCH", "DELETE", "SOCKET" };

enum { ARENA_MAX = 1 << 20, REPLY_MAX = 4 << 20 };

bool
caller_may(const struct caller *c, enum permission p)
{
	return c->kind == CALLER_SYSTEM || p == PERM_PUBLIC || (c->permissions & PERM_BIT(p));
}

bool
caller_sees_shop(const struct caller *c, int64_t shop_id)
{
	if (c->kind == CALLER_SYSTEM || (c->kind == CALLER_PERSON && c->scope == SCOPE_ALL))
		return true;
	if (c->kind == CALLER_VISITOR)
		return c->shop_id == shop_id;
	for (size_t i = 0; i < c->shop_count; i++)
		if (c->shops[i] == shop_id)
			return true;
	return false;
}

void
caller_copy(struct arena *a, struct caller *to, const struct caller *from)
{
	*to = *from;
	int64_t *shops = from->shop_count ? arena_alloc(a, from->shop_count * sizeof *shops) : NULL;
	if (shops)
		memcpy(shops, from->shops, from->shop_count * sizeof *shops);
	to->shops = shops;
	to->shop_count = shops ? from->shop_count : 0;
}

struct command *
command_new(struct app *app, enum command_from from)
{
	struct command *c = mem_new(1, sizeof *c);
	struct arena *a = c ? arena_new(ARENA_MAX) : NULL;
	if (!a) {
		mem_free(c);
		return NULL;
	}
	c->from = from;
	c->rq.app = app;
	c->rq.arena = a;
	c->rq.now = clock_now();
	c->began_us = clock_us();
	c->rq.out = &c->out;
	c->rq.headers = &c->headers;
	c->rq.work = &c->work;
	memcpy(c->rq.who.lang, "zh", 3);
	buf_init(&c->out, REPLY_MAX);
	buf_init(&c->headers, 8192);
	command_reset(c);
	return c;
}

void
command_reset(struct command *c)
{
	buf_clear(&c->out);
	buf_clear(&c->headers);
	jw_init(&c->rq.w, &c->out);
	c->work = (struct request_work){ 0 };
	c->work.events_end = &c->work.events;
	c->work.hooks_end = &c->work.hooks;
	c->err = OK; /* of a batch that was rolled back: what is run again may well succeed */
	c->rq.status = 0;
	c->rq.type = c->rq.file_path = STR_NONE;
	c->rq.field = c->rq.detail = STR_NONE;
}

void
command_free(struct command *c)
{
	if (!c)
		return;
	buf_free(&c->out);
	buf_free(&c->headers);
	arena_free(c->rq.arena);
	mem_free(c);
}

enum err
db_run(struct request *rq, const struct query *q, const void *in, int64_t *ret_changed)
{
	return query_run(rq->db, q, in, ret_changed);
}

enum err
db_one(struct request *rq, const struct query *q, const void *in, void *ret_row)
{
	return query_one(rq->db, q, in, rq->arena, ret_row);
}

enum err
db_each(struct request *rq, const struct query *q, const void *in, enum err (*each)(void *ctx, const void *row), void *ctx)
{
	return query_each(rq->db, q, in, each, ctx);
}

static void
field_write(struct json_writer *w, const struct field *f, const char *row)
{
	const char *at = row + f->offset;
	bool is_text = f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_JSON;
	jw_key(w, f->name);
	if (!is_text && (f->flags & FIELD_OPTIONAL) && !*(const bool *)(row + f->set_offset))
		jw_null(w);
	else if (f->type == FIELD_JSON)
		jw_raw(w, *(const struct str *)(const void *)at);
	else if (is_text)
		jw_text(w, *(const struct str *)(const void *)at);
	else if (f->type == FIELD_BOOL)
		jw_bool(w, *(const bool *)at);
	else if (f->type == FIELD_REAL)
		jw_real(w, *(const double *)(const void *)at);
	else
		jw_int(w, *(const int64_t *)(const void *)at);
}

static void
fields_write(struct json_writer *w, const struct field *f, size_t n, const void *row)
{
	jw_object(w);
	for (size_t i = 0; i < n; i++)
		field_write(w, &f[i], row);
	jw_end(w);
}

void
row_write(struct json_writer *w, const struct query *q, const void *row)
{
	fields_write(w, q->out, q->out_count, row);
}

void
row_write_in(struct json_writer *w, const struct query *q, const void *in)
{
	fields_write(w, q->in, q->in_count, in);
}

struct row_writer {
	struct json_writer *w;
	const struct query *q;
	size_t rows;
};

static enum err
row_to_json(void *ctx, const void *row)
{
	struct row_writer *r = ctx;
	row_write(r->w, r->q, row);
	r->rows++;
	return r->w->err ? r->w->err : buf_err(r->w->out);
}

enum err
db_rows(struct request *rq, const struct query *q, const void *in)
{
	struct row_writer r = { &rq->w, q, 0 };
	jw_array(&rq->w);
	enum err e = query_each(rq->db, q, in, row_to_json, &r);
	jw_end(&rq->w);
	return e;
}

enum err
db_row(struct request *rq, const struct query *q, const void *in)
{
	struct row_writer r = { &rq->w, q, 0 };
	enum err e = query_each(rq->db, q, in, row_to_json, &r);
	if (!e && r.rows == 0)
		e = ERR_NOT_FOUND;
	return e;
}

enum err
db_json(struct request *rq, const struct query *q, const void *in)
{
	int64_t changed;
	enum err e;
	if (q->out_count == 0) {
		e = query_run(rq->db, q, in, &changed);
		return e ? e : changed ? OK : ERR_NOT_FOUND;
	}
	if (!rq->route || !rq->route->list)
		return db_row(rq, q, in);
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	e = db_rows(rq, q, in);
	jw_end(&rq->w);
	return e;
}

enum err
fail_text(struct request *rq, enum err e, const char *field, const char *en, const char *zh)
{
	const char *text = rq->who.lang[0] == 'z' && zh ? zh : en;
	rq->field = arena_str(rq->arena, str_of(field));
	rq->detail = arena_str(rq->arena, str_of(text));
	return e;
}

enum err
input_date(struct request *rq, const char *field, struct str text, int64_t *ret_day)
{
	if (date_parse(text, ret_day))
		return OK;
	return fail_text(rq, ERR_BAD_FIELD, field, "a date like 2026-03-31 is expected", "日期格式应为 2026-03-31");
}

enum err
input_days(struct request *rq, struct str from, struct str to, int64_t most, int64_t *ret_from, int64_t *ret_to)
{
	char en[60], zh[60];
	enum err e = input_date(rq, "from", from, ret_from);
	if (!e)
		e = input_date(rq, "to", to.p ? to : from, ret_to);
	if (e)
		return e;
	if (*ret_to < *ret_from)
		return fail_text(rq, ERR_BAD_FIELD, "to", "is before from", "结束日期早于开始日期");
	snprintf(en, sizeof en, "at most %lld days at once", (long long)most);
	snprintf(zh, sizeof zh, "一次最多查询 %lld 天", (long long)most);
	return *ret_to - *ret_from < most ? OK : fail_text(rq, ERR_BAD_FIELD, "to", en, zh);
}

enum err
fail(struct request *rq, enum err e, const char *field, const char *detail)
{
	return fail_text(rq, e, field, detail, NULL);
}

static struct str
topics_text(struct arena *a, const struct event *ev)
{
	static const char letters[] = "-aspgocbt"; /* by enum topic_kind */
	struct buf b;
	buf_init(&b, 256);
	for (size_t i = 0; i < sizeof ev->topics / sizeof *ev->topics && ev->topics[i].kind; i++) {
		if (i)
			buf_char(&b, ',');
		buf_char(&b, letters[ev->topics[i].kind]);
		buf_int(&b, ev->topics[i].id);
	}
	struct str s = arena_str(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static const char *const event_names[EVENT_COUNT] = {
#define EVENT(name, json) [EVENT_##name] = json,
#include "app/events.def"
#undef EVENT
};

const char *
event_name(enum event_kind kind)
{
	return event_names[kind];
}

enum err
emit(struct request *rq, const struct event *ev)
{
	struct kept_event *k = arena_alloc(rq->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	k->ev = *ev;
	k->ev.data = arena_str(rq->arena, ev->data);
	k->ev.customer_data = arena_str(rq->arena, ev->customer_data);
	if (!ev->transient) {
		struct outbox_add_out row;
		struct outbox_add_in in = { .at = rq->now, .kind = str_of(event_names[ev->kind]), .topic = topics_text(rq->arena, ev),
			                    .subject = ev->subject, .ref = ev->ref };
		enum err e = in.topic.p ? query_one(rq->db, &outbox_add, &in, rq->arena, &row) : ERR_NO_MEMORY;
		if (e)
			return e;
		k->pos = row.pos;
	}
	*rq->work->events_end = k;
	rq->work->events_end = &k->next;
	return OK;
}

enum err
after_commit(struct request *rq, void (*fn)(struct app *app, struct db *db, void *arg), void *arg)
{
	struct hook *h = arena_alloc(rq->arena, sizeof *h);
	if (!h)
		return ERR_NO_MEMORY;
	*h = (struct hook){ .fn = fn, .arg = arg };
	*rq->work->hooks_end = h;
	rq->work->hooks_end = &h->next;
	return OK;
}

static enum err
audit_row(struct request *rq, const char *kind, int64_t subject_id, struct str detail)
{
	const struct route *r = rq->route;
	struct audit_add_in in = { .id = new_id(rq), .at = rq->now,
		                   .action = r ? arena_printf(rq->arena, "%s %s", method_names[r->method], r->path) : STR("system"),
		                   .subject_kind = str_of(kind), .detail = detail.n ? detail : STR("{}"),
		                   .address = rq->address.p ? rq->address : STR("") };
	if (!in.action.p)
		return ERR_NO_MEMORY;
	in.person_id_set = rq->who.kind == CALLER_PERSON;
	in.person_id = rq->who.person_id;
	in.subject_id_set = subject_id != 0;
	in.subject_id = subject_id;
	return query_run(rq->db, &audit_add, &in, NULL);
}

enum err
audit_detail(struct request *rq, int64_t subject_id, struct str detail_json)
{
	if (!rq->route || !rq->route->audit)
		return audit_row(rq, "system", subject_id, detail_json);
	rq->work->audited = true;
	rq->work->audit_subject = subject_id;
	rq->work->audit_text = arena_str(rq->arena, detail_json);
	return OK;
}

/* The one subject of a route without a word from its handler: the last number in its path. */
static int64_t
path_subject(const struct command *c)
{
	int64_t id = 0, v;
	for (int i = 0; i < c->path_count; i++)
		if (str_int(c->path_values[i], &v))
			id = v;
	return id;
}

static enum err
audit_finish(struct command *c)
{
	struct request *rq = &c->rq;
	if (!rq->route || !rq->route->audit || rq->who.kind == CALLER_VISITOR)
		return OK;
	int64_t subject = c->work.audited ? c->work.audit_subject : path_subject(c);
	return audit_row(rq, rq->route->audit, subject, c->work.audit_text);
}

enum err
command_run(struct command *c, struct db *db)
{
	struct request *rq = &c->rq;
	const struct route *r = rq->route;
	rq->db = db;
	enum err e;
	if (c->handler)
		e = c->handler(rq, c->in);
	else if (r->handler)
		e = r->handler(rq, c->in);
	else
		e = db_json(rq, r->query, c->in);
	if (!e && r && r->lane == LANE_WRITE)
		e = audit_finish(c);
	if (!e && !(r && r->raw_out) && c->out.n)
		e = jw_finish(&rq->w);
	if (!e)
		e = buf_err(&c->out);
	return e;
}

int64_t
new_id(struct request *rq)
{
	return id_next(&rq->app->ids, rq->now);
}

void
reply_header(struct request *rq, const char *name, struct str value)
{
	for (size_t i = 0; i < value.n; i++)
		if ((unsigned char)value.p[i] < ' ')
			return;
	buf_printf(rq->headers, "%s: %.*s\r\n", name, STR_ARG(value));
}

void
json_text_start(struct request *rq, struct json_text *t)
{
	buf_init(&t->buf, 256 * 1024);
	jw_init(&t->w, &t->buf);
	t->arena = rq->arena;
}

struct str
json_text_end(struct json_text *t)
{
	struct str s = jw_finish(&t->w) == OK ? arena_str(t->arena, buf_str(&t->buf)) : STR_NONE;
	buf_free(&t->buf);
	return s;
}
