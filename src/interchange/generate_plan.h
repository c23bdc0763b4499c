/* Inside of the generator: the world (shops, agents, customers), the plan of one conversation, and what is written of it. */
#ifndef INTERCHANGE_GENERATE_PLAN_H
#define INTERCHANGE_GENERATE_PLAN_H

#include <stdio.h>

#include "base/buf.h"
#include "interchange/generate.h"
#include "interchange/generate_talk.h"
#include "json/json.h"

#define DAY_MS    86400000LL
#define HOUR_MS   3600000LL
#define MINUTE_MS 60000LL
#define ZONE_MS   (8 * HOUR_MS) /* every shop is in Asia/Shanghai, which has no summer time */
#define LINES_MAX 160
#define NOBODY    (-1)

/* Words and numbers that follow from (seed, a, b, c) alone. */
struct rng rng_of(uint64_t seed, uint64_t a, uint64_t b, uint64_t c);
static inline int
pick(struct rng *r, int lo, int hi)
{
	return (int)rng_range(r, lo, hi);
}
static inline bool
percent(struct rng *r, int p)
{
	return rng_range(r, 0, 99) < p;
}
static inline bool
permille(struct rng *r, int p)
{
	return rng_range(r, 0, 999) < p;
}
int list_count(const char *const *list);
const char *list_pick(struct rng *r, const char *const *list);

/* Goods (generate_shops.c) ---------------------------------------------------------------------------------------- */

struct product {
	const char *title, *noun, *material;
	int price; /* fen */
	const char *colours[5], *sizes[5];
};

struct trade_info {
	const char *shops[4];
	const char *profile;
	int cut_hour;
	const struct product *products;
	int count;
};
extern const struct trade_info trade_table[TRADE_COUNT];

/* People (generate_people.c) -------------------------------------------------------------------------------------- */

enum group { GROUP_SALES_1, GROUP_SALES_2, GROUP_SERVICE, GROUP_NIGHT, GROUP_COUNT };
extern const char *const group_names[GROUP_COUNT];

struct agent {
	struct str name, nick;
	enum group group;
	int speed;     /* percent: 100 usual, 160 slow */
	int care;      /* percent of the usual fault rate */
	int selling;   /* percent of conversations about buying that end in an order */
	int style;     /* 0 warm, 1 plain */
	int64_t joined, left; /* days since 1970; left 0: still here */
	int64_t busy_from[8], busy_to[8];
	unsigned busy;
};

struct person {
	char name[64], phone[12];
	const char *segment, *age_band;
	int height, weight; /* cm, jin */
};
void customer_of(uint64_t seed, int shop, int index, struct person *ret_person);
void phone_of(struct rng *r, char out[12]);
void recipient_of(struct rng *r, char out[16]);
void address_of(struct rng *r, const char *city, char out[96]);
extern const char *const cities[], *const couriers[];
struct agent agent_of(uint64_t seed, int index, int64_t first_day, int days, struct arena *a);

/* The plan of a conversation (generate_script.c) ------------------------------------------------------------------ */

enum sender { FROM_CUSTOMER, FROM_AGENT, FROM_ROBOT, FROM_AUTO, FROM_SYSTEM, SENDER_COUNT };
extern const char *const sender_names[SENDER_COUNT];

enum fault {
	FAULT_PROMISE, FAULT_BRIBE, FAULT_PERFUNCTORY, FAULT_THRICE, FAULT_SLOW, FAULT_NO_GREETING, FAULT_NO_CLOSING, FAULT_NO_NOTE,
	FAULT_AUTHORITY, FAULT_ROBOT_BESIDE, FAULT_UNANSWERED, FAULT_AGENT_HOUR, FAULT_COUNT,
};
extern const char *const fault_names[FAULT_COUNT];

/* What fills the templates. */
struct slots {
	const struct product *product;
	const char *colour, *colour2, *size, *size2, *courier, *city, *city2;
	const char *category, *date;
	struct str shop, agent, question;
	int height, weight, days, off, amount;
	int64_t price; /* fen */
	char order[32], phone[12], track[20], recipient[16], address[96];
};
void slots_fill(struct rng *r, enum generate_trade trade, struct slots *k);
/* The sizes again, after height and weight were set: those that fit. */
void slots_fit(enum generate_trade trade, struct slots *k);
/* The template without its slots; '|' stays. */
void slots_render(const struct slots *k, const char *template, struct buf *out);

enum line_pace { PACE_USUAL, PACE_SLOW, PACE_WAITING, PACE_LULL, PACE_NEW_SESSION };

struct line {
	int64_t at;
	enum sender sender;
	const char *kind;
	enum line_pace pace;
	int agent; /* addressed or speaking; NOBODY */
	size_t from, length; /* in the script's text */
};

struct planted {
	enum fault fault;
	int line;
	int agent;
};

struct script {
	struct rng *r;
	struct slots k;
	const struct talk *talk;
	enum generate_trade trade;
	struct buf text, scratch;
	struct line line[LINES_MAX];
	int lines;
	struct planted planted[32];
	int plants;
	unsigned wanted; /* faults to plant: 1 << FAULT_... */
	int agent, other; /* who holds it; to whom it is handed */
	const struct agent *agents;
	int move_line;    /* first line after the hand-over, or -1 */
	bool moved_silently; /* handed over without a reply */
	bool crawling;    /* every human reply is slow */
	bool ungreeted;   /* the planned greeting was left out, the next reply carries the fault */
	int end_line;     /* first line of the ending */
	int again_line;   /* first line of the second session, or -1 */
	bool will_pay;    /* what the customer answers to a nudge */
};

enum shape { SHAPE_USUAL, SHAPE_ROBOT, SHAPE_ROBOT_ONLY, SHAPE_MOVE, SHAPE_MOVE_SILENT, SHAPE_UNANSWERED, SHAPE_NIGHT, SHAPE_NUDGE };

enum err script_init(struct script *s) MUST_CHECK; /* once; script_begin starts each conversation */
void script_free(struct script *s);
void script_begin(struct script *s);
bool script_robot_knows(const struct script *s);
void script_write(struct script *s, enum shape shape);
/* The customer comes back: lines are added after a pause that ends the session. */
void script_again(struct script *s, const struct talk *talk);
void script_time(struct script *s, int64_t start);
const struct talk *talk_pick(struct rng *r, enum generate_trade trade, bool after_sale);
static inline struct str
line_text(const struct script *s, int i)
{
	return (struct str){ s->text.p + s->line[i].from, s->line[i].length };
}

/* Counting and writing (generate_answers.c, generate_out.c) -------------------------------------------------------- */

#define TALLY_FIELDS(F)                                                                                                          \
	F(customer_messages) F(agent_messages) F(auto_messages) F(agent_chars) F(sessions) F(consult) F(received) F(direct) F(moved_in)   \
	F(moved_out) F(moved_out_silent) F(agent_started) F(first_reply_ms) F(first_replies) F(rounds) F(round_ms) F(rounds_within_30s)    \
	F(rounds_within_180s) F(rounds_unanswered) F(unanswered)

#define SHOP_FIELDS(F)                                                                                                            \
	F(robot_messages) F(system_messages) F(robot_only) F(orders) F(order_amount) F(payments) F(payment_amount) F(closed)              \
	F(refunds_requested) F(refunds_requested_amount) F(refunds_completed) F(refunds_completed_amount) F(refunds_refused)               \
	F(refunds_refused_amount) F(calls) F(calls_answered) F(calls_abandoned) F(invites) F(ratings) F(rating_sum)

struct tally {
#define F(name) int64_t name;
	TALLY_FIELDS(F)
#undef F
};

struct shop_tally {
	struct tally t;
#define F(name) int64_t name;
	SHOP_FIELDS(F)
#undef F
};

#define LINE_TYPES(T)                                                                                                   \
	T(shop) T(agent) T(customer) T(message) T(transfer) T(order) T(payment) T(refund) T(call) T(category) T(close)   \
	T(rating) T(invite) T(state)

enum agent_state { STATE_ONLINE, STATE_PAUSED, STATE_WRAPUP, STATE_OFFLINE };
extern const char *const state_names[];
struct state_clock {
	enum agent_state state;
	int64_t since;
	int64_t ms[2][3]; /* day modulo 2, state */
};

enum line_type {
#define T(name) LINE_##name,
	LINE_TYPES(T)
#undef T
	LINE_TYPE_COUNT,
};

/* An order that may be spoken of later. */
struct order {
	char key[32];
	int customer, product, colour, size, quantity, agent;
	int64_t created, paid, amount, postage, price; /* paid 0: not yet */
	int due; /* day on which the customer comes back, about this: */
	const struct talk *talk;
};

struct shop {
	enum generate_trade trade;
	const struct trade_info *info;
	struct str name;
	int customers;                  /* size of the pool */
	int fresh, fresh_written;       /* customers of planted cases: how many, and below which all are written */
	unsigned char *written, *today; /* a bit a customer */
	struct order *follow;
	int follows;
	int64_t orders, calls;          /* for keys */
	int visits;                     /* of this day, for keys */
};

struct world {
	const struct generate_options *o;
	struct arena *arena;
	int64_t first_day, end_ms; /* nothing happens at or after end_ms */
	struct agent *agents;
	struct shop *shops;
	struct script script;
	struct tally *today;            /* shop x agent, of the day */
	struct shop_tally *shop_days;   /* shop x (day + HISTORY_DAYS) */
	int64_t line_count[LINE_TYPE_COUNT], fault_count[FAULT_COUNT];
	struct state_clock *clocks; /* agent */
	FILE *out, *answers, *faults, *cases, *states;
	struct buf buf;
	struct json_writer w;
	bool any_agent_row, any_fault, any_case, any_state;
	enum err err;
};
#define HISTORY_DAYS 20
#define FOLLOW_MAX   4096
#define FRESH_FROM   900000000 /* customers of the planted attribution cases */

/* One conversation, planned and timed, about to be written. */
struct visit {
	int shop, day, number, customer;
	enum shape shape;
	int64_t start;
	bool note; /* the hand-over carries one */
};

enum err generate_world(struct world *w) MUST_CHECK; /* generate_world.c: shops, agents, memory */
void generate_world_free(struct world *w);
/* Someone of these groups (1 << GROUP_...) who works now and has few chats open; NOBODY if no one does. */
int agent_choose(struct world *w, struct rng *r, int shop, unsigned groups, int64_t at, int except);
void agent_occupy(struct world *w, int agent, int64_t from, int64_t to);
int customer_choose(struct world *w, struct rng *r, int shop); /* one that has not been chosen today */
bool agent_serves(const struct world *w, int agent, int shop);
/* The agent's shift that begins on this day; minutes from midnight, the end may lie beyond 1440. False: a day off. */
bool agent_shift(const struct world *w, int agent, int64_t day, int *ret_from, int *ret_to);
void agent_lunch(const struct world *w, int agent, int64_t day, int *ret_from, int *ret_to);
int64_t business_day_start(const struct world *w, int shop, int day); /* ms UTC */
/* How much comes in an hour of the day (0..23), per mille of the day; and on a day, percent of the usual. */
int hour_share(int hour);
int day_share(const struct world *w, int day);
struct shop_tally *shop_day(struct world *w, int shop, int64_t at);

void out_begin(struct world *w, enum line_type type);
void out_end(struct world *w);
void out_flush(struct world *w);
void out_time(struct world *w, const char *member, int64_t ms);
void out_customer_key(struct world *w, const char *member, int shop, int customer);
void out_agent_key(struct world *w, const char *member, int agent);
void out_world(struct world *w);
void out_customer(struct world *w, int shop, int customer);
void out_visit(struct world *w, const struct visit *v);
void out_order(struct world *w, int shop, const struct order *o);
void out_payment(struct world *w, int shop, const struct order *o);
void out_close(struct world *w, int shop, const struct order *o, int64_t at, const char *reason);
enum refund_state { REFUND_REQUESTED, REFUND_COMPLETED, REFUND_REFUSED };
struct refund {
	int64_t at, amount;
	const char *kind, *reason;
	enum refund_state state;
	int by;
	bool items;
};
void out_refund(struct world *w, int shop, const struct order *o, const struct refund *f);
struct call {
	int64_t at, answered, ended, hold_ms, wrapup_ms; /* answered 0: never */
	int agent;
	const char *end;
};
void out_call(struct world *w, int shop, int customer, const struct call *c);
void out_invite(struct world *w, const struct visit *v, int agent, int64_t at);
void out_rating(struct world *w, const struct visit *v, int agent, int64_t at, int score, const char *source, const char *comment);
void out_states(struct world *w, int day);
void message_key(const struct visit *v, int line, char out[40]);

void answers_visit(struct world *w, const struct visit *v);
void answers_fault(struct world *w, const struct visit *v, enum fault f, int agent, int64_t at, int line, const char *order);
struct attribution {
	const char *name;
	int created, created_first, paid; /* agents, or NOBODY */
};
void answers_case(struct world *w, int shop, const struct order *o, int customer, const struct attribution *c);
/* In order of time for each agent. */
void answers_state(struct world *w, int agent, int64_t at, enum agent_state state);
void answers_states(struct world *w, int day); /* writes the rows of a day and forgets them */
void answers_day(struct world *w, int day); /* writes the agents' rows and forgets them */
void answers_end(struct world *w);
enum err answers_begin(struct world *w) MUST_CHECK;

/* The day (generate_day.c) */
void day_generate(struct world *w, int day);
/* Orders of a conversation and what follows from them (generate_trade.c) */
void order_make(struct world *w, struct rng *r, int shop, const struct slots *k, struct order *ret_order);
void order_slots(const struct world *w, int shop, const struct order *o, struct slots *k);
const struct talk *talk_after(struct rng *r, enum generate_trade trade);
/* How many days after its creation an order is where this conversation needs it. */
int order_age(struct rng *r, const struct talk *t);
void trade_after(struct world *w, struct rng *r, const struct visit *v, const struct order *o);
void trade_buy(struct world *w, struct rng *r, const struct visit *v);
/* The customer may come back about a paid order. */
void trade_follow(struct world *w, struct rng *r, int shop, int day, struct order *o);

#endif
