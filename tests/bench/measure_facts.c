/*
 * Facts of a month, all rules, to figures by agent and day: the product's own pass and count over events that are in memory already.
 *   measure_facts MESSAGES AGENTS DAYS THREADS DIR
 * Writes DIR/messages.csv and DIR/orders.csv (what another engine may count from) and prints one JSON object: milliseconds, and of every figure the sum
 * over all rows, and the sum of figure x (agent + 1) x (day + 1), so that equal sums mean equal rows.
 * Who is made: customers with a few chats on different days (10 lines each, every tenth chat transferred), orders in and after chats, and silent
 * orders with or without a word before the payment.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/report_load.h"
#include "measure_chat.h"
#include "must.h"

enum { BATCH = 512, RULES_MAX = ATTRIBUTION_COUNT, ROUNDS = 3 };

static struct fact_event *events;
static struct trade_order *orders;
static size_t event_n, order_n, customer_n, *event_at, *order_at;
static int64_t agents, days;

/* Gives the time of the last line; ret_spoke: a human said something. */
static int64_t
chat(int64_t at, bool *ret_spoke)
{
	struct chat c = { .at = at, .customer = (uint32_t)customer_n, .agent = (uint32_t)draw(agents), .agents = (uint32_t)agents };
	int64_t last;
	event_n += chat_make(&c, events + event_n, &last, ret_spoke);
	return last;
}

static void
order(int64_t created, int64_t paid)
{
	orders[order_n] = (struct trade_order){ .record_id = (int64_t)order_n + 1, .created = created, .customer = (uint32_t)customer_n,
		                                .items = (uint32_t)(1 + draw(3)), .postage = 800 };
	struct trade_order *o = &orders[order_n++];
	o->due = 1000 + draw(90000) + o->postage;
	if (paid)
		trade_pay(o, paid, o->due);
}

static int64_t
clock_at(int64_t day, int64_t minute)
{
	return (FIRST_DAY + day) * DAY_MS - ZONE_MS + minute * MINUTE_MS + draw(MINUTE_MS);
}

static void
customer_make(void)
{
	bool spoke;
	if (draw(20) == 0) { /* a silent order, maybe with a word between it and its payment */
		int64_t created = clock_at(draw(days), 600 + draw(300));
		if (draw(2))
			chat(created + MINUTE_MS + draw(40 * MINUTE_MS), &spoke);
		order(created, draw(5) ? created + MINUTE_MS + draw(150 * MINUTE_MS) : 0);
		return;
	}
	for (int64_t day = draw(days / 2); day < days; day += 1 + draw(days / 2)) {
		int64_t last = chat(clock_at(day, 480 + draw(840)), &spoke);
		if (spoke && draw(5) == 0) {
			int64_t created = last + 1 + draw(draw(2) ? 5 * MINUTE_MS : 20 * 60 * MINUTE_MS);
			order(created, draw(5) ? created + MINUTE_MS + draw(draw(3) ? 60 * MINUTE_MS : 2 * DAY_MS) : 0);
		}
	}
}

static void
world_make(size_t messages)
{
	events = must_have(malloc((messages + messages / 4 + 200 * CHAT_EVENTS) * sizeof *events));
	orders = must_have(calloc(messages / CHAT_LINES + 100, sizeof *orders));
	event_at = must_have(calloc(messages + 2, sizeof *event_at));
	order_at = must_have(calloc(messages + 2, sizeof *order_at));
	for (size_t lines = 0; lines < messages; customer_n++) {
		size_t from = event_n;
		customer_make();
		for (size_t i = from; i < event_n; i++)
			lines += events[i].kind == FACT_CUSTOMER || events[i].kind == FACT_AGENT;
		event_at[customer_n + 1] = event_n;
		order_at[customer_n + 1] = order_n;
	}
}

static void
world_write(const char *dir)
{
	char path[500];
	snprintf(path, sizeof path, "%s/messages.csv", dir);
	FILE *f = fopen(path, "w");
	for (size_t i = 0; f && i < event_n; i++)
		fprintf(f, "%u,%lld,%d,%d,%d,%u\n", events[i].customer, (long long)events[i].at, events[i].kind, (int)events[i].agent, (int)events[i].to, events[i].chars);
	if (!f || fclose(f))
		exit(1);
	snprintf(path, sizeof path, "%s/orders.csv", dir);
	f = fopen(path, "w");
	for (size_t i = 0; f && i < order_n; i++)
		fprintf(f, "%lld,%u,%lld,%lld,%lld,%lld,%u\n", (long long)orders[i].record_id, orders[i].customer, (long long)orders[i].created, (long long)orders[i].paid,
		        (long long)orders[i].amount, (long long)orders[i].postage, orders[i].items);
	if (!f || fclose(f))
		exit(1);
}

/* A share of the customers. --------------------------------------------------------------------------------------------- */

struct share_of {
	pthread_t thread;
	size_t from, to;
	struct report r;
	int64_t *sales; /* by rule, agent, day: what each rule gives */
	enum err e;
};
static struct report_shop shop = { .id = 1, .profile = NULL };
static struct measure_rules rules;
static struct rule_version version = { .from = RULES_EVER, .rules = &rules }; /* of every day */
static struct report_person *people;

static enum err
orders_by_rules(struct share_of *s)
{
	for (size_t i = 0; i < s->r.facts.orders.n; i++)
		for (int rule = 0; rule < RULES_MAX; rule++) {
			const struct fact_order *o = &s->r.facts.orders.all[i];
			int32_t day;
			int hour;
			if (!order_dated(o, (enum attribution)rule, &day, &hour) || o->owner[rule].agent == FACT_NONE || day < FIRST_DAY || day >= FIRST_DAY + days)
				continue;
			s->sales[((int64_t)rule * agents + o->owner[rule].agent) * days + day - FIRST_DAY] += order_value(o, &s->r.ask.rules);
		}
	return OK;
}

static enum err
batch_count(struct share_of *s)
{
	struct report *r = &s->r;
	enum err e = report_count(r);
	if (!e)
		e = orders_by_rules(s);
	struct facts *f = &r->facts;
	f->sessions.n = f->parts.n = f->pairs.n = f->rounds.n = f->lines.n = f->ratings.n = f->orders.n = f->assists.n = f->refunds.n = 0;
	r->first.n = r->reply.n = 0;
	for (size_t i = 0; i < r->row_count; i++) {
		r->cells[i].session = 0;
		r->rows[i].first_n = r->rows[i].reply_n = 0;
	}
	return e;
}

static void *
share_count(void *ctx)
{
	struct share_of *s = ctx;
	struct loading l = { .r = &s->r, .person_id = -1, .person = FACT_NONE };
	struct facts_of of = { .rules = &s->r.ask.rules, .profile = shop.profile, .zone = shop.zone };
	s->e = report_dates(&s->r);
	if (!s->e)
		s->e = report_rows_start(&s->r);
	for (size_t c = s->from; !s->e && c < s->to; c++) {
		of.customer = (uint32_t)c;
		l.trade.orders = orders + order_at[c];
		l.trade.order_count = order_at[c + 1] - order_at[c];
		l.trade.next = 0;
		s->e = load_facts(&l, &of, events + event_at[c], event_at[c + 1] - event_at[c]);
		if (!s->e && (c % BATCH == BATCH - 1 || c + 1 == s->to))
			s->e = batch_count(s);
	}
	return NULL;
}

static struct share_of *
count(int threads)
{
	struct share_of *all = must_have(calloc((size_t)threads, sizeof *all));
	for (int i = 0; i < threads; i++) {
		struct share_of *s = &all[i];
		s->from = customer_n * (size_t)i / (size_t)threads;
		s->to = customer_n * (size_t)(i + 1) / (size_t)threads;
		s->sales = must_have(calloc((size_t)(RULES_MAX * agents * days), sizeof *s->sales));
		s->r = (struct report){ .arena = arena_new(1 << 20), .shops = &shop, .shop_count = 1, .people = people, .people_count = (size_t)agents, .trade = true,
			                .nobody_shown = true };
		s->r.ask = (struct report_ask){ .from = FIRST_DAY, .to = FIRST_DAY + days - 1, .by = BY_AGENT | BY_DAY, .channel = REPORT_ANY, .day = REPORT_NO_DAY,
			                        .hour = REPORT_NO_HOUR, .now = (FIRST_DAY + days + 100) * DAY_MS, .scope = STR("all") };
		measure_rules_default(&s->r.ask.rules);
		if (!s->r.arena || pthread_create(&s->thread, NULL, share_count, s))
			exit(1);
	}
	for (int i = 0; all && i < threads; i++) {
		pthread_join(all[i].thread, NULL);
		if (all[i].e)
			exit(1);
	}
	return all;
}

/* Sums ------------------------------------------------------------------------------------------------------------------ */

static const struct {
	const char *name;
	enum tally t;
} figures[] = {
	{ "consult", TALLY_CONSULT }, { "received", TALLY_RECEIVED }, { "came_in", TALLY_IN }, { "went_out", TALLY_OUT }, { "effective", TALLY_EFFECTIVE },
	{ "noreply", TALLY_NOREPLY }, { "slow", TALLY_SLOW }, { "long", TALLY_LONG }, { "first", TALLY_FIRST }, { "first_ms", TALLY_FIRST_MS },
	{ "reply", TALLY_REPLY }, { "reply_ms", TALLY_REPLY_MS }, { "asked", TALLY_ASKED_2 }, { "within", TALLY_WITHIN_2 },
	{ "customer_lines", TALLY_CUSTOMER_LINES }, { "agent_lines", TALLY_AGENT_LINES }, { "chars", TALLY_AGENT_CHARS }, { "sessions", TALLY_SESSIONS_HELD },
	{ "sessions_out", TALLY_SESSIONS_OUT }, { "fcr", TALLY_FCR }, { "fcr_sessions", TALLY_FCR_SESSIONS }, { "inquiry", TALLY_INQUIRY },
	{ "paid_same", TALLY_PAID_SAME }, { "paid_next", TALLY_PAID_NEXT }, { "paid_final", TALLY_PAID_FINAL }, { "orders", TALLY_ORDERS },
	{ "items", TALLY_ITEMS }, { "sales", TALLY_SALES },
};
enum { FIGURES = sizeof figures / sizeof *figures };

static void
sums_print(const struct share_of *all, int threads)
{
	int64_t sum[FIGURES] = { 0 }, check[FIGURES] = { 0 }, sales[RULES_MAX] = { 0 }, sales_check[RULES_MAX] = { 0 };
	for (int i = 0; i < threads; i++) {
		for (size_t k = 1; k < all[i].r.row_count; k++) {
			const struct report_row *row = &all[i].r.rows[k];
			for (int f = 0; f < FIGURES && row->agent != FACT_NONE; f++) {
				int64_t v = all[i].r.cells[k].t[figures[f].t];
				sum[f] += v;
				check[f] += v * (row->agent + 1) * (row->day - FIRST_DAY + 1);
			}
		}
		for (int64_t k = 0; k < RULES_MAX * agents * days; k++) {
			sales[k / (agents * days)] += all[i].sales[k];
			sales_check[k / (agents * days)] += all[i].sales[k] * (k / days % agents + 1) * (k % days + 1);
		}
	}
	for (int f = 0; f < FIGURES; f++)
		printf("\"%s\":[%lld,%lld],", figures[f].name, (long long)sum[f], (long long)check[f]);
	for (int rule = 0; rule < RULES_MAX; rule++)
		printf("\"sales_%d\":[%lld,%lld]%s", rule, (long long)sales[rule], (long long)sales_check[rule], rule + 1 < RULES_MAX ? "," : "");
}

int
main(int argc, char **argv)
{
	if (argc != 6)
		return 2;
	agents = must_number(argv[2], "AGENTS", 1, 100000);
	days = must_number(argv[3], "DAYS", 1, 3660);
	int threads = (int)must_number(argv[4], "THREADS", 1, 256);
	people = must_have(calloc((size_t)agents, sizeof *people));
	measure_rules_default(&rules);
	shop.profile = version.profile = profile_find(STR("taobao"));
	shop.versions = (struct rule_versions){ &version, 1 };
	if (zone_open(STR("Asia/Shanghai"), &shop.zone))
		return 1;
	for (int64_t i = 0; i < agents; i++)
		people[i] = (struct report_person){ .id = i + 1, .shown = true };
	world_make((size_t)must_number(argv[1], "MESSAGES", 1, 1LL << 32));
	world_write(argv[5]);
	double best = 1e12;
	struct share_of *all = NULL;
	for (int round = 0; round < ROUNDS; round++) {
		double from = now_ms();
		all = count(threads);
		double ms = now_ms() - from;
		best = ms < best ? ms : best;
	}
	printf("{\"ms\":%.1f,\"events\":%zu,\"customers\":%zu,\"orders\":%zu,\"sums\":{", best, event_n, customer_n, order_n);
	sums_print(all, threads);
	printf("}}\n");
	return 0;
}
