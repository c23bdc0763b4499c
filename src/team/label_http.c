#include "base/clock.h"
#include "team/label_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

static const struct {
	const char *key, *name, *name_en;
} categories[] = {
	{ "product", "商品咨询", "Product question" },   { "size", "尺码与型号", "Size and model" },
	{ "price", "价格与优惠", "Price and discounts" }, { "order", "订单修改", "Order change" },
	{ "delivery", "物流查询", "Delivery" },           { "return", "退换货", "Return or exchange" },
	{ "refund", "退款", "Refund" },                   { "invoice", "发票", "Invoice" },
	{ "quality", "质量问题", "Quality problem" },     { "complaint", "投诉", "Complaint" },
	{ "other", "其他", "Other" },
};

static enum err
categories_put(struct app *app, struct db *db)
{
	struct category_count_out count;
	struct arena *a = arena_new(4096);
	enum err e = a ? query_one(db, &category_count, NULL, a, &count) : ERR_NO_MEMORY;
	arena_free(a);
	/* A centre that has its own list keeps it. */
	for (size_t i = 0; !e && count.n == 0 && i < sizeof categories / sizeof *categories; i++) {
		struct category_seed_in in = { .id = id_next(app_ids(app), clock_now()), .key = str_of(categories[i].key),
			.name = str_of(categories[i].name), .name_en = str_of(categories[i].name_en), .sort = (int64_t)(i + 1) * 10 };
		e = query_run(db, &category_seed, &in, NULL);
	}
	return e;
}

/* All or none: a list that was begun would pass for the centre's own. */
static enum err
labels_start(struct app *app, struct db *db)
{
	enum err e = db_begin(db);
	if (e)
		return e;
	e = categories_put(app, db);
	if (!e)
		e = db_commit(db);
	if (e)
		db_rollback(db);
	return e;
}

static enum err
category_post(struct request *rq, const void *in)
{
	struct category_add_in add = *(const struct category_add_in *)in;
	if (!add.key.p)
		add.key = key_make(rq, "category", add.new_id);
	if (!key_valid(add.key))
		return fail(rq, ERR_BAD_FIELD, "key", NULL);
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_json(rq, &category_add, &add);
	if (!e)
		e = audit_input(rq, add.new_id, &category_add, &add);
	return e ? e : team_changed(rq, "category", add.new_id);
}

static enum err
category_patch(struct request *rq, const void *in)
{
	struct category_change_in change = *(const struct category_change_in *)in;
	if (change.name.p && !label_clean(change.name, &change.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_json(rq, &category_change, &change);
	if (!e)
		e = audit_input(rq, change.category_id, &category_change, &change);
	return e ? e : team_changed(rq, "category", change.category_id);
}

static enum err
tag_post(struct request *rq, const void *in)
{
	struct tag_add_in add = *(const struct tag_add_in *)in;
	struct tag_add_out row;
	if (!label_clean(add.name, &add.name))
		return fail(rq, ERR_BAD_FIELD, "name", NULL);
	enum err e = db_one(rq, &tag_add, &add, &row);
	if (e)
		return e;
	created_write(rq, row.id);
	e = audit_input(rq, row.id, &tag_add, &add);
	return e ? e : team_changed(rq, "tag", row.id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/categories", PERM_SIGNED_IN, LANE_READ, .query = &category_list, .list = true,
	    .help = "Wrap-up categories, the closed ones last" },
	{ POST, "/api/v1/categories", PERM_TEAM_EDIT, LANE_WRITE, .query = &category_add, .handler = category_post, .audit = "category",
	    .help = "Add a wrap-up category" },
	{ PATCH, "/api/v1/categories/{category_id}", PERM_TEAM_EDIT, LANE_WRITE, .query = &category_change, .handler = category_patch,
	    .audit = "category", .help = "Rename, sort, close or reopen a wrap-up category" },
	{ GET, "/api/v1/tags", PERM_SIGNED_IN, LANE_READ, .query = &tag_list, .list = true, .help = "Tags for sessions" },
	{ POST, "/api/v1/tags", PERM_CHAT, LANE_WRITE, .query = &tag_add, .handler = tag_post, .audit = "tag",
	    .help = "Add a tag, or give one another colour" },
};

const struct feature team_label_feature = { .name = "labels", ROUTES(routes), .start = labels_start };
