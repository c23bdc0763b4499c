/* Accounts from the command line, where whoever can read the database is its administrator already. */
#ifndef TEAM_ACCOUNT_H
#define TEAM_ACCOUNT_H

#include "base/arena.h"
#include "db/db.h"

struct account_wish {
	struct str account, name; /* name: no value keeps the present one */
	struct str key;           /* of the person, e.g. an imported agent's; no value: the account itself */
	struct str role, group;   /* keys; group may have no value */
	struct str shops;         /* "all", keys with commas, or no value */
	int64_t now;
};

/* Makes or changes the account and gives it a new password, told once. why: what is not known. */
enum err account_give(struct db *db, struct arena *a, const struct account_wish *w, struct str *ret_password, char why[200]) MUST_CHECK;
/* A new password to change at the next sign-in; every login of the account ends at the next start of the centre. */
enum err account_reset(struct db *db, struct arena *a, struct str account, int64_t now, struct str *ret_password) MUST_CHECK;

#endif
