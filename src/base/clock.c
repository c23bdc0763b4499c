#include "base/clock.h"

#include <stdio.h>
#include <time.h>

int64_t
clock_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t
clock_monotonic(void)
{
	return clock_us() / 1000;
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
int64_t
days_from_date(int year, int month, int day)
{
	int64_t y = month <= 2 ? year - 1 : year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void
date_from_days(int64_t days, int *ret_year, int *ret_month, int *ret_day)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = month;
	*ret_year = (int)(yoe + era * 400 + (month <= 2));
}

int
weekday_of_days(int64_t days)
{
	return (int)((days % 7 + 11) % 7);
}

static bool
digits(struct str s, size_t at, size_t n, int *ret)
{
	int v = 0;
	if (at + n > s.n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*ret = v;
	return true;
}

static int
month_days(int y, int m)
{
	static const int n[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	return m == 2 && (y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)) ? 29 : n[m - 1];
}

bool
date_parse(struct str s, int64_t *ret_days)
{
	int y, m, d;
	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !digits(s, 0, 4, &y) || !digits(s, 5, 2, &m) || !digits(s, 8, 2, &d))
		return false;
	if (m < 1 || m > 12 || d < 1 || d > month_days(y, m))
		return false;
	*ret_days = days_from_date(y, m, d);
	return true;
}

bool
time_parse_rfc3339(struct str s, int64_t *ret_ms)
{
	int64_t days;
	int h, mi, sec, oh, om, ms = 0;
	if (s.n < 20 || !date_parse(str_sub(s, 0, 10), &days) || (s.p[10] != 'T' && s.p[10] != 't' && s.p[10] != ' '))
		return false;
	if (!digits(s, 11, 2, &h) || s.p[13] != ':' || !digits(s, 14, 2, &mi) || s.p[16] != ':' || !digits(s, 17, 2, &sec))
		return false;
	if (h > 23 || mi > 59 || sec > 60)
		return false;
	size_t i = 19;
	if (i < s.n && s.p[i] == '.') {
		int scale = 100;
		size_t first = ++i;
		for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++, scale /= 10)
			ms += (s.p[i] - '0') * scale;
		if (i == first)
			return false;
	}
	int64_t t = ((days * 24 + h) * 60 + mi) * 60000 + sec * 1000 + ms;
	if (i + 1 == s.n && (s.p[i] == 'Z' || s.p[i] == 'z')) {
		*ret_ms = t;
		return true;
	}
	if (i + 6 != s.n || (s.p[i] != '+' && s.p[i] != '-') || !digits(s, i + 1, 2, &oh) || s.p[i + 3] != ':' ||
	    !digits(s, i + 4, 2, &om) || oh > 23 || om > 59)
		return false;
	int64_t offset = (oh * 60 + om) * 60000LL;
	*ret_ms = s.p[i] == '+' ? t - offset : t + offset;
	return true;
}

void
date_print(int64_t days, char out[11])
{
	int y, m, d;
	date_from_days(days, &y, &m, &d);
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)y % 10000, (unsigned)m % 100, (unsigned)d % 100);
}

void
time_print_rfc3339(int64_t ms, char out[25])
{
	int64_t days = ms / 86400000 - (ms % 86400000 < 0);
	unsigned rest = (unsigned)(ms - days * 86400000);
	char date[11];
	date_print(days, date);
	snprintf(out, 25, "%sT%02u:%02u:%02u.%03uZ", date, rest / 3600000 % 24, rest / 60000 % 60, rest / 1000 % 60, rest % 1000);
}
