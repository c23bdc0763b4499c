/* How many sessions an agent had open at once: a sweep over the times at which sessions came and went. */
#include <stdlib.h>

#include "base/mem.h"
#include "measure/report.h"
#include "base/banned.h"

struct sweep {
	struct report *r;
	struct report_span *spans;
	size_t n;
	uint32_t apart;     /* BY_SHOP, BY_CHANNEL, BY_CATEGORY: an agent's sessions of different ones do not meet */
	const struct report_span **open;
	size_t open_count;
};

static int
apart_order(const struct sweep *s, const struct report_span *x, const struct report_span *y)
{
	if (s->apart & BY_SHOP && x->shop != y->shop)
		return x->shop < y->shop ? -1 : 1;
	if (s->apart & BY_CHANNEL && x->channel != y->channel)
		return x->channel < y->channel ? -1 : 1;
	if (s->apart & BY_CATEGORY && x->category != y->category)
		return x->category < y->category ? -1 : 1;
	return 0;
}

static int
span_order(const void *a, const void *b, void *ctx)
{
	const struct report_span *x = a, *y = b;
	const struct sweep *s = ctx;
	if (x->agent != y->agent)
		return x->agent < y->agent ? -1 : 1;
	int order = apart_order(s, x, y);
	if (order)
		return order;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

static void
cell_max(struct cell *c, int64_t open)
{
	c->t[TALLY_CONCURRENT_DAYS] = 1;
	c->t[TALLY_CONCURRENT] = open > c->t[TALLY_CONCURRENT] ? open : c->t[TALLY_CONCURRENT];
}

static uint32_t
apart_of(const struct report *r)
{
	return r->ask.by & (BY_SHOP | BY_CHANNEL | BY_CATEGORY);
}

/* One stretch of the wall clock's hour in which so many were open. */
static enum err
stretch_show(struct sweep *s, const struct report_span *of, int64_t at, int64_t open)
{
	struct report *r = s->r;
	const struct report_shop *shop = &r->shops[of->shop];
	int64_t day;
	int minute;
	uint32_t row;
	zone_local(shop->zone, at, &day, &minute);
	struct report_place p = { .shop = of->shop, .agent = of->agent, .session = of->session, .rating = FACT_NONE,
		                  .channel = of->channel, .category = of->category,
		                  .day = (int32_t)zone_business_day(shop->zone, at, shop->cut_hour), .hour = minute / 60 };
	if (!report_shows(r, &p))
		return OK;
	if (!s->apart)
		cell_max(&r->cells[0], open);
	if (s->apart != apart_of(r))
		return OK;
	enum err e = report_row_of(r, &p, &row);
	if (!e)
		cell_max(&r->cells[row], open);
	return e;
}

/* The open ones stay as they are from..to: each of them sees it, in every hour between (of whichever clock: their hours begin at
 * quarters of ours). */
static enum err
stretch(struct sweep *s, int64_t from, int64_t to)
{
	enum { QUARTER_MS = 900000 };
	enum err e = OK;
	for (int64_t at = from; !e && s->open_count && at < to; at += QUARTER_MS - at % QUARTER_MS)
		for (size_t i = 0; !e && i < s->open_count; i++)
			e = stretch_show(s, s->open[i], at, (int64_t)s->open_count);
	return e;
}

/* Until `until`, those that end on the way leave one after the other. */
static enum err
run_to(struct sweep *s, int64_t *at, int64_t until)
{
	enum err e = OK;
	while (!e && s->open_count) {
		size_t next = 0;
		for (size_t i = 1; i < s->open_count; i++)
			next = s->open[i]->end < s->open[next]->end ? i : next;
		if (s->open[next]->end > until)
			break;
		e = stretch(s, *at, s->open[next]->end);
		*at = s->open[next]->end;
		s->open[next] = s->open[--s->open_count];
	}
	if (!e && until != INT64_MAX)
		e = stretch(s, *at, until);
	*at = until;
	return e;
}

static bool
same_agent(const struct sweep *s, size_t a, size_t b)
{
	return s->spans[a].agent == s->spans[b].agent && !apart_order(s, &s->spans[a], &s->spans[b]);
}

static enum err
sweep_all(struct sweep *s)
{
	enum err e = OK;
	int64_t at = 0;
	if (s->n)
		qsort_r(s->spans, s->n, sizeof *s->spans, span_order, s);
	for (size_t i = 0; !e && i < s->n; i++) {
		if (i && !same_agent(s, i - 1, i))
			e = run_to(s, &at, INT64_MAX);
		if (!s->open_count)
			at = s->spans[i].begin;
		if (!e)
			e = run_to(s, &at, s->spans[i].begin);
		s->open[s->open_count++] = &s->spans[i];
	}
	return e ? e : run_to(s, &at, INT64_MAX);
}

enum err
report_sweep(struct report *r, struct report_span *spans, size_t n)
{
	struct sweep s = { .r = r, .spans = spans, .n = n, .open = mem_new(n + 1, sizeof *s.open) };
	enum err e = s.open ? sweep_all(&s) : ERR_NO_MEMORY;
	s.apart = apart_of(r);
	s.open_count = 0;
	if (!e && s.apart)
		e = sweep_all(&s);
	mem_free(s.open);
	return e;
}

/* Those that a filter leaves out are not open to it. */
static size_t
spans_take(const struct report *r, struct report_span *spans)
{
	const struct facts *f = &r->facts;
	size_t n = 0;
	for (size_t i = 0; i < f->parts.n; i++) {
		const struct fact_part *p = &f->parts.all[i];
		const struct fact_pair *q = &f->pairs.all[p->pair];
		struct report_place at = report_place_of(r, (struct report_place){ .session = p->session });
		if (p->day == FACT_NO_DAY || p->agent == FACT_NONE || q->filter || !f->sessions.all[p->session].lines || !r->people[p->agent].shown)
			continue;
		if ((r->ask.channel != REPORT_ANY && at.channel != (uint32_t)r->ask.channel) ||
		    (r->ask.category_id && (at.category == FACT_NONE || r->categories[at.category].id != r->ask.category_id)))
			continue;
		spans[n++] = (struct report_span){ p->begin, p->end > p->begin ? p->end : p->begin + 1, p->agent, q->shop, at.channel, at.category, p->session };
	}
	return n;
}

enum err
report_concurrent(struct report *r)
{
	struct report_span *spans = mem_new(r->facts.parts.n + 1, sizeof *spans);
	enum err e = spans ? report_sweep(r, spans, spans_take(r, spans)) : ERR_NO_MEMORY;
	mem_free(spans);
	return e;
}
