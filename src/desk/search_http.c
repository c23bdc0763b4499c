#include <stdio.h>

#include "desk/search.h"
#include "desk/search_sql.h"
#include "search/bigram.h"
#include "base/banned.h"

enum { PAGE = 30, WALK = 3000, WALK_ON = 12000, BODY_MAX = 256 * 1024, MATCH_MAX = 8192 };

static struct str
tags_of(struct arena *a, const struct search_source_out *m, bool postgres)
{
	const char *format = postgres ? "'s%lld':1 'k_%.*s':2 'a%lld':3 'p%lld':4 'g%lld':5" : "s%lld k_%.*s a%lld p%lld g%lld";
	return arena_printf(a, format, (long long)m->shop_id, STR_ARG(m->sender), (long long)(m->agent_id_set ? m->agent_id : 0),
	                    (long long)(m->person_id_set ? m->person_id : 0), (long long)(m->group_id_set ? m->group_id : 0));
}

enum err
search_index(struct db *db, struct arena *a, int64_t session_id, int64_t seq)
{
	struct search_source_out m;
	struct buf body;
	bool postgres = db_kind(db) == DB_POSTGRES;
	enum err e = query_one(db, &search_source, &(struct search_source_in){ .session_id = session_id, .seq = seq }, a, &m);
	if (e || str_eqz(m.kind, "event"))
		return e == ERR_NOT_FOUND ? OK : e;
	buf_init(&body, BODY_MAX);
	if (postgres)
		bigram_tsvector(&body, m.text);
	else
		bigram_terms(&body, m.text);
	struct search_put_in in = { .id = m.id, .body = arena_str(a, buf_str(&body)), .tags = tags_of(a, &m, postgres) };
	e = buf_err(&body);
	buf_free(&body);
	if (!e && (!in.body.p || !in.tags.p))
		e = ERR_NO_MEMORY;
	return e ? e : query_run(db, &search_put, &in, NULL);
}

/* A message is some 300 bytes of index, 13 of them a page, and each page is written again at each level of some six. What is left behind FTS5
 * merges by itself once there are sixteen pieces of a size. */
enum err
search_settle(struct db *db, int64_t messages)
{
	return db_kind(db) == DB_POSTGRES ? OK : query_run(db, &search_merge, &(struct search_merge_in){ .pages = 4 + messages / 3 }, NULL);
}

enum err
search_forget(struct db *db, int64_t message_id)
{
	return query_run(db, &search_drop, &(struct search_drop_in){ message_id }, NULL);
}

struct seqs {
	struct arena *arena;
	int64_t *all;
	size_t n, cap;
};

static enum err
seq_keep(void *ctx, const void *row)
{
	struct seqs *s = ctx;
	if (s->n == s->cap) {
		size_t cap = s->cap ? 2 * s->cap : 64;
		int64_t *p = arena_alloc(s->arena, cap * sizeof *p);
		if (!p)
			return ERR_NO_MEMORY;
		for (size_t i = 0; i < s->n; i++)
			p[i] = s->all[i];
		s->all = p;
		s->cap = cap;
	}
	s->all[s->n++] = ((const struct search_session_out *)row)->seq;
	return OK;
}

static enum err
seqs_index(struct request *rq, int64_t session_id, const struct seqs *s)
{
	enum err e = OK;
	for (size_t i = 0; !e && i < s->n; i++) {
		struct arena_mark m = arena_mark(rq->arena);
		e = search_index(rq->db, rq->arena, session_id, s->all[i]);
		arena_rewind(rq->arena, m);
	}
	return e;
}

/* A closed session is indexed once more: only now is it known who held it. */
static enum err
session_index(struct request *rq, int64_t session_id)
{
	struct seqs s = { .arena = rq->arena };
	enum err e = db_each(rq, &search_session, &(struct search_session_in){ .session_id = session_id }, seq_keep, &s);
	return e ? e : seqs_index(rq, session_id, &s);
}

/* Whoever was given a session finds all of it at once: what was said before, to nobody or to another, becomes the agent's. */
static enum err
session_agent_index(struct request *rq, int64_t session_id)
{
	struct seqs s = { .arena = rq->arena };
	struct search_agent_out row;
	enum err e = db_one(rq, &search_agent, &(struct search_agent_in){ session_id }, &row);
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	struct search_stale_in stale = { session_id, arena_printf(rq->arena, "a%lld", (long long)row.agent_id) };
	e = stale.agent_tag.p ? db_each(rq, &search_stale, &stale, seq_keep, &s) : ERR_NO_MEMORY;
	return e ? e : seqs_index(rq, session_id, &s);
}

static enum err
consume(struct request *rq, enum event_kind kind, int64_t subject, int64_t ref)
{
	if (kind == EVENT_SESSION)
		return session_agent_index(rq, subject);
	return kind == EVENT_SESSION_CLOSED ? session_index(rq, subject) : search_index(rq->db, rq->arena, subject, ref);
}

static enum err
settle(struct request *rq, int64_t events)
{
	return search_settle(rq->db, events);
}

static void
tag_and(struct buf *b, bool postgres, const char *text)
{
	if (b->n)
		buf_addz(b, postgres ? " & " : " AND ");
	else if (!postgres)
		buf_addz(b, " AND tags : (");
	buf_addz(b, text);
}

static void
tag_number(struct buf *b, bool postgres, const char *letters, int64_t id)
{
	char text[96];
	const char *either = postgres ? "|" : "OR";
	if (letters[1])
		snprintf(text, sizeof text, "(%c%lld %s %c%lld)", letters[0], (long long)id, either, letters[1], (long long)id);
	else
		snprintf(text, sizeof text, "%c%lld", letters[0], (long long)id);
	tag_and(b, postgres, text);
}

/* Narrowing by tags only makes it quick; what may be seen is decided by the query. */
static void
tags_wanted(struct buf *b, bool postgres, const struct request *rq, const struct search_list_in *in)
{
	char text[64];
	if (in->shop_id_set)
		tag_number(b, postgres, "s", in->shop_id);
	if (in->agent_id_set)
		tag_number(b, postgres, "ap", in->agent_id);
	if (in->sender.p) {
		snprintf(text, sizeof text, "k_%.*s", STR_ARG(in->sender));
		tag_and(b, postgres, text);
	}
	if (rq->who.scope == SCOPE_OWN && rq->who.kind == CALLER_PERSON) {
		snprintf(text, sizeof text, "a%lld", (long long)rq->who.person_id);
		tag_and(b, postgres, text);
	}
	if (b->n && !postgres)
		buf_char(b, ')');
}

static int64_t
id_at(int64_t ms)
{
	return ms <= ID_EPOCH_MS ? 0 : (ms - ID_EPOCH_MS) << 12;
}

struct page {
	struct request *rq;
	int64_t last, rows;
};

static enum err
hit_write(void *ctx, const void *row)
{
	struct page *p = ctx;
	p->rows++;
	p->last = ((const struct search_list_out *)row)->id;
	row_write(&p->rq->w, &search_list, row);
	return OK;
}

/* One stretch of `steps` messages, newest first. Returns ERR_NOT_FOUND when no message is older than it. */
static enum err
walk(struct request *rq, struct search_page_in *q, int64_t steps, struct page *page)
{
	struct search_floor_out floor = { 0 };
	struct search_page_in stretch = *q;
	int64_t rows = page->rows;
	enum err e = db_one(rq, &search_floor, &(struct search_floor_in){ .before = q->before, .steps = steps }, &floor);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (floor.id > q->low)
		stretch.low = floor.id;
	e = db_each(rq, &search_walk, &stretch, hit_write, page);
	q->limit -= page->rows - rows;
	q->before = floor.id;
	return !e && floor.id <= q->low ? ERR_NOT_FOUND : e;
}

/* PostgreSQL's index of words knows no order: what is common is found by walking back from the newest, as far as what was met promises to
 * fill the page; what is rare by gathering. */
static enum err
walk_and_gather(struct request *rq, struct search_page_in q, struct page *page)
{
	int64_t walked = 0;
	if (q.high < q.before)
		q.before = q.high;
	for (int64_t steps = WALK; steps <= WALK_ON; steps = page->rows ? 2 * q.limit * walked / page->rows : INT64_MAX) {
		enum err e = walk(rq, &q, steps, page);
		if (e || q.limit == 0)
			return e == ERR_NOT_FOUND ? OK : e;
		walked += steps;
	}
	return db_each(rq, &search_page, &q, hit_write, page);
}

static enum err
search_get(struct request *rq, const void *body)
{
	const struct search_list_in *in = body;
	struct buf match, tags;
	struct page page = { .rq = rq };
	bool postgres = db_kind(rq->db) == DB_POSTGRES;
	int64_t limit = in->limit_set ? in->limit : PAGE;
	struct search_page_in q = { .before = in->cursor_set ? in->cursor : INT64_MAX, .high = in->to_set ? id_at(in->to) : INT64_MAX,
		                    .low = in->from_set ? id_at(in->from) : 0, .limit = limit };
	buf_init(&match, MATCH_MAX);
	buf_init(&tags, MATCH_MAX);
	bool any = postgres ? bigram_tsquery(&match, in->q) : bigram_fts5(&match, in->q);
	tags_wanted(&tags, postgres, rq, in);
	if (!postgres)
		buf_add(&match, buf_str(&tags));
	input_server_fields(rq, &search_page, &q);
	q.match = arena_str(rq->arena, buf_str(&match));
	q.tags = arena_str(rq->arena, buf_str(&tags));
	buf_free(&match);
	buf_free(&tags);
	if (!any)
		return fail_text(rq, ERR_BAD_FIELD, "q", "holds no letter or digit", "请输入文字或数字");
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	enum err e = postgres ? walk_and_gather(rq, q, &page) : db_each(rq, &search_page, &q, hit_write, &page);
	jw_end(&rq->w);
	if (page.rows == limit) {
		jw_key(&rq->w, "next");
		jw_text(&rq->w, arena_printf(rq->arena, "%lld", (long long)page.last));
	}
	jw_end(&rq->w);
	return e;
}

static const struct route routes[] = {
	{ GET, "/api/v1/search", PERM_SEARCH, LANE_READ, .in = &search_list, .out = &search_list, .list = true, .handler = search_get,
	  .help = "Messages that hold these words, newest first" },
};

static const struct consumer consumers[] = {
	{ .name = "search", .kinds = 1ULL << EVENT_MESSAGE | 1ULL << EVENT_SESSION | 1ULL << EVENT_SESSION_CLOSED, .handle = consume, .settle = settle },
};

const struct feature desk_search_feature = { .name = "search", ROUTES(routes), CONSUMERS(consumers) };
