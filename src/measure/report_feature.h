#ifndef MEASURE_REPORT_FEATURE_H
#define MEASURE_REPORT_FEATURE_H

#include "app/app.h"
#include "measure/report.h"
#include "measure/report_sql.h"

/* The metric catalogue, the service report, its CSV, and the sessions behind a figure. */
extern const struct feature measure_report_feature;

/* For the other pages of reports. A report whose memory goes with the request; NULL: out of memory. */
struct report *report_for(struct request *rq);
/* What every question has in common: days, profile (no value: each shop's own), the caller's scope, the settings in force. */
enum err report_ask_start(struct request *rq, struct str from, struct str to, struct str profile, struct report_ask *ret_ask) MUST_CHECK;
/* The one day (no value: any) and the hour of it that a figure was opened at. ERR_BAD_FIELD. */
enum err report_ask_time(struct request *rq, struct str day, bool hour_set, int64_t hour, struct report_ask *a) MUST_CHECK;
/* The service report of the routes' own input. whole: all rows unless it says how many; else a page of them. */
enum err report_service_make(struct request *rq, const struct report_in_in *in, bool whole, struct report **ret_report) MUST_CHECK;
/* For a file of all rows: the reply may be longer than others. */
void report_room(struct request *rq);
/* All inputs have the same members for what they ask of the facts. */
#define FILTERS_TAKE(a, in)                                                                   \
	do {                                                                                  \
		(a)->shop_id = (in)->shop_id_set ? (in)->shop_id : 0;                         \
		(a)->group_id = (in)->group_id_set ? (in)->group_id : 0;                      \
		(a)->one_agent = (in)->agent_id_set;                                          \
		(a)->agent_id = (in)->agent_id;                                               \
		(a)->channel = (in)->channel.p ? report_channel_find((in)->channel) : REPORT_ANY;    \
		(a)->category_id = (in)->category_id_set ? (in)->category_id : 0;             \
		(a)->weekday = (in)->weekday_set ? (int)(in)->weekday : 0;                    \
	} while (0)
/* Rows of a report come in pages, too, which end before a reply is full. */
enum { PAGE_ROWS = 1000, PAGE_BYTES = 3 << 20 };
#define ROWS_ASKED(in) (in)->cursor_set ? (size_t)(in)->cursor : 0, (in)->limit_set ? (size_t)(in)->limit : (size_t)PAGE_ROWS
/* One page of n rows at hand, each written by row, and where the next page begins. limit 0: as many as usual. */
typedef enum err (*report_page_row)(struct request *rq, const void *ctx, size_t i);
enum err report_page(struct request *rq, size_t n, int64_t cursor, int64_t limit, report_page_row row, const void *ctx) MUST_CHECK;
#define PAGE_ASKED(in) (in)->cursor_set ? (in)->cursor : 0, (in)->limit_set ? (in)->limit : 0
int report_channel_find(struct str word);
/* The rule asked for, when one is. ERR_BAD_FIELD. */
enum err report_attribution(struct request *rq, struct str word, struct report_ask *a) MUST_CHECK;
/* One of a metric's texts with the settings in it. Empty: out of memory. */
struct str report_metric_text(struct request *rq, const struct metric *m, const char *text, const struct measure_rules *rules);
/* What report_make's errors say to who asked. */
enum err report_make_failed(struct request *rq, enum err e);
/* How durations are spread. */
extern const struct feature measure_spread_feature;
/* The orders behind a figure, refunds by their reason. */
extern const struct feature measure_trade_feature;
/* Today so far beside the same span of its day a week ago. */
extern const struct feature measure_pace_feature;
/* Closed months and their restatements. */
extern const struct feature measure_month_feature;

#endif
