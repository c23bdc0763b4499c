#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

enum { BLOCK_BYTES = 4096 };

struct block {
	struct block *older;
	size_t size, used;
	_Alignas(max_align_t) char data[];
};

struct cleanup {
	struct cleanup *older;
	void (*fn)(void *);
	void *arg;
};

struct arena {
	struct block *newest;
	struct cleanup *cleanups;
	size_t total, max;
};

struct arena *
arena_new(size_t max_bytes)
{
	struct arena *a = mem_new(1, sizeof *a);
	if (a)
		a->max = max_bytes;
	return a;
}

static void
cleanups_run(struct arena *a, struct cleanup *until)
{
	while (a->cleanups != until) {
		struct cleanup *c = a->cleanups;
		a->cleanups = c->older;
		c->fn(c->arg);
	}
}

static void
blocks_drop(struct arena *a, struct block *until)
{
	while (a->newest != until) {
		struct block *b = a->newest;
		a->newest = b->older;
		a->total -= b->size;
		mem_free(b);
	}
}

void
arena_free(struct arena *a)
{
	if (!a)
		return;
	cleanups_run(a, NULL);
	blocks_drop(a, NULL);
	mem_free(a);
}

void
arena_reset(struct arena *a)
{
	cleanups_run(a, NULL);
	struct block *first = a->newest;
	while (first && first->older)
		first = first->older;
	blocks_drop(a, first && first->size <= 4 * BLOCK_BYTES ? first : NULL);
	if (a->newest)
		a->newest->used = 0;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	size_t align = _Alignof(max_align_t);
	if (bytes > a->max)
		return NULL;
	bytes = (bytes + align - 1) & ~(align - 1);
	struct block *b = a->newest;
	if (!b || b->size - b->used < bytes) {
		size_t size = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
		if (size > BLOCK_BYTES / 2 && b && b->size >= BLOCK_BYTES && size < 2 * b->size)
			size = 2 * b->size;
		if (a->total + size > a->max)
			size = bytes;
		if (a->total + size > a->max)
			return NULL;
		b = mem_grow(NULL, sizeof *b + size); /* zeroed piece by piece, below */
		if (!b)
			return NULL;
		b->size = size;
		b->used = 0;
		b->older = a->newest;
		a->newest = b;
		a->total += size;
	}
	void *p = b->data + b->used;
	b->used += bytes;
	memset(p, 0, bytes);
	return p;
}

struct str
arena_str(struct arena *a, struct str s)
{
	if (!s.p)
		return STR_NONE;
	char *copy = arena_alloc(a, s.n + 1);
	if (!copy)
		return STR_NONE;
	if (s.n)
		memcpy(copy, s.p, s.n);
	return (struct str){ copy, s.n };
}

struct str
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	char *p = n < 0 ? NULL : arena_alloc(a, (size_t)n + 1);
	if (!p)
		return STR_NONE;
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	return (struct str){ p, (size_t)n };
}

bool
arena_cleanup(struct arena *a, void (*fn)(void *), void *arg)
{
	struct cleanup *c = arena_alloc(a, sizeof *c);
	if (!c)
		return false;
	*c = (struct cleanup){ a->cleanups, fn, arg };
	a->cleanups = c;
	return true;
}

struct arena_mark
arena_mark(struct arena *a)
{
	return (struct arena_mark){ a->newest, a->newest ? a->newest->used : 0, a->total, a->cleanups };
}

void
arena_rewind(struct arena *a, struct arena_mark m)
{
	cleanups_run(a, m.cleanup);
	blocks_drop(a, m.block);
	if (a->newest)
		a->newest->used = m.used;
}

size_t
arena_used(const struct arena *a)
{
	size_t used = 0;
	for (const struct block *b = a->newest; b; b = b->older)
		used += b->used;
	return used;
}
