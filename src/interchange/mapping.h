/*
 * Reads other layouts through a mapping file (docs/interchange.md explains it member by member) and writes the interchange format,
 * which import_run then reads. Sources: .json (one list or object of records), .jsonl, .csv, .tsv, .xlsx, each of them also as the only
 * file in a .zip. Records are taken one at a time; the same mapping, files and time give the same bytes.
 */
#ifndef INTERCHANGE_MAPPING_H
#define INTERCHANGE_MAPPING_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Who a name of the source is here. */
struct mapping_binding {
	struct str role, person_key; /* role: agent, customer, robot, system, ignore; the key of an agent */
};
struct findings; /* reading.h */

struct mapping_options {
	const char *mapping_path; /* for what is told; read unless mapping_text has a value */
	struct str mapping_text;
	const char *shop;         /* key: instead of what chat and table sections say; NULL: theirs */
	/* Bindings that were made before; ERR_NOT_FOUND: none. Texts in the arena. May be NULL. */
	enum err (*bind)(void *ctx, struct arena *a, struct str shop, struct str name, struct mapping_binding *ret);
	void *bind_ctx;
	int64_t most;             /* records to read of each file; 0: all */
	struct findings *findings; /* of chat and table sections; may be NULL */
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
/* Looks a mapping through. */
enum err mapping_valid(struct str text, char why[200]) MUST_CHECK;
/* "val.json.zip record 17", for a line number of the output. */
void mapping_where(const struct mapping_result *r, char *const *files, int64_t line, char out[160]);
void mapping_result_free(struct mapping_result *r);

#endif
