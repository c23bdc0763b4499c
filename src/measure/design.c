#include "measure/design.h"

#include <string.h>

#include "base/clock.h"
#include "measure/rules.h"
#include "base/banned.h"

const char *const design_span_names[SPAN_COUNT] = { "today", "yesterday", "last7", "last14", "last30", "month", "last_month", "fixed" };
const char *const design_compare_names[COMPARE_COUNT] = { "none", "previous", "last_week", "last_year" };
static const char *const charts[] = { "none", "line", "bar", "stack", "heat", "funnel", NULL };
static const char *const members[] = { "metrics", "by", "filters", "span", "order", "limit", "chart", "compare", NULL };
static const char *const filter_members[] = { "shop_id", "group_id", "agent_id", "channel", "category_id", "profile", "attribution", NULL };
static const char *const span_members[] = { "kind", "from", "to", NULL };

struct reading {
	struct arena *arena;
	const struct measure_rules *rules;
	struct design *d;
	struct design_fault *fault;
};

static enum err
fault(struct reading *r, const char *field, const char *en, const char *zh)
{
	*r->fault = (struct design_fault){ field, en, zh };
	return ERR_BAD_FIELD;
}

static int
word_of(struct str s, const char *const *words, int count)
{
	for (int i = 0; (count < 0 || i < count) && words[i]; i++)
		if (str_eqz(s, words[i]))
			return i;
	return -1;
}

static enum err
members_known(struct reading *r, const struct json *object, const char *const *known, const char *field)
{
	void *iter = NULL;
	struct str name;
	const struct json *value;
	if (json_kind(object) != JSON_OBJECT)
		return fault(r, field, "must be an object", "应为对象");
	while (json_next(object, &iter, &name, &value)) {
		if (word_of(name, known, -1) >= 0)
			continue;
		struct str en = arena_printf(r->arena, "has no member \"%.*s\"", name.n > 40 ? 40 : (int)name.n, name.p);
		struct str zh = arena_printf(r->arena, "没有成员 \"%.*s\"", name.n > 40 ? 40 : (int)name.n, name.p);
		return en.p && zh.p ? fault(r, field, en.p, zh.p) : ERR_NO_MEMORY;
	}
	return OK;
}

/* A list of words, each once, joined by commas. */
static enum err
list_join(struct reading *r, const struct json *list, struct str *ret)
{
	struct buf b;
	buf_init(&b, 8192);
	for (size_t i = 0; i < json_count(list); i++) {
		if (i)
			buf_char(&b, ',');
		buf_add(&b, json_text(json_at(list, i)));
	}
	*ret = b.n ? arena_str(r->arena, buf_str(&b)) : STR("");
	enum err e = buf_err(&b);
	buf_free(&b);
	return e || !ret->p ? ERR_NO_MEMORY : OK;
}

static bool
comes_twice(const struct json *list, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (str_eq(json_text(json_at(list, i)), json_text(json_at(list, at))))
			return true;
	return false;
}

static enum err
metrics_read(struct reading *r, const struct json *list)
{
	size_t n = json_count(list);
	if (json_kind(list) != JSON_ARRAY || n == 0 || n > DESIGN_METRICS_MAX)
		return fault(r, "spec.metrics", "1 to 40 keys of the catalogue are expected", "应为 1 到 40 个指标");
	for (size_t i = 0; i < n; i++) {
		struct str key = json_text(json_at(list, i));
		if (key.n && metric_find(key, r->rules) && !comes_twice(list, i))
			continue;
		struct str shown = str_sub(key, 0, 60);
		struct str en = arena_printf(r->arena, "\"%.*s\" is no metric of the catalogue, or stands there twice", STR_ARG(shown));
		struct str zh = arena_printf(r->arena, "没有指标 \"%.*s\"，或重复", STR_ARG(shown));
		return en.p && zh.p ? fault(r, "spec.metrics", en.p, zh.p) : ERR_NO_MEMORY;
	}
	return list_join(r, list, &r->d->metrics);
}

static enum err
by_read(struct reading *r, const struct json *list)
{
	size_t n = json_count(list);
	if (json_kind(list) != JSON_ARRAY || n == 0 || n > DESIGN_BY_MAX)
		return fault(r, "spec.by", "1 to 3 of agent, group, shop, channel, category, day, week, month, hour, weekday",
		             "应为 1 到 3 个分组：客服、组别、店铺、渠道、分类、日、周、月、小时、星期");
	for (size_t i = 0; i < n; i++)
		if (word_of(json_text(json_at(list, i)), report_by_names, BY_COUNT) < 0 || comes_twice(list, i))
			return fault(r, "spec.by", "holds a word that is no group, or twice", "含有未知或重复的分组");
	return list_join(r, list, &r->d->by);
}

static enum err
id_read(struct reading *r, const struct json *object, const char *member, int64_t least, bool *ret_set, int64_t *ret)
{
	const struct json *v = json_get(object, member);
	if (json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL)
		return OK;
	if (json_kind(v) != JSON_INT || json_int(v, -1) < least)
		return fault(r, "spec.filters", "ids are numbers", "编号应为数字");
	*ret = json_int(v, 0);
	if (ret_set)
		*ret_set = true;
	return OK;
}

static enum err
text_read(struct reading *r, const struct json *object, const char *member, const char *const *words, struct str *ret)
{
	const struct json *v = json_get(object, member);
	if (json_kind(v) == JSON_NONE || json_kind(v) == JSON_NULL)
		return OK;
	*ret = json_text(v);
	if (json_kind(v) != JSON_TEXT || ret->n > 40 || (words && word_of(*ret, words, -1) < 0))
		return fault(r, "spec.filters", "a filter has a value that is not known", "筛选条件的值不正确");
	return OK;
}

static enum err
filters_read(struct reading *r, const struct json *f)
{
	struct design *d = r->d;
	if (json_kind(f) == JSON_NONE || json_kind(f) == JSON_NULL)
		return OK;
	enum err e = members_known(r, f, filter_members, "spec.filters");
	if (!e)
		e = id_read(r, f, "shop_id", 0, NULL, &d->shop_id);
	if (!e)
		e = id_read(r, f, "group_id", 0, NULL, &d->group_id);
	if (!e)
		e = id_read(r, f, "category_id", 0, NULL, &d->category_id);
	if (!e)
		e = id_read(r, f, "agent_id", 0, &d->one_agent, &d->agent_id);
	if (!e)
		e = text_read(r, f, "channel", NULL, &d->channel);
	if (!e)
		e = text_read(r, f, "attribution", attribution_names, &d->attribution);
	if (!e)
		e = text_read(r, f, "profile", NULL, &d->profile);
	if (!e && d->profile.n && !profile_find(d->profile))
		e = fault(r, "spec.filters", "plain, taobao, jd, douyin, pdd or callcentre", "没有这种统计口径");
	return e;
}

static enum err
span_read(struct reading *r, const struct json *span)
{
	enum err e = members_known(r, span, span_members, "spec.span");
	int kind = e ? -1 : word_of(json_text(json_get(span, "kind")), design_span_names, SPAN_COUNT);
	if (e)
		return e;
	if (kind < 0)
		return fault(r, "spec.span", "kind: today, yesterday, last7, last14, last30, month, last_month or fixed", "时间范围不正确");
	r->d->span = (enum design_span)kind;
	if (kind != SPAN_FIXED)
		return OK;
	if (!date_parse(json_text(json_get(span, "from")), &r->d->from) || !date_parse(json_text(json_get(span, "to")), &r->d->to))
		return fault(r, "spec.span", "from and to: dates like 2026-03-31", "日期格式应为 2026-03-31");
	if (r->d->to < r->d->from || r->d->to - r->d->from >= REPORT_DAYS_MAX)
		return fault(r, "spec.span", "to is before from, or they are too far apart", "结束日期早于开始日期，或跨度过长");
	return OK;
}

static bool
names_column(const struct design *d, struct str key)
{
	struct str rest = d->metrics, one;
	while (str_split(&rest, ',', &one))
		if (str_eq(one, key))
			return true;
	return false;
}

static enum err
show_read(struct reading *r, const struct json *spec)
{
	struct design *d = r->d;
	const struct json *limit = json_get(spec, "limit"), *order = json_get(spec, "order");
	const struct json *chart = json_get(spec, "chart"), *compare = json_get(spec, "compare");
	if (json_kind(order) == JSON_TEXT && json_text(order).n) {
		d->order = json_text(order);
		struct str key = d->order.p[0] == '-' ? str_sub(d->order, 1, d->order.n) : d->order;
		if (!names_column(d, key))
			return fault(r, "spec.order", "one of the chosen metrics, with - before it for descending", "排序须为所选指标之一");
	} else if (json_kind(order) != JSON_NONE && json_kind(order) != JSON_NULL && json_kind(order) != JSON_TEXT) {
		return fault(r, "spec.order", "must be text", "应为文本");
	}
	if (json_kind(limit) != JSON_NONE && json_kind(limit) != JSON_NULL) {
		d->limit = json_int(limit, 0);
		if (json_kind(limit) != JSON_INT || d->limit < 1 || d->limit > DESIGN_LIMIT_MAX)
			return fault(r, "spec.limit", "must be from 1 to 1000", "须在 1 到 1000 之间");
	}
	d->chart = json_kind(chart) == JSON_NONE || json_kind(chart) == JSON_NULL ? STR("none") : json_text(chart);
	if (word_of(d->chart, charts, -1) < 0)
		return fault(r, "spec.chart", "none, line, bar, stack, heat or funnel", "没有这种图表");
	if (json_kind(compare) != JSON_NONE && json_kind(compare) != JSON_NULL) {
		int c = word_of(json_text(compare), design_compare_names, COMPARE_COUNT);
		if (c < 0)
			return fault(r, "spec.compare", "none, previous, last_week or last_year", "没有这种对比");
		d->compare = (enum design_compare)c;
	}
	return OK;
}

enum err
design_read(struct arena *a, struct str spec, const struct measure_rules *rules, struct design *ret, struct design_fault *ret_fault)
{
	const struct json *v;
	struct reading r = { a, rules, ret, ret_fault };
	*ret = (struct design){ 0 };
	enum err e = json_parse(a, spec, &v, NULL);
	if (e)
		return e == ERR_NO_MEMORY ? e : fault(&r, "spec", "is not valid JSON", "不是合法的 JSON");
	e = members_known(&r, v, members, "spec");
	if (!e)
		e = metrics_read(&r, json_get(v, "metrics"));
	if (!e)
		e = by_read(&r, json_get(v, "by"));
	if (!e)
		e = filters_read(&r, json_get(v, "filters"));
	if (!e)
		e = span_read(&r, json_get(v, "span"));
	return e ? e : show_read(&r, v);
}

void
design_days_of(const struct design *d, int64_t today, int64_t *ret_from, int64_t *ret_to)
{
	static const int back[] = { [SPAN_LAST7] = 7, [SPAN_LAST14] = 14, [SPAN_LAST30] = 30 };
	int year, month, day;
	date_from_days(today, &year, &month, &day);
	*ret_from = *ret_to = today;
	switch (d->span) {
	case SPAN_YESTERDAY:
		*ret_from = *ret_to = today - 1;
		break;
	case SPAN_LAST7:
	case SPAN_LAST14:
	case SPAN_LAST30: /* whole days: today is not over */
		*ret_from = today - back[d->span];
		*ret_to = today - 1;
		break;
	case SPAN_MONTH:
		*ret_from = days_from_date(year, month, 1);
		break;
	case SPAN_LAST_MONTH:
		*ret_to = days_from_date(year, month, 1) - 1;
		date_from_days(*ret_to, &year, &month, &day);
		*ret_from = days_from_date(year, month, 1);
		break;
	case SPAN_FIXED:
		*ret_from = d->from;
		*ret_to = d->to;
		break;
	default:
		break;
	}
}

static int64_t
year_before(int64_t days)
{
	int year, month, day;
	date_from_days(days, &year, &month, &day);
	return days_from_date(year - 1, month, month == 2 && day == 29 ? 28 : day);
}

bool
design_days_before(const struct design *d, int64_t from, int64_t to, int64_t *ret_from, int64_t *ret_to)
{
	int64_t length = to - from + 1;
	switch (d->compare) {
	case COMPARE_PREVIOUS:
		*ret_from = from - length;
		*ret_to = from - 1;
		return true;
	case COMPARE_LAST_WEEK: /* the same weekdays */
		*ret_from = from - (length + 6) / 7 * 7;
		*ret_to = *ret_from + length - 1;
		return true;
	case COMPARE_LAST_YEAR:
		*ret_from = year_before(from);
		*ret_to = *ret_from + length - 1;
		return true;
	default:
		return false;
	}
}
