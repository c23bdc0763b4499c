#include "desk/note.h"

#include "contact/scope.h"
#include "desk/note_sql.h"
#include "base/banned.h"

static enum err
notes_get(struct request *rq, const void *in)
{
	const struct note_list_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : db_json(rq, &note_list, b);
}

static enum err
note_post(struct request *rq, const void *in)
{
	struct note_add_in b = *(const struct note_add_in *)in;
	struct session_face face;
	enum err e = session_see(rq, b.session_id, &face);
	b.text = str_trim(b.text);
	if (!e && !b.text.n)
		e = fail_text(rq, ERR_BAD_FIELD, "text", "There is nothing to note", "请输入备注");
	if (e)
		return e;
	struct event ev = { .kind = EVENT_NOTE, .subject = face.id, .topics = { { TOPIC_SESSION, face.id }, { TOPIC_SHOP, face.shop_id },
		                        { face.agent_id ? TOPIC_PERSON : TOPIC_NONE, face.agent_id } } };
	e = emit(rq, &ev);
	return e ? e : db_json(rq, &note_add, &b);
}

static const struct route routes[] = {
	{ GET, "/api/v1/sessions/{session_id}/notes", PERM_CHAT_SEE, LANE_READ, .query = &note_list, .list = true, .handler = notes_get,
	  .help = "Notes of a session" },
	{ POST, "/api/v1/sessions/{session_id}/notes", PERM_CHAT_SEE, LANE_WRITE, .query = &note_add, .handler = note_post,
	  .audit = "session",
	  .help = "Write a note into a session" },
};

const struct feature desk_note_feature = { .name = "note", ROUTES(routes) };
