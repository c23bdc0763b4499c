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

/* A cell for every row. */
static enum err
cells_room(struct report *r)
{
	if (r->row_cap > r->cell_cap) {
		struct cell *p = mem_grow(r->cells, r->row_cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		mem_wide(p, r->row_cap * sizeof *p);
		r->cells = p;
		r->cell_cap = r->row_cap;
	}
	return OK;
}

static enum err
row_new(struct report *r)
{
	if (r->row_count == r->row_cap) {
		size_t cap = r->row_cap ? 2 * r->row_cap : 64;
		struct report_row *p = mem_grow(r->rows, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		mem_wide(p, cap * sizeof *p);
		r->rows = p;
		r->row_cap = cap;
	}
	enum err e = r->figure_n ? OK : cells_room(r);
	if (e)
		return e;
	if (!r->figure_n)
		r->cells[r->row_count] = (struct cell){ 0 };
	r->rows[r->row_count++] = no_row;
	return OK;
}

size_t
report_keys(const struct report *r)
{
	size_t keys = 1;
	if (r->ask.by == BY_SESSION)
		return r->facts.sessions.n + r->facts.ratings.n;
	for (uint32_t left = r->ask.by; left; left &= left - 1)
		keys *= key_size(r, left & -left);
	return keys;
}

enum err
report_rows_start(struct report *r)
{
	size_t keys = report_keys(r);
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
	r->cells[0] = (struct cell){ 0 };
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

struct named {
	struct str name;
	uint32_t i;
};

static int
named_compare(const void *a, const void *b)
{
	const struct named *x = a, *y = b;
	return name_compare(x->name, y->name);
}

static struct str
name_at(const struct report *r, uint32_t by, size_t i)
{
	switch (by) {
	case BY_AGENT:
		return r->people[i].key;
	case BY_GROUP:
		return r->groups[i].key;
	case BY_SHOP:
		return r->shops[i].key;
	default:
		return r->categories[i].key;
	}
}

/* Places in order of name of what has one, the last of them for nothing; NULL: it has none, or there is no memory. */
struct ranks {
	uint32_t *of[BY_COUNT];
	size_t none[BY_COUNT];
};

static enum err
names_rank(const struct report *r, int bit, struct ranks *ret)
{
	const size_t counts[BY_COUNT] = { [0] = r->people_count, [1] = r->group_count, [2] = r->shop_count, [4] = r->category_count };
	size_t n = counts[bit];
	struct named *all = arena_alloc(r->arena, (n + 1) * sizeof *all);
	uint32_t *of = arena_alloc(r->arena, (n + 1) * sizeof *of), rank = 0;
	if (!all || !of)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i <= n; i++)
		all[i] = (struct named){ i < n ? name_at(r, 1U << bit, i) : STR_NONE, (uint32_t)i };
	qsort(all, n + 1, sizeof *all, named_compare);
	for (size_t i = 0; i <= n; i++) {
		rank += i && name_compare(all[i - 1].name, all[i].name);
		of[all[i].i] = rank;
	}
	ret->of[bit] = of;
	ret->none[bit] = n;
	return OK;
}

static enum err
ranks_make(const struct report *r, struct ranks *ret)
{
	enum err e = OK;
	*ret = (struct ranks){ 0 };
	for (int bit = 0; !e && bit < BY_COUNT; bit++)
		if (r->ask.by & (BY_AGENT | BY_GROUP | BY_SHOP | BY_CATEGORY) & 1U << bit)
			e = names_rank(r, bit, ret);
	return e;
}

/* A row's place in order of one thing it goes by; all but names are numbers from 0. */
static uint64_t
rank_part(const struct report *r, const struct ranks *ranks, const struct report_row *row, int bit)
{
	int32_t first = r->dates->month < r->dates->week ? r->dates->month : r->dates->week;
	const uint32_t named[BY_COUNT] = { row->agent, row->group, row->shop, 0, row->category };
	switch (1U << bit) {
	case BY_CHANNEL:
		return row->channel == FACT_NONE ? CHANNEL_COUNT : row->channel;
	case BY_DAY:
		return (uint64_t)(row->day - first);
	case BY_WEEK:
		return (uint64_t)(row->week - first);
	case BY_MONTH:
		return (uint64_t)(row->month - first);
	case BY_HOUR:
		return (uint64_t)row->hour;
	case BY_WEEKDAY:
		return (uint64_t)row->weekday;
	default:
		return ranks->of[bit][named[bit] == FACT_NONE ? ranks->none[bit] : named[bit]];
	}
}

struct ranked {
	double figure;
	uint64_t rank;
	size_t row;
	bool has; /* a figure; one that is pending does not count */
};
enum { RANK_BITS = 21 }; /* of each of BY_MAX; people and days are fewer */

static struct ranked
ranked_of(const struct report *r, const struct ranks *ranks, size_t i)
{
	const struct report_row *row = &r->rows[i];
	struct ranked k = { .row = i };
	if (r->ask.order) {
		struct value v = report_value(r, row, r->ask.order);
		k.has = v.set && !v.pending;
		k.figure = !k.has ? 0 : r->ask.descending ? -v.v : v.v;
	}
	for (int bit = 0; bit < BY_COUNT; bit++)
		if (r->ask.by & 1U << bit)
			k.rank = k.rank << RANK_BITS | rank_part(r, ranks, row, bit);
	return k;
}

/* No value, and a pending one, come last whichever way it goes. */
static int
ranked_compare(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->has != y->has)
		return y->has - x->has;
	if (x->figure != y->figure)
		return x->figure < y->figure ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

size_t
report_rows(const struct report *r)
{
	size_t n = r->row_count - 1;
	return r->ask.most && r->ask.most < n ? r->ask.most : n;
}

enum err
report_order(struct report *r, size_t **ret_order, size_t *ret_n)
{
	const struct report_ask *a = &r->ask;
	size_t n = r->row_count - 1, last = report_rows(r), from = a->skip < last ? a->skip : last;
	struct ranked *all = arena_alloc(r->arena, r->row_count * sizeof *all);
	size_t *order = arena_alloc(r->arena, r->row_count * sizeof *order);
	struct ranks ranks;
	enum err e = all && order ? ranks_make(r, &ranks) : ERR_NO_MEMORY;
	if (e)
		return e;
	for (size_t i = 0; i < n; i++)
		all[i] = ranked_of(r, &ranks, i + 1);
	if (n > 1)
		qsort(all, n, sizeof *all, ranked_compare);
	for (size_t i = from; i < last; i++)
		order[i - from] = all[i].row;
	*ret_order = order;
	*ret_n = a->limit && a->limit < last - from ? a->limit : last - from;
	return OK;
}
