#include "base/clock.h"
#include "team/hours_load.h"
#include "team/hours_sql.h"
#include "team/shop_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

enum { SPANS_MAX = 100, DAYS_MAX = 500 };

static enum err
span_write(void *ctx, const void *row)
{
	struct json_writer *w = ctx;
	const struct hours_spans_out *r = row;
	jw_object(w);
	jw_member_int(w, "weekday", r->weekday);
	jw_member_int(w, "from_min", r->from_min);
	jw_member_int(w, "to_min", r->to_min);
	jw_end(w);
	return OK;
}

static enum err
day_write(void *ctx, const void *row)
{
	struct json_writer *w = ctx;
	const struct hours_days_out *r = row;
	char day[11];
	date_print(r->day, day);
	jw_object(w);
	jw_member_text(w, "day", str_of(day));
	jw_key(w, "like_weekday");
	if (r->like_weekday_set)
		jw_int(w, r->like_weekday);
	else
		jw_null(w);
	jw_member_text(w, "note", r->note);
	jw_end(w);
	return OK;
}

static enum err
hours_write(struct request *rq, int64_t shop_id)
{
	struct shop_hours h;
	struct json_writer *w = &rq->w;
	enum err e = hours_load(rq->db, rq->arena, shop_id, &h);
	if (e)
		return e;
	jw_object(w);
	jw_key(w, "spans");
	jw_array(w);
	e = db_each(rq, &hours_spans, &(struct hours_spans_in){ .shop_id = shop_id }, span_write, w);
	jw_end(w);
	jw_key(w, "days");
	jw_array(w);
	if (!e)
		e = db_each(rq, &hours_days, &(struct hours_days_in){ .shop_id = shop_id }, day_write, w);
	jw_end(w);
	int64_t next = shop_hours_next(&h, rq->now);
	jw_member_bool(w, "open_now", shop_hours_open(&h, rq->now));
	jw_key(w, "next_open_at");
	if (next == HOURS_NEVER)
		jw_null(w);
	else
		jw_int(w, next);
	jw_end(w);
	return e;
}

static enum err
hours_get(struct request *rq, const void *in)
{
	const struct shop_path_in *body = in;
	return caller_sees_shop(&rq->who, body->shop_id) ? hours_write(rq, body->shop_id) : ERR_NOT_FOUND;
}

static enum err
span_read(struct request *rq, const struct json *v, struct hours_span *ret)
{
	int64_t weekday = json_int(json_get(v, "weekday"), -1), from = json_int(json_get(v, "from_min"), -1),
		to = json_int(json_get(v, "to_min"), -1);
	if (weekday < 0 || weekday > 6 || from < 0 || from > 1439 || to <= from || to > from + 1440)
		return fail_text(rq, ERR_BAD_FIELD, "spans",
		    "Each span needs weekday 0 to 6, from_min 0 to 1439, and to_min after it, at most 24 hours long",
		    "每个时段需要 weekday（0 到 6）、from_min（0 到 1439），to_min 须晚于开始且不超过 24 小时");
	*ret = (struct hours_span){ .weekday = (int)weekday, .from_minute = (int)from, .to_minute = (int)to };
	return OK;
}

static enum err
spans_store(struct request *rq, int64_t shop_id, const struct json *list)
{
	struct hours_span s = { 0 };
	enum err e = db_run(rq, &hours_spans_clear, &(struct hours_spans_clear_in){ .shop_id = shop_id }, NULL);
	for (size_t i = 0; !e && i < json_count(list); i++) {
		e = span_read(rq, json_at(list, i), &s);
		struct hours_span_add_in add = {
			.id = new_id(rq), .shop_id = shop_id, .weekday = s.weekday, .from_min = s.from_minute, .to_min = s.to_minute
		};
		if (!e)
			e = db_run(rq, &hours_span_add, &add, NULL);
	}
	return e;
}

static enum err
day_store(struct request *rq, int64_t shop_id, const struct json *v)
{
	struct hours_day_add_in add = { .id = new_id(rq), .shop_id = shop_id, .note = json_text(json_get(v, "note")) };
	const struct json *like = json_get(v, "like_weekday");
	add.like_weekday_set = json_kind(like) == JSON_INT;
	add.like_weekday = json_int(like, 0);
	if (!add.note.p)
		add.note = STR("");
	bool fine = date_parse(json_text(json_get(v, "day")), &add.day) && add.like_weekday >= 0 && add.like_weekday <= 6 &&
		    add.note.n <= 200 && (add.like_weekday_set || json_kind(like) == JSON_NULL || json_kind(like) == JSON_NONE);
	if (!fine)
		return fail_text(rq, ERR_BAD_FIELD, "days",
		    "Each day needs day (2026-10-01), like_weekday 0 to 6 or null (closed), and a short note",
		    "每个特殊日需要 day（2026-10-01）、like_weekday（0 到 6，或 null 表示休息）和简短说明");
	return db_run(rq, &hours_day_add, &add, NULL);
}

static enum err
days_store(struct request *rq, int64_t shop_id, const struct json *list)
{
	enum err e = db_run(rq, &hours_days_clear, &(struct hours_days_clear_in){ .shop_id = shop_id }, NULL);
	for (size_t i = 0; !e && i < json_count(list); i++)
		e = day_store(rq, shop_id, json_at(list, i));
	return e == ERR_EXISTS ? fail_text(rq, ERR_BAD_FIELD, "days", "A day stands there twice", "日期重复") : e;
}

static enum err
list_parse(struct request *rq, struct str text, const char *field, size_t max, const struct json **ret)
{
	enum err e = json_parse(rq->arena, text, ret, NULL);
	if (e && e != ERR_BAD_JSON)
		return e;
	if (e || json_kind(*ret) != JSON_ARRAY || json_count(*ret) > max)
		return fail(rq, ERR_BAD_FIELD, field, NULL);
	return OK;
}

static enum err
hours_put(struct request *rq, const void *in)
{
	const struct hours_shape_in *body = in;
	const struct json *spans, *days = NULL;
	if (!caller_sees_shop(&rq->who, body->shop_id))
		return ERR_NOT_FOUND;
	enum err e = list_parse(rq, body->spans, "spans", SPANS_MAX, &spans);
	if (!e && body->days.p)
		e = list_parse(rq, body->days, "days", DAYS_MAX, &days);
	if (!e)
		e = db_one(rq, &hours_zone, &(struct hours_zone_in){ .shop_id = body->shop_id }, &(struct hours_zone_out){ 0 });
	if (!e)
		e = spans_store(rq, body->shop_id, spans);
	if (!e && body->days.p)
		e = days_store(rq, body->shop_id, days);
	if (!e)
		e = audit_input(rq, body->shop_id, &hours_shape, body);
	if (!e)
		e = team_changed(rq, "hours", body->shop_id);
	return e ? e : hours_write(rq, body->shop_id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/shops/{shop_id}/hours", PERM_SIGNED_IN, LANE_READ, .in = &shop_path, .out = &hours_shape, .handler = hours_get,
	    .help = "Business hours of a shop: weekly spans and dated exceptions; without spans it never closes" },
	{ PUT, "/api/v1/shops/{shop_id}/hours", PERM_SHOP_EDIT, LANE_WRITE, .in = &hours_shape, .out = &hours_shape, .handler = hours_put,
	    .audit = "shop", .help = "Set the weekly spans, and the exceptions when days is given" },
};

const struct feature team_hours_feature = { .name = "hours", ROUTES(routes) };
