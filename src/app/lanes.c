/* The lanes: threads that own database connections. See ARCHITECTURE.md, "The flow". */
#include "app/internal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/app_sql.h"
#include "app/metrics.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/banned.h"

enum { INBOX_MAX = 65536, REPORT_MAX = 32, RETRIES = 4, WAL_TRUNCATE_BYTES = 256 << 20, WAL_CHECKPOINT_BYTES = 96 << 20, REPORT_MS = 20000 };

/* A disk that fails to keep what it was given cannot be reasoned with: stop, and recover at the next start. */
static void
fatal_check(struct app *app, enum err e, struct db *db)
{
	if (e != ERR_FSYNC)
		return;
	LOG(LOG_ERROR, "disk_failed", LOG_TEXT("why", str_of(db_error(db))));
	(void)app;
	_exit(70);
}

static enum err
input_once(struct command *c)
{
	return c->in || !c->rq.route ? OK : input_build(c);
}

static void
hooks_run(struct command *c, struct db *db)
{
	for (struct hook *h = c->work.hooks; h; h = h->next)
		h->fn(c->rq.app, db, h->arg);
}

/* Features that follow the record in memory hear of each commit on the lane that made it. */
static void
features_tell(struct app *app, struct db *db, struct command *c)
{
	for (const struct kept_event *k = c->work.events; k; k = k->next)
		for (size_t f = 0; f < all_features_count; f++)
			if (all_features[f]->committed)
				all_features[f]->committed(app, db, &k->ev, 1);
}

static void
command_committed(struct command *c, struct db *db)
{
	hooks_run(c, db);
	features_tell(c->rq.app, db, c);
	const struct kept_event *events = c->work.events;
	bool stored = false;
	for (const struct kept_event *k = events; k; k = k->next)
		stored |= k->pos != 0;
	/* The reply goes first: an acknowledgement is awaited by somebody. */
	struct arena *arena = c->rq.arena;
	struct app *app = c->rq.app;
	c->rq.arena = NULL;
	command_answer(c);
	events_publish(app, events);
	arena_free(arena);
	if (stored)
		consumers_wake(app);
}

static void
command_failed(struct command *c, enum err e)
{
	c->work.events = NULL;
	if (e == ERR_DISK_FULL && c->rq.route && c->rq.route->when_full) {
		buf_clear(&c->headers);
		e = c->rq.route->when_full(&c->rq);
	}
	c->err = e;
	command_answer(c);
}

static enum err
commit_timed(struct lane_thread *lane, size_t n)
{
	int64_t began = clock_us();
	enum err e = db_commit(lane->db);
	metrics_commit(lane->app, clock_us() - began);
	metrics_batch(lane->app, n);
	return e;
}

/* One command in a transaction of its own; again when the database says that it was only busy, and what nobody else would ask again. */
static void
command_alone(struct lane_thread *lane, struct command *c)
{
	enum err e = OK;
	for (int i = 0; i < RETRIES; i++) {
		command_reset(c);
		e = input_once(c);
		if (!e)
			e = c->lazy ? db_begin_lazy(lane->db) : db_begin(lane->db);
		if (!e)
			e = command_run(c, lane->db);
		if (!e)
			e = commit_timed(lane, 1);
		if (!e) {
			command_committed(c, lane->db);
			return;
		}
		db_rollback(lane->db);
		fatal_check(lane->app, e, lane->db);
		if (e != ERR_BUSY && c->from != FROM_INSIDE)
			break;
	}
	command_failed(c, e);
}

/* Runs each command in a savepoint. Returns OK when the transaction is still good; failed ones carry their error. */
static enum err
batch_run(struct lane_thread *lane, struct command **batch, size_t n)
{
	enum err e = db_begin(lane->db);
	for (size_t i = 0; !e && i < n; i++) {
		struct command *c = batch[i];
		command_reset(c);
		c->err = input_once(c);
		if (c->err)
			continue;
		e = db_savepoint(lane->db);
		if (e)
			break;
		c->err = command_run(c, lane->db);
		if (db_broken(lane->db))
			return c->err ? c->err : ERR_DB;
		e = c->err ? db_savepoint_rollback(lane->db) : db_savepoint_release(lane->db);
	}
	return e ? e : commit_timed(lane, n);
}

static void
batch_serve(struct lane_thread *lane, struct command **batch, size_t n)
{
	if (n == 1) {
		command_alone(lane, batch[0]);
		return;
	}
	enum err e = batch_run(lane, batch, n);
	if (e) {
		/* Nothing of it was stored; the innocent must not pay for the one at fault. */
		db_rollback(lane->db);
		fatal_check(lane->app, e, lane->db);
		for (size_t i = 0; i < n; i++)
			command_alone(lane, batch[i]);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (batch[i]->err && batch[i]->from == FROM_INSIDE)
			command_alone(lane, batch[i]);
		else if (batch[i]->err)
			command_failed(batch[i], batch[i]->err);
		else
			command_committed(batch[i], lane->db);
}

static struct command *
inside_new(struct app *app, enum err (*handler)(struct request *rq, const void *in), const void *in, size_t size)
{
	struct command *c = command_new(app, FROM_INSIDE);
	if (!c)
		return NULL;
	c->handler = handler;
	c->in = arena_alloc(c->rq.arena, size + 1);
	c->rq.who.kind = CALLER_SYSTEM;
	c->rq.who.scope = SCOPE_ALL;
	if (!c->in) {
		command_free(c);
		return NULL;
	}
	if (size)
		memcpy(c->in, in, size);
	return c;
}

/* With no memory for it now, the next wake brings it. */
static void
consumers_serve(struct lane_thread *lane)
{
	struct command *c = atomic_load(&lane->app->disk_low) ? NULL : inside_new(lane->app, consumers_run, NULL, 0);
	if (!c) {
		atomic_store(&lane->app->consumers_wanted, false);
		return;
	}
	c->lazy = true;
	command_alone(lane, c);
}

static void
checkpoint(struct lane_thread *lane, bool truncate)
{
	enum err e = db_checkpoint(lane->db, truncate);
	fatal_check(lane->app, e, lane->db);
	if (e && e != ERR_BUSY)
		LOG(LOG_WARN, "checkpoint", LOG_TEXT("why", str_of(db_error(lane->db))));
}

/* Most of the log is checked in beside the write lane, which then only has what came meanwhile: the log can begin anew. */
static void
fold_main(void *arg)
{
	struct lane_thread *lane = arg;
	void *asked;
	while (mailbox_take(lane->inbox, &asked, 1, -1) > 0) {
		checkpoint(lane, false);
		atomic_store(&lane->app->log_folded, true);
	}
}

static void
wal_tend(struct lane_thread *lane)
{
	if (atomic_exchange(&lane->app->log_folded, false)) {
		lane->folding = false;
		checkpoint(lane, db_wal_bytes(lane->db) > WAL_TRUNCATE_BYTES);
	} else if (!lane->folding && db_wal_fresh(lane->db) >= WAL_CHECKPOINT_BYTES) {
		lane->folding = mailbox_put(lane->app->fold.inbox, lane);
	}
}

static size_t
refuse_when_full(struct app *app, struct command **batch, size_t n)
{
	if (!atomic_load(&app->disk_low))
		return n;
	for (size_t i = 0; i < n; i++)
		command_failed(batch[i], ERR_DISK_FULL);
	return 0;
}

static void
write_main(void *arg)
{
	struct lane_thread *lane = arg;
	struct command *batch[BATCH_MAX];
	while (!mailbox_ended(lane->inbox)) {
		int wait = lane->index == 0 ? consumers_wait_ms(lane->app) : -1;
		size_t n = mailbox_take(lane->inbox, (void **)batch, BATCH_MAX, wait);
		n = refuse_when_full(lane->app, batch, n);
		if (lane->app->kind == DB_SQLITE && n)
			batch_serve(lane, batch, n);
		else
			for (size_t i = 0; i < n; i++)
				command_alone(lane, batch[i]);
		if (wait == 0)
			consumers_serve(lane);
		wal_tend(lane);
	}
}

static void
read_serve(struct lane_thread *lane, struct command *c)
{
	command_reset(c);
	enum err e = input_once(c);
	/* One snapshot for all that a handler reads; it ends with the request. */
	if (!e && (e = db_begin(lane->db)))
		metrics_database_failed(lane->app);
	if (!e)
		e = command_run(c, lane->db);
	db_rollback(lane->db);
	if (e)
		command_failed(c, e);
	else
		command_committed(c, lane->db);
}

static void
job_serve(struct lane_thread *lane, struct command *c)
{
	if (!c->rq.route || !c->rq.route->prepare || c->prepared) {
		read_serve(lane, c);
		return;
	}
	command_reset(c);
	c->rq.db = lane->db;
	enum err e = input_once(c);
	if (!e)
		e = c->rq.route->prepare(&c->rq, c->in);
	c->rq.db = NULL;
	c->prepared = true;
	/* The request's time is when it is carried out, not when the slow part began. */
	c->rq.now = clock_now();
	if (!e)
		e = lane_put(lane->app, c);
	if (e)
		command_failed(c, e);
}

static void
other_main(void *arg)
{
	struct lane_thread *lane = arg;
	void *message;
	while (mailbox_take(lane->inbox, &message, 1, -1) > 0) {
		if (lane->kind == LANE_JOB)
			job_serve(lane, message);
		else
			read_serve(lane, message);
	}
}

enum err
lane_put(struct app *app, struct command *c)
{
	enum lane lane = c->rq.route ? c->rq.route->lane : c->inside_lane;
	struct mailbox *box = app->read_box;
	if (c->rq.route && c->rq.route->prepare && !c->prepared)
		lane = LANE_JOB;
	if (lane == LANE_WRITE)
		box = app->write[c->write_lane % app->write_count].inbox;
	else if (lane == LANE_REPORT)
		box = app->report_box;
	else if (lane == LANE_JOB)
		box = app->job_box;
	return mailbox_put(box, c) ? OK : ERR_BUSY;
}

enum err
app_command(struct app *app, enum lane lane, enum err (*handler)(struct request *rq, const void *in), const void *in, size_t size)
{
	struct command *c = inside_new(app, handler, in, size);
	if (!c)
		return ERR_NO_MEMORY;
	c->inside_lane = lane;
	enum err e = lane_put(app, c);
	if (e)
		command_free(c);
	return e;
}

static enum err
lane_start(struct app *app, struct lane_thread *lane, enum lane kind, int index, struct mailbox *box, char why[200])
{
	static const char *const names[] = { "read", "write", "report", "job", "loop" };
	bool fold = lane == &app->fold;
	char name[16];
	struct db_options o = { .read_only = kind != LANE_WRITE, .statement_ms = kind == LANE_REPORT ? REPORT_MS : 0 };
	*lane = (struct lane_thread){ .app = app, .kind = kind, .index = index, .inbox = box };
	if (!lane->inbox)
		return ERR_NO_MEMORY;
	enum err e = db_open(app->config.db, &o, &lane->db, why);
	snprintf(name, sizeof name, "%s-%d", fold ? "fold" : names[kind], index % 100);
	return e ? e : thread_start(name, fold ? fold_main : kind == LANE_WRITE ? write_main : other_main, lane, &lane->thread);
}

enum err
lanes_start(struct app *app, char why[200])
{
	enum err e = OK;
	int writers = app->kind == DB_SQLITE ? 1 : (int)app->config.write_lanes;
	const struct {
		enum lane kind;
		int count;
		struct mailbox **box;
		size_t room;
	} others[] = { { LANE_READ, (int)app->config.read_lanes, &app->read_box, INBOX_MAX },
		       { LANE_REPORT, 1, &app->report_box, REPORT_MAX },
		       { LANE_JOB, (int)app->config.job_lanes, &app->job_box, 4096 } };
	if (app->kind == DB_SQLITE)
		e = lane_start(app, &app->fold, LANE_WRITE, 0, mailbox_new(1), why);
	for (int i = 0; !e && i < writers; i++) {
		e = lane_start(app, &app->write[i], LANE_WRITE, i, mailbox_new(INBOX_MAX), why);
		app->write_count = i + 1;
	}
	for (size_t k = 0; !e && k < sizeof others / sizeof *others; k++) {
		*others[k].box = mailbox_new(others[k].room);
		for (int i = 0; !e && i < others[k].count && app->other_count < 16; i++)
			e = lane_start(app, &app->others[app->other_count++], others[k].kind, i, *others[k].box, why);
	}
	return e;
}

static void
lane_stop(struct lane_thread *lane)
{
	thread_join(lane->thread);
	db_close(lane->db);
	lane->thread = NULL;
	lane->db = NULL;
}

void
lanes_stop(struct app *app)
{
	struct mailbox *const boxes[] = { app->job_box, app->report_box, app->read_box };
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
		if (boxes[i])
			mailbox_close(boxes[i]);
	for (int i = 0; i < app->other_count; i++)
		lane_stop(&app->others[i]);
	for (int i = 0; i < app->write_count; i++)
		if (app->write[i].inbox)
			mailbox_close(app->write[i].inbox);
	for (int i = 0; i < app->write_count; i++)
		lane_stop(&app->write[i]);
	/* Not before: what another commits to its end pokes the first. */
	for (int i = 0; i < app->write_count; i++)
		mailbox_free(app->write[i].inbox);
	if (app->fold.inbox)
		mailbox_close(app->fold.inbox);
	lane_stop(&app->fold);
	mailbox_free(app->fold.inbox);
	for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++)
		mailbox_free(boxes[i]);
}
