/*
 * A report as a spreadsheet: one sheet of figures (frozen header, filter, a number format a unit), one of what they mean and how they were
 * computed, by whom and when they were taken out. Durations are in seconds, ratios in per cent, money in its main unit, days are dates. A text that a
 * spreadsheet would run as a formula gets an apostrophe before it. Rows are streamed.
 */
#ifndef MEASURE_EXPORT_H
#define MEASURE_EXPORT_H

#include "measure/report.h"

/* Who takes it out, and when: printed in the file. */
struct export_mark {
	struct str who;
	int64_t at;
	const struct zone *zone; /* NULL: UTC */
};
/* keys: as report_column. Writes the file anew; ERR_IO. In the report's language. */
enum err export_xlsx(struct report *r, struct str keys, const struct export_mark *mark, const char *path) MUST_CHECK;
/* "2026-03-31 09:05" on the mark's wall. */
void export_time(const struct export_mark *mark, char out[32]);
/* The same text, with an apostrophe where a spreadsheet would see a formula. NUL-ended. */
struct str export_plain(struct arena *a, struct str s);

#endif
