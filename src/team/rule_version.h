/*
 * What figures are counted with, by date: a setting marked DATED (of the whole centre) and a shop's profile are changed from a business day on. What
 * they were before the first change stands where it always stood: in the table setting, and with the shop. A day of a closed month, or before one, is
 * refused: its figures were paid by. Who counts with them: measure/versions.h.
 */
#ifndef TEAM_RULE_VERSION_H
#define TEAM_RULE_VERSION_H

#include "app/app.h"

struct rule_change {
	int64_t id, from_day, set_at;
	struct str name, value, set_by_name; /* no set_by_name: an import brought it */
};
/* Of one shop, or (shop_id 0) of the centre; ascending by from_day. */
struct rule_changes {
	struct rule_change *all;
	size_t n, cap;
	int64_t today;          /* its business day */
	struct str profile;     /* of the shop, before its first change */
};

/* ERR_NOT_FOUND: no such shop. */
enum err rule_changes_read(struct request *rq, int64_t shop_id, struct rule_changes *ret_changes) MUST_CHECK;
/* What it is on a day; before: what it was before the first change. ret_at (may be NULL): the change that made it so, or NULL. */
struct str rule_on(const struct rule_changes *c, struct str name, int64_t day, struct str before, const struct rule_change **ret_at);
/* The next change after a day, or NULL. */
const struct rule_change *rule_after(const struct rule_changes *c, struct str name, int64_t day);

/* The day a person named (no value: today). ERR_BAD_FIELD, ERR_WRONG_STATE with the field "from". */
enum err rule_from(struct request *rq, int64_t shop_id, const struct rule_changes *c, struct str from, int64_t *ret_day) MUST_CHECK;
/* Nothing is written when it is so already. */
enum err rule_put(struct request *rq, int64_t shop_id, const struct rule_changes *c, struct str name, struct str before, int64_t from_day,
    struct str value) MUST_CHECK;
/*
 * A shop's time zone and cut hour (cut_hour_set: with one) say to which day a moment belongs, in every month alike: once a month of the shop is closed they
 * stay, or its figures would be others. ERR_WRONG_STATE with the field.
 */
enum err shop_calendar_keep(struct request *rq, int64_t shop_id, struct str timezone, bool cut_hour_set, int64_t cut_hour) MUST_CHECK;
/* A shop's profile from a day on (no value: today), and who counts is told. */
enum err profile_put(struct request *rq, int64_t shop_id, struct str profile, struct str from) MUST_CHECK;

#endif
