#include "app/auth.h"
#include "base/text.h"
#include "base/utf8.h"
#include "search/pinyin.h"
#include "team/features.h"
#include "team/group_sql.h"
#include "team/people.h"
#include "team/people_import.h"
#include "team/people_import_sql.h"
#include "team/role_sql.h"
#include "team/settings.h"
#include "team/shop_sql.h"

#include "base/banned.h"

/* The body, its text and what a line needs must go into the request's arena together. */
enum { BODY_MAX = 256 * 1024, LINES_MAX = 2000 };

struct seen {
	uint64_t hash;
	int line;
};

struct import {
	struct request *rq;
	bool dry;
	struct seen *seen;
	size_t count, lines;
	int64_t created, updated, rejected;
};

/* What a line wants, found in the record. */
struct wish {
	const struct people_line *line;
	int64_t person_id, role_id, group_id;
	bool is_new, role_set, group_set, group_is_new;
	struct ids shops;
	struct str link;
};

static enum err
role_wish(struct request *rq, struct wish *w)
{
	struct str text = w->line->role.n ? w->line->role : STR("agent");
	char *lower = arena_alloc(rq->arena, text.n + 1);
	struct role_find_out role;
	if (!lower)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < text.n; i++)
		lower[i] = text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 32) : text.p[i];
	w->role_set = w->is_new || w->line->role.n > 0;
	if (!w->role_set)
		return OK;
	enum err e = db_one(rq, &role_find, &(struct role_find_in){ .text = text, .lower = { lower, text.n } }, &role);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_BAD_FIELD, "role", "There is no such role", "没有这个角色");
	w->role_id = e ? 0 : role.id;
	return e ? e : role_grant(rq, role.id);
}

static enum err
group_wish(struct request *rq, struct wish *w)
{
	struct group_find_out group;
	w->group_set = w->line->has_group;
	if (!w->group_set)
		return OK;
	if (utf8_count(w->line->group) > 40)
		return fail_text(rq, ERR_BAD_FIELD, "group", "The group's name is too long", "组名过长");
	enum err e = db_one(rq, &group_find, &(struct group_find_in){ .text = w->line->group }, &group);
	if (e == ERR_NOT_FOUND && rq->who.scope == SCOPE_ALL) {
		w->group_is_new = true;
		return OK;
	}
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_BAD_FIELD, "group", "There is no such group", "没有这个组");
	w->group_id = e ? 0 : group.id;
	return e ? e : group_grant(rq, group.id);
}

static enum err
shops_wish(struct request *rq, struct wish *w)
{
	struct shop_find_out shop;
	struct ids had = { NULL, 0 };
	w->shops = (struct ids){ arena_alloc(rq->arena, PEOPLE_SHOPS * sizeof(int64_t)), 0 };
	if (!w->shops.p)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < w->line->shop_count; i++) {
		enum err e = db_one(rq, &shop_find, &(struct shop_find_in){ .text = w->line->shops[i] }, &shop);
		if (e == ERR_NOT_FOUND) {
			struct str en = arena_printf(rq->arena, "There is no shop %.*s", STR_ARG(w->line->shops[i]));
			struct str zh = arena_printf(rq->arena, "没有店铺“%.*s”", STR_ARG(w->line->shops[i]));
			return en.p && zh.p ? fail_text(rq, ERR_BAD_FIELD, "shops", en.p, zh.p) : ERR_NO_MEMORY;
		}
		if (e)
			return e;
		if (!ids_has(&w->shops, shop.id))
			w->shops.p[w->shops.n++] = shop.id;
	}
	enum err e = OK;
	if (!w->is_new && w->line->has_shops)
		e = ids_query(rq, &person_own_shops, &(struct person_own_shops_in){ .person_id = w->person_id }, &had);
	if (!e && (w->is_new || w->line->has_shops))
		e = shops_grant(rq, &had, &w->shops);
	return e;
}

/* Whether somebody who is there already may be changed so. */
static enum err
known_allowed(struct request *rq, struct wish *w)
{
	struct target t;
	if (w->person_id == rq->who.person_id && rq->who.scope != SCOPE_ALL)
		return fail_text(rq, ERR_FORBIDDEN, NULL, "Nobody changes the own role, group or shops", "不能更改自己的角色、组或店铺");
	enum err e = target_load(rq, w->person_id, &t);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, e, "account", "This account is taken, beyond your scope", "该账号已存在，且超出您的管理范围");
	if (!e && w->role_set && w->role_id != t.row.role_id)
		e = administrator_stays(rq, &t);
	if (!e && w->group_set && t.row.group_id_set && rq->who.scope != SCOPE_ALL)
		e = group_grant(rq, t.row.group_id);
	return e;
}

static enum err
wish_check(struct import *im, struct wish *w)
{
	struct request *rq = im->rq;
	struct person_by_account_out person;
	enum err e = db_one(rq, &person_by_account, &(struct person_by_account_in){ .account = w->line->account }, &person);
	if (e && e != ERR_NOT_FOUND)
		return e;
	w->is_new = e == ERR_NOT_FOUND;
	w->person_id = w->is_new ? new_id(rq) : person.id;
	e = role_wish(rq, w);
	if (!e)
		e = group_wish(rq, w);
	if (!e)
		e = shops_wish(rq, w);
	if (!e)
		e = w->is_new ? newcomer_within(rq, w->group_id, &w->shops) : known_allowed(rq, w);
	return e;
}

static enum err
wish_store(struct request *rq, struct wish *w)
{
	const struct people_line *l = w->line;
	struct str pinyin;
	int64_t expires_at;
	enum err e = pinyin_keys(rq->arena, l->name, &pinyin);
	if (!e && w->group_is_new) {
		struct group_add_in add = { .id = new_id(rq), .name = l->group, .now = rq->now };
		add.key = key_make(rq, "group", add.id);
		w->group_id = add.id;
		e = db_run(rq, &group_add, &add, NULL);
	}
	if (!e && w->is_new) {
		struct person_add_in add = { .id = w->person_id,
			.key = key_make(rq, "person", w->person_id),
			.account = l->account,
			.name = l->name,
			.pinyin = pinyin,
			.role_id_set = true,
			.role_id = w->role_id,
			.group_id_set = w->group_set,
			.group_id = w->group_id,
			.lang = STR("zh"),
			.capacity = setting_int(rq->app, SETTING_CAPACITY_DEFAULT),
			.now = rq->now };
		e = db_run(rq, &person_add, &add, NULL);
		w->link = reset_link(rq, w->person_id, STR_NONE, &expires_at);
	} else if (!e) {
		struct person_change_in change = { .person_id = w->person_id,
			.name = l->name,
			.pinyin = pinyin,
			.role_id_set = w->role_set,
			.role_id = w->role_id,
			.group_id_set = w->group_set,
			.group_id = w->group_id,
			.now = rq->now };
		e = db_run(rq, &person_change, &change, NULL);
	}
	if (!e && l->has_shops)
		e = person_shops_store(rq, w->person_id, &w->shops);
	return e;
}

static bool
is_refusal(enum err e)
{
	return e == ERR_BAD_FIELD || e == ERR_FORBIDDEN || e == ERR_NOT_FOUND || e == ERR_WRONG_STATE;
}

static bool
is_zh(const struct request *rq)
{
	return rq->who.lang[0] == 'z';
}

static void
row_say(struct import *im, const struct wish *w, const char *result, struct str reason)
{
	struct people_import_row_out row = { .line = w->line->line,
		.account = w->line->account,
		.name = w->line->name,
		.result = str_of(result),
		.reason = reason.p ? reason : STR(""),
		.link = w->link };
	row_write(&im->rq->w, &people_import_row, &row);
}

static const char *
line_fault(struct import *im, const struct people_line *l)
{
	uint64_t hash = str_hash(l->account);
	if (l->fault_en)
		return is_zh(im->rq) ? l->fault_zh : l->fault_en;
	for (size_t i = 0; i < im->count; i++)
		if (im->seen[i].hash == hash)
			return is_zh(im->rq) ? "名单中该账号重复" : "The account stands in the list already";
	im->seen[im->count++] = (struct seen){ hash, l->line };
	return NULL;
}

static enum err
line_import(struct import *im, const struct people_line *l)
{
	struct request *rq = im->rq;
	struct wish w = { .line = l };
	const char *fault = line_fault(im, l);
	enum err e = fault ? fail(rq, ERR_BAD_FIELD, NULL, fault) : wish_check(im, &w);
	if (!e && !im->dry)
		e = wish_store(rq, &w);
	else if (e && !is_refusal(e))
		return e;
	else if (e) {
		im->rejected++;
		row_say(im, &w, "rejected", rq->detail.p ? rq->detail : str_of(err_text(e, rq->who.lang)));
		rq->detail = rq->field = STR_NONE;
		return OK;
	}
	if (e)
		return e;
	im->created += w.is_new;
	im->updated += !w.is_new;
	struct str note = !w.group_is_new ? STR("") : is_zh(rq) ? arena_printf(rq->arena, "新建组：%.*s", STR_ARG(l->group))
	                                                        : arena_printf(rq->arena, "New group: %.*s", STR_ARG(l->group));
	row_say(im, &w, w.is_new ? "new" : "updated", note);
	return OK;
}

static enum err
lines_import(struct import *im, struct people_list *list)
{
	struct request *rq = im->rq;
	struct people_line line;
	enum err e = OK;
	for (;;) {
		/* What a line takes is given back before the next: its row is in the reply by then. */
		struct arena_mark mark = arena_mark(rq->arena);
		if (!people_list_next(rq->arena, list, &line, &e))
			break;
		if (im->lines++ == LINES_MAX)
			return fail_text(rq, ERR_TOO_LARGE, NULL, "At most 2000 people at once", "一次最多导入 2000 人");
		e = line_import(im, &line);
		if (e)
			return e;
		rq->detail = rq->field = STR_NONE;
		arena_rewind(rq->arena, mark);
	}
	return e == ERR_BAD_FIELD ? fail_text(rq, e, NULL, "A quote that begins in the list never ends", "名单中的引号没有配对") : e;
}

static enum err
import_audit(struct import *im)
{
	struct json_text t;
	json_text_start(im->rq, &t);
	jw_object(&t.w);
	jw_member_bool(&t.w, "dry", im->dry);
	jw_member_int(&t.w, "created", im->created);
	jw_member_int(&t.w, "updated", im->updated);
	jw_member_int(&t.w, "rejected", im->rejected);
	jw_end(&t.w);
	return audit_detail(im->rq, 0, json_text_end(&t));
}

static enum err
import_post(struct request *rq, const void *in)
{
	const struct people_import_do_in *body = in;
	struct import im = { .rq = rq, .dry = body->dry_set && body->dry, .seen = arena_alloc(rq->arena, LINES_MAX * sizeof *im.seen) };
	struct people_list list;
	struct str text;
	const char *en = NULL, *zh = NULL;
	if (!im.seen)
		return ERR_NO_MEMORY;
	enum err e = text_decode(rq->arena, rq->body, &text);
	if (e == ERR_BAD_TYPE)
		return fail_text(rq, e, NULL, "Text in UTF-8 or GB18030 is expected", "请使用 UTF-8 或 GB18030（GBK）编码的文本");
	if (!e)
		e = people_list_open(rq->arena, text, &list, &en, &zh);
	if (e)
		return en ? fail_text(rq, e, NULL, en, zh) : e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	e = lines_import(&im, &list);
	jw_end(&rq->w);
	jw_member_int(&rq->w, "created", im.created);
	jw_member_int(&rq->w, "updated", im.updated);
	jw_member_int(&rq->w, "rejected", im.rejected);
	jw_end(&rq->w);
	if (!e)
		e = import_audit(&im);
	if (e || im.dry)
		return e;
	e = auth_refresh(rq);
	return e ? e : team_changed(rq, "people", 0);
}

static const struct route routes[] = {
	{ POST, "/api/v1/people/import", PERM_TEAM_EDIT, LANE_WRITE, .in = &people_import_do, .out = &people_import_reply,
	    .handler = import_post, .raw_body = true, .body_max = BODY_MAX, .audit = "people",
	    .help = "Add or change people from a CSV or TSV list (account, name, role, group, shops); dry=true only looks; new ones get a "
		    "one-use link" },
};

const struct feature team_people_import_feature = { .name = "people_import", ROUTES(routes) };
