/* Changing people, for the handlers that do: one by one, or a whole list. All from WRITE handlers. */
#ifndef TEAM_PEOPLE_H
#define TEAM_PEOPLE_H

#include "team/person_sql.h"
#include "team/team.h"

/* A person whom the caller may touch: within the scope, and holding no more rights than the caller. */
struct target {
	struct person_get_out row;
	struct place place;
	struct rights rights;
};
/* ERR_NOT_FOUND beyond the scope (as if there were nobody), ERR_FORBIDDEN for somebody with more rights. */
enum err target_load(struct request *rq, int64_t person_id, struct target *ret) MUST_CHECK;

/* May the caller hand out this role, this group (0: none), these shops? Else the error is said. */
enum err role_grant(struct request *rq, int64_t role_id) MUST_CHECK;
enum err group_grant(struct request *rq, int64_t group_id) MUST_CHECK;
/* had: the person's shops so far; only what changes must be the caller's. */
enum err shops_grant(struct request *rq, const struct ids *had, const struct ids *wanted) MUST_CHECK;
/* A new person in this group with these shops must be within the caller's scope. */
enum err newcomer_within(struct request *rq, int64_t group_id, const struct ids *shops) MUST_CHECK;

enum err person_shops_store(struct request *rq, int64_t person_id, const struct ids *shops) MUST_CHECK;
/* "/reset#..." to be handed over; good until *ret_expires_at. hash: the person's present one. */
struct str reset_link(struct request *rq, int64_t person_id, struct str hash, int64_t *ret_expires_at);
/* Before an administrator goes: ERR_WRONG_STATE when nobody else could administer. */
enum err administrator_stays(struct request *rq, const struct target *t) MUST_CHECK;

#endif
