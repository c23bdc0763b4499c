#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "measure/store_feature.h"
#include "measure/store_sql.h"
#include "team/settings.h"
#include "base/banned.h"

enum { BUILD_MS = 200 };

struct resident {
	struct store *store;
	atomic_bool wanted, queued; /* there may be something to build; a command for it is on its way */
};

static struct resident *
resident_of(struct app *app)
{
	return app ? app_state(app, &measure_store_feature) : NULL;
}

struct store *
store_of(struct app *app)
{
	struct resident *r = resident_of(app);
	return r ? r->store : NULL;
}

static enum err
start(struct app *app, struct db *db)
{
	(void)db;
	struct resident *r = mem_new(1, sizeof *r);
	if (!r)
		return ERR_NO_MEMORY;
	enum err e = store_new((size_t)setting_int(app, SETTING_FACTS_MEMORY_MB) << 20, &r->store);
	if (e) {
		mem_free(r);
		return e;
	}
	atomic_init(&r->wanted, true);
	app_state_set(app, &measure_store_feature, r);
	return OK;
}

static void
stop(struct app *app)
{
	struct resident *r = resident_of(app);
	if (!r)
		return;
	app_state_set(app, &measure_store_feature, NULL);
	store_free(r->store);
	mem_free(r);
}

/* A slice at a time, so that the lane stays free for others. What fails is tried again when something happens. */
static enum err
build(struct request *rq, const void *in)
{
	struct resident *r = resident_of(rq->app);
	int64_t until = clock_now() + BUILD_MS;
	bool more = true;
	enum err e = OK;
	(void)in;
	while (!e && more && clock_now() < until)
		e = store_build_some(r->store, rq->db, clock_now(), &more);
	if (e)
		LOG(LOG_ERROR, "facts_not_built", LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(db_error(rq->db))));
	else if (more)
		atomic_store(&r->wanted, true);
	atomic_store(&r->queued, false);
	return OK;
}

static void
tick(struct app *app, int64_t now)
{
	struct resident *r = resident_of(app);
	(void)now;
	if (!r || atomic_load(&r->queued) || !atomic_exchange(&r->wanted, false))
		return;
	atomic_store(&r->queued, true);
	if (app_command(app, LANE_JOB, build, NULL, 0)) {
		atomic_store(&r->queued, false);
		atomic_store(&r->wanted, true);
	}
}

static enum err
consume(struct request *rq, enum event_kind kind, int64_t subject, int64_t ref)
{
	struct resident *r = resident_of(rq->app);
	if (!r)
		return OK;
	switch (kind) {
	case EVENT_IMPORTED:
		store_touch_world(r->store); /* it brings people and shops too */
		store_touch_span(r->store, subject, ref);
		break;
	case EVENT_TEAM:
	case EVENT_SETTING:
		store_touch_world(r->store);
		break;
	default:
		store_touch_session(r->store, subject, kind == EVENT_MESSAGE ? ref : 0);
		return OK;
	}
	atomic_store(&r->wanted, true);
	return OK;
}

static const struct consumer consumers[] = {
	{ .name = "facts",
	  .kinds = 1ULL << EVENT_MESSAGE | 1ULL << EVENT_SESSION | 1ULL << EVENT_SESSION_WAITING | 1ULL << EVENT_SESSION_CLOSED | 1ULL << EVENT_RATING |
	      1ULL << EVENT_TEAM | 1ULL << EVENT_SETTING | 1ULL << EVENT_IMPORTED,
	  .handle = consume },
};

/* What is there, and once all of it is, its sum: the same however it came to be. What is missing is left to the background. */
static enum err
facts_get(struct request *rq, const void *in)
{
	struct resident *r = resident_of(rq->app);
	struct store_stats stats;
	uint64_t sum = 0;
	(void)in;
	enum err e = r ? store_catch_up(r->store, rq->db, rq->now) : ERR_BUSY;
	if (e)
		return e;
	store_stats(r->store, &stats);
	if (!stats.ready)
		atomic_store(&r->wanted, true);
	else
		e = store_sum(r->store, rq->db, rq->now, &sum);
	if (e)
		return e;
	struct facts_out_out row = { .ready = stats.ready, .shops = stats.shops, .days = stats.days, .days_built = stats.days_built, .pairs = stats.pairs,
		                     .customers = stats.customers, .bytes = stats.bytes, .bytes_max = stats.bytes_max, .answered = stats.answered,
		                     .sum = stats.ready ? arena_printf(rq->arena, "%016llx", (unsigned long long)sum) : STR_NONE };
	if (stats.ready && !row.sum.p)
		return ERR_NO_MEMORY;
	row_write(&rq->w, &facts_out, &row);
	return OK;
}

static enum err
rebuild_post(struct request *rq, const void *in)
{
	struct resident *r = resident_of(rq->app);
	(void)in;
	if (!r)
		return ERR_BUSY;
	store_touch_all(r->store);
	atomic_store(&r->wanted, true);
	return OK;
}

static const struct route routes[] = {
	{ GET, "/api/v1/facts", PERM_SETTING_EDIT, LANE_REPORT, .out = &facts_out, .handler = facts_get,
	  .help = "The facts kept in memory for reports: days, contact pairs, bytes; ready: all days and all orders are there, and sum tells two builds apart (else null)" },
	{ POST, "/api/v1/facts/rebuild", PERM_SETTING_EDIT, LANE_REPORT, .handler = rebuild_post,
	  .help = "Forget the facts in memory and make them anew from the record, in the background" },
};

const struct feature measure_store_feature = { .name = "facts", ROUTES(routes), CONSUMERS(consumers), .start = start, .stop = stop, .tick = tick };
