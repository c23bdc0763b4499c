/* Text that people bring in files: whatever a spreadsheet saved, as UTF-8. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/arena.h"
#include "base/err.h"

/*
 * Bytes of a text file -> UTF-8 without mark. Found by itself: UTF-8 with or without BOM, UTF-16 with BOM, else GB18030 (which covers
 * GBK and GB2312). ERR_BAD_TYPE when it is none of these whole and valid, or holds U+0000. May return a part of `bytes` itself.
 */
enum err text_decode(struct arena *a, struct str bytes, struct str *ret) MUST_CHECK;

/*
 * One record of a CSV (RFC 4180: quoted fields may hold separators, line ends and doubled quotes) or TSV file, taken off the front of
 * *rest. fields: room for `max`; *ret_count: how many there are, which may be more than `max`. *line counts the physical lines taken: start
 * it with 0. False at the end. A quote that never ends: ERR_BAD_FIELD in *ret_err. Quoted fields with doubled quotes are copied to the
 * arena, others point into the text.
 */
bool csv_next(
    struct arena *a, struct str *rest, char separator, struct str *fields, size_t max, size_t *ret_count, int *line, enum err *ret_err);

#endif
