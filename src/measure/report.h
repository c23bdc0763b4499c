/*
 * Reports over the fact records: rows, a total that is computed anew (never a sum of rows where that would be wrong), and the sessions that made a
 * figure. Reads the record of the days asked for and as much around them as the figures need.
 */
#ifndef MEASURE_REPORT_H
#define MEASURE_REPORT_H

#include "db/db.h"
#include "json/json.h"
#include "measure/catalogue.h"
#include "measure/versions.h"

enum { REPORT_PERCENTS = 4 };
extern const int report_percents[REPORT_PERCENTS]; /* all that percentiles are of */
enum { REPORT_DAYS_MAX = 400, REPORT_ROWS_MAX = 100000, REPORT_NO_HOUR = -1, REPORT_ANY = -1 };
#define REPORT_NO_DAY INT32_MIN
enum { FIGURE_NONE = UINT8_MAX };

/* What a report goes by: up to BY_MAX of these together. */
enum {
	BY_AGENT = 1 << 0, BY_GROUP = 1 << 1, BY_SHOP = 1 << 2, BY_CHANNEL = 1 << 3, BY_CATEGORY = 1 << 4, BY_DAY = 1 << 5, BY_WEEK = 1 << 6,
	BY_MONTH = 1 << 7, BY_HOUR = 1 << 8, BY_WEEKDAY = 1 << 9, BY_SESSION = 1 << 10 /* alone */
};
enum { BY_COUNT = 10, BY_MAX = 3 };
extern const char *const report_by_names[BY_COUNT];

struct report_ask {
	int64_t from, to;               /* business days, both included */
	uint32_t by;                    /* BY_... */
	const struct profile *profile;  /* NULL: each shop's own */
	int64_t shop_id, group_id, category_id; /* 0: all */
	int channel;                    /* enum fact_channel, or REPORT_ANY */
	int weekday;                    /* 1 Monday .. 7 Sunday; 0: all */
	bool one_agent;
	int64_t agent_id;               /* with one_agent; 0: what nobody held */
	int32_t day;                    /* one of them, or REPORT_NO_DAY */
	int hour;                       /* of the wall clock, or REPORT_NO_HOUR */
	int64_t now;
	int64_t until;                  /* ms, not included: the service figures as they stood then, what came later is not read; 0: now */
	struct store *store;            /* resident facts, or NULL: the record is read */
	bool durations;                 /* those behind the percentiles will be looked at, not the percentiles alone */
	struct str metrics;             /* keys of those that will be looked at, separated by commas; empty: all */
	const struct metric *order;     /* rows by this figure; NULL: by name */
	bool descending;
	size_t most;                    /* in that order: so many rows and no more in all pages together; 0: all */
	size_t skip, limit;             /* the page: without so many of the first; so many rows at most, 0: all */
	struct str scope;               /* own, group, shop, all */
	int64_t viewer, viewer_group;
	const char *lang;               /* of what the report itself says: "zh", else English */
	struct measure_rules rules;     /* what keys and definitions say: of the last day */
	struct rules_history history;   /* what the days are counted by; n 0: rules, on every day */
	const struct rule_versions *fixed; /* NULL, or what the days of all shops are counted by (a closed month's), instead of history and profile */
};

struct report_shop {
	int64_t id;
	struct str key, name, colour;
	const struct zone *zone;
	int cut_hour;
	const struct profile *first;    /* its profile before there were changes of it */
	struct rule_versions versions;
	const struct profile *profile;  /* of the last day */
	int32_t today;           /* its business day at ask.now */
};

struct report_person {
	int64_t id, group_id;
	struct str key, name;
	enum customer_kind kind; /* CUSTOMER_STAFF: human; else robot, platform */
	bool shown;              /* within scope and filters */
};

struct report_group {
	int64_t id;
	struct str key, name;
};

struct report_category {
	int64_t id;
	struct str key, name, name_en;
};

/* One business day's place among weeks (by their Monday) and months (by their first); indices from 0 within the report. */
struct report_date {
	int32_t week, month;
	uint16_t week_index, month_index;
	uint8_t weekday;
};

/* What a row is about; members that its report does not go by, and what has none, are FACT_NONE, REPORT_NO_DAY, REPORT_NO_HOUR,
 * weekday 0. */
struct report_row {
	uint32_t agent, shop, group, channel, category, session, rating;
	int32_t day, week, month; /* week: its Monday; month: its first day */
	int hour, weekday;
	size_t key;
	size_t shop_key; /* of the row that has the same but nobody */
	size_t first_from, first_n, reply_from, reply_n; /* durations, ascending */
	uint32_t picked[2][REPORT_PERCENTS]; /* with report.picked: the percentiles of first and reply, ms */
};

struct duration {
	uint32_t row, ms;
};
struct durations {
	struct duration *all;
	size_t n, cap;
};

/* What a shop sold in all, by the row it belongs to when nobody had a part in it. */
struct share {
	int64_t amount;
};
struct shares {
	struct share *all;
	size_t n, cap;
};

struct report_closed {
	int64_t shop_id, closed_at;
	struct str month; /* 2026-03 */
};

struct report {
	struct report_ask ask;
	struct arena *arena;
	struct report_shop *shops;
	struct report_person *people;
	struct report_group *groups;
	struct report_category *categories;
	struct report_date *dates; /* by day - ask.from */
	size_t shop_count, people_count, group_count, category_count, week_count, month_count;
	bool nobody_shown;
	int64_t *customers;      /* ids by the facts' numbers */
	uint32_t customer_count;
	struct facts facts;
	struct report_row *rows; /* the first is the total */
	struct cell *cells;      /* their figures, by row */
	int64_t *figures;        /* instead of cells, of resident facts: by row, figure_n each; figure_at: which of these, by tally, or FIGURE_NONE */
	size_t row_count, row_cap, cell_cap, figure_n;
	const uint8_t *figure_at;
	uint32_t *row_of;        /* by key */
	struct durations first, reply;
	bool picked;             /* rows have their percentiles, and how many durations there were; the durations are not here */
	int64_t filtered[FILTER_COUNT], messages;
	struct str *reasons;     /* of refunds, by the facts' numbers */
	size_t reason_count;
	int64_t orders_left_out[ORDER_KINDS];
	struct shares shares;
	uint32_t *share_of;      /* by key: the share + 1 */
	struct report_closed *closed; /* closed months of the shops shown */
	size_t closed_count;
	bool concurrent;         /* the most at once is looked at: an hour, a day in which a chat was only open has its row */
	bool trade, inquiries, calls, robots, states; /* looked at: else nothing of them is read, and they make no rows; inquiries: with trade */
};

/* The organisation's settings as they are in force now. */
enum err report_rules(struct db *db, int64_t now, struct measure_rules *ret_rules) MUST_CHECK;
/* Those of the days of a report, by date, into ask->history, and what is in force on its last day into ask->rules; in the arena. */
enum err report_history(struct db *db, struct arena *a, struct report_ask *ask) MUST_CHECK;
/* What a shop's day is counted by. */
const struct rule_version *report_version(const struct report *r, uint32_t shop, int32_t day);
/* The whole report; report_free in any case. ERR_NOT_FOUND: no such shop within reach. */
enum err report_make(struct db *db, const struct report_ask *ask, struct report *ret_report) MUST_CHECK;
void report_free(struct report *r);
/* "agent,day", in any order; agent_day is the same. False: a word nobody knows, none, or more than BY_MAX. */
bool report_by_find(struct str words, uint32_t *ret_by);
/* The metric of an order ("key", "-key"). False: the catalogue has no such. */
bool report_order_find(struct str order, struct report_ask *a);

struct value report_value(const struct report *r, const struct report_row *row, const struct metric *m);
/* The order of rows: by the figure asked for, else for people, by name, day, hour. Indices of rows from 1, in r->arena: of the first ask.most those
 * after ask.skip, at most ask.limit. */
size_t report_rows(const struct report *r); /* of all pages */
enum err report_order(struct report *r, size_t **ret_order, size_t *ret_n) MUST_CHECK;

/* A metric's key with the settings in it. */
struct str report_metric_key(const struct report *r, const struct metric *m);
/* A metric is a column when keys (comma separated; empty: all) names it. */
bool report_column(const struct report *r, const struct metric *m, struct str keys);
/* Printing is for all but BY_SESSION. Members header, columns, rows, total of an object already begun. */
enum err report_json(struct report *r, struct str keys, struct json_writer *w) MUST_CHECK;
/* The same, but no further row once the rows have so many bytes; where any follow, the member next says how many rows to skip then. */
enum err report_json_page(struct report *r, struct str keys, size_t bytes, struct json_writer *w) MUST_CHECK;
/* The member header alone: profile, windows, filters and how many rows each took out. */
void report_header(const struct report *r, struct json_writer *w);
/* What a row is about, in the report's language; bit: 1 << bit is one of ask.by. In r->arena. */
struct str report_by_text(const struct report *r, const struct report_row *row, int bit);
const char *report_by_title(const struct report *r, int bit);
/* On some day of the report. */
bool report_filter_on(const struct report *r, enum filter f);
/* The spans of days of a report over several versions of the settings, one after the other: i from 0; false: no more, or all days are of one. */
bool report_settings_span(const struct report *r, size_t i, char ret_from[11], char ret_to[11], struct str *ret_text);
/* The profile of all the report's days of a shop; NULL: it was changed on one of them. */
const struct profile *report_profile(const struct report *r, const struct report_shop *shop);
/* names: the header line holds names in the report's language, else keys. Formulas are neutralised. */
enum err report_csv(struct report *r, struct str keys, bool names, struct buf *out) MUST_CHECK;
/* One cell: quoted where it must be; what a spreadsheet would run as a formula becomes text. */
void report_csv_text(struct buf *out, struct str s);
/* For a terminal: brief columns unless keys are given. */
enum err report_table(struct report *r, struct str keys, struct buf *out) MUST_CHECK;

/* The parts, for report_make. */
enum err report_world(struct db *db, struct report *r) MUST_CHECK; /* shops, people, categories and rules, as far as ask reaches */
enum err report_dates(struct report *r) MUST_CHECK;
enum err report_rows_start(struct report *r) MUST_CHECK; /* ERR_TOO_LARGE: more rows than anybody reads */
size_t report_keys(const struct report *r);                /* so many different rows there may be */
void report_rows_again(struct report *r);                  /* no rows but an empty total */
enum err report_load(struct db *db, struct report *r) MUST_CHECK;
enum err report_count(struct report *r) MUST_CHECK;
enum err report_concurrent(struct report *r) MUST_CHECK;
/* Durations as they came, to the rows. */
void report_durations(struct report *r);
/* A session as one agent had it open, until end (not included). session: tells those of one moment apart. */
struct report_span {
	int64_t begin, end;
	uint32_t agent, shop, channel, category, session;
};
enum err report_sweep(struct report *r, struct report_span *spans, size_t n) MUST_CHECK;
enum err report_duration(struct durations *d, uint32_t row, uint32_t ms) MUST_CHECK; /* to the row and the total */
/* The row for a fact, made when new, or FACT_NONE when it is not shown. ERR_NO_MEMORY. session, rating: for BY_SESSION. */
struct report_place {
	uint32_t shop, agent, session, rating, channel, category; /* channel, category: FACT_NONE where there is none */
	int32_t day;
	int hour;
};
/* channel and category by its session. */
struct report_place report_place_of(const struct report *r, struct report_place p);
bool report_shows(const struct report *r, const struct report_place *p);
/* The same, whoever it was. */
bool report_spans(const struct report *r, const struct report_place *p);
/* Whether the viewer may know what a shop does in all. */
bool report_sees_shops(const struct report *r);
size_t report_place_key(const struct report *r, const struct report_place *p);
/* Of trade_count.c and workload.c: orders, inquiries, calls, robots; times. */
enum err trade_count(struct report *r) MUST_CHECK;
enum err trade_count_orders(struct report *r) MUST_CHECK;
enum err trade_count_calls(struct report *r) MUST_CHECK;
enum err trade_count_robots(struct report *r) MUST_CHECK;
void trade_shares(struct report *r); /* when all rows are there */
void trade_count_pair(struct report *r, const struct fact_pair *q, uint32_t row);
/* The header's members about sales and calls: rule, windows, refunds, what was left out, which treatment of abandoned calls. */
void trade_header(const struct report *r, struct json_writer *w);
/* The calls of the days asked for, read and counted: where the rest of the report did not come from the record. */
enum err trade_calls_count(struct db *db, struct report *r) MUST_CHECK;
/* A chat as an agent had it open, as far as it counts. */
struct report_stretch {
	int64_t begin, end;
	uint32_t agent;
};
/* open: of the days asked for and their neighbours; NULL: what the report's own facts say. */
enum err workload_count(struct db *db, struct report *r, const struct report_stretch *open, size_t n) MUST_CHECK;
enum err report_row_of(struct report *r, const struct report_place *p, uint32_t *ret_row) MUST_CHECK;

#endif
