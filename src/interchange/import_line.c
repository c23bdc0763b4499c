/* Members of a line, checked; and whether a line was seen before. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "interchange/import_impl.h"
#include "interchange/import_sql.h"
#include "base/banned.h"

enum err
member_text(struct import *im, const struct json *o, const char *name, bool needed, size_t max, struct str *ret)
{
	const struct json *v = json_get(o, name);
	enum json_kind k = json_kind(v);
	if (k == JSON_NONE || k == JSON_NULL) {
		*ret = STR_NONE;
		return needed ? line_refuse(im, "%s is missing", name) : OK;
	}
	if (k != JSON_TEXT)
		return line_refuse(im, "%s must be text", name);
	*ret = json_text(v);
	if (needed && !ret->n)
		return line_refuse(im, "%s is empty", name);
	return utf8_count(*ret) > max ? line_refuse(im, "%s has more than %zu characters", name, max) : OK;
}

enum err
member_time(struct import *im, const struct json *o, const char *name, bool needed, int64_t *ret)
{
	const struct json *v = json_get(o, name);
	enum json_kind k = json_kind(v);
	if (k == JSON_NONE || k == JSON_NULL) {
		*ret = 0;
		return needed ? line_refuse(im, "%s is missing", name) : OK;
	}
	if (k == JSON_INT)
		*ret = json_int(v, 0);
	else if (k != JSON_TEXT || !time_parse_rfc3339(json_text(v), ret))
		return line_refuse(im, "%s is no time: RFC 3339 with offset, or ms UTC", name);
	return *ret > 0 && *ret < 4102444800000LL ? OK : line_refuse(im, "%s lies outside 1970 to 2099", name);
}

enum err
member_int(struct import *im, const struct json *o, const char *name, bool needed, int64_t min, int64_t max, int64_t *ret)
{
	const struct json *v = json_get(o, name);
	enum json_kind k = json_kind(v);
	if (k == JSON_NONE || k == JSON_NULL) {
		*ret = 0;
		return needed ? line_refuse(im, "%s is missing", name) : OK;
	}
	if (k != JSON_INT)
		return line_refuse(im, "%s must be a whole number", name);
	*ret = json_int(v, 0);
	return *ret >= min && *ret <= max ? OK : line_refuse(im, "%s must be from %lld to %lld", name, (long long)min, (long long)max);
}

enum err
member_word(struct import *im, const struct json *o, const char *name, const char *otherwise, const char *const *words, struct str *ret)
{
	enum err e = member_text(im, o, name, otherwise == NULL, 40, ret);
	if (e)
		return e;
	if (!ret->p)
		*ret = str_of(otherwise);
	for (const char *const *w = words; *w; w++)
		if (str_eqz(*ret, *w))
			return OK;
	return line_refuse(im, "%s is \"%.40s\", which is none of its words", name, ret->p);
}

static bool
listed(struct str name, const char *const *words)
{
	for (; *words; words++)
		if (str_eqz(name, *words))
			return true;
	return str_eqz(name, "type") || str_eqz(name, "key");
}

bool
members_known(const struct json *o, const char *const *known)
{
	void *iter = NULL;
	struct str name;
	const struct json *v;
	bool all = true;
	while (all && json_next(o, &iter, &name, &v))
		all = listed(name, known);
	return all;
}

struct str
members_extra(struct import *im, const struct json *o, const char *const *known)
{
	struct buf b;
	struct json_writer w;
	void *iter = NULL;
	struct str name, given = STR_NONE;
	const struct json *v;
	if (members_known(o, known))
		return STR("{}");
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_object(&w);
	while (json_next(o, &iter, &name, &v)) {
		if (str_eqz(name, "extra") || listed(name, known))
			continue;
		jw_key_str(&w, name);
		jw_value(&w, v);
	}
	/* An export gives as "extra" what would have another meaning as a member. */
	iter = NULL;
	for (const struct json *extra = json_get(o, "extra"); json_next(extra, &iter, &name, &v);)
		if (listed(name, known) || !json_get(o, name.p)) {
			jw_key_str(&w, name);
			jw_value(&w, v);
		}
	jw_end(&w);
	if (jw_finish(&w) == OK)
		given = arena_str(im->arena, buf_str(&b));
	buf_free(&b);
	return given.p ? given : STR("{}");
}

/* A digest of members that does not depend on their order: the sum of theirs. */
struct digest {
	uint64_t a, b;
};

/* room: kept from member to member. firm: NULL for one that does not belong to it. */
static void
digest_add(struct digest *all, struct digest *firm, struct buf *room, struct str name, const struct json *v)
{
	unsigned char out[16];
	uint64_t half[2];
	struct json_writer w;
	int64_t ms;
	buf_clear(room);
	buf_add(room, name);
	buf_char(room, '\n');
	/* The same instant written otherwise is the same. */
	if (json_kind(v) == JSON_TEXT && time_parse_rfc3339(json_text(v), &ms)) {
		buf_int(room, ms);
	} else {
		jw_init(&w, room);
		jw_value(&w, v);
	}
	crypto_generichash(out, sizeof out, (const unsigned char *)(room->p ? room->p : ""), room->n, NULL, 0);
	memcpy(half, out, sizeof half);
	all->a += half[0];
	all->b += half[1];
	if (firm) {
		firm->a += half[0];
		firm->b += half[1];
	}
}

static struct str
digest_text(struct import *im, const struct digest *d)
{
	static const char digits[] = "0123456789abcdef";
	char out[32];
	for (int i = 0; i < 16; i++) {
		out[i] = digits[d->a >> (60 - 4 * i) & 15];
		out[16 + i] = digits[d->b >> (60 - 4 * i) & 15];
	}
	return arena_str(im->arena, (struct str){ out, sizeof out });
}

/* The name by which the line is found again, and what it says. */
static enum err
line_names(struct import *im, enum import_type t, const struct json *o, struct seen *ret_seen)
{
	static const char *const loose[] = { "extra", "note", "comment", "reason", NULL };
	struct digest all = { 0, 0 }, firm = { 0, 0 };
	struct str name, key = json_text(json_get(o, "key"));
	const struct json *v;
	void *iter = NULL;
	struct buf room;
	buf_init(&room, 2 << 20);
	while (json_next(o, &iter, &name, &v)) {
		if (json_kind(v) == JSON_NULL)
			continue;
		bool is_loose = false;
		for (const char *const *l = loose; *l; l++)
			is_loose |= str_eqz(name, *l);
		digest_add(&all, is_loose ? NULL : &firm, &room, name, v);
	}
	buf_free(&room);
	ret_seen->type = str_of(import_type_name(t));
	ret_seen->key = key.n ? key : digest_text(im, &firm);
	ret_seen->hash = digest_text(im, &all);
	ret_seen->row = 0;
	ret_seen->kept = false;
	return ret_seen->key.p && ret_seen->hash.p ? OK : ERR_NO_MEMORY;
}

static enum err
row_find(struct import *im, struct seen *s, enum verdict *ret_verdict)
{
	struct import_row_get_out row = { 0 };
	enum err e = query_one(im->db, &import_row_get, &(struct import_row_get_in){ s->type, s->key }, im->arena, &row);
	if (e == ERR_NOT_FOUND) {
		*ret_verdict = CREATED;
		return OK;
	}
	if (!e) {
		s->row = row.row_id;
		*ret_verdict = str_eq(row.hash, s->hash) ? UNCHANGED : UPDATED;
	}
	return e;
}

enum err
line_seen(struct import *im, enum import_type t, const struct json *o, struct seen *ret_seen, enum verdict *ret_verdict)
{
	enum err e = line_names(im, t, o, ret_seen);
	return e ? e : row_find(im, ret_seen, ret_verdict);
}

enum err
line_claim(struct import *im, enum import_type t, const struct json *o, int64_t *ret_row, struct seen *ret_seen, enum verdict *ret_verdict)
{
	int64_t row = im->spare_id ? im->spare_id : import_id(im), changed = 0;
	enum err e = line_names(im, t, o, ret_seen);
	if (!e)
		e = query_run(im->db, &import_row_claim, &(struct import_row_claim_in){ ret_seen->type, ret_seen->key, row, ret_seen->hash }, &changed);
	im->spare_id = 0;
	if (!e && !changed) {
		im->spare_id = row;
		e = row_find(im, ret_seen, ret_verdict);
		row = ret_seen->row;
	} else if (!e) {
		ret_seen->kept = true;
		*ret_verdict = CREATED;
	}
	if (!e)
		*ret_row = row;
	return e;
}

enum err
line_keep(struct import *im, const struct seen *s, int64_t row)
{
	enum err e = s->kept ? OK : query_run(im->db, &import_row_put, &(struct import_row_put_in){ s->type, s->key, row, s->hash }, NULL);
	return e ? e : row_journal(im, s, row);
}

static enum err
named_at(struct import *im, const struct names *names, uint32_t i, const struct query *q, int64_t *ret_id)
{
	struct import_shop_by_key_out row = { 0 };
	if (!names->all[i].id) {
		enum err e = query_one(im->db, q, &(struct import_shop_by_key_in){ names->all[i].text }, im->arena, &row);
		if (e)
			return e;
		names->all[i].id = row.id;
	}
	*ret_id = names->all[i].id;
	return OK;
}

static enum err
named(struct import *im, struct names *names, struct str key, const struct query *q, int64_t *ret_id)
{
	uint32_t i = 0;
	enum err e = names_put(names, key, &i);
	return e ? e : named_at(im, names, i, q, ret_id);
}

enum err
shop_at(struct import *im, uint32_t place, int64_t *ret_shop)
{
	return named_at(im, &im->shops, place, &import_shop_by_key, ret_shop);
}

enum err
person_at(struct import *im, uint32_t place, int64_t *ret_person)
{
	return named_at(im, &im->people, place, &import_person_by_key, ret_person);
}

enum err
line_shop(struct import *im, const struct json *o, int64_t *ret_shop)
{
	struct str key = STR_NONE;
	enum err e = member_text(im, o, "shop", true, 200, &key);
	if (!e)
		e = named(im, &im->shops, key, &import_shop_by_key, ret_shop);
	return e == ERR_NOT_FOUND ? line_refuse(im, "shop \"%.60s\" is not known", key.p) : e;
}

enum err
line_person(struct import *im, const struct json *o, const char *member, bool needed, int64_t *ret_person)
{
	struct str key = STR_NONE;
	*ret_person = 0;
	enum err e = member_text(im, o, member, needed, 200, &key);
	if (!e && key.n)
		e = named(im, &im->people, key, &import_person_by_key, ret_person);
	return e == ERR_NOT_FOUND ? line_refuse(im, "%s \"%.60s\" is not known", member, key.p) : e;
}

static enum err
customer_make(struct import *im, int64_t shop, struct str key, uint32_t index)
{
	struct name *n = &im->customers.all[index];
	int64_t id = import_id(im);
	enum err e = query_run(im->db, &import_customer_from_card, &(struct import_customer_from_card_in){ id, shop, key, im->o->now }, NULL);
	if (!e)
		e = customer_journal(im, id);
	if (e)
		return e;
	im->fresh[im->fresh_count++] = index;
	n->id = id;
	return OK;
}

/* A customer belongs to a shop; the same key in another shop is another row, with the same card. */
enum err
customer_named(struct import *im, int64_t shop, struct str key, uint32_t *ret_customer)
{
	struct buf both;
	buf_init(&both, 1 << 12);
	buf_int(&both, shop);
	buf_char(&both, '\x1f');
	buf_add(&both, key);
	enum err e = buf_err(&both);
	if (!e)
		e = names_put(&im->customers, buf_str(&both), ret_customer);
	buf_free(&both);
	if (e)
		return e;
	struct name *n = &im->customers.all[*ret_customer];
	if (n->id)
		return OK;
	struct import_customer_get_out row = { 0 };
	e = query_one(im->db, &import_customer_get, &(struct import_customer_get_in){ shop, key }, im->arena, &row);
	n->other = shop;
	if (e == ERR_NOT_FOUND)
		return customer_make(im, shop, key, *ret_customer);
	if (!e)
		n->id = row.id;
	return e;
}

enum err
line_customer(struct import *im, const struct json *o, uint32_t *ret_customer)
{
	struct str key = STR_NONE;
	int64_t shop = 0;
	enum err e = line_shop(im, o, &shop);
	if (!e)
		e = member_text(im, o, "customer", true, 200, &key);
	return e ? e : customer_named(im, shop, key, ret_customer);
}
