#include "app/tickets.h"

#include <sodium.h>
#include <string.h>

#include "base/mem.h"
#include "base/banned.h"

enum { FIRST = 1024, SWEEP_MS = 1000 };

struct place {
	struct ticket ticket;
	uint32_t next; /* in its chain, or of those that are free; 0: the last */
};

struct tickets {
	struct place *places; /* places[0] is nobody's: 0 means none */
	uint32_t *heads;
	uint32_t cap, free; /* cap: a power of two */
	int64_t swept_at;
};

static uint32_t *
chain_of(const struct tickets *t, struct str token)
{
	return &t->heads[str_hash(token) & (t->cap - 1)];
}

static void
places_free(struct tickets *t, uint32_t from, uint32_t to)
{
	for (uint32_t i = to; i-- > from && i;) {
		t->places[i].next = t->free;
		t->free = i;
	}
}

struct tickets *
tickets_new(void)
{
	struct tickets *t = mem_new(1, sizeof *t);
	if (!t)
		return NULL;
	t->cap = FIRST;
	t->places = mem_new(t->cap, sizeof *t->places);
	t->heads = mem_new(t->cap, sizeof *t->heads);
	if (!t->places || !t->heads) {
		tickets_free(t);
		return NULL;
	}
	places_free(t, 1, t->cap);
	return t;
}

void
tickets_free(struct tickets *t)
{
	if (!t)
		return;
	mem_free(t->places);
	mem_free(t->heads);
	mem_free(t);
}

static void
chain_take(struct tickets *t, uint32_t *at)
{
	uint32_t gone = *at;
	*at = t->places[gone].next;
	t->places[gone] = (struct place){ .next = t->free };
	t->free = gone;
}

/* Once a second at most, so that a full table costs little. */
static void
sweep(struct tickets *t, int64_t now)
{
	if (now - t->swept_at < SWEEP_MS)
		return;
	t->swept_at = now;
	for (uint32_t h = 0; h < t->cap; h++)
		for (uint32_t *at = &t->heads[h]; *at;) {
			if (t->places[*at].ticket.until < now)
				chain_take(t, at);
			else
				at = &t->places[*at].next;
		}
}

static void
grow(struct tickets *t)
{
	if (t->cap >= TICKETS_MAX)
		return;
	uint32_t old = t->cap;
	uint32_t *heads = mem_new(2 * (size_t)old, sizeof *heads);
	struct place *places = heads ? mem_grow(t->places, 2 * (size_t)old * sizeof *places) : NULL;
	if (!places) {
		mem_free(heads);
		return;
	}
	memset(places + old, 0, old * sizeof *places);
	mem_free(t->heads);
	t->heads = heads;
	t->places = places;
	t->cap = 2 * old;
	for (uint32_t i = 1; i < old; i++) {
		uint32_t *head = chain_of(t, str_of(places[i].ticket.token));
		places[i].next = *head;
		*head = i;
	}
	places_free(t, old, t->cap);
}

void
ticket_keep(struct tickets *t, const struct ticket *ticket, int64_t now)
{
	if (!t->free)
		sweep(t, now);
	if (!t->free)
		grow(t);
	if (!t->free)
		return;
	uint32_t i = t->free, *head = chain_of(t, str_of(ticket->token));
	t->free = t->places[i].next;
	t->places[i] = (struct place){ *ticket, *head };
	*head = i;
}

bool
ticket_use(struct tickets *t, struct str token, int64_t now, struct caller *ret_who)
{
	char shown[TICKET_BYTES] = { 0 };
	if (token.n < TICKET_SHORTEST || token.n >= sizeof shown)
		return false;
	memcpy(shown, token.p, token.n);
	for (uint32_t *at = chain_of(t, token); *at; at = &t->places[*at].next) {
		const struct ticket *k = &t->places[*at].ticket;
		if (sodium_memcmp(shown, k->token, sizeof shown) != 0)
			continue;
		bool good = k->until >= now;
		if (good)
			*ret_who = k->who;
		chain_take(t, at);
		return good;
	}
	return false;
}
