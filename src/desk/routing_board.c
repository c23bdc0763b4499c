/* Views of the router's state: places in line, queues, loads. */
#include "desk/routing_state.h"

#include <string.h>

#include "base/banned.h"

enum { RECENT_MS = 3600000, RECENT_LEAST = 3 };

const struct routing_contact *
routing_contact_get(const struct router *r, int64_t session)
{
	const struct contact *c = table_get(&r->contacts, session);
	return c ? &c->pub : NULL;
}

void
routing_contact_each(const struct router *r, void (*fn)(void *ctx, const struct routing_contact *contact), void *ctx)
{
	for (size_t i = 0; i < r->contacts.cap; i++) {
		const struct contact *c = r->contacts.slots[i].value;
		if (c)
			fn(ctx, &c->pub);
	}
}

/* Place / rate, the rate being the contacts taken in the last hour (of the last TAKEN_KEPT) over the time since the first of them. */
static int64_t
expected_wait(const struct queue *q, size_t place, int64_t now)
{
	size_t kept = q->taken_count < TAKEN_KEPT ? q->taken_count : TAKEN_KEPT, recent = 0;
	int64_t first = now;
	for (size_t i = 0; i < kept; i++) {
		if (q->taken[i] <= now - RECENT_MS)
			continue;
		recent++;
		if (q->taken[i] < first)
			first = q->taken[i];
	}
	return recent < RECENT_LEAST ? -1 : (now - first) * (int64_t)place / (int64_t)recent;
}

enum err
routing_position(const struct router *r, int64_t session, int64_t now, struct routing_place *ret_place)
{
	const struct contact *c = table_get(&r->contacts, session);
	if (!c || !c->line)
		return ERR_NOT_FOUND;
	const struct queue *q = c->class->queue;
	size_t place = line_rank(&q->waiting, c) + 1;
	*ret_place = (struct routing_place){ place, q->waiting.n, expected_wait(q, place, now) };
	return OK;
}

static void
queue_add(struct routing_queue *sum, const struct queue *q)
{
	sum->waiting += q->waiting.n;
	sum->offered += q->offered;
	sum->open += q->open;
	for (size_t i = 0; i < q->waiting.n; i++) {
		const struct routing_contact *p = &line_at(&q->waiting, i)->pub;
		if (sum->oldest_session && p->waiting_since >= sum->oldest_since)
			continue;
		sum->oldest_session = p->session;
		sum->oldest_since = p->waiting_since;
	}
}

struct routing_queue
routing_queue_sum(const struct router *r, int64_t shop, int64_t group, int channel)
{
	struct routing_queue sum = { .shop = shop, .group = group, .channel = channel };
	for (size_t i = 0; i < r->queue_count; i++) {
		const struct queue *q = r->queue_all[i];
		if ((shop == ROUTING_ANY || q->shop == shop) && (group == ROUTING_ANY || q->group == group) &&
		    (channel == ROUTING_ANY || (int)q->channel == channel))
			queue_add(&sum, q);
	}
	return sum;
}

size_t
routing_queue_list(const struct router *r, struct routing_queue *queues, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < r->queue_count; i++) {
		const struct queue *q = r->queue_all[i];
		if (!q->waiting.n && !q->offered && !q->open)
			continue;
		if (n < max) {
			queues[n] = (struct routing_queue){ .shop = q->shop, .group = q->group, .channel = (int)q->channel };
			queue_add(&queues[n], q);
		}
		n++;
	}
	return n;
}

static struct routing_load
load_of(const struct agent *a)
{
	struct routing_load load = { .id = a->id, .state = a->state, .connected = a->connected, .since = a->since, .idle_since = a->idle_since,
		.disconnected_at = a->connected ? 0 : a->disconnected_at, .held = a->held.n };
	memcpy(load.capacity, a->capacity, sizeof load.capacity);
	memcpy(load.used, a->used, sizeof load.used);
	for (size_t i = 0; i < a->own.n; i++) {
		enum routing_contact_state state = line_at(&a->own, i)->pub.state;
		load.open += state == ROUTING_OPEN;
		load.offered += state == ROUTING_OFFERED;
		load.wrapping += state == ROUTING_WRAPPING;
	}
	return load;
}

enum err
routing_agent_load(const struct router *r, int64_t agent, struct routing_load *ret_load)
{
	const struct agent *a = agent_find(r, agent);
	if (!a)
		return ERR_NOT_FOUND;
	*ret_load = load_of(a);
	return OK;
}

size_t
routing_agent_list(const struct router *r, struct routing_load *loads, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i < r->agent_count; i++) {
		if (!r->agent_all[i]->lists)
			continue;
		if (n < max)
			loads[n] = load_of(r->agent_all[i]);
		n++;
	}
	return n;
}
