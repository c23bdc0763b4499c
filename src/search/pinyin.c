#include "search/pinyin.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unicode/utrans.h>

#include "base/buf.h"
#include "base/utf8.h"

#include "base/banned.h"

enum { HAN_FIRST = 0x3400, HAN_LAST = 0x9FFF, HAN_COUNT = HAN_LAST - HAN_FIRST + 1, READ_MAX = 512, FEW = 16 };

/* One reading a character, made once, a few neighbours at a time when one of them is asked for: all of them would take ICU a second. */
static char reading[HAN_COUNT][8];
static atomic_bool is_read[HAN_COUNT / FEW];
static pthread_mutex_t reading_lock = PTHREAD_MUTEX_INITIALIZER;
static UTransliterator *reader;

static const struct {
	uint32_t c;
	const char *other;
} second_reading[] = {
	{ 0x66FE, "zeng" /* 曾 */ }, { 0x5355, "shan" /* 单 */ }, { 0x4EC7, "qiu" /* 仇 */ },   { 0x89E3, "xie" /* 解 */ },
	{ 0x67E5, "zha" /* 查 */ },  { 0x76D6, "ge" /* 盖 */ },   { 0x6734, "piao" /* 朴 */ },  { 0x533A, "ou" /* 区 */ },
	{ 0x884C, "hang" /* 行 */ }, { 0x91CD, "chong" /* 重 */ }, { 0x957F, "chang" /* 长 */ }, { 0x8FD8, "huan" /* 还 */ },
	{ 0x4E50, "yue" /* 乐 */ },  { 0x8C03, "tiao" /* 调 */ },  { 0x4F20, "zhuan" /* 传 */ }, { 0x7FDF, "di" /* 翟 */ },
	{ 0x89C9, "jiao" /* 觉 */ }, { 0x85CF, "zang" /* 藏 */ },  { 0x964D, "xiang" /* 降 */ }, { 0x5F39, "tan" /* 弹 */ },
	{ 0x90FD, "du" /* 都 */ },   { 0x4FBF, "pian" /* 便 */ },  { 0x8272, "shai" /* 色 */ },  { 0x51B7, "leng" /* 冷 */ },
	{ 0x76DB, "cheng" /* 盛 */ }, { 0x7F2A, "miao" /* 缪 */ }, { 0x5C09, "yu" /* 尉 */ },    { 0x8983, "tan" /* 覃 */ },
};

/* One decomposed syllable (base letters and combining marks) to ASCII; u with diaeresis is v. */
static void
syllable_fold(const UChar *u, int32_t n, char out[8])
{
	size_t k = 0;
	for (int32_t i = 0; i < n; i++) {
		if (u[i] == 0x308 && k > 0 && out[k - 1] == 'u')
			out[k - 1] = 'v';
		else if (u[i] < 0x80 && ((u[i] | 32) >= 'a' && (u[i] | 32) <= 'z') && k < 7)
			out[k++] = (char)(u[i] | 32);
	}
	out[k] = '\0';
}

/* FEW characters from the first, a line each, through the transliterator. */
static bool
few_read(uint32_t first)
{
	enum { ROOM = FEW * 24 };
	UChar text[ROOM];
	UErrorCode status = U_ZERO_ERROR;
	int32_t length = 0, limit, start = 0;
	for (int i = 0; i < FEW; i++) {
		text[length++] = (UChar)(first + (uint32_t)i);
		text[length++] = '\n';
	}
	limit = length;
	utrans_transUChars(reader, text, &length, ROOM, 0, &limit, &status);
	if (U_FAILURE(status))
		return false;
	int line = 0;
	for (int32_t i = 0; i < limit && line < FEW; i++) {
		if (text[i] != '\n')
			continue;
		syllable_fold(text + start, i - start, reading[first - HAN_FIRST + (uint32_t)line]);
		start = i + 1;
		line++;
	}
	return true;
}

/* Under the lock. */
static bool
reading_make(uint32_t few)
{
	static const UChar id[] = u"Han-Latin; Any-NFD";
	UErrorCode status = U_ZERO_ERROR;
	if (atomic_load(&is_read[few]))
		return true;
	if (!reader)
		reader = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	if (U_FAILURE(status))
		reader = NULL;
	bool made = reader && few_read(HAN_FIRST + few * FEW);
	atomic_store(&is_read[few], made);
	return made;
}

/* Every character of the text has its reading. */
static enum err
readings_need(struct str text)
{
	uint32_t c;
	bool made = true;
	for (int i = 0; made && i < READ_MAX && utf8_next(&text, &c); i++) {
		if (c < HAN_FIRST || c > HAN_LAST || atomic_load(&is_read[(c - HAN_FIRST) / FEW]))
			continue;
		pthread_mutex_lock(&reading_lock);
		made = reading_make((c - HAN_FIRST) / FEW);
		pthread_mutex_unlock(&reading_lock);
	}
	return made ? OK : ERR_INTERNAL;
}

static const char *
reading_second(uint32_t c)
{
	for (size_t i = 0; i < sizeof second_reading / sizeof *second_reading; i++)
		if (second_reading[i].c == c)
			return second_reading[i].other;
	return NULL;
}

struct keys {
	struct buf full, initials;
};

static void
keys_syllable(struct keys *k, const char *syllable, bool v_as_u)
{
	for (const char *p = syllable; *p; p++)
		buf_char(&k->full, v_as_u && *p == 'v' ? 'u' : *p);
	if (*syllable)
		buf_char(&k->initials, *syllable);
}

/* Returns whether any character had a second reading. */
static bool
keys_read(struct keys *k, struct str text, bool second)
{
	bool differs = false;
	uint32_t c;
	for (int i = 0; i < READ_MAX && utf8_next(&text, &c); i++) {
		if (c >= 0xFF01 && c <= 0xFF5E)
			c -= 0xFEE0; /* full width */
		if (c < 0x80 && ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))) {
			char letter = (char)(c >= 'A' ? c | 32 : c);
			buf_char(&k->full, letter);
			buf_char(&k->initials, letter);
		}
		if (c < HAN_FIRST || c > HAN_LAST)
			continue;
		const char *first = reading[c - HAN_FIRST], *other = reading_second(c);
		differs |= (other && strcmp(other, first) != 0) || strchr(first, 'v') != NULL;
		keys_syllable(k, second && other ? other : first, second);
	}
	return differs;
}

enum err
pinyin_keys(struct arena *a, struct str text, struct str *ret)
{
	enum err needed = readings_need(text);
	if (needed)
		return needed;
	struct keys one, two;
	struct buf *all[] = { &one.full, &one.initials, &two.full, &two.initials };
	for (size_t i = 0; i < 4; i++)
		buf_init(all[i], (READ_MAX + 1) * 8);
	bool differs = keys_read(&one, text, false);
	if (differs)
		keys_read(&two, text, true);
	enum err e = OK;
	for (size_t i = 0; i < 4 && !e; i++)
		e = buf_err(all[i]);
	if (!e && one.full.n == 0)
		*ret = STR("");
	else if (!e) {
		struct str key = differs
				     ? arena_printf(a, "%.*s|%.*s|%.*s|%.*s", STR_ARG(buf_str(&one.full)), STR_ARG(buf_str(&one.initials)),
					   STR_ARG(buf_str(&two.full)), STR_ARG(buf_str(&two.initials)))
				     : arena_printf(a, "%.*s|%.*s", STR_ARG(buf_str(&one.full)), STR_ARG(buf_str(&one.initials)));
		e = key.p ? OK : ERR_NO_MEMORY;
		if (!e)
			*ret = key;
	}
	for (size_t i = 0; i < 4; i++)
		buf_free(all[i]);
	return e;
}

enum err
pinyin_query(struct arena *a, struct str typed, struct str *ret)
{
	char *out = arena_alloc(a, typed.n + 1);
	size_t n = 0;
	if (!out)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < typed.n; i++) {
		unsigned char c = (unsigned char)typed.p[i];
		if (c >= 0x80) {
			*ret = STR("");
			return OK;
		}
		if ((c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'))
			out[n++] = (char)(c >= 'A' ? c | 32 : c);
	}
	*ret = (struct str){ out, n };
	return OK;
}
