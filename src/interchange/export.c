#include "interchange/export.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/zone.h"
#include "interchange/export_sql.h"
#include "json/json.h"
#include "team/settings.h"
#include "base/banned.h"

enum { LINE_MAX_BYTES = 4 << 20, SHOPS_ARENA = 16 << 20, ROW_ARENA = 64 << 20 };

struct shop_span {
	int64_t id, from_at, to_at;
};

struct export {
	const struct export_options *o;
	struct db *db;
	FILE *out;
	struct export_report *report;
	struct arena *arena, *row_arena;
	struct shop_span *shops;
	size_t shop_count, shop_cap;
	int64_t from_at, to_at; /* of all shops together */
	enum import_type type;  /* of the lines at hand */
	const struct query *query;
	struct buf line;
};

enum span { WHOLE, RULES, IN_TIME, BY_SHOP };

static const struct {
	enum import_type type;
	const struct query *query;
	enum span span;
} parts[] = {
	{ IMPORT_SHOP, &export_shop, WHOLE },         { IMPORT_AGENT, &export_agent, WHOLE },       { IMPORT_RULE, &export_rule, RULES },
	{ IMPORT_CUSTOMER, &export_customer, WHOLE },
	{ IMPORT_PHRASE, &export_phrase, WHOLE },     { IMPORT_PRODUCT, &export_product, WHOLE },   { IMPORT_KNOWLEDGE, &export_knowledge, WHOLE },
	{ IMPORT_ORDER, &export_order, BY_SHOP },     { IMPORT_PAYMENT, &export_payment, BY_SHOP }, { IMPORT_REFUND, &export_refund, BY_SHOP },
	{ IMPORT_CLOSE, &export_close, BY_SHOP },     { IMPORT_CALL, &export_call, BY_SHOP },       { IMPORT_STATE, &export_state, IN_TIME },
	{ IMPORT_MESSAGE, &export_message, BY_SHOP }, { IMPORT_TRANSFER, &export_transfer, BY_SHOP }, { IMPORT_CATEGORY, &export_category, BY_SHOP },
	{ IMPORT_INVITE, &export_invite, BY_SHOP },   { IMPORT_RATING, &export_rating, BY_SHOP },
};

/* One row, one line ----------------------------------------------------------------------------------------------------- */

static bool
is_member(const struct query *q, struct str name)
{
	for (uint16_t i = 0; i < q->out_count; i++)
		if (str_eqz(name, q->out[i].name))
			return true;
	return str_eqz(name, "type") || str_eqz(name, "key") || str_eqz(name, "extra");
}

/* What an import did not know becomes members again, unless the name has another meaning here: those stay under "extra". */
static void
extra_spread(struct export *x, struct json_writer *w, const struct json *extra, bool keep)
{
	struct str name;
	const struct json *v;
	void *iter = NULL;
	size_t kept = 0;
	while (json_next(extra, &iter, &name, &v)) {
		bool stays = keep || is_member(x->query, name);
		kept += stays;
		if (stays)
			continue;
		jw_key_str(w, name);
		jw_value(w, v);
	}
	if (!kept)
		return;
	jw_key(w, "extra");
	jw_object(w);
	iter = NULL;
	while (json_next(extra, &iter, &name, &v))
		if (keep || is_member(x->query, name)) {
			jw_key_str(w, name);
			jw_value(w, v);
		}
	jw_end(w);
}

static enum err
json_write(struct export *x, struct json_writer *w, const char *name, struct str text)
{
	const struct json *v;
	if (!text.n || str_eqz(text, "{}"))
		return OK;
	enum err e = json_parse(x->row_arena, text, &v, NULL);
	if (e)
		return e;
	if (json_kind(v) == JSON_OBJECT && (!strcmp(name, "extra") || !strcmp(name, "kept_extra"))) {
		extra_spread(x, w, v, name[0] == 'k');
		return OK;
	}
	jw_key(w, name);
	jw_value(w, v);
	return OK;
}

static enum err
member_write(struct export *x, struct json_writer *w, const struct field *f, const char *row)
{
	struct str text;
	int64_t n;
	char time[25];
	if ((f->flags & FIELD_OPTIONAL) && f->type != FIELD_TEXT && f->type != FIELD_JSON) {
		bool set;
		memcpy(&set, row + f->set_offset, sizeof set);
		if (!set)
			return OK;
	}
	if (f->type == FIELD_TEXT || f->type == FIELD_JSON) {
		memcpy(&text, row + f->offset, sizeof text);
		if (f->type == FIELD_JSON)
			return json_write(x, w, f->name, text);
		if (text.n)
			jw_member_text(w, f->name, text);
		return OK;
	}
	memcpy(&n, row + f->offset, sizeof n);
	if (f->type == FIELD_TIME) {
		time_print_rfc3339(n, time);
		jw_member_text(w, f->name, str_of(time));
	} else {
		jw_member_int(w, f->name, n);
	}
	return OK;
}

static enum err
line_write(void *ctx, const void *row)
{
	struct export *x = ctx;
	struct json_writer w;
	enum err e = OK;
	buf_clear(&x->line);
	arena_reset(x->row_arena);
	jw_init(&w, &x->line);
	jw_object(&w);
	jw_member_text(&w, "type", str_of(import_type_name(x->type)));
	for (uint16_t i = 0; !e && i < x->query->out_count; i++)
		e = member_write(x, &w, &x->query->out[i], row);
	jw_end(&w);
	if (!e)
		e = jw_finish(&w);
	buf_char(&x->line, '\n');
	if (!e)
		e = buf_err(&x->line);
	if (!e && fwrite(x->line.p, 1, x->line.n, x->out) != x->line.n)
		e = ERR_IO;
	x->report->rows[x->type]++;
	return e;
}

/* Of the settings those that figures are counted with, unless they are as everybody's are. */
static enum err
rule_line_write(void *ctx, const void *row)
{
	const struct export_rule_out *r = row;
	enum setting s = r->shop.n ? SETTING_COUNT : setting_find(r->name);
	if (!r->shop.n && (s == SETTING_COUNT || !setting_table[s].dated))
		return OK;
	bool first = !r->shop.n && str_eqz(r->from, "1970-01-01");
	return first && str_eqz(r->value, setting_table[s].fallback) ? OK : line_write(ctx, row);
}

/* All rows -------------------------------------------------------------------------------------------------------------- */

static enum err
shop_add(void *ctx, const void *r)
{
	struct export *x = ctx;
	const struct export_shops_out *row = r;
	const struct zone *zone;
	if (x->shop_count == x->shop_cap) {
		size_t cap = x->shop_cap ? 2 * x->shop_cap : 32;
		struct shop_span *p = arena_alloc(x->arena, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		if (x->shop_count)
			memcpy(p, x->shops, x->shop_count * sizeof *p);
		x->shops = p;
		x->shop_cap = cap;
	}
	enum err e = zone_open(row->timezone, &zone);
	if (e)
		return e;
	int cut = (int)row->cut_hour * 60;
	struct shop_span s = { row->id, zone_instant(zone, x->o->from_day, cut), zone_instant(zone, x->o->to_day + 1, cut) };
	x->from_at = x->shop_count && x->from_at < s.from_at ? x->from_at : s.from_at;
	x->to_at = x->shop_count && x->to_at > s.to_at ? x->to_at : s.to_at;
	x->shops[x->shop_count++] = s;
	return OK;
}

static enum err
part_write(struct export *x, enum span span)
{
	enum err e = OK;
	if (span == WHOLE)
		return query_each(x->db, x->query, NULL, line_write, x);
	if (span == RULES)
		return query_each(x->db, x->query, NULL, rule_line_write, x);
	if (span == IN_TIME)
		return query_each(x->db, x->query, &(struct export_state_in){ x->from_at, x->to_at }, line_write, x);
	for (size_t i = 0; !e && i < x->shop_count; i++)
		e = query_each(x->db, x->query, &(struct export_message_in){ x->shops[i].id, x->shops[i].from_at, x->shops[i].to_at }, line_write, x);
	return e;
}

static enum err
parts_write(struct export *x)
{
	enum err e = query_each(x->db, &export_shops, NULL, shop_add, x);
	for (size_t i = 0; !e && i < sizeof parts / sizeof *parts; i++) {
		x->type = parts[i].type;
		x->query = parts[i].query;
		e = part_write(x, parts[i].span);
	}
	return e;
}

enum err
export_run(struct db *db, const struct export_options *o, FILE *out, struct export_report *ret_report, char why[200])
{
	struct export x = { .o = o, .db = db, .out = out, .report = ret_report, .arena = arena_new(SHOPS_ARENA), .row_arena = arena_new(ROW_ARENA) };
	enum err e = x.arena && x.row_arena ? db_begin(db) : ERR_NO_MEMORY;
	*ret_report = (struct export_report){ 0 };
	buf_init(&x.line, LINE_MAX_BYTES);
	if (!e)
		e = parts_write(&x);
	if (!e && fflush(out))
		e = ERR_IO;
	if (e)
		snprintf(why, 200, "%.30s: %.150s", x.query ? import_type_name(x.type) : "reading",
		         e == ERR_IO ? strerror(errno) : e == ERR_DB ? db_error(db) : err_text(e, "en"));
	db_rollback(db); /* it only read */
	buf_free(&x.line);
	arena_free(x.row_arena);
	arena_free(x.arena);
	return e;
}

/* The counts ------------------------------------------------------------------------------------------------------------ */

enum err
export_report_print(const struct export_report *r, struct str format, struct buf *out)
{
	struct json_writer w;
	bool json = str_eqz(format, "json"), csv = str_eqz(format, "csv");
	jw_init(&w, out);
	if (json) {
		jw_object(&w);
		jw_key(&w, "types");
		jw_array(&w);
	} else {
		buf_addz(out, csv ? "type,rows\n" : "type            rows\n");
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		int64_t rows = r->rows[parts[i].type];
		const char *name = import_type_name(parts[i].type);
		if (!rows)
			continue;
		if (!json) {
			buf_printf(out, csv ? "%s,%lld\n" : "%-10s %9lld\n", name, (long long)rows);
			continue;
		}
		jw_object(&w);
		jw_member_text(&w, "type", str_of(name));
		jw_member_int(&w, "rows", rows);
		jw_end(&w);
	}
	if (json) {
		jw_end(&w);
		jw_end(&w);
		enum err e = jw_finish(&w);
		buf_char(out, '\n');
		if (e)
			return e;
	}
	return buf_err(out);
}
