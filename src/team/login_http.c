#include "team/login.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "app/auth.h"
#include "base/mem.h"
#include "base/rand.h"
#include "search/pinyin.h"
#include "team/login_sql.h"
#include "team/password.h"
#include "team/person.h"
#include "team/person_sql.h"
#include "team/role_sql.h"
#include "team/settings.h"
#include "team/features.h"
#include "team/team.h"
#include "team/throttle.h"

#include "base/banned.h"

enum { DAY_MS = 24 * 3600 * 1000, BROWSER_MAX = 200, SLOTS = 8192 };

struct door {
	struct throttle *accounts, *addresses;
};

/* A whole office may sit behind one address, so it gets more attempts than one account. */
static const struct throttle_rule account_rule = {
	.free_failures = 5, .first_wait_ms = 2000, .longest_wait_ms = 15 * 60000, .forget_ms = 3600000
};
static const struct throttle_rule address_rule = {
	.free_failures = 30, .first_wait_ms = 2000, .longest_wait_ms = 15 * 60000, .forget_ms = 3600000
};

static void
login_stop(struct app *app)
{
	struct door *d = app_state(app, &team_login_feature);
	if (d) {
		throttle_free(d->accounts);
		throttle_free(d->addresses);
	}
	mem_free(d);
	app_state_set(app, &team_login_feature, NULL);
}

static enum err
login_start(struct app *app, struct db *db)
{
	(void)db;
	struct door *d = mem_new(1, sizeof *d);
	if (!d)
		return ERR_NO_MEMORY;
	d->accounts = throttle_new(&account_rule, SLOTS);
	d->addresses = throttle_new(&address_rule, SLOTS);
	app_state_set(app, &team_login_feature, d);
	return d->accounts && d->addresses ? OK : ERR_NO_MEMORY;
}

/* The first half of an IPv6 address is one household's; an IPv4 address is taken whole. */
static struct str
address_name(struct arena *a, struct str address)
{
	unsigned char raw[16];
	struct str z = arena_str(a, address);
	if (!z.p || inet_pton(AF_INET6, z.p, raw) != 1 || (raw[0] | raw[1] | raw[2] | raw[3]) == 0)
		return address;
	char *half = arena_alloc(a, 8);
	if (half)
		memcpy(half, raw, 8);
	return half ? (struct str){ half, 8 } : address;
}

enum err
door_knock(struct request *rq, struct str account)
{
	struct door *d = app_state(rq->app, &team_login_feature);
	int64_t wait = throttle_begin(d->addresses, address_name(rq->arena, rq->address), rq->now);
	if (wait == 0 && account.p)
		wait = throttle_begin(d->accounts, account, rq->now);
	if (wait == 0)
		return OK;
	long long seconds = (long long)(wait + 999) / 1000;
	struct str number = arena_printf(rq->arena, "%lld", seconds);
	struct str en = arena_printf(rq->arena, "Too many attempts: wait %lld s", seconds);
	struct str zh = arena_printf(rq->arena, "尝试次数过多，请 %lld 秒后再试", seconds);
	if (!number.p || !en.p || !zh.p)
		return ERR_NO_MEMORY;
	reply_header(rq, "Retry-After", number);
	return fail_text(rq, ERR_TOO_MANY, NULL, en.p, zh.p);
}

void
door_open(struct request *rq, struct str account)
{
	struct door *d = app_state(rq->app, &team_login_feature);
	if (account.p)
		throttle_clear(d->accounts, account);
	throttle_take_back(d->addresses, address_name(rq->arena, rq->address));
}

enum err
password_refuse(struct request *rq, struct str password, struct str account, const char *field)
{
	enum password_fault fault = password_check(password, account);
	return fault ? fail_text(rq, ERR_BAD_FIELD, field, password_fault_text(fault, "en"), password_fault_text(fault, "zh")) : OK;
}

enum err
login_begin(struct request *rq, int64_t person_id, struct str *ret_csrf)
{
	int64_t days = setting_int(rq->app, SETTING_LOGIN_DAYS);
	struct str token = rand_token(rq->arena, 32), csrf = rand_token(rq->arena, 24);
	struct login_add_in add = {
		.id = new_id(rq), .person_id = person_id, .csrf = csrf, .now = rq->now, .expires_at = rq->now + days * DAY_MS
	};
	add.token_hash = auth_token_hash(rq->arena, token);
	add.address = rq->address.p ? rq->address : STR("");
	add.browser = rq->user_agent.p ? str_sub(rq->user_agent, 0, BROWSER_MAX) : STR("");
	struct str cookie = auth_cookie(rq->arena, token, days * 24 * 3600);
	if (!token.p || !csrf.p || !add.token_hash.p || !cookie.p)
		return ERR_NO_MEMORY;
	enum err e = db_run(rq, &login_prune, &(struct login_prune_in){ .person_id = person_id, .now = rq->now }, NULL);
	if (!e)
		e = db_run(rq, &login_add, &add, NULL);
	if (!e)
		e = auth_refresh(rq);
	if (e)
		return e;
	reply_header(rq, "Set-Cookie", cookie);
	*ret_csrf = csrf;
	return OK;
}

/* {"person": ME} for somebody who has just come in. */
static enum err
welcome(struct request *rq, int64_t person_id)
{
	struct str csrf;
	enum err e = login_begin(rq, person_id, &csrf);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "person");
	e = me_write(rq, person_id, csrf);
	jw_end(&rq->w);
	return e;
}

struct proven {
	int64_t person_id;
	struct str hash, account;
};

/* Who guesses from elsewhere must not lock the person out of the usual desk: a known address counts for itself. */
static enum err
account_name(struct request *rq, struct str account, struct str *ret_name)
{
	struct login_address_known_out row;
	struct login_address_known_in in = { .account = account, .address = rq->address.p ? rq->address : STR("") };
	enum err e = db_one(rq, &login_address_known, &in, &row);
	if (e)
		return e;
	*ret_name = row.known ? arena_printf(rq->arena, "%.*s %.*s", STR_ARG(account), STR_ARG(in.address)) : account;
	return ret_name->p ? OK : ERR_NO_MEMORY;
}

static enum err
account_lower(struct request *rq, struct str typed, struct login_by_account_in *ret)
{
	ret->typed = str_trim(typed);
	ret->lower = ret->typed;
	enum err e = account_clean(rq->arena, typed, &ret->lower);
	return e == ERR_BAD_FIELD ? OK : e; /* an account that cannot be costs as much as one that is not */
}

static enum err
login_prepare(struct request *rq, const void *in)
{
	const struct login_do_in *body = in;
	struct login_by_account_in by;
	struct login_by_account_out row = { 0 };
	struct str name;
	struct proven *p = arena_alloc(rq->arena, sizeof *p);
	if (!p)
		return ERR_NO_MEMORY;
	enum err e = account_lower(rq, body->account, &by);
	if (!e)
		e = account_name(rq, by.lower, &name);
	if (!e)
		e = door_knock(rq, name);
	if (e)
		return e;
	e = db_one(rq, &login_by_account, &by, &row);
	if (e && e != ERR_NOT_FOUND)
		return e;
	bool may = !e && !row.disabled_at_set && !row.left_at_set && str_eqz(row.kind, "human");
	bool right = password_matches(may ? row.password : STR_NONE, body->password);
	if (!right)
		return fail(rq, ERR_BAD_PASSWORD, NULL, NULL);
	door_open(rq, name);
	*p = (struct proven){ .person_id = row.id, .hash = row.password, .account = by.lower };
	rq->prepared = p;
	return OK;
}

/* Who proved to be this person is the one who acts, in the audit trail too. */
static enum err
proved(struct request *rq, int64_t person_id)
{
	rq->who.kind = CALLER_PERSON;
	rq->who.person_id = person_id;
	return audit_detail(rq, person_id, STR_NONE);
}

static enum err
login_post(struct request *rq, const void *in)
{
	(void)in;
	const struct proven *p = rq->prepared;
	struct person_get_out person;
	enum err e = db_one(rq, &person_get, &(struct person_get_in){ .id = p->person_id }, &person);
	if (e)
		return e == ERR_NOT_FOUND ? ERR_BAD_PASSWORD : e;
	if (person.disabled_at_set || person.left_at_set || !str_eq(person.password, p->hash))
		return fail(rq, ERR_BAD_PASSWORD, NULL, NULL);
	if (!person.role_id_set)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "This account has no role yet", "该账号尚未分配角色");
	e = proved(rq, p->person_id);
	return e ? e : welcome(rq, p->person_id);
}

static enum err
setup_get(struct request *rq, const void *in)
{
	(void)in;
	struct setup_needed_out needed;
	enum err e = db_one(rq, &setup_needed, NULL, &needed);
	if (e)
		return e;
	struct setup_reply_out reply = { .needed = needed.needed, .business_name = setting_text(rq->app, SETTING_BUSINESS_NAME) };
	row_write(&rq->w, &setup_reply, &reply);
	return OK;
}

static enum err
setup_check(struct request *rq, const struct setup_do_in *body)
{
	struct setup_needed_out needed;
	struct str token = auth_setup_token(rq->app);
	enum err e = db_one(rq, &setup_needed, NULL, &needed);
	if (e)
		return e;
	if (!needed.needed || !token.n)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "This centre is set up already: sign in", "系统已完成初始化，请直接登录");
	if (token.n != body->token.n || sodium_memcmp(token.p, body->token.p, token.n) != 0)
		return fail_text(rq, ERR_FORBIDDEN, "token", "This is not the token that the server printed at its start",
		    "不是服务启动时打印的一次性令牌");
	return OK;
}

static enum err
setup_prepare(struct request *rq, const void *in)
{
	const struct setup_do_in *body = in;
	struct str account, hash;
	struct proven *p = arena_alloc(rq->arena, sizeof *p);
	if (!p)
		return ERR_NO_MEMORY;
	enum err e = door_knock(rq, STR_NONE);
	if (!e)
		e = setup_check(rq, body);
	if (!e) {
		e = account_clean(rq->arena, body->account, &account);
		if (e == ERR_BAD_FIELD)
			return fail_text(rq, e, "account", "2 to 64 characters without blanks", "2 到 64 个字符，不含空格");
	}
	if (!e)
		e = password_refuse(rq, body->password, account, "password");
	if (!e)
		e = password_hash(rq->arena, body->password, &hash);
	if (e)
		return e;
	door_open(rq, STR_NONE);
	*p = (struct proven){ .hash = hash, .account = account };
	rq->prepared = p;
	return OK;
}

static enum err
setup_post(struct request *rq, const void *in)
{
	const struct setup_do_in *body = in;
	const struct proven *p = rq->prepared;
	struct role_find_out role;
	struct person_add_in add = { .id = new_id(rq),
		.account = p->account,
		.password = p->hash,
		.now = rq->now,
		.lang = body->lang.p ? body->lang : STR("zh"),
		.capacity = setting_int(rq->app, SETTING_CAPACITY_DEFAULT) };
	add.key = key_make(rq, "person", add.id);
	if (!label_clean(body->name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_run(rq, &role_administrator_lock, NULL, NULL);
	if (!e)
		e = setup_check(rq, body);
	if (!e)
		e = db_one(rq, &role_find, &(struct role_find_in){ .text = STR("administrator"), .lower = STR("administrator") }, &role);
	if (!e)
		e = pinyin_keys(rq->arena, add.name, &add.pinyin);
	if (e)
		return e;
	add.role_id_set = true;
	add.role_id = role.id;
	e = db_run(rq, &person_add, &add, NULL);
	if (e)
		return e == ERR_EXISTS ? fail_text(rq, e, "account", "This account is taken", "该账号已存在") : e;
	e = proved(rq, add.id);
	return e ? e : welcome(rq, add.id);
}

static enum err
reset_prepare(struct request *rq, const void *in)
{
	const struct reset_do_in *body = in;
	struct person_get_out person;
	struct str hash;
	int64_t id;
	struct proven *p = arena_alloc(rq->arena, sizeof *p);
	if (!p)
		return ERR_NO_MEMORY;
	enum err e = door_knock(rq, STR_NONE);
	if (!e)
		e = reset_token_read(body->token, rq->now, &id);
	if (!e)
		e = db_one(rq, &person_get, &(struct person_get_in){ .id = id }, &person);
	if (!e && (!person.account.p || person.disabled_at_set || person.left_at_set ||
		      !reset_token_proven(app_secret(rq->app), body->token, person.password)))
		e = ERR_GONE;
	if (e == ERR_GONE || e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_GONE, "token", "This link was used or has expired: ask for a new one", "链接已使用或已过期，请重新申请");
	door_open(rq, STR_NONE);
	if (!e)
		e = password_refuse(rq, body->password, person.account, "password");
	if (!e)
		e = password_hash(rq->arena, body->password, &hash);
	if (e)
		return e;
	*p = (struct proven){ .person_id = id, .hash = hash };
	rq->prepared = p;
	return OK;
}

static enum err
reset_post(struct request *rq, const void *in)
{
	const struct reset_do_in *body = in;
	const struct proven *p = rq->prepared;
	struct person_get_out person;
	enum err e = db_one(rq, &person_get, &(struct person_get_in){ .id = p->person_id }, &person);
	if (e)
		return e;
	if (person.disabled_at_set || person.left_at_set || !reset_token_proven(app_secret(rq->app), body->token, person.password))
		return fail_text(rq, ERR_GONE, "token", "This link was used or has expired: ask for a new one", "链接已使用或已过期，请重新申请");
	e = db_run(rq, &person_password_set,
	    &(struct person_password_set_in){ .person_id = p->person_id, .password = p->hash, .now = rq->now }, NULL);
	if (!e)
		e = db_run(rq, &login_end_others, &(struct login_end_others_in){ .person_id = p->person_id }, NULL);
	if (!e)
		e = proved(rq, p->person_id);
	if (!e)
		e = auth_refresh(rq);
	if (e)
		return e;
	row_write(&rq->w, &reset_reply, &(struct reset_reply_out){ .account = person.account });
	return OK;
}

static enum err
logout_post(struct request *rq, const void *in)
{
	(void)in;
	struct login_end_in end = { .person_id = rq->who.person_id, .login_id = rq->who.login_id };
	enum err e = db_run(rq, &login_end, &end, NULL);
	if (!e)
		e = audit_detail(rq, rq->who.person_id, STR_NONE);
	if (!e)
		e = auth_refresh(rq);
	reply_header(rq, "Set-Cookie", auth_cookie(rq->arena, STR(""), 0));
	return e;
}

static enum err
logout_in_memory(struct request *rq)
{
	reply_header(rq, "Set-Cookie", auth_cookie(rq->arena, STR(""), 0));
	return auth_forget(rq);
}

static const struct route routes[] = {
	{ GET, "/api/v1/setup", PERM_PUBLIC, LANE_READ, .out = &setup_reply, .handler = setup_get,
	    .help = "Whether nobody administers this centre yet, and whose it is" },
	{ POST, "/api/v1/setup", PERM_PUBLIC, LANE_WRITE, .in = &setup_do, .out = &login_reply, .prepare = setup_prepare,
	    .handler = setup_post, .audit = "person",
	    .help = "First run: make the administrator, with the one-use token that the server printed, and sign in" },
	{ POST, "/api/v1/login", PERM_PUBLIC, LANE_WRITE, .in = &login_do, .out = &login_reply, .prepare = login_prepare,
	    .handler = login_post, .audit = "person", .help = "Sign in: sets the cookie; 429 with Retry-After after too many failures" },
	{ POST, "/api/v1/logout", PERM_SIGNED_IN, LANE_WRITE, .handler = logout_post, .when_full = logout_in_memory, .audit = "person",
	    .while_locked = true, .help = "Sign out here" },
	{ POST, "/api/v1/reset", PERM_PUBLIC, LANE_WRITE, .in = &reset_do, .out = &reset_reply, .prepare = reset_prepare,
	    .handler = reset_post, .audit = "person", .help = "Set a new password with a one-use link; ends every login of that person" },
};

const struct feature team_login_feature = { .name = "login", ROUTES(routes), .start = login_start, .stop = login_stop };
