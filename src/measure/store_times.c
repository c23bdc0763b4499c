/*
 * Percentiles of durations, exact, without sorting them. They are read twice, as they lie: first each row counts its own in bins, which are the wider the
 * longer the durations in them, and so learns in which bin each of its percentiles is; then those of these bins alone are put together, row by row, and
 * the one that is looked for is found digit by digit. The total is one more row. Of many rows so many at a time, for bins take room.
 */
#include <stdlib.h>
#include <string.h>

#include "measure/store_view.h"
#include "base/banned.h"

/* A bin is a 32nd of a power of two; the first ones are single milliseconds. */
enum { STEP_BITS = 5, STEPS = 1 << STEP_BITS, BINS = (32 - STEP_BITS + 1) * STEPS, ROWS_AT_ONCE = 4096, DIGIT_BITS = 8, DIGITS = 1 << DIGIT_BITS };
enum { KINDS = 2, WANT_BITS = 3, WANT_ROW = (1 << WANT_BITS) - 1 };

/* What is looked for among a row's durations: those of some bins, which lie from from[i] to from[i + 1]. */
struct wanted {
	size_t n, from[REPORT_PERCENTS + 1];
	size_t rank[REPORT_PERCENTS];   /* of each percentile in its bin, from 0 */
	uint16_t bin[REPORT_PERCENTS];
	uint8_t which[REPORT_PERCENTS]; /* of these each percentile is in */
	uint8_t bins;
};

/* How many durations there are, by bin. */
struct bins {
	uint32_t n[BINS];
};

/* Of the first replies, or of all. By row are those of the rows at hand, and last what is the total's. */
struct kind {
	struct wanted *wanted;
	uint8_t (*wants)[BINS];         /* 1 + which, or 0; and the same of the total, above WANT_BITS */
	uint32_t *found;
	struct bins *bins[SLICES_MAX];
	size_t (*at[SLICES_MAX])[REPORT_PERCENTS]; /* where a slice puts the next */
};

struct times {
	struct kind of[KINDS];
	uint32_t low, rows, total;      /* rows at hand: from low on; total: the place of the total's */
	bool last;                      /* no rows are left, so that the total is known too */
};

static inline uint32_t
bin_of(uint32_t ms)
{
	uint32_t shift = (uint32_t)(31 - __builtin_clz(ms | STEPS)) - STEP_BITS;
	return (shift << STEP_BITS) + (ms >> shift);
}

/* How many bits the durations of a bin may differ in: the lowest. */
static uint32_t
bin_bits(uint32_t bin)
{
	return bin < 2 * STEPS ? 0 : (bin >> STEP_BITS) - 1;
}

/* From 0. */
static size_t
rank_of(size_t n, int k)
{
	return (n * (size_t)report_percents[k] + 99) / 100 - 1;
}

/* What lies where -------------------------------------------------------------------------------------------------------- */

/* Durations side by side that belong to one row. */
struct stretch {
	uint32_t row, n[KINDS];
	const uint32_t *ms[KINDS];
};
struct stretch_walk {
	uint32_t cell, at[KINDS];
};

static inline bool
stretch_next(const struct slice *h, const struct segment *seg, struct stretch_walk *w, struct stretch *ret)
{
	uint32_t i = w->cell, first = 0, reply = 0;
	if (i >= seg->cell_n)
		return false;
	ret->row = h->rows[i];
	for (; i < seg->cell_n && h->rows[i] == ret->row; i++) {
		first += seg->firsts[i];
		reply += seg->replies[i];
	}
	ret->ms[0] = seg->first + w->at[0];
	ret->ms[1] = seg->reply + w->at[1];
	ret->n[0] = first;
	ret->n[1] = reply;
	w->cell = i;
	w->at[0] += first;
	w->at[1] += reply;
	return true;
}

static bool
view_concerned(const struct times *t, const struct view *view)
{
	return view->counted && view->row_low < t->low + t->rows && view->row_high >= t->low;
}

/* Counting ---------------------------------------------------------------------------------------------------------------- */

static enum err
view_bins(struct slice *h, const struct view *view)
{
	const struct times *t = h->v->times;
	struct stretch_walk w = { 0 };
	struct stretch s;
	enum err e = rows_find(h, view);
	while (!e && stretch_next(h, view->seg, &w, &s))
		for (int k = 0; k < KINDS && s.row - t->low < t->rows; k++) {
			struct bins *bins = &t->of[k].bins[h->number][s.row - t->low];
			for (uint32_t i = 0; i < s.n[k]; i++)
				bins->n[bin_of(s.ms[k][i])]++;
		}
	return e;
}

static enum err
slice_bins(struct slice *h)
{
	const struct times *t = h->v->times;
	enum err e = OK;
	for (int k = 0; k < KINDS; k++)
		memset(t->of[k].bins[h->number], 0, t->rows * sizeof **t->of[k].bins);
	for (size_t i = h->from; !e && i < h->to; i++)
		e = view_concerned(t, &h->v->views[i]) ? view_bins(h, &h->v->views[i]) : OK;
	return e;
}

/* In which bins the percentiles are. from: where what is found has its place. */
static void
wanted_find(struct wanted *w, const uint32_t *bins, size_t *from)
{
	size_t before = 0, n = 0;
	int k = 0;
	for (uint32_t i = 0; i < BINS; i++)
		n += bins[i];
	*w = (struct wanted){ .n = n };
	for (uint32_t i = 0; n && k < REPORT_PERCENTS; before += bins[i++]) {
		if (rank_of(n, k) >= before + bins[i])
			continue;
		w->bin[w->bins] = (uint16_t)i;
		w->from[w->bins++] = *from;
		*from += bins[i];
		for (; k < REPORT_PERCENTS && rank_of(n, k) < before + bins[i]; k++) {
			w->which[k] = (uint8_t)(w->bins - 1);
			w->rank[k] = rank_of(n, k) - before;
		}
	}
	w->from[w->bins] = *from;
}

/* A row's bins of all slices become the first's, and part of the total's; the slices' places lie one after the other. */
static void
row_want(const struct viewing *v, struct kind *kind, uint32_t row, size_t *from)
{
	const struct times *t = v->times;
	struct wanted *w = &kind->wanted[row];
	uint32_t sum[BINS] = { 0 };
	for (size_t h = 0; h < v->slice_n; h++)
		for (uint32_t i = 0; i < BINS; i++)
			sum[i] += kind->bins[h][row].n[i];
	for (size_t h = 0; h < v->slice_n && row != t->total; h++)
		for (uint32_t i = 0; i < BINS; i++)
			kind->bins[h][t->total].n[i] += kind->bins[h][row].n[i];
	wanted_find(w, sum, from);
	memset(kind->wants[row], 0, sizeof *kind->wants);
	for (uint8_t i = 0; i < w->bins; i++) {
		size_t at = w->from[i];
		kind->wants[row][w->bin[i]] = row == t->total ? (uint8_t)((i + 1) << WANT_BITS) : i + 1;
		for (size_t h = 0; h < v->slice_n; h++) {
			kind->at[h][row][i] = at;
			at += kind->bins[h][row].n[w->bin[i]];
		}
	}
}

static enum err
kind_want(const struct viewing *v, struct kind *kind)
{
	const struct times *t = v->times;
	const struct wanted *all = &kind->wanted[t->total];
	size_t found = 0;
	for (uint32_t row = 0; row < t->rows; row++)
		row_want(v, kind, row, &found);
	if (t->last)
		row_want(v, kind, t->total, &found);
	for (uint32_t row = 0; t->last && row < t->rows; row++)
		for (uint8_t i = 0; i < all->bins; i++)
			kind->wants[row][all->bin[i]] |= (uint8_t)((i + 1) << WANT_BITS);
	mem_free(kind->found);
	kind->found = mem_new(found + 1, sizeof *kind->found);
	mem_wide(kind->found, found * sizeof *kind->found);
	return kind->found ? OK : ERR_NO_MEMORY;
}

/* Finding ----------------------------------------------------------------------------------------------------------------- */

static void
stretch_find(struct kind *kind, size_t slice, uint32_t row, uint32_t total, const uint32_t *ms, uint32_t n)
{
	const uint8_t *wants = kind->wants[row];
	size_t *own = kind->at[slice][row], *all = kind->at[slice][total];
	for (uint32_t i = 0; i < n; i++) {
		uint8_t want = wants[bin_of(ms[i])];
		if (want & WANT_ROW)
			kind->found[own[(want & WANT_ROW) - 1]++] = ms[i];
		if (want >> WANT_BITS)
			kind->found[all[(want >> WANT_BITS) - 1]++] = ms[i];
	}
}

/* Rows that are not at hand have a part in the total alone. */
static enum err
slice_find(struct slice *h)
{
	struct times *t = h->v->times;
	enum err e = OK;
	for (size_t i = h->from; !e && i < h->to; i++) {
		const struct view *view = &h->v->views[i];
		struct stretch_walk w = { 0 };
		struct stretch s;
		if (!view->counted || !(t->last || view_concerned(t, view)))
			continue;
		e = rows_find(h, view);
		while (!e && stretch_next(h, view->seg, &w, &s)) {
			bool at_hand = s.row - t->low < t->rows;
			for (int k = 0; k < KINDS && s.row != NO_ROW && (at_hand || t->last); k++)
				stretch_find(&t->of[k], h->number, at_hand ? s.row - t->low : t->total, t->total, s.ms[k], s.n[k]);
		}
	}
	return e;
}

/* The so-manieth, from 0, of durations that differ in the lowest bits alone. They change places. */
static uint32_t
nth(uint32_t *all, size_t n, size_t rank, uint32_t bits)
{
	while (bits) {
		uint32_t step = bits < DIGIT_BITS ? bits : DIGIT_BITS, count[DIGITS] = { 0 }, digit = 0;
		size_t kept = 0;
		bits -= step;
		for (size_t i = 0; i < n; i++)
			count[all[i] >> bits & ((1U << step) - 1)]++;
		for (; rank >= count[digit]; digit++)
			rank -= count[digit];
		for (size_t i = 0; i < n; i++) {
			uint32_t ms = all[i];
			all[i] = all[kept];
			all[kept] = ms;
			kept += (ms >> bits & ((1U << step) - 1)) == digit;
		}
		n = kept;
	}
	return all[0];
}

static void
row_pick(const struct times *t, int k, uint32_t at, struct report_row *row)
{
	const struct wanted *w = &t->of[k].wanted[at];
	*(k ? &row->reply_n : &row->first_n) = w->n;
	for (int p = 0; w->n && p < REPORT_PERCENTS; p++) {
		size_t from = w->from[w->which[p]];
		row->picked[k][p] = nth(t->of[k].found + from, w->from[w->which[p] + 1] - from, w->rank[p], bin_bits(w->bin[w->which[p]]));
	}
}

/* Of every so-manieth row. */
static enum err
slice_pick(struct slice *h)
{
	const struct times *t = h->v->times;
	struct report_row *rows = h->v->r->rows;
	for (int k = 0; k < KINDS; k++) {
		for (uint32_t i = (uint32_t)h->number; i < t->rows; i += (uint32_t)h->v->slice_n)
			row_pick(t, k, i, &rows[t->low + i]);
		if (t->last && h->number + 1 == h->v->slice_n)
			row_pick(t, k, t->total, &rows[0]);
	}
	return OK;
}

/* All of it --------------------------------------------------------------------------------------------------------------- */

static enum err
kind_room(const struct viewing *v, struct kind *kind)
{
	size_t n = v->times->total + 1U;
	kind->wanted = mem_new(n, sizeof *kind->wanted);
	kind->wants = mem_new(n, sizeof *kind->wants);
	bool room = kind->wanted && kind->wants;
	for (size_t h = 0; room && h < v->slice_n; h++) {
		kind->bins[h] = mem_new(n, sizeof **kind->bins);
		kind->at[h] = mem_new(n, sizeof **kind->at);
		room = kind->bins[h] && kind->at[h];
	}
	return room ? OK : ERR_NO_MEMORY;
}

static void
kind_free(struct kind *kind)
{
	mem_free(kind->wanted);
	mem_free(kind->wants);
	mem_free(kind->found);
	for (int h = 0; h < SLICES_MAX; h++) {
		mem_free(kind->bins[h]);
		mem_free(kind->at[h]);
	}
}

static enum err
percentiles_make(struct viewing *v)
{
	struct times *t = v->times;
	uint32_t end = (uint32_t)v->r->row_count;
	enum err e = OK;
	t->total = end - 1 < ROWS_AT_ONCE ? end - 1 : ROWS_AT_ONCE;
	for (int k = 0; !e && k < KINDS; k++)
		e = kind_room(v, &t->of[k]);
	for (t->low = 1; !e && !t->last; t->low += t->rows) {
		t->rows = end - t->low < t->total ? end - t->low : t->total;
		t->last = t->low + t->rows == end;
		e = slices_run(v, slice_bins);
		for (int k = 0; !e && k < KINDS; k++)
			e = kind_want(v, &t->of[k]);
		if (!e)
			e = slices_run(v, slice_find);
		if (!e)
			e = slices_run(v, slice_pick);
	}
	return e;
}

static enum err
durations_copy(struct viewing *v)
{
	struct slice *h = &v->slices[0];
	struct durations *to[KINDS] = { &v->r->first, &v->r->reply };
	enum err e = OK;
	for (size_t i = 0; !e && i < v->n; i++) {
		struct stretch_walk w = { 0 };
		struct stretch s;
		if (!v->views[i].counted)
			continue;
		e = rows_find(h, &v->views[i]);
		while (!e && stretch_next(h, v->views[i].seg, &w, &s))
			for (uint32_t k = 0; !e && s.row != NO_ROW && k < s.n[0] + s.n[1]; k++)
				e = k < s.n[0] ? report_duration(to[0], s.row, s.ms[0][k]) : report_duration(to[1], s.row, s.ms[1][k - s.n[0]]);
	}
	if (!e)
		report_durations(v->r);
	return e;
}

enum err
times_make(struct viewing *v)
{
	struct times t = { 0 };
	v->r->picked = !v->r->ask.durations;
	if (!v->r->picked)
		return durations_copy(v);
	v->times = &t;
	enum err e = percentiles_make(v);
	for (int k = 0; k < KINDS; k++)
		kind_free(&t.of[k]);
	v->times = NULL;
	return e;
}
