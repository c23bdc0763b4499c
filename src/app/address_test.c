#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "app/address.h"

static void
only_numbers_are_addresses(void **state)
{
	char text[ADDRESS_TEXT];
	(void)state;
	assert_true(address_parse("10.0.0.7", text));
	assert_string_equal(text, "10.0.0.7");
	assert_true(address_parse("2001:DB8:0:0::1", text));
	assert_string_equal(text, "2001:db8::1");
	static const char *const none[] = { "", "localhost", "10.0.0", "10.0.0.256", "10.0.0.7 ", "::g", "1::2::3" };
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		assert_false(address_parse(none[i], text));
}

static void
loopback_is_this_machine(void **state)
{
	(void)state;
	assert_true(address_is_loopback("127.0.0.1"));
	assert_true(address_is_loopback("127.9.8.7"));
	assert_true(address_is_loopback("::1"));
	assert_true(address_is_loopback("0:0:0:0:0:0:0:1"));
	static const char *const outside[] = { "0.0.0.0", "::", "128.0.0.1", "127.0.0.1.example.com", "127.", "12.7.0.0", "", "::ffff:127.0.0.1" };
	for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
		assert_false(address_is_loopback(outside[i]));
	assert_true(address_is_any("0.0.0.0") && address_is_any("::") && !address_is_any("127.0.0.1"));
}

static void
own_addresses_are_reachable_ones(void **state)
{
	char own[4][ADDRESS_TEXT];
	(void)state;
	int n = addresses_own(own, 4);
	assert_in_range(n, 0, 4);
	for (int i = 0; i < n; i++)
		assert_true(address_parse(own[i], NULL) && !address_is_loopback(own[i]) && !address_is_any(own[i]));
	assert_int_equal(addresses_own(own, 0), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_numbers_are_addresses),
		cmocka_unit_test(loopback_is_this_machine),
		cmocka_unit_test(own_addresses_are_reachable_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
