#include "app/tickets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/banned.h"

static struct ticket
ticket_numbered(int n, int64_t until)
{
	struct ticket t = { .who.customer_id = n, .until = until };
	snprintf(t.token, sizeof t.token, "ticket-of-somebody-%d", n);
	return t;
}

static bool
use(struct tickets *t, int n, int64_t now, int64_t *ret_customer)
{
	struct ticket k = ticket_numbered(n, 0);
	struct caller who = { 0 };
	bool good = ticket_use(t, str_of(k.token), now, &who);
	*ret_customer = who.customer_id;
	return good;
}

static void
test_each_opens_once_for_its_own_caller(void **state)
{
	(void)state;
	struct tickets *t = tickets_new();
	int64_t customer;
	assert_non_null(t);
	for (int i = 1; i <= 5000; i++) {
		struct ticket k = ticket_numbered(i, 100);
		ticket_keep(t, &k, 50);
	}
	for (int i = 5000; i >= 1; i--) {
		assert_true(use(t, i, 100, &customer));
		assert_int_equal(customer, i);
		assert_false(use(t, i, 100, &customer));
	}
	tickets_free(t);
}

static void
test_old_short_long_and_unknown_ones_open_nothing(void **state)
{
	(void)state;
	struct tickets *t = tickets_new();
	struct caller who = { .customer_id = 7 };
	struct ticket k = ticket_numbered(1, 100), brief = { .token = "short", .until = 100 };
	int64_t customer;
	ticket_keep(t, &k, 50);
	ticket_keep(t, &brief, 50);
	assert_false(use(t, 2, 60, &customer));
	assert_false(ticket_use(t, STR("short"), 60, &who));
	assert_false(ticket_use(t, STR_NONE, 60, &who));
	assert_false(ticket_use(t, STR("ticket-of-somebody-1 and then more than any token has"), 60, &who));
	assert_false(ticket_use(t, STR("ticket-of-somebody-"), 60, &who));
	assert_int_equal(who.customer_id, 7);
	assert_false(use(t, 1, 101, &customer));
	tickets_free(t);
}

/* As many as there is room for; when they are too old, their room is given to others. */
static void
test_a_full_table_keeps_what_is_good_and_gives_away_what_is_old(void **state)
{
	(void)state;
	struct tickets *t = tickets_new();
	int64_t customer;
	for (int i = 1; i <= TICKETS_MAX + 10; i++) {
		struct ticket k = ticket_numbered(i, i <= 1000 ? 40000 : 90000);
		ticket_keep(t, &k, 30000);
	}
	assert_true(use(t, 1, 30000, &customer));
	assert_true(use(t, TICKETS_MAX - 1, 30000, &customer));
	assert_false(use(t, TICKETS_MAX + 10, 30000, &customer));
	for (int i = 0; i < 1000; i++) {
		struct ticket k = ticket_numbered(100000 + i, 90000);
		ticket_keep(t, &k, 40001);
	}
	for (int i = 0; i < 1000; i++)
		assert_true(use(t, 100000 + i, 40001, &customer));
	assert_false(use(t, 2, 40001, &customer));
	assert_true(use(t, 1001, 40001, &customer));
	tickets_free(t);
}

/* Without memory for more, those that are kept stay good. */
static void
test_memory_that_is_out_loses_none_of_the_kept(void **state)
{
	(void)state;
	int64_t customer;
	for (long at = 1; at <= 3; at++) {
		mem_fail_after(at);
		struct tickets *t = tickets_new();
		mem_fail_after(0);
		assert_null(t);
	}
	for (long at = 1; at <= 2; at++) {
		struct tickets *t = tickets_new();
		mem_fail_after(at);
		for (int i = 1; i <= 1024; i++) {
			struct ticket k = ticket_numbered(i, 100);
			ticket_keep(t, &k, 50);
		}
		assert_int_equal(mem_fail_left(), 0);
		assert_false(use(t, 1024, 50, &customer));
		for (int i = 1; i < 1024; i++)
			assert_true(use(t, i, 50, &customer));
		tickets_free(t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_opens_once_for_its_own_caller),
		cmocka_unit_test(test_old_short_long_and_unknown_ones_open_nothing),
		cmocka_unit_test(test_a_full_table_keeps_what_is_good_and_gives_away_what_is_old),
		cmocka_unit_test(test_memory_that_is_out_loses_none_of_the_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
