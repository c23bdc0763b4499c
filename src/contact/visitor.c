#include "contact/visitor.h"

#include <sodium.h>
#include <stdio.h>

#include "base/banned.h"

struct str
visitor_sign(struct arena *a, struct str visitor_key, struct str key, struct str name, int64_t at)
{
	crypto_auth_hmacsha256_state s;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	char hex[VISITOR_SIGN_LENGTH + 1], time[24];
	int n = snprintf(time, sizeof time, "\n%lld", (long long)at);
	crypto_auth_hmacsha256_init(&s, (const unsigned char *)visitor_key.p, visitor_key.n);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)key.p, key.n);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)"\n", 1);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)name.p, name.n);
	crypto_auth_hmacsha256_update(&s, (const unsigned char *)time, (size_t)n);
	crypto_auth_hmacsha256_final(&s, mac);
	sodium_bin2hex(hex, sizeof hex, mac, sizeof mac);
	return arena_str(a, str_of(hex));
}

bool
visitor_is_anonymous(struct str customer_key)
{
	return str_starts(customer_key, STR("~"));
}

enum err
visitor_identity_check(struct arena *a, const struct visitor_identity *who, struct str visitor_key, int64_t now)
{
	if (!who->key.n || who->key.n > 200 || visitor_is_anonymous(who->key) || str_find_char(who->key, '\n') >= 0)
		return ERR_BAD_FIELD;
	if (who->at > now + VISITOR_SIGN_MS || who->at < now - VISITOR_SIGN_MS)
		return ERR_GONE;
	struct str right = visitor_sign(a, visitor_key, who->key, who->name.p ? who->name : STR(""), who->at);
	if (!right.p)
		return ERR_NO_MEMORY;
	if (who->sign.n != right.n || sodium_memcmp(who->sign.p, right.p, right.n) != 0)
		return ERR_FORBIDDEN;
	return OK;
}

bool
visitor_origin_ok(struct str origin, struct str allowed)
{
	struct str line;
	if (!origin.n)
		return true;
	while (allowed.n && str_split(&allowed, '\n', &line)) {
		line = str_trim(line);
		if (str_ends(line, STR("/")))
			line.n--;
		if (line.n && str_eq_nocase(line, origin))
			return true;
	}
	return false;
}
