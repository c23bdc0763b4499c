#include "team/rule_version.h"

#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "team/rule_version_sql.h"
#include "base/banned.h"

struct reading {
	struct request *rq;
	struct rule_changes *c;
};

static enum err
calendar_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct rule_calendar_out *s = row;
	const struct zone *zone;
	enum err e = zone_open(s->timezone, &zone);
	if (e == ERR_NOT_FOUND)
		e = zone_open(STR("Asia/Shanghai"), &zone);
	if (e)
		return e;
	g->c->today = zone_business_day(zone, g->rq->now, (int)s->cut_hour);
	g->c->profile = arena_str(g->rq->arena, s->profile);
	return g->c->profile.p ? OK : ERR_NO_MEMORY;
}

static enum err
change_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct rule_versions_out *v = row;
	struct rule_changes *c = g->c;
	struct arena *a = g->rq->arena;
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 16;
		struct rule_change *all = arena_alloc(a, cap * sizeof *all);
		if (!all)
			return ERR_NO_MEMORY;
		if (c->n)
			memcpy(all, c->all, c->n * sizeof *all);
		c->all = all;
		c->cap = cap;
	}
	struct rule_change *is = &c->all[c->n++];
	*is = (struct rule_change){ v->id, v->from_day, v->set_at, arena_str(a, v->name), arena_str(a, v->value),
		                     v->set_by_name.p ? arena_str(a, v->set_by_name) : STR_NONE };
	return is->name.p && is->value.p && (is->set_by_name.p || !v->set_by_name.p) ? OK : ERR_NO_MEMORY;
}

enum err
rule_changes_read(struct request *rq, int64_t shop_id, struct rule_changes *ret_changes)
{
	struct rule_changes c = { 0 };
	struct reading g = { rq, &c };
	const struct zone *zone;
	enum err e = db_each(rq, &rule_calendar, &(struct rule_calendar_in){ shop_id != 0, shop_id }, calendar_take, &g);
	if (!e && !c.profile.p) {
		e = shop_id ? ERR_NOT_FOUND : zone_open(STR("Asia/Shanghai"), &zone);
		c.today = e ? 0 : zone_business_day(zone, rq->now, 0);
	}
	if (!e)
		e = db_each(rq, &rule_versions, &(struct rule_versions_in){ shop_id != 0, shop_id }, change_take, &g);
	if (!e)
		*ret_changes = c;
	return e;
}

struct str
rule_on(const struct rule_changes *c, struct str name, int64_t day, struct str before, const struct rule_change **ret_at)
{
	const struct rule_change *at = NULL;
	for (size_t i = 0; i < c->n && c->all[i].from_day <= day; i++)
		if (str_eq(c->all[i].name, name))
			at = &c->all[i];
	if (ret_at)
		*ret_at = at;
	return at ? at->value : before;
}

const struct rule_change *
rule_after(const struct rule_changes *c, struct str name, int64_t day)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->all[i].from_day > day && str_eq(c->all[i].name, name))
			return &c->all[i];
	return NULL;
}

/* The first day after the last closed month; 0: none is closed. */
static enum err
open_from(struct request *rq, int64_t shop_id, struct rule_closed_last_out *last, char ret_first[11])
{
	enum err e = db_one(rq, &rule_closed_last, &(struct rule_closed_last_in){ shop_id != 0, shop_id }, last);
	int64_t day;
	char text[11];
	ret_first[0] = 0;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	struct str first = arena_printf(rq->arena, "%.*s-28", STR_ARG(last->month));
	if (!first.p)
		return ERR_NO_MEMORY;
	if (!date_parse(first, &day))
		return ERR_INTERNAL;
	do
		date_print(++day, text);
	while (text[8] != '0' || text[9] != '1');
	memcpy(ret_first, text, sizeof text);
	return OK;
}

enum err
rule_from(struct request *rq, int64_t shop_id, const struct rule_changes *c, struct str from, int64_t *ret_day)
{
	struct rule_closed_last_out last;
	int64_t day = c->today, open;
	char first[11];
	enum err e = from.n ? input_date(rq, "from", from, &day) : OK;
	if (!e)
		e = open_from(rq, shop_id, &last, first);
	if (e)
		return e;
	if (first[0] && date_parse(str_of(first), &open) && day < open) {
		struct str en = arena_printf(rq->arena, "%.*s of %.*s is closed: %s at the earliest", STR_ARG(last.month), STR_ARG(last.shop_name), first);
		struct str zh = arena_printf(rq->arena, "「%.*s」的 %.*s 已月结：最早从 %s 起", STR_ARG(last.shop_name), STR_ARG(last.month), first);
		return en.p && zh.p ? fail_text(rq, ERR_WRONG_STATE, "from", en.p, zh.p) : ERR_NO_MEMORY;
	}
	*ret_day = day;
	return OK;
}

enum err
shop_calendar_keep(struct request *rq, int64_t shop_id, struct str timezone, bool cut_hour_set, int64_t cut_hour)
{
	struct rule_calendar_out is;
	struct rule_closed_last_out last;
	enum err e = db_one(rq, &rule_calendar, &(struct rule_calendar_in){ true, shop_id }, &is);
	bool zone_differs = !e && timezone.p && !str_eq(timezone, is.timezone), hour_differs = !e && cut_hour_set && cut_hour != is.cut_hour;
	if (e || (!zone_differs && !hour_differs))
		return e;
	e = db_one(rq, &rule_closed_last, &(struct rule_closed_last_in){ true, shop_id }, &last);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	struct str en = arena_printf(rq->arena, "%.*s is closed, and its days are cut by this: it can only be changed before a shop's first month is closed", STR_ARG(last.month));
	struct str zh = arena_printf(rq->arena, "%.*s 已月结，其业务日按此划分：只能在店铺首次月结之前修改", STR_ARG(last.month));
	return en.p && zh.p ? fail_text(rq, ERR_WRONG_STATE, zone_differs ? "timezone" : "cut_hour", en.p, zh.p) : ERR_NO_MEMORY;
}

enum err
rule_put(struct request *rq, int64_t shop_id, const struct rule_changes *c, struct str name, struct str before, int64_t from_day, struct str value)
{
	int64_t id = new_id(rq), by = rq->who.person_id;
	if (str_eq(rule_on(c, name, from_day, before, NULL), value))
		return OK;
	if (shop_id)
		return db_run(rq, &rule_put_shop, &(struct rule_put_shop_in){ id, shop_id, name, from_day, value, rq->now, true, by }, NULL);
	return db_run(rq, &rule_put_centre, &(struct rule_put_centre_in){ id, name, from_day, value, rq->now, true, by }, NULL);
}
