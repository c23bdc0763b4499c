#include "team/account.h"

#include <stdio.h>

#include "app/app.h"
#include "base/id.h"
#include "search/pinyin.h"
#include "team/account_sql.h"
#include "team/password.h"
#include "team/person.h"
#include "base/banned.h"

static enum err
not_known(const char *what, struct str name, char why[200])
{
	snprintf(why, 200, "%s \"%.*s\" is not known", what, name.n > 80 ? 80 : (int)name.n, name.p ? name.p : "");
	return ERR_NOT_FOUND;
}

static enum err
shop_find(struct db *db, struct arena *a, struct str key, int64_t *ret_id, char why[200])
{
	struct account_shop_find_out row;
	enum err e = query_one(db, &account_shop_find, &(struct account_shop_find_in){ key }, a, &row);
	if (e)
		return e == ERR_NOT_FOUND ? not_known("shop", key, why) : e;
	*ret_id = row.id;
	return OK;
}

static enum err
shops_known(struct db *db, struct arena *a, struct str shops, char why[200])
{
	struct str key;
	int64_t id;
	enum err e = OK;
	while (!e && !str_eqz(shops, "all") && shops.p && str_split(&shops, ',', &key))
		e = shop_find(db, a, str_trim(key), &id, why);
	return e;
}

static enum err
shops_give(struct db *db, struct arena *a, int64_t person, struct str shops, char why[200])
{
	struct str key;
	int64_t id;
	enum err e = OK;
	if (str_eqz(shops, "all"))
		return query_run(db, &account_all_shops, &(struct account_all_shops_in){ person }, NULL);
	while (!e && shops.p && str_split(&shops, ',', &key)) {
		e = shop_find(db, a, str_trim(key), &id, why);
		if (!e)
			e = query_run(db, &account_shop, &(struct account_shop_in){ person, id }, NULL);
	}
	return e;
}

/* An account that somebody has already is given again only to that very person, named by key. */
static enum err
account_free(struct db *db, struct arena *a, const struct account_wish *w, struct str account, char why[200])
{
	struct account_owner_out owner;
	enum err e = query_one(db, &account_owner, &(struct account_owner_in){ account }, a, &owner);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (w->key.n && str_eq(owner.key, w->key))
		return OK;
	snprintf(why, 200, "the account \"%.*s\" exists already; \"user password\" gives it a new password", STR_ARG(account));
	return ERR_EXISTS;
}

enum err
account_give(struct db *db, struct arena *a, const struct account_wish *w, struct str *ret_password, char why[200])
{
	struct id_maker ids;
	struct account_role_out role;
	struct account_group_out group = { 0 };
	struct account_put_out row;
	struct account_put_in in = { .key = w->key.n ? w->key : w->account, .now = w->now, .name = w->name };
	enum err e = ids_start(db, 14, &ids);
	if (e)
		return e;
	in.id = id_next(&ids, w->now);
	e = account_clean(a, w->account, &in.account);
	if (e) {
		snprintf(why, 200, "an account has 2 to 64 characters without blanks");
		return e;
	}
	e = account_free(db, a, w, in.account, why);
	if (e)
		return e;
	e = query_one(db, &account_role, &(struct account_role_in){ w->role }, a, &role);
	if (e)
		return e == ERR_NOT_FOUND ? not_known("role", w->role, why) : e;
	if (w->group.n)
		e = query_one(db, &account_group, &(struct account_group_in){ w->group }, a, &group);
	if (e)
		return e == ERR_NOT_FOUND ? not_known("group", w->group, why) : e;
	e = shops_known(db, a, w->shops, why);
	if (e)
		return e;
	in.role_id = role.id;
	in.group_id_set = group.id != 0;
	in.group_id = group.id;
	if (w->name.n)
		e = pinyin_keys(a, w->name, &in.pinyin);
	struct str password = password_make(a);
	if (!e && password.p)
		e = password_hash(a, password, &in.password);
	if (!e)
		e = query_one(db, &account_put, &in, a, &row);
	if (!e)
		e = shops_give(db, a, row.id, w->shops, why);
	if (e)
		snprintf(why, 200, "%s: %.150s", err_text(e, "en"), db_error(db));
	else
		*ret_password = password;
	return e;
}

enum err
account_reset(struct db *db, struct arena *a, struct str account, int64_t now, struct str *ret_password)
{
	struct account_password_out row;
	struct account_password_in in = { .must_change = true, .now = now };
	struct str password = password_make(a);
	enum err e = account_clean(a, account, &in.account);
	if (!e)
		e = password_hash(a, password, &in.password);
	if (!e)
		e = query_one(db, &account_password, &in, a, &row);
	if (!e)
		e = query_run(db, &account_logins_end, &(struct account_logins_end_in){ row.id }, NULL);
	if (!e)
		*ret_password = password;
	return e;
}
