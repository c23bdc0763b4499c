/*
 * When a live figure is an alert: it fires after having been beyond its threshold for hold_s without a break, and ends after having been back
 * inside by a margin (a tenth of the threshold, at least 1) for as long. In between nothing changes, so that a figure that dances on the line is one alert.
 */
#ifndef MEASURE_ALERT_H
#define MEASURE_ALERT_H

#include <stdbool.h>
#include <stdint.h>

struct alert_rule {
	bool above;       /* fires above the value, else below it */
	int64_t value, hold_s;
};
struct alert_state {
	bool firing;
	int64_t turning_since; /* beyond while quiet, or inside while firing; 0: not */
	int64_t worst;         /* while firing */
};
enum alert_change { ALERT_NOTHING, ALERT_FIRES, ALERT_ENDS };

/* set false: there is no figure (nobody was asked yet), which is as good as inside. */
enum alert_change alert_step(const struct alert_rule *r, struct alert_state *s, bool set, int64_t value, int64_t now);

#endif
