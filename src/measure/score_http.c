#include <string.h>

#include "base/clock.h"
#include "measure/report_feature.h"
#include "measure/report_more.h"
#include "measure/score.h"
#include "measure/score_sql.h"
#include "team/team.h"
#include "base/banned.h"

enum { TEMPLATES_MAX = 200 };

static enum err
fault_say(struct request *rq, enum err e, const struct score_fault *f)
{
	return e == ERR_BAD_FIELD ? fail_text(rq, e, f->field, f->en, f->zh) : e;
}

/* Prizes not given are the list of none. */
static enum err
template_check(struct request *rq, struct str items, struct str prizes)
{
	struct measure_rules rules;
	struct score_template t;
	struct score_fault f;
	enum err e = report_rules(rq->db, rq->now, &rules);
	if (!e)
		e = score_read(rq->arena, items, prizes, &rules, &t, &f);
	return fault_say(rq, e, &f);
}

static enum err
template_post(struct request *rq, const void *in)
{
	struct score_add_in add = *(const struct score_add_in *)in;
	struct score_count_out count;
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = template_check(rq, add.items, add.prizes);
	if (!e)
		e = db_one(rq, &score_count, NULL, &count);
	if (!e && count.n >= TEMPLATES_MAX)
		return fail_text(rq, ERR_TOO_MANY, NULL, "200 score templates are the most", "最多保存 200 个评分模板");
	if (!e)
		e = db_json(rq, &score_add, &add);
	return e ? e : audit_input(rq, add.new_id, &score_add, &add);
}

/* One's own; who changes settings changes everybody's. What is shipped stays as it is. */
static enum err
template_own(struct request *rq, int64_t id, struct score_get_out *t)
{
	enum err e = db_one(rq, &score_get, &(struct score_get_in){ id }, t);
	if (e)
		return e;
	if (t->builtin)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "The shipped template stays as it is: save a copy", "内置模板不能修改，请另存副本");
	if ((t->owner_id_set && t->owner_id == rq->who.person_id) || caller_may(&rq->who, PERM_SETTING_EDIT))
		return OK;
	return fail_text(rq, ERR_FORBIDDEN, NULL, "Only its owner may change a template: save a copy", "只有创建者可以修改该模板，您可以另存副本");
}

static enum err
template_patch(struct request *rq, const void *in)
{
	struct score_change_in change = *(const struct score_change_in *)in;
	struct score_get_out t;
	enum err e = template_own(rq, change.template_id, &t);
	if (e)
		return e;
	if (change.name.p && !label_clean(change.name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (change.items.p || change.prizes.p)
		e = template_check(rq, change.items.p ? change.items : t.items, change.prizes.p ? change.prizes : t.prizes);
	if (!e)
		e = db_json(rq, &score_change, &change);
	return e ? e : audit_input(rq, change.template_id, &score_change, &change);
}

static enum err
template_delete(struct request *rq, const void *in)
{
	const struct score_delete_in *path = in;
	struct score_get_out t;
	enum err e = template_own(rq, path->template_id, &t);
	return e ? e : db_json(rq, &score_delete, path);
}

static enum err
templates_start(struct app *app, struct db *db)
{
	struct score_count_out count;
	struct arena *a = arena_new(4096);
	enum err e = a ? query_one(db, &score_count, NULL, a, &count) : ERR_NO_MEMORY;
	arena_free(a);
	if (e || count.builtin)
		return e;
	struct score_seed_in in = { .id = id_next(app_ids(app), clock_now()), .name = STR("综合评分"), .items = str_of(score_shipped_items),
		                    .now = clock_now() };
	return query_run(db, &score_seed, &in, NULL);
}

/* The scores ------------------------------------------------------------------------------------------------------------ */

struct scoring {
	struct report *r;
	struct score_template t;
	const struct metric *metrics[SCORE_ITEMS_MAX]; /* NULL: a setting has taken it out of the catalogue */
};

static void
values_of(const struct scoring *s, const struct report_row *row, struct score_value *values, bool *pending)
{
	for (size_t i = 0; i < s->t.item_count; i++) {
		struct value v = s->metrics[i] ? report_value(s->r, row, s->metrics[i]) : (struct value){ 0 };
		pending[i] = v.pending;
		values[i] = (struct score_value){ v.set && !v.pending, v.v };
	}
}

static void
row_items_write(const struct scoring *s, const struct report_row *row, struct json_writer *w)
{
	struct score_value values[SCORE_ITEMS_MAX];
	bool pending[SCORE_ITEMS_MAX];
	double weights[SCORE_ITEMS_MAX], score;
	values_of(s, row, values, pending);
	bool any = score_of(&s->t, values, weights, &score);
	jw_key(w, "items");
	jw_array(w);
	for (size_t i = 0; i < s->t.item_count; i++) {
		jw_object(w);
		jw_member_text(w, "metric", s->t.items[i].metric);
		jw_key(w, "value");
		if (pending[i])
			jw_text(w, STR("pending"));
		else if (values[i].set)
			jw_real(w, values[i].v);
		else
			jw_null(w);
		jw_key(w, "points");
		if (any && values[i].set)
			jw_real(w, weights[i] * score_part(&s->t.items[i], values[i].v));
		else
			jw_null(w);
		jw_key(w, "weight");
		jw_real(w, weights[i]);
		jw_end(w);
	}
	jw_end(w);
}

static void
row_print(const struct scoring *s, const struct score_row *k, struct json_writer *w)
{
	const struct report_row *row = &s->r->rows[k->who];
	const struct report_person *p = &s->r->people[row->agent];
	jw_object(w);
	jw_member_int(w, "agent_id", p->id);
	jw_member_text(w, "agent_name", p->name);
	jw_key(w, "rank");
	k->rank ? jw_int(w, (int64_t)k->rank) : jw_null(w);
	jw_key(w, "score");
	k->set ? jw_real(w, k->score) : jw_null(w);
	jw_member_text(w, "prize", k->rank && k->rank <= s->t.prize_count ? s->t.prizes[k->rank - 1] : STR(""));
	row_items_write(s, row, w);
	jw_end(w);
}

static enum err
rows_rank(const struct scoring *s, struct score_row **ret, size_t *ret_n)
{
	struct score_row *all = arena_alloc(s->r->arena, s->r->row_count * sizeof *all);
	size_t n = 0;
	if (!all)
		return ERR_NO_MEMORY;
	for (size_t i = 1; i < s->r->row_count; i++) {
		struct score_value values[SCORE_ITEMS_MAX];
		bool pending[SCORE_ITEMS_MAX];
		double weights[SCORE_ITEMS_MAX];
		if (s->r->rows[i].agent == FACT_NONE)
			continue;
		values_of(s, &s->r->rows[i], values, pending);
		all[n].who = i;
		all[n].set = score_of(&s->t, values, weights, &all[n].score);
		n++;
	}
	score_rank(all, n);
	*ret = all;
	*ret_n = n;
	return OK;
}

static enum err
score_write(struct request *rq, const struct scoring *s, const struct score_get_out *t)
{
	struct json_writer *w = &rq->w;
	struct score_row *rows;
	size_t n;
	enum err e = rows_rank(s, &rows, &n);
	if (e)
		return e;
	jw_object(w);
	jw_key(w, "template");
	jw_object(w);
	jw_member_int(w, "id", t->id);
	jw_member_text(w, "name", t->name);
	jw_key(w, "items");
	jw_raw(w, t->items);
	jw_key(w, "prizes");
	jw_raw(w, t->prizes);
	jw_end(w);
	jw_key(w, "rows");
	jw_array(w);
	for (size_t i = 0; i < n; i++)
		row_print(s, &rows[i], w);
	jw_end(w);
	report_header(s->r, w);
	jw_end(w);
	return OK;
}

static enum err
scoring_make(struct request *rq, const struct score_in_in *in, struct scoring *s)
{
	struct report_ask a;
	s->r = report_for(rq);
	enum err e = s->r ? report_ask_start(rq, in->from, in->to, in->profile, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	for (size_t i = 0; i < s->t.item_count; i++)
		s->metrics[i] = metric_find(s->t.items[i].metric, &a.rules);
	a.by = BY_AGENT;
	a.shop_id = in->shop_id_set ? in->shop_id : 0;
	a.group_id = in->group_id_set ? in->group_id : 0;
	e = report_make(rq->db, &a, s->r);
	return e == ERR_NOT_FOUND ? fail_text(rq, e, "shop_id", "There is no such shop within your reach", "没有该店铺或无权查看") : e;
}

/* Without a template: the shipped one. */
static enum err
score_get_do(struct request *rq, const void *in)
{
	const struct score_in_in *body = in;
	struct score_get_out t;
	struct scoring s = { 0 };
	struct score_fault f;
	bool named = body->template_id_set && body->template_id;
	enum err e = named ? db_one(rq, &score_get, &(struct score_get_in){ body->template_id }, &t) : db_one(rq, &score_shipped, NULL, &t);
	if (e)
		return e == ERR_NOT_FOUND ? fail_text(rq, e, "template_id", "There is no such template", "没有这个评分模板") : e;
	e = score_read(rq->arena, t.items, t.prizes, NULL, &s.t, &f);
	if (!e)
		e = scoring_make(rq, body, &s);
	else
		e = fault_say(rq, e, &f);
	return e ? e : score_write(rq, &s, &t);
}

static const struct route routes[] = {
	{ GET, "/api/v1/score-templates", PERM_REPORT, LANE_READ, .query = &score_list, .list = true,
	  .help = "Composite scores: what is weighed how" },
	{ POST, "/api/v1/score-templates", PERM_REPORT, LANE_WRITE, .query = &score_add, .handler = template_post, .audit = "score_template",
	  .help = "Add a score template: items of metric, weight, worst, best; prizes by rank" },
	{ PATCH, "/api/v1/score-templates/{template_id}", PERM_REPORT, LANE_WRITE, .query = &score_change, .handler = template_patch,
	  .audit = "score_template", .help = "Change an own score template, or with SETTING_EDIT anybody's" },
	{ DELETE, "/api/v1/score-templates/{template_id}", PERM_REPORT, LANE_WRITE, .query = &score_delete, .handler = template_delete,
	  .audit = "score_template", .help = "Delete an own score template, or with SETTING_EDIT anybody's" },
	{ GET, "/api/v1/reports/score", PERM_REPORT, LANE_REPORT, .in = &score_in, .out = &score_out, .handler = score_get_do,
	  .help = "Agents by composite score, the best first, within the own scope; without template_id by the shipped one" },
};

const struct feature measure_score_feature = { .name = "scores", ROUTES(routes), .start = templates_start };
