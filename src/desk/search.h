/* Search over all messages. The index is a consumer of the outbox, not part of the write path; tags narrow it by shop, sender and agent. */
#ifndef DESK_SEARCH_H
#define DESK_SEARCH_H

#include "app/app.h"

extern const struct feature desk_search_feature;

/* (Re)index one message; for the consumer and for imports. A message that is not there is nothing to index. */
enum err search_index(struct db *db, struct arena *a, int64_t session_id, int64_t seq) MUST_CHECK;

/* Gives the index the merging that this many messages more ask of it, so that it never comes as one long stop. For after a piece of indexing. */
enum err search_settle(struct db *db, int64_t messages) MUST_CHECK;

/* Takes a message that is gone out of the index. */
enum err search_forget(struct db *db, int64_t message_id) MUST_CHECK;

#endif
