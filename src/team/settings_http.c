#include <stdatomic.h>

#include "base/mem.h"
#include "team/settings.h"
#include "base/clock.h"
#include "team/rule_version.h"
#include "team/settings_sql.h"
#include "team/features.h"
#include "team/team.h"

#include "base/banned.h"

/* Readers may hold a text while it is replaced, so the earlier ones stay until the stop; an administrator types slowly. */
struct kept {
	struct kept *earlier;
	size_t n;
	char p[];
};

struct values {
	_Atomic int64_t numbers[SETTING_COUNT];
	_Atomic(struct kept *) texts[SETTING_COUNT];
};

static int64_t
number_of(enum setting s, struct str clean)
{
	int64_t n = 0;
	if (setting_table[s].kind == SETTING_IS_BOOL)
		return str_eqz(clean, "true");
	return str_int(clean, &n) ? n : 0;
}

int64_t
setting_int(struct app *app, enum setting s)
{
	struct values *v = app ? app_state(app, &team_settings_feature) : NULL;
	return v ? atomic_load_explicit(&v->numbers[s], memory_order_relaxed) : number_of(s, str_of(setting_table[s].fallback));
}

bool
setting_on(struct app *app, enum setting s)
{
	return setting_int(app, s) != 0;
}

struct str
setting_text(struct app *app, enum setting s)
{
	struct values *v = app ? app_state(app, &team_settings_feature) : NULL;
	struct kept *k = v ? atomic_load(&v->texts[s]) : NULL;
	return k ? (struct str){ k->p, k->n } : str_of(setting_table[s].fallback);
}

struct str
setting_shown(struct app *app, struct arena *a, enum setting s)
{
	int64_t n = setting_int(app, s);
	switch (setting_table[s].kind) {
	case SETTING_IS_TEXT:
		return setting_text(app, s);
	case SETTING_IS_BOOL:
		return n ? STR("true") : STR("false");
	default:
		return arena_printf(a, "%lld", (long long)n);
	}
}

static enum err
value_take(struct values *v, enum setting s, struct str clean)
{
	if (setting_table[s].kind != SETTING_IS_TEXT) {
		atomic_store(&v->numbers[s], number_of(s, clean));
		return OK;
	}
	struct kept *k = mem_new(1, sizeof *k + clean.n);
	if (!k)
		return ERR_NO_MEMORY;
	k->n = clean.n;
	for (size_t i = 0; i < clean.n; i++)
		k->p[i] = clean.p[i];
	k->earlier = atomic_load(&v->texts[s]);
	atomic_store(&v->texts[s], k);
	return OK;
}

static enum err
value_row(void *ctx, const void *row)
{
	const struct setting_values_out *r = row;
	enum setting s = setting_find(r->name);
	struct str clean;
	struct arena *a = arena_new(1 << 16);
	if (!a)
		return ERR_NO_MEMORY;
	enum err e = OK;
	if (s != SETTING_COUNT && setting_clean(a, s, r->value, &clean) == OK)
		e = value_take(ctx, s, clean);
	arena_free(a);
	return e;
}

static void
settings_stop(struct app *app)
{
	struct values *v = app_state(app, &team_settings_feature);
	for (int s = 0; v && s < SETTING_COUNT; s++) {
		for (struct kept *k = atomic_load(&v->texts[s]), *earlier; k; k = earlier) {
			earlier = k->earlier;
			mem_free(k);
		}
	}
	mem_free(v);
	app_state_set(app, &team_settings_feature, NULL);
}

static enum err
settings_start(struct app *app, struct db *db)
{
	struct values *v = mem_new(1, sizeof *v);
	if (!v)
		return ERR_NO_MEMORY;
	for (int s = 0; s < SETTING_COUNT; s++)
		atomic_init(&v->numbers[s], number_of((enum setting)s, str_of(setting_table[s].fallback)));
	app_state_set(app, &team_settings_feature, v);
	return query_each(db, &setting_values, NULL, value_row, v);
}

/* What a dated setting is today, since when, and what it will be. */
static enum err
dated_show(struct request *rq, const struct rule_changes *c, struct setting_shape_out *row)
{
	const struct rule_change *at, *next = rule_after(c, row->name, c->today);
	char day[11];
	row->value = rule_on(c, row->name, c->today, row->value, &at);
	if (at) {
		date_print(at->from_day, day);
		row->from = arena_str(rq->arena, str_of(day));
	}
	if (next) {
		date_print(next->from_day, day);
		row->next_value = next->value;
		row->next_from = arena_str(rq->arena, str_of(day));
	}
	return (at && !row->from.p) || (next && !row->next_from.p) ? ERR_NO_MEMORY : OK;
}

static enum err
settings_get(struct request *rq, const void *in)
{
	static const char *const kinds[] = { "int", "bool", "text" };
	struct rule_changes c;
	enum err e = rule_changes_read(rq, 0, &c);
	(void)in;
	if (e)
		return e;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (int s = 0; !e && s < SETTING_COUNT; s++) {
		const struct setting_row *r = &setting_table[s];
		struct setting_shape_out row = { .name = str_of(r->name),
			.value = setting_shown(rq->app, rq->arena, (enum setting)s),
			.dated = r->dated,
			.default_ = str_of(r->fallback),
			.type = str_of(kinds[r->kind]),
			.min = r->least,
			.max = r->most,
			.help_zh = str_of(r->help_zh),
			.help_en = str_of(r->help_en) };
		e = r->dated ? dated_show(rq, &c, &row) : OK;
		row_write(&rq->w, &setting_shape, &row);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
	return e;
}

static enum err
settings_desk_get(struct request *rq, const void *in)
{
	(void)in;
	struct setting_desk_out row = {
		.queue_amber_s = setting_int(rq->app, SETTING_QUEUE_AMBER_S), .queue_red_s = setting_int(rq->app, SETTING_QUEUE_RED_S),
		.reply_amber_s = setting_int(rq->app, SETTING_REPLY_AMBER_S), .reply_red_s = setting_int(rq->app, SETTING_REPLY_RED_S),
		.category_needed = setting_int(rq->app, SETTING_CATEGORY_NEEDED) != 0, .upload_max_mb = setting_int(rq->app, SETTING_UPLOAD_MAX_MB) };
	row_write(&rq->w, &setting_desk, &row);
	return OK;
}

struct taken {
	enum setting setting;
	struct str value;
};

static void
setting_committed(struct app *app, struct db *db, void *arg)
{
	(void)db;
	const struct taken *t = arg;
	struct values *v = app_state(app, &team_settings_feature);
	/* Out of memory leaves the old value in use until the next start; the new one is stored. */
	if (v && value_take(v, t->setting, t->value))
		return;
}

static enum err
dated_put(struct request *rq, enum setting s, struct str clean, struct str from)
{
	struct rule_changes c;
	struct str name = str_of(setting_table[s].name), first = setting_shown(rq->app, rq->arena, s);
	int64_t day;
	enum err e = first.p ? rule_changes_read(rq, 0, &c) : ERR_NO_MEMORY;
	if (!e)
		e = rule_from(rq, 0, &c, from, &day);
	return e ? e : rule_put(rq, 0, &c, name, first, day, clean);
}

static enum err
setting_patch(struct request *rq, const void *in)
{
	struct setting_change_in put = *(const struct setting_change_in *)in;
	struct taken *t = arena_alloc(rq->arena, sizeof *t);
	if (!t)
		return ERR_NO_MEMORY;
	t->setting = setting_find(put.name);
	if (t->setting == SETTING_COUNT)
		return fail_text(rq, ERR_NOT_FOUND, "name", "There is no such setting", "没有这项设置");
	const struct setting_row *r = &setting_table[t->setting];
	enum err e = setting_clean(rq->arena, t->setting, put.value, &t->value);
	if (e == ERR_BAD_FIELD && r->kind == SETTING_IS_INT) {
		struct str en = arena_printf(rq->arena, "A number from %lld to %lld is expected", (long long)r->least, (long long)r->most);
		struct str zh = arena_printf(rq->arena, "应为 %lld 到 %lld 之间的整数", (long long)r->least, (long long)r->most);
		return en.p && zh.p ? fail_text(rq, e, "value", en.p, zh.p) : ERR_NO_MEMORY;
	}
	if (e)
		return fail(rq, e, "value", NULL);
	put.value = t->value;
	if (put.from.p && !r->dated)
		return fail_text(rq, ERR_BAD_FIELD, "from", "This setting holds at once", "该设置立即生效，不能指定日期");
	e = r->dated ? dated_put(rq, t->setting, t->value, put.from)
	             : db_run(rq, &setting_put, &(struct setting_put_in){ put.name, t->value, rq->now }, NULL);
	if (!e)
		e = audit_input(rq, 0, &setting_change, &put);
	if (!e)
		e = emit(rq, &(struct event){ .kind = EVENT_SETTING, .subject = t->setting, .topics = { { TOPIC_STAFF, 0 } } });
	return e || r->dated ? e : after_commit(rq, setting_committed, t);
}

static const struct route routes[] = {
	{ GET, "/api/v1/settings", PERM_SETTING_EDIT, LANE_READ, .out = &setting_shape, .list = true, .handler = settings_get,
	  .help = "All settings of the organisation with value, default and range" },
	{ GET, "/api/v1/settings/desk", PERM_SIGNED_IN, LANE_LOOP, .out = &setting_desk, .handler = settings_desk_get,
	  .help = "What the desk of everybody needs to know of the settings" },
	{ PATCH, "/api/v1/settings", PERM_SETTING_EDIT, LANE_WRITE, .in = &setting_change, .handler = setting_patch, .audit = "setting",
	  .help = "Change one setting: one that figures are counted with from a business day on, others at once" },
};

const struct feature team_settings_feature = { .name = "settings", ROUTES(routes), .start = settings_start, .stop = settings_stop };
