/* Texts to small numbers and back: 0, 1, 2... in order of first sight, each with an id of the caller's. */
#ifndef INTERCHANGE_NAMES_H
#define INTERCHANGE_NAMES_H

#include "base/arena.h"
#include "base/err.h"

struct name {
	struct str text;
	int64_t id, other; /* the caller's; 0 at first */
};

struct names {
	struct arena *arena; /* holds the texts */
	struct name *all;
	uint32_t *slots;
	size_t count, cap, slot_count;
};

enum err names_init(struct names *n, size_t arena_max) MUST_CHECK;
void names_free(struct names *n);
/* *ret_index: of the text, which is added when new. */
enum err names_put(struct names *n, struct str text, uint32_t *ret_index) MUST_CHECK;
/* NULL when it was never put. */
struct name *names_find(const struct names *n, struct str text);

#endif
