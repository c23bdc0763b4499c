/*
 * Who may see a conversation: the one place that decides it for a single session. Lists of sessions say the same in SQL (the
 * condition of session_list in session.sql); scope_test.c and tests/api/scope.test.mjs hold both to it.
 *
 *   visitor   the own sessions
 *   all       every session
 *   shop      sessions of the own shops (person_shop and the group's group_shop)
 *   group     own ones, those of the own group or of its people, waiting ones of own shops that no group was given
 *   own       own ones; waiting ones of the own group, or of own shops that no group was given
 * Besides, who holds a live session of a customer may read that customer's other sessions in the same shop.
 */
#ifndef CONTACT_SCOPE_H
#define CONTACT_SCOPE_H

#include "app/app.h"

/* What of a session decides about it. Ids are 0 where there is none. */
struct session_face {
	int64_t id, shop_id, customer_id, agent_id, agent_group_id, group_id, wanted_id, seq, closed_at;
	struct str state;
	bool viewer_serves; /* the caller holds a live session of the same customer */
};

bool session_waits(const struct session_face *s); /* waiting or offered */
bool session_visible(const struct caller *c, const struct session_face *s);
/* May act on it: its agent, or who manages chats within whose scope it is. */
bool session_managed(const struct caller *c, const struct session_face *s);

/* The session as far as the caller may see it, else ERR_NOT_FOUND: who may not see it shall not learn that it is there. */
enum err session_see(struct request *rq, int64_t session_id, struct session_face *ret_face) MUST_CHECK;
/* The same for who wants to act on it; ERR_FORBIDDEN for who may only look. */
enum err session_manage(struct request *rq, int64_t session_id, struct session_face *ret_face) MUST_CHECK;
/* A customer whom the caller may see: of an own shop (scopes shop and all), or with a session that is visible. ERR_NOT_FOUND. */
enum err customer_see(struct request *rq, int64_t customer_id) MUST_CHECK;

#endif
