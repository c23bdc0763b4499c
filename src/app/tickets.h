/*
 * The one-use tickets with which a WebSocket opens. Whoever shows one that is still good becomes the caller it was made for. Used on the loop
 * only. Keeping and using one takes the same time however many there are: a crowd that comes back at once asks for all of its at once.
 */
#ifndef APP_TICKETS_H
#define APP_TICKETS_H

#include "app/app.h"

enum { TICKETS_MAX = 65536, TICKET_BYTES = 48, TICKET_SHORTEST = 16 };

struct ticket {
	char token[TICKET_BYTES]; /* ended by NUL */
	struct caller who;        /* without shops: found again by its login */
	int64_t until;            /* ms UTC; good up to and with it */
};

struct tickets;

/* NULL when memory is out. */
struct tickets *tickets_new(void);
void tickets_free(struct tickets *t);
/* Copies it. One that finds no room (TICKETS_MAX good ones, or no memory) is not kept: its holder is refused, and asks for another. */
void ticket_keep(struct tickets *t, const struct ticket *ticket, int64_t now);
/* Takes it out. False: nobody was given this token, or it was used, or it is too old. */
bool ticket_use(struct tickets *t, struct str token, int64_t now, struct caller *ret_who) MUST_CHECK;

#endif
