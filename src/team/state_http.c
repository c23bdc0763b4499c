#include "team/state.h"
#include "team/state_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

static enum err
state_now(struct request *rq, int64_t person_id, struct state_last_out *ret_last)
{
	struct state_lock_out row;
	enum err e = db_one(rq, &state_lock, &(struct state_lock_in){ .person_id = person_id }, &row);
	return e ? e : db_one(rq, &state_last, &(struct state_last_in){ .person_id = person_id }, ret_last);
}

static enum err
state_store(struct request *rq, int64_t person_id, const struct state_last_out *last, struct str state, struct str reason)
{
	struct state_add_in add = {
		.id = new_id(rq), .person_id = person_id, .at = rq->now, .state = state, .reason = reason.p ? reason : STR("")
	};
	struct json_text t;
	if (str_eq(last->state, add.state) && str_eq(last->reason, add.reason))
		return OK;
	enum err e = db_run(rq, &state_add, &add, NULL);
	if (e)
		return e;
	json_text_start(rq, &t);
	jw_object(&t.w);
	jw_member_int(&t.w, "person_id", person_id);
	jw_member_text(&t.w, "state", add.state);
	jw_member_text(&t.w, "reason", add.reason);
	jw_member_int(&t.w, "at", add.at);
	jw_end(&t.w);
	struct event ev = { .kind = EVENT_AGENT_STATE, .subject = person_id, .topics = { { TOPIC_PERSON, person_id }, { TOPIC_BOARD, 0 } },
		.data = json_text_end(&t) };
	if (last->group_id_set)
		ev.topics[2] = (struct topic){ TOPIC_GROUP, last->group_id };
	return emit(rq, &ev);
}

enum err
agent_state_set(struct request *rq, int64_t person_id, struct str state, struct str reason)
{
	struct state_last_out last;
	enum err e = state_now(rq, person_id, &last);
	return e ? e : state_store(rq, person_id, &last, state, reason);
}

enum err
agent_state_change(struct request *rq, int64_t person_id, struct str from, struct str to)
{
	struct state_last_out last;
	enum err e = state_now(rq, person_id, &last);
	return e || !str_eq(last.state, from) ? e : state_store(rq, person_id, &last, to, STR(""));
}

static enum err
state_post(struct request *rq, const void *in)
{
	const struct state_set_in *body = in;
	struct str reason = str_trim(body->reason);
	if (reason.n && !label_clean(reason, &reason))
		return fail(rq, ERR_BAD_FIELD, "reason", NULL);
	if (!str_eqz(body->state, "paused"))
		reason = STR("");
	return agent_state_set(rq, rq->who.person_id, body->state, reason);
}

static const struct route routes[] = {
	{ POST, "/api/v1/me/state", PERM_CHAT, LANE_WRITE, .in = &state_set, .handler = state_post,
	  .help = "Go online, pause with a reason, or go offline" },
};

const struct feature team_state_feature = { .name = "states", ROUTES(routes) };
