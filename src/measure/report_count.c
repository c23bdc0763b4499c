/* Facts into rows: every fact that is shown adds to its row and to the total. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/report.h"
#include "base/banned.h"

enum err
report_duration(struct durations *d, uint32_t row, uint32_t ms)
{
	if (d->n + 2 > d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 1024;
		struct duration *p = mem_grow(d->all, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		d->all = p;
		d->cap = cap;
	}
	d->all[d->n++] = (struct duration){ 0, ms };
	d->all[d->n++] = (struct duration){ row, ms };
	return OK;
}

static int
by_row_and_time(const void *a, const void *b)
{
	const struct duration *x = a, *y = b;
	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->ms < y->ms ? -1 : x->ms > y->ms;
}

static void
durations_sort(struct durations *d)
{
	if (d->n)
		qsort(d->all, d->n, sizeof *d->all, by_row_and_time);
}

void
report_durations(struct report *r)
{
	durations_sort(&r->first);
	durations_sort(&r->reply);
	for (size_t i = 0; i < r->first.n; i++) {
		struct report_row *row = &r->rows[r->first.all[i].row];
		row->first_from = row->first_n++ ? row->first_from : i;
	}
	for (size_t i = 0; i < r->reply.n; i++) {
		struct report_row *row = &r->rows[r->reply.all[i].row];
		row->reply_from = row->reply_n++ ? row->reply_from : i;
	}
}

static enum err
count_pairs(struct report *r)
{
	for (size_t i = 0; i < r->facts.pairs.n; i++) {
		const struct fact_pair *q = &r->facts.pairs.all[i];
		uint32_t part = q->noreply ? q->last_part : q->first_part, row;
		struct report_place p = report_place_of(r, (struct report_place){ .shop = q->shop, .agent = q->agent,
		    .session = part == FACT_NONE ? FACT_NONE : r->facts.parts.all[part].session,
			                  .rating = FACT_NONE, .day = q->day, .hour = q->hour });
		if (!report_shows(r, &p) || (r->ask.by == BY_SESSION && part == FACT_NONE))
			continue;
		r->filtered[q->filter]++;
		if (q->filter)
			continue;
		enum err e = report_row_of(r, &p, &row);
		if (e)
			return e;
		const struct measure_rules *rules = report_version(r, q->shop, q->day)->rules;
		tally_pair(&r->cells[row], q, rules);
		tally_pair(&r->cells[0], q, rules);
		trade_count_pair(r, q, row);
	}
	return OK;
}

static enum err
round_count(struct report *r, const struct fact_round *round, const struct fact_pair *q)
{
	const struct fact_session *s = &r->facts.sessions.all[round->session];
	const struct rule_version *by = report_version(r, q->shop, round->day);
	struct report_place p = report_place_of(r, (struct report_place){ .shop = q->shop, .agent = round->agent, .session = round->session, .rating = FACT_NONE,
	    .day = round->day, .hour = round->hour });
	uint32_t row, ms;
	if (!report_shows(r, &p))
		return OK;
	enum err e = report_row_of(r, &p, &row);
	if (e)
		return e;
	tally_round(&r->cells[row], round, s, by->profile, by->rules, r->ask.now);
	tally_round(&r->cells[0], round, s, by->profile, by->rules, r->ask.now);
	if (round->first && round->ms != FACT_UNANSWERED)
		e = report_duration(&r->first, row, round->ms);
	if (!e && tally_reply_ms(round, by->profile, &ms))
		e = report_duration(&r->reply, row, ms);
	return e;
}

static enum err
count_rounds(struct report *r)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < r->facts.rounds.n; i++) {
		const struct fact_pair *q = &r->facts.pairs.all[r->facts.rounds.all[i].pair];
		e = q->filter ? OK : round_count(r, &r->facts.rounds.all[i], q);
	}
	return e;
}

static enum err
count_lines(struct report *r)
{
	for (size_t i = 0; i < r->facts.lines.n; i++) {
		const struct fact_lines *l = &r->facts.lines.all[i];
		const struct fact_part *part = &r->facts.parts.all[l->part];
		const struct fact_pair *q = &r->facts.pairs.all[part->pair];
		struct report_place p = report_place_of(r, (struct report_place){ .shop = q->shop, .agent = part->agent, .session = part->session, .rating = FACT_NONE,
		    .day = part->day, .hour = l->hour });
		uint32_t row;
		if (!report_shows(r, &p) || (q->filter && q->filter != FILTER_ROBOT && !l->robot_lines && !l->auto_lines))
			continue;
		enum err e = report_row_of(r, &p, &row);
		if (e)
			return e;
		tally_lines(&r->cells[row], l, q->filter);
		tally_lines(&r->cells[0], l, q->filter);
	}
	return OK;
}

static void
part_count(struct report *r, uint32_t row, size_t part)
{
	const struct facts *f = &r->facts;
	const struct measure_rules *rules = report_version(r, f->pairs.all[f->parts.all[part].pair].shop, f->parts.all[part].day)->rules;
	const struct fact_session *s = &f->sessions.all[f->parts.all[part].session];
	bool last = part + 1 == f->parts.n || f->parts.all[part + 1].session != f->parts.all[part].session;
	struct cell *cells[] = { &r->cells[row], &r->cells[0] };
	for (int i = 0; i < 2; i++) {
		tally_part(cells[i], f, part);
		if (last && s->asked && f->parts.all[part].agent != FACT_NONE)
			tally_solved(cells[i], s, rules, r->ask.now);
	}
}

/*
 * Several days' windows may have seen one session, with others between. Parts by session, then, so that the session counted last tells of all; NULL: as
 * they lie.
 */
static enum err
parts_order(const struct facts *f, size_t **ret_order)
{
	bool again = false;
	for (size_t i = 0; !again && i < f->sessions.n; i++)
		again = f->sessions.all[i].same != i;
	*ret_order = NULL;
	if (!again)
		return OK;
	size_t *order = mem_new(f->parts.n + 1, sizeof *order), *from = mem_new(f->sessions.n + 2, sizeof *from);
	for (size_t i = 0; order && from && i < f->parts.n; i++)
		from[f->sessions.all[f->parts.all[i].session].same + 2]++;
	for (size_t i = 0; order && from && i < f->sessions.n; i++)
		from[i + 2] += from[i + 1];
	for (size_t i = 0; order && from && i < f->parts.n; i++)
		order[from[f->sessions.all[f->parts.all[i].session].same + 1]++] = i;
	enum err e = order && from ? OK : ERR_NO_MEMORY;
	mem_free(from);
	if (e)
		mem_free(order);
	else
		*ret_order = order;
	return e;
}

static enum err
count_parts(struct report *r, const size_t *order)
{
	for (size_t n = 0; n < r->facts.parts.n; n++) {
		size_t i = order ? order[n] : n;
		const struct fact_part *part = &r->facts.parts.all[i];
		const struct fact_pair *q = &r->facts.pairs.all[part->pair];
		struct report_place p = report_place_of(r, (struct report_place){ .shop = q->shop, .agent = part->agent, .session = part->session, .rating = FACT_NONE,
		    .day = part->day, .hour = part->hour });
		uint32_t row;
		if (q->filter || !r->facts.sessions.all[part->session].lines || !report_shows(r, &p))
			continue;
		enum err e = report_row_of(r, &p, &row);
		if (e)
			return e;
		part_count(r, row, i);
	}
	return OK;
}

static enum err
count_ratings(struct report *r)
{
	for (size_t i = 0; i < r->facts.ratings.n; i++) {
		const struct fact_rating *g = &r->facts.ratings.all[i];
		struct report_place p = report_place_of(r, (struct report_place){ .shop = g->shop, .agent = g->agent, .session = g->session, .rating = (uint32_t)i, .day = g->day,
		    .hour = g->hour });
		uint32_t row;
		if (!report_shows(r, &p))
			continue;
		enum err e = report_row_of(r, &p, &row);
		if (e)
			return e;
		tally_rating(&r->cells[row], g);
		tally_rating(&r->cells[0], g);
	}
	return OK;
}

enum err
report_count(struct report *r)
{
	enum err e = count_pairs(r);
	if (!e)
		e = count_rounds(r);
	if (!e)
		e = count_lines(r);
	size_t *order = NULL;
	if (!e)
		e = parts_order(&r->facts, &order);
	if (!e)
		e = count_parts(r, order);
	mem_free(order);
	if (!e)
		e = count_ratings(r);
	if (!e)
		e = trade_count(r);
	if (!e)
		report_durations(r);
	return e;
}
