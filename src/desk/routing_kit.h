/* For the tests of routing: a small centre that speaks in short sentences. */
#ifndef DESK_ROUTING_KIT_H
#define DESK_ROUTING_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "desk/routing.h"

enum { SHOP = 1, OTHER_SHOP = 2, PRESALE = 11, AFTERSALE = 12, ANN = 101, BO = 102, CAI = 103 };
#define SECOND 1000LL
#define MINUTE 60000LL
#define DAY 86400000LL
#define T0 1790000000000LL

/* A small centre: who is there is said in each test. */
struct centre {
	struct router *r;
	int64_t now;
	/* decided since the last look: "1>101" assigned, "1?101" offered, x offer expired, g to group, < returned, ! agent lost */
	char said[1024];
};

static inline struct centre
centre_open(void)
{
	struct centre c = { routing_new(&ROUTING_SETTINGS_DEFAULT), T0, "" };
	assert_non_null(c.r);
	return c;
}

static inline void
centre_close(struct centre *c)
{
	routing_free(c->r);
}

static inline void
offers_are_asked(struct centre *c)
{
	struct routing_rules rules = routing_rules_default;
	rules.offer = true;
	assert_int_equal(routing_rules_set(c->r, SHOP, 0, &rules), OK);
}

static inline struct routing_agent
agent_like(int64_t id, int chats)
{
	static const int64_t shops[] = { SHOP };
	static const int64_t groups[] = { PRESALE };
	return (struct routing_agent){ .id = id, .state = ROUTING_ONLINE, .since = T0, .capacity = { chats, 2, 1 }, .shops = shops,
		.shop_count = 1, .groups = groups, .group_count = 1 };
}

static inline void
agent_comes(struct centre *c, int64_t id, int chats)
{
	struct routing_agent a = agent_like(id, chats);
	a.since = c->now;
	assert_int_equal(routing_agent_set(c->r, &a, c->now), OK);
}

static inline struct routing_contact
contact_like(const struct centre *c, int64_t session)
{
	return (struct routing_contact){ .session = session, .shop = SHOP, .waiting_since = c->now };
}

static inline void
add(struct centre *c, struct routing_contact contact)
{
	assert_int_equal(routing_contact_add(c->r, &contact, c->now), OK);
}

static inline void
customer_writes(struct centre *c, int64_t session)
{
	add(c, contact_like(c, session));
}

static inline void
say(struct centre *c, const struct routing_decision *d)
{
	static const char mark[] = ">?xg<!";
	size_t n = strlen(c->said);
	snprintf(c->said + n, sizeof c->said - n, "%s%d%c%d", n ? " " : "", (int)d->session, mark[d->kind],
	    (int)(d->kind == ROUTING_REQUEUE_TO_GROUP ? d->group : d->agent));
}

/* Decide and commit. */
static inline void
decide(struct centre *c)
{
	struct routing_decision d[64];
	for (size_t n; (n = routing_decide(c->r, c->now, d, 64)) > 0;)
		for (size_t i = 0; i < n; i++) {
			say(c, &d[i]);
			assert_int_equal(routing_commit(c->r, &d[i]), OK);
		}
}

/* Let time pass, waking when the router asks to be woken. */
static inline void
wait_for(struct centre *c, int64_t ms)
{
	int64_t until = c->now + ms;
	for (;;) {
		decide(c);
		int64_t next = routing_next_at(c->r);
		if (next > until)
			break;
		c->now = next > c->now ? next : c->now;
	}
	c->now = until;
	decide(c);
}

static inline void
expect(struct centre *c, const char *said)
{
	decide(c);
	assert_string_equal(c->said, said);
	c->said[0] = 0;
}

static inline struct routing_contact
returning(const struct centre *c, int64_t session, int64_t agent, int64_t last_contact)
{
	struct routing_contact p = contact_like(c, session);
	p.preferred_agent = agent;
	p.preferred_until = last_contact + 3 * DAY;
	return p;
}

#endif
