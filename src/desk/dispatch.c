#include "desk/dispatch.h"

#include "base/banned.h"

static enum routing_contact_state
state_of(struct str state)
{
	return str_eqz(state, "open") ? ROUTING_OPEN : str_eqz(state, "offered") ? ROUTING_OFFERED : ROUTING_WAITING;
}

static int
priority_of(int64_t priority)
{
	return (int)(priority < 0 ? 0 : priority > ROUTING_PRIORITY_MAX ? ROUTING_PRIORITY_MAX : priority);
}

struct routing_contact
dispatch_contact(const struct dispatch_row *row, int64_t offer_ms, int64_t transfer_ms)
{
	struct routing_contact c = { .session = row->id, .shop = row->shop_id, .group = row->group_id, .channel = ROUTING_WEB,
		                     .priority = priority_of(row->priority),
		                     .waiting_since = row->queued_at, .state = state_of(row->state) };
	if (row->skill_id)
		c.skills[c.skill_count++] = (struct routing_skill){ row->skill_id, 1 };
	if (c.state != ROUTING_WAITING)
		c.agent = row->agent_id;
	if (c.state == ROUTING_OFFERED)
		c.until = row->assigned_at + offer_ms;
	if (c.state == ROUTING_WAITING && row->wanted_id) {
		c.target_agent = row->wanted_id;
		c.target_until = row->queued_at + transfer_ms;
	}
	return c;
}

bool
dispatch_same(const struct routing_contact *c, const struct dispatch_row *row)
{
	enum routing_contact_state state = state_of(row->state);
	if (!c || c->state != state)
		return false;
	if (state != ROUTING_WAITING)
		return c->agent == row->agent_id;
	return c->target_agent == row->wanted_id && (row->wanted_id || c->group == row->group_id);
}

/* Errors of these say only that the router saw it otherwise; then it is told anew. */
static enum err
explain(struct router *r, const struct routing_contact *c, const struct dispatch_row *row, int64_t now)
{
	enum routing_contact_state state = state_of(row->state), was = c->state;
	int64_t agent = c->agent;
	if (state == ROUTING_OPEN && was == ROUTING_OFFERED && agent == row->agent_id)
		return routing_accept(r, row->id, agent, now);
	if (state == ROUTING_OPEN && (was == ROUTING_OFFERED || was == ROUTING_WAITING))
		return routing_take(r, row->id, row->agent_id, now);
	if (state == ROUTING_WAITING && was == ROUTING_OFFERED && !row->wanted_id)
		return routing_decline(r, row->id, agent, now);
	if (state == ROUTING_WAITING && was != ROUTING_WRAPPING)
		return routing_transfer(r, row->id, row->wanted_id, row->wanted_id ? 0 : row->group_id, now);
	return OK;
}

enum err
dispatch_follow(struct router *r, const struct dispatch_row *row, const struct routing_contact *fresh, int64_t now)
{
	const struct routing_contact *c = routing_contact_get(r, row->id);
	if (dispatch_same(c, row))
		return OK;
	if (c && explain(r, c, row, now) == OK && dispatch_same(routing_contact_get(r, row->id), row))
		return OK;
	enum err e = routing_contact_get(r, row->id) ? routing_contact_remove(r, row->id, now) : OK;
	return e ? e : routing_contact_add(r, fresh, now);
}
