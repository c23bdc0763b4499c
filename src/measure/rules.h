/*
 * What figures are computed with: the profile (how a platform counts) and the organisation's settings. A report's header prints both, since
 * practitioners compare our numbers with their marketplace's.
 */
#ifndef MEASURE_RULES_H
#define MEASURE_RULES_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "json/json.h"

/* How a platform counts (product/metrics.md, "Platform profiles"). */
struct profile {
	const char *key, *name_zh, *name_en;
	int64_t continue_ms;  /* a message so soon after the last close continues the old session; 0: a close ends it */
	int64_t round_cap_ms; /* in the average reply a round counts at most so much; 0: no cap */
	bool leave_zero;      /* replies that show as 0 seconds are not in the average reply */
	bool same_day;        /* rounds that were not answered the same business day are not in the average reply */
	bool first_only;      /* the answer rates look at the first reply of a session only */
	int hour_from, hour_to; /* the answer rates look at what began in [from, to) on the shop's wall clock: rounds, or with first_only sessions */
};

/* plain, taobao, jd, douyin, pdd, callcentre; ends with key NULL. */
extern const struct profile profiles[];
/* NULL when nobody knows it. */
const struct profile *profile_find(struct str key);

enum { WITHIN_COUNT = 2, WITHIN_WAS_MAX = 40, CODE_WORD_MAX = 60, LEFT_OUT_MAX = 4 * 200 };

enum sales_refunds { SALES_GROSS, SALES_LESS_ON_REFUND_DAY, SALES_LESS_ON_ORDER_DAY, SALES_REFUNDS_COUNT };
enum call_abandoned { ABANDONED_AGAINST, ABANDONED_IGNORED, ABANDONED_AFTER_N, CALL_ABANDONED_COUNT };
extern const char *const attribution_names[], *const sales_refunds_names[], *const call_abandoned_names[];

struct measure_rules {
	int64_t session_gap_min;
	int64_t within_s[WITHIN_COUNT];       /* n of the answer rates */
	char within_was[WITHIN_COUNT][WITHIN_WAS_MAX]; /* no setting: the other n of a report's days, as "30, 45"; for the names of its figures */
	int64_t slow_s, slow_rounds;          /* slow_num: so many rounds slower than this */
	int64_t long_min;                     /* long_num */
	int64_t effective_replies, effective_lines; /* effective_num: human replies, and customer lines after the first of them */
	int64_t fcr_hours;
	bool leave_staff, leave_empty;
	int64_t code_word_times, single_line_replies, monologue_lines, forwarded_lines; /* 0: this filter is off */
	int64_t attribution;                   /* enum attribution */
	bool by_rounds;                        /* of several candidates who had most rounds, else who was last in contact */
	int64_t inquiry_days, after_sales_days, payment_days, nudge_min;
	bool effective_inquiry;                /* an inquiry is an effective reception */
	int64_t sales_refunds;                 /* enum sales_refunds */
	bool sales_postage;                    /* sales hold the postage too */
	int64_t call_within_s, call_short_s, call_abandoned; /* enum call_abandoned */
	char order_flags[LEFT_OUT_MAX + 1];    /* orders with one of these flags are left out, separated by commas */
	char after_sales[LEFT_OUT_MAX + 1];    /* keys of agents who serve after the sale */
	char code_word[4 * CODE_WORD_MAX + 1]; /* empty: off */
	char left_out[LEFT_OUT_MAX + 1];       /* keys of agents, separated by commas */
};

void measure_rules_default(struct measure_rules *r);
/* One setting by its name (team/settings.def). ERR_NOT_FOUND: no figure depends on it; ERR_BAD_FIELD with why. */
enum err measure_rules_set(struct measure_rules *r, struct str name, struct str value, char why[200]) MUST_CHECK;
/* All settings by name, as members of the object at hand; read from such an object, what it does not name stays at its default. */
void measure_rules_write(const struct measure_rules *r, struct json_writer *w);
enum err measure_rules_read(struct arena *a, struct str json, struct measure_rules *ret_rules) MUST_CHECK;
/* Of these n, the settings that are not the same in all, as they are in the k-th. */
enum { RULES_COMPARED_MAX = 400 };
void measure_rules_write_differing(const struct measure_rules *const *all, size_t n, size_t k, struct json_writer *w);
/* The same for people: "what it means: value; ...". */
void measure_rules_say_differing(const struct measure_rules *const *all, size_t n, size_t k, bool zh, struct buf *out);
/* What each of these settings means. */
void measure_rules_write_meanings(const struct measure_rules *const *all, size_t n, bool zh, struct json_writer *w);
/* The same from a parsed object; NULL: all at their defaults. ERR_NO_MEMORY leaves a setting at its default. */
void measure_rules_take(struct arena *a, const struct json *all, struct measure_rules *ret_rules);
/* Whether every figure would be the same under both. */
bool measure_rules_same(const struct measure_rules *a, const struct measure_rules *b);
/* "  name  default  help" lines of all that measure_rules_set knows. */
void measure_rules_help(struct buf *out);

#endif
