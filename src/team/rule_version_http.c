/* The versions of what figures are counted with: seen, made for a shop's profile, and a future one taken back. Settings are changed by settings_http.c. */
#include "base/clock.h"
#include "team/features.h"
#include "team/rule_version.h"
#include "team/rule_version_sql.h"
#include "team/settings.h"
#include "team/team.h"
#include "base/banned.h"

static const char *
state_of(const struct rule_changes *c, const struct rule_change *v)
{
	const struct rule_change *now;
	if (v->from_day > c->today)
		return "future";
	(void)rule_on(c, v->name, c->today, STR(""), &now);
	return now == v ? "present" : "past";
}

/* What it was until then. */
static struct str
before_of(struct request *rq, const struct rule_changes *c, const struct rule_change *v, int64_t shop_id)
{
	enum setting s = shop_id ? SETTING_COUNT : setting_find(v->name);
	struct str first = shop_id ? c->profile : s == SETTING_COUNT ? STR("") : setting_shown(rq->app, rq->arena, s);
	return rule_on(c, v->name, v->from_day - 1, first, NULL);
}

static enum err
versions_write(struct request *rq, int64_t shop_id)
{
	struct rule_changes c;
	enum err e = rule_changes_read(rq, shop_id, &c);
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (size_t i = c.n; i-- > 0;) {
		const struct rule_change *v = &c.all[i];
		char from[11];
		date_print(v->from_day, from);
		struct rule_version_row_out row = { .id = v->id, .name = v->name, .from = str_of(from), .value = v->value,
			                            .before = before_of(rq, &c, v, shop_id), .state = str_of(state_of(&c, v)), .set_at = v->set_at,
			                            .set_by_name = v->set_by_name };
		row_write(&rq->w, &rule_version_row, &row);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return OK;
}

static enum err
take_back(struct request *rq, int64_t shop_id, int64_t version_id)
{
	struct rule_changes c;
	const struct rule_change *v = NULL;
	char from[11];
	enum err e = rule_changes_read(rq, shop_id, &c);
	for (size_t i = 0; !e && i < c.n; i++)
		v = c.all[i].id == version_id ? &c.all[i] : v;
	if (e || !v)
		return e ? e : ERR_NOT_FOUND;
	if (v->from_day <= c.today)
		return fail_text(rq, ERR_WRONG_STATE, "version_id", "Days are counted by it already: make a new change instead", "该版本已生效，不能撤回：请另设新的变更");
	date_print(v->from_day, from);
	e = db_run(rq, &rule_remove, &(struct rule_remove_in){ version_id }, NULL);
	return e ? e : audit_input(rq, shop_id, &rule_taken_back, &(struct rule_taken_back_in){ v->name, v->value, str_of(from) });
}

static enum err
settings_versions_get(struct request *rq, const void *in)
{
	(void)in;
	return versions_write(rq, 0);
}

static enum err
settings_version_delete(struct request *rq, const void *in)
{
	const struct setting_version_in_in *body = in;
	enum err e = take_back(rq, 0, body->version_id);
	return e ? e : emit(rq, &(struct event){ .kind = EVENT_SETTING, .topics = { { TOPIC_STAFF, 0 } } });
}

static enum err
profile_versions_get(struct request *rq, const void *in)
{
	const struct profile_versions_in_in *body = in;
	return caller_sees_shop(&rq->who, body->shop_id) ? versions_write(rq, body->shop_id) : ERR_NOT_FOUND;
}

enum err
profile_put(struct request *rq, int64_t shop_id, struct str profile, struct str from)
{
	struct rule_changes c;
	int64_t day;
	enum err e = rule_changes_read(rq, shop_id, &c);
	if (e || (!from.p && str_eq(rule_on(&c, STR("profile"), c.today, c.profile, NULL), profile)))
		return e;
	e = rule_from(rq, shop_id, &c, from, &day);
	return e ? e : rule_put(rq, shop_id, &c, STR("profile"), c.profile, day, profile);
}

static enum err
profile_post(struct request *rq, const void *in)
{
	const struct profile_change_in *body = in;
	if (!caller_sees_shop(&rq->who, body->shop_id))
		return ERR_NOT_FOUND;
	enum err e = profile_put(rq, body->shop_id, body->profile, body->from);
	if (!e)
		e = audit_input(rq, body->shop_id, &profile_change, body);
	return e ? e : team_changed(rq, "shop", body->shop_id);
}

static enum err
profile_version_delete(struct request *rq, const void *in)
{
	const struct profile_version_in_in *body = in;
	if (!caller_sees_shop(&rq->who, body->shop_id))
		return ERR_NOT_FOUND;
	enum err e = take_back(rq, body->shop_id, body->version_id);
	return e ? e : team_changed(rq, "shop", body->shop_id);
}

static const struct route routes[] = {
	{ GET, "/api/v1/settings/versions", PERM_SETTING_EDIT, LANE_READ, .out = &rule_version_row, .list = true, .handler = settings_versions_get,
	  .help = "How the settings that figures are counted with were changed, and from which business day on; the latest first" },
	{ DELETE, "/api/v1/settings/versions/{version_id}", PERM_SETTING_EDIT, LANE_WRITE, .in = &setting_version_in, .handler = settings_version_delete,
	  .audit = "setting", .help = "Take a change back that holds from a future day on" },
	{ GET, "/api/v1/shops/{shop_id}/profile-versions", PERM_SHOP_EDIT, LANE_READ, .in = &profile_versions_in, .out = &rule_version_row, .list = true,
	  .handler = profile_versions_get, .help = "How the shop's profile was changed, and from which business day on; the latest first" },
	{ POST, "/api/v1/shops/{shop_id}/profile-versions", PERM_SHOP_EDIT, LANE_WRITE, .in = &profile_change, .handler = profile_post, .audit = "shop",
	  .help = "Count the shop's figures by another profile from a business day on; earlier days keep theirs" },
	{ DELETE, "/api/v1/shops/{shop_id}/profile-versions/{version_id}", PERM_SHOP_EDIT, LANE_WRITE, .in = &profile_version_in,
	  .handler = profile_version_delete, .audit = "shop", .help = "Take a change of the profile back that holds from a future day on" },
};

const struct feature team_rule_version_feature = { .name = "rule_versions", ROUTES(routes) };
