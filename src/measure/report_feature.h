#ifndef MEASURE_REPORT_FEATURE_H
#define MEASURE_REPORT_FEATURE_H

#include "app/app.h"

/* The metric catalogue, the service report, its CSV, and the sessions behind a figure. */
extern const struct feature measure_report_feature;

#endif
