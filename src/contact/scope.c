#include "contact/scope.h"

#include "base/banned.h"

bool
session_waits(const struct session_face *s)
{
	return str_eqz(s->state, "waiting") || str_eqz(s->state, "offered");
}

/* Nobody's yet, and of the caller's own queue. */
static bool
waits_for(const struct caller *c, const struct session_face *s)
{
	if (!session_waits(s))
		return false;
	if (s->wanted_id)
		return s->wanted_id == c->person_id;
	return s->group_id ? s->group_id == c->group_id : caller_sees_shop(c, s->shop_id);
}

static bool
in_scope(const struct caller *c, const struct session_face *s)
{
	bool of_group = c->group_id && (s->group_id == c->group_id || s->agent_group_id == c->group_id);
	if (s->agent_id == c->person_id && c->person_id)
		return true;
	switch (c->scope) {
	case SCOPE_ALL:
		return true;
	case SCOPE_SHOP:
		return caller_sees_shop(c, s->shop_id);
	case SCOPE_GROUP:
		return of_group || waits_for(c, s);
	case SCOPE_OWN:
		return waits_for(c, s);
	}
	return false;
}

bool
session_visible(const struct caller *c, const struct session_face *s)
{
	switch (c->kind) {
	case CALLER_SYSTEM:
		return true;
	case CALLER_VISITOR:
		return s->customer_id == c->customer_id && c->customer_id;
	case CALLER_PERSON:
		return in_scope(c, s) || s->viewer_serves;
	case CALLER_NOBODY:
		return false;
	}
	return false;
}

bool
session_managed(const struct caller *c, const struct session_face *s)
{
	if (c->kind == CALLER_SYSTEM)
		return true;
	if (c->kind != CALLER_PERSON)
		return false;
	return (s->agent_id == c->person_id && c->person_id) || (caller_may(c, PERM_CHAT_MANAGE) && in_scope(c, s));
}
