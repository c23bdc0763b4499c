/* What another system counted, to stand beside our own figures: never mixed with them. */
#include "base/clock.h"
#include "interchange/import_impl.h"
#include "interchange/import_record_sql.h"
#include "base/banned.h"

enum err
figure_import(struct import *im, const struct json *o, enum verdict *ret)
{
	struct figure_put_in in = { 0 };
	struct figure_find_out there = { 0 };
	struct str key = STR_NONE, day = STR_NONE;
	struct seen seen;
	const struct json *number = json_get(o, "number");
	enum err e = member_text(im, o, "key", true, 200, &key);
	if (!e)
		e = line_person(im, o, "agent", true, &in.person_id);
	if (!e)
		e = member_text(im, o, "day", true, 10, &day);
	if (!e)
		e = member_text(im, o, "metric", true, 60, &in.metric);
	if (!e)
		e = member_text(im, o, "source", true, 60, &in.source);
	if (!e)
		e = member_text(im, o, "value", true, 60, &in.value);
	if (e)
		return e;
	if (!date_parse(day, &in.day))
		return line_refuse(im, "day \"%.20s\" is no date like 2026-03-31", day.p);
	if (number && json_kind(number) != JSON_INT && json_kind(number) != JSON_REAL && json_kind(number) != JSON_NULL)
		return line_refuse(im, "number must be a number");
	e = line_seen(im, IMPORT_FIGURE, o, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.number_set = number && json_kind(number) != JSON_NULL;
	in.number = json_number(number, 0);
	in.id = *ret == UPDATED ? seen.row : import_id(im);
	e = query_one(im->db, &figure_find, &(struct figure_find_in){ in.person_id, in.day, in.metric, in.source }, im->arena, &there);
	if (!e)
		in.id = there.id;
	if (!e || e == ERR_NOT_FOUND)
		e = query_run(im->db, &figure_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}
