/*
 * Figures in few bytes. A cell's figures are mostly what others of it make likely (who was received, asked directly; the sum of the first replies is
 * that of their times), so each is kept as what it differs from that: a mask of those that do, then the differences, as numbers of variable length.
 * Differences add up as the figures do: a row adds those of its cells, and becomes figures once, at the end.
 */
#include "measure/store_impl.h"
#include "base/banned.h"

/*
 * Those that differ most often come early: a mask is as long as its last one. as: a column before it, or none. The first four are likely what the
 * times at hand sum up to, and differ in nothing where there are some.
 */
enum { NONE = 100, TIMES = COLUMN_TIMES };
#define COLUMNS(C)                                                                                                                           \
	C(FIRST, NONE) C(FIRST_MS, NONE) C(REPLY, NONE) C(REPLY_MS, NONE)                                                                       \
	C(CONSULT, NONE) C(CUSTOMER_LINES, NONE) C(AGENT_LINES, NONE) C(AGENT_CHARS, NONE) C(EFFECTIVE, AT_CONSULT)                             \
	C(WITHIN_1, AT_REPLY) C(WITHIN_2, AT_REPLY) C(ASKED_1, AT_REPLY) C(ASKED_2, AT_ASKED_1) C(IN, NONE) C(OUT, NONE)                        \
	C(RECEIVED, AT_CONSULT) C(DIRECT, AT_RECEIVED) C(SESSIONS, AT_CONSULT) C(SESSIONS_HELD, AT_CONSULT)                                     \
	C(FCR_SESSIONS, AT_CONSULT) C(FCR, AT_FCR_SESSIONS) C(NOREPLY, NONE) C(SESSIONS_OUT, AT_OUT) C(SESSIONS_OUT_SILENT, NONE)                \
	C(SLOW, NONE) C(CUSTOMER_LINES_HUMAN, AT_CUSTOMER_LINES) C(AGENT_TEXTS, AT_AGENT_LINES) C(LONG, NONE) C(FCR_OPEN, NONE)                  \
	C(ROBOT_LINES, NONE) C(AUTO_LINES, NONE) C(INVITES, NONE) C(RATED_ALL, NONE) C(SATISFIED_ALL, AT_RATED_ALL) C(RATED, NONE)               \
	C(SATISFIED, AT_RATED) C(RATED_OWN, NONE) C(SATISFIED_OWN, AT_RATED_OWN) C(RATED_SYSTEM, NONE) C(SATISFIED_SYSTEM, AT_RATED_SYSTEM)   \
	C(ROBOT_SESSIONS, NONE) C(ROBOT_HANDED, NONE) C(ROBOT_ALONE, NONE) C(ROBOT_SOLVED, AT_ROBOT_ALONE) C(ROBOT_OPEN, NONE)

enum {
#define C(name, as) AT_##name,
	COLUMNS(C)
#undef C
	FILTERS_AT
};
_Static_assert(FILTERS_AT + FILTER_COUNT - 1 == STORE_COLUMNS && STORE_COLUMNS <= 64, "a mask has a bit for each column");

static const uint8_t likes[FILTERS_AT] = {
#define C(name, as) as,
	COLUMNS(C)
#undef C
};

const uint8_t store_columns[STORE_COLUMNS] = {
#define C(name, as) TALLY_##name,
	COLUMNS(C)
#undef C
	TALLY_COUNT + FILTER_STAFF, TALLY_COUNT + FILTER_ROBOT, TALLY_COUNT + FILTER_PLATFORM, TALLY_COUNT + FILTER_AGENT, TALLY_COUNT + FILTER_EMPTY,
	TALLY_COUNT + FILTER_CODE_WORD, TALLY_COUNT + FILTER_SINGLE_LINE, TALLY_COUNT + FILTER_MONOLOGUE, TALLY_COUNT + FILTER_FORWARDED,
};
_Static_assert(TALLY_COUNT + FILTER_COUNT <= UINT8_MAX, "a column's tally is a byte");

uint32_t
store_column(uint32_t tally)
{
	for (uint32_t i = 0; i < STORE_COLUMNS; i++)
		if (store_columns[i] == tally)
			return i;
	return FACT_NONE;
}

/* Differences ------------------------------------------------------------------------------------------------------------- */

uint8_t *
numbers_put(uint8_t *at, const int64_t *values, const int64_t *times)
{
	int64_t differ[STORE_COLUMNS];
	uint64_t mask = 0;
	for (uint32_t i = 0; i < STORE_COLUMNS; i++) {
		differ[i] = values[i] - (i < FILTERS_AT && likes[i] != NONE ? values[likes[i]] : i < TIMES && times ? times[i] : 0);
		mask |= (uint64_t)(differ[i] != 0) << i;
	}
	at = number_put(at, mask);
	for (; mask; mask &= mask - 1)
		at = number_put(at, sign_fold(differ[__builtin_ctzll(mask)]));
	return at;
}

const uint8_t *
numbers_add(const uint8_t *at, int64_t *sums)
{
	for (uint64_t mask = number_get(&at); mask; mask &= mask - 1)
		sums[__builtin_ctzll(mask)] += sign_unfold(number_get(&at));
	return at;
}

void
columns_finish(int64_t *sums)
{
	for (uint32_t i = 0; i < FILTERS_AT; i++)
		sums[i] += likes[i] == NONE ? 0 : sums[likes[i]];
}

uint8_t *
place_put(uint8_t *at, uint64_t place)
{
	at = number_put(at, place >> 48);
	at = number_put(at, place >> 32 & 0xffff);
	at = number_put(at, place >> 24 & 0xff);
	return number_put(at, (uint64_t)PLACE_HOUR(place) << 2 | PLACE_GHOST(place));
}

const uint8_t *
place_get(const uint8_t *at, uint64_t *ret_place)
{
	uint64_t agent = number_get(&at), category = number_get(&at), channel = number_get(&at), hour = number_get(&at);
	*ret_place = agent << 48 | category << 32 | channel << 24 | hour >> 2 << 16 | (hour & 3);
	return at;
}
