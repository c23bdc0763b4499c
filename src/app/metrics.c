#include "app/metrics.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app_sql.h"
#include "app/internal.h"
#include "app/process.h"
#include "base/clock.h"
#include "base/mem.h"
#include "version.h"
#include "base/banned.h"

enum { BUCKETS_MAX = 16, STATUS_CLASSES = 6, CONSUMERS_MAX = 32, LOOK_EVERY_S = 2, ANSWERS_MS = 8000, LANE_CROWDED = 64, LANES = LANE_LOOP + 1 };

/* Upper bounds; one more bucket holds the rest. */
static const int64_t time_bounds_us[] = { 100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000, 500000, 1000000, 2500000, 10000000 };
static const int64_t batch_bounds[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
enum { TIME_BOUNDS = sizeof time_bounds_us / sizeof *time_bounds_us, BATCH_BOUNDS = sizeof batch_bounds / sizeof *batch_bounds };

struct histogram {
	atomic_int_fast64_t buckets[BUCKETS_MAX], sum;
};

struct route_count {
	const struct route *route;
	atomic_int_fast64_t by_class[STATUS_CLASSES]; /* 1: 1xx .. 5: 5xx */
};

static const char *const states[] = { "waiting", "offered", "open" };
enum { STATES = sizeof states / sizeof *states };

struct metrics {
	struct route_count *routes; /* sorted by address, but for the first: requests without a route */
	size_t route_count;
	struct histogram took[LANES], commit, batch;
	int64_t started_at; /* wall clock */
	atomic_int_fast64_t answered_at, refused_at; /* by the database; monotonic */
	atomic_int_fast64_t sessions[STATES], oldest_wait_ms, outbox_pos;
	atomic_int_fast64_t behind[CONSUMERS_MAX], behind_ms[CONSUMERS_MAX];
};

/* Counting ------------------------------------------------------------------------------------------------------------ */

static void
histogram_add(struct histogram *h, const int64_t *bounds, size_t n, int64_t value)
{
	size_t i = 0;
	while (i < n && value > bounds[i])
		i++;
	atomic_fetch_add_explicit(&h->buckets[i], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&h->sum, value, memory_order_relaxed);
}

static int
by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct route_count *)a)->route, y = (uintptr_t)((const struct route_count *)b)->route;
	return x < y ? -1 : x > y;
}

static void
route_add(void *ctx, const struct route *r)
{
	struct metrics *m = ctx;
	m->routes[m->route_count++].route = r;
}

static void
route_number(void *ctx, const struct route *r)
{
	(void)r;
	++*(size_t *)ctx;
}

enum err
metrics_new(struct app *app)
{
	size_t n = 1;
	struct metrics *m = mem_new(1, sizeof *m);
	if (!m)
		return ERR_NO_MEMORY;
	app->metrics = m;
	routes_each(route_number, &n);
	m->routes = mem_new(n, sizeof *m->routes);
	if (!m->routes)
		return ERR_NO_MEMORY;
	m->route_count = 1;
	routes_each(route_add, m);
	qsort(m->routes + 1, m->route_count - 1, sizeof *m->routes, by_address);
	m->started_at = clock_now();
	atomic_store(&m->answered_at, clock_monotonic());
	atomic_store(&m->refused_at, INT64_MIN);
	return OK;
}

void
metrics_free(struct app *app)
{
	if (app->metrics)
		mem_free(app->metrics->routes);
	mem_free(app->metrics);
	app->metrics = NULL;
}

void
metrics_request(struct app *app, const struct route *route, int status, int64_t took_us)
{
	struct metrics *m = app->metrics;
	struct route_count key = { .route = route }, *found = NULL;
	if (route)
		found = bsearch(&key, m->routes + 1, m->route_count - 1, sizeof key, by_address);
	if (!found)
		found = m->routes;
	int class = status / 100 < STATUS_CLASSES ? status / 100 : STATUS_CLASSES - 1;
	atomic_fetch_add_explicit(&found->by_class[class], 1, memory_order_relaxed);
	histogram_add(&m->took[route ? route->lane : LANE_LOOP], time_bounds_us, TIME_BOUNDS, took_us);
}

void
metrics_batch(struct app *app, size_t n)
{
	histogram_add(&app->metrics->batch, batch_bounds, BATCH_BOUNDS, (int64_t)n);
}

void
metrics_commit(struct app *app, int64_t took_us)
{
	histogram_add(&app->metrics->commit, time_bounds_us, TIME_BOUNDS, took_us);
}

void
metrics_database_failed(struct app *app)
{
	atomic_store(&app->metrics->refused_at, clock_monotonic());
}

bool
metrics_database_answers(const struct app *app)
{
	int64_t answered = atomic_load(&app->metrics->answered_at);
	return answered > atomic_load(&app->metrics->refused_at) && clock_monotonic() - answered < ANSWERS_MS;
}

/* What the database knows --------------------------------------------------------------------------------------------- */

struct looking {
	int64_t now, sessions[STATES], oldest_wait_ms;
};

static enum err
sessions_row(void *ctx, const void *row)
{
	struct looking *l = ctx;
	const struct metrics_sessions_out *r = row;
	for (size_t i = 0; i < STATES; i++)
		if (str_eqz(r->state, states[i]))
			l->sessions[i] = r->n;
	if (str_eqz(r->state, "waiting") && r->oldest_set && r->oldest < l->now)
		l->oldest_wait_ms = l->now - r->oldest;
	return OK;
}

static enum err
consumer_look(struct request *rq, const struct consumer *consumer, size_t i)
{
	struct metrics *m = rq->app->metrics;
	struct cursor_get_out at = { 0 };
	struct metrics_behind_out behind;
	enum err e = db_one(rq, &cursor_get, &(struct cursor_get_in){ .consumer = str_of(consumer->name) }, &at);
	if (e && e != ERR_NOT_FOUND)
		return e;
	e = db_one(rq, &metrics_behind, &(struct metrics_behind_in){ .pos = at.pos, .xid = at.xid }, &behind);
	if (e)
		return e;
	atomic_store(&m->behind[i], behind.n);
	atomic_store(&m->behind_ms[i], behind.oldest_set && behind.oldest < rq->now ? rq->now - behind.oldest : 0);
	return OK;
}

static enum err
consumers_look(struct request *rq)
{
	size_t n = 0;
	for (size_t f = 0; f < all_features_count; f++)
		for (size_t i = 0; i < all_features[f]->consumer_count && n < CONSUMERS_MAX; i++, n++) {
			enum err e = consumer_look(rq, &all_features[f]->consumers[i], n);
			if (e)
				return e;
		}
	return OK;
}

static enum err
look(struct request *rq, const void *in)
{
	struct metrics *m = rq->app->metrics;
	struct looking l = { .now = rq->now };
	struct outbox_top_out top;
	(void)in;
	enum err e = db_one(rq, &outbox_top, NULL, &top);
	if (!e)
		e = db_each(rq, &metrics_sessions, NULL, sessions_row, &l);
	if (!e)
		e = consumers_look(rq);
	if (e)
		return e;
	for (size_t i = 0; i < STATES; i++)
		atomic_store(&m->sessions[i], l.sessions[i]);
	atomic_store(&m->oldest_wait_ms, l.oldest_wait_ms);
	atomic_store(&m->outbox_pos, top.pos);
	atomic_store(&m->answered_at, clock_monotonic());
	return OK;
}

void
metrics_tick(struct app *app, int64_t now)
{
	if (now / 1000 % LOOK_EVERY_S || mailbox_count(app->read_box) > LANE_CROWDED)
		return;
	if (app_command(app, LANE_READ, look, NULL, 0))
		metrics_database_failed(app);
}

/* Printing ------------------------------------------------------------------------------------------------------------ */

static void
family(struct buf *b, const char *name, const char *type, const char *help)
{
	buf_printf(b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
single(struct buf *b, const char *name, const char *type, const char *help, int64_t value)
{
	family(b, name, type, help);
	buf_printf(b, "%s %lld\n", name, (long long)value);
}

static void
single_real(struct buf *b, const char *name, const char *type, const char *help, double value)
{
	family(b, name, type, help);
	buf_printf(b, "%s %.3f\n", name, value);
}

/* label: `lane="read"`, or empty. A unit of 1e-6 prints microseconds as seconds. */
static void
histogram_print(struct buf *b, const char *name, const char *label, const struct histogram *h, const int64_t *bounds, size_t n, double unit)
{
	int64_t count = 0;
	const char *comma = label[0] ? "," : "", *open = label[0] ? "{" : "", *close = label[0] ? "}" : "";
	for (size_t i = 0; i < n; i++) {
		count += atomic_load_explicit(&h->buckets[i], memory_order_relaxed);
		buf_printf(b, "%s_bucket{%s%sle=\"%g\"} %lld\n", name, label, comma, (double)bounds[i] * unit, (long long)count);
	}
	count += atomic_load_explicit(&h->buckets[n], memory_order_relaxed);
	buf_printf(b, "%s_bucket{%s%sle=\"+Inf\"} %lld\n", name, label, comma, (long long)count);
	buf_printf(b, "%s_sum%s%s%s %.6f\n", name, open, label, close, (double)atomic_load_explicit(&h->sum, memory_order_relaxed) * unit);
	buf_printf(b, "%s_count%s%s%s %lld\n", name, open, label, close, (long long)count);
}

static const char *const permission_names[] = {
#define PERMISSION(name, zh, en) #name,
#include "app/permissions.def"
#undef PERMISSION
};

static const char *const lane_names[LANES] = { [LANE_READ] = "read", [LANE_WRITE] = "write", [LANE_REPORT] = "report", [LANE_JOB] = "job", [LANE_LOOP] = "loop" };

static void
requests_print(struct buf *b, const struct metrics *m)
{
	char label[32];
	family(b, "antball_requests_total", "counter", "Answered requests and socket commands, by route and class of status; route \"\": pages, and what is no route.");
	for (size_t i = 0; i < m->route_count; i++)
		for (int k = 1; k < STATUS_CLASSES; k++) {
			const struct route *r = m->routes[i].route;
			long long n = atomic_load_explicit(&m->routes[i].by_class[k], memory_order_relaxed);
			if (n)
				buf_printf(b, "antball_requests_total{method=\"%s\",route=\"%s\",permission=\"%s\",status=\"%dxx\"} %lld\n", r ? method_names[r->method] : "",
				           r ? r->path : "", r ? permission_names[r->permission] : "", k, n);
		}
	family(b, "antball_request_duration_seconds", "histogram", "From a request's arrival to its answer, by lane.");
	for (int i = 0; i < LANES; i++) {
		snprintf(label, sizeof label, "lane=\"%s\"", lane_names[i]);
		histogram_print(b, "antball_request_duration_seconds", label, &m->took[i], time_bounds_us, TIME_BOUNDS, 1e-6);
	}
}

static void
lanes_print(struct buf *b, struct app *app)
{
	const struct {
		const char *name;
		struct mailbox *box;
	} shared[] = { { "read", app->read_box }, { "report", app->report_box }, { "job", app->job_box } };
	family(b, "antball_lane_queue_depth", "gauge", "Commands that wait for a lane.");
	for (size_t i = 0; i < sizeof shared / sizeof *shared; i++)
		buf_printf(b, "antball_lane_queue_depth{lane=\"%s\",number=\"0\"} %zu\n", shared[i].name, mailbox_count(shared[i].box));
	for (int i = 0; i < app->write_count; i++)
		buf_printf(b, "antball_lane_queue_depth{lane=\"write\",number=\"%d\"} %zu\n", i, mailbox_count(app->write[i].inbox));
	family(b, "antball_write_batch_size", "histogram", "Commands that one transaction of a write lane carried.");
	histogram_print(b, "antball_write_batch_size", "", &app->metrics->batch, batch_bounds, BATCH_BOUNDS, 1);
	family(b, "antball_commit_duration_seconds", "histogram", "Time of a commit: until what was written is durable.");
	histogram_print(b, "antball_commit_duration_seconds", "", &app->metrics->commit, time_bounds_us, TIME_BOUNDS, 1e-6);
}

static void
network_print(struct buf *b, struct app *app)
{
	struct net_stats s;
	net_stats(app->net, &s);
	single(b, "antball_connections", "gauge", "Open connections.", s.connections);
	single(b, "antball_websockets", "gauge", "Open WebSockets.", s.websockets);
	single(b, "antball_connections_accepted_total", "counter", "Connections taken in.", s.accepted);
	single(b, "antball_connections_refused_total", "counter", "Connections and requests refused before they reached a route.", s.refused);
	single(b, "antball_websockets_overflowed_total", "counter", "WebSockets closed because their reader was too slow.", s.overflowed);
	family(b, "antball_websocket_messages_total", "counter", "Messages over WebSockets.");
	buf_printf(b, "antball_websocket_messages_total{direction=\"in\"} %lld\nantball_websocket_messages_total{direction=\"out\"} %lld\n", (long long)s.messages_in,
	           (long long)s.messages_out);
	family(b, "antball_network_bytes_total", "counter", "Bytes over all connections.");
	buf_printf(b, "antball_network_bytes_total{direction=\"in\"} %lld\nantball_network_bytes_total{direction=\"out\"} %lld\n", (long long)s.bytes_in, (long long)s.bytes_out);
}

static void
record_print(struct buf *b, struct app *app)
{
	const struct metrics *m = app->metrics;
	family(b, "antball_sessions", "gauge", "Conversations that are not closed, by state.");
	for (size_t i = 0; i < STATES; i++)
		buf_printf(b, "antball_sessions{state=\"%s\"} %lld\n", states[i], (long long)atomic_load(&m->sessions[i]));
	single_real(b, "antball_oldest_wait_seconds", "gauge", "How long the customer who waits longest has waited.", (double)atomic_load(&m->oldest_wait_ms) / 1e3);
	single(b, "antball_outbox_position", "gauge", "Number of the newest stored event.", atomic_load(&m->outbox_pos));
	for (int pass = 0; pass < 2; pass++) {
		size_t n = 0;
		const char *name = pass ? "antball_outbox_lag_seconds" : "antball_outbox_lag_events";
		family(b, name, "gauge", pass ? "Age of the oldest event that a consumer has not handled." : "Events that a consumer has not handled.");
		for (size_t f = 0; f < all_features_count; f++)
			for (size_t i = 0; i < all_features[f]->consumer_count && n < CONSUMERS_MAX; i++, n++)
				buf_printf(b, "%s{consumer=\"%s\"} %g\n", name, all_features[f]->consumers[i].name,
				           pass ? (double)atomic_load(&m->behind_ms[n]) / 1e3 : (double)atomic_load(&m->behind[n]));
	}
	single(b, "antball_database_up", "gauge", "1 while the database answers.", metrics_database_answers(app));
	single(b, "antball_disk_low", "gauge", "1 while writes are refused for want of free disk.", atomic_load(&app->disk_low));
	single(b, "antball_stopping", "gauge", "1 once the server was told to stop.", atomic_load(&app->stopping));
}

static void
process_print(struct buf *b, const struct metrics *m)
{
	struct process_use use;
	process_look(&use);
	single(b, "process_resident_memory_bytes", "gauge", "Resident memory.", use.resident_bytes);
	single(b, "process_virtual_memory_bytes", "gauge", "Virtual memory.", use.virtual_bytes);
	single(b, "process_open_fds", "gauge", "Open file descriptors.", use.fds);
	single(b, "process_max_fds", "gauge", "Most file descriptors that may be open.", use.fds_max);
	single(b, "process_threads", "gauge", "Threads.", use.threads);
	single_real(b, "process_cpu_seconds_total", "counter", "User and system time.", (double)use.cpu_us / 1e6);
	single_real(b, "process_start_time_seconds", "gauge", "Start, in seconds since 1970.", (double)m->started_at / 1e3);
}

/* How much a centre has to do is nobody else's business: asked on the machine itself, or not found. */
static enum err
metrics_get(struct request *rq, const void *in)
{
	struct app *app = rq->app;
	(void)in;
	if (!rq->local)
		return ERR_NOT_FOUND;
	family(rq->out, "antball_build_info", "gauge", "The program that runs.");
	buf_printf(rq->out, "antball_build_info{version=\"%s\",database=\"%s\"} 1\n", ANTBALL_VERSION, app->kind == DB_SQLITE ? "sqlite" : "postgresql");
	network_print(rq->out, app);
	requests_print(rq->out, app->metrics);
	lanes_print(rq->out, app);
	record_print(rq->out, app);
	process_print(rq->out, app->metrics);
	rq->type = STR("text/plain; version=0.0.4; charset=utf-8");
	return OK;
}

static enum err
ok_write(struct request *rq)
{
	jw_object(&rq->w);
	jw_member_bool(&rq->w, "ok", true);
	jw_end(&rq->w);
	return OK;
}

static enum err
live_get(struct request *rq, const void *in)
{
	(void)in;
	return ok_write(rq);
}

static enum err
ready_get(struct request *rq, const void *in)
{
	(void)in;
	if (atomic_load(&rq->app->stopping))
		return fail_text(rq, ERR_BUSY, NULL, "stopping", "正在停止");
	if (!metrics_database_answers(rq->app))
		return fail_text(rq, ERR_BUSY, NULL, "the database does not answer", "数据库没有应答");
	return ok_write(rq);
}

const struct route metrics_routes[] = {
	{ GET, "/healthz", PERM_PUBLIC, LANE_LOOP, .handler = live_get, .out = &ok_out, .help = "The process lives" },
	{ GET, "/readyz", PERM_PUBLIC, LANE_LOOP, .handler = ready_get, .out = &ok_out, .help = "Ready to serve: the database answers, and nobody asked it to stop" },
	{ GET, "/api/v1/health", PERM_PUBLIC, LANE_LOOP, .handler = ready_get, .out = &ok_out, .help = "Ready to serve, as /readyz" },
	{ GET, "/metrics", PERM_PUBLIC, LANE_LOOP, .handler = metrics_get, .raw_out = true, .help = "Figures for Prometheus; on the machine itself only" },
};
const size_t metrics_route_count = sizeof metrics_routes / sizeof *metrics_routes;
