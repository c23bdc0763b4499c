#include "app/auth.h"
#include "team/group_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

static enum err
scope_check(struct request *rq, const struct ids *shops)
{
	if (rq->who.scope >= SCOPE_SHOP && reach_shops(&rq->who, shops->p, shops->n))
		return OK;
	return fail_text(rq, ERR_FORBIDDEN, "shops", "These shops are beyond your scope", "超出您的店铺范围");
}

static enum err
shops_store(struct request *rq, int64_t group_id, const struct ids *shops)
{
	enum err e = db_run(rq, &group_shops_clear, &(struct group_shops_clear_in){ .group_id = group_id }, NULL);
	for (size_t i = 0; !e && i < shops->n; i++)
		e = db_run(rq, &group_shop_add, &(struct group_shop_add_in){ .group_id = group_id, .shop_id = shops->p[i] }, NULL);
	return e == ERR_REFERENCED ? fail_text(rq, e, "shops", "There is no such shop", "没有这个店铺") : e;
}

static enum err
group_post(struct request *rq, const void *in)
{
	const struct group_create_in *body = in;
	struct group_add_in add = { .id = new_id(rq), .key = body->key, .now = rq->now };
	struct ids shops;
	if (!add.key.p)
		add.key = key_make(rq, "group", add.id);
	if (!key_valid(add.key))
		return fail(rq, ERR_BAD_FIELD, "key", NULL);
	if (!label_clean(body->name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = ids_read(rq, body->shops, "shops", &shops);
	if (!e && rq->who.scope == SCOPE_SHOP && shops.n == 0)
		return fail_text(rq, ERR_BAD_FIELD, "shops", "Name at least one of your shops", "请至少选择一个您的店铺");
	if (!e)
		e = scope_check(rq, &shops);
	if (!e)
		e = db_run(rq, &group_add, &add, NULL);
	if (!e)
		e = shops_store(rq, add.id, &shops);
	if (!e)
		e = audit_input(rq, add.id, &group_create, body);
	if (!e)
		e = team_changed(rq, "group", add.id);
	if (!e)
		created_write(rq, add.id);
	return e;
}

static enum err
group_patch_do(struct request *rq, const void *in)
{
	const struct group_patch_in *body = in;
	struct group_change_in change = {
		.group_id = body->group_id, .name = body->name, .closed_set = body->closed_set, .closed = body->closed, .now = rq->now
	};
	struct ids had, shops;
	int64_t changed;
	if (body->name.p && !label_clean(body->name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = ids_query(rq, &group_shops, &(struct group_shops_in){ .group_id = body->group_id }, &had);
	if (!e)
		e = ids_read(rq, body->shops, "shops", &shops);
	if (!e)
		e = scope_check(rq, &had);
	if (!e && body->shops.p)
		e = scope_check(rq, &shops);
	if (!e && rq->who.scope == SCOPE_SHOP && had.n == 0)
		return ERR_NOT_FOUND;
	if (!e)
		e = db_run(rq, &group_change, &change, &changed);
	if (!e && changed == 0)
		return ERR_NOT_FOUND;
	if (!e && body->shops.p)
		e = shops_store(rq, body->group_id, &shops);
	if (!e)
		e = audit_input(rq, body->group_id, &group_patch, body);
	if (!e)
		e = auth_refresh(rq);
	return e ? e : team_changed(rq, "group", body->group_id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/groups", PERM_SIGNED_IN, LANE_READ, .query = &group_list, .list = true, .help = "Groups within the own scope" },
	{ POST, "/api/v1/groups", PERM_TEAM_EDIT, LANE_WRITE, .in = &group_create, .out = &team_created, .handler = group_post,
	    .audit = "group", .help = "Add a group that serves these shops" },
	{ PATCH, "/api/v1/groups/{group_id}", PERM_TEAM_EDIT, LANE_WRITE, .in = &group_patch, .handler = group_patch_do, .audit = "group",
	    .help = "Rename a group, set its shops, close or reopen it" },
};

const struct feature team_group_feature = { .name = "groups", ROUTES(routes) };
