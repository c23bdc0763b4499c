/*
 * Visitors: who comes to a shop's chat. A visitor is a customer of one shop, known again by a signed token (app/visitor_token.h).
 * A shop can vouch for its logged-in customers: hex HMAC-SHA256 under the shop's visitor_key over key "\n" name "\n" at, where at is ms
 * UTC in decimal, not more than ten minutes away.
 */
#ifndef CONTACT_VISITOR_H
#define CONTACT_VISITOR_H

#include "app/app.h"

#define VISITOR_SIGN_MS (10 * 60 * 1000LL)
enum { VISITOR_SIGN_LENGTH = 64 };

/* A signed identity as the page brings it. */
struct visitor_identity {
	struct str key, name, phone, email, sign;
	int64_t at;
};

/* The hex signature (64 characters), in the arena. */
struct str visitor_sign(struct arena *a, struct str visitor_key, struct str key, struct str name, int64_t at);
/* OK, ERR_BAD_FIELD (no key, or one that is reserved or too long), ERR_GONE (too old or too early), ERR_FORBIDDEN (not signed with this
 * key). */
enum err visitor_identity_check(struct arena *a, const struct visitor_identity *who, struct str visitor_key, int64_t now) MUST_CHECK;

/* Keys that we make for visitors whom no shop named begin with ~. */
bool visitor_is_anonymous(struct str customer_key);

/* May a page of this web origin ("https://shop.example") carry the widget? allowed: one origin a line. No origin at all is not a browser's
 * page and may; the centre's own address is the caller's business. */
bool visitor_origin_ok(struct str origin, struct str allowed);

extern const struct feature contact_visitor_feature;

#endif
