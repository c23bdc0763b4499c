/* Rows of orders, refunds, ratings, calls and figures as interchange lines. A value that says nothing sure is refused with its row, never guessed. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { ITEMS_MAX = 200, ORDER_ARENA = 1 << 20 };

struct item {
	struct str sku, title;
	int64_t quantity, price;
};

/* An order of which one row or several stand one below the other. */
struct order {
	bool open, bad; /* bad: one of its rows was refused, so the order is not whole */
	int64_t number, created, paid_at, closed_at, refunded_at, due, postage, paid, refund, row_paid; /* row_paid: of a sub-order */
	struct str order, buyer, status, note, flag, reason;
	struct item items[ITEMS_MAX];
	size_t item_count;
};

struct kind_state {
	struct reading *r;
	const char *kind;
	struct arena *arena; /* of the order at hand */
	struct order o;
	struct names seen;   /* orders that are written */
};

static void
state_drop(void *arg)
{
	struct kind_state *s = arg;
	arena_free(s->arena);
	names_free(&s->seen);
}

enum err
kind_new(struct reading *r, const struct table_kind *kind, struct kind_state **ret_state)
{
	struct kind_state *s = arena_alloc(r->keep, sizeof *s);
	if (!s || !arena_cleanup(r->keep, state_drop, s))
		return ERR_NO_MEMORY;
	s->r = r;
	s->kind = kind->name;
	s->arena = arena_new(ORDER_ARENA);
	*ret_state = s;
	return s->arena ? names_init(&s->seen, (size_t)512 << 20) : ERR_NO_MEMORY;
}

static struct str
text_of(struct reading *r, struct str cell)
{
	struct str s = cell_clean(r->arena, cell);
	return cell_empty(s) ? STR_NONE : s;
}

static enum err
number_of(struct reading *r, int64_t row, const char *what, struct str cell, struct str *ret)
{
	enum err e = cell_number(r->arena, cell, ret);
	if (e == ERR_TOO_LARGE)
		return reading_refuse(r, row, "%s \"%.*s\" has lost digits: a spreadsheet made a number of it. Export again with the column as text", what,
		                      (int)(cell.n > 40 ? 40 : cell.n), cell.p);
	return e == ERR_BAD_FIELD ? reading_refuse(r, row, "%s \"%.*s\" is none", what, (int)(cell.n > 40 ? 40 : cell.n), cell.p ? cell.p : "") : e;
}

static enum err
money_of(struct reading *r, int64_t row, const char *what, struct str cell, int64_t *ret)
{
	struct str s = cell_clean(r->arena, cell);
	*ret = 0;
	if (cell_empty(s))
		return OK;
	if (!cell_money(r->arena, s, ret))
		return reading_refuse(r, row, "%s \"%.*s\" is no amount of money", what, (int)(s.n > 40 ? 40 : s.n), s.p);
	return *ret < 0 ? reading_refuse(r, row, "%s is below zero", what) : OK;
}

static enum err
time_of(struct reading *r, int64_t row, const char *what, struct str cell, int64_t *ret)
{
	struct str s = text_of(r, cell);
	*ret = 0;
	return s.n ? reading_time(r, row, what, s, ret) : OK;
}

static bool
holds(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (str_find(s, str_of(*words)) >= 0)
			return true;
	return false;
}

/* Orders ------------------------------------------------------------------------------------------------------------------------ */

enum { O_ORDER, O_SUB, O_BUYER, O_DUE, O_POSTAGE, O_PAID, O_STATUS, O_CREATED, O_PAID_AT, O_CLOSED_AT, O_CLOSE_REASON, O_TITLE, O_SKU, O_QUANTITY, O_PRICE,
       O_REFUND, O_REFUNDED_AT, O_NOTE, O_FLAG };

static void
items_write(struct json_writer *w, const struct order *o)
{
	jw_key(w, "items");
	jw_array(w);
	for (size_t i = 0; i < o->item_count; i++) {
		const struct item *it = &o->items[i];
		jw_object(w);
		jw_member_text(w, "sku", it->sku);
		jw_member_text(w, "title", it->title);
		jw_member_int(w, "quantity", it->quantity);
		jw_member_int(w, "price", it->price);
		jw_end(w);
	}
	jw_end(w);
}

static enum err
order_line(struct reading *r, const struct order *o, int64_t amount)
{
	line_begin(r, IMPORT_ORDER, "order");
	struct json_writer *w = &r->w;
	jw_member_text(w, "key", o->order);
	jw_member_text(w, "shop", r->shop);
	if (o->buyer.n)
		jw_member_text(w, "customer", o->buyer);
	jw_member_int(w, "at", o->created);
	items_write(w, o);
	jw_member_int(w, "amount", amount);
	if (o->postage)
		jw_member_int(w, "postage", o->postage);
	if (o->flag.n)
		jw_member_text(w, "flag", utf8_head(o->flag, 40));
	if (o->note.n)
		jw_member_text(w, "note", utf8_head(o->note, 2000));
	if (o->status.n)
		jw_member_text(w, "status", o->status);
	return line_end(r);
}

static enum err
after_line(struct reading *r, enum import_type t, const char *type, const struct order *o, int64_t at, int64_t amount)
{
	line_begin(r, t, type);
	jw_member_text(&r->w, "order", o->order);
	jw_member_int(&r->w, "at", at);
	if (t == IMPORT_PAYMENT)
		jw_member_int(&r->w, "amount", amount);
	else if (o->reason.n)
		jw_member_text(&r->w, "reason", utf8_head(o->reason, 1000));
	/* One payment and one close an order: another time of it is a change. */
	char key[120];
	snprintf(key, sizeof key, "%.80s#%s", o->order.p, type);
	jw_member_text(&r->w, "key", str_of(key));
	return line_end(r);
}

static enum err
refund_line(struct reading *r, const struct order *o)
{
	char key[120];
	bool own = o->refunded_at || o->closed_at;
	snprintf(key, sizeof key, "%.80s#refund", o->order.p);
	line_begin(r, IMPORT_REFUND, "refund");
	jw_member_text(&r->w, "key", str_of(key));
	jw_member_text(&r->w, "order", o->order);
	jw_member_int(&r->w, "at", o->refunded_at ? o->refunded_at : o->closed_at ? o->closed_at : o->paid_at ? o->paid_at : o->created);
	jw_member_int(&r->w, "amount", o->refund);
	jw_member_text(&r->w, "kind", STR("refund_only"));
	jw_member_text(&r->w, "state", STR("completed"));
	if (!own)
		jw_member_text(&r->w, "time_of", STR("payment"));
	r->f->refund_time_taken |= !own;
	return line_end(r);
}

static enum err
order_write(struct kind_state *s)
{
	static const char *const closed[] = { "关闭", "取消", "作废", "closed", "cancel", NULL };
	struct order *o = &s->o;
	struct reading *r = s->r;
	uint32_t i;
	if (!o->open || o->bad) {
		o->open = false;
		return OK;
	}
	o->open = false;
	size_t before = s->seen.count;
	enum err e = names_put(&s->seen, o->order, &i);
	if (!e && s->seen.count == before)
		return reading_refuse(r, o->number, "rows of the order %.*s stand apart: sort the file by order number", STR_ARG(o->order));
	int64_t amount = o->paid ? o->paid : o->due + o->postage;
	if (o->item_count == 1 && !o->items[0].price)
		o->items[0].price = (amount > o->postage ? amount - o->postage : 0) / o->items[0].quantity;
	if (!e)
		e = order_line(r, o, amount);
	if (!e && o->paid_at)
		e = after_line(r, IMPORT_PAYMENT, "payment", o, o->paid_at, amount);
	if (!e && holds(o->status, closed))
		e = after_line(r, IMPORT_CLOSE, "close", o, o->closed_at ? o->closed_at : o->paid_at ? o->paid_at : o->created, 0);
	if (!e && o->refund)
		e = refund_line(r, o);
	return e ? e : reading_flush(r, o->number);
}

static struct str
keep_text(struct kind_state *s, struct str cell)
{
	struct str t = text_of(s->r, cell);
	return t.n ? arena_str(s->arena, t) : STR_NONE;
}

static enum err
order_open(struct kind_state *s, const struct row_values *v, struct str number)
{
	struct order *o = &s->o;
	struct reading *r = s->r;
	enum err e = order_write(s);
	arena_reset(s->arena);
	*o = (struct order){ .number = v->number, .order = arena_str(s->arena, number), .open = true };
	if ((e && e != ERR_BAD_FIELD) || !o->order.p)
		return e ? e : ERR_NO_MEMORY;
	e = time_of(r, v->number, "the time of creation", v->values[O_CREATED], &o->created);
	if (!e && !o->created)
		e = reading_refuse(r, v->number, "the time of creation is missing");
	if (!e)
		e = time_of(r, v->number, "the time of payment", v->values[O_PAID_AT], &o->paid_at);
	if (!e)
		e = time_of(r, v->number, "the time of closing", v->values[O_CLOSED_AT], &o->closed_at);
	if (!e)
		e = time_of(r, v->number, "the time of the refund", v->values[O_REFUNDED_AT], &o->refunded_at);
	if (!e)
		e = money_of(r, v->number, "postage", v->values[O_POSTAGE], &o->postage);
	if (e)
		return e;
	o->buyer = keep_text(s, v->values[O_BUYER]);
	o->status = keep_text(s, v->values[O_STATUS]);
	o->note = keep_text(s, v->values[O_NOTE]);
	o->flag = keep_text(s, v->values[O_FLAG]);
	o->reason = keep_text(s, v->values[O_CLOSE_REASON]);
	return OK;
}

/* With numbers of sub-orders every row has its own amount; without them each row repeats the order's. */
static enum err
order_amounts(struct kind_state *s, const struct row_values *v)
{
	struct order *o = &s->o;
	struct reading *r = s->r;
	int64_t due, paid, refund;
	enum err e = money_of(r, v->number, "the amount due", v->values[O_DUE], &due);
	if (!e)
		e = money_of(r, v->number, "the amount paid", v->values[O_PAID], &paid);
	if (!e)
		e = money_of(r, v->number, "the refund", v->values[O_REFUND], &refund);
	if (e)
		return e;
	bool sub = text_of(r, v->values[O_SUB]).n > 0;
	o->row_paid = sub ? paid : 0;
	if (!o->item_count || sub) {
		o->due += due;
		o->paid += paid;
		o->refund += refund;
	}
	return OK;
}

static enum err
order_item(struct kind_state *s, const struct row_values *v)
{
	struct order *o = &s->o;
	struct reading *r = s->r;
	struct str quantity = text_of(r, v->values[O_QUANTITY]);
	struct item it = { .sku = keep_text(s, v->values[O_SKU]), .title = keep_text(s, v->values[O_TITLE]), .quantity = 1 };
	enum err e = money_of(r, v->number, "the price", v->values[O_PRICE], &it.price);
	if (e)
		return e;
	if (quantity.n && (!cell_count(r->arena, quantity, &it.quantity) || it.quantity < 0 || it.quantity > 1000000))
		return reading_refuse(r, v->number, "the quantity \"%.*s\" is none", (int)(quantity.n > 40 ? 40 : quantity.n), quantity.p);
	it.quantity = it.quantity ? it.quantity : 1;
	it.price = it.price ? it.price : o->row_paid / it.quantity;
	it.title = it.title.n ? utf8_head(it.title, 300) : o->order;
	it.sku = it.sku.n ? utf8_head(it.sku, 100) : utf8_head(it.title, 100);
	if (o->item_count < ITEMS_MAX)
		o->items[o->item_count++] = it;
	return OK;
}

static enum err
order_row(struct kind_state *s, const struct row_values *v)
{
	struct str number = STR_NONE;
	enum err e = number_of(s->r, v->number, "the order number", v->values[O_ORDER], &number);
	if (e)
		return e;
	if (!s->o.open || !str_eq(s->o.order, number))
		e = order_open(s, v, number);
	else if (s->o.bad)
		e = reading_refuse(s->r, v->number, "another row of the order %.*s was rejected", STR_ARG(number));
	if (!e)
		e = order_amounts(s, v);
	if (!e)
		e = order_item(s, v);
	s->o.bad |= e != OK;
	return e;
}

/* Refunds ----------------------------------------------------------------------------------------------------------------------- */

static enum err
refund_row(struct kind_state *s, const struct row_values *v)
{
	enum { NUMBER, ORDER, AT, AMOUNT, KIND, REASON, STATE, AGENT };
	static const char *const exchange[] = { "换货", "exchange", NULL }, *const back[] = { "退货", "return", NULL };
	static const char *const pay[] = { "赔", "补偿", "补差", "compensation", NULL };
	static const char *const refused[] = { "关闭", "拒绝", "取消", "撤销", "refused", "closed", NULL };
	static const char *const done[] = { "成功", "完成", "已退款", "完结", "completed", "success", NULL };
	struct reading *r = s->r;
	struct str order = STR_NONE, number = STR_NONE, by = STR_NONE;
	struct str kind = text_of(r, v->values[KIND]), state = text_of(r, v->values[STATE]), reason = text_of(r, v->values[REASON]);
	int64_t at = 0, amount = 0;
	enum err e = number_of(r, v->number, "the order number", v->values[ORDER], &order);
	if (!e && text_of(r, v->values[NUMBER]).n)
		e = number_of(r, v->number, "the refund's number", v->values[NUMBER], &number);
	if (!e)
		e = time_of(r, v->number, "the time", v->values[AT], &at);
	if (!e && !at)
		e = reading_refuse(r, v->number, "the time is missing");
	if (!e)
		e = money_of(r, v->number, "the amount", v->values[AMOUNT], &amount);
	if (!e)
		e = reading_agent(r, v->number, v->values[AGENT], &by);
	if (e)
		return e;
	line_begin(r, IMPORT_REFUND, "refund");
	jw_member_text(&r->w, "key", number.n ? number : arena_printf(r->arena, "%.*s@%lld", STR_ARG(order), (long long)at));
	jw_member_text(&r->w, "order", order);
	jw_member_int(&r->w, "at", at);
	jw_member_int(&r->w, "amount", amount);
	jw_member_text(&r->w, "kind", str_of(holds(kind, exchange) ? "exchange" : holds(kind, back) ? "return" : holds(kind, pay) ? "compensation" : "refund_only"));
	jw_member_text(&r->w, "state", str_of(!state.n || holds(state, done) ? "completed" : holds(state, refused) ? "refused" : "requested"));
	if (reason.n)
		jw_member_text(&r->w, "reason", utf8_head(reason, 1000));
	if (by.n)
		jw_member_text(&r->w, "by", by);
	e = line_end(r);
	return e ? e : reading_flush(r, v->number);
}

/* Ratings ----------------------------------------------------------------------------------------------------------------------- */

static bool
score_of(struct arena *a, struct str s, int64_t *ret)
{
	static const struct {
		const char *words;
		int64_t score;
	} words[] = { { "非常满意|很满意|五星|5星|5分", 5 }, { "满意|四星|4星|4分|好评", 4 }, { "一般|中评|三星|3星|3分", 3 },
		      { "不满意|二星|2星|2分|差评", 2 }, { "非常不满意|很不满意|一星|1星|1分", 1 } };
	struct str name = cell_name(a, cell_clean(a, s));
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (alias_has(words[i].words, name)) {
			*ret = words[i].score;
			return true;
		}
	return cell_count(a, s, ret) && *ret >= 1 && *ret <= 5;
}

static enum err
rating_row(struct kind_state *s, const struct row_values *v)
{
	enum { CUSTOMER, AGENT, AT, SCORE, COMMENT, SOURCE };
	static const char *const own[] = { "自主", "主动", "own", NULL }, *const system[] = { "系统", "自动", "默认", "system", NULL };
	struct reading *r = s->r;
	struct str customer = text_of(r, v->values[CUSTOMER]), comment = text_of(r, v->values[COMMENT]), source = text_of(r, v->values[SOURCE]), agent = STR_NONE;
	int64_t at = 0, score = 0;
	enum err e = customer.n ? time_of(r, v->number, "the time", v->values[AT], &at) : reading_refuse(r, v->number, "no customer is named");
	if (!e && !at)
		e = reading_refuse(r, v->number, "the time is missing");
	if (!e && !score_of(r->arena, v->values[SCORE], &score))
		e = reading_refuse(r, v->number, "the rating \"%.*s\" is neither 1 to 5 nor a known word", (int)(v->values[SCORE].n > 40 ? 40 : v->values[SCORE].n),
		                   v->values[SCORE].p ? v->values[SCORE].p : "");
	if (!e)
		e = reading_agent(r, v->number, v->values[AGENT], &agent);
	if (e)
		return e;
	line_begin(r, IMPORT_RATING, "rating");
	jw_member_text(&r->w, "shop", r->shop);
	jw_member_text(&r->w, "customer", customer);
	if (agent.n)
		jw_member_text(&r->w, "agent", agent);
	jw_member_int(&r->w, "at", at);
	jw_member_int(&r->w, "score", score);
	jw_member_text(&r->w, "source", str_of(holds(source, own) ? "own" : holds(source, system) ? "system" : "invited"));
	if (comment.n)
		jw_member_text(&r->w, "comment", utf8_head(comment, 2000));
	e = line_end(r);
	return e ? e : reading_flush(r, v->number);
}

/* Calls ------------------------------------------------------------------------------------------------------------------------- */

struct call {
	int64_t at, answered_at, ended_at, queued, talk, hold, wrapup;
	struct str customer, agent, key;
};

static enum err
duration_of(struct reading *r, int64_t row, const char *what, struct str cell, int64_t *ret)
{
	struct str s = text_of(r, cell);
	*ret = 0;
	if (s.n && (!cell_duration(r->arena, s, ret) || *ret > 86400000))
		return reading_refuse(r, row, "%s \"%.*s\" is no length of time", what, (int)(s.n > 40 ? 40 : s.n), s.p);
	return OK;
}

enum { C_CALL, C_CUSTOMER, C_AGENT, C_AT, C_ANSWERED_AT, C_ENDED_AT, C_QUEUED, C_TALK, C_HOLD, C_WRAPUP, C_END };

static enum err
call_values(struct kind_state *s, const struct row_values *v, struct call *c)
{
	struct reading *r = s->r;
	c->customer = text_of(r, v->values[C_CUSTOMER]);
	if (!c->customer.n)
		return reading_refuse(r, v->number, "no customer is named");
	enum err e = time_of(r, v->number, "the time", v->values[C_AT], &c->at);
	if (!e && !c->at)
		e = reading_refuse(r, v->number, "the time is missing");
	if (!e)
		e = time_of(r, v->number, "the time of the answer", v->values[C_ANSWERED_AT], &c->answered_at);
	if (!e)
		e = time_of(r, v->number, "the end", v->values[C_ENDED_AT], &c->ended_at);
	if (!e)
		e = duration_of(r, v->number, "the wait", v->values[C_QUEUED], &c->queued);
	if (!e)
		e = duration_of(r, v->number, "the talk", v->values[C_TALK], &c->talk);
	if (!e)
		e = duration_of(r, v->number, "the hold", v->values[C_HOLD], &c->hold);
	if (!e)
		e = duration_of(r, v->number, "the wrap-up", v->values[C_WRAPUP], &c->wrapup);
	if (!e)
		e = reading_agent(r, v->number, v->values[C_AGENT], &c->agent);
	struct str call = text_of(r, v->values[C_CALL]);
	if (!e && call.n)
		e = number_of(r, v->number, "the call's number", call, &c->key);
	if (!e && !c->key.n)
		c->key = arena_printf(r->arena, "%.*s@%lld", STR_ARG(c->customer), (long long)c->at);
	return e;
}

static enum err
call_row(struct kind_state *s, const struct row_values *v)
{
	static const char *const lost[] = { "未接", "放弃", "未应答", "挂断前", "呼损", "abandon", "missed", "no answer", "noanswer", NULL };
	static const char *const busy[] = { "忙", "busy", NULL }, *const failed[] = { "失败", "failed", "error", NULL };
	struct reading *r = s->r;
	struct call c = { 0 };
	struct str end = cell_name(r->arena, v->values[C_END]);
	enum err e = call_values(s, v, &c);
	if (e)
		return e;
	bool answered = !holds(end, lost) && !holds(end, busy) && !holds(end, failed) && (c.answered_at || c.talk);
	if (answered && !c.answered_at)
		c.answered_at = c.at + c.queued;
	if (answered && !c.queued)
		c.queued = c.answered_at - c.at;
	if (!c.ended_at)
		c.ended_at = answered ? c.answered_at + c.talk : c.at + c.queued;
	if (answered && !c.agent.n)
		return reading_refuse(r, v->number, "an answered call names no agent");
	if (c.ended_at < c.at || c.queued < 0 || c.queued > 86400000)
		return reading_refuse(r, v->number, "the call ends before it begins");
	line_begin(r, IMPORT_CALL, "call");
	jw_member_text(&r->w, "key", c.key);
	jw_member_text(&r->w, "shop", r->shop);
	jw_member_text(&r->w, "customer", c.customer);
	jw_member_int(&r->w, "at", c.at);
	if (c.agent.n)
		jw_member_text(&r->w, "agent", c.agent);
	jw_member_int(&r->w, "queued_ms", c.queued);
	if (answered)
		jw_member_int(&r->w, "answered_at", c.answered_at);
	jw_member_int(&r->w, "ended_at", c.ended_at);
	jw_member_text(&r->w, "end", str_of(answered ? "answered" : holds(end, busy) ? "busy" : holds(end, failed) ? "failed" : "abandoned"));
	jw_member_int(&r->w, "hold_ms", c.hold);
	jw_member_int(&r->w, "wrapup_ms", c.wrapup);
	e = line_end(r);
	return e ? e : reading_flush(r, v->number);
}

/* Figures ----------------------------------------------------------------------------------------------------------------------- */

/* In the metric's unit: counts as they are, ms, shares of 1, cents. */
static bool
figure_number(struct reading *r, const struct figure_cell *c, double *ret)
{
	int64_t n = 0;
	bool ok = false;
	switch (c->metric->unit) {
	case FIGURE_COUNT:
		ok = cell_count(r->arena, c->value, &n);
		*ret = (double)n;
		break;
	case FIGURE_MS:
		ok = cell_duration(r->arena, c->value, &n);
		*ret = (double)n;
		break;
	case FIGURE_MONEY:
		ok = cell_money(r->arena, c->value, &n);
		*ret = (double)n;
		break;
	case FIGURE_RATE:
	case FIGURE_NUMBER:
		ok = cell_rate(r->arena, c->value, c->percent, &n);
		*ret = (double)n / 1e6;
		break;
	}
	return ok;
}

static enum err
figure_line(struct reading *r, const struct figure_cell *c, struct str agent, const char *day, struct str source, int64_t row)
{
	struct str text = cell_clean(r->arena, c->value);
	double number = 0;
	bool none = cell_empty(text);
	if (!text.n)
		return OK;
	if (!none && !figure_number(r, c, &number)) {
		enum err e = reading_refuse(r, row, "%s: \"%.*s\" is no figure", c->metric->key, (int)(text.n > 40 ? 40 : text.n), text.p);
		return e == ERR_BAD_FIELD ? OK : e;
	}
	line_begin(r, IMPORT_FIGURE, "figure");
	jw_member_text(&r->w, "key", arena_printf(r->arena, "%.*s|%s|%s|%.*s", STR_ARG(agent), day, c->metric->key, STR_ARG(source)));
	jw_member_text(&r->w, "agent", agent);
	jw_member_text(&r->w, "day", str_of(day));
	jw_member_text(&r->w, "metric", str_of(c->metric->key));
	jw_member_text(&r->w, "source", source);
	jw_member_text(&r->w, "value", utf8_head(text, 60));
	if (!none) {
		jw_key(&r->w, "number");
		jw_real(&r->w, number);
	}
	return line_end(r);
}

enum err
figures_row(struct reading *r, const struct row_values *v, const struct figure_cell *cells, size_t n)
{
	enum { AGENT, DAY };
	struct str agent = STR_NONE, day = text_of(r, v->values[DAY]), source = section_text(r, "source");
	char date[11];
	int64_t at, local;
	int minute;
	enum err e = reading_agent(r, v->number, v->values[AGENT], &agent);
	if (!e && !agent.n)
		return OK; /* a robot's row, or nobody's */
	if (!e && !day.n)
		day = section_text(r, "day");
	if (!e && !day.n)
		e = reading_refuse(r, v->number, "no day is named: say which one the sheet is of");
	if (!e)
		e = reading_time(r, v->number, "the day", day, &at);
	if (e)
		return e;
	zone_local(r->zone, at, &local, &minute);
	date_print(local, date);
	source = source.n ? utf8_head(source, 60) : STR("external");
	for (size_t i = 0; !e && i < n; i++)
		e = figure_line(r, &cells[i], agent, date, source, v->number);
	return e ? e : reading_flush(r, v->number);
}

enum err
kind_row(struct kind_state *s, const struct row_values *row)
{
	if (!strcmp(s->kind, "orders"))
		return order_row(s, row);
	if (!strcmp(s->kind, "refunds"))
		return refund_row(s, row);
	return strcmp(s->kind, "ratings") ? call_row(s, row) : rating_row(s, row);
}

enum err
kind_end(struct kind_state *s)
{
	enum err e = strcmp(s->kind, "orders") ? OK : order_write(s);
	return e == ERR_BAD_FIELD ? OK : e;
}
