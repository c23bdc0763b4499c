#include "contact/session.h"

#include "contact/message.h"
#include "contact/session_sql.h"
#include "team/settings.h"
#include "base/banned.h"

/* The same session for two kinds of reader. */
struct session_texts {
	struct session_view_out row;
	struct str staff, visitor;
};

static struct str
row_text(struct request *rq, const struct query *q, const void *row)
{
	struct json_text t;
	json_text_start(rq, &t);
	row_write(&t.w, q, row);
	return json_text_end(&t);
}

static enum err
staff_text(struct request *rq, int64_t session_id, struct session_texts *ret)
{
	enum err e = db_one(rq, &session_view, &(struct session_view_in){ session_id }, &ret->row);
	if (e)
		return e;
	ret->staff = row_text(rq, &session_view, &ret->row);
	return ret->staff.p ? OK : ERR_NO_MEMORY;
}

static enum err
visitor_text(struct request *rq, int64_t session_id, struct session_texts *ret)
{
	struct session_visitor_view_out seen;
	enum err e = db_one(rq, &session_visitor_view, &(struct session_visitor_view_in){ session_id }, &seen);
	if (e)
		return e;
	ret->visitor = row_text(rq, &session_visitor_view, &seen);
	return ret->visitor.p ? OK : ERR_NO_MEMORY;
}

enum { GROUPS_MAX = 50 };

struct groups {
	int64_t ids[GROUPS_MAX];
	size_t n;
};

static enum err
group_add(void *ctx, const void *row)
{
	struct groups *g = ctx;
	if (g->n < GROUPS_MAX)
		g->ids[g->n++] = ((const struct session_groups_of_shop_out *)row)->group_id;
	return OK;
}

static enum err
groups_of(struct request *rq, const struct session_view_out *s, struct groups *ret)
{
	*ret = (struct groups){ { s->group_id }, s->group_id_set };
	if (s->group_id_set)
		return OK;
	return db_each(rq, &session_groups_of_shop, &(struct session_groups_of_shop_in){ s->shop_id }, group_add, ret);
}

/*
 * People of a group hear of a waiting session with its summary. Of one that is somebody's they only hear that it changed: who may see
 * it (the group's lead) reads it again, the others learn that it left the queue.
 */
static enum err
groups_tell(struct request *rq, const struct session_texts *t, bool transient)
{
	enum { TOPICS = sizeof((struct event *)0)->topics / sizeof *((struct event *)0)->topics };
	bool waits = str_eqz(t->row.state, "waiting") || str_eqz(t->row.state, "offered");
	struct groups g;
	enum err e = groups_of(rq, &t->row, &g);
	for (size_t i = 0; !e && i < g.n; i += TOPICS) {
		struct event ev = { .kind = EVENT_SESSION, .subject = t->row.id, .transient = transient,
			            .data = waits ? t->staff : STR_NONE };
		for (size_t k = 0; k < TOPICS && i + k < g.n; k++)
			ev.topics[k] = (struct topic){ TOPIC_GROUP, g.ids[i + k] };
		e = emit(rq, &ev);
	}
	return e;
}

static void
topic_add(struct event *ev, enum topic_kind kind, int64_t id)
{
	size_t i = 0;
	while (ev->topics[i].kind)
		i++;
	if (id)
		ev->topics[i] = (struct topic){ kind, id };
}

enum err
session_changed(struct request *rq, int64_t session_id, int64_t also_person)
{
	struct session_texts t;
	enum err e = staff_text(rq, session_id, &t);
	if (!e)
		e = visitor_text(rq, session_id, &t);
	if (e)
		return e;
	struct event ev = { .kind = EVENT_SESSION, .subject = session_id, .data = t.staff, .customer_data = t.visitor };
	topic_add(&ev, TOPIC_SHOP, t.row.shop_id);
	topic_add(&ev, TOPIC_CUSTOMER, t.row.customer_id);
	topic_add(&ev, TOPIC_SESSION, session_id);
	topic_add(&ev, TOPIC_PERSON, t.row.agent_id_set ? t.row.agent_id : 0);
	topic_add(&ev, TOPIC_PERSON, also_person);
	e = emit(rq, &ev);
	return e ? e : groups_tell(rq, &t, false);
}

enum err
session_refreshed(struct request *rq, int64_t session_id)
{
	struct session_texts t;
	enum err e = staff_text(rq, session_id, &t);
	if (e)
		return e;
	struct event ev = { .kind = EVENT_SESSION, .subject = session_id, .data = t.staff, .transient = true };
	topic_add(&ev, TOPIC_SHOP, t.row.shop_id);
	e = emit(rq, &ev);
	return e ? e : groups_tell(rq, &t, true);
}

enum err
session_place_tell(struct request *rq, int64_t session_id, int64_t customer_id)
{
	struct session_texts t;
	enum err e = visitor_text(rq, session_id, &t);
	if (e)
		return e;
	return emit(rq, &(struct event){ .kind = EVENT_SESSION, .subject = session_id, .customer_data = t.visitor, .transient = true,
		                         .topics = { { TOPIC_CUSTOMER, customer_id } } });
}

enum err
session_log(struct request *rq, int64_t session_id, const char *what, int64_t person_id, struct str reason)
{
	struct session_log_add_in in = { .id = new_id(rq), .session_id = session_id, .at = rq->now, .what = str_of(what),
		                         .person_id_set = person_id != 0, .person_id = person_id, .reason = reason.p ? reason : STR("") };
	return db_run(rq, &session_log_add, &in, NULL);
}

static enum err
closing_tell(struct request *rq, const struct session_closing *c, int64_t agent, bool invite)
{
	enum err e = OK;
	if (invite)
		e = db_run(rq, &session_invite_add, &(struct session_invite_add_in){ new_id(rq), c->session_id, rq->now }, NULL);
	if (!e)
		e = session_log(rq, c->session_id, "closed", c->by_person, str_of(c->reason));
	if (!e)
		e = message_event_with(rq, c->session_id, "closed", c->by_person, STR_NONE, "invite", invite);
	if (!e)
		e = session_changed(rq, c->session_id, 0);
	return e ? e : emit(rq, &(struct event){ .kind = EVENT_SESSION_CLOSED, .subject = c->session_id, .ref = agent });
}

enum err
session_close(struct request *rq, const struct session_closing *c)
{
	struct session_end_in in = { .session_id = c->session_id, .closed_by_set = c->by_person != 0, .closed_by = c->by_person,
		                     .close_note = c->note.p ? c->note : STR(""), .category_id_set = c->category_id != 0,
		                     .category_id = c->category_id, .now = rq->now };
	struct session_end_out row;
	enum err e = db_one(rq, &session_end, &in, &row);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "The conversation is closed already", "会话已经结束");
	if (e)
		return e;
	return closing_tell(rq, c, row.agent_id_set ? row.agent_id : 0, c->invite && row.agent_id_set);
}

int64_t
session_return_ms(struct request *rq)
{
	return setting_int(rq->app, SETTING_RETURN_WINDOW_MIN) * 60 * 1000;
}

enum err
session_reopen(struct request *rq, int64_t session_id, int64_t closed_after)
{
	struct session_again_out row;
	enum err e = db_one(rq, &session_again, &(struct session_again_in){ session_id, closed_after, rq->now }, &row);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_WRONG_STATE, "session_id", "The conversation has ended; open a new one", "会话已结束，请重新发起");
	if (!e)
		e = session_log(rq, session_id, "reopened", rq->who.person_id, STR(""));
	if (!e)
		e = message_event(rq, session_id, "returned", 0, STR_NONE);
	if (!e)
		e = session_changed(rq, session_id, 0);
	return e ? e : emit(rq, &(struct event){ .kind = EVENT_SESSION_WAITING, .subject = session_id });
}

enum err
session_latest_of(struct request *rq, int64_t customer_id, int64_t *ret_session, bool *ret_live)
{
	struct session_latest_out row;
	enum err e = db_one(rq, &session_latest, &(struct session_latest_in){ customer_id, rq->now - session_return_ms(rq) }, &row);
	if (e && e != ERR_NOT_FOUND)
		return e;
	*ret_session = e ? 0 : row.id;
	*ret_live = !e && !str_eqz(row.state, "closed");
	return OK;
}

enum err
session_write(struct request *rq, int64_t session_id)
{
	return db_row(rq, &session_view, &(struct session_view_in){ session_id });
}

enum err
session_visitor_write(struct request *rq, int64_t session_id)
{
	if (session_id)
		return db_row(rq, &session_visitor_view, &(struct session_visitor_view_in){ session_id });
	jw_null(&rq->w);
	return OK;
}
