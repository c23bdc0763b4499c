#include "desk/routing_table.h"

#include <string.h>

#include "base/mem.h"
#include "desk/routing_state.h"
#include "base/banned.h"

static size_t
slot_of(const struct routing_table *t, int64_t id)
{
	uint64_t h = (uint64_t)id * 0x9e3779b97f4a7c15ULL;
	return (size_t)(h >> 32) & (t->cap - 1);
}

void *
table_get(const struct routing_table *t, int64_t id)
{
	if (!t->cap)
		return NULL;
	for (size_t i = slot_of(t, id); t->slots[i].value; i = (i + 1) & (t->cap - 1))
		if (t->slots[i].id == id)
			return t->slots[i].value;
	return NULL;
}

bool
table_reserve(struct routing_table *t, size_t count)
{
	if (count * 2 <= t->cap)
		return true;
	size_t cap = t->cap ? t->cap : 16;
	while (cap < count * 2)
		cap *= 2;
	struct routing_table bigger = { mem_new(cap, sizeof *bigger.slots), cap, 0 };
	if (!bigger.slots)
		return false;
	for (size_t i = 0; i < t->cap; i++)
		if (t->slots[i].value)
			table_put(&bigger, t->slots[i].id, t->slots[i].value);
	mem_free(t->slots);
	*t = bigger;
	return true;
}

void
table_put(struct routing_table *t, int64_t id, void *value)
{
	size_t i = slot_of(t, id);
	while (t->slots[i].value)
		i = (i + 1) & (t->cap - 1);
	t->slots[i] = (struct routing_slot){ id, value };
	t->count++;
}

void
table_remove(struct routing_table *t, int64_t id)
{
	size_t mask = t->cap - 1, hole = slot_of(t, id);
	while (t->slots[hole].id != id || !t->slots[hole].value)
		hole = (hole + 1) & mask;
	t->count--;
	/* Close the hole: move up whatever would no longer be found across it. */
	for (size_t i = (hole + 1) & mask; t->slots[i].value; i = (i + 1) & mask) {
		size_t home = slot_of(t, t->slots[i].id);
		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		t->slots[hole] = t->slots[i];
		hole = i;
	}
	t->slots[hole].value = NULL;
}

bool
line_reserve(struct routing_line *l, size_t count)
{
	if (count <= l->cap)
		return true;
	size_t cap = l->cap ? l->cap : 8;
	while (cap < count)
		cap *= 2;
	struct contact **p = mem_grow(l->p, cap * sizeof *p);
	if (!p)
		return false;
	l->p = p;
	l->cap = cap;
	return true;
}

struct contact *
line_at(const struct routing_line *l, size_t i)
{
	return l->p[l->start + i];
}

size_t
line_rank(const struct routing_line *l, const struct contact *c)
{
	size_t lo = 0, hi = l->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (contact_before(line_at(l, mid), c))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void
line_add(struct routing_line *l, struct contact *c)
{
	size_t i = line_rank(l, c);
	if (l->start + l->n == l->cap) {
		memmove(l->p, l->p + l->start, l->n * sizeof *l->p);
		l->start = 0;
	}
	struct contact **at = l->p + l->start + i;
	memmove(at + 1, at, (l->n - i) * sizeof *at);
	*at = c;
	l->n++;
}

void
line_remove(struct routing_line *l, struct contact *c)
{
	size_t i = line_rank(l, c);
	struct contact **at = l->p + l->start + i;
	l->n--;
	if (i == 0)
		l->start++;
	else
		memmove(at, at + 1, (l->n - i) * sizeof *at);
	if (!l->n)
		l->start = 0;
}

static bool
timer_before(const struct routing_timer *a, const struct routing_timer *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	return a->kind != b->kind ? a->kind < b->kind : a->id < b->id;
}

bool
timers_reserve(struct routing_timers *t, size_t more)
{
	if (t->n + more <= t->cap)
		return true;
	size_t cap = t->cap ? t->cap : 16;
	while (cap < t->n + more)
		cap *= 2;
	struct routing_timer *p = mem_grow(t->p, cap * sizeof *p);
	if (!p)
		return false;
	t->p = p;
	t->cap = cap;
	return true;
}

void
timers_push(struct routing_timers *t, struct routing_timer timer)
{
	size_t i = t->n++;
	while (i && timer_before(&timer, &t->p[(i - 1) / 2])) {
		t->p[i] = t->p[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	t->p[i] = timer;
}

void
timers_pop(struct routing_timers *t)
{
	struct routing_timer last = t->p[--t->n];
	size_t i = 0;
	for (size_t child; (child = 2 * i + 1) < t->n; i = child) {
		if (child + 1 < t->n && timer_before(&t->p[child + 1], &t->p[child]))
			child++;
		if (!timer_before(&t->p[child], &last))
			break;
		t->p[i] = t->p[child];
	}
	t->p[i] = last;
}
