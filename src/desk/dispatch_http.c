/* What sets the router to work: commits, sockets that come and go, and time. */
#include "desk/dispatch_state.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "contact/session.h"
#include "desk/dispatch_sql.h"
#include "team/settings.h"
#include "base/banned.h"

enum { SWEEP_MS = 15000, QUEUE_LOOK_MS = 500, SWEEP_MAX = 100 };

struct dispatch *
dispatch_of(struct request *rq)
{
	return app_state(rq->app, &desk_dispatch_feature);
}

bool
dispatch_is_present(const struct dispatch *d, int64_t person_id)
{
	for (size_t i = 0; i < d->present_count; i++)
		if (d->present[i] == person_id)
			return true;
	return false;
}

void
dispatch_present_set(struct dispatch *d, int64_t person_id, bool present)
{
	for (size_t i = 0; i < d->present_count; i++) {
		if (d->present[i] != person_id)
			continue;
		if (!present)
			d->present[i] = d->present[--d->present_count];
		return;
	}
	if (present && d->present_count < DISPATCH_PRESENT_MAX)
		d->present[d->present_count++] = person_id;
}

void
dispatch_suspect(struct dispatch *d, int64_t session_id)
{
	for (size_t i = 0; i < d->suspect_count; i++)
		if (d->suspects[i] == session_id)
			return;
	if (d->suspect_count < DISPATCH_SUSPECTS_MAX)
		d->suspects[d->suspect_count++] = session_id;
}

/* ---- commands, on WRITE lane 0 ---- */

static enum err
on_session(struct request *rq, const void *in)
{
	struct dispatch *d = dispatch_of(rq);
	enum err e = dispatch_ready(rq, d);
	if (!e)
		e = dispatch_session_load(rq, d, *(const int64_t *)in);
	/* What it has just seen may belong to a batch that fails. */
	dispatch_suspect(d, *(const int64_t *)in);
	return dispatch_run(rq, d, e);
}

static enum err
on_agent(struct request *rq, const void *in)
{
	struct dispatch *d = dispatch_of(rq);
	enum err e = dispatch_ready(rq, d);
	if (!e)
		e = dispatch_agents_load(rq, d, *(const int64_t *)in);
	return dispatch_run(rq, d, e);
}

static enum err
on_team(struct request *rq, const void *in)
{
	(void)in;
	struct dispatch *d = dispatch_of(rq);
	enum err e = dispatch_ready(rq, d);
	if (!e)
		e = dispatch_rules_load(rq, d);
	if (!e)
		e = dispatch_agents_load(rq, d, 0);
	return dispatch_run(rq, d, e);
}

static enum err
on_setting(struct request *rq, const void *in)
{
	(void)in;
	struct dispatch *d = dispatch_of(rq);
	dispatch_drop(d);
	enum err e = dispatch_ready(rq, d);
	return dispatch_run(rq, d, e);
}

struct presence {
	int64_t person_id;
	bool here;
};

static enum err
on_presence(struct request *rq, const void *in)
{
	const struct presence *p = in;
	struct dispatch *d = dispatch_of(rq);
	dispatch_present_set(d, p->person_id, p->here);
	enum err e = dispatch_ready(rq, d);
	if (!e)
		e = (p->here ? routing_agent_reconnect : routing_agent_disconnect)(d->router, p->person_id, rq->now);
	return dispatch_run(rq, d, e == ERR_NOT_FOUND ? OK : e);
}

static enum err
on_time(struct request *rq, const void *in)
{
	(void)in;
	struct dispatch *d = dispatch_of(rq);
	atomic_store(&d->queued, false);
	enum err e = dispatch_ready(rq, d);
	return dispatch_run(rq, d, e);
}

struct ids {
	int64_t list[SWEEP_MAX];
	size_t n;
};

static enum err
id_add(void *ctx, const void *row)
{
	struct ids *ids = ctx;
	if (ids->n < SWEEP_MAX)
		ids->list[ids->n++] = *(const int64_t *)row;
	return OK;
}

static enum err
close_silent(struct request *rq, const void *in)
{
	(void)in;
	struct ids silent = { .n = 0 };
	int64_t before = rq->now - setting_int(rq->app, SETTING_IDLE_CLOSE_MIN) * 60 * 1000;
	enum err e = db_each(rq, &dispatch_idle, &(struct dispatch_idle_in){ before }, id_add, &silent);
	for (size_t i = 0; !e && i < silent.n; i++)
		e = session_close(rq, &(struct session_closing){ .session_id = silent.list[i], .reason = "silent",
		    .invite = setting_on(rq->app, SETTING_RATING_INVITE) });
	return e;
}

/* ---- from other threads ---- */

static void
command(struct app *app, enum lane lane, enum err (*handler)(struct request *rq, const void *in), const void *in, size_t size)
{
	if (app_command(app, lane, handler, in, size) == OK)
		return;
	struct dispatch *d = app_state(app, &desk_dispatch_feature);
	atomic_store(&d->missed, true);
	LOG(LOG_WARN, "dispatch_late", LOG_TEXT("why", STR("the lane is full")));
}

static void
dispatch_committed(struct app *app, struct db *db, const struct event *events, size_t n)
{
	(void)db;
	for (size_t i = 0; i < n; i++) {
		const struct event *ev = &events[i];
		if (ev->kind == EVENT_SESSION && !ev->transient && ev->topics[0].kind == TOPIC_SHOP)
			command(app, LANE_WRITE, on_session, &ev->subject, sizeof ev->subject);
		else if (ev->kind == EVENT_AGENT_STATE)
			command(app, LANE_WRITE, on_agent, &ev->subject, sizeof ev->subject);
		else if (ev->kind == EVENT_TEAM)
			command(app, LANE_WRITE, on_team, NULL, 0);
		else if (ev->kind == EVENT_SETTING || ev->kind == EVENT_IMPORTED)
			command(app, LANE_WRITE, on_setting, NULL, 0);
	}
}

static void
dispatch_came(struct app *app, const struct caller *who, bool first)
{
	if (first && who->kind == CALLER_PERSON)
		command(app, LANE_WRITE, on_presence, &(struct presence){ who->person_id, true }, sizeof(struct presence));
}

static void
dispatch_gone(struct app *app, const struct caller *who, bool last)
{
	if (last && who->kind == CALLER_PERSON)
		command(app, LANE_WRITE, on_presence, &(struct presence){ who->person_id, false }, sizeof(struct presence));
}

static void
dispatch_tick(struct app *app, int64_t now)
{
	struct dispatch *d = app_state(app, &desk_dispatch_feature);
	if ((now >= atomic_load(&d->next_at) || atomic_load(&d->missed)) && !atomic_exchange(&d->queued, true)) {
		atomic_store(&d->next_at, now + DISPATCH_AGAIN_MS); /* until the run says when the next one is */
		if (app_command(app, LANE_WRITE, on_time, NULL, 0))
			atomic_store(&d->queued, false);
	}
	if (now >= d->swept_at + SWEEP_MS && setting_int(app, SETTING_IDLE_CLOSE_MIN) > 0) {
		d->swept_at = now;
		command(app, LANE_WRITE, close_silent, NULL, 0);
	}
	if (now >= d->told_at + QUEUE_LOOK_MS && atomic_load(&d->queue_moved)) {
		d->told_at = now;
		command(app, LANE_WRITE, dispatch_queue_due, NULL, 0);
	}
}

static enum err
dispatch_start(struct app *app, struct db *db)
{
	(void)db;
	struct dispatch *d = mem_new(1, sizeof *d);
	if (!d)
		return ERR_NO_MEMORY;
	app_state_set(app, &desk_dispatch_feature, d);
	return OK;
}

static void
dispatch_stop(struct app *app)
{
	struct dispatch *d = app_state(app, &desk_dispatch_feature);
	if (d)
		dispatch_drop(d);
	mem_free(d);
	app_state_set(app, &desk_dispatch_feature, NULL);
}

const struct feature desk_dispatch_feature = {
	.name = "dispatch",
	.start = dispatch_start,
	.tick = dispatch_tick,
	.committed = dispatch_committed,
	.socket_came = dispatch_came,
	.socket_gone = dispatch_gone,
	.stop = dispatch_stop,
};
