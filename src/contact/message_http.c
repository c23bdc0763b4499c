/* Sending, reading and marking as read. The durable path: one WRITE command a message, acknowledged after its commit. */
#include "contact/message.h"

#include "contact/message_sql.h"
#include "contact/rate.h"
#include "contact/session.h"
#include "base/utf8.h"
#include "base/banned.h"

/* A message that was stored, as it is told. */
struct stored {
	int64_t id, session_id, seq, at, person_id;
	const char *sender;
	struct str person_name, client_id;
	const struct message_content *content;
};

static struct str
stored_json(struct request *rq, const struct stored *m, bool for_customer)
{
	struct json_text t;
	bool by_customer = m->sender[0] == 'c';
	json_text_start(rq, &t);
	jw_object(&t.w);
	if (!for_customer)
		jw_member_int(&t.w, "id", m->id);
	jw_member_int(&t.w, "session_id", m->session_id);
	jw_member_int(&t.w, "seq", m->seq);
	jw_member_int(&t.w, "at", m->at);
	jw_member_text(&t.w, "sender", str_of(m->sender));
	if (!for_customer) {
		jw_key(&t.w, "person_id");
		if (m->person_id)
			jw_int(&t.w, m->person_id);
		else
			jw_null(&t.w);
	}
	jw_member_text(&t.w, "person_name", m->person_name.n ? m->person_name : STR_NONE);
	jw_member_text(&t.w, "kind", m->content->kind);
	jw_member_text(&t.w, "text", m->content->text);
	jw_key(&t.w, "data");
	jw_raw(&t.w, m->content->data);
	jw_member_text(&t.w, "client_id", for_customer && !by_customer ? STR_NONE : m->client_id);
	jw_end(&t.w);
	return json_text_end(&t);
}

/* Row and event of a message whose session has counted it already. */
static enum err
message_store(struct request *rq, struct stored *m, int64_t phrase_id, int64_t agent_id, int64_t customer_id)
{
	m->id = new_id(rq);
	m->at = rq->now;
	struct message_add_in in = { .id = m->id, .session_id = m->session_id, .seq = m->seq, .at = m->at, .sender = str_of(m->sender),
		                     .person_id_set = m->person_id != 0, .person_id = m->person_id, .kind = m->content->kind,
		                     .text = m->content->text, .data = m->content->data, .client_id = m->client_id,
		                     .phrase_id_set = phrase_id != 0, .phrase_id = phrase_id };
	enum err e = db_run(rq, &message_add, &in, NULL);
	if (e)
		return e;
	struct event ev = { .kind = EVENT_MESSAGE, .subject = m->session_id, .ref = m->seq,
		            .topics = { { TOPIC_SESSION, m->session_id }, { TOPIC_CUSTOMER, customer_id },
		                        { agent_id ? TOPIC_PERSON : TOPIC_NONE, agent_id } },
		            .data = stored_json(rq, m, false), .customer_data = stored_json(rq, m, true) };
	return ev.data.p && ev.customer_data.p ? emit(rq, &ev) : ERR_NO_MEMORY;
}

static enum err
message_quiet(struct request *rq, int64_t session_id, const char *sender, int64_t person_id, struct str person_name,
              const struct message_content *content)
{
	struct message_step_quiet_out step;
	enum err e = db_one(rq, &message_step_quiet, &(struct message_step_quiet_in){ session_id }, &step);
	if (e)
		return e;
	struct stored m = { .session_id = session_id, .seq = step.seq, .person_id = person_id, .sender = sender, .person_name = person_name,
		            .content = content };
	return message_store(rq, &m, 0, step.agent_id_set ? step.agent_id : 0, step.customer_id);
}

enum err
message_auto(struct request *rq, int64_t session_id, struct str text)
{
	struct message_content c = { .kind = STR("text"), .text = text };
	return message_quiet(rq, session_id, "auto", 0, STR_NONE, &c);
}

enum err
message_event_with(struct request *rq, int64_t session_id, const char *event, int64_t person_id, struct str person_name,
                   const char *member, int64_t value)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_text(&t.w, "event", str_of(event));
	if (person_name.n)
		jw_member_text(&t.w, event[0] == 't' ? "to_name" : "person_name", person_name);
	if (value)
		jw_member_int(&t.w, member, value);
	jw_end(&t.w);
	struct message_content c = { .kind = STR("event"), .text = STR(""), .data = json_text_end(&t) };
	return c.data.p ? message_quiet(rq, session_id, "system", person_id, person_name, &c) : ERR_NO_MEMORY;
}

enum err
message_event(struct request *rq, int64_t session_id, const char *event, int64_t person_id, struct str person_name)
{
	return message_event_with(rq, session_id, event, person_id, person_name, NULL, 0);
}

/* ---- what somebody wants to send ---- */

static enum err
content_file(struct request *rq, const struct message_send_agent_in_in *in, struct message_content *ret)
{
	struct message_file_out file;
	struct json_text t;
	if (!in->file_id_set)
		return fail(rq, ERR_BAD_FIELD, "file_id", NULL);
	enum err e = db_one(rq, &message_file, &(struct message_file_in){ in->file_id, in->session_id }, &file);
	if (e == ERR_NOT_FOUND)
		return fail_text(rq, ERR_REFERENCED, "file_id", "No such file in this conversation", "该会话中没有此文件");
	if (e)
		return e;
	bool image = str_starts(file.type, STR("image/"));
	struct str name = utf8_head(file.name, 60);
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_int(&t.w, "file_id", in->file_id);
	jw_member_text(&t.w, "name", file.name);
	jw_member_text(&t.w, "type", file.type);
	jw_member_int(&t.w, "size", file.size);
	jw_end(&t.w);
	*ret = (struct message_content){ .kind = image ? STR("image") : STR("file"), .text = STR(""), .data = json_text_end(&t),
		                         .preview = image ? STR("[图片]") : arena_printf(rq->arena, "[文件] %.*s", STR_ARG(name)) };
	return ret->data.p && ret->preview.p ? OK : ERR_NO_MEMORY;
}

static enum err
content_card(struct request *rq, const struct message_send_agent_in_in *in, struct message_content *ret)
{
	const struct json *card;
	const char *field = "card";
	enum err e = in->card.p ? json_parse(rq->arena, in->card, &card, NULL) : ERR_BAD_FIELD;
	if (e == ERR_NO_MEMORY)
		return e;
	if (e || !message_card_ok(card, &field))
		return fail_text(rq, ERR_BAD_FIELD, field, "The card is not valid", "卡片内容不正确");
	struct str title = json_text(json_get(card, "title"));
	*ret = (struct message_content){ .kind = STR("card"), .text = STR(""), .data = in->card,
		                         .preview = message_preview(rq->arena, title.n ? title : json_text(json_get(card, "key"))) };
	return OK;
}

static enum err
content_check(struct request *rq, const struct message_send_agent_in_in *in, struct message_content *ret)
{
	if (str_eqz(in->kind, "image") || str_eqz(in->kind, "file"))
		return content_file(rq, in, ret);
	if (str_eqz(in->kind, "card"))
		return content_card(rq, in, ret);
	if (!in->text.p || !message_text_ok(in->text))
		return fail_text(rq, ERR_BAD_FIELD, "text", "There is nothing to send", "请输入内容");
	*ret = (struct message_content){ .kind = STR("text"), .text = in->text, .preview = message_preview(rq->arena, in->text) };
	return OK;
}

static enum err
ack_write(struct request *rq, int64_t seq, int64_t at)
{
	jw_object(&rq->w);
	jw_member_int(&rq->w, "seq", seq);
	jw_member_int(&rq->w, "at", at);
	jw_end(&rq->w);
	return OK;
}

/* The connection may have been lost over the commit of the first one, and then nobody was told: who has not seen it yet fetches it. */
static enum err
tell_again(struct request *rq, int64_t session_id, const struct message_sent_out *m)
{
	return emit(rq, &(struct event){ .kind = EVENT_MESSAGE, .subject = session_id, .ref = m->seq, .transient = true,
		                         .topics = { { TOPIC_SESSION, session_id }, { TOPIC_CUSTOMER, m->customer_id },
		                                     { m->agent_id_set ? TOPIC_PERSON : TOPIC_NONE, m->agent_id } } });
}

/* *ret_done: it was sent before, and the first one's number has been answered. */
static enum err
resend_answer(struct request *rq, int64_t session_id, struct str client_id, const char *sender, bool *ret_done)
{
	struct message_hold_out hold;
	struct message_sent_out first;
	enum err e = db_one(rq, &message_hold, &(struct message_hold_in){ session_id }, &hold);
	if (!e)
		e = db_one(rq, &message_sent, &(struct message_sent_in){ session_id, client_id, str_of(sender) }, &first);
	*ret_done = !e;
	if (e)
		return e == ERR_NOT_FOUND ? OK : e;
	e = tell_again(rq, session_id, &first);
	return e ? e : ack_write(rq, first.seq, first.at);
}

static enum err
agent_send(struct request *rq, const void *in)
{
	const struct message_send_agent_in_in *body = in;
	struct message_content content;
	struct message_step_agent_out step;
	bool done;
	enum err e = resend_answer(rq, body->session_id, body->client_id, "agent", &done);
	if (e || done)
		return e;
	e = content_check(rq, body, &content);
	if (e)
		return e;
	struct message_step_agent_in next = { body->session_id, rq->who.person_id, rq->now, content.preview };
	e = db_one(rq, &message_step_agent, &next, &step);
	if (e == ERR_NOT_FOUND) {
		struct session_face face;
		e = session_see(rq, body->session_id, &face);
		if (e)
			return e;
		return fail_text(rq, ERR_WRONG_STATE, "session_id", "This conversation is not open with you", "该会话不由您接待或已结束");
	}
	if (e)
		return e;
	struct stored m = { .session_id = body->session_id, .seq = step.seq, .person_id = rq->who.person_id, .sender = "agent",
		            .person_name = step.person_name, .client_id = body->client_id, .content = &content };
	e = message_store(rq, &m, body->phrase_id_set ? body->phrase_id : 0, rq->who.person_id, step.customer_id);
	return e ? e : ack_write(rq, m.seq, m.at);
}

/* A moment after the close the conversation simply goes on. */
static enum err
customer_step(struct request *rq, int64_t session_id, struct str preview, struct message_step_customer_out *ret_step)
{
	struct message_step_customer_in in = { session_id, rq->who.customer_id, rq->now, preview };
	struct session_face face;
	enum err e = db_one(rq, &message_step_customer, &in, ret_step);
	if (e != ERR_NOT_FOUND)
		return e;
	e = session_see(rq, session_id, &face);
	if (!e)
		e = session_reopen(rq, session_id, rq->now - session_return_ms(rq));
	return e ? e : db_one(rq, &message_step_customer, &in, ret_step);
}

static enum err
customer_send(struct request *rq, const void *in)
{
	const struct message_send_in_in *b = in;
	struct message_send_agent_in_in body = { .session_id = b->session_id, .client_id = b->client_id, .kind = b->kind, .text = b->text,
		                                 .file_id_set = b->file_id_set, .file_id = b->file_id, .card = b->card };
	struct message_content content;
	struct message_step_customer_out step;
	bool done;
	enum err e = resend_answer(rq, b->session_id, b->client_id, "customer", &done);
	if (e || done)
		return e;
	e = rate_check(rq, RATE_MESSAGE);
	if (!e)
		e = content_check(rq, &body, &content);
	if (!e)
		e = customer_step(rq, b->session_id, content.preview, &step);
	if (e)
		return e;
	int64_t agent = step.agent_id_set && str_eqz(step.state, "open") ? step.agent_id : 0;
	struct stored m = { .session_id = b->session_id, .seq = step.seq, .person_id = agent, .sender = "customer",
		            .client_id = b->client_id,
		            .content = &content };
	e = message_store(rq, &m, 0, agent, rq->who.customer_id);
	if (!e && !agent)
		e = session_refreshed(rq, b->session_id);
	return e ? e : ack_write(rq, m.seq, m.at);
}

/* ---- reading ---- */

static enum err
message_list(struct request *rq, const void *in)
{
	const struct message_list_in_in *b = in;
	struct session_face face;
	bool visitor = rq->who.kind == CALLER_VISITOR;
	int64_t limit = b->limit_set ? b->limit : 50, before = b->before_seq_set ? b->before_seq : INT32_MAX;
	enum err e = session_see(rq, b->session_id, &face);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	if (b->after_seq_set) {
		struct message_after_in after = { face.id, b->after_seq, limit };
		struct message_after_visitor_in after_visitor = { face.id, b->after_seq, limit };
		e = visitor ? db_rows(rq, &message_after_visitor, &after_visitor) : db_rows(rq, &message_after, &after);
	} else {
		struct message_before_in earlier = { face.id, before, limit };
		struct message_before_visitor_in earlier_visitor = { face.id, before, limit };
		e = visitor ? db_rows(rq, &message_before_visitor, &earlier_visitor) : db_rows(rq, &message_before, &earlier);
	}
	jw_end(&rq->w);
	return e;
}

static enum err
read_tell(struct request *rq, int64_t session_id, int64_t seq, const char *by, struct topic to)
{
	struct json_text t;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_text(&t.w, "by", str_of(by));
	jw_member_int(&t.w, "seq", seq);
	jw_end(&t.w);
	struct str data = json_text_end(&t);
	struct event ev = { .kind = EVENT_MESSAGE_READ, .subject = session_id, .ref = seq, .topics = { { TOPIC_SESSION, session_id }, to },
		            .data = data, .customer_data = data };
	if (!to.id)
		ev.topics[1].kind = TOPIC_NONE;
	return emit(rq, &ev);
}

static enum err
agent_read(struct request *rq, const void *in)
{
	const struct message_read_in_in *b = in;
	struct message_read_agent_out row;
	struct session_face face;
	enum err e = db_one(rq, &message_read_agent, &(struct message_read_agent_in){ b->session_id, rq->who.person_id, b->seq }, &row);
	if (e == ERR_NOT_FOUND)
		return session_see(rq, b->session_id, &face); /* nothing new, or only watching: no mark */
	return e ? e : read_tell(rq, b->session_id, row.agent_read_seq, "agent", (struct topic){ TOPIC_CUSTOMER, row.customer_id });
}

static enum err
customer_read(struct request *rq, const void *in)
{
	const struct message_read_in_in *b = in;
	struct message_read_customer_out row;
	struct session_face face;
	struct message_read_customer_in mark = { b->session_id, rq->who.customer_id, b->seq };
	enum err e = db_one(rq, &message_read_customer, &mark, &row);
	if (e == ERR_NOT_FOUND)
		return session_see(rq, b->session_id, &face);
	struct topic to = { TOPIC_PERSON, row.agent_id_set ? row.agent_id : 0 };
	return e ? e : read_tell(rq, b->session_id, row.customer_read_seq, "customer", to);
}

/* Told to those who are there, never stored. */
static enum err
typing(struct request *rq, const void *in)
{
	const struct message_session_in_in *b = in;
	struct session_face face;
	bool visitor = rq->who.kind == CALLER_VISITOR;
	enum err e = visitor ? rate_check(rq, RATE_TYPING) : OK;
	if (!e)
		e = session_see(rq, b->session_id, &face);
	if (e || str_eqz(face.state, "closed") || (!visitor && face.agent_id != rq->who.person_id))
		return e;
	struct str data = visitor ? STR("{\"by\":\"customer\"}") : STR("{\"by\":\"agent\"}");
	struct event ev = { .kind = EVENT_TYPING, .subject = face.id, .transient = true, .data = data, .customer_data = data,
		            .topics = { { TOPIC_SESSION, face.id } } };
	if (!visitor)
		ev.topics[1] = (struct topic){ TOPIC_CUSTOMER, face.customer_id };
	else if (face.agent_id)
		ev.topics[1] = (struct topic){ TOPIC_PERSON, face.agent_id };
	return emit(rq, &ev);
}

static const struct route routes[] = {
	{ SOCKET, "message_send", PERM_VISITOR, LANE_WRITE, .in = &message_send_in, .out = &message_send_out, .handler = customer_send,
	  .help = "Say something in the own chat; the same client_id again is the same message" },
	{ SOCKET, "message_send", PERM_CHAT, LANE_WRITE, .in = &message_send_agent_in, .out = &message_send_out, .handler = agent_send,
	  .help = "Answer in a session that I hold; the same client_id again is the same message" },
	{ SOCKET, "message_list", PERM_VISITOR, LANE_READ, .in = &message_list_in, .out = &message_list_visitor_out, .list = true,
	  .handler = message_list, .help = "Messages of the own chat, ascending" },
	{ SOCKET, "message_list", PERM_CHAT_SEE, LANE_READ, .in = &message_list_in, .out = &message_list_out, .list = true,
	  .handler = message_list, .help = "Messages of a session, ascending" },
	{ GET, "/api/v1/sessions/{session_id}/messages", PERM_CHAT_SEE, LANE_READ, .in = &message_list_in, .out = &message_list_out,
	  .list = true,
	  .handler = message_list, .help = "Messages of a session, ascending" },
	{ SOCKET, "read_mark", PERM_VISITOR, LANE_WRITE, .in = &message_read_in, .handler = customer_read,
	  .help = "The customer has read up to here" },
	{ SOCKET, "read_mark", PERM_CHAT, LANE_WRITE, .in = &message_read_in, .handler = agent_read,
	  .help = "The agent has read up to here" },
	{ SOCKET, "typing", PERM_VISITOR, LANE_READ, .in = &message_session_in, .handler = typing, .help = "The customer is typing" },
	{ SOCKET, "typing", PERM_CHAT, LANE_READ, .in = &message_session_in, .handler = typing, .help = "The agent is typing" },
};

const struct feature contact_message_feature = { .name = "message", ROUTES(routes) };
