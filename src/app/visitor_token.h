/*
 * The signed name of a visitor: "v1." and base64url of customer, shop, issued_at (three 64-bit big-endian numbers) and their
 * HMAC-SHA256-256 under the server's secret. Nothing is stored: whoever holds the token is that shop's customer, for 400 days.
 */
#ifndef APP_VISITOR_TOKEN_H
#define APP_VISITOR_TOKEN_H

#include "base/arena.h"

#define VISITOR_TOKEN_DAYS 400

/* p == NULL when memory is out. */
struct str visitor_token_make(struct arena *a, const unsigned char key[32], int64_t customer, int64_t shop, int64_t now);
/* False (outputs untouched) when it is not ours, was changed, is too old, or comes from more than a minute in the future. */
bool visitor_token_verify(const unsigned char key[32], struct str token, int64_t now, int64_t *ret_customer, int64_t *ret_shop);

#endif
