/* Orders and what becomes of them, and calls. */
#include <string.h>

#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "interchange/import_sql.h"
#include "base/banned.h"

#define MONEY_MAX 1000000000000LL

static enum err
items_check(struct import *im, const struct json *items, bool needed, struct str *ret)
{
	struct buf b;
	struct json_writer w;
	*ret = STR_NONE;
	if (json_kind(items) != JSON_ARRAY)
		return needed ? line_refuse(im, "items must be a list") : OK;
	for (size_t i = 0; i < json_count(items); i++) {
		const struct json *item = json_at(items, i);
		if (!json_text(json_get(item, "sku")).p || json_kind(json_get(item, "quantity")) != JSON_INT || json_int(json_get(item, "quantity"), 0) < 1)
			return line_refuse(im, "items[%zu] needs sku and a quantity of at least 1", i);
		if (needed && json_kind(json_get(item, "price")) != JSON_INT)
			return line_refuse(im, "items[%zu] needs a price in minor units", i);
	}
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_value(&w, items);
	*ret = jw_finish(&w) == OK ? arena_str(im->arena, buf_str(&b)) : STR_NONE;
	buf_free(&b);
	return ret->p ? OK : line_refuse(im, "items are too long");
}

/* An order list may name no buyer: the order waits under a customer of its own until a conversation holds its number. */
static enum err
order_customer(struct import *im, const struct json *o, struct str key, uint32_t *ret_customer)
{
	int64_t shop = 0;
	if (json_text(json_get(o, "customer")).n)
		return line_customer(im, o, ret_customer);
	enum err e = line_shop(im, o, &shop);
	struct str name = arena_printf(im->arena, "order:%.*s", STR_ARG(key));
	return e ? e : name.p ? customer_named(im, shop, name, ret_customer) : ERR_NO_MEMORY;
}

/* The same order again, without a buyer as before: whoever was found stays. */
static enum err
buyer_kept(struct import *im, bool there, int64_t id, int64_t *customer_id)
{
	struct import_purchase_customer_out row;
	enum err e = there ? query_one(im->db, &import_purchase_customer, &(struct import_purchase_customer_in){ id }, im->arena, &row) : ERR_NOT_FOUND;
	if (!e)
		*customer_id = row.customer_id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
order_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "shop", "customer", "at", "items", "amount", "postage", "flag", "note", NULL };
	struct import_purchase_put_in in = { 0 };
	struct seen seen;
	uint32_t customer;
	bool no_buyer = !json_text(json_get(o, "customer")).n;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = order_customer(im, o, in.key, &customer);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = items_check(im, json_get(o, "items"), true, &in.items);
	if (!e)
		e = member_int(im, o, "amount", true, 0, MONEY_MAX, &in.amount);
	if (!e)
		e = member_int(im, o, "postage", false, 0, MONEY_MAX, &in.postage);
	if (!e)
		e = member_text(im, o, "flag", false, 40, &in.flag);
	if (!e)
		e = member_text(im, o, "note", false, 2000, &in.note);
	if (!e)
		e = line_claim(im, IMPORT_ORDER, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.customer_id = im->customers.all[customer].id;
	in.shop_id = im->customers.all[customer].other;
	in.flag = in.flag.p ? in.flag : STR("");
	in.note = in.note.p ? in.note : STR("");
	in.extra = members_extra(im, o, known);
	e = no_buyer ? buyer_kept(im, *ret == UPDATED, in.id, &in.customer_id) : OK;
	if (!e)
		e = query_run(im->db, &import_purchase_put, &in, NULL);
	if (!e && no_buyer && *ret == CREATED) {
		im->unlinked_new = true;
		e = query_run(im->db, &link_unlinked_add, &(struct link_unlinked_add_in){ in.id }, NULL);
	}
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
order_of(struct import *im, const struct json *o, int64_t *ret_order)
{
	struct import_row_get_out row;
	struct str key;
	enum err e = member_text(im, o, "order", true, 200, &key);
	if (!e)
		e = query_one(im->db, &import_row_get, &(struct import_row_get_in){ STR("order"), key }, im->arena, &row);
	if (e == ERR_NOT_FOUND)
		return line_refuse(im, "order \"%.60s\" is not known", key.p);
	if (!e)
		*ret_order = row.row_id;
	return e;
}

static enum err
payment_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "order", "at", "amount", NULL };
	struct import_payment_put_in in = { 0 };
	struct seen seen;
	enum err e = order_of(im, o, &in.purchase_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_int(im, o, "amount", true, 0, MONEY_MAX, &in.amount);
	if (!e)
		e = line_claim(im, IMPORT_PAYMENT, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.extra = members_extra(im, o, known);
	e = query_run(im->db, &import_payment_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
refund_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const kinds[] = { "refund_only", "return", "exchange", "compensation", NULL };
	static const char *const states[] = { "requested", "completed", "refused", NULL };
	static const char *const known[] = { "order", "at", "amount", "items", "kind", "reason", "state", "by", NULL };
	struct import_refund_put_in in = { 0 };
	struct seen seen;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = order_of(im, o, &in.purchase_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_int(im, o, "amount", true, 0, MONEY_MAX, &in.amount);
	if (!e)
		e = items_check(im, json_get(o, "items"), false, &in.items);
	if (!e)
		e = member_word(im, o, "kind", NULL, kinds, &in.kind);
	if (!e)
		e = member_word(im, o, "state", NULL, states, &in.state);
	if (!e)
		e = member_text(im, o, "reason", false, 1000, &in.reason);
	if (!e)
		e = line_person(im, o, "by", false, &in.person_id);
	if (!e)
		e = line_claim(im, IMPORT_REFUND, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.person_id_set = in.person_id != 0;
	in.reason = in.reason.p ? in.reason : STR("");
	in.extra = members_extra(im, o, known);
	e = query_run(im->db, &import_refund_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
close_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct import_purchase_close_in in = { 0 };
	struct seen seen;
	enum err e = order_of(im, o, &in.id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_text(im, o, "reason", false, 1000, &in.reason);
	if (!e)
		e = line_seen(im, IMPORT_CLOSE, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.reason = in.reason.p ? in.reason : STR("");
	e = query_run(im->db, &import_purchase_close, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
call_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const ends[] = { "answered", "abandoned", "busy", "failed", NULL };
	static const char *const known[] = { "shop", "customer", "at", "agent", "queued_ms", "answered_at", "ended_at", "end", "hold_ms", "wrapup_ms", NULL };
	struct import_call_put_in in = { 0 };
	struct seen seen;
	uint32_t customer;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = line_customer(im, o, &customer);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = line_person(im, o, "agent", false, &in.person_id);
	if (!e)
		e = member_int(im, o, "queued_ms", true, 0, 86400000, &in.queued_ms);
	if (!e)
		e = member_time(im, o, "answered_at", false, &in.answered_at);
	if (!e)
		e = member_time(im, o, "ended_at", true, &in.ended_at);
	if (!e)
		e = member_word(im, o, "end", NULL, ends, &in.end_state);
	if (!e)
		e = member_int(im, o, "hold_ms", false, 0, 86400000, &in.hold_ms);
	if (!e)
		e = member_int(im, o, "wrapup_ms", false, 0, 86400000, &in.wrapup_ms);
	if (!e && in.ended_at < in.at)
		e = line_refuse(im, "ended_at lies before at");
	if (!e && str_eqz(in.end_state, "answered") && (!in.answered_at || !in.person_id))
		e = line_refuse(im, "an answered call needs agent and answered_at");
	if (!e)
		e = line_claim(im, IMPORT_CALL, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.customer_id = im->customers.all[customer].id;
	in.shop_id = im->customers.all[customer].other;
	in.person_id_set = in.person_id != 0;
	in.answered_at_set = in.answered_at != 0;
	in.extra = members_extra(im, o, known);
	e = query_run(im->db, &import_call_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

enum err
trade_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret)
{
	switch (t) {
	case IMPORT_ORDER:
		return order_import(im, o, ret);
	case IMPORT_PAYMENT:
		return payment_import(im, o, ret);
	case IMPORT_REFUND:
		return refund_import(im, o, ret);
	case IMPORT_CLOSE:
		return close_import(im, o, ret);
	default:
		return call_import(im, o, ret);
	}
}
