/* A table: its header is among the first ten rows, its columns are found by name, its summing rows at the end are left out. */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "interchange/reading.h"
#include "base/banned.h"

enum { HITS_NEEDED = 2, NOWHERE = -1, SAMPLE_CHARS = 40 };

struct kept_row {
	struct str *cells;
	size_t n;
	int64_t number;
};

struct table {
	struct reading *r;
	const struct table_kind *kind;
	struct kind_state *state;
	struct talk *talk;
	bool headed;
	struct kept_row first[HEADER_WITHIN];
	size_t first_count;
	int place[COLUMNS_MAX];   /* column of each member of the kind */
	size_t member_count;
	struct { const struct metric_alias *metric; bool percent; size_t column; } metrics[COLUMNS_MAX];
	size_t metric_count, width;
	struct str conversation;  /* of chats: the one at hand */
	struct str values[COLUMNS_MAX];
	struct figure_cell figures[COLUMNS_MAX];
};

static const struct json *
columns_said(const struct reading *r)
{
	return json_get(r->section, "columns");
}

/* The mapping's own word for a member is a column's name, or a list of such. */
static bool
said_so(struct reading *r, const struct json *said, struct str name)
{
	for (size_t i = 0; i < json_count(said) && json_kind(said) == JSON_ARRAY; i++)
		if (str_eq(cell_name(r->arena, json_text(json_at(said, i))), name))
			return true;
	return json_text(said).n && str_eq(cell_name(r->arena, json_text(said)), name);
}

static bool
column_is(struct reading *r, const struct column_def *c, struct str name)
{
	const struct json *said = json_get(columns_said(r), c->member);
	if (said)
		return said_so(r, said, name);
	return alias_has(c->aliases, name);
}

static const struct metric_alias *
metric_of(struct reading *r, struct str column, bool *ret_percent)
{
	struct str z = arena_str(r->arena, column);
	const struct json *said = z.p ? json_get(json_get(r->section, "metrics"), z.p) : NULL;
	const struct metric_alias *m = metric_alias_find(r->arena, column, ret_percent);
	return said ? metric_alias_key(json_text(said)) : m;
}

static int
header_hits(struct table *t, const struct str *cells, size_t n)
{
	bool percent, figures = str_eqz(str_of(t->kind->name), "figures");
	int hits = 0;
	for (size_t i = 0; i < n; i++) {
		struct str name = cell_name(t->r->arena, cells[i]);
		bool hit = false;
		for (const struct column_def *c = t->kind->columns; name.n && c->member && !hit; c++)
			hit = column_is(t->r, c, name);
		if (!hit && name.n && figures)
			hit = metric_of(t->r, cell_clean(t->r->arena, cells[i]), &percent) != NULL;
		hits += hit;
	}
	return hits;
}

const char *
table_kind_of(struct arena *a, const struct str *cells, size_t n)
{
	const char *best = NULL;
	int most = 0;
	bool percent;
	for (const struct table_kind *k = table_kinds; k->name; k++) {
		int hits = 0;
		bool whole = true;
		for (const struct column_def *c = k->columns; c->member; c++) {
			bool hit = false;
			for (size_t i = 0; i < n && !hit; i++)
				hit = alias_has(c->aliases, cell_name(a, cells[i]));
			hits += hit;
			whole &= hit || !c->needed;
		}
		for (size_t i = 0; i < n && str_eqz(str_of(k->name), "figures"); i++)
			hits += metric_alias_find(a, cells[i], &percent) != NULL;
		if (whole && hits >= HITS_NEEDED && hits > most) {
			most = hits;
			best = k->name;
		}
	}
	return best;
}

static void
column_note(struct table *t, size_t i, struct str name, const char *member)
{
	struct findings *f = t->r->f;
	f->columns[i].name = arena_str(f->arena, utf8_head(name, SAMPLE_CHARS));
	f->columns[i].member = member;
	if (i >= f->column_count)
		f->column_count = i + 1;
}

static void
header_take(struct table *t, const struct kept_row *row)
{
	struct reading *r = t->r;
	bool percent;
	t->r->f->header = row->number;
	t->width = row->n;
	for (size_t i = 0; i < row->n; i++) {
		struct str name = cell_name(r->arena, row->cells[i]);
		const char *member = NULL;
		size_t m = 0;
		for (const struct column_def *c = t->kind->columns; c->member && !member; c++, m++)
			if (name.n && t->place[m] == NOWHERE && column_is(r, c, name)) {
				t->place[m] = (int)i;
				member = c->member;
			}
		const struct metric_alias *metric = member || strcmp(t->kind->name, "figures") != 0 ? NULL : metric_of(r, cell_clean(r->arena, row->cells[i]), &percent);
		if (metric && t->metric_count < COLUMNS_MAX) {
			t->metrics[t->metric_count].metric = metric;
			t->metrics[t->metric_count].percent = percent;
			t->metrics[t->metric_count++].column = i;
			member = metric->key;
		}
		column_note(t, i, cell_clean(r->arena, row->cells[i]), member);
	}
}

static enum err
needed_check(struct table *t, char why[200])
{
	size_t m = 0;
	for (const struct column_def *c = t->kind->columns; c->member; c++, m++)
		if (c->needed && t->place[m] == NOWHERE) {
			struct str first = str_of(c->aliases), one = STR_NONE;
			(void)str_split(&first, '|', &one);
			snprintf(why, 200, "no column for %s (%.*s...): say which one it is", c->member, STR_ARG(one));
			return ERR_BAD_FIELD;
		}
	if (!strcmp(t->kind->name, "figures") && !t->metric_count) {
		snprintf(why, 200, "no column of a known figure");
		return ERR_BAD_FIELD;
	}
	return OK;
}

static enum err
chat_row(struct table *t, const struct row_values *v)
{
	enum { SPEAKER, TIME, TEXT, CUSTOMER, AGENT, ROLE, CONVERSATION };
	static const struct { const char *words; enum name_role role; } roles[] = {
		{ "买家|客户|顾客|用户|访客|customer|buyer|client|user|visitor|in|接收|收", ROLE_CUSTOMER },
		{ "客服|卖家|商家|坐席|人工|agent|seller|staff|operator|out|发送|发", ROLE_AGENT },
		{ "机器人|智能客服|robot|bot", ROLE_ROBOT }, { "系统|系统消息|system", ROLE_SYSTEM } };
	struct reading *r = t->r;
	struct talk_line l = { .number = v->number, .speaker = cell_clean(r->arena, v->values[SPEAKER]), .text = v->values[TEXT],
		               .customer = cell_clean(r->arena, v->values[CUSTOMER]), .agent = cell_clean(r->arena, v->values[AGENT]) };
	struct str role = cell_name(r->arena, v->values[ROLE]), conversation = cell_clean(r->arena, v->values[CONVERSATION]);
	for (size_t i = 0; role.n && i < sizeof roles / sizeof *roles; i++)
		if (alias_has(roles[i].words, role))
			l.role = roles[i].role;
	if (cell_empty(l.customer))
		l.customer = STR_NONE;
	if (cell_empty(l.agent))
		l.agent = STR_NONE;
	if (!l.customer.n && conversation.n && !str_eq(conversation, t->conversation)) {
		t->conversation = arena_str(r->keep, conversation);
		enum err e = talk_begin(t->talk, STR_NONE);
		if (e)
			return e;
	}
	/* Who is named as the customer of a line, and speaks it. */
	if (!l.role && l.customer.n && str_eq(l.customer, l.speaker))
		l.role = ROLE_CUSTOMER;
	if (!l.speaker.n)
		return reading_refuse(r, v->number, "no speaker is named");
	enum err e = reading_time(r, v->number, "the time", v->values[TIME], &l.at);
	return e ? e : talk_say(t->talk, &l);
}

static bool
row_empty(const struct str *cells, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_trim(cells[i]).n)
			return false;
	return true;
}

/* "合计" in any of the first cells that hold something. */
static bool
row_is_tail(struct table *t, const struct str *cells, size_t n)
{
	int looked = 0;
	for (size_t i = 0; i < n && looked < 2; i++) {
		struct str s = cell_clean(t->r->arena, cells[i]);
		if (!s.n)
			continue;
		looked++;
		if (cell_tail(cell_half(t->r->arena, s)))
			return true;
	}
	return false;
}

static void
samples_note(struct table *t, const struct str *cells, size_t n)
{
	struct findings *f = t->r->f;
	for (size_t i = 0; i < f->column_count && i < n; i++)
		if (!f->columns[i].sample.n)
			f->columns[i].sample = arena_str(f->arena, utf8_head(str_trim(cells[i]), SAMPLE_CHARS));
}

static enum err
data_row(struct table *t, const struct str *cells, size_t n, int64_t number)
{
	struct row_values v = { number, t->values };
	enum err e;
	t->r->f->lines++;
	if (row_empty(cells, n))
		return OK;
	if (row_is_tail(t, cells, n)) {
		t->r->f->tail++;
		return OK;
	}
	samples_note(t, cells, n);
	for (size_t m = 0; m < t->member_count; m++)
		t->values[m] = t->place[m] != NOWHERE && (size_t)t->place[m] < n ? cells[t->place[m]] : STR("");
	if (t->talk) {
		e = chat_row(t, &v);
	} else if (t->metric_count) {
		for (size_t i = 0; i < t->metric_count; i++)
			t->figures[i] = (struct figure_cell){ t->metrics[i].metric, t->metrics[i].column < n ? cells[t->metrics[i].column] : STR(""), t->metrics[i].percent };
		e = figures_row(t->r, &v, t->figures, t->metric_count);
	} else {
		e = kind_row(t->state, &v);
	}
	return e == ERR_BAD_FIELD ? OK : e;
}

static enum err
row_keep(struct table *t, const struct str *cells, size_t n, int64_t number)
{
	struct kept_row *k = &t->first[t->first_count++];
	*k = (struct kept_row){ arena_alloc(t->r->keep, (n + 1) * sizeof *k->cells), n, number };
	for (size_t i = 0; k->cells && i < n; i++) {
		k->cells[i] = arena_str(t->r->keep, cells[i].p ? cells[i] : STR(""));
		if (!k->cells[i].p)
			return ERR_NO_MEMORY;
	}
	return k->cells ? OK : ERR_NO_MEMORY;
}

/* The row with most names that are known, and at least two; rows above it are a title. */
static enum err
header_settle(struct table *t, char why[200])
{
	int most = HITS_NEEDED - 1;
	size_t at = t->first_count;
	enum err e = OK;
	for (size_t i = 0; i < t->first_count; i++) {
		int hits = header_hits(t, t->first[i].cells, t->first[i].n);
		if (hits > most) {
			most = hits;
			at = i;
		}
	}
	t->headed = true;
	if (at == t->first_count) {
		for (size_t i = 0; t->first_count && i < t->first[0].n && i < COLUMNS_MAX; i++)
			column_note(t, i, cell_clean(t->r->arena, t->first[0].cells[i]), NULL);
		snprintf(why, 200, "no row of the first %d holds the names of columns that %s have: say which column is what", HEADER_WITHIN, t->kind->name);
		return ERR_BAD_FIELD;
	}
	header_take(t, &t->first[at]);
	e = needed_check(t, why);
	for (size_t i = at + 1; !e && i < t->first_count; i++)
		e = data_row(t, t->first[i].cells, t->first[i].n, t->first[i].number);
	return e;
}

enum err
table_row(void *table, const struct str *cells, size_t n, int64_t number)
{
	struct table *t = table;
	char why[200] = "";
	n = n > COLUMNS_MAX ? COLUMNS_MAX : n;
	if (t->r->most && t->r->f->lines >= t->r->most)
		return OK;
	if (t->headed)
		return data_row(t, cells, n, number);
	if (row_empty(cells, n))
		return OK;
	enum err e = row_keep(t, cells, n, number);
	if (!e && t->first_count == HEADER_WITHIN)
		e = header_settle(t, why);
	return e == ERR_BAD_FIELD && why[0] ? mapping_fault(t->r->fault, "%.190s", why) : e;
}

enum err
table_new(struct reading *r, struct table **ret_table, char why[200])
{
	struct table *t = arena_alloc(r->keep, sizeof *t);
	struct str kind = section_text(r, "kind");
	if (!t)
		return ERR_NO_MEMORY;
	t->r = r;
	t->kind = table_kind_find(kind);
	if (!t->kind) {
		snprintf(why, 200, "there is no kind of table \"%.40s\"", kind.p ? kind.p : "");
		return ERR_BAD_FIELD;
	}
	for (const struct column_def *c = t->kind->columns; c->member; c++)
		t->place[t->member_count++] = NOWHERE;
	enum err e = str_eqz(kind, "chats") ? talk_new(r, &t->talk) : kind_new(r, t->kind, &t->state);
	if (!e)
		*ret_table = t;
	return e;
}

enum err
table_end(struct table *t, char why[200])
{
	enum err e = t->headed ? OK : header_settle(t, why);
	if (!e && t->talk)
		e = talk_end(t->talk);
	else if (!e)
		e = kind_end(t->state);
	return e;
}

static bool
member_known(const struct table_kind *k, struct str member)
{
	for (const struct column_def *c = k->columns; c->member; c++)
		if (str_eqz(member, c->member))
			return true;
	return false;
}

enum err
table_check(const struct json *section, struct mapping_fault *f)
{
	static const char *const known[] = { "shop", "kind", "columns", "metrics", "date_order", "others", "agents", "customers", "robots", "systems", "ignored",
		                             "day", "source", NULL };
	const struct table_kind *kind = table_kind_find(json_text(json_get(section, "kind")));
	struct str member;
	const struct json *v;
	void *iter = NULL;
	while (json_next(section, &iter, &member, &v)) {
		bool found = false;
		for (const char *const *k = known; *k; k++)
			found |= str_eqz(member, *k);
		if (!found)
			return mapping_fault(f, "table: \"%.*s\" is not known", STR_ARG(member));
	}
	if (!kind)
		return mapping_fault(f, "table: kind is chats, orders, refunds, ratings, calls or figures");
	for (iter = NULL; json_next(json_get(section, "columns"), &iter, &member, &v);)
		if (!member_known(kind, member))
			return mapping_fault(f, "table.columns: %s have no \"%.*s\"", kind->name, STR_ARG(member));
	for (iter = NULL; json_next(json_get(section, "metrics"), &iter, &member, &v);)
		if (json_kind(v) != JSON_NULL && !metric_alias_key(json_text(v)))
			return mapping_fault(f, "table.metrics: there is no figure \"%.40s\"", json_text(v).p ? json_text(v).p : "");
	return OK;
}
