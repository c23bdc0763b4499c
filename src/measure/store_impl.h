/* Inside of the store. */
#ifndef MEASURE_STORE_IMPL_H
#define MEASURE_STORE_IMPL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "measure/facts_impl.h"
#include "measure/ledger.h"
#include "measure/store.h"

/* Of a mark's word: the cell, then a flag for each figure counted in persons, then two of the customer's day. */
enum { STORE_LIVE_DAYS = 3, STORE_FLAG_BITS = 11, STORE_CELLS_MAX = 1 << 18, STORE_COLUMNS = 54 };

/* agent + 1, category + 1, channel + 1, hour; ghost: makes no row of a report by itself. */
enum { GHOST_NONE, GHOST_FILTERED /* holds what filters took out */, GHOST_ROBOT /* robots' sessions: a row of those who look at them alone */ };
#define PLACE(agent, category, channel, hour, ghost)                                                                                        \
	((uint64_t)(uint16_t)((agent) + 1) << 48 | (uint64_t)(uint16_t)((category) + 1) << 32 | (uint64_t)(uint8_t)((channel) + 1) << 24 |      \
	    (uint64_t)(uint8_t)(hour) << 16 | (uint64_t)(ghost))
#define PLACE_AGENT(p) ((uint32_t)((p) >> 48) - 1)
#define PLACE_CATEGORY(p) ((uint32_t)((p) >> 32 & 0xffff) - 1)
#define PLACE_CHANNEL(p) ((uint32_t)((p) >> 24 & 0xff) - 1)
#define PLACE_HOUR(p) ((int)((p) >> 16 & 0xff))
#define PLACE_GHOST(p) ((p) & 3)

/* A customer in a cell: persons' tallies as flags, and whether he wrote and was answered that day. */
struct store_mark {
	uint32_t customer;
	uint32_t what; /* cell << STORE_FLAG_BITS | flags */
};
enum { MARK_WROTE = 1 << (STORE_FLAG_BITS - 2), MARK_ANSWERED = 1 << (STORE_FLAG_BITS - 1), MARK_FLAGS = (1 << STORE_FLAG_BITS) - 1, MARK_STEP_MAX = UINT16_MAX };

struct store_span {
	uint32_t begin, length; /* ms from the day's begin */
};

/* A session that began in more than one cell: counted once in a row that holds several of them. */
struct store_multi {
	int32_t begin; /* ms from the day's begin, which it may lie before */
	uint32_t customer, cell;
};

/* Sums of whole groups of cells: LEVEL_... of the place are kept, and the channel. */
enum { LEVEL_AGENT = 1, LEVEL_CATEGORY = 2, LEVEL_HOUR = 4, LEVELS = 7 /* and all three: the cells themselves */ };

/*
 * A day of a shop, packed, to be read forwards. Cells lie in order of place, and everything else in order of its cell; marks and shared sessions in
 * order of customer. A cell with more of something than a byte can say goes on in the next one, at the same place.
 */
struct segment {
	atomic_int refs;
	int64_t start, valid_from, valid_until; /* start: of the day; valid: for a present moment in [from, until) */
	size_t bytes;
	uint32_t cell_n, mark_n, multi_n, first_n, reply_n, span_n, pair_n;
	uint32_t mark_base;                     /* customer that the first mark's step goes on from */
	uint32_t level_n[LEVELS], level_at[LEVELS]; /* level_n 0: not kept, it would have hardly fewer cells */
	uint32_t *who;                          /* by cell: agent + 1 << 16 | category + 1 */
	uint32_t *marks;                        /* without a flag: only goes on to the next customers */
	uint32_t *first, *reply;                /* ms, ascending in each cell */
	struct store_multi *multis;
	struct store_span *spans;
	uint16_t *mark_steps;                   /* from the customer before */
	uint8_t *channel, *hour;                /* by cell: channel + 1; hour << 2 | ghost */
	uint8_t *firsts, *replies, *parts;      /* by cell: how many of first, reply, spans */
	uint8_t *values;                        /* by cell, then by cell of each level: what numbers_put makes */
};

struct gather_cell {
	uint64_t place;
	int64_t t[STORE_COLUMNS];
};
struct gather_time {
	uint32_t cell, ms, length;
};

struct cell_table {
	FACT_TABLE(struct gather_cell) cells;
	uint32_t *slots; /* cell + 1, by place */
	size_t slot_count;
};

/* What is being put together of customers' days. */
struct gather {
	struct cell_table cells, level;
	FACT_TABLE(struct store_mark) marks;
	FACT_TABLE(struct store_multi) multis;
	FACT_TABLE(struct gather_time) first;
	FACT_TABLE(struct gather_time) reply;
	FACT_TABLE(struct gather_time) spans;
	FACT_TABLE(uint8_t) bytes;
	int64_t start, valid_from, valid_until;
	bool rules_end; /* the next day is counted by other rules, for which a session may go on that ended by this day's */
};

void gather_start(struct gather *g, int64_t start); /* empty again, memory kept */
void gather_free(struct gather *g);
enum err gather_cell(struct gather *g, uint64_t place, uint32_t *ret_cell) MUST_CHECK;
enum err gather_finish(struct gather *g, struct segment **ret_segment) MUST_CHECK;
uint8_t *gather_bytes(struct gather *g, size_t more); /* room for so many behind g->bytes, or NULL */
void segment_drop(struct segment *s); /* a reference; NULL is fine */

/* A cell at hand while a segment's cells are read in order; begins zeroed. */
struct cell_walk {
	uint32_t next, first, reply, span, firsts, replies, parts; /* where its things begin, and how many there are */
	const uint8_t *at;
};
/* The next one, w->next - 1; false: there is none. */
bool cell_next(const struct segment *s, struct cell_walk *w);
/* Its values, added as numbers_add does. Of each cell, and in order. */
void cell_values(const struct segment *s, struct cell_walk *w, int64_t *sums);
static inline uint64_t
cell_place(const struct segment *s, uint32_t cell)
{
	return (uint64_t)s->who[cell] << 32 | (uint64_t)s->channel[cell] << 24 | (uint64_t)(s->hour[cell] >> 2) << 16 | (s->hour[cell] & 3);
}

/* A segment's marks in order; begins zeroed. False: there is none. */
struct mark_walk {
	uint32_t next, customer, what;
};
bool mark_next(const struct segment *s, struct mark_walk *w);

/* Of store_pack.c: figures by column, and numbers of variable length. */
extern const uint8_t store_columns[STORE_COLUMNS]; /* each one's tally; TALLY_COUNT + filter */
uint32_t store_column(uint32_t tally);             /* FACT_NONE: not one of them */
enum { COLUMN_FIRST, COLUMN_FIRST_MS, COLUMN_REPLY, COLUMN_REPLY_MS, COLUMN_TIMES };
enum { NUMBER_MAX = 10, NUMBERS_MAX = NUMBER_MAX * (STORE_COLUMNS + 1), PLACE_MAX = 20 };

static inline uint8_t *
number_put(uint8_t *at, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*at++ = (uint8_t)(v | 0x80);
	*at++ = (uint8_t)v;
	return at;
}

static inline uint64_t
number_get(const uint8_t **at)
{
	uint64_t v = *(*at)++;
	if (v < 0x80)
		return v;
	v &= 0x7f;
	int shift = 7;
	for (; **at & 0x80; (*at)++, shift += 7)
		v |= (uint64_t)(**at & 0x7f) << shift;
	return v | (uint64_t) * (*at)++ << shift;
}

/* Small whatever the sign: 0, -1, 1, -2 become 0, 1, 2, 3. */
static inline uint64_t
sign_fold(int64_t v)
{
	return (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0);
}

static inline int64_t
sign_unfold(uint64_t v)
{
	return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

/* times: of COLUMN_TIMES, what a reader adds by himself; or NULL. Room for NUMBERS_MAX. */
uint8_t *numbers_put(uint8_t *at, const int64_t *values, const int64_t *times);
/* Adds to sums, by column, what makes figures of them when all of a row are in, and columns_finish was called. */
const uint8_t *numbers_add(const uint8_t *at, int64_t *sums);
void columns_finish(int64_t *sums);
uint8_t *place_put(uint8_t *at, uint64_t place);
const uint8_t *place_get(const uint8_t *at, uint64_t *ret_place);

/* The persons' tallies that a mark holds, by bit. */
enum { PERSON_FLAGS = 9 };
extern const enum tally store_persons[PERSON_FLAGS];
/* Tallies that the service facts give; a report of others reads the record. */
bool store_knows(enum tally t);

/* One customer's part of a live day, of store_piece.c. */
struct piece {
	uint8_t *packed;
	uint32_t customer, bytes;
};
/* Counts otherwise now than when it was made. start: of the day. */
bool piece_old(const struct piece *p, int64_t start, int64_t now);
enum err gather_pack(struct gather *g, uint32_t customer, struct piece *ret_piece) MUST_CHECK;
enum err gather_piece(struct gather *g, const struct piece *p) MUST_CHECK;
void piece_drop(struct piece *p);

struct day_slot {
	struct segment *seg;  /* NULL: nothing happened, or not built, or pieces are newer */
	struct piece *pieces; /* live: by customer */
	size_t piece_n, piece_cap;
	bool built, live, stale; /* stale: the segment is older than its pieces */
	uint64_t stamp;          /* of the version of the rules that it was counted by, and of whether the next day has another */
};

struct store_shop {
	int64_t id;
	const struct zone *zone;
	int cut_hour;
	const struct profile *profile; /* before there were changes of it */
	struct rule_versions versions;
	uint64_t stamp; /* of what its facts depend on besides the record and the versions */
	bool known;     /* its days are */
	int32_t first_day;
	struct day_slot *days;
	size_t day_n;
	bool gone;
};

/* when: on the monotonic clock, us. Whoever reads a snapshot from before it cannot take it in for good. */
struct touched {
	int64_t session_id, seq, when;
};
struct touched_span {
	int64_t from, to, when;
};

struct store {
	pthread_mutex_t lock;    /* all but the touched */
	pthread_mutex_t touching;
	FACT_TABLE(struct touched) touched;
	FACT_TABLE(struct touched_span) spans;
	bool world_touched, all_touched;
	int64_t world_when, all_when;
	FACT_TABLE(struct store_shop) shops;
	struct report w;         /* what facts are made with: people and categories in the store's own numbers */
	FACT_TABLE(struct report_person) people;
	FACT_TABLE(struct report_category) categories;
	size_t people_sized, categories_sized;
	struct report_date date;
	uint32_t *slots;         /* customers by id: number + 1 */
	uint8_t *kinds;
	size_t slot_count, customer_cap;
	struct arena *arena;     /* the rules by date, and whom they leave out */
	FACT_TABLE(struct fact_event) events;
	struct gather gather;
	struct ledger ledger;
	size_t bytes, bytes_max;
	size_t large; /* a report of so many marks is made by several threads */
	int64_t answered;
	int slice_days; /* that the next slice has at most */
	bool full;
};

/* More of what a stamp is made of (FNV-1a). */
static inline uint64_t
stamp_mix(uint64_t stamp, const void *data, size_t n)
{
	const unsigned char *p = data;
	for (size_t i = 0; i < n; i++)
		stamp = (stamp ^ p[i]) * 0x100000001B3ULL;
	return stamp;
}

/* store_load.c */
enum err store_world(struct store *s, struct db *db) MUST_CHECK;
enum err store_span(struct store *s, struct db *db, struct store_shop *shop, int64_t now) MUST_CHECK;
/* The events of a shop, or of one customer of it (customer_id not 0), in [low, high), in order of customer and time. */
enum err store_events(struct store *s, struct db *db, const struct store_shop *shop, int64_t customer_id, int64_t low, int64_t high) MUST_CHECK;
/* One customer's business day, out of all his events at hand, into s->gather. */
enum err store_customer_day(struct store *s, const struct store_shop *shop, const struct fact_event *events, size_t n, int32_t day, int64_t now) MUST_CHECK;
enum err store_customer(struct store *s, int64_t id, uint32_t *ret_number) MUST_CHECK;

/* store.c */
void shop_forget(struct store *s, struct store_shop *shop); /* its days are not known */
/* Days that were counted by another version than they are to be now are not built. */
void shop_versions_check(struct store *s, struct store_shop *shop);
int64_t shop_day_start(const struct store_shop *shop, int64_t day);
/* Is the next day counted by other rules? A session may go on by those that ended by this day's. */
bool shop_rules_end(const struct store_shop *shop, int32_t day);
/* With the lock held: what was touched is taken in. */
enum err store_update(struct store *s, struct db *db, int64_t now) MUST_CHECK;
/* With the lock held: what is missing of these days of a shop is made, the newest first, until then (monotonic, ms). */
enum err store_days(struct store *s, struct db *db, struct store_shop *shop, int64_t low, int64_t high, int64_t now, int64_t until) MUST_CHECK;
/* With the lock held: the day's segment, made when it is not too much; ret_ok false: it is. */
enum err store_day(struct store *s, struct db *db, struct store_shop *shop, int64_t day, int64_t now, int *budget, struct segment **ret, bool *ret_ok) MUST_CHECK;

#endif
