/*
 * The thread that does imports, one after another, on a connection of its own: in small transactions with pauses between, so that the write lane
 * of a serving centre has its turn. What came of it is told by the loop thread, which alone outlives nothing it talks to.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/thread.h"
#include "interchange/import_feature.h"
#include "interchange/import_job.h"
#include "interchange/import_record_sql.h"
#include "interchange/import_undo.h"
#include "base/banned.h"

enum { QUEUE_MAX = 64, COMMIT_EVERY = 400, PAUSE_MAX_MS = 100, PAUSE_MIN_MS = 5, AGAIN_MS = 500, FINDINGS_MAX = 1 << 20, WAL_BYTES = 48 << 20, BLOCKS_MAX = 200 };

struct work {
	enum work_what what;
	bool rules; /* who asked may change what figures are counted with */
	int64_t id;
};

struct told {
	int64_t first_at, last_at;
};

struct worker {
	struct app *app;
	struct db *db;
	struct thread *thread;
	struct mailbox *box, *told; /* struct work *, struct told * */
	atomic_bool stopping;
	int64_t last_commit;        /* monotonic */
	int64_t id;                 /* of the import at work */
	bool started;
};

static void
pause_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	(void)nanosleep(&t, NULL);
}

/* As long a pause as the piece took: others get at least half of the database's time. */
static enum err
between(void *ctx, const char *phase, int64_t done, int64_t total)
{
	struct worker *w = ctx;
	int64_t took = clock_monotonic() - w->last_commit;
	if (atomic_load(&w->stopping))
		return ERR_GONE;
	pause_ms(took < PAUSE_MIN_MS ? PAUSE_MIN_MS : took > PAUSE_MAX_MS ? PAUSE_MAX_MS : took);
	enum err e = db_wal_fresh(w->db) > WAL_BYTES ? db_checkpoint(w->db, false) : OK;
	if (!e || e == ERR_BUSY)
		e = query_run(w->db, &import_record_progress, &(struct import_record_progress_in){ w->id, str_of(phase), done, total }, NULL);
	w->last_commit = clock_monotonic();
	return e;
}

/* How a work ended is told however long the database refuses it; the centre's own end is told at its next start. */
static void
end_keep(struct worker *w, const struct query *q, const void *in, int64_t id)
{
	for (enum err e; (e = query_run(w->db, q, in, NULL)) != OK; pause_ms(AGAIN_MS)) {
		LOG(LOG_ERROR, "import_end_not_kept", LOG_INT("import", id), LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(db_error(w->db))));
		if (atomic_load(&w->stopping))
			break;
	}
}

static void
tell(struct worker *w, const struct import_report *r)
{
	struct told *t = r->first_at ? mem_new(1, sizeof *t) : NULL;
	if (!t)
		return;
	*t = (struct told){ r->first_at, r->last_at };
	if (!mailbox_put(w->told, t))
		mem_free(t);
}

static void
check_do(struct worker *w, const struct import_job *j)
{
	struct buf findings;
	char why[200] = "";
	buf_init(&findings, FINDINGS_MAX);
	enum err e = job_look(w->db, j, 0, &findings, why);
	struct import_record_checked_in in = { j->id, STR("checked"), findings.n && !findings.err ? buf_str(&findings) : STR("{}"), str_of(e ? why : ""), clock_now() };
	if (e)
		in.state = STR("uploaded");
	if (!atomic_load(&w->stopping))
		end_keep(w, &import_record_checked, &in, j->id);
	buf_free(&findings);
}

static void
run_do(struct worker *w, const struct import_job *j)
{
	struct import_report report;
	struct buf counts;
	char why[200];
	buf_init(&counts, 1 << 16);
	enum err e = job_run(w->db, j, &report, why), told = import_report_print(&report, STR("json"), &counts);
	struct import_record_finish_in in = { j->id, str_of(e ? "failed" : "done"), told ? STR("{}") : str_trim(buf_str(&counts)), str_of(e ? why : ""),
		                              report.first_at, report.last_at, clock_now() };
	end_keep(w, &import_record_finish, &in, j->id);
	LOG(LOG_INFO, "import", LOG_INT("import", j->id), LOG_TEXT("state", in.state), LOG_TEXT("why", in.why), LOG_INT("ms", report.total_ms));
	tell(w, &report);
	if (!e)
		unlink(j->path);
	buf_free(&counts);
}

/* What could not go after all, as rows like the rejected ones. */
struct blocks {
	struct worker *w;
	int64_t n;
	char first[160];
};

static enum err
block_told(void *ctx, struct str type, struct str key, const char *reason, int64_t other_id)
{
	struct blocks *b = ctx;
	(void)other_id;
	if (!b->n++)
		snprintf(b->first, sizeof b->first, "%.*s %.*s: %s", STR_ARG(type), (int)(key.n > 80 ? 80 : key.n), key.p, reason);
	return OK;
}

static void
undo_do(struct worker *w, const struct import_job *j)
{
	struct import_options o = { .now = j->now, .no_event = true, .rules = j->rules, .commit_every = COMMIT_EVERY, .between = between, .ctx = w };
	struct import_report report;
	struct blocks b = { .w = w };
	char why[200];
	enum err e = undo_run(w->db, j->id, &o, block_told, &b, &report, why);
	struct import_record_undone_in in = { j->id, str_of(e || b.n ? "kept" : "undone"), str_of(e ? why : b.n ? b.first : ""), clock_now() };
	end_keep(w, &import_record_undone, &in, j->id);
	LOG(LOG_INFO, "import_undo", LOG_INT("import", j->id), LOG_TEXT("state", in.state), LOG_TEXT("why", in.why));
	tell(w, &report);
}

static void
work_do(struct worker *w, const struct work *k)
{
	struct arena *a;
	struct import_record_get_out row;
	enum err e;
	while (!(a = arena_new(8 << 20)) && !atomic_load(&w->stopping))
		pause_ms(AGAIN_MS);
	if (!a)
		return;
	while ((e = query_one(w->db, &import_record_get, &(struct import_record_get_in){ k->id }, a, &row)) && e != ERR_NOT_FOUND && !atomic_load(&w->stopping))
		pause_ms(AGAIN_MS);
	w->id = k->id;
	w->last_commit = clock_monotonic();
	if (!e) {
		struct import_job j = { .id = k->id, .now = clock_now(), .shop = row.shop_key.n ? row.shop_key.p : NULL, .no_event = true,
			                .rules = k->rules, .commit_every = COMMIT_EVERY, .between = between, .ctx = w };
		j.path = import_path(w->app, a, row.stored_name).p;
		j.lines_path = arena_printf(a, "%s.lines", j.path ? j.path : "").p;
		j.mapping = str_eqz(row.kind, "lines") ? STR_NONE : row.mapping;
		if (k->what == WORK_CHECK)
			check_do(w, &j);
		else if (k->what == WORK_RUN)
			run_do(w, &j);
		else
			undo_do(w, &j);
	} else {
		LOG(LOG_ERROR, "import_not_read", LOG_INT("import", k->id), LOG_TEXT("code", str_of(err_name(e))));
	}
	arena_free(a);
}

static void
worker_main(void *arg)
{
	struct worker *w = arg;
	void *message;
	while (mailbox_take(w->box, &message, 1, -1) > 0) {
		if (!atomic_load(&w->stopping))
			work_do(w, message);
		mem_free(message);
	}
}

/* On the loop -------------------------------------------------------------------------------------------------------------------- */

static enum err
span_tell(struct request *rq, const void *in)
{
	const struct told *t = in;
	return emit(rq, &(struct event){ .kind = EVENT_IMPORTED, .subject = t->first_at, .ref = t->last_at, .topics = { { TOPIC_STAFF, 0 } } });
}

static enum err
broken_mark(struct request *rq, const void *in)
{
	(void)in;
	enum err e = db_run(rq, &import_record_broken, &(struct import_record_broken_in){ rq->now }, NULL);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* The first tick is the first sign that this is a serving centre, and not a command that only starts the features. */
static void
first_tick(struct worker *w)
{
	char why[200] = "";
	w->started = true;
	enum err e = app_command(w->app, LANE_WRITE, broken_mark, NULL, 0);
	if (!e)
		e = app_connect(w->app, &w->db, why);
	if (!e)
		e = thread_start("import", worker_main, w, &w->thread);
	if (e)
		LOG(LOG_ERROR, "imports_do_not_run", LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(why)));
}

void
worker_tick(struct app *app, int64_t now)
{
	struct worker *w = app_state(app, &interchange_import_feature);
	void *message;
	(void)now;
	if (!w->started)
		first_tick(w);
	while (mailbox_count(w->told) && mailbox_take(w->told, &message, 1, 0) > 0) {
		if (app_command(app, LANE_WRITE, span_tell, message, sizeof(struct told)))
			LOG(LOG_ERROR, "import_not_told", LOG_INT("first", ((struct told *)message)->first_at));
		mem_free(message);
	}
}

enum err
worker_start(struct app *app, struct db *db)
{
	struct worker *w = mem_new(1, sizeof *w);
	(void)db;
	if (!w)
		return ERR_NO_MEMORY;
	w->app = app;
	w->box = mailbox_new(QUEUE_MAX);
	w->told = mailbox_new(QUEUE_MAX);
	app_state_set(app, &interchange_import_feature, w);
	return w->box && w->told ? OK : ERR_NO_MEMORY;
}

static void
box_drop(struct mailbox *box)
{
	void *message;
	if (!box)
		return;
	mailbox_close(box);
	while (mailbox_take(box, &message, 1, 0) > 0)
		mem_free(message);
	mailbox_free(box);
}

void
worker_stop(struct app *app)
{
	struct worker *w = app_state(app, &interchange_import_feature);
	if (!w)
		return;
	atomic_store(&w->stopping, true);
	if (w->box)
		mailbox_close(w->box);
	if (w->thread)
		thread_join(w->thread);
	box_drop(w->box);
	box_drop(w->told);
	if (w->db)
		db_close(w->db);
	mem_free(w);
	app_state_set(app, &interchange_import_feature, NULL);
}

static void
work_put(struct app *app, struct db *db, void *arg)
{
	struct worker *w = app_state(app, &interchange_import_feature);
	struct work *k = mem_new(1, sizeof *k);
	(void)db;
	if (k)
		*k = *(const struct work *)arg;
	if (!k || !mailbox_put(w->box, k)) {
		mem_free(k);
		LOG(LOG_ERROR, "import_not_queued", LOG_INT("import", ((const struct work *)arg)->id));
	}
}

enum err
work_after_commit(struct request *rq, enum work_what what, int64_t import_id)
{
	struct worker *w = app_state(rq->app, &interchange_import_feature);
	struct work *k = arena_alloc(rq->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	if (mailbox_count(w->box) >= QUEUE_MAX / 2)
		return fail_text(rq, ERR_BUSY, NULL, "Many imports wait already, try again in a while", "排队中的导入过多，请稍后再试");
	*k = (struct work){ what, caller_may(&rq->who, PERM_SETTING_EDIT), import_id };
	return after_commit(rq, work_put, k);
}
