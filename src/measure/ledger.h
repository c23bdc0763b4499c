/*
 * What was sold, kept in memory for the reports of sales: every order with its owners, cells, helpers and refunds, and what every contact pair was
 * for (an inquiry or not), customer by customer. A part of the store, under its lock.
 *
 *   customer  is the unit: his records are made of all that was ever said and sold to him (trade.h), so they do not depend on who asks for which days,
 *             and whatever comes, late or not, makes the records of the customers it touches anew.
 *   rules     a customer's records are counted by all versions of the rules at once, each of its own days. Which rule of attribution is shown,
 *             and whether refunds and postage are in the sales, is of the report, not of the records.
 *   built     a slice of customers at a time, in order of their ids, in the background. A report that comes before its shops are done helps to build
 *             them for a while: what is built then need not be read again. Only when that is not enough it reads the record.
 */
#ifndef MEASURE_LEDGER_H
#define MEASURE_LEDGER_H

#include "measure/report_load.h"

enum { LEDGER_CHUNK = 256 /* customers */ };

/* A contact pair that was an inquiry. Numbers of shop, agent and category are the ledger's; agent, category: + 1, 0: none. */
struct inquiry {
	uint32_t customer;
	int32_t day;
	uint16_t shop, agent, category;
	uint8_t place; /* channel << 5 | hour */
	uint8_t trade; /* PAIR_... */
};

/* The records of so many customers, each one's side by side. An owner's session is what is shown of it: LEDGER_PLACE. */
struct ledger_chunk {
	FACT_TABLE(struct fact_order) orders;
	FACT_TABLE(struct fact_assist) assists;
	FACT_TABLE(struct fact_refund) refunds;
	FACT_TABLE(struct inquiry) inquiries;
	int32_t first_day, last_day;            /* that any of them has to do with */
	uint64_t there[LEDGER_CHUNK / 64];      /* customers with records */
};
#define LEDGER_PLACE(channel, category) ((uint32_t)(category) << 8 | (uint32_t)(channel))
#define LEDGER_CHANNEL(place) ((place) & 0xff)
#define LEDGER_CATEGORY(place) ((place) >> 8)

struct ledger_shop {
	int64_t id, cursor; /* customers up to this id are built */
	uint64_t stamp;     /* of all that its records depend on besides the record */
	bool built, gone;
};

struct ledger_dirty {
	int64_t customer_id;
	uint32_t shop;
};

struct ledger_ids {
	int64_t *all;
	size_t n, cap;
};

struct ledger {
	struct report w;       /* the world that facts are made with; its customers are the ledger's */
	struct loading load;
	struct arena *texts;
	struct ledger_ids agents, categories; /* by the ledger's numbers, which stay */
	uint32_t *agent_of, *category_of, *shop_of; /* by the world's numbers */
	FACT_TABLE(struct ledger_shop) shops;
	FACT_TABLE(struct ledger_chunk) chunks;
	FACT_TABLE(struct ledger_dirty) dirty;
	size_t bytes;
	bool known;            /* the world is */
};

void ledger_free(struct ledger *g);
/* What changed: settings, people, shops; all there is; one customer; all who had something to do with these ms. */
enum err ledger_world(struct ledger *g, struct db *db) MUST_CHECK;
void ledger_forget(struct ledger *g);
enum err ledger_touch(struct ledger *g, int64_t shop_id, int64_t customer_id) MUST_CHECK;
enum err ledger_touch_span(struct ledger *g, struct db *db, int64_t from, int64_t to) MUST_CHECK;
/* All that was touched made anew. */
enum err ledger_update(struct ledger *g, struct db *db) MUST_CHECK;
/* Some of what was touched, or else a slice of what is missing. ret_more: there is more of either. */
enum err ledger_build_some(struct ledger *g, struct db *db, bool *ret_more) MUST_CHECK;
/* Whether this report's sales can be counted from here, brought up to date; what is missing is built until then (monotonic, ms). */
enum err ledger_ready(struct ledger *g, struct db *db, const struct report *r, int64_t until, bool *ret_ready) MUST_CHECK;
/* Into the report's rows; trade_shares is left to the caller, when all rows are there. */
enum err ledger_count(const struct ledger *g, struct report *r) MUST_CHECK;
/* In words that do not depend on how the records came to be; all shops are built first. */
enum err ledger_dump(struct ledger *g, struct db *db, struct buf *out) MUST_CHECK;
bool ledger_built(const struct ledger *g);
/* Whether all of the shops of a report are. */
bool ledger_has(const struct ledger *g, const struct report *r);

#endif
