/* Agents' states: online, paused (with a reason), wrapup, offline; kept as a log, told as EVENT_AGENT_STATE. */
#ifndef TEAM_STATE_H
#define TEAM_STATE_H

#include "app/app.h"

/* From a WRITE handler: log the state and tell it to the person, the group and the board as {"person_id", "state", "reason", "at"}. Nothing
 * happens when it is the person's state already. state: a word of the above. */
enum err agent_state_set(struct request *rq, int64_t person_id, struct str state, struct str reason) MUST_CHECK;
/* The same without a reason, only if the person's state is `from`: whatever the person chose meanwhile stays. */
enum err agent_state_change(struct request *rq, int64_t person_id, struct str from, struct str to) MUST_CHECK;

#endif
