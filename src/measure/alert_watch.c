/* Every second, where there is a rule: the figures, what changed, one line of the log, the page and the robot. */
#include <stdatomic.h>
#include <stdio.h>

#include "base/log.h"
#include "base/mem.h"
#include "measure/alert.h"
#include "measure/alert_feature.h"
#include "measure/alert_sql.h"
#include "measure/deliver_impl.h"
#include "measure/design_run.h"
#include "base/banned.h"

enum { EVERY_MS = 1000, WAY_MS = 60000, RULES_MAX = 200, ROUNDS_LEAST = 5, LINE_MAX = 400 };

struct watched {
	int64_t id, shop_id, group_id; /* 0: none */
	char metric[24];
	struct alert_state state;
};
struct watch {
	atomic_int_fast64_t busy_until;
	int64_t looked_at;                 /* loop */
	struct watched rules[RULES_MAX];   /* by whoever holds busy_until */
	size_t n;
};

struct change {
	int64_t rule_id, owner_id, delivery_id, shop_id, value, worst, threshold;
	bool fires, in_page, has_delivery;
	char metric[24], line_zh[LINE_MAX], line_en[LINE_MAX];
};

static void
idle(struct app *app)
{
	struct watch *w = app_state(app, &measure_alert_feature);
	atomic_store(&w->busy_until, 0);
}

/* Telling --------------------------------------------------------------------------------------------------------------- */

static struct str
event_data(struct request *rq, const struct change *c)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_int(&t.w, "alert_id", c->rule_id);
	jw_member_text(&t.w, "metric", str_of(c->metric));
	jw_member_bool(&t.w, "firing", c->fires);
	jw_member_int(&t.w, "value", c->value);
	jw_member_int(&t.w, "threshold", c->threshold);
	jw_member_int(&t.w, "since", rq->now);
	jw_member_text(&t.w, "text_zh", str_of(c->line_zh));
	jw_member_text(&t.w, "text_en", str_of(c->line_en));
	jw_end(&t.w);
	return json_text_end(&t);
}

static enum err
change_store(struct request *rq, const void *in)
{
	const struct change *c = in;
	int64_t changed = 0;
	enum err e = c->fires ? db_run(rq, &alert_open, &(struct alert_open_in){ new_id(rq), c->rule_id, str_of(c->metric), rq->now, c->value }, &changed)
	                      : db_run(rq, &alert_close, &(struct alert_close_in){ c->rule_id, rq->now, c->worst }, &changed);
	if (e || !changed) /* the rule is gone, or this is known */
		return e;
	LOG(LOG_INFO, c->fires ? "alert" : "alert_ends", LOG_INT("rule", c->rule_id), LOG_TEXT("metric", str_of(c->metric)),
	    LOG_INT("value", c->value));
	if (c->fires && c->has_delivery) {
		struct str slot = arena_printf(rq->arena, "alert %lld %lld", (long long)c->rule_id, (long long)rq->now);
		e = slot.p ? deliver_put(rq, c->delivery_id, "alert", slot, str_of(c->line_zh), rq->now + ALERT_GATHER_MS) : ERR_NO_MEMORY;
	}
	struct str data = c->in_page ? event_data(rq, c) : STR_NONE;
	if (e || !data.p)
		return e;
	struct event ev = { .kind = EVENT_ALERT, .subject = c->rule_id, .transient = true, .data = data,
		            .topics = { { TOPIC_BOARD, 0 }, { TOPIC_BOARD, c->owner_id }, { TOPIC_PERSON, c->owner_id } } };
	return emit(rq, &ev);
}

/* Looking --------------------------------------------------------------------------------------------------------------- */

static bool
figure_of(const struct alert_figures_out *f, int64_t now, int64_t *ret)
{
	if (str_eqz(f->metric, "waiting"))
		*ret = f->waiting;
	else if (str_eqz(f->metric, "longest_wait_s"))
		*ret = f->oldest_at_set ? (now - f->oldest_at) / 1000 : 0;
	else if (str_eqz(f->metric, "open_per_agent"))
		*ret = f->online ? f->open / f->online : f->open;
	else
		*ret = f->rounds ? f->within * 100 / f->rounds : 0;
	return !str_eqz(f->metric, "answered_within") || f->rounds >= ROUNDS_LEAST;
}

static void
lines_write(struct change *c, const struct alert_figures_out *f)
{
	static const char *const words[][3] = { { "waiting", "排队人数", "waiting" }, { "longest_wait_s", "最长等待（秒）", "longest wait (s)" },
		                                { "open_per_agent", "人均进行中会话", "open chats per agent" },
		                                { "answered_within", "30 秒应答率（%）", "answered within 30 s (%)" } };
	int i = 0;
	while (i < 3 && !str_eqz(f->metric, words[i][0]))
		i++;
	struct str where = f->group_name.n ? f->group_name : f->shop_name;
	bool above = str_eqz(f->op, "above");
	snprintf(c->metric, sizeof c->metric, "%s", words[i][0]);
	snprintf(c->line_zh, sizeof c->line_zh, "%s%.*s%s%s %lld，阈值%s %lld", c->fires ? "预警：" : "恢复：", STR_ARG(where),
	         where.n ? " " : "", words[i][1], (long long)c->value, above ? "高于" : "低于", (long long)f->threshold);
	snprintf(c->line_en, sizeof c->line_en, "%s: %.*s%s%s %lld, threshold %s %lld", c->fires ? "Alert" : "Over", STR_ARG(where),
	         where.n ? " " : "", words[i][2], (long long)c->value, above ? "above" : "below", (long long)f->threshold);
}

static void
watched_as(struct watched *w, const struct alert_figures_out *f)
{
	w->shop_id = f->shop_id_set ? f->shop_id : 0;
	w->group_id = f->group_id_set ? f->group_id : 0;
	snprintf(w->metric, sizeof w->metric, "%.*s", STR_ARG(f->metric));
}

/* The rule was changed: it looks at another figure, or another place. */
static bool
watched_otherwise(const struct watched *w, const struct alert_figures_out *f)
{
	return w->shop_id != (f->shop_id_set ? f->shop_id : 0) || w->group_id != (f->group_id_set ? f->group_id : 0) || !str_eqz(f->metric, w->metric);
}

/* A rule seen first takes over what the log says: an alert that was open when the server ended goes on. */
static struct watched *
watched_of(struct watch *w, const struct alert_figures_out *f)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->rules[i].id == f->id)
			return &w->rules[i];
	if (w->n == RULES_MAX)
		return NULL;
	struct watched *n = &w->rules[w->n++];
	*n = (struct watched){ .id = f->id, .state = { .firing = f->open_id_set, .worst = f->open_worst_set ? f->open_worst : 0 } };
	watched_as(n, f);
	return n;
}

struct looking {
	struct request *rq;
	struct watch *watch;
	bool seen[RULES_MAX];
};

/* False: the lane is full, and the next second says it again. */
static bool
change_tell(struct request *rq, const struct alert_figures_out *f, int64_t value, int64_t worst, bool fires)
{
	struct change c = { .rule_id = f->id, .owner_id = f->owner_id, .has_delivery = f->delivery_id_set, .delivery_id = f->delivery_id,
		            .shop_id = f->shop_id_set ? f->shop_id : 0, .value = value, .worst = worst, .threshold = f->threshold, .fires = fires,
		            .in_page = f->in_page };
	lines_write(&c, f);
	return app_command(rq->app, LANE_WRITE, change_store, &c, sizeof c) == OK;
}

static enum err
rule_look(void *ctx, const void *row)
{
	struct looking *l = ctx;
	const struct alert_figures_out *f = row;
	struct watched *w = watched_of(l->watch, f);
	int64_t value = 0;
	if (!w)
		return OK;
	l->seen[w - l->watch->rules] = true;
	/* What fired for the earlier figure is over with it. */
	if (watched_otherwise(w, f)) {
		if (w->state.firing && !change_tell(l->rq, f, w->state.worst, w->state.worst, false))
			return OK;
		w->state = (struct alert_state){ 0 };
		watched_as(w, f);
	}
	const struct alert_rule rule = { str_eqz(f->op, "above"), f->threshold, f->hold_s };
	bool set = figure_of(f, l->rq->now, &value);
	struct alert_state before = w->state;
	enum alert_change what = alert_step(&rule, &w->state, set, value, l->rq->now);
	if (what == ALERT_NOTHING)
		return OK;
	if (!change_tell(l->rq, f, value, w->state.worst, what == ALERT_FIRES))
		w->state = before;
	return OK;
}

/* Rules that are gone are forgotten. */
static void
forget(struct looking *l)
{
	size_t kept = 0;
	for (size_t i = 0; i < l->watch->n; i++)
		if (l->seen[i])
			l->watch->rules[kept++] = l->watch->rules[i];
	l->watch->n = kept;
}

static enum err
look(struct request *rq, const void *in)
{
	struct watch *w = app_state(rq->app, &measure_alert_feature);
	struct alert_count_out count;
	struct looking l = { .rq = rq, .watch = w };
	const struct zone *zone;
	int64_t day;
	(void)in;
	enum err e = db_one(rq, &alert_count, NULL, &count);
	if (!e && count.n) {
		e = design_today(rq, 0, &day, &zone);
		if (!e)
			e = db_each(rq, &alert_figures, &(struct alert_figures_in){ rq->now, zone_instant(zone, day, 0) }, rule_look, &l);
	}
	if (!e)
		forget(&l);
	idle(rq->app);
	return e;
}

static void
alert_tick(struct app *app, int64_t now)
{
	struct watch *w = app_state(app, &measure_alert_feature);
	if (now < w->looked_at + EVERY_MS || now < atomic_load(&w->busy_until))
		return;
	w->looked_at = now;
	atomic_store(&w->busy_until, now + WAY_MS);
	if (app_command(app, LANE_READ, look, NULL, 0))
		idle(app);
}

static enum err
alert_start(struct app *app, struct db *db)
{
	struct watch *w = mem_new(1, sizeof *w);
	(void)db;
	if (!w)
		return ERR_NO_MEMORY;
	app_state_set(app, &measure_alert_feature, w);
	return OK;
}

static void
alert_stop(struct app *app)
{
	mem_free(app_state(app, &measure_alert_feature));
	app_state_set(app, &measure_alert_feature, NULL);
}

const struct feature measure_alert_feature = { .name = "alerts", .start = alert_start, .tick = alert_tick, .stop = alert_stop };
