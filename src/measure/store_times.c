/*
 * Percentiles of durations that lie side by side, exact, without sorting them: counted by quarters of a second first, which says in which quarter each
 * percentile is, and then by the millisecond in those. The few that are longer than all quarters are sorted. Many millions of them are looked at by a
 * thread of their own, beside what the report does meanwhile.
 */
#include <stdlib.h>
#include <string.h>

#include "base/thread.h"
#include "measure/store_view.h"
#include "base/banned.h"

enum { FINE_BITS = 8, FINE = 1 << FINE_BITS, BINS = 4096, LONG_BIN = BINS - 1, FEW = 64, MANY = 1000000 };

struct picking {
	uint32_t bins[BINS], all_bins[BINS]; /* of the row at hand, and of all */
	uint8_t fine_of[BINS];               /* 1 + which of fine; 0: nobody looks */
	uint32_t fine[REPORT_PERCENTS][FINE];
	uint32_t *more;                      /* room for the long ones, or the few */
	size_t more_cap;
};

enum err
runs_add(struct runs *t, uint32_t row, const uint32_t *ms, uint32_t n)
{
	struct run *last = t->all.n ? &t->all.all[t->all.n - 1] : NULL;
	if (!n)
		return OK;
	if (last && last->row == row && last->ms + last->n == ms) {
		last->n += n;
		return OK;
	}
	struct run *run = fact_new(t->all);
	if (!run)
		return ERR_NO_MEMORY;
	*run = (struct run){ ms, row, n };
	return OK;
}

static uint32_t
bin_of(uint32_t ms)
{
	return ms >> FINE_BITS < LONG_BIN ? ms >> FINE_BITS : LONG_BIN;
}

static int
ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

static enum err
more_room(struct picking *p, size_t n)
{
	if (n <= p->more_cap)
		return OK;
	mem_free(p->more);
	p->more = mem_new(n, sizeof *p->more);
	p->more_cap = p->more ? n : 0;
	return p->more ? OK : ERR_NO_MEMORY;
}

/* From 1. */
static size_t
rank_of(size_t n, int k)
{
	return (n * (size_t)report_percents[k] + 99) / 100;
}

static enum err
few_pick(struct picking *p, const struct run *runs, size_t count, size_t n, uint32_t *ret)
{
	enum err e = more_room(p, n);
	size_t at = 0;
	for (size_t i = 0; !e && i < count; i++) {
		memcpy(p->more + at, runs[i].ms, runs[i].n * sizeof *p->more);
		at += runs[i].n;
	}
	if (e || !n)
		return e;
	qsort(p->more, n, sizeof *p->more, ascending);
	for (int k = 0; k < REPORT_PERCENTS; k++)
		ret[k] = p->more[rank_of(n, k) - 1];
	return OK;
}

/* Which bins hold a percentile. ret_before: how many there are before that bin. */
static void
bins_choose(struct picking *p, const uint32_t *bins, size_t n, uint32_t *ret_bin, size_t *ret_before)
{
	size_t before = 0;
	int k = 0, fine = 0;
	memset(p->fine_of, 0, sizeof p->fine_of);
	memset(p->fine, 0, sizeof p->fine);
	for (uint32_t bin = 0; bin < BINS && k < REPORT_PERCENTS; before += bins[bin++])
		for (; k < REPORT_PERCENTS && rank_of(n, k) <= before + bins[bin]; k++) {
			p->fine_of[bin] = p->fine_of[bin] ? p->fine_of[bin] : (uint8_t)++fine;
			ret_bin[k] = bin;
			ret_before[k] = before;
		}
}

/* Those of the bins that were chosen, by the millisecond; the long ones into p->more. */
static void
chosen_count(struct picking *p, const struct run *runs, size_t count)
{
	size_t more = 0;
	for (size_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < runs[i].n; k++) {
			uint32_t ms = runs[i].ms[k], bin = bin_of(ms);
			if (!p->fine_of[bin])
				continue;
			if (bin == LONG_BIN)
				p->more[more++] = ms;
			else
				p->fine[p->fine_of[bin] - 1][ms & (FINE - 1)]++;
		}
	if (more > 1)
		qsort(p->more, more, sizeof *p->more, ascending);
}

static enum err
many_pick(struct picking *p, const uint32_t *bins, const struct run *runs, size_t count, size_t n, uint32_t *ret)
{
	uint32_t bin[REPORT_PERCENTS];
	size_t before[REPORT_PERCENTS];
	bins_choose(p, bins, n, bin, before);
	enum err e = p->fine_of[LONG_BIN] ? more_room(p, bins[LONG_BIN]) : OK;
	if (e)
		return e;
	chosen_count(p, runs, count);
	for (int k = 0; k < REPORT_PERCENTS; k++) {
		size_t rank = rank_of(n, k) - before[k], sum = 0;
		const uint32_t *fine = p->fine[p->fine_of[bin[k]] - 1];
		uint32_t ms = 0;
		for (; bin[k] != LONG_BIN && sum + fine[ms] < rank; ms++)
			sum += fine[ms];
		ret[k] = bin[k] == LONG_BIN ? p->more[rank - 1] : bin[k] << FINE_BITS | ms;
	}
	return OK;
}

static enum err
row_pick(struct picking *p, const struct run *runs, size_t count, size_t *ret_n, uint32_t *ret)
{
	size_t n = 0;
	memset(p->bins, 0, sizeof p->bins);
	for (size_t i = 0; i < count; i++) {
		for (uint32_t k = 0; k < runs[i].n; k++)
			p->bins[bin_of(runs[i].ms[k])]++;
		n += runs[i].n;
	}
	for (int bin = 0; bin < BINS; bin++)
		p->all_bins[bin] += p->bins[bin];
	*ret_n = n;
	return n < FEW ? few_pick(p, runs, count, n, ret) : many_pick(p, p->bins, runs, count, n, ret);
}

/* Runs in order of their rows; ret_from: where each row's begin. */
static enum err
runs_sort(struct runs *t, size_t rows, size_t **ret_from)
{
	struct run *all = mem_new(t->all.n + 1, sizeof *all);
	size_t *from = mem_new(rows + 2, sizeof *from);
	*ret_from = from;
	if (!all || !from) {
		mem_free(all);
		return ERR_NO_MEMORY;
	}
	for (size_t i = 0; i < t->all.n; i++)
		from[t->all.all[i].row + 2]++;
	for (size_t i = 0; i < rows; i++)
		from[i + 2] += from[i + 1];
	for (size_t i = 0; i < t->all.n; i++)
		all[from[t->all.all[i].row + 1]++] = t->all.all[i];
	mem_free(t->all.all);
	t->all.all = all;
	t->all.cap = t->all.n + 1;
	return OK;
}

static enum err
runs_pick(struct report *r, struct runs *t, bool first)
{
	size_t *from = NULL, all = 0;
	struct picking *p = mem_new(1, sizeof *p);
	enum err e = p ? runs_sort(t, r->row_count, &from) : ERR_NO_MEMORY;
	for (size_t i = 1; !e && i < r->row_count; i++) {
		struct report_row *row = &r->rows[i];
		size_t *n = first ? &row->first_n : &row->reply_n;
		e = row_pick(p, t->all.all + from[i], from[i + 1] - from[i], n, row->picked[!first]);
		all += *n;
	}
	if (!e)
		*(first ? &r->rows[0].first_n : &r->rows[0].reply_n) = all;
	if (!e && all)
		e = many_pick(p, p->all_bins, t->all.all, t->all.n, all, r->rows[0].picked[!first]);
	if (p)
		mem_free(p->more);
	mem_free(p);
	mem_free(from);
	return e;
}

static enum err
runs_copy(struct durations *d, const struct runs *t)
{
	enum err e = OK;
	for (size_t i = 0; i < t->all.n; i++)
		for (uint32_t k = 0; !e && k < t->all.all[i].n; k++)
			e = report_duration(d, t->all.all[i].row, t->all.all[i].ms[k]);
	return e;
}

static enum err
durations_copy(struct viewing *v)
{
	struct report *r = v->r;
	enum err e = runs_copy(&r->first, &v->first);
	if (!e)
		e = runs_copy(&r->reply, &v->reply);
	if (!e)
		report_durations(r);
	return e;
}

static void
reply_pick(void *ctx)
{
	struct viewing *v = ctx;
	v->reply_err = runs_pick(v->r, &v->reply, false);
}

static size_t
runs_count(const struct runs *t)
{
	size_t n = 0;
	for (size_t i = 0; i < t->all.n; i++)
		n += t->all.all[i].n;
	return n;
}

void
times_start(struct viewing *v)
{
	v->r->picked = !v->r->ask.durations;
	if (v->r->picked && runs_count(&v->reply) >= MANY && thread_start("report times", reply_pick, v, &v->reply_thread))
		v->reply_thread = NULL;
}

enum err
times_finish(struct viewing *v)
{
	if (!v->r->picked)
		return durations_copy(v);
	enum err e = runs_pick(v->r, &v->first, true);
	if (v->reply_thread)
		thread_join(v->reply_thread);
	else
		reply_pick(v);
	return e ? e : v->reply_err;
}
