#include "desk/routing_state.h"

#include <string.h>

#include "base/mem.h"
#include "base/banned.h"

static bool
has_id(const int64_t *ids, size_t count, int64_t id)
{
	for (size_t i = 0; i < count; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool
has_language(const struct agent_lists *l, uint32_t language)
{
	for (size_t i = 0; i < l->language_count; i++)
		if (l->languages[i] == language)
			return true;
	return !l->language_count;
}

static bool
has_skill(const struct agent_lists *l, const struct routing_skill *needed)
{
	for (size_t i = 0; i < l->skill_count; i++)
		if (l->skills[i].id == needed->id)
			return l->skills[i].level >= needed->level;
	return false;
}

bool
agent_serves_shop(const struct agent *a, int64_t shop)
{
	return a->lists && has_id(a->lists->shops, a->lists->shop_count, shop);
}

bool
agent_matches(const struct agent *a, const struct class *k)
{
	const struct agent_lists *l = a->lists;
	const struct queue *q = k->queue;
	if (!l || !has_id(l->shops, l->shop_count, q->shop))
		return false;
	if (q->group && !has_id(l->groups, l->group_count, q->group))
		return false;
	if (k->language && !has_language(l, k->language))
		return false;
	for (int i = 0; i < k->skill_count; i++)
		if (!has_skill(l, &k->skills[i]))
			return false;
	return true;
}

bool
agent_eligible(const struct router *r, const struct agent *a, const struct contact *c)
{
	return !r->settings.eligible || r->settings.eligible(r->settings.eligible_ctx, a->id, &c->pub);
}

bool
agent_on_duty(const struct agent *a)
{
	return a->connected && (a->state == ROUTING_ONLINE || a->state == ROUTING_WRAPUP);
}

bool
agent_has_room(const struct agent *a, enum routing_channel channel)
{
	return a->used[channel] < a->capacity[channel];
}

static bool
heads_reserve(struct router *r, size_t count)
{
	if (count <= r->head_cap)
		return true;
	size_t cap = count * 2;
	struct routing_line **p = mem_grow(r->heads, cap * sizeof *p);
	if (!p)
		return false;
	r->heads = p;
	r->head_cap = cap;
	return true;
}

static bool
agents_reserve(struct router *r)
{
	if (!table_reserve(&r->agents, r->agent_count + 1) || !heads_reserve(r, r->agent_count + r->class_count + 1))
		return false;
	if (r->agent_count < r->agent_cap)
		return true;
	size_t cap = r->agent_cap ? 2 * r->agent_cap : 16;
	struct agent **all = mem_grow(r->agent_all, cap * sizeof *all);
	if (!all)
		return false;
	r->agent_all = all;
	for (int i = 0; i < ROUTING_CHANNELS; i++) {
		struct agent **roomy = mem_grow(r->roomy[i], cap * sizeof *roomy);
		if (!roomy)
			return false;
		r->roomy[i] = roomy;
	}
	r->agent_cap = cap;
	return true;
}

struct agent *
agent_find(const struct router *r, int64_t id)
{
	struct agent *a = table_get(&r->agents, id);
	return a && a->lists ? a : NULL;
}

struct agent *
agent_touch(struct router *r, int64_t id)
{
	struct agent *a = table_get(&r->agents, id);
	if (a || !agents_reserve(r))
		return a;
	a = mem_new(1, sizeof *a);
	if (!a)
		return NULL;
	a->id = id;
	a->connected = true;
	table_put(&r->agents, id, a);
	size_t at = r->agent_count++;
	for (; at && r->agent_all[at - 1]->id > id; at--)
		r->agent_all[at] = r->agent_all[at - 1];
	r->agent_all[at] = a;
	return a;
}

static uint64_t
hash_add(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15ULL;
	return h ^ h >> 29;
}

static const struct routing_rules *
rules_for(const struct router *r, int64_t shop, int64_t group)
{
	const struct routing_rules *best = &routing_rules_default;
	int best_rank = -1;
	for (size_t i = 0; i < r->rules_count; i++) {
		const struct rules_row *row = &r->rules[i];
		if ((row->shop && row->shop != shop) || (row->group && row->group != group))
			continue;
		int rank = (row->group ? 2 : 0) + (row->shop ? 1 : 0);
		if (rank > best_rank) {
			best_rank = rank;
			best = &row->rules;
		}
	}
	return best;
}

enum err
routing_rules_set(struct router *r, int64_t shop, int64_t group, const struct routing_rules *rules)
{
	size_t i = 0;
	while (i < r->rules_count && (r->rules[i].shop != shop || r->rules[i].group != group))
		i++;
	if (i == r->rules_count) {
		struct rules_row *more = mem_grow(r->rules, (i + 1) * sizeof *more);
		if (!more)
			return ERR_NO_MEMORY;
		r->rules = more;
		r->rules_count++;
	}
	r->rules[i] = (struct rules_row){ shop, group, *rules };
	for (size_t q = 0; q < r->queue_count; q++)
		r->queue_all[q]->rules = *rules_for(r, r->queue_all[q]->shop, r->queue_all[q]->group);
	return OK;
}

static bool
queue_before(const struct queue *a, const struct queue *b)
{
	if (a->shop != b->shop)
		return a->shop < b->shop;
	return a->group != b->group ? a->group < b->group : a->channel < b->channel;
}

static bool
queues_reserve(struct router *r)
{
	if (!table_reserve(&r->queues, r->queue_count + 1))
		return false;
	if (r->queue_count < r->queue_cap)
		return true;
	size_t cap = r->queue_cap ? 2 * r->queue_cap : 16;
	struct queue **all = mem_grow(r->queue_all, cap * sizeof *all);
	if (!all)
		return false;
	r->queue_all = all;
	r->queue_cap = cap;
	return true;
}

/* The tables of queues and classes hold the first of a chain of equal hashes. */
static struct queue *
queue_touch(struct router *r, const struct routing_contact *pub)
{
	int64_t hash = (int64_t)hash_add(hash_add((uint64_t)pub->shop, (uint64_t)pub->group), pub->channel);
	struct queue *first = table_get(&r->queues, hash);
	for (struct queue *q = first; q; q = q->next_same)
		if (q->shop == pub->shop && q->group == pub->group && q->channel == pub->channel)
			return q;
	struct queue *q = queues_reserve(r) ? mem_new(1, sizeof *q) : NULL;
	if (!q)
		return NULL;
	q->shop = pub->shop;
	q->group = pub->group;
	q->channel = pub->channel;
	q->rules = *rules_for(r, q->shop, q->group);
	if (first) {
		q->next_same = first->next_same;
		first->next_same = q;
	} else {
		table_put(&r->queues, hash, q);
	}
	size_t at = r->queue_count++;
	for (; at && queue_before(q, r->queue_all[at - 1]); at--)
		r->queue_all[at] = r->queue_all[at - 1];
	r->queue_all[at] = q;
	return q;
}

static void
skills_sort(struct routing_skill *skills, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && skills[j - 1].id > skills[j].id; j--) {
			struct routing_skill s = skills[j];
			skills[j] = skills[j - 1];
			skills[j - 1] = s;
		}
}

static bool
class_same(const struct class *a, const struct class *b)
{
	if (a->queue != b->queue || a->language != b->language || a->kind != b->kind || a->skill_count != b->skill_count)
		return false;
	for (int i = 0; i < a->skill_count; i++)
		if (a->skills[i].id != b->skills[i].id || a->skills[i].level != b->skills[i].level)
			return false;
	return true;
}

static uint64_t
class_hash(const struct class *k)
{
	uint64_t h = hash_add((uint64_t)(uintptr_t)k->queue, (uint64_t)k->kind);
	h = hash_add(h, k->language);
	for (int i = 0; i < k->skill_count; i++)
		h = hash_add(hash_add(h, (uint64_t)k->skills[i].id), (uint64_t)k->skills[i].level);
	return h;
}

static bool
classes_reserve(struct router *r)
{
	if (!table_reserve(&r->classes, r->class_count + 1) || !heads_reserve(r, r->agent_count + r->class_count + 1))
		return false;
	if (r->class_count < r->class_cap)
		return true;
	size_t cap = r->class_cap ? 2 * r->class_cap : 16;
	struct class **all = mem_grow(r->class_all, cap * sizeof *all);
	if (!all)
		return false;
	r->class_all = all;
	r->class_cap = cap;
	return true;
}

static struct class *
class_make(struct router *r, const struct class *wanted, struct class *first)
{
	if (!classes_reserve(r))
		return NULL;
	struct class *k = mem_new(1, sizeof *k);
	if (!k)
		return NULL;
	*k = *wanted;
	k->index = r->class_count;
	r->class_all[r->class_count++] = k;
	if (first) {
		k->next_same = first->next_same;
		first->next_same = k;
	} else {
		table_put(&r->classes, (int64_t)k->hash, k);
	}
	return k;
}

static void
class_free(struct router *r, struct class *k)
{
	struct class *first = table_get(&r->classes, (int64_t)k->hash);
	if (first == k) {
		table_remove(&r->classes, (int64_t)k->hash);
		if (k->next_same)
			table_put(&r->classes, (int64_t)k->hash, k->next_same);
	} else {
		while (first->next_same != k)
			first = first->next_same;
		first->next_same = k->next_same;
	}
	struct class *last = r->class_all[--r->class_count];
	r->class_all[k->index] = last;
	last->index = k->index;
	mem_free(k->waiting.p);
	mem_free(k);
}

struct class *
class_join(struct router *r, const struct routing_contact *pub)
{
	struct class wanted = { .language = pub->language, .kind = pub->kind, .skill_count = pub->skill_count };
	wanted.queue = queue_touch(r, pub);
	if (!wanted.queue || !line_reserve(&wanted.queue->waiting, wanted.queue->members + 1))
		return NULL;
	memcpy(wanted.skills, pub->skills, (size_t)pub->skill_count * sizeof *pub->skills);
	skills_sort(wanted.skills, wanted.skill_count);
	wanted.hash = class_hash(&wanted);
	struct class *first = table_get(&r->classes, (int64_t)wanted.hash), *k = first;
	while (k && !class_same(k, &wanted))
		k = k->next_same;
	if (!k)
		k = class_make(r, &wanted, first);
	if (!k)
		return NULL;
	if (!line_reserve(&k->waiting, k->members + 1)) {
		if (!k->members)
			class_free(r, k);
		return NULL;
	}
	k->members++;
	k->queue->members++;
	return k;
}

void
class_leave(struct router *r, struct class *k)
{
	k->queue->members--;
	if (--k->members == 0)
		class_free(r, k);
}

bool
room_for_timers(struct router *r, size_t more)
{
	return timers_reserve(&r->timers, more + TIMERS_A_PROPOSAL * r->proposed);
}

void
timer_set(struct router *r, int64_t at, enum routing_timer_kind kind, int64_t id)
{
	timers_push(&r->timers, (struct routing_timer){ at, kind, id });
}

static bool
waits_for_preferred(const struct contact *c, int64_t now)
{
	const struct agent *a = c->wish;
	return now < c->pub.waiting_since + contact_rules(c)->preferred_wait_ms && agent_on_duty(a) && a->capacity[c->pub.channel] > 0 &&
	       agent_matches(a, c->class);
}

int64_t
hold_end_at(const struct contact *c)
{
	if (!c->pub.target_agent)
		return c->pub.waiting_since + contact_rules(c)->preferred_wait_ms;
	return c->wish->state == ROUTING_OFFLINE ? INT64_MIN : c->pub.target_until;
}

int64_t
offer_end_at(const struct contact *c)
{
	const struct agent *a = c->agent;
	return a->state == ROUTING_OFFLINE && a->since < c->pub.until ? a->since : c->pub.until;
}

int64_t
lost_at(const struct router *r, const struct agent *a)
{
	return a->disconnected_at + r->settings.disconnect_grace_ms;
}

void
owner_timers(struct router *r, const struct contact *c)
{
	const struct agent *a = c->agent;
	if (c->pub.state == ROUTING_OFFERED)
		timer_set(r, c->pub.until, TIMER_OFFER, c->pub.session);
	if (c->pub.state == ROUTING_OFFERED && a->state == ROUTING_OFFLINE)
		timer_set(r, offer_end_at(c), TIMER_OFFER, c->pub.session);
	if (c->pub.state == ROUTING_WRAPPING)
		timer_set(r, c->pub.until, TIMER_WRAPUP, c->pub.session);
	if (!a->connected)
		timer_set(r, lost_at(r, a), TIMER_LOST, a->id);
}

static int64_t
contact_key(const struct router *r, const struct contact *c)
{
	return c->pub.waiting_since - c->pub.priority * r->settings.priority_step_ms;
}

void
contact_enter(struct router *r, struct contact *c, int64_t now)
{
	c->key = contact_key(r, c);
	bool held = c->wish && (c->pub.target_agent || waits_for_preferred(c, now));
	c->line = held ? &c->wish->held : &c->class->waiting;
	if (held)
		timer_set(r, hold_end_at(c), TIMER_HOLD, c->pub.session);
	line_add(c->line, c);
	line_add(&c->class->queue->waiting, c);
	r->waiting++;
}

void
contact_leave(struct router *r, struct contact *c)
{
	line_remove(c->line, c);
	line_remove(&c->class->queue->waiting, c);
	c->line = NULL;
	r->waiting--;
}

bool
wish_reserve(struct agent *a)
{
	return line_reserve(&a->held, a->wisher_count + 1);
}

void
wish_set(struct contact *c, struct agent *a)
{
	wish_drop(c);
	c->wish = a;
	c->wish_next = a->wishers;
	if (a->wishers)
		a->wishers->wish_prev = c;
	a->wishers = c;
	a->wisher_count++;
}

void
wish_drop(struct contact *c)
{
	if (!c->wish)
		return;
	if (c->wish_prev)
		c->wish_prev->wish_next = c->wish_next;
	else
		c->wish->wishers = c->wish_next;
	if (c->wish_next)
		c->wish_next->wish_prev = c->wish_prev;
	c->wish->wisher_count--;
	c->wish = NULL;
	c->wish_prev = c->wish_next = NULL;
}

void
slot_take(struct contact *c, struct agent *a)
{
	c->agent = a;
	line_add(&a->own, c);
	a->used[c->pub.channel]++;
}

void
slot_free(struct contact *c)
{
	if (!c->agent)
		return;
	line_remove(&c->agent->own, c);
	c->agent->used[c->pub.channel]--;
	c->agent = NULL;
}

int64_t
tried_until(const struct contact *c, int64_t agent)
{
	for (int i = 0; i < c->pub.tried_count; i++)
		if (c->pub.tried[i].agent == agent)
			return c->pub.tried[i].until;
	return 0;
}

void
tried_add(struct contact *c, int64_t agent, int64_t until)
{
	struct routing_contact *p = &c->pub;
	int at = 0;
	while (at < p->tried_count && p->tried[at].agent != agent)
		at++;
	if (at == p->tried_count && at < ROUTING_TRIED_MAX) {
		p->tried_count++;
	} else if (at == p->tried_count) {
		at = 0;
		for (int i = 1; i < ROUTING_TRIED_MAX; i++)
			if (p->tried[i].until < p->tried[at].until)
				at = i;
	}
	p->tried[at] = (struct routing_try){ agent, until };
}

void
contact_state(struct contact *c, enum routing_contact_state state)
{
	struct queue *q = c->class->queue;
	q->open += (state == ROUTING_OPEN) - (c->pub.state == ROUTING_OPEN);
	q->offered += (state == ROUTING_OFFERED) - (c->pub.state == ROUTING_OFFERED);
	c->pub.state = state;
}

void
offer_end(struct router *r, struct contact *c, int64_t now, int64_t not_before)
{
	struct routing_contact *p = &c->pub;
	tried_add(c, c->agent->id, not_before);
	timer_set(r, not_before, TIMER_WAKE, p->session);
	if (p->target_agent == c->agent->id) {
		p->target_until = now;
	} else if (c->wish == c->agent) {
		p->preferred_agent = p->preferred_until = 0;
		wish_drop(c);
	}
	slot_free(c);
	contact_state(c, ROUTING_WAITING);
	p->agent = p->until = 0;
	contact_enter(r, c, now);
}

void
contact_open(struct contact *c, int64_t now)
{
	struct queue *q = c->class->queue;
	contact_state(c, ROUTING_OPEN);
	c->pub.agent = c->agent->id;
	c->pub.until = 0;
	c->pub.target_agent = c->pub.target_until = 0;
	c->pub.preferred_agent = c->pub.preferred_until = 0;
	c->pub.tried_count = 0;
	wish_drop(c);
	c->agent->idle_since = now;
	q->taken[q->taken_count++ % TAKEN_KEPT] = now;
}

void
contact_drop(struct router *r, struct contact *c)
{
	if (c->proposal.ticket)
		r->proposed--;
	if (c->line)
		contact_leave(r, c);
	if (c->to_class)
		class_leave(r, c->to_class);
	wish_drop(c);
	slot_free(c);
	contact_state(c, ROUTING_WRAPPING);
	class_leave(r, c->class);
	table_remove(&r->contacts, c->pub.session);
	mem_free(c);
}

void
priority_raise(struct contact *c, int steps)
{
	int p = c->pub.priority + steps;
	c->pub.priority = p < 0 ? 0 : p > ROUTING_PRIORITY_MAX ? ROUTING_PRIORITY_MAX : p;
}
