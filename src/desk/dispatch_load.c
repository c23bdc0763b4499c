#include "desk/dispatch_state.h"

#include "desk/dispatch_sql.h"
#include "team/settings.h"
#include "base/banned.h"

enum { AGENTS_MAX = 3000, AGENT_SHOPS_MAX = 20000, AGENT_SKILLS_MAX = 20000, SHOPS_MAX = 2000, LIVE_PAGE = 1000, JUST_NOW_MS = 10000 };
#define DAY_MS (24 * 3600 * 1000LL)

void
dispatch_drop(struct dispatch *d)
{
	routing_free(d->router);
	d->router = NULL;
	d->suspect_count = 0;
}

/* ---- rules of the shops ---- */

struct shops {
	struct {
		int64_t id;
		bool offer;
	} list[SHOPS_MAX];
	size_t n;
};

static enum err
shop_add(void *ctx, const void *row)
{
	struct shops *s = ctx;
	const struct dispatch_shops_out *h = row;
	if (s->n == SHOPS_MAX)
		return ERR_TOO_LARGE;
	s->list[s->n].id = h->id;
	s->list[s->n++].offer = str_eqz(h->routing_mode, "offer");
	return OK;
}

enum err
dispatch_rules_load(struct request *rq, struct dispatch *d)
{
	struct shops *s = arena_alloc(rq->arena, sizeof *s);
	struct routing_rules rules = routing_rules_default;
	rules.offer_timeout_ms = setting_int(rq->app, SETTING_OFFER_TIMEOUT_S) * 1000;
	rules.wrapup_ms = setting_int(rq->app, SETTING_WRAPUP_S) * 1000;
	enum err e = s ? db_each(rq, &dispatch_shops, NULL, shop_add, s) : ERR_NO_MEMORY;
	if (!e)
		e = routing_rules_set(d->router, 0, 0, &rules);
	for (size_t i = 0; !e && i < s->n; i++) {
		rules.offer = s->list[i].offer;
		e = routing_rules_set(d->router, s->list[i].id, 0, &rules);
	}
	return e;
}

/* ---- agents ---- */

struct agents {
	struct dispatch_agents_out list[AGENTS_MAX];
	enum routing_agent_state states[AGENTS_MAX];
	size_t n;
	int64_t shop_person[AGENT_SHOPS_MAX], shop[AGENT_SHOPS_MAX];
	size_t shop_n;
	int64_t skill_person[AGENT_SKILLS_MAX];
	struct routing_skill skill[AGENT_SKILLS_MAX];
	size_t skill_n;
};

static enum routing_agent_state
agent_state(struct str state)
{
	static const char *const names[] = { [ROUTING_ONLINE] = "online", [ROUTING_PAUSED] = "paused", [ROUTING_WRAPUP] = "wrapup" };
	for (int i = ROUTING_ONLINE; i <= ROUTING_WRAPUP; i++)
		if (str_eqz(state, names[i]))
			return (enum routing_agent_state)i;
	return ROUTING_OFFLINE;
}

static enum err
agent_add(void *ctx, const void *row)
{
	struct agents *a = ctx;
	if (a->n == AGENTS_MAX)
		return ERR_TOO_LARGE;
	struct dispatch_agents_out *to = &a->list[a->n++];
	*to = *(const struct dispatch_agents_out *)row;
	to->state = STR_NONE; /* the text ends with the row */
	a->states[a->n - 1] = agent_state(((const struct dispatch_agents_out *)row)->state);
	return OK;
}

static enum err
agent_shop_add(void *ctx, const void *row)
{
	struct agents *a = ctx;
	const struct dispatch_agent_shops_out *s = row;
	if (a->shop_n == AGENT_SHOPS_MAX)
		return ERR_TOO_LARGE;
	a->shop_person[a->shop_n] = s->person_id;
	a->shop[a->shop_n++] = s->shop_id;
	return OK;
}

static enum err
agent_skill_add(void *ctx, const void *row)
{
	struct agents *a = ctx;
	const struct dispatch_agent_skills_out *s = row;
	if (a->skill_n == AGENT_SKILLS_MAX)
		return ERR_TOO_LARGE;
	a->skill_person[a->skill_n] = s->person_id;
	a->skill[a->skill_n++] = (struct routing_skill){ s->skill_id, (int)s->level };
	return OK;
}

/* A part of a list that is in the order of the people. */
struct span {
	size_t from, to;
};

static struct span
span_of(struct span before, const int64_t *people, size_t n, int64_t person_id)
{
	struct span s = { before.to, before.to };
	while (s.from < n && people[s.from] < person_id)
		s.from++;
	s.to = s.from;
	while (s.to < n && people[s.to] == person_id)
		s.to++;
	return s;
}

static enum err
agent_put(struct request *rq, struct dispatch *d, const struct agents *a, const struct dispatch_agents_out *p, struct span shops,
    struct span skills)
{
	struct routing_load known;
	bool fresh = routing_agent_load(d->router, p->id, &known) == ERR_NOT_FOUND;
	struct routing_agent agent = { .id = p->id, .state = a->states[p - a->list], .since = p->at,
		                       .capacity = { [ROUTING_WEB] = (int)p->capacity },
		                       .groups = &p->group_id, .group_count = p->group_id_set, .shops = a->shop + shops.from,
		                       .shop_count = shops.to - shops.from, .skills = a->skill + skills.from,
		                       .skill_count = skills.to - skills.from };
	dispatch_wrapup_state(d, p->id, agent.state == ROUTING_WRAPUP);
	if (agent.state == ROUTING_WRAPUP)
		agent.state = ROUTING_ONLINE;
	enum err e = routing_agent_set(d->router, &agent, rq->now);
	/* Nobody has seen this person's line since the start: the grace begins, also for what somebody offline still holds. */
	if (e)
		return e;
	if (dispatch_is_present(d, p->id))
		return routing_agent_reconnect(d->router, p->id, rq->now);
	return fresh ? routing_agent_disconnect(d->router, p->id, rq->now) : OK;
}

enum err
dispatch_agents_load(struct request *rq, struct dispatch *d, int64_t person_id)
{
	struct agents *a = arena_alloc(rq->arena, sizeof *a);
	struct dispatch_agents_in who = { .person_id_set = person_id != 0, .person_id = person_id };
	struct dispatch_agent_shops_in whose = { .person_id_set = person_id != 0, .person_id = person_id };
	struct dispatch_agent_skills_in what = { .person_id_set = person_id != 0, .person_id = person_id };
	struct span shops = { 0 }, skills = { 0 };
	enum err e = a ? db_each(rq, &dispatch_agents, &who, agent_add, a) : ERR_NO_MEMORY;
	if (!e)
		e = db_each(rq, &dispatch_agent_shops, &whose, agent_shop_add, a);
	if (!e)
		e = db_each(rq, &dispatch_agent_skills, &what, agent_skill_add, a);
	for (size_t i = 0; !e && i < a->n; i++) {
		int64_t id = a->list[i].id;
		shops = span_of(shops, a->shop_person, a->shop_n, id);
		skills = span_of(skills, a->skill_person, a->skill_n, id);
		e = agent_put(rq, d, a, &a->list[i], shops, skills);
	}
	return e;
}

/* ---- sessions ---- */

static enum err
preferred_put(struct request *rq, struct routing_contact *c)
{
	struct dispatch_preferred_out p;
	enum err e = db_one(rq, &dispatch_preferred, &(struct dispatch_preferred_in){ c->session }, &p);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	if (p.agent_id && (p.again || p.return_days > 0)) {
		c->preferred_agent = p.agent_id;
		c->preferred_until = p.again ? INT64_MAX : p.at + p.return_days * DAY_MS;
	}
	return OK;
}

static enum err
session_gone(struct request *rq, struct dispatch *d, int64_t session_id)
{
	const struct routing_contact *c = routing_contact_get(d->router, session_id);
	enum err e = OK;
	int64_t shop = c && (c->state == ROUTING_WAITING || c->state == ROUTING_OFFERED) ? c->shop : 0;
	if (c && c->state == ROUTING_OPEN)
		dispatch_wrapup_closed(d, c->agent);
	if (c && c->state == ROUTING_OPEN)
		e = routing_close(d->router, session_id, -1, rq->now);
	else if (c && c->state != ROUTING_WRAPPING)
		e = routing_contact_remove(d->router, session_id, rq->now);
	if (!e && shop)
		dispatch_queue_moved(d, shop);
	return e == ERR_NOT_FOUND ? OK : e;
}

/* Whoever joins at the end moves nobody. */
static bool
moves_queue(const struct routing_contact *known, const struct dispatch_row *row, int64_t now)
{
	if (!known && row->priority <= 0 && row->queued_at > now - JUST_NOW_MS)
		return false;
	return !dispatch_same(known, row);
}

enum err
dispatch_session_load(struct request *rq, struct dispatch *d, int64_t session_id)
{
	struct dispatch_session_out s;
	enum err e = db_one(rq, &dispatch_session, &(struct dispatch_session_in){ session_id }, &s);
	if (e == ERR_NOT_FOUND || (!e && (str_eqz(s.state, "closed") || !str_eqz(s.channel, "web"))))
		return session_gone(rq, d, session_id);
	if (e)
		return e;
	struct dispatch_row row = { session_id, s.shop_id, s.group_id_set ? s.group_id : 0,
		                    s.skill_id_set ? s.skill_id : 0, s.wanted_id_set ? s.wanted_id : 0,
		                    s.agent_id_set ? s.agent_id : 0,
		                    s.priority, s.queued_at, s.assigned_at_set ? s.assigned_at : 0, s.state };
	struct routing_contact fresh = dispatch_contact(&row, setting_int(rq->app, SETTING_OFFER_TIMEOUT_S) * 1000,
	    routing_rules_default.transfer_wait_ms);
	bool moves = moves_queue(routing_contact_get(d->router, session_id), &row, rq->now);
	if (fresh.state == ROUTING_WAITING && !routing_contact_get(d->router, session_id))
		e = preferred_put(rq, &fresh);
	if (!e)
		e = dispatch_follow(d->router, &row, &fresh, rq->now);
	if (!e && moves)
		dispatch_queue_moved(d, row.shop_id);
	return e;
}

struct page {
	int64_t ids[LIVE_PAGE];
	size_t n;
};

static enum err
live_add(void *ctx, const void *row)
{
	struct page *p = ctx;
	if (p->n < LIVE_PAGE)
		p->ids[p->n++] = ((const struct dispatch_live_out *)row)->id;
	return OK;
}

static enum err
sessions_load(struct request *rq, struct dispatch *d)
{
	struct page *p = arena_alloc(rq->arena, sizeof *p);
	int64_t after = 0;
	enum err e = p ? OK : ERR_NO_MEMORY;
	do {
		if (!e)
			p->n = 0;
		if (!e)
			e = db_each(rq, &dispatch_live, &(struct dispatch_live_in){ after }, live_add, p);
		for (size_t i = 0; !e && i < p->n; i++)
			e = dispatch_session_load(rq, d, after = p->ids[i]);
	} while (!e && p->n == LIVE_PAGE);
	return e;
}

static enum err
build(struct request *rq, struct dispatch *d)
{
	struct routing_settings settings = ROUTING_SETTINGS_DEFAULT;
	settings.disconnect_grace_ms = setting_int(rq->app, SETTING_DISCONNECT_GRACE_S) * 1000;
	d->router = routing_new(&settings);
	enum err e = d->router ? dispatch_rules_load(rq, d) : ERR_NO_MEMORY;
	if (!e)
		e = dispatch_agents_load(rq, d, 0);
	if (!e)
		e = sessions_load(rq, d);
	if (e)
		dispatch_drop(d);
	return e;
}

enum err
dispatch_ready(struct request *rq, struct dispatch *d)
{
	if (atomic_exchange(&d->missed, false) || d->suspect_count == DISPATCH_SUSPECTS_MAX)
		dispatch_drop(d);
	if (!d->router)
		return build(rq, d);
	for (size_t i = 0; i < d->suspect_count; i++) {
		enum err e = dispatch_session_load(rq, d, d->suspects[i]);
		if (e)
			return e;
	}
	return OK;
}
