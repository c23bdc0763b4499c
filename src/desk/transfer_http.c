#include "desk/transfer.h"

#include "contact/message.h"
#include "contact/session.h"
#include "desk/transfer_sql.h"
#include "base/banned.h"

/* Where it goes. The group of a person is where it waits when he does not take it. */
struct target {
	int64_t person_id, group_id;
	struct str name;
};

static enum err
target_refused(struct request *rq, enum err e, const char *field)
{
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_REFERENCED, field, "No such colleague or group, or it does not serve this shop",
		    "没有这位同事或组，或其不服务该店铺");
	return e;
}

static enum err
target_find(struct request *rq, const struct transfer_in_in *b, const struct session_face *s, struct target *ret)
{
	struct transfer_person_out person;
	struct transfer_group_out group;
	if (b->person_id_set == b->group_id_set)
		return fail_text(rq, ERR_BAD_FIELD, "person_id", "Name one person or one group", "请选择一位同事或一个组");
	if (b->person_id_set) {
		enum err e = db_one(rq, &transfer_person, &(struct transfer_person_in){ b->person_id, s->shop_id }, &person);
		if (e || !person.serves)
			return target_refused(rq, e ? e : ERR_NOT_FOUND, "person_id");
		*ret = (struct target){ b->person_id, person.group_id_set ? person.group_id : 0, person.name };
		return OK;
	}
	enum err e = db_one(rq, &transfer_group, &(struct transfer_group_in){ b->group_id, s->shop_id }, &group);
	if (e || !group.serves)
		return target_refused(rq, e ? e : ERR_NOT_FOUND, "group_id");
	*ret = (struct target){ 0, b->group_id, group.name };
	return OK;
}

static enum err
rows_write(struct request *rq, const struct session_face *s, const struct target *to, struct str note)
{
	struct transfer_add_in row = { .id = new_id(rq), .session_id = s->id, .at = rq->now, .from_id_set = s->agent_id != 0,
		                       .from_id = s->agent_id,
		                       .to_person_id_set = to->person_id != 0, .to_person_id = to->person_id,
		                       .to_group_id_set = to->person_id == 0, .to_group_id = to->group_id, .note = note };
	enum err e = db_run(rq, &transfer_add, &row, NULL);
	if (!e)
		e = db_run(rq, &transfer_note, &(struct transfer_note_in){ new_id(rq), s->id, rq->now, rq->who.person_id, note }, NULL);
	if (!e)
		e = session_log(rq, s->id, "transferred", to->person_id ? to->person_id : rq->who.person_id, to->name);
	return e;
}

static enum err
transfer_post(struct request *rq, const void *in)
{
	const struct transfer_in_in *b = in;
	struct session_face face;
	struct target to = { 0 };
	struct transfer_session_out row;
	struct str note = str_trim(b->note);
	enum err e = session_manage(rq, b->session_id, &face);
	if (!e && !note.n)
		e = fail_text(rq, ERR_BAD_FIELD, "note", "Write a note for who takes it up", "请填写转接备注");
	if (!e)
		e = target_find(rq, b, &face, &to);
	if (e)
		return e;
	if (str_eqz(face.state, "closed") || (to.person_id && to.person_id == face.agent_id))
		return fail_text(rq, ERR_WRONG_STATE, NULL, "It cannot be handed over now", "当前无法转接");
	struct transfer_session_in move = { .session_id = face.id, .wanted_id_set = to.person_id != 0, .wanted_id = to.person_id,
		                            .group_id_set = to.group_id != 0, .group_id = to.group_id, .now = rq->now };
	e = db_one(rq, &transfer_session, &move, &row);
	if (!e)
		e = rows_write(rq, &face, &to, note);
	if (!e)
		e = message_event(rq, face.id, "transferred", to.person_id, to.name);
	if (!e)
		e = session_changed(rq, face.id, face.agent_id);
	struct event noted = { .kind = EVENT_NOTE, .subject = face.id,
		               .topics = { { TOPIC_SESSION, face.id }, { TOPIC_SHOP, face.shop_id } } };
	if (!e)
		e = emit(rq, &noted);
	return e ? e : emit(rq, &(struct event){ .kind = EVENT_SESSION_WAITING, .subject = face.id, .ref = face.agent_id });
}

static enum err
targets_get(struct request *rq, const void *in)
{
	const struct transfer_session_path_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : db_json(rq, &transfer_targets, &(struct transfer_targets_in){ face.shop_id, face.agent_id });
}

static const struct route routes[] = {
	{ POST, "/api/v1/sessions/{session_id}/transfer", PERM_CHAT, LANE_WRITE, .in = &transfer_in, .handler = transfer_post,
	  .audit = "session",
	  .help = "Hand a session over to one person or one group, with a note" },
	{ GET, "/api/v1/sessions/{session_id}/targets", PERM_CHAT_SEE, LANE_READ, .in = &transfer_session_path, .out = &transfer_targets,
	  .list = true,
	  .handler = targets_get, .help = "Who can receive this session: groups and people of its shop, with their state and load" },
};

const struct feature desk_transfer_feature = { .name = "transfer", ROUTES(routes) };
