/*
 * A customer's day as one string of numbers: a live day is kept by customer so that a message makes one of them anew, and few of them are ever looked
 * at. First from and until when it counts so, from the day's begin; then how many there are of everything, one number where that is as few as mostly.
 * A time and the cell it belongs to are one number, which is the time alone where there is one cell.
 */
#include <string.h>

#include "measure/store_impl.h"
#include "base/banned.h"

enum { CELLS, FIRST, REPLY, SPANS, MARKS, MULTIS, KINDS };
struct counts {
	size_t of[KINDS];
};
static const uint8_t few_bits[KINDS] = { 2, 2, 3, 2, 2, 1 };

static uint8_t *
counts_put(uint8_t *at, const struct counts *c)
{
	uint64_t few = 0;
	bool fits = true;
	for (int i = 0, shift = 1; i < KINDS; shift += few_bits[i++]) {
		fits = fits && c->of[i] < 1U << few_bits[i];
		few |= (uint64_t)c->of[i] << shift;
	}
	if (fits)
		return number_put(at, few);
	at = number_put(at, 1);
	for (int i = 0; i < KINDS; i++)
		at = number_put(at, c->of[i]);
	return at;
}

static const uint8_t *
counts_get(const uint8_t *at, struct counts *ret)
{
	uint64_t few = number_get(&at);
	for (int i = 0, shift = 1; i < KINDS; shift += few_bits[i++])
		ret->of[i] = few & 1 ? (size_t)number_get(&at) : few >> shift & ((1U << few_bits[i]) - 1);
	return at;
}

/* 0: whenever. */
static uint64_t
moment_number(int64_t at, int64_t start)
{
	return at == INT64_MIN || at == INT64_MAX ? 0 : sign_fold(at - start) + 1;
}

static const uint8_t *
valid_get(const uint8_t *at, int64_t start, int64_t *ret_from, int64_t *ret_until)
{
	uint64_t from = number_get(&at), until = number_get(&at);
	*ret_from = from ? start + sign_unfold(from - 1) : INT64_MIN;
	*ret_until = until ? start + sign_unfold(until - 1) : INT64_MAX;
	return at;
}

bool
piece_old(const struct piece *p, int64_t start, int64_t now)
{
	int64_t from, until;
	valid_get(p->packed, start, &from, &until);
	return now < from || now >= until;
}

static uint8_t *
times_put(uint8_t *at, const struct gather_time *all, size_t n, size_t cells)
{
	for (size_t i = 0; i < n; i++)
		at = number_put(at, (uint64_t)all[i].ms * cells + all[i].cell);
	return at;
}

static const uint8_t *
time_get(const uint8_t *at, const uint32_t *names, size_t cells, struct gather_time *ret)
{
	uint64_t v = number_get(&at), of = cells > 1 ? cells : 1;
	*ret = (struct gather_time){ names[v % of], (uint32_t)(v / of), 0 };
	return at;
}

/* What the times from these on say of a cell. */
static void
times_sum(const struct gather *g, size_t first, size_t reply, uint32_t cell, int64_t *ret_times)
{
	memset(ret_times, 0, COLUMN_TIMES * sizeof *ret_times);
	for (size_t i = first; i < g->first.n; i++)
		if (g->first.all[i].cell == cell) {
			ret_times[COLUMN_FIRST]++;
			ret_times[COLUMN_FIRST_MS] += g->first.all[i].ms;
		}
	for (size_t i = reply; i < g->reply.n; i++)
		if (g->reply.all[i].cell == cell) {
			ret_times[COLUMN_REPLY]++;
			ret_times[COLUMN_REPLY_MS] += g->reply.all[i].ms;
		}
}

static uint8_t *
piece_put(const struct gather *g, uint8_t *at)
{
	size_t cells = g->cells.cells.n;
	at = number_put(number_put(at, moment_number(g->valid_from, g->start)), moment_number(g->valid_until, g->start));
	at = counts_put(at, &(struct counts){ { cells, g->first.n, g->reply.n, g->spans.n, g->marks.n, g->multis.n } });
	for (size_t i = 0; i < cells; i++)
		at = place_put(at, g->cells.cells.all[i].place);
	at = times_put(at, g->first.all, g->first.n, cells);
	at = times_put(at, g->reply.all, g->reply.n, cells);
	at = times_put(at, g->spans.all, g->spans.n, cells);
	for (size_t i = 0; i < g->spans.n; i++)
		at = number_put(at, g->spans.all[i].length);
	for (size_t i = 0; i < cells; i++) {
		int64_t times[COLUMN_TIMES];
		times_sum(g, 0, 0, (uint32_t)i, times);
		at = numbers_put(at, g->cells.cells.all[i].t, times);
	}
	for (size_t i = 0; i < g->marks.n; i++)
		at = number_put(at, g->marks.all[i].what);
	for (size_t i = 0; i < g->multis.n; i++)
		at = number_put(number_put(at, (uint32_t)g->multis.all[i].begin), g->multis.all[i].cell);
	return at;
}

enum err
gather_pack(struct gather *g, uint32_t customer, struct piece *ret_piece)
{
	size_t numbers = 3 + KINDS + g->first.n + g->reply.n + 2 * g->spans.n + g->marks.n + 2 * g->multis.n;
	g->bytes.n = 0;
	uint8_t *from = gather_bytes(g, g->cells.cells.n * (PLACE_MAX + NUMBERS_MAX) + numbers * NUMBER_MAX);
	if (!from)
		return ERR_NO_MEMORY;
	size_t n = (size_t)(piece_put(g, from) - from);
	*ret_piece = (struct piece){ .customer = customer, .bytes = (uint32_t)n, .packed = mem_new(1, n) };
	if (!ret_piece->packed)
		return ERR_NO_MEMORY;
	memcpy(ret_piece->packed, from, n);
	return OK;
}

/* Unpacking --------------------------------------------------------------------------------------------------------------- */

struct unpacking {
	struct gather *g;
	const uint8_t *at;
	uint32_t *names; /* the gathered cells of the piece's */
	struct counts n;
};

static enum err
times_get(struct unpacking *u)
{
	struct gather *g = u->g;
	for (size_t n = u->n.of[FIRST]; n; n--) {
		struct gather_time *t = fact_new(g->first);
		if (!t)
			return ERR_NO_MEMORY;
		u->at = time_get(u->at, u->names, u->n.of[CELLS], t);
	}
	for (size_t n = u->n.of[REPLY]; n; n--) {
		struct gather_time *t = fact_new(g->reply);
		if (!t)
			return ERR_NO_MEMORY;
		u->at = time_get(u->at, u->names, u->n.of[CELLS], t);
	}
	size_t spans = g->spans.n;
	for (size_t n = u->n.of[SPANS]; n; n--) {
		struct gather_time *t = fact_new(g->spans);
		if (!t)
			return ERR_NO_MEMORY;
		u->at = time_get(u->at, u->names, u->n.of[CELLS], t);
	}
	for (size_t i = spans; i < g->spans.n; i++)
		g->spans.all[i].length = (uint32_t)number_get(&u->at);
	return OK;
}

static enum err
cells_get(struct unpacking *u)
{
	struct gather *g = u->g;
	size_t first = g->first.n, reply = g->reply.n;
	enum err e = OK;
	for (size_t i = 0; !e && i < u->n.of[CELLS]; i++) {
		uint64_t place;
		u->at = place_get(u->at, &place);
		e = gather_cell(g, place, &u->names[i]);
	}
	if (!e)
		e = times_get(u);
	for (size_t i = 0; !e && i < u->n.of[CELLS]; i++) {
		int64_t values[STORE_COLUMNS] = { 0 };
		times_sum(g, first, reply, u->names[i], values);
		u->at = numbers_add(u->at, values);
		columns_finish(values);
		for (int t = 0; t < STORE_COLUMNS; t++)
			g->cells.cells.all[u->names[i]].t[t] += values[t];
	}
	return e;
}

enum err
gather_piece(struct gather *g, const struct piece *p)
{
	struct unpacking u = { .g = g };
	int64_t from, until;
	u.at = counts_get(valid_get(p->packed, g->start, &from, &until), &u.n);
	u.names = mem_new(u.n.of[CELLS] + 1, sizeof *u.names);
	enum err e = u.names ? cells_get(&u) : ERR_NO_MEMORY;
	for (size_t n = u.n.of[MARKS]; !e && n; n--) {
		uint32_t what = (uint32_t)number_get(&u.at);
		struct store_mark *m = fact_new(g->marks);
		if (m)
			*m = (struct store_mark){ p->customer, u.names[what >> STORE_FLAG_BITS] << STORE_FLAG_BITS | (what & MARK_FLAGS) };
		e = m ? OK : ERR_NO_MEMORY;
	}
	for (size_t n = u.n.of[MULTIS]; !e && n; n--) {
		int32_t begin = (int32_t)(uint32_t)number_get(&u.at);
		uint64_t cell = number_get(&u.at);
		struct store_multi *m = fact_new(g->multis);
		if (m)
			*m = (struct store_multi){ begin, p->customer, u.names[cell] };
		e = m ? OK : ERR_NO_MEMORY;
	}
	g->valid_from = from > g->valid_from ? from : g->valid_from;
	g->valid_until = until < g->valid_until ? until : g->valid_until;
	mem_free(u.names);
	return e;
}

void
piece_drop(struct piece *p)
{
	mem_free(p->packed);
	p->packed = NULL;
}
