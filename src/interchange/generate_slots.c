/* Filling the templates, choosing the subject, and the times of a conversation's lines. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/banned.h"

static int
options_count(const char *const list[5])
{
	int n = 0;
	while (n < 5 && list[n])
		n++;
	return n;
}

/* Two different ones, or twice the same where there is but one. */
static void
two_of(struct rng *r, const char *const list[5], const char **ret_one, const char **ret_two)
{
	int n = options_count(list), i = pick(r, 0, n - 1), j = n > 1 ? pick(r, 0, n - 2) : 0;
	*ret_one = list[i];
	*ret_two = list[n > 1 && j >= i ? j + 1 : j];
}

/* Sizes go up: the second is the neighbour. */
static void
two_sizes(struct rng *r, const char *const list[5], const char **ret_one, const char **ret_two)
{
	int n = options_count(list), i = pick(r, 0, n - 1);
	*ret_one = list[i];
	*ret_two = list[i + 1 < n ? i + 1 : i > 0 ? i - 1 : 0];
}

/* The size that fits a body of this weight (jin); sizes go up by one. */
static void
body_size(struct slots *k)
{
	const char *const *list = k->product->sizes;
	int n = options_count(list), fits = k->weight < 100 ? 0 : k->weight < 112 ? 1 : k->weight < 126 ? 2 : k->weight < 140 ? 3 : 4;
	int i = fits < n ? fits : n - 1;
	k->size = list[i];
	k->size2 = list[i + 1 < n ? i + 1 : i - 1];
}

void
slots_fit(enum generate_trade trade, struct slots *k)
{
	if (trade == TRADE_CLOTHES && options_count(k->product->sizes) > 2)
		body_size(k);
}

void
slots_fill(struct rng *r, enum generate_trade trade, struct slots *k)
{
	static const char *const dates[] = { "周五", "周六", "周日", "下周一", "下周三", "月底", NULL };
	const struct trade_info *t = &trade_table[trade];
	bool any = !k->product;
	while (any && (!k->product || (trade == TRADE_CLOTHES && options_count(k->product->sizes) < 3)))
		k->product = &t->products[pick(r, 0, t->count - 1)];
	two_of(r, k->product->colours, &k->colour, &k->colour2);
	two_sizes(r, k->product->sizes, &k->size, &k->size2);
	k->city = list_pick(r, cities);
	do
		k->city2 = list_pick(r, cities);
	while (k->city2 == k->city);
	k->courier = list_pick(r, couriers);
	k->date = list_pick(r, dates);
	k->days = pick(r, 2, 4);
	k->off = pick(r, 1, 6) * 5;
	k->amount = pick(r, 1, 10) * 5;
	k->price = k->product->price;
	k->height = pick(r, 152, 178);
	k->weight = k->height - 60 + pick(r, -12, 26);
	slots_fit(trade, k);
	int head = pick(r, 3, 8); /* not in the call: the order of arguments is the compiler's */
	snprintf(k->track, sizeof k->track, "7%d%09lld", head, (long long)rng_range(r, 0, 999999999));
	phone_of(r, k->phone);
	recipient_of(r, k->recipient);
	address_of(r, k->city, k->address);
}

static void
money(struct buf *out, int64_t fen)
{
	buf_int(out, fen / 100);
	if (fen % 100)
		buf_printf(out, ".%02d", (int)(fen % 100));
	buf_addz(out, "元");
}

static bool
slot_word(const struct slots *k, struct str name, struct buf *out)
{
	const struct {
		const char *name, *text;
	} words[] = {
		{ "p", k->product->noun }, { "t", k->product->title }, { "mat", k->product->material },
		{ "c", k->colour },        { "c2", k->colour2 },       { "s", k->size },
		{ "s2", k->size2 },        { "courier", k->courier },  { "city", k->city },
		{ "city2", k->city2 },     { "cat", k->category },     { "o", k->order },
		{ "phone", k->phone },     { "track", k->track },      { "recipient", k->recipient },
		{ "addr", k->address },    { "date", k->date },
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eqz(name, words[i].name)) {
			buf_addz(out, words[i].text);
			return true;
		}
	return false;
}

static void
slot_put(const struct slots *k, struct str name, struct buf *out)
{
	const struct {
		const char *name;
		int value;
	} numbers[] = { { "h", k->height }, { "w", k->weight }, { "d", k->days }, { "off", k->off }, { "amt", k->amount } };
	if (slot_word(k, name, out))
		return;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		if (str_eqz(name, numbers[i].name)) {
			buf_int(out, numbers[i].value);
			return;
		}
	if (str_eqz(name, "price"))
		money(out, k->price);
	else if (str_eqz(name, "name"))
		buf_add(out, k->agent);
	else if (str_eqz(name, "shop"))
		buf_add(out, k->shop);
	else if (str_eqz(name, "q"))
		buf_add(out, k->question);
	else /* a slot that does not exist: the test looks for braces */
		buf_printf(out, "{%.*s}", STR_ARG(name));
}

void
slots_render(const struct slots *k, const char *template, struct buf *out)
{
	const char *p = template, *open, *close;
	while ((open = strchr(p, '{')) && (close = strchr(open, '}'))) {
		buf_add(out, (struct str){ p, (size_t)(open - p) });
		slot_put(k, (struct str){ open + 1, (size_t)(close - open - 1) }, out);
		p = close + 1;
	}
	buf_addz(out, p);
}

const struct talk *
talk_pick(struct rng *r, enum generate_trade trade, bool after_sale)
{
	int total = 0;
	for (int pass = 0, at = 0; pass < 2; pass++) {
		if (pass)
			at = pick(r, 0, total - 1);
		for (int l = 0; talk_all[l]; l++)
			for (const struct talk *t = talk_all[l]; t->category; t++) {
				if (!(t->trades & IN(trade)) || (t->order != ORDER_NONE) != after_sale)
					continue;
				total += pass ? 0 : t->weight;
				at -= pass ? t->weight : 0;
				if (pass && at < 0)
					return t;
			}
	}
	return talk_fit;
}

/* Quantiles of human reply times, seconds; drawn uniformly. */
static int64_t
reply_delay(struct rng *r, int percent_of_usual)
{
	static const int seconds[] = {
		4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 31, 34, 38, 42, 47, 53, 60, 70, 82, 96, 118, 140, 165,
	};
	int at = pick(r, 0, 31);
	int64_t ms = seconds[at] * 1000LL + pick(r, 0, 999);
	return ms * percent_of_usual / 100;
}

static int64_t
human_pause(struct script *s, const struct line *l, const struct line *before, int64_t pending, bool fresh)
{
	const struct agent *g = s->agents && l->agent >= 0 ? &s->agents[l->agent] : NULL;
	int64_t usual = reply_delay(s->r, g ? g->speed : 100), slow = pick(s->r, 190, 560) * 1000LL, typing = pick(s->r, 2500, 9000);
	if (!pending && l->pace == PACE_LULL)
		return before->at + typing * 12;
	if (!pending) /* one more line of the same answer, or the first word of a nudge */
		return before->at + typing;
	if (l->pace == PACE_SLOW)
		return (pending + slow > before->at + 2000 ? pending + slow : before->at + 2000);
	if (fresh)
		return before->at + (usual < 60000 ? usual : 60000);
	int64_t at = before->at + usual, latest = pending + 170000;
	if (at > latest)
		at = latest;
	return at > before->at + 1500 ? at : before->at + 1500;
}

static int64_t
customer_pause(struct script *s, const struct line *l, const struct line *before, int64_t pending)
{
	int64_t next = pick(s->r, 2000, 9000), think = pick(s->r, 6000, 70000), long_think = pick(s->r, 70000, 165000);
	bool lingers = percent(s->r, 10);
	if (l->pace == PACE_NEW_SESSION)
		return pick(s->r, 26 * 60, 150 * 60) * 1000LL;
	if (l->pace == PACE_WAITING)
		return 40000 + next * 8;
	if (before->sender == FROM_CUSTOMER)
		return next;
	if (pending)
		return 3000 + next;
	return lingers ? long_think : think;
}

void
script_time(struct script *s, int64_t start)
{
	int64_t pending = 0;
	for (int i = 0; i < s->lines; i++) {
		struct line *l = &s->line[i];
		const struct line *before = i ? &s->line[i - 1] : &(struct line){ .at = start, .sender = FROM_SYSTEM };
		int machine = pick(s->r, 200, 1900);
		if (i == 0)
			l->at = start;
		else if (l->sender == FROM_CUSTOMER)
			l->at = before->at + customer_pause(s, l, before, pending);
		else if (l->sender == FROM_AGENT)
			l->at = human_pause(s, l, before, pending, i - 1 == s->move_line);
		else
			l->at = before->at + machine;
		if ((l->sender == FROM_CUSTOMER && !pending) || (i == s->move_line && pending))
			pending = l->at; /* the receiver's clock starts at the hand-over */
		if (l->sender == FROM_AGENT)
			pending = 0;
	}
}
