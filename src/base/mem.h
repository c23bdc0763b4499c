/* The only door to the heap. Memory from mem_new is zeroed. Every call can be made to fail on a count-down (tests). */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

/* NULL when memory is out or the count-down said so. Free with mem_free. */
void *mem_new(size_t count, size_t size);
/* As realloc; the old block stays valid on failure. New bytes are not zeroed. */
void *mem_grow(void *p, size_t bytes);
void mem_free(void *p);
/* All of this memory will be used, and soon: where it is much, the kernel may give it in big pages, which takes a fraction of the time. NULL is fine. */
void mem_wide(void *p, size_t bytes);
char *mem_dup(const char *p, size_t n); /* copy with a NUL added */
/* Let the n-th call from now (1 = the next) fail once, in any thread; 0 turns it off. */
void mem_fail_after(long n);
long mem_fail_left(void); /* > 0: it has not come to that call yet */

#endif
