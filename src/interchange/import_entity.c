/* Shops, agents, customers, and what their people look up. */
#include <stdio.h>
#include <string.h>

#include "base/rand.h"
#include "base/utf8.h"
#include "base/zone.h"
#include "interchange/import_impl.h"
#include "interchange/import_sql.h"
#include "search/pinyin.h"
#include "base/banned.h"

static struct str
otherwise(struct str s, const char *text)
{
	return s.p ? s : str_of(text);
}

static struct str
secret_hex(struct arena *a)
{
	unsigned char raw[32];
	char hex[65];
	rand_secret(raw, sizeof raw);
	for (int i = 0; i < 32; i++)
		snprintf(hex + 2 * i, 3, "%02x", raw[i]);
	return arena_str(a, str_of(hex));
}

/* Days of a closed month stay cut as they were. */
static enum err
shop_calendar_check(struct import *im, const struct import_shop_put_in *in)
{
	struct import_shop_calendar_out is;
	enum err e = query_one(im->db, &import_shop_calendar, &(struct import_shop_calendar_in){ in->key }, im->arena, &is);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	bool zone = !str_eq(is.timezone, in->timezone);
	return zone || is.cut_hour != in->cut_hour ? line_refuse(im, "%s: %.7s is closed, and its days are cut by it", zone ? "timezone" : "cut_hour", is.month.p) : OK;
}

static enum err
shop_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const profiles[] = { "taobao", "jd", "douyin", "pdd", "callcentre", "plain", NULL };
	static const char *const known[] = { "name", "timezone", "cut_hour", "profile", "currency", "colour", "greeting", "greeting_en", NULL };
	struct import_shop_put_in in = { .now = im->o->now };
	const struct zone *zone;
	struct seen seen;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = member_text(im, o, "name", true, 200, &in.name);
	if (!e)
		e = member_text(im, o, "timezone", false, 60, &in.timezone);
	if (!e)
		e = member_int(im, o, "cut_hour", false, 0, 23, &in.cut_hour);
	if (!e)
		e = member_word(im, o, "profile", "plain", profiles, &in.profile);
	if (!e)
		e = member_text(im, o, "currency", false, 3, &in.currency);
	if (!e)
		e = member_text(im, o, "colour", false, 9, &in.colour);
	if (!e)
		e = member_text(im, o, "greeting", false, 500, &in.greeting);
	if (!e)
		e = member_text(im, o, "greeting_en", false, 500, &in.greeting_en);
	if (e)
		return e;
	in.timezone = otherwise(in.timezone, "Asia/Shanghai");
	if (zone_open(in.timezone, &zone))
		return line_refuse(im, "timezone \"%.40s\" is not known", in.timezone.p);
	e = line_seen(im, IMPORT_SHOP, o, &seen, ret);
	if (!e && *ret != UNCHANGED)
		e = shop_calendar_check(im, &in);
	if (e || *ret == UNCHANGED)
		return e;
	in.id = import_id(im);
	in.currency = otherwise(in.currency, "CNY");
	in.colour = otherwise(in.colour, "#0F766E");
	in.greeting = otherwise(in.greeting, "");
	in.greeting_en = otherwise(in.greeting_en, "");
	in.visitor_key = secret_hex(im->arena);
	in.extra = members_extra(im, o, known);
	struct import_shop_put_out row;
	e = query_one(im->db, &import_shop_put, &in, im->arena, &row);
	return e ? e : line_keep(im, &seen, row.id);
}

enum err
group_named(struct import *im, struct str name, int64_t *ret_group)
{
	struct import_group_put_out row;
	enum err e = query_one(im->db, &import_group_put, &(struct import_group_put_in){ import_id(im), name, im->o->now }, im->arena, &row);
	if (!e)
		*ret_group = row.id;
	return e;
}

static enum err
agent_shops(struct import *im, const struct json *shops, int64_t person, int64_t group)
{
	struct import_shop_by_key_out row;
	enum err e = OK;
	for (size_t i = 0; !e && i < json_count(shops); i++) {
		struct str key = json_text(json_at(shops, i));
		e = query_one(im->db, &import_shop_by_key, &(struct import_shop_by_key_in){ key.p ? key : STR("") }, im->arena, &row);
		if (e == ERR_NOT_FOUND)
			return line_refuse(im, "shops: \"%.60s\" is not known", key.p ? key.p : "");
		if (!e)
			e = query_run(im->db, &import_person_shop, &(struct import_person_shop_in){ person, row.id }, NULL);
		if (!e && group)
			e = query_run(im->db, &import_group_shop, &(struct import_group_shop_in){ group, row.id }, NULL);
	}
	return e;
}

static enum err
agent_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const kinds[] = { "human", "robot", "platform", NULL };
	static const char *const known[] = { "name", "shops", "group", "kind", "joined", "left", NULL };
	struct import_person_put_in in = { .now = im->o->now };
	struct str group;
	struct seen seen;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = member_text(im, o, "name", true, 200, &in.name);
	if (!e)
		e = member_text(im, o, "group", false, 200, &group);
	if (!e)
		e = member_word(im, o, "kind", "human", kinds, &in.kind);
	if (!e)
		e = member_time(im, o, "joined", false, &in.joined_at);
	if (!e)
		e = member_time(im, o, "left", false, &in.left_at);
	if (!e)
		e = line_seen(im, IMPORT_AGENT, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.id = import_id(im);
	in.joined_at_set = in.joined_at != 0;
	in.left_at_set = in.left_at != 0;
	in.extra = members_extra(im, o, known);
	e = pinyin_keys(im->arena, in.name, &in.pinyin);
	if (!e && group.n)
		e = group_named(im, group, &in.group_id);
	in.group_id_set = in.group_id != 0;
	struct import_person_put_out row = { 0 };
	if (!e)
		e = query_one(im->db, &import_person_put, &in, im->arena, &row);
	if (!e)
		e = agent_shops(im, json_get(o, "shops"), row.id, in.group_id);
	return e ? e : line_keep(im, &seen, row.id);
}

static enum err
customer_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "name", "phone", "email", "segment", "age_band", NULL };
	struct import_card_put_in in = { 0 };
	struct seen seen;
	enum err e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = member_text(im, o, "name", false, 200, &in.name);
	if (!e)
		e = member_text(im, o, "phone", false, 60, &in.phone);
	if (!e)
		e = member_text(im, o, "email", false, 254, &in.email);
	if (!e)
		e = member_text(im, o, "segment", false, 100, &in.segment);
	if (!e)
		e = member_text(im, o, "age_band", false, 40, &in.age_band);
	if (!e)
		e = line_seen(im, IMPORT_CUSTOMER, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.name = otherwise(in.name, "");
	in.extra = members_extra(im, o, known);
	e = query_run(im->db, &import_card_put, &in, NULL);
	if (!e)
		e = query_run(im->db, &import_customers_from_card, &(struct import_customers_from_card_in){ in.key }, NULL);
	return e ? e : line_keep(im, &seen, import_id(im));
}

/* The body of a knowledge entry, or the detail of a product: an object of texts. */
static struct str
object_text(struct import *im, const struct json *o, const char *name)
{
	struct buf b;
	struct json_writer w;
	const struct json *v = json_get(o, name);
	if (json_kind(v) != JSON_OBJECT)
		return STR("{}");
	buf_init(&b, 1 << 20);
	jw_init(&w, &b);
	jw_value(&w, v);
	struct str s = jw_finish(&w) == OK ? arena_str(im->arena, buf_str(&b)) : STR_NONE;
	buf_free(&b);
	return s;
}

static enum err
phrase_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct import_phrase_put_in in = { .now = im->o->now };
	struct seen seen;
	enum err e = member_text(im, o, "text", true, 2000, &in.text);
	if (!e)
		e = member_text(im, o, "code", false, 40, &in.code);
	if (!e)
		e = member_text(im, o, "folder", false, 100, &in.folder);
	if (!e && json_kind(json_get(o, "shop")) == JSON_TEXT)
		e = line_shop(im, o, &in.shop_id);
	if (!e)
		e = line_person(im, o, "agent", false, &in.person_id);
	if (!e)
		e = line_seen(im, IMPORT_PHRASE, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.id = *ret == UPDATED ? seen.row : import_id(im);
	in.shop_id_set = in.shop_id != 0;
	in.person_id_set = in.person_id != 0;
	in.code = otherwise(in.code, "");
	in.folder = otherwise(in.folder, "");
	e = pinyin_keys(im->arena, utf8_head(in.text, 40), &in.pinyin);
	if (!e)
		e = query_run(im->db, &import_phrase_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
product_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct import_product_put_in in = { 0 };
	struct seen seen;
	enum err e = line_shop(im, o, &in.shop_id);
	if (!e)
		e = member_text(im, o, "sku", true, 100, &in.sku);
	if (!e)
		e = member_text(im, o, "title", true, 300, &in.title);
	if (!e)
		e = member_int(im, o, "price", true, 0, 1000000000000, &in.price);
	if (!e)
		e = line_seen(im, IMPORT_PRODUCT, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.id = import_id(im);
	in.detail = object_text(im, o, "detail");
	e = query_run(im->db, &import_product_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
knowledge_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct import_knowledge_put_in in = { 0 };
	struct seen seen;
	enum err e = line_shop(im, o, &in.shop_id);
	if (!e)
		e = member_text(im, o, "key", true, 200, &in.key);
	if (!e)
		e = member_text(im, o, "kind", true, 60, &in.kind);
	if (!e)
		e = member_text(im, o, "title", true, 300, &in.title);
	if (!e)
		e = line_seen(im, IMPORT_KNOWLEDGE, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.id = import_id(im);
	in.body = object_text(im, o, "body");
	e = pinyin_keys(im->arena, utf8_head(in.title, 60), &in.pinyin);
	if (!e)
		e = query_run(im->db, &import_knowledge_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

enum err
entity_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret)
{
	switch (t) {
	case IMPORT_SHOP:
		return shop_import(im, o, ret);
	case IMPORT_AGENT:
		return agent_import(im, o, ret);
	case IMPORT_CUSTOMER:
		return customer_import(im, o, ret);
	case IMPORT_PHRASE:
		return phrase_import(im, o, ret);
	case IMPORT_PRODUCT:
		return product_import(im, o, ret);
	default:
		return knowledge_import(im, o, ret);
	}
}
