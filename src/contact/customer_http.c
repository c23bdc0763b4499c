/* The customer panel: profile, orders, earlier conversations. */
#include "contact/customer.h"

#include "contact/customer_sql.h"
#include "contact/scope.h"
#include "contact/session_sql.h"
#include "base/banned.h"

static enum err
customer_get(struct request *rq, const void *in)
{
	const struct customer_view_in *b = in;
	enum err e = customer_see(rq, b->customer_id);
	return e ? e : db_json(rq, &customer_view, b);
}

static enum err
customer_patch(struct request *rq, const void *in)
{
	const struct customer_edit_in *b = in;
	enum err e = customer_see(rq, b->customer_id);
	if (e)
		return e;
	if (!customer_phone_ok(b->phone))
		return fail_text(rq, ERR_BAD_FIELD, "phone", "This is no telephone number", "电话号码不正确");
	if (!customer_email_ok(b->email))
		return fail_text(rq, ERR_BAD_FIELD, "email", "This is no e-mail address", "邮箱不正确");
	if (!customer_flag_ok(b->flag))
		return fail_text(rq, ERR_BAD_FIELD, "flag", "There is no such flag", "没有这种旗标");
	e = db_run(rq, &customer_edit, b, NULL);
	if (!e)
		e = emit(rq, &(struct event){ .kind = EVENT_CUSTOMER, .subject = b->customer_id, .topics = { { TOPIC_STAFF, 0 } } });
	return e ? e : db_row(rq, &customer_view, &(struct customer_view_in){ b->customer_id });
}

static enum err
customer_orders_get(struct request *rq, const void *in)
{
	const struct customer_orders_in *b = in;
	enum err e = customer_see(rq, b->customer_id);
	return e ? e : db_json(rq, &customer_orders, b);
}

static enum err
customer_sessions_get(struct request *rq, const void *in)
{
	const struct session_of_customer_in *b = in;
	enum err e = customer_see(rq, b->customer_id);
	return e ? e : db_json(rq, &session_of_customer, b);
}

static const struct route routes[] = {
	{ GET, "/api/v1/customers/{customer_id}", PERM_CHAT_SEE, LANE_READ, .query = &customer_view, .handler = customer_get,
	  .help = "A customer's profile" },
	{ PATCH, "/api/v1/customers/{customer_id}", PERM_CUSTOMER_EDIT, LANE_WRITE, .in = &customer_edit, .out = &customer_view,
	  .handler = customer_patch, .audit = "customer", .help = "Change a customer's profile, note or flag" },
	{ GET, "/api/v1/customers/{customer_id}/orders", PERM_CHAT_SEE, LANE_READ, .query = &customer_orders, .list = true,
	  .handler = customer_orders_get, .help = "A customer's orders with payments and refunds, newest first" },
	{ GET, "/api/v1/customers/{customer_id}/sessions", PERM_CHAT_SEE, LANE_READ, .query = &session_of_customer, .list = true,
	  .handler = customer_sessions_get, .help = "A customer's conversations, newest first" },
};

const struct feature contact_customer_feature = { .name = "customer", ROUTES(routes) };
