#include "desk/inbox.h"

#include "contact/session.h"
#include "desk/inbox_sql.h"
#include "base/banned.h"

/* Sessions that one page of closed ones looks at: words are sought in names and texts, which costs about 10 us a session. */
enum { LOOK_FOR_WORDS = 400, LOOK = 8000 };

struct closed_page {
	struct request *rq;
	int64_t left, last_at, last_id;
	bool more;
};

/* One row more than the page was asked for: it only says that there is more. */
static enum err
closed_row(void *ctx, const void *row)
{
	struct closed_page *p = ctx;
	const struct inbox_mine_out *s = row;
	if (p->left-- == 0) {
		p->more = true;
		return OK;
	}
	p->last_at = s->closed_at;
	p->last_id = s->id;
	row_write(&p->rq->w, &inbox_mine, row);
	return OK;
}

/* ret_window: id 0 when the window reaches the oldest. */
static enum err
closed_window(struct request *rq, int64_t at, int64_t id, int64_t size, struct inbox_closed_window_out *ret_window)
{
	struct inbox_closed_window_in all = { .before_at = at, .before_id = id, .skip = size - 1 };
	struct inbox_closed_mine_window_in own = { .before_at = at, .before_id = id, .skip = size - 1 };
	struct inbox_closed_window_out row = { 0 };
	input_server_fields(rq, &inbox_closed_mine_window, &own);
	enum err e = rq->who.scope == SCOPE_OWN ? db_one(rq, &inbox_closed_mine_window, &own, &row) : db_one(rq, &inbox_closed_window, &all, &row);
	if (e && e != ERR_NOT_FOUND)
		return e;
	if (e)
		row = (struct inbox_closed_window_out){ 0 };
	*ret_window = row;
	return OK;
}

static void
closed_next_write(struct request *rq, const struct closed_page *p, const struct inbox_closed_window_out *window)
{
	int64_t at = p->more ? p->last_at : window->at, id = p->more ? p->last_id : window->id;
	if (!p->more && !window->id)
		return;
	jw_member_text(&rq->w, "next", arena_printf(rq->arena, "%lld.%lld", (long long)at, (long long)id));
	jw_member_int(&rq->w, "looked_to", at);
}

static enum err
closed_write(struct request *rq, const struct inbox_in_in *b, struct str pattern, int64_t limit)
{
	int64_t at = INT64_C(9007199254740991), id = INT64_C(9007199254740991);
	struct inbox_closed_window_out window;
	if (b->cursor.n && !inbox_cursor_read(b->cursor, &at, &id))
		return fail(rq, ERR_BAD_FIELD, "cursor", NULL);
	enum err e = closed_window(rq, at, id, pattern.p ? LOOK_FOR_WORDS : LOOK, &window);
	if (e)
		return e;
	struct inbox_closed_in all = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .pattern = pattern, .before_at = at, .before_id = id,
		                       .from_at = window.at, .from_id = window.id, .limit = limit + 1 };
	struct inbox_closed_mine_in own = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .pattern = pattern, .before_at = at,
		                            .before_id = id, .from_at = window.at, .from_id = window.id, .limit = limit + 1 };
	struct closed_page p = { .rq = rq, .left = limit };
	input_server_fields(rq, &inbox_closed, &all);
	input_server_fields(rq, &inbox_closed_mine, &own);
	jw_array(&rq->w);
	bool only_own = rq->who.scope == SCOPE_OWN;
	e = only_own ? db_each(rq, &inbox_closed_mine, &own, closed_row, &p) : db_each(rq, &inbox_closed, &all, closed_row, &p);
	jw_end(&rq->w);
	closed_next_write(rq, &p, &window);
	return e;
}

static enum err
live_write(struct request *rq, const struct inbox_in_in *b, struct str pattern, int64_t limit)
{
	struct inbox_mine_in mine = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .pattern = pattern, .limit = limit };
	struct inbox_waiting_in waiting = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .pattern = pattern, .limit = limit };
	struct inbox_group_in group = { .shop_id_set = b->shop_id_set, .shop_id = b->shop_id, .pattern = pattern, .limit = limit };
	input_server_fields(rq, &inbox_mine, &mine);
	input_server_fields(rq, &inbox_waiting, &waiting);
	input_server_fields(rq, &inbox_group, &group);
	if (str_eqz(b->box, "waiting"))
		return db_rows(rq, &inbox_waiting, &waiting);
	return str_eqz(b->box, "group") ? db_rows(rq, &inbox_group, &group) : db_rows(rq, &inbox_mine, &mine);
}

static enum err
counts_write(struct request *rq)
{
	struct inbox_counts_in in = { 0 };
	struct inbox_counts_out n;
	input_server_fields(rq, &inbox_counts, &in);
	enum err e = db_one(rq, &inbox_counts, &in, &n);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_member_int(&rq->w, "mine", n.mine);
	jw_member_int(&rq->w, "waiting", n.waiting);
	jw_member_int(&rq->w, "group", n.group_open);
	jw_member_int(&rq->w, "unread", n.unread);
	jw_end(&rq->w);
	return OK;
}

static enum err
inbox_get(struct request *rq, const void *in)
{
	const struct inbox_in_in *b = in;
	struct str pattern = inbox_pattern(rq->arena, b->q);
	int64_t limit = b->limit_set ? b->limit : 50;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	enum err e = str_eqz(b->box, "closed") ? closed_write(rq, b, pattern, limit) : live_write(rq, b, pattern, limit);
	jw_key(&rq->w, "counts");
	if (!e)
		e = counts_write(rq);
	jw_end(&rq->w);
	return e;
}

static enum err
session_get(struct request *rq, const void *in)
{
	const struct inbox_session_in_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : session_write(rq, face.id);
}

static enum err
log_get(struct request *rq, const void *in)
{
	const struct inbox_log_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : db_json(rq, &inbox_log, b);
}

/* A supervisor follows a conversation that is not his own. */
static enum err
watch(struct request *rq, const void *in)
{
	const struct inbox_session_in_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : subscribe_after_commit(rq, (struct topic){ TOPIC_SESSION, face.id });
}

static enum err
unwatch(struct request *rq, const void *in)
{
	const struct inbox_session_in_in *b = in;
	socket_unsubscribe(rq->app, rq->conn, (struct topic){ TOPIC_SESSION, b->session_id });
	return OK;
}

static const struct route routes[] = {
	{ GET, "/api/v1/inbox", PERM_CHAT_SEE, LANE_READ, .in = &inbox_in, .out = &inbox_out, .handler = inbox_get,
	  .help = "A box of sessions: mine (oldest unanswered first), waiting, group (open with others), closed (newest first, page by page); and how many there are" },
	{ GET, "/api/v1/sessions/{session_id}", PERM_CHAT_SEE, LANE_READ, .in = &inbox_session_in, .out = &inbox_mine,
	  .handler = session_get,
	  .help = "One session" },
	{ GET, "/api/v1/sessions/{session_id}/log", PERM_CHAT_SEE, LANE_READ, .query = &inbox_log, .list = true, .handler = log_get,
	  .help = "What routing did with a session" },
	{ SOCKET, "watch", PERM_CHAT_SEE, LANE_READ, .in = &inbox_session_in, .handler = watch, .help = "Hear the messages of a session" },
	{ SOCKET, "unwatch", PERM_CHAT_SEE, LANE_LOOP, .in = &inbox_session_in, .handler = unwatch, .help = "No longer hear them" },
};

const struct feature desk_inbox_feature = { .name = "inbox", ROUTES(routes) };
