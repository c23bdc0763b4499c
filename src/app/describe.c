#include "app/describe.h"

#include <stdio.h>
#include <string.h>

#include "app/internal.h"
#include "version.h"
#include "base/banned.h"

static const char *const openapi_methods[] = { "get", "post", "put", "patch", "delete", "socket" };
static const char *const permission_names[] = {
#define PERMISSION(name, zh, en) #name,
#include "app/permissions.def"
#undef PERMISSION
};

enum err
describe_start(char why[200])
{
	return routes_init(why);
}

static bool
in_path(const struct route *r, const char *field)
{
	char piece[80];
	snprintf(piece, sizeof piece, "{%s}", field);
	return strstr(r->path, piece) != NULL;
}

static bool
from_client(const struct field *f)
{
	return !(f->flags & FIELD_SERVER);
}

/* OpenAPI -------------------------------------------------------------------------------------------------------------- */

static void
schema_write(struct json_writer *w, const struct field *f)
{
	static const char *const json_types[] = { "integer", "integer", "boolean", "integer", "integer", "number", "string", "string", NULL };
	static const char *const notes[] = { "id", NULL, NULL, "ms UTC", "minor units", NULL, NULL, NULL, "JSON" };
	jw_object(w);
	if (json_types[f->type])
		jw_member_text(w, "type", str_of(json_types[f->type]));
	if (notes[f->type])
		jw_member_text(w, "description", str_of(notes[f->type]));
	if (f->type == FIELD_ENUM) {
		jw_key(w, "enum");
		jw_array(w);
		for (const char *const *word = f->words; *word; word++)
			jw_text(w, str_of(*word));
		jw_end(w);
	}
	if (f->min || f->max) {
		bool text = f->type == FIELD_TEXT;
		if (f->type != FIELD_JSON) {
			jw_member_int(w, text ? "minLength" : "minimum", f->min);
			jw_member_int(w, text ? "maxLength" : "maximum", f->max);
		}
	}
	jw_end(w);
}

static void
object_schema(struct json_writer *w, const struct field *fields, size_t n, const struct route *without_path, bool input)
{
	jw_object(w);
	jw_member_text(w, "type", STR("object"));
	jw_key(w, "properties");
	jw_object(w);
	for (size_t i = 0; i < n; i++)
		if ((!input || from_client(&fields[i])) && !(without_path && in_path(without_path, fields[i].name))) {
			jw_key(w, fields[i].name);
			schema_write(w, &fields[i]);
		}
	jw_end(w);
	jw_key(w, "required");
	jw_array(w);
	for (size_t i = 0; i < n; i++)
		if (!(fields[i].flags & FIELD_OPTIONAL) && (!input || from_client(&fields[i])) &&
		    !(without_path && in_path(without_path, fields[i].name)))
			jw_text(w, str_of(fields[i].name));
	jw_end(w);
	jw_end(w);
}

static void
parameters_write(struct json_writer *w, const struct route *r, const struct query *in)
{
	jw_key(w, "parameters");
	jw_array(w);
	for (size_t i = 0; in && i < in->in_count; i++) {
		const struct field *f = &in->in[i];
		bool path = in_path(r, f->name);
		if (!from_client(f) || (!path && r->method != GET && !r->raw_body))
			continue;
		jw_object(w);
		jw_member_text(w, "name", str_of(f->name));
		jw_member_text(w, "in", path ? STR("path") : STR("query"));
		jw_member_bool(w, "required", path || !(f->flags & FIELD_OPTIONAL));
		jw_key(w, "schema");
		schema_write(w, f);
		jw_end(w);
	}
	jw_end(w);
}

static void
content_start(struct json_writer *w, const char *type)
{
	jw_key(w, "content");
	jw_object(w);
	jw_key(w, type);
	jw_object(w);
	jw_key(w, "schema");
}

/* Closes the type and the content. */
static void
content_end(struct json_writer *w)
{
	jw_end(w);
	jw_end(w);
}

static void
list_schema(struct json_writer *w, const struct query *out)
{
	jw_object(w);
	jw_member_text(w, "type", STR("object"));
	jw_key(w, "required");
	jw_raw(w, STR("[\"rows\"]"));
	jw_key(w, "properties");
	jw_object(w);
	jw_key(w, "next");
	jw_raw(w, STR("{\"type\":\"string\"}"));
	jw_key(w, "rows");
	jw_object(w);
	jw_member_text(w, "type", STR("array"));
	jw_key(w, "items");
	object_schema(w, out->out, out->out_count, NULL, false);
	jw_end(w);
	jw_end(w);
	jw_end(w);
}

static void
reply_write(struct json_writer *w, const struct route *r)
{
	const struct query *out = route_out(r);
	jw_key(w, "responses");
	jw_object(w);
	bool has = out && out->out_count;
	jw_key(w, has || r->raw_out ? "200" : "204");
	jw_object(w);
	jw_member_text(w, "description", STR("Done"));
	if (r->raw_out) {
		content_start(w, "application/octet-stream");
		jw_object(w);
		jw_end(w);
		content_end(w);
	} else if (has) {
		content_start(w, "application/json");
		if (r->list)
			list_schema(w, out);
		else
			object_schema(w, out->out, out->out_count, NULL, false);
		content_end(w);
	}
	jw_end(w);
	jw_key(w, "default");
	jw_raw(w, STR("{\"description\":\"Problem details (RFC 9457)\",\"content\":{\"application/problem+json\":{\"schema\":{\"$ref\":\"#/components/schemas/Problem\"}}}}"));
	jw_end(w);
}

static void
operation_write(struct json_writer *w, const struct route *r)
{
	const struct query *in = route_in(r);
	jw_key(w, openapi_methods[r->method]);
	jw_object(w);
	jw_member_text(w, "summary", str_of(r->help));
	jw_member_text(w, "x-permission", str_of(permission_names[r->permission]));
	parameters_write(w, r, in);
	if (r->raw_body) {
		jw_key(w, "requestBody");
		jw_raw(w, STR("{\"required\":true,\"content\":{\"application/octet-stream\":{}}}"));
	} else if (r->method != GET && in && in->in_count) {
		jw_key(w, "requestBody");
		jw_object(w);
		content_start(w, "application/json");
		object_schema(w, in->in, in->in_count, r, true);
		content_end(w);
		jw_end(w);
	}
	reply_write(w, r);
	jw_end(w);
}

struct listing {
	const struct route *all[1024];
	size_t n;
};

static void
list_add(void *ctx, const struct route *r)
{
	struct listing *l = ctx;
	if (l->n < 1024)
		l->all[l->n++] = r;
}

enum err
describe_openapi(struct buf *out)
{
	static struct listing l;
	struct json_writer w;
	l.n = 0;
	routes_each(list_add, &l);
	jw_init(&w, out);
	jw_object(&w);
	jw_member_text(&w, "openapi", STR("3.1.0"));
	jw_key(&w, "info");
	jw_object(&w);
	jw_member_text(&w, "title", STR("Antball"));
	jw_member_text(&w, "version", STR(ANTBALL_VERSION));
	jw_end(&w);
	jw_key(&w, "paths");
	jw_object(&w);
	for (size_t i = 0; i < l.n; i++) {
		bool told = l.all[i]->method == SOCKET;
		for (size_t k = 0; k < i && !told; k++)
			told = l.all[k]->method != SOCKET && !strcmp(l.all[k]->path, l.all[i]->path);
		if (told)
			continue;
		jw_key(&w, l.all[i]->path);
		jw_object(&w);
		bool seen[6] = { false };
		for (size_t k = i; k < l.n; k++)
			if (l.all[k]->method != SOCKET && !strcmp(l.all[k]->path, l.all[i]->path) && !seen[l.all[k]->method]) {
				seen[l.all[k]->method] = true;
				operation_write(&w, l.all[k]);
			}
		jw_end(&w);
	}
	jw_end(&w);
	jw_key(&w, "components");
	jw_raw(&w, STR("{\"schemas\":{\"Problem\":{\"type\":\"object\",\"required\":[\"title\",\"status\",\"code\"],\"properties\":{\"type\":{\"type\":\"string\"},"
	               "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"},"
	               "\"field\":{\"type\":\"string\"},\"request_id\":{\"type\":\"string\"}}}}}"));
	jw_end(&w);
	return jw_finish(&w);
}

/* TypeScript ------------------------------------------------------------------------------------------------------------ */

static void
ts_type(struct buf *out, const struct field *f)
{
	static const char *const names[] = { "number", "number", "boolean", "number", "number", "number", "string", NULL, "unknown" };
	if (f->type != FIELD_ENUM) {
		buf_addz(out, names[f->type]);
		return;
	}
	for (const char *const *w = f->words; *w; w++)
		buf_printf(out, "%s\"%s\"", w == f->words ? "" : " | ", *w);
}

static void
ts_object(struct buf *out, const struct field *fields, size_t n, bool input)
{
	buf_addz(out, "{ ");
	for (size_t i = 0; i < n; i++) {
		bool optional = fields[i].flags & FIELD_OPTIONAL;
		if (input && !from_client(&fields[i]))
			continue;
		buf_printf(out, "%s%s: ", fields[i].name, input && optional ? "?" : "");
		ts_type(out, &fields[i]);
		buf_addz(out, optional ? " | null; " : "; ");
	}
	buf_addz(out, "}");
}

static void
ts_route(void *ctx, const struct route *r)
{
	struct buf *out = ctx;
	const struct query *in = route_in(r), *reply = route_out(r);
	buf_printf(out, "  /** %s (%s) */\n  \"%s %s\": { in: ", r->help, permission_names[r->permission],
	           method_names[r->method], r->path);
	if (in)
		ts_object(out, in->in, in->in_count, true);
	else
		buf_addz(out, "Record<string, never>");
	buf_addz(out, "; out: ");
	if (r->raw_out)
		buf_addz(out, "Blob");
	else if (!reply || !reply->out_count)
		buf_addz(out, "void");
	else if (r->list)
		buf_addz(out, "{ next?: string; rows: ");
	if (!r->raw_out && reply && reply->out_count)
		ts_object(out, reply->out, reply->out_count, false);
	if (!r->raw_out && reply && reply->out_count && r->list)
		buf_addz(out, "[] }");
	buf_addz(out, " };\n");
}

enum err
describe_typescript(struct buf *out)
{
	buf_addz(out, "// Printed by `antball describe --ts`; not edited by hand.\n"
	              "export interface Routes {\n");
	static struct listing l;
	l.n = 0;
	routes_each(list_add, &l);
	for (size_t i = 0; i < l.n; i++) {
		bool told = false;
		for (size_t k = 0; k < i && !told; k++)
			told = l.all[k]->method == l.all[i]->method && !strcmp(l.all[k]->path, l.all[i]->path);
		if (!told)
			ts_route(out, l.all[i]);
	}
	buf_addz(out, "}\n");
	return buf_err(out);
}

/* The page of the documentation ----------------------------------------------------------------------------------------- */

static void
md_fields(struct buf *out, const char *title, const struct field *fields, size_t n, bool input)
{
	bool any = false;
	for (size_t i = 0; i < n; i++) {
		if (input && !from_client(&fields[i]))
			continue;
		buf_printf(out, "%s`%s%s` ", any ? ", " : title, fields[i].name, fields[i].flags & FIELD_OPTIONAL ? "?" : "");
		ts_type(out, &fields[i]);
		if (fields[i].min || fields[i].max)
			buf_printf(out, " %lld..%lld", (long long)fields[i].min, (long long)fields[i].max);
		any = true;
	}
	if (any)
		buf_addz(out, "\n\n");
}

static void
md_route(void *ctx, const struct route *r)
{
	struct buf *out = ctx;
	const struct query *in = route_in(r), *reply = route_out(r);
	buf_printf(out, "### %s %s\n\n%s. Permission: %s.%s\n\n", method_names[r->method],
	           r->path, r->help, permission_names[r->permission], r->list ? " Replies `{\"rows\": [...]}`." : "");
	if (in)
		md_fields(out, "Takes ", in->in, in->in_count, true);
	if (reply && !r->raw_out)
		md_fields(out, "Gives ", reply->out, reply->out_count, false);
}

enum err
describe_markdown(struct buf *out)
{
	buf_addz(out, "# API\n\nPrinted by `antball describe --md`. Bodies and replies are JSON; errors are problem details (RFC 9457) with `code` and, where one is at fault, "
	              "`field`. Times are ms UTC, money is integer minor units, ids are numbers below 2^53. SOCKET commands go over the WebSocket as "
	              "`{\"n\": 1, \"do\": NAME, \"in\": {...}}` and come back as `{\"re\": 1, \"out\": {...}}` or `{\"re\": 1, \"error\": {...}}`.\n\n");
	routes_each(md_route, out);
	return buf_err(out);
}
