#include "interchange/names.h"

#include <string.h>

#include "base/mem.h"
#include "base/banned.h"

enum err
names_init(struct names *n, size_t arena_max)
{
	*n = (struct names){ .arena = arena_new(arena_max), .slot_count = 1024 };
	n->slots = mem_new(n->slot_count, sizeof *n->slots);
	return n->arena && n->slots ? OK : ERR_NO_MEMORY;
}

void
names_free(struct names *n)
{
	arena_free(n->arena);
	mem_free(n->all);
	mem_free(n->slots);
	*n = (struct names){ 0 };
}

/* The slot that holds the text, or the empty one where it would go. */
static size_t
slot_of(const struct names *n, struct str text)
{
	size_t i = (size_t)str_hash(text) & (n->slot_count - 1);
	while (n->slots[i] && !str_eq(n->all[n->slots[i] - 1].text, text))
		i = (i + 1) & (n->slot_count - 1);
	return i;
}

static bool
grow(struct names *n)
{
	size_t cap = n->cap ? 2 * n->cap : 512;
	struct name *all = mem_grow(n->all, cap * sizeof *all);
	if (!all)
		return false;
	n->all = all;
	n->cap = cap;
	uint32_t *slots = mem_new(4 * cap, sizeof *slots);
	if (!slots)
		return false;
	mem_free(n->slots);
	n->slots = slots;
	n->slot_count = 4 * cap;
	for (size_t i = 0; i < n->count; i++)
		n->slots[slot_of(n, n->all[i].text)] = (uint32_t)i + 1;
	return true;
}

enum err
names_put(struct names *n, struct str text, uint32_t *ret_index)
{
	size_t slot = slot_of(n, text);
	if (!n->slots[slot]) {
		if (n->count == n->cap && !grow(n))
			return ERR_NO_MEMORY;
		struct str kept = arena_str(n->arena, text.p ? text : STR(""));
		if (!kept.p)
			return ERR_NO_MEMORY;
		slot = slot_of(n, text);
		n->all[n->count++] = (struct name){ .text = kept };
		n->slots[slot] = (uint32_t)n->count;
	}
	*ret_index = n->slots[slot] - 1;
	return OK;
}

struct name *
names_find(const struct names *n, struct str text)
{
	size_t slot = slot_of(n, text);
	return n->slots[slot] ? &n->all[n->slots[slot] - 1] : NULL;
}
