/*
 * Guessing is made slow, in memory: a number of free failures for each name (an account, an address), then a wait that doubles
 * with every further failure up to a limit. Attempts during the wait count for nothing. Bounded: when the table is full the
 * least guilty of a few neighbours is forgotten. May be used from any thread.
 */
#ifndef TEAM_THROTTLE_H
#define TEAM_THROTTLE_H

#include "base/err.h"
#include "base/str.h"

struct throttle;

struct throttle_rule {
	int free_failures;      /* the wait begins with the failure after these */
	int64_t first_wait_ms;  /* then doubled */
	int64_t longest_wait_ms;
	int64_t forget_ms;      /* after so long without an attempt a name is as new */
};

/* slots: names remembered at most, rounded up to a multiple of 8. NULL when memory is out. */
struct throttle *throttle_new(const struct throttle_rule *rule, size_t slots);
void throttle_free(struct throttle *t);

/* An attempt begins, counted as a failure until told otherwise, so that many at once gain nothing. 0: go on; else not before so many ms. */
int64_t throttle_begin(struct throttle *t, struct str name, int64_t now);
/* It succeeded: the name is clean again. */
void throttle_clear(struct throttle *t, struct str name);
/* It succeeded, but that says nothing about earlier ones (an address with a valid account may still guess others'): only this one is taken
 * back. */
void throttle_take_back(struct throttle *t, struct str name);

#endif
