/*
 * The seeded generator of demo centres: one file in the interchange format, and, where asked, a second file with the answers
 * (what was planted and what it adds up to). Everything follows from the options: the same options give the same bytes on
 * every machine (integers only, no clock, no libm). Memory does not grow with `size`.
 */
#ifndef INTERCHANGE_GENERATE_H
#define INTERCHANGE_GENERATE_H

#include "base/arena.h"
#include "base/err.h"
#include "base/rand.h"

struct generate_options {
	uint64_t seed;
	int days;      /* 1..3660, the last one is `until` */
	int agents;    /* 1..2000 */
	int shops;     /* 1..200; the first is a clothes shop, the others follow the trades in turn */
	int size;      /* 1..10000: about 50 conversations a shop and day, times size */
	int64_t until; /* days since 1970; below 0: the day of `now`, and nothing later than `now` happens */
	int64_t now;   /* ms UTC; used only when until < 0 */
	const char *out;
	const char *answers; /* NULL: none */
};

/* ERR_USAGE, ERR_IO or ERR_NO_MEMORY with the reason in why; a file half written is left behind on ERR_IO. */
enum err generate_run(const struct generate_options *o, char why[200]) MUST_CHECK;

/* The same material for the live demo: one conversation as a list of lines, without times. */
enum generate_trade { TRADE_CLOTHES, TRADE_DIGITAL, TRADE_BABY, TRADE_FOOD, TRADE_HOME, TRADE_BEAUTY, TRADE_COUNT };

struct dialogue_line {
	bool from_customer; /* else the agent */
	const char *kind;   /* text, image, file, card: as in the interchange format */
	struct str text;
};

struct dialogue {
	const char *category; /* the subject: 尺码咨询, 物流查询 ... */
	const char *shop;     /* the demo shop's name */
	struct str product;   /* the article it is about */
	bool after_sale;
	int mood; /* 0 calm, 1 worried, 2 angry */
	struct dialogue_line *lines;
	size_t count;
};

/* A conversation of this trade, 2 to about 20 lines, in the arena; the first line is the customer's. agent_name: how the
 * agent calls herself; empty is fine. */
enum err generate_dialogue(struct rng *r, struct arena *a, enum generate_trade trade, struct str agent_name,
			   struct dialogue *ret_dialogue) MUST_CHECK;
/* The trade of the demo shop that generate_run wrote as number `index` (0..). */
enum generate_trade generate_trade_of(int index);
/* A customer's name and an agent's, made of the same lists; static strings for agents (index 0..23), arena text beyond. */
struct str generate_customer_name(struct rng *r, struct arena *a);
struct str generate_agent_name(int index, struct arena *a);

#endif
