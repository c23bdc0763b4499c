/* A report out of segments: cells add up; customers and shared sessions are counted once a row; durations go to their rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure/store_impl.h"
#include "base/banned.h"

enum { BUILD_BUDGET = 8, TABLE_MAX = 1 << 19, NO_ROW = 0 /* the total's own */ };

/* One segment as this report sees it. */
struct view {
	struct segment *seg;
	uint32_t shop;
	int32_t day;
	bool counted;   /* else only for sessions that were open past its day, or before */
	uint32_t *rows; /* by cell; NO_ROW: not shown */
	uint32_t mark;  /* first one not yet counted */
};

/* What is counted in persons of one row. */
struct persons {
	uint32_t n[PERSON_FLAGS], wrote, answered;
	uint64_t last; /* view and customer that wrote, counted last */
};

struct viewing {
	struct store *s;
	struct report *r;
	struct view *views;
	size_t n;
	uint32_t *agents, *categories; /* the store's numbers to the report's */
	struct persons *persons;
	uint32_t customers;
	bool percentiles;
};

/* What is asked for ------------------------------------------------------------------------------------------------------- */

static bool
metric_wanted(struct viewing *v, const struct metric *m)
{
	v->percentiles = v->percentiles || m->how == METRIC_FIRST_PERCENTILE || m->how == METRIC_REPLY_PERCENTILE;
	return !trade_metric(m, &v->r->ask.rules) && store_knows(m->sum) && store_knows(m->count) && store_knows(m->open);
}

/* Whether the store knows all of the metrics that will be looked at. */
static bool
metrics_known(struct viewing *v)
{
	const struct report_ask *a = &v->r->ask;
	bool known = !a->order || metric_wanted(v, a->order);
	for (size_t i = 0; known && i < metrics_count; i++)
		if (!a->metrics.n || report_column(v->r, &metrics[i], a->metrics))
			known = metric_wanted(v, &metrics[i]);
	return known;
}

static struct store_shop *
shop_of(const struct store *s, const struct report_shop *shop)
{
	for (size_t i = 0; i < s->shops.n; i++) {
		struct store_shop *own = &s->shops.all[i];
		if (own->id == shop->id && own->known)
			return own->zone == shop->zone && own->cut_hour == shop->cut_hour ? own : NULL;
	}
	return NULL;
}

static bool
version_same(const struct rule_version *a, const struct rule_version *b)
{
	return a->profile == b->profile && measure_rules_same(a->rules, b->rules);
}

/* Whether the days asked for are counted by the same rules here and there. */
static bool
versions_same(const struct report_ask *a, const struct rule_versions *own, const struct rule_versions *asked, int64_t more)
{
	int32_t first = (int32_t)(a->from - more), last = (int32_t)(a->to + more);
	const struct rule_version *x = rule_version_at(own, first), *y = rule_version_at(asked, first);
	bool same = version_same(x, y);
	for (int32_t d = first; same && d <= last; d++) {
		const struct rule_version *u = rule_version_at(own, d), *v = rule_version_at(asked, d);
		same = (u == x && v == y) || version_same(u, v);
		x = u;
		y = v;
	}
	return same;
}

/* With the lock held: references to all segments of the report. */
static enum err
views_take(struct viewing *v, struct db *db, bool *ret_done)
{
	const struct report_ask *a = &v->r->ask;
	int64_t more = v->r->concurrent ? 1 : 0; /* neighbours, for what was open in both */
	size_t days = (size_t)(a->to - a->from + 1 + 2 * more);
	int budget = BUILD_BUDGET;
	enum err e = store_update(v->s, db, a->now);
	*ret_done = !e;
	v->views = mem_new(v->r->shop_count * days + 1, sizeof *v->views);
	if (!v->views)
		return ERR_NO_MEMORY;
	for (uint32_t h = 0; !e && *ret_done && h < v->r->shop_count; h++) {
		struct store_shop *shop = shop_of(v->s, &v->r->shops[h]);
		*ret_done = shop && versions_same(a, &shop->versions, &v->r->shops[h].versions, more);
		for (int64_t d = a->from - more; !e && *ret_done && d <= a->to + more; d++) {
			struct view *view = &v->views[v->n];
			*view = (struct view){ .shop = h, .day = (int32_t)d, .counted = d >= a->from && d <= a->to };
			e = store_day(v->s, db, shop, d, a->now, &budget, &view->seg, ret_done);
			v->n += view->seg != NULL;
		}
	}
	v->customers = v->s->w.customer_count;
	return e;
}

/* The store's people and categories as the report numbers them. */
static enum err
names_take(struct viewing *v)
{
	const struct store *s = v->s;
	v->agents = mem_new(s->people.n + 1, sizeof *v->agents);
	v->categories = mem_new(s->categories.n + 1, sizeof *v->categories);
	if (!v->agents || !v->categories)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < s->people.n; i++) {
		v->agents[i] = FACT_NONE;
		for (uint32_t k = 0; k < v->r->people_count; k++)
			v->agents[i] = v->r->people[k].id == s->people.all[i].id ? k : v->agents[i];
	}
	for (size_t i = 0; i < s->categories.n; i++) {
		v->categories[i] = FACT_NONE;
		for (uint32_t k = 0; k < v->r->category_count; k++)
			v->categories[i] = v->r->categories[k].id == s->categories.all[i].id ? k : v->categories[i];
	}
	return OK;
}

static struct report_place
place_of(const struct viewing *v, const struct view *view, uint64_t place)
{
	uint32_t agent = PLACE_AGENT(place), category = PLACE_CATEGORY(place);
	return (struct report_place){ .shop = view->shop, .agent = agent == FACT_NONE ? FACT_NONE : v->agents[agent], .session = FACT_NONE, .rating = FACT_NONE,
		                      .channel = PLACE_CHANNEL(place), .category = category == FACT_NONE ? FACT_NONE : v->categories[category],
		                      .day = view->day, .hour = PLACE_HOUR(place) };
}

/* Cells ------------------------------------------------------------------------------------------------------------------- */

static void
values_add(struct report *r, const struct segment *seg, uint32_t i, struct cell *cell)
{
	const uint8_t *at = seg->values + seg->cells[i].value_at, *end = seg->values + seg->cells[i + 1].value_at;
	while (at < end) {
		uint32_t tally;
		int64_t sum;
		values_next(&at, &tally, &sum);
		if (tally < TALLY_COUNT)
			cell->t[tally] += sum;
		else
			r->filtered[tally - TALLY_COUNT] += sum;
	}
}

static enum err
times_add(struct viewing *v, const struct segment *seg, uint32_t i, uint32_t row)
{
	enum err e = OK;
	for (uint32_t k = seg->cells[i].first_at; !e && k < seg->cells[i + 1].first_at; k++)
		e = report_duration(&v->r->first, row, seg->first[k]);
	for (uint32_t k = seg->cells[i].reply_at; !e && k < seg->cells[i + 1].reply_at; k++)
		e = report_duration(&v->r->reply, row, seg->reply[k]);
	return e;
}

static enum err
cells_add(struct viewing *v, struct view *view)
{
	const struct segment *seg = view->seg;
	view->rows = mem_new(seg->cell_n + 1, sizeof *view->rows);
	enum err e = view->rows ? OK : ERR_NO_MEMORY;
	for (uint32_t i = 0; !e && view->counted && i < seg->cell_n; i++) {
		uint64_t place = seg->cells[i].place;
		struct report_place p = place_of(v, view, place);
		if ((PLACE_AGENT(place) != FACT_NONE && p.agent == FACT_NONE) || !report_shows(v->r, &p))
			continue;
		if (!PLACE_GHOST(place))
			e = report_row_of(v->r, &p, &view->rows[i]);
		if (!e)
			values_add(v->r, seg, i, &v->r->rows[view->rows[i]].cell);
		if (!e && v->percentiles && !PLACE_GHOST(place))
			e = times_add(v, seg, i, view->rows[i]);
	}
	return e;
}

/* All that adds up: the total is the sum of the rows. */
static void
total_add(struct report *r)
{
	for (size_t i = 1; i < r->row_count; i++)
		for (int t = 0; t < TALLY_COUNT; t++)
			r->rows[0].cell.t[t] += r->rows[i].cell.t[t];
}

/* Persons ----------------------------------------------------------------------------------------------------------------- */

static void
person_add(struct persons *p, uint16_t *seen, uint32_t flags, uint64_t view_and_customer)
{
	uint32_t fresh = flags & ~(uint32_t)*seen & ((1U << PERSON_FLAGS) - 1);
	*seen |= (uint16_t)fresh;
	for (; fresh; fresh &= fresh - 1)
		p->n[__builtin_ctz(fresh)]++;
	if (!(flags & MARK_WROTE) || p->last == view_and_customer)
		return;
	p->last = view_and_customer;
	p->wrote++;
	p->answered += (flags & MARK_ANSWERED) != 0;
}

/* The customers in [low, high) of all segments. seen: by customer and row. */
static void
block_count(struct viewing *v, uint32_t low, uint32_t high, uint16_t *seen)
{
	size_t rows = v->r->row_count;
	for (size_t i = 0; i < v->n; i++) {
		struct view *view = &v->views[i];
		const struct segment *seg = view->seg;
		uint32_t k = view->mark;
		for (; view->counted && k < seg->mark_n && seg->marks[k].customer < high; k++) {
			uint32_t row = view->rows[seg->marks[k].what >> STORE_FLAG_BITS], flags = seg->marks[k].what & ((1U << STORE_FLAG_BITS) - 1);
			if (row == NO_ROW)
				continue;
			uint16_t *own = seen + (seg->marks[k].customer - low) * rows;
			uint64_t once = (uint64_t)(i + 1) << 32 | seg->marks[k].customer;
			person_add(&v->persons[row], own + row, flags, once);
			person_add(&v->persons[0], own, flags, once);
		}
		view->mark = k;
	}
}

/* Customers in blocks, so that what is seen of them stays in the cache. */
static enum err
persons_count(struct viewing *v)
{
	struct report *r = v->r;
	size_t rows = r->row_count, block = TABLE_MAX / rows + 1;
	uint16_t *seen = mem_new(block * rows, sizeof *seen);
	v->persons = mem_new(rows, sizeof *v->persons);
	enum err e = seen && v->persons ? OK : ERR_NO_MEMORY;
	for (size_t low = 0; !e && low < v->customers; low += block) {
		if (low)
			memset(seen, 0, block * rows * sizeof *seen);
		block_count(v, (uint32_t)low, (uint32_t)(low + block < v->customers ? low + block : v->customers), seen);
	}
	for (size_t i = 0; !e && i < rows; i++) {
		for (int k = 0; k < PERSON_FLAGS; k++)
			r->rows[i].cell.t[store_persons[k] + 1] = v->persons[i].n[k];
		r->rows[i].cell.t[TALLY_WROTE_DAYS] = v->persons[i].wrote;
		r->rows[i].cell.t[TALLY_ANSWERED_DAYS] = v->persons[i].answered;
	}
	mem_free(seen);
	return e;
}

/* Sessions of several cells ----------------------------------------------------------------------------------------------- */

struct shared {
	int64_t begin;
	uint32_t customer, row;
};

static int
shared_order(const void *a, const void *b)
{
	const struct shared *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

static enum err
shared_count(struct viewing *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		n += v->views[i].counted ? v->views[i].seg->multi_n : 0;
	struct shared *all = mem_new(n + 1, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	n = 0;
	for (size_t i = 0; i < v->n; i++)
		for (uint32_t k = 0; v->views[i].counted && k < v->views[i].seg->multi_n; k++) {
			const struct store_multi *m = &v->views[i].seg->multis[k];
			uint32_t row = v->views[i].rows[m->cell];
			if (row != NO_ROW)
				all[n++] = (struct shared){ m->begin, m->customer, row };
		}
	if (n > 1)
		qsort(all, n, sizeof *all, shared_order);
	for (size_t i = 0; i < n; i++) {
		bool same = i && all[i].customer == all[i - 1].customer && all[i].begin == all[i - 1].begin;
		v->r->rows[0].cell.t[TALLY_SESSIONS] += !same;
		v->r->rows[all[i].row].cell.t[TALLY_SESSIONS] += !same || all[i].row != all[i - 1].row;
	}
	mem_free(all);
	return OK;
}

/* Open at once ------------------------------------------------------------------------------------------------------------ */

static bool
cell_open(const struct viewing *v, const struct report_place *p)
{
	const struct report_ask *a = &v->r->ask;
	if (p->agent == FACT_NONE || !v->r->people[p->agent].shown || (a->channel != REPORT_ANY && p->channel != (uint32_t)a->channel))
		return false;
	return !a->category_id || (p->category != FACT_NONE && v->r->categories[p->category].id == a->category_id);
}

static enum err
open_count(struct viewing *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		n += v->views[i].seg->cells[v->views[i].seg->cell_n].span_at;
	struct report_span *all = mem_new(n + 1, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	n = 0;
	for (size_t i = 0; i < v->n; i++) {
		const struct segment *seg = v->views[i].seg;
		for (uint32_t c = 0; c < seg->cell_n; c++) {
			struct report_place p = place_of(v, &v->views[i], seg->cells[c].place);
			for (uint32_t k = seg->cells[c].span_at; k < seg->cells[c + 1].span_at && cell_open(v, &p); k++) {
				int64_t begin = seg->start + seg->spans[k].begin;
				all[n] = (struct report_span){ begin, begin + seg->spans[k].length, p.agent, p.shop, p.channel, p.category, (uint32_t)n };
				n++;
			}
		}
	}
	enum err e = report_sweep(v->r, all, n);
	mem_free(all);
	return e;
}

/* The report -------------------------------------------------------------------------------------------------------------- */

static enum err
views_count(struct viewing *v)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < v->n; i++)
		e = cells_add(v, &v->views[i]);
	if (e)
		return e;
	memset(&v->r->rows[0].cell, 0, sizeof v->r->rows[0].cell); /* what filters took out has no row and no figure */
	total_add(v->r);
	e = persons_count(v);
	if (!e)
		e = shared_count(v);
	if (!e && v->percentiles)
		report_durations(v->r);
	return e || !v->r->concurrent ? e : open_count(v);
}

static void
views_free(struct viewing *v)
{
	for (size_t i = 0; i < v->n; i++) {
		segment_drop(v->views[i].seg);
		mem_free(v->views[i].rows);
	}
	mem_free(v->views);
	mem_free(v->agents);
	mem_free(v->categories);
	mem_free(v->persons);
}

enum err
store_report(struct store *s, struct db *db, struct report *r, bool *ret_done)
{
	struct viewing v = { .s = s, .r = r };
	*ret_done = metrics_known(&v);
	if (!*ret_done)
		return OK;
	pthread_mutex_lock(&s->lock);
	enum err e = views_take(&v, db, ret_done);
	if (!e && *ret_done)
		e = names_take(&v);
	s->answered += !e && *ret_done;
	pthread_mutex_unlock(&s->lock);
	if (!e && *ret_done)
		e = views_count(&v);
	views_free(&v);
	return e;
}

/* In words ---------------------------------------------------------------------------------------------------------------- */

struct words {
	struct str *all;
	size_t n;
};

static int
word_order(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
place_print(const struct store *s, uint64_t place, struct buf *out)
{
	uint32_t agent = PLACE_AGENT(place), category = PLACE_CATEGORY(place);
	buf_printf(out, "%lld %lld %u %d %d", agent == FACT_NONE ? 0LL : (long long)s->people.all[agent].id,
	           category == FACT_NONE ? 0LL : (long long)s->categories.all[category].id, (unsigned)(PLACE_CHANNEL(place) + 1), PLACE_HOUR(place),
	           PLACE_GHOST(place) ? 1 : 0);
}

static void
cell_print(const struct store *s, const struct segment *seg, uint32_t i, struct buf *out)
{
	const struct store_cell *c = &seg->cells[i];
	const uint8_t *at = seg->values + c->value_at, *end = seg->values + c[1].value_at;
	buf_addz(out, "cell ");
	place_print(s, c->place, out);
	while (at < end) {
		uint32_t tally;
		int64_t sum;
		values_next(&at, &tally, &sum);
		buf_printf(out, " %u=%lld", tally, (long long)sum);
	}
	for (uint32_t k = c->first_at; k < c[1].first_at; k++)
		buf_printf(out, " f%u", seg->first[k]);
	for (uint32_t k = c->reply_at; k < c[1].reply_at; k++)
		buf_printf(out, " r%u", seg->reply[k]);
	for (uint32_t k = c->span_at; k < c[1].span_at; k++)
		buf_printf(out, " s%u+%u", seg->spans[k].begin, seg->spans[k].length);
}

static enum err
segment_print(const struct store *s, const struct segment *seg, struct buf *out)
{
	size_t n = seg->cell_n + seg->mark_n + seg->multi_n, at = 0;
	struct buf *lines = mem_new(n + 1, sizeof *lines);
	struct str *words = mem_new(n + 1, sizeof *words);
	enum err e = lines && words ? OK : ERR_NO_MEMORY;
	for (size_t i = 0; !e && i < n; i++)
		buf_init(&lines[i], 1 << 24);
	for (uint32_t i = 0; !e && i < seg->cell_n; i++)
		cell_print(s, seg, i, &lines[at++]);
	for (uint32_t i = 0; !e && i < seg->mark_n; i++) {
		buf_printf(&lines[at], "mark %lld ", (long long)s->w.customers[seg->marks[i].customer]);
		place_print(s, seg->cells[seg->marks[i].what >> STORE_FLAG_BITS].place, &lines[at]);
		buf_printf(&lines[at++], " %x", seg->marks[i].what & ((1U << STORE_FLAG_BITS) - 1));
	}
	for (uint32_t i = 0; !e && i < seg->multi_n; i++) {
		buf_printf(&lines[at], "shared %lld %lld ", (long long)s->w.customers[seg->multis[i].customer], (long long)seg->multis[i].begin);
		place_print(s, seg->cells[seg->multis[i].cell].place, &lines[at++]);
	}
	for (size_t i = 0; !e && i < n; i++) {
		words[i] = buf_str(&lines[i]);
		e = buf_err(&lines[i]);
	}
	if (!e && n > 1)
		qsort(words, n, sizeof *words, word_order);
	for (size_t i = 0; !e && i < n; i++) {
		buf_add(out, words[i]);
		buf_char(out, '\n');
	}
	for (size_t i = 0; lines && i < n; i++)
		buf_free(&lines[i]);
	mem_free(lines);
	mem_free(words);
	return e;
}

enum err
store_dump(struct store *s, struct db *db, int64_t now, struct buf *out)
{
	pthread_mutex_lock(&s->lock);
	enum err e = store_update(s, db, now);
	for (size_t i = 0; !e && i < s->shops.n; i++) {
		struct store_shop *shop = &s->shops.all[i];
		for (size_t d = 0; !e && shop->known && d < shop->day_n; d++) {
			struct segment *seg = NULL;
			int budget = 1;
			bool ok;
			e = store_day(s, db, shop, shop->first_day + (int64_t)d, now, &budget, &seg, &ok);
			if (seg) {
				buf_printf(out, "shop %lld day %lld\n", (long long)shop->id, (long long)shop->first_day + (long long)d);
				e = e ? e : segment_print(s, seg, out);
			}
			segment_drop(seg);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return e ? e : buf_err(out);
}
