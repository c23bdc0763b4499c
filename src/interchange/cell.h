/*
 * Values as spreadsheets and chat tools write them. All take text and give text or integers; nothing here goes through a double, so the
 * nineteen digits of an order number stay nineteen digits.
 */
#ifndef INTERCHANGE_CELL_H
#define INTERCHANGE_CELL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"

/* Without white space of any kind at both ends (full-width and non-breaking too), ="..." and a leading apostrophe. In the arena or of s. */
struct str cell_clean(struct arena *a, struct str s);
/* Full-width digits, letters and signs as half-width ones. */
struct str cell_half(struct arena *a, struct str s);
/* Nothing was counted: empty, "-", "--", "/", "N/A", "无", "null", 延迟统计. */
bool cell_empty(struct str s);
/* The head of a summing row: 汇总, 均值, 合计, 总计, 小计, 平均(值), 总和, total, average, sum, mean. */
bool cell_tail(struct str s);
/* A column's name, to be compared: half width, no blanks, brackets and what is in them kept, ASCII lower case. */
struct str cell_name(struct arena *a, struct str s);

/* "12.00元", "￥1,234.5", "1.2万" -> cents. False when it is none, or has more than 13 digits. */
bool cell_money(struct arena *a, struct str s, int64_t *ret_cents);
bool cell_count(struct arena *a, struct str s, int64_t *ret_n); /* "1,234", "12.0", "3件" */
/* 0.9971, "99.71%", "９９.７１％", and 99.71 in a column that is known to be in percent -> millionths of 1. */
bool cell_rate(struct arena *a, struct str s, bool percent, int64_t *ret_millionths);
/* "38.5", "38.5秒", "1分20秒", "00:01:23", "01:23" (minutes and seconds), "850ms" -> ms. A bare number is seconds. */
bool cell_duration(struct arena *a, struct str s, int64_t *ret_ms);
/*
 * The number of an order, of a refund...: letters, digits, - and _. ERR_TOO_LARGE: a spreadsheet made a number of it and digits are lost
 * ("1.23457E+18"). ERR_BAD_FIELD: it is none.
 */
enum err cell_number(struct arena *a, struct str s, struct str *ret) MUST_CHECK;

enum date_order { DATE_UNKNOWN, DATE_YMD, DATE_DMY, DATE_MDY };
enum date_order date_order_of(struct str word); /* "YMD", "DMY", "MDY"; else DATE_UNKNOWN */

/* What dates without a leading year of four digits told so far. */
struct date_look {
	int64_t clear, first_over_12, second_over_12, open;
};

/*
 * A date with or without a time: "2026-01-02 10:11:12", "2026年1月2日 下午3:04", "01/02/2026 10:11 PM", "20260102101112", RFC 3339, a
 * spreadsheet's day number when serial. order: for those that do not begin with a year of four digits; DATE_UNKNOWN makes them ERR_CONFLICT
 * (never guessed). ERR_BAD_FIELD: no such time. look (may be NULL) learns.
 */
enum err cell_time(struct arena *a, struct str s, enum date_order order, bool serial, const struct zone *zone, struct date_look *look,
                   int64_t *ret_ms) MUST_CHECK;

#endif
