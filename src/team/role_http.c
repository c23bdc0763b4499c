#include "app/auth.h"
#include "base/clock.h"
#include "team/role_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

#define P(name) PERM_BIT(PERM_##name)
#define AGENT (P(CHAT) | P(CHAT_SEE) | P(SEARCH) | P(CUSTOMER_EDIT))
#define LEAD (AGENT | P(CHAT_MANAGE) | P(BOARD) | P(REPORT) | P(TEAM_SEE) | P(PASSWORD_RESET))

static const struct {
	const char *key, *name, *name_en;
	enum scope scope;
	uint64_t permissions;
} builtin[] = {
	{ "agent", "客服", "Agent", SCOPE_OWN, AGENT },
	{ "lead", "班长", "Team lead", SCOPE_GROUP, LEAD },
	{ "supervisor", "主管", "Supervisor", SCOPE_SHOP, LEAD | P(PHRASE_BASE) | P(EXPORT) | P(TEAM_EDIT) },
	{ "inspector", "质检", "Inspector", SCOPE_SHOP, P(CHAT_SEE) | P(SEARCH) | P(REPORT) | P(QUALITY) | P(BOARD) },
	{ "trainer", "培训师", "Trainer", SCOPE_SHOP, P(CHAT_SEE) | P(SEARCH) | P(REPORT) | P(TRAINING) | P(PHRASE_BASE) },
	{ "manager", "经理", "Manager", SCOPE_ALL, P(CHAT_SEE) | P(SEARCH) | P(REPORT) | P(EXPORT) | P(BOARD) | P(TEAM_SEE) | P(AUDIT_SEE) },
	{ "administrator", "管理员", "Administrator", SCOPE_ALL, RIGHTS_ALL },
	{ "staff", "其他部门", "Other department", SCOPE_OWN, 0 },
	{ "client", "委托方", "Client", SCOPE_SHOP, P(CHAT_SEE) | P(REPORT) },
};

static enum err
roles_start(struct app *app, struct db *db)
{
	struct arena *a = arena_new(1 << 16);
	struct str all;
	enum err e = a ? OK : ERR_NO_MEMORY;
	for (size_t i = 0; !e && i < sizeof builtin / sizeof *builtin; i++) {
		struct role_seed_in in = { .id = id_next(app_ids(app), clock_now()),
			.key = str_of(builtin[i].key),
			.name = str_of(builtin[i].name),
			.name_en = str_of(builtin[i].name_en),
			.scope = str_of(scope_name(builtin[i].scope)) };
		e = permissions_print(a, builtin[i].permissions, &in.permissions);
		if (!e)
			e = query_run(db, &role_seed, &in, NULL);
	}
	if (!e)
		e = permissions_print(a, RIGHTS_ALL, &all);
	if (!e)
		e = query_run(db, &role_administrator_refresh, &(struct role_administrator_refresh_in){ .permissions = all }, NULL);
	arena_free(a);
	return e;
}

static enum err
permissions_get(struct request *rq, const void *in)
{
	(void)in;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (int i = 0; i < PERM_COUNT; i++) {
		const struct permission_row *p = &permission_table[i];
		if (PERM_BIT(i) & RIGHTS_ALL)
			row_write(&rq->w, &permission_shape,
			          &(struct permission_shape_out){ .name = str_of(p->name), .zh = str_of(p->zh), .en = str_of(p->en) });
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return OK;
}

/* What a role would hold, checked against the caller's own rights; the permissions in the table's order. */
static enum err
rights_checked(struct request *rq, struct rights had, struct str scope, struct str *permissions)
{
	struct rights r = had;
	enum err e = OK;
	if (scope.p && !scope_parse(scope, &r.scope))
		return fail(rq, ERR_BAD_FIELD, "scope", NULL);
	if (permissions->p)
		e = permissions_parse(rq->arena, *permissions, &r.permissions);
	if (e)
		return e == ERR_BAD_FIELD ? fail_text(rq, e, "permissions", "A list of permission names is expected", "应为权限名称列表") : e;
	if (!rights_within(r, rights_of(&rq->who)) || !rights_within(had, rights_of(&rq->who)))
		return fail_text(rq, ERR_FORBIDDEN, "permissions", "Nobody gives more than the own rights", "不能授予超出自己的权限");
	return permissions->p ? permissions_print(rq->arena, r.permissions, permissions) : OK;
}

static enum err
role_post(struct request *rq, const void *in)
{
	struct role_add_in add = *(const struct role_add_in *)in;
	if (!add.key.p)
		add.key = key_make(rq, "role", add.new_id);
	if (!key_valid(add.key))
		return fail(rq, ERR_BAD_FIELD, "key", NULL);
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = rights_checked(rq, (struct rights){ 0, SCOPE_OWN }, add.scope, &add.permissions);
	if (!e)
		e = db_json(rq, &role_add, &add);
	if (!e)
		e = audit_input(rq, add.new_id, &role_add, &add);
	return e ? e : team_changed(rq, "role", add.new_id);
}

static enum err
role_patch(struct request *rq, const void *in)
{
	struct role_change_in change = *(const struct role_change_in *)in;
	struct role_get_out role;
	struct rights had;
	if (change.name.p && !label_clean(change.name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_one(rq, &role_get, &(struct role_get_in){ .id = change.role_id }, &role);
	if (e)
		return e;
	if (str_eqz(role.key, "administrator") && (change.scope.p || change.permissions.p))
		return fail_text(rq, ERR_WRONG_STATE, NULL, "The administrator always may do everything", "管理员始终拥有全部权限");
	e = permissions_parse(rq->arena, role.permissions, &had.permissions);
	if (e)
		return e;
	if (!scope_parse(role.scope, &had.scope))
		return ERR_INTERNAL;
	e = rights_checked(rq, had, change.scope, &change.permissions);
	if (!e)
		e = db_json(rq, &role_change, &change);
	if (!e)
		e = audit_input(rq, change.role_id, &role_change, &change);
	if (!e)
		e = auth_refresh(rq);
	return e ? e : team_changed(rq, "role", change.role_id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/roles", PERM_TEAM_SEE, LANE_READ, .query = &role_list, .list = true,
	    .help = "Roles with scope, permissions and number of people" },
	{ POST, "/api/v1/roles", PERM_ROLE_EDIT, LANE_WRITE, .query = &role_add, .handler = role_post, .audit = "role",
	    .help = "Add a role; it can hold no more than the own rights" },
	{ PATCH, "/api/v1/roles/{role_id}", PERM_ROLE_EDIT, LANE_WRITE, .query = &role_change, .handler = role_patch, .audit = "role",
	    .help = "Change a role's names, scope, permissions" },
	{ GET, "/api/v1/permissions", PERM_TEAM_SEE, LANE_READ, .out = &permission_shape, .list = true, .handler = permissions_get,
	    .help = "Every permission that a role can hold, with its names" },
};

const struct feature team_role_feature = { .name = "roles", ROUTES(routes), .start = roles_start };
