#include "measure/month.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/banned.h"

bool
month_days(struct str month, int64_t *ret_from, int64_t *ret_to)
{
	char text[11] = "0000-00-01", next[11];
	int64_t first, day;
	if (month.n != 7)
		return false;
	memcpy(text, month.p, 7);
	if (!date_parse(str_of(text), &first))
		return false;
	for (day = first; day < first + 31; day++) {
		date_print(day, next);
		if (memcmp(next, text, 7) != 0)
			break;
	}
	*ret_from = first;
	*ret_to = day - 1;
	return true;
}

int
month_figure_order(const void *a, const void *b)
{
	const struct month_figure *x = a, *y = b;
	if (x->person_id != y->person_id)
		return x->person_id < y->person_id ? -1 : 1;
	return str_cmp(x->metric, y->metric);
}

static struct str
value_json(struct arena *a, struct value v)
{
	if (v.pending)
		return STR("\"pending\"");
	if (!v.set)
		return STR("null");
	return v.v == (double)(int64_t)v.v ? arena_printf(a, "%lld", (long long)v.v) : arena_printf(a, "%.17g", v.v);
}

static enum err
row_figures(struct report *r, const struct report_row *row, struct month_figures *f)
{
	int64_t person = row == &r->rows[0] ? MONTH_SHOP : row->agent == FACT_NONE ? MONTH_NOBODY : r->people[row->agent].id;
	for (size_t i = 0; i < metrics_count; i++) {
		struct value v = report_value(r, row, &metrics[i]);
		if (!report_column(r, &metrics[i], STR("")) || (!v.sum && !v.count))
			continue;
		struct month_figure *n = &f->all[f->n];
		*n = (struct month_figure){ person, report_metric_key(r, &metrics[i]), value_json(r->arena, v), v.sum, v.count };
		if (!n->metric.p || !n->value.p)
			return ERR_NO_MEMORY;
		f->n++;
	}
	return OK;
}

enum err
month_figures_of(struct report *r, struct month_figures *ret)
{
	struct month_figures f = { .all = arena_alloc(r->arena, r->row_count * metrics_count * sizeof *f.all) };
	enum err e = f.all ? OK : ERR_NO_MEMORY;
	for (size_t i = 0; !e && i < r->row_count; i++)
		e = row_figures(r, &r->rows[i], &f);
	if (e)
		return e;
	if (f.n > 1)
		qsort(f.all, f.n, sizeof *f.all, month_figure_order);
	*ret = f;
	return OK;
}

static struct month_figure
nothing(const struct month_figure *like)
{
	return like ? (struct month_figure){ like->person_id, like->metric, STR("null"), 0, 0 } : (struct month_figure){ .value = STR("null") };
}

enum err
month_compare(struct arena *a, const struct month_figures *known, const struct month_figures *now, struct month_change **ret_changes, size_t *ret_n)
{
	struct month_change *all = arena_alloc(a, (known->n + now->n) * sizeof *all + 1);
	size_t n = 0;
	if (!all)
		return ERR_NO_MEMORY;
	for (size_t i = 0, k = 0; i < known->n || k < now->n;) {
		const struct month_figure *was = i < known->n ? &known->all[i] : NULL, *is = k < now->n ? &now->all[k] : NULL;
		int order = was && is ? month_figure_order(was, is) : 0;
		bool before = was && order <= 0, after = is && order >= 0;
		struct month_change c = { before ? *was : nothing(is), after ? *is : nothing(was) };
		i += before;
		k += after;
		if (c.before.sum != c.after.sum || c.before.count != c.after.count || !str_eq(c.before.value, c.after.value))
			all[n++] = c;
	}
	*ret_changes = all;
	*ret_n = n;
	return OK;
}
