/*
 * A report out of segments: cells add up, taken from the coarsest sums that tell apart what the report goes by and leaves out; customers and shared sessions
 * are counted once a row (store_persons.c); durations are looked at where they lie (store_times.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "measure/store_view.h"
#include "base/banned.h"

/* What a report builds itself need not be read again, and costs about what reading it for the one answer would: so it may take as long, by its days. */
enum { BUILD_BUDGET = 8, HELP_MS = 3000, HELP_DAY_MS = 400, CHANNELS = UINT8_MAX + 1, HOURS = 24 };
#define HIDDEN SIZE_MAX

/* What is asked for ------------------------------------------------------------------------------------------------------- */

bool
store_metric(const struct metric *m, const struct measure_rules *rules)
{
	switch (metric_source(m, rules)) {
	case SOURCE_ORDERS:
		return m->sum != TALLY_EFFECTIVE;
	case SOURCE_CHAT:
		return store_knows(m->sum) && store_knows(m->count) && store_knows(m->open);
	default: /* calls and the log of states are read where they lie: they are few, and need no message */
		return true;
	}
}

/* On some day an inquiry is an effective reception, and inquiries are looked at: the segments do not know which pairs were. */
static bool
effective_inquires(const struct report *r)
{
	bool found = false;
	for (size_t i = 0; r->trade && i < r->shop_count; i++)
		for (size_t k = 0; k < r->shops[i].versions.n; k++)
			found = found || r->shops[i].versions.all[k].rules->effective_inquiry;
	return found;
}

static bool
metric_wanted(struct viewing *v, const struct metric *m)
{
	if (m->sum == TALLY_EFFECTIVE && effective_inquires(v->r))
		return false;
	v->percentiles = v->percentiles || m->how == METRIC_FIRST_PERCENTILE || m->how == METRIC_REPLY_PERCENTILE;
	return store_metric(m, &v->r->ask.rules);
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

/* Which rule of attribution is shown is the report's own. */
static bool
version_same(const struct rule_version *a, const struct rule_version *b)
{
	struct measure_rules rules = *b->rules;
	rules.attribution = a->rules->attribution;
	return a->profile == b->profile && measure_rules_same(a->rules, &rules);
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

static bool
day_shown(const struct report *r, int64_t day)
{
	const struct report_ask *a = &r->ask;
	if (day < a->from || day > a->to || (a->day != REPORT_NO_DAY && day != a->day))
		return false;
	return !a->weekday || r->dates[day - a->from].weekday == a->weekday;
}

/* The store's shops of the report's. ret_known false: not all of them, or not by the same rules. */
static enum err
shops_take(const struct viewing *v, int64_t more, struct store_shop ***ret_shops, bool *ret_known)
{
	const struct report *r = v->r;
	struct store_shop **shops = arena_alloc(r->arena, (r->shop_count + 1) * sizeof *shops);
	*ret_shops = shops;
	*ret_known = shops != NULL;
	for (size_t h = 0; *ret_known && h < r->shop_count; h++) {
		shops[h] = shop_of(v->s, &r->shops[h]);
		*ret_known = shops[h] && versions_same(&r->ask, &shops[h]->versions, &r->shops[h].versions, more);
	}
	return shops ? OK : ERR_NO_MEMORY;
}

/* With the lock held: references to all segments of the report. */
static enum err
views_take(struct viewing *v, struct db *db, int64_t until, bool *ret_done)
{
	const struct report_ask *a = &v->r->ask;
	int64_t more = v->r->concurrent || v->r->states ? 1 : 0; /* neighbours, for what was open in both */
	size_t days = (size_t)(a->to - a->from + 1 + 2 * more), shops_n = v->r->shop_count;
	struct store_shop **shops = NULL;
	int budget = BUILD_BUDGET;
	enum err e = store_update(v->s, db, a->now);
	*ret_done = !e;
	if (!e)
		e = shops_take(v, more, &shops, ret_done);
	v->views = mem_new(shops_n * days + 1, sizeof *v->views);
	if (!v->views)
		return ERR_NO_MEMORY;
	for (size_t h = 0; !e && *ret_done && h < shops_n; h++)
		e = store_days(v->s, db, shops[h], a->from - more, a->to + more, a->now, until);
	for (size_t i = 0; !e && *ret_done && i < shops_n * days; i++) {
		struct view *view = &v->views[v->n];
		uint32_t h = (uint32_t)(i % shops_n);
		int64_t day = a->from - more + (int64_t)(i / shops_n);
		*view = (struct view){ .shop = h, .day = (int32_t)day, .counted = day_shown(v->r, day) };
		e = store_day(v->s, db, shops[h], day, a->now, &budget, &view->seg, ret_done);
		v->n += view->seg != NULL;
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

/* Rows of places ---------------------------------------------------------------------------------------------------------- */

/* What a row's key has more than that of nobody, without a category, and so on: each of these adds its own. */
static size_t
key_more(const struct report *r, struct report_place p)
{
	struct report_place nothing = { .agent = FACT_NONE, .channel = FACT_NONE, .category = FACT_NONE, .day = (int32_t)r->ask.from };
	p.day = nothing.day;
	return report_place_key(r, &p) - report_place_key(r, &nothing);
}

static void
agent_keys(struct viewing *v)
{
	const struct report *r = v->r;
	bool all = r->nobody_shown;
	v->agent_keys[0] = r->nobody_shown ? 0 : HIDDEN;
	for (size_t i = 0; i < v->s->people.n; i++) {
		uint32_t agent = v->agents[i];
		bool shown = agent != FACT_NONE && r->people[agent].shown;
		v->agent_keys[i + 1] = shown ? key_more(r, (struct report_place){ .agent = agent, .channel = FACT_NONE, .category = FACT_NONE }) : HIDDEN;
		all = all && shown;
	}
	v->need |= all && !(r->ask.by & (BY_AGENT | BY_GROUP)) ? 0 : LEVEL_AGENT;
}

static void
category_keys(struct viewing *v)
{
	const struct report *r = v->r;
	v->category_keys[0] = r->ask.category_id ? HIDDEN : 0;
	for (size_t i = 0; i < v->s->categories.n; i++) {
		uint32_t category = v->categories[i];
		bool shown = !r->ask.category_id || (category != FACT_NONE && r->categories[category].id == r->ask.category_id);
		v->category_keys[i + 1] = shown ? key_more(r, (struct report_place){ .agent = FACT_NONE, .channel = FACT_NONE, .category = category }) : HIDDEN;
	}
	v->need |= r->ask.category_id || r->ask.by & BY_CATEGORY ? LEVEL_CATEGORY : 0;
}

static void
other_keys(struct viewing *v)
{
	const struct report_ask *a = &v->r->ask;
	for (uint32_t channel = 0; channel < CHANNELS; channel++) {
		bool shown = a->channel == REPORT_ANY || channel - 1 == (uint32_t)a->channel, known = channel <= CHANNEL_COUNT;
		v->channel_keys[channel] = shown && known ? key_more(v->r, (struct report_place){ .agent = FACT_NONE, .channel = channel - 1, .category = FACT_NONE }) : HIDDEN;
	}
	for (int hour = 0; hour < HOURS; hour++) {
		bool shown = a->hour == REPORT_NO_HOUR || hour == a->hour;
		v->hour_keys[hour] = shown ? key_more(v->r, (struct report_place){ .agent = FACT_NONE, .channel = FACT_NONE, .category = FACT_NONE, .hour = hour }) : HIDDEN;
	}
	v->need |= a->hour != REPORT_NO_HOUR || a->by & BY_HOUR ? LEVEL_HOUR : 0;
}

/* With the lock held. */
static enum err
keys_make(struct viewing *v)
{
	v->agent_keys = mem_new(v->s->people.n + 1, sizeof *v->agent_keys);
	v->category_keys = mem_new(v->s->categories.n + 1, sizeof *v->category_keys);
	v->channel_keys = mem_new(CHANNELS, sizeof *v->channel_keys);
	v->hour_keys = mem_new(HOURS, sizeof *v->hour_keys);
	if (!v->agent_keys || !v->category_keys || !v->channel_keys || !v->hour_keys)
		return ERR_NO_MEMORY;
	agent_keys(v);
	category_keys(v);
	other_keys(v);
	for (size_t i = 0; i < v->n; i++) {
		struct report_place p = { .shop = v->views[i].shop, .agent = FACT_NONE, .channel = FACT_NONE, .category = FACT_NONE, .day = v->views[i].day };
		v->views[i].key = v->views[i].counted ? report_place_key(v->r, &p) : HIDDEN;
	}
	return OK;
}

/* The key of a place's row; HIDDEN: filters of the report leave it out. */
static inline size_t
key_of(const struct viewing *v, const struct view *view, uint64_t place)
{
	size_t agent = v->agent_keys[place >> 48], category = v->category_keys[place >> 32 & 0xffff], channel = v->channel_keys[place >> 24 & 0xff],
	       hour = v->hour_keys[PLACE_HOUR(place)];
	bool shown = agent != HIDDEN && category != HIDDEN && channel != HIDDEN && hour != HIDDEN;
	return shown ? view->key + agent + category + channel + hour : HIDDEN;
}

static inline bool
is_ghost(const struct viewing *v, uint64_t place)
{
	return PLACE_GHOST(place) == GHOST_FILTERED || (PLACE_GHOST(place) == GHOST_ROBOT && !v->r->robots);
}

/* NO_ROW also of what filters took out, which has a figure in the report's header alone. */
static inline uint32_t
row_at(const struct viewing *v, const struct view *view, uint64_t place, bool *ret_shown)
{
	size_t key = key_of(v, view, place);
	*ret_shown = key != HIDDEN;
	return key == HIDDEN || is_ghost(v, place) ? NO_ROW : v->r->row_of[key];
}

/* What of a place says which row it is: cells that are alike in this lie side by side, mostly. */
static uint64_t
place_mask(const struct viewing *v)
{
	return PLACE(v->need & LEVEL_AGENT ? UINT16_MAX - 1U : FACT_NONE, v->need & LEVEL_CATEGORY ? UINT16_MAX - 1U : FACT_NONE, UINT8_MAX - 1U,
	             v->need & LEVEL_HOUR ? UINT8_MAX : 0, PLACE_GHOST(UINT64_MAX));
}

static enum err
rows_make(struct viewing *v, struct view *view)
{
	const struct segment *seg = view->seg;
	uint64_t mask = place_mask(v), last = UINT64_MAX;
	enum err e = OK;
	view->row_low = UINT32_MAX;
	for (uint32_t i = 0; !e && i < seg->cell_n; i++) {
		uint64_t place = cell_place(seg, i) & mask;
		uint32_t row;
		if (place == last)
			continue;
		last = place;
		size_t key = key_of(v, view, place);
		if (is_ghost(v, place) || key == HIDDEN)
			continue;
		struct report_place p = place_of(v, view, place);
		row = v->r->row_of[key];
		e = row ? OK : report_row_of(v->r, &p, &row);
		if (e)
			return e;
		view->row_low = row < view->row_low ? row : view->row_low;
		view->row_high = row > view->row_high ? row : view->row_high;
	}
	return e;
}

enum err
rows_find(struct slice *h, const struct view *view)
{
	const struct segment *seg = view->seg;
	uint64_t mask = place_mask(h->v), last = UINT64_MAX;
	uint32_t row = NO_ROW;
	bool shown;
	if (seg->cell_n > h->rows_cap) {
		mem_free(h->rows);
		h->rows = mem_new((size_t)seg->cell_n * 2, sizeof *h->rows);
		h->rows_cap = h->rows ? (size_t)seg->cell_n * 2 : 0;
	}
	if (!h->rows_cap)
		return seg->cell_n ? ERR_NO_MEMORY : OK;
	for (uint32_t i = 0; i < seg->cell_n; i++) {
		uint64_t place = cell_place(seg, i) & mask;
		if (place != last)
			row = row_at(h->v, view, place, &shown);
		last = place;
		h->rows[i] = row;
	}
	return OK;
}

/* Sums -------------------------------------------------------------------------------------------------------------------- */

static inline int64_t *
sums_at(struct slice *h, const struct view *view, uint64_t place, int64_t *hidden)
{
	bool shown;
	uint32_t row = row_at(h->v, view, place, &shown);
	return !shown ? hidden : row == NO_ROW ? h->left_out : h->sums[row];
}

static void
level_add(struct slice *h, const struct view *view, uint32_t level)
{
	const struct segment *seg = view->seg;
	const uint8_t *at = seg->values + seg->level_at[level];
	int64_t hidden[STORE_COLUMNS] = { 0 };
	for (uint32_t i = 0; i < seg->level_n[level]; i++) {
		uint64_t place;
		at = place_get(at, &place);
		at = numbers_add(at, sums_at(h, view, place, hidden));
	}
}

static void
cells_add(struct slice *h, const struct view *view)
{
	const struct segment *seg = view->seg;
	int64_t hidden[STORE_COLUMNS] = { 0 };
	struct cell_walk w = { 0 };
	while (cell_next(seg, &w))
		cell_values(seg, &w, sums_at(h, view, cell_place(seg, w.next - 1), hidden));
}

/* From the fewest cells that tell apart what has to be. */
static void
sums_add(struct slice *h, const struct view *view)
{
	const struct segment *seg = view->seg;
	uint32_t best = LEVELS, n = seg->cell_n;
	for (uint32_t level = 0; level < LEVELS; level++)
		if ((level & h->v->need) == h->v->need && seg->level_n[level] && seg->level_n[level] < n) {
			best = level;
			n = seg->level_n[level];
		}
	if (best < LEVELS)
		level_add(h, view, best);
	else
		cells_add(h, view);
}

/* What the other shares summed up, into the first's. */
static void
sums_join(struct viewing *v)
{
	for (size_t h = 1; h < v->slice_n; h++) {
		const struct slice *other = &v->slices[h];
		for (int k = 0; k < STORE_COLUMNS; k++)
			v->slices[0].left_out[k] += other->left_out[k];
		for (size_t i = 1; other->sums != v->sums && i < v->r->row_count; i++)
			for (int k = 0; k < STORE_COLUMNS; k++)
				v->sums[i][k] += other->sums[i][k];
	}
}

/* All that adds up: the total is the sum of the rows. */
static void
sums_finish(struct viewing *v)
{
	struct report *r = v->r;
	sums_join(v);
	for (int k = 0; k < STORE_COLUMNS; k++)
		if (store_columns[k] >= TALLY_COUNT)
			r->filtered[store_columns[k] - TALLY_COUNT] += v->slices[0].left_out[k];
	for (size_t i = 1; i < r->row_count; i++) {
		columns_finish(v->sums[i]);
		for (int k = 0; k < STORE_COLUMNS; k++)
			v->sums[0][k] += v->sums[i][k];
	}
}

/* The figures become the report's: as they are, or in cells where more is to be found out. */
static enum err
figures_give(struct viewing *v)
{
	struct report *r = v->r;
	uint8_t *at = arena_alloc(r->arena, TALLY_COUNT);
	if (!at)
		return ERR_NO_MEMORY;
	memset(at, FIGURE_NONE, TALLY_COUNT);
	for (uint32_t k = 0; k < STORE_COLUMNS; k++)
		if (store_columns[k] < TALLY_COUNT)
			at[store_columns[k]] = (uint8_t)k;
	for (uint32_t k = 0; k < PERSON_FLAGS; k++)
		at[store_persons[k] + 1] = (uint8_t)(FIGURE_PERSONS + k);
	at[TALLY_WROTE_DAYS] = FIGURE_WROTE;
	at[TALLY_ANSWERED_DAYS] = FIGURE_ANSWERED;
	if (r->figure_n) {
		r->figure_at = at;
		r->figures = v->sums[0];
		v->sums = NULL;
		return OK;
	}
	for (size_t i = 0; i < r->row_count; i++)
		for (int t = 0; t < TALLY_COUNT; t++)
			if (at[t] != FIGURE_NONE)
				r->cells[i].t[t] = v->sums[i][at[t]] + (!i && at[t] < FIGURE_PERSONS ? r->cells[i].t[t] : 0);
	return OK;
}

static enum err
slice_count(struct slice *h)
{
	enum err e = OK;
	for (size_t i = h->from; !e && i < h->to; i++) {
		const struct view *view = &h->v->views[i];
		if (!view->counted)
			continue;
		e = rows_find(h, view);
		if (!e)
			e = persons_take(h, i);
		if (!e)
			sums_add(h, view);
	}
	return e;
}

/* Open at once ------------------------------------------------------------------------------------------------------------ */

static size_t
spans_most(const struct viewing *v)
{
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++)
		n += v->views[i].seg->span_n;
	return n;
}

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
	struct report_span *all = mem_new(spans_most(v) + 1, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < v->n; i++) {
		const struct segment *seg = v->views[i].seg;
		struct cell_walk w = { 0 };
		while (cell_next(seg, &w)) {
			struct report_place p = place_of(v, &v->views[i], cell_place(seg, w.next - 1));
			for (uint32_t k = w.span; k < w.span + w.parts && cell_open(v, &p); k++) {
				int64_t begin = seg->start + seg->spans[k].begin;
				all[n] = (struct report_span){ begin, begin + (seg->spans[k].length ? seg->spans[k].length : 1), p.agent, p.shop, p.channel, p.category, (uint32_t)n };
				n++;
			}
		}
	}
	enum err e = report_sweep(v->r, all, n);
	mem_free(all);
	return e;
}

/* Elsewhere --------------------------------------------------------------------------------------------------------------- */

/* Working hours: the log of states, and the chats that were open meanwhile. */
static enum err
work_count(struct viewing *v, struct db *db)
{
	size_t n = 0;
	struct report_stretch *all = mem_new(spans_most(v) + 1, sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < v->n; i++) {
		const struct segment *seg = v->views[i].seg;
		struct cell_walk w = { 0 };
		while (cell_next(seg, &w)) {
			struct report_place p = place_of(v, &v->views[i], cell_place(seg, w.next - 1));
			for (uint32_t k = w.span; k < w.span + w.parts; k++) {
				int64_t begin = seg->start + seg->spans[k].begin;
				all[n++] = (struct report_stretch){ begin, begin + seg->spans[k].length, p.agent };
			}
		}
	}
	enum err e = workload_count(db, v->r, all, n);
	mem_free(all);
	return e;
}

/* What neither the segments nor the ledger have. */
static enum err
rest_count(struct viewing *v, struct db *db)
{
	enum err e = v->r->calls ? trade_calls_count(db, v->r) : OK;
	return e || !v->r->states ? e : work_count(v, db);
}

/* The report -------------------------------------------------------------------------------------------------------------- */

static enum err
views_count(struct viewing *v)
{
	enum err e = OK;
	v->r->figure_n = v->r->concurrent || v->r->trade || v->r->calls || v->r->states ? 0 : STORE_FIGURES;
	slices_part(v);
	for (size_t i = 0; !e && i < v->n; i++)
		e = v->views[i].counted ? rows_make(v, &v->views[i]) : OK;
	if (!e)
		e = slices_room(v);
	if (!e)
		e = persons_start(v);
	if (!e)
		e = slices_run(v, slice_count);
	if (e)
		return e;
	sums_finish(v);
	e = persons_finish(v);
	if (!e && v->percentiles)
		e = times_make(v);
	if (!e)
		e = figures_give(v);
	return e || !v->r->concurrent ? e : open_count(v);
}

static void
views_free(struct viewing *v)
{
	for (size_t i = 0; i < v->n; i++)
		segment_drop(v->views[i].seg);
	persons_free(v);
	mem_free(v->views);
	mem_free(v->agents);
	mem_free(v->categories);
	mem_free(v->agent_keys);
	mem_free(v->category_keys);
	mem_free(v->channel_keys);
	mem_free(v->hour_keys);
	slices_free(v);
}

enum err
store_report(struct store *s, struct db *db, struct report *r, bool *ret_done)
{
	struct viewing v = { .s = s, .r = r };
	*ret_done = metrics_known(&v);
	if (!*ret_done)
		return OK;
	pthread_mutex_lock(&s->lock);
	int64_t began = clock_monotonic(), until = s->full ? began : began + HELP_MS + HELP_DAY_MS * (r->ask.to - r->ask.from + 1);
	enum err e = views_take(&v, db, until, ret_done);
	if (!e && *ret_done && r->trade)
		e = ledger_ready(&s->ledger, db, r, until, ret_done);
	if (!e && *ret_done)
		e = names_take(&v);
	if (!e && *ret_done)
		e = keys_make(&v);
	s->answered += !e && *ret_done;
	if (!e && *ret_done && r->trade)
		e = ledger_count(&s->ledger, r);
	pthread_mutex_unlock(&s->lock);
	if (!e && *ret_done)
		e = views_count(&v);
	if (!e && *ret_done)
		e = rest_count(&v, db);
	if (!e && *ret_done)
		trade_shares(r);
	views_free(&v);
	return e;
}
