/* The words of a delivery: the digest, or a saved report, with the owner's scope as it is at the time of writing. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "measure/anomaly_store.h"
#include "measure/deliver_impl.h"
#include "measure/design_run.h"
#include "measure/export.h"
#include "measure/report_feature.h"
#include "measure/score.h"
#include "measure/score_sql.h"
#include "team/reach.h"
#include "base/banned.h"

enum { FIGURES_MAX = 12, ROWS_MAX = 20, ODD_MAX = 5, TOP_MAX = 3, DAYS_BACK = 7 };

struct writing {
	struct request *rq;
	struct deliver_job_load_out job;
	struct outgoing *out;
	bool zh;
	char *why;
};

static enum err
stop(struct writing *w, const char *zh, const char *en)
{
	snprintf(w->why, 200, "%s", w->zh ? zh : en);
	return ERR_FORBIDDEN;
}

/* From here on the request is the owner's. */
static enum err
owner_become(struct writing *w)
{
	struct caller *who = &w->rq->who;
	const struct deliver_job_load_out *j = &w->job;
	uint64_t permissions, needed = PERM_BIT(PERM_REPORT) | PERM_BIT(PERM_EXPORT);
	enum scope scope;
	if (j->gone)
		return stop(w, "创建者已离职或停用", "its owner has left or is disabled");
	enum err e = permissions_parse(w->rq->arena, j->permissions, &permissions);
	if (e)
		return e;
	if ((permissions & needed) != needed || !scope_parse(j->scope, &scope))
		return stop(w, "创建者已没有报表或导出权限", "its owner has lost the right to reports or exports");
	if (j->design_hidden)
		return stop(w, "报表已不再共享给创建者", "the report is no longer shared with its owner");
	*who = (struct caller){ .kind = CALLER_PERSON, .person_id = j->owner_id, .group_id = j->owner_group_set ? j->owner_group : 0,
		                .permissions = permissions, .scope = scope };
	memcpy(who->lang, w->zh ? "zh" : "en", 3);
	return OK;
}

static void
room_put(char *room, size_t size, struct str s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;
	memset(room, 0, size);
	if (n)
		memcpy(room, s.p, n);
}

static enum err
text_put(struct writing *w, struct buf *b)
{
	struct str cut = robot_cut(w->rq->arena, buf_str(b), ROBOT_TEXT_MAX);
	enum err e = buf_err(b);
	if (!e && cut.n) {
		memcpy(w->out->text, cut.p, cut.n);
		w->out->text_n = cut.n;
	}
	return e;
}

static struct str
text_of(struct arena *a, const struct metric *m, bool zh, const struct measure_rules *rules)
{
	struct buf b;
	buf_init(&b, 1024);
	metric_text(m, zh ? m->name_zh : m->name_en, rules, &b);
	struct str s = arena_str(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static enum err
day_report(struct writing *w, int64_t day, uint32_t by, struct report **ret)
{
	struct report_ask a;
	char text[11];
	struct report *r = report_for(w->rq);
	date_print(day, text);
	enum err e = r ? report_ask_start(w->rq, str_of(text), STR_NONE, STR(""), &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	a.by = by;
	a.shop_id = w->job.shop_id_set ? w->job.shop_id : 0;
	e = report_make(w->rq->db, &a, r);
	*ret = r;
	return e == ERR_NOT_FOUND ? stop(w, "创建者已无权查看该店铺", "its owner no longer sees the shop") : e;
}

/* The spreadsheet goes into the spool; whoever sends it removes it. */
static enum err
attach(struct writing *w, struct report *r, struct str keys, const char *day)
{
	struct outgoing *o = w->out;
	struct export_mark mark = { .who = w->job.owner_name, .at = w->rq->now, .zone = r->shop_count ? r->shops[0].zone : NULL };
	if (!w->job.attach || !str_eqz(w->job.channel, "mail"))
		return OK;
	snprintf(o->file, sizeof o->file, "%s/spool/delivery-%lld.xlsx", app_data_dir(w->rq->app), (long long)o->job_id);
	snprintf(o->file_name, sizeof o->file_name, "report-%s.xlsx", day);
	return export_xlsx(r, keys, &mark, o->file);
}

/* The digest ------------------------------------------------------------------------------------------------------------ */

static size_t
figures_take(struct writing *w, const struct report *now, const struct report *before, struct digest_figure *f)
{
	size_t n = 0;
	for (size_t i = 0; i < metrics_count && n < FIGURES_MAX; i++) {
		const struct metric *m = &metrics[i];
		if (!m->brief || !report_column(now, m, STR("")))
			continue;
		f[n++] = (struct digest_figure){ text_of(w->rq->arena, m, w->zh, &now->ask.rules), m->unit, m->direction,
			                         report_value(now, &now->rows[0], m), report_value(before, &before->rows[0], m) };
	}
	return n;
}

static enum err
top_take(struct writing *w, const struct report *r, struct digest_place *top, size_t *ret_n)
{
	struct score_get_out t;
	struct score_template score;
	struct score_fault f;
	struct score_row *rows = arena_alloc(w->rq->arena, r->row_count * sizeof *rows);
	size_t n = 0;
	enum err e = rows ? db_one(w->rq, &score_shipped, NULL, &t) : ERR_NO_MEMORY;
	if (!e)
		e = score_read(w->rq->arena, t.items, t.prizes, NULL, &score, &f);
	if (e)
		return e;
	for (size_t i = 1; i < r->row_count; i++) {
		struct score_value values[SCORE_ITEMS_MAX];
		double weights[SCORE_ITEMS_MAX];
		if (r->rows[i].agent == FACT_NONE)
			continue;
		for (size_t k = 0; k < score.item_count; k++) {
			const struct metric *m = metric_find(score.items[k].metric, &r->ask.rules);
			struct value v = m ? report_value(r, &r->rows[i], m) : (struct value){ 0 };
			values[k] = (struct score_value){ v.set && !v.pending, v.v };
		}
		rows[n].who = i;
		rows[n].set = score_of(&score, values, weights, &rows[n].score);
		n++;
	}
	score_rank(rows, n);
	for (*ret_n = 0; *ret_n < n && *ret_n < TOP_MAX && rows[*ret_n].set; (*ret_n)++) {
		const struct score_row *k = &rows[*ret_n];
		top[*ret_n] = (struct digest_place){ (int64_t)k->rank, r->people[r->rows[k->who].agent].name,
			                             k->rank <= score.prize_count ? score.prizes[k->rank - 1] : STR(""), k->score };
	}
	return OK;
}

static enum err
digest_write(struct writing *w)
{
	struct digest_figure figures[FIGURES_MAX];
	struct digest_place top[TOP_MAX];
	struct str odd[ODD_MAX];
	struct digest d = { .zh = w->zh, .title = w->job.name, .figures = figures, .anomalies = odd, .top = top };
	struct report *now, *before;
	struct buf b;
	int64_t today;
	char day[11], last[11];
	enum err e = design_today(w->rq, w->job.shop_id_set ? w->job.shop_id : 0, &today, NULL);
	if (!e)
		e = day_report(w, today - 1, BY_AGENT, &now);
	if (!e)
		e = day_report(w, today - 1 - DAYS_BACK, BY_AGENT, &before);
	if (!e)
		e = top_take(w, now, top, &d.top_count);
	if (!e)
		e = anomaly_sentences(w->rq, today - 1, w->job.shop_id_set ? w->job.shop_id : 0, odd, ODD_MAX, &d.anomaly_count);
	if (e)
		return e;
	date_print(today - 1, day);
	date_print(today - 1 - DAYS_BACK, last);
	d.day = str_of(day);
	d.before = str_of(last);
	d.figure_count = figures_take(w, now, before, figures);
	buf_init(&b, 64 << 10);
	digest_text(&d, &b);
	e = text_put(w, &b);
	buf_free(&b);
	return e ? e : attach(w, now, STR(""), day);
}

/* A saved report -------------------------------------------------------------------------------------------------------- */

static void
row_text(const struct report *r, const struct report_row *row, const struct metric *const *all, size_t n, bool zh, struct buf *b)
{
	bool any = false;
	for (int i = 0; i < BY_COUNT && row != &r->rows[0]; i++)
		if (r->ask.by >> i & 1) {
			struct str s = report_by_text(r, row, i);
			buf_printf(b, "%s%.*s", any ? " " : "", STR_ARG(s));
			any = true;
		}
	if (row == &r->rows[0])
		buf_addz(b, zh ? "合计" : "Total");
	for (size_t i = 0; i < n; i++) {
		struct str name = text_of(r->arena, all[i], zh, &r->ask.rules);
		buf_printf(b, "%s%.*s ", i ? (zh ? "，" : ", ") : zh ? "：" : ": ", STR_ARG(name));
		figure_text(b, all[i]->unit, report_value(r, row, all[i]), zh);
	}
	buf_char(b, '\n');
}

static enum err
rows_text(struct writing *w, struct report *r, const struct design *d, struct buf *b)
{
	const struct metric *all[DESIGN_METRICS_MAX];
	struct str rest = d->metrics, key;
	size_t n = 0, *order, rows;
	enum err e = report_order(r, &order, &rows);
	if (e)
		return e;
	while (n < DESIGN_METRICS_MAX && str_split(&rest, ',', &key)) {
		all[n] = metric_find(key, &r->ask.rules);
		n += all[n] != NULL;
	}
	for (size_t i = 0; i < rows && i < ROWS_MAX; i++)
		row_text(r, &r->rows[order[i]], all, n, w->zh, b);
	if (rows > ROWS_MAX)
		buf_printf(b, w->zh ? "…… 另有 %zu 行\n" : "... %zu more\n", rows - ROWS_MAX);
	row_text(r, &r->rows[0], all, n, w->zh, b);
	return buf_err(b);
}

static enum err
design_write(struct writing *w)
{
	struct measure_rules rules;
	struct design d;
	struct design_fault f;
	struct report *r;
	struct buf b;
	int64_t today, from, to, shop = w->job.shop_id_set ? w->job.shop_id : 0;
	char first[11], last[11];
	enum err e = report_rules(w->rq->db, w->rq->now, &rules);
	if (!e)
		e = design_read(w->rq->arena, w->job.spec, &rules, &d, &f);
	if (e == ERR_BAD_FIELD)
		snprintf(w->why, 200, "%s: %s", f.field, w->zh ? f.zh : f.en);
	if (!e)
		e = design_today(w->rq, shop ? shop : d.shop_id, &today, NULL);
	if (e)
		return e;
	design_days_of(&d, today, &from, &to);
	e = design_make(w->rq, &d, from, to, shop, 0, 0, &r);
	if (e)
		return e == ERR_NOT_FOUND ? stop(w, "创建者已无权查看该店铺", "its owner no longer sees the shop") : e;
	date_print(from, first);
	date_print(to, last);
	buf_init(&b, 256 << 10);
	buf_printf(&b, "%.*s %s – %s\n\n", STR_ARG(w->job.name), first, last);
	e = rows_text(w, r, &d, &b);
	if (!e)
		e = text_put(w, &b);
	buf_free(&b);
	return e ? e : attach(w, r, d.metrics, last);
}

/* ----------------------------------------------------------------------------------------------------------------------- */

static enum err
line_write(struct writing *w, struct str text)
{
	struct buf b;
	buf_init(&b, ROBOT_TEXT_MAX + 1024);
	buf_printf(&b, "%.*s\n", STR_ARG(w->job.name));
	buf_add(&b, text);
	enum err e = text_put(w, &b);
	buf_free(&b);
	return e;
}

enum err
deliver_write(struct request *rq, int64_t job_id, struct outgoing *o, char why[200])
{
	struct writing w = { .rq = rq, .out = o, .why = why };
	enum err e = db_one(rq, &deliver_job_load, &(struct deliver_job_load_in){ job_id }, &w.job);
	if (e)
		return e;
	w.zh = !str_eqz(w.job.lang, "en");
	*o = (struct outgoing){ .job_id = job_id };
	room_put(o->channel, sizeof o->channel, w.job.channel);
	room_put(o->target, sizeof o->target, w.job.target);
	room_put(o->secret, sizeof o->secret, w.job.secret);
	room_put(o->subject, sizeof o->subject, w.job.name);
	e = owner_become(&w);
	if (e)
		return e;
	if (str_eqz(w.job.kind, "alert"))
		return line_write(&w, w.job.text);
	if (str_eqz(w.job.kind, "test"))
		return line_write(&w, w.zh ? STR("这是一条测试消息：推送已配置好。") : STR("This is a test: the delivery is set up."));
	return w.job.design_id_set ? design_write(&w) : digest_write(&w);
}
