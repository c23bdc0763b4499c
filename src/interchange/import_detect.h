/* What a file looks like: only ever a suggestion, which people see with its effect before anything is taken in. */
#ifndef INTERCHANGE_IMPORT_DETECT_H
#define INTERCHANGE_IMPORT_DETECT_H

#include "base/arena.h"
#include "base/err.h"

struct import_template {
	const char *key, *zh, *en, *example;
	const char *chat; /* the section "chat" of a mapping */
};
extern const struct import_template import_templates[]; /* ends with a NULL key */

struct detected {
	const char *format; /* txt, html, csv, tsv, xlsx, jsonl; NULL: none of these */
	const char *kind;   /* lines, chats, orders, ...; "" unknown */
	struct str mapping; /* JSON, in the arena; "{}" for lines */
};

/* name: as the file was called. Reads its beginning only, but for a workbook. ERR_BAD_TYPE: nothing that can be read. */
enum err import_detect(struct arena *a, const char *path, struct str name, struct detected *ret, char why[200]) MUST_CHECK;
/* A mapping file with this section for this format, in the arena. */
struct str mapping_build(struct arena *a, const char *format, const char *member, const char *section);

#endif
