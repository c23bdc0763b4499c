/*
 * Writes the record as interchange lines (docs/interchange.md): shops, people, customers and what they look up whole, what happened in
 * the days asked for. One snapshot, streamed; the same record gives the same bytes, and so does the record that its import makes.
 */
#ifndef INTERCHANGE_EXPORT_H
#define INTERCHANGE_EXPORT_H

#include <stdio.h>

#include "base/buf.h"
#include "db/db.h"
#include "interchange/import.h"

struct export_options {
	int64_t from_day, to_day; /* both included, since 1970, in each shop's zone and after its cut hour */
};

struct export_report {
	int64_t rows[IMPORT_TYPES]; /* by enum import_type */
};

/* db: read_only, so that all of it is one snapshot. ERR_IO: out does not take it. */
enum err export_run(struct db *db, const struct export_options *o, FILE *out, struct export_report *ret_report, char why[200]) MUST_CHECK;
/* The counts for people ("table"), as "json" or as "csv". */
enum err export_report_print(const struct export_report *r, struct str format, struct buf *out) MUST_CHECK;

#endif
