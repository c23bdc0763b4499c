/* What a person's fields may hold, and the one-use link with which a password is set. */
#ifndef TEAM_PERSON_H
#define TEAM_PERSON_H

#include "base/arena.h"
#include "base/err.h"

/* An account name as it is kept: trimmed, ASCII letters small, 2 to 64 characters, no blanks or control characters ("店铺:小美" is fine). */
enum err account_clean(struct arena *a, struct str typed, struct str *ret_account) MUST_CHECK;

/*
 * A reset token: person and expiry, signed with the server's key together with the present password hash, so the first use ends it and
 * every other one, with nothing stored. hash: person.password, no value when none was set.
 */
struct str reset_token_make(struct arena *a, const unsigned char key[32], int64_t person_id, int64_t expires_at, struct str hash);
/* Whose it claims to be, not yet proven: ERR_GONE when it is malformed or expired. */
enum err reset_token_read(struct str token, int64_t now, int64_t *ret_person_id) MUST_CHECK;
/* Proven against the person's present hash. */
bool reset_token_proven(const unsigned char key[32], struct str token, struct str hash);

#endif
