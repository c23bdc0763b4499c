/*
 * What does not add up: distinct customers, customers' days, and sessions that began in several cells. The marks of each day lie by customer; they are
 * dealt to parts of some thousand customers, and each part, small enough for the cache, is sorted by customer. Reading is forwards only.
 */
#include <stdlib.h>
#include <string.h>

#include "measure/store_view.h"
#include "base/banned.h"

enum { PART_BITS = 13, PART_CUSTOMERS = 1 << PART_BITS, FEW = 12, FLAG_SETS = 1 << PERSON_FLAGS, WORD_BITS = 32 };
/* Both counts of days are in one number. */
#define DAY_WROTE UINT64_C(1)
#define DAY_ANSWERED (UINT64_C(1) << WORD_BITS)

struct counting {
	four each[FLAG_SETS][PERSON_FOURS]; /* what a set of flags adds */
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

/*
 * A row of one day meets each customer in one segment alone, which has them in order: only the total waits for the parts, and not even that where there
 * is but one day.
 */
static inline bool
by_day(const struct viewing *v)
{
	return v->one_day || v->r->ask.by & BY_DAY;
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

/* A mark is a word: its row and flags, and what is left for the customer of the part. */
static void
parts_measure(struct viewing *v)
{
	struct person_parts *p = &v->parts;
	uint32_t rows = by_day(v) ? 1 : (uint32_t)v->r->row_count, row_bits = 0;
	while ((rows - 1) >> row_bits)
		row_bits++;
	p->bits = WORD_BITS - PERSON_FLAGS - row_bits;
	p->bits = p->bits < PART_BITS ? p->bits : PART_BITS;
	p->n = v->one_day ? 0 : (v->customers >> p->bits) + 1;
}

/* How many marks each part has of the slice's. */
static enum err
marks_measure(struct slice *h)
{
	const struct viewing *v = h->v;
	uint32_t bits = v->parts.bits;
	h->at = mem_new(v->parts.n, sizeof *h->at);
	for (size_t i = h->from; h->at && !v->one_day && i < h->to; i++) {
		const struct segment *seg = v->views[i].seg;
		uint32_t customer = seg->mark_base;
		for (uint32_t k = 0; v->views[i].counted && k < seg->mark_n; k++) {
			customer += seg->mark_steps[k];
			h->at[customer >> bits]++;
		}
	}
	return h->at ? OK : ERR_NO_MEMORY;
}

enum err
persons_start(struct viewing *v)
{
	struct person_parts *p = &v->parts;
	size_t all = 0;
	parts_measure(v);
	enum err e = counting_make(v);
	if (!e)
		e = slices_run(v, marks_measure);
	p->from = e ? NULL : mem_new(p->n * v->slice_n, sizeof *p->from);
	if (!p->from)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < p->n * v->slice_n; i++) {
		size_t *at = &v->slices[i % v->slice_n].at[i / v->slice_n];
		p->from[i] = all;
		all += *at;
		*at = p->from[i];
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
	mem_free(v->counting);
	mem_free(v->late.all);
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
session_take(struct slice *h, const struct segment *seg, const struct store_multi *all, uint32_t n)
{
	int64_t begin = seg->start + all->begin;
	bool elsewhere = n > FEW || is_late(h->v, begin, all->customer), any = false;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = h->rows[all[i].cell];
		bool again = row == NO_ROW;
		for (uint32_t k = 0; !elsewhere && !again && k < i; k++)
			again = h->rows[all[k].cell] == row;
		struct shared *s = elsewhere && !again ? fact_new(h->shared) : NULL;
		if (s)
			*s = (struct shared){ begin, all->customer, row };
		else if (elsewhere && !again)
			return ERR_NO_MEMORY;
		if (!elsewhere && !again)
			h->persons[row].shared++;
		any = any || !again;
	}
	h->total.shared += !elsewhere && any;
	return OK;
}

static enum err
sessions_take(struct slice *h, const struct segment *seg)
{
	enum err e = OK;
	for (uint32_t from = 0, to; !e && from < seg->multi_n; from = to) {
		const struct store_multi *all = seg->multis;
		for (to = from + 1; to < seg->multi_n && all[to].customer == all[from].customer && all[to].begin == all[from].begin;)
			to++;
		e = session_take(h, seg, all + from, to - from);
	}
	return e;
}

/* Those of all slices; the first's list takes the others'. */
static enum err
shared_count(struct viewing *v)
{
	struct slice *first = &v->slices[0];
	for (size_t h = 1; h < v->slice_n; h++)
		for (size_t i = 0; i < v->slices[h].shared.n; i++) {
			struct shared *s = fact_new(first->shared);
			if (!s)
				return ERR_NO_MEMORY;
			*s = v->slices[h].shared.all[i];
		}
	const struct shared *all = first->shared.all;
	if (first->shared.n > 1)
		qsort(first->shared.all, first->shared.n, sizeof *first->shared.all, shared_order);
	for (size_t i = 0; i < first->shared.n; i++) {
		bool same = i && all[i].customer == all[i - 1].customer && all[i].begin == all[i - 1].begin;
		first->total.shared += !same;
		first->persons[all[i].row].shared += !same || all[i].row != all[i - 1].row;
	}
	return OK;
}

/* Customers --------------------------------------------------------------------------------------------------------------- */

/* The day of a customer who wrote, once a row; day: which, and whose. No branch either. */
static inline void
day_count(struct persons *p, uint32_t flags, uint64_t day)
{
	uint64_t wrote = (flags & MARK_WROTE) != 0, fresh = wrote & (p->day != day);
	p->day = wrote ? day : p->day;
	p->days += -fresh & (DAY_WROTE | ((flags & MARK_ANSWERED) ? DAY_ANSWERED : 0));
}

enum err
persons_take(struct slice *h, size_t view)
{
	const struct viewing *v = h->v;
	const struct segment *seg = v->views[view].seg;
	const uint32_t *rows = h->rows;
	struct persons *persons = h->persons, total = h->total;
	uint32_t *all = v->parts.all, bits = v->parts.bits, within = (1U << bits) - 1, customer = seg->mark_base;
	size_t *at = h->at;
	bool days = by_day(v);
	for (uint32_t k = 0; k < seg->mark_n; k++) {
		uint32_t what = seg->marks[k], row = rows[what >> STORE_FLAG_BITS], flags = what & MARK_FLAGS;
		customer += seg->mark_steps[k];
		if (row == NO_ROW || !flags)
			continue;
		day_count(&persons[row], flags, (uint64_t)(view + 1) << WORD_BITS | customer);
		day_count(&total, flags, (uint64_t)(view + 1) << WORD_BITS | customer);
		flags &= FLAG_SETS - 1;
		if (days)
			mark_count(&persons[row], v->counting, customer, flags);
		if (v->one_day)
			mark_count(&total, v->counting, customer, flags);
		else
			all[at[customer >> bits]++] = ((days ? 0 : row) << PERSON_FLAGS | flags) << bits | (customer & within);
	}
	h->total = total;
	return sessions_take(h, seg);
}

/* One slice's marks of a part. */
struct marks {
	const uint32_t *all;
	size_t n;
};

/* Sorted by customer, so that whoever was seen last in a row tells whether this one was. */
static void
part_count(struct slice *h, uint32_t first, const struct marks *marks)
{
	const struct viewing *v = h->v;
	uint32_t bits = v->parts.bits, within = (1U << bits) - 1, *of = h->of, *sorted = h->sorted;
	struct persons total = h->total;
	size_t n = 0;
	memset(of, 0, ((size_t)within + 2) * sizeof *of);
	for (size_t k = 0; k < v->slice_n; k++)
		for (size_t i = 0; i < marks[k].n; i++)
			of[(marks[k].all[i] & within) + 1]++;
	for (uint32_t i = 0; i <= within; i++)
		of[i + 1] += of[i];
	for (size_t k = 0; k < v->slice_n; k++)
		for (size_t i = 0; i < marks[k].n; i++)
			sorted[of[marks[k].all[i] & within]++] = marks[k].all[i];
	for (size_t k = 0; k < v->slice_n; k++)
		n += marks[k].n;
	for (size_t i = 0; i < n; i++) {
		uint32_t customer = first + (sorted[i] & within), what = sorted[i] >> bits, flags = what & (FLAG_SETS - 1);
		mark_count(&h->persons[what >> PERSON_FLAGS], v->counting, customer, flags);
		mark_count(&total, v->counting, customer, flags);
	}
	h->total = total;
}

/* The total alone. */
static void
part_total(struct slice *h, const struct marks *marks)
{
	const struct viewing *v = h->v;
	uint32_t bits = v->parts.bits, within = (1U << bits) - 1, *of = h->of;
	memset(of, 0, ((size_t)within + 1) * sizeof *of);
	for (size_t k = 0; k < v->slice_n; k++)
		for (size_t i = 0; i < marks[k].n; i++)
			of[marks[k].all[i] & within] |= marks[k].all[i] >> bits;
	struct persons total = h->total;
	for (uint32_t i = 0; i <= within; i++)
		for (int k = 0; k < PERSON_FOURS; k++)
			total.n[k] += v->counting->each[of[i]][k];
	h->total = total;
}

/* The marks that the slices put into a part. */
static size_t
part_marks(const struct viewing *v, size_t part, struct marks *ret_marks)
{
	size_t n = 0;
	for (size_t h = 0; h < v->slice_n; h++) {
		size_t from = v->parts.from[part * v->slice_n + h];
		ret_marks[h] = (struct marks){ v->parts.all + from, v->slices[h].at[part] - from };
		n += ret_marks[h].n;
	}
	return n;
}

/* Every slice's own part, then the next that nobody has. */
static enum err
parts_count(struct slice *h)
{
	const struct viewing *v = h->v;
	struct marks marks[SLICES_MAX];
	size_t most = 0;
	for (size_t i = h->number; i < v->parts.n; i += v->slice_n) {
		size_t n = part_marks(v, i, marks);
		most = n > most ? n : most;
	}
	h->of = mem_new(((size_t)1 << v->parts.bits) + 1, sizeof *h->of);
	h->sorted = mem_new(by_day(v) ? 1 : most + 1, sizeof *h->sorted);
	if (!h->of || !h->sorted)
		return ERR_NO_MEMORY;
	for (size_t i = h->number; i < v->parts.n; i += v->slice_n) {
		if (!part_marks(v, i, marks))
			continue;
		if (by_day(v))
			part_total(h, marks);
		else
			part_count(h, (uint32_t)i << v->parts.bits, marks);
	}
	return OK;
}

static void
persons_give(const struct persons *p, int64_t *figures)
{
	for (int k = 0; k < PERSON_FLAGS; k++)
		figures[FIGURE_PERSONS + k] += p->n[k / 4][k % 4];
	figures[FIGURE_WROTE] += (uint32_t)p->days;
	figures[FIGURE_ANSWERED] += (int64_t)(p->days >> WORD_BITS);
	figures[store_column(TALLY_SESSIONS)] += p->shared;
}

enum err
persons_finish(struct viewing *v)
{
	enum err e = slices_run(v, parts_count);
	if (!e)
		e = shared_count(v);
	for (size_t h = 0; !e && h < v->slice_n; h++) {
		const struct slice *slice = &v->slices[h];
		persons_give(&slice->total, v->sums[0]);
		for (size_t i = 1; (!h || slice->persons != v->persons) && i < v->r->row_count; i++)
			persons_give(&slice->persons[i], v->sums[i]);
	}
	return e;
}
