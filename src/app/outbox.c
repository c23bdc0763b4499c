/* The outbox: its consumers inside, its pruning, and what a reconnected socket missed. */
#include <stdio.h>
#include <string.h>

#include "app/app_sql.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/banned.h"

enum { CONSUME_MAX = 64, TURN_MS = 20, KEEP_ROWS = 100000, MISSED_MAX = 500 };

enum err
outbox_last(struct db *db, int64_t *ret_pos)
{
	struct outbox_top_out top;
	struct arena *a = arena_new(8192);
	enum err e = a ? query_one(db, &outbox_top, NULL, a, &top) : ERR_NO_MEMORY;
	arena_free(a);
	if (!e)
		*ret_pos = top.pos;
	return e;
}

struct consuming {
	struct request *rq;
	const struct consumer *consumer;
	int64_t pos, xid;
	int rows;
	enum err err;
};

struct outbox_row {
	struct outbox_row *next;
	struct outbox_after_out row;
};

struct reading {
	struct arena *arena;
	struct outbox_row *first, **end;
};

static enum err
row_keep(void *ctx, const void *row)
{
	struct reading *r = ctx;
	struct outbox_row *k = arena_alloc(r->arena, sizeof *k);
	if (!k)
		return ERR_NO_MEMORY;
	k->row = *(const struct outbox_after_out *)row;
	k->row.kind = arena_str(r->arena, k->row.kind);
	*r->end = k;
	r->end = &k->next;
	return OK;
}

static enum err
row_handle(struct request *rq, const struct consumer *consumer, const struct outbox_after_out *row)
{
	for (int k = 0; k < EVENT_COUNT; k++)
		if ((consumer->kinds >> k & 1) && str_eqz(row->kind, event_name((enum event_kind)k)))
			return consumer->handle(rq, (enum event_kind)k, row->subject, row->ref);
	return OK;
}

static enum err
consumer_step(struct request *rq, const struct consumer *consumer, bool *ret_more)
{
	struct cursor_get_out at = { 0 };
	struct str name = str_of(consumer->name);
	enum err e = db_one(rq, &cursor_get, &(struct cursor_get_in){ .consumer = name }, &at);
	if (e && e != ERR_NOT_FOUND)
		return e;
	struct reading r = { .arena = rq->arena };
	r.end = &r.first;
	e = db_each(rq, &outbox_after, &(struct outbox_after_in){ .pos = at.pos, .xid = at.xid, .limit = CONSUME_MAX }, row_keep, &r);
	int rows = 0;
	for (struct outbox_row *k = r.first; !e && k; k = k->next, rows++) {
		e = row_handle(rq, consumer, &k->row);
		at.pos = k->row.pos;
		at.xid = k->row.xid;
	}
	if (!e && rows)
		e = db_run(rq, &cursor_set, &(struct cursor_set_in){ .consumer = name, .pos = at.pos, .xid = at.xid, .moved_at = rq->now }, NULL);
	if (consumer->settle)
		rq->app->unsettled += rows;
	*ret_more = rows == CONSUME_MAX;
	return e;
}

static void
consume_again(struct app *app, struct db *db, void *arg)
{
	(void)db;
	(void)arg;
	app->consume_at = 0;
	consumers_wake(app);
}

static enum err
consumers_settle(struct request *rq)
{
	int64_t events = rq->app->unsettled;
	enum err e = OK;
	rq->app->unsettled = 0;
	for (size_t f = 0; !e && f < all_features_count; f++)
		for (size_t i = 0; !e && i < all_features[f]->consumer_count; i++)
			if (all_features[f]->consumers[i].settle)
				e = all_features[f]->consumers[i].settle(rq, events);
	return e;
}

enum err
consumers_run(struct request *rq, const void *in)
{
	bool any = false, more;
	(void)in;
	if (rq->app->consume_at)
		rq->app->consume_at = clock_monotonic() + TURN_MS;
	if (rq->app->unsettled)
		return consumers_settle(rq);
	atomic_store(&rq->app->consumers_wanted, false);
	rq->app->consume_at = clock_monotonic() + TURN_MS;
	for (size_t f = 0; f < all_features_count; f++)
		for (size_t i = 0; i < all_features[f]->consumer_count; i++) {
			enum err e = consumer_step(rq, &all_features[f]->consumers[i], &more);
			if (e) {
				LOG(LOG_ERROR, "consumer_failed", LOG_TEXT("consumer", str_of(all_features[f]->consumers[i].name)),
				    LOG_TEXT("code", str_of(err_name(e))), LOG_TEXT("why", str_of(db_error(rq->db))));
				return e;
			}
			any |= more;
		}
	return any ? after_commit(rq, consume_again, NULL) : OK;
}

/* A turn costs a commit and the index a segment, whatever it brings: so there is at most one every TURN_MS, when nobody waits for an answer,
 * and every other one is for settling. */
int
consumers_wait_ms(const struct app *app)
{
	if (!atomic_load(&app->consumers_wanted) && !app->unsettled)
		return -1;
	int64_t left = app->consume_at - clock_monotonic();
	return left < 0 ? 0 : (int)left;
}

void
consumers_wake(struct app *app)
{
	if (!atomic_exchange(&app->consumers_wanted, true))
		mailbox_poke(app->write[0].inbox);
}

enum err
outbox_tend(struct request *rq, const void *in)
{
	struct outbox_top_out top;
	(void)in;
	enum err e = db_one(rq, &outbox_top, NULL, &top);
	return e ? e : db_run(rq, &outbox_prune, &(struct outbox_prune_in){ .keep_below = top.pos - KEEP_ROWS }, NULL);
}

struct missing {
	struct request *rq;
	int rows;
};

/* "p12,s7" against what this caller hears by himself; sessions he only watches he asks for again. */
static bool
topic_heard(const struct caller *who, struct str topics)
{
	struct str one;
	int64_t id;
	while (topics.p && str_split(&topics, ',', &one)) {
		if (!one.n || !str_int(str_sub(one, 1, one.n), &id))
			continue;
		char k = one.p[0];
		if (who->kind == CALLER_VISITOR) {
			if (k == 'c' && id == who->customer_id)
				return true;
		} else if (k == 'a' || k == 't' || (k == 'p' && id == who->person_id) || (k == 'g' && id == who->group_id) ||
		           (k == 'o' && who->scope >= SCOPE_SHOP && caller_sees_shop(who, id))) {
			return true;
		}
	}
	return false;
}

static void
frame_push(struct request *rq, struct str kind, const struct outbox_missed_out *r)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_text(&t.w, "event", kind);
	if (r) {
		jw_member_int(&t.w, "pos", r->pos);
		jw_member_int(&t.w, "subject", r->subject);
		jw_member_int(&t.w, "ref", r->ref);
	}
	jw_end(&t.w);
	struct str text = json_text_end(&t);
	struct net_payload *p = text.p ? net_payload_new(text) : NULL;
	if (p)
		net_ws_send(rq->app->net, rq->conn, p);
}

static enum err
missed_push(void *ctx, const void *row)
{
	struct missing *m = ctx;
	const struct outbox_missed_out *r = row;
	m->rows++;
	if (topic_heard(&m->rq->who, r->topic))
		frame_push(m->rq, r->kind, r);
	return OK;
}

/* Missed events are pushed again without their data, before the answer; too many of them: one "resync". */
static enum err
resume(struct request *rq, const void *in)
{
	const struct resume_in_in *body = in;
	struct outbox_top_out top;
	struct outbox_bottom_out bottom;
	struct missing m = { .rq = rq };
	enum err e = db_one(rq, &outbox_top, NULL, &top);
	if (!e)
		e = db_one(rq, &outbox_bottom, NULL, &bottom);
	if (e)
		return e;
	bool resync = body->pos + 1 < bottom.pos || top.pos - body->pos > MISSED_MAX || body->pos > top.pos;
	if (resync)
		frame_push(rq, STR("resync"), NULL);
	else
		e = db_each(rq, &outbox_missed, &(struct outbox_missed_in){ .pos = body->pos, .limit = MISSED_MAX }, missed_push, &m);
	jw_object(&rq->w);
	jw_member_int(&rq->w, "pos", top.pos);
	jw_member_bool(&rq->w, "resync", resync);
	jw_end(&rq->w);
	return e;
}

static enum err
ticket_post(struct request *rq, const void *in)
{
	(void)in;
	struct str ticket = socket_ticket_new(rq, 0, 0);
	if (!ticket.p)
		return ERR_NO_MEMORY;
	jw_object(&rq->w);
	jw_member_text(&rq->w, "ticket", ticket);
	jw_end(&rq->w);
	return OK;
}

const struct route outbox_routes[] = {
	{ POST, "/api/v1/socket-tickets", PERM_SIGNED_IN, LANE_LOOP, .handler = ticket_post, .out = &ticket_out,
	  .help = "A one-use ticket (30 s) that opens the WebSocket" },
	{ SOCKET, "resume", PERM_SIGNED_IN, LANE_READ, .in = &resume_in, .out = &resume_out, .handler = resume, .help = "Events missed since a position" },
	{ SOCKET, "resume", PERM_VISITOR, LANE_READ, .in = &resume_in, .out = &resume_out, .handler = resume, .help = "Events missed since a position" },
};
const size_t outbox_route_count = sizeof outbox_routes / sizeof *outbox_routes;
