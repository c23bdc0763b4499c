#include "team/reach.h"

#include "base/banned.h"

const struct permission_row permission_table[PERM_COUNT] = {
#define PERMISSION(name, zh, en) { #name, zh, en },
#include "app/permissions.def"
#undef PERMISSION
};

static const char *const scopes[] = { [SCOPE_OWN] = "own", [SCOPE_GROUP] = "group", [SCOPE_SHOP] = "shop", [SCOPE_ALL] = "all" };

struct rights
rights_of(const struct caller *c)
{
	return (struct rights){ c->permissions & RIGHTS_ALL, c->scope };
}

bool
rights_within(struct rights inner, struct rights outer)
{
	return (inner.permissions & ~outer.permissions) == 0 && inner.scope <= outer.scope;
}

static bool
shop_is_own(const struct caller *c, int64_t shop_id)
{
	for (size_t i = 0; i < c->shop_count; i++)
		if (c->shops[i] == shop_id)
			return true;
	return false;
}

bool
reach_person(const struct caller *c, const struct place *p)
{
	if (c->scope == SCOPE_ALL || p->person_id == c->person_id)
		return true;
	if (c->scope == SCOPE_GROUP)
		return c->group_id && p->group_id == c->group_id;
	if (c->scope != SCOPE_SHOP)
		return false;
	for (size_t i = 0; i < p->shop_count; i++)
		if (shop_is_own(c, p->shops[i]))
			return true;
	return false;
}

bool
reach_group(const struct caller *c, int64_t group_id)
{
	return c->scope == SCOPE_ALL || (c->scope != SCOPE_OWN && c->group_id && c->group_id == group_id);
}

bool
reach_shops(const struct caller *c, const int64_t *shops, size_t n)
{
	if (c->scope == SCOPE_ALL)
		return true;
	for (size_t i = 0; i < n; i++)
		if (c->scope != SCOPE_SHOP || !shop_is_own(c, shops[i]))
			return false;
	return true;
}

const char *
scope_name(enum scope s)
{
	return scopes[s];
}

bool
scope_parse(struct str name, enum scope *ret_scope)
{
	for (int i = SCOPE_OWN; i <= SCOPE_ALL; i++) {
		if (!str_eqz(name, scopes[i]))
			continue;
		*ret_scope = (enum scope)i;
		return true;
	}
	return false;
}

static bool
permission_find(struct str name, uint64_t *set)
{
	for (int i = 0; i < PERM_COUNT; i++) {
		if (!str_eqz(name, permission_table[i].name) || !(PERM_BIT(i) & RIGHTS_ALL))
			continue;
		*set |= PERM_BIT(i);
		return true;
	}
	return false;
}

enum err
permissions_parse(struct arena *a, struct str json, uint64_t *ret_permissions)
{
	const struct json *list;
	uint64_t set = 0;
	enum err e = json_parse(a, json, &list, NULL);
	if (e)
		return e == ERR_BAD_JSON ? ERR_BAD_FIELD : e;
	if (json_kind(list) != JSON_ARRAY)
		return ERR_BAD_FIELD;
	for (size_t i = 0; i < json_count(list); i++)
		if (!permission_find(json_text(json_at(list, i)), &set))
			return ERR_BAD_FIELD;
	*ret_permissions = set;
	return OK;
}

enum err
permissions_print(struct arena *a, uint64_t permissions, struct str *ret_json)
{
	struct buf b;
	struct json_writer w;
	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_array(&w);
	for (int i = 0; i < PERM_COUNT; i++)
		if (permissions & RIGHTS_ALL & PERM_BIT(i))
			jw_text(&w, str_of(permission_table[i].name));
	jw_end(&w);
	enum err e = jw_finish(&w);
	struct str text = e ? STR_NONE : arena_str(a, buf_str(&b));
	buf_free(&b);
	if (e || !text.p)
		return ERR_NO_MEMORY;
	*ret_json = text;
	return OK;
}
