/*
 * Ids: 41 bits of ms since 2026-01-01, 4 bits of node, 8 bits of sequence: below 2^53, so exact as JSON numbers. They
 * never go backwards; when a millisecond is full, the next one is borrowed ahead. Thread-safe.
 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdint.h>

#define ID_EPOCH_MS 1767225600000LL /* 2026-01-01T00:00:00Z */

struct id_maker {
	_Atomic int64_t last; /* ms << 8 | sequence */
	unsigned node;        /* 0..15 */
};

void id_maker_init(struct id_maker *m, unsigned node);
/* Every id from now on comes after this one, whichever node made it and whatever the clock says. */
void id_maker_seed(struct id_maker *m, int64_t newest);
int64_t id_next(struct id_maker *m, int64_t now_ms);
/* When an id was made, ms UTC. */
int64_t id_time(int64_t id);

#endif
