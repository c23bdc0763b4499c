#include "contact/customer.h"

#include "base/banned.h"

bool
customer_phone_ok(struct str phone)
{
	int digits = 0;
	for (size_t i = 0; i < phone.n; i++) {
		char c = phone.p[i];
		if (c >= '0' && c <= '9')
			digits++;
		else if (str_find_char(STR(" +-()"), c) < 0)
			return false;
	}
	return !phone.n || (digits >= 5 && digits <= 20);
}

bool
customer_email_ok(struct str email)
{
	ptrdiff_t at = str_find_char(email, '@');
	if (!email.n)
		return true;
	for (size_t i = 0; i < email.n; i++)
		if ((unsigned char)email.p[i] <= ' ')
			return false;
	struct str host = str_sub(email, (size_t)at + 1, email.n);
	return at > 0 && email.n <= 254 && str_find_char(host, '@') < 0 && str_find_char(host, '.') > 0 && !str_ends(host, STR("."));
}

bool
customer_flag_ok(struct str flag)
{
	static const char *const flags[] = { "red", "amber", "green", "blue", "purple" };
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
		if (str_eqz(flag, flags[i]))
			return true;
	return !flag.n;
}
