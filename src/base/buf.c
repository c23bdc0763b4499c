#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf){ .max = max_bytes };
}

void
buf_free(struct buf *b)
{
	mem_free(b->p);
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->n = 0;
	b->err = OK;
}

char *
buf_room(struct buf *b, size_t n)
{
	if (b->err)
		return NULL;
	if (n > b->max || b->n > b->max - n) {
		b->err = ERR_TOO_LARGE;
		return NULL;
	}
	if (b->n + n > b->cap) {
		size_t cap = b->cap ? b->cap : 256;
		while (cap < b->n + n)
			cap *= 2;
		char *p = mem_grow(b->p, cap);
		if (!p) {
			b->err = ERR_NO_MEMORY;
			return NULL;
		}
		b->p = p;
		b->cap = cap;
	}
	return b->p + b->n;
}

void
buf_add(struct buf *b, struct str s)
{
	char *p = s.n ? buf_room(b, s.n) : NULL;
	if (!p)
		return;
	memcpy(p, s.p, s.n);
	b->n += s.n;
}

void
buf_addz(struct buf *b, const char *z)
{
	buf_add(b, str_of(z));
}

void
buf_char(struct buf *b, char c)
{
	char *p = buf_room(b, 1);
	if (!p)
		return;
	*p = c;
	b->n++;
}

void
buf_int(struct buf *b, int64_t v)
{
	char digits[24], *end = digits + sizeof digits, *p = end;
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	do
		*--p = (char)('0' + u % 10);
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, (struct str){ p, (size_t)(end - p) });
}

void
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return;
	char *p = buf_room(b, (size_t)n + 1);
	if (!p)
		return;
	va_start(ap, format);
	vsnprintf(p, (size_t)n + 1, format, ap);
	va_end(ap);
	b->n += (size_t)n;
}

void
buf_shift(struct buf *b, size_t n)
{
	if (n >= b->n) {
		b->n = 0;
		return;
	}
	memmove(b->p, b->p + n, b->n - n);
	b->n -= n;
}

struct str
buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}

enum err
buf_err(const struct buf *b)
{
	return b->err;
}
