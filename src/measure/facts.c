#include "measure/facts.h"

#include <string.h>

#include "measure/facts_impl.h"
#include "base/banned.h"

const char *const filter_names[FILTER_COUNT] = {
	"none", "own_staff", "robot", "platform", "agents", "empty", "code_word", "single_line", "monologue", "forwarded",
};

const char *const channel_names[CHANNEL_COUNT] = { "other", "web", "mail", "voice", "import" };

void *
fact_room(void **all, size_t *n, size_t *cap, size_t size)
{
	if (!*all || *n == *cap) {
		size_t more = *cap ? 2 * *cap : 256;
		void *p = mem_grow(*all, more * size);
		if (!p)
			return NULL;
		*all = p;
		*cap = more;
	}
	char *room = (char *)*all + (*n)++ * size;
	memset(room, 0, size);
	return room;
}

void
facts_empty(struct facts *f)
{
	f->sessions.n = f->parts.n = f->pairs.n = f->rounds.n = f->lines.n = f->ratings.n = f->orders.n = f->assists.n = f->refunds.n = 0;
}

void
facts_free(struct facts *f)
{
	mem_free(f->sessions.all);
	mem_free(f->parts.all);
	mem_free(f->pairs.all);
	mem_free(f->rounds.all);
	mem_free(f->lines.all);
	mem_free(f->ratings.all);
	mem_free(f->orders.all);
	mem_free(f->assists.all);
	mem_free(f->refunds.all);
	mem_free(f->calls.all);
	*f = (struct facts){ 0 };
}

static int
kind_rank(uint8_t kind)
{
	return kind == FACT_CLOSED ? FACT_AUTO : kind >= FACT_CUSTOMER && kind <= FACT_AUTO ? FACT_CUSTOMER : kind;
}

int
fact_event_order(const void *a, const void *b)
{
	const struct fact_event *x = a, *y = b;
	if (x->customer != y->customer)
		return x->customer < y->customer ? -1 : 1;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	int rx = kind_rank(x->kind), ry = kind_rank(y->kind);
	if (rx != ry)
		return rx - ry;
	if (x->record_id != y->record_id)
		return x->record_id < y->record_id ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Rounds ---------------------------------------------------------------------------------------------------------------- */

static enum err
round_end(struct pass *p, uint32_t ms, uint32_t agent, bool same_day)
{
	struct open_round *o = &p->round;
	struct fact_round *r = fact_new(p->f->rounds);
	if (!r)
		return ERR_NO_MEMORY;
	*r = (struct fact_round){ .begin = o->begin, .ms = ms, .session = o->session, .pair = FACT_NONE, .agent = agent, .day = o->day, .hour = o->hour,
		                  .first = o->first, .same_day = same_day };
	o->open = false;
	return OK;
}

static enum err
round_leave(struct pass *p)
{
	return p->round.open ? round_end(p, FACT_UNANSWERED, p->round.holder, false) : OK;
}

static enum err
round_answer(struct pass *p, int64_t at, uint32_t agent)
{
	if (!p->round.open)
		return OK;
	if (at - p->round.begin > ROUND_WINDOW_MS)
		return round_leave(p);
	return round_end(p, (uint32_t)(at - p->round.begin), agent, p->day == p->round.day);
}

static void
round_held_by(struct pass *p, uint32_t agent)
{
	if (p->round.open && !p->round.frozen && p->round.session == p->session)
		p->round.holder = agent;
}

static enum err
round_ask(struct pass *p, int64_t at)
{
	enum err e = OK;
	if (p->round.open && p->round.session != p->session)
		e = round_leave(p);
	if (e || p->round.open)
		return e;
	bool first = p->f->sessions.all[p->session].asked == 0;
	p->round = (struct open_round){ .open = true, .first = first, .begin = at, .session = p->session, .holder = p->holder,
	    .day = p->day, .hour = p->hour };
	return OK;
}

/* Sessions and who holds them ------------------------------------------------------------------------------------------- */

static bool
session_goes_on(const struct pass *p, int64_t at)
{
	int64_t again = p->of->profile->continue_ms;
	if (p->session == FACT_NONE)
		return false;
	if (p->closed_at)
		return again && at - p->closed_at <= again;
	return at - p->last_at <= p->of->rules->session_gap_min * 60000;
}

/* The pause was too long for a session, but the conversation of the record is still the same, and so is who holds it. */
static bool
record_goes_on(const struct pass *p, const struct fact_event *e)
{
	return p->session != FACT_NONE && !p->closed_at && e->record_id && e->record_id == p->record_id;
}

static enum err
session_begin(struct pass *p, const struct fact_event *e)
{
	bool held_on = !p->closed_at && e->record_id && e->record_id == p->record_id; /* maybe assigned before its first line */
	enum err err = p->closed_at || e->kind == FACT_CUSTOMER ? round_leave(p) : OK;
	struct fact_session *s = err ? NULL : fact_new(p->f->sessions);
	if (!s)
		return err ? err : ERR_NO_MEMORY;
	*s = (struct fact_session){ .record_id = e->record_id, .begin = e->at, .end = e->at, .customer = p->of->customer, .category = e->category,
		                    .day = p->day, .minute = p->minute, .channel = e->channel };
	p->session = s->same = (uint32_t)(p->f->sessions.n - 1);
	p->part = FACT_NONE;
	if (!held_on) {
		p->holder = FACT_NONE;
		p->moved = false;
	}
	return OK;
}

static enum err
session_go_on(struct pass *p, const struct fact_event *e)
{
	enum err err = session_goes_on(p, e->at) ? OK : session_begin(p, e);
	p->closed_at = 0;
	if (e->record_id)
		p->record_id = e->record_id;
	return err;
}

static bool
agent_was_there(const struct pass *p, uint32_t agent)
{
	for (size_t i = p->f->parts.n; i-- > p->first_part && p->f->parts.all[i].session == p->session;)
		if (p->f->parts.all[i].agent == agent)
			return true;
	return false;
}

/* The session is this agent's from now on (FACT_NONE: nobody's). */
static enum err
hold(struct pass *p, uint32_t agent, int64_t at)
{
	struct fact_part *now = p->part == FACT_NONE ? NULL : &p->f->parts.all[p->part];
	const struct fact_session *s = &p->f->sessions.all[p->session];
	p->holder = agent;
	round_held_by(p, agent);
	if (now && now->day == p->day && now->agent == agent)
		return OK;
	if (now && now->day == p->day && now->agent == FACT_NONE && !now->robot_lines) {
		now->first = !agent_was_there(p, agent);
		now->agent = agent;
		return OK;
	}
	bool first = !agent_was_there(p, agent), from_robot = now && now->day == p->day && now->agent == FACT_NONE;
	if (now && now->agent == agent)
		now->end = at; /* past midnight */
	now = fact_new(p->f->parts);
	if (!now)
		return ERR_NO_MEMORY;
	*now = (struct fact_part){ .session = p->session, .pair = FACT_NONE, .agent = agent, .day = p->day, .begin = at, .end = at, .hour = p->hour, .first = first,
		                   .in = p->moved, .carried = p->moved || from_robot ? s->asked : 0 };
	p->moved = false;
	p->part = (uint32_t)(p->f->parts.n - 1);
	return OK;
}

/* Lines ----------------------------------------------------------------------------------------------------------------- */

static struct fact_lines *
lines_of(struct pass *p)
{
	struct fact_lines *l = p->lines == FACT_NONE ? NULL : &p->f->lines.all[p->lines];
	if (l && l->part == p->part && l->hour == p->hour)
		return l;
	l = fact_new(p->f->lines);
	if (!l)
		return NULL;
	l->part = p->part;
	l->hour = p->hour;
	p->lines = (uint32_t)(p->f->lines.n - 1);
	return l;
}

static enum err
customer_line(struct pass *p, const struct fact_event *e)
{
	enum err err = session_go_on(p, e);
	if (!err)
		err = round_ask(p, e->at);
	if (!err)
		err = hold(p, e->agent == FACT_NONE ? p->holder : e->agent, e->at);
	struct fact_lines *l = err ? NULL : lines_of(p);
	if (!l)
		return err ? err : ERR_NO_MEMORY;
	struct fact_part *part = &p->f->parts.all[p->part];
	struct fact_session *s = &p->f->sessions.all[p->session];
	l->customer_lines++;
	part->customer_lines++;
	part->further += part->replies > 0;
	part->end = s->end = p->last_at = e->at;
	s->asked++;
	s->lines++;
	p->asked_day = p->day;
	return OK;
}

static enum err
agent_line(struct pass *p, const struct fact_event *e)
{
	uint32_t agent = e->agent == FACT_NONE ? p->holder : e->agent;
	enum err err = session_go_on(p, e);
	if (!err)
		err = round_answer(p, e->at, agent);
	if (!err)
		err = hold(p, agent, e->at);
	struct fact_lines *l = err ? NULL : lines_of(p);
	if (!l)
		return err ? err : ERR_NO_MEMORY;
	struct fact_part *part = &p->f->parts.all[p->part];
	struct fact_session *s = &p->f->sessions.all[p->session];
	l->agent_lines++;
	l->texts += e->chars > 0;
	l->chars += e->chars;
	l->phrases += e->base_phrase;
	part->agent_lines++;
	part->code_words += e->code_word;
	part->replies += p->asked_day == p->day;
	part->end = s->end = p->last_at = e->at;
	s->lines++;
	return OK;
}

/* Robot and automatic lines are counted where they fall, after a close too; they open a session only when there is none near, and never hold
 * one open. */
static enum err
machine_line(struct pass *p, const struct fact_event *e)
{
	bool after_close = p->session != FACT_NONE && p->closed_at && e->at - p->closed_at <= p->of->rules->session_gap_min * 60000;
	bool fresh = !after_close && !session_goes_on(p, e->at);
	enum err err = fresh ? session_go_on(p, e) : OK;
	if (fresh)
		p->last_at = e->at;
	if (!err)
		err = hold(p, p->holder, e->at);
	struct fact_lines *l = err ? NULL : lines_of(p);
	if (!l)
		return err ? err : ERR_NO_MEMORY;
	if (e->kind == FACT_ROBOT) {
		l->robot_lines++;
		p->f->parts.all[p->part].robot_lines++;
	} else {
		l->auto_lines++;
	}
	return OK;
}

/* What is no line ------------------------------------------------------------------------------------------------------- */

static enum err
transfer(struct pass *p, const struct fact_event *e)
{
	bool on = session_goes_on(p, e->at), live = on || record_goes_on(p, e);
	enum err err = OK;
	if (live && e->agent != FACT_NONE)
		err = hold(p, e->agent, e->at);
	if (err)
		return err;
	struct fact_part *part = p->part == FACT_NONE ? NULL : &p->f->parts.all[p->part];
	if (part && (part->agent == e->agent || e->agent == FACT_NONE)) {
		part->out = true;
		part->end = on ? e->at : part->end;
	}
	if (p->round.open && e->at > p->round.begin && e->at - p->round.begin <= ROUND_WINDOW_MS) {
		p->round.begin = e->at;
		p->round.day = p->day;
		p->round.hour = p->hour;
		p->round.frozen = false;
	}
	p->part = FACT_NONE;
	p->moved = true;
	p->holder = e->to;
	round_held_by(p, e->to);
	if (e->record_id)
		p->record_id = e->record_id;
	return live && e->to != FACT_NONE ? hold(p, e->to, e->at) : OK;
}

static enum err
assigned(struct pass *p, const struct fact_event *e)
{
	if (session_goes_on(p, e->at) || record_goes_on(p, e))
		return hold(p, e->agent, e->at);
	enum err err = p->closed_at ? round_leave(p) : OK;
	p->holder = e->agent;
	p->record_id = e->record_id;
	p->closed_at = 0;
	p->session = p->part = FACT_NONE;
	return err;
}

static void
queued(struct pass *p)
{
	const struct fact_part *part = p->part == FACT_NONE ? NULL : &p->f->parts.all[p->part];
	if (part && part->agent != FACT_NONE)
		p->part = FACT_NONE;
	p->holder = FACT_NONE;
	round_held_by(p, FACT_NONE);
}

static void
closed(struct pass *p, const struct fact_event *e)
{
	bool live = !p->closed_at && session_goes_on(p, e->at);
	if (live && p->part != FACT_NONE)
		p->f->parts.all[p->part].end = e->at;
	if (live)
		p->f->sessions.all[p->session].end = e->at;
	p->closed_at = e->at;
}

static enum err
rating(struct pass *p, const struct fact_event *e)
{
	struct fact_rating *r = fact_new(p->f->ratings);
	if (!r)
		return ERR_NO_MEMORY;
	*r = (struct fact_rating){ .record_id = e->record_id, .session = p->session, .agent = e->agent, .customer = p->of->customer, .shop = p->of->shop,
		                   .day = p->day, .hour = p->hour, .score = e->score, .source = e->source };
	return OK;
}

/* The pass -------------------------------------------------------------------------------------------------------------- */

static void
clock_set(struct pass *p, int64_t at)
{
	const struct zone *z = p->of->zone;
	int64_t day;
	int minute;
	zone_local(z, at, &day, &minute);
	p->minute = (uint16_t)minute;
	p->hour = (uint8_t)(minute / 60);
	if (at >= p->day_from && at < p->day_until)
		return;
	p->day = (int32_t)zone_business_day(z, at, p->of->cut_hour);
	p->day_from = zone_instant(z, p->day, p->of->cut_hour * 60);
	p->day_until = zone_instant(z, p->day + 1, p->of->cut_hour * 60);
	if (p->round.open && p->day > p->round.day)
		p->round.frozen = true;
}

static enum err
event_take(struct pass *p, const struct fact_event *e)
{
	clock_set(p, e->at);
	switch ((enum fact_kind)e->kind) {
	case FACT_CUSTOMER:
		return customer_line(p, e);
	case FACT_AGENT:
		return agent_line(p, e);
	case FACT_ROBOT:
	case FACT_AUTO:
		return machine_line(p, e);
	case FACT_TRANSFER:
		return transfer(p, e);
	case FACT_ASSIGNED:
		return assigned(p, e);
	case FACT_QUEUED:
		queued(p);
		return OK;
	case FACT_CLOSED:
		closed(p, e);
		return OK;
	case FACT_RATING:
	case FACT_INVITE:
		return rating(p, e);
	}
	return ERR_INTERNAL;
}

enum err
facts_add(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n)
{
	struct pass p = { .f = f, .of = of, .first_session = f->sessions.n, .first_part = f->parts.n, .first_round = f->rounds.n,
	    .first_pair = f->pairs.n,
		          .session = FACT_NONE, .part = FACT_NONE, .holder = FACT_NONE, .lines = FACT_NONE, .day_from = INT64_MAX,
		          .asked_day = INT32_MIN };
	enum err e = OK;
	for (size_t i = 0; !e && i < n; i++)
		e = event_take(&p, &events[i]);
	if (!e)
		e = round_leave(&p);
	return e ? e : pairs_make(&p);
}
