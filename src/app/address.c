#include "app/address.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "base/banned.h"

bool
address_parse(const char *text, char ret_text[ADDRESS_TEXT])
{
	unsigned char raw[16];
	int family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(family, text, raw) != 1)
		return false;
	return !ret_text || inet_ntop(family, raw, ret_text, ADDRESS_TEXT);
}

bool
address_is_loopback(const char *text)
{
	char plain[ADDRESS_TEXT];
	return address_parse(text, plain) && (str_starts(str_of(plain), STR("127.")) || str_eqz(str_of(plain), "::1"));
}

bool
address_is_any(const char *text)
{
	char plain[ADDRESS_TEXT];
	return address_parse(text, plain) && (str_eqz(str_of(plain), "0.0.0.0") || str_eqz(str_of(plain), "::"));
}

static bool
address_text(const struct ifaddrs *i, int family, char ret_text[ADDRESS_TEXT])
{
	if (!i->ifa_addr || i->ifa_addr->sa_family != family || !(i->ifa_flags & IFF_UP) || i->ifa_flags & IFF_LOOPBACK)
		return false;
	if (family == AF_INET)
		return inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)i->ifa_addr)->sin_addr, ret_text, ADDRESS_TEXT);
	const struct in6_addr *six = &((const struct sockaddr_in6 *)(const void *)i->ifa_addr)->sin6_addr;
	return !IN6_IS_ADDR_LINKLOCAL(six) && inet_ntop(AF_INET6, six, ret_text, ADDRESS_TEXT);
}

int
addresses_own(char (*ret_texts)[ADDRESS_TEXT], int most)
{
	static const int families[] = { AF_INET, AF_INET6 };
	struct ifaddrs *all;
	int n = 0;
	if (getifaddrs(&all))
		return 0;
	for (int f = 0; f < 2; f++)
		for (const struct ifaddrs *i = all; i && n < most; i = i->ifa_next)
			n += address_text(i, families[f], ret_texts[n]);
	freeifaddrs(all);
	return n;
}
