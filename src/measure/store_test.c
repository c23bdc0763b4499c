/* The resident facts: what grew event by event is what is built from the record, and says what the record says. */
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "measure/place_kit.h"
#include "measure/store_impl.h"

enum { OUT_MAX = 1 << 26, CUSTOMERS = 12 };
#define START 1772380800000LL /* 2026-03-02 00:00 in Shanghai */
#define DAY_MS 86400000LL
#define MINUTE 60000LL

#define CENTRE \
    "INSERT INTO shop (id, key, name, visitor_key, profile, cut_hour, created_at) VALUES (1, 's', 'S', 'k', 'taobao', 0, 0), (2, 't', 'T', 'k', 'jd', 4, 0);" \
    "INSERT INTO team_group (id, key, name, created_at) VALUES (5, 'g', 'G', 0);" \
    "INSERT INTO person (id, key, name, kind, group_id, created_at) VALUES (2, 'a', 'A', 'human', 5, 0), (3, 'b', 'B', 'human', NULL, 0)," \
    " (4, 'bot', 'Bot', 'robot', NULL, 0);" \
    "INSERT INTO category (id, key, name) VALUES (8, 'size', '尺码'), (9, 'post', '物流');" \
    "INSERT INTO customer (id, shop_id, key, created_at) VALUES (100, 1, 'b', 0);"

#define COMPARED "consult_num,receive_num,first_reply_time,avg_reply_time,answered_within_30,answered_within_180,noreply_num,reply_rate,session_num,direct,in,out," \
    "slow_num,long_num,qa_ratio,customer_messages,agent_messages,agent_chars,transfer_rate,transfer_silent,fcr,csat,csat_own,csat_send_rate," \
    "robot_messages,auto_messages,first_reply_time_p50,first_reply_time_p99,reply_time_p50,reply_time_p90,reply_time_p95,reply_time_p99"
#define WITH_MOST COMPARED ",max_concurrent"
#define SALES "inquiry_num,ordered_num,paid_num,paid_same_day,paid_next_day,paid_final,lost_num,sales,orders,items,buyers,aov,items_per_buyer,price_per_item,share," \
    "silent_share,refund_rate,return_rate,refund_amount,cell_own_own_persons,cell_own_own_items,cell_own_other_amount,cell_other_own_orders," \
    "cell_silent_own_persons,cell_silent_own_amount,cell_silent_follow_persons,cell_silent_follow_items,assist_order,assist_payment,assist_follow"
#define ROBOTS "robot_sessions,robot_handed_rate,robot_solved"
#define CALLS "calls_offered,calls_answered,calls_abandoned,calls_short,calls_missed,answer_rate,abandon_rate,aht,service_level"
#define WORK "online,paused,wrapup,serving,occupancy"

static void
run(struct db *db, const char *format, ...)
{
	char text[800];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	assert_int_equal(db_script(db, str_of(text)), OK);
}

/* A centre in which time goes by. */
struct town {
	struct db *db;
	struct store *store;
	uint64_t x;
	int64_t now, next_id;
	int64_t session[CUSTOMERS], seq[CUSTOMERS];
};

static int64_t
draw(struct town *t, int64_t n)
{
	t->x ^= t->x << 13;
	t->x ^= t->x >> 7;
	t->x ^= t->x << 17;
	return (int64_t)(t->x >> 11) % n;
}

static int64_t
customer_id(int c)
{
	return c == 0 ? 100 : 200 + c;
}

static void
chat_open(struct town *t, int c, int64_t at)
{
	int shop = c == 0 ? 1 : 1 + c % 2;
	t->session[c] = t->next_id++;
	t->seq[c] = 0;
	run(t->db, "INSERT INTO customer (id, shop_id, key, created_at) VALUES (%lld, %d, 'c%d', 0) ON CONFLICT DO NOTHING;"
	    "INSERT INTO session (id, shop_id, customer_id, channel, state, started_at, queued_at, last_at, category_id) VALUES (%lld, %d, %lld, 'web', 'open', %lld, 0, %lld, %s)",
	    (long long)customer_id(c), shop, c, (long long)t->session[c], shop, (long long)customer_id(c), (long long)at, (long long)at,
	    draw(t, 2) ? "NULL" : "8");
}

static void
say(struct town *t, int c, int64_t at, const char *sender, const char *who, const char *data)
{
	t->seq[c]++;
	run(t->db, "INSERT INTO message (id, session_id, seq, at, sender, person_id, kind, text, data) VALUES (%lld, %lld, %lld, %lld, '%s', %s, 'text', '你好', %s);"
	    "UPDATE session SET last_at = %lld, seq = %lld WHERE id = %lld", (long long)t->next_id++, (long long)t->session[c], (long long)t->seq[c],
	    (long long)at, sender, who, data, (long long)at, (long long)t->seq[c], (long long)t->session[c]);
	store_touch_session(t->store, t->session[c], t->seq[c]);
}

static void
chat_close(struct town *t, int c)
{
	run(t->db, "UPDATE session SET state = 'closed', closed_at = %lld, category_id = 9 WHERE id = %lld", (long long)t->now, (long long)t->session[c]);
	say(t, c, t->now, "system", "NULL", "'{\"event\":\"closed\"}'");
	store_touch_session(t->store, t->session[c], 0);
	t->session[c] = 0;
}

/* Some are closed before everybody goes home; others stay open, over days. */
static void
night(struct town *t)
{
	for (int c = 0; c < CUSTOMERS; c++)
		if (t->session[c] && draw(t, 2))
			chat_close(t, c);
	t->now += draw(t, 2 * DAY_MS);
}

/* Something happens to somebody. */
static void
step(struct town *t)
{
	static const char *const people[] = { "2", "3", "4", "NULL" };
	int c = (int)draw(t, CUSTOMERS);
	if (!draw(t, 40))
		night(t);
	t->now += draw(t, 6 * MINUTE);
	if (!t->session[c])
		chat_open(t, c, t->now);
	switch (draw(t, 12)) {
	case 0:
		chat_close(t, c);
		break;
	case 1:
		run(t->db, "INSERT INTO transfer (id, session_id, at, from_id, to_person_id) VALUES (%lld, %lld, %lld, 2, 3)", (long long)t->next_id++,
		    (long long)t->session[c], (long long)t->now);
		store_touch_session(t->store, t->session[c], 0);
		break;
	case 2:
		run(t->db, "INSERT INTO rating (id, session_id, shop_id, customer_id, person_id, at, score, source) SELECT %lld, id, shop_id, customer_id, 2, %lld, 5, 'own'"
		    " FROM session WHERE id = %lld", (long long)t->next_id++, (long long)t->now, (long long)t->session[c]);
		store_touch_session(t->store, t->session[c], 0);
		break;
	case 3:
		say(t, c, t->now, "system", people[draw(t, 2)], "'{\"event\":\"assigned\"}'");
		break;
	default: {
		const char *who = people[draw(t, 4)], *sender = draw(t, 2) ? "customer" : draw(t, 5) ? "agent" : "robot";
		say(t, c, t->now, sender, who, "NULL");
	}
	}
}

/* An import brings, or takes away, what happened to somebody's orders, of today or of days before. */
static void
trade(struct town *t)
{
	static const char *const flags[] = { "", "red", "blue" }, *const kinds[] = { "refund_only", "return", "exchange" }, *const states[] = { "completed", "requested" };
	int c = (int)draw(t, CUSTOMERS - 1);
	int64_t at = t->now - (draw(t, 3) ? draw(t, 60 * MINUTE) : draw(t, 9 * DAY_MS)), id = t->next_id++;
	run(t->db, "INSERT INTO customer (id, shop_id, key, created_at) VALUES (%lld, %d, 'c%d', 0) ON CONFLICT DO NOTHING", (long long)customer_id(c),
	    c == 0 ? 1 : 1 + c % 2, c);
	switch (draw(t, 5)) {
	case 0: /* an order is gone, with all of it */
		run(t->db, "DELETE FROM payment WHERE purchase_id = (SELECT MIN(id) FROM purchase WHERE customer_id = %lld);"
		    "DELETE FROM refund WHERE purchase_id = (SELECT MIN(id) FROM purchase WHERE customer_id = %lld);"
		    "DELETE FROM purchase WHERE id = (SELECT MIN(id) FROM purchase WHERE customer_id = %lld)", (long long)customer_id(c), (long long)customer_id(c),
		    (long long)customer_id(c));
		store_touch_span(t->store, START - DAY_MS, t->now);
		return;
	case 1:
		run(t->db, "INSERT INTO refund (id, key, purchase_id, at, amount, items, kind, state) SELECT %lld, 'r%lld', id, %lld, 700, '[{\"quantity\":1}]', '%s', '%s'"
		    " FROM purchase WHERE customer_id = %lld ORDER BY id DESC LIMIT 1", (long long)id, (long long)id, (long long)t->now, kinds[draw(t, 3)], states[draw(t, 2)],
		    (long long)customer_id(c));
		break;
	case 2:
		run(t->db, "INSERT INTO payment (id, purchase_id, at, amount) SELECT %lld, id, %lld, amount FROM purchase WHERE customer_id = %lld ORDER BY id DESC LIMIT 1",
		    (long long)id, (long long)t->now, (long long)customer_id(c));
		break;
	default:
		run(t->db, "INSERT INTO purchase (id, shop_id, key, customer_id, at, items, amount, postage, flag) VALUES (%lld, %d, 'o%lld', %lld, %lld,"
		    " '[{\"quantity\":%lld}]', 9900, 500, '%s')", (long long)id, c == 0 ? 1 : 1 + c % 2, (long long)id, (long long)customer_id(c), (long long)at,
		    (long long)(1 + draw(t, 3)), flags[draw(t, 3)]);
		if (draw(t, 3))
			run(t->db, "INSERT INTO payment (id, purchase_id, at, amount) VALUES (%lld, %lld, %lld, 9900)", (long long)t->next_id++, (long long)id,
			    (long long)(at + draw(t, 30 * MINUTE)));
		store_touch_span(t->store, at, at + 30 * MINUTE);
		return;
	}
	store_touch_span(t->store, t->now, t->now);
}

/* The telephone rings, and somebody comes, goes or rests: neither is told to the store, which reads them where they lie. */
static void
work(struct town *t)
{
	static const char *const ends[] = { "answered", "abandoned", "busy", "failed" }, *const states[] = { "online", "paused", "wrapup", "offline" };
	int c = (int)draw(t, CUSTOMERS - 1), shop = c == 0 ? 1 : 1 + c % 2, end = (int)draw(t, 4);
	int64_t at = t->now - draw(t, 9 * DAY_MS), queued = draw(t, MINUTE), id = t->next_id++;
	run(t->db, "INSERT INTO customer (id, shop_id, key, created_at) VALUES (%lld, %d, 'c%d', 0) ON CONFLICT DO NOTHING;"
	    "INSERT INTO call (id, key, shop_id, customer_id, person_id, at, queued_ms, answered_at, ended_at, end_state, wrapup_ms) VALUES (%lld, 'k%lld', %d, %lld, %s, %lld,"
	    " %lld, CASE WHEN %d = 0 THEN %lld END, %lld, '%s', %lld)", (long long)customer_id(c), shop, c, (long long)id, (long long)id, shop, (long long)customer_id(c), end ? "NULL" : draw(t, 2) ? "2" : "3",
	    (long long)at, (long long)queued, end, (long long)(at + queued), (long long)(at + queued + draw(t, 9 * MINUTE)), ends[end],
	    (long long)draw(t, MINUTE));
	run(t->db, "INSERT INTO agent_state (id, person_id, at, state) VALUES (%lld, %lld, %lld, '%s')", (long long)t->next_id++, (long long)(2 + draw(t, 2)),
	    (long long)(t->now - draw(t, 3 * 60 * MINUTE)), states[draw(t, 4)]);
}

/* An import of what was said some days ago. */
static void
late(struct town *t)
{
	int c = CUSTOMERS - 1;
	int64_t at = t->now - (1 + draw(t, 9)) * DAY_MS, session = t->session[c], seq = t->seq[c];
	chat_open(t, c, at);
	say(t, c, at, "customer", "2", "NULL");
	say(t, c, at + 90000, "agent", "3", "NULL");
	run(t->db, "UPDATE session SET state = 'closed', closed_at = %lld WHERE id = %lld", (long long)at + 90000, (long long)t->session[c]);
	store_touch_span(t->store, at, at + 90000);
	t->session[c] = session;
	t->seq[c] = seq;
}

/* Somebody changes what is counted with, from a day on that is past or to come. */
static void
rules_change(struct town *t)
{
	static const char *const changes[][2] = { { "session_gap_min", "3" }, { "session_gap_min", "40" }, { "code_word", "你" }, { "code_word", "好" }, { "code_word", "" },
		{ "filter_monologue", "1" }, { "filter_agents", "b" }, { "filter_agents", "" }, { "slow_s", "20" }, { "fcr_hours", "3" }, { "filter_empty", "false" },
		{ "inquiry_days", "3" }, { "after_sales_days", "4" }, { "candidate_by_rounds", "true" }, { "nudge_min", "30" }, { "filter_order_flags", "red" }, { "effective_inquiry", "false" },
		{ "after_sales_agents", "b" }, { "sales_refunds", "1" }, { "sales_refunds", "2" }, { "attribution", "2" }, { "sales_postage", "false" } };
	static const char *const profiles_known[] = { "plain", "jd", "taobao", "callcentre" };
	int64_t from = t->now / DAY_MS - 8 + draw(t, 10);
	int i = (int)draw(t, sizeof changes / sizeof *changes);
	if (draw(t, 3))
		run(t->db, "INSERT INTO rule_version (id, name, from_day, value, set_at, set_by) VALUES (%lld, '%s', %lld, '%s', 0, 2) ON CONFLICT DO NOTHING",
		    (long long)t->next_id++, changes[i][0], (long long)from, changes[i][1]);
	else
		run(t->db, "INSERT INTO rule_version (id, shop_id, name, from_day, value, set_at, set_by) VALUES (%lld, %lld, 'profile', %lld, '%s', 0, 2) ON CONFLICT DO NOTHING",
		    (long long)t->next_id++, (long long)(1 + draw(t, 2)), (long long)from, profiles_known[draw(t, 4)]);
	store_touch_world(t->store);
}

static void
dump(struct store *s, struct town *t, struct buf *out)
{
	buf_init(out, OUT_MAX);
	assert_int_equal(store_dump(s, t->db, t->now, out), OK);
	assert_true(out->n > 0);
}

static void
same_as_built(struct town *t)
{
	struct store *fresh;
	struct buf grown, built;
	assert_int_equal(store_new(1 << 28, &fresh), OK);
	dump(t->store, t, &grown);
	dump(fresh, t, &built);
	if (!str_eq(buf_str(&grown), buf_str(&built))) {
		size_t i = 0;
		while (i < grown.n && i < built.n && grown.p[i] == built.p[i])
			i++;
		i = i > 300 ? i - 300 : 0;
		fail_msg("grown: %.600s\n\nbuilt: %.600s", grown.p + i, built.p + i);
	}
	buf_free(&grown);
	buf_free(&built);
	store_free(fresh);
}

static struct town
town(uint64_t seed)
{
	struct town t = { .db = place(CENTRE), .x = seed * 2654435761u + 88172645463325252u, .now = START, .next_id = 1000 };
	assert_int_equal(store_new(1 << 28, &t.store), OK);
	return t;
}

static void
town_remove(struct town *t)
{
	store_free(t->store);
	place_remove(t->db);
}

static struct report_ask
ask(const struct town *t, uint32_t by, struct store *store)
{
	struct report_ask a = { .by = by, .channel = REPORT_ANY, .day = REPORT_NO_DAY, .hour = REPORT_NO_HOUR, .now = t->now, .scope = STR("all"), .lang = "en",
		                .store = store };
	a.from = (START + DAY_MS / 2) / DAY_MS;
	a.to = t->now / DAY_MS + 1;
	measure_rules_default(&a.rules);
	return a;
}

static enum err
printed(struct town *t, const struct report_ask *a, struct buf *out)
{
	struct report r;
	struct json_writer w;
	enum err e = report_make(t->db, a, &r);
	jw_init(&w, out);
	jw_object(&w);
	if (!e)
		e = report_json(&r, a->metrics, &w);
	jw_end(&w);
	report_free(&r);
	return e ? e : jw_finish(&w);
}

static void
reports_agree(struct town *t)
{
	static const uint32_t asks[] = { BY_AGENT, BY_SHOP | BY_HOUR, BY_DAY, BY_AGENT | BY_DAY, BY_GROUP | BY_CATEGORY, BY_WEEK | BY_CHANNEL | BY_AGENT,
		                         BY_MONTH | BY_WEEKDAY };
	static const int64_t spans[] = { 1, 7, 31, 1000 };
	struct report_ask whole = ask(t, BY_AGENT, t->store);
	struct arena *rules = arena_new(1 << 22);
	assert_int_equal(report_history(t->db, rules, &whole), OK);
	static const char *const keys[] = { COMPARED, WITH_MOST, SALES, COMPARED "," SALES, ROBOTS "," COMPARED, CALLS "," SALES "," ROBOTS, WORK, WORK "," WITH_MOST "," CALLS "," SALES };
	for (int i = 0; i < 400; i++) {
		struct report_ask resident = ask(t, asks[draw(t, sizeof asks / sizeof *asks)], t->store);
		resident.from = whole.from + draw(t, whole.to - whole.from + 1);
		resident.to = resident.from + spans[i % 4] - 1;
		if (resident.to > whole.to) {
			resident.from = i % 4 == 3 ? whole.from - 2 : resident.from;
			resident.to = whole.to;
		}
		resident.history = whole.history;
		resident.metrics = str_of(keys[i % 32 / 4]);
		struct buf a, b;
		struct store_stats before, after;
		resident.weekday = i % 3 == 1 ? 2 : 0;
		resident.category_id = i % 5 == 2 ? 8 : 0;
		resident.channel = i % 7 == 3 ? CHANNEL_WEB : REPORT_ANY;
		resident.hour = i % 11 == 5 ? 9 : REPORT_NO_HOUR;
		resident.shop_id = i % 6 == 1 ? 2 : 0;
		resident.one_agent = i % 13 == 4;
		resident.agent_id = 2;
		t->store->large = draw(t, 2) ? 0 : SIZE_MAX; /* by two threads, and by one */
		resident.order = i % 9 ? NULL : metric_find(STR("receive_num"), &resident.rules);
		struct report_ask record = resident;
		record.store = NULL;
		buf_init(&a, OUT_MAX);
		buf_init(&b, OUT_MAX);
		store_stats(t->store, &before);
		assert_int_equal(printed(t, &resident, &a), OK);
		store_stats(t->store, &after);
		assert_int_equal(after.answered, before.answered + 1);
		assert_int_equal(printed(t, &record, &b), OK);
		if (!str_eq(buf_str(&a), buf_str(&b))) {
			size_t k = 0;
			while (k < a.n && k < b.n && a.p[k] == b.p[k])
				k++;
			k = k > 200 ? k - 200 : 0;
			fail_msg("by %x, %lld days, way %d: resident: %.400s\n\nrecord: %.400s", resident.by, (long long)(resident.to - resident.from + 1), i, a.p + k,
			         b.p + k);
		}
		buf_free(&a);
		buf_free(&b);
	}
	arena_free(rules);
}

static void
what_grew_is_what_is_built(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++) {
		struct town t = town(seed);
		bool more = true;
		for (int i = 0; i < 20; i++)
			step(&t);
		while (more)
			assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
		for (int i = 0; i < 400; i++) {
			step(&t);
			if (i % 5 == 4)
				trade(&t);
			if (i % 7 == 3)
				work(&t);
			if (i % 57 == 56)
				late(&t);
			if (seed > 2 && i % 30 == 29)
				rules_change(&t);
			if (i % 80 == 79)
				same_as_built(&t);
		}
		for (more = true; more;)
			assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
		same_as_built(&t);
		reports_agree(&t);
		town_remove(&t);
	}
}

/* Until all orders are there nobody says so, and who asks for sales by then builds the rest rather than read it for the one answer. */
static void
sales_asked_for_early_are_built_by_who_asks(void **state)
{
	(void)state;
	struct town t = town(11);
	struct store_stats stats;
	struct buf early, record;
	bool more;
	for (int i = 0; i < 200; i++) {
		step(&t);
		if (i % 3 == 0)
			trade(&t);
	}
	do {
		assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
		store_stats(t.store, &stats);
	} while (!stats.days || stats.days_built < stats.days);
	assert_true(more);
	assert_false(stats.ready);
	struct report_ask a = ask(&t, BY_AGENT | BY_DAY, t.store);
	a.metrics = STR(SALES "," COMPARED);
	buf_init(&early, OUT_MAX);
	buf_init(&record, OUT_MAX);
	assert_int_equal(printed(&t, &a, &early), OK);
	store_stats(t.store, &stats);
	assert_int_equal(stats.answered, 1);
	assert_true(stats.ready);
	a.store = NULL;
	assert_int_equal(printed(&t, &a, &record), OK);
	assert_true(str_eq(buf_str(&early), buf_str(&record)));
	buf_free(&early);
	buf_free(&record);
	same_as_built(&t);
	town_remove(&t);
}

static void
a_change_of_the_rules_makes_the_facts_anew(void **state)
{
	(void)state;
	struct town t = town(9);
	bool more = true;
	for (int i = 0; i < 300; i++)
		step(&t);
	while (more)
		assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
	run(t.db, "INSERT INTO setting (name, value, updated_at) VALUES ('session_gap_min', '3', 0); UPDATE shop SET profile = 'plain' WHERE id = 2");
	store_touch_world(t.store);
	for (more = true; more;)
		assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
	same_as_built(&t);
	town_remove(&t);
}

/* A report that began before a line was said reads the record as it was then; what it was told of is not lost with it. */
static void
what_a_snapshot_is_too_old_for_is_taken_in_later(void **state)
{
	(void)state;
	struct town t = town(7);
	struct db *old;
	struct buf out;
	char why[200];
	for (int i = 0; i < 60; i++)
		step(&t);
	assert_int_equal(db_open(place_path(""), &(struct db_options){ .read_only = true }, &old, why), OK);
	assert_int_equal(db_begin(old), OK);
	buf_init(&out, OUT_MAX);
	assert_int_equal(store_dump(t.store, old, t.now, &out), OK);
	for (int i = 0; i < 20; i++)
		step(&t);
	buf_clear(&out);
	assert_int_equal(store_dump(t.store, old, t.now, &out), OK);
	assert_int_equal(db_commit(old), OK);
	db_close(old);
	buf_free(&out);
	same_as_built(&t);
	town_remove(&t);
}

static void
talk(struct town *t, int c, int64_t at, const char *who)
{
	say(t, c, at, "customer", who, "NULL");
	say(t, c, at + MINUTE, "agent", who, "NULL");
}

/* By the first day's rules it ended before another one began, by the second day's it went on, with somebody who came to it on that day. */
static void
a_session_of_two_days_is_counted_once(void **state)
{
	(void)state;
	struct town t = town(3);
	bool more = true;
	long long first = (START + DAY_MS / 2) / DAY_MS;
	run(t.db, "INSERT INTO rule_version (id, name, from_day, value, set_at, set_by) VALUES (1, 'session_gap_min', %lld, '3', 0, 2),"
	    " (2, 'session_gap_min', %lld, '40', 0, 2)", first - 5, first + 1);
	chat_open(&t, 2, START + DAY_MS - 20 * MINUTE);
	talk(&t, 2, START + DAY_MS - 20 * MINUTE, "2");
	talk(&t, 2, START + DAY_MS - 10 * MINUTE, "2");
	talk(&t, 2, START + DAY_MS + 5 * MINUTE, "3");
	t.now = START + 2 * DAY_MS;
	while (more)
		assert_int_equal(store_build_some(t.store, t.db, t.now, &more), OK);
	struct arena *rules = arena_new(1 << 22);
	for (int record = 0; record < 2; record++) {
		struct report_ask a = ask(&t, BY_SHOP, record ? NULL : t.store);
		struct report r;
		assert_int_equal(report_history(t.db, rules, &a), OK);
		a.metrics = STR("session_num");
		assert_int_equal(report_make(t.db, &a, &r), OK);
		const struct metric *m = metric_find(a.metrics, &a.rules);
		assert_int_equal(r.row_count, 2);
		assert_int_equal(report_value(&r, &r.rows[0], m).sum, 2);
		assert_int_equal(report_value(&r, &r.rows[1], m).sum, 2);
		report_free(&r);
	}
	arena_free(rules);
	town_remove(&t);
}

static void
memory_that_runs_out_loses_nothing(void **state)
{
	(void)state;
	struct town t = town(5);
	struct buf out;
	for (int i = 0; i < 60; i++)
		step(&t);
	for (int i = 0; i < 20; i++)
		trade(&t);
	struct report_ask a = ask(&t, BY_AGENT, t.store);
	a.metrics = STR(COMPARED "," SALES);
	buf_init(&out, OUT_MAX);
	int failed = 0;
	for (long n = 1;; n++) {
		if (n % 40 == 0)
			step(&t);
		a.now = t.now;
		mem_fail_after(n);
		buf_clear(&out);
		enum err e = printed(&t, &a, &out);
		mem_fail_after(0);
		failed += e != OK;
		if (!e && n > 400)
			break;
		assert_true(e == OK || e == ERR_NO_MEMORY);
	}
	assert_true(failed > 50);
	buf_free(&out);
	same_as_built(&t);
	town_remove(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_grew_is_what_is_built),
		cmocka_unit_test(sales_asked_for_early_are_built_by_who_asks),
		cmocka_unit_test(a_change_of_the_rules_makes_the_facts_anew),
		cmocka_unit_test(what_a_snapshot_is_too_old_for_is_taken_in_later),
		cmocka_unit_test(a_session_of_two_days_is_counted_once),
		cmocka_unit_test(memory_that_runs_out_loses_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
