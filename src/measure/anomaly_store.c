#include "measure/anomaly_store.h"

#include <stdatomic.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "measure/anomaly.h"
#include "measure/anomaly_impl.h"
#include "measure/anomaly_sql.h"
#include "measure/report_feature.h"
#include "base/banned.h"

enum { HISTORY = 28, BACK = 14, AT_ONCE = 7, TICK_MS = 30000, WAY_MS = 300000, DAY_MS = 86400000, HOUR_MS = 3600000, KEPT_MAX = 300, ARENA = 256 << 20 };

/* What is watched. Keys may hold {n}. */
static const struct {
	const char *key;
	struct anomaly_watch watch;
	bool hour, day;
	int within; /* of the answer rates, which */
} watched[] = {
	{ "avg_reply_time", { ANOMALY_TIME, 1, 5 }, true, true, 0 },
	{ "answered_within_{n}", { ANOMALY_SHARE, -1, 8 }, true, true, 2 },
	{ "reply_rate", { ANOMALY_SHARE, -1, 10 }, false, true, 0 },
	{ "csat", { ANOMALY_SHARE, -1, 8 }, false, true, 0 },
	{ "session_num", { ANOMALY_COUNT, 0, 0 }, false, true, 0 },
};
enum { WATCHED = sizeof watched / sizeof *watched };

struct anomaly_state {
	atomic_int_fast64_t busy_until;
	atomic_bool again;     /* there is more to look at */
	int64_t looked_at;     /* loop */
};

/* One finding on its way to the write lane. */
struct kept {
	int64_t person_id;
	int hour;
	char metric[48];
	double value, usual, score, p, q;
	int64_t events, sessions, slow, most_open;
};
struct kept_day {
	int64_t shop_id;
	int32_t day;
	int64_t hours;
	size_t n;
	struct kept all[KEPT_MAX];
};

static void
idle(struct app *app)
{
	struct anomaly_state *s = app_state(app, &measure_anomaly_feature);
	atomic_store(&s->busy_until, 0);
}

/* Storing --------------------------------------------------------------------------------------------------------------- */

static enum err
day_store(struct request *rq, const void *in)
{
	const struct kept_day *k = in;
	enum err e = db_run(rq, &anomaly_clear, &(struct anomaly_clear_in){ k->shop_id, k->day }, NULL);
	for (size_t i = 0; !e && i < k->n; i++) {
		const struct kept *f = &k->all[i];
		struct anomaly_put_in row = { .id = new_id(rq), .kind = f->hour == ANOMALY_DAY ? STR("day") : STR("hour"), .shop_id = k->shop_id,
			.person_id = f->person_id, .day = k->day, .hour = f->hour, .metric = str_of(f->metric), .value = f->value, .usual = f->usual,
			.score = f->score, .p = f->p, .q = f->q, .events = f->events, .sessions = f->sessions, .slow = f->slow,
			.most_open = f->most_open };
		e = db_run(rq, &anomaly_put, &row, NULL);
	}
	if (!e)
		e = db_run(rq, &anomaly_done, &(struct anomaly_done_in){ k->shop_id, k->day, k->hours, rq->now }, NULL);
	return e;
}

/* Judging --------------------------------------------------------------------------------------------------------------- */

struct looking {
	struct request *rq;
	struct arena *arena;
	int64_t shop_id;
	int32_t today;
	int hour_now;          /* of the wall: not closed yet on today */
	const struct metric *metrics[WATCHED];
	char keys[WATCHED][48];
};

/* All findings of one day: what was looked at together. */
struct pool {
	struct anomaly_found *all;
	const struct report_row **rows;
	uint8_t *watch;
	size_t n;
};

static bool
row_counts(const struct looking *l, const struct report_row *row)
{
	if (row->agent == FACT_NONE)
		return false;
	if (row->hour == REPORT_NO_HOUR)
		return row->day < l->today;
	return row->day < l->today || row->hour != l->hour_now;
}

static struct anomaly_cell
cell_of(const struct report *r, const struct report_row *row, const struct metric *m)
{
	struct value v = report_value(r, row, m);
	int weekday = weekday_of_days(row->day);
	return (struct anomaly_cell){ row->agent, row->day, row->hour == REPORT_NO_HOUR ? ANOMALY_DAY : row->hour, weekday ? weekday : 7,
		                      v.pending ? 0 : v.sum, v.pending ? 0 : v.count };
}

static enum err
watch_judge(struct looking *l, struct report *r, int which, int32_t day, struct pool *pool)
{
	struct anomaly_cell *cells = arena_alloc(l->arena, (r->row_count + 1) * sizeof *cells);
	const struct report_row **rows = arena_alloc(l->arena, (r->row_count + 1) * sizeof(void *));
	size_t n = 0, found;
	if (!cells || !rows)
		return ERR_NO_MEMORY;
	for (size_t i = 1; i < r->row_count; i++) {
		if (!row_counts(l, &r->rows[i]) || r->rows[i].day > day || r->rows[i].day < day - HISTORY)
			continue;
		rows[n] = &r->rows[i];
		cells[n++] = cell_of(r, &r->rows[i], l->metrics[which]);
	}
	enum err e = anomaly_judge(l->arena, &watched[which].watch, cells, n, day, pool->all + pool->n, &found);
	for (size_t i = 0; !e && i < found; i++) {
		pool->rows[pool->n] = rows[pool->all[pool->n].cell];
		pool->watch[pool->n++] = (uint8_t)which;
	}
	return e;
}

static int64_t
figure(const struct report *r, const struct report_row *row, const char *key)
{
	const struct metric *m = metric_find(str_of(key), &r->ask.rules);
	struct value v = m ? report_value(r, row, m) : (struct value){ 0 };
	return v.set ? (int64_t)v.v : 0;
}

static void
pool_keep(struct looking *l, const struct report *r, const struct pool *pool, struct kept_day *k)
{
	for (size_t i = 0; i < pool->n && k->n < KEPT_MAX; i++) {
		const struct anomaly_found *f = &pool->all[i];
		const struct report_row *row = pool->rows[i];
		if (f->q > 0.05 || !f->matters)
			continue;
		struct kept *to = &k->all[k->n++];
		*to = (struct kept){ .person_id = r->people[row->agent].id, .hour = row->hour == REPORT_NO_HOUR ? ANOMALY_DAY : row->hour,
			.value = f->value, .usual = f->usual, .score = f->score, .p = f->p, .q = f->q,
			.events = report_value(r, row, l->metrics[pool->watch[i]]).count, .sessions = figure(r, row, "session_num"),
			.slow = figure(r, row, "slow_num"), .most_open = figure(r, row, "max_concurrent") };
		memcpy(to->metric, l->keys[pool->watch[i]], sizeof to->metric);
	}
}

static enum err
day_judge(struct looking *l, struct report *r, bool hourly, int32_t day, struct kept_day *k)
{
	size_t room = (r->row_count + 1) * WATCHED;
	struct arena_mark mark = arena_mark(l->arena);
	struct pool pool = { arena_alloc(l->arena, room * sizeof *pool.all), arena_alloc(l->arena, room * sizeof(void *)),
		             arena_alloc(l->arena, room), 0 };
	enum err e = pool.all && pool.rows && pool.watch ? OK : ERR_NO_MEMORY;
	for (int i = 0; !e && i < WATCHED; i++)
		if (l->metrics[i] && (hourly ? watched[i].hour : watched[i].day))
			e = watch_judge(l, r, i, day, &pool);
	if (!e)
		e = anomaly_fdr(l->arena, pool.all, pool.n);
	if (!e)
		pool_keep(l, r, &pool, k);
	arena_rewind(l->arena, mark);
	return e;
}

/* The figures of days, and of as much history as a report of that many rows can hold. */
static enum err
figures_make(struct looking *l, uint32_t by, int32_t first, int32_t last, struct report **ret)
{
	enum err e = ERR_TOO_LARGE;
	for (int history = HISTORY; e == ERR_TOO_LARGE && history >= 7; history /= 2) {
		struct report_ask a;
		char from[11], to[11];
		struct report *r = report_for(l->rq);
		date_print(first - history, from);
		date_print(last, to);
		e = r ? report_ask_start(l->rq, str_of(from), str_of(to), STR(""), &a) : ERR_NO_MEMORY;
		if (e)
			return e;
		a.by = by;
		a.shop_id = l->shop_id;
		e = report_make(l->rq->db, &a, r);
		*ret = r;
	}
	return e;
}

static void
metrics_choose(struct looking *l, const struct measure_rules *rules)
{
	for (int i = 0; i < WATCHED; i++)
		for (size_t k = 0; k < metrics_count && !l->metrics[i]; k++) {
			struct buf b;
			if (strcmp(metrics[k].key, watched[i].key) || (watched[i].within && metrics[k].within != watched[i].within))
				continue;
			buf_init(&b, sizeof l->keys[i] - 1);
			metric_text(&metrics[k], metrics[k].key, rules, &b);
			if (buf_err(&b) == OK)
				memcpy(l->keys[i], b.p, b.n);
			l->metrics[i] = &metrics[k];
			buf_free(&b);
		}
}

/* Choosing -------------------------------------------------------------------------------------------------------------- */

enum { PENDING_MAX = 512 };
struct pending {
	int32_t today;
	int64_t closed_now;       /* hours of today that are over */
	bool known[BACK + 1];     /* by today - day */
	int32_t days[PENDING_MAX];
	size_t n;
};

static enum err
pending_take(void *ctx, const void *row)
{
	struct pending *p = ctx;
	const struct anomaly_days_out *d = row;
	int64_t closed = d->day < p->today ? 24 : p->closed_now;
	if (d->day <= p->today && d->day >= p->today - BACK)
		p->known[p->today - d->day] = true;
	if (d->hours < closed && d->day <= p->today && p->n < PENDING_MAX)
		p->days[p->n++] = (int32_t)d->day;
	return OK;
}

/* Up to AT_ONCE days that lie together, the earliest first. */
static bool
pending_choose(struct pending *p, int32_t *ret_first, int32_t *ret_last)
{
	int32_t first = INT32_MAX;
	for (int back = BACK; back >= 0; back--)
		if (!p->known[back] && (back || p->closed_now > 0) && p->n < PENDING_MAX)
			p->days[p->n++] = p->today - back;
	for (size_t i = 0; i < p->n; i++)
		first = p->days[i] < first ? p->days[i] : first;
	if (first == INT32_MAX)
		return false;
	*ret_first = *ret_last = first;
	for (size_t i = 0; i < p->n; i++)
		if (p->days[i] < first + AT_ONCE && p->days[i] > *ret_last)
			*ret_last = p->days[i];
	return true;
}

static enum err
days_look(struct looking *l, int32_t first, int32_t last, int64_t closed_now)
{
	struct report *by_hour, *by_day;
	struct kept_day *k = arena_alloc(l->arena, sizeof *k);
	enum err e = k ? figures_make(l, BY_AGENT | BY_DAY | BY_HOUR, first, last, &by_hour) : ERR_NO_MEMORY;
	if (!e)
		e = figures_make(l, BY_AGENT | BY_DAY, first, last, &by_day);
	if (e)
		return e;
	metrics_choose(l, &by_hour->ask.rules);
	for (int32_t day = first; !e && day <= last; day++) {
		*k = (struct kept_day){ .shop_id = l->shop_id, .day = day, .hours = day < l->today ? 24 : closed_now };
		e = day_judge(l, by_hour, true, day, k);
		if (!e && day < l->today)
			e = day_judge(l, by_day, false, day, k);
		if (!e)
			e = app_command(l->rq->app, LANE_WRITE, day_store, k, sizeof *k);
	}
	return e;
}

static enum err
shop_look(struct request *rq, const struct anomaly_shops_out *shop, bool *ret_any)
{
	const struct zone *zone;
	struct pending *p = arena_alloc(rq->arena, sizeof *p);
	struct looking l = { .rq = rq, .shop_id = shop->id };
	int64_t day;
	int minute;
	int32_t first, last;
	enum err e = p ? zone_open(shop->timezone, &zone) : ERR_NO_MEMORY;
	if (e)
		return e;
	l.today = p->today = (int32_t)zone_business_day(zone, rq->now, (int)shop->cut_hour);
	p->closed_now = (rq->now - zone_instant(zone, p->today, (int)shop->cut_hour * 60)) / HOUR_MS;
	zone_local(zone, rq->now, &day, &minute);
	l.hour_now = minute / 60;
	e = db_each(rq, &anomaly_days, &(struct anomaly_days_in){ shop->id, p->today - BACK }, pending_take, p);
	if (e || !pending_choose(p, &first, &last))
		return e;
	*ret_any = true;
	l.arena = arena_new(ARENA);
	e = l.arena ? days_look(&l, first, last, p->closed_now) : ERR_NO_MEMORY;
	arena_free(l.arena);
	return e;
}

struct shop_row {
	struct shop_row *next;
	struct anomaly_shops_out row;
};
struct shop_list {
	struct arena *arena;
	struct shop_row *first, **end;
};

static enum err
shop_keep(void *ctx, const void *row)
{
	struct shop_list *s = ctx;
	struct shop_row *k = arena_alloc(s->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	k->row = *(const struct anomaly_shops_out *)row;
	k->row.timezone = arena_str(s->arena, k->row.timezone);
	*s->end = k;
	s->end = &k->next;
	return k->row.timezone.p ? OK : ERR_NO_MEMORY;
}

/* One shop's next days, then others get their turn on the lane. */
static enum err
look(struct request *rq, const void *in)
{
	struct anomaly_state *state = app_state(rq->app, &measure_anomaly_feature);
	struct shop_list s = { .arena = rq->arena };
	bool any = false;
	(void)in;
	s.end = &s.first;
	enum err e = db_each(rq, &anomaly_shops, NULL, shop_keep, &s);
	for (struct shop_row *k = s.first; !e && k && !any; k = k->next)
		e = shop_look(rq, &k->row, &any);
	if (e)
		LOG(LOG_WARN, "anomalies", LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(db_error(rq->db))));
	atomic_store(&state->again, any && !e);
	idle(rq->app);
	return OK;
}

static void
anomaly_tick(struct app *app, int64_t now)
{
	struct anomaly_state *s = app_state(app, &measure_anomaly_feature);
	if (now < atomic_load(&s->busy_until) || (now < s->looked_at + TICK_MS && !(atomic_load(&s->again) && now >= s->looked_at + 500)))
		return;
	s->looked_at = now;
	atomic_store(&s->again, false);
	atomic_store(&s->busy_until, now + WAY_MS);
	if (app_command(app, LANE_REPORT, look, NULL, 0))
		idle(app);
}

void
anomaly_wake(struct app *app)
{
	struct anomaly_state *s = app_state(app, &measure_anomaly_feature);
	if (s)
		atomic_store(&s->again, true);
}

/* An import may have changed any of the days that are looked at by themselves. */
static enum err
import_heard(struct request *rq, enum event_kind kind, int64_t subject, int64_t ref)
{
	(void)kind;
	(void)subject;
	(void)ref;
	anomaly_wake(rq->app);
	return db_run(rq, &anomaly_again_since, &(struct anomaly_again_since_in){ rq->now / DAY_MS - BACK - 1 }, NULL);
}

static enum err
anomaly_start(struct app *app, struct db *db)
{
	struct anomaly_state *s = mem_new(1, sizeof *s);
	(void)db;
	if (!s)
		return ERR_NO_MEMORY;
	app_state_set(app, &measure_anomaly_feature, s);
	return OK;
}

static void
anomaly_stop(struct app *app)
{
	mem_free(app_state(app, &measure_anomaly_feature));
	app_state_set(app, &measure_anomaly_feature, NULL);
}

static const struct consumer consumers[] = { { .name = "anomaly", .kinds = 1ULL << EVENT_IMPORTED, .handle = import_heard } };

const struct feature measure_anomaly_feature = { .name = "anomalies", CONSUMERS(consumers), .start = anomaly_start, .tick = anomaly_tick,
	                                         .stop = anomaly_stop };
