#include "measure/deliver.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "json/json.h"
#include "base/banned.h"

enum { ADDRESS_MAX = 200 };

static enum err
fault(struct deliver_fault *f, const char *en, const char *zh)
{
	*f = (struct deliver_fault){ "schedule", en, zh };
	return ERR_BAD_FIELD;
}

static bool
minute_read(struct str s, int *ret)
{
	int64_t h, m;
	if (s.n != 5 || s.p[2] != ':' || !str_int(str_sub(s, 0, 2), &h) || !str_int(str_sub(s, 3, 5), &m) || h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*ret = (int)(h * 60 + m);
	return true;
}

enum err
schedule_read(struct arena *a, struct str json, struct schedule *ret, struct deliver_fault *f)
{
	static const char *const words[] = { "daily", "weekly", "monthly" };
	const struct json *v;
	int every = 0;
	enum err e = json_parse(a, json, &v, NULL);
	if (e == ERR_NO_MEMORY)
		return e;
	if (e || json_kind(v) != JSON_OBJECT)
		return fault(f, "an object with every, at, weekday, day is expected", "应含 every、at、weekday、day");
	while (every < 3 && !str_eqz(json_text(json_get(v, "every")), words[every]))
		every++;
	*ret = (struct schedule){ (enum deliver_every)every, 0, (int)json_int(json_get(v, "weekday"), 1), (int)json_int(json_get(v, "day"), 1) };
	if (every == 3)
		return fault(f, "every: daily, weekly or monthly", "every 应为 daily、weekly 或 monthly");
	if (!minute_read(json_text(json_get(v, "at")), &ret->minute))
		return fault(f, "at: a time like 09:30", "at 应为 09:30 这样的时间");
	if (ret->weekday < 1 || ret->weekday > 7)
		return fault(f, "weekday: 1 (Monday) to 7", "weekday 应为 1（周一）到 7");
	if (ret->day < 1 || ret->day > 31)
		return fault(f, "day: 1 to 31", "day 应为 1 到 31");
	return OK;
}

static bool
day_fits(const struct schedule *s, int64_t days)
{
	int year, month, day, next_year, next_month, next_day;
	if (s->every == EVERY_DAY)
		return true;
	if (s->every == EVERY_WEEK)
		return weekday_of_days(days) == s->weekday % 7;
	date_from_days(days, &year, &month, &day);
	date_from_days(days + 1, &next_year, &next_month, &next_day);
	return day == s->day || (day < s->day && next_month != month);
}

int64_t
schedule_next(const struct schedule *s, const struct zone *z, int64_t after)
{
	int64_t day;
	int minute;
	zone_local(z, after, &day, &minute);
	for (int i = 0; i < 70; i++) { /* two months hold every schedule */
		int64_t at = zone_instant(z, day + i, s->minute);
		if (at > after && day_fits(s, day + i))
			return at;
	}
	return zone_instant(z, day + 70, s->minute);
}

int64_t
deliver_backoff(int64_t tries)
{
	int64_t ms = 2000;
	for (int64_t i = 1; i < tries && i < 8; i++)
		ms *= 5;
	return ms;
}

static bool
address_good(struct str s)
{
	ptrdiff_t at = str_find_char(s, '@');
	if (s.n > ADDRESS_MAX || at <= 0 || (size_t)at + 1 >= s.n || str_find_char(str_sub(s, (size_t)at + 1, s.n), '@') >= 0)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] <= ' ' || (unsigned char)s.p[i] >= 127 || strchr("<>()[]\\,;:\"", s.p[i]))
			return false;
	return s.p[at + 1] != '.' && s.p[s.n - 1] != '.' && str_find_char(str_sub(s, (size_t)at + 1, s.n), '.') > 0;
}

bool
addresses_read(struct str text, struct str ret[ADDRESSES_MAX], size_t *ret_n)
{
	struct str one;
	size_t n = 0;
	while (str_split(&text, ',', &one)) {
		one = str_trim(one);
		if (!address_good(one) || n == ADDRESSES_MAX)
			return false;
		ret[n++] = one;
	}
	*ret_n = n;
	return n > 0;
}

/* Words ----------------------------------------------------------------------------------------------------------------- */

static void
thousands(struct buf *out, int64_t n)
{
	char text[32];
	int length = snprintf(text, sizeof text, "%lld", (long long)(n < 0 ? -n : n));
	if (n < 0)
		buf_char(out, '-');
	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			buf_char(out, ',');
		buf_char(out, text[i]);
	}
}

void
figure_text(struct buf *out, enum unit unit, struct value v, bool zh)
{
	if (v.pending)
		buf_addz(out, zh ? "延迟统计" : "pending");
	else if (!v.set)
		buf_char(out, '-');
	else if (unit == UNIT_MS)
		buf_printf(out, zh ? "%.1f 秒" : "%.1f s", v.v / 1000);
	else if (unit == UNIT_RATIO)
		buf_printf(out, "%.1f %%", v.v * 100);
	else if (unit == UNIT_MONEY)
		buf_printf(out, "%.2f", v.v / 100);
	else if (v.v == floor(v.v))
		thousands(out, (int64_t)v.v);
	else
		buf_printf(out, "%.1f", v.v);
}

/* Ratios change by points, all else by per cent of what it was. */
static void
change_text(const struct digest_figure *f, bool zh, struct buf *out)
{
	if (!f->value.set || !f->before.set || f->value.pending || f->before.pending)
		return;
	double change = f->value.v - f->before.v;
	const char *mark = change > 0 ? "↑" : change < 0 ? "↓" : "→";
	if (f->unit == UNIT_RATIO)
		buf_printf(out, zh ? "（%s%.1f 个百分点" : " (%s%.1f points", mark, fabs(change) * 100);
	else if (f->before.v != 0)
		buf_printf(out, zh ? "（%s%.0f %%" : " (%s%.0f %%", mark, fabs(change / f->before.v) * 100);
	else
		return;
	bool good = f->direction == DIRECTION_UP ? change > 0 : change < 0;
	if (f->direction != DIRECTION_NONE && change != 0)
		buf_addz(out, zh ? (good ? "，变好" : "，变差") : (good ? ", better" : ", worse"));
	buf_addz(out, zh ? "）" : ")");
}

static void
top_text(const struct digest *d, struct buf *out)
{
	buf_addz(out, d->zh ? "\n综合评分前列\n" : "\nTop of the composite score\n");
	for (size_t i = 0; i < d->top_count; i++) {
		const struct digest_place *p = &d->top[i];
		buf_printf(out, d->zh ? "%lld. %.*s %.2f 分" : "%lld. %.*s %.2f", (long long)p->rank, STR_ARG(p->name), p->score);
		if (p->prize.n)
			buf_printf(out, d->zh ? "（%.*s）" : " (%.*s)", STR_ARG(p->prize));
		buf_char(out, '\n');
	}
}

void
digest_text(const struct digest *d, struct buf *out)
{
	buf_printf(out, "%.*s %.*s\n", STR_ARG(d->title), STR_ARG(d->day));
	buf_printf(out, d->zh ? "对比 %.*s\n" : "Compared with %.*s\n", STR_ARG(d->before));
	for (size_t i = 0; i < d->figure_count; i++) {
		buf_printf(out, d->zh ? "%.*s：" : "%.*s: ", STR_ARG(d->figures[i].name));
		figure_text(out, d->figures[i].unit, d->figures[i].value, d->zh);
		change_text(&d->figures[i], d->zh, out);
		buf_char(out, '\n');
	}
	buf_addz(out, d->zh ? "\n异常\n" : "\nUnusual\n");
	for (size_t i = 0; i < d->anomaly_count; i++)
		buf_printf(out, "· %.*s\n", STR_ARG(d->anomalies[i]));
	if (!d->anomaly_count)
		buf_addz(out, d->zh ? "没有发现异常\n" : "Nothing unusual was found\n");
	if (d->top_count)
		top_text(d, out);
}
