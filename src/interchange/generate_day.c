/* One day: conversations, silent orders, nudges, calls, the planted cases. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/banned.h"

#define SALES (1u << GROUP_SALES_1 | 1u << GROUP_SALES_2 | 1u << GROUP_NIGHT)
#define SERVICE (1u << GROUP_SERVICE | 1u << GROUP_NIGHT)

static int64_t
visit_end(const struct world *w)
{
	return w->script.line[w->script.lines - 1].at;
}

/* Inside the shop's day and before the end of everything. */
static bool
visit_fits(const struct world *w, const struct visit *v)
{
	int64_t end = visit_end(w);
	return end < business_day_start(w, v->shop, v->day + 1) && end < w->end_ms;
}

static void
wanted_choose(struct world *w, struct rng *r)
{
	static const int rate[FAULT_COUNT] = {
		/* per mille of the conversations of an agent of usual care */
		[FAULT_PROMISE] = 12, [FAULT_BRIBE] = 6,        [FAULT_PERFUNCTORY] = 30, [FAULT_THRICE] = 14,
		[FAULT_SLOW] = 50,    [FAULT_NO_GREETING] = 35, [FAULT_NO_CLOSING] = 55,
	};
	struct script *s = &w->script;
	int care = s->agent != NOBODY ? w->agents[s->agent].care : 100;
	for (int f = 0; f < FAULT_COUNT; f++)
		if (permille(r, rate[f] * care / 100))
			s->wanted |= 1u << f;
}

static enum shape
shape_choose(struct world *w, struct rng *r, const struct visit *v, bool after)
{
	struct script *s = &w->script;
	bool robot = percent(r, 26), only = percent(r, 40), beside = permille(r, 150), missed = permille(r, 22), moves = percent(r, 62);
	bool silent = percent(r, 16), knows = script_robot_knows(s);
	if (s->agent == NOBODY)
		return robot && knows ? SHAPE_ROBOT_ONLY : SHAPE_NIGHT;
	if (missed)
		return SHAPE_UNANSWERED;
	if (after && moves && w->agents[s->agent].group < GROUP_SERVICE) {
		s->other = agent_choose(w, r, v->shop, 1u << GROUP_SERVICE, v->start, s->agent);
		if (s->other != NOBODY && w->agents[s->other].group == GROUP_SERVICE)
			return silent ? SHAPE_MOVE_SILENT : SHAPE_MOVE;
	}
	s->other = NOBODY;
	if (!robot || (!knows && !beside))
		return SHAPE_USUAL;
	if (beside)
		s->wanted |= 1u << FAULT_ROBOT_BESIDE;
	return only && !beside ? SHAPE_ROBOT_ONLY : SHAPE_ROBOT;
}

static void
slots_begin(struct world *w, struct rng *r, const struct visit *v, const struct order *o)
{
	struct script *s = &w->script;
	struct person p;
	s->k = (struct slots){ .shop = w->shops[v->shop].name };
	if (o)
		s->k.product = &w->shops[v->shop].info->products[o->product];
	slots_fill(r, s->trade, &s->k);
	customer_of(w->o->seed, v->shop, v->customer, &p);
	s->k.height = p.height;
	s->k.weight = p.weight;
	s->k.category = s->talk->category;
	slots_fit(s->trade, &s->k);
	if (o)
		order_slots(w, v->shop, o, &s->k);
	if (s->agent != NOBODY)
		s->k.agent = w->agents[s->agent].nick;
}

static void
rate(struct world *w, struct rng *r, const struct visit *v)
{
	const struct script *s = &w->script;
	int64_t invited = visit_end(w) + pick(r, 3, 20) * 1000LL, rated = invited + pick(r, 10, 500) * 1000LL;
	int luck = pick(r, 0, 99) + (s->plants ? 22 : 0) + s->talk->mood * 9, comes = pick(r, 0, 99);
	int score = luck < 66 ? 5 : luck < 88 ? 4 : luck < 97 ? 3 : luck < 108 ? 2 : 1;
	bool invites = percent(r, 66), words = percent(r, 30);
	const char *comment = list_pick(r, score >= 4 ? say_praise : say_complaint);
	const char *source = invites ? "invited" : comes < 4 ? "own" : "system";
	if (s->agent == NOBODY || rated >= w->end_ms)
		return;
	if (invites)
		out_invite(w, v, s->agent, invited);
	bool by_itself = !invites && comes >= 4;
	if (invites ? comes < 38 : comes < 10)
		out_rating(w, v, s->agent, rated, by_itself ? 5 : score, source, words && !by_itself && score != 3 ? comment : NULL);
}

static void
visit_write(struct world *w, const struct visit *v)
{
	struct script *s = &w->script;
	if (s->other != NOBODY && s->move_line >= 0) {
		agent_occupy(w, s->other, v->start, s->line[s->move_line].at);
		agent_occupy(w, s->agent, s->line[s->move_line].at, visit_end(w));
	} else if (s->agent != NOBODY)
		agent_occupy(w, s->agent, v->start, visit_end(w));
	answers_visit(w, v);
	out_visit(w, v);
}

/* The customer comes back the same day, to the same agent or another. */
static void
come_again(struct world *w, struct rng *r, const struct visit *v)
{
	struct script *s = &w->script;
	int other = agent_choose(w, r, v->shop, SALES, v->start + HOUR_MS, s->agent);
	bool changes = percent(r, 35), wanted = percent(r, 8);
	int64_t hour = (v->start + ZONE_MS) % DAY_MS / HOUR_MS;
	if (!wanted || s->lines > 70 || hour < 8 || hour >= 19 || other == NOBODY)
		return;
	if (changes) {
		s->agent = other;
		s->k.agent = w->agents[other].nick;
	}
	script_again(s, s->talk);
}

static void
visit_plan(struct world *w, struct rng *r, struct visit *v, bool after)
{
	struct script *s = &w->script;
	wanted_choose(w, r);
	v->shape = shape_choose(w, r, v, after);
	if (v->shape == SHAPE_ROBOT_ONLY || v->shape == SHAPE_NIGHT)
		s->agent = NOBODY;
	v->note = !permille(r, 150);
	script_write(s, v->shape);
	if (v->shape == SHAPE_USUAL || v->shape == SHAPE_ROBOT)
		come_again(w, r, v);
	script_time(s, v->start);
}

/* One conversation; o: the order it is about, or NULL for one that may lead to an order. */
static void
visit_generate(struct world *w, struct rng *r, struct visit *v, const struct talk *talk, const struct order *o, bool past)
{
	struct script *s = &w->script;
	bool service = percent(r, 55);
	script_begin(s);
	s->r = r;
	s->trade = w->shops[v->shop].trade;
	s->talk = talk;
	s->agent = agent_choose(w, r, v->shop, o && service ? SERVICE : SALES, v->start, NOBODY);
	v->number = ++w->shops[v->shop].visits;
	slots_begin(w, r, v, o);
	visit_plan(w, r, v, o != NULL);
	if (!visit_fits(w, v))
		return;
	if (o && past) {
		out_order(w, v->shop, o);
		out_payment(w, v->shop, o);
	}
	visit_write(w, v);
	if (v->shape == SHAPE_UNANSWERED || v->shape == SHAPE_NIGHT)
		return;
	rate(w, r, v);
	if (o)
		trade_after(w, r, v, o);
	else if (talk->effect == EFFECT_BUY)
		trade_buy(w, r, v);
}

static void
visit_new(struct world *w, struct rng *r, int shop, int day, int64_t at)
{
	struct visit v = { .shop = shop, .day = day, .start = at };
	struct order o = { 0 };
	bool after = percent(r, 38);
	const struct talk *t = talk_pick(r, w->shops[shop].trade, after);
	int64_t age = order_age(r, t) * DAY_MS, earlier = pick(r, 1, 20) * HOUR_MS, soon = pick(r, 20, 280) * 1000LL;
	v.customer = customer_choose(w, r, shop);
	if (after) {
		o = (struct order){ .customer = v.customer, .created = at - age + earlier - HOUR_MS };
		order_make(w, r, shop, NULL, &o);
		o.paid = o.created + soon;
		o.talk = t;
	}
	visit_generate(w, r, &v, t, after ? &o : NULL, true);
}

/* Customers who bought in the last days and come back about it. */
static void
visits_due(struct world *w, struct rng *r, int shop, int day)
{
	struct shop *s = &w->shops[shop];
	int kept = 0;
	for (int i = 0; i < s->follows; i++) {
		struct order o = s->follow[i];
		int at = o.customer, hour = pick(r, 9, 21);
		int64_t start = business_day_start(w, shop, day) + (hour - s->info->cut_hour) * HOUR_MS + pick(r, 0, 3599999);
		if (o.due > day)
			s->follow[kept++] = o;
		if (o.due != day || s->today[at / 8] >> (at % 8) & 1 || start < o.paid)
			continue;
		s->today[at / 8] |= (unsigned char)(1 << (at % 8));
		visit_generate(w, r, &(struct visit){ .shop = shop, .day = day, .start = start, .customer = at }, o.talk, &o, false);
	}
	s->follows = kept;
}

/* A word from the shop about an order that was made without one; true if it was written. */
static bool
nudge(struct world *w, struct rng *r, int shop, int day, const struct order *o, int64_t at, int agent)
{
	struct script *s = &w->script;
	struct visit v = { .shop = shop, .day = day, .start = at, .customer = o->customer, .shape = SHAPE_NUDGE };
	bool pays = s->will_pay;
	script_begin(s);
	s->will_pay = pays;
	s->r = r;
	s->trade = w->shops[shop].trade;
	s->talk = talk_pick(r, s->trade, false);
	s->agent = agent;
	slots_begin(w, r, &v, o);
	v.number = ++w->shops[shop].visits;
	script_write(s, SHAPE_NUDGE);
	script_time(s, at);
	if (!visit_fits(w, &v))
		return false;
	visit_write(w, &v);
	return true;
}

static void
silent_order(struct world *w, struct rng *r, int shop, int day, int64_t at)
{
	struct order o = { .customer = customer_choose(w, r, shop), .created = at };
	int64_t soon = pick(r, 10, 300) * 1000LL, wait = pick(r, 7, 55) * MINUTE_MS, sends_back = pick(r, 60, 140) * HOUR_MS;
	bool pays = percent(r, 84), nudged = percent(r, 70), convinced = percent(r, 62), back = permille(r, 45);
	int agent = agent_choose(w, r, shop, SALES, at + wait, NOBODY);
	if (at >= w->end_ms)
		return;
	order_make(w, r, shop, NULL, &o);
	out_order(w, shop, &o);
	if (pays)
		o.paid = at + soon;
	else if (nudged && agent != NOBODY) {
		w->script.will_pay = convinced;
		if (nudge(w, r, shop, day, &o, at + wait, agent) && convinced)
			o.paid = visit_end(w) + soon;
	}
	out_payment(w, shop, &o);
	if (!o.paid)
		out_close(w, shop, &o, at + DAY_MS, "超时未付款");
	else if (back && o.paid + sends_back < w->end_ms) {
		struct refund f = { .at = o.paid + sends_back, .kind = "return", .reason = "七天无理由", .by = NOBODY, .items = true };
		f.amount = o.amount - o.postage;
		f.state = REFUND_COMPLETED;
		out_refund(w, shop, &o, &f);
	} else
		trade_follow(w, r, shop, day, &o);
}

static void
call_generate(struct world *w, struct rng *r, int shop, int64_t at)
{
	int customer = customer_choose(w, r, shop), agent = agent_choose(w, r, shop, SERVICE, at, NOBODY);
	int64_t queued = pick(r, 2000, 50000), talk = pick(r, 40, 420) * 1000LL, patience = pick(r, 3000, 90000);
	bool holds = percent(r, 25), lost = percent(r, 11), busy = percent(r, 3);
	struct call c = { .at = at, .agent = NOBODY, .end = "abandoned", .ended = at + patience };
	c.hold_ms = holds ? pick(r, 8000, 90000) : 0;
	c.wrapup_ms = pick(r, 5000, 80000);
	if (busy) {
		c.end = "busy";
		c.ended = at + 1000;
	} else if (!lost && agent != NOBODY) {
		c.agent = agent;
		c.answered = at + queued;
		c.ended = c.answered + talk + c.hold_ms;
		c.end = "answered";
	}
	if (c.ended < w->end_ms)
		out_call(w, shop, customer, &c);
}

/* The hour in which one agent let everybody wait. */
static void
anomaly(struct world *w, struct rng *r, int day)
{
	int anomaly_day = w->o->days > 4 ? w->o->days - 4 : 0;
	int64_t start = (w->first_day + day) * DAY_MS - ZONE_MS + 20 * HOUR_MS;
	if (day != anomaly_day || start + 2 * HOUR_MS >= w->end_ms)
		return;
	for (int i = 0; i < 6; i++) {
		struct visit v = { .day = day, .start = start + i * 5 * MINUTE_MS + pick(r, 0, 200000) };
		struct script *s = &w->script;
		v.customer = customer_choose(w, r, 0);
		script_begin(s);
		s->r = r;
		s->trade = w->shops[0].trade;
		s->talk = talk_pick(r, s->trade, false);
		s->agent = 0;
		s->crawling = true;
		v.number = ++w->shops[0].visits;
		slots_begin(w, r, &v, NULL);
		script_write(s, SHAPE_USUAL);
		script_time(s, v.start);
		if (visit_fits(w, &v))
			visit_write(w, &v);
	}
	answers_fault(w, &(struct visit){ .customer = 0 }, FAULT_AGENT_HOUR, 0, start, -1, NULL);
}

/* Order made after a talk with a, paid after a talk with b (other) or without one. */
static void
case_talks(struct world *w, struct rng *r, int shop, int day, int64_t at, bool other)
{
	struct script *s = &w->script;
	struct visit v = { .shop = shop, .day = day, .start = at, .customer = FRESH_FROM + w->shops[shop].fresh++, .note = true };
	struct order o = { .customer = v.customer };
	int a = agent_choose(w, r, shop, SALES, at, NOBODY), b = agent_choose(w, r, shop, SALES, at + HOUR_MS, a);
	if (a == NOBODY || b == NOBODY)
		return;
	script_begin(s);
	s->r = r;
	s->trade = w->shops[shop].trade;
	s->talk = talk_pick(r, s->trade, false);
	s->agent = a;
	v.number = ++w->shops[shop].visits;
	slots_begin(w, r, &v, NULL);
	script_write(s, SHAPE_USUAL);
	int first_end = s->lines - 1;
	if (other) {
		s->agent = b;
		s->k.agent = w->agents[b].nick;
		script_again(s, s->talk);
	}
	script_time(s, at);
	if (!visit_fits(w, &v) || visit_end(w) + 10 * MINUTE_MS >= w->end_ms)
		return;
	o.created = s->line[first_end].at + 2 * MINUTE_MS;
	order_make(w, r, shop, &s->k, &o);
	o.paid = other ? visit_end(w) + 3 * MINUTE_MS : o.created + MINUTE_MS;
	visit_write(w, &v);
	out_order(w, shop, &o);
	out_payment(w, shop, &o);
	struct attribution own = { "own_order_own_payment", a, a, a }, others = { "created_with_a_paid_after_b", a, a, b };
	answers_case(w, shop, &o, v.customer, other ? &others : &own);
}

/* A silent order with a nudge after so many minutes (0: none), then paid. */
static void
case_silent(struct world *w, struct rng *r, int shop, int day, int64_t at, int minutes)
{
	struct order o = { .customer = FRESH_FROM + w->shops[shop].fresh++, .created = at };
	int b = agent_choose(w, r, shop, SALES, at + minutes * MINUTE_MS, NOBODY);
	if (b == NOBODY || at + HOUR_MS >= w->end_ms)
		return;
	order_make(w, r, shop, NULL, &o);
	o.paid = at + 4 * MINUTE_MS;
	w->script.will_pay = true;
	if (minutes && !nudge(w, r, shop, day, &o, at + minutes * MINUTE_MS, b))
		return;
	if (minutes)
		o.paid = visit_end(w) + MINUTE_MS;
	out_order(w, shop, &o);
	out_payment(w, shop, &o);
	struct attribution none = { minutes ? "silent_nudge_too_early" : "fully_silent", NOBODY, NOBODY, NOBODY };
	struct attribution late = { "silent_nudge_in_time", NOBODY, b, b };
	answers_case(w, shop, &o, o.customer, minutes >= 5 ? &late : &none);
}

static void
cases(struct world *w, struct rng *r, int shop, int day)
{
	int64_t noon = (w->first_day + day) * DAY_MS - ZONE_MS + 14 * HOUR_MS, at = noon + pick(r, 0, 3599) * 1000LL;
	switch ((day + shop) % 5) {
	case 0:
		case_talks(w, r, shop, day, at, true);
		break;
	case 1:
		case_talks(w, r, shop, day, at, false);
		break;
	case 2:
		case_silent(w, r, shop, day, at, 3);
		break;
	case 3:
		case_silent(w, r, shop, day, at, 6 + day % 5);
		break;
	default:
		case_silent(w, r, shop, day, at, 0);
		break;
	}
}

/* So many of `a_day` fall into this hour; nothing is lost by rounding. */
static int64_t
in_hour(int64_t a_day, int hour)
{
	int64_t before = 0;
	for (int h = 0; h < hour; h++)
		before += hour_share(h);
	return a_day * (before + hour_share(hour)) / 1000 - a_day * before / 1000;
}

static void
shop_generate(struct world *w, int shop, int day)
{
	struct rng r = rng_of(w->o->seed, 15, (uint64_t)shop, (uint64_t)(w->first_day + day));
	struct shop *s = &w->shops[shop];
	int64_t start = business_day_start(w, shop, day), share = (int64_t)w->o->size * day_share(w, day) * (shop ? 70 : 100);
	int64_t talks = share * pick(&r, 38, 44) / 10000, silent = share * pick(&r, 34, 44) / 10000, calls = share * 3 / 10000;
	memset(s->today, 0, (size_t)s->customers / 8 + 1);
	s->visits = 0;
	cases(w, &r, shop, day);
	visits_due(w, &r, shop, day);
	for (int h = 0; h < 24; h++) {
		int hour = (h + s->info->cut_hour) % 24;
		int64_t from = start + h * HOUR_MS;
		for (int64_t n = in_hour(talks, hour); n > 0; n--)
			visit_new(w, &r, shop, day, from + pick(&r, 0, 3599999));
		for (int64_t n = in_hour(silent, hour); n > 0; n--)
			silent_order(w, &r, shop, day, from + pick(&r, 0, 3599999));
		for (int64_t n = in_hour(calls, hour); n > 0; n--)
			call_generate(w, &r, shop, from + pick(&r, 0, 3599999));
	}
}

void
day_generate(struct world *w, int day)
{
	for (int shop = 0; shop < w->o->shops && !w->err; shop++) {
		struct rng r = rng_of(w->o->seed, 16, (uint64_t)shop, (uint64_t)(w->first_day + day));
		shop_generate(w, shop, day);
		if (shop == 0)
			anomaly(w, &r, day);
	}
	out_states(w, day);
	answers_day(w, day);
	answers_states(w, day);
}
