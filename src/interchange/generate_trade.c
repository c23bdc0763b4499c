/* Orders, what is paid, and what goes back. Policy: unsent orders are refunded at once; seven days for a return without a
 * reason; quality faults are the shop's cost; a small compensation is within an agent's authority. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

#define AUTHORITY_FEN 20000

static int
index_of(const char *const list[5], const char *word)
{
	for (int i = 0; i < 5 && list[i]; i++)
		if (list[i] == word)
			return i;
	return 0;
}

/* A new order of what the conversation is about, or (k NULL) of anything. Its time is the caller's to set, before the key. */
void
order_make(struct world *w, struct rng *r, int shop, const struct slots *k, struct order *o)
{
	struct shop *s = &w->shops[shop];
	struct slots any = { 0 };
	int64_t created = o->created;
	int year, month, day, customer = o->customer;
	if (!k) {
		slots_fill(r, s->trade, &any);
		k = &any;
	}
	*o = (struct order){ .customer = customer, .created = created, .agent = NOBODY };
	o->product = (int)(k->product - s->info->products);
	o->colour = index_of(k->product->colours, k->colour);
	o->size = index_of(k->product->sizes, k->size);
	o->quantity = percent(r, 84) ? 1 : 2;
	o->price = k->product->price - (percent(r, 45) ? k->off * 100 : 0);
	o->postage = o->price * o->quantity < 9900 ? 800 : 0;
	o->amount = o->price * o->quantity + o->postage;
	date_from_days((created + ZONE_MS) / DAY_MS, &year, &month, &day);
	s->orders++;
	snprintf(o->key, sizeof o->key, "%02d%02d%02d%03d%07lld%03d", year % 100, month, day, shop + 1, (long long)s->orders,
		 pick(r, 0, 999));
}

void
order_slots(const struct world *w, int shop, const struct order *o, struct slots *k)
{
	k->product = &w->shops[shop].info->products[o->product];
	k->colour = k->product->colours[o->colour];
	k->size = k->product->sizes[o->size];
	k->price = o->amount;
	snprintf(k->order, sizeof k->order, "%s", o->key);
}

const struct talk *
talk_after(struct rng *r, enum generate_trade trade)
{
	return talk_pick(r, trade, true);
}

int
order_age(struct rng *r, const struct talk *t)
{
	int sent = pick(r, 2, 5), received = pick(r, 4, 7), late = pick(r, 10, 16);
	if (t->effect == EFFECT_REFUSE)
		return late;
	return t->order == ORDER_RECEIVED ? received : t->order == ORDER_SENT ? sent : 1;
}

void
trade_follow(struct world *w, struct rng *r, int shop, int day, struct order *o)
{
	struct shop *s = &w->shops[shop];
	const struct talk *t = talk_after(r, s->trade);
	int age = order_age(r, t);
	if (!percent(r, 26) || s->follows == FOLLOW_MAX || !o->paid)
		return;
	o->due = day + age;
	o->talk = t;
	s->follow[s->follows++] = *o;
}

static int64_t
payment_time(struct rng *r, int64_t created)
{
	int64_t soon = pick(r, 15, 280) * 1000LL, later = pick(r, 30, 20 * 60) * MINUTE_MS;
	int how = pick(r, 0, 99);
	return how < 74 ? created + soon : how < 85 ? created + later : 0;
}

void
trade_buy(struct world *w, struct rng *r, const struct visit *v)
{
	const struct script *s = &w->script;
	const struct agent *g = s->agent != NOBODY ? &w->agents[s->agent] : NULL;
	int chance = g ? g->selling : 15;
	int64_t after = pick(r, 20, 1500) * 1000LL, last = s->line[s->lines - 1].at;
	struct order o = { .customer = v->customer, .created = last + after };
	if (s->plants && percent(r, 40))
		chance /= 2; /* faults cost sales */
	if (!percent(r, chance) || o.created >= w->end_ms)
		return;
	order_make(w, r, v->shop, &s->k, &o);
	o.paid = payment_time(r, o.created);
	out_order(w, v->shop, &o);
	out_payment(w, v->shop, &o);
	if (!o.paid)
		out_close(w, v->shop, &o, o.created + DAY_MS, "超时未付款");
	trade_follow(w, r, v->shop, v->day, &o);
}

static void
refund_later(struct world *w, struct refund *f, int64_t done)
{
	f->state = REFUND_REQUESTED;
	if (done < w->end_ms) {
		f->at = done;
		f->state = REFUND_COMPLETED;
	}
}

static void
goods_back(struct world *w, struct rng *r, const struct order *o, struct refund *f, bool fault)
{
	static const char *const reasons[] = { "不喜欢", "七天无理由", "与描述不符", "买重了", "拍错规格", NULL };
	static const char *const clothes_reasons[] = { "尺码不合适", "尺码不合适", "不喜欢", "颜色不喜欢", "面料不喜欢", NULL };
	const char *reason = list_pick(r, w->script.trade == TRADE_CLOTHES ? clothes_reasons : reasons);
	int64_t days = pick(r, 40, 100) * HOUR_MS;
	f->kind = "return";
	f->amount = o->amount - o->postage;
	f->items = true;
	f->reason = fault ? "质量问题" : reason;
	refund_later(w, f, f->at + days);
}

static void
refund_plan(struct world *w, struct rng *r, const struct order *o, enum talk_effect effect, struct refund *f)
{
	static const char *const early[] = { "不想要了", "拍错了", "等太久", "重新拍", NULL };
	const char *why = list_pick(r, early);
	int64_t small = w->script.k.amount * 100LL, soon = pick(r, 1, 30) * MINUTE_MS, days = pick(r, 50, 120) * HOUR_MS;
	bool keeps = percent(r, 70);
	switch (effect) {
	case EFFECT_EXCHANGE:
		*f = (struct refund){ .at = f->at, .by = f->by, .kind = "exchange", .reason = "换规格", .items = true };
		refund_later(w, f, f->at + days);
		break;
	case EFFECT_COMPENSATE:
		if (!keeps) {
			goods_back(w, r, o, f, true);
			break;
		}
		*f = (struct refund){ .at = f->at, .by = f->by, .kind = "compensation", .reason = "质量问题补偿" };
		f->amount = small < o->amount ? small : o->amount;
		refund_later(w, f, f->at + soon);
		break;
	case EFFECT_REFUND:
		*f = (struct refund){ .at = f->at, .by = f->by, .kind = "refund_only", .reason = why, .amount = o->amount };
		refund_later(w, f, f->at + soon);
		break;
	case EFFECT_REFUSE:
		*f = (struct refund){ .at = f->at, .by = f->by, .kind = "return", .reason = "超过七天或已使用", .amount = o->amount };
		f->state = REFUND_REFUSED;
		break;
	default:
		goods_back(w, r, o, f, false);
		break;
	}
}

void
trade_after(struct world *w, struct rng *r, const struct visit *v, const struct order *o)
{
	const struct script *s = &w->script;
	enum talk_effect effect = s->talk->effect;
	bool happens = percent(r, effect == EFFECT_REFUSE ? 55 : 84), above = permille(r, 60);
	int64_t pause = pick(r, 20, 600) * 1000LL, sum = AUTHORITY_FEN + pick(r, 1, 100) * 100LL;
	struct refund f = { .at = s->line[s->lines - 1].at + pause, .by = s->agent };
	if (effect == EFFECT_NONE || effect == EFFECT_BUY || !happens || f.at >= w->end_ms || s->agent == NOBODY || !o->paid)
		return;
	refund_plan(w, r, o, effect, &f);
	if (f.kind[0] == 'c' && above && o->amount >= sum) {
		f.amount = sum;
		answers_fault(w, v, FAULT_AUTHORITY, f.by, f.at, -1, o->key);
	}
	out_refund(w, v->shop, o, &f);
}
