#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static atomic_long countdown;

static int
must_fail(void)
{
	if (atomic_load_explicit(&countdown, memory_order_relaxed) == 0)
		return 0;
	return atomic_fetch_sub(&countdown, 1) == 1;
}

void *
mem_new(size_t count, size_t size)
{
	return must_fail() ? NULL : calloc(count ? count : 1, size ? size : 1);
}

void *
mem_grow(void *p, size_t bytes)
{
	return must_fail() ? NULL : realloc(p, bytes ? bytes : 1);
}

void
mem_free(void *p)
{
	free(p);
}

char *
mem_dup(const char *p, size_t n)
{
	char *copy = mem_new(n + 1, 1);
	if (copy && n)
		memcpy(copy, p, n);
	return copy;
}

void
mem_fail_after(long n)
{
	atomic_store(&countdown, n);
}

long
mem_fail_left(void)
{
	return atomic_load(&countdown);
}
