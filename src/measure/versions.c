#include "measure/versions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "measure/facts_impl.h"
#include "measure/report_sql.h"
#include "measure/versions_sql.h"
#include "base/banned.h"

/* The settings by date ---------------------------------------------------------------------------------------------------- */

struct reading {
	struct arena *a;
	struct rules_history *h;
	size_t cap;
};

/* One more version, with what held before it. */
static struct dated_rules *
version_add(struct reading *g, int32_t from)
{
	struct rules_history *h = g->h;
	if (h->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 1;
		struct dated_rules *all = arena_alloc(g->a, cap * sizeof *all);
		if (!all)
			return NULL;
		if (h->n)
			memcpy(all, h->all, h->n * sizeof *all);
		h->all = all;
		g->cap = cap;
	}
	struct dated_rules *d = &h->all[h->n];
	if (h->n)
		*d = d[-1];
	else
		measure_rules_default(&d->rules);
	d->from = from;
	h->n++;
	return d;
}

static enum err
setting_take(void *ctx, const void *row)
{
	struct dated_rules *first = ctx;
	const struct report_settings_out *s = row;
	char why[200];
	enum err e = measure_rules_set(&first->rules, s->name, s->value, why);
	return e == ERR_NO_MEMORY ? e : OK;
}

static enum err
change_take(void *ctx, const void *row)
{
	struct reading *g = ctx;
	const struct dated_settings_out *s = row;
	struct dated_rules *d = &g->h->all[g->h->n - 1];
	char why[200];
	if (d->from != s->from_day)
		d = version_add(g, (int32_t)s->from_day);
	enum err e = d ? measure_rules_set(&d->rules, s->name, s->value, why) : ERR_NO_MEMORY;
	return e == ERR_NO_MEMORY ? e : OK;
}

/* A change that was set back on the same day is none. */
static void
history_tidy(struct rules_history *h)
{
	size_t n = 1;
	for (size_t i = 1; i < h->n; i++)
		if (!measure_rules_same(&h->all[i].rules, &h->all[n - 1].rules) && n++ != i)
			h->all[n - 1] = h->all[i];
	h->n = n;
}

enum err
rules_history_read(struct db *db, struct arena *a, struct rules_history *ret_history)
{
	struct rules_history h = { 0 };
	struct reading g = { .a = a, .h = &h };
	struct dated_rules *first = version_add(&g, RULES_EVER);
	enum err e = first ? query_each(db, &report_settings, NULL, setting_take, first) : ERR_NO_MEMORY;
	if (!e)
		e = query_each(db, &dated_settings, NULL, change_take, &g);
	if (e)
		return e;
	history_tidy(&h);
	*ret_history = h;
	return OK;
}

enum err
rules_history_one(struct arena *a, const struct measure_rules *rules, struct rules_history *ret_history)
{
	struct dated_rules *one = arena_alloc(a, sizeof *one);
	if (!one)
		return ERR_NO_MEMORY;
	*one = (struct dated_rules){ RULES_EVER, *rules };
	*ret_history = (struct rules_history){ one, 1 };
	return OK;
}

const struct measure_rules *
rules_at(const struct rules_history *h, int32_t day)
{
	size_t i = h->n - 1;
	while (i > 0 && h->all[i].from > day)
		i--;
	return &h->all[i].rules;
}

void
rules_within_note(const struct rules_history *h, int64_t from, int64_t to, struct measure_rules *rules)
{
	for (int k = 0; k < WITHIN_COUNT; k++) {
		char *was = rules->within_was[k];
		int64_t last = rules->within_s[k];
		was[0] = 0;
		for (size_t i = 0, n = 0; i < h->n && n < WITHIN_WAS_MAX - 1; i++) {
			int64_t is = h->all[i].rules.within_s[k];
			if (h->all[i].from > to || (i + 1 < h->n && h->all[i + 1].from <= from) || is == rules->within_s[k] || is == last)
				continue;
			n += (size_t)snprintf(was + n, WITHIN_WAS_MAX - n, "%s%lld", n ? ", " : "", (long long)is);
			last = is;
		}
	}
}

/* Profiles, and both together --------------------------------------------------------------------------------------------- */

struct profiles_reading {
	struct arena *a;
	struct profile_changes *c;
	size_t cap;
};

static enum err
profile_take(void *ctx, const void *row)
{
	struct profiles_reading *g = ctx;
	const struct dated_profiles_out *p = row;
	const struct profile *is = profile_find(p->value);
	if (!is)
		return OK;
	if (g->c->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 16;
		struct profile_change *all = arena_alloc(g->a, cap * sizeof *all);
		if (!all)
			return ERR_NO_MEMORY;
		if (g->c->n)
			memcpy(all, g->c->all, g->c->n * sizeof *all);
		g->c->all = all;
		g->cap = cap;
	}
	g->c->all[g->c->n++] = (struct profile_change){ p->shop_id, { (int32_t)p->from_day, is } };
	return OK;
}

enum err
profile_changes_read(struct db *db, struct arena *a, struct profile_changes *ret_changes)
{
	struct profile_changes c = { 0 };
	struct profiles_reading g = { .a = a, .c = &c };
	enum err e = query_each(db, &dated_profiles, NULL, profile_take, &g);
	if (!e)
		*ret_changes = c;
	return e;
}

/* Two ascending lists of days become one. */
enum err
rule_versions_of(struct arena *a, const struct rules_history *h, const struct profile_changes *changes, int64_t shop_id, const struct profile *first,
    const struct profile *fixed, struct rule_versions *ret_versions)
{
	struct rule_version *all = arena_alloc(a, (h->n + changes->n) * sizeof *all);
	const struct profile *profile = fixed ? fixed : first;
	size_t n = 0, i = 1, k = 0;
	if (!all)
		return ERR_NO_MEMORY;
	all[n++] = (struct rule_version){ .from = RULES_EVER, .rules = &h->all[0].rules, .profile = profile };
	for (;;) {
		while (k < changes->n && (fixed || changes->all[k].shop_id != shop_id))
			k++;
		if (i == h->n && k == changes->n)
			break;
		int32_t rules_from = i < h->n ? h->all[i].from : INT32_MAX, profile_from = k < changes->n ? changes->all[k].is.from : INT32_MAX;
		int32_t from = rules_from < profile_from ? rules_from : profile_from;
		struct rule_version next = all[n - 1];
		next.from = from;
		if (rules_from == from)
			next.rules = &h->all[i++].rules;
		if (profile_from == from)
			next.profile = changes->all[k++].is.profile;
		all[n++] = next;
	}
	*ret_versions = (struct rule_versions){ all, n };
	return OK;
}

enum err
rule_versions_copy(struct arena *a, const struct rule_versions *from, struct rule_versions *ret_versions)
{
	struct rule_version *all = arena_alloc(a, from->n * sizeof *all);
	if (!all)
		return ERR_NO_MEMORY;
	memcpy(all, from->all, from->n * sizeof *all);
	*ret_versions = (struct rule_versions){ all, from->n };
	return OK;
}

const struct rule_version *
rule_version_at(const struct rule_versions *v, int32_t day)
{
	size_t i = v->n - 1;
	while (i > 0 && v->all[i].from > day)
		i--;
	return &v->all[i];
}

int32_t
rule_version_end(const struct rule_versions *v, size_t i)
{
	return i + 1 < v->n ? v->all[i + 1].from : INT32_MAX;
}

void
facts_by(struct facts_of *of, const struct rule_version *v)
{
	of->rules = v->rules;
	of->profile = v->profile;
	of->left_out = v->left_out;
	of->after_sales = v->after_sales;
}

int64_t
rule_versions_most(const struct rule_versions *v, size_t offset, int32_t end)
{
	int64_t most = INT64_MIN;
	for (size_t i = 0; i < v->n && (!i || v->all[i].from < end); i++) {
		int64_t n;
		memcpy(&n, (const char *)v->all[i].rules + offset, sizeof n);
		most = n > most ? n : most;
	}
	return most;
}

/* Code words -------------------------------------------------------------------------------------------------------------- */

struct line {
	int64_t session_id, seq;
};
struct lines {
	FACT_TABLE(struct line) found;
};

static enum err
line_take(void *ctx, const void *row)
{
	struct lines *l = ctx;
	const struct code_words_out *w = row;
	struct line *n = fact_new(l->found);
	if (!n)
		return ERR_NO_MEMORY;
	*n = (struct line){ w->session_id, w->seq };
	return OK;
}

static enum err
line_of_take(void *ctx, const void *row)
{
	const struct code_words_of_out *w = row;
	return line_take(ctx, &(struct code_words_out){ w->session_id, w->seq });
}

static int
line_order(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	if (x->session_id != y->session_id)
		return x->session_id < y->session_id ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

struct str
code_word_of(const struct rule_versions *v)
{
	for (size_t i = 1; i < v->n; i++)
		if (strcmp(v->all[i].rules->code_word, v->all[0].rules->code_word) != 0)
			return STR("");
	return str_of(v->all[0].rules->code_word);
}

static enum err
lines_read(struct db *db, const struct code_words_in *in, const int64_t customers[2], struct lines *l)
{
	if (!in->code_word.n || in->low >= in->high)
		return OK;
	if (!customers)
		return query_each(db, &code_words, in, line_take, l);
	return query_each(db, &code_words_of, &(struct code_words_of_in){ customers[0], customers[1], in->low, in->high, in->code_word }, line_of_take, l);
}

enum err
code_words_mark(struct db *db, int64_t shop_id, const int64_t customers[2], const struct zone *zone, int cut_hour, const struct rule_versions *v,
    struct fact_event *events, size_t n)
{
	struct lines l = { 0 };
	bool differ = false;
	int64_t low = INT64_MAX, high = INT64_MIN;
	enum err e = OK;
	for (size_t i = 0; i < n; i++) {
		low = events[i].at < low ? events[i].at : low;
		high = events[i].at >= high ? events[i].at + 1 : high;
	}
	for (size_t i = 1; i < v->n; i++)
		differ = differ || strcmp(v->all[i].rules->code_word, v->all[0].rules->code_word) != 0;
	for (size_t i = 0; !e && differ && i < v->n; i++) {
		int64_t from = i ? zone_instant(zone, v->all[i].from, cut_hour * 60) : low;
		int64_t to = i + 1 < v->n ? zone_instant(zone, v->all[i + 1].from, cut_hour * 60) : high;
		struct code_words_in in = { shop_id, from > low ? from : low, to < high ? to : high, str_of(v->all[i].rules->code_word) };
		e = lines_read(db, &in, customers, &l);
	}
	if (!e && l.found.n > 1)
		qsort(l.found.all, l.found.n, sizeof *l.found.all, line_order);
	for (size_t i = 0; !e && l.found.n && i < n; i++) {
		struct line key = { events[i].record_id, events[i].order };
		events[i].code_word = events[i].kind == FACT_AGENT && bsearch(&key, l.found.all, l.found.n, sizeof key, line_order);
	}
	mem_free(l.found.all);
	return e;
}

/* As they are kept with a closed month ------------------------------------------------------------------------------------- */

void
rule_versions_write(const struct rule_versions *v, struct json_writer *w)
{
	jw_key(w, "versions");
	jw_array(w);
	for (size_t i = 0; i < v->n; i++) {
		jw_object(w);
		if (i)
			jw_member_int(w, "from", v->all[i].from);
		jw_member_text(w, "profile", str_of(v->all[i].profile->key));
		jw_key(w, "rules");
		jw_object(w);
		measure_rules_write(v->all[i].rules, w);
		jw_end(w);
		jw_end(w);
	}
	jw_end(w);
}

enum err
rule_versions_read(struct arena *a, struct str json, struct rule_versions *ret_versions)
{
	const struct json *all;
	enum err e = json_parse(a, json, &all, NULL);
	const struct json *list = e ? NULL : json_get(all, "versions");
	size_t n = list ? json_count(list) : 0;
	struct rule_version *versions = arena_alloc(a, (n + 1) * sizeof *versions);
	struct measure_rules *rules = arena_alloc(a, (n + 1) * sizeof *rules);
	if (e || !versions || !rules)
		return e ? e : ERR_NO_MEMORY;
	for (size_t i = 0; i < n; i++) {
		const struct json *one = json_at(list, i);
		const struct profile *profile = profile_find(json_text(json_get(one, "profile")));
		measure_rules_take(a, json_get(one, "rules"), &rules[i]);
		versions[i] = (struct rule_version){ .from = i ? (int32_t)json_int(json_get(one, "from"), RULES_EVER) : RULES_EVER, .rules = &rules[i],
			                             .profile = profile ? profile : profiles };
	}
	*ret_versions = (struct rule_versions){ versions, n };
	return OK;
}
