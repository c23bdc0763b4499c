#include "contact/rate.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/banned.h"

/* A slot: 24 bits of key, 24 bits of window number, 16 bits of count. */
enum { SLOTS = 1 << 15, COUNT_BITS = 16, WINDOW_BITS = 24 };
#define COUNT_MASK 0xffffULL
#define WINDOW_MASK 0xffffffULL

struct visit_rates {
	_Atomic uint64_t slots[SLOTS];
};

static const int64_t windows_ms[RATE_KINDS] = {
	[RATE_MESSAGE] = 60 * 1000,   [RATE_UPLOAD] = 3600 * 1000, [RATE_HELLO] = 60 * 1000,
	[RATE_SESSION] = 3600 * 1000, [RATE_TYPING] = 10 * 1000,   [RATE_FORM] = 3600 * 1000,
};

struct visit_rates *
visit_rates_new(void)
{
	return mem_new(1, sizeof(struct visit_rates));
}

void
visit_rates_free(struct visit_rates *r)
{
	mem_free(r);
}

static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

bool
visit_rates_take(struct visit_rates *r, enum rate_kind kind, uint64_t key, int64_t now, int64_t most)
{
	uint64_t h = mix(key * RATE_KINDS + (uint64_t)kind);
	_Atomic uint64_t *slot = &r->slots[h % SLOTS];
	uint64_t window = (uint64_t)(now / windows_ms[kind]) & WINDOW_MASK;
	uint64_t head = (h >> 40 << WINDOW_BITS | window) << COUNT_BITS;
	uint64_t old = atomic_load(slot), next;
	do {
		uint64_t count = (old & ~COUNT_MASK) == head ? old & COUNT_MASK : 0;
		if ((int64_t)count >= most)
			return false;
		next = head | (count + 1);
	} while (!atomic_compare_exchange_weak(slot, &old, next));
	return true;
}
