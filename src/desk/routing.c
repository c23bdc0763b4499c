#include "desk/routing.h"

#include <string.h>

#include "base/mem.h"
#include "desk/routing_state.h"
#include "base/banned.h"

const struct routing_rules routing_rules_default = {
	.offer = false,
	.offer_timeout_ms = 20000,
	.offer_cooldown_ms = 60000,
	.preferred_wait_ms = 30000,
	.transfer_wait_ms = 60000,
	.wrapup_ms = 0,
	.requeue_open = true,
	.requeue_priority = 10,
	.transfer_priority = 5,
};

struct router *
routing_new(const struct routing_settings *settings)
{
	struct router *r = mem_new(1, sizeof *r);
	if (r)
		r->settings = *settings;
	return r;
}

static void
lists_free(struct agent_lists *l)
{
	if (!l)
		return;
	mem_free(l->groups);
	mem_free(l->shops);
	mem_free(l->languages);
	mem_free(l->skills);
	mem_free(l);
}

void
routing_free(struct router *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->contacts.cap; i++)
		mem_free(r->contacts.slots[i].value);
	for (size_t i = 0; i < r->class_count; i++) {
		mem_free(r->class_all[i]->waiting.p);
		mem_free(r->class_all[i]);
	}
	for (size_t i = 0; i < r->queue_count; i++) {
		mem_free(r->queue_all[i]->waiting.p);
		mem_free(r->queue_all[i]);
	}
	for (size_t i = 0; i < r->agent_count; i++) {
		lists_free(r->agent_all[i]->lists);
		mem_free(r->agent_all[i]->held.p);
		mem_free(r->agent_all[i]->own.p);
		mem_free(r->agent_all[i]);
	}
	void *blocks[] = { r->contacts.slots, r->agents.slots, r->queues.slots, r->classes.slots, r->agent_all, r->queue_all, r->class_all,
		r->rules, r->timers.p, r->roomy[0], r->roomy[1], r->roomy[2], r->heads };
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		mem_free(blocks[i]);
	mem_free(r);
}

uint32_t
routing_language(struct str tag)
{
	uint32_t code = 0;
	for (size_t i = 0; i < tag.n && i < 4; i++) {
		char c = tag.p[i] >= 'A' && tag.p[i] <= 'Z' ? (char)(tag.p[i] + 32) : tag.p[i];
		if (c < 'a' || c > 'z')
			break;
		code = code << 8 | (uint32_t)c;
	}
	return code;
}

/* Agents --------------------------------------------------------------------------------------------------------------- */

static bool
list_copy(void *ret_copy, const void *from, size_t count, size_t size)
{
	void *copy = mem_new(count, size);
	if (!copy)
		return false;
	if (count)
		memcpy(copy, from, count * size);
	memcpy(ret_copy, &copy, sizeof copy);
	return true;
}

static struct agent_lists *
lists_new(const struct routing_agent *from)
{
	struct agent_lists *l = mem_new(1, sizeof *l);
	if (!l)
		return NULL;
	l->group_count = from->group_count;
	l->shop_count = from->shop_count;
	l->language_count = from->language_count;
	l->skill_count = from->skill_count;
	if (list_copy(&l->groups, from->groups, l->group_count, sizeof *l->groups) &&
	    list_copy(&l->shops, from->shops, l->shop_count, sizeof *l->shops) &&
	    list_copy(&l->languages, from->languages, l->language_count, sizeof *l->languages) &&
	    list_copy(&l->skills, from->skills, l->skill_count, sizeof *l->skills))
		return l;
	lists_free(l);
	return NULL;
}

/* Room for the timers of agent_changed and of a lost connection. */
static bool
room_for_change(struct router *r, const struct agent *a)
{
	return room_for_timers(r, a->wisher_count + 3 * a->own.n + 1);
}

/* Contacts that wish for the agent are placed anew; offers to someone offline end now; who comes to work has the whole grace to connect. */
static void
agent_changed(struct router *r, struct agent *a, enum routing_agent_state was, int64_t now)
{
	if (was == ROUTING_OFFLINE && a->state != ROUTING_OFFLINE && !a->connected) {
		a->disconnected_at = now;
		timer_set(r, lost_at(r, a), TIMER_LOST, a->id);
	}
	for (struct contact *c = a->wishers; c; c = c->wish_next)
		if (c->line) {
			contact_leave(r, c);
			contact_enter(r, c, now);
		}
	for (size_t i = 0; i < a->own.n && a->state == ROUTING_OFFLINE; i++)
		if (line_at(&a->own, i)->pub.state == ROUTING_OFFERED)
			owner_timers(r, line_at(&a->own, i));
}

enum err
routing_agent_set(struct router *r, const struct routing_agent *agent, int64_t now)
{
	if (agent->id <= 0)
		return ERR_BAD_FIELD;
	struct agent *a = agent_touch(r, agent->id);
	struct agent_lists *l = a && room_for_change(r, a) ? lists_new(agent) : NULL;
	if (!l)
		return ERR_NO_MEMORY;
	enum routing_agent_state was = a->state;
	lists_free(a->lists);
	a->lists = l;
	if (agent->idle_since)
		a->idle_since = agent->idle_since;
	else if (!a->idle_since || (was == ROUTING_OFFLINE && agent->state != ROUTING_OFFLINE))
		a->idle_since = agent->since;
	a->state = agent->state;
	a->since = agent->since;
	memcpy(a->capacity, agent->capacity, sizeof a->capacity);
	agent_changed(r, a, was, now);
	return OK;
}

enum err
routing_agent_state(struct router *r, int64_t agent, enum routing_agent_state state, int64_t now)
{
	struct agent *a = agent_find(r, agent);
	if (!a)
		return ERR_NOT_FOUND;
	if (a->state == state)
		return OK;
	if (!room_for_change(r, a))
		return ERR_NO_MEMORY;
	enum routing_agent_state was = a->state;
	if (was == ROUTING_OFFLINE)
		a->idle_since = now;
	a->state = state;
	a->since = now;
	agent_changed(r, a, was, now);
	return OK;
}

enum err
routing_agent_disconnect(struct router *r, int64_t agent, int64_t now)
{
	struct agent *a = agent_find(r, agent);
	if (!a)
		return ERR_NOT_FOUND;
	if (!a->connected)
		return OK;
	if (!room_for_change(r, a))
		return ERR_NO_MEMORY;
	a->connected = false;
	a->disconnected_at = now;
	timer_set(r, now + r->settings.disconnect_grace_ms, TIMER_LOST, a->id);
	agent_changed(r, a, a->state, now);
	return OK;
}

enum err
routing_agent_reconnect(struct router *r, int64_t agent, int64_t now)
{
	struct agent *a = agent_find(r, agent);
	if (!a)
		return ERR_NOT_FOUND;
	if (a->connected)
		return OK;
	if (!room_for_change(r, a))
		return ERR_NO_MEMORY;
	a->connected = true;
	agent_changed(r, a, a->state, now);
	return OK;
}

/* Contacts ------------------------------------------------------------------------------------------------------------- */

static bool
contact_valid(const struct routing_contact *p)
{
	bool owned = p->state != ROUTING_WAITING;
	return p->session > 0 && p->shop > 0 && p->group >= 0 && (unsigned)p->channel < ROUTING_CHANNELS && p->skill_count >= 0 &&
	       p->skill_count <= ROUTING_SKILLS_MAX && p->tried_count >= 0 && p->tried_count <= ROUTING_TRIED_MAX &&
	       (unsigned)p->state <= ROUTING_WRAPPING && (!owned || p->agent > 0) && p->target_agent >= 0 && p->preferred_agent >= 0;
}

static int64_t
wish_of(const struct contact *c)
{
	const struct routing_contact *p = &c->pub;
	if (p->state != ROUTING_WAITING && p->state != ROUTING_OFFERED)
		return 0;
	if (p->target_agent)
		return p->target_agent;
	return p->waiting_since < p->preferred_until && !tried_until(c, p->preferred_agent) ? p->preferred_agent : 0;
}

static void
contact_link(struct router *r, struct contact *c, struct agent *owner, struct agent *wish, int64_t now)
{
	table_put(&r->contacts, c->pub.session, c);
	if (wish)
		wish_set(c, wish);
	for (int i = 0; i < c->pub.tried_count; i++)
		timer_set(r, c->pub.tried[i].until, TIMER_WAKE, c->pub.session);
	if (!owner) {
		c->pub.agent = c->pub.until = 0;
		contact_enter(r, c, now);
		return;
	}
	enum routing_contact_state state = c->pub.state;
	c->pub.state = ROUTING_WAITING;
	contact_state(c, state);
	c->key = c->pub.waiting_since - c->pub.priority * r->settings.priority_step_ms;
	slot_take(c, owner);
	owner_timers(r, c);
}

enum err
routing_contact_add(struct router *r, const struct routing_contact *contact, int64_t now)
{
	if (!contact_valid(contact))
		return ERR_BAD_FIELD;
	struct contact *old = table_get(&r->contacts, contact->session);
	if (old && old->pub.state != ROUTING_WRAPPING)
		return ERR_EXISTS;
	struct contact *c = mem_new(1, sizeof *c);
	if (!c)
		return ERR_NO_MEMORY;
	c->pub = *contact;
	priority_raise(c, 0);
	if (contact->state == ROUTING_OPEN || contact->state == ROUTING_WRAPPING)
		c->pub.target_agent = c->pub.preferred_agent = c->pub.tried_count = 0;
	int64_t wish_id = wish_of(c), owner_id = contact->state == ROUTING_WAITING ? 0 : contact->agent;
	struct agent *wish = wish_id ? agent_touch(r, wish_id) : NULL, *owner = owner_id ? agent_touch(r, owner_id) : NULL;
	bool agents = (!wish_id || (wish && wish_reserve(wish))) && (!owner_id || (owner && line_reserve(&owner->own, owner->own.n + 1)));
	if (agents && table_reserve(&r->contacts, r->contacts.count + 1) && room_for_timers(r, 3 + ROUTING_TRIED_MAX))
		c->class = class_join(r, &c->pub);
	if (!c->class) {
		mem_free(c);
		return ERR_NO_MEMORY;
	}
	if (old)
		contact_drop(r, old);
	contact_link(r, c, owner, wish, now);
	return OK;
}

enum err
routing_contact_remove(struct router *r, int64_t session, int64_t now)
{
	return routing_close(r, session, 0, now);
}

enum err
routing_close(struct router *r, int64_t session, int64_t wrapup_ms, int64_t now)
{
	struct contact *c = table_get(&r->contacts, session);
	if (!c)
		return ERR_NOT_FOUND;
	if (wrapup_ms < 0)
		wrapup_ms = contact_rules(c)->wrapup_ms;
	bool open = c->pub.state == ROUTING_OPEN;
	if (open && wrapup_ms > 0 && !room_for_timers(r, 1))
		return ERR_NO_MEMORY;
	if (open)
		c->agent->idle_since = now;
	if (!open || wrapup_ms == 0) {
		contact_drop(r, c);
		return OK;
	}
	if (c->proposal.ticket)
		r->proposed--;
	c->proposal.ticket = 0;
	wish_drop(c);
	contact_state(c, ROUTING_WRAPPING);
	c->pub.until = now + wrapup_ms;
	timer_set(r, c->pub.until, TIMER_WRAPUP, session);
	return OK;
}

enum err
routing_wrapup_done(struct router *r, int64_t session, int64_t now)
{
	struct contact *c = table_get(&r->contacts, session);
	if (!c)
		return ERR_NOT_FOUND;
	if (c->pub.state != ROUTING_WRAPPING)
		return ERR_WRONG_STATE;
	c->agent->idle_since = now;
	contact_drop(r, c);
	return OK;
}

/* Offers --------------------------------------------------------------------------------------------------------------- */

static struct contact *
offered_to(struct router *r, int64_t session, int64_t agent)
{
	struct contact *c = table_get(&r->contacts, session);
	bool his = c && c->pub.state == ROUTING_OFFERED && c->pub.agent == agent && !c->proposal.ticket;
	return his ? c : NULL;
}

enum err
routing_accept(struct router *r, int64_t session, int64_t agent, int64_t now)
{
	struct contact *c = offered_to(r, session, agent);
	if (!c || now >= c->pub.until)
		return ERR_GONE;
	contact_open(c, now);
	return OK;
}

enum err
routing_decline(struct router *r, int64_t session, int64_t agent, int64_t now)
{
	struct contact *c = offered_to(r, session, agent);
	if (!c)
		return ERR_GONE;
	if (!room_for_timers(r, 2))
		return ERR_NO_MEMORY;
	offer_end(r, c, now, now + contact_rules(c)->offer_cooldown_ms);
	return OK;
}

enum err
routing_take(struct router *r, int64_t session, int64_t agent, int64_t now)
{
	struct contact *c = table_get(&r->contacts, session);
	struct agent *a = agent_find(r, agent);
	if (!c || !a)
		return ERR_NOT_FOUND;
	if (c->proposal.ticket || a->state == ROUTING_OFFLINE || (c->pub.state != ROUTING_WAITING && c->pub.state != ROUTING_OFFERED))
		return ERR_WRONG_STATE;
	if (!agent_serves_shop(a, c->pub.shop) || !agent_eligible(r, a, c))
		return ERR_FORBIDDEN;
	if (c->agent != a && !agent_has_room(a, c->pub.channel))
		return ERR_BUSY;
	if (!line_reserve(&a->own, a->own.n + 1) || !room_for_timers(r, 1))
		return ERR_NO_MEMORY;
	if (c->line)
		contact_leave(r, c);
	slot_free(c);
	slot_take(c, a);
	contact_open(c, now);
	owner_timers(r, c);
	return OK;
}

/* Transfers ------------------------------------------------------------------------------------------------------------ */

static enum err
transfer_check(const struct router *r, const struct contact *c, int64_t to_agent)
{
	if (c->proposal.ticket || c->pub.state == ROUTING_WRAPPING)
		return ERR_WRONG_STATE;
	if (!to_agent)
		return OK;
	const struct agent *a = agent_find(r, to_agent);
	if (!a)
		return ERR_NOT_FOUND;
	if (c->agent == a)
		return ERR_WRONG_STATE;
	return agent_serves_shop(a, c->pub.shop) && agent_eligible(r, a, c) ? OK : ERR_FORBIDDEN;
}

static void
transfer_make(struct router *r, struct contact *c, struct agent *to, int64_t now)
{
	const struct routing_rules *rules = contact_rules(c);
	struct agent *giver = c->agent;
	slot_free(c);
	c->pub.agent = c->pub.until = 0;
	c->pub.preferred_agent = c->pub.preferred_until = 0;
	c->pub.target_agent = to ? to->id : 0;
	c->pub.target_until = to ? now + rules->transfer_wait_ms : 0;
	wish_drop(c);
	if (to)
		wish_set(c, to);
	if (giver) {
		giver->idle_since = now;
		tried_add(c, giver->id, now + rules->offer_cooldown_ms);
		timer_set(r, now + rules->offer_cooldown_ms, TIMER_WAKE, c->pub.session);
	}
	contact_enter(r, c, now);
}

enum err
routing_transfer(struct router *r, int64_t session, int64_t to_agent, int64_t to_group, int64_t now)
{
	struct contact *c = table_get(&r->contacts, session);
	if (!c)
		return ERR_NOT_FOUND;
	if (to_agent && to_group)
		return ERR_BAD_FIELD;
	enum err e = transfer_check(r, c, to_agent);
	if (e)
		return e;
	struct agent *to = to_agent ? agent_find(r, to_agent) : NULL;
	struct routing_contact moved = c->pub;
	if (to_group)
		moved.group = to_group;
	if ((to && !wish_reserve(to)) || !room_for_timers(r, 2))
		return ERR_NO_MEMORY;
	struct class *k = class_join(r, &moved);
	if (!k)
		return ERR_NO_MEMORY;
	if (c->line)
		contact_leave(r, c);
	bool was_open = c->pub.state == ROUTING_OPEN;
	contact_state(c, ROUTING_WAITING);
	class_leave(r, c->class);
	c->class = k;
	c->pub.group = moved.group;
	if (was_open) {
		/* The slot is given back under the old key, which therefore changes only in contact_enter. */
		c->pub.waiting_since = now;
		priority_raise(c, k->queue->rules.transfer_priority);
	}
	transfer_make(r, c, to, now);
	return OK;
}
