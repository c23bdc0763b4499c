/*
 * What the running centre counts about itself, printed in the text format of Prometheus. Counting is allowed from any thread and takes no
 * lock; what only the database knows is looked up every two seconds on a READ lane, so that the page answers from memory whatever the
 * database does.
 */
#ifndef APP_METRICS_H
#define APP_METRICS_H

#include "app/app.h"

struct metrics;

/* After routes_init. */
enum err metrics_new(struct app *app) MUST_CHECK;
void metrics_free(struct app *app);

/* One answered request; route NULL: a page, or nothing that is known. took_us: from its arrival (or its socket command's) to its answer. */
void metrics_request(struct app *app, const struct route *route, int status, int64_t took_us);
/* One batch of n write commands, and the time of its commit. */
void metrics_batch(struct app *app, size_t n);
void metrics_commit(struct app *app, int64_t took_us);
/* The database refused to begin anything. */
void metrics_database_failed(struct app *app);
/* Loop, once a second. */
void metrics_tick(struct app *app, int64_t now);
/* Whether the database has answered of late, and since it last refused. */
bool metrics_database_answers(const struct app *app);

extern const struct route metrics_routes[];
extern const size_t metrics_route_count;

#endif
