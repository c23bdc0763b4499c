/* Closing a shop's month, and what came late. The figures are computed beside the writer; the writer only keeps them. */
#include <stdlib.h>

#include "base/clock.h"
#include "measure/month.h"
#include "measure/month_sql.h"
#include "measure/report_feature.h"
#include "team/reach.h"
#include "team/team.h"
#include "base/banned.h"

enum { FIGURES_ARENA = 128 << 20, JSON_MAX = 1 << 20 };

struct closing {
	struct month_get_out close;  /* of a month that is closed */
	struct report *r;
	struct month_figures figures; /* as they are computed now */
	struct month_figures closed, known; /* as they were closed; as they were last known */
	size_t cap, known_cap;
	struct month_change *changes;
	size_t change_count;
	struct arena *arena;
	struct str rules, header;
	struct rule_versions versions; /* of then; n 0: rules, and the profile, held on all days */
};

/* Whole shops only: somebody's own figures are no statement. */
static enum err
whole_shops(struct request *rq)
{
	return rq->who.scope == SCOPE_ALL || rq->who.scope == SCOPE_SHOP ? OK : fail_text(rq, ERR_FORBIDDEN, NULL, "Closed months are for who sees whole shops",
	    "仅可查看整店数据的人员可以使用月结");
}

static struct str
json_of(struct request *rq, void (*write)(const struct report *r, struct json_writer *w), const struct report *r)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	write(r, &t.w);
	jw_end(&t.w);
	return json_text_end(&t);
}

static void
rules_write(const struct report *r, struct json_writer *w)
{
	measure_rules_write(&r->ask.rules, w);
	if (r->shops[0].versions.n > 1)
		rule_versions_write(&r->shops[0].versions, w);
}

/* The month by agent with these rules. ask: started, with its shop. */
static enum err
month_count(struct request *rq, struct closing *c, struct report_ask *ask)
{
	ask->by = BY_AGENT;
	c->r = report_for(rq);
	enum err e = c->r ? report_make_failed(rq, report_make(rq->db, ask, c->r)) : ERR_NO_MEMORY;
	return e ? e : month_figures_of(c->r, &c->figures);
}

/* Closing --------------------------------------------------------------------------------------------------------------- */

static enum err
close_prepare(struct request *rq, const void *in)
{
	const struct month_close_in_in *body = in;
	struct closing *c = arena_alloc(rq->arena, sizeof *c);
	struct report_ask ask;
	char first[11], last[11];
	int64_t from, to;
	enum err e = c ? whole_shops(rq) : ERR_NO_MEMORY;
	if (e)
		return e;
	if (!month_days(body->month, &from, &to))
		return fail_text(rq, ERR_BAD_FIELD, "month", "a month like 2026-03 is expected", "月份格式应为 2026-03");
	date_print(from, first);
	date_print(to, last);
	e = report_ask_start(rq, str_of(first), str_of(last), STR_NONE, &ask);
	if (e)
		return e;
	ask.shop_id = body->shop_id;
	ask.store = NULL;
	e = month_count(rq, c, &ask);
	if (e)
		return e;
	if (c->r->shops[0].today <= to)
		return fail_text(rq, ERR_WRONG_STATE, "month", "The month is not over yet", "该月尚未结束");
	c->rules = json_of(rq, rules_write, c->r);
	c->header = json_of(rq, report_header, c->r);
	rq->prepared = c;
	return c->rules.p && c->header.p ? OK : ERR_NO_MEMORY;
}

static enum err
close_post(struct request *rq, const void *in)
{
	const struct month_close_in_in *body = in;
	const struct closing *c = rq->prepared;
	struct month_close_out_out out = { .id = new_id(rq), .figures = (int64_t)c->figures.n };
	struct month_add_in add = { .id = out.id, .shop_id = body->shop_id, .month = body->month, .now = rq->now, .viewer = rq->who.person_id,
		                    .profile = str_of(c->r->shops[0].profile->key), .attribution = str_of(attribution_names[c->r->ask.rules.attribution]),
		                    .rules = c->rules, .header = c->header, .note = body->note.p ? body->note : STR("") };
	enum err e = db_run(rq, &month_add, &add, NULL);
	if (e == ERR_EXISTS)
		return fail_text(rq, e, "month", "This month of the shop is closed already", "该店铺的这个月已经月结");
	for (size_t i = 0; !e && i < c->figures.n; i++) {
		const struct month_figure *f = &c->figures.all[i];
		struct month_figure_add_in row = { out.id, f->person_id, f->metric, f->value, f->sum, f->count };
		e = db_run(rq, &month_figure_add, &row, NULL);
	}
	if (e)
		return e;
	row_write(&rq->w, &month_close_out, &out);
	return audit_input(rq, out.id, &month_close_in, body);
}

/* What came late -------------------------------------------------------------------------------------------------------- */

static struct month_figure *
figure_room(struct arena *a, struct month_figures *f, size_t *cap)
{
	if (f->n == *cap) {
		size_t more = *cap ? 2 * *cap : 1024;
		struct month_figure *all = arena_alloc(a, more * sizeof *all);
		if (!all)
			return NULL;
		for (size_t i = 0; i < f->n; i++)
			all[i] = f->all[i];
		f->all = all;
		*cap = more;
	}
	return &f->all[f->n++];
}

static enum err
figure_take(void *ctx, const void *row)
{
	struct closing *c = ctx;
	const struct month_figures_out *f = row;
	struct month_figure *n = figure_room(c->arena, &c->closed, &c->cap);
	if (!n)
		return ERR_NO_MEMORY;
	*n = (struct month_figure){ f->person_id, arena_str(c->arena, f->metric), arena_str(c->arena, f->value), f->sum, f->count };
	return n->metric.p && n->value.p ? OK : ERR_NO_MEMORY;
}

/* Over what was known: the latest word counts. What was not there before comes behind, in no order. */
static enum err
restatement_take(void *ctx, const void *row)
{
	struct closing *c = ctx;
	const struct month_restatements_out *f = row;
	struct month_figure is = { f->person_id, arena_str(c->arena, f->metric), arena_str(c->arena, f->value), f->sum, f->count };
	if (!is.metric.p || !is.value.p)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < c->known.n; i++)
		if (month_figure_order(&c->known.all[i], &is) == 0) {
			c->known.all[i] = is;
			return OK;
		}
	struct month_figure *n = figure_room(c->arena, &c->known, &c->known_cap);
	if (!n)
		return ERR_NO_MEMORY;
	*n = is;
	return OK;
}

static enum err
known_read(struct request *rq, struct closing *c)
{
	enum err e = db_each(rq, &month_figures, &(struct month_figures_in){ c->close.id }, figure_take, c);
	if (e)
		return e;
	c->known_cap = c->closed.n + 64;
	c->known = (struct month_figures){ arena_alloc(c->arena, c->known_cap * sizeof *c->known.all), c->closed.n };
	if (!c->known.all)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < c->closed.n; i++)
		c->known.all[i] = c->closed.all[i];
	e = db_each(rq, &month_restatements, &(struct month_restatements_in){ c->close.id }, restatement_take, c);
	if (!e && c->known.n > 1)
		qsort(c->known.all, c->known.n, sizeof *c->known.all, month_figure_order);
	return e;
}

static void
arena_drop(void *arg)
{
	arena_free(arg);
}

/* The closed month, what is known of it, and what it would be now, with the rules of then. */
static enum err
month_read(struct request *rq, int64_t id, struct closing *c)
{
	struct month_get_in get = { .close_id = id };
	struct report_ask ask;
	char first[11], last[11];
	int64_t from, to;
	enum err e = whole_shops(rq);
	c->arena = arena_new(FIGURES_ARENA);
	if (!c->arena || !arena_cleanup(rq->arena, arena_drop, c->arena))
		return ERR_NO_MEMORY;
	input_server_fields(rq, &month_get, &get);
	if (!e)
		e = db_one(rq, &month_get, &get, &c->close);
	if (!e && !month_days(c->close.month, &from, &to))
		e = ERR_INTERNAL;
	if (e)
		return e;
	date_print(from, first);
	date_print(to, last);
	e = report_ask_start(rq, str_of(first), str_of(last), c->close.profile, &ask);
	if (!e)
		e = measure_rules_read(rq->arena, c->close.rules, &ask.rules);
	if (!e)
		e = rule_versions_read(rq->arena, c->close.rules, &c->versions);
	if (!e)
		e = known_read(rq, c);
	if (e)
		return e;
	ask.shop_id = c->close.shop_id;
	ask.store = NULL;
	ask.history.n = 0;
	ask.fixed = c->versions.n ? &c->versions : NULL;
	e = month_count(rq, c, &ask);
	return e ? e : month_compare(c->arena, &c->known, &c->figures, &c->changes, &c->change_count);
}

static enum err
restate_prepare(struct request *rq, const void *in)
{
	const struct month_one_in_in *path = in;
	struct closing *c = arena_alloc(rq->arena, sizeof *c);
	enum err e = c ? month_read(rq, path->close_id, c) : ERR_NO_MEMORY;
	rq->prepared = c;
	return e;
}

static enum err
restate_post(struct request *rq, const void *in)
{
	const struct month_one_in_in *path = in;
	const struct closing *c = rq->prepared;
	struct month_restate_out_out out = { .found = (int64_t)c->change_count };
	enum err e = OK;
	for (size_t i = 0; !e && i < c->change_count; i++) {
		const struct month_figure *was = &c->changes[i].before, *is = &c->changes[i].after;
		struct month_restatement_add_in add = { .id = new_id(rq), .close_id = path->close_id, .now = rq->now, .viewer = rq->who.person_id,
			                                .person_id = is->person_id, .metric = is->metric, .old_value = was->value, .old_sum = was->sum,
			                                .old_count = was->count, .value = is->value, .sum = is->sum, .count = is->count };
		e = db_run(rq, &month_restatement_add, &add, NULL);
	}
	if (e)
		return e;
	row_write(&rq->w, &month_restate_out, &out);
	return audit_input(rq, path->close_id, &month_one_in, path);
}

/* Showing --------------------------------------------------------------------------------------------------------------- */

static void
agent_write(const struct closing *c, int64_t person_id, struct json_writer *w)
{
	struct str name = person_id == MONTH_SHOP ? c->close.shop_name : STR_NONE;
	for (size_t i = 0; person_id > 0 && !name.p && i < c->r->people_count; i++)
		if (c->r->people[i].id == person_id)
			name = c->r->people[i].name;
	jw_member_int(w, "agent_id", person_id);
	jw_member_text(w, "agent_name", name);
}

static void
rows_write(const struct closing *c, struct json_writer *w)
{
	const struct month_figures *f = &c->closed;
	jw_array(w);
	for (size_t from = 0, to; from < f->n; from = to) {
		for (to = from; to < f->n && f->all[to].person_id == f->all[from].person_id;)
			to++;
		jw_object(w);
		agent_write(c, f->all[from].person_id, w);
		jw_key(w, "values");
		jw_object(w);
		for (size_t i = from; i < to; i++) {
			jw_key_str(w, f->all[i].metric);
			jw_raw(w, f->all[i].value);
		}
		jw_end(w);
		jw_key(w, "counts");
		jw_object(w);
		for (size_t i = from; i < to; i++) {
			jw_key_str(w, f->all[i].metric);
			jw_object(w);
			jw_member_int(w, "sum", f->all[i].sum);
			jw_member_int(w, "count", f->all[i].count);
			jw_end(w);
		}
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

static void
side_write(const char *name, struct str value, int64_t sum, int64_t count, struct json_writer *w)
{
	jw_key(w, name);
	jw_object(w);
	jw_key(w, "value");
	jw_raw(w, value);
	jw_member_int(w, "sum", sum);
	jw_member_int(w, "count", count);
	jw_end(w);
}

static void
open_write(const struct closing *c, struct json_writer *w)
{
	jw_array(w);
	for (size_t i = 0; i < c->change_count; i++) {
		const struct month_change *x = &c->changes[i];
		jw_object(w);
		agent_write(c, x->after.person_id, w);
		jw_member_text(w, "metric", x->after.metric);
		side_write("before", x->before.value, x->before.sum, x->before.count, w);
		side_write("after", x->after.value, x->after.sum, x->after.count, w);
		jw_end(w);
	}
	jw_end(w);
}

struct restating {
	const struct closing *c;
	struct json_writer *w;
};

static enum err
restatement_write(void *ctx, const void *row)
{
	struct restating *s = ctx;
	const struct month_restatements_out *x = row;
	jw_object(s->w);
	jw_member_int(s->w, "id", x->id);
	jw_member_int(s->w, "at", x->at);
	jw_member_text(s->w, "found_by_name", x->found_by_name);
	agent_write(s->c, x->person_id, s->w);
	jw_member_text(s->w, "metric", x->metric);
	side_write("before", x->old_value, x->old_sum, x->old_count, s->w);
	side_write("after", x->value, x->sum, x->count, s->w);
	jw_end(s->w);
	return OK;
}

static void
close_write(const struct month_get_out *m, struct json_writer *w)
{
	jw_member_int(w, "id", m->id);
	jw_member_int(w, "shop_id", m->shop_id);
	jw_member_text(w, "shop_name", m->shop_name);
	jw_member_text(w, "month", m->month);
	jw_member_int(w, "closed_at", m->closed_at);
	jw_member_int(w, "closed_by", m->closed_by);
	jw_member_text(w, "closed_by_name", m->closed_by_name);
	jw_member_text(w, "profile", m->profile);
	jw_member_text(w, "attribution", m->attribution);
	jw_member_text(w, "note", m->note);
	jw_key(w, "rules");
	jw_raw(w, m->rules);
	jw_key(w, "header");
	jw_raw(w, m->header);
}

static enum err
month_one_get(struct request *rq, const void *in)
{
	const struct month_one_in_in *path = in;
	struct closing c = { 0 };
	struct restating s = { &c, &rq->w };
	enum err e = month_read(rq, path->close_id, &c);
	if (e)
		return e;
	jw_object(&rq->w);
	close_write(&c.close, &rq->w);
	jw_key(&rq->w, "rows");
	rows_write(&c, &rq->w);
	jw_key(&rq->w, "restatements");
	jw_array(&rq->w);
	e = db_each(rq, &month_restatements, &(struct month_restatements_in){ path->close_id }, restatement_write, &s);
	jw_end(&rq->w);
	jw_key(&rq->w, "open");
	open_write(&c, &rq->w);
	jw_end(&rq->w);
	return e;
}

static const struct route routes[] = {
	{ GET, "/api/v1/month-close", PERM_REPORT, LANE_READ, .query = &month_list, .list = true, .help = "The closed months of the shops within reach, the latest first" },
	{ GET, "/api/v1/month-close/{close_id}", PERM_REPORT, LANE_REPORT, .in = &month_one_in, .out = &month_one_out, .handler = month_one_get,
	  .help = "A closed month as it was closed, its restatements, and what has changed since the last of them" },
	{ POST, "/api/v1/month-close", PERM_SETTING_EDIT, LANE_WRITE, .in = &month_close_in, .out = &month_close_out, .prepare = close_prepare, .handler = close_post,
	  .audit = "month_close", .help = "Close a shop's month: its figures and the rules they were computed with are kept and never change again" },
	{ POST, "/api/v1/month-close/{close_id}/restate", PERM_SETTING_EDIT, LANE_WRITE, .in = &month_one_in, .out = &month_restate_out,
	  .prepare = restate_prepare, .handler = restate_post, .audit = "month_close",
	  .help = "Compute a closed month again with its own rules; each figure that reads otherwise becomes a restatement row, the closed ones stay" },
};

const struct feature measure_month_feature = { .name = "month", ROUTES(routes) };
