#include "interchange/generate_test.h"

#include "base/banned.h"

struct words {
	int promises, bribes, perfunctory;
};

static void
words_count(void *arg, const struct json *v)
{
	static const char *const promise[] = { "绝对", "最便宜", "百分百", "全网", "永远", "保证", "国家级", NULL };
	static const char *const bribe[] = { "返现", "返3元", "转20元", "现金", NULL };
	struct words *w = arg;
	struct str text = text_of(v, "text");
	bool p = false, b = false;
	if (!str_eqz(text_of(v, "sender"), "agent"))
		return;
	for (int i = 0; promise[i]; i++)
		p = p || str_find(text, str_of(promise[i])) >= 0;
	for (int i = 0; bribe[i]; i++)
		b = b || str_find(text, str_of(bribe[i])) >= 0;
	w->promises += p;
	w->bribes += b;
}

static void
forbidden_words_are_only_planted_ones(void **state)
{
	(void)state;
	struct centre *c = centre_new(44);
	const struct json *faults = json_get(c->answers, "faults");
	struct words w = { 0 };
	each_line(c->file, words_count, &w);
	assert_int_equal(w.promises, plants_of(faults, "over_promise"));
	assert_int_equal(w.bribes, plants_of(faults, "paid_review"));
	centre_free(c);
}

/* References ------------------------------------------------------------------------------------------------------------ */

#define KEYS 65536

struct keys {
	uint64_t seen[KEYS];
	int missing, doubled;
};

static bool
key_seen(struct keys *k, char kind, struct str key, bool add)
{
	uint64_t h = (str_hash(key) ^ (uint64_t)kind << 56) | 1;
	size_t i = h % KEYS;
	while (k->seen[i] && k->seen[i] != h)
		i = (i + 1) % KEYS;
	bool was = k->seen[i] != 0;
	if (add)
		k->seen[i] = h;
	return was;
}

static void
keys_follow(void *arg, const struct json *v)
{
	static const struct {
		const char *member;
		char kind;
	} refs[] = {
		{ "shop", 's' }, { "customer", 'c' }, { "agent", 'a' }, { "from", 'a' }, { "to", 'a' }, { "by", 'a' }, { "order", 'o' }
	};
	static const char kinds[LINE_TYPE_COUNT] = { [LINE_shop] = 's',  [LINE_agent] = 'a',  [LINE_customer] = 'c', [LINE_message] = 'm',
						     [LINE_order] = 'o', [LINE_refund] = 'r', [LINE_call] = 'l' };
	struct keys *k = arg;
	char kind = kinds[type_of(v)];
	struct str key = text_of(v, "key");
	assert_int_equal(key.p != NULL, kind != 0);
	if (kind)
		k->doubled += key_seen(k, kind, key, true);
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		struct str ref = text_of(v, refs[i].member);
		if (ref.p && !key_seen(k, refs[i].kind, ref, false))
			k->missing++;
	}
}

static void
every_key_is_new_and_every_reference_known(void **state)
{
	(void)state;
	struct centre *c = centre_new(45);
	struct keys *k = arena_alloc(c->arena, sizeof *k);
	const struct json *lines = json_get(c->answers, "lines");
	static const char *const names[] = {
#define T(name) #name,
		LINE_TYPES(T)
#undef T
	};
	assert_non_null(k);
	each_line(c->file, keys_follow, k);
	assert_int_equal(k->missing, 0);
	assert_int_equal(k->doubled, 0);
	for (int t = 0; t < LINE_TYPE_COUNT; t++)
		assert_int_equal(json_int(json_get(lines, names[t]), -1), c->lines[t]);
	centre_free(c);
}

static void
same_options_give_the_same_bytes(void **state)
{
	(void)state;
	struct centre *a = centre_new(7), *b = centre_new(7), *c = centre_new(8);
	assert_true(str_eq(a->file, b->file));
	assert_true(str_eq(a->answers_text, b->answers_text));
	assert_false(str_eq(a->file, c->file));
	centre_free(a);
	centre_free(b);
	centre_free(c);
}

static void
nothing_after(void *arg, const struct json *v)
{
	static const char *const members[] = { "at", "answered_at", "ended_at", NULL };
	const int64_t *now = arg;
	for (int i = 0; members[i]; i++)
		if (json_get(v, members[i]))
			assert_true(time_of(v, members[i]) < *now);
}

static void
nothing_happens_after_now(void **state)
{
	(void)state;
	struct generate_options o = options(9);
	struct arena *a = arena_new(1 << 26);
	o.until = -1;
	o.now = UNTIL * DAY_MS + 5 * HOUR_MS;
	generate(&o);
	struct str file = file_read(a, out_path);
	assert_true(file.n > 100000);
	each_line(file, nothing_after, &o.now);
	arena_free(a);
}

static void
wrong_options_are_refused(void **state)
{
	(void)state;
	char why[200];
	struct generate_options o = options(1);
	o.days = 0;
	assert_int_equal(generate_run(&o, why), ERR_USAGE);
	assert_true(why[0]);
	o = options(1);
	o.agents = 2001;
	assert_int_equal(generate_run(&o, why), ERR_USAGE);
	o = options(1);
	o.out = "";
	assert_int_equal(generate_run(&o, why), ERR_USAGE);
	o.out = "/nowhere/at/all";
	assert_int_equal(generate_run(&o, why), ERR_IO);
	assert_true(why[0]);
	for (long n = 1; n < 40; n++) {
		o = options(1);
		o.days = 1;
		mem_fail_after(n);
		enum err e = generate_run(&o, why);
		mem_fail_after(0);
		assert_true(e == OK || e == ERR_NO_MEMORY);
	}
}

static void
small_centres_work(void **state)
{
	(void)state;
	struct generate_options o = options(3);
	o.agents = 1;
	o.shops = 1;
	o.days = 1;
	o.size = 1;
	generate(&o);
	o.agents = 3;
	o.shops = 14;
	o.answers = NULL;
	generate(&o);
}

static bool
fits(const struct exchange *e, enum generate_trade trade, const struct product *p)
{
	int asks = 0, replies = 0;
	while (asks < ASKS_MAX && e->ask[asks])
		asks++;
	while (replies < ASKS_MAX && e->reply[replies])
		replies++;
	assert_true(asks > 0 && replies > 0 && (!e->paired || asks == replies));
	return (!e->trades || (e->trades & IN(trade))) && (!e->about || strstr(e->about, p->noun));
}

static void
words_for_each_product(const struct talk *t, enum generate_trade trade)
{
	for (int p = 0; p < trade_table[trade].count; p++) {
		const struct product *product = &trade_table[trade].products[p];
		size_t opens = 0, mores = 0;
		for (size_t i = 0; i < t->opens; i++)
			opens += fits(&t->open[i], trade, product);
		for (size_t i = 0; i < t->mores; i++)
			mores += fits(&t->more[i], trade, product);
		if (!opens || !mores)
			fail_msg("%s has nothing to say about %s", t->category, product->noun);
	}
}

static void
every_talk_has_words_for_each_of_its_trades(void **state)
{
	(void)state;
	for (int l = 0; talk_all[l]; l++)
		for (const struct talk *t = talk_all[l]; t->category; t++)
			for (int trade = 0; trade < TRADE_COUNT; trade++) {
				if (t->trades & IN(trade))
					words_for_each_product(t, (enum generate_trade)trade);
			}
}

static void
dialogues_are_complete(void **state)
{
	(void)state;
	struct rng r;
	rng_seed(&r, 5);
	for (int i = 0; i < 1200; i++) {
		struct arena *a = arena_new(1 << 20);
		struct dialogue d = { 0 };
		assert_int_equal(generate_dialogue(&r, a, (enum generate_trade)(i % TRADE_COUNT), i % 2 ? STR("小满") : STR_NONE, &d), OK);
		assert_in_range(d.count, 2, 80);
		assert_true(d.lines[0].from_customer);
		assert_true(d.category && d.product.n && d.shop);
		for (size_t l = 0; l < d.count; l++) {
			struct str text = d.lines[l].text;
			if (str_eqz(str_of(d.lines[l].kind), "image") && !str_ends(text, STR(".jpg")) && !str_ends(text, STR(".png")))
				fail_msg("%s: a picture called %.*s", d.category, STR_ARG(text));
			if (!text.n || str_find_char(text, '{') >= 0 || str_find_char(text, '|') >= 0 || !utf8_valid(text) ||
			    text.p[0] == '@')
				fail_msg("%s: %.*s", d.category, STR_ARG(text));
		}
		assert_true(generate_customer_name(&r, a).n > 0);
		assert_true(generate_agent_name(i, a).n > 0);
		arena_free(a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_talk_has_words_for_each_of_its_trades),
		cmocka_unit_test(dialogues_are_complete),
		cmocka_unit_test(same_options_give_the_same_bytes),
		cmocka_unit_test(every_key_is_new_and_every_reference_known),
		cmocka_unit_test(forbidden_words_are_only_planted_ones),
		cmocka_unit_test(nothing_happens_after_now),
		cmocka_unit_test(wrong_options_are_refused),
		cmocka_unit_test(small_centres_work),
	};
	RUN_TESTS(tests);
}
