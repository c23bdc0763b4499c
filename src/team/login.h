/* Signing in, for the handlers that do: the first run, login, a password that was just set. */
#ifndef TEAM_LOGIN_H
#define TEAM_LOGIN_H

#include "app/app.h"

/* Who is at the door: made slower by address, and by account when there is one. ERR_TOO_MANY is said with Retry-After. (any lane) */
enum err door_knock(struct request *rq, struct str account) MUST_CHECK;
/* The password was right. */
void door_open(struct request *rq, struct str account);

/* A new login of this person, its cookie on the reply, the sign-in table read again after the commit. *ret_csrf: what /me shows. (WRITE) */
enum err login_begin(struct request *rq, int64_t person_id, struct str *ret_csrf) MUST_CHECK;
/* ME of the contract, as a value at the writer's present place. */
enum err me_write(struct request *rq, int64_t person_id, struct str csrf) MUST_CHECK;
/* A chosen password that breaks a rule: ERR_BAD_FIELD, said for this field in the caller's language. */
enum err password_refuse(struct request *rq, struct str password, struct str account, const char *field) MUST_CHECK;

#endif
