/*
 * How much one visitor may ask of the centre: counters in windows of time, in a table of fixed size, shared by all lanes without
 * a lock. Two keys that meet in one slot push each other out, which can only loosen a limit, never tighten it.
 */
#ifndef CONTACT_RATE_H
#define CONTACT_RATE_H

#include "app/app.h"

enum rate_kind {
	RATE_MESSAGE, /* a customer's messages in a minute */
	RATE_UPLOAD,  /* a customer's files in an hour */
	RATE_HELLO,   /* an address's visitors in a minute */
	RATE_SESSION, /* a customer's new chats in an hour: 12 */
	RATE_TYPING,  /* a customer's typing marks in 10 s: 10 */
	RATE_FORM,    /* a customer's away forms in an hour: 6 */
	RATE_KINDS
};

struct visit_rates;

struct visit_rates *visit_rates_new(void);
void visit_rates_free(struct visit_rates *r);
/* Counts one; false when there were `most` in this window already. */
bool visit_rates_take(struct visit_rates *r, enum rate_kind kind, uint64_t key, int64_t now, int64_t most);

/* The same for the caller of rq with the limit that is set (RATE_HELLO: for its address, but not this machine's own): ERR_TOO_MANY. */
enum err rate_check(struct request *rq, enum rate_kind kind) MUST_CHECK;

extern const struct feature contact_rate_feature;

#endif
