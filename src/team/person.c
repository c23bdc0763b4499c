#include "team/person.h"

#include <sodium.h>
#include <string.h>

#include "base/utf8.h"

#include "base/banned.h"

#define PURPOSE "antball password reset v1"

enum { BODY = 16, MAC = crypto_auth_hmacsha256_BYTES, WHOLE = BODY + MAC, TEXT = WHOLE / 3 * 4 };

enum err
account_clean(struct arena *a, struct str typed, struct str *ret_account)
{
	struct str s = str_trim(typed), rest = s;
	uint32_t c;
	size_t count = 0;
	while (utf8_next(&rest, &c)) {
		if (c <= 0x20 || c == 0x7F || c == 0xA0 || c == 0x3000)
			return ERR_BAD_FIELD;
		count++;
	}
	if (rest.n || count < 2 || count > 64)
		return ERR_BAD_FIELD;
	char *out = arena_alloc(a, s.n + 1);
	if (!out)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] | 32) : s.p[i];
	*ret_account = (struct str){ out, s.n };
	return OK;
}

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
token_mac(const unsigned char key[32], const unsigned char body[BODY], struct str hash, unsigned char ret_mac[MAC])
{
	crypto_auth_hmacsha256_state s;
	crypto_auth_hmacsha256_init(&s, key, 32);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)PURPOSE, sizeof PURPOSE);
	crypto_auth_hmacsha256_update(&s, body, BODY);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)(hash.p ? hash.p : ""), hash.n);
	crypto_auth_hmacsha256_final(&s, ret_mac);
}

struct str
reset_token_make(struct arena *a, const unsigned char key[32], int64_t person_id, int64_t expires_at, struct str hash)
{
	unsigned char whole[WHOLE];
	char text[TEXT + 1];
	number_put(whole, person_id);
	number_put(whole + 8, expires_at);
	token_mac(key, whole, hash, whole + BODY);
	sodium_bin2base64(text, sizeof text, whole, sizeof whole, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return arena_str(a, str_of(text));
}

static bool
token_open(struct str token, unsigned char whole[WHOLE])
{
	size_t n = 0;
	return token.n == TEXT &&
	       sodium_base642bin(whole, WHOLE, token.p, token.n, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	       n == WHOLE;
}

enum err
reset_token_read(struct str token, int64_t now, int64_t *ret_person_id)
{
	unsigned char whole[WHOLE];
	if (!token_open(token, whole) || number_get(whole + 8) <= now)
		return ERR_GONE;
	*ret_person_id = number_get(whole);
	return OK;
}

bool
reset_token_proven(const unsigned char key[32], struct str token, struct str hash)
{
	unsigned char whole[WHOLE], mac[MAC];
	if (!token_open(token, whole))
		return false;
	token_mac(key, whole, hash, mac);
	return sodium_memcmp(mac, whole + BODY, MAC) == 0;
}
