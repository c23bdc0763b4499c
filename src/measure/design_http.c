#include "base/clock.h"
#include "measure/design_run.h"
#include "measure/design_sql.h"
#include "measure/report_feature.h"
#include "measure/report_more.h"
#include "team/team.h"
#include "base/banned.h"

static enum err
spec_check(struct request *rq, struct str spec)
{
	struct measure_rules rules;
	struct design d;
	struct design_fault f;
	enum err e = report_rules(rq->db, rq->now, &rules);
	if (!e)
		e = design_read(rq->arena, spec, &rules, &d, &f);
	return e == ERR_BAD_FIELD ? fail_text(rq, e, f.field, f.en, f.zh) : e;
}

static enum err
design_find(struct request *rq, int64_t id, struct design_get_out *ret)
{
	struct design_get_in in = { .design_id = id };
	input_server_fields(rq, &design_get, &in);
	return db_one(rq, &design_get, &in, ret);
}

static enum err
design_post(struct request *rq, const void *in)
{
	struct design_add_in add = *(const struct design_add_in *)in;
	struct design_count_out count;
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = spec_check(rq, add.spec);
	if (!e)
		e = db_one(rq, &design_count, &(struct design_count_in){ .viewer = rq->who.person_id }, &count);
	if (!e && count.n >= DESIGNS_MAX)
		return fail_text(rq, ERR_TOO_MANY, NULL, "200 saved reports are the most", "最多保存 200 个报表");
	if (!e)
		e = db_json(rq, &design_add, &add);
	return e ? e : audit_detail(rq, add.new_id, STR("{}"));
}

static enum err
pin_set(struct request *rq, int64_t id, bool pinned)
{
	const struct query *q = pinned ? &design_pin : &design_unpin;
	if (pinned)
		return db_run(rq, q, &(struct design_pin_in){ .design_id = id, .viewer = rq->who.person_id }, NULL);
	return db_run(rq, q, &(struct design_unpin_in){ .design_id = id, .viewer = rq->who.person_id }, NULL);
}

/* Everybody pins what one sees; the rest is the owner's. */
static enum err
design_patch_do(struct request *rq, const void *in)
{
	const struct design_patch_in *body = in;
	struct design_get_out d;
	struct design_change_in change = { .design_id = body->design_id, .now = rq->now, .name = body->name, .spec = body->spec,
		                           .shared = body->shared };
	bool changes = body->name.p || body->spec.p || body->shared.p;
	enum err e = design_find(rq, body->design_id, &d);
	if (e)
		return e;
	if (changes && d.owner_id != rq->who.person_id)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "Only its owner may change a saved report: save it under a name of your own",
		                 "只有创建者可以修改该报表，您可以另存为自己的");
	if (body->name.p && !label_clean(body->name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (body->spec.p)
		e = spec_check(rq, body->spec);
	if (!e && changes)
		e = db_run(rq, &design_change, &change, NULL);
	if (!e && body->pinned_set)
		e = pin_set(rq, body->design_id, body->pinned);
	return e;
}

static enum err
design_delete_do(struct request *rq, const void *in)
{
	const struct design_path_in *path = in;
	struct design_get_out d;
	enum err e = design_find(rq, path->design_id, &d);
	if (e)
		return e;
	if (d.owner_id != rq->who.person_id)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "Only its owner may delete a saved report", "只有创建者可以删除该报表");
	e = db_run(rq, &design_delete, &(struct design_delete_in){ .design_id = path->design_id, .viewer = rq->who.person_id }, NULL);
	return e == ERR_REFERENCED ? fail_text(rq, e, NULL, "It is still delivered: delete those deliveries first", "仍有推送在使用该报表，请先删除推送") : e;
}

/* Running one ---------------------------------------------------------------------------------------------------------- */

static void
days_write(struct json_writer *w, int64_t from, int64_t to)
{
	char text[11];
	date_print(from, text);
	jw_member_text(w, "from", str_of(text));
	date_print(to, text);
	jw_member_text(w, "to", str_of(text));
}

static enum err
before_write(struct request *rq, const struct design *d, int64_t from, int64_t to, const struct design_run_in_in *in)
{
	struct report *r;
	int64_t first, last;
	jw_key(&rq->w, "before");
	if (!design_days_before(d, from, to, &first, &last)) {
		jw_null(&rq->w);
		return OK;
	}
	enum err e = design_make(rq, d, first, last, 0, ROWS_ASKED(in), &r);
	if (e)
		return e;
	jw_object(&rq->w);
	days_write(&rq->w, first, last);
	e = report_json_page(r, d->metrics, PAGE_BYTES, &rq->w);
	jw_end(&rq->w);
	return e;
}

static enum err
design_run(struct request *rq, const void *in)
{
	const struct design_run_in_in *path = in;
	struct measure_rules rules;
	struct design_get_out row;
	struct design_fault f;
	struct design d;
	struct report *r;
	int64_t today, from, to;
	enum err e = design_find(rq, path->design_id, &row);
	if (!e)
		e = report_rules(rq->db, rq->now, &rules);
	if (e)
		return e;
	e = design_read(rq->arena, row.spec, &rules, &d, &f);
	if (e)
		return e == ERR_BAD_FIELD ? fail_text(rq, e, f.field, f.en, f.zh) : e;
	e = design_today(rq, d.shop_id, &today, NULL);
	if (e)
		return e;
	design_days_of(&d, today, &from, &to);
	e = design_make(rq, &d, from, to, 0, ROWS_ASKED(path), &r);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_text(&rq->w, "name", row.name);
	jw_key(&rq->w, "spec");
	jw_raw(&rq->w, row.spec);
	days_write(&rq->w, from, to);
	e = report_json_page(r, d.metrics, PAGE_BYTES, &rq->w);
	if (!e)
		e = before_write(rq, &d, from, to, path);
	jw_end(&rq->w);
	return e;
}

static const struct route routes[] = {
	{ GET, "/api/v1/report-designs", PERM_REPORT, LANE_READ, .query = &design_list, .list = true,
	  .help = "Saved reports: own ones and those shared with me" },
	{ POST, "/api/v1/report-designs", PERM_REPORT, LANE_WRITE, .query = &design_add, .handler = design_post, .audit = "design",
	  .help = "Save a report: spec says metrics, by, filters, span, order, limit, chart, compare" },
	{ PATCH, "/api/v1/report-designs/{design_id}", PERM_REPORT, LANE_WRITE, .in = &design_patch, .handler = design_patch_do,
	  .audit = "design",
	  .help = "Change or share an own saved report; pin or unpin any that one sees on the own board" },
	{ DELETE, "/api/v1/report-designs/{design_id}", PERM_REPORT, LANE_WRITE, .in = &design_path, .handler = design_delete_do,
	  .audit = "design",
	  .help = "Delete an own saved report" },
	{ GET, "/api/v1/report-designs/{design_id}/run", PERM_REPORT, LANE_REPORT, .in = &design_run_in, .out = &design_result, .handler = design_run,
	  .help = "A saved report's figures of its span as seen today, within the own scope; before: the days it is compared with. Rows come in pages, as those "
	          "of /reports/service; before has pages of its own by the same cursor, and its own next" },
};

const struct feature measure_design_feature = { .name = "designs", ROUTES(routes) };
