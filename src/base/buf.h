/*
 * A growing byte buffer that states its maximum at birth. Errors stick: after one, appends do nothing and buf_err tells
 * which (ERR_TOO_LARGE, ERR_NO_MEMORY), so a writer checks once, at its end.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *p;
	size_t n, cap, max;
	enum err err;
};

void buf_init(struct buf *b, size_t max_bytes); /* allocates nothing yet */
void buf_free(struct buf *b);                   /* leaves it empty and usable */
void buf_clear(struct buf *b);                  /* keeps the memory, forgets the error */
void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *z);
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t v);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Room for n more bytes at the end, or NULL (error kept); the caller writes them and then adds to b->n. */
char *buf_room(struct buf *b, size_t n);
/* Drop n bytes from the front. */
void buf_shift(struct buf *b, size_t n);
struct str buf_str(const struct buf *b); /* valid until the next change */
enum err buf_err(const struct buf *b) MUST_CHECK;

#endif
