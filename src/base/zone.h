/*
 * Time zones over ICU's data. A zone is read once into a table of its clock changes, 1970 to 2100, and is never changed or
 * freed after: pointers are good for ever, in any thread, and every function below only reads. Before 1970 and after 2100
 * the nearest known offset holds.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/err.h"
#include "base/str.h"

struct zone;

/* A zone by its IANA name ("Asia/Shanghai", "UTC"), letter case as written there. ERR_NOT_FOUND if nobody knows it (never a
 * silent UTC), ERR_NO_MEMORY. The first call for a name builds the table (about a millisecond), later ones look it up. */
enum err zone_open(struct str name, const struct zone **ret_zone) MUST_CHECK;
struct str zone_name(const struct zone *z);

/* Local time minus UTC at an instant, ms. */
int64_t zone_offset_ms(const struct zone *z, int64_t t);
/* What the wall shows at an instant: days since 1970-01-01 and minute of that day, 0..1439. */
void zone_local(const struct zone *z, int64_t t, int64_t *ret_day, int *ret_minute);
/*
 * The instant at which the wall shows this day and minute. The minute may lie outside 0..1439 and then counts into the days
 * around. A time that comes twice (clocks set back) is its first coming; one that never comes (clocks set forward) is the
 * instant of the change. Later wall times never give earlier instants.
 */
int64_t zone_instant(const struct zone *z, int64_t day, int minute);
/*
 * The business day of an instant: the date on the wall clock less the cut hour (0..23), so a day begins when the wall shows
 * that hour; it begins at zone_instant(z, day, cut_hour * 60).
 */
int64_t zone_business_day(const struct zone *z, int64_t t, int cut_hour);

#endif
