#include "interchange/import_undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "interchange/import_sql.h"
#include "team/rule_version_sql.h"
#include "base/banned.h"

enum { PIECE = 400, IDS_MAX = 1000000 };

/* What stands against it --------------------------------------------------------------------------------------------------- */

struct checking {
	undo_blocked *told;
	void *ctx;
};

static enum err
updated_row(void *ctx, const void *row)
{
	struct checking *c = ctx;
	const struct undo_updated_later_out *r = row;
	return c->told(c->ctx, r->type, r->key, "updated", r->other_id);
}

static enum err
note_row(void *ctx, const void *row)
{
	struct checking *c = ctx;
	const struct undo_notes_out *r = row;
	return c->told(c->ctx, STR("message"), r->key, "note", r->other_id);
}

static enum err
trade_row(void *ctx, const void *row)
{
	struct checking *c = ctx;
	return c->told(c->ctx, STR("order"), ((const struct undo_trade_later_out *)row)->key, "trade", 0);
}

static enum err
person_row(void *ctx, const void *row)
{
	struct checking *c = ctx;
	const struct undo_people_out *r = row;
	return c->told(c->ctx, STR("agent"), r->key, r->has_account ? "account" : "named", 0);
}

enum err
undo_check(struct db *db, int64_t import_id, undo_blocked *told, void *ctx)
{
	struct checking c = { told, ctx };
	enum err e = query_each(db, &undo_updated_later, &(struct undo_updated_later_in){ import_id }, updated_row, &c);
	if (!e)
		e = query_each(db, &undo_notes, &(struct undo_notes_in){ import_id }, note_row, &c);
	if (!e)
		e = query_each(db, &undo_trade_later, &(struct undo_trade_later_in){ import_id }, trade_row, &c);
	return e ? e : query_each(db, &undo_people, &(struct undo_people_in){ import_id }, person_row, &c);
}

/* Going ------------------------------------------------------------------------------------------------------------------------ */

struct undo {
	struct import im;
	int64_t import_id;
	struct checking tell;
	struct arena *piece; /* the rows at hand */
};

static enum err
drop(struct undo *u, const struct query *q, int64_t id)
{
	return query_run(u->im.db, q, &(struct undo_rating_in){ id }, NULL);
}

static enum err
person_drop(struct undo *u, int64_t id)
{
	int64_t gone = 0;
	enum err e = drop(u, &undo_person_shops, id);
	if (!e)
		e = query_run(u->im.db, &undo_person_named, &(struct undo_person_named_in){ id, u->import_id }, NULL);
	if (!e)
		e = query_run(u->im.db, &undo_person, &(struct undo_person_in){ id }, &gone);
	return e ? e : gone ? OK : ERR_REFERENCED;
}

/* A version of a day in a closed month, or before one, stays: figures were paid by it. */
static enum err
rule_drop(struct undo *u, int64_t id)
{
	struct undo_rule_found_out rule;
	struct rule_closed_last_out closed;
	char from[11];
	enum err e = u->im.o->rules ? query_one(u->im.db, &undo_rule_found, &(struct undo_rule_found_in){ id }, u->im.arena, &rule) : ERR_REFERENCED;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = query_one(u->im.db, &rule_closed_last, &(struct rule_closed_last_in){ rule.shop_id_set, rule.shop_id }, u->im.arena, &closed);
	date_print(rule.from_day, from);
	if (!e && str_cmp((struct str){ from, 7 }, closed.month) <= 0)
		return ERR_REFERENCED;
	return e && e != ERR_NOT_FOUND ? e : query_run(u->im.db, &rule_remove, &(struct rule_remove_in){ id }, NULL);
}

static enum err
thing_drop(struct undo *u, enum import_type t, struct str key, int64_t id)
{
	static const struct query *const plain[IMPORT_TYPES] = {
		[IMPORT_RATING] = &undo_rating,   [IMPORT_INVITE] = &undo_invite,   [IMPORT_CATEGORY] = &undo_category, [IMPORT_TRANSFER] = &undo_transfer,
		[IMPORT_STATE] = &undo_state,     [IMPORT_CALL] = &undo_call,       [IMPORT_CLOSE] = &undo_close,       [IMPORT_REFUND] = &undo_refund,
		[IMPORT_PAYMENT] = &undo_payment, [IMPORT_ORDER] = &undo_order,     [IMPORT_PRODUCT] = &undo_product,   [IMPORT_PHRASE] = &undo_phrase,
		[IMPORT_FIGURE] = &undo_figure,   [IMPORT_KNOWLEDGE] = &undo_knowledge, [IMPORT_SHOP] = &undo_shop,
	};
	enum err e = OK;
	if (t == IMPORT_CUSTOMER)
		return query_run(u->im.db, &undo_card, &(struct undo_card_in){ key }, NULL);
	if (t == IMPORT_AGENT)
		return person_drop(u, id);
	if (t == IMPORT_RULE)
		return rule_drop(u, id);
	if (t == IMPORT_ORDER)
		e = drop(u, &undo_order_link, id);
	if (t == IMPORT_SHOP)
		e = drop(u, &undo_shop_people, id);
	if (!e && t == IMPORT_SHOP)
		e = drop(u, &undo_shop_groups, id);
	return e ? e : drop(u, plain[t], id);
}

static enum err
row_undo(struct undo *u, enum import_type t, const struct undo_rows_out *r)
{
	struct undo_time_row_out when = { 0 };
	struct str type = str_of(import_type_name(t));
	enum err e = db_savepoint(u->im.db);
	if (e)
		return e;
	if (!r->changed) {
		e = query_one(u->im.db, &undo_time_row, &(struct undo_time_row_in){ type, r->row_id }, u->im.arena, &when);
		if (!e)
			e = thing_drop(u, t, r->key, r->row_id);
		if (!e)
			e = query_run(u->im.db, &undo_row_forget, &(struct undo_row_forget_in){ type, r->key, r->row_id }, NULL);
	}
	if (!e)
		e = query_run(u->im.db, &undo_row_done, &(struct undo_row_done_in){ u->import_id, type, r->key }, NULL);
	enum err rolled = e ? db_savepoint_rollback(u->im.db) : db_savepoint_release(u->im.db);
	if (rolled)
		return rolled;
	if (e == ERR_REFERENCED) {
		u->im.report->types[t].rejected++;
		return u->tell.told(u->tell.ctx, type, r->key, "used", 0);
	}
	if (e)
		return e;
	u->im.report->types[t].updated += !r->changed;
	u->im.report->types[t].unchanged += r->changed;
	span_note(&u->im, when.at);
	return OK;
}

struct rows {
	struct arena *arena;
	struct undo_rows_out all[PIECE];
	struct undo_customers_out customers[PIECE];
	size_t n;
};

static enum err
row_keep(void *ctx, const void *row)
{
	struct rows *r = ctx;
	r->all[r->n] = *(const struct undo_rows_out *)row;
	r->all[r->n].key = arena_str(r->arena, r->all[r->n].key);
	return r->all[r->n++].key.p ? OK : ERR_NO_MEMORY;
}

static enum err
customer_keep(void *ctx, const void *row)
{
	struct rows *r = ctx;
	r->customers[r->n++] = *(const struct undo_customers_out *)row;
	return OK;
}

static enum err
type_undo(struct undo *u, enum import_type t, struct rows *rows)
{
	char after[1024] = "";
	enum err e = OK;
	do {
		struct undo_rows_in in = { u->import_id, str_of(import_type_name(t)), str_of(after), PIECE };
		arena_reset(rows->arena);
		rows->n = 0;
		e = query_each(u->im.db, &undo_rows, &in, row_keep, rows);
		for (size_t i = 0; !e && i < rows->n; i++) {
			e = row_undo(u, t, &rows->all[i]);
			arena_reset(u->im.arena);
			if (!e)
				e = import_step(&u->im);
		}
		if (rows->n)
			snprintf(after, sizeof after, "%.*s", STR_ARG(rows->all[rows->n - 1].key));
	} while (!e && rows->n == PIECE);
	return e;
}

struct ids {
	int64_t *all;
	size_t n, cap;
};

static enum err
ids_take(void *ctx, const void *row)
{
	struct ids *k = ctx;
	struct str rest = ((const struct undo_messages_out *)row)->messages, one;
	int64_t id;
	while (rest.n && str_split(&rest, ',', &one)) {
		if (!str_int(one, &id))
			continue;
		if (k->n == k->cap) {
			size_t cap = k->cap ? 2 * k->cap : 4096;
			int64_t *p = cap > IDS_MAX ? NULL : mem_grow(k->all, cap * sizeof *p);
			if (!p)
				return ERR_NO_MEMORY;
			k->all = p;
			k->cap = cap;
		}
		k->all[k->n++] = id;
	}
	return OK;
}

static int
by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return x < y ? -1 : x > y;
}

/* Ids of this import without those that a later one gave again (after this one broke off). */
static enum err
ids_read(struct undo *u, int64_t customer_id, struct ids *mine, struct ids *others)
{
	struct undo_messages_in in = { u->import_id, customer_id };
	enum err e = query_each(u->im.db, &undo_messages, &in, ids_take, mine);
	if (!e)
		e = query_each(u->im.db, &undo_others_messages, &(struct undo_others_messages_in){ u->import_id, customer_id }, ids_take, others);
	if (e)
		return e;
	size_t kept = 0;
	if (mine->n)
		qsort(mine->all, mine->n, sizeof *mine->all, by_id);
	if (others->n)
		qsort(others->all, others->n, sizeof *others->all, by_id);
	for (size_t i = 0; i < mine->n; i++)
		if (!others->n || !bsearch(&mine->all[i], others->all, others->n, sizeof *others->all, by_id))
			mine->all[kept++] = mine->all[i];
	mine->n = kept;
	return OK;
}

static enum err
customer_index(struct undo *u, const struct undo_customers_out *c, uint32_t *ret_index)
{
	struct str key = arena_printf(u->im.arena, "%lld", (long long)c->customer_id);
	enum err e = key.p ? names_put(&u->im.customers, key, ret_index) : ERR_NO_MEMORY;
	if (e)
		return e;
	u->im.customers.all[*ret_index].id = c->customer_id;
	u->im.customers.all[*ret_index].other = c->shop_id;
	return OK;
}

static enum err
customer_undo(struct undo *u, const struct undo_customers_out *c)
{
	struct ids mine = { 0 }, others = { 0 };
	int64_t removed = 0;
	uint32_t index = 0;
	enum err e = customer_index(u, c, &index);
	if (!e)
		e = ids_read(u, c->customer_id, &mine, &others);
	if (!e)
		e = db_savepoint(u->im.db);
	if (!e) {
		e = mine.n ? customer_unmerge(&u->im, index, mine.all, mine.n, &removed) : OK;
		if (!e)
			e = query_run(u->im.db, &undo_chat_done, &(struct undo_chat_done_in){ u->import_id, c->customer_id }, NULL);
		enum err rolled = e ? db_savepoint_rollback(u->im.db) : db_savepoint_release(u->im.db);
		if (rolled)
			e = rolled;
		else if (e == ERR_REFERENCED) {
			char key[32];
			snprintf(key, sizeof key, "%lld", (long long)c->customer_id);
			u->im.report->types[IMPORT_MESSAGE].rejected += (int64_t)mine.n;
			e = u->tell.told(u->tell.ctx, STR("message"), str_of(key), "used", c->customer_id);
		} else if (!e)
			u->im.report->types[IMPORT_MESSAGE].updated += removed;
	}
	mem_free(mine.all);
	mem_free(others.all);
	return e;
}

static enum err
customer_leave(struct undo *u, const struct undo_customers_out *c)
{
	struct undo_customer_is_fresh_out fresh = { 0 };
	struct undo_customer_is_fresh_in in = { u->import_id, c->customer_id };
	enum err e = query_one(u->im.db, &undo_customer_is_fresh, &in, u->im.arena, &fresh);
	if (e || !fresh.fresh)
		return e;
	e = db_savepoint(u->im.db);
	if (e)
		return e;
	e = query_run(u->im.db, &undo_customer_drop, &(struct undo_customer_drop_in){ c->customer_id }, NULL);
	if (!e)
		e = query_run(u->im.db, &undo_customer_done, &(struct undo_customer_done_in){ u->import_id, c->customer_id }, NULL);
	enum err rolled = e ? db_savepoint_rollback(u->im.db) : db_savepoint_release(u->im.db);
	/* A customer whom somebody else knows simply stays. */
	return rolled ? rolled : e == ERR_REFERENCED ? OK : e;
}

static enum err
customers_each(struct undo *u, struct rows *rows, enum err (*each)(struct undo *u, const struct undo_customers_out *c))
{
	int64_t after = 0;
	enum err e = OK;
	do {
		rows->n = 0;
		e = query_each(u->im.db, &undo_customers, &(struct undo_customers_in){ u->import_id, after, PIECE }, customer_keep, rows);
		for (size_t i = 0; !e && i < rows->n; i++) {
			e = each(u, &rows->customers[i]);
			arena_reset(u->im.arena);
			if (!e)
				e = import_step(&u->im);
		}
		after = rows->n ? rows->customers[rows->n - 1].customer_id : after;
	} while (!e && rows->n == PIECE);
	return e;
}

static enum err
all_undo(struct undo *u, struct rows *rows)
{
	static const enum import_type before[] = { IMPORT_RATING, IMPORT_INVITE, IMPORT_CATEGORY, IMPORT_TRANSFER };
	static const enum import_type after[] = { IMPORT_STATE, IMPORT_CALL, IMPORT_CLOSE, IMPORT_REFUND, IMPORT_PAYMENT, IMPORT_ORDER, IMPORT_KNOWLEDGE,
		                                  IMPORT_PRODUCT, IMPORT_PHRASE, IMPORT_FIGURE, IMPORT_RULE, IMPORT_CUSTOMER };
	struct undo_total_out total = { 0 };
	enum err e = query_one(u->im.db, &undo_total, &(struct undo_total_in){ u->import_id }, u->im.arena, &total);
	u->im.step_total = total.n;
	if (!e)
		e = db_begin_lazy(u->im.db);
	for (size_t i = 0; !e && i < sizeof before / sizeof *before; i++)
		e = type_undo(u, before[i], rows);
	if (!e)
		e = customers_each(u, rows, customer_undo);
	for (size_t i = 0; !e && i < sizeof after / sizeof *after; i++)
		e = type_undo(u, after[i], rows);
	if (!e)
		e = customers_each(u, rows, customer_leave);
	if (!e)
		e = type_undo(u, IMPORT_AGENT, rows);
	if (!e)
		e = type_undo(u, IMPORT_SHOP, rows);
	if (!e)
		e = query_run(u->im.db, &undo_named_done, &(struct undo_named_done_in){ u->import_id }, NULL);
	struct import_report *r = u->im.report;
	if (!e && r->first_at && !u->im.o->no_event)
		e = query_run(u->im.db, &import_event, &(struct import_event_in){ u->im.o->now, r->first_at, r->last_at }, NULL);
	return e ? e : db_commit(u->im.db);
}

enum err
undo_run(struct db *db, int64_t import_id, const struct import_options *o, undo_blocked *told, void *ctx, struct import_report *ret_report, char why[200])
{
	struct undo u = { .im = { .db = db, .o = o, .report = ret_report, .had_messages = true, .phase = "undo" }, .import_id = import_id,
		          .tell = { told, ctx } };
	struct rows *rows = mem_new(1, sizeof *rows);
	*ret_report = (struct import_report){ 0 };
	why[0] = 0;
	enum err e = rows && (rows->arena = arena_new(4 << 20)) ? import_open(&u.im, NULL, 0, why) : ERR_NO_MEMORY;
	if (!e)
		e = all_undo(&u, rows);
	if (e) {
		db_rollback(db);
		snprintf(why, 200, "%.190s", e == ERR_NO_MEMORY || !db_error(db)[0] ? err_text(e, "en") : db_error(db));
	}
	/* What was left of a conversation is cut anew, so its places in the index are too. */
	if (!e)
		e = import_index(&u.im, why);
	enum err settled = import_settle(db);
	if (!e && settled) {
		snprintf(why, 200, "%.190s", db_error(db));
		e = settled;
	}
	import_close(&u.im);
	if (rows)
		arena_free(rows->arena);
	mem_free(rows);
	return e;
}
