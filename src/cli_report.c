#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "cli.h"
#include "measure/report.h"
#include "measure/report_sql.h"
#include "base/banned.h"

enum { WORDS_MAX = 256, SETS_MAX = 64, OUT_MAX = 256 << 20, RULES_ARENA = 64 << 20 };

struct wanted {
	const char *url, *from, *to, *by, *shop, *profile, *attribution, *metrics, *format, *name;
	const char *sets[SETS_MAX];
	size_t set_count;
};

/* Each report is a choice of columns; service is all there are (a table: the usual ones). */
static const struct preset {
	const char *name, *metrics;
} presets[] = {
	{ "service", NULL },
	{ "sales", "sales,orders,items,buyers,aov,items_per_buyer,price_per_item,share,silent_share" },
	{ "funnel", "consult_num,receive_num,inquiry_num,paid_same_day,paid_next_day,paid_final,lost_num" },
	{ "payment", "cell_own_own_persons,cell_own_own_items,cell_own_own_orders,cell_own_own_amount,cell_own_other_persons,cell_own_other_items,"
	             "cell_own_other_orders,cell_own_other_amount,cell_other_own_persons,cell_other_own_items,cell_other_own_orders,"
	             "cell_other_own_amount,cell_silent_own_persons,cell_silent_own_items,cell_silent_own_orders,cell_silent_own_amount,"
	             "cell_silent_follow_persons,cell_silent_follow_items,cell_silent_follow_orders,cell_silent_follow_amount" },
	{ "assist", "assist_order,assist_payment,assist_follow" },
	{ "satisfaction", "csat,csat_invited,csat_own,csat_system,csat_send_rate,csat_return_rate" },
	{ "refund", "orders,items,refund_rate,return_rate,refund_amount" },
	{ "workload", "online,paused,wrapup,serving,occupancy,max_concurrent" },
	{ "calls", "calls_offered,calls_answered,calls_abandoned,calls_short,calls_missed,answer_rate,abandon_rate,aht,service_level" },
	{ "contribution", "receive_num,inquiry_num,paid_final,sales,share,silent_share,refund_amount,csat" },
	{ "robot", "robot_sessions,robot_handed_rate,robot_solved,robot_messages,auto_messages" },
};

/* --set may come often: taken out before the other options are read. Returns the new count, or -1. */
static int
sets_take(struct wanted *w, int argc, char **argv)
{
	int n = 0;
	for (int i = 0; i < argc; i++) {
		bool bare = !strcmp(argv[i], "--set"), joined = !strncmp(argv[i], "--set=", 6);
		if (!bare && !joined) {
			argv[n++] = argv[i];
			continue;
		}
		const char *value = joined ? argv[i] + 6 : i + 1 < argc ? argv[++i] : NULL;
		if (!value || !strchr(value, '=') || w->set_count == SETS_MAX)
			return -1;
		w->sets[w->set_count++] = value;
	}
	return n;
}

/* -1: nobody knows it. */
static int
attribution_find(const char *word)
{
	int i = ATTRIBUTION_COUNT - 1;
	while (i >= 0 && strcmp(word, attribution_names[i]) != 0)
		i--;
	return i;
}

static int
sets_apply(const struct wanted *w, struct measure_rules *rules)
{
	char why[200] = "";
	for (size_t i = 0; i < w->set_count; i++) {
		struct str s = str_of(w->sets[i]);
		size_t eq = (size_t)str_find_char(s, '=');
		enum err e = measure_rules_set(rules, str_sub(s, 0, eq), str_sub(s, eq + 1, s.n), why);
		if (e)
			return cli_usage(&cli_report, why);
	}
	if (w->attribution)
		rules->attribution = attribution_find(w->attribution);
	return 0;
}

/* For this report alone, whatever the day. */
static int
all_sets_apply(const struct wanted *w, struct report_ask *ask)
{
	int bad = sets_apply(w, &ask->rules);
	for (size_t i = 0; !bad && i < ask->history.n; i++)
		bad = sets_apply(w, &ask->history.all[i].rules);
	return bad;
}

static int
metrics_check(const struct wanted *w, const struct measure_rules *rules)
{
	struct str rest = str_of(w->metrics), key;
	char text[200];
	while (w->metrics && str_split(&rest, ',', &key)) {
		key = str_trim(key);
		if (metric_find(key, rules))
			continue;
		snprintf(text, sizeof text, "the catalogue has no metric \"%.*s\"", key.n > 60 ? 60 : (int)key.n, key.p);
		return cli_usage(&cli_report, text);
	}
	return 0;
}

static int
shop_find(struct db *db, const char *key, int64_t *ret_id)
{
	struct report_shop_by_key_out row;
	struct arena *a = arena_new(8192);
	char text[200];
	enum err e = a ? query_one(db, &report_shop_by_key, &(struct report_shop_by_key_in){ str_of(key) }, a, &row) : ERR_NO_MEMORY;
	arena_free(a);
	if (!e) {
		*ret_id = row.id;
		return 0;
	}
	snprintf(text, sizeof text, e == ERR_NOT_FOUND ? "there is no shop \"%.60s\"" : "the shop \"%.60s\" could not be read", key);
	return cli_fail(&cli_report, text);
}

static int
print(struct report *r, const struct wanted *w)
{
	struct buf out;
	struct json_writer j;
	struct str keys = str_of(w->metrics);
	enum err e;
	buf_init(&out, OUT_MAX);
	if (!strcmp(w->format, "csv")) {
		e = report_csv(r, keys, false, &out);
	} else if (!strcmp(w->format, "table")) {
		e = report_table(r, keys, &out);
	} else {
		jw_init(&j, &out);
		jw_object(&j);
		e = report_json(r, keys, &j);
		jw_end(&j);
		e = e ? e : jw_finish(&j);
		buf_char(&out, '\n');
	}
	if (!e)
		e = buf_err(&out);
	if (!e && fwrite(out.p, 1, out.n, stdout) != out.n)
		e = ERR_IO;
	buf_free(&out);
	return e ? cli_fail(&cli_report, err_text(e, "en")) : 0;
}

static int
report_run(struct db *db, struct arena *arena, const struct wanted *w, struct report_ask *ask)
{
	struct report r = { 0 };
	enum err e = report_history(db, arena, ask);
	if (e)
		return cli_fail(&cli_report, db_error(db));
	ask->metrics = str_of(w->metrics);
	int bad = all_sets_apply(w, ask);
	if (!bad)
		bad = metrics_check(w, &ask->rules);
	if (!bad && w->shop)
		bad = shop_find(db, w->shop, &ask->shop_id);
	if (bad)
		return bad;
	e = report_make(db, ask, &r);
	if (e)
		cli_fail(&cli_report, e == ERR_DB ? db_error(db) : err_text(e, "en"));
	bad = e ? 1 : print(&r, w);
	report_free(&r);
	return bad;
}

static int
name_check(const char *name, struct wanted *w)
{
	char text[300] = "";
	size_t n = (size_t)snprintf(text, sizeof text, "there is no report \"%.60s\"; there is:", name);
	for (size_t i = 0; i < sizeof presets / sizeof *presets; i++) {
		if (!strcmp(name, presets[i].name)) {
			w->metrics = w->metrics ? w->metrics : presets[i].metrics;
			return 0;
		}
		n += (size_t)snprintf(text + n, sizeof text - n, "%s %s", i ? "," : "", presets[i].name);
	}
	return cli_usage(&cli_report, text);
}

static const char *
wanted_check(const struct wanted *w, struct report_ask *ask)
{
	if (!date_parse(str_of(w->from), &ask->from) || !date_parse(str_of(w->to), &ask->to))
		return "--from and --to are dates like 2026-03-31";
	if (ask->to < ask->from || ask->to - ask->from >= REPORT_DAYS_MAX)
		return "--to must not be before --from, nor more than 399 days after it";
	if (!report_by_find(str_of(w->by), &ask->by))
		return "--by is up to three of agent, group, shop, channel, category, day, week, month, hour, weekday, with commas";
	if (w->profile && !(ask->profile = profile_find(str_of(w->profile))))
		return "--profile is plain, taobao, jd, douyin, pdd or callcentre";
	if (w->attribution && attribution_find(w->attribution) < 0)
		return "--attribution is created, created-first or paid";
	if (strcmp(w->format, "table") != 0 && strcmp(w->format, "json") != 0 && strcmp(w->format, "csv") != 0)
		return "--format is table, json or csv";
	return NULL;
}

/* What there is to ask for and to set. */
static int
list_print(void)
{
	struct measure_rules rules;
	struct buf out;
	measure_rules_default(&rules);
	buf_init(&out, 1 << 20);
	buf_addz(&out, "Metrics (with the default settings):\n");
	for (size_t i = 0; i < metrics_count; i++) {
		const char *texts[] = { "  ", metrics[i].key, "  ", metrics[i].name_zh, ", ", metrics[i].name_en, ": ",
		    metrics[i].definition_en, "\n" };
		for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
			metric_text(&metrics[i], texts[k], &rules, &out);
	}
	buf_addz(&out, "\nSettings (--set key=value), with their defaults:\n");
	measure_rules_help(&out);
	enum err e = buf_err(&out);
	if (!e)
		fwrite(out.p, 1, out.n, stdout);
	buf_free(&out);
	return e ? 1 : 0;
}

static int
run(int argc, char **argv)
{
	const char *list = NULL;
	struct wanted w = { .by = "agent", .format = "table" };
	char *words[WORDS_MAX];
	const struct cli_option options[] = {
		{ "db", false, &w.url }, { "from", false, &w.from }, { "to", false, &w.to }, { "by", false, &w.by }, { "shop", false,
		    &w.shop },
		{ "profile", false, &w.profile }, { "attribution", false, &w.attribution }, { "metrics", false, &w.metrics }, { "format",
		    false, &w.format },
		{ "list", true, &list },
	};
	struct report_ask ask = { .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR, .now = clock_now(), .scope = STR("all"), .lang = "en" };
	if (argc >= WORDS_MAX)
		return cli_usage(&cli_report, "too many words");
	argc = sets_take(&w, argc, argv);
	if (argc < 0)
		return cli_usage(&cli_report, "--set takes key=value");
	int n = cli_parse(&cli_report, argc, argv, options, sizeof options / sizeof *options, words);
	if (n < 0)
		return 2;
	if (list)
		return list_print();
	if (n != 1)
		return cli_usage(&cli_report, "one report NAME is needed");
	int bad = name_check(words[0], &w);
	if (bad)
		return bad;
	if (!w.url || !w.from || !w.to)
		return cli_usage(&cli_report, "--db, --from and --to are needed");
	const char *what = wanted_check(&w, &ask);
	if (what)
		return cli_usage(&cli_report, what);
	struct db *db = cli_db(&cli_report, w.url, false);
	if (!db)
		return 1;
	struct arena *arena = arena_new(RULES_ARENA);
	bad = arena ? report_run(db, arena, &w, &ask) : cli_fail(&cli_report, err_text(ERR_NO_MEMORY, "en"));
	arena_free(arena);
	db_close(db);
	return bad;
}

const struct cli_command cli_report = {
	"report", "figures of some days",
	"antball report --db URL NAME --from DATE --to DATE [--by LIST] [--shop KEY]\n"
	"               [--profile plain|taobao|jd|douyin|pdd|callcentre] [--attribution created|created-first|paid]\n"
	"               [--set key=value ...] [--metrics KEY,KEY] [--format table|json|csv]\n"
	"antball report --list\n\n"
	"Prints a report over business days, both included. NAME: service (everything; a table: the usual columns), sales, funnel, payment,\n"
	"assist, satisfaction, refund, workload, calls, contribution, robot. --attribution: who owns an order; left out, as the organisation set it.\n"
	"--by: up to three of agent, group, shop, channel, category, day, week, month, hour, weekday, separated by commas.\n"
	"--profile counts as that platform does, for every shop; left out, each shop's own is used. --set changes a setting of the\n"
	"organisation for this report alone. --metrics: only these columns; --list tells what both may be. A table shows the usual columns, json and csv all.\n"
	"In json: {\"header\", \"columns\", \"rows\": [{\"by\", \"values\", \"counts\": {key: {\"sum\", \"count\"}}}], \"total\"}; a figure without a value is\n"
	"null, one whose window is still open \"pending\". May run beside a serving centre.\n",
	run,
};
