/* rebuild-facts: the facts that a serving centre keeps in memory, made here from the record and held against it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "cli.h"
#include "json/json.h"
#include "measure/report.h"
#include "measure/store.h"
#include "measure/store_sql.h"
#include "team/settings_sql.h"
#include "base/banned.h"

enum { WORDS_MAX = 16, DAYS_AT_ONCE = 14, TOLD_MAX = 50, ARENA_MAX_BYTES = 64 << 20, MEMORY_MB = 512, KEYS_MAX = 1 << 16, PLACE_MAX = 300 };

struct checking {
	struct db *db;
	struct store *store;
	struct arena *arena;
	int64_t now, memory_mb;
	int64_t from, to;                     /* business days of the record; from > to: there are none */
	int64_t build_ms, check_ms;
	int64_t days, days_left, rows, figures; /* compared; left: not kept in memory, so that reports read the record anyway */
	int64_t differences;
	uint64_t sum;
};

/* Building ------------------------------------------------------------------------------------------------------------- */

static enum err
memory_take(void *ctx, const void *row)
{
	const struct setting_values_out *s = row;
	int64_t mb;
	if (str_eqz(s->name, "facts_memory_mb") && str_int(s->value, &mb) && mb > 0)
		((struct checking *)ctx)->memory_mb = mb;
	return OK;
}

static enum err
span_take(void *ctx, const void *row)
{
	struct checking *c = ctx;
	const struct store_span_query_out *span = row;
	int64_t low = span->low_set ? span->low / 86400000 - 1 : INT64_MAX, high = span->high_set ? span->high / 86400000 + 1 : INT64_MIN;
	c->from = low < c->from ? low : c->from;
	c->to = high > c->to ? high : c->to;
	return OK;
}

struct shops {
	int64_t *ids;
	size_t n, cap;
	struct arena *arena;
};

static enum err
shop_take(void *ctx, const void *row)
{
	struct shops *s = ctx;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		int64_t *ids = arena_alloc(s->arena, cap * sizeof *ids);
		if (!ids)
			return ERR_NO_MEMORY;
		if (s->n)
			memcpy(ids, s->ids, s->n * sizeof *ids);
		s->ids = ids;
		s->cap = cap;
	}
	s->ids[s->n++] = ((const struct store_shops_out *)row)->id;
	return OK;
}

/* A day more on both sides: the zones and cut hours of the shops are within it. */
static enum err
span_find(struct checking *c)
{
	struct shops shops = { .arena = c->arena };
	enum err e = query_each(c->db, &store_shops, NULL, shop_take, &shops);
	c->from = INT64_MAX;
	c->to = INT64_MIN;
	for (size_t i = 0; !e && i < shops.n; i++)
		e = query_each(c->db, &store_span_query, &(struct store_span_query_in){ shops.ids[i] }, span_take, c);
	return e;
}

static enum err
facts_build(struct checking *c)
{
	int64_t began = clock_monotonic();
	bool more = true;
	enum err e = span_find(c);
	if (!e)
		e = store_new((size_t)c->memory_mb << 20, &c->store);
	while (!e && more)
		e = store_build_some(c->store, c->db, c->now, &more);
	if (!e)
		e = store_sum(c->store, c->db, c->now, &c->sum);
	c->build_ms = clock_monotonic() - began;
	return e;
}

/* Comparing ------------------------------------------------------------------------------------------------------------ */

/* Of all figures that reports take from the facts. */
static enum err
keys_make(struct checking *c, const struct measure_rules *rules, struct str *ret)
{
	struct buf b;
	buf_init(&b, KEYS_MAX);
	c->figures = 0;
	for (size_t i = 0; i < metrics_count; i++) {
		if (!store_metric(&metrics[i], rules))
			continue;
		if (b.n)
			buf_char(&b, ',');
		metric_text(&metrics[i], metrics[i].key, rules, &b);
		c->figures++;
	}
	enum err e = buf_err(&b);
	if (!e)
		*ret = arena_str(c->arena, buf_str(&b));
	buf_free(&b);
	return e ? e : ret->p ? OK : ERR_NO_MEMORY;
}

static void
place_print(const struct report *r, const struct report_row *row, char text[PLACE_MAX])
{
	size_t n = 0;
	text[0] = 0;
	for (int bit = 0; bit < BY_COUNT; bit++) {
		if (!(r->ask.by & 1U << bit))
			continue;
		struct str name = report_by_text(r, row, bit);
		n += (size_t)snprintf(text + n, PLACE_MAX - n, "%s%.80s", n ? ", " : "", name.p ? name.p : "-");
		n = n < PLACE_MAX ? n : PLACE_MAX - 1;
	}
}

static void
differs(struct checking *c, const char *place, const char *what)
{
	if (c->differences++ < TOLD_MAX)
		fprintf(stderr, "differs: %s: %s\n", place, what);
}

static void
row_compare(struct checking *c, const struct report *facts, const struct report_row *x, const struct report *record, const struct report_row *y)
{
	char place[PLACE_MAX], other[PLACE_MAX], what[3 * PLACE_MAX];
	place_print(facts, x, place);
	place_print(record, y, other);
	c->rows++;
	if (strcmp(place, other) != 0) {
		snprintf(what, sizeof what, "the record has %s there", other);
		differs(c, place, what);
		return;
	}
	for (size_t i = 0; i < metrics_count; i++) {
		if (!store_metric(&metrics[i], &facts->ask.rules) || !report_column(facts, &metrics[i], facts->ask.metrics))
			continue;
		struct value a = report_value(facts, x, &metrics[i]), b = report_value(record, y, &metrics[i]);
		if (a.set == b.set && a.pending == b.pending && a.sum == b.sum && a.count == b.count && (!a.set || a.v == b.v))
			continue;
		snprintf(what, sizeof what, "%s: facts %g (%lld/%lld), record %g (%lld/%lld)", metrics[i].key, a.v, (long long)a.sum, (long long)a.count,
		         b.v, (long long)b.sum, (long long)b.count);
		differs(c, place, what);
	}
}

static enum err
reports_compare(struct checking *c, struct report *facts, struct report *record)
{
	size_t n, m, *x, *y;
	char text[80];
	enum err e = report_order(facts, &x, &n);
	if (!e)
		e = report_order(record, &y, &m);
	if (e)
		return e;
	if (n != m) {
		char from[11];
		date_print(facts->ask.from, from);
		snprintf(text, sizeof text, "facts have %zu rows, the record %zu", n, m);
		differs(c, from, text);
	}
	for (size_t i = 0; i < n && i < m; i++)
		row_compare(c, facts, &facts->rows[x[i]], record, &record->rows[y[i]]);
	return OK;
}

/* ERR_TOO_LARGE: more rows than a report has. */
static enum err
days_check(struct checking *c, int64_t from, int64_t to)
{
	struct report_ask ask = { .from = from, .to = to, .by = BY_AGENT | BY_SHOP | BY_DAY, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR,
		                  .now = c->now, .scope = STR("all"), .lang = "en" };
	struct report facts = { 0 }, record = { 0 };
	struct store_stats before, after;
	arena_reset(c->arena);
	enum err e = report_history(c->db, c->arena, &ask);
	if (!e)
		e = keys_make(c, &ask.rules, &ask.metrics);
	if (e)
		return e;
	store_stats(c->store, &before);
	ask.store = c->store;
	e = report_make(c->db, &ask, &facts);
	store_stats(c->store, &after);
	if (!e && after.answered == before.answered) {
		c->days_left += to - from + 1;
	} else if (!e) {
		ask.store = NULL;
		e = report_make(c->db, &ask, &record);
		if (!e)
			e = reports_compare(c, &facts, &record);
		c->days += e ? 0 : to - from + 1;
		report_free(&record);
	}
	report_free(&facts);
	return e;
}

static enum err
facts_check(struct checking *c)
{
	int64_t began = clock_monotonic();
	enum err e = OK;
	for (int64_t day = c->from, many = DAYS_AT_ONCE; !e && day <= c->to;) {
		int64_t last = day + many - 1 < c->to ? day + many - 1 : c->to;
		e = days_check(c, day, last);
		if (e == ERR_TOO_LARGE && many > 1) {
			many = 1;
			e = OK;
		} else {
			day = last + 1;
		}
	}
	c->check_ms = clock_monotonic() - began;
	return e;
}

/* Telling -------------------------------------------------------------------------------------------------------------- */

static int
json_print(const struct checking *c, const struct store_stats *s, const char *sum)
{
	const struct {
		const char *name;
		int64_t value;
	} members[] = {
		{ "shops", s->shops }, { "days", s->days }, { "days_built", s->days_built }, { "pairs", s->pairs }, { "customers", s->customers }, { "bytes", s->bytes },
		{ "build_ms", c->build_ms }, { "days_checked", c->days }, { "days_left", c->days_left }, { "rows", c->rows }, { "figures", c->figures },
		{ "differences", c->differences }, { "check_ms", c->check_ms },
	};
	struct buf b;
	struct json_writer w;
	buf_init(&b, 4096);
	jw_init(&w, &b);
	jw_object(&w);
	jw_member_text(&w, "sum", str_of(sum));
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		jw_member_int(&w, members[i].name, members[i].value);
	jw_end(&w);
	enum err e = jw_finish(&w);
	if (!e)
		printf("%.*s\n", STR_ARG(buf_str(&b)));
	buf_free(&b);
	return e ? cli_fail(&cli_rebuild_facts, err_text(e, "en")) : 0;
}

static void
words_print(const struct checking *c, const struct store_stats *s, const char *sum)
{
	printf("%lld of %lld business days of %lld shops: %lld contact pairs of %lld customers, %.1f MB, made from the record in %.1f s\n", (long long)s->days_built,
	       (long long)s->days, (long long)s->shops, (long long)s->pairs, (long long)s->customers, (double)s->bytes / 1048576, (double)c->build_ms / 1000);
	if (s->days_built < s->days)
		printf("the older days do not fit into %lld MB (setting facts_memory_mb): their reports read the record\n", (long long)c->memory_mb);
	printf("sum %s\n", sum);
	printf("compared with the record over %lld days by agent, shop and day: %lld rows of %lld figures, %lld differences, in %.1f s\n", (long long)c->days,
	       (long long)c->rows, (long long)c->figures, (long long)c->differences, (double)c->check_ms / 1000);
}

static int
result_print(const struct checking *c, const char *against, bool json)
{
	char sum[17], text[120];
	struct store_stats s;
	snprintf(sum, sizeof sum, "%016llx", (unsigned long long)c->sum);
	store_stats(c->store, &s);
	if (!json)
		words_print(c, &s, sum);
	else if (json_print(c, &s, sum))
		return 1;
	if (c->differences > TOLD_MAX)
		fprintf(stderr, "... and %lld more differences\n", (long long)(c->differences - TOLD_MAX));
	if (c->differences)
		return cli_fail(&cli_rebuild_facts, "the facts are not what the record says: please report this as a fault of the program");
	if (against && strcmp(against, sum) != 0) {
		snprintf(text, sizeof text, "the sum is %s, not %.40s", sum, against);
		return cli_fail(&cli_rebuild_facts, text);
	}
	return 0;
}

static int
facts_run(struct checking *c, const char *against, bool json)
{
	enum err e = c->memory_mb ? OK : query_each(c->db, &setting_values, NULL, memory_take, c);
	c->memory_mb = c->memory_mb ? c->memory_mb : MEMORY_MB;
	if (!e)
		e = facts_build(c);
	if (!e)
		e = facts_check(c);
	if (e)
		return cli_fail(&cli_rebuild_facts, db_error(c->db)[0] ? db_error(c->db) : err_text(e, "en"));
	return result_print(c, against, json);
}

static int
run(int argc, char **argv)
{
	const char *url = NULL, *format = "table", *memory = NULL, *against = NULL;
	char *words[WORDS_MAX];
	const struct cli_option options[] = { { "db", false, &url }, { "format", false, &format }, { "memory", false, &memory }, { "sum", false, &against } };
	struct checking c = { .now = clock_now() };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_rebuild_facts, "too many words");
	int n = cli_parse(&cli_rebuild_facts, argc, argv, options, sizeof options / sizeof *options, words);
	if (n)
		return n < 0 ? 2 : cli_usage(&cli_rebuild_facts, "only options are expected");
	if (!url)
		return cli_usage(&cli_rebuild_facts, "--db is missing");
	if (strcmp(format, "table") != 0 && strcmp(format, "json") != 0)
		return cli_usage(&cli_rebuild_facts, "--format is table or json");
	if (memory && (!str_int(str_of(memory), &c.memory_mb) || c.memory_mb < 16 || c.memory_mb > 65536))
		return cli_usage(&cli_rebuild_facts, "--memory is from 16 to 65536 MB");
	c.db = cli_db(&cli_rebuild_facts, url, false);
	if (!c.db)
		return 1;
	c.arena = arena_new(ARENA_MAX_BYTES);
	int bad = c.arena ? facts_run(&c, against, !strcmp(format, "json")) : cli_fail(&cli_rebuild_facts, err_text(ERR_NO_MEMORY, "en"));
	store_free(c.store);
	arena_free(c.arena);
	db_close(c.db);
	return bad;
}

const struct cli_command cli_rebuild_facts = {
	"rebuild-facts", "make the facts of reports anew, and hold them against the record",
	"antball rebuild-facts --db URL [--sum SUM] [--memory MB] [--format table|json]\n\n"
	"Reports take their figures from facts that a serving centre keeps in memory: nothing of them is stored, every start makes them from the record.\n"
	"This command makes them here, apart from the centre, and compares every figure of every agent, shop and business day with what the record itself\n"
	"gives when it is counted line by line. Exit 0: all are equal; 1: some differ (each is told), or the sum is another. Changes nothing, and\n"
	"may run beside a serving centre; to have that one make its own facts anew use POST /api/v1/facts/rebuild.\n\n"
	"  --db URL      a file, or postgresql://user@host/name\n"
	"  --sum SUM     what GET /api/v1/facts of the serving centre tells: its facts, grown event by event, are these ones. While nobody chats:\n"
	"                a message between the two gives another sum\n"
	"  --memory MB   as the setting facts_memory_mb, which is taken when this is left out; days that do not fit are not compared\n",
	run,
};
