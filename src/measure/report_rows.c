/* The rows of a report: what it goes by, where a fact belongs, and in which order people read them. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/report.h"
#include "base/banned.h"

enum { KEYS_MAX = 1 << 26 };

const char *const report_by_names[BY_COUNT] = { "agent", "group", "shop", "channel", "category", "day", "week", "month", "hour", "weekday" };

static uint32_t
by_bit(struct str word)
{
	if (str_eqz(word, "agent_day"))
		return BY_AGENT | BY_DAY;
	for (int i = 0; i < BY_COUNT; i++)
		if (str_eqz(word, report_by_names[i]))
			return 1U << i;
	return 0;
}

bool
report_by_find(struct str words, uint32_t *ret_by)
{
	struct str rest = words, word;
	uint32_t by = 0;
	while (str_split(&rest, ',', &word)) {
		uint32_t bit = by_bit(str_trim(word));
		if (!bit)
			return false;
		by |= bit;
	}
	*ret_by = by;
	return by && __builtin_popcount(by) <= BY_MAX;
}

bool
report_order_find(struct str order, struct report_ask *a)
{
	order = str_trim(order);
	a->descending = order.n && order.p[0] == '-';
	a->order = metric_find(str_sub(order, a->descending, order.n), &a->rules);
	return a->order != NULL;
}

/* Days ------------------------------------------------------------------------------------------------------------------ */

static int32_t
month_start(int32_t day)
{
	char text[11];
	int64_t first = day;
	date_print(day, text);
	text[8] = '0';
	text[9] = '1';
	return date_parse(str_of(text), &first) ? (int32_t)first : day;
}

enum err
report_dates(struct report *r)
{
	size_t n = (size_t)(r->ask.to - r->ask.from + 1);
	r->dates = arena_alloc(r->arena, n * sizeof *r->dates);
	if (!r->dates)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		struct report_date *d = &r->dates[i];
		int32_t day = (int32_t)(r->ask.from + (int64_t)i), of_week = (day % 7 + 10) % 7; /* day 0 was a Thursday */
		*d = (struct report_date){ .week = day - of_week, .month = month_start(day), .weekday = (uint8_t)(of_week + 1) };
		d->week_index = (uint16_t)(i == 0 ? 0 : d[-1].week_index + (d->week != d[-1].week));
		d->month_index = (uint16_t)(i == 0 ? 0 : d[-1].month_index + (d->month != d[-1].month));
	}
	r->week_count = r->dates[n - 1].week_index + 1U;
	r->month_count = r->dates[n - 1].month_index + 1U;
	return OK;
}

/* Places ---------------------------------------------------------------------------------------------------------------- */

struct report_place
report_place_of(const struct report *r, struct report_place p)
{
	const struct fact_session *s = p.session == FACT_NONE ? NULL : &r->facts.sessions.all[p.session];
	p.channel = s ? s->channel : FACT_NONE;
	p.category = s && s->category ? s->category - 1 : FACT_NONE;
	return p;
}

bool
report_spans(const struct report *r, const struct report_place *p)
{
	const struct report_ask *a = &r->ask;
	if (p->day < a->from || p->day > a->to || (a->day != REPORT_NO_DAY && p->day != a->day) ||
	    (a->hour != REPORT_NO_HOUR && p->hour != a->hour))
		return false;
	if (a->channel != REPORT_ANY && p->channel != (uint32_t)a->channel)
		return false;
	if (a->category_id && (p->category == FACT_NONE || r->categories[p->category].id != a->category_id))
		return false;
	return !a->weekday || r->dates[p->day - a->from].weekday == a->weekday;
}

bool
report_sees_shops(const struct report *r)
{
	return str_eqz(r->ask.scope, "all") || str_eqz(r->ask.scope, "shop");
}

bool
report_shows(const struct report *r, const struct report_place *p)
{
	if (!report_spans(r, p))
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
key_size(const struct report *r, uint32_t by)
{
	switch (by) {
	case BY_AGENT:
		return r->people_count + 1;
	case BY_GROUP:
		return r->group_count + 1;
	case BY_SHOP:
		return r->shop_count;
	case BY_CHANNEL:
		return CHANNEL_COUNT + 1;
	case BY_CATEGORY:
		return r->category_count + 1;
	case BY_DAY:
		return (size_t)(r->ask.to - r->ask.from + 1);
	case BY_WEEK:
		return r->week_count;
	case BY_MONTH:
		return r->month_count;
	case BY_HOUR:
		return 24;
	case BY_WEEKDAY:
		return 7;
	default:
		return 1;
	}
}

/* FACT_NONE + 1 wraps to 0: nobody comes first. */
static size_t
key_part(const struct report *r, const struct report_place *p, uint32_t by)
{
	const struct report_date *d = &r->dates[p->day - r->ask.from];
	switch (by) {
	case BY_AGENT:
		return (uint32_t)(p->agent + 1);
	case BY_GROUP:
		return (uint32_t)(group_index(r, p->agent) + 1);
	case BY_SHOP:
		return p->shop;
	case BY_CHANNEL:
		return (uint32_t)(p->channel + 1);
	case BY_CATEGORY:
		return (uint32_t)(p->category + 1);
	case BY_DAY:
		return (size_t)(d - r->dates);
	case BY_WEEK:
		return d->week_index;
	case BY_MONTH:
		return d->month_index;
	case BY_HOUR:
		return (size_t)p->hour;
	case BY_WEEKDAY:
		return d->weekday - 1U;
	default:
		return 0;
	}
}

size_t
report_place_key(const struct report *r, const struct report_place *p)
{
	size_t key = 0;
	if (r->ask.by == BY_SESSION)
		return p->session == FACT_NONE ? r->facts.sessions.n + p->rating : r->facts.sessions.all[p->session].same;
	for (uint32_t left = r->ask.by; left; left &= left - 1) {
		uint32_t by = left & -left;
		key = key * key_size(r, by) + key_part(r, p, by);
	}
	return key;
}

static const struct report_row no_row = {
	.agent = FACT_NONE, .shop = FACT_NONE, .group = FACT_NONE, .channel = FACT_NONE, .category = FACT_NONE, .session = FACT_NONE, .rating = FACT_NONE,
	.day = REPORT_NO_DAY, .week = REPORT_NO_DAY, .month = REPORT_NO_DAY, .hour = REPORT_NO_HOUR,
};

static void
row_fill(const struct report *r, const struct report_place *p, struct report_row *row)
{
	const struct report_date *d = &r->dates[p->day - r->ask.from];
	uint32_t by = r->ask.by;
	bool one = by == BY_SESSION;
	struct report_place shop = *p;
	shop.agent = FACT_NONE;
	*row = no_row;
	row->shop_key = one ? 0 : report_place_key(r, &shop);
	row->agent = one || by & BY_AGENT ? p->agent : FACT_NONE;
	row->shop = one || by & BY_SHOP ? p->shop : FACT_NONE;
	row->group = by & BY_GROUP ? group_index(r, p->agent) : FACT_NONE;
	row->channel = by & BY_CHANNEL ? p->channel : FACT_NONE;
	row->category = by & BY_CATEGORY ? p->category : FACT_NONE;
	row->day = one || by & BY_DAY ? p->day : REPORT_NO_DAY;
	row->week = by & BY_WEEK ? d->week : REPORT_NO_DAY;
	row->month = by & BY_MONTH ? d->month : REPORT_NO_DAY;
	row->hour = by & BY_HOUR ? p->hour : REPORT_NO_HOUR;
	row->weekday = by & BY_WEEKDAY ? d->weekday : 0;
	row->session = one && p->session != FACT_NONE ? r->facts.sessions.all[p->session].same : FACT_NONE;
	row->rating = one && p->session == FACT_NONE ? p->rating : FACT_NONE;
}

static enum err
row_new(struct report *r)
{
	if (r->row_count == r->row_cap) {
		size_t cap = r->row_cap ? 2 * r->row_cap : 64;
		struct report_row *p = mem_grow(r->rows, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		r->rows = p;
		r->row_cap = cap;
	}
	r->rows[r->row_count++] = no_row;
	return OK;
}

enum err
report_rows_start(struct report *r)
{
	size_t keys = 1;
	if (r->ask.by == BY_SESSION)
		keys = r->facts.sessions.n + r->facts.ratings.n;
	else
		for (uint32_t left = r->ask.by; left; left &= left - 1)
			keys *= key_size(r, left & -left);
	if (keys >= KEYS_MAX)
		return ERR_TOO_LARGE;
	r->row_of = mem_new(keys + 1, sizeof *r->row_of);
	return r->row_of ? row_new(r) : ERR_NO_MEMORY;
}

void
report_rows_again(struct report *r)
{
	for (size_t i = 1; i < r->row_count; i++)
		r->row_of[r->rows[i].key] = 0;
	r->row_count = 1;
	r->rows[0] = no_row;
	r->first.n = r->reply.n = 0;
}

enum err
report_row_of(struct report *r, const struct report_place *p, uint32_t *ret_row)
{
	size_t key = report_place_key(r, p);
	if (!r->row_of[key]) {
		enum err e = r->row_count > REPORT_ROWS_MAX && r->ask.by != BY_SESSION ? ERR_TOO_LARGE : row_new(r);
		if (e)
			return e;
		row_fill(r, p, &r->rows[r->row_count - 1]);
		r->rows[r->row_count - 1].key = key;
		r->row_of[key] = (uint32_t)(r->row_count - 1);
	}
	*ret_row = r->row_of[key];
	return OK;
}

/* Order ----------------------------------------------------------------------------------------------------------------- */

/* What has no name comes last. */
static int
name_compare(struct str x, struct str y)
{
	int order = (x.n == 0) - (y.n == 0);
	return order ? order : str_cmp(x, y);
}

static int
number_compare(int64_t x, int64_t y)
{
	return x < y ? -1 : x > y;
}

#define KEY_OF(r, list, i) ((i) == FACT_NONE ? STR_NONE : (r)->list[i].key)

static int
by_compare(const struct report *r, const struct report_row *x, const struct report_row *y)
{
	int order = name_compare(KEY_OF(r, people, x->agent), KEY_OF(r, people, y->agent));
	if (!order)
		order = name_compare(KEY_OF(r, groups, x->group), KEY_OF(r, groups, y->group));
	if (!order)
		order = name_compare(KEY_OF(r, shops, x->shop), KEY_OF(r, shops, y->shop));
	if (!order)
		order = number_compare(x->channel, y->channel);
	if (!order)
		order = name_compare(KEY_OF(r, categories, x->category), KEY_OF(r, categories, y->category));
	if (!order)
		order = number_compare(x->day, y->day);
	if (!order)
		order = number_compare(x->week, y->week);
	if (!order)
		order = number_compare(x->month, y->month);
	if (!order)
		order = number_compare(x->hour, y->hour);
	return order ? order : x->weekday - y->weekday;
}

/* No value, and a pending one, come last whichever way it goes. */
static int
figure_compare(const struct report *r, const struct report_row *x, const struct report_row *y)
{
	if (!r->ask.order)
		return 0;
	struct value vx = report_value(r, x, r->ask.order), vy = report_value(r, y, r->ask.order);
	bool sx = vx.set && !vx.pending, sy = vy.set && !vy.pending;
	if (!sx || !sy || vx.v == vy.v)
		return sy - sx;
	return (vx.v < vy.v) != r->ask.descending ? -1 : 1;
}

static int
row_compare(const void *a, const void *b, void *ctx)
{
	const struct report *r = ctx;
	size_t ix = *(const size_t *)a, iy = *(const size_t *)b;
	int order = figure_compare(r, &r->rows[ix], &r->rows[iy]);
	if (!order && r->ask.by != BY_SESSION)
		order = by_compare(r, &r->rows[ix], &r->rows[iy]);
	return order ? order : number_compare((int64_t)ix, (int64_t)iy);
}

enum err
report_order(struct report *r, size_t **ret_order, size_t *ret_n)
{
	size_t n = r->row_count - 1, *order = arena_alloc(r->arena, r->row_count * sizeof *order);
	if (!order)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++)
		order[i] = i + 1;
	if (n > 1)
		qsort_r(order, n, sizeof *order, row_compare, r);
	*ret_order = order;
	*ret_n = r->ask.limit && r->ask.limit < n ? r->ask.limit : n;
	return OK;
}
