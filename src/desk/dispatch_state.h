/* The insides of dispatch, shared by its files. All but the atomics belongs to WRITE lane 0. */
#ifndef DESK_DISPATCH_STATE_H
#define DESK_DISPATCH_STATE_H

#include <stdatomic.h>

#include "desk/dispatch.h"

enum { DISPATCH_AGAIN_MS = 1000, DISPATCH_SUSPECTS_MAX = 4096, DISPATCH_PRESENT_MAX = 8192, DISPATCH_WATCH_MAX = 3000, DISPATCH_SHOPS_MAX = 2000 };

struct dispatch_watch {
	int64_t person;
	bool closed; /* has closed a chat: a wrap-up may begin */
	bool wraps;  /* is in wrap-up, as the record says; to the router this is online */
};

struct dispatch_line {
	int64_t shop, told_at;
	bool moved;
};

struct dispatch {
	struct router *router; /* NULL: to be built */
	int64_t suspects[DISPATCH_SUSPECTS_MAX]; /* sessions changed by a run that is not known to have committed */
	size_t suspect_count;
	int64_t present[DISPATCH_PRESENT_MAX]; /* people with a socket */
	size_t present_count;
	struct dispatch_watch watched[DISPATCH_WATCH_MAX];
	size_t watch_count;
	struct dispatch_line lines[DISPATCH_SHOPS_MAX]; /* the queues of the shops, as waiting customers know them */
	size_t line_count;
	int64_t looked_at; /* at the lines */
	atomic_bool queued;            /* a run is on its way */
	atomic_bool queue_moved;       /* waiting customers of some shop have a new place */
	atomic_int_fast64_t next_at;   /* when a run is due although nothing happens */
	int64_t then;                  /* the same, once what was decided last is committed */
	atomic_bool missed;            /* something happened that no command could be made of */
	int64_t swept_at, told_at;     /* loop */
};

struct dispatch *dispatch_of(struct request *rq);
bool dispatch_is_present(const struct dispatch *d, int64_t person_id);
void dispatch_present_set(struct dispatch *d, int64_t person_id, bool present);
void dispatch_suspect(struct dispatch *d, int64_t session_id);

/* dispatch_load.c: the record -> the router. */
enum err dispatch_ready(struct request *rq, struct dispatch *d) MUST_CHECK; /* builds it when there is none, looks at suspects */
enum err dispatch_session_load(struct request *rq, struct dispatch *d, int64_t session_id) MUST_CHECK;
enum err dispatch_agents_load(struct request *rq, struct dispatch *d, int64_t person_id) MUST_CHECK; /* 0: all */
enum err dispatch_rules_load(struct request *rq, struct dispatch *d) MUST_CHECK;
void dispatch_drop(struct dispatch *d); /* build again at the next run */

/* dispatch_run.c: the router's proposals -> the record. e: how looking at what happened ended. Whatever fails is begun anew, a second later at most. */
enum err dispatch_run(struct request *rq, struct dispatch *d, enum err e) MUST_CHECK;

/* dispatch_wrapup.c: an agent who has closed the last open chat is in wrap-up until the slots are free again, a new chat is open, or the
 * agent says otherwise. It is a state of the log only: other slots are given away as ever. */
void dispatch_wrapup_closed(struct dispatch *d, int64_t person_id);
void dispatch_wrapup_state(struct dispatch *d, int64_t person_id, bool wraps);
enum err dispatch_wrapup_run(struct request *rq, struct dispatch *d) MUST_CHECK;

/* dispatch_queue.c: waiting customers hear of their new places, at most every few seconds a shop. */
void dispatch_queue_moved(struct dispatch *d, int64_t shop_id);
enum err dispatch_queue_due(struct request *rq, const void *in) MUST_CHECK; /* on WRITE lane 0 */

#endif
