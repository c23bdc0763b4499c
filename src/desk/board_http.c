#include "desk/board.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/zone.h"
#include "desk/board_sql.h"
#include "team/settings.h"
#include "base/banned.h"

enum { WATCHERS_MAX = 64, PUSH_MS = 1000, QUIET_MS = 5000 };

struct board {
	struct board_viewer watchers[WATCHERS_MAX]; /* loop; each person once */
	size_t watcher_count;
	int64_t pushed_at;
	atomic_bool changed;
};

/* ---- making it ---- */

struct rows {
	struct json_writer *w;
	const struct query *q;
};

static enum err
row_add(void *ctx, const void *row)
{
	struct rows *r = ctx;
	row_write(r->w, r->q, row);
	return r->w->err;
}

static enum err
rows_add(struct request *rq, struct json_writer *w, const char *member, const struct query *q, const void *in)
{
	struct rows r = { w, q };
	jw_key(w, member);
	jw_array(w);
	enum err e = db_each(rq, q, in, row_add, &r);
	jw_end(w);
	return e;
}

static struct str
scope_of(const struct board_viewer *v)
{
	static const char *const names[] = { "own", "group", "shop", "all" };
	return str_of(names[v->scope]);
}

static enum err
today_of(struct request *rq, int64_t *ret_start)
{
	struct board_day_out day;
	const struct zone *zone;
	enum err e = db_one(rq, &board_day, NULL, &day);
	if (e == ERR_NOT_FOUND) {
		*ret_start = rq->now;
		return OK;
	}
	if (!e)
		e = zone_open(day.timezone, &zone);
	if (!e)
		*ret_start = zone_instant(zone, zone_business_day(zone, rq->now, (int)day.cut_hour), (int)day.cut_hour * 60);
	return e;
}

struct alerts {
	struct request *rq;
	struct json_writer *w;
};

static void
alert_write(struct json_writer *w, const char *kind, struct str zh, struct str en, int64_t session_id, int64_t agent_id)
{
	jw_object(w);
	jw_member_text(w, "kind", str_of(kind));
	jw_member_text(w, "text_zh", zh);
	jw_member_text(w, "text_en", en);
	if (session_id)
		jw_member_int(w, "session_id", session_id);
	if (agent_id)
		jw_member_int(w, "agent_id", agent_id);
	jw_end(w);
}

static enum err
late_add(void *ctx, const void *row)
{
	struct alerts *x = ctx;
	const struct board_late_out *s = row;
	struct arena *a = x->rq->arena;
	struct str zh = board_span(a, s->since_ms, true), en = board_span(a, s->since_ms, false);
	struct str who = s->customer_name.n ? s->customer_name : STR("访客");
	struct str who_en = s->customer_name.n ? s->customer_name : STR("A visitor");
	if (s->waits)
		alert_write(x->w, "queue", arena_printf(a, "%.*s在%.*s排队 %.*s", STR_ARG(who), STR_ARG(s->shop_name), STR_ARG(zh)),
		            arena_printf(a, "%.*s has waited in %.*s for %.*s", STR_ARG(who_en), STR_ARG(s->shop_name), STR_ARG(en)),
		            s->session_id, 0);
	else
		alert_write(x->w, "unanswered", arena_printf(a, "%.*s未回复%.*s %.*s", STR_ARG(s->agent_name), STR_ARG(who), STR_ARG(zh)),
		            arena_printf(a, "%.*s has not answered %.*s for %.*s", STR_ARG(s->agent_name), STR_ARG(who_en), STR_ARG(en)),
		            s->session_id,
		            s->agent_id);
	return OK;
}

static enum err
unserved_add(void *ctx, const void *row)
{
	struct alerts *x = ctx;
	const struct board_unserved_out *s = row;
	struct arena *a = x->rq->arena;
	alert_write(x->w, "unserved", arena_printf(a, "%.*s有 %d 位客户排队，但无人在线", STR_ARG(s->shop_name), (int)s->waiting),
	            arena_printf(a, "%.*s: %d waiting and nobody online", STR_ARG(s->shop_name), (int)s->waiting), 0, 0);
	return OK;
}

static enum err
alerts_write(struct request *rq, struct json_writer *w, const struct board_viewer *v)
{
	struct alerts x = { rq, w };
	struct board_unserved_in unserved = { v->person_id, scope_of(v), v->group_id != 0, v->group_id };
	struct board_late_in late = { .now = rq->now, .unanswered_before = rq->now - setting_int(rq->app, SETTING_REPLY_RED_S) * 1000,
		                      .queued_before = rq->now - setting_int(rq->app, SETTING_QUEUE_RED_S) * 1000, .viewer = v->person_id,
		                      .viewer_scope = scope_of(v), .viewer_group_set = v->group_id != 0, .viewer_group = v->group_id };
	jw_key(w, "alerts");
	jw_array(w);
	enum err e = db_each(rq, &board_unserved, &unserved, unserved_add, &x);
	if (!e)
		e = db_each(rq, &board_late, &late, late_add, &x);
	jw_end(w);
	return e;
}

static enum err
board_write(struct request *rq, struct json_writer *w, const struct board_viewer *v)
{
	struct board_shops_in shops = { rq->now, v->person_id, scope_of(v), v->group_id != 0, v->group_id };
	struct board_groups_in groups = { rq->now, v->person_id, scope_of(v), v->group_id != 0, v->group_id };
	struct board_agents_in agents = { rq->now, 0, v->person_id, scope_of(v), v->group_id != 0, v->group_id };
	struct board_today_in today = { 0, v->person_id, scope_of(v), v->group_id != 0, v->group_id };
	struct board_today_out sums;
	enum err e = today_of(rq, &today.today);
	agents.today = today.today;
	if (e)
		return e;
	jw_object(w);
	jw_member_int(w, "at", rq->now);
	e = rows_add(rq, w, "shops", &board_shops, &shops);
	if (!e)
		e = rows_add(rq, w, "groups", &board_groups, &groups);
	if (!e)
		e = rows_add(rq, w, "agents", &board_agents, &agents);
	if (!e)
		e = alerts_write(rq, w, v);
	if (!e)
		e = db_one(rq, &board_today, &today, &sums);
	if (e)
		return e;
	jw_key(w, "today");
	row_write(w, &board_today, &sums);
	jw_end(w);
	return OK;
}

/* ---- asking for it ---- */

static struct board_viewer
viewer_of(const struct caller *who)
{
	return (struct board_viewer){ who->person_id, who->group_id, who->scope };
}

static enum err
board_get(struct request *rq, const void *in)
{
	(void)in;
	struct board_viewer v = viewer_of(&rq->who);
	return board_write(rq, &rq->w, &v);
}

/* Who sees everything shares one board; the others have their own. */
static struct topic
topic_of(const struct board_viewer *v)
{
	return (struct topic){ TOPIC_BOARD, v->scope == SCOPE_ALL ? 0 : v->person_id };
}

static void
watcher_drop(struct board *b, int64_t person_id)
{
	for (size_t i = 0; i < b->watcher_count; i++)
		if (b->watchers[i].person_id == person_id) {
			b->watchers[i] = b->watchers[--b->watcher_count];
			return;
		}
}

static enum err
board_watch(struct request *rq, const void *in)
{
	(void)in;
	struct board *b = app_state(rq->app, &desk_board_feature);
	struct board_viewer v = viewer_of(&rq->who);
	watcher_drop(b, v.person_id);
	if (b->watcher_count == WATCHERS_MAX)
		return fail_text(rq, ERR_BUSY, NULL, "Too many people watch the board", "同时查看看板的人数过多");
	b->watchers[b->watcher_count++] = v;
	socket_subscribe(rq->app, rq->conn, topic_of(&v));
	atomic_store(&b->changed, true);
	return OK;
}

static enum err
board_unwatch(struct request *rq, const void *in)
{
	(void)in;
	struct board *b = app_state(rq->app, &desk_board_feature);
	struct board_viewer v = viewer_of(&rq->who);
	watcher_drop(b, v.person_id);
	socket_unsubscribe(rq->app, rq->conn, topic_of(&v));
	return OK;
}

/* ---- pushing it ---- */

static enum err
board_push(struct request *rq, const void *in)
{
	const struct board_viewer *v = in;
	struct json_text t;
	json_text_start(rq, &t);
	enum err e = board_write(rq, &t.w, v);
	struct str text = json_text_end(&t);
	if (!e && !text.p)
		e = ERR_TOO_LARGE;
	return e ? e : emit(rq, &(struct event){ .kind = EVENT_BOARD, .transient = true, .data = text, .topics = { topic_of(v) } });
}

static void
board_tick(struct app *app, int64_t now)
{
	struct board *b = app_state(app, &desk_board_feature);
	bool shared_done = false;
	if (!b->watcher_count || now < b->pushed_at + PUSH_MS)
		return;
	if (!atomic_exchange(&b->changed, false) && now < b->pushed_at + QUIET_MS)
		return;
	b->pushed_at = now;
	for (size_t i = 0; i < b->watcher_count; i++) {
		const struct board_viewer *v = &b->watchers[i];
		bool shared = v->scope == SCOPE_ALL;
		if (shared && shared_done)
			continue;
		shared_done |= shared;
		if (app_command(app, LANE_READ, board_push, v, sizeof *v))
			atomic_store(&b->changed, true);
	}
}

static void
board_committed(struct app *app, struct db *db, const struct event *events, size_t n)
{
	(void)db;
	(void)events;
	struct board *b = app_state(app, &desk_board_feature);
	if (n)
		atomic_store(&b->changed, true);
}

static void
board_gone(struct app *app, const struct caller *who, bool last)
{
	if (last && who->kind == CALLER_PERSON)
		watcher_drop(app_state(app, &desk_board_feature), who->person_id);
}

static enum err
board_start(struct app *app, struct db *db)
{
	(void)db;
	struct board *b = mem_new(1, sizeof *b);
	if (!b)
		return ERR_NO_MEMORY;
	app_state_set(app, &desk_board_feature, b);
	return OK;
}

static void
board_stop(struct app *app)
{
	mem_free(app_state(app, &desk_board_feature));
	app_state_set(app, &desk_board_feature, NULL);
}

static const struct route routes[] = {
	{ GET, "/api/v1/board", PERM_BOARD, LANE_READ, .out = &board_out, .handler = board_get, .help = "The live board of my scope" },
	{ SOCKET, "board_watch", PERM_BOARD, LANE_LOOP, .handler = board_watch, .help = "Have the board pushed, at most once a second" },
	{ SOCKET, "board_unwatch", PERM_BOARD, LANE_LOOP, .handler = board_unwatch, .help = "No longer" },
};

const struct feature desk_board_feature = {
	.name = "board",
	ROUTES(routes),
	.start = board_start,
	.tick = board_tick,
	.committed = board_committed,
	.socket_gone = board_gone,
	.stop = board_stop,
};
