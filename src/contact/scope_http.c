#include "contact/scope.h"

#include "contact/scope_sql.h"
#include "base/banned.h"

enum err
session_see(struct request *rq, int64_t session_id, struct session_face *ret_face)
{
	struct scope_session_out row;
	enum err e = db_one(rq, &scope_session, &(struct scope_session_in){ .session_id = session_id, .viewer = rq->who.person_id }, &row);
	if (e)
		return e;
	struct session_face face = { .id = session_id, .shop_id = row.shop_id, .customer_id = row.customer_id, .agent_id = row.agent_id,
		                     .agent_group_id = row.agent_group_id, .group_id = row.group_id, .wanted_id = row.wanted_id,
		                     .seq = row.seq, .closed_at = row.closed_at, .state = row.state, .viewer_serves = row.viewer_serves };
	if (!session_visible(&rq->who, &face))
		return ERR_NOT_FOUND;
	*ret_face = face;
	return OK;
}

enum err
session_manage(struct request *rq, int64_t session_id, struct session_face *ret_face)
{
	struct session_face face;
	enum err e = session_see(rq, session_id, &face);
	if (e)
		return e;
	if (!session_managed(&rq->who, &face))
		return fail_text(rq, ERR_FORBIDDEN, NULL, "This conversation is another agent's", "该会话由其他客服接待");
	*ret_face = face;
	return OK;
}

enum err
customer_see(struct request *rq, int64_t customer_id)
{
	struct scope_customer_out row;
	struct scope_customer_in in = { .customer_id = customer_id };
	if (rq->who.kind != CALLER_PERSON)
		return rq->who.kind == CALLER_SYSTEM ? OK : ERR_NOT_FOUND;
	input_server_fields(rq, &scope_customer, &in);
	enum err e = db_one(rq, &scope_customer, &in, &row);
	if (e)
		return e;
	bool by_shop = rq->who.scope == SCOPE_ALL || rq->who.scope == SCOPE_SHOP;
	return (by_shop ? caller_sees_shop(&rq->who, row.shop_id) : row.served) ? OK : ERR_NOT_FOUND;
}
