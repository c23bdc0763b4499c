/*
 * Today so far beside the same span of its day a week ago. Both are the catalogue's figures over the record: today's from the resident facts,
 * last week's with nothing read that came after the same time of day. That one is the same for everybody of one scope and changes with the
 * minute, so it is kept: however many look on, the record of that day is read once a minute.
 */
#include <pthread.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/design_run.h"
#include "measure/pace_sql.h"
#include "measure/report_feature.h"
#include "base/banned.h"

enum { KEPT = 64, FIGURES_MAX = 16, MINUTE_MS = 60000, DAYS_BACK = 7 };

static const char *const keys[] = { "session_num", "agent_messages", "noreply_num", "first_reply_time", "avg_reply_time" };

struct figures {
	struct value v[FIGURES_MAX];
};
struct kept {
	int64_t person_id, group_id, until;
	enum scope scope;
	bool set;
	struct figures figures;
};
struct pace {
	pthread_mutex_t lock; /* over kept and next */
	struct kept kept[KEPT];
	size_t next;
};

/* The figures shown; which: at least FIGURES_MAX. */
static size_t
chosen(const struct measure_rules *rules, const struct metric **which)
{
	size_t n = 0;
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		which[n++] = metric_find(str_of(keys[k]), rules);
	for (size_t i = 0; i < metrics_count && n < FIGURES_MAX; i++)
		if (metrics[i].within == 1 || (metrics[i].within == 2 && rules->within_s[0] != rules->within_s[1]))
			which[n++] = &metrics[i];
	return n;
}

/* One day as the caller sees it; until 0: up to now. */
static enum err
day_make(struct request *rq, int64_t day, int64_t until, struct figures *ret)
{
	const struct metric *which[FIGURES_MAX];
	struct report_ask a;
	char date[11];
	struct buf names;
	struct report *r = report_for(rq);
	date_print(day, date);
	enum err e = r ? report_ask_start(rq, str_of(date), STR_NONE, STR_NONE, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	size_t n = chosen(&a.rules, which);
	buf_init(&names, 4096);
	for (size_t i = 0; i < n; i++) {
		buf_addz(&names, i ? "," : "");
		metric_text(which[i], which[i]->key, &a.rules, &names);
	}
	a.by = BY_SHOP;
	a.metrics = arena_str(rq->arena, buf_str(&names));
	a.until = until;
	a.now = until ? until : rq->now;
	e = buf_err(&names) ? buf_err(&names) : a.metrics.p ? report_make(rq->db, &a, r) : ERR_NO_MEMORY;
	buf_free(&names);
	for (size_t i = 0; !e && i < n; i++)
		ret->v[i] = report_value(r, &r->rows[0], which[i]);
	return e;
}

static bool
kept_is(const struct kept *k, const struct kept *key)
{
	return k->set && k->scope == key->scope && k->person_id == key->person_id && k->group_id == key->group_id && k->until == key->until;
}

/* Last week's, kept or made. */
static enum err
then_make(struct request *rq, int64_t day, int64_t until, struct figures *ret)
{
	struct pace *p = app_state(rq->app, &measure_pace_feature);
	bool all = rq->who.scope == SCOPE_ALL;
	struct kept key = { .person_id = all ? 0 : rq->who.person_id, .group_id = all ? 0 : rq->who.group_id, .until = until,
		            .scope = rq->who.scope, .set = true };
	bool found = false;
	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < KEPT && !found; i++) {
		found = kept_is(&p->kept[i], &key);
		if (found)
			*ret = p->kept[i].figures;
	}
	pthread_mutex_unlock(&p->lock);
	if (found)
		return OK;
	enum err e = day_make(rq, day, until, &key.figures);
	if (e)
		return e;
	pthread_mutex_lock(&p->lock);
	p->kept[p->next++ % KEPT] = key;
	pthread_mutex_unlock(&p->lock);
	*ret = key.figures;
	return OK;
}

static void
value_write(struct json_writer *w, const char *name, const struct value *v)
{
	jw_key(w, name);
	if (v->set && !v->pending)
		jw_real(w, v->v);
	else
		jw_null(w);
}

static struct str
rows_text(struct request *rq, const struct measure_rules *rules, const struct figures *now, const struct figures *then)
{
	const struct metric *which[FIGURES_MAX];
	size_t n = chosen(rules, which);
	struct json_text t;
	json_text_start(rq, &t);
	jw_array(&t.w);
	for (size_t i = 0; i < n; i++) {
		const struct metric *m = which[i];
		jw_object(&t.w);
		jw_member_text(&t.w, "key", report_metric_text(rq, m, m->key, rules));
		jw_member_text(&t.w, "name_zh", report_metric_text(rq, m, m->name_zh, rules));
		jw_member_text(&t.w, "name_en", report_metric_text(rq, m, m->name_en, rules));
		jw_member_text(&t.w, "definition_zh", report_metric_text(rq, m, m->definition_zh, rules));
		jw_member_text(&t.w, "definition_en", report_metric_text(rq, m, m->definition_en, rules));
		jw_member_text(&t.w, "unit", str_of(unit_name(m->unit)));
		jw_member_text(&t.w, "direction", str_of(direction_name(m->direction)));
		value_write(&t.w, "now", &now->v[i]);
		value_write(&t.w, "last_week", &then->v[i]);
		jw_end(&t.w);
	}
	jw_end(&t.w);
	return json_text_end(&t);
}

static enum err
pace_get(struct request *rq, const void *in)
{
	struct figures now, then;
	struct measure_rules rules;
	const struct zone *zone;
	char day_text[11], last_text[11];
	int64_t day;
	(void)in;
	enum err e = design_today(rq, 0, &day, &zone);
	if (e)
		return e;
	/* By the wall clock: over a change of summer time the same hour is the same hour. */
	int64_t last = day - DAYS_BACK, so_far = rq->now - zone_instant(zone, day, 0);
	int64_t until = (zone_instant(zone, last, 0) + so_far) / MINUTE_MS * MINUTE_MS;
	date_print(day, day_text);
	date_print(last, last_text);
	e = day_make(rq, day, 0, &now);
	if (!e)
		e = then_make(rq, last, until, &then);
	if (!e)
		e = report_rules(rq->db, rq->now, &rules);
	if (e)
		return e;
	struct str rows = rows_text(rq, &rules, &now, &then);
	if (!rows.p)
		return ERR_NO_MEMORY;
	row_write(&rq->w, &pace_out, &(struct pace_out_out){ rq->now, str_of(day_text), str_of(last_text), until, rows });
	return OK;
}

static enum err
pace_start(struct app *app, struct db *db)
{
	(void)db;
	struct pace *p = mem_new(1, sizeof *p);
	if (!p)
		return ERR_NO_MEMORY;
	pthread_mutex_init(&p->lock, NULL);
	app_state_set(app, &measure_pace_feature, p);
	return OK;
}

static void
pace_stop(struct app *app)
{
	struct pace *p = app_state(app, &measure_pace_feature);
	if (p)
		pthread_mutex_destroy(&p->lock);
	mem_free(p);
	app_state_set(app, &measure_pace_feature, NULL);
}

static const struct route routes[] = {
	{ GET, "/api/v1/board/pace", PERM_BOARD, LANE_REPORT, .out = &pace_out, .handler = pace_get,
	  .help = "Today so far beside the same span of its day a week ago, to the minute, within the own scope" },
};

const struct feature measure_pace_feature = { .name = "pace", ROUTES(routes), .start = pace_start, .stop = pace_stop };
