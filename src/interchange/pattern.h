/*
 * Regular expressions that people write, over PCRE2: UTF-8, no look into the heap or the stack without bounds. A match stops after MATCH_STEPS
 * steps whatever the expression; subjects are cut at PATTERN_SUBJECT bytes.
 */
#ifndef INTERCHANGE_PATTERN_H
#define INTERCHANGE_PATTERN_H

#include "base/arena.h"
#include "base/err.h"

enum { PATTERN_SUBJECT = 4000, PATTERN_MAX = 500 };

struct pattern;

struct pattern_hit {
	size_t from, to;         /* bytes of the whole match */
	size_t part_from, part_to; /* of the named group, else of group 1, else of the whole */
};

/* Lives as long as the arena. ERR_BAD_FIELD: why says what is wrong with it, and where. */
enum err pattern_new(struct arena *a, struct str text, struct pattern **ret_pattern, char why[120]) MUST_CHECK;
/* name: of a group to look at, NULL: none. ERR_NOT_FOUND: no match. ERR_TIMEOUT: too many steps. */
enum err pattern_find(struct pattern *p, struct str subject, const char *name, struct pattern_hit *ret_hit) MUST_CHECK;

#endif
