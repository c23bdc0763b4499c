/*
 * Online, paused, wrap-up and serving time, by the business days and hours of the shops shown (where these differ: of the first, from midnight). A
 * state lasts until the next of its agent; the last one until the end of its business day, or until now. Serving is the time with at least one
 * session open. Nobody's shop: rows by shop, channel or category have none.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "measure/report.h"
#include "measure/trade_sql.h"
#include "base/banned.h"

enum { STATE_ONLINE, STATE_PAUSED, STATE_WRAPUP, STATE_OFFLINE, HOUR_QUARTER_MS = 900000 };

struct work {
	struct report *r;
	const struct zone *zone;
	int cut_hour;
	int64_t low, high;
	bool any;          /* a state is on */
	uint32_t agent;
	int state;
	int64_t since;
	struct report_stretch *spans;
	size_t n;
};

static struct report_place
place_at(const struct work *w, uint32_t agent, int64_t at)
{
	int64_t day;
	int minute;
	zone_local(w->zone, at, &day, &minute);
	return (struct report_place){ .shop = FACT_NONE, .agent = agent, .session = FACT_NONE, .rating = FACT_NONE, .channel = FACT_NONE, .category = FACT_NONE,
		                      .day = (int32_t)zone_business_day(w->zone, at, w->cut_hour), .hour = minute / 60 };
}

static void
time_add(struct cell *c, int state, int64_t ms)
{
	if (state == STATE_OFFLINE) {
		c->t[TALLY_SERVING_MS] += ms;
		return;
	}
	c->t[TALLY_ONLINE_MS] += ms;
	c->t[TALLY_PAUSED_MS] += state == STATE_PAUSED ? ms : 0;
	c->t[TALLY_WRAPUP_MS] += state == STATE_WRAPUP ? ms : 0;
	c->t[TALLY_READY_MS] += state == STATE_PAUSED ? 0 : ms;
}

/* Until when a moment's row is that of the next ones too. Hours of every clock begin at quarters of ours. */
static int64_t
row_until(const struct work *w, int64_t at, int32_t day)
{
	bool hours = w->r->ask.by & BY_HOUR || w->r->ask.hour != REPORT_NO_HOUR;
	return hours ? at + HOUR_QUARTER_MS - at % HOUR_QUARTER_MS : zone_instant(w->zone, day + 1, w->cut_hour * 60);
}

/* state STATE_OFFLINE: serving. */
static enum err
time_show(struct work *w, uint32_t agent, int state, int64_t from, int64_t to)
{
	enum err e = OK;
	from = from > w->low ? from : w->low;
	to = to < w->high ? to : w->high;
	for (int64_t at = from; !e && at < to;) {
		struct report_place p = place_at(w, agent, at);
		int64_t until = row_until(w, at, p.day);
		uint32_t row;
		until = until < to ? until : to;
		if (report_shows(w->r, &p)) {
			e = report_row_of(w->r, &p, &row);
			if (!e)
				time_add(&w->r->cells[row], state, until - at);
			time_add(&w->r->cells[0], state, until - at);
		}
		at = until;
	}
	return e;
}

/* Nothing came after it: it is over with its business day. */
static enum err
state_end(struct work *w)
{
	if (!w->any || w->state == STATE_OFFLINE)
		return OK;
	int64_t day = zone_business_day(w->zone, w->since, w->cut_hour), end = zone_instant(w->zone, day + 1, w->cut_hour * 60);
	return time_show(w, w->agent, w->state, w->since, end < w->r->ask.now ? end : w->r->ask.now);
}

static int
person_order(const void *key, const void *element)
{
	int64_t a = *(const int64_t *)key, b = ((const struct report_person *)element)->id;
	return a < b ? -1 : a > b;
}

static enum err
state_take(void *ctx, const void *row)
{
	struct work *w = ctx;
	const struct trade_states_out *s = row;
	const struct report *r = w->r;
	const struct report_person *p = r->people_count ? bsearch(&s->person_id, r->people, r->people_count, sizeof *p, person_order) : NULL;
	if (!p)
		return OK;
	uint32_t agent = (uint32_t)(p - r->people);
	enum err e = OK;
	if (w->any && w->agent != agent)
		e = state_end(w);
	else if (w->any && w->state != STATE_OFFLINE)
		e = time_show(w, agent, w->state, w->since, s->at);
	w->any = true;
	w->agent = agent;
	w->state = (int)s->state;
	w->since = s->at;
	return e;
}

/* Serving --------------------------------------------------------------------------------------------------------------- */

static int
stretch_order(const void *a, const void *b)
{
	const struct report_stretch *x = a, *y = b;
	if (x->agent != y->agent)
		return x->agent < y->agent ? -1 : 1;
	return x->begin < y->begin ? -1 : x->begin > y->begin;
}

static void
span_take(struct work *w, const struct report_stretch *s)
{
	if (s->agent != FACT_NONE && w->r->people[s->agent].shown && s->end > w->low && s->begin < w->high)
		w->spans[w->n++] = *s;
}

static void
spans_read(struct work *w, const struct report_stretch *open, size_t n)
{
	const struct facts *f = &w->r->facts;
	for (size_t i = 0; open && i < n; i++)
		span_take(w, &open[i]);
	for (size_t i = 0; !open && i < f->parts.n; i++) {
		const struct fact_part *p = &f->parts.all[i];
		if (p->day != FACT_NO_DAY && !f->pairs.all[p->pair].filter && f->sessions.all[p->session].lines)
			span_take(w, &(struct report_stretch){ p->begin, p->end, p->agent });
	}
	if (w->n > 1)
		qsort(w->spans, w->n, sizeof *w->spans, stretch_order);
}

static enum err
serving_show(struct work *w)
{
	enum err e = OK;
	for (size_t i = 0, next; !e && i < w->n; i = next) {
		int64_t end = w->spans[i].end;
		for (next = i + 1; next < w->n && w->spans[next].agent == w->spans[i].agent && w->spans[next].begin <= end; next++)
			end = w->spans[next].end > end ? w->spans[next].end : end;
		e = time_show(w, w->spans[i].agent, STATE_OFFLINE, w->spans[i].begin, end);
	}
	return e;
}

static bool
one_cut(const struct report *r)
{
	for (size_t i = 1; i < r->shop_count; i++)
		if (r->shops[i].cut_hour != r->shops[0].cut_hour || r->shops[i].zone != r->shops[0].zone)
			return false;
	return true;
}

enum err
workload_count(struct db *db, struct report *r, const struct report_stretch *open, size_t n)
{
	struct work w = { .r = r };
	if (!r->shop_count || r->ask.by & (BY_SESSION | BY_SHOP | BY_CHANNEL | BY_CATEGORY) || r->ask.channel != REPORT_ANY || r->ask.category_id)
		return OK;
	w.zone = r->shops[0].zone;
	w.cut_hour = one_cut(r) ? r->shops[0].cut_hour : 0;
	w.low = zone_instant(w.zone, r->ask.from, w.cut_hour * 60);
	w.high = zone_instant(w.zone, r->ask.to + 1, w.cut_hour * 60);
	w.spans = mem_new((open ? n : r->facts.parts.n) + 1, sizeof *w.spans);
	if (!w.spans)
		return ERR_NO_MEMORY;
	enum err e = query_each(db, &trade_states, &(struct trade_states_in){ w.low, w.high }, state_take, &w);
	if (!e)
		e = state_end(&w);
	if (!e) {
		spans_read(&w, open, n);
		e = serving_show(&w);
	}
	mem_free(w.spans);
	return e;
}
