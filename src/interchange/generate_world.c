/* Shops, agents and their hours; who takes a conversation. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

#include "base/banned.h"

static struct str
shop_name(struct world *w, int index, enum generate_trade trade)
{
	const struct trade_info *t = &trade_table[trade];
	int round = index / TRADE_COUNT, names = list_count(t->shops);
	if (round < names)
		return str_of(t->shops[round]);
	return arena_printf(w->arena, "%s%d店", t->shops[round % names], round / names + 1);
}

static bool
shop_begin(struct world *w, int i)
{
	struct shop *s = &w->shops[i];
	int64_t pool = 30LL * w->o->size * w->o->days + 120 * w->o->size + 200;
	s->trade = generate_trade_of(i);
	s->info = &trade_table[s->trade];
	s->name = shop_name(w, i, s->trade);
	s->customers = (int)(pool < 8000000 ? pool : 8000000);
	size_t bytes = (size_t)s->customers / 8 + 1;
	s->written = arena_alloc(w->arena, bytes);
	s->today = arena_alloc(w->arena, bytes);
	s->follow = arena_alloc(w->arena, FOLLOW_MAX * sizeof *s->follow);
	return s->written && s->today && s->follow && s->name.p;
}

enum err
generate_world(struct world *w)
{
	const struct generate_options *o = w->o;
	size_t agents = (size_t)o->agents, shops = (size_t)o->shops;
	w->agents = arena_alloc(w->arena, agents * sizeof *w->agents);
	w->shops = arena_alloc(w->arena, shops * sizeof *w->shops);
	w->today = arena_alloc(w->arena, shops * agents * sizeof *w->today);
	w->shop_days = arena_alloc(w->arena, shops * (size_t)(o->days + HISTORY_DAYS) * sizeof *w->shop_days);
	w->clocks = arena_alloc(w->arena, agents * sizeof *w->clocks);
	if (!w->agents || !w->shops || !w->today || !w->shop_days || !w->clocks)
		return ERR_NO_MEMORY;
	for (int i = 0; i < o->agents; i++)
		w->agents[i] = agent_of(o->seed, i, w->first_day, o->days, w->arena);
	for (int i = 0; i < o->shops; i++)
		if (!shop_begin(w, i))
			return ERR_NO_MEMORY;
	w->script.agents = w->agents;
	buf_init(&w->buf, 1 << 20);
	return script_init(&w->script);
}

void
generate_world_free(struct world *w)
{
	script_free(&w->script);
	buf_free(&w->buf);
}

enum generate_trade
generate_trade_of(int index)
{
	return (enum generate_trade)(index % TRADE_COUNT);
}

/* Each agent serves two thirds of the shops; the night group serves all. */
bool
agent_serves(const struct world *w, int agent, int shop)
{
	int teams = w->o->shops < 3 ? w->o->shops : 3;
	if (w->agents[agent].group == GROUP_NIGHT || w->o->agents < 12)
		return true;
	return shop % teams == agent % teams || (shop + 1) % teams == agent % teams;
}

bool
agent_shift(const struct world *w, int agent, int64_t day, int *ret_from, int *ret_to)
{
	static const int hours[GROUP_COUNT][2][2] = {
		[GROUP_SALES_1] = { { 8 * 60, 16 * 60 + 30 }, { 15 * 60 + 30, 24 * 60 } },
		[GROUP_SALES_2] = { { 8 * 60 + 30, 17 * 60 }, { 15 * 60, 23 * 60 + 30 } },
		[GROUP_SERVICE] = { { 9 * 60, 18 * 60 }, { 13 * 60, 22 * 60 } },
		[GROUP_NIGHT] = { { 18 * 60, 26 * 60 }, { 17 * 60, 25 * 60 } },
	};
	const struct agent *g = &w->agents[agent];
	bool anomaly = agent == 0 && day == w->first_day + (w->o->days > 4 ? w->o->days - 4 : 0);
	if (day < g->joined || (g->left && day >= g->left))
		return false;
	if (!anomaly && w->o->agents >= 8 && ((day + agent * 3) % 7 == 0 || (agent % 3 == 0 && (day + agent) % 7 == 3)))
		return false;
	int late = (int)((day / 7 + agent / 3) % 2);
	if (anomaly)
		late = 1;
	*ret_from = hours[g->group][late][0];
	*ret_to = hours[g->group][late][1];
	return true;
}

void
agent_lunch(const struct world *w, int agent, int64_t day, int *ret_from, int *ret_to)
{
	int from = 0, to = 0;
	struct rng r = rng_of(w->o->seed, 13, (uint64_t)agent, (uint64_t)day);
	*ret_from = *ret_to = 0;
	if (!agent_shift(w, agent, day, &from, &to))
		return;
	int start = from < 12 * 60 ? pick(&r, 11 * 60 + 15, 12 * 60 + 30) : pick(&r, 17 * 60 + 15, 18 * 60 + 45);
	if (start < from + 60)
		start += 90;
	*ret_from = start;
	*ret_to = start + pick(&r, 30, 45);
}

enum presence { AWAY, AT_LUNCH, AT_WORK };

static enum presence
presence_at(const struct world *w, int agent, int64_t at)
{
	int from, to;
	int64_t day = (at + ZONE_MS) / DAY_MS;
	for (int back = 0; back < 2; back++) {
		int minute = (int)((at + ZONE_MS - (day - back) * DAY_MS) / MINUTE_MS);
		if (!agent_shift(w, agent, day - back, &from, &to) || minute < from || minute >= to)
			continue;
		agent_lunch(w, agent, day - back, &from, &to);
		return minute < from || minute >= to ? AT_WORK : AT_LUNCH;
	}
	return AWAY;
}

static int
open_chats(const struct agent *g, int64_t at)
{
	int n = 0;
	for (int i = 0; i < 8; i++)
		n += g->busy_from[i] <= at && at < g->busy_to[i];
	return n;
}

void
agent_occupy(struct world *w, int agent, int64_t from, int64_t to)
{
	struct agent *g = &w->agents[agent];
	g->busy_from[g->busy % 8] = from;
	g->busy_to[g->busy % 8] = to;
	g->busy++;
}

int
agent_choose(struct world *w, struct rng *r, int shop, unsigned groups, int64_t at, int except)
{
	int best = NOBODY, best_cost = 0;
	for (int i = 0; i < w->o->agents; i++) {
		const struct agent *g = &w->agents[i];
		int chance = pick(r, 0, 99);
		enum presence here = i == except || !agent_serves(w, i, shop) ? AWAY : presence_at(w, i, at);
		if (here == AWAY)
			continue;
		int cost = open_chats(g, at) * 100 + chance + (groups >> g->group & 1 ? 0 : 1000) + (here == AT_LUNCH ? 3000 : 0);
		if (best == NOBODY || cost < best_cost) {
			best = i;
			best_cost = cost;
		}
	}
	return best;
}

int
customer_choose(struct world *w, struct rng *r, int shop)
{
	struct shop *s = &w->shops[shop];
	int at = pick(r, 0, s->customers - 1);
	while (s->today[at / 8] >> (at % 8) & 1)
		at = (at + 1) % s->customers;
	s->today[at / 8] |= (unsigned char)(1 << (at % 8));
	return at;
}

int64_t
business_day_start(const struct world *w, int shop, int day)
{
	return (w->first_day + day) * DAY_MS - ZONE_MS + w->shops[shop].info->cut_hour * HOUR_MS;
}

struct shop_tally *
shop_day(struct world *w, int shop, int64_t at)
{
	int span = w->o->days + HISTORY_DAYS;
	int64_t day = (at + ZONE_MS - w->shops[shop].info->cut_hour * HOUR_MS) / DAY_MS - w->first_day + HISTORY_DAYS;
	day = day < 0 ? 0 : day >= span ? span - 1 : day;
	return &w->shop_days[(int64_t)shop * span + day];
}

int
hour_share(int hour)
{
	static const int share[24] = { 16, 8, 4, 2, 1, 1, 2, 7, 21, 46, 73, 70, 48, 45, 63, 68, 61, 48, 38, 48, 75, 80, 63, 28 };
	int total = 0, before = 0;
	for (int h = 0; h < 24; h++) {
		total += share[h];
		before += h < hour ? share[h] : 0;
	}
	return (before + share[hour]) * 1000 / total - before * 1000 / total;
}

int
day_share(const struct world *w, int day)
{
	static const int weekday[7] = { 108, 104, 96, 94, 96, 98, 110 };
	int64_t date = w->first_day + day;
	int y, m, d;
	date_from_days(date, &y, &m, &d);
	int share = weekday[weekday_of_days(date)];
	return d == m || d == 18 ? share * 3 / 2 : share; /* the shops' own campaign days */
}
