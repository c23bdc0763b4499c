#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <curl/curl.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "measure/deliver_feature.h"
#include "measure/deliver_impl.h"
#include "base/banned.h"

enum { LOOK_MS = 500, WAY_MS = 120000, STUCK_MS = 180000, MINUTE_MS = 60000, NEAR_LIMIT = ROBOT_A_MINUTE - 2 };

struct deliver {
	atomic_int_fast64_t busy_until; /* one job is on its way; should its way end nowhere, another starts after this */
	int64_t looked_at;              /* loop */
};

static void
idle(struct app *app)
{
	struct deliver *d = app_state(app, &measure_deliver_feature);
	atomic_store(&d->busy_until, 0);
}

static void
look_again(struct app *app, struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	idle(app);
}

bool
deliver_robot_find(struct str channel, enum robot *ret)
{
	static const char *const words[] = { "dingtalk", "feishu", "wecom" };
	for (int i = 0; i < 3; i++)
		if (str_eqz(channel, words[i])) {
			*ret = (enum robot)i;
			return true;
		}
	return false;
}

enum err
deliver_put(struct request *rq, int64_t delivery_id, const char *kind, struct str slot, struct str text, int64_t due_at)
{
	struct deliver_job_add_in in = { .id = new_id(rq), .delivery_id = delivery_id, .kind = str_of(kind), .slot = slot, .text = text,
		                         .due_at = due_at, .now = rq->now };
	return db_run(rq, &deliver_job_add, &in, NULL);
}

/* The end ------------------------------------------------------------------------------------------------------------------ */

static enum err
finish(struct request *rq, const void *in)
{
	static const char *const states[] = { "sent", "waiting", "failed", "stopped" };
	const struct deliver_finish *f = in;
	struct deliver_tries_out t;
	enum err e = db_one(rq, &deliver_tries, &(struct deliver_tries_in){ f->job_id }, &t);
	if (e == ERR_NOT_FOUND) /* deleted while it was on its way */
		return after_commit(rq, look_again, NULL);
	if (e)
		return e;
	enum deliver_end end = f->end == DELIVER_AGAIN && t.tries >= DELIVER_TRIES ? DELIVER_REFUSED : f->end;
	struct deliver_job_finish_in job = { .job_id = f->job_id, .state = str_of(states[end]), .error = str_of(f->error),
		                             .due_at = end == DELIVER_AGAIN ? rq->now + deliver_backoff(t.tries) : rq->now,
		                             .finished_at_set = end != DELIVER_AGAIN, .finished_at = rq->now };
	struct deliver_result_in result = { .delivery_id = t.delivery_id, .at = rq->now, .state = str_of(states[end]), .error = str_of(f->error),
		                            .stop = end == DELIVER_STOPPED };
	e = db_run(rq, &deliver_job_finish, &job, NULL);
	if (!e)
		e = db_run(rq, &deliver_result, &result, NULL);
	if (end != DELIVER_SENT)
		LOG(LOG_WARN, "delivery", LOG_INT("job", f->job_id), LOG_INT("tries", t.tries), LOG_TEXT("state", job.state), LOG_TEXT("why", job.error));
	return e ? e : after_commit(rq, look_again, NULL);
}

static void
finish_ask(struct app *app, int64_t job_id, enum deliver_end end, const char *why)
{
	struct deliver_finish f = { .job_id = job_id, .end = end };
	snprintf(f.error, sizeof f.error, "%s", why);
	/* Refused by a full lane: the job stays as "sending" and is taken up again. */
	if (app_command(app, LANE_WRITE, finish, &f, sizeof f))
		idle(app);
}

/* The way ------------------------------------------------------------------------------------------------------------------ */

static enum err
send_it(struct request *rq, const void *in)
{
	const struct outgoing *o = in;
	char why[200] = "";
	enum deliver_end end = deliver_send(rq->app, rq->arena, o, rq->now, why);
	finish_ask(rq->app, o->job_id, end, why);
	return OK;
}

static enum err
write_it(struct request *rq, const void *in)
{
	int64_t job_id = *(const int64_t *)in;
	char why[200] = "";
	struct outgoing *o = arena_alloc(rq->arena, sizeof *o);
	enum err e = o ? deliver_write(rq, job_id, o, why) : ERR_NO_MEMORY;
	if (!e)
		e = app_command(rq->app, LANE_JOB, send_it, o, sizeof *o);
	if (!e)
		return OK;
	if (!why[0])
		snprintf(why, sizeof why, "%s", err_text(e, "en"));
	finish_ask(rq->app, job_id, e == ERR_FORBIDDEN ? DELIVER_STOPPED : e == ERR_BAD_FIELD ? DELIVER_REFUSED : DELIVER_AGAIN, why);
	return OK;
}

static void
write_ask(struct app *app, struct db *db, void *arg)
{
	(void)db;
	if (app_command(app, LANE_REPORT, write_it, arg, sizeof(int64_t)))
		idle(app);
}

/* Taking one -------------------------------------------------------------------------------------------------------------- */

struct slot {
	struct slot *next;
	struct deliver_slots_out row;
};
struct slots {
	struct arena *arena;
	struct slot *first;
};

static enum err
slot_keep(void *ctx, const void *row)
{
	struct slots *s = ctx;
	struct slot *k = arena_alloc(s->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	k->row = *(const struct deliver_slots_out *)row;
	k->row.schedule = arena_str(s->arena, k->row.schedule);
	k->row.timezone = arena_str(s->arena, k->row.timezone);
	k->next = s->first;
	s->first = k;
	return k->row.schedule.p && k->row.timezone.p ? OK : ERR_NO_MEMORY;
}

/* Slots that passed while nobody was there are one. */
static enum err
slot_take(struct request *rq, const struct deliver_slots_out *row)
{
	struct schedule s;
	struct deliver_fault f;
	const struct zone *zone;
	enum err e = schedule_read(rq->arena, row->schedule, &s, &f);
	if (!e)
		e = zone_open(row->timezone, &zone);
	if (e)
		return e;
	struct str slot = arena_printf(rq->arena, "at %lld", (long long)row->next_at);
	e = slot.p ? deliver_put(rq, row->id, "scheduled", slot, STR(""), rq->now) : ERR_NO_MEMORY;
	if (e)
		return e;
	return db_run(rq, &deliver_next_set, &(struct deliver_next_set_in){ row->id, schedule_next(&s, zone, rq->now) }, NULL);
}

static enum err
slots_take(struct request *rq)
{
	struct slots s = { .arena = rq->arena };
	enum err e = db_each(rq, &deliver_slots, &(struct deliver_slots_in){ .now = rq->now }, slot_keep, &s);
	for (struct slot *k = s.first; !e && k; k = k->next)
		e = slot_take(rq, &k->row);
	return e;
}

/* Robots take so many a minute; alerts of a minute are one message. ret_due: when this one may go (now: at once). */
static enum err
due_of(struct request *rq, const struct deliver_job_next_out *job, int64_t *ret_due)
{
	struct deliver_target_last_out last;
	enum robot kind;
	*ret_due = rq->now;
	enum err e = db_one(rq, &deliver_target_last, &(struct deliver_target_last_in){ job->target, rq->now - MINUTE_MS }, &last);
	if (e)
		return e;
	if (deliver_robot_find(job->channel, &kind) && last.n >= NEAR_LIMIT && last.first_at_set)
		*ret_due = last.first_at + MINUTE_MS + 1;
	if (str_eqz(job->kind, "alert") && last.alert_at_set && last.alert_at + ALERT_APART_MS > *ret_due)
		*ret_due = last.alert_at + ALERT_APART_MS;
	return OK;
}

struct joining {
	struct buf *text;
	int64_t upto;
};

static enum err
alert_join(void *ctx, const void *row)
{
	struct joining *j = ctx;
	const struct deliver_alerts_waiting_out *k = row;
	if (j->text->n + k->text.n + 1 > ROBOT_TEXT_MAX)
		return OK;
	buf_char(j->text, '\n');
	buf_add(j->text, k->text);
	j->upto = k->id;
	return OK;
}

/* What else waits for the same ears goes along. */
static enum err
alerts_join(struct request *rq, const struct deliver_job_next_out *job, struct str *ret_text)
{
	struct buf b;
	buf_init(&b, ROBOT_TEXT_MAX + 4096);
	buf_add(&b, job->text);
	struct joining j = { &b, 0 };
	enum err e = db_each(rq, &deliver_alerts_waiting, &(struct deliver_alerts_waiting_in){ job->delivery_id, job->id }, alert_join, &j);
	if (!e)
		e = buf_err(&b);
	if (!e && j.upto)
		e = db_run(rq, &deliver_joined, &(struct deliver_joined_in){ job->delivery_id, job->id, j.upto, rq->now }, NULL);
	*ret_text = arena_str(rq->arena, buf_str(&b));
	buf_free(&b);
	return e ? e : ret_text->p ? OK : ERR_NO_MEMORY;
}

static enum err
job_take(struct request *rq, const struct deliver_job_next_out *job)
{
	int64_t due, *id = arena_alloc(rq->arena, sizeof *id);
	struct str text = job->text;
	enum err e = id ? due_of(rq, job, &due) : ERR_NO_MEMORY;
	if (e)
		return e;
	if (due > rq->now) {
		e = db_run(rq, &deliver_postpone, &(struct deliver_postpone_in){ job->id, due }, NULL);
		return e ? e : after_commit(rq, look_again, NULL);
	}
	if (str_eqz(job->kind, "alert") && job->tries == 0)
		e = alerts_join(rq, job, &text);
	if (!e)
		e = db_run(rq, &deliver_claim_set, &(struct deliver_claim_set_in){ job->id, text, rq->now }, NULL);
	*id = job->id;
	return e ? e : after_commit(rq, write_ask, id);
}

static enum err
claim_do(struct request *rq)
{
	struct deliver_job_next_out job;
	enum err e = slots_take(rq);
	if (!e)
		e = db_run(rq, &deliver_unstick, &(struct deliver_unstick_in){ rq->now - STUCK_MS }, NULL);
	if (!e)
		e = db_one(rq, &deliver_job_next, &(struct deliver_job_next_in){ rq->now }, &job);
	if (e == ERR_NOT_FOUND)
		return after_commit(rq, look_again, NULL);
	return e ? e : job_take(rq, &job);
}

static enum err
claim(struct request *rq, const void *in)
{
	(void)in;
	enum err e = claim_do(rq);
	if (e) {
		LOG(LOG_ERROR, "delivery_queue", LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(db_error(rq->db))));
		idle(rq->app);
	}
	return e;
}

/* Looking --------------------------------------------------------------------------------------------------------------- */

static enum err
look(struct request *rq, const void *in)
{
	struct deliver_due_out row;
	(void)in;
	enum err e = db_one(rq, &deliver_due, &(struct deliver_due_in){ .now = rq->now }, &row);
	if (e || !row.due || app_command(rq->app, LANE_WRITE, claim, NULL, 0))
		idle(rq->app);
	return e;
}

static void
deliver_tick(struct app *app, int64_t now)
{
	struct deliver *d = app_state(app, &measure_deliver_feature);
	if (now < d->looked_at + LOOK_MS || now < atomic_load(&d->busy_until))
		return;
	d->looked_at = now;
	atomic_store(&d->busy_until, now + WAY_MS);
	if (app_command(app, LANE_READ, look, NULL, 0))
		idle(app);
}

/* What was on its way when the server ended goes again. */
static enum err
deliver_start(struct app *app, struct db *db)
{
	struct deliver *d = mem_new(1, sizeof *d);
	if (!d)
		return ERR_NO_MEMORY;
	app_state_set(app, &measure_deliver_feature, d);
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return ERR_INTERNAL;
	return query_run(db, &deliver_unstick, &(struct deliver_unstick_in){ INT64_MAX }, NULL);
}

static void
deliver_stop(struct app *app)
{
	mem_free(app_state(app, &measure_deliver_feature));
	app_state_set(app, &measure_deliver_feature, NULL);
	curl_global_cleanup();
}

const struct feature measure_deliver_feature = { .name = "deliveries", .start = deliver_start, .tick = deliver_tick, .stop = deliver_stop };
