/* A business day's own facts: a window of days around it goes through the pass, and only the day's own keep their day. */
#include "measure/facts_impl.h"
#include "base/banned.h"

struct facts_mark
facts_mark(const struct facts *f)
{
	return (struct facts_mark){ f->sessions.n, f->parts.n, f->pairs.n, f->rounds.n, f->ratings.n };
}

#define KEEP_DAY(list, from, to, kept)                                                                                                      \
	for (size_t i = (from); i < (to); i++)                                                                                              \
		(list)[i].day = (list)[i].day == (kept) ? (kept) : FACT_NO_DAY

static void
hide_others(struct facts *f, const struct facts_mark *from, const struct facts_mark *to, int32_t day)
{
	KEEP_DAY(f->sessions.all, from->sessions, to->sessions, day);
	KEEP_DAY(f->parts.all, from->parts, to->parts, day);
	KEEP_DAY(f->pairs.all, from->pairs, to->pairs, day);
	KEEP_DAY(f->rounds.all, from->rounds, to->rounds, day);
	KEEP_DAY(f->ratings.all, from->ratings, to->ratings, day);
}

/* Sessions begin in order of time in each window. */
static void
sessions_match(struct facts *f, size_t first, size_t from)
{
	struct fact_session *all = f->sessions.all;
	for (size_t i = from; i < f->sessions.n; i++)
		for (size_t k = first; k < from && all[i].same == i; k++)
			if (all[k].begin == all[i].begin)
				all[i].same = all[k].same;
}

enum err
facts_window(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, int32_t low_day, int32_t high_day, size_t first_session,
    struct facts_mark *ret_from)
{
	int64_t low = zone_instant(of->zone, low_day, of->cut_hour * 60), high = zone_instant(of->zone, high_day + 1, of->cut_hour * 60);
	struct facts_mark mark = facts_mark(f);
	while (n && events[0].at < low) {
		events++;
		n--;
	}
	while (n && events[n - 1].at >= high)
		n--;
	enum err e = facts_add(f, of, events, n);
	if (e)
		return e;
	sessions_match(f, first_session, mark.sessions);
	*ret_from = mark;
	return OK;
}

void
facts_keep(struct facts *f, const struct facts_mark *from, int32_t day)
{
	struct facts_mark end = facts_mark(f);
	hide_others(f, from, &end, day);
}

enum err
facts_day(struct facts *f, const struct facts_of *of, const struct fact_event *events, size_t n, int32_t day, size_t first_session)
{
	struct facts_mark from;
	enum err e = facts_window(f, of, events, n, day - FACTS_DAYS_BEFORE, day + FACTS_DAYS_AFTER, first_session, &from);
	if (!e)
		facts_keep(f, &from, day);
	return e;
}
