#ifndef MEASURE_ANOMALY_IMPL_H
#define MEASURE_ANOMALY_IMPL_H

#include "app/app.h"

/* There is something to look at: do not wait for the next round. Any thread. */
void anomaly_wake(struct app *app);
/* The routes. */
extern const struct feature measure_anomaly_pages_feature;

#endif
