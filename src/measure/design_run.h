#ifndef MEASURE_DESIGN_RUN_H
#define MEASURE_DESIGN_RUN_H

#include "app/app.h"
#include "measure/design.h"

/* Today's business day of a shop, or with 0 of the first one (UTC where there is none). zone may be NULL. ERR_NOT_FOUND: no such shop. */
enum err design_today(struct request *rq, int64_t shop_id, int64_t *ret_day, const struct zone **ret_zone) MUST_CHECK;
/* The figures of a design over these days, as the request's caller sees them; only_shop 0: the design's own; skip, limit: the page of struct report_ask.
 * The report's memory goes with the request. */
enum err design_make(struct request *rq, const struct design *d, int64_t from, int64_t to, int64_t only_shop, size_t skip, size_t limit,
    struct report **ret) MUST_CHECK;

#endif
