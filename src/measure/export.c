#include "measure/export.h"

#include <stdio.h>
#include <string.h>
#include <xlsxwriter.h>

#include "base/clock.h"
#include "base/banned.h"

enum { COLUMNS_MAX = 300, NAME_WIDTH = 16, NUMBER_WIDTH = 14 };

struct book {
	struct report *r;
	bool zh;
	lxw_workbook *w;
	lxw_worksheet *sheet;
	lxw_format *head, *bold, *wrap, *date, *units[UNIT_CHARS + 1], *units_bold[UNIT_CHARS + 1];
	const struct metric *metric[COLUMNS_MAX];
	size_t n;
	int by[BY_MAX];
	size_t by_n;
	lxw_error err;
};

static void
note(struct book *b, lxw_error e)
{
	if (e && !b->err)
		b->err = e;
}

struct str
export_plain(struct arena *a, struct str s)
{
	bool formula = s.n && strchr("=+-@\t\r", s.p[0]) && s.p[0];
	return formula ? arena_printf(a, "'%.*s", STR_ARG(s)) : arena_str(a, s.p ? s : STR(""));
}

void
export_time(const struct export_mark *mark, char out[32])
{
	int64_t day = mark->at / 86400000;
	int minute = (int)(mark->at / 60000 % 1440);
	char date[11];
	if (mark->zone)
		zone_local(mark->zone, mark->at, &day, &minute);
	date_print(day, date);
	snprintf(out, 32, "%s %02d:%02d%s", date, minute / 60, minute % 60, mark->zone ? "" : " UTC");
}

static void
text_put(struct book *b, lxw_row_t row, size_t column, struct str s, lxw_format *format)
{
	struct str plain = export_plain(b->r->arena, s);
	note(b, plain.p ? worksheet_write_string(b->sheet, row, (lxw_col_t)column, plain.p, format) : LXW_ERROR_MEMORY_MALLOC_FAILED);
}

static const char *
unit_title(const struct book *b, enum unit u)
{
	if (u == UNIT_MS)
		return b->zh ? "（秒）" : " (s)";
	return "";
}

static struct str
metric_name(const struct book *b, const struct metric *m, const char *text, const char *more)
{
	struct buf t;
	buf_init(&t, 4096);
	metric_text(m, text, &b->r->ask.rules, &t);
	buf_addz(&t, more);
	struct str s = arena_str(b->r->arena, buf_str(&t));
	buf_free(&t);
	return s;
}

static void
formats_make(struct book *b)
{
	static const char *const numbers[] = { [UNIT_COUNT] = "#,##0", [UNIT_MS] = "#,##0.0", [UNIT_RATIO] = "0.00%", [UNIT_MONEY] = "#,##0.00",
		                               [UNIT_CHARS] = "#,##0" };
	b->head = workbook_add_format(b->w);
	b->bold = workbook_add_format(b->w);
	b->wrap = workbook_add_format(b->w);
	b->date = workbook_add_format(b->w);
	format_set_bold(b->head);
	format_set_text_wrap(b->head);
	format_set_bg_color(b->head, 0xE6F4F1);
	format_set_border(b->head, LXW_BORDER_THIN);
	format_set_bold(b->bold);
	format_set_text_wrap(b->wrap);
	format_set_align(b->wrap, LXW_ALIGN_VERTICAL_TOP);
	format_set_num_format(b->date, "yyyy-mm-dd");
	for (int u = 0; u <= UNIT_CHARS; u++) {
		b->units[u] = workbook_add_format(b->w);
		b->units_bold[u] = workbook_add_format(b->w);
		format_set_num_format(b->units[u], numbers[u]);
		format_set_num_format(b->units_bold[u], numbers[u]);
		format_set_bold(b->units_bold[u]);
	}
}

static void
value_put(struct book *b, lxw_row_t row, size_t column, const struct metric *m, const struct report_row *of)
{
	struct value v = report_value(b->r, of, m);
	bool total = of == &b->r->rows[0];
	double scale = m->unit == UNIT_MS ? 1000 : m->unit == UNIT_MONEY ? 100 : 1;
	if (v.pending)
		text_put(b, row, column, b->zh ? STR("延迟统计") : STR("pending"), total ? b->bold : NULL);
	else if (v.set)
		note(b, worksheet_write_number(b->sheet, row, (lxw_col_t)column, v.v / scale, total ? b->units_bold[m->unit] : b->units[m->unit]));
	else
		text_put(b, row, column, STR("–"), total ? b->bold : NULL);
}

static void
day_put(struct book *b, lxw_row_t row, size_t column, int32_t day)
{
	lxw_datetime d = { 0 };
	date_from_days(day, &d.year, &d.month, &d.day);
	note(b, worksheet_write_datetime(b->sheet, row, (lxw_col_t)column, &d, b->date));
}

static void
row_put(struct book *b, lxw_row_t row, const struct report_row *of)
{
	bool total = of == &b->r->rows[0];
	for (size_t i = 0; i < b->by_n; i++) {
		int bit = 1 << b->by[i];
		if (total)
			text_put(b, row, i, i ? STR("") : b->zh ? STR("合计") : STR("Total"), b->bold);
		else if (bit == BY_DAY || bit == BY_WEEK)
			day_put(b, row, i, bit == BY_DAY ? of->day : of->week);
		else
			text_put(b, row, i, report_by_text(b->r, of, b->by[i]), NULL);
	}
	for (size_t i = 0; i < b->n; i++)
		value_put(b, row, b->by_n + i, b->metric[i], of);
}

static enum err
figures_put(struct book *b)
{
	size_t *order, n;
	enum err e = report_order(b->r, &order, &n);
	if (e)
		return e;
	b->sheet = workbook_add_worksheet(b->w, b->zh ? "报表" : "Report");
	if (!b->sheet)
		return ERR_NO_MEMORY;
	note(b, worksheet_set_column(b->sheet, 0, (lxw_col_t)(b->by_n - 1), NAME_WIDTH, NULL));
	note(b, worksheet_set_column(b->sheet, (lxw_col_t)b->by_n, (lxw_col_t)(b->by_n + b->n), NUMBER_WIDTH, NULL));
	worksheet_freeze_panes(b->sheet, 1, (lxw_col_t)b->by_n);
	/* Before the rows: what is streamed cannot be gone back to. */
	note(b, worksheet_autofilter(b->sheet, 0, 0, (lxw_row_t)n, (lxw_col_t)(b->by_n + b->n - 1)));
	for (size_t i = 0; i < b->by_n; i++)
		text_put(b, 0, i, str_of(report_by_title(b->r, b->by[i])), b->head);
	for (size_t i = 0; i < b->n; i++)
		text_put(b, 0, b->by_n + i, metric_name(b, b->metric[i], b->zh ? b->metric[i]->name_zh : b->metric[i]->name_en,
		                                        unit_title(b, b->metric[i]->unit)), b->head);
	for (size_t i = 0; i < n; i++)
		row_put(b, (lxw_row_t)(i + 1), &b->r->rows[order[i]]);
	row_put(b, (lxw_row_t)(n + 1), &b->r->rows[0]);
	return OK;
}

/* The second sheet ------------------------------------------------------------------------------------------------------ */

static void
pair_put(struct book *b, lxw_row_t *row, const char *zh, const char *en, struct str value)
{
	text_put(b, *row, 0, str_of(b->zh ? zh : en), b->bold);
	text_put(b, (*row)++, 1, value, b->wrap);
}

static struct str
filters_text(const struct book *b)
{
	static const char *const zh[FILTER_COUNT] = { [FILTER_STAFF] = "内部人员", [FILTER_ROBOT] = "机器人", [FILTER_PLATFORM] = "平台服务账号",
		[FILTER_AGENT] = "指定客服", [FILTER_EMPTY] = "空会话", [FILTER_CODE_WORD] = "暗语", [FILTER_SINGLE_LINE] = "单句多回",
		[FILTER_MONOLOGUE] = "自言自语", [FILTER_FORWARDED] = "转出" };
	struct buf t;
	buf_init(&t, 4096);
	for (int f = 1; f < FILTER_COUNT; f++)
		if (report_filter_on(b->r, (enum filter)f))
			buf_printf(&t, "%s%s %lld", t.n ? (b->zh ? "，" : ", ") : "", b->zh && zh[f] ? zh[f] : filter_names[f],
			           (long long)b->r->filtered[f]);
	struct str s = arena_str(b->r->arena, buf_str(&t));
	buf_free(&t);
	return s;
}

/* The profile, or each of them with the day from which it holds. */
static struct str
profiles_text(const struct book *b, const struct report_shop *s)
{
	const struct rule_versions *v = &s->versions;
	const struct profile *last = NULL;
	struct buf t;
	char from[11];
	buf_init(&t, 4096);
	for (size_t i = 0; i < v->n; i++) {
		if (v->all[i].from > b->r->ask.to || rule_version_end(v, i) <= b->r->ask.from || v->all[i].profile == last)
			continue;
		if (last) {
			date_print(v->all[i].from, from);
			buf_printf(&t, b->zh ? "，%s 起 " : ", from %s ", from);
		}
		last = v->all[i].profile;
		buf_addz(&t, b->zh ? last->name_zh : last->name_en);
	}
	struct str text = arena_str(b->r->arena, buf_str(&t));
	buf_free(&t);
	return text;
}

static void
shops_put(struct book *b, lxw_row_t *row)
{
	for (size_t i = 0; i < b->r->shop_count; i++) {
		const struct report_shop *s = &b->r->shops[i];
		pair_put(b, row, i ? "" : "店铺、口径、时区、业务天分割点", i ? "" : "Shop, profile, zone, cut hour",
		         arena_printf(b->r->arena, "%.*s · %.*s · %.*s · %02d:00", STR_ARG(s->name), STR_ARG(profiles_text(b, s)), STR_ARG(zone_name(s->zone)),
		                      s->cut_hour));
	}
}

/* What differed between the days of the report. */
static void
versions_put(struct book *b, lxw_row_t *row)
{
	char from[11], to[11];
	struct str text;
	for (size_t i = 0; report_settings_span(b->r, i, from, to, &text); i++)
		pair_put(b, row, i ? "" : "分段规则", i ? "" : "Rules by date", arena_printf(b->r->arena, "%s – %s  %.*s", from, to, STR_ARG(text)));
}

static void
header_put(struct book *b, const struct export_mark *mark, lxw_row_t *row)
{
	const struct measure_rules *s = &b->r->ask.rules;
	struct arena *a = b->r->arena;
	char from[11], to[11], at[32];
	date_print(b->r->ask.from, from);
	date_print(b->r->ask.to, to);
	export_time(mark, at);
	pair_put(b, row, "日期", "Days", arena_printf(a, "%s – %s", from, to));
	shops_put(b, row);
	pair_put(b, row, "会话间隔（分钟）", "Session gap (min)", arena_printf(a, "%lld", (long long)s->session_gap_min));
	pair_put(b, row, "慢响应（秒）", "Slow after (s)", arena_printf(a, "%lld", (long long)s->slow_s));
	pair_put(b, row, "长接待（分钟）", "Long after (min)", arena_printf(a, "%lld", (long long)s->long_min));
	versions_put(b, row);
	pair_put(b, row, "过滤掉的聊天对", "Pairs filtered out", filters_text(b));
	pair_put(b, row, "导出人", "Exported by", mark->who);
	pair_put(b, row, "导出时间", "Exported at", str_of(at));
}

static enum err
words_put(struct book *b, const struct export_mark *mark)
{
	static const char *const ways[][2] = { { "–", "–" }, { "越高越好", "higher is better" }, { "越低越好", "lower is better" } };
	lxw_row_t row = 0;
	b->sheet = workbook_add_worksheet(b->w, b->zh ? "说明" : "Definitions");
	if (!b->sheet)
		return ERR_NO_MEMORY;
	note(b, worksheet_set_column(b->sheet, 0, 0, 26, NULL));
	note(b, worksheet_set_column(b->sheet, 1, 1, 90, NULL));
	note(b, worksheet_set_column(b->sheet, 2, 2, 18, NULL));
	header_put(b, mark, &row);
	row++;
	text_put(b, row, 0, b->zh ? STR("指标") : STR("Metric"), b->head);
	text_put(b, row, 1, b->zh ? STR("定义") : STR("Definition"), b->head);
	text_put(b, row++, 2, b->zh ? STR("方向") : STR("Direction"), b->head);
	for (size_t i = 0; i < b->n; i++, row++) {
		const struct metric *m = b->metric[i];
		text_put(b, row, 0, metric_name(b, m, b->zh ? m->name_zh : m->name_en, unit_title(b, m->unit)), b->wrap);
		text_put(b, row, 1, metric_name(b, m, b->zh ? m->definition_zh : m->definition_en, ""), b->wrap);
		text_put(b, row, 2, str_of(ways[m->direction][b->zh ? 0 : 1]), b->wrap);
	}
	return OK;
}

static void
columns_take(struct book *b, struct str keys)
{
	for (size_t i = 0; i < metrics_count && b->n < COLUMNS_MAX; i++)
		if (report_column(b->r, &metrics[i], keys))
			b->metric[b->n++] = &metrics[i];
	for (int i = 0; i < BY_COUNT && b->by_n < BY_MAX; i++)
		if (b->r->ask.by >> i & 1)
			b->by[b->by_n++] = i;
}

enum err
export_xlsx(struct report *r, struct str keys, const struct export_mark *mark, const char *path)
{
	struct book b = { .r = r, .zh = r->ask.lang && r->ask.lang[0] == 'z' };
	lxw_workbook_options options = { .constant_memory = LXW_TRUE };
	columns_take(&b, keys);
	if (!b.n || !b.by_n)
		return ERR_BAD_FIELD;
	b.w = workbook_new_opt(path, &options);
	if (!b.w)
		return ERR_NO_MEMORY;
	formats_make(&b);
	enum err e = figures_put(&b);
	if (!e)
		e = words_put(&b, mark);
	note(&b, workbook_close(b.w));
	return e ? e : b.err ? ERR_IO : OK;
}
