/* Seeded times: a start inside the window by the weights of hours and weekdays, then gaps between lines, log-normal. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "interchange/mapping_impl.h"
#include "base/banned.h"

enum { TRIES = 60, DAYS_MAX = 4000 };
#define DAY_MS 86400000LL

static enum err
weights_read(const struct json *list, const char *name, double *out, size_t n, struct mapping_fault *f)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		out[i] = list ? json_number(json_at(list, i), -1) : 1;
		if (!(out[i] >= 0))
			return mapping_fault(f, "times.%s must be %zu weights from 0 up", name, n);
		sum += out[i];
	}
	if (list && json_count(list) != n)
		return mapping_fault(f, "times.%s must be %zu weights, not %zu", name, n, json_count(list));
	return sum > 0 ? OK : mapping_fault(f, "times.%s are all 0", name);
}

static enum err
gaps_read(struct mapping_times *t, const struct json *gaps, struct mapping_fault *f)
{
	void *iter = NULL;
	struct str name;
	const struct json *v;
	while (json_next(gaps, &iter, &name, &v)) {
		struct mapping_gap g = { name, json_number(json_get(v, "median"), -1), json_number(json_get(v, "spread"), 0.6),
			                 json_number(json_get(v, "min"), 1), json_number(json_get(v, "max"), 3600) };
		if (t->gap_count == MAPPING_GAPS)
			return mapping_fault(f, "times.gap_s has more than %d kinds", MAPPING_GAPS);
		if (!(g.median_s > 0) || !(g.spread >= 0 && g.spread <= 3) || !(g.min_s >= 0) || !(g.max_s >= g.min_s))
			return mapping_fault(f, "times.gap_s.%.*s needs median > 0, spread 0..3, and 0 <= min <= max", STR_ARG(name));
		t->gaps[t->gap_count++] = g;
	}
	return t->gap_count ? OK : mapping_fault(f, "times.gap_s names no gap");
}

static enum err
window_read(struct mapping_times *t, const struct json *section, int64_t now, struct mapping_fault *f)
{
	const struct json *days = json_get(section, "days");
	int64_t from, to;
	if (days) {
		t->moving = true;
		t->day_count = json_int(days, 0);
		t->until = now;
		t->first_day = zone_business_day(t->zone, now, 0) - t->day_count + 1;
	} else {
		if (!date_parse(json_text(json_get(section, "from")), &from) || !date_parse(json_text(json_get(section, "to")), &to) || to < from)
			return mapping_fault(f, "times needs days, or from and to as YYYY-MM-DD");
		t->first_day = from;
		t->day_count = to - from + 1;
		t->until = zone_instant(t->zone, to + 1, 0);
	}
	return t->day_count >= 1 && t->day_count <= DAYS_MAX ? OK : mapping_fault(f, "times may span 1 to %d days", DAYS_MAX);
}

enum err
mapping_times_read(struct mapping_times *t, const struct json *section, const struct zone *zone, int64_t now, struct mapping_fault *f)
{
	static const char *const known[] = { "seed", "days", "from", "to", "hours", "weekdays", "gap_s", "parallel", "note" };
	void *iter = NULL;
	struct str name;
	const struct json *v, *parallel = json_get(section, "parallel");
	*t = (struct mapping_times){ .zone = zone };
	if (!section)
		return OK;
	while (json_next(section, &iter, &name, &v)) {
		size_t i = 0;
		while (i < sizeof known / sizeof *known && !str_eqz(name, known[i]))
			i++;
		if (i == sizeof known / sizeof *known)
			return mapping_fault(f, "times.%.*s is not known", STR_ARG(name));
	}
	t->on = true;
	t->seed = (uint64_t)json_int(json_get(section, "seed"), 1);
	t->parallel_by = json_get(parallel, "by");
	t->parallel_most = json_int(json_get(parallel, "most"), 0);
	enum err e = window_read(t, section, now, f);
	if (!e)
		e = weights_read(json_get(section, "hours"), "hours", t->hours, 24, f);
	if (!e)
		e = weights_read(json_get(section, "weekdays"), "weekdays", t->weekdays, 7, f);
	if (!e)
		e = gaps_read(t, json_get(section, "gap_s"), f);
	if (!e && parallel && (!t->parallel_by || t->parallel_most < 1))
		e = mapping_fault(f, "times.parallel needs by and most");
	return e ? e : names_init(&t->busy_days, (size_t)256 << 20);
}

void
mapping_times_free(struct mapping_times *t)
{
	if (!t->on)
		return;
	names_free(&t->busy_days);
	mem_free(t->busy);
}

static double
normal(struct rng *r)
{
	double u = 1.0 - rng_unit(r), v = rng_unit(r);
	return sqrt(-2.0 * log(u)) * cos(2.0 * M_PI * v);
}

enum err
mapping_time_next(const struct mapping_times *t, struct mapping_clock *c, struct str gap, int64_t *ret_at, struct mapping_fault *f)
{
	const struct mapping_gap *g = NULL;
	if (!t->on)
		return mapping_fault(f, "\"time\" needs the section times");
	for (size_t i = 0; i < t->gap_count; i++)
		if (str_eq(t->gaps[i].name, gap))
			g = &t->gaps[i];
	if (!g)
		return mapping_fault(f, "times.gap_s has no \"%.*s\"", STR_ARG(gap));
	if (c->started) {
		double s = g->median_s * exp(g->spread * normal(&c->rng));
		s = s < g->min_s ? g->min_s : s > g->max_s ? g->max_s : s;
		c->at += (int64_t)(s * 1000.0);
	}
	c->started = true;
	c->last = c->at;
	*ret_at = c->at;
	return OK;
}

static size_t
weighted(struct rng *r, const double *weights, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += weights[i];
	double x = rng_unit(r) * sum;
	for (size_t i = 0; i < n; i++)
		if ((x -= weights[i]) < 0)
			return i;
	for (size_t i = n; i > 0; i--)
		if (weights[i - 1] > 0)
			return i - 1;
	return 0;
}

static int64_t
day_draw(const struct mapping_times *t, struct rng *r)
{
	double most = 0;
	int64_t day = t->first_day;
	for (int i = 0; i < 7; i++)
		most = t->weekdays[i] > most ? t->weekdays[i] : most;
	for (int i = 0; i < TRIES; i++) {
		day = t->first_day + rng_range(r, 0, t->day_count - 1);
		if (rng_unit(r) * most < t->weekdays[weekday_of_days(day)])
			break;
	}
	return day;
}

/* -1: it would not end inside the window. */
static int64_t
start_draw(const struct mapping_times *t, struct rng *r, int64_t length_ms)
{
	int64_t day = day_draw(t, r);
	int minute = (int)weighted(r, t->hours, 24) * 60 + (int)rng_range(r, 0, 59);
	int64_t ms = rng_range(r, 0, 59) * 1000, at = zone_instant(t->zone, day, minute) + ms;
	if (at + length_ms <= t->until)
		return at;
	/* What is not over yet began so many days earlier: then most times stay as they are while the day goes on. */
	return t->moving ? zone_instant(t->zone, day - t->day_count, minute) + ms : -1;
}

/* The list of who's conversations that began on this day (UTC). add: make it. */
static enum err
busy_list(struct mapping_times *t, struct str who, int64_t day, bool add, struct name **ret)
{
	struct buf key;
	uint32_t i;
	enum err e = OK;
	buf_init(&key, 4096);
	buf_add(&key, who);
	buf_char(&key, '\x1f');
	buf_int(&key, day);
	e = buf_err(&key);
	*ret = e ? NULL : names_find(&t->busy_days, buf_str(&key));
	if (!e && !*ret && add) {
		e = names_put(&t->busy_days, buf_str(&key), &i);
		*ret = e ? NULL : &t->busy_days.all[i];
	}
	buf_free(&key);
	return e;
}

static enum err
has_room(struct mapping_times *t, struct str who, int64_t from, int64_t to, bool *ret)
{
	int64_t others = 0;
	enum err e = OK;
	for (int64_t day = from / DAY_MS - 1; !e && day <= to / DAY_MS; day++) {
		struct name *list;
		e = busy_list(t, who, day, false, &list);
		for (uint32_t i = list ? (uint32_t)list->id : 0; i; i = t->busy[i - 1].next)
			others += t->busy[i - 1].from < to && from < t->busy[i - 1].to;
	}
	*ret = others < t->parallel_most;
	return e;
}

static enum err
busy_add(struct mapping_times *t, struct str who, int64_t from, int64_t to)
{
	struct name *list;
	if (t->busy_count == t->busy_cap) {
		size_t cap = t->busy_cap ? 2 * t->busy_cap : 256;
		void *p = mem_grow(t->busy, cap * sizeof *t->busy);
		if (!p)
			return ERR_NO_MEMORY;
		t->busy = p;
		t->busy_cap = cap;
	}
	enum err e = busy_list(t, who, from / DAY_MS, true, &list);
	if (e)
		return e;
	t->busy[t->busy_count++] = (struct mapping_busy){ from, to, (uint32_t)list->id };
	list->id = (int64_t)t->busy_count;
	return OK;
}

enum err
mapping_time_start(struct mapping_times *t, struct rng *rng, struct str who, int64_t length_ms, int64_t *ret_at)
{
	int64_t at = -1;
	bool room = false;
	enum err e = OK;
	for (int i = 0; !e && !room && i < TRIES; i++) {
		int64_t drawn = start_draw(t, rng, length_ms);
		if (drawn < 0)
			continue;
		at = drawn;
		room = !who.n || !t->parallel_most;
		if (!room)
			e = has_room(t, who, at, at + length_ms, &room);
	}
	if (at < 0) /* longer than any place: as late as the window allows */
		at = t->until - length_ms;
	if (!e && who.n && t->parallel_most)
		e = busy_add(t, who, at, at + length_ms);
	*ret_at = at;
	return e;
}
