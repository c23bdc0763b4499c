/* Alerts: a minimum duration, and a figure that dances on the line is one alert. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "measure/alert.h"

static void
it_fires_after_its_time_and_ends_after_it(void **state)
{
	(void)state;
	const struct alert_rule r = { true, 10, 5 };
	struct alert_state s = { 0 };
	for (int64_t t = 1000; t < 6000; t += 1000)
		assert_int_equal(alert_step(&r, &s, true, 11, t), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 14, 6000), ALERT_FIRES);
	assert_int_equal(alert_step(&r, &s, true, 20, 7000), ALERT_NOTHING);
	assert_int_equal(s.worst, 20);
	for (int64_t t = 8000; t < 13000; t += 1000)
		assert_int_equal(alert_step(&r, &s, true, 9, t), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 9, 13000), ALERT_ENDS);
	assert_false(s.firing);
}

static void
a_break_begins_anew(void **state)
{
	(void)state;
	const struct alert_rule r = { true, 10, 3 };
	struct alert_state s = { 0 };
	assert_int_equal(alert_step(&r, &s, true, 11, 1000), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 10, 2000), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 11, 3000), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 11, 5000), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 11, 6000), ALERT_FIRES);
}

static void
on_the_line_it_stays(void **state)
{
	(void)state;
	const struct alert_rule r = { true, 100, 0 };
	struct alert_state s = { 0 };
	assert_int_equal(alert_step(&r, &s, true, 101, 1), ALERT_FIRES);
	for (int64_t t = 2; t < 50; t++)
		assert_int_equal(alert_step(&r, &s, true, t % 2 ? 101 : 95, t), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 90, 60), ALERT_ENDS);
}

static void
below_and_without_a_figure(void **state)
{
	(void)state;
	const struct alert_rule r = { false, 80, 0 }, none = { true, 0, 0 };
	struct alert_state s = { 0 };
	assert_int_equal(alert_step(&r, &s, false, 0, 1), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 80, 2), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 79, 3), ALERT_FIRES);
	assert_int_equal(alert_step(&r, &s, true, 60, 4), ALERT_NOTHING);
	assert_int_equal(s.worst, 60);
	assert_int_equal(alert_step(&r, &s, true, 87, 5), ALERT_NOTHING);
	assert_int_equal(alert_step(&r, &s, true, 88, 6), ALERT_ENDS);
	assert_int_equal(alert_step(&r, &s, true, 10, 7), ALERT_FIRES);
	assert_int_equal(alert_step(&r, &s, false, 0, 8), ALERT_ENDS);
	s = (struct alert_state){ 0 };
	assert_int_equal(alert_step(&none, &s, true, 1, 1), ALERT_FIRES);
	assert_int_equal(alert_step(&none, &s, true, 0, 2), ALERT_ENDS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_fires_after_its_time_and_ends_after_it), cmocka_unit_test(a_break_begins_anew),
		cmocka_unit_test(on_the_line_it_stays), cmocka_unit_test(below_and_without_a_figure),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
