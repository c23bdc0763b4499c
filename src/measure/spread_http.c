/* How the durations behind the percentiles are spread: so many in each of a row of steps that grow as patience does. */
#include "measure/report_feature.h"
#include "measure/report_sql.h"
#include "base/banned.h"

static const int64_t steps_s[] = { 0, 5, 10, 15, 20, 25, 30, 40, 50, 60, 90, 120, 180, 300, 600, 1800 };
enum { STEPS = sizeof steps_s / sizeof *steps_s };

static void
spread_write(struct request *rq, const struct duration *all, size_t n)
{
	size_t i = 0;
	jw_object(&rq->w);
	jw_key(&rq->w, "rows");
	jw_array(&rq->w);
	for (int step = 0; step < STEPS; step++) {
		bool last = step + 1 == STEPS;
		int64_t below = last ? 0 : steps_s[step + 1] * 1000;
		size_t from = i;
		while (i < n && (last || all[i].ms < below))
			i++;
		struct report_spread_row_out row = { .from_ms = steps_s[step] * 1000, .below_ms_set = !last, .below_ms = below, .count = (int64_t)(i - from),
			                             .within_set = n > 0, .within = n ? (double)i / (double)n : 0 };
		row_write(&rq->w, &report_spread_row, &row);
	}
	jw_end(&rq->w);
	jw_end(&rq->w);
}

static enum err
spread_get(struct request *rq, const void *in)
{
	const struct report_spread_in_in *body = in;
	struct report *r = report_for(rq);
	struct report_ask a;
	enum err e = r ? report_ask_start(rq, body->from, body->to, body->profile, &a) : ERR_NO_MEMORY;
	if (e)
		return e;
	bool first = str_eqz(body->of, "first_reply");
	a.by = BY_SHOP;
	a.durations = true;
	a.metrics = first ? STR("first_reply_time_p50") : STR("reply_time_p50");
	FILTERS_TAKE(&a, body);
	e = report_make_failed(rq, report_make(rq->db, &a, r));
	if (e)
		return e;
	const struct durations *d = first ? &r->first : &r->reply;
	size_t n = first ? r->rows[0].first_n : r->rows[0].reply_n;
	spread_write(rq, n ? d->all + (first ? r->rows[0].first_from : r->rows[0].reply_from) : NULL, n);
	return OK;
}

static const struct route routes[] = {
	{ GET, "/api/v1/reports/service/spread", PERM_REPORT, LANE_REPORT, .in = &report_spread_in, .out = &report_spread_row, .list = true, .handler = spread_get,
	  .help = "The response times of these days by their length, and the part that was within each step" },
};

const struct feature measure_spread_feature = { .name = "spread", ROUTES(routes) };
