/* The widget's first call: who are you, may you be here, and where do we go on. */
#include "contact/visitor.h"

#include "app/socket.h"
#include "app/visitor_token.h"
#include "contact/message.h"
#include "contact/rate.h"
#include "contact/session.h"
#include "contact/visitor_sql.h"
#include "team/hours_load.h"
#include "team/settings.h"
#include "base/banned.h"

struct greeting {
	const struct visitor_hello_in_in *body;
	struct visitor_shop_out shop;
	struct visitor_identity identity; /* key has no value: nobody vouches */
	struct str lang;
	int64_t customer_id;
};

static enum err
identity_read(struct request *rq, struct greeting *g)
{
	const struct json *o;
	if (!g->body->customer.n || str_eqz(g->body->customer, "null"))
		return OK;
	enum err e = json_parse(rq->arena, g->body->customer, &o, NULL);
	if (e)
		return e;
	g->identity = (struct visitor_identity){ .key = json_text(json_get(o, "key")), .name = json_text(json_get(o, "name")),
		                                 .phone = json_text(json_get(o, "phone")), .email = json_text(json_get(o, "email")),
		                                 .sign = json_text(json_get(o, "sign")), .at = json_int(json_get(o, "at"), 0) };
	if (!g->identity.name.p)
		g->identity.name = STR("");
	e = visitor_identity_check(rq->arena, &g->identity, g->shop.visitor_key, rq->now);
	return e ? fail(rq, e, "customer", NULL) : OK;
}

static enum err
customer_make(struct request *rq, struct greeting *g, struct str key)
{
	struct visitor_customer_add_in in = { .id = new_id(rq), .shop_id = g->shop.id, .key = key,
		                              .name = g->identity.name.p ? g->identity.name : STR(""),
		                              .phone = g->identity.phone, .email = g->identity.email, .lang = g->lang, .now = rq->now };
	struct visitor_customer_out row;
	if (!in.key.p)
		in.key = arena_printf(rq->arena, "~%lld", (long long)in.id);
	enum err e = db_run(rq, &visitor_customer_add, &in, NULL);
	if (!e)
		e = db_one(rq, &visitor_customer_named, &(struct visitor_customer_named_in){ g->shop.id, in.key }, &row);
	if (!e)
		g->customer_id = row.id;
	return e;
}

enum { MOVED_MAX = 16 };

struct moved {
	int64_t sessions[MOVED_MAX];
	size_t n;
};

static enum err
session_moved(void *ctx, const void *row)
{
	struct moved *m = ctx;
	if (m->n < MOVED_MAX)
		m->sessions[m->n++] = ((const struct visitor_sessions_move_out *)row)->session_id;
	return OK;
}

/* Who was anonymous until now turns out to be somebody we know: what is under way goes on under that name. */
static enum err
customer_merge(struct request *rq, int64_t from, int64_t to)
{
	struct moved m = { .n = 0 };
	if (from == to)
		return OK;
	enum err e = db_each(rq, &visitor_sessions_move, &(struct visitor_sessions_move_in){ from, to }, session_moved, &m);
	for (size_t i = 0; !e && i < m.n; i++)
		e = session_changed(rq, m.sessions[i], 0);
	return e;
}

static enum err
customer_identify(struct request *rq, struct greeting *g, const struct visitor_customer_out *before)
{
	struct visitor_customer_out known;
	bool anonymous = before->id && visitor_is_anonymous(before->key);
	enum err e = db_one(rq, &visitor_customer_named, &(struct visitor_customer_named_in){ g->shop.id, g->identity.key }, &known);
	if (e == ERR_NOT_FOUND && !anonymous)
		return customer_make(rq, g, g->identity.key);
	if (e && e != ERR_NOT_FOUND)
		return e;
	g->customer_id = e ? before->id : known.id;
	struct visitor_customer_know_in in = { g->customer_id, g->identity.key, g->identity.name, g->identity.phone, g->identity.email };
	e = db_run(rq, &visitor_customer_know, &in, NULL);
	return e || !anonymous ? e : customer_merge(rq, before->id, g->customer_id);
}

static enum err
customer_find(struct request *rq, struct greeting *g)
{
	struct visitor_customer_out before = { 0 };
	int64_t customer, shop;
	enum err e = OK;
	if (g->body->token.n && visitor_token_verify(app_secret(rq->app), g->body->token, rq->now, &customer, &shop) && shop == g->shop.id)
		e = db_one(rq, &visitor_customer, &(struct visitor_customer_in){ customer, shop }, &before);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (before.blocked_at_set)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "This chat is not available to you", "您暂时无法使用在线咨询");
	if (g->identity.key.p)
		return customer_identify(rq, g, &before);
	g->customer_id = before.id;
	return before.id ? OK : customer_make(rq, g, STR_NONE);
}

static struct str
in_language(const struct greeting *g, struct str zh, struct str en)
{
	return str_eqz(g->lang, "en") && en.n ? en : zh;
}

static enum err
shop_write(struct request *rq, const struct greeting *g)
{
	struct shop_hours hours;
	enum err e = hours_load(rq->db, rq->arena, g->shop.id, &hours);
	if (e)
		return e;
	int64_t next = shop_hours_next(&hours, rq->now);
	jw_object(&rq->w);
	jw_member_int(&rq->w, "id", g->shop.id);
	jw_member_text(&rq->w, "name", g->shop.name);
	jw_member_text(&rq->w, "colour", g->shop.colour);
	jw_member_text(&rq->w, "currency", g->shop.currency);
	jw_member_text(&rq->w, "greeting", in_language(g, g->shop.greeting, g->shop.greeting_en));
	jw_member_text(&rq->w, "away_text", in_language(g, g->shop.away_text, g->shop.away_text_en));
	jw_member_bool(&rq->w, "open", shop_hours_open(&hours, rq->now));
	jw_key(&rq->w, "next_open_at");
	if (next == HOURS_NEVER)
		jw_null(&rq->w);
	else
		jw_int(&rq->w, next);
	jw_end(&rq->w);
	return OK;
}

static enum err
greeting_write(struct request *rq, const struct greeting *g)
{
	int64_t session;
	bool live;
	struct str token = visitor_token_make(rq->arena, app_secret(rq->app), g->customer_id, g->shop.id, rq->now);
	struct str ticket = socket_ticket_new(rq, g->customer_id, g->shop.id);
	enum err e = token.p && ticket.p ? session_latest_of(rq, g->customer_id, &session, &live) : ERR_NO_MEMORY;
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_text(&rq->w, "token", token);
	jw_member_text(&rq->w, "ticket", ticket);
	jw_member_int(&rq->w, "customer_id", g->customer_id);
	jw_key(&rq->w, "shop");
	e = shop_write(rq, g);
	jw_key(&rq->w, "session");
	if (!e)
		e = session_visitor_write(rq, session);
	jw_key(&rq->w, "limits");
	jw_object(&rq->w);
	jw_member_int(&rq->w, "file_max", setting_int(rq->app, SETTING_UPLOAD_MAX_MB) << 20);
	jw_member_int(&rq->w, "text_max", MESSAGE_TEXT_MAX);
	jw_end(&rq->w);
	jw_end(&rq->w);
	return e;
}

static enum err
visitor_hello(struct request *rq, const void *in)
{
	struct greeting g = { .body = in };
	g.lang = g.body->lang.p ? g.body->lang : str_of(rq->who.lang);
	if (str_eqz(g.lang, "en") || str_eqz(g.lang, "zh"))
		rq->who.lang[0] = g.lang.p[0], rq->who.lang[1] = g.lang.p[1];
	enum err e = rate_check(rq, RATE_HELLO);
	if (!e)
		e = db_one(rq, &visitor_shop, &(struct visitor_shop_in){ g.body->shop }, &g.shop);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, e, "shop", "There is no such shop", "没有这家店铺");
	if (!e && !rq->origin_own && !visitor_origin_ok(rq->origin, g.shop.origins))
		return ERR_BAD_ORIGIN;
	if (!e)
		e = identity_read(rq, &g);
	if (!e)
		e = customer_find(rq, &g);
	return e ? e : greeting_write(rq, &g);
}

static const struct route routes[] = {
	{ POST, "/api/v1/visitor/hello", PERM_PUBLIC, LANE_WRITE, .in = &visitor_hello_in, .out = &visitor_hello_out,
	  .handler = visitor_hello,
	  .body_max = 16384, .help = "A visitor comes: the signed name, a socket ticket, the shop, the chat under way" },
};

const struct feature contact_visitor_feature = { .name = "visitor", ROUTES(routes) };
