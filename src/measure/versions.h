/*
 * Rules by date. A change of a setting or of a shop's profile holds from a business day on (the table rule_version); a day's facts and figures are
 * counted by what held on that day. An order, with all that follows from it, and an inquiry are counted by the version of the day on which they
 * were made, so that each is counted once whatever changes afterwards.
 */
#ifndef MEASURE_VERSIONS_H
#define MEASURE_VERSIONS_H

#include "db/db.h"
#include "measure/facts.h"

#define RULES_EVER INT32_MIN /* the day from which the first version holds */

/* The centre's settings; ascending by from. n 0: nobody asked yet. */
struct dated_rules {
	int32_t from;
	struct measure_rules rules;
};
struct rules_history {
	struct dated_rules *all;
	size_t n;
};

/* What the days of one shop are counted by: settings and profile together; ascending by from, the first from RULES_EVER. */
struct rule_version {
	int32_t from;
	const struct measure_rules *rules;
	const struct profile *profile;
	const bool *left_out, *after_sales; /* by person, in the loader's numbers */
	uint64_t stamp;                     /* of the resident facts: tells two versions apart */
};
struct rule_versions {
	struct rule_version *all;
	size_t n;
};

/* A shop's profile as it was changed; ascending by from. */
struct dated_profile {
	int32_t from;
	const struct profile *profile;
};

/* All in the arena. A setting that no longer fits its range stays at what it was. */
enum err rules_history_read(struct db *db, struct arena *a, struct rules_history *ret_history) MUST_CHECK;
/* These rules on every day. */
enum err rules_history_one(struct arena *a, const struct measure_rules *rules, struct rules_history *ret_history) MUST_CHECK;
const struct measure_rules *rules_at(const struct rules_history *h, int32_t day);
/* Into within_was of these rules, the last day's: the other n that the answer rates are counted with on days of [from, to]. */
void rules_within_note(const struct rules_history *h, int64_t from, int64_t to, struct measure_rules *rules);
/* The changes of all shops' profiles. */
struct profile_change {
	int64_t shop_id;
	struct dated_profile is;
};
struct profile_changes {
	struct profile_change *all;
	size_t n;
};
enum err profile_changes_read(struct db *db, struct arena *a, struct profile_changes *ret_changes) MUST_CHECK;
/* What a shop's days are counted by. first: its profile before the changes; fixed: this one whatever the shop's own, or NULL. */
enum err rule_versions_of(struct arena *a, const struct rules_history *h, const struct profile_changes *changes, int64_t shop_id,
    const struct profile *first, const struct profile *fixed, struct rule_versions *ret_versions) MUST_CHECK;

enum err rule_versions_copy(struct arena *a, const struct rule_versions *from, struct rule_versions *ret_versions) MUST_CHECK;
const struct rule_version *rule_version_at(const struct rule_versions *v, int32_t day);
/* The day after the last of version i; INT32_MAX: it has no end. */
int32_t rule_version_end(const struct rule_versions *v, size_t i);

/* Counted by this version from now on. */
void facts_by(struct facts_of *of, const struct rule_version *v);
/* The most of a setting over all versions that hold before the day `end`. */
int64_t rule_versions_most(const struct rule_versions *v, size_t offset, int32_t end);
/*
 * Which lines hold the code word of their own day, when the versions have different ones (else the query that read them knew the one word: code_word_of).
 * events: of one shop, in any order; customers: NULL, or all of them are of customers from one id to another.
 */
enum err code_words_mark(struct db *db, int64_t shop_id, const int64_t customers[2], const struct zone *zone, int cut_hour, const struct rule_versions *v,
    struct fact_event *events, size_t n) MUST_CHECK;
/* The word for the queries; empty where the versions have different ones. */
struct str code_word_of(const struct rule_versions *v);

/* The member "versions" of an object already begun, for a closed month; and read from such an object. */
void rule_versions_write(const struct rule_versions *v, struct json_writer *w);
/* ret_versions->n 0: there is no such member. */
enum err rule_versions_read(struct arena *a, struct str json, struct rule_versions *ret_versions) MUST_CHECK;

#endif
