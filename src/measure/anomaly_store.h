/*
 * Anomalies of the record: looked for after each hour and day that has closed (REPORT lane, one shop at a time, results written by the WRITE lane),
 * and anew where an import has changed days.
 */
#ifndef MEASURE_ANOMALY_STORE_H
#define MEASURE_ANOMALY_STORE_H

#include "app/app.h"

extern const struct feature measure_anomaly_feature;

/* The worst of a day within the caller's scope, in the caller's language, texts in the request's arena; shop_id 0: all. */
enum err anomaly_sentences(struct request *rq, int64_t day, int64_t shop_id, struct str *ret, size_t max, size_t *ret_n) MUST_CHECK;

#endif
