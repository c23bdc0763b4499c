/*
 * The router at work: its state follows the record on one WRITE lane, its proposals become rows with guards. The database is
 * the truth; what the router believes about a session is put right whenever the record says that the session changed, and all of
 * it is built again at start and whenever a proposal turns out to be impossible.
 */
#ifndef DESK_DISPATCH_H
#define DESK_DISPATCH_H

#include "app/app.h"
#include "desk/routing.h"

/* A live session as the record has it. Ids are 0 where there is none. */
struct dispatch_row {
	int64_t id, shop_id, group_id, skill_id, wanted_id, agent_id, priority, queued_at, assigned_at;
	struct str state;
};

/* The router's view of it; offer_ms and transfer_ms: how long an offer and the wait for a wanted person last. */
struct routing_contact dispatch_contact(const struct dispatch_row *row, int64_t offer_ms, int64_t transfer_ms);
/* Does the router believe what the record says? */
bool dispatch_same(const struct routing_contact *contact, const struct dispatch_row *row);
/* Brings one live session of the router in line with the record, by the event that explains the difference where there is one. */
enum err dispatch_follow(struct router *r, const struct dispatch_row *row, const struct routing_contact *fresh, int64_t now) MUST_CHECK;

extern const struct feature desk_dispatch_feature;

#endif
