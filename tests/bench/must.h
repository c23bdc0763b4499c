/* A measurement that lacks memory, or that was called with no number, ends with a word about it. */
#ifndef BENCH_MUST_H
#define BENCH_MUST_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* What malloc, calloc or realloc gave. */
static inline void *
must_have(void *p)
{
	if (p)
		return p;
	fprintf(stderr, "no memory\n");
	exit(1);
}

/* A whole number from `least` to `most`; name: as the usage has it. */
static inline long long
must_number(const char *text, const char *name, long long least, long long most)
{
	char *end;
	errno = 0;
	long long n = strtoll(text, &end, 10);
	if (!errno && *text && !*end && n >= least && n <= most)
		return n;
	fprintf(stderr, "%s: a number from %lld to %lld is expected, not \"%s\"\n", name, least, most, text);
	exit(2);
}

#endif
