#include "app/auth.h"
#include "search/pinyin.h"
#include "team/login.h"
#include "team/login_sql.h"
#include "team/password.h"
#include "team/person_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

static enum err
shops_text(struct request *rq, int64_t person_id, struct str scope, struct str *ret)
{
	struct json_text t;
	struct json_writer own = rq->w;
	json_text_start(rq, &t);
	rq->w = t.w;
	enum err e = db_rows(rq, &me_shops, &(struct me_shops_in){ .person_id = person_id, .scope = scope });
	t.w = rq->w;
	rq->w = own;
	*ret = json_text_end(&t);
	return e ? e : ret->p ? OK : ERR_NO_MEMORY;
}

enum err
me_write(struct request *rq, int64_t person_id, struct str csrf)
{
	struct me_get_out p;
	uint64_t permissions;
	enum err e = db_one(rq, &me_get, &(struct me_get_in){ .person_id = person_id }, &p);
	if (e)
		return e;
	struct me_reply_out me = { .person_id = person_id,
		.account = p.account,
		.name = p.name,
		.lang = p.lang,
		.role_key = p.role_key,
		.role_name = p.role_name,
		.role_name_en = p.role_name_en,
		.scope = p.role_scope.p ? p.role_scope : STR("own"),
		.group_id_set = p.group_id_set,
		.group_id = p.group_id,
		.group_name = p.group_name,
		.csrf = csrf,
		.must_change = p.must_change,
		.capacity = p.capacity,
		.state = p.state.p ? p.state : STR("offline"),
		.state_reason = p.state_reason.p ? p.state_reason : STR(""),
		.state_at_set = p.state_at_set,
		.state_at = p.state_at };
	e = permissions_parse(rq->arena, p.role_permissions.p ? p.role_permissions : STR("[]"), &permissions);
	if (!e)
		e = permissions_print(rq->arena, permissions, &me.permissions);
	if (!e)
		e = shops_text(rq, person_id, me.scope, &me.shops);
	if (!e)
		row_write(&rq->w, &me_reply, &me);
	return e;
}

static enum err
me_get_do(struct request *rq, const void *in)
{
	(void)in;
	return me_write(rq, rq->who.person_id, str_of(rq->who.csrf));
}

static enum err
me_patch(struct request *rq, const void *in)
{
	struct me_change_in change = *(const struct me_change_in *)in;
	enum err e = OK;
	if (change.name.p && !label_clean(change.name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (change.name.p)
		e = pinyin_keys(rq->arena, change.name, &change.pinyin);
	if (!e)
		e = db_run(rq, &me_change, &change, NULL);
	if (!e)
		e = audit_input(rq, rq->who.person_id, &me_change, &change);
	if (!e)
		e = auth_refresh(rq);
	if (!e && change.name.p)
		e = team_changed(rq, "person", rq->who.person_id);
	return e ? e : me_write(rq, rq->who.person_id, str_of(rq->who.csrf));
}

static enum err
password_prepare(struct request *rq, const void *in)
{
	const struct me_password_in *body = in;
	struct person_get_out person;
	struct str hash, *kept = arena_alloc(rq->arena, 2 * sizeof *kept);
	if (!kept)
		return ERR_NO_MEMORY;
	enum err e = db_one(rq, &person_get, &(struct person_get_in){ .id = rq->who.person_id }, &person);
	if (!e)
		e = door_knock(rq, person.account);
	if (e)
		return e;
	if (!password_matches(person.password, body->old))
		return fail_text(rq, ERR_BAD_FIELD, "old", "The present password is wrong", "当前密码不正确");
	door_open(rq, person.account);
	e = password_refuse(rq, body->new, person.account, "new");
	if (!e && str_eq(body->old, body->new))
		e = fail_text(rq, ERR_BAD_FIELD, "new", "It is the present one", "不能与当前密码相同");
	if (!e)
		e = password_hash(rq->arena, body->new, &hash);
	if (e)
		return e;
	kept[0] = hash;
	kept[1] = person.password;
	rq->prepared = kept;
	return OK;
}

static enum err
password_post(struct request *rq, const void *in)
{
	(void)in;
	const struct str *kept = rq->prepared;
	struct person_get_out person;
	struct person_password_set_in set = { .person_id = rq->who.person_id, .password = kept[0], .now = rq->now };
	enum err e = db_one(rq, &person_get, &(struct person_get_in){ .id = rq->who.person_id }, &person);
	if (!e && !str_eq(person.password, kept[1]))
		e = ERR_CONFLICT;
	if (!e)
		e = db_run(rq, &person_password_set, &set, NULL);
	if (!e)
		e = db_run(
		    rq, &login_end_others, &(struct login_end_others_in){ .person_id = set.person_id, .except = rq->who.login_id }, NULL);
	if (!e)
		e = audit_detail(rq, set.person_id, STR_NONE);
	return e ? e : auth_refresh(rq);
}

static enum err
logins_get(struct request *rq, const void *in)
{
	(void)in;
	struct login_list_in q = { .person_id = rq->who.person_id, .current = rq->who.login_id, .now = rq->now };
	return db_json(rq, &login_list, &q);
}

static enum err
login_delete(struct request *rq, const void *in)
{
	const struct login_path_in *body = in;
	enum err e = db_json(rq, &login_end, &(struct login_end_in){ .person_id = rq->who.person_id, .login_id = body->login_id });
	return e ? e : auth_refresh(rq);
}

static const struct route routes[] = {
	{ GET, "/api/v1/me", PERM_SIGNED_IN, LANE_READ, .out = &me_reply, .handler = me_get_do, .while_locked = true,
	    .help = "Who I am, what I may do, and the csrf for the X-CSRF header" },
	{ PATCH, "/api/v1/me", PERM_SIGNED_IN, LANE_WRITE, .in = &me_change, .out = &me_reply, .handler = me_patch, .audit = "person",
	    .while_locked = true, .help = "Change the own language or name" },
	{ POST, "/api/v1/me/password", PERM_SIGNED_IN, LANE_WRITE, .in = &me_password, .prepare = password_prepare,
	    .handler = password_post, .audit = "person", .while_locked = true, .help = "Change the own password; ends the other logins" },
	{ GET, "/api/v1/me/logins", PERM_SIGNED_IN, LANE_READ, .out = &login_list, .list = true, .handler = logins_get,
	    .help = "Where I am signed in" },
	{ DELETE, "/api/v1/me/logins/{login_id}", PERM_SIGNED_IN, LANE_WRITE, .in = &login_path, .handler = login_delete, .audit = "login",
	    .help = "End one of my logins and its sockets" },
};

const struct feature team_me_feature = { .name = "me", ROUTES(routes) };
