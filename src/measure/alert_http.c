#include "measure/alert_feature.h"
#include "measure/alert_sql.h"
#include "measure/deliver_sql.h"
#include "team/team.h"
#include "base/banned.h"

enum { RULES_MAX = 200 };

static bool
sees_all(const struct request *rq)
{
	return rq->who.scope == SCOPE_ALL;
}

/* Who does not see everything names a shop or a group of the own scope. 0: none. */
static enum err
place_check(struct request *rq, int64_t shop_id, int64_t group_id)
{
	const struct caller *c = &rq->who;
	if (c->scope == SCOPE_ALL)
		return OK;
	if (shop_id && (c->scope != SCOPE_SHOP || !caller_sees_shop(c, shop_id)))
		return fail_text(rq, ERR_NOT_FOUND, "shop_id", "There is no such shop within your reach", "没有该店铺或无权查看");
	if (group_id && !reach_group(c, group_id))
		return fail_text(rq, ERR_NOT_FOUND, "group_id", "There is no such group within your reach", "没有该组别或无权查看");
	if (!shop_id && !group_id)
		return fail_text(rq, ERR_BAD_FIELD, "group_id", "Name one of your shops or your group", "请指定您的店铺或组别");
	return OK;
}

/* Only through a delivery of the alert's own owner. 0: none. */
static enum err
delivery_check(struct request *rq, int64_t delivery_id, int64_t owner_id)
{
	struct delivery_get_out d;
	if (!delivery_id)
		return OK;
	enum err e = db_one(rq, &delivery_get, &(struct delivery_get_in){ delivery_id }, &d);
	if (e == ERR_NOT_FOUND || (!e && d.owner_id != owner_id))
		return fail_text(rq, ERR_NOT_FOUND, "delivery_id", "There is no such delivery of yours", "没有这个推送");
	return e;
}

static enum err
place_missing(struct request *rq, bool group)
{
	return fail_text(rq, ERR_REFERENCED, group ? "group_id" : "shop_id", "There is no such shop or group", "没有该店铺或组别");
}

static enum err
alert_post(struct request *rq, const void *in)
{
	const struct alert_add_in *add = in;
	struct alert_count_out count;
	enum err e = place_check(rq, add->shop_id_set ? add->shop_id : 0, add->group_id_set ? add->group_id : 0);
	if (!e)
		e = delivery_check(rq, add->delivery_id_set ? add->delivery_id : 0, rq->who.person_id);
	if (!e)
		e = db_one(rq, &alert_count, NULL, &count);
	if (!e && count.n >= RULES_MAX)
		return fail_text(rq, ERR_TOO_MANY, NULL, "200 alerts are the most", "最多 200 条预警");
	if (!e)
		e = db_json(rq, &alert_add, add);
	if (e == ERR_REFERENCED)
		return place_missing(rq, add->group_id_set);
	return e ? e : audit_input(rq, add->new_id, &alert_add, add);
}

static enum err
alert_own(struct request *rq, int64_t id, struct alert_get_out *a)
{
	enum err e = db_one(rq, &alert_get, &(struct alert_get_in){ id }, a);
	if (e)
		return e;
	return a->owner_id == rq->who.person_id || sees_all(rq) ? OK : ERR_NOT_FOUND;
}

static enum err
alert_patch(struct request *rq, const void *in)
{
	const struct alert_change_in *body = in;
	struct alert_get_out was;
	enum err e = alert_own(rq, body->alert_id, &was);
	if (e)
		return e;
	if (body->shop_id_set || body->group_id_set)
		e = place_check(rq, body->shop_id_set ? body->shop_id : was.shop_id_set ? was.shop_id : 0,
		                body->group_id_set ? body->group_id : was.group_id_set ? was.group_id : 0);
	if (!e)
		e = delivery_check(rq, body->delivery_id_set ? body->delivery_id : 0, was.owner_id);
	if (!e)
		e = db_json(rq, &alert_change, body);
	if (e == ERR_REFERENCED)
		return place_missing(rq, body->group_id_set && body->group_id);
	return e ? e : audit_input(rq, body->alert_id, &alert_change, body);
}

static enum err
alert_delete_do(struct request *rq, const void *in)
{
	const struct alert_path_in *path = in;
	struct alert_get_out was;
	enum err e = alert_own(rq, path->alert_id, &was);
	return e ? e : db_run(rq, &alert_delete, &(struct alert_delete_in){ path->alert_id }, NULL);
}

static enum err
alert_list_get(struct request *rq, const void *in)
{
	(void)in;
	return db_json(rq, &alert_list, &(struct alert_list_in){ rq->who.person_id, sees_all(rq) });
}

static enum err
alert_log_get(struct request *rq, const void *in)
{
	(void)in;
	return db_json(rq, &alert_history, &(struct alert_history_in){ rq->who.person_id, sees_all(rq) });
}

static const struct route routes[] = {
	{ GET, "/api/v1/alerts", PERM_BOARD, LANE_READ, .out = &alert_list, .list = true, .handler = alert_list_get,
	  .help = "Thresholds on live figures: the own ones, with scope all everybody's; firing_since while it fires" },
	{ POST, "/api/v1/alerts", PERM_BOARD, LANE_WRITE, .query = &alert_add, .handler = alert_post, .audit = "alert",
	  .help = "Alert when a live figure is beyond a value for hold_s seconds: in the page, and through a delivery of one's own" },
	{ PATCH, "/api/v1/alerts/{alert_id}", PERM_BOARD, LANE_WRITE, .query = &alert_change, .handler = alert_patch, .audit = "alert",
	  .help = "Change an alert; what it fired for before stays in the log" },
	{ DELETE, "/api/v1/alerts/{alert_id}", PERM_BOARD, LANE_WRITE, .in = &alert_path, .handler = alert_delete_do, .audit = "alert",
	  .help = "Delete an alert" },
	{ GET, "/api/v1/alerts/log", PERM_BOARD, LANE_READ, .out = &alert_history, .list = true, .handler = alert_log_get,
	  .help = "The newest 200 alerts: since when, until when, and the worst value" },
};

const struct feature measure_alert_pages_feature = { .name = "alert pages", ROUTES(routes) };
