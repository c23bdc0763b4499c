#include "base/clock.h"
#include "measure/anomaly.h"
#include "measure/anomaly_impl.h"
#include "measure/anomaly_sql.h"
#include "measure/anomaly_store.h"
#include "measure/deliver.h"
#include "measure/report_feature.h"
#include "team/team.h"
#include "base/banned.h"

enum { LIMIT = 100, AGAIN_MAX = 62 };

/* "李娜 14:00-15:00 平均响应 212.0 秒，平时 38.0 秒：11 个会话，其中 7 个慢响应，最多同时 9 个" */
static struct str
sentence(struct arena *a, const struct anomaly_find_out *f, const struct measure_rules *rules, bool zh)
{
	struct buf b;
	const struct metric *m = metric_find(f->metric, rules);
	char day[11];
	buf_init(&b, 4096);
	date_print(f->day, day);
	buf_printf(&b, "%.*s %s ", STR_ARG(f->agent_name), day);
	if (f->hour != ANOMALY_DAY)
		buf_printf(&b, "%02d:00-%02d:00 ", (int)f->hour, (int)f->hour + 1);
	if (m)
		metric_text(m, zh ? m->name_zh : m->name_en, rules, &b);
	else
		buf_add(&b, f->metric);
	buf_char(&b, ' ');
	enum unit unit = m ? m->unit : UNIT_COUNT;
	figure_text(&b, unit, (struct value){ .set = true, .v = f->value }, zh);
	buf_addz(&b, zh ? "，平时 " : ", usual ");
	figure_text(&b, unit, (struct value){ .set = true, .v = f->usual }, zh);
	buf_printf(&b, zh ? "：%lld 个会话" : ": %lld sessions", (long long)f->sessions);
	if (f->slow)
		buf_printf(&b, zh ? "，其中 %lld 位客户遇到慢响应" : ", %lld customers served slowly", (long long)f->slow);
	if (f->most_open > 1)
		buf_printf(&b, zh ? "，最多同时接待 %lld 个" : ", up to %lld open at once", (long long)f->most_open);
	struct str s = arena_str(a, buf_str(&b));
	buf_free(&b);
	return s;
}

struct writing {
	struct request *rq;
	const struct measure_rules *rules;
};

static enum err
row_print(void *ctx, const void *row)
{
	struct writing *x = ctx;
	const struct anomaly_find_out *f = row;
	struct arena *a = x->rq->arena;
	char day[11];
	date_print(f->day, day);
	struct anomaly_row_out out = {
		.id = f->id, .kind = f->kind, .shop_id = f->shop_id, .shop_name = f->shop_name, .agent_id = f->agent_id, .agent_name = f->agent_name,
		.day = str_of(day), .hour_set = f->hour != ANOMALY_DAY, .hour = f->hour, .metric = f->metric, .value = f->value, .usual = f->usual,
		.score = f->score, .p = f->p, .q = f->q, .events = f->events, .sessions = f->sessions, .sentence_zh = sentence(a, f, x->rules, true),
		.sentence_en = sentence(a, f, x->rules, false), .dismissed_at_set = f->dismissed_at_set, .dismissed_at = f->dismissed_at,
		.note = f->note,
	};
	row_write(&x->rq->w, &anomaly_row, &out);
	return x->rq->w.err;
}

static enum err
list_get(struct request *rq, const void *in)
{
	const struct anomaly_in_in *body = in;
	struct measure_rules rules;
	struct writing x = { rq, &rules };
	struct anomaly_find_in ask = { .shop_id_set = body->shop_id_set, .shop_id = body->shop_id, .group_id_set = body->group_id_set,
		.group_id = body->group_id, .dismissed = body->dismissed_set && body->dismissed, .limit = body->limit_set ? body->limit : LIMIT };
	enum err e = input_days(rq, body->from, body->to, REPORT_DAYS_MAX, &ask.from_day, &ask.to_day);
	if (!e)
		e = report_rules(rq->db, rq->now, &rules);
	if (e)
		return e;
	input_server_fields(rq, &anomaly_find, &ask);
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	e = db_each(rq, &anomaly_find, &ask, row_print, &x);
	jw_end(&rq->w);
	jw_end(&rq->w);
	return e;
}

struct telling {
	struct request *rq;
	struct measure_rules rules;
	struct str *to;
	size_t n;
};

static enum err
tell(void *ctx, const void *row)
{
	struct telling *t = ctx;
	t->to[t->n] = sentence(t->rq->arena, row, &t->rules, t->rq->who.lang[0] == 'z');
	return t->to[t->n++].p ? OK : ERR_NO_MEMORY;
}

enum err
anomaly_sentences(struct request *rq, int64_t day, int64_t shop_id, struct str *ret, size_t max, size_t *ret_n)
{
	struct telling t = { .rq = rq, .to = ret };
	struct anomaly_find_in ask = { .from_day = day, .to_day = day, .shop_id_set = true, .shop_id = shop_id, .limit = (int64_t)max };
	enum err e = report_rules(rq->db, rq->now, &t.rules);
	input_server_fields(rq, &anomaly_find, &ask);
	if (!e)
		e = db_each(rq, &anomaly_find, &ask, tell, &t);
	*ret_n = e ? 0 : t.n;
	return e;
}

static enum err
dismiss_post(struct request *rq, const void *in)
{
	const struct anomaly_dismissal_in *body = in;
	struct anomaly_dismiss_in set = { .anomaly_id = body->anomaly_id, .now = rq->now };
	int64_t changed;
	if (!label_clean(body->note, &set.note))
		return fail_text(rq, ERR_BAD_FIELD, "note", "Say why in a line", "请用一行文字说明原因");
	input_server_fields(rq, &anomaly_dismiss, &set);
	set.now = rq->now;
	enum err e = db_run(rq, &anomaly_dismiss, &set, &changed);
	if (!e && !changed)
		e = ERR_NOT_FOUND;
	return e;
}

static void
woken(struct app *app, struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	anomaly_wake(app);
}

static enum err
again_post(struct request *rq, const void *in)
{
	const struct anomaly_span_in *body = in;
	int64_t from, to;
	enum err e = input_days(rq, body->from, body->to, AGAIN_MAX, &from, &to);
	for (int64_t day = from; !e && day <= to; day++)
		e = db_run(rq, &anomaly_again, &(struct anomaly_again_in){ day, rq->now }, NULL);
	if (!e)
		e = after_commit(rq, woken, NULL);
	if (!e)
		row_write(&rq->w, &anomaly_count, &(struct anomaly_count_out){ .days = to - from + 1 });
	return e;
}

static enum err
progress_get(struct request *rq, const void *in)
{
	const struct anomaly_span_in *body = in;
	struct anomaly_pending_in ask;
	struct anomaly_pending_out row;
	enum err e = input_days(rq, body->from, body->to, REPORT_DAYS_MAX, &ask.from_day, &ask.to_day);
	if (!e)
		e = db_one(rq, &anomaly_pending, &ask, &row);
	if (!e)
		row_write(&rq->w, &anomaly_progress, &(struct anomaly_progress_out){ row.pending });
	return e;
}

static const struct route routes[] = {
	{ GET, "/api/v1/anomalies", PERM_REPORT, LANE_READ, .in = &anomaly_in, .out = &anomaly_row, .list = true, .handler = list_get,
	  .help = "Unusual hours and days of agents within the own scope, the least probable first, in words; dismissed: those too" },
	{ POST, "/api/v1/anomalies/{anomaly_id}/dismiss", PERM_REPORT, LANE_WRITE, .in = &anomaly_dismissal, .handler = dismiss_post,
	  .audit = "anomaly", .help = "Explained: it is listed no more; the note says why" },
	{ POST, "/api/v1/anomalies/rebuild", PERM_SETTING_EDIT, LANE_WRITE, .in = &anomaly_span, .out = &anomaly_count, .handler = again_post,
	  .audit = "anomaly", .help = "Look at these days anew (after late data); at most 62" },
	{ GET, "/api/v1/anomalies/progress", PERM_SETTING_EDIT, LANE_READ, .in = &anomaly_span, .out = &anomaly_progress, .handler = progress_get,
	  .help = "How many shops' days of a span wait to be looked at anew" },
};

const struct feature measure_anomaly_pages_feature = { .name = "anomaly pages", ROUTES(routes) };
