/* Inside of loading a report: the events of one shop as they come from the record. */
#ifndef MEASURE_REPORT_LOAD_H
#define MEASURE_REPORT_LOAD_H

#include "measure/report.h"
#include "measure/report_sql.h"
#include "measure/trade.h"

/* One shop's orders and refunds; refund_of: whose each is. */
struct trade_load {
	struct trade_order *orders;
	struct fact_refund *refunds;
	int64_t *refund_of;
	size_t order_count, order_cap, refund_count, refund_cap, next; /* next: the first order of the next customer */
	struct arena *scratch;
	struct arena *texts; /* of the orders' flags; NULL: the report's own */
};

/* Customer ids to the facts' numbers; a table of twice as many slots as entries. */
struct customer_map {
	struct report *r;
	uint32_t *slots; /* number + 1 */
	uint8_t *kinds;
	size_t slot_count, cap;
};

struct loading {
	struct report *r;
	struct customer_map map;
	struct fact_event *events, *sorted;
	size_t n, cap;
	int64_t person_id; /* looked up last, and what it was */
	uint32_t person;
	struct trade_load trade;
};

/* The facts' number of a customer, made when new. */
enum err load_customer(struct customer_map *m, int64_t id, uint32_t *ret) MUST_CHECK;
/* FACT_NONE: nobody; robots and service accounts hold nothing. */
uint32_t load_human(struct loading *l, bool set, int64_t id);
/* One row of report_messages, report_transfers; ctx: struct loading. */
enum err load_message(void *ctx, const void *row) MUST_CHECK;
enum err load_transfer(void *ctx, const void *row) MUST_CHECK;

/* All that the report needs of one customer, out of his events in order; the orders are in l->trade. */
enum err load_facts(struct loading *l, const struct facts_of *of, const struct fact_event *events, size_t n) MUST_CHECK;

/* Of trade_load.c: the shop's orders, and what was said around them outside of the days read anyway; then each customer's facts. */
enum err trade_read(struct db *db, struct loading *l, const struct report_shop *shop) MUST_CHECK;
/* The next customer's orders; customers come in order of their numbers. Returns how many. */
size_t trade_next(struct trade_load *t, uint32_t customer, struct trade_order **ret_orders);
/* Of those that belong to the days asked for: each by the version of the day on which it was made. */
enum err trade_facts(struct loading *l, const struct facts_of *of, const struct fact_event *events, size_t n, struct trade_order *orders,
    size_t order_count) MUST_CHECK;
/* Which are left out by these rules. */
void trade_flag(const struct measure_rules *rules, struct trade_order *orders, size_t n);
void trade_load_free(struct trade_load *t);
/* All that was ever said to, and sold to, the shop's customers from one id to another: events and orders in order of customer and time. */
enum err trade_read_whole(struct db *db, struct loading *l, const struct report_shop *shop, int64_t low_id, int64_t high_id) MUST_CHECK;
/* Of report_load.c: the shop's customers who are no customers, and whom the versions leave out. */
enum err load_odd_customers(struct db *db, struct loading *l, int64_t shop_id) MUST_CHECK;
enum err load_versions(struct report *r, struct rule_versions *v) MUST_CHECK;

/* A chat of the day before may be open in the first one, and one of the day after in another shop's last one; their facts need their own neighbours. */
enum { LOAD_DAYS_BEFORE = 1 + FACTS_DAYS_BEFORE, LOAD_DAYS_AFTER = 1 + FACTS_DAYS_AFTER };

#endif
