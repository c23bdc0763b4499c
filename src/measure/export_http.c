/* Figures leave the house: as a spreadsheet, as CSV, as JSON; each file says who took it out and when, and so does the audit trail. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "measure/export.h"
#include "measure/export_sql.h"
#include "measure/report_feature.h"
#include "measure/report_more.h"
#include "base/banned.h"

static enum err
file_read(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	char part[16384];
	size_t n;
	if (!f)
		return ERR_IO;
	while ((n = fread(part, 1, sizeof part, f)) > 0)
		buf_add(out, (struct str){ part, n });
	enum err e = ferror(f) ? ERR_IO : buf_err(out);
	fclose(f);
	return e;
}

static enum err
xlsx_make(struct request *rq, struct report *r, struct str keys, const struct export_mark *mark, struct buf *out)
{
	struct str path = arena_printf(rq->arena, "%s/spool/export-%lld.xlsx", app_data_dir(rq->app), (long long)new_id(rq));
	enum err e = path.p ? export_xlsx(r, keys, mark, path.p) : ERR_NO_MEMORY;
	if (!e)
		e = file_read(path.p, out);
	if (path.p)
		unlink(path.p);
	return e;
}

static enum err
mark_make(struct request *rq, const struct report *r, struct export_mark *ret)
{
	struct export_who_out who;
	enum err e = db_one(rq, &export_who, &(struct export_who_in){ rq->who.person_id }, &who);
	if (!e)
		*ret = (struct export_mark){ .who = who.name, .at = rq->now, .zone = r->shop_count ? r->shops[0].zone : NULL };
	return e;
}

static enum err
mark_print(struct request *rq, const struct export_mark *mark, struct buf *out)
{
	char at[32];
	export_time(mark, at);
	struct str who = export_plain(rq->arena, mark->who);
	buf_printf(out, rq->who.lang[0] == 'z' ? "\r\n导出人：%.*s %s\r\n" : "\r\nExported by %.*s %s\r\n", STR_ARG(who), at);
	return buf_err(out);
}

enum err
export_sign(struct request *rq, const struct report *r)
{
	struct export_mark mark;
	enum err e = mark_make(rq, r, &mark);
	return e ? e : mark_print(rq, &mark, rq->out);
}

static enum err
csv_make(struct request *rq, struct report *r, struct str keys, const struct export_mark *mark, struct buf *out)
{
	buf_addz(out, "\xEF\xBB\xBF");
	enum err e = report_csv(r, keys, true, out);
	return e ? e : mark_print(rq, mark, out);
}

static enum err
json_make(struct report *r, struct str keys, const struct export_mark *mark, struct buf *out)
{
	struct json_writer w;
	jw_init(&w, out);
	jw_object(&w);
	enum err e = report_json(r, keys, &w);
	jw_key(&w, "exported");
	jw_object(&w);
	jw_member_text(&w, "by", mark->who);
	jw_member_int(&w, "at", mark->at);
	jw_end(&w);
	jw_end(&w);
	return e ? e : jw_finish(&w);
}

static bool
wants(const struct request *rq, const char *ending)
{
	return str_ends(str_of(rq->route->path), str_of(ending));
}

static enum err
keys_check(struct request *rq, const struct report *r, struct str keys)
{
	for (size_t i = 0; i < metrics_count; i++)
		if (report_column(r, &metrics[i], keys))
			return OK;
	return fail_text(rq, ERR_BAD_FIELD, "metrics", "names no metric of the catalogue", "没有该指标");
}

static enum err
file_make(struct request *rq, struct report *r, struct str keys)
{
	struct export_mark mark;
	enum err e = mark_make(rq, r, &mark);
	if (e)
		return e;
	if (wants(rq, ".xlsx"))
		return xlsx_make(rq, r, keys, &mark, rq->out);
	return wants(rq, ".csv") ? csv_make(rq, r, keys, &mark, rq->out) : json_make(r, keys, &mark, rq->out);
}

/* What was taken out, carried to the write lane by value. */
struct taken {
	int64_t person_id, at;
	char action[64], address[64], detail[4000];
};

static enum err
taken_write(struct request *rq, const void *in)
{
	const struct taken *t = in;
	struct export_audit_in row = { .id = new_id(rq), .at = t->at, .person_id = t->person_id, .action = str_of(t->action),
		                       .detail = str_of(t->detail), .address = str_of(t->address) };
	return db_run(rq, &export_audit, &row, NULL);
}

enum err
export_note(struct request *rq, const struct query *shape, const void *body)
{
	struct taken t = { .person_id = rq->who.person_id, .at = rq->now };
	struct json_text text;
	json_text_start(rq, &text);
	row_write_in(&text.w, shape, body);
	struct str detail = json_text_end(&text);
	snprintf(t.action, sizeof t.action, "%s", rq->route->path);
	snprintf(t.address, sizeof t.address, "%.*s", STR_ARG(rq->address));
	if (!detail.p || detail.n >= sizeof t.detail)
		return ERR_TOO_LARGE;
	memcpy(t.detail, detail.p, detail.n);
	return app_command(rq->app, LANE_WRITE, taken_write, &t, sizeof t);
}

static enum err
export_get(struct request *rq, const void *in)
{
	const struct report_in_in *body = in;
	struct report *r;
	const char *kind = wants(rq, ".xlsx") ? "xlsx" : wants(rq, ".csv") ? "csv" : "json";
	enum err e = report_service_make(rq, in, true, &r);
	if (!e)
		e = keys_check(rq, r, body->metrics);
	report_room(rq);
	if (!e)
		e = file_make(rq, r, body->metrics);
	if (e == ERR_TOO_LARGE || buf_err(rq->out) == ERR_TOO_LARGE)
		return fail_text(rq, ERR_TOO_LARGE, "metrics", "So many rows and columns at once are too much: name fewer metrics or days",
		                 "行列过多：请减少指标或天数");
	if (e)
		return e;
	rq->type = wants(rq, ".xlsx")  ? STR("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	           : wants(rq, ".csv") ? STR("text/csv; charset=utf-8")
	                               : STR("application/json");
	struct str last = body->to.p ? body->to : body->from;
	reply_header(rq, "Content-Disposition",
	             arena_printf(rq->arena, "attachment; filename=\"report-%.*s-%.*s.%s\"", STR_ARG(body->from), STR_ARG(last), kind));
	return export_note(rq, &report_in, body);
}

#define EXPORT(ending, what)                                                                                                      \
	{ GET, "/api/v1/reports/export" ending, PERM_EXPORT, LANE_REPORT, .in = &report_in, .raw_out = true, .handler = export_get,              \
	  .help = what }

static const struct route routes[] = {
	EXPORT(".xlsx", "The service report as a spreadsheet, with a sheet of definitions; audited, and marked with who took it out and when"),
	EXPORT(".csv", "The service report as CSV (UTF-8 with mark); audited, and marked with who took it out and when"),
	EXPORT(".json", "The service report as a JSON file; audited, and marked with who took it out and when"),
};

const struct feature measure_export_feature = { .name = "exports", ROUTES(routes) };
