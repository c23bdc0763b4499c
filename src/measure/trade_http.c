/* The orders behind a sales figure, and refunds by their reason. */
#include <stdlib.h>

#include "base/clock.h"
#include "measure/report_feature.h"
#include "measure/trade_sql.h"
#include "team/reach.h"
#include "base/banned.h"

/* One order that is shown, at the agent who made the figure. */
struct sold {
	const struct fact_order *order;
	struct fact_owner who;
	int32_t day;
	int hour;
};

struct selling {
	struct report *r;
	const struct metric *metric;
	struct str reason; /* p: only orders with a refund for it that counts */
	struct sold *all;
	size_t n, cap;
};

enum err
report_attribution(struct request *rq, struct str word, struct report_ask *a)
{
	int rule = 0;
	if (!word.n)
		return OK;
	while (attribution_names[rule] && !str_eqz(word, attribution_names[rule]))
		rule++;
	a->rules.attribution = rule;
	for (size_t i = 0; i < a->history.n; i++)
		a->history.all[i].rules.attribution = rule;
	if (attribution_names[rule])
		return OK;
	return fail_text(rq, ERR_BAD_FIELD, "attribution", "created, created-first or paid", "归属规则应为 created、created-first 或 paid");
}

static bool
reason_fits(const struct selling *s, const struct fact_order *o)
{
	bool fits = !s->reason.p;
	for (uint32_t i = 0; !fits && i < o->refunds; i++) {
		const struct fact_refund *x = &s->r->facts.refunds.all[o->first_refund + i];
		fits = refund_counts(x) && str_eq(s->r->reasons[x->reason], s->reason);
	}
	return fits;
}

static enum err
sold_add(struct selling *s, const struct fact_order *o, struct fact_owner who, int32_t day, int hour)
{
	struct report_place p = report_place_of(s->r, (struct report_place){ .shop = o->shop, .agent = who.agent, .session = who.session, .rating = FACT_NONE,
	    .day = day, .hour = hour });
	if (!report_shows(s->r, &p) || !reason_fits(s, o))
		return OK;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 256;
		struct sold *all = arena_alloc(s->r->arena, cap * sizeof *all);
		if (!all)
			return ERR_NO_MEMORY;
		for (size_t i = 0; i < s->n; i++)
			all[i] = s->all[i];
		s->all = all;
		s->cap = cap;
	}
	s->all[s->n++] = (struct sold){ o, who, day, hour };
	return OK;
}

static bool
tallied(const struct selling *s, const struct cell *c)
{
	return c->t[s->metric->sum] != 0 || (s->metric->how != METRIC_SUM && c->t[s->metric->count] != 0);
}

/* At its owner under the rule: sales, and what is counted with them; silent orders at nobody. */
static enum err
owned_pick(struct selling *s, const struct fact_order *o)
{
	const struct measure_rules *rules = report_version(s->r, o->shop, o->created_day)->rules;
	enum attribution rule = (enum attribution)rules->attribution;
	struct cell c = { 0 };
	int32_t day;
	int hour;
	if (!order_dated(o, rule, &day, &hour))
		return OK;
	bool owned = o->owner[rule].agent != FACT_NONE;
	struct order_worth worth = order_worth(&s->r->facts, o, rules);
	tally_order(&c, o, &worth, owned);
	c.t[TALLY_SHOP_SALES] = c.t[TALLY_SALES] + c.t[TALLY_SILENT_SALES];
	if (!tallied(s, &c))
		return OK;
	return sold_add(s, o, o->owner[rule], day, hour);
}

static enum err
helped_pick(struct selling *s, const struct fact_order *o)
{
	struct order_cells cells = order_cells(o);
	enum err e = OK;
	for (size_t i = 0; !e && i < cells.n; i++) {
		struct cell c = { 0 };
		tally_order_cell(&c, o, cells.kind[i], report_version(s->r, o->shop, o->created_day)->rules);
		if (tallied(s, &c))
			e = sold_add(s, o, cells.who[i], o->paid_day, o->paid_hour);
	}
	for (uint32_t i = 0; !e && o->paid && !o->filter && i < o->assists; i++) {
		const struct fact_assist *a = &s->r->facts.assists.all[o->first_assist + i];
		struct cell c = { 0 };
		tally_assist(&c, (enum assist)a->kind);
		if (tallied(s, &c))
			e = sold_add(s, o, a->who, o->paid_day, o->paid_hour);
	}
	return e;
}

static int
newest_first(const void *a, const void *b)
{
	const struct sold *x = a, *y = b;
	if (x->order->created != y->order->created)
		return x->order->created > y->order->created ? -1 : 1;
	if (x->order->record_id != y->order->record_id)
		return x->order->record_id > y->order->record_id ? -1 : 1;
	return x->who.agent < y->who.agent ? -1 : x->who.agent > y->who.agent;
}

/* Writing --------------------------------------------------------------------------------------------------------------- */

static int64_t
agent_id(const struct report *r, uint32_t agent)
{
	return agent == FACT_NONE ? 0 : r->people[agent].id;
}

static void
agent_write(const struct report *r, uint32_t agent, struct json_writer *w)
{
	jw_member_int(w, "agent_id", agent_id(r, agent));
	jw_member_text(w, "agent_name", r->people[agent].name);
}

static struct str
json_done(struct arena *a, struct json_writer *w, struct buf *b)
{
	struct str s = jw_finish(w) == OK ? arena_str(a, buf_str(b)) : STR_NONE;
	buf_free(b);
	return s;
}

static struct str
cells_json(const struct report *r, struct arena *a, const struct fact_order *o)
{
	static const char *const names[CELL_COUNT] = { "own_own", "own_other", "other_own", "silent_own", "silent_follow" };
	struct order_cells c = order_cells(o);
	struct json_writer w;
	struct buf b;
	buf_init(&b, 1 << 16);
	jw_init(&w, &b);
	jw_array(&w);
	for (size_t i = 0; i < c.n; i++) {
		jw_object(&w);
		jw_member_text(&w, "cell", str_of(names[c.kind[i]]));
		agent_write(r, c.who[i].agent, &w);
		jw_end(&w);
	}
	jw_end(&w);
	return json_done(a, &w, &b);
}

static struct str
assists_json(const struct report *r, struct arena *a, const struct fact_order *o)
{
	static const char *const names[] = { "order", "payment", "follow" };
	struct json_writer w;
	struct buf b;
	buf_init(&b, 1 << 16);
	jw_init(&w, &b);
	jw_array(&w);
	for (uint32_t i = 0; i < o->assists; i++) {
		const struct fact_assist *x = &r->facts.assists.all[o->first_assist + i];
		jw_object(&w);
		jw_member_text(&w, "kind", str_of(names[x->kind]));
		agent_write(r, x->who.agent, &w);
		jw_end(&w);
	}
	jw_end(&w);
	return json_done(a, &w, &b);
}

static struct str
refunds_json(const struct report *r, struct arena *a, const struct fact_order *o)
{
	static const char *const kinds[] = { "refund_only", "return", "exchange", "compensation" };
	struct json_writer w;
	struct buf b;
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_array(&w);
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *x = &r->facts.refunds.all[o->first_refund + i];
		jw_object(&w);
		jw_member_int(&w, "at", x->at);
		jw_member_int(&w, "amount", x->amount);
		jw_member_int(&w, "items", x->items);
		jw_member_text(&w, "kind", str_of(kinds[x->kind]));
		jw_member_bool(&w, "completed", x->done);
		jw_member_text(&w, "reason", r->reasons[x->reason]);
		jw_end(&w);
	}
	jw_end(&w);
	return json_done(a, &w, &b);
}

static int64_t
refunded(const struct report *r, const struct fact_order *o)
{
	int64_t sum = 0;
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *x = &r->facts.refunds.all[o->first_refund + i];
		sum += refund_counts(x) ? x->amount : 0;
	}
	return sum;
}

static enum err
sold_write(struct request *rq, const struct selling *s, const struct sold *k)
{
	const struct report *r = s->r;
	const struct fact_order *o = k->order;
	const struct report_shop *shop = &r->shops[o->shop];
	struct trade_order_row_out x;
	char day[11];
	enum err e = db_one(rq, &trade_order_row, &(struct trade_order_row_in){ o->record_id }, &x);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	bool held = k->who.agent != FACT_NONE;
	date_print(k->day, day);
	struct order_row_out out = {
		.id = o->record_id, .key = x.key, .shop_id = shop->id, .shop_name = shop->name, .shop_colour = shop->colour,
		.customer_id = r->customers[o->customer], .customer_name = x.customer_name, .customer_flag = x.customer_flag, .created_at = o->created,
		.paid_at_set = o->paid != 0, .paid_at = o->paid, .closed_at_set = x.closed_at_set, .closed_at = x.closed_at, .day = str_of(day),
		.amount = o->amount, .postage = o->postage, .items = o->items, .refunded = refunded(r, o), .flag = x.flag, .note = x.note,
		.agent_id_set = held, .agent_id = agent_id(r, k->who.agent), .agent_name = held ? r->people[k->who.agent].name : STR_NONE,
		.owner_created = agent_id(r, o->owner[ATTRIBUTION_CREATED].agent),
		.owner_created_first = agent_id(r, o->owner[ATTRIBUTION_CREATED_FIRST].agent),
		.owner_paid = agent_id(r, o->owner[ATTRIBUTION_PAID].agent), .silent = o->owner[ATTRIBUTION_CREATED].agent == FACT_NONE,
		.cells = cells_json(r, rq->arena, o), .assists = assists_json(r, rq->arena, o), .refunds = refunds_json(r, rq->arena, o),
	};
	if (k->who.session != FACT_NONE) {
		out.session_id = r->facts.sessions.all[k->who.session].record_id;
		out.session_id_set = out.session_id != 0;
	}
	row_write(&rq->w, &order_row, &out);
	return OK;
}

static enum err
sold_row(struct request *rq, const void *ctx, size_t i)
{
	const struct selling *s = ctx;
	return sold_write(rq, s, &s->all[i]);
}

static enum err
orders_ask(struct request *rq, const struct orders_in_in *in, struct report_ask *a)
{
	enum err e = report_ask_start(rq, in->from, in->to, in->profile, a);
	if (!e)
		e = report_ask_time(rq, in->day, in->hour_set, in->hour, a);
	if (e)
		return e;
	FILTERS_TAKE(a, in);
	return report_attribution(rq, in->attribution, a);
}

static enum err
orders_get(struct request *rq, const void *in)
{
	const struct orders_in_in *body = in;
	struct selling s = { .r = report_for(rq) };
	struct report_ask a;
	if (!caller_may(&rq->who, PERM_CHAT_SEE))
		return ERR_FORBIDDEN;
	enum err e = s.r ? orders_ask(rq, body, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	s.metric = metric_find(body->metric.n ? body->metric : STR("sales"), &a.rules);
	if (!s.metric || s.metric->group != GROUP_SALES)
		return fail_text(rq, ERR_BAD_FIELD, "metric", "a sales figure of the catalogue is expected", "应为目录中的销售指标");
	s.reason = body->reason;
	a.store = NULL; /* the list shows the orders themselves */
	a.metrics = STR("orders");
	e = report_make_failed(rq, report_make(rq->db, &a, s.r));
	for (size_t i = 0; !e && i < s.r->facts.orders.n; i++) {
		e = owned_pick(&s, &s.r->facts.orders.all[i]);
		if (!e)
			e = helped_pick(&s, &s.r->facts.orders.all[i]);
	}
	if (e)
		return e;
	if (s.n > 1)
		qsort(s.all, s.n, sizeof *s.all, newest_first);
	return report_page(rq, s.n, PAGE_ASKED(body), sold_row, &s);
}

/* By reason ------------------------------------------------------------------------------------------------------------- */

struct reason {
	int64_t orders, refunds, items, returned, amount;
	size_t number;
	const struct fact_order *last; /* counted last */
};

/* Pieces beyond those of the order count nowhere, as in the rates. */
static void
reasons_add(const struct facts *f, const struct fact_order *o, struct reason *all)
{
	int64_t back = 0, returned = 0;
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *x = &f->refunds.all[o->first_refund + i];
		struct reason *s = &all[x->reason];
		if (!refund_counts(x))
			continue;
		s->orders += s->last != o;
		s->last = o;
		s->refunds++;
		s->amount += x->amount;
		int64_t n = x->kind == REFUND_RETURN || x->kind == REFUND_ONLY ? x->items : 0, rest = o->items - back;
		s->items += n < rest ? n : rest;
		back += n < rest ? n : rest;
		n = x->kind == REFUND_RETURN ? x->items : 0;
		rest = o->items - returned;
		s->returned += n < rest ? n : rest;
		returned += n < rest ? n : rest;
	}
}

static int
most_refunded(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;
	if (x->amount != y->amount)
		return x->amount > y->amount ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

static enum err
reasons_write(struct request *rq, const struct selling *s)
{
	const struct report *r = s->r;
	struct reason *all = arena_alloc(rq->arena, (r->reason_count + 1) * sizeof *all);
	int64_t sold = 0;
	if (!all)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < r->reason_count; i++)
		all[i] = (struct reason){ .number = i };
	for (size_t i = 0; i < s->n; i++) {
		sold += s->all[i].order->items;
		reasons_add(&r->facts, s->all[i].order, all);
	}
	qsort(all, r->reason_count, sizeof *all, most_refunded);
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (size_t i = 0; i < r->reason_count; i++) {
		struct reason_row_out out = {
			.reason = r->reasons[all[i].number], .orders = all[i].orders, .refunds = all[i].refunds, .items = all[i].items, .returned = all[i].returned,
			.amount = all[i].amount, .refund_rate_set = sold > 0, .refund_rate = sold ? (double)all[i].items / (double)sold : 0,
			.return_rate_set = sold > 0, .return_rate = sold ? (double)all[i].returned / (double)sold : 0,
		};
		if (all[i].refunds)
			row_write(&rq->w, &reason_row, &out);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return OK;
}

static enum err
reasons_get(struct request *rq, const void *in)
{
	const struct reasons_in_in *body = in;
	struct selling s = { .r = report_for(rq) };
	struct report_ask a;
	enum err e = s.r ? report_ask_start(rq, body->from, body->to, body->profile, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	a.by = BY_SHOP;
	a.store = NULL; /* their reasons are in the record alone */
	a.metrics = STR("orders");
	FILTERS_TAKE(&a, body);
	e = report_attribution(rq, body->attribution, &a);
	if (e)
		return e;
	s.metric = metric_find(STR("orders"), &a.rules);
	e = report_make_failed(rq, report_make(rq->db, &a, s.r));
	for (size_t i = 0; !e && i < s.r->facts.orders.n; i++)
		e = owned_pick(&s, &s.r->facts.orders.all[i]);
	return e ? e : reasons_write(rq, &s);
}

static const struct route routes[] = {
	{ GET, "/api/v1/reports/service/refund-reasons", PERM_REPORT, LANE_REPORT, .in = &reasons_in, .out = &reason_row, .list = true, .handler = reasons_get,
	  .help = "Completed refunds of the orders that agents own, by their reason, the most money first, with the rates over all pieces sold" },
	{ GET, "/api/v1/reports/service/orders", PERM_REPORT, LANE_REPORT, .in = &orders_in, .out = &order_row, .list = true, .handler = orders_get,
	  .help = "The orders behind a sales figure, the newest first, each with its owner under every rule, its cells, assists and refunds; needs CHAT_SEE too" },
};

const struct feature measure_trade_feature = { .name = "trade", ROUTES(routes) };
