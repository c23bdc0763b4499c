#include "app/config.h"
#include "base/clock.h"
#include "measure/deliver_feature.h"
#include "measure/deliver_impl.h"
#include "measure/design_sql.h"
#include "team/team.h"
#include "base/banned.h"

enum { DELIVERIES_MAX = 50 };

static enum err
target_check(struct request *rq, struct str channel, struct str target)
{
	struct str list[ADDRESSES_MAX];
	const char *en, *zh;
	enum robot kind;
	size_t n;
	if (!deliver_robot_find(channel, &kind)) {
		if (!app_config(rq->app)->smtp_url[0])
			return fail_text(rq, ERR_WRONG_STATE, "channel", "No mail server is set up: the operator enters smtp_url and smtp_from",
			                 "尚未配置邮件服务器（smtp_url、smtp_from）");
		return addresses_read(target, list, &n) ? OK
		                                        : fail_text(rq, ERR_BAD_FIELD, "target", "1 to 20 mail addresses, separated by commas, are expected",
		                                                    "应为 1 到 20 个邮箱地址，以逗号分隔");
	}
	return robot_target_good(target, str_of(app_config(rq->app)->robot_hosts), &en, &zh) ? OK : fail_text(rq, ERR_BAD_FIELD, "target", en, zh);
}

/* When it goes next. */
static enum err
schedule_check(struct request *rq, struct str json, struct str timezone, int64_t *ret_next)
{
	struct schedule s;
	struct deliver_fault f;
	const struct zone *zone;
	enum err e = schedule_read(rq->arena, json, &s, &f);
	if (e)
		return e == ERR_BAD_FIELD ? fail_text(rq, e, f.field, f.en, f.zh) : e;
	e = zone_open(timezone, &zone);
	if (!e)
		*ret_next = schedule_next(&s, zone, rq->now);
	return e;
}

static enum err
zone_find(struct request *rq, const struct delivery_in_in *body, struct str *ret)
{
	struct delivery_zone_out row;
	if (body->shop_id_set && !caller_sees_shop(&rq->who, body->shop_id))
		return fail_text(rq, ERR_NOT_FOUND, "shop_id", "There is no such shop within your reach", "没有该店铺或无权查看");
	enum err e = db_one(rq, &delivery_zone, &(struct delivery_zone_in){ body->shop_id_set, body->shop_id }, &row);
	if (e == ERR_NOT_FOUND && body->shop_id_set)
		return fail_text(rq, e, "shop_id", "There is no such shop within your reach", "没有该店铺或无权查看");
	*ret = e ? STR("Asia/Shanghai") : row.timezone;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
design_check(struct request *rq, const struct delivery_in_in *body)
{
	struct design_get_out d;
	struct design_get_in in = { .design_id = body->design_id };
	if (!body->design_id_set)
		return OK;
	input_server_fields(rq, &design_get, &in);
	enum err e = db_one(rq, &design_get, &in, &d);
	return e == ERR_NOT_FOUND ? fail_text(rq, e, "design_id", "There is no such saved report", "没有这个报表") : e;
}

static enum err
delivery_post(struct request *rq, const void *in)
{
	const struct delivery_in_in *body = in;
	struct delivery_count_out count;
	struct delivery_add_in add = { .id = new_id(rq), .owner_id = rq->who.person_id, .design_id_set = body->design_id_set,
		.design_id = body->design_id, .channel = body->channel, .target = str_trim(body->target), .secret = body->secret.p ? body->secret : STR(""),
		.schedule = body->schedule, .shop_id_set = body->shop_id_set, .shop_id = body->shop_id, .lang = str_of(rq->who.lang),
		.attach = body->attach_set && body->attach, .paused = body->paused_set && body->paused, .now = rq->now };
	if (!label_clean(body->name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = target_check(rq, add.channel, add.target);
	if (!e)
		e = zone_find(rq, body, &add.timezone);
	if (!e)
		e = schedule_check(rq, add.schedule, add.timezone, &add.next_at);
	if (!e)
		e = design_check(rq, body);
	if (!e)
		e = db_one(rq, &delivery_count, &(struct delivery_count_in){ rq->who.person_id }, &count);
	if (!e && count.n >= DELIVERIES_MAX)
		return fail_text(rq, ERR_TOO_MANY, NULL, "50 deliveries are the most", "最多 50 个推送");
	if (!e)
		e = db_run(rq, &delivery_add, &add, NULL);
	if (!e)
		e = audit_detail(rq, add.id, STR("{}"));
	if (!e)
		created_write(rq, add.id);
	return e;
}

static bool
sees_all(const struct request *rq)
{
	return rq->who.scope == SCOPE_ALL && caller_may(&rq->who, PERM_SETTING_EDIT);
}

static enum err
delivery_find(struct request *rq, int64_t id, bool to_change, struct delivery_get_out *d)
{
	enum err e = db_one(rq, &delivery_get, &(struct delivery_get_in){ id }, d);
	if (e)
		return e;
	if (d->owner_id == rq->who.person_id || (sees_all(rq) && !to_change))
		return OK;
	return sees_all(rq) ? fail_text(rq, ERR_FORBIDDEN, NULL, "Only its owner may change a delivery", "只有创建者可以修改该推送") : ERR_NOT_FOUND;
}

static enum err
delivery_patch_do(struct request *rq, const void *in)
{
	const struct delivery_patch_in *body = in;
	struct delivery_get_out d;
	struct delivery_change_in change = { .delivery_id = body->delivery_id, .secret = body->secret, .schedule = body->schedule,
		.attach_set = body->attach_set, .attach = body->attach, .paused_set = body->paused_set, .paused = body->paused };
	enum err e = delivery_find(rq, body->delivery_id, true, &d);
	if (e)
		return e;
	if (body->name.p && !label_clean(body->name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (body->target.p) {
		change.target = str_trim(body->target);
		e = target_check(rq, d.channel, change.target);
	}
	if (!e)
		e = schedule_check(rq, body->schedule.p ? body->schedule : d.schedule, d.timezone, &change.next_at);
	return e ? e : db_run(rq, &delivery_change, &change, NULL);
}

static enum err
delivery_delete_do(struct request *rq, const void *in)
{
	const struct delivery_path_in *path = in;
	struct delivery_get_out d;
	enum err e = delivery_find(rq, path->delivery_id, false, &d);
	if (!e)
		e = db_run(rq, &delivery_delete, &(struct delivery_delete_in){ path->delivery_id }, NULL);
	return e == ERR_REFERENCED ? fail_text(rq, e, NULL, "An alert still goes there", "仍有预警在使用该推送") : e;
}

static enum err
delivery_test(struct request *rq, const void *in)
{
	const struct delivery_path_in *path = in;
	struct delivery_get_out d;
	struct deliver_job_add_in job = { .id = new_id(rq), .delivery_id = path->delivery_id, .kind = STR("test"), .text = STR(""),
		                          .due_at = rq->now, .now = rq->now };
	enum err e = delivery_find(rq, path->delivery_id, true, &d);
	if (e)
		return e;
	job.slot = arena_printf(rq->arena, "test %lld", (long long)job.id);
	e = job.slot.p ? db_run(rq, &deliver_job_add, &job, NULL) : ERR_NO_MEMORY;
	if (!e)
		row_write(&rq->w, &delivery_job_out, &(struct delivery_job_out_out){ .job_id = job.id });
	return e;
}

static enum err
delivery_list_get(struct request *rq, const void *in)
{
	(void)in;
	return db_json(rq, &delivery_list, &(struct delivery_list_in){ .viewer = rq->who.person_id, .everybody = sees_all(rq) });
}

/* What the operator has set up: pages say what is missing. */
static enum err
delivery_ways_get(struct request *rq, const void *in)
{
	const struct config *c = app_config(rq->app);
	(void)in;
	row_write(&rq->w, &delivery_ways, &(struct delivery_ways_out){ .mail = c->smtp_url[0] != 0, .robot_hosts = str_of(c->robot_hosts) });
	return OK;
}

static enum err
delivery_log(struct request *rq, const void *in)
{
	const struct delivery_path_in *path = in;
	struct delivery_get_out d;
	enum err e = delivery_find(rq, path->delivery_id, false, &d);
	return e ? e : db_json(rq, &delivery_jobs, &(struct delivery_jobs_in){ path->delivery_id });
}

static const struct route routes[] = {
	{ GET, "/api/v1/deliveries", PERM_EXPORT, LANE_READ, .out = &delivery_list, .list = true, .handler = delivery_list_get,
	  .help = "What is sent by itself: the own ones, with SETTING_EDIT all" },
	{ GET, "/api/v1/deliveries/ways", PERM_EXPORT, LANE_READ, .out = &delivery_ways, .handler = delivery_ways_get,
	  .help = "What the operator has set up: whether mail can be sent, and the hosts that group robots may be at" },
	{ POST, "/api/v1/deliveries", PERM_EXPORT, LANE_WRITE, .in = &delivery_in, .out = &created_id, .handler = delivery_post, .audit = "delivery",
	  .help = "Send the digest, or a saved report, by mail or into a group robot, daily, weekly or monthly" },
	{ PATCH, "/api/v1/deliveries/{delivery_id}", PERM_EXPORT, LANE_WRITE, .in = &delivery_patch, .handler = delivery_patch_do,
	  .audit = "delivery", .help = "Change, pause or resume an own delivery" },
	{ DELETE, "/api/v1/deliveries/{delivery_id}", PERM_EXPORT, LANE_WRITE, .in = &delivery_path, .handler = delivery_delete_do,
	  .audit = "delivery", .help = "Delete an own delivery, with SETTING_EDIT any" },
	{ POST, "/api/v1/deliveries/{delivery_id}/test", PERM_EXPORT, LANE_WRITE, .in = &delivery_path, .out = &delivery_job_out,
	  .handler = delivery_test, .audit = "delivery", .help = "Send a line of test now" },
	{ GET, "/api/v1/deliveries/{delivery_id}/log", PERM_EXPORT, LANE_READ, .in = &delivery_path, .out = &delivery_jobs, .list = true,
	  .handler = delivery_log, .help = "The newest 100 messages of a delivery, and what became of them" },
};

const struct feature measure_deliver_pages_feature = { .name = "delivery pages", ROUTES(routes) };
