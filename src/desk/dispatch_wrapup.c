#include "desk/dispatch_state.h"

#include "team/state.h"
#include "base/banned.h"

static struct dispatch_watch *
watched(struct dispatch *d, int64_t person_id, bool add)
{
	for (size_t i = 0; i < d->watch_count; i++)
		if (d->watched[i].person == person_id)
			return &d->watched[i];
	if (!add || d->watch_count == DISPATCH_WATCH_MAX)
		return NULL;
	d->watched[d->watch_count] = (struct dispatch_watch){ .person = person_id };
	return &d->watched[d->watch_count++];
}

void
dispatch_wrapup_closed(struct dispatch *d, int64_t person_id)
{
	struct dispatch_watch *w = watched(d, person_id, true);
	if (w)
		w->closed = true;
}

void
dispatch_wrapup_state(struct dispatch *d, int64_t person_id, bool wraps)
{
	struct dispatch_watch *w = watched(d, person_id, wraps);
	if (!w)
		return;
	w->wraps = wraps;
	w->closed &= !wraps;
}

/* What the record says comes back by an event: until then the change is asked for again, and is none. */
static enum err
look(struct request *rq, struct dispatch_watch *w, const struct routing_load *load, bool *ret_keep)
{
	bool wraps = load->wrapping > 0 && load->open == 0;
	*ret_keep = false;
	if (w->wraps) {
		*ret_keep = true;
		/* Who has no connection comes back to work with it, or is offline after the grace. */
		return wraps || !load->connected ? OK : agent_state_change(rq, w->person, STR("wrapup"), STR("online"));
	}
	if (load->state != ROUTING_ONLINE || !load->connected || !w->closed || !wraps)
		return OK;
	*ret_keep = true;
	return agent_state_change(rq, w->person, STR("online"), STR("wrapup"));
}

enum err
dispatch_wrapup_run(struct request *rq, struct dispatch *d)
{
	size_t kept = 0;
	enum err e = OK;
	for (size_t i = 0; i < d->watch_count; i++) {
		struct routing_load load;
		bool keep = e != OK;
		if (!e && routing_agent_load(d->router, d->watched[i].person, &load) == OK)
			e = look(rq, &d->watched[i], &load, &keep);
		if (keep || e)
			d->watched[kept++] = d->watched[i];
	}
	d->watch_count = kept;
	return e;
}
