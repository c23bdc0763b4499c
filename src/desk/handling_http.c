#include "desk/handling.h"

#include "contact/message.h"
#include "contact/session.h"
#include "desk/handling_sql.h"
#include "desk/inbox_sql.h"
#include "team/settings.h"
#include "base/banned.h"

enum err
handling_give(struct request *rq, int64_t session_id, int64_t person_id, const char *how)
{
	struct handling_person_out person;
	struct handling_open_out row;
	enum err e = db_one(rq, &handling_person, &(struct handling_person_in){ person_id, session_id }, &person);
	if (e)
		return e;
	if (person.held >= person.capacity)
		return fail_text(rq, ERR_BUSY, NULL, "As many conversations are open as this person can hold", "已达到同时接待上限");
	e = db_one(rq, &handling_open, &(struct handling_open_in){ session_id, person_id, rq->now }, &row);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "It is no longer waiting", "该会话已不在等待中");
	if (!e)
		e = session_log(rq, session_id, "assigned", person_id, str_of(how));
	if (!e)
		e = message_event(rq, session_id, "assigned", person_id, person.name);
	return e ? e : session_changed(rq, session_id, 0);
}

static enum err
take(struct request *rq, const void *in)
{
	const struct handling_in_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	if (!e)
		e = handling_give(rq, face.id, rq->who.person_id, "taken");
	return e ? e : session_write(rq, face.id);
}

static enum err
accept(struct request *rq, const void *in)
{
	const struct handling_in_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	if (!e && (!str_eqz(face.state, "offered") || face.agent_id != rq->who.person_id))
		e = fail_text(rq, ERR_WRONG_STATE, NULL, "It is no longer offered to you", "该邀请已失效");
	if (!e)
		e = handling_give(rq, face.id, rq->who.person_id, "accepted");
	return e ? e : session_write(rq, face.id);
}

static enum err
decline(struct request *rq, const void *in)
{
	const struct handling_in_in *b = in;
	struct handling_back_out row;
	enum err e = db_one(rq, &handling_back, &(struct handling_back_in){ b->session_id, rq->who.person_id }, &row);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_WRONG_STATE, NULL, "It is no longer offered to you", "该邀请已失效");
	if (!e)
		e = session_log(rq, b->session_id, "declined", rq->who.person_id, STR(""));
	return e ? e : session_changed(rq, b->session_id, rq->who.person_id);
}

static enum err
category_check(struct request *rq, int64_t category_id)
{
	struct handling_category_known_out known;
	enum err e = db_one(rq, &handling_category_known, &(struct handling_category_known_in){ category_id }, &known);
	return e == ERR_NOT_FOUND ? fail_text(rq, ERR_REFERENCED, "category_id", "There is no such category", "没有这个分类") : e;
}

static enum err
close_post(struct request *rq, const void *in)
{
	const struct handling_close_in_in *b = in;
	struct session_face face;
	enum err e = session_manage(rq, b->session_id, &face);
	if (e)
		return e;
	if (!b->category_id_set && setting_on(rq->app, SETTING_CATEGORY_NEEDED))
		return fail_text(rq, ERR_BAD_FIELD, "category_id", "Choose a category first", "请先选择小结分类");
	if (b->category_id_set)
		e = category_check(rq, b->category_id);
	if (!e)
		e = session_close(rq, &(struct session_closing){ .session_id = face.id, .by_person = rq->who.person_id, .reason = "agent",
			                                         .note = b->note,
			                                         .category_id = b->category_id_set ? b->category_id : 0,
			                                         .invite = setting_on(rq->app, SETTING_RATING_INVITE) });
	return e ? e : session_write(rq, face.id);
}

static enum err
reopen(struct request *rq, const void *in)
{
	const struct handling_in_in *b = in;
	struct session_face face;
	enum err e = session_manage(rq, b->session_id, &face);
	if (e)
		return e;
	if (!str_eqz(face.state, "closed"))
		return fail_text(rq, ERR_WRONG_STATE, NULL, "It is open", "会话未结束");
	e = session_reopen(rq, face.id, 0);
	/* Who reopens it goes on with it, if he may and can; else it waits. */
	if (!e && caller_may(&rq->who, PERM_CHAT) && face.agent_id == rq->who.person_id)
		e = handling_give(rq, face.id, rq->who.person_id, "reopened");
	return e ? e : session_write(rq, face.id);
}

static enum err
category_post(struct request *rq, const void *in)
{
	const struct handling_category_in *b = in;
	struct session_face face;
	enum err e = session_manage(rq, b->session_id, &face);
	if (!e)
		e = category_check(rq, b->category_id);
	if (!e)
		e = db_run(rq, &handling_category, b, NULL);
	return e ? e : session_changed(rq, face.id, 0);
}

static enum err
tags_post(struct request *rq, const void *in)
{
	struct handling_tags_in b = *(const struct handling_tags_in *)in;
	struct session_face face;
	enum err e = session_manage(rq, b.session_id, &face);
	if (e)
		return e;
	e = handling_tags_clean(rq->arena, b.tags, &b.tags);
	if (e)
		return fail_text(rq, e, "tags", "At most 20 tags of 20 characters", "最多 20 个标签，每个不超过 20 字");
	e = db_run(rq, &handling_tags, &b, NULL);
	return e ? e : session_changed(rq, face.id, 0);
}

static enum err
invite_post(struct request *rq, const void *in)
{
	const struct handling_in_in *b = in;
	struct handling_invited_out before;
	struct session_face face;
	enum err e = session_manage(rq, b->session_id, &face);
	if (!e)
		e = db_one(rq, &handling_invited, &(struct handling_invited_in){ face.id, rq->now - 60 * 1000 }, &before);
	if (e)
		return e;
	if (before.rated)
		return fail_text(rq, ERR_EXISTS, NULL, "It was rated already", "客户已评价");
	if (before.asked)
		return fail_text(rq, ERR_EXISTS, NULL, "Asked a moment ago", "刚刚已邀请过");
	e = db_run(rq, &handling_invite, &(struct handling_invite_in){ new_id(rq), face.id, rq->now }, NULL);
	if (!e)
		e = message_event_with(rq, face.id, "invited", rq->who.person_id, STR_NONE, "invite", 1);
	return e ? e : session_changed(rq, face.id, 0);
}

static const struct route routes[] = {
	{ POST, "/api/v1/sessions/{session_id}/take", PERM_CHAT, LANE_WRITE, .in = &handling_in, .out = &inbox_mine, .handler = take,
	  .audit = "session",
	  .help = "Take a waiting session, out of turn" },
	{ POST, "/api/v1/sessions/{session_id}/accept", PERM_CHAT, LANE_WRITE, .in = &handling_in, .out = &inbox_mine, .handler = accept,
	  .audit = "session", .help = "Take the session that is offered to me" },
	{ POST, "/api/v1/sessions/{session_id}/decline", PERM_CHAT, LANE_WRITE, .in = &handling_in, .handler = decline, .audit = "session",
	  .help = "Leave the session that is offered to me to others" },
	{ POST, "/api/v1/sessions/{session_id}/close", PERM_CHAT, LANE_WRITE, .in = &handling_close_in, .out = &inbox_mine,
	  .handler = close_post,
	  .audit = "session", .help = "End a session, with its category and a note" },
	{ POST, "/api/v1/sessions/{session_id}/reopen", PERM_CHAT, LANE_WRITE, .in = &handling_in, .out = &inbox_mine, .handler = reopen,
	  .audit = "session", .help = "Open a closed session again" },
	{ POST, "/api/v1/sessions/{session_id}/category", PERM_CHAT, LANE_WRITE, .in = &handling_category, .handler = category_post,
	  .audit = "session", .help = "What a session is about" },
	{ POST, "/api/v1/sessions/{session_id}/tags", PERM_CHAT, LANE_WRITE, .in = &handling_tags, .handler = tags_post, .audit = "session",
	  .help = "The tags of a session, as a whole list" },
	{ POST, "/api/v1/sessions/{session_id}/invite", PERM_CHAT, LANE_WRITE, .in = &handling_in, .handler = invite_post,
	  .audit = "session",
	  .help = "Ask the customer to rate" },
};

const struct feature desk_handling_feature = { .name = "handling", ROUTES(routes) };
