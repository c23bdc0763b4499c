/* What figures are counted with, by date: a setting of the figures, or a shop's profile, as it was changed from a business day on. */
#include <stdio.h>

#include "base/clock.h"
#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "team/rule_version_sql.h"
#include "team/settings.h"
#include "base/banned.h"

/* Where the line stands, or would: the version of this very day, what held on it so far, and the last closed month that it would reach into. */
struct standing {
	int64_t id; /* 0: there is none of this day */
	struct str value, month, shop_name;
};

static enum err
standing_find(struct import *im, const struct rule_there_in *rule, const char *fallback, struct standing *ret)
{
	struct standing s = { 0 };
	struct rule_there_out there;
	struct rule_closed_last_out closed;
	enum err e = query_one(im->db, &rule_there, rule, im->arena, &there);
	if (e)
		return e;
	s.id = there.id_set ? there.id : 0;
	s.value = there.value.p ? there.value : str_of(fallback);
	e = query_one(im->db, &rule_closed_last, &(struct rule_closed_last_in){ rule->shop_id_set, rule->shop_id }, im->arena, &closed);
	if (e && e != ERR_NOT_FOUND)
		return e;
	char from[11];
	date_print(rule->from_day, from);
	if (!e && str_cmp((struct str){ from, 7 }, closed.month) <= 0) {
		s.month = closed.month;
		s.shop_name = closed.shop_name;
	}
	*ret = s;
	return OK;
}

/* The first day of the month after it. */
static void
month_after(struct str month, char ret_day[11])
{
	int64_t day;
	char text[11];
	snprintf(text, sizeof text, "%.7s-28", month.p);
	if (!date_parse(str_of(text), &day))
		day = 0;
	do
		date_print(++day, ret_day);
	while (ret_day[8] != '0' || ret_day[9] != '1');
}

static enum err
rule_put(struct import *im, const struct rule_there_in *rule, int64_t id, struct str value, int64_t at, int64_t by)
{
	struct rule_put_shop_in shop = { id, rule->shop_id, rule->name, rule->from_day, value, at, by != 0, by };
	struct rule_put_centre_in centre = { id, rule->name, rule->from_day, value, at, by != 0, by };
	return rule->shop_id_set ? query_run(im->db, &rule_put_shop, &shop, NULL) : query_run(im->db, &rule_put_centre, &centre, NULL);
}

/* A value of its kind, as it is stored. */
static enum err
value_clean(struct import *im, const struct rule_there_in *rule, struct str value, struct str *ret_value, const char **ret_fallback)
{
	static const char *const profiles[] = { "taobao", "jd", "douyin", "pdd", "callcentre", "plain", NULL };
	enum setting s = setting_find(rule->name);
	*ret_fallback = "plain";
	if (rule->shop_id_set) {
		for (const char *const *p = profiles; *p; p++)
			if (str_eqz(rule->name, "profile") && str_eqz(value, *p)) {
				*ret_value = value;
				return OK;
			}
		return line_refuse(im, "of a shop a profile is expected: taobao, jd, douyin, pdd, callcentre or plain");
	}
	if (s == SETTING_COUNT || !setting_table[s].dated)
		return line_refuse(im, "no figure depends on a setting \"%.60s\"", rule->name.p);
	*ret_fallback = setting_table[s].fallback;
	enum err e = setting_clean(im->arena, s, value.p ? value : STR(""), ret_value);
	return e == ERR_BAD_FIELD ? line_refuse(im, "value \"%.60s\" does not fit %s", value.p ? value.p : "", setting_table[s].name) : e;
}

static enum err
rule_store(struct import *im, const struct rule_there_in *rule, struct str value, const char *fallback, int64_t at, int64_t by, const struct json *o,
    enum verdict *ret)
{
	struct standing s = { 0 };
	struct seen seen;
	char first[11];
	enum err e = line_seen(im, IMPORT_RULE, o, &seen, ret);
	if (!e && *ret != UNCHANGED)
		e = standing_find(im, rule, fallback, &s);
	if (e || *ret == UNCHANGED)
		return e;
	bool same = str_eq(s.value, value);
	if (s.month.p && !same) {
		month_after(s.month, first);
		return line_refuse(im, "from: %.7s of %.60s is closed: %s at the earliest", s.month.p, s.shop_name.p, first);
	}
	if (same && s.id) {
		*ret = UNCHANGED;
		return OK;
	}
	/* Of a closed time, and so already: nothing is to be written. */
	int64_t id = s.id ? s.id : import_id(im);
	seen.row = s.id ? s.id : seen.row;
	*ret = seen.row ? UPDATED : CREATED;
	if (!s.month.p)
		e = rule_put(im, rule, id, value, at, by);
	if (!e)
		e = line_keep(im, &seen, id);
	if (!e)
		span_note(im, im->o->now); /* so that who counts is told */
	return e;
}

enum err
rule_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct rule_there_in rule = { 0 };
	struct str from = STR_NONE, value = STR_NONE, shop = STR_NONE;
	const char *fallback;
	int64_t at = 0, by = 0;
	if (!im->o->rules)
		return line_refuse(im, "what figures are counted with is imported by who may change settings");
	enum err e = member_text(im, o, "name", true, 60, &rule.name);
	if (!e)
		e = member_text(im, o, "shop", false, 200, &shop);
	if (!e && shop.p)
		e = line_shop(im, o, &rule.shop_id);
	if (!e)
		e = member_text(im, o, "from", false, 10, &from);
	if (!e)
		e = member_text(im, o, "value", false, 1000, &value);
	if (!e)
		e = member_time(im, o, "at", false, &at);
	if (!e)
		e = line_person(im, o, "by", false, &by);
	if (e)
		return e;
	rule.shop_id_set = shop.p != NULL;
	if (from.p && !date_parse(from, &rule.from_day))
		return line_refuse(im, "from \"%.20s\" is no date like 2026-03-31", from.p);
	e = value_clean(im, &rule, value, &value, &fallback);
	return e ? e : rule_store(im, &rule, value, fallback, at ? at : im->o->now, by, o, ret);
}
