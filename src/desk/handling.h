/* What an agent does with a session: take, accept, decline, close, reopen, tag, categorise, invite to rate. */
#ifndef DESK_HANDLING_H
#define DESK_HANDLING_H

#include "contact/scope.h"

enum { HANDLING_TAGS_MAX = 20, HANDLING_TAG_CHARS = 20 };

/* A JSON array of tags -> the same trimmed, without blanks and repetitions. ERR_BAD_FIELD: no array of texts, too many, or one too long. */
enum err handling_tags_clean(struct arena *a, struct str json, struct str *ret_json) MUST_CHECK;

/* Gives a waiting session, or one offered to this person, to this person as open; tells everybody. how: assigned, taken, accepted.
 * ERR_WRONG_STATE when it is not to be had any more, ERR_BUSY when the person's hands are full. */
enum err handling_give(struct request *rq, int64_t session_id, int64_t person_id, const char *how) MUST_CHECK;

extern const struct feature desk_handling_feature;

#endif
