/*
 * Sums and counts of the facts, never averages. A cell is a row of a report (or its total): what it is made of adds up, and the catalogue says
 * which sum over which count is a figure.
 */
#ifndef MEASURE_TALLY_H
#define MEASURE_TALLY_H

#include "measure/facts.h"
#include "measure/trade.h"

/* A figure counted in persons is kept as contact pairs (of orders: as orders), followed by the distinct customers among them. */
#define TALLY_PERSONS(T)                                                                                                                    \
	T(CONSULT) T(RECEIVED) T(DIRECT) T(IN) T(OUT) T(EFFECTIVE) T(NOREPLY) T(SLOW) T(LONG) T(INQUIRY) T(PAID_SAME) T(PAID_NEXT)             \
	T(PAID_FINAL) T(LOST) T(ORDERED) T(BOUGHT) T(CELL_OWN_OWN) T(CELL_OWN_OTHER) T(CELL_OTHER_OWN) T(CELL_SILENT) T(CELL_FOLLOW)
#define TALLY_NUMBERS(T)                                                                                                                     \
	T(WROTE_DAYS) T(ANSWERED_DAYS) T(FIRST_MS) T(FIRST) T(REPLY_MS) T(REPLY) T(ASKED_1) T(ASKED_2) T(WITHIN_1) T(WITHIN_2)                     \
	T(CUSTOMER_LINES) T(CUSTOMER_LINES_HUMAN) T(AGENT_LINES) T(AGENT_TEXTS) T(AGENT_CHARS) T(ROBOT_LINES) T(AUTO_LINES) T(SESSIONS) T(SESSIONS_HELD)                   \
	T(SESSIONS_OUT) T(SESSIONS_OUT_SILENT) T(FCR) T(FCR_SESSIONS) T(FCR_OPEN) T(RATED) T(RATED_OWN) T(RATED_SYSTEM)                            \
	T(SATISFIED) T(SATISFIED_OWN) T(SATISFIED_SYSTEM) T(RATED_ALL) T(SATISFIED_ALL) T(INVITES) T(CONCURRENT) T(CONCURRENT_DAYS)            \
	T(PHRASE_LINES) TALLY_TRADE(T) TALLY_WORK(T)
#define TALLY_TRADE(T)                                                                                                                       \
	T(SAME_OPEN) T(NEXT_OPEN) T(FINAL_OPEN) T(LOST_OPEN) T(ORDERED_OPEN) T(SALES) T(ORDERS) T(ITEMS) T(SHOP_SALES) T(SILENT_SALES) T(REFUNDED_ITEMS)       \
	T(RETURNED_ITEMS) T(REFUNDED) T(REFUNDS) T(OWN_OWN_ITEMS) T(OWN_OWN_AMOUNT) T(OWN_OTHER_ITEMS) T(OWN_OTHER_AMOUNT)                      \
	T(OTHER_OWN_ITEMS) T(OTHER_OWN_AMOUNT) T(SILENT_ITEMS) T(SILENT_AMOUNT) T(FOLLOW_ITEMS) T(FOLLOW_AMOUNT) T(ASSIST_ORDER)                \
	T(ASSIST_PAYMENT) T(ASSIST_FOLLOW)
#define TALLY_WORK(T)                                                                                                                        \
	T(CALLS) T(CALLS_ANSWERED) T(CALLS_ABANDONED) T(CALLS_SHORT) T(CALLS_MISSED) T(CALLS_LONG) T(CALLS_LEVEL) T(CALLS_LEVEL_OF) T(CALL_MS)  \
	T(ONLINE_MS) T(PAUSED_MS) T(WRAPUP_MS) T(READY_MS) T(SERVING_MS) T(STATE_DAYS) T(ROBOT_SESSIONS) T(ROBOT_HANDED) T(ROBOT_ALONE)             \
	T(ROBOT_SOLVED) T(ROBOT_OPEN)
enum tally {
	TALLY_NONE,
#define T(name) TALLY_##name, TALLY_##name##_CUSTOMERS,
	TALLY_PERSONS(T)
#undef T
	TALLY_PERSONS_END,
#define T(name) TALLY_##name,
	TALLY_NUMBERS(T)
#undef T
	TALLY_COUNT
};

struct cell {
	int64_t t[TALLY_COUNT];
	uint32_t seen[TALLY_PERSONS_END]; /* by persons' tally: customer counted last, + 1 */
	uint32_t session, customer;        /* counted last, + 1 */
	int32_t day;
};

/* Facts come customer by customer, so that the customer counted last is enough to count each once. Each adds one fact to a cell. */
void tally_pair(struct cell *c, const struct fact_pair *q, const struct measure_rules *r);
void tally_round(struct cell *c, const struct fact_round *round, const struct fact_session *s, const struct profile *p,
    const struct measure_rules *r,
                 int64_t now);
void tally_lines(struct cell *c, const struct fact_lines *l, enum filter filter); /* filter: of its pair */
/* Parts of one session come one after the other, those that another day's window saw too. */
void tally_part(struct cell *c, const struct facts *f, size_t part);
/* The session that ends with this part (the caller looked). */
void tally_solved(struct cell *c, const struct fact_session *s, const struct measure_rules *r, int64_t now);
void tally_rating(struct cell *c, const struct fact_rating *rating);
/* Of tally_trade.c ------------------------------------------------------------------------------------------------------ */

/* One customer among the pairs or orders of a figure counted in persons. */
void tally_person(struct cell *c, enum tally t, uint32_t customer);
/* today: the business day it is now in the shop; what is not settled by then is pending. */
void tally_inquiry(struct cell *c, const struct fact_pair *q, const struct measure_rules *r, int32_t today);
/* What an order adds to the sales, and what of it went back. */
struct order_worth {
	int64_t sales, refunded, refunds, refunded_items, returned_items;
};
struct order_worth order_worth(const struct facts *f, const struct fact_order *o, const struct measure_rules *r);
/* An order at its owner under the rule asked for (of nobody: silent), with all its refunds; cells and assists at whose they are. */
void tally_order(struct cell *c, const struct fact_order *o, const struct order_worth *worth, bool owned);
void tally_order_cell(struct cell *c, const struct fact_order *o, enum cell_kind kind, const struct measure_rules *r);
void tally_assist(struct cell *c, enum assist kind);
/* A refund on its own day, at the owner of the order: only with SALES_LESS_ON_REFUND_DAY. */
void tally_refund(struct cell *c, const struct fact_refund *f, bool owned);
void tally_call(struct cell *c, const struct fact_call *call, const struct measure_rules *r);
/* A session in which a robot spoke. handed: a human held it too. */
void tally_robot(struct cell *c, const struct fact_session *s, bool handed, const struct measure_rules *r, int64_t now);

/* Whether a round is in the average reply, and what it counts there, ms. */
bool tally_reply_ms(const struct fact_round *round, const struct profile *p, uint32_t *ret_ms);

#endif
