/* What was planted and what it adds up to, counted from the plan while it is written. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"

#include "base/banned.h"

static const char definitions[] =
    "{\n"
    "\"day\": \"business day of the shop: date of (time - cut_hour) in Asia/Shanghai; no conversation crosses its border\",\n"
    "\"session\": \"messages of one customer in one shop without a gap of more than 20 minutes; pauses inside stay below it, "
    "planned ones between sessions are 26 minutes and more\",\n"
    "\"pair\": \"shop x agent x customer x day; a customer message belongs to the agent it is addressed to\",\n"
    "\"customer_messages, agent_messages, auto_messages\": \"by sender kind; at an agent those addressed to or sent by her\",\n"
    "\"agent_chars\": \"Unicode characters of human text messages\",\n"
    "\"sessions\": \"sessions held; after a hand-over both agents have one, the shop has one\",\n"
    "\"consult\": \"pairs in which the customer wrote; shop: distinct customers who wrote in a conversation that had an "
    "agent\",\n"
    "\"received\": \"pairs in which customer and human agent each sent at least one message, whoever began; shop: distinct customers\",\n"
    "\"direct, moved_in\": \"received pairs that did not begin, or began, with a hand-over; moved_out: hand-overs given, "
    "moved_out_silent: of these without a human reply before; shop: sums\",\n"
    "\"agent_started\": \"sessions whose first message is the agent's\",\n"
    "\"first_reply_ms, first_replies\": \"first human reply after the first customer message of a session, at who gave it; "
    "after a hand-over without a reply the clock starts at the hand-over\",\n"
    "\"rounds, round_ms\": \"from the first unanswered customer message to the first human reply, plain: no cap, nothing left out; after a "
    "hand-over the clock starts at the later of hand-over and first unanswered message; robot, automatic and system lines stop nothing\",\n"
    "\"rounds_within_30s, rounds_within_180s\": \"rounds with a time of at most 30,000 and 180,000 ms\",\n"
    "\"rounds_unanswered\": \"sessions that end with an unanswered customer message, at who holds it; at the shop also those "
    "without any agent, never those ended by the robot alone\",\n"
    "\"unanswered\": \"customers who wrote and had no human reply that day, not counting those whom the robot alone answered (robot_only); "
    "at "
    "the agent who held them\",\n"
    "\"orders, payments, closed, refunds, calls, ratings, invites\": \"dated by their own time; amounts in fen; a refund is counted in its "
    "state and dated by that state\",\n"
    "\"states\": \"per agent and calendar day in Asia/Shanghai: time in that state alone; what is still open at the end of the file runs "
    "to its end (midnight of the last day, or the moment it was made)\",\n"
    "\"slow_reply\": \"every round above 180,000 ms, and no other; message: the reply\",\n"
    "\"refund_above_authority\": \"a compensation above 20000 fen; all others stay at or below 5000\",\n"
    "\"attribution\": \"customers used once; owner by rule; a nudge within 5 minutes of a silent order is void; windows of 2 days and "
    "more\"\n"
    "}";

static void
row_begin(struct world *w, struct buf *row)
{
	buf_init(row, 1 << 16);
	jw_init(&w->w, row);
	jw_object(&w->w);
}

static void
row_end(struct world *w, struct buf *row, FILE *to, bool *any)
{
	jw_end(&w->w);
	enum err e = jw_finish(&w->w);
	if (!e && to && (fputs(*any ? ",\n" : "\n", to) < 0 || fwrite(row->p, 1, row->n, to) != row->n))
		e = ERR_IO;
	if (e && !w->err)
		w->err = e;
	*any = true;
	buf_free(row);
}

static void
put_shop(struct world *w, int shop)
{
	char key[24];
	snprintf(key, sizeof key, "shop-%d", shop + 1);
	jw_member_text(&w->w, "shop", str_of(key));
}

static void
put_day(struct world *w, int day)
{
	char text[11];
	date_print(w->first_day + day, text);
	jw_member_text(&w->w, "day", str_of(text));
}

static void
put_tally(struct world *w, const struct tally *t)
{
#define F(name) jw_member_int(&w->w, #name, t->name);
	TALLY_FIELDS(F)
#undef F
}

static void
put_shop_tally(struct world *w, const struct shop_tally *s)
{
	put_tally(w, &s->t);
#define F(name) jw_member_int(&w->w, #name, s->name);
	SHOP_FIELDS(F)
#undef F
}

static void
tally_add(struct tally *sum, const struct tally *t)
{
#define F(name) sum->name += t->name;
	TALLY_FIELDS(F)
#undef F
}

/* The counts of one agent in one conversation. */
struct pair {
	int agent, wrote, replied;
	bool moved_in;
};

struct count {
	struct world *w;
	const struct visit *v;
	struct shop_tally *shop;
	struct pair pair[6];
	int pairs;
	int64_t pending, first; /* of the session: first unanswered, first customer message until it is answered */
	bool has_first, robot, human, wrote, agent;
	int holder;
};

static struct tally *
tally_of(struct count *c, int agent)
{
	return &c->w->today[(size_t)c->v->shop * (size_t)c->w->o->agents + (size_t)agent];
}

static struct pair *
pair_of(struct count *c, int agent)
{
	for (int i = 0; i < c->pairs; i++)
		if (c->pair[i].agent == agent)
			return &c->pair[i];
	c->pair[c->pairs] = (struct pair){ .agent = agent };
	return &c->pair[c->pairs++];
}

static void
count_reply(struct count *c, const struct line *l)
{
	struct tally *both[] = { tally_of(c, l->agent), &c->shop->t };
	int64_t ms = l->at - c->pending, first_ms = l->at - c->first;
	for (int i = 0; i < 2; i++) {
		struct tally *t = both[i];
		if (c->pending) {
			t->rounds++;
			t->round_ms += ms;
			t->rounds_within_30s += ms <= 30000;
			t->rounds_within_180s += ms <= 180000;
		}
		if (c->first && !c->has_first) {
			t->first_replies++;
			t->first_reply_ms += first_ms;
		}
	}
	c->has_first = c->has_first || c->first;
	c->pending = 0;
	c->human = true;
}

static void
session_end(struct count *c)
{
	if (c->pending && (c->agent || !c->robot)) {
		c->shop->t.rounds_unanswered++;
		if (c->holder != NOBODY)
			tally_of(c, c->holder)->rounds_unanswered++;
	}
	c->pending = c->first = 0;
	c->has_first = false;
	c->holder = NOBODY;
}

/* Who holds it now; a session counts once for each who held it. */
static void
holder_set(struct count *c, int agent)
{
	if (agent == NOBODY || agent == c->holder)
		return;
	c->holder = agent;
	c->agent = true;
	tally_of(c, agent)->sessions++;
	pair_of(c, agent);
}

static void
count_line(struct count *c, int i)
{
	const struct script *s = &c->w->script;
	const struct line *l = &s->line[i];
	struct tally *mine = l->agent != NOBODY ? tally_of(c, l->agent) : &(struct tally){ 0 };
	struct tally *all = &c->shop->t;
	bool is_text = l->kind[0] == 't';
	int64_t chars = is_text ? (int64_t)utf8_count(line_text(s, i)) : 0;
	switch (l->sender) {
	case FROM_CUSTOMER:
		mine->customer_messages++;
		all->customer_messages++;
		c->pending = c->pending ? c->pending : l->at;
		c->first = c->first ? c->first : l->at;
		c->wrote = true;
		if (l->agent != NOBODY)
			pair_of(c, l->agent)->wrote++;
		break;
	case FROM_AGENT:
		mine->agent_messages++;
		all->agent_messages++;
		mine->agent_chars += chars;
		all->agent_chars += chars;
		pair_of(c, l->agent)->replied++;
		count_reply(c, l);
		break;
	case FROM_AUTO:
		mine->auto_messages++;
		all->auto_messages++;
		break;
	case FROM_ROBOT:
		c->shop->robot_messages++;
		c->robot = true;
		break;
	default:
		c->shop->system_messages++;
		break;
	}
}

static void
count_move(struct count *c, int64_t at)
{
	const struct script *s = &c->w->script;
	struct tally *from = tally_of(c, s->other);
	from->moved_out++;
	c->shop->t.moved_out++;
	from->moved_out_silent += s->moved_silently;
	c->shop->t.moved_out_silent += s->moved_silently;
	if (c->pending)
		c->pending = at;
	if (c->first && !c->has_first)
		c->first = at;
	holder_set(c, s->agent);
	pair_of(c, s->agent)->moved_in = true;
}

static void
count_pairs(struct count *c)
{
	struct tally *all = &c->shop->t;
	bool received = false;
	for (int i = 0; i < c->pairs; i++) {
		const struct pair *p = &c->pair[i];
		struct tally *t = tally_of(c, p->agent);
		bool both = p->wrote && p->replied;
		t->consult += p->wrote > 0;
		t->received += both;
		t->direct += both && !p->moved_in;
		t->moved_in += both && p->moved_in;
		all->direct += both && !p->moved_in;
		all->moved_in += both && p->moved_in;
		received = received || both;
	}
	all->received += received;
	all->consult += c->wrote && c->agent;
	if (!c->wrote || c->human)
		return;
	if (c->robot && !c->agent) {
		c->shop->robot_only++;
		return;
	}
	all->unanswered++;
	if (c->pairs)
		tally_of(c, c->pair[c->pairs - 1].agent)->unanswered++;
}

static void
planted_write(struct world *w, const struct visit *v, const struct planted *p)
{
	answers_fault(w, v, p->fault, p->agent, w->script.line[p->line].at, p->line, NULL);
}

void
answers_visit(struct world *w, const struct visit *v)
{
	struct script *s = &w->script;
	struct count c = { .w = w, .v = v, .shop = shop_day(w, v->shop, v->start), .holder = NOBODY };
	for (int i = 0; i < s->lines; i++) {
		const struct line *l = &s->line[i];
		if (l->pace == PACE_NEW_SESSION)
			session_end(&c);
		if (i == 0 || l->pace == PACE_NEW_SESSION) {
			c.shop->t.sessions++;
			c.shop->t.agent_started += l->sender == FROM_AGENT;
			if (l->sender == FROM_AGENT)
				tally_of(&c, l->agent)->agent_started++;
		}
		if (i == s->move_line)
			count_move(&c, l->at);
		if (l->sender != FROM_ROBOT)
			holder_set(&c, l->agent);
		count_line(&c, i);
	}
	session_end(&c);
	count_pairs(&c);
	for (int i = 0; i < s->plants; i++)
		planted_write(w, v, &s->planted[i]);
	if (s->move_line >= 0 && !v->note)
		answers_fault(w, v, FAULT_NO_NOTE, s->other, s->line[s->move_line].at, s->move_line, NULL);
}

void
answers_fault(struct world *w, const struct visit *v, enum fault f, int agent, int64_t at, int line, const char *order)
{
	struct buf row;
	char key[40];
	w->fault_count[f]++;
	if (!w->faults)
		return;
	row_begin(w, &row);
	jw_member_text(&w->w, "kind", str_of(fault_names[f]));
	put_shop(w, v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	out_agent_key(w, "agent", agent);
	out_time(w, "at", at);
	if (line >= 0) {
		message_key(v, line, key);
		jw_member_text(&w->w, "message", str_of(key));
	}
	if (order)
		jw_member_text(&w->w, "order", str_of(order));
	row_end(w, &row, w->faults, &w->any_fault);
}

void
answers_case(struct world *w, int shop, const struct order *o, int customer, const struct attribution *c)
{
	struct buf row;
	if (!w->cases)
		return;
	row_begin(w, &row);
	jw_member_text(&w->w, "case", str_of(c->name));
	put_shop(w, shop);
	jw_member_text(&w->w, "order", str_of(o->key));
	out_customer_key(w, "customer", shop, customer);
	out_agent_key(w, "created", c->created);
	out_agent_key(w, "created_first", c->created_first);
	out_agent_key(w, "paid", c->paid);
	row_end(w, &row, w->cases, &w->any_case);
}

const char *const state_names[] = { "online", "paused", "wrapup", "offline" };

/* Add from..to to the days it lies in. */
static void
state_add(struct world *w, struct state_clock *c, int64_t from, int64_t to)
{
	while (from < to && c->state != STATE_OFFLINE) {
		int64_t day = (from + ZONE_MS) / DAY_MS, midnight = (day + 1) * DAY_MS - ZONE_MS, until = to < midnight ? to : midnight;
		c->ms[(day - w->first_day) % 2][c->state] += until - from;
		from = until;
	}
}

void
answers_state(struct world *w, int agent, int64_t at, enum agent_state state)
{
	struct state_clock *c = &w->clocks[agent];
	if (c->since)
		state_add(w, c, c->since, at);
	c->since = at;
	c->state = state;
}

void
answers_states(struct world *w, int day)
{
	static const char *const members[] = { "online_ms", "paused_ms", "wrapup_ms" };
	struct buf row;
	for (int g = 0; g < w->o->agents; g++) {
		struct state_clock *c = &w->clocks[g];
		int64_t *ms = c->ms[day % 2];
		if (c->since && c->state != STATE_OFFLINE) /* the file ends inside the shift */
			answers_state(w, g, w->end_ms, STATE_OFFLINE);
		if (!(ms[0] + ms[1] + ms[2]))
			continue;
		row_begin(w, &row);
		out_agent_key(w, "agent", g);
		put_day(w, day);
		for (int i = 0; i < 3; i++) {
			jw_member_int(&w->w, members[i], ms[i]);
			ms[i] = 0;
		}
		row_end(w, &row, w->states, &w->any_state);
	}
}

void
answers_day(struct world *w, int day)
{
	static const struct tally none;
	struct buf row;
	for (int shop = 0; shop < w->o->shops; shop++)
		for (int g = 0; g < w->o->agents; g++) {
			struct tally *t = &w->today[(size_t)shop * (size_t)w->o->agents + (size_t)g];
			if (!memcmp(t, &none, sizeof none))
				continue;
			row_begin(w, &row);
			put_shop(w, shop);
			out_agent_key(w, "agent", g);
			put_day(w, day);
			put_tally(w, t);
			row_end(w, &row, w->answers, &w->any_agent_row);
			*t = none;
		}
}

enum err
answers_begin(struct world *w)
{
	char from[11], until[11];
	if (!w->answers)
		return OK;
	w->faults = tmpfile();
	w->cases = tmpfile();
	w->states = tmpfile();
	if (!w->faults || !w->cases || !w->states)
		return ERR_IO;
	date_print(w->first_day, from);
	date_print(w->first_day + w->o->days - 1, until);
	int n = fprintf(w->answers,
			"{\"format\": \"antball-answers-1\", \"seed\": %llu, \"from\": \"%s\", \"until\": \"%s\",\n"
			"\"timezone\": \"Asia/Shanghai\",\n\"definitions\": %s,\n\"agents\": [",
			(unsigned long long)w->o->seed, from, until, definitions);
	return n < 0 ? ERR_IO : OK;
}

static void
copy_rows(struct world *w, const char *member, FILE *from)
{
	char block[8192];
	size_t n;
	fprintf(w->answers, "],\n\"%s\": [", member);
	rewind(from);
	while ((n = fread(block, 1, sizeof block, from)))
		fwrite(block, 1, n, w->answers);
	if (ferror(from) || ferror(w->answers))
		w->err = w->err ? w->err : ERR_IO;
}

static void
day_rows(struct world *w)
{
	static const struct shop_tally none;
	struct buf row;
	bool any = false;
	int span = w->o->days + HISTORY_DAYS;
	fputs("],\n\"days\": [", w->answers);
	for (int i = 0; i < w->o->shops * span; i++) {
		const struct shop_tally *s = &w->shop_days[i];
		if (!memcmp(s, &none, sizeof none))
			continue;
		row_begin(w, &row);
		put_shop(w, i / span);
		put_day(w, i % span - HISTORY_DAYS);
		put_shop_tally(w, s);
		row_end(w, &row, w->answers, &any);
	}
}

static void
shop_rows(struct world *w)
{
	struct buf row;
	bool any = false;
	int span = w->o->days + HISTORY_DAYS;
	fputs("],\n\"shops\": [", w->answers);
	for (int shop = 0; shop < w->o->shops; shop++) {
		struct shop_tally sum = { 0 };
		for (int i = 0; i < span; i++) {
			const struct shop_tally *s = &w->shop_days[shop * span + i];
			tally_add(&sum.t, &s->t);
#define F(name) sum.name += s->name;
			SHOP_FIELDS(F)
#undef F
		}
		row_begin(w, &row);
		put_shop(w, shop);
		put_shop_tally(w, &sum);
		row_end(w, &row, w->answers, &any);
	}
}

void
answers_end(struct world *w)
{
	static const char *const types[] = {
#define T(name) #name,
		LINE_TYPES(T)
#undef T
	};
	if (!w->answers)
		return;
	day_rows(w);
	shop_rows(w);
	copy_rows(w, "states", w->states);
	copy_rows(w, "faults", w->faults);
	copy_rows(w, "attribution", w->cases);
	fputs("],\n\"fault_counts\": {", w->answers);
	for (int f = 0; f < FAULT_COUNT; f++)
		fprintf(w->answers, "%s\"%s\": %lld", f ? ", " : "", fault_names[f], (long long)w->fault_count[f]);
	fputs("},\n\"lines\": {", w->answers);
	for (int t = 0; t < LINE_TYPE_COUNT; t++)
		fprintf(w->answers, "%s\"%s\": %lld", t ? ", " : "", types[t], (long long)w->line_count[t]);
	fputs("}}\n", w->answers);
	if (ferror(w->answers) && !w->err)
		w->err = ERR_IO;
}
