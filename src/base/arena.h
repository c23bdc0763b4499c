/*
 * One arena a request: allocations live until arena_reset or arena_free; nothing in a handler frees. The arena states its
 * maximum at birth; past it (or when the heap is out) allocations return NULL. Not thread-safe: one owner at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_new(size_t max_bytes);
void arena_free(struct arena *a); /* runs the cleanups, newest first; NULL is fine */
void arena_reset(struct arena *a); /* same, but keeps the first block for the next user */
/* Zeroed, aligned for any type. NULL on failure. */
void *arena_alloc(struct arena *a, size_t bytes);
/* Copies with a NUL after them (not counted). p == NULL on failure or if the source had no value. */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Run fn(arg) when the arena is reset or freed. False on failure (then fn was not kept). */
bool arena_cleanup(struct arena *a, void (*fn)(void *arg), void *arg);
/* A place to come back to: arena_rewind drops all allocations and runs all cleanups made since the mark. */
struct arena_mark {
	void *block;
	size_t used, total;
	void *cleanup;
};
struct arena_mark arena_mark(struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);
size_t arena_used(const struct arena *a);

#endif
