/*
 * Sessions: one customer's conversation from its opening to its close. States: waiting (nobody's), offered (one agent is asked),
 * open (an agent's), closed. A customer has one live session at a time.
 */
#ifndef CONTACT_SESSION_H
#define CONTACT_SESSION_H

#include "contact/scope.h"

/* The session changed: tells its agent, also_person (0: nobody; e.g. who has just lost it), the shop's and group's watchers and the
 * customer. */
enum err session_changed(struct request *rq, int64_t session_id, int64_t also_person) MUST_CHECK;
/* Told on the fly to those who watch the queue (a waiting customer wrote again); nothing is stored. */
enum err session_refreshed(struct request *rq, int64_t session_id) MUST_CHECK;
/* Tells a waiting customer the present place in the queue, on the fly. */
enum err session_place_tell(struct request *rq, int64_t session_id, int64_t customer_id) MUST_CHECK;
/* A row of the session's routing log: queued, offered, declined, expired, assigned, requeued, transferred, closed, reopened. */
enum err session_log(struct request *rq, int64_t session_id, const char *what, int64_t person_id, struct str reason) MUST_CHECK;

struct session_closing {
	int64_t session_id, by_person; /* 0: the customer or the house */
	int64_t category_id;           /* 0: as it was */
	struct str note;               /* of the agent; no value: none */
	const char *reason;            /* for the log: agent, customer, silent, merged */
	bool invite;                   /* ask for a rating, when an agent served */
};
/* Ends it whatever its state, says so in the conversation, and tells everybody. ERR_WRONG_STATE when it is closed already. */
enum err session_close(struct request *rq, const struct session_closing *closing) MUST_CHECK;
/* How long after its close a session goes on when its customer writes again (a setting), ms. */
int64_t session_return_ms(struct request *rq);
/* A session closed after closed_after waits again. ERR_WRONG_STATE otherwise. */
enum err session_reopen(struct request *rq, int64_t session_id, int64_t closed_after) MUST_CHECK;
/* The live session of this customer, or the one closed within session_return_ms; 0 when there is none. */
enum err session_latest_of(struct request *rq, int64_t customer_id, int64_t *ret_session, bool *ret_live) MUST_CHECK;
/* Writes SESSION at rq->w. */
enum err session_write(struct request *rq, int64_t session_id) MUST_CHECK;
/* Writes VSESSION (or null for 0) at rq->w. */
enum err session_visitor_write(struct request *rq, int64_t session_id) MUST_CHECK;

extern const struct feature contact_session_feature;

#endif
