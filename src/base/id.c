#include "base/id.h"

#include <stdatomic.h>

void
id_maker_init(struct id_maker *m, unsigned node)
{
	m->node = node & 15;
	atomic_store(&m->last, 0);
}

void
id_maker_seed(struct id_maker *m, int64_t newest)
{
	/* The whole millisecond is left behind: the newest id may be of another node. */
	int64_t after = newest >> 12 << 8 | 255, old = atomic_load(&m->last);
	while (newest > 0 && old < after && !atomic_compare_exchange_weak(&m->last, &old, after))
		;
}

int64_t
id_next(struct id_maker *m, int64_t now_ms)
{
	int64_t ms = now_ms > ID_EPOCH_MS ? now_ms - ID_EPOCH_MS : 0;
	int64_t old = atomic_load(&m->last), next;
	do
		next = old + 1 > ms << 8 ? old + 1 : ms << 8;
	while (!atomic_compare_exchange_weak(&m->last, &old, next));
	return next >> 8 << 12 | (int64_t)m->node << 8 | (next & 255);
}

int64_t
id_time(int64_t id)
{
	return (id >> 12) + ID_EPOCH_MS;
}
