#ifndef MEASURE_REPORT_FEATURE_H
#define MEASURE_REPORT_FEATURE_H

#include "app/app.h"
#include "measure/report.h"
#include "measure/report_sql.h"

/* The metric catalogue, the service report, its CSV, and the sessions behind a figure. */
extern const struct feature measure_report_feature;

/* For the other pages of reports. A report whose memory goes with the request; NULL: out of memory. */
struct report *report_for(struct request *rq);
/* What every question has in common: days, profile (no value: each shop's own), the caller's scope, the settings in force. */
enum err report_ask_start(struct request *rq, struct str from, struct str to, struct str profile, struct report_ask *ret_ask) MUST_CHECK;
/* The service report of the routes' own input. */
enum err report_service_make(struct request *rq, const struct report_in_in *in, struct report **ret_report) MUST_CHECK;

#endif
