/* The router's own structures and the moves that events (routing.c) and decisions (routing_decide.c) share. Private to routing*.c. */
#ifndef DESK_ROUTING_STATE_H
#define DESK_ROUTING_STATE_H

#include "desk/routing.h"
#include "desk/routing_table.h"

enum { TAKEN_KEPT = 32 };

/* Contacts of one shop, group and channel: the line in which a customer has a place. Kept for the router's life. */
struct queue {
	struct queue *next_same; /* same hash */
	int64_t shop, group;
	enum routing_channel channel;
	struct routing_rules rules;
	struct routing_line waiting;
	size_t members; /* contacts that refer to it: the line has room for all of them */
	size_t open, offered;
	int64_t taken[TAKEN_KEPT]; /* when its last contacts were taken; a ring */
	size_t taken_count;
};

/* Contacts that the same agents may take. What nobody can be found for is found out once a class, not once a contact. */
struct class {
	struct class *next_same;
	struct queue *queue;
	uint32_t language;
	int64_t kind;
	int skill_count;
	struct routing_skill skills[ROUTING_SKILLS_MAX]; /* by id */
	struct routing_line waiting;
	size_t members; /* freed with the last one */
	size_t index;   /* in router.classes */
	uint64_t hash;
};

/* What an agent is and serves; replaced as a whole. */
struct agent_lists {
	size_t group_count, shop_count, language_count, skill_count;
	int64_t *groups, *shops;
	uint32_t *languages;
	struct routing_skill *skills;
};

struct agent {
	int64_t id;
	enum routing_agent_state state;
	int64_t since, idle_since;
	int capacity[ROUTING_CHANNELS], used[ROUTING_CHANNELS];
	struct agent_lists *lists; /* NULL: only heard of */
	bool connected;
	int64_t disconnected_at;
	struct routing_line held; /* waiting contacts kept for this agent */
	struct routing_line own;  /* contacts that take a slot */
	struct contact *wishers;  /* contacts that wish for this agent */
	size_t wisher_count;
	uint64_t lost_ticket; /* of the AGENT_LOST proposal that is pending; 0: none */
};

struct contact {
	struct routing_contact pub;
	int64_t key;
	struct class *class;
	struct class *to_class;   /* where a REQUEUE_TO_GROUP proposal would bring it */
	struct agent *agent;      /* whose slot it takes */
	struct routing_line *line; /* that it waits in besides its queue's: its class's, or the held line of its wish; NULL: not waiting */
	struct agent *wish;       /* target or preferred agent */
	struct contact *wish_prev, *wish_next;
	struct routing_decision proposal; /* pending if its ticket is not 0 */
};

struct router {
	struct routing_settings settings;
	struct routing_table contacts, agents, queues, classes;
	struct agent **agent_all; /* by id */
	struct queue **queue_all; /* by shop, group, channel */
	struct class **class_all;
	size_t agent_count, agent_cap, queue_count, queue_cap, class_count, class_cap;
	struct rules_row {
		int64_t shop, group;
		struct routing_rules rules;
	} *rules;
	size_t rules_count;
	struct routing_timers timers;
	size_t waiting;  /* contacts in lines */
	size_t proposed; /* pending proposals */
	uint64_t tickets;
	/* routing_decide's: agents with room on a channel, and the lines by their first contacts */
	struct agent **roomy[ROUTING_CHANNELS];
	size_t roomy_count[ROUTING_CHANNELS];
	struct routing_line **heads;
	size_t head_count, head_cap;
};

static inline bool
contact_before(const struct contact *a, const struct contact *b)
{
	return a->key != b->key ? a->key < b->key : a->pub.session < b->pub.session;
}

static inline const struct routing_rules *
contact_rules(const struct contact *c)
{
	return &c->class->queue->rules;
}

/* Whether this agent serves contacts of this class (shop, group, language, skills), leaving aside state, room and eligibility. */
bool agent_matches(const struct agent *a, const struct class *k);
bool agent_serves_shop(const struct agent *a, int64_t shop);
bool agent_eligible(const struct router *r, const struct agent *a, const struct contact *c);
/* ONLINE or in WRAPUP, with a connection. */
bool agent_on_duty(const struct agent *a);
bool agent_has_room(const struct agent *a, enum routing_channel channel);
/* NULL: unknown, or only heard of. */
struct agent *agent_find(const struct router *r, int64_t id);
/* Find, or make one that is offline. NULL: out of memory. */
struct agent *agent_touch(struct router *r, int64_t id);

/* The class of such a contact, with one member more and room for it in its lines. NULL: out of memory. */
struct class *class_join(struct router *r, const struct routing_contact *pub);
void class_leave(struct router *r, struct class *k);

/* Room for so many timers, beyond those that pending proposals may still need. */
bool room_for_timers(struct router *r, size_t more);
/* Every proposal may need so many timers when it is settled. */
enum { TIMERS_A_PROPOSAL = 3 };
void timer_set(struct router *r, int64_t at, enum routing_timer_kind kind, int64_t id);

/* Begin to wait, or stop, in the queue's line and in the one of class or wish. A timer may be set: room for one. */
void contact_enter(struct router *r, struct contact *c, int64_t now);
void contact_leave(struct router *r, struct contact *c);
/* When the wait for its wished agent, its offer, or the grace of a lost connection ends; at once if that agent is offline. */
int64_t hold_end_at(const struct contact *c);
int64_t offer_end_at(const struct contact *c);
int64_t lost_at(const struct router *r, const struct agent *a);
/* The timers of a contact that takes a slot: room for three. */
void owner_timers(struct router *r, const struct contact *c);
/* Room in the wished agent's line must have been made with wish_reserve. */
bool wish_reserve(struct agent *a);
void wish_set(struct contact *c, struct agent *a);
void wish_drop(struct contact *c);
/* Take a slot of the agent (own line reserved), or give it back. */
void slot_take(struct contact *c, struct agent *a);
void slot_free(struct contact *c);
void tried_add(struct contact *c, int64_t agent, int64_t until);
/* The end of the pause in which this agent is not asked again, or 0. */
int64_t tried_until(const struct contact *c, int64_t agent);
/* An offer was not taken: the contact waits again, its agent is not asked before `not_before`. Room for two timers. */
void offer_end(struct router *r, struct contact *c, int64_t now, int64_t not_before);
/* OFFERED or WAITING with a slot taken -> OPEN. */
void contact_open(struct contact *c, int64_t now);
/* Out of the tables and gone, with all that it holds. */
void contact_drop(struct router *r, struct contact *c);
void priority_raise(struct contact *c, int steps);
/* pub.state, kept with the queue's counts. */
void contact_state(struct contact *c, enum routing_contact_state state);

#endif
