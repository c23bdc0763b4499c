/* A shop's business hours out of the record, ready for the questions of hours.h. */
#ifndef TEAM_HOURS_LOAD_H
#define TEAM_HOURS_LOAD_H

#include "base/arena.h"
#include "db/db.h"
#include "team/hours.h"

struct shop_hours {
	struct hours hours; /* of the arena */
	const struct zone *zone;
	bool closed; /* the shop is no longer served at all */
};

/* ERR_NOT_FOUND: no such shop. Three small queries; not from within a db_each. */
enum err hours_load(struct db *db, struct arena *a, int64_t shop_id, struct shop_hours *ret_hours) MUST_CHECK;
bool shop_hours_open(const struct shop_hours *h, int64_t now);
/* When it opens next: now when it is open, HOURS_NEVER when nothing is planned or the shop is closed for good. */
int64_t shop_hours_next(const struct shop_hours *h, int64_t now);

#endif
