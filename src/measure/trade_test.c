/* Who sold what: the worked examples 6, 7, 11, 12 of product/metrics.md, and their neighbours. */
#include "measure/facts_kit.h"
#include "base/banned.h"

enum { ORDERS_MAX = 8 };

struct shop_kit {
	struct kit *k;
	struct trade_order orders[ORDERS_MAX];
	size_t n;
	bool after_sales[3];
};

static struct shop_kit
shop_new(void)
{
	return (struct shop_kit){ .k = kit_new("plain") };
}

/* paid: NULL, not paid. */
static struct trade_order *
order(struct shop_kit *s, const char *created, const char *paid)
{
	struct trade_order *o = &s->orders[s->n++];
	*o = (struct trade_order){ .record_id = (int64_t)s->n, .created = kit_at(created), .due = 10000, .postage = 800, .items = 2 };
	if (paid)
		trade_pay(o, kit_at(paid), 10000);
	return o;
}

static void
trade(struct shop_kit *s)
{
	struct kit *k = s->k;
	struct facts_mark mark = { 0 };
	k->of.after_sales = s->after_sales;
	build(k);
	if (s->n)
		qsort(s->orders, s->n, sizeof *s->orders, trade_order_order);
	trade_inquiries(&k->facts, &k->of, &mark, s->orders, s->n);
	assert_int_equal(trade_orders_add(&k->facts, &k->of, k->events, k->n, s->orders, s->n, 0), OK);
}

/* A question that this agent answers 20 seconds later. */
static void
talk(struct shop_kit *s, const char *asked, const char *answered, int who)
{
	s->k->record_id++;
	customer(s->k, asked, who);
	agent(s->k, answered, who, 4);
}

static void
owners(const struct shop_kit *s, size_t i, int created, int first, int paid)
{
	const struct fact_order *o = &s->k->facts.orders.all[i];
	const int wanted[] = { created, first, paid };
	for (int rule = 0; rule < ATTRIBUTION_COUNT; rule++)
		assert_int_equal(o->owner[rule].agent, wanted[rule] == NOBODY ? FACT_NONE : (uint32_t)wanted[rule]);
}

static bool
has_cell(const struct shop_kit *s, size_t i, enum cell_kind kind, uint32_t who)
{
	struct order_cells c = order_cells(&s->k->facts.orders.all[i]);
	for (size_t n = 0; n < c.n; n++)
		if (c.kind[n] == kind && c.who[n].agent == who)
			return true;
	return false;
}

static void
created_with_a_paid_after_b(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	talk(&s, "10:00:00", "10:00:20", A);
	order(&s, "10:05:00", "11:10:00");
	talk(&s, "11:00:00", "11:00:20", B);
	trade(&s);
	owners(&s, 0, A, A, B);
	assert_true(has_cell(&s, 0, CELL_OWN_OTHER, A));
	assert_true(has_cell(&s, 0, CELL_OTHER_OWN, B));
	assert_int_equal(s.k->facts.orders.all[0].assists, 0);
}

static void
nudge(int minute, int32_t second_talk, int first, int paid)
{
	struct shop_kit s = shop_new();
	char at[16];
	snprintf(at, sizeof at, "10:%02d:00", minute);
	order(&s, "10:00:00", "12:00:00");
	agent(s.k, at, B, 9);
	if (second_talk) {
		s.k->record_id++;
		agent(s.k, "11:30:00", B, 9);
	}
	trade(&s);
	owners(&s, 0, NOBODY, first, paid);
	assert_int_equal(has_cell(&s, 0, CELL_SILENT, B), paid == B);
}

static void
a_nudge_too_soon_wins_nothing(void **state)
{
	(void)state;
	nudge(3, 0, NOBODY, NOBODY);
	nudge(4, 0, NOBODY, NOBODY);
	nudge(5, 0, B, B);
	nudge(6, 0, B, B);
	nudge(3, 1, B, B); /* a word of its own, later */
}

static void
what_a_void_nudge_goes_on_saying_is_void_too(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	order(&s, "10:00:00", "10:20:00");
	agent(s.k, "10:03:00", B, 9);
	customer(s.k, "10:04:00", B);
	agent(s.k, "10:08:00", B, 9);
	trade(&s);
	owners(&s, 0, NOBODY, NOBODY, NOBODY);
}

static void
fully_silent_goes_to_the_first_follow_up(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	order(&s, "10:00:00", "10:01:00");
	talk(&s, "12:00:00", "12:00:20", C);
	talk(&s, "15:00:00", "15:00:20", A);
	trade(&s);
	owners(&s, 0, NOBODY, NOBODY, NOBODY);
	assert_true(has_cell(&s, 0, CELL_FOLLOW, C));
	const struct fact_order *o = &s.k->facts.orders.all[0];
	assert_int_equal(o->assists, 1);
	assert_int_equal(s.k->facts.assists.all[0].who.agent, A);
	assert_int_equal(s.k->facts.assists.all[0].kind, ASSIST_FOLLOW);
}

static void
windows_are_business_days(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	talk(&s, "2 00:01:00", "2 00:01:20", A);
	order(&s, "3 23:59:00", "3 23:59:30");
	order(&s, "4 00:00:01", "4 00:01:00");
	trade(&s);
	owners(&s, 0, A, A, A);
	owners(&s, 1, NOBODY, NOBODY, NOBODY);
	s = shop_new();
	s.k->rules.inquiry_days = 3;
	talk(&s, "2 00:01:00", "2 00:01:20", A);
	order(&s, "4 00:00:01", "4 00:01:00");
	trade(&s);
	owners(&s, 0, A, A, A);
}

static void
time_or_rounds_choose_among_several(void **state)
{
	(void)state;
	for (int by_rounds = 0; by_rounds < 2; by_rounds++) {
		struct shop_kit s = shop_new();
		s.k->rules.by_rounds = by_rounds;
		talk(&s, "10:00:00", "10:00:20", A);
		talk(&s, "10:01:00", "10:01:20", A);
		talk(&s, "11:00:00", "11:00:20", B);
		order(&s, "11:05:00", "11:06:00");
		trade(&s);
		int owner = by_rounds ? A : B;
		owners(&s, 0, owner, owner, owner);
		assert_int_equal(s.k->facts.orders.all[0].assists, 1);
		assert_int_equal(s.k->facts.assists.all[0].kind, ASSIST_ORDER);
	}
}

static void
filtered_contacts_own_nothing(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	s.k->rules.code_word_times = 1;
	snprintf(s.k->rules.code_word, sizeof s.k->rules.code_word, "%s", "暗号");
	talk(&s, "10:00:00", "10:00:20", A); /* an advertisement, and the code word */
	s.k->events[s.k->n - 1].code_word = 1;
	order(&s, "10:05:00", "10:06:00");
	trade(&s);
	owners(&s, 0, NOBODY, NOBODY, NOBODY);
	assert_int_equal(filtered(s.k, FILTER_CODE_WORD), 1);
}

static void
who_only_forwards_is_not_who_sold(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	s.k->rules.forwarded_lines = 2;
	talk(&s, "10:00:00", "10:00:20", A);
	moves(s.k, "10:00:30", A, B);
	customer(s.k, "10:01:00", B);
	agent(s.k, "10:01:20", B, 3);
	order(&s, "10:05:00", "10:06:00");
	trade(&s);
	owners(&s, 0, B, B, B);
	assert_int_equal(filtered(s.k, FILTER_FORWARDED), 1);
	assert_sums(s.k, "receive_num", A, ANY_DAY, 0, 0);
	assert_sums(s.k, "receive_num", B, ANY_DAY, 1, 1);
	assert_int_equal(s.k->facts.orders.all[0].assists, 0);
}

static void
payments_add_up_to_the_day_they_suffice(void **state)
{
	(void)state;
	struct trade_order o = { .due = 10000 };
	trade_pay(&o, 100, 2000);
	trade_pay(&o, 200, 8000);
	trade_pay(&o, 300, 50);
	assert_int_equal(o.paid, 200);
	assert_int_equal(o.amount, 10050);
	o = (struct trade_order){ .due = 10000 }; /* the price was lowered */
	trade_pay(&o, 100, 9000);
	assert_int_equal(o.paid, 100);
}

static uint8_t
bits_of(const struct shop_kit *s, int who, int32_t day)
{
	for (size_t i = 0; i < s->k->facts.pairs.n; i++)
		if (s->k->facts.pairs.all[i].agent == (uint32_t)who && s->k->facts.pairs.all[i].day == day)
			return s->k->facts.pairs.all[i].trade;
	fail_msg("no pair of %d", who);
	return 0;
}

static void
inquiries_are_before_the_sale(void **state)
{
	(void)state;
	int32_t day = (int32_t)kit_day("2026-03-02");
	struct shop_kit s = shop_new();
	talk(&s, "2 10:00:00", "2 10:00:20", A);
	order(&s, "2 11:00:00", "3 09:00:00");
	talk(&s, "3 10:00:00", "3 10:00:20", B); /* after the sale */
	talk(&s, "20 10:00:00", "20 10:00:20", C); /* long after: a new one */
	trade(&s);
	assert_int_equal(bits_of(&s, A, day), PAIR_INQUIRY | PAIR_ORDERED | PAIR_PAID_NEXT | PAIR_PAID_FINAL);
	assert_int_equal(bits_of(&s, B, day + 1), 0);
	assert_int_equal(bits_of(&s, C, day + 18), PAIR_INQUIRY);
	s = shop_new();
	s.after_sales[B] = true;
	talk(&s, "10:00:00", "10:00:20", A);
	moves(s.k, "10:00:30", A, B);
	agent(s.k, "10:01:00", B, 2);
	order(&s, "10:05:00", "10:06:00");
	trade(&s);
	assert_int_equal(bits_of(&s, A, day), 0); /* handed to after-sales */
	assert_int_equal(bits_of(&s, B, day), 0);
	owners(&s, 0, A, A, A);
}

static void
a_chat_across_midnight_is_lost_once(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	struct cell c = { 0 };
	int32_t day = (int32_t)kit_day("2026-03-02"), settled = inquiry_settled(day, &s.k->rules);
	customer(s.k, "2 23:55:00", A);
	agent(s.k, "2 23:56:00", A, 2);
	customer(s.k, "3 00:02:00", A);
	agent(s.k, "3 00:03:00", A, 2);
	trade(&s);
	for (size_t i = 0; i < s.k->facts.pairs.n; i++)
		tally_inquiry(&c, &s.k->facts.pairs.all[i], &s.k->rules, settled + 5);
	assert_int_equal(c.t[TALLY_INQUIRY], 2);
	assert_int_equal(c.t[TALLY_LOST], 1);
	assert_int_equal(c.t[TALLY_FINAL_OPEN], 0);
	c = (struct cell){ 0 };
	for (size_t i = 0; i < s.k->facts.pairs.n; i++)
		tally_inquiry(&c, &s.k->facts.pairs.all[i], &s.k->rules, day);
	assert_int_equal(c.t[TALLY_LOST], 0);
	assert_true(metric_value(metric_find(STR("paid_final"), &s.k->rules), &c).pending);
	assert_true(metric_value(metric_find(STR("lost_num"), &s.k->rules), &c).pending);
}

static void
refunds_stay_with_the_owner_of_the_order(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	const struct fact_refund back[] = {
		{ .at = kit_at("5 10:00:00"), .amount = 4600, .items = 1, .kind = REFUND_RETURN, .done = true },
		{ .at = kit_at("5 11:00:00"), .amount = 300, .kind = REFUND_COMPENSATION, .done = true },
		{ .at = kit_at("6 11:00:00"), .amount = 9000, .items = 2, .kind = REFUND_ONLY },
	};
	talk(&s, "10:00:00", "10:00:20", A);
	struct trade_order *o = order(&s, "10:05:00", "10:06:00");
	o->refunds = back;
	o->refund_count = 3;
	trade(&s);
	for (int64_t way = 0; way < SALES_REFUNDS_COUNT; way++) {
		struct cell c = { 0 };
		s.k->rules.sales_refunds = way;
		struct order_worth worth = order_worth(&s.k->facts, &s.k->facts.orders.all[0], &s.k->rules);
		tally_order(&c, &s.k->facts.orders.all[0], &worth, true);
		assert_int_equal(c.t[TALLY_SALES], way == SALES_LESS_ON_ORDER_DAY ? 5100 : 10000);
		assert_int_equal(c.t[TALLY_REFUNDED_ITEMS], 1);
		assert_int_equal(c.t[TALLY_RETURNED_ITEMS], 1);
		assert_int_equal(c.t[TALLY_REFUNDED], 4900);
	}
	s.k->rules.sales_postage = false;
	assert_int_equal(order_value(&s.k->facts.orders.all[0], &s.k->rules), 9200);
}

static void
a_flagged_order_counts_nowhere(void **state)
{
	(void)state;
	struct shop_kit s = shop_new();
	int32_t day;
	int hour;
	talk(&s, "10:00:00", "10:00:20", A);
	order(&s, "10:05:00", "10:06:00")->flagged = true;
	trade(&s);
	assert_false(order_dated(&s.k->facts.orders.all[0], ATTRIBUTION_PAID, &day, &hour));
	assert_int_equal(order_cells(&s.k->facts.orders.all[0]).n, 0);
	assert_int_equal(bits_of(&s, A, (int32_t)kit_day("2026-03-02")), PAIR_INQUIRY);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(created_with_a_paid_after_b),
		cmocka_unit_test(a_nudge_too_soon_wins_nothing),
		cmocka_unit_test(what_a_void_nudge_goes_on_saying_is_void_too),
		cmocka_unit_test(fully_silent_goes_to_the_first_follow_up),
		cmocka_unit_test(windows_are_business_days),
		cmocka_unit_test(time_or_rounds_choose_among_several),
		cmocka_unit_test(filtered_contacts_own_nothing),
		cmocka_unit_test(who_only_forwards_is_not_who_sold),
		cmocka_unit_test(payments_add_up_to_the_day_they_suffice),
		cmocka_unit_test(inquiries_are_before_the_sale),
		cmocka_unit_test(a_chat_across_midnight_is_lost_once),
		cmocka_unit_test(refunds_stay_with_the_owner_of_the_order),
		cmocka_unit_test(a_flagged_order_counts_nowhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
