/* What the measurements of reports are made of: chats of ten lines between one customer and people, drawn from one seed. */
#ifndef BENCH_MEASURE_CHAT_H
#define BENCH_MEASURE_CHAT_H

#include <stdbool.h>
#include <time.h>

#include "measure/facts.h"

enum { CHAT_LINES = 10, CHAT_EVENTS = CHAT_LINES + 2 };
#define SECOND_MS 1000LL
#define MINUTE_MS 60000LL
#define DAY_MS 86400000LL
#define ZONE_MS (8 * 3600000LL)
#define FIRST_DAY 20514LL /* 2026-03-02 */

static uint64_t seed = 88172645463325252ULL;

static int64_t
draw(int64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (int64_t)(seed >> 11) % n;
}

static double
now_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* Of the processor. */
static inline double
cpu_ms(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1e6;
}

/* Who talks, when it begins, and among whom it may be passed on. */
struct chat {
	int64_t at, record_id;
	uint32_t customer, agent, first_agent, agents, category;
};

/*
 * One chat, into room for CHAT_EVENTS; gives how many there are. 3 of 100 get no human answer, a tenth is passed on to somebody else.
 * ret_last: time of the last line; ret_spoke: a human said something.
 */
static size_t
chat_make(const struct chat *c, struct fact_event *out, int64_t *ret_last, bool *ret_spoke)
{
	struct fact_event like = { .at = c->at, .record_id = c->record_id, .customer = c->customer, .agent = c->agent, .to = FACT_NONE, .category = c->category,
		                   .channel = CHANNEL_WEB };
	bool lonely = draw(100) < 3, moves = !lonely && draw(10) == 0, moved = false;
	size_t n = 0;
	*ret_spoke = false;
	for (int i = 0; i < CHAT_LINES; i++) {
		bool human = i > 0 && !lonely && draw(2);
		out[n] = like;
		out[n].kind = human ? FACT_AGENT : FACT_CUSTOMER;
		out[n++].chars = human ? (uint32_t)(5 + draw(56)) : 0;
		*ret_spoke = *ret_spoke || human;
		if (moves && human && !moved && i > 3) {
			out[n] = like;
			out[n].at = like.at + SECOND_MS;
			out[n].kind = FACT_TRANSFER;
			like.agent = c->first_agent + (like.agent - c->first_agent + 1 + (uint32_t)draw(c->agents - 1)) % c->agents;
			out[n++].to = like.agent;
			moved = true;
		}
		*ret_last = like.at;
		like.at += i + 1 < CHAT_LINES ? 2 * SECOND_MS + draw(draw(5) ? 60 * SECOND_MS : 400 * SECOND_MS) : 0;
	}
	out[n] = like;
	out[n].at = *ret_last + 2 * SECOND_MS + draw(5 * MINUTE_MS); /* after what was passed on with the last line */
	out[n].agent = FACT_NONE;
	out[n++].kind = FACT_CLOSED;
	return n;
}

#endif
