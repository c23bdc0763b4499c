/* Orders, inquiries, calls and robots into rows. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/report.h"
#include "base/banned.h"

/* The row for a fact and the total; false: it is not shown, or has no session to open. */
static bool
place_shown(const struct report *r, const struct report_place *p)
{
	return report_shows(r, p) && (r->ask.by != BY_SESSION || p->session != FACT_NONE);
}

static struct report_place
place_of(const struct report *r, const struct fact_order *o, struct fact_owner who, int32_t day, int hour)
{
	return report_place_of(r, (struct report_place){ .shop = o->shop, .agent = who.agent, .session = who.session, .rating = FACT_NONE, .day = day, .hour = hour });
}

static enum err
cells_find(struct report *r, const struct report_place *p, struct cell *cells[2], bool *ret_shown)
{
	uint32_t row;
	*ret_shown = place_shown(r, p);
	if (!*ret_shown)
		return OK;
	enum err e = report_row_of(r, p, &row);
	if (e)
		return e;
	cells[0] = &r->cells[row];
	cells[1] = &r->cells[0];
	return OK;
}

void
trade_count_pair(struct report *r, const struct fact_pair *q, uint32_t row)
{
	const struct measure_rules *rules = report_version(r, q->shop, q->day)->rules;
	tally_inquiry(&r->cells[row], q, rules, r->shops[q->shop].today);
	tally_inquiry(&r->cells[0], q, rules, r->shops[q->shop].today);
}

static struct share *
share_at(struct report *r, size_t key)
{
	struct shares *s = &r->shares;
	if (r->share_of[key])
		return &s->all[r->share_of[key] - 1];
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		struct share *all = mem_grow(s->all, cap * sizeof *all);
		if (!all)
			return NULL;
		s->all = all;
		s->cap = cap;
	}
	s->all[s->n] = (struct share){ 0 };
	r->share_of[key] = (uint32_t)++s->n;
	return &s->all[s->n - 1];
}

static enum err
share_add(struct report *r, const struct report_place *at, int64_t amount)
{
	struct report_place p = *at;
	p.agent = FACT_NONE;
	if (r->ask.by == BY_SESSION || !report_sees_shops(r) || !report_spans(r, &p))
		return OK;
	if (!r->share_of)
		r->share_of = mem_new(report_keys(r) + 1, sizeof *r->share_of);
	struct share *s = r->share_of ? share_at(r, report_place_key(r, &p)) : NULL;
	if (!s)
		return ERR_NO_MEMORY;
	s->amount += amount;
	r->cells[0].t[TALLY_SHOP_SALES] += amount;
	return OK;
}

static enum err
order_count(struct report *r, const struct fact_order *o)
{
	const struct measure_rules *rules = report_version(r, o->shop, o->created_day)->rules;
	enum attribution rule = (enum attribution)rules->attribution;
	struct cell *cells[2];
	int32_t day;
	int hour;
	bool shown;
	if (!order_dated(o, rule, &day, &hour))
		return OK;
	struct report_place p = place_of(r, o, o->owner[rule], day, hour);
	struct order_worth worth = order_worth(&r->facts, o, rules);
	enum err e = share_add(r, &p, worth.sales);
	if (!e)
		e = cells_find(r, &p, cells, &shown);
	for (int i = 0; !e && shown && i < 2; i++)
		tally_order(cells[i], o, &worth, p.agent != FACT_NONE);
	return e;
}

static enum err
helpers_count(struct report *r, const struct fact_order *o)
{
	const struct measure_rules *rules = report_version(r, o->shop, o->created_day)->rules;
	struct order_cells c = order_cells(o);
	struct cell *cells[2];
	bool shown;
	enum err e = OK;
	for (size_t i = 0; !e && i < c.n; i++) {
		struct report_place p = place_of(r, o, c.who[i], o->paid_day, o->paid_hour);
		e = cells_find(r, &p, cells, &shown);
		for (int k = 0; !e && shown && k < 2; k++)
			tally_order_cell(cells[k], o, c.kind[i], rules);
	}
	for (uint32_t i = 0; !e && !o->filter && o->paid && i < o->assists; i++) {
		const struct fact_assist *a = &r->facts.assists.all[o->first_assist + i];
		struct report_place p = place_of(r, o, a->who, o->paid_day, o->paid_hour);
		e = cells_find(r, &p, cells, &shown);
		for (int k = 0; !e && shown && k < 2; k++)
			tally_assist(cells[k], (enum assist)a->kind);
	}
	return e;
}

/* Refunds on their own days, where the report takes them off there. */
static enum err
refunds_count(struct report *r, const struct fact_order *o)
{
	const struct measure_rules *rules = report_version(r, o->shop, o->created_day)->rules;
	struct fact_owner who = o->owner[rules->attribution];
	struct cell *cells[2];
	bool shown;
	enum err e = OK;
	if (rules->sales_refunds != SALES_LESS_ON_REFUND_DAY || o->filter || !o->paid)
		return OK;
	for (uint32_t i = 0; !e && i < o->refunds; i++) {
		const struct fact_refund *f = &r->facts.refunds.all[o->first_refund + i];
		if (!refund_counts(f))
			continue;
		struct report_place p = place_of(r, o, who, f->day, f->hour);
		e = share_add(r, &p, -f->amount);
		if (!e)
			e = cells_find(r, &p, cells, &shown);
		for (int k = 0; !e && shown && k < 2; k++)
			tally_refund(cells[k], f, who.agent != FACT_NONE);
	}
	return e;
}

/* Every row is measured against what its shop sold in all at that place. */
void
trade_shares(struct report *r)
{
	for (size_t i = 1; r->share_of && i < r->row_count; i++) {
		uint32_t of = r->share_of[r->rows[i].shop_key];
		r->cells[i].t[TALLY_SHOP_SALES] = of ? r->shares.all[of - 1].amount : 0;
	}
}

enum err
trade_count_calls(struct report *r)
{
	struct cell *cells[2];
	bool shown;
	enum err e = OK;
	for (size_t i = 0; !e && r->ask.by != BY_SESSION && i < r->facts.calls.n; i++) {
		const struct fact_call *c = &r->facts.calls.all[i];
		struct report_place p = { .shop = c->shop, .agent = c->agent, .session = FACT_NONE, .rating = FACT_NONE, .channel = CHANNEL_VOICE, .category = FACT_NONE,
			                  .day = c->day, .hour = c->hour };
		e = cells_find(r, &p, cells, &shown);
		for (int k = 0; !e && shown && k < 2; k++)
			tally_call(cells[k], c, report_version(r, c->shop, c->day)->rules);
	}
	return e;
}

/* One session: its parts from i on; returns the first of the next. */
static size_t
session_parts(const struct facts *f, size_t i, bool *ret_robot, bool *ret_handed)
{
	uint32_t session = f->parts.all[i].session;
	*ret_robot = *ret_handed = false;
	for (; i < f->parts.n && f->parts.all[i].session == session; i++) {
		*ret_robot = *ret_robot || f->parts.all[i].robot_lines;
		*ret_handed = *ret_handed || f->parts.all[i].agent != FACT_NONE;
	}
	return i;
}

enum err
trade_count_robots(struct report *r)
{
	const struct facts *f = &r->facts;
	struct cell *cells[2];
	bool shown, robot, handed;
	enum err e = OK;
	for (size_t i = 0, next; !e && i < f->parts.n; i = next) {
		const struct fact_part *part = &f->parts.all[i];
		const struct fact_pair *q = &f->pairs.all[part->pair];
		const struct fact_session *s = &f->sessions.all[part->session];
		next = session_parts(f, i, &robot, &handed);
		if (!robot || !s->asked || q->filter == FILTER_STAFF || q->filter == FILTER_PLATFORM)
			continue;
		struct report_place p = report_place_of(r, (struct report_place){ .shop = q->shop, .agent = FACT_NONE, .session = part->session,
		    .rating = FACT_NONE, .day = s->day, .hour = s->minute / 60 });
		const struct measure_rules *rules = report_version(r, q->shop, s->day)->rules;
		e = cells_find(r, &p, cells, &shown);
		for (int k = 0; !e && shown && k < 2; k++)
			tally_robot(cells[k], s, handed, rules, r->ask.now);
	}
	return e;
}

enum err
trade_count_orders(struct report *r)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < r->facts.orders.n; i++) {
		const struct fact_order *o = &r->facts.orders.all[i];
		if (o->filter && o->created_day >= r->ask.from && o->created_day <= r->ask.to)
			r->orders_left_out[o->filter]++;
		e = order_count(r, o);
		if (!e)
			e = helpers_count(r, o);
		if (!e)
			e = refunds_count(r, o);
	}
	return e;
}

enum err
trade_count(struct report *r)
{
	enum err e = r->trade ? trade_count_orders(r) : OK;
	if (!e && r->calls)
		e = trade_count_calls(r);
	return e || !r->robots ? e : trade_count_robots(r);
}
