#include "measure/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/report_sql.h"
#include "base/banned.h"

enum { ARENA_MAX = 64 << 20 };

bool
report_by_find(struct str word, enum report_by *ret_by)
{
	static const char *const words[] = { "agent", "shop", "group", "day", "hour", "agent_day" };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eqz(word, words[i])) {
			*ret_by = (enum report_by)i;
			return true;
		}
	return false;
}

void
report_free(struct report *r)
{
	facts_free(&r->facts);
	mem_free(r->customers);
	mem_free(r->rows);
	mem_free(r->row_of);
	mem_free(r->first.all);
	mem_free(r->reply.all);
	arena_free(r->arena);
	*r = (struct report){ 0 };
}

/* A setting that no longer fits its range stays at its default, as everywhere. */
static enum err
rule_take(void *ctx, const void *row)
{
	const struct report_settings_out *s = row;
	char why[200];
	enum err e = measure_rules_set(ctx, s->name, s->value, why);
	return e == ERR_NO_MEMORY ? e : OK;
}

enum err
report_rules(struct db *db, struct measure_rules *ret_rules)
{
	measure_rules_default(ret_rules);
	return query_each(db, &report_settings, NULL, rule_take, ret_rules);
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
		                   .cut_hour = (int)h->cut_hour, .profile = r->ask.profile ? r->ask.profile : profile_find(h->profile) };
	s->profile = s->profile ? s->profile : profiles;
	if (!s->key.p || !s->name.p || !s->colour.p)
		return ERR_NO_MEMORY;
	enum err e = zone_open(h->timezone, &s->zone);
	if (e == ERR_NOT_FOUND)
		e = zone_open(STR("Asia/Shanghai"), &s->zone);
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
world_read(struct db *db, struct report *r)
{
	const struct report_ask *a = &r->ask;
	struct report_shops_in in = { .shop_id_set = a->shop_id != 0, .shop_id = a->shop_id, .viewer = a->viewer, .viewer_scope = a->scope,
		                      .viewer_group_set = a->viewer_group != 0, .viewer_group = a->viewer_group };
	enum err e = query_each(db, &report_shops, &in, shop_take, r);
	if (!e)
		e = query_each(db, &report_people, NULL, person_take, r);
	if (!e)
		e = query_each(db, &report_groups, NULL, group_take, r);
	r->nobody_shown = (str_eqz(a->scope, "all") || str_eqz(a->scope, "shop")) && !a->group_id && (!a->one_agent || a->agent_id == 0);
	return !e && a->shop_id && !r->shop_count ? ERR_NOT_FOUND : e;
}

/* Rows ------------------------------------------------------------------------------------------------------------------ */

bool
report_shows(const struct report *r, const struct report_place *p)
{
	const struct report_ask *a = &r->ask;
	if (p->day < a->from || p->day > a->to || (a->day != REPORT_NO_DAY && p->day != a->day) ||
	    (a->hour != REPORT_NO_HOUR && p->hour != a->hour))
		return false;
	return p->agent == FACT_NONE ? r->nobody_shown : r->people[p->agent].shown;
}

static uint32_t
group_index(const struct report *r, uint32_t agent)
{
	if (agent == FACT_NONE)
		return FACT_NONE;
	for (size_t i = 0; i < r->group_count; i++)
		if (r->groups[i].id == r->people[agent].group_id)
			return (uint32_t)i;
	return FACT_NONE;
}

static size_t
key_count(const struct report *r)
{
	size_t days = (size_t)(r->ask.to - r->ask.from + 1);
	switch (r->ask.by) {
	case BY_AGENT:
		return r->people_count + 1;
	case BY_SHOP:
		return r->shop_count;
	case BY_GROUP:
		return r->group_count + 1;
	case BY_DAY:
		return days;
	case BY_HOUR:
		return 24;
	case BY_AGENT_DAY:
		return (r->people_count + 1) * days;
	case BY_SESSION:
		return r->facts.sessions.n + r->facts.ratings.n;
	}
	return 0;
}

/* Fills what the row goes by; returns its key. FACT_NONE + 1 wraps to 0: nobody comes first. */
static size_t
row_key(const struct report *r, const struct report_place *p, struct report_row *row)
{
	size_t day = (size_t)(p->day - r->ask.from), days = (size_t)(r->ask.to - r->ask.from + 1);
	*row = (struct report_row){ .agent = FACT_NONE, .shop = FACT_NONE, .group = FACT_NONE, .session = FACT_NONE, .rating = FACT_NONE, .day = REPORT_NO_DAY,
		                    .hour = REPORT_NO_HOUR };
	switch (r->ask.by) {
	case BY_AGENT:
		row->agent = p->agent;
		return (uint32_t)(p->agent + 1);
	case BY_SHOP:
		return row->shop = p->shop;
	case BY_GROUP:
		row->group = group_index(r, p->agent);
		return (uint32_t)(row->group + 1);
	case BY_DAY:
		row->day = p->day;
		return day;
	case BY_HOUR:
		return (size_t)(row->hour = p->hour);
	case BY_AGENT_DAY:
		row->agent = p->agent;
		row->day = p->day;
		return (uint32_t)(p->agent + 1) * days + day;
	case BY_SESSION:
		row->agent = p->agent;
		row->shop = p->shop;
		row->day = p->day;
		row->session = p->session;
		row->rating = p->session == FACT_NONE ? p->rating : FACT_NONE;
		return p->session == FACT_NONE ? r->facts.sessions.n + p->rating : p->session;
	}
	return 0;
}

static struct report_row *
row_new(struct report *r)
{
	if (r->row_count == r->row_cap) {
		size_t cap = r->row_cap ? 2 * r->row_cap : 64;
		struct report_row *p = mem_grow(r->rows, cap * sizeof *p);
		if (!p)
			return NULL;
		r->rows = p;
		r->row_cap = cap;
	}
	return &r->rows[r->row_count++];
}

enum err
report_row_of(struct report *r, const struct report_place *p, uint32_t *ret_row)
{
	struct report_row fresh;
	size_t key = row_key(r, p, &fresh);
	if (!r->row_of[key]) {
		struct report_row *row = row_new(r);
		if (!row)
			return ERR_NO_MEMORY;
		*row = fresh;
		r->row_of[key] = (uint32_t)(r->row_count - 1);
	}
	*ret_row = r->row_of[key];
	return OK;
}

enum err
report_make(struct db *db, const struct report_ask *ask, struct report *ret_report)
{
	struct report *r = ret_report;
	*r = (struct report){ .ask = *ask, .arena = arena_new(ARENA_MAX) };
	enum err e = r->arena ? world_read(db, r) : ERR_NO_MEMORY;
	if (!e)
		e = report_load(db, r);
	if (!e) {
		struct report_row *total = row_new(r);
		r->row_of = mem_new(key_count(r) + 1, sizeof *r->row_of);
		e = total && r->row_of ? OK : ERR_NO_MEMORY;
		if (total)
			*total = (struct report_row){ .agent = FACT_NONE, .shop = FACT_NONE, .group = FACT_NONE, .session = FACT_NONE, .rating = FACT_NONE,
				                      .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR };
	}
	if (!e)
		e = report_count(r);
	return e ? e : report_concurrent(r);
}

/* Values and order ------------------------------------------------------------------------------------------------------ */

static struct value
percentile(const struct durations *d, size_t from, size_t n, const struct metric *m, const struct cell *c)
{
	struct value v = { .sum = c->t[m->sum], .count = (int64_t)n, .set = n > 0 };
	size_t rank = (n * (size_t)m->percent + 99) / 100; /* from 1 */
	if (n)
		v.v = d->all[from + rank - 1].ms;
	return v;
}

struct value
report_value(const struct report *r, const struct report_row *row, const struct metric *m)
{
	if (m->how == METRIC_FIRST_PERCENTILE)
		return percentile(&r->first, row->first_from, row->first_n, m, &row->cell);
	if (m->how == METRIC_REPLY_PERCENTILE)
		return percentile(&r->reply, row->reply_from, row->reply_n, m, &row->cell);
	return metric_value(m, &row->cell);
}

static struct str
row_name(const struct report *r, const struct report_row *row)
{
	if (row->agent != FACT_NONE)
		return r->people[row->agent].key;
	if (row->shop != FACT_NONE)
		return r->shops[row->shop].key;
	return row->group != FACT_NONE ? r->groups[row->group].key : STR("");
}

static int
row_compare(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	const struct report_row *x = &r->rows[*(const size_t *)a], *y = &r->rows[*(const size_t *)b];
	struct str nx = row_name(r, x), ny = row_name(r, y);
	int order = r->ask.by == BY_SESSION ? 0 : (nx.n == 0) - (ny.n == 0); /* nobody comes last */
	if (!order)
		order = r->ask.by == BY_SESSION ? 0 : str_cmp(nx, ny);
	if (!order)
		order = x->day == y->day ? x->hour - y->hour : x->day < y->day ? -1 : 1;
	if (order)
		return order;
	return *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

enum err
report_order(struct report *r, size_t **ret_order)
{
	size_t *order = arena_alloc(r->arena, r->row_count * sizeof *order + 1);
	if (!order)
		return ERR_NO_MEMORY;
	for (size_t i = 1; i < r->row_count; i++)
		order[i - 1] = i;
	if (r->row_count > 2)
		qsort_r(order, r->row_count - 1, sizeof *order, row_compare, r);
	*ret_order = order;
	return OK;
}
