/* What the handlers of this folder share. */
#ifndef TEAM_TEAM_H
#define TEAM_TEAM_H

#include "app/app.h"
#include "team/reach.h"

struct ids {
	int64_t *p;
	size_t n;
};

/* A JSON array of ids (a body's member) -> ids, ascending, each once. No value gives none. ERR_BAD_FIELD is said with this field. */
enum err ids_read(struct request *rq, struct str json, const char *field, struct ids *ret) MUST_CHECK;
bool ids_has(const struct ids *list, int64_t id);
/* The ids in the first column (an int64_t at the start of the row) of a query. */
enum err ids_query(struct request *rq, const struct query *q, const void *in, struct ids *ret) MUST_CHECK;

/* {"rows": [...], "next": cursor} of a query that asks for one row more than `limit`; id_offset: of the int64_t in the row that is the
 * cursor. */
enum err page_write(struct request *rq, const struct query *q, const void *in, int64_t limit, size_t id_offset) MUST_CHECK;

/* Tell the staff that people, groups, roles or shops changed: {"kind": kind, "id": id}. */
enum err team_changed(struct request *rq, const char *kind, int64_t id) MUST_CHECK;
/* The audit row's detail: the members that were given in the input (none marked @server). Not for inputs that hold a secret. */
enum err audit_input(struct request *rq, int64_t subject_id, const struct query *q, const void *in) MUST_CHECK;
/* {"id": id} */
void created_write(struct request *rq, int64_t id);
/* 'prefix-1a2b3c': a key that nobody chose, from the row's id. */
struct str key_make(struct request *rq, const char *prefix, int64_t id);
/* A given key: 1 to 40 of a-z 0-9 - _ . */
bool key_valid(struct str key);

/* One line of text for people: trimmed, no control characters, not empty. */
bool label_clean(struct str text, struct str *ret);

#endif
