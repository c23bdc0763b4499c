/*
 * Who is who: every valid login lives in a table on the loop, so that a request is recognised without a query. Whoever changes
 * what somebody may do calls auth_refresh; after the commit the table is read again and sockets of ended or changed logins
 * are closed (4001).
 */
#ifndef APP_AUTH_H
#define APP_AUTH_H

#include "app/app.h"

enum err auth_refresh(struct request *rq) MUST_CHECK;
/* Ends the caller's own login in memory while nothing can be stored, and in the record later. (any thread) */
enum err auth_forget(struct request *rq) MUST_CHECK;
/* The one-use token that the first run asks for; empty once somebody administers the centre. Valid while the process lives. */
struct str auth_setup_token(struct app *app);
/* Hex SHA-256 of a login's token, as login.token_hash keeps it. */
struct str auth_token_hash(struct arena *a, struct str token);
/* Set-Cookie value that signs in (max_age_s > 0) or out (0). */
struct str auth_cookie(struct arena *a, struct str token, int64_t max_age_s);

#endif
