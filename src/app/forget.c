/* Signing out while nothing can be stored: the login ends in memory at once, and in the record as soon as there is room. */
#include "app/auth.h"

#include <string.h>

#include "app/app_sql.h"
#include "app/internal.h"
#include "base/mem.h"
#include "base/banned.h"

struct ids {
	struct app *app;
	size_t n;
	int64_t ids[FORGOTTEN_MAX];
};

void
forgotten_apply(struct app *app)
{
	for (size_t i = 0; i < app->forgotten_count; i++)
		for (size_t k = 0; app->auth && k < app->auth->count; k++)
			if (app->auth->logins[k].who.login_id == app->forgotten[i])
				app->auth->logins[k].expires_at = 0;
}

static void
forget_now(void *arg)
{
	struct ids *m = arg;
	struct app *app = m->app;
	if (app->forgotten_count == FORGOTTEN_MAX)
		memmove(app->forgotten, app->forgotten + 1, --app->forgotten_count * sizeof *app->forgotten);
	app->forgotten[app->forgotten_count++] = m->ids[0];
	mem_free(m);
	forgotten_apply(app);
	sockets_check_logins(app);
}

enum err
auth_forget(struct request *rq)
{
	struct ids *m = mem_new(1, sizeof *m);
	if (!m)
		return ERR_NO_MEMORY;
	*m = (struct ids){ .app = rq->app, .n = 1, .ids = { rq->who.login_id } };
	net_post(rq->app->net, forget_now, m);
	return OK;
}

static void
remembered(void *arg)
{
	struct ids *m = arg;
	struct app *app = m->app;
	size_t kept = 0;
	for (size_t i = 0; i < app->forgotten_count; i++) {
		bool stored = false;
		for (size_t k = 0; k < m->n; k++)
			stored |= m->ids[k] == app->forgotten[i];
		if (!stored)
			app->forgotten[kept++] = app->forgotten[i];
	}
	app->forgotten_count = kept;
	mem_free(m);
}

static void
stored(struct app *app, struct db *db, void *arg)
{
	(void)db;
	struct ids *m = mem_new(1, sizeof *m);
	if (!m)
		return; /* said again at the next turn, and harmless */
	*m = *(const struct ids *)arg;
	m->app = app;
	net_post(app->net, remembered, m);
}

static enum err
store(struct request *rq, const void *in)
{
	const struct ids *m = in;
	struct ids *copy = arena_alloc(rq->arena, sizeof *copy);
	enum err e = copy ? OK : ERR_NO_MEMORY;
	if (!e)
		*copy = *m;
	for (size_t i = 0; !e && i < m->n; i++)
		e = db_run(rq, &auth_login_end, &(struct auth_login_end_in){ m->ids[i] }, NULL);
	if (!e)
		e = auth_refresh(rq);
	return e ? e : after_commit(rq, stored, copy);
}

enum err
forgotten_tend(struct app *app)
{
	struct ids m = { .n = app->forgotten_count };
	if (!m.n || atomic_load(&app->disk_low))
		return OK;
	memcpy(m.ids, app->forgotten, m.n * sizeof *m.ids);
	return app_command(app, LANE_WRITE, store, &m, sizeof m);
}
