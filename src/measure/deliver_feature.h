#ifndef MEASURE_DELIVER_FEATURE_H
#define MEASURE_DELIVER_FEATURE_H

#include "app/app.h"

/* The queue of messages to the outside. */
extern const struct feature measure_deliver_feature;
/* Its routes. */
extern const struct feature measure_deliver_pages_feature;

#endif
