#include "measure/rules.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "team/settings.h"
#include "base/banned.h"

enum { MINUTE_MS = 60000 };

/* taobao: 3-minute rate of rounds begun 08:00 to 23:00, rounds capped at 10 minutes; jd: 30-second rate of first replies in sessions begun
 * 09:00 to 23:00, a message within 10 minutes of the close continues; callcentre: an offered contact is answered once. */
const struct profile profiles[] = {
	{ "plain", "通用", "Plain", .hour_to = 24 },
	{ "taobao", "淘宝", "Taobao", .round_cap_ms = 10 * MINUTE_MS, .leave_zero = true, .same_day = true, .hour_from = 8, .hour_to = 23 },
	{ "jd", "京东", "JD", .continue_ms = 10 * MINUTE_MS, .first_only = true, .hour_from = 9, .hour_to = 23 },
	{ "douyin", "抖音", "Douyin", .same_day = true, .hour_from = 8, .hour_to = 23 },
	{ "pdd", "拼多多", "Pinduoduo", .same_day = true, .hour_from = 8, .hour_to = 23 },
	{ "callcentre", "呼叫中心", "Call centre", .first_only = true, .hour_to = 24 },
	{ 0 },
};

const char *const attribution_names[] = { "created", "created-first", "paid", NULL };
const char *const sales_refunds_names[] = { "none", "refund_day", "order_day", NULL };
const char *const call_abandoned_names[] = { "against", "ignored", "after_n", NULL };

const struct profile *
profile_find(struct str key)
{
	for (const struct profile *p = profiles; p->key; p++)
		if (str_eqz(key, p->key))
			return p;
	return NULL;
}

/* Which setting stands where. Names, ranges, defaults and help are in team/settings.def. */
static const struct place {
	enum setting setting;
	size_t offset, size; /* size: of a text */
} places[] = {
#define AT(member) offsetof(struct measure_rules, member), 0
	{ SETTING_SESSION_GAP_MIN, AT(session_gap_min) },
	{ SETTING_ANSWERED_WITHIN_1_S, AT(within_s[0]) },
	{ SETTING_ANSWERED_WITHIN_2_S, AT(within_s[1]) },
	{ SETTING_SLOW_S, AT(slow_s) },
	{ SETTING_SLOW_ROUNDS, AT(slow_rounds) },
	{ SETTING_LONG_MIN, AT(long_min) },
	{ SETTING_EFFECTIVE_REPLIES, AT(effective_replies) },
	{ SETTING_EFFECTIVE_LINES, AT(effective_lines) },
	{ SETTING_FCR_HOURS, AT(fcr_hours) },
	{ SETTING_FILTER_STAFF, AT(leave_staff) },
	{ SETTING_FILTER_EMPTY, AT(leave_empty) },
	{ SETTING_CODE_WORD, offsetof(struct measure_rules, code_word), sizeof ((struct measure_rules *)0)->code_word },
	{ SETTING_CODE_WORD_TIMES, AT(code_word_times) },
	{ SETTING_FILTER_SINGLE_LINE, AT(single_line_replies) },
	{ SETTING_FILTER_MONOLOGUE, AT(monologue_lines) },
	{ SETTING_FILTER_FORWARDED, AT(forwarded_lines) },
	{ SETTING_FILTER_AGENTS, offsetof(struct measure_rules, left_out), sizeof ((struct measure_rules *)0)->left_out },
	{ SETTING_ATTRIBUTION, AT(attribution) },
	{ SETTING_CANDIDATE_BY_ROUNDS, AT(by_rounds) },
	{ SETTING_INQUIRY_DAYS, AT(inquiry_days) },
	{ SETTING_AFTER_SALES_DAYS, AT(after_sales_days) },
	{ SETTING_PAYMENT_DAYS, AT(payment_days) },
	{ SETTING_NUDGE_MIN, AT(nudge_min) },
	{ SETTING_EFFECTIVE_INQUIRY, AT(effective_inquiry) },
	{ SETTING_SALES_REFUNDS, AT(sales_refunds) },
	{ SETTING_SALES_POSTAGE, AT(sales_postage) },
	{ SETTING_FILTER_ORDER_FLAGS, offsetof(struct measure_rules, order_flags), sizeof ((struct measure_rules *)0)->order_flags },
	{ SETTING_AFTER_SALES_AGENTS, offsetof(struct measure_rules, after_sales), sizeof ((struct measure_rules *)0)->after_sales },
	{ SETTING_CALL_WITHIN_S, AT(call_within_s) },
	{ SETTING_CALL_SHORT_S, AT(call_short_s) },
	{ SETTING_CALL_ABANDONED, AT(call_abandoned) },
#undef AT
};
enum { PLACE_COUNT = sizeof places / sizeof *places };

/* value: clean, as it is stored. */
static void
place_put(struct measure_rules *r, const struct place *p, struct str value)
{
	char *at = (char *)r + p->offset;
	int64_t n = 0;
	bool on = str_eqz(value, "true");
	switch (setting_table[p->setting].kind) {
	case SETTING_IS_INT:
		if (str_int(value, &n))
			memcpy(at, &n, sizeof n);
		break;
	case SETTING_IS_BOOL:
		memcpy(at, &on, sizeof on);
		break;
	default:
		snprintf(at, p->size, "%.*s", STR_ARG(value));
	}
}

void
measure_rules_default(struct measure_rules *r)
{
	*r = (struct measure_rules){ 0 };
	for (size_t i = 0; i < PLACE_COUNT; i++)
		place_put(r, &places[i], str_of(setting_table[places[i].setting].fallback));
}

static enum err
place_set(struct measure_rules *r, const struct place *p, struct str value, char why[200])
{
	const struct setting_row *row = &setting_table[p->setting];
	struct str clean;
	struct arena *a = arena_new(1 << 16);
	enum err e = a ? setting_clean(a, p->setting, value, &clean) : ERR_NO_MEMORY;
	if (!e && p->size && clean.n >= p->size)
		e = ERR_BAD_FIELD;
	if (!e)
		place_put(r, p, clean);
	else if (row->kind == SETTING_IS_BOOL)
		snprintf(why, 200, "%s is on or off", row->name);
	else
		snprintf(why, 200, "%s: from %lld to %lld%s", row->name, (long long)row->least, (long long)row->most,
		    p->size ? " characters" : "");
	arena_free(a);
	return e;
}

enum err
measure_rules_set(struct measure_rules *r, struct str name, struct str value, char why[200])
{
	enum setting s = setting_find(name);
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (places[i].setting == s)
			return place_set(r, &places[i], value, why);
	snprintf(why, 200, "no figure depends on a setting \"%.*s\"", name.n > 60 ? 60 : (int)name.n, name.p ? name.p : "");
	return ERR_NOT_FOUND;
}

static bool
place_same(const struct place *p, const struct measure_rules *a, const struct measure_rules *b)
{
	const char *x = (const char *)a + p->offset, *y = (const char *)b + p->offset;
	enum setting_kind kind = setting_table[p->setting].kind;
	size_t n = kind == SETTING_IS_INT ? sizeof(int64_t) : sizeof(bool);
	return kind == SETTING_IS_TEXT ? strcmp(x, y) == 0 : memcmp(x, y, n) == 0;
}

bool
measure_rules_same(const struct measure_rules *a, const struct measure_rules *b)
{
	bool same = true;
	for (size_t i = 0; same && i < PLACE_COUNT; i++)
		same = place_same(&places[i], a, b);
	return same;
}

static void
place_write(const struct place *p, const struct measure_rules *r, struct json_writer *w)
{
	const char *at = (const char *)r + p->offset;
	int64_t n;
	jw_key(w, setting_table[p->setting].name);
	switch (setting_table[p->setting].kind) {
	case SETTING_IS_INT:
		memcpy(&n, at, sizeof n);
		jw_int(w, n);
		break;
	case SETTING_IS_BOOL:
		jw_bool(w, *(const bool *)at);
		break;
	default:
		jw_text(w, str_of(at));
	}
}

void
measure_rules_write(const struct measure_rules *r, struct json_writer *w)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		place_write(&places[i], r, w);
}

static bool
place_same_in_all(const struct place *p, const struct measure_rules *const *all, size_t n)
{
	bool same = true;
	for (size_t other = 1; same && other < n; other++)
		same = place_same(p, all[0], all[other]);
	return same;
}

void
measure_rules_write_differing(const struct measure_rules *const *all, size_t n, size_t k, struct json_writer *w)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (!place_same_in_all(&places[i], all, n))
			place_write(&places[i], all[k], w);
}

static void
place_say(const struct place *p, const struct measure_rules *r, bool zh, struct buf *out)
{
	const struct setting_row *row = &setting_table[p->setting];
	const char *at = (const char *)r + p->offset;
	int64_t n;
	buf_printf(out, "%s%s%s%s", out->n ? (zh ? "；" : "; ") : "", zh ? row->help_zh : row->help_en, zh ? "：" : ": ",
	           row->kind != SETTING_IS_BOOL ? "" : *(const bool *)at ? (zh ? "是" : "yes") : (zh ? "否" : "no"));
	if (row->kind == SETTING_IS_INT) {
		memcpy(&n, at, sizeof n);
		buf_printf(out, "%lld", (long long)n);
	} else if (row->kind == SETTING_IS_TEXT) {
		buf_addz(out, at[0] ? at : zh ? "无" : "none");
	}
}

void
measure_rules_say_differing(const struct measure_rules *const *all, size_t n, size_t k, bool zh, struct buf *out)
{
	for (size_t i = 0; i < PLACE_COUNT; i++)
		if (!place_same_in_all(&places[i], all, n))
			place_say(&places[i], all[k], zh, out);
}

void
measure_rules_write_meanings(const struct measure_rules *const *all, size_t n, bool zh, struct json_writer *w)
{
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		const struct setting_row *row = &setting_table[places[i].setting];
		if (!place_same_in_all(&places[i], all, n))
			jw_member_text(w, row->name, str_of(zh ? row->help_zh : row->help_en));
	}
}

void
measure_rules_take(struct arena *a, const struct json *all, struct measure_rules *ret_rules)
{
	measure_rules_default(ret_rules);
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		const struct json *v = json_get(all, setting_table[places[i].setting].name);
		struct str text = json_kind(v) == JSON_INT    ? arena_printf(a, "%lld", (long long)json_int(v, 0))
		                  : json_kind(v) == JSON_BOOL ? json_bool(v, false) ? STR("true") : STR("false")
		                                              : json_text(v);
		if (text.p)
			place_put(ret_rules, &places[i], text);
	}
}

enum err
measure_rules_read(struct arena *a, struct str json, struct measure_rules *ret_rules)
{
	const struct json *all;
	enum err e = json_parse(a, json, &all, NULL);
	if (!e)
		measure_rules_take(a, all, ret_rules);
	return e;
}

void
measure_rules_help(struct buf *out)
{
	for (size_t i = 0; i < PLACE_COUNT; i++) {
		const struct setting_row *row = &setting_table[places[i].setting];
		buf_printf(out, "  %-20s %-5s %s\n", row->name, row->fallback[0] ? row->fallback : "none", row->help_en);
	}
}
