#include <sodium.h>

#include "app/start.h"
#include "base/rand.h"
#include "team/hours_load.h"
#include "team/rule_version.h"
#include "team/shop.h"
#include "team/shop_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

enum { SHOPS_MAX = 1000 };

struct opening {
	int64_t id;
	bool open;
	struct str profile;
};

struct openings {
	struct request *rq;
	struct opening *list;
	size_t n;
};

static enum err
opening_take(void *ctx, const void *row)
{
	struct openings *o = ctx;
	if (o->n == SHOPS_MAX)
		return ERR_TOO_LARGE;
	o->list[o->n++].id = ((const struct shop_list_out *)row)->id;
	return OK;
}

static enum err
shop_write(void *ctx, const void *row)
{
	struct openings *o = ctx;
	struct shop_list_out shop = *(const struct shop_list_out *)row;
	for (size_t i = 0; i < o->n; i++)
		if (o->list[i].id == shop.id) {
			shop.open_now = o->list[i].open;
			shop.profile = o->list[i].profile;
		}
	row_write(&o->rq->w, &shop_list, &shop);
	return OK;
}

static enum err
shops_get(struct request *rq, const void *in)
{
	struct openings o = { rq, arena_alloc(rq->arena, SHOPS_MAX * sizeof *o.list), 0 };
	if (!o.list)
		return ERR_NO_MEMORY;
	enum err e = db_each(rq, &shop_list, in, opening_take, &o);
	for (size_t i = 0; !e && i < o.n; i++) {
		struct rule_changes c;
		e = rule_changes_read(rq, o.list[i].id, &c);
		if (!e)
			o.list[i].profile = rule_on(&c, STR("profile"), c.today, c.profile, NULL);
	}
	for (size_t i = 0; !e && i < o.n; i++) {
		struct shop_hours h;
		struct arena_mark mark = arena_mark(rq->arena);
		e = hours_load(rq->db, rq->arena, o.list[i].id, &h);
		o.list[i].open = !e && shop_hours_open(&h, rq->now);
		arena_rewind(rq->arena, mark);
	}
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	e = db_each(rq, &shop_list, in, shop_write, &o);
	jw_end(&rq->w);
	jw_end(&rq->w);
	return e;
}

static enum err
fields_check(struct request *rq, struct str *name, struct str timezone, struct str currency, struct str colour, struct str *origins)
{
	const struct zone *zone;
	struct str wrong;
	if (name->p && !label_clean(*name, name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (timezone.p) {
		enum err e = zone_open(timezone, &zone);
		if (e)
			return e == ERR_NOT_FOUND ? fail_text(rq, ERR_BAD_FIELD, "timezone", "There is no such time zone", "没有这个时区") : e;
	}
	if (currency.p && !shop_currency_valid(currency))
		return fail_text(rq, ERR_BAD_FIELD, "currency", "Three capital letters are expected, as CNY", "应为三个大写字母，如 CNY");
	if (colour.p && !shop_colour_valid(colour))
		return fail_text(rq, ERR_BAD_FIELD, "colour", "A colour as #0F766E is expected", "应为 #0F766E 形式的颜色");
	if (!origins->p)
		return OK;
	enum err e = shop_origins_clean(rq->arena, *origins, origins, &wrong);
	return e == ERR_BAD_FIELD ? fail_text(rq, e, "origins", "Web origins are expected, as https://www.example.com",
					"应为网址来源，如 https://www.example.com")
				  : e;
}

static struct str
visitor_key_make(struct request *rq)
{
	unsigned char raw[32];
	char hex[65];
	rand_secret(raw, sizeof raw);
	return arena_str(rq->arena, str_of(sodium_bin2hex(hex, sizeof hex, raw, sizeof raw)));
}

static enum err
audit_shop(struct request *rq, int64_t id, const struct shop_change_in *fields)
{
	return audit_input(rq, id, &shop_change, fields);
}

static enum err
shop_post(struct request *rq, const void *in)
{
	struct shop_add_in add = *(const struct shop_add_in *)in;
	if (rq->who.scope != SCOPE_ALL)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "Only who sees all shops may add one", "只有可见全部店铺的人员才能新建店铺");
	if (!add.key.p)
		add.key = key_make(rq, "shop", add.new_id);
	if (!key_valid(add.key))
		return fail_text(rq, ERR_BAD_FIELD, "key", "Small letters, digits, - _ . are expected", "只能使用小写字母、数字和 - _ .");
	enum err e = fields_check(rq, &add.name, add.timezone, add.currency, add.colour, &add.origins);
	if (e)
		return e;
	add.visitor_key = visitor_key_make(rq);
	if (!add.visitor_key.p || !add.key.p)
		return ERR_NO_MEMORY;
	e = db_json(rq, &shop_add, &add);
	if (!e)
		e = audit_shop(rq, add.new_id,
		    &(struct shop_change_in){ .shop_id = add.new_id, .name = add.name, .timezone = add.timezone, .origins = add.origins });
	return e ? e : team_changed(rq, "shop", add.new_id);
}

static enum err
shop_patch(struct request *rq, const void *in)
{
	struct shop_change_in change = *(const struct shop_change_in *)in;
	if (!caller_sees_shop(&rq->who, change.shop_id))
		return ERR_NOT_FOUND;
	enum err e = fields_check(rq, &change.name, change.timezone, change.currency, change.colour, &change.origins);
	struct str profile = change.profile;
	if (!e)
		e = shop_calendar_keep(rq, change.shop_id, change.timezone, change.cut_hour_set, change.cut_hour);
	if (!e && profile.p)
		e = profile_put(rq, change.shop_id, profile, STR_NONE);
	change.profile = STR_NONE; /* what it was from the beginning stays */
	if (!e)
		e = db_json(rq, &shop_change, &change);
	change.profile = profile;
	if (!e)
		e = audit_shop(rq, change.shop_id, &change);
	return e ? e : team_changed(rq, "shop", change.shop_id);
}

static enum err
widget_write(struct request *rq, int64_t shop_id, struct str base)
{
	struct shop_key_get_out shop;
	struct shop_widget_out reply;
	struct str origin = base.p ? base : app_url(rq->app, rq->arena), wrong;
	enum err e = shop_origins_clean(rq->arena, origin, &origin, &wrong);
	if (e)
		return e == ERR_BAD_FIELD ? fail(rq, e, "base", NULL) : e;
	e = db_one(rq, &shop_key_get, &(struct shop_key_get_in){ .shop_id = shop_id }, &shop);
	if (e)
		return e;
	reply = (struct shop_widget_out){ .script = shop_widget_tag(rq->arena, origin, shop.key), .visitor_key = shop.visitor_key };
	row_write(&rq->w, &shop_widget, &reply);
	return OK;
}

static enum err
widget_get(struct request *rq, const void *in)
{
	const struct shop_widget_in *body = in;
	return caller_sees_shop(&rq->who, body->shop_id) ? widget_write(rq, body->shop_id, body->base) : ERR_NOT_FOUND;
}

static enum err
visitor_key_post(struct request *rq, const void *in)
{
	const struct shop_widget_in *body = in;
	int64_t changed;
	struct shop_visitor_key_set_in set = { .shop_id = body->shop_id, .visitor_key = visitor_key_make(rq) };
	if (!caller_sees_shop(&rq->who, body->shop_id))
		return ERR_NOT_FOUND;
	if (!set.visitor_key.p)
		return ERR_NO_MEMORY;
	enum err e = db_run(rq, &shop_visitor_key_set, &set, &changed);
	if (!e && changed == 0)
		return ERR_NOT_FOUND;
	if (!e)
		e = team_changed(rq, "shop", body->shop_id);
	return e ? e : widget_write(rq, body->shop_id, body->base);
}

static const struct route routes[] = {
	{ GET, "/api/v1/shops", PERM_SIGNED_IN, LANE_READ, .query = &shop_list, .list = true, .handler = shops_get,
	    .help = "Shops within the own scope" },
	{ POST, "/api/v1/shops", PERM_SHOP_EDIT, LANE_WRITE, .query = &shop_add, .handler = shop_post, .audit = "shop",
	    .help = "Add a shop" },
	{ PATCH, "/api/v1/shops/{shop_id}", PERM_SHOP_EDIT, LANE_WRITE, .query = &shop_change, .handler = shop_patch, .audit = "shop",
	    .help = "Change a shop, close or reopen it" },
	{ GET, "/api/v1/shops/{shop_id}/widget", PERM_SHOP_EDIT, LANE_READ, .in = &shop_widget, .out = &shop_widget, .handler = widget_get,
	    .help = "The tag to paste into the shop's pages, and the secret with which the shop signs its customers" },
	{ POST, "/api/v1/shops/{shop_id}/visitor-key", PERM_SHOP_EDIT, LANE_WRITE, .in = &shop_widget, .out = &shop_widget,
	    .handler = visitor_key_post, .audit = "shop", .help = "A new secret; signatures with the old one are no longer taken" },
};

const struct feature team_shop_feature = { .name = "shops", ROUTES(routes) };
