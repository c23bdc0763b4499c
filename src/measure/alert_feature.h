#ifndef MEASURE_ALERT_FEATURE_H
#define MEASURE_ALERT_FEATURE_H

#include "app/app.h"

/* Thresholds on live figures: the look, once a second. */
extern const struct feature measure_alert_feature;
/* Their routes. */
extern const struct feature measure_alert_pages_feature;

#endif
