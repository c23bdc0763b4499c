#ifndef MEASURE_REPORT_MORE_H
#define MEASURE_REPORT_MORE_H

#include "app/app.h"

/* Saved designs, and running them. */
extern const struct feature measure_design_feature;
/* Composite scores. */
extern const struct feature measure_score_feature;
/* The report as a file. */
extern const struct feature measure_export_feature;

#endif
