#include "interchange/generate.h"

#include <string.h>

#include "base/mem.h"
#include "interchange/generate_plan.h"

#include "base/banned.h"

#define ARENA_BYTES (4ULL << 30)

static enum err
usage(char why[200], const char *text)
{
	snprintf(why, 200, "%s", text);
	return ERR_USAGE;
}

static enum err
options_check(const struct generate_options *o, char why[200])
{
	if (o->days < 1 || o->days > 3660)
		return usage(why, "days: 1 to 3660");
	if (o->agents < 1 || o->agents > 2000)
		return usage(why, "agents: 1 to 2000");
	if (o->shops < 1 || o->shops > 200)
		return usage(why, "shops: 1 to 200");
	if (o->size < 1 || o->size > 10000)
		return usage(why, "size: 1 to 10000");
	if (o->until > 2932000)
		return usage(why, "until: a date before the year 9998");
	if (!o->out || !o->out[0])
		return usage(why, "a file to write is needed");
	return OK;
}

static enum err
world_run(struct world *w)
{
	enum err e = generate_world(w);
	if (!e)
		e = answers_begin(w);
	if (e)
		return e;
	out_world(w);
	for (int day = 0; day < w->o->days && !w->err; day++)
		day_generate(w, day);
	out_flush(w);
	answers_end(w);
	return w->err;
}

static enum err
file_open(const char *path, FILE **ret_file, char why[200])
{
	FILE *f = fopen(path, "wb");
	if (!f) {
		snprintf(why, 200, "cannot write %.150s", path);
		return ERR_IO;
	}
	*ret_file = f;
	return OK;
}

static enum err
file_close(FILE *f, enum err e)
{
	return f && fclose(f) && !e ? ERR_IO : e;
}

enum err
generate_run(const struct generate_options *o, char why[200])
{
	struct world w = { .o = o };
	int64_t today = (o->now + ZONE_MS) / DAY_MS, last = o->until < 0 ? today : o->until;
	why[0] = 0;
	enum err e = options_check(o, why);
	if (e)
		return e;
	w.first_day = last - o->days + 1;
	w.end_ms = o->until < 0 ? o->now : (last + 1) * DAY_MS - ZONE_MS;
	w.arena = arena_new(ARENA_BYTES);
	if (!w.arena)
		return ERR_NO_MEMORY;
	e = file_open(o->out, &w.out, why);
	if (!e && o->answers)
		e = file_open(o->answers, &w.answers, why);
	if (!e)
		e = world_run(&w);
	e = file_close(w.out, e);
	e = file_close(w.answers, e);
	e = file_close(w.faults, e);
	e = file_close(w.cases, e);
	e = file_close(w.states, e);
	generate_world_free(&w);
	arena_free(w.arena);
	if (e && !why[0])
		snprintf(why, 200, "%s", err_text(e, "en"));
	return e;
}

/* Lines of the plan as the live demo needs them. */
static enum err
dialogue_copy(struct arena *a, const struct script *s, struct dialogue *d)
{
	d->lines = arena_alloc(a, (size_t)(s->lines ? s->lines : 1) * sizeof *d->lines);
	if (!d->lines)
		return ERR_NO_MEMORY;
	for (int i = 0; i < s->lines; i++) {
		const struct line *l = &s->line[i];
		if (l->sender != FROM_CUSTOMER && l->sender != FROM_AGENT)
			continue;
		struct dialogue_line *to = &d->lines[d->count++];
		to->from_customer = l->sender == FROM_CUSTOMER;
		to->kind = l->kind;
		to->text = arena_str(a, line_text(s, i));
		if (!to->text.p)
			return ERR_NO_MEMORY;
	}
	return OK;
}

enum err
generate_dialogue(struct rng *r, struct arena *a, enum generate_trade trade, struct str agent_name, struct dialogue *ret_dialogue)
{
	struct script s = { .r = r, .trade = trade };
	bool after = percent(r, 38);
	if (script_init(&s)) {
		script_free(&s);
		return ERR_NO_MEMORY;
	}
	script_begin(&s);
	s.agent = 0;
	s.talk = talk_pick(r, trade, after);
	s.k = (struct slots){ .shop = str_of(trade_table[trade].shops[0]), .category = s.talk->category };
	s.k.agent = agent_name.n ? agent_name : STR("小禾");
	slots_fill(r, trade, &s.k);
	if (after)
		snprintf(s.k.order, sizeof s.k.order, "26%04d001%07d%03d", pick(r, 101, 1231), pick(r, 1, 9999), 0);
	script_write(&s, SHAPE_USUAL);
	struct dialogue d = { .category = s.talk->category, .shop = trade_table[trade].shops[0], .after_sale = after };
	d.mood = s.talk->mood;
	d.product = str_of(s.k.product->title);
	enum err e = dialogue_copy(a, &s, &d);
	script_free(&s);
	if (!e)
		*ret_dialogue = d;
	return e;
}
