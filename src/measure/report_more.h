#ifndef MEASURE_REPORT_MORE_H
#define MEASURE_REPORT_MORE_H

#include "app/app.h"
#include "measure/report.h"

/* Saved designs, and running them. */
extern const struct feature measure_design_feature;
/* Composite scores. */
extern const struct feature measure_score_feature;
/* The report as a file. */
extern const struct feature measure_export_feature;

/* The calls behind a figure. */
extern const struct feature measure_call_feature;

/* For every file that leaves the house: a last line that says who took it out and when, */
enum err export_sign(struct request *rq, const struct report *r) MUST_CHECK;
/* and the audit row with what was asked for. No file without it: a lane that takes no more refuses the export too. */
enum err export_note(struct request *rq, const struct query *shape, const void *body) MUST_CHECK;

#endif
