/*
 * Orders whose list named no buyer: the number of an order in a conversation tells whose it is. Every import looks again, so orders and
 * conversations may come in either order.
 */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "base/banned.h"

enum { PIECE = 2000, ORDERS_MAX = 500000, TOKEN_MIN = 8, TOKEN_MAX = 40 };
#define DAY_MS 86400000LL
#define BEFORE_MS (30 * DAY_MS) /* how long before and after an order its number may be spoken of */
#define AFTER_MS (180 * DAY_MS)

struct order {
	int64_t purchase_id, customer_id, at;
};

struct hit {
	uint32_t order;
	int64_t customer_id;
};

struct link {
	struct import *im;
	struct names numbers; /* "shop\x1fnumber" */
	struct order *orders; /* by the names' index */
	size_t order_count;
	int64_t last, first_at, last_at;
	size_t rows;
	struct hit *hits;
	size_t hit_count, hit_cap;
};

static enum err
order_row(void *ctx, const void *row)
{
	struct link *k = ctx;
	const struct link_unlinked_out *r = row;
	char key[700];
	uint32_t i = 0;
	snprintf(key, sizeof key, "%lld\x1f%.*s", (long long)r->shop_id, STR_ARG(r->key));
	enum err e = names_put(&k->numbers, str_of(key), &i);
	k->rows++;
	k->last = r->purchase_id;
	if (e || i < k->order_count)
		return e;
	k->orders[k->order_count++] = (struct order){ r->purchase_id, r->customer_id, r->at };
	k->first_at = !k->first_at || r->at < k->first_at ? r->at : k->first_at;
	k->last_at = r->at > k->last_at ? r->at : k->last_at;
	return OK;
}

static enum err
orders_read(struct link *k)
{
	enum err e = OK;
	do {
		k->rows = 0;
		e = query_each(k->im->db, &link_unlinked, &(struct link_unlinked_in){ k->last, PIECE }, order_row, k);
	} while (!e && k->rows == PIECE && k->order_count + PIECE <= ORDERS_MAX);
	return e;
}

static enum err
token_look(struct link *k, struct str token, const struct link_messages_out *m)
{
	char key[80];
	if (token.n < TOKEN_MIN || token.n > TOKEN_MAX)
		return OK;
	snprintf(key, sizeof key, "%lld\x1f%.*s", (long long)m->shop_id, STR_ARG(token));
	const struct name *n = names_find(&k->numbers, str_of(key));
	if (!n)
		return OK;
	uint32_t i = (uint32_t)(n - k->numbers.all);
	int64_t far = m->at - k->orders[i].at;
	if (!k->orders[i].purchase_id || far > AFTER_MS || far < -BEFORE_MS)
		return OK;
	if (k->hit_count == k->hit_cap) {
		size_t cap = k->hit_cap ? 2 * k->hit_cap : 256;
		struct hit *p = mem_grow(k->hits, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		k->hits = p;
		k->hit_cap = cap;
	}
	k->hits[k->hit_count++] = (struct hit){ i, m->customer_id };
	return OK;
}

static bool
letter(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/* Words of letters and digits, and the numbers in them ("订单号:TB1234567890" holds both). */
static enum err
text_look(struct link *k, struct str text, const struct link_messages_out *m)
{
	enum err e = OK;
	for (size_t i = 0, end; !e && i < text.n; i = end + 1) {
		for (end = i; end < text.n && letter(text.p[end]);)
			end++;
		if (end - i < TOKEN_MIN)
			continue;
		e = token_look(k, str_sub(text, i, end), m);
		for (size_t from = i, to; !e && from < end; from = to + 1) {
			for (to = from; to < end && text.p[to] >= '0' && text.p[to] <= '9';)
				to++;
			if (to - from != end - i)
				e = token_look(k, str_sub(text, from, to), m);
		}
	}
	return e;
}

static enum err
message_row(void *ctx, const void *row)
{
	struct link *k = ctx;
	const struct link_messages_out *m = row;
	k->rows++;
	k->last = m->id;
	enum err e = text_look(k, m->text, m);
	return e || !m->data.n ? e : text_look(k, m->data, m);
}

static enum err
hits_apply(struct link *k)
{
	struct db *db = k->im->db;
	enum err e = OK;
	for (size_t i = 0; !e && i < k->hit_count; i++) {
		struct order *o = &k->orders[k->hits[i].order];
		if (!o->purchase_id)
			continue;
		e = query_run(db, &link_order, &(struct link_order_in){ o->purchase_id, k->hits[i].customer_id }, NULL);
		if (!e)
			e = query_run(db, &link_done, &(struct link_done_in){ o->purchase_id }, NULL);
		if (!e)
			e = query_run(db, &undo_customer_drop, &(struct undo_customer_drop_in){ o->customer_id }, NULL);
		o->purchase_id = 0;
		span_note(k->im, o->at);
		k->im->report->orders_linked++;
		if (!e)
			e = import_step(k->im);
	}
	k->hit_count = 0;
	return e;
}

/* Ids are times; those of messages older than ids reach are of the time of their import. */
static int64_t
id_at(int64_t ms)
{
	return ms <= ID_EPOCH_MS ? 0 : (ms - ID_EPOCH_MS) << 12;
}

static enum err
messages_look(struct link *k)
{
	const struct import_report *r = k->im->report;
	bool fresh = k->im->unlinked_new;
	int64_t from = fresh ? k->first_at - BEFORE_MS : r->first_at, to = fresh ? k->last_at + AFTER_MS : r->last_at;
	int64_t high = from <= ID_EPOCH_MS ? INT64_MAX : id_at(to + 1);
	enum err e = OK;
	k->last = id_at(from) - 1;
	do {
		k->rows = 0;
		e = query_each(k->im->db, &link_messages, &(struct link_messages_in){ k->last, high, PIECE }, message_row, k);
		if (!e)
			e = hits_apply(k);
	} while (!e && k->rows == PIECE);
	return e;
}

enum err
orders_link(struct import *im)
{
	struct link k = { .im = im };
	if (!im->written_count && !im->unlinked_new)
		return OK;
	k.orders = mem_new(ORDERS_MAX + PIECE, sizeof *k.orders);
	enum err e = k.orders ? names_init(&k.numbers, (size_t)256 << 20) : ERR_NO_MEMORY;
	if (!e)
		e = orders_read(&k);
	if (!e && k.order_count)
		e = messages_look(&k);
	names_free(&k.numbers);
	mem_free(k.orders);
	mem_free(k.hits);
	return e;
}
