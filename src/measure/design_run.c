#include "measure/design_run.h"

#include "base/clock.h"
#include "measure/design_sql.h"
#include "measure/report_feature.h"
#include "base/banned.h"

enum err
design_today(struct request *rq, int64_t shop_id, int64_t *ret_day, const struct zone **ret_zone)
{
	struct design_days_out row;
	const struct zone *zone;
	int cut = 0;
	enum err e = db_one(rq, &design_days, &(struct design_days_in){ .shop_id_set = shop_id != 0, .shop_id = shop_id }, &row);
	if (e == ERR_NOT_FOUND && !shop_id) {
		e = zone_open(STR("UTC"), &zone);
	} else if (!e) {
		cut = (int)row.cut_hour;
		e = zone_open(row.timezone, &zone);
	}
	if (e)
		return e;
	*ret_day = zone_business_day(zone, rq->now, cut);
	if (ret_zone)
		*ret_zone = zone;
	return OK;
}

static int
channel_of(struct str word)
{
	for (int i = 0; i < CHANNEL_COUNT; i++)
		if (str_eqz(word, channel_names[i]))
			return i;
	return REPORT_ANY;
}

enum err
design_make(struct request *rq, const struct design *d, int64_t from, int64_t to, int64_t only_shop, size_t skip, size_t limit, struct report **ret)
{
	struct report_ask a;
	char first[11], last[11];
	struct report *r = report_for(rq);
	date_print(from, first);
	date_print(to, last);
	enum err e = r ? report_ask_start(rq, str_of(first), str_of(last), d->profile, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	e = report_attribution(rq, d->attribution, &a);
	if (e)
		return e;
	if (!report_by_find(d->by, &a.by))
		return fail_text(rq, ERR_BAD_FIELD, "spec.by", "is not what reports go by any more", "分组已不再支持");
	if (d->order.n && !report_order_find(d->order, &a))
		return fail_text(rq, ERR_BAD_FIELD, "spec.order", "The catalogue has no such metric", "没有该指标");
	a.most = (size_t)d->limit;
	a.skip = skip;
	a.limit = limit;
	a.shop_id = only_shop ? only_shop : d->shop_id;
	a.group_id = d->group_id;
	a.category_id = d->category_id;
	a.one_agent = d->one_agent;
	a.agent_id = d->agent_id;
	a.channel = d->channel.n ? channel_of(d->channel) : REPORT_ANY;
	*ret = r;
	return report_make_failed(rq, report_make(rq->db, &a, r));
}
