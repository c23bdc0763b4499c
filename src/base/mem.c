#include "base/mem.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { WIDE_MIN = 8 << 20, WIDE_PAGE = 2 << 20 };

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

void
mem_wide(void *p, size_t bytes)
{
	uintptr_t from = ((uintptr_t)p + WIDE_PAGE - 1) & ~(uintptr_t)(WIDE_PAGE - 1), to = ((uintptr_t)p + bytes) & ~(uintptr_t)(WIDE_PAGE - 1);
	if (p && bytes >= WIDE_MIN)
		madvise((void *)from, to - from, MADV_HUGEPAGE); /* a hint: where it is not taken, nothing is lost */
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
