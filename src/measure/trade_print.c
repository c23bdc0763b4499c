/* What a report says of how its sales and calls were counted. */
#include "measure/report.h"
#include "base/banned.h"

static void
left_out_write(const struct report *r, struct json_writer *w)
{
	const struct measure_rules *s = &r->ask.rules;
	jw_key(w, "orders_left_out");
	jw_object(w);
	if (s->order_flags[0])
		jw_member_int(w, "flag", r->orders_left_out[ORDER_FLAGGED]);
	if (s->leave_staff)
		jw_member_int(w, "own_staff", r->orders_left_out[ORDER_STAFF]);
	jw_end(w);
}

void
trade_header(const struct report *r, struct json_writer *w)
{
	const struct measure_rules *s = &r->ask.rules;
	jw_member_text(w, "attribution", str_of(attribution_names[s->attribution]));
	jw_key(w, "windows");
	jw_object(w);
	jw_member_int(w, "inquiry_days", s->inquiry_days);
	jw_member_int(w, "payment_days", s->payment_days);
	jw_member_int(w, "after_sales_days", s->after_sales_days);
	jw_member_int(w, "nudge_min", s->nudge_min);
	jw_end(w);
	jw_key(w, "sales");
	jw_object(w);
	jw_member_text(w, "candidates", s->by_rounds ? STR("rounds") : STR("time"));
	jw_member_text(w, "refunds", str_of(sales_refunds_names[s->sales_refunds]));
	jw_member_bool(w, "postage", s->sales_postage);
	left_out_write(r, w);
	jw_end(w);
	jw_key(w, "calls");
	jw_object(w);
	jw_member_int(w, "within_s", s->call_within_s);
	jw_member_int(w, "short_s", s->call_short_s);
	jw_member_text(w, "abandoned", str_of(call_abandoned_names[s->call_abandoned]));
	jw_end(w);
}
