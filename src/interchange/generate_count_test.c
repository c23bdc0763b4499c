/* The answers against the file: counted again from the lines alone. */
#include "interchange/generate_test.h"

#include "base/banned.h"

/* A recount that knows nothing of plans: messages in order, a session is a run without a gap of 20 minutes. ------------- */

static const struct move *
move_between(const struct centre *c, const struct message *m, int64_t from)
{
	for (size_t i = 0; i < c->moves; i++) {
		const struct move *v = &c->move[i];
		if (v->shop == m->shop && v->customer == m->customer && v->at > from && v->at <= m->at)
			return v;
	}
	return NULL;
}

struct recount {
	struct centre *c;
	const struct message *m;
	size_t n;
	struct tally *all;
	size_t day;
	int shop;
	bool wrote, human, robot, agent;
	int last_holder;
};

static struct tally *
mine(struct recount *r, int agent)
{
	return &r->c->agent[r->shop][agent][r->day];
}

static void
answered(struct recount *r, const struct message *m, int64_t pending, int64_t first)
{
	struct tally *both[] = { mine(r, m->agent), r->all };
	for (int i = 0; i < 2; i++) {
		both[i]->rounds += pending != 0;
		both[i]->round_ms += pending ? m->at - pending : 0;
		both[i]->rounds_within_30s += pending && m->at - pending <= 30000;
		both[i]->rounds_within_180s += pending && m->at - pending <= 180000;
		both[i]->first_replies += first != 0;
		both[i]->first_reply_ms += first ? m->at - first : 0;
	}
}

static void
count_message(struct recount *r, const struct message *m)
{
	struct tally *t = m->agent >= 0 ? mine(r, m->agent) : &(struct tally){ 0 };
	int64_t chars = m->is_text ? (int64_t)m->chars : 0;
	struct shop_tally *shop = &r->c->shop[r->shop][r->day];
	t->customer_messages += m->sender == FROM_CUSTOMER;
	r->all->customer_messages += m->sender == FROM_CUSTOMER;
	t->agent_messages += m->sender == FROM_AGENT;
	r->all->agent_messages += m->sender == FROM_AGENT;
	t->auto_messages += m->sender == FROM_AUTO;
	r->all->auto_messages += m->sender == FROM_AUTO;
	t->agent_chars += m->sender == FROM_AGENT ? chars : 0;
	r->all->agent_chars += m->sender == FROM_AGENT ? chars : 0;
	shop->robot_messages += m->sender == FROM_ROBOT;
	shop->system_messages += m->sender == FROM_SYSTEM;
	r->wrote = r->wrote || m->sender == FROM_CUSTOMER;
	r->human = r->human || m->sender == FROM_AGENT;
	r->robot = r->robot || m->sender == FROM_ROBOT;
	r->agent = r->agent || m->agent >= 0;
}

static void
count_transfer(struct recount *r, const struct move *v, bool replied)
{
	mine(r, v->from)->moved_out++;
	r->all->moved_out++;
	mine(r, v->from)->moved_out_silent += !replied;
	r->all->moved_out_silent += !replied;
}

static void
count_session(struct recount *r, size_t from, size_t to)
{
	int64_t pending = 0, first = 0;
	bool has_first = false, held[AGENTS] = { 0 }, any_agent = false, robot = false, replied = false;
	int holder = -1;
	r->all->sessions++;
	r->all->agent_started += r->m[from].sender == FROM_AGENT;
	if (r->m[from].sender == FROM_AGENT)
		mine(r, r->m[from].agent)->agent_started++;
	for (size_t i = from; i < to; i++) {
		const struct message *m = &r->m[i];
		const struct move *v = i > from ? move_between(r->c, m, r->m[i - 1].at) : NULL;
		if (v) {
			count_transfer(r, v, replied);
			pending = pending ? v->at : 0;
			first = first && !has_first ? v->at : first;
		}
		int who = v ? v->to : m->agent;
		if (who >= 0 && !held[who]) {
			held[who] = any_agent = true;
			mine(r, who)->sessions++;
		}
		holder = who >= 0 ? who : holder;
		count_message(r, m);
		robot = robot || m->sender == FROM_ROBOT;
		if (m->sender == FROM_CUSTOMER) {
			pending = pending ? pending : m->at;
			first = first ? first : m->at;
		} else if (m->sender == FROM_AGENT) {
			answered(r, m, pending, has_first ? 0 : first);
			has_first = has_first || first;
			pending = 0;
			replied = true;
		}
	}
	if (pending && (any_agent || !robot)) {
		r->all->rounds_unanswered++;
		if (holder >= 0)
			mine(r, holder)->rounds_unanswered++;
	}
	r->last_holder = holder;
}

static void
count_pairs(struct recount *r)
{
	bool received = false;
	for (int g = 0; g < AGENTS; g++) {
		bool wrote = false, replied = false, moved = false;
		for (size_t i = 0; i < r->n; i++) {
			wrote = wrote || (r->m[i].agent == g && r->m[i].sender == FROM_CUSTOMER);
			replied = replied || (r->m[i].agent == g && r->m[i].sender == FROM_AGENT);
			const struct move *v = move_between(r->c, &r->m[i], r->m[0].at - 1);
			moved = moved || (v && v->to == g);
		}
		struct tally *t = mine(r, g), *both[] = { t, r->all };
		bool pair = wrote && replied;
		t->consult += wrote;
		t->received += pair;
		for (int i = 0; i < 2; i++) {
			both[i]->direct += pair && !moved;
			both[i]->moved_in += pair && moved;
		}
		received = received || pair;
	}
	r->all->received += received;
	r->all->consult += r->wrote && r->agent;
	if (!r->wrote || r->human)
		return;
	if (r->robot && !r->agent) {
		r->c->shop[r->shop][r->day].robot_only++;
		return;
	}
	r->all->unanswered++;
	if (r->last_holder >= 0)
		mine(r, r->last_holder)->unanswered++;
}

/* One customer's business day. */
static void
count_day(struct centre *c, size_t from, size_t to)
{
	struct recount r = { .c = c, .m = c->message + from, .n = to - from, .shop = c->message[from].shop };
	size_t start = 0;
	r.day = day_index(r.shop, r.m[0].at);
	r.all = &c->shop[r.shop][r.day].t;
	for (size_t i = 1; i <= r.n; i++)
		if (i == r.n || r.m[i].at - r.m[i - 1].at > 20 * MINUTE_MS) {
			count_session(&r, start, i);
			start = i;
		}
	count_pairs(&r);
}

static void
recount(struct centre *c)
{
	size_t from = 0;
	for (size_t i = 1; i <= c->messages; i++) {
		const struct message *a = &c->message[i - 1], *b = i < c->messages ? a + 1 : NULL;
		if (b && a->shop == b->shop && a->customer == b->customer && day_index(a->shop, a->at) == day_index(b->shop, b->at))
			continue;
		count_day(c, from, i);
		from = i;
	}
}

#define EXPECT_FIELD(name)                                                                                                                 \
	if (json_int(json_get(row, #name), -1) != t->name)                                                                                 \
		fail_msg("%s: planned %lld, counted %lld", #name, (long long)json_int(json_get(row, #name), -1), (long long)t->name);

static void
expect_tally(const struct json *row, const struct tally *t)
{
#define F(name) EXPECT_FIELD(name)
	TALLY_FIELDS(F)
#undef F
}

static size_t
day_of_row(const struct json *row)
{
	int64_t day = 0;
	assert_true(date_parse(text_of(row, "day"), &day));
	return (size_t)(day - (UNTIL - DAYS + 1) + HISTORY_DAYS);
}

static void
answers_agree_with_a_naive_recount(void **state)
{
	(void)state;
	static const struct tally none;
	static const struct shop_tally no_shop;
	struct centre *c = centre_new(42);
	recount(c);
	const struct json *agents = json_get(c->answers, "agents"), *days = json_get(c->answers, "days");
	size_t rows = 0, shop_days = 0;
	for (size_t i = 0; i < json_count(agents); i++) {
		const struct json *row = json_at(agents, i);
		expect_tally(row, &c->agent[shop_of_line(row)][agent_of_line(row, "agent")][day_of_row(row)]);
	}
	for (size_t i = 0; i < json_count(days); i++) {
		const struct json *row = json_at(days, i);
		const struct shop_tally *t = &c->shop[shop_of_line(row)][day_of_row(row)];
		expect_tally(row, &t->t);
#define F(name) EXPECT_FIELD(name)
		SHOP_FIELDS(F)
#undef F
	}
	for (int s = 0; s < SHOPS; s++)
		for (size_t d = 0; d < SPAN; d++) {
			shop_days += memcmp(&c->shop[s][d], &no_shop, sizeof no_shop) != 0;
			for (int g = 0; g < AGENTS; g++)
				rows += memcmp(&c->agent[s][g][d], &none, sizeof none) != 0;
		}
	assert_int_equal(rows, json_count(agents));
	assert_int_equal(shop_days, json_count(days));
	centre_free(c);
}

static const struct message *
message_of(const struct centre *c, struct str key)
{
	for (size_t i = 0; i < c->messages; i++)
		if (str_eqz(key, c->message[i].key))
			return &c->message[i];
	return NULL;
}

static void
planted_faults_are_where_the_answers_say(void **state)
{
	(void)state;
	struct centre *c = centre_new(43);
	const struct json *faults = json_get(c->answers, "faults"), *counts = json_get(c->answers, "fault_counts");
	int64_t slow = 0;
	recount(c);
	for (int s = 0; s < SHOPS; s++)
		for (size_t d = 0; d < SPAN; d++)
			slow += c->shop[s][d].t.rounds - c->shop[s][d].t.rounds_within_180s;
	assert_int_equal(slow, plants_of(faults, "slow_reply"));
	for (int f = 0; f < FAULT_COUNT; f++) {
		assert_int_equal(json_int(json_get(counts, fault_names[f]), -1), plants_of(faults, fault_names[f]));
		if (f != FAULT_AUTHORITY)
			assert_true(plants_of(faults, fault_names[f]) > 0);
	}
	for (size_t i = 0; i < json_count(faults); i++) {
		const struct json *row = json_at(faults, i);
		struct str key = text_of(row, "message");
		const struct message *m = key.p ? message_of(c, key) : NULL;
		if (key.p && (!m || m->at != time_of(row, "at")))
			fail_msg("no such message: %.*s", STR_ARG(key));
	}
	centre_free(c);
}

/* The attribution cases against the messages: who spoke last before the order, before the payment. */
static void
states_agree_with_the_log(void **state)
{
	(void)state;
	static const char *const members[] = { "online_ms", "paused_ms", "wrapup_ms" };
	struct centre *c = centre_new(47);
	const struct json *rows = json_get(c->answers, "states");
	int64_t sum = 0, planned = 0;
	for (int g = 0; g < AGENTS; g++) {
		if (c->clock[g].since)
			state_span(c, g, c->clock[g].since, (UNTIL + 1) * DAY_MS - 8 * HOUR_MS);
		for (int i = 0; i < DAYS * 3; i++)
			sum += c->state_ms[g][i / 3][i % 3];
	}
	for (size_t i = 0; i < json_count(rows); i++) {
		const struct json *row = json_at(rows, i);
		size_t day = day_of_row(row) - HISTORY_DAYS;
		for (int s = 0; s < 3; s++) {
			int64_t ms = json_int(json_get(row, members[s]), -1);
			assert_int_equal(ms, c->state_ms[agent_of_line(row, "agent")][day][s]);
			planned += ms;
		}
	}
	assert_true(planned > 0 && planned == sum);
	centre_free(c);
}

/* What is asked a third time was asked before, in the same words. */
static void
questions_asked_thrice_are_the_same(void **state)
{
	(void)state;
	struct centre *c = centre_new(48);
	const struct json *faults = json_get(c->answers, "faults");
	for (size_t i = 0; i < json_count(faults); i++) {
		const struct json *row = json_at(faults, i);
		const struct message *m = message_of(c, text_of(row, "message")), *before = m;
		int same = 0;
		if (!str_eqz(text_of(row, "kind"), "asked_thrice"))
			continue;
		assert_non_null(m);
		assert_int_equal(m->sender, FROM_CUSTOMER);
		while (before > c->message && (before - 1)->customer == m->customer && (before - 1)->shop == m->shop) {
			before--;
			same += before->sender == FROM_CUSTOMER && str_find(m->text, str_sub(before->text, 0, 9)) >= 0;
		}
		assert_true(same >= 1);
	}
	centre_free(c);
}

static void
attribution_cases_follow_from_the_messages(void **state)
{
	(void)state;
	struct centre *c = centre_new(46);
	const struct json *cases = json_get(c->answers, "attribution");
	assert_true(json_count(cases) >= DAYS);
	for (size_t i = 0; i < json_count(cases); i++) {
		const struct json *row = json_at(cases, i);
		int customer = number_of(text_of(row, "customer")), first = -1, last = -1;
		struct str name = text_of(row, "case");
		for (size_t m = 0; m < c->messages; m++) {
			const struct message *x = &c->message[m];
			if (x->customer != customer || x->shop != shop_of_line(row) || x->sender != FROM_AGENT)
				continue;
			first = first < 0 ? x->agent : first;
			last = x->agent;
		}
		if (str_eqz(name, "created_with_a_paid_after_b")) {
			assert_int_equal(agent_of_line(row, "created"), first);
			assert_int_equal(agent_of_line(row, "paid"), last);
			assert_int_not_equal(first, last);
		} else if (str_eqz(name, "silent_nudge_in_time") || str_eqz(name, "own_order_own_payment"))
			assert_int_equal(agent_of_line(row, "paid"), last);
		else
			assert_int_equal(agent_of_line(row, "paid"), -1);
	}
	centre_free(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_agree_with_a_naive_recount),
		cmocka_unit_test(planted_faults_are_where_the_answers_say),
		cmocka_unit_test(states_agree_with_the_log),
		cmocka_unit_test(questions_asked_thrice_are_the_same),
		cmocka_unit_test(attribution_cases_follow_from_the_messages),
	};
	RUN_TESTS(tests);
}
