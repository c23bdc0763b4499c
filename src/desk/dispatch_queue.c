#include "desk/dispatch_state.h"

#include "base/log.h"
#include "contact/session.h"
#include "desk/dispatch_sql.h"
#include "base/banned.h"

enum { TELL_MS = 5000, TELL_MAX = 200 };

static struct dispatch_line *
line_of(struct dispatch *d, int64_t shop_id)
{
	for (size_t i = 0; i < d->line_count; i++)
		if (d->lines[i].shop == shop_id)
			return &d->lines[i];
	if (d->line_count == DISPATCH_SHOPS_MAX)
		return NULL;
	d->lines[d->line_count] = (struct dispatch_line){ .shop = shop_id };
	return &d->lines[d->line_count++];
}

void
dispatch_queue_moved(struct dispatch *d, int64_t shop_id)
{
	struct routing_queue q = routing_queue_sum(d->router, shop_id, ROUTING_ANY, ROUTING_WEB);
	struct dispatch_line *line = q.waiting || q.offered ? line_of(d, shop_id) : NULL;
	if (!line)
		return;
	line->moved = true;
	atomic_store(&d->queue_moved, true);
}

struct queue {
	struct dispatch_queue_out list[TELL_MAX];
	size_t n;
};

static enum err
queue_add(void *ctx, const void *row)
{
	struct queue *q = ctx;
	if (q->n < TELL_MAX)
		q->list[q->n++] = *(const struct dispatch_queue_out *)row;
	return OK;
}

static enum err
queue_tell(struct request *rq, const void *in)
{
	struct queue waiting = { .n = 0 };
	struct dispatch_queue_in which = { .shop_id = *(const int64_t *)in, .limit = TELL_MAX };
	enum err e = db_each(rq, &dispatch_queue, &which, queue_add, &waiting);
	for (size_t i = 0; !e && i < waiting.n; i++)
		e = session_place_tell(rq, waiting.list[i].id, waiting.list[i].customer_id);
	return e;
}

/* After the commit: the reader must see what moved the queue. */
static void
lines_tell(struct app *app, struct db *db, void *arg)
{
	(void)db;
	struct dispatch *d = arg;
	int64_t now = d->looked_at;
	bool later = false;
	for (size_t i = 0; i < d->line_count; i++) {
		struct dispatch_line *line = &d->lines[i];
		if (!line->moved)
			continue;
		if (now < line->told_at + TELL_MS || app_command(app, LANE_READ, queue_tell, &line->shop, sizeof line->shop)) {
			later = true;
			continue;
		}
		line->moved = false;
		line->told_at = now;
	}
	atomic_store(&d->queue_moved, later);
}

enum err
dispatch_queue_due(struct request *rq, const void *in)
{
	(void)in;
	struct dispatch *d = dispatch_of(rq);
	d->looked_at = rq->now;
	return after_commit(rq, lines_tell, d);
}
