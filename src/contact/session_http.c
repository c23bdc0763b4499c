/* The visitor's side of a session: open, close, look back. */
#include "contact/session.h"

#include "contact/message.h"
#include "contact/rate.h"
#include "contact/session_sql.h"
#include "team/hours_load.h"
#include "team/settings.h"
#include "base/banned.h"

static struct str
in_language(const struct request *rq, struct str zh, struct str en)
{
	bool english = str_eqz(str_of(rq->who.lang), "en");
	if (english && en.n)
		return en;
	return zh.n || english ? zh : en;
}

static enum err
shop_must_be_open(struct request *rq, const struct session_shop_out *shop)
{
	struct shop_hours hours;
	enum err e = hours_load(rq->db, rq->arena, rq->who.shop_id, &hours);
	if (e || shop_hours_open(&hours, rq->now))
		return e;
	struct str text = in_language(rq, shop->away_text, shop->away_text_en);
	return fail(rq, ERR_WRONG_STATE, "shop", text.n ? arena_str(rq->arena, text).p : NULL);
}

static enum err
session_begin(struct request *rq, const struct session_shop_out *shop, const struct session_open_in_in *body, int64_t *ret_id)
{
	/* Several groups may serve the shop: then it waits for whoever of them is free. */
	struct session_add_in in = { .id = new_id(rq), .shop_id = rq->who.shop_id, .customer_id = rq->who.customer_id, .now = rq->now,
		                     .group_id_set = shop->groups == 1, .group_id = shop->group_id, .page = body->page.p ? body->page : STR(""),
		                     .skill = body->skill.p ? str_trim(body->skill) : STR_NONE };
	struct str greeting = in_language(rq, shop->greeting, shop->greeting_en);
	enum err e = db_run(rq, &session_add, &in, NULL);
	if (!e)
		e = session_log(rq, in.id, "queued", 0, STR(""));
	if (!e && greeting.n)
		e = message_auto(rq, in.id, greeting);
	if (!e)
		e = session_changed(rq, in.id, 0);
	if (!e)
		e = emit(rq, &(struct event){ .kind = EVENT_SESSION_WAITING, .subject = in.id });
	if (!e)
		*ret_id = in.id;
	return e;
}

static enum err
chat_open(struct request *rq, const void *in)
{
	const struct session_open_in_in *body = in;
	struct session_customer_lock_out customer;
	struct session_shop_out shop;
	int64_t id;
	bool live;
	enum err e = db_one(rq, &session_customer_lock, &(struct session_customer_lock_in){ rq->who.customer_id }, &customer);
	if (e)
		return e;
	if (customer.blocked_at_set)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "This chat is not available to you", "您暂时无法使用在线咨询");
	e = session_latest_of(rq, rq->who.customer_id, &id, &live);
	if (!e && live)
		return session_visitor_write(rq, id);
	if (!e)
		e = rate_check(rq, RATE_SESSION);
	if (!e)
		e = db_one(rq, &session_shop, &(struct session_shop_in){ rq->who.shop_id }, &shop);
	if (!e)
		e = shop_must_be_open(rq, &shop);
	if (!e)
		e = session_begin(rq, &shop, body, &id);
	return e ? e : session_visitor_write(rq, id);
}

static enum err
chat_close(struct request *rq, const void *in)
{
	const struct session_path_in *body = in;
	struct session_face face;
	enum err e = session_see(rq, body->session_id, &face);
	if (!e)
		e = session_close(rq, &(struct session_closing){ .session_id = face.id, .reason = "customer",
			                                         .invite = setting_on(rq->app, SETTING_RATING_INVITE) });
	return e ? e : session_visitor_write(rq, face.id);
}

static const struct route routes[] = {
	{ SOCKET, "chat_open", PERM_VISITOR, LANE_WRITE, .in = &session_open_in, .out = &session_visitor_view, .handler = chat_open,
	  .help = "Open a chat with the shop, or go on with the one that is open" },
	{ SOCKET, "chat_close", PERM_VISITOR, LANE_WRITE, .in = &session_path, .out = &session_visitor_view, .handler = chat_close,
	  .help = "End the own chat" },
	{ SOCKET, "chat_history", PERM_VISITOR, LANE_READ, .query = &session_visitor_history, .list = true,
	  .help = "The visitor's own earlier chats" },
};

const struct feature contact_session_feature = { .name = "session", ROUTES(routes) };
