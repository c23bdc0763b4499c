#include "desk/dispatch_state.h"

#include "contact/message.h"
#include "contact/session.h"
#include "desk/dispatch_sql.h"
#include "desk/handling.h"
#include "team/state.h"
#include "base/banned.h"

enum { DECISIONS = 64, ROUNDS = 32 };

static enum err
assign(struct request *rq, const struct routing_decision *x)
{
	return handling_give(rq, x->session, x->agent, "routed");
}

static enum err
offer(struct request *rq, const struct routing_decision *x)
{
	struct dispatch_offer_out row;
	struct json_text t;
	enum err e = db_one(rq, &dispatch_offer, &(struct dispatch_offer_in){ x->session, x->agent, rq->now }, &row);
	if (!e)
		e = session_log(rq, x->session, "offered", x->agent, STR(""));
	if (!e)
		e = session_changed(rq, x->session, 0);
	if (e)
		return e;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_int(&t.w, "session_id", x->session);
	jw_member_int(&t.w, "until", x->until);
	jw_end(&t.w);
	struct event ev = { .kind = EVENT_OFFER, .subject = x->session, .ref = x->until, .topics = { { TOPIC_PERSON, x->agent } },
	    .data = json_text_end(&t) };
	return emit(rq, &ev);
}

static enum err
give_back(struct request *rq, const struct routing_decision *x, const char *what, int64_t priority)
{
	struct dispatch_back_out row;
	enum err e = db_one(rq, &dispatch_back, &(struct dispatch_back_in){ x->session, x->agent, priority }, &row);
	if (!e)
		e = session_log(rq, x->session, what, x->agent, STR(""));
	if (!e && str_eqz(str_of(what), "requeued"))
		e = message_event(rq, x->session, "queued", 0, STR_NONE);
	return e ? e : session_changed(rq, x->session, x->agent);
}

static enum err
no_longer_wanted(struct request *rq, const struct routing_decision *x)
{
	struct dispatch_unwanted_out row;
	struct dispatch_unwanted_in in = { .session_id = x->session, .group_id_set = x->group != 0, .group_id = x->group };
	enum err e = db_one(rq, &dispatch_unwanted, &in, &row);
	if (!e)
		e = session_log(rq, x->session, "requeued", x->agent, STR("transfer not taken"));
	return e ? e : session_changed(rq, x->session, x->agent);
}

static enum err
carry_out(struct request *rq, const struct routing_decision *x)
{
	switch (x->kind) {
	case ROUTING_ASSIGN:
		return assign(rq, x);
	case ROUTING_OFFER:
		return offer(rq, x);
	case ROUTING_OFFER_EXPIRED:
		return give_back(rq, x, "expired", 0);
	case ROUTING_REQUEUE_TO_GROUP:
		return no_longer_wanted(rq, x);
	case ROUTING_RETURN_TO_QUEUE:
		return give_back(rq, x, "requeued", x->priority);
	case ROUTING_AGENT_LOST:
		return agent_state_set(rq, x->agent, STR("offline"), STR("断线"));
	}
	return ERR_INTERNAL;
}

/* The record said no, so the router was wrong about something: it is built again. Everything else is a failure of the command. */
static bool
router_was_wrong(enum err e)
{
	return e == ERR_NOT_FOUND || e == ERR_WRONG_STATE || e == ERR_BUSY || e == ERR_GONE;
}

static enum err
settle(struct request *rq, struct dispatch *d, const struct routing_decision *x, bool *ret_wrong)
{
	if (x->session)
		dispatch_suspect(d, x->session);
	enum err e = carry_out(rq, x);
	if (e) {
		routing_abandon(d->router, x);
		*ret_wrong = router_was_wrong(e);
		return *ret_wrong ? OK : e;
	}
	const struct routing_contact *c = routing_contact_get(d->router, x->session);
	int64_t shop = c && x->kind != ROUTING_OFFER ? c->shop : 0;
	e = routing_commit(d->router, x);
	if (shop)
		dispatch_queue_moved(d, shop);
	*ret_wrong = e != OK;
	return e == ERR_GONE ? OK : e;
}

static void
run_committed(struct app *app, struct db *db, void *arg)
{
	(void)app;
	(void)db;
	struct dispatch *d = arg;
	d->suspect_count = 0;
	atomic_store(&d->next_at, d->then);
}

static enum err
decide(struct request *rq, struct dispatch *d)
{
	struct routing_decision list[DECISIONS];
	bool wrong = false;
	size_t n = DECISIONS;
	for (int round = 0; round < ROUNDS && n == DECISIONS && !wrong; round++) {
		n = routing_decide(d->router, rq->now, list, DECISIONS);
		for (size_t i = 0; i < n; i++) {
			bool bad = false;
			enum err e = wrong ? OK : settle(rq, d, &list[i], &bad);
			if (e)
				return e;
			if (wrong)
				routing_abandon(d->router, &list[i]);
			wrong |= bad;
		}
	}
	enum err e = wrong ? OK : dispatch_wrapup_run(rq, d);
	if (e)
		return e;
	int64_t next = routing_next_at(d->router);
	if (wrong)
		dispatch_drop(d);
	d->then = wrong ? rq->now + DISPATCH_AGAIN_MS : n == DECISIONS ? rq->now : next;
	return OK;
}

enum err
dispatch_run(struct request *rq, struct dispatch *d, enum err e)
{
	/* Until this is committed: nobody else may come by who would have it done. */
	atomic_store(&d->next_at, rq->now + DISPATCH_AGAIN_MS);
	if (!e)
		e = decide(rq, d);
	if (!e)
		e = after_commit(rq, run_committed, d);
	/* What was proposed and not carried out stays reserved in the router, and what was not seen is missing; a new one knows nothing of it. */
	if (e)
		dispatch_drop(d);
	return e;
}
