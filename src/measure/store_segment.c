/* Segments: put together, packed, unpacked. */
#include <stdlib.h>
#include <string.h>

#include "measure/store_impl.h"
#include "base/banned.h"

const enum tally store_persons[PERSON_FLAGS] = {
	TALLY_CONSULT, TALLY_RECEIVED, TALLY_DIRECT, TALLY_IN, TALLY_OUT, TALLY_EFFECTIVE, TALLY_NOREPLY, TALLY_SLOW, TALLY_LONG,
};

#define TABLE_CLEAR(t) ((t).n = 0)

static void
cells_clear(struct cell_table *t)
{
	TABLE_CLEAR(t->cells);
	if (t->slots)
		memset(t->slots, 0, t->slot_count * sizeof *t->slots);
}

void
gather_start(struct gather *g, int64_t start)
{
	cells_clear(&g->cells);
	TABLE_CLEAR(g->marks);
	TABLE_CLEAR(g->multis);
	TABLE_CLEAR(g->first);
	TABLE_CLEAR(g->reply);
	TABLE_CLEAR(g->spans);
	g->start = start;
	g->valid_from = INT64_MIN;
	g->valid_until = INT64_MAX;
}

void
gather_free(struct gather *g)
{
	mem_free(g->cells.cells.all);
	mem_free(g->cells.slots);
	mem_free(g->level.cells.all);
	mem_free(g->level.slots);
	mem_free(g->marks.all);
	mem_free(g->multis.all);
	mem_free(g->first.all);
	mem_free(g->reply.all);
	mem_free(g->spans.all);
	mem_free(g->bytes.all);
	*g = (struct gather){ 0 };
}

static size_t
slot_of(const struct cell_table *t, uint64_t place)
{
	size_t i = (size_t)(place * 0x9E3779B97F4A7C15ULL >> 32) & (t->slot_count - 1);
	while (t->slots[i] && t->cells.all[t->slots[i] - 1].place != place)
		i = (i + 1) & (t->slot_count - 1);
	return i;
}

static enum err
slots_grow(struct cell_table *t)
{
	size_t count = t->slot_count ? 2 * t->slot_count : 64;
	uint32_t *slots = mem_new(count, sizeof *slots);
	if (!slots)
		return ERR_NO_MEMORY;
	mem_free(t->slots);
	t->slots = slots;
	t->slot_count = count;
	for (size_t i = 0; i < t->cells.n; i++)
		t->slots[slot_of(t, t->cells.all[i].place)] = (uint32_t)i + 1;
	return OK;
}

static enum err
table_cell(struct cell_table *t, uint64_t place, uint32_t *ret_cell)
{
	if (2 * t->cells.n >= t->slot_count) {
		enum err e = slots_grow(t);
		if (e)
			return e;
	}
	size_t slot = slot_of(t, place);
	if (!t->slots[slot]) {
		struct gather_cell *c = t->cells.n < STORE_CELLS_MAX ? fact_new(t->cells) : NULL;
		if (!c)
			return t->cells.n < STORE_CELLS_MAX ? ERR_NO_MEMORY : ERR_TOO_LARGE;
		c->place = place;
		t->slots[slot] = (uint32_t)t->cells.n;
	}
	*ret_cell = t->slots[slot] - 1;
	return OK;
}

enum err
gather_cell(struct gather *g, uint64_t place, uint32_t *ret_cell)
{
	return table_cell(&g->cells, place, ret_cell);
}

/* Packing ----------------------------------------------------------------------------------------------------------------- */

static int
by_place(const void *a, const void *b)
{
	const struct gather_cell *x = a, *y = b;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
by_place_of(const void *a, const void *b, void *ctx)
{
	const struct gather *g = ctx;
	uint64_t x = g->cells.cells.all[*(const uint32_t *)a].place, y = g->cells.cells.all[*(const uint32_t *)b].place;
	return x < y ? -1 : x > y;
}

static int
by_cell_and_time(const void *a, const void *b)
{
	const struct gather_time *x = a, *y = b;
	if (x->cell != y->cell)
		return x->cell < y->cell ? -1 : 1;
	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	return x->length < y->length ? -1 : x->length > y->length;
}

static int
by_customer(const void *a, const void *b)
{
	const struct store_mark *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	return x->what < y->what ? -1 : x->what > y->what;
}

static int
by_session(const void *a, const void *b)
{
	const struct store_multi *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return x->cell < y->cell ? -1 : x->cell > y->cell;
}

static void
times_rename(struct gather_time *all, size_t n, const uint32_t *names)
{
	for (size_t i = 0; i < n; i++)
		all[i].cell = names[all[i].cell];
	if (n > 1)
		qsort(all, n, sizeof *all, by_cell_and_time);
}

/*
 * Cells in order of place; everything else in order of its cell or customer. order: cells by their new number. A cell with more times than a byte can say
 * has further numbers; all else goes by its first.
 */
struct packing {
	uint32_t *order, *names; /* cells by their new number, and the other way round */
	uint32_t *counts;        /* of first, reply, spans, by old number */
	uint32_t cell_n, mark_n, base;
	uint32_t level_n[LEVELS], level_at[LEVELS];
};
enum { PART_MAX = UINT8_MAX };

static void
packing_free(struct packing *p)
{
	mem_free(p->order);
	mem_free(p->names);
	mem_free(p->counts);
}

static uint32_t
cells_for(const uint32_t *counts)
{
	uint32_t most = counts[0] > counts[1] ? counts[0] : counts[1];
	most = most > counts[2] ? most : counts[2];
	return most > PART_MAX ? (most + PART_MAX - 1) / PART_MAX : 1;
}

static void
times_measure(const struct gather *g, struct packing *p)
{
	for (size_t i = 0; i < g->first.n; i++)
		p->counts[3 * g->first.all[i].cell]++;
	for (size_t i = 0; i < g->reply.n; i++)
		p->counts[3 * g->reply.all[i].cell + 1]++;
	for (size_t i = 0; i < g->spans.n; i++)
		p->counts[3 * g->spans.all[i].cell + 2]++;
}

static void
marks_sort(struct gather *g, struct packing *p)
{
	for (size_t i = 0; i < g->marks.n; i++) {
		struct store_mark *m = &g->marks.all[i];
		m->what = p->names[m->what >> STORE_FLAG_BITS] << STORE_FLAG_BITS | (m->what & MARK_FLAGS);
	}
	for (size_t i = 0; i < g->multis.n; i++)
		g->multis.all[i].cell = p->names[g->multis.all[i].cell];
	if (g->marks.n > 1)
		qsort(g->marks.all, g->marks.n, sizeof *g->marks.all, by_customer);
	if (g->multis.n > 1)
		qsort(g->multis.all, g->multis.n, sizeof *g->multis.all, by_session);
	p->base = g->marks.n ? g->marks.all[0].customer : 0;
	p->mark_n = (uint32_t)g->marks.n;
	for (size_t i = 1; i < g->marks.n; i++)
		p->mark_n += (g->marks.all[i].customer - g->marks.all[i - 1].customer) / MARK_STEP_MAX;
}

static enum err
gather_sort(struct gather *g, struct packing *p)
{
	size_t n = g->cells.cells.n;
	p->order = mem_new(n + 1, sizeof *p->order);
	p->names = mem_new(n + 1, sizeof *p->names);
	p->counts = mem_new(3 * n + 1, sizeof *p->counts);
	if (!p->order || !p->names || !p->counts)
		return ERR_NO_MEMORY;
	for (uint32_t i = 0; i < n; i++)
		p->order[i] = i;
	if (n > 1)
		qsort_r(p->order, n, sizeof *p->order, by_place_of, g);
	times_measure(g, p);
	for (uint32_t i = 0; i < n; i++) {
		p->names[p->order[i]] = p->cell_n;
		p->cell_n += cells_for(p->counts + 3 * (size_t)p->order[i]);
	}
	times_rename(g->first.all, g->first.n, p->names);
	times_rename(g->reply.all, g->reply.n, p->names);
	times_rename(g->spans.all, g->spans.n, p->names);
	marks_sort(g, p);
	return p->cell_n < UINT32_MAX >> STORE_FLAG_BITS ? OK : ERR_TOO_LARGE;
}

uint8_t *
gather_bytes(struct gather *g, size_t more)
{
	if (g->bytes.n + more > g->bytes.cap) {
		size_t cap = 2 * g->bytes.cap + more + 4096;
		uint8_t *p = mem_grow(g->bytes.all, cap);
		if (!p)
			return NULL;
		g->bytes.all = p;
		g->bytes.cap = cap;
	}
	return g->bytes.all + g->bytes.n;
}

/* Cells' figures; a cell that goes on has none in the next. */
static enum err
cells_pack(struct gather *g, const struct packing *p)
{
	static const int64_t none[STORE_COLUMNS];
	size_t first = 0, reply = 0;
	for (size_t i = 0; i < g->cells.cells.n; i++) {
		const uint32_t *counts = p->counts + 3 * (size_t)p->order[i];
		uint32_t cells = cells_for(counts), first_end = counts[0], reply_end = counts[1];
		const int64_t *values = g->cells.cells.all[p->order[i]].t;
		for (uint32_t k = 0; k < cells; k++) {
			int64_t times[COLUMN_TIMES] = { 0 };
			uint8_t *from = gather_bytes(g, NUMBERS_MAX);
			if (!from)
				return ERR_NO_MEMORY;
			for (; first_end && times[COLUMN_FIRST] < PART_MAX; first_end--, times[COLUMN_FIRST]++)
				times[COLUMN_FIRST_MS] += g->first.all[first++].ms;
			for (; reply_end && times[COLUMN_REPLY] < PART_MAX; reply_end--, times[COLUMN_REPLY]++)
				times[COLUMN_REPLY_MS] += g->reply.all[reply++].ms;
			g->bytes.n += (size_t)(numbers_put(from, k ? none : values, times) - from);
		}
	}
	return OK;
}

/* Levels ------------------------------------------------------------------------------------------------------------------ */

static uint64_t
level_place(uint64_t place, uint32_t level)
{
	return PLACE(level & LEVEL_AGENT ? PLACE_AGENT(place) : FACT_NONE, level & LEVEL_CATEGORY ? PLACE_CATEGORY(place) : FACT_NONE, PLACE_CHANNEL(place),
	             level & LEVEL_HOUR ? PLACE_HOUR(place) : 0, PLACE_GHOST(place));
}

static enum err
level_sum(struct gather *g, uint32_t level)
{
	cells_clear(&g->level);
	for (size_t i = 0; i < g->cells.cells.n; i++) {
		const struct gather_cell *c = &g->cells.cells.all[i];
		uint32_t sum;
		enum err e = table_cell(&g->level, level_place(c->place, level), &sum);
		if (e)
			return e;
		for (int t = 0; t < STORE_COLUMNS; t++)
			g->level.cells.all[sum].t[t] += c->t[t];
	}
	if (g->level.cells.n > 1)
		qsort(g->level.cells.all, g->level.cells.n, sizeof *g->level.cells.all, by_place);
	return OK;
}

/* A level is worth its room when it is a third of what is read without it. */
static enum err
levels_pack(struct gather *g, struct packing *p)
{
	enum err e = OK;
	for (uint32_t level = 0; !e && level < LEVELS; level++) {
		e = level_sum(g, level);
		bool kept = 3 * g->level.cells.n <= g->cells.cells.n;
		p->level_at[level] = (uint32_t)g->bytes.n;
		p->level_n[level] = kept ? (uint32_t)g->level.cells.n : 0;
		for (size_t i = 0; !e && kept && i < g->level.cells.n; i++) {
			uint8_t *from = gather_bytes(g, PLACE_MAX + NUMBERS_MAX);
			if (from)
				g->bytes.n += (size_t)(numbers_put(place_put(from, g->level.cells.all[i].place), g->level.cells.all[i].t, NULL) - from);
			e = from ? OK : ERR_NO_MEMORY;
		}
	}
	return e;
}

/* Segments ---------------------------------------------------------------------------------------------------------------- */

/* Where n things of a size lie: behind what was there before. */
#define LAY(member, n)                                                                                                                       \
	do {                                                                                                                                 \
		s->member = (__typeof__(s->member))at;                                                                                       \
		at += (size_t)(n) * sizeof *s->member;                                                                                       \
	} while (0)

static struct segment *
segment_room(const struct gather *g, const struct packing *p)
{
	size_t head = (sizeof(struct segment) + 7) & ~(size_t)7, words = p->cell_n + (size_t)p->mark_n + g->first.n + g->reply.n;
	size_t bytes = head + words * sizeof(uint32_t) + g->multis.n * sizeof(struct store_multi) + g->spans.n * sizeof(struct store_span) +
	               p->mark_n * sizeof(uint16_t) + (size_t)5 * p->cell_n + g->bytes.n;
	char *at = mem_new(1, bytes);
	struct segment *s = (struct segment *)at;
	if (!s)
		return NULL;
	*s = (struct segment){ .start = g->start, .valid_from = g->valid_from, .valid_until = g->valid_until, .bytes = bytes, .cell_n = p->cell_n,
		               .mark_n = p->mark_n, .pair_n = (uint32_t)g->marks.n, .multi_n = (uint32_t)g->multis.n, .first_n = (uint32_t)g->first.n,
		               .reply_n = (uint32_t)g->reply.n, .span_n = (uint32_t)g->spans.n, .mark_base = p->base };
	atomic_init(&s->refs, 1);
	memcpy(s->level_n, p->level_n, sizeof s->level_n);
	memcpy(s->level_at, p->level_at, sizeof s->level_at);
	at += head;
	LAY(who, p->cell_n);
	LAY(marks, p->mark_n);
	LAY(first, g->first.n);
	LAY(reply, g->reply.n);
	LAY(multis, g->multis.n);
	LAY(spans, g->spans.n);
	LAY(mark_steps, p->mark_n);
	LAY(channel, p->cell_n);
	LAY(hour, p->cell_n);
	LAY(firsts, p->cell_n);
	LAY(replies, p->cell_n);
	LAY(parts, p->cell_n);
	LAY(values, g->bytes.n);
	return s;
}

static uint8_t
part_of(uint32_t n, uint32_t k)
{
	uint32_t left = n > k * PART_MAX ? n - k * PART_MAX : 0;
	return (uint8_t)(left < PART_MAX ? left : PART_MAX);
}

static void
cells_fill(struct segment *s, const struct gather *g, const struct packing *p)
{
	uint32_t at = 0;
	for (size_t i = 0; i < g->cells.cells.n; i++) {
		const uint32_t *counts = p->counts + 3 * (size_t)p->order[i];
		uint64_t place = g->cells.cells.all[p->order[i]].place;
		for (uint32_t k = 0; k < cells_for(counts); k++, at++) {
			s->who[at] = (uint32_t)(place >> 32);
			s->channel[at] = (uint8_t)(place >> 24);
			s->hour[at] = (uint8_t)((uint32_t)PLACE_HOUR(place) << 2 | (uint32_t)PLACE_GHOST(place));
			s->firsts[at] = part_of(counts[0], k);
			s->replies[at] = part_of(counts[1], k);
			s->parts[at] = part_of(counts[2], k);
		}
	}
}

static void
marks_fill(struct segment *s, const struct gather *g)
{
	uint32_t at = 0, customer = s->mark_base;
	for (size_t i = 0; i < g->marks.n; i++) {
		const struct store_mark *m = &g->marks.all[i];
		for (; m->customer - customer > MARK_STEP_MAX; customer += MARK_STEP_MAX)
			s->mark_steps[at++] = MARK_STEP_MAX;
		s->mark_steps[at] = (uint16_t)(m->customer - customer);
		s->marks[at++] = m->what;
		customer = m->customer;
	}
}

static void
segment_fill(struct segment *s, const struct gather *g, const struct packing *p)
{
	cells_fill(s, g, p);
	marks_fill(s, g);
	for (size_t i = 0; i < g->first.n; i++)
		s->first[i] = g->first.all[i].ms;
	for (size_t i = 0; i < g->reply.n; i++)
		s->reply[i] = g->reply.all[i].ms;
	for (size_t i = 0; i < g->spans.n; i++)
		s->spans[i] = (struct store_span){ g->spans.all[i].ms, g->spans.all[i].length };
	if (g->multis.n)
		memcpy(s->multis, g->multis.all, g->multis.n * sizeof *s->multis);
	if (g->bytes.n)
		memcpy(s->values, g->bytes.all, g->bytes.n);
}

enum err
gather_finish(struct gather *g, struct segment **ret_segment)
{
	struct packing p = { 0 };
	g->bytes.n = 0;
	enum err e = gather_sort(g, &p);
	if (!e)
		e = cells_pack(g, &p);
	if (!e)
		e = levels_pack(g, &p);
	struct segment *s = e ? NULL : segment_room(g, &p);
	if (s)
		segment_fill(s, g, &p);
	packing_free(&p);
	*ret_segment = s;
	return e ? e : s ? OK : ERR_NO_MEMORY;
}

void
segment_drop(struct segment *s)
{
	if (s && atomic_fetch_sub(&s->refs, 1) == 1)
		mem_free(s);
}

/* Reading ----------------------------------------------------------------------------------------------------------------- */

bool
cell_next(const struct segment *s, struct cell_walk *w)
{
	uint32_t i = w->next;
	if (i >= s->cell_n)
		return false;
	w->next++;
	w->first += w->firsts;
	w->reply += w->replies;
	w->span += w->parts;
	w->firsts = s->firsts[i];
	w->replies = s->replies[i];
	w->parts = s->parts[i];
	return true;
}

void
cell_values(const struct segment *s, struct cell_walk *w, int64_t *sums)
{
	w->at = numbers_add(w->at ? w->at : s->values, sums);
	for (uint32_t k = 0; k < w->firsts; k++)
		sums[COLUMN_FIRST_MS] += s->first[w->first + k];
	for (uint32_t k = 0; k < w->replies; k++)
		sums[COLUMN_REPLY_MS] += s->reply[w->reply + k];
	sums[COLUMN_FIRST] += w->firsts;
	sums[COLUMN_REPLY] += w->replies;
}

bool
mark_next(const struct segment *s, struct mark_walk *w)
{
	w->customer = w->next ? w->customer : s->mark_base;
	while (w->next < s->mark_n) {
		w->customer += s->mark_steps[w->next];
		w->what = s->marks[w->next++];
		if (w->what & MARK_FLAGS)
			return true;
	}
	return false;
}
