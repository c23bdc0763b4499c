/* For the tests of the fact builder: a conversation written down line by line, and its figures. */
#ifndef MEASURE_FACTS_KIT_H
#define MEASURE_FACTS_KIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "measure/catalogue.h"

enum { A = 0, B = 1, C = 2, NOBODY = -1, EVENTS_MAX = 400 };
#define NOW 4102444800000LL /* far off: every window is closed */

struct kit {
	struct fact_event events[EVENTS_MAX];
	size_t n;
	struct measure_rules rules;
	struct facts facts;
	struct facts_of of;
	int64_t record_id;
	bool left_out[3];
};

static inline struct kit *
kit_new(const char *profile)
{
	static struct kit k;
	const struct zone *z;
	facts_free(&k.facts);
	k = (struct kit){ .record_id = 1 };
	measure_rules_default(&k.rules);
	assert_int_equal(zone_open(STR("Asia/Shanghai"), &z), OK);
	k.of = (struct facts_of){ .rules = &k.rules, .profile = profile_find(str_of(profile)), .zone = z, .left_out = k.left_out };
	assert_non_null(k.of.profile);
	return &k;
}

static inline int64_t
kit_day(const char *date)
{
	int64_t day;
	assert_true(date_parse(str_of(date), &day));
	return day;
}

/* "10:10:15" or "10:10:15.250" on 2 March 2026, "3 10:10:15" on the third. */
static inline int64_t
kit_at(const char *text)
{
	char full[64];
	int64_t ms;
	const char *space = strchr(text, ' ');
	int day = space ? (int)strtol(text, NULL, 10) : 2;
	snprintf(full, sizeof full, "2026-03-%02dT%s+08:00", day, space ? space + 1 : text);
	assert_true(time_parse_rfc3339(str_of(full), &ms));
	return ms;
}

static inline struct fact_event *
kit_event(struct kit *k, const char *at, enum fact_kind kind, int agent)
{
	assert_true(k->n < EVENTS_MAX);
	struct fact_event *e = &k->events[k->n];
	*e = (struct fact_event){ .at = kit_at(at), .record_id = k->record_id, .kind = (uint8_t)kind, .agent = agent < 0 ? FACT_NONE : (uint32_t)agent,
		                  .to = FACT_NONE, .order = (uint32_t)k->n };
	k->n++;
	return e;
}

static inline void
customer(struct kit *k, const char *at, int to)
{
	kit_event(k, at, FACT_CUSTOMER, to);
}

static inline void
agent(struct kit *k, const char *at, int who, uint32_t chars)
{
	kit_event(k, at, FACT_AGENT, who)->chars = chars;
}

static inline void
moves(struct kit *k, const char *at, int from, int to)
{
	kit_event(k, at, FACT_TRANSFER, from)->to = to < 0 ? FACT_NONE : (uint32_t)to;
}

static inline void
build(struct kit *k)
{
	facts_free(&k->facts);
	qsort(k->events, k->n, sizeof *k->events, fact_event_order);
	assert_int_equal(facts_add(&k->facts, &k->of, k->events, k->n), OK);
}

enum { ANYBODY = -2, ANY_DAY = 0 };

static inline bool
kit_shows(uint32_t who, int32_t day, int agent_wanted, int64_t day_wanted)
{
	uint32_t wanted = agent_wanted == NOBODY ? FACT_NONE : (uint32_t)agent_wanted;
	return (agent_wanted == ANYBODY || who == wanted) && (day_wanted == ANY_DAY ? day != FACT_NO_DAY : day == day_wanted);
}

/* All facts of an agent (NOBODY, ANYBODY) and a day (ANY_DAY). */
static inline struct cell
cell_of(const struct kit *k, int who, int64_t day)
{
	struct cell c = { 0 };
	const struct facts *f = &k->facts;
	for (size_t i = 0; i < f->pairs.n; i++)
		if (!f->pairs.all[i].filter && kit_shows(f->pairs.all[i].agent, f->pairs.all[i].day, who, day))
			tally_pair(&c, &f->pairs.all[i], &k->rules);
	for (size_t i = 0; i < f->rounds.n; i++) {
		const struct fact_round *r = &f->rounds.all[i];
		if (!f->pairs.all[r->pair].filter && kit_shows(r->agent, r->day, who, day))
			tally_round(&c, r, &f->sessions.all[r->session], k->of.profile, &k->rules, NOW);
	}
	for (size_t i = 0; i < f->lines.n; i++) {
		const struct fact_part *p = &f->parts.all[f->lines.all[i].part];
		if (kit_shows(p->agent, p->day, who, day))
			tally_lines(&c, &f->lines.all[i], f->pairs.all[p->pair].filter);
	}
	for (size_t i = 0; i < f->parts.n; i++) {
		const struct fact_part *p = &f->parts.all[i];
		if (!f->pairs.all[p->pair].filter && f->sessions.all[p->session].lines && kit_shows(p->agent, p->day, who, day))
			tally_part(&c, f, i);
	}
	for (size_t i = 0; i < f->ratings.n; i++)
		if (kit_shows(f->ratings.all[i].agent, f->ratings.all[i].day, who, day))
			tally_rating(&c, &f->ratings.all[i]);
	return c;
}

static inline int
filtered(const struct kit *k, enum filter which)
{
	int n = 0;
	for (size_t i = 0; i < k->facts.pairs.n; i++)
		n += k->facts.pairs.all[i].filter == which && k->facts.pairs.all[i].day != FACT_NO_DAY;
	return n;
}

static inline struct value
figure(const struct kit *k, const char *key, int who, int64_t day)
{
	const struct metric *m = metric_find(str_of(key), &k->rules);
	struct cell c = cell_of(k, who, day);
	assert_non_null(m);
	return metric_value(m, &c);
}

#define assert_sums(k, key, who, day, wanted_sum, wanted_count) \
	do { \
		struct value value_ = figure(k, key, who, day); \
		assert_int_equal(value_.sum, wanted_sum); \
		assert_int_equal(value_.count, wanted_count); \
	} while (0)
#define assert_number(k, key, who, day, wanted) assert_true(figure(k, key, who, day).v == (double)(wanted))
#define assert_no_value(k, key, who, day) assert_false(figure(k, key, who, day).set)

#endif
