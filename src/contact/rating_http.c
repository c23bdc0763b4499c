#include "contact/rating.h"

#include "contact/message.h"
#include "contact/rating_sql.h"
#include "contact/session.h"
#include "base/banned.h"

/* invited when we asked for it, own when the customer rated by himself. */
static enum err
rate(struct request *rq, const void *in)
{
	const struct rating_in_in *b = in;
	struct rating_session_out s;
	enum err e = db_one(rq, &rating_session, &(struct rating_session_in){ b->session_id, rq->who.customer_id }, &s);
	if (e)
		return e;
	if (s.rated)
		return fail_text(rq, ERR_EXISTS, NULL, "You have rated this conversation already", "您已评价过本次服务");
	struct rating_add_in row = { .id = new_id(rq), .session_id = b->session_id, .shop_id = s.shop_id,
		                     .customer_id = rq->who.customer_id,
		                     .person_id_set = s.agent_id_set, .person_id = s.agent_id, .at = rq->now, .score = b->score,
		                     .source = s.invited ? STR("invited") : STR("own"), .comment = b->comment.p ? b->comment : STR("") };
	e = db_run(rq, &rating_add, &row, NULL);
	if (!e)
		e = message_event_with(rq, b->session_id, "rated", 0, STR_NONE, "score", b->score);
	if (!e)
		e = session_changed(rq, b->session_id, 0);
	struct event ev = { .kind = EVENT_RATING, .subject = b->session_id, .ref = b->score,
		            .topics = { { TOPIC_SHOP, s.shop_id }, { s.agent_id_set ? TOPIC_PERSON : TOPIC_NONE, s.agent_id } } };
	return e ? e : emit(rq, &ev);
}

static enum err
ratings_get(struct request *rq, const void *in)
{
	const struct rating_of_session_in *b = in;
	struct session_face face;
	enum err e = session_see(rq, b->session_id, &face);
	return e ? e : db_json(rq, &rating_of_session, b);
}

static const struct route routes[] = {
	{ SOCKET, "rate", PERM_VISITOR, LANE_WRITE, .in = &rating_in, .handler = rate, .help = "Rate the own conversation, once" },
	{ GET, "/api/v1/sessions/{session_id}/ratings", PERM_CHAT_SEE, LANE_READ, .query = &rating_of_session, .list = true,
	  .handler = ratings_get, .help = "What the customer thought of this conversation" },
};

const struct feature contact_rating_feature = { .name = "rating", ROUTES(routes) };
