/*
 * Who may touch whom and hand out what: nobody reaches beyond the own scope, and nobody gives away or takes over more than
 * the own role holds.
 */
#ifndef TEAM_REACH_H
#define TEAM_REACH_H

#include "app/app.h"

/* A role's rights as a set. */
struct rights {
	uint64_t permissions; /* PERM_BIT set */
	enum scope scope;
};

/* Where a person stands. shops: own and the group's. */
struct place {
	int64_t person_id, group_id; /* 0: none */
	const int64_t *shops;
	size_t shop_count;
};

/* Every permission that a role can hold. */
#define RIGHTS_ALL ((PERM_BIT(PERM_COUNT) - 1) & ~(PERM_BIT(PERM_PUBLIC) | PERM_BIT(PERM_VISITOR) | PERM_BIT(PERM_SIGNED_IN)))

struct rights rights_of(const struct caller *c);
/* All of `inner` is in `outer`. */
bool rights_within(struct rights inner, struct rights outer);

/* Is this person within the caller's scope: own: only the caller; group: same group; shop: at least one shop in common. */
bool reach_person(const struct caller *c, const struct place *p);
bool reach_group(const struct caller *c, int64_t group_id);
/* Are all these shops within the caller's: scope all, or scope shop and each one of the own. */
bool reach_shops(const struct caller *c, const int64_t *shops, size_t n);

/* "own", "group", "shop", "all"; scope_parse: false when it is none. */
const char *scope_name(enum scope s);
bool scope_parse(struct str name, enum scope *ret_scope);

struct permission_row {
	const char *name, *zh, *en;
};
extern const struct permission_row permission_table[PERM_COUNT];
/* JSON array of permission names -> set. ERR_BAD_FIELD: not an array of names that a role can hold. */
enum err permissions_parse(struct arena *a, struct str json, uint64_t *ret_permissions) MUST_CHECK;
/* ... and back, names in the table's order. */
enum err permissions_print(struct arena *a, uint64_t permissions, struct str *ret_json) MUST_CHECK;

#endif
