#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "measure/report.h"
#include "measure/report_feature.h"
#include "measure/report_sql.h"
#include "measure/store_feature.h"
#include "team/reach.h"
#include "base/banned.h"

enum { PAGE = 50, FILE_BYTES = 64 << 20 };

static void
cleanup(void *arg)
{
	report_free(arg);
}

struct report *
report_for(struct request *rq)
{
	struct report *r = arena_alloc(rq->arena, sizeof *r);
	return r && arena_cleanup(rq->arena, cleanup, r) ? r : NULL;
}

enum err
report_ask_start(struct request *rq, struct str from, struct str to, struct str profile, struct report_ask *a)
{
	*a = (struct report_ask){ .by = BY_AGENT, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR, .now = rq->now, .scope = str_of(scope_name(rq->who.scope)),
		                  .viewer = rq->who.person_id, .viewer_group = rq->who.group_id, .lang = rq->who.lang };
	enum err e = input_days(rq, from, to, REPORT_DAYS_MAX, &a->from, &a->to);
	if (e)
		return e;
	if (profile.n) {
		a->profile = profile_find(profile);
		if (!a->profile)
			return fail_text(rq, ERR_BAD_FIELD, "profile", "plain, taobao, jd, douyin, pdd or callcentre", "没有这种统计口径");
	}
	a->store = store_of(rq->app);
	return report_history(rq->db, rq->arena, a);
}

int
report_channel_find(struct str word)
{
	int i = CHANNEL_COUNT - 1;
	while (i > CHANNEL_OTHER && !str_eqz(word, channel_names[i]))
		i--;
	return i;
}

enum err
report_make_failed(struct request *rq, enum err e)
{
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, e, "shop_id", "There is no such shop within your reach", "没有该店铺或无权查看");
	if (e == ERR_TOO_LARGE)
		return fail_text(rq, e, "by", "So many rows at once are too much: go by less, or ask for fewer days", "行数过多：请减少分组项或天数");
	return e;
}

enum err
report_service_make(struct request *rq, const struct report_in_in *in, bool whole, struct report **ret)
{
	struct report_ask a;
	struct report *r = report_for(rq);
	enum err e = r ? report_ask_start(rq, in->from, in->to, in->profile, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	if (in->by.n && !report_by_find(in->by, &a.by))
		return fail_text(rq, ERR_BAD_FIELD, "by", "up to three of agent, group, shop, channel, category, day, week, month, hour, weekday",
		    "最多三项：agent、group、shop、channel、category、day、week、month、hour、weekday");
	if (in->order.n && !report_order_find(in->order, &a))
		return fail_text(rq, ERR_BAD_FIELD, "order", "The catalogue has no such metric", "没有该指标");
	const size_t page[] = { ROWS_ASKED(in) };
	a.skip = page[0];
	a.limit = whole && !in->limit_set ? 0 : page[1];
	a.metrics = in->metrics;
	FILTERS_TAKE(&a, in);
	e = report_attribution(rq, in->attribution, &a);
	if (e)
		return e;
	*ret = r;
	return report_make_failed(rq, report_make(rq->db, &a, r));
}

void
report_room(struct request *rq)
{
	rq->out->max = FILE_BYTES;
}

static enum err
service_get(struct request *rq, const void *in)
{
	const struct report_in_in *body = in;
	struct report *r;
	enum err e = report_service_make(rq, body, false, &r);
	if (e)
		return e;
	jw_object(&rq->w);
	e = report_json_page(r, body->metrics, PAGE_BYTES, &rq->w);
	jw_end(&rq->w);
	return e;
}

static enum err
service_csv_get(struct request *rq, const void *in)
{
	const struct report_in_in *body = in;
	struct report *r;
	enum err e = report_service_make(rq, body, true, &r);
	if (e)
		return e;
	report_room(rq);
	rq->type = STR("text/csv; charset=utf-8");
	reply_header(rq, "Content-Disposition",
	             arena_printf(rq->arena, "attachment; filename=\"service-%.*s.csv\"", STR_ARG(str_sub(body->from, 0, 10))));
	buf_addz(rq->out, "\xEF\xBB\xBF");
	return report_csv(r, body->metrics, true, rq->out);
}

/* Sessions behind a figure ---------------------------------------------------------------------------------------------- */

struct picked {
	const struct report_row *row;
	struct value value;
	int64_t record_id, begin, end;
};

struct picking {
	const struct report *r;
	const struct metric *metric;
	int64_t least_ms, below_ms; /* below_ms 0: any */
	struct picked *all;
	size_t n;
};

/* The worst first where one way is good; else as they came. */
static int
picked_order(const void *a, const void *b, void *ctx)
{
	const struct picked *x = a, *y = b;
	const struct picking *p = ctx;
	double worse = p->metric->direction == DIRECTION_NONE ? 0 : x->value.v - y->value.v;
	if (p->metric->direction == DIRECTION_DOWN)
		worse = -worse;
	if (worse != 0)
		return worse < 0 ? -1 : 1;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->record_id < y->record_id ? -1 : x->record_id > y->record_id;
}

static bool
made_the_figure(const struct picking *p, struct value v)
{
	switch (p->metric->how) {
	case METRIC_SUM:
		return v.sum > 0;
	case METRIC_MAX:
		return v.sum > 0 && v.sum == report_value(p->r, &p->r->rows[0], p->metric).sum;
	default:
		return v.sum > 0 || v.count > 0;
	}
}

/* Whether one of the durations is so long as was asked for: the only one of its kind for a figure that is no percentile. */
static bool
so_long(const struct picking *p, const struct report_row *row, struct value v)
{
	bool first = p->metric->how == METRIC_FIRST_PERCENTILE, reply = p->metric->how == METRIC_REPLY_PERCENTILE, found = false;
	const struct durations *d = first ? &p->r->first : &p->r->reply;
	size_t from = first ? row->first_from : row->reply_from, n = first ? row->first_n : row->reply_n;
	if (!p->below_ms)
		return true;
	if (!first && !reply)
		return v.v >= (double)p->least_ms && v.v < (double)p->below_ms;
	for (size_t i = from; !found && i < from + n; i++)
		found = d->all[i].ms >= p->least_ms && d->all[i].ms < p->below_ms;
	return found;
}

static void
session_pick(struct picking *p, const struct report_row *row)
{
	struct picked k = { .row = row, .value = report_value(p->r, row, p->metric) };
	if (!made_the_figure(p, k.value) || !so_long(p, row, k.value))
		return;
	if (row->session != FACT_NONE) {
		const struct fact_session *s = &p->r->facts.sessions.all[row->session];
		k.record_id = s->record_id;
		k.begin = s->begin;
		k.end = s->end;
	} else {
		k.record_id = p->r->facts.ratings.all[row->rating].record_id;
	}
	if (k.record_id)
		p->all[p->n++] = k;
}

static enum err
picked_write(struct request *rq, const struct report *r, const struct picked *k)
{
	struct report_session_out s;
	char day[11];
	enum err e = db_one(rq, &report_session, &(struct report_session_in){ k->record_id }, &s);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	const struct report_shop *shop = &r->shops[k->row->shop];
	bool talk = k->row->session != FACT_NONE;
	uint32_t customer = talk ? r->facts.sessions.all[k->row->session].customer : r->facts.ratings.all[k->row->rating].customer;
	date_print(k->row->day, day);
	bool held = k->row->agent != FACT_NONE;
	struct report_session_row_out out = {
		.id = k->record_id, .shop_id = shop->id, .shop_name = shop->name, .shop_colour = shop->colour,
		.customer_id = r->customers[customer], .customer_name = s.customer_name, .customer_flag = s.customer_flag,
		.channel = s.channel, .state = s.state, .agent_id_set = held, .agent_id = held ? r->people[k->row->agent].id : 0,
		.agent_name = held ? r->people[k->row->agent].name : STR_NONE, .started_at = k->begin ? k->begin : s.last_at,
		.ended_at_set = k->end != 0, .ended_at = k->end, .last_at = s.last_at, .last_text = s.last_text,
		.closed_at_set = s.closed_at_set, .closed_at = s.closed_at, .day = str_of(day),
		.value = !k->value.set || k->value.pending ? STR("null") : arena_printf(rq->arena, "%.17g", k->value.v),
		.sum = k->value.sum, .count = k->value.count,
	};
	row_write(&rq->w, &report_session_row, &out);
	return OK;
}

static enum err
picked_row(struct request *rq, const void *ctx, size_t i)
{
	const struct picking *p = ctx;
	return picked_write(rq, p->r, &p->all[i]);
}

enum err
report_page(struct request *rq, size_t n, int64_t cursor, int64_t limit, report_page_row row, const void *ctx)
{
	size_t from = (size_t)cursor, most = limit ? (size_t)limit : PAGE;
	enum err e = OK;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (size_t i = from; !e && i < n && i < from + most; i++)
		e = row(rq, ctx, i);
	jw_end(&rq->w);
	if (from + most < n) {
		jw_key(&rq->w, "next");
		jw_text(&rq->w, arena_printf(rq->arena, "%zu", from + most));
	}
	jw_end(&rq->w);
	return e;
}

enum err
report_ask_time(struct request *rq, struct str day, bool hour_set, int64_t hour, struct report_ask *a)
{
	int64_t number = 0;
	enum err e = day.p ? input_date(rq, "day", day, &number) : OK;
	if (e)
		return e;
	a->day = day.p ? (int32_t)number : REPORT_NO_DAY;
	a->hour = hour_set ? (int)hour : REPORT_NO_HOUR;
	return OK;
}

static enum err
sessions_ask(struct request *rq, const struct report_sessions_in_in *in, struct report_ask *a)
{
	enum err e = report_ask_start(rq, in->from, in->to, in->profile, a);
	if (!e)
		e = report_ask_time(rq, in->day, in->hour_set, in->hour, a);
	if (e)
		return e;
	a->by = BY_SESSION;
	FILTERS_TAKE(a, in);
	return report_attribution(rq, in->attribution, a);
}

static enum err
sessions_get(struct request *rq, const void *in)
{
	const struct report_sessions_in_in *body = in;
	struct report_ask a;
	struct report *r = report_for(rq);
	struct picking p = { .r = r };
	if (!caller_may(&rq->who, PERM_CHAT_SEE))
		return ERR_FORBIDDEN;
	enum err e = r ? sessions_ask(rq, body, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	p.metric = metric_find(body->metric, &a.rules);
	if (!p.metric)
		return fail_text(rq, ERR_BAD_FIELD, "metric", "The catalogue has no such metric", "没有该指标");
	if (body->least_ms_set || body->below_ms_set) {
		p.least_ms = body->least_ms_set ? body->least_ms : 0;
		p.below_ms = body->below_ms_set ? body->below_ms : INT64_MAX;
		if (p.metric->unit != UNIT_MS)
			return fail_text(rq, ERR_BAD_FIELD, body->least_ms_set ? "least_ms" : "below_ms", "the figure is no duration", "该指标不是时长");
	}
	e = report_make_failed(rq, report_make(rq->db, &a, r));
	if (e)
		return e;
	p.all = arena_alloc(r->arena, r->row_count * sizeof *p.all);
	if (!p.all)
		return ERR_NO_MEMORY;
	for (size_t i = 1; i < r->row_count; i++)
		session_pick(&p, &r->rows[i]);
	if (p.n > 1)
		qsort_r(p.all, p.n, sizeof *p.all, picked_order, &p);
	return report_page(rq, p.n, PAGE_ASKED(body), picked_row, &p);
}

/* Catalogue ------------------------------------------------------------------------------------------------------------- */

struct str
report_metric_text(struct request *rq, const struct metric *m, const char *text, const struct measure_rules *rules)
{
	struct buf b;
	buf_init(&b, 4096);
	metric_text(m, text, rules, &b);
	struct str s = arena_str(rq->arena, buf_str(&b));
	buf_free(&b);
	return s;
}

/* As a report of these days names its figures. */
static enum err
rules_of_days(struct request *rq, struct str from, struct str to, struct measure_rules *ret_rules)
{
	struct report_ask a;
	enum err e = report_ask_start(rq, from, to, STR_NONE, &a);
	if (e)
		return e;
	rules_within_note(&a.history, a.from, a.to, &a.rules);
	*ret_rules = a.rules;
	return OK;
}

static enum err
catalogue_get(struct request *rq, const void *in)
{
	const struct metrics_in_in *span = in;
	struct measure_rules rules;
	enum err e = span->from.p ? rules_of_days(rq, span->from, span->to, &rules) : report_rules(rq->db, rq->now, &rules);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (size_t i = 0; i < metrics_count; i++) {
		const struct metric *m = &metrics[i];
		struct metric_row_out row = {
			.key = report_metric_text(rq, m, m->key, &rules), .name_zh = report_metric_text(rq, m, m->name_zh, &rules),
			.name_en = report_metric_text(rq, m, m->name_en, &rules), .definition_zh = report_metric_text(rq, m, m->definition_zh, &rules),
			.definition_en = report_metric_text(rq, m, m->definition_en, &rules), .unit = str_of(unit_name(m->unit)),
			.direction = str_of(direction_name(m->direction)), .brief = m->brief, .group = str_of(group_name(m->group)),
		};
		if (m->within != 2 || rules.within_s[0] != rules.within_s[1])
			row_write(&rq->w, &metric_row, &row);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return OK;
}

static const struct route routes[] = {
	{ GET, "/api/v1/metrics-catalogue", PERM_REPORT, LANE_READ, .in = &metrics_in, .out = &metric_row, .list = true, .handler = catalogue_get,
	  .help = "Every figure there is: name, definition with the settings in force (today, or on these days), unit, and which way is good" },
	{ GET, "/api/v1/reports/service", PERM_REPORT, LANE_REPORT, .in = &report_in, .out = &report_out, .handler = service_get,
	  .help = "The service figures of business days, within the own scope; metrics: keys separated by commas, all when left out; at most 400 days. "
	          "Rows come 1,000 at a time, or fewer where they are wide, unless limit says how many; next: the cursor to go on with; the total is of all" },
	{ GET, "/api/v1/reports/service.csv", PERM_EXPORT, LANE_REPORT, .in = &report_in, .raw_out = true, .handler = service_csv_get,
	  .help = "The same as a spreadsheet file (UTF-8 with mark)" },
	{ GET, "/api/v1/reports/service/sessions", PERM_REPORT, LANE_REPORT, .in = &report_sessions_in, .out = &report_session_row,
	    .list = true,
	  .handler = sessions_get, .help = "The sessions that made a figure, each with its part of it, the worst first; needs CHAT_SEE too" },
};

const struct feature measure_report_feature = { .name = "report", ROUTES(routes) };
