/*
 * Reads other layouts through a mapping file (docs/interchange.md explains it member by member) and writes the interchange format,
 * which import_run then reads. Sources: .json (one list or object of records), .jsonl, .csv, .tsv, .xlsx, each of them also as the only
 * file in a .zip. Records are taken one at a time; the same mapping, files and time give the same bytes.
 */
#ifndef INTERCHANGE_MAPPING_H
#define INTERCHANGE_MAPPING_H

#include "base/err.h"
#include "base/str.h"

struct mapping_options {
	const char *mapping_path;
	int64_t now;
	bool strict; /* the first record that cannot be mapped ends it */
	/* Called for every record that cannot be mapped. May be NULL. */
	void (*tell)(void *ctx, const char *file, int64_t record, const char *what);
	void *ctx;
};

/* Where an output line came from. */
struct mapping_origin {
	uint32_t file, record; /* index into files, number from 1; record 0: the mapping's own lines */
};

struct mapping_result {
	int64_t records, rejected, lines;
	struct mapping_origin *origins; /* of line 1, 2, ...; owned */
	size_t origin_cap;
};

/* ERR_BAD_FIELD or ERR_BAD_JSON: the mapping is wrong, or (strict) a record is, ERR_BAD_TYPE, ERR_IO, ERR_TOO_LARGE: a file is. why says which. */
enum err mapping_apply(const struct mapping_options *o, char *const *files, size_t n, const char *out_path, struct mapping_result *ret_result,
                       char why[200]) MUST_CHECK;
/* "val.json.zip record 17", for a line number of the output. */
void mapping_where(const struct mapping_result *r, char *const *files, int64_t line, char out[160]);
void mapping_result_free(struct mapping_result *r);

#endif
