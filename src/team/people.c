#include "team/people.h"

#include "team/group_sql.h"
#include "team/person.h"
#include "team/role_sql.h"
#include "team/settings.h"

#include "base/banned.h"

enum { HOUR_MS = 3600 * 1000 };

static enum err
rights_read(struct request *rq, struct str permissions, struct str scope, struct rights *ret)
{
	*ret = (struct rights){ 0, SCOPE_OWN };
	if (!permissions.p)
		return OK;
	if (!scope_parse(scope, &ret->scope))
		return ERR_INTERNAL;
	return permissions_parse(rq->arena, permissions, &ret->permissions);
}

enum err
target_load(struct request *rq, int64_t person_id, struct target *ret)
{
	struct target t;
	struct ids shops;
	enum err e = db_one(rq, &person_get, &(struct person_get_in){ .id = person_id }, &t.row);
	if (!e)
		e = ids_query(rq, &person_shops, &(struct person_shops_in){ .person_id = person_id }, &shops);
	if (!e)
		e = rights_read(rq, t.row.role_permissions, t.row.role_scope, &t.rights);
	if (e)
		return e;
	t.place = (struct place){ person_id, t.row.group_id_set ? t.row.group_id : 0, shops.p, shops.n };
	if (!reach_person(&rq->who, &t.place))
		return ERR_NOT_FOUND;
	if (!rights_within(t.rights, rights_of(&rq->who)))
		return fail_text(rq, ERR_FORBIDDEN, NULL, "This person may do more than you", "对方的权限高于您，不能操作");
	*ret = t;
	return OK;
}

enum err
role_grant(struct request *rq, int64_t role_id)
{
	struct role_get_out role;
	struct rights r;
	enum err e = db_one(rq, &role_get, &(struct role_get_in){ .id = role_id }, &role);
	if (e)
		return e == ERR_NOT_FOUND ? fail_text(rq, ERR_BAD_FIELD, "role_id", "There is no such role", "没有这个角色") : e;
	e = rights_read(rq, role.permissions, role.scope, &r);
	if (!e && !rights_within(r, rights_of(&rq->who)))
		return fail_text(rq, ERR_FORBIDDEN, "role_id", "This role may do more than you", "该角色的权限高于您，不能授予");
	return e;
}

enum err
group_grant(struct request *rq, int64_t group_id)
{
	struct group_get_out group;
	struct ids shops;
	if (group_id == 0)
		return OK;
	enum err e = db_one(rq, &group_get, &(struct group_get_in){ .id = group_id }, &group);
	if (!e)
		e = ids_query(rq, &group_shops, &(struct group_shops_in){ .group_id = group_id }, &shops);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_BAD_FIELD, "group_id", "There is no such group", "没有这个组");
	if (e)
		return e;
	bool may = reach_group(&rq->who, group_id) || (rq->who.scope == SCOPE_SHOP && reach_shops(&rq->who, shops.p, shops.n));
	return may ? OK : fail_text(rq, ERR_FORBIDDEN, "group_id", "This group is beyond your scope", "该组超出您的管理范围");
}

enum err
shops_grant(struct request *rq, const struct ids *had, const struct ids *wanted)
{
	bool may = true;
	for (size_t i = 0; i < wanted->n; i++)
		may &= ids_has(had, wanted->p[i]) || reach_shops(&rq->who, &wanted->p[i], 1);
	for (size_t i = 0; i < had->n; i++)
		may &= ids_has(wanted, had->p[i]) || reach_shops(&rq->who, &had->p[i], 1);
	return may ? OK : fail_text(rq, ERR_FORBIDDEN, "shops", "These shops are beyond your scope", "超出您的店铺范围");
}

enum err
newcomer_within(struct request *rq, int64_t group_id, const struct ids *shops)
{
	struct ids of_group = { NULL, 0 };
	enum err e = group_id ? ids_query(rq, &group_shops, &(struct group_shops_in){ .group_id = group_id }, &of_group) : OK;
	if (e)
		return e;
	struct place own = { 0, group_id, shops->p, shops->n }, groups = { 0, group_id, of_group.p, of_group.n };
	if (reach_person(&rq->who, &own) || reach_person(&rq->who, &groups))
		return OK;
	return fail_text(rq, ERR_FORBIDDEN, rq->who.scope == SCOPE_SHOP ? "shops" : "group_id",
	    "A new person must belong to your group or one of your shops", "新人员必须属于您的组或您的店铺");
}

enum err
person_shops_store(struct request *rq, int64_t person_id, const struct ids *shops)
{
	enum err e = db_run(rq, &person_shops_clear, &(struct person_shops_clear_in){ .person_id = person_id }, NULL);
	for (size_t i = 0; !e && i < shops->n; i++)
		e = db_run(rq, &person_shop_add, &(struct person_shop_add_in){ .person_id = person_id, .shop_id = shops->p[i] }, NULL);
	return e == ERR_REFERENCED ? fail_text(rq, e, "shops", "There is no such shop", "没有这个店铺") : e;
}

struct str
reset_link(struct request *rq, int64_t person_id, struct str hash, int64_t *ret_expires_at)
{
	int64_t expires_at = rq->now + setting_int(rq->app, SETTING_RESET_LINK_HOURS) * HOUR_MS;
	struct str token = reset_token_make(rq->arena, app_secret(rq->app), person_id, expires_at, hash);
	*ret_expires_at = expires_at;
	return token.p ? arena_printf(rq->arena, "/reset#%.*s", STR_ARG(token)) : STR_NONE;
}

enum err
administrator_stays(struct request *rq, const struct target *t)
{
	struct role_administrators_out row;
	if (!str_eqz(t->row.role_key, "administrator"))
		return OK;
	enum err e = db_run(rq, &role_administrator_lock, NULL, NULL);
	if (!e)
		e = db_one(rq, &role_administrators, &(struct role_administrators_in){ .except = t->row.id }, &row);
	if (!e && row.others == 0)
		e = fail_text(rq, ERR_WRONG_STATE, NULL, "The last administrator stays", "必须保留至少一名管理员");
	return e;
}
