/* The lists of the desk: mine, waiting, my group, closed; and one session with its log. */
#ifndef DESK_INBOX_H
#define DESK_INBOX_H

#include "app/app.h"

/* Where a page of closed sessions goes on: "closed_at.id". False for anything else. */
bool inbox_cursor_read(struct str cursor, int64_t *ret_at, int64_t *ret_id);
/* What a person typed -> a LIKE pattern with \ as escape; no value for blank. */
struct str inbox_pattern(struct arena *a, struct str q);

extern const struct feature desk_inbox_feature;

#endif
