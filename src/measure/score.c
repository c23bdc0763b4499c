#include "measure/score.h"

#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "json/json.h"
#include "measure/catalogue.h"
#include "base/banned.h"

enum { PRIZE_MAX = 60 };

const char score_shipped_items[] =
    "[{\"metric\":\"reply_rate\",\"weight\":25,\"worst\":0.9,\"best\":1},"
    "{\"metric\":\"answered_within_180\",\"weight\":25,\"worst\":0.95,\"best\":1},"
    "{\"metric\":\"avg_reply_time\",\"weight\":20,\"worst\":30000,\"best\":5000},"
    "{\"metric\":\"first_reply_time\",\"weight\":10,\"worst\":40000,\"best\":8000},"
    "{\"metric\":\"slow_share\",\"weight\":10,\"worst\":0.1,\"best\":0},"
    "{\"metric\":\"effective_share\",\"weight\":10,\"worst\":0.4,\"best\":0.85}]";

static enum err
fault(struct score_fault *f, const char *field, const char *en, const char *zh)
{
	*f = (struct score_fault){ field, en, zh };
	return ERR_BAD_FIELD;
}

static bool
is_number(const struct json *v)
{
	return (json_kind(v) == JSON_INT || json_kind(v) == JSON_REAL) && isfinite(json_number(v, 0));
}

static enum err
item_read(const struct json *v, const struct measure_rules *r, struct score_item *ret, struct score_fault *f)
{
	const struct json *weight = json_get(v, "weight"), *worst = json_get(v, "worst"), *best = json_get(v, "best");
	*ret = (struct score_item){ json_text(json_get(v, "metric")), json_number(weight, 0), json_number(worst, 0), json_number(best, 0) };
	if (json_count(v) != 4 || !ret->metric.n || ret->metric.n > 60 || !is_number(weight) || !is_number(worst) || !is_number(best))
		return fault(f, "items", "each item has metric, weight, worst and best", "每项须有 metric、weight、worst、best");
	if (r && !metric_find(ret->metric, r))
		return fault(f, "items", "names a metric that the catalogue does not have", "含有目录中没有的指标");
	if (ret->weight <= 0 || ret->weight > 1000)
		return fault(f, "items", "a weight is above 0 and at most 1000", "权重须大于 0 且不超过 1000");
	if (ret->worst == ret->best)
		return fault(f, "items", "worst and best must differ", "最差值与最优值不能相同");
	return OK;
}

static enum err
items_read(const struct json *list, const struct measure_rules *r, struct score_template *t, struct score_fault *f)
{
	if (json_kind(list) != JSON_ARRAY || json_count(list) == 0 || json_count(list) > SCORE_ITEMS_MAX)
		return fault(f, "items", "1 to 20 items are expected", "应为 1 到 20 项");
	for (size_t i = 0; i < json_count(list); i++) {
		enum err e = item_read(json_at(list, i), r, &t->items[i], f);
		if (e)
			return e;
		for (size_t k = 0; k < i; k++)
			if (str_eq(t->items[k].metric, t->items[i].metric))
				return fault(f, "items", "a metric stands there twice", "指标重复");
		t->item_count = i + 1;
	}
	return OK;
}

static enum err
prizes_read(const struct json *list, struct score_template *t, struct score_fault *f)
{
	if (json_kind(list) != JSON_ARRAY || json_count(list) > SCORE_PRIZES_MAX)
		return fault(f, "prizes", "up to 50 texts are expected", "应为最多 50 个文本");
	for (size_t i = 0; i < json_count(list); i++) {
		struct str s = json_text(json_at(list, i));
		if (json_kind(json_at(list, i)) != JSON_TEXT || utf8_count(s) > PRIZE_MAX)
			return fault(f, "prizes", "a prize is a text of at most 60 characters", "奖项为不超过 60 字的文本");
		t->prizes[t->prize_count++] = s;
	}
	return OK;
}

enum err
score_read(struct arena *a, struct str items, struct str prizes, const struct measure_rules *r, struct score_template *ret,
           struct score_fault *f)
{
	const struct json *v;
	*ret = (struct score_template){ 0 };
	enum err e = json_parse(a, items, &v, NULL);
	if (e)
		return e == ERR_NO_MEMORY ? e : fault(f, "items", "is not valid JSON", "不是合法的 JSON");
	e = items_read(v, r, ret, f);
	if (e)
		return e;
	e = json_parse(a, prizes.n ? prizes : STR("[]"), &v, NULL);
	if (e)
		return e == ERR_NO_MEMORY ? e : fault(f, "prizes", "is not valid JSON", "不是合法的 JSON");
	return prizes_read(v, ret, f);
}

double
score_part(const struct score_item *item, double v)
{
	double x = (v - item->worst) / (item->best - item->worst);
	return x < 0 ? 0 : x > 1 ? 1 : x;
}

bool
score_of(const struct score_template *t, const struct score_value *values, double *ret_weights, double *ret_score)
{
	double weight = 0, sum = 0;
	for (size_t i = 0; i < t->item_count; i++)
		weight += values[i].set ? t->items[i].weight : 0;
	for (size_t i = 0; i < t->item_count; i++) {
		ret_weights[i] = values[i].set ? 100 * t->items[i].weight / weight : 0;
		sum += values[i].set ? ret_weights[i] * score_part(&t->items[i], values[i].v) : 0;
	}
	*ret_score = sum;
	return weight > 0;
}

static int64_t
as_shown(const struct score_row *r)
{
	return r->set ? (int64_t)floor(r->score * 100 + 0.5 + 1e-9) : -1;
}

static int
row_order(const void *a, const void *b)
{
	const struct score_row *x = a, *y = b;
	if (as_shown(x) != as_shown(y))
		return as_shown(x) > as_shown(y) ? -1 : 1;
	return x->who < y->who ? -1 : x->who > y->who;
}

void
score_rank(struct score_row *rows, size_t n)
{
	if (n > 1)
		qsort(rows, n, sizeof *rows, row_order);
	for (size_t i = 0; i < n; i++) {
		bool same = i && as_shown(&rows[i]) == as_shown(&rows[i - 1]);
		rows[i].rank = !rows[i].set ? 0 : same ? rows[i - 1].rank : i + 1;
	}
}
