/* Second half of the pass: the contact pairs of one customer, and what rounds, days and filters mean to them. */
#include "measure/facts_impl.h"
#include "base/banned.h"

static struct fact_pair *
pair_of(const struct pass *p, int32_t day, uint32_t agent)
{
	for (size_t i = p->f->pairs.n; i-- > p->first_pair;)
		if (p->f->pairs.all[i].day == day && p->f->pairs.all[i].agent == agent)
			return &p->f->pairs.all[i];
	return NULL;
}

static struct fact_pair *
pair_new(struct pass *p, int32_t day, uint32_t agent, uint8_t hour, uint32_t part)
{
	struct fact_pair *q = fact_new(p->f->pairs);
	if (q)
		*q = (struct fact_pair){ .customer = p->of->customer, .shop = p->of->shop, .agent = agent, .day = day, .hour = hour, .first_part = part,
			                 .last_part = part };
	return q;
}

static bool
is_long(const struct pass *p, const struct fact_part *part)
{
	const struct fact_session *s = &p->f->sessions.all[part->session];
	return part->first && s->end - s->begin > p->of->rules->long_min * 60000;
}

static enum err
part_add(struct pass *p, uint32_t i)
{
	struct fact_part *part = &p->f->parts.all[i];
	struct fact_pair *q = pair_of(p, part->day, part->agent);
	if (!q) {
		q = pair_new(p, part->day, part->agent, part->hour, i);
		if (!q)
			return ERR_NO_MEMORY;
		q->in = part->in;
	}
	part->pair = (uint32_t)(q - p->f->pairs.all);
	q->last_part = i;
	q->out = part->out;
	q->further += q->replies ? part->customer_lines : part->further;
	q->replies += part->replies;
	q->customer_lines += part->customer_lines;
	q->agent_lines += part->agent_lines;
	q->robot_lines += part->robot_lines;
	q->code_words += part->code_words;
	q->carried += part->carried;
	q->wrote = q->wrote || part->customer_lines || part->carried;
	q->long_session = q->long_session || is_long(p, part);
	return OK;
}

/* A round of somebody who had no line on the day on which it began belongs to the pair of the answer's day. */
static enum err
round_add(struct pass *p, struct fact_round *r)
{
	struct fact_pair *q = pair_of(p, r->day, r->agent);
	if (!q)
		q = pair_of(p, r->day + 1, r->agent);
	if (!q)
		q = pair_new(p, r->day, r->agent, r->hour, FACT_NONE);
	if (!q)
		return ERR_NO_MEMORY;
	r->pair = (uint32_t)(q - p->f->pairs.all);
	if (r->ms == FACT_UNANSWERED)
		q->wrote = true;
	else if (r->ms > p->of->rules->slow_s * 1000)
		q->slow++;
	return OK;
}

/* One business day of the customer: parts [from, to). Who never got a human reply is counted at who held him last. */
static void
day_close(struct pass *p, size_t from, size_t to)
{
	const struct fact_part *parts = p->f->parts.all;
	bool asked = false, answered = false;
	size_t last = to;
	for (size_t i = from; i < to; i++) {
		asked = asked || parts[i].customer_lines;
		answered = answered || parts[i].replies;
		last = p->f->sessions.all[parts[i].session].lines ? i : last;
	}
	if (!asked || answered)
		return;
	for (size_t i = from; i < to; i++)
		p->f->pairs.all[parts[i].pair].day_unanswered = true;
	struct fact_pair *q = last < to ? &p->f->pairs.all[parts[last].pair] : NULL;
	if (q)
		q->noreply = q->wrote = true;
}

static enum filter
pair_filter(const struct pass *p, const struct fact_pair *q)
{
	const struct measure_rules *r = p->of->rules;
	static const enum filter of_kind[] = { FILTER_NONE, FILTER_STAFF, FILTER_PLATFORM, FILTER_PLATFORM };
	if (r->leave_staff && p->of->kind)
		return of_kind[p->of->kind];
	if (q->agent == FACT_NONE && q->robot_lines && !q->agent_lines)
		return FILTER_ROBOT; /* the robot's part, or all, of the day */
	if (q->agent != FACT_NONE && p->of->left_out && p->of->left_out[q->agent])
		return FILTER_AGENT;
	if (r->leave_empty && !q->wrote)
		return FILTER_EMPTY;
	if (r->code_word[0] && q->code_words >= r->code_word_times)
		return FILTER_CODE_WORD;
	if (r->single_line_replies && q->customer_lines == 1 && !q->carried && q->agent_lines >= r->single_line_replies)
		return FILTER_SINGLE_LINE;
	if (r->monologue_lines && q->customer_lines + q->carried <= r->monologue_lines)
		return FILTER_MONOLOGUE;
	if (r->forwarded_lines && q->out && q->agent_lines <= r->forwarded_lines)
		return FILTER_FORWARDED;
	return FILTER_NONE;
}

/* A session was not the last word when the customer began another one soon, about the same subject where both have one. */
static void
returns_mark(struct pass *p)
{
	struct fact_session *all = p->f->sessions.all;
	size_t n = p->f->sessions.n;
	for (size_t i = p->first_session; i < n; i++)
		for (size_t k = i + 1; k < n && all[k].begin - all[i].end <= p->of->rules->fcr_hours * 3600000; k++) {
			bool same = !all[k].category || !all[i].category || all[k].category == all[i].category;
			all[i].returned = all[i].returned || (all[k].asked && same);
		}
}

enum err
pairs_make(struct pass *p)
{
	struct facts *f = p->f;
	enum err e = OK;
	for (size_t i = p->first_part; !e && i < f->parts.n; i++)
		e = part_add(p, (uint32_t)i);
	for (size_t i = p->first_round; !e && i < f->rounds.n; i++)
		e = round_add(p, &f->rounds.all[i]);
	if (e)
		return e;
	for (size_t from = p->first_part, to; from < f->parts.n; from = to) {
		for (to = from; to < f->parts.n && f->parts.all[to].day == f->parts.all[from].day;)
			to++;
		day_close(p, from, to);
	}
	for (size_t i = p->first_pair; i < f->pairs.n; i++)
		f->pairs.all[i].filter = (uint8_t)pair_filter(p, &f->pairs.all[i]);
	returns_mark(p);
	return OK;
}
