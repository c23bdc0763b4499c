/* Segments: put together, packed, unpacked. */
#include <stdlib.h>
#include <string.h>

#include "measure/store_impl.h"
#include "base/banned.h"

const enum tally store_persons[PERSON_FLAGS] = {
	TALLY_CONSULT, TALLY_RECEIVED, TALLY_DIRECT, TALLY_IN, TALLY_OUT, TALLY_EFFECTIVE, TALLY_NOREPLY, TALLY_SLOW, TALLY_LONG,
};

#define TABLE_CLEAR(t) ((t).n = 0)

void
gather_start(struct gather *g, int64_t start)
{
	TABLE_CLEAR(g->cells);
	TABLE_CLEAR(g->marks);
	TABLE_CLEAR(g->multis);
	TABLE_CLEAR(g->first);
	TABLE_CLEAR(g->reply);
	TABLE_CLEAR(g->spans);
	if (g->slots)
		memset(g->slots, 0, g->slot_count * sizeof *g->slots);
	g->start = start;
	g->valid_from = INT64_MIN;
	g->valid_until = INT64_MAX;
}

void
gather_free(struct gather *g)
{
	mem_free(g->cells.all);
	mem_free(g->marks.all);
	mem_free(g->multis.all);
	mem_free(g->first.all);
	mem_free(g->reply.all);
	mem_free(g->spans.all);
	mem_free(g->slots);
	*g = (struct gather){ 0 };
}

static size_t
slot_of(const struct gather *g, uint64_t place)
{
	size_t i = (size_t)(place * 0x9E3779B97F4A7C15ULL >> 32) & (g->slot_count - 1);
	while (g->slots[i] && g->cells.all[g->slots[i] - 1].place != place)
		i = (i + 1) & (g->slot_count - 1);
	return i;
}

static enum err
slots_grow(struct gather *g)
{
	size_t count = g->slot_count ? 2 * g->slot_count : 64;
	uint32_t *slots = mem_new(count, sizeof *slots);
	if (!slots)
		return ERR_NO_MEMORY;
	mem_free(g->slots);
	g->slots = slots;
	g->slot_count = count;
	for (size_t i = 0; i < g->cells.n; i++)
		g->slots[slot_of(g, g->cells.all[i].place)] = (uint32_t)i + 1;
	return OK;
}

enum err
gather_cell(struct gather *g, uint64_t place, uint32_t *ret_cell)
{
	if (2 * g->cells.n >= g->slot_count) {
		enum err e = slots_grow(g);
		if (e)
			return e;
	}
	size_t slot = slot_of(g, place);
	if (!g->slots[slot]) {
		struct gather_cell *c = g->cells.n < STORE_CELLS_MAX ? fact_new(g->cells) : NULL;
		if (!c)
			return g->cells.n < STORE_CELLS_MAX ? ERR_NO_MEMORY : ERR_TOO_LARGE;
		c->place = place;
		g->slots[slot] = (uint32_t)g->cells.n;
	}
	*ret_cell = g->slots[slot] - 1;
	return OK;
}

/* Numbers of variable length ---------------------------------------------------------------------------------------------- */

/* Small whatever the sign: 0, -1, 1, -2 become 0, 1, 2, 3. */
static uint64_t
sign_fold(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static uint8_t *
number_put(uint8_t *at, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*at++ = (uint8_t)(v | 0x80);
	*at++ = (uint8_t)v;
	return at;
}

static uint64_t
number_get(const uint8_t **at)
{
	uint64_t v = 0;
	int shift = 0;
	for (; **at & 0x80; (*at)++, shift += 7)
		v |= (uint64_t)(**at & 0x7f) << shift;
	return v | (uint64_t) * (*at)++ << shift;
}

void
values_next(const uint8_t **at, uint32_t *ret_tally, int64_t *ret_sum)
{
	*ret_tally = (uint32_t)number_get(at);
	uint64_t v = number_get(at);
	*ret_sum = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

static size_t
values_size(const struct gather *g)
{
	uint8_t room[10];
	size_t n = 0;
	for (size_t i = 0; i < g->cells.n; i++)
		for (uint32_t t = 0; t < STORE_VALUES; t++) {
			int64_t v = g->cells.all[i].t[t];
			if (v)
				n += (size_t)(number_put(room, t) - room) + (size_t)(number_put(room, sign_fold(v)) - room);
		}
	return n;
}

/* Packing ----------------------------------------------------------------------------------------------------------------- */

static int
by_place(const void *a, const void *b, void *ctx)
{
	const struct gather *g = ctx;
	uint64_t x = g->cells.all[*(const uint32_t *)a].place, y = g->cells.all[*(const uint32_t *)b].place;
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

/* Cells in order of place; everything else in order of its cell or customer. order: cells by their new number. */
static enum err
gather_sort(struct gather *g, uint32_t **ret_order)
{
	size_t n = g->cells.n;
	uint32_t *order = mem_new(n + 1, sizeof *order), *names = mem_new(n + 1, sizeof *names);
	*ret_order = order;
	if (!order || !names) {
		mem_free(names);
		return ERR_NO_MEMORY;
	}
	for (uint32_t i = 0; i < n; i++)
		order[i] = i;
	if (n > 1)
		qsort_r(order, n, sizeof *order, by_place, g);
	for (uint32_t i = 0; i < n; i++)
		names[order[i]] = i;
	times_rename(g->first.all, g->first.n, names);
	times_rename(g->reply.all, g->reply.n, names);
	times_rename(g->spans.all, g->spans.n, names);
	for (size_t i = 0; i < g->marks.n; i++) {
		struct store_mark *m = &g->marks.all[i];
		m->what = names[m->what >> STORE_FLAG_BITS] << STORE_FLAG_BITS | (m->what & ((1U << STORE_FLAG_BITS) - 1));
	}
	for (size_t i = 0; i < g->multis.n; i++)
		g->multis.all[i].cell = names[g->multis.all[i].cell];
	if (g->marks.n > 1)
		qsort(g->marks.all, g->marks.n, sizeof *g->marks.all, by_customer);
	if (g->multis.n > 1)
		qsort(g->multis.all, g->multis.n, sizeof *g->multis.all, by_session);
	mem_free(names);
	return OK;
}

static struct segment *
segment_room(const struct gather *g)
{
	size_t cells = (g->cells.n + 1) * sizeof(struct store_cell), multis = g->multis.n * sizeof(struct store_multi);
	size_t marks = g->marks.n * sizeof(struct store_mark), spans = g->spans.n * sizeof(struct store_span);
	size_t first = g->first.n * 4, reply = g->reply.n * 4, head = (sizeof(struct segment) + 7) & ~(size_t)7;
	size_t bytes = head + cells + multis + marks + spans + first + reply + values_size(g);
	char *at = mem_new(1, bytes);
	struct segment *s = (struct segment *)at;
	if (!s)
		return NULL;
	atomic_init(&s->refs, 1);
	s->bytes = bytes;
	s->start = g->start;
	s->valid_from = g->valid_from;
	s->valid_until = g->valid_until;
	s->cell_n = (uint32_t)g->cells.n;
	s->mark_n = (uint32_t)g->marks.n;
	s->multi_n = (uint32_t)g->multis.n;
	s->cells = (struct store_cell *)(at += head);
	s->multis = (struct store_multi *)(at += cells);
	s->marks = (struct store_mark *)(at += multis);
	s->spans = (struct store_span *)(at += marks);
	s->first = (uint32_t *)(at += spans);
	s->reply = (uint32_t *)(at += first);
	s->values = (uint8_t *)(at + reply);
	return s;
}

static uint32_t
times_of(const struct gather_time *all, size_t n, uint32_t from, uint32_t cell)
{
	while (from < n && all[from].cell < cell)
		from++;
	return from;
}

static void
segment_fill(struct segment *s, const struct gather *g, const uint32_t *order)
{
	uint8_t *at = s->values;
	uint32_t first = 0, reply = 0, span = 0;
	for (uint32_t i = 0; i <= g->cells.n; i++) {
		first = times_of(g->first.all, g->first.n, first, i);
		reply = times_of(g->reply.all, g->reply.n, reply, i);
		span = times_of(g->spans.all, g->spans.n, span, i);
		s->cells[i] = (struct store_cell){ .value_at = (uint32_t)(at - s->values), .first_at = first, .reply_at = reply, .span_at = span };
		if (i == g->cells.n)
			break;
		const struct gather_cell *c = &g->cells.all[order[i]];
		s->cells[i].place = c->place;
		for (uint32_t t = 0; t < STORE_VALUES; t++)
			if (c->t[t])
				at = number_put(number_put(at, t), sign_fold(c->t[t]));
	}
	for (size_t i = 0; i < g->first.n; i++)
		s->first[i] = g->first.all[i].ms;
	for (size_t i = 0; i < g->reply.n; i++)
		s->reply[i] = g->reply.all[i].ms;
	for (size_t i = 0; i < g->spans.n; i++)
		s->spans[i] = (struct store_span){ g->spans.all[i].ms, g->spans.all[i].length };
	if (g->marks.n)
		memcpy(s->marks, g->marks.all, g->marks.n * sizeof *s->marks);
	if (g->multis.n)
		memcpy(s->multis, g->multis.all, g->multis.n * sizeof *s->multis);
}

enum err
gather_finish(struct gather *g, struct segment **ret_segment)
{
	uint32_t *order = NULL;
	enum err e = gather_sort(g, &order);
	struct segment *s = e ? NULL : segment_room(g);
	if (s)
		segment_fill(s, g, order);
	mem_free(order);
	*ret_segment = s;
	return e ? e : s ? OK : ERR_NO_MEMORY;
}

void
segment_drop(struct segment *s)
{
	if (s && atomic_fetch_sub(&s->refs, 1) == 1)
		mem_free(s);
}

/* Unpacking --------------------------------------------------------------------------------------------------------------- */

static enum err
cell_add(struct gather *g, const struct segment *s, uint32_t i, uint32_t cell)
{
	const struct store_cell *c = &s->cells[i];
	const uint8_t *at = s->values + c->value_at, *end = s->values + c[1].value_at;
	while (at < end) {
		uint32_t tally;
		int64_t sum;
		values_next(&at, &tally, &sum);
		g->cells.all[cell].t[tally] += sum;
	}
	for (uint32_t k = c->first_at; k < c[1].first_at; k++) {
		struct gather_time *t = fact_new(g->first);
		if (!t)
			return ERR_NO_MEMORY;
		*t = (struct gather_time){ cell, s->first[k], 0 };
	}
	for (uint32_t k = c->reply_at; k < c[1].reply_at; k++) {
		struct gather_time *t = fact_new(g->reply);
		if (!t)
			return ERR_NO_MEMORY;
		*t = (struct gather_time){ cell, s->reply[k], 0 };
	}
	for (uint32_t k = c->span_at; k < c[1].span_at; k++) {
		struct gather_time *t = fact_new(g->spans);
		if (!t)
			return ERR_NO_MEMORY;
		*t = (struct gather_time){ cell, s->spans[k].begin, s->spans[k].length };
	}
	return OK;
}

enum err
gather_segment(struct gather *g, const struct segment *s)
{
	uint32_t *cells = mem_new(s->cell_n + 1, sizeof *cells);
	enum err e = cells ? OK : ERR_NO_MEMORY;
	for (uint32_t i = 0; !e && i < s->cell_n; i++) {
		e = gather_cell(g, s->cells[i].place, &cells[i]);
		if (!e)
			e = cell_add(g, s, i, cells[i]);
	}
	for (uint32_t i = 0; !e && i < s->mark_n; i++) {
		struct store_mark *m = fact_new(g->marks);
		uint32_t what = s->marks[i].what;
		if (m)
			*m = (struct store_mark){ s->marks[i].customer, cells[what >> STORE_FLAG_BITS] << STORE_FLAG_BITS | (what & ((1U << STORE_FLAG_BITS) - 1)) };
		e = m ? OK : ERR_NO_MEMORY;
	}
	for (uint32_t i = 0; !e && i < s->multi_n; i++) {
		struct store_multi *m = fact_new(g->multis);
		if (m)
			*m = (struct store_multi){ s->multis[i].begin, s->multis[i].customer, cells[s->multis[i].cell] };
		e = m ? OK : ERR_NO_MEMORY;
	}
	g->valid_from = s->valid_from > g->valid_from ? s->valid_from : g->valid_from;
	g->valid_until = s->valid_until < g->valid_until ? s->valid_until : g->valid_until;
	mem_free(cells);
	return e;
}
