/* What imports remember: named mappings, and who the nicknames of other systems are. And the figures of other systems, to stand beside ours. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "contact/file.h"
#include "interchange/import_detect.h"
#include "interchange/import_feature.h"
#include "interchange/import_http_sql.h"
#include "interchange/import_sql.h"
#include "interchange/mapping.h"
#include "interchange/reading.h"
#include "search/pinyin.h"
#include "team/team.h"
#include "base/banned.h"

enum { MAPPINGS_MAX = 300, NAMES_AT_ONCE = 2000, FIGURES_MAX = 20000, FIGURE_DAYS_MAX = 62 };

/* Mappings --------------------------------------------------------------------------------------------------------------------------- */

static enum err
body_checked(struct request *rq, struct str body, struct str *ret_kind)
{
	const struct json *root;
	char why[200];
	enum err e = mapping_valid(body, why);
	if (e == ERR_BAD_FIELD || e == ERR_BAD_JSON || e == ERR_TOO_LARGE)
		return mapping_refused(rq, why);
	if (!e)
		e = json_parse(rq->arena, body, &root, NULL);
	if (e)
		return e;
	const struct json *source = json_at(json_get(root, "sources"), 0);
	struct str kind = json_text(json_get(json_get(source, "table"), "kind"));
	*ret_kind = json_get(source, "chat") ? STR("chats") : kind.n ? kind : STR("mapping");
	return OK;
}

static enum err
name_taken(struct request *rq, enum err e)
{
	return e == ERR_EXISTS ? fail_text(rq, e, "name", "A mapping of this name exists already", "已有同名的映射") : e;
}

static enum err
mapping_post(struct request *rq, const void *in)
{
	const struct mapping_add_in_in *b = in;
	struct mapping_count_out count;
	struct mapping_add_in add = { .id = new_id(rq), .person_id = rq->who.person_id, .now = rq->now, .body = b->body };
	enum err e = db_one(rq, &mapping_count, NULL, &count);
	if (!e && count.n >= MAPPINGS_MAX)
		e = fail_text(rq, ERR_TOO_LARGE, NULL, "There are 300 mappings already: delete some", "映射已达 300 个，请先删除一些");
	if (!e && !label_clean(b->name, &add.name))
		e = fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (!e)
		e = body_checked(rq, b->body, &add.kind);
	if (!e)
		e = name_taken(rq, db_json(rq, &mapping_add, &add));
	return e ? e : audit_detail(rq, add.id, STR_NONE);
}

static enum err
mapping_patch(struct request *rq, const void *in)
{
	const struct mapping_change_in_in *b = in;
	struct mapping_change_in q = { .mapping_id = b->mapping_id, .body = b->body, .now = rq->now };
	enum err e = OK;
	if (b->name.p && !label_clean(b->name, &q.name))
		e = fail(rq, ERR_BAD_FIELD, "name", NULL);
	if (!e && b->body.p)
		e = body_checked(rq, b->body, &q.kind);
	if (!e)
		e = name_taken(rq, db_json(rq, &mapping_change, &q));
	return e ? e : audit_detail(rq, b->mapping_id, STR_NONE);
}

static enum err
mapping_delete(struct request *rq, const void *in)
{
	struct mapping_drop_out row;
	int64_t id = ((const struct mapping_id_in_in *)in)->mapping_id;
	enum err e = db_one(rq, &mapping_drop, &(struct mapping_drop_in){ id }, &row);
	return e ? e : audit_detail(rq, id, STR_NONE);
}

/* The file that the command line's --mapping takes. */
static enum err
mapping_file_get(struct request *rq, const void *in)
{
	struct mapping_body_out m;
	enum err e = db_one(rq, &mapping_body, &(struct mapping_body_in){ ((const struct mapping_id_in_in *)in)->mapping_id }, &m);
	if (e)
		return e;
	rq->type = STR("application/json");
	struct str name = arena_printf(rq->arena, "%.*s.json", STR_ARG(m.name));
	reply_header(rq, "Content-Disposition", file_disposition(rq->arena, name, NULL));
	buf_add(rq->out, m.body);
	return buf_err(rq->out);
}

static enum err
templates_get(struct request *rq, const void *in)
{
	(void)in;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (const struct import_template *t = import_templates; t->key; t++) {
		struct template_list_out row = { .key = str_of(t->key), .name = str_of(rq->who.lang[0] == 'z' ? t->zh : t->en), .kind = STR("chats"),
			                         .example = str_of(t->example), .mapping = mapping_build(rq->arena, "txt", "chat", t->chat) };
		if (!row.mapping.p)
			return ERR_NO_MEMORY;
		row_write(&rq->w, &template_list, &row);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return OK;
}

/* Names ------------------------------------------------------------------------------------------------------------------------------- */

static enum err
shop_seen(struct request *rq, int64_t shop_id)
{
	return caller_sees_shop(&rq->who, shop_id) ? OK : fail_text(rq, ERR_REFERENCED, "shop_id", "There is no such shop", "没有这家店铺");
}

static enum err
names_get(struct request *rq, const void *in)
{
	const struct name_list_in *b = in;
	enum err e = shop_seen(rq, b->shop_id);
	return e ? e : db_json(rq, &name_list, b);
}

static enum err
people_get(struct request *rq, const void *in)
{
	const struct import_people_in_in *b = in;
	enum err e = shop_seen(rq, b->shop_id);
	return e ? e : db_json(rq, &import_people, &(struct import_people_in){ b->shop_id });
}

/* A person of this name, who cannot sign in until somebody gives an account. */
static enum err
person_make(struct request *rq, int64_t shop_id, struct str name, int64_t *ret_person)
{
	struct import_person_put_in add = { .id = new_id(rq), .name = name, .kind = STR("human"), .extra = STR("{}"), .now = rq->now };
	struct import_person_put_out row;
	add.key = key_make(rq, "import", add.id);
	enum err e = pinyin_keys(rq->arena, name, &add.pinyin);
	if (!e)
		e = db_one(rq, &import_person_put, &add, &row);
	if (!e)
		e = db_run(rq, &import_person_shop, &(struct import_person_shop_in){ row.id, shop_id }, NULL);
	if (!e)
		*ret_person = row.id;
	return e == ERR_NOT_FOUND ? OK : e;
}

static enum err
name_refused(struct request *rq, size_t i, const char *en, const char *zh)
{
	struct str field = arena_printf(rq->arena, "names[%zu]", i);
	return fail_text(rq, ERR_BAD_FIELD, field.p, en, zh);
}

struct people_seen {
	int64_t wanted;
	bool found;
};

static enum err
person_look(void *ctx, const void *row)
{
	struct people_seen *s = ctx;
	s->found |= ((const struct import_people_out *)row)->id == s->wanted;
	return OK;
}

static enum err
name_store(struct request *rq, int64_t shop_id, const struct json *o, size_t i, int64_t *made)
{
	struct name_put_in q = { .id = new_id(rq), .shop_id = shop_id, .name = json_text(json_get(o, "name")), .role = json_text(json_get(o, "role")), .now = rq->now };
	struct people_seen seen = { .wanted = json_int(json_get(o, "person_id"), 0) };
	bool make = json_bool(json_get(o, "make"), false);
	struct str label = STR_NONE;
	enum err e = OK;
	if (!q.name.n || q.name.n > 400)
		return name_refused(rq, i, "A name of 1 to 400 bytes is expected", "应为 1 到 400 字节的名字");
	if (name_role_of(q.role) == ROLE_UNKNOWN)
		return name_refused(rq, i, "The role is agent, customer, robot, system or ignore", "角色应为客服、客户、机器人、系统或忽略");
	if (str_eqz(q.role, "agent") && make) {
		/* 青禾服饰:小美 is called 小美 here. */
		struct str rest = q.name, piece = q.name;
		while (rest.p && str_split(&rest, ':', &piece))
			continue;
		if (!label_clean(piece, &label))
			return name_refused(rq, i, "This cannot be a person's name", "不能作为人名");
		e = person_make(rq, shop_id, label, &seen.wanted);
		(*made)++;
	} else if (str_eqz(q.role, "agent")) {
		e = db_each(rq, &import_people, &(struct import_people_in){ shop_id }, person_look, &seen);
		if (!e && !seen.found)
			return name_refused(rq, i, "Say which person it is", "请选择对应的人员");
	}
	q.person_id_set = str_eqz(q.role, "agent");
	q.person_id = seen.wanted;
	if (!e)
		e = db_run(rq, &name_put, &q, NULL);
	return e;
}

static enum err
bindings_put(struct request *rq, const void *in)
{
	const struct names_put_in_in *b = in;
	const struct json *names;
	int64_t made = 0;
	enum err e = shop_seen(rq, b->shop_id);
	if (!e)
		e = json_parse(rq->arena, b->names, &names, NULL);
	if (e)
		return e;
	if (json_kind(names) != JSON_ARRAY || json_count(names) > NAMES_AT_ONCE)
		return fail_text(rq, ERR_BAD_FIELD, "names", "A list of at most 2,000 names is expected", "应为不超过 2000 个名字的列表");
	for (size_t i = 0; !e && i < json_count(names); i++) {
		struct arena_mark mark = arena_mark(rq->arena);
		e = name_store(rq, b->shop_id, json_at(names, i), i, &made);
		if (!e)
			arena_rewind(rq->arena, mark);
	}
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_int(&rq->w, "stored", (int64_t)json_count(names));
	jw_member_int(&rq->w, "made", made);
	jw_end(&rq->w);
	e = audit_detail(rq, b->shop_id, STR_NONE);
	return e || !made ? e : team_changed(rq, "people", 0);
}

static enum err
name_delete(struct request *rq, const void *in)
{
	struct name_shop_out row;
	int64_t id = ((const struct name_id_in_in *)in)->name_id;
	enum err e = db_one(rq, &name_shop, &(struct name_shop_in){ id }, &row);
	if (!e && !caller_sees_shop(&rq->who, row.shop_id))
		e = ERR_NOT_FOUND;
	if (!e)
		e = db_run(rq, &name_drop, &(struct name_drop_in){ id }, NULL);
	return e ? e : audit_detail(rq, id, STR_NONE);
}

/* Figures ----------------------------------------------------------------------------------------------------------------------------- */

struct figures {
	struct request *rq;
	int rows;
};

static enum err
figure_write(void *ctx, const void *row)
{
	struct figures *f = ctx;
	const struct figure_list_out *r = row;
	char day[11];
	if (f->rows++ >= FIGURES_MAX)
		return ERR_TOO_LARGE;
	date_print(r->day, day);
	struct figures_out_out out = { .agent_id = r->person_id, .agent_name = r->person_name, .day = str_of(day), .metric = r->metric, .source = r->source,
		                       .value = r->value, .number_set = r->number_set, .number = r->number };
	row_write(&f->rq->w, &figures_out, &out);
	return f->rq->w.err ? f->rq->w.err : buf_err(f->rq->w.out);
}

static enum err
figures_get(struct request *rq, const void *in)
{
	const struct figures_in_in *b = in;
	struct figure_list_in q = { .source = b->source };
	struct figures f = { .rq = rq };
	enum err e = input_days(rq, b->from, b->to, FIGURE_DAYS_MAX, &q.from, &q.to);
	if (e)
		return e;
	input_server_fields(rq, &figure_list, &q);
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	e = db_each(rq, &figure_list, &q, figure_write, &f);
	jw_end(&rq->w);
	jw_end(&rq->w);
	return e == ERR_TOO_LARGE ? fail_text(rq, e, "to", "More than 20,000 figures: ask for fewer days", "超过 2 万个数值，请缩短日期范围") : e;
}

static const struct route routes[] = {
	{ GET, "/api/v1/import-templates", PERM_IMPORT, LANE_READ, .query = &template_list, .list = true, .handler = templates_get,
	  .help = "Common layouts of chat logs, as mappings to begin with" },
	{ GET, "/api/v1/import-mappings", PERM_IMPORT, LANE_READ, .query = &mapping_list, .list = true, .help = "Named mappings" },
	{ POST, "/api/v1/import-mappings", PERM_IMPORT, LANE_WRITE, .in = &mapping_add_in, .out = &mapping_add, .handler = mapping_post, .body_max = 256 * 1024,
	  .audit = "import_mapping", .help = "Keep a mapping under a name" },
	{ PATCH, "/api/v1/import-mappings/{mapping_id}", PERM_IMPORT, LANE_WRITE, .in = &mapping_change_in, .out = &mapping_change, .handler = mapping_patch,
	  .body_max = 256 * 1024, .audit = "import_mapping", .help = "Rename a mapping, or change what it says" },
	{ DELETE, "/api/v1/import-mappings/{mapping_id}", PERM_IMPORT, LANE_WRITE, .in = &mapping_id_in, .handler = mapping_delete,
	  .audit = "import_mapping", .help = "Delete a mapping" },
	{ GET, "/api/v1/import-mappings/{mapping_id}/file", PERM_IMPORT, LANE_READ, .in = &mapping_id_in, .raw_out = true, .handler = mapping_file_get,
	  .help = "A mapping as the file that antball import --mapping takes" },
	{ GET, "/api/v1/import-names", PERM_IMPORT, LANE_READ, .query = &name_list, .list = true, .handler = names_get,
	  .help = "Nicknames of a shop's imports, and who or what they are here" },
	{ PUT, "/api/v1/import-names", PERM_IMPORT, LANE_WRITE, .in = &names_put_in, .out = &names_put_out, .handler = bindings_put, .body_max = 256 * 1024,
	  .audit = "import_names", .help = "Bind nicknames: [{name, role: agent|customer|robot|system|ignore, person_id?, make?: a new agent of this name}]" },
	{ DELETE, "/api/v1/import-names/{name_id}", PERM_IMPORT, LANE_WRITE, .in = &name_id_in, .handler = name_delete, .audit = "import_names",
	  .help = "Forget who a nickname is" },
	{ GET, "/api/v1/import-people", PERM_IMPORT, LANE_READ, .in = &import_people_in, .out = &import_people, .list = true, .handler = people_get,
	  .help = "Who may be meant by a nickname of this shop" },
	{ GET, "/api/v1/external-figures", PERM_REPORT, LANE_READ, .in = &figures_in, .out = &figures_out, .list = true, .handler = figures_get,
	  .help = "Figures of other systems by agent and day, in the unit of our metric: to stand beside ours" },
};

const struct feature interchange_names_feature = { .name = "import_names", ROUTES(routes) };
