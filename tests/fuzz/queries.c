/* The reader of query headers: any text is refused with a line, or understood. sqlgen ends with exit, which here comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static jmp_buf fuzz_out;

#define exit(code) longjmp(fuzz_out, 1)
#define main sqlgen_main
#define vfprintf(...) ((void)0)
#include "../../tools/sqlgen.c"
#undef exit
#undef main

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static char path[] = "/tmp/antball-fuzz-sql-XXXXXX";
	static int fd = -1;
	if (fd < 0 && (fd = mkstemp(path)) < 0)
		abort();
	if (n > 20000 || ftruncate(fd, 0) || pwrite(fd, data, n, 0) != (ssize_t)n)
		return 0;
	arena = arena_new((size_t)64 << 20);
	if (!setjmp(fuzz_out))
		file_parse(path);
	arena_free(arena);
	return 0;
}
