#include "desk/phrase.h"

#include "base/text.h"
#include "base/utf8.h"
#include "desk/inbox.h"
#include "desk/phrase_sql.h"
#include "search/pinyin.h"
#include "base/banned.h"

/* ---- finding ---- */

static struct str
head_pattern(struct arena *a, struct str whole_pattern)
{
	char *p;
	struct str s = arena_str(a, str_sub(whole_pattern, 1, whole_pattern.n)); /* without the first % */
	p = (char *)(uintptr_t)s.p;
	for (size_t i = 0; p && i < s.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] + 32);
	return s;
}

static enum err
phrases_get(struct request *rq, const void *in)
{
	const struct phrase_list_in_in *b = in;
	struct phrase_list_in q = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .folder = b->folder,
		                    .limit = b->limit_set ? b->limit : 200,
		                    .pattern = inbox_pattern(rq->arena, b->q) };
	struct str keys;
	input_server_fields(rq, &phrase_list, &q);
	if (q.pattern.p) {
		q.head = head_pattern(rq->arena, q.pattern);
		enum err e = pinyin_query(rq->arena, b->q, &keys);
		if (e)
			return e;
		if (keys.n >= 2)
			q.keys = arena_printf(rq->arena, "%%%.*s%%", STR_ARG(keys));
	}
	return db_json(rq, &phrase_list, &q);
}

/* ---- changing ---- */

static enum err
phrase_told(struct request *rq, int64_t id, bool base)
{
	struct topic to = base ? (struct topic){ TOPIC_STAFF, 0 } : (struct topic){ TOPIC_PERSON, rq->who.person_id };
	return emit(rq, &(struct event){ .kind = EVENT_PHRASE, .subject = id, .topics = { to } });
}

static enum err
may_touch(struct request *rq, bool base, int64_t shop_id)
{
	if (base && !caller_may(&rq->who, PERM_PHRASE_BASE))
		return fail_text(rq, ERR_FORBIDDEN, NULL, "You may not change the team's phrases", "您没有管理公共话术的权限");
	if (shop_id && !caller_sees_shop(&rq->who, shop_id))
		return fail_text(rq, ERR_REFERENCED, "shop_id", "There is no such shop", "没有这家店铺");
	/* For every shop: only who sees every shop. */
	if (base && !shop_id && rq->who.scope != SCOPE_ALL)
		return fail_text(rq, ERR_BAD_FIELD, "shop_id", "Name the shop that it is for", "请选择适用店铺");
	return OK;
}

static enum err
phrase_refused(struct request *rq, const char *field)
{
	return fail_text(rq, ERR_BAD_FIELD, field, "It is empty or too long", "内容为空或过长");
}

static enum err
phrase_store(struct request *rq, int64_t id, int64_t person_id, int64_t shop_id, const struct phrase *p, bool fresh)
{
	struct str keys;
	enum err e = phrase_keys(rq->arena, p, &keys);
	if (e)
		return e;
	if (!fresh)
		return db_run(rq, &phrase_set, &(struct phrase_set_in){ id, p->code, p->text, p->folder, keys, rq->now }, NULL);
	struct phrase_add_in row = { .id = id, .person_id_set = person_id != 0, .person_id = person_id, .shop_id_set = shop_id != 0,
		                     .shop_id = shop_id,
		                     .code = p->code, .text = p->text, .folder = p->folder, .pinyin = keys, .now = rq->now };
	return db_run(rq, &phrase_add, &row, NULL);
}

static enum err
phrase_post(struct request *rq, const void *in)
{
	const struct phrase_post_in_in *b = in;
	struct phrase p = { b->code, b->text, b->folder };
	bool base = b->base_set && b->base;
	int64_t id = new_id(rq), shop = b->shop_id_set ? b->shop_id : 0;
	const char *bad = phrase_clean(&p);
	if (bad)
		return phrase_refused(rq, bad);
	enum err e = may_touch(rq, base, shop);
	if (!e)
		e = phrase_store(rq, id, base ? 0 : rq->who.person_id, shop, &p, true);
	if (!e)
		e = phrase_told(rq, id, base);
	if (!e && base)
		e = audit_detail(rq, id, STR("{\"phrase\":\"added\"}"));
	return e ? e : db_row(rq, &phrase_by_id, &(struct phrase_by_id_in){ id });
}

/* One that the caller may change. Those of others are not there. */
static enum err
phrase_mine(struct request *rq, int64_t id, struct phrase_by_id_out *ret)
{
	enum err e = db_one(rq, &phrase_by_id, &(struct phrase_by_id_in){ id }, ret);
	if (e)
		return e;
	if (ret->person_id_set)
		return ret->person_id == rq->who.person_id ? OK : ERR_NOT_FOUND;
	return may_touch(rq, true, ret->shop_id_set ? ret->shop_id : 0);
}

static enum err
phrase_patch(struct request *rq, const void *in)
{
	const struct phrase_patch_in_in *b = in;
	struct phrase_by_id_out old;
	enum err e = phrase_mine(rq, b->phrase_id, &old);
	if (e)
		return e;
	struct phrase p = { b->code.p ? b->code : old.code, b->text.p ? b->text : old.text, b->folder.p ? b->folder : old.folder };
	const char *bad = phrase_clean(&p);
	if (bad)
		return phrase_refused(rq, bad);
	e = phrase_store(rq, old.id, 0, 0, &p, false);
	if (!e)
		e = phrase_told(rq, old.id, !old.person_id_set);
	if (!e && !old.person_id_set)
		e = audit_detail(rq, old.id, STR("{\"phrase\":\"changed\"}"));
	return e ? e : db_row(rq, &phrase_by_id, &(struct phrase_by_id_in){ old.id });
}

static enum err
phrase_remove(struct request *rq, const void *in)
{
	const struct phrase_path_in *b = in;
	struct phrase_by_id_out old;
	enum err e = phrase_mine(rq, b->phrase_id, &old);
	if (!e)
		e = db_run(rq, &phrase_delete, &(struct phrase_delete_in){ old.id }, NULL);
	if (!e && !old.person_id_set)
		e = audit_detail(rq, old.id, STR("{\"phrase\":\"removed\"}"));
	return e ? e : phrase_told(rq, old.id, !old.person_id_set);
}

/* ---- files ---- */

/* What is there already, by hashes: identity -> row and content. */
struct known {
	struct {
		uint64_t identity, content;
		int64_t id;
	} slots[8192];
	size_t n;
};
enum { SLOTS = sizeof((struct known *)0)->slots / sizeof *((struct known *)0)->slots, FILE_MAX = 320 * 1024 };

static size_t
known_slot(const struct known *k, uint64_t identity)
{
	size_t at = identity % SLOTS;
	while (k->slots[at].id && k->slots[at].identity != identity)
		at = (at + 1) % SLOTS;
	return at;
}

static bool
known_put(struct known *k, const struct phrase *p, int64_t id)
{
	size_t at = known_slot(k, phrase_identity(p));
	if (!k->slots[at].id && ++k->n > PHRASE_ROWS_MAX)
		return false;
	k->slots[at].identity = phrase_identity(p);
	k->slots[at].content = phrase_content(p);
	k->slots[at].id = id;
	return true;
}

static enum err
known_add(void *ctx, const void *row)
{
	const struct phrase_owned_out *r = row;
	return known_put(ctx, &(struct phrase){ r->code, r->text, r->folder }, r->id) ? OK : ERR_TOO_LARGE;
}

struct import {
	struct request *rq;
	struct known *known;
	int64_t person_id, shop_id, created, updated, unchanged;
};

static void
rejected_write(struct request *rq, int line, const char *en, const char *zh)
{
	jw_object(&rq->w);
	jw_member_int(&rq->w, "line", line);
	jw_member_text(&rq->w, "reason", str_of(rq->who.lang[0] == 'z' ? zh : en));
	jw_end(&rq->w);
}

static enum err
import_row(struct import *m, struct phrase *p, int line)
{
	const char *bad = phrase_clean(p);
	if (bad) {
		rejected_write(m->rq, line, bad[0] == 't' ? "the phrase is empty or longer than 2000 characters"
		               : "the code or the folder is too long",
		               bad[0] == 't' ? "短语为空或超过 2000 字" : "编码或分组过长");
		return OK;
	}
	size_t at = known_slot(m->known, phrase_identity(p));
	int64_t id = m->known->slots[at].id;
	if (id && m->known->slots[at].content == phrase_content(p)) {
		m->unchanged++;
		return OK;
	}
	m->created += !id;
	m->updated += id != 0;
	bool fresh = !id;
	id = fresh ? new_id(m->rq) : id;
	struct arena_mark mark = arena_mark(m->rq->arena);
	enum err e = phrase_store(m->rq, id, m->person_id, m->shop_id, p, fresh);
	arena_rewind(m->rq->arena, mark);
	if (e)
		return e;
	return known_put(m->known, p, id) ? OK : ERR_TOO_LARGE;
}

static enum err
import_rows(struct import *m, struct str text)
{
	struct request *rq = m->rq;
	struct phrase_reader r;
	struct phrase p;
	enum err broken = OK, e = phrase_reader_start(&r, rq->arena, text);
	if (e)
		return fail_text(rq, ERR_BAD_FIELD, NULL, "The first line must name the columns 快捷短语编码,快捷短语,快捷短语分组",
		                 "首行应为：快捷短语编码,快捷短语,快捷短语分组");
	jw_array(&rq->w);
	while (!e && phrase_reader_next(&r, &p, &broken))
		e = import_row(m, &p, r.line);
	if (broken)
		rejected_write(rq, r.line, "a quotation mark is never closed", "引号未闭合");
	jw_end(&rq->w);
	return e;
}

static enum err
phrases_import(struct request *rq, const void *in)
{
	const struct phrase_file_in_in *b = in;
	bool base = b->base_set && b->base;
	struct import m = { .rq = rq, .known = arena_alloc(rq->arena, sizeof(struct known)), .person_id = base ? 0 : rq->who.person_id,
		            .shop_id = b->shop_id_set ? b->shop_id : 0 };
	struct str text;
	enum err e = m.known ? may_touch(rq, base, m.shop_id) : ERR_NO_MEMORY;
	if (!e)
		e = db_each(rq, &phrase_owned, &(struct phrase_owned_in){ m.person_id, m.shop_id }, known_add, m.known);
	if (!e && text_decode(rq->arena, rq->body, &text))
		e = fail_text(rq, ERR_BAD_TYPE, NULL, "The file is no text in UTF-8 or GB18030", "文件不是 UTF-8 或 GB18030 编码的文本");
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rejected");
	e = import_rows(&m, text);
	jw_member_int(&rq->w, "created", m.created);
	jw_member_int(&rq->w, "updated", m.updated);
	jw_member_int(&rq->w, "unchanged", m.unchanged);
	jw_end(&rq->w);
	if (!e)
		e = audit_detail(rq, m.shop_id, arena_printf(rq->arena, "{\"created\":%lld,\"updated\":%lld}", (long long)m.created,
		    (long long)m.updated));
	return e ? e : phrase_told(rq, 0, base);
}

static enum err
export_row(void *ctx, const void *row)
{
	const struct phrase_owned_out *r = row;
	struct request *rq = ctx;
	phrase_file_line(rq->out, &(struct phrase){ r->code, r->text, r->folder });
	return buf_err(rq->out);
}

static enum err
phrases_export(struct request *rq, const void *in)
{
	const struct phrase_file_in_in *b = in;
	bool base = b->base_set && b->base;
	int64_t shop = b->shop_id_set ? b->shop_id : 0;
	if (shop && !caller_sees_shop(&rq->who, shop))
		return ERR_NOT_FOUND;
	phrase_file_start(rq->out);
	rq->type = STR("text/csv; charset=utf-8");
	reply_header(rq, "Content-Disposition", STR("attachment; filename=\"phrases.csv\""));
	return db_each(rq, &phrase_owned, &(struct phrase_owned_in){ base ? 0 : rq->who.person_id, shop }, export_row, rq);
}

static enum err
phrase_use(struct request *rq, const void *in)
{
	const struct phrase_path_in *b = in;
	struct phrase_used_in q = { .phrase_id = b->phrase_id };
	struct phrase_used_out row;
	input_server_fields(rq, &phrase_used, &q);
	return db_one(rq, &phrase_used, &q, &row);
}

static const struct route routes[] = {
	{ GET, "/api/v1/phrases", PERM_CHAT_SEE, LANE_READ, .in = &phrase_list_in, .out = &phrase_list, .list = true,
	  .handler = phrases_get,
	  .help = "The team's phrases and mine; q finds by code, text, pinyin and initials" },
	{ POST, "/api/v1/phrases", PERM_CHAT, LANE_WRITE, .in = &phrase_post_in, .out = &phrase_by_id, .handler = phrase_post,
	  .audit = "phrase", .help = "Add a phrase, one's own or (base) the team's" },
	{ PATCH, "/api/v1/phrases/{phrase_id}", PERM_CHAT, LANE_WRITE, .in = &phrase_patch_in, .out = &phrase_by_id,
	  .handler = phrase_patch,
	  .audit = "phrase", .help = "Change a phrase" },
	{ DELETE, "/api/v1/phrases/{phrase_id}", PERM_CHAT, LANE_WRITE, .in = &phrase_path, .handler = phrase_remove, .audit = "phrase",
	  .help = "Remove a phrase" },
	{ POST, "/api/v1/phrases/{phrase_id}/used", PERM_CHAT, LANE_WRITE, .in = &phrase_path, .handler = phrase_use,
	  .help = "This phrase was put to use" },
	{ POST, "/api/v1/phrases/import", PERM_CHAT, LANE_WRITE, .in = &phrase_file_in, .out = &phrase_import_out,
	  .handler = phrases_import,
	  .raw_body = true, .body_max = FILE_MAX, .audit = "phrase",
	  .help = "Take in a marketplace's phrase file (CSV, UTF-8 or GB18030); again changes nothing" },
	{ GET, "/api/v1/phrases/export", PERM_CHAT_SEE, LANE_READ, .in = &phrase_file_in, .raw_out = true, .handler = phrases_export,
	  .help = "The same file back" },
};

const struct feature desk_phrase_feature = { .name = "phrase", ROUTES(routes) };
