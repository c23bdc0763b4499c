/*
 * The live board: who waits where and for how long, who serves, how fast today. One function makes it for one viewer's scope;
 * those who watch get it pushed, at most once a second and only when something happened.
 */
#ifndef DESK_BOARD_H
#define DESK_BOARD_H

#include "app/app.h"

/* Whose eyes. */
struct board_viewer {
	int64_t person_id, group_id;
	enum scope scope;
};

/* "3 m 20 s" / "3 分 20 秒": a span for an alert's text, at most two units. */
struct str board_span(struct arena *a, int64_t ms, bool zh);

extern const struct feature desk_board_feature;

#endif
