/* The calls behind a figure of calls, as a list and as a file. */
#include <stdlib.h>

#include "base/clock.h"
#include "measure/call_sql.h"
#include "measure/export.h"
#include "measure/report_feature.h"
#include "measure/report_more.h"
#include "base/banned.h"

struct ringing {
	struct report *r;
	const struct metric *metric;
	int end; /* enum call_end, -1: any */
	const struct fact_call **all;
	size_t n;
};

static enum err
calls_ask(struct request *rq, const struct calls_in_in *in, struct report_ask *a)
{
	enum err e = report_ask_start(rq, in->from, in->to, in->profile, a);
	if (!e)
		e = report_ask_time(rq, in->day, in->hour_set, in->hour, a);
	if (e)
		return e;
	a->by = BY_SHOP;
	a->store = NULL; /* the resident facts have no calls */
	a->metrics = STR("calls_offered");
	FILTERS_TAKE(a, in);
	return OK;
}

static int
end_find(struct str word)
{
	static const char *const words[] = { "answered", "abandoned", "busy", "failed" }; /* as enum call_end */
	for (int i = 0; word.p && i < 4; i++)
		if (str_eqz(word, words[i]))
			return i;
	return -1;
}

/* Whether the call is in the figure: in its sum, or in what that is divided by. */
static bool
call_counts(const struct ringing *g, const struct fact_call *c)
{
	struct report_place p = { .shop = c->shop, .agent = c->agent, .session = FACT_NONE, .rating = FACT_NONE, .channel = CHANNEL_VOICE, .category = FACT_NONE,
		                  .day = c->day, .hour = c->hour };
	struct cell cell = { 0 };
	if (!report_shows(g->r, &p) || (g->end >= 0 && c->end != g->end))
		return false;
	tally_call(&cell, c, &g->r->ask.rules);
	return cell.t[g->metric->sum] != 0 || (g->metric->how != METRIC_SUM && cell.t[g->metric->count] != 0);
}

static int
newest_first(const void *a, const void *b)
{
	const struct fact_call *x = *(const struct fact_call *const *)a, *y = *(const struct fact_call *const *)b;
	if (x->at != y->at)
		return x->at > y->at ? -1 : 1;
	return x->record_id > y->record_id ? -1 : x->record_id < y->record_id;
}

static enum err
calls_find(struct request *rq, const struct calls_in_in *in, struct ringing *g)
{
	struct report_ask a;
	*g = (struct ringing){ .r = report_for(rq), .end = end_find(in->end) };
	if (!caller_may(&rq->who, PERM_CHAT_SEE))
		return ERR_FORBIDDEN;
	enum err e = g->r ? calls_ask(rq, in, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	g->metric = metric_find(in->metric.n ? in->metric : STR("calls_offered"), &a.rules);
	if (!g->metric || g->metric->group != GROUP_CALLS)
		return fail_text(rq, ERR_BAD_FIELD, "metric", "a figure of calls of the catalogue is expected", "应为目录中的电话指标");
	e = report_make_failed(rq, report_make(rq->db, &a, g->r));
	if (e)
		return e;
	g->all = arena_alloc(g->r->arena, (g->r->facts.calls.n + 1) * sizeof *g->all);
	if (!g->all)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < g->r->facts.calls.n; i++)
		if (call_counts(g, &g->r->facts.calls.all[i]))
			g->all[g->n++] = &g->r->facts.calls.all[i];
	if (g->n > 1)
		qsort(g->all, g->n, sizeof *g->all, newest_first);
	return OK;
}

/* ERR_NOT_FOUND: it went since the report was made. */
static enum err
call_read(struct request *rq, const struct ringing *g, const struct fact_call *c, struct call_row_out *ret)
{
	const struct report *r = g->r;
	const struct report_shop *shop = &r->shops[c->shop];
	struct call_row_get_out x;
	char day[11];
	enum err e = db_one(rq, &call_row_get, &(struct call_row_get_in){ c->record_id }, &x);
	if (e)
		return e;
	bool held = c->agent != FACT_NONE;
	date_print(c->day, day);
	*ret = (struct call_row_out){
		.id = c->record_id, .key = x.key, .shop_id = shop->id, .shop_name = shop->name, .shop_colour = shop->colour,
		.customer_id = r->customers[c->customer], .customer_name = x.customer_name, .customer_flag = x.customer_flag, .at = c->at,
		.answered_at_set = x.answered_at_set, .answered_at = x.answered_at, .ended_at = x.ended_at, .end = x.end,
		.day = arena_str(rq->arena, str_of(day)), .queued_ms = c->queued_ms, .talk_ms = c->talk_ms, .hold_ms = x.hold_ms, .wrapup_ms = c->wrapup_ms,
		.agent_id_set = held, .agent_id = held ? r->people[c->agent].id : 0, .agent_name = held ? r->people[c->agent].name : STR_NONE,
	};
	return OK;
}

static enum err
call_row_write(struct request *rq, const void *ctx, size_t i)
{
	const struct ringing *g = ctx;
	struct call_row_out row;
	enum err e = call_read(rq, g, g->all[i], &row);
	if (!e)
		row_write(&rq->w, &call_row, &row);
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
calls_get(struct request *rq, const void *in)
{
	const struct calls_in_in *body = in;
	struct ringing g;
	enum err e = calls_find(rq, body, &g);
	return e ? e : report_page(rq, g.n, PAGE_ASKED(body), call_row_write, &g);
}

/* The file -------------------------------------------------------------------------------------------------------------- */

static struct str
end_text(const struct request *rq, struct str end)
{
	static const char *const zh[] = { "接通", "放弃", "忙线", "失败" };
	int i = end_find(end);
	return rq->who.lang[0] == 'z' && i >= 0 ? str_of(zh[i]) : end;
}

static void
call_line(struct request *rq, const struct ringing *g, const struct fact_call *c, const struct call_row_out *row)
{
	struct export_mark mark = { .at = c->at, .zone = g->r->shops[c->shop].zone };
	const int64_t spans[] = { row->queued_ms, row->talk_ms, row->hold_ms, row->wrapup_ms };
	char at[32];
	export_time(&mark, at);
	buf_addz(rq->out, at);
	const struct str texts[] = { row->shop_name, row->customer_name, row->agent_name, end_text(rq, row->end) };
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		buf_char(rq->out, ',');
		report_csv_text(rq->out, texts[i]);
	}
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
		buf_printf(rq->out, ",%.1f", (double)spans[i] / 1000);
	buf_char(rq->out, ',');
	report_csv_text(rq->out, row->key);
	buf_addz(rq->out, "\r\n");
}

static enum err
calls_csv_get(struct request *rq, const void *in)
{
	const struct calls_in_in *body = in;
	struct ringing g;
	enum err e = calls_find(rq, body, &g);
	if (e)
		return e;
	buf_addz(rq->out, "\xEF\xBB\xBF");
	buf_addz(rq->out, rq->who.lang[0] == 'z' ? "来电时间,店铺,客户,客服,结果,排队（秒）,通话（秒，含保持）,保持（秒）,整理（秒）,通话编号\r\n"
	                                         : "Time,Shop,Customer,Agent,End,Queued (s),\"Talk (s, hold included)\",Hold (s),Wrap-up (s),Call\r\n");
	for (size_t i = 0; !e && i < g.n; i++) {
		struct arena_mark mark = arena_mark(rq->arena);
		struct call_row_out row;
		e = call_read(rq, &g, g.all[i], &row);
		if (!e)
			call_line(rq, &g, g.all[i], &row);
		e = e == ERR_NOT_FOUND ? OK : e ? e : buf_err(rq->out);
		arena_rewind(rq->arena, mark);
	}
	if (e == ERR_TOO_LARGE)
		return fail_text(rq, e, "from", "So many calls at once are too much: ask for fewer days", "通话过多：请减少天数");
	if (!e)
		e = export_sign(rq, g.r);
	if (e)
		return e;
	rq->type = STR("text/csv; charset=utf-8");
	struct str last = body->to.p ? body->to : body->from;
	reply_header(rq, "Content-Disposition", arena_printf(rq->arena, "attachment; filename=\"calls-%.*s-%.*s.csv\"", STR_ARG(body->from), STR_ARG(last)));
	return export_note(rq, &calls_in, in);
}

static const struct route routes[] = {
	{ GET, "/api/v1/reports/service/calls", PERM_REPORT, LANE_REPORT, .in = &calls_in, .out = &call_row, .list = true, .handler = calls_get,
	  .help = "The calls behind a figure of calls, the newest first; needs CHAT_SEE too" },
	{ GET, "/api/v1/reports/service/calls.csv", PERM_EXPORT, LANE_REPORT, .in = &calls_in, .raw_out = true, .handler = calls_csv_get,
	  .help = "The same calls, all of them, as CSV (UTF-8 with mark); audited, and marked with who took it out and when; needs CHAT_SEE too" },
};

const struct feature measure_call_feature = { .name = "calls", ROUTES(routes) };
