#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* Strict UTF-8 (no surrogates, no overlong forms, at most U+10FFFF). */
bool utf8_valid(struct str s);
/* Take one character off the front of *s. False at the end or at a bad byte (then *s is unchanged). */
bool utf8_next(struct str *s, uint32_t *ret_char);
/* Number of characters of a valid string. */
size_t utf8_count(struct str s);
/* The first n characters. */
struct str utf8_head(struct str s, size_t n);
/* Write c (a valid character) to out, at most 4 bytes; returns how many. */
size_t utf8_put(uint32_t c, char out[4]);

#endif
