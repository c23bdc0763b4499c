/*
 * Who sold what: one customer's orders against what was said to him, after the facts of his conversations were made. Pure, like those. Definitions:
 * product/metrics.md; where that text leaves room, this is what is done:
 *
 *   contact    a human line of an agent who is no after-sales account. Before the order it counts when the pair of that day is unfiltered and the
 *              customer wrote in it; after the order a word without an answer counts too (a nudge), other filters still take it out.
 *   windows    are business days of the shop, with the first: 2 days are a day and the next. A contact is inside the inquiry window of an
 *              order (a payment) when its day is.
 *   paid       at the payment with which the sum reaches the amount of the order; where it never does (a price that was lowered), at the last
 *              one. What counts is what was received.
 *   created    the creator: of the agents with a contact inside the window before the creation who was last, or had most answered rounds there.
 *   paid rule  the payer: the same before the payment. No creator: the order is silent, and the contacts of a session in which the agent's first
 *              word after the creation came within the nudging limit are void for the payment.
 *   first      the creator, else who was last in contact between creation and payment.
 *   follower   of an order nobody else has: who spoke first after the payment, inside the window.
 *   assisted   every other agent with a contact before the creation (order), between creation and payment (payment), after the payment (follow-up).
 *   inquiry    a received pair whose first part has no order in the after-sales window before it, or one inside the inquiry window after it,
 *              and that was not handed to an after-sales account. An order made after the pair began is its result, whoever owns it.
 *   goes on    the pair's first session was held by the same agent as an inquiry the day before: it is not lost twice.
 */
#ifndef MEASURE_TRADE_H
#define MEASURE_TRADE_H

#include "measure/facts.h"

enum { PAIR_INQUIRY = 1, PAIR_ORDERED = 2, PAIR_PAID_SAME = 4, PAIR_PAID_NEXT = 8, PAIR_PAID_FINAL = 16, PAIR_GOES_ON = 32 };
enum { ORDER_COUNTS, ORDER_FLAGGED, ORDER_STAFF, ORDER_KINDS };

struct trade_order {
	int64_t record_id, created, paid, due, amount, postage; /* paid, amount: by trade_pay */
	uint32_t customer, items;
	struct str flag;
	bool flagged;                        /* one of the flags that are left out */
	bool settled;
	const struct fact_refund *refunds;   /* at, amount, items, reason, kind, done */
	size_t refund_count;
};

/* One payment; in order of time. */
void trade_pay(struct trade_order *o, int64_t at, int64_t amount);
/*
 * Orders of one customer, made on days of the rules in `of`, with who had to do with each; ascending by created, then record_id. Each is decided by what
 * was said from inquiry_days days before the day it was made to inquiry_days + 1 after that of its payment, whatever else is at hand: so it is the
 * same whoever asks for which days. What the window's conversations add to f belongs to no day. first_session as in facts_day. ERR_NO_MEMORY.
 */
enum err trade_orders_add(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, const struct trade_order *orders,
    size_t order_count, size_t first_session) MUST_CHECK;
/* What the pairs of a day's window (from `first` on, before facts_keep) were for; orders as far as they are known, flagged by the rules in `of`. */
void trade_inquiries(struct facts *f, const struct facts_of *of, const struct facts_mark *first, const struct trade_order *orders, size_t order_count);
/* For qsort: by customer, creation, id. */
int trade_order_order(const void *a, const void *b);
/* The business day on which an inquiry of this day is settled: the first on which its window is over. */
int32_t inquiry_settled(int32_t day, const struct measure_rules *r);
int32_t inquiry_lost(int32_t day, const struct measure_rules *r);

/* The five cells of what was paid, for the agents of an order. */
enum cell_kind { CELL_OWN_OWN, CELL_OWN_OTHER, CELL_OTHER_OWN, CELL_SILENT, CELL_FOLLOW, CELL_COUNT };
struct order_cells {
	size_t n;
	enum cell_kind kind[2];
	struct fact_owner who[2];
};
/* None when it is not paid or nobody had to do with it. */
struct order_cells order_cells(const struct fact_order *o);
/* What the order is worth to the sales, without what was refunded. */
int64_t order_value(const struct fact_order *o, const struct measure_rules *r);
/* A completed refund that takes money off the sales. */
bool refund_counts(const struct fact_refund *f);
/* Pieces of the order that went back: returned, and (unless returned_only) paid back without a return; at most what it had. */
uint32_t order_refunded(const struct facts *f, const struct fact_order *o, bool returned_only);
/* The day and hour under a rule; false: it counts nowhere (left out, or not paid). */
bool order_dated(const struct fact_order *o, enum attribution rule, int32_t *ret_day, int *ret_hour);

#endif
