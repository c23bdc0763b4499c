#include "interchange/cell.h"

#include <string.h>

#include "base/utf8.h"
#include "base/banned.h"

enum { DIGITS_MAX = 13 };

static bool
blank(uint32_t c)
{
	return c <= ' ' || c == 0xa0 || c == 0x3000 || c == 0xfeff || (c >= 0x2000 && c <= 0x200f) || c == 0x202f || c == 0x2060;
}

static struct str
trim(struct str s)
{
	struct str rest = s;
	uint32_t c;
	while (utf8_next(&rest, &c) && blank(c))
		s = rest;
	size_t end = 0;
	for (rest = s; utf8_next(&rest, &c);)
		if (!blank(c))
			end = (size_t)(rest.p - s.p);
	return str_sub(s, 0, end);
}

struct str
cell_clean(struct arena *a, struct str s)
{
	s = trim(s);
	if (s.n >= 3 && str_starts(s, STR("=\"")) && s.p[s.n - 1] == '"')
		s = trim(str_sub(s, 2, s.n - 1));
	else if (s.n > 1 && s.p[0] == '\'')
		s = trim(str_sub(s, 1, s.n));
	if (str_find(s, STR("\"\"")) < 0)
		return s;
	char *copy = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; copy && i < s.n; i++) {
		copy[n++] = s.p[i];
		i += s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"';
	}
	return copy ? (struct str){ copy, n } : s;
}

struct str
cell_half(struct arena *a, struct str s)
{
	bool wide = false;
	for (size_t i = 0; i < s.n; i++)
		wide |= (unsigned char)s.p[i] >= 0x80;
	char *out = wide ? arena_alloc(a, s.n + 4) : NULL;
	struct str rest = s;
	uint32_t c;
	size_t n = 0;
	if (!out)
		return s;
	while (utf8_next(&rest, &c)) {
		if (c >= 0xff01 && c <= 0xff5e)
			c -= 0xfee0;
		else if (c == 0x3000)
			c = ' ';
		n += utf8_put(c, out + n);
	}
	return (struct str){ out, n };
}

static bool
one_of(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_nocase(s, str_of(*words)))
			return true;
	return false;
}

bool
cell_empty(struct str s)
{
	static const char *const words[] = { "", "-", "--", "—", "——", "－", "/", "N/A", "NA", "#N/A", "无", "暂无", "null", "none", "延迟统计", NULL };
	return one_of(trim(s), words);
}

bool
cell_tail(struct str s)
{
	static const char *const words[] = { "汇总", "均值", "合计", "总计", "小计", "平均", "平均值", "人均", "总和", "求和", "汇总值", "汇总：", "合计：", "总计：", "合计:", "汇总:", "总计:",
		                             "total", "average", "avg", "sum", "mean", "grand total", "subtotal", NULL };
	return one_of(trim(s), words);
}

struct str
cell_name(struct arena *a, struct str s)
{
	struct str half = cell_half(a, trim(s));
	char *out = arena_alloc(a, half.n + 1);
	struct str rest = half;
	uint32_t c;
	size_t n = 0;
	if (!out)
		return half;
	while (utf8_next(&rest, &c)) {
		if (blank(c) || c == '\'' || c == '"')
			continue;
		if (c == 0x3010)
			c = '[';
		if (c == 0x3011)
			c = ']';
		if (c < 128 && c >= 'A' && c <= 'Z')
			c += 32;
		n += utf8_put(c, out + n);
	}
	return (struct str){ out, n };
}

/* Takes one of the endings off. */
static bool
ending(struct str *s, const char *const *words)
{
	for (; *words; words++)
		if (str_ends(*s, str_of(*words)) && s->n > strlen(*words)) {
			*s = trim(str_sub(*s, 0, s->n - strlen(*words)));
			return true;
		}
	return false;
}

/* "-1,234.567" -> whole number of 10^-scale, rounded half up; no exponent, no letters. */
static bool
decimal(struct str s, int scale, int64_t *ret)
{
	int64_t n = 0;
	int after = -1, digits = 0;
	bool minus = s.n && s.p[0] == '-', up = false;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_sub(s, 1, s.n);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c == '.' && after < 0) {
			after = 0;
			continue;
		}
		if (c == ',' && after < 0 && i && i + 1 < s.n)
			continue;
		if (c < '0' || c > '9')
			return false;
		digits++;
		if (after == scale)
			up = c >= '5';
		if (after < scale) {
			if (n > 900000000000000LL)
				return false;
			n = 10 * n + (c - '0');
		}
		after += after >= 0;
	}
	for (int i = after < 0 ? 0 : after; i < scale; i++, n *= 10)
		if (n > 900000000000000LL)
			return false;
	if (!digits)
		return false;
	n += up;
	*ret = minus ? -n : n;
	return true;
}

bool
cell_money(struct arena *a, struct str s, int64_t *ret_cents)
{
	static const char *const ends[] = { "元", "RMB", "CNY", "¥", "￥", "块", NULL };
	static const char *const begins[] = { "¥", "￥", "RMB", "CNY", "$", "€", NULL };
	s = cell_half(a, cell_clean(a, s));
	bool minus = s.n > 1 && s.p[0] == '-';
	if (minus)
		s = trim(str_sub(s, 1, s.n));
	for (const char *const *b = begins; *b; b++)
		if (str_starts(s, str_of(*b)))
			s = trim(str_sub(s, strlen(*b), s.n));
	(void)ending(&s, ends);
	bool ten_thousand = ending(&s, (const char *const[]){ "万", NULL });
	if (!decimal(s, ten_thousand ? 6 : 2, ret_cents))
		return false;
	if (minus)
		*ret_cents = -*ret_cents;
	return true;
}

bool
cell_count(struct arena *a, struct str s, int64_t *ret_n)
{
	static const char *const units[] = { "人次", "人", "次", "个", "件", "条", "笔", "单", "字", "句", NULL };
	int64_t thousandths;
	s = cell_half(a, cell_clean(a, s));
	(void)ending(&s, units);
	if (!decimal(s, 3, &thousandths) || thousandths % 1000 != 0)
		return false;
	*ret_n = thousandths / 1000;
	return true;
}

bool
cell_rate(struct arena *a, struct str s, bool percent, int64_t *ret_millionths)
{
	static const char *const signs[] = { "%", NULL };
	s = cell_half(a, cell_clean(a, s));
	bool hundredths = ending(&s, signs) || percent;
	return decimal(s, hundredths ? 4 : 6, ret_millionths);
}

/* "1时2分3.5秒", in this order, each at most once. */
static bool
spoken(struct str s, int64_t *ret_ms)
{
	static const struct {
		const char *word;
		int64_t ms;
	} units[] = { { "小时", 3600000 }, { "时", 3600000 }, { "h", 3600000 }, { "分钟", 60000 }, { "分", 60000 }, { "min", 60000 }, { "毫秒", 1 },
		      { "ms", 1 }, { "m", 60000 }, { "秒钟", 1000 }, { "秒", 1000 }, { "s", 1000 } };
	int64_t all = 0, n;
	while (s.n) {
		size_t i = 0, u = 0;
		while (i < s.n && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '.'))
			i++;
		struct str rest = trim(str_sub(s, i, s.n));
		while (u < sizeof units / sizeof *units && !str_starts(rest, str_of(units[u].word)))
			u++;
		if (!i || u == sizeof units / sizeof *units || !decimal(str_sub(s, 0, i), 3, &n))
			return false;
		all += n * units[u].ms / 1000;
		s = trim(str_sub(rest, strlen(units[u].word), rest.n));
	}
	*ret_ms = all;
	return true;
}

static bool
clocked(struct str s, int64_t *ret_ms)
{
	int64_t all = 0, n;
	struct str part, rest = s;
	int parts = 0;
	while (rest.p && str_split(&rest, ':', &part)) {
		if (++parts > 3 || !decimal(part, 3, &n) || n < 0 || (parts > 1 && n >= 60000))
			return false;
		all = all * 60 + n;
	}
	*ret_ms = all;
	return parts > 1;
}

bool
cell_duration(struct arena *a, struct str s, int64_t *ret_ms)
{
	s = cell_half(a, cell_clean(a, s));
	if (!s.n)
		return false;
	if (decimal(s, 3, ret_ms))
		return *ret_ms >= 0;
	return str_find_char(s, ':') >= 0 ? clocked(s, ret_ms) : spoken(s, ret_ms);
}

enum err
cell_number(struct arena *a, struct str s, struct str *ret)
{
	bool digits_only = true, exponent = false, dot = false;
	s = cell_half(a, cell_clean(a, s));
	if (str_starts(s, STR("No.")))
		s = str_sub(s, 3, s.n);
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool digit = c >= '0' && c <= '9';
		exponent |= (c == 'E' || c == 'e') && i && i + 1 < s.n && (s.p[i + 1] == '+' || (s.p[i + 1] >= '0' && s.p[i + 1] <= '9')) && digits_only;
		dot |= c == '.';
		digits_only &= digit || c == '.';
		if (!digit && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-' && c != '_' && c != '.' && c != '+')
			return ERR_BAD_FIELD;
	}
	if (exponent && dot)
		return ERR_TOO_LARGE;
	/* A column of numbers may end in ".0"; anything else behind a point is no number of an order. */
	if (dot && digits_only) {
		size_t at = (size_t)str_find_char(s, '.');
		for (size_t i = at + 1; i < s.n; i++)
			if (s.p[i] != '0')
				return ERR_BAD_FIELD;
		s = str_sub(s, 0, at);
	}
	if (!s.n || s.n > 64 || str_find_char(s, '+') >= 0)
		return ERR_BAD_FIELD;
	*ret = arena_str(a, s);
	return ret->p ? OK : ERR_NO_MEMORY;
}
