#include "desk/knowledge.h"

#include "desk/inbox.h"
#include "desk/knowledge_sql.h"
#include "search/pinyin.h"
#include "base/banned.h"

static enum err
knowledge_get(struct request *rq, const void *in)
{
	const struct knowledge_in_in *b = in;
	struct knowledge_list_in q = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .limit = b->limit_set ? b->limit : 50,
		                       .pattern = inbox_pattern(rq->arena, b->q) };
	struct str keys;
	input_server_fields(rq, &knowledge_list, &q);
	enum err e = pinyin_query(rq->arena, b->q.p ? b->q : STR(""), &keys);
	if (e)
		return e;
	if (keys.n >= 2)
		q.keys = arena_printf(rq->arena, "%%%.*s%%", STR_ARG(keys));
	return db_json(rq, &knowledge_list, &q);
}

static enum err
products_get(struct request *rq, const void *in)
{
	const struct knowledge_in_in *b = in;
	struct product_list_in q = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .limit = b->limit_set ? b->limit : 50,
		                     .pattern = inbox_pattern(rq->arena, b->q) };
	input_server_fields(rq, &product_list, &q);
	return db_json(rq, &product_list, &q);
}

static const struct route routes[] = {
	{ GET, "/api/v1/knowledge", PERM_CHAT_SEE, LANE_READ, .in = &knowledge_in, .out = &knowledge_list, .list = true,
	  .handler = knowledge_get,
	  .help = "Knowledge of the shops; q finds by title, text, pinyin and initials" },
	{ GET, "/api/v1/products", PERM_CHAT_SEE, LANE_READ, .in = &knowledge_in, .out = &product_list, .list = true,
	  .handler = products_get,
	  .help = "Products of the shops, by title or number" },
};

const struct feature desk_knowledge_feature = { .name = "knowledge", ROUTES(routes) };
