/* A report as JSON, CSV and a table for the terminal. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "measure/report.h"
#include "base/banned.h"

enum { COLUMNS_MAX = 300, CELL_MAX = 64, BY_WIDTH = 12 };

struct str
report_metric_key(const struct report *r, const struct metric *m)
{
	struct buf b;
	buf_init(&b, 256);
	metric_text(m, m->key, &r->ask.rules, &b);
	struct str key = arena_str(r->arena, buf_str(&b));
	buf_free(&b);
	return key.p ? key : str_of(m->key);
}

bool
report_column(const struct report *r, const struct metric *m, struct str keys)
{
	struct str rest = str_trim(keys), key, own = report_metric_key(r, m);
	/* Two answer rates of the same n are one column. */
	if (m->within == 2 && r->ask.rules.within_s[0] == r->ask.rules.within_s[1])
		return false;
	if (!rest.n)
		return true;
	while (str_split(&rest, ',', &key))
		if (str_eq(str_trim(key), own))
			return true;
	return false;
}

static bool
speaks_zh(const struct report *r)
{
	return r->ask.lang && r->ask.lang[0] == 'z';
}

static struct str
nobody(const struct report *r)
{
	return speaks_zh(r) ? STR("（无人接待）") : STR("(nobody)");
}

static struct str
no_group(const struct report *r)
{
	return speaks_zh(r) ? STR("（无组别）") : STR("(no group)");
}

struct columns {
	const struct metric *metric[COLUMNS_MAX];
	struct str key[COLUMNS_MAX];
	size_t n;
};

static void
columns_choose(const struct report *r, struct str keys, bool brief, struct columns *ret)
{
	ret->n = 0;
	for (size_t i = 0; i < metrics_count && ret->n < COLUMNS_MAX; i++) {
		if (!report_column(r, &metrics[i], keys) || (brief && !str_trim(keys).n && !metrics[i].brief))
			continue;
		ret->metric[ret->n] = &metrics[i];
		ret->key[ret->n++] = report_metric_key(r, &metrics[i]);
	}
}

/* JSON ------------------------------------------------------------------------------------------------------------------ */

static void
value_write(struct json_writer *w, struct value v)
{
	if (v.pending)
		jw_text(w, STR("pending"));
	else if (!v.set)
		jw_null(w);
	else if (v.v == (double)(int64_t)v.v)
		jw_int(w, (int64_t)v.v);
	else
		jw_real(w, v.v);
}

static void
cells_write(const struct report *r, const struct report_row *row, const struct columns *c, struct json_writer *w)
{
	jw_key(w, "values");
	jw_object(w);
	for (size_t i = 0; i < c->n; i++) {
		jw_key_str(w, c->key[i]);
		value_write(w, report_value(r, row, c->metric[i]));
	}
	jw_end(w);
	jw_key(w, "counts");
	jw_object(w);
	for (size_t i = 0; i < c->n; i++) {
		struct value v = report_value(r, row, c->metric[i]);
		jw_key_str(w, c->key[i]);
		jw_object(w);
		jw_member_int(w, "sum", v.sum);
		jw_member_int(w, "count", v.count);
		jw_end(w);
	}
	jw_end(w);
}

static void
thing_write(struct json_writer *w, const char *name, const char *id_name, const char *name_name, struct str key, int64_t id,
    struct str text)
{
	jw_member_text(w, name, key);
	jw_member_int(w, id_name, id);
	jw_member_text(w, name_name, text);
}

/* The month of its first day: "2026-03". */
static struct str
date_text(const struct report *r, int32_t day, bool month)
{
	char text[11];
	date_print(day, text);
	return arena_str(r->arena, str_sub(str_of(text), 0, month ? 7 : 10));
}

static struct str
category_text(const struct report *r, uint32_t category)
{
	if (category == FACT_NONE || !r->categories)
		return speaks_zh(r) ? STR("（无分类）") : STR("(no category)");
	const struct report_category *c = &r->categories[category];
	return speaks_zh(r) || !c->name_en.n ? c->name : c->name_en;
}

static void
by_write_days(const struct report *r, const struct report_row *row, struct json_writer *w)
{
	if (row->day != REPORT_NO_DAY)
		jw_member_text(w, "day", date_text(r, row->day, false));
	if (row->week != REPORT_NO_DAY)
		jw_member_text(w, "week", date_text(r, row->week, false));
	if (row->month != REPORT_NO_DAY)
		jw_member_text(w, "month", date_text(r, row->month, true));
	if (row->hour != REPORT_NO_HOUR)
		jw_member_int(w, "hour", row->hour);
	if (row->weekday)
		jw_member_int(w, "weekday", row->weekday);
}

static void
by_write(const struct report *r, const struct report_row *row, struct json_writer *w)
{
	uint32_t by = r->ask.by;
	jw_key(w, "by");
	jw_object(w);
	if (row->agent != FACT_NONE)
		thing_write(w, "agent", "agent_id", "agent_name", r->people[row->agent].key, r->people[row->agent].id,
		    r->people[row->agent].name);
	else if (by & BY_AGENT)
		thing_write(w, "agent", "agent_id", "agent_name", STR_NONE, 0, nobody(r));
	if (row->shop != FACT_NONE)
		thing_write(w, "shop", "shop_id", "shop_name", r->shops[row->shop].key, r->shops[row->shop].id, r->shops[row->shop].name);
	if (row->group != FACT_NONE)
		thing_write(w, "group", "group_id", "group_name", r->groups[row->group].key, r->groups[row->group].id,
		    r->groups[row->group].name);
	else if (by & BY_GROUP)
		thing_write(w, "group", "group_id", "group_name", STR_NONE, 0, no_group(r));
	if (by & BY_CHANNEL)
		jw_member_text(w, "channel", row->channel == FACT_NONE ? STR_NONE : str_of(channel_names[row->channel]));
	if (by & BY_CATEGORY) {
		const struct report_category *c = row->category == FACT_NONE || !r->categories ? NULL : &r->categories[row->category];
		thing_write(w, "category", "category_id", "category_name", c ? c->key : STR_NONE, c ? c->id : 0, category_text(r, row->category));
	}
	by_write_days(r, row, w);
	jw_end(w);
}

struct by_columns {
	int bit[BY_MAX]; /* 1 << bit */
	size_t n;
};

static struct by_columns
by_columns(const struct report *r)
{
	struct by_columns c = { .n = 0 };
	for (int i = 0; i < BY_COUNT && c.n < BY_MAX; i++)
		if (r->ask.by >> i & 1)
			c.bit[c.n++] = i;
	return c;
}

const struct profile *
report_profile(const struct report *r, const struct report_shop *shop)
{
	for (size_t i = 0; i < shop->versions.n; i++)
		if (shop->versions.all[i].from <= r->ask.to && rule_version_end(&shop->versions, i) > r->ask.from &&
		    shop->versions.all[i].profile != shop->profile)
			return NULL;
	return shop->profile;
}

static bool
shops_share(const struct report *r, const char *what)
{
	for (size_t i = 1; i < r->shop_count; i++) {
		const struct report_shop *a = &r->shops[0], *b = &r->shops[i];
		if ((what[0] == 'p' && report_profile(r, a) != report_profile(r, b)) || (what[0] == 'c' && a->cut_hour != b->cut_hour) || (what[0] == 't' &&
		    a->zone != b->zone))
			return false;
	}
	return r->shop_count > 0 && (what[0] != 'p' || report_profile(r, &r->shops[0]));
}

/* What differs between the shops is told for each. */
static void
shops_write(const struct report *r, struct json_writer *w)
{
	jw_key(w, "shops");
	jw_array(w);
	for (size_t i = 0; i < r->shop_count; i++) {
		jw_object(w);
		jw_member_text(w, "shop", r->shops[i].key);
		jw_member_int(w, "shop_id", r->shops[i].id);
		jw_member_text(w, "shop_name", r->shops[i].name);
		jw_member_text(w, "profile", str_of(r->shops[i].profile->key));
		jw_member_text(w, "timezone", zone_name(r->shops[i].zone));
		jw_member_int(w, "cut_hour", r->shops[i].cut_hour);
		jw_end(w);
	}
	jw_end(w);
}

static void
profile_write(const struct profile *p, struct json_writer *w)
{
	if (p->round_cap_ms)
		jw_member_int(w, "round_cap_ms", p->round_cap_ms);
	if (p->continue_ms)
		jw_member_int(w, "reopen_ms", p->continue_ms);
	if (p->hour_from || p->hour_to < 24) {
		jw_member_int(w, "hours_from", p->hour_from);
		jw_member_int(w, "hours_to", p->hour_to);
	}
	jw_key(w, "rules");
	jw_object(w);
	jw_member_bool(w, "leave_zero", p->leave_zero);
	jw_member_bool(w, "same_day", p->same_day);
	jw_member_bool(w, "first_only", p->first_only);
	jw_end(w);
}

static bool
filter_in(const struct measure_rules *s, enum filter f)
{
	const bool on[FILTER_COUNT] = {
		[FILTER_STAFF] = s->leave_staff,
		[FILTER_ROBOT] = true,
		[FILTER_PLATFORM] = s->leave_staff,
		[FILTER_EMPTY] = s->leave_empty,
		[FILTER_AGENT] = s->left_out[0],
		[FILTER_CODE_WORD] = s->code_word[0] && s->code_word_times,
		[FILTER_SINGLE_LINE] = s->single_line_replies,
		[FILTER_MONOLOGUE] = s->monologue_lines,
		[FILTER_FORWARDED] = s->forwarded_lines,
	};
	return on[f];
}

/* Whether a version of the settings holds on some day of the report. */
static bool
version_in(const struct report *r, size_t i)
{
	const struct rules_history *h = &r->ask.history;
	return h->all[i].from <= r->ask.to && (i + 1 == h->n || h->all[i + 1].from > r->ask.from);
}

bool
report_filter_on(const struct report *r, enum filter f)
{
	const struct rule_versions *fixed = r->ask.fixed;
	bool on = false;
	for (size_t i = 0; !fixed && !on && i < r->ask.history.n; i++)
		on = version_in(r, i) && filter_in(&r->ask.history.all[i].rules, f);
	for (size_t i = 0; fixed && !on && i < fixed->n; i++)
		on = filter_in(fixed->all[i].rules, f);
	return on;
}

/* The days of the report that one version holds for. */
static void
span_of(const struct report *r, int32_t from, int32_t end, char ret_first[11], char ret_last[11])
{
	date_print(from > r->ask.from ? from : r->ask.from, ret_first);
	date_print(end <= r->ask.to ? end - 1 : r->ask.to, ret_last);
}

static void
span_write(const struct report *r, int32_t from, int32_t end, struct json_writer *w)
{
	char first[11], last[11];
	span_of(r, from, end, first, last);
	jw_member_text(w, "from", str_of(first));
	jw_member_text(w, "to", str_of(last));
}

/* The settings of all days of the report. */
static size_t
settings_of(const struct report *r, const struct measure_rules *ret_all[RULES_COMPARED_MAX])
{
	const struct rules_history *h = &r->ask.history;
	size_t n = 0;
	for (size_t i = 0; i < h->n && n < RULES_COMPARED_MAX; i++)
		if (version_in(r, i))
			ret_all[n++] = &h->all[i].rules;
	return n;
}

bool
report_settings_span(const struct report *r, size_t i, char ret_from[11], char ret_to[11], struct str *ret_text)
{
	const struct rules_history *h = &r->ask.history;
	const struct measure_rules *all[RULES_COMPARED_MAX];
	size_t n = settings_of(r, all), k = 0;
	struct buf text;
	if (n < 2 || i >= n)
		return false;
	while (&h->all[k].rules != all[i])
		k++;
	span_of(r, h->all[k].from, k + 1 < h->n ? h->all[k + 1].from : INT32_MAX, ret_from, ret_to);
	buf_init(&text, 1 << 16);
	measure_rules_say_differing(all, n, i, speaks_zh(r), &text);
	*ret_text = arena_str(r->arena, buf_str(&text));
	buf_free(&text);
	return true;
}

static void
settings_versions_write(const struct report *r, struct json_writer *w)
{
	const struct rules_history *h = &r->ask.history;
	const struct measure_rules *all[RULES_COMPARED_MAX];
	size_t n = settings_of(r, all);
	for (size_t i = 0, k = 0; n > 1 && k < n; i++) {
		if (!version_in(r, i))
			continue;
		jw_object(w);
		span_write(r, h->all[i].from, i + 1 < h->n ? h->all[i + 1].from : INT32_MAX, w);
		jw_key(w, "settings");
		jw_object(w);
		measure_rules_write_differing(all, n, k++, w);
		jw_end(w);
		jw_end(w);
	}
}

static void
profile_versions_write(const struct report *r, const struct report_shop *shop, struct json_writer *w)
{
	const struct rule_versions *v = &shop->versions;
	if (report_profile(r, shop))
		return;
	for (size_t i = 0, next; i < v->n; i = next) {
		for (next = i + 1; next < v->n && v->all[next].profile == v->all[i].profile;)
			next++;
		int32_t end = next < v->n ? v->all[next].from : INT32_MAX;
		if (v->all[i].from > r->ask.to || end <= r->ask.from)
			continue;
		jw_object(w);
		span_write(r, v->all[i].from, end, w);
		jw_member_int(w, "shop_id", shop->id);
		jw_member_text(w, "shop_name", shop->name);
		jw_member_text(w, "profile", str_of(v->all[i].profile->key));
		jw_end(w);
	}
}

/* Days of one report that were counted by different rules: from when to when by which, of the settings those that differ. None: all by the same. */
static void
versions_write(const struct report *r, struct json_writer *w)
{
	jw_key(w, "versions");
	jw_array(w);
	settings_versions_write(r, w);
	for (size_t i = 0; i < r->shop_count; i++)
		profile_versions_write(r, &r->shops[i], w);
	jw_end(w);
	const struct measure_rules *all[RULES_COMPARED_MAX];
	size_t n = settings_of(r, all);
	jw_key(w, "version_settings");
	jw_object(w);
	if (n > 1)
		measure_rules_write_meanings(all, n, speaks_zh(r), w);
	jw_end(w);
}

/* What was asked for, so that a page need not remember it; ids only of what was found within reach. */
static void
asked_write(const struct report *r, struct json_writer *w)
{
	const struct report_ask *a = &r->ask;
	struct by_columns by = by_columns(r);
	jw_key(w, "by");
	jw_array(w);
	for (size_t i = 0; i < by.n; i++)
		jw_text(w, str_of(report_by_names[by.bit[i]]));
	jw_end(w);
	jw_key(w, "asked");
	jw_object(w);
	if (a->shop_id)
		jw_member_int(w, "shop_id", a->shop_id);
	if (a->channel != REPORT_ANY)
		jw_member_text(w, "channel", str_of(channel_names[a->channel]));
	if (a->weekday)
		jw_member_int(w, "weekday", a->weekday);
	jw_end(w);
	jw_member_int(w, "rows", (int64_t)r->row_count - 1);
}

/* Which months of the shops shown are closed: their statements do not change whatever this report says now. */
static void
closed_write(const struct report *r, struct json_writer *w)
{
	size_t all = r->shop_count * r->month_count;
	jw_member_text(w, "months", !r->closed_count ? STR("open") : r->closed_count < all ? STR("part") : STR("closed"));
	jw_key(w, "closed_months");
	jw_array(w);
	for (size_t i = 0; i < r->closed_count; i++) {
		jw_object(w);
		jw_member_int(w, "shop_id", r->closed[i].shop_id);
		jw_member_text(w, "month", r->closed[i].month);
		jw_member_int(w, "closed_at", r->closed[i].closed_at);
		jw_end(w);
	}
	jw_end(w);
}

void
report_header(const struct report *r, struct json_writer *w)
{
	const struct measure_rules *s = &r->ask.rules;
	char from[11], to[11];
	bool one = shops_share(r, "profile");
	date_print(r->ask.from, from);
	date_print(r->ask.to, to);
	jw_key(w, "header");
	jw_object(w);
	jw_member_text(w, "profile", one ? str_of(r->shops[0].profile->key) : r->shop_count ? STR("mixed") : STR("plain"));
	jw_member_text(w, "from", str_of(from));
	jw_member_text(w, "to", str_of(to));
	asked_write(r, w);
	jw_member_int(w, "session_gap_min", s->session_gap_min);
	if (shops_share(r, "timezone"))
		jw_member_text(w, "timezone", zone_name(r->shops[0].zone));
	if (shops_share(r, "cut_hour"))
		jw_member_int(w, "cut_hour", r->shops[0].cut_hour);
	jw_member_int(w, "slow_ms", s->slow_s * 1000);
	jw_member_int(w, "long_ms", s->long_min * 60000);
	if (one)
		profile_write(r->shops[0].profile, w);
	shops_write(r, w);
	versions_write(r, w);
	trade_header(r, w);
	closed_write(r, w);
	jw_key(w, "filtered");
	jw_object(w);
	for (int f = 1; f < FILTER_COUNT; f++)
		if (report_filter_on(r, (enum filter)f))
			jw_member_int(w, filter_names[f], r->filtered[f]);
	jw_end(w);
	jw_end(w);
}

/* Returns how many of them. */
static size_t
rows_write(const struct report *r, const size_t *order, size_t n, size_t bytes, const struct columns *c, struct json_writer *w)
{
	size_t from = w->out->n, i = 0;
	jw_key(w, "rows");
	jw_array(w);
	for (; i < n && (!i || w->out->n - from < bytes); i++) {
		const struct report_row *row = &r->rows[order[i]];
		jw_object(w);
		by_write(r, row, w);
		cells_write(r, row, c, w);
		jw_end(w);
	}
	jw_end(w);
	return i;
}

static enum err
json_write(struct report *r, struct str keys, size_t bytes, size_t *ret_written, struct json_writer *w)
{
	struct columns c;
	size_t n, *order;
	enum err e = report_order(r, &order, &n);
	if (e)
		return e;
	columns_choose(r, keys, false, &c);
	report_header(r, w);
	jw_key(w, "columns");
	jw_array(w);
	for (size_t i = 0; i < c.n; i++)
		jw_text(w, c.key[i]);
	jw_end(w);
	*ret_written = rows_write(r, order, n, bytes, &c, w);
	jw_key(w, "total");
	jw_object(w);
	cells_write(r, &r->rows[0], &c, w);
	jw_end(w);
	return OK;
}

enum err
report_json(struct report *r, struct str keys, struct json_writer *w)
{
	size_t written;
	return json_write(r, keys, SIZE_MAX, &written, w);
}

enum err
report_json_page(struct report *r, struct str keys, size_t bytes, struct json_writer *w)
{
	size_t written;
	enum err e = json_write(r, keys, bytes, &written, w);
	if (e || r->ask.skip >= report_rows(r) || r->ask.skip + written >= report_rows(r))
		return e;
	struct str next = arena_printf(r->arena, "%zu", r->ask.skip + written);
	jw_member_text(w, "next", next);
	return next.p ? OK : ERR_NO_MEMORY;
}

/* CSV and table --------------------------------------------------------------------------------------------------------- */

void
report_csv_text(struct buf *out, struct str s)
{
	bool formula = s.n && strchr("=+-@\t\r", s.p[0]) != NULL;
	bool quote = formula;
	for (size_t i = 0; i < s.n; i++)
		quote = quote || strchr(",\"\n\r", s.p[i]);
	if (quote)
		buf_char(out, '"');
	if (formula)
		buf_char(out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_char(out, '"');
		buf_char(out, s.p[i]);
	}
	if (quote)
		buf_char(out, '"');
}

static struct str
channel_text(const struct report *r, uint32_t channel)
{
	static const char *const zh[CHANNEL_COUNT] = { "其他", "网页", "邮件", "电话", "导入" };
	if (channel == FACT_NONE)
		return speaks_zh(r) ? STR("（无渠道）") : STR("(no channel)");
	return str_of(speaks_zh(r) ? zh[channel] : channel_names[channel]);
}

static struct str
weekday_text(const struct report *r, int weekday)
{
	static const char *const zh[] = { "周一", "周二", "周三", "周四", "周五", "周六", "周日" };
	static const char *const en[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday" };
	return str_of(speaks_zh(r) ? zh[weekday - 1] : en[weekday - 1]);
}

struct str
report_by_text(const struct report *r, const struct report_row *row, int bit)
{
	switch (1 << bit) {
	case BY_AGENT:
		return row->agent == FACT_NONE ? nobody(r) : r->people[row->agent].name;
	case BY_GROUP:
		return row->group == FACT_NONE ? no_group(r) : r->groups[row->group].name;
	case BY_SHOP:
		return r->shops[row->shop].name;
	case BY_CHANNEL:
		return channel_text(r, row->channel);
	case BY_CATEGORY:
		return category_text(r, row->category);
	case BY_DAY:
		return date_text(r, row->day, false);
	case BY_WEEK:
		return date_text(r, row->week, false);
	case BY_MONTH:
		return date_text(r, row->month, true);
	case BY_HOUR:
		return arena_printf(r->arena, "%02d:00", row->hour);
	default:
		return weekday_text(r, row->weekday);
	}
}

const char *
report_by_title(const struct report *r, int bit)
{
	static const char *const titles[BY_COUNT][2] = {
		{ "客服", "Agent" }, { "组别", "Group" }, { "店铺", "Shop" }, { "渠道", "Channel" }, { "分类", "Category" }, { "日期", "Day" },
		{ "周", "Week from" }, { "月份", "Month" }, { "小时", "Hour" }, { "星期", "Weekday" },
	};
	return titles[bit][speaks_zh(r) ? 0 : 1];
}

static void
title_write(const struct report *r, const struct metric *m, struct buf *out)
{
	bool zh = speaks_zh(r);
	metric_text(m, zh ? m->name_zh : m->name_en, &r->ask.rules, out);
	if (m->unit == UNIT_MS)
		buf_addz(out, zh ? "（毫秒）" : " (ms)");
}

static void
number_text(const struct report *r, struct value v, bool names, char text[CELL_MAX])
{
	if (v.pending)
		snprintf(text, CELL_MAX, "%s", names && speaks_zh(r) ? "延迟统计" : "pending");
	else if (!v.set)
		snprintf(text, CELL_MAX, "%s", names ? "-" : "");
	else if (v.v == (double)(int64_t)v.v)
		snprintf(text, CELL_MAX, "%lld", (long long)v.v);
	else
		snprintf(text, CELL_MAX, v.v < 10 ? "%.6f" : "%.3f", v.v);
}

static void
csv_row(const struct report *r, const struct report_row *row, const struct columns *c, bool named, struct buf *out)
{
	struct by_columns by = by_columns(r);
	char text[CELL_MAX];
	for (size_t i = 0; i < by.n; i++) {
		if (i)
			buf_char(out, ',');
		if (row != &r->rows[0])
			report_csv_text(out, report_by_text(r, row, by.bit[i]));
		else if (i == 0)
			buf_addz(out, named && speaks_zh(r) ? "合计" : "total");
	}
	for (size_t i = 0; i < c->n; i++) {
		number_text(r, report_value(r, row, c->metric[i]), named, text);
		buf_char(out, ',');
		buf_addz(out, text);
	}
	buf_addz(out, "\r\n");
}

enum err
report_csv(struct report *r, struct str keys, bool named, struct buf *out)
{
	struct columns c;
	struct buf title;
	struct by_columns by = by_columns(r);
	size_t n, *order;
	enum err e = report_order(r, &order, &n);
	if (e)
		return e;
	columns_choose(r, keys, false, &c);
	for (size_t i = 0; i < by.n; i++)
		buf_printf(out, "%s%s", i ? "," : "", named ? report_by_title(r, by.bit[i]) : report_by_names[by.bit[i]]);
	buf_init(&title, 4096);
	for (size_t i = 0; i < c.n; i++) {
		buf_clear(&title);
		if (named)
			title_write(r, c.metric[i], &title);
		else
			buf_add(&title, c.key[i]);
		buf_char(out, ',');
		report_csv_text(out, buf_str(&title));
	}
	buf_free(&title);
	buf_addz(out, "\r\n");
	for (size_t i = 0; i < n; i++)
		csv_row(r, &r->rows[order[i]], &c, named, out);
	csv_row(r, &r->rows[0], &c, named, out);
	return buf_err(out);
}

/* Columns on a terminal: a Chinese character takes two. */
static size_t
width_of(struct str s)
{
	uint32_t c;
	size_t n = 0;
	while (utf8_next(&s, &c))
		n += c >= 0x1100 && c < 0x20000 ? 2 : 1;
	return n;
}

static void
pad_text(struct buf *out, struct str s, size_t width, bool right)
{
	size_t n = width_of(s);
	for (size_t i = n; right && i < width; i++)
		buf_char(out, ' ');
	buf_add(out, s);
	for (size_t i = n; !right && i < width; i++)
		buf_char(out, ' ');
}

static size_t
width_column(struct str key)
{
	return key.n < 8 ? 10 : key.n + 2;
}

/* For eyes: durations in seconds, ratios in per cent. */
static void
human_text(const struct metric *m, struct value v, char text[CELL_MAX])
{
	if (v.pending || !v.set)
		snprintf(text, CELL_MAX, "%s", v.pending ? "pending" : "-");
	else if (m->unit == UNIT_MS)
		snprintf(text, CELL_MAX, "%.1fs", v.v / 1000);
	else if (m->unit == UNIT_RATIO)
		snprintf(text, CELL_MAX, "%.2f%%", v.v * 100);
	else if (m->unit == UNIT_MONEY)
		snprintf(text, CELL_MAX, "%.2f", v.v / 100);
	else if (m->how == METRIC_QUOTIENT)
		snprintf(text, CELL_MAX, "%.2f", v.v);
	else
		snprintf(text, CELL_MAX, "%lld", (long long)v.v);
}

static void
table_row(const struct report *r, const struct report_row *row, const struct columns *c, size_t name_width, struct buf *out)
{
	struct by_columns by = by_columns(r);
	char text[CELL_MAX];
	for (size_t i = 0; i < by.n; i++) {
		struct str name = row == &r->rows[0] ? i ? STR("") : STR("total") : report_by_text(r, row, by.bit[i]);
		pad_text(out, name, i ? BY_WIDTH : name_width, false);
	}
	for (size_t i = 0; i < c->n; i++) {
		human_text(c->metric[i], report_value(r, row, c->metric[i]), text);
		pad_text(out, str_of(text), width_column(c->key[i]), true);
	}
	buf_char(out, '\n');
}

static void
filters_text(const struct report *r, struct buf *out)
{
	buf_addz(out, "filtered:");
	for (int f = 1; f < FILTER_COUNT; f++)
		if (report_filter_on(r, (enum filter)f))
			buf_printf(out, " %s %lld", filter_names[f], (long long)r->filtered[f]);
	buf_char(out, '\n');
}

enum err
report_table(struct report *r, struct str keys, struct buf *out)
{
	struct columns c;
	struct by_columns by = by_columns(r);
	char from[11], to[11];
	size_t n, *order, width = 8;
	enum err e = report_order(r, &order, &n);
	if (e)
		return e;
	columns_choose(r, keys, true, &c);
	for (size_t i = 1; i < r->row_count; i++) {
		size_t own = width_of(report_by_text(r, &r->rows[i], by.bit[0])) + 2;
		width = own > width ? own : width;
	}
	date_print(r->ask.from, from);
	date_print(r->ask.to, to);
	buf_printf(out, "service, %s to %s, profile %s, session gap %lld min\n", from, to,
	           shops_share(r, "profile") ? r->shops[0].profile->key : r->shop_count ? "mixed" : "plain",
	           (long long)r->ask.rules.session_gap_min);
	filters_text(r, out);
	for (size_t i = 0; i < by.n; i++)
		pad_text(out, str_of(report_by_names[by.bit[i]]), i ? BY_WIDTH : width, false);
	for (size_t i = 0; i < c.n; i++)
		pad_text(out, c.key[i], width_column(c.key[i]), true);
	buf_char(out, '\n');
	for (size_t i = 0; i < n; i++)
		table_row(r, &r->rows[order[i]], &c, width, out);
	table_row(r, &r->rows[0], &c, width, out);
	return buf_err(out);
}
