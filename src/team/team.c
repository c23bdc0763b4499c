#include "team/team.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum { IDS_MAX = 2000 };

static int
id_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
	return (x > y) - (x < y);
}

enum err
ids_read(struct request *rq, struct str json, const char *field, struct ids *ret)
{
	const struct json *list;
	struct ids ids = { NULL, 0 };
	if (!json.p) {
		*ret = ids;
		return OK;
	}
	enum err e = json_parse(rq->arena, json, &list, NULL);
	if (e && e != ERR_BAD_JSON)
		return e;
	if (e || json_kind(list) != JSON_ARRAY || json_count(list) > IDS_MAX)
		return fail_text(rq, ERR_BAD_FIELD, field, "A list of ids is expected", "应为编号列表");
	ids.p = arena_alloc(rq->arena, (json_count(list) + 1) * sizeof *ids.p);
	if (!ids.p)
		return ERR_NO_MEMORY;
	for (size_t i = 0; i < json_count(list); i++) {
		ids.p[i] = json_int(json_at(list, i), 0);
		if (ids.p[i] <= 0)
			return fail_text(rq, ERR_BAD_FIELD, field, "A list of ids is expected", "应为编号列表");
	}
	qsort(ids.p, json_count(list), sizeof *ids.p, id_compare);
	for (size_t i = 0; i < json_count(list); i++)
		if (ids.n == 0 || ids.p[ids.n - 1] != ids.p[i])
			ids.p[ids.n++] = ids.p[i];
	*ret = ids;
	return OK;
}

bool
ids_has(const struct ids *list, int64_t id)
{
	for (size_t i = 0; i < list->n; i++)
		if (list->p[i] == id)
			return true;
	return false;
}

static enum err
id_take(void *ctx, const void *row)
{
	struct ids *ids = ctx;
	if (ids->n == IDS_MAX)
		return ERR_TOO_LARGE;
	memcpy(&ids->p[ids->n++], row, sizeof(int64_t));
	return OK;
}

enum err
ids_query(struct request *rq, const struct query *q, const void *in, struct ids *ret)
{
	struct ids ids = { arena_alloc(rq->arena, IDS_MAX * sizeof(int64_t)), 0 };
	if (!ids.p)
		return ERR_NO_MEMORY;
	enum err e = db_each(rq, q, in, id_take, &ids);
	if (!e)
		*ret = ids;
	return e;
}

struct page {
	struct request *rq;
	const struct query *q;
	int64_t left, next;
	size_t id_offset;
	bool more;
};

static enum err
page_row(void *ctx, const void *row)
{
	struct page *p = ctx;
	if (p->left == 0) {
		p->more = true;
		return OK;
	}
	p->left--;
	memcpy(&p->next, (const char *)row + p->id_offset, sizeof p->next);
	row_write(&p->rq->w, p->q, row);
	return OK;
}

enum err
page_write(struct request *rq, const struct query *q, const void *in, int64_t limit, size_t id_offset)
{
	struct page p = { .rq = rq, .q = q, .left = limit, .id_offset = id_offset };
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	enum err e = db_each(rq, q, in, page_row, &p);
	jw_end(&rq->w);
	if (p.more)
		jw_member_text(&rq->w, "next", arena_printf(rq->arena, "%lld", (long long)p.next));
	jw_end(&rq->w);
	return e;
}

enum err
team_changed(struct request *rq, const char *kind, int64_t id)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_text(&t.w, "kind", str_of(kind));
	jw_member_int(&t.w, "id", id);
	jw_end(&t.w);
	return emit(rq, &(struct event){ .kind = EVENT_TEAM, .subject = id, .topics = { { TOPIC_STAFF, 0 } }, .data = json_text_end(&t) });
}

static bool
is_given(const struct field *f, const char *in)
{
	bool is_text = f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_JSON;
	if (f->flags & FIELD_SERVER)
		return false;
	if (is_text)
		return ((const struct str *)(const void *)(in + f->offset))->p != NULL;
	return !(f->flags & FIELD_OPTIONAL) || *(const bool *)(in + f->set_offset);
}

static void
field_say(struct json_writer *w, const struct field *f, const char *in)
{
	const void *at = in + f->offset;
	jw_key(w, f->name);
	if (f->type == FIELD_JSON)
		jw_raw(w, *(const struct str *)at);
	else if (f->type == FIELD_TEXT || f->type == FIELD_ENUM)
		jw_text(w, *(const struct str *)at);
	else if (f->type == FIELD_BOOL)
		jw_bool(w, *(const bool *)at);
	else if (f->type == FIELD_REAL)
		jw_real(w, *(const double *)at);
	else
		jw_int(w, *(const int64_t *)at);
}

enum err
audit_input(struct request *rq, int64_t subject_id, const struct query *q, const void *in)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	for (size_t i = 0; i < q->in_count; i++)
		if (is_given(&q->in[i], in))
			field_say(&t.w, &q->in[i], in);
	jw_end(&t.w);
	return audit_detail(rq, subject_id, json_text_end(&t));
}

void
created_write(struct request *rq, int64_t id)
{
	jw_object(&rq->w);
	jw_member_int(&rq->w, "id", id);
	jw_end(&rq->w);
}

struct str
key_make(struct request *rq, const char *prefix, int64_t id)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char out[16];
	size_t at = sizeof out;
	for (int64_t rest = id; at > 0 && (rest > 0 || at == sizeof out); rest /= 36)
		out[--at] = digits[rest % 36];
	return arena_printf(rq->arena, "%s-%.*s", prefix, (int)(sizeof out - at), out + at);
}

bool
key_valid(struct str key)
{
	for (size_t i = 0; i < key.n; i++) {
		char c = key.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
			return false;
	}
	return key.n >= 1 && key.n <= 40;
}

bool
label_clean(struct str text, struct str *ret)
{
	text = str_trim(text);
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < 0x20 || text.p[i] == 0x7F)
			return false;
	*ret = text;
	return text.n > 0;
}
