#include "contact/customer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/banned.h"

static void
phones_as_people_write_them(void **state)
{
	(void)state;
	assert_true(customer_phone_ok(STR("")));
	assert_true(customer_phone_ok(STR("13800138000")));
	assert_true(customer_phone_ok(STR("+86 (021) 6888-0000")));
	assert_false(customer_phone_ok(STR("1234")));
	assert_false(customer_phone_ok(STR("微信同号13800138000")));
	assert_false(customer_phone_ok(STR("123456789012345678901")));
}

static void
mail_addresses(void **state)
{
	(void)state;
	assert_true(customer_email_ok(STR("")));
	assert_true(customer_email_ok(STR("li.na@example.com")));
	assert_false(customer_email_ok(STR("li.na")));
	assert_false(customer_email_ok(STR("@example.com")));
	assert_false(customer_email_ok(STR("a@b@c.d")));
	assert_false(customer_email_ok(STR("a b@c.d")));
	assert_false(customer_email_ok(STR("a@cd")));
	assert_false(customer_email_ok(STR("a@c.")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(phones_as_people_write_them), cmocka_unit_test(mail_addresses) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
