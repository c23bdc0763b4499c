/* What surrounds the conversations: agents' states, transfers, subjects, invitations, ratings. */
#include <string.h>

#include "interchange/import_impl.h"
#include "interchange/import_sql.h"
#include "base/banned.h"

static enum err
state_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const states[] = { "online", "paused", "wrapup", "offline", NULL };
	static const char *const known[] = { "agent", "at", "state", "reason", NULL };
	struct import_state_put_in in = { 0 };
	struct seen seen;
	enum err e = line_person(im, o, "agent", true, &in.person_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_word(im, o, "state", NULL, states, &in.state);
	if (!e)
		e = member_text(im, o, "reason", false, 200, &in.reason);
	if (!e)
		e = line_claim(im, IMPORT_STATE, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	in.reason = in.reason.p ? in.reason : STR("");
	in.extra = members_extra(im, o, known);
	e = query_run(im->db, &import_state_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

/* The conversation of this customer that had begun by then; ERR_NOT_FOUND when there was none. */
static enum err
session_at(struct import *im, uint32_t customer, int64_t at, int64_t *ret_session)
{
	struct import_session_at_out row;
	enum err e = query_one(im->db, &import_session_at, &(struct import_session_at_in){ im->customers.all[customer].id, at }, im->arena, &row);
	if (!e)
		*ret_session = row.id;
	return e;
}

static enum err
transfer_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "shop", "customer", "from", "to", "to_group", "at", "note", NULL };
	struct import_transfer_put_in in = { 0 };
	struct seen seen;
	struct str group;
	uint32_t customer;
	enum err e = line_customer(im, o, &customer);
	if (!e)
		e = line_person(im, o, "from", false, &in.from_id);
	if (!e)
		e = member_text(im, o, "to_group", false, 200, &group);
	if (!e)
		e = line_person(im, o, "to", !group.n, &in.to_person_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_text(im, o, "note", false, 1000, &in.note);
	if (!e)
		e = line_claim(im, IMPORT_TRANSFER, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	e = session_at(im, customer, in.at, &in.session_id);
	if (e == ERR_NOT_FOUND)
		return line_refuse(im, "this customer had no conversation by then");
	if (!e && group.n)
		e = group_named(im, group, &in.to_group_id);
	in.from_id_set = in.from_id != 0;
	in.to_person_id_set = in.to_person_id != 0;
	in.to_group_id_set = in.to_group_id != 0;
	in.note = in.note.p ? in.note : STR("");
	in.extra = members_extra(im, o, known);
	if (!e)
		e = query_run(im->db, &import_transfer_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
category_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "shop", "customer", "at", "category", NULL };
	struct import_category_put_in category = { 0 };
	struct import_category_put_out row;
	struct import_contact_category_put_in in = { 0 };
	struct seen seen;
	uint32_t customer;
	enum err e = line_customer(im, o, &customer);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_text(im, o, "category", true, 100, &category.name);
	if (!e)
		e = line_claim(im, IMPORT_CATEGORY, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	category.id = import_id(im);
	e = query_one(im->db, &import_category_find, &(struct import_category_find_in){ category.name }, im->arena, &row);
	if (e == ERR_NOT_FOUND)
		e = query_one(im->db, &import_category_put, &category, im->arena, &row);
	in.customer_id = im->customers.all[customer].id;
	in.shop_id = im->customers.all[customer].other;
	in.category_id = row.id;
	in.extra = members_extra(im, o, known);
	if (!e)
		e = query_run(im->db, &import_contact_category_put, &in, NULL);
	if (!e)
		e = query_run(im->db, &import_session_category, &(struct import_session_category_in){ in.customer_id, in.at, in.category_id }, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
invite_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const known[] = { "shop", "customer", "agent", "at", NULL };
	struct import_invite_put_in in = { 0 };
	struct seen seen;
	uint32_t customer;
	enum err e = line_customer(im, o, &customer);
	if (!e)
		e = line_person(im, o, "agent", false, &in.person_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = line_claim(im, IMPORT_INVITE, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	e = session_at(im, customer, in.at, &in.session_id);
	in.session_id_set = e == OK;
	in.customer_id = im->customers.all[customer].id;
	in.shop_id = im->customers.all[customer].other;
	in.person_id_set = in.person_id != 0;
	in.extra = members_extra(im, o, known);
	if (!e || e == ERR_NOT_FOUND)
		e = query_run(im->db, &import_invite_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

static enum err
rating_import(struct import *im, const struct json *o, enum verdict *ret)
{
	static const char *const sources[] = { "invited", "own", "system", NULL };
	static const char *const known[] = { "shop", "customer", "agent", "at", "score", "source", "comment", NULL };
	struct import_rating_put_in in = { 0 };
	struct seen seen;
	uint32_t customer;
	enum err e = line_customer(im, o, &customer);
	if (!e)
		e = line_person(im, o, "agent", false, &in.person_id);
	if (!e)
		e = member_time(im, o, "at", true, &in.at);
	if (!e)
		e = member_int(im, o, "score", true, 1, 5, &in.score);
	if (!e)
		e = member_word(im, o, "source", NULL, sources, &in.source);
	if (!e)
		e = member_text(im, o, "comment", false, 2000, &in.comment);
	if (!e)
		e = line_claim(im, IMPORT_RATING, o, &in.id, &seen, ret);
	if (e || *ret == UNCHANGED)
		return e;
	e = session_at(im, customer, in.at, &in.session_id);
	in.session_id_set = e == OK;
	in.customer_id = im->customers.all[customer].id;
	in.shop_id = im->customers.all[customer].other;
	in.person_id_set = in.person_id != 0;
	in.comment = in.comment.p ? in.comment : STR("");
	in.extra = members_extra(im, o, known);
	if (!e || e == ERR_NOT_FOUND)
		e = query_run(im->db, &import_rating_put, &in, NULL);
	return e ? e : line_keep(im, &seen, in.id);
}

enum err
around_import(struct import *im, enum import_type t, const struct json *o, enum verdict *ret)
{
	switch (t) {
	case IMPORT_STATE:
		return state_import(im, o, ret);
	case IMPORT_TRANSFER:
		return transfer_import(im, o, ret);
	case IMPORT_CATEGORY:
		return category_import(im, o, ret);
	case IMPORT_INVITE:
		return invite_import(im, o, ret);
	default:
		return rating_import(im, o, ret);
	}
}
