/*
 * What the router keeps its state in: a hash by id, lines of contacts in serving order, timers. Private to routing*.c.
 * Room is made before a change begins, so that the change itself cannot fail.
 */
#ifndef DESK_ROUTING_TABLE_H
#define DESK_ROUTING_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct routing_slot {
	int64_t id;
	void *value; /* NULL: free */
};

/* Open addressing, linear probing, no tombstones. Values are not NULL and not owned. */
struct routing_table {
	struct routing_slot *slots;
	size_t cap, count;
};

void *table_get(const struct routing_table *t, int64_t id);
bool table_reserve(struct routing_table *t, size_t count); /* room for so many in all */
void table_put(struct routing_table *t, int64_t id, void *value); /* room reserved, id absent */
void table_remove(struct routing_table *t, int64_t id);

struct contact;

/* Contacts by (key, session), first served first. */
struct routing_line {
	struct contact **p;
	size_t start, n, cap;
	size_t cursor; /* routing_decide's */
};

bool line_reserve(struct routing_line *l, size_t count);
void line_add(struct routing_line *l, struct contact *c);
void line_remove(struct routing_line *l, struct contact *c); /* which is in it */
struct contact *line_at(const struct routing_line *l, size_t i);
/* How many stand before it. */
size_t line_rank(const struct routing_line *l, const struct contact *c);

enum routing_timer_kind { TIMER_WRAPUP, TIMER_OFFER, TIMER_HOLD, TIMER_LOST, TIMER_WAKE };

/* A timer is only a reason to look: whoever handles it checks the state. So none is ever taken back. */
struct routing_timer {
	int64_t at;
	enum routing_timer_kind kind;
	int64_t id; /* session, or agent for TIMER_LOST */
};

struct routing_timers {
	struct routing_timer *p; /* a heap by (at, kind, id) */
	size_t n, cap;
};

bool timers_reserve(struct routing_timers *t, size_t more);
void timers_push(struct routing_timers *t, struct routing_timer timer); /* room reserved */
void timers_pop(struct routing_timers *t);

#endif
