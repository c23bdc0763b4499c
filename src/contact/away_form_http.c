#include "contact/away_form.h"

#include "contact/away_form_sql.h"
#include "contact/rate.h"
#include "base/banned.h"

enum { DAY_MS = 86400000 };

static enum err
form_changed(struct request *rq, int64_t shop_id, int64_t form_id)
{
	return emit(rq, &(struct event){ .kind = EVENT_AWAY_FORM, .subject = shop_id, .ref = form_id, .topics = { { TOPIC_STAFF, 0 } } });
}

static enum err
form_leave(struct request *rq, const void *in)
{
	const struct away_form_in_in *b = in;
	enum err e = rate_check(rq, RATE_FORM);
	if (e)
		return e;
	if (!str_trim(b->contact).n || !str_trim(b->text).n)
		return fail_text(rq, ERR_BAD_FIELD, str_trim(b->text).n ? "contact" : "text", "Please fill this in", "请填写");
	struct away_form_add_in row = { .id = new_id(rq), .shop_id = rq->who.shop_id, .customer_id = rq->who.customer_id, .at = rq->now,
		                        .contact = str_trim(b->contact), .text = b->text, .since = rq->now - DAY_MS };
	int64_t added = 0;
	e = db_run(rq, &away_form_add, &row, &added);
	return e || !added ? e : form_changed(rq, rq->who.shop_id, row.id);
}

static enum err
form_done(struct request *rq, const void *in)
{
	const struct away_form_done_in *b = in;
	struct away_form_shop_out form;
	enum err e = db_one(rq, &away_form_shop, &(struct away_form_shop_in){ b->form_id }, &form);
	if (!e && !caller_sees_shop(&rq->who, form.shop_id))
		e = ERR_NOT_FOUND;
	if (!e)
		e = form_changed(rq, form.shop_id, b->form_id);
	return e ? e : db_json(rq, &away_form_done, b);
}

static const struct route routes[] = {
	{ SOCKET, "away_form", PERM_VISITOR, LANE_WRITE, .in = &away_form_in, .handler = form_leave,
	  .help = "Leave a question and a way to answer it" },
	{ GET, "/api/v1/away-forms", PERM_CHAT_SEE, LANE_READ, .query = &away_form_list, .list = true,
	  .help = "What visitors left outside business hours" },
	{ POST, "/api/v1/away-forms/{form_id}/done", PERM_CHAT, LANE_WRITE, .query = &away_form_done, .handler = form_done,
	  .audit = "away_form", .help = "This one was answered" },
};

const struct feature contact_away_form_feature = { .name = "away_form", ROUTES(routes) };
