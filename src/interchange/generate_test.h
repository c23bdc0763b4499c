/* What the two tests of the generator share: a centre generated, read back and held in memory. */
#ifndef INTERCHANGE_GENERATE_TEST_H
#define INTERCHANGE_GENERATE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "interchange/generate_plan.h"
#include "json/json.h"

#define AGENTS 26
#define SHOPS 2
#define DAYS 8
#define SPAN (DAYS + HISTORY_DAYS)
#define UNTIL 20600 /* 2026-05-27 */

struct message {
	int64_t at;
	int shop, customer, agent; /* agent -1: none or a robot */
	enum sender sender;
	bool is_text;
	size_t order, chars;
	char key[40];
	struct str text;
};

struct move {
	int64_t at;
	int shop, customer, from, to;
};

struct centre {
	struct arena *arena;
	struct str file, answers_text;
	const struct json *answers;
	struct message *message;
	struct move *move;
	size_t messages, moves;
	struct tally agent[SHOPS][AGENTS][SPAN];
	struct shop_tally shop[SHOPS][SPAN];
	int64_t lines[LINE_TYPE_COUNT];
	struct state_clock clock[AGENTS];
	int64_t state_ms[AGENTS][DAYS + 1][3];
};

static char out_path[64], answers_path[64];

static inline struct generate_options
options(uint64_t seed)
{
	return (struct generate_options){ .seed = seed,
					  .days = DAYS,
					  .agents = AGENTS,
					  .shops = SHOPS,
					  .size = 3,
					  .until = UNTIL,
					  .out = out_path,
					  .answers = answers_path };
}

static inline void
generate(const struct generate_options *o)
{
	char why[200];
	enum err e = generate_run(o, why);
	if (e)
		fail_msg("%s: %s", err_name(e), why);
}

static inline struct str
file_read(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fseek(f, 0, SEEK_END), 0);
	long n = ftell(f);
	rewind(f);
	char *p = arena_alloc(a, (size_t)n + 1);
	assert_non_null(p);
	assert_int_equal(fread(p, 1, (size_t)n, f), n);
	fclose(f);
	return (struct str){ p, (size_t)n };
}

static inline struct str
text_of(const struct json *v, const char *member)
{
	return json_text(json_get(v, member));
}

static inline int64_t
time_of(const struct json *v, const char *member)
{
	int64_t at = 0;
	assert_true(time_parse_rfc3339(text_of(v, member), &at));
	return at;
}

/* The number at the end of a key, or -1 without one. */
static inline int
number_of(struct str key)
{
	int64_t n = -1;
	ptrdiff_t dash = str_find_char(key, '-');
	if (!key.p || str_starts(key, STR("robot")))
		return -1;
	assert_true(dash > 0 && str_int(str_sub(key, (size_t)dash + 1, key.n), &n));
	return (int)n;
}

static inline int
agent_of_line(const struct json *v, const char *member)
{
	int n = number_of(text_of(v, member));
	return n < 0 ? -1 : n - 1;
}

static inline int
shop_of_line(const struct json *v)
{
	int n = number_of(text_of(v, "shop"));
	assert_in_range(n, 1, SHOPS);
	return n - 1;
}

static inline size_t
day_index(int shop, int64_t at)
{
	int cut = trade_table[generate_trade_of(shop)].cut_hour;
	int64_t day = (at + (8 - cut) * HOUR_MS) / DAY_MS - (UNTIL - DAYS + 1) + HISTORY_DAYS;
	assert_in_range(day, 0, SPAN - 1);
	return (size_t)day;
}

static inline int
by_conversation(const void *x, const void *y)
{
	const struct message *a = x, *b = y;
	if (a->shop != b->shop)
		return a->shop - b->shop;
	if (a->customer != b->customer)
		return a->customer < b->customer ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static inline void
message_read(struct centre *c, const struct json *v)
{
	struct message *m = &c->message[c->messages];
	struct str sender = text_of(v, "sender"), text = text_of(v, "text"), key = text_of(v, "key");
	*m = (struct message){
		.at = time_of(v, "at"), .shop = shop_of_line(v), .customer = number_of(text_of(v, "customer")), .order = c->messages
	};
	m->agent = agent_of_line(v, "agent");
	m->is_text = str_eqz(text_of(v, "kind"), "text");
	m->text = arena_str(c->arena, text);
	m->chars = utf8_count(text);
	snprintf(m->key, sizeof m->key, "%.*s", STR_ARG(key));
	while (m->sender < SENDER_COUNT && !str_eqz(sender, sender_names[m->sender]))
		m->sender++;
	assert_true(m->sender < SENDER_COUNT && text.n > 0 && str_find_char(text, '{') < 0);
	c->messages++;
}

static inline void
trade_read(struct centre *c, enum line_type type, const struct json *v, const int *order_shop)
{
	int64_t at = time_of(v, "at"), amount = json_int(json_get(v, "amount"), -1);
	int shop = type == LINE_order ? shop_of_line(v) : *order_shop;
	struct shop_tally *t = &c->shop[shop][day_index(shop, at)];
	struct str state = text_of(v, "state");
	assert_true(type == LINE_close || amount >= 0);
	t->orders += type == LINE_order;
	t->order_amount += type == LINE_order ? amount : 0;
	t->payments += type == LINE_payment;
	t->payment_amount += type == LINE_payment ? amount : 0;
	t->closed += type == LINE_close;
	t->refunds_requested += str_eqz(state, "requested");
	t->refunds_requested_amount += str_eqz(state, "requested") ? amount : 0;
	t->refunds_completed += str_eqz(state, "completed");
	t->refunds_completed_amount += str_eqz(state, "completed") ? amount : 0;
	t->refunds_refused += str_eqz(state, "refused");
	t->refunds_refused_amount += str_eqz(state, "refused") ? amount : 0;
}

static inline void
contact_read(struct centre *c, enum line_type type, const struct json *v)
{
	int shop = shop_of_line(v);
	struct shop_tally *t = &c->shop[shop][day_index(shop, time_of(v, "at"))];
	int64_t score = json_int(json_get(v, "score"), 0);
	t->invites += type == LINE_invite;
	if (type == LINE_rating) {
		assert_in_range(score, 1, 5);
		t->ratings++;
		t->rating_sum += score;
	}
	if (type == LINE_call) {
		t->calls++;
		t->calls_answered += json_get(v, "answered_at") != NULL;
		t->calls_abandoned += str_eqz(text_of(v, "end"), "abandoned");
		assert_true(time_of(v, "ended_at") >= time_of(v, "at"));
		assert_true(json_int(json_get(v, "queued_ms"), -1) >= 0);
	}
}

/* Minute by minute would be too slow: whole spans, cut at each midnight. */
static inline void
state_span(struct centre *c, int agent, int64_t from, int64_t to)
{
	for (int day = 0; day <= DAYS; day++) {
		int64_t start = (UNTIL - DAYS + 1 + day) * DAY_MS - 8 * HOUR_MS, end = start + DAY_MS;
		int64_t a = from > start ? from : start, b = to < end ? to : end;
		if (a < b && c->clock[agent].state != STATE_OFFLINE)
			c->state_ms[agent][day][c->clock[agent].state] += b - a;
	}
}

static inline void
state_read(struct centre *c, const struct json *v)
{
	int agent = agent_of_line(v, "agent"), state = 0;
	int64_t at = time_of(v, "at");
	struct state_clock *clock = &c->clock[agent];
	while (!str_eqz(text_of(v, "state"), state_names[state]))
		state++;
	assert_true(!clock->since || at > clock->since);
	if (clock->since)
		state_span(c, agent, clock->since, at);
	*clock = (struct state_clock){ .state = (enum agent_state)state, .since = at };
}

static inline enum line_type
type_of(const struct json *v)
{
	static const char *const names[] = {
#define T(name) #name,
		LINE_TYPES(T)
#undef T
	};
	int t = 0;
	while (t < LINE_TYPE_COUNT && !str_eqz(text_of(v, "type"), names[t]))
		t++;
	assert_true(t < LINE_TYPE_COUNT);
	return (enum line_type)t;
}

static inline void
line_read(struct centre *c, const struct json *v)
{
	enum line_type type = type_of(v);
	struct str order = text_of(v, type == LINE_order ? "key" : "order");
	int shop = order.n > 9 ? (int)(order.p[8] - '1') : 0;
	c->lines[type]++;
	if (type == LINE_message)
		message_read(c, v);
	else if (type == LINE_transfer)
		c->move[c->moves++] = (struct move){ time_of(v, "at"), shop_of_line(v), number_of(text_of(v, "customer")),
						     agent_of_line(v, "from"), agent_of_line(v, "to") };
	else if (type == LINE_order || type == LINE_payment || type == LINE_refund || type == LINE_close)
		trade_read(c, type, v, &shop);
	else if (type == LINE_state)
		state_read(c, v);
	else if (type == LINE_rating || type == LINE_invite || type == LINE_call)
		contact_read(c, type, v);
}

static inline void
each_line(struct str file, void (*each)(void *arg, const struct json *v), void *arg)
{
	struct arena *a = arena_new(1 << 20);
	struct str line, why;
	while (str_split(&file, '\n', &line) && line.n) {
		const struct json *v = NULL;
		if (json_parse(a, line, &v, &why))
			fail_msg("%.*s", STR_ARG(why));
		each(arg, v);
		arena_reset(a);
	}
	arena_free(a);
}

static inline void
line_of_centre(void *arg, const struct json *v)
{
	line_read(arg, v);
}

static inline struct centre *
centre_new(uint64_t seed)
{
	struct generate_options o = options(seed);
	struct arena *a = arena_new(1 << 28);
	struct centre *c = arena_alloc(a, sizeof *c);
	assert_non_null(c);
	c->arena = a;
	generate(&o);
	c->file = file_read(a, out_path);
	c->answers_text = file_read(a, answers_path);
	c->message = arena_alloc(a, 60000 * sizeof *c->message);
	c->move = arena_alloc(a, 6000 * sizeof *c->move);
	assert_non_null(c->message);
	assert_non_null(c->move);
	struct str why = STR_NONE;
	if (json_parse(a, c->answers_text, &c->answers, &why))
		fail_msg("%.*s", STR_ARG(why));
	each_line(c->file, line_of_centre, c);
	qsort(c->message, c->messages, sizeof *c->message, by_conversation);
	assert_in_range(c->messages, 5000, 60000);
	return c;
}

static inline void
centre_free(struct centre *c)
{
	arena_free(c->arena);
}

static inline int
plants_of(const struct json *faults, const char *kind)
{
	int n = 0;
	for (size_t i = 0; i < json_count(faults); i++)
		n += str_eqz(text_of(json_at(faults, i), "kind"), kind);
	return n;
}

#define RUN_TESTS(tests)                                                                                                                   \
	snprintf(out_path, sizeof out_path, "/tmp/generate_test.%d.jsonl", (int)getpid());                                                 \
	snprintf(answers_path, sizeof answers_path, "/tmp/generate_test.%d.json", (int)getpid());                                          \
	int failed = cmocka_run_group_tests(tests, NULL, NULL);                                                                            \
	unlink(out_path);                                                                                                                  \
	unlink(answers_path);                                                                                                              \
	return failed

#endif
