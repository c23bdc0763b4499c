/*
 * Routing: which agent gets which waiting contact. Pure rules over a state in memory: events in, decisions out, time a
 * parameter (ms UTC), no input or output. One owner at a time (the routing lane).
 *
 * ORDER. A contact's score is wait_ms + priority * priority_step_ms, highest first, ties by session id; as it grows for all
 * alike, the order is that of the fixed key waiting_since - priority * priority_step_ms. Priorities are clipped to
 * 0..ROUTING_PRIORITY_MAX, so nobody starves: once a contact has waited (ROUTING_PRIORITY_MAX - priority) * priority_step_ms,
 * its key is not above that of anything that begins to wait later, and an agent with room who may take it takes it before all
 * of those. Only contacts that waited already at that moment, a finite number, or that come back to the queue with an earlier
 * waiting_since, no more than are open, can still go ahead. (A contact held for one person, or offered and not taken, is
 * passed by others, for those agents only, no longer than the waits set in its rules.)
 *
 * WHO. An agent may take a contact who is online and connected, has room on its channel, serves its shop and its group, speaks its
 * language, has every skill at its level, and is eligible. Of those: the preferred agent, else the highest sum of levels in the
 * skills asked for, else the least load (sum over channels of used / capacity), else the longest idle, else the lowest id.
 * A contact waits up to preferred_wait_ms (from waiting_since) for a preferred agent who is online but busy.
 *
 * PROPOSALS. routing_decide proposes; the caller writes each decision to the database and then calls routing_commit, or
 * routing_abandon when that failed. In between, the contact and the slot are reserved. All other calls are events that already
 * happened (their rows are committed). Whenever in doubt: routing_free, routing_new and add everything again from the rows;
 * decisions depend on nothing else.
 *
 * Ids are positive; 0 means none. Events return OK, or change nothing: ERR_NO_MEMORY, ERR_NOT_FOUND (no such contact or agent),
 * others as named.
 */
#ifndef DESK_ROUTING_H
#define DESK_ROUTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { ROUTING_SKILLS_MAX = 8, ROUTING_TRIED_MAX = 8, ROUTING_PRIORITY_MAX = 100 };
#define ROUTING_ANY (-1)

enum routing_channel { ROUTING_WEB, ROUTING_MAIL, ROUTING_VOICE, ROUTING_CHANNELS };
enum routing_agent_state { ROUTING_OFFLINE, ROUTING_ONLINE, ROUTING_PAUSED, ROUTING_WRAPUP };
/* WRAPPING: closed, but its agent's slot is kept until the wrap-up ends. */
enum routing_contact_state { ROUTING_WAITING, ROUTING_OFFERED, ROUTING_OPEN, ROUTING_WRAPPING };

struct routing_skill {
	int64_t id;
	int level; /* of an agent: what he has; of a contact: the least that it needs */
};

struct routing_try {
	int64_t agent, until; /* not again before this time, unless nobody else on duty may take it */
};

struct routing_contact {
	int64_t session, shop, group; /* group 0: anyone of the shop */
	enum routing_channel channel;
	uint32_t language;            /* routing_language(), 0: any */
	int64_t kind;                 /* for the eligibility predicate, e.g. a contact category; otherwise not read */
	struct routing_skill skills[ROUTING_SKILLS_MAX];
	int skill_count;
	int priority;
	int64_t waiting_since;
	int64_t preferred_agent, preferred_until; /* the last agent; asked for if waiting_since < preferred_until */
	int64_t target_agent, target_until;       /* transferred to this person, who is waited for until then */
	struct routing_try tried[ROUTING_TRIED_MAX];
	int tried_count;
	enum routing_contact_state state;
	int64_t agent; /* OFFERED, OPEN, WRAPPING: whose it is */
	int64_t until; /* OFFERED: end of the offer; WRAPPING: end of the wrap-up */
};

struct routing_agent {
	int64_t id;
	enum routing_agent_state state;
	int64_t since;      /* of the state */
	int64_t idle_since; /* last given or closed a contact; 0: as known, else since */
	int capacity[ROUTING_CHANNELS];
	const int64_t *groups; /* the first is the main one: transfers that the person does not take fall back to it */
	size_t group_count;
	const int64_t *shops; /* none: serves nothing */
	size_t shop_count;
	const uint32_t *languages; /* none: all */
	size_t language_count;
	const struct routing_skill *skills;
	size_t skill_count;
};

/* Eligibility may depend on the agent and on the contact's shop, group, channel, language, kind and skills, and on nothing else:
 * contacts alike in these are asked about once. */
typedef bool routing_eligible(void *ctx, int64_t agent, const struct routing_contact *contact);

/* Fixed for a router's life. */
struct routing_settings {
	int64_t priority_step_ms;    /* one step of priority is worth this much waiting */
	int64_t disconnect_grace_ms; /* an agent without a connection for so long has left */
	routing_eligible *eligible;  /* NULL: everybody */
	void *eligible_ctx;
};
#define ROUTING_SETTINGS_DEFAULT ((struct routing_settings){ 60000, 60000, NULL, NULL })

/* Per shop, group, or both. */
struct routing_rules {
	bool offer; /* the agent must accept; else contacts are assigned at once */
	int64_t offer_timeout_ms;
	int64_t offer_cooldown_ms; /* who declined, missed or handed over a contact is not asked again for so long */
	int64_t preferred_wait_ms;
	int64_t transfer_wait_ms; /* a transfer to a person waits so long for that person, then falls back to the group */
	int64_t wrapup_ms;
	bool requeue_open;     /* open contacts of an agent who has left go back to the queue; else only offers do */
	int requeue_priority;  /* steps added to them */
	int transfer_priority; /* steps added to a transferred contact, which begins to wait at the transfer */
};
/* false, 20 s, 60 s, 30 s, 60 s, 0, true, 10, 5 */
extern const struct routing_rules routing_rules_default;

struct router;

struct router *routing_new(const struct routing_settings *settings);
void routing_free(struct router *r);
/* shop or group 0: every. The closest holds: both, then the group, then the shop, then all. Deadlines already running stay. */
enum err routing_rules_set(struct router *r, int64_t shop, int64_t group, const struct routing_rules *rules) MUST_CHECK;
/* Up to four letters of a language tag ("zh", "zh-CN", "EN") as a number; 0 when there is none. */
uint32_t routing_language(struct str tag);

/* Agents. routing_agent_set makes an unknown one, which counts as connected; lists are copied. Connection and state are two
 * things: who signs in needs both, and comes online first has disconnect_grace_ms to connect. */
enum err routing_agent_set(struct router *r, const struct routing_agent *agent, int64_t now) MUST_CHECK;
enum err routing_agent_state(struct router *r, int64_t agent, enum routing_agent_state state, int64_t now) MUST_CHECK;
/* Connection lost: nothing new from now on; the rest is kept for disconnect_grace_ms. Repeating it does not restart the grace. */
enum err routing_agent_disconnect(struct router *r, int64_t agent, int64_t now) MUST_CHECK;
enum err routing_agent_reconnect(struct router *r, int64_t agent, int64_t now) MUST_CHECK;

/*
 * A contact in any state: a new one that waits, or one out of the database, with its `agent` and `until`. A database is
 * believed: an OPEN contact is taken in even above capacity. The same session in wrap-up is replaced; otherwise ERR_EXISTS.
 * ERR_BAD_FIELD for ids, counts or a channel out of range, or a state that lacks its agent.
 */
enum err routing_contact_add(struct router *r, const struct routing_contact *contact, int64_t now) MUST_CHECK;
/* Whatever its state, without wrap-up. */
enum err routing_contact_remove(struct router *r, int64_t session, int64_t now) MUST_CHECK;

/* ERR_GONE: not (or no longer) offered to this agent, or too late. */
enum err routing_accept(struct router *r, int64_t session, int64_t agent, int64_t now) MUST_CHECK;
enum err routing_decline(struct router *r, int64_t session, int64_t agent, int64_t now) MUST_CHECK;
/* The agent picks a waiting or offered contact himself, out of turn: may be paused and lack group, language or skill, but not shop,
 * eligibility (ERR_FORBIDDEN) or room (ERR_BUSY). ERR_WRONG_STATE: another has it, or is being given it just now. */
enum err routing_take(struct router *r, int64_t session, int64_t agent, int64_t now) MUST_CHECK;
/*
 * To a person, to a group, or (both 0) back to its own queue; it waits from now on (if it was OPEN) and its former agent counts as tried.
 * A person who is busy or paused is waited for; group, language and skills are not asked of him. ERR_FORBIDDEN: that person
 * does not serve the shop or is not eligible. ERR_WRONG_STATE: in wrap-up, being given away just now, or that person has it. That a
 * note was written is the caller's business.
 */
enum err routing_transfer(struct router *r, int64_t session, int64_t to_agent, int64_t to_group, int64_t now) MUST_CHECK;
/* An OPEN contact's slot stays taken for wrapup_ms (below 0: as its rules say; more after a hard contact, to cool down); in other
 * states it just leaves. */
enum err routing_close(struct router *r, int64_t session, int64_t wrapup_ms, int64_t now) MUST_CHECK;
enum err routing_wrapup_done(struct router *r, int64_t session, int64_t now) MUST_CHECK;

enum routing_decision_kind {
	ROUTING_ASSIGN,           /* session -> agent */
	ROUTING_OFFER,            /* session -> agent, who has until `until` */
	ROUTING_OFFER_EXPIRED,    /* session waits again; agent is not asked again before `until` */
	ROUTING_REQUEUE_TO_GROUP, /* the person (agent) of a transfer did not take it: session waits in `group` (0: the whole shop) */
	ROUTING_RETURN_TO_QUEUE,  /* agent has left: session waits again, since when it did before, with `priority` */
	ROUTING_AGENT_LOST,       /* agent has left: offline from `at`; no session */
};

struct routing_decision {
	enum routing_decision_kind kind;
	int64_t session, agent, group;
	int priority;
	int64_t at, until;
	uint64_t ticket; /* which proposal this is */
};

/* At most max proposals. Exactly max: call again. Never proposes a contact that is proposed already. */
size_t routing_decide(struct router *r, int64_t now, struct routing_decision *decisions, size_t max);
/* ERR_GONE: the contact left or its proposal was settled meanwhile; nothing changes. ERR_NO_MEMORY (AGENT_LOST only): still pending. */
enum err routing_commit(struct router *r, const struct routing_decision *d) MUST_CHECK;
void routing_abandon(struct router *r, const struct routing_decision *d);
/* When routing_decide is due although nothing happens: ends of offers, waits, wrap-ups, graces. May be early; INT64_MAX: not at all. */
int64_t routing_next_at(const struct router *r);

/* Views. Pointers are good until the next event. */

/* NULL: unknown. With a proposal pending: as before it. */
const struct routing_contact *routing_contact_get(const struct router *r, int64_t session);
/* In no particular order; fn must not call the router. */
void routing_contact_each(const struct router *r, void (*fn)(void *ctx, const struct routing_contact *contact), void *ctx);

struct routing_place {
	size_t place, of;         /* 1 = next; among those who wait for the same shop, group and channel */
	int64_t expected_wait_ms; /* place / recent rate at which that queue was served; -1: nothing to go by. Rough */
};
/* ERR_NOT_FOUND when it does not wait. */
enum err routing_position(const struct router *r, int64_t session, int64_t now, struct routing_place *ret_place) MUST_CHECK;

struct routing_queue {
	int64_t shop, group;
	int channel;
	size_t waiting, offered, open;
	int64_t oldest_since, oldest_session; /* longest waiting; 0 when nobody waits */
};
/* Sum over the queues that match; each of shop, group, channel may be ROUTING_ANY (group 0: those without a group). */
struct routing_queue routing_queue_sum(const struct router *r, int64_t shop, int64_t group, int channel);
/* Queues with any contact, by shop, group, channel. Returns how many there are, writes at most max. */
size_t routing_queue_list(const struct router *r, struct routing_queue *queues, size_t max);

struct routing_load {
	int64_t id;
	enum routing_agent_state state;
	bool connected;
	int64_t disconnected_at; /* if not connected */
	int64_t since, idle_since;
	int capacity[ROUTING_CHANNELS], used[ROUTING_CHANNELS]; /* used: open, offered, in wrap-up and proposed */
	int open, offered, wrapping;
	size_t held; /* contacts that wait for this person */
};
enum err routing_agent_load(const struct router *r, int64_t agent, struct routing_load *ret_load) MUST_CHECK;
/* All agents by id. Returns how many there are, writes at most max. */
size_t routing_agent_list(const struct router *r, struct routing_load *loads, size_t max);

#endif
