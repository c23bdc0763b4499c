/*
 * Reports over resident facts: so many contact pairs of 4 shops and 200 agents over so many days, in the product's own store.
 *   measure_store PAIRS DAYS ROUNDS CATEGORISED [KIND]     CATEGORISED: how many chats of 100 have one of ten categories; KIND: that report alone
 * The store, the report and its JSON are the product's; what it would read of the messages is made up here instead (the two functions of store_load.c
 * that read them are replaced: -Wl,--wrap). A business day of a shop always comes out the same. Prints one JSON object.
 * Every report that leaves nothing out must have the same contact pairs, and as many distinct customers as were drawn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "measure/store_impl.h"
#include "measure_chat.h"
#include "must.h"

enum { SHOPS = 4, AGENTS = 200, CATEGORIES = 10, ROUNDS_MAX = 50, OUT_MAX = 1 << 28, OWN_AGENTS = AGENTS / SHOPS };
enum { PAGE_ROWS = 1000, PAGE_BYTES = 3 << 20 }; /* as the interface answers */

#define FIGURES "consult_num,receive_num,first_reply_time,avg_reply_time,answered_within_30,answered_within_180,noreply_num,reply_rate,session_num,direct,in,out," \
	"slow_num,long_num,qa_ratio,customer_messages,agent_messages,agent_chars,transfer_rate,fcr"
#define PERCENTILES FIGURES ",first_reply_time_p50,first_reply_time_p99,reply_time_p50,reply_time_p90,reply_time_p95,reply_time_p99"

static int64_t pairs_wanted, days, categorised, pool;
static uint8_t *drawn; /* customers of whom something was made, by shop and number */

enum err __wrap_store_events(struct store *s, struct db *db, const struct store_shop *shop, int64_t customer_id, int64_t low, int64_t high);
enum err __wrap_store_span(struct store *s, struct db *db, struct store_shop *shop, int64_t now);

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "measure_store: %s\n", what);
	exit(1);
}

/* The record that is made up ---------------------------------------------------------------------------------------------- */

static enum err
chat_add(struct store *s, int64_t shop, int64_t day, int64_t i)
{
	int64_t number = draw(pool), minute = 480 + draw(780), last;
	/* Two shifts: until 17:00 and from 13:00. */
	int64_t late = minute < 780 ? 0 : minute > 1020 ? 1 : draw(2);
	struct chat c = { .at = (FIRST_DAY + day) * DAY_MS - ZONE_MS + minute * MINUTE_MS, .record_id = (day * SHOPS + shop) * 1000000 + i + 1,
		          .first_agent = (uint32_t)((shop - 1) * OWN_AGENTS), .agents = OWN_AGENTS, .category = draw(100) < categorised ? 1 + (uint32_t)draw(CATEGORIES) : 0 };
	struct fact_event made[CHAT_EVENTS];
	bool spoke;
	c.agent = c.first_agent + 2 * (uint32_t)draw(OWN_AGENTS / 2) + (uint32_t)late;
	enum err e = store_customer(s, shop * 100000000 + number, &c.customer);
	size_t n = e ? 0 : chat_make(&c, made, &last, &spoke);
	drawn[(shop - 1) * pool + number] = 1;
	for (size_t k = 0; k < n; k++) {
		struct fact_event *at = fact_new(s->events);
		if (!at)
			return ERR_NO_MEMORY;
		*at = made[k];
	}
	return e;
}

enum err
__wrap_store_events(struct store *s, struct db *db, const struct store_shop *shop, int64_t customer_id, int64_t low, int64_t high)
{
	int64_t from = (low + ZONE_MS) / DAY_MS - FIRST_DAY, to = (high - 1 + ZONE_MS) / DAY_MS - FIRST_DAY;
	enum err e = customer_id ? ERR_INTERNAL : OK; /* nothing grows here */
	(void)db;
	s->events.n = 0;
	for (int64_t day = from < 0 ? 0 : from; !e && day <= to && day < days; day++) {
		int64_t chats = pairs_wanted * 10 / 11 / days / SHOPS; /* a tenth is passed on and makes two pairs */
		seed = ((uint64_t)(day * SHOPS + shop->id) + 1) * 0x9E3779B97F4A7C15ULL;
		for (int64_t i = 0; !e && i < chats; i++)
			e = chat_add(s, shop->id, day, i);
	}
	if (!e && s->events.n)
		qsort(s->events.all, s->events.n, sizeof *s->events.all, fact_event_order);
	return e;
}

enum err
__wrap_store_span(struct store *s, struct db *db, struct store_shop *shop, int64_t now)
{
	(void)s, (void)db, (void)now;
	shop->day_n = (size_t)days;
	shop->days = mem_new(shop->day_n, sizeof *shop->days);
	shop->first_day = (int32_t)FIRST_DAY;
	shop->known = shop->days != NULL;
	return shop->days ? OK : ERR_NO_MEMORY;
}

/* Shops, groups, people and categories in a record of their own. */
static struct db *
centre(const char *dir)
{
	char path[300], why[200], *text = NULL;
	size_t n = 0;
	int applied;
	struct db *db;
	FILE *f = open_memstream(&text, &n);
	for (int i = 1; f && i <= SHOPS; i++)
		fprintf(f, "INSERT INTO shop (id, key, name, visitor_key, profile, cut_hour, created_at) VALUES (%d, 'shop%d', 'Shop %d', 'k', 'taobao', 0, 0);", i, i, i);
	for (int i = 1; f && i <= 10; i++)
		fprintf(f, "INSERT INTO team_group (id, key, name, created_at) VALUES (%d, 'group%02d', 'Group %d', 0);", i, i, i);
	for (int i = 0; f && i < AGENTS; i++)
		fprintf(f, "INSERT INTO person (id, key, name, kind, group_id, created_at) VALUES (%d, 'agent%03d', 'Agent %d', 'human', %d, 0);", 1000 + i, i, i, 1 + i / 20);
	for (int i = 1; f && i <= CATEGORIES; i++)
		fprintf(f, "INSERT INTO category (id, key, name) VALUES (%d, 'category%02d', 'Category %d');", i, i, i);
	must(f && !fclose(f), "no memory");
	snprintf(path, sizeof path, "%s/centre.db", dir);
	must(!db_open(path, &(struct db_options){ .create = true }, &db, why), "db_open");
	must(!db_migrate(db, all_migrations, all_migrations_count, 1, &applied, why), "db_migrate");
	must(!db_script(db, (struct str){ text, n }), "what the centre is made of");
	free(text);
	return db;
}

/* Reports ----------------------------------------------------------------------------------------------------------------- */

static const struct kind {
	const char *name;
	uint32_t by;
	const char *metrics;
	int shop, group, hour, weekday;
	bool category, top, whole; /* whole: all rows, as a file has them; else the first page of them */
} kinds[] = {
	{ .name = "agent", .by = BY_AGENT, .metrics = FIGURES },
	{ .name = "group", .by = BY_GROUP, .metrics = FIGURES },
	{ .name = "shop", .by = BY_SHOP, .metrics = FIGURES },
	{ .name = "category", .by = BY_CATEGORY, .metrics = FIGURES },
	{ .name = "channel", .by = BY_CHANNEL, .metrics = FIGURES },
	{ .name = "day", .by = BY_DAY, .metrics = FIGURES },
	{ .name = "week", .by = BY_WEEK, .metrics = FIGURES },
	{ .name = "month", .by = BY_MONTH, .metrics = FIGURES },
	{ .name = "hour", .by = BY_HOUR, .metrics = FIGURES },
	{ .name = "hour,weekday", .by = BY_HOUR | BY_WEEKDAY, .metrics = FIGURES },
	{ .name = "agent,month", .by = BY_AGENT | BY_MONTH, .metrics = FIGURES },
	{ .name = "agent,hour", .by = BY_AGENT | BY_HOUR, .metrics = FIGURES },
	{ .name = "shop,day", .by = BY_SHOP | BY_DAY, .metrics = FIGURES },
	{ .name = "agent,day", .by = BY_AGENT | BY_DAY, .metrics = FIGURES },
	{ .name = "agent,day, all rows for a file", .by = BY_AGENT | BY_DAY, .metrics = FIGURES, .whole = true },
	{ .name = "agent of one shop", .by = BY_AGENT, .metrics = FIGURES, .shop = 1 },
	{ .name = "day of one group", .by = BY_DAY, .metrics = FIGURES, .group = 3 },
	{ .name = "agent at one hour on mondays", .by = BY_AGENT, .metrics = FIGURES, .hour = 14, .weekday = 1 },
	{ .name = "agent of one category", .by = BY_AGENT, .metrics = FIGURES, .category = true },
	{ .name = "agent, the best 20", .by = BY_AGENT, .metrics = FIGURES, .top = true },
	{ .name = "agent with percentiles", .by = BY_AGENT, .metrics = PERCENTILES },
	{ .name = "shop with percentiles", .by = BY_SHOP, .metrics = PERCENTILES },
	{ .name = "day with percentiles", .by = BY_DAY, .metrics = PERCENTILES },
	{ .name = "agent of one shop with percentiles", .by = BY_AGENT, .metrics = PERCENTILES, .shop = 1 },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static struct report_ask
ask(const struct kind *k, struct store *store, int64_t now)
{
	struct report_ask a = { .from = FIRST_DAY, .to = FIRST_DAY + days - 1, .by = k->by, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .now = now,
		                .hour = k->hour ? k->hour : REPORT_NO_HOUR, .scope = STR("all"), .lang = "en", .store = store, .metrics = str_of(k->metrics),
		                .shop_id = k->shop, .group_id = k->group, .weekday = k->weekday, .category_id = k->category };
	measure_rules_default(&a.rules);
	a.limit = k->whole ? 0 : PAGE_ROWS;
	if (k->top) {
		a.order = metric_find(STR("receive_num"), &a.rules);
		a.descending = true;
		a.limit = 20;
	}
	return a;
}

/* Milliseconds until the answer is written. */
static double
report_run(struct db *db, const struct report_ask *a, bool whole, struct buf *out, struct report *r)
{
	struct json_writer w;
	double from = now_ms();
	enum err e = report_make(db, a, r);
	must(!e, err_name(e));
	buf_clear(out);
	jw_init(&w, out);
	jw_object(&w);
	e = whole ? report_json(r, a->metrics, &w) : report_json_page(r, a->metrics, PAGE_BYTES, &w);
	jw_end(&w);
	must(!e && !jw_finish(&w), "report_json");
	return now_ms() - from;
}

static void
held_against(const struct kind *k, const struct report *r, int64_t pairs, int64_t customers)
{
	struct report_ask a = r->ask;
	struct value seen = report_value(r, r->rows, metric_find(STR("consult_num"), &a.rules));
	if (k->shop || k->group || k->hour || k->weekday || k->category)
		return;
	if (seen.sum == pairs && seen.count == customers)
		return;
	fprintf(stderr, "by %s: %lld pairs of %lld customers, made were %lld of %lld\n", k->name, (long long)seen.sum, (long long)seen.count,
	        (long long)pairs, (long long)customers);
	exit(1);
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void
reports(struct db *db, struct store *s, int64_t now, int rounds, const char *only, int64_t pairs, int64_t customers)
{
	bool some = false;
	struct buf out;
	struct store_stats before, after;
	buf_init(&out, OUT_MAX);
	printf("\"reports\":[");
	for (int k = 0; k < KINDS; k++) {
		if (only && strcmp(only, kinds[k].name) != 0)
			continue;
		struct report_ask a = ask(&kinds[k], s, now);
		double ms[ROUNDS_MAX], cpu[ROUNDS_MAX];
		size_t rows = 0;
		for (int i = 0; i < rounds; i++) {
			struct report r;
			store_stats(s, &before);
			cpu[i] = cpu_ms();
			ms[i] = report_run(db, &a, kinds[k].whole, &out, &r);
			cpu[i] = cpu_ms() - cpu[i];
			store_stats(s, &after);
			must(after.answered == before.answered + 1, "a report was not answered from memory");
			held_against(&kinds[k], &r, pairs, customers);
			rows = r.row_count - 1;
			report_free(&r);
		}
		qsort(ms, (size_t)rounds, sizeof *ms, ascending);
		qsort(cpu, (size_t)rounds, sizeof *cpu, ascending);
		printf("%s{\"name\":\"%s\",\"rows\":%zu,\"ms\":[", some ? "," : "", kinds[k].name, rows);
		some = true;
		for (int i = 0; i < rounds; i++)
			printf("%s%.2f", i ? "," : "", ms[i]);
		printf("],\"cpu\":[");
		for (int i = 0; i < rounds; i++)
			printf("%s%.2f", i ? "," : "", cpu[i]);
		printf("]}");
		fprintf(stderr, "by %-36s %6zu rows %9.1f ms, %9.1f ms of processor\n", kinds[k].name, rows, ms[rounds / 2], cpu[rounds / 2]);
	}
	printf("]");
	buf_free(&out);
}

static int64_t
resident_bytes(void)
{
	long long pages = 0, all = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	must(f && fscanf(f, "%lld %lld", &all, &pages) == 2, "/proc/self/statm");
	fclose(f);
	return pages * sysconf(_SC_PAGESIZE);
}

/* What the bytes are of. */
static void
parts_print(const struct store *s)
{
	size_t cells = 0, sums = 0, levels = 0, marks = 0, times = 0, spans = 0, multis = 0, cell_n = 0, live = 0;
	for (size_t i = 0; i < s->shops.n; i++)
		for (size_t d = 0; d < s->shops.all[i].day_n; d++) {
			const struct day_slot *slot = &s->shops.all[i].days[d];
			const struct segment *seg = slot->seg;
			for (size_t k = 0; k < slot->piece_n; k++)
				live += slot->pieces[k].bytes;
			live += slot->piece_cap * sizeof *slot->pieces;
			if (!seg)
				continue;
			cell_n += seg->cell_n;
			cells += seg->cell_n * (sizeof *seg->who + 5);
			sums += seg->level_at[0];
			levels += seg->bytes - (size_t)((const char *)seg->values - (const char *)seg) - seg->level_at[0];
			marks += seg->mark_n * (sizeof *seg->marks + sizeof *seg->mark_steps);
			times += ((size_t)seg->first_n + seg->reply_n) * sizeof *seg->first;
			spans += seg->span_n * sizeof *seg->spans;
			multis += seg->multi_n * sizeof *seg->multis;
		}
	printf("\"cells\":%zu,\"parts\":{\"cells\":%zu,\"their sums\":%zu,\"sums of groups\":%zu,\"marks\":%zu,\"times\":%zu,\"spans\":%zu,", cell_n, cells, sums,
	       levels, marks, times, spans);
	printf("\"shared sessions\":%zu,\"live\":%zu,\"customers\":%zu},", multis, live,
	       s->customer_cap * (sizeof(int64_t) + 1) + s->slot_count * sizeof(uint32_t));
}

/* All days, and the first look at them; gives the contact pairs there are. */
static int64_t
build(struct store *s, struct db *db, int64_t now)
{
	struct store_stats stats;
	struct report r;
	struct buf out;
	struct report_ask a = ask(&kinds[0], s, now);
	int64_t before = resident_bytes();
	double from = now_ms();
	bool more = true;
	while (more)
		must(!store_build_some(s, db, now, &more), "store_build_some");
	double ms = now_ms() - from;
	buf_init(&out, OUT_MAX);
	report_run(db, &a, false, &out, &r);
	int64_t pairs = report_value(&r, r.rows, metric_find(STR("consult_num"), &a.rules)).sum;
	report_free(&r);
	buf_free(&out);
	mem_free(s->events.all); /* of the days read last */
	s->events.all = NULL;
	s->events.n = s->events.cap = 0;
	store_stats(s, &stats);
	must(stats.ready, "not all days were built");
	printf("\"build_ms\":%.0f,\"pairs\":%lld,\"customers\":%lld,\"bytes\":%lld,\"bytes_a_pair\":%.2f,\"resident_a_pair\":%.2f,", ms, (long long)pairs,
	       (long long)stats.customers, (long long)stats.bytes, (double)stats.bytes / (double)pairs, (double)(resident_bytes() - before) / (double)pairs);
	parts_print(s);
	fprintf(stderr, "%lld pairs in %.0f s\n", (long long)pairs, ms / 1000);
	return pairs;
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/antball-measure.XXXXXX", command[100];
	struct store *s;
	must((argc == 5 || argc == 6) && mkdtemp(dir), "measure_store PAIRS DAYS ROUNDS CATEGORISED [KIND]");
	pairs_wanted = must_number(argv[1], "PAIRS", 1, 1LL << 32);
	days = must_number(argv[2], "DAYS", 1, 3660);
	categorised = must_number(argv[4], "CATEGORISED", 0, 100);
	int rounds = (int)must_number(argv[3], "ROUNDS", 1, ROUNDS_MAX);
	pool = pairs_wanted / SHOPS / 2 + 1000;
	drawn = must_have(calloc((size_t)(SHOPS * pool), 1));
	must(!store_new((size_t)16 << 30, &s), "no memory");
	struct db *db = centre(dir);
	int64_t now = (FIRST_DAY + days) * DAY_MS - ZONE_MS - 1, customers = 0;
	printf("{");
	int64_t pairs = build(s, db, now);
	for (int64_t i = 0; i < SHOPS * pool; i++)
		customers += drawn[i];
	reports(db, s, now, rounds, argc == 6 ? argv[5] : NULL, pairs, customers);
	printf("}\n");
	store_free(s);
	db_close(db);
	free(drawn);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	return system(command) != 0;
}
