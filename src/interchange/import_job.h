/* One file through its mapping into the record, kept as a row of data_import. The desk's imports and the command line's are the same. */
#ifndef INTERCHANGE_IMPORT_JOB_H
#define INTERCHANGE_IMPORT_JOB_H

#include "interchange/import.h"
#include "interchange/mapping.h"

struct import_job {
	int64_t id;            /* of data_import */
	const char *path;      /* the file; its name's end says the format unless the mapping does */
	const char *lines_path; /* a place for the mapped lines, removed at the end */
	struct str mapping;    /* no value: the file holds interchange lines */
	const char *shop;      /* key; NULL: the mapping's own */
	int64_t now;
	bool no_event, rules;  /* as in import_options */
	int commit_every;
	enum err (*between)(void *ctx, const char *phase, int64_t done, int64_t total);
	void *ctx;
};

/* What bindings people made in this database; for mapping_options.bind, the context is the connection. */
enum err job_bind(void *db, struct arena *a, struct str shop, struct str name, struct mapping_binding *ret) MUST_CHECK;
/* What the file holds, read through the mapping and put nowhere. most: records, 0: all. findings: a JSON object. ERR_BAD_FIELD and the like: why
 * says what is wrong with mapping or file, and findings hold what was seen up to there. */
enum err job_look(struct db *db, const struct import_job *j, int64_t most, struct buf *findings, char why[200]) MUST_CHECK;
/* The import itself: rejected lines become rows of import_reject. The caller writes the end of it into data_import. */
enum err job_run(struct db *db, const struct import_job *j, struct import_report *ret_report, char why[200]) MUST_CHECK;

/* For the command line: its imports are rows like the desk's. kind: lines or mapping. */
enum err job_open(struct db *db, int64_t now, const char *file_name, const char *kind, int64_t *ret_id) MUST_CHECK;
enum err job_close(struct db *db, int64_t id, int64_t now, const struct import_report *r, enum err result, const char *why) MUST_CHECK;
/* The mapping that the desk keeps under this name. ERR_NOT_FOUND. */
enum err job_mapping_named(struct db *db, struct arena *a, const char *name, struct str *ret_body) MUST_CHECK;

#endif
