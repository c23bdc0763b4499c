#include "measure/alert.h"

#include "base/banned.h"

static int64_t
margin(const struct alert_rule *r)
{
	return r->value / 10 > 1 ? r->value / 10 : 1;
}

static bool
beyond(const struct alert_rule *r, int64_t v)
{
	return r->above ? v > r->value : v < r->value;
}

/* Back by the margin; a threshold of 0 has none to give. */
static bool
inside(const struct alert_rule *r, int64_t v)
{
	if (r->above)
		return v <= (r->value > margin(r) ? r->value - margin(r) : 0) || (r->value == 0 && v == 0);
	return v >= r->value + margin(r);
}

enum alert_change
alert_step(const struct alert_rule *r, struct alert_state *s, bool set, int64_t value, int64_t now)
{
	bool turns = s->firing ? !set || inside(r, value) : set && beyond(r, value);
	if (s->firing && set && (r->above ? value > s->worst : value < s->worst))
		s->worst = value;
	if (!turns) {
		s->turning_since = 0;
		return ALERT_NOTHING;
	}
	if (!s->turning_since)
		s->turning_since = now;
	if (now - s->turning_since < r->hold_s * 1000)
		return ALERT_NOTHING;
	s->firing = !s->firing;
	s->turning_since = 0;
	if (s->firing)
		s->worst = value;
	return s->firing ? ALERT_FIRES : ALERT_ENDS;
}
