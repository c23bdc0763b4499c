/* Imports in the running centre: files come up, are looked at, taken in by a thread of its own, and can be taken back. */
#ifndef INTERCHANGE_IMPORT_FEATURE_H
#define INTERCHANGE_IMPORT_FEATURE_H

#include "app/app.h"

extern const struct feature interchange_import_feature, interchange_names_feature;

enum work_what { WORK_CHECK, WORK_RUN, WORK_UNDO };
/* Puts a piece of work in the queue, once the request has committed. ERR_BUSY: too many wait. */
enum err work_after_commit(struct request *rq, enum work_what what, int64_t import_id) MUST_CHECK;
/* import_worker.c, for the feature */
enum err worker_start(struct app *app, struct db *db) MUST_CHECK;
void worker_tick(struct app *app, int64_t now);
void worker_stop(struct app *app);

/* <data>/imports/NAME, in the arena. */
struct str import_path(struct app *app, struct arena *a, struct str stored_name);

/* Says to the caller what is wrong with a mapping. */
enum err mapping_refused(struct request *rq, const char *why) MUST_CHECK;

#endif
