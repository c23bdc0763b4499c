#include "team/password.h"

#include <sodium.h>
#include <string.h>

#include "base/rand.h"
#include "base/utf8.h"
#include "team/password_words.h"

#include "base/banned.h"

/* Interactive limits of libsodium: two passes, and 64 MB unless password_start says otherwise. */
#define HASH_OPERATIONS crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE
static size_t hash_memory = crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
/* Of a password that nobody knows, at the same limits. */
static char nobody[crypto_pwhash_STRBYTES] = "$argon2id$v=19$m=65536,t=2,p=1$IQFTVHnQDKBGWBBv0xfLKg$MSzCbvxh9dBVtzvDTvwsDVEFZYcyXU5mCe+KSQSMBls";

enum { PIECES_COMMON = 3, RUN_MIN = 3, TEXT_MAX = PASSWORD_MAX * 4 };

/* Lines along which fingers run; read in both directions. */
static const char *const runs[] = {
	"abcdefghijklmnopqrstuvwxyz",
	"01234567890",
	"qwertyuiop[]\\",
	"asdfghjkl;'",
	"zxcvbnm,./",
	"qazwsxedcrfvtgbyhnujmikolp",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
	"1q2w3e4r5t6y7u8i9o0p",
	"!@#$%^&*()_+",
	"qwaszxerdfcvtyghbn",
	"a1b2c3d4e5f6g7h8",
	"147258369",
	"zaqxswcdevfrbgtnhymjukilop",
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_mark(char c)
{
	return (unsigned char)c < 0x80 && !is_digit(c) && !(c >= 'a' && c <= 'z');
}

/* How many bytes of s, from its start, one step of `direction` after the other on the line. */
static size_t
run_length(struct str s, const char *line, int direction)
{
	size_t best = 0, length = strlen(line);
	for (size_t at = 0; at < length; at++) {
		size_t n = 0;
		for (ptrdiff_t k = (ptrdiff_t)at; n < s.n && k >= 0 && k < (ptrdiff_t)length && line[k] == s.p[n]; k += direction)
			n++;
		best = n > best ? n : best;
	}
	return best;
}

/* How many bytes at the start of s are one short unit again and again. */
static size_t
repeat_length(struct str s)
{
	size_t best = 0;
	for (size_t unit = 1; unit <= 4; unit++) {
		size_t n = unit;
		while (n < s.n && s.p[n] == s.p[n - unit])
			n++;
		if (n >= unit * 2 && n >= RUN_MIN && n > best)
			best = n;
	}
	return best;
}

/* For every length up to s.n whether the first so many bytes are one common piece. */
static void
pieces_mark(struct str s, bool *is_piece)
{
	size_t letters = 0, digits = 0, marks = 0, longest = repeat_length(s);
	while (letters < s.n && s.p[letters] >= 'a' && s.p[letters] <= 'z')
		letters++;
	while (digits < s.n && is_digit(s.p[digits]))
		digits++;
	while (marks < s.n && is_mark(s.p[marks]))
		marks++;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		for (int direction = -1; direction <= 1; direction += 2) {
			size_t n = run_length(s, runs[i], direction);
			longest = n > longest ? n : longest;
		}
	}
	for (size_t n = 1; n <= s.n; n++)
		is_piece[n] = n <= digits || (n <= marks && n <= 3) || (n <= letters && n <= 2) || (n >= RUN_MIN && n <= longest);
	struct str words = str_of(password_words), word;
	while (str_split(&words, ' ', &word))
		if (str_starts(s, word))
			is_piece[word.n] = true;
}

/* Fewest common pieces that make up all of s; more than any limit when it cannot be. */
static int
pieces_fewest(struct str s)
{
	unsigned char least[TEXT_MAX + 1];
	bool is_piece[TEXT_MAX + 1];
	memset(least, 255, sizeof least);
	least[0] = 0;
	for (size_t at = 0; at < s.n; at++) {
		if (least[at] >= PIECES_COMMON)
			continue;
		struct str rest = str_sub(s, at, s.n);
		memset(is_piece, 0, rest.n + 1);
		pieces_mark(rest, is_piece);
		for (size_t n = 1; n <= rest.n; n++)
			if (is_piece[n] && least[at] + 1 < least[at + n])
				least[at + n] = (unsigned char)(least[at] + 1);
	}
	return least[s.n];
}

static struct str
lower(struct str s, bool undisguise, char out[TEXT_MAX])
{
	static const char from[] = "@4301$5!7", to[] = "aaeoissit";
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		const char *f = undisguise && c ? strchr(from, c) : NULL;
		out[i] = f ? to[f - from] : c >= 'A' && c <= 'Z' ? (char)(c | 32) : c;
	}
	return (struct str){ out, s.n };
}

static bool
is_common(struct str password)
{
	char text[TEXT_MAX], plain[TEXT_MAX];
	struct str s = lower(password, false, text), u = lower(password, true, plain);
	bool seen[256] = { false };
	int distinct = 0;
	for (size_t i = 0; i < s.n; i++) {
		distinct += !seen[(unsigned char)s.p[i]];
		seen[(unsigned char)s.p[i]] = true;
	}
	return distinct < 5 || pieces_fewest(s) <= PIECES_COMMON || pieces_fewest(u) <= PIECES_COMMON;
}

static bool
is_text(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7F)
			return false;
	return utf8_valid(s);
}

enum password_fault
password_check(struct str password, struct str account)
{
	char text[TEXT_MAX], name[TEXT_MAX];
	if (!is_text(password))
		return PASSWORD_TEXT;
	size_t length = utf8_count(password);
	if (length < PASSWORD_MIN)
		return PASSWORD_SHORT;
	if (length > PASSWORD_MAX)
		return PASSWORD_LONG;
	struct str p = lower(password, false, text), a = lower(str_sub(account, 0, TEXT_MAX), false, name);
	if ((a.n >= 4 && str_find(p, a) >= 0) || (a.n && str_find(a, p) >= 0))
		return PASSWORD_ACCOUNT;
	return is_common(password) ? PASSWORD_COMMON : PASSWORD_FINE;
}

const char *
password_fault_text(enum password_fault fault, const char *lang)
{
	static const char *const text[][2] = {
		[PASSWORD_FINE] = { "", "" },
		[PASSWORD_SHORT] = { "At least 10 characters", "至少 10 个字符" },
		[PASSWORD_LONG] = { "At most 128 characters", "最多 128 个字符" },
		[PASSWORD_COMMON] = { "Too easy to guess: made of common words, numbers or keyboard runs only", "太容易被猜到：只由常用词、数字或键盘顺序组成" },
		[PASSWORD_ACCOUNT] = { "It must not contain the account name", "不能包含账号名" },
		[PASSWORD_TEXT] = { "Not valid text", "含有不可用的字符" },
	};
	return text[fault][lang && lang[0] == 'z'];
}

static bool
hash_make(char out[crypto_pwhash_STRBYTES], struct str password)
{
	return crypto_pwhash_str_alg(out, password.p, password.n, HASH_OPERATIONS, hash_memory, crypto_pwhash_ALG_ARGON2ID13) == 0;
}

enum err
password_start(int64_t memory_mb)
{
	char unknown[32];
	hash_memory = (size_t)memory_mb << 20;
	if (hash_memory == crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE)
		return OK;
	randombytes_buf(unknown, sizeof unknown);
	return hash_make(nobody, (struct str){ unknown, sizeof unknown }) ? OK : ERR_NO_MEMORY;
}

enum err
password_hash(struct arena *a, struct str password, struct str *ret_hash)
{
	char out[crypto_pwhash_STRBYTES];
	if (!hash_make(out, password))
		return ERR_NO_MEMORY;
	struct str hash = arena_str(a, str_of(out));
	if (!hash.p)
		return ERR_NO_MEMORY;
	*ret_hash = hash;
	return OK;
}

bool
password_matches(struct str hash, struct str password)
{
	char z[crypto_pwhash_STRBYTES] = "";
	bool somebody = hash.p && hash.n > 0 && hash.n < sizeof z;
	struct str tried = somebody ? hash : str_of(nobody);
	memcpy(z, tried.p, tried.n);
	bool same = crypto_pwhash_str_verify(z, password.p ? password.p : "", password.n) == 0;
	return same && somebody;
}

struct str
password_make(struct arena *a)
{
	/* Without vowels and what looks alike: 27 letters and digits, evenly. */
	static const char letters[] = "bcdfghjkmnpqrstvwxz23456789";
	char out[19];
	for (int i = 0; i < 19; i++)
		out[i] = i % 5 == 4 ? '-' : letters[randombytes_uniform(sizeof letters - 1)];
	return arena_str(a, (struct str){ out, sizeof out });
}
