/* Sums and counts of inquiries, orders, calls and robots. */
#include "measure/tally.h"

#include "base/banned.h"

void
tally_inquiry(struct cell *c, const struct fact_pair *q, const struct measure_rules *r, int32_t today)
{
	if (!(q->trade & PAIR_INQUIRY))
		return;
	tally_person(c, TALLY_INQUIRY, q->customer);
	if (q->trade & PAIR_ORDERED)
		tally_person(c, TALLY_ORDERED, q->customer);
	if (q->trade & PAIR_PAID_SAME)
		tally_person(c, TALLY_PAID_SAME, q->customer);
	if (q->trade & PAIR_PAID_NEXT)
		tally_person(c, TALLY_PAID_NEXT, q->customer);
	if (q->trade & PAIR_PAID_FINAL)
		tally_person(c, TALLY_PAID_FINAL, q->customer);
	c->t[TALLY_SAME_OPEN] += today <= q->day;
	c->t[TALLY_NEXT_OPEN] += today <= q->day + 1;
	c->t[TALLY_ORDERED_OPEN] += today < inquiry_lost(q->day, r);
	c->t[TALLY_FINAL_OPEN] += today < inquiry_settled(q->day, r);
	if (q->trade & PAIR_GOES_ON)
		return;
	c->t[TALLY_LOST_OPEN] += today < inquiry_lost(q->day, r);
	if (!(q->trade & PAIR_ORDERED) && today >= inquiry_lost(q->day, r))
		tally_person(c, TALLY_LOST, q->customer);
}

struct order_worth
order_worth(const struct facts *f, const struct fact_order *o, const struct measure_rules *r)
{
	struct order_worth w = { .sales = order_value(o, r) };
	for (uint32_t i = 0; i < o->refunds; i++) {
		const struct fact_refund *refund = &f->refunds.all[o->first_refund + i];
		if (!refund_counts(refund))
			continue;
		w.sales -= r->sales_refunds == SALES_LESS_ON_ORDER_DAY ? refund->amount : 0;
		w.refunded += refund->amount;
		w.refunds++;
	}
	w.refunded_items = order_refunded(f, o, false);
	w.returned_items = order_refunded(f, o, true);
	return w;
}

void
tally_order(struct cell *c, const struct fact_order *o, const struct order_worth *worth, bool owned)
{
	c->t[owned ? TALLY_SALES : TALLY_SILENT_SALES] += worth->sales;
	if (!owned)
		return;
	tally_person(c, TALLY_BOUGHT, o->customer);
	c->t[TALLY_ORDERS]++;
	c->t[TALLY_ITEMS] += o->items;
	c->t[TALLY_REFUNDED] += worth->refunded;
	c->t[TALLY_REFUNDS] += worth->refunds;
	c->t[TALLY_REFUNDED_ITEMS] += worth->refunded_items;
	c->t[TALLY_RETURNED_ITEMS] += worth->returned_items;
}

void
tally_order_cell(struct cell *c, const struct fact_order *o, enum cell_kind kind, const struct measure_rules *r)
{
	static const enum tally persons[CELL_COUNT] = { TALLY_CELL_OWN_OWN, TALLY_CELL_OWN_OTHER, TALLY_CELL_OTHER_OWN, TALLY_CELL_SILENT, TALLY_CELL_FOLLOW },
	                        items[CELL_COUNT] = { TALLY_OWN_OWN_ITEMS, TALLY_OWN_OTHER_ITEMS, TALLY_OTHER_OWN_ITEMS, TALLY_SILENT_ITEMS, TALLY_FOLLOW_ITEMS };
	tally_person(c, persons[kind], o->customer);
	c->t[items[kind]] += o->items;
	c->t[items[kind] + 1] += order_value(o, r);
}

void
tally_assist(struct cell *c, enum assist kind)
{
	static const enum tally of[] = { TALLY_ASSIST_ORDER, TALLY_ASSIST_PAYMENT, TALLY_ASSIST_FOLLOW };
	c->t[of[kind]]++;
}

void
tally_refund(struct cell *c, const struct fact_refund *f, bool owned)
{
	c->t[owned ? TALLY_SALES : TALLY_SILENT_SALES] -= f->amount;
}

/* Three treatments of who gave up; which one is in force the report says. A call that was never queued is offered and not answered. */
static void
tally_level(struct cell *c, const struct fact_call *call, const struct measure_rules *r)
{
	int64_t n_ms = r->call_within_s * 1000;
	bool counts = call->end != CALL_ABANDONED || r->call_abandoned == ABANDONED_AGAINST ||
	              (r->call_abandoned == ABANDONED_AFTER_N && call->queued_ms > n_ms);
	c->t[TALLY_CALLS_LEVEL_OF] += counts;
	c->t[TALLY_CALLS_LEVEL] += call->end == CALL_ANSWERED && call->queued_ms <= n_ms;
}

void
tally_call(struct cell *c, const struct fact_call *call, const struct measure_rules *r)
{
	bool quit = call->end == CALL_ABANDONED, brief = quit && call->queued_ms <= r->call_short_s * 1000;
	c->t[TALLY_CALLS]++;
	c->t[TALLY_CALLS_ANSWERED] += call->end == CALL_ANSWERED;
	c->t[TALLY_CALLS_SHORT] += brief;
	c->t[TALLY_CALLS_ABANDONED] += quit && !brief;
	c->t[TALLY_CALLS_MISSED] += call->end == CALL_BUSY || call->end == CALL_FAILED;
	c->t[TALLY_CALLS_LONG] += !brief;
	if (call->end == CALL_ANSWERED)
		c->t[TALLY_CALL_MS] += call->talk_ms + call->wrapup_ms;
	tally_level(c, call, r);
}

void
tally_robot(struct cell *c, const struct fact_session *s, bool handed, const struct measure_rules *r, int64_t now)
{
	c->t[TALLY_ROBOT_SESSIONS]++;
	c->t[TALLY_ROBOT_HANDED] += handed;
	if (handed)
		return;
	if (!s->returned && now < s->end + r->fcr_hours * 3600000) {
		c->t[TALLY_ROBOT_OPEN]++;
		return;
	}
	c->t[TALLY_ROBOT_ALONE]++;
	c->t[TALLY_ROBOT_SOLVED] += !s->returned;
}
