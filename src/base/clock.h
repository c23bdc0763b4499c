/* Only the loop and main ask the clock; below them time is a parameter (`now`, ms UTC). */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

int64_t clock_now(void);       /* wall clock, ms since 1970 UTC */
int64_t clock_monotonic(void); /* ms, for measuring spans only */
int64_t clock_us(void);        /* the same in microseconds */
int64_t clock_cpu_us(void);    /* processor time of this thread, us */

/* Proleptic Gregorian date <-> days since 1970-01-01. month 1..12, day 1..31. */
int64_t days_from_date(int year, int month, int day);
void date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day);
/* 0 = Sunday .. 6 = Saturday. */
int weekday_of_days(int64_t days);

/* RFC 3339 with offset ("2026-11-23T10:00:00.123+08:00", "...Z") -> ms UTC. False if it is anything else. */
bool time_parse_rfc3339(struct str s, int64_t *ret_ms);
/* "2026-11-23" -> days since 1970. */
bool date_parse(struct str s, int64_t *ret_days);
/* Write "2026-11-23T02:00:00.123Z" and a NUL (25 bytes). */
void time_print_rfc3339(int64_t ms, char out[25]);
/* Write "2026-11-23" and a NUL (11 bytes; years 0..9999). */
void date_print(int64_t days, char out[11]);

#endif
