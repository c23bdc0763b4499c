/*
 * Pinyin keys of Chinese text, kept in a column beside the text and searched with LIKE. Readings come from ICU (Han-Latin), one a
 * character, tones dropped, ü written v as input methods do.
 */
#ifndef SEARCH_PINYIN_H
#define SEARCH_PINYIN_H

#include "base/arena.h"
#include "base/err.h"

/*
 * "李娜 VIP" -> "linavip|lnvip": the full pinyin of all characters joined, then the initials; Latin letters and digits stay, in lower case,
 * everything else is dropped. Where a character has a second common reading (surnames such as 曾, 单; 行, 重, 长; ü also as u), the same
 * two again with the second readings: "曾" -> "ceng|c|zeng|z". Text without anything to read gives "". At most 512 characters of the text
 * are read.
 */
enum err pinyin_keys(struct arena *a, struct str text, struct str *ret) MUST_CHECK;

/* What a person typed -> as it stands in the keys: lower case, only letters and digits ("Li Na" -> "lina"). "" when anything
 * else than ASCII is in it: then it is no pinyin. */
enum err pinyin_query(struct arena *a, struct str typed, struct str *ret) MUST_CHECK;

#endif
