#include "app/visitor_token.h"

#include <sodium.h>
#include <string.h>

#include "base/banned.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define PURPOSE "antball visitor token v1"

enum { BODY = 24, MAC = crypto_auth_hmacsha256_BYTES, WHOLE = BODY + MAC, TEXT_MAX = (WHOLE + 2) / 3 * 4 + 1 };

static const char prefix[] = "v1.";

static void
number_put(unsigned char *p, int64_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 8)
		p[i] = (unsigned char)(value & 0xff);
}

static int64_t
number_get(const unsigned char *p)
{
	uint64_t v = 0;
	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

static void
token_mac(const unsigned char key[32], const unsigned char body[BODY], unsigned char ret_mac[MAC])
{
	crypto_auth_hmacsha256_state s;
	crypto_auth_hmacsha256_init(&s, key, 32);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)PURPOSE, sizeof PURPOSE);
	crypto_auth_hmacsha256_update(&s, body, BODY);
	crypto_auth_hmacsha256_final(&s, ret_mac);
}

struct str
visitor_token_make(struct arena *a, const unsigned char key[32], int64_t customer, int64_t shop, int64_t now)
{
	unsigned char whole[WHOLE];
	char text[TEXT_MAX];
	number_put(whole, customer);
	number_put(whole + 8, shop);
	number_put(whole + 16, now);
	token_mac(key, whole, whole + BODY);
	sodium_bin2base64(text, sizeof text, whole, sizeof whole, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_printf(a, "%s%s", prefix, text);
}

bool
visitor_token_verify(const unsigned char key[32], struct str token, int64_t now, int64_t *ret_customer, int64_t *ret_shop)
{
	unsigned char whole[WHOLE], mac[MAC];
	size_t n = 0;
	if (!str_starts(token, str_of(prefix)) || token.n > sizeof prefix + TEXT_MAX)
		return false;
	struct str text = str_sub(token, sizeof prefix - 1, token.n);
	if (sodium_base642bin(whole, sizeof whole, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 || n != WHOLE)
		return false;
	token_mac(key, whole, mac);
	if (sodium_memcmp(mac, whole + BODY, MAC) != 0)
		return false;
	int64_t at = number_get(whole + 16);
	if (at > now + 60 * 1000 || now - at > VISITOR_TOKEN_DAYS * DAY_MS)
		return false;
	*ret_customer = number_get(whole);
	*ret_shop = number_get(whole + 8);
	return true;
}
