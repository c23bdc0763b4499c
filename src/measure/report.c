#include "measure/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/month_sql.h"
#include "measure/report_sql.h"
#include "measure/store.h"
#include "measure/versions_sql.h"
#include "base/banned.h"

enum { ARENA_MAX = 64 << 20 };

void
report_free(struct report *r)
{
	facts_free(&r->facts);
	mem_free(r->customers);
	mem_free(r->rows);
	mem_free(r->cells);
	mem_free(r->figures);
	mem_free(r->row_of);
	mem_free(r->shares.all);
	mem_free(r->share_of);
	mem_free(r->first.all);
	mem_free(r->reply.all);
	arena_free(r->arena);
	*r = (struct report){ 0 };
}

/* The centre's day is that of its first shop. */
static enum err
calendar_take(void *ctx, const void *row)
{
	struct report_shop *s = ctx;
	const struct rules_calendar_out *c = row;
	s->cut_hour = (int)c->cut_hour;
	enum err e = zone_open(c->timezone, &s->zone);
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
centre_today(struct db *db, int64_t now, int32_t *ret_day)
{
	struct report_shop s = { 0 };
	enum err e = zone_open(STR("Asia/Shanghai"), &s.zone);
	if (!e)
		e = query_each(db, &rules_calendar, NULL, calendar_take, &s);
	if (!e)
		*ret_day = (int32_t)zone_business_day(s.zone, now, s.cut_hour);
	return e;
}

enum err
report_rules(struct db *db, int64_t now, struct measure_rules *ret_rules)
{
	struct rules_history h;
	int32_t today;
	struct arena *a = arena_new(ARENA_MAX);
	enum err e = a ? rules_history_read(db, a, &h) : ERR_NO_MEMORY;
	if (!e)
		e = centre_today(db, now, &today);
	if (!e)
		*ret_rules = *rules_at(&h, today);
	arena_free(a);
	return e;
}

enum err
report_history(struct db *db, struct arena *a, struct report_ask *ask)
{
	enum err e = rules_history_read(db, a, &ask->history);
	if (!e)
		ask->rules = *rules_at(&ask->history, (int32_t)ask->to);
	return e;
}

const struct rule_version *
report_version(const struct report *r, uint32_t shop, int32_t day)
{
	return rule_version_at(&r->shops[shop].versions, day);
}

/* Lists of the world grow in the arena by doubling. */
static void *
list_room(struct arena *a, void *all, size_t n, size_t size)
{
	if (n & (n - 1) || (n && n < 16))
		return all;
	void *p = n < 16 ? (n ? all : arena_alloc(a, 16 * size)) : arena_alloc(a, 2 * n * size);
	if (p && n)
		memcpy(p, all, n * size);
	return p;
}

static enum err
shop_take(void *ctx, const void *row)
{
	struct report *r = ctx;
	const struct report_shops_out *h = row;
	struct report_shop *all = list_room(r->arena, r->shops, r->shop_count, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	r->shops = all;
	struct report_shop *s = &all[r->shop_count];
	*s = (struct report_shop){ .id = h->id, .key = arena_str(r->arena, h->key), .name = arena_str(r->arena, h->name), .colour = arena_str(r->arena, h->colour),
		                   .cut_hour = (int)h->cut_hour, .first = profile_find(h->profile) };
	s->first = s->first ? s->first : profiles;
	if (!s->key.p || !s->name.p || !s->colour.p)
		return ERR_NO_MEMORY;
	enum err e = zone_open(h->timezone, &s->zone);
	if (e == ERR_NOT_FOUND)
		e = zone_open(STR("Asia/Shanghai"), &s->zone);
	if (!e)
		s->today = (int32_t)zone_business_day(s->zone, r->ask.now, s->cut_hour);
	r->shop_count += !e;
	return e;
}

static enum err
person_take(void *ctx, const void *row)
{
	struct report *r = ctx;
	const struct report_people_out *p = row;
	const struct report_ask *a = &r->ask;
	struct report_person *all = list_room(r->arena, r->people, r->people_count, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	r->people = all;
	int64_t group = p->group_id_set ? p->group_id : 0;
	bool reach = str_eqz(a->scope, "all") || str_eqz(a->scope, "shop") || p->id == a->viewer ||
	             (str_eqz(a->scope, "group") && group && group == a->viewer_group);
	bool wanted = (!a->one_agent || p->id == a->agent_id) && (!a->group_id || group == a->group_id);
	enum customer_kind kind = str_eqz(p->kind, "robot")      ? CUSTOMER_ROBOT
	                          : str_eqz(p->kind, "platform") ? CUSTOMER_PLATFORM
	                                                         : CUSTOMER_STAFF;
	all[r->people_count++] = (struct report_person){ .id = p->id, .group_id = group, .key = arena_str(r->arena, p->key),
	    .name = arena_str(r->arena, p->name),
		                                         .kind = kind, .shown = reach && wanted };
	return all[r->people_count - 1].key.p && all[r->people_count - 1].name.p ? OK : ERR_NO_MEMORY;
}

static enum err
group_take(void *ctx, const void *row)
{
	struct report *r = ctx;
	const struct report_groups_out *g = row;
	struct report_group *all = list_room(r->arena, r->groups, r->group_count, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	r->groups = all;
	all[r->group_count++] = (struct report_group){ g->id, arena_str(r->arena, g->key), arena_str(r->arena, g->name) };
	return all[r->group_count - 1].key.p && all[r->group_count - 1].name.p ? OK : ERR_NO_MEMORY;
}

static enum err
category_take(void *ctx, const void *row)
{
	struct report *r = ctx;
	const struct report_categories_out *c = row;
	struct report_category *all = list_room(r->arena, r->categories, r->category_count, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	r->categories = all;
	struct report_category *own = &all[r->category_count++];
	*own = (struct report_category){ c->id, arena_str(r->arena, c->key), arena_str(r->arena, c->name), arena_str(r->arena, c->name_en) };
	return own->key.p && own->name.p && own->name_en.p ? OK : ERR_NO_MEMORY;
}

static enum err
closed_take(void *ctx, const void *row)
{
	struct report *r = ctx;
	const struct month_closed_in_out *m = row;
	bool shown = false;
	for (size_t i = 0; i < r->shop_count; i++)
		shown = shown || r->shops[i].id == m->shop_id;
	struct report_closed *all = shown ? list_room(r->arena, r->closed, r->closed_count, sizeof *all) : r->closed;
	if (!shown)
		return OK;
	if (!all)
		return ERR_NO_MEMORY;
	r->closed = all;
	all[r->closed_count] = (struct report_closed){ m->shop_id, m->closed_at, arena_str(r->arena, m->month) };
	return all[r->closed_count++].month.p ? OK : ERR_NO_MEMORY;
}

static enum err
closed_read(struct db *db, struct report *r)
{
	char from[11], to[11];
	date_print(r->ask.from, from);
	date_print(r->ask.to, to);
	return query_each(db, &month_closed_in, &(struct month_closed_in_in){ { from, 7 }, { to, 7 } }, closed_take, r);
}

/* What each shop's days are counted by. */
static enum err
versions_read(struct db *db, struct report *r)
{
	struct report_ask *a = &r->ask;
	struct profile_changes changes = { 0 };
	enum err e = a->history.n ? OK : rules_history_one(r->arena, &a->rules, &a->history);
	if (!e)
		e = profile_changes_read(db, r->arena, &changes);
	for (size_t i = 0; !e && i < r->shop_count; i++) {
		struct report_shop *s = &r->shops[i];
		e = a->fixed ? rule_versions_copy(r->arena, a->fixed, &s->versions)
		             : rule_versions_of(r->arena, &a->history, &changes, s->id, s->first, a->profile, &s->versions);
		if (!e)
			s->profile = rule_version_at(&s->versions, (int32_t)a->to)->profile;
	}
	if (!e && !a->fixed)
		rules_within_note(&a->history, a->from, a->to, &a->rules);
	return e;
}

enum err
report_world(struct db *db, struct report *r)
{
	const struct report_ask *a = &r->ask;
	struct report_shops_in in = { .shop_id_set = a->shop_id != 0, .shop_id = a->shop_id, .viewer = a->viewer, .viewer_scope = a->scope,
		                      .viewer_group_set = a->viewer_group != 0, .viewer_group = a->viewer_group };
	enum err e = query_each(db, &report_shops, &in, shop_take, r);
	if (!e)
		e = query_each(db, &report_people, NULL, person_take, r);
	if (!e)
		e = query_each(db, &report_groups, NULL, group_take, r);
	if (!e)
		e = query_each(db, &report_categories, NULL, category_take, r);
	if (!e)
		e = versions_read(db, r);
	if (!e)
		e = report_dates(r);
	if (!e)
		e = closed_read(db, r);
	r->nobody_shown = (str_eqz(a->scope, "all") || str_eqz(a->scope, "shop")) && !a->group_id && (!a->one_agent || a->agent_id == 0);
	return !e && a->shop_id && !r->shop_count ? ERR_NOT_FOUND : e;
}

/* From the resident facts where they have it. */
static enum err
resident(struct db *db, struct report *r, bool *ret_done)
{
	*ret_done = false;
	if (!r->ask.store || r->ask.by == BY_SESSION || r->ask.until)
		return OK;
	enum err e = report_rows_start(r);
	return e ? e : store_report(r->ask.store, db, r, ret_done);
}

static void
metric_wanted(struct report *r, const struct metric *m)
{
	enum metric_source source = metric_source(m, &r->ask.rules);
	r->trade = r->trade || source == SOURCE_ORDERS;
	r->inquiries = r->inquiries || metric_inquires(m);
	r->calls = r->calls || source == SOURCE_CALLS;
	r->robots = r->robots || source == SOURCE_ROBOTS;
	r->states = r->states || source == SOURCE_STATES;
	r->concurrent = r->concurrent || m->how == METRIC_MAX;
}

static void
wanted_find(struct report *r)
{
	const struct report_ask *a = &r->ask;
	if (a->order)
		metric_wanted(r, a->order);
	for (size_t i = 0; i < metrics_count; i++)
		if (!a->metrics.n || report_column(r, &metrics[i], a->metrics))
			metric_wanted(r, &metrics[i]);
}

enum err
report_make(struct db *db, const struct report_ask *ask, struct report *ret_report)
{
	struct report *r = ret_report;
	bool done = false;
	*r = (struct report){ .ask = *ask, .arena = arena_new(ARENA_MAX) };
	enum err e = r->arena ? report_world(db, r) : ERR_NO_MEMORY;
	if (!e) {
		wanted_find(r);
		e = resident(db, r, &done);
	}
	if (e || done)
		return e;
	e = report_load(db, r);
	if (!e && !r->row_of)
		e = report_rows_start(r);
	if (!e)
		e = report_count(r);
	if (!e && r->states)
		e = workload_count(db, r, NULL, 0);
	if (!e && r->concurrent)
		e = report_concurrent(r);
	if (!e)
		trade_shares(r);
	return e;
}

/* Values and order ------------------------------------------------------------------------------------------------------ */

const int report_percents[REPORT_PERCENTS] = { 50, 90, 95, 99 };

static int64_t
tally_of(const struct report *r, const struct report_row *row, enum tally t)
{
	size_t i = (size_t)(row - r->rows);
	if (!r->figures)
		return r->cells[i].t[t];
	return r->figure_at[t] == FIGURE_NONE ? 0 : r->figures[i * r->figure_n + r->figure_at[t]];
}

static struct value
percentile(const struct report *r, const struct report_row *row, const struct metric *m)
{
	bool first = m->how == METRIC_FIRST_PERCENTILE;
	const struct durations *d = first ? &r->first : &r->reply;
	size_t from = first ? row->first_from : row->reply_from, n = first ? row->first_n : row->reply_n;
	struct value v = { .sum = tally_of(r, row, m->sum), .count = (int64_t)n, .set = n > 0 };
	size_t rank = (n * (size_t)m->percent + 99) / 100; /* from 1 */
	if (n && !r->picked)
		v.v = d->all[from + rank - 1].ms;
	for (int k = 0; n && r->picked && k < REPORT_PERCENTS; k++)
		v.v = report_percents[k] == m->percent ? row->picked[!first][k] : v.v;
	return v;
}

struct value
report_value(const struct report *r, const struct report_row *row, const struct metric *m)
{
	if (m->how == METRIC_FIRST_PERCENTILE || m->how == METRIC_REPLY_PERCENTILE)
		return percentile(r, row, m);
	return metric_value_of(m, tally_of(r, row, m->sum), tally_of(r, row, m->count), tally_of(r, row, m->open));
}
