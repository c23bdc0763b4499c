/* The limits as they are set, and the one table of the running centre. */
#include "contact/rate.h"

#include "team/settings.h"
#include "base/banned.h"

static const struct {
	enum setting setting; /* SETTING_COUNT: the number beside it */
	int64_t most;
} limits[RATE_KINDS] = {
	[RATE_MESSAGE] = { SETTING_VISITOR_MESSAGES_PER_MIN, 0 }, [RATE_UPLOAD] = { SETTING_VISITOR_FILES_PER_HOUR, 0 },
	[RATE_HELLO] = { SETTING_VISITOR_HELLOS_PER_MIN, 0 },     [RATE_SESSION] = { SETTING_COUNT, 12 },
	[RATE_TYPING] = { SETTING_COUNT, 10 },                    [RATE_FORM] = { SETTING_COUNT, 6 },
};

static bool
own_machine(struct str address)
{
	return str_starts(address, STR("127.")) || str_eqz(address, "::1") || str_starts(address, STR("::ffff:127."));
}

enum err
rate_check(struct request *rq, enum rate_kind kind)
{
	struct visit_rates *r = app_state(rq->app, &contact_rate_feature);
	uint64_t key = (uint64_t)rq->who.customer_id;
	if (kind == RATE_HELLO) {
		if (own_machine(rq->address))
			return OK;
		key = str_hash(rq->address);
	}
	int64_t most = limits[kind].setting == SETTING_COUNT ? limits[kind].most : setting_int(rq->app, limits[kind].setting);
	return !r || visit_rates_take(r, kind, key, rq->now, most) ? OK : ERR_TOO_MANY;
}

static enum err
rate_start(struct app *app, struct db *db)
{
	(void)db;
	struct visit_rates *r = visit_rates_new();
	if (!r)
		return ERR_NO_MEMORY;
	app_state_set(app, &contact_rate_feature, r);
	return OK;
}

static void
rate_stop(struct app *app)
{
	visit_rates_free(app_state(app, &contact_rate_feature));
}

const struct feature contact_rate_feature = { .name = "rate", .start = rate_start, .stop = rate_stop };
