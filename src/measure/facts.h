/*
 * The fact builder: one pass over what happened between one customer and one shop, in order of time, gives small records that every figure is
 * counted from. Pure: no SQL, no clock. Definitions: product/metrics.md; where that text leaves room, this is what is done:
 *
 *   session   begins with a line when none goes on; a line of the customer or of a human continues it while the pause since the last such line is
 *             at most the session gap and nobody closed it. It ends with its last such line, or with the close.
 *   part      a session as held by one agent on one business day. Who is spoken to, speaks, is assigned, or receives a transfer holds it. What
 *             was said while nobody held it goes to the first holder of that session and day, but what was said to a robot stays the robot's.
 *   round     from the first unanswered customer line to the first human line after it. A transfer sets its clock to the transfer. It stays
 *             unanswered when 24 hours passed, when the session was closed, or when the customer begins a new session; a human line that
 *             comes after the session gap alone still answers it. It is dated by the start of its clock and belongs to who
 *             answered, or else to who held it at the end of that business day or of its session.
 *   pair      shop x agent x customer x business day: the parts of that day. It began by transfer if its first part did, and
 *             ended by transfer if its last part did. What the customer said in the session before a transfer in, or before a robot gave way,
 *             counts as written to the receiver too, for the persons' figures and filters only.
 * Robot, automatic and system lines start, stop and extend nothing.
 */
#ifndef MEASURE_FACTS_H
#define MEASURE_FACTS_H

#include "base/err.h"
#include "base/zone.h"
#include "measure/rules.h"

#define FACT_NONE UINT32_MAX   /* no index; as an agent: nobody */
#define FACT_NO_DAY INT32_MIN  /* of a fact that its window knows, but another day's window counts */
#define FACT_UNANSWERED UINT32_MAX

enum fact_kind {
	FACT_TRANSFER, FACT_ASSIGNED, FACT_QUEUED, FACT_CLOSED, /* before lines of the same millisecond, CLOSED after them */
	FACT_CUSTOMER, FACT_AGENT, FACT_ROBOT, FACT_AUTO,
	FACT_RATING, FACT_INVITE,
};

/* Where a conversation is held. */
enum fact_channel { CHANNEL_OTHER, CHANNEL_WEB, CHANNEL_MAIL, CHANNEL_VOICE, CHANNEL_IMPORT, CHANNEL_COUNT };
extern const char *const channel_names[CHANNEL_COUNT];

enum rating_source { RATING_INVITED, RATING_OWN, RATING_SYSTEM, RATING_INVITE /* an invitation, not a rating */ };

/* What happened. agent: spoken to, speaking, assigned, rated, invited for, or who hands over; only humans (FACT_NONE: nobody, a robot, a group). */
struct fact_event {
	int64_t at;
	int64_t record_id;    /* the session of the record; 0: not known */
	uint32_t customer;    /* the caller's numbers */
	uint32_t agent, to;   /* to: who receives a transfer (FACT_NONE: a group) */
	uint32_t chars;       /* AGENT: Unicode characters of a text */
	uint32_t order;       /* among events of one millisecond */
	uint32_t category;    /* of the record's session; 0: none */
	uint8_t kind;
	uint8_t code_word;    /* AGENT: the line holds the code word */
	uint8_t base_phrase;  /* AGENT: it came from a base phrase */
	uint8_t score, source; /* RATING: 1..5; RATING, INVITE */
	uint8_t channel;       /* of the record's session */
};

enum filter {
	FILTER_NONE, FILTER_STAFF, FILTER_ROBOT, FILTER_PLATFORM, FILTER_AGENT, FILTER_EMPTY, FILTER_CODE_WORD, FILTER_SINGLE_LINE,
	FILTER_MONOLOGUE, FILTER_FORWARDED, FILTER_COUNT
};
extern const char *const filter_names[FILTER_COUNT];

struct fact_session {
	int64_t record_id, begin, end;
	uint32_t customer, category;
	uint32_t lines;          /* of customer and humans */
	uint32_t asked;          /* of the customer */
	uint32_t same;           /* its first record among these facts: another day's window may have made one */
	int32_t day;
	uint16_t minute;         /* of its begin on the wall clock */
	uint8_t channel;
	bool returned;           /* the customer came back within the window of fcr */
};

struct fact_part {
	int64_t begin, end;
	uint32_t session, pair, agent;
	int32_t day;
	uint32_t customer_lines, agent_lines, robot_lines, code_words;
	uint32_t carried;        /* customer lines of the session before it came here by transfer or from a robot */
	uint32_t replies;        /* human lines after a customer line of the same business day */
	uint32_t further;        /* customer lines after the first of these */
	uint8_t hour;
	bool first, in, out;     /* first: of this agent in this session */
};

struct fact_pair {
	uint32_t customer, agent, shop;
	int32_t day;
	uint32_t first_part, last_part;
	uint32_t customer_lines, agent_lines, robot_lines, code_words, carried, further, replies, slow;
	uint8_t hour, filter;
	bool in, out;
	bool wrote;              /* the customer wrote, here or before the transfer */
	bool day_unanswered;     /* the customer had no human reply that day */
	bool noreply;            /* ... and this is who held the conversation last */
	bool long_session;
	uint8_t trade;           /* PAIR_...: what it was for buying (trade.h) */
};

struct fact_round {
	int64_t begin;
	uint32_t ms;             /* FACT_UNANSWERED */
	uint32_t session, pair, agent;
	int32_t day;
	uint8_t hour;
	bool first;              /* of its session */
	bool same_day;           /* answered on the business day on which it began */
};

/* Lines of one part in one hour of the wall clock. */
struct fact_lines {
	uint32_t part, customer_lines, agent_lines, robot_lines, auto_lines, texts, chars, phrases;
	uint8_t hour;
};

struct fact_rating {
	int64_t record_id;
	uint32_t session, agent, customer, shop;
	int32_t day;
	uint8_t hour, score, source;
};

/* Who has an order, and in which session it was won. */
struct fact_owner {
	uint32_t agent, session;
};

enum attribution { ATTRIBUTION_CREATED, ATTRIBUTION_CREATED_FIRST, ATTRIBUTION_PAID, ATTRIBUTION_COUNT };

/* One order with its owner under each rule; see trade.h for who that is. */
struct fact_order {
	int64_t record_id, created, paid; /* paid 0: not (yet) */
	int64_t amount, postage;          /* amount: received for it */
	uint32_t customer, shop, items;
	int32_t created_day, paid_day;
	struct fact_owner owner[ATTRIBUTION_COUNT];
	struct fact_owner follower;       /* of a fully silent order: who spoke first after the payment */
	uint32_t first_assist, assists, first_refund, refunds;
	uint8_t created_hour, paid_hour;
	uint8_t filter;                   /* ORDER_...: left out of every figure */
};

enum assist { ASSIST_ORDER, ASSIST_PAYMENT, ASSIST_FOLLOW };
struct fact_assist {
	struct fact_owner who;
	uint8_t kind;
};

enum refund_kind { REFUND_ONLY, REFUND_RETURN, REFUND_EXCHANGE, REFUND_COMPENSATION };
struct fact_refund {
	int64_t at, amount;
	uint32_t items;  /* pieces that went back, or were paid back whole */
	uint32_t reason; /* the caller's number */
	int32_t day;
	uint8_t hour, kind;
	bool done;       /* completed; else requested or refused */
};

enum call_end { CALL_ANSWERED, CALL_ABANDONED, CALL_BUSY, CALL_FAILED };
struct fact_call {
	int64_t record_id, at;
	int64_t queued_ms, talk_ms, wrapup_ms; /* talk_ms: from the answer to the end, what was on hold too */
	uint32_t customer, shop, agent;
	int32_t day;
	uint8_t hour, end;
};

#define FACT_TABLE(type) \
	struct { \
		type *all; \
		size_t n, cap; \
	}
struct facts {
	FACT_TABLE(struct fact_session) sessions;
	FACT_TABLE(struct fact_part) parts;
	FACT_TABLE(struct fact_pair) pairs;
	FACT_TABLE(struct fact_round) rounds;
	FACT_TABLE(struct fact_lines) lines;
	FACT_TABLE(struct fact_rating) ratings;
	FACT_TABLE(struct fact_order) orders;
	FACT_TABLE(struct fact_assist) assists;
	FACT_TABLE(struct fact_refund) refunds;
	FACT_TABLE(struct fact_call) calls;
};

/* Who the customer really is. */
enum customer_kind { CUSTOMER_REAL, CUSTOMER_STAFF, CUSTOMER_ROBOT, CUSTOMER_PLATFORM };

struct facts_of {
	const struct measure_rules *rules;
	const struct profile *profile;
	const struct zone *zone;
	int cut_hour;
	uint32_t shop, customer;  /* the caller's numbers */
	enum customer_kind kind;
	const bool *left_out;     /* by agent: not to be counted; NULL: none */
	const bool *after_sales;  /* by agent: serves after the sale alone, so sells nothing; NULL: none */
};

void facts_free(struct facts *f);
void facts_empty(struct facts *f); /* memory kept */
/* Adds the facts of one customer. events: ascending by at, then kind (see fact_event_order), then order. ERR_NO_MEMORY. */
enum err facts_add(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n) MUST_CHECK;
/*
 * The facts of one business day, out of all events of one customer at hand: the same whatever else is asked for, because no event before the day
 * before it or after two days after it is looked at. Facts of those other days are there too (what was before and after matters to the day's own),
 * with FACT_NO_DAY. first_session: the first of this customer's sessions in f, for fact_session.same.
 */
enum err facts_day(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, int32_t day, size_t first_session) MUST_CHECK;
enum { FACTS_DAYS_BEFORE = 1, FACTS_DAYS_AFTER = 2 };
/* How many there are. */
struct facts_mark {
	size_t sessions, parts, pairs, rounds, ratings;
};
struct facts_mark facts_mark(const struct facts *f);
/* The two halves of it: the facts of the days from one to another, which begin at *ret_from, then all of them but those of one day (FACT_NO_DAY: all) belong
 * to no day from now on. */
enum err facts_window(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, int32_t low_day, int32_t high_day, size_t first_session,
    struct facts_mark *ret_from) MUST_CHECK;
void facts_keep(struct facts *f, const struct facts_mark *from, int32_t day);
/* The order that facts_add wants; for qsort, by customer first. */
int fact_event_order(const void *a, const void *b);

#endif
