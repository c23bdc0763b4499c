/*
 * What does not add up: distinct customers, customers' days, and sessions that began in several cells. The marks of each day lie by customer; they are
 * dealt to parts of some thousand customers, and each part, small enough for the cache, is sorted by customer. Reading is forwards only.
 */
#include <stdlib.h>
#include <string.h>

#include "measure/store_view.h"
#include "base/banned.h"

enum { PART_BITS = 13, PART_CUSTOMERS = 1 << PART_BITS, FEW = 12, FLAG_SETS = 1 << PERSON_FLAGS };

struct counting {
	uint32_t of[PART_CUSTOMERS + 1];    /* by customer: where his marks begin, when they are sorted */
	four each[FLAG_SETS][PERSON_FOURS]; /* what a set of flags adds */
	uint32_t *sorted;
};

/* What is new of this customer in this row; no branch, for nobody can foretell it. */
static inline void
mark_count(struct persons *p, const struct counting *c, uint32_t customer, uint32_t flags)
{
	uint32_t old = p->seen == customer + 1 ? p->seen_flags : 0, fresh = flags & ~old;
	p->seen = customer + 1;
	p->seen_flags = old | flags;
	for (int i = 0; i < PERSON_FOURS; i++)
		p->n[i] += c->each[fresh][i];
}

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
late_find(struct viewing *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct segment *seg = v->views[i].seg;
		for (uint32_t k = 0; v->views[i].counted && k < seg->multi_n; k++) {
			struct shared *late = seg->multis[k].begin < 0 ? fact_new(v->late) : NULL;
			if (late)
				*late = (struct shared){ seg->start + seg->multis[k].begin, seg->multis[k].customer, 0 };
			else if (seg->multis[k].begin < 0)
				return ERR_NO_MEMORY;
		}
	}
	if (v->late.n > 1)
		qsort(v->late.all, v->late.n, sizeof *v->late.all, shared_order);
	return OK;
}

static enum err
counting_make(struct viewing *v)
{
	struct counting *c = v->counting = mem_new(1, sizeof *c);
	for (uint32_t f = 0; c && f < FLAG_SETS; f++)
		for (int k = 0; k < PERSON_FLAGS; k++)
			c->each[f][k / 4][k % 4] = f >> k & 1;
	return c ? OK : ERR_NO_MEMORY;
}

enum err
persons_start(struct viewing *v)
{
	struct person_parts *p = &v->parts;
	size_t all = 0;
	p->n = (v->customers >> PART_BITS) + 1;
	p->from = mem_new(p->n + 1, sizeof *p->from);
	p->at = mem_new(p->n + 1, sizeof *p->at);
	if (!p->from || !p->at || counting_make(v))
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < v->n; i++) {
		const struct segment *seg = v->views[i].seg;
		uint32_t customer = seg->mark_base;
		for (uint32_t k = 0; v->views[i].counted && k < seg->mark_n; k++) {
			customer += seg->mark_steps[k];
			p->at[customer >> PART_BITS]++;
		}
	}
	for (size_t i = 0; i < p->n; i++) {
		p->from[i] = all;
		all += p->at[i];
		p->at[i] = p->from[i];
	}
	p->all = mem_new(all + 1, sizeof *p->all);
	mem_wide(p->all, all * sizeof *p->all);
	return p->all ? late_find(v) : ERR_NO_MEMORY;
}

void
persons_free(struct viewing *v)
{
	mem_free(v->parts.all);
	mem_free(v->parts.from);
	mem_free(v->parts.at);
	if (v->counting)
		mem_free(v->counting->sorted);
	mem_free(v->counting);
	mem_free(v->late.all);
	mem_free(v->shared.all);
}

/* Sessions of several cells ----------------------------------------------------------------------------------------------- */

static bool
is_late(const struct viewing *v, int64_t begin, uint32_t customer)
{
	size_t low = 0, high = v->late.n;
	struct shared key = { begin, customer, 0 };
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (shared_order(&v->late.all[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low < v->late.n && !shared_order(&v->late.all[low], &key);
}

/* One session within a segment: n cells it began in. */
static enum err
session_take(struct viewing *v, const struct segment *seg, const struct store_multi *all, uint32_t n)
{
	int64_t begin = seg->start + all->begin;
	bool elsewhere = n > FEW || is_late(v, begin, all->customer), any = false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = v->rows[all[i].cell];
		bool again = row == NO_ROW;
		for (uint32_t k = 0; !elsewhere && !again && k < i; k++)
			again = v->rows[all[k].cell] == row;
		struct shared *s = elsewhere && !again ? fact_new(v->shared) : NULL;
		if (s)
			*s = (struct shared){ begin, all->customer, row };
		else if (elsewhere && !again)
			return ERR_NO_MEMORY;
		v->persons[row].shared += !elsewhere && !again;
		any = any || !again;
	}
	v->persons[0].shared += !elsewhere && any;
	return OK;
}

static enum err
sessions_take(struct viewing *v, const struct segment *seg)
{
	enum err e = OK;
	for (uint32_t from = 0, to; !e && from < seg->multi_n; from = to) {
		const struct store_multi *all = seg->multis;
		for (to = from + 1; to < seg->multi_n && all[to].customer == all[from].customer && all[to].begin == all[from].begin;)
			to++;
		e = session_take(v, seg, all + from, to - from);
	}
	return e;
}

static void
shared_count(struct viewing *v)
{
	const struct shared *all = v->shared.all;
	if (v->shared.n > 1)
		qsort(v->shared.all, v->shared.n, sizeof *v->shared.all, shared_order);
	for (size_t i = 0; i < v->shared.n; i++) {
		bool same = i && all[i].customer == all[i - 1].customer && all[i].begin == all[i - 1].begin;
		v->persons[0].shared += !same;
		v->persons[all[i].row].shared += !same || all[i].row != all[i - 1].row;
	}
}

/* Customers --------------------------------------------------------------------------------------------------------------- */

/* The day of a customer who wrote, once a row. */
static inline void
day_count(struct persons *p, uint32_t flags, uint32_t view, uint32_t customer)
{
	if (p->view == view && p->customer == customer)
		return;
	p->view = view;
	p->customer = customer;
	p->wrote++;
	p->answered += (flags & MARK_ANSWERED) != 0;
}

/* A row of one day meets each customer in one segment alone, which has them in order: only the total waits for the parts. */
static inline bool
by_day(const struct viewing *v)
{
	return v->r->ask.by & BY_DAY;
}

enum err
persons_take(struct viewing *v, size_t view)
{
	const struct segment *seg = v->views[view].seg;
	const uint32_t *rows = v->rows;
	struct persons *persons = v->persons;
	struct person_mark *all = v->parts.all;
	size_t *at = v->parts.at;
	uint32_t customer = seg->mark_base;
	for (uint32_t k = 0; k < seg->mark_n; k++) {
		uint32_t what = seg->marks[k], row = rows[what >> STORE_FLAG_BITS], flags = what & MARK_FLAGS;
		customer += seg->mark_steps[k];
		if (row == NO_ROW || !flags)
			continue;
		if (flags & MARK_WROTE) {
			day_count(&persons[row], flags, (uint32_t)view + 1, customer);
			day_count(&persons[0], flags, (uint32_t)view + 1, customer);
		}
		if (by_day(v))
			mark_count(&persons[row], v->counting, customer, flags & (FLAG_SETS - 1));
		all[at[customer >> PART_BITS]++] = (struct person_mark){ customer, row << PERSON_FLAGS | (flags & (FLAG_SETS - 1)) };
	}
	return sessions_take(v, seg);
}

static void
customer_count(struct persons *persons, const struct counting *c, uint32_t customer, const uint32_t *all, uint32_t n)
{
	uint32_t total = 0;
	for (uint32_t i = 0; i < n; i++) {
		mark_count(&persons[all[i] >> PERSON_FLAGS], c, customer, all[i] & (FLAG_SETS - 1));
		total |= all[i] & (FLAG_SETS - 1);
	}
	mark_count(&persons[0], c, customer, total);
}

/* Sorted by customer, so that whoever was seen last in a row tells whether this one was. */
static void
part_count(struct persons *persons, struct counting *c, const struct person_mark *all, size_t n)
{
	uint32_t first = all->customer & ~(uint32_t)(PART_CUSTOMERS - 1), *of = c->of, *sorted = c->sorted;
	memset(of, 0, sizeof c->of);
	for (size_t i = 0; i < n; i++)
		of[all[i].customer - first + 1]++;
	for (uint32_t i = 0; i < PART_CUSTOMERS; i++)
		of[i + 1] += of[i];
	for (size_t i = n; i-- > 0;)
		sorted[--of[all[i].customer - first + 1]] = all[i].what;
	/* of[i + 1] is now where customer i begins */
	for (uint32_t i = 0; i < PART_CUSTOMERS; i++) {
		uint32_t from = of[i + 1], to = i + 1 < PART_CUSTOMERS ? of[i + 2] : (uint32_t)n;
		if (to > from)
			customer_count(persons, c, first + i, sorted + from, to - from);
	}
}

/* The total alone. */
static void
part_total(struct persons *persons, struct counting *c, const struct person_mark *all, size_t n)
{
	uint32_t first = all->customer & ~(uint32_t)(PART_CUSTOMERS - 1), *of = c->of;
	memset(of, 0, sizeof c->of);
	for (size_t i = 0; i < n; i++)
		of[all[i].customer - first] |= all[i].what & (FLAG_SETS - 1);
	for (uint32_t i = 0; i < PART_CUSTOMERS; i++)
		for (int k = 0; k < PERSON_FOURS; k++)
			persons->n[k] += c->each[of[i]][k];
}

static enum err
parts_count(struct viewing *v)
{
	const struct person_parts *p = &v->parts;
	struct counting *c = v->counting;
	size_t most = 0;
	for (size_t i = 0; i < p->n; i++)
		most = p->at[i] - p->from[i] > most ? p->at[i] - p->from[i] : most;
	c->sorted = by_day(v) ? NULL : mem_new(most + 1, sizeof *c->sorted);
	if (!c->sorted && !by_day(v))
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < p->n; i++)
		if (p->at[i] > p->from[i])
			(by_day(v) ? part_total : part_count)(v->persons, c, p->all + p->from[i], p->at[i] - p->from[i]);
	return OK;
}

enum err
persons_finish(struct viewing *v)
{
	enum err e = parts_count(v);
	uint32_t sessions = store_column(TALLY_SESSIONS);
	shared_count(v);
	for (size_t i = 0; !e && i < v->r->row_count; i++) {
		int64_t *t = v->sums[i];
		for (int k = 0; k < PERSON_FLAGS; k++)
			t[FIGURE_PERSONS + k] = v->persons[i].n[k / 4][k % 4];
		t[FIGURE_WROTE] = v->persons[i].wrote;
		t[FIGURE_ANSWERED] = v->persons[i].answered;
		t[sessions] += v->persons[i].shared;
	}
	return e;
}
