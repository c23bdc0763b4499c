#include "measure/tally.h"

#include "base/banned.h"

void
tally_person(struct cell *c, enum tally t, uint32_t customer)
{
	c->t[t]++;
	if (c->seen[t] == customer + 1)
		return;
	c->seen[t] = customer + 1;
	c->t[t + 1]++;
}

static void
tally_received(struct cell *c, const struct fact_pair *q, const struct measure_rules *r)
{
	tally_person(c, TALLY_RECEIVED, q->customer);
	tally_person(c, q->in ? TALLY_IN : TALLY_DIRECT, q->customer);
	bool inquiry = r->effective_inquiry && q->trade & PAIR_INQUIRY;
	if (inquiry || (q->replies >= r->effective_replies && q->further >= r->effective_lines))
		tally_person(c, TALLY_EFFECTIVE, q->customer);
}

void
tally_pair(struct cell *c, const struct fact_pair *q, const struct measure_rules *r)
{
	bool held = q->agent != FACT_NONE;
	if (held && q->wrote)
		tally_person(c, TALLY_CONSULT, q->customer);
	if (held && q->wrote && q->agent_lines)
		tally_received(c, q, r);
	if (held && q->out)
		tally_person(c, TALLY_OUT, q->customer);
	if (q->slow >= r->slow_rounds)
		tally_person(c, TALLY_SLOW, q->customer);
	if (q->long_session)
		tally_person(c, TALLY_LONG, q->customer);
	if (q->wrote && (c->customer != q->customer + 1 || c->day != q->day)) {
		c->customer = q->customer + 1;
		c->day = q->day;
		c->t[TALLY_WROTE_DAYS]++;
		c->t[TALLY_ANSWERED_DAYS] += !q->day_unanswered;
	}
	if (q->noreply)
		tally_person(c, TALLY_NOREPLY, q->customer);
}

bool
tally_reply_ms(const struct fact_round *round, const struct profile *p, uint32_t *ret_ms)
{
	if (round->ms == FACT_UNANSWERED || (p->leave_zero && round->ms < 1000) || (p->same_day && !round->same_day))
		return false;
	*ret_ms = p->round_cap_ms && round->ms > p->round_cap_ms ? (uint32_t)p->round_cap_ms : round->ms;
	return true;
}

/* Rates: an unanswered round counts as soon as its n seconds are over. */
static void
tally_within(struct cell *c, const struct fact_round *round, const struct measure_rules *r, int64_t now)
{
	static const enum tally asked[WITHIN_COUNT] = { TALLY_ASKED_1, TALLY_ASKED_2 }, within[WITHIN_COUNT] = { TALLY_WITHIN_1,
	    TALLY_WITHIN_2 };
	for (int i = 0; i < WITHIN_COUNT; i++) {
		int64_t n_ms = r->within_s[i] * 1000;
		bool answered = round->ms != FACT_UNANSWERED;
		if (!answered && now < round->begin + n_ms)
			continue;
		c->t[asked[i]]++;
		c->t[within[i]] += answered && round->ms <= n_ms;
	}
}

void
tally_round(struct cell *c, const struct fact_round *round, const struct fact_session *s, const struct profile *p,
    const struct measure_rules *r,
            int64_t now)
{
	uint32_t ms;
	int hour = p->first_only ? s->minute / 60 : round->hour;
	if (round->first && round->ms != FACT_UNANSWERED) {
		c->t[TALLY_FIRST]++;
		c->t[TALLY_FIRST_MS] += round->ms;
	}
	if (tally_reply_ms(round, p, &ms)) {
		c->t[TALLY_REPLY]++;
		c->t[TALLY_REPLY_MS] += ms;
	}
	if ((round->first || !p->first_only) && hour >= p->hour_from && hour < p->hour_to)
		tally_within(c, round, r, now);
}

void
tally_lines(struct cell *c, const struct fact_lines *l, enum filter filter)
{
	c->t[TALLY_ROBOT_LINES] += l->robot_lines;
	c->t[TALLY_AUTO_LINES] += l->auto_lines;
	if (filter == FILTER_NONE || filter == FILTER_ROBOT)
		c->t[TALLY_CUSTOMER_LINES] += l->customer_lines;
	if (filter)
		return;
	c->t[TALLY_CUSTOMER_LINES_HUMAN] += l->customer_lines;
	c->t[TALLY_AGENT_LINES] += l->agent_lines;
	c->t[TALLY_AGENT_TEXTS] += l->texts;
	c->t[TALLY_AGENT_CHARS] += l->chars;
	c->t[TALLY_PHRASE_LINES] += l->phrases;
}

static bool
handed_over_before(const struct facts *f, size_t part)
{
	const struct fact_part *p = &f->parts.all[part];
	for (size_t i = part; i-- > 0 && f->parts.all[i].session == p->session;)
		if (f->parts.all[i].agent == p->agent && f->parts.all[i].out)
			return true;
	return false;
}

void
tally_part(struct cell *c, const struct facts *f, size_t part)
{
	const struct fact_part *p = &f->parts.all[part];
	uint32_t session = f->sessions.all[p->session].same;
	if (p->first && c->session != session + 1) {
		c->session = session + 1;
		c->t[TALLY_SESSIONS]++;
	}
	if (p->agent == FACT_NONE || !f->sessions.all[p->session].asked)
		return;
	c->t[TALLY_SESSIONS_HELD] += p->first;
	if (!p->out || handed_over_before(f, part))
		return;
	c->t[TALLY_SESSIONS_OUT]++;
	c->t[TALLY_SESSIONS_OUT_SILENT] += p->agent_lines == 0;
}

void
tally_solved(struct cell *c, const struct fact_session *s, const struct measure_rules *r, int64_t now)
{
	if (!s->returned && now < s->end + r->fcr_hours * 3600000) {
		c->t[TALLY_FCR_OPEN]++;
		return;
	}
	c->t[TALLY_FCR_SESSIONS]++;
	c->t[TALLY_FCR] += !s->returned;
}

void
tally_rating(struct cell *c, const struct fact_rating *rating)
{
	static const enum tally rated[] = { TALLY_RATED, TALLY_RATED_OWN, TALLY_RATED_SYSTEM },
	                        satisfied[] = { TALLY_SATISFIED, TALLY_SATISFIED_OWN, TALLY_SATISFIED_SYSTEM };
	if (rating->source == RATING_INVITE) {
		c->t[TALLY_INVITES]++;
		return;
	}
	c->t[TALLY_RATED_ALL]++;
	c->t[TALLY_SATISFIED_ALL] += rating->score >= 4;
	c->t[rated[rating->source]]++;
	c->t[satisfied[rating->source]] += rating->score >= 4;
}
