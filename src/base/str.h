/* A string is a pointer and a length in bytes. It owns nothing and need not end in NUL. p == NULL means "no value". */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, ((s).p ? (s).p : "")

/* Wrap a NUL-terminated string (NULL gives no value). */
struct str str_of(const char *z);
bool str_eq(struct str a, struct str b);
bool str_eqz(struct str a, const char *z);
/* Same, ASCII letters compared without case. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Byte offset of the first `needle` in `s`, or -1. */
ptrdiff_t str_find(struct str s, struct str needle);
ptrdiff_t str_find_char(struct str s, char c);
/* memcmp order, shorter first. */
int str_cmp(struct str a, struct str b);
/* Without ASCII white space at both ends. */
struct str str_trim(struct str s);
/* Bytes from..to (clipped). */
struct str str_sub(struct str s, size_t from, size_t to);
/* Take the piece before the next `sep` off the front of *rest; false when *rest has no value left. */
bool str_split(struct str *rest, char sep, struct str *ret_piece);
/* Whole string as a decimal integer, with optional minus; false if anything else is in it or it overflows. */
bool str_int(struct str s, int64_t *ret_value);
/* FNV-1a, for hash tables that no client feeds. */
uint64_t str_hash(struct str s);

#endif
