#include <stddef.h>

#include "app/auth.h"
#include "search/pinyin.h"
#include "team/features.h"
#include "team/group_sql.h"
#include "team/login.h"
#include "team/login_sql.h"
#include "team/password.h"
#include "team/people.h"
#include "team/person.h"
#include "team/settings.h"
#include "team/state.h"

#include "base/banned.h"

enum { SKILLS_MAX = 200 };

static enum err
people_get(struct request *rq, const void *in)
{
	const struct person_list_in *q = in;
	return page_write(rq, &person_list, q, q->limit_set ? q->limit : 1000, offsetof(struct person_list_out, id));
}

static enum err
account_check(struct request *rq, struct str typed, struct str *ret)
{
	enum err e = account_clean(rq->arena, typed, ret);
	return e == ERR_BAD_FIELD ? fail_text(rq, e, "account", "2 to 64 characters without blanks", "2 到 64 个字符，不含空格") : e;
}

static enum err
account_taken(struct request *rq, enum err e)
{
	return e == ERR_EXISTS ? fail_text(rq, e, "account", "This account or key is taken", "该账号或编号已存在") : e;
}

/* [{"id": 3, "level": 2}, ...] */
static enum err
skills_store(struct request *rq, int64_t person_id, struct str json)
{
	const struct json *list;
	enum err e = json_parse(rq->arena, json, &list, NULL);
	if (e && e != ERR_BAD_JSON)
		return e;
	if (e || json_kind(list) != JSON_ARRAY || json_count(list) > SKILLS_MAX)
		return fail(rq, ERR_BAD_FIELD, "skills", NULL);
	e = db_run(rq, &person_skills_clear, &(struct person_skills_clear_in){ .person_id = person_id }, NULL);
	for (size_t i = 0; !e && i < json_count(list); i++) {
		const struct json *v = json_at(list, i);
		struct person_skill_add_in add = { .person_id = person_id, .skill_id = json_int(json_get(v, "id"), 0),
			.level = json_int(json_get(v, "level"), 1) };
		if (add.skill_id <= 0 || add.level < 1 || add.level > 10)
			return fail_text(rq, ERR_BAD_FIELD, "skills", "Each skill needs an id, and a level from 1 to 10",
			    "每项技能需要编号和 1 到 10 的等级");
		e = db_run(rq, &person_skill_add, &add, NULL);
	}
	return e == ERR_REFERENCED ? fail_text(rq, e, "skills", "There is no such skill", "没有这项技能") : e;
}

struct secret {
	struct str plain, hash; /* plain: only when the server made it */
};

static enum err
person_prepare(struct request *rq, const void *in)
{
	const struct person_create_in *body = in;
	struct str account;
	struct secret *s = arena_alloc(rq->arena, sizeof *s);
	if (!s)
		return ERR_NO_MEMORY;
	enum err e = account_check(rq, body->account, &account);
	if (!e && body->password.p)
		e = password_refuse(rq, body->password, account, "password");
	if (e)
		return e;
	if (!body->password.p)
		s->plain = password_make(rq->arena);
	e = password_hash(rq->arena, body->password.p ? body->password : s->plain, &s->hash);
	rq->prepared = s;
	return e;
}

static enum err
person_store(struct request *rq, const struct person_create_in *body, struct person_add_in *add, const struct ids *shops)
{
	enum err e = account_taken(rq, db_run(rq, &person_add, add, NULL));
	if (!e)
		e = person_shops_store(rq, add->id, shops);
	if (!e && body->skills.p)
		e = skills_store(rq, add->id, body->skills);
	return e;
}

/* The audit's words of a person: the fields without the password. */
static enum err
audit_person(struct request *rq, const struct person_patch_in *fields)
{
	return audit_input(rq, fields->person_id, &person_patch, fields);
}

static enum err
person_post(struct request *rq, const void *in)
{
	const struct person_create_in *body = in;
	const struct secret *secret = rq->prepared;
	struct ids shops, none = { NULL, 0 };
	struct person_add_in add = { .id = new_id(rq),
		.key = body->key,
		.role_id_set = true,
		.role_id = body->role_id,
		.group_id_set = body->group_id_set,
		.group_id = body->group_id,
		.lang = body->lang.p ? body->lang : STR("zh"),
		.password = secret->hash,
		.must_change = true,
		.now = rq->now };
	add.capacity = body->capacity_set ? body->capacity : setting_int(rq->app, SETTING_CAPACITY_DEFAULT);
	if (!add.key.p)
		add.key = key_make(rq, "person", add.id);
	if (!label_clean(body->name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = account_check(rq, body->account, &add.account);
	if (!e)
		e = pinyin_keys(rq->arena, add.name, &add.pinyin);
	if (!e)
		e = ids_read(rq, body->shops, "shops", &shops);
	if (!e)
		e = role_grant(rq, body->role_id);
	if (!e && body->group_id_set)
		e = group_grant(rq, body->group_id);
	if (!e)
		e = shops_grant(rq, &none, &shops);
	if (!e)
		e = newcomer_within(rq, body->group_id_set ? body->group_id : 0, &shops);
	if (!e)
		e = person_store(rq, body, &add, &shops);
	if (!e)
		e = audit_person(rq, &(struct person_patch_in){ .person_id = add.id,
					 .account = add.account,
					 .name = add.name,
					 .role_id_set = true,
					 .role_id = add.role_id,
					 .group_id_set = add.group_id_set,
					 .group_id = add.group_id,
					 .shops = body->shops });
	if (!e)
		e = team_changed(rq, "person", add.id);
	if (!e)
		row_write(&rq->w, &person_created, &(struct person_created_out){ .id = add.id, .password = secret->plain });
	return e;
}

/* Everything a person leaves behind who may no longer work here. */
static enum err
person_end(struct request *rq, int64_t person_id)
{
	enum err e = db_run(rq, &login_end_others, &(struct login_end_others_in){ .person_id = person_id }, NULL);
	return e ? e : agent_state_set(rq, person_id, STR("offline"), STR(""));
}

static enum err
patch_allowed(struct request *rq, const struct person_patch_in *body, const struct target *t, struct ids *shops)
{
	struct ids had;
	bool self = body->person_id == rq->who.person_id,
	     moves = body->role_id_set || body->group_id_set || body->shops.p || body->left_set;
	if (self && moves && rq->who.scope != SCOPE_ALL)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "Nobody changes the own role, group or shops", "不能更改自己的角色、组或店铺");
	enum err e = ids_read(rq, body->shops, "shops", shops);
	if (!e && body->role_id_set)
		e = role_grant(rq, body->role_id);
	if (!e && body->group_id_set && t->row.group_id_set && rq->who.scope != SCOPE_ALL)
		e = group_grant(rq, t->row.group_id);
	if (!e && body->group_id_set)
		e = group_grant(rq, body->group_id);
	if (!e && body->shops.p)
		e = ids_query(rq, &person_own_shops, &(struct person_own_shops_in){ .person_id = body->person_id }, &had);
	if (!e && body->shops.p)
		e = shops_grant(rq, &had, shops);
	if (!e && ((body->role_id_set && body->role_id != t->row.role_id) || (body->left_set && body->left)))
		e = administrator_stays(rq, t);
	return e;
}

static enum err
patch_store(struct request *rq, const struct person_patch_in *body, const struct ids *shops)
{
	struct person_change_in change = { .person_id = body->person_id,
		.role_id_set = body->role_id_set,
		.role_id = body->role_id,
		.group_id_set = body->group_id_set,
		.group_id = body->group_id,
		.capacity_set = body->capacity_set,
		.capacity = body->capacity,
		.lang = body->lang,
		.left_set = body->left_set,
		.left = body->left,
		.now = rq->now };
	enum err e = OK;
	if (body->account.p)
		e = account_check(rq, body->account, &change.account);
	if (!e && body->name.p && !label_clean(body->name, &change.name))
		e = fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (!e && body->name.p)
		e = pinyin_keys(rq->arena, change.name, &change.pinyin);
	if (!e)
		e = account_taken(rq, db_run(rq, &person_change, &change, NULL));
	if (!e && body->shops.p)
		e = person_shops_store(rq, body->person_id, shops);
	if (!e && body->skills.p)
		e = skills_store(rq, body->person_id, body->skills);
	if (!e && body->left_set && body->left)
		e = person_end(rq, body->person_id);
	return e;
}

static enum err
person_patch_do(struct request *rq, const void *in)
{
	const struct person_patch_in *body = in;
	struct target t;
	struct ids shops;
	enum err e = target_load(rq, body->person_id, &t);
	if (!e)
		e = patch_allowed(rq, body, &t, &shops);
	if (!e)
		e = patch_store(rq, body, &shops);
	if (!e)
		e = audit_person(rq, body);
	if (!e)
		e = auth_refresh(rq);
	return e ? e : team_changed(rq, "person", body->person_id);
}

static enum err
disable_post(struct request *rq, const void *in)
{
	const struct person_path_in *body = in;
	struct target t;
	enum err e = target_load(rq, body->person_id, &t);
	if (!e && body->person_id == rq->who.person_id)
		e = fail_text(rq, ERR_WRONG_STATE, NULL, "Nobody disables the own account", "不能停用自己的账号");
	if (!e)
		e = administrator_stays(rq, &t);
	if (!e)
		e = db_run(rq, &person_disable, &(struct person_disable_in){ .person_id = body->person_id, .now = rq->now }, NULL);
	if (!e)
		e = person_end(rq, body->person_id);
	if (!e)
		e = auth_refresh(rq);
	return e ? e : team_changed(rq, "person", body->person_id);
}

static enum err
enable_post(struct request *rq, const void *in)
{
	const struct person_path_in *body = in;
	struct target t;
	enum err e = target_load(rq, body->person_id, &t);
	if (!e)
		e = db_run(rq, &person_enable, &(struct person_enable_in){ .person_id = body->person_id }, NULL);
	return e ? e : team_changed(rq, "person", body->person_id);
}

static enum err
password_post(struct request *rq, const void *in)
{
	const struct person_path_in *body = in;
	struct target t;
	struct person_reset_reply_out reply;
	if (body->person_id == rq->who.person_id)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "Change the own password under the own account", "请在个人设置中修改自己的密码");
	enum err e = target_load(rq, body->person_id, &t);
	if (e)
		return e;
	if (!t.row.account.p || t.row.disabled_at_set || t.row.left_at_set)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "This person cannot sign in", "该人员当前不能登录");
	reply.link = reset_link(rq, body->person_id, t.row.password, &reply.expires_at);
	if (!reply.link.p)
		return ERR_NO_MEMORY;
	row_write(&rq->w, &person_reset_reply, &reply);
	return OK;
}

static enum err
logins_get(struct request *rq, const void *in)
{
	const struct person_path_in *body = in;
	struct target t;
	enum err e = target_load(rq, body->person_id, &t);
	struct login_list_in q = { .person_id = body->person_id, .current = rq->who.login_id, .now = rq->now };
	return e ? e : db_json(rq, &login_list, &q);
}

static enum err
login_delete(struct request *rq, const void *in)
{
	const struct person_login_path_in *body = in;
	struct target t;
	enum err e = target_load(rq, body->person_id, &t);
	if (!e)
		e = db_json(rq, &login_end, &(struct login_end_in){ .person_id = body->person_id, .login_id = body->login_id });
	return e ? e : auth_refresh(rq);
}

static enum err
skill_post(struct request *rq, const void *in)
{
	struct skill_add_in add = *(const struct skill_add_in *)in;
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_json(rq, &skill_add, &add);
	if (!e)
		e = audit_input(rq, add.new_id, &skill_add, &add);
	return e ? e : team_changed(rq, "skill", add.new_id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/people", PERM_TEAM_SEE, LANE_READ, .query = &person_list, .list = true, .handler = people_get,
	    .help = "People within the own scope; q finds names, pinyin, initials, accounts; left: also those who left" },
	{ POST, "/api/v1/people", PERM_TEAM_EDIT, LANE_WRITE, .in = &person_create, .out = &person_created, .prepare = person_prepare,
	    .handler = person_post, .audit = "person",
	    .help = "Add a person; without a password one is made and shown once; it must be changed at the first sign-in" },
	{ PATCH, "/api/v1/people/{person_id}", PERM_TEAM_EDIT, LANE_WRITE, .in = &person_patch, .handler = person_patch_do,
	    .audit = "person", .help = "Change a person; group_id 0: none; left: true when the person goes" },
	{ POST, "/api/v1/people/{person_id}/password", PERM_PASSWORD_RESET, LANE_WRITE, .in = &person_path, .out = &person_reset_reply,
	    .handler = password_post, .audit = "person",
	    .help = "A one-use link with which the person sets a new password; nobody else ever sees it" },
	{ POST, "/api/v1/people/{person_id}/disable", PERM_TEAM_EDIT, LANE_WRITE, .in = &person_path, .handler = disable_post,
	    .audit = "person", .help = "No more signing in; ends every login and socket" },
	{ POST, "/api/v1/people/{person_id}/enable", PERM_TEAM_EDIT, LANE_WRITE, .in = &person_path, .handler = enable_post,
	    .audit = "person", .help = "Let a disabled person sign in again" },
	{ GET, "/api/v1/people/{person_id}/logins", PERM_TEAM_EDIT, LANE_READ, .in = &person_path, .out = &login_list, .list = true,
	    .handler = logins_get, .help = "Where a person is signed in" },
	{ DELETE, "/api/v1/people/{person_id}/logins/{login_id}", PERM_TEAM_EDIT, LANE_WRITE, .in = &person_login_path,
	    .handler = login_delete, .audit = "login", .help = "End a person's login and its sockets" },
	{ GET, "/api/v1/skills", PERM_SIGNED_IN, LANE_READ, .query = &skill_list, .list = true, .help = "Skills that people can hold" },
	{ POST, "/api/v1/skills", PERM_TEAM_EDIT, LANE_WRITE, .query = &skill_add, .handler = skill_post, .audit = "skill",
	    .help = "Add a skill" },
};

const struct feature team_person_feature = { .name = "people", ROUTES(routes) };
