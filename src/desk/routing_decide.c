/*
 * One round: first what time has ended (offers, waits for a person, connections), then contacts in the order of their keys over
 * all lines. A line whose class nobody with room may serve is left for the rest of the round after one look at its first
 * contact, so a round costs classes times agents with room, however many contacts wait.
 */
#include "desk/routing_state.h"

#include "base/banned.h"

struct round {
	struct router *r;
	int64_t now;
	struct routing_decision *out;
	size_t n, max;
};

/* Proposals ------------------------------------------------------------------------------------------------------------ */

static void
propose(struct round *d, struct contact *c, struct routing_decision decision)
{
	decision.session = c->pub.session;
	decision.at = d->now;
	decision.ticket = ++d->r->tickets;
	c->proposal = decision;
	d->r->proposed++;
	d->out[d->n++] = decision;
}

static bool
room_for_proposal(struct router *r)
{
	return room_for_timers(r, TIMERS_A_PROPOSAL + 1);
}

static bool
propose_agent(struct round *d, struct contact *c, struct agent *a)
{
	const struct routing_rules *rules = contact_rules(c);
	if (!room_for_proposal(d->r) || !line_reserve(&a->own, a->own.n + 1))
		return false;
	contact_leave(d->r, c);
	slot_take(c, a);
	propose(d, c, (struct routing_decision){
		.kind = rules->offer ? ROUTING_OFFER : ROUTING_ASSIGN,
		.agent = a->id,
		.group = c->pub.group,
		.priority = c->pub.priority,
		.until = rules->offer ? d->now + rules->offer_timeout_ms : 0,
	});
	return true;
}

static bool
propose_return(struct round *d, struct contact *c)
{
	const struct routing_rules *rules = contact_rules(c);
	bool open = c->pub.state == ROUTING_OPEN;
	if (!room_for_proposal(d->r) || (open && !wish_reserve(c->agent)))
		return false;
	int priority = c->pub.priority + rules->requeue_priority;
	if (priority < 0 || priority > ROUTING_PRIORITY_MAX)
		priority = priority < 0 ? 0 : ROUTING_PRIORITY_MAX;
	/* Should the agent come back first, the customer is theirs again. */
	if (open)
		wish_set(c, c->agent);
	propose(d, c, (struct routing_decision){
		.kind = ROUTING_RETURN_TO_QUEUE, .agent = c->agent->id, .group = c->pub.group, .priority = priority });
	return true;
}

/* The contact's group if the person is in it, else the person's main group, else the contact's. */
static int64_t
fallback_group(const struct contact *c)
{
	const struct agent_lists *l = c->wish->lists;
	if (!l || !l->group_count)
		return c->pub.group;
	for (size_t i = 0; i < l->group_count; i++)
		if (l->groups[i] == c->pub.group)
			return c->pub.group;
	return l->groups[0];
}

static bool
propose_group(struct round *d, struct contact *c)
{
	struct routing_contact moved = c->pub;
	moved.group = fallback_group(c);
	struct class *k = room_for_proposal(d->r) ? class_join(d->r, &moved) : NULL;
	if (!k)
		return false;
	contact_leave(d->r, c);
	c->to_class = k;
	propose(d, c, (struct routing_decision){
		.kind = ROUTING_REQUEUE_TO_GROUP, .agent = c->wish->id, .group = moved.group, .priority = c->pub.priority });
	return true;
}

/* What time has ended --------------------------------------------------------------------------------------------------
 * A timer counts only at the very time that the state says now. So what is said, and in which order, follows from the state alone,
 * not from what led to it. */

static bool
offer_due(struct round *d, struct contact *c, int64_t at)
{
	struct agent *a = c->agent;
	if (c->pub.state != ROUTING_OFFERED || c->proposal.ticket || at != offer_end_at(c))
		return true;
	if (!room_for_proposal(d->r))
		return false;
	propose(d, c, (struct routing_decision){
		.kind = ROUTING_OFFER_EXPIRED,
		.agent = a->id,
		.group = c->pub.group,
		.priority = c->pub.priority,
		.until = d->now + contact_rules(c)->offer_cooldown_ms,
	});
	return true;
}

static bool
hold_due(struct round *d, struct contact *c, int64_t at)
{
	if (!c->line || !c->wish)
		return true;
	if (c->pub.target_agent)
		return at == hold_end_at(c) ? propose_group(d, c) : true;
	if (c->line == &c->class->waiting)
		return true;
	if (!room_for_timers(d->r, 1))
		return false;
	contact_leave(d->r, c);
	contact_enter(d->r, c, d->now);
	return true;
}

static bool
wrapup_due(struct round *d, struct contact *c)
{
	if (c->pub.state != ROUTING_WRAPPING || d->now < c->pub.until)
		return true;
	if (c->agent->idle_since < c->pub.until)
		c->agent->idle_since = c->pub.until;
	contact_drop(d->r, c);
	return true;
}

/* False: not all of it was said. */
static bool
lost_due(struct round *d, struct agent *a, int64_t at)
{
	if (!a || a->connected || at != lost_at(d->r, a))
		return true;
	for (size_t i = 0; i < a->own.n; i++) {
		struct contact *c = line_at(&a->own, i);
		bool returns = c->pub.state == ROUTING_OFFERED || (c->pub.state == ROUTING_OPEN && contact_rules(c)->requeue_open);
		if (c->proposal.ticket || !returns)
			continue;
		if (d->n == d->max || !propose_return(d, c))
			return false;
	}
	if (a->state == ROUTING_OFFLINE || a->lost_ticket)
		return true;
	if (d->n == d->max || !room_for_proposal(d->r))
		return false;
	a->lost_ticket = ++d->r->tickets;
	d->r->proposed++;
	d->out[d->n++] = (struct routing_decision){ .kind = ROUTING_AGENT_LOST, .agent = a->id, .at = d->now, .ticket = a->lost_ticket };
	return true;
}

/* False: no room to say it; it stays due. */
static bool
timer_due(struct round *d, const struct routing_timer *t)
{
	if (t->kind == TIMER_LOST)
		return lost_due(d, table_get(&d->r->agents, t->id), t->at);
	struct contact *c = table_get(&d->r->contacts, t->id);
	if (!c)
		return true;
	if (t->kind == TIMER_OFFER)
		return offer_due(d, c, t->at);
	if (t->kind == TIMER_HOLD)
		return hold_due(d, c, t->at);
	return t->kind == TIMER_WRAPUP ? wrapup_due(d, c) : true;
}

static bool
timers_due(struct round *d)
{
	struct routing_timers *timers = &d->r->timers;
	while (timers->n && timers->p[0].at <= d->now) {
		if (d->n == d->max)
			return false;
		struct routing_timer t = timers->p[0];
		timers_pop(timers);
		if (timer_due(d, &t))
			continue;
		timers_push(timers, t);
		return false;
	}
	return true;
}

/* Who gets it ---------------------------------------------------------------------------------------------------------- */

static int
skill_sum(const struct agent *a, const struct class *k)
{
	int sum = 0;
	for (int i = 0; i < k->skill_count; i++)
		for (size_t j = 0; j < a->lists->skill_count; j++)
			if (a->lists->skills[j].id == k->skills[i].id)
				sum += a->lists->skills[j].level;
	return sum;
}

static int64_t
load_permille(const struct agent *a)
{
	int64_t load = 0;
	for (int i = 0; i < ROUTING_CHANNELS; i++)
		load += a->used[i] * 1000LL / (a->capacity[i] > 0 ? a->capacity[i] : 1);
	return load;
}

static bool
better(const struct contact *c, const struct agent *a, const struct agent *b)
{
	if ((c->wish == a) != (c->wish == b))
		return c->wish == a;
	int skill_a = skill_sum(a, c->class), skill_b = skill_sum(b, c->class);
	if (skill_a != skill_b)
		return skill_a > skill_b;
	int64_t load_a = load_permille(a), load_b = load_permille(b);
	if (load_a != load_b)
		return load_a < load_b;
	return a->idle_since != b->idle_since ? a->idle_since < b->idle_since : a->id < b->id;
}

/* Somebody on duty, free or not, who may take it and has not been tried lately. */
static bool
somebody_else(const struct round *d, const struct contact *c)
{
	for (size_t i = 0; i < d->r->agent_count; i++) {
		const struct agent *a = d->r->agent_all[i];
		if (agent_on_duty(a) && a->capacity[c->pub.channel] > 0 && tried_until(c, a->id) <= d->now && agent_matches(a, c->class) &&
		    agent_eligible(d->r, a, c))
			return true;
	}
	return false;
}

struct choice {
	struct agent *agent;
	bool class_served; /* somebody with room may serve the class, if not this contact */
};

static struct choice
choose_any(const struct round *d, const struct contact *c)
{
	enum routing_channel channel = c->pub.channel;
	struct agent *best[2] = { NULL, NULL }; /* not tried lately, tried lately */
	for (size_t i = 0; i < d->r->roomy_count[channel]; i++) {
		struct agent *a = d->r->roomy[channel][i];
		if (!agent_has_room(a, channel) || !agent_matches(a, c->class))
			continue;
		bool tried = c->pub.tried_count && tried_until(c, a->id) > d->now;
		if ((!best[tried] || better(c, a, best[tried])) && agent_eligible(d->r, a, c))
			best[tried] = a;
	}
	if (!best[0] && best[1] && !somebody_else(d, c))
		return (struct choice){ best[1], true };
	return (struct choice){ best[0], best[0] || best[1] };
}

/* For a contact in the line of the agent it wishes for. */
static struct choice
choose_wish(const struct round *d, const struct contact *c)
{
	struct agent *a = c->wish;
	bool may = agent_has_room(a, c->pub.channel) && agent_eligible(d->r, a, c);
	may = may && (c->pub.target_agent ? agent_serves_shop(a, c->pub.shop) : agent_matches(a, c->class));
	return (struct choice){ may ? a : NULL, true };
}

/* Lines by their first contacts ---------------------------------------------------------------------------------------- */

static struct contact *
head(const struct routing_line *l)
{
	return line_at(l, l->cursor);
}

static void
heads_sift(struct router *r, size_t i)
{
	struct routing_line *moving = r->heads[i];
	for (size_t child; (child = 2 * i + 1) < r->head_count; i = child) {
		if (child + 1 < r->head_count && contact_before(head(r->heads[child + 1]), head(r->heads[child])))
			child++;
		if (!contact_before(head(r->heads[child]), head(moving)))
			break;
		r->heads[i] = r->heads[child];
	}
	r->heads[i] = moving;
}

static void
heads_take(struct router *r, struct routing_line *l)
{
	if (!l->n)
		return;
	l->cursor = 0;
	r->heads[r->head_count++] = l;
}

static void
round_prepare(struct router *r)
{
	bool any = false;
	r->head_count = 0;
	for (int ch = 0; ch < ROUTING_CHANNELS; ch++)
		r->roomy_count[ch] = 0;
	for (size_t i = 0; i < r->agent_count; i++) {
		struct agent *a = r->agent_all[i];
		bool roomy = false;
		for (int ch = 0; ch < ROUTING_CHANNELS && a->state == ROUTING_ONLINE && a->connected; ch++) {
			if (!agent_has_room(a, (enum routing_channel)ch))
				continue;
			r->roomy[ch][r->roomy_count[ch]++] = a;
			roomy = true;
		}
		any |= roomy;
		if (roomy)
			heads_take(r, &a->held);
	}
	for (size_t i = 0; i < r->class_count && any; i++)
		if (r->roomy_count[r->class_all[i]->queue->channel])
			heads_take(r, &r->class_all[i]->waiting);
	for (size_t i = r->head_count / 2; i-- > 0;)
		heads_sift(r, i);
}

/* Serve the line that stands first; afterwards it stands where its next contact belongs, or is gone. False: out of memory. */
static bool
heads_step(struct round *d)
{
	struct router *r = d->r;
	struct routing_line *l = r->heads[0];
	struct contact *c = head(l);
	struct choice choice = l == &c->class->waiting ? choose_any(d, c) : choose_wish(d, c);
	if (choice.agent && !propose_agent(d, c, choice.agent))
		return false;
	if (!choice.agent)
		l->cursor++;
	if (!choice.class_served || l->cursor == l->n) {
		r->heads[0] = r->heads[--r->head_count];
		if (!r->head_count)
			return true;
	}
	heads_sift(r, 0);
	return true;
}

size_t
routing_decide(struct router *r, int64_t now, struct routing_decision *decisions, size_t max)
{
	struct round d = { r, now, decisions, 0, max };
	if (!timers_due(&d) || !r->waiting)
		return d.n;
	round_prepare(r);
	while (r->head_count && d.n < max)
		if (!heads_step(&d))
			break;
	return d.n;
}

int64_t
routing_next_at(const struct router *r)
{
	return r->timers.n ? r->timers.p[0].at : INT64_MAX;
}

/* Settling ------------------------------------------------------------------------------------------------------------- */

static struct contact *
proposal_take(struct router *r, const struct routing_decision *d)
{
	struct contact *c = table_get(&r->contacts, d->session);
	if (!c || !d->ticket || c->proposal.ticket != d->ticket)
		return NULL;
	c->proposal.ticket = 0;
	r->proposed--;
	return c;
}

static void
commit_agent(struct router *r, struct contact *c)
{
	const struct routing_decision *p = &c->proposal;
	struct agent *a = c->agent;
	if (p->kind == ROUTING_ASSIGN) {
		contact_open(c, p->at);
	} else {
		contact_state(c, ROUTING_OFFERED);
		c->pub.agent = a->id;
		c->pub.until = p->until;
	}
	owner_timers(r, c);
}

static void
commit_return(struct router *r, struct contact *c)
{
	struct routing_decision p = c->proposal;
	if (c->pub.state == ROUTING_OPEN) {
		c->pub.preferred_agent = p.agent;
		c->pub.preferred_until = INT64_MAX;
	}
	slot_free(c);
	contact_state(c, ROUTING_WAITING);
	c->pub.agent = c->pub.until = 0;
	c->pub.priority = p.priority;
	contact_enter(r, c, p.at);
}

static void
commit_group(struct router *r, struct contact *c)
{
	class_leave(r, c->class);
	c->class = c->to_class;
	c->to_class = NULL;
	c->pub.group = c->proposal.group;
	c->pub.target_agent = c->pub.target_until = 0;
	wish_drop(c);
	contact_enter(r, c, c->proposal.at);
}

static enum err
commit_lost(struct router *r, const struct routing_decision *d)
{
	struct agent *a = table_get(&r->agents, d->agent);
	if (!a || !d->ticket || a->lost_ticket != d->ticket)
		return ERR_GONE;
	enum err e = routing_agent_state(r, a->id, ROUTING_OFFLINE, d->at);
	if (e)
		return e;
	a->lost_ticket = 0;
	r->proposed--;
	return OK;
}

enum err
routing_commit(struct router *r, const struct routing_decision *d)
{
	if (d->kind == ROUTING_AGENT_LOST)
		return commit_lost(r, d);
	struct contact *c = proposal_take(r, d);
	if (!c)
		return ERR_GONE;
	switch (c->proposal.kind) {
	case ROUTING_ASSIGN:
	case ROUTING_OFFER:
		commit_agent(r, c);
		break;
	case ROUTING_OFFER_EXPIRED:
		offer_end(r, c, d->at, c->proposal.until);
		break;
	case ROUTING_REQUEUE_TO_GROUP:
		commit_group(r, c);
		break;
	case ROUTING_RETURN_TO_QUEUE:
		commit_return(r, c);
		break;
	case ROUTING_AGENT_LOST:
		break;
	}
	return OK;
}

static void
abandon_lost(struct router *r, const struct routing_decision *d)
{
	struct agent *a = table_get(&r->agents, d->agent);
	if (!a || !d->ticket || a->lost_ticket != d->ticket)
		return;
	a->lost_ticket = 0;
	r->proposed--;
	if (!a->connected)
		timer_set(r, lost_at(r, a), TIMER_LOST, a->id);
}

void
routing_abandon(struct router *r, const struct routing_decision *d)
{
	if (d->kind == ROUTING_AGENT_LOST) {
		abandon_lost(r, d);
		return;
	}
	struct contact *c = proposal_take(r, d);
	if (!c)
		return;
	switch (c->proposal.kind) {
	case ROUTING_ASSIGN:
	case ROUTING_OFFER:
		slot_free(c);
		contact_enter(r, c, d->at);
		break;
	case ROUTING_OFFER_EXPIRED:
		owner_timers(r, c);
		break;
	case ROUTING_REQUEUE_TO_GROUP:
		class_leave(r, c->to_class);
		c->to_class = NULL;
		contact_enter(r, c, d->at);
		break;
	case ROUTING_RETURN_TO_QUEUE:
		if (c->pub.state == ROUTING_OPEN)
			wish_drop(c);
		owner_timers(r, c);
		break;
	case ROUTING_AGENT_LOST:
		break;
	}
}
