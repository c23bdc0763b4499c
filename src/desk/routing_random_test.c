/*
 * Thousands of random days. Two routers live through the same events; the second one is thrown away now and then and rebuilt
 * from what the first one shows, and must go on deciding the same. A plain model, written from the header's words alone, watches:
 * nothing assigned twice, nothing lost, no room exceeded, nobody ineligible, no turn jumped, nobody idle who could serve.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/rand.h"
#include "desk/routing.h"
#include "base/banned.h"

enum { AGENTS = 9, SESSIONS = 400, DECISIONS = 64, PENDING = 256, ROUNDS = 1000, STEPS = 600 };
#define SECOND 1000LL
#define STEP_MS 60000LL

struct agent_model {
	struct routing_agent pub;
	int64_t groups[3], shops[2];
	uint32_t languages[1];
	struct routing_skill skills[3];
	int used[ROUTING_CHANNELS];
	bool connected;
	int64_t idle_since;
};

struct world {
	struct rng rng;
	int64_t now, last_session;
	struct router *r[2];
	struct agent_model agents[AGENTS]; /* id = index + 1; pub.id 0: not there yet */
	struct routing_contact contacts[SESSIONS]; /* by session - 1, as they should be; session 0: gone */
	bool pending[SESSIONS];
	struct routing_decision undecided[PENDING][2];
	size_t undecided_count;
	size_t assigned;
};

static struct routing_rules
rules_of(int64_t shop)
{
	struct routing_rules rules = routing_rules_default;
	rules.offer = shop == 2;
	rules.requeue_open = shop == 1;
	return rules;
}

static bool
eligible(void *ctx, int64_t agent, const struct routing_contact *c)
{
	(void)ctx;
	return (agent * 7 + c->kind * 5) % 11 > 2;
}

static struct router *
router_new(void)
{
	struct routing_settings settings = { STEP_MS, 60 * SECOND, eligible, NULL };
	struct router *r = routing_new(&settings);
	assert_non_null(r);
	for (int64_t shop = 1; shop <= 2; shop++) {
		struct routing_rules rules = rules_of(shop);
		assert_int_equal(routing_rules_set(r, shop, 0, &rules), OK);
	}
	return r;
}

/* What the header says --------------------------------------------------------------------------------------------------- */

static bool
among(const int64_t *ids, size_t n, int64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static int
level_of(const struct agent_model *a, int64_t skill)
{
	for (size_t i = 0; i < a->pub.skill_count; i++)
		if (a->skills[i].id == skill)
			return a->skills[i].level;
	return -1;
}

static bool
serves_shop(const struct agent_model *a, const struct routing_contact *c)
{
	return a->pub.id && among(a->shops, a->pub.shop_count, c->shop);
}

static bool
matches(const struct agent_model *a, const struct routing_contact *c)
{
	if (!serves_shop(a, c) || (c->group && !among(a->groups, a->pub.group_count, c->group)))
		return false;
	if (c->language && a->pub.language_count && a->languages[0] != c->language)
		return false;
	for (int i = 0; i < c->skill_count; i++)
		if (level_of(a, c->skills[i].id) < c->skills[i].level)
			return false;
	return true;
}

static bool
on_duty(const struct agent_model *a)
{
	return a->pub.id && a->connected && (a->pub.state == ROUTING_ONLINE || a->pub.state == ROUTING_WRAPUP);
}

static bool
roomy(const struct agent_model *a, int channel)
{
	return a->pub.id && a->connected && a->pub.state == ROUTING_ONLINE && a->used[channel] < a->pub.capacity[channel];
}

static int64_t
tried_until(const struct routing_contact *c, int64_t agent)
{
	for (int i = 0; i < c->tried_count; i++)
		if (c->tried[i].agent == agent)
			return c->tried[i].until;
	return 0;
}

static struct agent_model *
preferred(struct world *w, const struct routing_contact *c)
{
	if (!c->preferred_agent || c->waiting_since >= c->preferred_until || tried_until(c, c->preferred_agent))
		return NULL;
	return c->preferred_agent <= AGENTS ? &w->agents[c->preferred_agent - 1] : NULL;
}

/* For whom a waiting contact is kept at this moment; 0: for nobody. */
static int64_t
kept_for(struct world *w, const struct routing_contact *c)
{
	if (c->target_agent)
		return c->target_agent;
	const struct agent_model *a = preferred(w, c);
	bool keep = a && on_duty(a) && a->pub.capacity[c->channel] > 0 && matches(a, c) && w->now < c->waiting_since + 30 * SECOND;
	return keep ? a->pub.id : 0;
}

static bool
somebody_else(struct world *w, const struct routing_contact *c)
{
	for (int i = 0; i < AGENTS; i++) {
		const struct agent_model *a = &w->agents[i];
		if (on_duty(a) && a->pub.capacity[c->channel] > 0 && tried_until(c, i + 1) <= w->now && matches(a, c) && eligible(NULL, i + 1, c))
			return true;
	}
	return false;
}

/* Whether this agent, with the room left now, should be given this contact if it were alone. */
static bool
may(struct world *w, const struct agent_model *a, const struct routing_contact *c)
{
	if (!roomy(a, c->channel) || !eligible(NULL, a->pub.id, c))
		return false;
	int64_t kept = kept_for(w, c);
	if (kept)
		return kept == a->pub.id && (c->target_agent ? serves_shop(a, c) : matches(a, c));
	return matches(a, c) && (tried_until(c, a->pub.id) <= w->now || !somebody_else(w, c));
}

static int64_t
key(const struct routing_contact *c)
{
	return c->waiting_since - c->priority * STEP_MS;
}

static bool
before(const struct routing_contact *a, const struct routing_contact *b)
{
	return key(a) != key(b) ? key(a) < key(b) : a->session < b->session;
}

static bool
better(struct world *w, const struct routing_contact *c, const struct agent_model *a, const struct agent_model *b)
{
	const struct agent_model *p = preferred(w, c);
	if ((p == a) != (p == b))
		return p == a;
	int skill = 0;
	int64_t load = 0;
	for (int i = 0; i < c->skill_count; i++)
		skill += level_of(a, c->skills[i].id) - level_of(b, c->skills[i].id);
	for (int ch = 0; ch < ROUTING_CHANNELS; ch++) {
		load += a->used[ch] * 1000LL / (a->pub.capacity[ch] ? a->pub.capacity[ch] : 1);
		load -= b->used[ch] * 1000LL / (b->pub.capacity[ch] ? b->pub.capacity[ch] : 1);
	}
	if (skill || load)
		return skill ? skill > 0 : load < 0;
	return a->idle_since != b->idle_since ? a->idle_since < b->idle_since : a->pub.id < b->pub.id;
}

/* Watching ----------------------------------------------------------------------------------------------------------------- */

static struct routing_contact *
contact_of(struct world *w, int64_t session)
{
	return &w->contacts[session - 1];
}

static bool
waits(struct world *w, int i)
{
	return w->contacts[i].session && w->contacts[i].state == ROUTING_WAITING && !w->pending[i];
}

static void
check_given(struct world *w, const struct routing_decision *d)
{
	struct routing_contact *c = contact_of(w, d->session);
	struct agent_model *a = &w->agents[d->agent - 1];
	assert_true(waits(w, (int)d->session - 1));
	assert_int_equal(d->kind, rules_of(c->shop).offer ? ROUTING_OFFER : ROUTING_ASSIGN);
	assert_true(may(w, a, c));
	for (int i = 0; i < w->last_session; i++)
		assert_false(waits(w, i) && before(&w->contacts[i], c) && may(w, a, &w->contacts[i]));
	bool tried = tried_until(c, a->pub.id) > w->now;
	for (int i = 0; i < AGENTS && !kept_for(w, c); i++) {
		const struct agent_model *b = &w->agents[i];
		if (b != a && may(w, b, c) && (tried_until(c, i + 1) > w->now) == tried)
			assert_false(better(w, c, b, a));
	}
	a->used[c->channel]++;
	w->assigned++;
}

static void
check_ended(struct world *w, const struct routing_decision *d)
{
	struct routing_contact *c = contact_of(w, d->session);
	struct agent_model *a = &w->agents[d->agent - 1];
	assert_true(c->session && !w->pending[d->session - 1]);
	if (d->kind == ROUTING_OFFER_EXPIRED) {
		assert_true(c->state == ROUTING_OFFERED && c->agent == d->agent);
		assert_true(w->now >= c->until || a->pub.state == ROUTING_OFFLINE);
	} else if (d->kind == ROUTING_REQUEUE_TO_GROUP) {
		assert_true(c->state == ROUTING_WAITING && c->target_agent == d->agent);
		assert_true(w->now >= c->target_until || a->pub.state == ROUTING_OFFLINE);
	} else {
		assert_true((c->state == ROUTING_OFFERED || (c->state == ROUTING_OPEN && c->shop == 1)) && c->agent == d->agent);
		assert_false(a->connected);
	}
}

static void
check_decision(struct world *w, const struct routing_decision *d)
{
	if (d->kind == ROUTING_AGENT_LOST) {
		assert_true(!w->agents[d->agent - 1].connected && w->agents[d->agent - 1].pub.state != ROUTING_OFFLINE);
		return;
	}
	if (d->kind == ROUTING_ASSIGN || d->kind == ROUTING_OFFER)
		check_given(w, d);
	else
		check_ended(w, d);
	w->pending[d->session - 1] = true;
}

static void
check_nobody_idle(struct world *w)
{
	for (int i = 0; i < w->last_session; i++)
		for (int k = 0; k < AGENTS && waits(w, i); k++)
			assert_false(may(w, &w->agents[k], &w->contacts[i]));
}

static void
check_same(struct world *w)
{
	for (int which = 0; which < 2; which++) {
		for (int i = 0; i < w->last_session; i++) {
			const struct routing_contact *c = routing_contact_get(w->r[which], i + 1), *m = &w->contacts[i];
			assert_int_equal(c != NULL, m->session != 0);
			if (!c)
				continue;
			assert_true(c->state == m->state && c->agent == m->agent && c->until == m->until && c->group == m->group);
			assert_true(c->priority == m->priority && c->waiting_since == m->waiting_since);
			assert_true(c->target_agent == m->target_agent && c->tried_count == m->tried_count);
		}
		for (int i = 0; i < AGENTS; i++) {
			struct routing_load load;
			if (!w->agents[i].pub.id)
				continue;
			assert_int_equal(routing_agent_load(w->r[which], i + 1, &load), OK);
			assert_memory_equal(load.used, w->agents[i].used, sizeof load.used);
			assert_true(load.state == w->agents[i].pub.state && load.connected == w->agents[i].connected);
			assert_true(load.idle_since == w->agents[i].idle_since);
		}
	}
}

/* Deciding and settling ------------------------------------------------------------------------------------------------- */

static void
model_leaves_agent(struct world *w, struct routing_contact *c)
{
	w->agents[c->agent - 1].used[c->channel]--;
	c->agent = c->until = 0;
	c->state = ROUTING_WAITING;
}

static void
model_tried(struct routing_contact *c, int64_t agent, int64_t until)
{
	int at = 0;
	for (int i = 0; i < c->tried_count; i++)
		if (c->tried[i].agent == agent) {
			c->tried[i].until = until;
			return;
		}
	if (c->tried_count < ROUTING_TRIED_MAX) {
		c->tried[c->tried_count++] = (struct routing_try){ agent, until };
		return;
	}
	for (int i = 1; i < ROUTING_TRIED_MAX; i++)
		if (c->tried[i].until < c->tried[at].until)
			at = i;
	c->tried[at] = (struct routing_try){ agent, until };
}

static void
model_open(struct world *w, struct routing_contact *c, int64_t agent, int64_t at)
{
	c->state = ROUTING_OPEN;
	c->agent = agent;
	c->until = c->target_agent = c->preferred_agent = 0;
	c->tried_count = 0;
	w->agents[agent - 1].idle_since = at;
}

static void
model_not_taken(struct world *w, struct routing_contact *c, int64_t until)
{
	int64_t agent = c->agent;
	model_leaves_agent(w, c);
	model_tried(c, agent, until);
	if (c->target_agent == agent)
		c->target_until = w->now;
	else if (c->preferred_agent == agent)
		c->preferred_agent = 0;
}

static void
model_commit(struct world *w, const struct routing_decision *d)
{
	struct routing_contact *c = d->session ? contact_of(w, d->session) : NULL;
	switch (d->kind) {
	case ROUTING_ASSIGN:
		model_open(w, c, d->agent, d->at);
		break;
	case ROUTING_OFFER:
		c->state = ROUTING_OFFERED;
		c->agent = d->agent;
		c->until = d->until;
		break;
	case ROUTING_OFFER_EXPIRED:
		model_not_taken(w, c, d->until);
		if (c->target_agent == d->agent)
			c->target_until = d->at;
		break;
	case ROUTING_REQUEUE_TO_GROUP:
		c->group = d->group;
		c->target_agent = 0;
		break;
	case ROUTING_RETURN_TO_QUEUE:
		if (c->state == ROUTING_OPEN) {
			c->preferred_agent = d->agent;
			c->preferred_until = INT64_MAX;
		}
		model_leaves_agent(w, c);
		c->priority = d->priority;
		break;
	case ROUTING_AGENT_LOST:
		w->agents[d->agent - 1].pub.state = ROUTING_OFFLINE;
		w->agents[d->agent - 1].pub.since = d->at;
		break;
	}
}

/* Settle one pending decision in both routers: mostly the database takes it. */
static void
settle(struct world *w, size_t i)
{
	struct routing_decision d[2] = { w->undecided[i][0], w->undecided[i][1] };
	memmove(w->undecided + i, w->undecided + i + 1, (--w->undecided_count - i) * sizeof *w->undecided);
	bool gives = d->kind == ROUTING_ASSIGN || d->kind == ROUTING_OFFER;
	bool stands = !d->session || w->pending[d->session - 1];
	if (rng_chance(&w->rng, 0.1)) {
		routing_abandon(w->r[0], &d[0]);
		routing_abandon(w->r[1], &d[1]);
		if (gives && stands)
			w->agents[d->agent - 1].used[contact_of(w, d->session)->channel]--;
	} else {
		assert_int_equal(routing_commit(w->r[0], &d[0]), stands ? OK : ERR_GONE);
		assert_int_equal(routing_commit(w->r[1], &d[1]), stands ? OK : ERR_GONE);
		if (stands)
			model_commit(w, d);
	}
	if (d->session && stands)
		w->pending[d->session - 1] = false;
}

/* But for the ticket, which is each router's own. */
static bool
same_decision(const struct routing_decision *a, const struct routing_decision *b)
{
	return a->kind == b->kind && a->session == b->session && a->agent == b->agent && a->group == b->group && a->priority == b->priority && a->at == b->at &&
	       a->until == b->until;
}

static void
decide(struct world *w)
{
	struct routing_decision d[2][DECISIONS];
	size_t max = rng_chance(&w->rng, 0.2) ? (size_t)rng_range(&w->rng, 1, 4) : DECISIONS;
	if (w->undecided_count + max > PENDING)
		return;
	size_t n = routing_decide(w->r[0], w->now, d[0], max);
	assert_int_equal(routing_decide(w->r[1], w->now, d[1], max), n);
	for (int i = 0; i < w->last_session; i++) {
		struct routing_contact *c = &w->contacts[i];
		if (!c->session || c->state != ROUTING_WRAPPING || c->until > w->now || (n == max && routing_contact_get(w->r[0], i + 1)))
			continue;
		struct agent_model *a = &w->agents[c->agent - 1];
		a->idle_since = a->idle_since < c->until ? c->until : a->idle_since;
		a->used[c->channel]--;
		c->session = 0;
	}
	for (size_t i = 0; i < n; i++) {
		assert_true(same_decision(&d[0][i], &d[1][i]));
		check_decision(w, &d[0][i]);
		memcpy(&w->undecided[w->undecided_count][0], &d[0][i], sizeof d[0][i]);
		memcpy(&w->undecided[w->undecided_count++][1], &d[1][i], sizeof d[1][i]);
	}
	if (n < max)
		check_nobody_idle(w);
}

/* Events ------------------------------------------------------------------------------------------------------------------- */


static enum err
both(enum err a, enum err b)
{
	assert_int_equal(a, b);
	return a;
}

static int64_t
any(struct world *w, int64_t lo, int64_t hi)
{
	return rng_range(&w->rng, lo, hi);
}

static void
agent_event(struct world *w)
{
	int64_t id = any(w, 1, AGENTS);
	struct agent_model *a = &w->agents[id - 1];
	bool fresh = !a->pub.id;
	int64_t was = fresh ? ROUTING_OFFLINE : a->pub.state;
	a->connected |= fresh;
	a->pub = (struct routing_agent){ .id = id, .state = (enum routing_agent_state)any(w, 0, 3), .since = w->now,
		.capacity = { (int)any(w, 0, 4), (int)any(w, 0, 1), (int)any(w, 0, 1) }, .groups = a->groups, .group_count = (size_t)any(w, 0, 3),
		.shops = a->shops, .shop_count = (size_t)any(w, 1, 2), .languages = a->languages, .language_count = (size_t)any(w, 0, 1),
		.skills = a->skills, .skill_count = (size_t)any(w, 0, 3) };
	if (rng_chance(&w->rng, 0.7))
		a->pub.state = ROUTING_ONLINE;
	int64_t shift = any(w, 0, 2);
	for (int i = 0; i < 3; i++) {
		a->groups[i] = 1 + (i + shift) % 3;
		a->skills[i] = (struct routing_skill){ 1 + (i + shift) % 3, (int)any(w, 1, 3) };
	}
	a->shops[0] = any(w, 1, 2);
	a->shops[1] = 3 - a->shops[0];
	a->languages[0] = (uint32_t)any(w, 1, 2);
	if (!a->idle_since || (was == ROUTING_OFFLINE && a->pub.state != ROUTING_OFFLINE))
		a->idle_since = w->now;
	assert_int_equal(both(routing_agent_set(w->r[0], &a->pub, w->now), routing_agent_set(w->r[1], &a->pub, w->now)), OK);
}

static void
agent_small_event(struct world *w)
{
	struct agent_model *a = &w->agents[any(w, 1, AGENTS) - 1];
	int64_t id = a->pub.id;
	if (!id)
		return;
	if (rng_chance(&w->rng, 0.4)) {
		assert_int_equal(both(routing_agent_disconnect(w->r[0], id, w->now), routing_agent_disconnect(w->r[1], id, w->now)), OK);
		a->connected = false;
	} else if (rng_chance(&w->rng, 0.6)) {
		assert_int_equal(both(routing_agent_reconnect(w->r[0], id, w->now), routing_agent_reconnect(w->r[1], id, w->now)), OK);
		a->connected = true;
	} else {
		enum routing_agent_state state = rng_chance(&w->rng, 0.6) ? ROUTING_ONLINE : (enum routing_agent_state)any(w, 0, 3);
		assert_int_equal(both(routing_agent_state(w->r[0], id, state, w->now), routing_agent_state(w->r[1], id, state, w->now)), OK);
		if (a->pub.state == ROUTING_OFFLINE && state != ROUTING_OFFLINE)
			a->idle_since = w->now;
		a->pub.since = a->pub.state == state ? a->pub.since : w->now;
		a->pub.state = state;
	}
}

static void
contact_event(struct world *w)
{
	if (w->last_session == SESSIONS)
		return;
	struct routing_contact *c = &w->contacts[w->last_session++];
	*c = (struct routing_contact){ .session = w->last_session, .shop = any(w, 1, 2), .group = any(w, 0, 3),
		.channel = (enum routing_channel)(any(w, 0, 4) / 2), .kind = any(w, 0, 2),
		.language = (uint32_t)(rng_chance(&w->rng, 0.3) ? any(w, 1, 2) : 0),
		.priority = (int)(rng_chance(&w->rng, 0.3) ? any(w, 0, 20) : 0), .waiting_since = w->now - any(w, 0, 5) * SECOND };
	if (rng_chance(&w->rng, 0.6))
		c->group = 0;
	c->skill_count = (int)(rng_chance(&w->rng, 0.3) ? any(w, 1, 2) : 0);
	for (int i = 0; i < c->skill_count; i++)
		c->skills[i] = (struct routing_skill){ 3 - i - any(w, 0, 1) * (i == 1), (int)any(w, 1, 2) };
	if (rng_chance(&w->rng, 0.3)) {
		c->preferred_agent = any(w, 1, AGENTS);
		c->preferred_until = w->now + any(w, -10, 20) * SECOND;
	}
	assert_int_equal(both(routing_contact_add(w->r[0], c, w->now), routing_contact_add(w->r[1], c, w->now)), OK);
}

static void
model_gone(struct world *w, struct routing_contact *c)
{
	size_t i = (size_t)c->session - 1;
	int64_t agent = c->agent;
	/* A pending gift holds a slot, too. */
	for (size_t k = 0; k < w->undecided_count && w->pending[i] && !agent; k++) {
		const struct routing_decision *d = &w->undecided[k][0];
		if (d->session == c->session && (d->kind == ROUTING_ASSIGN || d->kind == ROUTING_OFFER))
			agent = d->agent;
	}
	if (agent)
		w->agents[agent - 1].used[c->channel]--;
	w->pending[i] = false;
	c->session = 0;
}

static void
close_event(struct world *w, struct routing_contact *c)
{
	int64_t wrapup = rng_chance(&w->rng, 0.5) ? 0 : any(w, 1, 20) * SECOND, session = c->session;
	bool open = c->state == ROUTING_OPEN;
	assert_int_equal(both(routing_close(w->r[0], session, wrapup, w->now), routing_close(w->r[1], session, wrapup, w->now)), OK);
	if (open)
		w->agents[c->agent - 1].idle_since = w->now;
	if (!open || !wrapup) {
		model_gone(w, c);
		return;
	}
	c->state = ROUTING_WRAPPING;
	c->until = w->now + wrapup;
	w->pending[session - 1] = false;
}

static void
transfer_event(struct world *w, struct routing_contact *c)
{
	int64_t to_agent = rng_chance(&w->rng, 0.5) ? any(w, 1, AGENTS) : 0, to_group = to_agent ? 0 : any(w, 0, 3), s = c->session;
	enum err e = both(routing_transfer(w->r[0], s, to_agent, to_group, w->now), routing_transfer(w->r[1], s, to_agent, to_group, w->now));
	const struct agent_model *to = to_agent ? &w->agents[to_agent - 1] : NULL;
	bool wrong = w->pending[s - 1] || c->state == ROUTING_WRAPPING || (to && c->agent == to_agent);
	bool barred = to && to->pub.id && (!serves_shop(to, c) || !eligible(NULL, to_agent, c));
	if (wrong || barred || (to && !to->pub.id)) {
		assert_int_not_equal(e, OK);
		return;
	}
	assert_int_equal(e, OK);
	int64_t giver = c->agent;
	if (c->state == ROUTING_OPEN) {
		c->waiting_since = w->now;
		c->priority = c->priority + 5 > ROUTING_PRIORITY_MAX ? ROUTING_PRIORITY_MAX : c->priority + 5;
	}
	if (giver) {
		model_leaves_agent(w, c);
		w->agents[giver - 1].idle_since = w->now;
		model_tried(c, giver, w->now + 60 * SECOND);
	}
	c->group = to_group ? to_group : c->group;
	c->preferred_agent = 0;
	c->target_agent = to_agent;
	c->target_until = to ? w->now + 60 * SECOND : 0;
}

static void
take_event(struct world *w, struct routing_contact *c)
{
	int64_t id = any(w, 1, AGENTS);
	struct agent_model *a = &w->agents[id - 1];
	enum err e = both(routing_take(w->r[0], c->session, id, w->now), routing_take(w->r[1], c->session, id, w->now));
	bool free = c->state == ROUTING_WAITING || c->state == ROUTING_OFFERED;
	bool ok = a->pub.id && !w->pending[c->session - 1] && a->pub.state != ROUTING_OFFLINE && free &&
		  serves_shop(a, c) && eligible(NULL, id, c) &&
		  (c->agent == id || a->used[c->channel] < a->pub.capacity[c->channel]);
	assert_int_equal(e == OK, ok);
	if (!ok)
		return;
	if (c->agent)
		model_leaves_agent(w, c);
	a->used[c->channel]++;
	model_open(w, c, id, w->now);
}

static void
answer_event(struct world *w, struct routing_contact *c)
{
	int64_t s = c->session, id = c->state == ROUTING_OFFERED && rng_chance(&w->rng, 0.9) ? c->agent : any(w, 1, AGENTS);
	bool his = c->state == ROUTING_OFFERED && c->agent == id && !w->pending[s - 1];
	if (rng_chance(&w->rng, 0.5)) {
		bool ok = his && w->now < c->until;
		assert_int_equal(both(routing_accept(w->r[0], s, id, w->now), routing_accept(w->r[1], s, id, w->now)), ok ? OK : ERR_GONE);
		if (ok)
			model_open(w, c, id, w->now);
	} else {
		assert_int_equal(both(routing_decline(w->r[0], s, id, w->now), routing_decline(w->r[1], s, id, w->now)), his ? OK : ERR_GONE);
		if (his)
			model_not_taken(w, c, w->now + 60 * SECOND);
	}
}

static void
session_event(struct world *w)
{
	if (!w->last_session)
		return;
	struct routing_contact *c = contact_of(w, any(w, w->last_session > 40 ? w->last_session - 40 : 1, w->last_session));
	if (!c->session)
		return;
	int64_t what = any(w, 0, 9);
	if (what < 3) {
		answer_event(w, c);
	} else if (what < 4) {
		take_event(w, c);
	} else if (what < 6) {
		transfer_event(w, c);
	} else if (what < 9) {
		close_event(w, c);
	} else {
		enum err e = both(routing_wrapup_done(w->r[0], c->session, w->now), routing_wrapup_done(w->r[1], c->session, w->now));
		assert_int_equal(e, c->state == ROUTING_WRAPPING ? OK : ERR_WRONG_STATE);
		if (!e) {
			w->agents[c->agent - 1].idle_since = w->now;
			model_gone(w, c);
		}
	}
}

/* Rebuilding --------------------------------------------------------------------------------------------------------------- */

static void
contact_again(void *ctx, const struct routing_contact *c)
{
	struct world *w = ctx;
	assert_int_equal(routing_contact_add(w->r[1], c, w->now), OK);
}

static void
agents_again(struct world *w)
{
	for (int i = 0; i < AGENTS; i++) {
		struct routing_load load;
		struct routing_agent a = w->agents[i].pub;
		if (!a.id)
			continue;
		assert_int_equal(routing_agent_load(w->r[0], a.id, &load), OK);
		a.since = load.since;
		a.idle_since = load.idle_since;
		assert_int_equal(routing_agent_set(w->r[1], &a, w->now), OK);
		if (!load.connected)
			assert_int_equal(routing_agent_disconnect(w->r[1], a.id, load.disconnected_at), OK);
	}
}

static void
rebuild(struct world *w)
{
	while (w->undecided_count)
		settle(w, 0);
	routing_free(w->r[1]);
	w->r[1] = router_new();
	bool agents_first = rng_chance(&w->rng, 0.5);
	if (agents_first)
		agents_again(w);
	routing_contact_each(w->r[0], contact_again, w);
	if (!agents_first)
		agents_again(w);
}

static void
step(struct world *w)
{
	int64_t what = any(w, 0, 99);
	if (what < 5)
		agent_event(w);
	else if (what < 12)
		agent_small_event(w);
	else if (what < 32)
		contact_event(w);
	else if (what < 62)
		session_event(w);
	else if (what < 75)
		w->now += any(w, 0, 15) * SECOND + any(w, 0, 1);
	else if (what < 88)
		decide(w);
	else if (what < 99 && w->undecided_count)
		settle(w, (size_t)any(w, 0, (int64_t)w->undecided_count - 1));
	else if (what == 99)
		rebuild(w);
	/* Most of the time the database answers at once. */
	while (w->undecided_count && rng_chance(&w->rng, 0.7))
		settle(w, 0);
}

static void
random_days_keep_every_promise(void **state)
{
	(void)state;
	size_t assigned = 0;
	for (int round = 0; round < ROUNDS; round++) {
		static struct world w;
		memset(&w, 0, sizeof w);
		rng_seed(&w.rng, (uint64_t)round + 1);
		w.now = 1790000000000;
		w.r[0] = router_new();
		w.r[1] = router_new();
		for (int i = 0; i < STEPS; i++) {
			step(&w);
			if (i % 8 == 0)
				check_same(&w);
		}
		check_same(&w);
		assigned += w.assigned;
		routing_free(w.r[0]);
		routing_free(w.r[1]);
	}
	print_message("%zu contacts given in %d random days\n", assigned, ROUNDS);
	assert_true(assigned > 5000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_days_keep_every_promise),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
