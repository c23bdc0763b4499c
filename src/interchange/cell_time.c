/* Times as people and programs write them; what could be two days is never decided here. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "interchange/cell.h"
#include "base/banned.h"

enum { NUMBERS_MAX = 8 };

struct numbers {
	int64_t value[NUMBERS_MAX];
	int digits[NUMBERS_MAX];
	char after[NUMBERS_MAX]; /* the sign that follows */
	int n;
	bool morning, afternoon, odd; /* odd: something that belongs to no time */
};

enum date_order
date_order_of(struct str word)
{
	return str_eqz(word, "YMD") ? DATE_YMD : str_eqz(word, "DMY") ? DATE_DMY : str_eqz(word, "MDY") ? DATE_MDY : DATE_UNKNOWN;
}

static bool
word_take(struct str *s, const char *word)
{
	size_t n = strlen(word);
	if (s->n < n || !str_eq_nocase(str_sub(*s, 0, n), str_of(word)))
		return false;
	*s = str_sub(*s, n, s->n);
	return true;
}

static void
sign_take(struct numbers *t, struct str *s)
{
	static const char *const silent[] = { "年", "月", "日", "号", "时", "点", "分", "秒", "星期", "周", "T", NULL };
	static const char *const days[] = { "一", "二", "三", "四", "五", "六", "天", NULL };
	uint32_t c = 0;
	if (word_take(s, "am") || word_take(s, "上午") || word_take(s, "凌晨") || word_take(s, "早上")) {
		t->morning = true;
		return;
	}
	if (word_take(s, "pm") || word_take(s, "下午") || word_take(s, "晚上") || word_take(s, "中午")) {
		t->afternoon = true;
		return;
	}
	for (const char *const *w = silent; *w; w++)
		if (word_take(s, *w)) {
			if (t->n && (*w)[0] != 'T' && !t->after[t->n - 1])
				t->after[t->n - 1] = str_eqz(str_of(*w), "时") || str_eqz(str_of(*w), "点") || str_eqz(str_of(*w), "分") ? ':' : '-';
			return;
		}
	for (const char *const *w = days; *w; w++)
		if (word_take(s, *w))
			return;
	if (!utf8_next(s, &c))
		*s = STR_NONE;
	if (c < 128 && c && strchr("-/.:", (int)c)) {
		if (t->n && !t->after[t->n - 1])
			t->after[t->n - 1] = (char)c;
	} else if (c && c != ' ' && !strchr(",()[]\t", c < 128 ? (int)c : 1)) {
		t->odd = true;
	}
}

static void
numbers_read(struct str s, struct numbers *t)
{
	while (s.n && t->n < NUMBERS_MAX && !t->odd) {
		size_t n = 0;
		while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
			n++;
		if (!n) {
			sign_take(t, &s);
			continue;
		}
		if (n > 18 || !str_int(str_sub(s, 0, n), &t->value[t->n]))
			t->odd = true;
		t->digits[t->n++] = (int)n;
		s = str_sub(s, n, s.n);
	}
	t->odd |= s.n > 0;
}

/* 20260102, 20260102101112 */
static void
packed_split(struct numbers *t)
{
	int digits = t->digits[0];
	int64_t v = t->value[0];
	if (t->n == 0 || (digits != 8 && digits != 14 && digits != 12))
		return;
	struct numbers out = { .morning = t->morning, .afternoon = t->afternoon, .odd = t->odd };
	int64_t clock = digits == 14 ? v % 1000000 : digits == 12 ? v % 10000 * 100 : 0, day = digits == 14 ? v / 1000000 : digits == 12 ? v / 10000 : v;
	int64_t parts[6] = { day / 10000, day / 100 % 100, day % 100, clock / 10000, clock / 100 % 100, clock % 100 };
	for (int i = 0; i < (digits == 8 ? 3 : 6); i++) {
		out.value[out.n] = parts[i];
		out.digits[out.n++] = i ? 2 : 4;
	}
	for (int i = 1; i < t->n && out.n < NUMBERS_MAX; i++) {
		out.value[out.n] = t->value[i];
		out.digits[out.n] = t->digits[i];
		out.after[out.n++] = t->after[i];
	}
	*t = out;
}

static void
look_learn(struct date_look *look, const struct numbers *t)
{
	if (!look)
		return;
	look->first_over_12 += t->value[0] > 12;
	look->second_over_12 += t->value[1] > 12;
	look->open += t->value[0] <= 12 && t->value[1] <= 12;
}

static int64_t
year_of(int64_t y, int digits)
{
	return digits >= 3 ? y : y + 2000;
}

static enum err
date_of(const struct numbers *t, enum date_order order, struct date_look *look, int64_t *ret_day)
{
	int64_t y, m, d;
	if (t->n < 3)
		return ERR_BAD_FIELD;
	if (t->digits[0] == 4) {
		y = t->value[0], m = t->value[1], d = t->value[2];
		if (look)
			look->clear++;
	} else {
		look_learn(look, t);
		if (order == DATE_UNKNOWN)
			return ERR_CONFLICT;
		bool first_year = order == DATE_YMD;
		y = first_year ? year_of(t->value[0], t->digits[0]) : year_of(t->value[2], t->digits[2]);
		m = order == DATE_MDY ? t->value[0] : t->value[1];
		d = order == DATE_YMD ? t->value[2] : order == DATE_MDY ? t->value[1] : t->value[0];
	}
	if (y < 1970 || y > 2099 || m < 1 || m > 12 || d < 1 || d > 31)
		return ERR_BAD_FIELD;
	int64_t day = days_from_date((int)y, (int)m, (int)d);
	int back_y, back_m, back_d;
	date_from_days(day, &back_y, &back_m, &back_d);
	if (back_m != m || back_d != d)
		return ERR_BAD_FIELD; /* no 31st of April */
	*ret_day = day;
	return OK;
}

static enum err
clock_of(const struct numbers *t, int64_t *ret_ms)
{
	int64_t part[3] = { 0 }, fraction = 0;
	int n = t->n - 3;
	for (int i = 0; i < n && i < 3; i++)
		part[i] = t->value[3 + i];
	if (n > 3) {
		fraction = t->value[6];
		for (int d = t->digits[6]; d < 3; d++)
			fraction *= 10;
		for (int d = t->digits[6]; d > 3; d--)
			fraction /= 10;
	}
	if (n > 4 || (t->afternoon && part[0] > 12 && part[0] > 23) || part[0] > 24 || part[1] > 59 || part[2] > 60)
		return ERR_BAD_FIELD;
	if (t->afternoon && part[0] < 12)
		part[0] += 12;
	if (t->morning && part[0] == 12)
		part[0] = 0;
	*ret_ms = ((part[0] * 60 + part[1]) * 60 + part[2]) * 1000 + fraction;
	return OK;
}

/* "46024.42513": days since 1899-12-30. */
static bool
serial_time(struct str s, const struct zone *zone, int64_t *ret_ms)
{
	int64_t day = 0, fraction = 0, scale = 1;
	size_t i = 0;
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && day < 1000000; i++)
		day = 10 * day + (s.p[i] - '0');
	if (i < s.n && s.p[i] == '.')
		for (i++; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++)
			if (scale < 1000000000000LL) {
				fraction = 10 * fraction + (s.p[i] - '0');
				scale *= 10;
			}
	if (i != s.n || day < 25569 || day > 73415)
		return false;
	/* To the second: the digits behind the point are worth no more. */
	int64_t second = (int64_t)((__int128)fraction * 86400 * 2 / scale + 1) / 2;
	*ret_ms = zone_instant(zone, day - 25569, (int)(second / 60)) + second % 60 * 1000;
	return true;
}

enum err
cell_time(struct arena *a, struct str s, enum date_order order, bool serial, const struct zone *zone, struct date_look *look, int64_t *ret_ms)
{
	struct numbers t = { 0 };
	int64_t day, ms;
	s = cell_half(a, cell_clean(a, s));
	if (s.n >= 20 && time_parse_rfc3339(s, ret_ms)) {
		if (look)
			look->clear++;
		return OK;
	}
	if (serial && serial_time(s, zone, ret_ms))
		return OK;
	numbers_read(s, &t);
	packed_split(&t);
	if (t.odd)
		return ERR_BAD_FIELD;
	enum err e = date_of(&t, order, look, &day);
	if (!e)
		e = clock_of(&t, &ms);
	if (e)
		return e;
	*ret_ms = zone_instant(zone, day, (int)(ms / 60000)) + ms % 60000;
	return OK;
}
