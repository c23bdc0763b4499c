/* What a password must be, and how it is kept: argon2id of libsodium, never anything else. */
#ifndef TEAM_PASSWORD_H
#define TEAM_PASSWORD_H

#include "base/arena.h"
#include "base/err.h"

enum { PASSWORD_MIN = 10, PASSWORD_MAX = 128 /* characters */, PASSWORD_MB_LEAST = 19 /* of a hash in two passes: OWASP, Password Storage */ };

enum password_fault {
	PASSWORD_FINE,
	PASSWORD_SHORT,
	PASSWORD_LONG,
	PASSWORD_COMMON,  /* at most three common words, keyboard runs, repeats, numbers or single letters in a row */
	PASSWORD_ACCOUNT, /* holds the account name (of four characters or more), or the name holds it */
	PASSWORD_TEXT     /* control characters, or not UTF-8 */
};

/* The first fault of a password that somebody chose. */
enum password_fault password_check(struct str password, struct str account);
/* What to say about it, "en" or "zh". */
const char *password_fault_text(enum password_fault fault, const char *lang);

/* Memory of every hash made from now on (64 MB if never called; what was hashed before stays valid). Before the first thread. ERR_NO_MEMORY. */
enum err password_start(int64_t memory_mb) MUST_CHECK;
/* A password hash to keep (PHC string). About 60 ms and 64 MB: on the JOB lane only. */
enum err password_hash(struct arena *a, struct str password, struct str *ret_hash) MUST_CHECK;
/* Same cost. Without a hash (nobody of that name, or no password set) a fixed one is tried, so that both take equally long, and the answer
 * is false. */
bool password_matches(struct str hash, struct str password);
/* Sixteen characters that a person can read out and type, e.g. "k7mq-x2hd-9wtn-f4rp" (76 bits). */
struct str password_make(struct arena *a);

#endif
