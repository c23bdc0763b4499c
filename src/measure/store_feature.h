#ifndef MEASURE_STORE_FEATURE_H
#define MEASURE_STORE_FEATURE_H

#include "app/app.h"
#include "measure/store.h"

/* The resident facts of the running centre: fed by the outbox, built in the background. */
extern const struct feature measure_store_feature;
/* NULL where there are none (tests). */
struct store *store_of(struct app *app);

#endif
