/* The lines of the file. */
#include "interchange/generate_plan.h"

#include <string.h>

#include "base/clock.h"

#include "base/banned.h"

#define FLUSH_BYTES 65536

static const char *const type_names[LINE_TYPE_COUNT] = {
#define T(name) [LINE_##name] = #name,
	LINE_TYPES(T)
#undef T
};

void
out_begin(struct world *w, enum line_type type)
{
	w->line_count[type]++;
	jw_init(&w->w, &w->buf);
	jw_object(&w->w);
	jw_member_text(&w->w, "type", str_of(type_names[type]));
}

void
out_flush(struct world *w)
{
	enum err e = buf_err(&w->buf);
	if (!w->err && e)
		w->err = e;
	if (!w->err && w->buf.n && fwrite(w->buf.p, 1, w->buf.n, w->out) != w->buf.n)
		w->err = ERR_IO;
	buf_clear(&w->buf);
}

void
out_end(struct world *w)
{
	jw_end(&w->w);
	enum err e = jw_finish(&w->w);
	if (!w->err && e)
		w->err = e;
	buf_char(&w->buf, '\n');
	if (w->buf.n > FLUSH_BYTES)
		out_flush(w);
}

void
out_time(struct world *w, const char *member, int64_t ms)
{
	char text[32];
	time_print_rfc3339(ms + ZONE_MS, text);
	memcpy(text + 23, "+08:00", 7);
	jw_member_text(&w->w, member, str_of(text));
}

static void
shop_key(struct world *w, const char *member, int shop)
{
	char text[24];
	snprintf(text, sizeof text, "shop-%d", shop + 1);
	jw_member_text(&w->w, member, str_of(text));
}

void
out_customer_key(struct world *w, const char *member, int shop, int customer)
{
	char text[40];
	snprintf(text, sizeof text, "c%d-%06d", shop + 1, customer);
	jw_member_text(&w->w, member, str_of(text));
}

void
out_agent_key(struct world *w, const char *member, int agent)
{
	char text[24];
	snprintf(text, sizeof text, "agent-%03d", agent + 1);
	jw_member_text(&w->w, member, agent >= 0 ? str_of(text) : STR_NONE);
}

static void
out_shop(struct world *w, int i)
{
	static const char *const colours[] = { "#0F766E", "#1D4ED8", "#BE185D", "#B45309", "#6D28D9", "#4D7C0F" };
	const struct shop *s = &w->shops[i];
	out_begin(w, LINE_shop);
	shop_key(w, "key", i);
	jw_member_text(&w->w, "name", s->name);
	jw_member_text(&w->w, "timezone", STR("Asia/Shanghai"));
	jw_member_int(&w->w, "cut_hour", s->info->cut_hour);
	jw_member_text(&w->w, "profile", str_of(s->info->profile));
	jw_member_text(&w->w, "colour", str_of(colours[i % (int)(sizeof colours / sizeof *colours)]));
	jw_member_text(&w->w, "greeting", STR("亲，您好，欢迎光临！请问有什么可以帮您？"));
	jw_member_text(&w->w, "greeting_en", STR("Hello and welcome! How can we help you?"));
	out_end(w);
}

static void
out_agent(struct world *w, int i)
{
	const struct agent *g = &w->agents[i];
	char key[24];
	out_begin(w, LINE_agent);
	out_agent_key(w, "key", i);
	jw_member_text(&w->w, "name", g->name);
	jw_key(&w->w, "shops");
	jw_array(&w->w);
	for (int s = 0; s < w->o->shops; s++)
		if (agent_serves(w, i, s)) {
			snprintf(key, sizeof key, "shop-%d", s + 1);
			jw_text(&w->w, str_of(key));
		}
	jw_end(&w->w);
	jw_member_text(&w->w, "group", str_of(group_names[g->group]));
	jw_member_text(&w->w, "kind", STR("human"));
	out_time(w, "joined", g->joined * DAY_MS - ZONE_MS + 9 * HOUR_MS);
	if (g->left)
		out_time(w, "left", g->left * DAY_MS - ZONE_MS);
	out_end(w);
}

void
out_world(struct world *w)
{
	char key[24];
	for (int s = 0; s < w->o->shops; s++)
		out_shop(w, s);
	for (int i = 0; i < w->o->agents; i++)
		out_agent(w, i);
	for (int s = 0; s < w->o->shops; s++) {
		out_begin(w, LINE_agent);
		snprintf(key, sizeof key, "robot-%d", s + 1);
		jw_member_text(&w->w, "key", str_of(key));
		jw_member_text(&w->w, "name", STR("智能小助手"));
		jw_key(&w->w, "shops");
		jw_array(&w->w);
		snprintf(key, sizeof key, "shop-%d", s + 1);
		jw_text(&w->w, str_of(key));
		jw_end(&w->w);
		jw_member_text(&w->w, "kind", STR("robot"));
		out_end(w);
	}
}

/* Before anything else is said of the customer; once. */
void
out_customer(struct world *w, int shop, int customer)
{
	struct shop *s = &w->shops[shop];
	struct person p;
	if (customer < FRESH_FROM) {
		if (s->written[customer / 8] >> (customer % 8) & 1)
			return;
		s->written[customer / 8] |= (unsigned char)(1 << (customer % 8));
	} else if (customer - FRESH_FROM < s->fresh_written)
		return;
	else
		s->fresh_written = customer - FRESH_FROM + 1;
	customer_of(w->o->seed, shop, customer, &p);
	out_begin(w, LINE_customer);
	out_customer_key(w, "key", shop, customer);
	jw_member_text(&w->w, "name", str_of(p.name));
	jw_member_text(&w->w, "phone", str_of(p.phone));
	jw_member_text(&w->w, "segment", str_of(p.segment));
	jw_member_text(&w->w, "age_band", str_of(p.age_band));
	out_end(w);
}

void
message_key(const struct visit *v, int line, char out[40])
{
	snprintf(out, 40, "m%d-%d-%05d-%03d", v->shop + 1, v->day, v->number, line);
}

static void
out_message(struct world *w, const struct visit *v, int i)
{
	const struct line *l = &w->script.line[i];
	char key[40];
	message_key(v, i, key);
	out_begin(w, LINE_message);
	jw_member_text(&w->w, "key", str_of(key));
	shop_key(w, "shop", v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	if (l->sender == FROM_ROBOT) {
		snprintf(key, sizeof key, "robot-%d", v->shop + 1);
		jw_member_text(&w->w, "agent", str_of(key));
	} else if (l->agent != NOBODY)
		out_agent_key(w, "agent", l->agent);
	out_time(w, "at", l->at);
	jw_member_text(&w->w, "sender", str_of(sender_names[l->sender]));
	jw_member_text(&w->w, "kind", str_of(l->kind));
	jw_member_text(&w->w, "text", line_text(&w->script, i));
	jw_member_text(&w->w, "channel", STR("web"));
	out_end(w);
}

static void
out_transfer(struct world *w, const struct visit *v)
{
	struct script *s = &w->script;
	out_begin(w, LINE_transfer);
	shop_key(w, "shop", v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	out_agent_key(w, "from", s->other);
	out_agent_key(w, "to", s->agent);
	out_time(w, "at", s->line[s->move_line].at);
	if (v->note) {
		buf_clear(&s->scratch);
		slots_render(&s->k, list_pick(s->r, s->k.order[0] ? say_note : say_note_sales), &s->scratch);
		jw_member_text(&w->w, "note", buf_str(&s->scratch));
	}
	out_end(w);
}

static void
out_category(struct world *w, const struct visit *v)
{
	out_begin(w, LINE_category);
	shop_key(w, "shop", v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	out_time(w, "at", v->start);
	jw_member_text(&w->w, "category", str_of(w->script.k.category));
	out_end(w);
}

void
out_visit(struct world *w, const struct visit *v)
{
	out_customer(w, v->shop, v->customer);
	for (int i = 0; i < w->script.lines; i++) {
		if (i == w->script.move_line)
			out_transfer(w, v);
		out_message(w, v, i);
	}
	if (v->shape != SHAPE_NUDGE)
		out_category(w, v);
}

static void
out_items(struct world *w, int shop, const struct order *o, const char *member)
{
	const struct product *p = &w->shops[shop].info->products[o->product];
	char text[200];
	jw_key(&w->w, member);
	jw_array(&w->w);
	jw_object(&w->w);
	snprintf(text, sizeof text, "P%d%02d-%d%d", w->shops[shop].trade + 1, o->product + 1, o->colour + 1, o->size + 1);
	jw_member_text(&w->w, "sku", str_of(text));
	snprintf(text, sizeof text, "%s %s %s", p->title, p->colours[o->colour], p->sizes[o->size]);
	jw_member_text(&w->w, "title", str_of(text));
	jw_member_int(&w->w, "quantity", o->quantity);
	jw_member_int(&w->w, "price", o->price);
	jw_end(&w->w);
	jw_end(&w->w);
}

void
out_order(struct world *w, int shop, const struct order *o)
{
	out_customer(w, shop, o->customer);
	out_begin(w, LINE_order);
	jw_member_text(&w->w, "key", str_of(o->key));
	shop_key(w, "shop", shop);
	out_customer_key(w, "customer", shop, o->customer);
	out_time(w, "at", o->created);
	out_items(w, shop, o, "items");
	jw_member_int(&w->w, "amount", o->amount);
	jw_member_int(&w->w, "postage", o->postage);
	out_end(w);
	struct shop_tally *t = shop_day(w, shop, o->created);
	t->orders++;
	t->order_amount += o->amount;
}

void
out_payment(struct world *w, int shop, const struct order *o)
{
	if (!o->paid || o->paid >= w->end_ms)
		return;
	out_begin(w, LINE_payment);
	jw_member_text(&w->w, "order", str_of(o->key));
	out_time(w, "at", o->paid);
	jw_member_int(&w->w, "amount", o->amount);
	out_end(w);
	struct shop_tally *t = shop_day(w, shop, o->paid);
	t->payments++;
	t->payment_amount += o->amount;
}

void
out_close(struct world *w, int shop, const struct order *o, int64_t at, const char *reason)
{
	if (at >= w->end_ms)
		return;
	out_begin(w, LINE_close);
	jw_member_text(&w->w, "order", str_of(o->key));
	out_time(w, "at", at);
	jw_member_text(&w->w, "reason", str_of(reason));
	out_end(w);
	shop_day(w, shop, at)->closed++;
}

static void
refund_count(struct shop_tally *t, const struct refund *f)
{
	t->refunds_requested += f->state == REFUND_REQUESTED;
	t->refunds_completed += f->state == REFUND_COMPLETED;
	t->refunds_refused += f->state == REFUND_REFUSED;
	t->refunds_requested_amount += f->state == REFUND_REQUESTED ? f->amount : 0;
	t->refunds_completed_amount += f->state == REFUND_COMPLETED ? f->amount : 0;
	t->refunds_refused_amount += f->state == REFUND_REFUSED ? f->amount : 0;
}

void
out_refund(struct world *w, int shop, const struct order *o, const struct refund *f)
{
	static const char *const states[] = { "requested", "completed", "refused" };
	char key[48];
	snprintf(key, sizeof key, "r%s", o->key);
	out_begin(w, LINE_refund);
	jw_member_text(&w->w, "key", str_of(key));
	jw_member_text(&w->w, "order", str_of(o->key));
	out_time(w, "at", f->at);
	jw_member_int(&w->w, "amount", f->amount);
	if (f->items)
		out_items(w, shop, o, "items");
	jw_member_text(&w->w, "kind", str_of(f->kind));
	jw_member_text(&w->w, "reason", str_of(f->reason));
	jw_member_text(&w->w, "state", str_of(states[f->state]));
	if (f->by != NOBODY)
		out_agent_key(w, "by", f->by);
	out_end(w);
	refund_count(shop_day(w, shop, f->at), f);
}

void
out_call(struct world *w, int shop, int customer, const struct call *c)
{
	struct shop_tally *t = shop_day(w, shop, c->at);
	char key[40];
	int64_t until = c->answered ? c->answered : c->ended;
	snprintf(key, sizeof key, "call%d-%06lld", shop + 1, (long long)++w->shops[shop].calls);
	out_customer(w, shop, customer);
	out_begin(w, LINE_call);
	jw_member_text(&w->w, "key", str_of(key));
	shop_key(w, "shop", shop);
	out_customer_key(w, "customer", shop, customer);
	out_time(w, "at", c->at);
	if (c->agent != NOBODY)
		out_agent_key(w, "agent", c->agent);
	jw_member_int(&w->w, "queued_ms", until - c->at);
	if (c->answered)
		out_time(w, "answered_at", c->answered);
	out_time(w, "ended_at", c->ended);
	jw_member_text(&w->w, "end", str_of(c->end));
	if (c->answered) {
		jw_member_int(&w->w, "hold_ms", c->hold_ms);
		jw_member_int(&w->w, "wrapup_ms", c->wrapup_ms);
	}
	out_end(w);
	t->calls++;
	t->calls_answered += c->answered > 0;
	t->calls_abandoned += str_eqz(str_of(c->end), "abandoned");
}

void
out_invite(struct world *w, const struct visit *v, int agent, int64_t at)
{
	out_begin(w, LINE_invite);
	shop_key(w, "shop", v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	out_agent_key(w, "agent", agent);
	out_time(w, "at", at);
	out_end(w);
	shop_day(w, v->shop, at)->invites++;
}

void
out_rating(struct world *w, const struct visit *v, int agent, int64_t at, int score, const char *source, const char *comment)
{
	struct shop_tally *t = shop_day(w, v->shop, at);
	out_begin(w, LINE_rating);
	shop_key(w, "shop", v->shop);
	out_customer_key(w, "customer", v->shop, v->customer);
	out_agent_key(w, "agent", agent);
	out_time(w, "at", at);
	jw_member_int(&w->w, "score", score);
	jw_member_text(&w->w, "source", str_of(source));
	if (comment)
		jw_member_text(&w->w, "comment", str_of(comment));
	out_end(w);
	t->ratings++;
	t->rating_sum += score;
}

static void
out_state(struct world *w, int agent, int64_t at, enum agent_state state, const char *reason)
{
	if (at >= w->end_ms)
		return;
	out_begin(w, LINE_state);
	out_agent_key(w, "agent", agent);
	out_time(w, "at", at);
	jw_member_text(&w->w, "state", str_of(state_names[state]));
	if (reason)
		jw_member_text(&w->w, "reason", str_of(reason));
	out_end(w);
	answers_state(w, agent, at, state);
}

/* One shift: online, a meal, short breaks and times of wrap-up, offline. */
static void
out_shift(struct world *w, int agent, int64_t day)
{
	static const char *const reasons[] = { "小休", "小休", "洗手间", "培训", "会议", NULL };
	int from, to, meal_from, meal_to;
	if (!agent_shift(w, agent, day, &from, &to))
		return;
	struct rng r = rng_of(w->o->seed, 14, (uint64_t)agent, (uint64_t)day);
	int64_t midnight = day * DAY_MS - ZONE_MS, come = pick(&r, -360, 240) * 1000LL, leave = pick(&r, 0, 600) * 1000LL;
	agent_lunch(w, agent, day, &meal_from, &meal_to);
	out_state(w, agent, midnight + from * MINUTE_MS + come, STATE_ONLINE, NULL);
	for (int at = from + pick(&r, 35, 90); at < to - 30; at += pick(&r, 55, 130)) {
		int length = pick(&r, 2, 11);
		bool wraps = percent(&r, 45);
		const char *reason = list_pick(&r, reasons);
		if (at > meal_from - 20 && at < meal_to + 20)
			continue;
		if (meal_from && at > meal_from) {
			out_state(w, agent, midnight + meal_from * MINUTE_MS, STATE_PAUSED, "用餐");
			out_state(w, agent, midnight + meal_to * MINUTE_MS, STATE_ONLINE, NULL);
			meal_from = 0;
		}
		out_state(w, agent, midnight + at * MINUTE_MS, wraps ? STATE_WRAPUP : STATE_PAUSED, wraps ? "整理" : reason);
		out_state(w, agent, midnight + (at + length) * MINUTE_MS, STATE_ONLINE, NULL);
	}
	out_state(w, agent, midnight + to * MINUTE_MS + leave, STATE_OFFLINE, NULL);
}

void
out_states(struct world *w, int day)
{
	for (int i = 0; i < w->o->agents; i++)
		out_shift(w, i, w->first_day + day);
}
